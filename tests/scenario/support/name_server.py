"""A little DNS server, and a way to let the program ask nobody else. Only root can do either."""
import random
import socket
import struct
import threading

A, SRV = 1, 33
NO_SUCH_NAME = 3

# resolv(5) has one place for its file; the program gets a view of its own of what is there.
VIEW = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'


def _packed(name):
  return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


class NameServer:
  """Answers from `records`, {name: [data]}: of SRV (priority, weight, port, host), of A "127.0.0.1".

  `asked` are the names that were asked for, in order.
  """

  def __init__(self, world):
    self.records, self.asked = {}, []
    self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    address = f"127.{random.randint(20, 49)}.{random.randint(1, 254)}.{random.randint(1, 254)}"
    self.socket.bind((address, 53))
    path = world.write("resolv.conf", f"nameserver {address}\noptions timeout:2 attempts:2\n")
    self.prefix = ("unshare", "--mount", "sh", "-c", VIEW, path)
    threading.Thread(target=self._serve, daemon=True).start()

  def _serve(self):
    try:
      while True:
        query, client = self.socket.recvfrom(4096)
        self.socket.sendto(self._answer(query), client)
    except OSError:
      pass

  def _answer(self, query):
    """A query has one question (RFC 1035 section 4.1), which is repeated in the answer."""
    labels, at = [], 12
    while query[at]:
      labels.append(query[at + 1:at + 1 + query[at]].decode())
      at += 1 + query[at]
    kind, = struct.unpack("!H", query[at + 1:at + 3])
    name = ".".join(labels).lower()
    self.asked.append(name)
    known = self.records.get(name)
    found = [data for data in known or () if isinstance(data, str) == (kind == A)
             and kind in (A, SRV)]
    flags = 0x8580 | (NO_SUCH_NAME if known is None else 0)
    return (query[:2] + struct.pack("!HHHHH", flags, 1, len(found), 0, 0) + query[12:at + 5] +
            b"".join(self._record(kind, data) for data in found))

  @staticmethod
  def _record(kind, data):
    data = (socket.inet_aton(data) if kind == A
            else struct.pack("!HHH", *data[:3]) + _packed(data[3]))
    return b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(data)) + data

  def close(self):
    self.socket.close()
