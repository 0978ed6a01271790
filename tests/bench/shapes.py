"""Worlds of one shape each, in which one kind of work grows: deputies, memberships, the members of one group.

Each knows who ought to be on each list, as world.World does.
"""

import random

from world import GROUPS, LISTS, World

NOW = "2020-01-01/2099-12-31"  # an absence that is on


class Shape(World):
    """Tags whose lists get the people of a role, or of a group each; person 0 is the fallback, and on no list."""

    has_mailbox_list = False
    roles = ("infrastrukturansvarlig",)

    def __init__(self, people, tags=1):
        self.people, self.tags, self.step = people, tags, 1
        self.deputies, self.away_now, self.holders, self.groups = {}, set(), [], []
        self.recipients, self.named, self.deputy = [], [], {}

    def expected(self, later=False):
        raise NotImplementedError

    def present(self):
        """in order, unless somebody says otherwise"""
        return self.expected()

    def list_dn(self, tag, ending=""):
        return self.spell(f"cn=Infra-{tag:04}{ending},{LISTS}")

    def group_dn(self, tag, ending=""):
        return self.spell(f"cn=Gruppe {tag:04}{ending},{GROUPS}")

    def duties(self, number, roles):
        for role in roles.get(number, ()):
            yield f"postvagtRole: {role}"
        for deputy in self.deputies.get(number, ()):
            yield f"postvagtDeputy: {self.dn(deputy)}"
        if number in self.away_now:
            yield f"postvagtAbsence: {NOW}"

    def entries(self):
        yield from self.frame()
        roles = {number: self.roles for number in self.holders}
        for number in range(self.people):
            yield self.person(number, roles)
        for tag, members in enumerate(self.groups):
            yield self.group(self.group_dn(tag), [self.dn(number) for number in members])
        for dn, members in self.present().items():
            yield self.group(dn, [self.dn(number) for number in members], mail=dn[3:dn.index(",")].lower())

    def route(self, tag):
        to = {"groups": [self.group_dn(tag)]} if self.groups else {"roles": list(self.roles)}
        return {"tag": f"tag{tag:02}", "list": self.list_dn(tag), "to": to}


class Chain(Shape):
    """So many who are away, each the deputy of the one before; the last one's deputy is here.

    A search looks at 1,000 people at most, so by default each thousand is a chain of its own. `all_required`: all who are
    away hold the role; else the first of each chain.
    """

    LINKS_MAX = 999

    def __init__(self, length, links=LINKS_MAX, all_required=True):
        self.ends, deputies, number = {}, {}, 1
        while len(deputies) < length:
            chain = range(number, number + min(links, length - len(deputies)))
            deputies.update({link: [link + 1] for link in chain})
            self.ends[chain] = number = chain[-1] + 1
            number += 1
        super().__init__(number)
        self.deputies, self.away_now = deputies, set(deputies)
        self.holders = list(deputies) if all_required else [chain[0] for chain in self.ends]

    def expected(self, later=False):
        on_list = set(self.ends.values())
        for chain in self.ends:  # who is further from the end than a search looks
            on_list |= set(chain[:-self.LINKS_MAX])
        return {self.list_dn(0): on_list}


class Clique(Shape):
    """So many who hold a role and are away, each the deputy of every other: nobody is found for anyone."""

    def __init__(self, size):
        super().__init__(size + 1)
        self.holders = range(1, size + 1)
        self.away_now = set(self.holders)
        self.deputies = {number: [other for other in self.holders if other != number] for number in self.holders}

    def expected(self, later=False):
        return {self.list_dn(0): set(self.holders)}


class Wide(Shape):
    """Many lists, each of the people of one group; some are away, and one deputy stands in for each.

    `empty`: on each list there is one person who belongs there, as a groupOfNames has to have a member. `moved`:
    so many have joined groups and so many others have left since the lists were written.
    """

    def __init__(self, people=10_000, lists=1000, members=200, empty=False, moved=0):
        super().__init__(people, lists)
        chance = random.Random(lists)
        self.step, self.empty = max(1, people // 100), empty
        self.away_now = set(range(1, people, self.step))
        self.deputies = {number: [number + 1] for number in self.away_now}
        joins = people - 1
        here = [number for number in range(3, joins) if number not in self.away_now]
        self.before = [chance.sample(here, members - 1) + [1 + tag % len(self.away_now) * self.step]
                       for tag in range(lists)]
        self.groups = [list(group) for group in self.before]
        for tag in range(moved):
            self.groups[tag % lists].pop(0)
            self.groups[(tag + moved) % lists].append(joins)

    def answer(self, groups):
        return {self.list_dn(tag): {self.deputies[number][0] if number in self.away_now else number for number in group}
                for tag, group in enumerate(groups)}

    def expected(self, later=False):
        return self.answer(self.groups)

    def present(self):
        lists = self.answer(self.before)
        return {dn: {min(members)} for dn, members in lists.items()} if self.empty else lists


class Crowd(Shape):
    """One group of very many, whose people are all on one list; and as many lists again of a few."""

    def __init__(self, members=50_000, lists=40):
        super().__init__(members + 1000, lists)
        self.step = 1
        self.groups = [list(range(1, members + 1))]
        self.groups += [list(range(1 + 10 * tag, 11 + 10 * tag)) for tag in range(1, lists)]
        self.deputies = {number: [members + 1 + number % 900] for number in self.groups[0]}

    def expected(self, later=False):
        return {self.list_dn(tag): set(group) for tag, group in enumerate(self.groups)}


# Name to how it is made, large and (for --quick) small: what `run --world NAME FOLDER` makes.
WORLDS = {
    "common": (lambda: World(10_000), lambda: World(1000)),
    "common-apply": (lambda: World(10_000, in_order=False), lambda: World(1000, in_order=False)),
    "chain-1000": (lambda: Chain(1000), lambda: Chain(100)),
    "chain-2000": (lambda: Chain(2000), lambda: Chain(200)),
    "chain-4000": (lambda: Chain(4000), lambda: Chain(400)),
    "chain-8000": (lambda: Chain(8000), lambda: Chain(800)),
    "chain-first-1000": (lambda: Chain(999, all_required=False), lambda: Chain(99, all_required=False)),
    "chain-cut": (lambda: Chain(2000, links=2000), lambda: Chain(1100, links=1100)),
    "clique": (lambda: Clique(400), lambda: Clique(20)),
    "wide": (Wide, lambda: Wide(1000, 20, 50)),
    "wide-apply": (lambda: Wide(empty=True), lambda: Wide(1000, 20, 50, empty=True)),
    "wide-moved": (lambda: Wide(moved=100), lambda: Wide(1000, 20, 50, moved=5)),
    "crowd": (Crowd, lambda: Crowd(1000, 5)),
}
