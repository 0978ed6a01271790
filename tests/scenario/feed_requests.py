"""Feeds whose requests are built: what is posted, how pages follow one another, and what makes a reading no whole one."""
import glob
import json
import os

from hr_server import Api
from scenario import openldap_only, scenario
from world import Failure, equal

ANNA = {"nr": "0042", "fra": "2020-01-01", "til": None}
BO = {"nr": "0043", "fra": "2020-01-01", "til": "2020-01-02"}
QUERY = "query ($cursor: Cursor) { page(cursor: $cursor) { objects { uuid } page_info { next_cursor } } }"


def api_world(world, answer, path="/feed", **feed):
  """Anna, no. 0042, has the role and is on the list; Bo stands in. The feed comes from a server that answers so."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk",
               employeeNumber="0042")
  world.person("bo", employeeNumber="42")
  world.one_list("anna")
  world.api = Api(answer)
  world.children.append(world.api)
  world.feed = {"name": "loen", "format": "json", "records": "/items", "match": "employeeNumber",
                "fields": {"person": "nr", "from": "fra", "until": "til"},
                "url": world.api.url.removesuffix("/feed") + path, **feed}
  world.settings["absence"]["feeds"] = [world.feed]
  return world.start()


def feed(world, **keys):
  """The feed's settings, with these keys now (None: without)."""
  world.feed.update(keys)
  for key in [key for key, value in world.feed.items() if value is None]:
    del world.feed[key]
  world.write_files()
  world.api.take()


def page(*records, cursor=None, **more):
  return 200, json.dumps({"items": records, "next": cursor, **more})


def reads(world, *requests):
  """The feed is read whole, by these requests."""
  equal(world.planned("Drift"), {"bo"}, "the list")
  equal([str(request) for request in world.api.take()], list(requests), "what was asked")


def fails(world, *texts):
  """The feed is unread, so that removals are held."""
  result = world.run("plan", status=6).says("feed loen", *texts)
  equal(world.planned("Drift", status=6), {"anna"}, f"the list\n{result}")


def graphql(pages):
  """Pages by the cursor in the posted variables: {cursor: (records, the next cursor)}."""
  def answer(request):
    records, cursor = pages[json.loads(request.body)["variables"]["cursor"]]
    if records == "error":
      return 200, json.dumps({"data": None, "errors": [{"message": "timeout"}]})
    return 200, json.dumps({"data": {"page": {"objects": records, "page_info": {"next_cursor": cursor}}}})
  return answer


GRAPHQL = {"records": "/data/page/objects", "next": "/data/page/page_info/next_cursor",
           "body": {"query": QUERY, "variables": {"limit": 2, "cursor": "{cursor}", "from": "{today}"}}}


@scenario
def feed_requests_graphql_with_an_empty_page_in_the_middle(world):
  """The cursor goes into the body, and what says that a page is the last one is that it names no other."""
  api_world(world, graphql({None: ([BO], "MA=="), "MA==": ([], 'M"\\\r\n}'), 'M"\\\r\n}': ([ANNA], None)}), **GRAPHQL)
  equal(world.planned("Drift"), {"bo"}, "the list")
  requests = world.api.take()
  variables = [json.loads(request.body)["variables"] for request in requests]
  equal([one["cursor"] for one in variables], [None, "MA==", 'M"\\\r\n}'], "the cursors")
  equal({one["limit"] for one in variables}, {2}, "a number is a number")
  equal(len({one["from"] for one in variables}), 1, "days")
  equal({json.loads(request.body)["query"] for request in requests}, {QUERY}, "GraphQL's braces")
  equal({(request.method, request.fields["content-type"]) for request in requests},
        {("POST", "application/json")}, "how it is posted")
  world.four_ways(Drift="bo")


@scenario
def feed_requests_errors_with_status_200(world):
  """On a later page too, with jq too: unread rather than short."""
  api_world(world, graphql({None: ([ANNA, BO], "MA=="), "MA==": ("error", None)}), **GRAPHQL)
  fails(world, "page 2", "the answer has errors beside the records")
  feed(world, records=None, fields=None, jq=".data.page.objects[] | {person: .nr, from: .fra, until: .til}")
  fails(world, "page 2", "the answer has errors beside the records")
  world.api.answer = graphql({None: ("error", None)})
  fails(world, "/feed: line 1, column 26: the answer has errors beside the records")


@scenario
def feed_requests_offsets_that_end_by_an_empty_page(world):
  """Short pages are pages; a number comes back as it was written."""
  pages = {"": page(BO, cursor="a/b?c"), "a%2Fb%3Fc": page(ANNA, cursor=200), "200": page(cursor="x")}
  api_world(world, lambda request: pages[request.path.partition("offset=")[2]],
            path="/persons?size=2&offset={cursor}", next="/next", ends="empty")
  reads(world, "GET /persons?size=2&offset=", "GET /persons?size=2&offset=a%2Fb%3Fc",
        "GET /persons?size=2&offset=200")
  fields = world.feed["fields"]
  feed(world, fields=None, jq=".items[] | {person: .nr, from: .fra, until: .til}")  # records: what is empty at last
  equal(world.planned("Drift"), {"bo"}, "the list by jq")
  feed(world, fields=fields, jq=None)
  pages["a%2Fb%3Fc"] = page(ANNA)
  fails(world, "it has records, but names no next page")
  pages["a%2Fb%3Fc"] = 200, json.dumps({"message": "try later", "next": None})
  fails(world, "no array at /items")


@scenario
def feed_requests_pages_by_number(world):
  pages = {"0": page(BO), "1": page(ANNA), "2": page()}
  api_world(world, lambda request: pages[request.path.partition("page=")[2]],
            path="/persons?page={page}", first_page=0)
  reads(world, "GET /persons?page=0", "GET /persons?page=1", "GET /persons?page=2")
  world.api.answer = lambda request: page(ANNA)
  fails(world, "page 2", "the same as a page before")
  feed(world, url=world.feed["url"].partition("?")[0], method="post", body="page={page}&size=2", first_page=None)
  pages = {"1": page(BO), "2": page(ANNA), "3": page()}
  world.api.answer = lambda request: pages[request.body[len("page=")]]
  reads(world, *(f"POST /persons page={number}&size=2" for number in (1, 2, 3)))


@scenario
def feed_requests_cursor_in_a_header(world):
  """Nothing is sent where there is no cursor yet, and what would begin another header is not sent at all."""
  pages = {None: page(BO, cursor="a b"), "a b": page(ANNA)}
  api_world(world, lambda request: pages[request.fields.get("x-cursor")], next="/next",
            headers=[{"name": "X-Cursor", "value": "{cursor}"}, {"name": "X-Day", "value": "{today:%d-%m-%Y}"},
                     {"name": "X-Id", "value": "{uuid}"}])
  equal(world.planned("Drift"), {"bo"}, "the list")
  requests = world.api.take()
  equal([request.fields.get("x-cursor") for request in requests], [None, "a b"], "the cursors")
  if len({request.fields["x-id"] for request in requests}) != 2:
    raise Failure("two requests have one UUID")
  pages[None] = page(ANNA, cursor="a\r\nX-Admin: 1")
  fails(world, "{cursor} cannot be sent", "control characters")
  if any("x-admin" in request.fields for request in world.api.take()):
    raise Failure("the cursor became a header")


@scenario
def feed_requests_page_that_is_lost(world):
  """The other pages do not stand for all."""
  pages = {None: (200, page(ANNA, cursor="a")[1]), "a": (500, "{}")}
  api_world(world, lambda request: pages[json.loads(request.body)["c"]], next="/next", body={"c": "{cursor}"})
  fails(world, "page 2", "500")
  pages["a"] = 404, "{}"
  fails(world, "page 2", "404")
  pages["a"] = page(BO)
  world.api.take()
  reads(world, 'POST /feed {"c":null}', 'POST /feed {"c":"a"}')


@scenario
def feed_requests_circle(world):
  """A cursor that comes again, though every address is the same."""
  pages = {None: page(ANNA, cursor="a"), "a": page(BO, cursor="b"), "b": page(cursor="a")}
  api_world(world, lambda request: pages[json.loads(request.body)["c"]], next="/next", body={"c": "{cursor}"})
  world.run("plan", status=6).says("page 3", "the pages lead in a circle")
  equal(len(world.api.take()), 3, "requests")
  for odd in ({}, [1], True):
    pages[None] = page(ANNA, cursor=odd)
    fails(world, "/next is")


@scenario
@openldap_only("feeds are the same whatever the directory is")
def feed_requests_today(world):
  """The day is Copenhagen's, and stays what it was when the reading began."""
  library = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
  if not library:
    raise Failure("libfaketime is not installed")

  def set_clock(moment):
    world.write("clock.new", moment + "\n")
    os.rename(world.path("clock.new"), world.path("clock"))

  def answer(request):
    set_clock("2026-12-26 09:00:00")
    return page(BO, cursor="a") if request.path.endswith("c=") else page(ANNA)

  env = {"LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": world.path("clock"), "FAKETIME_NO_CACHE": "1",
         "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC", "ASAN_OPTIONS": world.asan_options()}
  set_clock("2026-12-24 23:30:00")  # UTC
  api_world(world, answer, path="/x?from={today}&to={today+90d:%d.%m.%Y}&at={now:%H}&c={cursor}", next="/next")
  world.run("plan", status=0, env=env)
  equal([request.path for request in world.api.take()],
        [f"/x?from=2026-12-25&to=25.03.2027&at=23&c={cursor}" for cursor in ("", "a")], "what was asked")


@scenario
@openldap_only("feeds are the same whatever the directory is")
def feed_requests_are_not_conditional_where_they_change(world):
  """An ETag belongs to the request that it came with."""
  def answer(request):
    return (304, "") if "if-none-match" in request.fields else page(ANNA)

  api_world(world, answer, path="/x?from={today}")
  world.run("apply", status=0)
  reads(world, *[str(request) for request in world.api.take()])
  feed(world, url=world.api.url, body={"a": 1})
  world.run("apply", status=0)
  world.run("apply", status=0)
  if any("if-none-match" in request.fields for request in world.api.take()):
    raise Failure("a posted request is conditional")


@scenario
@openldap_only("feeds are the same whatever the directory is")
def feed_requests_keep_a_copy_of_their_own(world):
  """What was read by another body says nothing about this one."""
  api_world(world, lambda request: page(ANNA) if "unit" in request.body else (500, "{}"), body={"unit": "a"})
  world.run("apply", status=0)
  feed(world, body={"unit": "a", "more": 1})
  world.api.answer = lambda request: (500, "{}")
  world.run("plan", status=6).says("no reading of it was ever trusted")
  feed(world, body={"unit": "a"})
  world.run("plan", status=6).says("serves until")


@scenario
@openldap_only("files are the same whatever the directory is")
def feed_requests_faults_of_the_settings(world):
  """Each with its place and the nearest name, in both languages."""
  api_world(world, lambda request: page(ANNA), path="/{tody}")
  for language, text in (("en", "did you mean \"{today}\"?"), ("da", "mente du \"{today}\"?")):
    world.run("--lang", language, "plan", status=2).says("postvagt.yaml:", "{tody}", text)
  for keys, text in (({"body": {"a": "{cursr}"}}, "{cursor}"), ({"next": None, "body": {"a": "{cursor}"}}, "next"),
                     ({"body": "a=b", "method": "get"}, "method: post"), ({"first_page": 3}, "first_page")):
    feed(world, url=world.api.url, body=None, method=None, first_page=None)
    feed(world, **keys)
    world.run("plan", status=2).says(text)
  feed(world, first_page=None)
  world.run("plan", status=0)
