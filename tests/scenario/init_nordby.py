"""postvagt init on nordby (tests/servers/nordby.py): what it proposes is what somebody who knows that directory would."""
import base64
import os
import re
import shlex
import shutil
import subprocess

import ldif
from samba_domain import ACCOUNT, Domain
from scenario import active_directory_only, scenario
from world import ROOT, Failure, equal, normal

NORDBY = os.path.join(ROOT, "tests", "servers", "nordby.py")
LISTS = "OU=Infrastrukturpost,OU=Distributionslister,OU=Grupper,OU=Nordby Kommune,DC=ad,DC=nordby-kommune,DC=dk"
PEOPLE = "OU=Brugere,OU=Nordby Kommune,DC=ad,DC=nordby-kommune,DC=dk"
AT = "2026-11-30T12:00:00"
SOEREN, BIRGITTE = "Søren Ågård", r"Lyngsø\, Birgitte"  # as their DNs have it
BOTH = {BIRGITTE, SOEREN}  # who hold infrastrukturansvarlig and have not left

# By hand: each list, the first of its tags, its kind, and who is to join. Birgitte is on the first one already.
# "Alle i Nordby", the GG- groups and all that is built in are no lists; there is none for the other tags.
EXPECTED = {
    "Infra - Serviceplatformen": ("serviceplatformen", "ordinary", {SOEREN}),
    "Infra - Ydelser": ("ydelsesindeks", "ordinary", BOTH),
    "Infra - Driftsforstyrrelser": ("driftsforstyrrelse", "ordinary", BOTH),
    "Infra-Driftsforstyrrelser KRITISK!": ("driftsforstyrrelse", "critical", BOTH),
    "Infra - Sikkerhed & certifikater": ("sikkerhed", "ordinary", BOTH),
    "Infra - Øvrige": ("*", "ordinary", BOTH),
}


def leaf(dn):
  return ldif.unescape(dn.split(",OU=")[0].split("=", 1)[1])


def start(world):
  """The domain; returns its entries, as ldif.parse() has them. The world's files are for init to write."""
  path, names = world.path("nordby.ldif"), world.path("nordby.json")
  subprocess.run([NORDBY, path, names], check=True, capture_output=True)
  world.own = Domain(world.path("dc"), DNS="ad.nordby-kommune.dk", SCHEMA="exchange").start(path)
  world.agent, world.password = world.server["ACCOUNT_DN"], world.server["ACCOUNT_PASSWORD"]
  world.write("secret", world.password + "\n", 0o600)
  for name in ("tags.yaml", "roles.yaml"):
    shutil.copy(os.path.join(ROOT, "mappings", name), world.path(name))
  with open(path, encoding="utf-8") as file:
    return ldif.parse(file.read())


def init(world, *options):
  return world.run(*options, "init", "--url", world.server["LDAPS_URL"], "--ca-file", world.server["CA"],
                   "--bind", world.agent, "--password-file", "secret", status=0, config=False)


def is_disabled(attributes):
  return any(int(value) & 2 for name, value in attributes if name == "useraccountcontrol")


def has(attributes, name, start=""):
  return any(value.startswith(start) for key, value in attributes if key == name)


def people_found(world, settings):
  """The DNs that base and filter of the settings find, asked of the domain; one spelling each."""
  base = re.search(r'^  base: "(OU=.*)"$', settings, re.MULTILINE).group(1)
  wanted = re.search(r'^  filter: "(.*?)"$', settings, re.MULTILINE | re.DOTALL).group(1)
  found = world.search(base, "cn", where=re.sub(r"\\\n\s*", "", wanted))
  return {normal(dn) for dn in found}


def in_danish(world):
  """Fail where a comment of the files, or a sentence of rights.txt, is English."""
  for name in ("postvagt.yaml", "routes.yaml", "rights.txt"):
    text = world.read(world.path(name))
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")] or text.splitlines()
    found = [line for line in comments for word in (" the ", " and ", " is ", " of ") if word in line]
    if found:
      raise Failure(f"English in {name}: {found}")
  equal("ADVARSEL: Det er en sikkerhedsgruppe" in world.read(world.path("routes.yaml")), True, "the warning in Danish")


@scenario
@active_directory_only
def nordby_people_that_init_proposes(world):
  """Base and filter find each enabled account of a person below OU=Brugere, and no other; each kind is counted."""
  entries = start(world)
  text = init(world)
  settings = world.read(world.path("postvagt.yaml"))
  users = {dn: attributes for dn, attributes in entries.items() if ("objectclass", "user") in attributes}
  expected = {dn: attributes for dn, attributes in users.items()
              if dn.endswith(PEOPLE) and not is_disabled(attributes)}
  equal(people_found(world, settings), {normal(dn) for dn in expected}, "the people")
  unmailed = [attributes for attributes in expected.values() if not has(attributes, "mail")]
  proxy = sum(has(attributes, "proxyaddresses", "SMTP:") for attributes in unmailed)
  text.says(f"{len(expected)}, of them {proxy} with an address in proxyAddresses alone, {len(unmailed) - proxy} with none")
  shared = {dn for dn in users if ",OU=Fællespostkasser og lokaler," in dn}
  accounts = {dn for dn in users if ",OU=Servicekonti," in dn}
  admins = {dn for dn in accounts if ("description", "Tier-1 adminkonto") in users[dn]}
  disabled = {dn for dn, attributes in users.items() if is_disabled(attributes)} - shared - accounts
  # Not in the LDIF: Administrator; krbtgt, the DNS server's and postvagt's own; Guest.
  text.says(f"shared mailboxes {len(shared)}, service accounts {len(accounts - admins) + 3}, "
            f"admin accounts {len(admins) + 1}, disabled {len(disabled) + 1}")
  for line in ('base: "DC=ad,DC=nordby-kommune,DC=dk"', f'base: "{PEOPLE}"', "    mail: [mail, proxyAddresses] ",
               "    role: extensionAttribute10 ", "    deputy: [secretary, assistant] ",
               "    absence: extensionAttribute12 ", "1 of 2 values can be read", '\n  mailboxes: "(displayName=fællespostkasse*)"\n',
               'address: "infrastrukturpostkassen@nordby-kommune.dk"',
               '# fallback: ["CN=Hanne Østergaard,OU=It og Digitalisering,OU=Brugere,'):
    equal(line in settings, True, f"{line!r} is in\n{settings}")


@scenario
@active_directory_only
def nordby_lists_that_init_proposes(world):
  """The lists of EXPECTED and no other, with who joins as it said before; check and plan take the files as they are."""
  start(world)
  text = init(world)
  routes = world.read(world.path("routes.yaml"))
  equal("- tag: [sikkerhed, certifikat]" in routes, True, f"one route for two tags in\n{routes}")
  equal(routes.count("WARNING: this is a security group"), 1, "warnings of a security group")
  plan = world.run("--json", "--at", AT, "plan", status=0).json()
  equal({leaf(l["list"]): (l["tag"], l["kind"], {leaf(dn) for dn in l["add"]})
         for l in plan["lists"]}, EXPECTED, "lists and who joins")
  equal([l["remove"] for l in plan["lists"] if l["remove"]], [], "removals of the first plan")
  for name, (_, _, joins) in EXPECTED.items():
    text.says(f"{name}: would join {len(joins)}, on it already {2 - len(joins)}")
  for dn in re.findall(r'list: "(.*)"', routes):
    equal(dn.endswith("," + LISTS), True, f"{dn} is among the lists")
  for name in ("Alle i Nordby", "GG-", "CN=Builtin", "CN=Users"):
    equal(name in routes, False, f"{name} is in\n{routes}")


@scenario
@active_directory_only
def nordby_rights_that_init_proposes(world):
  """The command of rights.txt, as it is: then the account applies the first plan, and still cannot write Domain Admins. All in Danish."""
  start(world)
  init(world, "--lang", "da").says("lister     5 af 14", "servicekonti 73")
  in_danish(world)
  rights = world.read(world.path("rights.txt"))
  command = shlex.split(re.search("^    postvagt-account.sh (.*)$", rights, re.MULTILINE).group(1))
  equal(command, ["--lists", LISTS, "--read", PEOPLE, "--dry-run"], "the command")
  equal(f"-Lists '{LISTS}' -Read '{PEOPLE}' -WhatIf" in rights, True, f"the same for Windows in\n{rights}")
  run = subprocess.run([ACCOUNT, *command[:-1], "--", world.server["SAM"], world.server["SMB_CONF"]],
                       capture_output=True, text=True, timeout=120, check=False)
  equal(run.returncode, 0, f"status\n{run.stdout}{run.stderr}")
  equal("1 of the groups below it are security groups" in run.stderr, True, run.stderr)
  world.run("apply", status=0)
  somebody = next(iter(world.search(PEOPLE, "cn", where="(extensionAttribute10=Infrastrukturejer)")))
  for group in ("CN=Domain Admins,CN=Users", "CN=Administrators,CN=Builtin",
                "CN=GG-It-Drift,OU=Globale grupper (roller),OU=Grupper,OU=Nordby Kommune"):
    dn = f"{group},{world.server['SUFFIX']}"
    value = base64.b64encode(somebody.encode()).decode()
    tried = world.try_ldif(f"dn: {dn}\nchangetype: modify\nadd: member\nmember:: {value}\n")
    equal(tried.returncode, 50, f"insufficient access (RFC 4511) to {dn}\n{tried.stderr}")
