"""postvagt init: a directory is looked at, the first files are written, nothing else happens."""
import os
import shutil
import subprocess

from scenario import active_directory_only, openldap_only, scenario
from world import AGENT, ROOT, SUFFIX, Failure, equal

FILES = ("postvagt.yaml", "routes.yaml", "rights.txt")
OPEN = "access to * by users write by anonymous auth"


def catalogue(world):
  for name in ("tags.yaml", "roles.yaml"):
    shutil.copy(os.path.join(ROOT, "mappings", name), world.path(name))


def init(world, *arguments, status=0):
  if not arguments:
    arguments = ("--url", world.server["URL"], "--bind", AGENT, "--password-file", "secret")
  return world.run("init", *arguments, status=status, config=False)


def files(world):
  return [world.read(world.path(name)) for name in FILES]


def errors(world, status=0):
  return [finding["what"] for finding in world.run("--json", "check", status=status).json()["findings"]
          if finding["severity"] == "error"]


def lines(text, *expected):
  for line in expected:
    if line not in text:
      raise Failure(f"no {line!r} in\n{text}")


@scenario
@openldap_only("the example is OpenLDAP's")
def first_files_of_the_example(world):
  """All that is there is found, and check and plan take the files as they are."""
  world.start(os.path.join(ROOT, "ldif/eksempel.ldif"), write_files=False)
  catalogue(world)
  before = world.state()
  init(world).says("postvagtRole, in 24", "postvagtDeputy, in 15", "14 of 14 tags", "119 accounts, 25 mail groups",
                   "people     119, of them 0 with an address in proxyAddresses alone, 1 with none",
                   "holders of infrastrukturansvarlig: 2", "Infra-Driftsforstyrrelse: would join 0, on it already 2")
  equal(world.state(), before, "the directory")
  equal(world.writes(), [], "requests to change something")
  settings, routes, rights = files(world)
  lines(settings, 'base: "ou=Medarbejdere,dc=eksempel,dc=dk"', "    role: postvagtRole ",
        "    absence: postvagtAbsence ", "    login: uid ", "\n  timeout: 30s",
        'address: "infrastrukturpostkassen@eksempel.dk"', 'password_file: "secret"')
  lines(routes, '  - tag: sikkerhed\n    list: "cn=Infra-Sikkerhed,ou=Lister,dc=eksempel,dc=dk"\n',
        'critical:\n      list: "cn=Infra-Serviceplatformen-Kritisk,ou=Lister,dc=eksempel,dc=dk"',
        "#   systemansvarlig          8", '  - tag: "*"\n    list: "cn=Infra-Øvrige,ou=Lister,dc=eksempel,dc=dk"\n')
  lines(rights, f'to dn.subtree="ou=Lister,{SUFFIX}" attrs=member by dn.exact="{AGENT}" write by * break')
  for name in FILES:
    equal(os.stat(world.path(name)).st_mode & 0o777, 0o640, f"mode of {name}")
  equal(errors(world), [], "errors that check finds")
  # Whoever leaves by the first plan is away and has a stand-in: with no other removals let through, it passes.
  world.write("postvagt.yaml", settings.replace("removals_per_list: 5", "removals_per_list: 0").replace("removals_per_run: 25", "removals_per_run: 0"))
  equal(len(world.plan()["lists"]), 20, "lists of the first plan")


@scenario
@openldap_only("ACLs are slapd's")
def first_rights_are_enough(world):
  """A server whose only rights for the account are those of rights.txt: check finds nothing lacking."""
  world.start(os.path.join(ROOT, "ldif/eksempel.ldif"), write_files=False)
  catalogue(world)
  init(world)
  acl = [line.strip() for line in world.read(world.path("rights.txt")).splitlines()
         if line.startswith("    access to ")]
  equal(len(acl), 5, "access lines")
  equal([line for line in acl if f'subtree="{SUFFIX}"' in line and " none by " not in line], [],
        "rights on the whole directory")
  world.stop_server()
  world.start(os.path.join(ROOT, "ldif/eksempel.ldif"), write_files=False,
              ACL="\n".join(acl + ["access to attrs=userPassword by anonymous auth", "access to * by * none"]))
  world.settings["directory"]["url"] = world.server["URL"]
  text = world.read(world.path("postvagt.yaml"))
  world.write("postvagt.yaml", "".join(
      f'  url: {world.server["URL"]}\n' if line.startswith("  url:") else line
      for line in text.splitlines(keepends=True)))
  world.run("check", status=0)
  world.run("apply", status=0)


@scenario
@openldap_only("AD has no plain directory")
def first_files_of_a_plain_directory(world):
  """People and no more: what was not found is a comment that says so, and nothing is made up."""
  for login in ("anna", "bo"):
    world.name(login, world.entry(world.person_dn(login), objectClass="inetOrgPerson", uid=login, cn=login, sn=login,
                                  mail=f"{login}@eksempel.dk", description='direktør # role: "x"'))
  world.group("Alle", "anna bo")
  world.start(write_files=False, PLAIN="yes", ACL=OPEN)
  catalogue(world)
  init(world).says("roles      no attribute was found", "0 of 14 tags")
  settings, routes, rights = files(world)
  lines(settings, "    # role: ", "# no attribute was found to hold roles", "    # deputy: ",
        "    # absence: ", "  # address: ", "  # list: ", "    mail: mail ")
  lines(routes, "routes: []", "# - tag: serviceplatformen    no mail group was found")
  if "\n  - tag" in routes:
    raise Failure(f"a route is made up\n{routes}")
  lines(rights, "No list was found", 'dn.subtree="ou=..."')
  world.run("check", status=0).says("no route is in the file")
  equal(errors(world), [], "errors that check finds")
  world.run("plan", status=0)


@scenario
@openldap_only("it asks on OpenLDAP")
def first_files_by_other_attributes(world):
  """Roles in employeeType, lists in uniqueMember, hostile names: all proposed, and the files stay YAML."""
  world.person("anna", employeeType="Infrastruktur-ansvarlig")
  world.person("bo", employeeType="systemansvarlig/SAPA", manager=world.dn("anna"))
  world.person("carl", employeeType="vikar")
  hostile = ('Infra-Release: "x" #', r'Infra-Release: \"x\" \#')  # as it is, and as a DN has it
  for name, rdn in (("Infra-Certifikat",) * 2, hostile, ("Nyheder",) * 2):
    world.entry(f"cn={rdn},ou=Lister,{SUFFIX}", objectClass=["groupOfUniqueNames", "extensibleObject"],
                cn=name, uniqueMember=world.dn("anna"), mail=f"liste{len(name)}@eksempel.dk")
  world.start(write_files=False)
  catalogue(world)
  init(world).says("employeeType, in 2 entries", "2 of 14 tags")
  settings, routes, _ = files(world)
  lines(settings, "    role: employeeType ", "member_attribute: uniqueMember", "    manager: manager ")
  lines(routes, "infrastrukturansvarlig   1", "#   cn=Nyheder,ou=Lister")
  equal(len(errors(world, status=1)), 2, "lists that may not be written")
  equal(len(world.plan()["lists"]), 2, "lists that are kept")


@scenario
@openldap_only("of the command line")
def first_files_of_a_base_that_is_not_there(world):
  """A slip in --base, or no right to read it, is an error that names the DN; nothing is written."""
  world.people("anna")
  world.start(write_files=False)
  catalogue(world)
  arguments = ("--url", world.server["URL"], "--bind", AGENT, "--password-file", "secret", "--base")
  for base in (f"ou=Medarbejder,{SUFFIX}", "dc=andet,dc=dk"):
    init(world, *arguments, base, status=2).says(base, "there is no entry", "--base")
  init(world, *arguments, "intet dn", status=(1, 2)).says("intet dn")
  equal([name for name in FILES if os.path.exists(world.path(name))], [], "files of runs that failed")


@scenario
@openldap_only("it asks on OpenLDAP")
def first_files_in_the_language_chosen(world):
  """By --lang or the environment: the settings' language, and every comment."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.list("Infra-Sikkerhed", "anna")
  world.start(write_files=False)
  catalogue(world)
  arguments = ("init", "--url", world.server["URL"], "--bind", AGENT, "--password-file", "secret")
  for options, env, language in ((("--lang", "da"), {}, "da"), ((), {"LC_ALL": "da_DK.UTF-8"}, "da"),
                                 (("--lang", "en"), {"LC_ALL": "da_DK.UTF-8"}, "en")):
    result = world.run(*options, *arguments, env=env, status=0, config=False)
    texts = "".join([result.text, *files(world)])
    danish = ("ikke fundet en mailgruppe" in texts, "De rettigheder, som" in texts, "har en adresse" in texts,
              "kommer på 1, står der allerede 1" in texts, "language: da\n" in texts)
    english = (" the " in texts, "was found" in texts, "language: en\n" in texts)
    equal((set(danish), set(english)), ({language == "da"}, {language == "en"}), f"texts of {options}, {env}\n{texts}")
    for name in FILES:
      os.unlink(world.path(name))


@scenario
@openldap_only("the limit is slapd's")
def first_files_of_a_part_say_so(world):
  """A server that hands out fewer than there are: the numbers are called those of a part, and no OU is concluded from it."""
  for number in range(30):
    world.person(f"p{number}", "infrastrukturansvarlig", dn=world.person_dn(f"p{number}", "ou=It,ou=Medarbejdere"))
  world.entry(f"ou=It,ou=Medarbejdere,{SUFFIX}", objectClass="organizationalUnit", ou="It")
  world.entries.insert(1, world.entries.pop())
  world.start(write_files=False, DB_EXTRA=f'dbnosync\nlimits dn.exact="{world.agent}" size=12')
  catalogue(world)
  init(world).says("12 accounts or more")
  lines(files(world)[0], "# The server has more accounts than the 12 that were looked at", f'base: "{SUFFIX}"')


@scenario
@openldap_only("it asks on OpenLDAP")
def first_files_name_other_groups_among_the_lists(world):
  """rights.txt names the groups that the right on the lists' OU would hold for as well."""
  world.people("anna", "infrastrukturansvarlig")
  world.list("Infra-Sikkerhed", "anna")
  for number in range(12):
    world.list(f"Sag{number}", "anna", mail=number % 2 == 0)
  world.start(write_files=False)
  catalogue(world)
  init(world)
  rights = files(world)[2]
  lines(rights, f"WARNING: below {world.lists_base} are 12 groups")
  equal(rights.count("\n    cn=Sag"), 10, "groups that are named")
  equal("    cn=Infra-Sikkerhed" in rights, False, "the list is among the others")


@scenario
@openldap_only("of the command line")
def first_files_are_never_written_over(world):
  world.people("anna")
  world.start(write_files=False)
  init(world, status=2).says("no tags.yaml is there")
  catalogue(world)
  for name in FILES:
    world.write(name, "mine\n")
    init(world, status=2).says(name, "is there already")
    equal(world.read(world.path(name)), "mine\n", name)
    equal([other for other in FILES if os.path.exists(world.path(other))], [name], "files")
    os.unlink(world.path(name))
  init(world, "--url", world.server["URL"], "--bind", AGENT, status=2).says("--password-file")
  init(world, "--url", "ldap://127.0.0.1:1", "--bind", AGENT, "--password-file", "secret", status=1)
  world.write("wrong", "wrong\n", 0o600)
  init(world, "--url", world.server["URL"], "--bind", AGENT, "--password-file", "wrong", status=1)
  world.run("init", status=2, config=False).says("--url")
  equal([name for name in FILES if os.path.exists(world.path(name))], [], "files of runs that failed")


@scenario
@openldap_only("it asks on OpenLDAP")
def first_files_by_questions(world):
  """Without --url it asks; in a folder that is named, with the mapping below it."""
  world.people("anna", "infrastrukturansvarlig")
  world.start(write_files=False)
  os.makedirs(world.path("etc/mappings"))
  catalogue(world)
  for name in ("tags.yaml", "roles.yaml"):
    os.rename(world.path(name), world.path(f"etc/mappings/{name}"))
  os.rename(world.path("secret"), world.path("etc/secret"))
  answers = "\n".join([world.server["URL"], AGENT, "etc/secret", "", SUFFIX, ""])
  run = subprocess.run([world.program, "init", "etc"], input=answers, text=True, capture_output=True,
                       cwd=world.folder, env={**os.environ, "LC_ALL": "C.UTF-8"}, timeout=60, check=False)
  equal(run.returncode, 0, f"status ({run.stdout}{run.stderr})")
  lines(world.read(world.path("etc/postvagt.yaml")), 'password_file: "secret"',
        'routes: "mappings/routes.yaml"', 'tags: "mappings/tags.yaml"')
  world.config = world.path("etc/postvagt.yaml")
  world.run("plan", status=0)


@scenario
@active_directory_only
def first_files_on_active_directory(world):
  """Found by Kerberos or a password; rights as contrib/ad gives them."""
  world.person("anna", "infrastrukturansvarlig")
  world.person("bo", "superbruger", postvagtDeputy="anna")
  world.list("Infra-Beskedfordeler", "bo")
  world.list("Infra-Beskedfordeler-Kritisk", "bo")
  world.start()
  catalogue(world)
  directory = {**world.settings["directory"], **world.way()}
  for name in ("postvagt.yaml", "routes.yaml"):
    os.unlink(world.path(name))
  arguments = ["--url", directory["url"] if isinstance(directory["url"], str) else directory["url"][0],
               "--bind", directory["bind"]["dn"], "--password-file", "secret", "--base", world.suffix]
  if "ca_file" in directory:
    arguments += ["--ca-file", directory["ca_file"]]
  init(world, *arguments).says("active-directory", "roles      ")
  settings, routes, rights = files(world)
  lines(settings, "kind: active-directory", "filter: \"(&(objectCategory=person)(objectClass=user)\\\n",
        "    login: sAMAccountName ")
  lines(routes, "- tag: beskedfordeler")
  lines(rights, "New-PostvagtAccount.ps1 -Lists '", "postvagt-account.sh --lists '")
  world.run("check", status=0).never_says("postvagt.yaml:", "routes.yaml:")
  world.plan()


@scenario
@openldap_only("it asks on OpenLDAP")
def group_with_the_mailboxes_address_is_no_mailbox_list(world):
  """Nor is its address the mailbox's: a group passes mail on to its members, whatever its tag."""
  world.person("anna", "infrastrukturansvarlig")
  world.list("Infrastrukturpostkassen", "anna")
  world.start(write_files=False)
  catalogue(world)
  init(world, "--url", world.server["URL"], "--bind", AGENT, "--password-file", "secret")
  text = world.read(world.path("postvagt.yaml"))
  lines(text, "address: no mailbox was found", "A group passes mail on to its members")
  equal([line for line in text.splitlines() if line.strip(" #").startswith(("list: \"", "list: cn", "address: \""))],
        [], "what is proposed")
