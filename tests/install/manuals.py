"""The manual pages say all that the program's tables do, and nothing that these do not know."""
import os
import re
import shutil
import textwrap

from installed import ROOT, read, run
from world import equal

COMMAND = "agent/man/postvagt.8"
MAPPING = "agent/man/postvagt-mapping.5"
SETTINGS = "agent/man/postvagt.yaml.5"
EXCHANGE = "agent/man/postvagt-exchange.7"

DIRECTORY = 'directory: {url: ldapi://%2Fnowhere, base: "dc=eksempel,dc=dk", bind: {mechanism: EXTERNAL}}\n'


def flags(manual):
  """Names of long options in .Fl requests: "-at", in a row "Fl c , -config Ar file"."""
  return set(re.findall(r"(?:\bFl |, )-([a-z][a-z-]+)", "\n".join(
      line for line in manual.splitlines() if "Fl " in line)))


# The item of postvagt(8)'s section Limits that a constant stands in, its header or file, and the words around it.
LIMITS = (
    ("Settings, mapping", "config/schema/yaml.h", "YAML_FILE_MAX", "{bytes} a file"),
    ("Settings, mapping", "config/schema/yaml.h", "YAML_NODES_MAX", "{} values"),
    ("Settings, mapping", "config/schema/yaml.h", "YAML_DEPTH_MAX", "{} levels"),
    ("Secrets", "config/secret.c", "SECRET_MAX", "{bytes} a file"),
    ("The directory", "directory/connection/io_timeout.h", "MESSAGE_BYTES_MAX", "{bytes} a message"),
    ("The directory", "directory/connection/io_timeout.h", "SEARCH_BYTES_MAX", "{bytes} read in one go"),
    ("The directory", "directory/connection/io_timeout.h", "ANSWER_BYTES_MAX", "{bytes} for any other answer"),
    ("The directory", "directory/connection/io_timeout.h", "NEWS_BYTES_MAX", "{bytes} of news"),
    ("The directory", "directory/search/search.h", "SEARCH_ENTRIES_MAX", "{} entries"),
    ("People", "model/person.h", "PERSON_VALUES_MAX", "{} values of an attribute"),
    ("Stand-ins", "decide/stand_in.h", "STAND_IN_LOOKS_MAX", "{} people"),
    ("Values that somebody else changes back", "run/changed_back.h", "CHANGED_BACK_MAX", "The last {} values"),
    ("Reports of Cm watch", "watch/report_budget.h", "REPORTS_PER_DAY", "{} reports"),
    ("Reports of Cm watch", "watch/report_budget.h", "REPORT_BYTES_PER_DAY", "{bytes} a day"),
    ("Feeds", "net/fetch.h", "FETCH_BYTES_MAX", "{bytes},"),
    ("Feeds", "net/fetch.h", "FETCH_PAGES_MAX", "{} pages"),
    ("Feeds", "net/fetch.c", "REDIRECTS_MAX", "{} redirects"),
    ("Feeds", "feed/format/record_reader.h", "FEED_RECORDS_MAX", "{} records"),
    ("Feeds", "feed/format/record_reader.h", "FEED_ABSENCES_MAX", "{} absences"),
    ("Feeds", "model/person.h", "PERSON_VALUES_MAX", "{} deputies a record"),
    ("Feeds", "feed/format/json/json_text.h", "JSON_DEPTH_MAX", "{} levels of JSON"),
    ("Feeds", "feed/format/ics/ics_text.h", "ICS_DEPTH_MAX", "{} of iCalendar"),
    ("Feeds", "feed/format/ics/ics_recurrence.h", "ICS_OCCURRENCES_MAX", "{} occurrences"),
    ("The mailbox", "mail/imap/imap.h", "IMAP_FOLDERS_MAX", "{} folders"),
    ("The mailbox", "mail/imap/imap.h", "IMAP_MAILS_MAX", "{} mails a folder"),
    ("The mailbox", "mail/imap/imap_response.h", "IMAP_RESPONSE_MAX", "{bytes} an answer"),
    ("The mailbox", "mail/imap/imap_response.h", "IMAP_LITERAL_MAX", "{bytes} a string in it"),
    ("The mailbox", "mail/imap/imap.c", "RECEIVED_MAX", "{bytes} a command"),
    ("The mailbox", "mailbox/mailbox.h", "MAILBOX_UNKNOWN_MAX", "{} unknown tags"),
    ("The mailbox", "mailbox/mailbox_mails.h", "MAILBOX_MAILS_MAX", "{} mails of a kind"),
    ("Notices", "notices/outbox.h", "OUTBOX_MAX", "{} that wait"),
    ("Notices", "notices/notice.h", "NOTICE_OTHERS_MAX", "{} names of others"),
    ("Reports and kept plans, read back", "report/ldif/reader.h", "READER_FILE_MAX", "{bytes}"),
)

# What the manual says of the files that are written.
MODES = (("FOLDER_MODE_GROUP", "with mode {:04o}; its files have mode 0640"),
         ("FILE_MODE_GROUP", "with mode 0750; its files have mode {:04o}"),
         ("FOLDER_MODE_OWN", "Made with mode {:04o}; its files have mode 0600"),
         ("FILE_MODE_OWN", "Made with mode 0700; its files have mode {:04o}"),
         ("FILE_MODE_ALL", "by rename, with mode {:04o}"))


def constant(source, name):
  """What #define says of a number: a product or a shift, octal where C reads it so, casts and suffixes left out."""
  text = re.search(rf"^#define {name}\s+(.*?)(?:\s*/\*.*)?$", source, re.M).group(1)
  text = re.sub(r"\((?:size_t|u?int64_t)\)", "", text)
  text = re.sub(r"\b(\d+)(?:u|LL)\b", r"\1", text)
  return eval(re.sub(r"\b0([0-7]+)\b", r"0o\1", text), {"__builtins__": {}})


def size(number):
  for unit in ("bytes", "KiB", "MiB", "GiB"):
    if number % 1024:
      return f"{number} {unit}"
    number //= 1024
  return f"{number} TiB"


def prose(manual):
  """A manual's text on one line, macros' own lines joined."""
  return " ".join(manual.split())


def test_manual_has_every_limit(_):
  part = read(COMMAND).split(".Ss Limits\n")[1]
  items = {item.split("\n")[0]: prose(item) for item in part.split("\n.It ")}
  for item, file, name, words in LIMITS:
    number = constant(read("agent", file), name)
    expected = words.format(number, bytes=size(number))
    assert re.search(rf"(?<![0-9]){re.escape(expected)}", items[item]), f"{item}: {name} is: {expected}"


def test_manual_has_every_mode(_):
  manual = prose(read(COMMAND))
  for name, words in MODES:
    expected = words.format(constant(read("agent/base/file/file.h"), name))
    assert expected in manual, f"{name} is: {expected}"


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


def test_manual_examples_of_feeds_are_read(installed):
  """Each feed of the manual can be copied: the settings with it have no fault, and nothing is asked."""
  manual = read(SETTINGS)
  part = manual[manual.index(".Ss Feeds\n"):manual.index(".Ss mapping\n")]
  blocks = re.findall(r"^\.Bd -literal -offset indent\n(.*?)^\.Ed$", part, re.M | re.S)
  feeds = [textwrap.indent(block, "    ") for block in blocks if block.startswith("- name: ")]
  whole = [block.split("feeds:\n")[1] for block in blocks if block.startswith("absence:\n")]
  assert len(feeds) > 7 and len(whole) > 1, f"{len(feeds)} and {len(whole)} examples of feeds"
  folder = os.path.join(installed.folder, "examples")
  os.makedirs(os.path.join(folder, "mappings"))
  for name in ("tags", "roles", "routes"):
    shutil.copy(os.path.join(ROOT, "mappings", f"{name}.yaml"), os.path.join(folder, "mappings"))
  for text in feeds + whole:
    settings = DIRECTORY + "absence:\n  feeds:\n" + text
    for name in re.findall(r"_file: ([\w.-]+)", text):
      write(os.path.join(folder, name), "x\n")
    write(os.path.join(folder, "postvagt.yaml"), settings)
    name = re.search(r"- (?:name|preset): ([\w-]+)", text).group(1)
    said = run(installed.path("usr/bin/postvagt"), "-c", os.path.join(folder, "postvagt.yaml"), "--lang", "en",
               "feeds", "accept", name, status=1)
    assert "no doubted reading is kept" in said, f"{text}\n{said}"


def test_exchange_manual_has_settings_that_are_read(installed):
  """Both ways to send can be copied."""
  manual = read(EXCHANGE)
  part = manual[manual.index(".Ss 5. The settings\n"):manual.index(".Sh DIAGNOSTICS\n")]
  blocks = re.findall(r"^\.Bd -literal -offset indent\n(.*?)^\.Ed$", part, re.M | re.S)
  equal(len(blocks), 2, "examples")
  box = blocks[0][:blocks[0].index("mail:\n")]
  folder = os.path.join(installed.folder, "exchange")
  os.makedirs(os.path.join(folder, "mappings"))
  for name in ("tags", "roles", "routes"):
    shutil.copy(os.path.join(ROOT, "mappings", f"{name}.yaml"), os.path.join(folder, "mappings"))
  write(os.path.join(folder, "app.pem"), "x\n")
  for text in (blocks[0], box + blocks[1]):
    write(os.path.join(folder, "postvagt.yaml"), DIRECTORY + text + "absence: {feeds: []}\n")
    said = run(installed.path("usr/bin/postvagt"), "-c", os.path.join(folder, "postvagt.yaml"), "--lang", "en",
               "rules", "--for", "sieve", status=1)  # 2, were something wrong in them
    assert "ldapi://%2Fnowhere" in said, f"{text}\n{said}"


def test_exchange_manual_names_the_page_of_each_step(_):
  """Numbers in brackets are those of the list of sources, and each source is used."""
  manual = read(EXCHANGE)
  text, sources = manual.split(".Sh SOURCES\n")
  count = len(re.findall(r"^\.It$", sources, re.M))
  used = {int(number) for row in re.findall(r"^\.Bq ([\d ,]+)", text, re.M) for number in re.findall(r"\d+", row)}
  equal(used, set(range(1, count + 1)), "sources that are used")


def write(path, text):
  with open(path, "w", encoding="utf-8") as file:
    file.write(text)
  os.chmod(path, 0o600)


def test_mapping_manual_has_every_key(_):
  """The tables of tags.yaml, roles.yaml and routes.yaml are in the C files that read them."""
  manual = set(re.findall(r"[a-z_]+", read(MAPPING)))
  for name in ("tags_file.c", "roles_file.c", "routes_file.c"):
    keys = re.findall(r'^\t\{"([a-z_]+)", KEY_', read("agent/config/mapping", name), re.M)
    assert keys, name
    equal([key for key in keys if key not in manual], [], f"keys of {name} that postvagt-mapping(5) lacks")
