"""Presets beside those of feed_presets.py: Personio's absences, and a calendar published from Outlook."""
import datetime
import zoneinfo

from api_servers import mock
from hr_server import Nginx
from personio_server import Personio
from scenario import openldap_only, scenario
from world import Failure, equal

HERE = zoneinfo.ZoneInfo("Europe/Copenhagen")
ONCE = "the request is the same whatever the directory is"
EVENT = """BEGIN:VEVENT\r
UID:{status}{start}@eksempel.dk\r
SUMMARY:{summary}\r
DTSTART;{start}\r
DTEND;{stop}\r
CLASS:PUBLIC\r
DTSTAMP:20261101T080000Z\r
TRANSP:OPAQUE\r
STATUS:CONFIRMED\r
X-MICROSOFT-CDO-BUSYSTATUS:{status}\r
X-MICROSOFT-CDO-INSTTYPE:0\r
END:VEVENT\r
"""


def day(days):
  return (datetime.datetime.now(HERE).date() + datetime.timedelta(days=days)).isoformat()


def people(world):
  """Anna has the role and is on the list; Bo stands in."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk")
  world.person("bo")
  world.one_list("anna")


def personio_world(world):
  people(world)
  personio = mock(world, Personio)
  world.write("personio-secret", f"{personio.tokens.secret}\n", 0o600)
  world.settings["absence"]["feeds"] = [{
      "preset": "personio", "values": {"server": personio.host}, "ca_file": personio.ca_file(),
      "oauth": {"client_id": personio.tokens.client_id, "secret_file": "personio-secret"}}]
  world.start()
  return personio


@scenario
@openldap_only(ONCE)
def preset_personio_reads_approved_absences(world):
  personio = personio_world(world)
  for status in ("pending", "rejected", "canceled"):
    personio.absence("anna@eksempel.dk", day(-1), day(1), status)
  equal(world.planned("Drift"), {"anna"}, "the list, where nothing is approved")
  personio.absence("anna@eksempel.dk", day(-1), day(1))
  equal(world.planned("Drift"), {"bo"}, "the list, where it is")
  equal(world.planned("Drift", "--at", f"{day(1)}T23:59:59"), {"bo"}, "the list on the last day")
  equal(world.planned("Drift", "--at", f"{day(2)}T00:00:00"), {"anna"}, "the list after it")
  world.run("apply")
  for name in world.reports():
    if "Sygdom" in world.read(world.path(f"reports/{name}")):
      raise Failure(f"{name} has the kind of the absence")


@scenario
@openldap_only(ONCE)
def preset_personio_follows_pages_by_their_number(world):
  """Page 0 is page 1, and the page after the last is empty: each is asked for once."""
  personio = personio_world(world)
  personio.limit = 2
  for number in range(5):
    personio.absence(f"p{number}@eksempel.dk", day(0), day(3))
  personio.absence("anna@eksempel.dk", day(0), day(3))
  equal(world.planned("Drift"), {"bo"}, "the list, by the last record of the last page")
  asked = personio.taken("/v1/company/time-offs")
  equal([request.query["offset"] for request in asked], ["1", "2", "3", "4"], "the pages")
  equal(personio.tokens.issued, 1, "how many tokens that took")


@scenario
@openldap_only(ONCE)
def preset_personio_without_the_right_to_mail_addresses(world):
  """Personio leaves the attribute out without a word: no record names anybody, and that is no "nobody is away"."""
  personio = personio_world(world)
  personio.absence("anna@eksempel.dk", day(0), day(3))
  world.run("apply")
  world.expect_members(Drift="bo")
  personio.readable = set()
  world.run("plan", status=6).says("feed personio")
  equal(world.planned("Drift", status=6), {"bo"}, "the list")


def calendar(*events):
  return ("BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nPRODID:Microsoft Exchange Server 2010\r\n"
          "VERSION:2.0\r\nX-WR-CALNAME:Kalender\r\n" +
          "".join(EVENT.format(status=status, start=start, stop=stop, summary=summary)
                  for status, start, stop, summary in events) + "END:VCALENDAR\r\n")


def whole(days):
  return f"VALUE=DATE:{day(days).replace('-', '')}"


@scenario
@openldap_only(ONCE)
def preset_outlook_ics_counts_out_of_office_alone(world):
  people(world)
  world.hr = Nginx(world.path("hr"))
  world.children.append(world.hr)
  world.settings["absence"]["feeds"] = [{
      "preset": "outlook-ics", "name": "anna", "url": world.hr.url("calendar.ics"),
      "ca_file": "hr/ca.pem", "person": "anna@eksempel.dk"}]
  meeting = ("BUSY", whole(-1), whole(3), "Optaget")
  birthday = ("FREE", whole(-1), whole(3), "Ledig")
  elsewhere = ("WORKINGELSEWHERE", whole(-1), whole(3), "Arbejder et andet sted")
  maybe = ("TENTATIVE", whole(-1), whole(3), "Foreløbig")
  world.hr.put("calendar.ics", calendar(meeting, birthday, elsewhere, maybe))
  world.start()
  equal(world.planned("Drift"), {"anna"}, "the list, by a calendar full of meetings")
  world.hr.put("calendar.ics", calendar(meeting, ("OOF", whole(0), whole(2), "Ikke til stede")))
  equal(world.planned("Drift"), {"bo"}, "the list, out of office")
  equal(world.planned("Drift", "--at", f"{day(1)}T23:59:59"), {"bo"}, "the list on the last day")
  equal(world.planned("Drift", "--at", f"{day(2)}T00:00:00"), {"anna"}, "the list after it")
  at_noon = f"TZID=Romance Standard Time:{day(0).replace('-', '')}T"
  world.hr.put("calendar.ics", calendar(("OOF", f"{at_noon}120000", f"{at_noon}160000", "Ikke til stede")))
  equal(world.planned("Drift", "--at", f"{day(0)}T12:00:00"), {"bo"}, "the list from noon")
  equal(world.planned("Drift", "--at", f"{day(0)}T16:00:00"), {"anna"}, "the list from four")
