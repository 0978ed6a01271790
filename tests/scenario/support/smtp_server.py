"""A mail server on loopback that takes mail, or does not: as a scenario says.

What real servers do to order is little; this one defers, refuses, and dies where it is told to.
"""
import email
import email.policy
import socket
import threading
import time


class SmtpServer:
  """Takes every mail, but for:

  refuse   {address: answer to its RCPT}, such as "550 5.1.1 no such user" or "451 4.7.1 later";
           None: nothing is ever said, and `held` is set
  greeting the first line; None: nothing is ever said
  sender   the answer to MAIL
  login    the answer to AUTH; None: no login is offered
  die      so many mails end with the connection, after all of DATA was heard and before the answer
  body     the answer to a mail's end
  """

  def __init__(self, port=0):
    self.refuse, self.greeting, self.sender = {}, "220 mail.eksempel.dk ESMTP", "250 2.1.0 ok"
    self.die, self.body, self.login = 0, "250 2.0.0 taken", None
    self.mails, self.died, self.connections = [], [], 0
    self.listener = socket.create_server(("127.0.0.1", port))
    self.port = self.listener.getsockname()[1]
    self.url = f"smtp://127.0.0.1:{self.port}"
    self.ended, self.held = threading.Event(), threading.Event()
    self.lock = threading.Lock()
    threading.Thread(target=self._serve, daemon=True).start()

  def _serve(self):
    try:
      while True:
        connection, _ = self.listener.accept()
        self.connections += 1
        threading.Thread(target=self._talk, args=(connection,), daemon=True).start()
    except OSError:
      pass

  def _talk(self, connection):
    with connection, connection.makefile("rwb") as stream:
      try:
        if self.greeting is None:
          self.ended.wait()
          return
        self._say(stream, self.greeting)
        self._session(stream)
      except OSError:
        pass

  @staticmethod
  def _say(stream, line):
    stream.write(line.encode() + b"\r\n")
    stream.flush()

  def _session(self, stream):
    sender, recipients = None, []
    for line in stream:
      verb, _, rest = line.decode(errors="replace").strip().partition(" ")
      address = rest.partition("<")[2].partition(">")[0]
      answer = "250 ok"
      if verb == "EHLO" and self.login:
        answer = "250-mail.eksempel.dk\r\n250 AUTH LOGIN PLAIN XOAUTH2"
      elif verb == "AUTH":
        self._say(stream, "334 ")
        next(stream)
        answer = self.login
      elif verb == "MAIL":
        sender, recipients, answer = address, [], self.sender
      elif verb == "RCPT":
        answer = self.refuse.get(address, "250 2.1.5 ok")
        if answer is None:
          self.held.set()
          self.ended.wait()
          return
        recipients += [address] if answer.startswith("2") else []
      elif verb == "DATA":
        self._say(stream, "354 go on")
        answer = self._data(stream, sender, recipients)
        if answer is None:
          return
      elif verb == "QUIT":
        self._say(stream, "221 bye")
        return
      self._say(stream, answer)

  def _data(self, stream, sender, recipients):
    lines = []
    for line in stream:
      if line == b".\r\n":
        break
      lines.append(line[1:] if line.startswith(b".") else line)
    with self.lock:
      data = b"".join(lines)
      if self.die > 0:
        self.die -= 1
        self.died.append((sender, recipients, data))
        return None
      if self.body.startswith("2"):
        self.mails.append((sender, recipients, data))
      return self.body

  def read(self, address=None):
    """The mails for somebody, or all, as email.message.EmailMessage."""
    with self.lock:
      return [email.message_from_bytes(data, policy=email.policy.default)
              for _, recipients, data in self.mails if address is None or address in recipients]

  def wait_for_connection(self):
    end = time.monotonic() + 60
    while self.connections == 0 and time.monotonic() < end:
      time.sleep(0.02)

  def kill(self):
    """As a child of a world."""
    self.ended.set()
    try:
      self.listener.shutdown(socket.SHUT_RDWR)
    except OSError:
      pass  # it was ended before
    self.listener.close()

  def wait(self):
    """Its threads end by themselves."""
