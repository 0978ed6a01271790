"""OAuth 2.0 against token servers that others wrote: oidc-provider here, and Keycloak in the slow part."""
import http.server
import json
import os
import shutil
import ssl
import subprocess
import threading
import urllib.parse
import urllib.request

from scenario import openldap_only, scenario, slow
from world import Failure, equal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SERVERS = os.path.join(ROOT, "tests", "servers")
TLS = os.path.join(ROOT, "build", "tls")
SECRET = "hemmelig"


class TokenServer:
  """A server of tests/servers/, oidc or keycloak, below a folder of the world's."""

  def __init__(self, world, kind, ttl=300):
    self.kind, self.folder = kind, world.path(kind)
    self.environment = {**os.environ, "D": self.folder, "TTL": str(ttl), "SECRET": SECRET}
    world.children.append(self)
    run = self._script("start")
    if run.returncode:
      raise Failure(f"{kind}.sh: {run.stdout}{run.stderr}")
    with open(os.path.join(self.folder, "env"), encoding="utf-8") as file:
      self.values = dict(line.rstrip("\n").split("=", 1) for line in file)

  def _script(self, verb):
    return subprocess.run([os.path.join(SERVERS, f"{self.kind}.sh"), verb], env=self.environment,
                          capture_output=True, text=True, check=False)

  @property
  def token_url(self):
    if self.kind == "oidc":
      return f"{self.values['OIDC_URL']}/token"
    return f"{self.values['KEYCLOAK_URL']}/protocol/openid-connect/token"

  def _ask(self, url, client, token):
    form = {"token": token, "client_id": client, "client_secret": SECRET}
    request = urllib.request.Request(url, data=urllib.parse.urlencode(form).encode())
    context = ssl.create_default_context(cafile=os.path.join(TLS, "ca.pem"))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                         urllib.request.HTTPSHandler(context=context))
    with opener.open(request) as answer:
      return answer.read()

  def holds(self, token):
    """Whether the server that gave a token says that it holds: its word, not a guess of ours."""
    client = "resource" if self.kind == "oidc" else "by-secret"
    url = f"{self.token_url}/{'introspection' if self.kind == 'oidc' else 'introspect'}"
    return json.loads(self._ask(url, client, token))["active"]

  def revoke(self, token):
    """End a token of the client `by-secret`."""
    self._ask(f"{self.token_url}/revocation", "by-secret", token)

  def kill(self):
    self._script("stop")

  def wait(self):
    """It is gone by then."""


class Resource:
  """Pages of absences for those who bring a token that holds; `before(page)` may do something first."""

  def __init__(self, world, tokens, pages, before=None):
    resource, self.tokens, self.statuses = self, set(), []

    class Handler(http.server.BaseHTTPRequestHandler):
      def do_GET(self):
        number = int(self.path.rsplit("/", 1)[1])
        if before:
          before(number)
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        good = scheme == "Bearer" and tokens.holds(token)
        resource.statuses.append(200 if good else 401)
        if good:
          resource.tokens.add(token)
        following = f"/feed/{number + 1}" if number + 1 < len(pages) else None
        body = json.dumps({"next": following, "data": pages[number]} if good else {}).encode()
        self.send_response(resource.statuses[-1])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

      def log_message(self, *_):
        """Say nothing."""

    self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(TLS, "server.pem"), os.path.join(TLS, "server.key"))
    self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
    threading.Thread(target=self.server.serve_forever, daemon=True).start()
    self.url = f"https://127.0.0.1:{self.server.server_address[1]}/feed/0"
    world.children.append(self)

  def kill(self):
    self.server.shutdown()
    self.server.server_close()

  def wait(self):
    """It is gone by then."""


ANNA = {"nr": "0042", "fra": "2020-01-01"}
FORMER = {"nr": "0043", "fra": "2020-01-01", "til": "2020-01-02"}


def token_world(world, kind, login, pages=((ANNA,),), before=None, **server):
  """Anna is away by the feed that asks for a token, and Bo stands in."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk",
               employeeNumber="0042")
  world.person("bo", employeeNumber="43")
  world.one_list("anna")
  world.start()
  world.tokens = TokenServer(world, kind, **server)
  world.resource = Resource(world, world.tokens, pages, before)
  world.oauth = {"token_url": world.tokens.token_url}
  if kind == "oidc":
    world.oauth["scope"] = "absences"
  log_in(world, login)
  return world


def log_in(world, login, secret=SECRET):
  """The client `by-secret` or `by-assertion` asks for the token from now on."""
  world.oauth["client_id"] = login
  for key in ("secret_file", "cert_file", "key_file"):
    world.oauth.pop(key, None)
  if login == "by-secret":
    world.write("client-secret", f"{secret}\n", 0o600)
    world.oauth["secret_file"] = "client-secret"
  else:
    for name in ("client.pem", "client.key"):
      shutil.copy(os.path.join(world.tokens.folder, name), world.path(name))
    world.oauth.update(cert_file="client.pem", key_file="client.key")
  world.settings["absence"]["feeds"] = [
      {"name": "loen", "url": world.resource.url, "format": "json", "records": "/data",
       "next": "/next", "match": "employeeNumber", "ca_file": os.path.join(TLS, "ca.pem"),
       "fields": {"person": "nr", "from": "fra", "until": "til"}, "oauth": world.oauth}]
  world.write_files()


def works(world, requests):
  equal(world.planned("Drift"), {"bo"}, "the list")
  equal(world.resource.statuses, [200] * requests, "the answers")


def both_clients(world, kind):
  """A secret and a signed assertion each get a token that holds; a wrong secret gets none, and is never shown."""
  token_world(world, kind, "by-secret")
  works(world, 1)
  log_in(world, "by-assertion")
  works(world, 2)
  equal(len(world.resource.tokens), 2, "tokens of two runs")
  log_in(world, "by-secret", secret="forkert-og-hemmelig")
  world.run("plan", status=6).says("feed loen", "oauth.secret_file").never_says(
      "forkert-og-hemmelig", *world.resource.tokens)
  equal(world.resource.statuses, [200, 200], "nothing is asked without a token")


@scenario
@openldap_only("a token server")
def oidc_provider_gives_tokens(world):
  both_clients(world, "oidc")


@scenario
@openldap_only("a token server")
def oidc_token_ends_between_two_pages(world):
  """It is renewed after the 401, once, and the reading is whole."""
  def revoke_first(page):
    if page == 1 and len(world.resource.tokens) == 1 and 401 not in world.resource.statuses:
      world.tokens.revoke(*world.resource.tokens)
  token_world(world, "oidc", "by-secret", pages=((FORMER,), (ANNA,)), before=revoke_first)
  equal(world.planned("Drift"), {"bo"}, "the list")
  equal(world.resource.statuses, [200, 401, 200], "the answers")
  equal(len(world.resource.tokens), 2, "tokens")


@scenario
@slow
@openldap_only("a token server")
def keycloak_gives_tokens(world):
  both_clients(world, "keycloak")
