"""The manual pages say all that the program's tables do, and nothing that these do not know."""
import re

from installed import read
from world import equal

COMMAND = "agent/man/postvagt.8"
MAPPING = "agent/man/postvagt-mapping.5"
SETTINGS = "agent/man/postvagt.yaml.5"


def flags(manual):
  """Names of long options in .Fl requests: "-at", in a row "Fl c , -config Ar file"."""
  return set(re.findall(r"(?:\bFl |, )-([a-z][a-z-]+)", "\n".join(
      line for line in manual.splitlines() if "Fl " in line)))


def test_manual_has_every_option(installed):
  names, letters = installed.options()
  manual = read(COMMAND)
  equal(sorted(set(names) - flags(manual)), [], "options that postvagt(8) lacks")
  known = set(names) | {"name"}  # "-name=argument" tells how they are written
  equal(sorted(flags(manual) - known), [], "options of postvagt(8) that the program does not know")
  items = re.findall(r"^\.It Fl (\w)[ ,]", manual, re.M)
  equal(sorted(letters), sorted(items), "letters")


def test_manual_has_every_command(installed):
  manual = read(COMMAND)
  told = set(re.findall(r"^\.It (?:Xo\n\.)?Cm ([a-z]+)", manual[manual.index("The commands are:"):], re.M))
  told |= set(re.findall(r"^\.Cm (init|register|mailbox|status|rules) Ns", manual, re.M))
  equal(sorted(set(installed.commands()) - told), [], "commands that postvagt(8) lacks")


def test_manual_has_every_exit_status(_):
  """Those of command.h, and no others."""
  table = re.search(r"enum \{(.*?)\};", read("agent/cli/command.h"), re.S).group(1)
  known = sorted(int(number) for number in re.findall(r"= (\d+)", table))
  manual = read(COMMAND)
  part = manual[manual.index(".Sh EXIT STATUS"):]
  part = part[:part.index(".Sh", 4)]
  equal(sorted(int(number) for number in re.findall(r"^\.It (?:Er |Li )?(\d+)$", part, re.M)), known,
        "exit statuses of postvagt(8)")
  readme = read("README.md")
  rows = readme[readme.index("| exit status |"):].split("\n\n")[0]
  equal(sorted(int(number) for number in re.findall(r"^\| (\d+) ", rows, re.M)), known,
        "exit statuses of the README")


def test_manual_has_every_key(installed):
  """By its own name, in a .Cm or .It, or in an example; sections by their .Ss."""
  manual = read(SETTINGS)
  words = set(re.findall(r"[a-z_]+", manual))
  equal([key for key in installed.keys() if key.split(".")[-1].rstrip("[]") not in words], [],
        "keys that postvagt.yaml(5) lacks")
  items = re.findall(r"^\.It (?:Cm )(.*)$", manual, re.M)
  named = {word for item in items for word in re.split(r"[ ,.]+", item) if re.fullmatch(r"[a-z_]+", word)}
  named |= set(re.findall(r"^\.Ss ([a-z_]+)$", manual, re.M))
  known = {part.rstrip("[]") for key in installed.keys() for part in key.split(".")}
  equal(sorted(known - named), [], "keys that no item of postvagt.yaml(5) names")


def test_mapping_manual_has_every_key(_):
  """The tables of tags.yaml, roles.yaml and routes.yaml are in the C files that read them."""
  manual = set(re.findall(r"[a-z_]+", read(MAPPING)))
  for name in ("tags_file.c", "roles_file.c", "routes_file.c"):
    keys = re.findall(r'^\t\{"([a-z_]+)", KEY_', read("agent/config", name), re.M)
    assert keys, name
    equal([key for key in keys if key not in manual], [], f"keys of {name} that postvagt-mapping(5) lacks")
