"""A token server and a server of absences that wants its tokens, in one, on loopback.

It gives tokens for client credentials as RFC 6749 section 4.4 says, by secret or by a signed
assertion (RFC 7523), which it verifies with openssl. `says` makes it answer otherwise.
"""
import base64
import http.server
import json
import os
import ssl
import subprocess
import threading
import time
import urllib.parse

from world import ROOT, Failure

TLS = os.path.join(ROOT, "build", "tls")  # slapd.sh makes it
SECRET = "klientens-" + "-".join(f"{n * n:05}" for n in range(150, 158))
CLIENT = "postvagt-klient"


def openssl(*arguments, **options):
  run = subprocess.run(["openssl", *arguments], capture_output=True, check=False, **options)
  if run.returncode:
    raise Failure(f"openssl {arguments[0]}: {run.stderr.decode()}")
  return run.stdout


def decode(part):
  return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def make_certificate(world, name):
  """An RSA key and its certificate, NAME.key and NAME.pem, in the world's folder."""
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
          "-keyout", world.path(f"{name}.key"), "-out", world.path(f"{name}.pem"))
  os.chmod(world.path(f"{name}.key"), 0o600)


class TokenServer:
  """Tokens at `token_url`, pages of absences at `url`, for who brings the last token.

  `forms` has what was asked of it as (form, token); `statuses` what the pages were answered with.
  `says[path]` is a list of (status, body) or (status, body, fields), or None (it hangs), that come
  first. `records` is the page; `certificate` the path of one whose assertions count.
  """

  def __init__(self, world, records, tls=False, life=3600):
    self.world, self.records, self.life = world, records, life
    self.certificate, self.forms, self.statuses, self.tokens, self.seen = None, [], [], [], set()
    self.says = {"/token": [], "/feed": []}
    self.headers, self.ended = [], threading.Event()
    self.gives = None  # the token, where a scenario says which; a list: one after the other
    server = self

    class Handler(http.server.BaseHTTPRequestHandler):
      protocol_version = "HTTP/1.1"

      def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        server.answer(self, self.rfile.read(length).decode())

      def do_GET(self):
        server.answer(self, "")

      def log_message(self, *_):
        """Say nothing."""

    self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    self.server.daemon_threads = True
    if tls:
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain(os.path.join(TLS, "server.pem"), os.path.join(TLS, "server.key"))
      self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
    base = f"{'https' if tls else 'http'}://127.0.0.1:{self.server.server_address[1]}"
    self.url, self.token_url = f"{base}/feed", f"{base}/token"
    threading.Thread(target=self.server.serve_forever, daemon=True).start()
    world.children.append(self)

  def answer(self, request, body):
    path = request.path.partition("?")[0]
    if self.says.get(path):
      said = self.says[path].pop(0)
      if said is None:
        self.ended.wait()
        return
    elif path == "/token":
      said = self.token(body)
    else:
      said = self.page(request)
    if path == "/feed":
      self.statuses.append(said[0])
      self.headers.append(dict(request.headers.items()))
    data = (said[1] if isinstance(said[1], str) else json.dumps(said[1])).encode()
    request.send_response(said[0])
    for name, value in (said[2] if len(said) > 2 else {}).items():
      request.send_header(name, value)
    request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)

  def page(self, request):
    if not self.tokens or request.headers.get("Authorization") != f"Bearer {self.tokens[-1]}":
      return 401, {"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime validation failed"}}
    return 200, {"data": self.records}

  def token(self, body):
    form = dict(urllib.parse.parse_qsl(body, strict_parsing=True))
    trouble = None
    if form.get("grant_type") != "client_credentials" or form.get("client_id") != CLIENT:
      trouble = "invalid_request"
    elif self.certificate:
      trouble = self.judge_assertion(form)
    elif form.get("client_secret") != SECRET:
      trouble = f"Invalid client secret {form.get('client_secret')}"
    if trouble:
      self.forms.append((form, None))
      return 401, {"error": "invalid_client", "error_description": f"AADSTS7000215: {trouble} "
                   f"Trace ID: {time.time()}"}
    gives = self.gives
    if isinstance(gives, list):
      gives = gives.pop(0)
    token = gives or base64.urlsafe_b64encode(os.urandom(600)).decode().rstrip("=")
    self.tokens.append(token)
    self.forms.append((form, token))
    return 200, {"token_type": "Bearer", "expires_in": self.life, "access_token": token}

  def judge_assertion(self, form):
    """What is wrong with it, by openssl's word and RFC 7523 section 3; None: nothing."""
    head, claims, signature = form.get("client_assertion", "..").split(".")
    fingerprint = {name: openssl("x509", "-in", self.certificate, "-outform", "DER") for name in ("x5t", "x5t#S256")}
    hashes = {name: base64.urlsafe_b64encode(openssl(
        "dgst", "-sha1" if name == "x5t" else "-sha256", "-binary", input=der)).decode().rstrip("=")
              for name, der in fingerprint.items()}
    folder = self.world.path("assertion")
    os.makedirs(folder, exist_ok=True)
    for name, data in (("key", openssl("x509", "-in", self.certificate, "-noout", "-pubkey")),
                       ("signature", decode(signature))):
      with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    try:
      openssl("dgst", "-sha256", "-verify", os.path.join(folder, "key"), "-signature",
              os.path.join(folder, "signature"), input=f"{head}.{claims}".encode())
    except Failure:
      return "the signature is not that of the certificate"
    head, claims, now = json.loads(decode(head)), json.loads(decode(claims)), time.time()
    good = [form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            head["alg"] == "RS256", all(head[name] == value for name, value in hashes.items()),
            claims["iss"] == claims["sub"] == CLIENT, claims["aud"] == self.token_url,
            claims["jti"] not in self.seen, now < claims["exp"] <= now + 600,
            claims["nbf"] <= now + 1, "client_secret" not in form]
    self.seen.add(claims["jti"])
    return None if all(good) else f"{good} {head} {claims}"

  def forget(self):
    """No token counts any more, whatever its life was to be."""
    self.tokens.append("nobody-has-this-one")

  def kill(self):
    self.ended.set()
    self.server.shutdown()
    self.server.server_close()

  def wait(self):
    """It is gone by then."""
