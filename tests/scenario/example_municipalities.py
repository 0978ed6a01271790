"""The municipalities that come with postvagt, as their files stand."""
import os
import shutil

import ldif
from scenario import openldap_only, scenario
from world import ROOT, Failure, equal, normal


def shipped(world, settings, secret):
  """Copy the mapping and point its settings at the world's server."""
  shutil.copytree(os.path.join(ROOT, "mappings"), world.path("mappings"))
  text = world.read(world.path(f"mappings/{settings}"))
  folder = os.path.dirname(f"mappings/{settings}")
  world.write(f"mappings/{settings}", text.replace("ldap://127.0.0.1:3389", world.server["URL"]))
  world.write(f"{folder}/secret", secret + "\n", 0o600)
  os.symlink(world.path(f"{folder}/reports"), world.path("reports"))
  world.config = world.path(f"mappings/{settings}")


@scenario
@openldap_only("active_directory.py has the one on AD")
def example_municipality(world):
  world.start(os.path.join(ROOT, "ldif/eksempel.ldif"), write_files=False)
  shipped(world, "postvagt.yaml", "eksempel-postvagt")
  plan = world.plan()
  equal(len(plan["lists"]), 25, "lists of the example")
  changed = [item["list"] for item in plan["lists"] if item["add"] or item["remove"]]
  equal(len(changed), 9, f"lists that the first plan changes: {changed}")
  world.four_ways(expected={
      normal(item["list"]): {normal(member["dn"]) for member in item["members"]}
      for item in plan["lists"]})
  plan = world.plan("--exit-code")
  equal([item["list"] for item in plan["lists"] if item["add"] or item["remove"]], [],
        "lists that the next plan changes")


@scenario
@openldap_only("its mapping is OpenLDAP's")
def small_municipality_starts_without_lists(world):
  world.lists_base = "ou=Lister,dc=lille,dc=example"
  with open(os.path.join(ROOT, "ldif/lille.ldif"), encoding="utf-8") as file:
    for dn, attributes in ldif.parse(file.read()).items():
      world.name(dict(attributes).get("uid", dn), dn)
  for name in ("Infra", "Infra-Drift", "Infra-Ydelser", "Infrastrukturpostkassen"):
    world.name(name, f"cn={name},ou=Lister,dc=lille,dc=example")
  world.start(os.path.join(ROOT, "ldif/lille.ldif"), write_files=False,
              SUFFIX="dc=lille,dc=example")
  shipped(world, "lille/postvagt.yaml", "lille-postvagt")
  world.agent, world.password = "cn=postvagt,ou=Tjenester,dc=lille,dc=example", "lille-postvagt"
  world.four_ways(Infra="guoe", Infra_Drift="guoe mask", Infra_Ydelser="leko",
                  Infrastrukturpostkassen="guoe leko mask")
  addresses = {dict(attributes).get("mail") for attributes in world.state().values()}
  if "infra-drift@lille.example" not in addresses:
    raise Failure(f"addresses of the lists that were made: {addresses}")


@scenario
@openldap_only("its mapping is OpenLDAP's")
def five_lists_to_begin_with(world):
  """Every tag of the catalogue that is in use has a route, and the first apply makes the lists."""
  world.start(os.path.join(ROOT, "ldif/eksempel.ldif"), write_files=False)
  shipped(world, "postvagt.yaml", "eksempel-postvagt")
  text = world.read(world.config)
  world.write("mappings/postvagt.yaml", text.replace("routes: routes.yaml", "routes: routes-five-lists.yaml")
              .replace("create: false", "create: true"))
  checked = world.run("--json", "check", status=(0, 1)).json()  # 1: the mailbox's list has its address
  equal(checked["catalogue"], [], "tags without a route, and routes without a tag")
  plan = world.plan()
  own = [item for item in plan["lists"] if item["kind"] != "mailbox"]
  equal([(normal(item["list"]).split(",")[0], item["kind"], len(item.get("tags", [item["tag"]])))
         for item in own],
        [("cn=infra", "ordinary", 1), ("cn=infra-adgang", "ordinary", 4), ("cn=infra-drift", "ordinary", 6),
         ("cn=infra-drift-kritisk", "critical", 6), ("cn=infra-fagsystemer", "ordinary", 4)], "lists")
  equal([item["list"] for item in own if len(item["members"]) < 2], [], "lists that hardly anybody answers")
  world.run("apply", status=0)
  state = {normal(dn): dict(attributes) for dn, attributes in world.state().items()}
  for item in own:
    equal("mail" in state[normal(item["list"])], True, f"an address of {item['list']}")
  script = world.run("rules", "--for", "sieve", status=0).out
  equal(script.count("redirect :copy"), 5, "redirects, one a list")
  changed = [item["list"] for item in world.plan("--exit-code")["lists"] if item["add"] or item["remove"]]
  equal(changed, [], "lists that the next plan changes")
