"""The bench's municipality on Active Directory, and a group of thousands who are told, not responsible."""

import re

from world import GROUPS, World

TYPES = re.compile(r"(^|,)(uid|cn|ou|dc)(?==)")
MOST = 5000  # members of that group


class AdWorld(World):
    kind, naming, filter = "active-directory", "cn", "(objectClass=user)"
    agent, password = "CN=postvagt,OU=Tjenester,DC=eksempel,DC=dk", "Eksempel-postvagt-1"  # samba.sh's
    dn_attribute = "distinguishedName"

    def __init__(self, people, in_order=True):
        super().__init__(people, in_order)
        self.told = range(min(MOST, people // 2))

    def spell(self, dn):
        return TYPES.sub(lambda match: match[1] + match[2].upper(), dn)

    def expected(self, later=False):
        return {**super().expected(later), self.list_dn(0, "-Orientering"): set(self.told)}

    def present(self):
        return {**super().present(), self.list_dn(0, "-Orientering"): set(self.told)}

    def route(self, tag):
        route = super().route(tag)
        if tag == 0:
            route["inform"] = {"list": self.list_dn(0, "-Orientering"), "to": {"groups": [self.crowd_dn()]}}
        return route

    def crowd_dn(self):
        return self.spell(f"cn=Alle,{GROUPS}")

    # The directory. samba.sh makes the account.

    def person(self, number, roles):
        yield f"dn: {self.dn(number)}\nchangetype: add\nobjectClass: user\nobjectClass: postvagtPerson"
        yield f"sAMAccountName: p{number:06}\nuserAccountControl: 512"
        yield f"sn: {number}\ndisplayName: Person {number}\nmail: p{number:06}@eksempel.dk"
        yield f"employeeNumber: {number:06}\ntelephoneNumber: +45 00 {number:06}"
        if number:
            yield f"manager: {self.dn(number // 10)}"
        yield from self.duties(number, roles)

    def group(self, dn, members, mail=None):
        name = dn[3:dn.index(",")]
        yield f"dn: {dn}\nchangetype: add\nobjectClass: group\ngroupType: 8\nsAMAccountName: {name}"
        if mail:
            yield f"mail: {mail}@eksempel.dk"
        for member in sorted(members):
            yield f"member: {member}"

    def frame(self):
        for unit in self.units():
            yield [line.replace("\n", "\nchangetype: add\n", 1) for line in unit]

    def entries(self):
        yield from super().entries()
        yield self.group(self.crowd_dn(), [self.dn(number) for number in self.told])
