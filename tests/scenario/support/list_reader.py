"""Somebody who reads the lists all the time, over LDAP, and remembers each state that was seen."""
import socket
import threading

from relay import ENTRY, FOUND, SEARCH, _split
from world import Failure, normal


def ber(tag, *parts):
  body = b"".join(parts)
  length = bytes([len(body)]) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
  return bytes([tag]) + length + body


def elements(data):
  """(tag, content) of each BER element."""
  while data:
    head, length = 2, data[1]
    if length & 0x80:
      head += length & 0x7f
      length = int.from_bytes(data[2:head], "big")
    yield data[0], data[head:head + length]
    data = data[head + length:]


def members_of(message):
  """The DN and the values of an answer that is an entry of which one attribute was asked for."""
  (_, _), (_, entry), *_ = elements(next(elements(message))[1])
  (_, dn), (_, attributes) = elements(entry)
  values = [value.decode() for _, attribute in elements(attributes)
            for tag, content in elements(attribute) if tag == 0x31
            for _, value in elements(content)]
  return normal(dn.decode()), frozenset(normal(value) for value in values)


class Reader:
  """Between `with` and its end; `seen` is {list: {members: how often}} then."""

  def __init__(self, address, dn, password, base, attribute):
    self.socket = socket.create_connection(address)
    self.seen, self.count, self.failed = {}, 0, None
    self.ended = threading.Event()
    self._ask(1, ber(0x60, ber(2, b"\3"), ber(4, dn.encode()), ber(0x80, password.encode())))
    self.request = ber(SEARCH, ber(4, base.encode()), ber(10, b"\2"), ber(10, b"\0"),
                       ber(2, b"\0"), ber(2, b"\0"), ber(1, b"\0"), ber(0x87, b"objectClass"),
                       ber(0x30, ber(4, attribute.encode())))
    self.thread = threading.Thread(target=self._read_on, daemon=True)

  def _ask(self, number, request):
    """All answers to one request."""
    self.socket.sendall(ber(0x30, ber(2, bytes([number])), request))
    rest, answers, tag = b"", [], 0
    while tag not in (FOUND, 0x61):
      data = self.socket.recv(65536)
      if not data:
        raise Failure("the reader's connection is gone")
      rest += data
      message, tag, rest = _split(rest)
      while message:
        answers.append((tag, message))
        message, tag, rest = _split(rest) if rest else (None, tag, rest)
      tag = answers[-1][0] if answers else 0
    return answers

  def _read_on(self):
    try:
      while not self.ended.is_set():
        for tag, message in self._ask(2, self.request):
          if tag == ENTRY:
            dn, members = members_of(message)
            states = self.seen.setdefault(dn, {})
            states[members] = states.get(members, 0) + 1
        self.count += 1
    except (Failure, OSError, ValueError) as error:
      self.failed = error

  def __enter__(self):
    self.thread.start()
    return self

  def __exit__(self, *_):
    self.ended.set()
    self.thread.join(60)
    self.socket.close()
    if self.failed:
      raise Failure(f"the reader: {self.failed!r}")
