"""A probe: postvagt mailbox --probe, through Postfix, Dovecot and the mailbox's rules, and back."""
import json
import os
import re

from imap_liar import ImapLiar, fetched
from mail_servers import BOX, Mail, message
from scenario import openldap_only, scenario
from smtp_server import SmtpServer
from world import Failure, equal

WHY = "the mail is the same, whatever the directory"
PROBE = "sonde@eksempel.dk"
MARK = "[postvagt-probe "
STRANGER = MARK + "0123456789abcdef0123456789abcdef]"
RULES = """require ["copy", "imap4flags"];
if header :contains ["X-Sieve-Redirected-From"] "%s" { stop; }
if header :contains "Subject" "[postvagt-probe " { %s redirect :copy "%s"; stop; }
""" % (BOX, 'addflag "$Forwarded";', PROBE)


def town(world, alias=True, smtp=None, timeout="30s", rules=RULES):
  """The mailbox, and the probe's address: an alias of it, or a mailbox of its own."""
  world.person("anna", "infrastrukturansvarlig")
  world.list("Drift", "anna")
  world.route("*", "Drift", roles="infrastrukturansvarlig")
  world.start()
  mail = Mail(world, **({"ALIASES": f"{PROBE}={BOX}"} if alias else {"MAILBOXES": f"{BOX} {PROBE}"}))
  world.write("imap-secret", mail.password + "\n", 0o600)
  imap = {"url": mail.env["IMAPS_URL"], "password_file": "imap-secret", "ca_file": mail.env["CA"]}
  box = world.settings["mailbox"]
  box.update(address=BOX, probe=PROBE, probe_timeout=timeout, imap={**imap, "user": BOX})
  if not alias:
    box["probe_imap"] = {**imap, "user": PROBE}
  world.settings["mail"] = {"smtp": smtp or mail.env["SMTP_URL"], "from": "postvagt@eksempel.dk", "notices": False}
  if not smtp:
    world.settings["mail"]["ca_file"] = mail.env["CA"]
  world.settings["metrics_file"] = "postvagt.prom"
  world.write_files()
  if rules:
    mail.install(rules)
  return mail


def probe(world, status=0, **environment):
  return world.run("--json", "mailbox", "--probe", status=status, **environment).json()


def metrics(world):
  with open(world.path("postvagt-probe.prom"), encoding="utf-8") as file:
    return dict(line.rsplit(" ", 1) for line in file.read().splitlines() if not line.startswith("#"))


def lost(world, mail, result):
  """A probe that does not come: its answer; nothing of it is left in the mailbox."""
  answer = probe(world, status=5)
  equal((answer["result"], answer["seconds"]), (result, None), "what came of it")
  equal(mail.subjects(BOX), [], "the mailbox")
  return answer


@scenario
@openldap_only(WHY)
def a_probe_comes_back_to_an_alias_of_the_mailbox(world):
  """Nothing of it is left, nobody else gets anything, and the metrics say when."""
  mail = town(world)
  answer = probe(world)
  equal((answer["result"], answer["server_said"], answer["late"], answer["not_ours"]),
        ("came_back", None, 0, 0), "what came of it")
  equal([(found["folder"], found["through_rules"]) for found in answer["found"] if found["through_rules"]],
        [("INBOX", True)], "where it was found")
  equal(0 < answer["seconds"] < 30, True, "seconds")
  mail.settle()
  equal((mail.subjects(BOX), mail.subjects("anna")), ([], []), "the mailbox, and Anna's")
  figures = metrics(world)
  equal(abs(float(figures["postvagt_probe_seconds"]) - answer["seconds"]) < 0.002, True, "seconds in the metrics")
  equal([name for name, value in figures.items() if "result" in name and value == "1"],
        ['postvagt_probe_result{result="came_back"}'], "its result in the metrics")
  equal(figures["postvagt_probe_last_success_timestamp_seconds"], figures["postvagt_probe_last_run_timestamp_seconds"],
        "when it came back")
  equal(os.stat(world.path("postvagt-probe.prom")).st_mode & 0o777, 0o644, "the collector may read it")
  equal(os.path.exists(world.path("postvagt.prom")), False, "the file of apply")
  equal(world.run("-q", "mailbox", "--probe", status=0).text, "", "quiet")
  if not re.search(r"came back through the rules after \d+\.\d seconds", world.run("mailbox", "--probe", status=0).out):
    raise Failure("it does not say how long it took")
  if not re.search(r"kom tilbage gennem reglerne efter \d+,\d sekunder",
                   world.run("--lang", "da", "mailbox", "--probe", status=0).out):
    raise Failure("it does not say so in Danish")


@scenario
@openldap_only(WHY)
def a_probe_comes_back_to_a_mailbox_of_its_own(world):
  mail = town(world, alias=False)
  mail.append([message("[drift] en anden mail")])
  equal(probe(world)["result"], "came_back", "what came of it")
  mail.settle()
  equal((mail.subjects(BOX), mail.subjects(PROBE)), (["[drift] en anden mail"], []), "the mailboxes")


@scenario
@openldap_only(WHY)
def a_probe_goes_by_the_rules_that_postvagt_makes(world):
  """Installed by ManageSieve; nobody on the lists gets it, and where the address is gone it is said."""
  mail = town(world, rules=None)
  world.settings["mailbox"]["sieve"] = {"url": mail.env["MANAGESIEVE_URL"], "user": BOX, "password_file": "imap-secret",
                                        "ca_file": mail.env["CA"]}
  world.settings["mailbox"]["ignore"] = ["[EKSTERN]"]
  world.write_files()
  world.run("rules", "--for", "sieve", "--install", status=0)
  equal(probe(world)["result"], "came_back", "what came of it")
  mail.deliver(message(STRANGER))
  mail.settle()
  equal((len(mail.subjects(BOX)), mail.subjects("anna")), (2, []), "a stranger's, in the mailbox, and at Anna's")
  equal(world.run("--json", "mailbox").json()["to_nobody"]["count"], 2, "what mailbox says of it")
  world.settings["mailbox"].update(probe="ingen@eksempel.dk", probe_timeout="2s")
  world.write_files()
  world.run("rules", "--for", "sieve", "--install", status=0)
  equal(probe(world, status=5)["result"], "not_arrived", "at an address that does not exist")
  equal(len(mail.subjects(BOX)), 2, "the stranger's alone is left")


@scenario
@openldap_only(WHY)
def a_probe_says_where_it_got_lost(world):
  """In the mailbox, without rules; past the rules; on the way to its address; and when it comes again."""
  mail = town(world, timeout="2s", rules=None)
  lost(world, mail, "not_passed_on")
  figures = metrics(world)
  equal(figures['postvagt_probe_result{result="not_passed_on"}'], "1", "its result in the metrics")
  equal([name for name in figures if "last_success" in name or "seconds" in name and "timestamp" not in name], [],
        "no success was")
  world.run("mailbox", "--probe", status=5).says("did not pass the probe on", "INBOX", "what to do", "postvagt check")
  mail.install('require ["fileinto", "mailbox"]; fileinto :create "Andet";')
  answer = lost(world, mail, "not_passed_on")
  equal([found["folder"] for found in answer["found"]], ["Andet"], "where it was found")
  equal(mail.subjects(BOX, "Andet"), [], "that folder")
  mail.install(RULES.replace(f'"{PROBE}"', '"ingen@eksempel.dk"'))
  lost(world, mail, "not_arrived")
  mail.install("discard;")
  lost(world, mail, "not_seen")
  mail.install(RULES)
  equal(probe(world)["result"], "came_back", "with its rules again")
  success = metrics(world)["postvagt_probe_last_success_timestamp_seconds"]
  mail.install("keep;")
  lost(world, mail, "not_passed_on")
  equal(metrics(world)["postvagt_probe_last_success_timestamp_seconds"], success, "when it last came back is kept")


@scenario
@openldap_only(WHY)
def a_probe_that_came_without_the_rules_is_none(world):
  """The address is forwarded past the mailbox, or through another one: it arrives, and that is wrong."""
  mail = town(world, alias=False, timeout="2s", rules=None)
  mail._script("stop")
  mail = Mail(world, ALIASES=f"kombit@eksempel.dk={PROBE} omvej@eksempel.dk=anna@eksempel.dk", MAILBOXES=f"{BOX} {PROBE}")
  for section in ("imap", "probe_imap"):
    world.settings["mailbox"][section].update(url=mail.env["IMAPS_URL"], ca_file=mail.env["CA"])
  world.settings["mail"].update(smtp=mail.env["SMTP_URL"], ca_file=mail.env["CA"])
  world.settings["mailbox"]["address"] = "kombit@eksempel.dk"
  world.write_files()
  answer = probe(world, status=5)
  equal(answer["result"], "not_by_the_rules", "past the mailbox")
  equal(mail.subjects(PROBE), [], "it is removed all the same")
  world.settings["mailbox"]["address"] = "omvej@eksempel.dk"
  world.write_files()
  mail.install(f'redirect "{PROBE}";', box="anna@eksempel.dk")
  equal(probe(world, status=5)["result"], "not_by_the_rules", "by somebody's own redirect")
  world.run("mailbox", "--probe", status=5).says("redirected by", "anna@eksempel.dk")


@scenario
@openldap_only(WHY)
def a_probe_that_is_not_taken(world):
  """The server's own words; a server that is not there is another matter."""
  smtp = SmtpServer()
  mail = town(world, smtp=smtp.url, timeout="2s")
  smtp.refuse[BOX] = "550 5.1.1 no such mailbox here"
  answer = lost(world, mail, "not_taken")
  equal("550 5.1.1 no such mailbox here" in answer["server_said"], True, "the server's words")
  world.run("mailbox", "--probe", status=5).says("did not take the probe", "no such mailbox here")
  smtp.refuse.clear()
  lost(world, mail, "not_seen")
  sender, recipients, _ = smtp.mails[-1]
  equal((sender, recipients), ("postvagt@eksempel.dk", [BOX]), "from whom, and to whom")
  sent = smtp.read()[-1]
  equal((sent["Auto-Submitted"], sent["X-Auto-Response-Suppress"], sent["Subject"].startswith(MARK)),
        ("auto-generated", "All", True), "its fields")
  smtp.listener.close()
  world.settings["mail"]["smtp"] = "smtp://127.0.0.1:1"
  world.write_files()
  world.run("mailbox", "--probe", status=1).says("127.0.0.1:1")
  equal(metrics(world)['postvagt_probe_result{result="failed"}'], "1", "in the metrics")


def sent_by(smtp):
  """The last mail that the server took, as bytes."""
  return smtp.mails[-1][2]


@scenario
@openldap_only(WHY)
def a_probe_that_comes_late_is_removed_by_the_next_one(world):
  """And an answer that quotes its subject is a mail of somebody's, and stays."""
  smtp = SmtpServer()
  mail = town(world, smtp=smtp.url, timeout="1s")
  lost(world, mail, "not_seen")
  late = sent_by(smtp)
  token = late.split(MARK.encode(), 1)[1][:32].decode()
  mail.deliver(late)
  mail.settle()
  equal(len(mail.subjects(BOX)), 2, "the mail that came late, and its copy")
  look = world.run("--json", "mailbox", status=0).json()
  equal((look["mails"], look["unread"], look["to_nobody"]["count"], look["recent"]["count"]), (0, 0, 0, 0),
        "what mailbox says of a probe that came late")
  mail.append([message(f"SV: {MARK}{token}]", In_Reply_To="<en.mail@eksempel.dk>")])
  world.settings["mail"].update(smtp=mail.env["SMTP_URL"], ca_file=mail.env["CA"])
  world.settings["mailbox"]["probe_timeout"] = "30s"
  world.write_files()
  answer = probe(world)
  equal((answer["result"], answer["late"], answer["not_ours"]), ("came_back", 2, 1), "what came of the next one")
  mail.settle()
  equal(mail.subjects(BOX), [f"SV: {MARK}{token}]"], "the mailbox")
  equal(probe(world)["late"], 0, "late ones, the next time")


@scenario
@openldap_only(WHY)
def a_copy_of_a_probe_among_sent_mail_is_removed(world):
  """Graph keeps one of each mail that it sends. Other sent mail stays, and by SMTP nobody looks there."""
  smtp = SmtpServer()
  mail = town(world, smtp=smtp.url, timeout="1s")
  lost(world, mail, "not_seen")
  mail.append([sent_by(smtp), message("et brev")], folder="Sendt")
  lost(world, mail, "not_seen")
  equal(len(mail.subjects(BOX, "Sendt")), 2, "sent mail, where SMTP sends")
  world.write("graph-secret", "hemmelig\n", 0o600)
  world.settings["mail"] = {"from": BOX, "graph": {"user": BOX, "url": "https://127.0.0.1:1/v1.0", "oauth": {
      "token_url": "https://127.0.0.1:1/token", "client_id": "x", "secret_file": "graph-secret",
      "scope": "https://graph.microsoft.com/.default"}}}
  world.write_files()
  world.run("mailbox", "--probe", status=1)
  equal(mail.subjects(BOX, "Sendt"), ["et brev"], "sent mail, where Graph sends")


@scenario
@openldap_only(WHY)
def a_mail_of_a_stranger_that_looks_like_a_probe_stays(world):
  """Though it comes while ours is under way, through the rules, and claims to have come through them before."""
  mail = town(world)
  forged = (message(STRANGER, X_Sieve_Redirected_From=BOX), message(f"[EKSTERN] {MARK}hej]"))
  for each in forged:
    mail.deliver(each)
  mail.settle()
  before = sorted(mail.subjects(BOX))
  equal(len(before) >= 2, True, "they are there")
  answer = probe(world)
  equal((answer["result"], answer["late"], answer["not_ours"]), ("came_back", 0, len(before)), "what came of ours")
  mail.settle()
  equal(sorted(mail.subjects(BOX)), before, "theirs")
  world.run("mailbox", "--probe", status=0).says("not sent from here")
  look = world.run("--json", "mailbox").json()
  equal((look["mails"], look["to_nobody"]["count"], [tag["tag"] for tag in look["unknown_tags"]]),
        (len(before), len(before), ["[EKSTERN]"]),
        "what mailbox says of theirs")
  world.run("-v", "mailbox").says("not sent from here")
  mail.install("keep;")
  world.settings["mailbox"]["probe_timeout"] = "1s"
  world.write_files()
  equal(probe(world, status=5)["result"], "not_passed_on", "ours without rules, beside theirs")


@scenario
@openldap_only(WHY)
def two_probes_at_once_wait_for_one_another(world):
  mail = town(world)
  first = world.spawn("--json", "mailbox", "--probe")
  equal(probe(world)["result"], "came_back", "the second")
  equal(json.loads(first.communicate(timeout=60)[0])["result"], "came_back", "the first")
  world.children.remove(first)
  mail.settle()
  equal(mail.subjects(BOX), [], "the mailbox")


class Swapped(ImapLiar):
  """Once the folder is opened for writing, its UIDs mean other mails."""

  def _answer(self, connection, line):
    if line.split(" ")[1].upper() == "SELECT":
      self.answers["UID FETCH"] = fetched(7)
    return super()._answer(connection, line)


def probed(uid, token, extra=b""):
  return fetched(uid, b"Subject: %s%s]\r\n%s\r\n" % (MARK.encode(), token.encode(), extra))


@scenario
@openldap_only(WHY)
def a_server_that_lies_about_its_mails_loses_none_but_probes(world):
  """UIDs that were not asked for, another mail under a probe's UID, no UID EXPUNGE: never a plain EXPUNGE or CLOSE."""
  smtp = SmtpServer()
  town(world, smtp=smtp.url, timeout="1s")
  world.run("mailbox", "--probe", status=5)
  token = re.search(r"probe ([0-9a-f]{32})\]", sent_by(smtp).decode()).group(1)
  box = world.settings["mailbox"]["imap"]
  removing = ("UID STORE", "UID EXPUNGE")

  def look(status=5, server=ImapLiar, **answers):
    liar = server(world, **answers)
    world.settings["mailbox"]["imap"] = {"url": liar.url, "user": BOX, "password_file": "imap-secret"}
    world.write_files()
    said = world.run("mailbox", "--probe", status=status)
    bad = [command for command in liar.commands if command.upper().split(" ")[0] in ("EXPUNGE", "CLOSE", "DELETE", "APPEND")]
    equal(bad, [], "commands that remove what is not ours")
    return said, [command for command in liar.commands if command.startswith(removing)]

  ours = {"UID_SEARCH": b"* SEARCH 7\r\n", "UID_FETCH": probed(7, token)}
  store = ["UID STORE 7 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 7"]
  equal(look(**ours)[1][:2], store, "an honest server")
  equal(look(**ours, UID_EXPUNGE=(b"", "BAD what is that?"))[1][:2], store, "no UID EXPUNGE")
  equal(look(UID_SEARCH=b"* SEARCH 7\r\n", UID_FETCH=probed(7, token) + probed(8, token))[1][:2], store,
        "a UID that was not asked for")
  equal(look(UID_SEARCH=b"* SEARCH 7 7 7\r\n", UID_FETCH=probed(7, token) * 3)[1][:2], store, "the same one again")
  equal(look(UID_SEARCH=b"* SEARCH 7\r\n", UID_FETCH=probed(7, "0" * 32))[1], [], "a token that was never sent")
  equal(look(**ours, server=Swapped)[1], [], "another mail under a probe's UID")
  said, commands = look(status=1, **{**ours, "SELECT": (b"", "NO not for writing")})
  equal(commands, [], "a folder that cannot be written")
  said.says("not for writing")
  world.settings["mailbox"]["imap"] = box


@scenario
@openldap_only(WHY)
def a_probe_needs_its_settings(world):
  town(world)
  world.run("--at", "2026-01-15", "mailbox", "--probe", status=2).says("refuses --at")
  world.run("check", "--probe", status=2)
  box = world.settings["mailbox"]
  for key in ("probe", "address"):
    kept = box.pop(key)
    world.write_files()
    world.run("mailbox", "--probe", status=2).says(f"mailbox.{key}")
    box[key] = kept
  box["probe"] = BOX.upper()
  world.write_files()
  world.run("mailbox", "--probe", status=2).says("two addresses")
  box["probe"] = PROBE
  del world.settings["mail"]
  world.write_files()
  world.run("mailbox", "--probe", status=2).says("mail.smtp")
  equal(os.path.exists(world.path("postvagt-probe.prom")), False, "settings that are wrong are no result")
