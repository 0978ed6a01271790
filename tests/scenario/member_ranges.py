"""Large groups and lists, handed out in ranges as Active Directory does (tests/relay between).

Neither slapd nor Samba does so of itself. On Active Directory the program talks to a DC of the
world's own that takes a password without TLS, so that the relay can read along.
"""
import functools
import os
import subprocess
import tempfile
import threading

import ldif
from scenario import scenario
from world import ROOT, Failure, equal

FAULTS = ("missing", "plain", "start", "upper", "odd", "twice", "entry", "gone", "error", "cut")

lock = threading.Lock()


@functools.lru_cache(maxsize=None)
def build():
  """The relay's program, and the folder that lives as long as it does."""
  folder = tempfile.TemporaryDirectory(prefix="postvagt-")
  program = os.path.join(folder.name, "relay")
  sources = [os.path.join(ROOT, "tests", "relay", name) for name in ("relay.c", "rewrite.c")]
  subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-o", program,
                  *sources, "-llber", "-lpthread"], check=True)
  return program, folder


def relayed(world, *options):
  """Put a relay with these options between the program and the world's server."""
  with lock:
    program, _ = build()
  relay = subprocess.Popen([program, *options, *map(str, world.address())], text=True,
                           stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
  world.children.append(relay)
  world.settings["directory"]["url"] = f"ldap://127.0.0.1:{relay.stdout.readline().strip()}"
  world.write_files()
  return relay


def end(world, relay):
  relay.kill()
  relay.wait()
  relay.stdout.close()
  world.children.remove(relay)


def large(world, count):
  """A group and a list of many, and one person each who comes and who goes."""
  everyone = [f"p{i:05}" for i in range(count)]
  world.people(everyone + ["ny", "gammel"])
  world.group("Et", everyone + ["ny"])
  world.list("Stor", everyone + ["gammel"])
  world.route("drift", "Stor", groups="Et")
  world.start(own=True)
  return set(everyone)


@scenario
def group_and_list_in_ranges(world):
  everyone = large(world, 3200)
  relayed(world)
  world.log()
  world.run("apply", status=0)
  equal(len(world.writes()), 1, "modifies for two changes of 3,200")
  equal(world.members()["Stor"], everyone | {"ny"}, "members")
  world.log()
  world.run("apply", status=0)
  equal(world.writes(), [], "written by an apply with nothing to do")


@scenario
def ranges_at_their_edges(world):
  """As many as one slice takes, one more, twice as many, and a slice of one."""
  world.people("a b c d e f")
  for name, members in (("Et", "a b c"), ("To", "a b c d"), ("Tre", "a b c d e f"), ("Fire", "a")):
    world.group(name, members)
    world.list(f"L{name}", "a")
    world.route(f"t{name}".lower(), f"L{name}", groups=name)
  world.start(own=True)
  for most in "123":
    relay = relayed(world, "-v", most)
    for name, members in (("Et", "abc"), ("To", "abcd"), ("Tre", "abcdef"), ("Fire", "a")):
      equal(world.planned(f"L{name}"), set(members), f"{name}, {most} at a time")
    end(world, relay)


@scenario
def groups_inside_groups_in_ranges(world):
  world.people("anna bo carl dora eva")
  world.group("Et", "anna eva To")
  world.group("To", "bo Et Tre")
  world.group("Tre", "carl dora Et Tre")
  world.one_list("anna", groups="Et")
  world.start(own=True)
  relayed(world, "-v", "2")
  world.run("apply", status=0)
  world.expect_members(Drift="anna bo carl dora eva")


@scenario
def range_that_does_not_fit_fails_the_run(world):
  everyone = [f"p{i}" for i in range(12)]
  world.people(everyone)
  world.group("Et", everyone)
  world.list("Drift", ["p0", "p11"])
  world.route("drift", "Drift", groups="Et")
  world.start(own=True)
  before = world.state()
  for fault in FAULTS:
    for number in "12":
      relay = relayed(world, "-v", "5", "-f", fault, "-n", number)
      world.log()
      for command in ("plan", "apply"):
        result = world.run(command)
        if result.status != 1:
          raise Failure(f"{fault} at slice {number}\n{result}")
      equal(world.writes(), [], f"written after {fault} at slice {number}")
      end(world, relay)
  equal(world.state(), before, "the lists")


@scenario
def list_in_a_range_that_does_not_fit(world):
  """The list itself: who seems to be off it would be put on it, and nobody taken off."""
  everyone = [f"p{i}" for i in range(12)]
  world.people(everyone, "infrastrukturansvarlig")
  world.list("Drift", everyone)
  world.route("drift", "Drift", roles="infrastrukturansvarlig")
  world.start(own=True)
  for fault in FAULTS:
    relay = relayed(world, "-v", "5", "-f", fault)
    world.run("apply", status=1)
    end(world, relay)


def member_leaves(world, name, short):
  """A shell command by which somebody else takes a member out of a group or list."""
  text = ldif.record(world.dn(name), [("changetype", "modify"), ("delete", "member"),
                                      ("member", world.dn(short)), ("-", None)])
  return world.change_command(world.write("change.ldif", text))


@scenario
def group_that_changes_while_it_is_read(world):
  """One of the first slice leaves before the second is asked for: all others move up by one."""
  everyone = [f"p{i}" for i in range(12)]
  world.people(everyone)
  world.group("Et", everyone)
  world.list("Drift", everyone)
  world.route("drift", "Drift", groups="Et")
  world.start(own=True)
  relayed(world, "-v", "5", "-x", member_leaves(world, "Et", "p1"))
  equal(world.planned("Drift"), set(everyone) - {"p1"}, "planned")


@scenario
def race_on_a_list_in_ranges(world):
  """Another writer was there first: what is left to do is seen in the list, to its end."""
  everyone = [f"p{i:02}" for i in range(12)]
  world.people(everyone, "infrastrukturansvarlig")
  world.list("Drift", everyone[:9])
  world.route("drift", "Drift", roles="infrastrukturansvarlig")
  world.start(own=True)
  relayed(world, "-v", "5")
  late = ldif.record(world.dn("Drift"), [("changetype", "modify"), ("add", "member")] + [
      ("member", world.dn(short)) for short in everyone[9:11]] + [("-", None)])
  path = world.write("late.ldif", late)
  world.faulty("apply", at=1, do=world.change_command(path), status=0)
  world.expect_members(Drift=everyone)


@scenario
def pages_smaller_than_asked_for(world):
  """Five entries a page, and no more without pages: all the rest come as well."""
  holders, members = [f"p{i:02}" for i in range(12)], [f"q{i:02}" for i in range(60)]
  world.people(holders, "infrastrukturansvarlig")
  world.people(members)
  world.group("Et", members)
  world.list("Drift", "p00")
  world.route("drift", "Drift", roles="infrastrukturansvarlig", groups="Et")
  world.start(own=True)
  relayed(world, "-p", "5")
  world.run("apply", status=0)
  world.expect_members(Drift=holders + members)
