"""Records that a program of jq makes, and what happens when it does not."""
import json
import os
import re
import signal
import time

from feed_records import STAFF, away, feed_world, put
from feeds import hr_world
from run_as_owner import owned
from scenario import openldap_only, root_only, scenario
from world import Failure, equal

SAME = "feeds are the same whatever the directory is"
SOFD = """
  def login: [.users[] | select(.userType == "ACTIVE_DIRECTORY" and .prime) | .employeeId][0];
  .persons[]
  | select(.leave)
  | {person: login, from: .leave.startDate, until: .leave.stopDate}
"""
GRAPH = """
  .value[]
  | .id as $person
  | .automaticRepliesSetting
  | (.status | ascii_downcase) as $status
  | if $status == "alwaysenabled" then {person: $person}
    elif $status == "scheduled" then
      {person: $person, from: .scheduledStartDateTime.dateTime,
       until: .scheduledEndDateTime.dateTime, zone: .scheduledStartDateTime.timeZone}
    elif $status == "disabled" then empty
    else {person: $person, unread: true} end
"""


def jq_world(world, program, **keys):
  """feed_world(), whose records the program makes."""
  feed_world(world, format="json", jq=program, **keys)
  del world.feed["fields"]
  world.write("feed", "[]")
  world.write_files()
  return world


def person(number, **leave):
  return {"uuid": f"u{number}", "cpr": "0101701234", "leave": leave or None, "users": [
      {"userId": "x", "userType": "OPUS", "prime": True, "employeeId": "9999"},
      {"userId": "y", "userType": "ACTIVE_DIRECTORY", "prime": True, "employeeId": number}]}


def reply(number, state, start, end, zone="UTC"):
  return {"id": number, "automaticRepliesSetting": {
      "status": state, "internalReplyMessage": "Jeg er syg",
      "scheduledStartDateTime": {"dateTime": start + ".0000000", "timeZone": zone},
      "scheduledEndDateTime": {"dateTime": end + ".0000000", "timeZone": zone}}}


@scenario
def jq_takes_records_apart(world):
  """As OS2sofd answers: the login of one of several users, and a last day; its numbers keep their digits."""
  jq_world(world, SOFD)
  put(world, json.dumps({"page": 0, "nextOffset": None, "persons": [
      person("1001", startDate="2026-12-21", stopDate="2026-12-23", reason="ORLOV"),
      person("1002"), person("1003", startDate="2026-12-24", stopDate=None, reason="ORLOV"),
      person(1004, startDate="2026-12-01", stopDate="2026-12-22")]}))
  away(world, "anna")
  plan = world.run("plan", "--at", "2026-12-22T12:00", status=0)
  plan.never_says("ORLOV", "0101701234")
  equal(world.planned("Drift", "--at", "2026-12-22T12:00"), {"bo", "carla", "hans", "vagt"},
        "the list: the number 1004 is dan's")


@scenario
def jq_times_are_in_the_zone_beside_them(world):
  """As Graph answers: Windows' names of zones, two spellings of a status, and old dates that do not count."""
  jq_world(world, GRAPH, open="absent", covers="now")
  put(world, json.dumps({"value": [
      reply("1001", "scheduled", "2026-12-23T11:30:00", "2026-12-23T18:00:00"),
      reply("1002", "Scheduled", "2026-12-23T11:30:00", "2026-12-23T18:00:00",
            "Romance Standard Time"),
      reply("1003", "alwaysEnabled", "2016-03-14T07:00:00", "2016-03-28T07:00:00"),
      reply("1004", "disabled", "2026-12-23T08:00:00", "2026-12-23T18:00:00")]}))
  away(world, "bo carla")
  equal(world.planned("Drift", "--at", "2026-12-23T12:31"), {"dan", "hans", "vagt"},
        "the list once it is 11:31 in UTC")
  world.run("plan", status=0).never_says("syg")
  put(world, json.dumps({"value": [
      reply("1002", "scheduled", "2026-12-23T11:30:00", "2026-12-23T18:00:00", "Mars/Olympus"),
      reply("1003", "scheduled", "2026-12-24T08:00:00", "2026-12-24T18:00:00")]}))
  away(world, "bo")
  world.run("plan", "--at", "2026-12-23T12:00", status=0).says(
      "feed hr, record 1", "read in absence.timezone")
  put(world, json.dumps({"value": [
      reply("1001", "scheduled", "2026-12-23T08:00:00", "2026-12-23T18:00:00"),
      reply("1002", "unknownFutureValue", "2026-12-23T08:00:00", "2026-12-23T18:00:00")]}))
  away(world, "anna")
  world.run("plan", "--at", "2026-12-23T12:00", status=0).says(
      "record 2", "the source says that this person could not be read")


@scenario
def jq_records_have_names_that_count(world):
  jq_world(world, ".", only={"status": ["Godkendt"]})
  days = {"from": "2026-12-21", "until": "2026-12-24"}
  put(world, json.dumps([{"person": "1001", "status": "godkendt", **days},
                         {"person": "1002", "status": "afvist", **days}]))
  away(world, "anna")
  put(world, json.dumps([{"person": "1001", "status": "godkendt", **days},
                         {"person": "1002", "status": "godkendt", "from": "2026-12-21",
                          "untl": "2026-12-24"},
                         {"person": "1003", "status": "godkendt", "0101701234": 1, **days}]))
  world.run("plan", "--at", "2026-12-23T12:00").says(
      "record 2: Bo (1002): the program gives untl; did you mean until?",
      "record 3: Carla (1003): the program gives something else than").never_says("0101701234")


@scenario
@openldap_only(SAME)
def jq_that_fails_makes_the_feed_unread(world):
  """On whichever page it fails: the last trusted reading serves, and nothing that it read is said."""
  hr_world(world, jq=".data[] | {person: .nr, from: (.tid | .fra), until: .tid.til}")
  for key in ("records", "fields"):
    del world.feed[key]
  world.feed["url"] = world.hr.url("pages/1.json")
  world.write_files()
  good = {"nr": "0042", "tid": {"fra": "2020-01-01", "til": None}}
  for page in (1, 2, 3):
    world.hr.put(f"pages/{page}.json", json.dumps({"data": [good] if page == 3 else []}))
  world.run("apply", status=0)
  world.expect_members(Drift={"bo"})
  world.hr.put("pages/2.json", json.dumps({"data": [{"nr": "0042", "tid": "Anna And"}]}))
  world.run("apply", status=6).says(
      "jq: the program failed on page 2 (Cannot index string)").never_says("Anna And")
  world.expect_members(Drift={"bo"})
  for text, why in (('{"data": [], "data": []}', "page 2: line 1, column"),
                    ('{"errors": [{"message": "nej"}], "data": []}', "has errors beside the records"),
                    ("<html>", "a web page or XML came"), ('{"data": []} x', "no valid JSON")):
    world.hr.put("pages/2.json", text)
    world.run("apply", status=6).says(why)
  world.hr.put("pages/2.json", '{"data": []}')
  feed_says(world, "null", "gave null or false", "on page 1")
  feed_says(world, "input", "the program failed on page 1")
  feed_says(world, "repeat(.)", "more than")
  # On a machine that has other things to do the time that it may take is over before its share of the processor is.
  world.feed["jq"] = "last(range(1e12))"
  world.write_files()
  said = world.run("plan", status=6)
  if "more than 15 s" not in said.err + said.out:
    said.says("jq: ", "more than 5 s of processor time")
  feed_says(world, "def f: 1 + f; f", "more than 1024 MiB of memory")
  feed_says(world, "reduce range(3000000) as $i (0; [.])", "ended by signal 11")
  world.expect_members(Drift={"bo"})


def feed_says(world, program, *texts):
  """The feed is unread by this program, for that reason."""
  world.feed["jq"] = program
  world.write_files()
  world.run("plan", status=6).says("jq: ", *texts)


@scenario
def jq_that_is_wrong_is_an_error_of_the_file(world):
  jq_world(world, ".[]\n| {person: .nr,\n   from: }\n")
  for command in ("check", "plan"):
    said = world.run(command, status=2)
    place = re.search(r"postvagt\.yaml:(\d+):(\d+): jq: line 3 of the program: (.*)", said.text)
    if not place or "syntax error, unexpected '}'" not in place.group(3):
      raise Failure(f"no place\n{said}")
    line = world.read(world.path("postvagt.yaml")).splitlines()[int(place.group(1)) - 1]
    equal(line[int(place.group(2)) - 1:][:6], '".[]\\n', "what stands at that place")
  for program, why in ((".[] | foo(1)", "foo/1 is not defined"), ('import "x" as x; .', "jq: "),
                       ('include "x"; .', "jq: ")):
    put(world, "[]", jq=program)
    world.run("check", status=2).says(why)
  put(world, "[]", jq=".", records="/data", fields={"person": "nr", "from": "fra"})
  world.run("check", status=2).says("records does not go with jq", "fields does not go with jq")
  del world.feed["records"], world.feed["fields"]
  put(world, "[]", format="csv")
  world.run("check", status=2).says("jq goes with format: json")


def working_child(parent):
  """The process of jq that this one has started to read pages: it has worked for a while."""
  end = time.monotonic() + 30
  while time.monotonic() < end:
    for name in filter(str.isdigit, os.listdir("/proc")):
      try:
        with open(f"/proc/{name}/stat", encoding="utf-8") as file:
          fields = file.read().rsplit(")", 1)[1].split()
      except OSError:
        continue
      if int(fields[1]) == parent and int(fields[11]) > 20:
        return int(name)
    time.sleep(0.02)
  raise Failure("no process of jq")


@scenario
@openldap_only(SAME)
@root_only("it looks into another process")
def jq_process_is_looked_into_and_killed(world):
  """It has no secret and no environment; whatever ends it makes the feed unread."""
  jq_world(world, "last(range(4e7)) | empty, [range(3e7)] | empty")
  child = world.spawn("plan")
  jq = working_child(child.pid)
  with open(f"/proc/{jq}/environ", "rb") as file:
    equal(file.read(), b"", "its environment")
  with open(f"/proc/{jq}/cmdline", "rb") as file:
    equal(file.read(), b"postvagt-jq\0", "its arguments")
  equal(os.listdir(f"/proc/{jq}/fd"), ["0"], "its descriptors")
  memory = memory_of(jq)
  for secret in ("eksempel-postvagt", "infrastrukturansvarlig/"):
    if secret.encode() in memory:
      raise Failure(f"{secret} is in its memory")
  os.kill(jq, signal.SIGKILL)
  world.wait(child, status=6).says("jq: the program was ended by signal 9 (Killed)")


def memory_of(process):
  """What it has written into its memory, and what it was given."""
  parts = []
  with open(f"/proc/{process}/maps", encoding="utf-8") as maps, open(f"/proc/{process}/mem", "rb") as mem:
    for line in maps:
      bounds, rights = line.split()[:2]
      start, end = (int(bound, 16) for bound in bounds.split("-"))
      if "w" not in rights or end - start > 1 << 26:
        continue
      try:
        mem.seek(start)
        parts.append(mem.read(end - start))
      except (OSError, OverflowError):
        continue
  return b"".join(parts)


@scenario
@root_only("it runs the agent as two users")
@openldap_only("files are the same")
def jq_runs_whoever_the_agent_is(world):
  """Root becomes another user, which cannot be traced or dumped, before it reads feeds."""
  jq_world_of(world)
  for prefix in ((), ("setpriv", "--no-new-privs")):
    equal(world.run("plan", "--json", "--at", "2026-12-23T12:00", status=0, prefix=prefix)
          .json()["lists"][0]["gaps"], [], "gaps")
    world.run("plan", "--at", "2026-12-23T12:00", status=0, prefix=prefix).says("Anna")


def jq_world_of(world):
  owned(world)
  jq_world(world, ".[]")
  put(world, json.dumps([{"person": STAFF["anna"], "from": "2026-12-21", "until": "2026-12-24"}]))
