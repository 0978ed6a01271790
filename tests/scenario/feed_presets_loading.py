"""Presets of feeds: where they are found, what the settings change in them, and who may write them."""
import hashlib
import json
import os
import shutil
import signal
import stat

from run_as_owner import AGENT, owned
from scenario import openldap_only, root_only, scenario
from watch import Watch
from world import FOREVER, Failure, equal

SAME = "files are the same whatever the directory is"
PRESET = """# The payroll system's export.
url: file://./loen.csv
format: csv
match: uid
fields: {person: bruger, from: fra, until: til}
"""
AWAY = "bruger;fra;til;vikar\nanna;2020-01-01;;\n"


def preset_world(world, *feeds, text=PRESET):
  """Anna has the role, Bo stands in; the settings' feeds, and the preset `loen` beside the settings."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk")
  world.people("bo dorte")
  world.one_list("anna")
  world.settings["absence"]["feeds"] = list(feeds) or [{"preset": "loen"}]
  own(world, text)
  return world.start()


def own(world, text, name="loen"):
  """A preset of the municipality's own, with its export beside it."""
  os.makedirs(world.path("mappings/feeds"), exist_ok=True)
  world.write("mappings/feeds/loen.csv", AWAY)
  return world.write(f"mappings/feeds/{name}.yaml", text)


def install(world, text, name="loen"):
  """The program as it would be installed, with that preset."""
  for folder in ("opt/bin", "opt/share/postvagt/feeds"):
    os.makedirs(world.path(folder), exist_ok=True)
  if not world.program.startswith(world.folder):
    world.program = shutil.copy(world.program, world.path("opt/bin/postvagt"))
  world.write("opt/share/postvagt/feeds/loen.csv", "bruger;fra;til\n")
  return world.write(f"opt/share/postvagt/feeds/{name}.yaml", text)


def feeds(world, *items):
  world.settings["absence"]["feeds"] = list(items)
  world.write_files()


def digest(path):
  with open(path, "rb") as file:
    return hashlib.sha256(file.read()).hexdigest()


@scenario
@openldap_only(SAME)
def preset_of_the_municipality(world):
  """It is named without a folder, and its relative address is its own; the settings change single keys of it."""
  preset_world(world)
  world.run("apply", status=0)
  world.expect_members(Drift="bo")
  feed, = world.run("--json", "feeds", status=0).json()["feeds"]
  equal((feed["name"], feed["url"]), ("loen", "file://" + world.path("mappings/feeds/loen.csv")), "the feed")
  feeds(world, {"preset": "loen", "name": "hr", "fields": {"deputy": "vikar"}, "url": "file://./hr.csv"})
  world.write("hr.csv", "bruger;fra;til;vikar\nanna;2020-01-01;;dorte\n")
  world.run("apply", status=0)
  world.expect_members(Drift="dorte")
  feeds(world, {"preset": "./andre/presets/x.yaml"})
  os.makedirs(world.path("andre/presets"))
  shutil.copy(world.path("mappings/feeds/loen.csv"), world.path("andre/presets"))
  world.write("andre/presets/x.yaml", PRESET)
  equal(world.run("--json", "feeds").json()["feeds"][0]["name"], "x", "the name of a path")


@scenario
@openldap_only(SAME)
def own_preset_overrides_an_installed_one(world):
  """The installed one serves where the municipality has none, and not where its own cannot be used."""
  preset_world(world)
  install(world, PRESET)
  world.run("plan", status=0).says("bo")
  os.rename(world.path("mappings/feeds/loen.yaml"), world.path("mappings/feeds/andre.yaml"))
  world.run("plan", status=0).says("Nothing to change")
  world.write("mappings/feeds/loen.yaml", "url: [\n")
  world.run("plan", status=2).says("mappings/feeds/loen.yaml:2:1: this is not YAML")
  os.remove(world.path("mappings/feeds/loen.yaml"))
  os.symlink("nowhere", world.path("mappings/feeds/loen.yaml"))
  world.run("plan", status=2).says("mappings/feeds/loen.yaml: cannot be read")


@scenario
@openldap_only(SAME)
def unknown_preset_names_those_there_are(world):
  preset_world(world, {"preset": "lon"})
  install(world, PRESET, name="personio")
  said = world.run("check", status=(1, 2)).says(
      f'there is no preset "lon" in {world.path("mappings/feeds/")} or {world.path("opt/share/postvagt/feeds")}; '
      'did you mean "loen"?', "The presets: loen, personio")
  place = f"{world.config}:"
  if place not in said.text:
    raise Failure(f"no place\n{said}")
  world.run("--lang", "da", "plan", status=2).says('skabelonen "lon" findes ikke')
  feeds(world, {"preset": "loen", "urll": "x"})
  world.run("plan", status=2).says('unknown key "urll"; did you mean "url"?')


@scenario
@openldap_only(SAME)
def preset_says_what_the_municipality_must_give(world):
  """What is missing, or wrong, has its place in the file in which it stands."""
  preset_world(world, {"preset": "loen", "values": {}}, text=PRESET + "values:\n  tenant: # the name of the tenant\n")
  preset = world.path("mappings/feeds/loen.yaml")
  world.run("plan", status=2).says('the preset "loen" needs the value "tenant"', f"see {preset}:7:3")
  feeds(world, {"preset": "loen", "values": {"tennant": "x.dk"}})
  world.run("plan", status=2).says('the preset "loen" has no value "tennant"; did you mean "tenant"?')
  feeds(world, {"preset": "loen", "values": {"tenant": "x.dk"}})
  world.run("plan", status=0).says("bo")
  own(world, PRESET + "every: soon\n")
  world.run("plan", status=2).says(f'{preset}:6:8: found "soon"')
  own(world, PRESET + "preset: andre\n")
  world.run("plan", status=2).says(f"{preset}:6:1: a preset cannot build on another preset")


@scenario
@openldap_only(SAME)
def preset_of_everybody_is_refused(world):
  preset_world(world)
  for name in ("mappings/feeds/loen.yaml", "mappings/feeds", "mappings"):
    path = world.path(name)
    mode = stat.S_IMODE(os.stat(path).st_mode)
    os.chmod(path, mode | 0o002)
    for command in ("plan", "apply", "check", "watch"):
      world.run(command, status=2).says(f"not used: everybody may write {path}")
    os.chmod(path, mode)
    world.run("plan", status=0).says("bo")


@scenario
@root_only("it gives files away")
@openldap_only(SAME)
def preset_of_others_is_refused_for_root(world):
  """As a mapping file: another user or group may not write it; a trusted group may."""
  preset_world(world)
  owned(world).write_files()
  path = world.path("mappings/feeds/loen.yaml")
  for user, group, mode, said in ((0, AGENT, 0o664, None), (AGENT, AGENT, 0o644, None),
                                  (0, 23456, 0o664, f"the group 23456 may write {path}"),
                                  (23456, 0, 0o644, f"the user 23456 owns {path}"),
                                  (0, 60, 0o664, f"may write {path}")):
    os.chown(path, user, group)
    os.chmod(path, mode)
    if said:
      world.run("plan", status=2).says("not used: ", said)
    else:
      world.run("plan", status=0).says("bo")
  world.settings["trusted_group"] = "games"
  world.write_files()
  world.run("plan", status=0).says("bo")


@scenario
@openldap_only(SAME)
def hash_of_the_configuration_covers_presets(world):
  """It is that of the files' own hashes, one a line; a plan that was kept is stale when a preset changes."""
  preset_world(world)
  world.run("plan", "-o", world.path("plan.ldif"), status=0)
  world.run("apply", status=0)
  preset = world.path("mappings/feeds/loen.yaml")
  lines = "".join(digest(path) + "\n" for path in (world.config, preset))
  equal(settings_hash(world), hashlib.sha256(lines.encode()).hexdigest(), "the hash of the configuration")
  world.run("audit", "verify", status=0)
  world.write("mappings/feeds/loen.yaml", PRESET + "# changed\n")
  before = settings_hash(world)
  world.run("apply", world.path("plan.ldif"), status=3).says("or a preset that it names, was changed since")
  world.run("apply", status=0)
  if settings_hash(world) == before:
    raise Failure("the preset changed, and the hash did not")


def settings_hash(world):
  with open(world.path("reports/runs.jsonl"), encoding="utf-8") as file:
    return json.loads(file.read().splitlines()[-1])["files"]["settings"]


@scenario
def watch_reads_presets_again(world):
  """At SIGHUP; one that is wrong leaves what was right in force."""
  preset_world(world)
  watching = Watch(world)
  watching.lists(Drift="bo")
  world.write("mappings/feeds/ended.csv", "bruger;fra;til\nanna;2020-01-01;2020-01-02\n")
  world.write("mappings/feeds/loen.yaml", PRESET.replace("loen.csv", "ended.csv"))
  watching.signal(signal.SIGHUP)
  good = watching.says("the settings have been read again")
  watching.lists(Drift="anna")
  world.write("mappings/feeds/loen.yaml", "url: x\n")
  watching.signal(signal.SIGHUP)
  good.says("those of before still hold")
  world.set("anna", postvagtAbsence=FOREVER)
  watching.lists(Drift="bo")
  watching.end()
