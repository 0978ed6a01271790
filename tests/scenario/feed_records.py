"""What the records of a feed say: who is meant, what counts, and who then stands in."""
from scenario import scenario
from world import equal

STAFF = {"anna": "1001", "bo": "1002", "carla": "1003", "dan": "1004", "hans": "0010087"}


def feed_world(world, **feed):
  """One list that names all of the staff; who is away has `vagt`, the fallback, in their place."""
  for login, number in STAFF.items():
    world.person(login, employeeNumber=number)
  world.person("vagt")
  world.list("Drift")
  world.route("drift", "Drift", people=" ".join(STAFF))
  world.settings["mailbox"]["fallback"] = ["vagt@eksempel.dk"]
  world.feed = {"name": "hr", "format": "csv", "match": "employeeNumber",
                "fields": {"person": "nr", "from": "fra", "until": "til"},
                "url": "file://" + world.path("feed"), **feed}
  world.settings["absence"]["feeds"] = [world.feed]
  world.write("feed", "nr;fra;til\n")
  return world.start()


def put(world, text, **feed):
  """Make this the feed, read in this way."""
  with open(world.path("feed"), "wb") as file:
    file.write(text if isinstance(text, bytes) else text.encode())
  world.feed.update(feed)
  world.write_files()


def away(world, expected, status=0):
  """Who is away on 23 December: who is not on the list."""
  on = world.planned("Drift", "--at", "2026-12-23T12:00", status=status)
  equal(set(STAFF) - on, set(expected.split()), "who is away")


@scenario
def numbers_match_however_they_are_written(world):
  feed_world(world, match_as="number")
  put(world, "nr;fra;til\n00001001;21-12-2026;24-12-2026\n1002.0;21-12-2026;24-12-2026\n"
             "10087;21-12-2026;24-12-2026\n999;21-12-2026;24-12-2026\n")
  away(world, "anna bo hans")
  put(world, "nr;fra;til\n" + "".join(f"{number};21-12-2026;24-12-2026\n"
                                      for number in [*range(500000, 502100), 1001, 10087]))
  away(world, "anna hans")
  put(world, "nr;fra;til\n00001001;21-12-2026;24-12-2026\n1002;21-12-2026;24-12-2026\n",
      match_as="text")
  away(world, "bo")


@scenario
def approved_leave_alone_counts(world):
  feed_world(world, only={"status": ["Godkendt", "afholdt*"]},
             fields={"person": "nr", "from": "fra", "until": "til"})
  rows = ["nr;fra;til;status", "1001;21-12-2026;24-12-2026;GODKENDT",
          "1002;21-12-2026;24-12-2026;Annulleret", "1003;i dag;;Afvist",
          "1004;21-12-2026;24-12-2026;Afholdt delvis"]
  put(world, "\r\n".join(rows))
  away(world, "anna dan")
  world.run("plan", "--at", "2026-12-23T12:00").never_says("godkendt", "annulleret", "i dag")
  put(world, "nr;fra;til\n1001;21-12-2026;24-12-2026\n")
  world.run("plan", "--at", "2026-12-23T12:00", status=6).says("no column is called status")


@scenario
def csv_counts_as_spreadsheets_write_it(world):
  feed_world(world)
  rows = "\r\n".join(["nr;fra;til;note", '="1001";21-12-2026;24-12-2026', "'1002;21-12-2026;24-12-2026;;;",
                      "\u00a01003\u00a0;21-12-2026;24-12-2026;x", ""])
  for text in "sep=;\r\n" + rows, ("\ufeff" + rows).encode("utf-16-le"), rows.replace(";", "|"), \
      rows.replace("\r\n", "\r"):
    put(world, text)
    away(world, "anna bo carla")
  put(world, "Frav\u00e6r, uge 52\n\n" + rows, header_row=3)
  away(world, "anna bo carla")
  del world.feed["header_row"]
  put(world, rows + "<br />\n<b>Fatal error</b>:  Maximum execution time exceeded<br />\n")
  world.run("plan", status=6).says("line 5: an error message of the server stands here")


@scenario
def standing_deputies_come_behind_those_of_the_absence(world):
  """A deputy is found by the feed's attribute, else as any person; records of nobody are counted."""
  feed_world(world, fields={"person": "nr", "from": "fra", "until": "til", "deputy": "vikar"})
  put(world, "nr;fra;til;vikar\n1001;21-12-2026;24-12-2026;\n1001;;;1002, vagt@eksempel.dk\n"
             "99999;21-12-2026;24-12-2026;\n99998;21-12-2026;24-12-2026;1001\n")
  world.settings["people"]["separator"] = ","
  world.write_files()
  plan = world.run("plan", "--at", "2026-12-23T12:00", status=0)
  plan.says("records that name nobody under people.base by employeeNumber: 2")
  plan.never_says("99999", "99998")
  said = world.run("explain", "drift", "--at", "2026-12-23T12:00", status=0)
  said.says("Bo")
  equal(world.planned("Drift", "--at", "2026-12-23T12:00"), {"bo", "carla", "dan", "hans"},
        "the list: Bo stands in, the fallback does not")
  put(world, "nr;fra;til;vikar\n1001;21-12-2026;24-12-2026;vagt\n1001;;;1002\n")
  equal(world.planned("Drift", "--at", "2026-12-23T12:00"),
        {"bo", "carla", "dan", "hans", "vagt"}, "the list: who is named for this absence")


@scenario
def a_record_means_everybody_who_bears_the_value(world):
  world.person("anna2", employeeNumber="1001")
  feed_world(world)
  put(world, "nr;fra;til\n1001;21-12-2026;24-12-2026\n")
  away(world, "anna")
  world.run("plan", "--at", "2026-12-23T12:00", status=0).says(
      "feed hr, record 1", "2 people bear its value of employeeNumber")


@scenario
def findings_name_whom_a_list_asks_for_alone(world):
  world.person("eva", employeeNumber="1005")
  feed_world(world)
  put(world, "nr;fra;til\n1001;i morgen;\n1005;31-02-2026;24-12-2026\n")
  world.run("plan", "--at", "2026-12-23T12:00", status=0).says(
      "Anna (1001): line 2: not a time", "line 3: 31-02-2026/24-12-2026: not a time").never_says(
          "i morgen", "eva", "1005")
