"""HR's servers, on loopback: nginx, which is honest, one of our own, which is not, and one that answers what it is asked."""
import os
import signal
import socket
import subprocess
import threading
import time

from world import Failure

LONG_AGO = 3600  # seconds: what was written just now is always sent again
TOKEN = "hemmelig-noegle-4711"
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ }}
http {{
  log_format asked '$request_uri $status $http_user_agent $sent_http_content_encoding';
  access_log {folder}/access.log asked;
  client_body_temp_path {folder}/temp;
  proxy_temp_path {folder}/temp;
  fastcgi_temp_path {folder}/temp;
  uwsgi_temp_path {folder}/temp;
  scgi_temp_path {folder}/temp;
  types {{ application/json json; text/csv csv; text/calendar ics; }}
  gzip on;
  gzip_min_length 1;
  gzip_types application/json text/csv text/calendar;
  root {folder}/www;
  ssl_certificate {folder}/server.pem;
  ssl_certificate_key {folder}/server.key;
  ssl_client_certificate {folder}/ca.pem;
  ssl_verify_client optional;
  ssl_protocols TLSv1.2 TLSv1.3;
  server {{
    listen 127.0.0.1:{https} ssl;
    location /token/ {{
      if ($http_authorization != "Bearer {token}") {{ return 401; }}
      alias {folder}/www/;
    }}
    location /client/ {{
      if ($ssl_client_verify != SUCCESS) {{ return 403; }}
      alias {folder}/www/;
    }}
    location = /pages/1.json {{ add_header Link '<2.json>; rel="next"'; }}
    location = /pages/2.json {{ add_header Link '</pages/3.json>; rel="next"'; }}
    location = /moved {{ return 302 /feed.json; }}
    location = /token/moved-away {{ return 302 https://127.0.0.1:{other}/feed.json; }}
    location = /moved-away {{ return 302 https://127.0.0.1:{other}/feed.json; }}
    location = /moved-to-http {{ return 301 http://127.0.0.1:{http}/feed.json; }}
    location = /moved-to-file {{ return 301 file://{folder}/www/feed.json; }}
    location = /moved-for-ever {{ return 302 /moved-for-ever; }}
  }}
  server {{ listen 127.0.0.1:{other} ssl; }}
  server {{ listen 127.0.0.1:{http}; }}
  server {{
    listen 127.0.0.1:{old} ssl;
    ssl_protocols TLSv1 TLSv1.1;
    ssl_ciphers ALL:@SECLEVEL=0;
  }}
}}
"""


def free_ports(count):
  sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
  ports = [one.getsockname()[1] for one in sockets]
  for one in sockets:
    one.close()
  return ports


class Nginx:
  """A web server below `folder`: what is put() there is served, by https and by http.

  /token/ wants the bearer token TOKEN, /client/ a certificate (client.pem with its key).
  """

  def __init__(self, folder):
    self.folder, self.child, self.log_place = folder, None, 0
    os.makedirs(os.path.join(folder, "www"))
    self._certificates()
    names = ("https", "other", "http", "old")
    self.ports = dict(zip(names, free_ports(len(names))))
    with open(self.path("nginx.conf"), "w", encoding="utf-8") as file:
      file.write(CONFIGURATION.format(folder=folder, token=TOKEN, **self.ports))
    self.start()

  def path(self, name):
    return os.path.join(self.folder, name)

  def url(self, name, server="https"):
    scheme = "http" if server == "http" else "https"
    return f"{scheme}://127.0.0.1:{self.ports[server]}/{name}"

  def put(self, name, data):
    """Serve it; a later version of a file is told from the one before by its time and length."""
    path = self.path(f"www/{name}")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    before = os.stat(path).st_mtime if os.path.exists(path) else 0
    with open(path, "wb") as file:
      file.write(data if isinstance(data, bytes) else data.encode())
    written = max(time.time() - LONG_AGO, before + 1)
    os.utime(path, (written, written))

  def _openssl(self, *arguments):
    run = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True,
                         check=False)
    if run.returncode:
      raise Failure(f"openssl {arguments[0]}: {run.stderr}")

  def _certificates(self):
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    self._openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=HR test CA",
                  "-keyout", "ca.key", "-out", "ca.pem",
                  "-addext", "basicConstraints=critical,CA:TRUE")
    for name in ("server", "client"):
      with open(self.path(f"{name}.ext"), "w", encoding="utf-8") as file:
        file.write("subjectAltName=IP:127.0.0.1\n")
      self._openssl("req", *key, "-subj", f"/CN={name}", "-keyout", f"{name}.key",
                    "-out", f"{name}.csr")
      self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                    "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext",
                    "-out", f"{name}.pem")

  def start(self):
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    self.child = subprocess.Popen(
        ["nginx", "-p", self.folder, "-c", self.path("nginx.conf"), "-e", self.path("error.log")],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    end = time.monotonic() + 20
    while time.monotonic() < end and self.child.poll() is None:
      try:
        socket.create_connection(("127.0.0.1", self.ports["old"]), timeout=1).close()
        return
      except OSError:
        time.sleep(0.02)
    with open(self.path("error.log"), encoding="utf-8") as file:
      raise Failure(f"nginx does not start: {file.read()}")

  def stop(self):
    if self.child:
      self.child.send_signal(signal.SIGTERM)
      self.child.wait()
    self.child = None

  def kill(self):
    """As a child of a world."""
    self.stop()

  def wait(self):
    """It is gone by then."""

  def asked(self):
    """What was asked since the last call: [(path, status, agent, encoding)]."""
    with open(self.path("access.log"), encoding="utf-8") as file:
      file.seek(self.log_place)
      text = file.read()
    self.log_place += len(text)
    return [tuple(line.split(" ")) for line in text.splitlines()]


class Liar:
  """A server of HTTP that does as `answers` say, each a function of a connection that has asked.

  The last answers all that come after it. `asked` counts requests.
  """

  def __init__(self, *answers, host="127.0.0.1"):
    self.answers, self.asked = answers, 0
    self.listener = socket.create_server((host, 0))
    self.url = f"http://{host}:{self.listener.getsockname()[1]}/feed"
    self.ended = threading.Event()
    threading.Thread(target=self._serve, daemon=True).start()

  def _serve(self):
    try:
      while True:
        connection, _ = self.listener.accept()
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        threading.Thread(target=self._answer, args=(answer, connection), daemon=True).start()
    except OSError:
      pass

  def _answer(self, answer, connection):
    with connection:
      try:
        connection.recv(65536)
        answer(self, connection)
      except OSError:
        pass

  def kill(self):
    self.ended.set()
    self.listener.close()

  def wait(self):
    """Its threads end by themselves."""


def status(number, body="", **fields):
  """An answer that is what it says; fields by their names, with _ for -."""
  data = body.encode()
  lines = [f"HTTP/1.1 {number} X", "Connection: close", f"Content-Length: {len(data)}",
           *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items()), "", ""]
  return lambda _, connection: connection.sendall("\r\n".join(lines).encode() + data)


def raw(data):
  return lambda _, connection: connection.sendall(data)


def slowly(data, pause):
  """Byte by byte."""
  def answer(liar, connection):
    for byte in data:
      connection.sendall(bytes([byte]))
      liar.ended.wait(pause)
  return answer


def endless(head, data):
  def answer(liar, connection):
    connection.sendall(head)
    while not liar.ended.is_set():
      connection.sendall(data)
  return answer


class Request:
  """What a client sent: `method`, `path` with its query, `fields` by their names in lower case, and `body`, a text."""

  def __init__(self, head, body):
    first, *lines = head.decode("latin-1").split("\r\n")
    self.method, self.path, _ = first.split(" ")
    self.fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    self.body = body.decode()

  def __str__(self):
    return f"{self.method} {self.path} {self.body}".rstrip()


class Api(Liar):
  """A server that answers each request as `answer` says: a function of a Request, that returns a status and a text.

  `requests` are those that came since the last call of take().
  """

  def __init__(self, answer):
    self.requests, self.lock = [], threading.Lock()
    super().__init__(self._api_answer)
    self.answer = answer

  @staticmethod
  def _read(connection):
    data = b""
    while b"\r\n\r\n" not in data:
      more = connection.recv(65536)
      if not more:
        raise OSError("cut off")
      data += more
    head, _, body = data.partition(b"\r\n\r\n")
    request = Request(head, b"")
    while len(body) < int(request.fields.get("content-length", 0)):
      body += connection.recv(65536)
    return Request(head, body)

  def _answer(self, answer, connection):
    with connection:
      try:
        answer(self, connection)
      except OSError:
        pass

  def _api_answer(self, _, connection):
    request = self._read(connection)
    with self.lock:
      self.requests.append(request)
    number, text = self.answer(request)
    status(number, text, Content_Type="application/json")(self, connection)

  def take(self):
    with self.lock:
      taken, self.requests = self.requests, []
    return taken
