"""postvagt status: the task card's points, each made missing and mended by what status itself says."""
import json
import os
import re
import subprocess
import time

from coverage_page import read_page
from example_municipalities import shipped
from mail_servers import BOX, Mail, message
from scenario import active_directory_only, openldap_only, scenario
from smtp_server import SmtpServer
from world import FOREVER, ROOT, Failure, equal

AT = "2026-12-21T08:00"
POINTS = ["tags", "catalogue", "mailbox", "lists", "rules", "read", "now", "coming", "roles",
          "deputies", "told", "registered"]
OF_MAIL = {"mailbox", "rules", "read", "told", "registered"}  # what the directory alone does not show


def town(world, **server):
  """Where all is done that the directory can show."""
  world.person("anna", "infrastrukturansvarlig", name="Anna Ågård", postvagtDeputy="bo")
  world.people("bo carl")
  world.list("Drift", "anna")
  world.list("Øvrige", "anna")
  world.route("drift", "Drift", "infrastrukturansvarlig")
  world.route("*", "Øvrige", "infrastrukturansvarlig")
  world.list("Postkassen", "anna", mail=False)
  world.mailbox_list("Postkassen")
  return world.start(**server)


def look(world, *arguments, at=AT, status=5):
  """The points by their names."""
  answer = world.run("--json", "--at", at, "status", *arguments, status=status).json()
  equal(list(answer), ["at", "done", "points", "findings"], "keys")
  for point in answer["points"]:
    equal(list(point), ["point", "step", "state", "title", "evidence", "details", "mend"],
          f"keys of {point}")
    if point["state"] == "missing" and not point["mend"]:
      raise Failure(f"nothing mends {point}")
  points, steps = list(POINTS), [1, 1, 2, 3, 3, 3, 4, 4, 4, 4, 4, 5]
  if "feeds" in world.settings["absence"]:
    points.insert(points.index("told"), "feeds")
    steps.insert(steps.index(4), 4)
  equal([point["point"] for point in answer["points"]], points, "points")
  equal([point["step"] for point in answer["points"]], steps, "steps")
  equal(answer["done"], all(point["state"] == "done" for point in answer["points"]), "done")
  return {point["point"]: point for point in answer["points"]}


def open_points(points):
  return {name: point["state"] for name, point in points.items()
          if point["state"] != "done" and name not in OF_MAIL}


def commands(point):
  return [mend["command"] for mend in point["mend"] if "command" in mend]


def lines(point, where):
  """The one text that the point says to write there."""
  text, = (mend["lines"] for mend in point["mend"] if mend.get("where", "").endswith(where))
  return text


@scenario
def all_that_the_directory_shows_is_done(world):
  town(world)
  before = world.state()
  world.log()
  points = look(world)
  equal(open_points(points), {}, "what is not done")
  equal({name: points[name]["state"] for name in OF_MAIL},
        {"mailbox": "unknown", "rules": "unknown", "read": "unknown", "told": "unknown",
         "registered": "missing"}, "what no setting tells")
  equal(commands(points["registered"]), ["postvagt register --send"], "what mends the registration")
  for name, key in (("rules", "rules_file"), ("read", "imap"), ("told", "notices")):
    if key not in lines(points[name], "postvagt.yaml"):
      raise Failure(f"it does not say to set {key}: {points[name]}")
  equal((world.state(), world.reports()), (before, []), "the lists, and reports")


@scenario
@openldap_only("its routes.yaml is written as OpenLDAP's lists are called")
def new_tag_is_mended_by_the_lines_for_its_route(world):
  """With the list that they name: apply makes it."""
  town(world)
  world.settings["lists"]["create"] = True
  world.extra_tags = ["release"]
  world.write_files()
  points = look(world)
  equal(open_points(points), {"tags": "missing"}, "what is not done")
  equal(points["tags"]["details"], ["release has no route"], "which")
  world.write("routes.yaml", f"""routes:
  - tag: drift
    list: {world.dn('Drift')}
    to: {{roles: [infrastrukturansvarlig]}}
  - tag: "*"
    list: {world.dn('Øvrige')}
    to: {{roles: [infrastrukturansvarlig]}}
""")
  added = lines(look(world)["tags"], "routes.yaml")
  world.write("routes.yaml", world.read(world.path("routes.yaml")) + added)
  equal(open_points(look(world)), {"lists": "missing"}, f"what is not done with\n{added}")
  world.run("apply", status=0)
  equal(open_points(look(world)), {}, "what is not done after apply")


@scenario
def tags_of_one_route_all_have_one(world):
  town(world)
  world.routes[0]["tag"] = ["drift", "sikkerhed", "certifikat"]
  world.write_files()
  points = look(world)
  equal(open_points(points), {}, "what is not done")
  equal("4" not in points["tags"]["evidence"] and "3" in points["tags"]["evidence"], True,
        f"three tags: {points['tags']}")
  world.set("anna", postvagtAbsence="2020-01-01/2037-01-01", postvagtDeputy=[])
  details = look(world)["now"]["details"]
  equal([detail.split(":")[0] for detail in details], ["drift, sikkerhed, certifikat", "*"], "gaps, one a route")


@scenario
def list_out_of_order_is_mended_by_apply(world):
  town(world)
  world.set("Drift", member=world.dns_of("anna carl"))
  points = look(world)
  equal(open_points(points), {"lists": "missing"}, "what is not done")
  equal((points["lists"]["evidence"], points["lists"]["details"]),
        ("2 of 3 lists", [f"{world.dn('Drift')}: 0 to add, 1 to remove"]), "what shows it")
  command, = commands(points["lists"])
  world.run(*command.split()[1:], status=0)
  equal(open_points(look(world)), {}, "what is not done after it")


@scenario
def list_over_a_limit_is_mended_by_a_kept_plan(world):
  town(world)
  world.set("Drift", member=world.dns_of("anna carl"))
  world.settings["limits"] = {"removals_per_list": 0, "removals_per_run": 0}
  world.write_files()
  keep, carry_out = commands(look(world)["lists"])
  world.run(*keep.split()[1:], status=3)
  world.run(*carry_out.split()[1:], status=0)
  equal(open_points(look(world)), {}, "what is not done after it")


@scenario
@openldap_only("the right to write a list goes with it in a domain, and active_directory.py tries who may make one")
def list_that_is_not_there_is_made(world):
  town(world)
  world.remove("Drift")
  points = look(world)
  equal(open_points(points), {"lists": "missing"}, "what is not done")
  equal(lines(points["lists"], "postvagt.yaml"), "lists: {create: true}\n", "what to set")
  world.settings["lists"]["create"] = True
  world.write_files()
  command, = commands(look(world)["lists"])
  world.run(*command.split()[1:], status=0)
  equal(open_points(look(world)), {}, "what is not done after it")


@scenario
@openldap_only("its lists are written as LDIF of OpenLDAP's")
def mailbox_under_its_name_with_its_address(world):
  """The mailbox's list must not have the address; nothing shows that the mailbox is there."""
  town(world)
  world.set("Postkassen", mail="Infrapost@eksempel.dk")
  world.settings["mailbox"]["name"] = "postkassen"
  world.write_files()
  point = look(world)["mailbox"]
  equal((point["state"], len(point["details"])), ("missing", 2), f"what is missing: {point}")
  equal([mend["lines"] for mend in point["mend"] if mend.get("where", "").endswith(".yaml")][0],
        "mailbox: {name: infrastrukturpostkassen}\n", "what to set")
  world.change(lines(point, "LDIF"))
  world.settings["mailbox"]["name"] = "Infrastrukturpostkassen"
  world.write_files()
  point = look(world)["mailbox"]
  equal(point["state"], "unknown", f"the mailbox that nobody saw: {point}")
  equal("no entry that this account may see has the address" in point["evidence"], True, point)
  del world.settings["mailbox"]["address"]
  world.write_files()
  equal(look(world)["mailbox"]["state"], "missing", "without an address")


@scenario
@openldap_only("the schema of Exchange is its own here; Samba's lacks it")
def mailbox_in_the_directory(world):
  """What it is, Exchange's attributes show."""
  exchange = """
attributetype ( 1.3.6.1.4.1.99999.1 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.99999.2 NAME 'msExchRecipientTypeDetails' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.99999.3 NAME 'exchangeRecipient' SUP top AUXILIARY MAY ( mail $ proxyAddresses $ msExchRecipientTypeDetails ) )
"""
  world.name("post", f"cn=post,ou=Tjenester,{world.suffix}")
  world.entry(world.dn("post"), objectClass=["organizationalRole", "exchangeRecipient"], cn="post",
              proxyAddresses=["SMTP:Infrapost@eksempel.dk", "smtp:andet@eksempel.dk"])
  town(world, GLOBAL_EXTRA=exchange)
  point = look(world)["mailbox"]
  equal((point["state"], world.dn("post") in point["evidence"]), ("unknown", True), point)
  for kind, state, words in (("4", "done", "a shared mailbox"), ("1", "done", "a mailbox"),
                             ("34359738368", "done", "a shared mailbox"),
                             ("64", "missing", "a contact or a user without a mailbox")):
    world.set("post", msExchRecipientTypeDetails=kind)
    point = look(world)["mailbox"]
    equal(point["state"], state, f"of kind {kind}: {point}")
    if words not in point["evidence"] + "".join(point["details"]):
      raise Failure(f"of kind {kind}: {point}")
  world.set("post", msExchRecipientTypeDetails=[])
  world.settings["people"]["mailboxes"] = "(cn=post)"
  world.write_files()
  equal(look(world)["mailbox"]["state"], "done", "one that people.mailboxes calls a mailbox")
  world.set("carl", mail="infrapost@eksempel.dk")
  equal(look(world)["mailbox"]["details"][0][:36], "2 entries have the address infrapost", "two bear it")


@scenario
def nobody_answers_on_a_day_to_come(world):
  """The route's deputies, as status says, mend it."""
  town(world)
  world.set("anna", postvagtAbsence="2026-12-24/2026-12-26")
  world.set("bo", postvagtAbsence="2026-12-26/2026-12-27")
  points = look(world)
  equal(open_points(points), {"coming": "missing"}, "what is not done")
  equal(points["coming"]["details"], ["drift, from 26 December 2026: nobody is available",
                                      "*, from 26 December 2026: nobody is available"], "which")
  equal(commands(points["coming"]), ["postvagt coverage"], "what tells more")
  points = look(world, at="2026-12-26")
  equal({name: state for name, state in open_points(points).items() if name != "lists"},
        {"now": "missing", "coming": "missing"}, "what is not done on that day")
  for route in world.routes:
    route["deputies"] = ["carl"]
  world.write_files()
  equal(open_points(look(world)), {}, "what is not done after it")


@scenario
@openldap_only("its people are written as LDIF of OpenLDAP's")
def roles_and_deputies_by_the_lines_it_gives(world):
  world.roles = [{"id": role, "title": {"da": role, "en": role}, "values": [role],
                  "holders": {"at_least": least}}
                 for role, least in (("infrastrukturansvarlig", 2), ("superbruger", 1))]
  town(world)
  points = look(world)
  equal(open_points(points), {"roles": "missing"}, "what is not done")
  equal(points["roles"]["details"],
        ["infrastrukturansvarlig: 1 hold it, where the gallery asks for 2",
         "superbruger: 0 hold it, where the gallery asks for 1"], "which")
  for mend in points["roles"]["mend"]:
    equal(mend["where"], "LDIF", "where")
    world.change(mend["lines"].replace(f"uid=LOGIN,ou=Medarbejdere,{world.suffix}", world.dn("carl")))
  world.run("apply", status=0)
  points = look(world)
  equal(open_points(points), {"deputies": "missing"}, "what is not done after it")
  equal((points["deputies"]["details"], points["deputies"]["evidence"]),
        ([f"Carl ({world.dn('carl')})"],
         "1 of 2 have none: neither of their own nor by the route"), "who")
  world.change(lines(points["deputies"], "LDIF").replace(
      f"uid=LOGIN,ou=Medarbejdere,{world.suffix}", "bo"))
  equal(open_points(look(world)), {}, "what is not done in the end")


@scenario
def stand_ins_that_cannot_be_reached(world):
  """Named before anybody needs them: by check, by status, and in the text of a gap."""
  world.settings["mailbox"]["fallback"] = ["findesikke@eksempel.dk"]
  world.person("dora", mail=False)
  world.person("emil", mail=False, name="Emil Ørsted")
  town(world)
  world.set("anna", postvagtDeputy=["bo", "dora"], manager=world.dn("emil"))
  world.routes[0]["deputies"] = ["dora"]
  world.write_files()
  run = world.run("check", status=0)
  run.says("findesikke@eksempel.dk", "Dora: cannot be reached, so will not stand in: no mail address; "
           "deputies of the route drift; deputy of Anna Ågård",
           "Emil Ørsted: cannot be reached, so will not stand in: no mail "
           "address; manager of Anna Ågård")
  point = look(world)["deputies"]
  equal((point["state"], len(point["details"])), ("missing", 3), point)
  world.set("anna", postvagtAbsence="2020-01-01/", postvagtDeputy=["dora"])
  gap = world.plan("--at", AT)["lists"][0]["gaps"][0]
  for words in ("nobody stands in for Anna", "passed over: ", "Dora (deputy of Anna Ågård; cannot be reached: no mail address)",
                "Emil Ørsted", "(manager of Anna Ågård; cannot be reached: no mail address)",
                "findesikke@eksempel.dk (mailbox.fallback; not in the directory"):
    equal(words in gap, True, f"{words!r} in {gap!r}")
  world.run("--lang", "da", "plan", status=0).says("sprunget over: ", "leder for Anna Ågård")


@scenario
def leavers_who_hold_roles(world):
  """For whoever maintains the roles; on leave with an end nobody has left."""
  world.person("poul", "infrastrukturansvarlig superbruger", mail=False, name="Poul Friis")
  world.person("vera", "superbruger", mail=False)
  world.person("ulla", "infrastrukturansvarlig", mail=False, absence="2020-01-01/2030-01-01")
  world.roles = [{"id": role, "title": {"da": title, "en": title}, "values": [role],
                  "holders": {"at_least": 1}}
                 for role, title in (("infrastrukturansvarlig", "Infrastrukturansvarlig"),
                                     ("superbruger", "Superbruger"))]
  town(world)
  world.run("apply", status=None)
  point = look(world)["roles"]
  equal((point["state"], point["details"]), ("missing", [
      "superbruger: 0 hold it, where the gallery asks for 1", f"Poul Friis ({world.dn('poul')}) holds Infrastrukturansvarlig, and cannot be reached: no mail "
      "address", "1 others who cannot be reached hold roles that no route asks for"]), "who left")
  world.run("status", status=5).never_says("Vera")
  world.run("--lang", "da", "--at", AT, "status", status=5).says("men er utilgængelig: ingen mailadresse")


@scenario
def status_without_a_feed(world):
  """What depends on absences is unknown, and says why."""
  town(world)
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": f"file://{world.path('findes-ikke.csv')}", "format": "csv",
      "match": "uid", "fields": {"person": "nr", "from": "fra", "until": "til"}}]
  world.write_files()
  points = look(world)
  equal(open_points(points), {"feeds": "missing", "lists": "unknown", "now": "unknown", "coming": "unknown"},
        "what is not known")
  for name in ("lists", "now", "coming", "feeds"):
    if "loen" not in points[name]["evidence"] + "".join(points[name]["details"]):
      raise Failure(f"it does not name the feed: {points[name]}")


@scenario
def catalogue_without_a_version(world):
  """In use is what this municipality's own runs say, whatever the file's date."""
  town(world)
  world.write("tags.yaml", world.read(world.path("tags.yaml")).replace(
      '"name": "KOMBIT, bilag 1",\n    "version": "1"', '"name": "KOMBIT, bilag 1"'))
  os.utime(world.path("tags.yaml"), (1793000000, 1793000000))
  point = look(world)["catalogue"]
  equal(point["state"], "unknown", "the catalogue's version")
  equal("no list is kept by it here yet" in point["evidence"], True, point)
  world.run("apply", status=0)
  world.run("apply", status=0)
  at = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(time.time() + 3 * 86400))
  point = look(world, at=at)["catalogue"]
  equal(re.search(r"in use here since \d+ \w+ \d{4}, [23] days", point["evidence"]) is not None, True,
        f"since the first run: {point}")


@scenario
def shipped_catalogue_is_not_kombits(world):
  """Whatever its source says; readiness/shipped_catalogue.c knows the tags by their hash."""
  town(world)
  shipped_tags = world.read(os.path.join(ROOT, "mappings/tags.yaml"))
  for source in ("KOMBIT, bilag 1", "Bygget af offentligt kendte navne; ikke KOMBITs bilag 1"):
    text, changed = re.subn(r"(?m)^  name: .*$", f'  name: "{source}"', shipped_tags, count=1)
    equal(changed, 1, "the line of its source")
    world.write("tags.yaml", text)
    point = look(world)["catalogue"]
    equal((point["state"], "bilag 1 of the task card" in "".join(point["details"])),
          ("missing", True), point)
  world.write_files()
  equal(look(world)["catalogue"]["state"], "done", "one that says it is KOMBIT's")
  world.write("tags.yaml", world.read(world.path("tags.yaml")).replace("KOMBIT, bilag 1", "vores egen"))
  equal(look(world)["catalogue"]["state"], "unknown", "one that says otherwise")


@scenario
@active_directory_only
def rules_are_exchanges_in_a_domain(world):
  town(world)
  point = look(world)["rules"]
  equal(commands(point), ["postvagt rules --for exchange > postvagt.ps1"], "what makes them")
  equal(lines(point, "postvagt.yaml"), "mailbox: {rules_file: postvagt.ps1}\n", "what to set")


def with_line(text, key, line):
  """A file of one line a key, with that key's line in place of its own."""
  kept = [old for old in text.splitlines() if not old.startswith(f"{key}:")]
  return "\n".join([*kept, line.rstrip("\n")]) + "\n"


def a_line_a_key(value):
  return "".join(f"{key}: {json.dumps(item, ensure_ascii=False)}\n" for key, item in value.items())


@scenario
@openldap_only("its people are written as LDIF of OpenLDAP's")
def proposed_lines_are_valid(world):
  """As LDIF for ldapmodify and slapd, as YAML for postvagt's own reader."""
  world.roles = [{"id": "infrastrukturansvarlig", "title": {"da": "i", "en": "i"},
                  "values": ["infrastrukturansvarlig"], "holders": {"at_least": 2}}]
  world.person("åse", "infrastrukturansvarlig", name="Åse Ågård", absence=FOREVER)
  world.list("Hemmelig", "åse", mail=False)
  world.route("hemmelig", "Hemmelig", people="åse")
  world.person("dora", "infrastrukturansvarlig", postvagtDeputy="findesikke")
  town(world)
  settings = {**world.settings, "directory": {**world.way(), **world.settings["directory"]}}
  settings["mailbox"] = {"name": "postkassen"}
  world.write("postvagt.yaml", a_line_a_key(settings))
  world.write("tags.yaml", world.read(world.path("tags.yaml")).replace("KOMBIT", "os"))
  mends = [mend for point in look(world).values() for mend in point["mend"] if "where" in mend]
  files = {os.path.basename(mend["where"]) for mend in mends}
  equal(files, {"LDIF", "postvagt.yaml", "routes.yaml", "tags.yaml"}, "where there are lines to write")
  equal([mend for mend in mends if "…" in mend["lines"]], [], "lines that are not whole")
  tags, routes = (world.read(world.path(name)) for name in ("tags.yaml", "routes.yaml"))
  for mend in mends:
    where, text = os.path.basename(mend["where"]), mend["lines"]
    if where == "LDIF":
      path = world.write("proposed.ldif", text)
      subprocess.run(["ldapmodify", "-n", "-x", "-f", path], check=True, capture_output=True)
      world.change(text.replace(f"uid=LOGIN,ou=Medarbejdere,{world.suffix}", world.dn("bo")))
      continue
    if where == "postvagt.yaml":
      key = text.partition(":")[0]
      world.write("postvagt.yaml", with_line(a_line_a_key(settings), key, text))
    elif where == "tags.yaml":
      parsed = json.loads(tags)
      world.write("tags.yaml", with_line(a_line_a_key(parsed), "source", text))
    else:
      parsed = [{**route} for route in json.loads(routes)["routes"]]
      world.write("routes.yaml", "routes:\n" + "".join(
          "  - " + "    ".join(a_line_a_key(route).splitlines(True)) for route in parsed)
                  + "    " + text)
    run = world.run("--json", "plan")
    equal(run.status in (0, 1), True, f"the files with {where}: {text}\n{run}")
    world.write("postvagt.yaml", a_line_a_key(settings))
    world.write("tags.yaml", tags)
    world.write("routes.yaml", routes)


@scenario
def checklist_as_text(world):
  town(world)
  world.set("Drift", member=world.dns_of("anna carl"))
  said = world.run("--at", AT, "status", status=5)
  said.says("1. Decide how mail", "5. Send the mailbox's address", "  missing  Every list is there",
            f"           - {world.dn('Drift')}: 0 to add, 1 to remove",
            "           $ postvagt apply\n", "of 12 points 6 are done, 2 missing, 4 unknown")
  equal(said.out.count("\n  done     "), 6, "points that are done")
  quiet = world.run("-q", "--at", AT, "status", status=5)
  quiet.never_says("done", "1. ").says("missing  Every list is there", "unknown  ")
  danish = world.run("--lang", "da", "--at", AT, "status", status=5)
  danish.says("  udført   Hvert emne", "  mangler  Hver liste", "  ukendt   ",
              "$ postvagt apply", "kan ikke markeres som fuldført endnu")
  danish.never_says("missing", "unknown", "nobody")


@scenario
def long_lists_are_cut_unless_all_is_asked_for(world):
  for number in range(9):
    world.list(f"L{number}")
    world.route(f"t{number}", f"L{number}", "infrastrukturansvarlig")
  town(world)
  said = world.run("--at", AT, "status", status=5).says("… and 4 more: -v tells all")
  equal(said.out.count(" to add, "), 5, "lists that are told")
  said = world.run("-v", "--at", AT, "status", status=5).never_says("more: -v")
  equal(said.out.count(" to add, "), 9, "lists that are told with -v")


@scenario
def names_from_the_directory_are_harmless(world):
  """On a terminal, in JSON and in the lines that mend."""
  town(world)
  world.set("anna", postvagtDeputy=[], displayName="Anna\x1b[31m\u202e\"<script>")
  point = look(world)["deputies"]
  equal(point["state"], "missing", "Anna's deputy")
  said = world.run("--at", AT, "status", status=5)  # run() itself looks for control characters
  if "\u202e" in said.out:
    raise Failure("a mark that turns the writing's direction came out")


def card_of(world):
  """The points of the page's task card: [(state, title)]."""
  page = read_page(world, world.path("page.html"))
  states = [e["text"] for e in page.all("b", class_="state")]
  titles = [e["text"] for e in page.all("strong") if "li" in e["inside"]]
  equal(len(states), len(titles), "states and titles")
  return list(zip(states, titles))


@scenario
@openldap_only("the page is made of the answer, wherever that comes from")
def page_has_the_task_card(world):
  town(world)
  world.set("Drift", member=world.dns_of("anna carl"))
  world.set("anna", displayName="Anna <script>alert(1)</script>", postvagtDeputy=[])
  world.run("--at", AT, "coverage", "--html", world.path("page.html"), status=0)
  points = look(world)
  equal(card_of(world), [(point["state"], point["title"]) for point in points.values()], "the card")
  text = world.read(world.path("page.html"))
  for words in ("0 to add, 1 to remove", "postvagt apply", "Anna &lt;script&gt;"):
    equal(words in text, True, words)
  # Kept fresh by apply, which has just put the list in order.
  world.settings["coverage_file"] = "page.html"
  world.write_files()
  world.run("apply", status=0)
  equal([card[0] for card in card_of(world)][:4], ["done", "done", "unknown", "done"],
        "the first four points after apply")
  equal(open_points(look(world)), {"deputies": "missing"}, "what status says")


@scenario
@openldap_only("Dovecot and a mail server beside it; what the directory shows is tried on both above")
def whole_task_is_ticked_off(world):
  """Each point of the mail is mended by its own command or lines, until the status is 0."""
  server = SmtpServer()
  world.children.append(server)
  town(world)
  box = Mail(world)
  now = int(time.time())
  box.append([(message("[drift] ulaest"), now - 3 * 86400)])
  world.write("imap-secret", f"{box.password}\n", 0o600)
  world.settings["mailbox"].update(
      address=BOX, rules_file="postvagt.sieve",
      imap={"url": box.env["IMAPS_URL"], "user": BOX, "password_file": "imap-secret", "ca_file": box.env["CA"]})
  world.settings["mail"] = {"smtp": server.url, "from": "postvagt@eksempel.dk",
                            "register_to": "kombit@eksempel.dk"}
  world.write_files()
  points = card(world, 5)
  equal({name: point["state"] for name, point in points.items() if point["state"] != "done"},
        {"rules": "unknown", "read": "missing", "told": "missing", "registered": "missing"},
        "what is not done")
  remake, = commands(points["rules"])
  subprocess.run(remake.replace("postvagt ", f"{world.program} -c {world.config} ", 1), shell=True,
                 check=True, cwd=world.folder)
  equal(card(world, 5)["rules"]["state"], "done", "the rules")
  world.extra_tags = ["ny"]
  world.write_files()
  points = card(world, 5)
  equal((points["rules"]["state"], points["tags"]["state"]), ("missing", "missing"), "after a new tag")
  world.extra_tags = []
  world.write_files()
  with box.imap() as imap:
    imap.select("INBOX")
    imap.store("1:*", "+FLAGS", "(\\Seen)")
  equal(card(world, 5)["read"]["state"], "done", "once somebody read it")
  box.append([(message("[affald] ukendt"), now - 3600)], flags="(\\Seen)")
  points = card(world, 5)
  equal((points["catalogue"]["state"], commands(points["catalogue"])), ("missing", ["postvagt mailbox"]),
        "a tag that nobody knows")
  with box.imap() as imap:
    imap.select("INBOX")
    imap.store("2:*", "+FLAGS", "(\\Deleted)")
    imap.expunge()
  for name in ("told", "registered"):
    for command in commands(card(world, 5)[name]):
      world.run(*command.split()[1:], status=0)
    equal(card(world, None)[name]["state"], "done", name)
  equal({name for name, point in card(world, 0).items() if point["state"] != "done"}, set(),
        "what is not done in the end")
  world.run("status", status=0).says("All 12 points are done: the task can be ticked off.")
  equal(world.run("-q", "status", status=0).out, "", "quiet, where all is done")
  world.settings["mailbox"]["address"] = "ny@eksempel.dk"
  world.write_files()
  equal(card(world, 5)["registered"]["state"], "missing", "KOMBIT has another address")
  world.settings["mailbox"]["address"] = BOX
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": f"file://{world.path('findes-ikke.csv')}", "format": "csv",
      "match": "uid", "fields": {"person": "nr", "from": "fra", "until": "til"}}]
  world.write_files()
  card(world, 6)


def card(world, status):
  """As look(), at this moment."""
  answer = world.run("--json", "status", status=status).json()
  return {point["point"]: point for point in answer["points"]}


@scenario
@openldap_only("it stops the server")
def status_of_what_cannot_be_read(world):
  town(world)
  world.run("status", "noget", status=2)
  world.run("status", "--days", "3", status=2)
  world.set("bo", postvagtAbsence=FOREVER)
  world.run("--at", "aldrig", "status", status=2)
  world.stop_server()
  result = world.run("status", status=1)
  equal(result.out, "", "standard output")


def without_what_changes(text):
  """Lines that tell of today, of this server and of this folder say the rest only."""
  text = re.sub(r"as of .* read from \S+", "as of … read from …", text)
  text = re.sub(r"in use here since .* days", "in use here since …", text)
  text = re.sub(r"through \d+ \w+ \d{4}", "through …", text)
  return re.sub(r"> \S*/", "> ", text)


@scenario
@openldap_only("the README's municipality")
def readme_shows_status_of_the_example(world):
  """As it really prints, once its lists are in order."""
  world.start(os.path.join(ROOT, "ldif/eksempel.ldif"), write_files=False)
  shipped(world, "postvagt.yaml", "eksempel-postvagt")
  world.run("apply", status=0)
  printed = world.run("--lang", "en", "status", status=5).out
  _, _, shown = world.read(os.path.join(ROOT, "README.md")).partition("    $ postvagt status\n")
  shown = shown.partition("\n\n</details>")[0] + "\n"
  equal(without_what_changes(re.sub(r"(?m)^    ", "", shown)), without_what_changes(printed), "README.md")
