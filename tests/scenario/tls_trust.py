"""Which servers are trusted: the same rules of TLS for LDAPS, feeds, IMAP and SMTP."""
import os
import socket
import ssl
import subprocess
import threading

from scenario import openldap_only, scenario
from world import Failure, equal

UNBIND = b"\x42\x00"  # the end of a connection of LDAP: nothing is said by it
GREETINGS = {"ldaps": b"", "https": b"", "imaps": b"* OK ready\r\n", "smtps": b"220 ready ESMTP\r\n"}
COMMANDS = {"imaps": ["mailbox"], "smtps": ["register", "--send"]}

# Name of a server, and what its certificate is made of; whether it is trusted.
SERVERS = {
    "RSA 2048": ({"key": "rsa:2048"}, True),
    "RSA 3072": ({"key": "rsa:3072"}, True),
    "P-256": ({"key": "ec"}, True),
    "RSA 1024": ({"key": "rsa:1024"}, False),
    "SHA-1": ({"key": "rsa:2048", "digest": "sha1"}, False),
    "another host": ({"key": "ec", "names": "DNS:eksempel.dk"}, False),
    "self-signed": ({"key": "ec", "issuer": None}, False),
    "RSA 1024 as CA": ({"key": "ec", "issuer": "rsa:1024"}, False),
    "for clients": ({"key": "ec", "purpose": "clientAuth"}, False),
    "for servers": ({"key": "ec", "purpose": "serverAuth"}, True),
    "trusted by the environment only": ({"key": "ec", "is_in_file": False}, False),
}


def new_key(key):
  if key == "ec":
    return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
  return ["-newkey", key, "-nodes"]


def certificate(world, number, key, digest="sha256", names="IP:127.0.0.1", issuer="ec",
                purpose=None, is_in_file=True):
  """Files: what ca_file names, the server's CA, its certificate, and its key."""
  folder = world.path(f"tls{number}")
  os.mkdir(folder)

  def openssl(*words):
    run = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
      raise Failure(f"openssl {words}: {run.stderr}")
  openssl("req", "-x509", *new_key(issuer or "ec"), "-days", "2", "-subj", "/CN=CA of a test",
          "-keyout", "ca.key", "-out", "ca.pem")
  if issuer is None:
    openssl("req", "-x509", *new_key(key), "-days", "2", "-subj", "/CN=alone", "-addext",
            f"subjectAltName={names}", "-keyout", "key.pem", "-out", "cert.pem")
  else:
    world.write(f"tls{number}/names", f"subjectAltName={names}\n" +
                (f"extendedKeyUsage={purpose}\n" if purpose else ""))
    openssl("req", *new_key(key), "-subj", "/CN=server", "-keyout", "key.pem", "-out", "csr.pem")
    openssl("x509", "-req", f"-{digest}", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-days", "2", "-extfile", "names", "-out", "cert.pem")
  openssl("req", "-x509", *new_key("ec"), "-days", "2", "-subj", "/CN=another CA",
          "-keyout", "other.key", "-out", "other.pem")
  return (f"{folder}/{'ca' if is_in_file else 'other'}.pem", f"{folder}/ca.pem",
          f"{folder}/cert.pem", f"{folder}/key.pem")


class Server:
  """Takes anything in TLS, greets, and notes whether the client says something then."""

  def __init__(self, greeting, cert, key):
    self.greeting, self.heard = greeting, False
    self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    self.context.set_ciphers("ALL:@SECLEVEL=0")
    self.context.load_cert_chain(cert, key)
    self.socket = socket.create_server(("127.0.0.1", 0))
    self.port = self.socket.getsockname()[1]
    threading.Thread(target=self.serve, daemon=True).start()

  def serve(self):
    while True:
      try:
        plain, _ = self.socket.accept()
      except OSError:
        return
      try:
        plain.settimeout(5)
        with self.context.wrap_socket(plain, server_side=True) as stream:
          stream.sendall(self.greeting)
          said = stream.recv(64)
          self.heard = self.heard or bool(said) and said[5:7] != UNBIND
      except OSError:
        pass

  def close(self):
    self.socket.shutdown(socket.SHUT_RDWR)
    self.socket.close()


def environment(world, ca):
  """A machine that would trust more: weak keys, and the server's CA whatever ca_file says."""
  world.write("openssl.cnf", "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
              "CipherString = DEFAULT:@SECLEVEL=0\nMinProtocol = TLSv1\n")
  return {"OPENSSL_CONF": world.path("openssl.cnf"), "SSL_CERT_FILE": ca, "CURL_CA_BUNDLE": ca,
          "LDAPTLS_CACERT": ca, "LDAPTLS_CIPHER_SUITE": "NORMAL:%PROFILE_LOW"}


def ask(world, protocol, port, ca, server_ca):
  url = f"{protocol}://127.0.0.1:{port}"
  if protocol == "ldaps":
    world.settings["directory"].update(url=url, ca_file=ca)
  elif protocol == "https":
    world.settings["absence"] = {"feeds": [{"name": "hr", "url": f"{url}/hr.ics", "format": "ics",
                                            "match": "mail", "ca_file": ca}]}
  elif protocol == "smtps":
    world.settings["mailbox"] = {"address": "infra@eksempel.dk"}
    world.settings["mail"] = {"smtp": url, "from": "it@eksempel.dk", "ca_file": ca,
                              "register_to": "kombit@eksempel.dk", "notices": False}
  else:
    world.settings["mailbox"] = {"address": "infra@eksempel.dk", "imap": {
        "url": f"{url}/INBOX", "user": "infra", "password_file": "secret", "ca_file": ca}}
  world.write_files()
  # What a server that only greets makes of a command is another matter: whether it is spoken to is asked.
  return world.run(*COMMANDS.get(protocol, ["plan"]), status=(0, 1, 2, 5, 6),
                   env=environment(world, server_ca))


def table(world, protocol):
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  for number, (name, (form, is_trusted)) in enumerate(SERVERS.items()):
    ca, server_ca, cert, key = certificate(world, number, **form)
    server = Server(GREETINGS[protocol], cert, key)
    result = ask(world, protocol, server.port, ca, server_ca)
    server.close()
    equal(server.heard, is_trusted, f"{protocol}, {name}: whether something is said to it\n{result}")
    if not is_trusted:
      result.says("certificate")


@scenario
@openldap_only("servers of its own")
def trust_of_ldaps(world):
  table(world, "ldaps")


@scenario
@openldap_only("servers of its own")
def trust_of_feeds(world):
  table(world, "https")


@scenario
@openldap_only("servers of its own")
def trust_of_imaps(world):
  table(world, "imaps")


@scenario
@openldap_only("servers of its own")
def trust_of_smtps(world):
  table(world, "smtps")
