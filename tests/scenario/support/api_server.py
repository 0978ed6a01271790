"""What the mocks of other systems' interfaces share: JSON by HTTPS on loopback, keys and tokens.

Each mock is written from the documentation, or the source, of the interface it plays, and refuses
what that refuses. It writes down every request, so a scenario can count them. The bench has them, too.
"""
import base64
import collections
import http.server
import json
import os
import secrets
import ssl
import subprocess
import threading
import time
import urllib.parse


class Refused(Exception):
  """What is raised instead of an answer: a status, a body and fields of the header."""

  def __init__(self, status, body=None, **fields):
    super().__init__(status)
    self.reply = (status, body, {name.replace("_", "-"): text for name, text in fields.items()})


class Request:
  """A request as it came: method, path (decoded), query {name: value}, headers, data."""

  def __init__(self, method, target, headers, data):
    self.method, self.headers, self.data, self.status = method, headers, data, None
    place = urllib.parse.urlsplit(target)
    self.target, self.path = target, urllib.parse.unquote(place.path)
    self.query = dict(urllib.parse.parse_qsl(place.query, keep_blank_values=True))

  def content_type(self):
    return self.headers.get_content_type()

  def form(self):
    """A body of a form; Refused (400) where it is another."""
    if self.content_type() != "application/x-www-form-urlencoded":
      raise Refused(400, {"error": "invalid_request", "error_description": "no form"})
    return dict(urllib.parse.parse_qsl(self.data.decode(), keep_blank_values=True))

  def json(self):
    """A body of JSON; Refused (400, 415) where it is another."""
    if self.content_type() != "application/json":
      raise Refused(415, {"error": {"code": "UnsupportedMediaType", "message": "not JSON"}})
    try:
      return json.loads(self.data)
    except ValueError as error:
      raise Refused(400, {"error": {"code": "BadRequest", "message": str(error)}}) from error

  def __repr__(self):
    return f"{self.method} {self.target} {self.status}"


class ApiServer:
  """A server of HTTPS whose answer() a mock writes. A child of a world: kill() ends it.

  `asked` are the requests so far, `most_at_once` how many were under way at the same time, and
  `pause` how many seconds an answer takes.
  """

  def __init__(self, folder):
    self.folder, self.asked, self.at_once, self.most_at_once = folder, [], 0, 0
    self.pause, self.instead, self.lock = 0, collections.deque(), threading.Lock()
    os.makedirs(folder)
    certificates(folder)
    server = self

    class Handler(http.server.BaseHTTPRequestHandler):
      protocol_version = "HTTP/1.1"
      wbufsize = 1 << 16  # an answer in one piece, or the client would delay its acknowledgement for 40 ms

      def do_GET(self):  # pylint: disable=invalid-name
        server.serve(self)

      do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

      def log_message(self, *_):
        """It is quiet."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self.path("server.pem"), self.path("server.key"))
    self.http = Quiet(("127.0.0.1", 0), Handler)
    self.http.context = context
    self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
    self.thread.start()
    self.host = f"127.0.0.1:{self.http.server_address[1]}"

  def path(self, name):
    return os.path.join(self.folder, name)

  def ca_file(self):
    return self.path("ca.pem")

  def instead_of(self, path, *replies):
    """The next requests of this path (its beginning) are answered so: (status, body, fields)."""
    for reply in replies:
      self.instead.append((path, (*reply, {})[:3]))

  def serve(self, handler):
    length = int(handler.headers.get("Content-Length") or 0)
    request = Request(handler.command, handler.path, handler.headers, handler.rfile.read(length))
    with self.lock:
      self.at_once += 1
      self.most_at_once = max(self.most_at_once, self.at_once)
    time.sleep(self.pause)
    try:
      with self.lock:
        status, body, fields = self.reply(request)
        request.status = status
        self.asked.append(request)
    finally:
      with self.lock:
        self.at_once -= 1
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    handler.send_response(status)
    for name, text in {"Content-Type": "application/json", **fields}.items():
      handler.send_header(name, text)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)

  def reply(self, request):
    for number, (path, reply) in enumerate(self.instead):
      if request.path.startswith(path):
        del self.instead[number]
        return reply
    try:
      return (*self.answer(request), {})[:3]
    except Refused as refused:
      return refused.reply

  def answer(self, request):
    """(status, body) or (status, body, fields); may raise Refused. One at a time."""
    raise NotImplementedError

  def taken(self, path=""):
    """The requests of this path (its beginning) since the last call of any path."""
    with self.lock:
      asked, self.asked = self.asked, []
    return [request for request in asked if request.path.startswith(path)]

  def kill(self):
    self.http.shutdown()
    self.http.server_close()

  def wait(self):
    """Its threads end by themselves."""


class Quiet(http.server.ThreadingHTTPServer):
  """A thread a connection, TLS in it; a client that leaves is no news."""
  daemon_threads = True
  request_queue_size = 64
  context = None

  def finish_request(self, request, client_address):
    request.settimeout(60)
    with self.context.wrap_socket(request, server_side=True) as secure:
      self.RequestHandlerClass(secure, client_address, self)

  def handle_error(self, request, client_address):
    pass


class Tokens:
  """Tokens by client credentials (RFC 6749, section 4.4), in the body or by Basic.

  They last `lifetime` seconds, or until expire(). `issued` counts them.
  """

  def __init__(self, client_id="postvagt-klient", secret="klient-hemmelighed-9182", lifetime=3599):
    self.client_id, self.secret, self.lifetime = client_id, secret, lifetime
    self.issued, self.ends = 0, {}

  def client(self, request, form):
    """The client's name and secret, however it says them."""
    kind, _, data = (request.headers.get("Authorization") or "").partition(" ")
    if kind.lower() != "basic":
      return form.get("client_id"), form.get("client_secret")
    name, _, secret = base64.b64decode(data).decode().partition(":")
    return urllib.parse.unquote_plus(name), urllib.parse.unquote_plus(secret)

  def issue(self):
    self.issued += 1
    token = f"mock-token-{self.issued}-{secrets.token_hex(24)}"
    self.ends[token] = time.monotonic() + self.lifetime
    return {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}

  def state(self, request):
    """"valid", "expired", or None: there is none, or none of ours."""
    kind, _, token = (request.headers.get("Authorization") or "").partition(" ")
    if kind.lower() != "bearer" or token not in self.ends:
      return None
    return "valid" if time.monotonic() < self.ends[token] else "expired"

  def expire(self):
    """All that were issued end now, whatever they were said to last."""
    self.ends = dict.fromkeys(self.ends, 0)


def openssl(folder, *arguments):
  run = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True,
                       check=False)
  if run.returncode:
    raise OSError(f"openssl {arguments[0]}: {run.stderr}")


def certificates(folder):
  """ca.pem, and of that server.pem with server.key, for 127.0.0.1."""
  key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
  openssl(folder, "req", "-x509", *key, "-days", "2", "-subj", "/CN=Mock CA", "-keyout", "ca.key",
          "-out", "ca.pem", "-addext", "basicConstraints=critical,CA:TRUE")
  with open(os.path.join(folder, "server.ext"), "w", encoding="utf-8") as file:
    file.write("subjectAltName=IP:127.0.0.1\n")
  openssl(folder, "req", *key, "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr")
  openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
          "-CAcreateserial", "-days", "2", "-extfile", "server.ext", "-out", "server.pem")
