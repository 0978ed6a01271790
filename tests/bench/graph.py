"""Automatic replies of the recipients through Graph, by the preset graph-oof, from a mock in this process.

Beside it a program of forty lines that asks the same of the same people, four requests at a time, and only counts who
is away. Each asks for a token first, and each speaks TLS.
"""

import json
import os
import re
import subprocess
import sys

from servers import ENV, ROOT

sys.path[:0] = [os.path.join(ROOT, "tests/scenario/support")]
from graph_server import Graph  # noqa: E402: its folder was not known before

PRESET = os.path.join(ROOT, "mappings/feeds/graph-oof.yaml")
PEER = """
import concurrent.futures, json, ssl, sys, threading, urllib.parse, urllib.request

host, tenant, client, secret, ca, names = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
with open(names, encoding="utf-8") as file:
    people = file.read().split()


def ask(path, data, **headers):
    request = urllib.request.Request(f"https://{host}{path}", data, headers)
    with urllib.request.urlopen(request, context=context, timeout=60) as answer:
        return json.load(answer)


form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client, "client_secret": secret,
                               "scope": "https://graph.microsoft.com/.default"}).encode()
token = ask(f"/{tenant}/oauth2/v2.0/token", form)["access_token"]


def batch(some):
    parts = [{"id": str(number), "method": "GET", "url":
              f"/users/{urllib.parse.quote(name)}/mailboxSettings/automaticRepliesSetting"}
             for number, name in enumerate(some)]
    found = ask("/v1.0/$batch", json.dumps({"requests": parts}).encode(), Authorization=f"Bearer {token}",
                **{"Content-Type": "application/json"})["responses"]
    return sum(part["status"] == 200 and part["body"]["status"].lower() != "disabled" for part in found)


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(batch, [people[i:i + 20] for i in range(0, len(people), 20)])))
"""


class Replies:
    """Graph beside one directory, with the settings that ask it; `away` have turned a reply on."""

    def __init__(self, server, away):
        self.server, world = server, server.world
        self.graph = Graph(server.file("graph"))
        self.settings, self.names = "feed-graph.yaml", server.file("names")
        for number in {*world.recipients, *world.deputy.values(), 0}:
            status = "alwaysEnabled" if number in away else "disabled"
            self.graph.person(f"p{number:06}@eksempel.dk", status)
        self.write_settings(self.settings, PRESET)
        self.write_settings("feed-graph-plain.yaml", self.write_plain())
        with open(server.file("graph-secret"), "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(self.graph.tokens.secret)

    def write_settings(self, name, preset):
        with open(self.server.file("postvagt.yaml")) as file:
            settings = json.load(file)
        settings["absence"] = {"feeds": [{
            "preset": preset, "match": "mail",
            "values": {"tenant": self.graph.tenant, "graph": self.graph.host, "login": self.graph.host},
            "oauth": {"client_id": self.graph.tokens.client_id, "secret_file": "graph-secret"},
            "ca_file": self.graph.ca_file()}]}
        with open(self.server.file(name), "w") as file:
            json.dump(settings, file)

    def write_plain(self):
        """The preset with fields in place of jq, whose process valgrind cannot follow. Returns its path."""
        with open(PRESET, encoding="utf-8") as file:
            text = re.sub(r"^jq: [|]\n(?:  .*\n)+", "", file.read(), flags=re.MULTILINE)
        with open(self.server.file("plain.yaml"), "w", encoding="utf-8") as file:
            file.write(text + 'records: ""\nonly: {answer.status: [alwaysEnabled]}\n'
                       "fields: {person: person, from: answer.from, until: answer.until}\n")
        return self.server.file("plain.yaml")

    def command(self):
        return self.server.postvagt("plan", settings=self.settings)

    def plan(self):
        """What a plan says, how many requests it took ($batch, of those), and about how many people"""
        self.graph.taken()
        self.graph.asked_about.clear()
        answer = self.server.answer("plan", settings=self.settings)
        asked = self.graph.taken()
        batches = sum(request.path == "/v1.0/$batch" for request in asked)
        with open(self.names, "w") as file:
            file.writelines(f"{name}\n" for name in sorted(set(self.graph.asked_about)))
        return answer, len(asked), batches, len(self.graph.asked_about)

    def peer(self):
        """After plan(): the same people"""
        graph = self.graph
        return [sys.executable, "-c", PEER, graph.host, graph.tenant, graph.tokens.client_id, graph.tokens.secret,
                graph.ca_file(), self.names]

    def instructions(self):
        """Of one plan without the jq in the preset, by callgrind: as many each time, or nearly"""
        plan = self.server.postvagt("plan", settings="feed-graph-plain.yaml")
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *plan]
        done = subprocess.run(command, env=ENV, capture_output=True, text=True, check=True)
        return int(re.search(r"Collected : (\d+)", done.stderr).group(1))
