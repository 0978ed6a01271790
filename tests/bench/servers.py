"""The directory servers of the bench: each in one folder, with a world in it and the settings for that."""

import contextlib
import json
import os
import shutil
import signal
import subprocess

from world import LISTS

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
POSTVAGT = os.path.realpath(os.environ.get("POSTVAGT", os.path.join(ROOT, "build/postvagt")))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OUTER = {**os.environ, "LC_ALL": "C.UTF-8"}
ENV = {**OUTER, "LDAPNOINIT": "1"}  # of the program, and of OpenLDAP's clients where nothing else is said
SERVERS = []  # that were started


@contextlib.contextmanager
def undisturbed():
    """A signal is heard only at the end: no server is left half started or half stopped."""
    heard, before = [], {}
    for number in SIGNALS:
        before[number] = signal.signal(number, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if heard:
            os.kill(os.getpid(), heard[0])


class Server:
    script, start_env, settings = None, {}, {}

    def __init__(self, folder, world):
        self.folder, self.world, self.env_of_clients = folder, world, ENV
        os.makedirs(folder, exist_ok=True)
        SERVERS.append(self)
        world.write_ldif(self.file("world.ldif"))
        self.control("start", self.file("world.ldif"), **self.start_env)
        with open(self.file("env")) as file:
            self.env = {name: value.strip("'") for name, value in (line.rstrip("\n").split("=", 1) for line in file)}
        self.know()
        world.write_settings(folder, self.url, **self.settings)

    def know(self):
        """its URL, now that it has one"""
        self.url = self.env["URL"]

    def file(self, name):
        return os.path.join(self.folder, name)

    def control(self, *words, **env):
        script = os.path.join(ROOT, "tests/servers", self.script)
        with undisturbed():
            subprocess.run([script, *words], env={**OUTER, "D": self.folder, **env}, check=True, start_new_session=True)

    def stop_for_good(self):
        if os.path.exists(self.file("env")):
            self.control("stop")

    def keep(self):
        """the data as they are, for put_back()"""
        self.control("stop")
        for name in self.data:
            self.copy(name, "kept-" + os.path.basename(name))
        self.control("restart")

    def put_back(self):
        self.control("stop")
        for name in self.data:
            self.copy("kept-" + os.path.basename(name), name)
        os.sync()  # or the first write of a run would pay for the copy
        self.control("restart")

    def copy(self, source, target):
        """what slapadd leaves is a file of 8 GiB, nearly all of it holes"""
        shutil.rmtree(self.file(target), ignore_errors=True)
        command = ["cp", "-rT", "--preserve=mode", "--sparse=always", self.file(source), self.file(target)]
        subprocess.run(command, check=True)

    def forget(self):
        """what apply remembers of its writes: lists that are put back by hand would rest for an hour"""
        shutil.rmtree(self.file("state"), ignore_errors=True)

    # The commands that are measured.

    def postvagt(self, *words, settings="postvagt.yaml"):
        return [POSTVAGT, "--lang", "en", "-c", self.file(settings), *words]

    def client(self, name, *words, url=None):
        bind = ["-x", "-H", url or self.url, "-D", self.world.agent, "-y", self.file("secret")]
        return ["/usr/bin/" + name, *bind, *words]

    def run(self, *words):
        subprocess.run(self.postvagt("--quiet", *words), env=ENV, check=True, stdout=subprocess.DEVNULL)

    def answer(self, *words, settings="postvagt.yaml"):
        """what postvagt prints, as JSON"""
        done = subprocess.run(self.postvagt("--json", *words, settings=settings), env=ENV, check=True, capture_output=True)
        return json.loads(done.stdout)

    def members(self):
        """list DN -> the DNs on it, by ldapsearch"""
        lists, dn = {}, None
        search = self.client("ldapsearch", "-LLL", "-o", "ldif_wrap=no", "-b", LISTS, "(member=*)", "member")
        found = subprocess.run(search, env=self.env_of_clients, check=True, capture_output=True, text=True).stdout
        for line in found.splitlines():
            name, _, value = line.partition(": ")
            if name == "dn":
                dn = value
                lists[dn] = set()
            elif name == "member":
                lists[dn].add(value)
        return lists


class Slapd(Server):
    """Its log is off. DB_EXTRA: not the tests' own dbnosync."""

    script, start_env, data = "slapd.sh", {"DB_EXTRA": "", "LOGLEVEL": "none"}, ["db"]


class FollowedSlapd(Slapd):
    """It tells of its changes."""

    start_env = {**Slapd.start_env, "OVERLAYS": "syncprov"}


class Samba(Server):
    """By LDAPS, as a hardened Active Directory wants it. samba.sh keeps what it loads for the next bench."""

    script, data = "samba.sh", ["private/sam.ldb", "private/sam.ldb.d"]

    def know(self):
        self.url = self.env["LDAPS_URL"]
        self.settings = {"ca_file": self.env["CA"]}
        no_files = {"LDAPCONF": "/dev/null", "LDAPRC": "/dev/null"}
        self.env_of_clients = {**OUTER, **no_files, "LDAPTLS_CACERT": self.env["CA"]}

    @staticmethod
    def lacks():
        """why there can be none here, or None"""
        if os.geteuid() != 0:
            return "only root can start a domain controller; run make bench as root"
        if not shutil.which("samba", path=os.environ["PATH"] + ":/usr/sbin"):
            return "Samba is not installed; make deps installs it"
        return None
