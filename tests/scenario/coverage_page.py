"""Pages: coverage --html, as a file, as a parser has it, and in a real browser."""
import html.parser
import json
import os
import re
import stat

from coverage import AT, coverage, holidays
from scenario import openldap_only, scenario
from world import FOREVER, Failure, equal

VOID = {"meta", "input", "br", "col", "rect"}


class Reader(html.parser.HTMLParser):
  """The elements of a page, their attributes, and what stands in them."""

  def __init__(self, text):
    super().__init__()
    self.elements, self.open = [], []
    self.feed(text)
    self.close()

  def handle_starttag(self, tag, attrs):
    if tag in ("td", "tr") and self.open and self.open[-1]["tag"] == "td":
      self.open.pop()  # its end may be left out
    element = {"tag": tag, "attrs": dict(attrs), "text": "", "inside": [e["tag"] for e in self.open]}
    self.elements.append(element)
    if tag not in VOID:
      self.open.append(element)

  def handle_startendtag(self, tag, attrs):
    """As in <rect/>."""
    self.handle_starttag(tag, attrs)
    if tag not in VOID:
      self.open.pop()

  def handle_endtag(self, tag):
    while self.open and self.open[-1]["tag"] == "td" and tag != "td":
      self.open.pop()
    if self.open and self.open[-1]["tag"] == tag:
      self.open.pop()
    else:
      raise Failure(f"</{tag}> where {self.open[-1:]} is open")

  def handle_data(self, data):
    for element in self.open:
      element["text"] += data

  def all(self, tag, **attrs):
    return [e for e in self.elements if e["tag"] == tag and
            all(e["attrs"].get(name.rstrip("_")) == value for name, value in attrs.items())]


def make_page(world, *arguments, status=5, at=AT, name="page.html"):
  world.run("--at", at, "coverage", *arguments, "--html", world.path(name), status=status)
  return world.path(name)


def read_page(world, path):
  text = world.read(path)
  page = Reader(text)
  equal(page.open, [], "elements left open")
  check_policy(text, page)
  return page


def check_policy(text, page):
  """Nothing can be fetched, whatever stands in the page; no handler, no style, no address but its own."""
  policy, = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
  rule = policy["attrs"]["content"]
  for part in ("default-src 'none'", "base-uri 'none'", "form-action 'none'"):
    equal(part in rule, True, part)
  equal("unsafe" in rule or "*" in rule or "http" in rule, False, f"holes in {rule}")
  equal([len(page.all(tag)) for tag in ("script", "style")], [1, 1], "scripts and styles")
  equal(text.index("Content-Security-Policy") < text.index("<style"), True, "the policy comes first")
  for element in page.elements:
    for name, value in element["attrs"].items():
      if name.startswith("on") or name in ("style", "src", "srcset", "srcdoc", "action"):
        raise Failure(f"<{element['tag']} {name}={value!r}>")
      if name == "href" and not re.fullmatch(r"#[a-z]+\d*", value):
        raise Failure(f"it leads to {value!r}")
  ids = [e["attrs"]["id"] for e in page.elements if "id" in e["attrs"]]
  equal(len(ids), len(set(ids)), "ids, each once")
  for link in page.all("a"):
    equal(link["attrs"]["href"][1:] in ids, True, f"{link['attrs']['href']} is there")


def rows(page):
  """What the calendar says: {list: [cell, ...]}, over all its tables."""
  found, current = {}, None
  for element in page.elements:
    inside = element["inside"]
    if element["tag"] == "th" and element["attrs"].get("scope") == "row":
      current = found.setdefault(" ".join(element["text"].split()), [])
    elif element["tag"] == "a" and "td" in inside and current is not None:
      current.append(" ".join(element["text"].split()))
  return {label: cells for label, cells in found.items() if cells}


@scenario
@openldap_only("the page is made of the answer, wherever that comes from")
def page_says_what_coverage_says(world):
  holidays(world)
  for days, expected in (("9", 5), ("2", 0)):
    answer = coverage(world, "--days", days, status=expected)
    page = read_page(world, make_page(world, "--days", days, status=expected))
    for kind, tag, label in (("ordinary", "drift", "drift ordinary, at least 2"),
                             ("critical", "drift", "drift critical"),
                             ("ordinary", "*", "everything else ordinary")):
      lines = [line for day in answer["days"] for line in day["tags"]
               if (line["tag"], line["kind"]) == (tag, kind)]
      cells = rows(page)[label]
      equal([int(re.sub(r"\D", "", cell)) for cell in cells],
            [len(line["available"]) for line in lines], f"{label}: how many")
      equal(["gap" in cell and "!" in cell for cell in cells], [line["gap"] for line in lines],
            f"{label}: gaps")
  equal("No gaps in the coming days: 2" in world.read(world.path("page.html")), True, "the verdict")


@scenario
@openldap_only("as above")
def page_tells_all_of_it(world):
  world.person("dora", "infrastrukturansvarlig", mail=False)
  holidays(world)
  result = world.run("--at", AT, "coverage", "--html", world.path("page.html"), status=5)
  result.says("Gaps", "week 52")  # the text is printed as ever
  text = re.sub(r"<bdi>|</bdi>", "", world.read(world.path("page.html")))
  for words in ("28 to 29 December 2026", "nobody for drift, critical: Anna Ågård is away",
                "Carl (for Anna Ågård)", "24 December 2026 12:00 to 16:00", world.server["URL"],
                "no mail address", "SHA-256 ", "postvagt.yaml"):
    equal(words in text, True, words)
  equal(stat.S_IMODE(os.stat(world.path("page.html")).st_mode), 0o640, "mode")
  page = read_page(world, world.path("page.html"))
  equal(page.all("html")[0]["attrs"]["lang"], "en", "language")
  world.run("--at", AT, "--lang", "da", "coverage", "--html", world.path("page.html"), status=5)
  page = read_page(world, world.path("page.html"))
  equal(page.all("html")[0]["attrs"]["lang"], "da", "language")
  said = " ".join(e["text"] for e in page.all("main"))
  for words in ("away", "nobody", "gap", "December"):
    equal(re.search(rf"\b{words}\b", said), None, f"English in a Danish page: {words}")
  equal(len(os.listdir(world.folder)), len({name.removesuffix(".new") for name in
                                            os.listdir(world.folder)}), "nothing left beside it")


@scenario
@openldap_only("as above")
def page_that_cannot_be_written(world):
  holidays(world)
  for name in ("-", ""):
    world.run("coverage", "--html", name, status=2).says("--html", "no file")
  for name in ("nowhere/page.html", "."):
    said = world.run("--at", AT, "coverage", "--html", world.path(name), status=1)
    said.says("cannot be written", "Gaps")
  world.write("page.html", "before")
  for command in (["plan"], ["audit", "list"], ["audit", "who", "drift"], ["audit", "verify"]):
    world.run(*command, "--html", world.path("page.html"), status=2).says("--html")
  equal(world.read(world.path("page.html")), "before", "the page")


@scenario
@openldap_only("as above")
def page_of_a_whole_year(world):
  """A calendar goes on from table to table, each day once."""
  holidays(world)
  page = read_page(world, make_page(world, "--days", "365"))
  days = [e["attrs"]["data-day"] for e in page.all("th", scope="col") if "data-day" in e["attrs"]]
  equal((len(days), len(set(days))), (365, 365), "days")
  equal(len(page.all("caption")), 11, "tables of five weeks")
  equal({len(cells) for cells in rows(page).values()}, {365}, "cells a list")


@scenario
@openldap_only("watch is tried on both elsewhere")
def apply_keeps_the_page_of_the_settings(world):
  holidays(world)
  world.settings["coverage_file"] = "page.html"
  world.write_files()
  world.run("apply", status=0)
  page = read_page(world, world.path("page.html"))
  equal(len([e for e in page.elements if "data-day" in e["attrs"]]), 14, "days")
  world.settings["coverage_file"] = "nowhere/page.html"
  world.write_files()
  world.run("apply", status=0).says("nowhere/page.html", "cannot be written")



# The pages of the reports.


def runs(world):
  return [json.loads(line)["run"] for line in
          world.read(world.path("reports/runs.jsonl")).splitlines()]


def some_days(world):
  """Bo is taken off for Anna; he stands in for her, beside Carl, whom others put there; then she is back."""
  world.person("anna", "infrastrukturansvarlig", name="Anna Ågård", postvagtDeputy="bo")
  world.people("bo carl")
  world.one_list("bo")
  world.start()
  world.run("apply", status=0)
  world.set("anna", postvagtAbsence=FOREVER)
  world.change(f"dn: {world.dn('Drift')}\nchangetype: modify\nadd: member\nmember: {world.dn('carl')}\n")
  world.run("--case", "2026-117", "apply", status=0)
  world.run("apply", status=0)
  world.set("anna", postvagtAbsence=[])
  world.run("apply", status=0)


def table(page, number):
  """The rows of a list's table, as texts."""
  found, section = [], None
  for element in page.elements:
    if element["tag"] == "section" and "data-f" in element["attrs"]:
      section = element["attrs"]["data-f"]
    elif element["tag"] == "tr" and section == number and "tbody" in element["inside"]:
      found.append(" ".join(element["text"].split()))
  return found


@scenario
@openldap_only("reports are alike")
def page_of_one_run(world):
  some_days(world)
  second = runs(world)[1]
  world.run("audit", "show", second, "--html", world.path("run.html"), status=0).says(
      "stands in for Anna")  # the text is printed as ever
  page = read_page(world, world.path("run.html"))
  rows_of = [row.replace(world.suffix, "…") for row in table(page, "0")]
  for row, (name, what, why) in zip(rows_of, (
      ("Anna Ågård", "− leaves", "away until further notice; Bo stands in"),
      ("Bo", "+ joins", "stands in for Anna Ågård, away until further notice"),
      ("Carl", "− leaves", "no role, group or name puts them here"))):
    equal((row.startswith(name), what in row, row.endswith(why)), (True,) * 3, row)
  equal(len(rows_of), 3, "rows")
  equal("2026-117" in world.read(world.path("run.html")), True, "the case")


@scenario
@openldap_only("reports are alike")
def page_of_some_days(world):
  some_days(world)
  names = runs(world)
  world.run("audit", "show", "--html", world.path("days.html"), status=0).says(*names)
  page = read_page(world, world.path("days.html"))
  told = table(page, "0")
  expected = [  # who, since, until
      ("Anna Ågård", f"run {names[0]} role infrastrukturansvarlig", f"run {names[1]} away until"),
      ("Anna Ågård", f"run {names[3]} role infrastrukturansvarlig", "still there"),
      ("Bo", "before the first", f"run {names[0]}"),
      ("Bo", f"run {names[1]} stands in for Anna", f"run {names[3]} is not needed"),
      ("Carl", f"run {names[1]} found there: others had put them on", f"run {names[1]} no role")]
  equal(len(told), len(expected), f"rows: {told}")
  for row, parts in zip(told, expected):
    place = 0
    for part in parts:
      equal(part in row[place:], True, f"{part!r} in {row!r}")
      place = row.index(part, place)
  equal(len(page.all("rect", class_="ground")), 5, "bars")
  equal("nothing to change, and are not shown: 1" in world.read(world.path("days.html")), True,
        "quiet runs")
  world.run("audit", "show", "--html", world.path("none.html"), "--since", "2026-01-01", "--until",
            "2026-01-02", status=0)
  equal("no run has changed one" in world.read(world.path("none.html")), True, "days before")
  world.run("audit", "show", "--html", world.path("x.html"), "--since", "9999-01-01", status=2)
  world.run("audit", "show", "findes-ikke", "--html", world.path("x.html"), status=2)
  world.run("audit", "show", names[0], "--html", "-", status=2).says("no file")
  equal(os.path.exists(world.path("x.html")), False, "no page")


@scenario
@openldap_only("reports are alike")
def page_of_days_says_which_report_was_touched(world):
  some_days(world)
  report = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[1])["report"]["name"]
  text = world.read(world.path(f"reports/{report}"))
  equal("Anna" in text, True, "her name is in the report")
  world.write(f"reports/{report}", text.replace("Anna", "Hans"))
  world.run("audit", "show", "--html", world.path("days.html"), status=1).says(report)
  text = world.read(world.path("days.html"))
  equal((report in text, "Hans" in text), (True, False), "the page names the report, and not its text")
