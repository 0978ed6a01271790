"""How mail goes out: what a refusal means for what waits, and tokens that are renewed."""
import json
import os

from feed_oauth import mail_world
from mail_servers import BOX
from notices import begin, one, town, waiting
from scenario import openldap_only, scenario
from smtp_server import SmtpServer
from token_server import SECRET
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
