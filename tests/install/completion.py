"""Completion, in the real shells: what a press of the tab key brings."""
import os
import shutil
import string
import tempfile
from concurrent.futures import ThreadPoolExecutor

from installed import run
from terminal import Terminal
from world import Failure, World, equal

BASH = r"""
source "$SCRIPT"
COMP_WORDS=(postvagt "$@"); COMP_CWORD=$#
COMP_LINE="postvagt $*"; COMP_POINT=${#COMP_LINE}
_postvagt postvagt "${!#}" ""
printf '%s\n' "${COMPREPLY[@]}"
"""
# zsh completes in a terminal only; compadd stands in for the menu, as the function calls it.
ZSH = r"""
compdef() { : }
compadd() {
  if [[ $1 = -U ]]; then print -l -- $others; elif [[ $1 = -l ]]; then print -l -- $candidates; else print -l -- ${@[$@[(i)--]+1,-1]}; fi
}
source $SCRIPT
typeset -A compstate=(quote '')
words=(postvagt "$@"); CURRENT=$#words; PREFIX=$words[CURRENT]
_postvagt
"""


def bash(installed, *words, cwd=None):
  path = installed.path("usr/share/bash-completion/completions/postvagt")
  return ask(installed, "bash", "-c", BASH, "bash", *words, script=path, cwd=cwd)


def zsh(installed, *words, cwd=None):
  path = installed.path("usr/share/zsh/site-functions/_postvagt")
  return ask(installed, "zsh", "-f", "-c", ZSH, "zsh", *words, script=path, cwd=cwd)


def fish(installed, *words, cwd=None):
  path = installed.path("usr/share/fish/vendor_completions.d/postvagt.fish")
  line = "postvagt " + " ".join(words)
  said = ask(installed, "fish", "--no-config", "-c", 'source $SCRIPT; complete -C "$LINE"', script=path,
             cwd=cwd, line=line)
  return [entry.split("\t")[0] for entry in said]


def ask(installed, *command, script, cwd, line=""):
  said = run(*command, cwd=cwd or installed.folder, SCRIPT=script, LINE=line, HOME=installed.folder,
             PATH=f"{installed.path('usr/bin')}:{os.environ['PATH']}")
  return [entry for entry in said.splitlines() if entry]


SHELLS = (bash, zsh, fish)


def test_completion_knows_commands_and_options(installed):
  commands = sorted(installed.commands())
  for shell in SHELLS:
    name = shell.__name__
    equal(sorted(shell(installed, "")), sorted(commands + ["help"]), f"{name}: commands")
    equal(sorted(shell(installed, "p")), sorted(c for c in commands if c.startswith("p")), f"{name}: p")
    given = shell(installed, "plan", "--")
    for option in ("--output", "--exit-code", "--json"):
      if option not in given:
        raise Failure(f"{name}: {option} is not among {given}")
    if "--days" in given:
      raise Failure(f"{name}: plan takes no --days")
    equal(shell(installed, "--lang", "d"), ["da"], f"{name}: --lang")
    equal(shell(installed, "audit", "ver"), ["verify"], f"{name}: audit")


def test_completion_knows_files(installed):
  with open(os.path.join(installed.folder, "kept-plan.ldif"), "w", encoding="utf-8"):
    pass
  for shell in SHELLS:
    equal(shell(installed, "apply", "kept"), ["kept-plan.ldif"], f"{shell.__name__}: apply FILE")
    equal(shell(installed, "plan", "-o", "kept"), ["kept-plan.ldif"], f"{shell.__name__}: plan -o")


def test_completion_is_quiet_without_files_and_directory(installed):
  for shell in SHELLS:
    equal(shell(installed, "explain", "x"), [], shell.__name__)


def test_completion_knows_tags_and_people(installed):
  world = World(installed.program, None)
  try:
    world.people("anna anders bo", "infrastrukturansvarlig")
    world.person("benny", mail=False)
    world.person("leko", name="Birgitte Lyngsø", mail=False)
    world.person("cyg", name="Åse Ørsted", mail=False)
    world.one_list("anna")
    world.start()
    for shell in SHELLS:
      name = shell.__name__
      equal(sorted(shell(installed, "-c", world.config, "absent", "an")),
            ["anders", "anders@eksempel.dk", "anna", "anna@eksempel.dk"], f"{name}: people")
      equal(sorted(shell(installed, "-c", world.config, "absent", "--deputy", "ben")), ["benny"], f"{name}: --deputy")
      equal(shell(installed, "-c", world.config, "absent", "a*)(uid=*"), [], f"{name}: what a filter could take")
      equal(shell(installed, "-c", world.config, "explain", "dr"), ["drift"], f"{name}: tags")
      equal(shell(installed, "-c", world.config, "explain", "Birg"),
            [{"bash": r"Birgitte\ Lyngsø"}.get(name, "Birgitte Lyngsø")], f"{name}: a name, where it may be typed")
      equal(shell(installed, "-c", world.config, "explain", "åse"),
            [{"bash": r"Åse\ Ørsted"}.get(name, "Åse Ørsted")], f"{name}: a name in another case")
      equal(shell(installed, "-c", world.config, "absent", "Birg"), ["leko"], f"{name}: the login of a name")
      equal(shell(installed, "explain", "dr", cwd=world.folder), [],
            f"{name}: tags by the settings of the current folder")
  finally:
    world.close()


# What somebody could write into a directory, a mapping or a folder; each begins as no other does.
HOSTILE = ["a1 b", "a2$(touch canary)x", "a3`touch canary`", "a4;touch canary", "a5'q", 'a6"q', "a7!x", "a8!\"'x",
           "a9\\b", "b0æøå ø", "b1|x>y<z&", "b2*?[x]{y,z}", "b3#x~", "b4@b@c.dk", "b5a:b=c", "b7${HOME}", "b8end'",
           'b9end"', "c0end!", "d1end\\", "c2$", "c3^x^y", "c4(x)", "~c5 x", "-c6 x", "c7%self", "c8$'x'", "æc9'\"$!` z",
           "!d3", "#d4", "=d5", "e1a\\b\\", "e2\\\\b", "b6x="]

# Between the shell and the program: answers as the program does, and notes what it was run with.
STAND_IN = r"""#!/bin/bash
if [ "$1" = help ]; then
  word=${!#}
  while IFS= read -r -d '' value; do
    case $value in "$word"*) printf '%s\tabout it\n' "$value" ;; esac
  done <"$HOME/values"
  [ ! -e "$HOME/files" ] || echo :files
  exit 0
fi
printf '%s\0' "$@" >"$HOME/answer.new"
mv "$HOME/answer.new" "$HOME/answer"
"""


def escaped(text):
  return "".join(c if c.isalnum() or c == "_" else "\\" + c for c in text)


def typed_ways(kind, value):
  """Beginnings of the value, as somebody may have typed them: bare, or with a quote still open."""
  start = value[:max(2, len(value) * 2 // 3)]
  yield escaped(start)
  if not (kind == "fish" and value.endswith("=")):  # fish leaves the quote open there
    yield "'" + start.replace("'", "'\\''")
    if "!" not in start and not (kind == "fish" and "`" in start):
      yield '"' + "".join("\\" + c if c in '$`"\\' else c for c in start)
  if value[0] in string.ascii_letters:
    yield value[:2]
  for sign in "@:=":  # bash begins a word there
    if sign in value[1:-1]:
      before, after = value.split(sign, 1)
      yield escaped(before) + sign + escaped(after[:1])


class Desk:
  """A folder in which somebody types, and what the program would offer there."""

  def __init__(self, installed, kind, values, files):
    self.kind = kind
    self.home = tempfile.mkdtemp(prefix="postvagt-")
    self.folder = os.path.join(self.home, "folder")
    os.makedirs(os.path.join(self.home, "bin"))
    os.makedirs(self.folder)
    program = os.path.join(self.home, "bin", "postvagt")
    with open(program, "w", encoding="utf-8") as file:
      file.write(STAND_IN)
    os.chmod(program, 0o755)
    with open(os.path.join(self.home, "values"), "wb") as file:
      file.write(b"".join(value.encode() + b"\0" for value in values))
    for name in files:
      self.touch(self.folder, name)
    if files:
      self.touch(self.home, "files")
    script = {"bash": "bash-completion/completions/postvagt", "zsh": "zsh/site-functions/_postvagt",
              "fish": "fish/vendor_completions.d/postvagt.fish"}[kind]
    self.terminal = Terminal(kind, installed.path("usr/share", script),
                             f"{self.home}/bin:{os.environ['PATH']}", self.folder, self.home)

  @staticmethod
  def touch(*parts):
    with open(os.path.join(*parts), "w", encoding="utf-8"):
      pass

  def expect(self, typed, value):
    words = self.terminal.complete(f"postvagt explain {typed}", os.path.join(self.home, "answer"))
    if os.path.exists(os.path.join(self.folder, "canary")):
      raise Failure(f"{self.kind}: {typed}, TAB and ENTER ran a command of {value!r}")
    if words is None or words[-1] != value:
      raise Failure(f"{self.kind}: {typed} is completed to {words}, not to {value!r}\n{self.terminal.log[-300:]}")

  def expect_all(self, values):
    for value in values:
      for typed in typed_ways(self.kind, value):
        self.expect(("-- " if value.startswith("-") else "") + typed, value)

  def close(self):
    self.terminal.close()
    shutil.rmtree(self.home)


def in_each_shell(installed, values, files, play):
  def one(kind):
    desk = Desk(installed, kind, values, files)
    try:
      play(desk)
    finally:
      desk.close()

  with ThreadPoolExecutor(len(SHELLS)) as pool:
    list(pool.map(one, [shell.__name__ for shell in SHELLS]))


def test_completion_runs_nothing(installed):
  """A value is inserted so that the shell makes the value of it again, wherever a quote was open."""
  in_each_shell(installed, HOSTILE, [], lambda desk: desk.expect_all(HOSTILE))


def test_completion_of_files_runs_nothing(installed):
  names = [name for name in HOSTILE if "/" not in name]

  def play(desk):
    os.makedirs(os.path.join(desk.folder, "f1 x$(touch canary)"))
    desk.touch(desk.folder, "f1 x$(touch canary)", "in side")
    desk.touch(desk.folder, "f2\x1b[31m")
    desk.touch(desk.home, "f3 x")
    desk.expect_all(names)
    desk.expect("f1", "f1 x$(touch canary)/")
    desk.expect("'f1 x$(touch canary)/in", "f1 x$(touch canary)/in side")
    desk.expect("f2", "f2")
    desk.expect("~/f3", os.path.join(desk.home, "f3 x"))

  in_each_shell(installed, [], names, play)


def test_completion_of_hostile_names(installed):
  """From the directory and the mapping, by the program itself."""
  world = World(installed.program, None)
  values = ["birgit.x$(touch canary)", "anders`touch canary`", "carl;touch canary", "dorte'\"x", "elin x", "-flag"]
  hidden = ["hidden\u202e", "hidden\x1b[31m", "hidden\u200b", "hidden\nline", "hidden\U000e0041"]
  try:
    for number, login in enumerate(values + hidden):
      world.person(f"p{number}", **{"uid": ["x" + str(number), login]}, mail=False,
                   dn=f"cn=p{number},ou=Medarbejdere,{world.suffix}")
    world.one_list("p0")
    world.extra_tags += ["sky$(touch canary)"]
    world.start()
    for shell in (bash, zsh, fish):
      equal(shell(installed, "-c", world.config, "absent", "hid"), [], f"{shell.__name__}: hidden characters")
    said = run(installed.program, "help", "complete", "--", "-c", world.config, "absent", "")
    equal([value for value in values if value + "\t" not in said], ["-flag"], "what looks like an option is left out")
    said = run(installed.program, "help", "complete", "--", "-c", world.config, "absent", "--", "-f")
    equal(said.split("\t")[0], "-flag", "but not behind --")
    equal(bash(installed, "-c", world.config, "absent", "bir"), [r"birgit.x\$\(touch\ canary\)"], "bash quotes")
    equal(bash(installed, "-c", world.config, "explain", "sk"), [r"sky\$\(touch\ canary\)"], "bash quotes a tag")
  finally:
    world.close()
