#!/usr/bin/python3 -B
"""peer.py FOLDER [--apply]: the lists of a world, by python-ldap, as an administrator would write it in an afternoon.

It reads all people, all groups and all lists in a search each, and sends a modify a list. No limits, no reasons, no
report; a deputy who is away, too, has none. The last line is how many it adds and removes.
"""

import datetime
import json
import os
import sys

import ldap

NAMES = ["uid", "mail", "postvagtRole", "postvagtDeputy", "postvagtAbsence"]
folder, applies, today = sys.argv[1], "--apply" in sys.argv, datetime.date.today().isoformat()


def read_file(name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


settings, routes = json.loads(read_file("postvagt.yaml")), json.loads(read_file("routes.yaml"))["routes"]
where = settings["directory"]
server = ldap.initialize(where["url"])
server.simple_bind_s(where["bind"]["dn"], read_file(where["bind"]["password_file"]))


def search(base, filter, names):
    """DN in lower case -> attribute -> texts"""
    return {dn.lower(): {name: [value.decode() for value in values] for name, values in entry.items()} | {"dn": dn}
            for dn, entry in server.search_s(base, ldap.SCOPE_SUBTREE, filter, names)}


people = search(settings["people"]["base"], settings["people"]["filter"], NAMES)
groups = search("ou=Grupper," + where["base"], "(member=*)", ["member"])
lists = search("ou=Lister," + where["base"], "(member=*)", ["member"])
known = {text.lower(): dn for dn, person in people.items()
         for text in (dn, *person.get("uid", ()), *person.get("mail", ()))}
holders = {}
for dn, person in people.items():
    for role in person.get("postvagtRole", ()):
        holders.setdefault(role, []).append(dn)


def members(dn):
    for member in groups[dn.lower()]["member"]:
        yield from members(member) if member.lower() in groups else [member.lower()]


def is_away(person):
    return any(start <= today <= end for start, end in (text.split("/") for text in person.get("postvagtAbsence", ())))


def available(dn):
    for deputy in people[dn].get("postvagtDeputy", ()) if is_away(people[dn]) else ():
        if not is_away(people[known[deputy.lower()]]):
            return known[deputy.lower()]
    return dn


def required(to):
    return {dn for role in to.get("roles", ()) for dn in holders.get(role, ())} | {
        dn for group in to.get("groups", ()) for dn in members(group)} | {
        known[name.lower()] for name in to.get("people", ())}


blocks = [block for route in routes for block in (route, route.get("critical")) if block]
wanted = {block["list"]: {available(dn) for dn in required(block["to"])} for block in blocks}
if "list" in settings["mailbox"]:
    wanted[settings["mailbox"]["list"]] = set().union(*wanted.values())
added = removed = 0
for dn, here in wanted.items():
    there = {member.lower(): member for member in lists[dn.lower()]["member"]}
    joins, leaves = sorted(here - there.keys()), sorted(there.keys() - here)
    added, removed = added + len(joins), removed + len(leaves)
    changes = [(kind, "member", values) for kind, values in (
        (ldap.MOD_ADD, [people[join]["dn"].encode() for join in joins]),
        (ldap.MOD_DELETE, [there[leave].encode() for leave in leaves])) if values]
    if applies and changes:
        server.modify_s(dn, changes)
print(added, removed)
