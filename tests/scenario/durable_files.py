"""Files that survive a crash: each is complete on disk before its name is, and that before the directory changes.

fault.so logs what the program does to files (FAULT_LOG). The scenarios check the order.
"""
import json
import os
import signal
import stat

from directory_faults import DONE, two_lists
from disk_faults import faulty, is_whole
from notices import begin, town
from register import KOMBIT, town as office
from scenario import openldap_only, scenario
from smtp_server import SmtpServer
from world import REPORT, UNDO, Failure, equal

SAFE = {"WRITE", "CREAT", "EXCL", "NOFOLLOW"}


class Log:
  """What one run of the program did, in order: rows of (operation, path, detail)."""

  def __init__(self, world, *arguments, folder="reports", status=0):
    path = world.path("log")
    result = faulty(world, *arguments, log=path)
    equal(result.status, status, f"status\n{result}\n")
    self.rows = [tuple(line.split("\t")) for line in world.read(path).splitlines()]
    os.unlink(path)
    self.folder = os.path.realpath(world.path(folder))

  def fail(self, why):
    raise Failure(why + "\n" + "\n".join(" ".join(row) for row in self.rows))

  def find(self, operation, path=None, after=-1):
    """The places of an operation, on one path or any, after a place."""
    return [at for at, row in enumerate(self.rows)
            if at > after and row[0] == operation and path in (None, row[1])]

  def first(self, operation, path=None, after=-1):
    places = self.find(operation, path, after)
    return places[0] if places else self.fail(f"no {operation} of {path} after row {after}")

  def in_folder(self, path):
    return os.path.dirname(path) == self.folder

  def written(self, matches):
    """{name: places of its renames}, of the files in the folder whose names match; each one is durable."""
    files = {}
    for at in self.find("rename"):
      name = os.path.basename(self.rows[at][1])
      if self.in_folder(self.rows[at][1]) and matches(name):
        files.setdefault(name, []).append(at)
        self.is_durable(at)
    for name in files:
      for at in self.find("open", os.path.join(self.folder, name)):
        if "WRITE" in self.rows[at][2].split():
          self.fail(f"{name} is written in place, at row {at}")
    return files

  def is_durable(self, renamed):
    """Created for this writer alone, written, put on disk, renamed: the contents are there before the name is.

    One syncfs() may do it for several files, or each has its fsync(), and the folder after the name.
    """
    _, path, unfinished = self.rows[renamed]
    opened = [at for at in self.find("open", unfinished) if at < renamed]
    if not opened:
      self.fail(f"{unfinished} was never opened before row {renamed}")
    equal(set(self.rows[opened[-1]][2].split()), SAFE, f"how {unfinished} for {path} is opened")
    steps = [(at, row[0]) for at, row in enumerate(self.rows) if opened[-1] < at < renamed and row[1] == unfinished]
    names = [name for _, name in steps]
    writes = names.count("write")
    if not writes or names not in (["write"] * writes + ["fsync", "close"], ["write"] * writes + ["close"]):
      self.fail(f"{path} is not written, put on disk and closed, but: {names}")
    if "fsync" in names:
      self.synced(renamed)
    elif not any(steps[-1][0] < at < renamed for at in self.find("syncfs")):
      self.fail(f"{path} has its name before its contents are on disk")

  def synced(self, renamed):
    """When the folder of a file that was renamed is put on disk."""
    folder = os.path.dirname(self.rows[renamed][1])
    places = self.find("fsync", folder, after=renamed) + self.find("syncfs", after=renamed)
    return min(places) if places else self.fail(f"the name of row {renamed} is not put on disk")

  def is_locked(self, once, but=()):
    """Each change in the folder of reports, and in the directory, is made under a lock of this run alone."""
    lock = os.path.join(self.folder, "runs.lock")
    taken = self.find("flock", lock)
    equal({self.rows[at][2] for at in taken}, {"EX"}, "locks of runs.lock")
    if once:
      equal(len(taken), 1, "times that runs.lock is locked")
    for at in self.find("open", lock):
      if "NOFOLLOW" not in self.rows[at][2].split():
        self.fail("a link could be in the place of runs.lock")
    locked = [(at, self.first("close", lock, after=at)) for at in taken]
    changes = self.find("ldap") + self.find("curl") + [
        at for at, row in enumerate(self.rows)
        if row[0] in ("write", "truncate", "rename", "unlink") and self.in_folder(row[1])]
    for at in changes:
      if at not in but and not any(begins < at < ends for begins, ends in locked):
        self.fail(f"row {at} is not under a lock: {locked}")

  def is_appended(self):
    """A line of runs.jsonl goes to its end, through no link, and onto the disk. When it is there."""
    runs = os.path.join(self.folder, "runs.jsonl")
    opened = [at for at in self.find("open", runs) if "WRITE" in self.rows[at][2].split()]
    equal(len(opened), 1, "times that runs.jsonl is opened for writing")
    equal({"APPEND", "NOFOLLOW"} - set(self.rows[opened[0]][2].split()), set(), "flags that runs.jsonl lacks")
    closed = self.first("close", runs, after=opened[0])
    steps = [row[0] for row in self.rows[opened[0] + 1:closed] if row[1] == runs]
    equal(set(steps), {"write"}, f"steps at runs.jsonl, {steps}")
    self.first("syncfs", after=closed)
    return closed

  def syncs(self):
    """How often something is put on disk."""
    return len(self.find("fsync") + self.find("syncfs") + self.find("fdatasync"))


def is_report(name):
  return bool(REPORT.match(name) or UNDO.match(name))


def run_is_durable(log, locks_once=True):
  """Report, undo file and runs.open are on disk before the first write to the directory; the rest after the last."""
  log.is_locked(locks_once)
  reports = log.written(is_report)
  equal(len(reports), 2, f"a report and an undo file, {list(reports)}")
  chain = log.written(lambda name: name in ("runs.open", "runs.head"))
  equal(set(chain), {"runs.open", "runs.head"}, "files of the chain that are renamed")
  asked = log.find("ldap")
  if not asked:
    log.fail("nothing was asked of the directory")
  for name, places in {**reports, "runs.open": chain["runs.open"]}.items():
    if places[0] > asked[0]:
      log.fail(f"{name} has its name after the directory changed")
  removed = log.first("unlink", os.path.join(log.folder, "runs.open"))
  for name, places in reports.items():
    if log.synced(places[-1]) > removed:
      log.fail(f"runs.open is gone before the name of {name} is on disk")
  if log.is_appended() < asked[-1]:
    log.fail("the run's line is there before the run is done")


def world_that_ran(world):
  """A first run has made the folder."""
  two_lists(world).start()
  world.replays = False
  before = world.state()
  world.run("apply", status=0)
  world.reset(before)
  return world


@scenario
@openldap_only("the disk is the same")
def durable_apply(world):
  """Three times something is put on disk: before the directory changes, what came of it, and the line."""
  log = Log(world_that_ran(world), "apply")
  run_is_durable(log)
  if log.syncs() > 3:
    log.fail(f"{log.syncs()} times something was put on disk")
  world.expect_members(**DONE)
  log = Log(world, "apply")
  if log.syncs() > 1:
    log.fail(f"{log.syncs()} times something was put on disk by a run that changed nothing")


@scenario
@openldap_only("strace sees system calls")
def syncs_that_the_kernel_sees(world):
  """Not only those that pass by libc's names."""
  world_that_ran(world)
  for most in (3, 1):
    trace = world.path("trace")
    world.run("apply", status=0, prefix=("strace", "-f", "-o", trace, "-e", "trace=fsync,fdatasync,syncfs,sync,msync,sync_file_range"))
    calls = [line for line in world.read(trace).splitlines() if "(" in line]
    if not 1 <= len(calls) <= most:
      raise Failure(f"more than {most}: {calls}")


@scenario
@openldap_only("the disk is the same")
def names_that_a_power_failure_took(world):
  """The contents of an intent are on disk before its names: the next run finds by the hashes what belongs where."""
  world_that_ran(world)
  before = world.state()
  for number in (1, 2):
    for lost in ({"runs.open", "report", "undo"}, {"report", "undo"}, {"report"}):
      world.reset(before)
      known = set(os.listdir(world.path("reports")))
      world.faulty("apply", at=number, status=-signal.SIGKILL)
      for count, name in enumerate(sorted(set(os.listdir(world.path("reports"))) - known)):
        kind = "undo" if UNDO.match(name) else "report" if REPORT.match(name) else name
        if kind in lost:
          os.rename(world.path(f"reports/{name}"), world.path(f"reports/.postvagt-{count:016x}.new"))
      world.run("apply", status=0).says("was interrupted; its report is completed")
      world.expect_members(**DONE)
      is_whole(world, f"killed at write {number}, without the names of {lost}")


@scenario
@openldap_only("the disk is the same")
def names_that_cannot_be_put_back(world):
  """What could not be renamed now can be at the next run: nothing of it is thrown away meanwhile."""
  world_that_ran(world)
  known = set(os.listdir(world.path("reports")))
  world.faulty("apply", at=2, status=-signal.SIGKILL)
  names = sorted(set(os.listdir(world.path("reports"))) - known)
  for count, name in enumerate(names):
    os.rename(world.path(f"reports/{name}"), world.path(f"reports/.postvagt-{count:016x}.new"))
  report = next(name for name in names if REPORT.match(name) and not UNDO.match(name))
  os.mkdir(world.path(f"reports/{report}"))
  world.run("apply", status=1).says("cannot be written")
  os.rmdir(world.path(f"reports/{report}"))
  world.run("apply", status=0).says("was interrupted; its report is completed")
  world.expect_members(**DONE)
  is_whole(world, "put back at the second try")


@scenario
@openldap_only("the disk is the same")
def contents_that_a_power_failure_took(world):
  """Then nothing was written to the directory yet: what is there of the run is thrown away."""
  world_that_ran(world)
  before = world.state()
  for torn in ("runs.open", "report", "undo"):
    world.reset(before)
    known = set(os.listdir(world.path("reports")))
    world.faulty("apply", at=1, status=-signal.SIGKILL)
    world.reset(before)
    for count, name in enumerate(sorted(set(os.listdir(world.path("reports"))) - known)):
      kind = "undo" if UNDO.match(name) else "report" if REPORT.match(name) else name
      unfinished = world.path(f"reports/.postvagt-{count:016x}.new")
      os.rename(world.path(f"reports/{name}"), unfinished)
      if kind == torn:
        os.truncate(unfinished, 100)
    world.run("apply", status=0).never_says("interrupted")
    world.expect_members(**DONE)
    is_whole(world, f"the contents of {torn} are lost")


@scenario
@openldap_only("the disk is the same")
def durable_undo(world):
  two_lists(world).start()
  world.replays = False
  before = world.state()
  world.run("apply", status=0)
  run = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])["run"]
  run_is_durable(Log(world, "audit", "undo", run), locks_once=False)
  equal(world.state(), before, "the lists, after the undo")


@scenario
@openldap_only("the disk is the same")
def durable_saved_plan(world):
  world_that_ran(world)
  os.mkdir(world.path("plans"))
  log = Log(world, "plan", "-o", world.path("plans/plan.ldif"), folder="plans")
  equal(list(log.written(lambda name: True)), ["plan.ldif"], "files of the plan")


@scenario
@openldap_only("the disk is the same")
def durable_keys(world):
  world_that_ran(world)
  os.mkdir(world.path("keys"))
  log = Log(world, "audit", "keygen", world.path("keys/sign"), folder="keys")
  equal(set(log.written(lambda name: True)), {"sign", "sign.pub"}, "files of the key")
  equal(stat.S_IMODE(os.stat(world.path("keys/sign")).st_mode), 0o600, "mode of the secret key")


@scenario
@openldap_only("the disk is the same")
def durable_register(world):
  """Its state is the chain's: runs.open is on disk before the mail goes, the line and the head after, then runs.open goes."""
  office(world, SmtpServer())
  world.run("register", "--send", status=0)  # makes the folder
  for sent in (True, False):
    if not sent:
      world.children[-1].refuse = {KOMBIT: "550 5.7.1 not from you"}
    log = Log(world, "register", "--send", "--again", status=0 if sent else 1)
    login, mail = log.find("curl")  # check logs in, and asks for its rights
    log.is_locked(once=True, but=[login, *log.find("ldap")])
    files = log.written(lambda name: True)
    equal({name: len(places) for name, places in files.items()}, {"runs.open": 1, "runs.head": 1}, "files renamed")
    appended = log.is_appended()
    removed = log.first("unlink", os.path.join(log.folder, "runs.open"))
    steps = [log.synced(files["runs.open"][0]), mail, appended, log.first("syncfs", after=appended),
             files["runs.head"][0], removed]
    if steps != sorted(steps):
      log.fail(f"runs.open on disk, mail, line, both on disk, head named, runs.open gone: at rows {steps}")
    equal(json.loads(world.read(os.path.join(log.folder, "runs.jsonl")).splitlines()[-1])["outcome"],
          "done" if sent else "failed", "what the line says")


@scenario
@openldap_only("the disk is the same")
def durable_notices(world):
  """Each draft is on disk before the directory changes, and so is later who was notified.

  What was written, and added, is not: a run finds that out again.
  """
  town(world, SmtpServer(), members="bo")
  begin(world)
  world.replays = False
  log = Log(world, "apply", folder="state/outbox")
  drafts = log.written(lambda name: name.endswith(".draft"))
  equal(len(drafts), 1, f"notices, {list(drafts)}")
  for places in drafts.values():
    if log.synced(places[0]) > log.find("ldap")[0]:
      log.fail("a notice is on disk after the directory changed")
  log.folder = os.path.dirname(log.folder)
  equal(set(log.written(lambda name: name.endswith((".json", ".log")) and not name.startswith(("written-", "additions-")))),
        {"told.log", "ahead-reports.json", "absences-reports.json"}, "state files")
  world.set("anna", postvagtAbsence="2020-01-01/2037-08-14")
  log = Log(world, "apply", folder="state")
  told = os.path.join(log.folder, "told.log")
  added = [log.first("close", told, after=at) for at in log.find("write", told)]
  sent = [at for at in log.find("unlink") if log.rows[at][1].endswith(".json")]
  equal((len(added) > 0, len(sent)), (True, 1), "lines added, and notices sent")
  for at in added:
    log.first("syncfs", after=at)
  if log.first("syncfs", after=added[0]) > sent[0]:
    log.fail("a notice is gone before it is on disk who was notified")


@scenario
@openldap_only("the disk is the same")
def state_files_are_not_written_through_a_link(world):
  """A link in the place of one is neither read nor followed: a file comes in its place."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.people("carl dora")
  world.one_list("carl", membership="additive")
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": "file://" + world.path("loen.csv"), "format": "csv", "match": "uid",
      "fields": {"person": "p", "from": "f", "until": "u"}}]
  world.write("loen.csv", "p,f,u\nbo,2020-01-01,2020-01-02\n")
  world.start()
  world.run("apply", status=0)
  names = [os.path.join(folder, name) for folder, _, files in os.walk(world.path("state"))
           for name in files if name.endswith(".json")]
  equal({"additions-reports.json", "feed-loen.json"} - {os.path.basename(name) for name in names}, set(), f"of {names}")
  world.routes[0]["to"]["people"] = ["dora"]
  world.write_files()
  settings = world.read(world.config)
  for path in names:
    os.unlink(path)
    os.symlink(world.config, path)
  world.run("apply", status=0)
  equal(world.read(world.config), settings, "what the links led to")
  equal([path for path in names if os.path.islink(path)], [], "links")
  world.run("apply", status=0)
  world.expect_members(Drift="anna bo carl dora")


@scenario
@openldap_only("the disk is the same")
def durable_files_are_not_written_through_a_link(world):
  """Not even one that the agent owns, in a folder of its own, where a link could be trusted."""
  world_that_ran(world)
  before = world.state()
  for name in ("runs.jsonl", "runs.lock"):
    path = world.path(f"reports/{name}")
    target = world.path(f"target-{name}")
    os.rename(path, target)
    os.symlink(target, path)
    bytes_ = world.read(target)
    world.run("apply", status=1).says(name, "it is, or lies behind, a link")
    equal(world.read(target), bytes_, f"what {name} led to")
    equal(world.state(), before, f"the lists, with a link in the place of {name}")
    os.unlink(path)
    os.rename(target, path)
  world.run("apply", status=0)
  world.expect_members(**DONE)
