"""An IMAP server on loopback that is not quite one: it answers as the scenario tells it to."""
import contextlib
import socket
import ssl
import threading

HEADER = b"Subject: [drift] en mail\r\n\r\n"
ARRIVED = b'"01-Jan-2026 08:00:00 +0100"'


def fetched(uid, header=HEADER, length=None):
  """A FETCH response; `length` is what its literal claims to be."""
  length = len(header) if length is None else length
  return (b'* %d FETCH (UID %d FLAGS () INTERNALDATE %s BODY[HEADER.FIELDS (SUBJECT)]<0> {%d}\r\n%s)\r\n'
          % (uid, uid, ARRIVED, length, header))


class ImapLiar:
  """`answers` has for a command's first words what is said before its tagged line, as bytes.

  A tuple (bytes, end) says how it ends: a tagged line's words, or None: it hangs up there.
  Whatever is not told is answered as an honest server with one folder and one mail would.
  """
  honest = {"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n",
            "AUTHENTICATE": b"", "LOGOUT": b"* BYE\r\n",
            "LIST": b'* LIST () "/" INBOX\r\n', "EXAMINE": b"* 1 EXISTS\r\n",
            "UID SEARCH": b"* SEARCH 1\r\n", "UID FETCH": fetched(1)}

  def __init__(self, world, tls=None, **answers):
    self.answers = {**self.honest, **{name.replace("_", " "): answer
                                      for name, answer in answers.items()}}
    self.commands = []
    self.socket = socket.create_server(("127.0.0.1", 0))
    self.tls = tls and ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if tls:  # the folder of server.pem and server.key
      self.tls.load_cert_chain(f"{tls}/server.pem", f"{tls}/server.key")
    scheme = "imaps" if tls else "imap"
    self.url = f"{scheme}://127.0.0.1:{self.socket.getsockname()[1]}/INBOX"
    threading.Thread(target=self._serve, daemon=True).start()
    world.children.append(self)

  def kill(self):
    """As a child of a world."""
    self.socket.close()

  def wait(self):
    """Its threads end with their connections."""

  def _serve(self):
    with contextlib.suppress(OSError):
      while True:
        connection, _ = self.socket.accept()
        if self.tls:
          connection = self.tls.wrap_socket(connection, server_side=True)
        threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

  def _talk(self, connection):
    with contextlib.suppress(OSError, ValueError), connection, connection.makefile("rb") as lines:
      connection.sendall(b"* OK ready\r\n")
      for line in lines:
        if not self._answer(connection, line.decode().strip()):
          return

  def _answer(self, connection, line):
    tag, command = line.split(" ", 1)
    words = command.split(" ")
    name = " ".join(words[:2 if words[0] == "UID" else 1]).upper()
    self.commands.append(command)
    answer = self.answers.get(name, b"")
    text, end = answer if isinstance(answer, tuple) else (answer, "OK done")
    connection.sendall(text)
    if end is not None:
      connection.sendall(f"{tag} {end}\r\n".encode())
    return end is not None
