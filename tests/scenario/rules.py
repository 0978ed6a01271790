"""The mail system's rules, compiled and run by Pigeonhole. Those of Exchange: exchange_rules.py, exchange_install.py."""
from mail_corpus import TAGS
from mail_servers import BOX
from sieve_script import Sieve
from scenario import openldap_only, scenario
from world import Failure, equal

# id: addresses of its ordinary, critical and inform list.
ROUTES = {
    "sp": ("sp", "sp-kritisk", "sp-orientering"),
    "adgang": ("adgang", "adgang-kritisk", None),
    "sikkerhed": ("sikkerhed", "sikkerhed-kritisk", "sp-orientering"),
    "sdi": ("indeks", None, None),
    "ydelser": ("Indeks", None, "adgang"),
    "aaben": ("aaben", None, None),
    "odd": ("odd'o", None, None),
    "gammel": ("gammel", None, None),
    "*": ("rest", "rest-kritisk", None),
}


def address(name):
  return f"{name}@eksempel.dk"


def mapping(world, tags=TAGS, routes=ROUTES, write=True):
  """Routes whose addresses are in the file, so no directory is asked."""
  world.settings["mailbox"]["address"] = BOX
  world.settings["directory"]["url"] = "ldap://127.0.0.1:9"
  kinds = ("ordinary", "critical", "inform")
  for tag, addresses in routes.items():
    blocks = {}
    for kind, name in zip(kinds, addresses):
      if name:
        blocks[kind] = {"list": f"cn={tag.split(',')[0]}-{kind},{world.lists_base}", "address": address(name),
                        "to": {"roles": ["infrastrukturejer"]}}
    route = {"tag": tag.split(",") if "," in tag else tag, **blocks.pop("ordinary"), **blocks}
    world.routes.append(route)
  if write:
    world.write_files()
    world.write_yaml("tags.yaml", {"source": {"name": "corpus"}, "tags": [
        {"id": tag, "subject": subjects, "retired": tag == "gammel"} for tag, *subjects in tags]})
  return world


def raw(headers):
  data = headers if isinstance(headers, bytes) else headers.encode()
  return data.replace(b"\n", b"\r\n").rstrip(b"\r\n") + \
      b"\r\nFrom: KOMBIT <drift@kombit.example>\r\nTo: " + BOX.encode() + \
      b"\r\nMessage-ID: <1@kombit.example>\r\n\r\nTeksten.\r\n"


@scenario
@openldap_only("no directory is asked")
def rules_for_odd_names_and_many_tags(world):
  """Nothing in a tag or an address gets out of its quotes, and no rule grows too long."""
  hostile = ["'); Remove-Item -Recurse C:\\ #", "\u2019); Stop-Computer; (\u2018", "$(Get-Date)",
             "`n \U0001f525 \"", '"; discard; #', "*/ discard; /*", "${tag1}\\", "\u201c\u201e"]
  tags = [(f"hostile{i}", text) for i, text in enumerate(hostile)]
  tags += [(f"nr{i}", f"[Emne nummer {i} i et langt katalog med lange emner]") for i in range(150)]
  routes = {tag: (tag, None, None) for tag, _ in tags}
  routes["hostile0"] = ("o'hara`$", "x'y", None)
  mapping(world, tags, {**routes, "*": ("rest", None, None)})
  sieve = Sieve(world, world.run("rules", "--for", "sieve", status=0).out)
  for tag, subject in [*tags[:len(hostile)], tags[-1], ("*", "[Emne nummer 1")]:
    mail = raw(f"Subject: x {subject}")
    targets = [address({**routes, "*": ("rest",)}[tag][0])]
    equal(sieve.run(mail)[0], targets, f"Sieve on {subject}")


@scenario
def rules_take_addresses_from_the_directory(world):
  world.settings["mailbox"]["address"] = BOX
  world.list("Drift")
  world.list("Kritisk", mail=False)
  world.list("Andet")
  world.route("drift", "Drift", roles="infrastrukturejer",
              critical=world.block("Kritisk", roles="infrastrukturejer"))
  world.route("*", "Andet", roles="infrastrukturejer", address="rest@eksempel.dk")
  world.start()
  result = world.run("rules", "--for", "sieve", status=1)
  result.says("kritisk", "the list has no mail address")
  equal(result.out, "", "rules that would leave a list out")
  critical = world.routes[0]["critical"]
  for address_, what in ((BOX.upper(), "own address"), ("kritisk@eksempel.dk", None)):
    critical["address"] = address_
    world.write_mapping()
    result = world.run("rules", "--for", "sieve", status=1 if what else 0)
    if what:
      result.says(what)
  result.says("drift@eksempel.dk", "kritisk@eksempel.dk", "rest@eksempel.dk")
  result.never_says("andet@eksempel.dk")
  Sieve(world, result.out)
  world.set("Drift", mail=["drift nu@eksempel.dk"])
  world.run("rules", "--for", "exchange-transport", status=1).says("drift nu@eksempel.dk", "no mail address")
  world.remove("Drift")
  world.run("rules", "--for", "sieve", status=1).says("the list is not there")


@scenario
@openldap_only("no directory is asked")
def rules_usage(world):
  mapping(world)
  world.run("rules", status=2).says("--for sieve")
  world.run("rules", "--for", "postfix", status=2).says("postfix", "neither sieve, exchange nor exchange-transport")
  world.run("plan", "--for", "sieve", status=2).says("only for postvagt rules")
  world.run("rules", "--for", "sieve", "x", status=2)
  world.run("--lang", "da", "rules", status=2).says("rules kræver --for")
  del world.settings["mailbox"]["address"]
  world.write_files()
  world.run("rules", "--for", "sieve", status=2).says("mailbox.address is not given")
  world.routes.pop()
  world.settings["mailbox"]["address"] = BOX
  world.write_files()
  world.run("rules", "--for", "sieve", status=0).says('there is no route "*"')


@scenario
def rules_that_are_older_than_the_mapping(world):
  world.settings["mailbox"].update(address=BOX, rules_file="rules.sieve")
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.list("Andet", "anna")
  world.route("*", "Andet", roles="infrastrukturansvarlig")
  world.start()

  def checked(*texts):
    result = world.run("check", status=0).says(*texts)
    return result if texts else result.never_says("rules.sieve")

  world.run("check", status=1).says("rules.sieve", "cannot be read")
  for system in ("sieve", "exchange"):
    world.write("rules.sieve", world.run("rules", "--for", system, status=0).out)
    checked()
    route = world.routes[0]
    route["to"]["people"] = ["anna"]  # who gets it makes no other rules
    world.write_mapping()
    checked()
    route["address"] = "ny@eksempel.dk"
    world.write_mapping()
    checked("rules.sieve", "older than the mapping")
    del route["address"]
    world.write_mapping()
    checked()
  world.set("Drift", mail=["ny@eksempel.dk"])
  checked("older than the mapping")
  world.write("rules.sieve", "keep;\n")
  world.run("check", status=1).says("error", "rules.sieve", "no rules of postvagt rules are in force")


@scenario
def rules_that_somebody_changed(world):
  """Compared in full: a stamp that is still right proves nothing."""
  world.settings["mailbox"].update(address=BOX, rules_file="rules.sieve")
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  made = world.run("rules", "--for", "sieve", status=0).out
  for before, after in (("drift@eksempel.dk", "andre@eksempel.dk"), ("stop;", "keep;")):
    if before not in made:
      raise Failure(f"no {before} in\n{made}")
    world.write("rules.sieve", made.replace(before, after))
    run = world.run("check", status=0).says("warning  ", "rules.sieve: these rules are older than the mapping, or somebody "
                                            "changed them")
    points = {point["point"]: point for point in world.run("--json", "status").json()["points"]}
    equal((points["rules"]["state"], bool(points["rules"]["details"])), ("missing", True), f"status\n{run}")


@scenario
def rules_that_pass_on_to_many(world):
  """Dovecot makes four redirects of one mail, or none; the settings of Exchange have no such limit."""
  world.settings["mailbox"].update(address=BOX, rules_file="rules.sieve")
  world.person("anna", "infrastrukturansvarlig")
  world.extra_tags = ["a", "b", "c", "d", "e"]
  for tag in world.extra_tags:
    world.list(tag.upper(), "anna")
    world.route(tag, tag.upper(), "infrastrukturansvarlig")
  world.start()
  world.write("rules.sieve", world.run("rules", "--for", "sieve", status=0).out)
  world.run("check", status=0).says("rules.sieve: one mail may have to be passed on to 5 addresses",
                                    "sieve_max_redirects = 5")
  world.routes.pop()
  world.write_mapping()
  world.write("rules.sieve", world.run("rules", "--for", "sieve", status=0).out)
  world.run("check", status=0).never_says("sieve_max_redirects")
