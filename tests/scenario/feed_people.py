"""Feeds that are asked about people: only about recipients, in batches, and what becomes of those who cannot be read."""
import time

from people_server import DENIED, NOT_FOUND, THROTTLED, PeopleServer, Refusal
from scenario import not_sanitized, openldap_only, scenario
from watch import Watch, watch
from world import Failure, equal

PRESENT = {"status": "disabled", "start": {"dateTime": "2016-03-14T07:00:00.0000000"},
           "end": {"dateTime": "2016-03-28T07:00:00.0000000"}, "internalReplyMessage": "sygdom 0042"}
AWAY = {"status": "Scheduled", "start": {"dateTime": "2020-01-01T07:00:00.0000000Z"},
        "end": {"dateTime": "2099-01-01T07:00:00.0000000Z"}, "internalReplyMessage": "sygdom 0042"}
FIELDS = {"person": "person", "from": "answer.start.dateTime", "until": "answer.end.dateTime"}
ONE = {"url": "/users/{person}/oof"}
BATCH = {"url": "/$batch", "batch": 20, "body": {"requests": "{each}"},
         "each": {"id": "{index}", "method": "GET", "url": "/users/{person}/oof"},
         "answers": {"list": "/responses", "id": "id", "status": "status", "body": "body"}}
SCHEDULE = {"url": "/schedule", "batch": 20, "body": {"schedules": "{people}"},
            "answers": {"list": "/value", "person": "scheduleId", "error": "error"}}


def office(world, way=BATCH, **feed):
  """Anna has the role and is on the list; Bo stands in for her, Cai for Bo. Nobody asks for Dan."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk")
  world.person("bo", postvagtDeputy="cai@eksempel.dk")
  world.people("cai dan")
  world.one_list("anna")
  add_feed(world, way, **feed)


def people_world(world, way=BATCH, **feed):
  office(world, way, **feed)
  return world.start()


def add_feed(world, way=BATCH, **feed):
  world.graph = PeopleServer(PRESENT)
  world.children.append(world.graph)
  world.feed = {"name": "oof", "format": "json", "match": "mail", "asks": "people", "fields": FIELDS,
                "only": {"answer.status": ["scheduled"]}, **way, **feed}
  world.feed["url"] = world.graph.url + way["url"]
  world.settings["absence"]["feeds"] = [world.feed]


def mail(names):
  return [f"{name}@eksempel.dk" for name in names.split()]


def answer(world, answer_, names):
  world.graph.answers.update({person: answer_ for person in mail(names)})


def expect_asked(world, *requests):
  """Each request was about these, in any order, since the last look."""
  equal(world.graph.asked(), sorted(sorted(mail(names)) for names in requests), "asked about")


@scenario
def feed_people_only_recipients_are_asked_about(world):
  people_world(world)
  equal(world.planned("Drift"), {"anna"}, "nobody is away")
  expect_asked(world, "anna")
  answer(world, AWAY, "anna")
  equal(world.planned("Drift"), {"bo"}, "Anna is away")
  expect_asked(world, "anna", "bo")
  answer(world, AWAY, "bo")
  equal(world.planned("Drift"), {"cai"}, "and Bo is")
  expect_asked(world, "anna", "bo", "cai")
  answer(world, AWAY, "cai")
  world.run("apply", status=0).says("nobody stands in for Anna").never_says("sygdom")
  world.expect_members(Drift="anna")
  expect_asked(world, "anna", "bo", "cai")


@scenario
def feed_people_whom_another_source_says_are_away(world):
  """The directory and other feeds are asked first."""
  people_world(world)
  world.set("anna", postvagtAbsence="2020-01-01/")
  equal(world.planned("Drift"), {"bo"}, "by the directory")
  expect_asked(world, "anna bo")


@scenario
@openldap_only("mail reaches who has an address there")
def feed_people_a_leave_of_whom_mail_does_not_reach(world):
  """Somebody stands in, whether the server answers or not."""
  people_world(world, match="uid")
  world.graph.answers["anna"] = AWAY
  world.run("apply", status=0)
  world.set("anna", mail=[])
  world.run("apply", status=0).never_says("cannot be reached")
  world.expect_members(Drift="bo")
  world.graph.answers["anna"] = Refusal(404, NOT_FOUND)
  world.run("apply", status=6).says("serves until")
  world.expect_members(Drift="bo")


@scenario
def feed_people_inform_lists_and_strangers_are_not_asked_about(world):
  world.people("anna bo", "superbruger")
  world.people("cai dan")
  world.list("Drift", "dan")
  world.list("Orientering", "anna")
  world.route("drift", "Drift", people="cai@eksempel.dk", inform=world.block("Orientering", roles="superbruger"))
  add_feed(world)
  world.start()
  world.run("plan", status=0)
  expect_asked(world, "cai")


@scenario
def feed_people_nobody_is_needed(world):
  """The feed is asked about nobody, and in no trouble."""
  world.people("anna", "superbruger")
  world.list("Drift", "")
  world.list("Orientering", "")
  world.route("drift", "Drift", roles="infrastrukturejer", inform=world.block("Orientering", roles="superbruger"))
  add_feed(world)
  world.start()
  world.run("apply", status=0)
  world.run("apply", status=0)
  world.run("feeds", status=0).says("oof: trusted")
  world.run("feeds", "--json", status=0).json()
  world.run("status")
  world.run("audit", "verify", status=0)
  equal(world.graph.asked(), [], "requests")


@scenario
def feed_people_asked_one_at_a_time(world):
  people_world(world, way=ONE)
  answer(world, AWAY, "anna")
  equal(world.planned("Drift"), {"bo"}, "Anna is away")
  expect_asked(world, "anna", "bo")
  answer(world, Refusal(404, NOT_FOUND), "bo")
  world.run("plan", status=0).says("could not be asked about", "404")


@scenario
def feed_people_asked_for_their_schedules(world):
  people_world(world, way=SCHEDULE)
  world.routes[0].update(at_least=3, deputies=["cai@eksempel.dk", "dan@eksempel.dk"])
  world.write_files()
  answer(world, AWAY, "anna")
  answer(world, Refusal(404, NOT_FOUND), "dan")
  equal(world.planned("Drift"), {"bo", "cai", "dan"}, "Anna is away")
  expect_asked(world, "anna cai dan", "bo")
  world.run("plan", status=0).says("answered with an error", "ErrorItemNotFound")


@scenario
def feed_people_one_is_tested_alone(world):
  people_world(world)
  answer(world, AWAY, "dan")
  world.run("feeds", "test", "oof", "--person", "dan", status=0).says("dan@eksempel.dk").never_says("anna@")
  expect_asked(world, "dan")


@scenario
def feed_people_who_is_explained_is_asked_about(world):
  """Not to be called available without asking, though no list needs to know."""
  people_world(world)
  answer(world, AWAY, "dan")
  world.run("explain", "dan", status=0).says("away until").never_says("available")
  expect_asked(world, "anna dan")
  world.run("explain", "drift", status=0)
  expect_asked(world, "anna")


@scenario
def feed_people_asked_as_of_another_moment(world):
  """{today} is the day of --at, as with other feeds that are tested."""
  office(world, way={"url": "/schedule?day={today}&people={people}", "batch": 20,
                     "answers": {"list": "/value", "person": "scheduleId"}})
  world.start()
  world.run("--at", "2026-12-24T12:00", "feeds", "test", "oof", "--person", "anna", status=0)
  equal(world.graph.paths[-1].split("&")[0], "/schedule?day=2026-12-24", "what was asked for")


@scenario
def feed_people_at_least_asks_about_those_who_fill_up(world):
  people_world(world)
  world.routes[0].update(at_least=2, deputies=["cai@eksempel.dk", "dan@eksempel.dk"])
  world.write_files()
  equal(world.planned("Drift"), {"anna", "cai"}, "Cai fills up")
  expect_asked(world, "anna cai")
  answer(world, AWAY, "cai")
  equal(world.planned("Drift"), {"anna", "dan"}, "Cai is away")
  expect_asked(world, "anna cai", "dan")


@scenario
def feed_people_days_ahead_are_covered(world):
  people_world(world)
  tomorrow = time.strftime("%Y-%m-%d", time.localtime(time.time() + 2 * 86400))
  answer(world, {**AWAY, "start": {"dateTime": tomorrow}}, "anna")
  answer(world, {**AWAY, "start": {"dateTime": tomorrow}}, "bo")
  days = world.run("coverage", "--days", "4", "--json").json()["days"]
  expect_asked(world, "anna", "bo", "cai")
  available = [[tag["available"] for tag in day["tags"]] for day in days]
  equal([available[0], available[3]], [[[world.dn("anna")]], [[world.dn("cai")]]], "who answers")


def many_world(world, count, away=0, **feed):
  """`count` people hold the role; the first `away` of them are away, and Vagt stands in for all."""
  names = [f"p{number:03}" for number in range(count)]
  world.people(" ".join(names), "infrastrukturansvarlig")
  world.person("vagt")
  world.one_list(" ".join(names), deputies=["vagt@eksempel.dk"])
  add_feed(world, **feed)
  world.start()
  answer(world, AWAY, " ".join(names[:away]))
  return names


@scenario
def feed_people_batches_and_four_at_a_time(world):
  names = many_world(world, 123, away=7)
  world.graph.pause = 0.05
  people, requests = (equal(world.planned("Drift"), {*names[7:], "vagt"}, "the list"),
                      world.graph.asked_about())[1]
  equal(people, sorted(mail(" ".join(names)) + ["vagt@eksempel.dk"]), "asked about")
  equal(requests, 8, "requests: 123 people in 7 batches, and the deputy")
  if not 2 <= world.graph.most <= 4:
    raise Failure(f"{world.graph.most} requests at a time")
  if world.graph.connections > 4:
    raise Failure(f"{world.graph.connections} connections")


@scenario
def feed_people_who_cannot_be_read_keep_an_earlier_absence(world):
  names = many_world(world, 5, away=1)
  world.run("apply", status=0)
  world.expect_members(Drift=" ".join([*names[1:], "vagt"]))
  answer(world, Refusal(404, NOT_FOUND), "p000 p003")
  world.run("apply", status=6).says("p000", "could not be asked about", "ErrorItemNotFound", "p003").never_says("sygdom")
  world.expect_members(Drift=" ".join([*names[1:], "vagt"]))
  answer(world, Refusal(404, NOT_FOUND), "vagt")
  answer(world, PRESENT, "p003")
  world.run("apply", status=6)
  answer(world, PRESENT, "p000")
  world.run("apply", status=0).never_says("could not be asked about")
  world.expect_members(Drift=" ".join(names))
  answer(world, Refusal(404, NOT_FOUND), "p001")
  world.run("apply", status=0).says("p001", "could not be asked about")


@scenario
def feed_people_nobody_can_be_read(world):
  """The feed is unread: its last reading serves, or removals are held."""
  names = many_world(world, 3, away=1)
  answer(world, Refusal(403, DENIED), " ".join(names))
  world.run("apply", status=6).says("feed oof", "none of the people could be read", "ErrorAccessDenied",
                                    "no reading of it was ever trusted")
  answer(world, PRESENT, " ".join(names))
  answer(world, AWAY, "p000")
  world.run("apply", status=0)
  answer(world, Refusal(403, DENIED), " ".join(names))
  world.graph.asked()
  world.run("apply", status=6).says("none of the people could be read", "serves until")
  world.expect_members(Drift="p001 p002 vagt")
  equal(world.graph.asked_about()[1], 1, "requests: nobody is asked about further")


@scenario
def feed_people_most_cannot_be_read_any_more(world):
  """That is doubted, and ends as any doubt does."""
  names = many_world(world, 6, away=1)
  world.run("apply", status=0)
  answer(world, AWAY, names[1])
  answer(world, Refusal(403, DENIED), " ".join(names[2:]))
  world.run("apply", status=6).says("doubted", "4 of 6 records are unreadable", "feeds accept oof")
  world.expect_members(Drift=" ".join([*names[1:], "vagt"]))
  world.run("feeds", "accept", "oof", status=0)
  world.run("apply", status=0).says("could not be asked about")
  world.expect_members(Drift=" ".join([*names[2:], "vagt"]))


@scenario
def feed_people_throttled_one_by_one(world):
  names = many_world(world, 4, away=4)
  answer(world, Refusal(429, THROTTLED, 1, **{"Retry-After": "0"}), "p001")
  answer(world, Refusal(503, THROTTLED, None, **{"Retry-After": "0"}), "p002")
  world.run("plan", status=0).says("p002", "could not be asked about", "503")
  requests = world.graph.asked()
  equal(sorted(len(people) for people in requests), [1, 1, 2, 4], f"the batches: {requests}")
  del names


@scenario
def feed_people_a_batch_that_is_lost(world):
  names = many_world(world, 45, away=2)
  world.run("apply", status=0)
  world.graph.refuse = Refusal(400, {"error": {"code": "BadRequest", "message": "no"}})
  answer(world, PRESENT, names[0])
  world.run("apply", status=6).says("feed oof", "the server answered 400", "serves until")
  world.expect_members(Drift=" ".join([*names[2:], "vagt"]))


@scenario
def feed_people_deputies_who_cannot_be_asked_about(world):
  """What the feed says of the others counts; what is not known is said, and ends with 6."""
  people_world(world)
  answer(world, AWAY, "anna bo")
  world.run("apply", status=0)
  world.expect_members(Drift="cai")
  late = Refusal(400, {"error": {"code": "BadRequest", "message": "no"}})
  world.graph.asked()

  def refuse_second(people):
    return late if people != mail("anna") else None

  world.graph.refuse_if = refuse_second
  world.run("apply", status=6).says("feed oof", "400", "an earlier reading")
  world.expect_members(Drift="cai")
  world.graph.refuse_if = None
  answer(world, PRESENT, "bo")
  world.run("apply", status=0)
  world.expect_members(Drift="bo")


@scenario
@not_sanitized("jq has little memory, and ASan needs much")
def feed_people_deputies_whose_answer_cannot_be_read(world):
  """The program of jq ends badly on it: what an earlier reading said counts."""
  office(world, fields=None, only=None, jq="""
      .[] | if .answer.status == "odd" then error("odd") else . end | select(.answer.status != "disabled")
      | {person, from: .answer.start.dateTime, until: .answer.end.dateTime}""")
  world.feed = {key: value for key, value in world.feed.items() if value is not None}
  world.settings["absence"]["feeds"] = [world.feed]
  world.start()
  answer(world, AWAY, "anna bo")
  world.run("apply", status=0)
  world.expect_members(Drift="cai")
  answer(world, {**AWAY, "status": "odd"}, "bo")
  for _ in range(2):
    world.run("apply", status=6).says("feed oof, record 2", "the program failed", "an earlier reading")
    world.expect_members(Drift="cai")
  answer(world, PRESENT, "bo")
  world.run("apply", status=0)
  world.expect_members(Drift="bo")


@scenario
@not_sanitized("jq has little memory, and ASan needs much")
def feed_people_nobody_has_the_field_of_only(world):
  """Nobody is away, so the program makes no record: that is no reading without the field."""
  office(world, fields=None, only={"kind": ["ferie"]}, jq="""
      .[] | select(.answer.status != "disabled")
      | {person, from: .answer.start.dateTime, until: .answer.end.dateTime, kind: .answer.kind}""")
  world.feed = {key: value for key, value in world.feed.items() if value is not None}
  world.settings["absence"]["feeds"] = [world.feed]
  world.start()
  world.run("apply", status=0)
  answer(world, {**AWAY, "kind": "ferie"}, "anna")
  equal(world.planned("Drift"), {"bo"}, "Anna is away")
  answer(world, {**AWAY, "kind": None}, "anna")
  world.run("plan", status=0)
  world.feed["jq"] = world.feed["jq"].replace(", kind: .answer.kind", "")
  world.write_files()
  world.run("plan", status=6).says("no record has the field that only names: kind")


@scenario
def feed_people_without_the_attribute(world):
  people_world(world, match="employeeNumber")
  world.run("plan", status=0).says("feed oof", "people who have no employeeNumber", ": 1")
  equal(world.graph.asked(), [], "requests")
  world.set("anna", employeeNumber="0042")
  world.graph.answers["0042"] = AWAY
  equal(world.planned("Drift"), {"bo"}, "by the number")


@scenario
def feed_people_nobody_has_the_attribute_any_more(world):
  """As after the right to read it is lost: that is no reading by which nobody is away."""
  names = many_world(world, 5, away=1, match="employeeNumber")
  for number, name in enumerate([*names, "vagt"]):
    world.set(name, employeeNumber=str(number))
  world.graph.answers["0"] = AWAY
  world.run("apply", status=0)
  world.expect_members(Drift=" ".join([*names[1:], "vagt"]))
  for name in [*names, "vagt"]:
    world.set(name, employeeNumber=[])
  for _ in range(2):
    world.run("apply", status=6).says("feed oof", "none of the people has employeeNumber (needed: ", "serves until")
  for number, name in enumerate([*names, "vagt"]):
    world.set(name, employeeNumber=str(number))
  world.run("apply", status=0)
  world.expect_members(Drift=" ".join([*names[1:], "vagt"]))


@scenario
def feed_people_watch_when_nobody_has_the_attribute_any_more(world):
  names = many_world(world, 5, away=1, match="employeeNumber", every="1s")
  numbers = {name: str(number) for number, name in enumerate([*names, "vagt"])}
  for name, number in numbers.items():
    world.set(name, employeeNumber=number)
  world.graph.answers["0"] = AWAY
  running = Watch(world)
  running.lists(Drift=" ".join([*names[1:], "vagt"]))
  for name in numbers:
    world.set(name, employeeNumber=[])
  running.until(lambda: world.set("p001", description=str(time.time())) or "none of the people has employeeNumber" in running.err(),
                "the trouble")
  for name, number in numbers.items():
    world.set(name, employeeNumber=number)
  running.lists(Drift=" ".join([*names[1:], "vagt"]))
  running.end()


@scenario
def feed_people_keeps_only_who_and_when(world):
  people_world(world)
  answer(world, AWAY, "anna")
  world.run("apply", status=0)
  copy = world.read(world.path("state/feed-oof.json"))
  for text in ("sygdom", "internalReplyMessage", "Scheduled", "dan@eksempel.dk"):
    if text in copy:
      raise Failure(f"{text} is in the copy:\n{copy}")


@scenario
def feed_people_the_same_again_writes_nothing_new(world):
  """The answers of deputies are in the same reading, whatever it took to ask about them."""
  people_world(world)
  answer(world, AWAY, "anna")
  world.run("apply", status=0)
  before = world.read(world.path("state/feed-oof.json"))
  world.run("apply", status=0)
  after = world.read(world.path("state/feed-oof.json"))
  equal(after.count('"sha256"'), before.count('"sha256"'), "readings that are kept")


def followed(world, **feed):
  office(world, **{"every": "1s", **feed})
  running = watch(world)
  running.lists(Drift="anna")
  return running


@scenario
def feed_people_watch_follows_the_answers(world):
  """A reply that is set is on the list after the next `every`, and gone when it ends."""
  running = followed(world)
  answer(world, AWAY, "anna")
  running.lists(Drift="bo")
  answer(world, AWAY, "bo")
  running.lists(Drift="cai")
  soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 4))
  answer(world, {**AWAY, "end": {"dateTime": soon}}, "anna")
  running.lists(Drift="anna")
  answer(world, PRESENT, "anna bo")
  world.graph.asked()
  running.until(lambda: any(people == mail("anna") for people in world.graph.asked()),
                "a request about Anna alone: nobody else is needed any more")
  running.end()


@scenario
def feed_people_watch_asks_at_once_about_who_is_new(world):
  running = followed(world, every="7d")
  answer(world, AWAY, "dan")
  expect_asked(world, "anna")
  world.set("dan", postvagtRole="infrastrukturansvarlig", postvagtDeputy="cai@eksempel.dk")
  running.lists(Drift="anna cai")
  expect_asked(world, "dan", "cai")
  running.end()


@scenario
def feed_people_watch_through_an_outage(world):
  running = followed(world)
  answer(world, AWAY, "anna")
  running.lists(Drift="bo")
  world.graph.refuse = Refusal(503, THROTTLED, None, **{"Retry-After": "0"})
  running.says("503")
  answer(world, PRESENT, "anna")
  world.graph.refuse = None
  running.lists(Drift="anna")
  running.end()


@scenario
@openldap_only("in a domain that others change meanwhile there are rounds for that")
def feed_people_watch_keeps_calm_while_nothing_changes(world):
  """The same answers call no round."""
  running = followed(world)
  answer(world, AWAY, "anna")
  running.lists(Drift="bo")
  world.graph.asked()
  running.until(lambda: len(world.graph.requests) > 3, "some requests")
  rounds = running.rounds()
  world.graph.asked()
  running.until(lambda: len(world.graph.requests) > 3, "more requests")
  equal(running.rounds(), rounds, "rounds")
  running.end()


@scenario
def feed_people_answers_that_repeat_the_token_are_not_shown(world):
  people_world(world)
  world.write("token", "hemmelig-noegle-4711\n", 0o600)
  world.feed["token_file"] = "token"
  answer(world, Refusal(400, {"error": {"code": "BadToken", "message": "hemmelig-noegle-4711 is bad"}}), "anna")
  for way in (BATCH, SCHEDULE, ONE):
    for key in ("batch", "body", "each", "answers", "only"):
      world.feed.pop(key, None)
    world.feed.update(way, url=world.graph.url + way["url"])
    world.write_files()
    world.run("--lang", "en", "plan", status=6).says("BadToken", "[...]").never_says("hemmelig")
