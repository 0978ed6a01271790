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


def place_of(world, name):
  """postvagt.yaml:LINE:COLUMN of the value, which stands there once."""
  with open(world.config, encoding="utf-8") as file:
    for number, line in enumerate(file, 1):
      if f'"{name}"' in line:
        return f"postvagt.yaml:{number}:{line.index(chr(34) + name) + 1}"
  raise Failure(f"{name} is not in the settings")


@scenario
def misspelt_attributes(world):
  """Each is an error at its own place, with the nearest name; nothing is changed."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.settings["people"]["attributes"].update(deputy=["postvagtDeputy", "secretarry"],
                                                absence="postvagtAbsense", manager="leder")
  world.settings["lists"]["member_attribute"] = "membr"
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": "file:///nowhere", "format": "csv", "match": "employeNumber",
      "fields": {"person": "p", "from": "f"}}]
  world.one_list("anna")
  world.start()
  for command in ("plan", "apply", "check", "absent anna"):
    result = world.run(*command.split(), status=2)
    for name, nearest in {"secretarry": "secretary", "postvagtAbsense": "postvagtAbsence",
                          "membr": "member", "employeNumber": "employeeNumber"}.items():
      result.says(f'{place_of(world, name)}: unknown attribute "{name}"; did you mean "{nearest}"?')
    result.says(f'{place_of(world, "leder")}: unknown attribute "leder": the directory\'s schema has none')
  world.expect_members(Drift="anna")


def filtered(world, key, filter_):
  world.settings["people"][key] = filter_
  world.write_files()


@scenario
def misspelt_attributes_in_filters(world):
  """They would find nobody, or no mailbox: errors at the place of the setting, with the nearest name."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  for key, filter_, name, nearest in (
      ("filter", "(&(objectClass=person)(|(employeetyp=x)(employeetyp=y)))", "employeetyp", "employeeType"),
      ("filter", "(!(&(objectClass=person)(employeeNumbr:caseIgnoreMatch:=x)))", "employeeNumbr", "employeeNumber"),
      ("mailboxes", "(|(employeeType=a)(displayNam;lang-da~=f))", "displayNam;lang-da", "displayName")):
    filtered(world, key, filter_)
    for command in ("plan", "apply", "check"):
      world.run(command, status=2).says(
          f'{place_of(world, filter_)}: unknown attribute "{name}"; did you mean "{nearest}"?')
    world.expect_members(Drift="anna")
    del world.settings["people"][key]
    world.write_files()
  world.four_ways(Drift="anna bo")


def known_in_filters(world, *terms):
  """Each term finds everybody, and is no error."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl", "infrastrukturansvarlig", employeeType="udenfor")
  world.one_list("anna")
  world.start(OVERLAYS="memberof")
  for term in terms:
    filtered(world, "filter", f"(&(objectClass=person)(!(employeeType=udenfor))({term}))")
    filtered(world, "mailboxes", f"(&({term})(employeeType=\\28employeetyp=x\\29*))")
    equal(world.planned("Drift"), {"anna", "bo"}, term)


@scenario
@openldap_only("active_directory.py has AD's own")
def known_attributes_in_filters(world):
  """Operational ones, second names, OIDs, matching rules and escapes."""
  known_in_filters(world, "entryDN=*", "entryUUID=*", "!(memberOf=cn=x)", "commonName=*", "2.5.4.3=*",
                   "hasSubordinates=FALSE", "!(cn:dn:caseExactMatch:=x)", "!(:dn:caseExactMatch:=x)")


@scenario
@openldap_only("AD has no second names")
def attributes_by_other_names(world):
  """An alias, an OID and options are known, and are read by the name that the server answers with."""
  world.person("anna", "infrastrukturansvarlig", employeeType="infrastrukturansvarlig",
               postvagtDeputy="bo@eksempel.dk", absence=FOREVER,
               **{"displayName;lang-da": "Anna Å"})
  world.person("bo", departmentNumber="2")
  world.settings["people"]["attributes"].update(
      mail="RFC822Mailbox", role="2.16.840.1.113730.3.1.4", name="displayName;lang-da")
  world.one_list("anna")
  world.start().four_ways(Drift="bo")
  world.run("plan", status=0).never_says("unknown attribute")
  world.run("explain", "bo@eksempel.dk", status=0).says("bo@eksempel.dk")
  world.run("explain", "anna", status=0).says("Anna Å")
  world.settings["lists"]["member_attribute"] = "2.5.4.31"
  world.write_files()
  world.run("plan", status=2).says(place_of(world, "2.5.4.31"), 'calls the attribute "2.5.4.31" "member"')


@scenario
@openldap_only("the domain's schema is read by everybody")
def schema_that_cannot_be_read(world):
  """A warning, once; with it a misspelt name is not noticed."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.settings["people"]["attributes"]["absence"] = "postvagtAbsense"
  world.one_list("anna")
  world.start(GLOBAL_EXTRA='access to dn.base="cn=subschema" by * none')
  result = world.run("apply", status=0)
  equal(result.text.count("the schema cannot be read"), 1, "warnings")
  world.expect_members(Drift="anna bo")


@scenario
@openldap_only("the domain has postvagt's schema")
def defaults_that_the_schema_lacks(world):
  """check says so; whoever has roles elsewhere, and no absences, is not kept from running."""
  dn = world.name("anna", world.person_dn("anna"))
  world.entry(dn, objectClass="inetOrgPerson", uid="anna", cn="Anna", sn="A", mail="anna@eksempel.dk",
              title="infrastrukturansvarlig")
  world.entry(world.no_list("Drift"), objectClass=["groupOfNames", "extensibleObject"], cn="Drift",
              member=dn, mail="drift@eksempel.dk")
  world.settings["people"]["attributes"]["role"] = "title"
  world.route("drift", "Drift", roles="infrastrukturansvarlig")
  world.start(PLAIN="1", ACL=f'access to * by dn.exact="{world.agent}" write by anonymous auth by users read')
  checked = world.run("check", status=0).says(
      "people.attributes.deputy is not given, and the directory's schema has no postvagtDeputy",
      "people.attributes.absence is not given, and the directory's schema has no postvagtAbsence")
  checked.never_says("people.attributes.role")
  world.run("plan", status=0).never_says("people.attributes")
  world.settings["people"]["attributes"]["absence"] = "departmentNumber"
  world.write_files()
  world.run("check", status=0).never_says("people.attributes.absence")


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
    planned.says(f'{login}: mail: "{mail}" is not one mail address')
  planned.says('pager: "dora" is not one mail address')
  world.four_ways(Drift="dora")


NIS = "include /etc/ldap/schema/nis.schema"
DYNGROUP = "include /etc/ldap/schema/dyngroup.schema"


def posix_group(world, name, logins):
  return world.entry(world.name(name, f"cn={name},ou=Grupper,{world.suffix}"), objectClass="posixGroup",
                     cn=name, gidNumber="1", memberUid=logins.split())


@scenario
@openldap_only("a posixGroup has no DNs")
def posix_group_of_logins(world):
  """Also with a group's name, a stranger's, an address, and somebody twice."""
  world.people("anna bo carl")
  world.person("dora", absence=FOREVER, postvagtDeputy="carl")
  posix_group(world, "Et", "anna BO dora ingen bo@eksempel.dk")
  posix_group(world, "To", "anna bo")
  world.list("Drift")
  world.route("drift", "Drift", groups="Et To")
  world.start(GLOBAL_EXTRA=NIS).run("plan").says("member ingen is passed over: not in the directory")
  world.four_ways(Drift="anna bo carl")


@scenario
def leaver_who_still_holds_a_role(world):
  """No recipient, no stand-in, no gap, and one finding; a leave that ends is as any absence."""
  leave = "2020-01-01/2099-12-31"
  world.person("anna", "infrastrukturansvarlig", mail=False, postvagtDeputy="carl")
  world.person("bo", "infrastrukturansvarlig", mail=False, postvagtDeputy="carl", absence=FOREVER)
  world.person("dora", "infrastrukturansvarlig", mail=False, postvagtDeputy="emil", absence=leave)
  world.person("fie", "infrastrukturansvarlig")
  world.people("carl emil")
  world.one_list("anna bo dora fie")
  world.list("Anden", "anna")
  world.route("release", "Anden", "infrastrukturansvarlig")
  first, _ = world.start().four_ways(Drift="emil fie", Anden="emil fie")
  first.says("Anna: is asked for (role infrastrukturansvarlig), but cannot be reached: no mail address",
             "Bo: is asked for").never_says("Dora: is asked for", "nobody stands in for")
  if first.text.count("Anna: is asked for") != 1:
    raise Failure(f"not one finding\n{first}")


@scenario
@openldap_only("mail has one value on AD")
def twins_by_rank_and_reach(world):
  """As login or first mail before another mail; of one rank the one who can be reached."""
  world.person("anna", mail=["aa@eksempel.dk", "tvilling@eksempel.dk"])
  world.person("bo", mail="tvilling@eksempel.dk")
  world.person("carl", mail=["aa@eksempel.dk", "zz@eksempel.dk"])
  world.list("Et")
  world.list("To")
  world.route("drift", "Et", people=["tvilling@eksempel.dk"])
  world.route("release", "To", people=["zz@eksempel.dk"])
  world.settings["mailbox"]["fallback"] = ["aa@eksempel.dk"]
  first, _ = world.start().four_ways(status=4, Et="bo", To="carl")
  first.says("mailbox.fallback: the stand-in aa@eksempel.dk is passed over: 2 people bear it")
  world.run("check", "-v", status=1).says(
      "tvilling@eksempel.dk is a name that 2 people bear; it means").never_says(
          "zz@eksempel.dk is a name", "aa@eksempel.dk is a name")


@scenario
@openldap_only("a posixGroup has no DNs")
def empty_group_protects_the_list(world):
  """With a warning, and only while somebody would leave for it."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  posix_group(world, "Et", "")
  world.one_list("carl", groups="Et")
  first, _ = world.start(GLOBAL_EXTRA=NIS).four_ways(Drift="anna bo carl")
  first.says("no member is found in the group", "1 who would leave stay")


@scenario
@openldap_only("a posixGroup has no DNs")
def posix_group_of_many_logins(world):
  """They take few searches, those that are nobody's included."""
  logins = [f"u{i}" for i in range(400)]
  for login in logins:
    world.person(login)
  posix_group(world, "Alle", " ".join(logins + [f"ingen{i}" for i in range(200)]))
  world.list("Drift")
  world.route("drift", "Drift", groups="Alle")
  world.start(GLOBAL_EXTRA=NIS).log()
  world.run("plan", status=(0, 3))
  searches = world.log().count(" SRCH base=")
  if searches > 60:
    raise Failure(f"{searches} searches")
  equal(len(world.planned("Drift")), 400, "members")


@scenario
@openldap_only("the contacts are of OpenLDAP's classes")
def address_kept_that_two_contacts_bear(world):
  """It is nobody's, and the finding says whose it may be."""
  world.people("anna", "infrastrukturansvarlig")
  for name in ("kontakt1", "kontakt2"):
    world.entry(world.name(name, f"cn={name},{world.suffix}"),
                objectClass="inetOrgPerson", cn=name, sn=name, mail="kontakt@eksempel.dk")
  world.one_list("anna", keep=["kontakt@eksempel.dk"])
  world.start().run("apply", status=4).says("several entries bear it", "n=kontakt1,", "n=kontakt2,", "by DN")


def dynamic_group(world, members=None, matches="x", **server):
  world.people("anna bo", "x")
  world.person("carl")
  dn = world.name("Alle", f"cn=Alle,ou=Grupper,{world.suffix}")
  url = f"ldap:///ou=Medarbejdere,{world.suffix}??sub?(postvagtRole={matches})"
  more = {"objectClass": ["groupOfURLs", "extensibleObject"], "member": world.dns_of(members)} if members else {
    "objectClass": "groupOfURLs"}
  world.entry(dn, cn="Alle", memberURL=url, **more)
  world.list("Drift", "carl")
  world.route("drift", "Drift", groups="Alle", people="bo")
  return world.start(GLOBAL_EXTRA=DYNGROUP, **server)


@scenario
@openldap_only("AD has no memberURL")
def dynamic_group_without_its_overlay(world):
  """Its members are not known, which protects the list."""
  dynamic_group(world).run("apply", status=4).says("memberURL", "slapo-dynlist")
  world.expect_members(Drift="bo carl")


@scenario
@openldap_only("AD has no memberURL")
def dynamic_group_that_shows_only_a_member_of_its_own(world):
  """One of those whom its search finds is not among its members, so the server does not make it."""
  dynamic_group(world, "anna").run("apply", status=4).says("memberURL", "slapo-dynlist")
  world.expect_members(Drift="anna bo carl")


@scenario
@openldap_only("AD has no memberURL")
def dynamic_group_that_finds_nobody(world):
  """It is an empty group, with the overlay or without."""
  dynamic_group(world, matches="ingen").run("apply", status=0).says("no member is found in the group")
  world.expect_members(Drift="bo carl")


@scenario
@openldap_only("AD has no memberURL")
def dynamic_group_whose_search_is_none(world):
  """What cannot be searched proves nothing."""
  dynamic_group(world, matches="((").run("apply", status=4).says("memberURL", "slapo-dynlist")
  world.expect_members(Drift="bo carl")


@scenario
@openldap_only("AD has no memberURL")
def dynamic_group_with_its_overlay_and_a_member_of_its_own(world):
  dynamic_group(world, "carl", OVERLAYS="dynlist").four_ways(Drift="anna bo carl")


@scenario
@openldap_only("AD has no memberURL")
def dynamic_group_with_its_overlay(world):
  dynamic_group(world, OVERLAYS="dynlist").four_ways(Drift="anna bo")


@scenario
@openldap_only("AD's parts are other domains")
def member_behind_a_referral(world):
  """A finding, and nobody's end: the others are read."""
  world.people("anna bo")
  world.entry(f"ou=Andre,{world.suffix}", objectClass=["referral", "extensibleObject"], ou="Andre",
              ref="ldap://127.0.0.1:9/ou=Andre")
  world.group("Et", ["anna", f"uid=eva,ou=Andre,{world.suffix}"])
  world.list("Drift", "bo")
  world.route("drift", "Drift", groups="Et", people=["ingen@eksempel.dk"])
  world.start()
  world.run("plan").says(f"uid=eva,ou=Andre,{world.suffix}", "on another server")
  world.routes[0]["to"]["people"] = []
  world.write_files()
  world.four_ways(Drift="anna")


def with_mailboxes(world, **attributes):
  """fp1 is outside people.base, fp2 is left out by people.filter, and fp3 would have a role."""
  world.entry(f"ou=Postkasser,{world.suffix}", objectClass="organizationalUnit", ou="Postkasser")
  world.person("fp1", dn=world.person_dn("fp1", "ou=Postkasser"), employeeType="fp", **attributes)
  world.person("fp2", employeeType="fp", roomNumber="nobody", **attributes)
  world.person("fp3", "infrastrukturansvarlig", employeeType="fp", **attributes)
  world.settings["people"].update(mailboxes="(employeeType=fp)",
                                  filter="(&(objectClass=person)(!(roomNumber=nobody)))")


@scenario
def shared_mailboxes_that_are_named(world):
  """Under people, as a deputy and as the fallback, wherever they are; a role finds none."""
  with_mailboxes(world)
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER, postvagtDeputy="FP2@eksempel.dk")
  world.person("bo", absence=FOREVER, postvagtDeputy=world.dn("fp1"))
  world.list("Et")
  world.list("To")
  world.list("Tre")
  world.route("et", "Et", people=["fp1"])
  world.route("to", "To", people=["bo", world.dn("fp2"), "fp3@eksempel.dk"])
  world.route("tre", "Tre", people=["carl"])
  world.person("carl", absence=FOREVER)
  world.settings["mailbox"]["fallback"] = ["fp1@eksempel.dk"]
  world.one_list("fp3")
  world.start().four_ways(Drift="fp2", Et="fp1", To="fp1 fp2 fp3", Tre="fp1")
  world.run("plan", "-o", "plan.ldif", status=0)
  world.run("apply", "plan.ldif", status=0)
  world.settings["people"]["mailboxes"] = ""
  world.write_files()
  world.run("plan").says("does not match people.filter", "not under people.base")
  equal(world.planned("Drift"), {"fp3", "anna"}, "people.mailboxes turned off")


@scenario
def shared_mailboxes_in_a_group(world):
  """A member is a person, as all are: only who is named may be outside people.base. Being named does not change that."""
  with_mailboxes(world)
  world.person("anna")
  world.group("Alle", "anna fp1 fp2 fp3")
  world.list("Et")
  world.list("To")
  world.route("et", "Et", groups="Alle")
  world.route("to", "To", people=["fp2"])
  world.settings["mailbox"]["fallback"] = [world.dn("fp1")]
  world.start().run("plan").says("passed over: a shared mailbox")
  world.four_ways(Et="anna fp3", To="fp2")


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
def stand_in_whom_somebody_added_stays_on_an_additive_list(world):
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo")
  world.people("bo fremmed")
  world.one_list("bo fremmed", membership="additive")
  world.start().four_ways(Drift="anna bo fremmed")


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
