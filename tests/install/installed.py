"""The tree that `make install` made, and what the program's own tables say."""
import os
import re
import subprocess

from world import Failure

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(*command, cwd=ROOT, status=0, text=None, **environment):
  """What it prints on both outputs; a Failure where it ends otherwise."""
  done = subprocess.run(command, cwd=cwd, input=text, text=True, stdout=subprocess.PIPE, check=False,
                        stderr=subprocess.STDOUT, env={**os.environ, "LC_ALL": "C.UTF-8", **environment})
  if done.returncode != status:
    raise Failure(f"$ {' '.join(command)}\n{done.stdout[-4000:]}[status {done.returncode}, not {status}]")
  return done.stdout


def read(*path):
  with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
    return file.read()


class Installed:
  def __init__(self, folder):
    self.folder = folder
    self.root = os.path.join(folder, "root")
    self.program = os.path.realpath(os.environ["POSTVAGT"])
    self.make_install(self.root, "/usr")

  def make_install(self, root, prefix):
    run("make", "-o", os.path.relpath(self.program, ROOT), "install", f"DESTDIR={root}", f"prefix={prefix}",
        MAKEFLAGS="")

  def path(self, *parts):
    return os.path.join(self.root, *parts)

  def help(self, *words):
    return run(self.program, "help", *words, LANG="C.UTF-8")

  def commands(self):
    """Name to arguments, as the help has them."""
    part = self.help().split("\n\n")[1]
    return {line.split()[0]: line[11:].strip() for line in part.splitlines()}

  def options(self):
    """Long name to the line of help; and the letters."""
    part = self.help().split("\n\n")[2]
    return dict(re.findall(r"^ .{5}--([a-z-]+)(.*)$", part, re.M)), re.findall(r"^  -(\w), ", part, re.M)

  def keys(self):
    """Every key of postvagt.yaml: "directory.bind.dn"."""
    return [line.split()[0] for line in self.help("settings").splitlines() if line.startswith("  ")]
