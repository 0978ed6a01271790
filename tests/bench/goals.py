"""The goals of 0.2.0 in one table: each kind of work beside its anchor, another program that does the same.

Ratios are of runs that took turns. Instructions are callgrind's, so they hold on a busy machine, too; processor time and
wall time do not.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

from feeds import Page
from measuring import FOLDER, WRITE, Sample, instructions, take_turns
from servers import ENV, POSTVAGT, ROOT, FollowedSlapd, Slapd
from shapes import Chain, Clique, Crowd, Wide
from watch import NOW, PATIENCE, Changes, Watch
from world import World
from yardstick import Yardstick

PYTHON = "/usr/bin/python3"  # which has Debian's python3-ldap
PEER = os.path.join(ROOT, "tests/bench/peer.py")


class Table:
    def __init__(self):
        self.missed = []

    def head(self):
        print(f"\n{'work':<60} {'ours':>12} {'anchor':>12} {'ratio':>7} {'goal':>7}", flush=True)

    def row(self, work, ours, anchor, goal, unit="", ratio=None):
        """`ours` against `goal`, or against `anchor` times `goal`; `ours` None: the run failed"""
        if ours is None:  # it failed, took too long or too much memory
            value, shown = float("inf"), "failed"
        else:
            value, shown = ratio or (ours / anchor if anchor else ours), f"{ours:,.4g}{unit}"
        beside = f"{anchor:,.4g}{unit}" if anchor else "-"
        relation = f"{value:7.2f}" if anchor and ours is not None else f"{'':7}"
        met = value <= goal
        self.missed += [] if met else [work]
        print(f"{work:<60} {shown:>12} {beside:>12} {relation} {goal:>7g} {'met' if met else 'MISSED'}", flush=True)


def serve(world, kind=Slapd):
    return kind(tempfile.mkdtemp(prefix="slapd.", dir=FOLDER), world)


def check(what, is_right):
    if not is_right:
        sys.exit(f"bench: wrong answer: {what}")


def check_plan(server):
    """How many a plan adds and removes; they are those that the world asks for."""
    world, answer = server.world, server.answer("plan")
    expected, before = world.expected(), world.present()
    for item in answer["lists"]:
        here = {world.dn(number) for number in expected[item["list"]]}
        there = {world.dn(number) for number in before[item["list"]]}
        check(f"who joins {item['list']}", set(item["add"]) == here - there)
        check(f"who leaves {item['list']}", set(item["remove"]) == there - here)
    return sum(len(item["add"]) for item in answer["lists"]), sum(len(item["remove"]) for item in answer["lists"])


def check_lists(server, who):
    expected = {dn: {server.world.dn(number) for number in numbers} for dn, numbers in server.world.expected().items()}
    check(f"the lists after {who}", server.members() == expected)


def peer(server, *words):
    return [PYTHON, "-B", PEER, server.folder, *words]


def check_peer(server, counts):
    said = subprocess.run(peer(server), env=ENV, check=True, stdout=subprocess.PIPE, text=True).stdout
    check("the peer counts otherwise", tuple(map(int, said.split())) == counts)


def write_records(server):
    """What write.c writes: the changes of a plan. Returns its command."""
    records, out, dn = server.file("changes.ldif"), [], None
    subprocess.run(server.postvagt("plan", "-o", records), env=ENV, check=True, stdout=subprocess.DEVNULL)
    sign = ""
    with open(records, encoding="utf-8") as file:
        for line in re.sub(r"\n ", "", file.read()).splitlines():
            name, _, value = line.partition(": ")
            if name == "dn" and value != dn:
                out.append(f"={value}")
                dn = value
            elif name in ("add", "delete"):
                sign = "+" if name == "add" else "-"
            elif name == "member":
                out.append(sign + value)
    with open(server.file("changes"), "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in out)
    return [WRITE, server.url, server.env["ADMIN"], server.env["PASSWORD"], server.file("changes")]


# The rows.


def start(table, quick):
    ours, theirs = instructions([POSTVAGT, "--version"]), instructions(["/usr/bin/ldapsearch", "-VV"])
    table.row("--version; ldapsearch -VV; million instructions", ours / 1e6, theirs / 1e6, 0.4)


def chain(table, quick):
    cost, sample = {}, None
    lengths = (100, 800) if quick else (1000, 8000)
    for length in lengths:
        server = serve(Chain(length))
        check("a chain in order", check_plan(server) == (0, 0))
        sample = Sample("plan", server.postvagt("plan"))
        sample.run()
        taken = instructions(sample.command)
        cost[length] = taken / length if taken else None
        server.stop_for_good()
    few, many = cost.values()
    table.row(f"chain of {lengths[1]:,} absent deputies, a person; of {lengths[0]:,}; instr.", many, few, 1.1)
    table.row("the same, thousand instructions a person; prototype 26", many / 1e3 if many else None, None, 60)
    table.row("the same, MiB; prototype 11", sample.memory, None, 30)


def clique(table, quick):
    size = 40 if quick else 400
    server = serve(Clique(size))
    sample = Sample("plan", server.postvagt("plan"), may_fail=True)
    sample.run()
    failed = sample.failed
    table.row(f"{size} holders, each the deputy of every other, CPU s; prototype 0.1", None if failed else sample.cpu / 1e3,
              None, 0.25)
    table.row("the same, MiB; prototype 5", None if failed else sample.memory, None, 25)
    server.stop_for_good()


def common(table, quick):
    """40 lists, 300 of 10,000"""
    people, runs = (1000, 3) if quick else (10_000, 15)
    server = serve(World(people))
    yardstick = Yardstick(server)
    check_peer(server, check_plan(server))
    plan, python = Sample("plan", server.postvagt("plan")), Sample("python-ldap", peer(server))
    few = Sample("ldapsearch", yardstick.command("few"))
    table.row(f"plan, {people:,} people, 40 tags; ldapsearch, 60 a search; Minstr.",
              instructions(plan.command) / 1e6, instructions(few.command) / 1e6, 1.0)
    take_turns([plan, python], runs)
    table.row("common job, dry; python-ldap; wall ms", plan.median, python.median, 0.13)
    server.stop_for_good()


def take_turns_on_copies(server, samples, runs):
    """Each on the same data, which the server has read when it counts; lists are right behind each that writes."""
    server.keep()
    warm = Sample("plan", server.postvagt("plan"))
    for number in range(runs + 1):
        for sample, writes in samples:
            server.put_back()
            server.forget()
            warm.run()
            sample.run(keep=number > 0)
            if writes and number == 0:
                check_lists(server, sample.label)


def common_apply(table, quick):
    people, runs = (1000, 2) if quick else (10_000, 7)
    server = serve(World(people, in_order=False))
    check_peer(server, check_plan(server))
    records = server.file("records.ldif")
    subprocess.run(server.postvagt("plan", "-o", records), env=ENV, check=True, stdout=subprocess.DEVNULL)
    yardstick = Yardstick(server)
    apply, python = Sample("apply", server.postvagt("apply")), Sample("python-ldap", peer(server, "--apply"))
    search, modify = Sample("ldapsearch", yardstick.command("few")), Sample("ldapmodify", server.client("ldapmodify", "-f", records))
    take_turns_on_copies(server, [(apply, True), (python, True), (search, False), (modify, True)], runs)
    table.row("common job, real; python-ldap; wall ms", apply.median, python.median, 0.28)
    table.row("the same; ldapsearch and ldapmodify; wall ms", apply.median, search.median + modify.median, 0.55)
    server.stop_for_good()


def wide_world(quick, **more):
    return Wide(1000, 20, 50, **more) if quick else Wide(**more)


def wide(table, quick):
    server = serve(wide_world(quick))
    check_peer(server, check_plan(server))
    plan, python = Sample("plan", server.postvagt("plan")), Sample("python-ldap", peer(server))
    take_turns([plan, python], 2 if quick else 7)
    what = f"{server.world.tags:,} lists, {sum(map(len, server.world.groups)):,} memberships, plan"
    table.row(f"{what}; python-ldap; CPU ms", plan.cpu, python.cpu, 0.4)
    table.row("the same, million instructions", instructions(plan.command) / 1e6, instructions(python.command) / 1e6, 0.3)
    table.row("the same, MiB; prototype 13", plan.memory, None, 40)
    server.stop_for_good()


def wide_apply(table, quick):
    server = serve(wide_world(quick, empty=True))
    check_peer(server, check_plan(server))
    apply, python = Sample("apply", server.postvagt("apply")), Sample("python-ldap", peer(server, "--apply"))
    write = Sample("write.c", write_records(server))
    take_turns_on_copies(server, [(apply, True), (python, True), (write, True)], 1 if quick else 3)
    table.row("the same, apply from empty; write.c, 8 in flight; wall ms", apply.median, write.median, 1.2)
    table.row("the same; python-ldap; wall ms", apply.median, python.median, 0.7)
    server.stop_for_good()


def wide_moved(table, quick):
    moved = 5 if quick else 100
    server = serve(wide_world(quick, moved=moved))
    check("a join and a leave each", check_plan(server) == (moved, moved))
    plan = Sample("plan", server.postvagt("plan"))
    take_turns([plan], 2 if quick else 5)
    table.row(f"the same, {moved} joins and {moved} leaves, plan, CPU ms; prototype 160", plan.cpu, None, 300)
    server.stop_for_good()
    server = serve(wide_world(quick), FollowedSlapd)
    world, after = server.world, wide_world(quick, moved=moved)
    changes = Changes(server)
    with Watch(server) as watch:
        before = watch.processor_time
        for tag, (old, new) in enumerate(zip(world.groups, after.groups)):
            changes.move(world.group_dn(tag), set(new) - set(old), set(old) - set(new))
        wait_for_lists(server, after)
        watch.rest(0.5)
        table.row("the same, in watch, CPU ms", watch.processor_time - before, None, 25)
    server.stop_for_good()


def wait_for_lists(server, world):
    expected = {dn: {world.dn(number) for number in numbers} for dn, numbers in world.expected().items()}
    until = time.monotonic() + PATIENCE
    while server.members() != expected:
        if time.monotonic() > until:
            sys.exit("bench: the lists do not follow")
        time.sleep(0.5)


def crowd(table, quick):
    """One group of very many: somebody of it goes away, and it gets another member itself"""
    world = Crowd(1000, 5) if quick else Crowd()
    server, count = serve(world, FollowedSlapd), 4 if quick else 10
    changes, list_dn = Changes(server), world.list_dn(0)
    with Watch(server) as watch:
        watch.rest(1)
        before = watch.processor_time
        for number in range(100, 100 + count):
            for away in (True, False):
                changes.one(watch, world.dn(number), list_dn, away)
        watch.rest(1)
        table.row(f"watch, group of {len(world.groups[0]):,}, one person's change, CPU ms; prototype 0.2",
                  (watch.processor_time - before) / (2 * count), None, 1)
        before = watch.processor_time
        for number in range(count):
            joins = world.people - 1 - number
            changes.move(world.group_dn(0), {joins}, set())
            changes.wait_for(world.dn(joins), list_dn, False)
        watch.rest(1)
        table.row("the same, somebody joins the group itself, CPU ms", (watch.processor_time - before) / count, None, 20)
    server.stop_for_good()


def strangers(table, quick):
    """Somebody's telephone number, whom no list asks for: processor time of many, and instructions of as many more"""
    server = serve(World(1000 if quick else 10_000), FollowedSlapd)
    changes, count = Changes(server), 200 if quick else 2000
    known = {*server.world.recipients, *server.world.deputy.values(), 0}
    people = [number for number in range(server.world.people) if number not in known][:500]
    *_, (_, dn, list_dn, _) = changes.steps(1)

    def call(times):
        for i in range(times):
            changes.client.modify(server.world.dn(people[i % len(people)]), (2, "telephoneNumber", [f"+45 {i:08}"]))

    with Watch(server) as watch:
        call(10)
        watch.rest(0.5)
        before = watch.processor_time
        call(count)
        watch.rest(0.5)
        table.row("watch, a stranger's change, CPU ms; prototype 0.04", (watch.processor_time - before) / count, None, 0.1)
    found = []
    for times in (50, 50 + count // 10):
        with Watch(server, prefix=["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]) as watch:
            call(times)
            for away in (True, False):  # what comes after them is done, so they are
                changes.write(dn, away)
                changes.wait_for(dn, list_dn, away)
            watch.rest(1)
        with open(server.file("watch.log")) as log:
            found.append(int(re.search(r"Collected : (\d+)", log.read())[1]))
    table.row("the same, thousand instructions; prototype 5.6", (found[1] - found[0]) / (count // 10) / 1e3, None, 15)
    server.stop_for_good()


def feeds(table, quick):
    records = 2000 if quick else 200_000
    server = serve(World(1000))
    for kind, goal in (("json", 0.3), ("csv", 0.2), ("ics", 0.08)):
        page = Page(server, kind, records)
        answer = server.answer("feeds", settings=page.settings)["feeds"][0]
        check(f"every record of the {kind} is used", answer["trusted"]["records"]["used"] == records)
        name, command = page.python()
        said = subprocess.run(command, env=ENV, stdout=subprocess.PIPE, text=True, check=True).stdout
        check(f"{name} counts the same", int(said) == records)
        plan, python = Sample("plan", page.command()), Sample(name, command)
        take_turns([plan, python], 1 if kind == "ics" or quick else 5)  # icalendar takes 20 s
        table.row(f"plan with {records:,} records of {kind.upper()}; {name}; CPU ms", plan.cpu, python.cpu, goal)
        table.row("the same, MiB", plan.memory, None, 25)
    server.stop_for_good()


ROWS = {
    "start": start, "chain": chain, "clique": clique, "common": common, "common-apply": common_apply, "wide": wide,
    "wide-apply": wide_apply, "wide-moved": wide_moved, "crowd": crowd, "strangers": strangers, "feeds": feeds,
}


def run(quick, rows):
    table = Table()
    table.head()
    for name in rows:
        ROWS[name](table, quick)
    print(f"\n{len(table.missed)} missed", flush=True)
