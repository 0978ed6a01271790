"""Servers that are cut off, limited, forbidden, or changed by somebody else meanwhile."""
import json
import os
import shlex
import subprocess

import ldif
from relay import ADDED, ENTRY, MODIFIED, Nth, Relay
from scenario import openldap_only, scenario
from world import FOREVER, Failure, equal, normal

IN_FLIGHT = 8  # lists that are written at a time
READ_ONLY = 'access to attrs=userPassword by anonymous auth\naccess to * by users read'


def two_lists(world):
  """Two writes: somebody joins and somebody leaves two lists."""
  return some_lists(world, 2)


def some_lists(world, count):
  """A write each."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  for number in range(1, count + 1):
    world.list(f"L{number}", "anna carl")
    world.route(f"tag{number}", f"L{number}", "infrastrukturansvarlig")
  return world


DONE = {"L1": "anna bo", "L2": "anna bo"}


def many(world, count=30):
  """A list that would lose most of its members if a part of the read were taken for the whole."""
  people = [f"p{i:02}" for i in range(count)]
  world.people(people, "infrastrukturansvarlig")
  world.one_list(people)
  world.person("ny", "infrastrukturansvarlig")
  world.settings["limits"] = {"removals_per_list": 1000, "removals_per_run": 1000}
  return world


def unchanged(world, run, status=1, **fault):
  """A run that fails and changes nothing."""
  before, known = world.state(), world.reports()
  world.log()
  result = run("apply", status=status, **fault)
  equal(world.state(), before, f"the lists, after a run that failed\n{result}\n")
  equal(world.writes(), [], f"writes of a run that failed\n{result}\n")
  equal(world.reports(), known, "reports of a run that never came to write")
  return result


def limited(world, limit):
  many(world).start(DB_EXTRA=f'dbnosync\nlimits dn.exact="{world.agent}" {limit}')
  unchanged(world, world.run).says("limit")
  world.run("plan", status=1)
  world.run("check", status=1)


@scenario
@openldap_only("a limit of slapd's")
def size_limit_of_the_server(world):
  limited(world, "size.soft=10 size.hard=10")


@scenario
@openldap_only("a limit of slapd's")
def size_limit_in_the_middle_of_the_pages(world):
  limited(world, "size.soft=unlimited size.hard=unlimited size.prtotal=10")


@scenario
@openldap_only("a limit of slapd's")
def pages_that_the_server_refuses(world):
  many(world).start(DB_EXTRA=f'dbnosync\nlimits dn.exact="{world.agent}" size.prtotal=disabled')
  unchanged(world, world.run)


@scenario
def many_pages_are_read_whole(world):
  many(world, 2100).start(own=True)
  world.log()
  world.run("apply", status=0)
  equal(len(world.writes()), 1, "writes: one joins")
  equal(len(world.members()["Drift"]), 2101, "members")


@scenario
@openldap_only("written in slapd's ACLs")
def people_who_cannot_be_read_are_not_gone(world):
  acl = (f'access to attrs=userPassword by anonymous auth\n'
         f'access to dn.subtree="ou=Medarbejdere,{world.suffix}" by dn.exact="{world.agent}" none\n'
         f'access to * by dn.exact="{world.agent}" write by users read')
  many(world).start(ACL=acl)
  unchanged(world, world.run)


@scenario
def base_that_does_not_exist(world):
  many(world)
  world.settings["people"]["base"] = [f"ou={unit},{world.suffix}"
                                      for unit in ("Medarbejdere", "Findes ikke")]
  world.start()
  unchanged(world, world.run).says("Findes ikke")


@scenario
def server_that_is_down(world):
  two_lists(world).start(own=True)
  before = world.state()
  world.stop_server()
  for command in ("check", "plan", "apply"):
    world.run(command, status=1).says(world.way()["url"])
  world.run("explain", "anna", status=1)
  equal(world.reports(), [], "reports")
  world.restart_server()
  equal(world.state(), before, "the lists")
  world.four_ways(**DONE)


def count_searches(world):
  """How many a plan makes."""
  world.run("plan", env={"LD_PRELOAD": world.fault, "FAULT_ON": "search",
                         "FAULT_COUNT": world.path("count"),
                         "ASAN_OPTIONS": world.asan_options()}, status=0)
  count = int(world.read(world.path("count")))
  if count < 3:
    raise Failure(f"{count} searches")
  return count


@scenario
def server_killed_while_it_is_read(world):
  """At each search of the run, the server dies."""
  two_lists(world).start(own=True)
  before = world.state()
  for number in range(1, count_searches(world) + 1):
    world.faulty("apply", on="search", at=number, do=world.kill_server(), status=1)
    equal(world.reports(), [], "reports of a run that never came to write")
    world.restart_server()
    equal(world.state(), before, f"the lists, after the server died at search {number}")
  world.four_ways(**DONE)


@scenario
def server_restarted_while_it_is_read(world):
  """The read is begun anew, at the server that is there again: nobody is missing, or twice.

  The first search, of the root DSE, is not of the read: it decides which server is taken.
  """
  two_lists(world).start(own=True)
  before = world.state()
  for number in range(2, count_searches(world) + 1):
    restart = {"on": "search", "at": number, "do": world.restart_command()}
    said = world.faulty("--json", "plan", status=0, **restart).json()
    world.read_server()
    for item in said["lists"]:
      equal({world.short(member["dn"]) for member in item["members"]}, {"anna", "bo"},
            f"planned for {item['list']}, when the server was restarted at search {number}")
    world.faulty("apply", status=0, **restart)
    world.read_server()
    world.expect_members(**DONE)
    world.reset(before)


@scenario
def server_killed_between_read_and_write(world):
  two_lists(world).start(own=True)
  before = world.state()
  world.faulty("apply", at=1, do=world.kill_server(), status=1)
  world.restart_server()
  equal(world.state(), before, "the lists")
  world.four_ways(**DONE)


@scenario
def server_killed_between_two_writes(world):
  """The first is in flight then: what the report says of it is so, or that it is not known."""
  two_lists(world).start(own=True)
  before, known = world.state(), world.reports()
  result = world.faulty("apply", at=2, do=world.kill_server())
  report, undo, text = world.new_report(known)
  world.restart_server()
  halfway = world.state()
  if "t contact LDAP server" not in text:
    raise Failure(f"the report does not say what failed:\n{text}")
  if "not known" not in result.text:
    world.check_report(report, undo, before, halfway)
  equal(result.status, 4, f"status\n{result}\n")
  world.run("apply", status=0)
  world.expect_members(**DONE)


def look_command(world):
  """For the shell: a sum of who is on the lists."""
  look = world.tool("ldapsearch", "-LLL", "-o", "ldif_wrap=no", "-b", world.lists_base, world.member)
  return f"{shlex.join(look)} | sort | cksum"


def look_at(world):
  return subprocess.run(["sh", "-c", look_command(world)], env={**os.environ, **world.environment},
                        capture_output=True, text=True, check=True).stdout.strip()


@scenario
def server_killed_after_a_write_was_sent(world):
  """Nobody knows whether that one was made: whatever is said, it is not "nothing was changed"."""
  two_lists(world).start(own=True)
  before, seen = world.state(), look_at(world)
  for number in (1, 2):
    made = f'until now=$({look_command(world)}); case "{seen}" in *"$now"*) false;; esac; do sleep 0.02; done'
    result = world.faulty("apply", at=number, when="after", do=f"{made}; {world.kill_server()}")
    world.restart_server()
    seen += f"; {look_at(world)}"
    done = all(world.members()[name] == {"anna", "bo"} for name in DONE)
    if world.state() == before and number == 1:
      raise Failure("the write was not made; the scenario is wrong")
    if result.status != 4 and (number == 1 or result.status != 0 or not done):  # the answers were on their way
      raise Failure(f"status, when write {number} was made and the server killed\n{result}")
    world.run("apply", status=0)
    world.expect_members(**DONE)
    world.reset(before)


@scenario
def server_restarted_between_two_writes(world):
  """The connection is opened anew, and the work goes on."""
  two_lists(world).start(own=True)
  before = world.state()
  for number in (1, 2):
    world.faulty("apply", at=number, do=world.restart_command(), status=0)
    world.read_server()
    world.expect_members(**DONE)
    world.reset(before)


def relayed(world, fate, once=False, lists=2):
  """Start; the program's only way to the server is a relay."""
  some_lists(world, lists).start(own=True)
  relay = Relay(world.address(), fate, once)
  world.settings["directory"]["url"] = relay.url
  world.write_files()
  return relay


@scenario
def answer_to_a_write_is_lost(world):
  relay = relayed(world, Nth(MODIFIED, 2, "cut"))
  known = world.reports()
  before = world.state()
  world.run("apply", status=0)
  relay.close()
  world.expect_members(**DONE)
  report, undo, _ = world.new_report(known)
  world.check_report(report, undo, before, world.state())


@scenario
def answer_to_a_write_is_lost_for_good(world):
  relay = relayed(world, Nth(MODIFIED, 1, "cut"), once=True)
  before = world.state()
  result = world.run("apply")
  relay.close()
  if world.state() == before:
    raise Failure("the write was not made; the scenario is wrong")
  equal(result.status, 4, f"status, when something was changed\n{result}\n")


@scenario
def answer_to_a_new_list_is_lost(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.no_list("Ny")
  world.route("drift", "Ny", "infrastrukturansvarlig")
  world.start(own=True)
  relay = Relay(world.address(), Nth(ADDED, 1, "cut"))
  world.settings["directory"]["url"] = relay.url
  world.write_files()
  known = world.reports()
  world.run("apply", status=0)
  relay.close()
  world.expect_members(Ny="anna bo")
  world.check_report(*world.new_report(known)[:2], {
      dn: entry for dn, entry in world.state().items() if dn.lower().startswith("ou=")},
                     world.state())


@scenario
def read_that_breaks_off_is_begun_anew(world):
  relay = relayed(world, Nth(ENTRY, 3, "half"))
  world.run("apply", status=0)
  relay.close()
  world.expect_members(**DONE)


@scenario
def read_that_always_breaks_off(world):
  relay = relayed(world, lambda tag: "half" if tag == ENTRY else "pass")
  unchanged(world, world.run)
  relay.close()


@scenario
def server_that_falls_silent(world):
  world.settings["directory"]["timeout"] = "1s"
  relay = relayed(world, lambda tag: "silence" if tag == ENTRY else "pass")
  unchanged(world, world.run)
  relay.close()


@scenario
def server_that_never_answers_a_write(world):
  """The lists say what it did; a second silence is the end."""
  count = IN_FLIGHT + 2
  world.settings["directory"]["timeout"] = "1s"
  relay = relayed(world, lambda tag: "silence" if tag == MODIFIED else "pass", lists=count)
  world.run("apply", status=4).says("not known")
  relay.close()
  del world.settings["directory"]["url"], world.settings["directory"]["timeout"]
  world.write_files()
  done = [name for name, members in world.members().items() if members == {"anna", "bo"}]
  if len(done) < IN_FLIGHT:
    raise Failure(f"lists that were changed: {done}")
  world.run("apply", status=0)
  world.expect_members(**{f"L{number}": "anna bo" for number in range(1, count + 1)})


@scenario
@openldap_only("written in slapd's ACLs")
def no_right_to_write(world):
  two_lists(world).start(ACL=READ_ONLY)
  before, known = world.state(), world.reports()
  world.run("apply", status=1).says("insufficient access")
  equal(world.state(), before, "the lists")
  _, _, text = world.new_report(known)
  if "nsufficient access" not in text or ldif.parse(text):
    raise Failure(f"the report of a run that could do nothing:\n{text}")
  world.run("check", status=1).says(world.dn("L1"), world.dn("L2"))


@scenario
@openldap_only("written in slapd's ACLs")
def right_to_some_lists_only(world):
  acl = (f'access to attrs=userPassword by anonymous auth\n'
         f'access to dn.exact="cn=L2,ou=Lister,{world.suffix}" attrs=member '
         f'by dn.exact="{world.agent}" write by users read\naccess to * by users read')
  two_lists(world).start(ACL=acl)
  before, known = world.state(), world.reports()
  world.run("apply", status=4)
  world.expect_members(L1="anna carl", L2="anna bo")
  _, undo, text = world.new_report(known)
  equal(list(ldif.parse(text)), [world.dn("L2")], "what the report's records change")
  comments = [line for line in text.splitlines() if line.startswith("#")]
  if not any("nsufficient access" in line for line in comments):
    raise Failure(f"the report lacks the server's words:\n{text}")
  world.ldapmodify(undo)
  equal(world.state(), before, "the lists, after the undo file")
  findings = world.run("check", "--json", status=1).says(world.dn("L1")).json()["findings"]
  equal([finding for finding in findings if world.dn("L2") in str(finding)], [],
        "check speaks of a list that may be written")


@scenario
@openldap_only("written in slapd's ACLs")
def who_stays_on_a_list_that_fails_stays_on_the_mailboxs(world):
  """Until the list can be written."""
  def acl(names):
    lists = "\n".join(f'access to dn.exact="cn={name},ou=Lister,{world.suffix}" attrs=member '
                      f'by dn.exact="{world.agent}" write by users read' for name in names)
    return (f"access to attrs=userPassword by anonymous auth\n{lists}\n"
            "access to * by users read")
  two_lists(world)
  world.person("dora")
  world.list("Alle", "anna carl dora")
  world.mailbox_list("Alle")
  world.start(ACL=acl(["L2", "Alle"]))
  world.run("apply", status=4).says("stays on")
  world.expect_members(L1="anna carl", L2="anna bo", Alle="anna bo carl")
  line = json.loads(world.read(world.path("reports/runs.jsonl")).splitlines()[-1])
  equal((line["totals"]["removed"], line["totals"]["failed"]), (2, 3), "totals")
  world.run("apply", status=1)
  world.expect_members(L1="anna carl", L2="anna bo", Alle="anna bo carl")


@scenario
@openldap_only("an overlay of slapd's")
def value_that_the_server_refuses(world):
  """One member that is never taken (result 19) does not keep the others off."""
  world.people("anna bo carl", "infrastrukturansvarlig")
  world.person("dora")
  world.list("Drift", "dora")
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.start(GLOBAL_EXTRA="moduleload constraint", ACL=f"""access to attrs=userPassword by anonymous auth
access to * by dn.exact="{world.agent}" write by users read
overlay constraint
constraint_attribute member regex ^uid=(anna|carl|dora),""")
  world.run("apply", status=4).says("Drift", "Constraint violation")
  members = world.members()["Drift"]
  equal(members, {"anna", "carl", "dora"}, "dora stays, as bo does not come instead")


@scenario
def two_agents_at_once(world):
  """On hosts of their own: none waits for another's folder of reports."""
  two_lists(world).start()
  before = world.state()
  configs = [world.agent_of_its_own(f"host{number}") for number in range(3)]
  for _ in range(6):
    agents = [world.spawn("-c", config, "apply", config=False) for config in configs]
    for agent in agents:
      world.wait(agent, status=0)
    world.expect_members(**DONE)
    world.reset(before)


@scenario
def another_agent_is_done_first(world):
  """Before each write of one agent, another does the whole work."""
  two_lists(world).start()
  before = world.state()
  other = f"{world.program} -c {world.agent_of_its_own('other')} apply >/dev/null"
  for number in (1, 2):
    world.faulty("apply", at=number, do=other, status=0).never_says("failed")
    world.expect_members(**DONE)
    world.reset(before)


def meanwhile(world, text, number=1, status=0):
  """Somebody else makes a change, in LDIF, right before the Nth write; returns the result."""
  return world.faulty("apply", at=number, status=status,
                      do=world.change_command(world.write("meanwhile.ldif", text)))


@scenario
def another_writer_changes_the_list_meanwhile(world):
  two_lists(world)
  world.person("emil")
  world.start()
  before = world.state()
  for changes in ([("add", "member"), ("member", world.dn("bo"))],
                  [("delete", "member"), ("member", world.dn("carl"))],
                  [("delete", "member"), ("member", world.dn("carl")), ("-", None),
                   ("add", "member"), ("member", world.dn("bo"))]):
    meanwhile(world, ldif.record(world.dn("L1"), [("changetype", "modify")] + changes))
    world.expect_members(**DONE)
    world.reset(before)
  meanwhile(world, ldif.record(world.dn("L1"), [("changetype", "modify"), ("add", "member"),
                                                ("member", world.dn("emil"))]))
  world.expect_members(L1="anna bo emil", L2="anna bo")  # not seen, so not touched
  world.run("apply", status=0)
  world.expect_members(**DONE)


@scenario
def another_writer_deletes_the_list_meanwhile(world):
  two_lists(world).start()
  meanwhile(world, ldif.record(world.dn("L1"), [("changetype", "delete")]), status=4)
  if any(normal(dn) == normal(world.dn("L1")) for dn in world.state()):
    raise Failure("a list that somebody deleted was made anew, with lists.create false")
  world.expect_members(L2="anna bo")


@scenario
def another_writer_makes_the_list_meanwhile(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.no_list("Nyere")
  world.route("drift", "Nyere", "infrastrukturansvarlig")
  world.start()
  meanwhile(world, ldif.record(world.dn("Nyere"), [
      ("changetype", "add"), *world.group_classes, ("cn", "Nyere"), ("member", world.dn("anna"))]))
  world.expect_members(Nyere="anna bo")


@scenario
@openldap_only("looks into slapd's accesslog")
def absent_leaves_only_when_the_stand_in_is_there(world):
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="bo")
  world.person("bo")
  world.one_list("anna")
  world.start(OVERLAYS="accesslog")
  world.run("apply", status=0)
  changes = [value for _, attributes in sorted(
      world.search("cn=accesslog", where="(reqType=modify)").items())
             for name, value in attributes if name == "reqmod" and value.startswith("member:")]
  equal([change[:len("member:+")] for change in changes], ["member:+", "member:-"],
        "the order of changes")


@scenario
def reports_that_cannot_be_written(world):
  """What is about to be written is on disk before the directory is touched, or it is not."""
  two_lists(world).start()
  world.write("reports", "a file where the folder should be")
  before = world.state()
  world.log()
  world.run("apply", status=1).says("reports")
  equal(world.writes(), [], "writes")
  equal(world.state(), before, "the lists")


def changed_back(world, value, **lists):
  """Somebody else does to the list what the run undoes."""
  world.change(f"dn: {world.dn('Drift')}\nchangetype: modify\n{value}: member\n"
               f"member: {world.dn('anna' if value == 'delete' else 'carl')}\n")
  world.expect_members(**lists)


@scenario
def value_that_somebody_else_changes_back_twice(world):
  """Is not written for an hour, which is reported; all else is."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.people("carl dan")
  world.one_list("bo")
  world.start()
  for _ in range(2):
    world.run("apply", status=0)
    world.expect_members(Drift="anna bo")
    changed_back(world, "delete", Drift="bo")
  world.set("dan", postvagtRole="infrastrukturansvarlig")
  world.run("plan", status=6).says("dan", "twice within an hour")
  world.run("apply", status=6).says("anna", "twice within an hour")
  world.expect_members(Drift="bo dan")
  world.log()
  world.run("apply", "-q", status=6).says("twice within an hour")
  equal(world.writes(), [], "writes of a run that leaves the value alone")
  state = world.path("state/written-reports.json")
  kept = json.loads(world.read(state))
  equal([entry for entry in kept["written"] if entry[5] and "anna" in entry[1]] != [], True, "rest")
  for entry in kept["written"]:
    entry[5] = min(entry[5], 1)  # an hour later
  world.write(state, json.dumps(kept), 0o600)
  world.run("apply", status=0)
  world.expect_members(Drift="anna bo dan")
  changed_back(world, "delete", Drift="bo dan")
  world.write(state, "{\"form\": 2, \"written\": [[1, null], 7, [\"a\", \"b\", 3, \"x\"]]}", 0o600)
  world.run("apply", status=0)
  world.expect_members(Drift="anna bo dan")


@scenario
def value_that_was_written_days_ago_is_changed_back_twice(world):
  """The first change back may come long after the write; the two of them come within an hour."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("bo")
  world.start()
  world.run("apply", status=0)
  state = world.path("state/written-reports.json")
  kept = json.loads(world.read(state))
  for entry in kept["written"]:
    entry[4] -= 20 * 86400
  world.write(state, json.dumps(kept), 0o600)
  changed_back(world, "delete", Drift="bo")
  world.run("apply", status=0)
  world.expect_members(Drift="anna bo")
  changed_back(world, "delete", Drift="bo")
  world.run("apply", status=6).says("anna", "twice within an hour")
  world.expect_members(Drift="bo")


@scenario
def changes_back_more_than_an_hour_apart_are_answered(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("bo")
  world.start()
  state = world.path("state/written-reports.json")
  for _ in range(4):
    world.run("apply", status=0)
    world.expect_members(Drift="anna bo")
    changed_back(world, "delete", Drift="bo")
    kept = json.loads(world.read(state))
    for entry in kept["written"]:
      entry[3:5] = [max(0, entry[3] - 3601), entry[4] - 3601]
    world.write(state, json.dumps(kept), 0o600)


@scenario
def two_agents_that_undo_each_other_stop(world):
  """Each every minute, with apply -q: one wants bo on the list, one does not. All else they do."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl", "superbruger")
  world.one_list("anna")
  world.start()
  other = world.agent_of_its_own("other")
  routes = json.loads(world.read(world.path("routes.yaml")))
  routes["routes"][0]["to"] = {"people": ["anna"]}
  world.write("other-routes.yaml", json.dumps(routes))
  settings = json.loads(world.read(other))
  settings["mapping"]["routes"] = "other-routes.yaml"
  world.write("other.yaml", json.dumps(settings))
  world.log()
  statuses = []
  for _ in range(6):
    statuses.append(world.run("apply", "-q").status)
    statuses.append(world.run("-c", other, "apply", "-q", config=False).status)
  equal(statuses, [0, 0, 0, 0, 6, 0, 6, 0, 6, 0, 6, 0], "exit statuses")
  equal(len(world.writes()), 4, "writes")
  world.expect_members(Drift="anna")


@scenario
def removal_that_somebody_else_changes_back_twice(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  world.one_list("anna bo carl")
  world.start()
  for _ in range(2):
    world.run("apply", status=0)
    world.expect_members(Drift="anna bo")
    changed_back(world, "add", Drift="anna bo carl")
  world.run("apply", status=6).says("carl", "put back on the list", "twice within an hour")
  world.expect_members(Drift="anna bo carl")


def bo_rests(world, others=""):
  """A list on which Bo stands in for Anna; take_off_bo() makes him rest."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo", absence=FOREVER)
  world.people("bo arkiv")
  world.one_list(f"anna arkiv {others}", keep=["arkiv"])
  world.replays = False


def take_off_bo(world, left="arkiv"):
  for _ in range(2):
    world.run("apply", status=0)
    world.set("Drift", member=world.dns_of(left))


def planned_list(world, name, status=6):
  [found] = [item for item in world.plan(status=status)["lists"]
             if world.short(item["list"]) == name]
  return found


@scenario
def absent_person_stays_while_the_stand_in_rests(world):
  """Else nobody would get the mail, nor anybody hear of it."""
  bo_rests(world)
  world.list("Alle", "anna")
  world.mailbox_list("Alle")
  world.start()
  take_off_bo(world)
  world.run("apply", status=6).says("bo", "twice within an hour", "nobody stands in for Anna")
  world.expect_members(Drift="arkiv")
  world.set("Drift", member=world.dns_of("arkiv anna"))
  world.set("Alle", member=world.dns_of("bo anna"))
  drift = planned_list(world, "Drift")
  equal((drift["add"], drift["remove"]), ([], []), "changes of Drift")
  equal([gap.split(",")[0] for gap in drift["gaps"]],
        ["nobody stands in for Anna", "0 available"], "gaps of Drift")
  alle = planned_list(world, "Alle")
  equal((alle["add"], alle["remove"], alle["gaps"]), ([], [], []), "changes and gaps of Alle")
  world.run("-v", "plan", status=6).says("stays, as nobody stands in")
  world.log()
  world.run("apply", status=6).says("nobody stands in for Anna")
  equal(world.writes(), [], "writes")
  world.expect_members(Drift="arkiv anna", Alle="anna bo")
  world.run("explain", "drift").says("nobody stands in")


@scenario
def somebody_else_goes_away_while_their_stand_in_rests(world):
  world.person("carl", "infrastrukturansvarlig")
  world.person("dora", "infrastrukturansvarlig", postvagtDeputy="bo")
  bo_rests(world, "carl dora")
  world.start()
  take_off_bo(world, "arkiv carl dora")
  world.run("apply", status=6).says("nobody stands in for Anna")
  world.set("dora", postvagtAbsence=FOREVER)
  world.set("Drift", member=world.dns_of("arkiv anna carl dora"))
  drift = planned_list(world, "Drift")
  equal((drift["add"], drift["remove"], len(drift["gaps"])), ([], [], 2), "changes and gaps")
  world.run("apply", status=6).says("nobody stands in for Anna", "nobody stands in for Dora")
  world.expect_members(Drift="arkiv anna carl dora")


@scenario
def nobody_leaves_while_all_whom_the_rules_yield_rest(world):
  """keep counts for nobody: Carl, whom no rule puts there any more, stays as long as Bo rests."""
  world.person("bo", "infrastrukturansvarlig")
  world.people("arkiv carl")
  world.one_list("arkiv", keep=["arkiv"])
  world.replays = False
  world.start()
  take_off_bo(world)
  world.run("apply", status=6).says("twice within an hour")
  world.set("Drift", member=world.dns_of("arkiv carl"))
  drift = planned_list(world, "Drift")
  equal((drift["add"], drift["remove"], len(drift["gaps"])), ([], [], 1), "changes and gaps")
  world.run("apply", status=6)
  world.expect_members(Drift="arkiv carl")


@scenario
def kept_plan_that_would_write_a_value_that_rests(world):
  """Exactly that plan, or nothing."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  world.one_list("bo carl")
  world.replays = False
  world.start()
  world.run("plan", "-o", world.path("kept.ldif"), status=0)
  for _ in range(2):
    world.run("apply", status=0)
    world.set("Drift", member=world.dns_of("bo carl"))
  before = world.state()
  world.run("apply", world.path("kept.ldif"), status=3).says(
      world.dn("anna"), "taken off the list by somebody else twice",
      world.dn("carl"), "put back on the list by somebody else twice")
  equal(world.state(), before, "the lists")
  world.run("apply", "-q", status=6).says("twice within an hour")
  world.forget_written()
  world.run("apply", world.path("kept.ldif"), status=0)
  world.expect_members(Drift="anna bo")


@scenario
def rename_does_not_end_a_rest(world):
  """The person is the same, and known by more than the DN; not in a file of an older version."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("bo")
  world.replays = False
  world.start()
  for _ in range(2):
    world.run("apply", status=0)
    world.set("Drift", member=world.dns_of("bo"))
  world.run("apply", status=6).says("twice within an hour")
  world.rename("anna", "anna-ny")
  world.log()
  world.run("apply", status=6).says("twice within an hour")
  equal(world.writes(), [], "writes")
  state = world.path("state/written-reports.json")
  kept = json.loads(world.read(state))
  kept["written"] = [entry[:6] for entry in kept["written"]]
  world.write(state, json.dumps(kept), 0o600)
  world.rename(world.dn("anna").replace("=anna,", "=anna-ny,"), "anna")
  world.run("apply", status=6).says("twice within an hour")
