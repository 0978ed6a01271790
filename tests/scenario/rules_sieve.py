"""The Sieve script on the real Pigeonhole: over the corpus, over random mails, and where it cannot follow the contract."""
import mail_corpus
import mail_meaning
import other_mails
import random_mails
from mail_corpus import BOX, CORPUS, PROBE, destinations, mail_of, sender_of
from mail_servers import Mail
from matcher import municipality
from scenario import openldap_only, scenario
from sieve_script import Sieve
from world import Failure, equal

NO_DIRECTORY = "no directory is asked"


def script_of(world, **more):
  return Sieve(world, world.run("rules", "--for", "sieve", status=0).out, **more)


def folders(seen):
  """Where the mailbox keeps the mail of a row; "fordeling" too, which only a route names."""
  carried = set(seen.split())
  return {"INBOX"} if "probe" in carried else carried - {"!", "-"} or {"INBOX"}


@scenario
@openldap_only(NO_DIRECTORY)
def sieve_rules_over_the_corpus(world):
  mail_corpus.municipality(world)
  result = world.run("rules", "--for", "sieve", status=0).says("retired")
  sieve, problems = Sieve(world, result.out), []
  for what, headers, seen in CORPUS:
    if not sender_of(headers):
      continue  # mail_delivery.py has these
    targets, kept = sieve.run(mail_of(headers))
    equal(len(targets), len(set(targets)), f"{what}: each address once: {targets}")
    targets = {target.lower() for target in targets}
    if targets != destinations(seen):
      problems.append(f"{what}: goes to {sorted(targets)}, and not to {sorted(destinations(seen))}")
    if kept != folders(seen):
      problems.append(f"{what}: kept in {sorted(kept)}, and not in {sorted(folders(seen))}")
  if problems:
    raise Failure("\n".join(problems))


@scenario
@openldap_only(NO_DIRECTORY)
def sieve_rules_over_other_mails(world):
  other_mails.municipality(world, PROBE)
  sieve, problems = script_of(world), []
  for what, headers, seen in other_mails.MAILS:
    if not sender_of(headers):
      continue
    targets, wanted = sieve.run(mail_of(headers))[0], destinations(seen, other_mails.ROUTES)
    if sorted(target.lower() for target in targets) != sorted(wanted):
      problems.append(f"{what}: goes to {sorted(targets)}, and not to {sorted(wanted)}")
  if problems:
    raise Failure("\n".join(problems))


@scenario
@openldap_only(NO_DIRECTORY)
def sieve_rules_over_random_mails(world):
  """As the second reading of the contract has it."""
  mail_corpus.municipality(world)
  ours, sieve, problems = municipality(), script_of(world), []
  numbers = [*range(300), 482, 585, 1012, 1238]
  for number, mail in zip(numbers, random_mails.mails(numbers)):
    if b"Return-Path: <>" in mail:
      continue
    meaning = mail_meaning.read(ours, mail)
    targets = {target.lower() for target in sieve.run(mail)[0]}
    if targets != mail_meaning.destinations(ours, meaning):
      problems.append(f"{number}: {mail.split(b'From:')[0]!r}: goes to {sorted(targets)}, and not to "
                      f"{sorted(mail_meaning.destinations(ours, meaning))}: {meaning}")
  if problems:
    raise Failure("\n".join(problems))


# What sieve_subject.h says a script cannot do: the subject, and what its tags and priority are taken for.
DIFFERENCES = (
    ("what is behind 4096 bytes", "Subject: " + "\n ".join(["ord ord ord ord ord ord ord"] * 160) + "\n [SP]", ""),
    ("a wrong letter in raw ISO-8859-1", b"Subject: [Sikkerhedsh\xe5ndelse]", "sikkerhed"),
    ("two subjects", "Subject: Drift\nSubject: [SP]", ""),
    ("more than 91 invisible characters", "Subject: [S\u200bP]" + "\u200b x" * 91, ""),
    ("five marks that are words", "Subject: INC1 INC2 INC3 INC4 INC5 ! x", ""),
    ("fifteen marks in brackets", "Subject: " + "[EKSTERN]" * 15 + " ! x", ""),
    ("a star before other text", "Subject: Nr. a b 2. x ! Drift", ""),
    ("the Kelvin sign", "Subject: [Si\u212akerhed]", ""),
    ("a word beside a cat", "Subject: \U0001f408SF1601", ""),
)


@scenario
@openldap_only(NO_DIRECTORY)
def sieve_rules_where_they_cannot_follow(world):
  """Known differences: where one is gone, sieve_subject.h says too much."""
  mail_corpus.municipality(world)
  world.settings["mailbox"]["ignore"].append("Nr. * 2. x")
  world.write_files()
  world.write_yaml("tags.yaml", mail_corpus.catalogue())
  ours, sieve, problems = municipality(), script_of(world), []
  ours.ignore = world.settings["mailbox"]["ignore"]
  for what, headers, seen in DIFFERENCES:
    mail = mail_of(headers)
    targets = {target.lower() for target in sieve.run(mail)[0]}
    meant = mail_meaning.destinations(ours, mail_meaning.read(ours, mail))
    if targets != destinations(seen) or targets == meant:
      problems.append(f"{what}: goes to {sorted(targets)}; meant for {sorted(meant)}")
  if problems:
    raise Failure("\n".join(problems))


@scenario
@openldap_only(NO_DIRECTORY)
def sieve_rules_for_tags_that_share_their_lists(world):
  """Every spelling of every tag leads to the route's lists, each address once."""
  mail_corpus.municipality(world)
  shared = {"sp": ["sp", "sdi", "odd"], "adgang": ["adgang", "gammel"], "aaben": ["aaben", "ydelser"]}
  gone = {tag for tags in shared.values() for tag in tags[1:]}
  world.routes[:] = [{**route, "tag": shared.get(route["tag"], route["tag"])} for route in world.routes
                     if route["tag"] not in gone]
  world.write_mapping()
  world.write_yaml("tags.yaml", mail_corpus.catalogue())
  routes = {**mail_corpus.ROUTES, **{tag: mail_corpus.ROUTES[tags[0]] for tags in shared.values() for tag in tags}}
  sieve, problems = script_of(world), []
  rows = [row for row in CORPUS if set(row[2].split()) & (gone | set(shared)) and sender_of(row[1])][::4]
  both = ("two tags of one route", "Subject: [SP] [Sags- og Dokumentindeks] [Gammel]\nImportance: high", "sp sdi gammel !")
  for what, headers, seen in (*rows, both):
    targets = sieve.run(mail_of(headers))[0]
    if sorted(target.lower() for target in targets) != sorted(destinations(seen, routes)):
      problems.append(f"{what}: goes to {sorted(targets)}, and not to {sorted(destinations(seen, routes))}")
  if problems:
    raise Failure("\n".join(problems))


@scenario
@openldap_only(NO_DIRECTORY)
def sieve_rules_of_a_large_catalogue(world):
  """A hundred tags of five spellings: within Pigeonhole's limits."""
  tags = [(f"nr{i}", *[f"[Ændring {i} af emnet på en lang liste {j}]" for j in range(4)], f"Emne {i}") for i in range(100)]
  mail_corpus.municipality(world, tags, {**{tag: (tag, None, None) for tag, *_ in tags}, "*": ("rest", None, None)})
  world.settings["mailbox"]["ignore"] = [f"[Sagsnr. {i} *]" for i in range(200)] + [f"SAG{i}*" for i in range(20)]
  world.write_files()
  world.write_yaml("tags.yaml", mail_corpus.catalogue(tags))
  text = world.run("rules", "--for", "sieve", status=0).says("sieve_max_redirects = 100", "sieve_max_actions = 201").out
  equal(len(text.encode()) < 500_000, True, f"a script of {len(text.encode())} bytes")
  sieve = Sieve(world, text)
  equal(sieve.run(mail_of("Subject: [Sagsnr. 199 x] ! [ændring 99 af emnet på en lang liste 3]"))[0],
        ["nr99@eksempel.dk"], "the last tag")
  equal(sieve.run(mail_of("Subject: " + "[Ændring 1 \u200b\u00a0" * 200 + "Emne 7."))[0], ["nr7@eksempel.dk"], "an odd subject")
  many = mail_of("Subject: " + " ".join(f"Emne {i}." for i in range(33)))
  try:
    sieve.run(many)
  except Failure as failure:
    equal("action" in str(failure), True, f"what Pigeonhole says: {failure}")
  else:
    raise Failure("Pigeonhole has no limit of 32 actions any more; the script need not say so")


@scenario
@openldap_only(NO_DIRECTORY)
def sieve_rules_of_three_hundred_tags(world):
  """Pigeonhole has 255 variables a script."""
  tags = [(f"nr{i}", f'[O\'Brien "{i}" \\ ø]', f"SF{2000 + i}") for i in range(300)]
  mail_corpus.municipality(world, tags, {**{tag: (tag, None, None) for tag, *_ in tags}, "*": ("rest", None, None)})
  sieve = script_of(world)
  for subject, names in (('[O\'Brien "299" \\ Ø] x', ["nr299"]), ("SF2029 SF2001 x", ["nr1", "nr29"]), ("SF2300", ["rest"])):
    equal(sorted(sieve.run(mail_of(f"Subject: {subject}"))[0]), [f"{name}@eksempel.dk" for name in names], subject)


@scenario
@openldap_only(NO_DIRECTORY)
def sieve_rules_say_how_many_redirects_they_need(world):
  """A mail that is passed on to more addresses than Pigeonhole allows is passed on to nobody."""
  mail_corpus.municipality(world)
  text = world.run("rules", "--for", "sieve", status=0).says("sieve_max_redirects = 14").out
  mail = mail_of("Subject: [SP] [Sikkerhed] [Adgangsstyring for brugere] [Gammel]")
  equal(len(Sieve(world, text, redirects=14).run(mail)[0]), 5, "addresses")
  try:
    Sieve(world, text, redirects=4).run(mail)
  except Failure as failure:
    if "redirect" not in str(failure):
      raise
  else:
    raise Failure("Pigeonhole has no such limit any more; the script need not say so")
  world.routes[:] = world.routes[-2:]
  world.write_mapping()
  world.write_yaml("tags.yaml", mail_corpus.catalogue())
  world.run("rules", "--for", "sieve", status=0).never_says("sieve_max_redirects")


@scenario
@openldap_only("Postfix looks its mailboxes up in slapd")
def sieve_rules_deliver_the_corpus(world):
  """The script put there by ManageSieve; every mail through Postfix, Dovecot and Pigeonhole, to exactly its lists."""
  routes = {**mail_corpus.ROUTES, "odd": ("odd", None, None)}  # no login of Dovecot's has a quote in it
  world.start()
  names = {name for names in routes.values() for name in names if name}
  boxes = sorted({mail_corpus.address(name).lower() for name in names} | {PROBE})
  mail = Mail(world, MAILBOXES=" ".join([BOX, *boxes]))
  mail_corpus.municipality(world, routes=routes)
  world.write("mail-secret", mail.password + "\n", 0o600)
  world.settings["mailbox"]["sieve"] = {"url": mail.env["MANAGESIEVE_URL"], "ca_file": mail.env["CA"], "user": BOX,
                                        "password_file": "mail-secret"}
  world.write_files()
  world.write_yaml("tags.yaml", mail_corpus.catalogue())
  world.run("rules", "--for", "sieve", "--install", status=0)
  for number, (_, headers, _) in enumerate(CORPUS):
    mail.deliver(b"X-Number: %d\r\n" % number + mail_of(headers, number), sender=sender_of(headers))
  mail.settle()
  got = {number: [] for number in range(len(CORPUS))}
  for box in boxes:
    for mail_ in mail.read(box):
      got[int(mail_["X-Number"])].append(box)
  kept = {int(mail_["X-Number"]) for folder in ("INBOX", *mail.folders()) for mail_ in mail.read(folder=folder)}
  problems = []
  for number, (what, _, seen) in enumerate(CORPUS):
    if sorted(got[number]) != sorted(destinations(seen, routes)):
      problems.append(f"{what}: went to {sorted(got[number])}, and not to {sorted(destinations(seen, routes))}")
    if number not in kept:
      problems.append(f"{what}: the mailbox does not keep it")
  if problems:
    raise Failure("\n".join(problems) + f"\n{mail.log()[-2000:]}")


@scenario
@openldap_only("Postfix looks its mailboxes up in slapd")
def sieve_rules_for_a_mail_that_comes_twice_and_one_that_bounces(world):
  """A second mail of one Message-ID goes to its own tag's list only; a list that is not there."""
  world.start()
  boxes = [mail_corpus.address(name) for name in ("sp", "sp-orientering", "certifikat")]
  mail = Mail(world, MAILBOXES=" ".join([BOX, *boxes]), SIEVE_SETTINGS="sieve_redirect_envelope_from = recipient")
  mail_corpus.municipality(world)
  mail.install(world.run("rules", "--for", "sieve", status=0).out)
  for subject in ("[SP] en", "[SP] en", "[Certifikat] [SP] to"):
    mail.deliver(mail_of(f"Subject: {subject}"))
    mail.settle()
  equal([mail.subjects(box) for box in boxes], [["[SP] en"], ["[SP] en"], ["[Certifikat] [SP] to"]], "lists' mail")
  equal("discarded duplicate forward" in mail.dovecot_log(), True, "Pigeonhole says so")
  mail.deliver(mail_of("Subject: KOMBIT Valg og [Certifikat]", 2))
  mail.settle()
  equal("from=<infrastrukturpostkassen@eksempel.dk> to=<valg@eksempel.dk>" in mail.log(), True, "who gets the bounce")
  equal(mail.subjects(boxes[2])[1:], ["KOMBIT Valg og [Certifikat]"], "the list beside one that is not there")
