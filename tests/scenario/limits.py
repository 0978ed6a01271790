"""Limits on removals, and feeds that are not read."""
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


@scenario
def stand_ins_who_leave_pass_no_limit(world):
  """Twelve came back; those who stood in go, deputies of deputies and the fallback among them."""
  for number in range(6):
    world.person(f"p{number}", "infrastrukturansvarlig", postvagtDeputy=f"d{number}")
    world.person(f"d{number}", postvagtDeputy=f"e{number}")
    world.person(f"e{number}")
  world.people("rute vagt chef")
  world.settings["mailbox"]["fallback"] = ["vagt"]
  world.entries[-1][1].append(("description", "chef"))
  world.one_list([f"{who}{i}" for i in range(6) for who in "pde"] + ["rute", "vagt"],
                 deputies=["rute"])
  world.settings["limits"] = {"removals_per_list": 0, "removals_per_run": 0}
  world.start().four_ways(Drift=" ".join(f"p{i}" for i in range(6)))


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
def additions_pass_no_limit(world):
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
