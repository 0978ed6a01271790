"""Completion, in the real shells: what a press of the tab key brings."""
import os

from installed import run
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
_files() { print -l -- $words[CURRENT]*(N) }
compadd() { print -l -- $candidates }
source $SCRIPT
words=(postvagt "$@"); CURRENT=$#words
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
    world.one_list("anna")
    world.start()
    for shell in SHELLS:
      name = shell.__name__
      equal(sorted(shell(installed, "absent", "an", cwd=world.folder)),
            ["anders", "anders@eksempel.dk", "anna", "anna@eksempel.dk"], f"{name}: people")
      equal(sorted(shell(installed, "absent", "--deputy", "ben", cwd=world.folder)), ["benny"], f"{name}: --deputy")
      equal(shell(installed, "absent", "a*)(uid=*", cwd=world.folder), [], f"{name}: what a filter could take")
      equal(shell(installed, "explain", "dr", cwd=world.folder), ["drift"], f"{name}: tags")
  finally:
    world.close()
