"""Who is away when, and who stands in."""
import json
import os
import shutil
import stat

from run_as_owner import AGENT, AS_AGENT, owned
from scenario import openldap_only, root_only, scenario
from watch import Watch, faked
from world import FOREVER, equal

LONG = "2020-01-01/2098-12-31"  # on now
OVER = "2020-01-01/2020-12-31"
UNREADABLE = "uge 42"
KEPT = "its absence is kept"
LOST = "what earlier runs read is lost"
STATE = "state/absences-reports.json"


def stand_in_world(world, overlays="", **settings):
  """Anna has the role, and Bo stands in for her; gives her absence as the scenario likes."""
  world.settings["absence"].update(settings)
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk")
  world.person("bo")
  world.one_list("anna")
  return world.start(**({"OVERLAYS": overlays} if overlays else {}))


def away(world, absence, **moments):
  """With this absence, Anna is away at these moments (`away=`) and there at those (`there=`)."""
  if absence:
    world.set("anna", **absence)
  for expected, times in (("bo", moments.get("away", ())), ("anna", moments.get("there", ()))):
    for time in times:
      equal(world.planned("Drift", "--at", time), {expected}, f"{absence} at {time}")


@scenario
def absence_begins_and_ends(world):
  """Applied: she leaves, comes back, and her stand-in goes."""
  stand_in_world(world)
  world.set("anna", postvagtAbsence=FOREVER)
  world.four_ways(Drift="bo")
  world.run("apply", status=0)
  world.set("anna", postvagtAbsence="2020-01-01/2020-12-31")
  world.four_ways(Drift="anna")


@scenario
def absence_that_is_added_keeps_the_absent(world):
  stand_in_world(world, when_absent="add")
  world.set("anna", postvagtAbsence=FOREVER)
  world.four_ways(Drift="anna bo")


@scenario
def edges_of_an_interval_to_the_second(world):
  stand_in_world(world)
  away(world, {"postvagtAbsence": "2026-07-01/2026-07-14"},
       there=("2026-06-30T23:59:59", "2026-07-15", "2026-07-15T00:00:00+02:00"),
       away=("2026-07-01", "2026-07-01T00:00:00+02:00", "2026-07-14T23:59:59",
             "2026-07-14T21:59:59Z"))
  away(world, {"postvagtAbsence": "2026-07-01T08:00:00/2026-07-01T16:00:00"},
       there=("2026-07-01T07:59:59", "2026-07-01T16:00:00"),
       away=("2026-07-01T08:00:00", "2026-07-01T15:59:59"))
  away(world, {"postvagtAbsence": "2026-12-24"},
       there=("2026-12-23T23:59:59", "2026-12-25T00:00:00"),
       away=("2026-12-24T00:00:00", "2026-12-24T23:59:59"))


@scenario
def open_ends_and_two_attributes(world):
  stand_in_world(world)
  away(world, {"postvagtAbsence": "/2026-07-14"}, away=("1990-01-01", "2026-07-14T23:59:59"),
       there=("2026-07-15",))
  away(world, {"postvagtAbsence": "2026-07-14/"}, there=("2026-07-13T23:59:59",),
       away=("2026-07-14", "2099-01-01"))
  away(world, {"postvagtAbsence": [], "postvagtAbsentFrom": "2026-07-01",
               "postvagtAbsentUntil": "2026-07-14"},
       there=("2026-06-30T23:59:59", "2026-07-15"), away=("2026-07-01", "2026-07-14T23:59:59"))
  away(world, {"postvagtAbsentUntil": []}, there=("2026-06-30",), away=("2026-07-01", "2090-01-01"))
  away(world, {"postvagtAbsentFrom": [], "postvagtAbsentUntil": "2026-07-14"},
       away=("2001-01-01", "2026-07-14T12:00"), there=("2026-07-15",))


@scenario
def gaps_that_are_bridged(world):
  """Up to absence.bridge, to the second, of all that the directory has; and until when is after that."""
  stand_in_world(world, bridge="48h")
  away(world, {"postvagtAbsence": ["2026-07-01/2026-07-05;2026-07-08", "2026-07-11T00:00:01/2026-07-12"],
               "postvagtAbsentFrom": "2026-07-14T12:00", "postvagtAbsentUntil": "2026-07-16"},
       away=("2026-07-01", "2026-07-05T23:59:59", "2026-07-06", "2026-07-07T23:59:59", "2026-07-08",
             "2026-07-13", "2026-07-14T11:59:59"),
       there=("2026-06-30T23:59:59", "2026-07-09", "2026-07-11", "2026-07-17"))
  world.run("plan", "--at", "2026-07-03").says("away through 8 July 2026")
  world.run("explain", "anna", "--at", "2026-07-06T12:00").says("away through 8 July 2026")


@scenario
@openldap_only("the clock is the program's own")
def leave_that_is_entered_by_the_day(world):
  """Three weeks of leave, one event a working day, change the list twice: she goes, and comes back."""
  stand_in_world(world, bridge="72h")
  days = [day for day in range(5, 24) if day not in (10, 11, 17, 18)]
  world.set("anna", postvagtAbsence=[f"2026-10-{day:02}T08:00/2026-10-{day:02}T16:00" for day in days])
  changes = []
  for day in range(4, 26):
    for hour in ("06:30", "10:00", "15:00"):
      before = world.members()["Drift"]
      world.run("-q", "apply", env=faked(world, f"2026-10-{day:02}T{hour}:00"), status=0)
      after = world.members()["Drift"]
      if after != before:
        changes.append((day, hour, " ".join(sorted(after))))
  equal(changes, [(5, "06:30", "bo"), (23, "15:00", "anna")], "when the list changed, UTC")


@scenario
def intervals_are_one_union(world):
  stand_in_world(world)
  away(world, {"postvagtAbsence": ["2026-07-01/2026-07-05 ; 2026-07-10 / 2026-07-12",
                                   "2026-07-04/2026-07-08"],
               "postvagtAbsentFrom": "2026-08-01", "postvagtAbsentUntil": "2026-08-01"},
       away=("2026-07-01", "2026-07-07", "2026-07-11", "2026-08-01T23:00"),
       there=("2026-07-09", "2026-07-13", "2026-08-02"))


FORMS = {  # each is absent from 9 July 2026, 10:00 Copenhagen, until that day's noon, or the day
    "2026-07-09T10:00/2026-07-09T12:00": "hours",
    "2026-07-09T10:00:00+02:00/2026-07-09T10:00:00Z": "hours",
    "20260709T100000/20260709T120000": "hours",
    "20260709080000Z/20260709100000Z": "hours",
    "20260709100000+0200/20260709120000+0200": "hours",
    "20260709080000.0Z/20260709100000.0Z": "hours",
    "134280576000000000/134280648000000000": "hours",  # 100 ns since 1601
    "2026-07-09 10:00/2026-07-09 12:00": "hours",
    "9.7.2026 10:00/09/07/2026 12.00": "hours",
    "09-07-2026T10:00/9-7-2026 12:00:00 +02:00": "hours",
    "2026-07-09/2026-07-09": "day",
    "09-07-2026/09-07-2026": "day",
    "20260709/20260709": "day",
    "2026-07-09": "day",
    "09-07-2026": "day",
    "09.07.2026/9.7.2026": "day",
    "9/7/2026/09/07/2026": "day",
    "9/7/2026": "day",
    "9. 7. 2026\u00a0/ 9.\u202f7.\u202f2026\u200b": "day",
    "20260709000000/20260709240000": "day",
    "2026-07-09T00:00:00+02:00/2026-07-09T00:00:00+02:00": "day",
    "20260708220000Z/20260708220000Z": "day",
    "2026-W28-4/2026-W28-4": "unreadable",
    "2026-190/2026-190": "unreadable",
    "972026/972026": "unreadable",
    "09.07-2026": "unreadable",
    "2026-07-09T10:00/2026-07-09T10:00": "unreadable",
    "1926-07-09/2026-07-09": "unreadable",
    "NULL/00-00-0000": "unreadable",
}


@scenario
def every_form_of_a_moment(world):
  stand_in_world(world)
  for text, kind in FORMS.items():
    if kind == "hours":
      away(world, {"postvagtAbsence": text}, there=("2026-07-09T09:59:59", "2026-07-09T12:00:00"),
           away=("2026-07-09T10:00:00", "2026-07-09T11:59:59"))
    elif kind == "day":
      away(world, {"postvagtAbsence": text}, there=("2026-07-08T23:59:59", "2026-07-10"),
           away=("2026-07-09", "2026-07-09T23:59:59"))
    else:
      away(world, {"postvagtAbsence": text}, there=("2026-07-09T11:00",))
      plan = world.plan("--at", "2026-07-09T11:00", status=0)
      equal(["anna" in f["where"] for f in plan["findings"] if "postvagtAbsence" in f["what"]],
            [True], f"findings of {text}")


OPEN_ENDS = ("NULL", "0001-01-01", "1601-01-01T00:00:00Z", "1.1.1800", "1900-01-01 00:00",
             "00-00-0000", "0000-00-00", "00000000", "\u00a0")


@scenario
def open_ends_as_systems_write_them(world):
  stand_in_world(world)
  for text in OPEN_ENDS:
    away(world, {"postvagtAbsentFrom": "2026-07-09", "postvagtAbsentUntil": text},
         there=("2026-07-08",), away=("2026-07-09", "2199-01-01"))
    away(world, {"postvagtAbsentFrom": text, "postvagtAbsentUntil": "9.7.2026"},
         there=("2026-07-10",), away=("1999-01-01", "2026-07-09"))
  for never in ("9999-12-31", "31.12.9999 23:59"):
    away(world, {"postvagtAbsentFrom": "2026-07-09", "postvagtAbsentUntil": never},
         there=("2026-07-08",), away=("2026-07-09", "2199-01-01"))
    away(world, {"postvagtAbsentFrom": never, "postvagtAbsentUntil": "2026-07-09"},
         there=("2026-07-08", "2026-07-09"))


@scenario
def dates_of_a_feed_in_its_own_format(world):
  """An American date is never the Danish one, and the last day counts that is written."""
  world.settings["absence"]["feeds"] = [{
      "name": "hr", "url": f"file://{world.path('hr.csv')}", "format": "csv", "match": "mail",
      "fields": {"person": "mail", "from": "from", "until": "until"},
      "date_format": "%m/%d/%Y", "until_is": "day"}]
  stand_in_world(world)

  def feed(start, end):
    world.write("hr.csv", f"mail;from;until\nanna@eksempel.dk;{start};{end}\n")

  for start, end in (("12/05/2026", "12/5/2026"), ("2026-12-05", "2026-12-05T00:00:00Z"),
                     ("12/5/2026", "20261205")):
    feed(start, end)
    away(world, {}, there=("2026-05-12T12:00", "2026-12-04T23:59:59", "2026-12-06"),
         away=("2026-12-05", "2026-12-05T23:59:59"))
  for start, end in (("5-12-2026", ""), ("13/05/2026", ""), ("12/05/2026 08:00", "")):
    feed(start, end)
    world.run("--at", "2026-12-05T12:00", "plan").says("record 1", "not a time")


@scenario
def words_of_an_absence_are_not_repeated(world):
  """They may say why somebody is away."""
  stand_in_world(world)
  world.set("anna", postvagtAbsence=["syg til fredag", "2026-13-01", "\u8a3a\u65ad 2026-07-09"],
            postvagtAbsentFrom="barsel")
  for command in (["check"], ["plan"], ["--json", "plan"], ["-v", "apply"], ["explain", "anna"]):
    world.run(*command).never_says("syg til", "barsel", "\u8a3a", "u8a3a")
  said = [f["what"] for f in world.plan()["findings"] if "anna" in f["where"]]
  equal([sum(text in what for what in said) for text in ("not shown", "2026-13-01")], [2, 1],
        f"findings that do not name the value, and that do: {said}")


@scenario
def never_in_the_manner_of_active_directory(world):
  stand_in_world(world)
  for never in ("0", "9223372036854775807"):
    away(world, {"postvagtAbsentFrom": "2026-07-09", "postvagtAbsentUntil": never},
         there=("2026-07-08",), away=("2026-07-09", "2199-01-01"))
    away(world, {"postvagtAbsentFrom": never, "postvagtAbsentUntil": "2026-07-09"},
         there=("2000-01-01", "2026-07-08", "2026-07-09", "2199-01-01"))


@scenario
def clock_goes_forward_and_back(world):
  """29 March 2026, 02:00 to 03:00 never comes; 25 October 2026, it comes twice."""
  stand_in_world(world)
  away(world, {"postvagtAbsence": "2026-10-25"},
       there=("2026-10-24T21:59:59Z", "2026-10-25T23:00:00Z"),
       away=("2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"))
  away(world, {"postvagtAbsence": "2026-10-20/2026-10-26"},
       away=("2026-10-26T22:59:59Z",), there=("2026-10-26T23:00:00Z",))
  away(world, {"postvagtAbsence": "2026-10-25T02:30/2026-10-25T02:45"},
       there=("2026-10-25T00:29:59Z", "2026-10-25T01:45:00Z"),
       away=("2026-10-25T00:30:00Z", "2026-10-25T01:44:59Z"))
  away(world, {"postvagtAbsence": "2026-03-29"},
       there=("2026-03-28T22:59:59Z", "2026-03-29T22:00:00Z"),
       away=("2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"))
  away(world, {"postvagtAbsence": "2026-03-29T01:30/2026-03-29T03:30"},
       there=("2026-03-29T00:29:59Z", "2026-03-29T01:30:00Z"),
       away=("2026-03-29T00:30:00Z", "2026-03-29T01:29:59Z"))


@scenario
def absence_that_cannot_be_read(world):
  stand_in_world(world)
  world.set("anna", postvagtAbsence=[
      "i morgen", "2026-02-30/2026-03-01", "2026-07-10/2026-07-01", "/", "2026-07-09/2026-07-09",
      "2026-13-01", "2026-07-09T25:00/2026-07-10", "2026-07-01/2026-07-02/2026-07-03"])
  plan = world.plan("--at", "2026-07-09T12:00", status=0)
  equal({world.short(m["dn"]) for m in plan["lists"][0]["members"]}, {"bo"},
        "the one value that can be read still counts")
  said = [f["where"] + f["what"] for f in plan["findings"] if f["severity"] == "warning"]
  for value in ("not shown", "2026-02-30", "2026-07-10/2026-07-01", "/", "2026-13-01", "25:00",
                "2026-07-03"):
    equal(bool([text for text in said if value in text and "anna" in text]), True,
          f"a finding that names anna and {value}: {said}")
  equal(world.planned("Drift", "--at", "2026-07-01T12:00"), {"anna"}, "an end before its start")
  world.run("--at", "2026-07-09T12:00", "check", status=1).says(
      "not shown", "anna", "Absences that cannot be read: 7.").never_says("i morgen")


def away_by_apply(world, **anna):
  """Anna is away, and an apply has seen it; she gets other values then."""
  stand_in_world(world)
  world.set("anna", postvagtAbsence=LONG)
  world.run("apply", status=0)
  world.expect_members(Drift="bo")
  if anna:
    world.set("anna", **anna)
  return world


def state_file(world):
  """Who is in the file, with what; no word of a value is there."""
  text = world.read(world.path(STATE))
  equal("uge" in text or "anna" in text, False, f"words in {text}")
  return json.loads(text)


@scenario
def absence_that_cannot_be_read_any_more_is_kept(world):
  """Until its end, with status 6; a value that can be read again takes its place."""
  away_by_apply(world, postvagtAbsence=UNREADABLE)
  world.log()
  for command in ("plan", "apply", "apply"):
    world.run("-q", command, status=6).says("Anna: a value", KEPT, "through 31 December 2098")
  equal(world.writes(), [], "what was written")
  world.expect_members(Drift="bo")
  equal(world.planned("Drift", "--at", "2098-12-31T23:59:59", status=6), {"bo"}, "its last second")
  equal(world.planned("Drift", "--at", "2099-01-01"), {"anna"}, "after its end")
  world.run("plan", "--at", "2099-01-01", status=0).says("counts as at work").never_says(KEPT)
  world.run("--lang", "da", "plan", status=6).says("fravær gælder stadig")
  world.run("explain", "anna", status=6).says("away")
  world.run("coverage", "--days", "2", status=6).says(KEPT)
  world.run("-q", "coverage", "--days", "2", status=6).says("they cannot be read now: 1")
  world.set("anna", postvagtAbsence=OVER)
  world.run("apply", status=0).never_says(KEPT)
  world.expect_members(Drift="anna")
  world.set("anna", postvagtAbsence=UNREADABLE)
  world.run("apply", status=0).never_says(KEPT)
  world.expect_members(Drift="anna")


@scenario
def pair_of_attributes_that_cannot_be_read_any_more(world):
  stand_in_world(world)
  world.set("anna", postvagtAbsentFrom="2020-01-01", postvagtAbsentUntil="2098-12-31")
  world.run("apply", status=0)
  world.set("anna", postvagtAbsentUntil=UNREADABLE)
  world.run("apply", status=6).says(KEPT)
  world.expect_members(Drift="bo")
  world.set("anna", postvagtAbsentFrom=[], postvagtAbsentUntil=[])
  world.run("apply", status=0)
  world.expect_members(Drift="anna")


@scenario
def absence_that_is_taken_away_is_not_kept(world):
  """Another value could not be read before, either: she is back when somebody says so."""
  stand_in_world(world)
  world.set("anna", postvagtAbsence=[LONG, UNREADABLE])
  world.run("apply", status=0)
  world.expect_members(Drift="bo")
  world.set("anna", postvagtAbsence=UNREADABLE)
  world.run("apply", status=0).says("counts as at work").never_says(KEPT)
  world.expect_members(Drift="anna")


@scenario
def absence_to_come_that_cannot_be_read_any_more(world):
  stand_in_world(world)
  world.set("anna", postvagtAbsence="2097-01-01/2098-12-31")
  world.run("apply", status=0)
  world.set("anna", postvagtAbsence=UNREADABLE)
  world.run("apply", status=6).says(KEPT, "from 1 January 2097 00:00")
  world.expect_members(Drift="anna")
  equal(world.planned("Drift", "--at", "2097-06-01", status=6), {"bo"}, "while it is on")


@scenario
def stand_in_whose_absence_cannot_be_read_any_more(world):
  """Is away still, and another stands in."""
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo; carl")
  world.person("bo", absence=LONG)
  world.people("carl")
  world.one_list("anna")
  world.start().run("apply", status=0)
  world.expect_members(Drift="carl")
  world.set("bo", postvagtAbsence=UNREADABLE)
  world.run("apply", status=6).says("Bo: a value", KEPT)
  world.expect_members(Drift="carl")


@scenario
def kept_absences_lie_in_a_file_that_only_apply_and_watch_write(world):
  away_by_apply(world)
  equal(stat.S_IMODE(os.stat(world.path(STATE)).st_mode), 0o600, "its mode")
  [anna] = [person for person in state_file(world)["people"] if "directory" in person]
  equal(len(anna["directory"]), 1, f"what is kept of anna, {anna}")
  before = os.stat(world.path(STATE))
  world.run("apply", status=0)
  equal(os.stat(world.path(STATE)).st_ino, before.st_ino, "the file, when nothing in it is new")
  shutil.rmtree(world.path("state"))
  for command in (("plan",), ("explain", "anna"), ("coverage",), ("status",)):
    world.run(*command)
  equal(os.path.exists(world.path("state")), False, "a state folder, after commands that only look")


def holds_until_mended(world, why):
  """What earlier runs read is lost: she gets mail again, but so does her stand-in, until somebody mends the value."""
  world.run("-q", "plan", status=6).says(world.dn("anna"), LOST, why)
  for _ in range(2):
    world.run("-q", "apply", status=6).says(world.dn("anna"), LOST, "held back")
    world.expect_members(Drift="anna bo")
  world.set("anna", postvagtAbsence=LONG)
  world.run("apply", status=0).never_says(LOST)
  world.expect_members(Drift="bo")
  world.set("anna", postvagtAbsence=UNREADABLE)
  world.run("apply", status=6).says(KEPT).never_says(LOST)


@scenario
@openldap_only("files are the same")
def kept_absences_that_are_lost(world):
  away_by_apply(world, postvagtAbsence=UNREADABLE)
  shutil.rmtree(world.path("state"))
  holds_until_mended(world, "it is not there")


@scenario
@openldap_only("files are the same")
def kept_absences_that_are_damaged(world):
  away_by_apply(world, postvagtAbsence=UNREADABLE)
  whole = world.read(world.path(STATE))
  for text in ("", "{", whole[:-9], whole.replace('"form":1', '"form":2'),
               whole.replace('"settings":"', '"settings":"0'),
               '{"form":1,"settings":"x","people":[]}'):
    world.write(STATE, text, 0o600)
    world.run("plan", status=6).says(LOST, STATE)
  world.write(STATE, "{", 0o600)
  holds_until_mended(world, "it is damaged")
  world.set("anna", postvagtAbsence=LONG)  # where all can be read, nothing is held
  world.write(STATE, "{", 0o600)
  world.run("apply", status=0).says("it is damaged").never_says(LOST)
  world.run("apply", status=0).never_says("it is damaged")
  world.expect_members(Drift="bo")


@scenario
@root_only("it gives a file to another user")
@openldap_only("files are the same")
def kept_absences_of_another_user(world):
  """Or of one whom others may help; only a file that is the agent's or root's, and nobody else's to write, counts."""
  path = world.path(f"var/{STATE}")
  owned(world, secret_owner=AGENT)
  away_by_apply(world, postvagtAbsence=UNREADABLE)
  for owner, mode in ((AGENT + 1, 0o644), (AGENT, 0o666), (0, 0o600)):
    os.chown(path, owner, owner)
    os.chmod(path, mode)
    world.run("plan", status=6, prefix=() if owner else AS_AGENT).says(LOST, STATE)
  for owner in (AGENT, 0):
    os.chown(path, owner, owner)
    os.chmod(path, 0o644)
    world.run("plan", status=6).says(KEPT).never_says(LOST)


@scenario
@openldap_only("files are the same")
def kept_absences_that_cannot_be_written(world):
  """The run does its work, and says so."""
  stand_in_world(world)
  world.set("anna", postvagtAbsence=LONG)
  os.mkdir(world.path("state"), 0o700)
  os.mkdir(world.path(STATE))
  world.run("apply", status=0).says(STATE)
  world.expect_members(Drift="bo")
  world.set("anna", postvagtAbsence=UNREADABLE)
  world.run("plan", status=6).says(LOST)


@scenario
def watch_keeps_an_absence_that_cannot_be_read_any_more(world):
  """Across a restart, and until it can be read."""
  stand_in_world(world, overlays="syncprov refint")
  watching = Watch(world)
  world.set("anna", postvagtAbsence=LONG)
  watching.lists(Drift="bo")
  world.set("anna", postvagtAbsence=UNREADABLE)
  watching.says(KEPT)
  watching.rounds()
  world.expect_members(Drift="bo")
  watching.end()
  world.run("apply", status=6).says(KEPT)
  watching = Watch(world)
  watching.says(KEPT)
  world.expect_members(Drift="bo")
  os.unlink(world.path(STATE))  # it is in memory, too
  world.set("bo", description="x")
  world.set("anna", description="x")
  watching.rounds()
  world.expect_members(Drift="bo")
  world.set("anna", postvagtAbsence=OVER)
  watching.lists(Drift="anna")
  world.set("anna", postvagtAbsence=UNREADABLE)
  watching.says("counts as at work")
  world.expect_members(Drift="anna")
  watching.end()


@scenario
def several_stand_ins_in_order(world):
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo ; carl")
  world.person("bo", absence=FOREVER)
  world.people("carl dora")
  world.one_list("anna")
  world.start().four_ways(Drift="carl")


@scenario
def chain_of_stand_ins_goes_depth_first(world):
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="BO; emil")
  world.person("bo", absence=FOREVER,
               postvagtDeputy=f"{world.naming}=Carl, OU=Medarbejdere,{world.suffix}")
  world.person("carl", mail=False, postvagtDeputy="DORA@EKSEMPEL.DK")
  world.people("dora emil")
  world.one_list("anna")
  world.start()
  [drift] = world.plan()["lists"]
  equal([member["standing_in_for"] for member in drift["members"]], [[world.dn("anna")]],
        "standing_in_for")
  world.four_ways(Drift="dora")


@scenario
def circle_of_stand_ins_ends_with_the_manager(world):
  world.person("chef")
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo",
               manager="chef")
  world.person("bo", absence=FOREVER, postvagtDeputy="carl")
  world.person("carl", absence=FOREVER, postvagtDeputy="anna; bo; carl")
  world.one_list("anna")
  world.start().four_ways(Drift="chef")


@scenario
def order_of_stand_ins(world):
  """The person's deputies, the route's, the manager, the fallback: each in turn goes away."""
  world.person("chef")
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo",
               manager="chef")
  world.people("bo carl vagt")
  world.settings["mailbox"]["fallback"] = ["vagt"]
  world.one_list("anna", deputies=["carl"])
  world.start()
  for stand_in in ("bo", "carl", "chef", "vagt"):
    equal(world.planned("Drift"), {stand_in}, f"stand-in when those before {stand_in} are away")
    world.set(stand_in, postvagtAbsence=FOREVER)
  [drift] = world.plan()["lists"]
  equal([world.short(member["dn"]) for member in drift["members"]], ["anna"],
        "who stays when nobody stands in")
  equal(bool(drift["gaps"]), True, "no stand-in is a gap")


@scenario
def too_few_are_filled_up(world):
  world.person("anna", "infrastrukturansvarlig")
  world.person("bo", absence=FOREVER, postvagtDeputy="emil")
  world.people("carl dora emil")
  world.settings["mailbox"]["fallback"] = ["dora"]
  world.one_list("anna", deputies=["bo", "carl"], at_least=3)
  world.start().four_ways(Drift="anna carl dora")
  world.set("carl", mail=[])
  world.run("plan", status=0).says("gap")


@scenario
def informed_people_have_no_stand_ins(world):
  world.person("anna", "superbruger", absence=FOREVER, postvagtDeputy="bo")
  world.person("bo", "infrastrukturansvarlig")
  world.person("carl", "superbruger", mail=False)
  world.list("Orientering", "bo")
  world.one_list("bo", inform=world.block("Orientering", "superbruger"))
  world.start().four_ways(Orientering="anna")


@scenario
def stand_in_who_is_there_already(world):
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo; carl")
  world.person("bo", "infrastrukturansvarlig")
  world.person("carl")
  world.one_list("anna bo")
  world.start()
  [drift] = world.plan()["lists"]
  equal([(world.short(m["dn"]), m["standing_in_for"]) for m in drift["members"]],
        [("bo", [world.dn("anna")])], "members, and for whom they stand in")
  world.four_ways(Drift="bo")


@scenario
def holders_who_are_each_others_deputies(world):
  """And all away: as many searches as holders, each past as many names. The memory stays small."""
  holders = [f"h{i}" for i in range(200)]
  for login in holders:
    world.person(login, "infrastrukturansvarlig", absence=FOREVER,
                 postvagtDeputy=";".join(holders))
  world.one_list("h0")
  world.start().run("apply", prefix=world.little_memory(400_000_000), status=0)
  world.expect_members(Drift=" ".join(holders))
