"""watch: the lists follow the directory, the feeds and the clock, whatever happens in between.

A scenario that waits for something gives it PATIENCE seconds, so a busy machine is no failure; what
must not happen is looked for after something else that comes later has been seen.
"""
import os
import random
import re
import signal
import socket
import subprocess
import time

import ldif
from scenario import openldap_only, scenario
from world import FOREVER, Failure, equal, words

PATIENCE = 30
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
      self.until(lambda: "last in order" in self.state() or None, "its first round")

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
    """Wait until the answer is neither None nor False; returns it."""
    end = time.monotonic() + PATIENCE
    while True:
      answer = question()
      if answer is not None and answer is not False:
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
      return last == expected or None
    try:
      self.until(question, f"{expected}")
    except Failure as failure:
      raise Failure(f"got {last}\n{failure}") from failure

  def says(self, text, count=1):
    """Wait until standard error has it so many times, and no more."""
    self.until(lambda: self.err().count(text) >= count or None, f"{count} times {text!r}")
    equal(self.err().count(text), count, f"how often it says {text!r}\n{self}\n")
    return self

  def signal(self, number):
    self.child.send_signal(number)

  def state(self):
    """What it says when asked by SIGUSR1: one line."""
    before = self.err().count("\n")
    mark = re.compile(r"^postvagt: (?:told of each change|looks every second|the directory cannot"
                      r" be reached); .*$", re.MULTILINE)
    known = len(mark.findall(self.err()))
    time.sleep(0 if before else 0.05)
    self.runs()
    if not self.catches_usr1():
      return ""
    self.signal(signal.SIGUSR1)
    self.until(lambda: len(mark.findall(self.err())) > known or None, "the state")
    return mark.findall(self.err())[-1]

  def catches_usr1(self):
    """Before it does, the signal would end it."""
    status = self.world.read(f"/proc/{self.child.pid}/status")
    blocked = int(re.search(r"^SigBlk:\s*([0-9a-f]+)$", status, re.MULTILINE).group(1), 16)
    return blocked & 1 << signal.SIGUSR1 - 1

  def rounds(self):
    return int(re.search(r"(\d+) rounds", self.state()).group(1))

  def rests(self):
    """Wait until a fresh plan has nothing to do."""
    last = []

    def question():
      last[:] = [self.world.run("plan", "--exit-code")]
      return last[0].status in (0, 4) or None
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
      self.change(login, uid=[login, *self.some(["p2", "nr7", "p5"], 1)])

  def group(self):
    members = self.some(self.people, 5) + self.some(self.groups, 1)
    self.change(self.one(self.groups), member=[self.world.dn(m) for m in members] or
                [self.world.dn(self.people[0])])

  def stranger(self):
    members = self.world.members().get(name := self.one(self.lists))
    fresh = [p for p in self.people if members is not None and p not in members]
    if fresh:
      self.world.change(ldif.record(self.world.dn(name), [
          ("changetype", "modify"), ("add", "member"),
          ("member", self.world.dn(self.one(fresh)))]))

  def taken_off(self):
    members = self.world.members().get(name := self.one(self.lists))
    known = [m for m in members or () if m in self.people]
    if known and len(known) > 1:
      self.world.change(ldif.record(self.world.dn(name), [
          ("changetype", "modify"), ("delete", "member"),
          ("member", self.world.dn(self.one(known)))]))

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
