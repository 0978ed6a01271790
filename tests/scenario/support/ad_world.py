"""The same municipality on Active Directory: an OU of a domain that other worlds are in as well.

One thing must be one domain's, and the scenarios have it in each world: the login. It is the
attribute uid here; sAMAccountName, AD's own, is the world's and a number (active_directory.py uses that, too).
"""
import itertools
import re
import shutil

import ldif
from samba_domain import TOOLS, Domain
from world import World

LINKS = ("member", "manager", "assistant", "secretary")
MANY = 100  # entries that are put into the database rather than sent to the server
TYPES = re.compile(r"(^|,\s*)(cn|ou|dc)(?=\s*=)")
CHANGE = re.compile(r"DSDB Change \[(?:Add|Modify|Delete)\].* SID \[([^]]+)\] DN \[(.*?)\] attrib")
WORLD = re.compile(r",OU=(v\d+),DC=eksempel,DC=dk$")

numbers = itertools.count(1)


def canonical(dn):
  """As AD writes it."""
  return TYPES.sub(lambda match: match.group().upper(), dn)


class AdWorld(World):
  naming = "CN"
  group_classes = (("objectClass", "group"), ("groupType", "8"))
  state_attributes = ("objectClass", "cn", "ou", "sAMAccountName", "groupType", "member", "mail",
                      "displayName", "description")
  thousands = 1100  # a change of so many links takes a DC long
  environment = TOOLS
  replays = False  # a domain takes long; four_ways() does

  def __init__(self, program, fault, domain):
    self.domain, self.own = domain, None
    self.unit, self.accounts = f"v{next(numbers)}", itertools.count(1)
    self.suffix = f"OU={self.unit},{domain.env['SUFFIX']}"
    self.agent, self.password = domain.env["ACCOUNT_DN"], domain.env["ACCOUNT_PASSWORD"]
    self.may_write = True  # whether the account has the right of contrib/ad to this world's lists
    super().__init__(program, fault)
    self.entries.insert(0, (self.suffix, [("objectClass", "organizationalUnit")]))
    self.lists_base = canonical(self.lists_base)
    self.settings["directory"]["kind"] = "auto"
    self.settings["people"]["attributes"]["login"] = "uid"

  # Who and what is there

  def entry(self, dn, **attributes):
    return super().entry(canonical(dn), **attributes)

  def name(self, short, dn):
    return super().name(short, canonical(dn))

  def account(self):
    return f"{self.unit}-{next(self.accounts)}"

  def person_entry(self, dn, **attributes):
    del attributes["cn"]  # it is the RDN, and AD's has one value
    return self.entry(dn, objectClass=["user", "postvagtPerson"], **{
        "sAMAccountName": self.account(), "userAccountControl": "512", **attributes})

  def group_entry(self, dn, *classes, member, **attributes):
    del classes, attributes["cn"]
    return self.entry(dn, objectClass="group", member=member, **{
        "sAMAccountName": self.account(), "groupType": "8", **attributes})

  def by_kerberos(self):
    """The account binds by its keytab, and what goes over the wire is sealed by that."""
    shutil.copy(self.server["KEYTAB"], self.path("postvagt.keytab"))
    self.settings["directory"].update(url=self.server["URL"], bind={
        "mechanism": "GSSAPI", "keytab_file": "postvagt.keytab",
        "principal": self.server["PRINCIPAL"]})

  def grant(self, dn, sddl):
    """A right more, or less; in it @ is the program's account."""
    self.dc().grant(dn, sddl.replace("@", self.dc().account_sid()))

  # The server

  def dc(self):
    return self.own or self.domain

  @property
  def server(self):
    return self.dc().env

  @server.setter
  def server(self, _):
    """The domain knows."""

  def way(self):
    return {"url": self.server["LDAPS_URL"], "ca_file": self.server["CA"]}

  def address(self):
    return self.server["IP"], 389

  def start(self, *files, write_files=True, own=False, **_):
    """As in World; `own` is a DC that takes a password in the clear, so a relay may overhear."""
    if own:
      self.own = Domain(self.path("dc"), STRONG="no").start(*files)
    if not files:
      self.fill()
    self.log()
    if write_files:
      self.write_files()
    return self

  def fill(self):
    """All entries, then what links them: a link's other end must be there."""
    entries, links = [], []
    for dn, pairs in self.entries:
      if dn == self.lists_base and self.may_write:
        right = self.dc().right(self.settings["lists"]["create"])
        pairs = [*pairs, ("nTSecurityDescriptor", right)]
      entries.append(ldif.record(dn, [("changetype", "add")] + [
          pair for pair in pairs if pair[0] not in LINKS]))
      for link in LINKS:
        values = [pair for pair in pairs if pair[0] == link]
        if values:
          links.append(ldif.record(dn, [("changetype", "modify"), ("add", link), *values]))
    text = "".join(entries + links)
    if len(entries) < MANY:
      self.change(text)
    else:
      self.dc().ldb("ldbmodify", "-o", "batch_mode:1", "--nosync", self.write("world.ldif", text))

  def read_server(self):
    self.dc().read_env()

  def stop_server(self):
    self.own.stop()

  def restart_server(self):
    self.own.restart()

  def restart_command(self):
    return self.own.restart_command()

  def close(self):
    if self.own:
      self.own.close()
    super().close()

  def tool(self, name, *arguments, dn=None, password=None):
    return self.dc().tool(name, *arguments, dn=dn, password=password)

  def try_ldif(self, text):
    """These changes, with the agent's own right; returns what came of it."""
    return self._ldap("ldapmodify", text=text, dn=self.agent, password=self.password, check=False)

  def log_path(self):
    return self.dc().log_path()

  def writes(self):
    """The DNs that the DC was asked to change by the program's account, in no other world."""
    found = []
    for sid, dn in CHANGE.findall(self.log()):
      world = WORLD.search(dn)
      if sid == self.dc().account_sid() and (not world or world.group(1) == self.unit):
        found.append(dn)
    return found

  # The program

  def spawn(self, *arguments, env=None, **rest):
    env = {"KRB5_CONFIG": self.server["KRB5_CONFIG"], **(env or {})}
    return super().spawn(*arguments, env=env, **rest)
