"""Pages in a real browser: looked at, clicked, tabbed through, filtered, heard; and with names that would harm."""
import hashlib
import json
import os
import re
import struct
import zlib

from browser import Browser
from coverage import AT, holidays
from coverage_page import make_page, read_page
from example_municipalities import shipped
from scenario import openldap_only, scenario
from watch import faked
from world import ROOT, Failure, equal

HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "quote": "\"' onfocus=alert(3) autofocus x='\"",
    "turned": "Anna\u202e\u2066gnirettut\u2069",
    "right": "\u05d0\u05d1\u05d2 \u05d3\u05d4\u05d5",
    "long": "L" * 200,
    "template": "${alert(4)}</style></title><!--",
}

# Of every element that shows text of its own: how ink and ground differ (WCAG 2.2, 1.4.3), the least first.
CONTRAST = """(() => {
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (colour) => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const ground = (e) => { for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  const found = new Map();
  for (const e of document.body.querySelectorAll('*')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const box = e.getBoundingClientRect();
    if (!own || box.width < 2 || box.height < 2 || !e.checkVisibility()) continue;
    const ink = light(rgb(getComputedStyle(e).color)), under = light(ground(e));
    const ratio = (Math.max(ink, under) + 0.05) / (Math.min(ink, under) + 0.05);
    const name = e.tagName + '.' + e.className + ' in ' + e.parentElement.className;
    if (!found.has(name) || found.get(name) > ratio) found.set(name, ratio);
  }
  return [...found].sort((a, b) => a[1] - b[1]).slice(0, 3);
})()"""


def quiet(browser, path):
  """Nothing was asked of any network, nothing complained, nothing ran that came as a name."""
  equal(browser.requests, [f"file://{path}"], "what the browser asked for")
  equal(browser.said, [], "what the browser complained of")


def check_contrast(browser, path):
  for scheme in ("light", "dark"):
    browser.scheme(scheme)
    least = browser.run(CONTRAST)
    if least[0][1] < 4.5:
      raise Failure(f"contrast in {os.path.basename(path)}, {scheme}: {least}")
  browser.scheme("light")


def check_width(browser, path):
  """Wide or narrow, only the tables scroll aside; the first column stays in sight."""
  for width in (1280, 820, 360):
    browser.open(path, width, 900)
    equal(browser.run("document.documentElement.scrollWidth") <= width, True,
          f"{os.path.basename(path)} fits {width} pixels")


ROLES = {"banner", "navigation", "main", "contentinfo", "search", "table", "caption",
         "columnheader", "rowheader", "region", "heading"}


def check_tree(browser):
  """What a screen reader reads."""
  tree = browser.tree(ROLES)
  equal(ROLES - {role for role, _ in tree}, set(), "roles that the tree lacks")
  names = {name for role, name in tree if role in ("columnheader", "rowheader", "cell", "gridcell")}
  for name in ("Mo 21 Dec", "drift ordinary, at least 2", "! 0 gap", "= 1 just enough"):
    wanted = re.sub(r"\s", "", name)
    equal(any(wanted in re.sub(r"\s", "", n) for n in names), True, f"{name} among {sorted(names)}")
  for role, name in tree:
    if role in ("link", "button", "textbox", "searchbox", "checkbox", "region", "table"):
      equal(bool(name.strip()), True, f"a {role} without a name")
  levels = browser.run("[...document.querySelectorAll('h1,h2,h3')].map((h) => +h.tagName[1])")
  equal(levels[0], 1, "the first heading")
  equal(all(after <= before + 1 for before, after in zip(levels, levels[1:])), True, "headings in order")


def focused(browser):
  return browser.run("document.activeElement.textContent || document.activeElement.id")


def tip(browser):
  return browser.run("document.getElementById('tip').hidden ? '' : document.getElementById('tip').innerText")


def check_keyboard(browser, path):
  """The skip link first; the calendar is one stop, and arrows go about in it."""
  browser.open(path)
  browser.key("Tab")
  equal(focused(browser), "Skip to the content", "the first stop")
  equal(browser.run("document.activeElement.getBoundingClientRect().left >= 0"), True, "it is seen")
  browser.key("Enter")
  equal(browser.run("location.hash"), "#days", "where it leads")
  stops = 0
  while not browser.run("document.activeElement.matches('.days td a')"):
    browser.key("Tab")
    stops += 1
    equal(stops < 20, True, "the calendar is reached by the tabulator")
  equal("Anna Ågård" in tip(browser) and "Monday 21 December 2026" in tip(browser), True,
        f"names on focus: {tip(browser)!r}")
  equal(browser.run("document.activeElement.getAttribute('aria-describedby')"), "tip", "read aloud, too")
  browser.key("ArrowDown")
  browser.key("End")
  said = tip(browser)
  equal("28 to 29 December 2026" in said and "Gap:" in said and "nobody who could stand in" in said, True,
        f"why nobody is there: {said!r}")
  equal(browser.run("getComputedStyle(document.activeElement).outlineStyle"), "solid", "where one is, is seen")
  browser.key("Escape")
  equal(tip(browser), "", "Escape closes")
  browser.key("Tab")
  equal(browser.run("document.activeElement.matches('.days td a')"), False, "the next stop is behind it")


def check_pointer(browser, path):
  browser.open(path)
  browser.hover(".days td.g a")
  equal("Gap:" in tip(browser), True, f"names on hover: {tip(browser)!r}")
  browser.hover("h1")
  browser.run("new Promise((done) => setTimeout(done, 400))")
  equal(tip(browser), "", "gone with the pointer")
  partly = browser.run("document.querySelector('.days td[data-d] a').hash")
  browser.click(".days td[data-d] a")
  equal(browser.run("location.hash"), partly, "a cell leads to its answer")
  browser.open(path, 390, 844)
  browser.touch(".days td[data-d] a")
  equal(("12:00 to 16:00" in tip(browser), browser.run("location.hash")), (True, ""),
        f"a tap shows names, and stays: {tip(browser)!r}")
  equal(browser.run("getComputedStyle(document.querySelector('.days tbody th')).position"), "sticky",
        "the first column")


def seen_rows(browser):
  return browser.run("[...document.querySelectorAll('.days tbody tr')].filter((r) => r.checkVisibility())"
                     ".map((r) => r.cells[0].textContent.replace(/\\s+/g, ' ').trim())")


def check_filter(browser, path):
  browser.open(path)
  every = seen_rows(browser)
  equal(len(every), 3, "rows")
  browser.click("#tag")
  browser.type("DRIFT")
  equal(seen_rows(browser), every[:2], "rows by tag, in any case")
  equal("2 of 3" in browser.run("document.querySelector('output').textContent"), True, "said aloud")
  browser.run("document.getElementById('tag').value = ''")
  browser.click("#person")
  browser.type("ågård")
  equal(seen_rows(browser), every[:2], "rows by person")
  browser.run("document.getElementById('person').value = ''")
  browser.type("carl")
  equal(browser.run("document.querySelectorAll('.days tr:nth-child(1) .dim').length"), 2, "days without him")
  browser.run("(() => { const f = document.getElementById('filter'); f.reset();"
              " f.dispatchEvent(new Event('input')); })()")
  equal(seen_rows(browser), every, "all rows again")
  browser.click("[name=only]")
  equal(seen_rows(browser), every[:2], "rows with a gap")


def check_without_script(browser, path):
  """All is there, but the filter; and every link leads somewhere."""
  browser.call("Emulation.setScriptExecutionDisabled", value=True)
  browser.open(path)
  browser.call("Emulation.setScriptExecutionDisabled", value=False)
  shown = browser.run("[document.getElementById('filter').checkVisibility(),"
                      " [...document.querySelectorAll('.who li')].every((e) => e.checkVisibility())]")
  equal(shown, [False, True], "the filter, and who answers when")


def check_paper(browser, world, path):
  browser.open(path)
  browser.paper(world.path("page.pdf"))
  with open(world.path("page.pdf"), "rb") as file:
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", file.read())
  equal([round(float(side)) for side in box.groups()], [842, 595], "A4 in landscape")


def check_age(browser, path, world):
  text = world.read(path)
  world.write("old.html", re.sub(r'data-after="\d+"', 'data-after="1000000000"', text))
  browser.open(path)
  equal(browser.run("document.getElementById('old').checkVisibility()"), False, "a page of today")
  browser.open(world.path("old.html"))
  equal(browser.run("document.getElementById('old').checkVisibility()"), True, "an old page says so")


def hostile(world):
  """Names that would harm, away and standing in, on lists and in tags."""
  for number, (login, name) in enumerate(HOSTILE.items()):
    world.person(login, "superbruger", name=name, postvagtDeputy="bo" if number % 2 else [],
                 absence="2026-12-22/2026-12-23" if number < 4 else [])
  world.list("Fjendtlig")
  world.route("fjendtlig", "Fjendtlig", "superbruger")


def check_hostile(browser, world, path):
  read_page(world, path)
  for width in (1280, 360):
    browser.open(path, width)
    equal(browser.run("document.documentElement.scrollWidth") <= width, True, "long names wrap")
  quiet(browser, path)
  for name in HOSTILE.values():
    wanted = re.sub("[\u202a-\u202e\u2066-\u2069]",
                    lambda found: "".join(f"\\{byte:02x}" for byte in found[0].encode()), name)
    equal(browser.run(f"document.body.textContent.includes({json.dumps(wanted)})"), True, f"{name!r} is text")
  equal(browser.run("document.querySelectorAll('img, main script, [onerror], [onfocus]').length"), 0,
        "markup made of names")
  equal(browser.run("[...document.querySelectorAll('bdi')].length > 0"), True, "names are isolated")
  browser.run("(() => { const s = document.createElement('script'); s.textContent = 'window.harm = 1';"
              " document.body.append(s); })()")
  equal(browser.run("window.harm"), None, "no script but the page's own runs")
  browser.run("fetch('http://127.0.0.1:9/').catch(() => 0)")
  equal([said for said in browser.said if "Content Security Policy" in said] != [], True, "nothing is fetched")


@scenario
@openldap_only("a page is the same, whichever directory it is made of")
def pages_in_a_browser(world):
  hostile(world)
  holidays(world)
  world.run("apply", status=0)
  bad = make_page(world, "--days", "9", name="hostile.html")
  world.run("audit", "show", "--html", world.path("days.html"), status=0)
  world.routes = [route for route in world.routes if route["tag"] != "fjendtlig"]
  world.write_files()
  path = make_page(world, "--days", "9")
  with Browser() as browser:
    browser.open(path)
    quiet(browser, path)
    check_tree(browser)
    check_contrast(browser, path)
    check_width(browser, path)
    check_keyboard(browser, path)
    check_pointer(browser, path)
    check_filter(browser, path)
    check_without_script(browser, path)
    check_paper(browser, world, path)
    check_age(browser, path, world)
    quiet(browser, world.path("old.html"))
    check_hostile(browser, world, bad)
    browser.open(world.path("days.html"))
    check_contrast(browser, world.path("days.html"))
    check_width(browser, world.path("days.html"))
    check_hostile(browser, world, world.path("days.html"))


# The picture of the README: of the example municipality, on the Friday before Christmas.

PICTURE = os.path.join(ROOT, "contrib", "coverage.png")
MADE_FROM = b"postvagt page, SHA-256"  # the picture's own comment, a chunk of PNG


def chunk(kind, data):
  return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def sign_picture(path, digest):
  """Behind its head; the picture says itself which page it shows."""
  with open(path, "rb") as file:
    data = file.read()
  head = 8 + 4 + 4 + 13 + 4
  with open(path, "wb") as file:
    file.write(data[:head] + chunk(b"tEXt", MADE_FROM + b"\0" + digest.encode()) + data[head:])


def digest_of_picture():
  with open(PICTURE, "rb") as file:
    match = re.search(MADE_FROM + rb"\0([0-9a-f]{64})", file.read())
  return match and match[1].decode()


def digest_of_page(path, world):
  """Of what the picture shows: down to the end of the calendar."""
  shown, below, _ = world.read(path).partition('<section id="standins"')
  equal(bool(below), True, "what stands below the calendar")
  return hashlib.sha256(shown.encode()).hexdigest()


def christmas(world):
  """Gitte, her deputy's deputy and the one who is on duty are all away on 25 and 26 December."""
  world.start(os.path.join(ROOT, "ldif/eksempel.ldif"), write_files=False)
  shipped(world, "postvagt.yaml", "eksempel-postvagt")
  for login, absence in (("gimu", "2026-12-21/2026-12-27"), ("anda", "2026-12-24/2026-12-26"),
                         ("itvagt", "2026-12-25/2026-12-26"), ("bily", "2026-12-22/2027-01-01"),
                         ("jeve", "2026-12-18T12:00/2026-12-18T16:00")):
    world.change(f"dn: uid={login},ou=It og Digitalisering,ou=Medarbejdere,{world.suffix}\n"
                 f"changetype: modify\nreplace: postvagtAbsence\npostvagtAbsence: {absence}\n")
  environment = {**faked(world, "2026-12-18T07:00:00"), "FAKETIME": "2026-12-18 07:00:00"}
  del environment["FAKETIME_TIMESTAMP_FILE"]  # its clock stands
  world.run("--lang", "en", "coverage", "--days", "17", "--html", world.path("coverage.html"),
            env=environment, status=5)
  return world.path("coverage.html")


@scenario
@openldap_only("one picture is enough")
def the_picture_of_the_readme(world):
  """It shows the page as it is; `make picture` makes it anew."""
  page = christmas(world)
  digest = digest_of_page(page, world)
  if not os.environ.get("PICTURE"):
    equal(digest_of_picture(), digest, "the page that contrib/coverage.png shows; make picture makes it anew")
    return
  with Browser() as browser:
    browser.open(page, 1280, 1000)
    height = browser.run("document.getElementById('days').getBoundingClientRect().bottom + scrollY + 16")
    browser.picture(PICTURE, {"x": 0, "y": 0, "width": 1280, "height": height, "scale": 1})
  sign_picture(PICTURE, digest)
