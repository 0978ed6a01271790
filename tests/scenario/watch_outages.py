"""What breaks below watch: a full disk, a network that is cut, a feed that stays down. Each is told once, and heals by itself.

The disk is a tmpfs of its own, the network a namespace with one wire into ours: both are made by root only, and gone
when the scenario ends.
"""
import json
import os
import subprocess
import threading
import time

import hr_server
from scenario import openldap_only, root_only, scenario
from watch import Watch, faked, hr_office, metrics, office, set_ahead, tell
from world import FOREVER, Failure, equal

PAGE = 4096  # bytes: what a tmpfs gives at least


def must(*command):
  run = subprocess.run(command, capture_output=True, text=True, check=False)
  if run.returncode:
    raise Failure(f"{' '.join(command)}: {run.stderr}")
  return run.stdout


class Disk:
  """A small disk at `path`; as a child of a world, it is unmounted with it."""

  def __init__(self, world, name, size="256k"):
    self.path, self.ballast = world.path(name), os.path.join(world.path(name), "ballast")
    os.mkdir(self.path)
    must("mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "postvagt-test", self.path)
    world.children.insert(0, self)

  def free(self):
    return os.statvfs(self.path).f_bavail

  def fill(self, pages=0):
    """All but so many pages are taken."""
    self.empty()
    with open(self.ballast, "wb") as file:
      file.write(b"x" * max(0, self.free() - pages) * PAGE)
    equal(self.free(), pages, "pages that are free")

  def empty(self):
    if os.path.exists(self.ballast):
      os.unlink(self.ballast)

  def kill(self):
    """Whoever has a file open there goes on; the place is free again at once."""
    subprocess.run(["umount", "--lazy", self.path], check=False)

  def wait(self):
    """It is gone by then."""


def disk_office(world, **feed):
  """The office, with all that the agent writes on a disk of its own."""
  hr_office(world, **feed)
  disk = Disk(world, "disk")
  world.settings["reports"] = {"directory": "disk/reports"}
  world.settings["metrics_file"] = "disk/postvagt.prom"
  world.start(OVERLAYS="syncprov refint")
  return disk, Watch(world, env={"STATE_DIRECTORY": world.path("disk/state")})


def says_of_disk(watching):
  return [line for line in watching.err().splitlines() if "No space left" in line]


@scenario
@root_only("it mounts a small disk:")
def outage_of_a_full_disk(world):
  """No list is changed without its report; reports, metrics, the feed's copy and the absences are each told of once."""
  disk, watching = disk_office(world)
  disk.fill()
  tell(world, "anna@eksempel.dk")
  watching.until(lambda: any("disk/reports" in line for line in says_of_disk(watching)), "the reports")
  watching.until(lambda: any("disk/postvagt.prom" in line for line in says_of_disk(watching)), "the metrics")
  watching.until(lambda: any("feed loen" in line for line in says_of_disk(watching)), "the copy")
  watching.until(lambda: any("disk/state/absences" in line for line in says_of_disk(watching)), "the absences")
  for number in range(3):
    world.set("dorte", description=f"{number}")
    time.sleep(1.5)
  world.expect_members(Drift="anna")
  told = says_of_disk(watching)
  equal(len(told), len(set(told)), f"each is told once\n{watching}\n")
  equal(len(told), 4, f"what is told of the disk: {told}")
  disk.empty()
  watching.lists(Drift="bo")
  watching.until(lambda: metrics(world, "disk/postvagt.prom")["postvagt_errors"] == 0, "metrics without errors")
  watching.until(lambda: "anna" in world.read(world.path("disk/state/feed-loen.json")), "the copy")
  equal(says_of_disk(watching), told, "what is told in all")
  world.run("audit", "verify", status=0)
  watching.end()


@scenario
@openldap_only("one kind of directory is enough")
@root_only("it mounts a small disk:")
def outage_of_a_disk_that_fills_up(world):
  """Wherever in a run the last page is taken: the lists come right, and the reports prove it."""
  disk, watching = disk_office(world)
  short = 0
  for pages in range(7):
    told = len(says_of_disk(watching))
    disk.fill(pages)
    world.set("anna", postvagtAbsence=[] if pages % 2 else FOREVER)
    who = "anna" if pages % 2 else "bo"
    watching.until(lambda before=told, now=who: len(says_of_disk(watching)) > before or world.members()["Drift"] == {now},
                   "a list that is written, or why it is not")
    watching.state()  # told between two rounds
    short += len(says_of_disk(watching)) > told
    disk.empty()
    watching.lists(Drift=who)
    watching.rests()
    world.run("audit", "verify", status=0)
  if short < 3:
    raise Failure(f"the disk was short in {short} of 7 rounds: is this a scenario?\n{watching}")
  watching.end()


class Wire:
  """A network namespace with one wire into ours: `host` is our end. As a child of a world, it ends with it."""

  lock, count = threading.Lock(), 0

  def __init__(self, world):
    with Wire.lock:
      Wire.count += 1
      number = Wire.count
    self.name, self.near = f"pv{os.getpid()}-{number}", f"pv{os.getpid() % 100000}n{number}"
    net = f"198.18.{os.getpid() % 256}.{number * 4}"  # for tests of networks, RFC 2544
    base, last = net.rsplit(".", 1)
    self.host, far = f"{base}.{int(last) + 1}", f"{base}.{int(last) + 2}"
    must("ip", "netns", "add", self.name)
    world.children.append(self)
    must("ip", "link", "add", self.near, "type", "veth", "peer", "name", "wire", "netns", self.name)
    must("ip", "address", "add", f"{self.host}/30", "dev", self.near)
    must("ip", "-n", self.name, "address", "add", f"{far}/30", "dev", "wire")
    must("ip", "-n", self.name, "link", "set", "wire", "up")
    self.mend()

  @property
  def inside(self):
    """What a command begins with, to run at the far end."""
    return ("ip", "netns", "exec", self.name)

  def cut(self):
    must("ip", "link", "set", self.near, "down")

  def mend(self):
    must("ip", "link", "set", self.near, "up")

  def kill(self):
    subprocess.run(["ip", "netns", "delete", self.name], check=False)

  def wait(self):
    """The wire goes with it."""


def feed_of(world):
  """Serves HR's file as it is at the moment."""
  def answer(liar, connection):
    hr_server.status(200, world.read(world.path("feed.json")), Content_Type="application/json")(liar, connection)
  return answer


def says_of_feed(watching):
  return [line for line in watching.err().splitlines() if "feed loen" in line]


@scenario
@openldap_only("a domain listens on loopback only")
@root_only("it makes a network namespace:")
def outage_of_the_network(world):
  """Directory and feed are out of reach at once: each told once, and made up for when the wire is back."""
  wire = Wire(world)
  feed = hr_server.Liar(feed_of(world), host=wire.host)
  world.children.append(feed)
  hr_office(world, url=feed.url)
  world.settings["directory"]["timeout"] = "2s"
  world.start(OVERLAYS="syncprov", HOST=wire.host)
  watching = Watch(world, prefix=wire.inside)
  watching.lists(Drift="anna")
  for number, (away, who) in enumerate((("anna@eksempel.dk", "bo"), ("carl@eksempel.dk", "anna")), 1):
    wire.cut()
    tell(world, away)
    world.set("dorte", postvagtRole="infrastrukturansvarlig" if number == 1 else [])
    watching.until(lambda: "cannot be reached" in watching.state(), "the directory to be missed")
    watching.until(lambda count=number: watching.err().count("postvagt: ldap://") == count, "it to be told")
    asked = feed.asked
    time.sleep(5)  # several tries, of both
    equal(feed.asked, asked, "what the feed was asked")
    wire.mend()
    watching.lists(Drift=f"{who} dorte" if number == 1 else who)
    watching.rests_within = None
    equal(watching.err().count("postvagt: ldap://"), number, f"how often the directory is told of\n{watching}\n")
    equal(says_of_feed(watching)[number:], [], "what is told of the feed more than once a cut")
  watching.end()


@scenario
@openldap_only("one kind of directory is enough")
def outage_of_a_feed(world):
  """Down for longer than max_age: its copy serves, then removals are held; each is told once, and heals by itself."""
  hr_office(world, max_age="10m", ca_file="hr/ca.pem")
  server = hr_server.Nginx(world.path("hr"))
  world.children.append(server)
  world.settings["absence"]["feeds"][0]["url"] = server.url("feed.json")

  def publish(*mails):
    tell(world, *mails)
    server.put("feed.json", world.read(world.path("feed.json")))
  publish("anna@eksempel.dk")
  env = faked(world)
  world.start(OVERLAYS="syncprov refint")
  watching = Watch(world, env=env)
  watching.lists(Drift="bo")
  for number, (mails, who) in enumerate((((), "anna"), (("anna@eksempel.dk",), "bo")), 1):
    server.stop()
    watching.until(lambda count=number: watching.err().count("serves until") == count, "the copy to serve")
    set_ahead(world, 660 * number)
    watching.until(lambda count=number: watching.err().count("no removal is made") == count, "it to be too old")
    watching.lists(Drift="anna bo" if number == 1 else "anna")
    for description in "xyz":  # rounds, in which it is still so
      rounds = watching.rounds()
      world.set("dorte", description=f"{description}{number}", postvagtRole="infrastrukturansvarlig")
      watching.until(lambda before=rounds: watching.rounds() > before, "a round")
    watching.lists(Drift="anna bo dorte" if number == 1 else "anna dorte")
    world.set("dorte", postvagtRole=[])
    rounds = watching.rounds()
    world.set("dorte", description="æ")
    watching.until(lambda before=rounds: watching.rounds() > before, "a round")
    world.expect_members(Drift="anna bo dorte" if number == 1 else "anna dorte")
    publish(*mails)
    server.start()
    watching.lists(Drift=who)
    watching.rests()
    equal(len(says_of_feed(watching)), 2 * number, f"what is told of the feed\n{watching}\n")
  watching.end()
