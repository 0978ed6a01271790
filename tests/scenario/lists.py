"""What becomes of a list: strangers, keep, renames, DNs, size, missing lists and groups."""
import hashlib
import json
import os
import re

import ldif
from scenario import openldap_only, scenario
from world import FOREVER, Failure, equal, normal


@scenario
def stranger_leaves_an_exact_list(world):
  world.person("anna", "infrastrukturansvarlig")
  world.person("bo")
  world.one_list("anna bo")
  world.start().four_ways(Drift="anna")


@scenario
def stranger_stays_on_an_additive_list(world):
  world.people("anna carl", "infrastrukturansvarlig")
  world.person("bo")
  world.one_list("anna bo", membership="additive")
  first, _ = world.start().four_ways(Drift="anna bo carl")
  first.says("bo")  # is a finding
  [drift] = world.plan()["lists"]
  [bo] = [member for member in drift["members"] if member["dn"] == world.dn("bo")]
  equal(bool(bo["why"]), True, "a stranger who stays has a why")


def additive(world, members="anna chef", **rest):
  """Additive, with limits of 0: anna is required, bo her deputy, chef her manager, whom somebody put there by hand."""
  world.people("bo chef")
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo", manager="chef")
  world.one_list(members, membership="additive", **rest)
  world.settings["limits"] = {"removals_per_list": 0, "removals_per_run": 0}
  return world


def stands_in(world, back=True):
  """anna is away, and bo stands in; then, unless told otherwise, she is back."""
  world.set("anna", postvagtAbsence=FOREVER)
  world.run("apply", status=0)
  world.expect_members(Drift="bo chef")
  if back:
    world.set("anna", postvagtAbsence=[])


def lose_state(world):
  """Whom postvagt put on the lists is read from the reports again."""
  path = world.path("state/additions-reports.json")
  if os.path.exists(path):
    os.unlink(path)


@scenario
def additive_list_loses_only_whom_postvagt_put_there(world):
  """A manager added by hand stays, though step 3 could look at him, and is a finding."""
  additive(world).start()
  world.run("apply", status=0).says("Chef is on the list")
  stands_in(world)
  world.run("apply", status=0)
  world.expect_members(Drift="anna chef")
  world.run("apply", status=0)
  stands_in(world)
  world.run("apply", status=0)
  world.expect_members(Drift="anna chef")


@scenario
def additive_list_after_its_state_is_lost(world):
  """What the reports say is the same; of a damaged file nothing is believed."""
  additive(world).start()
  for ruin in (lose_state,
               lambda world: world.write("state/additions-reports.json", "{}", 0o600),
               lambda world: world.write("state/additions-reports.json", "", 0o600)):
    stands_in(world)
    ruin(world)
    world.run("apply", status=0)
    world.expect_members(Drift="anna chef")


@scenario
def additive_list_keeps_a_stand_in_whom_somebody_added_again(world):
  """postvagt put bo there once, and took him off; or somebody else did, and a run saw that."""
  additive(world).start()
  stands_in(world)
  world.run("apply", status=0)
  world.set("Drift", **{world.member: world.dns_of("anna bo chef")})
  for ruin in (lambda world: None, lose_state):
    ruin(world)
    world.run("apply", status=0).says("Bo is on the list")
    world.expect_members(Drift="anna bo chef")
  world.set("Drift", **{world.member: world.dns_of("anna chef")})
  stands_in(world)
  world.set("Drift", **{world.member: world.dns_of("anna chef")})
  world.run("apply", status=0)
  world.set("Drift", **{world.member: world.dns_of("anna bo chef")})
  for ruin in (lambda world: None, lose_state):
    ruin(world)
    world.run("apply", status=0).says("Bo is on the list")
    world.expect_members(Drift="anna bo chef")
  world.run("audit", "verify", status=0)


@scenario
def additive_list_after_an_undo(world):
  """The undo puts a stand-in of postvagt's back, who is one again; and one added by hand, who is not."""
  additive(world, "anna chef", deputies=[]).start()
  stands_in(world)
  world.run("apply", status=0)
  run = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])["run"]
  for ruin in (lambda world: None, lose_state):
    world.run("audit", "undo", run, "--case", "1", status=0)
    world.expect_members(Drift="bo chef")
    ruin(world)
    world.run("apply", status=0)
    world.expect_members(Drift="anna chef")
    run = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])["run"]


@scenario
def additive_list_after_a_crash(world):
  """A run is killed after it put bo there; the next completes its report, which shows that it did."""
  additive(world).start()
  stands_in(world)
  world.run("apply", status=0)
  world.set("anna", postvagtAbsence=FOREVER)
  world.faulty("apply", at=1, when="after")
  world.run("apply", status=0)
  world.expect_members(Drift="bo chef")
  world.set("anna", postvagtAbsence=[])
  world.run("apply", status=0)
  world.expect_members(Drift="anna chef")
  world.run("audit", "verify", status=0)


@scenario
def additive_list_and_a_renamed_person(world):
  """Who was put there under another name is the same person."""
  additive(world).start()
  stands_in(world, back=False)
  world.rename("bo", "bosse")
  world.set("Drift", **{world.member: [world.person_dn("bosse"), world.dn("chef")]})
  world.set("anna", postvagtAbsence=[], postvagtDeputy=world.person_dn("bosse"))
  world.run("apply", status=0)
  world.expect_members(Drift="anna chef")


@scenario
def additive_list_loses_who_lost_the_role(world):
  """Whom postvagt put there in their own right; not who was there before."""
  additive(world, "anna")
  world.people("dan eva", "infrastrukturansvarlig")
  world.settings["limits"] = {"removals_per_list": 5}
  world.start()
  world.run("apply", status=0)
  world.expect_members(Drift="anna dan eva")
  world.set("dan", postvagtRole=[])
  world.set("anna", postvagtRole=[])
  world.run("apply", status=0).says("Anna is on the list")
  world.expect_members(Drift="anna eva")


@scenario
def forged_runs_take_nobody_off_an_additive_list(world):
  """Where a key is set, a line and a report that say that postvagt added the manager prove nothing without it."""
  world.run("audit", "keygen", world.path("key"), status=0)
  world.settings["reports"]["sign_key_file"] = world.path("key")
  additive(world).start()
  stands_in(world, back=False)
  folder = world.path("reports")
  rows = world.read(os.path.join(folder, "runs.jsonl")).splitlines()
  line = json.loads(rows[-1])
  report = world.read(os.path.join(folder, line["report"]["name"]))
  forged = report.replace(world.dn("bo"), world.dn("chef"))
  name = line["report"]["name"].replace(line["run"], "0badcafe")
  world.write(os.path.join("reports", name), forged)
  digest = lambda text: hashlib.sha256(text.encode()).hexdigest()
  line.update(run="0badcafe", number=line["number"] + 1, previous=digest(rows[-1]),
              report={"name": name, "sha256": digest(forged)})
  for extra in ({}, {"additions": digest("{}")}):
    line.update(extra)
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    world.write("reports/runs.jsonl", "".join(row + "\n" for row in [*rows, text]))
    world.write("reports/runs.head", digest(text) + "\n")
    lose_state(world)
    world.set("anna", postvagtAbsence=[])
    plan = world.plan()["lists"][0]
    equal([world.short(dn) for dn in plan["remove"]], ["bo"], "who leaves")
  world.run("apply", status=0)
  world.expect_members(Drift="anna chef")


@scenario
def chain_that_was_cut_off_takes_nobody_off_an_additive_list(world):
  """postvagt put bo there, took him off, and somebody added him by hand: a chain cut off before the second does not count."""
  world.run("audit", "keygen", world.path("key"), status=0)
  world.settings["reports"]["sign_key_file"] = world.path("key")
  additive(world).start()
  stands_in(world)
  rows = world.read(world.path("reports/runs.jsonl")).splitlines()
  world.run("apply", status=0)
  world.set("Drift", **{world.member: world.dns_of("anna bo chef")})
  world.write("reports/runs.jsonl", "".join(row + "\n" for row in rows))
  world.write("reports/runs.head", hashlib.sha256(rows[-1].encode()).hexdigest() + "\n")
  world.run("plan", status=0).says("has no line of run")
  world.run("apply", status=0).says("has no line of run", "Bo is on the list")
  for _ in range(2):
    world.run("apply", status=0).says("Bo is on the list")
    world.expect_members(Drift="anna bo chef")


@scenario
def protected_list_loses_the_stand_ins_that_the_reports_show(world):
  """A group that the list asks for is gone: who was added by hand stays, also one whom step 3 could look at."""
  world.people("bo chef dan")
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo", manager="chef")
  world.group("G", "dan")
  world.one_list("anna chef", groups="G")
  world.start()
  world.set("anna", postvagtAbsence=FOREVER)
  world.run("apply", status=0)
  world.expect_members(Drift="bo dan")
  world.set("Drift", **{world.member: world.dns_of("bo chef dan")})
  world.remove("G")
  world.set("anna", postvagtAbsence=[])
  world.run("apply", status=4)
  world.expect_members(Drift="anna chef dan")


@scenario
def absent_member_leaves_an_additive_list(world):
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo")
  world.people("bo stranger")
  world.one_list("anna stranger", membership="additive")
  world.start().four_ways(Drift="bo stranger")


@scenario
def keep_is_put_and_kept(world):
  world.person("anna", "infrastrukturansvarlig")
  world.list("Arkiv", "anna")
  world.list("Bilag", "anna")
  world.one_list("anna Arkiv", keep=[world.dn("Arkiv").upper(), world.dn("Bilag")])
  world.start().four_ways(Drift="anna Arkiv Bilag")


@scenario
def mailbox_list_holds_everyone_who_answers(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl", "superbruger")
  world.person("dora", "infrastrukturejer")
  world.list("Arkiv", "anna")
  world.list("Alle", "carl")
  world.list("Kritisk", "dora")
  world.list("Orientering")
  world.one_list("anna", keep=[world.dn("Arkiv")],
                 critical=world.block("Kritisk", "infrastrukturejer"),
                 inform=world.block("Orientering", "superbruger"))
  world.mailbox_list("Alle")
  world.start().four_ways(Drift="anna bo Arkiv", Orientering="carl", Alle="anna bo dora",
                          Kritisk="dora Arkiv")


@scenario
def tags_that_share_a_list(world):
  """One list, one line a route, all tags: in the plan, the report, a kept plan, an undo and the chain."""
  world.person("anna", "infrastrukturansvarlig", absence="2020-01-01/2037-01-01")
  world.person("bo", "infrastrukturansvarlig")
  world.list("Sikker", "anna")
  world.list("Hast", "anna bo")
  world.list("Alle", "anna bo")
  world.route(["sikkerhed", "certifikat"], "Sikker", "infrastrukturansvarlig", at_least=2,
              critical=world.block("Hast", people="bo", at_least=1))
  world.mailbox_list("Alle")
  world.start()
  plan = world.plan()
  equal([(world.short(item["list"]), item["tag"], item.get("tags"), item["kind"])
         for item in plan["lists"]],
        [("Alle", None, None, "mailbox"), ("Hast", "sikkerhed", ["sikkerhed", "certifikat"], "critical"),
         ("Sikker", "sikkerhed", ["sikkerhed", "certifikat"], "ordinary")], "tags of the lists")
  equal(sum(len(item["gaps"]) for item in plan["lists"]), 2, "gaps: no stand-in, too few; each once")
  why, = (member["why"] for member in plan["lists"][0]["members"] if member["dn"] == world.dn("bo"))
  equal(why, ["answers mail on sikkerhed", "answers mail on certifikat"], "why bo is on Alle")
  world.run("plan", status=0).says("sikkerhed, certifikat, ordinary", "sikkerhed, certifikat, critical")
  world.run("plan", "-o", world.path("kept.ldif"), status=0)
  before = world.state()
  world.run("apply", world.path("kept.ldif"), status=0)
  world.expect_members(Sikker="anna bo", Hast="bo", Alle="anna bo")
  report, undo = sorted(world.reports(), key=lambda name: name.endswith(".undo.ldif"))
  report, undo = (world.read(world.path(f"reports/{name}")) for name in (report, undo))
  for text, where in ((report, "the report"), (undo, "the undo file"),
                      (world.read(world.path("kept.ldif")), "the kept plan")):
    equal('"tag":"sikkerhed","tags":["sikkerhed","certifikat"]' in text, True, f"machine lines of {where}")
  equal("# sikkerhed, certifikat, critical: " in report, True, "the comment for people")
  run = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])
  equal({(item["tag"], *item["tags"]) for item in run["lists"]},
        {("sikkerhed", "sikkerhed", "certifikat")}, "the chain")
  for tag in ("sikkerhed", "certifikat"):
    world.run("audit", "list", "--tag", tag, status=0).says(run["run"])
    world.run("audit", "who", tag, status=0).says(world.dn("Hast"), world.dn("bo"))
  world.run("audit", "list", "--tag", "andet", status=0).never_says(run["run"])
  world.run("audit", "show", "--html", world.path("days.html"), "--tag", "certifikat", status=0)
  equal("sikkerhed, certifikat, critical</h3>" in world.read(world.path("days.html")), True, "the page")
  world.run("audit", "verify", status=0)
  world.run("audit", "undo", run["run"], status=0)
  world.expect_members(Sikker="anna", Hast="anna bo", Alle="anna bo")
  equal(world.state(), before, "the lists after the undo")
  world.four_ways(Sikker="anna bo", Hast="bo", Alle="anna bo")


def renamed(world, overlays):
  """Anna is on the list, and gets another name between two runs."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna bo")
  world.start(OVERLAYS=overlays)
  world.run("apply", status=0)
  world.rename("anna", "anna-holm")
  world.name("anna-holm", world.person_dn("anna-holm"))
  world.log()


@scenario
def rename_with_refint_is_no_change(world):
  renamed(world, "refint")
  for _ in range(50):  # refint follows a moment after the answer
    if "anna-holm" in world.members()["Drift"]:
      break
  world.log()
  world.run("apply", status=0)
  equal(world.writes(), [], "writes after a rename that the server followed")
  world.expect_members(Drift="anna-holm bo")


@scenario
@openldap_only("AD follows every rename")
def rename_without_refint_puts_the_new_name(world):
  renamed(world, "")
  equal(world.planned("Drift"), {"anna-holm", "bo"}, "the plan after a rename")
  world.four_ways(Drift="anna-holm bo")


@scenario
def moved_person_keeps_the_membership(world):
  world.entry(f"ou=Vej,ou=Medarbejdere,{world.suffix}", objectClass="organizationalUnit", ou="Vej")
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna bo")
  world.start(OVERLAYS="refint")
  world.rename("anna", "anna", above=f"ou=Vej,ou=Medarbejdere,{world.suffix}")
  world.name("anna", world.person_dn("anna", "ou=Vej,ou=Medarbejdere"))
  for _ in range(50):
    if "anna" in world.members()["Drift"]:
      break
  world.log()
  world.run("apply", status=0)
  equal(world.writes(), [], "writes after a move that the server followed")


@scenario
def dns_that_differ_in_spelling_only(world):
  above = f"ou=Børn og Unge,ou=Medarbejdere,{world.suffix}"
  world.entry(above, objectClass="organizationalUnit", ou="Børn og Unge")
  world.person("bjorn", "infrastrukturansvarlig", dn=f"cn=Østergaard\\, Bjørn,{above}",
               cn="Østergaard, Bjørn")
  world.person("anna", dn=f"cn=Sørensen\\+Åse #1,{above}", cn="Sørensen+Åse #1")
  world.list("Drift", [r"CN=\C3\98STERGAARD\2C Bj\C3\B8rn,  OU=B\C3\B8rn  og Unge, "
                       f"OU=medarbejdere , {world.suffix.upper()}",
                       r"cn=s\c3\b8rensen\2b\c3\85se \231," + above.replace("ø", "Ø")])
  world.route("drift", "Drift", "infrastrukturansvarlig",
              people=[r"CN=S\C3\98RENSEN\+Åse #1 , OU=BØRN OG UNGE,OU=Medarbejdere, "
                      + world.suffix])
  world.routes[0]["list"] = f"CN=drift , OU=LISTER,{world.suffix.replace(',', ', ')}"
  world.start()
  plan = world.plan("--exit-code")
  equal([(item["add"], item["remove"]) for item in plan["lists"]], [([], [])], "changes")
  world.log()
  world.run("apply", status=0)
  equal(world.writes(), [], "writes")


@scenario
def letters_outside_ascii_join_and_leave(world):
  above = f"ou=Øst,ou=Medarbejdere,{world.suffix}"
  world.entry(above, objectClass="organizationalUnit", ou="Øst")
  world.person("bjorn", "infrastrukturansvarlig", dn=f"cn=Østergaard\\, Bjørn,{above}",
               cn="Østergaard, Bjørn", name="Bjørn Østergaard")
  world.person("aase", dn=f"cn=Åse Æbelø,{above}", cn="Åse Æbelø", name="Åse Æbelø")
  world.one_list("aase")
  _, report = world.start().four_ways(Drift="bjorn")
  comments = "\n".join(line for line in report.splitlines() if line.startswith("#"))
  for text in (world.dn("aase"), "Bjørn Østergaard", "Østergaard"):
    if text not in comments:
      raise Failure(f"{text!r} stands in no comment:\n{report}")


@scenario
@openldap_only("looks into slapd's accesslog")
def large_list_changes_by_single_values(world):
  stays, leaves = [f"p{i:04}" for i in range(4995)], [f"q{i}" for i in range(5)]
  comes = [f"r{i}" for i in range(5)]
  world.people(stays + comes, "superbruger")
  world.people(leaves)
  world.list("Stor", stays + leaves)
  world.route("drift", "Stor", "superbruger")
  world.start(OVERLAYS="accesslog")
  before = world.state()
  world.log()
  world.run("apply", status=0)
  equal(len(world.writes()), 1, "modifies for ten changes of 5,000")
  equal(world.members()["Stor"], set(stays + comes), "members")
  changes = [value for attributes in world.search("cn=accesslog", where="(reqType=modify)").values()
             for name, value in attributes if name == "reqmod" and value.startswith("member:")]
  operations = sorted(change[:len("member:+")] for change in changes)
  equal(operations, ["member:+"] * 5 + ["member:-"] * 5, "the values that the server was sent")
  world.reset(before)
  world.four_ways(expected={"Stor": set(stays + comes)})


@scenario
def thousands_join_in_chunks(world):
  everyone = [f"p{i:04}" for i in range(world.thousands)]
  world.people(everyone, "superbruger")
  world.list("Stor")
  world.route("drift", "Stor", "superbruger")
  world.settings["limits"] = {"additions_per_list": world.thousands, "additions_per_run": world.thousands}
  world.start(own=True).four_ways(expected={"Stor": set(everyone)})


@scenario
def list_that_is_missing_is_an_error_and_the_rest_is_done(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.no_list("Væk")
  world.route("release", "Væk", "infrastrukturansvarlig")
  world.start()
  plan = world.plan()
  errors = [finding for finding in plan["findings"] if finding["severity"] == "error"]
  equal([normal(finding["where"]) for finding in errors], [normal(world.dn("Væk"))], "errors")
  world.run("plan", "--exit-code", status=10)
  world.four_ways(status=4, Drift="anna bo")


@scenario
def list_is_made(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.name("Drift, Øst", f"cn=Drift\\, Øst,ou=Lister,{world.suffix}")
  world.no_list("Uden")
  world.route("drift", "Drift, Øst", "infrastrukturansvarlig", address="drift@eksempel.dk")
  world.route("release", "Uden", people="anna")
  _, report = world.start().four_ways(expected={"Drift, Øst": {"anna", "bo"}, "Uden": {"anna"}})
  made = {world.short(dn): dict(attributes) for dn, attributes in world.state().items()}
  equal(made["Drift, Øst"].get("mail"), "drift@eksempel.dk", "address of the list that was made")
  equal(made["Uden"].get("mail"), None, "address of a list that has none")
  equal(report.count("changetype: add"), 2, "records that add")


@scenario
def list_that_nobody_is_for_is_not_made(world):
  world.people("anna", "infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.one_list("anna")
  world.no_list("Tom")
  world.route("release", "Tom", "programleder")
  world.start()
  world.log()
  world.run("apply", status=0).says("gap")
  equal(world.writes(), [], "writes")


@scenario
@openldap_only("the domain has another name there")
def group_member_is_found_however_others_spell_the_name(world):
  """A DN that the server does not know as it is spelled first, and by case folding (ſ is s) is that of somebody."""
  world.people("anna bo")
  world.person("carl", "infrastrukturansvarlig", absence=FOREVER,
               postvagtDeputy=world.dn("bo").replace("eksempel", "ekſempel"))
  world.group("IT", "anna bo")
  world.list("Drift", "anna bo")
  world.list("Vagt")
  world.route("vagt", "Vagt", roles="infrastrukturansvarlig",
              people=[world.dn("anna").replace("eksempel", "ekſempel")])
  world.route("drift", "Drift", groups="IT")
  world.start()
  plan = world.plan()
  equal({world.short(item["list"]): sorted(world.short(member["dn"]) for member in item["members"])
         for item in plan["lists"]}, {"Drift": ["anna", "bo"], "Vagt": ["anna", "bo"]}, "the members")


@scenario
def group_that_is_missing_keeps_everyone(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  world.dns["Borte"] = f"cn=Borte,ou=Grupper,{world.suffix}"
  world.one_list("anna carl", groups="Borte")
  world.list("Anden", "anna carl")
  world.route("release", "Anden", "infrastrukturansvarlig")
  first, _ = world.start().four_ways(status=4, Drift="anna bo carl", Anden="anna bo")
  first.says("cn=Borte")


@scenario
@openldap_only("no member on AD is a DN that is not there")
def group_that_is_missing_deep_inside(world):
  """A member of a group that is no entry is a finding; the group asked for is there."""
  world.people("anna bo")
  world.group("Ydre", f"anna cn=Borte,ou=Grupper,{world.suffix}")
  world.list("Drift", "bo")
  world.route("drift", "Drift", groups="Ydre")
  world.start().four_ways(Drift="anna")
  world.run("plan", status=0).says("cn=Borte")


@scenario
@openldap_only("written in slapd's ACLs")
def group_whose_members_are_hidden_is_not_empty(world):
  """The quiet kind: the group is there, and the account may not read who is in it."""
  world.people("anna carl", "infrastrukturansvarlig")
  world.person("bo")
  world.group("Et", "bo")
  world.one_list("anna bo", groups="Et")
  acl = (f'access to attrs=userPassword by anonymous auth\n'
         f'access to dn.exact="cn=Et,ou=Grupper,{world.suffix}" attrs=member '
         f'by dn.exact="{world.agent}" none\n'
         f'access to * by dn.exact="{world.agent}" write by users read')
  world.start(ACL=acl).run("apply", status=4).says("cn=Et")
  world.expect_members(Drift="anna bo carl")


def inner_group_that_shows(world, *rules):
  """A group inside a group, which the account sees only so far: its people stay on the list."""
  world.people("anna bo carl")
  world.group("Inder", "anna")
  world.group("Anden", "bo")
  world.group("Yder", "Inder Anden")
  world.list("Drift", "anna carl")
  world.route("drift", "Drift", groups="Yder")
  acl = "\n".join(["access to attrs=userPassword by anonymous auth by * none",
                   *(f'access to dn.base="{world.dn("Inder")}" {rule}' for rule in rules),
                   "access to * by * write"])
  world.start(ACL=acl).run("apply", status=4).says(world.dn("Inder"), "right to read")
  world.expect_members(Drift="anna bo carl")


@scenario
@openldap_only("active_directory.py has the same for Active Directory's way to hide")
def group_inside_that_shows_nothing_is_not_nobody(world):
  inner_group_that_shows(world, "attrs=entry by * read", "by * none")


@scenario
@openldap_only("written in slapd's ACLs")
def group_that_shows_nothing_keeps_everyone(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  world.group("Et", "carl")
  world.one_list("anna carl", groups="Et")
  acl = ("access to attrs=userPassword by anonymous auth by * none\n"
         f'access to dn.base="{world.dn("Et")}" attrs=entry by * read\n'
         f'access to dn.base="{world.dn("Et")}" by * none\n'
         "access to * by * write")
  world.start(ACL=acl).run("apply", status=4).says(world.dn("Et"), "right to read")
  world.expect_members(Drift="anna bo carl")


@scenario
@openldap_only("written in slapd's ACLs")
def entry_named_that_shows_nothing_keeps_everyone(world):
  world.people("anna bo carl", "infrastrukturansvarlig")
  world.person("dora")
  world.person("emil")
  world.one_list("anna dora emil", people=[world.dn("dora")])
  acl = ("access to attrs=userPassword by anonymous auth by * none\n"
         f'access to dn.base="{world.dn("dora")}" attrs=entry by * read\n'
         f'access to dn.base="{world.dn("dora")}" by * none\n'
         "access to * by * write")
  world.start(ACL=acl).run("apply", status=4).says(world.dn("dora"), "right to read")
  world.expect_members(Drift="anna bo carl dora emil")


@scenario
@openldap_only("active_directory.py has the same for Active Directory's way to hide")
def list_whose_members_are_hidden_is_left_alone(world):
  world.people("anna bo", "infrastrukturansvarlig")
  for number in (1, 2):
    world.list(f"L{number}", "anna")
    world.route(f"tag{number}", f"L{number}", "infrastrukturansvarlig")
  acl = (f'access to attrs=userPassword by anonymous auth\n'
         f'access to dn.exact="{world.dn("L1")}" attrs=member '
         f'by dn.exact="{world.agent}" =w by * none\n'
         f'access to * by dn.exact="{world.agent}" write by users read')
  world.start(ACL=acl).run("apply", status=4).says(world.dn("L1"))
  world.expect_members(L1="anna", L2="anna bo")


@scenario
def groups_inside_groups_and_in_a_circle(world):
  world.people("anna bo carl dora")
  world.group("Et", "anna To")
  world.group("To", "bo Tre")
  world.group("Tre", "carl Et Tre")
  world.list("Drift", "dora")
  world.route("drift", "Drift", groups="Et")
  world.start().four_ways(Drift="anna bo carl")


@scenario
def member_who_is_no_person_is_passed_over(world):
  world.person("anna", "infrastrukturansvarlig")
  world.entry(world.name("printer", f"cn=printer,{world.suffix}"), objectClass="device",
              cn="printer")
  world.group("Et", "anna printer")
  world.list("Drift", "printer")
  world.route("drift", "Drift", groups="Et")
  world.start().four_ways(Drift="anna")[0].says("printer")


@scenario
@openldap_only("no member on AD is a DN that is not there")
def value_of_somebody_who_left_goes(world):
  world.person("anna", "infrastrukturansvarlig")
  world.list("Drift", ["anna", world.person_dn("laga")])
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.start().four_ways(Drift="anna")


@scenario
def list_is_never_left_empty(world):
  world.person("anna", mail=False)
  world.person("bo")
  world.list("Arkiv", "bo")
  world.one_list("bo", people="anna", keep=[world.dn("Arkiv")])
  first, _ = world.start().four_ways(Drift="bo Arkiv")
  first.says("gap")
  [drift] = world.plan()["lists"]
  equal(bool(drift["gaps"]), True, "a list that the rules leave empty has a gap")


@scenario
def member_without_mail_leaves(world):
  world.person("anna", "infrastrukturansvarlig", mail=False)
  world.person("bo", "infrastrukturansvarlig")
  world.person("carl")
  world.one_list("anna bo", deputies=["carl@eksempel.dk"])
  world.start().four_ways(Drift="bo")


@scenario
def two_spellings_of_one_role(world):
  world.roles = [{"id": "ansvarlig", "title": {"da": "A"}, "values": ["Den Ansvarlige"]}]
  world.person("anna", ["DEN ANSVARLIGE"])
  world.person("bo", ["ansvarlig/SAPA; noget andet"])
  world.person("carl", ["ansvarlig/sapa"])
  world.list("Alle", "anna")
  world.list("Sapa", "anna")
  world.route("drift", "Alle", roles="ansvarlig")
  world.route("release", "Sapa", roles="ansvarlig/SAPA")
  world.start().four_ways(Alle="anna bo carl", Sapa="bo")


@scenario
def special_characters_in_references_are_no_filters(world):
  world.person("anna", "infrastrukturansvarlig")
  world.person("bo*", mail="bo*x@eksempel.dk", dn=world.person_dn("stjerne"))
  world.person("bob", mail="bobx@eksempel.dk")
  world.person("c(d", mail="c@eksempel.dk", dn=world.person_dn("parentes"))
  world.person("e\\f", mail="e@eksempel.dk", dn=world.person_dn("baglaens"))
  world.list("Drift", "anna")
  route = world.route("drift", "Drift", "infrastrukturansvarlig")
  route["to"]["people"] = ["bo*X@eksempel.dk", "*", "c(d", "e\\f", "b*", "anna)(uid=*",
                           "*)(objectClass=*"]
  result, _ = world.start().four_ways(status=4, Drift="anna bo* c(d e\\f")
  result.says('anna)(uid=*')
  for word in ("*", "bo", "b*", "*)(uid=*", "\\2a", "*@eksempel.dk"):
    world.run("explain", word, status=2)


@scenario
def scope_with_special_characters_is_no_filter(world):
  world.person("anna", ["systemansvarlig/A*B"])
  world.person("bo", ["systemansvarlig/AxB", "systemansvarlig/A(b)\\"])
  world.list("Drift", "bo")
  world.route("drift", "Drift", roles=["systemansvarlig/A*B"])
  world.list("Release", "anna")
  world.route("release", "Release", roles=["systemansvarlig/A(b)\\"])
  world.start().four_ways(Drift="anna", Release="bo")


@scenario
def two_with_one_mail_are_nobody(world):
  """Nobody knows who is meant, so nobody leaves for it; the finding names both, and what to do."""
  world.person("anna", "infrastrukturansvarlig")
  world.person("bo", mail="faelles@eksempel.dk")
  world.person("carl", mail="faelles@eksempel.dk")
  world.one_list("bo", people="faelles@eksempel.dk")
  world.list("Anden", "bo")
  world.route("release", "Anden", "infrastrukturansvarlig", keep=["faelles@eksempel.dk"])
  first, _ = world.start().four_ways(status=4, Drift="anna bo", Anden="anna bo")
  first.says("faelles@eksempel.dk, named under people (", "faelles@eksempel.dk, named under keep (",
             f"2 people bear it: {world.dn('bo')}; {world.dn('carl')}", "by DN")


@scenario
def name_of_nobody_protects_the_list(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.people("carl dora")
  world.one_list("carl", people=["carrl@eksempel.dk"])
  world.list("Anden", "dora")
  world.route("release", "Anden", "infrastrukturansvarlig", keep=[f"cn=Borte,{world.suffix}"])
  first, _ = world.start().four_ways(status=4, Drift="anna bo carl", Anden="anna bo dora")
  first.says("carrl@eksempel.dk, named under people (", "not in the directory",
             "nobody is removed from the list", f"cn=Borte,{world.suffix}, named under keep (")


@scenario
def fault_of_several_lists_is_one_finding(world):
  world.people("anna bo", "infrastrukturansvarlig")
  for name in "ABC":
    world.list(f"Liste{name}", "bo")
    world.route({"A": "drift", "B": "release", "C": "test"}[name], f"Liste{name}",
                "infrastrukturansvarlig", people=["ukendt"])
  world.start().run("apply", status=4).says("ukendt, named under people (", "3 lists in all", "1 error")


@scenario
def comparable_reports(world):
  """The same change in two runs gives the same report but for the lines that say which run."""
  world.people("anna bo dora", "infrastrukturansvarlig")
  world.person("carl")
  world.one_list("anna carl")
  world.start()
  before, texts = world.state(), []
  for _ in range(2):
    known = world.reports()
    world.run("apply", status=0)
    texts.append(world.new_report(known)[2].splitlines())
    world.reset(before)
  different = [pair for pair in zip(*texts) if pair[0] != pair[1]]
  equal(len(texts[0]), len(texts[1]), "lines of two reports of the same change")
  for pair in different:
    if not re.match(r'^# [\w ]+: |^#@ {"form":', pair[0]) or len(different) > 4:
      raise Failure(f"lines that differ between two runs: {different}")


@scenario
def report_says_who_why_and_how_many(world):
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo")
  world.people("bo carl")
  world.one_list("anna carl")
  world.start()
  known = world.reports()
  world.run("--case", "SAG-2026-17 æøå", "apply", status=0)
  report = world.new_report(known)[2]
  for text in ("SAG-2026-17 æøå", "drift", "# members: 2 before, 1 after, 1 available",
               world.dn("bo"), world.dn("carl"), "# total: 1 added, 2 removed"):
    if text not in report:
      raise Failure(f"the report lacks {text!r}:\n{report}")
  people = [line for line in report.splitlines()
            if line.startswith("# ") and ",ou=medarbejdere" in line.lower()]
  equal(len(people), 3, f"lines of comment that name a person:\n{report}\n")
  records = ldif.parse(report)
  equal(list(records), [world.dn("Drift")], "what the records change")
