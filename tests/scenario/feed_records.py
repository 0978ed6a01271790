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
