"""check and the mail servers: it logs in to each as the settings say, sends nothing, and says what refuses."""
import base64

from imap_liar import ImapLiar
from mail_servers import BOX, Mail
from scenario import openldap_only, scenario
from smtp_server import SmtpServer
from world import Failure, equal

WHY = "mail servers are the same, whatever the directory"
PASSWORD = "eksempel-post"


def town(world):
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.list("Resten", "anna")
  world.route("*", "Resten", "infrastrukturansvarlig")
  return world


def servers(world, box=PASSWORD, relay=PASSWORD, **start):
  """Real ones; `box` and `relay` are the passwords that the settings have for them."""
  town(world).start()
  mail = Mail(world, **start)
  world.write("box", box + "\n", 0o600)
  world.write("relay", relay + "\n", 0o600)
  world.settings["mailbox"]["imap"] = {
      "url": mail.env["IMAPS_URL"], "user": BOX, "password_file": "box", "ca_file": mail.env["CA"]}
  world.settings["mail"] = {
      "smtp": mail.env["SMTPS_URL"], "from": "it@eksempel.dk", "user": BOX, "password_file": "relay",
      "ca_file": mail.env["CA"], "notices": False}
  world.write_files()
  return mail


def findings(world, status):
  return {finding["where"]: finding["what"] for finding in world.run("--json", "check", status=status).json()["findings"]
          if finding["where"].startswith("mail")}


@scenario
@openldap_only(WHY)
def servers_that_let_us_in(world):
  """Nothing is sent, and no mailbox is written."""
  mail = servers(world)
  equal(findings(world, 0), {}, "findings")
  mail.settle()
  equal(mail.subjects(), [], "mails")
  log = mail.log()
  if "from=<" in log:
    raise Failure(f"something was sent:\n{log}")
  world.write("token", mail.token + "\n", 0o600)
  for section in (world.settings["mailbox"]["imap"], world.settings["mail"]):
    del section["password_file"]
    section["token_file"] = "token"
  world.write_files()
  equal(findings(world, 0), {}, "findings, by token")


@scenario
@openldap_only(WHY)
def servers_that_refuse_the_login(world):
  """Each in its own words, which hold no secret."""
  servers(world, box="forkert-en", relay="forkert-to")
  found = findings(world, 1)
  equal(sorted(found), ["mail.smtp", "mailbox.imap"], "where")
  for where, words in (("mail.smtp", "535 5.7.8 Error: authentication failed"),
                       ("mailbox.imap", "NO [AUTHENTICATIONFAILED] Authentication failed.")):
    for text in (words, BOX, "password_file"):
      if text not in found[where]:
        raise Failure(f"{where} does not say {text}: {found[where]}")
    if "forkert" in found[where]:
      raise Failure(f"{where} says the password: {found[where]}")


@scenario
@openldap_only(WHY)
def server_that_repeats_the_secret(world):
  """What it says is shown without it."""
  plain = base64.b64encode(f"\0{BOX}\0{PASSWORD}".encode()).decode()
  alone = base64.b64encode(PASSWORD.encode()).decode()
  town(world).start()
  liar = ImapLiar(world, AUTHENTICATE=(b"", f"NO {plain} and {PASSWORD} and {alone} are \x1b[31mwrong"))
  world.write("box", PASSWORD + "\n", 0o600)
  world.settings["mailbox"]["imap"] = {"url": liar.url, "user": BOX, "password_file": "box"}
  world.write_files()
  run = world.run("check", status=1).says("mailbox.imap", "the server said:", "wrong")
  run.never_says(plain, PASSWORD, alone, "\x1b")


@scenario
@openldap_only(WHY)
def servers_that_are_not_there(world):
  town(world).start()
  gone = SmtpServer()
  gone.kill()
  world.write("box", PASSWORD + "\n", 0o600)
  world.settings["mailbox"]["imap"] = {"url": f"imap://127.0.0.1:{gone.port}", "user": BOX,
                                       "password_file": "box"}
  world.settings["mail"] = {"smtp": gone.url, "from": "it@eksempel.dk", "notices": False}
  world.write_files()
  found = findings(world, 1)
  equal({where: "cannot be reached" in what for where, what in found.items()},
        {"mail.smtp": True, "mailbox.imap": True}, f"what is said: {found}")
  world.settings["mailbox"]["imap"]["password_file"] = "not-there"
  world.write_files()
  world.run("check", status=2).says("not-there").never_says("cannot be reached")
