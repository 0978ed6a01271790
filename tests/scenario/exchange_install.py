"""Inbox rules that are put into force through Microsoft Graph: rules --for exchange --install."""
import copy

import mail_corpus
from exchange import InboxRules
from mail_corpus import address
from message_rules import MailboxRules
from scenario import openldap_only, scenario
from world import Failure, equal

NOT_ASKED = "no directory is asked"


def graph_of(world, **more):
  """The corpus's municipality, whose mailbox is in Graph."""
  mail_corpus.municipality(world, **more)
  graph = MailboxRules(world.path("graph"))
  world.children.append(graph)
  world.write("client-secret", graph.tokens.secret + "\n", mode=0o600)
  world.settings["mailbox"]["graph"] = {
      "user": graph.user, "url": f"https://{graph.host}/v1.0/", "ca_file": graph.ca_file(),
      "oauth": {"token_url": f"https://{graph.host}/{graph.tenant}/oauth2/v2.0/token",
                "client_id": graph.tokens.client_id, "secret_file": "client-secret",
                "scope": "https://graph.microsoft.com/.default"}}
  write(world)
  return graph


def write(world, tags=mail_corpus.TAGS):
  world.write_files()
  world.write_yaml("tags.yaml", {"source": {"name": "corpus"}, "tags": [
      {"id": tag, "subject": subjects} for tag, *subjects in tags]})


def install(world, status=0, *texts):
  return world.run("rules", "--for", "exchange", "--install", status=status).says(*texts)


def writes(graph):
  return [request for request in graph.taken("/v1.0/") if request.method != "GET"]


def ours(rules):
  return [rule for rule in rules if rule["displayName"].startswith("postvagt ")]


def run(rules, headers):
  return sorted(target.lower() for target in InboxRules.of_graph(ours(rules)).run(mail_corpus.mail_of(headers)))


@scenario
@openldap_only(NOT_ASKED)
def exchange_install_does_what_the_script_does(world):
  """The same rules as the script's, over several pages; and again, nothing is written."""
  graph = graph_of(world)
  script = InboxRules.of_script(world.run("rules", "--for", "exchange", status=0).out)
  install(world, 0, "created", "as read back")
  installed = InboxRules.of_graph(graph.rules)
  equal([rule["name"] for rule in installed.rules], [rule["name"] for rule in script.rules], "their names and order")
  for what, headers, _ in mail_corpus.CORPUS:
    mail = mail_corpus.mail_of(headers)
    equal(installed.run(mail), script.run(mail), what)
  equal(len(graph.rules) > graph.page, True, "more rules than a page has")
  graph.taken()
  install(world, 0, "nothing to change", str(len(graph.rules)))
  equal(writes(graph), [], "what a second run writes")


@scenario
@openldap_only(NOT_ASKED)
def exchange_install_changes_only_what_differs(world):
  """While a mapping is exchanged for another, each mail goes where it went or where it is to go, at any moment."""
  graph = graph_of(world)
  install(world)
  block = lambda name: {"list": f"cn={name}-x,{world.lists_base}", "address": address(name),
                        "to": {"roles": ["infrastrukturejer"]}}
  by_tag = {route["tag"]: route for route in world.routes}
  subjects = ("[SP] x", "![SP] x", "[Sags- og Dokumentindeks] x", "[Ydelsesindeks] x", "[Gammel] x", "Frokost", "! Frokost",
              "[SP] [Gammel] x", "![Gammel] x", "[Beskedfordeler] x", "[Certifikat] x", "![Certifikat] x", "SF1601 x")

  def reroute():  # from one list to another
    by_tag["sdi"]["address"], by_tag["gammel"]["address"] = address("gammel"), address("indeks")

  def retire():
    world.routes.remove(by_tag["ydelser"])

  def begin():
    world.routes.insert(0, {"tag": "beskeder", **block("beskeder")})

  def grow():
    by_tag["gammel"]["critical"] = block("gammel-kritisk")

  def rest():
    by_tag["*"]["address"] = address("andet")

  for change in (reroute, retire, begin, grow, rest):
    before = {subject: run(graph.rules, f"Subject: {subject}") for subject in subjects}
    graph.states.clear()
    change()
    write(world)
    install(world, 0, "as read back")
    after = {subject: run(graph.rules, f"Subject: {subject}") for subject in subjects}
    equal(before == after, False, f"{change.__name__} changes something")
    for state in graph.states:
      for subject in subjects:
        got = run(state, f"Subject: {subject}")
        if not (set(before[subject]) <= set(got) or set(after[subject]) <= set(got)):
          raise Failure(f"{change.__name__}: meanwhile {subject!r} goes to {got}, and before to {before[subject]}, "
                        f"after to {after[subject]}: a mail is lost")
        if before[subject] == after[subject] and len(got) > len(set(got)):
          raise Failure(f"{change.__name__}: meanwhile {subject!r} goes twice: {got}")
    script = InboxRules.of_script(world.run("rules", "--for", "exchange", status=0).out)
    equal([rule["displayName"] for rule in graph.rules], [rule["name"] for rule in script.rules], change.__name__)


@scenario
@openldap_only(NOT_ASKED)
def exchange_install_mends_what_was_changed_by_hand(world):
  graph = graph_of(world)
  install(world)
  wanted = copy.deepcopy(graph.rules)

  def rule_of(name):
    return next(rule for rule in graph.rules if name in rule["displayName"])

  rule_of("stop: read receipt")["isEnabled"] = False
  rule_of("ordinary to sp@")["conditions"]["sentToMe"] = True
  rule_of("to gammel@")["actions"]["delete"] = True
  rule_of("high priority to sp-kritisk@")["exceptions"] = {"subjectContains": ["SP"]}
  graph.rules.remove(rule_of("to aaben@"))
  stale = {**rule_of("to gammel@"), "id": "STALE", "sequence": 900}
  stale["displayName"] = stale["displayName"].replace("gammel", "borte")
  graph.rules.append(stale)
  install(world, 0, "created 1", "deleted 1", "as read back")
  equal([rule["displayName"] for rule in graph.rules], [rule["displayName"] for rule in wanted], "names and order")
  for headers in ("Subject: [SP] x", "Subject: ![SP] x", "Subject: [Gammel] x"):
    equal(run(graph.rules, headers), run(wanted, headers), headers)
  graph.rules[3]["sequence"], graph.rules[20]["sequence"] = graph.rules[20]["sequence"], graph.rules[3]["sequence"]
  graph.rules.sort(key=lambda rule: rule["sequence"])
  install(world, 0, "as read back")
  equal([rule["displayName"] for rule in graph.rules], [rule["displayName"] for rule in wanted], "the order again")


@scenario
@openldap_only(NOT_ASKED)
def exchange_install_leaves_others_alone(world):
  graph = graph_of(world)
  others = [graph.other("Nyhedsbreve", 3, actions={"moveToFolder": "AAMk", "stopProcessingRules": True}),
            graph.other("Til chefen", 7, actions={"forwardTo": [{"emailAddress": {"address": "SP@eksempel.dk"}}]}),
            graph.other("postvagt af Bo", 9), graph.other("Slukket", 1, isEnabled=False,
                                                          actions={"stopProcessingRules": True})]
  kept = [dict(rule) for rule in others]
  result = install(world, 0, "\"Nyhedsbreve\"", "comes before", "\"Til chefen\"", "sp@eksempel.dk")
  result.never_says("Slukket", "postvagt af Bo")
  equal(others, kept, "others' rules")
  equal(min(rule["sequence"] for rule in graph.rules if "stop:" in rule["displayName"]), 10, "ours come behind")
  world.settings["mailbox"]["address"] = address("anden")
  write(world)
  count = len(graph.rules)
  install(world, 0, "deleted 0")
  equal(len(graph.rules) > count, True, "another mailbox's rules are not ours")


@scenario
@openldap_only(NOT_ASKED)
def exchange_install_that_fails(world):
  """What is in force is said; another run puts the rest there."""
  graph = graph_of(world)
  graph.rights = {"MailboxSettings.Read"}
  install(world, 1, "403", "ErrorAccessDenied", "lacks a permission", "none of postvagt's rules is in force now")
  graph.rights = set()
  install(world, 1, "403").never_says("in force")
  graph.rights = {"MailboxSettings.ReadWrite"}
  graph.writes_left = 20
  install(world, 1, "400", "The rule could not be saved", "in force now are 20 rules", "is missing", "differences more")
  graph.writes_left = None
  graph.broken = {address("gammel")}
  install(world, 1, "Exchange has others", "to gammel@eksempel.dk", "is in error")
  graph.broken = set()
  install(world, 0, "as read back")
  graph.taken()
  path = "/v1.0/users"
  graph.instead_of(path, (429, {"error": {"code": "ApplicationThrottled", "message": "x"}}, {"Retry-After": "1"}))
  install(world, 0, "nothing to change")
  graph.instead_of(path, (429, None, {"Retry-After": "3600"}))
  install(world, 1, "429", "3600 seconds")
  for answer in ({"value": [{"id": "x"}]}, {"value": 7}, {"value": [7]}, {"value": [{"id": "", "sequence": 1}]}, []):
    graph.instead_of(path, (200, answer))
    install(world, 1, "Microsoft Graph")
  graph.tokens.expire()
  install(world, 0, "nothing to change")


@scenario
@openldap_only(NOT_ASKED)
def exchange_install_usage(world):
  graph_of(world)
  world.run("rules", "--for", "exchange-transport", "--install", status=2).says("--install", "exchange-transport")
  del world.settings["mailbox"]["graph"]
  write(world)
  world.run("rules", "--for", "exchange", "--install", status=2).says("mailbox.graph")


@scenario
def exchange_install_is_compared_by_check(world):
  """check reads the rules back, says what differs, and calls unknown what it may not read."""
  world.settings["mailbox"].update(address=mail_corpus.BOX)
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.list("Andet", "anna")
  world.route("*", "Andet", roles="infrastrukturansvarlig")
  world.start()
  graph = MailboxRules(world.path("graph"))
  world.children.append(graph)
  world.write("client-secret", graph.tokens.secret + "\n", mode=0o600)
  world.settings["mailbox"]["graph"] = {
      "user": graph.user, "url": f"https://{graph.host}/v1.0", "ca_file": graph.ca_file(),
      "oauth": {"token_url": f"https://{graph.host}/{graph.tenant}/oauth2/v2.0/token",
                "client_id": graph.tokens.client_id, "secret_file": "client-secret",
                "scope": "https://graph.microsoft.com/.default"}}
  world.write_files()
  graph.rights = {"MailboxSettings.Read"}
  world.run("check", status=1).says("none of the mailbox's Inbox rules is postvagt's")
  graph.rights = {"MailboxSettings.ReadWrite"}
  install(world)
  graph.rights = {"MailboxSettings.Read"}
  world.run("check", status=0).never_says("Inbox rules is", "is missing")
  other = graph.other("Ferie", 0, conditions={}, actions={"moveToFolder": "AAMk", "stopProcessingRules": True})
  world.run("check", status=1).says('"Ferie"', "applies to all mail: none is passed on")
  world.run("status").says('"Ferie"')
  other["conditions"] = {"subjectContains": ["nyt"]}
  world.run("check", status=0).says('"Ferie"', "what it applies to is passed on to nobody")
  graph.rules.remove(other)
  world.run("check", status=0).never_says("Ferie")
  gone = next(rule for rule in graph.rules if "the rest" in rule["displayName"])
  gone["isEnabled"] = False
  world.run("check", status=1).says("the rest", "is not enabled")
  graph.rules.remove(gone)
  world.run("check", status=1).says("the rest", "is missing")
  graph.rights = set()
  world.run("check", status=1).says("unknown whether the rules", "ErrorAccessDenied")
  graph.rights = {"MailboxSettings.ReadWrite"}
  install(world)
  world.run("check", status=0)
