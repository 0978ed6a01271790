"""How it is built, installed and packed up."""
import hashlib
import json
import os
import platform
import re
import shutil

from installed import ROOT, run
from world import Failure, equal


def test_program_is_hardened(installed):
  """PIE, full RELRO, no executable stack, stack protector, FORTIFY, and CET where the processor has it."""
  program = installed.path("usr/bin/postvagt")
  headers, dynamic = run("readelf", "-hlW", program), run("readelf", "-dW", program)
  names = run("readelf", "--dyn-syms", "-W", program)
  expected = [("DYN (Position-Independent", headers), ("GNU_RELRO", headers), ("BIND_NOW", dynamic),
              ("__stack_chk_fail", names), ("_chk@GLIBC", names)]
  for what, where in expected:
    if what not in where:
      raise Failure(f"{what} is not in\n{where}")
  # Debian 12's own start-up code bears no mark of CET, so the linker sets none: look where main() begins.
  if platform.machine() == "x86_64" and not re.search(r"<main>:\n +[0-9a-f]+:\s+endbr64",
                                                      run("objdump", "-d", "--no-show-raw-insn", program)):
    raise Failure("main() begins without endbr64: built without -fcf-protection")
  stack = [line for line in headers.splitlines() if "GNU_STACK" in line]
  if not stack or "E" in stack[0].split()[6]:
    raise Failure(f"an executable stack: {stack}")
  if "RPATH" in dynamic or "RUNPATH" in dynamic:
    raise Failure(f"libraries are looked for elsewhere\n{dynamic}")


def needed(path):
  return set(re.findall(r"NEEDED\).*\[(.*)\]", run("readelf", "-dW", path)))


def test_start_loads_no_library_that_a_feed_or_a_mail_needs(installed):
  """libraries.so is linked to them; the program knows their names, and a start loads none."""
  program = installed.path("usr/bin/postvagt")
  later = needed(os.path.join(os.path.dirname(installed.program), "libraries.so")) - {"libc.so.6"}
  equal(len(later), 9, f"how many libraries are loaded at their first call: {sorted(later)}")
  equal(sorted(later & needed(program)), [], "what the program is linked to all the same")
  names = set(run("strings", program).splitlines())
  equal(sorted(later - names), [], "what libraries.so is linked to, and the program does not know by that name")
  loaded = run(program, "--version", LD_DEBUG="files")
  equal([name for name in sorted(later) if name in loaded], [], "what --version loads")


def test_program_knows_no_path_of_its_builder(installed):
  with open(installed.path("usr/bin/postvagt"), "rb") as file:
    if ROOT.encode() in file.read():
      raise Failure(f"{ROOT} is in the program: it would be other bytes elsewhere")


EXPECTED = """
etc/postvagt/mappings/roles.yaml etc/postvagt/mappings/tags.yaml usr/bin/postvagt
usr/lib/systemd/system/postvagt-watch.service usr/lib/systemd/system/postvagt.service
usr/lib/systemd/system/postvagt.timer usr/lib/systemd/system/postvagt-probe.service
usr/lib/systemd/system/postvagt-probe.timer usr/lib/sysusers.d/postvagt.conf
usr/share/bash-completion/completions/postvagt usr/share/fish/vendor_completions.d/postvagt.fish
usr/share/man/man5/postvagt-mapping.5 usr/share/man/man5/postvagt-report.5
usr/share/man/man5/postvagt.yaml.5 usr/share/man/man7/postvagt-exchange.7 usr/share/man/man8/postvagt.8
usr/lib/nagios/plugins/check_postvagt usr/share/doc/postvagt/SECURITY.md
usr/share/postvagt/ad/postvagt-account.sh usr/share/postvagt/monitoring/prometheus-rules.yaml usr/share/postvagt/schema/postvagt.schema
usr/share/doc/postvagt/README.md usr/share/doc/postvagt/examples/postvagt.yaml
usr/share/zsh/site-functions/_postvagt
""".split()


def test_install_puts_all_in_place(installed):
  missing = [path for path in EXPECTED if not os.path.isfile(installed.path(path))]
  equal(missing, [], "what `make install` left out")
  equal(run(installed.path("usr/bin/postvagt"), "--version").split()[0], "postvagt", "the program")
  for folder, _, names in os.walk(installed.root):
    for name in names:
      mode = os.stat(os.path.join(folder, name)).st_mode & 0o7777
      if mode not in (0o644, 0o755):
        raise Failure(f"{name} has mode {mode:o}")


def test_install_leaves_the_municipality_s_own_files(installed):
  root = os.path.join(installed.folder, "again")
  tags = os.path.join(root, "etc/postvagt/mappings/tags.yaml")
  os.makedirs(os.path.dirname(tags))
  with open(tags, "w", encoding="utf-8") as file:
    file.write("# ours\n")
  installed.make_install(root, "/opt/postvagt")
  with open(tags, encoding="utf-8") as file:
    equal(file.read(), "# ours\n", "tags.yaml")
  with open(os.path.join(root, "opt/postvagt/lib/systemd/system/postvagt.service"), encoding="utf-8") as file:
    if "ExecStart=/opt/postvagt/bin/postvagt " not in file.read():
      raise Failure("the unit starts another program than the one installed")


def test_dist_is_the_same_bytes_from_anywhere(installed):
  """From git; from what that unpacks to, without git, by another umask and at another time."""
  first, second = (os.path.join(installed.folder, name, "postvagt-0.tar.gz") for name in ("one", "two"))
  epoch = {"SOURCE_DATE_EPOCH": "1700000000"}
  run("contrib/package/dist", first, **epoch)
  run("tar", "xzf", first, "-C", installed.folder)
  tree = os.path.join(installed.folder, "postvagt-0")
  run("find", tree, "-exec", "touch", "-d", "2001-02-03", "{}", "+")
  run("sh", "-c", f"umask 077; contrib/package/dist '{second}'", cwd=tree, **epoch)
  sums = []
  for path in (first, second):
    with open(path, "rb") as file:
      sums.append(hashlib.sha256(file.read()).hexdigest())
  shutil.rmtree(tree)
  equal(sums[0], sums[1], "the two tarballs")


def test_sbom_names_what_is_linked_or_loaded(installed):
  """CycloneDX; each library that the program needs belongs to a package that is named, with its version."""
  path = os.path.join(installed.folder, "sbom.json")
  epoch = {"SOURCE_DATE_EPOCH": "1700000000"}
  loaded = os.path.join(os.path.dirname(installed.program), "libraries.so")
  run("contrib/package/sbom", installed.program, loaded, path, **epoch)
  with open(path, encoding="utf-8") as file:
    first = file.read()
  bill = json.loads(first)
  equal((bill["bomFormat"], bill["specVersion"]), ("CycloneDX", "1.5"), "the format")
  run("contrib/package/sbom", installed.program, loaded, path, **epoch)
  with open(path, encoding="utf-8") as file:
    equal(file.read(), first, "the same again")
  names = {part["name"] for part in bill["components"]}
  if not {"libldap-2.5-0", "libjansson4", "libsodium23", "libc6", "libcurl4", "libical3", "libjq1"} <= names:
    raise Failure(f"packages are missing among {sorted(names)}")
  known = dict(line.split() for line in
               run("dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *sorted(names)).splitlines())
  for part in bill["components"]:
    equal(part["version"], known[part["name"]], part["name"])
    if not part["purl"].startswith(f"pkg:deb/debian/{part['name']}@") or not part["licenses"]:
      raise Failure(f"half a component: {part}")
