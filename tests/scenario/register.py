"""register: the mail that tells KOMBIT where the mailbox is."""
import signal

from scenario import openldap_only, scenario
from smtp_server import SmtpServer
from world import equal

SUBJECT = "Kommunal infrastrukturpostkasse"
KOMBIT = "mbprogrammet@kombit.dk"
NO_DIRECTORY = "the directory is not asked"


def office(world, server=None, **mail):
  """The directory is somewhere where none is: nobody needs it."""
  world.one_list()
  world.settings["mailbox"]["municipality"] = "Læsø Kommune"
  if server:
    world.children.append(server)
    world.settings["mail"] = {"smtp": server.url, "from": "it@eksempel.dk", **mail}
  world.settings["directory"]["url"] = "ldap://127.0.0.1:9"
  world.write_files()
  return server


@scenario
@openldap_only(NO_DIRECTORY)
def register_shows_and_sends_nothing(world):
  server = office(world, SmtpServer())
  world.run("register", status=0).says(
      f"To: {KOMBIT}\n", f"Subject: {SUBJECT}\n", "From: it@eksempel.dk\n", "Læsø Kommune",
      "infrapost@eksempel.dk", "has not been told", "postvagt register --send")
  equal((server.connections, world.reports()), (0, []), "connections, and reports")
  shown = world.run("--json", "register", status=0).json()
  equal((shown["subject"], shown["to"], shown["sent"], shown["registered"]),
        (SUBJECT, KOMBIT, False, None), "as JSON")


@scenario
@openldap_only(NO_DIRECTORY)
def register_sends_and_is_noted(world):
  """By --send only; the chain tells of it; another address asks for another mail."""
  server = office(world, SmtpServer(), register_to="kombit@eksempel.dk")
  world.run("register", "--send", status=0).says("Sent, and noted")
  equal([(sender, recipients) for sender, recipients, _ in server.mails],
        [("it@eksempel.dk", ["kombit@eksempel.dk"])], "who was written to")
  mail, = server.read()
  equal((str(mail["Subject"]), mail["From"].addresses[0].display_name, str(mail["Auto-Submitted"])),
        (SUBJECT, "Læsø Kommune", "None"), "its head")
  equal((mail.defects, "Læsø Kommune har etableret" in mail.get_content(),
         "    infrapost@eksempel.dk" in mail.get_content().splitlines()), ([], True, True), mail.get_content())
  world.run("audit", "list", status=0).says("register  carried out", "infrapost@eksempel.dk")
  run = world.run("--json", "audit", "list").json()[-1]["run"]
  world.run("audit", "show", run, status=0).says("mailbox: infrapost@eksempel.dk",
                                                 "told to: kombit@eksempel.dk")
  world.run("audit", "verify", status=0)
  world.run("register", status=0).says("KOMBIT was told this address on")
  world.settings["mailbox"]["address"] = "infra@eksempel.dk"
  world.write_files()
  world.run("register", status=0).says("KOMBIT was told infrapost@eksempel.dk on", "another now",
                                       "Den erstatter infrapost@eksempel.dk")
  world.run("--json", "register", "--send", status=0)
  equal("Den erstatter infrapost@eksempel.dk." in server.read()[1].get_content(), True, "the new mail")
  world.run("register", status=0).says("KOMBIT was told this address on")


@scenario
@openldap_only(NO_DIRECTORY)
def register_that_fails_is_not_done(world):
  server = office(world, SmtpServer())
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
  """Whether the mail went, nobody knows then; the next run notes it, and goes on."""
  server = SmtpServer()
  server.greeting = None
  world.person("anna", "infrastrukturansvarlig")
  world.one_list()
  world.children.append(server)
  world.settings["mail"] = {"smtp": server.url, "from": "it@eksempel.dk", "notices": False}
  world.start()
  child = world.spawn("register", "--send")
  server.wait_for_connection()
  child.send_signal(signal.SIGKILL)
  world.wait(child, -signal.SIGKILL)
  world.run("apply", status=0).says("was interrupted")
  lines = world.run("--json", "audit", "list").json()
  equal([(line["command"], line["outcome"]) for line in lines],
        [("register", "interrupted"), ("apply", "done")], "what is noted")
  world.run("audit", "verify", status=0)
  world.run("register", status=0).says("has not been told")
