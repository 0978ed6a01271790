"""The command line: check, plan, explain, languages, usage."""
import json
import os
import pty
import select
import signal
import stat
import subprocess

import ldif
from scenario import openldap_only, scenario
from world import FOREVER, Failure, equal, normal


def town(world, **server):
  """One who is away, one who stands in, one who left, one to come."""
  world.person("anna", "infrastrukturansvarlig", name="Anna Ågård", absence=FOREVER,
               postvagtDeputy="bo")
  world.people("bo carl")
  world.person("dora", "infrastrukturansvarlig systemansvarlig/SAPA")
  world.list("Drift", "anna carl")
  world.list("Øvrige", "dora")
  world.list("Alle", "dora")
  world.mailbox_list("Alle")
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.route("*", "Øvrige", "systemansvarlig")
  return world.start(**server)


@scenario
def usage(world):
  town(world)
  before = world.state()
  world.log()
  for arguments in (["apply", "--at", "2026-01-01"], ["--at", "2026-01-01", "apply"],
                    ["apply", "--over-limit"], ["apply", "--over-limit", "--case", "SAG 1"],
                    ["apply", "kept.ldif", "--over-limit"], ["--findes-ikke", "plan"],
                    ["plan", "--exit-cod"], ["-x", "plan"], ["findes-ikke"], [], ["explain"],
                    ["explain", "a", "b"], ["plan", "for", "meget"], ["check", "x"],
                    ["plan", "-o"], ["--at", "i morgen", "plan"], ["--at", "", "plan"],
                    ["--lang", "se", "plan"], ["check", "--exit-code"], ["plan", "--over-limit"],
                    ["-c"], [""], ["", "--days", "3"]):
    result = world.run(*arguments, status=2)
    equal(result.out, "", f"standard output of {arguments}")
    equal(bool(result.err), True, f"a message for {arguments}")
  equal(world.writes(), [], "writes")
  equal(world.state(), before, "the lists")
  world.run("--help", status=0).says("explain", "--over-limit")
  world.run("--version", status=0).says("postvagt")
  world.run("help", "settings", status=0).says("directory.bind.password_file",
                                               "limits.removals_per_list", "(5)",
                                               "absence.feeds[].match")


@scenario
def output_that_cannot_be_written_is_a_failure(world):
  town(world)
  for words in (["plan"], ["--json", "plan"], ["plan", "--exit-code"], ["check"],
                ["explain", "drift"], ["coverage"], ["status"], ["--json", "status"], ["--help"],
                ["--version"], ["help"], ["help", "settings"]):
    world.run(*words, prefix=["sh", "-c", 'exec "$@" > /dev/full', "sh"],
              status=1).says("standard output cannot be written: No space left on device")


def closed_pipe(world, *words, lines=0):
  """
  Its status, standard error, and what the reader got before it went away. A reader that wants nothing is
  gone before the program starts.
  """
  started = world.path(f"started-{'-'.join(words).strip('-')}")
  child = world.spawn(*words, prefix=["sh", "-c", 'until [ -e "$0" ]; do sleep 0.01; done; exec "$@"', started])
  if lines == 0:
    child.stdout.close()
  world.write(os.path.basename(started), "")
  got = [child.stdout.readline() for _ in range(lines)]
  child.stdout.close()
  err = child.stderr.read().decode()
  world.children.remove(child)
  return child.wait(timeout=60), err, got


@scenario
def file_that_cannot_be_written_says_why(world):
  """On a device that is full, and it stays a device."""
  town(world)
  for words in (["plan", "-o", "/dev/full"], ["coverage", "--html", "/dev/full"]):
    world.run(*words, status=(1, 2)).says("/dev/full: cannot be written: No space left on device")
    equal(stat.S_ISCHR(os.stat("/dev/full").st_mode), True, "that /dev/full is a device")


@scenario
def answer_longer_than_a_buffer(world):
  """Why it was not written is known also where that was long before the end."""
  for i in range(900):
    world.person(f"ekstra-medarbejder{i:04}", "infrastrukturansvarlig")
  world.settings["limits"] = {"additions_per_list": 1000}
  world.one_list("ekstra-medarbejder0000")
  world.start()
  equal(len(world.run("--json", "plan", status=0).out) > 100000, True, "longer than a pipe holds")
  for words in (["plan"], ["--json", "plan"]):
    world.run(*words, prefix=["sh", "-c", 'exec "$@" > /dev/full', "sh"],
              status=1).says("standard output cannot be written: No space left on device")
  # The other answer is shorter than a pipe holds, so that its reader may leave too late.
  status, err, got = closed_pipe(world, "--json", "plan", lines=1)
  equal((status, err, len(got)), (-signal.SIGPIPE, "", 1), "status, standard error, lines")


@scenario
def reader_that_has_enough_is_no_error(world):
  """As with git: an answer ends by SIGPIPE, quietly; a deed is done to its end, with its own status."""
  town(world)
  for words in (["plan"], ["--json", "plan"], ["check"], ["status"], ["--help"], ["help", "settings"]):
    status, err, _ = closed_pipe(world, *words)
    equal((status, err), (-signal.SIGPIPE, ""), f"{words}: status, standard error")
  status, err, _ = closed_pipe(world, "apply")
  equal((status, err), (0, ""), "apply: status, standard error")
  world.expect_members(Drift="bo dora")
  world.new_report(set())
  equal(world.run("plan", "--exit-code").status, 0, "a plan with nothing to do")


@scenario
def what_was_done_is_done_whoever_can_read_of_it(world):
  """1 means that nothing was changed."""
  town(world)
  full = ["sh", "-c", 'exec "$@" > /dev/full', "sh"]
  before = world.state()
  world.run("apply", prefix=full, status=0)
  run = json.loads(world.read(world.path("reports/runs.jsonl")))["run"]
  world.run("audit", "undo", run, prefix=full, status=0)
  equal(world.state(), before, "the lists")


@scenario
def kept_plan_goes_where_it_is_told(world):
  """A link is followed and stays; a pipe is written to, not replaced."""
  town(world)
  world.write("kept.ldif", "an older one\n")
  os.symlink("kept.ldif", world.path("link"))
  world.run("plan", "-o", world.path("link"), status=0)
  equal(os.path.islink(world.path("link")), True, "the link is one still")
  with open(world.path("kept.ldif"), encoding="utf-8") as file:
    equal(file.read().startswith("version: 1\n"), True, "what it leads to is the plan")
  pipe = world.path("pipe")
  os.mkfifo(pipe)
  reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
  world.run("plan", "-o", pipe, status=0)
  equal(reader.communicate(timeout=120)[0].endswith("# end\n"), True, "the plan came through")
  equal(stat.S_ISFIFO(os.stat(pipe).st_mode), True, "the pipe is one still")


@scenario
def refused_plan_as_json_says_which_limit(world):
  world.person("anna", "infrastrukturansvarlig")
  world.people("bo carl")
  world.one_list("anna bo carl")
  world.settings["limits"] = {"removals_per_list": 1, "removals_per_run": 25}
  result = world.start().run("--json", "plan", status=3)
  result.json()
  equal("removals_per_list" in result.err, True, "the limit is named on standard error")


@scenario
def folder_of_reports_that_cannot_be(world):
  town(world)
  world.write("reports", "a file\n")
  world.run("check", status=1).says("reports")
  world.settings["reports"]["directory"] = "findes/ikke"
  world.write_files()
  world.run("check", status=1).says("findes/ikke")


@scenario
def results_and_messages_go_their_ways(world):
  town(world, own=True)
  equal(world.run("plan", status=0).err, "", "standard error of a plan")
  world.stop_server()
  result = world.run("plan", status=1)
  equal(result.out, "", "standard output of a plan that fails")


@scenario
def plan_ends_with(world):
  town(world)
  world.run("plan", status=0)
  world.run("plan", "--exit-code", status=10)
  world.run("apply", status=0)
  world.run("plan", "--exit-code", status=0)


@scenario
def findings_alone_are_no_changes(world):
  world.person("anna", "infrastrukturansvarlig", absence=["i morgen"])
  world.list("Tom", "anna")
  world.one_list("anna", people="findes-ikke", at_least=9)
  world.route("release", "Tom", "programleder")
  world.start()
  world.run("plan", "--exit-code", status=0).says("not a time", "findes-ikke", "gap")
  world.run("apply", status=4)  # a name that is nobody's


@scenario
def plan_changes_nothing(world):
  town(world)
  before = world.state()
  world.log()
  for arguments in ([], ["--exit-code"], ["-v"], ["-q"], ["--json"], ["-o", "kept.ldif"]):
    world.run("plan", *arguments)
  world.run("check")
  equal(world.state(), before, "the lists")
  equal(world.reports(), [], "reports")


@scenario
def plan_is_kept(world):
  town(world)
  before = world.state()
  world.run("plan", "-o", "kept.ldif", status=0)
  equal(oct(stat.S_IMODE(os.stat(world.path("kept.ldif")).st_mode)), "0o640", "mode")
  world.ldapmodify(world.path("kept.ldif"))
  after = world.state()
  world.run("plan", "--exit-code", status=0)
  world.reset(before)
  world.run("apply", status=0)
  equal(world.state(), after, "the lists, after apply and after ldapmodify -f of the kept plan")
  world.run("plan", "-o", "findes/ikke.ldif", status=1)


@scenario
def json_of_a_plan(world):
  town(world)
  text = world.run("--json", "--at", "2026-12-23T08:00:00", "plan", status=0).out
  plan = json.loads(text, object_pairs_hook=lambda pairs: pairs)
  keys = [key for key, _ in plan]
  equal(keys, ["at", "lists", "findings"], "keys")
  plan = dict(plan)
  equal(plan["at"], "2026-12-23T08:00:00+01:00", "at")
  for item in plan["lists"]:
    equal([key for key, _ in item],
          ["list", "tag", "kind", "members", "add", "remove", "gaps"], "keys of a list")
    for member in dict(item)["members"]:
      equal([key for key, _ in member], ["dn", "why", "standing_in_for"], "keys of a member")
  plan = json.loads(text)
  equal([(world.short(i["list"]), i["tag"], i["kind"]) for i in plan["lists"]],
        [("Alle", None, "mailbox"), ("Drift", "drift", "ordinary"), ("Øvrige", "*", "ordinary")],
        "lists, by DN")
  drift = plan["lists"][1]
  equal([world.short(m["dn"]) for m in drift["members"]], ["bo", "dora"], "members, by DN")
  equal(drift["members"][0]["standing_in_for"], [world.dn("anna")], "for whom bo stands in")
  equal([drift["add"], drift["remove"]],
        [[world.dn("bo"), world.dn("dora")], [world.dn("anna"), world.dn("carl")]], "changes")
  equal(drift["members"][1]["why"], ["role infrastrukturansvarlig"], "why")
  for item in plan["lists"]:
    for member in item["members"]:
      equal(bool(member["why"]) and isinstance(member["standing_in_for"], list), True, "a member")
  world.run("apply", status=0)
  plan = world.plan()
  equal([(len(i["members"]), i["add"], i["remove"]) for i in plan["lists"]],
        [(2, [], []), (2, [], []), (1, [], [])], "lists that stay as they are")


@scenario
def json_of_findings(world):
  world.people("anna", "infrastrukturansvarlig")
  world.one_list("anna", deputies=["findes-ikke"])
  world.no_list("Væk")
  world.route("release", "Væk", "infrastrukturansvarlig")
  world.start()
  findings = world.plan()["findings"]
  for finding in findings:
    equal(list(finding), ["severity", "where", "what"], "keys of a finding")
  equal({finding["severity"] for finding in findings}, {"warning", "error"}, "severities")
  report = world.run("--json", "check", status=1).json()
  equal("findings" in report, True, "check --json has findings")


@scenario
def check_finds(world):
  """One by one: what is wrong comes in, is said, and goes."""
  world.roles = [{"id": role, "title": {"da": role}, "values": [role]}
                 for role in ("infrastrukturansvarlig", "programleder")]
  world.people("anna", "infrastrukturansvarlig programleder")
  world.one_list("anna")
  world.list("Øvrige", "anna")
  star = world.route("*", "Øvrige", "infrastrukturansvarlig")
  world.start()
  world.run("check", status=0).never_says("warning", "error")
  world.extra_tags = ["glemt"]
  world.write_mapping()
  world.run("check", status=0).says("glemt")
  world.extra_tags = []
  star["to"]["roles"] = ["programleder"]
  world.write_mapping()
  world.run("check", status=0).never_says("warning")
  world.set("anna", postvagtRole="infrastrukturansvarlig")
  world.run("check", status=0).says("programleder")
  world.set("anna", postvagtRole=["infrastrukturansvarlig", "programleder"],
            postvagtAbsence="i overmorgen")
  world.run("check", status=1).says("not shown", "absences that cannot be read: 1", "Anna: ").never_says(
      "i overmorgen")
  world.set("anna", postvagtAbsence=[])
  world.routes.append({"tag": "ukendt", "list": f"cn=Væk,ou=Lister,{world.suffix}",
                       "to": {"people": ["anna"]}})
  world.write_mapping()
  world.run("check", status=1).says("cn=Væk", "error")
  world.write_yaml("tags.yaml", {"source": {"name": "x", "version": "1"}, "tags": [
      {"id": "drift", "subject": ["[drift]"], "title": {"da": "d"}}]})
  world.run("check", status=1).says("ukendt", "cn=Væk")


@scenario
def check_counts_holders(world):
  world.roles = [{"id": "infrastrukturansvarlig", "title": {"da": "i"}, "holders": {"at_least": 2},
                  "values": ["infrastrukturansvarlig"]}]
  world.people("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start().run("check", status=0).says("infrastrukturansvarlig", "2")
  world.person("bo", "infrastrukturansvarlig")


@scenario
def explain_a_tag(world):
  town(world)
  said = world.run("explain", "drift", status=0).says("Bo", "Dora", "Anna Ågård", "stands in")
  world.run("explain", "DRIFT", status=0)
  if "Carl" in said.out:
    raise Failure(f"explain names somebody who is to leave as if he got the mail\n{said}")
  world.run("explain", "*", status=0).says("Dora")
  answer = world.run("--json", "explain", "drift", status=0).json()
  equal(len(answer["lists"]), 1, "lists of the tag")


@scenario
def explain_any_of_the_tags_of_a_route(world):
  """One list, whichever of its tags is asked for; a person's answer names all."""
  world.people("anna", "infrastrukturansvarlig")
  world.list("Sikker", "anna")
  world.list("Hast")
  world.route(["sikkerhed", "certifikat"], "Sikker", "infrastrukturansvarlig",
              critical=world.block("Hast", people="anna"))
  world.start()
  for tag, other in (("sikkerhed", "certifikat"), ("CERTIFIKAT", "sikkerhed")):
    world.run("explain", tag, status=0).says(tag.lower(), f"shares its lists with: {other}", "anna",
                                             "sikkerhed, certifikat, critical")
    answer = world.run("--json", "explain", tag, status=0).json()
    equal([answer[key] for key in ("tag", "route", "tags")],
          [tag.lower(), "sikkerhed", ["sikkerhed", "certifikat"]], f"about {tag}")
    equal([(world.short(item["list"]), item["tag"], item["tags"]) for item in answer["lists"]],
          [(name, "sikkerhed", ["sikkerhed", "certifikat"]) for name in ("Hast", "Sikker")], "lists")
  world.run("explain", "anna", status=0).says("sikkerhed, certifikat, ordinary")
  answer = world.run("--json", "explain", "anna", status=0).json()
  equal([item["tags"] for item in answer["lists"]], [["sikkerhed", "certifikat"]] * 2, "anna's lists")
  world.run("check", status=0).never_says("no route")
  world.run("--lang", "da", "explain", "certifikat", status=0).says("deler sine lister med: sikkerhed")


@scenario
def explain_a_display_name(world):
  """Those who are called so; else who may be meant, with what to type."""
  world.person("anders1", name="Anders Sø Åbo", cn="Anders Sø Åbo")
  world.person("anders2", name="anders sø  åbo")
  town(world)
  for word in ("Anna Ågård", "anna ågård", "ANNA ÅGÅRD", " Anna  Ågård "):
    world.run("explain", word, status=0).says("Anna Ågård", "Bo", "stands in")
  world.run("--json", "explain", "anna ågård", status=0).json()
  for word, said in (("anders sø åbo", '2 people are called "anders sø åbo"; name one by login: '),
                     ("ågård", "did you mean Anna Ågård (anna)?"), ("ÅGÅRD anna", "did you mean Anna Ågård (anna)?"),
                     ("Anna Agård", "did you mean Anna Ågård (anna)?"), ("annaa", "did you mean Anna Ågård (anna)?"),
                     ("sø", "did you mean Anders Sø Åbo (anders1), anders sø  åbo (anders2)?"),
                     ("drft", "did you mean drift?"), ("a*)(uid=*", "no person")):
    result = world.run("explain", word, status=2).says(said)
    equal(result.out, "", f"standard output of explain {word!r}")
  world.run("explain", "noget helt andet", status=2).says("no person").never_says("did you mean")
  world.run("--lang", "da", "explain", "ågård", status=2).says("mente du Anna Ågård (anna)?")
  for words in (["absent", "Anna Ågård"], ["back", "Anna Ågård"]):
    world.run(*words, status=2).says("is no person")


@scenario
def explain_a_person(world):
  town(world)
  for word in ("anna", "ANNA", "anna@eksempel.dk", "Anna@EKSEMPEL.dk", world.dn("anna"),
               f"{world.naming.upper()}=Anna , OU=MEDARBEJDERE,{world.suffix.upper()}"):
    world.run("explain", word, status=0).says("Anna Ågård", "Bo", "stands in")
  world.run("explain", "bo", status=0).says("stands in for Anna Ågård")
  world.run("explain", "dora", status=0).says("infrastrukturansvarlig")
  world.run("explain", "carl", status=0)
  world.run("--json", "explain", "anna", status=0).json()
  for word in ("ukendt", "ukendt@eksempel.dk", world.person_dn("ukendt"),
               f"cn=Drift,ou=Lister,{world.suffix}", "", " ", "anna bo"):
    result = world.run("explain", word, status=2)
    equal(result.out, "", f"standard output of explain {word!r}")


@scenario
def tag_wins_over_a_login(world):
  world.people("drift anna", "infrastrukturansvarlig")
  world.one_list("anna drift")
  world.start()
  answer = world.run("--json", "explain", "drift", status=0).json()
  equal(answer.get("tag"), "drift", "what explain drift is about")
  world.run("explain", "drift@eksempel.dk", status=0).says("drift@eksempel.dk")


@scenario
@openldap_only("a drawing is the same of any directory")
def explain_draws_the_path(world):
  """On a terminal: tag, role, person, whom the search for a stand-in looked at and why they are passed
  over, and who is on the list."""
  town(world)
  world.set("anna", postvagtDeputy="findes-ikke; eva; carl")
  world.settings["people"]["separator"] = ";"
  world.change(ldif.record(world.person_dn("eva"), [
      ("changetype", "add"), ("objectClass", "inetOrgPerson"), ("objectClass", "postvagtPerson"),
      ("uid", "eva"), ("cn", "Eva"), ("sn", "Eva"), ("displayName", "Eva"),
      ("mail", "eva@eksempel.dk"), ("postvagtDeputy", "bo"),
      ("postvagtAbsence", "2020-01-01/2035-12-31")]))
  world.set("bo", postvagtAbsence=FOREVER)
  world.write_files()
  drawn = on_a_terminal(world, "explain", "drift", NO_COLOR="1").replace("\r\n", "\n")
  drift = f"drift, ordinary: {world.dn('Drift')}\n"
  path = """\
  └─ role infrastrukturansvarlig
     ├─ ○ Anna Ågård             away until further notice
     │  ├─ ○ deputy findes-ikke  not in the directory, or may not be read
     │  ├─ ○ deputy Eva          away through 31 December 2035
     │  │  └─ ○ deputy Bo        away until further notice
     │  └─ ● deputy Carl         stands in: on the list
     └─ ● Dora                   on the list, from the next apply on
"""
  expect_ending(drawn, f"drift · drift\n\n{drift}{path}")
  drawn = on_a_terminal(world, "explain", "anna", LC_ALL="C", NO_COLOR="1").replace("\r\n", "\n")
  expect_ending(drawn, """\
  o drift, ordinary: not on it
    `- role infrastrukturansvarlig
       `- o Anna Ågård             away until further notice
          |- o deputy findes-ikke  not in the directory, or may not be read
          |- o deputy Eva          away through 31 December 2035
          |  `- o deputy Bo        away until further notice
          `- * deputy Carl         stands in: on the list
""")
  drawn = on_a_terminal(world, "explain", "carl", LANG="da_DK.UTF-8", LC_ALL="", LC_CTYPE="")
  if "\x1b[32m●\x1b[0m drift, ordinary" not in drawn:
    raise Failure(f"no green dot: {drawn!r}")
  on_a_terminal(world, "explain", "nobody", status=2)
  said = world.run("explain", "drift", status=0)
  equal([char for char in "│├└●○\x1b" if char in said.out], [], "lines of a drawing in a pipe")
  asked, other = world.run("--json", "explain", "drift").json()["lists"][0]["asked_for"]
  equal((asked["dn"], asked["available"], asked["stand_in"], asked["state"]),
        (world.dn("anna"), False, world.dn("carl"), "away until further notice"), "Anna")
  equal([(one["named"], one["as"], one["of"], one["dn"], one["state"]) for one in asked["looked_at"]],
        [("findes-ikke", "deputy", world.dn("anna"), None, "not in the directory, or may not be read"),
         ("eva", "deputy", world.dn("anna"), world.person_dn("eva"), "away through 31 December 2035"),
         ("bo", "deputy", world.person_dn("eva"), world.dn("bo"), "away until further notice"),
         ("carl", "deputy", world.dn("anna"), world.dn("carl"), "available")], "whom it looked at")
  equal((other["dn"], other["available"], other["looked_at"]), (world.dn("dora"), True, []), "Dora")
  answer, = world.run("--json", "explain", "anna").json()["lists"]
  equal((answer["gets"], answer["asked_for"]), (False, asked), "the same of Anna")


def expect_ending(text, expected):
  if not text.endswith(expected):
    raise Failure(f"the drawing is\n{text}\nand should end\n{expected}")


@scenario
@openldap_only("a drawing is the same of any directory")
def explain_draws_who_stays(world):
  """What else may put somebody on a list, or keep them there, and where nobody stands in."""
  world.person("anna", "infrastrukturansvarlig systemansvarlig", absence=FOREVER, manager="anna")
  world.people("bo carl eva")
  world.list("Drift", "anna bo eva")
  world.route("drift", "Drift", "infrastrukturansvarlig systemansvarlig superbruger", at_least=1,
              deputies=["bo"], keep=["carl"], membership="additive")
  world.start()
  world.set("bo", mail=[])
  drawn = on_a_terminal(world, "explain", "drift", NO_COLOR="1").replace("\r\n", "\n")
  expect_ending(drawn, """\
  ├─ role infrastrukturansvarlig
  │  └─ ● Anna                      away until further notice, stays, as nobody stands in
  │     ├─ ○ the route's deputy Bo  cannot be reached: no mail address
  │     └─ ! nobody stands in
  ├─ role systemansvarlig
  │  └─ ● Anna                      away until further notice, stays, as nobody stands in (see above)
  ├─ role superbruger
  │  └─ ○ nobody
  ├─ ● Bo                           stays: no rule puts them here, but the list is additive
  ├─ ● Carl                         keep
  └─ ● Eva                          stays: no rule puts them here, but the list is additive
  ! gap: nobody stands in for Anna, away until further notice; passed over: Bo (deputy of the route; cannot be reached: no mail address)
  ! gap: 0 available, where at_least asks for 1; passed over: Bo (deputy of the route; cannot be reached: no mail address)
""")


@scenario
def explain_at_another_moment(world):
  town(world)
  world.set("anna", postvagtAbsence="2026-07-01/2026-07-14")
  world.run("--at", "2026-07-10", "explain", "anna", status=0).says("Bo", "stands in")
  world.run("--at", "2026-07-20", "explain", "anna", status=0).never_says("stands in")


@scenario
def danish_and_english(world):
  town(world)
  world.settings["language"] = "da"
  world.write_files()
  danish = world.run("plan", status=0).out
  english = world.run("--lang", "en", "plan", status=0).out
  if "træder til for Anna" not in danish or "stands in" in danish:
    raise Failure(f"this is not Danish:\n{danish}")
  if "stands in" not in english:
    raise Failure(f"this is not English:\n{english}")
  known = world.reports()
  before = world.state()
  world.run("apply", status=0)
  report, undo, text = world.new_report(known)
  if "infrastrukturansvarlig" not in text or "stands in" in text:
    raise Failure(f"this report is not Danish:\n{text}")
  world.check_report(report, undo, before, world.state())
  equal(world.plan()["lists"][1]["members"][1]["why"], ["role infrastrukturansvarlig"],
        "JSON is English")


@scenario
@openldap_only("the command line alone")
def what_is_wrong_is_told_in_the_language_asked_for(world):
  """Wherever --lang stands, also behind what is wrong; a word that only looks like it is none."""
  danish, english = "ukendt tilvalg --findes-ikke", "unknown option --findes-ikke"
  for words, locale, expected in (
      (["--findes-ikke", "plan", "--lang", "da"], "C.UTF-8", danish),
      (["--lang=da", "--findes-ikke", "plan"], "C.UTF-8", danish),
      (["--findes-ikke", "plan", "--lang", "en"], "da_DK.UTF-8", english),
      (["--findes-ikke", "plan"], "da_DK.UTF-8", danish),
      (["--findes-ikke", "--lang", "se"], "da_DK.UTF-8", danish),
      (["--findes-ikke", "--", "--lang", "da"], "C.UTF-8", english),
      (["--findes-ikke", "--case", "--lang", "da"], "C.UTF-8", english),
      (["--lang", "da", "plan", "--output"], "C.UTF-8", "mangler sin værdi"),
      (["plan", "--days", "3", "--lang", "da"], "C.UTF-8", "kan kun bruges med postvagt"),
      (["fllan", "--lang", "da"], "C.UTF-8", "ukendt kommando fllan"),
      (["explain", "--lang", "da"], "C.UTF-8", "brug: postvagt explain"),
      (["-q", "-v", "plan", "--lang", "da"], "C.UTF-8", "kan ikke bruges sammen")):
    world.run(*words, status=2, env={"LC_ALL": locale}).says(expected)


def on_a_terminal(world, *words, status=0, **environment):
  """What a plan, or another command, writes to a terminal."""
  master, slave = pty.openpty()
  environment = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", **environment}
  with subprocess.Popen([world.program, "-c", world.config, *(words or ["plan"])], stdin=slave, stdout=slave,
                        stderr=slave, env=environment) as child:
    os.close(slave)
    out = b""
    try:
      while select.select([master], [], [], 60)[0]:
        out += os.read(master, 65536)
    except OSError:  # the other end is closed
      pass
  os.close(master)
  equal(child.returncode, status, "status")
  return out.decode()


@scenario
def colours_are_for_terminals(world):
  town(world)
  coloured = on_a_terminal(world)
  if "\x1b[3" not in coloured:
    raise Failure(f"no colour on a terminal: {coloured!r}")
  plain = on_a_terminal(world, NO_COLOR="1")
  if "\x1b[3" in plain or "\x1b[1m" in plain:
    raise Failure(f"NO_COLOR is not obeyed: {plain!r}")


HOSTILE = ("Ond\n# end\ndn: cn=x\x1b[2J\x07", "\r\nmember: uid=ond\x7f", "a\u0085b\u009b31mc",
           "\u202ebagvendt", "\ttab")


@scenario
def hostile_names_stay_on_their_line(world):
  """Control characters in the directory reach neither terminal nor report (wait() looks, too)."""
  for number, name in enumerate(HOSTILE):
    world.person(f"h{number}", "infrastrukturansvarlig", name=name,
                 absence=["nej\n# end\x1b[31m"], title=name)
  world.person("carl", name="Carl\n# end\n\ndn: cn=Drift,ou=Lister,dc=eksempel,dc=dk")
  world.one_list("carl", people="x\\n")
  world.group("G", "carl")
  world.start()
  known = world.reports()
  before = world.state()
  for arguments in (["plan"], ["plan", "-v"], ["explain", "drift"], ["explain", "h0"], ["--lang", "da", "plan"]):
    world.run(*arguments, status=0)
  world.run("check", status=1).says("absences that cannot be read: ")
  world.run("--json", "plan", status=0).json()
  world.run("--case", "SAG 1\n# end\n\ndn: cn=Drift,ou=Lister,dc=eksempel,dc=dk\n"
            "changetype: delete\n", "apply", status=(2, 4))  # 4: a name that is nobody's
  if world.state() == before:
    world.run("apply", status=4)
  report, undo, text = world.new_report(known)
  equal(text.count("\n# end"), 1, f"lines that say # end in\n{text}\n")
  controls = [char for char in text if ord(char) < 32 and char != "\n" or 127 <= ord(char) < 160]
  equal(controls, [], f"control characters in the report\n{text}\n")
  if "\u202e" in text:
    raise Failure(f"a character that turns the text around is in the report\n{text}")
  world.check_report(report, undo, before, world.state())


@scenario
@openldap_only("looks into slapd's log of searches")
def kinds_of_absence_are_nobodys_business(world):
  """What else the entry says about an absence is neither read nor printed."""
  town(world)
  world.set("anna", description="sygemeldt")
  world.log()
  for arguments in (["plan", "-v"], ["explain", "anna"], ["apply"]):
    world.run(*arguments, status=0).never_says("sygemeldt")
  asked = [line for line in world.log().splitlines() if " SRCH attr=" in line]
  if not asked or any("description" in line or "attr=*" in line for line in asked):
    raise Failure(f"attributes that were asked for: {asked}")


@scenario
def settings_are_found_in_the_folder(world):
  town(world)
  world.run("plan", status=0, config=False)
  equal(normal("A\\2C b , C"), normal("a\\, b,c"), "the scenarios' own comparison of DNs")
