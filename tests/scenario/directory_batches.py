"""People, groups and lists that are asked for, or written, many at once, and each alone where that does not answer."""
import collections
import re

import ldif
from concurrent_agents import reader_of
from directory_faults import DONE, IN_FLIGHT, relayed, two_lists
from relay import MODIFIED
from scenario import openldap_only, scenario
from world import Failure, equal

ODD = {"p1": r"Ærø\, Øst (vikar)", "p2": r"A\\B*C"}  # names as a DN has them


def crowd(world, count=70):
  """A list for all of a group of so many people; returns their short names."""
  everyone = [f"p{i}" for i in range(count)]
  for login in everyone:
    world.person(login, dn=world.person_dn(ODD.get(login, login)))
  world.group("Et", everyone)
  world.list("Drift", "p0")
  world.route("drift", "Drift", groups="Et")
  return everyone


def searches(world, *scopes):
  """How many searches of these scopes a plan makes, by the server's log."""
  world.log()
  world.plan()
  return sum(len(re.findall(f' SRCH base="[^"]+" scope={scope} ', world.log()))
             for scope in scopes)


@scenario
def many_members_of_every_kind(world):
  """Some are no person, one is a group below people.base, two lie elsewhere."""
  unit = f"ou=Medarbejdere,{world.suffix}"
  world.people("udenfor", "")
  world.person("andre", dn=world.person_dn("andre", "ou=Grupper"))
  world.person("robot", employeeType="robot")
  world.person("inde")
  everyone = crowd(world)
  inner = world.group_entry(world.name("Indre", f"cn=Indre,{unit}"), cn="Indre",
                            member=world.dns_of("inde p5"))
  world.group("To", [*everyone, inner, "andre", "robot", "Et"])
  world.settings["people"]["filter"] = "(&(objectClass=person)(!(employeeType=robot)))"
  world.routes[0]["to"]["groups"] = [world.dn("To")]
  first, _ = world.start().four_ways(Drift=[*everyone, "inde"])
  first.says("andre", "robot")


@scenario
@openldap_only("counts in slapd's log")
def many_members_take_few_searches(world):
  crowd(world, 500)
  world.start()
  count = searches(world, 0, 2)
  if count > 40:
    raise Failure(f"{count} searches for 500 members")


@scenario
@openldap_only("written in slapd's ACLs")
def many_members_where_no_filter_finds_a_dn(world):
  """After the first such search, in vain, each is looked for by itself."""
  everyone = crowd(world, 150)
  world.start(ACL="access to attrs=userPassword by anonymous auth\n"
                  f'access to attrs=entryDN by dn.exact="{world.agent}" none by * read\n'
                  f'access to * by dn.exact="{world.agent}" write by users read')
  equal(searches(world, 2), 1, "searches below people.base")
  world.four_ways(Drift=everyone)


@scenario
@openldap_only("a limit of slapd's")
def many_members_where_the_server_answers_few(world):
  everyone = crowd(world)
  world.start(GLOBAL_EXTRA="sizelimit 20").four_ways(Drift=everyone)


def many_lists(world, count, units=1):
  """So many groups of two people, each with a list of its own; the groups in so many units."""
  if "p0" not in world.dns:
    world.people([f"p{i}" for i in range(20)])
  for number in range(units):
    world.entry(f"ou=Enhed {number},ou=Grupper,{world.suffix}", objectClass="organizationalUnit",
                ou=f"Enhed {number}")
  for number in range(count):
    dn = world.name(f"G{number}", f"cn=G{number},ou=Enhed {number % units},ou=Grupper,{world.suffix}")
    world.group_entry(dn, cn=f"G{number}", member=world.dns_of([f"p{number % 20}", f"p{(number + 7) % 20}"]))
    world.list(f"L{number}", f"p{number % 20}")
    world.route(f"t{number}", f"L{number}", groups=f"G{number}")


def requests(world):
  """How many searches a plan makes, by the server's log; each page is one."""
  world.log()
  world.run("--json", "plan")
  return len(re.findall(r" SRCH base=", world.log()))


@scenario
@openldap_only("counts in slapd's log")
def a_thousand_lists_and_groups_take_few_requests(world):
  many_lists(world, 1000)
  world.start()
  count = requests(world)
  if count > 30:
    raise Failure(f"{count} searches for 1,000 lists and 1,000 groups")


@scenario
@openldap_only("counts in slapd's log")
def many_groups_in_many_units_take_few_requests(world):
  many_lists(world, 250, units=50)
  world.start()
  count = requests(world)
  if count > 30:
    raise Failure(f"{count} searches for 250 lists, and 250 groups in 50 units")


@scenario
@openldap_only("counts in slapd's log")
def a_few_lists_and_groups_are_read_one_by_one(world):
  many_lists(world, 3)
  world.start()
  world.log()
  world.plan()
  read = re.findall(r' SRCH base="(cn=[GL][^"]+)" scope=0 ', world.log())
  equal(len(read), 6, "searches of one group or list")


@scenario
@openldap_only("counts in slapd's log")
def few_wanted_among_many_are_not_sought_by_reading_all(world):
  """300 of 4,000 people: a sample says so, and the other searches by pages go on working."""
  for number in range(4000):
    world.person(f"p{number}")
  world.group("Et", [f"p{number}" for number in range(0, 4000, 13)])
  world.list("Drift", "p0")
  world.route("drift", "Drift", groups="Et", roles="infrastrukturansvarlig")
  world.start()
  world.log()
  world.run("plan", "--json", status=0)
  read = [int(count) for count in re.findall(r"SEARCH RESULT [^\n]*nentries=(\d+)", world.log())]
  if sum(read) > 800:
    raise Failure(f"{sum(read)} entries are read for 308 people, 2 groups and lists: {read}")
  world.four_ways(Drift=[f"p{number}" for number in range(0, 4000, 13)])


def odd_entries(world):
  """250 groups with a list each, and 250 people in one more group; among each some of every kind."""
  unit = f"ou=Medarbejdere,{world.suffix}"
  everyone = crowd(world, 250)
  many_lists(world, 250)
  world.entry(f"ou=Andre,{world.suffix}", objectClass=["referral", "extensibleObject"], ou="Andre",
              ref="ldap://127.0.0.1:9/ou=Andre")
  world.person("robot", employeeType="robot")
  world.person("skjult")
  world.person("andre", dn=world.person_dn("andre", "ou=Grupper"))
  inner = world.group_entry(f"cn=Indre,{unit}", cn="Indre", member=world.dns_of("p5"))
  world.group("Odd", [*everyone, inner, "andre", "robot", "skjult", "Et", f"uid=eva,ou=Andre,{world.suffix}",
                      f"uid=ingen,{unit}"])
  for name, groups in {"Odd": "Odd", "Missing": f"cn=ingen,ou=Grupper,{world.suffix}",
                       "Hidden": "G4", "Unseen": "G5", "Classless": "G6", "Person": "p3",
                       "Referred": f"cn=x,ou=Andre,{world.suffix}"}.items():
    world.list(f"List{name}", "p1")
    world.route(f"odd{name.lower()}", f"List{name}", groups=groups)
  world.settings["people"]["filter"] = "(&(objectClass=person)(!(employeeType=robot)))"
  agent = f'by dn.exact="{world.agent}"'
  return ("access to attrs=userPassword by anonymous auth\n"
          f'access to dn.exact="{world.dn("G4")}" attrs=member {agent} none by * read\n'
          f'access to dn.exact="{world.dn("G5")}" {agent} none by * read\n'
          f'access to dn.exact="{world.dn("G6")}" attrs=objectClass {agent} none by * read\n'
          f'access to dn.exact="{world.dn("L7")}" attrs=member {agent} none by * read\n'
          f'access to dn.exact="{world.dn("L8")}" {agent} none by * read\n'
          f'access to dn.exact="{world.dn("skjult")}" {agent} none by * read\n'
          f'access to * {agent} write by users read')


def said(world):
  """All that a plan says, less its moment."""
  result = world.run("--json", "plan")
  plan = result.json()
  del plan["at"]
  return result.status, plan


@scenario
@openldap_only("a limit, and ACLs, of slapd's")
def reading_many_says_what_reading_each_says(world):
  """By pages, then with a server that refuses pages, then with one that answers one entry to any search."""
  world.start(ACL=odd_entries(world))
  by_pages, count = said(world), requests(world)
  equal(by_pages[1]["lists"] != [], True, "lists in the plan")
  with open(world.path("slapd/slapd.conf"), encoding="utf-8") as file:
    config = file.read()
  for limits, fewest in (("size.prtotal=disabled", count + 1), ("size.pr=20", count + 1),
                         ("size=500 size.prtotal=150", count + 1), ("size=1", 700)):
    world.write("slapd/slapd.conf", config.replace(
        "\naccess to ", f'\nlimits dn.exact="{world.agent}" {limits}\naccess to ', 1))
    world.restart_server()
    equal(said(world), by_pages, f"what is said with {limits}")
    if requests(world) < fewest:
      raise Failure(f"{requests(world)} searches with {limits}, and {count} by pages: the limit does nothing")


@scenario
def many_lists_are_planned_right(world):
  many_lists(world, 220)
  world.start()
  planned = {world.short(item["list"]): {world.short(member["dn"]) for member in item["members"]}
             for item in world.plan()["lists"]}
  for number in range(220):
    equal(planned[f"L{number}"], {f"p{number % 20}", f"p{(number + 7) % 20}"}, f"list {number}")


@scenario
@openldap_only("the reader speaks to slapd")
def nobody_reads_a_list_between_join_and_leave(world):
  two_lists(world).start()
  world.replays = False  # ldapmodify makes a request of each record
  before = world.state()
  with reader_of(world, world.server) as reader:
    for _ in range(6):
      world.run("apply", status=0)
      world.expect_members(**DONE)
      world.forget_written()
      for name in DONE:
        world.change(ldif.record(world.dn(name), [
            ("changetype", "modify"), ("add", world.member), (world.member, world.dn("carl")), ("-", None),
            ("delete", world.member), (world.member, world.dn("bo")), ("-", None)]))
      equal(world.state(), before, "the lists, put back by one request each")
  whole = {frozenset(["anna", "bo"]), frozenset(["anna", "carl"])}
  lists = {dn: states for dn, states in reader.seen.items() if world.short(dn) in DONE}
  equal(len(lists), 2, f"lists that were read {reader.count} times")
  for states in lists.values():
    seen = {frozenset(world.short(member) for member in state) for state in states}
    if not seen <= whole:
      raise Failure(f"seen: {seen}")


@scenario
@openldap_only("counts in slapd's log")
def a_list_is_changed_by_one_request(world):
  two_lists(world).start()
  world.log()
  world.run("apply", status=0)
  log = world.log()
  equal(len(re.findall(' MOD dn="', log)), 2, f"requests for two lists that somebody joins and somebody leaves\n{log}")
  world.expect_members(**DONE)


@scenario
@openldap_only("counts in slapd's log")
def eight_lists_at_a_time(world):
  """The server's answers do not come: so many requests are sent before, each for another list."""
  world.settings["directory"]["timeout"] = "1s"
  relay = relayed(world, lambda tag: "silence" if tag == MODIFIED else "pass", lists=IN_FLIGHT + 3)
  world.log()
  world.run("apply", status=4)
  relay.close()
  sent = collections.defaultdict(list)
  for connection, dn in re.findall(r'conn=(\d+) op=\d+ MOD dn="([^"]*)"', world.log()):
    sent[connection].append(dn)
  equal([len(dns) for dns in sent.values()], [IN_FLIGHT, 3], f"requests by connection, {dict(sent)}")
  if any(len(set(dns)) < len(dns) for dns in sent.values()):
    raise Failure(f"two requests for one list: {dict(sent)}")
