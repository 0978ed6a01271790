"""Ways to the server, and whom to trust there."""
import os
import socket
import subprocess
import time

from scenario import openldap_only, scenario
from world import Failure, equal


def reached(world, url=None, ca=None, **directory):
  """A small world whose server is reached at `url`, a function of the server's addresses."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start(write_files=False)
  if url:
    world.settings["directory"].update(url=url(world.server), **directory)
  if ca:
    world.settings["directory"]["ca_file"] = ca(world.server)
  world.write_files()
  return world


def fails(world, *texts):
  before = world.state()
  for command in ("check", "plan", "apply"):
    world.run(command, status=1).says(*texts)
  equal(world.state(), before, "the lists")


def plain(server):
  return server["URL"]


def secure(server):
  return server["LDAPS_URL"]


def own_ca(server):
  return server["CA"]


@scenario
def ldaps(world):
  reached(world, secure, own_ca).four_ways(Drift="anna bo")


@scenario
@openldap_only("looks into slapd's log of binds")
def starttls(world):
  reached(world, plain, own_ca, starttls=True)
  world.log()
  world.run("apply", status=0)
  log = world.log()
  equal("STARTTLS" in log, True, f"StartTLS in the server's log: {log}")
  if log.index("STARTTLS") > log.index(f'BIND dn="{world.agent}'):
    equal("bind", "StartTLS", "what comes first")
  world.expect_members(Drift="anna bo")


@scenario
@openldap_only("AD has no ldapi")
def ldapi_with_external(world):
  world.settings["directory"]["bind"] = {"mechanism": "EXTERNAL"}
  reached(world, lambda server: server["LDAPI_URL"]).four_ways(Drift="anna bo")


@scenario
def first_of_two_servers_is_dead(world):
  with socket.socket() as dead:  # bound and not listening: a port that refuses
    dead.bind(("127.0.0.1", 0))
    port = dead.getsockname()[1]
    reached(world, lambda server: [f"ldap://127.0.0.1:{port}", world.way()["url"]], own_ca)
    world.run("apply", status=0)
    world.expect_members(Drift="anna bo")


@scenario
def both_servers_are_dead(world):
  with socket.socket() as one, socket.socket() as two:
    urls = []
    for dead in (one, two):
      dead.bind(("127.0.0.1", 0))
      urls.append(f"ldap://127.0.0.1:{dead.getsockname()[1]}")
    fails(reached(world, lambda server: urls), *urls)


@scenario
def wrong_password(world):
  reached(world)
  world.write("secret", "forkert\n", 0o600)
  fails(world, "invalid credentials")
  world.run("explain", "anna", status=1).never_says("forkert")


@scenario
def authority_that_is_not_known(world):
  """Without ca_file, the system's; and one with another authority in it."""
  reached(world, secure)
  fails(world)
  subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                  "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=another CA",
                  "-keyout", world.path("other.key"), "-out", world.path("other.pem")],
                 check=True, capture_output=True)
  world.settings["directory"]["ca_file"] = "other.pem"
  world.write_files()
  fails(world)


@scenario
@openldap_only("looks into slapd's log of binds")
def starttls_with_an_authority_that_is_not_known(world):
  """The password is not sent to a server that is not trusted."""
  reached(world, plain, starttls=True)
  world.log()
  fails(world)
  equal(f'BIND dn="{world.agent}' in world.log(), False, "a bind came before trust")


@scenario
@openldap_only("a domain controller here has one address, which its certificate has")
def certificate_for_another_name(world):
  def by_name(server):
    return secure(server).replace("127.0.0.1", "localhost")
  fails(reached(world, by_name, own_ca))


@scenario
def authority_file_that_is_none(world):
  reached(world, secure)
  for name, text in (("missing.pem", None), ("empty.pem", ""), ("secret", "no certificate\n")):
    if text is not None:
      world.write(name, text, 0o600)
    world.settings["directory"]["ca_file"] = name
    world.write_files()
    world.run("apply", status=2).says(name)


@scenario
def users_own_ldap_settings_do_not_matter(world):
  """Neither LDAPTLS_REQCERT=never nor an ldaprc turns the check of certificates off."""
  reached(world, secure)
  world.write("ldaprc", "TLS_REQCERT never\n")
  world.write(".ldaprc", "TLS_REQCERT never\n")
  for environment in ({"LDAPTLS_REQCERT": "never"}, {"HOME": world.folder},
                      {"LDAPCONF": world.path("ldaprc")}):
    world.run("apply", status=1, env=environment)


@scenario
def secret_that_others_can_read(world):
  reached(world)
  for mode in (0o644, 0o604, 0o606, 0o601):
    os.chmod(world.path("secret"), mode)
    for command in ("check", "plan", "apply"):
      world.run(command, status=2).says("secret").never_says(world.password)


@scenario
def secret_of_a_group(world):
  """root's group, or the agent's own, may read it; no other."""
  reached(world)
  os.chmod(world.path("secret"), 0o640)
  world.run("plan", status=0)
  if os.geteuid() == 0:  # only root may give a file away
    os.chown(world.path("secret"), -1, 65534)
    os.chmod(world.path("secret"), 0o640)
    world.run("apply", status=2).says("secret")
    os.chmod(world.path("secret"), 0o600)
    world.run("plan", status=0)


@scenario
def secret_that_is_not_there(world):
  reached(world)
  world.write("secret", "\n", 0o600)
  world.run("apply", status=2).says("secret")
  os.unlink(world.path("secret"))
  world.run("apply", status=2).says("secret")


@scenario
def secret_as_a_credential_of_systemd(world):
  reached(world)
  os.mkdir(world.path("credentials"), 0o700)
  os.rename(world.path("secret"), world.path("credentials/secret"))
  world.run("apply", status=0, env={"CREDENTIALS_DIRECTORY": world.path("credentials")})
  world.expect_members(Drift="anna bo")


@scenario
def secret_as_a_value_is_refused(world):
  reached(world)
  world.settings["directory"]["bind"] = {"mechanism": "simple", "dn": world.agent,
                                         "password": world.password}
  world.write_files()
  world.run("apply", status=2).says("password_file", "postvagt.yaml:").never_says(
      world.password)


@scenario
@openldap_only("written in slapd's ACLs")
def lists_may_be_written_and_not_read_by_others(world):
  """The right that the manual asks for is enough."""
  acl = (f'access to attrs=userPassword by anonymous auth\n'
         f'access to dn.subtree="ou=Lister,{world.suffix}" attrs=member '
         f'by dn.exact="{world.agent}" write by users read\naccess to * by users read')
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start(ACL=acl).run("apply", status=0)
  world.expect_members(Drift="anna bo")


@scenario
@openldap_only("a server of its own, with slapd's certificate")
def old_tls_is_refused(world):
  """Before anything is told; the server itself would take TLS 1.1, and what is sent by it."""
  reached(world, secure, own_ca)
  folder = os.path.dirname(world.server["CA"])
  with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
  for version in ("-tls1", "-tls1_1"):
    with open(world.path("heard"), "wb") as heard:
      server = subprocess.Popen(
          ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", version, "-quiet", "-cipher",
           "ALL:@SECLEVEL=0", "-cert", f"{folder}/server.pem", "-key", f"{folder}/server.key"],
          stdin=subprocess.PIPE, stdout=heard, stderr=subprocess.STDOUT)
    world.children.append(server)
    listens(port)
    world.settings["directory"]["url"] = f"ldaps://127.0.0.1:{port}"
    world.write_files()
    world.run("plan", status=1).says("TLS 1.2")
    server.kill()
    server.wait()
    world.children.remove(server)
    with open(world.path("heard"), "rb") as heard:
      equal(b"postvagt" in heard.read(), False, "the bind was sent")


def listens(port):
  """Wait until somebody does."""
  end = time.monotonic() + 20
  while time.monotonic() < end:
    with open("/proc/net/tcp", encoding="ascii") as table:
      if any(f":{port:04X} 00000000:0000 0A" in line for line in table):
        return
    time.sleep(0.02)
  raise Failure(f"nobody listens on port {port}")


@scenario
def password_in_the_clear_is_warned_of(world):
  """Only a host that is loopback itself needs no TLS; a name that begins like it does."""
  reached(world, plain)
  real = world.settings["directory"]["url"]
  for url, is_warned in (("ldap://localhost.evil.example", True), ("ldap://127.evil.example", True),
                         ("ldap://127.0.0.1:1", False)):
    world.settings["directory"]["url"] = [real, url]
    world.write_files()
    result = world.run("check", status=(0, 1))
    equal(f"{url}: the password is sent unencrypted" in result.text, is_warned, f"a warning of {url}\n{result}")


@scenario
def nothing_is_loaded_that_is_not_needed(world):
  """A simple bind and a feed in a file: no plugin of SASL, and none of the libraries that other feeds and mail are for."""
  reached(world)
  world.write("loen.csv", "who;from;until\nanna@eksempel.dk;2026-01-01;2026-01-02\n")
  world.settings["absence"] = {"feeds": [{
      "name": "loen", "url": f"file://{world.path('loen.csv')}", "format": "csv", "match": "mail",
      "fields": {"person": "who", "from": "from", "until": "until"}}]}
  world.write_files()
  result = world.run("plan", env={"LD_DEBUG": "files"}, status=0)
  for name in ("libcurl", "libssl", "libical", "libxml2", "libjwt", "libjq", "libkrb5", "libgssapi", "/sasl2/"):
    lines = [line for line in result.text.splitlines() if name in line]
    equal(lines[:3], [], f"lines of the dynamic linker about {name}")
