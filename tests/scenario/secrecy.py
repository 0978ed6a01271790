"""Secrets: used, and then nowhere, neither in memory nor in what is said; nor can others look."""
import os
import re
import subprocess

from feeds import feed, hr_world
from hr_server import TOKEN
from run_as_owner import AGENT, AS_AGENT, owned
from scenario import not_sanitized, openldap_only, scenario
from watch import Watch
from world import Failure, equal

PIECE = 12
SECRET = "nok-en-meget-lang-hemmelighed:" + "-".join(f"{n * n:05}" for n in range(150, 158))
SANITIZED = "asan" in os.environ.get("POSTVAGT", "")  # which keeps what is freed, and lets itself be attached to


def memory(process):
  """What a process has in memory that it can write to; its regions by name."""
  regions = {}
  with open(f"/proc/{process}/maps", encoding="utf-8") as maps, \
      open(f"/proc/{process}/mem", "rb", buffering=0) as bytes_:
    for line in maps:
      start, end, access, name = re.match(r"(\S+)-(\S+) (\S+) \S+ \S+ \S+ *(.*)", line).groups()
      if access.startswith("rw") and name != "[vvar]":
        bytes_.seek(int(start, 16))
        regions[f"{start} {name}"] = bytes_.read(int(end, 16) - int(start, 16))
  return regions


KEPT = "a sanitizer keeps what is freed, and lets itself be attached to"


def places(process, text):
  """Where any piece of it is: what is freed loses its beginning to the next in line."""
  pieces = {text[at:at + PIECE].encode() for at in range(0, len(text) - PIECE + 1, 4)}
  return [(name, found.start(), contents[max(0, found.start() - 60):found.end() + 20])
          for name, contents in memory(process).items() for piece in pieces
          for found in re.finditer(re.escape(piece), contents)]


def closed(world, watching, *secrets):
  """The memory of a waiting agent: root alone can look, and finds no secret. The name it finds."""
  process = watching.child.pid
  if os.geteuid() != 0:
    try:
      memory(process)
    except PermissionError:
      return
    raise Failure("anybody may read the agent's memory")
  equal(bool(places(process, world.agent)), True, "the agent's name is found, so the looking works")
  for secret in secrets:
    found = places(process, secret)
    if found:
      raise Failure(f"{secret!r} is in memory, {len(found)} times: {found[:5]}")


def waits(world, *secrets):
  """`watch` comes to rest, is looked into, and does so again after a change."""
  watching = Watch(world)
  closed(world, watching, *secrets)
  world.set("Drift", member=world.dns_of("carl"))
  watching.lists(Drift="anna bo")
  watching.state()
  closed(world, watching, *secrets)
  text = watching.end()
  for secret in secrets:
    equal(secret in text, False, "a secret is said")


def office(world, **directory):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  world.one_list("anna")
  world.start(OVERLAYS="syncprov refint", write_files=False)
  world.settings["directory"].update(directory)
  world.change(f"dn: {world.agent}\nchangetype: modify\nreplace: userPassword\n"
               f"userPassword: {SECRET}\n")
  world.write("secret", f"{SECRET}\n", 0o600)
  return world


@scenario
@openldap_only("binds by password")
@not_sanitized(KEPT)
def password_is_nowhere_after_the_bind(world):
  office(world).write_files()
  waits(world, SECRET)


@scenario
@openldap_only("binds by password")
@not_sanitized(KEPT)
def password_is_nowhere_after_a_bind_by_ldaps(world):
  office(world)
  world.settings["directory"].update(url=world.server["LDAPS_URL"], ca_file=world.server["CA"])
  world.write_files()
  waits(world, SECRET)


@scenario
@openldap_only("binds by password")
@not_sanitized(KEPT)
def password_is_nowhere_after_a_bind_by_starttls(world):
  office(world)
  world.settings["directory"].update(starttls=True, ca_file=world.server["CA"])
  world.write_files()
  waits(world, SECRET)


@scenario
@openldap_only("the feed is the same whatever the directory is")
@not_sanitized(KEPT)
def token_is_nowhere_after_the_fetch(world):
  hr_world(world, token_file="token")
  world.write("token", f"{TOKEN}\n", 0o600)
  feed(world, url=world.hr.url("token/feed.json"))
  watching = Watch(world)
  closed(world, watching, TOKEN)
  watching.end()


@scenario
@openldap_only("of the process alone")
def no_core_is_dumped(world):
  """
  Nor may the same user attach. /proc of a process that cannot be dumped belongs to root, so the process is
  an ordinary user's.
  """
  office(world)
  prefix = ()
  if os.geteuid() == 0:
    owned(world, secret_owner=AGENT)
    prefix = AS_AGENT
  world.write_files()
  watching = Watch(world, prefix=prefix)
  status = world.read(f"/proc/{watching.child.pid}/limits")
  equal(re.search(r"^Max core file size +(\S+) +(\S+)", status, re.MULTILINE).groups(),
        ("0", "0"), "the limit on cores")
  if not SANITIZED:
    equal(os.stat(f"/proc/{watching.child.pid}/environ").st_uid, 0, "whose the process's files are")
    reader = subprocess.run([*prefix, "cat", f"/proc/{watching.child.pid}/environ"],
                            capture_output=True, check=False)
    equal((reader.returncode, reader.stdout), (1, b""), "what the same user reads of it")
  watching.end()
