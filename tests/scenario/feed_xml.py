"""Feeds of XML: SD Løn by its preset, and what passes for a feed without records."""
import datetime
import zoneinfo

from api_servers import mock
from feeds import hr_world
from scenario import openldap_only, scenario
from sd_server import OPEN, SdLoen
from world import Failure, equal

HERE = zoneinfo.ZoneInfo("Europe/Copenhagen")
XML = {"format": "xml", "records": "/fravaer/post"}
SECRET = "hemmeligt-indhold-1809"


def page(*posts, root="fravaer"):
  inside = "".join(f"<post><nr>{nr}</nr><fra>{start}</fra><til>{stop}</til></post>\n"
                   for nr, start, stop in posts)
  return f"<?xml version='1.0'?>\n<{root}>{inside}</{root}>\n"


def xml_world(world, **feed):
  """Anna is away by a feed of XML."""
  hr_world(world, nginx=True, **{**XML, **feed})
  world.feed["url"] = world.hr.url("feed.xml")
  world.hr.put("feed.xml", page(("0042", "2020-01-01", "")))
  world.write_files()


@scenario
@openldap_only("a feed is read the same beside any directory")
def xml_what_is_not_the_feed_is_unread(world):
  """None of it passes for "nobody is away": what was trusted serves, and the run ends with 6."""
  xml_world(world)
  world.run("apply")
  world.expect_members(Drift="bo")
  world.write("secret.txt", SECRET)
  external = f"<!DOCTYPE fravaer [<!ENTITY x SYSTEM 'file://{world.path('secret.txt')}'>]>"
  for text, *said in (
      (page(root="error"), "root element", "error", "fravaer"),
      ("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><s:Fault><faultcode>"
       "s:Server</faultcode><faultstring>Prøv igen</faultstring></s:Fault></s:Body></s:Envelope>",
       "SOAP", "s:Server", "Prøv igen"),
      ("<html><body>Log ind</body></html>", "line 1, column 1", "web page"),
      (f"<?xml version='1.0'?>{external}<fravaer>&x;</fravaer>", "line 1, column 22", "DOCTYPE"),
      ("<!DOCTYPE fravaer [<!ENTITY a '" + "a" * 1000 + "'><!ENTITY b '" + "&a;" * 1000 + "'>]>"
       "<fravaer>" + "&b;" * 1000 + "</fravaer>", "DOCTYPE"),
      (page(("0042", "2020-01-01", ""))[:-5], "may have been cut off"),
      ("<fravaer>" + "<a>" * 300, "256 deep"),
      (" ", "first element"),
  ):
    world.hr.put("feed.xml", text)
    result = world.run("--lang", "en", "plan", status=6).says("feed loen", *said)
    result.never_says(SECRET)
    equal(world.planned("Drift", status=6), {"bo"}, f"the list\n{result}")
  world.hr.put("feed.xml", page(("0042", "2020-01-01", "2020-01-02")))
  equal(world.planned("Drift"), {"anna"}, "the list, once the feed can be read")


@scenario
@openldap_only("a feed is read the same beside any directory")
def xml_path_that_takes_too_long_is_unread(world):
  """Each of many records looks at all others: the reading ends, and says which XPath it was."""
  xml_world(world, fields={"person": "../nr", "from": "../fra"})
  many = "<nr>0042</nr><fra>2020-01-01</fra>" + "<post/>" * 60000
  world.hr.put("feed.xml", f"<fravaer>{many}</fravaer>")
  world.run("--lang", "en", "plan", status=6).says("../", "takes too long", "[1]")
  world.feed["fields"] = {"person": "../nr[1]", "from": "../fra[1]"}
  world.write_files()
  equal(world.planned("Drift"), {"bo"}, "the list")


@scenario
@openldap_only("settings are read the same beside any directory")
def xml_paths_are_checked_with_the_settings(world):
  xml_world(world, fields={"person": "s:nr", "from": "fra[", "until": "dato(til)"},
            only={"x:status": "1"})
  world.run("--lang", "en", "check", status=2).says(
      "postvagt.yaml:", "fields.person: character 1: the prefix \"s\" is not declared",
      "fields.from: character 5: no XPath 1.0", "fields.until: character 1: \"dato\"",
      "only: character 1: the prefix \"x\" is not declared")


def day(days):
  return (datetime.datetime.now(HERE).date() + datetime.timedelta(days=days)).isoformat()


def sd_world(world, **feed):
  """Anna, employed as 0042, has the role and is on the list; Bo, 43, stands in. All are at work."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk",
               employeeNumber="42")
  world.person("bo", employeeNumber="43")
  world.one_list("anna")
  sd = mock(world, SdLoen)
  sd.employment("1212121000", "00042", ("1", "2001-08-01", OPEN))
  sd.employment("2212221000", "00043", ("1", "2001-08-01", OPEN))
  world.write("sd-password", f"{sd.password}\n", 0o600)
  world.settings["absence"]["feeds"] = [{
      "preset": "sd-loen", "values": {"institution": sd.institution, "server": sd.host},
      "user": sd.user, "password_file": "sd-password", "ca_file": sd.ca_file(), **feed}]
  world.start()
  return sd


@scenario
@openldap_only("the request is the same whatever the directory is")
def sd_leave_is_an_absence_until_its_last_day(world):
  sd = sd_world(world, covers="ahead")
  equal(world.planned("Drift"), {"anna"}, "the list, when all are at work")
  asked = sd.taken("/sdws/GetEmployment20111201")
  today = datetime.datetime.now(HERE).date()
  equal(asked[-1].query["EffectiveDate"], today.strftime("%d.%m.%Y"), "the day that is asked for")
  for code, stop, last in (("3", day(2), True), ("4", day(2), True), ("3", OPEN, False)):
    sd.employment("1212121000", "00042", (code, day(-30), stop))
    equal(world.planned("Drift"), {"bo"}, f"the list, by status {code}")
    for when, there in ((f"{day(2)}T23:59:59", {"bo"}), (f"{day(3)}T00:00:00",
                                                         {"anna"} if last else {"bo"})):
      equal(world.planned("Drift", "--at", when), there, f"the list at {when}, leave until {stop}")
  for code in "01":
    sd.employment("1212121000", "00042", (code, day(-30), OPEN))
    equal(world.planned("Drift"), {"anna"}, f"the list, by status {code}")


@scenario
@openldap_only("the request is the same whatever the directory is")
def sd_leave_is_of_one_employment(world):
  """By its number, or by CPR number where all employments of the person are on leave."""
  sd = sd_world(world)
  sd.employment("1212121000", "00099", ("3", day(-30), OPEN))
  equal(world.planned("Drift"), {"anna"}, "the list, while another employment is on leave")
  sd.employment("1212121000", "00042", ("3", day(-30), OPEN))
  equal(world.planned("Drift"), {"bo"}, "the list, while this one is")
  # As the preset's comment has it.
  records = ("/GetEmployment20111201/Person[not(Employment/EmploymentStatus[EmploymentStatusCode = 0 or "
             "EmploymentStatusCode = 1])]/Employment/EmploymentStatus")
  world.settings["absence"]["feeds"][0].update(
      fields={"person": "../../PersonCivilRegistrationIdentifier"}, records=records)
  world.set("anna", employeeNumber="1212121000")
  world.write_files()
  equal(world.planned("Drift"), {"bo"}, "the list, while both are on leave")
  sd.employment("1212121000", "00099", ("1", day(-30), OPEN))
  equal(world.planned("Drift"), {"anna"}, "the list, while one is not")


@scenario
@openldap_only("the request is the same whatever the directory is")
def sd_fault_is_unread_whatever_its_status(world):
  """What was trusted serves; no CPR number, no password and no other number is printed or kept."""
  sd = sd_world(world)
  sd.employment("1212121000", "00042", ("3", day(-30), OPEN))
  world.run("apply")
  world.expect_members(Drift="bo")
  sd.institution = "ZZ"
  for status, *said in ((200, "SOAP", "soapenv:Client", "Institutionen findes ikke"), (500, "500")):
    sd.fault_status = status
    world.run("plan", status=6).says("feed sd-loen", *said)
    equal(world.planned("Drift", status=6), {"bo"}, f"the list, by a fault with status {status}")
  sd.institution, sd.password = "XY", "et-andet"
  world.run("plan", status=6).says("feed sd-loen", "401", "password_file")
  sd.password = "sd-kodeord-7734"
  sd.encoding = "ISO-8859-1"
  equal(world.planned("Drift"), {"bo"}, "the list, once the answer is one again")
  world.run("--json", "feeds").never_says("1212121000", "2212221000", sd.password)
  for name in world.reports():
    for secret in ("1212121000", "2212221000", sd.password):
      if secret in world.read(world.path(f"reports/{name}")):
        raise Failure(f"{name} has {secret}")
  copy = world.read(world.path("state/feed-sd-loen.json"))
  for secret in ("1212121000", "2212221000", "00043", sd.password):
    if secret in copy:
      raise Failure(f"the kept copy has {secret}")
