"""How soon `watch` does what a change asks for: from before an absence is sent until its list is seen to have changed.

The directory is looked at all the time, on a connection that stays open; the next change waits until watch is at rest.
A feed is written anew whenever there is another change, at any moment of watch's second.
"""

import json
import os
import select
import socket
import statistics
import subprocess
import time

from ldap_client import ADD, DELETE, Client
from servers import ENV

NOW, LATER = ("2020-01-01", "2099-12-31"), ("2098-01-01", "2098-12-31")
REST, PATIENCE = 0.02, 30  # seconds: silence that is taken for rest, and the longest that anything may take
GLANCE = {"openldap": 0.0005, "active-directory": 0.01}  # seconds between two looks; Samba does one thing at a time
FEED_PAUSE = 0.14          # seconds from one change of a feed to the next


class Watch:
    """A running watch. It tells systemd, here us, of each turn of its loop."""

    def __init__(self, server, settings="postvagt.yaml", env=None, prefix=()):
        path = server.file("notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o600)
        with open(server.file("watch.log"), "w") as log:
            self.process = subprocess.Popen([*prefix, *server.postvagt("--quiet", "watch", settings=settings)],
                                            stdout=log, stderr=log, env={**ENV, "NOTIFY_SOCKET": path, **(env or {})})
        self.path = path

    def __enter__(self):
        until = time.monotonic() + PATIENCE
        while "READY=1" not in self.hear(until - time.monotonic()):
            if self.process.poll() is not None or time.monotonic() > until:
                self.end()
                raise SystemExit("bench: watch does not come to rest at its start")
        self.rest()
        return self

    def __exit__(self, *_):
        self.end()

    def hear(self, seconds):
        """what it tells within that time; "": nothing"""
        if not select.select([self.socket], [], [], max(0, seconds))[0]:
            return ""
        return self.socket.recv(65536).decode()

    def rest(self, seconds=REST):
        while self.hear(seconds):
            pass

    @property
    def memory(self):
        """MiB"""
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1024

    @property
    def processor_time(self):
        """milliseconds"""
        with open(f"/proc/{self.process.pid}/schedstat") as file:
            return int(file.read().split()[0]) / 1e6

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.socket.close()
        os.unlink(self.path)


class Delays:
    """Milliseconds, of many changes; and what one costs: searches and writes, the watch's processor time."""

    def __init__(self, label, times, searches=None, writes=None, processor_time=None):
        self.label, self.times = label, sorted(times)
        self.searches, self.writes, self.processor_time = searches, writes, processor_time

    def share(self, percent):
        return self.times[min(len(self.times) - 1, len(self.times) * percent // 100)]

    @property
    def median(self):
        return statistics.median(self.times)


class Changes:
    """Somebody goes away, and comes back: recipients of one ordinary list each, who have no deputy of their own."""

    def __init__(self, server, searches=None):
        self.server, self.searches, world = server, searches, server.world
        self.client = Client(server.url, server.env.get("CA"), server.env["ADMIN"], server.env["PASSWORD"])
        on_list = [(number, tag) for tag in range(len(world.named))
                   for number in (*world.groups[tag], world.named[tag]) if number not in world.deputy]
        self.people = [(number, world.dn(number), world.list_dn(tag)) for number, tag in on_list]

    def steps(self, count):
        """(number, DN, list DN, whether away) of each change"""
        for i in range(count):
            yield (*self.people[i // 2 % len(self.people)], i % 2 == 0)

    def write(self, dn, away):
        self.client.modify(dn, (ADD, "postvagtAbsence", ["/".join(NOW)]) if away else (DELETE, "postvagtAbsence", []))

    def move(self, group_dn, joins, leaves):
        """who joins a group and leaves it, by number"""
        changes = [(kind, "member", [self.server.world.dn(number) for number in sorted(numbers)])
                   for kind, numbers in ((ADD, joins), (DELETE, leaves)) if numbers]
        if changes:
            self.client.modify(group_dn, *changes)

    def is_done(self, dn, list_dn, away):
        return self.client.has(list_dn, "member", dn) != away

    def wait_for(self, dn, list_dn, away):
        until = time.monotonic() + PATIENCE
        while not self.is_done(dn, list_dn, away):
            if time.monotonic() > until:
                raise SystemExit(f"bench: {list_dn} does not follow the absence of {dn}")
            time.sleep(GLANCE[self.server.world.kind])

    def one(self, watch, dn, list_dn, away):
        start = time.monotonic()
        self.write(dn, away)
        self.wait_for(dn, list_dn, away)
        end = time.monotonic()
        watch.rest()
        return (end - start) * 1000

    def by_hand(self, count):
        """the absence written, the person read, and the list written by somebody who knows what to do"""
        stand_in, times = self.server.world.dn(0), []
        for _, dn, list_dn, away in self.steps(count):
            leaves, joins = (dn, stand_in) if away else (stand_in, dn)
            start = time.monotonic()
            self.write(dn, away)
            self.client.read(dn)
            self.client.modify(list_dn, (DELETE, "member", [leaves]), (ADD, "member", [joins]))
            times.append((time.monotonic() - start) * 1000)
            time.sleep(REST)
        return Delays("the same by hand", times)

    def measure(self, label, count):
        searches, writes = self.requests(min(count, 40))
        with Watch(self.server) as watch:
            before = watch.processor_time
            times = [self.one(watch, dn, list_dn, away) for _, dn, list_dn, away in self.steps(count)]
            return Delays(label, times, searches, writes, (watch.processor_time - before) / count)

    def requests(self, count):
        """the searches and the writes of a change, their medians: one may hear of its own writes in two parts"""
        path, found = self.server.file("requests"), []
        env = {"LD_PRELOAD": self.searches, "SEARCHES": path}
        with Watch(self.server, env=env) as watch, open(path) as file:
            file.read()
            for _, dn, list_dn, away in self.steps(count):
                self.one(watch, dn, list_dn, away)
                lines = file.readlines()
                writes = sum(line.startswith("\t") for line in lines)
                found.append((len(lines) - writes, writes))
        return [statistics.median(numbers) for numbers in zip(*found)]

    def flood(self, count):
        """changes as fast as the server takes them; (seconds until all is done, memory before and after)"""
        with Watch(self.server) as watch:
            memory, start = watch.memory, time.monotonic()
            for _, dn, list_dn, away in self.steps(count - 1):  # the last who goes away is seen to have gone
                self.write(dn, away)
                watch.rest(0)
            self.wait_for(dn, list_dn, away)
            taken = time.monotonic() - start
            self.one(watch, dn, list_dn, False)
            return taken, memory, watch.memory


class Feed:
    """A feed of all of the changing people, each with an absence now or long after; a file."""

    def __init__(self, changes):
        self.changes, self.server, self.away = changes, changes.server, set()
        with open(self.server.file("postvagt.yaml")) as file:
            settings = json.load(file)
        settings["absence"] = {"feeds": [{
            "name": "loen", "format": "json", "records": "/items",
            "fields": {"person": "employeeNumber", "from": "from", "until": "until"}, "match": "employeeNumber",
            "every": "1s", **self.place()}]}
        with open(self.server.file("feed.yaml"), "w") as file:
            json.dump(settings, file)
        self.write()

    def place(self):
        """where it is, as the settings say"""
        return {"url": "file://" + self.server.file("feed.json")}

    def write(self):
        items = [{"employeeNumber": f"{number:06}", **dict(zip(("from", "until"), NOW if number in self.away else LATER))}
                 for number, _, _ in self.changes.people]
        with open(self.server.file("feed.new"), "w") as file:
            json.dump({"items": items}, file)
        os.rename(self.server.file("feed.new"), self.server.file("feed.json"))

    def measure(self, label, count):
        """several are on their way at once, each of somebody else"""
        steps, waiting, times = list(self.in_turn(count)), [], []
        with Watch(self.server, settings="feed.yaml") as watch:
            begun = time.monotonic()
            while steps or waiting:
                now = time.monotonic()
                if steps and now >= begun + (count - len(steps)) * FEED_PAUSE:
                    number, *step = steps.pop(0)
                    self.away ^= {number}
                    self.write()
                    waiting.append((now, step))
                for item in [item for item in waiting if self.changes.is_done(*item[1])]:
                    waiting.remove(item)
                    times.append((time.monotonic() - item[0]) * 1000)
                if now > begun + count * FEED_PAUSE + PATIENCE:
                    raise SystemExit("bench: the lists do not follow the feed")
                watch.rest(0)
                time.sleep(GLANCE[self.server.world.kind])
        return Delays(label, times)

    def in_turn(self, count):
        """first all go, and then all come back"""
        half = self.changes.people[:count // 2]
        for away in (True, False):
            for number, dn, list_dn in half:
                yield number, dn, list_dn, away


NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ }}
http {{
  access_log off; root {folder};
  client_body_temp_path {folder}/temp; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/temp;
  uwsgi_temp_path {folder}/temp; scgi_temp_path {folder}/temp;
  server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate {tls}/server.pem; ssl_certificate_key {tls}/server.key;
    location = /feed.json {{ }}
    location / {{ return 404; }}
  }}
}}
"""


class HttpsFeed(Feed):
    """The same from nginx, by HTTPS; its certificate is the slapd's."""

    def place(self):
        tls = self.server.env["TLS"]
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with open(self.server.file("nginx.conf"), "w") as file:
            file.write(NGINX.format(folder=self.server.folder, port=port, tls=tls))
        return {"url": f"https://127.0.0.1:{port}/feed.json", "ca_file": os.path.join(tls, "ca.pem")}

    def measure(self, label, count):
        env = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}
        command = ["nginx", "-c", self.server.file("nginx.conf"), "-e", self.server.file("nginx.log")]
        with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as nginx:
            try:
                return super().measure(label, count)
            finally:
                nginx.terminate()
