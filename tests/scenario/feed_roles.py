"""Roles that a feed gives: a catalogue of roles puts people on lists, with the source in every reason, and is trusted,
kept and doubted as a feed of absences is."""
import json
import os

from scenario import openldap_only, scenario
from watch import Watch
from world import Failure, equal

ROLE = "infrastrukturansvarlig"
STAFF = {"anna": "101", "bo": "102", "cai": "103", "dan": "104", "eva": "105", "fie": "106"}
FROM_FEED = f"role {ROLE} (feed rollekatalog)"


class Catalogue:
  """The world with a feed of roles, whose records are (login of STAFF or a number, role[, from, until])."""

  def __init__(self, world, roles="", members="", feed=None, settings=None, route=None):
    self.world = world
    for login, number in STAFF.items():
      world.person(login, ROLE if login in roles.split() else "", employeeNumber=number)
    world.one_list(members, **(route or {}))
    world.settings["absence"]["feeds"] = [{
        "name": "rollekatalog", "gives": "roles", "format": "json", "match": "employeeNumber", "every": "1s",
        "fields": {"person": "nr", "role": "rolle", "from": "fra", "until": "til"},
        "records": "/roller", "url": "file://" + world.path("roller.json"), **(feed or {})}]
    world.settings.update(settings or {})

  def start(self, **environment):
    self.world.start(**environment)
    return self

  def gives(self, *records):
    """What the feed says from now on; None: it cannot be read."""
    if records == (None,):
      os.unlink(self.world.path("roller.json"))
      return self
    rows = [{"nr": STAFF.get(who, who), "rolle": role, **dict(zip(("fra", "til"), dates))}
            for who, role, *dates in records]
    temporary = self.world.write("roller.json.new", json.dumps({"roller": rows}))
    os.rename(temporary, self.world.path("roller.json"))
    return self

  def why(self, login, *arguments, name="Drift", status=0):
    for item in self.world.plan(*arguments, status=status)["lists"]:
      for member in item["members"]:
        if self.world.short(item["list"]) == name and self.world.short(member["dn"]) == login:
          return member["why"]
    raise Failure(f"{login} is not on {name}")


def roles(*logins, role=ROLE):
  return [(login, role) for login in logins]


@scenario
def roles_by_a_feed(world):
  """Beside those of the directory; the source stands in the plan, the report, explain and the catalogue's counts."""
  feed = Catalogue(world, roles="anna bo", members="anna").start()
  feed.gives(*roles("bo", "cai", role="Infrastrukturansvarlig"), ("dan", "sagsbehandler"), ("9999", ROLE),
             ("eva", ["leder", " INFRASTRUKTURANSVARLIG/SAPA "]))
  equal(feed.why("anna"), [f"role {ROLE}"], "why anna")
  equal(feed.why("bo"), [f"role {ROLE}", FROM_FEED], "why bo")
  equal(feed.why("cai"), [FROM_FEED], "why cai")
  equal(feed.why("eva"), [FROM_FEED], "why eva")
  world.run("plan", status=0).says(f"role {ROLE} (feed rollekatalog)",
                                   "records of roles that the role gallery does not know, which count for nothing: 2",
                                   "records that name nobody under people.base by employeeNumber: 1")
  world.run("--lang", "da", "plan", status=0).says(f"rolle {ROLE} (feed rollekatalog)")
  world.run("explain", "cai", status=0).says(FROM_FEED, "roles: Infrastrukturansvarlig (feed rollekatalog)")
  world.run("explain", "drift", status=0).says(FROM_FEED)
  world.four_ways(Drift="anna bo cai eva")
  report = next(name for name in os.listdir(world.path("reports")) if name.endswith(".ldif") and "undo" not in name)
  text = world.read(world.path(f"reports/{report}"))
  if FROM_FEED not in text or '"feed":"rollekatalog"' not in text.replace(" ", ""):
    raise Failure(f"the report does not name the feed:\n{text}")
  world.run("audit", "verify", status=0)
  feeds = world.run("--json", "feeds", status=0).json()["feeds"]
  equal(feeds[0]["trusted"]["records"],
        {"all": 5, "used": 3, "unusable": 0, "unmatched": 1, "unasked": 1, "set_aside": 0}, "counts")
  world.run("feeds", "test", "rollekatalog", status=0).says("record 5: 105: read, role ", ", and 1 more", "9999: of an unknown person")
  world.run("feeds", "test", "rollekatalog", "--person", "eva", status=0).says("role INFRASTRUKTURANSVARLIG/SAPA", "role leder")


@scenario
def roles_by_a_feed_in_scopes(world):
  """A route that asks for a scope gets those of exactly it; one that asks for the role gets them all."""
  feed = Catalogue(world)
  world.routes.clear()
  world.list("Sapa")
  world.route("drift", "Drift", roles="systemansvarlig")
  world.route("sapa", "Sapa", roles="systemansvarlig/SAPA")
  feed.start().gives(("anna", "systemansvarlig/SAPA"), ("bo", "systemansvarlig/sapa"), ("cai", "Systemansvarlig"))
  equal(world.planned("Sapa"), {"anna"}, "of that scope")
  equal(world.planned("Drift"), {"anna", "bo", "cai"}, "of any")
  equal(feed.why("anna", name="Sapa"), ["role systemansvarlig/SAPA (feed rollekatalog)"], "why")
  world.run("plan", "-o", "kept.ldif", status=0)
  world.run("apply", "kept.ldif", status=0)
  world.expect_members(Sapa="anna", Drift="anna bo cai")


@scenario
def roles_by_a_feed_have_dates(world):
  """Within them only; coverage sees it too."""
  feed = Catalogue(world, roles="anna").start()
  feed.gives(("bo", ROLE, "2026-12-20", "2026-12-24"), ("cai", ROLE, "2026-12-23", ""), ("dan", ROLE, "", "2026-12-21"),
             ("eva", ROLE, None, "9999-12-31"), ("fie", ROLE, "2030-01-01", None))
  for day, there in (("2026-12-19", "anna dan eva"), ("2026-12-21", "anna bo dan eva"), ("2026-12-22", "anna bo eva"),
                     ("2026-12-24", "anna bo cai eva"), ("2026-12-25", "anna cai eva")):
    equal(world.planned("Drift", "--at", day + "T12:00"), set(there.split()), day)
  days = world.run("--json", "--at", "2026-12-19T12:00", "coverage", "--days", "7", status=0).json()["days"]
  equal([(day["date"][-2:], len(day["tags"][0]["available"])) for day in days],
        [("19", 3), ("20", 4), ("21", 4), ("22", 3), ("23", 4), ("24", 4), ("25", 3)], "coverage")
  world.run("--at", "2026-12-21T12:00", "explain", "bo", status=0).says("(feed rollekatalog) from", "through")


@scenario
def roles_by_a_feed_that_is_down(world):
  """The last trusted reading serves; without one no removal is made, and the run ends with 6."""
  feed = Catalogue(world, members="fie").start()
  world.run("apply", status=6).says("no reading of it was ever trusted", "no removal is made")
  world.expect_members(Drift="fie")
  feed.gives(*roles("anna", "bo"))
  world.run("apply", status=0)
  world.expect_members(Drift="anna bo")
  feed.gives(None)
  world.run("apply", status=6).says("serves until")
  world.expect_members(Drift="anna bo")
  os.unlink(world.path("state/feed-rollekatalog.json"))
  world.run("apply", status=6).says("no removal is made")
  world.expect_members(Drift="anna bo")
  world.run("status", status=(5, 6)).says("a source is missing: feed rollekatalog")


@scenario
def roles_by_a_feed_that_is_doubted(world):
  """Most roles gone at once is a doubt; somebody accepts it, and then the limits judge it."""
  limits = {"removals_per_list": 3, "removals_per_run": 3, "additions_per_list": 50, "additions_per_run": 50}
  feed = Catalogue(world, settings={"limits": limits}).start()
  feed.gives(*roles(*STAFF))
  world.run("apply", status=0)
  world.expect_members(Drift=" ".join(STAFF))
  feed.gives(*roles("anna", "bo"))
  world.run("apply", status=6).says("of 6 roles of people in the last trusted reading that have not ended, 2 are still there")
  world.expect_members(Drift=" ".join(STAFF))
  coverage = world.run("--json", "coverage", "--days", "1", status=6).json()
  equal(len(coverage["days"][0]["tags"][0]["available"]), len(STAFF), "available, by the last trusted reading")
  world.run("coverage", "--days", "1", status=6).says("the roles of its last trusted reading count here")
  world.run("feeds", "accept", "rollekatalog", status=0)
  world.run("apply", status=3).says("limit")
  world.expect_members(Drift=" ".join(STAFF))
  feed.gives(*roles("anna", "bo", "cai", "dan"))
  world.run("apply", status=0)
  world.expect_members(Drift="anna bo cai dan")


@scenario
def roles_by_a_record_that_cannot_be_used(world):
  """The person keeps the roles of the last trusted reading, and the run ends with 6 while a list asks for one."""
  feed = Catalogue(world).start()
  feed.gives(*roles("anna", "bo", "cai"), ("dan", "leder"))
  world.run("apply", status=0)
  feed.gives(*roles("bo", "cai"), ("anna", ROLE, "engang", ""), ("dan", None))
  world.run("apply", status=6).says("a record of a feed that names this person cannot be used",
                                    f"role {ROLE} of feed rollekatalog", "anna")
  world.expect_members(Drift="anna bo cai")
  world.run("-q", "feeds", status=6).says("Of an earlier reading 2 roles are kept")
  feed.gives(*roles("bo", "cai"), ("dan", None))
  world.run("apply", status=0).never_says("Of an earlier reading")
  world.expect_members(Drift="bo cai")


@scenario
def roles_by_a_record_that_cannot_be_used_beside_another(world):
  """Only the role that is kept is said to be."""
  feed = Catalogue(world)
  world.list("Sapa")
  world.route("sapa", "Sapa", roles="systemansvarlig/SAPA")
  feed.start().gives(("anna", "Infrastrukturansvarlig"), ("anna", "Systemansvarlig/SAPA"), ("bo", ROLE))
  world.run("apply", status=0)
  feed.gives(("anna", "Infrastrukturansvarlig"), ("anna", "Systemansvarlig/SAPA", "engang", ""), ("bo", ROLE))
  world.run("apply", status=6).says("role systemansvarlig/SAPA of feed rollekatalog").never_says(f"role {ROLE} of feed")
  world.expect_members(Drift="anna bo", Sapa="anna")


@scenario
@openldap_only("which entries are shared mailboxes is set here as OpenLDAP has them")
def roles_by_a_feed_for_shared_mailboxes(world):
  """No role finds one, and nobody whom people.filter leaves out."""
  feed = Catalogue(world)
  world.person("fp", employeeNumber="201", employeeType="fp")
  world.person("gammel", employeeNumber="202", employeeType="ekstern")
  world.settings["people"].update(mailboxes="(employeeType=fp)",
                                  filter="(&(objectClass=person)(!(employeeType=ekstern)))")
  feed.start().gives(("201", ROLE), ("202", ROLE), ("anna", ROLE))
  equal(world.planned("Drift"), {"anna"}, "the list")


@scenario
def roles_by_a_feed_are_counted_by_check(world):
  """A role that nobody holds in the directory is held by those of the feed."""
  feed = Catalogue(world)
  world.roles = [{"id": ROLE, "title": {"da": ROLE}, "holders": {"at_least": 2}},
                 {"id": "systemansvarlig", "title": {"da": "S"}, "holders": {"at_least": 1}}]
  feed.start().gives(*roles("anna", "bo"), ("cai", "systemansvarlig/SAPA"))
  details = [point for point in world.run("--json", "status", status=(5, 6)).json()["points"] if point["point"] == "roles"]
  equal(details[0]["state"], "done", f"the point roles: {details}")
  world.run("status", status=(5, 6)).says("people to whom feed rollekatalog gives roles: 3")
  feed.gives(*roles("anna"))
  details = [point for point in world.run("--json", "status", status=(5, 6)).json()["points"] if point["point"] == "roles"]
  equal(details[0]["state"], "missing", f"the point roles: {details}")


@scenario
def roles_by_a_feed_in_watch(world):
  """A person's entry changes, and the role of the feed stays; the feed drops it, and it is gone."""
  feed = Catalogue(world, roles="fie")
  feed.start(OVERLAYS="syncprov")
  feed.gives(*roles("anna", "bo", "cai", "dan"))
  watch = Watch(world)
  watch.lists(Drift="anna bo cai dan fie")
  world.set("anna", displayName="Anna Møller")
  world.set("eva", postvagtRole=ROLE)
  watch.lists(Drift="anna bo cai dan eva fie")
  feed.gives(*roles("bo", "cai", "dan"))
  watch.lists(Drift="bo cai dan eva fie")
  world.set("bo", employeeNumber="999")
  watch.lists(Drift="cai dan eva fie")
  world.set("bo", employeeNumber="102")
  watch.lists(Drift="bo cai dan eva fie")
  watch.end()


@scenario
def roles_of_a_feed_wrong_in_the_settings(world):
  feed = Catalogue(world).start()
  feed.gives(*roles("anna"))
  one, = world.settings["absence"]["feeds"]
  for keys, text in (({"fields": {"person": "nr"}}, "fields.role is missing"),
                     ({"gives": "absences"}, "fields.role: goes with gives: roles"),
                     ({"gives": "deputies"}, "fields.deputy is missing"),
                     ({"covers": "now"}, "covers: goes with gives: absences"),
                     ({"open": "absent"}, "open: goes with gives: absences"),
                     ({"format": "ics", "match": "mail"}, "gives absences only")):
    world.settings["absence"]["feeds"] = [{**one, **keys}]
    world.write_files()
    world.run("plan", status=2).says(text)
