"""One ldapsearch that reads what a plan reads: its filters and attributes are overheard."""

import re
import subprocess

from measuring import SEARCHES
from servers import ENV
from world import SUFFIX


def searches_of(server, *words):
    """(scope, base, filter, attributes) of each search of a run, by searches.so; of several pages once"""
    with open(server.file("searches"), "w"):
        pass
    env = {**ENV, "LD_PRELOAD": SEARCHES, "SEARCHES": server.file("searches")}
    subprocess.run(server.postvagt(*words), env=env, check=True, stdout=subprocess.DEVNULL)
    with open(server.file("searches")) as file:
        found = [tuple(line.rstrip("\n").split("\t")) for line in file]
    return [(*search, names.split()) for *search, names in dict.fromkeys(found) if search[1]]


class Yardstick:
    """One ldapsearch for all that a plan reads, but for the root DSE: a filter a line, an entry by its DN.

    postvagt asks for many entries at once: here one by one ("one"), and as it does, those that it asks for alone by
    60, too ("few").
    """

    def __init__(self, server):
        searches = searches_of(server, "plan")
        self.count, self.server = len(searches), server
        self.by_dn = server.world.dn_attribute
        self.attributes = sorted({name for search in searches for name in search[3]})
        batches = [filter for scope, _, filter, _ in searches if scope == "2" and self.is_batch(filter)]
        wide = [filter for scope, _, filter, _ in searches if scope == "2" and not self.is_batch(filter)]
        single = [self.entry_filter(base, filter) for scope, base, filter, _ in searches if scope == "0"]
        entries = [entry for batch in batches for entry in self.entries_of(batch)]
        self.entries = len(entries) + len(single)
        self.one = self.write("one", wide + entries + single)
        self.few = self.write(
            "few", wide + batches + ["(|" + "".join(single[i:i + 60]) + ")" for i in range(0, len(single), 60)])

    def is_batch(self, filter):
        return filter.startswith(f"(&(|({self.by_dn}=")

    def entry_filter(self, base, filter):
        escaped = re.sub(r"[\\*()\0]", lambda c: f"\\{ord(c[0]):02x}", base)
        return f"(&({self.by_dn}={escaped}){filter})"

    def entries_of(self, batch):
        dns = re.match(rf"\(&\(\|((?:\({self.by_dn}=[^()]*\))+)\)", batch)
        return [f"(&{dn}{batch[dns.end():-1]})" for dn in re.findall(r"\([^()]*\)", dns[1])]

    def write(self, name, filters):
        with open(self.server.file(name), "w") as file:
            file.writelines(filter[1:-1] + "\n" for filter in filters)
        return len(filters)

    def command(self, name="one", url=None):
        words = ["-LLL", "-b", SUFFIX, "-f", self.server.file(name), "(%s)", *self.attributes]
        return self.server.client("ldapsearch", *words, url=url)
