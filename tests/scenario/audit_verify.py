"""A folder of reports, touched by somebody who can write to it and knows the format.

Each row of a table: what is done, and what `audit verify` ends with, without a key, with --key, and with --key and the
hash that syslog has last. 5 is found, 0 is not. A row with 0 is what the manual says remains.
"""
import base64
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time

from audit import lines, put, run_of
from directory_faults import DONE, two_lists
from scenario import openldap_only, scenario
from world import Failure, equal

NOTHING = "0" * 64


def dump(row):
  return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(data):
  return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def sign(text, key):
  """As the agent does, by openssl."""
  with open(f"{key}.text", "w", encoding="utf-8") as file:
    file.write(text)
  done = subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", f"{key}.text"],
                        check=True, stdout=subprocess.PIPE)
  return base64.b64encode(done.stdout).decode()


class Folder:
  """A copy of a folder, for the intruder."""

  def __init__(self, path, world):
    self.path, self.world = path, world

  def at(self, name):
    return os.path.join(self.path, name)

  def read(self, name):
    with open(self.at(name), "rb") as file:
      return file.read()

  def write(self, name, data):
    with open(self.at(name), "wb") as file:
      file.write(data.encode() if isinstance(data, str) else data)

  def remove(self, *names):
    for name in names:
      os.unlink(self.at(name))

  def rows(self):
    return [json.loads(line) for line in self.read("runs.jsonl").splitlines()]

  def put_lines(self, texts, head=True):
    self.write("runs.jsonl", "".join(text + "\n" for text in texts))
    if head:
      self.write("runs.head", (sha256(texts[-1]) if texts else NOTHING) + "\n")

  def rebuild(self, rows, key=None):
    """Number, link and head as they should be; signed by another key, or by none."""
    texts, previous = [], NOTHING
    for number, row in enumerate(rows, 1):
      row = {name: value for name, value in row.items() if name != "signature"}
      row.update(number=number, previous=previous)
      if key:
        row["signature"] = sign(dump(row), key)
      texts.append(dump(row))
      previous = sha256(texts[-1])
    self.put_lines(texts)

  def name(self, which, number=-1):
    return self.rows()[number][which]["name"]

  def open_row(self):
    return json.loads(self.read("runs.open"))

  def put_open(self, row, key=None):
    if key:
      row.pop("signature", None)
      row["signature"] = sign(dump(row), key)
    self.write("runs.open", dump(row) + "\n")


def edit_line(number, change, relink=False, key=None):
  """Change a line; its hash is not in the next one then, unless all is linked again."""
  def act(folder):
    rows = folder.rows()
    change(rows[number])
    if relink:
      folder.rebuild(rows, key and folder.world.path(key))
    else:
      folder.put_lines([dump(row) for row in rows], head=False)
  return act


def edit_text(change, head=False):
  """Change the lines as texts."""
  return lambda folder: folder.put_lines(change(folder.read("runs.jsonl").decode().splitlines()), head)


def edit_file(which, change, number=-1):
  def act(folder):
    name = folder.name(which, number)
    folder.write(name, change(folder.read(name)))
  return act


def edit_open(change, key=None):
  def act(folder):
    row = folder.open_row()
    change(row)
    folder.put_open(row, key and folder.world.path(key))
  return act


def plant(name, data="x"):
  return lambda folder: folder.write(name, data)


def instead(name, make):
  """Something else in the place of a file; `name` may be a function of the folder."""
  def act(folder):
    path = folder.at(name if isinstance(name, str) else name(folder))
    if os.path.lexists(path):
      os.rename(path, folder.world.path("elsewhere"))
    make(path, folder)
  return act


def cut_off(count, head=True):
  """The last lines, with their files."""
  def act(folder):
    rows = folder.rows()
    for row in rows[-count:]:
      for key in ("report", "undo"):
        if row[key]:
          folder.remove(row[key]["name"])
    folder.put_lines(folder.read("runs.jsonl").decode().splitlines()[:-count], head)
  return act


def forge_file(which, key):
  """A report or undo file altered, its hash put into the line, and all linked again."""
  def act(folder):
    rows = folder.rows()
    name = rows[-1][which]["name"]
    text = folder.read(name).replace(b"bo", b"eva")
    folder.write(name, text)
    rows[-1][which]["sha256"] = sha256(text)
    folder.rebuild(rows, key and folder.world.path(key))
  return act


def move_back(folder):
  """The last line, with a head that fits."""
  texts = folder.read("runs.jsonl").decode().splitlines()
  folder.write("runs.open", texts[-1] + "\n")
  folder.put_lines(texts[:-1])


def move_on(copy):
  """The line of the open run, appended to the lines with a head that fits, as if the run had ended."""
  def act(folder):
    text = folder.read("runs.open").decode().rstrip("\n")
    folder.put_lines(folder.read("runs.jsonl").decode().splitlines() + [text])
    if not copy:
      folder.remove("runs.open")
  return act


def upper_case(folder):
  """The line names the report in capitals, and so it is called."""
  rows = folder.rows()
  name = rows[-1]["report"]["name"]
  os.rename(folder.at(name), folder.at(name.upper()))
  rows[-1]["report"]["name"] = name.upper()
  folder.rebuild(rows)


def twice_the_key(texts):
  return texts[:-1] + [texts[-1].replace('{"', '{"case":null,"', 1)]


def other_order(texts):
  return texts[:-1] + [json.dumps(dict(reversed(json.loads(texts[-1]).items())), separators=(",", ":"))]


def link(path, folder):
  os.symlink(folder.world.path("elsewhere"), path)


REPORT = "20200101T000000Z-00000000.ldif"
A, K, E = (5, 5, 5), (0, 5, 5), (0, 0, 5)  # always found; by the key; by the hash from elsewhere

WHOLE = [
    ("nothing", lambda folder: None, (0, 0, 0)),
    ("a total", edit_line(0, lambda row: row["totals"].update(added=9)), A),
    ("the user", edit_line(1, lambda row: row.update(user="x")), A),
    ("the case, last line", edit_line(2, lambda row: row.update(case="x")), A),
    ("a field more", edit_line(0, lambda row: row.update(forged=1)), A),
    ("a field less", edit_line(0, lambda row: row.pop("host")), A),
    ("the number", edit_line(1, lambda row: row.update(number=7)), A),
    ("a huge number", edit_line(1, lambda row: row.update(number=10 ** 18)), A),
    ("a number that is text", edit_line(1, lambda row: row.update(number="2")), A),
    ("the link", edit_line(1, lambda row: row.update(previous=NOTHING)), A),
    ("the intent is another", edit_line(0, lambda row: row.update(intent="a" * 64)), A),
    ("a total, linked again", edit_line(0, lambda row: row["totals"].update(added=9), True), K),
    ("a total, signed by another", edit_line(0, lambda row: row["totals"].update(added=9), True, "other"), K),
    ("a user, last line, linked", edit_line(2, lambda row: row.update(user="x"), True), K),
    ("all signatures stripped", lambda folder: folder.rebuild(folder.rows()), K),
    ("signature of one stripped", edit_line(1, lambda row: row.pop("signature")), A),
    ("signature of another line", lambda folder: edit_line(1, lambda row: row.update(
        signature=folder.rows()[0]["signature"]))(folder), A),
    ("signature is empty", edit_line(2, lambda row: row.update(signature="")), A),
    ("all signed by another key", lambda folder: folder.rebuild(folder.rows(), folder.world.path("other")), K),
    ("first line removed", edit_text(lambda texts: texts[1:]), A),
    ("first line removed, linked", lambda folder: folder.rebuild(folder.rows()[1:]), A),
    ("line in the middle removed", edit_text(lambda texts: [texts[0], texts[2]]), A),
    ("middle removed, linked", lambda folder: folder.rebuild([folder.rows()[0], folder.rows()[2]]), A),
    ("lines swapped", edit_text(lambda texts: [texts[1], texts[0], texts[2]]), A),
    ("lines swapped, linked", lambda folder: folder.rebuild([folder.rows()[i] for i in (1, 0, 2)]), K),
    ("a line twice", edit_text(lambda texts: texts + texts[-1:]), A),
    ("a line twice, with the head", edit_text(lambda texts: texts + texts[-1:], True), A),
    ("a line twice, linked", lambda folder: folder.rebuild(folder.rows() + [folder.rows()[1]]), A),
    ("keys in another order", edit_text(other_order), A),
    ("other order, with the head", edit_text(other_order, True), A),
    ("blanks", edit_text(lambda texts: [texts[0].replace(",", ", "), *texts[1:]]), A),
    ("a blank at the end, head", edit_text(lambda texts: texts[:-1] + [texts[-1] + " "], True), A),
    ("a CR at the end, head", edit_text(lambda texts: texts[:-1] + [texts[-1] + "\r"], True), A),
    ("a key twice", edit_text(twice_the_key, True), A),
    ("an escape for a letter", edit_text(lambda texts: texts[:-1] + [texts[-1].replace("apply", "\\u0061pply")], True), A),
    ("an escaped control", edit_line(2, lambda row: row.update(user="\u001b[31m"), True), A),
    ("an escaped NUL", edit_text(lambda texts: texts[:-1] + [texts[-1].replace("apply", "\\u0000pply")], True), A),
    ("a NUL in a line", edit_text(lambda texts: texts[:-1] + [texts[-1].replace("apply", "\0pply")], True), A),
    ("junk between lines", edit_text(lambda texts: [texts[0], "junk", *texts[1:]]), A),
    ("an empty line", edit_text(lambda texts: [texts[0], "", *texts[1:]]), A),
    ("junk behind the last line", lambda folder: folder.write("runs.jsonl", folder.read("runs.jsonl") + b"{"), A),
    ("last newline removed", lambda folder: folder.write("runs.jsonl", folder.read("runs.jsonl")[:-1]), A),
    ("lines emptied", plant("runs.jsonl", ""), A),
    ("lines removed", lambda folder: folder.remove("runs.jsonl"), A),
    ("all emptied, no head", lambda folder: [folder.remove(name) for name in os.listdir(folder.path)
                                            if name != "runs.lock"] and folder.write("runs.jsonl", ""), A),
    ("cut off, head as it was", cut_off(1, False), A),
    ("cut off, with a head", cut_off(1), E),
    ("two cut off, with a head", cut_off(2), E),
    ("cut off, files left", edit_text(lambda texts: texts[:-1], True), A),
    ("moved back to runs.open", move_back, A),
    ("rebuilt as one forged run", lambda folder: [
        cut_off(3)(folder), folder.rebuild([{"run": "00000001", "report": None, "undo": None}])], K),
    ("head removed", lambda folder: folder.remove("runs.head"), A),
    ("head emptied", plant("runs.head", ""), A),
    ("head is one behind", lambda folder: folder.write("runs.head", folder.rows()[-1]["previous"] + "\n"), A),
    ("head with CRLF", lambda folder: folder.write("runs.head", folder.read("runs.head").replace(b"\n", b"\r\n")), A),
    ("head in capitals", lambda folder: folder.write("runs.head", folder.read("runs.head").upper()), A),
    ("head with more", lambda folder: folder.write("runs.head", folder.read("runs.head") + b"x"), A),
    ("head with a NUL", lambda folder: folder.write("runs.head", folder.read("runs.head") + b"\0"), A),
    ("head not UTF-8", plant("runs.head", b"\xff" * 64 + b"\n"), A),
    ("report altered", edit_file("report", lambda text: text.replace(b"bo", b"eva")), A),
    ("report with a NUL", edit_file("report", lambda text: text.replace(b"-\n", b"-\0\n")), A),
    ("report with CRLF", edit_file("report", lambda text: text.replace(b"\n", b"\r\n")), A),
    ("report emptied", edit_file("report", lambda text: b""), A),
    ("undo file altered", edit_file("undo", lambda text: text + b"\n"), A),
    ("undo file, with its line", forge_file("undo", None), K),
    ("report, with its line, signed", forge_file("report", "other"), K),
    ("report removed", lambda folder: folder.remove(folder.name("report")), A),
    ("undo file removed", lambda folder: folder.remove(folder.name("undo")), A),
    ("reports swapped", lambda folder: [os.rename(folder.at(folder.name("report", 0)), folder.at("x")), os.rename(
        folder.at(folder.name("report")), folder.at(folder.name("report", 0))), os.rename(
            folder.at("x"), folder.at(folder.name("report")))], A),
    ("report renamed", lambda folder: os.rename(folder.at(folder.name("report")), folder.at(REPORT)), A),
    ("report in capitals", lambda folder: os.rename(
        folder.at(folder.name("report")), folder.at(folder.name("report").upper())), A),
    ("report in capitals, line too", upper_case, A),
    ("report twice", lambda folder: shutil.copy(folder.at(folder.name("report")), folder.at(REPORT)), A),
    ("report under another name, linked", lambda folder: os.link(folder.at(folder.name("report")), folder.at("x.ldif")), A),
    ("report is a link", instead(lambda folder: folder.name("report"), link), A),
    ("report is a pipe", instead(lambda folder: folder.name("report"), lambda path, folder: os.mkfifo(path)), A),
    ("report is a folder", instead(lambda folder: folder.name("report"), lambda path, folder: os.mkdir(path)), A),
    ("lines are a link", instead("runs.jsonl", link), A),
    ("lines are a pipe", instead("runs.jsonl", lambda path, folder: os.mkfifo(path)), A),
    ("head is a link", instead("runs.head", link), A),
    ("head is a folder", instead("runs.head", lambda path, folder: os.mkdir(path)), A),
    ("lock is a link", instead("runs.lock", link), A),
    ("runs.open is a pipe", instead("runs.open", lambda path, folder: os.mkfifo(path)), A),
    ("runs.open is a folder", instead("runs.open", lambda path, folder: os.mkdir(path)), A),
    ("runs.open is empty", plant("runs.open", ""), A),
    ("runs.open is junk", plant("runs.open", "junk\n"), A),
    ("runs.open has a NUL", plant("runs.open", b'{"run":"\0"}\n'), A),
    ("runs.open is the last line", lambda folder: folder.write("runs.open", folder.read("runs.jsonl").splitlines()[-1] + b"\n"), A),
    ("runs.open of an old run, replayed", lambda folder: shutil.copy(folder.world.path("old.open"), folder.at("runs.open")), A),
    ("a report of no line", plant(REPORT, "version: 1\n# end\n"), A),
    ("a .new file", plant(".postvagt-0123456789abcdef.new"), A),
    ("a .new file of another name", plant("runs.head.new"), A),
    ("a file of any name", plant("notes.txt"), A),
    ("a name with controls", plant("\x1b[31m\n.ldif"), A),
    ("a name that is not UTF-8", plant(os.fsdecode(b"\xff.ldif")), A),
    ("a folder", lambda folder: os.mkdir(folder.at("more")), A),
    ("a folder called as a report", lambda folder: os.mkdir(folder.at(REPORT)), A),
    ("state is a file", plant("state"), A),
    ("state is a link", lambda folder: os.symlink("/", folder.at("state")), A),
    ("a link to nowhere", lambda folder: os.symlink("nowhere", folder.at("x")), A),
    ("the folder of the state", lambda folder: os.mkdir(folder.at("state")), (0, 0, 0)),
    ("a kept plan", lambda folder: shutil.copy(folder.world.path("kept.ldif"), folder.at("kept.ldif")), (0, 0, 0)),
    ("a kept plan of another key", lambda folder: shutil.copy(
        folder.world.path("forged.ldif"), folder.at("kept.ldif")), K),
    ("a kept plan, altered", lambda folder: plant("kept.ldif", open(
        folder.world.path("kept.ldif"), "rb").read().replace(b"Anna", b"Annb"))(folder), A),
    ("a kept plan, unsigned", lambda folder: plant("kept.ldif", unsigned(open(
        folder.world.path("kept.ldif"), encoding="utf-8").read()))(folder), K),
]

OPEN = [
    ("nothing", lambda folder: None, (0, 0, 0)),
    ("outcome altered", edit_open(lambda row: row.update(outcome="done")), K),
    ("a total, signed by another", edit_open(lambda row: row["totals"].update(added=9), "other"), K),
    ("signature stripped", edit_open(lambda row: row.pop("signature")), K),
    ("drafts removed", edit_open(lambda row: row.pop("drafts")), A),
    ("number", edit_open(lambda row: row.update(number=9)), A),
    ("link", edit_open(lambda row: row.update(previous=NOTHING)), A),
    ("a report elsewhere", edit_open(lambda row: row["report"].update(name="../key")), A),
    ("another run's report", lambda folder: edit_open(
        lambda row: row["report"].update(name=folder.name("report", 0)))(folder), A),
    ("blanks", lambda folder: folder.write("runs.open", folder.read("runs.open").replace(b",", b", ")), A),
    ("moved to the lines", move_on(False), A),
    ("copied to the lines", move_on(True), A),
    ("cut in the middle", lambda folder: folder.write("runs.open", folder.read("runs.open")[:-30]), A),
    ("an escaped control", edit_open(lambda row: row.update(user="\u0007")), A),
    ("report altered", lambda folder: folder.write(folder.open_row()["report"]["name"], "version: 1\n# end\n"), A),
    ("report altered, with its hash", lambda folder: [
        folder.write(folder.open_row()["report"]["name"], "version: 1\n# end\n"),
        edit_open(lambda row: row["report"].update(sha256=sha256("version: 1\n# end\n")))(folder)], K),
]


def unsigned(plan):
  return "".join(line for line in plan.splitlines(True) if not line.startswith('#@ {"signature"'))


def sign_plan(plan, key):
  """The plan, signed by another key."""
  seal = json.loads(plan.splitlines()[-3].removeprefix("#@ "))["seal"]
  signature = json.dumps({"signature": sign(f"postvagt kept plan {seal}", key)}, separators=(",", ":"))
  return unsigned(plan).replace("# end\n", f"#@ {signature}\n# end\n")


def prepare(world):
  """Three signed runs in `whole`, the same and one under way in `open`; a plan of ours and one of another key."""
  for name in ("key", "other"):
    world.run("audit", "keygen", world.path(name), status=0)
  world.settings["reports"]["sign_key_file"] = world.path("key")
  world.person("eva")
  two_lists(world).start()
  before = world.state()
  world.run("apply", status=0)
  world.reset(before)
  world.faulty("apply", at=1, status=-signal.SIGKILL)
  shutil.copy(world.path("reports/runs.open"), world.path("old.open"))
  world.run("apply", status=0)
  world.reset(before)
  shutil.copytree(world.path("reports"), world.path("whole"))
  world.run("plan", "-o", world.path("kept.ldif"), status=0)
  world.settings["reports"]["sign_key_file"] = world.path("other")
  world.write_files()
  world.run("plan", "-o", world.path("forged.ldif"), status=0)
  world.settings["reports"]["sign_key_file"] = world.path("key")
  world.write_files()
  world.faulty("apply", at=1, status=-signal.SIGKILL)
  shutil.copytree(world.path("reports"), world.path("open"))
  world.reset(before)
  return before


def play(world, base, table):
  wrong = []
  with open(os.path.join(world.path(base), "runs.jsonl"), "rb") as file:
    last = sha256(file.read().splitlines()[-1])
  key = ("--key", world.path("key.pub"))
  for what, act, expected in table:
    copy = world.path("copy")
    shutil.copytree(world.path(base), copy)
    act(Folder(copy, world))
    for arguments, status in zip(((), key, (*key, "--expect", last)), expected):
      result = world.run("audit", "verify", copy, *arguments)
      if result.status != status:
        wrong.append(f"{base}: {what} {' '.join(arguments)}: {result.status}, expected {status}\n{result}")
      elif any(ord(c) < 32 and c != "\n" for c in result.text):
        wrong.append(f"{base}: {what}: a control character is printed: {result.text!r}")
    shutil.rmtree(copy)
    if os.path.lexists(world.path("elsewhere")):
      os.unlink(world.path("elsewhere"))
  if wrong:
    raise Failure(f"{len(wrong)} of {len(table)}:\n" + "\n".join(wrong))


@scenario
@openldap_only("the folder is the same")
def tampering_is_found(world):
  prepare(world)
  play(world, "whole", WHOLE)
  play(world, "open", OPEN)


def restore(world, base, before):
  shutil.rmtree(world.path("reports"))
  shutil.copytree(world.path(base), world.path("reports"))
  world.reset(before)
  return Folder(world.path("reports"), world)


def forge_run(folder, text=b"version: 1\n# forged\n\n# end\n"):
  """A run that never was, under way, linked as it should be; its report says what the intruder likes."""
  name = "20200101T000000Z-f0f0f0f0"
  texts = folder.read("runs.jsonl").decode().splitlines()
  folder.write(f"{name}.ldif", text)
  folder.write(f"{name}.undo.ldif", text)
  return {"command": "apply", "drafts": ["", ""], "run": "f0f0f0f0", "user": "forged", "outcome": "intended",
          "number": len(texts) + 1, "previous": sha256(texts[-1]), "totals": {}, "said": "forged",
          "report": {"name": f"{name}.ldif", "sha256": sha256(text)},
          "undo": {"name": f"{name}.undo.ldif", "sha256": sha256(text)}}


def forged(key=None, text=b"version: 1\n# forged\n\n# end\n", **fields):
  def act(folder):
    folder.put_open({**forge_run(folder, text), **fields}, key and folder.world.path(key))
  return act


def foreign(world):
  """A report about an entry that is not in the mapping."""
  return (f"version: 1\n# forged\n\ndn: {world.dn('anna')}\nchangetype: modify\nadd: userPassword\n"
          "userPassword: forged\n-\n\n# end\n").encode()


@scenario
@openldap_only("the folder is the same")
def tampering_is_never_signed(world):
  """The next apply completes no run that is not proved, signs nothing that it says, and does its own work."""
  before = prepare(world)
  rows = [
      ("whole", "a run that never was", forged(), "unproved"),
      ("whole", "one signed by another key", forged("other"), "unproved"),
      ("whole", "one with a NUL in its report", forged(text=b"version: 1\n\ndn: cn=x\nchangetype: modify\nadd: member\n"
                                                     b"member: cn=y\n-\0\n\n# end\n"), "unproved"),
      ("whole", "one about another entry", forged(text=foreign(world)), "unproved"),
      ("whole", "one that names a file elsewhere", forged(report={"name": "../key", "sha256": NOTHING}), "unproved"),
      ("whole", "one of a mail", forged(command="register"), "unproved"),
      ("whole", "junk", plant("runs.open", b"forged\0\xff\n"), "unproved"),
      ("whole", "an old run, replayed", lambda folder: shutil.copy(
          world.path("old.open"), folder.at("runs.open")), "unproved"),
      ("whole", "the last line, moved back", move_back, "unproved"),
      ("open", "a total", edit_open(lambda row: row["totals"].update(added=9)), "unproved"),
      ("open", "the signature stripped", edit_open(lambda row: row.pop("signature")), "unproved"),
      ("open", "a draft more", lambda folder: [
          folder.write(folder.open_row()["report"]["name"], "version: 1\n# forged\n\n# end\n"),
          edit_open(lambda row: row["drafts"].append(sha256("version: 1\n# forged\n\n# end\n")))(folder)], "unproved"),
      ("open", "its report", lambda folder: folder.write(
          folder.open_row()["report"]["name"], "version: 1\n# forged\n\n# end\n"), "altered since"),
      ("open", "its report has a NUL", lambda folder: folder.write(
          folder.open_row()["report"]["name"], b"version: 1\n\0forged\n# end\n"), "altered since"),
      ("open", "its report is a pipe", lambda folder: [
          folder.remove(folder.open_row()["report"]["name"]),
          os.mkfifo(folder.at(folder.open_row()["report"]["name"]))], "altered since"),
      ("whole", "the head, not UTF-8", lambda folder: [
          cut_off(1)(folder), folder.write("runs.head", b"\xff" * 64 + b"\n")], ""),
  ]
  for base, what, act, word in rows:
    folder = restore(world, base, before)
    act(folder)
    known = len(lines(world))
    world.log()
    result = world.run("apply", env=dict(os.environ), status=0).says(word)
    world.expect_members(**DONE)
    for line in lines(world)[known:]:
      if "forged" in line or "f0f0f0f0" in line:
        raise Failure(f"{what}: a line says what the intruder wrote\n{line}\n{result}")
    if os.path.exists(folder.at("runs.open")):
      raise Failure(f"{what}: runs.open is still there\n{result}")
    proved = world.run("audit", "verify", "--key", world.path("key.pub"))
    equal(proved.status, 5, f"status of audit verify after {what}\n{proved}\n")
    world.run("apply", status=0).never_says("unproved")


@scenario
@openldap_only("the folder is the same")
def tampering_is_not_undone(world):
  """audit undo acts only on a line that is signed and linked, and on the files that it proves."""
  before = prepare(world)
  rows = [
      ("undo file and line", forge_file("undo", None), "not signed"),
      ("undo file and line, signed by another", forge_file("undo", "other"), "not signed"),
      ("report and line", forge_file("report", None), "not signed"),
      ("the line before", edit_line(-2, lambda row: row.update(user="x")), "does not fit"),
      ("another head", plant("runs.head", NOTHING + "\n"), "runs.head"),
      ("undo file", edit_file("undo", lambda text: text.replace(b"bo", b"eva")), "altered"),
  ]
  for what, act, word in rows:
    folder = restore(world, "whole", before)
    world.run("apply", status=0)
    run, state = run_of(world), world.state()
    act(folder)
    world.run("audit", "undo", run, status=3, env=dict(os.environ)).says(word)
    equal(world.state(), state, f"the lists, after {what}")


@scenario
@openldap_only("the folder is the same")
def old_keys_are_accepted(world):
  """What the key before signed is recovered, undone and carried out, where it is named; else it is not."""
  before = prepare(world)
  reports = world.settings["reports"]
  reports["sign_key_file"] = world.path("other")
  world.write_files()
  world.run("plan", "-o", world.path("new.ldif"), status=0)
  world.write("new.ldif", sign_plan(world.read(world.path("new.ldif")), world.path("key")))
  restore(world, "open", before)
  world.run("apply", world.path("new.ldif"), status=3).says("not signed by", "old_keys")
  restore(world, "open", before)
  world.run("apply", status=0, env=dict(os.environ)).says("unproved", "no accepted key signed it")
  equal(json.loads(lines(world)[-2])["outcome"], "unproved", "outcome")
  for old in ([world.path("key.pub")], world.path("key.pub")):
    reports["old_keys"] = old
    world.write_files()
    restore(world, "open", before)
    world.run("apply", status=0).never_says("unproved")
    after = world.state()
    equal(json.loads(lines(world)[-2])["outcome"], "interrupted", "outcome")
    restore(world, "open", before)
    world.run("plan", "-o", world.path("new.ldif"), status=0)
    world.write("new.ldif", sign_plan(world.read(world.path("new.ldif")), world.path("key")))
    world.run("apply", world.path("new.ldif"), status=0)
    restore(world, "whole", before)
    world.reset(after)
    world.run("audit", "undo", run_of(world), status=0)
    equal(world.state(), before, "the lists")
  reports["old_keys"] = world.path("key")
  world.write_files()
  world.run("check", status=2).says("no public Ed25519 key")


@scenario
@openldap_only("the folder is the same")
def lines_before_the_key_are_proved_by_their_hash(world):
  """The key says nothing of lines that are older than it."""
  two_lists(world).start()
  world.run("apply", status=0)
  last = sha256(lines(world)[-1])
  world.run("audit", "keygen", world.path("key"), status=0)
  world.settings["reports"]["sign_key_file"] = world.path("key")
  world.write_files()
  world.run("apply", status=0)
  key = ("--key", world.path("key.pub"))
  world.run("audit", "verify", *key, status=5).says("runs.jsonl:1", last)
  world.run("audit", "verify", *key, "--expect", last, status=0).says("proved up to line 1")
  world.run("audit", "verify", *key, "--expect", sha256(lines(world)[-1]), status=5)


@scenario
@openldap_only("verify never asks a directory")
def verify_waits_for_a_run_between_two_files(world):
  """The head is written after the line: as long as a run holds the lock, verify reads again."""
  two_lists(world).start()
  world.run("apply", status=0)
  head, lock = world.path("reports/runs.head"), world.path("reports/runs.lock")
  with open(head, encoding="ascii") as file:
    before = file.read()
  world.run("apply", status=0)
  with open(head, encoding="ascii") as file:
    after = file.read()

  def put_head(text):
    with open(head, "w", encoding="ascii") as file:
      file.write(text)

  put_head(before)
  world.run("audit", "verify", status=5)  # nobody is writing
  with open(lock, "rb") as held:
    fcntl.flock(held, fcntl.LOCK_EX)
    verify = subprocess.Popen([world.program, "-c", world.config, "audit", "verify"], cwd=world.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    world.children.append(verify)
    time.sleep(1)
    equal(verify.poll(), None, "it is still waiting")
    put_head(after)
    said, _ = verify.communicate(timeout=120)
  equal(verify.returncode, 0, said.decode())


@scenario
@openldap_only("the folder is the same")
def verify_while_runs_write(world):
  """A run that writes meanwhile is no fault."""
  two_lists(world).start()
  world.run("apply", status=0)
  child = subprocess.Popen(["sh", "-c", f"for i in 1 2 3 4 5 6 7 8 9 10; do {world.program} -c {world.config} -q apply; done"],
                           cwd=world.folder, stderr=subprocess.DEVNULL)
  world.children.append(child)
  while child.poll() is None:
    world.run("audit", "verify", status=0)
  put(world, "add", "carl")
