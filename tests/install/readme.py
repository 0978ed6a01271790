"""The README's commands, run as they are written and in their order; what it shows of them is what they say.

A block below the line "<!-- tested: WHERE -->" is run on the example municipality, on 23 November 2026 at 8:00.
"$ command" begins each; a block without "$" is commands alone. "..." stands for lines left out; the rest must come in
that order, as it is. Other in the README than here: the server's address; HASH and a run's number in commands.
WHERE says how things stand: `quiet`, after a run; `holiday`, when Birgitte's absence has been entered, and nothing was
done yet; `first`, in a folder with a secret and the mapping; `prove`, after a run of the holiday, signed.
"""
import os
import re
import shutil
import subprocess

from installed import ROOT, read, run
from world import Failure, World, equal

ADDRESS = "ldaps://dc1.eksempel.dk"
NOW = "@2026-11-23 08:00:00"
AWAY = """dn: uid=bily,ou=It og Digitalisering,ou=Medarbejdere,dc=eksempel,dc=dk
changetype: modify
{verb}: postvagtAbsence
postvagtAbsence: 2026-11-23/2026-12-24
"""
FAKETIME = subprocess.run(["sh", "-c", "ls /usr/lib/*/faketime/libfaketime.so.1"], capture_output=True, text=True,
                          check=False).stdout.strip()


def blocks():
  """Where, and the lines, of each tested block."""
  text = read("README.md")
  for where, block in re.findall(r"^<!-- tested: (\w+) -->\n\n((?:(?:    .*)?\n)+)", text, re.M):
    yield where, [line[4:] for line in block.rstrip("\n").split("\n")]


def commands(lines):
  """Each command with the lines that are shown of it."""
  shown = any(line.startswith("$ ") for line in lines)
  found = []
  for line in lines:
    if line.startswith("$ ") or (not shown and line):
      found.append((line.removeprefix("$ "), []))
    elif shown:
      found[-1][1].append(line.rstrip())
  return found


def holds(shown, said):
  """Whether the lines are what was said, less what "..." stands for; a blank line beside "..." counts for nothing."""
  at, free = 0, False
  for line in shown:
    if line == "...":
      free = True
    elif free and line:
      at = said.index(line, at) + 1 if line in said[at:] else -1
      free = False
    elif not free:
      at = at + 1 if at < len(said) and said[at] == line else -1
    if at < 0:
      return line
  return None if free or not any(said[at:]) else said[at]


class Place:
  """The example municipality, and a shell in its folder."""

  def __init__(self, installed):
    self.installed, self.away = installed, False
    self.world = World(installed.program, None)
    self.world.start(os.path.join(ROOT, "ldif/eksempel.ldif"), write_files=False)
    self.folder = os.path.join(installed.folder, "readme")
    os.makedirs(self.folder)
    for name in ("tags", "roles", "routes", "postvagt"):
      shutil.copy(os.path.join(ROOT, f"mappings/{name}.yaml"), self.folder)
    self.secret()
    text = read("mappings/postvagt.yaml").replace("ldap://127.0.0.1:3389", self.world.server["URL"])
    self.settings(text.replace("language: da", "language: en"))
    self.shell("postvagt apply", at="@2026-11-23 07:55:00")

  def secret(self):
    path = os.path.join(self.folder, "secret")
    with open(path, "w", encoding="utf-8") as file:
      file.write("eksempel-postvagt\n")
    os.chmod(path, 0o600)

  def settings(self, text):
    self.text = text
    with open(os.path.join(self.folder, "postvagt.yaml"), "w", encoding="utf-8") as file:
      file.write(text)

  def shell(self, command, at=NOW):
    """On a terminal, without colours; its lines."""
    command = command.replace(ADDRESS, self.world.server["URL"])
    done = subprocess.run(["script", "-qec", f"stty cols 200; {{ {command}\n}} 2>errors", "/dev/null"], cwd=self.folder,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "TERM": "xterm", "FAKETIME": at,
                               "LD_PRELOAD": FAKETIME, "TZ": "Europe/Copenhagen", "SHELL": "/bin/sh",
                               "PATH": f"{self.installed.path('usr/bin')}:{os.environ['PATH']}"})
    with open(os.path.join(self.folder, "errors"), encoding="utf-8") as file:
      errors = file.read()
    said = done.stdout.replace("\r", "").replace(self.world.server["URL"], ADDRESS)
    return done.returncode, [line.rstrip() for line in said.split("\n")], errors

  def stand(self, where):
    if where in ("holiday", "prove") and not self.away:
      self.world.change(AWAY.format(verb="add"))
    elif where == "quiet" and self.away:
      self.world.change(AWAY.format(verb="delete"))
    self.away = where in ("holiday", "prove")
    if where == "first":
      self.folder = os.path.join(self.installed.folder, "readme-first")
      os.makedirs(self.folder)
      for name in ("tags", "roles"):
        shutil.copy(os.path.join(ROOT, f"mappings/{name}.yaml"), self.folder)
      self.secret()
    else:
      self.folder = os.path.join(self.installed.folder, "readme")

  def after(self, command):
    """What the reader does in between: the key is named, and a run signed by it."""
    if command.startswith("postvagt audit keygen"):
      self.settings(self.text.replace("reports:\n", "reports:\n  sign_key_file: key\n"))
      self.shell("postvagt apply")

  def filled_in(self, command):
    """With the hash and the number of the last run in place of the README's."""
    chain = os.path.join(self.folder, "reports/runs.jsonl")
    if not os.path.exists(chain):
      return command
    with open(chain, encoding="utf-8") as file:
      number = re.findall(r'"run": ?"([0-9a-f]{8})"', file.read())[-1]
    with open(os.path.join(self.folder, "reports/runs.head"), encoding="utf-8") as file:
      last = re.search(r"[0-9a-f]{64}", file.read()).group()
    return re.sub(r"\b7fe4f256\b", number, command).replace("HASH", last)


def test_readme_commands_do_what_it_shows(installed):
  place, tested = Place(installed), 0
  try:
    for where, lines in blocks():
      place.stand(where)
      for command, shown in commands(lines):
        status, said, errors = place.shell(place.filled_in(command))
        if status not in (0, 5, 10):
          raise Failure(f"$ {command}\n" + "\n".join(said) + errors + f"\n[status {status}]")
        wrong = holds(shown, said) if shown else None
        if wrong is not None:
          raise Failure(f"README.md, $ {command}: the line {wrong!r} is not what comes there:\n" + "\n".join(said))
        place.after(command)
        tested += 1
  finally:
    place.world.close()
  if tested < 8:
    raise Failure(f"only {tested} commands of the README are tested")
