"""check and the mail servers: it logs in to each as the settings say, sends nothing, and says what refuses."""
import base64
import time

from feed_oauth import mail_world
from imap_liar import ImapLiar
from mail_servers import BOX, Mail, message
from scenario import openldap_only, scenario
from smtp_server import SmtpServer
from watch import Watch
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
def server_that_does_not_list_its_folders(world):
  """So what they are called is unknown, and said to be."""
  town(world).start()
  liar = ImapLiar(world, LIST=(b"", "NO [SERVERBUG] not today"))
  world.write("box", PASSWORD + "\n", 0o600)
  world.settings["mailbox"]["imap"] = {"url": liar.url, "user": BOX, "password_file": "box"}
  world.write_files()
  world.run("check").says("Unknown: which folders the mailbox has", "not today")


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
  server = SmtpServer()
  server.login = f"535 5.7.8 {plain} and {PASSWORD} and {alone} are \x1b[31mwrong"
  world.children.append(server)
  world.settings["mail"] = {"smtp": server.url, "from": "it@eksempel.dk", "user": BOX, "password_file": "box",
                            "notices": False}
  world.write_files()
  found = findings(world, 1)
  for where in ("mail.smtp", "mailbox.imap"):
    equal(("wrong" in found[where], "[...] and [...] and [...] are" in found[where]), (True, True),
          f"what is said at {where}: {found[where]}")
  world.run("check", status=1).says("the server said:").never_says(plain, PASSWORD, alone, "\x1b")


@scenario
@openldap_only(WHY)
def servers_that_are_not_there(world):
  town(world).start()
  world.run("check", status=0).says("Not looked at: the mailbox and the mail server, as neither")
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


def fill(mail, size, most):
  """Put read mails of `size` bytes into the mailbox until it takes no more; at most so many."""
  for _ in range(most):
    try:
      mail.append([message("fyld", body=("x" * 70 + "\n") * (size // 71))], flags="(\\Seen)")
    except Failure:
      return


@scenario
@openldap_only(WHY)
def mailbox_that_fills_up(world):
  """Above 80 % a warning; a full one, which nothing is passed on from, an error."""
  mail = servers(world, QUOTA="200K")
  world.run("check", status=0).never_says("how full", "% full")
  equal(findings(world, 0), {}, "findings of an empty mailbox")
  world.settings["mailbox"]["address"] = BOX
  world.write_files()
  mail.install(world.run("rules", "--for", "sieve", status=0).out)
  mail.deliver(message("[drift] før"))
  mail.settle()
  equal(mail.subjects("anna@eksempel.dk"), ["[drift] før"], "what a mailbox with room passes on")
  fill(mail, 21000, 8)
  world.run("check", status=0).says("warning  mailbox.imap: the mailbox is 8", "of 200 KiB", "raise its limit")
  fill(mail, 2000, 100)
  world.run("check", status=1).says("error    mailbox.imap: the mailbox is", "of 200 KiB")
  world.run("status", status=5).says("missing  The mailbox is read every day", "% full: a full mailbox takes no mail")
  world.run("--lang", "da", "check", status=1).says("postkassen er", "giv den mere plads")
  mail.deliver(message("[drift] stor", body=("y" * 70 + "\n") * 200))
  deadline = time.monotonic() + 60
  while "Quota exceeded" not in mail.log() and time.monotonic() < deadline:
    time.sleep(0.1)
  equal(("Quota exceeded" in mail.log(), mail.subjects("anna@eksempel.dk")), (True, ["[drift] før"]),
        "what the full mailbox takes and passes on: the reason for the error")


@scenario
@openldap_only(WHY)
def mailbox_whose_server_tells_no_quota(world):
  servers(world)
  run = world.run("check", status=0).says("Unknown: how full the mailbox is")
  equal("warning" in run.out, False, run)


@scenario
@openldap_only(WHY)
def tokens_of_mail(world):
  """Until when each is valid, or who refused what: in check, in status, and in the figures of a run that sends."""
  world.list("Resten", "")
  world.person("bo")
  world.route("*", "Resten", "infrastrukturansvarlig")
  mail_world(world)
  ca = world.mail.env["CA"]
  world.settings["mailbox"].update(address=BOX, imap={
      "url": world.mail.env["IMAPS_URL"], "user": BOX, "oauth": world.oauth, "ca_file": ca})
  world.settings["mail"] = {"smtp": world.mail.env["SMTPS_URL"], "from": "postvagt@eksempel.dk", "user": BOX,
                            "oauth": {**world.oauth, "scope": "smtp"}, "ca_file": ca}
  world.settings["metrics_file"] = "postvagt.prom"
  world.write_files()
  run = world.run("check", status=0).says("mail.smtp: a token was got, valid until", "mailbox.imap: a token was got")
  run.never_says(world.mail.token)
  equal(len(world.tokens.forms), 2, "tokens that were asked for")
  world.run("status", status=5).says("mailbox.imap: token until", "mail.smtp: token until")
  world.run("apply", status=0)
  figures = world.read(world.path("postvagt.prom"))
  for line in ('postvagt_oauth_token_valid{login="mail.smtp"} 1\n',
               'postvagt_oauth_token_expires_timestamp_seconds{login="mail.smtp"} '):
    equal(line in figures, True, f"{line} in\n{figures}")
  equal('login="mailbox.imap"' in figures, False, f"a login that apply does not make, in\n{figures}")
  world.write("client-secret", "forkert-og-hemmelig\n", 0o600)
  found = findings(world, 1)
  equal({where: "AADSTS7000215" in what and "forkert" not in what for where, what in found.items()},
        {"mail.smtp": True, "mailbox.imap": True}, f"what check says: {found}")
  world.run("status", status=5).says("no token from")
  world.set("bo", postvagtRole="infrastrukturansvarlig")
  world.run("apply", status=0)
  equal('postvagt_oauth_token_valid{login="mail.smtp"} 0\n' in world.read(world.path("postvagt.prom")), True,
        world.read(world.path("postvagt.prom")))


def rules_point(world):
  point, = (point for point in world.run("--json", "status", status=5).json()["points"] if point["point"] == "rules")
  return point


@scenario
@openldap_only(WHY)
def rules_on_the_server(world):
  """The active script is read back by ManageSieve: none, those of now, of another mapping, changed by hand."""
  mail = servers(world)
  world.settings["mailbox"].update(address=BOX, sieve={
      "url": mail.env["MANAGESIEVE_URL"], "user": BOX, "password_file": "box", "ca_file": mail.env["CA"]})
  world.write_files()
  world.run("check", status=1).says("no rules of postvagt rules are in force", "install them by postvagt rules")
  equal((rules_point(world)["state"], rules_point(world)["mend"][0]["command"]),
        ("missing", "postvagt rules --for sieve --install"), "status, where none are there")
  world.run("rules", "--for", "sieve", "--install", status=0)
  equal(world.run("--json", "check", status=0).json()["findings"], [], "findings, once they are installed")
  equal(rules_point(world)["state"], "done", "status, once they are installed")
  world.routes[0]["address"] = "ny@eksempel.dk"
  world.write_files()
  world.run("check", status=1).says("these rules are older than the mapping", "ny@eksempel.dk")
  del world.routes[0]["address"]
  world.write_files()
  mail.install(world.run("rules", "--for", "sieve", status=0).out.replace("drift@eksempel.dk", "andre@eksempel.dk"))
  world.run("check", status=1).says("or somebody changed them", "andre@eksempel.dk")
  point = rules_point(world)
  equal((point["state"], "andre@eksempel.dk" in str(point["details"])), ("missing", True), f"status: {point}")
  world.write("box", "forkert-en\n", 0o600)
  world.run("check", status=1).says("unknown whether the rules are made from this mapping").never_says("forkert-en")
  points = {point["point"]: point for point in world.run("--json", "status", status=5).json()["points"]}
  for name in ("rules", "mailbox"):
    equal((points[name]["state"], [mend.get("command") for mend in points[name]["mend"]]), ("unknown", ["postvagt check"]),
          f"status of {name}, where the server does not let us in")


@scenario
@openldap_only(WHY)
def token_of_the_process_that_watch_sends_by(world):
  """The figures are watch's, though another process logs in."""
  mail_world(world)
  world.settings["mail"] = {"smtp": world.mail.env["SMTPS_URL"], "from": "postvagt@eksempel.dk", "user": BOX,
                            "oauth": world.oauth, "ca_file": world.mail.env["CA"]}
  world.settings["metrics_file"] = "postvagt.prom"
  world.write_files()
  watching = Watch(world)
  watching.lists(Drift="anna")
  watching.until(lambda: 'postvagt_oauth_token_valid{login="mail.smtp"} 1\n' in world.read(world.path("postvagt.prom")),
                 "a token that is valid")
  watching.end()


@scenario
@openldap_only(WHY)
def probe_address_that_is_somebodys(world):
  """A list's, somebody's on a list, or the mailbox's: each probe would go to people, so check refuses it."""
  town(world).start()
  for address, words in (("drift@eksempel.dk", "is an address of the list"), ("Anna@eksempel.dk", "is the address of"),
                         ("infrapost@eksempel.dk", "it is mailbox.address"), ("postvagt-probe@eksempel.dk", None)):
    world.settings["mailbox"]["probe"] = address
    world.write_files()
    found = [finding["what"] for finding in world.run("--json", "check", status=1 if words else 0).json()["findings"]
             if finding["where"] == "mailbox.probe"]
    equal([words in what for what in found], [True] if words else [], f"findings about {address}: {found}")


@scenario
@openldap_only(WHY)
def folder_that_is_not_there(world):
  """The login goes well, and what the URL names cannot be opened: nobody would see the mail, so check says it."""
  mail = servers(world)
  world.settings["mailbox"]["imap"]["url"] = mail.env["IMAPS_URL"] + "/Findesikke"
  world.write_files()
  found = findings(world, 1)
  equal((list(found), "Findesikke" in found.get("mailbox.imap", "")), (["mailbox.imap"], True), f"findings: {found}")
  world.settings["mailbox"]["imap"]["url"] = mail.env["IMAPS_URL"] + "/INBOX"
  world.write_files()
  equal(findings(world, 0), {}, "findings, of the folder that is there")
