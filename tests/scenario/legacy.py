"""Folders of version 0.1.0, from before machine lines: verified, shown and undone as that version did it."""
import difflib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess

import ldif
from scenario import openldap_only, scenario
from world import AGENT, FOREVER, ROOT, SUFFIX, Failure, equal

CORPUS = os.path.join(ROOT, "tests", "legacy")
LANGUAGES = ("en", "da")

ACL = f"""access to attrs=userPassword by anonymous auth by * none
access to dn.exact="cn=Låst,ou=Lister,{SUFFIX}" attrs=member by users read
access to dn.subtree="ou=Lister,{SUFFIX}" attrs=member,entry,children by dn.exact="{AGENT}" write by users read
access to dn.subtree="ou=Medarbejdere,{SUFFIX}" by dn.exact="{AGENT}" write by users read
access to * by users read by * none"""


def people(world):
  world.person("anna", "infrastrukturansvarlig", name="Anna Ågård")
  world.person("bo", name="Bo (IT): Drift")
  world.person("carl", name="Carl\u202eX")
  world.person("dora", name="Dora")
  world.person("eva", "infrastrukturansvarlig", name="Eva Ø.", absence="2020-01-01/2099-12-24",
               postvagtDeputy="dora")
  world.person("finn", "superbruger", name="Finn", absence=FOREVER)
  world.person("gert", "infrastrukturansvarlig", name="Gert", mail=False)
  world.person("hans", name="Hans")
  world.person("ida", dn=f"uid=ida\\, ø,ou=Medarbejdere,{SUFFIX}", name="Ida")
  world.person("jens", name="Jens")
  world.person("karl", name="Karl")
  world.person("lis", "programleder", name="Lis", absence="2020-01-01/2099-06-01T12:00")
  world.group("Vagt", "bo ida")


def lists(world):
  world.list("Drift", "eva finn gert hans karl")
  world.list("Alle", "hans jens karl")
  world.list("Kritisk", "jens Vagt")
  world.list("Orientering", "hans")
  world.list("Tom", "jens")
  world.list("Faa", "karl")
  world.no_list("Ny Liste")
  world.list("Låst", "hans")
  world.mailbox_list("Alle")
  world.settings["lists"]["create"] = True
  world.settings["limits"] = {"removals_per_list": 9, "removals_per_run": 90}
  world.route("drift", "Drift", "infrastrukturansvarlig", "Vagt", "carl@eksempel.dk", keep=[world.dn("Vagt")],
              critical=world.block("Kritisk", "infrastrukturansvarlig"),
              inform=world.block("Orientering", "superbruger infrastrukturansvarlig"))
  world.route("release", "Faa", people="carl", deputies=["hans"], at_least=5)
  world.route("tom", "Tom", "systemansvarlig")
  world.route("lis", "Ny Liste", "superbruger programleder")


def folder(world, language):
  """A copy of a folder of the corpus."""
  shutil.copytree(os.path.join(CORPUS, language), world.path(language))
  return world.path(language)


def runs(language):
  with open(os.path.join(CORPUS, language, "runs.jsonl"), encoding="utf-8") as file:
    return [json.loads(line) for line in file]


def runs_of(world, language):
  return [json.loads(line) for line in world.read(world.path(f"{language}/runs.jsonl")).splitlines()]


def add_member(world, name, dn):
  world.change(ldif.record(world.dn(name), [("changetype", "modify"), ("add", "member"), ("member", dn), ("-", None)]))


def said(world, *arguments):
  run = subprocess.run([world.program, *arguments], cwd=world.folder, capture_output=True, text=True, check=False,
                       env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "Europe/Copenhagen"})
  return f"$ postvagt {' '.join(arguments)}\n{run.stdout}{run.stderr}[{run.returncode}]\n\n"


def page_rows(text):
  """The page's tables, a line a row, without their bars."""
  rows = re.findall(r"<h3.*?</h3>|<tr.*?</tr>", text.partition("<main>")[2], re.S)
  return "".join(re.sub(r"(?s)<svg.*?</svg>|<[^>]*>", " ", row) + "\n" for row in rows)


def understood(world, language):
  """All that audit tells of the folder, which stands in the world's."""
  lines = runs(language)
  commands = [("verify", language), ("list", language)]
  commands += [("list", language, "--person", word) for word in ("Eva", "uid=dora", "Lis", "hedder ingen")]
  commands += [("show", line["run"], language) for line in lines]
  commands += [("who", tag, language, "--at", moment) for tag in ("drift", "release", "lis", "laast", "tom")
               for moment in ("2020-01-01", lines[2]["started"], "2099-01-01")]
  return "".join(said(world, "audit", *command) for command in commands) + all_pages(world, language)


def all_pages(world, language):
  """The page of all days, and that of the first run."""
  out = ""
  for which in (("--since", "2020-01-01"), (runs(language)[0]["run"],)):
    said(world, "audit", "show", *which, language, "--html", "page.html")
    out += page_rows(world.read(world.path("page.html")))
  return out


def town(world):
  people(world)
  lists(world)
  return world.start(ACL=ACL)


@scenario
@openldap_only("audit alone, which asks no directory")
def legacy_folders_are_understood(world):
  for language in LANGUAGES:
    folder(world, language)
    with open(os.path.join(CORPUS, f"{language}.understood"), encoding="utf-8") as file:
      different = list(difflib.unified_diff(file.read().splitlines(), understood(world, language).splitlines(),
                                            "expected", "told", n=0, lineterm=""))
    if different:
      raise Failure(f"what audit tells of {language}:\n" + "\n".join(different))


def replay(world, name):
  """What a report of the corpus says that its run did, is done."""
  world._ldap("ldapmodify", "-f", os.path.join(CORPUS, name))  # pylint: disable=protected-access


def use(world, language):
  """The agent goes on in that folder, without a key, and with the last route of its history."""
  world.route("laast", "Låst", "infrastrukturansvarlig")
  folder(world, language)
  world.settings["reports"]["directory"] = language
  world.write_files()


@scenario
@openldap_only("the corpus was made on it")
def legacy_run_is_undone(world):
  """The first run; the list that it made stays."""
  town(world)
  before = world.members()
  run = runs("da")[0]
  replay(world, f"da/{run['report']['name']}")
  use(world, "da")
  world.run("--case", "back", "audit", "undo", run["run"], status=0).says("10 added, 20 removed on 5 of 5 lists")
  after = world.members()
  equal(after.pop("Ny Liste"), {"finn", "lis"}, "the list that the run made")
  equal(after, before, "the lists")
  world.run("audit", "verify", "da", status=0)
  equal(runs_of(world, "da")[-1]["outcome"], "done", "outcome")


@scenario
@openldap_only("the corpus was made on it")
def legacy_run_that_was_interrupted_is_completed(world):
  """Dora is on one list by then; two whom it was to take off are not there."""
  town(world)
  line = json.loads(world.read(os.path.join(CORPUS, "da", "runs.open")))
  add_member(world, "Alle", world.dn("dora"))
  use(world, "da")
  world.run("apply", status=(0, 4)).says(line["run"], "interrupted")
  last = next(run for run in runs_of(world, "da") if run["run"] == line["run"])
  equal(last["outcome"], "interrupted", "outcome")
  equal({key: count for key, count in last["totals"].items() if count},
        {"added": 1, "removed": 2, "failed": 7, "kept": 23}, "totals")
  undo = world.read(world.path(f"da/{last['undo']['name']}"))
  equal([dn for dn in ldif.parse(undo)], [world.dn("Kritisk"), world.dn("Alle")], "what its undo file takes back")
  world.run("audit", "verify", "da", status=0)
  world.run("audit", "show", line["run"], "da", status=0).says(line["run"])


@scenario
@openldap_only("the corpus was made on it")
def legacy_plan_is_stale(world):
  """It is whole, and not carried out: postvagt plan -o makes another."""
  town(world)
  before = world.state()
  for language in LANGUAGES:
    shutil.copy(os.path.join(CORPUS, f"{language}.plan.ldif"), world.path("plan.ldif"))
    world.run("apply", "plan.ldif", status=3).says("older version", "make it again by postvagt plan -o")
    world.run("--lang", "da", "apply", "plan.ldif", status=3).says("ældre version")
  altered = world.read(world.path("plan.ldif")).replace("uid=anna", "uid=bo", 1)
  world.write("plan.ldif", altered)
  world.run("apply", "plan.ldif", status=3).says("was altered")
  equal(world.state(), before, "the lists")


@scenario
@openldap_only("audit alone, which asks no directory")
def legacy_plan_among_the_reports_is_no_stranger(world):
  """Its seal, and its signature, are what audit verify looks at."""
  folder(world, "en")
  shutil.copy(os.path.join(CORPUS, "en.plan.ldif"), world.path("en/plan.ldif"))
  key = os.path.join(CORPUS, "en.key.pub")
  for arguments in ((), ("--key", key)):
    equal(said(world, "audit", "verify", "en", *arguments).endswith("[0]\n\n"), True, "verify")
  text = world.read(world.path("en/plan.ldif"))
  world.write("en/plan.ldif", text.replace("uid=anna", "uid=bo", 1))
  equal("[5]" in said(world, "audit", "verify", "en"), True, "verify of one that was altered")


@scenario
@openldap_only("reports are alike")
def report_of_a_newer_version_is_left_to_it(world):
  """One that broke off, and one that is read: both are refused by the number of their form, and nothing is written."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  world.faulty("apply", at=1, status=-signal.SIGKILL)
  before = world.read(world.path("reports/runs.open"))
  name = json.loads(before)["report"]["name"]
  text = world.read(world.path(f"reports/{name}"))
  newer = text.replace('{"form":2,', '{"form":3,"more":1,', 1)
  sha256 = [hashlib.sha256(version.encode()).hexdigest() for version in (text, newer)]
  world.write(f"reports/{name}", newer)
  world.write("reports/runs.open", before.replace(*sha256))
  state = world.state()
  world.run("apply", status=1).says(name, "newer version")
  equal((world.state(), world.read(world.path("reports/runs.open")) == before.replace(*sha256)), (state, True),
        "the lists, and the open run")
  world.write(f"reports/{name}", text)
  world.write("reports/runs.open", before)
  world.run("apply", status=0).says("was interrupted")
  world.expect_members(Drift="anna bo")
  run = runs_of(world, "reports")[-1]
  path = f"reports/{run['report']['name']}"
  newer = world.read(world.path(path)).replace('{"form":2,', '{"form":3,', 1)
  world.write(path, newer)
  line = world.read(world.path("reports/runs.jsonl"))
  world.write("reports/runs.jsonl", line.replace(run["report"]["sha256"], hashlib.sha256(newer.encode()).hexdigest()))
  world.run("audit", "show", run["run"], status=2).says("form 3", "newer version")
