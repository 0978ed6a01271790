#!/usr/bin/env python3
"""nordby.py FILE.ldif FILE.json: the Active Directory of a made-up municipality, as such directories are.

1,810 users: leavers in an OU of their own and leavers disabled in place, service and admin accounts (two with their
owner's name), 90 shared mailboxes (disabled accounts with an address), people whose address is in proxyAddresses alone,
CNs in three styles ("Lyngsø\\, Birgitte" among them), OUs with commas and æøå, groups in groups as AGDLP has it, seven mail
groups with strangers, contacts, leavers and groups on them, and a group of 1,500. Roles are in extensionAttribute10,
deputies in secretary and assistant, absences in extensionAttribute12; no schema of postvagt's. The domain must have
ldif/ad/extension-attributes.ldif. Everybody is made up.

The LDIF has users before groups, so that it can be loaded as it stands. The JSON has every user of a person, and the DNs
of those whom stories are about. Both are the same each time.
"""
import base64
import json
import random
import sys

DOMAIN = "DC=ad,DC=nordby-kommune,DC=dk"
MAIL = "nordby-kommune.dk"

# userAccountControl (MS-ADTS section 2.2.16) and groupType (section 2.2.12)
ENABLED, DISABLED, NEVER_EXPIRES = 512, 514, 65536
GLOBAL, DOMAIN_LOCAL, DISTRIBUTION, UNIVERSAL_SECURITY = 2 - 2**31, 4 - 2**31, 8, 8 - 2**31

IT = "It og Digitalisering"
DEPARTMENTS = [(IT, 60), ("Teknik, Miljø og Kultur", 260), ("Børn, Unge og Skole", 420), ("Ældre og Sundhed", 380),
               ("Økonomi, Løn og Personale", 120), ("Beskæftigelse & Ydelser", 160), ("Politik og Strategi", 50)]
FIRST_NAMES = ("Anna Birgitte Christian Dorthe Erik Freja Gitte Henrik Ida Jens Kirsten Lars Mette Niels Ole Pernille "
               "Rasmus Søren Tove Ulla Vibeke Åse Bjørn Jørgen Kåre Zeynep Mohammed Line Tanja Peter Anne-Marie Hanne "
               "Karin Poul Bo Lene Susanne Jan Michael Thomas").split()
LAST_NAMES = ("Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen "
              "Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Østergaard Ågård Dalsgaard Lyngsø "
              "Vestermark Ødegaard Kjær Bæk Nørgård Holm Lund Friis Krogh Bødker Skov").split()
TITLES = ["Lærer", "Pædagog", "SOSU-assistent", "Sygeplejerske", "Sagsbehandler", "Socialrådgiver",
          "Administrativ medarbejder", "Afdelingsleder", "Ingeniør", "Bibliotekar", "Rådgiver", "Skoleleder", None]


def pair(name, value):
  """A line of LDIF, in base64 where RFC 2849 asks for it."""
  text = str(value)
  plain = text.isascii() and not text.startswith((" ", ":", "<")) and not text.endswith(" ") and "\n" not in text
  return f"{name}: {text}\n" if plain else f"{name}:: {base64.b64encode(text.encode()).decode()}\n"


def escape(text):
  return text.replace("\\", "\\\\").replace(",", "\\,").replace("+", "\\+")


def ascii_name(text):
  text = text.lower()
  for letter, letters in zip("æøå -", ("ae", "oe", "aa", ".", "")):
    text = text.replace(letter, letters)
  return text


class Directory:
  """The entries so far, and which names are taken."""

  def __init__(self):
    self.random = random.Random(7)
    self.records, self.persons = [], []
    self.logins, self.addresses, self.names = set(), set(), set()

  def add(self, dn, *pairs):
    lines = [pair(name, value) for name, value in pairs if value is not None]
    self.records.append(pair("dn", dn) + "".join(lines))
    return dn

  def unit(self, name, parent):
    return self.add(f"OU={escape(name)},{parent}", ("objectClass", "organizationalUnit"), ("ou", name))

  def login(self, first, last):
    start = ascii_name(first)[:2] + ascii_name(last)[:2]
    login, number = start, 0
    while login in self.logins:
      number += 1
      login = start + str(number)
    self.logins.add(login)
    return login

  def address(self, first, last):
    start, number = f"{ascii_name(first)}.{ascii_name(last)}", 0
    name = start
    while name in self.addresses:
      number += 1
      name = start + str(number)
    self.addresses.add(name)
    return f"{name}@{MAIL}"

  def common_name(self, first, last, login, style, unit):
    name = [f"{first} {last}", f"{last}, {first}", f"{first} {last} ({login})"][style]
    if (name, unit) in self.names:
      name = f"{first} {last} ({login})"
    self.names.add((name, unit))
    return name

  def user(self, department, unit, control=ENABLED, more=(), address="mail", title=None, style=0, name=None):
    """A person's account. `address`: in "mail" and proxyAddresses, in "proxy" alone, or "none"."""
    first = name.split()[0] if name else self.random.choice(FIRST_NAMES)
    last = name.split()[1] if name else self.random.choice(LAST_NAMES)
    login = self.login(first, last)
    dn = f"CN={escape(self.common_name(first, last, login, style, unit))},{unit}"
    mail, number = self.address(first, last), 100000 + len(self.persons)
    pairs = [("objectClass", "user"), ("sAMAccountName", login), ("userPrincipalName", mail),
             ("displayName", f"{first} {last}"), ("givenName", first), ("sn", last), ("department", department),
             ("company", "Nordby Kommune"), ("employeeType", "M"), ("employeeID", number), ("title", title),
             ("userAccountControl", control)]
    if address == "mail":
      pairs.append(("mail", mail))
    if address != "none":
      pairs += [("proxyAddresses", f"SMTP:{mail}"), ("proxyAddresses", f"smtp:{login}@{MAIL}")]
    if address == "mail":
      pairs.append(("proxyAddresses", f"X500:/o=NK/ou=ex/cn={login}"))
    self.add(dn, *pairs, *more)
    self.persons.append({"dn": dn, "login": login, "mail": mail, "name": f"{first} {last}", "ou": department,
                         "id": number, "mode": address})
    return self.persons[-1]

  def group(self, name, unit, kind, members=(), mail=None, description=None):
    account = name[:60].replace(",", "").replace("/", "")
    return self.add(f"CN={escape(name)},{unit}", ("objectClass", "group"), ("sAMAccountName", account),
                    ("groupType", kind), ("displayName", name), ("mail", mail), ("description", description),
                    *[("member", member) for member in members])


def add_units(nordby):
  """The OUs, by what is in them."""
  top = nordby.add(f"OU=Nordby Kommune,{DOMAIN}", ("objectClass", "organizationalUnit"))
  units = {"users": nordby.unit("Brugere", top)}
  for name, _ in DEPARTMENTS:
    units[name] = nordby.unit(name, units["users"])
  for key, name in (("leavers", "Fratrådte medarbejdere"), ("services", "Servicekonti"),
                    ("mailboxes", "Fællespostkasser og lokaler"), ("consultants", "Eksterne konsulenter"),
                    ("contacts", "Kontakter"), ("groups", "Grupper")):
    units[key] = nordby.unit(name, top)
  for key, name in (("roles", "Globale grupper (roller)"), ("access", "Domænelokale grupper (adgang)"),
                    ("distribution", "Distributionslister")):
    units[key] = nordby.unit(name, units["groups"])
  units["lists"] = nordby.unit("Infrastrukturpost", units["distribution"])
  return units


def add_staff(nordby, units):
  """Those whom stories are about."""
  role, absence, accounts = "extensionAttribute10", "extensionAttribute12", "Økonomi, Løn og Personale"
  people = {}

  def worker(key, name, title, *more, department=IT, unit=None, boss=True, **rest):
    manager = [("manager", people["chef"]["dn"])] if boss else []
    place = [entry for entry in more if entry[0] == role]
    others = [entry for entry in more if entry[0] != role]
    people[key] = nordby.user(department, unit or units[department], title=title, name=name,
                              more=[*place, *manager, *others], **rest)

  worker("chef", "Hanne Østergaard", "It- og digitaliseringschef", (role, "Infrastrukturejer"), boss=False)
  worker("infra1", "Birgitte Lyngsø", "Infrastrukturansvarlig", (role, "Infrastrukturansvarlig; Systemansvarlig/SAPA"),
         style=1)
  worker("infra2", "Søren Ågård", "Systemadministrator", (role, "Infrastrukturansvarlig"),
         ("secretary", people["infra1"]["dn"]), address="proxy")
  worker("drift1", "Jesper Vestermark", "Driftstekniker", ("assistant", people["infra1"]["dn"]))
  worker("drift2", "Åse Bødker", "Driftstekniker", style=1)
  worker("drift3", "Kåre Skov", "Driftstekniker", (absence, "23-11-2026/11-12-2026"),
         ("secretary", people["drift2"]["dn"]), style=2)
  worker("prog", "Lene Dalsgaard", "Projektleder, monopolbrud", (role, "KOMBIT-programleder"))
  worker("sys1", "Thomas Krogh", "Systemkonsulent", (role, "systemansvarlig/KY;systemansvarlig/KSD"),
         ("info", "Systemansvarlig KY og KSD.\r\nFerie i uge 51-52. Stedfortræder: Mette"), department=accounts, boss=False,
         style=1)
  worker("sys2", "Mette Kjær", "Digitaliseringskonsulent", (role, "Systemansvarlig/Nexus, superbruger"),
         (absence, "uge 51"), department="Ældre og Sundhed", boss=False)
  worker("leaverrole", "Poul Friis", "Infrastrukturansvarlig", (role, "Infrastrukturansvarlig"), unit=units["leavers"],
         control=DISABLED)
  worker("dis", "Vibeke Holm", "Driftstekniker", (role, "Infrastrukturansvarlig"), boss=False, control=DISABLED)
  worker("cons", "Jan Bæk", "Konsulent", ("accountExpires", "134268696000000000"), department="Ekstern",
         unit=units["consultants"], boss=False)
  return people


def add_admin_accounts(nordby, units, owner):
  dns = []
  for prefix in ("adm-", "t1-"):
    login = prefix + owner["login"]
    dns.append(nordby.add(f"CN={login},{units['services']}", ("objectClass", "user"), ("sAMAccountName", login),
                          ("displayName", f"{owner['name']} (admin)"), ("description", "Tier-1 adminkonto"),
                          ("userAccountControl", ENABLED)))
  return dns


def add_departments(nordby, units):
  draw = nordby.random
  for name, size in DEPARTMENTS:
    manager = nordby.user(name, units[name], title="Afdelingschef")
    for _ in range(size - 8):
      control = DISABLED if draw.random() < 0.12 else ENABLED
      address = "proxy" if draw.random() < 0.15 else "none" if draw.random() < 0.08 else "mail"
      more = [("manager", manager["dn"])]
      if draw.random() < 0.3:
        more.append(("extensionAttribute1", "E3" if draw.random() < 0.5 else "F3"))
      if draw.random() < 0.05:
        more.append(("extensionAttribute10", "Superbruger"))
      if draw.random() < 0.03:
        more.append(("info", "Telefontid 9-12\r\nHusk MUS"))
      control |= 0 if draw.random() > 0.1 else NEVER_EXPIRES
      nordby.user(name, units[name], control, more, address, draw.choice(TITLES), draw.choice([0, 0, 0, 1, 2]))


def add_leavers_and_services(nordby, units):
  draw = nordby.random
  for _ in range(230):
    nordby.user(draw.choice(DEPARTMENTS)[0], units["leavers"], DISABLED, [("description", "Fratrådt 2026")],
                draw.choice(["mail", "mail", "none"]), draw.choice(TITLES))
  for number in range(70):
    name = f"svc-{draw.choice(['sql', 'backup', 'kmd', 'sapa', 'scan', 'print', 'iis'])}{number:02d}"
    nordby.add(f"CN={name},{units['services']}", ("objectClass", "user"), ("sAMAccountName", name),
               ("description", "Servicekonto"), ("userAccountControl", ENABLED | NEVER_EXPIRES),
               ("mail", f"{name}@{MAIL}" if number % 9 == 0 else None))


def add_mailbox(nordby, units, name, login, address):
  return nordby.add(f"CN={name},{units['mailboxes']}", ("objectClass", "user"), ("sAMAccountName", login),
                    ("displayName", name), ("userAccountControl", DISABLED), ("mail", f"{address}@{MAIL}"),
                    ("proxyAddresses", f"SMTP:{address}@{MAIL}"))


def add_mailboxes_and_contacts(nordby, units):
  """Returns the DNs of the shared mailboxes, and of a contact."""
  kinds = ["Byggesag", "Pladsanvisning", "Borgerservice", "Løn", "Journal", "Skole"]
  dns = [add_mailbox(nordby, units, f"Fællespostkasse {nordby.random.choice(kinds)} {number}", f"fp{number:03d}",
                     f"fp{number:03d}") for number in range(90)]
  add_mailbox(nordby, units, "Infrastrukturpostkassen", "infrapost", "infrastrukturpostkassen")
  contacts = [nordby.add(f"CN={escape(name)},{units['contacts']}", ("objectClass", "contact"), ("displayName", name),
                         ("mail", mail), ("proxyAddresses", f"SMTP:{mail}"))
              for name, mail in (("KMD Driftscenter", "drift@kmd.example"),
                                 ("Netcompany vagt, 24-7", "vagt@netcompany.example"))]
  return dns, contacts[0]


def add_groups(nordby, units, people, admins, mailboxes, contact):
  def dns(*keys):
    return [people[key]["dn"] for key in keys]

  roles, lists = units["roles"], units["lists"]
  staff = [person["dn"] for person in nordby.persons if person["ou"] == IT]
  operations = nordby.group("GG-It-Drift", roles, GLOBAL, dns("drift1", "drift2", "drift3", "dis"))
  duty = nordby.group("GG-It-Vagt (døgn)", roles, GLOBAL, dns("infra1", "infra2", "drift1"))
  nordby.group("GG-Sikkerhed, persondata og DPO", roles, GLOBAL, [*dns("prog", "chef"), admins[0]])
  consultants = nordby.group("GG-Eksterne konsulenter", roles, GLOBAL, dns("cons"))
  nordby.group("DL-Infrastruktur-modtagere-R", units["access"], DOMAIN_LOCAL, [operations, duty, consultants])
  everybody = nordby.group("GG-Alle medarbejdere", roles, GLOBAL, [person["dn"] for person in nordby.persons[:1500]])
  nordby.group("GG-Skole-superbrugere", roles, GLOBAL,
               [person["dn"] for person in nordby.persons if person["ou"].startswith("Børn")][:40])
  for name, kind, members, mail, description in (
      ("Infra - Serviceplatformen", DISTRIBUTION,
       [*dns("infra1", "leaverrole"), contact, mailboxes[3], staff[20]], "serviceplatformen", "Oprettet 2019 af PFR"),
      ("Infra - Driftsforstyrrelser", DISTRIBUTION, [*dns("dis", "drift1"), duty], "drift", None),
      ("Infra - Sikkerhed & certifikater", DISTRIBUTION, [staff[21]], "sikkerhed", None),
      ("Infra - Øvrige", DISTRIBUTION, [], "oevrige", None),
      ("Infra-Driftsforstyrrelser KRITISK!", UNIVERSAL_SECURITY, dns("chef"), "kritisk", "Sikkerhedsgruppe med mail"),
      ("Infra - Ydelser", DISTRIBUTION, dns("sys1"), "ydelser", None)):
    nordby.group(name, lists, kind, members, f"infra-{mail}@{MAIL}", description)
  nordby.group("Alle i Nordby", units["distribution"], DISTRIBUTION, [everybody], f"alle@{MAIL}")


def main():
  nordby = Directory()
  units = add_units(nordby)
  people = add_staff(nordby, units)
  admins = add_admin_accounts(nordby, units, people["infra1"])
  add_departments(nordby, units)
  add_leavers_and_services(nordby, units)
  add_groups(nordby, units, people, admins, *add_mailboxes_and_contacts(nordby, units))
  with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write("\n".join(nordby.records))
  with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump({"persons": nordby.persons, "keys": people}, file, ensure_ascii=False, indent=0)


if __name__ == "__main__":
  main()
