"""Characters that do not show, and texts that somebody pastes: names, logins, DNs and tags made to harm.

wait() looks through all that every scenario prints; here each command has something to print.
"""
import os
import shutil
import subprocess

from init import catalogue, init
from sieve_script import Sieve
from scenario import openldap_only, scenario
from world import AGENT, HIDDEN, Failure, equal

# Bidi, zero width, a tag character, C1, an escape, the end of a line, Hangul filler.
NAME = "Bo\u202egnirettut\u200b\U000e0041\u009b31m\x1b[2J\u3164 x"
SHOWN = r"Bo\e2\80\aegnirettut\e2\80\8b\f3\a0\81\81\c2\9b31m\1b[2J\e3\85\a4 x"
TAG = "drift\u202e\u200b$(touch canary)"


def hostile(world):
  world.person("anna", "infrastrukturansvarlig", name=NAME, dn=f"cn=Anna {NAME}".replace("\x1b", r"\1b") +
               f",ou=Medarbejdere,{world.suffix}", postvagtDeputy="bo")
  world.person("bo", name="Bo " + NAME, absence="2020-01-01/", uid=["bo", "bo\u202e"])
  world.person("carl", "infrastrukturansvarlig", name="Carl\n" + NAME, absence="2020-01-01/2099-01-01",
               postvagtDeputy=["bo", "nobody\u202e\x1b[31m"])
  world.list("Drift", "bo")
  world.route(TAG, "Drift", "infrastrukturansvarlig")
  world.extra_tags += ["ny\u202etag: x"]


def no_hidden(text, what):
  found = HIDDEN.search(text)
  if found:
    raise Failure(f"{what}: {found.group()!r} in\n{text[:3000]}")


@scenario
@openldap_only("its DNs hold what Active Directory refuses")
def hidden_characters_are_shown_by_every_command(world):
  """In text, in errors, in JSON and on pages: a terminal gets none, a program gets the names as they are."""
  hostile(world)
  world.settings["mailbox"]["rules_file"] = "rules $(touch canary).sieve"
  world.start()
  for arguments in (["plan", "-v"], ["check"], ["explain", TAG], ["explain", "anna"], ["explain", "carl"],
                    ["coverage", "--days", "3", "-v"], ["status", "-v"], ["rules", "--for", "sieve"],
                    ["rules", "--for", "exchange"], ["--case", "SAG\u202e\x1b[2J", "apply"], ["audit", "list"],
                    ["audit", "who", TAG], ["audit", "verify"], ["absent", "bo", "--until", "2099-01-01"],
                    ["back", "bo"], ["explain", "nobody\u202e\x1b[31m"], ["plan", "--at", "\u202e\x1b[2J"],
                    ["nonsense\x1b[2J\u202e"], ["--nonsense\x1b[2J\u202e"], ["audit", "who", "no\u202e\ntag"],
                    ["audit", "show", "no\u202e\x1b[2J"], ["-c", "no\u202e\x1b[2J.yaml", "plan"]):
    said = world.run(*arguments)
    if "nonsense" in arguments[0]:
      said.says(r"nonsense\1b[2J\e2\80\ae")
    for lang in ("da",):
      world.run("--lang", lang, *arguments[:3])
  world.run("explain", TAG).says(SHOWN)
  world.run("audit", "who", TAG).says(SHOWN)
  run = world.run("--json", "audit", "list", status=0).json()[0]["run"]
  world.run("audit", "show", run, status=0).says(r"SAG\e2\80\ae\1b[2J")
  for arguments in (["plan"], ["explain", TAG], ["explain", "anna"], ["coverage"], ["status"], ["check"],
                    ["audit", "list"], ["audit", "verify"]):
    world.run("--json", *arguments).json()
  for arguments in (["coverage", "--html", world.path("page.html")],
                    ["audit", "show", run, "--html", world.path("run.html")]):
    world.run(*arguments)
    with open(world.path(arguments[-1]), encoding="utf-8") as file:
      no_hidden(file.read(), arguments[-1])


@scenario
@openldap_only("its DNs hold what Active Directory refuses")
def hidden_characters_come_back_from_json(world):
  hostile(world)
  world.start()
  said = world.run("--json", "plan", status=0)
  drift = [one for one in said.json()["lists"] if one["tag"] == TAG]
  equal(len(drift), 1, "lists of the tag, as JSON names it")
  for text in (r"\u202e", r"\u200b"):
    if text not in said.out:
      raise Failure(f"{text} is not in\n{said}")
  person = world.run("--json", "explain", "anna", status=0).json()
  equal(person["person"]["name"], NAME, "the name")
  if r"\udb40\udc41" not in world.run("--json", "explain", "anna", status=0).out:
    raise Failure("a character beyond U+FFFF is not written as two")


@scenario
@openldap_only("its lists are written as LDIF of OpenLDAP's")
def commands_of_status_are_one_word(world):
  """What stands behind "$" may be pasted: a tag is one word, and nothing of it is run."""
  hostile(world)
  world.settings["mailbox"]["rules_file"] = "rules $(touch canary).sieve"
  world.start()
  said = world.run("-v", "status", status=5)
  commands = [line.strip()[2:] for line in said.out.splitlines() if line.strip().startswith("$ ")]
  explain = [command for command in commands if command.startswith("postvagt explain")]
  equal(len(explain), 1, f"commands that explain among {commands}")
  for command, last in ((explain[0], TAG),
                        ([c for c in commands if "rules --for" in c][0], world.path("rules $(touch canary).sieve"))):
    script = "postvagt() { printf '%s\\0' \"$@\"; }\n" + command.replace(" > ", " ") + "\n"
    words = subprocess.run(["bash", "-c", script], cwd=world.folder, capture_output=True, check=True,
                           text=True).stdout.split("\0")
    equal(words[-2], last, f"the last word of {command}")
  equal(os.path.exists(world.path("canary")), False, "canary")


@scenario
@openldap_only("its DNs are written by OpenLDAP's rules")
def ldif_of_status_is_what_it_says(world):
  """A holder whose DN has what LDIF must not have bare: the record changes that entry, and no other."""
  odd = f'cn=\\ Å\\, "x"\\0Adn: cn=Drift #\\ ,ou=Medarbejdere,{world.suffix}'.replace('"', '\\"')
  world.people("bo")
  world.person("odd", "infrastrukturansvarlig", dn=odd)
  world.one_list("odd")
  world.start()
  points = {point["point"]: point for point in world.run("--json", "status", status=5).json()["points"]}
  record = [mend["lines"] for mend in points["deputies"]["mend"] if mend.get("where") == "LDIF"][0]
  no_hidden(record, "the record")
  equal(len(record.splitlines()), 6, f"lines of\n{record}")
  text = world.run("-v", "status", status=5).out
  pasted = [line.strip() for line in text.splitlines()]
  for line in record.splitlines():
    if line not in pasted:
      raise Failure(f"{line} is not in\n{text}")
  world.change(record.replace("uid=LOGIN", "uid=bo"))
  points = {point["point"]: point for point in world.run("--json", "status", status=5).json()["points"]}
  equal(points["deputies"]["state"], "done", "the deputy that was written")


def proposed(text):
  """The lines behind each comment that `check` prints for routes.yaml."""
  return "".join(line + "\n" for line in text.split("What to write there:")[1].splitlines())


@scenario
def lines_of_check_are_yaml(world):
  """What `check` says to write into routes.yaml may be pasted there, whatever the catalogue's ids are."""
  tags = ["no", "1e3", "~x", "a: b", "#c", "'d", "e\"f", "g\\h", " i", "{j", "*k", "&l", "null", "m\u202en",
          "o\u200bp", "-q", "æ ø", "@r", "`s", "t, u"]
  world.people("anna", "infrastrukturansvarlig")
  world.list("Alt", "anna")
  world.route("*", "Alt", "infrastrukturansvarlig")
  world.extra_tags += tags
  world.settings["lists"]["create"] = True
  world.start()
  routes = (f"routes:\n  - tag: \"*\"\n    list: {world.dn('Alt')}\n"
            "    to: {roles: [infrastrukturansvarlig]}\n")
  world.write("routes.yaml", routes)
  lines = proposed(world.run("check", "-v").out)
  known = [tag.strip() for tag in tags]
  world.write("routes.yaml", routes + lines)
  routed = world.run("--json", "plan", status=(0, 1)).json()["lists"]
  equal(sorted({one["tag"].strip() for one in routed} - {"*"}), sorted(known), f"tags that have a route now, by\n{lines}")


@scenario
def rules_for_hidden_spellings(world):
  """A spelling with hidden characters is encoded in the script, and Pigeonhole reads it."""
  world.people("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  with open(world.path("tags.yaml"), encoding="utf-8") as file:
    text = file.read()
  world.write("tags.yaml", text.replace('"[drift]"', '"[dri\\u202eft]", "[dr${unicode:41}]", "[drift]"'))
  script = world.run("rules", "--for", "sieve", status=0).out
  if "${unicode:202e}" not in script:
    raise Failure(f"the mark is not encoded in\n{script}")
  Sieve(world, script)


@scenario
@openldap_only("asks OpenLDAP's account")
def commands_of_init_are_one_word(world):
  """The commands that `init` prints can be pasted, whatever the folder is called."""
  world.people("anna")
  world.start()
  catalogue(world)
  folder = world.path("d $(touch canary)'x!")
  os.mkdir(folder)
  for name in ("tags.yaml", "roles.yaml"):
    shutil.copy(world.path(name), folder)
  said = init(world, folder, "--url", world.server["URL"], "--bind", AGENT, "--password-file", "secret")
  script = "postvagt() { printf '%s\\0' \"$@\"; }\n" + "\n".join(
      line for line in said.out.splitlines() if line.startswith("  postvagt "))
  words = subprocess.run(["bash", "-c", script], cwd=world.folder, capture_output=True, check=True,
                         text=True).stdout.split("\0")
  equal(words[:-1], ["-c", f"{folder}/postvagt.yaml", "check", "-c", f"{folder}/postvagt.yaml", "plan"], "words")
  equal(os.path.exists(world.path("canary")), False, "canary")
