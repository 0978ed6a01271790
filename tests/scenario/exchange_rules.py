"""Inbox rules of Exchange: what the script says, and what it does to the corpus on the simulator."""
import mail_corpus
import mail_meaning
import other_mails
import random_mails
from exchange import SAID, InboxRules, Message, Script
from mail_corpus import BOX, PROBE, address
from scenario import openldap_only, scenario
from world import Failure, equal

# What Inbox rules, which have no patterns, treat otherwise than the contract: why, and the mails of the corpus. The head of the
# script and postvagt(8) say so, too.
DIFFERENCES = {
    "blanks of another kind, or doubled, inside a tag: it goes to *": (
        "folded in the tag by a tab", "folded behind a blank", "two blanks", "a tab and a no-break space in brackets",
        "blanks in a longer tag's brackets", "narrow and em spaces"),
    "invisible characters inside a tag: it goes to *": (
        "a soft hyphen in the tag", "a zero-width space in the tag", "marks of direction in the tag"),
    "a tag without brackets is found inside a word, and in an ignored mark": (
        "a longer number", "a letter behind the number", "a Danish letter behind the number", "a letter before the number",
        "a Danish letter before the number", "two words, a longer second one", "KOMBIT Valgkort", "a tag in a ticket's mark"),
    "raw bytes that are not UTF-8: no page says how Exchange reads them": (
        "raw Latin-1", "raw Latin-1, in capitals", "raw Latin-1 with two letters", "! in Latin-1 behind the tag",
        "Høj prioritet, raw Latin-1", "Ikke på kontoret, Latin-1", "Ikke på kontoret, raw"),
    "an answer that only its subject shows, encoded or behind what cannot be listed, is passed on": (
        "an answer behind marks and prefixes", "Fraværsbesked", "Ikke på kontoret", "Réponse automatique",
        "split letter in an answer", "OUT OF OFFICE in capitals"),
    "a header field that is folded or quoted otherwise is not found": ("a calendar's reply, folded and quoted",),
    "a header field is found where its value begins alike": (
        "a number that begins alike", "X-Priority: 12", "a longer domain in Exchange"),
    "a ! in front is seen beside a bracket, or where the header says Subject: ! as it is": (
        "! behind an ignored mark without brackets", "a mark that ends with *", "! behind prefixes and marks in turn",
        "[ ! ] first", "full-width ! first", "full-width (!) first", "! behind RE: and FW:",
        "! behind Re[2]:", "! behind RE (3):", "! behind Re and a blank, as the French write", "! behind a no-break space"),
    "a ! beside a tag without brackets is looked for as far as there is room": (
        "! behind a tag that another spelling is a part of", "! before a tag that another spelling is a part of"),
    "a ! beside any bracket is high priority": (
        "! behind a word, before a tag", "! behind a word and a blank, before a tag", "(!) behind a word",
        "! behind a tag further on", "! at a tag further on", "! behind an unknown tag"),
    "the words for high priority count anywhere": (
        "høj prioritet in a sentence", "ikke høj prioritet", "ikke høj prioritet beside a tag", "ikke prioritet 1 in brackets",
        "prioritet 10", "a longer word in front", "in brackets with more"),
    "of these words there is room for those with one blank, and for some that are joined": (
        "Prioritet:hoej, joined", "høj prioritet with a no-break space", "høj prioritet, two blanks"),
}
KNOWN = {what for names in DIFFERENCES.values() for what in names}
# Of these alone, nobody gets what the contract passes on.
LOST = {"a longer domain in Exchange"}


def inbox_of(world, **more):
  """The corpus's municipality, its script, and its rules."""
  mail_corpus.municipality(world, **more)
  text = world.run("rules", "--for", "exchange", status=0).out
  return text, InboxRules.of_script(text)


def write_routes(world, tags):
  world.write_mapping()
  world.write_yaml("tags.yaml", {"source": {"name": "x"}, "tags": [
      {"id": tag, "subject": subjects} for tag, *subjects in tags]})


def small(addresses):
  return {address_.lower() for address_ in addresses}


@scenario
@openldap_only("no directory is asked")
def exchange_rules_over_the_corpus(world):
  """Each mail goes where the contract says, or is a known difference; and to no address twice."""
  text, inbox = inbox_of(world)
  problems, different = [], set()
  for what, headers, seen in mail_corpus.CORPUS:
    got, wanted = inbox.run(mail_corpus.mail_of(headers)), mail_corpus.destinations(seen)
    if len(got) > len(small(got)):
      problems.append(f"{what}: twice to one address: {got}")
    if small(got) != wanted:
      different.add(what)
      if what not in KNOWN or (wanted and not got and what not in LOST):
        problems.append(f"{what}: goes to {sorted(got)}, and not to {sorted(wanted)}")
  problems += [f"{what}: is no difference any more" for what in sorted(KNOWN - different)]
  if problems:
    raise Failure("\n".join(problems) + f"\n{text}")


@scenario
@openldap_only("no directory is asked")
def exchange_rules_lose_no_other_mail(world):
  """Whatever Inbox rules and transport rules cannot tell, a mail that has lists goes to one, and to none twice."""
  other_mails.municipality(world, PROBE)
  rules = (InboxRules.of_script(world.run("rules", "--for", "exchange", status=0).out),
           Script(world.run("rules", "--for", "exchange-transport", status=0).out))
  # A header is found where its value begins alike.
  lost = {"auto-replied-x", "calendar replyx", "empty sender not", "multipart/reporter"}
  problems = []
  for what, headers, seen in other_mails.MAILS:
    wanted = mail_corpus.destinations(seen, other_mails.ROUTES)
    for one in rules:
      got = list(one.run(mail_corpus.mail_of(headers)))
      if len(got) > len(small(got)) or (wanted and not got and not (what in lost and one is rules[0])):
        problems.append(f"{what}: goes to {sorted(got)}, and not to {sorted(wanted)}")
  if problems:
    raise Failure("\n".join(problems))


@scenario
@openldap_only("no directory is asked")
def exchange_rules_where_case_matters(world):
  """No page says whether it does. Where it does, KOMBIT's own spellings, and what programs write, still count."""
  _, inbox = inbox_of(world)
  for headers, seen in (("Subject: [SP] Drift", "sp"), ("Subject: ! [SP] Drift", "sp !"), ("Subject: [EKSTERN] ! [SP] x", "sp !"),
                        ("Subject: [SP] Drift\nImportance: high", "sp !"), ("Subject: [SP] x\nX-Priority: 1 (Highest)", "sp !"),
                        ("Subject: Hoej prioritet: [SP] x", "sp !"), ("Subject: Automatisk svar: [SP] x", "-"),
                        ("Subject: [SP] x\nAuto-Submitted: auto-replied", "-"), ("Subject: Frokost", "")):
    equal(small(inbox.run(mail_corpus.mail_of(headers), exact=True)), mail_corpus.destinations(seen), headers)
  equal(inbox.run(mail_corpus.mail_of("Subject: [sp] drift"), exact=True), [address("rest")], "another case")


@scenario
@openldap_only("no directory is asked")
def exchange_rules_by_what_exchange_knows(world):
  """A message that Exchange itself takes for an answer is passed on to nobody; a meeting request is."""
  _, inbox = inbox_of(world)
  mail = mail_corpus.mail_of("Subject: [SP] Drift")
  for name in ("AutomaticReply", "NonDeliveryReport", "ReadReceipt", "CalendaringResponse"):
    equal(inbox.run(mail, kind=SAID[name][0]), [], name)
  equal(len(inbox.run(mail, kind="isMeetingRequest")), 2, "a meeting request")


@scenario
@openldap_only("no directory is asked")
def exchange_rules_for_probes(world):
  _, inbox = inbox_of(world)
  for headers in ("Subject: [postvagt-probe 1a2b3c]", "Subject: ! [postvagt-probe 1a] [SP]\nImportance: high"):
    equal(inbox.run(mail_corpus.mail_of(headers)), [PROBE], headers)
  back = mail_corpus.mail_of(f"Subject: [postvagt-probe 1a2b3c]\nX-MS-Exchange-Inbox-Rules-Loop: {BOX}")
  equal(inbox.run(back), [], "one that comes back")
  del world.settings["mailbox"]["probe"]
  world.write_files()
  world.run("rules", "--for", "exchange", status=0).never_says("postvagt-probe")


@scenario
@openldap_only("no directory is asked")
def exchange_rules_without_priority_or_rest(world):
  """Without critical lists priority makes no difference; without a route * the rest goes to nobody."""
  routes = {"sp": ("sp", None, None), "adgang": ("sp", None, "info"), "*": ("rest", None, None)}
  text, inbox = inbox_of(world, routes=routes)
  if "WithImportance = 'High'" in text:
    raise Failure(f"priority matters to no list\n{text}")
  for headers, names in (("Subject: [SP] x", {"sp"}), ("Subject: [SP] [Adgangsstyring for brugere]", {"sp", "info"}),
                         ("Subject: ! x", {"rest"}), ("Subject: [Certifikat] [SP]", {"sp"})):
    equal(sorted(inbox.run(mail_corpus.mail_of(headers))), sorted(map(address, names)), headers)
  world.routes.pop()
  world.routes[0]["critical"] = {"list": f"cn=k,{world.lists_base}", "address": address("k"),
                                 "to": {"roles": ["infrastrukturejer"]}}
  write_routes(world, mail_corpus.TAGS)
  inbox = InboxRules.of_script(world.run("rules", "--for", "exchange", status=0).out)
  for headers, names in (("Subject: x", []), ("Subject: ! x", []), ("Subject: [SP] x", ["sp"]), ("Subject: ![SP] x", ["k"])):
    equal(inbox.run(mail_corpus.mail_of(headers)), [address(name) for name in names], headers)


@scenario
@openldap_only("no directory is asked")
def exchange_rules_for_many_tags(world):
  """Where one condition has no room for a list's tags, its second rule excepts the first; of more, there is a warning."""
  tags = [(f"nr{i}", f"[Emne nummer {i:02}]") for i in range(24)]
  routes = {tag: ("alle", None, None) for tag, _ in tags}
  mail_corpus.municipality(world, tags=tags, routes={**routes, "*": ("rest", None, None)})
  world.routes[:-1] = [{**world.routes[0], "tag": [tag for tag, _ in tags]}]
  write_routes(world, tags)
  result = world.run("rules", "--for", "exchange", status=0).never_says("more than once")
  inbox = InboxRules.of_script(result.out)
  for _, first in tags:
    for _, second in tags:
      equal(inbox.run(mail_corpus.mail_of(f"Subject: {first} {second}")), [address("alle")], f"{first} {second}")
  world.routes[0]["critical"] = {"list": f"cn=k,{world.lists_base}", "address": address("k"),
                                 "to": {"roles": ["infrastrukturejer"]}}
  write_routes(world, tags)
  world.run("rules", "--for", "exchange", status=0).says("alle@eksempel.dk", "redirected more than once")
  world.routes[0]["tag"] = "nr0"
  write_routes(world, [("nr0", "[" + "x" * 254 + "]")])
  world.run("rules", "--for", "exchange", status=1).says("nr0", "longer than the 255 characters")
  write_routes(world, [("nr0", "SP", "SF1")])
  world.run("rules", "--for", "exchange", status=0).says('"SP" has no brackets', '"SF1" has no brackets')
  many = [(f"t{i}", f"[Emne {i} {'x' * 200}]") for i in range(800)]
  world.routes[0]["tag"] = [tag for tag, _ in many]
  write_routes(world, many)
  equal(world.run("rules", "--for", "exchange", status=1).says("256 KB").out, "", "rules that have no room")


@scenario
@openldap_only("no directory is asked")
def exchange_rules_for_odd_names(world):
  """Nothing in a tag or an address gets out of its quotes, and another mailbox's rules have another name."""
  hostile = ["'); Remove-Item -Recurse C:\\ #", "’); Stop-Computer; (‘", "$(Get-Date)",
             "`n \U0001f525 \"", "@{ Name = 1 }", "$true", "“„"]
  tags = [(f"hostile{i}", text) for i, text in enumerate(hostile)]
  routes = {tag: (tag, None, None) for tag, _ in tags}
  routes["hostile0"] = ("o'hara`$", "x'y", None)
  text, inbox = inbox_of(world, tags=tags, routes={**routes, "*": ("rest", None, None)})
  for tag, subject in tags:
    equal(inbox.run(mail_corpus.mail_of(f"Subject: x {subject}")), [address(routes[tag][0])], subject)
  equal(world.run("rules", "--for", "exchange", status=0).out, text, "the same again")
  if any(not rule["name"].startswith(inbox.prefix) for rule in inbox.rules):
    raise Failure(f"not under its own name: {inbox.rules}")
  world.settings["mailbox"]["address"] = address("anden")
  world.write_files()
  other = InboxRules.of_script(world.run("rules", "--for", "exchange", status=0).out)
  equal(other.prefix == inbox.prefix, False, "two mailboxes have one prefix")
  for word in ("Get-Recipient -Identity $address", "SupportsShouldProcess", "Set-DistributionGroup", "$Fix",
               "RequireSenderAuthenticationEnabled", "ModerationEnabled", "ReportToManagerEnabled", "nothing to change",
               "$rule.Enabled -and $rule.StopProcessingRules", "comes before these and stops the others"):
    if word not in text:
      raise Failure(f"{word} is not in the script")
  equal(text.index("Nothing was changed") < text.index("New-InboxRule @arguments"), True, "addresses are looked up first")


# The same of transport rules, which have patterns. Nobody is left out.
TRANSPORT_DIFFERENCES = {
    "a tag without brackets is found in an ignored mark": ("a tag in a ticket's mark",),
    "full-width parentheses are none": ("full-width (!) first",),
    "a ! beside a tag without brackets is seen in front only": (
        "! behind a tag that another spelling is a part of", "! before a tag that another spelling is a part of",
        "! behind a first tag without brackets", "! before a tag without brackets",
        "! behind such a mark, and a tag without brackets"),
    "a ! behind any bracket that stands first is high priority": ("! behind an unknown tag",),
    "invisible characters count": (
        "! behind a zero-width space", "a soft hyphen in the tag", "a zero-width space in the tag", "marks of direction in the tag"),
    "raw bytes that are not UTF-8: no page says how Exchange reads them": (
        "! in Latin-1 behind the tag", "Høj prioritet, raw Latin-1", "Ikke på kontoret, raw", "raw Latin-1",
        "raw Latin-1, in capitals", "raw Latin-1 with two letters"),
}


@scenario
@openldap_only("no directory is asked")
def exchange_transport_rules_over_the_corpus(world):
  mail_corpus.municipality(world)
  text = world.run("rules", "--for", "exchange-transport", status=0).out
  rules, problems, different = Script(text), [], set()
  known = {what for names in TRANSPORT_DIFFERENCES.values() for what in names}
  for what, headers, seen in mail_corpus.CORPUS:
    got, wanted = small(rules.run(mail_corpus.mail_of(headers))), mail_corpus.destinations(seen)
    if got != wanted:
      different.add(what)
      if what not in known or not got:
        problems.append(f"{what}: goes to {sorted(got)}, and not to {sorted(wanted)}")
  problems += [f"{what}: is no difference any more" for what in sorted(known - different)]
  if problems or "FromAddressMatchesPatterns" in text or "SenderAddressLocation" in text:
    raise Failure("\n".join(problems) + f"\n{text}")


@scenario
@openldap_only("no directory is asked")
def exchange_transport_rules_and_limits(world):
  """Nothing gets out of its quotes; no name, rule or sum of patterns passes a limit of Exchange's."""
  hostile = ["'); Remove-Item -Recurse C:\\ #", "’); Stop-Computer; (‘", "$(Get-Date)", "`n \U0001f525 \"", "“„"]
  tags = [(f"hostile{i}", text) for i, text in enumerate(hostile)] + [(f"nr{i}", f"[Emne nummer {i}]") for i in range(60)]
  routes = {tag: (tag, None, None) for tag, _ in tags}
  routes["hostile0"] = ("o'hara`$", "x'y", None)
  mail_corpus.municipality(world, tags=tags, routes={**routes, "*": ("rest", None, None)})
  text = world.run("rules", "--for", "exchange-transport", status=0).out
  rules = Script(text)
  for tag, subject in [*tags[:len(hostile)], tags[-1]]:
    equal(rules.run(mail_corpus.mail_of(f"Subject: x {subject} y")), {address(routes[tag][0])}, subject)
  names = [rule["Name"] for rule in rules.rules]
  equal(len(small(names)), len(names), "names of rules, each once")
  if any(len(name) > 64 or not name.startswith(rules.prefix) for name in names):
    raise Failure(f"names that Exchange does not take: {names}")
  for tags, what in (([(f"t{i}", f"[{i}]") for i in range(320)], "Exchange takes 300"),
                     ([(f"t{i}", f"[{i} {'x' * 200}]") for i in range(60)], "Exchange takes 20480"),
                     ([("t", *[f"[{i} {'(' * 130}]" for i in range(16)])], None),
                     ([("t", "[" + "x" * 9000 + "]")], "Exchange takes 8192")):
    world.routes = [{**world.routes[-1], "tag": tag, "list": f"cn={tag},{world.lists_base}", "address": address(tag)}
                    for tag, *_ in tags]
    write_routes(world, tags)
    result = world.run("rules", "--for", "exchange-transport", status=1 if what else 0)
    if what:
      equal(result.says(what).out, "", what)
    else:
      Script(result.out)


@scenario
@openldap_only("no directory is asked")
def exchange_rules_pass_random_mails_on(world):
  """In doubt a mail is passed on, and to no address twice; most go exactly where the second reading of the contract says."""
  _, inbox = inbox_of(world)
  tags = {tag: spellings for tag, *spellings in mail_corpus.TAGS}
  tags.update({tag: [f"[{tag}]"] for tag in mail_corpus.ROUTES if tag != "*" and tag not in tags})
  routes = {tag: tuple(name and address(name) for name in names) for tag, names in mail_corpus.ROUTES.items()}
  ours = mail_meaning.Municipality(tags, routes, mail_corpus.IGNORE, BOX, PROBE)
  problems, same, count = [], 0, 1500
  for mail in random_mails.mails(range(count)):
    meaning = mail_meaning.read(ours, mail)
    wanted, got = mail_meaning.destinations(ours, meaning), inbox.run(mail)
    same += small(got) == wanted
    if len(got) > len(small(got)):
      problems.append(f"{mail!r}: twice: {got}")
    # A header field is found where its value begins alike, and an answer's words behind an ignored mark that is not first.
    subject = Message(mail).subject.lower()
    behind_mark = any(f"{mark} {word}:".lower() in subject for mark in mail_corpus.IGNORE for word in mail_meaning.ANSWERS)
    if wanted and not got and not behind_mark and b"X-Autogenerated: Replying" not in mail:
      problems.append(f"{mail!r}: goes to nobody, and not to {sorted(wanted)}")
  if problems or same < count * 0.6:
    raise Failure("\n".join(problems[:10]) + f"\n{len(problems)} mails; {same} of {count} go where they should")
