"""A little municipality in a scratch folder: its directory, its files, and the program run on it.

A scenario says who is there, who is on which list, and who ought to be; then it starts the world
and asks or applies. People, groups and lists are called by their short names ("anna", "Drift"),
several in one text: "anna bo".
"""
import glob
import json
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time

import ldif

IN_FLIGHT = 8  # writes of different lists
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.realpath(os.path.join(HERE, "../../.."))
SLAPD = os.path.join(ROOT, "tests", "servers", "slapd.sh")
SUFFIX = "dc=eksempel,dc=dk"
AGENT = f"cn=postvagt,ou=Tjenester,{SUFFIX}"
PASSWORD = "eksempel-postvagt"
ROLES = "infrastrukturansvarlig infrastrukturejer systemansvarlig superbruger programleder"
REPORT = re.compile(r"^\d{8}T\d{6}Z-[0-9A-Za-z]+\.ldif$")
UNDO = re.compile(r"^\d{8}T\d{6}Z-[0-9A-Za-z]+\.undo\.ldif$")
# What no output may hold: controls, bidi, zero-width and tag characters, and others that do not show.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
                    "\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
                    "\U000e0000-\U000e0fff]")
FOREVER = "2020-01-01/"  # an absence that is on now

worlds = []  # those that are open, so that an interrupted run can close them
worlds_lock = threading.Lock()


class Failure(Exception):
  """What a scenario says when something is not as it should be; with what the program said."""


class Result:
  """What a run of the program left: status, out, err."""

  def __init__(self, arguments, status, out, err):
    self.arguments, self.status, self.out, self.err = arguments, status, out, err
    self.text = out + err

  def json(self):
    try:
      return json.loads(self.out)
    except ValueError as error:
      raise Failure(f"no JSON ({error})\n{self}") from error

  def says(self, *texts):
    """Fail unless each text is in what the program said, in any case; returns self."""
    for text in texts:
      if text.lower() not in self.text.lower():
        raise Failure(f"it does not say {text!r}\n{self}")
    return self

  def never_says(self, *texts):
    for text in texts:
      if text.lower() in self.text.lower():
        raise Failure(f"it says {text!r}\n{self}")
    return self

  def __str__(self):
    return (f"$ postvagt {' '.join(self.arguments)}\n{self.out[-3000:]}{self.err[-3000:]}"
            f"[status {self.status}]")


def equal(got, expected, what):
  if got == expected:
    return
  if isinstance(got, dict) and isinstance(expected, dict):  # only what differs
    keys = [key for key in {**got, **expected} if got.get(key) != expected.get(key)]
    got, expected = ({key: side.get(key) for key in keys} for side in (got, expected))
  raise Failure(f"{what}:\n     got {got!r}\nexpected {expected!r}")


def words(text):
  return text.split() if isinstance(text, str) else list(text)


def normal(dn):
  """A DN in one spelling, as far as the worlds here need it."""
  return re.sub(r"\s*(?<!\\),\s*", ",", ldif.unescape(dn)).lower()


class World:
  suffix, agent, password = SUFFIX, AGENT, PASSWORD
  naming = "uid"  # what a person's RDN is
  group_classes = (("objectClass", "groupOfNames"),)
  state_attributes = ()  # those of a list that are compared; none: all
  thousands = 2500
  environment = {"LDAPNOINIT": "1"}  # of OpenLDAP's tools
  replays = True  # each apply; a scenario that replays by itself, or must not, says False

  def __init__(self, program, fault):
    self.program, self.fault = program, fault
    # Below the length of a socket's name, so not in the tree.
    self.folder = tempfile.mkdtemp(prefix="postvagt-")
    self.lists_base = f"ou=Lister,{self.suffix}"
    self.dns, self.names, self.entries = {}, {}, []
    self.routes, self.roles, self.extra_tags = [], None, []
    self.server = {}
    self.log_place, self.log_kept = 0, ""
    self.children = []
    self.config, self.member = self.path("postvagt.yaml"), "member"
    for unit in ("Medarbejdere", "Grupper", "Lister", "Tjenester"):
      self.entry(f"ou={unit},{self.suffix}", objectClass="organizationalUnit", ou=unit)
    self.settings = {
        "language": "en",
        "directory": {"base": self.suffix, "timeout": "10s", "kind": "openldap",
                      "bind": {"mechanism": "simple", "dn": self.agent,
                               "password_file": "secret"}},
        "people": {"base": f"ou=Medarbejdere,{self.suffix}", "attributes": {}},
        "lists": {"create": False},
        "mailbox": {"name": "infrastrukturpostkassen", "address": "infrapost@eksempel.dk"},
        "absence": {"timezone": "Europe/Copenhagen"},
        "mapping": {"tags": "tags.yaml", "roles": "roles.yaml", "routes": "routes.yaml"},
        "reports": {"directory": "reports"},
    }
    self.write("secret", self.password + "\n", 0o600)
    with worlds_lock:
      worlds.append(self)

  # Who and what is there

  def entry(self, dn, **attributes):
    pairs = []
    for name, values in attributes.items():
      for value in values if isinstance(values, (list, tuple)) else [values]:
        pairs.append((name, value))
    self.entries.append((dn, pairs))
    return dn

  def name(self, short, dn):
    self.dns[short], self.names[normal(dn)] = dn, short
    return dn

  def dn(self, short):
    """The DN of a short name; what is a DN already stays as it is."""
    return short if "=" in short else self.dns[short]

  def dns_of(self, shorts):
    return [self.dn(short) for short in words(shorts)]

  def short(self, dn):
    """The short name of a DN; the DN itself, in one spelling, where it has none."""
    return self.names.get(normal(dn), normal(dn))

  def person_dn(self, login, unit="ou=Medarbejdere"):
    return f"{self.naming}={login},{unit},{self.suffix}"

  def person(self, login, roles="", *, dn=None, mail=True, name=None, absence=(), **attributes):
    """Somebody; `roles` may be a text of several. Other attributes by their LDAP names."""
    dn = self.name(login, dn or self.person_dn(login))
    name = name or login.capitalize()
    if mail:
      attributes["mail"] = f"{login}@eksempel.dk" if mail is True else mail
    if "manager" in attributes:
      attributes["manager"] = self.dn(attributes["manager"])
    if words(roles):
      attributes["postvagtRole"] = words(roles)
    if absence:
      attributes["postvagtAbsence"] = absence
    return self.person_entry(dn, **{"uid": login, "cn": login, "sn": login, "displayName": name,
                                    **attributes})

  def person_entry(self, dn, **attributes):
    return self.entry(dn, objectClass=["inetOrgPerson", "postvagtPerson"], **attributes)

  def people(self, logins, roles=""):
    for login in words(logins):
      self.person(login, roles)

  def group(self, name, members):
    """Members may be groups that come later: their DNs follow from their names."""
    dn = self.name(name, f"cn={name},ou=Grupper,{self.suffix}")
    return self.group_entry(dn, cn=name, member=[
        self.dns.get(member) or (
            member if "=" in member else f"cn={member},ou=Grupper,{self.suffix}")
        for member in words(members)])

  def list(self, name, members="", mail=True):
    dn = self.name(name, f"cn={name},ou=Lister,{self.suffix}")
    attributes = {"mail": f"{name}@eksempel.dk".lower()} if mail else {}
    return self.group_entry(dn, "postvagtList", cn=name, member=self.dns_of(members), **attributes)

  def group_entry(self, dn, *classes, member, **attributes):
    # groupOfNames cannot be empty.
    structural = ["groupOfNames"] if member else ["organizationalRole", "extensibleObject"]
    return self.entry(dn, objectClass=[*structural, *classes], member=member, **attributes)

  def no_list(self, name):
    """A list that the mapping names and the directory lacks; returns its DN."""
    return self.name(name, f"cn={name},ou=Lister,{self.suffix}")

  def mailbox_list(self, name):
    self.settings["mailbox"]["list"] = self.dn(name)

  # The mapping

  def block(self, name, roles="", groups="", people="", **rest):
    """A block of a route, also for its `critical` and `inform`."""
    to = {"roles": words(roles), "groups": self.dns_of(groups), "people": words(people)}
    return {"list": self.dn(name), "to": {key: value for key, value in to.items() if value}, **rest}

  def route(self, tag, name, roles="", groups="", people="", **rest):
    route = {"tag": tag, **self.block(name, roles, groups, people, **rest)}
    self.routes.append(route)
    return route

  def one_list(self, members="", **rest):
    """The commonest world: list Drift, for whoever is infrastrukturansvarlig."""
    self.list("Drift", members)
    return self.route("drift", "Drift", roles="infrastrukturansvarlig", **rest)

  # Files

  def path(self, name):
    return os.path.join(self.folder, name)

  def write(self, name, text, mode=0o644):
    path = self.path(name)
    with open(path, "w", encoding="utf-8", newline="") as file:
      file.write(text)
    os.chmod(path, mode)
    return path

  def write_mapping(self):
    routed = [tag for route in self.routes
              for tag in (route["tag"] if isinstance(route["tag"], list) else [route["tag"]])]
    tags = [{"id": tag, "subject": [f"[{tag}]"], "title": {"da": tag, "en": tag}}
            for tag in dict.fromkeys(routed + self.extra_tags) if tag != "*"]
    roles = self.roles or [{"id": role, "title": {"da": role, "en": role}, "values": [role]}
                           for role in words(ROLES)]
    self.write_yaml("tags.yaml", {
        "source": {"name": "KOMBIT, bilag 1", "version": "1"}, "tags": tags})
    self.write_yaml("roles.yaml", {"source": {"name": "scenario", "version": "1"}, "roles": roles})
    self.write_yaml("routes.yaml", {"routes": self.routes})

  def write_yaml(self, name, value):
    """JSON is YAML, too."""
    self.write(name, json.dumps(value, indent=2, ensure_ascii=False) + "\n")

  def write_files(self):
    directory = self.settings["directory"]
    if "url" not in directory and "domain" not in directory:
      directory = {**self.way(), **directory}
    self.write_yaml("postvagt.yaml", {**self.settings, "directory": directory})
    self.write_mapping()

  def agent_of_its_own(self, name, **directory):
    """Settings of an agent on another host: the same, with a folder of reports of its own."""
    self.write_yaml(f"{name}.yaml", {
        **self.settings, "directory": {**self.way(), **self.settings["directory"], **directory},
        "reports": {**self.settings["reports"], "directory": f"reports-{name}"}})
    return self.path(f"{name}.yaml")

  # The server

  def make_accounts(self):
    for account in ("postvagt", "hr"):
      self.entry(f"cn={account},ou=Tjenester,{SUFFIX}", cn=account,
                 objectClass=["organizationalRole", "simpleSecurityObject"],
                 userPassword=f"eksempel-{account}")

  def way(self):
    """How the program gets there, where the scenario has no other way for it."""
    return {"url": self.server["URL"]}

  def address(self):
    """Host and port, for a relay."""
    return "127.0.0.1", int(self.server["PORT"])

  def _slapd(self, *arguments, **environment):
    run = subprocess.run([SLAPD, *arguments], capture_output=True, text=True, timeout=120,
                         env={**os.environ, "D": self.path("slapd"), **environment}, check=False)
    if run.returncode:
      raise Failure(f"slapd.sh {arguments[0]}: {run.stderr}{run.stdout}")
    self.read_server()
    return run.stdout

  def read_server(self):
    with open(self.path("slapd/env"), encoding="utf-8") as file:
      self.server = dict(line.rstrip("\n").split("=", 1) for line in file)
    self.server = {key: value.strip("'") for key, value in self.server.items()}

  def start(self, *files, write_files=True, own=False, **environment):
    """Start it with the entries, or with LDIF files instead, and write the program's files.

    `own`: the scenario stops or overhears the server, so it must have one of its own. A slapd
    always is; one Active Directory serves many worlds (ad_world.py).
    """
    del own
    self.replays = self.replays and "accesslog" not in environment.get("OVERLAYS", "")
    if not files:
      text = ldif.record(SUFFIX, [("objectClass", "dcObject"), ("objectClass", "organization"),
                                  ("dc", "eksempel"), ("o", "Eksempel Kommune")])
      self.make_accounts()
      files = [self.write("world.ldif", text + "".join(ldif.record(*e) for e in self.entries))]
    self._slapd("start", *files, **{"LOGLEVEL": "stats", **environment})
    if write_files:
      self.write_files()
    return self

  def stop_server(self):
    self._slapd("stop")

  def restart_server(self):
    self._slapd("restart")

  def close(self):
    with worlds_lock:
      if self in worlds:
        worlds.remove(self)
    for child in self.children:
      child.kill()
      child.wait()
    if os.path.exists(self.path("slapd/slapd.conf")):
      subprocess.run([SLAPD, "stop"], env={**os.environ, "D": self.path("slapd")},
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if not os.environ.get("KEEP"):
      shutil.rmtree(self.folder, ignore_errors=True)

  def tool(self, name, *arguments, dn=None, password=None):
    """The command line of one of OpenLDAP's tools: the administrator's, or that account's."""
    return [name, "-x", "-H", self.server["URL"], "-D", dn or self.server["ADMIN"],
            "-w", password or self.server["PASSWORD"], *arguments]

  def _ldap(self, tool, *arguments, text=None, dn=None, password=None, check=True):
    run = subprocess.run(self.tool(tool, *arguments, dn=dn, password=password), input=text,
                         text=True, env={**os.environ, **self.environment},
                         capture_output=True, timeout=120, check=False)
    if check and run.returncode:
      raise Failure(f"{tool} {' '.join(arguments)}: {run.stderr}{run.stdout}")
    return run

  def search(self, base, *attributes, scope="sub", where="(objectClass=*)"):
    """As ldif.parse() gives it."""
    return ldif.parse(self._ldap("ldapsearch", "-LLL", "-o", "ldif_wrap=no", "-b", base,
                                 "-s", scope, where, *attributes).stdout)

  def change(self, text):
    """Somebody else changes the directory: LDIF change records."""
    self._ldap("ldapmodify", text=text)

  def change_command(self, path):
    """The same, as a command for the shell: what this file says."""
    return f"{shlex.join(self.tool('ldapmodify', '-f', path))} >/dev/null"

  def set(self, short, **attributes):
    """Somebody else gives an entry's attributes these values, or takes them away ([])."""
    pairs = [("changetype", "modify")]
    for name, values in attributes.items():
      pairs += [("replace", name)]
      pairs += [(name, value) for value in ([values] if isinstance(values, str) else values)]
      pairs += [("-", None)]
    self.change(ldif.record(self.dn(short), pairs))

  def rename(self, short, login, above=None):
    pairs = [("changetype", "modrdn"), ("newrdn", f"{self.naming}={login}"),
             ("deleteoldrdn", "1")]
    if above:
      pairs += [("newsuperior", above)]
    self.change(ldif.record(self.dn(short), pairs))

  def remove(self, short):
    self.change(ldif.record(self.dn(short), [("changetype", "delete")]))

  def state(self):
    """All that the agent may write, as ldif.parse() gives it."""
    return self.search(self.lists_base, *self.state_attributes)

  def forget_written(self):
    """The agents forget what they wrote within the hour, or they would let it rest, once changed back."""
    for path in glob.glob(f"{self.folder}/**/written-*.json", recursive=True):
      os.unlink(path)

  def reset(self, state):
    """Put the lists as they were."""
    self.forget_written()
    text = ldif.difference(self.state(), state)
    if text:
      self.change(text)
    equal(self.state(), state, "the lists, put back")

  def members(self, state=None):
    """{list: set of short names}"""
    return {self.short(dn): {self.short(value) for name, value in attributes if name == self.member}
            for dn, attributes in (state or self.state()).items()
            if not dn.lower().startswith("ou=")}

  def expect_members(self, **lists):
    """Fail unless the lists hold exactly these."""
    members = self.members()
    for name, shorts in lists.items():
      equal(members.get(name.replace("_", "-")), set(words(shorts)), f"members of {name}")

  def log_path(self):
    return self.path("slapd/slapd.log")

  def log(self):
    """What the server logged since the last call, but for what a replay made it log."""
    with open(self.log_path(), "rb") as file:
      file.seek(self.log_place)
      data = file.read()
    self.log_place += len(data)
    kept, self.log_kept = self.log_kept, ""
    return kept + data.decode(errors="replace")

  def writes(self):
    """The DNs that the server was asked to change since the last call, by its own log."""
    return re.findall(r' (?:MOD|ADD|DEL|MODRDN) dn="([^"]*)"', self.log())

  # The program

  def run(self, *arguments, status=None, env=None, prefix=(), config=True):
    """Run the program. `status`: what it must end with, one or several."""
    before = None if env or prefix else self._before_replay(arguments)
    known = self.reports()
    result = self.wait(self.spawn(*arguments, env=env, prefix=prefix, config=config), status)
    if before is not None and result.status in (0, 4, 6) and "not known" not in result.text:
      self._replay(before, known)
    return result

  def spawn(self, *arguments, env=None, prefix=(), config=True):
    command = [*prefix, self.program, *(["-c", self.config] if config else []),
               *arguments]
    child = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
    self.children.append(child)
    child.words = arguments
    return child

  def wait(self, child, status=None):
    try:
      out, err = child.communicate(timeout=180)
    except subprocess.TimeoutExpired as late:
      child.kill()
      raise Failure(f"postvagt {' '.join(child.words)}: does not end") from late
    self.children.remove(child)
    result = Result(child.words, child.returncode, out.decode(errors="replace"),
                    err.decode(errors="replace"))
    if result.status in (99, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGPIPE):
      raise Failure(f"a crash, or a sanitizer's finding\n{result}")
    allowed = (status,) if isinstance(status, int) else status
    if allowed is not None and result.status not in allowed:
      raise Failure(f"status {result.status}, expected {status}\n{result}")
    hostile = HIDDEN.search(result.text)
    if hostile:
      raise Failure(f"a hidden character, {hostile.group()!r}, came out\n{result}")
    return result

  def faulty(self, *arguments, at, on="write", when="before", do=None, status=None, prefix=()):
    """Run the program, and let something go wrong at its Nth request (fault.c)."""
    env = {"LD_PRELOAD": self.fault, "FAULT_AT": str(at), "FAULT_ON": on, "FAULT_WHEN": when,
           "ASAN_OPTIONS": self.asan_options()}
    if do:
      env["FAULT_DO"] = do
    run = self.run(*arguments, status=status, env=env, prefix=prefix)
    if run.status == -signal.SIGKILL:
      self.await_in_flight()
    return run

  def await_in_flight(self):
    """The server still does what a program that is gone had sent."""
    before = None
    while (now := self.state()) != before:
      before = now
      time.sleep(0.1)

  def little_memory(self, most):
    """A prefix for run(): no more bytes than that. Nothing under ASan, which maps terabytes."""
    with open(self.program, "rb") as file:
      return () if b"__asan_init" in file.read() else ("prlimit", f"--as={most}")

  @staticmethod
  def asan_options():
    """Those of the Makefile, and that something is preloaded before ASan."""
    return f"{os.environ.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0".lstrip(":")

  def restart_command(self):
    return f"D={shlex.quote(self.path('slapd'))} {SLAPD} restart"

  def kill_server(self):
    """A shell command that ends the server at once, and waits until its connections are gone."""
    pid = self.server["PID"]
    return (f"kill -KILL {pid}; while grep -qs '^State:.[^Z]' /proc/{pid}/status; do sleep 0.01; "
            "done; sleep 0.05")

  def plan(self, *arguments, status=0):
    return self.run("--json", *arguments, "plan", status=status).json()

  def planned(self, name, *arguments, status=0):
    """The short names that the plan has on one list."""
    plan = self.plan(*arguments, status=status)
    for item in plan["lists"]:
      if normal(item["list"]) == normal(self.dn(name)):
        return {self.short(member["dn"]) for member in item["members"]}
    raise Failure(f"no list {name} in the plan: {plan}")

  # Reports

  def reports(self):
    """Names of the reports and undo files in their folder, and of what is left half-written."""
    folder = self.path("reports")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return sorted(name for name in names if not name.startswith("runs."))

  def new_report(self, before):
    """The one report that was added to those `before`: its path and its undo's, and its text."""
    new = [name for name in self.reports() if name not in before and name.endswith(".ldif")]
    reports = [name for name in new if REPORT.match(name)]
    undos = [name for name in new if UNDO.match(name)]
    if len(new) != 2 or len(reports) != 1 or len(undos) != 1:
      raise Failure(f"reports that are new: {new}")
    equal(undos[0], reports[0].replace(".ldif", ".undo.ldif"), "the undo file's name")
    paths = [self.path(f"reports/{name}") for name in (reports[0], undos[0])]
    for path in paths:
      equal(oct(stat.S_IMODE(os.stat(path).st_mode)), "0o640", f"mode of {path}")
      text = self.read(path)
      if not text.startswith("version: 1\n") or not text.endswith("\n# end\n"):
        raise Failure(f"{path} is no whole report:\n{text}")
    return (*paths, self.read(paths[0]))

  def read(self, path):
    with open(path, encoding="utf-8", newline="") as file:
      return file.read()

  def ldapmodify(self, path, **account):
    """As an admin would, with the agent's own right, or that of another account."""
    account = account or {"dn": self.agent, "password": self.password}
    run = self._ldap("ldapmodify", "-f", path, check=False, **account)
    if run.returncode:
      raise Failure(f"ldapmodify -f: {run.stderr}\n{self.read(path)}")

  def check_report(self, report, undo, before, after):
    """The report makes `before` into `after`, and its undo the other way."""
    self.reset(before)
    self.ldapmodify(report)
    equal(self.state(), after, "the lists, after ldapmodify -f of the report")
    self.ldapmodify(undo)
    equal(self.state(), before, "the lists, after ldapmodify -f of the undo file")

  # Replays: after every apply, its undo file gives the former lists back, its report the new ones

  def _before_replay(self, arguments):
    """The lists; None where this is no run to be replayed: none may change them meanwhile."""
    if not self.replays or self.children or not (
        "apply" in arguments or arguments[:2] == ("audit", "undo")):
      return None
    try:
      return self.state()
    except Failure:
      return None  # no server is there

  def _replay(self, before, known):
    if not any(REPORT.match(name) for name in self.reports() if name not in known):
      return
    after = self.state()
    report, undo, _ = self.new_report(known)
    kept = self.log()
    self.ldapmodify(undo)
    equal(self.state(), before, f"the lists, after ldapmodify -f {undo}")
    self.ldapmodify(report)
    equal(self.state(), after, f"the lists, after ldapmodify -f {report}")
    self.log()
    self.log_kept = kept

  # The four ways

  def four_ways(self, status=0, again=None, expected=None, **lists):
    """Apply; apply again; stop at each write; resume. Returns the first apply and its report.

    `lists` are those that change, and how they must be then; every other one stays as it was.
    `expected` is the same as members() gives it. `status` is that of an apply that has work to do,
    `again` (the same) of one that has none.
    """
    again = status if again is None else again
    before, known = self.state(), self.reports()
    expected = {**self.members(before), **(expected or {}),
                **{name.replace("_", "-"): set(words(shorts)) for name, shorts in lists.items()}}
    self.log()
    first = self.run("apply", status=status)
    writes = self.writes()
    after = self.state()
    equal(self.members(after), expected, f"the lists, after apply\n{first}\n")
    for dn in writes:
      if not normal(dn).endswith(normal(self.lists_base)):
        raise Failure(f"{dn} was written")
    if not writes:
      raise Failure(f"nothing was written; is this a scenario?\n{first}")
    report = self.new_report(known)
    self._apply_again(again, after)
    self.check_report(*report[:2], before, after)
    for number in range(1, len(writes) + 1):
      self._stop_and_resume(number, "before", before, after, status)
    self._stop_and_resume(len(writes), "after", before, after, status)
    self.run("audit", "verify", status=0)
    return first, report[2]

  def _apply_again(self, status, after):
    known = self.reports()
    self.log()
    second = self.run("apply", status=status)
    equal(self.writes(), [], f"written by an apply with nothing to do\n{second}\n")
    equal(self.state(), after, "the lists, after the second apply")
    equal([name for name in self.reports() if name not in known and name.endswith(".ldif")], [],
          "reports of an apply with nothing to do")

  def _stop_and_resume(self, number, when, before, after, status):
    """Kill it right before, or after, it asks for a write; then apply to the end."""
    self.reset(before)
    known = self.reports()
    self.log()
    killed = self.faulty("apply", at=number, when=when)
    equal(killed.status, -signal.SIGKILL, f"status of a run killed at write {number}\n{killed}\n")
    made = len(self.writes())
    if when == "before" and not number - IN_FLIGHT <= made < number:  # what is on its way may be done later
      raise Failure(f"{made} writes before the kill at write {number}")
    self.new_report(known)
    self._look_halfway(before, after, number)
    self.run("apply", status=None if when == "after" else status)
    equal(self.state(), after, f"the lists, after a kill at write {number} and another apply")

  def _look_halfway(self, before, after, number):
    """At no moment is anybody off a list who belongs there before and after, or a list empty."""
    old, now, new = self.members(before), self.members(), self.members(after)
    for name, members in now.items():
      if old.get(name, set()) & new[name] - members or members - old.get(name, set()) - new[name]:
        raise Failure(f"{name}, stopped at write {number}: {members}")
      if old.get(name) and not members:
        raise Failure(f"{name} is empty, stopped at write {number}")


def close_all():
  for world in list(worlds):
    try:
      world.close()
    except OSError as error:
      print(f"{world.folder}: {error}", file=sys.stderr)
