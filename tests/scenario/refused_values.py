"""Values that a server refuses among many that it takes, by a relay (tests/relay) that answers so.

A server makes all of a request or none of it, so the program has to find out which value is refused.
AD says 53 (unwillingToPerform) of a value, too, and says the same of one to delete that is not there.
"""
import json
import math
import os

from member_ranges import end, relayed
from scenario import scenario
from world import Failure, equal, normal

WORDS = {19: "Constraint violation", 21: "Invalid syntax", 32: "No such object",
         53: "Server is unwilling to perform"}
MARK = "nej"  # in the login of those who are refused
REREADS = 5  # how often the list is read again after a code that may say that another writer was first


def codes(world):
  """Result codes after which the program looks for the values that cause them."""
  return (19, 21, 32, 53) if world.settings["directory"]["kind"] == "auto" else (19, 21, 32)


def refusing(world, code):
  """Put a relay between program and server that refuses those values; return it and its file of requests."""
  log = world.path("requests")
  if os.path.exists(log):
    os.unlink(log)
  return relayed(world, "-t", MARK, "-r", str(code), "-l", log), log


def requests(world, log, name):
  """(how, values, passed or refused) of each request to write the members of a list, in order."""
  rows = [line.split(" ", 3) for line in world.read(log).splitlines()]
  return [(how, int(values), what) for how, values, what, dn in rows if normal(dn) == normal(world.dn(name))]


def are_halved(asked, total, refused, code):
  """All values first, each refused one alone at last; the others pass, each once, and few requests are made."""
  equal(asked[0][1:], (total, "refused"), f"the first request of {asked}")
  equal(sum(values for _, values, what in asked if what == "passed"), total - refused, f"passed, of {asked}")
  alone = [row for row in asked if row[1:] == (1, "refused")]
  equal(len(alone), refused * (1 + REREADS if code == 53 else 1), f"values that were refused alone, of {asked}")
  if len(asked) - len(alone) > refused * (2 * math.ceil(math.log2(total))):
    raise Failure(f"{len(asked)} requests for {refused} of {total} values: {asked}")


def named(world, lines, label):
  """Short names of those in comments "# label: DN (...)"."""
  found = set()
  for line in lines:
    _, is_there, text = line.partition(f"# {label}: ")
    if is_there:
      found.add(world.short(text.split(" (")[0]))
  return found


def report_names(world, text, label, refused, code):
  """A record is commented out for the refused values alone, with the server's words."""
  lines = text.splitlines()
  places = [at for at, line in enumerate(lines) if line.startswith("# not done: ") and WORDS[code] in line]
  failed = [at for at in places if named(world, lines[at + 1:at + 2], label)]
  equal(len(failed), 1, f"records not done\n{text}\n")
  stop = lines.index("", failed[0])
  if "the relay refuses a value" not in lines[failed[0]]:
    raise Failure(f"the report lacks the server's words\n{text}")
  equal(named(world, lines[failed[0]:stop], label), refused, f"people not done\n{text}\n")
  equal(named(world, lines[failed[0]:stop], "member"), refused, f"values not done\n{text}\n")
  equal(named(world, lines[:failed[0]], label) & refused, set(), f"people done\n{text}\n")


def text_names(result, logins, marked):
  """The text marks these, and nobody else."""
  found = {line.split()[1].lower() for line in result.out.splitlines() if line.startswith("  ! ")}
  equal(found & set(logins), marked, f"marked as not done\n{result}\n")


def json_names(world, result, name, expected):
  """{short name: (change, words in why)} is what one list's `failed` says."""
  row, = [item for item in result.json()["lists"] if normal(item["list"]) == normal(world.dn(name))]
  got = {world.short(item["dn"]): (item["change"], item["why"]) for item in row["failed"]}
  equal({short: change for short, (change, _) in got.items()},
        {short: change for short, (change, _) in expected.items()}, f"failed\n{result}\n")
  for short, (_, why) in expected.items():
    if why not in got[short][1]:
      raise Failure(f"{short}: it does not say {why!r} but {got[short][1]!r}")


def last_line(world):
  return json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])


def totals(world):
  line = last_line(world)
  return tuple([line["outcome"], line["status"]] + [line["totals"][key] for key in ("added", "removed", "failed")])


@scenario
def values_that_are_refused_among_many(world):
  """The others are added, nobody leaves, each refused one is named; a later run does the rest."""
  refused = {f"p{number}{MARK}" for number in ("07", "23", "24")}
  fine = [f"p{number:02}" for number in range(37)]
  everyone = fine + sorted(refused)
  world.people(everyone, "infrastrukturansvarlig")
  world.person("dora")
  world.list("Drift", "dora")
  world.list("Vagt")
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.route("vagt", "Vagt", people="dora")
  world.start(own=True)
  before = world.state()
  for code in codes(world):
    relay, log = refusing(world, code)
    known = world.reports()
    result = world.run("apply", status=4).says("Drift", WORDS[code])
    world.expect_members(Drift=fine + ["dora"], Vagt="dora")
    first, *rest = requests(world, log, "Drift")
    equal(first, ("modify", 41, "refused"), "all in one request, dora's removal too")
    are_halved(rest, 40, 3, code)
    equal(requests(world, log, "Vagt"), [("modify", 1, "passed")], "requests for the other list")
    text_names(result, everyone + ["dora"], refused | {"dora"})
    report_names(world, world.new_report(known)[2], "joins", refused, code)
    equal(totals(world), ("partly", 4, 38, 0, 4), "totals of the run")
    os.unlink(log)
    result = world.run("--json", "apply", status=1)  # again only those are tried, and nothing is changed
    json_names(world, result, "Drift", {**{person: ("add", WORDS[code]) for person in refused},
                                        "dora": ("remove", "not tried")})
    first, *rest = requests(world, log, "Drift")
    equal(first, ("modify", 4, "refused"), "all in one request")
    are_halved(rest, 3, 3, code)
    world.expect_members(Drift=fine + ["dora"], Vagt="dora")
    end(world, relay)
    del world.settings["directory"]["url"]
    world.write_files()
    world.run("apply", status=0)
    world.expect_members(Drift=everyone, Vagt="dora")
    equal(totals(world), ("done", 0, 3, 1, 0), "totals of the run that did the rest")
    world.reset(before)
  world.run("audit", "verify", status=0)


@scenario
def value_that_the_server_does_not_let_go(world):
  """A removal that is refused: all others leave."""
  leaving = [f"p{number:02}" for number in range(16)]
  world.people(["anna"], "infrastrukturansvarlig")
  world.people(leaving + [f"p07{MARK}"])
  world.one_list(["anna", *leaving, f"p07{MARK}"])
  world.settings["limits"] = {"removals_per_list": 100, "removals_per_run": 100}
  world.start(own=True)
  before = world.state()
  for code in codes(world):
    relay, log = refusing(world, code)
    known = world.reports()
    result = world.run("apply", status=4).says("Drift", WORDS[code])
    world.expect_members(Drift=["anna", f"p07{MARK}"])
    are_halved(requests(world, log, "Drift"), 17, 1, code)
    text_names(result, ["anna", *leaving, f"p07{MARK}"], {f"p07{MARK}"})
    report_names(world, world.new_report(known)[2], "leaves", {f"p07{MARK}"}, code)
    equal(totals(world), ("partly", 4, 0, 16, 1), "totals of the run")
    end(world, relay)
    del world.settings["directory"]["url"]
    world.write_files()
    world.run("apply", status=0)
    world.expect_members(Drift="anna")
    world.reset(before)


@scenario
def new_list_with_a_value_that_is_refused(world):
  """The list is made with those who are taken, and the rest are added by themselves."""
  people = ["a" + MARK, "b", "c", "d", "e", "f"]
  world.people(people, "infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.no_list("Ny")
  world.route("drift", "Ny", "infrastrukturansvarlig")
  world.start(own=True)
  relay, log = refusing(world, 19)
  known = world.reports()
  world.run("apply", status=4).says("Ny", WORDS[19])
  world.expect_members(Ny=people[1:])
  asked = requests(world, log, "Ny")
  equal([row[0] for row in asked if row[2] == "passed"][0], "add", f"what made the list, of {asked}")
  equal({row[0] for row in asked[-1:]}, {"modify"}, f"what added the rest, of {asked}")
  are_halved(asked, 6, 1, 19)
  report_names(world, world.new_report(known)[2], "joins", {people[0]}, 19)
  end(world, relay)
  del world.settings["directory"]["url"]
  world.write_files()
  world.run("apply", status=0)
  world.expect_members(Ny=people)
