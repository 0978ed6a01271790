"""What a list may be (rule 11), and what the account may write beside the lists."""
import os

from scenario import active_directory_only, openldap_only, scenario
from world import ROOT, equal

MEMBER = "bf9679c0-0de6-11d0-a285-00aa003049e2"      # schemaIDGUIDs (MS-ADA1, MS-ADA2)
ADMIN_COUNT = "bf967918-0de6-11d0-a285-00aa003049e2"
GROUP_TYPE = "9a9a021e-4a5b-11d1-a9c3-0000f80367c1"
MAY_WRITE = f"(OA;;WP;{MEMBER};;@)"

# What forbids it, in a word of the message.
OF_WINDOWS = (("Domain Admins", "CN=Users", "isCriticalSystemObject"),
              ("Remote Desktop Users", "CN=Builtin", "built-in"))


def protected_lists(world):
  """A list as it should be, Domain Admins, a group of CN=Builtin, and one of adminCount 1."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.list("Fri", "anna")
  world.list("Beskyttet", "anna")
  for name, container, _ in OF_WINDOWS:
    world.name(name, f"CN={name},{container},{world.server['SUFFIX']}")
  for tag, name in (("a", "Fri"), ("b", "Beskyttet"), ("c", "Domain Admins"),
                    ("d", "Remote Desktop Users")):
    world.route(tag, name, "infrastrukturansvarlig")
  world.start(own=True)
  world.set("Beskyttet", adminCount="1")
  for name, *_ in OF_WINDOWS:
    world.grant(world.dn(name), MAY_WRITE)
  world.forget_written()


def expect_refused(run, world):
  for name, _, why in OF_WINDOWS:
    run.says(world.dn(name), why)
  return run.says(world.dn("Beskyttet"), "Set-ADGroup -Identity", "-Clear adminCount", "SDProp")


@scenario
@active_directory_only
def protected_groups_are_never_written(world):
  """The rest is done; and each command says why."""
  protected_lists(world)
  before = world.state()
  expect_refused(world.run("plan", status=0), world)
  plan = {one["list"]: (one["add"], one["remove"]) for one in world.plan()["lists"]}
  equal({dn for dn, changes in plan.items() if changes != ([], [])}, {world.dn("Fri")},
        "lists that the plan changes")
  equal(world.state(), before, "after plan")
  expect_refused(world.run("check", status=1), world)
  expect_refused(world.run("apply", status=4), world)
  world.expect_members(Fri="anna bo", Beskyttet="anna")
  equal(world.writes(), [world.dn("Fri")], "what was written")
  world.run("status", status=5).says("Set-ADGroup")


@scenario
@active_directory_only
def kept_plan_and_undo_of_a_list_that_became_protected(world):
  world.people("anna bo carl", "infrastrukturansvarlig")
  world.list("Drift", "anna")
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.start(own=True)  # as check in other worlds of the domain would name the list
  world.run("plan", "-o", "kept.ldif", status=0)
  world.set("Drift", adminCount="1")
  world.run("apply", "kept.ldif", status=3).says("adminCount")
  world.expect_members(Drift="anna")
  world.set("Drift", adminCount=[])
  world.run("apply", status=0)
  world.expect_members(Drift="anna bo carl")
  world.set("Drift", adminCount="1")
  run = world.run("--json", "audit", "list", status=0).json()[-1]["run"]
  world.run("--case", "sag 1", "audit", "undo", run, "--over-limit", status=3).says("adminCount")
  world.expect_members(Drift="anna bo carl")
  world.run("apply", status=4).says("adminCount")


@scenario
@active_directory_only
def list_is_not_made_among_the_built_in_groups(world):
  world.people("anna", "infrastrukturansvarlig")
  world.settings["lists"]["create"] = True
  world.list("Fri", "")
  world.route("a", "Fri", "infrastrukturansvarlig")
  world.name("Ny", f"CN=Ny,CN=Builtin,{world.server['SUFFIX']}")
  world.route("b", "Ny", "infrastrukturansvarlig")
  world.start()
  world.run("apply", status=4).says("CN=Ny,CN=Builtin", "built-in")
  world.expect_members(Fri="anna")


@scenario
@active_directory_only
def list_that_hides_what_it_is(world):
  """Every group has a groupType; one that shows none may be protected as well."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  world.grant(world.dn("Drift"), f"(OD;;RP;{GROUP_TYPE};;@)")
  world.run("apply", status=4).says(world.dn("Drift"), "groupType")
  world.expect_members(Drift="anna")


@scenario
@active_directory_only
def rights_to_groups_that_are_not_lists(world):
  """Domain Admins first, also where directory.base is an OU; ten names, and how many."""
  world.people("anna bo", "infrastrukturansvarlig")
  world.one_list("anna")
  world.name("Domain Admins", f"CN=Domain Admins,CN=Users,{world.server['SUFFIX']}")
  world.group("Stab", "anna")
  for number in range(12):
    world.group(f"G{number:02}", "anna")
  world.start(own=True)
  run = world.run("check", status=0)
  run.never_says("may change who", "Not tested")
  world.set("Stab", adminCount="1")
  for name in ("Stab", "Domain Admins"):
    world.grant(world.dn(name), MAY_WRITE)
  world.run("check", status=1).says(
      "error", "this account may change who is in 2 groups that Active Directory protects",
      "Domain Admins; Stab.").never_says("groups that are not lists")
  world.run("--lang", "da", "check", status=1).says("2 grupper, som Active Directory beskytter")
  world.grant(f"OU=Grupper,{world.suffix}", f"(OA;CIIO;WP;{MEMBER};;@)")
  world.run("check", status=1).says(
      "warning", "this account may change who is in 12 groups that are not lists: G00; G01",
      "G09; ….").never_says("G10")
  [protected] = [finding for finding in world.run("--json", "check", status=1).json()["findings"]
                 if "protects" in finding["what"]]
  equal((protected["severity"], world.dn("Domain Admins") in protected["what"]), ("error", True),
        "what a program reads")


@scenario
@active_directory_only
def right_to_permissions_is_a_right_to_members(world):
  world.people("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.group("Stab", "anna")
  world.start()
  world.grant(world.dn("Stab"), "(A;;WD;;;@)")
  world.run("check", status=0).says("1 groups that are not lists: Stab.")


@scenario
@active_directory_only
def admin_count_that_is_hidden(world):
  """What is protected by it cannot be told from an ordinary group then, and check says so."""
  world.people("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start(own=True)
  world.run("check", status=0).never_says("adminCount")
  for name in world.dc().ldb("ldbsearch", "(&(objectClass=group)(adminCount=1))", "dn").splitlines():
    if name.startswith("dn: "):
      world.grant(name[4:], f"(OD;;RP;{ADMIN_COUNT};;@)")
  world.run("check", status=0).says("no group shows this account an adminCount")


@scenario
@openldap_only("AD shows it")
def rights_that_the_server_does_not_show(world):
  """A line, but no warning each run."""
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  run = world.run("check", status=0).says("Not tested: this account's rights to groups")
  equal("warning" in run.out, False, "a warning")
  equal(world.run("--json", "check", status=0).json()["findings"], [], "findings")
  world.run("-q", "check", status=0).never_says("Not tested")


@scenario
def list_without_an_address(world):
  """An error of check: the mailbox's rules cannot send to it. The route's own address will do."""
  world.people("anna", "infrastrukturansvarlig")
  world.list("Stum", "anna", mail=False)
  route = world.route("drift", "Stum", "infrastrukturansvarlig")
  world.start()
  world.run("check", status=1).says("error", world.dn("Stum"), "the list has no mail address")
  world.run("apply", status=0)
  route["address"] = "drift@eksempel.dk"
  world.write_files()
  world.run("check", status=0).never_says("no mail address")


@scenario
@active_directory_only
def list_whose_address_is_in_proxy_addresses(world):
  """Of them the one behind SMTP: in capitals; rules send to it."""
  world.people("anna", "infrastrukturansvarlig")
  world.list("Drift", "anna", mail=False)
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.start()
  world.set("Drift", proxyAddresses=["x400:c=dk"])
  world.run("check", status=1).says("the list has no mail address")
  world.set("Drift", proxyAddresses=["smtp:gammel@eksempel.dk", "SMTP:Drift@eksempel.dk"])
  world.run("check", status=0)
  world.run("rules", "--for", "exchange", status=0).says("Drift@eksempel.dk").never_says("gammel@")


@scenario
@active_directory_only
def security_group_as_a_list(world):
  world.people("anna", "infrastrukturansvarlig")
  dn = world.name("Drift", f"CN=Drift,{world.lists_base}")
  world.group_entry(dn, cn="Drift", member=[], groupType=str(2 - 2**31), mail="drift@eksempel.dk")
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.start()
  world.run("check", status=0).says("warning", "it is a security group")
  world.run("apply", status=0)
  world.expect_members(Drift="anna")


@scenario
def address_that_two_entries_bear(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl", mail="DRIFT@eksempel.dk")
  world.person("dora", mail="infrapost@eksempel.dk")
  world.one_list("anna bo")
  world.list("Ren", "anna bo")
  world.route("ren", "Ren", "infrastrukturansvarlig")
  world.start()
  run = world.run("check", status=1)
  run.says(f"{world.dn('Drift')}: another entry bears the list's address drift@eksempel.dk",
           world.dn("carl")).never_says(world.dn("Ren"), world.dn("dora"))
  world.set("carl", mail="infrapost@eksempel.dk")
  world.run("check", status=1).says("2 entries bear the mailbox's address", world.dn("carl"),
                                    world.dn("dora"))
  world.set("carl", mail="carl@eksempel.dk")
  world.run("check", status=0)


@scenario
@active_directory_only
def address_that_another_entry_bears_in_proxy_addresses(world):
  world.people("anna bo", "infrastrukturansvarlig")
  world.person("carl", proxyAddresses=["SMTP:carl@eksempel.dk", "smtp:Drift@eksempel.dk"])
  world.one_list("anna bo")
  world.start()
  world.run("check", status=1).says("another entry bears the list's address drift@eksempel.dk",
                                    world.dn("carl"))


EXCHANGE = """
attributetype ( 1.3.6.1.4.1.99999.1 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.99999.2 NAME 'mailNickname' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.3 NAME 'msExchRequireAuthToSendTo' EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.99999.4 NAME 'msExchEnableModeration' EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.99999.5 NAME 'exchangeRecipient' SUP top AUXILIARY MAY ( mail $ proxyAddresses $ mailNickname $ msExchRequireAuthToSendTo $ msExchEnableModeration ) )
"""


@scenario
def list_as_exchange_sees_it(world):
  """Refusing mail from outside, moderated, no recipient; what no group shows is unknown."""
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.list("Ren", "anna")
  world.route("ren", "Ren", "infrastrukturansvarlig")
  if world.naming == "CN":
    world.start(own=True)
    world.change(world.read(os.path.join(ROOT, "tests/servers/exchange-attributes.ldif")))
  else:
    world.start(GLOBAL_EXTRA=EXCHANGE)
    for name in ("Drift", "Ren"):
      world.change(f"dn: {world.dn(name)}\nchangetype: modify\nadd: objectClass\nobjectClass: exchangeRecipient\n")
  run = world.run("check", status=0).says("Unknown: whether Exchange takes mail from outside",
                                          "mailNickname, msExchRequireAuthToSendTo")
  run.never_says("not a recipient", "refuses mail from outside")
  for name in ("Drift", "Ren"):
    world.set(name, mailNickname=name, proxyAddresses=[f"SMTP:{name}@eksempel.dk"],
              msExchRequireAuthToSendTo="FALSE")
  world.run("check", status=0).never_says("Unknown: whether Exchange", "not a recipient", "refuses mail from outside")
  world.set("Drift", msExchRequireAuthToSendTo="TRUE")
  world.run("check", status=1).says(f"{world.dn('Drift')}: the list refuses mail from outside",
                                    "RequireSenderAuthenticationEnabled $false", "on premises"
                                    ).never_says(f"{world.dn('Ren')}: ")
  point, = (point for point in world.run("--json", "status", status=5).json()["points"] if point["point"] == "lists")
  equal((point["state"], [world.dn("Drift") in detail for detail in point["details"]]), ("missing", [True]),
        f"what status says: {point}")
  world.set("Drift", msExchRequireAuthToSendTo=[], msExchEnableModeration="TRUE")
  world.run("check", status=0).says(f"{world.dn('Drift')}: the list is moderated")
  world.set("Drift", msExchEnableModeration="FALSE", mailNickname=[])
  world.run("check", status=1).says(f"{world.dn('Drift')}: the list has no mailNickname",
                                    "Enable-DistributionGroup").never_says("moderated")
  world.set("Drift", mailNickname="Drift", proxyAddresses=[])
  world.run("--lang", "da", "check", status=1).says(f"{world.dn('Drift')}: listen har ingen proxyAddresses")


@scenario
def route_address_that_is_none_of_the_lists(world):
  world.person("anna", "infrastrukturansvarlig")
  route = world.one_list("anna", address="andet@eksempel.dk")
  world.start()
  world.run("check", status=0).says(f"{world.dn('Drift')}: the route's address andet@eksempel.dk is none of the list's",
                                    "drift@eksempel.dk")
  route["address"] = "DRIFT@eksempel.dk"
  world.write_files()
  world.run("check", status=0).never_says("none of the list's")


@scenario
def list_of_a_route_with_the_mailboxes_address(world):
  """Nothing else bears it: the mailbox may be in no directory."""
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  world.set("Drift", mail="Infrapost@eksempel.dk")
  world.run("check", status=1).says(f"{world.dn('Drift')}: the list has the mailbox's own address")


@scenario
def mailbox_list_never_gets_the_mailboxes_address(world):
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.no_list("Alle")
  world.mailbox_list("Alle")
  world.settings["lists"]["create"] = True
  world.start().run("apply", status=0)
  equal([value for name, value in world.state()[world.dn("Alle")] if name.lower() == "mail"], [],
        "the address of the list that was made")
  world.run("check", status=0)
  if "extensibleObject" in str(world.state()[world.dn("Alle")]) or world.naming == "CN":
    world.set("Alle", mail="Infrapost@eksempel.dk")
    world.run("check", status=1).says(world.dn("Alle"), "has the mailbox's own address")


@scenario
def names_that_somebody_else_may_come_to_bear(world):
  """check advises DNs under people, keep and fallback: a line, and no finding."""
  world.people("anna bo carl")
  world.settings["mailbox"]["fallback"] = ["bo@eksempel.dk", world.dn("bo")]
  world.list("Drift", "anna")
  route = world.route("drift", "Drift", people="anna")
  world.start()
  run = world.run("check", status=0).says("that are not DNs: 2 (", "bo@eksempel.dk", "anna")
  equal("warning" in run.out, False, run)
  notes = world.run("--json", "check", status=0).json()["notes"]
  equal([note for note in notes if "not DNs: 2" in note] != [], True, notes)
  route["to"]["people"] = [world.dn("anna")]
  world.settings["mailbox"]["fallback"] = [world.dn("bo")]
  world.write_files()
  world.run("check", status=0).never_says("not DNs")
