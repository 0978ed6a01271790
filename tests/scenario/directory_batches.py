"""Groups whose people are asked for many at once, and each alone where that does not answer."""
import re

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
  everyone = crowd(world, 200)
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
