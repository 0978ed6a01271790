"""contrib/ad/postvagt-account.sh: which OUs it gives the account a right on, and what the account may write then."""
import subprocess

from samba_domain import ACCOUNT
from scenario import active_directory_only, scenario
from world import equal

SECURITY = str(2 - 2**31)  # a global security group (MS-ADTS section 2.2.12)
SECRET = "Eksempel-konto-1"


class Script:
  """The script in a world's domain, for an account of the world's own."""

  def __init__(self, world):
    self.world, self.name = world, f"konto-{world.unit}"
    self.secret = world.write("konto", SECRET + "\n", 0o600)

  def run(self, *arguments, status=0):
    """What it says, on both outputs."""
    server = self.world.server
    run = subprocess.run(
        [ACCOUNT, "--name", self.name, "--password-file", self.secret, *arguments, "--",
         server["SAM"], server["SMB_CONF"]], capture_output=True, text=True, timeout=120, check=False)
    equal(run.returncode, status, f"status of {' '.join(arguments)}\n{run.stdout}{run.stderr}")
    return run.stdout + run.stderr

  def tries(self, group, member):
    """What the DC says when the account adds this member to a group."""
    text = f"dn: {group}\nchangetype: modify\nadd: member\nmember: {member}\n"
    dn = f"{self.name}@eksempel.dk"
    return self.world._ldap("ldapmodify", text=text, dn=dn, password=SECRET, check=False).returncode  # pylint: disable=protected-access

  def account(self):
    return self.world.dc().ldb("ldbsearch", f"(sAMAccountName={self.name})", "dn").count("dn: ")


def start(world):
  """Without a right of the other scenarios' account, whose `check` would name these groups."""
  world.may_write = False
  world.start()


def says(text, *parts):
  for part in parts:
    equal(part in text, True, f"{part!r} is in\n{text}")


@scenario
@active_directory_only
def account_writes_the_lists_alone(world):
  """After the script: a list, yes; Domain Admins and a group beside the lists, no."""
  world.people("anna bo")
  world.group("Et", "anna")
  world.list("Drift", "anna")
  start(world)
  script, domain = Script(world), world.server["SUFFIX"]
  equal("warning" in script.run("--lists", world.lists_base), False, "a warning about lists alone")
  equal(script.tries(world.dn("Drift"), world.dn("bo")), 0, "the list")
  for group in (f"CN=Domain Admins,CN=Users,{domain}", f"CN=Administrators,CN=Builtin,{domain}", world.dn("Et")):
    equal(script.tries(group, world.dn("bo")), 50, f"insufficient access (RFC 4511) to {group}")


@scenario
@active_directory_only
def account_gets_no_right_on_a_domain(world):
  """Refused before the account is made: the domain, a container, no entry, and each after an OU that is right."""
  world.list("Drift")
  start(world)
  script, domain = Script(world), world.server["SUFFIX"]
  says(script.run("--lists", domain, status=1), domain, "not an organizational unit (domainDNS)", "Domain Admins")
  says(script.run("--lists", domain.lower(), "--dry-run", status=1), "not an organizational unit")
  says(script.run("--lists", f"CN=Users,{domain}", status=1), "not an organizational unit (container)")
  says(script.run("--lists", f"OU=Nej,{domain}", status=1), f"OU=Nej,{domain}: cannot be read", "No such Base DN")
  script.run("--lists", world.lists_base, "--lists", domain, status=1)
  equal(script.account(), 0, "accounts that were made")


@scenario
@active_directory_only
def account_gets_no_right_on_admin_groups(world):
  """A group of adminCount 1 below the OU, however deep, is named; the script ends."""
  world.list("Drift")
  start(world)
  unit = f"OU=Gamle,{world.lists_base}"
  world.change(f"dn: {unit}\nchangetype: add\nobjectClass: organizationalUnit\n")
  dn = f"CN=Gamle ådmins,{unit}"
  world.change(f"dn: {dn}\nchangetype: add\nobjectClass: group\nsAMAccountName: {world.account()}\n"
               "adminCount: 1\n")
  script = Script(world)
  says(script.run("--lists", world.lists_base, status=1), "could write 1 built-in or critical groups", dn)
  equal(script.account(), 0, "accounts that were made")


@scenario
@active_directory_only
def account_is_warned_of_other_groups(world):
  """Security groups, and groups without an address: how many, and the first five. The right is given all the same."""
  for number in range(6):
    world.group_entry(world.name(f"Sag{number}", f"CN=Sag{number},{world.lists_base}"), cn="Sag",
                      member=[], groupType=SECURITY, mail=f"sag{number}@eksempel.dk")
  world.people("anna")
  world.list("Uden", mail=False)
  world.list("Drift")
  start(world)
  text = Script(world).run("--lists", world.lists_base)
  says(text, "warning: " + world.lists_base + ": 7 of the groups below it are security groups")
  equal(text.count("\n    CN="), 5, "groups that are named")
  equal(world.dn("Drift") in text, False, "a list is named")
