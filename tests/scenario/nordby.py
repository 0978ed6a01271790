"""Nordby Kommune: an Active Directory as it really is, from the package's first day to a holiday."""
import json

import nordby_world
from nordby_world import LISTS, five_routes
from scenario import active_directory_only, scenario
from watch import Watch
from world import Failure, equal, normal

AT = "2026-11-30T08:00:00"
# What an admin worked out by hand, as of then. Names of the staff whom stories are about; `kmd` is a contact that is kept.
BY_HAND = {
    "Infra - Serviceplatformen": "infra1 infra2 kmd",  # neither the leaver nor who is disabled in place
    "Infra - Driftsforstyrrelser": "drift1 drift2 infra1 infra2",  # drift2 also stands in for drift3, who is on holiday
    "Infra-Driftsforstyrrelser KRITISK!": "drift1 infra1 infra2",
    "Infra - Sikkerhed & certifikater": "chef prog",  # an admin account is in the group; it has no address
    "Infra - Ydelser": "sys1",
    "Infra - Øvrige": "chef prog",  # prog fills up
}


def plan_of(world, *arguments, status=0):
  """{name of the list: DNs of its members} as the program has it."""
  plan = world.plan(*arguments, status=status)
  return plan, {item["list"].partition(",")[0][3:]: {normal(member["dn"]) for member in item["members"]}
                for item in plan["lists"]}


@scenario
@active_directory_only
def nordby_first_plan(world):
  """By hand, by a second reading of the rules, and by the program."""
  nordby_world.start(world)
  world.name("kmd", f"CN=KMD Driftscenter,OU=Kontakter,{nordby_world.TOP}")
  by_hand = {name: {normal(dn) for dn in world.dns_of(shorts)} for name, shorts in BY_HAND.items()}
  reader = nordby_world.Reader(world.nordby, AT)
  fallback = [f"CN={nordby_world.mailbox(world)},{nordby_world.MAILBOXES}"]
  read = {dn.partition(",")[0][3:]: set(map(normal, members))
          for dn, members in reader.first_plan(five_routes(), fallback).items()}
  equal(read, by_hand, "the second reading")
  plan, planned = plan_of(world, "--at", AT)
  equal(planned, by_hand, "the program")
  tags = {item["list"].partition(",")[0][3:]: item.get("tags") for item in plan["lists"]}
  equal(tags["Infra - Sikkerhed & certifikater"], ["sikkerhed", "certifikat"], "tags of the list of two")
  equal([gap for item in plan["lists"] for gap in item["gaps"]], [], "gaps")
  warnings = [finding for finding in plan["findings"] if finding["severity"] == "warning"]
  equal([f for f in plan["findings"] if f["severity"] == "error"], [], "errors")
  leavers = [f for f in warnings if f["where"] in world.dns_of("leaverrole dis")]
  equal(len(leavers), 2, f"findings on those who hold a role and are disabled, in {warnings}")


@scenario
@active_directory_only
def nordby_day(world):
  """check, plan, apply, and again: the lists hold who was worked out by hand, and the account writes nothing else."""
  nordby_world.start(world)
  world.run("check", status=0).says("Poul Friis", "Vibeke Holm").never_says("Superbruger")
  before = nordby_world.members(world)
  world.run("--at", AT, "plan").says("Kåre Skov", "Åse Bødker")
  world.run("apply", status=0)
  after = nordby_world.members(world)
  equal({name for name in after if after[name] != before[name]}, set(BY_HAND) - {"Infra - Ydelser"}, "lists that changed")
  equal(after["Infra - Ydelser"], {normal(world.dn("sys1"))}, "a list that was right")
  world.run("apply", status=0).says("nothing to change")
  equal(nordby_world.members(world), after, "the lists, after the second apply")
  world.run("audit", "verify", status=0)
  world.run("status", status=(0, 5)).says("Poul Friis")


@scenario
@active_directory_only
def nordby_leave_with_an_end(world):
  """Who is disabled is no recipient, and has no stand-in; during a leave with an end there is one: a shared mailbox."""
  nordby_world.start(world)
  _, planned = plan_of(world, "--at", AT)
  equal(len(planned["Infra - Serviceplatformen"]), 3, "without a leave")
  world.set("dis", extensionAttribute12="01-11-2026/24-12-2026")
  plan, planned = plan_of(world, "--at", AT)
  mailbox = normal(f"CN={nordby_world.mailbox(world)},{nordby_world.MAILBOXES}")
  [item] = [item for item in plan["lists"] if "Serviceplatformen" in item["list"]]
  [member] = [member for member in item["members"] if normal(member["dn"]) == mailbox]
  equal([normal(dn) for dn in member["standing_in_for"]], [normal(world.dn("dis"))], "for whom the mailbox stands in")
  world.set("dis", extensionAttribute12="01-11-2026/")
  _, planned = plan_of(world, "--at", AT)
  if mailbox in planned["Infra - Serviceplatformen"]:
    raise Failure("an absence without an end is no leave, and has a stand-in")


@scenario
@active_directory_only
def nordby_watch(world):
  """Somebody goes on holiday: the shared mailbox that the route names takes over, and gives the list back."""
  nordby_world.start(world)
  follow = Watch(world)
  follow.until(lambda: nordby_world.members(world)["Infra - Ydelser"] == {normal(world.dn("sys1"))}, "the first round")
  world.set("sys1", extensionAttribute12="2020-01-01/2099-12-31")
  [mailbox] = [normal(dn) for dn, pairs in world.nordby.items() if ("samaccountname", "fp007") in pairs]
  follow.until(lambda: nordby_world.members(world)["Infra - Ydelser"] == {mailbox}, "the stand-in")
  world.set("sys1", extensionAttribute12=[])
  follow.until(lambda: nordby_world.members(world)["Infra - Ydelser"] == {normal(world.dn("sys1"))}, "the end of it")


@scenario
@active_directory_only
def nordby_everybody_by_mistake(world):
  """A route that asks for all employees is refused; let past on purpose, it is taken back, and the list is empty again."""
  nordby_world.start(world)
  routes = five_routes()
  routes[-1]["to"]["groups"] = [f"CN=GG-Alle medarbejdere,{nordby_world.GROUPS}"]
  world.write_yaml("routes.yaml", {"routes": routes})
  before = nordby_world.members(world)
  world.run("check", status=(0, 1)).says("additions_per_list")
  world.run("apply", status=3).says("additions_per_list", "500")
  equal(nordby_world.members(world), before, "the lists, after a refused run")
  world.run("plan", "-o", "everybody.ldif", status=3)
  world.run("apply", "everybody.ldif", "--over-limit", status=2)
  world.run("--case", "26/77", "apply", "everybody.ldif", "--over-limit", status=(0, 4))
  equal(len(nordby_world.members(world)["Infra - Øvrige"]) > 956, True, "more than 956 people are on the list")
  run = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])["run"]
  world.run("audit", "undo", run, status=2).says("--case")
  world.run("--case", "26/78", "audit", "undo", run, status=0)
  equal(nordby_world.members(world), before, "the lists, after it was taken back")


@scenario
@active_directory_only
def nordby_attribute_with_a_slip(world):
  """Nobody would ever be away."""
  nordby_world.start(world)
  text = world.read(world.config).replace("extensionAttribute12", "extensionAttribut12")
  world.write("postvagt.yaml", text)
  world.run("apply", status=2).says("extensionAttribut12", "extensionAttribute12", "postvagt.yaml:")
