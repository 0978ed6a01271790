"""As little of LDAP (RFC 4511) as the bench needs on a connection that stays open: bind, modify, compare, read."""

import socket
import ssl
import struct

ADD, DELETE = 0, 1
BIND, SEARCH, MODIFY, COMPARE = 0x60, 0x63, 0x66, 0x6e
SEARCH_ENTRY, COMPARE_FALSE, COMPARE_TRUE = 0x64, 5, 6


def tlv(tag, content):
    length = len(content)
    if length < 128:
        return bytes((tag, length)) + content
    return bytes((tag, 0x84)) + struct.pack(">I", length) + content


def integer(number, tag=0x02):
    return tlv(tag, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def octets(text, tag=0x04):
    return tlv(tag, text.encode())


def sequence(*parts, tag=0x30):
    return tlv(tag, b"".join(parts))


def take(data):
    """(tag, content, what follows) of what `data` begins with; None: it is not all there yet"""
    if len(data) < 2:
        return None
    start, length = 2, data[1]
    if length & 0x80:
        start += length & 0x7f
        length = int.from_bytes(data[2:start], "big")
    if len(data) < max(start, start + length):
        return None
    return data[0], data[start:start + length], data[start + length:]


class Client:
    def __init__(self, url, ca, dn, password):
        scheme, _, place = url.partition("://")
        host, _, port = place.partition(":")
        self.socket = socket.create_connection((host, int(port or {"ldap": 389, "ldaps": 636}[scheme])))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if scheme == "ldaps":
            self.socket = ssl.create_default_context(cafile=ca).wrap_socket(self.socket, server_hostname=host)
        self.data, self.number = b"", 0
        self.want(BIND, sequence(integer(3), octets(dn), octets(password, 0x80), tag=BIND))

    def close(self):
        self.socket.close()

    def message(self):
        while not (found := take(self.data)):
            received = self.socket.recv(65536)
            if not received:
                raise ConnectionError("the directory closed the connection")
            self.data += received
        self.data = found[2]
        return take(take(found[1])[2])[:2]  # behind the message's number

    def ask(self, request):
        """(result code, entries)"""
        self.number += 1
        self.socket.sendall(sequence(integer(self.number), request))
        entries = 0
        while (answer := self.message())[0] == SEARCH_ENTRY:
            entries += 1
        return take(answer[1])[1][0], entries

    def want(self, name, request):
        code, entries = self.ask(request)
        if code:
            raise OSError(f"LDAP request {name:#x} ended with {code}")
        return entries

    # What is asked for.

    def modify(self, dn, *changes):
        """each (ADD or DELETE, attribute, values)"""
        parts = [sequence(integer(kind, 0x0a), sequence(octets(name), sequence(*map(octets, values), tag=0x31)))
                 for kind, name, values in changes]
        self.want(MODIFY, sequence(octets(dn), sequence(*parts), tag=MODIFY))

    def has(self, dn, name, value):
        code, _ = self.ask(sequence(octets(dn), sequence(octets(name), octets(value)), tag=COMPARE))
        if code not in (COMPARE_FALSE, COMPARE_TRUE):
            raise OSError(f"compare {dn}: {code}")
        return code == COMPARE_TRUE

    def read(self, dn):
        base, never = integer(0, 0x0a), integer(0, 0x0a)
        found = self.want(SEARCH, sequence(octets(dn), base, never, integer(0), integer(0), tlv(0x01, b"\0"),
                                           octets("objectClass", 0x87), sequence(), tag=SEARCH))
        if found != 1:
            raise OSError(f"{dn}: {found} entries")
