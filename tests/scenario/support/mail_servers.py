"""The world's mail: Postfix and Dovecot, by tests/servers/mail.sh, on the world's slapd.

Whoever has a mail address in the directory has a mailbox, and so has infrastrukturpostkassen; a
list's address is expanded to its members. Mail comes in by SMTP and is read over IMAPS.
"""
import email
import email.message
import email.policy
import email.utils
import imaplib
import os
import smtplib
import ssl
import subprocess

from world import ROOT, Failure

MAIL = os.path.join(ROOT, "tests", "servers", "mail.sh")
BOX = "infrastrukturpostkassen@eksempel.dk"
KOMBIT = "drift@kombit.example"


def message(subject, body="Teksten.\n", **fields):
  """A mail as KOMBIT sends it, as bytes. Fields by their names, with _ for -; `subject` None: none.

  A subject that is bytes, or a field that is, stands in the mail as it is written here.
  """
  given = {"From": f"KOMBIT <{KOMBIT}>", "To": BOX, "Date": email.utils.formatdate(),
           "Message-ID": email.utils.make_msgid(domain="kombit.example"),
           **{name.replace("_", "-"): value for name, value in fields.items()}}
  if subject is not None:
    given["Subject"] = subject
  made = email.message.EmailMessage(policy=email.policy.SMTP)
  raw = b""
  for name, value in given.items():
    if isinstance(value, bytes):
      raw += name.encode() + b": " + value + b"\r\n"
    else:
      made[name] = value
  made.set_content(body)
  return raw + made.as_bytes()


class Mail:
  """The servers of a world that is started; `env` is what they say of themselves (mail.sh).

  The world ends them with itself.
  """

  def __init__(self, world, **environment):
    # They run as users of their own, and must come to their folder; nothing else is theirs to read.
    os.chmod(world.folder, 0o711)
    self.folder = world.path("mail")
    world.children.append(self)
    server = world.server
    self._script("start", LDAP=server["URL"], SUFFIX=server["SUFFIX"], BIND_DN=server["ADMIN"],
                 BIND_PASSWORD=server["PASSWORD"], TLS=os.path.dirname(server["CA"]), **environment)
    with open(os.path.join(self.folder, "env"), encoding="utf-8") as file:
      self.env = dict(line.rstrip("\n").split("=", 1) for line in file)
    self.env = {key: value.strip("'") for key, value in self.env.items()}
    self.password, self.token = self.env["MAIL_PASSWORD"], self.env["MAIL_TOKEN"]
    self.trust = ssl.create_default_context(cafile=self.env["CA"])

  def _script(self, *arguments, **environment):
    run = subprocess.run([MAIL, *arguments], capture_output=True, text=True, timeout=180,
                         env={**os.environ, "D": self.folder, **environment}, check=False)
    if run.returncode:
      raise Failure(f"mail.sh {arguments[0]}: {run.stderr}{run.stdout}")
    return run.stdout

  def stop(self):
    self._script("stop")

  def restart(self):
    """On the same ports, with the same mails; also after stop()."""
    self._script("restart")

  def kill(self):
    """As a child of a world: that removes its folder, but may not where sudo started them."""
    subprocess.run([MAIL, "stop" if os.environ.get("KEEP") else "wipe"], env={**os.environ, "D": self.folder}, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=False)

  def wait(self):
    """They are gone by then."""

  def log(self):
    with open(self.env["MAILLOG"], encoding="utf-8", errors="replace") as file:
      return file.read()

  def dovecot_log(self):
    with open(os.path.join(self.folder, "dovecot.log"), encoding="utf-8", errors="replace") as file:
      return file.read()

  # Mail in

  def deliver(self, mail, to=BOX, sender=KOMBIT):
    """Send it by SMTP, as the world outside does; message() makes one."""
    with smtplib.SMTP("127.0.0.1", int(self.env["SMTP"]), timeout=60) as smtp:
      smtp.sendmail(sender, to, mail)

  def settle(self):
    """Wait until every mail, also what scripts pass on, is in its mailbox."""
    self._script("settle")

  def install(self, script, box=BOX):
    """Make a Sieve script that of a mailbox; fails where it does not compile."""
    path = os.path.join(self.folder, "new.sieve")
    with open(path, "w", encoding="utf-8") as file:
      file.write(script)
    self._script("sieve", box, path)

  # Mail out

  def imap(self, box=BOX):
    """A connection to somebody's mailbox, logged in. `box` is an address, or a login of the world's."""
    imap = imaplib.IMAP4_SSL("127.0.0.1", int(self.env["IMAPS"]), ssl_context=self.trust, timeout=60)
    imap.login(self.address(box), self.password)
    return imap

  @staticmethod
  def address(box):
    return box if "@" in box else f"{box}@eksempel.dk"

  def read(self, box=BOX, folder="INBOX"):
    """What is there: mails as email.message.EmailMessage, in the order they came; none: no folder.

    They stay unread.
    """
    with self.imap(box) as imap:
      if imap.select(f'"{folder}"', readonly=True)[0] != "OK":
        return []
      numbers = imap.search(None, "ALL")[1][0].split()
      if not numbers:
        return []
      answer = imap.fetch(b",".join(numbers), "(BODY.PEEK[])")[1]
      return [email.message_from_bytes(part[1], policy=email.policy.default)
              for part in answer if isinstance(part, tuple)]

  def subjects(self, box=BOX, folder="INBOX"):
    return [str(mail["Subject"]) for mail in self.read(box, folder)]

  def folders(self, box=BOX):
    """The names of a mailbox's folders but INBOX, as IMAP has them (modified UTF-7)."""
    with self.imap(box) as imap:
      lines = [line.decode() for line in imap.list()[1] if line]
    names = [line.rsplit(' "." ', 1)[-1].rsplit(' "/" ', 1)[-1].strip('"') for line in lines]
    return sorted(name for name in names if name != "INBOX")

  def append(self, mails, box=BOX, folder="INBOX", flags=""):
    """Put mails (bytes) there by IMAP, past Sieve; a mail may be (bytes, time of arrival)."""
    with self.imap(box) as imap:
      imap.create(folder)
      for mail in mails:
        mail, when = mail if isinstance(mail, tuple) else (mail, None)
        when = imaplib.Time2Internaldate(when) if when is not None else None
        status, answer = imap.append(folder, flags, when, mail)
        if status != "OK":
          raise Failure(f"append to {box}: {answer}")
