"""A Sieve script on the real Pigeonhole, without servers: compiled by sievec, run by sieve-test."""
import grp
import os
import pwd
import re
import subprocess

from world import Failure

CONFIGURATION = """mail_uid = {user}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
log_path = /dev/stderr
mail_home = {folder}/home
mail_location = maildir:~/Maildir
ssl = no
plugin {{
  sieve_max_redirects = {redirects}
}}
"""


class Sieve:
  """A script, compiled by sievec, that sieve-test runs."""

  def __init__(self, world, script, redirects=100):
    os.chmod(world.folder, 0o711)
    user = "mail" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    group = "mail" if os.geteuid() == 0 else grp.getgrgid(os.getegid()).gr_name
    self.world = world
    self.configuration = world.write("dovecot.conf", CONFIGURATION.format(
        user=user, group=group, folder=world.folder, redirects=redirects))
    self.script = world.write("rules.sieve", script)
    run = self.tool("sievec", self.script)
    if run.returncode or run.stderr:
      raise Failure(f"sievec: {run.stderr}{run.stdout}\n{script}")

  def tool(self, name, *arguments):
    return subprocess.run([name, "-c", self.configuration, *arguments], capture_output=True,
                          text=True, timeout=60, check=False)

  def run(self, mail):
    """The addresses it is passed on to, each as often as it is, and the folders it is kept in.

    The sender is the mail's From: sieve-test takes no empty one.
    """
    with open(self.world.path("mail.eml"), "wb") as file:
      file.write(mail)
    run = self.tool("sieve-test", self.script, self.world.path("mail.eml"))
    if run.returncode or "final result: success" not in run.stderr:
      raise Failure(f"sieve-test: {run.stderr}{run.stdout}")
    if "rror" in run.stderr:
      raise Failure(f"sieve-test: {run.stderr}")
    return (re.findall(r"redirect message to: <([^>]*)>", run.stdout),
            set(re.findall(r"store message in folder: (.*)", run.stdout)))
