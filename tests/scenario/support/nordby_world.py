"""Nordby: the directory of tests/servers/nordby.py in a domain controller of its own, and its five lists.

`first_plan()` reads the rules of the contract a second time, as far as five lists need them, from the LDIF and the JSON
that the generator wrote; the scenarios hold it against what an admin worked out by hand, and the program against both.
"""
import datetime
import json
import os
import re
import subprocess
import sys
import zoneinfo

import ldif
from samba_domain import ACCOUNT, Domain
from world import ROOT, normal

GENERATOR = os.path.join(ROOT, "tests", "servers", "nordby.py")
SUFFIX = "DC=ad,DC=nordby-kommune,DC=dk"
TOP = f"OU=Nordby Kommune,{SUFFIX}"
LISTS = f"OU=Infrastrukturpost,OU=Distributionslister,OU=Grupper,{TOP}"
MAILBOXES = f"OU=Fællespostkasser og lokaler,{TOP}"
GROUPS = f"OU=Globale grupper (roller),OU=Grupper,{TOP}"
ACCESS = f"OU=Domænelokale grupper (adgang),OU=Grupper,{TOP}"
AGENT = f"CN=postvagt,CN=Users,{SUFFIX}"
PASSWORD = "Nordby-postvagt-1"
ATTRIBUTES = {"role": "extensionAttribute10", "deputy": ["secretary", "assistant"], "absence": "extensionAttribute12"}
COPENHAGEN = zoneinfo.ZoneInfo("Europe/Copenhagen")
DAY = re.compile(r"(\d\d)-(\d\d)-(\d{4})/(\d\d)-(\d\d)-(\d{4})$")  # how absences stand in Nordby's directory


def read_directory(world):
  """Generate it; returns the LDIF's path, its entries by DN, and the JSON."""
  paths = world.path("nordby.ldif"), world.path("nordby.json")
  subprocess.run([sys.executable, GENERATOR, *paths], check=True)
  with open(paths[0], encoding="utf-8") as file:
    entries = ldif.parse(file.read())
  with open(paths[1], encoding="utf-8") as file:
    return paths[0], entries, json.load(file)


def five_routes():
  """What an admin would begin with: the lists that are there, two tags on one of them."""
  def dn(name, unit=LISTS):
    return f"CN={name},{unit}"
  return [
      {"tag": "serviceplatformen", "list": dn("Infra - Serviceplatformen"), "to": {"roles": ["infrastrukturansvarlig"]},
       "keep": [f"CN=KMD Driftscenter,OU=Kontakter,{TOP}"]},
      {"tag": "driftsforstyrrelse", "list": dn("Infra - Driftsforstyrrelser"),
       "to": {"groups": [dn("DL-Infrastruktur-modtagere-R", ACCESS)]},
       "critical": {"list": dn("Infra-Driftsforstyrrelser KRITISK!"), "to": {"groups": [dn("GG-It-Vagt (døgn)", GROUPS)]}}},
      {"tag": ["sikkerhed", "certifikat"], "list": dn("Infra - Sikkerhed & certifikater"),
       "to": {"groups": [dn("GG-Sikkerhed\\, persondata og DPO", GROUPS)]}},
      {"tag": "ydelsesindeks", "list": dn("Infra - Ydelser"), "to": {"roles": ["systemansvarlig/KY"]},
       "deputies": ["fp007"]},
      {"tag": "*", "list": dn("Infra - Øvrige"), "to": {"roles": ["infrastrukturejer"]},
       "deputies": ["lene.dalsgaard@nordby-kommune.dk"], "at_least": 2},
  ]


def start(world):
  """The domain, an account with the narrow right, and the files as an admin would write them."""
  path, world.nordby, facts = read_directory(world)
  world.own = Domain(world.path("dc"), DNS="ad.nordby-kommune.dk", SCHEMA="exchange", ACCOUNT="no").start(path)
  world.suffix, world.lists_base, world.agent, world.password = SUFFIX, LISTS, AGENT, PASSWORD
  for key, person in facts["keys"].items():
    world.name(key, person["dn"])
  world.keys = facts["keys"]
  secret = world.write("account.secret", PASSWORD + "\n", 0o600)
  subprocess.run([ACCOUNT, "--lists", LISTS, "--read", SUFFIX, "--password-file", secret, "--", world.server["SAM"],
                  world.server["SMB_CONF"]], check=True, capture_output=True)
  write_files(world)
  return world


def write_files(world):
  world.write("secret", PASSWORD + "\n", 0o600)
  world.write_yaml("postvagt.yaml", {
      "language": "en",
      "directory": {**world.way(), "base": SUFFIX,
                    "bind": {"mechanism": "simple", "dn": AGENT, "password_file": "secret"}},
      "people": {"base": TOP, "attributes": ATTRIBUTES, "separator": ";", "mailboxes": "(sAMAccountName=fp*)"},
      "mailbox": {"name": "Infrastrukturpostkassen", "address": "infrastrukturpostkassen@nordby-kommune.dk",
                  "fallback": [f"CN={mailbox(world)},{MAILBOXES}"]},
      "mapping": {"tags": os.path.join(ROOT, "mappings", "tags.yaml"),
                  "roles": os.path.join(ROOT, "mappings", "roles.yaml"), "routes": "routes.yaml"},
      "reports": {"directory": "reports"},
  })
  world.write_yaml("routes.yaml", {"routes": five_routes()})


def mailbox(world):
  """The name of a shared mailbox, which ends in 12: the generator draws the middle of it."""
  [dn] = [dn for dn in world.nordby if dn.endswith(MAILBOXES) and dn.startswith("CN=Fællespostkasse ")
          and dn.partition(",")[0].endswith(" 12")]
  return dn.partition(",")[0][3:]


def members(world):
  """{name of the list: DNs of its members}, in one spelling."""
  return {dn.partition(",")[0][3:]: {normal(value) for name, value in pairs if name == "member"}
          for dn, pairs in world.search(LISTS, "member", where="(objectClass=group)").items()}


class Reader:
  """The rules, read a second time: slow, plain, and of these five lists only."""

  def __init__(self, entries, at):
    self.at = datetime.datetime.fromisoformat(at).replace(tzinfo=COPENHAGEN)
    self.entries = {normal(dn): (dn, pairs) for dn, pairs in entries.items()}

  def values(self, dn, name):
    return [value for key, value in self.entries[normal(dn)][1] if key == name.lower()]

  def first(self, dn, name):
    return next(iter(self.values(dn, name)), None)

  def is_mailbox(self, dn):
    return (self.first(dn, "sAMAccountName") or "").startswith("fp")

  def is_person(self, dn):
    return normal(dn) in self.entries and "user" in self.values(dn, "objectClass")

  def address(self, dn):
    primary = [value[5:] for value in self.values(dn, "proxyAddresses") if value.startswith("SMTP:")]
    return self.first(dn, "mail") or next(iter(primary), None)

  def is_reachable(self, dn):
    disabled = int(self.first(dn, "userAccountControl")) & 2 and not self.is_mailbox(dn)
    expires = int(self.first(dn, "accountExpires") or 0)
    expired = expires and datetime.datetime.fromtimestamp(expires / 10**7 - 11644473600, COPENHAGEN) <= self.at
    return bool(self.address(dn)) and not disabled and not expired

  def is_absent(self, dn):
    for value in self.values(dn, "extensionAttribute12"):
      match = DAY.match(value)
      if match:
        d1, m1, y1, d2, m2, y2 = map(int, match.groups())
        if datetime.date(y1, m1, d1) <= self.at.date() <= datetime.date(y2, m2, d2):
          return True
    return False

  def is_available(self, dn):
    return self.is_reachable(dn) and not self.is_absent(dn)

  def find(self, reference):
    """A DN, a login or a mail address."""
    if "=" in reference:
      return self.entries[normal(reference)][0]
    [dn] = [dn for dn, _ in self.entries.values() if self.is_person(dn) and reference.lower() in (
        (self.first(dn, "sAMAccountName") or "").lower(), (self.first(dn, "mail") or "").lower())]
    return dn

  def holders(self, role):
    wanted = role.lower().partition("/")[0], role.partition("/")[2]
    for dn, _ in self.entries.values():
      for value in (self.first(dn, "extensionAttribute10") or "").split(";"):
        name, _, scope = value.strip().partition("/")
        if name.lower() == wanted[0] and (not wanted[1] or scope == wanted[1]) and not self.is_mailbox(dn):
          yield dn

  def group_people(self, group, seen):
    for dn in self.values(group, "member"):
      if self.is_person(dn):
        yield self.entries[normal(dn)][0]
      elif "group" in self.values(dn, "objectClass") and normal(dn) not in seen:
        seen.add(normal(dn))
        yield from self.group_people(dn, seen)

  def required(self, to):
    found = [dn for role in to.get("roles", []) for dn in self.holders(role)]
    for group in to.get("groups", []):
      found += self.group_people(group, {normal(group)})
    return dict.fromkeys(found)

  def deputies(self, dn):
    return self.values(dn, "secretary") + self.values(dn, "assistant")

  def stand_in(self, person, route, fallback):
    seen = {person}

    def look(candidates):
      for candidate in candidates:
        dn = self.find(candidate)
        if dn in seen:
          continue
        seen.add(dn)
        found = dn if self.is_available(dn) else look(self.deputies(dn))
        if found:
          return found
      return None

    return look([*self.deputies(person), *route, *self.values(person, "manager"), *fallback])

  def members(self, block, route, fallback):
    """Who is on the list, by steps 1 to 6; DNs."""
    deputies = block.get("deputies", route.get("deputies", []))
    people = set()
    for dn in self.required(block["to"]):
      if not self.is_reachable(dn):
        continue
      stand_in = self.stand_in(dn, deputies, fallback) if self.is_absent(dn) else None
      people.add(stand_in or dn)
    for reference in [*deputies, *fallback]:
      dn = self.find(reference)
      if sum(map(self.is_available, people)) < block.get("at_least", route.get("at_least", 1)) and self.is_available(dn):
        people.add(dn)
    return people | {self.find(dn) for dn in block.get("keep", route.get("keep", []))}

  def first_plan(self, routes, fallback):
    """{list: DNs of its members}"""
    plan = {}
    for route in routes:
      for block in [route, *([route["critical"]] if "critical" in route else [])]:
        plan[self.entries[normal(block["list"])][0]] = self.members(block, route, fallback)
    return plan
