"""Who can write the settings and the mapping, and so decide who is on each list."""
import grp
import os
import stat

from directory_faults import DONE, two_lists
from init import FILES, catalogue, init
from run_as_owner import AGENT, AS_AGENT, owned
from scenario import openldap_only, root_only, scenario
from world import Failure, equal

OTHER = 23456  # a user, and a group, that no user database knows
GROUP = "games"  # one that every Debian has, and that is nobody's here
SERVICE = {"INVOCATION_ID": "0123456789abcdef0123456789abcdef"}


def refused(world, *texts, command="plan", **how):
  world.run(command, status=2, **how).says("not used: ", *texts)


def used(world, **how):
  """The plan is made of these files."""
  world.run("plan", status=0, **how).never_says("not used").says("L1")


def everybodys(world, path, **how):
  """With and without everybody's right to write; the text names file and remedy."""
  mode = stat.S_IMODE(os.stat(path).st_mode)
  os.chmod(path, mode | 0o002)
  refused(world, f"everybody may write {path}", f"chmod o-w {path}", **how)
  if os.path.isdir(path):
    os.chmod(path, mode | 0o1002)
    used(world, **how)
  os.chmod(path, mode)
  used(world, **how)


@scenario
@openldap_only("files are the same")
def files_of_everybody_are_refused(world):
  """Of settings and mapping, of the folder above; and of a user who is neither root nor a service."""
  two_lists(world).start()
  for name in ("postvagt.yaml", "tags.yaml", "roles.yaml", "routes.yaml", ""):
    everybodys(world, world.path(name).rstrip("/"))
  os.chmod(world.config, 0o646)
  for command in ("check", "apply", "status", "watch", "coverage"):
    refused(world, "everybody may write", command=command)
  world.run("audit", "list", status=2).says("not used: everybody may write")
  world.run("--lang", "da", "plan", status=2).says("bruges ikke: alle kan skrive i")


@scenario
@root_only("it gives files away")
@openldap_only("files are the same")
def anybody_can_run_it_from_a_home(world):
  """With umask 002, and with files of a group: for a user only what everybody may write counts."""
  two_lists(world)
  owned(world, secret_owner=AGENT).start()
  for name in ("", "postvagt.yaml", "tags.yaml", "roles.yaml", "routes.yaml"):
    path = world.path(name).rstrip("/")
    os.chown(path, AGENT, OTHER)
    os.chmod(path, os.stat(path).st_mode | 0o020)
  used(world, prefix=AS_AGENT)
  world.run("check", status=0, prefix=AS_AGENT).says(
      f"the group {OTHER} may write {world.config}", f"the group {OTHER} may write {world.path('routes.yaml')}")
  refused(world, f"the group {OTHER} may write", prefix=AS_AGENT, env=SERVICE)
  refused(world, f"the group {OTHER} may write", prefix=AS_AGENT, env={"STATE_DIRECTORY": world.path("var")})
  everybodys(world, world.path("routes.yaml"), prefix=AS_AGENT)


@scenario
@root_only("it gives files away")
@openldap_only("files are the same")
def root_believes_root_and_the_agent(world):
  """The agent is the owner of the folder of reports, which only the settings name."""
  two_lists(world)
  owned(world).start()
  for name in ("postvagt.yaml", "routes.yaml"):
    path = world.path(name)
    for user, group, mode, said in (
        (0, 0, 0o664, None),
        (0, AGENT, 0o664, None),
        (AGENT, AGENT, 0o644, None),
        (0, OTHER, 0o644, None),
        (0, OTHER, 0o664, f"the group {OTHER} may write {path}"),
        (OTHER, 0, 0o644, f"the user {OTHER} owns {path}")):
      os.chown(path, user, group)
      os.chmod(path, mode)
      if said:
        refused(world, said)
      else:
        used(world)
    os.chown(path, 0, 0)
    os.chmod(path, 0o644)
  os.chown(world.folder, 0, OTHER)
  os.chmod(world.folder, 0o775)
  refused(world, f"the group {OTHER} may write {world.folder}")
  os.chmod(world.folder, 0o1775)
  used(world)


@scenario
@root_only("it gives files away")
@openldap_only("files are the same")
def trusted_group_may_write_the_mapping(world):
  """But not the settings that name it; an unknown one has its place."""
  two_lists(world)
  owned(world)
  group = grp.getgrnam(GROUP).gr_gid
  os.mkdir(world.path("mapping"))
  world.settings["mapping"] = {name: f"mapping/{name}.yaml" for name in ("tags", "roles", "routes")}
  world.start()
  for name in ("tags", "roles", "routes"):
    os.rename(world.path(f"{name}.yaml"), world.path(f"mapping/{name}.yaml"))
  for name in ("mapping", "mapping/routes.yaml"):
    os.chown(world.path(name), 0, group)
    os.chmod(world.path(name), 0o775)
  refused(world, f"the group {GROUP} may write {world.path('mapping')}", "trusted_group")
  for written in (GROUP, ["root", GROUP]):
    world.settings["trusted_group"] = written
    world.write_yaml("postvagt.yaml", {**world.settings, "directory": {**world.way(), **world.settings["directory"]}})
    used(world)
  os.chown(world.config, 0, group)
  os.chmod(world.config, 0o664)
  refused(world, f"the group {GROUP} may write {world.config}", "trusted_group does not count for the settings")
  os.chmod(world.config, 0o644)
  os.chmod(world.folder, 0o775)
  os.chown(world.folder, 0, group)
  refused(world, f"the group {GROUP} may write {world.folder}")
  os.chown(world.folder, 0, 0)
  used(world)
  world.write("postvagt.yaml", world.read(world.config).replace(f'"{GROUP}"', '"no-such-group"'))
  world.run("plan", status=2).says("postvagt.yaml:", 'found "no-such-group", expected a group of this machine')


@scenario
@root_only("it gives files away")
@openldap_only("files are the same")
def links_lead_past_nobody(world):
  """The folder with the link counts as well as those of its target; root follows none of others."""
  two_lists(world).start()
  for name in ("links", "real", "real/inner"):
    os.mkdir(world.path(name))
  os.rename(world.path("routes.yaml"), world.path("real/inner/routes.yaml"))
  os.symlink(world.path("real/inner"), world.path("links/inner"))
  os.symlink("links/inner/routes.yaml", world.path("routes.yaml"))
  used(world)
  for name in ("links", "real", "real/inner"):
    path = world.path(name)
    os.chmod(path, 0o757)
    refused(world, f"everybody may write {path}")
    os.chmod(path, 0o755)
    os.chown(path, OTHER, 0)
    world.run("plan", status=2).says("routes.yaml: ", "link" if name == "links" else path)
    os.chown(path, 0, 0)
  used(world)


@scenario
@root_only("it runs the program as several users")
@openldap_only("files are the same")
def current_folder_counts_only_for_its_owner(world):
  """Neither root in a user's folder nor a user in another's; completion reads none at all."""
  two_lists(world)
  owned(world, secret_owner=AGENT).start()
  os.chown(world.folder, 0, 0)
  world.run("plan", config=False, status=0).never_says("passed over")

  def passed_over(prefix=(), owner="root"):
    result = world.run("plan", config=False, status=2, prefix=prefix)
    if f"./postvagt.yaml is passed over: it, or the current folder, belongs to {owner}" not in result.err:
      raise Failure(f"not passed over\n{result}")
    result.says("-c ./postvagt.yaml", "/etc/postvagt/postvagt.yaml")

  passed_over(AS_AGENT)
  os.chown(world.folder, AGENT, AGENT)
  passed_over(AS_AGENT)
  passed_over(owner=f"user {AGENT}")
  os.chown(world.config, AGENT, AGENT)
  world.run("plan", config=False, status=0, prefix=AS_AGENT).never_says("passed over")
  passed_over(owner=f"user {AGENT}")
  world.run("plan", status=0)

  # A link of the caller's own to settings of root's is the caller's choice; to those of others it is not.
  os.rename(world.config, world.path("real.yaml"))
  os.symlink("real.yaml", world.config)
  os.lchown(world.config, AGENT, AGENT)
  for owner, status in ((0, 0), (AGENT, 0), (OTHER, 2)):
    os.chown(world.path("real.yaml"), owner, owner)
    world.run("plan", config=False, status=status, prefix=AS_AGENT)
  os.chown(world.path("real.yaml"), AGENT, AGENT)

  for words, offered in ((("explain", "tag"), False), (("-c", "./postvagt.yaml", "explain", "tag"), True)):
    result = world.run("help", "complete", "--", *words, config=False, status=0, prefix=AS_AGENT)
    equal("tag1" in result.out, offered, f"TAB after {words} offers a tag")


@scenario
@root_only("it gives files away")
@openldap_only("files are the same")
def first_files_in_the_agents_folder(world):
  """Root makes a beginning where the agent will be at home; in a folder of somebody else's group it does not."""
  two_lists(world).start(write_files=False)
  catalogue(world)
  os.chown(world.folder, AGENT, OTHER)
  for name in ("tags.yaml", "roles.yaml"):
    os.chown(world.path(name), AGENT, AGENT)
  init(world)
  for name in FILES:
    os.unlink(world.path(name))
  os.chown(world.path("tags.yaml"), OTHER, OTHER)
  init(world, status=2).says("tags.yaml: not used: ", f"the user {OTHER} owns")


@scenario
@root_only("it gives files away")
@openldap_only("files are the same")
def secret_of_a_group(world):
  """Root's group and the agent's may read it, and no other; why it was refused is said, though root read it."""
  two_lists(world)
  owned(world).start()
  secret = world.path("secret")
  for group, mode, said in (
      (0, 0o640, None),
      (AGENT, 0o640, None),
      (OTHER, 0o600, None),
      (OTHER, 0o640, "a group can read it"),
      (0, 0o604, "others can read it")):
    os.chown(secret, 0, group)
    os.chmod(secret, mode)
    result = world.run("plan", status=2 if said else 0)
    if said:
      result.says(f"secret: {said}")
  os.chmod(secret, 0o600)

  # A link of root's is followed, as Kubernetes makes them; one of the agent's is not.
  os.rename(secret, world.path("real"))
  os.symlink("real", secret)
  world.run("plan", status=0)
  os.chown(world.folder, AGENT, AGENT)
  world.run("plan", status=2).says("secret: cannot be read")
  os.chown(world.folder, 0, 0)

  # A pipe in its place stops nothing.
  os.unlink(secret)
  os.mkfifo(secret, 0o600)
  world.run("plan", status=2).says("secret: not a file")


@scenario
@root_only("it gives files away")
@openldap_only("files are the same")
def credential_of_systemd(world):
  """It lies in a folder of root's, with a list of access for the agent's user, or is the agent's."""
  two_lists(world)
  owned(world).start()
  os.chmod(world.path("secret"), 0o644)  # refused, were it read
  os.mkdir(world.path("credentials"), 0o755)
  world.write("credentials/secret", world.password + "\n", 0o400)
  env = {"CREDENTIALS_DIRECTORY": world.path("credentials")}
  world.run("plan", status=0, env=env)
  os.chown(world.path("credentials/secret"), AGENT, AGENT)
  world.run("plan", status=0, env=env, prefix=AS_AGENT)
  # One that only root can read is kept, and why one was refused is still known.
  os.chmod(world.path("credentials"), 0o500)
  world.run("plan", status=0, env=env)
  os.chown(world.path("credentials/secret"), 0, OTHER)
  os.chmod(world.path("credentials/secret"), 0o440)
  world.run("plan", status=2, env=env).says("credentials/secret: a group can read it")
  os.chmod(world.path("credentials"), 0o755)
  os.chown(world.path("credentials/secret"), AGENT, AGENT)
  os.chmod(world.path("credentials/secret"), 0o404)
  world.run("plan", status=2, env=env, prefix=AS_AGENT).says("credentials/secret: others can read it")


@scenario
@root_only("it gives files away")
@openldap_only("files are the same")
def check_warns_of_folders_that_others_can_write(world):
  """Folders of reports and state are written, not believed, so they are not refused."""
  two_lists(world)
  owned(world, secret_owner=AGENT).start()
  world.run("apply", status=0)
  world.expect_members(**DONE)
  world.run("check", status=0).never_says("may write")
  for name in ("var/reports", "var"):
    path = world.path(name)
    os.chown(path, AGENT, OTHER)
    os.chmod(path, 0o775)
    # Root takes the group of the folder of reports for the agent's, as no database knows this user.
    for prefix in ((), AS_AGENT) if name == "var" else (AS_AGENT,):
      world.run("check", status=0, prefix=prefix).says("warning", f"the group {OTHER} may write {path}", "chmod g-w")
    os.chmod(path, 0o757)
    world.run("check", status=0).says(f"everybody may write {path}")
    os.chmod(path, 0o755)
    os.chown(path, AGENT, AGENT)
  world.run("check", status=0).never_says("may write")
