"""Presets of feeds, as `make install` leaves them."""
import os

from installed import ROOT, read, run
from world import Failure

SETTINGS = """directory: {url: ldapi://%2Fnowhere, base: "dc=eksempel,dc=dk", bind: {mechanism: EXTERNAL}}
absence: {feeds: [{preset: NAME}]}
"""


def installed_folder(installed):
  return installed.path("usr/share/postvagt/feeds")


def ask(installed, name):
  """What the installed program says of that preset; nothing is connected to."""
  folder = os.path.join(installed.folder, "presets")
  os.makedirs(folder, exist_ok=True)
  settings = os.path.join(folder, "postvagt.yaml")
  with open(settings, "w", encoding="utf-8") as file:
    file.write(SETTINGS.replace("NAME", name))
  return run(installed.path("usr/bin/postvagt"), "-c", settings, "--lang", "en", "plan", status=2)


def test_presets_are_installed(installed):
  """All of the tree's, unchanged, for everybody to read; and the program finds them beside itself."""
  names = sorted(os.listdir(os.path.join(ROOT, "mappings/feeds")))
  for name in names:
    path = os.path.join(installed_folder(installed), name)
    if read("mappings/feeds", name) != read(path) or os.stat(path).st_mode & 0o777 != 0o644:
      raise Failure(f"{path} is not as in the tree, with mode 0644")
  own = os.path.join(installed_folder(installed), "proeve.yaml")
  with open(own, "w", encoding="utf-8") as file:
    file.write("urll: x\n")
  said = ask(installed, "proeve")
  if f'{own}:1:1: unknown key "urll"' not in said:
    raise Failure(f"the installed preset is not read\n{said}")
  said = ask(installed, "qqqqqqqq")
  all_names = ", ".join(sorted([name.removesuffix(".yaml") for name in names] + ["proeve"]))
  if f"{installed_folder(installed)}; the presets: {all_names}" not in said:
    raise Failure(f"it does not name {all_names} in {installed_folder(installed)}\n{said}")
  os.remove(own)
