"""postvagt feeds test: one reading of one feed, shown as it was understood; nothing is kept."""
import json
import os

from feeds import ANNA, OTHERS, absences, feed, hr_world
from feed_people import AWAY, answer, expect_asked, people_world
from hr_server import Liar, status
from people_server import DENIED, Refusal
from scenario import openldap_only, scenario
from world import Failure, equal

SAME = "feeds are the same whatever the directory is"
BAD = {"nr": "42", "fra": "2026-12-24", "til": "2026-12-20"}
SERIES = [{"nr": "0042", "fra": f"2026-12-0{day}", "til": f"2026-12-0{day}"} for day in (1, 3, 5)]


def kept(world):
  """What lies in the folders that a run writes to."""
  return {name: sorted(os.listdir(world.path(name))) if os.path.isdir(world.path(name)) else None
          for name in ("state", "reports")}


@scenario
@openldap_only(SAME)
def feeds_test_asks_that_feed_alone(world):
  """The others are not asked, nor is the directory about roles, groups and lists; and nothing is kept."""
  hr_world(world)
  other = Liar(status(200, absences()))
  world.children.append(other)
  world.settings["absence"]["feeds"].append({**world.feed, "name": "anden", "url": other.url})
  world.write_files()
  before = kept(world)
  world.log()
  world.run("feeds", "test", "loen", status=0).says(
      "loen: trusted", world.feed["url"], "pages: 1; 1 records: 1 used", "record 1: 0042: read, from 1 January 2020")
  asked = world.log()
  equal((other.asked, "employeeNumber=0042" in asked), (0, True), "who was asked")
  for part in ("(postvagtRole=", "cn=Drift"):
    if part in asked:
      raise Failure(f"the directory was asked for {part}\n{asked}")
  equal(kept(world), before, "what is kept")
  world.run("feeds", "test", "lon", status=2).says('no feed is called "lon"; the feeds: loen, anden')


@scenario
@openldap_only(SAME)
def feeds_test_reads_though_nothing_changed(world):
  """What serves already is no answer to what a reading says: no validators are sent."""
  hr_world(world)
  world.run("apply", status=0)
  world.hr.asked()
  world.run("apply", status=0)
  equal([answer for _, answer, *_ in world.hr.asked()], ["304"], "what apply is answered")
  world.run("feeds", "test", "loen", status=0).says("record 1: 0042: read")


@scenario
@openldap_only(SAME)
def feeds_test_says_why(world):
  """Records that are set aside, of unknown people, and unusable, each with its reason; twenty, unless -v asks for all."""
  hr_world(world, only={"ok": ["ja"]})
  world.hr.put("feed.json", absences(
      *({**record, "ok": "ja"} for record in (ANNA, OTHERS[0], BAD, {"fra": "2026-12-24"})), {**ANNA, "ok": "nej"}))
  said = world.run("feeds", "test", "loen", status=0).says(
      "5 records: 1 used, 2 unusable, 1 of unknown people, 1 set aside", "record 1: 0042: read, from 1 January 2020",
      "record 2: 90: of an unknown person, from 1 January 2020 through 2 January 2020\n",
      "record 3: 42: unusable: 2026-12-24/2026-12-20: the end lies before the start\n", "record 4: nobody: unusable: ", "record 5: 0042: set aside\n")
  said.never_says("sygdom", "! feed loen, record 3: 2026")
  world.run("feeds", "test", "loen", "--person", "anna", status=0).never_says("the end lies before the start", "record 4")
  records = world.run("--json", "feeds", "test", "loen", status=0).json()["records"]
  equal([(one["state"], one["matched"], one["why"] is not None) for one in records],
        [("read", True, False), ("read", False, False), ("unusable", True, True), ("unusable", False, True),
         ("set aside", True, False)], "the records")
  world.hr.put("feed.json", absences(*({**ANNA, "ok": "ja"} for _ in range(30))))
  world.run("feeds", "test", "loen", status=0).says("record 20:", "and 10 more (-v shows them all)").never_says("record 21:")
  world.run("-v", "feeds", "test", "loen", status=0).says("record 30:").never_says("more (-v")
  equal(len(world.run("--json", "feeds", "test", "loen", status=0).json()["records"]), 30, "records as JSON")


@scenario
@openldap_only(SAME)
def feeds_test_of_one_person(world):
  """By login, mail or DN: that person's records alone, each with all that it states."""
  hr_world(world)
  world.hr.put("feed.json", absences(*SERIES, *OTHERS, {**BAD, "nr": "0042"}))
  for name in ("anna", "ANNA@eksempel.dk", world.dn("anna")):
    said = world.run("feeds", "test", "loen", "--person", name, status=0)
    said.says("Anna, " + world.dn("anna"), *(f"record {number}: 0042: read, from {day} December 2026 through {day} December"
                                            for number, day in ((1, 1), (2, 3), (3, 5))), "record 8: 0042: unusable: ")
    said.never_says("record 4", "record 7")
  answer = world.run("--json", "feeds", "test", "loen", "--person", "anna", status=0).json()
  equal((answer["dn"], [one["record"] for one in answer["records"]]), (world.dn("anna"), [1, 2, 3, 8]), "as JSON")
  world.run("feeds", "test", "loen", "--person", "bo", status=0).says("No record is about that person").never_says("0042")
  world.run("feeds", "test", "loen", "--person", "carl", status=2).says('"carl" is no person: ')
  world.run("feeds", "--person", "anna", status=2).says("usage")
  world.run("feeds", "accept", "loen", "--person", "anna", status=2).says("usage")
  ics = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261201\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n" \
        "ATTENDEE:mailto:anna@eksempel.dk\r\nATTENDEE:mailto:bo@eksempel.dk\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
  world.hr.put("feed.json", ics)
  feed(world, format="ics", match="mail", fields=None, records=None)
  world.run("feeds", "test", "loen", "--person", "anna", status=0).says(
      *(f"record 1: anna@eksempel.dk: read, from {day} December 2026 through {day}" for day in (1, 8, 15))
  ).never_says("bo@eksempel.dk", "more")
  equal(len(world.run("--json", "feeds", "test", "loen", "--person", "anna").json()["records"][0]["stated"]), 3,
        "what the record states")


@scenario
@openldap_only(SAME)
def feeds_test_of_a_doubted_and_an_unread_feed(world):
  """6 for both; what is wrong is said, with the address, and never a secret."""
  hr_world(world, token_file="token")
  world.write("token", "hemmeligt-ord\n", 0o600)
  world.hr.put("feed.json", absences(*OTHERS))
  world.run("feeds", "test", "loen", status=6).says("loen: doubted, and nothing serves", "record 1: 90: of an unknown person")
  world.hr.put("feed.json", "{")
  said = world.run("feeds", "test", "loen", status=6).says("loen: cannot be read, and nothing serves", world.feed["url"])
  said.never_says("hemmelig", "record 1")
  answer = world.run("--json", "feeds", "test", "loen", status=6).json()
  equal((answer["state"], answer["records"], answer["read_at"]), ("unread", [], None), "as JSON")
  os.remove(world.path("secret"))
  world.write("secret", "forkert\n", 0o600)
  world.run("feeds", "test", "loen", status=1)


@scenario
@openldap_only(SAME)
def feeds_test_as_of_another_moment(world):
  """A reading is read as of --at, and the answer says so."""
  hr_world(world)
  world.run("--at", "2026-12-24T08:00", "feeds", "test", "loen", status=0).says("read 24 December 2026 08:00")
  equal(json.loads(world.run("--at", "2026-12-24T08:00", "--json", "feeds", "test", "loen").out)["read_at"][:10],
        "2026-12-24", "when it was read")
  feed(world, url=world.feed["url"] + "?dag={today:%d.%m.%Y}")
  world.hr.asked()
  world.run("--at", "2026-12-24T08:00", "feeds", "test", "loen", status=0).says("feed.json?dag=24.12.2026")
  equal([path for path, *_ in world.hr.asked()], ["/feed.json?dag=24.12.2026"], "what was asked")


@scenario
@openldap_only(SAME)
def feeds_test_shows_roles_and_standing_deputies(world):
  """Of a feed that gives these: what each record gives to whom."""
  hr_world(world, gives="roles", fields={"person": "nr", "role": "rolle"})
  world.hr.put("feed.json", absences({"nr": "0042", "rolle": "infrastrukturansvarlig"},
                                     {"nr": "0042", "rolle": "systemansvarlig/SAPA"}, {"nr": "0042"}))
  world.run("feeds", "test", "loen", status=0).says(
      "record 1: 0042: read, role infrastrukturansvarlig\n", "record 2: 0042: read, role systemansvarlig/SAPA\n",
      "record 3: 0042: unusable: ")
  equal([one["role"] for one in world.run("--json", "feeds", "test", "loen").json()["records"]],
        ["infrastrukturansvarlig", "systemansvarlig/SAPA", None], "the roles")
  feed(world, gives="deputies", fields={"person": "nr", "deputy": "for"})
  world.hr.put("feed.json", absences({"nr": "0042", "for": "42"}))
  world.run("feeds", "test", "loen", status=0).says("record 1: 0042: read; deputies: 42\n")


@scenario
@openldap_only(SAME)
def feeds_test_shows_the_zone(world):
  """The zone that a record names, and the times as they are here."""
  hr_world(world, fields={"person": "nr", "from": "fra", "until": "til", "zone": "zone"})
  world.hr.put("feed.json", absences(
      {"nr": "0042", "fra": "2026-12-24T08:00", "til": "2026-12-24T10:00", "zone": "GMT Standard Time"},
      {"nr": "0042", "fra": "2026-12-25T08:00", "til": "2026-12-25T10:00"}))
  said = world.run("feeds", "test", "loen", status=0)
  said.says("record 1: 0042: read, from 24 December 2026 09:00 until 24 December 2026 11:00; zone: GMT Standard Time\n",
            "record 2: 0042: read, from 25 December 2026 08:00 until 25 December 2026 10:00\n")
  equal([one["zone"] for one in world.run("--json", "feeds", "test", "loen").json()["records"]],
        ["GMT Standard Time", None], "the zones")


@scenario
@openldap_only(SAME)
def feeds_test_asks_about_recipients(world):
  """Of a feed that is asked about people: those whom a list could need, or --person alone; nothing is kept."""
  people_world(world)
  before = kept(world)
  answer(world, AWAY, "anna")
  said = world.run("feeds", "test", "oof", status=0)
  said.says("oof: trusted", "record 1: anna@eksempel.dk: read, from 1 January 2020", "record 2: bo@eksempel.dk: not absent\n")
  said.never_says("cai@", "dan@", "sygdom")
  expect_asked(world, "anna", "bo")
  world.run("feeds", "test", "oof", "--person", "anna", status=0).says(
      "Anna, " + world.dn("anna"), "record 1: anna@eksempel.dk: read, from 1 January 2020").never_says("bo@")
  expect_asked(world, "anna")
  world.run("feeds", "test", "oof", "--person", "dan", status=0).says("record 1: dan@eksempel.dk: not absent\n")
  expect_asked(world, "dan")
  answer(world, Refusal(403, DENIED), "bo")
  world.run("feeds", "test", "oof").says("record 2: bo@eksempel.dk: unusable: could not be asked about: ", "Access is denied")
  world.run("feeds", "test", "oof", "--person", "bo", status=6).says("oof: cannot be read", "Access is denied")
  world.run("feeds", "test", "oof", "--person", "eva", status=2).says('"eva" is no person')
  equal(kept(world), before, "what is kept")
