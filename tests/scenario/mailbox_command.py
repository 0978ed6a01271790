"""Looking into the mailbox: postvagt mailbox, on Dovecot and on servers that are not well."""
import datetime
import json
import os
import time

import mail_corpus
from imap_liar import ImapLiar, fetched
from mail_servers import BOX, Mail, message
from scenario import openldap_only, scenario
from world import Failure, equal

NOW = 1768464000  # 15 January 2026 08:00 UTC
AT = "2026-01-15T08:00:00Z"
HOUR, DAY = 3600, 86400
WHY = "the mailbox is the same, whatever the directory"


def town(world, *routes):
  """Tags drift and sikkerhed; routes for the first and, unless told otherwise, for all the rest."""
  world.person("anna", "infrastrukturansvarlig")
  for tag in routes or ("drift", "*"):
    name = "Resten" if tag == "*" else tag.capitalize()
    world.list(name, "anna")
    world.route(tag, name, roles="infrastrukturansvarlig")
  world.extra_tags = ["drift", "sikkerhed"]
  return world


def look_at(world, url, **keys):
  """The settings' mailbox; its password is in a file of its own."""
  world.write("imap-secret", "eksempel-post\n", 0o600)
  world.settings["mailbox"]["imap"] = {"url": url, "user": BOX, "password_file": "imap-secret",
                                       **keys}
  world.write_files()


def dovecot(world, *routes, environment=(), **keys):
  """A town with real servers; `environment` is of mail.sh."""
  town(world, *routes).start()
  mail = Mail(world, **dict(environment))
  look_at(world, mail.env["IMAPS_URL"], ca_file=mail.env["CA"], **keys)
  return mail


def mailbox(world, *arguments, status=0, at=AT):
  return world.run("--json", "--at", at, "mailbox", *arguments, status=status).json()


def flags(mail, folder="INBOX"):
  with mail.imap() as imap:
    imap.select(f'"{folder}"', readonly=True)
    return imap.fetch("1:*", "(FLAGS)")[1]


@scenario
@openldap_only(WHY)
def unread_mail_that_no_list_took(world):
  """Each kind of mail once; the directory is not asked, and no flag changes."""
  mail = dovecot(world)
  mail.append([(message("=?utf-8?b?W2RyaWZ0XSDDpsO4w6U=?=".encode()), NOW - 2 * DAY),
               (message("[drift] i dag"), NOW - HOUR),
               (message("! haster"), NOW - HOUR),
               (message(b"[Sikerhed]\r\n foldet"), NOW - 3 * HOUR),
               (message("[drift] i morgen"), NOW + DAY)])
  mail.append([(message("[sikerhed] igen"), NOW - 40 * DAY),
               (message("[DRIFT] [sikkerhed] to"), NOW - 3 * DAY)], flags="(\\Seen)")
  mail.append([(message("uden emne, sendt videre"), NOW - 5 * DAY)], flags="($Forwarded)")
  mail.append([(message("[drift] arkiveret", Importance="high"), NOW - 5 * DAY)], folder="Drift")
  mail.append([(message("[affald] slettet"), NOW - 5 * DAY)], folder="Trash")
  before = flags(mail)
  world.stop_server()
  answer = mailbox(world, status=5)
  equal((answer["folders"], answer["mails"], answer["unread"]), (2, 8, 6), "how many")
  late, = answer["unread_too_long"]["mails"]
  equal((late["subject"], late["tags"], late["has_list"], late["passed_on"], late["folder"]),
        ("[drift] æøå", ["drift"], True, False, None), "what is late")
  equal([(tag["tag"].lower(), tag["count"], tag["nearest"]) for tag in answer["unknown_tags"]],
        [("[sikerhed]", 2, "sikkerhed")], "unknown tags")
  equal(answer["unknown_tags"][0]["last"], "2026-01-15T06:00:00+01:00", "its last date")
  equal([(high["subject"], high["folder"]) for high in answer["unread_high_priority"]["mails"]],
        [("[drift] arkiveret", "Drift"), ("! haster", None)], "high priority")
  equal({tag["tag"]: tag["count"] for tag in answer["recent"]["tags"]},
        {"drift": 4, "sikkerhed": 1}, "mails per tag")
  equal((answer["recent"]["count"], answer["recent"]["untagged"]), (7, 3), "in 30 days")
  equal(flags(mail), before, "the mails' flags")
  world.run("--at", AT, "mailbox", status=5).says(
      "[drift] æøå", "did not pass it on", "[sikerhed]", "nearest is sikkerhed", "24 hours")
  world.run("--at", AT, "--lang", "da", "mailbox", status=5).says("Ulæst i mere end 24 timer")
  equal(mailbox(world, status=5, at="2026-01-13T07:00:00Z")["unread_too_long"]["count"], 0,
        "before that mail came")
  equal(mailbox(world, status=5, at="2026-01-16T09:00:00Z")["unread_too_long"]["count"], 4,
        "a day later")


@scenario
@openldap_only(WHY)
def a_mailbox_that_is_read(world):
  """All is well; by a token, and in one folder only where the URL names one."""
  mail = dovecot(world)
  mail.append([(message("[drift] læst"), NOW - 3 * DAY)], flags="(\\Seen)")
  mail.append([(message("[ukendt] andetsteds"), NOW - 3 * DAY)], folder="Andet")
  mail.append([(message("[drift] nyt"), NOW - HOUR)], folder="&AMY-r&APg-")  # Ærø
  world.write("token", mail.token + "\n", 0o600)
  world.settings["mailbox"]["imap"] = {
      "url": mail.env["IMAPS_URL"] + "/%C3%86r%C3%B8", "user": BOX, "token_file": "token",
      "ca_file": mail.env["CA"]}
  world.write_files()
  answer = mailbox(world)
  equal((answer["folders"], answer["mails"]), (1, 1), "that folder alone")
  world.run("--at", AT, "mailbox", status=0).says("all is well")
  equal(world.run("-q", "--at", AT, "mailbox", status=0).text, "", "quiet")
  mailbox(world, status=5, at="2026-01-17")
  look_at(world, mail.env["IMAPS_URL"], ca_file=mail.env["CA"])
  equal(mailbox(world, status=5)["folders"], 3, "without a folder in the URL")


@scenario
@openldap_only(WHY)
def without_a_route_filing_is_not_enough(world):
  mail = dovecot(world, "drift", unread_after="2d")
  mail.append([(message("[drift] med rute"), NOW - 3 * DAY),
               (message("[sikkerhed] uden rute"), NOW - 3 * DAY)], folder="Arkiv")
  answer = mailbox(world, status=5)
  late, = answer["unread_too_long"]["mails"]
  equal((late["subject"], late["has_list"], late["passed_on"]),
        ("[sikkerhed] uden rute", False, True), "what is late")
  equal([(tag["tag"], tag["count"]) for tag in answer["unrouted_tags"]], [("sikkerhed", 1)],
        "tags that no route names")
  world.run("--at", AT, "mailbox", status=5).says("no route has a list for it", "Arkiv", "48 hours",
                                                  "Tags that no route names: 1")


def peak(world):
  """KiB that a look takes at most."""
  child = world.spawn("--json", "--at", AT, "mailbox")
  child.stdout.read()
  usage = os.wait4(child.pid, 0)[2]
  child.returncode = 0  # it is waited for
  world.children.remove(child)
  return usage.ru_maxrss


@scenario
@openldap_only(WHY)
def hundreds_of_mails(world):
  """More than one batch, each mail once; memory does not grow with them."""
  mail = dovecot(world)
  mails = [(message(f"[drift] nummer {i}" if i % 3 else f"[ukendt] {i}"), NOW - i * HOUR)
           for i in range(1, 302)]
  mail.append(mails[:1], flags="(\\Seen)")
  mailbox(world)
  few = peak(world)
  mail.append(mails[1:], flags="(\\Seen)")
  answer = mailbox(world, status=5)
  equal((answer["mails"], answer["unread"]), (301, 0), "mails")
  equal(answer["unknown_tags"][0]["count"], 100, "unknown tags")
  equal({tag["tag"]: tag["count"] for tag in answer["recent"]["tags"]}["drift"], 201, "drift")
  many = peak(world)
  with open(world.program, "rb") as file:
    has_asan = b"__asan_init" in file.read()  # which keeps what was freed
  if many - few > 2048 and not has_asan:
    raise Failure(f"memory grows: {few} KiB for one mail, {many} KiB for 301")


@scenario
@openldap_only(WHY)
def servers_that_cannot_be_trusted(world):
  """Each lie is an error that names the server; nothing is taken from it."""
  town(world).start()
  huge = b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {99999999}\r\n"
  for says, answers in (
      ("log in", {"AUTHENTICATE": (b"", "NO [AUTHENTICATIONFAILED] no")}),
      ("hung up", {"UID_FETCH": (fetched(1)[:60], None)}),
      ("hung up", {"EXAMINE": (b"", None)}),
      ("hung up", {"UID_FETCH": (fetched(1, length=5000), None)}),
      ("less length", {"UID_FETCH": huge}),
      ("expected", {"UID_FETCH": fetched(1, length=3)}),
      ("expected", {"UID_FETCH": fetched(1, header=b"Subject: " + b"x" * 20000)}),
      ("expected", {"UID_SEARCH": b"* SEARCH x\r\n"}),
      ("expected", {"UID_FETCH": b"* 1 FETCH (UID 1 FLAGS () BODY[HEADER.FIELDS (A)] \"\")\r\n"}),
      ("tag", {"UID_SEARCH": b"zz OK done\r\n"}),
      ("more of a command", {"UID_SEARCH": b"+ go on\r\n"}),
      ("refuses to go on: idle", {"LIST": b"* BYE idle\r\n"}),
      ("refuses to open the folder INBOX", {"EXAMINE": (b"", "NO [NOPERM] no")}),
      ("refuses to search", {"UID_SEARCH": (b"", "BAD what? \x1b[31m")})):
    server = ImapLiar(world, **answers)
    look_at(world, server.url)
    result = world.run("--at", AT, "mailbox", status=1).says(says, "127.0.0.1")
    equal(result.out, "", "results")
  ca = world.server["CA"]
  for answers in ({"UID_FETCH": (fetched(1)[:60], None)}, {"LIST": (b"", None)}):
    look_at(world, ImapLiar(world, os.path.dirname(ca), **answers).url, ca_file=ca)
    world.run("--at", AT, "mailbox", status=1).says("the server went away")


@scenario
@openldap_only(WHY)
def a_server_that_chatters(world):
  """Noise, mails told twice or not asked for, other folders refused; and only what reads is ever asked."""
  town(world).start()
  noise = b"* OK [ALERT] {5}\r\n* 3 EXPUNGE\r\n* 9 FETCH (FLAGS (\\Seen))\r\n* CAPABILITY X\r\n"
  server = ImapLiar(
      world, LIST=noise + b'* LIST () "/" INBOX\r\n* LIST () "/" {6}\r\nLukket\r\n'
                          b'* LIST (\\Noselect) "/" x\r\n* LIST () "/" "Sendt post"\r\n',
      UID_FETCH=noise + fetched(1) + noise + fetched(1) + fetched(77, b"Subject: [ukendt]\r\n\r\n"))
  look_at(world, server.url)
  answer = mailbox(world, status=5)
  equal((answer["mails"], answer["unknown_tags"]), (2, []), "two folders, one mail each")
  allowed = ("CAPABILITY", "AUTHENTICATE PLAIN ", "NAMESPACE", "GETQUOTAROOT", 'LIST "" "*"', 'EXAMINE "', "UID SEARCH UNDELETED",
             "UID FETCH 1:1 (UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (", "LOGOUT")
  for command in server.commands:
    if not command.startswith(allowed):
      raise Failure(f"the server was asked {command!r}")
  equal(sum(command.startswith("EXAMINE") for command in server.commands), 2, "folders opened")

  def refuse(connection, line):
    name = "Lukket" in line
    server.answers["EXAMINE"] = (b"", "NO [NOPERM] no") if name else b"* 1 EXISTS\r\n"
    return ImapLiar._answer(server, connection, line)
  server._answer = refuse
  answer = mailbox(world, status=5)
  equal((answer["mails"], answer["folders_not_opened"]), (1, ["Lukket"]), "one is closed")
  world.run("--at", AT, "mailbox", status=5).says("Lukket")


@scenario
@openldap_only(WHY)
def whom_the_mailbox_is_asked_of(world):
  """A wrong password, an unknown issuer, no TLS, files that are wrong, and no mailbox at all."""
  mail = dovecot(world)
  world.write("imap-secret", "forkert\n", 0o600)
  world.run("mailbox", status=1).says(BOX, "password_file").never_says("forkert")
  look_at(world, mail.env["IMAPS_URL"])
  world.run("mailbox", status=1).says("certificate")
  look_at(world, mail.env["IMAPS_URL"].replace("127.0.0.1", "localhost"), ca_file=mail.env["CA"])
  world.run("mailbox", status=1).says("localhost", "certificate").never_says("cannot be reached")
  look_at(world, "imap://127.0.0.1:1")
  world.run("mailbox", status=1).says("cannot be reached")
  look_at(world, ImapLiar(world).url, ca_file=mail.env["CA"])
  world.run("mailbox", status=1).says("STARTTLS")
  os.chmod(world.path("imap-secret"), 0o644)
  world.run("mailbox", status=2).says("imap-secret")
  del world.settings["mailbox"]["imap"]
  world.write_files()
  world.run("mailbox", status=2).says("mailbox.imap")


def fields(headers):
  """A mail's header, as HEADER.FIELDS gives it."""
  data = headers if isinstance(headers, bytes) else headers.encode()
  return data.replace(b"\n", b"\r\n") + b"\r\n\r\n"


@scenario
@openldap_only(WHY)
def mails_are_seen_as_the_rules_see_them(world):
  """The corpus that Sieve and Exchange are tried with: the same tags, the same priority, and a list or none."""
  mail_corpus.municipality(world)
  elsewhere = BOX.encode(), b"return-path: <>", b"multipart/report"  # loops and bounces are counted by themselves
  seen = [row for row in mail_corpus.CORPUS if row[2] != "probe" and
          not (row[2] == "-" and any(text in fields(row[1]).lower() for text in elsewhere))]
  equal(len(seen) >= 300, True, "most of the corpus")
  for first in range(0, len(seen), 45):  # as a look tells of 50 mails one by one
    part = seen[first:first + 45]
    numbers = " ".join(str(uid) for uid in range(1, len(part) + 1))
    server = ImapLiar(world, UID_SEARCH=f"* SEARCH {numbers}\r\n".encode(), UID_FETCH=b"".join(
        fetched(uid, fields(headers)) for uid, (_, headers, _) in enumerate(part, 1)))
    look_at(world, server.url)
    world.write_yaml("tags.yaml", mail_corpus.catalogue())
    mails = mailbox(world, status=5)["unread_too_long"]["mails"]
    equal(len(mails), len(part), "mails")
    for mail, (what, _, expected) in zip(mails, part):
      equal((mail["has_list"], mail["to_nobody"] is None), (True, expected != "-"), f"{what}: a list")
      if expected != "-":
        equal(set(mail["tags"]) | ({"!"} if mail["high_priority"] else set()),
              set(expected.split()), what)


@scenario
@openldap_only("Postfix expands the lists of slapd")
def mail_that_the_rules_passed_on(world):
  """With the rules installed, nobody need read the box; what they leave alone, somebody must."""
  town(world).start()
  mail = Mail(world)
  world.settings["mailbox"]["address"] = BOX
  look_at(world, mail.env["IMAPS_URL"], ca_file=mail.env["CA"])
  mail.install(world.run("rules", "--for", "sieve", status=0).out)
  for subject in ("[drift] filed", "uden emne", "[sikkerhed] uden rute"):
    mail.deliver(message(subject))
  mail.settle()
  equal(len(mail.subjects("anna")), 3, "what Anna got")
  later = {"at": "2100-01-01"}
  told = mailbox(world, status=5, **later)
  equal((told["unread"], told["unread_too_long"]["count"]), (3, 0), "unread, and taken by lists")
  equal([tag["tag"] for tag in told["unrouted_tags"]], ["sikkerhed"], "what makes it end with 5 even so")
  mail.deliver(message("Automatisk svar: [drift] nej", Auto_Submitted="auto-replied"))
  mail.settle()
  late, = mailbox(world, status=5, **later)["unread_too_long"]["mails"]
  equal((late["subject"], late["has_list"], late["passed_on"]),
        ("Automatisk svar: [drift] nej", True, False), "what no list took")


@scenario
@openldap_only(WHY)
def folders_of_other_people(world):
  """Public folders are not opened, and nothing of them is printed; Junk is read, trash and what is in it is not."""
  mail = dovecot(world, environment={"PUBLIC": "Faelles"})
  mail.append([(message("[ukendt] andres"), NOW - 3 * DAY)], folder="Faelles.Andre")
  mail.append([(message("[drift] kritisk", Importance="high"), NOW - 3 * DAY)], folder="Junk")
  mail.append([(message("[drift] slettet"), NOW - 3 * DAY)], folder="Trash.Gammelt")
  mail.append([(message("[drift] arkiveret"), NOW - 3 * DAY)], folder="Arkiv")
  with mail.imap() as imap:
    equal([b"Faelles" in part for part in imap.namespace()[1]], [True], "the server has a public namespace")
  answer = mailbox(world, status=5)
  equal((answer["folders"], answer["mails"], answer["unknown_tags"]), (3, 2, []), "what is read")
  late, = answer["unread_too_long"]["mails"]
  equal((late["subject"], late["folder"], late["passed_on"]), ("[drift] kritisk", "Junk", False), "what is late")
  world.run("--at", AT, "mailbox", status=5).says("[drift] kritisk", "Junk", "spam").never_says("Faelles", "andres")


@scenario
@openldap_only(WHY)
def namespaces_that_a_server_names(world):
  """Which folders are read, by what the server says of its namespaces; it may say nothing, or lie."""
  town(world).start()
  capable = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR NAMESPACE\r\n"
  listed = ("Drift", "Faelles", "Faelles/SP", "~bo/Post", "#news/x", "INBOX/Under", "Public Folders/a")
  list_answer = b"".join(b'* LIST () "/" "%s"\r\n' % name.encode() for name in ("INBOX", *listed))
  for what, namespace, expected in (
      ("no extension", None, ["INBOX", "Drift", "Faelles", "Faelles/SP", "INBOX/Under"]),
      ("two of others", b'(("" "/")) (("~" "/")) (("#news/" "/")("Faelles/" "/"))',
       ["INBOX", "Drift", "INBOX/Under", "Public Folders/a"]),
      ("own below INBOX", b'(("INBOX/" "/")) NIL (("" "/"))', ["INBOX", "INBOX/Under"]),
      ("none at all", b"NIL NIL NIL", ["INBOX"]),
      ("the same prefix twice", b'(("" "/")) (("" "/")) NIL', ["INBOX", *listed]),
      ("a name without its separator", b'(("" "/")) NIL (("Drift/" "/")("Faelles/" "/")("~" NIL)("#news/" "/"))',
       ["INBOX", "INBOX/Under", "Public Folders/a"])):
    answers = {"LIST": list_answer}
    if namespace:
      answers |= {"CAPABILITY": capable, "NAMESPACE": b"* NAMESPACE " + namespace + b"\r\n"}
    server = ImapLiar(world, **answers)
    look_at(world, server.url)
    mailbox(world, status=5)
    equal([command.split('"')[1] for command in server.commands if command.startswith("EXAMINE")], expected, what)
  for says, answers in (
      ("refuses to say whose its folders are", (b"", "NO [NOPERM] no")),
      ("fewer namespaces", b"* NAMESPACE ((" + b'"" "/")(' * 70 + b'"" "/")) NIL NIL\r\n'),
      ("three kinds", b"* NAMESPACE NIL\r\n")):
    look_at(world, ImapLiar(world, CAPABILITY=capable, NAMESPACE=answers).url)
    world.run("--at", AT, "mailbox", status=1).says(says, "127.0.0.1")


def with_rules(world, lists, people, environment=(), pigeonhole=""):
  """Real servers with the rules installed. `lists`: of a tag, or "*", its members; `people`: addresses by login."""
  for login, address in people.items():
    world.person(login, mail=address)
  for tag, members in lists.items():
    name = "Resten" if tag == "*" else tag.capitalize()
    world.list(name, members)
    world.route(tag, name, people=[address for login, address in people.items() if login in members.split()])
  world.extra_tags = ["drift", "sikkerhed"]
  world.start()
  mail = Mail(world, **dict(environment))
  if pigeonhole:
    with open(mail.env["DOVECOT"], "a", encoding="utf-8") as file:
      file.write(f"plugin {{\n  {pigeonhole}\n}}\n")
    mail.restart()
  world.settings["mailbox"]["address"] = BOX
  look_at(world, mail.env["IMAPS_URL"], ca_file=mail.env["CA"])
  mail.install(world.run("rules", "--for", "sieve", status=0).out)
  return mail


@scenario
@openldap_only("Postfix expands the lists of slapd")
def a_list_with_a_dead_member(world):
  """The bounce comes back to the mailbox, and names the member; nothing is late, and reading it settles it."""
  mail = with_rules(world, {"drift": "anna bo", "*": "anna"},
                    {"anna": "anna@eksempel.dk", "bo": "bo@nedlagt.example"},
                    pigeonhole="sieve_redirect_envelope_from = recipient")
  now = world.run("--json", "mailbox", status=0).json()["at"]
  for number in range(2):
    mail.deliver(message(f"[drift] nummer {number}"))
  mail.settle()
  equal(len(mail.subjects("anna")), 2, "what Anna got")
  answer = mailbox(world, status=5, at=soon(now))
  bounce, = answer["bounces"]["addresses"]
  equal((answer["bounces"]["count"], bounce["address"], bounce["count"], bounce["unread"]),
        (2, "bo@nedlagt.example", 2, 2), "bounces")
  equal((answer["unread_too_long"]["count"], answer["to_nobody"]["count"]), (0, 0), "what else is bad")
  world.run("--at", soon(now), "mailbox", status=5).says("not delivered: 2", "bo@nedlagt.example")
  world.run("-q", "--lang", "da", "--at", soon(now), "mailbox", status=5).says("Kom retur", "bo@nedlagt.example")
  with mail.imap() as imap:
    imap.select("INBOX")
    imap.store("1:*", "+FLAGS", "\\Seen")
  equal(mailbox(world, at=soon(now))["bounces"]["count"], 2, "bounces that were read")


def soon(now):
  """A moment behind `now`, which the mails of this scenario come before."""
  return (datetime.datetime.fromisoformat(now) + datetime.timedelta(days=2)).isoformat()


@scenario
@openldap_only("Postfix expands the lists of slapd")
def the_mailbox_on_its_own_list(world):
  """The copy that comes back is counted, and is not late; a stranger's mail that says the same of itself is."""
  mail = with_rules(world, {"drift": "anna boks", "*": "anna"}, {"anna": "anna@eksempel.dk", "boks": BOX})
  now = world.run("--json", "mailbox", status=0).json()["at"]
  mail.deliver(message("[drift] en"))
  mail.settle()
  answer = mailbox(world, at=soon(now))
  equal((answer["to_nobody"]["loops"], answer["to_nobody"]["came_back"], answer["to_nobody"]["mails"]), (1, 1, []),
        "the copy")
  world.run("--at", soon(now), "mailbox", status=0).says("is on one of its own lists")
  mail.deliver(message("[drift] to", X_Loop=BOX, X_Postvagt_Known="1"))
  mail.settle()
  equal(mail.subjects("anna"), ["[drift] en"], "what Anna got")
  late, = mailbox(world, status=5, at=soon(now))["unread_too_long"]["mails"]
  equal((late["subject"], late["to_nobody"], late["field"]), ("[drift] to", "loop", "X-Loop"), "what is late")
  world.run("--at", soon(now), "mailbox", status=5).says("[drift] to", "X-Loop", "lies here once only")


@scenario
@openldap_only("Postfix expands the lists of slapd")
def the_same_message_id_again(world):
  """The mail system drops the second, though its tag is new; the mailbox is the only one to say so."""
  mail = with_rules(world, {"drift": "anna", "sikkerhed": "anna", "*": "anna"}, {"anna": "anna@eksempel.dk"})
  now = world.run("--json", "mailbox", status=0).json()["at"]
  for subject in ("[drift] en", "SV: [drift] en", "[sikkerhed] [drift] en"):
    mail.deliver(message(subject, Message_ID="<1@kombit.example>"))
    mail.settle()
    time.sleep(1.1)  # servers date mail by the second
  equal(mail.subjects("anna")[0], "[drift] en", "what Anna got")
  answer = mailbox(world, status=5, at=soon(now))["repeated_message_ids"]
  equal((answer["unread"] > 0, {repeated["subject"] for repeated in answer["mails"]}),
        (True, {"[sikkerhed] [drift] en"}), "what is repeated")
  world.run("--at", soon(now), "mailbox", status=5).says("Same Message-ID", "[sikkerhed] [drift] en")


@scenario
@openldap_only("Postfix expands the lists of slapd")
def a_mailbox_that_is_full(world):
  """Above 80 % it is an alarm; full, nobody gets mail, and the look says why."""
  mail = with_rules(world, {"drift": "anna", "*": "anna"}, {"anna": "anna@eksempel.dk"},
                    environment={"QUOTA": "100K"})
  quota = mailbox(world)["quota"]
  equal((quota["resource"], quota["limit"], quota["percent"]), ("STORAGE", 100, 0), "an empty one")
  mail.append([message("[drift] stor", "x" * 70 + "\n") * 1], folder="Arkiv", flags="(\\Seen)")
  mail.append([message("[drift] stor", ("x" * 70 + "\n") * 1180)], folder="Arkiv", flags="(\\Seen)")
  quota = mailbox(world, status=5)["quota"]
  equal(80 < quota["percent"] < 100, True, f"nearly full: {quota}")
  world.run("--at", AT, "mailbox", status=5).says("Quota (STORAGE)", "raise the quota")
  world.run("-q", "--lang", "da", "--at", AT, "mailbox", status=5).says("Kvote (STORAGE)")
  while mailbox(world, status=5)["quota"]["percent"] < 97:
    mail.append([message("[drift] lidt", "x" * 70 + "\n")], folder="Arkiv", flags="(\\Seen)")
  mail.deliver(message("[drift] for stor", ("x" * 70 + "\n") * 100))
  mail.settle()
  equal(mail.subjects("anna"), [], "what Anna got of a full mailbox")


@scenario
@openldap_only(WHY)
def unknown_tags_in_groups(world):
  """Numbered ones are one, the most frequent first; mailbox.ignore silences; words without brackets are found."""
  mail = dovecot(world)
  mail.append([(message(subject), NOW - 3 * DAY) for subject in (
      "[Nyt system] a", "[Ticket#123] a", "SV: [EKSTERN] [Ticket#124] b", "[ticket#125] c", "[NYT SYSTEM] b",
      "[EKSTERN] Serviceplatformen: nede", "SV: Serviceplatformen: oppe", "EXTERN: serviceplatformen: nede igen",
      "SF1500 nede", "SF1500 oppe", "VS: SF1500 nede", "INC0012345 lukket", "INC0012346 lukket", "INC0012347 åbnet",
      "Frokost", "Møde")], flags="(\\Seen)")
  mail.append([(message("[Spam nr 7] x"), NOW - 3 * DAY)], folder="Junk", flags="(\\Seen)")
  world.settings["mailbox"]["ignore"] = ["[EKSTERN]", "EXTERN:"]
  world.write_files()
  answer = mailbox(world, status=5)
  equal([(tag["tag"], tag["first"], tag["numbered"], tag["count"]) for tag in answer["unknown_tags"]],
        [("[Ticket#*]", "[Ticket#123]", True, 3), ("[Nyt system]", "[Nyt system]", False, 2)], "unknown tags")
  equal([(word["text"], word["count"]) for word in answer["recurring_words"]],
        [("INC*", 3), ("Serviceplatformen:", 3), ("SF1500", 3)], "words")
  world.run("--at", AT, "mailbox", status=5).says("[Ticket#*]  3 mails", "SF1500", "mailbox.ignore")
  world.settings["mailbox"]["ignore"] += ["[Ticket#*]", "[Nyt system]", "INC*", "SF1500", "Serviceplatformen:"]
  world.write_files()
  answer = mailbox(world)
  equal((answer["unknown_tags"], answer["recurring_words"]), ([], []), "what is silenced")


@scenario
@openldap_only(WHY)
def proposals_that_the_readers_take(world):
  """Lines for tags.yaml and routes.yaml: what recurs, most frequent first; the files are read with them as they are."""
  mail = dovecot(world)
  odd = '[Ny: "æ" #\\ {x}]'
  mail.append([(message(subject.encode() if isinstance(subject, str) else subject), NOW - 3 * DAY) for subject in (
      *["[Nyt system] a"] * 3, *[odd] * 2, "SF1500 nede", "SF1500 oppe", "SF1500 igen", "SF1500 nu",
      "[Sikerhed] a", "[Sikerhed] b", "[Ticket#1] a", "[Ticket#2] b", "[En gang] a", "[Drift] kendt")],
              flags="(\\Seen)")
  before = {name: world.read(world.path(name)) for name in ("tags.yaml", "routes.yaml")}
  told = world.run("--json", "--at", AT, "mailbox", "--propose", status=0).json()
  equal([(tag["id"], tag["subject"]) for tag in told["tags"]],
        [("sf1500", ["SF1500"]), ("nyt-system", ["[Nyt system]"]), ("ny-ae-x", [odd])], "tags")
  equal([(route["tag"], route["list"], route["to"]) for route in told["routes"]],
        [(tag, f"cn={name},ou=Lister,{world.suffix}", {"roles": ["infrastrukturansvarlig"]}) for tag, name in (
            ("sf1500", "SF1500"), ("nyt-system", "Nyt system"), ("ny-ae-x", "Ny æ x"))], "routes")
  equal((told["spellings"][0]["tag"], told["ignore"][0]["mark"]), ("sikkerhed", "[Ticket#*]"), "the rest")
  result = world.run("--at", AT, "mailbox", "--propose", status=0)
  result.says('#   ignore: ["[Ticket#*]"]', '#     subject: ["[sikkerhed]", "[Sikerhed]"]').never_says("En gang")
  equal({name: world.read(world.path(name)) for name in before}, before, "the files")
  tags, routes = result.out.split("routes:\n")
  for name, key, lines in (("tags.yaml", "tags", tags.split("tags:\n")[1]), ("routes.yaml", "routes", routes)):
    world.write(name, f"{key}:\n" + "".join(
        "  - " + json.dumps(item, ensure_ascii=False) + "\n" for item in json.loads(before[name])[key]) + lines)
  answer = mailbox(world, status=5)
  equal([tag["tag"] for tag in answer["unknown_tags"]], ["[Sikerhed]", "[Ticket#*]", "[En gang]"],
        "what is unknown still")
  equal(answer["unrouted_tags"], [], "tags without a route")
  equal({tag["tag"]: tag["count"] for tag in answer["recent"]["tags"]}["ny-ae-x"], 2, "mails of a new tag")
  world.run("mailbox", "--probe", "--propose", status=2).says("--propose")


@scenario
@openldap_only(WHY)
def what_a_server_says_of_quota_and_bounces(world):
  """Limits of several roots, none, and lies; of bounces alone a part is asked for, and what is no address is none."""
  town(world).start()
  capable = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR QUOTA\r\n"
  for what, answer, expected in (
      ("two roots", b'* QUOTAROOT INBOX a b\r\n* QUOTA a (STORAGE 10 100)\r\n* QUOTA b (MESSAGE 95 100)\r\n',
       ("MESSAGE", 95)),
      ("over its limit", b'* QUOTA "" (STORAGE 9223372036854775807 2)\r\n', ("STORAGE", 999)),
      ("a limit of 0", b'* QUOTA "" (STORAGE 5 0)\r\n', None),
      ("nothing", b"", None), ("refused", (b"", "NO [NOPERM] no"), None)):
    look_at(world, ImapLiar(world, CAPABILITY=capable, GETQUOTAROOT=answer).url)
    quota = mailbox(world, status=5)["quota"]
    equal(quota and (quota["resource"], quota["percent"]), expected, what)
  for says, answer in (("a resource, its use", b'* QUOTA "" (STORAGE x 5)\r\n'), ("hung up", (b"", None)),
                       ("fewer limits", b'* QUOTA "" (' + b"S 1 2 " * 20 + b")\r\n")):
    look_at(world, ImapLiar(world, CAPABILITY=capable, GETQUOTAROOT=answer).url)
    world.run("--at", AT, "mailbox", status=1).says(says, "127.0.0.1")
  bounce = b"Subject: Undelivered\r\nContent-Type: multipart/report; report-type=delivery-status\r\n\r\n"
  part = b"\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\n"
  for what, answer, expected in (
      ("an address", b"* 2 FETCH (UID 2 BODY[2]<0> {%d}\r\n%s)\r\n", "bo@eksempel.dk"),
      ("a part of another mail", b"* 1 FETCH (UID 1 BODY[2]<0> {%d}\r\n%s)\r\n", None),
      ("another part", b"* 2 FETCH (UID 2 BODY[1]<0> {%d}\r\n%s)\r\n", None)):
    server = ImapLiar(world, UID_SEARCH=b"* SEARCH 1 2\r\n", UID_FETCH=fetched(1) + fetched(2, bounce))
    text = part % b"bo@eksempel.dk"

    def say(connection, line, server=server, answer=answer % (len(text), text)):
      server.answers["UID FETCH"] = answer if "BODY.PEEK[2]" in line else fetched(1) + fetched(2, bounce)
      return ImapLiar._answer(server, connection, line)
    server._answer = say
    look_at(world, server.url)
    bounces = mailbox(world, status=5)["bounces"]
    equal((bounces["count"], [item["address"] for item in bounces["addresses"]]), (1, [expected]), what)
    equal([command for command in server.commands if "PEEK[2]" in command],
          ["UID FETCH 2 (UID BODY.PEEK[2]<0.16384>)"], "what is asked for")


@scenario
@openldap_only("Postfix expands the lists of slapd")
def mails_that_the_rules_treated_otherwise(world):
  """Left where it came in, its tag not seen, an answer passed on: each is printed, and reading them settles it."""
  mail = with_rules(world, {"drift": "anna", "*": "anna"}, {"anna": "anna@eksempel.dk"})
  now = world.run("--json", "mailbox", status=0).json()["at"]
  mail.deliver(message("[drift] som den skal"))
  mail.settle()
  equal(mailbox(world, at=soon(now))["treated_differently"]["count"], 0, "what the rules did right")
  time.sleep(1.1)  # servers date mail by the second
  mail.append([message("[drift] blev liggende")])
  mail.append([message("[drift] uden at emnet blev set"), message("Automatisk svar: [drift] sendt videre")],
              flags="($Forwarded)")
  answer = mailbox(world, status=5, at=soon(now))["treated_differently"]
  equal((answer["count"], answer["unread"], {item["subject"]: item["treated_differently"] for item in answer["mails"]}),
        (3, 3, {"[drift] blev liggende": "not_passed_on", "[drift] uden at emnet blev set": "tag_not_seen",
                "Automatisk svar: [drift] sendt videre": "passed_on"}), "what they did not")
  world.run("--at", soon(now), "mailbox", status=5).says("did otherwise", "did not see the tag")
  with mail.imap() as imap:
    imap.select("INBOX")
    imap.store("1:*", "+FLAGS", "\\Seen")
  equal(mailbox(world, at=soon(now))["treated_differently"]["unread"], 0, "once they are read")
