"""A connection that is cut, spoilt or falls silent at every message, and a server that is busy."""
import json
import os
import time

import ldif
from directory_faults import DONE, some_lists, two_lists
from disk_faults import is_whole
from relay import (BUSY, ENTRY, FOUND, MODIFIED, MODIFY, SEARCH, TIME_LIMIT, UNAVAILABLE,
                   AtMessage, Nth, Relay, Times)
from scenario import openldap_only, scenario
from world import Failure, equal

DOUBT = "not known"


def through(world, fate, *arguments, once=False):
  """Run the program on the world's server, by a relay in which that happens.

  libldap 2.5 leaks a request whose answer it could not decode, and a notice of disconnection.
  """
  env = {}
  if getattr(fate, "what", None) in ("torn", "notice"):
    env["ASAN_OPTIONS"] = f"{os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0".lstrip(":")
  relay = Relay(world.address(), fate, once, both=True)
  world.settings["directory"]["url"] = relay.url
  world.write_files()
  try:
    return world.run(*(arguments or ("apply",)), env=env)
  finally:
    relay.close()
    del world.settings["directory"]["url"]
    world.write_files()


def tells_the_truth(world, result, before, after, known, where):
  """What a run says came of it is what did; nobody is off a list who belongs there all the time."""
  state = world.state()
  allowed = {0} if state == after else {4}
  if state == after:
    allowed = {0, 4}
  elif state == before:
    allowed = {1, 4} if DOUBT in result.text else {1}
  if result.status not in allowed:
    raise Failure(f"{where}: status {result.status}, allowed {allowed}\n{state}\n{result}")
  world._look_halfway(before, after, where)  # pylint: disable=protected-access
  if result.status != 0 and not result.err:
    raise Failure(f"{where}: it does not say why\n{result}")
  world.run("audit", "verify", status=0)
  if world.reports() != known and DOUBT not in result.text:
    report, undo, _ = world.new_report(known)
    world.check_report(report, undo, before, state)


def at_messages(world, before, after, numbers, what, once=False):
  for number in numbers:
    fate = AtMessage(number, what)
    known = world.reports()
    world.settings["directory"]["timeout"] = "1s"
    result = through(world, fate, once=once)
    world.settings["directory"]["timeout"] = "10s"  # for all that has to come to its end
    world.write_files()
    where = f"{what} at message {number} of {[hex(tag) for tag in fate.tags]}"
    tells_the_truth(world, result, before, after, known, where)
    world.run("apply", status=0)
    equal(world.state(), after, f"the lists, after {where} and another apply")
    is_whole(world, where)
    world.reset(before)


def prepared(world):
  """States before and after, and the tags of all messages of an apply."""
  world.replays = False  # at_messages() does
  two_lists(world).start(own=True)
  before = world.state()
  fate = AtMessage()
  equal(through(world, fate).status, 0, "status through the relay")
  world.expect_members(**DONE)
  after = world.state()
  world.reset(before)
  if fate.tags.count(MODIFY) != 2:
    raise Failure(f"messages: {fate.tags}")
  return before, after, fate.tags


def some(tags, step, offset=0):
  """Every message from the first write on, and one in `step` of those before."""
  first = tags.index(MODIFY) + 1
  return [number for number in range(1, len(tags) + 1) if number >= first or
          number % step == offset]


@scenario
@openldap_only("a domain takes long; its connection is cut for good, too")
def connection_cut_at_every_message(world):
  before, after, tags = prepared(world)
  at_messages(world, before, after, some(tags, 2), "cut")


@scenario
def connection_cut_for_good(world):
  """Nobody answers any more: not even to say what became of the last write."""
  before, after, tags = prepared(world)
  at_messages(world, before, after, some(tags, 6, 1), "cut", once=True)


@scenario
@openldap_only("a domain takes long; its connection is cut for good, too")
def message_that_ends_in_the_middle(world):
  before, after, tags = prepared(world)
  at_messages(world, before, after, some(tags, 6, 2), "half")


@scenario
@openldap_only("a domain takes long; its connection is cut for good, too")
def garbage_in_place_of_a_message(world):
  before, after, tags = prepared(world)
  at_messages(world, before, after, some(tags, 6, 3), "garbage")


@scenario
@openldap_only("a domain takes long; its connection is cut for good, too")
def message_torn_inside(world):
  before, after, tags = prepared(world)
  at_messages(world, before, after, some(tags, 4), "torn")


@scenario
@openldap_only("a domain takes long; its connection is cut for good, too")
def server_says_goodbye(world):
  """An unsolicited notice of disconnection."""
  before, after, tags = prepared(world)
  at_messages(world, before, after, some(tags, 6, 4), "notice")


@scenario
@openldap_only("a domain takes long; its connection is cut for good, too")
def server_falls_silent_at_a_message(world):
  before, after, tags = prepared(world)
  writes = some(tags, len(tags) + 1)
  at_messages(world, before, after, [3, tags.index(ENTRY) + 1, *writes[:4], writes[-3]], "silence")


def busy(world, tag, times, code):
  return through(world, Times(tag, times, code))


@scenario
def server_that_is_busy_for_a_while(world):
  """Asked again, within bounds, whatever it was asked."""
  before, _, _ = prepared(world)
  for tag in (SEARCH, MODIFY):
    for code in (BUSY, UNAVAILABLE, TIME_LIMIT):
      known = world.reports()
      result = busy(world, tag, 2, code)
      equal(result.status, 0, f"status, when {tag:#x} was answered {code} twice\n{result}\n")
      world.expect_members(**DONE)
      report, undo, _ = world.new_report(known)
      world.check_report(report, undo, before, world.state())
      world.reset(before)


@scenario
def server_that_stays_busy(world):
  """It ends; the report has the server's words, and nothing is said to be done that is not."""
  before, _, _ = prepared(world)
  for code, said in ((BUSY, "Server is busy"), (TIME_LIMIT, "Time limit exceeded")):
    result = busy(world, SEARCH, 1000, code).says(said, "later")
    equal((result.status, world.state()), (1, before), f"a run that cannot read\n{result}\n")
    known = world.reports()
    result = busy(world, MODIFY, 1000, code).says(said, "later")
    equal((result.status, world.state()), (1, before), f"a run that cannot write\n{result}\n")
    _, _, text = world.new_report(known)
    if said not in text or ldif.parse(text):
      raise Failure(f"the report of a run that could do nothing:\n{text}")
  world.run("audit", "verify", status=0)


@scenario
def list_that_stays_busy_does_not_sink_the_other(world):
  before, _, _ = prepared(world)
  known = world.reports()
  result = busy(world, MODIFY, 6, BUSY)  # each list once, then the first until it gives up
  equal(result.status, 4, f"status\n{result}\n")
  world.expect_members(L1="anna carl", L2="anna bo")
  report, undo, text = world.new_report(known)
  if "Server is busy" not in text:
    raise Failure(f"the report lacks the server's words:\n{text}")
  world.check_report(report, undo, before, world.state())
  world.run("apply", status=0)
  world.expect_members(**DONE)


class Spells:
  """A fate for `both`: after 16 writes the server is busy, for less than the program waits before it asks again."""

  def __init__(self):
    self.left, self.ends, self.spells = 16, 0, 0

  def __call__(self, tag):
    if tag != MODIFY:
      return "pass"
    if self.left == 0:
      self.left, self.ends, self.spells = 16, time.monotonic() + 0.05, self.spells + 1
    if time.monotonic() < self.ends:
      return BUSY
    self.left -= 1
    return "pass"


@scenario
def one_wait_is_enough_for_all_in_flight(world):
  """A run waits 40 times at most, and eight lists may find the server busy at once."""
  world.replays = False
  some_lists(world, 160).settings["limits"] = {"removals_per_run": 200}
  world.start(own=True)
  spells = Spells()
  result = through(world, spells)
  equal((result.status, spells.spells), (0, 9), f"status, and how often the server was busy\n{result}\n")
  world.expect_members(**{f"L{number}": "anna bo" for number in range(1, 161)})


@scenario
def connection_that_is_lost_again_and_again(world):
  """Three times in a run, at whatever it was: with each write or its answer, and while it is read."""
  before, after, _ = prepared(world)
  for tag, times in ((MODIFIED, 1), (MODIFY, 3), (FOUND, 2), (ENTRY, 2)):
    fate = Times(tag, times, "cut")
    result = through(world, fate)
    equal((result.status, world.state(), fate.left), (0, after, 0), f"{tag:#x} cut {times} times\n{result}\n")
    world.reset(before)
  result = through(world, Times(MODIFY, 4, "cut"))
  equal(result.status, 4, f"status, when each write is lost\n{result}\n")
  world.run("apply", status=0)
  equal(world.state(), after, "the lists")


class LateRelay(Relay):
  """The first write reaches the server after the connection is cut: when the program sends it a second time."""

  def __init__(self, world):
    super().__init__(world.address(), lambda tag: "pass", both=True)
    self.world, self.held, self.writes = world, None, 0

  def _pass(self, message, tag, target, client, spoils):
    if tag == MODIFY and client is not (self.held or [None])[0]:
      self.writes += 1
      if self.writes == 1:
        self.held = client, target, message
        return False
      if self.writes == 2:
        self.do_held()
    return super()._pass(message, tag, target, client, spoils)

  def do_held(self):
    before, deadline = self.world.state(), time.monotonic() + 30
    self.held[1].sendall(self.held[2])
    while self.world.state() == before and time.monotonic() < deadline:
      time.sleep(0.02)

  def _stop(self, *sockets):
    self._cut(*(one for one in sockets if one is not self.held[1]))


@scenario
@openldap_only("a domain takes long; its connection is cut for good, too")
def lost_write_that_is_done_late(world):
  """What the list lacked when it was read again, and has when it is written again, is this run's own doing."""
  _, after, _ = prepared(world)
  relay = LateRelay(world)
  world.settings["directory"]["url"] = relay.url
  world.write_files()
  result = world.run("apply", status=0)
  relay.close()
  equal(world.state(), after, f"the lists\n{result}\n")
  equal(relay.writes > 2, True, "writes that the relay saw")
  written = json.loads(world.read(world.path("state/written-reports.json")))["written"]
  equal(sorted((row[0][:5], row[1][:7], row[2]) for row in written),
        [(name, who, adds) for name in ("cn=l1", "cn=l2") for who, adds in (("uid=bo,", False), ("uid=car", True))],
        "what this run is known to have written")


@scenario
def entry_that_never_ends_to_come(world):
  """A server that answers with one entry again and again: the root DSE's answer has a cap, too."""
  before, _, _ = prepared(world)
  relay = Relay(world.address(), Nth(ENTRY, 1, "flood"))
  world.settings["directory"]["url"] = relay.url
  world.write_files()
  result = world.run("apply", prefix=world.little_memory(400_000_000), status=1)
  relay.close()
  result.says("read the root DSE", "larger than the 8 MiB")
  equal(world.state(), before, "the lists")


@scenario
def second_entry_where_one_was_asked_for(world):
  """Is an error; where several may come, the same entry once more changes nothing."""
  before, after, _ = prepared(world)
  outcomes = []
  for number in range(1, 30):
    fate = Nth(ENTRY, number, "twice")
    result = through(world, fate)
    if fate.count < number:
      break
    outcomes.append(result.status)
    if result.status == 1:
      result.says("several entries, where one was asked for")
    equal((result.status in (0, 1), world.state()), (True, before if result.status else after),
          f"entry {number}\n{result}\n")
    world.reset(before)
  equal((outcomes[0], set(outcomes)), (1, {0, 1}), "status at each entry")
