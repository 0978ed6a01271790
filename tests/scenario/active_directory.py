"""Active Directory's own: accounts, kinds of members, ways to bind, rights."""
import os
import shutil

import ldif
from people import known_in_filters
from relay import Relay
from scenario import active_directory_only, scenario
from world import FOREVER, ROOT, Failure, equal, normal

SECURITY_GROUP = str(2 - 2**31)  # global; a distribution group can be nobody's primary group
DISABLED, EXPIRED, NEVER = "514", "133800000000000000", str(2**63 - 1)
MEMBER = "bf9679c0-0de6-11d0-a285-00aa003049e2"  # schemaIDGUID (MS-ADA2)


def one_to_come(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  return world


@scenario
@active_directory_only
def disabled_and_expired_are_not_reachable(world):
  world.person("anna", "infrastrukturansvarlig", accountExpires=NEVER)
  world.person("bo", "infrastrukturansvarlig", userAccountControl=DISABLED, postvagtDeputy="carl")
  world.person("dora", "infrastrukturansvarlig", accountExpires=EXPIRED)
  world.person("emil", "infrastrukturansvarlig", accountExpires="0")
  world.person("carl")
  world.one_list("bo dora")
  world.start().four_ways(Drift="anna emil")


@scenario
@active_directory_only
def twins_of_whom_one_left(world):
  """The name means the one who can be reached, and a primary address goes before another one."""
  world.person("anna", mail="tvilling@eksempel.dk", userAccountControl=DISABLED)
  world.person("bo", mail="tvilling@eksempel.dk")
  world.person("carl", mail=False, proxyAddresses=["SMTP:carl@eksempel.dk", "smtp:dora@eksempel.dk"])
  world.person("dora", mail=False, proxyAddresses=["SMTP:dora@eksempel.dk"])
  world.list("Et")
  world.list("To")
  world.route("drift", "Et", people=["tvilling@eksempel.dk"])
  world.route("release", "To", people=["dora@eksempel.dk"])
  world.start().four_ways(Et="bo", To="dora")
  world.run("check", "-v").says("tvilling@eksempel.dk is a name that 2 people bear",
                                "dora@eksempel.dk is a name that 2 people bear")


@scenario
@active_directory_only
def account_that_expires_later(world):
  world.person("anna", "infrastrukturansvarlig", accountExpires="134280648000000000")
  world.person("bo", "infrastrukturansvarlig")
  world.one_list("anna bo")
  world.start()
  equal(world.planned("Drift", "--at", "2026-07-09T11:59:59"), {"anna", "bo"}, "before")
  equal(world.planned("Drift", "--at", "2026-07-09T12:00:00"), {"bo"}, "after")


@scenario
@active_directory_only
def disabled_and_expired_are_told_apart(world):
  """Also in the words for a removal, and of a stand-in; whoever is both is disabled."""
  end_of_8_july = "134280216000000000"
  world.person("anna", "infrastrukturansvarlig", userAccountControl=DISABLED, accountExpires=EXPIRED)
  world.person("bo", "infrastrukturansvarlig", accountExpires=end_of_8_july)
  world.person("carl", "infrastrukturansvarlig")
  world.one_list("anna bo carl")
  world.start()
  world.run("plan", status=0).says(
      "Anna      cannot be reached: the account is disabled",
      "Bo        cannot be reached: the account expired at the end of 8 July 2026",
      "but cannot be reached: the account expired at the end of 8 July 2026")
  world.run("explain", world.dn("bo"), status=0).says("the account expired at the end of 8 July")
  world.run("--lang", "da", "plan", status=0).says(
      "Bo        utilgængelig (kontoen udløb ved udgangen af 8. juli 2026)",
      "men kan ikke nås: kontoen er deaktiveret")
  world.run("apply", status=0)
  world.expect_members(Drift="carl")


@scenario
@active_directory_only
def addresses_in_proxy_addresses_alone(world):
  """smtp: values find somebody, the SMTP: one is written to, and what is not mail is nothing."""
  world.person("anna", "infrastrukturansvarlig", mail=False, proxyAddresses=[
      "smtp:aa@eksempel.dk", "SMTP:anna@eksempel.dk", "X500:/o=NK/ou=ex/cn=anna"])
  world.person("bo", mail=False, proxyAddresses=["SMTP:bo@eksempel.dk", "smtp:b2@eksempel.dk"],
               absence=FOREVER, postvagtDeputy="C2@eksempel.dk")
  world.person("carl", mail=False, proxyAddresses=["smtp:c2@eksempel.dk", "SMTP:c@eksempel.dk"])
  world.person("dora", "infrastrukturansvarlig", mail=False, proxyAddresses="SIP:dora@eksempel.dk")
  world.list("Ledere", mail=False)
  world.entries[-1][1].extend([("proxyAddresses", "smtp:l2@eksempel.dk"),
                               ("proxyAddresses", "SMTP:ledere@eksempel.dk")])
  world.route("ledere", "Ledere", people="B2@EKSEMPEL.DK")
  world.one_list("dora")
  world.start().four_ways(Drift="anna", Ledere="carl")
  shown = world.run("--json", "explain", "aa@Eksempel.dk", status=0).json()
  equal(shown["person"]["mail"], "anna@eksempel.dk", "the address written to")
  equal(world.run("explain", "SIP:dora@eksempel.dk").status, 2, "an address that is not mail")


@scenario
@active_directory_only
def shared_mailboxes_are_disabled_accounts(world):
  """They are reachable, also as a deputy; not without an address, and not where nothing says that they are mailboxes."""
  for login in ("fp1", "fp2", "fp3", "fp4"):
    world.person(login, dn=world.person_dn(login, "OU=Postkasser"), userAccountControl=DISABLED,
                 mail=login != "fp3", employeeType="x" if login == "fp4" else "fp")
  world.entries.insert(2, (f"OU=Postkasser,{world.suffix}", [("objectClass", "organizationalUnit")]))
  world.person("fp5", "infrastrukturansvarlig", userAccountControl=DISABLED, employeeType="fp")
  world.person("anna", "infrastrukturansvarlig", absence=FOREVER,
               postvagtDeputy="fp3;fp4@eksempel.dk;fp2@eksempel.dk")
  world.settings["people"]["mailboxes"] = "(employeeType=fp)"
  world.settings["mailbox"]["fallback"] = ["fp4", world.dn("fp1")]
  world.list("Et")
  world.route("et", "Et", people=["bo", "fp5@eksempel.dk"])
  world.person("bo", absence=FOREVER)
  world.one_list("anna")
  world.start().four_ways(Drift="fp2", Et="fp1 fp5")
  world.run("explain", "fp3@eksempel.dk", status=2)
  world.run("explain", "fp3", status=0).says("a shared mailbox without a mail address")


EXCHANGE = """dn: CN=ms-Exch-Recipient-Type-Details,{schema}
changetype: add
objectClass: attributeSchema
attributeID: 1.2.840.113556.1.4.7000.102.50880
lDAPDisplayName: msExchRecipientTypeDetails
attributeSyntax: 2.5.5.16
oMSyntax: 65
isSingleValued: TRUE

dn:
changetype: modify
add: schemaUpdateNow
schemaUpdateNow: 1
-

dn: CN=Mail-Recipient,{schema}
changetype: modify
add: mayContain
mayContain: msExchRecipientTypeDetails
-

dn:
changetype: modify
add: schemaUpdateNow
schemaUpdateNow: 1
-

"""


@scenario
@active_directory_only
def shared_mailboxes_of_exchange(world):
  """Where the schema has Exchange's attribute, they are known by it; without it nobody is one."""
  for login in ("fp1", "fp2", "fp3"):
    world.person(login, userAccountControl=DISABLED)
  world.person("anna", absence=FOREVER, postvagtDeputy="fp1@eksempel.dk")
  world.person("bo", absence=FOREVER, postvagtDeputy="fp2@eksempel.dk")
  world.person("carl", absence=FOREVER, postvagtDeputy="fp3@eksempel.dk")
  world.list("Drift")
  world.route("drift", "Drift", people=["anna", "bo", "carl"])
  world.start(own=True)
  equal(world.planned("Drift"), {"anna", "bo", "carl"}, "without Exchange's schema")
  world.change(EXCHANGE.format(schema=f"CN=Schema,CN=Configuration,{world.server['SUFFIX']}"))
  world.set("fp1", msExchRecipientTypeDetails="4")
  world.set("fp2", msExchRecipientTypeDetails="34359738368")
  world.set("fp3", msExchRecipientTypeDetails="1")
  equal(world.planned("Drift"), {"fp1", "fp2", "carl"}, "with it")
  world.settings["people"]["mailboxes"] = ""
  world.write_files()
  equal(world.planned("Drift"), {"anna", "bo", "carl"}, "turned off")


@scenario
@active_directory_only
def known_attributes_in_filters_of_ad(world):
  """Constructed ones, links back and matching rules are in the schema as all others are."""
  known_in_filters(world, "objectCategory=person", "!(userAccountControl:1.2.840.113556.1.4.803:=2)",
                   f"!(memberOf:1.2.840.113556.1.4.1941:={world.suffix})", "distinguishedName=*", "!(anr=nobody)",
                   "!(tokenGroups=x)", "!(isCriticalSystemObject=TRUE)", "!(adminCount=1)")


@scenario
@active_directory_only
def malformed_address_beside_proxy_addresses(world):
  """The next attribute is read then."""
  world.person("anna", "infrastrukturansvarlig", mail="Anna A <anna@eksempel.dk>",
               proxyAddresses="SMTP:anna@eksempel.dk")
  world.person("bo", "infrastrukturansvarlig", mail="bo@eksempel.dk;b2@eksempel.dk",
               proxyAddresses="SMTP:bo@eksempel.dk;smtp:b2@eksempel.dk")
  world.one_list("bo")
  world.start().run("plan").says('mail: "Anna A <anna@eksempel.dk>" is not one mail address',
                                 'proxyAddresses: "SMTP:bo@eksempel.dk;smtp:b2@eksempel.dk" is not')
  world.four_ways(Drift="anna")


@scenario
@active_directory_only
def members_by_primary_group(world):
  """Whose primary group it is, `member` does not show."""
  world.people("anna bo carl")
  dn = world.name("Et", f"CN=Et,OU=Grupper,{world.suffix}")
  world.group_entry(dn, cn="Et", member=world.dns_of("anna bo"), groupType=SECURITY_GROUP)
  world.list("Drift", "carl")
  world.route("drift", "Drift", groups="Et")
  world.start()
  world.set("bo", primaryGroupID=world.dc().sid(dn).rsplit("-", 1)[1])
  [group] = world.search(dn, "member", scope="base").values()
  equal([world.short(value) for _, value in group], ["anna"], "what member shows")
  world.four_ways(Drift="anna bo")


@scenario
@active_directory_only
def contact_computer_and_foreigner_in_a_group(world):
  world.person("anna")
  unit = f"OU=Medarbejdere,{world.suffix}"
  world.entry(world.name("kontakt", f"CN=kontakt,{unit}"), objectClass="contact",
              mail="kontakt@eksempel.dk")
  world.entry(world.name("pc", f"CN=pc,{unit}"), objectClass="computer",
              sAMAccountName=f"{world.account()}$", userAccountControl="4096")
  foreigner = f"CN=S-1-5-11,CN=ForeignSecurityPrincipals,{world.server['SUFFIX']}"
  world.group("Et", ["anna", "kontakt", "pc", foreigner])
  world.settings["people"]["filter"] = "(&(objectCategory=person)(objectClass=user))"
  world.list("Drift", "kontakt pc")
  world.route("drift", "Drift", groups="Et")
  first, _ = world.start().four_ways(Drift="anna")
  first.says("CN=kontakt", "CN=pc", "CN=S-1-5-11")


@scenario
@active_directory_only
def attributes_that_active_directory_has(world):
  """The login by default, roles and deputies without a schema of one's own."""
  world.settings["people"]["attributes"] = {"role": "extensionAttribute10", "deputy": "assistant"}
  world.person("carl", sAMAccountName=f"{world.unit}-carl")
  world.person("anna", extensionAttribute10="andet; infrastrukturansvarlig", absence="2020-01-01/",
               assistant=world.dn("carl"), sAMAccountName=f"{world.unit}-Anna")
  world.person("bo", sAMAccountName=f"{world.unit}-bo")
  world.one_list("anna", people=f"{world.unit}-BO")
  world.start().four_ways(Drift="bo carl")
  world.run("explain", f"{world.unit}-anna", status=0).says("Anna")


@scenario
@active_directory_only
def list_that_is_made_is_a_universal_distribution_group(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.no_list("Adgang")
  world.route("drift", "Adgang", "infrastrukturansvarlig", address="adgang@eksempel.dk")
  world.start().four_ways(Adgang="anna bo")
  made = dict(world.state()[world.dn("Adgang")])
  equal((made["grouptype"], made["mail"]), ("8", "adgang@eksempel.dk"), "groupType and mail")
  for name in ("samaccountname", "displayname", "description"):
    equal(bool(made.get(name)), True, f"{name} of {made}")


@scenario
@active_directory_only
def list_that_is_made_is_the_accounts_to_delete(world):
  """For the undo file; a list that somebody else made is not."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.one_list("anna bo")
  world.no_list("Egen")
  world.route("egen", "Egen", "infrastrukturansvarlig")
  world.start().run("apply", status=0)
  runs = [world.try_ldif(f"dn: {world.dn(name)}\nchangetype: delete\n").returncode
          for name in ("Drift", "Egen")]
  equal(runs, [50, 0], "what the DC says to deleting the other list, and the one that was made")
  equal(set(world.members()), {"Drift"}, "the lists left")


@scenario
@active_directory_only
def write_anywhere_else_is_refused(world):
  """The account of contrib/ad may write the members of the lists, and nothing else."""
  world.people("anna bo")
  world.group("Et", "anna")
  world.one_list("anna")
  world.start()
  before = world.search(world.suffix)
  modify, mail = "changetype: modify\n", "replace: mail\nmail: x@eksempel.dk\n"
  for text in (f"dn: {world.dn('Et')}\n{modify}add: member\nmember: {world.dn('bo')}\n",
               f"dn: {world.dn('Drift')}\n{modify}{mail}",
               f"dn: {world.dn('Drift')}\nchangetype: delete\n",
               f"dn: {world.dn('anna')}\n{modify}{mail}",
               f"dn: CN=Ny,{world.lists_base}\nchangetype: add\nobjectClass: group\n"):
    run = world.try_ldif(text)
    equal(run.returncode, 50, f"insufficient access (RFC 4511) to\n{text}\n{run.stderr}")
  equal(world.search(world.suffix), before, "all there is")


@scenario
@active_directory_only
def lists_without_the_right(world):
  one_to_come(world).may_write = False
  world.start()
  before = world.state()
  world.run("apply", status=1)
  equal(world.state(), before, "the lists")
  world.run("check", status=1).says(world.dn("Drift"))


@scenario
@active_directory_only
def right_to_one_list_of_two(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl")
  for number in (1, 2):
    world.list(f"L{number}", "anna carl")
    world.route(f"tag{number}", f"L{number}", "infrastrukturansvarlig")
  world.may_write = False
  world.start()
  world.grant(world.dn("L2"), f"(OA;;WP;{MEMBER};;@)")
  errors = [f["where"] for f in world.run("--json", "check", status=1).json()["findings"] if f["severity"] == "error"]
  equal([world.short(dn) for dn in errors], ["L1"], "lists that may not be written")
  world.run("apply", status=4)
  world.expect_members(L1="anna carl", L2="anna bo")


@scenario
@active_directory_only
def group_whose_members_the_domain_hides(world):
  world.people("anna carl", "infrastrukturansvarlig")
  world.person("bo")
  world.group("Et", "bo")
  world.one_list("anna bo", groups="Et")
  world.start()
  world.grant(world.dn("Et"), f"(OD;;RP;{MEMBER};;@)")
  world.run("apply", status=4).says("CN=Et")
  world.expect_members(Drift="anna bo carl")


@scenario
@active_directory_only
def group_inside_that_the_domain_hides_is_not_nobody(world):
  """The entry is there, and not one attribute of it is shown, objectClass included."""
  world.people("anna bo")
  world.group("Inder", "anna")
  world.group("Anden", "bo")
  world.group("Yder", "Inder Anden")
  world.list("Drift", "anna bo")
  world.route("drift", "Drift", groups="Yder")
  world.start()
  world.grant(world.dn("Inder"), "(D;;RP;;;@)")
  world.run("apply", status=4).says("CN=Inder", "right to read")
  world.expect_members(Drift="anna bo")


@scenario
@active_directory_only
def group_that_shows_only_whose_primary_group_it_is(world):
  """Those whom `member` would show are hidden all the same."""
  world.people("anna bo carl")
  dn = world.name("Et", f"CN=Et,OU=Grupper,{world.suffix}")
  world.group_entry(dn, cn="Et", member=world.dns_of("anna bo"), groupType=SECURITY_GROUP)
  world.one_list("anna bo carl", groups="Et")
  world.start()
  world.set("bo", primaryGroupID=world.dc().sid(dn).rsplit("-", 1)[1])
  world.grant(dn, f"(OD;;RP;{MEMBER};;@)")
  world.run("apply", status=4).says("CN=Et")
  world.expect_members(Drift="anna bo carl")


@scenario
@active_directory_only
def group_that_is_empty_keeps_everyone(world):
  """With a warning, as long as somebody would leave."""
  world.people("anna bo")
  world.group("Et", "")
  world.list("Drift", "bo")
  world.route("drift", "Drift", groups="Et", people="anna")
  first, _ = world.start().four_ways(Drift="anna bo")
  first.says("no member is found in the group", "1 who would leave stay", "1 warning")


@scenario
@active_directory_only
def list_whose_members_the_domain_hides(world):
  """What is to be added to it, or removed, cannot be told; the other list is done."""
  world.people("anna bo", "infrastrukturansvarlig")
  for number in (1, 2):
    world.list(f"L{number}", "anna")
    world.route(f"tag{number}", f"L{number}", "infrastrukturansvarlig")
  world.start()
  world.grant(world.dn("L1"), f"(OD;;RP;{MEMBER};;@)")
  world.run("apply", status=4).says(world.dn("L1"))
  world.expect_members(L1="anna", L2="anna bo")
  [hidden] = [one for one in world.plan()["lists"] if one["list"] == world.dn("L1")]
  equal((hidden["add"], hidden["remove"]), ([], []), "the plan for it")


@scenario
@active_directory_only
def list_that_is_empty_is_filled(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("")
  world.start().four_ways(Drift="anna bo")


@scenario
@active_directory_only
def list_that_is_filled_while_it_is_read(world):
  """Whenever that is, it is no list that hides its members."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("emil")
  world.one_list("")
  world.start(own=True)
  before, answers, number = world.state(), [], 0

  def fate(tag):
    answers.append(tag)
    if len(answers) == number:
      world.change(ldif.record(world.dn("Drift"), [
          ("changetype", "modify"), ("add", "member"), ("member", world.dn("emil"))]))
    return "pass"

  relay = Relay(world.address(), fate)
  world.settings["directory"]["url"] = relay.url
  world.write_files()
  while len(answers) >= number:
    number += 1
    answers.clear()
    world.run("apply", status=0)
    equal(world.members()["Drift"] - {"emil"}, {"anna", "bo"}, "who is on the list, but for one")
    world.reset(before)
  relay.close()


@scenario
@active_directory_only
def people_whom_the_domain_hides_are_not_gone(world):
  people = [f"p{i:02}" for i in range(12)]
  world.people(people, "infrastrukturansvarlig")
  world.one_list(people)
  world.settings["limits"] = {"removals_per_list": 1000, "removals_per_run": 1000}
  world.start()
  world.grant(f"OU=Medarbejdere,{world.suffix}", "(D;CI;LCRPLO;;;@)")
  before = world.state()
  world.run("apply", status=1).says(f"OU=Medarbejdere,{world.suffix}", "contrib/ad")
  equal(world.state(), before, "the lists")


@scenario
@active_directory_only
def second_base_that_the_domain_hides(world):
  """Its people are not seen at all; those of the first are no whole answer."""
  world.people("anna bo", "infrastrukturansvarlig")
  hidden = f"OU=Skjult,{world.suffix}"
  world.entry(hidden, objectClass="organizationalUnit")
  world.one_list("anna")
  world.settings["people"]["base"] = [f"OU=Medarbejdere,{world.suffix}", hidden]
  world.start()
  world.grant(hidden, "(D;CI;LCRPLO;;;@)")
  before = world.state()
  world.run("apply", status=1).says(hidden)
  equal(world.state(), before, "the lists")


@scenario
@active_directory_only
def kerberos_by_keytab(world):
  one_to_come(world).by_kerberos()
  world.start().four_ways(Drift="anna bo")


@scenario
@active_directory_only
def spnego_by_keytab(world):
  one_to_come(world).by_kerberos()
  world.settings["directory"]["bind"]["mechanism"] = "GSS-SPNEGO"
  world.start().run("apply", status=0)
  world.expect_members(Drift="anna bo")


@scenario
@active_directory_only
def kerberos_under_tls(world):
  """One layer is enough: AD refuses a second one."""
  one_to_come(world).by_kerberos()
  world.settings["directory"].update(url=world.server["LDAPS_URL"], ca_file=world.server["CA"])
  world.start().run("apply", status=0)
  world.expect_members(Drift="anna bo")
  world.settings["directory"].update(url=world.server["URL"], starttls=True)
  world.settings["directory"]["bind"]["mechanism"] = "GSS-SPNEGO"
  world.write_files()
  world.run("plan", status=0)


@scenario
@active_directory_only
def starttls_to_a_domain_controller(world):
  one_to_come(world).settings["directory"].update(
      url=world.server["URL"], ca_file=world.server["CA"], starttls=True)
  world.start().run("apply", status=0)
  world.expect_members(Drift="anna bo")


@scenario
@active_directory_only
def password_in_the_clear_is_refused(world):
  one_to_come(world).settings["directory"]["url"] = world.server["URL"]
  world.start()
  before = world.state()
  world.run("apply", status=1)
  equal(world.state(), before, "the lists")


@scenario
@active_directory_only
def example_municipality_of_active_directory(world):
  """As its files stand, by Kerberos; a second run leaves the lists' uSNChanged as they are."""
  world.start(os.path.join(ROOT, "ldif/ad/eksempel.ldif"), write_files=False, own=True)
  world.lists_base = f"OU=Lister,{world.server['SUFFIX']}"
  shutil.copytree(os.path.join(ROOT, "mappings"), world.path("mappings"))
  shutil.copy(world.server["KEYTAB"], world.path("mappings/ad/postvagt.keytab"))
  world.config = world.path("mappings/ad/postvagt.yaml")
  text = world.read(world.config)
  world.write("mappings/ad/postvagt.yaml", text.replace(
      "[ldap://dc1.eksempel.dk, ldap://dc2.eksempel.dk]", world.server["URL"]))
  os.symlink(world.path("mappings/ad/reports"), world.path("reports"))
  plan, before = world.plan(), world.state()
  equal(len(plan["lists"]), 25, "lists of the example")
  world.run("apply", status=0)
  members = world.members()
  for item in plan["lists"]:
    equal(members[normal(item["list"])], {normal(member["dn"]) for member in item["members"]},
          f"members of {item['list']}, after apply")
  if world.state() == before:
    raise Failure("the first plan of the example changes nothing")
  [undo] = [name for name in world.reports() if name.endswith(".undo.ldif")]
  numbers = world.search(world.lists_base, "uSNChanged")
  world.run("apply", status=0)
  equal(world.search(world.lists_base, "uSNChanged"), numbers, "after the second run")
  world.ldapmodify(world.path(f"reports/{undo}"))
  equal(world.state(), before, "the lists, after ldapmodify -f of the undo file")
