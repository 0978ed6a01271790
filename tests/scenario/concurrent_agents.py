"""Two agents at once, on one directory and on two that replicate; and somebody who reads all the time.

ROUNDS says how many rounds each plays (default 6).
"""
import os
import subprocess
import time

import ldif
from directory_faults import DONE, two_lists
from list_reader import Reader
from scenario import openldap_only, scenario
from world import SLAPD, Failure, World, equal, normal

ROUNDS = int(os.environ.get("ROUNDS") or 6)


def reader_of(world, server):
  return Reader(("127.0.0.1", int(server["PORT"])), server["ADMIN"], server["PASSWORD"],
                world.lists_base, world.member)


def was_always_right(world, reader, before, after):
  """At each look, whoever belongs on a list before and after is there, and nobody else ever was."""
  old, new = world.members(before), world.members(after)
  for dn, states in reader.seen.items():
    name = world.short(dn)
    if name not in new:
      continue
    for state, times in states.items():
      members = {world.short(member) for member in state}
      if not old[name] & new[name] <= members <= old[name] | new[name] or len(members) < 2:
        raise Failure(f"{name} was {members}, {times} times of {reader.count}")
  if reader.count < 20:
    raise Failure(f"only {reader.count} looks")


@scenario
@openldap_only("each agent has a way and a folder of its own; the reader speaks to slapd")
def two_agents_and_a_reader(world):
  two_lists(world).start()
  before = world.state()
  configs = [world.agent_of_its_own(name) for name in ("a", "b")]
  with reader_of(world, world.server) as reader:
    for number in range(ROUNDS):
      agents = [world.spawn("-c", config, "apply", config=False) for config in configs]
      for agent in agents:
        world.wait(agent, status=0)
      world.expect_members(**DONE)
      after = world.state()
      for config in configs if number == 0 else ():
        world.run("-c", config, "audit", "verify", status=0, config=False)
      put_back(world, before)
  was_always_right(world, reader, before, after)
  for config in configs:
    world.run("-c", config, "audit", "verify", status=0, config=False)


def put_back(world, before):
  """Adds first, so that the reader sees nobody leave before another is there."""
  world.forget_written()
  for name, (new, old) in {"L1": ("carl", "bo"), "L2": ("carl", "bo")}.items():
    for verb, who in (("add", new), ("delete", old)):
      world.change(ldif.record(world.dn(name), [("changetype", "modify"), (verb, world.member),
                                                (world.member, world.dn(who)), ("-", None)]))
  equal(world.state(), before, "the lists, put back")


class Second:
  """A second provider of the world's directory: what is written to one comes to the other."""

  def __init__(self, world):
    self.world, self.folder = world, world.path("second")
    first = world.server["URL"]
    self._slapd("start", OVERLAYS="syncprov", GLOBAL_EXTRA="serverID 2",
                DB_EXTRA=f"dbnosync\n{self.replicate(1, first)}")
    self.server = self.read()
    with open(world.path("slapd/slapd.conf"), encoding="utf-8") as file:
      text = file.read()
    world.write("slapd/slapd.conf", text.replace(
        "\noverlay syncprov", f"\n{self.replicate(2, self.server['URL'])}\noverlay syncprov"))
    world.restart_server()

  @staticmethod
  def replicate(number, url):
    return (f'syncrepl rid={number} provider={url} type=refreshAndPersist retry="1 +" '
            f'searchbase="{World.suffix}" bindmethod=simple binddn="cn=admin,{World.suffix}" '
            "credentials=hemmeligt\nmultiprovider on")

  def _slapd(self, command, **environment):
    run = subprocess.run([SLAPD, command], env={**os.environ, "D": self.folder, **environment},
                         capture_output=True, text=True, timeout=120, check=False)
    if run.returncode:
      raise Failure(f"slapd.sh {command}: {run.stderr}{run.stdout}")

  def read(self):
    with open(os.path.join(self.folder, "env"), encoding="utf-8") as file:
      return {key: value.strip("'\n") for key, value in (line.split("=", 1) for line in file)}

  def state(self):
    run = subprocess.run(
        ["ldapsearch", "-x", "-LLL", "-o", "ldif_wrap=no", "-H", self.server["URL"],
         "-D", self.server["ADMIN"], "-w", self.server["PASSWORD"], "-b", self.world.lists_base],
        env={**os.environ, **self.world.environment}, capture_output=True, text=True, timeout=60,
        check=False)
    return ldif.parse(run.stdout)

  def come_together(self, expected, what):
    """Wait until both have it."""
    deadline = time.monotonic() + 60
    while not self.world.state() == self.state() == expected:
      if time.monotonic() > deadline:
        equal(self.world.state(), expected, f"the first provider, {what}")
        equal(self.state(), expected, f"the second provider, {what}")
      time.sleep(0.02)

  def close(self):
    self._slapd("stop")


@scenario
@openldap_only("a pair of OpenLDAP's providers")
def two_agents_on_two_providers(world):
  """Each writes to its own, at once; whatever is replicated in between, both end with the same."""
  two_lists(world).start(OVERLAYS="syncprov", GLOBAL_EXTRA="serverID 1")
  before = world.state()
  second = Second(world)
  try:
    second.come_together(before, "at the start")
    after = {dn: [(name, value) for name, value in sorted(
        [*entry, ("member", world.dn("bo"))] if normal(dn) != normal(world.lists_base) else entry)
                  if value != world.dn("carl")] for dn, entry in before.items()}
    configs = [world.agent_of_its_own("a"), world.agent_of_its_own("b", url=second.server["URL"])]
    with reader_of(world, world.server) as one, reader_of(world, second.server) as other:
      for number in range(ROUNDS):
        agents = [world.spawn("-c", config, "apply", config=False) for config in configs]
        for agent in agents:
          world.wait(agent, status=0)
        second.come_together(after, f"after round {number + 1}")
        put_back(world, before)
        second.come_together(before, f"put back after round {number + 1}")
    for reader in (one, other):
      was_always_right(world, reader, before, after)
    for config in configs:
      world.run("-c", config, "audit", "verify", status=0, config=False)
  finally:
    second.close()
