"""KOMBIT changes its catalogue: what check says, and the lines for routes.yaml."""
from scenario import openldap_only, scenario
from world import equal

TAGS = {"serviceplatformen": "[Serviceplatformen]", "drift": "[Drift]", "sikkerhed": "[Sikkerhed]"}
ROUTES = """# Our own, in block style.
routes:
    - tag: drift
      list: cn=Infra-Drift,ou=Lister,dc=eksempel,dc=dk
      address: infra-drift@eksempel.dk
      to: {{roles: [infrastrukturansvarlig]}}
    - tag: {name}
      list: cn=Infra-SP,ou=Lister,dc=eksempel,dc=dk
      address: infra-sp@eksempel.dk
      to: {{roles: [infrastrukturansvarlig]}}
"""


def town(world, **retired):
  world.person("anna", "infrastrukturansvarlig superbruger")
  world.settings["lists"]["create"] = True
  world.start()
  world.write_yaml("tags.yaml", {"tags": [
      {"id": tag, "subject": [subject], "title": {"da": tag.capitalize()},
       "retired": retired.get(tag, False)} for tag, subject in TAGS.items()]})
  return world


@scenario
@openldap_only("the catalogue is one and the same")
def lines_to_paste(world):
  """What check prints goes into the file as it is, and then nothing is left to say."""
  town(world)
  routes = ROUTES.format(name="servicplatform")
  world.write("routes.yaml", routes)
  said = world.run("check", status=0).says("servicplatform", "line 7", "sikkerhed")
  changes = world.run("--json", "check", status=0).json()["catalogue"]
  equal([(c["change"], c["tag"], c["route"], c["line"]) for c in changes],
        [("renamed", "serviceplatformen", "servicplatform", 7), ("new", "sikkerhed", None, None)],
        "changes")
  for change in changes:
    if change["lines"] not in said.out:
      raise AssertionError(f"not as in the text: {change['lines']}\n{said}")
  renamed, new = changes
  lines = routes.splitlines(keepends=True)
  lines[renamed["line"] - 1] = renamed["lines"].split("\n", 1)[1]
  world.write("routes.yaml", "".join(lines) + new["lines"])
  world.run("check", status=0).never_says("no route names", "is no tag", "catalogue")
  equal(world.run("--json", "check", status=0).json()["catalogue"], [], "nothing is left")
  world.run("apply", status=0)  # after a check, which tried whether lists may be made
  equal(world.members()["cn=infra-sikkerhed,ou=lister,dc=eksempel,dc=dk"], {"anna"}, "its list")


@scenario
@openldap_only("the catalogue is one and the same")
def lines_for_a_tag_among_several(world):
  """The line of the route keeps its other tags."""
  town(world)
  routes = ROUTES.format(name="[servicplatform, sikkerhed]")
  world.write("routes.yaml", routes)
  change, = world.run("--json", "check", status=0).json()["catalogue"]
  equal((change["change"], change["tag"], change["route"], change["line"]),
        ("renamed", "serviceplatformen", "servicplatform", 7), "the change")
  lines = routes.splitlines(keepends=True)
  lines[6] = change["lines"].split("\n", 1)[1]
  world.write("routes.yaml", "".join(lines))
  equal(world.run("--json", "check", status=0).json()["catalogue"], [], f"nothing is left:\n{''.join(lines)}")
  equal([item.get("tags") for item in world.plan()["lists"]],
        [None, ["serviceplatformen", "sikkerhed"]], "tags of the lists")


@scenario
@openldap_only("the catalogue is one and the same")
def retired_tags_keep_their_routes(world):
  town(world, drift=True)
  world.write("routes.yaml", ROUTES.format(name="helt-andet"))
  said = world.run("check", status=0).says("line 3", "drift is retired", "line 7", "helt-andet")
  said.says("\n    - tag: sikkerhed\n", "\n    - tag: serviceplatformen\n")
  world.run("--lang", "da", "check", status=0).says("er udgået", "nyt: Sikkerhed")
  world.run("-q", "check", status=0).never_says("- tag:")
