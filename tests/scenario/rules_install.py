"""The Sieve script put on the real Dovecot by ManageSieve, and what keeps it from getting there."""
import subprocess

from mail_servers import BOX, Mail, message
from scenario import openldap_only, scenario
from world import Failure, equal

SAME = "ManageSieve is the same whatever the directory is"
OTHERS = 'require "fileinto";\nkeep;\n'


def office(world, **environment):
  """One tag, and a mailbox whose script is installed over TLS."""
  world.settings["mailbox"]["address"] = BOX
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.list("Andet", "anna")
  world.list("Kritisk", "anna")
  world.route("*", "Andet", roles="infrastrukturansvarlig")
  world.start()
  mail = Mail(world, **environment)
  world.write("mail-secret", mail.password + "\n", 0o600)
  sieve(world, mail)
  return mail


def sieve(world, mail, **keys):
  """Write mailbox.sieve; a key that is None is left out."""
  section = {"url": mail.env["MANAGESIEVE_URL"], "user": BOX, "password_file": "mail-secret",
             "ca_file": mail.env["CA"], **keys}
  world.settings["mailbox"]["sieve"] = {key: value for key, value in section.items() if value is not None}
  world.write_files()


def install(world, *arguments, status=0):
  return world.run(*arguments, "rules", "--for", "sieve", "--install", status=status)


def doveadm(mail, *arguments, script=None):
  """What `doveadm sieve` says of the mailbox's scripts."""
  run = subprocess.run(["doveadm", "-c", mail.env["DOVECOT"], "sieve", arguments[0], "-u", BOX, *arguments[1:]],
                       input=script, capture_output=True, text=True, timeout=60, check=False)
  if run.returncode:
    raise Failure(f"doveadm sieve {arguments}: {run.stderr}")
  return run.stdout.removeprefix("sieve script:\n")


def scripts(mail):
  """The names of the scripts, the active one's with a star."""
  lines = doveadm(mail, "list").splitlines()
  return sorted(line.split(" ACTIVE")[0].strip() + ("*" if " ACTIVE" in line else "") for line in lines)


@scenario
@openldap_only(SAME)
def rules_install_the_script(world):
  mail = office(world)
  install(world).says("sieve://127.0.0.1", 'the script "postvagt" is installed and active').never_says("warning")
  equal(scripts(mail), ["postvagt*"], "scripts")
  text = world.run("rules", "--for", "sieve", status=0).out
  equal(doveadm(mail, "get", "postvagt"), text, "the script that is there")
  mail.deliver(message("[drift] nede", X_Number="1"))
  mail.settle()
  equal(mail.subjects("anna"), ["[drift] nede"], "Anna's mail")
  install(world)
  equal(scripts(mail), ["postvagt*"], "scripts after the second time")
  sieve(world, mail, script='Dansk "æøå" \\ script')
  install(world, "--lang", "da").says("er lagt på plads")
  equal(scripts(mail), ['Dansk "æøå" \\ script*', "postvagt"], "scripts under another name")


@scenario
@openldap_only(SAME)
def rules_install_logs_in_as_the_settings_say(world):
  """In the clear on loopback, by token; a wrong secret is not printed, and what is wrong is said."""
  mail = office(world, MECHANISMS="plain login xoauth2 oauthbearer")
  sieve(world, mail, ca_file=None)
  install(world)
  world.write("token", mail.token + "\n", 0o600)
  for ca_file in (None, mail.env["CA"]):
    sieve(world, mail, ca_file=ca_file, password_file=None, token_file="token")
    install(world)
  world.write("mail-secret", "forkert-kode\n", 0o600)
  world.write("token", "forkert-bevis\n", 0o600)
  for keys in ({}, {"password_file": None, "token_file": "token"}):
    sieve(world, mail, **keys)
    install(world, status=1).says(f"does not let {BOX} log in").never_says("forkert")
  world.write("token", "to ord\n", 0o600)
  install(world, status=2).says("token: no bearer token")
  sieve(world, mail, ca_file="/etc/ssl/certs/ca-certificates.crt")
  install(world, status=1).says("the server's certificate is refused")
  sieve(world, mail, ca_file=world.write("none.pem", "nothing\n"))
  install(world, status=2).says("none.pem", "no certificate in PEM form")
  sieve(world, mail, url="sieve://localhost.invalid")
  install(world, status=1).says("sieve://localhost.invalid: cannot be reached")
  mail.stop()
  sieve(world, mail)
  install(world, status=1).says("cannot be reached")
  del world.settings["mailbox"]["sieve"]
  world.write_files()
  install(world, status=2).says("mailbox.sieve is not given", "sieve: {url:")
  world.run("rules", "--for", "exchange-transport", "--install", status=2).says("cannot be installed from here")
  world.run("plan", "--install", status=2).says("only for postvagt rules")


@scenario
@openldap_only("OAUTHBEARER is the same whatever the directory is")
def rules_install_by_oauthbearer(world):
  mail = office(world, MECHANISMS="oauthbearer")
  world.write("token", mail.token + "\n", 0o600)
  sieve(world, mail, password_file=None, token_file="token")
  install(world)
  world.write("token", "forkert-bevis\n", 0o600)
  install(world, status=1).says(f"does not let {BOX} log in").never_says("forkert")
  sieve(world, mail)
  install(world, status=1).says("takes no password", "PLAIN")


@scenario
@openldap_only(SAME)
def rules_install_never_replaces_another_script(world):
  mail = office(world)
  doveadm(mail, "put", "-a", "webmail", script=OTHERS)
  install(world, status=1).says('the script "webmail" is active', "nothing was changed", "doveadm sieve deactivate")
  equal(scripts(mail), ["webmail*"], "scripts")
  doveadm(mail, "deactivate")
  sieve(world, mail, script="webmail")
  install(world, status=1).says('there is a script "webmail"', "mailbox.sieve.script")
  equal(doveadm(mail, "get", "webmail"), OTHERS, "the other's script")
  sieve(world, mail)
  install(world)
  equal(scripts(mail), ["postvagt*", "webmail"], "scripts")
  doveadm(mail, "put", "-a", "postvagt", script=OTHERS)
  install(world, status=1).says('the script "postvagt" is active', "not postvagt's")
  equal(doveadm(mail, "get", "postvagt"), OTHERS, "what somebody made of it")
  changed = world.run("rules", "--for", "sieve", status=0).out + "discard;\n"
  doveadm(mail, "put", "-a", "postvagt", script=changed)
  install(world)
  equal(doveadm(mail, "get", "postvagt"), changed.removesuffix("discard;\n"), "what was changed in ours")


@scenario
@openldap_only(SAME)
def rules_install_says_what_the_server_lacks(world):
  mail = office(world, SIEVE_SETTINGS="sieve_max_script_size = 5k;sieve_max_redirects = 1")
  result = install(world, status=1).says("the server refuses", "larger than it takes", "sieve_max_script_size")
  equal(scripts(mail), [], f"scripts\n{result}")


@scenario
@openldap_only(SAME)
def rules_install_says_which_extension_is_missing(world):
  mail = office(world, SIEVE_SETTINGS="sieve_extensions = -regex;sieve_max_redirects = 1")
  install(world, status=1).says('lacks the extension "regex"', "sieve_extensions")
  equal(scripts(mail), [], "scripts")


@scenario
@openldap_only(SAME)
def rules_install_warns_of_few_redirects(world):
  mail = office(world, SIEVE_SETTINGS="sieve_max_redirects = 1")
  install(world).never_says("sieve_max_redirects")
  world.route("andet", "Kritisk", roles="infrastrukturansvarlig")
  world.write_mapping()
  install(world).says("1 addresses at most", "sieve_max_redirects")
  equal(scripts(mail), ["postvagt*"], "scripts")


@scenario
@openldap_only(SAME)
def rules_install_warns_where_nothing_may_be_redirected(world):
  """0 is no address at all, in Pigeonhole; not "as many as you like"."""
  mail = office(world, SIEVE_SETTINGS="sieve_max_redirects = 0")
  install(world).says("0 addresses at most", "sieve_max_redirects")
  mail.deliver(message("[drift] nede"))
  mail.settle()
  equal((mail.subjects("anna"), mail.subjects()), ([], ["[drift] nede"]), "Anna's mail, and the mailbox's")
  world.run("check").says("to 0 at most", "sieve_max_redirects = 1")


@scenario
@openldap_only(SAME)
def rules_install_where_folders_have_a_prefix(world):
  """A script that cannot file a mail does not pass it on, either; check says so, and how it is set right."""
  mail = office(world, SIEVE_SETTINGS="};namespace inbox {;prefix = INBOX.;separator = .;};plugin {")
  world.settings["mailbox"]["imap"] = {"url": mail.env["IMAPS_URL"] + "/INBOX", "user": BOX, "password_file": "mail-secret",
                                       "ca_file": mail.env["CA"]}
  world.write_files()
  install(world)
  mail.deliver(message("[drift] en"))
  mail.settle()
  equal(mail.subjects("anna"), [], "Anna's mail")
  world.run("check", status=1).says("folders begin with \"INBOX.\"", "mailbox.folder_prefix: \"INBOX.\"")
  world.settings["mailbox"]["folder_prefix"] = "INBOX."
  world.write_files()
  world.run("check", status=1).says("fileinto")
  install(world)
  world.run("check", status=0).never_says("folder_prefix")
  mail.deliver(message("[drift] to"))
  mail.settle()
  equal((mail.subjects("anna"), mail.subjects(folder="INBOX.drift")), (["[drift] to"], ["[drift] to"]), "after that")


@scenario
@openldap_only(SAME)
def check_and_status_read_the_script_that_is_there(world):
  """Compared in full, not by its head; what cannot be seen is unknown."""
  mail = office(world)

  def checked(status, *texts):
    result = world.run("check", status=status).says(*texts)
    return result if texts else result.never_says("sieve://")

  checked(1, "sieve://127.0.0.1", "lists no active script")
  install(world)
  checked(0)
  text = world.run("rules", "--for", "sieve", status=0).out
  doveadm(mail, "put", "-a", "other", script=text.replace("\n", "\r\n") + "# a word\n")
  checked(0)
  doveadm(mail, "put", "-a", "other", script=text.replace('redirect :copy "drift@', 'redirect :copy "andre@'))
  checked(1, 'script "other"', "andre@eksempel.dk", 'expected: redirect :copy "drift@eksempel.dk";')
  world.run("status", status=5).says('script "other"')
  world.set("Drift", mail=["ny@eksempel.dk"])
  checked(1, "ny@eksempel.dk")
  install(world)
  checked(0)
  equal(scripts(mail), ["other", "postvagt*"], "scripts")
  doveadm(mail, "put", "-a", "webmail", script=OTHERS)
  checked(1, '"webmail" is not postvagt')
  world.write("mail-secret", "forkert-kode\n", 0o600)
  checked(1, "unknown", f"does not let {BOX} log in").never_says("forkert")
  mail.stop()
  checked(1, "unknown", "cannot be reached")


@scenario
@openldap_only(SAME)
def rules_install_beside_a_script_that_was_put_there_by_hand(world):
  """A file in the place of Dovecot's link is active, and ManageSieve does not list it."""
  mail = office(world)
  mail.install(OTHERS)
  world.run("check", status=1).says("the server lists no active script")
  install(world).says('"dovecot.orig"', "was active, and no longer is")
  equal(scripts(mail), ["dovecot.orig", "postvagt*"], "scripts")
  equal(doveadm(mail, "get", "dovecot.orig"), OTHERS, "the script of before")
  install(world).never_says("dovecot.orig")
