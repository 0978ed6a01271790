"""A relay between program and server, which can lose messages, halve or spoil them, or fall silent."""
import socket
import threading

# LDAP's requests and answers by their tags (RFC 4511)
SEARCH, MODIFY, ENTRY, FOUND, MODIFIED, ADDED = 0x63, 0x66, 0x64, 0x65, 0x67, 0x69
BUSY, UNAVAILABLE, TIME_LIMIT = 51, 52, 3
GARBAGE = bytes(range(128, 256)) + b"\0" * 64


def _ber(tag, *parts):
  body = b"".join(parts)
  assert len(body) < 128
  return bytes([tag, len(body)]) + body


def _result(number, tag, code, diagnostic=b"", *more):
  """A message whose id is `number` (its BER), with such a result."""
  return _ber(0x30, number, _ber(tag, _ber(10, bytes([code])), _ber(4), _ber(4, diagnostic), *more))


NOTICE = _result(_ber(2, b"\0"), 0x78, UNAVAILABLE, b"going down",
                 _ber(0x8a, b"1.3.6.1.4.1.1466.20036"))  # RFC 4511 section 4.4.1


def _number(message):
  """The BER of a message's id."""
  at = 2 + (message[1] & 0x7f if message[1] & 0x80 else 0)
  return message[at:at + 2 + message[at + 1]]


def _torn(message):
  """A whole message around what ends too early: the last half of its insides is gone."""
  at = 2 + (message[1] & 0x7f if message[1] & 0x80 else 0)
  inner = message[at:at + (len(message) - at) // 2]
  return bytes([0x30, 0x84]) + len(inner).to_bytes(4, "big") + inner


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
  """What `fate(tag)` says happens to each answer, and with `both` to each request.

  "pass", "twice", "flood" (again and again), "cut", "half" (then cut), "silence"; "garbage", "torn" and "notice" (of disconnection,
  then cut) go to the program in its place; a number is the result code of a request that the server
  is not shown. With `once`, nobody is let in any more after a cut.
  """

  def __init__(self, address, fate, once=False, both=False):
    self.address, self.fate, self.once, self.both = address, fate, once, both
    self.lock = threading.Lock()
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
    self._carry(client, server, client, self.both)

  def _answer(self, server, client):
    self._carry(server, client, client, True)

  def _carry(self, source, target, client, spoils):
    """From one end to the other, until a message's fate ends it."""
    rest = b""
    try:
      while data := source.recv(65536):
        rest += data
        message, tag, rest = _split(rest)
        while message:
          if not self._pass(message, tag, target, client, spoils):
            return self._stop(source, target)
          message, tag, rest = _split(rest)
    except OSError:
      pass
    self._cut(source, target)

  def _pass(self, message, tag, target, client, spoils):
    """Whether the connection goes on."""
    with self.lock:
      fate = self.fate(tag) if spoils else "pass"
    if isinstance(fate, int):
      client.sendall(_result(_number(message), FOUND if tag == SEARCH else tag + 1, fate, b"later"))
      return True
    if fate == "silence":
      self.ended.wait()
    elif fate == "half":
      target.sendall(message[:len(message) // 2])
    elif fate == "torn":
      client.sendall(_torn(message))
    elif fate in ("garbage", "notice"):
      client.sendall(GARBAGE if fate == "garbage" else NOTICE)
    elif fate == "pass":
      target.sendall(message)
    elif fate == "twice":
      target.sendall(2 * message)
    elif fate == "flood":
      while not self.ended.is_set():
        target.sendall(max(1, 65536 // len(message)) * message)
    return fate in ("pass", "twice", "torn", "garbage")

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


class AtMessage:
  """A fate for `both`: `what` happens to the Nth message either way, all others pass."""

  def __init__(self, number=0, what="pass"):
    self.number, self.what, self.tags = number, what, []

  def __call__(self, tag):
    self.tags.append(tag)
    return self.what if len(self.tags) == self.number else "pass"


class Times:
  """A fate for `both`: `what` happens to the first so many requests or answers of one kind."""

  def __init__(self, tag, times, what):
    self.tag, self.left, self.what = tag, times, what

  def __call__(self, tag):
    if tag != self.tag or self.left == 0:
      return "pass"
    self.left -= 1
    return self.what


class Nth:
  """A fate: `what` happens to the Nth answer of one kind, all others pass."""

  def __init__(self, tag, number, what):
    self.tag, self.number, self.what, self.count = tag, number, what, 0

  def __call__(self, tag):
    if tag != self.tag:
      return "pass"
    self.count += 1
    return self.what if self.count == self.number else "pass"
