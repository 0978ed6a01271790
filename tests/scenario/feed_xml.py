"""Feeds of XML: SD Løn by its preset, and what passes for a feed without records."""
import datetime
import zoneinfo

from feeds import hr_world
from scenario import openldap_only, scenario
from world import equal

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
