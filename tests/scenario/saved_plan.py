"""Kept plans: plan -o FILE, then apply FILE: exactly that, or nothing."""
import base64
import hashlib
import json
import os
import re
import signal

import ldif
from audit import lines, verify
from limits import losing
from scenario import openldap_only, scenario
from world import FOREVER, Failure, equal

SEAL = '#@ {"seal":"'
SIGNATURE = '#@ {"signature":"'


def keep(world, *arguments, status=0, name="kept.ldif"):
  """Its text; nothing is changed by keeping it."""
  world.log()
  world.run("plan", "-o", name, *arguments, status=status)
  equal(world.writes(), [], "writes of plan -o")
  return world.read(world.path(name))


def reseal(world, text, end="# end\n"):
  """A plan that somebody altered who knows how it is sealed."""
  body = text[:text.index(SEAL)]
  seal = hashlib.sha256(body.encode()).hexdigest()
  world.write("kept.ldif", f'{body}{SEAL}{seal}"}}\n{end}')


def refused(world, *says, name="kept.ldif", status=3):
  """It is not carried out. Returns the text of the report of that."""
  before, known = world.state(), world.reports()
  world.log()
  run = world.run("apply", name, status=status).says(*says)
  equal(world.writes(), [], f"writes of a refused run\n{run}\n")
  equal(world.state(), before, "the lists, after a refused run")
  if status != 3:
    equal(world.reports(), known, "reports of a run that was no run")
    return ""
  report, undo, text = world.new_report(known)
  world.ldapmodify(report)
  world.ldapmodify(undo)
  equal(world.state(), before, "the lists, after ldapmodify -f of a refused run's report")
  if "# kept plan: " not in text:
    raise Failure(f"the report does not name the kept plan:\n{text}")
  return text


def done(world, *arguments, status=0, **lists):
  """It is carried out, the report replays both ways, and a second time there is nothing to do."""
  before, known = world.state(), world.reports()
  run = world.run("apply", "kept.ldif", *arguments, status=status)
  world.expect_members(**lists)
  after = world.state()
  report = world.new_report(known)
  world.log()
  world.run("apply", "kept.ldif", *arguments, status=status).says("done already")
  equal(world.writes(), [], "writes of a plan that is carried out already")
  equal(world.state(), after, "the lists, after the plan was carried out twice")
  world.check_report(*report[:2], before, after)
  return run, report[2]


def small(world, other=None):
  """Two join, one leaves, one stays; and somebody who is on no list, or on the other one."""
  world.person("anna", "infrastrukturansvarlig", name="Anna Møller")
  world.people("bo carl", "infrastrukturansvarlig")
  world.people("dora")
  world.person("eva", name="Eva Ø. (IT)")
  world.one_list("bo dora")
  if other is not None:
    world.list("Anden", other)
    world.route("release", "Anden", "infrastrukturansvarlig")
  return world.start()


def records(text):
  """Without the head, where runs tell who, when and of which plan; and without what programs are told."""
  return re.sub(r"(?m)^#@ .*\n", "", text[text.index("\n\n"):])


@scenario
def kept_plan_is_carried_out(world):
  small(world)
  text = keep(world)
  run, report = done(world, Drift="anna bo carl")
  run.says("Anna Møller", "2 added, 1 removed", "role infrastrukturansvarlig", "the plan was kept")
  equal(records(report), records(text), "the report, but for its head")


@scenario
def kept_plan_does_what_apply_does(world):
  """Several lists, stand-ins, gaps, the mailbox's list: the report that apply leaves."""
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo")
  world.people("bo")
  world.person("carl", "infrastrukturansvarlig superbruger", absence=FOREVER)
  world.people("dora eva", "superbruger")
  world.one_list("anna carl")
  world.list("Anden", "bo dora")
  world.list("Alle", "eva")
  world.mailbox_list("Alle")
  world.route("release", "Anden", "superbruger", at_least=3)
  world.start()
  before = world.state()
  text, known = keep(world), world.reports()
  plain = world.run("apply", status=0)
  after = world.state()
  report = world.new_report(known)[2]
  world.reset(before)
  known = world.reports()
  run = world.run("apply", "kept.ldif", status=0)
  equal(world.state(), after, "the lists, after the kept plan")
  equal(records(world.new_report(known)[2]), records(report), "the kept plan's report")
  equal(records(text), records(report), "the kept plan itself")
  equal(run.out.splitlines()[1:-1], plain.out.splitlines()[1:-1], "what it says")


@scenario
def kept_plan_is_ldif(world):
  """ldapmodify carries it out, too; then it is done already."""
  small(world)
  keep(world)
  world.ldapmodify(world.path("kept.ldif"))
  world.expect_members(Drift="anna bo carl")
  world.log()
  world.run("apply", "kept.ldif", status=0).says("done already")
  equal(world.writes(), [], "writes")


@scenario
def kept_plan_of_no_change(world):
  world.people("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  keep(world)
  world.run("apply", "kept.ldif", status=0).says("done already")
  equal(world.reports(), [], "reports")


@scenario
def kept_plan_broken_off_is_finished(world):
  """At each write; the list's members are then between what they were and what they will be."""
  small(world, "eva")
  before = world.state()
  keep(world)
  world.log()
  world.run("apply", "kept.ldif", status=0)
  writes, after = world.writes(), world.state()
  for number in range(1, len(writes) + 1):
    world.reset(before)
    killed = world.faulty("apply", "kept.ldif", at=number)
    equal(killed.status, -signal.SIGKILL, f"status of a run killed at write {number}")
    world.run("apply", "kept.ldif", status=0)
    equal(world.state(), after, f"the lists, after a kill at write {number} and another run")


@scenario
def kept_plan_partly_done_by_somebody_else(world):
  small(world)
  keep(world)
  world.change(ldif.record(world.dn("Drift"), [
      ("changetype", "modify"), ("add", world.member), (world.member, world.dn("anna")),
      ("-", None), ("delete", world.member), (world.member, world.dn("dora")), ("-", None)]))
  done(world, Drift="anna bo carl")


def put(world, verb, who):
  world.change(ldif.record(world.dn("Drift"), [
      ("changetype", "modify"), (verb, world.member), (world.member, world.dn(who)),
      ("-", None)]))


@scenario
def kept_plan_whose_list_got_somebody(world):
  small(world)
  keep(world)
  put(world, "add", "eva")
  text = refused(world, world.dn("Drift"), world.dn("eva"), "Eva Ø. (IT)", "added since")
  if "# moved since it was kept: " not in text or "Eva Ø. (IT)" not in text:
    raise Failure(f"the report does not say what moved:\n{text}")
  world.run("--json", "apply", "kept.ldif", status=3).says("added since")
  put(world, "delete", "eva")
  done(world, Drift="anna bo carl")


@scenario
def kept_plan_whose_list_lost_somebody(world):
  """Who was to stay; and another who came and one who went are all said."""
  small(world)
  keep(world)
  put(world, "add", "eva")
  put(world, "delete", "bo")
  refused(world, world.dn("bo"), "(Bo) was removed since", world.dn("eva"), "added since")


@scenario
def kept_plan_of_two_lists_does_neither_when_one_moved(world):
  small(world, "eva")
  keep(world)
  put(world, "add", "eva")
  refused(world, world.dn("Drift"))


@scenario
def kept_plan_minds_only_the_lists_that_it_changes(world):
  small(world, "anna bo carl")
  keep(world)
  world.set("Anden", **{world.member: world.dns_of("anna bo carl eva")})
  done(world, Drift="anna bo carl", Anden="anna bo carl eva")


@scenario
def kept_plan_whose_list_is_gone(world):
  small(world)
  keep(world)
  world.remove("Drift")
  refused(world, "not there any more")


@openldap_only("another entry of the same name")
@scenario
def kept_plan_whose_list_was_made_anew(world):
  small(world)
  keep(world)
  world.remove("Drift")
  world.change(ldif.record(world.dn("Drift"), [
      ("changetype", "add"), ("objectClass", "groupOfNames"), ("cn", "Drift"),
      ("member", world.dn("bo")), ("member", world.dn("dora"))]))
  refused(world, "made anew")


@scenario
def kept_plan_of_somebody_who_is_gone(world):
  """Who is to join was renamed or deleted: their old name is put on no list."""
  small(world)
  keep(world)
  world.rename("anna", "annika")
  refused(world, world.dn("anna"), "no such entry")


@scenario
def kept_plan_of_other_files(world):
  small(world)
  keep(world)
  for name in ("postvagt.yaml", "tags.yaml", "roles.yaml", "routes.yaml"):
    text = world.read(world.path(name))
    world.write(name, text + "\n")
    report = refused(world, name, "changed since")
    equal(report.count("# moved since it was kept: "), 1, "files that are said to have moved")
    world.write(name, text)
  done(world, Drift="anna bo carl")


@scenario
def kept_plan_that_was_altered(world):
  """Each line of it: another byte, gone, twice, or the end. Nothing is written, by any."""
  small(world)
  text = keep(world)
  before = world.state()
  lines = text.splitlines(keepends=True)
  world.log()
  for number, line in enumerate(lines):
    above, behind = "".join(lines[:number]), "".join(lines[number + 1:])
    flip = len(line) // 2
    byte = "y" if line[flip] == "x" else "x"
    for altered in (above + line[:flip] + byte + line[flip + 1:] + behind, above + behind,
                    above + line + line + behind):
      world.write("altered.ldif", altered)
      world.run("apply", "altered.ldif", status=3).says("altered.ldif: ")
  for cut in range(text.index("# run: "), len(text), 97):
    world.write("altered.ldif", text[:cut])
    world.run("apply", "altered.ldif", status=3).says("cut off")
  equal((world.writes(), world.state()), ([], before), "what altered plans did")
  refused(world, "cut off", name="altered.ldif")
  done(world, Drift="anna bo carl")


@scenario
def kept_plan_that_is_none(world):
  small(world)
  keep(world)
  known = world.reports()
  done(world, Drift="anna bo carl")
  report = [name for name in world.reports() if name not in known][0]
  world.write("empty", "")
  world.write("other", "version: 1\n")
  for name in (f"reports/{report}", "empty", "other", "postvagt.yaml", "nothing", ".", "/dev/null",
               "/dev/zero"):
    refused(world, name=name, status=2)
  # 64 MiB is the most that is read.
  with open(world.path("large"), "wb") as file:
    os.truncate(file.fileno(), 65 * 1024 * 1024)
  refused(world, name="large", status=2)


@scenario
def kept_plan_that_was_forged(world):
  """Sealed anew by somebody: what it does must still fit its basis, as postvagt writes it."""
  small(world)
  text = keep(world)
  dn = world.dn
  had = {name: f'#@ {{"had":"{dn(name)}"}}\n' for name in ("anna", "bo", "dora")}
  drift = f'#@ {{"list":"{dn("Drift")}"'
  for was, becomes in ((had["dora"], ""),
                       (had["bo"], had["bo"] + had["anna"]),
                       (had["bo"], had["bo"] * 2),
                       (drift, f'#@ {{"list":"{dn("eva")}"'),
                       (drift, '#@ {"list":"Drift"'),
                       (drift, f'#@ {{"what":1}}\n{drift}'),
                       ('"exists":true', '"exists":false'),
                       ('"unexplained":{"removals":1', '"unexplained":{"removals":-1'),
                       ('"additions":2}', '"additions":"2"}'),
                       (f'"joins":"{dn("anna")}"', f'"joins":"{dn("eva")}"'),
                       (f'#@ {{"leaves":"{dn("dora")}"', f'#@ {{"stays":"{dn("dora")}"'),
                       (f"{world.member}: {dn('anna')}\n", f"{world.member}: {dn('eva')}\n"),
                       (f"add: {world.member}\n", f"replace: {world.member}\n"),
                       (f"add: {world.member}\n", "add: description\ndescription: x\n-\n"
                                                  f"add: {world.member}\n"),
                       ("changetype: modify\ndelete", "changetype: delete\n\n# x\ndelete"),
                       ('"tags":"', '"tag":"'), ('"state":"planned"', '"state":"done"'),
                       ('"file":"plan"', '"file":"report"'), ('{"form":2,', '{"form":3,'),
                       ('{"form":2,', '{"form":2,"form":2,'), ('"case":null', '"case":"\\u0000"'),
                       ('"run":"', '"running":"'), ('"started":"', '"started":"x')):
    if was not in text:
      raise Failure(f"{was!r} is not in the plan:\n{text}")
    reseal(world, text.replace(was, becomes, 1))
    refused(world, "kept.ldif", status=2)
  reseal(world, text)
  done(world, Drift="anna bo carl")


@scenario
def kept_plan_tells_its_age(world):
  small(world)
  text = re.sub(r'"(started|at)":"[^"]*"', r'"\1":"2026-01-05T08:00:00+01:00"', keep(world))
  reseal(world, text)
  run, report = done(world, Drift="anna bo carl")
  run.says("5 January 2026", "days ago")
  if "# decided as of: 2026-01-05T08:00:00+01:00\n" not in report:
    raise Failure(f"the report does not say as of when it was decided:\n{report}")


@scenario
def kept_plan_of_another_moment(world):
  small(world)
  keep(world, "--at", "2027-01-05T08:00")
  refused(world, "--at", status=2)


@scenario
def kept_plan_in_another_language(world):
  """With each comment in Danish, and read by a run in English, and the other way round; or with none at all."""
  small(world)
  reseal(world, re.sub(r"(?m)^# .*\n", "", keep(world)) + "# end\n")
  before = world.state()
  run, report = done(world, Drift="anna bo carl")
  run.says("role infrastrukturansvarlig")
  equal("(Anna Møller): role infrastrukturansvarlig" in report, True, f"the report's reasons\n{report}")
  world.reset(before)
  keep(world, "--lang", "da")
  run, report = done(world, Drift="anna bo carl")
  run.says("role infrastrukturansvarlig").never_says("rolle")
  equal(report.count("(Anna Møller): role infrastrukturansvarlig"), 1, f"the report's reasons\n{report}")
  world.reset(before)
  keep(world)
  world.run("--lang", "da", "apply", "kept.ldif", status=0).says("Anna Møller", "2 tilføjet", "rolle infra")
  world.expect_members(Drift="anna bo carl")


@scenario
def kept_plan_over_a_limit(world):
  losing(world, 6).start()
  keep(world, status=3)
  text = refused(world, "removals_per_list")
  if "# over the limit: " not in text:
    raise Failure(f"the report does not say which limit:\n{text}")
  world.run("apply", "kept.ldif", "--over-limit", status=2)
  for nothing in ("", " \t"):
    world.run("apply", "kept.ldif", "--over-limit", "--case", nothing, status=2).says("--case")
  world.run("apply", "--over-limit", "--case", "2026-117", status=2)
  known, before = world.reports(), world.state()
  world.run("apply", "kept.ldif", "--over-limit", "--case", "2026-117", status=0)
  world.expect_members(Drift="anna")
  report, undo, text = world.new_report(known)
  for line in ("# case: 2026-117\n", "# let past the limit: ", "# over the limit: "):
    if line not in text:
      raise Failure(f"the report lacks {line!r}:\n{text}")
  world.check_report(report, undo, before, ldif_after(world, before))


def ldif_after(world, before):
  """As apply itself would leave it, were there no limit."""
  world.settings["limits"] = {"removals_per_list": 99}
  world.reset(before)
  world.write_files()
  world.run("apply", status=0)
  return world.state()


@scenario
def kept_plan_past_a_limit_is_that_plan_alone(world):
  """--over-limit lets past a limit; not past a list that moved."""
  losing(world, 6)
  world.person("eva")
  world.start()
  keep(world, status=3)
  put(world, "add", "eva")
  before = world.state()
  world.log()
  world.run("apply", "kept.ldif", "--over-limit", "--case", "x", status=3).says("added since")
  equal((world.writes(), world.state()), ([], before), "a plan that moved, let past a limit")


@scenario
def kept_plan_carries_its_case(world):
  small(world)
  keep(world, "--case", "2026-118")
  _, report = done(world, Drift="anna bo carl")
  if "# case: 2026-118\n" not in report:
    raise Failure(f"the plan's case is not in the report:\n{report}")


@scenario
def kept_plan_that_makes_a_list(world):
  world.person("anna", "infrastrukturansvarlig", name="Anna Møller")
  world.people("bo", "infrastrukturansvarlig")
  world.people("eva")
  world.no_list("Planlagt")
  world.route("drift", "Planlagt", roles="infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.start()
  keep(world)
  done(world, Planlagt="anna bo")
  world.run("apply", "kept.ldif", status=0)
  world.set("Planlagt", **{world.member: world.dns_of("anna eva")})
  refused(world, world.dn("eva"), "added since")


@scenario
def kept_plan_while_a_feed_is_down(world):
  """Removals stay held, also when the feed is back."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  world.one_list("anna carl")
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": "file:///nonexistent/absences.json", "format": "json",
      "fields": {"person": "nr", "from": "fra", "until": "til"}, "match": "employeeNumber"}]
  world.start()
  keep(world, status=6)
  known = world.reports()
  world.run("apply", "kept.ldif", status=6).says("loen")
  world.expect_members(Drift="anna bo carl")
  text = world.new_report(known)[2]
  if "1 held" not in text:
    raise Failure(f"the report does not count what is held:\n{text}")


@scenario
def kept_plan_with_a_list_missing(world):
  small(world)
  world.no_list("Anden")
  world.route("release", "Anden", "infrastrukturansvarlig")
  world.write_files()
  keep(world)
  world.run("apply", "kept.ldif", status=4).says(world.dn("Anden"))
  world.expect_members(Drift="anna bo carl")


@scenario
def kept_plan_of_odd_names(world):
  """DNs that a line cannot carry as they are, or that look like its own marks."""
  odd = world.person_dn("Åse\\2C \\28x\\29: y")
  world.person("aase", "infrastrukturansvarlig", dn=odd, name="Åse (x): y")
  world.person("bidi", dn=world.person_dn("a\u202eb"))
  world.person("had", dn=world.person_dn("had: x"))
  world.people("bo", "infrastrukturansvarlig")
  world.one_list("bidi had")
  world.start()
  text = keep(world)
  if not re.search(r'"had":"[A-Za-z]+=a\\u202eb,', text):
    raise Failure(f"no value is escaped:\n{text}")
  done(world, Drift="aase bo")


def with_key(world):
  world.run("audit", "keygen", world.path("key"), status=0)
  world.settings["reports"]["sign_key_file"] = world.path("key")
  return small(world)


@scenario
def kept_plan_is_signed(world):
  """With a key, whoever can write the file cannot make another plan of it."""
  with_key(world)
  text = keep(world)
  end = text[text.index(SIGNATURE):]
  reseal(world, text)
  refused(world, "not signed")
  reseal(world, text.replace("Anna", "Annb"), end)
  refused(world, "not signed")
  other = base64.b64encode(bytes(64)).decode()
  reseal(world, text, f'{SIGNATURE}{other}"}}\n# end\n')
  refused(world, "not signed")
  reseal(world, text, end)
  done(world, Drift="anna bo carl")
  verify(world)


@scenario
def kept_plan_in_the_chain(world):
  """Each run of apply FILE has its line, which names the plan; its reports are proved."""
  with_key(world)
  text = keep(world)
  sha256 = hashlib.sha256(text.encode()).hexdigest()
  equal(world.reports(), [], "what plan -o leaves among the reports")
  put(world, "add", "eva")
  world.run("apply", "kept.ldif", status=3)
  put(world, "delete", "eva")
  world.run("apply", "kept.ldif", status=0)
  world.run("apply", "kept.ldif", status=0)
  world.write("altered.ldif", text.replace("Anna", "Annb"))
  world.run("apply", "altered.ldif", status=3)
  world.run("apply", "nothing", status=2)
  runs = [json.loads(line) for line in lines(world)]
  told = [(run["outcome"], run["status"], run["kept_plan"] == sha256) for run in runs]
  equal(told, [("refused", 3, True), ("done", 0, True), ("unchanged", 0, True),
               ("refused", 3, False)], "the lines")
  verify(world)
  world.run("audit", "show", runs[1]["run"], status=0).says("Anna Møller", "joins")
