"""Limits on removals and additions, and feeds that are not read."""
import re

from scenario import scenario
from world import FOREVER, Failure, equal


def losing(world, count, stays="anna", limits=None):
  """A list that `count` people leave for no absence."""
  world.people(stays, "infrastrukturansvarlig")
  leaving = [f"q{i}" for i in range(count)]
  world.people(leaving)
  world.one_list([*stays.split(), *leaving])
  if limits:
    world.settings["limits"] = limits
  return world


def refused(world):
  """The run, and the plan, are refused; nothing is changed, and the report of it does nothing."""
  before, known = world.state(), world.reports()
  world.log()
  world.run("plan", "-o", "kept.ldif", status=3).says("refused")
  world.run("plan", "--exit-code", status=3)
  world.plan(status=3)
  if not world.read(world.path("kept.ldif")).endswith("# end\n"):
    raise Failure("plan -o keeps no whole plan")
  world.run("apply", status=3).says("refused")
  equal(world.writes(), [], "writes of a refused run")
  equal(world.state(), before, "the lists, after a refused run")
  report, undo, text = world.new_report(known)
  world.ldapmodify(report)
  world.ldapmodify(undo)
  equal(world.state(), before, "the lists, after ldapmodify -f of a refused run's report")
  return text


@scenario
def limit_of_a_list(world):
  losing(world, 5).start().four_ways(Drift="anna")


@scenario
def limit_of_a_list_passed(world):
  text = refused(losing(world, 6).start())
  if not re.search(r"\b6\b[^\n]*removals_per_list|removals_per_list[^\n]*\b6\b", text):
    raise Failure(f"the report does not say which limit:\n{text}")


@scenario
def refused_run_makes_no_other_list_either(world):
  losing(world, 6)
  world.person("bo", "superbruger")
  world.list("Anden", "anna")
  world.route("release", "Anden", "superbruger infrastrukturansvarlig")
  refused(world.start())


def losing_on_six_lists(world, last):
  world.people("anna", "infrastrukturansvarlig")
  world.people([f"q{i}" for i in range(5)])
  for number in range(6):
    count = 5 if number < 5 else last
    world.list(f"L{number}", ["anna"] + [f"q{i}" for i in range(count)])
    world.route(f"tag{number}", f"L{number}", "infrastrukturansvarlig")
  return world.start()


@scenario
def limit_of_a_run(world):
  losing_on_six_lists(world, 0).four_ways(**{f"L{i}": "anna" for i in range(6)})


@scenario
def limit_of_a_run_passed(world):
  text = refused(losing_on_six_lists(world, 1))
  if "removals_per_run" not in text:
    raise Failure(f"the report does not say which limit:\n{text}")


@scenario
def limit_of_zero(world):
  losing(world, 1, limits={"removals_per_list": 0})
  refused(world.start())
  world.set("q0", postvagtRole="infrastrukturansvarlig")
  world.run("apply", status=0)
  world.set("q0", postvagtAbsence=FOREVER, postvagtDeputy="anna")
  world.four_ways(Drift="anna")


@scenario
def limit_of_zero_for_the_run(world):
  refused(losing(world, 1, limits={"removals_per_run": 0}).start())


@scenario
def holiday_of_many_passes_no_limit(world):
  for number in range(12):
    world.person(f"p{number}", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo")
  world.person("bo")
  world.one_list([f"p{i}" for i in range(12)])
  world.settings["limits"] = {"removals_per_list": 0, "removals_per_run": 0}
  world.start().four_ways(Drift="bo")


NONE = {"removals_per_list": 0, "removals_per_run": 0, "additions_per_list": 0, "additions_per_run": 0}


@scenario
def stand_ins_who_leave_pass_no_limit(world):
  """Six are away, and the deputies of their deputies go; six come back, as that is kept, and their deputies go."""
  for number in range(6):
    world.person(f"p{number}", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy=f"d{number}")
    world.person(f"d{number}", postvagtDeputy=f"e{number}")
    world.person(f"e{number}")
  world.people("rute vagt chef")
  world.settings["mailbox"]["fallback"] = ["vagt"]
  world.entries[-1][1].append(("description", "chef"))
  world.one_list([f"{who}{i}" for i in range(6) for who in "pe"] + ["rute", "vagt"],
                 deputies=["rute"])
  world.settings["limits"] = NONE
  world.start()
  world.run("apply", status=0)
  world.expect_members(Drift=[f"d{i}" for i in range(6)])
  for number in range(6):
    world.set(f"p{number}", postvagtAbsence=[])
  world.four_ways(Drift=[f"p{i}" for i in range(6)])


@scenario
def one_account_switches_no_limit_off(world):
  """By naming whoever leaves as its deputies: one of them is explained, as at_least is 1."""
  many = [f"q{i}" for i in range(7)]
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy=many)
  world.people(many)
  world.one_list(["anna", *many])
  text = refused(world.start())
  if "6 would leave" not in text:
    raise Failure(f"not six of seven count:\n{text}")


def joining(world, count, limits):
  """A list that `count` people join in their own right."""
  everyone = [f"p{i}" for i in range(count)]
  world.people(everyone, "infrastrukturansvarlig")
  world.one_list()
  world.settings["limits"] = limits
  return everyone


@scenario
def limit_on_additions(world):
  everyone = joining(world, 4, {"additions_per_list": 4})
  world.start().four_ways(Drift=everyone)


@scenario
def limit_on_additions_passed(world):
  """Also when a list is first filled; a kept plan is let past it, and says so; then nothing is left to do."""
  everyone = joining(world, 4, {"additions_per_list": 3})
  text = refused(world.start())
  for words in (r"4 would join[^\n]*additions_per_list is 3", r"--over-limit --case"):
    if not re.search(words, text):
      raise Failure(f"the report does not say {words!r}:\n{text}")
  world.run("apply", "kept.ldif", status=3).says("additions_per_list")
  known = world.reports()
  world.run("apply", "kept.ldif", "--over-limit", "--case", "2026-117", status=0)
  if "let past the limit" not in world.new_report(known)[2]:
    raise Failure("the report does not say that the plan was let past a limit")
  world.expect_members(Drift=everyone)
  world.run("apply", status=0)


@scenario
def limit_on_additions_of_a_list_that_is_made(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.no_list("Ny")
  world.route("drift", "Ny", roles="infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.settings["limits"] = {"additions_per_list": 1}
  world.start()
  world.run("apply", status=3).says("2 would join", "additions_per_list")
  equal(world.writes(), [], "writes of a refused run")


@scenario
def limit_on_additions_of_a_run_passed(world):
  world.people("anna bo", "infrastrukturansvarlig")
  for number in range(3):
    world.list(f"L{number}")
    world.route(f"tag{number}", f"L{number}", "infrastrukturansvarlig")
  world.list("Alle")
  world.mailbox_list("Alle")
  world.settings["limits"] = {"additions_per_run": 5}
  text = refused(world.start())
  if not re.search(r"6 would join[^\n]*additions_per_run is 5", text):
    raise Failure(f"the report does not say which limit:\n{text}")


@scenario
def stand_ins_and_who_is_back_pass_no_limit_on_additions(world):
  world.people("anna cai", "infrastrukturansvarlig")
  world.people("bo dan")
  world.one_list("anna cai", deputies=["dan"], at_least=2)
  world.settings["limits"] = NONE
  world.start()
  world.run("apply", status=0)
  world.set("anna", postvagtAbsence=FOREVER, postvagtDeputy="bo")
  world.set("cai", postvagtAbsence=FOREVER)
  world.run("apply", status=0)
  world.expect_members(Drift="bo dan")
  world.set("anna", postvagtAbsence=[])
  world.set("cai", postvagtAbsence=[])
  world.run("apply", status=0)
  world.expect_members(Drift="anna cai")


@scenario
def check_says_how_many_would_join(world):
  """Beforehand, and that a limit would refuse them; afterwards it says nothing of it."""
  joining(world, 4, {"additions_per_list": 3})
  world.list("Alle")
  world.mailbox_list("Alle")
  world.start()
  check = world.run("check", status=0).says(
      f"apply would add 4 to {world.dn('Drift')}", f"apply would add 4 to {world.dn('Alle')}",
      "apply would be refused", "4 would join", "limits.additions_per_list is 3", "--over-limit --case")
  check.never_says("additions_per_run")
  equal(world.run("check", "--json", status=0).json()["additions"],
        [{"list": world.dn("Alle"), "join": 4}, {"list": world.dn("Drift"), "join": 4}], "who would join")
  world.run("plan", "-o", "kept.ldif", status=3)
  world.run("apply", "kept.ldif", "--over-limit", "--case", "2026-117", status=0)
  world.run("check", status=0).never_says("apply would")


@scenario
def negative_limits_are_errors(world):
  joining(world, 1, {"additions_per_run": -1})
  world.start()
  world.run("check", status=2).says("postvagt.yaml", "found \"-1\", expected a whole number, 0 or more")
  world.run("apply", status=2)


@scenario
def mailbox_list_counts_for_no_limit(world):
  world.people("anna", "infrastrukturansvarlig")
  world.people([f"q{i}" for i in range(30)])
  world.one_list("anna")
  world.list("Alle", [f"q{i}" for i in range(30)])
  world.mailbox_list("Alle")
  world.settings["limits"] = {"removals_per_list": 0, "removals_per_run": 0}
  world.start().four_ways(Alle="anna")


@scenario
def additions_pass_no_limit_on_removals(world):
  everyone = " ".join(f"p{i}" for i in range(40))
  world.people(everyone, "infrastrukturansvarlig")
  world.one_list("p0")
  world.settings["limits"] = {"removals_per_list": 0, "removals_per_run": 0}
  world.start().four_ways(Drift=everyone)


@scenario
def feed_that_is_not_read_holds_removals(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  world.one_list("anna carl")
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": "file:///nonexistent/absences.json", "format": "json",
      "fields": {"person": "nr", "from": "fra", "until": "til"}, "match": "employeeNumber"}]
  world.start()
  world.run("plan", "--exit-code", status=6).says("loen")
  world.four_ways(status=6, Drift="anna bo carl")


@scenario
def held_even_if_nothing_waits(world):
  world.people("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": "file:///nonexistent/absences.json", "format": "json",
      "fields": {"person": "nr", "from": "fra", "until": "til"}, "match": "employeeNumber"}]
  world.start()
  world.run("apply", status=6)
  world.run("plan", "--exit-code", status=6)


@scenario
def held_removals_pass_no_limit(world):
  losing(world, 9)
  world.person("bo", "infrastrukturansvarlig")
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": "file:///nonexistent/absences.json", "format": "json",
      "fields": {"person": "nr", "from": "fra", "until": "til"}, "match": "employeeNumber"}]
  world.start().four_ways(status=6, Drift=["anna", "bo"] + [f"q{i}" for i in range(9)])
