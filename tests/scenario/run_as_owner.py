"""Who runs the agent, and whose its files are: root becomes the owner of the folder of reports."""
import os
import re
import shutil
import stat

from directory_faults import DONE, two_lists
from scenario import active_directory_only, openldap_only, root_only, scenario
from watch import Watch
from world import Failure, equal

AGENT = 12345  # a user, and a group, that no user database knows
ROUNDS = 10
PRECIOUS = "precious: not the agent's\n"
AS_AGENT = ("setpriv", "--reuid", str(AGENT), "--regid", str(AGENT), "--clear-groups")


def owned(world, secret_mode=0o600, secret_owner=0):
  """The folder of reports, and the one above it, are the agent's; settings and secret are root's."""
  world.replays = False
  os.chmod(world.folder, 0o755)
  os.mkdir(world.path("var"))
  os.mkdir(world.path("var/reports"))
  for name in ("var", "var/reports"):
    os.chown(world.path(name), AGENT, AGENT)
  world.settings["reports"] = {"directory": "var/reports"}
  world.settings["metrics_file"] = "var/postvagt.prom"
  os.chmod(world.path("secret"), secret_mode)
  os.chown(world.path("secret"), secret_owner, secret_owner)
  return world


def owners(folder):
  """{path: uid} of everything below."""
  found = {}
  for above, folders, files in os.walk(folder):
    for name in folders + files:
      path = os.path.join(above, name)
      found[os.path.relpath(path, folder)] = os.lstat(path).st_uid
  return found


def all_are_the_agents(world, where):
  found = owners(world.path("var"))
  if len(found) < 5:
    raise Failure(f"{where}: only {found}")
  equal({name: uid for name, uid in found.items() if uid != AGENT}, {}, f"owners, {where}")


@scenario
@root_only("it runs the agent as two users")
@openldap_only("files are the same")
def root_and_agent_take_turns(world):
  """In both orders, ten times: none leaves anything that the other cannot use."""
  two_lists(world)
  owned(world, secret_owner=AGENT).start()
  before = world.state()
  for number in range(ROUNDS):
    for prefix in ((), AS_AGENT) if number % 2 else (AS_AGENT, ()):
      world.reset(before)
      world.run("apply", status=0, prefix=prefix)
      world.expect_members(**DONE)
      world.run("apply", status=0, prefix=prefix)
      all_are_the_agents(world, f"round {number}, {prefix or 'root'}")
  world.run("audit", "verify", status=0).says(f"{4 * ROUNDS} lines")


@scenario
@root_only("it runs the agent as two users")
@openldap_only("files are the same")
def root_follows_no_link_of_the_agents(world):
  """Whoever owns the folder of reports can put links there; root writes through none of them."""
  two_lists(world)
  owned(world).start()
  world.run("apply", status=0)
  precious = world.write("precious", PRECIOUS, 0o600)
  for name in ("runs.head", "runs.jsonl", "runs.open", "runs.lock", "runs.head.new"):
    path = world.path(f"var/reports/{name}")
    kept = path + "-kept"
    if os.path.exists(path):
      os.rename(path, kept)
    os.symlink(precious, path)
    world.run("apply", status=(0, 1) if name == "runs.head.new" else 1)
    equal(world.read(precious), PRECIOUS, f"what {name} led to")
    equal(os.stat(precious).st_uid, 0, f"the owner of what {name} led to")
    os.unlink(path)
    if os.path.exists(kept):
      os.rename(kept, path)
  world.run("apply", status=0)

  # Nor does a link choose the user that root becomes.
  os.rename(world.path("var/reports"), world.path("var/elsewhere"))
  os.symlink(world.folder, world.path("var/reports"))
  world.run("apply", status=2).says("var/reports", "a link")


@scenario
@root_only("it runs the agent as two users")
@openldap_only("files are the same")
def root_keeps_what_only_root_can_read(world):
  """The secret and the files that the command line names, though the agent can read none of them."""
  two_lists(world)
  owned(world).start()
  os.mkdir(world.path("private"), 0o700)
  plan, page = world.path("private/plan.ldif"), world.path("private/page.html")
  world.run("plan", "-o", plan, status=0)
  world.run("coverage", "--html", page, status=(0, 5)).never_says("cannot be")
  equal(os.stat(plan).st_uid, 0, "the owner of the plan")
  if "</html>" not in world.read(page):
    raise Failure("no whole page")
  world.run("apply", plan, status=0)
  world.expect_members(**DONE)
  all_are_the_agents(world, "after apply FILE")
  world.run("plan", status=2, prefix=AS_AGENT).says("secret: cannot be read")

  # A link in a folder of the agent's is not followed, though root names it.
  precious = world.write("precious", PRECIOUS, 0o600)
  os.symlink(precious, world.path("var/plan.ldif"))
  world.run("plan", "-o", world.path("var/plan.ldif"), status=1).says("plan.ldif")
  equal(world.read(precious), PRECIOUS, "what the link led to")


@scenario
@root_only("it looks into a process of root's")
@openldap_only("the process is the same")
def root_is_given_up_for_good(world):
  two_lists(world)
  owned(world).start()
  watching = Watch(world)
  watching.lists(**DONE)
  folder = f"/proc/{watching.child.pid}"
  with open(f"{folder}/status", encoding="utf-8") as file:
    status = dict(re.findall(r"^(\w+):[ \t]*(.*)$", file.read(), re.M))
  for key in ("Uid", "Gid"):
    equal(status[key].split(), [str(AGENT)] * 4, key)
  equal(status["Groups"].strip(), "", "Groups")
  for key in ("CapPrm", "CapEff", "CapAmb"):
    equal(int(status[key], 16), 0, key)
  # What cannot be traced or dumped belongs to root in /proc (proc(5), PR_SET_DUMPABLE).
  if "asan" not in world.program:
    equal(os.stat(f"{folder}/environ").st_uid, 0, "the owner of the process's files")
  watching.end()


@scenario
@root_only("it runs the agent as two users")
@openldap_only("files are the same")
def check_says_which_files_the_agent_cannot_write(world):
  two_lists(world)
  owned(world, secret_owner=AGENT).start()
  world.run("apply", status=0)
  world.run("check", status=0).never_says("chown")
  head = world.path("var/reports/runs.head")
  os.chown(head, 0, 0)
  for prefix in ((), AS_AGENT):
    world.run("check", status=1, prefix=prefix).says("runs.head", "chown", "cannot write")
  os.chown(head, AGENT, AGENT)
  os.makedirs(world.path("var/state"), 0o700, exist_ok=True)
  os.chown(world.path("var/state"), 0, 0)
  world.run("check", status=1).says("state", "chown")


@scenario
@root_only("it locks as an auditor would")
@openldap_only("files are the same")
def reader_of_the_reports_cannot_stop_a_run(world):
  """flock(2) asks for nothing but an open file: whoever may read runs.lock could hold it for ever."""
  two_lists(world)
  owned(world).start()
  world.run("apply", status=0)
  lock = world.path("var/reports/runs.lock")
  os.chmod(lock, 0o640)  # as older versions made it
  world.run("apply", status=0)
  equal(stat.S_IMODE(os.stat(lock).st_mode), 0o600, "the mode of runs.lock")


@scenario
@active_directory_only
@root_only("it runs the agent as two users")
def root_keeps_a_keytab(world):
  """In memory: the agent cannot read the file, and its ticket is renewed."""
  two_lists(world).by_kerberos()
  owned(world).start()
  os.chmod(world.path("postvagt.keytab"), 0o600)
  os.chown(world.path("postvagt.keytab"), 0, 0)
  shutil.copy(world.server["KRB5_CONFIG"], world.path("krb5.conf"))
  world.run("apply", status=0, env={"KRB5_CONFIG": world.path("krb5.conf")})
  world.expect_members(**DONE)
  all_are_the_agents(world, "after a login by keytab")


def hr_and_agent(world):
  """The agent's account may write lists; another, in absence.bind, people. The folder of reports is the agent's."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo")
  world.people("bo")
  world.one_list("anna")
  owned(world, secret_owner=AGENT)
  hr = f"cn=hr,ou=Tjenester,{world.suffix}"
  world.settings["absence"]["bind"] = {"dn": hr, "password_file": "hr-secret"}
  world.write("hr-secret", "eksempel-hr\n", 0o600)
  return world.start(ACL="\n".join([
      "access to attrs=userPassword by anonymous auth by * none",
      "access to attrs=postvagtAbsentFrom,postvagtAbsentUntil,postvagtAbsence,postvagtDeputy "
      f"by dn.exact=\"{hr}\" write by users read",
      f"access to attrs=member by dn.exact=\"{world.agent}\" write by users read",
      "access to * by users read"]))


@scenario
@root_only("it runs the agent as two users")
@openldap_only("its own rights")
def absences_are_written_by_an_account_that_the_agent_cannot_use(world):
  """Root reads that account's secret, for absent and back alone; check says where the agent could, too."""
  hr_and_agent(world)
  secret = world.path("hr-secret")
  world.run("check").never_says("absence.bind")
  world.run("absent", "anna", "--until", "2040-01-01", status=0).says("- Anna", "+ Bo")
  all_are_the_agents(world, "after absent")
  world.run("apply", status=0, prefix=AS_AGENT)
  world.run("back", "anna", "--until", status=2)
  for words in (["absent", "anna", "--until", "2041-01-01"], ["back", "anna"]):
    world.run(*words, status=2, prefix=AS_AGENT).says("hr-secret: cannot be read", "are for root")
  for mode, owner, group in ((0o640, 0, AGENT), (0o600, AGENT, 0), (0o000, AGENT, 0)):
    os.chmod(secret, mode)
    os.chown(secret, owner, group)
    for prefix in ((), AS_AGENT):
      world.run("check", prefix=prefix).says("hr-secret: the agent's user can read the secret of absence.bind")
  os.chown(secret, 0, 0)
  os.chmod(secret, 0o600)
  world.run("back", "anna", status=0).says("Anna is back")
  world.write("hr-secret", "something else\n", 0o600)
  world.run("back", "anna", status=1).says("password_file of absence.bind")
  os.remove(secret)
  world.run("check").says("hr-secret: no such file")
  world.settings["absence"]["bind"]["dn"] = world.agent
  world.settings["absence"]["bind"]["password_file"] = "secret"
  world.write_files()
  world.run("absent", "anna", status=1).says("the account of absence.bind lacks the right to write")
  del world.settings["absence"]["bind"]
  world.write_files()
  world.run("absent", "anna", status=1).says("the account of directory.bind lacks", "named in absence.bind")


@scenario
@openldap_only("files are the same")
def login_for_absences_that_makes_no_sense(world):
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  for bind, said in (({}, "simple needs dn and password_file"), ({"dn": "cn=hr,dc=x"}, "simple needs"),
                     ({"mechanism": "GSSAPI", "principal": "hr"}, "principal goes with keytab_file"),
                     ({"password": "x"}, "unknown key")):
    world.settings["absence"]["bind"] = bind
    world.write_files()
    world.run("check", status=2).says(said)
