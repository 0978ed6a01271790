"""Feeds that want to know who asks: OAuth tokens, passwords, header fields; and what is said when they refuse."""
import os

from feeds import feed, fails, hr_world, works
from mail_servers import BOX, Mail
from run_as_owner import AGENT, owned
from scenario import not_sanitized, openldap_only, root_only, scenario
from secrecy import KEPT, closed
from token_server import CLIENT, SECRET, TLS, TokenServer, make_certificate
from watch import Watch
from world import Failure, equal

ANNA = {"nr": "0042", "fra": "2020-01-01", "til": ""}
NOBODY = {"nr": "9999", "fra": "2020-01-01", "til": "2020-01-02"}


def oauth_world(world, records=(ANNA,), by_certificate=False, **server):
  """Anna is away by a feed that wants a token of the client's, got by secret or by certificate."""
  hr_world(world, nginx=False, url="http://127.0.0.1:1/feed", every="1s")
  world.tokens = TokenServer(world, list(records), **server)
  oauth = {"token_url": world.tokens.token_url, "client_id": CLIENT}
  if by_certificate:
    make_certificate(world, "klient")
    world.tokens.certificate = world.path("klient.pem")
    oauth.update(cert_file="klient.pem", key_file="klient.key")
  else:
    world.write("client-secret", f"{SECRET}\n", 0o600)
    oauth["secret_file"] = "client-secret"
  feed(world, url=world.tokens.url, oauth=oauth,
       ca_file=os.path.join(TLS, "ca.pem") if server.get("tls") else None)
  return world


def secrets(world):
  return (SECRET, *(token for _, token in world.tokens.forms if token))


def left_nowhere(world):
  """No file that the agent wrote has a secret."""
  for folder in ("state", "reports"):
    for parent, _, names in os.walk(world.path(folder)):
      for name in names:
        with open(os.path.join(parent, name), "rb") as file:
          text = file.read()
        for secret in secrets(world):
          if secret.encode() in text:
            raise Failure(f"a secret is in {parent}/{name}")


@scenario
@openldap_only("the feed is the same whatever the directory is")
def oauth_by_secret(world):
  oauth_world(world)
  world.run("apply", status=0).never_says(*secrets(world))
  world.expect_members(Drift="bo")
  equal([form for form, _ in world.tokens.forms],
        [{"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}],
        "what the token server was asked")
  left_nowhere(world)


@scenario
@openldap_only("the feed is the same whatever the directory is")
def oauth_by_certificate(world):
  oauth_world(world, by_certificate=True)
  works(world)
  works(world)  # with a jti of its own
  make_certificate(world, "anden")
  feed(world, oauth={**world.feed["oauth"], "key_file": "anden.key"})
  fails(world, "the key is not the one of the certificate in", "klient.pem")
  feed(world, oauth={**world.feed["oauth"], "cert_file": "anden.pem"})
  fails(world, "no token from", "the signature is not that of the certificate")


@scenario
@openldap_only("the feed is the same whatever the directory is")
def oauth_of_two_feeds_is_one_token(world):
  oauth_world(world)
  world.settings["absence"]["feeds"].append({**world.feed, "name": "to"})
  world.write_files()
  works(world)
  equal((len(world.tokens.forms), world.tokens.statuses), (1, [200, 200]), "tokens and pages")


@scenario
@openldap_only("the feed is the same whatever the directory is")
def oauth_token_that_is_refused_is_renewed_once(world):
  oauth_world(world)
  watching = Watch(world)
  watching.lists(Drift="bo")
  world.tokens.forget()
  before = len(world.tokens.statuses)
  watching.until(lambda: world.tokens.statuses[before:before + 2] == [401, 200], "401, and again")
  equal(len(world.tokens.forms), 2, "tokens")
  equal("feed loen" in watching.err(), False, "what is said of it")
  watching.end()
  world.tokens.says["/feed"] = [(401, ""), (401, "")]
  asked = len(world.tokens.forms)
  world.run("plan", status=6).says("the server answered 401", "oauth.scope")
  equal(len(world.tokens.forms) - asked, 2, "tokens of a run that is refused")


@scenario
@openldap_only("the feed is the same whatever the directory is")
def oauth_token_is_renewed_before_it_expires(world):
  """A token that lasts 12 s is kept for 10.8: a 401 is never seen."""
  oauth_world(world, life=12)
  watching = Watch(world)
  watching.until(lambda: len(world.tokens.forms) == 2, "a second token")
  watching.lists(Drift="bo")
  equal(set(world.tokens.statuses), {200}, "answers")
  watching.end()


@scenario
@openldap_only("the feed is the same whatever the directory is")
def oauth_server_that_hangs_holds_nobody_up(world):
  oauth_world(world)
  watching = Watch(world)
  watching.lists(Drift="bo")
  world.tokens.says["/token"] = [None]
  world.tokens.forget()
  watching.until(lambda: not world.tokens.says["/token"], "the token server to hang")
  world.set("bo", postvagtAbsence="2020-01-01/")
  watching.lists(Drift="anna")
  watching.end()


@scenario
@openldap_only("the feed is the same whatever the directory is")
def oauth_refusals_are_explained(world):
  """The server's own words and what to do, alike in plan, feeds and check, and without the secret."""
  oauth_world(world)
  world.write("client-secret", "forkert-og-hemmelig\n", 0o600)
  for command, status in (("plan", 6), ("feeds", 6), ("check", 6)):
    world.run(command, status=status).says(
        "feed loen" if command != "feeds" else "loen", world.tokens.url,
        f"no token from {world.tokens.token_url}: the server answered 401 (AADSTS7000215: "
        "Invalid client secret [...]): the client secret is wrong: write the secret's value, "
        "not its ID, to oauth.secret_file").never_says("forkert", "Trace ID")
  world.write("client-secret", f"{SECRET}\n", 0o600)
  for status, error, advice in (
      (403, {"code": "Authorization_RequestDenied", "message": "Insufficient privileges\x1b[2J."},
       r"(Authorization_RequestDenied: Insufficient privileges\1b[2J.): the application lacks a permission"),
      (403, {"code": "ErrorAccessDenied", "message": "Access is denied."},
       "(ErrorAccessDenied: Access is denied.): the application lacks a permission, or an "
       "application access policy")):
    for command in ("plan", "feeds", "check"):
      world.tokens.says["/feed"] = [(status, {"error": error})]
      world.run(command, status=6).says(f"the server answered {status} {advice}")


@scenario
@openldap_only("the feed is the same whatever the directory is")
@not_sanitized(KEPT)
def oauth_secrets_are_nowhere_in_memory(world):
  """Neither the secret nor a token, one of which is kept for an hour, are among what a waiting agent can write to."""
  oauth_world(world, tls=True)
  feed(world, every="1h")
  watching = Watch(world)
  watching.lists(Drift="bo")
  closed(world, watching, *secrets(world))
  with open(f"/proc/{watching.child.pid}/cmdline", "rb") as file:
    equal(SECRET.encode() in file.read(), False, "the secret on the command line")
  text = watching.end()
  for secret in secrets(world):
    equal(secret in text, False, "a secret is said")
  left_nowhere(world)


@scenario
@openldap_only("the feed is the same whatever the directory is")
@not_sanitized(KEPT)
def password_and_header_are_sent_and_nowhere_else(world):
  oauth_world(world, tls=True)
  page = (200, {"data": [ANNA]})
  world.write("password", "kodeord-" + SECRET + "\n", 0o600)
  for login in ({"user": "sd-bruger", "password_file": "password"},
                {"headers": [{"name": "ApiKey", "value_file": "password"}]}):
    feed(world, oauth=None, user=None, password_file=None, every="1h")
    feed(world, **login)
    world.tokens.says["/feed"] = [page]
    world.tokens.headers.clear()
    watching = Watch(world)
    watching.lists(Drift="bo")
    closed(world, watching, SECRET)
    equal(SECRET in watching.end(), False, "the secret is said")
    (headers,) = world.tokens.headers
    if "user" in login:
      equal(headers["Authorization"].partition(" ")[0], "Basic", "the scheme")
    else:
      equal((headers["ApiKey"], "Authorization" in headers), ("kodeord-" + SECRET, False), "the header fields")


@scenario
@openldap_only("the feed is the same whatever the directory is")
def secret_that_others_can_read_is_refused(world):
  oauth_world(world)
  for mode, login in ((0o644, {"secret_file": "client-secret"}),
                      (0o604, {"cert_file": "client-secret"})):
    world.write("client-secret", f"{SECRET}\n", mode)
    feed(world, oauth={"token_url": world.tokens.token_url, "client_id": CLIENT, **login})
    world.run("check", status=2).says("client-secret: others can read it")
  equal(world.tokens.forms, [], "what the token server was asked")


@scenario
@root_only("it runs the agent as two users")
@openldap_only("files are the same")
def root_keeps_the_secrets_of_feeds(world):
  """In memory: the agent cannot read the files of root's, also not while it watches."""
  oauth_world(world, by_certificate=True)
  owned(world)
  world.write("key", f"{SECRET}\n", 0o600)
  feed(world, headers=[{"name": "ApiKey", "value_file": "key"}])
  for name in ("klient.key", "key"):
    os.chown(world.path(name), 0, 0)
  watching = Watch(world)
  watching.lists(Drift="bo")
  equal(os.stat(world.path("var/state/feed-loen.json")).st_uid, AGENT, "who the agent is")
  world.tokens.forget()
  before = len(world.tokens.statuses)
  watching.until(lambda: world.tokens.statuses[before:before + 2] == [401, 200], "a second assertion")
  equal({headers.get("ApiKey") for headers in world.tokens.headers}, {SECRET}, "the header field")
  watching.end()


def mail_world(world, **servers):
  """A mailbox and a relay that take the token which the token server gives."""
  world.person("anna", "infrastrukturansvarlig", name="Anna")
  world.one_list()
  world.start()
  world.mail = Mail(world, **servers)
  world.tokens = TokenServer(world, [])
  world.tokens.gives = world.mail.token
  world.write("client-secret", f"{SECRET}\n", 0o600)
  world.oauth = {"token_url": world.tokens.token_url, "client_id": CLIENT, "secret_file": "client-secret",
                 "scope": "https://outlook.office365.com/.default"}
  return world


@scenario
@openldap_only("mail is the same whatever the directory is")
def oauth_of_mail_and_mailbox(world):
  """Dovecot and Postfix take the token by XOAUTH2, from a command and from the process that `watch` sends by."""
  mail_world(world)
  ca = world.mail.env["CA"]
  world.settings["mailbox"]["imap"] = {"url": world.mail.env["IMAPS_URL"], "user": BOX, "oauth": world.oauth,
                                       "ca_file": ca}
  world.settings["mail"] = {"smtp": world.mail.env["SMTPS_URL"], "from": "postvagt@eksempel.dk", "user": BOX,
                            "oauth": world.oauth, "ca_file": ca}
  world.write_files()
  world.run("mailbox", status=0).never_says(SECRET, world.mail.token)
  equal(len(world.tokens.forms), 1, "tokens for the mailbox")
  watching = Watch(world)
  watching.lists(Drift="anna")
  watching.until(lambda: len(world.tokens.forms) == 2, "a token for a notice")
  watching.until(lambda: world.mail.read("anna"), "the notice")
  watching.end()
  world.tokens.gives = "en-anden-token"
  asked = len(world.tokens.forms)
  world.run("mailbox", status=1).says("does not let", BOX, "oauth.scope").never_says(
      SECRET, "en-anden-token")
  equal(len(world.tokens.forms) - asked, 2, "tokens: one is renewed once")
  world.write("client-secret", "forkert-og-hemmelig\n", 0o600)
  world.run("mailbox", status=1).says("no token from", "AADSTS7000215", "oauth.secret_file").never_says("forkert")
