"""The chain of runs: proved, altered, cut off, and settled after a crash."""
import base64
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess

import ldif
from absent_back import day, office
from directory_faults import DONE, two_lists
from scenario import scenario
from world import Failure, equal


def lines(world):
  return world.read(world.path("reports/runs.jsonl")).splitlines()


def verify(world, *arguments, status=0):
  return world.run("audit", "verify", *arguments, status=status)


def signed(world):
  """Three runs, signed: two that change something, one that changes nothing."""
  world.run("audit", "keygen", world.path("key"), status=0)
  world.settings["reports"]["sign_key_file"] = world.path("key")
  two_lists(world).start()
  before = world.state()
  world.run("--case", "2026-117", "apply", status=0)
  world.run("apply", status=0)
  world.reset(before)
  world.run("apply", status=0)
  return world


@scenario
def every_run_has_a_line(world):
  signed(world)
  runs = [json.loads(line) for line in lines(world)]
  equal([run["outcome"] for run in runs], ["done", "unchanged", "done"], "outcomes")
  equal([run["number"] for run in runs], [1, 2, 3], "numbers")
  equal(runs[0]["case"], "2026-117", "case")
  equal(runs[0]["totals"], {"added": 2, "failed": 0, "held": 0, "kept": 2, "refused": 0,
                            "removed": 2}, "totals")
  equal({item["tag"] for item in runs[0]["lists"]}, {"tag1", "tag2"}, "lists")
  with open(world.config, "rb") as file:
    equal(runs[0]["files"]["settings"], hashlib.sha256(file.read()).hexdigest(), "settings")
  if hasattr(world, "grant") and not (runs[0]["directory"]["change"].isdigit() and
                                      runs[0]["directory"]["invocation"]):
    raise Failure(f"no change number: {runs[0]['directory']}")
  previous = "0" * 64
  for line in lines(world):
    equal(json.loads(line)["previous"], previous, "the line before")
    previous = hashlib.sha256(line.encode()).hexdigest()
  equal(world.read(world.path("reports/runs.head")), previous + "\n", "the head")
  verify(world, "--key", world.path("key.pub"), "--expect", previous).says("3 signatures")
  verify(world, "--expect", runs[0]["intent"], status=5)  # a field proves nothing
  first = hashlib.sha256(lines(world)[0].encode()).hexdigest()
  verify(world, "--expect", first).says("proved up to line 1", "lines that follow: 2")
  world.settings["directory"]["url"] = "ldap://127.0.0.1:1"
  world.write_files()
  world.run("apply", status=1)
  equal(json.loads(lines(world)[3])["outcome"], "failed", "outcome, when nobody answers")
  verify(world)


@scenario
def a_line_can_be_verified_by_hand(world):
  signed(world)
  line = lines(world)[0]
  signature = json.loads(line)["signature"]
  world.write("line", line.replace(f',"signature":"{signature}"', ""))
  with open(world.path("signature"), "wb") as file:
    file.write(base64.b64decode(signature))
  subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", world.path("key.pub"),
                  "-rawin", "-in", world.path("line"), "-sigfile", world.path("signature")],
                 check=True, stdout=subprocess.DEVNULL)


def mutations(folder):
  """(what, change) of each way to touch a folder; change(folder) does it."""
  def put(name, data):
    def change(copy):
      with open(os.path.join(copy, name), "wb") as file:
        file.write(data)
    return change

  for name in sorted(os.listdir(folder)):
    if name == "runs.lock":
      continue
    with open(os.path.join(folder, name), "rb") as file:
      data = file.read()
    step = max(1, len(data) // 40)
    for at in range(0, len(data), step):
      yield name, f"byte {at} altered", put(
          name, data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
      yield name, f"cut at {at}", put(name, data[:at])
    yield name, "last byte cut", put(name, data[:-1])
    yield name, "a byte more", put(name, data + b"\n")
    yield name, "removed", lambda copy, name=name: os.unlink(os.path.join(copy, name))
    if name == "runs.jsonl":
      rows = data.splitlines(keepends=True)
      for i in range(len(rows)):
        yield name, f"line {i + 1} removed", put(name, b"".join(rows[:i] + rows[i + 1:]))
        yield name, f"line {i + 1} twice", put(name, b"".join(rows[:i + 1] + rows[i:]))
        if i > 0:
          yield name, f"lines {i} and {i + 1} swapped", put(
              name, b"".join(rows[:i - 1] + [rows[i], rows[i - 1]] + rows[i + 1:]))
    if name.endswith(".ldif"):
      yield "20200101T000000Z-00000000.ldif", "put there", put("20200101T000000Z-00000000.ldif", data)


@scenario
def whatever_is_touched_is_found(world):
  signed(world)
  folder, copy = world.path("reports"), world.path("copy")
  verify(world, folder, "--key", world.path("key.pub"))
  for name, what, change in mutations(folder):
    shutil.copytree(folder, copy)
    change(copy)
    result = verify(world, copy, "--key", world.path("key.pub"), status=5)
    if name not in result.out:
      raise Failure(f"{name}, {what}: another file is blamed\n{result}")
    shutil.rmtree(copy)


@scenario
def verify_answers_programs(world):
  signed(world)
  folder, key = world.path("reports"), world.path("key.pub")
  told = verify(world, folder, "--json").json()
  equal((told["untouched"], told["signatures"], told["findings"]), (True, None, []), "untouched reports")
  lines = world.read(os.path.join(folder, "runs.jsonl")).splitlines()
  equal((told["lines"], told["last"]), (len(lines), hashlib.sha256(lines[-1].encode()).hexdigest()), "what was read")
  equal(verify(world, folder, "--json", "--key", key).json()["signatures"], len(lines), "signatures that hold")
  os.remove(next(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".undo.ldif")))
  told = verify(world, folder, "--json", status=5).json()
  equal((told["untouched"], [finding["severity"] for finding in told["findings"]]), (False, ["error"]), "a file gone")


@scenario
def an_end_that_was_cut_off_is_found_by_its_hash(world):
  signed(world)
  kept = lines(world)
  last = hashlib.sha256(kept[2].encode()).hexdigest()
  gone = json.loads(kept[2])
  for key in ("report", "undo"):
    os.unlink(world.path(f"reports/{gone[key]['name']}"))
  world.write("reports/runs.jsonl", "".join(line + "\n" for line in kept[:2]))
  world.write("reports/runs.head", hashlib.sha256(kept[1].encode()).hexdigest() + "\n")
  verify(world, "--key", world.path("key.pub"))
  verify(world, "--expect", last, status=5).says(last)


@scenario
def an_end_that_was_cut_off_cannot_be_grown_over(world):
  signed(world)
  world.write("reports/runs.jsonl", lines(world)[0] + "\n")
  world.run("apply", status=0)
  verify(world, status=5).says("runs.jsonl:2")


@scenario
def another_key_proves_nothing(world):
  signed(world)
  world.run("audit", "keygen", world.path("other"), status=0)
  verify(world, "--key", world.path("other.pub"), status=5).says("runs.jsonl:1")
  verify(world, "--key", world.path("none.pub"), status=2).says("none.pub: cannot be read")
  world.run("audit", "keygen", world.path("other"), status=1)


@scenario
def two_runs_at_once(world):
  """The second says who holds the folder. A shared lock is enough to show that it asks for one of its own."""
  two_lists(world).start()
  world.run("apply", status=0)
  with open(world.path("reports/runs.lock"), "r+", encoding="utf-8") as lock:
    fcntl.flock(lock, fcntl.LOCK_SH)
    world.run("apply", status=1).says("runs.lock", "pid ")
  world.run("apply", status=0)


@scenario
def who_was_on_a_list_at_a_moment(world):
  """From the reports alone: before the first one, after it, and where none tells."""
  two_lists(world)
  world.list("L3", "anna bo")
  world.route("tag3", "L3", "infrastrukturansvarlig")
  world.start()
  world.run("apply", status=0)

  def on_list(at):
    said = world.run("audit", "who", "tag1", *at, status=0).out
    return {world.short(line.strip().split(" (")[0]) for line in said.splitlines()
            if line.startswith("  ")}

  equal(on_list(()), {"anna", "bo"}, "now")
  equal(on_list(("--at", "2020-01-01")), {"anna", "carl"}, "before the first run")
  world.run("audit", "who", "tag3", status=1).says("tag3")
  (run,) = [json.loads(line)["run"] for line in lines(world)]
  world.run("audit", "show", run, status=0).says("joins", world.dn("L1"), run)
  world.run("--lang", "da", "audit", "show", run, status=0).says("kørsel")
  world.run("audit", "show", "00000000", status=2)
  world.run("audit", "list", "--tag", "tag1", "--person", "carl", status=0).says(run)
  for none in (("--tag", "tag3"), ("--person", "nobody"), ("--until", "2020-01-01")):
    world.run("audit", "list", *none, status=0).never_says(run)


@scenario
def a_key_that_is_none(world):
  """check says it, and apply changes nothing: an unsigned line would break the chain."""
  world.settings["reports"]["sign_key_file"] = world.write("key", "no key\n", 0o600)
  two_lists(world).start()
  before = world.state()
  world.run("check", status=2).says("Ed25519")
  world.run("apply", status=2).says("Ed25519")
  equal(world.state(), before, "the lists")


def run_of(world, number=-1):
  """The id of one of the chain's runs."""
  return json.loads(lines(world)[number])["run"]


def undo(world, run, *arguments, status=0):
  return world.run("audit", "undo", run, *arguments, status=status)


def applied(world):
  """Two lists that apply changed; their state before, and the run's id."""
  world.person("eva", name="Eva Ø. (IT)")
  two_lists(world).start()
  before = world.state()
  world.run("apply", status=0)
  world.expect_members(**DONE)
  return before, run_of(world)


def put(world, verb, short):
  """Somebody else adds one to L1, or removes one."""
  world.change(ldif.record(world.dn("L1"), [
      ("changetype", "modify"), (verb, world.member), (world.member, world.dn(short)), ("-", None)]))


def undo_refused(world, run, *says, arguments=()):
  """Nothing is written; the report says why, and does nothing."""
  before, known = world.state(), world.reports()
  world.log()
  undo(world, run, *arguments, status=3).says("Refused; nothing was changed", *says)
  equal((world.writes(), world.state()), ([], before), "what a refused undo did")
  report, back, text = world.new_report(known)
  for word in (*says, f"# takes back run: {run}\n"):
    if word not in text:
      raise Failure(f"the report lacks {word!r}:\n{text}")
  world.ldapmodify(report)
  world.ldapmodify(back)
  equal(world.state(), before, "the lists, after ldapmodify -f of a refused undo's report")
  line = json.loads(lines(world)[-1])
  equal(line["outcome"], "refused", "outcome")
  world.run("audit", "show", line["run"], status=0).says("outcome: refused; nothing was changed", *says)


@scenario
def undo_brings_the_lists_back(world):
  """Then undo of the undo, and both reports replay; in the chain stands whose run each takes back."""
  before, run = applied(world)
  after, known = world.state(), world.reports()
  undo(world, run, "--case", "2026-117").says("Carl", "the rules know nothing of this")
  equal(world.state(), before, "the lists, after the undo")
  report = world.new_report(known)
  world.check_report(*report[:2], after, before)
  world.reset(before)
  line = json.loads(lines(world)[-1])
  equal([line[key] for key in ("command", "undoes", "outcome", "case", "feeds")],
        ["audit undo", run, "done", "2026-117", []], "the line")
  world.log()
  undo(world, run).says("done already").never_says("the rules know nothing")
  equal(world.writes(), [], "writes of an undo that is done already")
  verify(world)
  world.run("audit", "show", line["run"], status=0).says(f"takes back run: {run}", "Carl")
  undo(world, line["report"]["name"])
  equal(world.state(), after, "the lists, after the undo was undone")
  verify(world)
  world.run("--lang", "da", "audit", "undo", run, status=0).says("reglerne", "tages tilbage")
  equal(world.state(), before, "the lists, after another undo")


@scenario
def undo_of_what_moved_since(world):
  """Who is not there any more, and who is there again; another who came does not matter."""
  before, run = applied(world)
  put(world, "add", "eva")
  put(world, "delete", "bo")
  undo_refused(world, run, world.dn("L1"), "(Bo) was added by the run, and is not there any more")
  put(world, "add", "bo")
  put(world, "add", "carl")
  undo_refused(world, run, world.dn("L1"), "(Carl) was removed by the run, and is there again")
  put(world, "delete", "carl")
  undo(world, run)
  put(world, "delete", "eva")
  equal(world.state(), before, "the lists, less eva, who came besides")
  verify(world)


@scenario
def undo_of_somebody_who_is_gone(world):
  _, run = applied(world)
  world.rename("carl", "karl")
  undo_refused(world, run, world.dn("carl"), "no such entry")


@scenario
def undo_of_a_list_without_a_route(world):
  _, run = applied(world)
  world.routes = [route for route in world.routes if route["tag"] != "tag1"]
  world.write_files()
  undo_refused(world, run, world.dn("L1"), "no route has this list")


@scenario
def undo_of_more_than_a_limit(world):
  """It counts for no limit, and asks who answers for it; nothing is done, and no report made, where that is not said."""
  world.people([f"p{i}" for i in range(6)], "infrastrukturansvarlig")
  world.people("anna")
  world.one_list("anna")
  world.start()
  before = world.state()
  world.run("apply", status=0)
  after, run, known = world.state(), run_of(world), world.reports()
  world.log()
  undo(world, run, status=2).says("--case", "6", "removals_per_list", world.dn("Drift"))
  undo(world, run, "--case", " ", status=2).says("--case")
  undo(world, run, "--over-limit", status=2).says("--case")
  equal((world.writes(), world.state(), world.reports()), ([], after, known), "what was done without a case")
  undo(world, run, "--case", "2026-117")
  equal(world.state(), before, "the lists, after the undo")
  text = world.new_report(known)[2]
  if "# case: 2026-117\n" not in text or "over the limit" in text:
    raise Failure(f"not the report of an undo that no limit judges:\n{text}")
  undo(world, run_of(world), "--case", "2026-118")
  equal(world.state(), after, "the lists, after the undo was undone")
  verify(world)


@scenario
def undo_of_many_additions_asks_for_a_case(world):
  """The run that removed them is taken back: they join again, more than a limit on additions."""
  losing = [f"q{i}" for i in range(4)]
  world.people("anna", "infrastrukturansvarlig")
  world.people(losing)
  world.one_list(["anna", *losing])
  world.settings["limits"] = {"additions_per_run": 3}
  world.start()
  before = world.state()
  world.run("apply", status=0)
  run = run_of(world)
  undo(world, run, status=2).says("--case", "4", "additions_per_run")
  undo(world, run, "--case", "2026-117")
  equal(world.state(), before, "the lists, after the undo")


@scenario
def undo_of_a_mistake_that_added_956_people(world):
  """A list that had been empty is empty again."""
  everyone = [f"p{i:03}" for i in range(956)]
  world.people(everyone, "superbruger")
  world.people("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.list("Tom")
  world.route("release", "Tom", "superbruger")
  world.settings["limits"] = {"additions_per_list": 1000}
  world.start()
  before = world.state()
  world.run("apply", status=0)
  world.expect_members(Drift="anna", Tom=everyone)
  run = run_of(world)
  undo(world, run, status=2).says("--case", "956", world.dn("Tom"))
  undo(world, run, "--case", "2026-117")
  equal(world.state(), before, "the lists, after the undo")
  verify(world)


@scenario
def undo_of_the_first_night(world):
  """Every list had been empty. Somebody else's member, who came since, stays."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("eva")
  world.list("L1")
  world.list("L2")
  for number in (1, 2):
    world.route(f"tag{number}", f"L{number}", "infrastrukturansvarlig")
  world.start()
  before = world.state()
  world.run("apply", status=0)
  run = run_of(world)
  put(world, "add", "eva")
  undo(world, run)
  put(world, "delete", "eva")
  equal(world.state(), before, "the lists, less eva, who came besides")
  verify(world)


@scenario
def undo_empties_no_list_that_had_members(world):
  """Those of before were removed by others since."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.list("L1", "anna")
  world.route("tag1", "L1", "infrastrukturansvarlig")
  world.start()
  world.run("apply", status=0)
  run = run_of(world)
  put(world, "delete", "anna")
  undo_refused(world, run, "nobody would be left on the list")


@scenario
def undo_of_an_altered_run(world):
  """Its report or undo file is another, or gone."""
  _, run = applied(world)
  line = json.loads(lines(world)[-1])
  for which in ("report", "undo"):
    path = world.path(f"reports/{line[which]['name']}")
    text = world.read(path)
    for altered in (text.replace("# end", "# \n# end"), text.replace("bo", "eva"), "version: 1\n"):
      world.write(path, altered)
      undo_refused(world, run, line[which]["name"])
    os.unlink(path)
    undo_refused(world, run, line[which]["name"])
    world.write(path, text)
  undo(world, run)


@scenario
def undo_of_no_run(world):
  """No such run, one without changes, one that was refused, and wrong usage."""
  _, run = applied(world)
  known = len(lines(world))
  for arguments, word in ((("00000000",), "no run 00000000"), (("",), "no run"), ((), "usage"),
                          ((run, "reports"), "usage"), ((run, "--at", "2026-01-01"), "--at")):
    world.run("audit", "undo", *arguments, status=2).says(word)
  equal(len(lines(world)), known, "lines")
  world.run("apply", status=0)
  state = world.state()
  undo(world, run_of(world)).says("done already")
  put(world, "delete", "bo")
  undo(world, run, status=3)
  put(world, "add", "bo")
  undo(world, run_of(world)).says("done already")
  equal(world.state(), state, "the lists")
  verify(world)


@scenario
def undo_broken_off_is_finished(world):
  """Killed at each write, the same command goes on, and the chain holds."""
  before, run = applied(world)
  after = world.state()
  world.log()
  undo(world, run)
  count = len(world.writes())
  if count < 2:
    raise Failure(f"{count} writes")
  for number in range(1, count + 1):
    world.reset(after)
    killed = world.faulty("audit", "undo", run, at=number)
    equal(killed.status, -signal.SIGKILL, f"status, killed at write {number}\n{killed}\n")
    undo(world, run)
    equal(world.state(), before, f"the lists, after a kill at write {number} and another undo")
    verify(world)


@scenario
def undo_of_a_run_that_was_interrupted(world):
  """What it did is taken back, also where no other run settled it before."""
  two_lists(world).start()
  before = world.state()
  world.faulty("apply", at=2, status=-signal.SIGKILL)
  run = json.loads(world.read(world.path("reports/runs.open")))["run"]
  undo(world, run)
  equal(world.state(), before, "the lists")
  verify(world)


@scenario
def undo_leaves_a_list_that_the_run_made(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.no_list("Fortrudt")
  world.route("drift", "Fortrudt", roles="infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.start()
  world.run("apply", status=0)
  undo(world, run_of(world)).says(world.dn("Fortrudt"), "neither deleted nor emptied")
  world.expect_members(Fortrudt="anna bo")
  verify(world)


@scenario
def undo_of_an_absence(world):
  """It is a person's own entry: back ends it, and ldapmodify takes the undo file."""
  office(world)
  world.run("absent", "anna", "--until", day(5), status=0)
  known = len(lines(world))
  undo(world, run_of(world), status=2).says("ldapmodify -f", ".undo.ldif:")
  equal(len(lines(world)), known, "lines")


@scenario
def undo_of_a_run_that_did_a_part(world):
  """Only what was really done is taken back."""
  two_lists(world).start(own=True)
  before = world.state()
  world.faulty("apply", at=2, do=world.kill_server(), status=4)
  world.restart_server()
  world.run("--json", "audit", "undo", run_of(world), status=0).says('"lists"')
  equal(world.state(), before, "the lists")
  verify(world)
