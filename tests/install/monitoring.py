"""What watches over postvagt: figures that exist, alerts that say what to do, a plugin that answers right."""
import json
import os
import re
import time

import yaml

from installed import read, run
from world import Failure, equal

FOLDER = "contrib/monitoring"


def figures():
  """The names that run/prometheus.c writes."""
  return {f"postvagt_{name}" for name in
          re.findall(r'(?:add_number|add_moment|begin_metric)\(&?out, "([a-z_]+)"', read("agent/run/prometheus.c"))}


def probe_figures():
  """The names that a probe writes, by mailbox/probe/probe_metrics.c."""
  return {f"postvagt_probe_{name}" for name in
          re.findall(r'add_metric\(\s*&out, "([a-z_]+)"', read("agent/mailbox/probe/probe_metrics.c"))}


def used(text):
  return set(re.findall(r"postvagt_[a-z_]+", text))


def rules():
  return [rule for group in yaml.safe_load(read(FOLDER, "prometheus-rules.yaml"))["groups"]
          for rule in group["rules"]]


def test_figures_are_in_the_manual(_):
  manual = read("agent/man/postvagt.8")
  part = manual[manual.index(".Ss Metrics"):]
  equal([name for name in figures() | probe_figures() if name[len("postvagt_"):] not in part], [], "figures that postvagt(8) lacks")


def test_alerts_use_figures_that_exist(_):
  equal(sorted({name for rule in rules() for name in used(rule["expr"])} - figures() - probe_figures()), [],
        "unknown figures")


def test_alerts_say_what_to_do(_):
  names = [rule["alert"] for rule in rules()]
  equal(len(names), len(set(names)), "alerts of one name")
  for rule in rules():
    note = rule["annotations"]
    if len(note.get("runbook", "")) < 40 or not note.get("summary") or not rule["labels"].get("severity") or \
       not rule.get("for"):
      raise Failure(f"{rule['alert']} does not say what to do: {note}")


def test_alerts_name_commands_that_exist(installed):
  """Each "postvagt X" of a runbook, of the plugin and of the dashboard is a command."""
  known = set(installed.commands())
  for name in ("prometheus-rules.yaml", "check_postvagt", "grafana-dashboard.json"):
    text = re.sub(r"postvagt (on|leaves|refuses|takes|rules|write|are|is)\b", "", " ".join(read(FOLDER, name).split()))
    named = set(re.findall(r"postvagt (?:-\w )?([a-z]+)\b", text))
    equal(sorted(named - known), [], f"commands of {name} that are none")


def test_dashboard_uses_figures_that_exist(_):
  board = json.loads(read(FOLDER, "grafana-dashboard.json"))
  queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
  queries += [variable["query"] for variable in board["templating"]["list"] if variable["type"] == "query"]
  equal(sorted({name for query in queries for name in used(query)} - figures() - probe_figures()), [], "unknown figures")
  equal(sorted((figures() | probe_figures()) - {name for query in queries for name in used(query)} -
               {"postvagt_last_run_timestamp_seconds", "postvagt_probe_last_run_timestamp_seconds"}), [], "figures that no panel shows")


BASE = {"last_run_timestamp_seconds": -10, "last_success_timestamp_seconds": -10, "lists": 25, "gaps": 0, "held": 0,
        "removals_held_back": 0, "refused": 0, "people": 118, "errors": 0}
CASES = [  # what is other than usual; status; what is said
    ({}, 0, "OK: 25 lists in order"),
    ({"gaps": 2}, 1, "WARNING: 2 gaps, nobody answers or too few: postvagt coverage"),
    ({"last_success_timestamp_seconds": -1300}, 1, "WARNING: the last run that did all"),
    ({"last_success_timestamp_seconds": -4000}, 2, "CRITICAL: the last run that did all"),
    ({"last_success_timestamp_seconds": None}, 2, "CRITICAL: no run ever did all"),
    ({"refused": 1, "gaps": 1}, 2, "CRITICAL: refused, a limit would be passed"),
    ({"errors": 3}, 2, "CRITICAL: 3 errors: postvagt check"),
    ({"removals_held_back": 1, "held": 4}, 1, "no removal is made"),
    ({'feed_fresh{feed="løn \\"1\\""}': 0, 'feed_fresh{feed="sd"}': 1}, 1, 'not read: løn \\"1\\"'),
    ({'oauth_token_valid{login="mail.smtp"}': 0, 'oauth_token_valid{login="mailbox.imap"}': 1}, 1,
     "WARNING: no token, or it was refused: mail.smtp: postvagt check"),
    ({"last_run_timestamp_seconds": None}, 3, "UNKNOWN: no figures"),
]


def test_plugin_answers_right(installed):
  plugin = installed.path("usr/lib/nagios/plugins/check_postvagt")
  path = os.path.join(installed.folder, "figures.prom")
  now = int(time.time())
  for other, status, said in CASES:
    lines = [f"postvagt_{name} {now + value if 'timestamp' in name else value}"
             for name, value in {**BASE, **other}.items() if value is not None]
    with open(path, "w", encoding="utf-8") as file:
      file.write("# HELP postvagt_lists x\n" + "\n".join(lines) + "\n")
    answer = run("sh", plugin, "-f", path, status=status)
    if said not in answer:
      raise Failure(f"of {other} it says {answer!r}, not {said!r}")
    if status < 3 and not re.search(r" \| age=\d*s;1200;3600 lists=25 gaps=\d+;0 ", answer):
      raise Failure(f"no performance data: {answer!r}")
  os.unlink(path)
  run("sh", plugin, "-f", path, status=3)
  run("sh", plugin, "-w", "often", status=3)


PROBE = 'probe_result{result="%s"}'
PROBES = [  # figures of probes; status; what is said
    ({PROBE % "came_back": 1, PROBE % "not_passed_on": 0, "probe_last_run_timestamp_seconds": -60, "probe_seconds": 1.43}, 0,
     "errors=0;;0 probe=1.4s"),
    ({PROBE % "came_back": 0, PROBE % "not_passed_on": 1, "probe_last_run_timestamp_seconds": -60}, 2,
     "CRITICAL: a mail did not come back through the rules (not_passed_on): postvagt mailbox --probe"),
    ({PROBE % "failed": 1, "probe_last_run_timestamp_seconds": -60}, 2, "CRITICAL: no probe could be sent or looked for"),
    ({PROBE % "came_back": 1, "probe_last_run_timestamp_seconds": -7300}, 1, "WARNING: the last probe was 73"),
]


def test_plugin_looks_at_probes(installed):
  """In the file beside metrics_file, whatever that is called."""
  plugin = installed.path("usr/lib/nagios/plugins/check_postvagt")
  now = int(time.time())
  for name, beside in (("probed.prom", "probed-probe.prom"), ("probed", "probed-probe")):
    for figures_of, status, said in PROBES:
      for file_name, values in ((name, BASE), (beside, figures_of)):
        with open(os.path.join(installed.folder, file_name), "w", encoding="utf-8") as file:
          for figure, value in values.items():
            file.write(f"postvagt_{figure} {now + value if 'timestamp' in figure else value}\n")
      answer = run("sh", plugin, "-f", os.path.join(installed.folder, name), status=status)
      if said not in answer:
        raise Failure(f"of {figures_of} it says {answer!r}, not {said!r}")
    run("sh", plugin, "-f", os.path.join(installed.folder, name), "-p", "8000", status=0)
    os.unlink(os.path.join(installed.folder, beside))
    run("sh", plugin, "-f", os.path.join(installed.folder, name), status=0)


def test_plugin_reads_what_a_run_leaves(installed):
  """Of the real program: figures of an apply that could not reach its directory."""
  folder = os.path.join(installed.folder, "figures")
  os.makedirs(folder)
  for name in ("tags.yaml", "roles.yaml"):
    run("cp", f"mappings/{name}", folder)
  with open(os.path.join(folder, "routes.yaml"), "w", encoding="utf-8") as file:
    file.write("routes: []\n")
  with open(os.path.join(folder, "secret"), "w", encoding="utf-8") as file:
    file.write("x\n")
  os.chmod(file.name, 0o600)
  with open(os.path.join(folder, "postvagt.yaml"), "w", encoding="utf-8") as file:
    file.write("directory: {url: 'ldap://127.0.0.1:1', base: 'dc=x,dc=dk', bind: {dn: 'cn=x,dc=x', "
               "password_file: secret}}\nmapping: {tags: tags.yaml, roles: roles.yaml, routes: routes.yaml}\n"
               "metrics_file: figures.prom\n")
  run(installed.program, "apply", cwd=folder, status=1)
  said = run("sh", installed.path("usr/lib/nagios/plugins/check_postvagt"), "-f", f"{folder}/figures.prom", status=2)
  if "no run ever did all" not in said or "errors: postvagt check" not in said:
    raise Failure(said)
