"""Which servers are trusted: the same rules of TLS for LDAP, feeds, IMAP and SMTP, also after STARTTLS."""
import contextlib
import copy
import glob
import os
import socket
import ssl
import subprocess
import threading

from scenario import openldap_only, root_only, scenario
from world import Failure, equal

UNBIND = b"\x42\x00"  # the end of a connection of LDAP: nothing is said by it
GREETINGS = {"ldaps": b"", "https": b"", "imaps": b"* OK ready\r\n", "smtps": b"220 ready ESMTP\r\n"}
COMMANDS = {"imap": ["mailbox"], "smtp": ["register", "--send"]}
HOST = "127.0.0.1"

# Name of a server, what its certificate is made of, and whether it is trusted; or else what the refusal says.
SERVERS = {
    "RSA 2048": ({"key": "rsa:2048"}, True),
    "RSA 3072": ({"key": "rsa:3072"}, True),
    "P-256": ({"key": "ec"}, True),
    "RSA 1024": ({"key": "rsa:1024"}, "certificate"),
    "SHA-1": ({"key": "rsa:2048", "digest": "sha1"}, "certificate"),
    "another host": ({"names": "DNS:eksempel.dk"}, "certificate"),
    "another host, and this one in the CN": ({"names": "DNS:eksempel.dk", "subject": HOST}, "certificate"),
    "another address, and this one in the CN": ({"names": "IP:127.0.0.2", "subject": HOST}, "certificate"),
    "address in the CN only": ({"names": None, "subject": HOST}, "CN does not count"),
    "name in the CN only": ({"names": None, "subject": "localhost", "host": "localhost"}, "CN does not count"),
    "no host but in the CN": ({"names": "email:it@eksempel.dk", "subject": HOST}, "certificate"),
    "no host at all": ({"names": None}, "CN does not count"),
    "address as a name": ({"names": f"DNS:{HOST}"}, "certificate"),
    "expired": ({"made": "-10d"}, "expired"),
    "not valid yet": ({"made": "+10d"}, " yet"),
    "expired CA": ({"ca_made": "-10d"}, "expired"),
    "self-signed": ({"issuer": None, "is_in_file": False}, "certificate"),
    "self-signed, in the file": ({"issuer": None}, True),
    "self-signed, in the file, address in the CN only":
        ({"issuer": None, "names": None, "subject": HOST}, "CN does not count"),
    "issued by one that is no CA": ({"ca": "FALSE"}, "certificate"),
    "RSA 1024 as CA": ({"issuer": "rsa:1024"}, "certificate"),
    "for clients": ({"purpose": "clientAuth"}, "certificate"),
    "for servers": ({"purpose": "serverAuth"}, True),
    "trusted by the environment only": ({"is_in_file": False}, "certificate"),
}


def new_key(key):
  if key == "ec":
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
  return ["-newkey", key, "-nodes"]


class Certificate:
  """A server's certificate in `folder`, made as asked, and the authorities that concern it.

  ca: what ca_file names; server_ca: who issued it; cert, key: the server's own.
  """

  def __init__(self, world, folder, key="ec", digest="sha256", names=f"IP:{HOST}", subject="server",
               issuer="ec", ca="TRUE", ca_made=None, made=None, purpose=None, is_in_file=True, host=HOST):
    self.folder, self.host = world.path(folder), host
    os.mkdir(self.folder)
    world.write(f"{folder}/issuer", f"basicConstraints=critical,CA:{ca}\n")
    world.write(f"{folder}/leaf", (f"subjectAltName={names}\n" if names else "") +
                (f"extendedKeyUsage={purpose}\n" if purpose else ""))
    if issuer:
      self._sign("ca", f"CA of {folder}", issuer, ca_made, "issuer", [])
      self._sign("cert", subject, key, made, "leaf", [f"-{digest}", "-CA", "ca.pem", "-CAkey", "ca.key"])
    else:
      self._sign("cert", subject, key, made, "leaf", [f"-{digest}"])
    self._sign("other", "another CA", "ec", None, "issuer", [])
    self.cert, self.key = f"{self.folder}/cert.pem", f"{self.folder}/cert.key"
    self.server_ca = f"{self.folder}/{'ca' if issuer else 'cert'}.pem"
    self.ca = self.server_ca if is_in_file else f"{self.folder}/other.pem"

  def _openssl(self, *words, made=None):
    """`made`: as if so many days from now, such as -10d."""
    env = dict(os.environ)
    if made:
      env.update(LD_PRELOAD=glob.glob("/usr/lib/*/faketime/libfaketime.so.1")[0], FAKETIME=made)
    run = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, text=True, check=False,
                         env=env)
    if run.returncode:
      raise Failure(f"openssl {words}: {run.stderr}")

  def _sign(self, name, subject, key, made, extensions, signer):
    """Without a -CA in `signer` it signs itself."""
    own = [] if "-CA" in signer else ["-signkey", f"{name}.key"]
    self._openssl("req", *new_key(key), "-subj", f"/CN={subject}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
    self._openssl("x509", "-req", *signer, *own, "-in", f"{name}.csr", "-days", "2", "-extfile", extensions,
                  "-out", f"{name}.pem", made=made)


def smtp_starttls(plain, lines):
  plain.sendall(b"220 ready ESMTP\r\n")
  for line in lines:
    if line.upper().startswith(b"STARTTLS"):
      plain.sendall(b"220 go on\r\n")
      return
    plain.sendall(b"250-mail\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n")


def imap_starttls(plain, lines):
  plain.sendall(b"* OK ready\r\n")
  for line in lines:
    tag, command = line.split(maxsplit=1)
    if command.upper().startswith(b"STARTTLS"):
      plain.sendall(tag + b" OK go on\r\n")
      return
    plain.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN STARTTLS\r\n" + tag + b" OK\r\n")


def ldap_answer(request, code):
  """An ExtendedResponse (RFC 4511 section 4.12) to a message with an id of one byte."""
  return b"\x30\x0c\x02\x01" + request[4:5] + b"\x78\x07\x0a\x01" + bytes([code]) + b"\x04\x00\x04\x00"


def ldap_starttls(plain, _):
  plain.sendall(ldap_answer(plain.recv(1024), 0))


STARTTLS = {"ldap": ldap_starttls, "imap": imap_starttls, "smtp": smtp_starttls}


class Server:
  """Takes anything in TLS, greets, and notes whether the client says something then.

  A protocol without TLS goes over to it by STARTTLS. `answer` is sent to the first that is said.
  """

  def __init__(self, protocol, certificate, answer=b""):
    self.protocol, self.answer, self.heard = protocol, answer, False
    self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    self.context.set_ciphers("ALL:@SECLEVEL=0")
    self.context.load_cert_chain(certificate.cert, certificate.key)
    self.socket = socket.create_server((HOST, 0))
    self.port = self.socket.getsockname()[1]
    self.thread = threading.Thread(target=self.serve, daemon=True)
    self.thread.start()

  def secured(self, plain):
    if self.protocol == "http":
      return plain
    if self.protocol in STARTTLS:
      STARTTLS[self.protocol](plain, plain.makefile("rb", buffering=0))
    return self.context.wrap_socket(plain, server_side=True)

  def serve(self):
    while True:
      try:
        plain, _ = self.socket.accept()
      except OSError:
        return
      with contextlib.suppress(OSError, ValueError):
        plain.settimeout(5)
        with self.secured(plain) as stream:
          stream.sendall(GREETINGS.get(self.protocol, b""))
          said = stream.recv(4096)
          self.heard = self.heard or bool(said) and said[5:7] != UNBIND
          stream.sendall(self.answer)
      plain.close()

  def close(self):
    """After the client has gone: what it said is known then."""
    self.socket.shutdown(socket.SHUT_RDWR)
    self.thread.join(20)
    self.socket.close()


def environment(world, ca):
  """A machine that would trust more: weak keys, and the server's CA whatever ca_file says."""
  world.write("openssl.cnf", "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
              "CipherString = DEFAULT:@SECLEVEL=0\nMinProtocol = TLSv1\n")
  return {"OPENSSL_CONF": world.path("openssl.cnf"), "SSL_CERT_FILE": ca, "CURL_CA_BUNDLE": ca,
          "LDAPTLS_CACERT": ca, "LDAPTLS_CIPHER_SUITE": "NORMAL:%PROFILE_LOW", "LDAPTLS_REQSAN": "never"}


def ask(world, protocol, port, ca, host=HOST, env=None, prefix=(), **keys):
  """Have the program talk to a server; `keys` are added to the settings that name it, this once."""
  url, settings = f"{protocol}://{host}:{port}", copy.deepcopy(world.settings)
  if ca:
    keys["ca_file"] = ca
  if protocol.startswith("ldap"):
    world.settings["directory"].update(url=url, starttls=protocol == "ldap", **keys)
  elif protocol == "https":
    world.settings["absence"] = {"feeds": [{"name": "hr", "url": f"{url}/hr.ics", "format": "ics",
                                            "match": "mail", **keys}]}
  elif protocol.startswith("smtp"):
    world.settings["mailbox"] = {"address": "infra@eksempel.dk"}
    world.settings["mail"] = {"smtp": url, "from": "it@eksempel.dk", "register_to": "kombit@eksempel.dk",
                              "notices": False, "user": "infra", "password_file": "secret", **keys}
  else:
    world.settings["mailbox"] = {"address": "infra@eksempel.dk", "imap": {
        "url": f"{url}/INBOX", "user": "infra", "password_file": "secret", **keys}}
  world.write_files()
  world.settings = settings
  # What a server that only greets makes of a command is another matter: whether it is spoken to is asked.
  return world.run(*COMMANDS.get(protocol.removesuffix("s"), ["plan"]), status=(0, 1, 2, 5, 6), env=env,
                   prefix=prefix)


def trust_world(world):
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()


def table(world, *protocols):
  trust_world(world)
  for number, (name, (form, expected)) in enumerate(SERVERS.items()):
    certificate = Certificate(world, f"tls{number}", **form)
    for protocol in protocols:
      server = Server(protocol, certificate)
      result = ask(world, protocol, server.port, certificate.ca, certificate.host,
                   environment(world, certificate.server_ca))
      server.close()
      equal(server.heard, expected is True, f"{protocol}, {name}: whether something is said to it\n{result}")
      if expected is not True:
        result.says("certificate", certificate.host, expected)


@scenario
@openldap_only("servers of its own")
def trust_of_ldap(world):
  table(world, "ldaps", "ldap")


@scenario
@openldap_only("servers of its own")
def trust_of_feeds(world):
  table(world, "https")


@scenario
@openldap_only("servers of its own")
def trust_of_imap(world):
  table(world, "imaps", "imap")


@scenario
@openldap_only("servers of its own")
def trust_of_smtp(world):
  table(world, "smtps", "smtp")


# Ways in which a server, or who sits before it, keeps TLS away; what is sent for STARTTLS, or instead of an offer.
def offers_none(protocol, plain, lines):
  if protocol == "ldap":
    plain.sendall(ldap_answer(plain.recv(1024), 2))  # protocolError: no such operation
    return
  plain.sendall({"imap": b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n", "smtp": b"220 ready ESMTP\r\n"}[protocol])
  answer_plainly(protocol, plain, lines, b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", b"250-AUTH PLAIN LOGIN\r\n")


def refuses(protocol, plain, lines):
  if protocol == "ldap":
    plain.sendall(ldap_answer(plain.recv(1024), 52))  # unavailable
    return
  plain.sendall({"imap": b"* OK ready\r\n", "smtp": b"220 ready ESMTP\r\n"}[protocol])
  answer_plainly(protocol, plain, lines, b"* CAPABILITY IMAP4rev1 AUTH=PLAIN STARTTLS\r\n",
                 b"250-AUTH PLAIN LOGIN\r\n250-STARTTLS\r\n", starttls=(b"NO", b"454 4.7.0 not now"))


def goes_on_in_plain(protocol, plain, lines):
  STARTTLS[protocol](plain, lines)
  plain.sendall({"ldap": b"\x30\x0c\x02\x01\x02\x61\x07\x0a\x01\x00\x04\x00\x04\x00", "imap": b"* OK go on\r\n",
                 "smtp": b"250 go on\r\n"}[protocol])
  answer_plainly(protocol, plain, lines, b"", b"")


def is_logged_in(protocol, plain, lines):
  plain.sendall({"ldap": b"", "imap": b"* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n", "smtp": b""}[protocol])
  answer_plainly(protocol, plain, lines, b"* CAPABILITY IMAP4rev1\r\n", b"")


def answer_plainly(protocol, plain, lines, capability, extensions, starttls=None):
  """An accomplice: everything is well, but for STARTTLS where `starttls` says so."""
  for line in lines:
    if protocol == "smtp":
      is_tls = starttls and line.upper().startswith(b"STARTTLS")
      plain.sendall(starttls[1] + b"\r\n" if is_tls else extensions + b"250 ok\r\n")
    elif protocol == "imap" and b" " in line:
      tag, command = line.split(maxsplit=1)
      is_tls = starttls and command.upper().startswith(b"STARTTLS")
      plain.sendall((b"" if is_tls else capability) + tag + b" " + (starttls[0] if is_tls else b"OK") + b"\r\n")


class Listener:
  """What a connection of a socket gives, and all that it gave, in `heard`."""

  def __init__(self, plain):
    self.plain, self.heard, self.sendall = plain, b"", plain.sendall

  def recv(self, most):
    data = self.plain.recv(most)
    self.heard += data
    return data

  def __iter__(self):
    rest = b""
    while True:
      data = self.recv(1024)
      if not data:
        return
      rest += data
      while b"\n" in rest:
        line, _, rest = rest.partition(b"\n")
        yield line + b"\n"


class Stripper(Server):
  """A server that `how` keeps in plain text; all that it hears in it is in `plainly`."""

  def __init__(self, protocol, certificate, how):
    self.how, self.plainly = how, b""
    super().__init__(protocol, certificate)

  def secured(self, plain):
    listener = Listener(plain)
    try:
      self.how(self.protocol, listener, listener)
      for _ in listener:
        pass
    finally:
      self.plainly += listener.heard
    raise OSError("nothing more is said")


@scenario
@openldap_only("servers of its own")
def starttls_that_is_stripped(world):
  """An error, and nothing in plain text but what precedes STARTTLS."""
  trust_world(world)
  certificate = Certificate(world, "tls")
  with open(world.path("secret"), encoding="utf-8") as file:
    password = file.read().strip().encode()
  for how in (offers_none, refuses, goes_on_in_plain, is_logged_in):
    for protocol in STARTTLS if how is not is_logged_in else ["imap"]:
      server = Stripper(protocol, certificate, how)
      result = ask(world, protocol, server.port, certificate.ca)
      server.close()
      where = f"{protocol} that {how.__name__}\n{server.plainly}\n{result}"
      equal(result.status, 1, f"status of {where}")
      if how is not is_logged_in:  # that one is left at once
        equal(bool(server.plainly), True, f"whether it was asked, {where}")
      for word in (password, world.agent.encode(), b"LOGIN", b"AUTH", b"MAIL FROM", b"SELECT", b"EXAMINE", b" LIST"):
        equal(word.lower() in server.plainly.lower(), False, f"whether it heard {word} in plain text, {where}")


def moved(location):
  return f"HTTP/1.1 302 X\r\nConnection: close\r\nContent-Length: 0\r\nLocation: {location}\r\n\r\n".encode()


# Where a trusted server leads to: the protocol there, its certificate, what the feed has, and as in SERVERS.
REDIRECTS = {
    "another port": ("https", {}, {}, True),
    "another port, with a token": ("https", {}, {"token_file": "token"}, "another host or port"),
    "address in the CN only": ("https", {"names": None, "subject": HOST}, {}, f"issued with {HOST}"),
    "another host, which the certificate does not name": ("https", {"host": "localhost"}, {}, "localhost"),
    "another host, which the CN names": ("https", {"names": None, "subject": "localhost", "host": "localhost"},
                                         {}, "issued with localhost"),
    "an authority that is not in the file": ("https", {"is_in_file": False}, {}, "certificate"),
    "http": ("http", {}, {}, "http:// behind https://"),
    "http, with a token": ("http", {}, {"token_file": "token"}, "http:// behind https://"),
}


@scenario
@openldap_only("servers of its own")
def trust_of_redirects(world):
  """The rules hold at each stop of a feed's way."""
  trust_world(world)
  world.write("token", "hemmelig\n", 0o600)
  first = Certificate(world, "first")
  for number, (name, (protocol, form, keys, expected)) in enumerate(REDIRECTS.items()):
    second = Certificate(world, f"tls{number}", **form)
    with open(first.ca, encoding="utf-8") as one, open(second.ca, encoding="utf-8") as other:
      world.write("both.pem", one.read() + other.read())
    there = Server(protocol, second)
    here = Server("https", first, moved(f"{protocol}://{second.host}:{there.port}/hr.ics"))
    result = ask(world, "https", here.port, "both.pem", env=environment(world, second.server_ca), **keys)
    here.close()
    there.close()
    equal(here.heard, True, f"{name}: whether the first is asked\n{result}")
    equal(there.heard, expected is True, f"{name}: whether something is said to the second\n{result}")
    if expected is not True:
      result.says(expected)


class Proxy:
  """A proxy that takes each CONNECT to `target`, a port, whatever is asked for; `asked` has the requests."""

  def __init__(self, target):
    self.target, self.asked = target, []
    self.socket = socket.create_server((HOST, 0))
    self.port = self.socket.getsockname()[1]
    threading.Thread(target=self.serve, daemon=True).start()

  def serve(self):
    while True:
      try:
        client, _ = self.socket.accept()
      except OSError:
        return
      with contextlib.suppress(OSError), client:
        client.settimeout(5)
        self.asked.append(client.recv(4096))
        with socket.create_connection((HOST, self.target)) as server:
          client.sendall(b"HTTP/1.1 200 go on\r\n\r\n")
          back = threading.Thread(target=self.pass_on, args=(server, client), daemon=True)
          back.start()
          self.pass_on(client, server)
          back.join(5)

  @staticmethod
  def pass_on(here, there):
    with contextlib.suppress(OSError):
      while data := here.recv(4096):
        there.sendall(data)
      there.shutdown(socket.SHUT_WR)

  def env(self):
    url = f"http://{HOST}:{self.port}"
    return {name: url for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                   "imap_proxy", "imaps_proxy", "smtp_proxy", "smtps_proxy", "ldaps_proxy")}

  def close(self):
    self.socket.shutdown(socket.SHUT_RDWR)
    self.socket.close()


# As in SERVERS, of a feed's server that is reached by a proxy.
BY_PROXY = {
    "P-256": ({}, True),
    "name in the CN only": ({"names": None, "subject": "hr.eksempel.dk"}, "issued with hr.eksempel.dk"),
    "another host": ({"names": "DNS:eksempel.dk"}, "certificate"),
    "the proxy's own name": ({"names": f"IP:{HOST}"}, "certificate"),
    "RSA 1024": ({"key": "rsa:1024"}, "certificate"),
    "an authority that is not in the file": ({"is_in_file": False}, "certificate"),
}


@scenario
@openldap_only("servers of its own")
def trust_of_feeds_by_a_proxy(world):
  """A proxy passes on what it cannot read: TLS is with the feed's server, and as strict."""
  trust_world(world)
  world.write("token", "hemmelig\n", 0o600)
  for number, (name, (form, expected)) in enumerate(BY_PROXY.items()):
    certificate = Certificate(world, f"tls{number}", **{"names": "DNS:hr.eksempel.dk", **form})
    server = Server("https", certificate)
    proxy = Proxy(server.port)
    env = {**environment(world, certificate.server_ca), **proxy.env()}
    result = ask(world, "https", 443, certificate.ca, "hr.eksempel.dk", env, token_file="token")
    proxy.close()
    server.close()
    equal([one[:28] for one in proxy.asked[:1]], [b"CONNECT hr.eksempel.dk:443 H"], f"{name}: the proxy\n{result}")
    equal(any(b"hemmelig" in one for one in proxy.asked), False, f"{name}: whether the proxy sees the token")
    equal(server.heard, expected is True, f"{name}: whether something is said to the server\n{result}")
    if expected is not True:
      result.says(expected)


@scenario
@openldap_only("servers of its own")
def proxies_that_are_not_used_or_not_trusted(world):
  """LDAP, IMAP, SMTP and this machine's own feeds go by none; a proxy in TLS needs trust, too."""
  trust_world(world)
  certificate = Certificate(world, "tls", names=f"IP:{HOST},DNS:hr.eksempel.dk")
  proxy = Server("https", certificate)
  env = {name: f"https://{HOST}:{proxy.port}" for name in ("https_proxy", "all_proxy")}
  result = ask(world, "https", 443, certificate.ca, "hr.eksempel.dk", env)
  proxy.close()
  equal(proxy.heard, False, f"whether something is said to a proxy that is not trusted\n{result}")
  result.says("certificate")
  for protocol in (*GREETINGS, *STARTTLS):
    server = Server(protocol, certificate)
    proxy = Proxy(server.port)
    result = ask(world, protocol, server.port, certificate.ca, env=proxy.env())
    proxy.close()
    server.close()
    equal((server.heard, proxy.asked), (True, []), f"{protocol}: server and proxy\n{result}")


# Give the program a machine whose system trusts the authorities of a file.
SYSTEM = 'mount --bind "$1" "$(readlink -f /etc/ssl/certs/ca-certificates.crt)" && shift && exec "$@"'


@scenario
@openldap_only("servers of its own")
@root_only("mounts another bundle over the system's")
def trust_of_the_system(world):
  """Without ca_file the system's authorities count, by the same rules; with one, only its own."""
  trust_world(world)
  for number, (name, form, own, expected) in enumerate((
      ("the system's", {}, False, True),
      ("the system's, with a file", {}, True, "certificate"),
      ("the system's, in the CN only", {"names": None, "subject": HOST}, False, "CN does not count"),
      ("the system's, RSA 1024", {"key": "rsa:1024"}, False, "certificate"))):
    certificate = Certificate(world, f"tls{number}", is_in_file=False, **form)
    prefix = ("unshare", "--mount", "sh", "-c", SYSTEM, "sh", certificate.server_ca)
    for protocol in ("https", "imaps", "smtps", "ldaps", "ldap"):
      server = Server(protocol, certificate)
      result = ask(world, protocol, server.port, certificate.ca if own else None, prefix=prefix,
                   env=environment(world, certificate.server_ca))
      server.close()
      equal(server.heard, expected is True, f"{protocol}, {name}: whether something is said to it\n{result}")
      if expected is not True:
        result.says(expected)


@scenario
@openldap_only("servers of its own")
@root_only("mounts another bundle over the system's")
def trust_of_a_proxy_in_tls(world):
  """As of a server: by the system's authorities, whatever the feed's ca_file is."""
  trust_world(world)
  for number, (name, form, expected) in enumerate((
      ("P-256", {}, True),
      ("address in the CN only", {"names": None, "subject": HOST}, "certificate"),
      ("RSA 1024", {"key": "rsa:1024"}, "certificate"))):
    certificate = Certificate(world, f"tls{number}", is_in_file=False, **form)
    proxy = Server("https", certificate)
    env = {**environment(world, certificate.server_ca), "https_proxy": f"https://{HOST}:{proxy.port}"}
    result = ask(world, "https", 443, certificate.ca, "hr.eksempel.dk", env,
                 prefix=("unshare", "--mount", "sh", "-c", SYSTEM, "sh", certificate.server_ca))
    proxy.close()
    equal(proxy.heard, expected is True, f"{name}: whether something is said to the proxy\n{result}")
    if expected is not True:
      result.says(expected)
