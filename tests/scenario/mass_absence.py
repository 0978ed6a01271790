"""A reading of a feed that is trusted, and makes many absent at once: somebody is to look at it."""
import json
import os

from notices import body, never_says, one, says
from scenario import openldap_only, scenario
from smtp_server import SmtpServer
from watch import Watch
from world import equal

SAME = "feeds and mail are the same whatever the directory is"
LATER = ("2036-07-01", "2036-07-14")


def office(world, server=None):
  """Five have the role, Vagt is the last to stand in; HR's file tells of absences by mail address."""
  for login in ("anna", "bo", "carl", "dorte", "eva"):
    world.person(login, "infrastrukturansvarlig", name=login.title(), postvagtDeputy="vagt")
  world.person("vagt", name="Vagten")
  world.settings["mailbox"]["fallback"] = ["vagt@eksempel.dk"]
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "format": "json", "records": "/data", "match": "mail", "every": "1s",
      "fields": {"person": "mail", "from": "fra", "until": "til", "deputy": "vikar"},
      "url": f"file://{world.path('feed.json')}"}]
  if server:
    world.settings["mail"] = {"smtp": server.url, "from": "postvagt@eksempel.dk"}
    world.children.append(server)
  tell(world)
  world.one_list("anna bo carl dorte eva")
  return world.start()


def tell(world, *logins, span=LATER, deputy=None):
  """HR's file has these away then, and Anna for a day long ago."""
  records = [{"mail": f"{login}@eksempel.dk", "fra": span[0], "til": span[1], "vikar": deputy}
             for login in logins]
  records.append({"mail": "anna@eksempel.dk", "fra": "2020-01-01", "til": "2020-01-01"})
  world.write("feed.new", json.dumps({"data": records}))
  os.rename(world.path("feed.new"), world.path("feed.json"))


@scenario
@openldap_only(SAME)
def apply_says_that_many_are_absent_at_once(world):
  """Once, also under -q, and long before they are; the run succeeds."""
  office(world)
  equal(world.run("-q", "apply", status=0).text, "", "what is said of nobody")
  tell(world, "anna", "bo")
  equal(world.run("-q", "apply", status=0).text, "", "what is said of two")
  tell(world, "anna", "bo", "carl")
  for command in (("-q", "plan"), ("-q", "apply")):
    told = world.run(*command, status=0)
    told.says("feed loen", "3 of the 5 people whom ", "are absent, from 1 July 2036 through 14 July 2036",
              "Anna, Bo, Carl")
    told.never_says("stands in")
  world.expect_members(Drift="anna bo carl dorte eva")
  equal(world.run("-q", "apply", status=0).text, "", "what is said the second time")
  tell(world, "anna", "bo", "carl", "dorte")
  world.run("-q", "apply", status=0).says("Vagten stands in for 4 of the 5 people")
  tell(world, "anna", "bo", "carl", "dorte", deputy="eva@eksempel.dk")
  told = world.run("-q", "--lang", "da", "apply", status=0)
  told.says("feed loen", "Eva er stedfortræder for 4 af de 5 personer", "ret det i feedet")
  told.never_says("fraværende fra")


@scenario
@openldap_only(SAME)
def mass_absence_over_bridged_gaps(world):
  """Away on other days, but for the gaps that are bridged."""
  world.settings["absence"]["bridge"] = "72h"
  office(world)
  world.run("apply", status=0)
  records = [{"mail": f"{login}@eksempel.dk", "fra": day, "til": day}
             for login, days in {"anna": ("2036-07-01", "2036-07-05"), "bo": ("2036-07-02", "2036-07-04"),
                                 "carl": ("2036-07-03",)}.items() for day in days]
  world.write("feed.json", json.dumps({"data": records}))
  world.run("-q", "apply", status=0).says("are absent, from 3 July 2036 through 3 July 2036: Anna, Bo, Carl")


@scenario
@openldap_only(SAME)
def watch_mails_the_fallback_of_mass_absence(world):
  """Once, to nobody else, beside the notices of a change; and not what was so when it began."""
  server = SmtpServer()
  world.settings["language"] = "en"
  office(world, server)
  watching = Watch(world)
  tell(world, "anna", "bo", "carl", "dorte")
  watching.says("are absent, from 1 July 2036")
  watching.says("Vagten stands in for 4 of the 5 people")
  mail = watching.until(lambda: server.read("vagt@eksempel.dk"), "the mail") and one(server, "vagt@eksempel.dk")
  equal(str(mail["Subject"]).split(": ")[1], "many are absent at once, by feed loen", "subject")
  says(mail, "Dear Vagten", "* 4 of the 5 people whom ", "Anna, Bo, Carl, Dorte", "* Vagten stands in for 4",
       "mailbox.fallback")
  never_says(mail, "Why:")
  world.set("eva", description="a round")
  tell(world, "anna", "bo", "carl", "dorte", "eva", span=("2020-01-02", "2036-12-31"))
  watching.lists(Drift="vagt")
  watching.until(lambda: len(server.read("vagt@eksempel.dk")) == 3, "a warning, and what is expected of Vagten")
  texts = [body(mail) for mail in server.read("vagt@eksempel.dk")]
  equal(sum("5 of the 5 people" in text for text in texts), 1, "mails of five")
  equal(sum("you stand in for" in text for text in texts), 1, "notices")
  equal({str(mail["To"]) for mail in server.read()}, {"Vagten <vagt@eksempel.dk>"}, "who gets mail")
  watching.end()
