"""Who answers each tag on the coming days: postvagt coverage."""
import random
import re

from random_municipalities import (DAY, UTC, Comparison, Reference, blocks, compare_towns, midnight, normal,
                    open_town, tags_of)
from scenario import openldap_only, scenario
from world import equal

AT = "2026-12-21"  # a Monday


def holidays(world):
  """Anna and Bo answer Drift; she is away from the 23rd on, and from the 28th so is who stands in."""
  world.person("anna", "infrastrukturansvarlig", name="Anna Ågård",
               absence="2026-12-23/2027-01-03", postvagtDeputy="carl")
  world.person("bo", "infrastrukturansvarlig", absence="2026-12-24T12:00/2026-12-24T16:00",
               postvagtDeputy="carl")
  world.person("carl", absence="2026-12-28/2026-12-29")
  world.list("Kritisk", "anna")
  world.one_list("anna", at_least=2, critical=world.block("Kritisk", people="anna", at_least=1))
  world.list("Orientering", "anna")
  world.list("Øvrige", "anna")
  world.route("*", "Øvrige", people="bo",
              inform=world.block("Orientering", "infrastrukturansvarlig"))
  return world.start()


def coverage(world, *arguments, status=0, at=AT):
  return world.run("--json", "--at", at, "coverage", *arguments, status=status).json()


def available(world, answer, tag, kind="ordinary"):
  """A text a day: who is available, and ! where there is a gap."""
  days = []
  for day in answer["days"]:
    line, = (line for line in day["tags"] if (line["tag"], line["kind"]) == (tag, kind))
    names = [world.short(dn) for dn in line["available"]]
    days.append(" ".join(names + (["!"] if line["gap"] else [])))
  return days


@scenario
def json_of_the_coming_days(world):
  holidays(world)
  answer = coverage(world, "--days", "9", status=5)
  equal(list(answer), ["days"], "keys")
  equal([day["date"] for day in answer["days"]],
        [f"2026-12-{number}" for number in range(21, 30)], "dates")
  for day in answer["days"]:
    equal(list(day), ["date", "tags"], "keys of a day")
    equal([(line["tag"], line["kind"]) for line in day["tags"]],
          [("drift", "ordinary"), ("drift", "critical"), ("*", "ordinary")], "the lists of a day")
    for line in day["tags"]:
      equal(list(line), ["tag", "kind", "available", "gap"], "keys of a list")
      equal(line["available"], sorted(line["available"], key=str.encode), "order")
  equal(available(world, answer, "drift"),
        ["anna bo", "anna bo", "bo carl", "carl !", "bo carl", "bo carl", "bo carl", "bo !",
         "bo !"], "drift")
  equal(available(world, answer, "drift", "critical"),
        ["anna", "anna", "carl", "carl", "carl", "carl", "carl", "!", "!"], "drift, critical")
  equal(available(world, answer, "*"), ["bo"] * 9, "everything else: of two alike, the first")
  equal(len(coverage(world, status=5)["days"]), 14, "days, where nobody says how many")
  equal(available(world, coverage(world, "--days", "3"), "drift"),
        ["anna bo", "anna bo", "bo carl"], "three days, and no gap")


@scenario
def today_begins_now(world):
  """What is over is no gap of today's; what comes later today is."""
  holidays(world)
  for at, expected in (("2026-12-24T11:59:59", "carl !"), ("2026-12-24T15:59:59", "carl !"),
                       ("2026-12-24T16:00:00", "bo carl")):
    answer = coverage(world, "--days", "1", at=at, status=5 if "!" in expected else 0)
    equal(answer["days"][0]["date"], "2026-12-24", "today")
    equal(available(world, answer, "drift"), [expected], f"drift at {at}")


@scenario
def clocks_that_change(world):
  """A local day may have 23 hours, or 25."""
  world.person("anna", "infrastrukturansvarlig",
               absence=["2026-10-24/2026-10-24", "2027-03-29/2027-03-29"])
  world.one_list("anna")
  world.start()
  answer = coverage(world, "--days", "3", at="2026-10-24", status=5)
  equal(available(world, answer, "drift"), ["!", "anna", "anna"], "about the end of summer time")
  answer = coverage(world, "--days", "3", at="2027-03-27", status=5)
  equal([day["date"] for day in answer["days"]], ["2027-03-27", "2027-03-28", "2027-03-29"],
        "dates about the start of summer time")
  equal(available(world, answer, "drift"), ["anna", "anna", "!"], "about the start of summer time")


@scenario
def each_absence_has_its_own_deputies(world):
  """Whom a feed names for one absence only is read, though somebody else is here all the time."""
  world.person("anna", "infrastrukturansvarlig", employeeNumber="1", postvagtDeputy="eva")
  for number, login in enumerate("bo carl dora eva".split(), 2):
    world.person(login, employeeNumber=str(number), postvagtDeputy="dora" if login == "carl" else [],
                 absence=["2026-12-27/2026-12-27"] if login == "carl" else [])
  world.one_list("anna")
  world.write("feed.csv", "nr;fra;til;stedfortræder\n1;2026-12-23;2026-12-24;2\n"
              "1;2026-12-26;2026-12-27;3\n")
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": f"file://{world.path('feed.csv')}", "format": "csv",
      "match": "employeeNumber",
      "fields": {"person": "nr", "from": "fra", "until": "til", "deputy": "stedfortræder"}}]
  world.start()
  equal(available(world, coverage(world, "--days", "8"), "drift"),
        ["anna", "anna", "bo", "bo", "anna", "carl", "dora", "anna"], "drift")


@scenario
def the_absent_who_stay_do_not_answer(world):
  world.person("anna", "infrastrukturansvarlig", absence="2026-12-22/2026-12-22",
               postvagtDeputy="bo")
  world.person("bo")
  world.person("carl", absence="2026-01-01/")
  world.one_list("anna carl bo", keep=["carl"], membership="additive")
  world.settings["absence"]["when_absent"] = "add"
  world.start()
  equal(available(world, coverage(world, "--days", "3"), "drift"), ["anna", "bo", "anna"], "drift")


@scenario
def feed_that_cannot_be_read(world):
  """Absences count for nothing, so a clean answer is not one: 6; a gap is one all the same."""
  holidays(world)
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": f"file://{world.path('findes-ikke.csv')}", "format": "csv",
      "match": "uid", "fields": {"person": "nr", "from": "fra", "until": "til"}}]
  world.write_files()
  result = world.run("--json", "--at", AT, "coverage", "--days", "2", status=6)
  equal(len(result.json()["days"]), 2, "days, all the same")
  equal("loen" in result.err, True, "standard error names the feed")
  world.run("--at", AT, "coverage", "--days", "2", status=6).says("Absences are missing", "loen")
  world.run("--at", AT, "-q", "coverage", "--days", "2", status=6).says("Absences are missing")
  world.run("--at", AT, "coverage", status=5).says("Absences are missing", "Gaps")


@scenario
def options_of_coverage(world):
  holidays(world)
  for days in ("0", "3661", "-1", "to", "", " 3", "3 ", "1.5", "99999999999999999999"):
    result = world.run("coverage", "--days", days, status=2)
    equal(result.out, "", f"standard output of --days {days!r}")
    equal(bool(result.err), True, "a message")
  world.run("plan", "--days", "3", status=2)
  world.run("coverage", "noget", status=2)
  equal(len(coverage(world, "--days", "3660", status=5)["days"]), 3660, "days")
  equal(len(coverage(world, "--days=1", at="2026-12-31T23:59:59")["days"]), 1, "a second")


@scenario
def coverage_changes_nothing(world):
  """And reads the directory once, however many days there are."""
  holidays(world)
  before = world.state()
  world.log()
  requests = []
  for arguments in (["--days", "1"], ["--days", "400"]):
    result = world.run("-v", "--at", "2026-12-29", "coverage", *arguments, status=5)
    requests.append(re.findall(r"(\d+) requests", result.err))
  equal(requests[0], requests[1], "requests for a day, and for many")
  equal(world.state(), before, "the lists")
  equal(world.reports(), [], "reports")


@scenario
def calendar(world):
  holidays(world)
  said = world.run("--at", AT, "coverage", "--days", "9", status=5)
  lines = said.out.splitlines()
  for label, marks in (("drift, ordinary", "---!--- !!"), ("drift, critical", "------- !!"),
                       ("* (everything else), ordinary", "------- --")):
    row, = (line for line in lines if line.strip().startswith(label))
    equal(row.split(label)[1].strip(), marks, label)
  said.says("week 52", "week 53", "21 Dec", "28 Dec", "MTWTFSS", "at_least asks for",
            "28 to 29 December 2026: nobody for drift, critical: Anna Ågård is away, and nobody who "
            "could stand in is available: Carl",
            "24 December 2026 12:00 to 16:00: too few for drift, ordinary: ")
  world.run("--at", AT, "coverage", "--days", "2", status=0).says("No gaps.")


@scenario
def tags_of_one_route_are_one_line(world):
  world.person("anna", "infrastrukturansvarlig", absence="2026-12-23/2026-12-24")
  world.list("Sikker", "anna")
  world.route(["sikkerhed", "certifikat"], "Sikker", "infrastrukturansvarlig")
  world.start()
  for day in coverage(world, "--days", "4", status=5)["days"]:
    line, = day["tags"]
    equal([line[key] for key in ("tag", "tags", "kind")],
          ["sikkerhed", ["sikkerhed", "certifikat"], "ordinary"], "the line of a day")
  world.settings["metrics_file"] = world.path("postvagt.prom")
  world.write_files()
  said = world.run("--at", AT, "coverage", "--days", "4", "--html", world.path("page.html"), status=5)
  row, = (line for line in said.out.splitlines() if line.strip().startswith("sikkerhed"))
  equal(row.strip(), "sikkerhed, certifikat, ordinary --!!", "the row")
  said.says("nobody for sikkerhed, certifikat, ordinary: ")
  page = world.read(world.path("page.html"))
  equal("sikkerhed, certifikat</a>" in page and "sikkerhed, certifikat, ordinary</h3>" in page, True,
        "the page's calendar and its sections")
  world.set("anna", postvagtAbsence="2020-01-01/2037-01-01")
  world.run("apply", status=0)
  gaps, = re.findall(r"^postvagt_gaps (\d+)$", world.read(world.path("postvagt.prom")), re.M)
  equal(int(gaps), len(world.plan()["lists"][0]["gaps"]), "gaps of the metrics: the list's, once")


@scenario
def more_are_here_than_are_asked_for(world):
  """Enough, just enough, and a gap look different without colours."""
  world.person("anna", "infrastrukturansvarlig", absence="2026-12-23/2026-12-24")
  world.person("bo", "infrastrukturansvarlig", absence="2026-12-24/2026-12-24")
  world.person("carl", "infrastrukturansvarlig")
  world.one_list("anna", deputies=["carl"])
  world.start()
  said = world.run("--at", "2026-12-22", "coverage", "--days", "4", status=0)
  row, = (line for line in said.out.splitlines() if "drift" in line)
  equal(row.strip(), "drift, ordinary  ..-.", "the row")


@scenario
def calendar_fits_a_terminal(world):
  holidays(world)
  for days in ("14", "100"):
    for language in ("da", "en"):
      said = world.run("--at", "2026-12-24", "--lang", language, "coverage", "--days", days, status=5)
      table = said.out.partition("\n")[2].partition("\n\n  . ")[0]
      wide = [line for line in table.splitlines() if len(line) > 80]
      equal(wide, [], "lines of more than 80 columns")
  equal(said.out.count("MTWTFSS"), 15, "weeks of a hundred days")


@scenario
def calendar_of_many_tags_fits_a_terminal(world):
  """A row names as many tags as there is room for; what is said in words names all."""
  tags = ["driftsforstyrrelse", "servicevindue", "fordelingskomponent", "sikkerhed"]
  world.person("anna", "infrastrukturansvarlig", absence="2026-12-23/2026-12-24")
  world.list("Drift", "anna")
  world.route(tags, "Drift", "infrastrukturansvarlig")
  world.start()
  said = world.run("--at", AT, "coverage", "--days", "4", status=5)
  row, = (line for line in said.out.splitlines() if line.endswith("--!!"))
  equal(row.strip(), "driftsforstyrrelse and 3 more, ordinary --!!", "the row")
  said.says(f"nobody for {', '.join(tags)}, ordinary: ")
  row, = (line for line in world.run("--lang", "da", "--at", AT, "coverage", "--days", "4",
                                     status=5).out.splitlines() if line.endswith("--!!"))
  equal(row.strip(), "driftsforstyrrelse og 3 flere, normal --!!", "the row in Danish")


@scenario
def coverage_in_danish(world):
  holidays(world)
  world.settings["language"] = "da"
  world.write_files()
  said = world.run("--at", AT, "coverage", status=5)
  said.says("uge 52", "21. dec", "MTOTFLS", "Huller",
            "28.-29. december 2026: ingen til drift, kritisk: Anna Ågård er væk")
  said.never_says("gap", "nobody", "away")
  world.run("--at", AT, "coverage", "--days", "1", status=0).says("Ingen huller.")


@scenario
def quiet_says_only_gaps(world):
  holidays(world)
  equal(world.run("--at", AT, "-q", "coverage", "--days", "2", status=0).text, "", "no gap")
  lines = world.run("--at", AT, "-q", "coverage", status=5).out.splitlines()
  equal([line for line in lines if not line.startswith("  ! ")], [], "lines that are no gaps")
  equal(len(lines), 3, "gaps")


@scenario
def verbose_says_who_stands_in(world):
  holidays(world)
  world.run("--at", AT, "-v", "coverage", status=5).says(
      "Carl (for Anna Ågård)", "21 to 22 December 2026: Anna Ågård, Bo", "3 lists, ")


@scenario
def why_there_is_a_gap(world):
  """Each kind in its own words."""
  world.person("anna", "infrastrukturansvarlig", mail=False)
  world.one_list()
  world.list("Tom", "anna")
  world.route("release", "Tom", "programleder")
  for login, deputies in (("bo", ["dora"]), ("eva", ["dora", "bo"]), ("dora", [])):
    world.person(login, absence="2026-01-01/2027-12-31", postvagtDeputy=deputies)
  world.person("carl")
  world.list("To", "carl")
  world.route("test", "To", people="bo carl eva")
  world.start()
  world.run("--at", AT, "coverage", status=5).says(
      "21 December 2026 to 3 January 2027: nobody for drift, ordinary: Anna cannot be reached "
      "(no mail address), and nobody else is named who could stand in",
      "nobody for release, ordinary: no role, group or name yields anybody",
      "a stand-in is missing for test, ordinary: Bo, Eva are away, and nobody who could stand "
      "in is available: Dora")


@scenario
def findings_of_the_days_to_come(world):
  """A stand-in who is nobody is found on the day on which one is needed."""
  world.person("anna", "infrastrukturansvarlig", absence="2026-12-23/2026-12-23",
               postvagtDeputy="findes-ikke")
  world.one_list("anna")
  world.start()
  world.run("--at", AT, "coverage", "--days", "2", status=0).never_says("findes-ikke")
  world.run("--at", AT, "coverage", status=5).says("Findings", "findes-ikke")
  result = world.run("--json", "--at", AT, "coverage", status=5)
  equal("findes-ikke" in result.err, True, "with JSON, findings are on standard error")


# Random towns, against the second reading of the contract and against plan.


def moments_of(town, start, end):
  """Where something may change in [start, end), and one moment more."""
  reference = Reference(town, start)
  edges = {edge for intervals in reference.absences.values() for interval in intervals
           for edge in interval if start < edge < end}
  return sorted({start, *edges})


def worst(answers):
  """(gap, available) of the worst among several."""
  return min(answers, key=lambda answer: (not answer[0], len(answer[1])))


def expected_line(references, kind, block):
  answers = []
  for reference in references:
    answer = reference.answer(block, kind)
    names = {normal(p.dn) for p in answer.put if reference.available(p)}
    answers.append((bool(answer.gaps), names))
  return worst(answers)


def planned_line(plans, block):
  """The same, as plan says it: who is on the list by a rule, and stays not for being missed."""
  answers = []
  for plan in plans:
    item, = (item for item in plan["lists"] if normal(item["list"]) == normal(block["list"]))
    names = {normal(member["dn"]) for member in item["members"]
             if not any("stays" in why for why in member["why"]) and member["why"] != ["keep"]}
    answers.append((bool(item["gaps"]), names))
  return worst(answers)


def compare_day(world, town, comparison, day, bounds, ask_plan):
  moments = moments_of(town, *bounds)
  references = [Reference(town, moment) for moment in moments]
  plans = [world.run("--json", "plan", "--at", f"{moment:%Y-%m-%dT%H:%M:%SZ}").json()
           for moment in moments] if ask_plan else []
  lines = {(line["tag"], line["kind"]): (line["gap"], set(map(normal, line["available"])))
           for line in day["tags"]}
  expected, planned = {}, {}
  for route in town.routes:
    for kind, block in blocks(route):
      if kind != "inform":
        expected[tags_of(route)[0], kind] = expected_line(references, kind, block)
        if plans:
          planned[tags_of(route)[0], kind] = planned_line(plans, block)
  for name, other in (("the contract", expected), ("plan", planned)):
    if other:
      comparison.same(lines, other, f"{day['date']}, against {name}")


def compare_coverage(world, seed):
  town, chance = open_town(world, seed), random.Random(seed)
  comparison = Comparison(town)
  start = chance.choice(town.moments).replace(tzinfo=town.zone).astimezone(UTC).replace(microsecond=0)
  count = chance.randint(1, 12)
  result = world.run("--json", "coverage", "--days", str(count), "--at",
                     f"{start:%Y-%m-%dT%H:%M:%SZ}", status=(0, 5))
  days = result.json()["days"]
  first = start.astimezone(town.zone).date()
  comparison.same([day["date"] for day in days],
                  [str(first + number * DAY) for number in range(count)], "days")
  for number, day in enumerate(days):
    date = first + number * DAY
    bounds = (max(start, midnight(date, town.zone)), midnight(date + DAY, town.zone))
    compare_day(world, town, comparison, day, bounds, ask_plan=number == seed % count)
  gap = any(line["gap"] for day in days for line in day["tags"])
  comparison.same(result.status, 5 if gap else 0, "status")
  return comparison.problems


@scenario
@openldap_only("towns as OpenLDAP has them")
def coverage_of_random_municipalities(world):
  compare_towns(world, compare_coverage)
