"""Random little municipalities, against a second reading of the contract.

What belongs on the lists is worked out here from sections 3 and 4 of the contract alone, not from
the program, and compared: plan at several moments, then apply, then apply again. One slapd holds
all municipalities, each in a subtree of its own. WORLDS is how many (default 25), SEED the first
one's seed; a failure names its seed. Where the contract is silent, towns avoid it: several
managers, an inform list's keep and membership, times in the hour that a zone leaves out.
"""
import collections
import datetime
import json
import os
import random
import re
import zoneinfo

import ldif
from scenario import openldap_only, scenario
from world import AGENT, PASSWORD, SUFFIX, Failure

UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
FIRST = datetime.datetime(1, 1, 3, tzinfo=UTC)  # room for a zone on either side
LAST = datetime.datetime(9999, 12, 29, tzinfo=UTC)
NEVER = ("0", str(2 ** 63 - 1))
ROLES = {"infrastrukturansvarlig": ["infrastrukturansvarlig", "Infrastruktur-ansvarlig"],
         "systemansvarlig": ["System Ansvarlig", "sysansv"],
         "superbruger": ["superbruger"],
         "programleder": ["Leder af Øget Program"]}
SCOPES = ["SAPA", "sapa", "KY", "Æble og Ø"]
TAGS = ["drift", "release", "test", "*"]


# The contract, read again: DNs, absences


def normal(dn):
  """A DN in one spelling: case, blanks and escapes do not matter."""
  parts = []
  for part in re.split(r"(?<!\\),", dn):
    name, _, value = part.partition("=")
    value = re.sub(r"(?:\\[0-9a-fA-F]{2})+",
                   lambda m: bytes.fromhex(m.group().replace("\\", "")).decode(), value.strip())
    value = re.sub(r"\\(.)", r"\1", value)
    parts.append((name.strip().lower(), " ".join(value.split()).lower()))
  return tuple(parts)


class Unreadable(Exception):
  """A value that counts for nothing, and is a finding."""


DATES = [(r"(\d{4})-(\d\d)-(\d\d)", "ymd"), (r"(\d{4})(\d\d)(\d\d)", "ymd"),
         (r"(\d\d?)-(\d\d?)-(\d{4})", "dmy"), (r"(\d\d?)\.(\d\d?)\.(\d{4})", "dmy")]
ZONE = r"(Z|[+-]\d\d(?::?\d\d)?)?"
TIMES = [r"(\d\d):(\d\d)(?::(\d\d)([.,]\d+)?)?" + ZONE, r"(\d\d)(\d\d)(?:(\d\d)([.,]\d+)?)?" + ZONE]


def read_date(text):
  for pattern, kind in DATES:
    found = re.fullmatch(pattern, text, re.ASCII)
    if not found:
      continue
    one, two, *rest = (int(group) for group in found.groups())
    if kind == "ymd":
      return datetime.date(one, two, rest[0])
    return datetime.date(rest[0], two, one)
  return None


def read_moment(date, clock, is_end, zone):
  hour, minute, second, fraction, offset = clock
  moment = datetime.datetime.combine(date, datetime.time(int(hour), int(minute), int(second or 0)))
  moment += SECOND * float("0" + (fraction or ".0").replace(",", "."))
  if not offset:
    return moment.replace(tzinfo=zone, fold=int(is_end)).astimezone(UTC)
  if offset == "Z":
    return moment.replace(tzinfo=UTC)
  digits = offset[1:].replace(":", "") + "00"
  ahead = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
  return (moment - ahead if offset[0] == "+" else moment + ahead).replace(tzinfo=UTC)


def read_side(text, is_end, zone):
  """("never", None), ("date", date) or ("moment", moment)"""
  try:
    if text in NEVER:
      return "never", None
    date = read_date(text)
    if date:
      return "date", date
    if re.fullmatch(r"\d{16,18}", text, re.ASCII):
      return "moment", (datetime.datetime(1601, 1, 1, tzinfo=UTC)
                        + datetime.timedelta(microseconds=int(text) / 10))
    found = re.fullmatch(r"(\d{8})(\d\d)(\d\d)?(\d\d)?([.,]\d+)?(Z|[+-]\d\d(?:\d\d)?)", text,
                         re.ASCII)
    if found:
      hour, minute, *rest = found.groups()[1:]
      return "moment", read_moment(read_date(found[1]), (hour, minute or "0", *rest), is_end, zone)
    day, separator, clock = text.partition("T")
    for pattern in TIMES:
      found = separator and re.fullmatch(pattern, clock, re.ASCII)
      if found and read_date(day):
        return "moment", read_moment(read_date(day), found.groups(), is_end, zone)
  except (ValueError, OverflowError) as error:
    raise Unreadable(text) from error
  raise Unreadable(text)


def midnight(date, zone):
  return datetime.datetime.combine(date, datetime.time(), zone).astimezone(UTC)


def read_interval(start, end, zone):
  """(from, until), until exclusive; None where it never begins."""
  if not start and not end:
    raise Unreadable("/")
  first, last = FIRST, LAST
  kinds = [None, None]
  if start:
    kinds[0] = read_side(start, False, zone)
  if end:
    kinds[1] = read_side(end, True, zone)
  if kinds[0] and kinds[0][0] == "never":
    return None
  if kinds[0]:
    first = midnight(kinds[0][1], zone) if kinds[0][0] == "date" else kinds[0][1]
  if kinds[1] and kinds[1][0] != "never":
    last = midnight(kinds[1][1] + DAY, zone) if kinds[1][0] == "date" else kinds[1][1]
  if last == first and kinds[1][0] == "moment":
    here = first.astimezone(zone)
    if here.time() == datetime.time():
      last = midnight(here.date() + DAY, zone)
  if last <= first:
    raise Unreadable(f"{start}/{end}")
  return first, last


def split(value, separator):
  parts = value.split(separator) if separator else [value]
  return [part.strip() for part in parts if part.strip()]


def read_absences(person, separator, zone):
  """The intervals, and the values that cannot be read."""
  intervals, unreadable = [], []
  for value in person.absence:
    for part in split(value, separator):
      start, slash, end = (side.strip() for side in part.partition("/"))
      try:
        if not slash and read_side(start, False, zone)[0] != "date":
          raise Unreadable(part)
        intervals.append(read_interval(start, end if slash else start, zone))
      except Unreadable:
        unreadable.append(part)
  several = [values for values in (person.absent_from, person.absent_until) if len(values) > 1]
  if several:
    unreadable += [several[0][0]]
  elif person.absent_from or person.absent_until:
    try:
      intervals.append(read_interval("".join(person.absent_from).strip(),
                                     "".join(person.absent_until).strip(), zone))
    except Unreadable:
      unreadable.append((person.absent_from + person.absent_until)[0])
  return [interval for interval in intervals if interval], unreadable


# The contract, read again: who is on a list


class Person:
  """An entry that looks like a person; `counts` unless base or filter leave it out."""

  def __init__(self, dn, login):
    self.dn, self.login, self.counts, self.name = dn, login, True, login
    self.mails, self.roles, self.deputies, self.managers = [], [], [], []
    self.absence, self.absent_from, self.absent_until = [], [], []

  def __repr__(self):
    return self.login


class Answer:
  """What one list should be."""

  def __init__(self, block):
    self.block = block
    self.members, self.before, self.gaps = set(), set(), []
    self.standing, self.put = collections.defaultdict(set), set()
    self.unexplained = self.additions = 0  # removals and additions that count for the limits
    self.held = self.missing = False  # for what is asked for, a list that is not there
    self.replaced, self.explained, self.could, self.most = set(), set(), set(), 0  # rule 9
    self.stays = set()  # of `before`, by rules 1 and 7


class Reference:
  """Sections 3 and 4 for one town at one moment."""

  def __init__(self, town, moment):
    self.town, self.moment = town, moment
    self.people = {normal(p.dn): p for p in town.people if p.counts}
    self.errors, self.faults = set(), collections.defaultdict(set)
    self.absences = {p: read_absences(p, town.separator, town.zone)[0]
                     for p in self.people.values()}
    self.fallback = self.resolve_all(town.fallback)

  def bearers(self, text):
    """All that bear a login or mail address: those that bear it first, and the others."""
    first, other, text = set(), set(), text.lower()
    for person in self.people.values():
      mails = [mail.lower() for mail in sorted(person.mails, key=str.encode)]
      if text in [person.login.lower()] + mails[:1]:
        first.add(person)
      elif text in mails:
        other.add(person)
    return first, other

  def resolve(self, text):
    text = text.strip()
    if "=" in text:
      return self.people.get(normal(text))
    first, other = self.bearers(text)
    if len(first | other) == 1:
      return (first | other).pop()
    for rank in (first, other):
      found = {person for person in rank if person.mails}
      if found:
        return found.pop() if len(found) == 1 else None
    return None

  def is_nobodys(self, text):
    """No entry answers to a name, or more people than one that could be meant."""
    text = text.strip()
    if self.resolve(text):
      return False
    if "=" in text:
      return normal(text) not in self.town.all_entries()
    return any(self.bearers(text)) or not any(
        text.lower() in [p.login.lower()] + [mail.lower() for mail in p.mails]
        for p in self.town.people)

  def resolve_all(self, texts):
    return [p for p in map(self.resolve, texts) if p]

  def absent(self, person):
    """In an absence, or in a gap of up to absence.bridge between two."""
    intervals = [(start, end) for start, end in self.absences[person] if start < end]
    if any(start <= self.moment < end for start, end in intervals):
      return True
    ends = [end for _, end in intervals if end <= self.moment]
    starts = [start for start, _ in intervals if start > self.moment]
    return bool(ends and starts) and min(starts) - max(ends) <= self.town.bridge

  def lately_absent(self, person):
    """Absent, or within the last 31 days."""
    since = self.moment - 31 * DAY
    return self.absent(person) or any(start <= self.moment and end > since and start < end
                                      for start, end in self.absences[person])

  def on_leave(self, person):
    """In an absence that has an end, bridged gaps counted in."""
    if not self.absent(person):
      return False
    end, before = self.moment, None
    intervals = [(start, end) for start, end in self.absences[person] if start < end]
    while end != before and end != LAST:
      before = end
      end = max([end] + [last for first, last in intervals if first - end <= self.town.bridge])
    return end != LAST

  def available(self, person):
    return bool(person.mails) and not self.absent(person)

  def deputies(self, person):
    values = sorted(person.deputies, key=str.encode)
    return self.resolve_all(part for value in values for part in split(value, self.town.separator))

  def managers(self, person):
    return [self.people[normal(dn)] for dn in person.managers if normal(dn) in self.people]

  def holds(self, person, asked):
    role, _, scope = (part.strip() for part in asked.partition("/"))
    spellings = {spelling.lower() for spelling in [role] + ROLES[role]}
    values = [part for value in person.roles for part in split(value, self.town.separator)]
    for part in values + self.given(person):
      name, _, held = (word.strip() for word in part.partition("/"))
      if name.lower() in spellings and scope in ("", held):
        return True
    return False

  def given(self, person):
    """The roles that the feed gives now; a record means everybody who bears the login."""
    found = []
    for login, text, start, end in self.town.given:
      first, last = read_interval(start, end, self.town.zone) if start or end else (FIRST, LAST)
      if login.lower() == person.login.lower() and first <= self.moment < last:
        found += split(text, self.town.separator)
    return found

  def of_group(self, group, seen):
    """The people in it, and whether any entry is a member that is no group."""
    found, any_member = set(), False
    for dn in map(normal, self.town.groups[group]):
      if dn in self.people:
        found.add(self.people[dn])
        any_member = True
      elif dn in self.town.groups:
        if dn not in seen:
          seen.add(dn)
          inside, any_inside = self.of_group(dn, seen)
          found |= inside
          any_member |= any_inside
      else:
        any_member |= dn in self.town.all_entries()
    return found, any_member

  def required(self, block, answer):
    asked = block["to"]
    found = {p for p in self.people.values() for role in asked.get("roles", ())
             if self.holds(p, role)}
    for group in asked.get("groups", ()):
      if normal(group) in self.town.groups:
        inside, any_member = self.of_group(normal(group), {normal(group)})
        found |= inside
        answer.held |= not any_member
      else:
        answer.held = True
        self.faults["groups", group].add(block["list"])
    for key, names in (("people", asked.get("people", ())), ("keep", block.get("keep", ()))):
      for name in filter(self.is_nobodys, names):
        answer.held = True
        self.faults[key, name].add(block["list"])
    return found | set(self.resolve_all(asked.get("people", ())))

  def candidates(self, person, block):
    return (self.deputies(person) + self.resolve_all(block.get("deputies", ()))
            + self.managers(person) + self.fallback)

  def seek(self, candidates, seen):
    """The first available one, depth first; everyone looked at is in `seen`."""
    for candidate in candidates:
      if candidate in seen:
        continue
      seen.add(candidate)
      if self.available(candidate):
        return candidate
      found = self.seek(self.deputies(candidate), seen)
      if found:
        return found
    return None

  def reach(self, candidates, seen):
    for candidate in candidates:
      if candidate not in seen:
        seen.add(candidate)
        self.reach(self.deputies(candidate), seen)

  def steps_1_to_5(self, block, answer, required):
    answer.explained = set(self.resolve_all(block.get("deputies", ()))) | set(self.fallback)
    answer.most = block.get("at_least", 1) + sum(map(self.lately_absent, required))
    for person in required:
      seen = {person}
      self.reach(self.candidates(person, block), seen)
      answer.could |= seen - {person}
      if self.available(person):
        answer.put.add(person)
        continue
      if not person.mails and not self.on_leave(person):
        continue
      stand_in = self.seek(self.candidates(person, block), {person})
      if stand_in:
        answer.put.add(stand_in)
        answer.standing[normal(stand_in.dn)].add(normal(person.dn))
        if self.absent(person):
          answer.replaced.add(person)
      else:
        answer.gaps.append(f"nobody for {person}")
      if person.mails and (self.town.when_absent == "add" or not stand_in):
        answer.put.add(person)
    count = sum(map(self.available, answer.put))
    for person in self.resolve_all(block.get("deputies", ())) + self.fallback:
      if count < block.get("at_least", 1) and self.available(person) and person not in answer.put:
        answer.put.add(person)
        count += 1
    if count < block.get("at_least", 1):
      answer.gaps.append("too few")

  def step_6_to_9(self, block, answer, asked, kind):
    """Before any run, so no report shows whom postvagt put there."""
    keep = set(map(normal, block.get("keep", ())))
    wanted, replaced, explained, could, required = (
        {normal(p.dn) for p in people}
        for people in (answer.put, answer.replaced, answer.explained, answer.could, asked))
    answer.members = wanted | keep
    if not wanted:
      answer.gaps.append("nobody at all")
      answer.stays |= answer.before - answer.members
    elif answer.held:
      answer.stays |= answer.before - answer.members - replaced
    answer.members |= answer.stays
    if block.get("membership") == "additive":
      answer.members |= answer.before - required
    leaving = answer.before - answer.members - replaced - explained
    answer.unexplained = len(leaving - could) + max(0, len(leaving & could) - answer.most)
    joining = answer.members - answer.before
    if kind in ("ordinary", "critical"):
      joining -= (wanted - required) | {normal(p.dn) for p in asked if self.lately_absent(p)}
    answer.additions = len(joining)

  def answer(self, block, kind):
    answer = Answer(block)
    dn = normal(block["list"])
    answer.before = set(map(normal, self.town.lists.get(dn, ())))
    required = self.required(block, answer)
    if kind == "inform":
      answer.put = {p for p in required if p.mails}
    else:
      self.steps_1_to_5(block, answer, required)
    if dn not in self.town.lists and not self.town.create:
      answer.missing = True
      self.errors.add(dn)
    self.step_6_to_9(block, answer, required, kind)
    return answer

  def answers(self):
    """{(kind, list): Answer}, and whether a limit refuses it."""
    found, everyone, town = {}, set(), self.town
    for route in town.routes:
      for kind, block in blocks(route):
        answer = found[kind, normal(block["list"])] = self.answer(block, kind)
        if kind != "inform":
          everyone |= answer.put
    counted = [answer for answer in found.values() if not answer.missing]
    refused = any(max(counts, default=0) > per_list or sum(counts) > per_run
                  for counts, per_list, per_run in (
                      ([answer.unexplained for answer in counted], town.per_list, town.per_run),
                      ([answer.additions for answer in counted], *town.additions)))
    if town.mailbox:
      answer = Answer({"list": town.mailbox})
      answer.before = set(map(normal, town.lists.get(normal(town.mailbox), ())))
      answer.put = everyone
      for (kind, _), other in found.items():
        if kind != "inform":
          answer.stays |= other.stays & answer.before
      if normal(town.mailbox) not in town.lists and not town.create:
        answer.missing = True
        self.errors.add(normal(town.mailbox))
      self.step_6_to_9(answer.block, answer, (), "mailbox")
      found["mailbox", normal(town.mailbox)] = answer
    # One finding a fault, at the first of its lists; and one for a fallback that several bear.
    self.errors |= {normal(min(lists, key=str.encode)) for lists in self.faults.values()}
    if any("=" not in text and not self.resolve(text) and any(self.bearers(text))
           for text in town.fallback):
      self.errors.add("mailbox.fallback")
    return found, refused


def tags_of(route):
  return route["tag"] if isinstance(route["tag"], list) else [route["tag"]]


def blocks(route):
  """The blocks of a route, with what critical takes from it."""
  yield "ordinary", route
  if "critical" in route:
    inherited = {key: route[key] for key in ("deputies", "at_least", "membership", "keep")
                 if key in route}
    yield "critical", {**inherited, **route["critical"]}
  if "inform" in route:
    yield "inform", route["inform"]


# Making a town


class Town:
  """A municipality by chance: the same seed and moment, the same town."""

  def __init__(self, seed, base, now):
    self.chance, self.seed, self.base = random.Random(seed), seed, base
    pick = self.chance.choice
    self.separator = pick([";", ";", ";", "|", ""])
    self.when_absent = pick(["replace", "replace", "add"])
    self.bridge = pick([0, 0, 1, 24, 48, 72, 168]) * 3600 * SECOND
    self.create = self.maybe(0.5)
    self.own_attributes = self.maybe(0.3)
    self.zone = zoneinfo.ZoneInfo(pick(["Europe/Copenhagen"] * 5 + [
        "America/Nuuk", "Atlantic/Faroe", "America/New_York", "Pacific/Auckland", "UTC"]))
    self.member = pick(["member"] * 5 + ["uniqueMember"])
    local = now.astimezone(self.zone).replace(tzinfo=None)
    other = pick([datetime.datetime(2026, 10, 25, 2, 30), datetime.datetime(2026, 3, 29, 12),
                  datetime.datetime(2028, 2, 29, 23, 59, 59), datetime.datetime(2026, 12, 31),
                  datetime.datetime(2027, 1, 3, 7, 15), datetime.datetime(2026, 12, 24)])
    soon = local + datetime.timedelta(minutes=20)  # no absence comes or goes while it is compared
    self.moments = [soon, other, other + pick([DAY, -DAY, SECOND, -SECOND, 3 * DAY])]
    self.people, self.groups, self.lists, self.others, self.broken = [], {}, {}, [], {}
    self.people_bases = [f"ou=Medarbejdere,{base}"]
    if self.maybe(0.3):
      self.people_bases.append(f"ou=Skoler,{base}")
    if self.maybe(0.2):
      self.people_bases.append(f"ou=Børn og Unge,ou=Medarbejdere,{base}")
    self.filtered = self.maybe(0.4)
    self.make_people()
    self.fallback = self.references(pick([0, 0, 1, 1, 2, 3]))
    self.make_groups()
    self.routes = []
    self.mailbox = self.list_dn("Infrastrukturpostkassen") if self.maybe(0.7) else None
    self.make_routes()
    self.fill_lists()
    self.given = self.roles_by_feed()
    self.additions = random.Random(f"additions {seed}").choice(
        [(99, 999), (99, 999), (99, 999), (6, 999), (99, 15)])
    self.per_list, self.per_run = pick([(99, 99), (99, 99), (5, 25), (2, 99), (99, 3),
                                         (0, 99), (1, 1)])

  def maybe(self, odds):
    return self.chance.random() < odds

  def some(self, things, most):
    things = list(things)
    return self.chance.sample(things, min(len(things), self.chance.randint(0, most)))

  def list_dn(self, name):
    return f"cn={name},ou=Lister,{self.base}"

  def respell(self, dn):
    """The same DN otherwise written."""
    how = self.chance.randrange(5)
    if how == 0:
      return dn.upper() if "\\" not in dn else dn.swapcase() if dn.isascii() else dn
    if how == 1:
      return re.sub(r"(?<!\\),", " ,  ", dn)
    if how == 2:
      return "".join("".join(f"\\{byte:02X}" for byte in char.encode()) if ord(char) > 127 else char
                     for char in dn)
    return dn

  def reference(self, person=None):
    """A person by DN, login or mail; or nobody."""
    kind = self.chance.random()
    if kind < 0.07:
      return self.chance.choice(["findes.ikke", "ingen@eksempel.dk", "*", "a)(uid=*",
                                 f"uid=væk,ou=Medarbejdere,{self.base}"])
    person = person or self.chance.choice(self.people)
    ways = [person.login, person.login.upper(), person.dn, self.respell(person.dn)]
    ways += person.mails * 2 + [mail.title() for mail in person.mails]
    return self.chance.choice(ways)

  def references(self, count):
    return list(dict.fromkeys(self.reference() for _ in range(count)))

  def joined(self, parts):
    """Parts as one value or several, by the separator."""
    if not self.separator:
      return list(parts)
    values, blanks = [], ["", " ", "  "]
    for part in parts:
      if values and self.maybe(0.6):
        values[-1] += (self.chance.choice(blanks) + self.separator + self.chance.choice(blanks)
                       + part)
      else:
        values.append(part)
    return values

  def make_people(self):
    for number in range(self.chance.randint(4, 13)):
      login = f"p{number}"
      above = self.chance.choice(["ou=Medarbejdere"] * 5 + ["ou=Børn og Unge,ou=Medarbejdere",
                                                            "ou=Skoler", "ou=Andre"])
      rdn = self.chance.choice([f"uid={login}"] * 3 + [f"cn=Ågård\\, Bo {number}",
                                                       f"cn=Æ+Ø {number}".replace("+", "\\+")])
      person = Person(f"{rdn},{above},{self.base}", login)
      person.robot = self.maybe(0.1)
      person.counts = not (person.robot and self.filtered) and any(
          normal(person.dn)[-len(normal(base)):] == normal(base) for base in self.people_bases)
      if self.people and self.maybe(0.06):
        person.login = self.chance.choice(self.people).login
      if not self.maybe(0.13):
        person.mails = [f"{login}@eksempel.dk"]
        if self.maybe(0.15):
          person.mails.append(f"Anden.{login}@eksempel.dk")
        if self.maybe(0.12):
          person.mails.append("delt@eksempel.dk")
      self.people.append(person)
    for person in self.people:
      self.give_roles(person)
      person.deputies = self.distinct(self.joined(self.references(
          self.chance.choice([0, 0, 1, 1, 2, 3]))))
      if self.maybe(0.4):
        person.managers = [self.respell(self.chance.choice(self.people).dn) if self.maybe(0.95)
                           else f"uid=væk,{self.base}"]
      self.give_absences(person)

  @staticmethod
  def distinct(values, key=lambda value: " ".join(value.split()).lower()):
    return list({key(value): value for value in values}.values())

  def give_roles(self, person):
    parts = []
    for role in self.some(ROLES, 2):
      text = self.chance.choice(ROLES[role] + [role])
      text = self.chance.choice([text, text.upper(), text.lower(), text.title()])
      if self.maybe(0.5):
        slash = self.chance.choice(["/", " / ", "/ "])
        text += slash + self.chance.choice(SCOPES)
      parts.append(text)
    if self.maybe(0.2):
      parts.append(self.chance.choice(["andet", "superbruger2", "super",
                                       "infrastrukturansvarlige"]))
    person.roles = self.distinct(self.joined(parts))

  def roles_by_feed(self):
    """(login, roles, from, until) of a feed that gives roles, in every other town; its chances are its own."""
    chance = random.Random(f"{self.seed} roller")
    known = [person for person in self.people if person.counts]
    if chance.random() < 0.5 or not known:
      return []
    around = [moment.date() + DAY * days for moment in self.moments for days in (-9, -1, 0, 1, 9)]
    given = []
    for person in chance.choices(self.people, k=chance.randint(0, 6)) + [chance.choice(known)]:
      role = chance.choice(list(ROLES))
      texts = [chance.choice(ROLES[role] + [role]) + chance.choice(["", "", "/SAPA", "/sapa", " / KY", "/Æble og Ø"]),
               "sagsbehandler"]
      start, end = sorted(chance.choices(around, k=2))
      login = chance.choice([person.login, person.login.upper()])
      given.append((login, self.separator.join(texts[:chance.randint(1, 2 if self.separator else 1)]),
                    start.isoformat() if chance.random() < 0.5 else "", end.isoformat() if chance.random() < 0.5 else ""))
    return given

  # Absences, written in every way

  def write_date(self, date):
    return self.chance.choice([
        date.isoformat(), date.isoformat(), date.strftime("%Y%m%d"), date.strftime("%d-%m-%Y"),
        date.strftime("%d.%m.%Y"), f"{date.day}.{date.month}.{date.year}",
        f"{date.day}-{date.month}-{date.year}"])

  def write_moment(self, local):
    aware = local.replace(tzinfo=self.zone, fold=self.chance.randrange(2))
    utc = aware.astimezone(UTC)
    if utc.astimezone(self.zone).replace(tzinfo=None) != local:  # an hour that never comes
      aware = (utc + 5 * datetime.timedelta(hours=1)).astimezone(self.zone)
      utc, local = aware.astimezone(UTC), aware.replace(tzinfo=None)
    there = utc.astimezone(datetime.timezone(datetime.timedelta(
        hours=self.chance.choice([1, 2, -5, 9]))))
    since = utc - datetime.datetime(1601, 1, 1, tzinfo=UTC)
    zone = there.strftime("%z")
    return self.chance.choice([
        local.isoformat(), local.strftime("%Y%m%dT%H%M%S"), utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        there.isoformat(), there.strftime("%Y%m%dT%H%M%S%z"), utc.strftime("%Y%m%d%H%M%SZ"),
        utc.strftime("%Y%m%d%H%M%S.0Z"), there.strftime("%Y%m%d%H%M%S%z"),
        there.strftime("%Y-%m-%dT%H:%M:%S") + zone[:3], local.strftime("%d.%m.%YT%H:%M:%S"),
        str((since.days * 86400 + since.seconds) * 10_000_000)])

  def write_side(self, about):
    offset = self.chance.choice([0, 0, 1, -1, 3, -3, 30, -30, 400, -400]) * DAY
    if self.maybe(0.4):
      return self.write_date((about + offset).date())
    nearer = self.chance.choice([datetime.timedelta(0), SECOND, -SECOND, 3600 * SECOND,
                                 -3600 * SECOND])
    return self.write_moment((about + offset + nearer).replace(microsecond=0))

  def write_interval(self, about):
    kind = self.chance.random()
    if kind < 0.15:
      return self.chance.choice([
          "i morgen", "/", "2026-02-30/2026-03-01", "31-11-2026", "2026-13-01", "2026-W54-1",
          "2026-366", "2026-07-09T25:00/", "ferie/fri", "2026-07-01/2026-07-02/2026-07-03", " / ",
          "0/", "9223372036854775807/2030-01-01", "2026-07-10/2026-07-09", "2026-00-10",
          "29-02-2027", "20260230000000Z/"])
    if kind < 0.3:
      return self.write_date((about + self.chance.choice([0, 0, 1, -1]) * DAY).date())
    start = "" if self.maybe(0.15) else self.write_side(about)
    end = "" if self.maybe(0.15) and start else self.chance.choice(
        [self.write_side(about)] * 8 + (list(NEVER) if start else []))
    return start + self.chance.choice(["/", "/", " / ", "/ "]) + end

  def give_absences(self, person):
    about = [self.chance.choice(self.moments) for _ in range(4)]
    if self.maybe(0.45):
      person.absence = self.distinct(self.joined(
          self.write_interval(about[0]) for _ in range(self.chance.randint(1, 3))))
    if self.maybe(0.25):
      most = 2 if self.own_attributes and self.maybe(0.2) else 1
      if self.maybe(0.8):
        person.absent_from = self.distinct(self.write_side(about[1]) for _ in range(most))
        if self.maybe(0.1):
          person.absent_from = [self.chance.choice(NEVER)]
      if self.maybe(0.8) or not person.absent_from:
        person.absent_until = [self.write_side(about[2])]
        if person.absent_from and self.maybe(0.1):
          person.absent_until = [self.chance.choice(NEVER)]
    self.broken[person] = read_absences(person, self.separator, self.zone)[1]

  # Groups, routes, lists

  def make_groups(self):
    names = [f"cn=G{number} Æ,ou=Grupper,{self.base}"
             for number in range(self.chance.randint(0, 4))]
    printer = f"cn=printer,{self.base}"
    self.others.append((printer, {"objectClass": "device", "cn": "printer"}))
    for dn in names:
      members = [person.dn for person in self.some(self.people, 4)]
      members += self.some(names, 2) + [printer] * self.maybe(0.15)
      members += [f"cn=Borte,ou=Grupper,{self.base}"] * self.maybe(0.15)
      members = members or [dn]
      self.chance.shuffle(members)
      self.groups[normal(dn)] = members

  def make_block(self, name, kind):
    asked = {"roles": [role + self.chance.choice(["", "", "/SAPA", "/KY", "/Æble og Ø"])
                       for role in self.some(ROLES, 2)],
             "groups": [self.respell(self.group_dn(group)) for group in self.some(self.groups, 2)],
             "people": self.references(self.chance.choice([0, 0, 1, 2]))}
    if self.maybe(0.08):
      asked["groups"].append(f"cn=Væk,ou=Grupper,{self.base}")
    if not any(asked.values()):
      asked["people"] = self.references(1)
    block = {"list": self.respell(self.list_dn(name)),
             "to": {key: value for key, value in asked.items() if value}}
    if kind == "inform":
      return block
    if self.maybe(0.35):
      block["deputies"] = self.references(self.chance.randint(1, 3))
    if self.maybe(0.5):
      block["at_least"] = self.chance.randint(1, 4)
    if self.maybe(0.5):
      block["membership"] = self.chance.choice(["exact", "additive", "additive"])
    if self.maybe(0.25):
      keep = [self.list_dn("Arkiv")] + [self.chance.choice(self.people).dn] * self.maybe(0.4)
      block["keep"] = [self.respell(dn) for dn in keep]
    return block

  def group_dn(self, group):
    return ",".join(f"{name}={value}" for name, value in group)

  def make_routes(self):
    for tag in self.chance.sample(TAGS, self.chance.randint(1, len(TAGS))):
      name = "Infra-Øvrige" if tag == "*" else f"Infra-{tag}"
      route = {"tag": tag, **self.make_block(name, "ordinary")}
      if self.maybe(0.35):
        route["critical"] = self.make_block(f"{name}-Kritisk", "critical")
      if self.maybe(0.35):
        route["inform"] = self.make_block(f"{name}-Orientering", "inform")
      if tag != "*" and random.Random(f"{self.seed} {tag}").random() < 0.3:
        route["tag"] = [tag, f"{tag}-også"]  # not in the catalogue, and carried out all the same
      self.routes.append(route)

  def all_entries(self):
    return ({normal(person.dn) for person in self.people} | set(self.groups) | set(self.lists)
            | {normal(dn) for dn, _ in self.others})

  def all_lists(self):
    found = [block["list"] for route in self.routes for _, block in blocks(route)]
    return found + [self.mailbox] * bool(self.mailbox)

  def fill_lists(self):
    arkiv = self.list_dn("Arkiv")
    self.lists[normal(arkiv)] = [self.people[0].dn]
    for dn in self.all_lists():
      if self.maybe(0.1):
        continue
      members = [self.respell(person.dn) for person in self.some(self.people, 6)]
      members += [f"uid=laga{n},ou=Medarbejdere,{self.base}" for n in range(2) if self.maybe(0.15)]
      members += [arkiv] * self.maybe(0.2)
      self.lists[normal(dn)] = members

  # Files and entries

  ATTRIBUTES = {"role": "title", "deputy": "businessCategory", "absence": "departmentNumber",
                "absent_from": "roomNumber", "absent_until": "carLicense"}
  DEFAULTS = {"role": "postvagtRole", "deputy": "postvagtDeputy", "absence": "postvagtAbsence",
              "absent_from": "postvagtAbsentFrom", "absent_until": "postvagtAbsentUntil"}

  def person_entry(self, person):
    names = self.ATTRIBUTES if self.own_attributes else self.DEFAULTS
    attributes = {"objectClass": ["inetOrgPerson", "postvagtPerson"], "sn": person.name,
                  "displayName": f"Navn {person.name}", "uid": person.login, "mail": person.mails,
                  "manager": person.managers, names["role"]: person.roles,
                  names["deputy"]: person.deputies, names["absence"]: person.absence,
                  names["absent_from"]: person.absent_from,
                  names["absent_until"]: person.absent_until,
                  "employeeType": ["robot"] * person.robot, "cn": person.name}
    return person.dn, attributes

  def entries(self):
    yield self.base, {"objectClass": "organizationalUnit"}
    for unit in ("Medarbejdere", "Skoler", "Andre", "Grupper", "Lister"):
      yield f"ou={unit},{self.base}", {"objectClass": "organizationalUnit"}
    yield f"ou=Børn og Unge,ou=Medarbejdere,{self.base}", {"objectClass": "organizationalUnit"}
    yield from self.others
    for person in self.people:
      yield self.person_entry(person)
    for dn, members in self.groups.items():
      unique = len(members) % 2
      yield self.group_dn(dn), {"objectClass": "groupOfUniqueNames" if unique else "groupOfNames",
                                "uniqueMember" if unique else "member": members}
    for dn, members in self.lists.items():
      kind = "groupOfNames" if self.member == "member" else "groupOfUniqueNames"
      classes = [kind] if members else ["organizationalRole", "extensibleObject"]
      yield self.group_dn(dn), {"objectClass": classes + ["postvagtList"], self.member: members}

  def text(self):
    out = []
    for dn, attributes in self.entries():
      pairs = []
      for name, values in attributes.items():
        pairs += [(name, value) for value in ([values] if isinstance(values, str) else values)]
      (name, value), *_ = normal_case(dn)
      if (name, value.lower()) not in [(key, text.lower()) for key, text in pairs]:
        pairs.append((name, value))
      out.append(ldif.record(dn, pairs))
    return "".join(out)

  def settings(self, url):
    people = {"base": self.people_bases, "separator": self.separator}
    if self.filtered:
      people["filter"] = "(&(objectClass=person)(!(employeeType=robot)))"
    if self.own_attributes:
      people["attributes"] = self.ATTRIBUTES
    mailbox = {"fallback": self.fallback}
    if self.mailbox:
      mailbox["list"] = self.mailbox
    return {"language": "en",
            "directory": {"url": url, "base": self.base, "timeout": "10s", "kind": "openldap",
                          "bind": {"mechanism": "simple", "dn": AGENT,
                                   "password_file": "../secret"}},
            "people": people, "mailbox": mailbox,
            "lists": {"create": self.create, "member_attribute": self.member},
            "absence": {"timezone": self.zone.key, "when_absent": self.when_absent,
                        "bridge": f"{int(self.bridge / SECOND)}s"},
            "mapping": {"tags": "tags.yaml", "roles": "roles.yaml", "routes": "routes.yaml"},
            "limits": {"removals_per_list": self.per_list, "removals_per_run": self.per_run,
                       "additions_per_list": self.additions[0],
                       "additions_per_run": self.additions[1]},
            "reports": {"directory": "reports"}}


def normal_case(dn):
  """(name, value) of each part of a DN, unescaped, in its own case."""
  for part in re.split(r"(?<!\\),", dn):
    name, _, value = part.partition("=")
    yield name, re.sub(r"\\(.)", r"\1", value)


# Comparing


class Comparison:
  """What differs between the program and the reference."""

  def __init__(self, town):
    self.town, self.problems, self.prefix = town, [], ""

  def same(self, got, expected, what):
    if got != expected:
      if isinstance(got, dict) and isinstance(expected, dict):  # only what differs
        keys = [key for key in {**got, **expected} if got.get(key) != expected.get(key)]
        got, expected = ({show(key): show(side.get(key)) for key in keys}
                         for side in (got, expected))
      self.problems.append(f"{self.prefix}{what}\n     got {show(got)}\nexpected {show(expected)}")

  def check(self, fact, what):
    if not fact:
      self.problems.append(self.prefix + what)

  def plan(self, plan, reference, found):
    lists = {(item["kind"], normal(item["list"])): item for item in plan["lists"]}
    expected = {key for key, answer in found.items() if not answer.missing}
    self.same({key for key in lists if key in expected or key not in found}, expected, "lists")
    tags = {("mailbox", normal(self.town.mailbox or "")): [None]}
    for route in self.town.routes:
      tags.update({(kind, normal(block["list"])): tags_of(route) for kind, block in blocks(route)})
    names = [item["list"].encode() for item in plan["lists"]]
    self.same(names, sorted(names), "order of lists")
    for key in expected & set(lists):
      self.list(lists[key], found[key], f"{key[0]} {lists[key]['list']}")
      self.same(lists[key]["tag"], tags[key][0], f"tag of {key}")
      self.same(lists[key].get("tags", tags[key][:1]), tags[key], f"tags of {key}")
    errors = {normal(f["where"]) if "=" in f["where"] else f["where"]
              for f in plan["findings"] if f["severity"] == "error"}
    self.same(errors, reference.errors, "where errors are")
    self.broken(plan["findings"], reference, found)

  def list(self, item, answer, what):
    members = [normal(member["dn"]) for member in item["members"]]
    self.same(len(set(members)), len(members), f"{what}: each once")
    self.same(set(members), answer.members, f"{what}: members")
    self.same(set(map(normal, item["add"])), answer.members - answer.before, f"{what}: add")
    self.same(set(map(normal, item["remove"])), answer.before - answer.members, f"{what}: remove")
    self.same(bool(item["gaps"]), bool(answer.gaps), f"{what}: gaps {item['gaps']} {answer.gaps}")
    for dns in ([member["dn"] for member in item["members"]], item["add"], item["remove"]):
      self.same(dns, sorted(dns, key=str.encode), f"{what}: order")
    for member in item["members"]:
      self.check(member["why"] and all(member["why"]), f"{what}: no why for {member['dn']}")
      if item["kind"] != "mailbox":
        self.same(set(map(normal, member["standing_in_for"])),
                  answer.standing[normal(member["dn"])], f"{what}: {member['dn']} standing in for")

  def broken(self, findings, reference, found):
    """Unreadable absences of whoever is asked for are findings that name person and value."""
    said = [(normal(finding["where"]), " ".join(finding["what"].split())) for finding in findings
            if "=" in finding["where"]]
    asked = set()
    for answer in found.values():
      if "to" in answer.block:
        asked |= reference.required(answer.block, Answer(answer.block))
    for person in asked:
      for value in self.town.broken[person]:
        text = " ".join(value.split())
        if re.search("[^\\W\\d_]", re.sub("T|Z|NULL", "", text)):
          text = "not shown"
        self.check(any(where == normal(person.dn) and text in what for where, what in said),
                   f"no finding for {person} and {value!r}: {said}")
    readable = {normal(p.dn) for p, values in self.town.broken.items() if not values}
    for finding in findings:
      if "absen" in finding["what"] and "=" in finding["where"]:
        self.check(normal(finding["where"]) not in readable, f"a finding for nothing: {finding}")


def show(thing):
  if isinstance(thing, (set, frozenset)):
    return sorted(map(show, thing))
  if isinstance(thing, tuple) and thing and isinstance(thing[0], tuple):
    return thing[0][1]
  if isinstance(thing, tuple):
    return tuple(map(show, thing))
  return thing


def directory_lists(world, town):
  found = {}
  for dn, attributes in world.search(f"ou=Lister,{town.base}").items():
    if not dn.startswith("ou="):
      found[normal(dn)] = {normal(value) for name, value in attributes
                           if name == town.member.lower()}
  return found


def compare_plans(world, town, comparison):
  for moment in town.moments[1:]:
    text, when = moment.isoformat(), moment.replace(tzinfo=town.zone).astimezone(UTC)
    if town.maybe(0.3):
      text, when = text + "Z", moment.replace(tzinfo=UTC)
    comparison.prefix = f"--at {text}: "
    reference = Reference(town, when)
    found, refused = reference.answers()
    result = world.run("--json", "plan", "--at", text)
    comparison.same(result.status, 3 if refused else 0, "status of plan")
    comparison.plan(result.json(), reference, found)
  comparison.prefix = ""


def compare_apply(world, town, comparison):
  reference = Reference(town, datetime.datetime.now(UTC))
  found, refused = reference.answers()
  plan = world.run("--json", "plan")
  comparison.same(plan.status, 3 if refused else 0, "status of plan")
  comparison.plan(plan.json(), reference, found)
  before = directory_lists(world, town)
  status = 3 if refused else 4 if reference.errors else 0
  result = world.run("apply")
  after = directory_lists(world, town)
  comparison.same(result.status, status, f"status of apply\n{result}")
  expected = dict(before)
  if not refused:
    for (_, dn), answer in found.items():
      if not answer.missing and (dn in before or answer.members):
        expected[dn] = answer.members
  comparison.same(after, expected, "lists after apply")
  folder = os.path.join(os.path.dirname(world.config), "reports")
  reports = [{name for name in os.listdir(folder) if name.endswith(".ldif")} if os.path.isdir(folder) else set()]
  comparison.same(len(reports[0]), 2 if refused or after != before else 0, "files of apply")
  compare_replay(world, town, comparison, (folder, reports[0]), (before, after))
  if not refused:
    result = world.run("apply")
    comparison.same(result.status, status, f"status of the second apply\n{result}")
    comparison.same(directory_lists(world, town), after, "lists after the second apply")
    reports.append({name for name in os.listdir(folder) if name.endswith(".ldif")} if os.path.isdir(folder) else set())
    comparison.same(reports[1], reports[0], "reports of the second apply")


def compare_replay(world, town, comparison, reports, states):
  """The undo file takes everything back, and the report makes it again."""
  folder, names = reports
  for name, state in zip(sorted(names, key=lambda name: "undo" not in name), states):
    run = world._ldap("ldapmodify", "-f", os.path.join(folder, name), dn=AGENT, password=PASSWORD,
                      check=False)
    comparison.same(run.returncode, 0, f"status of ldapmodify -f {name}: {run.stderr}")
    comparison.same(directory_lists(world, town), state, f"lists after ldapmodify -f {name}")


def write_feed(world, town, folder):
  """The feed of roles, where the town has one, for its settings."""
  if not town.given:
    return []
  world.write(f"{folder}/roller.json", json.dumps([
      {"bruger": login, "rolle": text, "fra": start, "til": end} for login, text, start, end in town.given]))
  return [{"name": "rollekatalog", "gives": "roles", "format": "json", "records": "", "match": "uid",
           "fields": {"person": "bruger", "role": "rolle", "from": "fra", "until": "til"},
           "url": "file://" + world.path(f"{folder}/roller.json")}]


def open_town(world, seed):
  """A town, and the program's files for it."""
  base = f"ou=w{seed},{SUFFIX}"
  town = Town(seed, base, datetime.datetime.now(UTC))
  folder = world.path(f"w{seed}")
  os.mkdir(folder)
  world.config = os.path.join(folder, "postvagt.yaml")
  world._ldap("ldapadd", text=town.text())
  settings = town.settings(world.server["URL"])
  settings["absence"]["feeds"] = write_feed(world, town, f"w{seed}")
  world.write_yaml(f"w{seed}/postvagt.yaml", settings)
  source = {"name": "scenario", "version": "1"}
  world.write_yaml(f"w{seed}/tags.yaml", {"source": source, "tags": [
      {"id": tag, "subject": [f"[{tag}]"], "title": {"da": tag}} for tag in TAGS if tag != "*"]})
  world.write_yaml(f"w{seed}/roles.yaml", {"source": source, "roles": [
      {"id": role, "title": {"da": role}, "values": values} for role, values in ROLES.items()]})
  world.write_yaml(f"w{seed}/routes.yaml", {"routes": town.routes})
  return town


def compare(world, seed):
  """What differs in one town, as texts."""
  town = open_town(world, seed)
  comparison = Comparison(town)
  compare_plans(world, town, comparison)
  compare_apply(world, town, comparison)
  return comparison.problems


def compare_towns(world, compare_one):
  """As many towns as WORLDS says, all on one server."""
  agent = f'by dn.exact="{AGENT}" write by users read'
  world.start(write_files=False, LOGLEVEL="none", ACL="\n".join([
      "access to attrs=userPassword by anonymous auth by * none",
      f"access to attrs=member,uniqueMember,entry,children {agent}", "access to * by users read"]))
  first, count = int(os.environ.get("SEED", "1")), int(os.environ.get("WORLDS", "25"))
  failed = []
  for seed in range(first, first + count):
    problems = compare_one(world, seed)
    if problems:
      failed.append(f"SEED={seed}: " + "\n".join(problems))
  if failed:
    raise Failure(f"{len(failed)} of {count} towns differ\n" + "\n\n".join(failed))


@scenario
@openldap_only("towns as OpenLDAP has them")
def random_municipalities(world):
  compare_towns(world, compare)
