"""The lock of the folder of reports: who holds it, who waits for it, and who is refused."""
import fcntl
import json
import os
import signal
import time

from directory_faults import DONE, two_lists
from scenario import scenario
from world import Failure, equal


def last_run(world):
  """The id of the last run, by its line."""
  return json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])["run"]


def await_that(is_so, what, child=None):
  """Wait until something is so, while a child lives."""
  end = time.monotonic() + 60
  while not is_so():
    if time.monotonic() > end or child and child.poll() is not None:
      raise Failure(f"it never came about: {what}")
    time.sleep(0.01)


def has_open(child, path):
  """Whether a process has a file open."""
  folder = f"/proc/{child.pid}/fd"
  for name in os.listdir(folder):
    try:
      if os.readlink(os.path.join(folder, name)) == path:
        return True
    except OSError:
      pass  # it was closed meanwhile
  return False


def can_lock(path, how):
  """Whether somebody else may lock a file so, now."""
  with open(path, "r+b") as file:
    try:
      fcntl.flock(file, how | fcntl.LOCK_NB)
      return True
    except BlockingIOError:
      return False


def applied(world):
  """A world, a run of it that changed lists, and the lists before."""
  two_lists(world).start()
  world.replays = False
  before = world.state()
  world.run("apply", status=0)
  return before, last_run(world), world.path("reports/runs.lock")


def in_its_first_write(world, *arguments):
  """Spawn the program and stop it where it asks for its first write, until the file "go" is there."""
  begun, go = world.path("begun"), world.path("go")
  for path in (begun, go):
    if os.path.exists(path):
      os.unlink(path)
  child = world.spawn(*arguments, env={
      "LD_PRELOAD": world.fault, "FAULT_AT": "1", "FAULT_ON": "write", "FAULT_WHEN": "before",
      "FAULT_DO": f"touch {begun}; while [ ! -e {go} ]; do sleep 0.02; done",
      "ASAN_OPTIONS": world.asan_options()})
  await_that(lambda: os.path.exists(begun), "a first write", child)
  return child, lambda: world.write("go", "")


@scenario
def undo_waits_for_a_lock_that_is_held_and_gives_up(world):
  """A shared lock, as a reader could take, keeps an undo off as an exclusive one does; not for ever, and nothing is changed."""
  before, run, lock = applied(world)
  for how in (fcntl.LOCK_SH, fcntl.LOCK_EX):
    lines = world.read(world.path("reports/runs.jsonl"))
    with open(lock, "r+b") as file:
      fcntl.flock(file, how)
      world.log()
      result = world.run("audit", "undo", run, status=1)
      result.says("runs.lock", "another run of postvagt writes there", "try again")
      equal(world.writes(), [], f"writes of an undo that has no lock\n{result}\n")
      world.run("audit", "list", status=0)  # what only reads needs no lock
      world.run("audit", "verify", status=0)
    equal(world.read(world.path("reports/runs.jsonl")), lines, "lines of a run that never began")
    world.expect_members(**DONE)
  world.run("audit", "undo", run, status=0)
  equal(world.state(), before, "the lists, after the undo")


@scenario
def undo_holds_the_lock_of_its_folder_alone(world):
  """While it writes, nobody can lock runs.lock, not even shared; an apply is refused, and says whom it waited for."""
  before, run, lock = applied(world)
  undo, go_on = in_its_first_write(world, "audit", "undo", run)
  equal([can_lock(lock, how) for how in (fcntl.LOCK_SH, fcntl.LOCK_EX)], [False, False],
        "whether runs.lock can be locked, shared and alone")
  world.log()
  for command in (("apply",), ("audit", "undo", run)):
    world.run(*command, status=1).says("runs.lock", f"pid {undo.pid},", "another run of postvagt writes there")
  equal(world.writes(), [], "writes of those who have no lock")
  go_on()
  world.wait(undo, status=0)
  equal(world.state(), before, "the lists, after the undo")
  equal([can_lock(lock, how) for how in (fcntl.LOCK_SH, fcntl.LOCK_EX)], [True, True], "and after it")
  world.run("audit", "verify", status=0)


@scenario
def apply_waits_for_an_undo(world):
  """One that begins while an undo ends goes on when that is done, on the lists as they are then."""
  _, run, lock = applied(world)
  undo, go_on = in_its_first_write(world, "audit", "undo", run)
  apply = world.spawn("apply")
  await_that(lambda: has_open(apply, lock), "an apply at the lock", apply)
  go_on()
  world.wait(undo, status=0)
  result = world.wait(apply, status=0)
  outcomes = [(line["command"], line["outcome"]) for line in world.run("--json", "audit", "list").json()]
  equal(outcomes[:2], [("apply", "done"), ("audit undo", "done")], f"runs\n{result}\n")
  equal(outcomes[2][0], "apply", "the last run")
  world.run("apply", status=0)
  world.expect_members(**DONE)
  world.run("audit", "verify", status=0)


@scenario
def lock_of_a_run_that_was_killed_is_free(world):
  before, run, lock = applied(world)
  undo, end_shell = in_its_first_write(world, "audit", "undo", run)
  undo.send_signal(signal.SIGKILL)
  end_shell()
  world.wait(undo, status=-signal.SIGKILL)
  equal(can_lock(lock, fcntl.LOCK_EX), True, "whether the lock is free")
  world.run("audit", "undo", run, status=0).says("was interrupted")
  equal(world.state(), before, "the lists, after another undo")
  world.run("audit", "verify", status=0)
