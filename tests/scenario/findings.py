"""What people read of findings and reasons: one line a cause, the important first, names, ways through groups."""
import os

from scenario import scenario
from world import Failure, equal


def lines_with(run, text):
  return [line for line in run.text.splitlines() if text in line]


def first_report(world):
  """The text of the only change report."""
  folder = world.path("reports")
  [name] = [name for name in os.listdir(folder)
            if name.endswith(".ldif") and not name.endswith(".undo.ldif")]
  with open(os.path.join(folder, name), encoding="utf-8") as file:
    return file.read()


@scenario
def many_findings_of_one_cause_are_one_line(world):
  """Each by itself with -v, in JSON and in the report; in text one line of all, and how many they are."""
  people = [f"p{number:02}" for number in range(30)]
  for login in people:
    world.person(login, "infrastrukturansvarlig", absence="i overmorgen")
  world.one_list()
  world.start()
  plan = world.run("plan")
  plan.says("60 warnings; -v shows all of them")
  [line] = lines_with(plan, "a value with letters, which is not shown")
  if "P00: " not in line or "dc=" in line:
    raise Failure(f"no name, or a DN\n{plan}")
  plan.says("and 29 more like this: P01, P02, P03, P04, P05, …")
  if len(plan.text.splitlines()) > 24 + len(people):  # who joins, and the important part
    raise Failure(f"more than a screen\n{plan}")
  verbose = world.run("-v", "plan")
  equal(len(lines_with(verbose, "a value with letters, which is not shown")), 30, "with -v")
  verbose.says(world.dn("p29")).never_says("more like this")
  findings = world.plan()["findings"]
  equal({finding["where"] for finding in findings}, {world.dn(login) for login in people}, "where")
  equal({finding["severity"] for finding in findings}, {"warning"}, "severities")
  check = world.run("check", status=1)
  equal(len(lines_with(check, "a value with letters, which is not shown")), 1, "in check")
  check.says("warnings; -v shows all of them")
  world.run("apply")
  equal(len([line for line in first_report(world).splitlines()
             if line.startswith("# ") and "a value with letters" in line]), 30, "in the report")


@scenario
def what_costs_an_absence_comes_before_other_warnings(world):
  world.person("anna", "infrastrukturansvarlig", absence="i overmorgen")
  world.person("stranger")
  world.one_list(membership="additive")
  world.list("Anden", "stranger")
  world.route("release", "Anden", "infrastrukturansvarlig", membership="additive")
  world.list("Tredje")
  world.route("beskeder", "Tredje", groups=f"cn=Borte,ou=Grupper,{world.suffix}")
  world.start()
  lines = world.run("plan").text.splitlines()
  places = [next(i for i, line in enumerate(lines) if text in line)
            for text in ("error ", "Anna: ", "Stranger is on the list")]
  equal(places, sorted(places), "the order of the findings")


@scenario
def people_of_one_name_are_told_apart(world):
  world.person("amo", "infrastrukturansvarlig", name="Anna Møller", absence="i overmorgen")
  world.person("anm", "infrastrukturansvarlig", name="anna møller")
  world.person("bo", "infrastrukturansvarlig", name="Bo")
  world.one_list()
  run = world.start().run("plan")
  run.says("+ Anna Møller (amo)", "+ anna møller (anm)", "Anna Møller (amo): ").never_says("Bo (")


@scenario
def people_whom_no_list_asks_for_are_counted(world):
  """One whose role is much like one that a route asks for is read, and is nobody's business."""
  world.person("anna", "infrastrukturansvarlig")
  world.person("bo", absence="i overmorgen")
  world.person("zoe", "tidligere-infrastrukturansvarlig", absence="i overmorgen")
  world.one_list(deputies=["bo"])
  run = world.start().run("check", status=1)
  run.says("Bo: ", "of people whom no list asks for: 1", "Absences that cannot be read: 1.")
  run.never_says("zoe")
  world.run("apply").says("of people whom no list asks for: 1").never_says("zoe")
  if "zoe" in first_report(world).lower():
    raise Failure("names zoe in the report")
  text = world.run("--json", "check", status=1).text
  if "zoe" in text or world.dn("bo") not in text:
    raise Failure(f"names zoe, or not bo\n{text}")
  world.set("bo", postvagtAbsence=[])
  world.run("check", status=0).says("of people whom no list asks for: 1").never_says("zoe")


@scenario
def way_through_nested_groups_is_shown(world):
  world.people("anna bo")
  world.group("Ydre", "Midte bo")
  world.group("Midte", "Inderst")
  world.group("Inderst", "anna bo")
  world.list("Drift")
  world.route("drift", "Drift", groups="Ydre")
  world.start()
  way = " > ".join(world.dn(name) for name in ("Ydre", "Midte", "Inderst"))
  [drift] = world.plan()["lists"]
  equal({world.short(member["dn"]): member["why"] for member in drift["members"]},
        {"anna": [f"group {way}"], "bo": [f"group {world.dn('Ydre')}", f"group {way}"]}, "why")
  world.run("plan").says("group Ydre > Midte > Inderst", "group Ydre; group Ydre > Midte > Inderst")
  world.run("-v", "plan").says(f"group {way}")
  world.run("explain", "anna").says("group Ydre > Midte > Inderst")
  world.run("plan", "-o", "gemt.ldif")
  world.run("apply", "gemt.ldif")
  text = first_report(world)
  if f"(Anna): group {way}\n" not in text:
    raise Failure(f"not in the comments of the report:\n{text}")
  world.run("audit", "show", os.path.basename(
      next(name for name in os.listdir(world.path("reports"))
           if name.endswith(".ldif") and "undo" not in name))[17:25]).says("> ")


@scenario
def reason_is_the_real_one(world):
  """An open absence hides no account that is of no use, nor a missing address."""
  world.person("anna", "infrastrukturansvarlig", mail=False)
  world.person("bo", "infrastrukturansvarlig")
  world.one_list("anna bo")
  world.start()
  world.run("plan").says("- Anna").says("cannot be reached: no mail address")
  world.run("apply")
  text = first_report(world)
  for expected in ("cannot be reached: no mail address", '"state":"no_mail"'):
    if expected not in text:
      raise Failure(f"the report does not say {expected!r}:\n{text}")
