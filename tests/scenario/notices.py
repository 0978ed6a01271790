"""Notices: who joins a list, or is back, is told what is expected; once, whatever the mail server does."""
import os
import stat

from mail_servers import BOX, Mail
from scenario import not_sanitized, openldap_only, scenario
from secrecy import KEPT, closed
from smtp_server import SmtpServer
from watch import Watch
from world import Failure, equal

TAG = {"id": "drift", "subject": ["[Drift]", "[DR]"], "title": {"da": "Driften", "en": "Operations"},
       "expectation": {"da": "Vurdér samme dag, hvad der er ramt.", "en": "Assess it the same day."},
       "critical_expectation": {"da": "Ring straks til vagten.", "en": "Call the duty officer at once."}}

SAME = "mail is the same whatever the directory is"


def town(world, server=None, language="en", members="anna", **rest):
  """Anna and Carl answer `drift`, Bo stands in for Anna; mail goes by the server."""
  world.settings["language"] = language
  world.settings["mail"] = {"smtp": server.url if server else "smtp://127.0.0.1:9",
                            "from": "postvagt@eksempel.dk"}
  world.person("anna", "infrastrukturansvarlig", name="Anna Møller", postvagtDeputy="bo")
  world.person("bo", name="Bo \"Æ\" Østergård, it")
  world.one_list(members, **rest)
  if server:
    world.children.append(server)
  return server


def begin(world, **how):
  world.start(**how)
  world.write_yaml("tags.yaml", {"source": {"name": "scenario", "version": "1"}, "tags": [TAG]})
  return world


def body(mail):
  return mail.get_content()


def waiting(world, ending=".json"):
  folder = world.path("state/outbox")
  return sorted(name for name in (os.listdir(folder) if os.path.isdir(folder) else [])
                if name.endswith(ending))


def says(mail, *texts):
  for text in texts:
    if text not in body(mail):
      raise Failure(f"the mail does not say {text!r}:\n{mail}\n{body(mail)}")


def never_says(mail, *texts):
  for text in texts:
    if text in body(mail):
      raise Failure(f"the mail says {text!r}:\n{body(mail)}")


def one(server, address):
  mails = server.read(address)
  equal([str(mail["Subject"]) for mail in mails][1:], [], f"more than one mail for {address}")
  if not mails:
    raise Failure(f"no mail for {address}; there are {[str(m['To']) for m in server.read()]}")
  return mails[0]


@scenario
@openldap_only(SAME)
def notice_tells_who_joins(world):
  """Roles: why, what is expected of whom, who else; one mail however many lists; inform gets none."""
  server = town(world, SmtpServer(), members="")
  world.person("dorte")
  world.list("Hast")
  world.list("Orientering")
  world.list("Alle")
  world.mailbox_list("Alle")
  world.routes[0]["critical"] = world.block("Hast", people="anna@eksempel.dk")
  world.routes[0]["inform"] = world.block("Orientering", people="dorte@eksempel.dk")
  world.routes[0]["to"]["people"] = ["bo@eksempel.dk"]
  begin(world).run("apply", status=0).never_says("notice")
  equal(sorted(recipients for _, recipients, _ in server.mails),
        [["anna@eksempel.dk"], ["bo@eksempel.dk"]], "who was written to")
  anna, bo = one(server, "anna@eksempel.dk"), one(server, "bo@eksempel.dk")
  says(anna, "infrapost@eksempel.dk", "* Operations ([Drift], [DR])",
       "you hold the role infrastrukturansvarlig", "Assess it the same day.",
       "Call the duty officer at once.", "Bo \"Æ\" Østergård, it")
  says(bo, "Mail of high priority (\"!\") goes to others.", "you are named", "Anna Møller")
  never_says(bo, "Call the duty officer")
  equal(str(anna["Subject"]), "[DR] You get KOMBIT's mail from today", "subject")
  equal(str(anna["To"].addresses[0].display_name), "Anna Møller", "the name in To")
  equal(bo["To"].addresses[0].display_name, "Bo \"Æ\" Østergård, it", "the other's")
  equal(anna["From"].addresses[0].addr_spec, "postvagt@eksempel.dk", "From")
  equal((str(anna["Auto-Submitted"]), str(anna["X-Auto-Response-Suppress"])), ("auto-generated", "All"),
        "what keeps machines from answering")
  equal(anna["Reply-To"], None, "Reply-To, where nobody is named")
  equal(body(anna).splitlines()[0].startswith("[DR] You get KOMBIT's mail from today, "), True, "the first line")
  equal(str(anna["List-Id"]), '"infrastrukturpostkassen" <postvagt.eksempel.dk>', "List-Id")
  equal(str(anna["MIME-Version"]), "1.0", "MIME-Version")
  equal(anna.get_content_charset(), "utf-8", "charset")
  equal([mail.defects for mail in (anna, bo)], [[], []], "defects")
  if anna["Message-ID"] == bo["Message-ID"] or anna["Date"].datetime is None:
    raise Failure(f"Message-ID and Date:\n{anna}\n{bo}")
  equal(waiting(world) + waiting(world, ".draft"), [], "what waits")
  world.run("apply", status=0)
  equal(len(server.mails), 2, "mails after an apply with nothing to do")


@scenario
@openldap_only(SAME)
def notice_answers_go_to_a_person(world):
  """The first of the fallback who is there, neither a shared mailbox nor the recipient; or whom the settings name."""
  server = town(world, SmtpServer(), members="")
  world.person("post", title="shared")
  world.person("vagt", absence=["2020-01-01/2037-01-01"])
  world.person("dorte", "infrastrukturansvarlig")
  world.settings["people"]["mailboxes"] = "(title=shared)"
  world.settings["mailbox"]["fallback"] = ["post@eksempel.dk", "vagt@eksempel.dk", "dorte@eksempel.dk"]
  begin(world)
  empty = world.state()
  world.run("apply", status=0)
  equal(one(server, "anna@eksempel.dk")["Reply-To"].addresses[0].addr_spec, "dorte@eksempel.dk", "Anna's")
  equal(one(server, "dorte@eksempel.dk")["Reply-To"].addresses[0].addr_spec, "vagt@eksempel.dk", "Dorte's own")
  says(one(server, "anna@eksempel.dk"), "Something is wrong? Answer this mail")
  world.reset(empty)
  server.mails.clear()
  world.settings["mail"]["reply_to"] = "it@eksempel.dk"
  world.write_files()
  world.run("apply", status=0)
  equal(one(server, "anna@eksempel.dk")["Reply-To"].addresses[0].addr_spec, "it@eksempel.dk", "by the settings")


@scenario
@openldap_only(SAME)
def notice_names_all_tags_of_a_list(world):
  """One part a route: each tag's title, what differs in what is expected, the rest once."""
  server = town(world, SmtpServer(), members="")
  world.routes[0]["tag"] = ["drift", "sikkerhed", "nyt", "release"]
  begin(world)
  world.write_yaml("tags.yaml", {"tags": [
      TAG, {**TAG, "id": "sikkerhed", "subject": ["[Sikkerhed]"], "title": "Security",
            "expectation": "Close the hole."},
      {**TAG, "id": "release", "subject": ["[Release]"], "title": "Releases"}]})
  world.run("apply", status=0)
  anna = one(server, "anna@eksempel.dk")
  equal(str(anna["Subject"]), "[DR] +3 You get KOMBIT's mail from today", "subject")
  equal([line for line in body(anna).splitlines() if line.startswith("* ")],
        ["* Operations ([Drift], [DR])", "* Security ([Sikkerhed])", "* nyt", "* Releases ([Release])"],
        "tags, by their titles")
  says(anna, "  Expected of you, Operations, Releases: Assess it the same day.",
       "  Expected of you, Security: Close the hole.")
  equal(body(anna).count("you hold the role"), 1, "reasons, once")
  equal(body(anna).count("Call the duty officer"), 1, "the same expectation of three tags, once")
  never_says(anna, "Expected of you: ", "nyt:")


@scenario
def notice_tells_stand_in_and_who_is_back(world):
  """The stand-in: for whom, until when; the absent, back: who covered; the stand-in: relieved."""
  server = town(world, SmtpServer())
  begin(world)
  world.set("anna", postvagtAbsence="2020-01-01/2037-08-14")
  world.run("apply", status=0)
  bo = one(server, "bo@eksempel.dk")
  says(bo, "you stand in for Anna Møller, away through 14 August 2037", "Assess it the same day.",
       "Call the duty officer at once.", "nobody; you are the only one")
  never_says(bo, "2020")
  equal(server.read("anna@eksempel.dk"), [], "mail to one who is away")
  server.mails.clear()
  world.set("anna", postvagtAbsence=[])
  world.run("apply", status=0)
  anna, bo = one(server, "anna@eksempel.dk"), one(server, "bo@eksempel.dk")
  equal(str(anna["Subject"]), "[DR] You get KOMBIT's mail again from today", "Anna's")
  says(anna, "Welcome back", "Covered while you were away: Bo \"Æ\" Østergård, it")
  says(bo, "You need not stand in any more", "* Operations", "Thank you")
  equal(len(server.mails), 2, "mails")
  server.mails.clear()
  world.run("apply", status=0)
  equal(server.mails, [], "mail after an apply with nothing to do")


@scenario
@openldap_only(SAME)
def notice_in_danish(world):
  server = town(world, SmtpServer(), language="da")
  begin(world)
  world.set("anna", postvagtAbsence="2020-01-01/2037-08-14")
  world.run("--lang", "en", "--json", "apply", status=0)
  says(one(server, "bo@eksempel.dk"), "Fra nu af får du de mails, som KOMBIT sender til",
       "* Driften ([Drift], [DR])", "du er stedfortræder for Anna Møller, væk til og med 14. august 2037",
       "Vurdér samme dag, hvad der er ramt.", "Ring straks til vagten.", "ingen; du er den eneste")
  equal(str(one(server, "bo@eksempel.dk")["Subject"]), "[DR] Du er stedfortræder for Anna Møller fra i dag",
        "the subject")


@scenario
@openldap_only(SAME)
def notice_waits_for_the_server(world):
  """No server, then one: told once, exit status as ever, sent by the next run, and once."""
  server = SmtpServer()
  server.kill()
  town(world)
  world.settings["mail"]["smtp"] = server.url
  begin(world)
  world.set("anna", postvagtAbsence="2020-01-01/")
  world.run("apply", status=0).says("notices wait, as they cannot be sent", server.url)
  equal(len(waiting(world)), 1, "notices that wait")
  for name in ("state", "state/outbox"):
    equal(oct(stat.S_IMODE(os.stat(world.path(name)).st_mode)), "0o700", f"mode of {name}")
  for name in os.listdir(world.path("state/outbox")):
    equal(oct(stat.S_IMODE(os.stat(world.path(f"state/outbox/{name}")).st_mode)), "0o600", name)
  world.run("apply", status=0).never_says("notice")
  server = SmtpServer(server.port)
  world.children.append(server)
  world.run("apply", status=0).never_says("notice")
  says(one(server, "bo@eksempel.dk"), "away until further notice")
  equal(waiting(world), [], "what waits then")
  world.run("apply", status=0)
  one(server, "bo@eksempel.dk")


@scenario
@openldap_only(SAME)
def notice_that_waits_is_seen_by_check_and_status(world):
  """The login goes well and the mail is refused: who asks an hour later learns that it waits, and why; not when it went."""
  server = town(world, SmtpServer())
  begin(world)
  world.run("apply", status=0)
  server.body = "550 5.7.30 Basic authentication is not supported for Client Submission."
  world.set("anna", postvagtAbsence="2026-01-01/2036-01-01")
  world.run("apply", status=0)
  equal(waiting(world)[1:], [], "more than one waits")
  world.run("check").says("Notices that wait to be sent: 1", "5.7.30", "postvagt-exchange(7)").never_says("Weird")
  world.run("--lang", "da", "check").says("Beskeder, der venter på at blive sendt: 1")
  world.run("status", status=5).says("Notices that wait to be sent: 1", "5.7.30")
  server.body = "250 ok"
  world.run("apply", status=0)
  world.run("check").never_says("wait to be sent")
  world.run("status", status=5).never_says("wait to be sent")


@scenario
@openldap_only(SAME)
def notice_that_came_too_late_is_not_sent(world):
  """Who joined and left again while the server was down is told neither."""
  server = SmtpServer()
  server.kill()
  town(world)
  world.settings["mail"]["smtp"] = server.url
  begin(world)
  world.set("anna", postvagtAbsence="2020-01-01/")
  world.run("apply", status=0)
  world.set("anna", postvagtAbsence=[])
  world.run("apply", status=0)
  server = SmtpServer(server.port)
  world.children.append(server)
  world.run("apply", status=0)
  says(one(server, "anna@eksempel.dk"), "Welcome back", "Covered while you were away: Bo")
  equal(server.read("bo@eksempel.dk"), [], "mail to Bo, whom nobody needs any more")


@scenario
@openldap_only(SAME)
def notice_refused_for_one_reaches_the_others(world):
  """5yz: given up, told; 4yz: waits; neither keeps the others back."""
  server = town(world, SmtpServer(), members="")
  world.people("dorte erik", "infrastrukturansvarlig")
  server.refuse = {"anna@eksempel.dk": "550 5.1.1 no such user here",
                   "dorte@eksempel.dk": "451 4.7.1 greylisted, come back"}
  begin(world)
  world.run("apply", status=0).says("anna@eksempel.dk: the notice is given up", "no such user here",
                                    "dorte@eksempel.dk: the notice waits", "greylisted")
  one(server, "erik@eksempel.dk")
  equal((len(server.mails), len(waiting(world))), (1, 1), "mails sent, and waiting")
  world.run("apply", status=0).never_says("anna@", "greylisted")
  server.refuse = {}
  world.run("apply", status=0)
  one(server, "dorte@eksempel.dk")
  equal((len(server.mails), waiting(world)), (2, []), "mails sent, and waiting, at last")


@scenario
@openldap_only(SAME)
def notice_sent_twice_is_the_same(world):
  """The server dies after DATA: nobody knows whether it took the mail, so it comes again under its Message-ID."""
  server = town(world, SmtpServer())
  server.die = 1
  begin(world)
  world.set("anna", postvagtAbsence="2020-01-01/")
  world.run("apply", status=0).says("bo@eksempel.dk: the notice waits")
  equal((len(server.died), server.mails), (1, []), "mails that were lost, and that came")
  world.run("apply", status=0)
  again = one(server, "bo@eksempel.dk")
  equal(f"Message-ID: {again['Message-ID']}".encode() in server.died[0][2], True, "the same Message-ID")


@scenario
@openldap_only(SAME)
def notice_does_not_wait_for_a_silent_server(world):
  """A server that takes the connection and says nothing costs seconds, and no exit status."""
  server = town(world, SmtpServer())
  server.greeting = None
  begin(world)
  world.set("anna", postvagtAbsence="2020-01-01/")
  world.run("apply", status=0).says("notices wait")
  world.expect_members(Drift="bo")
  equal(len(waiting(world)), 1, "what waits")


@scenario
def notice_survives_a_kill(world):
  """Killed before, between and after its writes: each change is told by one mail, whatever was done."""
  server = town(world, SmtpServer(), members="")
  world.list("Net")
  world.routes.append({**world.block("Net", people="bo@eksempel.dk anna@eksempel.dk"), "tag": "net"})
  begin(world)
  for at, when in ((1, "before"), (1, "after"), (2, "before"), (2, "after")):
    server.mails.clear()
    before = world.state()
    world.faulty("apply", at=at, when=when)
    equal(server.mails, [], f"mails of a run killed {when} write {at}")
    equal(len(waiting(world, ".draft")), 2, "drafts")
    world.run("apply", status=None)
    told = "".join(body(mail) for mail in server.read("anna@eksempel.dk"))
    equal((told.count("* Operations"), told.count("* net")), (1, 1),
          f"how often Anna is told of each, killed {when} write {at}")
    told = "".join(body(mail) for mail in server.read("bo@eksempel.dk"))
    equal((told.count("* Operations"), told.count("* net")), (0, 1), "and Bo")
    equal(waiting(world) + waiting(world, ".draft"), [], "what waits")
    world.reset(before)


@scenario
@openldap_only("its access rules refuse a write")
def notice_of_what_was_done_only(world):
  """A list that cannot be written: nobody is told of it."""
  server = town(world, SmtpServer(), members="")
  world.no_list("Mangler")
  world.routes.append({**world.block("Mangler", people="bo@eksempel.dk"), "tag": "net"})
  begin(world)
  world.run("apply", status=4)
  one(server, "anna@eksempel.dk")
  equal(server.read("bo@eksempel.dk"), [], "mail of a list that is not there")


@scenario
@openldap_only(SAME)
def notice_for_who_was_there_before(world):
  """--tell: who was never told; once, also while the notice waits."""
  url, port = refused_port()
  town(world, members="anna")
  world.person("dorte", "infrastrukturansvarlig")
  world.settings["mail"]["smtp"] = url
  begin(world)
  world.run("apply", "--tell", status=0)
  world.run("apply", "--tell", status=0)
  server = SmtpServer(port)
  world.children.append(server)
  world.run("apply", status=0)
  equal(str(one(server, "anna@eksempel.dk")["Subject"]),
        "[DR] You get KOMBIT's mail", "Anna's")
  equal(str(one(server, "dorte@eksempel.dk")["Subject"]),
        "[DR] You get KOMBIT's mail from today", "Dorte's")
  says(one(server, "anna@eksempel.dk"), "You get the mail that KOMBIT sends to", "Assess it the same day.")
  world.run("apply", "--tell", status=0)
  equal(len(server.mails), 2, "mails after all were told")
  world.run("plan", "--tell", status=2)


@scenario
@openldap_only(SAME)
def notice_by_whichever_agent_did_it(world):
  """Two agents at once: what the other had done right before is told by the other, and nobody twice."""
  server = town(world, SmtpServer(), members="")
  world.person("dorte", "infrastrukturansvarlig")
  begin(world)
  other = world.agent_of_its_own("other")
  world.faulty("apply", at=1, do=f"{world.program} -c {other} apply >/dev/null", status=0)
  world.expect_members(Drift="anna dorte")
  one(server, "anna@eksempel.dk")
  one(server, "dorte@eksempel.dk")
  equal(waiting(world) + waiting(world, ".draft"), [], "what waits")


@scenario
@openldap_only(SAME)
def check_looks_at_the_secrets_of_mail(world):
  town(world)
  world.settings["mail"].update(user="postvagt", password_file="smtp-secret")
  begin(world).run("check", status=2).says("smtp-secret: cannot be read")
  login(world, "hemmelig")
  world.run("check", status=1).says("mail.smtp", "cannot be reached").never_says("smtp-secret")  # it is asked, too


@scenario
@openldap_only(SAME)
def no_notices_unless_asked_for(world):
  server = town(world, SmtpServer())
  world.settings["mail"]["notices"] = False
  begin(world)
  world.set("anna", postvagtAbsence="2020-01-01/")
  world.run("apply", status=0)
  equal((server.mails, os.path.exists(world.path("state/outbox"))), ([], False), "mails, and an outbox")
  del world.settings["mail"]
  world.write_files()
  world.set("anna", postvagtAbsence=[])
  world.run("apply", status=0)
  equal((server.mails, os.path.exists(world.path("state/outbox"))), ([], False), "mails, and an outbox")


@scenario
@openldap_only(SAME)
def notice_of_a_kept_plan_and_of_its_undo(world):
  server = town(world, SmtpServer())
  begin(world)
  world.set("anna", postvagtAbsence="2020-01-01/2037-08-14")
  world.run("plan", "-o", "plan.ldif", status=0)
  world.run("apply", "plan.ldif", status=0)
  says(one(server, "bo@eksempel.dk"), "you stand in for Anna Møller, away through 14 August 2037",
       "Assess it the same day.")
  server.mails.clear()
  run = world.run("--json", "audit", "list").json()[-1]["run"]
  world.run("audit", "undo", run, status=0)
  says(one(server, "bo@eksempel.dk"), "You no longer get the mail that KOMBIT sends")
  world.expect_members(Drift="anna")


@scenario
@openldap_only(SAME)
def notice_never_breaks_a_mail(world):
  """Names and addresses from the directory begin no header field, and write to nobody else."""
  server = town(world, SmtpServer(), members="")
  world.person("dorte", "infrastrukturansvarlig", name="Dorte\r\nBcc: alle@eksempel.dk\r\n\r\nHej")
  world.person("erik", "infrastrukturansvarlig", mail="erik@eksempel.dk> <alle@eksempel.dk")
  world.person("finn", "infrastrukturansvarlig", mail="infrapost@eksempel.dk")
  begin(world)
  world.run("apply", status=0).says("Erik: mail: ", "is not one mail address")
  mail = one(server, "dorte@eksempel.dk")
  equal((mail["Bcc"], mail.defects), (None, []), "a field that a name brought along")
  equal(sorted(recipients for _, recipients, _ in server.mails),
        [["anna@eksempel.dk"], ["dorte@eksempel.dk"]], "who was written to")


# watch


def refused_port():
  """A URL where no server is, and the port for one that comes later."""
  server = SmtpServer()
  server.kill()
  return server.url, server.port


def mail_for(watching, server, address):
  watching.until(lambda: server.read(address), f"mail for {address}")
  return one(server, address)


@scenario
def watch_sends_notices(world):
  server = town(world, SmtpServer())
  begin(world, OVERLAYS="syncprov refint", own=True)
  watching = Watch(world)
  world.set("anna", postvagtAbsence="2020-01-01/2037-08-14")
  watching.lists(Drift="bo")
  says(mail_for(watching, server, "bo@eksempel.dk"), "you stand in for Anna Møller")
  world.set("anna", postvagtAbsence=[])
  says(mail_for(watching, server, "anna@eksempel.dk"), "Covered while you were away: Bo")
  watching.until(lambda: len(server.read("bo@eksempel.dk")) == 2, "that Bo is relieved")
  watching.until(lambda: not waiting(world), "that nothing waits")
  watching.end()


@scenario
@openldap_only(SAME)
def watch_sends_notices_though_fork_failed(world):
  """Once, when the machine had no process left: said, and tried again, with nothing else to do."""
  server = town(world, SmtpServer())
  begin(world, OVERLAYS="syncprov refint", own=True)
  watching = Watch(world, env={"LD_PRELOAD": world.fault, "FAULT_FORK": "1",
                               "ASAN_OPTIONS": world.asan_options()})
  world.set("anna", postvagtAbsence="2020-01-01/2037-08-14")
  watching.lists(Drift="bo")
  watching.says("no process can be started")
  says(mail_for(watching, server, "bo@eksempel.dk"), "you stand in for Anna Møller")
  watching.until(lambda: not waiting(world), "that nothing waits")
  watching.end()


@scenario
@openldap_only(SAME)
def watch_goes_on_without_a_mail_server(world):
  """Down, and then silent: the lists follow all the same; told once; what waits is sent when it is back."""
  town(world)
  world.person("carl")
  world.settings["mail"]["smtp"], port = refused_port()
  world.settings["metrics_file"] = "metrics.prom"
  begin(world, OVERLAYS="syncprov refint", own=True)
  watching = Watch(world)
  world.set("anna", postvagtAbsence="2020-01-01/2037-08-14")
  watching.lists(Drift="bo")
  watching.says("notices wait")
  world.set("carl", postvagtRole="infrastrukturansvarlig")
  watching.lists(Drift="bo carl")
  watching.until(lambda: "postvagt_notices_waiting 2" in world.read(world.path("metrics.prom")),
                 "the figure of those that wait")
  server = SmtpServer(port)
  world.children.append(server)
  mail_for(watching, server, "bo@eksempel.dk")
  mail_for(watching, server, "carl@eksempel.dk")
  watching.until(lambda: not waiting(world), "that nothing waits")
  server.greeting = None
  world.set("anna", postvagtAbsence=[])
  watching.lists(Drift="anna carl")
  watching.until(lambda: server.connections > 1, "that it tries to send")
  world.set("carl", postvagtRole=[])
  watching.lists(Drift="anna")
  watching.says("notices wait")
  watching.end()


# Real servers


def by_post(world, mail, **settings):
  """Anna is told by Postfix, and reads it by IMAP."""
  world.settings["mail"] = {"from": "postvagt@eksempel.dk", "ca_file": mail.env["CA"], **settings}
  world.write_files()
  world.write_yaml("tags.yaml", {"source": {"name": "scenario", "version": "1"}, "tags": [TAG]})
  return world.run("apply", status=0)


def login(world, secret):
  world.write("smtp-secret", f"{secret}\n", 0o600)
  return "smtp-secret"


@scenario
@openldap_only("Postfix expands the lists of slapd")
def notice_by_real_servers(world):
  """STARTTLS, TLS with a password, TLS with a token; and what is not let in, or not trusted."""
  world.person("anna", "infrastrukturansvarlig", name="Anna Møller, Læsø")
  world.one_list()
  world.start()
  empty = world.state()
  mail = Mail(world)
  for name, settings in (
      ("STARTTLS", {"smtp": mail.env["SMTP_URL"]}),
      ("password", {"smtp": mail.env["SMTPS_URL"], "user": BOX,
                    "password_file": login(world, mail.password)}),
      ("token", {"smtp": mail.env["SMTPS_URL"], "user": BOX, "token_file": "token"})):
    world.write("token", f"{mail.token}\n", 0o600)
    before = len(mail.read("anna"))
    by_post(world, mail, **settings).never_says("notice")
    mail.settle()
    mails = mail.read("anna")
    equal(len(mails), before + 1, f"Anna's mails, by {name}")
    equal((str(mails[-1]["Subject"]), mails[-1]["To"].addresses[0].display_name, mails[-1].defects),
          ("[DR] You get KOMBIT's mail from today", "Anna Møller, Læsø", []), name)
    says(mails[-1], "Assess it the same day.")
    world.reset(empty)
  result = by_post(world, mail, smtp=mail.env["SMTPS_URL"], user=BOX, password_file=login(world, "forkert"))
  result.says("does not let", BOX).never_says("forkert")
  result = by_post(world, mail, smtp=mail.env["SMTPS_URL"], ca_file="secret")
  result.says("holds no certificate")
  equal(len(waiting(world)), 1, "what waits")
  by_post(world, mail, smtp=mail.env["SMTP_URL"])
  mail.settle()
  equal(len(mail.read("anna")), 4, "Anna's mails in the end")


@scenario
@openldap_only("Postfix expands the lists of slapd")
@not_sanitized(KEPT)
def smtp_password_is_nowhere_after_sending(world):
  """watch sends by a process of its own, so it never has the password."""
  world.person("anna", "infrastrukturansvarlig")
  world.one_list()
  world.start(OVERLAYS="syncprov refint")
  mail = Mail(world)
  world.settings["mail"] = {"smtp": mail.env["SMTPS_URL"], "from": "postvagt@eksempel.dk", "user": BOX,
                            "ca_file": mail.env["CA"], "password_file": login(world, mail.password)}
  world.write_files()
  watching = Watch(world)
  watching.until(lambda: mail.read("anna"), "Anna's mail")
  watching.until(lambda: not waiting(world), "that nothing waits")
  closed(world, watching, mail.password)
  equal(mail.password in watching.end(), False, "the password is said")
