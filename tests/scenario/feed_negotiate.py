"""Feeds that are read by Kerberos: a server that has GSSAPI check each ticket, in a real domain."""
import json
import os
import shutil
import subprocess
import time

from scenario import active_directory_only, scenario
from world import ROOT, Failure, equal

SERVER = os.path.join(ROOT, "tests", "servers", "negotiate.py")
ANNA = {"nr": "0042", "fra": "2020-01-01", "til": ""}


class WebServer:
  """The account that the server has in the domain, and the server."""

  def __init__(self, world):
    self.world, self.log, number = world, world.path("negotiate.log"), world.unit.lstrip("v")
    self.address, self.account = f"127.7.{int(number) // 250}.{int(number) % 250 + 1}", f"web{number}"
    self.keytab = world.path("web.keytab")
    where = ("-s", world.server["SMB_CONF"])
    self.samba("user", "create", self.account, "Eksempel-web-1", "-H", world.server["SAM"], *where)
    self.samba("spn", "add", f"HTTP/{self.address}", self.account, *where)
    self.samba("domain", "exportkeytab", self.keytab, f"--principal=HTTP/{self.address}", *where)
    page = world.write("page.json", json.dumps({"data": [ANNA]}))
    with open(self.log, "wb") as log:
      self.child = subprocess.Popen(
          [SERVER, self.address, page], stdin=subprocess.DEVNULL, stdout=log,
          env={**os.environ, "KRB5_CONFIG": world.server["KRB5_CONFIG"], "KRB5_KTNAME": self.keytab})
    world.children.append(self.child)
    self.wait()

  def samba(self, *arguments):
    run = subprocess.run(["samba-tool", *arguments], capture_output=True, text=True, check=False)
    if run.returncode:
      raise Failure(f"samba-tool {' '.join(arguments)}: {run.stderr}{run.stdout}")

  def lines(self):
    return self.world.read(self.log).splitlines()

  def wait(self):
    for _ in range(200):
      if self.lines():
        return
      if self.child.poll() is not None:
        break
      time.sleep(0.05)
    raise Failure(f"negotiate.py does not start: {self.lines()}")

  @property
  def url(self):
    return f"http://{self.address}:{self.lines()[0]}/feed"

  @property
  def names(self):
    """Whose tickets came, one a request."""
    return self.lines()[1:]


def negotiate_world(world, **feed):
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk",
               employeeNumber="0042")
  world.person("bo", employeeNumber="42")
  world.one_list("anna")
  world.start(write_files=False)
  world.web = WebServer(world)
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "format": "json", "records": "/data", "match": "employeeNumber",
      "fields": {"person": "nr", "from": "fra", "until": "til"}, "url": world.web.url,
      "negotiate": True, **feed}]
  shutil.copy(world.server["KEYTAB"], world.path("postvagt.keytab"))
  return world


@scenario
@active_directory_only
def negotiate_by_a_keytab_of_the_feed(world):
  """The directory by a password, and the feed by a ticket of its own."""
  negotiate_world(world, keytab_file="postvagt.keytab")
  world.write_files()
  equal(world.planned("Drift"), {"bo"}, "the list")
  equal(world.web.names, [f"{world.server['PRINCIPAL']}"], "whose ticket came")


@scenario
@active_directory_only
def negotiate_as_the_directory_does(world):
  negotiate_world(world)
  world.by_kerberos()
  world.write_files()
  equal(world.planned("Drift"), {"bo"}, "the list")
  equal(world.web.names, [world.server["PRINCIPAL"]], "whose ticket came")


@scenario
@active_directory_only
def negotiate_as_somebody_else_than_the_directory(world):
  """Two keytabs in one process: neither the feed nor the directory gets the other's ticket."""
  negotiate_world(world, keytab_file="feed.keytab", every="1s")
  world.web.samba("domain", "exportkeytab", world.path("feed.keytab"),
                  f"--principal={world.web.account}", "-s", world.server["SMB_CONF"])
  world.by_kerberos()
  world.write_files()
  world.run("apply", status=0)  # which reads the directory again when the feed was read
  world.expect_members(Drift="bo")
  realm = world.server["PRINCIPAL"].partition("@")[2]
  equal(world.web.names, [f"{world.web.account}@{realm}"], "whose ticket came")


@scenario
@active_directory_only
def negotiate_without_a_ticket_says_so(world):
  negotiate_world(world)
  world.write_files()
  world.run("plan", status=6, env={"KRB5CCNAME": "FILE:/nonexistent/ticket"}).says(
      "feed loen", "Kerberos: no ticket to log in with", "keytab_file")
  equal(world.web.names, [], "whose ticket came")


@scenario
@active_directory_only
def negotiate_that_is_refused_says_so(world):
  """A ticket for a server that has another key by now."""
  negotiate_world(world, keytab_file="postvagt.keytab")
  world.write_files()
  with open(world.web.keytab, "wb") as file:
    file.write(b"")
  world.run("plan", status=6).says("feed loen", "the server answered 401", "Kerberos ticket")
  equal([name.partition(":")[0] for name in world.web.names][:1], ["nobody"], "whose ticket came")
