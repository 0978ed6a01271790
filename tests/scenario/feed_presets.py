"""The presets of mappings/feeds: what other systems know comes onto the lists, and goes again.

Each system is a mock written from its documentation (support/), with its traps: stale dates, statuses
spelt either way, Windows zones, an inclusive last day, empty pages in the middle, errors with
status 200, tokens that end early. A preset needs three lines of settings; here come a CA's file and
the attribute that logins are in.
"""
import datetime
import os
import zoneinfo

from api_server import ApiServer, Refused
from api_servers import mock
from graph_server import BATCH_MAX, MESSAGE, Graph
from os2mo_server import Os2mo
from os2rollekatalog_server import Os2rollekatalog
from os2sofd_server import DAYS, Os2sofd
from personio_server import Personio
from scenario import active_directory_only, openldap_only, scenario
from watch import Watch
from world import FOREVER, Failure, equal, words

HERE = zoneinfo.ZoneInfo("Europe/Copenhagen")
ONCE = "the request is the same whatever the directory is"


def moment(**later):
  """A moment from now on, in UTC, as Graph writes one."""
  at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**later)
  return at.strftime("%Y-%m-%dT%H:%M:%S")


def day(days):
  return (datetime.datetime.now(HERE).date() + datetime.timedelta(days=days)).isoformat()


def at(days, time="12:00:00"):
  """That time of a day from today on, here, for --at."""
  date = datetime.date.fromisoformat(day(days))
  return datetime.datetime.combine(date, datetime.time.fromisoformat(time), HERE).isoformat()


def add_feed(world, preset, server, values, **keys):
  """One more feed: the three lines, the CA's file, and `keys`."""
  feed = {"preset": preset, "values": values, "ca_file": server.ca_file(), **keys}
  world.settings["absence"].setdefault("feeds", []).append(feed)
  return feed


def people(world, more=""):
  """Anna has the role and is on the list; Bo stands in for her."""
  for login in words(f"anna bo {more}"):
    if login == "anna":
      world.person(login, "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk")
    else:
      world.person(login)
  world.one_list("anna")


def graph_feed(world, graph, preset="graph-oof", **keys):
  """Such a feed of Graph. A userPrincipalName is one domain's, and many worlds are in it: the mail stands for it."""
  values = {"tenant": graph.tenant, "graph": graph.host, "login": graph.host}
  if preset == "graph-schedule":
    values["mailbox"] = "infrapost@eksempel.dk"
  else:
    keys.setdefault("match", "mail")
  oauth = {"client_id": graph.tokens.client_id, "secret_file": "graph-secret"}
  world.write("graph-secret", f"{graph.tokens.secret}\n", 0o600)
  return add_feed(world, preset, graph, values, oauth=oauth, **keys)


def graph_world(world, more="", preset="graph-oof", **keys):
  """Nobody is away."""
  people(world, more)
  graph = mock(world, Graph)
  for login in words(f"anna bo {more}"):
    graph.person(f"{login}@eksempel.dk")
    graph.schedules[f"{login}@eksempel.dk"] = []
  graph_feed(world, graph, preset, **keys)
  world.start()
  return graph


def drift(world, members, *arguments, status=0):
  """Fail unless the plan has these on the list."""
  equal(world.planned("Drift", *arguments, status=status), set(words(members)), "the list Drift")


def asked_about(graph):
  """Whom Graph was asked about since the last call, in order, each as often as it was."""
  found, graph.asked_about = graph.asked_about, []
  return sorted(name.partition("@")[0] for name in found)


# Automatic replies


@scenario
def preset_graph_reply_is_on_the_list_after_the_next_every(world):
  """And gone when it is turned off, and by itself when it ends."""
  graph = graph_world(world, every="1s")
  watch = Watch(world)
  watch.lists(Drift="anna")
  graph.person("anna@eksempel.dk", "alwaysEnabled")
  watch.lists(Drift="bo")
  graph.person("anna@eksempel.dk", "disabled")
  watch.lists(Drift="anna")
  graph.person("anna@eksempel.dk", "scheduled", moment(hours=-1), moment(days=1))
  watch.lists(Drift="bo")
  graph.person("anna@eksempel.dk", "scheduled", moment(hours=-1), moment(seconds=3))
  watch.lists(Drift="anna")
  watch.end()
  equal(graph.tokens.issued, 1, "how many tokens that took")


@scenario
@active_directory_only
def preset_graph_asks_by_the_name_of_active_directory(world):
  """The preset as it is, with userPrincipalName: upper and lower case are the same."""
  names = {login: f"{login.capitalize()}.{world.unit}@Eksempel.dk" for login in ("anna", "bo")}
  for login, name in names.items():
    deputy = {"postvagtDeputy": "bo@eksempel.dk"} if login == "anna" else {}
    world.person(login, "infrastrukturansvarlig" if deputy else "", userPrincipalName=name, **deputy)
  world.one_list("anna")
  graph = mock(world, Graph)
  for name in names.values():
    graph.person(name, "alwaysEnabled" if name.startswith("Anna") else "disabled")
  del graph_feed(world, graph)["match"]
  world.start()
  drift(world, "bo")


@scenario
def preset_graph_always_enabled_ignores_stale_dates(world):
  graph = graph_world(world)
  for status in ("alwaysEnabled", "AlwaysEnabled", "alwaysenabled"):
    graph.person("anna@eksempel.dk", status, "2016-03-19T02:00:00", "2016-03-20T02:00:00")
    drift(world, "bo")
  graph.person("anna@eksempel.dk", "disabled", moment(days=-1), moment(days=1))
  drift(world, "anna")
  graph.person("anna@eksempel.dk", "scheduled", "2016-03-19T02:00:00", "2016-03-20T02:00:00")
  drift(world, "anna")
  graph.person("anna@eksempel.dk", "Scheduled", moment(days=-1), moment(days=1))
  drift(world, "bo")


@scenario
@openldap_only(ONCE)
def preset_graph_scheduled_reads_the_zone_beside_the_date(world):
  graph = graph_world(world)
  for zone, before, first, last, after in (
      ("UTC", "07:59:00Z", "08:01:00Z", "15:59:00Z", "16:01:00Z"),
      ("Romance Standard Time", "06:59:00Z", "07:01:00Z", "14:59:00Z", "15:01:00Z"),
      ("Tokyo Standard Time", "T22:59:00Z", "T23:01:00Z", "06:59:00Z", "07:01:00Z")):
    graph.person("anna@eksempel.dk", "scheduled", "2026-12-14T08:00:00", "2026-12-18T16:00:00", zone)
    start = "2026-12-13" if before.startswith("T") else "2026-12-14"
    drift(world, "anna", "--at", f"{start}T{before.strip('T')}")
    drift(world, "bo", "--at", f"{start}T{first.strip('T')}")
    drift(world, "bo", "--at", f"2026-12-18T{last}")
    drift(world, "anna", "--at", f"2026-12-18T{after}")


@scenario
def preset_graph_who_cannot_be_read_is_not_taken_as_present(world):
  """403 and 404: what was known of the person stays, and the run ends with 6. Others are as they say."""
  world.person("dorte", "systemansvarlig", postvagtDeputy="bo@eksempel.dk")
  world.list("Systemer", "dorte")
  world.route("systemer", "Systemer", roles="systemansvarlig")
  graph = graph_world(world)
  graph.person("anna@eksempel.dk", "alwaysEnabled")
  graph.person("dorte@eksempel.dk", "disabled")
  world.run("apply", status=0)
  world.expect_members(Drift="bo", Systemer="dorte")
  for status, code, message in ((403, "ErrorAccessDenied", "Access to OData is disabled."),
                                (404, "MailboxNotEnabledForRESTAPI", "The mailbox is hosted on-premise.")):
    graph.deny("anna@eksempel.dk", status, code, message)
    for reply, members in (("alwaysEnabled", "bo"), ("disabled", "dorte")):
      graph.person("dorte@eksempel.dk", reply)
      world.run("apply", status=6).never_says(MESSAGE)
      world.expect_members(Drift="bo", Systemer=members)
  graph.refused.clear()
  graph.person("anna@eksempel.dk", "disabled")
  world.run("apply", status=0)
  world.expect_members(Drift="anna")
  graph.person("anna@eksempel.dk", "vacation")  # a status that nobody knows
  world.run("apply", status=(0, 6))
  world.expect_members(Drift="anna")


@scenario
@openldap_only(ONCE)
def preset_graph_everybody_may_be_back_at_once(world):
  """On the first day after Christmas nearly all replies are off, then all; that is no reason for a doubt."""
  many = [f"r{number}" for number in range(9)]
  for login in many:
    world.person(login, "systemansvarlig", postvagtDeputy="bo@eksempel.dk")
  world.list("Systemer", many)
  world.route("systemer", "Systemer", roles="systemansvarlig")
  graph = graph_world(world)
  for login in ["anna", *many]:
    graph.person(f"{login}@eksempel.dk", "scheduled", moment(days=-3), moment(days=30))
  world.run("apply", status=0)
  world.expect_members(Drift="bo", Systemer="bo")
  for login in many:
    graph.person(f"{login}@eksempel.dk", "disabled")
  world.run("apply", status=0).never_says("doubt")
  world.expect_members(Drift="bo", Systemer=many)
  graph.person("anna@eksempel.dk", "disabled")
  world.run("apply", status=0).never_says("doubt")
  world.expect_members(Drift="anna", Systemer=many)


@scenario
@openldap_only(ONCE)
def preset_graph_asks_about_recipients_only_by_twenties(world):
  """300 others in the directory make no difference; at most four requests are under way at once."""
  many = " ".join(f"r{number:02}" for number in range(43))
  for login in words(many):
    world.person(login, "systemansvarlig", mail=f"{login}@eksempel.dk")
  world.people([f"x{number:03}" for number in range(300)])
  world.list("Systemer", many)
  world.route("systemer", "Systemer", roles="systemansvarlig")
  graph = graph_world(world)
  for login in words(many):
    graph.person(f"{login}@eksempel.dk")
  graph.pause = 0.05
  drift(world, "anna")
  equal(asked_about(graph), sorted(["anna", *words(many)]), "who was asked about")
  equal(sorted(len(request.json()["requests"]) for request in graph.taken("/v1.0/$batch")), [4, 20, 20],
        "people in a request")
  if graph.most_at_once > 4:
    raise Failure(f"{graph.most_at_once} requests at once")
  graph.person("anna@eksempel.dk", "alwaysEnabled")
  drift(world, "bo")
  equal(set(asked_about(graph)), {"anna", "bo", *words(many)}, "the deputy, too, once she is needed")


@scenario
@openldap_only(ONCE)
def preset_graph_waits_where_it_is_throttled(world):
  """One of a batch is asked again after Retry-After, without the others; so is a whole request."""
  graph = graph_world(world, "carl")
  graph.person("anna@eksempel.dk", "alwaysEnabled")
  graph.throttled["anna@eksempel.dk"] = 1
  drift(world, "bo")
  equal(asked_about(graph), ["anna", "anna", "bo"], "who was asked about")
  for status in (429, 503):
    graph.taken()
    graph.instead_of("/v1.0/$batch", (status, {"error": {}}, {"Retry-After": "1"}))
    drift(world, "bo")
    equal([request.status for request in graph.taken("/v1.0")][:2], [status, 200], "the answers")


@scenario
@openldap_only(ONCE)
def preset_graph_takes_another_token_once(world):
  """Where the one it has ends early; one that is never good makes the feed unread."""
  graph = graph_world(world, every="1s")
  graph.person("anna@eksempel.dk", "alwaysEnabled")
  watch = Watch(world)
  watch.lists(Drift="bo")
  graph.tokens.expire()
  graph.person("anna@eksempel.dk", "disabled")
  watch.lists(Drift="anna")
  watch.end()
  equal(graph.tokens.issued, 2, "how many tokens it took")
  graph.tokens.lifetime = 0
  graph.taken()
  world.run("plan", status=6).never_says(graph.tokens.secret, "mock-token")
  if len(graph.taken("/v1.0")) > 2:
    raise Failure("it asked with tokens that are no good, again and again")


@scenario
@openldap_only(ONCE)
def preset_graph_token_ends_in_the_middle(world):
  """After the second of six batches: what was asked with the old one is asked again with one other."""
  many = [f"r{number:03}" for number in range(119)]
  for login in many:
    world.person(login, "systemansvarlig")
  world.list("Systemer", many)
  world.route("systemer", "Systemer", roles="systemansvarlig")
  graph = graph_world(world)
  for login in many:
    graph.person(f"{login}@eksempel.dk")
  graph.person("anna@eksempel.dk", "alwaysEnabled")
  graph.batches_left, graph.pause = 2, 0.05
  drift(world, "bo")
  equal(graph.tokens.issued, 2, "how many tokens it took")
  statuses = [request.status for request in graph.taken("/v1.0/$batch")]
  equal(statuses.count(200), 7, f"batches that were answered: {statuses}")
  equal(set(asked_about(graph)), {"anna", "bo", *many}, "who was asked about")


@scenario
@openldap_only(ONCE)
def preset_graph_says_which_right_is_missing(world):
  graph = graph_world(world)
  graph.rights.clear()
  world.run("check").says("graph-oof", "ErrorAccessDenied").never_says(graph.tokens.secret)
  world.run("plan", status=6).says("graph-oof")
  graph.rights.add("MailboxSettings.Read")
  world.write("graph-secret", "forkert\n", 0o600)
  world.run("check").says("graph-oof", "AADSTS7000215").never_says("forkert")
  world.run("plan", status=6)
  world.write("graph-secret", f"{graph.tokens.secret}\n", 0o600)
  world.run("plan", status=0)


@scenario
@openldap_only(ONCE)
def preset_graph_keeps_no_message_and_no_secret(world):
  graph = graph_world(world)
  graph.person("anna@eksempel.dk", "alwaysEnabled")
  said = [world.run("-v", "apply", status=0), world.run("feeds", status=0), world.run("explain", "anna"),
          world.run("feeds", "test", "graph-oof", status=0), world.run("check")]
  for result in said:
    result.never_says("Rigshospitalet", graph.tokens.secret, "mock-token")
  for folder in ("state", "reports"):
    for name in os.listdir(world.path(folder)):
      text = world.read(world.path(f"{folder}/{name}"))
      if any(secret in text for secret in ("Rigshospitalet", graph.tokens.secret, "mock-token")):
        raise Failure(f"a message, a secret or a token is in {folder}/{name}")


@scenario
@openldap_only(ONCE)
def preset_graph_escapes_whom_it_asks_about(world):
  """A guest's name has # in it; other signs, too, could end a path or begin another."""
  names = ["anna_andre.dk#ext#@eksempel.dk", "o'hara+1@eksempel.dk", "a/b?c=d%41@eksempel.dk"]
  for number, name in enumerate(names):
    world.person(f"gaest{number}", "systemansvarlig", mail=name)
  world.list("Systemer", [f"gaest{number}" for number in range(len(names))])
  world.route("systemer", "Systemer", roles="systemansvarlig")
  graph = graph_world(world)
  for name in names:
    graph.person(name)
  drift(world, "anna")
  asked = set(graph.asked_about) - {"anna@eksempel.dk"}
  if not asked <= set(names) or len(asked) < 2:
    raise Failure(f"it asked about {asked}")


# The calendar


@scenario
def preset_graph_schedule_counts_out_of_office_only(world):
  graph = graph_world(world, preset="graph-schedule")
  for status in ("free", "tentative", "busy", "workingElsewhere", "Busy"):
    graph.event("anna@eksempel.dk", status, moment(days=-1), moment(days=1))
  drift(world, "anna")
  graph.event("anna@eksempel.dk", "oof", moment(days=3), moment(days=4))
  drift(world, "anna")
  drift(world, "bo", "--at", f"{moment(days=3, hours=12)}Z")
  graph.event("anna@eksempel.dk", "Oof", moment(hours=-1), moment(hours=1), "Tokyo Standard Time")
  drift(world, "bo")


@scenario
@openldap_only(ONCE)
def preset_graph_schedule_may_answer_in_small_letters(world):
  world.person("dorte", "systemansvarlig", mail="Dorte@Eksempel.DK", postvagtDeputy="bo@eksempel.dk")
  world.list("Systemer", "dorte")
  world.route("systemer", "Systemer", roles="systemansvarlig")
  graph = graph_world(world, preset="graph-schedule")
  graph.event("dorte@eksempel.dk", "oof", moment(hours=-1), moment(hours=1))
  equal(world.planned("Systemer"), {"bo"}, "the list Systemer")


@scenario
@openldap_only(ONCE)
def preset_graph_schedule_asks_by_twenties_and_for_sixty_days(world):
  many = " ".join(f"r{number:02}" for number in range(24))
  for login in words(many):
    world.person(login, "systemansvarlig")
  world.list("Systemer", many)
  world.route("systemer", "Systemer", roles="systemansvarlig")
  graph = graph_world(world, preset="graph-schedule")
  for login in words(many):
    graph.schedules[f"{login}@eksempel.dk"] = []
  drift(world, "anna")
  asked = [request.json() for request in graph.taken("/v1.0")]
  equal(sorted(len(body["schedules"]) for body in asked), [5, BATCH_MAX], "people in a request")
  equal([request for request in graph.asked if request.status != 200], [], "what was refused")


@scenario
@openldap_only(ONCE)
def preset_graph_schedule_of_a_person_that_cannot_be_seen(world):
  graph = graph_world(world, preset="graph-schedule")
  graph.event("anna@eksempel.dk", "oof", moment(hours=-1), moment(days=5))
  world.run("apply", status=0)
  world.expect_members(Drift="bo")
  graph.deny("anna@eksempel.dk")
  world.run("apply", status=6).never_says("behandling")
  world.expect_members(Drift="bo")


# OS2sofd


def os2sofd_world(world, preset="os2sofd", **server):
  people(world, "carl")
  sofd = mock(world, Os2sofd, **server)
  world.write("sofd-key", f"{sofd.key}\n", 0o600)
  add_feed(world, preset, sofd, {"server": sofd.host}, match="uid",
           headers=[{"name": "ApiKey", "value_file": "sofd-key"}])
  return sofd


@scenario
def preset_os2sofd_leave_lasts_its_last_day(world):
  """However OS2sofd writes a day; and whoever has no leave, or no account in AD, is as before."""
  sofd = os2sofd_world(world)
  world.start()
  for sofd.days in DAYS:
    sofd.persons.clear()
    sofd.person("anna", day(2), day(5), other_login="bo")
    sofd.person("bo")
    sofd.person(None, day(-1), day(9))
    drift(world, "anna")
    drift(world, "anna", "--at", at(1, "23:59:00"))
    drift(world, "bo", "--at", at(2, "00:01:00"))
    drift(world, "bo", "--at", at(5, "23:59:00"))
    drift(world, "anna", "--at", at(6, "00:01:00"))
  sofd.persons.clear()
  sofd.person("anna", day(-9))
  drift(world, "bo")


@scenario
@openldap_only(ONCE)
def preset_os2sofd_reads_every_page(world):
  """The last page is the one without persons; a page that is lost makes the feed unread."""
  sofd = os2sofd_world(world)
  for number in range(249):
    sofd.person(f"p{number}")
  sofd.person("anna", day(-1), day(1))
  world.start()
  world.run("apply", status=0).never_says(sofd.key, "barsel", "0101010101")
  world.expect_members(Drift="bo")
  equal([len(request.target) > 0 and request.status for request in sofd.taken("/api/v2/persons")], [200] * 4,
        "the pages")
  for number in range(1, 4):
    pages = [(200, sofd.page({"offset": offset})) for offset in offsets(sofd)][:number]
    sofd.instead_of("/api/v2/persons", *pages, *[(500, {})] * 9)
    world.run("plan", status=6).says("os2sofd")
    sofd.instead.clear()
    drift(world, "bo")
  for access, key in (("LIMITED_READ_ACCESS", sofd.key), ("READ_ACCESS", "forkert")):
    sofd.access = access
    world.write("sofd-key", f"{key}\n", 0o600)
    world.run("plan", status=6).says("os2sofd").never_says(key)


def offsets(sofd):
  """The offset of each page."""
  offset = ""
  while offset is not None:
    yield offset
    offset = sofd.page({"offset": offset})["nextOffset"]


@scenario
def preset_os2sofd_deputies_stand_in_for_managers(world):
  sofd = os2sofd_world(world, "os2sofd-deputies")
  sofd.substitute("anna", "carl", "os2rollekatalog")
  sofd.substitute("anna", "bo")
  world.start()
  drift(world, "anna")
  world.set("anna", postvagtAbsence=FOREVER)
  drift(world, "carl")
  world.set("carl", postvagtAbsence=FOREVER)
  drift(world, "bo")
  world.run("feeds", "test", "os2sofd-deputies", "--person", "anna", status=0).says("carl", "bo")


# OS2rollekatalog


def os2rollekatalog_world(world, preset, key, **values):
  catalogue = mock(world, Os2rollekatalog, {"org-noegle-7741": "ORGANISATION", "laes-noegle-7742": "READ_ACCESS"})
  world.write("catalogue-key", f"{key}\n", 0o600)
  add_feed(world, preset, catalogue, {"server": catalogue.host, **values}, match="uid",
           headers=[{"name": "ApiKey", "value_file": "catalogue-key"}])
  return catalogue


@scenario
def preset_os2rollekatalog_deputies_stand_in_for_managers(world):
  people(world, "carl")
  catalogue = os2rollekatalog_world(world, "os2rollekatalog", "org-noegle-7741")
  catalogue.manager("bo")
  catalogue.manager("anna", "carl bo carl")
  world.start()
  drift(world, "anna")
  world.set("anna", postvagtAbsence=FOREVER)
  drift(world, "carl")
  world.write("catalogue-key", "laes-noegle-7742\n", 0o600)
  world.run("plan", status=6).says("os2rollekatalog").never_says("laes-noegle")


@scenario
def preset_os2rollekatalog_roles_join_those_of_the_directory(world):
  people(world, "carl")
  catalogue = os2rollekatalog_world(world, "os2rollekatalog-roles", "laes-noegle-7742", itsystem="KOMBIT")
  catalogue.role("KOMBIT", "Infrastrukturansvarlig", "carl carl anna")
  catalogue.role("KOMBIT", "Sagsbehandler", "bo")
  catalogue.role("SAPA", "Infrastrukturansvarlig", "bo")
  world.start()
  world.run("apply", status=0)
  world.expect_members(Drift="anna carl")
  world.run("explain", "drift").says("os2rollekatalog-roles")
  catalogue.systems["KOMBIT"].clear()
  catalogue.role("KOMBIT", "Infrastrukturansvarlig", "anna")
  world.run("apply", status=0)
  world.expect_members(Drift="anna")
  catalogue.systems.clear()
  world.run("plan", status=6).says("os2rollekatalog-roles")


# OS2mo


def os2mo_world(world, preset="os2mo", **values):
  people(world, "carl")
  mo = mock(world, Os2mo)
  for login in ("anna", "bo", "carl"):
    mo.person(login)
  world.write("os2mo-secret", f"{mo.tokens.secret}\n", 0o600)
  add_feed(world, preset, mo, {"server": mo.host, **values}, match="uid",
           oauth={"client_id": mo.tokens.client_id, "secret_file": "os2mo-secret"})
  return mo


@scenario
def preset_os2mo_leave_ends_where_to_says(world):
  """`to` is the first moment after; leave that is to come is there already; so is leave without an end."""
  mo = os2mo_world(world)
  mo.person("uden", None)
  mo.leave("uden", day(-9))
  mo.leave("anna", day(2), day(5))
  mo.leave("anna", day(20))
  world.start()
  drift(world, "anna")
  drift(world, "bo", "--at", at(2, "00:01:00"))
  drift(world, "bo", "--at", at(4, "23:59:00"))
  drift(world, "anna", "--at", at(5, "00:01:00"))
  drift(world, "bo", "--at", at(400))


@scenario
@openldap_only(ONCE)
def preset_os2mo_reads_past_an_empty_page(world):
  mo = os2mo_world(world)
  for number in range(450):
    mo.person(f"p{number}")
    mo.leave(f"p{number}", day(-1), day(9))
  mo.leave("anna", day(-1), day(1))
  mo.empty_pages = {2, 3}
  world.start()
  world.run("apply", status=0)
  world.expect_members(Drift="bo")
  equal(mo.pages, 5, "the pages")


@scenario
@openldap_only(ONCE)
def preset_os2mo_errors_with_status_200_are_unread(world):
  """No errors is taken for nobody: not of the token, of a right, or beside half an answer."""
  mo = os2mo_world(world)
  mo.leave("anna", day(-1), day(1))
  world.start()
  world.run("apply", status=0)
  world.expect_members(Drift="bo")
  mo.roles.discard("read_leave")
  world.run("apply", status=6).says("os2mo", "No policy approved the access")
  world.expect_members(Drift="bo")
  mo.roles.add("read_leave")
  empty = {"objects": [], "page_info": {"next_cursor": None}}
  mo.instead_of("/graphql", (200, {"data": {"page": empty}, "errors": [{"message": "Boom"}]}))
  world.run("apply", status=6).says("os2mo", "Boom")
  world.expect_members(Drift="bo")
  mo.tokens.lifetime = 0
  world.run("apply", status=6).says("os2mo")
  world.expect_members(Drift="bo")


@scenario
def preset_os2mo_deputies_stand_in(world):
  mo = os2mo_world(world, "os2mo-deputies")
  mo.person("uden", None)
  mo.association("bo")
  mo.association("anna", "carl")
  world.start()
  drift(world, "anna")
  world.set("anna", postvagtAbsence=FOREVER)
  drift(world, "carl")


@scenario
def preset_os2mo_roles_join_those_of_the_directory(world):
  mo = os2mo_world(world, "os2mo-roles", rolesystem="KOMBIT")
  mo.role("carl", "infrastrukturansvarlig")
  mo.role("bo", "infrastrukturansvarlig", "SAP")
  mo.role("bo", "sagsbehandler")
  world.start()
  drift(world, "anna carl")


# Personio, and a calendar that somebody publishes


@scenario
@openldap_only(ONCE)
def preset_personio_reads_every_page_and_what_is_approved(world):
  people(world, "carl")
  personio = mock(world, Personio)
  for number in range(399):
    personio.absence(f"p{number}@eksempel.dk", day(-1), day(1))
  personio.absence("anna@eksempel.dk", day(2), day(5))
  personio.absence("anna@eksempel.dk", day(9), day(9), "requested")
  world.write("personio-secret", f"{personio.tokens.secret}\n", 0o600)
  add_feed(world, "personio", personio, {"server": personio.host},
           oauth={"client_id": personio.tokens.client_id, "secret_file": "personio-secret"})
  world.start()
  drift(world, "anna")
  equal([request.query["offset"] for request in personio.taken("/v1")], ["1", "2", "3", "4"], "the pages")
  drift(world, "bo", "--at", at(2, "00:01:00"))
  drift(world, "bo", "--at", at(5, "23:59:00"))
  drift(world, "anna", "--at", at(6, "00:01:00"))
  drift(world, "anna", "--at", at(9))
  world.run("apply", status=0)
  if "Krankheit" in world.read(world.path("state/feed-personio.json")):
    raise Failure("the kind of an absence is in the copy")


@scenario
@openldap_only(ONCE)
def preset_personio_without_the_right_to_mail_addresses(world):
  """Personio leaves the attribute out without a word: nobody is named, which is not "nobody is away"."""
  people(world)
  personio = mock(world, Personio)
  personio.absence("anna@eksempel.dk", day(0), day(3))
  world.write("personio-secret", f"{personio.tokens.secret}\n", 0o600)
  add_feed(world, "personio", personio, {"server": personio.host},
           oauth={"client_id": personio.tokens.client_id, "secret_file": "personio-secret"})
  world.start()
  world.run("apply", status=0)
  for absence in personio.absences:
    del absence["attributes"]["employee"]["attributes"]["email"]
  world.run("plan", status=6).says("feed personio")
  drift(world, "bo", status=6)


class Calendar(ApiServer):
  """One calendar that is published, at an address that nobody can guess."""
  events = ()

  def answer(self, request):
    if request.path != "/owa/calendar/b7/calendar.ics":
      raise Refused(404)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Microsoft Corporation//Outlook MIMEDIR//EN"]
    for number, (status, first, last) in enumerate(self.events):
      lines += ["BEGIN:VEVENT", f"UID:{number}", "DTSTAMP:20261101T090000Z",
                f"DTSTART;VALUE=DATE:{first.replace('-', '')}", f"DTEND;VALUE=DATE:{last.replace('-', '')}",
                "SUMMARY:Optaget", f"X-MICROSOFT-CDO-BUSYSTATUS:{status}", "END:VEVENT"]
    return 200, "\r\n".join([*lines, "END:VCALENDAR", ""]).encode(), {"Content-Type": "text/calendar"}


@scenario
@openldap_only(ONCE)
def preset_outlook_ics_counts_out_of_office_only(world):
  people(world)
  server = mock(world, Calendar)
  server.events = [("BUSY", day(-1), day(9)), ("OOF", day(2), day(5)), ("TENTATIVE", day(-1), day(1))]
  add_feed(world, "outlook-ics", server, {}, person="anna@eksempel.dk",
           url=f"https://{server.host}/owa/calendar/b7/calendar.ics")
  world.start()
  drift(world, "anna")
  drift(world, "bo", "--at", at(4, "23:59:00"))
  drift(world, "anna", "--at", at(5, "00:01:00"))


# Several at once


@scenario
def presets_beside_one_another(world):
  """Replies and the calendar of one app, leave of OS2mo, roles of OS2rollekatalog: one union."""
  mo = os2mo_world(world)
  mo.leave("carl", day(-1), day(1))
  graph = mock(world, Graph)
  for login in ("anna", "bo", "carl"):
    graph.person(f"{login}@eksempel.dk")
    graph.schedules[f"{login}@eksempel.dk"] = []
  graph_feed(world, graph)
  graph_feed(world, graph, "graph-schedule")
  catalogue = os2rollekatalog_world(world, "os2rollekatalog-roles", "laes-noegle-7742", itsystem="KOMBIT")
  catalogue.role("KOMBIT", "infrastrukturansvarlig", "carl")
  world.start()
  drift(world, "anna carl")
  graph.event("anna@eksempel.dk", "oof", moment(hours=-1), moment(hours=1))
  drift(world, "bo carl")
