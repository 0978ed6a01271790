"""Active Directory for the scenarios: a Samba domain controller, by tests/servers/samba.sh."""
import base64
import functools
import os
import re
import shlex
import subprocess
import threading

from world import ROOT, Failure

ACCOUNT = os.path.join(ROOT, "contrib", "ad", "postvagt-account.sh")
SAMBA = os.path.join(ROOT, "tests", "servers", "samba.sh")
# OpenLDAP's tools: no file of this machine's or the user's.
TOOLS = {"LDAPCONF": "/dev/null", "LDAPRC": "/dev/null"}


class Domain:
  """A DC below `folder`. Its log has a line for each change that it was asked for."""

  def __init__(self, folder, **environment):
    self.folder = folder
    self.environment = {"LOGLEVEL": "1 dsdb_audit:5", **environment}
    self.env, self.rights, self.lock = {}, {}, threading.Lock()

  def _samba(self, *arguments):
    run = subprocess.run([SAMBA, *arguments], capture_output=True, text=True, timeout=120,
                         env={**os.environ, "D": self.folder, **self.environment}, check=False)
    if run.returncode:
      raise Failure(f"samba.sh {arguments[0]}: {run.stderr}{run.stdout}")
    self.read_env()

  def read_env(self):
    with open(os.path.join(self.folder, "env"), encoding="utf-8") as file:
      pairs = [line.rstrip("\n").split("=", 1) for line in file]
    self.env = {key: value.strip("'") for key, value in pairs}

  def start(self, *files):
    self._samba("start", *files)
    return self

  def stop(self):
    self._samba("stop")

  def restart(self):
    self._samba("restart")

  def restart_command(self):
    variables = shlex.join(f"{key}={value}" for key, value in self.environment.items())
    return f"env D={shlex.quote(self.folder)} {variables} {SAMBA} restart"

  def close(self):
    if os.path.exists(self.log_path()):
      subprocess.run([SAMBA, "stop"], env={**os.environ, "D": self.folder, **self.environment},
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

  def log_path(self):
    return os.path.join(self.folder, "samba.log")

  def tool(self, name, *arguments, dn=None, password=None):
    """The command line of one of OpenLDAP's tools: the administrator's, or that account's.

    The administrator comes by Samba's own socket: no TLS, so less to wait for, but no right to
    read is asked for there either.
    """
    socket = os.path.join(self.folder, "private/ldap_priv/ldapi").replace("/", "%2F")
    url = self.env["LDAPS_URL"] if password else f"ldapi://{socket}"
    return ["env", f"LDAPTLS_CACERT={self.env['CA']}", name, "-x", "-H", url,
            "-D", dn or self.env["ADMIN"], "-w", password or self.env["PASSWORD"], *arguments]

  def right(self, create):
    """The security descriptor that contrib/ad gives an OU of lists, to be copied to others."""
    with self.lock:
      if create not in self.rights:
        self.rights[create] = self._make_right() if create else self._descriptor("OU=Lister")
      return self.rights[create]

  def _make_right(self):
    unit = f"OU=Oprettes,{self.env['SUFFIX']}"
    self.ldb("ldbadd", text=f"dn: {unit}\nobjectClass: organizationalUnit\n")
    subprocess.run([ACCOUNT, "--lists", unit, "--create", "--", self.env["SAM"],
                    self.env["SMB_CONF"]], check=True, capture_output=True)
    return self._descriptor("OU=Oprettes")

  def _descriptor(self, unit):
    found = subprocess.run(
        self.tool("ldapsearch", "-LLL", "-o", "ldif_wrap=no", "-s", "base", "-b",
                  f"{unit},{self.env['SUFFIX']}", "nTSecurityDescriptor"),
        text=True, check=True, capture_output=True, env={**os.environ, **TOOLS}).stdout
    return base64.b64decode(found.split("nTSecurityDescriptor:: ")[1])

  def grant(self, dn, sddl):
    subprocess.run(["samba-tool", "dsacl", "set", "-s", self.env["SMB_CONF"], "-H",
                    self.env["SAM"], f"--objectdn={dn}", f"--sddl={sddl}"], check=True,
                   capture_output=True)

  @functools.cache
  def account_sid(self):
    """The SID of the program's account, under which its changes are logged."""
    return self.sid(self.env["ACCOUNT_DN"])

  def sid(self, dn):
    found = self.ldb("ldbsearch", "-b", dn, "-s", "base", "objectSid")
    return re.search("^objectSid: (.*)$", found, re.MULTILINE).group(1)

  def ldb(self, tool, *arguments, text=None):
    """One of ldb's tools, past the server's own process; returns what it says."""
    run = subprocess.run([tool, f"--configfile={self.env['SMB_CONF']}", "-H", self.env["SAM"],
                          *arguments], input=text, capture_output=True, text=True, timeout=300,
                         check=False)
    if run.returncode:
      raise Failure(f"{tool} {' '.join(arguments)}: {run.stderr}{run.stdout}")
    return run.stdout
