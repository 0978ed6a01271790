"""What somebody who can write to the folder of reports cannot make postvagt believe, or sign."""
import base64
import hashlib
import json
import os
import signal

from faults import DONE, two_lists
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


def forgeries(open_):
  """What a forger can make of runs.open without the key."""
  other = {**open_, "case": "forged"}
  return {
      "altered": other,
      "unsigned": unsigned(open_),
      "unsigned and altered": unsigned(other),
      "signed by nobody": {**other, "signature": base64.b64encode(bytes(64)).decode()},
      "no drafts": {key: value for key, value in open_.items() if key != "drafts"},
  }


def fitting(world, open_):
  """As the next line of the chain, so that only the signature is wrong."""
  last = lines(world)[-1]
  return {**open_, "number": json.loads(last)["number"] + 1, "previous": sha256(last)}


@scenario
@openldap_only(WHY)
def forged_run_is_never_signed(world):
  """Recovery closes it by a line of its own, and takes over nothing of what it says."""
  before = with_key(world)
  world.run("apply", status=0)
  world.reset(before)
  open_ = interrupted(world)
  names = ["as it was", *forgeries(open_)]  # the first is signed, and put back when its place is taken
  world.run("apply", status=0).says("its report is completed")
  for name in names:
    forged = open_ if name == "as it was" else forgeries(fitting(world, open_))[name]
    write_open(world, forged)
    bytes_ = world.read(world.path("reports/runs.open"))
    said = world.run("apply", status=0).says("is not proved", sha256(bytes_))
    said.never_says("is completed")
    world.expect_members(**DONE)
    closing = [json.loads(line) for line in lines(world) if "unproved" in json.loads(line)][-1]
    equal(closing["unproved"]["sha256"], sha256(bytes_), f"{name}: the hash")
    equal((closing["outcome"], closing["report"], closing["case"]), ("unproved", None, None), name)
    if open_["run"] in canonical(closing) or "forged" in "".join(lines(world)):
      raise Failure(f"{name}: the line takes over what was forged: {closing}")
    verify(world).says("nothing proved it")


@scenario
@openldap_only(WHY)
def rebuilt_folder_is_not_proved(world):
  """Emptied, and rebuilt as runs that were interrupted: each would have been signed by the next apply."""
  with_key(world)
  world.run("apply", status=0)
  last = sha256(lines(world)[-1])
  first = json.loads(lines(world)[0])
  text = world.read(world.path(f"reports/{first['report']['name']}"))
  for name in os.listdir(world.path("reports")):
    os.unlink(world.path(f"reports/{name}"))
  forged = {**unsigned(first), "case": "forged", "intent": last, "drafts": ["", ""]}
  world.write(f"reports/{first['report']['name']}", text)
  write_open(world, forged)
  world.run("apply", status=0).says("is not proved")
  verify(world, "--expect", last, status=5).says(last, "no line knows this file")
  if '"forged"' in "".join(lines(world)):
    raise Failure(f"forged text was signed: {lines(world)}")


@scenario
@openldap_only(WHY)
def file_of_the_folder_that_is_not_postvagts(world):
  with_key(world)
  world.run("apply", status=0)
  kept = {name: world.read(world.path(f"reports/{name}")) for name in os.listdir(world.path("reports"))}
  report = json.loads(lines(world)[0])["report"]["name"]
  verify(world)

  def put(name, text="x\n"):
    world.write(f"reports/{name}", text)

  def link(name, to="/etc/passwd"):
    os.symlink(to, world.path(f"reports/{name}"))

  planted = {
      "upper case": (lambda: os.rename(world.path(f"reports/{report}"),
                                       world.path(f"reports/{report.upper()}")), report.upper()),
      "runs.head.new": (lambda: put("runs.head.new"), "runs.head.new"),
      "unfinished": (lambda: put(".postvagt-0123456789abcdef.new"), ".postvagt-0123456789abcdef.new"),
      "link": (lambda: link("x"), "x: is a link"),
      "link for state": (lambda: link("state", world.folder), "state: is a link"),
      "linked report": (lambda: (os.rename(world.path(f"reports/{report}"), world.path("moved")),
                                 link(report, world.path("moved"))), f"{report}: is a link"),
      "note": (lambda: put("notes.txt"), "notes.txt"),
      "plan": (lambda: put("plan.ldif", kept[report]), "plan.ldif"),
      "folder": (lambda: os.mkdir(world.path("reports/old")), "old: is not a regular file"),
      "pipe": (lambda: os.mkfifo(world.path("reports/pipe")), "pipe: is not a regular file"),
      "empty chain": (lambda: put("runs.jsonl", ""), "runs.head"),
      "no chain": (lambda: os.unlink(world.path("reports/runs.jsonl")), "runs.head"),
      "last line as runs.open": (lambda: (
          put("runs.open", kept["runs.jsonl"]), put("runs.jsonl", ""),
          put("runs.head", "0" * 64 + "\n")), "was taken from the end of runs.jsonl"),
  }
  for name, (plant, words) in planted.items():
    plant()
    verify(world, status=5).says(words)
    for left in set(os.listdir(world.path("reports"))) - set(kept):
      path = world.path(f"reports/{left}")
      os.rmdir(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    for kept_name, text in kept.items():
      path = world.path(f"reports/{kept_name}")
      if os.path.islink(path):
        os.unlink(path)
      world.write(f"reports/{kept_name}", text)
    verify(world), name
  os.mkdir(world.path("reports/state"))
  world.run("plan", "-o", world.path("reports/plan.ldif"), status=0)
  verify(world)


@scenario
@openldap_only(WHY)
def undo_file_that_was_altered_with_its_line(world):
  """Somebody alters the undo file, and its hash in the line, and links the chain again."""
  with_key(world)
  world.run("apply", status=0)
  line = json.loads(lines(world)[0])
  undo = world.path(f"reports/{line['undo']['name']}")
  text = world.read(undo).replace(world.dn("carl"), world.dn("bo"))
  world.write(f"reports/{line['undo']['name']}", text)
  line["undo"]["sha256"] = sha256(text)
  before = world.state()
  for made in (line, unsigned(line)):
    world.write("reports/runs.jsonl", canonical(made) + "\n")
    world.write("reports/runs.head", sha256(canonical(made)) + "\n")
    world.run("audit", "undo", line["run"], status=3).says("is not signed", "audit verify")
    equal(world.state(), before, "the lists")


@scenario
@openldap_only(WHY)
def line_that_the_chain_does_not_hold_is_not_undone(world):
  """Without a key, an altered line is still none that the next one names."""
  world.replays = False
  two_lists(world).start()
  world.run("apply", status=0)
  world.run("apply", status=0)
  first, *rest = lines(world)
  line = json.loads(first)
  text = world.read(world.path(f"reports/{line['undo']['name']}")).replace(
      world.dn("carl"), world.dn("bo"))
  world.write(f"reports/{line['undo']['name']}", text)
  line["undo"]["sha256"] = sha256(text)
  world.write("reports/runs.jsonl", "\n".join([canonical(line), *rest]) + "\n")
  before = world.state()
  world.run("audit", "undo", line["run"], status=3).says("is not the one that the chain holds")
  equal(world.state(), before, "the lists")


@scenario
@openldap_only(WHY)
def key_that_was_replaced_still_proves(world):
  """reports.old_keys: what the key before signed is undone, applied and completed, and nothing else."""
  before = with_key(world)
  world.run("apply", status=0)
  first = json.loads(lines(world)[0])["run"]
  world.reset(before)
  world.run("plan", "-o", "plan.ldif", status=0)
  for name in ("key", "key.pub"):
    os.rename(world.path(name), world.path(f"old-{name}"))
  world.run("audit", "keygen", world.path("key"), status=0)
  world.run("apply", "plan.ldif", status=3).says("is not signed")
  world.run("audit", "undo", first, status=3).says("is not signed")
  world.settings["reports"]["old_keys"] = "old-key.pub"
  world.write_files()
  world.run("audit", "undo", first, status=(0, 3)).never_says("is not signed")
  world.settings["reports"]["old_keys"] = ["none.pub"]
  world.write_files()
  world.run("apply", status=2).says("none.pub")


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
    world.run("apply", status=0).says("is not proved")
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
