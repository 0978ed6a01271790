"""A disk that fails, is full, or takes a half: at every operation on a file that an apply makes."""
import os
import signal
import subprocess

from directory_faults import DONE, two_lists
from scenario import openldap_only, scenario
from world import Failure, equal

WORDS = {"ENOSPC": "No space left on device", "EIO": "Input/output error"}


def faulty(world, *arguments, **fault):
  """Run the program with a fault at an operation on a file (fault.c)."""
  return world.run(*arguments, env={
      "LD_PRELOAD": world.fault, "FAULT_ON": "file", "ASAN_OPTIONS": world.asan_options(),
      **{f"FAULT_{name.upper()}": str(value) for name, value in fault.items()}})


def operations(world, *arguments):
  """The operations on files of a whole run, in order."""
  faulty(world, *arguments, count=world.path("count"))
  count, *names = world.read(world.path("count")).splitlines()
  if int(count) < 20 or len(names) != int(count):
    raise Failure(f"{count} operations on files: {names}")
  return names


def is_whole(world, where):
  """The folder of reports proves itself, and nothing in it is unfinished."""
  proved = world.run("audit", "verify")
  equal(proved.status, 0, f"status of audit verify, {where}\n{proved}\n")
  left = [name for name in os.listdir(world.path("reports"))
          if name.endswith(".new") or name == "runs.open"]
  equal(left, [], f"left behind, {where}")


def heal(world, where):
  """One more apply, and all is as if nothing had been."""
  again = world.run("apply")
  equal(again.status, 0, f"status of the next apply, {where}\n{again}\n")
  world.expect_members(**DONE)
  is_whole(world, where)


def tells_the_truth(world, result, before, where, words):
  """Status and message of a run at a disk that failed: what they say is so."""
  state = world.state()
  if state == before:
    equal(result.status, 1, f"status of a run that changed nothing, {where}\n{result}\n")
  else:
    world.expect_members(**DONE)  # the directory did not fail
    if result.status not in (0, 4):
      raise Failure(f"status of a run that changed all, {where}\n{result}")
  if result.status == 0:
    is_whole(world, where)
    return
  then = "nothing was changed" if state == before else "the next apply looks in the directory"
  for word in (words, "reports", then):
    if word not in result.err:
      raise Failure(f"it does not say {word!r}, {where}\n{result}")


def at_every_operation(world, names, before, words, **fault):
  for number, name in enumerate(names, 1):
    where = f"{fault} at operation {number}, {name}"
    world.reset(before)
    result = faulty(world, "apply", at=number, **fault)
    tells_the_truth(world, result, before, where, words)
    heal(world, where)


def prepared(world):
  """A first run has made the folder; each later one does the same work."""
  two_lists(world).start()
  before = world.state()
  world.run("apply", status=0)
  world.reset(before)
  world.replays = False
  names = operations(world, "apply")
  return before, names


@scenario
@openldap_only("the disk is the same")
def disk_that_fails_once_at_every_operation(world):
  before, names = prepared(world)
  at_every_operation(world, names, before, WORDS["EIO"], errno="EIO")


@scenario
@openldap_only("the disk is the same")
def disk_that_is_full_from_every_operation_on(world):
  """Half of what is written still finds room."""
  before, names = prepared(world)
  at_every_operation(world, names, before, WORDS["ENOSPC"], errno="ENOSPC", **{"from": 1}, half=1)


@scenario
@openldap_only("the disk is the same")
def first_run_at_a_disk_that_fails(world):
  """The folder is not there yet."""
  two_lists(world).start()
  before = world.state()
  names = operations(world, "apply")
  for number, name in enumerate(names[:12], 1):
    subprocess.run(["rm", "-r", world.path("reports")], check=True)
    world.reset(before)
    where = f"at operation {number}, {name}"
    result = faulty(world, "apply", at=number, errno="ENOSPC")
    tells_the_truth(world, result, before, where, WORDS["ENOSPC"])
    heal(world, where)


@scenario
@openldap_only("the disk is the same")
def writes_that_take_a_half(world):
  """A short write is no error: the rest is written next."""
  before, names = prepared(world)
  for number, name in enumerate(names, 1):
    if name != "write":
      continue
    world.reset(before)
    result = faulty(world, "apply", at=number, short=1)
    equal(result.status, 0, f"status, operation {number} took a half\n{result}\n")
    world.expect_members(**DONE)
    is_whole(world, f"after operation {number} took a half")


@scenario
def killed_at_every_operation_on_a_file(world):
  before, names = prepared(world)
  for number, name in enumerate(names, 1):
    for half in ({}, {"half": 1}) if name == "write" else ({},):
      where = f"killed at operation {number}, {name} {half}"
      world.reset(before)
      killed = faulty(world, "apply", at=number, **half)
      equal(killed.status, -signal.SIGKILL, f"status, {where}\n{killed}\n")
      heal(world, where)


@scenario
def report_of_an_interrupted_run_is_removed(world):
  """Where it must have been there, that it is not is told, and not taken for a run that did nothing."""
  before, names = prepared(world)
  last = len(names) - names[::-1].index("unlink")
  for number in (last, last - 8):  # its line is there; and its final report is, its line not yet
    world.reset(before)
    known = world.reports()
    equal(faulty(world, "apply", at=number).status, -signal.SIGKILL, "status")
    report = world.new_report(known)[0]
    os.unlink(report)
    world.run("apply", status=0)
    world.run("audit", "verify", status=5).says(f"{os.path.basename(report)}: is not there")


class SmallDisk:
  """A folder that is a file system of its own, of some pages, in a mount namespace."""

  def __init__(self, world, name, pages):
    self.world, self.folder = world, world.path(name)
    as_root = [] if os.geteuid() == 0 else ["-r"]
    os.mkdir(self.folder)
    self.holder = subprocess.Popen(
        ["unshare", *as_root, "-m", "sh", "-c",
         f'mount -t tmpfs -o size={pages * 4096} none "$1" && echo up && exec sleep 3600', "-",
         self.folder], stdout=subprocess.PIPE, text=True)
    world.children.append(self.holder)
    equal(self.holder.stdout.readline(), "up\n", "mount")
    self.prefix = ("nsenter", "-t", str(self.holder.pid), "-m",
                   *(["-U", "--preserve-credentials"] if as_root else []), f"--wd={world.folder}")

  def shell(self, command):
    subprocess.run([*self.prefix, "sh", "-c", f'cd "$1" && {command}', "-", self.folder],
                   check=True)

  def leave_free(self, pages):
    """Fill it, and leave so many pages."""
    self.shell("rm -f filler; dd if=/dev/zero of=filler bs=4096 2>/dev/null; "
               f"truncate -s -{pages * 4096} filler")

  def empty(self):
    self.shell("rm -f filler")


@scenario
@openldap_only("the disk is the same")
def disk_that_is_full(world):
  """A real one, of any room that is too little; then there is room, and all is well."""
  two_lists(world).start()
  before = world.state()
  disk = SmallDisk(world, "reports", 256)
  world.run("apply", status=0, prefix=disk.prefix)
  seen = set()
  for pages in range(16):
    world.reset(before)
    disk.leave_free(pages)
    result = world.run("apply", prefix=disk.prefix)
    if result.status != 0:
      result.says(WORDS["ENOSPC"], "reports")
      equal(result.status, 1 if world.state() == before else 4, f"status\n{result}\n")
    seen.add(result.status)
    disk.empty()
    world.run("apply", status=0, prefix=disk.prefix)
    world.expect_members(**DONE)
    world.run("audit", "verify", status=0, prefix=disk.prefix)
  if not {0, 1} <= seen:
    raise Failure(f"never full, or always: {seen}")
