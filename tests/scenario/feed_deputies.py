"""Deputies that a feed gives: who stands in is asked of another system, before the directory, and makes nobody absent."""
import json
import os

from scenario import scenario
from watch import Watch
from world import FOREVER, Failure, equal

NUMBERS = {login: str(101 + number) for number, login in enumerate("anna bo cai dan eva fie".split())}
ROLE = "infrastrukturansvarlig"


class Deputies:
  """Anna has the role and is away; by the directory bo stands in. The feed's records are (person, deputies[, from, until])."""

  def __init__(self, world, **feed):
    self.world = world
    for login, number in NUMBERS.items():
      world.person(login, ROLE if login == "anna" else "", employeeNumber=number)
    world.one_list("anna")
    world.settings["absence"]["feeds"] = [{
        "name": "sofd", "gives": "deputies", "format": "json", "match": "employeeNumber", "every": "1s", "records": "",
        "fields": {"person": "leder", "deputy": "stedfortraeder", "from": "fra", "until": "til"},
        "url": "file://" + world.path("sofd.json"), **feed}]

  def start(self, **environment):
    self.world.start(**environment)
    self.world.set("anna", postvagtDeputy="bo@eksempel.dk", postvagtAbsence=FOREVER)
    return self

  def gives(self, *records):
    if records == (None,):
      os.unlink(self.world.path("sofd.json"))
      return self
    rows = [{"leder": NUMBERS.get(who, who),
             "stedfortraeder": [NUMBERS.get(name, name) for name in deputies.split()] if deputies is not None else None,
             **dict(zip(("fra", "til"), dates))} for who, deputies, *dates in records]
    os.rename(self.world.write("sofd.json.new", json.dumps(rows)), self.world.path("sofd.json"))
    return self


@scenario
def deputies_by_a_feed(world):
  """They come before the directory's; by number, mail address or login, several in order; nobody is absent by them."""
  feed = Deputies(world).start()
  feed.gives(("bo", "dan"), ("anna", "cai"))
  equal(world.planned("Drift"), {"cai"}, "the feed's")
  feed.gives(("anna", "eva@eksempel.dk cai"))
  equal(world.planned("Drift"), {"eva"}, "the first of several")
  feed.gives(("anna", ""), ("cai", None))
  equal(world.planned("Drift"), {"bo"}, "the directory's, where a record names none")
  feed.gives(("anna", "cai"))
  world.set("anna", postvagtAbsence=[])
  equal(world.planned("Drift"), {"anna"}, "nobody is away")
  world.set("anna", postvagtAbsence=FOREVER)
  world.run("explain", "drift", status=0).says("Cai stands in")
  world.four_ways(Drift="cai")


@scenario
def deputies_by_a_feed_name_it(world):
  """Why somebody stands in names the feed that named them: in plan, report, explain and JSON, for each of several."""
  named = "stands in for Anna (deputy by feed sofd), away"
  feed = Deputies(world).start()
  feed.gives(("anna", "cai"))
  world.run("plan", status=0).says(named)
  world.run("--lang", "da", "plan", status=0).says("træder til for Anna (stedfortræder ifølge feed sofd), som er væk")
  world.run("explain", "drift", status=0).says(named)
  world.run("explain", "cai", status=0).says(named)
  asked = world.run("--json", "explain", "drift", status=0).json()["lists"][0]["asked_for"][0]
  equal([one["feed"] for one in asked["looked_at"]], ["sofd"], "the feeds of whom was looked at")
  world.run("plan", "-o", "plan.ldif", status=0)
  world.run("apply", "plan.ldif", status=0).says(named)
  report = world.read(world.path("reports/" + next(name for name in world.reports() if ".undo." not in name)))
  if named not in report or '"feed":"sofd"' not in report:
    raise Failure(f"the report does not name the feed:\n{report}")
  equal(world.run("--json", "plan", status=0).json()["lists"][0]["members"][0]["why"][0][:len(named)], named, "why")
  feed.gives(("anna", "eva"), ("eva", "fie"))
  world.set("eva", postvagtAbsence=FOREVER)
  world.run("plan", status=0).says("+ Fie", named)
  feed.gives(("anna", ""))
  world.run("plan", status=0).says("stands in for Anna, away").never_says("by feed")


@scenario
def deputies_by_a_feed_have_dates(world):
  """Within them alone; and a record with dates makes nobody absent."""
  feed = Deputies(world).start()
  feed.gives(("anna", "cai", "2026-12-01", "2026-12-24"), ("anna", "dan", "2026-12-20", ""), ("bo", "eva", "2026-12-01", ""))
  for day, there in (("2026-11-30", "bo"), ("2026-12-01", "cai"), ("2026-12-24", "cai"), ("2026-12-25", "dan")):
    equal(world.planned("Drift", "--at", day + "T12:00"), {there}, day)
  days = world.run("--json", "--at", "2026-12-23T12:00", "coverage", "--days", "3", status=0).json()["days"]
  equal([[world.short(dn) for dn in day["tags"][0]["available"]] for day in days], [["cai"], ["cai"], ["dan"]], "coverage")
  world.run("--at", "2026-12-23T12:00", "coverage", "--html", "page.html", status=0)
  if "Dan" not in world.read(world.path("page.html")):
    raise Failure("the page does not name who stands in")


@scenario
def deputies_by_a_feed_in_trouble(world):
  """A feed that is down, doubted, or has a record that cannot be used: what was trusted serves, and the run ends with 6."""
  feed = Deputies(world).start()
  world.run("apply", status=6).says("no reading of it was ever trusted")
  world.expect_members(Drift="anna bo")
  feed.gives(("anna", "cai"), *((name, "fie") for name in ("bo", "cai", "dan", "eva")))
  world.run("apply", status=0)
  world.expect_members(Drift="cai")
  feed.gives(None)
  world.run("apply", status=6).says("serves until")
  feed.gives(("bo", "fie"))
  world.run("apply", status=6).says("of 5 records of deputies in the last trusted reading that have not ended, "
                                    "1 still name the same person with a deputy")
  world.expect_members(Drift="cai")
  feed.gives(("anna", "dan", "i morgen", ""), *((name, "fie") for name in ("bo", "cai", "dan", "eva")))
  world.run("apply", status=6).says("a record of a feed that names this person cannot be used", "who stands in for this person")
  world.expect_members(Drift="cai")
  feed.gives(*((name, "fie") for name in ("bo", "cai", "dan", "eva")))
  world.run("apply", status=0)
  world.expect_members(Drift="bo")


@scenario
def deputies_by_a_feed_in_watch(world):
  """A new deputy of the feed stands in, and stays when an entry changes."""
  feed = Deputies(world).start(OVERLAYS="syncprov")
  feed.gives(("anna", "cai"))
  watch = Watch(world)
  watch.lists(Drift="cai")
  feed.gives(("anna", "dan"))
  watch.lists(Drift="dan")
  world.set("anna", displayName="Anna Møller")
  world.set("dan", postvagtAbsence=FOREVER)
  watch.lists(Drift="bo")
  world.set("dan", postvagtAbsence=[])
  watch.lists(Drift="dan")
  watch.end()


@scenario
def deputies_of_a_field_that_never_comes(world):
  """A name that is misspelt would leave everybody without a deputy of the feed; that is no absence that cannot be read."""
  feed = Deputies(world, fields={"person": "leder", "deputy": "stedfortreder"}).start()
  feed.gives(("anna", "cai"), ("bo", "dan"))
  world.run("check", status=0).says("feed sofd: stedfortreder is empty in all 2 records").never_says("Absences that")
  feed.gives(("anna", "cai"))
  world.run("check", status=0).never_says("is empty in all")


@scenario
def deputies_that_cannot_be_read_are_no_absences(world):
  feed = Deputies(world).start()
  feed.gives(("anna", "cai", "i morgen", ""), ("bo", "dan"))
  world.run("check", status=0).says("feed sofd, record 1").never_says("Absences that cannot be read")
