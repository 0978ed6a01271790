"""Recovery of an interrupted run: what is completed, and what is asked of the directory (see audit_verify.py, too)."""
import hashlib
import json
import signal

from directory_faults import DONE, two_lists
from scenario import openldap_only, scenario
from world import Failure, equal

WHY = "the files are the same"


def lines(world):
  return world.read(world.path("reports/runs.jsonl")).splitlines()


def sha256(text):
  return hashlib.sha256(text.encode()).hexdigest()


def canonical(line):
  return json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def unsigned(line):
  return {key: value for key, value in line.items() if key != "signature"}


def with_key(world):
  """Runs are signed. The lists before the first."""
  world.replays = False
  two_lists(world)
  world.settings["reports"].update(sign_key_file="key")
  world.start()
  world.run("audit", "keygen", world.path("key"), status=0)
  return world.state()


def interrupted(world):
  """An apply that was killed between its two writes; the line of runs.open."""
  world.faulty("apply", at=2, status=-signal.SIGKILL)
  return json.loads(world.read(world.path("reports/runs.open")))


def write_open(world, line):
  world.write("reports/runs.open", canonical(line) + "\n")


def verify(world, *arguments, status=0):
  return world.run("audit", "verify", "--key", world.path("key.pub"), *arguments, status=status)


@scenario
def interrupted_run_that_is_signed_is_completed(world):
  with_key(world)
  run = interrupted(world)["run"]
  world.run("apply", status=0).says(run, "its report is completed")
  world.expect_members(**DONE)
  verify(world).says("2 signatures")
  equal([json.loads(line)["outcome"] for line in lines(world)], ["interrupted", "done"], "outcomes")


@scenario
@openldap_only(WHY)
def report_with_a_nul_crashes_nothing(world):
  """An unsigned runs.open that names it, as anybody who can write to the folder could make it."""
  world.replays = False
  two_lists(world).start()
  open_ = interrupted(world)
  report = world.path(f"reports/{open_['report']['name']}")
  for place in ("changetype", "member", "# end", "dn:"):
    before = world.read(report)
    with open(report, "wb") as file:
      file.write(before.replace(place, place[:2] + "\0" + place[2:]).encode())
    with open(report, "rb") as file:
      open_["report"]["sha256"] = hashlib.sha256(file.read()).hexdigest()
    write_open(world, open_)
    world.run("apply", status=0).never_says("its report is completed")
    world.write(f"reports/{open_['report']['name']}", before)
  world.expect_members(**DONE)


@scenario
@openldap_only("it reads slapd's log")
def recovery_asks_only_about_lists_of_the_mapping(world):
  world.replays = False
  two_lists(world).start()
  open_ = interrupted(world)
  path = world.path(f"reports/{open_['report']['name']}")
  text = world.read(path)
  for dn in (world.dn("L1"), world.dn("L2")):
    text = text.replace(f"dn: {dn}", "dn: cn=Domain Admins,dc=elsewhere,dc=dk")
  world.write(f"reports/{open_['report']['name']}", text)
  open_["report"]["sha256"] = sha256(text)
  write_open(world, open_)
  world.log()
  world.run("apply", status=0)
  asked = world.log()
  if "elsewhere" in asked.lower():
    raise Failure("it asked about an entry that only the report names")
  world.expect_members(**DONE)
