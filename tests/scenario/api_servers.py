"""The mocks of other systems' interfaces, by themselves: each refuses what the real one refuses.

A scenario with a mock that takes anything would show nothing. No directory is started here.
"""
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request

from graph_server import BATCH_MAX, Graph
from os2mo_server import Os2mo
from os2rollekatalog_server import Os2rollekatalog
from os2sofd_server import Os2sofd
from personio_server import Personio
from scenario import openldap_only, scenario
from world import equal

NO_DIRECTORY = "the mocks are the same whatever the directory is"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LEAVES = "query ($cursor: Cursor) { leaves(%s) { objects { %s } page_info { next_cursor } } }"


def mock(world, kind, *arguments, **settings):
  server = kind(world.path(kind.__name__), *arguments, **settings)
  world.children.append(server)
  return server


def ask(server, path, body=None, method=None, **fields):
  """(status, what came) of one request; a body that is no bytes goes as JSON."""
  headers = {name.replace("_", "-"): text for name, text in fields.items()}
  if body is not None and not isinstance(body, bytes):
    body, headers = json.dumps(body).encode(), {"Content-Type": "application/json", **headers}
  request = urllib.request.Request(f"https://{server.host}{path}", body, headers, method=method)
  context = ssl.create_default_context(cafile=server.ca_file())
  try:
    with urllib.request.urlopen(request, context=context, timeout=60) as answer:
      return answer.status, json.loads(answer.read() or b"null")
  except urllib.error.HTTPError as error:
    with error:
      return error.code, json.loads(error.read() or b"null")


def token(server, path, status=200, **form):
  """The header with a token; what came instead where that is not the status."""
  form = {"grant_type": "client_credentials", "client_id": server.tokens.client_id,
          "client_secret": server.tokens.secret, **form}
  got, body = ask(server, path, urllib.parse.urlencode(form).encode(), **FORM)
  equal(got, status, f"the status of {path}: {body}")
  return {"Authorization": f"Bearer {body['access_token']}"} if status == 200 else body


def parts(*names):
  return {"requests": [{"id": str(number), "method": "GET", "url":
                        f"/users/{name}/mailboxSettings/automaticRepliesSetting"}
                       for number, name in enumerate(names)]}


@scenario
@openldap_only(NO_DIRECTORY)
def mock_of_graph_refuses_what_graph_refuses(world):
  graph = mock(world, Graph)
  place, scope = "/eksempel.dk/oauth2/v2.0/token", {"scope": "https://graph.microsoft.com/.default"}
  for status, number, form in ((401, 7000215, {"client_secret": "x"}), (400, 700016, {"client_id": "x"}),
                               (400, 1002012, {"scope": "MailboxSettings.Read"})):
    equal(token(graph, place, status, **{**scope, **form})["error_codes"], [number], "the AADSTS code")
  equal(token(graph, "/andre.dk/oauth2/v2.0/token", 400, **scope)["error_codes"], [90002], "no tenant")
  equal(ask(graph, place)[0], 405, "a token by GET")
  equal(ask(graph, "/v1.0/$batch", parts("a"))[0], 401, "without a token")
  fields = token(graph, place, **scope)
  equal(ask(graph, "/v1.0/$batch", **fields)[0], 405, "a batch by GET")
  equal(ask(graph, "/v1.0/$batch", b"{}", **FORM, **fields)[0], 415, "a batch that is a form")
  equal(ask(graph, "/v1.0/$batch", parts(*"a" * (BATCH_MAX + 1)), **fields)[0], 400, "a batch of 21")
  equal(ask(graph, "/v1.0/$batch", {"requests": parts("a")["requests"] * 2}, **fields)[0], 400, "two of one id")
  graph.person("anna@eksempel.dk", "alwaysEnabled")
  graph.deny("bo@eksempel.dk")
  graph.throttled["carl@eksempel.dk"] = 1
  graph.person("carl@eksempel.dk")
  asked = parts("Anna%40eksempel.dk", "bo%40eksempel.dk", "carl%40eksempel.dk", "x%23y")
  status, body = ask(graph, "/v1.0/$batch", asked, **fields)
  equal((status, [(part["id"], part["status"]) for part in body["responses"]]),
        (200, [("3", 404), ("2", 429), ("1", 403), ("0", 200)]), "parts of a batch")
  equal(body["responses"][1]["headers"]["Retry-After"], "1", "when to come again")
  graph.rights.clear()
  status, body = ask(graph, "/v1.0/$batch", parts("anna%40eksempel.dk"), **fields)
  equal(body["responses"][0]["body"]["error"]["code"], "ErrorAccessDenied", "without the right")
  graph.tokens.expire()
  status, body = ask(graph, "/v1.0/$batch", asked, **fields)
  equal((status, body["error"]["code"]), (401, "InvalidAuthenticationToken"), "with a token that has ended")


@scenario
@openldap_only(NO_DIRECTORY)
def mock_of_graph_answers_schedules(world):
  graph = mock(world, Graph)
  fields = token(graph, "/eksempel.dk/oauth2/v2.0/token", scope="https://graph.microsoft.com/.default")
  graph.event("anna@eksempel.dk", "oof", "2026-12-01T23:00:00", "2026-12-02T23:00:00")

  def schedules(people, end, prefer="UTC", **more):
    return ask(graph, "/v1.0/users/infrapost@eksempel.dk/calendar/getSchedule", {
        "schedules": people, "startTime": {"dateTime": "2026-12-01T00:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": f"{end}T00:00:00", "timeZone": "UTC"}, **more},
               Prefer=f'outlook.timezone="{prefer}"', **fields)
  status, body = schedules(["anna@eksempel.dk", "bo@eksempel.dk"], "2027-01-31", "Romance Standard Time")
  equal(status, 200, f"61 days: {body}")
  equal(body["value"][0]["scheduleItems"][0]["start"],
        {"dateTime": "2026-12-02T00:00:00.0000000", "timeZone": "Romance Standard Time"}, "in the zone preferred")
  equal(body["value"][1]["error"]["responseCode"], "ErrorMailRecipientNotFound", "of whom it knows nothing")
  for end, people, code in (("2027-02-01", ["a"], "ErrorTimeIntervalTooBig"),
                            ("2026-12-02", ["a"] * 21, "ErrorMailboxDataArrayTooBig")):
    status, body = schedules(people, end)
    equal((status, body["error"]["code"]), (400, code), "what is too much")
  equal(schedules(["a"], "2026-12-02", interval=5)[0], 400, "an unknown key")


@scenario
@openldap_only(NO_DIRECTORY)
def mock_of_os2mo_refuses_what_os2mo_refuses(world):
  mo = mock(world, Os2mo)
  for login in ("anna", "bo", "carl"):
    mo.person(login)
    mo.leave(login, "2020-01-01", "2099-01-01")
  place = "/auth/realms/mo/protocol/openid-connect/token"
  token(mo, place, 401, client_secret="x")
  fields = token(mo, place)

  def says(query, variables=None, **header):
    status, body = ask(mo, "/graphql/v30", {"query": query, "variables": variables or {}}, **header)
    equal(status, 200, "whatever is wrong")
    return body.get("errors", [{}])[0].get("message") or body["data"]
  equal(says("{ leaves { objects { uuid } } }"), "User is not authenticated", "without a token")
  for query, message in (
      (LEAVES % ("limit: 1", "name"), "Cannot query field 'name' on type 'LeaveResponse'."),
      (LEAVES % ("first: 1", "uuid"), "Unknown argument 'first' on field 'Query.leaves'."),
      (LEAVES % ("filter: {since: null}", "uuid"), "Field 'since' is not defined by type 'LeaveFilter'."),
      (LEAVES % ("limit: $cursor", "uuid"),
       "Variable '$cursor' of type 'Cursor' used in position expecting type 'int'."),
      ("query ($x: DateTime!) { leaves { objects { uuid } } }",
       "Variable '$x' of required type 'DateTime!' was not provided.")):
    equal(says(query, **fields), message, query)
  mo.empty_pages, cursor, sizes = {2}, None, []
  while cursor or not sizes:
    page = says(LEAVES % ("limit: 1, cursor: $cursor", "uuid"), {"cursor": cursor}, **fields)["leaves"]
    sizes.append(len(page["objects"]))
    cursor = page["page_info"]["next_cursor"]
  equal(sizes, [1, 0, 1, 1], "the pages, one empty and not the last")
  mo.roles.discard("read_leave")
  equal(says("{ leaves { objects { uuid } } }", **fields), "No policy approved the access", "without the role")
  equal(ask(mo, "/graphql/v30", **fields)[0], 405, "by GET")
  equal(ask(mo, "/graphql/v6", {"query": ""}, **fields)[0], 404, "a version that is gone")


@scenario
@openldap_only(NO_DIRECTORY)
def mock_of_os2sofd_pages_until_nobody_is_left(world):
  sofd = mock(world, Os2sofd)
  for number in range(5):
    sofd.person(f"p{number}", "2026-12-01", "2026-12-24")
  equal(ask(sofd, "/api/v2/persons")[0], 401, "without a key")
  key = {"ApiKey": sofd.key}
  equal(ask(sofd, "/api/v2/persons", {}, **key)[0], 405, "by POST")
  equal(ask(sofd, "/api/v2/persons?limit=5", **key)[0], 400, "an unknown parameter")
  offset, sizes = "", []
  while offset is not None:
    status, page = ask(sofd, f"/api/v2/persons?size=2&offset={offset}", **key)
    equal(status, 200, "a page")
    sizes.append(len(page["persons"]))
    offset = page["nextOffset"]
  equal(sizes, [2, 2, 1, 0], "the pages")
  sofd.access = "LIMITED_READ_ACCESS"
  equal(ask(sofd, "/api/v2/persons", **key)[0], 403, "a key that may not")


@scenario
@openldap_only(NO_DIRECTORY)
def mock_of_os2rollekatalog_knows_what_a_key_may(world):
  catalogue = mock(world, Os2rollekatalog, {"o": "ORGANISATION", "r": "READ_ACCESS"})
  catalogue.manager("chef", "anna bo")
  catalogue.role("KOMBIT", "Infrastrukturansvarlig", "anna")
  for path, key, status in (("/api/v2/manager", "x", 401), ("/api/v2/manager", "r", 403),
                            ("/api/v2/manager", "o", 200), ("/api/read/itsystem/KOMBIT", "o", 403),
                            ("/api/read/itsystem/KOMBIT", "r", 200), ("/api/read/itsystem/SAPA", "r", 404)):
    equal(ask(catalogue, path, ApiKey=key)[0], status, f"{path} with the key {key}")
  equal(ask(catalogue, "/api/v2/manager", {}, ApiKey="o")[0], 405, "by POST")


@scenario
@openldap_only(NO_DIRECTORY)
def mock_of_personio_counts_pages(world):
  """Its offset is the number of a page, 0 is the first one too, and the page after the last is empty."""
  personio = mock(world, Personio)
  for number in range(3):
    personio.absence(f"p{number}@eksempel.dk", "2026-12-01", "2026-12-24")
  token(personio, "/v2/auth/token", 401, client_secret="x")
  fields = token(personio, "/v2/auth/token")
  equal(ask(personio, "/v1/company/time-offs")[0], 401, "without a token")
  equal(ask(personio, "/v1/company/time-offs?page=1", **fields)[0], 422, "an unknown parameter")
  equal([len(ask(personio, f"/v1/company/time-offs?limit=2&offset={offset}", **fields)[1]["data"])
         for offset in range(4)], [2, 2, 1, 0], "the pages")
  equal(ask(personio, "/v1/company/time-offs?start_date=2026-12-25", **fields)[1]["data"], [], "after the last")
