"""What a list may be (rule 11), and what the account may write beside the lists."""
from scenario import active_directory_only, scenario
from world import equal

MEMBER = "bf9679c0-0de6-11d0-a285-00aa003049e2"      # schemaIDGUIDs (MS-ADA1, MS-ADA2)
GROUP_TYPE = "9a9a021e-4a5b-11d1-a9c3-0000f80367c1"
MAY_WRITE = f"(OA;;WP;{MEMBER};;@)"

# What forbids it, in a word of the message.
OF_WINDOWS = (("Domain Admins", "CN=Users", "isCriticalSystemObject"),
              ("Remote Desktop Users", "CN=Builtin", "built-in"))


def protected_lists(world):
  """A list as it should be, Domain Admins, a group of CN=Builtin, and one of adminCount 1."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.list("Fri", "anna")
  world.list("Beskyttet", "anna")
  for name, container, _ in OF_WINDOWS:
    world.name(name, f"CN={name},{container},{world.server['SUFFIX']}")
  for tag, name in (("a", "Fri"), ("b", "Beskyttet"), ("c", "Domain Admins"),
                    ("d", "Remote Desktop Users")):
    world.route(tag, name, "infrastrukturansvarlig")
  world.start(own=True)
  world.set("Beskyttet", adminCount="1")
  for name, *_ in OF_WINDOWS:
    world.grant(world.dn(name), MAY_WRITE)
  world.forget_written()


def expect_refused(run, world):
  for name, _, why in OF_WINDOWS:
    run.says(world.dn(name), why)
  return run.says(world.dn("Beskyttet"), "Set-ADGroup -Identity", "-Clear adminCount", "SDProp")


@scenario
@active_directory_only
def protected_groups_are_never_written(world):
  """The rest is done; and each command says why."""
  protected_lists(world)
  before = world.state()
  expect_refused(world.run("plan", status=0), world)
  plan = {one["list"]: (one["add"], one["remove"]) for one in world.plan()["lists"]}
  equal({dn for dn, changes in plan.items() if changes != ([], [])}, {world.dn("Fri")},
        "lists that the plan changes")
  equal(world.state(), before, "after plan")
  expect_refused(world.run("check", status=1), world)
  expect_refused(world.run("apply", status=4), world)
  world.expect_members(Fri="anna bo", Beskyttet="anna")
  equal(world.writes(), [world.dn("Fri")], "what was written")
  world.run("status", status=5).says("Set-ADGroup")


@scenario
@active_directory_only
def kept_plan_and_undo_of_a_list_that_became_protected(world):
  world.people("anna bo carl", "infrastrukturansvarlig")
  world.list("Drift", "anna")
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.start()
  world.run("plan", "-o", "kept.ldif", status=0)
  world.set("Drift", adminCount="1")
  world.run("apply", "kept.ldif", status=3).says("adminCount")
  world.expect_members(Drift="anna")
  world.set("Drift", adminCount=[])
  world.run("apply", status=0)
  world.expect_members(Drift="anna bo carl")
  world.set("Drift", adminCount="1")
  run = world.run("--json", "audit", "list", status=0).json()[-1]["run"]
  world.run("--case", "sag 1", "audit", "undo", run, "--over-limit", status=3).says("adminCount")
  world.expect_members(Drift="anna bo carl")
  world.run("apply", status=4).says("adminCount")


@scenario
@active_directory_only
def list_is_not_made_among_the_built_in_groups(world):
  world.people("anna", "infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.list("Fri", "")
  world.route("a", "Fri", "infrastrukturansvarlig")
  world.name("Ny", f"CN=Ny,CN=Builtin,{world.server['SUFFIX']}")
  world.route("b", "Ny", "infrastrukturansvarlig")
  world.start()
  world.run("apply", status=4).says("CN=Ny,CN=Builtin", "built-in")
  world.expect_members(Fri="anna")


@scenario
@active_directory_only
def list_that_hides_what_it_is(world):
  """Every group has a groupType; one that shows none may be protected as well."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  world.grant(world.dn("Drift"), f"(OD;;RP;{GROUP_TYPE};;@)")
  world.run("apply", status=4).says(world.dn("Drift"), "groupType")
  world.expect_members(Drift="anna")
