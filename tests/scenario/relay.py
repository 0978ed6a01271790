"""A relay between program and server, which can lose answers, halve them, or fall silent."""
import socket
import threading

ENTRY, MODIFIED, ADDED = 0x64, 0x67, 0x69  # LDAP's answers by their tags (RFC 4511)


def _split(data):
  """The first whole LDAP message of `data` and its tag, and the rest; (None, 0, data): none yet."""
  if len(data) < 2:
    return None, 0, data
  head, length = 2, data[1]
  if length & 0x80:
    head += length & 0x7f
    length = int.from_bytes(data[2:head], "big")
  if len(data) < head + length:
    return None, 0, data
  return data[:head + length], data[head + 2 + data[head + 1]], data[head + length:]


class Relay:
  """What `fate(tag)` says happens to each answer: "pass", "cut", "half" (then cut), "silence".

  With `once`, nobody is let in any more after a cut.
  """

  def __init__(self, address, fate, once=False):
    self.address, self.fate, self.once = address, fate, once
    self.listener = socket.create_server(("127.0.0.1", 0))
    self.url = f"ldap://127.0.0.1:{self.listener.getsockname()[1]}"
    self.sockets, self.ended = [self.listener], threading.Event()
    self._thread(self._accept)

  def _thread(self, function, *arguments):
    threading.Thread(target=function, args=arguments, daemon=True).start()

  def _accept(self):
    try:
      while True:
        client, _ = self.listener.accept()
        server = socket.create_connection(self.address)
        self.sockets += [client, server]
        self._thread(self._ask, client, server)
        self._thread(self._answer, server, client)
    except OSError:
      pass

  def _ask(self, client, server):
    try:
      while data := client.recv(65536):
        server.sendall(data)
    except OSError:
      pass
    self._cut(client, server)

  def _answer(self, server, client):
    rest = b""
    try:
      while data := server.recv(65536):
        rest += data
        message, tag, rest = _split(rest)
        while message:
          if not self._pass(message, tag, client):
            return self._stop(server, client)
          message, tag, rest = _split(rest)
    except OSError:
      pass
    self._cut(client, server)

  def _pass(self, message, tag, client):
    """Whether the connection goes on."""
    fate = self.fate(tag)
    if fate == "silence":
      self.ended.wait()
    elif fate == "half":
      client.sendall(message[:len(message) // 2])
    elif fate == "pass":
      client.sendall(message)
    return fate == "pass"

  def _stop(self, *sockets):
    if self.once:
      self._cut(self.listener)
    self._cut(*sockets)

  @staticmethod
  def _cut(*sockets):
    for one in sockets:
      try:
        one.shutdown(socket.SHUT_RDWR)
      except OSError:
        pass

  def close(self):
    self.ended.set()
    self._cut(*self.sockets)
    for one in self.sockets:
      one.close()


class Nth:
  """A fate: `what` happens to the Nth answer of one kind, all others pass."""

  def __init__(self, tag, number, what):
    self.tag, self.number, self.what, self.count = tag, number, what, 0

  def __call__(self, tag):
    if tag != self.tag:
      return "pass"
    self.count += 1
    return self.what if self.count == self.number else "pass"
