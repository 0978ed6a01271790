"""The systemd units: accepted, hardened, and kept apart."""
import os
import re

from installed import read, run
from world import Failure, equal

SERVICES = ("postvagt.service", "postvagt-watch.service", "postvagt-probe.service")
TIMERS = ("postvagt.timer", "postvagt-probe.timer")
APART = ("Type", "ExecStart", "ExecReload", "SuccessExitStatus", "TimeoutStartSec", "TimeoutStopSec",
         "WatchdogSec", "Restart", "RestartSec", "RestartPreventExitStatus", "RuntimeDirectory")


def section(name, title):
  """The lines of a section, without comments."""
  part = re.search(rf"^\[{title}\]\n(.*?)(?=^\[|\Z)", read("contrib/systemd", name), re.M | re.S).group(1)
  return [line for line in part.splitlines() if line and not line.startswith("#")]


def test_units_are_accepted(installed):
  """By systemd itself, in a root of its own with what the units name."""
  for path in ("usr/bin/kill", "usr/lib/systemd/system/sysinit.target"):
    os.makedirs(os.path.dirname(installed.path(path)), exist_ok=True)
  folder = installed.path("usr/lib/systemd/system")
  for name in (*SERVICES, *TIMERS):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
      text = file.read()
    copy = os.path.join(installed.folder, name)
    with open(copy, "w", encoding="utf-8") as file:  # a program that is there, and no manual to look for
      file.write(re.sub(r"^Documentation=.*\n", "", text.replace("/usr/bin/postvagt", "/bin/true"), flags=re.M))
    said = run("systemd-analyze", "verify", "--man=no", copy)
    equal([line for line in said.splitlines() if "postvagt" in line], [], f"systemd on {name}")


def test_units_are_hardened(installed):
  for name in SERVICES:
    said = run("systemd-analyze", "security", "--offline=yes", "--no-pager",
               os.path.join(installed.path("usr/lib/systemd/system"), name))
    exposure = float(re.search(r"Overall exposure level for \S+ ([\d.]+)", said).group(1))
    if exposure >= 2.0:
      raise Failure(f"{name} is exposed by {exposure}\n{said}")


def test_units_have_one_sandbox(_):
  """What the services may do is the same."""
  first, *others = ([line for line in section(name, "Service") if line.split("=")[0] not in APART]
                    for name in SERVICES)
  for name, other in zip(SERVICES[1:], others):
    equal(other, first, f"the sandbox of {name}")


def test_units_refuse_each_other(_):
  """Starting one of timer and watch stops the other; a run by hand beside the watch is refused."""
  runtime = [line.split("=")[1] for line in section("postvagt-watch.service", "Service")
             if line.startswith("RuntimeDirectory=")][0]
  if f"AssertPathExists=!/run/{runtime}" not in section("postvagt.service", "Unit"):
    raise Failure("postvagt.service does not look for the watch")
  if "Conflicts=postvagt-watch.service" not in section("postvagt.timer", "Unit") or \
     "Conflicts=postvagt.timer" not in section("postvagt-watch.service", "Unit"):
    raise Failure("timer and watch do not exclude each other")


def test_units_do_what_the_manual_says(_):
  timer = section("postvagt.timer", "Timer")
  for line in ("OnCalendar=*:0/5", "Persistent=yes", "RandomizedDelaySec=30s"):
    if line not in timer:
      raise Failure(f"postvagt.timer lacks {line}")
  if "OnCalendar=*:3/15" not in section("postvagt-probe.timer", "Timer"):
    raise Failure("postvagt-probe.timer does not run every 15 minutes")
  probe = section("postvagt-probe.service", "Service")
  if not any(line.startswith("ExecStart=") and line.endswith(" mailbox --probe") for line in probe) or \
     any(line.startswith("SuccessExitStatus=") for line in probe):
    raise Failure("postvagt-probe.service sends no probe, or does not fail where it is lost")
  watch = section("postvagt-watch.service", "Service")
  if "Type=notify" not in watch or not any(line.startswith("WatchdogSec=") for line in watch):
    raise Failure("postvagt-watch.service is no Type=notify with a watchdog")


def test_credentials_bear_the_names_of_the_manual(_):
  """Each credential of the units is told in the manual, as the bare name of a settings' file."""
  manual = read("agent/man/postvagt.8")
  for line in section("postvagt.service", "Service"):
    if line.startswith("LoadCredential="):
      name, stored = line.split("=")[1].split(":")
      if f"/etc/credstore/{stored}" not in manual or f".Pa {name}" not in manual:
        raise Failure(f"postvagt(8) does not tell of the credential {name}, {stored}")
