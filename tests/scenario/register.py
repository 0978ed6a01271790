"""register: the mail that tells KOMBIT where the mailbox is."""
import signal

from scenario import openldap_only, scenario
from smtp_server import SmtpServer
from world import equal

SUBJECT = "Kommunal infrastrukturpostkasse"
KOMBIT = "kombit@eksempel.dk"
NO_DIRECTORY = "the directory is not asked"


def office(world, server=None, **mail):
  """The directory is somewhere where none is: nobody needs it to see the mail."""
  world.one_list()
  world.settings["mailbox"]["municipality"] = "Læsø Kommune"
  if server:
    world.children.append(server)
    world.settings["mail"] = {"smtp": server.url, "from": "it@eksempel.dk", "register_to": KOMBIT,
                              "contact": "Anna Ågård, tlf. 12 34 56 78", "notices": False, **mail}
  world.settings["directory"]["url"] = "ldap://127.0.0.1:9"
  world.write_files()
  return server


def town(world, server=None, **mail):
  """The same where all is well, as --send asks."""
  world.person("anna", "infrastrukturansvarlig")
  world.list("Resten", "anna")
  world.route("*", "Resten", "infrastrukturansvarlig")
  server = office(world, server, **mail)
  del world.settings["directory"]["url"]
  world.start()
  return server


@scenario
@openldap_only(NO_DIRECTORY)
def register_shows_and_sends_nothing(world):
  server = office(world, SmtpServer(), reply_to="anna@eksempel.dk")
  world.run("register", status=0).says(
      f"To: {KOMBIT}\n", f"Subject: {SUBJECT}\n", "From: it@eksempel.dk\n", "Reply-To: anna@eksempel.dk\n",
      "Læsø Kommune", "infrapost@eksempel.dk", "Spørgsmål kan rettes til Anna Ågård, tlf. 12 34 56 78.",
      "has not been told", "postvagt register --send").never_says("mail.contact", "is missing")
  equal((server.connections, world.reports()), (0, []), "connections, and reports")
  shown = world.run("--json", "register", status=0).json()
  equal((shown["subject"], shown["to"], shown["reply_to"], shown["sent"], shown["registered"]),
        (SUBJECT, KOMBIT, "anna@eksempel.dk", False, None), "as JSON")


@scenario
@openldap_only(NO_DIRECTORY)
def register_has_no_address_of_2019(world):
  """Whom to tell is for the municipality: shown without, not sent."""
  server = office(world, SmtpServer())
  del world.settings["mail"]["register_to"], world.settings["mail"]["contact"]
  world.write_files()
  world.run("register", status=0).says("To: (mail.register_to is missing)", "FKI@kombit.dk",
                                       "mail.register_to is missing, so it cannot be sent", "mail.contact is not given",
                                       "Reply-To: infrapost@eksempel.dk\n").never_says("Spørgsmål")
  equal(world.run("--json", "register", status=0).json()["to"], None, "to whom")
  world.run("register", "--send", status=2).says("mail.register_to is missing", "FKI@kombit.dk", "mbprogrammet@kombit.dk")
  equal((server.connections, world.reports()), (0, []), "connections, and reports")


@scenario
def register_sends_once(world):
  """By --send only; the chain tells of it; another address, or another recipient, asks for another mail."""
  server = town(world, SmtpServer())
  world.run("register", "--send", status=0).says("Sent, and noted")
  equal([(sender, recipients) for sender, recipients, _ in server.mails],
        [("it@eksempel.dk", [KOMBIT])], "who was written to")
  mail, = server.read()
  equal((str(mail["Subject"]), mail["From"].addresses[0].display_name, str(mail["Reply-To"]),
         str(mail["Auto-Submitted"])), (SUBJECT, "Læsø Kommune", "infrapost@eksempel.dk", "None"), "its head")
  equal((mail.defects, "Læsø Kommune har etableret" in mail.get_content(),
         "    infrapost@eksempel.dk" in mail.get_content().splitlines(),
         "Anna Ågård, tlf. 12 34 56 78" in mail.get_content()), ([], True, True, True), mail.get_content())
  world.run("audit", "list", status=0).says("register  carried out", "infrapost@eksempel.dk")
  run = world.run("--json", "audit", "list").json()[-1]["run"]
  world.run("audit", "show", run, status=0).says("mailbox: infrapost@eksempel.dk", f"told to: {KOMBIT}")
  world.run("audit", "verify", status=0)
  world.run("register", status=0).says(f"{KOMBIT} was told this address on", "register --send --again")
  world.run("register", "--send", status=0).says(f"{KOMBIT} was told this address on", "register --send --again")
  equal(world.run("--json", "register", "--send", status=0).json()["sent"], False, "sent twice")
  equal((len(server.mails), len(world.run("--json", "audit", "list").json())), (1, 1), "mails, and lines")
  world.run("register", "--send", "--again", status=0).says("Sent, and noted")
  equal(len(server.mails), 2, "mails after --again")
  world.settings["mailbox"]["address"] = "infra@eksempel.dk"
  world.write_files()
  world.run("register", status=0).says("KOMBIT was told infrapost@eksempel.dk on", "another now",
                                       "Den erstatter infrapost@eksempel.dk")
  world.run("--json", "register", "--send", status=0)
  equal("Den erstatter infrapost@eksempel.dk." in server.read()[2].get_content(), True, "the new mail")
  world.run("register", status=0).says("was told this address on")
  world.settings["mail"]["register_to"] = "FKI@eksempel.dk"
  world.write_files()
  world.run("register", status=0).says(f"{KOMBIT} was told this address on", "mail.register_to is another now")
  world.run("register", "--send", status=0).says("Sent, and noted")
  equal([recipients for _, recipients, _ in server.mails][-1], ["FKI@eksempel.dk"], "who was written to last")


@scenario
def register_waits_for_check(world):
  """What check calls an error stands in the way, and is said; nothing is sent, and no line written."""
  server = town(world, SmtpServer())
  world.set("Resten", mail=[])
  world.run("register", "--send", status=1).says(
      world.dn("Resten"), "the list has no mail address", "not sent", "see postvagt check"
      ).never_says("Subject:")
  world.set("Resten", mail="resten@eksempel.dk")
  world.settings["directory"]["url"] = "ldap://127.0.0.1:9"
  world.write_files()
  world.run("register", "--send", status=1).says("Can't contact LDAP server", "not sent")
  equal((server.mails, world.reports()), ([], []), "mails, and reports")
  del world.settings["directory"]["url"]
  world.write_files()
  world.run("register", "--send", status=0).says("Sent, and noted")
  line, = world.run("--json", "audit", "list").json()
  equal(line["outcome"], "done", "what is noted")


@scenario
def register_that_fails_is_not_done(world):
  server = town(world, SmtpServer())
  server.refuse = {KOMBIT: "550 5.7.1 not from you"}
  world.run("register", "--send", status=1).says("not from you")
  equal([line["outcome"] for line in world.run("--json", "audit", "list").json()], ["failed"],
        "what is noted")
  world.run("register", status=0).says("has not been told")
  server.kill()
  world.run("register", "--send", status=1).says("cannot be reached")


@scenario
@openldap_only(NO_DIRECTORY)
def register_needs_an_address(world):
  office(world)
  world.run("register", "--send", status=2).says("mail.smtp is missing")
  world.run("register", status=0).says("From: infrapost@eksempel.dk")
  del world.settings["mailbox"]["municipality"]
  world.write_files()
  world.run("register", status=0).says("eksempel.dk har etableret",
                                       "mailbox.municipality is not given")
  del world.settings["mailbox"]["address"]
  world.write_files()
  world.run("register", status=2).says("mailbox.address is missing")
  world.run("--at", "2026-01-01", "register", status=2)
  world.run("plan", "--send", status=2)


@scenario
def register_that_was_killed_is_settled(world):
  """Whether the mail went, nobody knows then; the next run notes it, and sends nothing by itself."""
  server = town(world, SmtpServer())
  server.refuse = {KOMBIT: None}
  child = world.spawn("register", "--send")
  equal(server.held.wait(60), True, "whether it came to the recipient")
  child.send_signal(signal.SIGKILL)
  world.wait(child, -signal.SIGKILL)
  server.refuse = {}
  world.run("apply", status=0).says("was interrupted")
  lines = world.run("--json", "audit", "list").json()
  equal([(line["command"], line["outcome"]) for line in lines],
        [("register", "interrupted"), ("apply", "done")], "what is noted")
  world.run("audit", "verify", status=0)
  for arguments, status in ((("register",), 0), (("register", "--send"), 1)):
    world.run(*arguments, status=status).says("was interrupted", "Ask KOMBIT whether it came", "--send --again")
  equal(server.mails, [], "mails")
  world.run("register", "--send", "--again", status=0).says("Sent, and noted")
  world.run("register", "--send", status=0).says("was told this address on")


@scenario
@openldap_only("mail servers are the same, whatever the directory")
def register_that_nobody_answered_is_not_sent_twice(world):
  """The server heard all of the mail and is gone before it answers: whether KOMBIT has it, nobody knows."""
  server = town(world, SmtpServer())
  server.die = 1
  world.run("register", "--send", status=1).says("Ask KOMBIT whether it came", "--send --again")
  equal([line["outcome"] for line in world.run("--json", "audit", "list").json()], ["failed"], "what is noted")
  for arguments, status in ((("register",), 0), (("register", "--send"), 1)):
    world.run(*arguments, status=status).says("Ask KOMBIT whether it came", "--send --again")
  equal((len(server.died), server.mails), (1, []), "mails")
  world.run("audit", "verify", status=0)
  world.run("register", "--send", "--again", status=0).says("Sent, and noted")
  world.run("register", "--send", status=0).says("was told this address on")
  equal(len(server.mails), 1, "mails after --again")
