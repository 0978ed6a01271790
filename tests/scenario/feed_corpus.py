"""Small feeds as HR's systems write them, and who is away when: tests/corpus/feeds (README there).

One directory serves the cases of a scenario; only the settings differ. A scenario plays all of its
cases before it fails, and names each that is wrong.
"""
import json
import os

from scenario import openldap_only, scenario
from world import ROOT, Failure, equal

CORPUS = os.path.join(ROOT, "tests", "corpus", "feeds")
FEED = "kilde"  # what the feed is called, and by which its findings are known
NUMBERS = {"anna": "1001", "bo": "1002", "carla": "1003", "dan": "1004", "eva": "1005",
           "finn": "1006", "gry": "1007", "hans": "0000420", "jens": "K-0815", "karen": "7000",
           "kurt": "7000", "lise": "55"}
NAMES = {"anna": "Anna Sørensen", "jens": "Jens Åby", "lise": "Lise Ærø"}
MAILS = {"lise": ["lise@eksempel.dk", "lise.aeroe@eksempel.dk"]}
GROUPS = ("date", "csv", "json", "ics", "xml", "rule", "revision", "bridge")
FORMATS = ("csv", "json", "ics", "xml")


class Case:
  """What a .case file says."""

  def __init__(self, name):
    self.name, self.feed, self.absence, self.moments = name, [], [], []
    self.findings, self.never, self.records = [], [], {}
    self.any_finding = self.unread = self.loud = False
    self.path, self.format = feed_file(name)
    with open(os.path.join(CORPUS, f"{name}.case"), encoding="utf-8") as file:
      for line in file.read().splitlines():
        self.read(line)

  def read(self, line):
    word, _, rest = line.partition(" ")
    if word == "feed":
      self.feed.append(rest)
    elif word == "absence":
      self.absence.append(rest)
    elif word == "at":
      moment, _, who = rest.partition(" ")
      self.moments.append((moment, absent(who)))
    elif word == "finding":
      self.findings.append(rest.split())
    elif word == "records":
      self.records = {key: int(count) for key, count in (pair.split("=") for pair in rest.split())}
    elif word == "never":
      self.never.append(rest)
    elif line in ("any finding", "unread", "loud"):
      setattr(self, line.replace(" ", "_"), True)
    elif word != "#":
      raise Failure(f"{self.name}.case: {line!r} is not understood")

  def settings(self, others):
    """The text of postvagt.yaml: what others say, and this feed, as people write it."""
    absence = self.absence
    if not any(line.startswith("timezone:") for line in absence):
      absence = ["timezone: Europe/Copenhagen", *absence]
    feed = [f"name: {FEED}", f"url: file://{self.path}", f"format: {self.format}", *self.feed]
    return "\n".join([*others, "absence:", *(f"  {line}" for line in absence), "  feeds:",
                      f"    - {feed[0]}", *(f"      {line}" for line in feed[1:]), ""])


def feed_file(name):
  for suffix in FORMATS:
    path = os.path.join(CORPUS, f"{name}.{suffix}")
    if os.path.exists(path):
      return path, suffix
  raise Failure(f"{name}.case has no feed beside it")


def absent(text):
  """{who is away: who stands in, None: anybody}, of "anna bo>carla", or "nobody"."""
  found = {}
  for word in text.split():
    who, _, deputy = word.partition(">")
    if who != "nobody":
      found[who] = deputy or None
    if word != "nobody" and who not in NUMBERS:
      raise Failure(f"nobody is called {who}")
  return found


def cases(group=None):
  return sorted(name[:-5] for name in os.listdir(CORPUS) if name.endswith(".case") and
                (group is None or name.split("-")[0] == group))


def people(world):
  """Everybody is on the one list, and has a stand-in who is not."""
  for login, number in NUMBERS.items():
    world.person(f"vikar-{login}")
    world.person(login, name=NAMES.get(login), mail=MAILS.get(login, True), employeeNumber=number,
                 postvagtDeputy=world.dn(f"vikar-{login}"))
  world.list("Alle", " ".join(NUMBERS))
  world.route("alle", "Alle", people=" ".join(NUMBERS))
  return world.start()


def find_absent(world, plan):
  """As absent() has it: who is not on the list, and for whom somebody is there."""
  here, found = set(), {}
  for member in plan["lists"][0]["members"]:
    here.add(world.short(member["dn"]))
    for dn in member.get("standing_in_for", []):
      found[world.short(dn)] = world.short(member["dn"])
  for login in NUMBERS:
    if login not in here:
      found.setdefault(login, None)
  return found


def same(got, expected):
  return got.keys() == expected.keys() and all(
      got[who] == deputy for who, deputy in expected.items() if deputy)


def shown(who):
  return " ".join(f"{name}>{deputy}" if deputy else name
                  for name, deputy in sorted(who.items())) or "nobody"


def has_words(finding, wanted):
  """Whether a finding says all of these; a person may be called by their number."""
  text = finding.lower()
  return all(word.lower() in text or NUMBERS.get(word, word).lower() in text for word in wanted)


def wrong_findings(case, findings, is_unread):
  if is_unread and not findings:
    yield "nothing says why it is unread"
  if is_unread:
    return
  for wanted in case.findings:
    if not any(has_words(finding, wanted) for finding in findings):
      yield f"no finding says {' '.join(wanted) or 'anything'!r}"
  if findings and not case.findings and not case.any_finding:
    yield "a finding that is not expected"


def wrong_at(world, case, moment, expected):
  """What is wrong with the plan as of this moment, and all findings about the feed."""
  result = world.run("--json", "--at", moment, "plan")
  if result.status not in (0, 6):
    return [f"status {result.status}: {result.text.strip()}"], []
  plan, is_unread = result.json(), result.status == 6
  findings = [f"{finding['where']}: {finding['what']}" for finding in plan["findings"]
              if FEED in finding["where"] + finding["what"]]
  got = find_absent(world, plan)
  wrong = [f"it says {text!r}" for text in case.never if text.lower() in result.text.lower()]
  if case.loud:
    if not is_unread and not findings and not same(got, expected):
      wrong.append(f"absent: {shown(got)}, and nothing says that it may be wrong")
    return wrong, findings
  if is_unread != case.unread:
    wrong.append("the feed is unread" if is_unread else "the feed is read")
  elif not same(got, {} if case.unread else expected):
    wrong.append(f"absent: {shown(got)}; expected: {shown(expected)}")
  return wrong + list(wrong_findings(case, findings, is_unread)), findings


def wrong_records(world, case):
  """How `feeds test` counts the records, where the case says how many there are of a kind."""
  if case.records:
    result = world.run("--json", "feeds", "test", FEED, status=(0, 6))
    counts = result.json()["read"]
    got = {key: counts and counts[key] for key in case.records}
    if got != case.records:
      yield f"records {got}; expected: {case.records}"


def wrong_in(world, case):
  """The lines about one case; none where all is right."""
  lines, findings = [f"  {text}" for text in wrong_records(world, case)], []
  for moment, expected in case.moments or [("2026-12-23T12:00", {})]:
    wrong, said = wrong_at(world, case, moment, expected)
    lines += [f"  {moment}: {text}" for text in wrong]
    findings += [f"    {text}" for text in said if wrong]
  return [case.name, *lines, *dict.fromkeys(findings)] if lines else []


def other_settings(world):
  """All but `absence`, a line a key."""
  for key, value in json.loads(world.read(world.path("postvagt.yaml"))).items():
    if key != "absence":
      yield f"{key}: {json.dumps(value)}"


def play(world, group):
  people(world)
  others, failed = list(other_settings(world)), []
  for name in cases(group):
    case = Case(name)
    world.config = world.write(f"{name}.yaml", case.settings(others))
    wrong = wrong_in(world, case)
    failed += [wrong] if wrong else []
  if failed:
    lines = [line for case in failed for line in case]
    raise Failure("\n".join([f"{len(failed)} cases are wrong", *lines]))


@scenario
def feed_corpus_is_played(world):
  """Each case belongs to a group below, and each feed to a case."""
  del world
  names = set(os.listdir(CORPUS)) - {"README"}
  equal([name for name in sorted(names) if name.split("-")[0] not in GROUPS or
         f"{os.path.splitext(name)[0]}.case" not in names], [], "files that no scenario plays")
  if len(cases()) < 150:
    raise Failure(f"only {len(cases())} cases are left")


@scenario
@openldap_only("feeds are read the same beside any directory")
def feed_corpus_dates(world):
  play(world, "date")


@scenario
@openldap_only("feeds are read the same beside any directory")
def feed_corpus_csv(world):
  play(world, "csv")


@scenario
@openldap_only("feeds are read the same beside any directory")
def feed_corpus_json(world):
  play(world, "json")


@scenario
@openldap_only("feeds are read the same beside any directory")
def feed_corpus_ics(world):
  play(world, "ics")


@scenario
@openldap_only("feeds are read the same beside any directory")
def feed_corpus_xml(world):
  play(world, "xml")


@scenario
@openldap_only("feeds are read the same beside any directory")
def feed_corpus_rules(world):
  play(world, "rule")


@scenario
@openldap_only("feeds are read the same beside any directory")
def feed_corpus_revisions(world):
  play(world, "revision")


@scenario
@openldap_only("feeds are read the same beside any directory")
def feed_corpus_bridges(world):
  play(world, "bridge")
