"""How mail goes out: what a refusal means for what waits, and tokens that are renewed."""
import json
import os

from feed_oauth import mail_world
from graph_mail import GraphMail
from mail_servers import BOX
from notices import begin, one, town, waiting
from scenario import not_sanitized, openldap_only, scenario
from secrecy import KEPT, closed
from smtp_server import SmtpServer
from token_server import SECRET
from watch import Watch
from world import Failure, equal

SAME = "mail is the same whatever the directory is"

# Texts of Exchange Online; tests/unit/mail/test_reply.c names their pages.
SENDER = (
    ("login", "550 5.7.30 Basic authentication is not supported for Client Submission", "oauth"),
    ("login", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
              "Tenant.", "Set-CASMailbox"),
    ("sender", "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM",
     "mail.user"),
    ("sender", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", ""),
    ("body", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "Send As"),
    ("body", "554 5.2.252 SendAsDenied; post@eksempel.dk not allowed to send as postvagt@eksempel.dk; "
             "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied", "Send As"),
    ("body", "421 4.4.2 Message submission rate for this client has exceeded the configured limit", ""),
)


def three_people(world):
  """Anna, Carl and Dorte are to be notified, on one list."""
  server = town(world, SmtpServer(), members="")
  world.people("carl dorte", "infrastrukturansvarlig")
  world.write("smtp-secret", "hemmelig-nok\n", 0o600)
  begin(world)
  return server


@scenario
@openldap_only(SAME)
def transport_refusal_of_the_sender_loses_nothing(world):
  """Each refusal is reported once, with what to do; all of it waits, and goes when the server takes it."""
  server = three_people(world)
  empty = world.state()
  for what, answer, advice in SENDER:
    world.settings["mail"].update(
        {"user": "post@eksempel.dk", "password_file": "smtp-secret"} if what == "login" else {})
    world.write_files()
    setattr(server, what, answer)
    run = world.run("apply", status=0).says(answer[:60], advice)
    run.never_says("given up", "hemmelig-nok")
    equal((len(server.mails), len(waiting(world))), (0, 3), f"mails sent, and waiting, after {answer}")
    world.run("apply", status=0).never_says(answer[:20])
    server.sender, server.body, server.login = "250 2.1.0 ok", "250 2.0.0 taken", None
    for key in ("user", "password_file"):
      world.settings["mail"].pop(key, None)
    world.write_files()
    world.run("apply", status=0)
    equal(sorted(to for _, (to,), _ in server.mails), [f"{who}@eksempel.dk" for who in ("anna", "carl", "dorte")],
          f"who was written to after {answer}")
    server.mails.clear()
    world.reset(empty)


@scenario
@openldap_only(SAME)
def transport_refusal_of_a_recipient_loses_that_one(world):
  """One does not exist, of one nobody knows for how long; the third gets it."""
  server = three_people(world)
  server.refuse = {"anna@eksempel.dk": "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup",
                   "carl@eksempel.dk": "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup"}
  world.run("apply", status=0).says("anna@eksempel.dk: the notice is given up", "RecipientNotFound",
                                    "carl@eksempel.dk: the notice waits", "5.7.133")
  one(server, "dorte@eksempel.dk")
  equal(len(waiting(world)), 1, "what waits")
  server.refuse = {}
  world.run("apply", status=0)
  one(server, "carl@eksempel.dk")
  equal((server.read("anna@eksempel.dk"), waiting(world)), ([], []), "Anna's mail, and what waits")


def rewrite(path, change):
  with open(path, encoding="utf-8") as file:
    what = json.load(file)
  change(what)
  with open(path, "w", encoding="utf-8") as file:
    json.dump(what, file)


def grow_old(world, days, key="made"):
  """What waits has waited for so many days more."""
  for name in waiting(world):
    rewrite(world.path(os.path.join("state/outbox", name)),
            lambda notice: notice.update({key: notice[key] - days * 86400}))


def trouble_was_reported(world, days):
  """So many days ago, the last time."""
  rewrite(world.path("state/outbox/trouble"),
          lambda trouble: trouble.update(told_at=trouble["told_at"] - days * 86400))


@scenario
@openldap_only(SAME)
def transport_trouble_of_the_sender_outlasts_three_days(world):
  """A login that is refused over a long weekend loses nothing; after a month it is said what is lost."""
  server = three_people(world)
  server.sender = "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM"
  world.run("apply", status=0).says("notices wait", "5.7.57")
  grow_old(world, 5)
  world.run("apply", status=0).never_says("given up", "5.7.57")
  trouble_was_reported(world, days=1)
  world.run("apply", status=0).says("notices wait", "5.7.57").never_says("given up")
  equal(len(waiting(world)), 3, "what waits after five days")
  server.sender, server.refuse = "250 ok", {"anna@eksempel.dk": "451 4.7.1 greylisted"}
  world.run("apply", status=0).says("anna@eksempel.dk: the notice waits")
  one(server, "carl@eksempel.dk")
  one(server, "dorte@eksempel.dk")
  world.run("apply", status=0).never_says("given up")
  grow_old(world, 3, "deferred")
  world.run("apply", status=0).says("anna@eksempel.dk: the notice is given up", "three days")
  equal(waiting(world), [], "what waits")


@scenario
@openldap_only(SAME)
def transport_gives_up_after_a_month(world):
  server = three_people(world)
  server.sender = "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM"
  world.run("apply", status=0)
  grow_old(world, 31)
  world.run("apply", status=0).says(*(f"{who}@eksempel.dk: the notice is given up" for who in ("anna", "carl", "dorte")),
                                    "30 days")
  equal(waiting(world), [], "what waits")


@scenario
@openldap_only("mail is the same whatever the directory is")
def transport_renews_a_token_that_is_refused(world):
  """Of SMTP and of IMAP, in the same run, on the real servers."""
  mail_world(world)
  ca = world.mail.env["CA"]
  world.settings["mailbox"]["imap"] = {"url": world.mail.env["IMAPS_URL"], "user": BOX, "oauth": world.oauth,
                                       "ca_file": ca}
  world.settings["mail"] = {"smtp": world.mail.env["SMTPS_URL"], "from": "postvagt@eksempel.dk", "user": BOX,
                            "oauth": world.oauth, "ca_file": ca}
  world.write_files()
  for command in ("apply", "mailbox"):
    world.tokens.gives = ["et-gammelt-bevis", world.mail.token]
    world.run(command, status=0).never_says(SECRET, world.mail.token, "et-gammelt-bevis", "notices wait")
    equal(world.tokens.gives, [], f"tokens that are left after {command}")
  world.mail.settle()
  equal(len(world.mail.read("anna")), 1, "Anna's mail")


@scenario
@openldap_only("mail is the same whatever the directory is")
def transport_by_oauthbearer(world):
  """Servers that take tokens by RFC 7628 only."""
  mail_world(world, MECHANISMS="oauthbearer")
  ca = world.mail.env["CA"]
  world.settings["mailbox"]["imap"] = {"url": world.mail.env["IMAPS_URL"], "user": BOX, "oauth": world.oauth,
                                       "ca_file": ca}
  world.settings["mail"] = {"smtp": world.mail.env["SMTPS_URL"], "from": "postvagt@eksempel.dk", "user": BOX,
                            "oauth": world.oauth, "ca_file": ca}
  world.write_files()
  world.tokens.gives = [world.mail.token] * 2
  world.run("apply", status=0).never_says("notices wait")
  world.run("mailbox", status=0)
  world.mail.settle()
  log = world.mail.log()
  if "sasl_method=OAUTHBEARER" not in log:
    raise Failure(f"no login by OAUTHBEARER:\n{log}")


# Microsoft Graph


def by_graph(world, **server):
  """Anna, Carl and Dorte are to be notified, and mail goes by Graph."""
  town(world, members="")
  world.people("carl dorte", "infrastrukturansvarlig")
  graph = GraphMail(world.path("graph"))
  world.children.append(graph)
  world.settings["mail"] = {"from": "postvagt@eksempel.dk", "graph": graph.settings(world)}
  begin(world, **server)
  return graph


@scenario
@openldap_only(SAME)
def transport_by_graph(world):
  """As by SMTP, with the same header; one token for all of it, and a new one when it is refused."""
  graph = by_graph(world)
  world.run("apply", status=0).never_says("notice", graph.tokens.secret)
  anna = one(graph, "anna@eksempel.dk")
  equal((str(anna["Subject"]), anna["From"].addresses[0].addr_spec, str(anna["Auto-Submitted"]), anna.defects),
        ("[DR] You get KOMBIT's mail from today", "postvagt@eksempel.dk", "auto-generated", []),
        "Anna's mail")
  equal(("Assess it the same day." in anna.get_content(), anna["To"].addresses[0].display_name),
        (True, "Anna Møller"), anna.get_content())
  equal((len(graph.mails), graph.tokens.issued, waiting(world)), (3, 1, []), "mails, tokens, and what waits")
  watching = Watch(world)
  world.set("anna", postvagtAbsence="2020-01-01/2037-08-14")
  watching.until(lambda: graph.read("bo@eksempel.dk"), "Bo's mail")
  graph.tokens.expire()
  world.set("anna", postvagtAbsence=[])
  watching.until(lambda: len(graph.read("anna@eksempel.dk")) == 2, "that Anna is back")
  watching.end()


@scenario
@openldap_only(SAME)
def transport_graph_refuses(world):
  """About the sender, the right or the service: all wait; about a recipient: that one is lost."""
  graph = by_graph(world)
  world.settings["mail"]["from"] = "vagt@eksempel.dk"
  world.write_files()
  world.run("apply", status=0).says("notices wait", "ErrorSendAsDenied", "Send As").never_says("given up")
  world.settings["mail"]["from"] = "postvagt@eksempel.dk"
  world.write_files()
  later = {"Retry-After": "600"}
  for prepare, words in (
      (lambda: setattr(graph, "has_right", False), "ErrorAccessDenied"),
      (lambda: graph.instead_of("/v1.0", (503, {"error": {"code": "ServiceUnavailable", "message": "x"}}, later)),
       "503"),
      (lambda: graph.instead_of("/v1.0", (429, {"error": {"code": "ApplicationThrottled", "message": "x"}}, later)),
       "429"),
      (lambda: graph.instead_of("/eksempel.dk", (401, graph.aadsts(
          "invalid_client", 7000222, "The provided client secret keys are expired."))), "7000222")):
    prepare()
    os.remove(world.path("state/outbox/trouble"))  # that it is reported once is not the point here
    world.run("apply", status=0).says("notices wait", words).never_says("given up", graph.tokens.secret)
    equal((len(graph.mails), len(waiting(world))), (0, 3), f"mails, and what waits, after {words}")
    graph.has_right = True
    graph.instead.clear()
  graph.nobody = {"anna@eksempel.dk"}
  world.run("apply", status=0).says("anna@eksempel.dk: the notice is given up", "ErrorInvalidRecipients")
  equal((sorted(str(mail["To"].addresses[0].addr_spec) for mail in graph.mails), waiting(world)),
        (["carl@eksempel.dk", "dorte@eksempel.dk"], []), "who was written to")


@scenario
@openldap_only(SAME)
def transport_graph_answer_that_is_lost(world):
  """502 and 504 say nothing about the mail: it comes again under its Message-ID."""
  graph = by_graph(world)
  graph.instead_of("/v1.0/users/", (504, None))
  world.run("apply", status=0).says("the notice waits")
  equal((len(graph.mails), len(waiting(world))), (2, 1), "mails, and what waits")
  world.run("apply", status=0)
  equal((len(graph.mails), waiting(world)), (3, []), "mails, and what waits, at last")


@scenario
@openldap_only(SAME)
def transport_check_by_graph(world):
  """The token is what can be seen without sending."""
  graph = by_graph(world)
  world.run("check", status=0).says("mail.graph: a token was got, valid until").never_says(graph.tokens.secret)
  equal((graph.tokens.issued, graph.mails), (1, []), "tokens, and mails")
  world.write("graph-secret", "en-udloebet-hemmelighed\n", 0o600)
  world.run("check", status=1).says("mail.graph", "AADSTS7000215", "oauth.secret_file").never_says("udloebet")


@scenario
@openldap_only(SAME)
def transport_register_by_graph(world):
  graph = by_graph(world)
  world.settings["mailbox"].update(address="infrapost@eksempel.dk", municipality="Læsø Kommune")
  world.settings["mail"]["register_to"] = "kombit@eksempel.dk"
  world.write_files()
  world.run("register", "--send", status=0).says("Sent")
  equal(str(one(graph, "kombit@eksempel.dk")["Subject"]), "Kommunal infrastrukturpostkasse", "subject")


@scenario
@openldap_only("the files are the same")
def transport_one_way_only(world):
  """Exactly one of smtp and graph; the keys of a login to SMTP go with smtp."""
  world.one_list()
  world.start()
  graph = {"user": "x@eksempel.dk", "oauth": {"token_url": "https://x/t", "client_id": "c", "secret_file": "s"}}
  for mail, words in (
      ({"from": "a@b"}, "smtp or graph is missing"),
      ({"from": "a@b", "smtp": "smtps://x", "graph": graph}, "either smtp or graph, not both"),
      ({"from": "a@b", "graph": graph, "ca_file": "x"}, "goes with smtp"),
      ({"from": "a@b", "graph": {"user": "x"}}, "oauth is missing"),
      ({"from": "a@b", "graph": {**graph, "url": "http://graph.eksempel.dk"}}, "https:// only")):
    world.settings["mail"] = mail
    world.write_files()
    world.run("plan", status=2).says(words)


@scenario
@openldap_only(SAME)
@not_sanitized(KEPT)
def transport_graph_leaves_no_secret(world):
  """watch sends by a process of its own; neither the secret nor a token is in its memory, output or files."""
  graph = by_graph(world, OVERLAYS="syncprov refint", own=True)
  watching = Watch(world)
  watching.until(lambda: len(graph.mails) == 3, "three mails")
  watching.until(lambda: not waiting(world), "that nothing waits")
  tokens = list(graph.tokens.ends)
  closed(world, watching, graph.tokens.secret, *tokens)
  said = watching.end()
  for secret in (graph.tokens.secret, *tokens):
    equal(secret in said, False, "a secret is said")
    for folder in ("state", "reports"):
      for parent, _, names in os.walk(world.path(folder)):
        for name in names:
          with open(os.path.join(parent, name), "rb") as file:
            equal(secret.encode() in file.read(), False, f"a secret in {name}")
