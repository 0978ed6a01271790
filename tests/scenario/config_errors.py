"""Files that are wrong: said with file, line and column, by each command, with 2."""
import json
import os
import re

from scenario import scenario
from world import Failure, equal


def small(world):
  world.people("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  return world.start()


SETTINGS = """\
language: en
directory:
  url: ldap://127.0.0.1:1
  base: dc=eksempel,dc=dk
  bind: {mechanism: simple, dn: "cn=x,dc=eksempel,dc=dk", password_file: secret}
mapping: {tags: tags.yaml, roles: roles.yaml, routes: routes.yaml}
reports: {directory: reports}
"""

# what replaces what, where that is, and what is said
FAULTS = [
    ("language: en", "language: norsk", "1:11", "norsk"),
    ("language: en", "langauge: en", "1:1", "language"),
    ("language: en", "language: en\nlanguage: da", "2:1", "language"),
    ("language: en", "language: [en", None, ""),
    ("  base:", "\tbase:", "4:1", ""),
    ("url: ldap://127.0.0.1:1", "url: http://127.0.0.1:1", "3:8", "http"),
    ("base: dc=eksempel,dc=dk", "base: dette er ikke et DN", "4:9", ""),
    ("base:", "bsae:", "4:3", "base"),
    ("  base: dc=eksempel,dc=dk\n", "", None, "base"),
    ("mechanism: simple", "mechanism: digest", "5:21", "digest"),
    ("password_file: secret", "password: hemmeligt", "5:59", "password_file"),
    ("reports: {", "limits: {removals_per_list: -1}\nreports: {", "7:29", "-1"),
    ("reports: {", "limits: {removals_per_run: mange}\nreports: {", "7:28", "mange"),
    ("reports: {", "absence: {timezone: Europe/Kobenhavn}\nreports: {", "7:21", "Kobenhavn"),
    ("reports: {", "absence: {when_absent: erstat}\nreports: {", "7:24", "erstat"),
    ("base: dc=eksempel,dc=dk", "base: dc=eksempel,dc=dk\n  timeout: 30", "5:12", "30"),
    ("reports: {", "people: {filter: (objectClass=person}\nreports: {", "7:18", ""),
    ("reports: {directory: reports}", "reports: {directory: reports, sign: x}", "7:31", "sign"),
    ("language: en", "language: en\nfarve: blå", "2:1", "farve"),
]


@scenario
def mistakes_in_the_settings(world):
  small(world)
  for old, new, place, text in FAULTS:
    assert old in SETTINGS, old
    world.write("postvagt.yaml", SETTINGS.replace(old, new, 1))
    for command in ("check", "plan"):
      result = world.run(command, status=2)
      if place:
        result.says(f"postvagt.yaml:{place}:", text)
      else:
        result.says("postvagt.yaml", text)
  world.write("postvagt.yaml", SETTINGS.replace("language: en", "langauge: en"))
  world.run("apply", status=2)
  world.run("explain", "anna", status=2)


ROUTES = """\
routes:
  - tag: drift
    list: cn=Drift,ou=Lister,dc=eksempel,dc=dk
    to:
      roles: [infrastrukturansvarlig]
    critical:
      list: cn=Kritisk,ou=Lister,dc=eksempel,dc=dk
      to: {people: [anna]}
"""

ROUTE_FAULTS = [
    ("roles: [infrastrukturansvarlig]", "roles: [infrastrukturansvarlig]\n    at_least: 0", "6:15"),
    ("    list: cn=Drift,ou=Lister,dc=eksempel,dc=dk\n", "", "2:5"),
    ("      list: cn=Kritisk,ou=Lister,dc=eksempel,dc=dk\n", "", "6:5"),
    ("      to: {people: [anna]}\n", "", "6:5"),
    ("cn=Kritisk,ou=Lister,dc=eksempel,dc=dk", "CN=drift, ou=lister,dc=eksempel,dc=dk", "7:13"),
    ("to: {people: [anna]}", "to: {people: [anna]}\n      inform: {}", "9:7"),
    ("to: {people: [anna]}", "to: {people: [anna]}\n      tag: x", "9:7"),
    ("[infrastrukturansvarlig]", "[Den ansvarlige]", "5:15"),
    ("[infrastrukturansvarlig]", "[findes-ikke]", "5:15"),
    ("[infrastrukturansvarlig]", "[infrastrukturansvarlig/]", "5:15"),
    ("    critical:", "    inform:\n      list: cn=I,ou=Lister,dc=eksempel,dc=dk\n"
     "      to: {people: [anna]}\n      at_least: 2\n    critical:", "9:7"),
    ("    critical:", "    inform:\n      list: cn=I,ou=Lister,dc=eksempel,dc=dk\n"
     "      to: {people: [anna]}\n      deputies: [bo]\n    critical:", "9:7"),
    ("list: cn=Drift,ou=Lister,dc=eksempel,dc=dk", "list: Drift", "3:11"),
    ("tag: drift", "tga: drift", "2:5"),
    ("    critical:", "    membership: næsten\n    critical:", "6:17"),
]


@scenario
def mistakes_in_the_routes(world):
  small(world)
  world.write_yaml("roles.yaml", {"source": {"name": "x", "version": "1"}, "roles": [
      {"id": "infrastrukturansvarlig", "title": {"da": "I"}, "values": ["Den ansvarlige"]}]})
  for old, new, place in ROUTE_FAULTS:
    assert old in ROUTES, old
    world.write("routes.yaml", ROUTES.replace(old, new, 1))
    world.run("check", status=2).says(f"routes.yaml:{place}:")
    world.run("apply", status=2).says(f"routes.yaml:{place}:")
    line = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])
    equal((line["outcome"], line["status"], line["files"]["routes"]), ("failed", 2, None), "the run's line")
    if f"routes.yaml:{place}:" not in line["said"]:
      raise Failure(f"the run's line says {line['said']!r}")
  world.run("audit", "verify", status=0).says(f"{len(ROUTE_FAULTS)} lines")


@scenario
def two_routes_with_one_list_or_one_tag(world):
  small(world)
  second = ROUTES.split("routes:\n")[1]
  for text in (ROUTES + second, ROUTES + second.replace("tag: drift", "tag: release")):
    world.write("routes.yaml", text)
    world.run("check", status=2).says("routes.yaml:")


@scenario
def tags_of_one_route_that_are_wrong(world):
  """A tag twice, also within one list; "*" beside another; nothing at all."""
  small(world)
  head = f"routes:\n  - list: {world.dn('Drift')}\n    to: {{roles: [infrastrukturansvarlig]}}\n    tag: "
  for tags, places, text in (("[drift, drift]", ["4:18"], "second time"),
                             ("[drift, \"*\"]", ["4:18"], "*"), ("[]", ["4:10"], "a tag"),
                             ("[drift, {a: b}]", ["4:18"], "a text")):
    world.write("routes.yaml", head + tags + "\n")
    for command in ("check", "plan"):
      result = world.run(command, status=2).says(text, *(f"routes.yaml:{place}:" for place in places))
      equal(len(re.findall(r"routes\.yaml:\d+:\d+:", result.err + result.out)) >= 1, True, "places")
  world.write("routes.yaml", head + "[drift]\n")
  world.run("plan", status=0)
  world.write("routes.yaml", head + "drift\n  - tag: [release, drift]\n    list: cn=x,dc=dk\n    to: {}\n")
  world.run("plan", status=2).says("routes.yaml:5:20:", "drift", "second time")
  world.write("routes.yaml", head + "\n      - drfit\n      - drift\n      - helt-andet\n")
  world.run("plan", status=0).says("routes.yaml:5:9", "did you mean \"drift\"", "routes.yaml:7:9",
                                   "helt-andet")
  equal([item["tags"] for item in world.plan()["lists"]], [["drfit", "drift", "helt-andet"]], "tags")


@scenario
def files_that_are_not_there(world):
  small(world)
  for name in ("tags.yaml", "roles.yaml", "routes.yaml", "postvagt.yaml"):
    text = world.read(world.path(name))
    for wrong in ("[]", "x", "\x00\x01\xff"):
      world.write(name, wrong)
      world.run("apply", status=2).says(name)
    os.unlink(world.path(name))
    world.run("apply", status=2).says(name)
    world.write(name, text)
  world.config = world.path("findes-ikke.yaml")
  world.run("check", status=2).says("findes-ikke.yaml")


def expect_places(world, name, count):
  """So many places of a file are named, each once."""
  said = world.run("check", status=2)
  places = re.findall(rf"{re.escape(name)}:(\d+:\d+): ", said.text)
  equal((len(places), len(set(places))), (count, count), f"places of {name}\n{said}\n")


@scenario
def every_mistake_is_said_at_once(world):
  small(world)
  world.write("routes.yaml", ROUTES.replace("[infrastrukturansvarlig]", "[infrastrukturansvarlig]\n    at_least: 0")
              .replace("      list: cn=Kritisk,ou=Lister,dc=eksempel,dc=dk\n", ""))
  settings = world.read(world.path("postvagt.yaml"))
  expect_places(world, "routes.yaml", 2)
  world.write("postvagt.yaml", settings.replace('"en"', '"norsk"').replace('"10s"', '"soon"'))
  if world.read(world.path("postvagt.yaml")).count("norsk") != 1:
    raise Failure(f"no mistake was made:\n{settings}")
  expect_places(world, "postvagt.yaml", 2)


@scenario
def route_to_an_unknown_or_retired_tag_is_carried_out(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.list("A", "anna")
  world.list("B", "anna")
  world.route("ukendt", "A", "infrastrukturansvarlig")
  world.route("gammel", "B", "infrastrukturansvarlig")
  world.start()
  world.write_yaml("tags.yaml", {"source": {"name": "x", "version": "1"}, "tags": [
      {"id": "gammel", "subject": ["[Gammel]"], "title": {"da": "G"}, "retired": True},
      {"id": "andet", "subject": ["[Andet]"], "title": {"da": "A"}}]})
  world.four_ways(A="anna bo", B="anna bo")
  plan = world.plan()
  said = " ".join(f["where"] + " " + f["what"] for f in plan["findings"])
  for tag in ("ukendt", "gammel"):
    equal(tag in said, True, f"a finding about {tag} in {said!r}")
