"""Which readings of HR's feed are trusted, and what the operator's monitoring shows meanwhile.

Each story is played twice: by `apply -q` on a timer and by `watch`, on a clock that the story sets. HR is a server of
HTTP here, so that a story knows when a watch has read what is new.
"""
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess

from hr_server import Liar, status
from scenario import openldap_only, scenario
from watch import Watch, faked, metrics, seconds_of, set_clock
from world import HIDDEN, ROOT, Failure, Result, equal

PLUGIN = os.path.join(ROOT, "contrib", "monitoring", "check_postvagt")
SAME = "feeds are the same whatever the directory is"
AWAY = [f"a{number}" for number in range(6)]
PRESENT = [f"p{number}" for number in range(8)]
STAFF = {login: 1001 + number for number, login in enumerate(AWAY + PRESENT)}
STAND_INS = [f"vikar{number}" for number in range(6)]
HEAD = "nr;fra;til\n"
HOLIDAY = "23-11-2026;31-12-2026"
UNKNOWN = "9999;i morgen;\n"  # somebody whom the directory does not know, by a record that cannot be used
BEGIN = "2026-11-24T08:00:00"
TROUBLE = ("doubted", "serves until", "no removal", "makes many absent", "is kept")  # what a run says of feeds


def rows(logins, span=HOLIDAY):
  """Records of these people, in the order given."""
  return "".join(f"{STAFF[login]};{span}\n" for login in logins)


class Hr:
  """The world, HR's server, and the agent: one that a timer runs, or one that watches."""

  def __init__(self, world, **settings):
    self.world, self.page, self.down = world, "", False
    for number, login in enumerate(STAFF):
      world.person(login, "infrastrukturansvarlig", employeeNumber=str(STAFF[login]),
                   postvagtDeputy=STAND_INS[number % len(STAND_INS)])
    world.people(STAND_INS)
    world.one_list(list(STAFF))
    self.server = Liar(self.answer)
    world.children.append(self.server)
    world.settings["metrics_file"] = "postvagt.prom"
    world.settings["absence"]["feeds"] = [{
        "name": "loen", "format": "csv", "match": "employeeNumber", "every": "1s", "max_age": "14d",
        "fields": {"person": "nr", "from": "fra", "until": "til"}, "url": self.server.url, **settings}]
    self.env = faked(world, BEGIN)
    world.settings["directory"]["timeout"] = "1h"  # or a jump of the clock would end a search that is under way
    world.start(OVERLAYS="syncprov")
    self.says(HEAD + rows(AWAY) + UNKNOWN)

  def answer(self, liar, connection):
    (status(404) if self.down else status(200, self.page))(liar, connection)

  def says(self, page):
    """HR's page from now on."""
    self.page = page
    return self

  def run(self, *arguments, status=None):
    """Run the program on the story's clock."""
    return self.world.run(*arguments, status=status, env=self.env)

  def sha256(self):
    return hashlib.sha256(self.page.encode()).hexdigest()

  # What is seen of it

  def members(self, away, also=""):
    """Fail unless the list is the staff, less those away, for whom their deputies are there."""
    stand_ins = {STAND_INS[list(STAFF).index(login) % len(STAND_INS)] for login in away}
    equal(self.world.members()["Drift"], set(STAFF) - set(away) | stand_ins | set(also.split()), "members of Drift")

  def figures(self):
    """The metrics of the feed, by their names, and how its records came out."""
    found = metrics(self.world)
    names = {name: re.fullmatch(r'postvagt_(\w+)\{feed="loen"(?:,state="(\w+)")?\}', name) for name in found}
    return {match[2] or match[1]: found[name] for name, match in names.items() if match}

  def plugin(self, level, *texts):
    run = subprocess.run([PLUGIN, "-f", self.world.path("postvagt.prom"), "-w", "3600", "-c", "7200"],
                         env={**os.environ, **self.env}, capture_output=True, text=True, check=False)
    equal(run.returncode, level, f"status of the plugin\n{run.stdout}{run.stderr}\n")
    for text in texts:
      if text not in run.stdout:
        raise Failure(f"the plugin does not say {text!r}:\n{run.stdout}")

  def point(self):
    """Of status: the feeds' state and details."""
    points = self.run("--json", "status", status=(5, 6)).json()["points"]
    point, = (point for point in points if point["point"] == "feeds")
    return point["state"], " ".join(point["details"])

  def all_is_well(self, away, **records):
    """And monitoring says so."""
    self.members(away)
    figures = self.figures()
    equal({name: figures[name] for name in ("feed_fresh", "feed_doubted", *records)},
          {"feed_fresh": 1, "feed_doubted": 0, **records}, "figures")
    self.plugin(0, "OK: ")
    equal(self.point(), ("done", ""), "point feeds of status")
    self.run("feeds", status=0).says("loen: trusted").never_says("doubted")

  def is_doubted(self, why, away, **records):
    """The list is by the last trusted reading, and all of monitoring says so."""
    self.members(away)
    figures = self.figures()
    equal({name: figures[name] for name in ("feed_fresh", "feed_doubted", *records)},
          {"feed_fresh": 0, "feed_doubted": 1, **records}, "figures")
    self.plugin(1, "WARNING: ", "doubted: loen", "postvagt feeds tells why")
    state, details = self.point()
    if state != "missing" or why not in details:
      raise Failure(f"point feeds of status is {state}: {details}\nnot {why}")
    self.run("-q", "feeds", status=6).says(why, "loen: doubted; an earlier reading serves", self.sha256(),
                                           "postvagt feeds accept loen")
    self.run("plan", status=6).says(why)


class Timer(Hr):
  """apply -q, as often as the story says."""

  def go(self, at, status, *texts):
    """At this time; it ends so, and says these, and of feeds in trouble nothing where there are none."""
    set_clock(self.world, at)
    result = self.run("-q", "apply", status=status).says(*texts)
    if not texts:
      result.never_says(*TROUBLE)
    return result

  def go_again(self, at, status, *texts):
    """What it said before it says each time."""
    self.go(at, status, *texts)

  def restart(self):
    """Each run is a start."""

  def end(self):
    self.run("audit", "verify", status=0)


class Watcher(Hr):
  """watch, that reads every second."""

  def __init__(self, world, **settings):
    super().__init__(world, **settings)
    self.watching, self.place = None, 0

  def go(self, at, status, *texts):
    """From this time on; the journal says these, and of feeds in trouble nothing where there are none."""
    set_clock(self.world, at)
    if not self.watching:
      self.watching = Watch(self.world, env=self.env)
    self.has_read()
    said = Result(["watch"], status, "", self.watching.err()[self.place:]).says(*texts)
    if not texts:
      said.never_says(*TROUBLE)
    self.place += len(said.err)

  def go_again(self, at, status, *_):
    """What it said before it does not say again."""
    self.go(at, status)

  def has_read(self):
    """Wait until it has read what is new, and done what follows: it asks one time after the other."""
    known = self.server.asked
    self.watching.until(lambda: self.server.asked >= known + 2, "a reading")
    self.watching.state()

  def restart(self):
    self.watching.end()
    self.watching, self.place = None, 0

  def end(self):
    self.watching.end()
    self.run("audit", "verify", status=0)


def story(function):
  """Register it as two scenarios: a timer's and a watch's."""
  for name, agent in (("on_a_timer", Timer), ("by_watch", Watcher)):
    def play(world, agent=agent):
      function(world, agent)
    play.__name__ = f"{function.__name__}_{name}"
    play.__doc__ = function.__doc__
    scenario(openldap_only(SAME)(play))


def begin(world, agent, **settings):
  """Six of fourteen are away until the end of the year, by a reading that is trusted."""
  hr = agent(world, **settings)
  hr.go(BEGIN, 0)
  hr.all_is_well(AWAY, used=6, unusable=1, unmatched=0, set_aside=0)
  return hr


@story
def format_drift(world, agent):
  """The payroll system was upgraded, and writes years in two digits: everyone stays away, and it is said each time."""
  hr = begin(world, agent)
  why = "7 of 7 records are unreadable (first: record 1, "
  hr.says(HEAD + rows(AWAY, "23-11-26;31-12-26") + UNKNOWN)
  hr.go("2026-11-24T08:15:00", 6, "feed loen", "what it says now is doubted", why, "31-12-26",
        "; in the last trusted reading 1 were", "if it is right: postvagt feeds accept loen")
  hr.is_doubted(why, AWAY, used=0, unusable=7)
  hr.go_again("2026-11-24T08:30:00", 6, why)
  hr.is_doubted(why, AWAY, used=0, unusable=7)
  hr.says(HEAD + rows(AWAY[:5]) + UNKNOWN)
  hr.go("2026-11-24T08:45:00", 0)
  hr.all_is_well(AWAY[:5], used=5, unusable=1)
  hr.end()


@story
def key_drift(world, agent):
  """Employees' numbers have leading zeros from now on, and match nobody."""
  hr = begin(world, agent)
  why = "none of 7 records names a person whom the directory has; in the last trusted reading 6 did"
  hr.says(HEAD + rows(AWAY).replace("100", "0000100") + UNKNOWN)
  hr.go("2026-11-24T08:15:00", 6, "feed loen", "what it says now is doubted", why)
  hr.is_doubted(why, AWAY, used=0, unmatched=6, unusable=1)
  hr.go_again("2026-11-28T08:15:00", 6, why)  # time alone does not end it
  hr.is_doubted(why, AWAY, used=0, unmatched=6, unusable=1)
  hr.says(HEAD + rows(AWAY) + UNKNOWN)
  hr.go("2026-11-28T08:30:00", 0)
  hr.all_is_well(AWAY, used=6)
  hr.end()


@story
def empty_night(world, agent):
  """The nightly export has a header and nothing else."""
  hr = begin(world, agent)
  why = "it has no records, and 6 absences of the last trusted reading have not ended"
  hr.says(HEAD)
  hr.go("2026-11-25T02:00:00", 6, "feed loen", "what it says now is doubted", why)
  hr.is_doubted(why, AWAY, used=0, unusable=0)
  hr.says(HEAD + rows(AWAY + PRESENT[:1]) + UNKNOWN)
  hr.go("2026-11-25T03:00:00", 0)
  hr.all_is_well(AWAY + PRESENT[:1], used=7)
  hr.end()


@story
def half_a_file(world, agent):
  """It was cut off while it was written: in the middle of a line, and later of an array."""
  hr = begin(world, agent)
  page = HEAD + rows(AWAY) + UNKNOWN
  why = "of 6 absences of the last trusted reading that have not ended, 2 are still there"
  hr.says(page[:len(HEAD + rows(AWAY[:1])) + 7])  # what is left of the second record cannot be used
  hr.go("2026-11-25T02:00:00", 6, why)
  hr.is_doubted(why, AWAY, used=1, unusable=1)
  hr.says(page)
  hr.go("2026-11-25T03:00:00", 0)
  hr.all_is_well(AWAY)
  hr.end()


@story
def half_a_page_of_json(world, agent):
  """It cannot be read at all: it is as if HR were down."""
  hr = agent(world, format="json", records="/data")
  whole = json.dumps({"data": [{"nr": STAFF[login], "fra": "2026-11-23", "til": "2026-12-31"} for login in AWAY]})
  hr.says(whole)
  hr.go(BEGIN, 0)
  hr.all_is_well(AWAY, used=6)
  hr.says(whole[:len(whole) // 2])
  hr.go("2026-11-25T02:00:00", 6, "feed loen", "serves until")
  hr.members(AWAY)
  equal({name: hr.figures()[name] for name in ("feed_fresh", "feed_doubted")}, {"feed_fresh": 0, "feed_doubted": 0},
        "figures")
  hr.plugin(1, "not read: loen")
  equal(hr.point()[0], "missing", "point feeds of status")
  hr.run("feeds", status=6).says("loen: cannot be read; an earlier reading serves")
  hr.run("feeds", "accept", "loen", status=1).says("no doubted reading is kept")
  hr.says(whole)
  hr.go("2026-11-25T03:00:00", 0)
  hr.all_is_well(AWAY)
  hr.end()


@story
def one_typo(world, agent):
  """A record of one person cannot be used: what was said of them before holds until it is mended, or ends by itself."""
  hr = begin(world, agent)
  typo = HEAD + rows(AWAY[1:]) + f"{STAFF[AWAY[0]]};23-11-2026;32-12-2026\n" + UNKNOWN
  kept = "a record of a feed that names this person cannot be used; what the feed said before is kept"

  def is_kept():
    hr.members(AWAY)
    figures = hr.figures()
    equal({name: figures[name] for name in ("feed_fresh", "feed_doubted", "used", "unusable")},
          {"feed_fresh": 1, "feed_doubted": 0, "used": 5, "unusable": 2}, "figures")
    hr.plugin(0)
    hr.run("plan", status=6).says(kept, AWAY[0].capitalize(), "32-12-2026")
    hr.run("explain", AWAY[0], status=6).says("31 December 2026")
    hr.run("-q", "feeds", status=6).says("loen: trusted", "1 absences are kept")
    feed, = hr.run("--json", "feeds", status=6).json()["feeds"]
    equal((feed["state"], feed["kept_absences"]), ("trusted", 1), "state of the feed, and what it keeps")
  hr.says(typo)
  hr.go("2026-11-24T08:15:00", 6, kept, AWAY[0].capitalize(), "31 December 2026")
  is_kept()
  hr.go_again("2026-12-20T08:15:00", 6, kept)
  is_kept()
  hr.says(HEAD + rows(AWAY[1:]) + f"{STAFF[AWAY[0]]};23-11-2026;19-12-2026\n" + UNKNOWN)  # mended: it is over
  hr.go("2026-12-20T08:30:00", 0)
  hr.all_is_well(AWAY[1:], used=6, unusable=1)
  hr.says(HEAD + rows(AWAY[2:]) + f"{STAFF[AWAY[1]]};vrøvl;\n" + UNKNOWN)
  hr.go("2026-12-20T08:45:00", 6, kept, AWAY[1].capitalize())
  hr.members(AWAY[1:])
  hr.go("2027-01-01T08:00:00", 0)  # it ended, as all of them did
  hr.all_is_well([], used=4, unusable=2)
  hr.end()


@scenario
@openldap_only(SAME)
def one_typo_of_many_days(world):
  """Leave is recorded day by day: that it is kept is one finding a person, by the absence that comes first."""
  hr = Timer(world)
  days = "".join(rows(AWAY[:1], f"{day};{day}") for day in ("23-11-2026", *(f"{day:02}-12-2026" for day in range(1, 20))))
  hr.says(HEAD + rows(AWAY[1:]) + days).go(BEGIN, 0)
  hr.says(HEAD + rows(AWAY[1:]) + f"{STAFF[AWAY[0]]};vrøvl;\n")
  said = hr.go("2026-11-24T08:15:00", 6, "is kept: from 1 December 2026 00:00, away through 1 December 2026, and 18 more")
  equal(said.text.count("is kept"), 1, f"how often it is said\n{said}\n")
  hr.run("feeds", status=6).says("19 absences are kept")


@story
def wrong_mass_absence(world, agent):
  """HR's system has most of the staff away: that is trusted, as it may be so, and said."""
  hr = begin(world, agent)
  many = AWAY + PRESENT[:5]
  hr.says(HEAD + rows(many) + UNKNOWN)
  hr.go("2026-11-24T08:15:00", 0, "feed loen", "its new reading makes many absent",
        "11 of the 14 people whom ", "if that is wrong, correct it in the feed")
  hr.all_is_well(many, used=11)
  hr.go_again("2026-11-24T08:30:00", 0)
  hr.says(HEAD + rows(AWAY) + UNKNOWN)  # corrected; six of eleven are still there
  hr.go("2026-11-24T09:00:00", 0)
  hr.all_is_well(AWAY, used=6)
  hr.end()


@story
def right_large_change(world, agent):
  """The holiday was called off: the operator accepts the reading that was doubted."""
  hr = begin(world, agent)
  why = "of 6 absences of the last trusted reading that have not ended, 0 are still there"
  hr.says(HEAD + rows(PRESENT[:2]) + UNKNOWN)
  hr.go("2026-11-24T08:15:00", 6, why)
  hr.is_doubted(why, AWAY, used=2)
  hr.run("feeds", "accept", "loen", status=0).says("loen", hr.sha256(), "is trusted from now on")
  line = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])
  equal((line["accepted"], line["outcome"]), ({"feed": "loen", "sha256": hr.sha256()}, "done"), f"{line}")
  hr.run("audit", "verify", status=0)
  hr.run("feeds", "accept", "loen", status=1).says("no doubted reading is kept")
  hr.go("2026-11-24T08:30:00", 0)
  hr.all_is_well(PRESENT[:2], used=2)
  hr.end()


@story
def absences_that_end_by_themselves(world, agent):
  """On 2 January nobody is away any more, and HR has nothing to tell: no doubt."""
  hr = begin(world, agent)
  hr.says(HEAD + rows(AWAY, "23-11-2026;01-01-2027") + UNKNOWN)
  hr.go("2026-12-23T08:00:00", 0)
  hr.all_is_well(AWAY)
  hr.says(HEAD)
  hr.go("2027-01-02T02:00:00", 0)
  hr.all_is_well([], used=0, unusable=0)
  hr.end()


@story
def feed_down_past_max_age(world, agent):
  """It serves from its last trusted reading; then no removal is made, though somebody has lost the role."""
  hr = begin(world, agent, max_age="7d")
  hr.down = True
  hr.go("2026-11-24T08:15:00", 6, "feed loen", "404", "serves until")
  hr.members(AWAY)
  equal([hr.figures()[name] for name in ("feed_fresh", "feed_doubted")], [0, 0], "figures")
  hr.plugin(1, "not read: loen")
  world.set(PRESENT[0], postvagtRole=[])
  hr.go_again("2026-11-30T08:15:00", 6, "serves until")
  equal(PRESENT[0] in world.members()["Drift"], False, "who lost the role")
  world.set(PRESENT[1], postvagtRole=[])
  if agent is Watcher:  # may be done before the clock is
    hr.watching.until(lambda: PRESENT[1] not in world.members()["Drift"], "who lost the role, too")
  else:
    hr.go("2026-11-30T08:30:00", 6, "serves until")
  hr.go_again("2026-12-01T07:50:00", 6, "serves until")
  hr.go("2026-12-01T08:05:00", 6, "feed loen", "is too old: no removal is made until one is trusted")
  everyone = (set(STAFF) | set(STAND_INS)) - {PRESENT[0], PRESENT[1]}
  equal(world.members()["Drift"], everyone, "the list")
  world.set(PRESENT[2], postvagtRole=[])
  hr.go_again("2026-12-01T08:20:00", 6, "is too old")
  equal(world.members()["Drift"], everyone, "the list")
  equal(metrics(world)["postvagt_removals_held_back"], 1, "removals are held back")
  hr.plugin(1, "no removal is made", "not read: loen")
  equal(hr.point()[0], "missing", "point feeds of status")
  hr.run("feeds", status=6).says("loen: cannot be read, and nothing serves")
  hr.run("plan", status=6).says("is too old", "removals are held back (7 now)")
  hr.down = False
  hr.go("2026-12-01T08:35:00", 0)
  equal(world.members()["Drift"], everyone - {PRESENT[2], *AWAY}, "the list")
  equal(metrics(world)["postvagt_removals_held_back"], 0, "removals are held back")
  hr.plugin(0, "OK")
  hr.end()


@story
def doubt_ends_by_itself(world, agent):
  """Absences were called off without a word: after 72 hours of doubt for nothing else the reading is trusted."""
  hr = begin(world, agent)
  why = "of 6 absences of the last trusted reading that have not ended, 1 are still there"
  hr.says(HEAD + rows(AWAY[:1]) + UNKNOWN)
  hr.go("2026-11-24T09:00:00", 6, why)
  for at in ("2026-11-25T09:00:00", "2026-11-26T09:00:00", "2026-11-27T08:00:00"):
    hr.go_again(at, 6, why)
    hr.is_doubted(why, AWAY, used=1)
  hr.go("2026-11-27T09:10:00", 0)
  hr.all_is_well(AWAY[:1], used=1)
  hr.end()


@story
def another_doubt_begins_the_time_anew(world, agent):
  """It must be doubted for nothing else all the time."""
  hr = begin(world, agent)
  few = HEAD + rows(AWAY[:1]) + UNKNOWN
  shrunk, unreadable = "1 are still there", "records are unreadable"
  hr.says(few)
  hr.go("2026-11-24T09:00:00", 6, shrunk)
  hr.says(HEAD + rows(AWAY, "23-11-26;31-12-26"))
  hr.go("2026-11-26T09:00:00", 6, unreadable)
  hr.says(few)
  hr.go("2026-11-26T10:00:00", 6, shrunk)
  hr.go_again("2026-11-29T09:00:00", 6, shrunk)
  hr.is_doubted(shrunk, AWAY, used=1)
  hr.go("2026-11-29T10:10:00", 0)
  hr.all_is_well(AWAY[:1], used=1)
  hr.end()


@story
def gradual_shrinking(world, agent):
  """Each reading has half of the one before; the comparison with what was so a day ago shows it."""
  hr = begin(world, agent)
  hr.go("2026-11-25T08:00:00", 0)
  hr.says(HEAD + rows(AWAY[:4]) + UNKNOWN)
  hr.go("2026-11-25T09:00:00", 0)
  hr.all_is_well(AWAY[:4], used=4)
  hr.says(HEAD + rows(AWAY[:2]) + UNKNOWN)
  why = "of 6 absences of the last trusted reading that have not ended, 2 are still there"
  hr.go("2026-11-25T10:00:00", 6, "feed loen", "what it says now is doubted")
  hr.is_doubted("2 are still there", AWAY[:4], used=2)
  del why
  hr.says(HEAD + rows(AWAY[:3]) + UNKNOWN)
  hr.go("2026-11-25T11:00:00", 0)
  hr.all_is_well(AWAY[:3], used=3)
  hr.end()


@story
def directory_learns_its_first_numbers_later(world, agent):
  """The first reading names people whom the directory knows a little later only."""
  hr = agent(world)
  hr.says(HEAD + rows(AWAY).replace("100", "700"))
  hr.go(BEGIN, 6, "no reading was trusted before")
  for login in AWAY:
    world.set(login, employeeNumber=str(STAFF[login]).replace("100", "700"))
  hr.go("2026-11-24T08:15:00", 0)
  hr.all_is_well(AWAY, used=6)
  hr.end()


@story
def another_address_of_the_same_people(world, agent):
  """HR writes other addresses of the people from now on, which the directory has, too: nothing was lost."""
  hr = agent(world, match="mail")
  for login in AWAY:
    world.set(login, mail=[f"{login}@eksempel.dk", f"{login}.alias@eksempel.dk"])
  addresses = [f"{login}@eksempel.dk;{HOLIDAY}\n" for login in AWAY]
  hr.says(HEAD + "".join(addresses))
  hr.go(BEGIN, 0)
  hr.all_is_well(AWAY, used=6)
  hr.says(HEAD + "".join(addresses).replace("@", ".alias@"))
  hr.go("2026-11-24T08:15:00", 0)
  hr.all_is_well(AWAY, used=6)
  hr.end()


# Accepting, looking, testing


def kept(world):
  """All that is in the state folder."""
  return {name: world.read(world.path(f"state/{name}")) for name in sorted(os.listdir(world.path("state")))
          if os.path.isfile(world.path(f"state/{name}"))}


@scenario
@openldap_only(SAME)
def feeds_shows_what_was_read(world):
  """For people and for programs; nothing under -q while all is well."""
  hr = begin(world, Timer)
  known = kept(world)
  hr.run("feeds", status=0).says(
      "loen: trusted\n", hr.server.url, "Trusted: read 24 November 2026 0", hr.sha256(),
      "7 records: 6 used, 1 unusable, 0 of unknown people, 0 set aside", "feed loen, record 7")
  equal(hr.run("-q", "feeds", status=0).text, "", "what -q says")
  hr.run("--lang", "da", "feeds", status=0).says("7 poster: 6 brugt")
  feed, = hr.run("--json", "feeds", status=0).json()["feeds"]
  equal((feed["name"], feed["url"], feed["state"], feed["serves"], feed["doubted"]),
        ("loen", hr.server.url, "trusted", True, None), f"{feed}")
  equal((feed["trusted"]["sha256"], feed["trusted"]["records"]),
        (hr.sha256(), {"all": 7, "used": 6, "unusable": 1, "unmatched": 0, "set_aside": 0}), f"{feed}")
  trusted = hr.sha256()
  hr.says(HEAD + 150 * UNKNOWN)
  hr.run("feeds", status=6).says("150 of 150 records are unreadable", "and 148 more records that are bad")
  hr.says(HEAD)
  hr.run("feeds", status=6).says("loen: doubted; an earlier reading serves", "it has no records")
  equal(kept(world), known, "the state, after commands that only look")
  hr.run("feeds", status=6).says("Doubted now: ", hr.sha256(), "not kept yet").never_says("to trust it")
  hr.run("feeds", "accept", "loen", status=1).says("no doubted reading is kept", "apply and watch keep one")
  hr.go("2026-11-24T08:15:00", 6, "it has no records")
  feed, = hr.run("--json", "feeds", status=6).json()["feeds"]
  equal((feed["state"], feed["serves"], feed["trusted"]["sha256"], feed["doubted"]["sha256"]),
        ("doubted", True, trusted, hr.sha256()), f"{feed}")
  equal((feed["doubted"]["since"][:15], feed["serves_until"][:10]), ("2026-11-24T09:1", "2026-12-08"), f"{feed}")
  if "it has no records" not in feed["doubted"]["why"]:
    raise Failure(f"why it is doubted: {feed}")
  hr.down = True
  feed, = hr.run("--json", "feeds", status=6).json()["feeds"]
  equal((feed["state"], feed["serves"], feed["doubted"]["sha256"]), ("kept", True, hr.sha256()), f"{feed}")


@scenario
@openldap_only(SAME)
def coverage_counts_the_doubted_away_when_the_feed_is_down(world):
  """Whom the doubted reading alone names may be away, too, though nobody can ask HR now."""
  hr = begin(world, Timer)
  hr.says(HEAD + rows(PRESENT[:1]))
  hr.go("2026-11-24T08:15:00", 6, "0 are still there")
  hr.down = True
  answer = hr.run("--json", "coverage", "--days", "1", status=6).says("or by the doubted one").never_says("name nobody")
  available = {world.short(dn) for dn in answer.json()["days"][0]["tags"][0]["available"]}
  equal(available & set(AWAY + PRESENT), set(PRESENT[1:]), "who is available")


@story
def kept_page_counts_the_doubted_away(world, agent):
  """The page that apply and watch keep says of a doubted feed what coverage says."""
  world.settings["coverage_file"] = "page.html"
  hr = agent(world)
  world.routes[0]["at_least"] = len(PRESENT + STAND_INS)
  world.write_files()
  hr.go(BEGIN, 0)
  hr.says(HEAD + rows(PRESENT[:1]))  # whose deputy stands in for somebody already
  hr.go("2026-11-24T08:15:00", 6, "0 are still there")

  def is_said():
    page = world.read(world.path("page.html"))
    return "or by the doubted one, counts as away here" in page and "No gaps" not in page
  if agent is Watcher:
    hr.watching.until(is_said, "the page")
  equal(is_said(), True, "what the page says")
  hr.run("coverage", status=5).says("or by the doubted one, counts as away here", "Gaps")
  hr.run("plan", status=6).never_says("gap")
  hr.end()


@scenario
@openldap_only(SAME)
def feeds_accept_trusts_what_is_kept(world):
  """What feeds shows is what accept trusts, though HR says something else by now."""
  hr = begin(world, Timer)
  hr.says(HEAD + rows(PRESENT[:1]))
  first = hr.sha256()
  hr.go("2026-11-24T08:15:00", 6, "0 are still there")
  hr.says(HEAD)
  hr.run("feeds", status=6).says(first)
  feed, = hr.run("--json", "feeds", status=6).json()["feeds"]
  equal((feed["doubted"]["sha256"], feed["doubted_now"]["sha256"]), (first, hr.sha256()), f"what is doubted: {feed}")
  hr.run("feeds", "accept", "loen", status=0).says(first)
  hr.go("2026-11-24T08:16:00", 0)  # of one absence, none is there: that is no doubt
  hr.all_is_well([], used=0)
  hr.says(HEAD + rows(PRESENT[:2]))
  hr.go("2026-11-24T08:17:00", 0)
  hr.says(HEAD + rows(AWAY + PRESENT[2:4]))
  hr.go("2026-11-24T08:18:00", 6, "0 are still there")
  hr.run("feeds", "accept", "loen", status=0)
  for minute, mass in ((19, "makes many absent: 8 of the 14 people"), (20, None)):  # as of any reading that is newly trusted
    hr.run("plan", status=0).says(mass or "Nothing to change")
    hr.go(f"2026-11-24T08:{minute}:00", 0, *([mass] if mass else []))
  for arguments, status_, text in ((("accept", "lon"), 2, "the feeds: loen"), (("accept",), 2, "usage"),
                                   (("accept", "loen", "x"), 2, "usage"), (("test", "lon"), 2, "the feeds: loen"),
                                   (("x", "loen"), 2, "usage")):
    hr.run("feeds", *arguments, status=status_).says(text)
  hr.run("--at", "2026-12-24", "feeds", "accept", "loen", status=2).says("takes no --at")
  hr.end()


@scenario
@openldap_only(SAME)
def feeds_test_keeps_nothing(world):
  """It shows each record of one reading: 0 where it is trusted, else 6."""
  hr = begin(world, Timer)
  known = kept(world)
  hr.says(HEAD + rows(AWAY) + UNKNOWN + rows(PRESENT[:1], "24-12-2026;20-12-2026"))
  hr.run("feeds", "test", "loen", status=0).says(
      "8 records: 6 used, 2 unusable", "record 1: 1001: read, ", "through 31 December 2026", "record 7: 9999: unusable",
      "record 8: 1007: unusable", "feed loen, record 8")
  answer = hr.run("--json", "feeds", "test", "loen", status=0).json()
  equal([one["state"] for one in answer["records"]], ["read"] * 6 + ["unusable"] * 2, "states of the records")
  equal((answer["records"][0]["person"], answer["records"][0]["from"][:10], answer["records"][0]["until"][:10]),
        ("1001", "2026-11-23", "2027-01-01"), f"{answer['records'][0]}")
  equal((answer["read"]["all"], answer["read"]["used"]), (8, 6), "records")
  hr.says(HEAD + rows(AWAY) + f'"{"9" * 5000}";23-11-2026;31-12-2026\n')
  if len(hr.run("feeds", "test", "loen", status=0).says("record 7: 9999").out) > 3000:
    raise Failure("a value of any length is shown in full")
  hr.says(HEAD)
  hr.run("feeds", "test", "loen", status=6).says("it has no records")
  hr.down = True
  hr.run("feeds", "test", "loen", status=6).says("404")
  equal(kept(world), known, "the state, after tests")
  world.settings["absence"]["feeds"] = []
  world.write_files()
  hr.run("feeds", status=0).says("no feeds")
  hr.run("feeds", "test", "loen", status=2).says("names no feeds")


@scenario
@openldap_only(SAME)
def feeds_test_shows_series_and_deputies(world):
  """Several people in an event, each with several absences; a deputy for one absence, and one at any time."""
  hr = begin(world, Timer)
  feed, = world.settings["absence"]["feeds"]
  feed["fields"]["deputy"] = "for"
  world.write_files()
  hr.says("nr;fra;til;for\n1001;23-11-2026;31-12-2026;vikar1\n1002;;;vikar2\n")
  hr.run("feeds", "test", "loen").says("through 31 December 2026; deputies: vikar1\n", "1002: read; deputies: vikar2\n")
  first, second = hr.run("--json", "feeds", "test", "loen").json()["records"]
  equal((first["deputies"], first["more"], second["deputies"], second["from"]), (["vikar1"], 0, ["vikar2"], None),
        "deputies")
  feed.update(format="ics", match="mail")
  del feed["fields"]
  world.write_files()
  hr.says("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261123\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n" +
          "".join(f"ATTENDEE:mailto:{login}@eksempel.dk\r\n" for login in reversed(AWAY)) +
          "END:VEVENT\r\nEND:VCALENDAR\r\n")
  said = hr.run("feeds", "test", "loen", status=0)
  said.says(*(f"record 1: {login}@eksempel.dk: read, from 23 November 2026 through 23 November 2026, and 2 more\n"
              for login in AWAY))
  equal([(one["person"], one["more"]) for one in hr.run("--json", "feeds", "test", "loen").json()["records"]],
        [(f"{login}@eksempel.dk", 2) for login in AWAY], "absences that are not shown")


# The state


@scenario
@openldap_only(SAME)
def what_was_trusted_is_damaged_in_an_empty_night(world):
  """Nobody knows then who was away: that HR names nobody is doubted until it names somebody, or until it is accepted."""
  hr = begin(world, Timer)
  why = "it has no records, and what was trusted of it before is lost"
  for minute, text in enumerate(("", "[]", "\0", None)):
    if text is None:  # that it was there the lines of runs.jsonl show
      os.unlink(world.path("state/feed-loen.json"))
    else:
      world.write("state/feed-loen.json", text, 0o600)
    hr.says(HEAD)
    hr.run("plan", status=6).says(why)
    hr.go(f"2026-11-24T09:{minute:02}:00", 6, why, "no removal is made")
    hr.go(f"2026-11-24T09:{minute:02}:10", 6, why)
    hr.says(HEAD + UNKNOWN).go(f"2026-11-24T09:{minute:02}:20", 6, "no reading was trusted before")
    hr.says(HEAD).go(f"2026-11-24T09:{minute:02}:30", 6, why)
    equal(set(STAND_INS) - world.members()["Drift"], set(), "stand-ins who are removed")
    hr.says(HEAD + rows(AWAY) + UNKNOWN).go(f"2026-11-24T09:{minute:02}:40", 0)
    hr.all_is_well(AWAY)
  world.write("state/feed-loen.json", "", 0o600)
  hr.says(HEAD).go("2026-11-24T10:00:00", 6, why)
  hr.run("feeds", "accept", "loen", status=0)
  hr.go("2026-11-24T10:01:00", 0)
  hr.all_is_well([])
  feed, = world.settings["absence"]["feeds"]
  feed["name"] = 'lø"n; x'  # a feed that is new, and names nobody yet
  world.write_files()
  hr.go("2026-11-24T10:02:00", 0)
  hr.run("feeds", status=0).says('lø"n; x: trusted')
  hr.says(HEAD + 3 * UNKNOWN).go("2026-11-24T10:03:00", 0)
  hr.says(HEAD + rows(AWAY)).go("2026-11-24T10:04:00", 0)
  hr.says(HEAD).go("2026-11-24T10:05:00", 6, "postvagt feeds accept 'lø\"n; x'")
  hr.run("feeds", status=6).says("to trust it: postvagt feeds accept 'lø\"n; x'\n")
  os.unlink(world.path("state/feed-l%C3%B8%22n%3B%20x.json"))
  hr.go("2026-11-24T10:06:00", 6, why)


@scenario
@openldap_only(SAME)
def what_was_trusted_is_lost(world):
  """Not there, damaged, or of another version: nobody is removed until a reading is trusted as the first."""
  hr = begin(world, Timer)
  path, minute = world.path("state/feed-loen.json"), 0
  whole = world.read(path)
  copy = json.loads(whole)
  first = {**copy, "copy": 1, "read_at": copy["trusted"][0]["last_at"], "absences": copy["trusted"][0]["absences"]}
  del first["trusted"]
  for text, is_damaged in ((None, False), (json.dumps(first), False), (json.dumps({**copy, "copy": 3}), False),
                           ("", True), (whole[:len(whole) // 2], True), ("[]", True),
                           (json.dumps({**copy, "trusted": [{}]}), True)):
    lost = "it has no records, and what was trusted of it before is lost"
    for page, why in ((HEAD + rows(AWAY).replace("100", "0000100"), "no reading was trusted before"),
                      (HEAD, lost), (None, "no reading of it was ever trusted")):
      minute += 1
      if text is None:
        os.unlink(path)
      else:
        world.write("state/feed-loen.json", text, 0o600)
      hr.says(page or "").down = page is None
      known = world.members()["Drift"]
      result = hr.go(f"2026-11-24T09:{minute:02}:00", 6, why, "no removal is made")
      equal("it is damaged" in result.text, is_damaged, f"whether {text} is damaged\n{result}")
      equal(known - world.members()["Drift"], set(), f"who is removed, with the state {text}")
      hr.plugin(1, "no removal is made")
      if page == HEAD:
        hr.go(f"2026-11-24T09:{minute:02}:20", 6, lost, "no removal is made")
    hr.says(HEAD + rows(AWAY) + UNKNOWN).down = False
    hr.go(f"2026-11-24T09:{minute:02}:30", 0)
    hr.all_is_well(AWAY, used=6)


@story
def all_of_monitoring_while_it_lasts(world, agent):
  """An agent that is started again says it once more; coverage has the doubted as away; runs.jsonl says what served."""
  hr = begin(world, agent)
  trusted = hr.sha256()
  hr.says(HEAD + rows(PRESENT[:1]))
  hr.go("2026-11-24T08:15:00", 6, "0 are still there")
  hr.restart()
  hr.go("2026-11-24T08:20:00", 6, "feed loen", "0 are still there")
  hr.is_doubted("0 are still there", AWAY, used=1)
  day = hr.run("--json", "coverage", "--days", "3", status=6).json()["days"][2]
  available, = ({world.short(dn) for dn in tag["available"]} for tag in day["tags"])
  equal(available & set(AWAY + PRESENT[:1]), set(), "who is available the day after tomorrow, of those away by either")
  hr.run("coverage", "--days", "3", status=6).says("by the doubted one, counts as away here")
  hr.run("check", status=6).says("0 are still there")
  world.set(PRESENT[2], postvagtRole=[])
  if agent is Watcher:
    hr.watching.until(lambda: PRESENT[2] not in world.members()["Drift"], "who lost the role")
  hr.go_again("2026-11-24T08:25:00", 6, "0 are still there")
  line = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])
  feed, = line["feeds"]
  equal((feed["state"], feed["sha256"], feed["url"]), ("doubted", trusted, hr.server.url), f"{line}")
  hr.end()


@story
def first_reading_names_nobody(world, agent):
  """Nothing is compared with it: it needs one whom the directory has. Until then nobody is removed."""
  hr = agent(world)
  world.set(PRESENT[0], postvagtRole=[])
  hr.says(HEAD + rows(AWAY).replace("100", "0000100"))
  why = "none of 6 records names a person whom the directory has, and no reading was trusted before"
  hr.go(BEGIN, 6, "feed loen", why, "no removal is made until one is")
  equal(world.members()["Drift"], set(STAFF), "the list")
  equal([hr.figures()[name] for name in ("feed_fresh", "feed_doubted")], [0, 1], "figures")
  equal(metrics(world)["postvagt_removals_held_back"], 1, "removals are held back")
  hr.plugin(2, "no removal is made", "doubted: loen", "no run ever did all")
  hr.run("feeds", status=6).says("doubted, and nothing serves", "No reading of it was ever trusted")
  hr.says(HEAD + rows(AWAY))
  hr.go("2026-11-24T08:15:00", 0)
  equal(PRESENT[0] in world.members()["Drift"], False, "who lost the role")
  hr.plugin(0)
  hr.end()


@story
def field_of_only_is_renamed(world, agent):
  """Then every record would be set aside: no record has the field, and that is a doubt of its own."""
  hr = agent(world, format="json", only={"status": ["godkendt"]})

  def page(approved, name="status"):
    return json.dumps([{"nr": STAFF[login], "fra": "2026-11-23", "til": "2026-12-31",
                        name: "godkendt" if login in approved else "ansøgt"} for login in STAFF])
  hr.says(page(AWAY))
  hr.go(BEGIN, 0)
  hr.all_is_well(AWAY, used=6, set_aside=8)
  why = "no record has the field that only names: status"
  hr.says(page(AWAY, "tilstand"))
  hr.go("2026-11-24T08:15:00", 6, "feed loen", why)
  hr.is_doubted(why, AWAY, set_aside=14)
  hr.go_again("2026-11-30T08:15:00", 6, why)  # time alone does not end it
  hr.is_doubted(why, AWAY, set_aside=14)
  hr.says(page(AWAY[4:]))  # set aside: they were called off
  hr.go("2026-11-30T08:30:00", 0)
  hr.all_is_well(AWAY[4:], used=2, set_aside=12)
  hr.end()


@story
def feed_of_who_is_away_now(world, agent):
  """It has no dates: who is not listed is back, one by one; nobody at all is a doubt."""
  hr = agent(world, covers="now", open="absent", fields={"person": "nr"})

  def numbers(logins):
    return "nr\n" + "".join(f"{STAFF[login]}\n" for login in logins)
  hr.says(numbers(AWAY))
  hr.go(BEGIN, 0)
  hr.all_is_well(AWAY, used=6)
  hr.says(numbers(AWAY[:1]))
  hr.go("2026-11-24T08:15:00", 0)
  hr.all_is_well(AWAY[:1], used=1)
  hr.says(numbers(AWAY[:5]))
  hr.go("2026-11-25T08:00:00", 0)
  hr.says(numbers([]))
  hr.go("2026-11-25T08:15:00", 6, "feed loen", "what it says now is doubted")
  hr.is_doubted("5 ", AWAY[:5], used=0)
  hr.says(numbers(AWAY[4:]))
  hr.go("2026-11-25T08:30:00", 0)
  hr.all_is_well(AWAY[4:], used=2)
  hr.end()


@scenario
@openldap_only(SAME)
def feeds_accept_is_killed(world):
  """At any operation on a file: what is trusted has its line, or is asked for once more."""
  hr = begin(world, Timer)
  hr.says(HEAD + rows(PRESENT[:2]))
  hr.go("2026-11-24T08:15:00", 6, "0 are still there")
  for folder in ("state", "reports"):
    shutil.copytree(world.path(folder), world.path(f"{folder}.before"))

  def accept(**fault):
    for folder in ("state", "reports"):
      shutil.rmtree(world.path(folder))
      shutil.copytree(world.path(f"{folder}.before"), world.path(folder))
    return world.run("feeds", "accept", "loen", env={
        **hr.env, "LD_PRELOAD": f"{world.fault} {hr.env['LD_PRELOAD']}", "FAULT_ON": "file",
        **{f"FAULT_{name.upper()}": str(value) for name, value in fault.items()}})
  equal(accept(count=world.path("count")).status, 0, "status of accept")
  for number, name in enumerate(world.read(world.path("count")).splitlines()[1:], 1):
    killed = accept(at=number)
    equal(killed.status, -signal.SIGKILL, f"status, killed at operation {number}, {name}\n{killed}\n")
    for left in os.listdir(world.path("reports")):  # their age is by the machine's clock
      os.utime(world.path(f"reports/{left}"), (seconds_of(BEGIN), seconds_of(BEGIN)))
    after = hr.run("-q", "apply", status=(0, 6))
    lines = [json.loads(line) for line in world.read(world.path("reports/runs.jsonl")).splitlines()]
    equal(any("accepted" in line for line in lines) or after.status == 6, True,
          f"whether a line says what is trusted, killed at operation {number}, {name}\n{after}")
    if after.status == 6:
      hr.run("feeds", "accept", "loen", status=0)
      hr.run("-q", "apply", status=0)
    hr.members(PRESENT[:2])
    hr.run("audit", "verify", status=0)


@story
def doubt_of_hostile_records(world, agent):
  """What the page says, and a doubt repeats, shows no control character anywhere; run() and Watch look, too."""
  hr = agent(world, format="json")
  hr.says(json.dumps([{"nr": STAFF[login], "fra": "2026-11-23", "til": "2026-12-31"} for login in AWAY]))
  hr.go(BEGIN, 0)
  hr.all_is_well(AWAY, used=6)
  hr.says(json.dumps([{"nr": STAFF[login], "fra": "23\u202e-11\n#-26\x1b[31", "til": "\u200b31\u2028\x9b-12-26"}
                      for login in AWAY]))
  hr.go("2026-11-24T08:15:00", 6, "6 of 6 records are unreadable")
  hr.is_doubted("6 of 6 records are unreadable", AWAY, unusable=6)
  hr.run("--json", "feeds", status=6).json()
  hr.run("feeds", "test", "loen", status=6)
  hr.says(json.dumps([{"nr": f"{STAFF[login]}\u202e\x1b[31m\n", "fra": "2026-11-23", "til": "2026-12-31"}
                      for login in AWAY]))
  hr.go("2026-11-24T08:20:00", 6, "none of 6 records names a person")
  hr.run("feeds", "test", "loen", status=6)
  for name in os.listdir(world.path("reports")):
    found = HIDDEN.search(world.read(world.path(f"reports/{name}")))
    if found:
      raise Failure(f"{found.group()!r} is in {name}")
  hr.end()


@scenario
@openldap_only(SAME)
def feeds_accept_while_a_run_reads_the_directory(world):
  """That run asked the feed before, and judges what it read by what was accepted since."""
  hr = begin(world, Timer)
  hr.says(HEAD + rows(PRESENT[:2]))
  hr.go("2026-11-24T08:15:00", 6, "0 are still there")
  accept = f"{shlex.quote(world.program)} -c {shlex.quote(world.config)} feeds accept loen > {world.path('said')} 2>&1"
  world.run("apply", status=0, env={
      **hr.env, "LD_PRELOAD": f"{world.fault} {hr.env['LD_PRELOAD']}", "FAULT_ON": "search", "FAULT_AT": "1",
      "FAULT_DO": f"FAULT_AT=9999 {accept}"}).never_says("doubted")
  if "is trusted from now on" not in world.read(world.path("said")):
    raise Failure(world.read(world.path("said")))
  hr.members(PRESENT[:2])
  hr.go("2026-11-24T08:30:00", 0)
  hr.all_is_well(PRESENT[:2], used=2)
  hr.end()
