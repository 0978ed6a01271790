"""`domain:` instead of `url:`: the DNS names the domain controllers, and their site the nearer ones."""
import contextlib
import subprocess

from name_server import NameServer
from samba_domain import Domain
from scenario import active_directory_only, scenario
from world import equal

DOMAIN = "eksempel.dk"
ALL, SITE = f"_ldap._tcp.dc._msdcs.{DOMAIN}", f"_ldap._tcp.skole._sites.dc._msdcs.{DOMAIN}"
NOBODY = "127.19.19.19"  # nothing listens there


def by_domain(world):
  """The world's settings name the domain; in the DNS is nothing yet."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.settings["directory"].update(domain=DOMAIN, ca_file=world.server["CA"])
  return contextlib.closing(NameServer(world))


def record(host, priority=0, weight=0):
  return priority, weight, 389, host


@scenario
@active_directory_only
def domain_by_its_srv_records(world):
  """The port of the record is LDAP's; a password goes to that of LDAPS."""
  with by_domain(world) as dns:
    world.start()
    dns.records = {ALL: [record("dc1.eksempel.dk")], "dc1.eksempel.dk": [world.server["IP"]]}
    world.run("apply", status=0, prefix=dns.prefix).says("ldaps://dc1.eksempel.dk:636")
    world.expect_members(Drift="anna bo")


@scenario
@active_directory_only
def domain_without_srv_records(world):
  with by_domain(world) as dns:
    world.start()
    world.run("plan", status=1, prefix=dns.prefix).says(DOMAIN, "SRV")
    equal(dns.asked, [ALL, f"_ldap._tcp.{DOMAIN}"], "names asked for")


@scenario
@active_directory_only
def domain_whose_first_servers_are_dead(world):
  """By priority, and by weight: who has all of it comes first."""
  with by_domain(world) as dns:
    world.start()
    address = world.server["IP"]
    dns.records = {ALL: [record(address, 20), record("dc3.eksempel.dk", 10, 65535),
                         record("dc4.eksempel.dk", 10, 0), record("dc2.eksempel.dk", 5)],
                   **{f"dc{number}.eksempel.dk": [NOBODY] for number in (2, 3, 4)}}
    world.run("apply", status=0, prefix=dns.prefix).says(address)
    equal(list(dict.fromkeys(name for name in dns.asked if name.startswith("dc"))),
          [f"dc{number}.eksempel.dk" for number in (2, 3, 4)], "servers tried, in order")
    world.expect_members(Drift="anna bo")
    dns.asked.clear()
    dns.records[ALL].append(record(address, 1))
    world.run("plan", status=0, prefix=dns.prefix)
    equal(dns.asked, [ALL], "names asked for, when the first is alive")


@scenario
@active_directory_only
def domain_whose_servers_are_all_dead(world):
  with by_domain(world) as dns:
    world.start()
    dns.records = {ALL: [record(NOBODY), record("127.19.19.20")]}
    world.run("apply", status=1, prefix=dns.prefix).says(NOBODY, "127.19.19.20")
    world.expect_members(Drift="anna")


def in_another_site(world):
  """A DC, empty, which tells whoever asks from here of a nearer site."""
  far = Domain(world.path("far"), STRONG="no").start()
  for words in (["create", "Skole"], ["subnet", "create", "127.0.0.0/8", "Skole"]):
    subprocess.run(["samba-tool", "sites", *words, "-H", far.env["SAM"], "-s",
                    far.env["SMB_CONF"]], check=True, capture_output=True)
  return far


@scenario
@active_directory_only
def nearer_server_of_the_own_site(world):
  """The far one names the site before the bind; if nobody there lives, it will do."""
  with by_domain(world) as dns, contextlib.closing(in_another_site(world)) as far:
    world.start()
    dns.records = {ALL: [record(far.env["IP"])], SITE: [record(world.server["IP"])]}
    world.run("apply", status=0, prefix=dns.prefix).says(world.server["IP"])
    equal(dns.asked, [ALL, SITE], "names asked for")
    world.expect_members(Drift="anna bo")
    dns.records[SITE] = [record(NOBODY)]
    world.run("plan", status=1, prefix=dns.prefix).says(far.env["IP"])
    del dns.records[SITE]
    world.run("plan", status=1, prefix=dns.prefix).says(far.env["IP"])


@scenario
@active_directory_only
def next_server_before_the_first_write_only(world):
  """The first DC dies: while it is read, all is read anew from the second; later, nothing is."""
  with by_domain(world) as dns:
    world.start()
    second = world.server["IP"]
    world.start(own=True)
    first = world.server["IP"]
    dns.records = {ALL: [record(first, 1), record(second, 2)]}
    world.run("plan", status=0, prefix=dns.prefix).says(first)
    for number in (3, 4):  # after the LDAP ping and the root DSE
      world.faulty("plan", on="search", at=number, do=world.kill_server(), status=0,
                   prefix=dns.prefix).says(second, "bo")
      world.restart_server()
    world.faulty("apply", at=1, do=world.kill_server(), status=1, prefix=dns.prefix).says(first)
    world.restart_server()
    world.expect_members(Drift="anna")
    world.own, first = None, world.own
    world.expect_members(Drift="anna")
    world.own = first
