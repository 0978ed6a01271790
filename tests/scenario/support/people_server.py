"""A server that is asked about people, as Microsoft Graph is: one at a time, many in a schedule, or a batch of requests.

    GET  /users/PERSON/oof            that person's answer
    POST /$batch                      {"requests": [{"id": "1", "url": "/users/PERSON/oof"}]} -> {"responses": [...]}
    POST /schedule                    {"schedules": [PERSON, ...]} -> {"value": [{"scheduleId": PERSON, ...}]}
    GET  /schedule?people=PERSON,...  the same
"""
import json
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOT_FOUND = {"error": {"code": "ErrorItemNotFound", "message": "The specified object was not found in the store."}}
DENIED = {"error": {"code": "ErrorAccessDenied", "message": "Access is denied. Check credentials and try again."}}
THROTTLED = {"error": {"code": "ApplicationThrottled", "message": "Application is over its MailboxConcurrency limit."}}


class Refusal:
  """What a person's answer is where it cannot be given: a status, and how often before the true answer comes."""

  def __init__(self, status, document, times=None, **fields):
    self.status, self.document, self.times, self.fields = status, document, times, fields


class PeopleServer:
  """`answers` has a document or a Refusal for each person; `present` is the answer about anybody else.

  `requests` has, for each that came, whom it asked about, and `paths` its address; `most` is how many were answered at a time. `refuse` is a
  Refusal of whole requests, `refuse_if` gives one for some people, or None; `pause` is how many seconds an answer takes.
  """

  def __init__(self, present):
    self.present, self.answers = present, {}
    self.requests, self.paths, self.connections = [], [], 0
    self.refuse, self.refuse_if, self.pause = None, None, 0
    self.now, self.most = 0, 0
    self.lock = threading.Lock()
    server = self

    class Handler(BaseHTTPRequestHandler):
      protocol_version = "HTTP/1.1"
      disable_nagle_algorithm = True

      def setup(self):
        super().setup()
        with server.lock:
          server.connections += 1

      def do_GET(self):
        server.answer(self, None)

      def do_POST(self):
        server.answer(self, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

      def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass

    self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    self.http.daemon_threads = True
    self.http.handle_error = lambda request, address: None  # the program may leave at any time
    self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
    threading.Thread(target=self.http.serve_forever, daemon=True).start()

  def kill(self):
    self.http.shutdown()
    self.http.server_close()

  def wait(self):
    """Its threads end by themselves."""

  def asked(self):
    """Whom the requests since the last call were about, each a sorted list; sorted."""
    with self.lock:
      requests, self.requests = self.requests, []
    return sorted(sorted(people) for people in requests)

  def asked_about(self):
    """The same, all together; and how many requests there were."""
    requests = self.asked()
    return sorted(person for people in requests for person in people), len(requests)

  def _of(self, person):
    """(status, document, fields)"""
    answer = self.answers.get(person, self.present)
    if not isinstance(answer, Refusal):
      return 200, answer, {}
    if answer.times is not None:
      if answer.times == 0:
        return 200, self.present, {}
      answer.times -= 1
    return answer.status, answer.document, answer.fields

  def _schedule(self, people):
    value = []
    for person in people:
      status, document, _ = self._of(person)
      value.append({"scheduleId": person, **(document if status == 200 else
                    {"error": {"message": document["error"]["message"], "responseCode": document["error"]["code"]}})})
    return {"value": value}

  def _parts(self, requests):
    responses = []
    for part in requests:
      status, document, fields = self._of(urllib.parse.unquote(part["url"].split("/")[2]))
      responses.append({"id": part["id"], "status": status, "headers": fields, "body": document})
    return {"responses": responses[::-1]}

  def _reply(self, path, body):
    """(whom it is about, status, document, fields)"""
    words = urllib.parse.unquote(path).split("/")
    if words[1] == "users":
      return [words[2]], *self._of(words[2])
    if words[1] == "$batch":
      people = [urllib.parse.unquote(part["url"].split("/")[2]) for part in body["requests"]]
      return people, 200, self._parts(body["requests"]), {}
    people = body["schedules"] if body else words[1].split("people=")[1].split(",")
    return people, 200, self._schedule(people), {}

  def answer(self, handler, body):
    with self.lock:
      self.now += 1
      self.most = max(self.most, self.now)
      people, status, document, fields = self._reply(handler.path, body)
      self.requests.append(people)
      self.paths.append(handler.path)
      late = self.refuse_if(people) if self.refuse_if else None
      if late:
        status, document, fields = late.status, late.document, late.fields
      elif self.refuse and (self.refuse.times is None or self.refuse.times > 0):
        status, document, fields = self.refuse.status, self.refuse.document, self.refuse.fields
        if self.refuse.times is not None:
          self.refuse.times -= 1
    time.sleep(self.pause)
    data = json.dumps(document).encode()
    with self.lock:
      self.now -= 1
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    for name, value in fields.items():
      handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    try:
      handler.wfile.write(data)
    except OSError:
      pass  # the program took what it needed, and left
