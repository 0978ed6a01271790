"""The chain of runs over the years: closed at the first line of a new one, deleted from the oldest on, and never read back.

The lines of a first run are put into years past, as if it had been made then; the program does the rest.
"""
import json
import os
import shutil
import signal

from audit import lines, run_of, undo, verify
from audit_verify import Folder, dump, sha256
from directory_faults import DONE, two_lists
from disk_faults import faulty, heal, operations, tells_the_truth
from scenario import openldap_only, scenario
from world import Failure, equal


def age(world, *years, key=None):
  """The chain's lines are of these years, and all is as if the runs had been then; files keep their names."""
  folder = Folder(world.path("reports"), world)
  rows = folder.rows()
  equal(len(rows), len(years), "lines")
  for row, year in zip(rows, years):
    row["started"] = f"{year}{row['started'][4:]}"
  folder.rebuild(rows, key)
  return folder


def changed_again(world, before):
  world.reset(before)
  world.run("apply", status=0)


def years_of(world):
  return sorted(name for name in os.listdir(world.path("reports")) if name.startswith("runs-"))


@scenario
@openldap_only("the folder is the same")
def year_is_closed_by_the_first_run_of_the_next(world):
  two_lists(world).start()
  before = world.state()
  world.run("apply", status=0)
  world.run("apply", status=0)
  folder = age(world, 2025, 2025)
  old = folder.read("runs.jsonl")
  changed_again(world, before)
  equal((years_of(world), folder.read("runs-2025.jsonl")), (["runs-2025.jsonl"], old), "the year that was closed")
  row, = folder.rows()
  equal((row["number"], row["previous"], row["closes"]),
        (3, sha256(old.splitlines()[-1]), "runs-2025.jsonl"), "the first line of the new file")
  verify(world)
  world.run("apply", status=0)
  equal(len(folder.rows()), 2, "lines of the new file")
  verify(world)
  # what people ask goes through all years
  equal([row["number"] for row in world.run("audit", "list", "--json", status=0).json()], [1, 2, 3, 4], "audit list")
  first = json.loads(old.splitlines()[0])
  world.run("audit", "show", first["run"], status=0).says(f"run: {first['run']}", "Bo")
  world.run("audit", "show", run_of(world, 0), status=0).says("Bo")
  undo(world, run_of(world, 0))
  equal(world.state(), before, "the lists, after the newest run was taken back")
  verify(world)


@scenario
@openldap_only("the folder is the same")
def years_are_proved_from_each_of_them_on(world):
  """Each year's last hash proves what came before; the oldest years may be deleted, others may not."""
  two_lists(world).start()
  before = world.state()
  folder = None
  for year in (2023, 2024, 2025):
    world.reset(before)
    world.run("apply", status=0)
    world.run("apply", status=0)
    folder = age_last(world, folder, year)
  changed_again(world, before)
  names = [f"runs-{year}.jsonl" for year in (2023, 2024, 2025)]
  equal(years_of(world), names, "closed years")
  verify(world)
  last = {name: sha256(folder.read(name).splitlines()[-1]) for name in names}
  for number, name in enumerate(names):
    verify(world, "--expect", last[name]).says(f"{name}: ", f"lines that follow: {5 - 2 * number}")
  verify(world, "--expect", "f" * 64, status=5).says("f" * 64)
  verify(world, "--since", "2025").says("number 5", "--since")
  verify(world, "--since", "x", status=2).says("is not a year such as 2025")
  equal(verify(world, "--since", "2025", "--json").json()["first"], 5, "the first line that is proved")
  # the oldest year goes, but its reports stay at first
  reports = [json.loads(line)[which]["name"] for line in folder.read(names[0]).splitlines()
             for which in ("report", "undo") if json.loads(line)[which]]
  folder.remove(names[0])
  verify(world, status=5).says(reports[0], "no line knows this file")
  folder.remove(*reports)
  verify(world).says("number 3", "deleted")
  verify(world, "--since", "2024")
  verify(world, "--since", "2023", status=5).says("2023")
  verify(world, "--expect", last[names[0]]).says("lines from here on: 5")
  changed_again(world, before)
  verify(world)
  # a year between is no oldest year
  kept = folder.read(names[1])
  shutil.copy(folder.at(names[2]), world.path("kept"))
  folder.remove(names[2])
  verify(world, status=5).says("lines before it were removed")
  shutil.copy(world.path("kept"), folder.at(names[2]))
  verify(world)
  folder.write(names[1], kept.splitlines(True)[1])
  verify(world, status=5)
  folder.write(names[1], kept)
  folder.write("runs-2022.jsonl", kept)
  verify(world, status=5)


def age_last(world, folder, year):
  """The lines of runs.jsonl are of that year; numbers and hashes go on behind the years that were closed."""
  folder = folder or Folder(world.path("reports"), world)
  texts, rows = [], folder.rows()
  for row in rows:
    row["started"] = f"{year}{row['started'][4:]}"
    row["previous"] = sha256(texts[-1]) if texts else row["previous"]
    texts.append(dump(row))
  folder.put_lines(texts)
  return folder


def ready(world):
  """A chain of the year before, and two lists to change; what each try begins with is in `old`."""
  two_lists(world).start()
  before = world.state()
  world.run("apply", status=0)
  world.replays = False  # a run that is killed leaves a report to the next
  age(world, 2025)
  shutil.copytree(world.path("reports"), world.path("old"))
  world.reset(before)
  return before


def begin(world, before):
  shutil.rmtree(world.path("reports"))
  shutil.copytree(world.path("old"), world.path("reports"))
  world.reset(before)


@scenario
@openldap_only("the files are the same")
def killed_at_every_operation_as_a_year_is_closed(world):
  before = ready(world)
  names = operations(world, "apply")
  if names.count("rename") < 1:
    raise Failure(f"no rename: {names}")
  for number, name in enumerate(names, 1):
    begin(world, before)
    where = f"killed at operation {number}, {name}"
    result = faulty(world, "apply", at=number, half=1 if name == "write" else None)
    equal(result.status, -signal.SIGKILL, f"status, {where}\n{result}\n")
    proved = world.run("audit", "verify")
    if proved.status not in (0, 5) or "was altered" in proved.text and "broke off" not in proved.text:
      raise Failure(f"{where}: {proved}")
    heal(world, where)
    equal(years_of(world), ["runs-2025.jsonl"], f"closed years, {where}")


@scenario
@openldap_only("the files are the same")
def disk_that_fails_as_a_year_is_closed(world):
  before = ready(world)
  names = operations(world, "apply")
  for number, name in enumerate(names, 1):
    begin(world, before)
    where = f"EIO at operation {number}, {name}"
    result = faulty(world, "apply", at=number, errno="EIO")
    tells_the_truth(world, result, before, where, "Input/output error")
    heal(world, where)
    equal(years_of(world), ["runs-2025.jsonl"], f"closed years, {where}")


@scenario
@openldap_only("the folder is the same")
def clock_that_was_ahead_wrecks_no_chain(world):
  """A line of 2099 closes this year's file; the next line after that goes on behind it, and the year is not closed twice."""
  two_lists(world).start()
  before = world.state()
  world.run("apply", status=0)
  folder = age(world, 2099)
  changed_again(world, before)
  equal((years_of(world), len(lines(world))), ([], 2), "behind a line of 2099")
  verify(world)
  folder.write("runs-2098.jsonl", "")
  verify(world, status=5).says("runs-2098.jsonl")


@scenario
@openldap_only("the folder is the same")
def year_that_is_closed_is_signed(world):
  """The key signs which file a line closes, so nobody makes the middle of a chain its beginning."""
  world.run("audit", "keygen", world.path("key"), status=0)
  world.settings["reports"]["sign_key_file"] = world.path("key")
  two_lists(world).start()
  before = world.state()
  world.run("apply", status=0)
  folder = age(world, 2025, key=world.path("key"))
  changed_again(world, before)
  world.run("apply", status=0)
  key = ("--key", world.path("key.pub"))
  verify(world, *key)
  equal(verify(world, *key, "--json").json()["signatures"], 3, "signatures that hold")
  rows = folder.rows()
  gone = [json.loads(folder.read("runs-2025.jsonl").splitlines()[0]), rows[0]]
  folder.remove("runs-2025.jsonl", *[row[which]["name"] for row in gone for which in ("report", "undo")])
  rows[1]["closes"] = "runs-2025.jsonl"
  folder.put_lines([dump(rows[1])])
  verify(world, *key, status=5).says("its signature is not of this key")
