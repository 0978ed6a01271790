"""The README's commands, run as they are written and in their order; what it shows of them is what they say.

A block below the line "<!-- tested: WHERE -->" is run on the example municipality, on 23 November 2026 at 8:00.
"$ command" begins each; a block without "$" is commands alone. "..." stands for lines left out; the rest must come in
that order, as it is. Other in the README than here: the server's address; HASH and a run's number in commands.
WHERE says how things stand:

  quiet      a run was made, and nobody is away who was not
  holiday    Birgitte's absence has been entered, and nothing was done yet
  christmas  as on the picture of the calendar: five absences, and it is the Friday before
  gaps       the same, on the first day of Christmas, after a run
  notice     as holiday; the block is the mail that `postvagt apply` sends to her stand-in
  mailbox    quiet, and mails that lie in the mailbox, on Dovecot
  dovecot    as mailbox, with the settings above the block, for these servers
  first      a folder with a secret and the mapping
  prove      after a run of the holiday, signed
"""
import os
import re
import shutil
import subprocess
from datetime import datetime

from installed import ROOT, read
from mail_servers import BOX, Mail, message
from smtp_server import SmtpServer
from world import Failure, World, equal

ADDRESS = "ldaps://dc1.eksempel.dk"
NOW = "@2026-11-23 08:00:00"
FRIDAY, CHRISTMAS = "@2026-12-18 07:00:00", "@2026-12-25 08:00:00"
HOLIDAY = (("bily", "2026-11-23/2026-12-24"),)
FIVE = (("gimu", "2026-12-21/2026-12-27"), ("anda", "2026-12-24/2026-12-26"), ("itvagt", "2026-12-25/2026-12-26"),
        ("bily", "2026-12-22/2027-01-01"), ("jeve", "2026-12-18T12:00/2026-12-18T16:00"))
STANDS = {"quiet": ((), NOW), "mailbox": ((), NOW), "dovecot": ((), NOW), "holiday": (HOLIDAY, NOW), "notice": (HOLIDAY, NOW),
          "prove": (HOLIDAY, NOW), "christmas": (FIVE, FRIDAY), "gaps": (FIVE, CHRISTMAS)}
PROBE = "postvagt-probe@eksempel.dk"
STAND_IN = "jesper.vestermark@eksempel.dk"
IMAP = "imaps://mail.eksempel.dk"
# The folder, the subject, when it came, whether it was read.
MAILS = (("INBOX", "[Certifikat] Nyt rodcertifikat", "2026-11-20 18:18", False),
         ("INBOX", "[Servicplatformen] Nye endpoints", "2026-11-16 10:02", True),
         ("INBOX", "[Servicplatformen] Endpoints er skiftet", "2026-11-19 14:40", True),
         *(("serviceplatformen", f"[Serviceplatformen] Release {number}", f"2026-11-{number} 09:00", False)
           for number in range(10, 17)))
FAKETIME = subprocess.run(["sh", "-c", "ls /usr/lib/*/faketime/libfaketime.so.1"], capture_output=True, text=True,
                          check=False).stdout.strip()


def blocks():
  """Where, and the lines, of each tested block."""
  text = read("README.md")
  for where, block in re.findall(r"^<!-- tested: (\w+) -->\n\n((?:(?:    .*)?\n)+)", text, re.M):
    yield where, [line[4:] for line in block.rstrip("\n").split("\n")]


def commands(lines):
  """Each command with the lines that are shown of it."""
  shown = any(line.startswith("$ ") for line in lines)
  found = []
  for line in lines:
    if line.startswith("$ ") or (not shown and line):
      found.append((line.removeprefix("$ "), []))
    elif shown:
      found[-1][1].append(line.rstrip())
  return found


def holds(shown, said):
  """Whether the lines are what was said, less what "..." stands for; a blank line beside "..." counts for nothing."""
  at, free = 0, False
  for line in shown:
    if line == "...":
      free = True
    elif free and line:
      at = said.index(line, at) + 1 if line in said[at:] else -1
      free = False
    elif not free:
      at = at + 1 if at < len(said) and said[at] == line else -1
    if at < 0:
      return line
  return None if free or not any(said[at:]) else said[at]


def certificate(folder):
  """Of a mail server, good by the tests' clock and by ours."""
  os.makedirs(folder)
  key, made = os.path.join(folder, "server.key"), os.path.join(folder, "server.pem")
  subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                  "-days", "36500", "-subj", "/CN=mail.eksempel.dk", "-addext",
                  "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", made], check=True,
                 stderr=subprocess.DEVNULL, env={**os.environ, "FAKETIME": "@2020-01-01 00:00:00", "LD_PRELOAD": FAKETIME})
  return shutil.copy(made, os.path.join(folder, "ca.pem"))


class Place:
  """The example municipality, and a shell in its folder."""

  def __init__(self, installed):
    self.installed, self.away, self.now = installed, (), NOW
    self.smtp = self.imap = None
    self.world = World(installed.program, None)
    self.world.start(os.path.join(ROOT, "ldif/eksempel.ldif"), write_files=False)
    self.folder = os.path.join(installed.folder, "readme")
    os.makedirs(self.folder)
    for name in ("tags", "roles", "routes", "postvagt"):
      shutil.copy(os.path.join(ROOT, f"mappings/{name}.yaml"), self.folder)
    self.secret()
    text = read("mappings/postvagt.yaml").replace("ldap://127.0.0.1:3389", self.world.server["URL"])
    self.text = text.replace("language: da", "language: en") + "metrics_file: postvagt.prom\n"
    self.settings(self.text)
    self.shell("postvagt apply", at="@2026-11-23 07:55:00")

  def secret(self):
    path = os.path.join(self.folder, "secret")
    with open(path, "w", encoding="utf-8") as file:
      file.write("eksempel-postvagt\n")
    os.chmod(path, 0o600)

  def settings(self, text):
    with open(os.path.join(self.folder, "postvagt.yaml"), "w", encoding="utf-8") as file:
      file.write(text)

  def shell(self, command, at=None):
    """On a terminal, without colours; its lines."""
    command = command.replace(ADDRESS, self.world.server["URL"])
    done = subprocess.run(["script", "-qec", f"stty cols 120; {{ {command}\n}} 2>errors", "/dev/null"], cwd=self.folder,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "TERM": "xterm", "FAKETIME": at or self.now,
                               "LD_PRELOAD": FAKETIME, "TZ": "Europe/Copenhagen", "SHELL": "/bin/sh",
                               "PATH": ":".join((self.installed.path("usr/bin"), self.installed.path("usr/lib/nagios/plugins"),
                                                 os.environ["PATH"]))})
    with open(os.path.join(self.folder, "errors"), encoding="utf-8") as file:
      errors = file.read()
    said = done.stdout.replace("\r", "").replace(self.world.server["URL"], ADDRESS)
    if self.imap:
      said = said.replace(self.imap.env["IMAPS_URL"], IMAP)
    return done.returncode, [line.rstrip() for line in said.split("\n")], errors

  def absences(self, wanted):
    """Enter these, and no others of ours; the lists are those of a day without them."""
    for verb, absences in (("delete", self.away), ("add", wanted)):
      for login, absence in absences:
        self.world.change(f"dn: uid={login},ou=It og Digitalisering,ou=Medarbejdere,dc=eksempel,dc=dk\n"
                          f"changetype: modify\n{verb}: postvagtAbsence\npostvagtAbsence: {absence}\n")
      if verb == "delete" and self.away:
        self.shell("postvagt apply", at=NOW)
    self.away = wanted

  def stand(self, where):
    if where == "first":
      self.folder = os.path.join(self.installed.folder, "readme-first")
      os.makedirs(self.folder)
      for name in ("tags", "roles"):
        shutil.copy(os.path.join(ROOT, f"mappings/{name}.yaml"), self.folder)
      self.secret()
      return
    self.folder = os.path.join(self.installed.folder, "readme")
    self.settings(self.text)
    wanted, self.now = STANDS[where]
    self.absences(wanted)
    if where == "notice":
      self.smtp = SmtpServer()
      self.world.children.append(self.smtp)
      self.settings(f"{self.text}mail: {{smtp: '{self.smtp.url}', from: postvagt@eksempel.dk}}\n")
    elif where == "mailbox":
      self.fill_mailbox()
    elif where == "dovecot":
      self.set_up_mail()
    elif where == "gaps":
      self.shell("postvagt apply")
      self.now = CHRISTMAS[:-2] + "41"

  def fill_mailbox(self):
    self.world.server["CA"] = certificate(self.world.path("tls"))
    self.imap = Mail(self.world, ALIASES=f"{PROBE}={BOX}")
    for folder, subject, when, was_read in MAILS:
      self.imap.append([(message(subject), datetime.fromisoformat(f"{when}+01:00").timestamp())], folder=folder,
                       flags="\\Seen" if was_read else "")
    secret = os.path.join(self.folder, "imap-secret")
    with open(secret, "w", encoding="utf-8") as file:
      file.write(self.imap.password + "\n")
    os.chmod(secret, 0o600)
    self.settings(self.text.replace("mailbox:\n", "mailbox:\n  imap: {url: '%s/INBOX', user: '%s', ca_file: '%s', "
                                    "password_file: imap-secret}\n" %
                                    (self.imap.env["IMAPS_URL"], BOX, self.imap.env["CA"])))

  def set_up_mail(self):
    env = self.imap.env
    login = f"user: '{BOX}', ca_file: '{env['CA']}', password_file: imap-secret"
    text = self.text.replace("metrics_file: postvagt.prom\n", "")
    self.settings(text.replace("mailbox:\n", f"mailbox:\n  probe: {PROBE}\n"
                                    f"  imap: {{url: '{env['IMAPS_URL']}/INBOX', {login}}}\n"
                                    f"  sieve: {{url: '{env['MANAGESIEVE_URL']}', {login}}}\n") +
                  f"mail: {{smtp: '{env['SMTPS_URL']}', from: '{BOX}', {login}}}\n")

  def mail(self):
    """What the stand-in is told."""
    mails = self.smtp.read(STAND_IN)
    if len(mails) != 1:
      raise Failure(f"{len(mails)} mails for {STAND_IN}")
    return [line.rstrip() for line in mails[0].get_content().split("\n")]

  def after(self, command):
    """What the reader does in between: the key is named, and a run signed by it."""
    if command.startswith("postvagt audit keygen"):
      self.text = self.text.replace("reports:\n", "reports:\n  sign_key_file: key\n")
      self.settings(self.text)
      self.shell("postvagt apply")

  def filled_in(self, command):
    """With the hash and the number of the last run in place of the README's."""
    chain = os.path.join(self.folder, "reports/runs.jsonl")
    if not os.path.exists(chain):
      return command
    with open(chain, encoding="utf-8") as file:
      number = re.findall(r'"run": ?"([0-9a-f]{8})"', file.read())[-1]
    with open(os.path.join(self.folder, "reports/runs.head"), encoding="utf-8") as file:
      last = re.search(r"[0-9a-f]{64}", file.read()).group()
    return re.sub(r"\b7fe4f256\b", number, command).replace("HASH", last)


def check(place, where, command, shown):
  status, said, errors = place.shell(place.filled_in(command))
  if status not in (0, 5, 10) and not (status == 1 and command.startswith("check_postvagt")):
    raise Failure(f"$ {command}\n" + "\n".join(said) + errors + f"\n[status {status}]")
  if where == "notice":
    said = place.mail()
  wrong = holds(shown, said) if shown else None
  if wrong is not None:
    raise Failure(f"README.md, $ {command}: the line {wrong!r} is not what comes there:\n" + "\n".join(said))
  place.after(command)


def test_readme_marks_what_is_a_session(_):
  """No block that shows the program at work is left out above."""
  text, marked = read("README.md"), [lines for _, lines in blocks()]
  every = [[line[4:] for line in block.rstrip("\n").split("\n")]
           for block in re.findall(r"^\n((?:    [^ ].*\n(?:(?:    .*)?\n)*)+)", text, re.M)]
  equal([lines[0] for lines in every if re.match(r"(\$ )|(postvagt )", lines[0]) and lines not in marked], [],
        "blocks that are not tested")


def test_readme_commands_do_what_it_shows(installed):
  place, tested = Place(installed), 0
  try:
    for where, lines in blocks():
      place.stand(where)
      for command, shown in [("postvagt apply", lines)] if where == "notice" else commands(lines):
        check(place, where, command, shown)
        tested += 1
  finally:
    place.world.close()
  if tested < 20:
    raise Failure(f"only {tested} commands of the README are tested")
