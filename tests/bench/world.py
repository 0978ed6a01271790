"""A municipality of any size for the bench: the same 300 recipients and 40 tags, and more or fewer other people.

World(people) knows who ought to be on each list, worked out here and not by postvagt, so that the bench can tell
whether postvagt's answer is right.
"""

import json
import os

SUFFIX = "dc=eksempel,dc=dk"
PEOPLE, GROUPS, LISTS = (f"ou={ou},{SUFFIX}" for ou in ("Medarbejdere", "Grupper", "Lister"))
AGENT = f"cn=postvagt,ou=Tjenester,{SUFFIX}"
PASSWORD = "eksempel-postvagt"
MAILBOX = f"cn=Infrastrukturpostkassen,{LISTS}"

TAGS, SYSTEMS, DEPARTMENTS = 40, 20, 20
MANAGERS, HOLDERS, IN_GROUP, ON_DUTY = 5, 4, 4, 15
RECIPIENTS = MANAGERS + SYSTEMS * HOLDERS + TAGS * IN_GROUP + TAGS + ON_DUTY
AWAY = 30  # of the recipients, now; as many others in LATER
LATER = "2098-06-01"
MISSING, STRANGERS = 13, 12  # on each ordinary list of a world that is not in order


class World:
    kind, agent, password, naming = "openldap", AGENT, PASSWORD, "uid"
    filter = "(objectClass=inetOrgPerson)"
    dn_attribute = "entryDN"  # by which a filter finds an entry
    tags, has_mailbox_list = TAGS, True

    def __init__(self, people, in_order=True):
        self.people, self.in_order = people, in_order
        self.step = (people - 1) // (RECIPIENTS + 2 * AWAY)  # spread over the directory
        numbers = [1 + i * self.step for i in range(RECIPIENTS + 2 * AWAY)]
        self.recipients, deputies = numbers[:RECIPIENTS], numbers[RECIPIENTS:]
        take = iter(self.recipients)

        def several(count):
            return [next(take) for _ in range(count)]

        self.managers = several(MANAGERS)
        self.systems = [several(HOLDERS) for _ in range(SYSTEMS)]
        self.groups = [several(IN_GROUP) for _ in range(TAGS)]
        self.named = several(TAGS)
        self.on_duty = several(ON_DUTY)
        away = self.recipients[::10] + self.recipients[5::10]
        self.deputy = dict(zip(away, deputies))
        self.away_now = set(away[:AWAY])
        self.stranger = [n for n in range(1, people, max(1, people // 5000)) if n not in set(numbers)]

    # Who ought to be on which list.

    def expected(self, later=False):
        """list DN -> the numbers of those who belong on it"""
        away = set(self.deputy) if later else self.away_now
        lists = {}

        def here(numbers):
            return {self.deputy[n] if n in away else n for n in numbers}

        for tag in range(TAGS):
            lists[self.list_dn(tag)] = here(
                self.managers + self.systems[tag % SYSTEMS] + self.groups[tag] + [self.named[tag]])
            if tag % 4 == 0:
                lists[self.list_dn(tag, "-Kritisk")] = here(self.managers + self.on_duty)
        lists[self.spell(MAILBOX)] = set().union(*lists.values())
        return lists

    def present(self):
        """list DN -> the numbers of those who are on it"""
        lists = self.expected()
        if not self.in_order:
            strangers = iter(self.stranger)
            for tag in range(TAGS):
                members = sorted(lists[self.list_dn(tag)])
                lists[self.list_dn(tag)] = set(members[MISSING:]) | {next(strangers) for _ in range(STRANGERS)}
        return lists

    # Names.

    def spell(self, dn):
        """a DN as the directory writes it"""
        return dn

    def dn(self, number):
        return self.spell(f"{self.naming}=p{number:06},ou=Afdeling {number % DEPARTMENTS:02},{PEOPLE}")

    def list_dn(self, tag, ending=""):
        return self.spell(f"cn=Infra-{tag:02}{ending},{LISTS}")

    def group_dn(self, tag, ending=""):
        return self.spell(f"cn=Gruppe {tag:02}{ending},{GROUPS}")

    def duty_dn(self):
        return self.spell(f"cn=Vagt,{GROUPS}")

    def reference(self, number):
        """a DN, a login or a mail address: PERSON may be any of them"""
        return (self.dn(number), f"p{number:06}", f"p{number:06}@eksempel.dk")[number // self.step % 3]

    # The directory.

    def person(self, number, roles):
        yield f"dn: {self.dn(number)}"
        yield "objectClass: inetOrgPerson\nobjectClass: postvagtPerson"
        yield f"uid: p{number:06}\ncn: Person {number}\nsn: {number}\ndisplayName: Person {number}"
        yield f"mail: p{number:06}@eksempel.dk\nemployeeNumber: {number:06}\ntelephoneNumber: +45 00 {number:06}"
        yield f"manager: {self.dn(number // 10)}"
        yield from self.duties(number, roles)

    def duties(self, number, roles):
        """whose roles, stand-ins and absences matter"""
        for role in roles.get(number, ()):
            yield f"postvagtRole: {role}"
        if number in self.deputy:
            yield f"postvagtDeputy: {self.reference(self.deputy[number])}"
            span = "2020-01-01/2099-12-31" if number in self.away_now else "2098-01-01/2098-12-31"
            yield f"postvagtAbsence: {span}"

    def group(self, dn, members, mail=None):
        yield f"dn: {dn}\nobjectClass: groupOfNames"
        if mail:
            yield f"objectClass: postvagtList\nmail: {mail}@eksempel.dk"
        yield f"cn: {dn[3:dn.index(',')]}"
        for member in sorted(members):
            yield f"member: {member}"

    def units(self):
        units = [PEOPLE, GROUPS, LISTS, f"ou=Tjenester,{SUFFIX}"]
        for dn in units + [f"ou=Afdeling {i:02},{PEOPLE}" for i in range(DEPARTMENTS)]:
            yield [f"dn: {self.spell(dn)}\nobjectClass: organizationalUnit\nou: {dn[3:dn.index(',')]}"]

    def frame(self):
        """what is there before the people and the groups"""
        yield [f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: eksempel\no: Eksempel"]
        yield from self.units()
        yield [f"dn: {AGENT}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject"
               f"\ncn: postvagt\nuserPassword: {PASSWORD}"]

    def entries(self):
        yield from self.frame()
        roles = {n: ["infrastrukturansvarlig"] for n in self.managers}
        for i, holders in enumerate(self.systems):
            roles.update({n: [f"systemansvarlig/SYS{i:02}"] for n in holders})
        for number in range(self.people):
            yield self.person(number, roles)
        for tag, members in enumerate(self.groups):  # every fourth has its people in a group inside it
            dns = [self.dn(n) for n in members]
            if tag % 4 == 0:
                inner = self.group_dn(tag, " indre")
                yield self.group(inner, dns)
                dns = [inner]
            yield self.group(self.group_dn(tag), dns)
        yield self.group(self.duty_dn(), [self.dn(n) for n in self.on_duty])
        for dn, members in self.present().items():
            yield self.group(dn, [self.dn(n) for n in members], mail=dn[3:dn.index(",")].lower())

    def write_ldif(self, path):
        with open(path, "w") as file:
            for entry in self.entries():
                file.write("\n".join(entry) + "\n\n")

    # The settings and the mapping: YAML takes JSON.

    def route(self, tag):
        route = {
            "tag": f"tag{tag:02}", "list": self.list_dn(tag),
            "to": {
                "roles": ["infrastrukturansvarlig", f"systemansvarlig/SYS{tag % SYSTEMS:02}"],
                "groups": [self.group_dn(tag)],
                "people": [self.reference(self.named[tag])],
            },
        }
        if tag % 4 == 0:
            route["critical"] = {
                "list": self.list_dn(tag, "-Kritisk"),
                "to": {"roles": ["infrastrukturansvarlig"], "groups": [self.duty_dn()]},
            }
        return route

    def write_settings(self, folder, url, **more):
        """`more`: of the settings' directory"""
        source = {"name": "the bench", "version": "1"}

        def both(text):
            return {"da": text, "en": text}

        files = {
            "postvagt.yaml": {
                "language": "en",
                "directory": {
                    "url": url, "kind": self.kind, "base": SUFFIX, **more,
                    "bind": {"mechanism": "simple", "dn": self.agent, "password_file": "secret"},
                },
                "people": {"base": PEOPLE, "filter": self.filter},
                "mailbox": {
                    "name": "infrastrukturpostkassen", "address": "infrastrukturpostkassen@eksempel.dk",
                    "fallback": ["p000000@eksempel.dk"],
                    **({"list": self.spell(MAILBOX)} if self.has_mailbox_list else {}),
                },
                "mapping": {"tags": "tags.yaml", "roles": "roles.yaml", "routes": "routes.yaml"},
                "limits": {"removals_per_list": 100, "removals_per_run": 10000,
                           "additions_per_list": 1000000, "additions_per_run": 1000000},
                "reports": {"directory": "reports"},
            },
            "tags.yaml": {"source": source, "tags": [{
                "id": f"tag{i:02}", "subject": [f"[Tag {i:02}]"], "title": both(f"Tag {i:02}"),
                "expectation": both("Read it."), "critical_expectation": both("Read it at once."),
            } for i in range(self.tags)]},
            "roles.yaml": {"source": source, "roles": [
                {"id": id, "title": both(id), "values": [id]} for id in ("infrastrukturansvarlig", "systemansvarlig")
            ]},
            "routes.yaml": {"routes": [self.route(tag) for tag in range(self.tags)]},
        }
        for name, content in files.items():
            with open(os.path.join(folder, name), "w") as file:
                json.dump(content, file, indent=1)
        # ldapsearch -y takes the file as it is: no newline.
        with open(os.path.join(folder, "secret"), "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(self.password)
