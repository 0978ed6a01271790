"""KOMBIT changes its catalogue: what check says, and the lines for routes.yaml; and the one that is shipped."""
import os

from mail_servers import BOX, Mail, message
from scenario import openldap_only, scenario
from world import ROOT, equal

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


def shipped(world):
  """The tags and roles that come with the program, as they are."""
  for name in ("tags.yaml", "roles.yaml"):
    world.write(name, world.read(os.path.join(ROOT, "mappings", name)))


@scenario
@openldap_only("the catalogue is one and the same")
def sources_of_the_shipped_catalogue(world):
  """Each name has the page it is from; what no public source says is marked, and said."""
  town(world)
  shipped(world)
  world.write("routes.yaml", ROUTES.format(name="serviceplatformen").replace("drift\n", "organisation\n", 1))
  world.run("explain", "organisation", status=0).says(
      "its name is from: Digitaliseringskataloget, SF1500 Organisation, 2021-05-11, "
      "https://digitaliseringskataloget.dk/integration/sf1500", "not confirmed")
  world.run("--lang", "da", "explain", "organisation", status=0).says("navnet er fra", "ikke bekræftet")
  known = world.run("--json", "explain", "organisation", status=0).json()
  equal((known["source"]["date"], known["confirmed"]), ("2021-05-11", False), "as JSON")
  guess = world.run("--json", "explain", "release", status=0).json()
  equal((guess["source"], guess["confirmed"]), (None, False), "a tag that no source has")
  points = {point["point"]: point for point in world.run("--json", "status", status=5).json()["points"]}
  if "no public source calls these roles of the gallery: systemansvarlig, superbruger, supportberettiget" not in \
      points["roles"]["evidence"]:
    raise AssertionError(points["roles"])
  equal([detail for detail in points["roles"]["details"] if "asks for" in detail][-2:],
        ["systemansvarlig: 0 hold it, where roles.yaml asks for 1",
         "supportberettiget: 0 hold it, where roles.yaml asks for 1"], "of roles that are this file's own")
  world.write("tags.yaml", world.read(world.path("tags.yaml")).replace('"[SP]", ', "").replace(
      "    confirmed: false", "    confirmed: true", 1))
  points = {point["point"]: point for point in world.run("--json", "status", status=5).json()["points"]}
  equal([detail for detail in points["catalogue"]["details"] if "no public source says" in detail],
        ["of 13 tags no public source says that KOMBIT uses them (confirmed: false); compare them with bilag 1 and "
         "with the mail that comes"], "of the tags of a file that was worked on")
  world.run("check", status=None).says("kombit-programleder: 0 hold this role, where the gallery asks for 1",
                                       "supportberettiget: 0 hold this role, where roles.yaml asks for 1")


@scenario
@openldap_only("Postfix expands the lists of slapd")
def names_of_today_in_the_shipped_catalogue(world):
  """Without brackets, by their long names and by the numbers of services; words of every day are no tags."""
  town(world)
  shipped(world)
  mail = Mail(world)
  world.write("imap-secret", f"{mail.password}\n", 0o600)
  world.settings["mailbox"]["imap"] = {"url": mail.env["IMAPS_URL"], "user": BOX, "password_file": "imap-secret",
                                       "ca_file": mail.env["CA"]}
  world.write_files()
  shipped(world)
  mail.append([message(subject) for subject in (
      "Ny version af Fælleskommunal Beskedfordeler åben for serviceaftaler", "SF1461_2.0 i drift", "Drift: SF1500",
      "Fælleskommunalt Organisationssystem", "Møde om sikkerhed i vores organisation", "SF15001 er noget andet",
      "Serviceplatformens release", "SV: serviceplatformen nede")])
  answer = world.run("--json", "mailbox", status=None).json()
  equal({tag["tag"]: tag["count"] for tag in answer["recent"]["tags"] if tag["count"]},
        {"beskedfordeler": 2, "organisation": 2, "serviceplatformen": 1}, "mails a tag")
