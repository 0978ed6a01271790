"""Who is a person, what is known of one, and how files name one."""
import os

from scenario import openldap_only, scenario
from world import FOREVER, Failure, equal


@scenario
def only_people_under_the_base_and_by_the_filter_count(world):
  world.entry(f"ou=Andre,{world.suffix}", objectClass="organizationalUnit", ou="Andre")
  world.person("anna", "infrastrukturansvarlig")
  world.person("robot", "infrastrukturansvarlig", employeeType="robot")
  world.person("udenfor", "infrastrukturansvarlig", dn=world.person_dn("udenfor", "ou=Andre"))
  world.group("Et", "anna udenfor robot")
  world.settings["people"]["filter"] = "(&(objectClass=person)(!(employeeType=robot)))"
  world.one_list("robot", groups="Et", people="udenfor")
  world.start().four_ways(Drift="anna")[0].says("udenfor", "robot")


@scenario
def several_bases(world):
  for unit in ("Skoler", "Andre"):
    world.entry(f"ou={unit},{world.suffix}", objectClass="organizationalUnit", ou=unit)
  world.person("anna", "infrastrukturansvarlig")
  world.person("bo", "infrastrukturansvarlig", dn=world.person_dn("bo", "ou=Skoler"))
  world.person("carl", "infrastrukturansvarlig", dn=world.person_dn("carl", "ou=Andre"))
  world.settings["people"]["base"] = [f"ou=Medarbejdere,{world.suffix}",
                                      f"OU=skoler, {world.suffix}"]
  world.one_list("anna")
  world.start().four_ways(Drift="anna bo")


def with_many_names(world, count):
  """anna is away and names so many deputies in one value; bo is the last of them."""
  names = ";".join([f"ingen{i}" for i in range(count - 1)] + ["bo"])
  world.person("anna", "infrastrukturansvarlig", postvagtAbsence=FOREVER, postvagtDeputy=names)
  world.person("bo")
  world.person("carl")
  world.one_list("carl")
  return world.start()


@scenario
@openldap_only("a value is shorter in the domain's schema")
def as_many_deputies_in_one_value_as_are_read(world):
  with_many_names(world, 1000).run("apply")
  world.expect_members(Drift="bo")


@scenario
@openldap_only("a value is shorter in the domain's schema")
def more_deputies_in_one_value_than_are_read(world):
  """None of them is used, which is an error that names person and attribute; the report stays small."""
  with_many_names(world, 100000)
  world.run("apply", status=4).says("anna", "postvagtDeputy", "more than 1000 values")
  world.expect_members(Drift="anna")
  report = max(os.path.getsize(world.path(f"reports/{name}")) for name in world.reports())
  if report > 10000:
    raise Failure("the report is large")


@scenario
@openldap_only("a value is shorter in the domain's schema")
def more_roles_in_one_value_than_are_read(world):
  """Who holds what is not known then: nobody is removed."""
  world.person("anna", "infrastrukturansvarlig;" + ";".join(f"r{i}" for i in range(1000)))
  world.person("bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start().run("apply", status=4).says("anna", "postvagtRole", "more than 1000 values")
  world.expect_members(Drift="anna bo")


@scenario
def attributes_of_another_schema(world):
  """Roles and absences where the municipality has them; values split by its own separator."""
  world.person("anna", title="infrastrukturansvarlig | andet", businessCategory="bo|carl",
               departmentNumber=FOREVER)
  world.person("bo", departmentNumber="1999-01-01/1999-01-02|2020-01-01/")
  world.person("carl", title="andet")
  world.settings["people"]["separator"] = "|"
  world.settings["people"]["attributes"].update(role="title", deputy="businessCategory",
                                                absence="departmentNumber")
  world.one_list("anna")
  world.start().four_ways(Drift="carl")


@scenario
def several_attributes_for_each(world):
  """Roles, deputies and absences are those of all attributes, in their order; a login may be in either."""
  world.person("anna", title="infrastrukturansvarlig", departmentNumber=FOREVER, roomNumber="dora",
               employeeType="dora", businessCategory="1999-01-01/1999-01-02")
  world.person("bo", employeeType="infrastrukturansvarlig", businessCategory=FOREVER,
               roomNumber="eva", pager="carl")
  world.person("carl")
  world.person("dora")
  world.person("eva", employeeNumber="E5")
  world.settings["people"]["attributes"].update(
      role=["title", "employeeType"], deputy=["pager", "roomNumber"],
      absence=["businessCategory", "departmentNumber"], login=["employeeNumber", "uid"])
  world.list("Ledere")
  world.route("ledere", "Ledere", people="e5")
  world.one_list("anna bo")
  world.start().four_ways(Drift="carl dora", Ledere="eva")


@scenario
def a_start_and_an_end_in_one_of_several_attributes(world):
  """Where two of them have a value, nobody can say which holds: a finding, and no absence."""
  for login, facts in {"anna": {"pager": "2020-01-01"}, "bo": {"roomNumber": "2020-01-01"},
                       "carl": {"pager": "2020-01-01", "roomNumber": "2020-01-02"}}.items():
    world.person(login, "infrastrukturansvarlig", postvagtDeputy="dora", **facts)
  world.person("dora")
  world.settings["people"]["attributes"].update(absent_from=["pager", "roomNumber"])
  world.one_list("anna bo carl")
  world.start().run("plan").says("carl", "pager, roomNumber, postvagtAbsentUntil",
                                 '"2020-01-01;2020-01-02/"')
  world.four_ways(Drift="carl dora")


@scenario
@openldap_only("AD has no uniqueMember")
def lists_of_unique_members(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  world.settings["lists"] = {"member_attribute": "uniqueMember", "create": True}
  world.entry(world.no_list("Drift"), objectClass="groupOfUniqueNames", cn="Drift",
              uniqueMember=[world.dn("anna"), world.dn("carl")])
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.no_list("Ny")
  world.route("release", "Ny", people="bo")
  world.member = "uniquemember"
  agent = f'by dn.exact="{world.agent}" write by users read'
  world.start(ACL=f'access to attrs=userPassword by anonymous auth\n'
                  f'access to dn.subtree="ou=Lister,{world.suffix}" {agent}\n'
                  f'access to * by users read')
  world.four_ways(Drift="anna bo", Ny="bo")


@scenario
@openldap_only("mail has one value on AD")
def person_with_several_addresses(world):
  world.person("anna", mail=["anna@eksempel.dk", "aa@eksempel.dk"])
  world.list("Drift", "anna")
  world.person("bo")
  world.route("drift", "Drift", people="AA@eksempel.dk bo")
  world.start().four_ways(Drift="anna bo")


@scenario
def malformed_addresses(world):
  """A value that is not one address is a finding that names person and value, and counts as none."""
  odd = {"anna": "Anna A <anna@eksempel.dk>", "bo": "bo@eksempel.dk;b2@eksempel.dk", "carl": "carl @eksempel.dk"}
  for login, mail in odd.items():
    world.person(login, "infrastrukturansvarlig", mail=mail)
  world.person("dora", "infrastrukturansvarlig", mail=False, pager="dora", roomNumber="dora@eksempel.dk")
  world.settings["people"]["attributes"]["mail"] = ["mail", "pager", "roomNumber"]
  world.one_list("anna")
  world.start()
  planned = world.run("plan")
  for login, mail in odd.items():
    planned.says(world.dn(login), f'mail: "{mail}" is not one mail address')
  planned.says('pager: "dora" is not one mail address')
  world.four_ways(Drift="dora")


@scenario
def one_person_by_many_ways_is_there_once(world):
  world.person("anna", "infrastrukturansvarlig; infrastrukturejer")
  world.person("bo")
  world.group("Et", "anna")
  world.list("Drift", "bo")
  world.route("drift", "Drift", "infrastrukturansvarlig infrastrukturejer", "Et",
              ["anna", "anna@eksempel.dk", world.dn("anna").upper()])
  world.start()
  [drift] = world.plan()["lists"]
  equal(len(drift["members"]), 1, "members")
  equal(len(drift["members"][0]["why"]) >= 3, True, f"reasons {drift['members'][0]['why']}")
  world.four_ways(Drift="anna")


@scenario
def deputy_who_is_not_there_is_passed_over(world):
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER,
               postvagtDeputy="findes.ikke@eksempel.dk; bo")
  world.person("bo")
  world.one_list("anna")
  world.start().four_ways(Drift="bo")[0].says("findes.ikke@eksempel.dk")


@scenario
def several_values_of_deputies_are_ordered_by_bytes(world):
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy=["carl", "bo"])
  world.people("bo carl")
  world.one_list("anna")
  world.start().four_ways(Drift="bo")


@scenario
def stand_in_leaves_an_additive_list_too(world):
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo")
  world.people("bo fremmed")
  world.one_list("bo fremmed", membership="additive")
  world.start().four_ways(Drift="anna fremmed")


@scenario
def critical_takes_what_it_lacks_from_its_route(world):
  world.person("anna", "infrastrukturejer", absence=FOREVER)
  world.people("bo carl fremmed")
  world.list("Arkiv", "bo")
  world.list("Kritisk", "anna fremmed")
  world.list("Drift", "bo carl Arkiv")
  world.route("drift", "Drift", people="bo carl", deputies=["carl", "bo"], at_least=2,
              membership="additive", keep=[world.dn("Arkiv")],
              critical=world.block("Kritisk", "infrastrukturejer"))
  world.start().four_ways(Kritisk="carl bo fremmed Arkiv")


@scenario
def addresses_that_were_lost_count_for_the_limit(world):
  """Six without a mail address are six who leave for no absence."""
  for number in range(6):
    world.person(f"p{number}", "infrastrukturansvarlig", mail=False)
  world.person("anna", "infrastrukturansvarlig")
  world.one_list(["anna"] + [f"p{i}" for i in range(6)])
  world.start()
  before = world.state()
  world.run("apply", status=3)
  equal(world.state(), before, "the lists")


@scenario
def machine_in_another_time_zone(world):
  world.person("anna", "infrastrukturansvarlig", absence="2026-07-09", postvagtDeputy="bo")
  world.person("bo")
  world.one_list("anna")
  world.start()
  for zone in ("America/New_York", "Pacific/Auckland", "UTC", ":", "Nonsense/Nowhere"):
    for time, who in (("2026-07-08T23:59:59", "anna"), ("2026-07-09T00:00:00", "bo"),
                      ("2026-07-09T21:59:59Z", "bo"), ("2026-07-09T22:00:00Z", "anna")):
      plan = world.run("--json", "--at", time, "plan", env={"TZ": zone}, status=0).json()
      equal([world.short(m["dn"]) for m in plan["lists"][0]["members"]], [who],
            f"TZ={zone}, at {time}")


@scenario
def zone_of_the_settings(world):
  world.person("anna", "infrastrukturansvarlig", absence="2026-07-09", postvagtDeputy="bo")
  world.person("bo")
  world.one_list("anna")
  world.settings["absence"]["timezone"] = "America/New_York"
  world.start()
  for time, who in (("2026-07-09T03:59:59Z", "anna"), ("2026-07-09T04:00:00Z", "bo"),
                    ("2026-07-10T03:59:59Z", "bo"), ("2026-07-10T04:00:00Z", "anna")):
    equal(world.planned("Drift", "--at", time), {who}, f"at {time}")
