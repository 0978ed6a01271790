#!/usr/bin/env python3
"""make.py: the folders of this corpus, as version 0.1.0 writes them; $POSTVAGT names that program.

Each language gets a town of its own on a slapd, and a history in it: one run of each kind, with each reason,
removal and gap that a report tells. It is kept for what the corpus shows; a later version writes another form.
"""
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "scenario"))

import legacy  # noqa: E402: its folder was not known before
from world import FOREVER, SUFFIX, World  # noqa: E402


def history(world):
  add, dn = functools.partial(legacy.add_member, world), world.dn
  world.run("--case", "SAG 2026-117 æ", "apply", status=(0, 4))
  world.run("apply", status=(0, 4))
  world.settings["mailbox"]["fallback"] = ["jens"]
  world.write_files()
  add("Drift", f"uid=borte,ou=Medarbejdere,{SUFFIX}")
  # She is back, the stand-in leaves; a kept plan is carried out, and one that does not hold is refused.
  world.set("eva", postvagtAbsence=[])
  world.run("plan", "-o", "kept.ldif", status=(0, 4))
  world.run("apply", "kept.ldif", status=(0, 4))
  world.set("eva", postvagtAbsence=FOREVER)
  world.run("--case", "over", "plan", "-o", "moved.ldif", status=(0, 4))
  add("Drift", dn("hans"))
  world.run("apply", "moved.ldif", status=3)
  # A limit refuses; let past it from a kept plan.
  limits = world.settings["limits"]
  world.settings["limits"] = {"removals_per_list": 0, "removals_per_run": 0}
  world.set("carl", mail=[])
  world.write_files()
  world.run("apply", status=3)
  world.run("--case", "let past", "plan", "-o", "past.ldif", status=3)
  world.run("--case", "let past", "apply", "past.ldif", "--over-limit", status=(0, 4))
  world.settings["limits"] = limits
  # A feed that was never read: removals are held.
  world.settings["absence"]["feeds"] = [{"name": "løn", "url": f"file://{world.path('none.json')}", "format": "json",
                                         "fields": {"person": "n", "from": "f", "until": "u"}, "match": "uid"}]
  world.set("carl", mail="carl@eksempel.dk")
  add("Faa", dn("karl"))
  world.write_files()
  world.run("apply", status=(4, 6))
  del world.settings["absence"]["feeds"]
  # The server refuses.
  world.route("laast", "Låst", "infrastrukturansvarlig")
  world.set("eva", postvagtAbsence=[])
  world.write_files()
  world.run("apply", status=4)
  # Hand input.
  world.run("absent", "anna", "--until", "2099-01-31", "--deputy", "bo", status=(0, 4))
  world.run("apply", status=4)
  world.run("back", "anna", status=(0, 4))
  world.run("audit", "undo", json.loads(
      world.read(world.path("reports/runs.jsonl")).splitlines()[0])["run"], status=(0, 3, 4))
  # Killed, and completed by the next run; at last one that stays open.
  world.faulty("apply", at=2, status=-signal.SIGKILL)
  world.run("apply", status=4)
  world.set("eva", postvagtAbsence=FOREVER)
  world.faulty("apply", at=2, status=-signal.SIGKILL)


def make(language, fault):
  world = World(os.path.abspath(os.environ["POSTVAGT"]), fault)
  world.replays = False
  world.settings["language"] = language
  try:
    legacy.people(world)
    legacy.lists(world)
    if language == "en":
      world.run("audit", "keygen", world.path("key"), status=0)
      world.settings["reports"]["sign_key_file"] = world.path("key")
    world.start(ACL=legacy.ACL)
    history(world)
    target = os.path.join(HERE, language)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(world.path("reports"), target, ignore=shutil.ignore_patterns("state", "runs.lock"))
    with open(os.path.join(HERE, f"{language}.understood"), "w", encoding="utf-8") as file:
      legacy.folder(world, language)
      file.write(legacy.understood(world, language))
    shutil.copy(world.path("moved.ldif"), os.path.join(HERE, f"{language}.plan.ldif"))
    if language == "en":
      shutil.copy(world.path("key.pub"), os.path.join(HERE, "en.key.pub"))
  finally:
    world.close()


if __name__ == "__main__":
  with tempfile.TemporaryDirectory() as folder:
    library = os.path.join(folder, "fault.so")
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O1", "-fPIC", "-shared", "-o", library,
                    os.path.join(os.path.dirname(HERE), "scenario", "fault.c"), "-ldl"], check=True)
    for name in ("en", "da"):
      make(name, library)
