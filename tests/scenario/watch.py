"""watch: the lists follow the directory, the feeds and the clock, whatever happens in between.

A scenario that waits for something gives it PATIENCE seconds, so a busy machine is no failure; what
must not happen is looked for after something else that comes later has been seen.
"""
import calendar
import datetime
import glob
import json
import os
import random
import re
import signal
import socket
import subprocess
import time
import zoneinfo

import ldif
from hr_server import Nginx
from people import dynamic_group, with_mailboxes
from relay import Relay
from scenario import active_directory_only, openldap_only, scenario
from world import FOREVER, Failure, equal, words

PATIENCE = 120
NO_LIMIT = {"removals_per_list": 1000, "removals_per_run": 1000}


class Watch:
  """A running `watch`; its words go to files, so that none of them is waited for."""

  def __init__(self, world, *arguments, env=None, prefix=(), ready=True):
    self.world = world
    self.out_path, self.err_path = world.path("watch.out"), world.path("watch.err")
    command = [*prefix, world.program, "-c", world.config, *arguments, "watch"]
    with open(self.out_path, "wb") as out, open(self.err_path, "wb") as err:
      self.child = subprocess.Popen(
          command, cwd=world.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
          env={**os.environ, "LC_ALL": "C.UTF-8",
               "KRB5_CONFIG": world.server.get("KRB5_CONFIG", "/dev/null"), **(env or {})})
    world.children.append(self.child)
    if ready:
      self.until(self.out, "its first round")  # before, SIGUSR1 might end it
      self.until(lambda: "last in order" in self.state(), "its first round, done")

  def out(self):
    return self.world.read(self.out_path)

  def err(self):
    return self.world.read(self.err_path)

  def __str__(self):
    return f"out:\n{self.out()[-3000:]}\nerr:\n{self.err()[-3000:]}"

  def runs(self):
    if self.child.poll() is not None:
      raise Failure(f"watch ended with {self.child.returncode}\n{self}")

  def until(self, question, what):
    """Wait until the answer is something; returns it."""
    end = time.monotonic() + PATIENCE
    while True:
      answer = question()
      if answer:
        return answer
      self.runs()
      if time.monotonic() > end:
        raise Failure(f"waited in vain for {what}\n{self}")
      time.sleep(0.05)

  def lists(self, **lists):
    """Wait until the lists hold exactly these."""
    expected = {name.replace("_", "-"): set(words(shorts)) for name, shorts in lists.items()}
    last = {}

    def question():
      members = self.world.members()
      last.update({name: members.get(name) for name in expected})
      return last == expected
    try:
      self.until(question, f"{expected}")
    except Failure as failure:
      raise Failure(f"got {last}\n{failure}") from failure

  def says(self, text, count=1):
    """Wait until standard error has it so many times, and no more."""
    self.until(lambda: self.err().count(text) >= count, f"{count} times {text!r}")
    equal(self.err().count(text), count, f"how often it says {text!r}\n{self}\n")
    return self

  def signal(self, number):
    self.child.send_signal(number)

  def state(self):
    """What it says when asked by SIGUSR1: one line."""
    mark = re.compile(r"^postvagt: (?:told of each change|looks every second|the directory cannot"
                      r" be reached); .*$", re.MULTILINE)
    known = len(mark.findall(self.err()))
    self.runs()
    self.signal(signal.SIGUSR1)
    self.until(lambda: len(mark.findall(self.err())) > known, "the state")
    return mark.findall(self.err())[-1]

  def rounds(self):
    return int(re.search(r"rounds: (\d+)", self.state()).group(1))

  def waits(self, left_out):
    """Wait until its changes wait for a report, and so many others are left out; returns the state."""
    ends = f"; other reports left out: {left_out}"
    return self.until(lambda: (state := self.state()).endswith(ends) and state, ends)

  def reports(self, known=()):
    """Reports and undo files, less those known."""
    return {name for name in self.world.reports() if name.endswith(".ldif")} - set(known)

  def rests(self):
    """Wait until a fresh plan has nothing to do."""
    last = []

    def question():
      last[:] = [self.world.run("plan", "--exit-code")]
      return last[0].status in (0, 4)
    try:
      self.until(question, "a plan with nothing to do")
    except Failure as failure:
      raise Failure(f"{last[0]}\n{failure}") from failure

  def end(self, status=0):
    """SIGTERM; returns what it said."""
    self.runs()
    self.signal(signal.SIGTERM)
    try:
      self.child.wait(timeout=60)
    except subprocess.TimeoutExpired as late:
      raise Failure(f"watch does not end\n{self}") from late
    self.world.children.remove(self.child)
    equal(self.child.returncode, status, f"status of watch\n{self}\n")
    text = self.out() + self.err()
    hostile = re.search(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]", text)
    if hostile:
      raise Failure(f"a control character, {hostile.group()!r}, came out\n{self}")
    return text

  def memory(self):
    """VmRSS in KiB, and how many descriptors are open."""
    status = self.world.read(f"/proc/{self.child.pid}/status")
    return (int(re.search(r"^VmRSS:\s*(\d+)", status, re.MULTILINE).group(1)),
            len(os.listdir(f"/proc/{self.child.pid}/fd")))


def watch(world, *arguments, **rest):
  """Start the directory, one that tells of its changes, and watch."""
  world.start(OVERLAYS="syncprov refint", own=rest.pop("own", False))
  return Watch(world, *arguments, **rest)


def office(world):
  """Anna has the role, Bo stands in for her; Carl and Dorte are there."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk")
  world.people("bo carl dorte")
  world.one_list("anna")


# Clocks


def faked(world, moment=None, uptime=False):
  """The environment of an agent whose clock says this moment, or is right, and goes on; `set_clock`, `set_ahead` set it.

  With `uptime` that is ahead, too, as after a sleep of the machine, and ends its pauses. Call it before the settings
  are written.
  """
  library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
  if not library:
    raise Failure("libfaketime is not installed")
  if moment:
    set_clock(world, moment)
  else:
    set_ahead(world, 0)
    world.settings["directory"]["timeout"] = "1h"  # or a jump would end a search that is under way
  return {"LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": world.path("clock"),
          "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "0" if uptime else "1",
          "TZ": "UTC", "ASAN_OPTIONS": world.asan_options()}


def seconds_of(moment):
  """Of a UTC time, given as 2026-10-25T00:59:50."""
  return calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%S"))


def set_ahead(world, seconds):
  """So many seconds ahead of the machine's clock, from now on."""
  world.write("clock.new", f"{seconds:+.1f}\n")
  os.rename(world.path("clock.new"), world.path("clock"))


def set_clock(world, moment):
  """In UTC; from now on."""
  set_ahead(world, seconds_of(moment) - time.time())


# What is right at any time, after anything


class Town:
  """People, groups and lists that change at random; what is asked of them is all that a route can ask."""

  ROLES = ("infrastrukturansvarlig", "infrastrukturejer", "systemansvarlig", "systemansvarlig/SAPA",
           "superbruger", "ukendt")

  def __init__(self, world, seed):
    self.world, self.random = world, random.Random(seed)
    self.people = [f"p{number}" for number in range(24)]
    self.groups = [f"g{number}" for number in range(5)]
    self.lists = ["Drift", "Kritisk", "Info", "Sapa", "Folk", "Flere", "Alle"]
    self.units = ["Medarbejdere"]
    self.next, self.gone_groups, self.gone_lists = 100, [], []

  def some(self, things, most=3):
    return self.random.sample(things, self.random.randint(0, min(most, len(things))))

  def one(self, things):
    return self.random.choice(things)

  def build(self):
    world = self.world
    world.settings["limits"] = NO_LIMIT
    world.settings["mailbox"]["fallback"] = ["p20@eksempel.dk"]
    for unit in ("Nord", "Syd"):
      world.entry(f"ou={unit},ou=Medarbejdere,{world.suffix}", objectClass="organizationalUnit",
                  ou=unit)
    for login in self.people:
      world.person(login, [self.one(self.ROLES)] if self.random.random() < 0.4 else "")
    for name in self.groups:
      world.group(name, self.some(self.people) or [self.people[0]])
    for name in self.lists:
      world.list(name)
    world.route("drift", "Drift", roles="infrastrukturansvarlig systemansvarlig", groups="g0",
                deputies=["p5", "p6@eksempel.dk"], at_least=2,
                critical=world.block("Kritisk", groups="g1"),
                inform=world.block("Info", roles="superbruger"))
    world.route("sapa", "Sapa", roles="systemansvarlig/SAPA", groups="g2 g3",
                keep=[world.dn("g4")])
    world.route("folk", "Folk", people=["p1@eksempel.dk", "p2", "faelles@eksempel.dk", "nr7"],
                membership="additive")
    world.route("*", "Flere", roles="infrastrukturejer", groups="g1 g4")
    world.mailbox_list("Alle")

  # Changes: each takes the town from one state to another that a directory may have.

  def change(self, short, **values):
    self.world.set(short, **values)

  def absence(self):
    values = self.some([FOREVER, "2020-01-01/2020-02-01", "/2099-01-01", "i morgen"], 1)
    self.change(self.one(self.people), postvagtAbsence=values)

  def role(self):
    self.change(self.one(self.people), postvagtRole=self.some(list(self.ROLES), 2))

  def deputy(self):
    self.change(self.one(self.people), postvagtDeputy=[
        self.one([f"{login}@eksempel.dk", login, self.world.dn(login)])
        for login in self.some(self.people, 2)])

  def manager(self):
    self.change(self.one(self.people),
                manager=[self.world.dn(login) for login in self.some(self.people, 1)])

  def mail(self):
    login = self.one(self.people)
    self.change(login, mail=self.one([[], [f"{login}@eksempel.dk"], ["p1@eksempel.dk"],
                                      ["faelles@eksempel.dk"], ["p6@eksempel.dk"]]))

  def login(self):
    """A login that a route or deputy names, borne by another."""
    login = self.one(self.people)
    if self.world.naming == "CN":
      self.change(login, uid=self.one([login, "p2", "nr7", "p5"]))
    else:
      own = self.world.dn(login).split(",", 1)[0].split("=")[1]
      self.change(login, uid=sorted({own, *self.some(["p2", "nr7", "p5"], 1)}))

  def group(self):
    members = self.some(self.people, 5) + self.some(self.groups, 1)
    self.change(self.one(self.groups), member=[self.world.dn(m) for m in members] or
                [self.world.dn(self.people[0])])

  def race(self, name, operation, short):
    """The watch may have done the same, or the opposite, by now."""
    self.world._ldap("ldapmodify", check=False, text=ldif.record(self.world.dn(name), [
        ("changetype", "modify"), (operation, "member"), ("member", self.world.dn(short))]))

  def stranger(self):
    self.race(self.one(self.lists), "add", self.one(self.people))

  def taken_off(self):
    members = self.world.members().get(name := self.one(self.lists))
    known = sorted(m for m in members or () if m in self.people)
    if len(known) > 1:
      self.race(name, "delete", self.one(known))

  def nobody(self):
    self.change(self.one(self.people + self.groups), description=str(self.random.random()))

  def unit(self):
    return self.one(["", "ou=Nord,", "ou=Syd,"]) + f"ou=Medarbejdere,{self.world.suffix}"

  def rename_person(self):
    login = self.one(self.people)
    self.next += 1
    self.move(login, f"{login}x{self.next}", self.unit())

  def move(self, short, rdn, above):
    """modrdn; by its short name it is known as before."""
    naming = self.world.naming if short in self.people else "cn"
    self.world.change(ldif.record(self.world.dn(short), [
        ("changetype", "modrdn"), ("newrdn", f"{naming}={rdn}"), ("deleteoldrdn", "1"),
        ("newsuperior", above)]))
    self.world.name(short, f"{naming}={rdn},{above}")

  def add_person(self):
    self.next += 1
    self.world.entries.clear()
    login = f"n{self.next}"
    dn = f"{self.world.naming}={login},{self.unit()}"
    self.world.person(login, self.some(list(self.ROLES), 1), dn=dn,
                      mail=self.one([True, "p1@eksempel.dk", "faelles@eksempel.dk", False]))
    (added,) = self.world.entries
    self.world.change(ldif.record(added[0], [("changetype", "add"), *added[1]]))
    self.people.append(login)

  def remove_person(self):
    if len(self.people) > 15:
      login = self.people.pop(self.random.randrange(len(self.people)))
      self.world.remove(login)

  def rename_unit(self):
    """And back at once: who is below it has its name again, and another in between."""
    name = self.one(["Nord", "Syd"])
    above = f"ou=Medarbejdere,{self.world.suffix}"
    for old, new in ((name, "Midt"), ("Midt", name)):
      self.world.change(ldif.record(f"ou={old},{above}", [
          ("changetype", "modrdn"), ("newrdn", f"ou={new}"), ("deleteoldrdn", "1")]))

  def rename_group(self):
    """Away, and back the next time."""
    above = f"ou=Grupper,{self.world.suffix}"
    if self.gone_groups:
      name = self.gone_groups.pop()
      self.move(name, name, above)
    else:
      name = self.one(self.groups)
      self.gone_groups.append(name)
      self.move(name, f"{name}-væk", above)

  def rename_list(self):
    if self.gone_lists:
      name = self.gone_lists.pop()
      self.move(name, name, self.world.lists_base)
    else:
      name = self.one(self.lists[:-1])
      self.gone_lists.append(name)
      self.move(name, f"{name}-gammel", self.world.lists_base)

  CHANGES = (absence, absence, absence, role, role, deputy, manager, mail, mail, login, group, group,
             stranger, taken_off, nobody, nobody, rename_person, add_person, remove_person,
             rename_unit, rename_group, rename_list)

  def go_on(self):
    """One change; its name."""
    change = self.random.choice(self.CHANGES)
    change(self)
    return change.__name__


@scenario
def watch_is_right_after_anything(world):
  """At each rest the lists are what a fresh plan wants: nothing was carried over that should not be."""
  seed, count = int(os.environ.get("SEED", "1")), int(os.environ.get("CHANGES", "60"))
  town = Town(world, seed)
  town.build()
  watching = watch(world)
  watching.rests()
  done, begun, log = [], time.monotonic(), os.environ.get("MEMORY_LOG")
  while len(done) < count:
    for _ in range(town.random.choice([1, 1, 1, 2, 5])):
      done.append(town.go_on())
    try:
      watching.rests()
    except Failure as failure:
      raise Failure(f"SEED={seed}, after {len(done)} changes, the last {done[-6:]}\n{failure}") from failure
    if log:
      with open(log, "a", encoding="utf-8") as file:
        print(f"{time.monotonic() - begun:.1f} s, {len(done)} changes, VmRSS and descriptors "
              f"{watching.memory()}, {watching.state()}", file=file)
  watching.end()


# What it follows


@scenario
def watch_follows_absences_roles_and_groups(world):
  office(world)
  world.group("Inderst", "carl")
  world.group("Yderst", "Inderst")
  world.list("Vagt")
  world.route("vagt", "Vagt", groups="Yderst", people=["dorte@eksempel.dk"])
  watching = watch(world)
  watching.lists(Drift="anna", Vagt="carl dorte")
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo")
  world.set("anna", postvagtAbsence=[])
  watching.lists(Drift="anna")
  world.set("carl", postvagtRole="infrastrukturansvarlig")
  watching.lists(Drift="anna carl")
  world.set("carl", postvagtRole=[])
  watching.lists(Drift="anna")
  world.set("Inderst", member=[world.dn("carl"), world.dn("bo")])
  watching.lists(Vagt="bo carl dorte")
  world.set("Inderst", member=[world.dn("bo")])
  watching.lists(Vagt="bo dorte")
  world.set("dorte", mail="d@eksempel.dk")
  watching.says("dorte@eksempel.dk")  # a name that is nobody's protects the list
  watching.lists(Vagt="bo dorte")
  world.set("carl", mail="dorte@eksempel.dk")
  watching.lists(Vagt="bo carl")
  world.set("dorte", mail="dorte@eksempel.dk")
  watching.says("2 people bear it")
  watching.lists(Vagt="bo carl")
  world.set("carl", mail="carl@eksempel.dk")
  watching.lists(Vagt="bo dorte")
  watching.end()


@scenario
@openldap_only("counts in slapd's log")
def watch_reads_the_schema_once(world):
  """On each connection, however often it looks."""
  world.person("anna", "infrastrukturansvarlig")
  world.person("bo")
  world.one_list("anna")
  watching = watch(world)
  world.set("bo", postvagtRole="infrastrukturansvarlig")
  watching.lists(Drift="anna bo")
  world.set("bo", postvagtRole=[])
  watching.lists(Drift="anna")
  watching.end()
  equal(len(re.findall('SRCH base="cn=Subschema"', world.log())), 1, "searches of the schema")


@scenario
def watch_takes_strangers_off(world):
  """Also whoever somebody put there, or took off, by hand; and they count for the limits."""
  office(world)
  world.settings["limits"] = {"removals_per_list": 1}
  watching = watch(world)
  world.set("Drift", member=world.dns_of("anna carl"))
  watching.lists(Drift="anna")
  watching.rests()
  known = watching.reports()
  world.set("Drift", member=world.dns_of("anna bo carl dorte"))
  watching.until(lambda: len(watching.reports(known)) >= 2, "the report of the refusal")
  time.sleep(2.5)  # it is not said, or written, again and again
  equal(len(watching.reports(known)), 2, f"reports of the refusal\n{watching}\n")
  world.set("carl", description="x")
  world.set("Drift", member=world.dns_of("anna bo carl"))
  watching.until(lambda: len(watching.reports(known)) >= 4, "another plan's refusal")
  world.set("Drift", member=world.dns_of("anna dorte"))
  watching.lists(Drift="anna")
  watching.end()


@scenario
def watch_notes_who_was_removed_by_others(world):
  """On a protected list postvagt's zoe stays though no rule wants her: that she is gone is in a line of its own."""
  office(world)
  world.person("zoe", "infrastrukturansvarlig")
  world.people("vera")
  world.group("Vagt", "vera")
  world.routes[0]["to"]["groups"] = [world.dn("Vagt")]
  watching = watch(world)
  watching.lists(Drift="anna vera zoe")
  world.remove("Vagt")
  watching.until(lambda: "nobody is removed" in watching.err(), "the word of the group")
  world.set("zoe", postvagtRole=[])
  runs = lambda: [json.loads(line) for line in world.read(world.path("reports/runs.jsonl")).splitlines()]
  watching.until(lambda: "additions" in runs()[-1], "a line that names the file of additions")
  world.set("Drift", member=world.dns_of("anna vera"))
  watching.until(lambda: "found" in runs()[-1], "the line")
  equal([(found["gone"], found["own"]) for found in runs()[-1]["found"]], [([world.dn("zoe")], [])], "found")
  equal(runs()[-1]["outcome"], "unchanged", "outcome")
  watching.rests()
  watching.end()


@scenario
def watch_lets_a_value_rest_that_is_changed_back(world):
  """The third time within an hour; it says so once, and goes on with all else."""
  office(world)
  watching = watch(world)
  watching.lists(Drift="anna")
  for _ in range(2):
    world.set("Drift", member=world.dns_of("carl anna"))
    watching.lists(Drift="anna")
  world.set("Drift", member=world.dns_of("carl anna"))
  watching.until(lambda: "twice within an hour" in watching.err(), "the word of the rest")
  world.set("carl", description="x")
  time.sleep(1.5)
  watching.lists(Drift="anna carl")
  equal(watching.err().count("twice within an hour"), 1, f"words of the rest\n{watching}\n")
  known = world.reports()
  world.set("bo", postvagtRole="infrastrukturansvarlig")
  watching.lists(Drift="anna bo carl")
  watching.end()
  text = sentences(world.new_report(known)[2])
  equal(text.count("twice within an hour"), 1, f"words of the rest, in the next report\n{text}\n")


def sentences(report):
  """What a report says to people: all but its machine lines, which say it again."""
  return "".join(line for line in report.splitlines(True) if not line.startswith("#@ "))


def spent(world, ahead=0, **numbers):
  """What watch wrote in the last hour; seconds of `write_at` are from now on, by a clock that is `ahead`."""
  now = int(1000 * (time.time() + ahead))
  os.makedirs(world.path("state"), 0o700, exist_ok=True)
  numbers["write_at"] = now + 1000 * numbers.pop("write_at", 0)
  world.write("state/budget-reports.json", json.dumps({
      "form": 1, "since": now - 3600000, "reports": 10, "bytes": 10000, "pause": 0, **numbers}), 0o600)
  return numbers["write_at"] / 1000


def budget(world):
  return json.loads(world.read(world.path("state/budget-reports.json")))


def last_line(world):
  """Of those that are whole."""
  return json.loads(world.read(world.path("reports/runs.jsonl")).split("\n")[-2])


def next_start(watching, known):
  """Wait until another run than the one of this line is noted; when it started."""
  def question():
    line = last_line(watching.world)
    return line["run"] != known["run"] and line
  return datetime.datetime.fromisoformat(watching.until(question, "a run's line")["started"]).timestamp()


WAIT = 840  # seconds: longer than any scenario, and shorter than the longest pause
BOUND = "2000 reports, or 256 MiB of them, were written within a day"


@scenario
def watch_counts_its_reports_across_restarts(world):
  """The last report that the day has room for goes at once, by number and by bytes; the next change waits a minute."""
  office(world)
  world.start(OVERLAYS="syncprov refint")
  before = world.state()
  for numbers in ({"reports": 1999}, {"bytes": 256 * 1024 * 1024 - 1}):
    spent(world, **numbers)
    watching = Watch(world)
    watching.rests()
    equal(BOUND in watching.err(), False, f"it speaks of the bound before that is reached\n{watching}\n")
    begun = time.time()
    world.set("bo", postvagtRole="infrastrukturansvarlig")
    watching.lists(Drift="anna bo")
    kept = watching.until(lambda: budget(world)["pause"] and budget(world), "the first pause")
    equal((kept["pause"], kept["reports"]), (60000, numbers.get("reports", 10) + 1), "what is kept")
    written = kept["write_at"] / 1000 - 60
    equal(begun - 1 < written < time.time() + 1, True, f"the next may be written a minute after this one, {kept}")
    equal((last_line(world)["totals"]["added"], "late" in last_line(world)), (1, False), "a report that did not wait")
    world.set("carl", postvagtRole="infrastrukturansvarlig")
    watching.says(BOUND)
    watching.waits(0)
    world.expect_members(Drift="anna bo")
    known = world.reports()
    watching.end()
    watching = Watch(world, ready=False)  # a restart is no way out of the wait
    watching.says(BOUND)
    watching.end()
    world.expect_members(Drift="anna bo")
    equal(world.reports(), known, "reports of a watch that waits")
    world.set("bo", postvagtRole=[])
    world.set("carl", postvagtRole=[])
    world.reset(before)


def human(moment):
  """Seconds, of a time as people are told it."""
  seconds = ":%S" if moment.count(":") == 2 else ""
  said = datetime.datetime.strptime(moment, f"%d %B %Y %H:%M{seconds}")
  return said.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Copenhagen")).timestamp()


def tells_of_wait(state, since, until):
  """The state says since when changes wait and until when: within these moments, and within a second of this one."""
  said = re.search("; changes wait from (.*) until (.*); other", state)
  equal((since[0] - 1 < human(said[1]) < since[1] + 1, until - 1 < human(said[2]) < until + 2), (True, True),
        f"since when it waits, and until when: {since}, {until}, {state}")


@scenario
def watch_puts_what_waited_into_one_report(world):
  """It says so once; the state, the report, the run's line and what is printed say since when, and how many are left out."""
  office(world)
  env, ahead = faked(world, uptime=True), 0
  world.start(OVERLAYS="syncprov refint")
  before = world.state()
  for options in ((), ("--json",)):
    write_at = spent(world, ahead, reports=2005, pause=400000, write_at=WAIT)
    watching = Watch(world, *options, env=env)
    watching.rests()
    known, begun = world.reports(), time.time() + ahead
    for number, (person, role) in enumerate((
        ("bo", "infrastrukturansvarlig"), ("bo", []), ("carl", "infrastrukturansvarlig"), ("bo", "infrastrukturansvarlig"))):
      world.set(person, postvagtRole=role)
      state = watching.waits(left_out=number)
      tells_of_wait(state, (begun, time.time() + ahead), write_at)
    world.expect_members(Drift="anna")
    equal(world.reports(), known, "reports before the wait is over")
    watching.says(BOUND)
    ahead += WAIT
    set_ahead(world, ahead)
    watching.lists(Drift="anna bo carl")
    late = watching.until(lambda: last_line(world).get("late"), "the run's line")
    text = sentences(world.new_report(known)[2])
    equal((late["left_out"], last_line(world)["totals"]["added"]), (3, 2), "what its line says")
    words_ = ("3 other reports were left out, as 2000 reports or 256 MiB were written within a day; "
              "the next wait is up to 13 minutes")
    if text.count(words_) != 1 or "# warning: " not in [line for line in text.splitlines() if words_ in line][0]:
      raise Failure(f"the report does not say once that it is late:\n{text}")
    whole = "}\n" if options else "\n"
    printed = watching.until(lambda ends=whole: words_ in watching.out() and watching.out().endswith(ends)
                             and watching.out(), "what is printed")
    equal(printed.count(words_), 1, f"how often it is printed\n{watching}\n")
    if options:
      said = json.loads(printed[printed.rindex('{"at"') if '{"at"' in printed else printed.rindex('{\n  "at"'):])
      equal([(finding["severity"], words_ in finding["what"]) for finding in said["findings"]], [("warning", True)],
            "its findings")
    watching.until(lambda: budget(world)["pause"] == 800000, "the next pause, twice as long")
    known = world.reports()
    world.set("dorte", postvagtRole="infrastrukturansvarlig")
    watching.waits(left_out=0)
    world.expect_members(Drift="anna bo carl")
    equal(world.reports(), known, "reports in the next pause")
    watching.says(BOUND)
    watching.end()
    for person in ("bo", "carl", "dorte"):
      world.set(person, postvagtRole=[])
    world.reset(before)
  world.run("audit", "verify", status=0)


@scenario
def watch_says_of_each_report_once_that_it_was_left_out(world):
  """The report after the late one counts anew."""
  office(world)
  env = faked(world, uptime=True)
  world.start(OVERLAYS="syncprov refint")
  spent(world, reports=2005, pause=100, write_at=WAIT)
  watching = Watch(world, env=env)
  for number, person in enumerate("bo carl".split()):
    world.set(person, postvagtRole="infrastrukturansvarlig")
    watching.waits(left_out=number)
  set_ahead(world, WAIT)
  watching.lists(Drift="anna bo carl")
  late = watching.until(lambda: last_line(world).get("late"), "the run's line")
  equal(late["left_out"], 1, "reports left out")
  known = world.reports()
  world.set("dorte", postvagtRole="infrastrukturansvarlig")  # waits for a fifth of a second, if at all
  watching.lists(Drift="anna bo carl dorte")
  watching.end()
  equal(last_line(world).get("late", {"left_out": 0})["left_out"], 0, "reports left out, of the next")
  equal("1 other reports" in world.new_report(known)[2], False, "the next report says it again")


@scenario
def watch_begins_the_next_day_without_a_wait(world):
  """Nor does a count stop it that cannot be read, or that a clock which was set back left in the future."""
  office(world)
  world.start(OVERLAYS="syncprov refint")
  before, day = world.state(), 86400000
  now = int(time.time() * 1000)
  for number, kept in enumerate(({"since": now - day - 1000}, {"since": now + day}, {"reports": "x"}, {"pause": -1},
                                 {"form": 2}, {"write_at": 100 * day})):
    spent(world, **{"reports": 2005, "pause": 900000, "write_at": 300, **kept})
    watching = Watch(world)
    world.set("bo", postvagtRole="infrastrukturansvarlig")
    watching.lists(Drift="anna bo")
    watching.end()  # the line is there then
    equal((BOUND in watching.err(), "late" in last_line(world)), (False, False), f"{number}, {kept}: late\n{watching}\n")
    equal(budget(world)["reports"], 1, f"{number}, {kept}: reports of the day")
    world.set("bo", postvagtRole=[])
    world.reset(before)


@scenario
def watch_follows_what_is_renamed_and_deleted(world):
  office(world)
  unit = world.entry(f"ou=Nord,ou=Medarbejdere,{world.suffix}", objectClass="organizationalUnit",
                     ou="Nord")
  world.people("else finn", "infrastrukturansvarlig")
  world.list("Anden")
  world.route("anden", "Anden", roles="infrastrukturejer")
  world.person("gerda", "infrastrukturejer", dn=f"{world.naming}=gerda,{unit}")
  world.settings["limits"] = NO_LIMIT
  watching = watch(world)
  watching.lists(Drift="anna else finn", Anden="gerda")
  world.remove("else")
  watching.lists(Drift="anna finn")
  world.rename("finn", "fritz")
  world.name("fritz", world.person_dn("fritz"))
  watching.lists(Drift="anna fritz")
  world.rename("fritz", "fritz", above=unit)
  world.name("fritz", f"{world.naming}=fritz,{unit}")
  watching.lists(Drift="anna fritz")
  world.change(ldif.record(unit, [("changetype", "modrdn"), ("newrdn", "ou=Syd"),
                                  ("deleteoldrdn", "1")]))
  unit = unit.replace("Nord", "Syd")
  world.name("fritz", f"{world.naming}=fritz,{unit}")
  world.name("gerda", f"{world.naming}=gerda,{unit}")
  watching.lists(Drift="anna fritz", Anden="gerda")
  world.set("gerda", postvagtRole=["infrastrukturejer", "infrastrukturansvarlig"])
  watching.lists(Drift="anna fritz gerda", Anden="gerda")
  world.remove("Anden")
  watching.says("Anden", 1)
  world.entries.clear()
  world.list("Anden")
  (again,) = world.entries
  world.change(ldif.record(again[0], [("changetype", "add"), *[
      pair for pair in again[1] if pair[1] != []]]))
  watching.lists(Anden="gerda")
  watching.end()


@scenario
@active_directory_only
def watch_is_told_by_change_notification(world):
  """As by a domain controller of Windows: this one says nothing of being Samba's, which is asked instead."""
  office(world)
  watching = watch(world, env={"LD_PRELOAD": world.fault, "FAULT_HIDE": "vendorName",
                               "ASAN_OPTIONS": world.asan_options()})
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo")
  world.set("carl", postvagtRole="infrastrukturansvarlig")
  watching.lists(Drift="bo carl")
  world.remove("carl")
  watching.lists(Drift="bo")
  equal("told of each change" in watching.state(), True, "the state")
  watching.end()


class Searches:
  """What the directory is asked, by its log; counted anew from each begin()."""

  def __init__(self, watching):
    self.watching, self.world, self.text = watching, watching.world, ""

  def begin(self):
    self.world.log()
    self.text = ""

  def read(self):
    self.text += self.world.log()
    return self.text

  def change(self, short, **values):
    """Somebody changes an entry. Wait until watch has read it, and its round is over; returns the searches."""
    base, place = f' SRCH base="{self.world.dn(short)}"', len(self.read())
    self.world.set(short, **values)
    self.watching.until(lambda: base in self.read()[place:], f"a search of {short}")
    self.watching.state()  # told between two rounds
    return self.read().count(" SRCH base=")


@scenario
@openldap_only("its log counts searches")
def watch_asks_only_for_what_changed(world):
  """One change costs as much among many people as among few, and next to nothing when it matters to nobody."""
  office(world)
  world.people([f"a{number}" for number in range(300)])
  world.people([f"b{number}" for number in range(60)], "superbruger infrastrukturejer")
  for number in range(20):
    world.list(f"L{number}")
    world.route(f"t{number}", f"L{number}", roles="infrastrukturejer superbruger")
  world.settings["limits"] = NO_LIMIT
  watching = watch(world)
  watching.rests()
  searches = Searches(watching)
  searches.change("b1", description="x")  # the directory tells in order: what was written at the start is behind it
  for short, values, most in (("b7", {"description": "x"}, 4), ("anna", {"postvagtAbsence": FOREVER}, 12)):
    searches.begin()
    searches.change(short, **values)
    count = searches.change("b1", description=short)  # whatever a change costs later is behind it, too
    if not 0 < count <= most:
      raise Failure(f"{count} searches for a change of {short} and another, expected at most {most}")
  watching.end()


@scenario
@openldap_only("its log counts searches")
def watch_hears_no_strangers(world):
  """A change that matters to nobody is asked nothing about; one by which a stranger comes to matter is done at once."""
  office(world)
  world.people([f"a{number}" for number in range(20)])
  world.list("L")
  world.route("t", "L", people=["carl", "a21@eksempel.dk"])
  world.settings["limits"] = NO_LIMIT
  watching = watch(world)
  watching.rests()
  searches = Searches(watching)
  searches.change("carl", description="x")
  searches.begin()
  for number in range(1, 20):
    world.set(f"a{number}", description="x")
  searches.change("carl", description="y")
  asked = [number for number in range(1, 20) if f' SRCH base="{world.dn(f"a{number}")}"' in searches.text]
  equal(asked, [], "the strangers that are asked about")
  world.set("a7", postvagtRole="infrastrukturansvarlig")
  watching.lists(Drift="anna a7")
  world.set("a8", mail="a21@eksempel.dk")
  watching.lists(L="a8 carl")
  watching.end()


@scenario
def watch_hears_of_a_name_that_is_no_persons(world):
  """The entry that bears it is known by nothing else, and may lose it."""
  office(world)
  world.person("rum", dn=world.person_dn("rum", "ou=Grupper"))
  world.list("L")
  world.route("t", "L", people=["carl", "rum@eksempel.dk"])
  watching = watch(world)
  watching.lists(L="carl")
  watching.says("rum@eksempel.dk, named under people")
  watching.rests()
  world.set("rum", mail="andet@eksempel.dk")
  watching.says("not in the directory, or may not be read")
  watching.end()


@scenario
@openldap_only("Active Directory is followed as a whole")
def watch_hears_of_what_is_still_missing_elsewhere(world):
  """All that the files name lies below one place; a member of a group there is to come elsewhere."""
  def below(name):
    return f"{name},{world.lists_base}"
  world.settings["directory"]["base"] = world.lists_base
  world.settings["people"]["base"] = world.lists_base
  world.settings["limits"] = NO_LIMIT
  world.person("anna", dn=below("uid=anna"))
  world.person("bo", dn=below("uid=bo"))
  elsewhere = f"cn=Senere,ou=Grupper,{world.suffix}"
  world.group_entry(world.name("Her", below("cn=Her")), cn="Her", member=[world.dn("anna"), elsewhere])
  world.list("Drift")
  world.route("drift", "Drift", groups="Her")
  watching = watch(world)
  watching.lists(Drift="anna")
  world.change(ldif.record(elsewhere, [("changetype", "add"), ("objectClass", "groupOfNames"),
                                       ("cn", "Senere"), ("member", world.dn("bo"))]))
  watching.lists(Drift="anna bo")
  watching.end()


# Time


def iso(moment):
  return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


@scenario
def watch_minds_the_clock(world):
  """An absence begins and ends, and nothing else happens."""
  office(world)
  watching = watch(world)
  watching.lists(Drift="anna")
  watching.rests()
  begin, known = int(time.time()) + 4, last_line(world)
  world.set("anna", postvagtAbsence=f"{iso(begin)}/")
  watching.lists(Drift="bo")
  equal(next_start(watching, known) >= begin, True, "whether she is away before her time")
  end, known = int(time.time()) + 4, last_line(world)
  world.set("anna", postvagtAbsence=f"{iso(begin)}/{iso(end)}")
  watching.lists(Drift="anna")
  equal(next_start(watching, known) >= end, True, "whether she is back before her time")
  watching.end()


# Troubles


@scenario
@openldap_only("it stops the server")
def watch_outlives_the_directory(world):
  """Stopped, started, changed in between: told once, made up, healed by itself."""
  office(world)
  watching = watch(world)
  world.stop_server()
  watching.says("127.0.0.1")
  time.sleep(4)
  watching.says("Can't contact LDAP server")
  world.restart_server()
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo")
  watching.says("Can't contact LDAP server")
  world.restart_server()
  world.set("anna", postvagtAbsence=[])
  watching.lists(Drift="anna")
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo")
  watching.end()


@scenario
@openldap_only("it stops the server")
def watch_loses_the_directory_with_a_plan_in_hand(world):
  """The line of a run that read nothing tells of no list, though the plan before was not done."""
  office(world)
  world.settings["limits"] = {"removals_per_list": 0}
  watching = watch(world)
  world.set("Drift", **{world.member: world.dns_of("anna carl")})
  watching.until(lambda: len(watching.reports()) == 2, "the refusal's report")
  world.stop_server()
  watching.says("127.0.0.1")
  world.restart_server()
  world.set("Drift", **{world.member: world.dns_of("anna")})
  watching.until(lambda: "told of each change" in watching.state(), "the directory, told again")
  watching.end()
  lines = [json.loads(line) for line in world.read(world.path("reports/runs.jsonl")).splitlines()]
  equal([line["lists"] for line in lines if line["outcome"] == "failed"], [[]],
        f"what the failed run's line tells of lists\n{watching}\n")


@scenario
@openldap_only("Active Directory always tells")
def watch_of_a_directory_that_does_not_tell(world):
  office(world)
  world.start()
  watching = Watch(world)
  watching.says("does not tell of its changes")
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo")
  world.set("anna", postvagtAbsence=[])
  watching.lists(Drift="anna")
  equal("looks every second" in watching.state(), True, "the state")
  watching.says("does not tell of its changes")
  watching.end()


@scenario
def watch_keeps_the_settings_that_were_right(world):
  office(world)
  world.list("Ny")
  watching = watch(world)
  world.route("ny", "Ny", roles="infrastrukturejer", people=["dorte"])
  world.write_files()
  watching.signal(signal.SIGHUP)
  watching.lists(Drift="anna", Ny="dorte")
  good = watching.says("the settings have been read again")
  world.write("routes.yaml", "routes:\n  - tag: drift\n    lst: x\n")
  watching.signal(signal.SIGHUP)
  good.says("those of before still hold")
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo", Ny="dorte")
  watching.end()


@scenario
@active_directory_only
def watch_goes_over_to_kerberos_and_back(world):
  """A simple bind starts SASL without its plugins, which Kerberos needs."""
  office(world)
  watching = watch(world)
  simple = dict(world.settings["directory"])
  for by_kerberos, absence, member in ((True, FOREVER, "bo"), (False, [], "anna"), (True, FOREVER, "bo")):
    if by_kerberos:
      world.by_kerberos()
    else:
      world.settings["directory"] = dict(simple)
    world.write_files()
    watching.signal(signal.SIGHUP)
    world.set("anna", postvagtAbsence=absence)
    watching.lists(Drift=member)
  watching.end()


@scenario
@openldap_only("it stops the server")
def watch_reads_the_settings_again_while_the_directory_is_down(world):
  office(world)
  watching = watch(world)
  world.stop_server()
  watching.says("Can't contact LDAP server")
  watching.signal(signal.SIGHUP)
  watching.says("the settings have been read again")
  equal("cannot be reached" in watching.state(), True, "the state")
  world.restart_server()
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo")
  watching.end()


@scenario
def watch_without_a_place_for_reports(world):
  """Nothing is written to the directory without a report; told once, and done when there is a place again."""
  office(world)
  watching = watch(world)
  os.rename(world.path("reports"), world.path("reports.away"))
  world.write("reports", "")
  world.set("anna", postvagtAbsence=FOREVER)
  watching.says("reports")
  time.sleep(4)
  world.expect_members(Drift="anna")
  watching.says(world.path("reports"))
  os.unlink(world.path("reports"))
  os.rename(world.path("reports.away"), world.path("reports"))
  watching.lists(Drift="bo")
  watching.end()  # the report is whole then
  equal(len(world.reports()), 2, f"reports\n{watching}\n")


@scenario
@openldap_only("its access rules are OpenLDAP's")
def watch_without_the_right_to_write(world):
  """The other lists are done; the one is told of once, tried again, and done when the right is there."""
  office(world)
  world.list("Lukket")
  world.route("lukket", "Lukket", roles="infrastrukturansvarlig")
  may, right = f'by dn.exact="{world.agent}" write', f'dn.exact="{world.dn("Lukket")}"'
  world.start(OVERLAYS="syncprov", ACL="\n".join([
      "access to attrs=userPassword by anonymous auth by * none",
      f"access to {right} attrs=member by set=\"[cn=nøgle,{world.suffix}]/description & [ja]\" write by users read"
      .replace("nøgle", "key"),
      f"access to attrs=member {may} by users read", "access to * by users read"]))
  watching = Watch(world, ready=False)
  watching.lists(Drift="anna", Lukket="")
  watching.says("Insufficient access")
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo", Lukket="")
  time.sleep(3)
  watching.says("Insufficient access")
  world.change(ldif.record(f"cn=key,{world.suffix}", [
      ("changetype", "add"), ("objectClass", "organizationalRole"), ("cn", "key"),
      ("description", "ja")]))
  watching.lists(Drift="bo", Lukket="bo")
  watching.end()


# What it tells of itself


METRIC = re.compile(r"(?:# (?:HELP postvagt_\w+ .+|TYPE postvagt_\w+ (?:gauge|counter))|"
                    r"(postvagt_\w+(?:\{feed=\"(?:[^\"\\\n]|\\[\\\"n])*\"(?:,state=\"\w+\")?\})?) (\S+))")


def metrics(world, name="postvagt.prom"):
  """{name: value}; fails where the file is not valid."""
  found = {}
  path = world.path(name)
  equal(oct(os.stat(path).st_mode & 0o7777), "0o644", "mode of the metrics")
  for line in world.read(path).splitlines():
    match = METRIC.fullmatch(line)
    if not match:
      raise Failure(f"no line of metrics: {line!r}")
    if match[1]:
      found[match[1]] = float(match[2])
  return found


@scenario
def watch_writes_metrics(world):
  office(world)
  world.settings["metrics_file"] = "postvagt.prom"
  watching = watch(world)
  first = metrics(world)
  equal({name: first.get(f"postvagt_{name}") for name in (
      "lists", "gaps", "held", "refused", "errors", "following", "added_total")},
        {"lists": 1, "gaps": 0, "held": 0, "refused": 0, "errors": 0, "following": 1,
         "added_total": 0}, f"metrics {first}")
  world.set("anna", postvagtAbsence=FOREVER)
  watching.until(lambda: metrics(world)["postvagt_removed_total"] == 1, "metrics")
  now = metrics(world)
  equal(abs(now["postvagt_last_success_timestamp_seconds"] - time.time()) < 60, True, "success")
  equal(now["postvagt_added_total"], 1, f"added {now}")
  watching.end()


class Notices:
  """What systemd would be told: the lines of each notice."""

  def __init__(self, world):
    self.path = world.path("notify")
    self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    self.socket.bind(self.path)
    self.socket.setblocking(False)
    self.lines = []

  def take(self):
    try:
      while True:
        self.lines += self.socket.recv(65536).decode().splitlines()
    except BlockingIOError:
      return self.lines


@scenario
def watch_tells_systemd(world):
  office(world)
  world.start(OVERLAYS="syncprov refint")
  notices = Notices(world)
  watching = Watch(world, env={"NOTIFY_SOCKET": notices.path})
  watching.until(lambda: "READY=1" in notices.take(), "READY=1")
  watching.until(lambda: notices.take().count("WATCHDOG=1") > 3, "WATCHDOG=1")
  equal(any(line.startswith("STATUS=told of each") for line in notices.lines), True, "a STATUS")
  notices.lines.clear()
  watching.signal(signal.SIGHUP)
  watching.until(lambda: "READY=1" in notices.take(), "READY=1 after the reload")
  place = notices.lines.index("RELOADING=1")
  if not re.fullmatch(r"MONOTONIC_USEC=\d+", notices.lines[place + 1]):
    raise Failure(f"no MONOTONIC_USEC: {notices.lines}")
  watching.end()
  equal("STOPPING=1" in notices.take(), True, f"STOPPING=1 in {notices.lines}")


@scenario
def watch_obeys_though_systemd_does_not_read(world):
  """The socket is full: what is to be said is dropped, SIGTERM ends it, and READY=1 comes later."""
  office(world)
  world.start(OVERLAYS="syncprov refint")
  notices = Notices(world)
  with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
    filler.setblocking(False)
    try:
      while True:
        filler.sendto(b"FILLER=1", notices.path)
    except BlockingIOError:
      pass
  watching = Watch(world, env={"NOTIFY_SOCKET": notices.path})
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo")
  watching.until(lambda: "READY=1" in notices.take(), "READY=1, once somebody reads")
  watching.end()


@scenario
def apply_writes_metrics(world):
  """And a run that fails keeps when one last did all."""
  office(world)
  world.settings["metrics_file"] = "postvagt.prom"
  world.start(OVERLAYS="syncprov", own=False)
  world.run("apply", status=0)
  first = metrics(world)
  equal((first["postvagt_lists"], first["postvagt_errors"], first["postvagt_refused"]), (1, 0, 0),
        "metrics")
  equal("postvagt_lag_seconds" in first, False, "what only watch can tell")
  world.settings["limits"] = {"removals_per_list": 0}
  world.set("Drift", member=world.dns_of("anna carl"))
  world.write_files()
  world.run("apply", status=3)
  equal(metrics(world)["postvagt_refused"], 1, "refused")
  world.settings["directory"]["url"] = "ldap://127.0.0.1:1"
  world.write_files()
  world.run("apply", status=1)
  last = metrics(world)
  equal((last["postvagt_errors"], last["postvagt_last_success_timestamp_seconds"]),
        (1, first["postvagt_last_success_timestamp_seconds"]), "metrics of a run that failed")


@scenario
def watch_without_a_place_for_metrics(world):
  """Told once, and no reason to leave a list wrong."""
  office(world)
  world.settings["metrics_file"] = "/dev/full"
  watching = watch(world)
  for absence, who in ((FOREVER, "bo"), ([], "anna")) * 2:
    world.set("anna", postvagtAbsence=absence)
    watching.lists(Drift=who)
  watching.says("/dev/full")
  watching.end()


@scenario
def watch_keeps_language_and_zone_with_the_settings(world):
  """A file that is wrong elsewhere changes neither."""
  office(world)
  watching = watch(world)
  world.settings["language"] = "da"
  world.settings["absence"]["timezone"] = "Pacific/Auckland"
  world.write_files()
  world.write("routes.yaml", "routes: 7\n")
  watching.signal(signal.SIGHUP)
  watching.says("those of before still hold")
  until = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() + 3 * 3600))
  world.set("anna", postvagtAbsence=f"2020-01-01/{until}")
  watching.lists(Drift="bo")  # to come in Copenhagen, over in Auckland
  watching.end()


@scenario
@openldap_only("it stops the server")
def watch_notices_a_silent_network(world):
  """A cut that no packet tells of: found by what does not answer, and healed."""
  office(world)
  world.settings["directory"]["timeout"] = "2s"
  world.start(OVERLAYS="syncprov")
  cut = []
  relay = Relay(world.address(), lambda tag: "silence" if cut else "pass")
  world.settings["directory"]["url"] = relay.url
  world.write_files()
  watching = Watch(world)
  cut.append(True)
  world.set("anna", postvagtAbsence=FOREVER)
  watching.says(relay.url)
  cut.clear()
  watching.lists(Drift="bo")
  watching.says(relay.url)
  relay.close()
  watching.end()


def follow_twin(world, twin):
  """A shared mailbox that comes to bear a name protects the list, as in a fresh plan, until it bears it no more."""
  with_mailboxes(world)
  world.settings["limits"] = NO_LIMIT
  world.person("anna")
  world.people("carl dorte", "infrastrukturansvarlig")
  world.one_list("anna carl dorte", people=["anna@eksempel.dk"])
  world.list("Andet")
  world.route("andet", "Andet", roles="superbruger")
  world.start(OVERLAYS="syncprov refint")
  watching = Watch(world)

  def protects(short, role, andet, drift):
    world.set(short, postvagtRole=role)
    watching.lists(Andet=andet)
    watching.rests()
    watching.lists(Drift=drift)

  world.set(twin, mail=["anna@eksempel.dk"])
  protects("carl", "superbruger", "carl", "anna carl dorte")
  world.set(twin, employeeType="intet")
  watching.lists(Drift="anna dorte")
  world.set(twin, employeeType="fp")
  protects("dorte", "superbruger", "carl dorte", "anna dorte")
  world.rename(twin, "fp9", f"ou=Postkasser,{world.suffix}")
  world.name(twin, world.person_dn("fp9", "ou=Postkasser"))
  protects("carl", [], "dorte", "anna dorte")
  world.remove(twin)
  watching.lists(Drift="anna")
  watching.end()


@scenario
def watch_follows_mailbox_outside_base(world):
  follow_twin(world, "fp1")


@scenario
def watch_follows_mailbox_beside_filter(world):
  follow_twin(world, "fp2")


@scenario
@openldap_only("AD has no memberURL")
def watch_follows_dynamic_group(world):
  """Its members change though it does not, also from nobody on."""
  world.settings["limits"] = NO_LIMIT
  watching = Watch(dynamic_group(world, OVERLAYS="syncprov dynlist"))
  watching.lists(Drift="anna bo")
  world.set("anna", postvagtRole=[])
  watching.lists(Drift="bo")
  world.set("carl", postvagtRole="x")
  watching.lists(Drift="bo carl")
  world.set("carl", postvagtRole=[])
  watching.lists(Drift="bo")
  world.set("bo", postvagtRole=[])  # who is named besides
  world.set("anna", postvagtRole="x")
  watching.lists(Drift="anna bo")
  watching.end()


@scenario
@openldap_only("a second database")
def watch_tells_of_what_lies_outside(world):
  """Lists where nobody tells of changes: done, said, and each change reported once."""
  office(world)
  world.start(OVERLAYS="syncprov")
  world.stop_server()
  conf = world.path("slapd/slapd.conf")
  text = world.read(conf)
  os.mkdir(world.path("slapd/other"))
  with open(conf, "w", encoding="utf-8") as file:
    file.write(text + f"\ndatabase mdb\nsuffix dc=lister\nrootdn cn=admin,dc=lister\nrootpw x\n"
               f"directory {world.path('slapd/other')}\n"
               f'access to * by dn.exact="{world.agent}" write by users read\n')
  world.restart_server()
  world._ldap("ldapmodify", dn="cn=admin,dc=lister", password="x", text=ldif.record("dc=lister", [
      ("changetype", "add"), ("objectClass", "dcObject"), ("objectClass", "organization"),
      ("dc", "lister"), ("o", "x")]) + ldif.record("cn=Ude,dc=lister", [
          ("changetype", "add"), ("objectClass", "organizationalRole"),
          ("objectClass", "extensibleObject"), ("cn", "Ude"), ("mail", "ude@eksempel.dk")]))
  world.name("Ude", "cn=Ude,dc=lister")
  world.route("ude", "Ude", roles="infrastrukturansvarlig")
  world.write_files()
  watching = Watch(world, ready=False)
  watching.says("lies outside")

  def outside():
    found = world._ldap("ldapsearch", "-LLL", "-o", "ldif_wrap=no", "-b", "cn=Ude,dc=lister",
                        dn="cn=admin,dc=lister", password="x").stdout
    return {world.short(value) for name, value in list(ldif.parse(found).values())[0]
            if name == "member"}
  watching.until(lambda: outside() == {"anna"}, "anna")
  for absence, who in ((FOREVER, "bo"), ([], "anna")) * 2:
    known = watching.reports()
    world.set("anna", postvagtAbsence=absence)
    watching.until(lambda: (outside() == {who}), who)
    watching.lists(Drift=who)
    world.set("carl", description=who)
    rounds = watching.rounds()
    watching.until(lambda: watching.rounds() > rounds or world.set("carl", description=f"{time.time()}"), "a round")
    equal(len(watching.reports(known)), 2, f"files of one change\n{watching}\n")
  watching.says("lies outside")
  watching.end()


# Feeds, and a clock that is set


def hr_office(world, **feed):
  """The same office; HR's file tells of absences, and is asked every second."""
  office(world)
  world.settings["people"]["attributes"]["login"] = "uid"
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "format": "json", "records": "/data", "match": "mail", "every": "1s",
      "fields": {"person": "mail", "from": "fra", "until": "til"},
      "url": f"file://{world.path('feed.json')}", **feed}]
  tell(world)


def tell(world, *mails):
  """HR's file names these as away, and somebody who was away long ago."""
  records = [{"mail": mail, "fra": "2020-01-01", "til": ""} for mail in mails]
  records += [{"mail": "carl@eksempel.dk", "fra": "2020-01-01", "til": "2020-01-02"}]
  world.write("feed.new", json.dumps({"data": records}))
  os.rename(world.path("feed.new"), world.path("feed.json"))


@scenario
def watch_follows_a_feed(world):
  """Changed, gone, too old, back: each told once."""
  hr_office(world, max_age="10m")
  env = faked(world)
  watching = watch(world, env=env)
  tell(world, "anna@eksempel.dk")
  watching.lists(Drift="bo")
  tell(world)
  watching.lists(Drift="anna")
  tell(world, "anna@eksempel.dk")
  watching.lists(Drift="bo")
  os.unlink(world.path("feed.json"))
  set_ahead(world, 660)
  watching.says("no removal is made")
  watching.lists(Drift="anna bo")
  world.set("dorte", postvagtRole="infrastrukturansvarlig")
  watching.lists(Drift="anna bo dorte")
  watching.says("no removal is made")
  tell(world)
  watching.lists(Drift="anna dorte")
  watching.end()


@scenario
def watch_follows_a_feed_by_https(world):
  """Also one that is down for a while: its copy serves."""
  hr_office(world, ca_file="hr/ca.pem")
  hr = Nginx(world.path("hr"))
  world.children.append(hr)
  (feed,) = world.settings["absence"]["feeds"]
  feed["url"] = hr.url("feed.json")
  hr.put("feed.json", world.read(world.path("feed.json")))
  watching = watch(world)
  tell(world, "anna@eksempel.dk")
  hr.put("feed.json", world.read(world.path("feed.json")))
  watching.lists(Drift="bo")
  hr.stop()
  watching.says("serves until")
  world.set("dorte", postvagtRole="infrastrukturansvarlig")
  watching.lists(Drift="bo dorte")
  tell(world)
  hr.put("feed.json", world.read(world.path("feed.json")))
  hr.start()
  watching.lists(Drift="anna dorte")
  equal(watching.err().count("serves until"), 1, f"how often it is told\n{watching}\n")
  watching.end()


@scenario
@openldap_only("one clock is enough")
def watch_minds_both_changes_of_the_clock(world):
  """And somebody who sets it: forwards, and back again."""
  office(world)
  # From 03:00 to 03:00, Copenhagen's time, on the days on which the clock changes: by UTC 02:00 and 01:00.
  world.start(OVERLAYS="syncprov")
  world.set("anna", postvagtAbsence="2026-10-25T03:00/2027-03-28T03:00")
  watching = Watch(world, env=faked(world, "2026-10-25T00:59:00"))
  watching.lists(Drift="anna")
  known = last_line(world)
  for before, edge, who in (("2026-10-25T01:59:56", "2026-10-25T02:00:00", "bo"),
                            ("2027-03-28T00:59:56", "2027-03-28T01:00:00", "anna")):
    set_clock(world, before)
    watching.lists(Drift=who)
    equal(next_start(watching, known) >= seconds_of(edge), True, f"whether it waited until {edge}")
    known = last_line(world)
  set_clock(world, "2026-12-24T12:00:00")
  watching.lists(Drift="bo")
  set_clock(world, "2026-10-01T12:00:00")
  watching.lists(Drift="anna")
  watching.end()


def first_day(world):
  """Of the page that is kept, and its time of change."""
  path = world.path("page.html")
  if not os.path.exists(path):
    return None, 0
  days = re.findall(r'data-day="\w+ ([^"]*)"', world.read(path))
  equal(len(days), 14, "days of the page")
  return days[0], os.stat(path).st_mtime_ns


def in_place_of_the_page(world):
  """Put a folder there; False where the page was written again first."""
  os.unlink(world.path("page.html"))
  try:
    os.rename(world.path("folder"), world.path("page.html"))
  except NotADirectoryError:
    return False
  return True


@scenario
@openldap_only("the page is made of what was read, wherever that was")
def watch_keeps_the_page_fresh(world):
  """When the answer changes, be it for days to come; when a day begins; and not at each change of many."""
  office(world)
  world.settings["coverage_file"] = "page.html"
  world.start(OVERLAYS="syncprov")
  watching = Watch(world, env=faked(world, "2026-12-20T12:00:00"))
  watching.until(lambda: first_day(world)[0] == "20 December 2026", "the page")
  watching.until(lambda: "No gaps" in world.read(world.path("page.html")), "a page without gaps")
  world.set("anna", postvagtDeputy="carl", postvagtAbsence="2026-12-24/2026-12-30")
  watching.until(lambda: "Carl</bdi> (for <bdi>Anna" in world.read(world.path("page.html")),
                 "who stands in for her, in four days")
  set_clock(world, "2026-12-20T22:59:57")
  watching.until(lambda: first_day(world)[0] == "21 December 2026", "the next day's page")
  world.expect_members(Drift="anna")
  times, began = {first_day(world)[1]}, time.monotonic()
  for number in range(12):
    world.set("anna", postvagtAbsence=f"2026-12-24/2026-12-{26 + number % 3}")
    time.sleep(0.5)
    times.add(first_day(world)[1])
  equal(len(times) <= 2 + (time.monotonic() - began) / 5, True,
        f"how often it is written while changes come: {len(times)}")
  watching.until(lambda: "24 to 28 December" in world.read(world.path("page.html")), "the last of them")
  os.mkdir(world.path("folder"))
  watching.until(lambda: in_place_of_the_page(world), "a folder in place of the page")
  world.set("anna", postvagtAbsence="2026-12-24/2026-12-29")
  watching.says("page.html: cannot be written")
  world.set("anna", postvagtAbsence="2026-12-24/2026-12-30")
  time.sleep(6)  # so that it is tried again
  watching.rests()
  equal(watching.err().count("cannot be written"), 1, f"how often it is told\n{watching}\n")
  watching.end()


@scenario
@openldap_only("its log tells when a write has begun")
def watch_ends_after_the_change_in_hand(world):
  """SIGTERM among many writes: all are done, and the report is whole."""
  office(world)
  for number in range(40):
    world.list(f"L{number}")
    world.route(f"t{number}", f"L{number}", roles="infrastrukturansvarlig")
  watching = watch(world)
  watching.rests()
  known = world.reports()
  world.log()
  world.set("anna", postvagtAbsence=FOREVER)
  watching.until(lambda: "MOD dn=\"cn=" in world.log(), "a write")
  watching.end()
  world.expect_members(Drift="bo", L0="bo", L39="bo")
  world.new_report(known)
