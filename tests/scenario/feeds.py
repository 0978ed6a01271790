"""HR's feeds: absences that come by HTTPS, and what happens when they do not."""
import gzip
import json
import os
import stat

from hr_server import TOKEN, Liar, Nginx, endless, raw, slowly, status
from scenario import openldap_only, scenario
from world import Failure, equal

ANNA = {"nr": "0042", "fra": "2020-01-01", "til": "", "art": "sygdom"}
OTHERS = [{"nr": f"9{number}", "fra": "2020-01-01", "til": "2020-01-02", "art": "ferie"}
          for number in range(4)]


def absences(*records):
  return json.dumps({"data": records})


def hr_world(world, url=None, nginx=True, **feed):
  """Anna, no. 0042, has the role and is on the list; Bo stands in. The feed tells of her."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo@eksempel.dk",
               employeeNumber="0042")
  world.person("bo", employeeNumber="42")
  world.one_list("anna")
  world.feed = {"name": "loen", "format": "json", "records": "/data", "match": "employeeNumber",
                "fields": {"person": "nr", "from": "fra", "until": "til"}, "url": url, **feed}
  world.settings["absence"]["feeds"] = [world.feed]
  if nginx:
    world.hr = Nginx(world.path("hr"))
    world.children.append(world.hr)
    world.feed.setdefault("ca_file", "hr/ca.pem")
    world.feed["url"] = url or world.hr.url("feed.json")
    world.hr.put("feed.json", absences(ANNA))
  return world.start()


def feed(world, **keys):
  """The feed's settings, with these keys now (None: without)."""
  world.feed.update(keys)
  for key in [key for key, value in world.feed.items() if value is None]:
    del world.feed[key]
  world.write_files()


def copy(world):
  return world.path("state/feed-loen.json")


def age_copy(world, seconds):
  """Make the trusted readings in the copy older than they are."""
  kept = json.loads(world.read(copy(world)))
  for reading in kept["trusted"]:
    for name in ("first_at", "last_at"):
      reading[name] -= seconds
  with open(copy(world), "w", encoding="utf-8") as file:
    json.dump(kept, file)


def liar(world, *answers):
  """The feed comes from such a server from now on."""
  server = Liar(*answers)
  world.children.append(server)
  feed(world, url=server.url, ca_file=None)
  return server


def fails(world, *texts):
  """The feed cannot be read, and nothing else serves: removals are held."""
  if os.path.exists(copy(world)):
    os.unlink(copy(world))
  result = world.run("plan", status=6).says("feed loen", *texts).never_says(TOKEN)
  equal(world.planned("Drift", status=6), {"anna"}, f"the list\n{result}")


def works(world):
  equal(world.planned("Drift"), {"bo"}, "the list")


@scenario
def feed_takes_the_absent_off_and_puts_them_back(world):
  hr_world(world)
  world.four_ways(Drift="bo")
  world.hr.put("feed.json", absences({**ANNA, "til": "2020-01-01"}))
  world.four_ways(Drift="anna")


@scenario
def feed_in_windows_1252_and_as_a_calendar(world):
  hr_world(world)
  world.hr.put("feed.csv", "Medarb.nr;Fraværsstart;Fraværsslut\r\n0042;01-01-2020;\r\n"
               .encode("windows-1252"))
  feed(world, url=world.hr.url("feed.csv"), format="csv", charset="windows-1252", records=None,
       fields={"person": "Medarb.nr", "from": "Fraværsstart", "until": "Fraværsslut"})
  works(world)
  world.hr.put("feed.ics", "\r\n".join([
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//HR//DA", "BEGIN:VEVENT", "UID:1",
      "DTSTAMP:20200101T000000Z", "DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261224",
      "SUMMARY:Sygdom", "ATTENDEE:mailto:anna@eksempel.dk", "END:VEVENT", "END:VCALENDAR", ""]))
  feed(world, url=world.hr.url("feed.ics"), format="ics", charset=None, fields=None, match="mail")
  equal(world.planned("Drift", "--at", "2026-12-23"), {"bo"}, "in the calendar")
  equal(world.planned("Drift", "--at", "2026-12-24"), {"anna"}, "after it")


@scenario
def feed_keeps_a_copy_without_kinds(world):
  hr_world(world)
  world.run("apply", status=0).never_says("sygdom")
  equal(oct(stat.S_IMODE(os.stat(copy(world)).st_mode)), "0o600", "the copy's mode")
  equal(oct(stat.S_IMODE(os.stat(world.path("state")).st_mode)), "0o700", "the folder's mode")
  for folder in ("state", "reports"):
    for name in os.listdir(world.path(folder)):
      if "sygdom" in world.read(world.path(f"{folder}/{name}")):
        raise Failure(f"the kind of an absence is in {folder}/{name}")


@scenario
def feed_that_is_down_serves_from_its_copy(world):
  """Until the copy is too old: then nobody is taken off, and everybody else is put on."""
  hr_world(world, max_age="1h")
  world.run("apply", status=0)
  world.expect_members(Drift="bo")
  world.hr.stop()
  world.run("apply", status=6).says("feed loen", "serves until")
  world.expect_members(Drift="bo")
  age_copy(world, 3601)
  world.run("apply", status=6).says("too old", "no removal is made")
  world.expect_members(Drift="anna bo")
  world.hr.start()
  world.run("apply", status=0).never_says("too old")
  world.expect_members(Drift="bo")


@scenario
def feed_that_was_never_read_holds_removals(world):
  hr_world(world, max_age="1h")
  world.set("anna", postvagtAbsence="2020-01-01/")
  world.hr.stop()
  world.run("apply", status=6).says("no reading of it was ever trusted", "no removal is made")
  world.expect_members(Drift="anna bo")


@scenario
def feed_that_is_unchanged_is_not_sent_again(world):
  hr_world(world)
  world.run("apply", status=0)
  world.run("plan", status=0)
  works(world)
  (path, first, agent, encoding), *later = world.hr.asked()
  equal((path, first, encoding), ("/feed.json", "200", "gzip"), "the first request")
  if not agent.startswith("postvagt/"):
    raise Failure(f"the user agent is {agent}")
  equal([one[1] for one in later], ["304", "304"], "the later ones")
  world.hr.put("feed.json", absences({**ANNA, "til": "2020-01-01"}))
  equal(world.planned("Drift"), {"anna"}, "what changed")


@scenario
@openldap_only("feeds are the same whatever the directory is")
def feed_that_is_doubted_is_sent_again(world):
  """Until it says again what was trusted: then the server has nothing to send, and the doubt is over."""
  hr_world(world)
  world.hr.put("feed.json", absences(*({**ANNA, "nr": nr, "til": "2036-01-01"} for nr in ("0042", "42"))))
  path = world.hr.path("www/feed.json")
  trusted, time = world.read(path), os.stat(path).st_mtime - 7200
  os.utime(path, (time, time))
  world.run("apply", status=0)
  world.hr.put("feed.json", absences())
  for _ in range(2):
    world.run("apply", status=6).says("it has no records")
  world.write("again.json", trusted)
  os.utime(world.path("again.json"), (time, time))
  os.rename(world.path("again.json"), path)
  world.run("apply", status=0).never_says("doubted")
  equal([one[1] for one in world.hr.asked()], ["200", "200", "200", "304"], "what the server answered")
  world.run("feeds", status=0).says("loen: trusted").never_says("accept")
  world.run("feeds", "accept", "loen", status=1)


@scenario
def feed_with_a_token(world):
  hr_world(world)
  world.write("token", f"{TOKEN}\n", 0o600)
  feed(world, url=world.hr.url("token/feed.json"))
  fails(world, "401", "token_file")
  feed(world, token_file="token")
  works(world)
  world.write("token", "forkert\n", 0o600)
  fails(world, "401", "does not accept")
  world.write("token", f"{TOKEN}\n", 0o644)
  for command in ("check", "plan", "apply"):
    world.run(command, status=2).says("others can read it").never_says(TOKEN)
  world.write("token", f"{TOKEN}\n", 0o600)
  for url in (world.hr.url("moved-away"), world.hr.url("token/moved-away")):
    feed(world, url=url)
    world.hr.asked()
    fails(world, "another host or port")
    if any(path == "/feed.json" for path, *_ in world.hr.asked()):
      raise Failure("the token was sent to another port")


@scenario
def feed_with_a_client_certificate(world):
  hr_world(world)
  feed(world, url=world.hr.url("client/feed.json"))
  fails(world, "403", "cert_file")
  os.chmod(world.path("hr/client.key"), 0o600)
  feed(world, cert_file="hr/client.pem", key_file="hr/client.key")
  works(world)
  both = world.read(world.path("hr/client.pem")) + world.read(world.path("hr/client.key"))
  world.write("both.pem", both, 0o600)
  feed(world, cert_file="both.pem", key_file=None)
  works(world)
  os.chmod(world.path("both.pem"), 0o644)
  world.run("plan", status=2).says("others can read it")


@scenario
def feed_from_a_server_that_cannot_be_trusted(world):
  hr_world(world)
  feed(world, ca_file=None)
  fails(world, "certificate")
  feed(world, ca_file="hr/ca.pem", url=world.hr.url("feed.json", "old"))
  fails(world, "feed.json")
  feed(world, url=world.hr.url("feed.json").replace("127.0.0.1", "localhost"))
  fails(world, "localhost")


@scenario
def feed_by_a_proxy(world):
  """As the environment says, but never to this machine itself."""
  hr_world(world)
  proxy = Liar(status(200, absences(ANNA)))
  world.children.append(proxy)
  env = {name: proxy.url for name in ("http_proxy", "https_proxy", "all_proxy")}
  world.run("plan", status=0, env=env)
  equal(proxy.asked, 0, "requests to the proxy")
  feed(world, url="http://hr.invalid/feed.json", ca_file=None)
  world.run("plan", status=0, env=env)
  equal(proxy.asked, 1, "requests to the proxy")


@scenario
def feed_that_has_moved(world):
  hr_world(world)
  for name in ("moved", "moved-away"):
    feed(world, url=world.hr.url(name))
    works(world)
  for name, text in (("moved-to-http", "http:// behind https://"),
                     ("moved-to-file", "neither https:// nor http://"),
                     ("moved-for-ever", "more than 5 redirects")):
    feed(world, url=world.hr.url(name))
    fails(world, text)


@scenario
def feed_in_pages(world):
  hr_world(world)
  world.hr.put("pages/1.json", absences(OTHERS[0]))
  world.hr.put("pages/2.json", absences(OTHERS[1]))
  world.hr.put("pages/3.json", absences(ANNA))
  feed(world, url=world.hr.url("pages/1.json"))
  works(world)
  world.hr.put("pages/2.json", '{"data": [')
  fails(world, "page 2")
  os.unlink(world.hr.path("www/pages/2.json"))
  fails(world, "404", "page 2")


@scenario
def feed_by_file(world):
  hr_world(world, nginx=False, url="file:///nowhere/feed.json")
  fails(world, "No such file")
  feed(world, url=f"file://{world.folder}")
  fails(world, "not a file")
  world.write("feed.json", absences(ANNA))
  feed(world, url=f"file://{world.path('feed.json')}")
  world.run("apply", status=0)
  world.expect_members(Drift="bo")
  world.write("feed.json", "")
  world.run("plan", status=6).says("serves until")
  equal(world.planned("Drift", status=6), {"bo"}, "the list")


@scenario
def feed_with_bad_records(world):
  """They are named, and spoil no other."""
  hr_world(world)
  world.hr.put("feed.json", absences({"nr": "0042", "fra": "i morgen"}, {"fra": "2020-01-01"},
                                     ANNA, "x"))
  for _ in range(2):
    world.run("plan", status=0).says("feed loen, record 1", "feed loen, record 2",
                                     "feed loen, record 4").never_says("record 3")
    works(world)


@scenario
def feed_from_a_server_in_trouble(world):
  """What passes by itself is waited for; what does not is said."""
  good = absences(ANNA)
  hr_world(world, nginx=False, url="file:///nowhere")
  for answers in ([status(500), status(200, good)],
                  [status(429, Retry_After="1"), status(200, good)],
                  [raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"), status(200, good)],
                  [slowly(f"HTTP/1.1 200 OK\r\n\r\n{good}".encode(), 0.005)]):
    server = liar(world, *answers)
    works(world)
    equal(server.asked, len(answers), "requests")
  for answers, asked, texts in (
      ([status(503)], 3, ["503"]),
      ([status(429, Retry_After="7200")], 1, ["429", "7200 seconds"]),
      ([raw(b"")], 3, ["tried 3 times"]),
      ([raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{")], 3, ["tried 3 times"]),
      ([raw(f"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{good}".encode())], 1, ["feed loen"]),
      ([status(200, good, Link="</feed>; rel=next")], 2, ["read already"]),
      ([status(200, "<html>Log ind</html>")], 1, ["feed loen"])):
    server = liar(world, *answers)
    world.run("plan", status=6).says(*texts)
    equal(server.asked, asked, f"requests ({texts})")


@scenario
def feed_without_end(world):
  """Bounds are of what is decoded."""
  head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
  bomb = gzip.compress(bytes(100 << 20), 9)
  hr_world(world, nginx=False, url="file:///nowhere")
  for answer in (endless(head + b"\r\n[", b" " * 65536),
                 raw(head + b"Content-Encoding: gzip\r\n\r\n" + bomb)):
    server = liar(world, answer)
    world.run("plan", status=6).says("more than 67108864 bytes")
    equal(server.asked, 1, "requests")


@scenario
def feed_whose_copy_cannot_be_kept(world):
  """The run goes on, and says it."""
  hr_world(world)
  world.write("state", "")
  world.run("apply", status=0).says("what was read is not kept")
  world.expect_members(Drift="bo")


@scenario
def feed_whose_copy_is_damaged(world):
  hr_world(world)
  world.run("apply", status=0)
  world.write("state/feed-loen.json", world.read(copy(world))[:-20], 0o600)
  world.hr.stop()
  world.run("apply", status=6).says("counts as none", "it is damaged")
  world.hr.start()
  world.run("apply", status=0)
  world.run("apply", status=0).never_says("damaged")


@scenario
def token_over_plain_http_is_a_fault(world):
  hr_world(world, nginx=False, url="http://hr.eksempel.dk/feed.json", token_file="token")
  world.write("token", TOKEN, 0o600)
  world.run("plan", status=2).says("postvagt.yaml:", "https://").never_says(TOKEN)


@scenario
@openldap_only("a feed is read the same beside any directory")
def feed_answers_that_repeat_the_token_are_not_shown(world):
  """Nor a piece of it, whatever the format's words for what went wrong are."""
  hr_world(world, nginx=False, url="http://127.0.0.1:1/")
  world.write("token", f"{TOKEN}\n", 0o600)
  fault = ("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><s:Fault><faultstring>"
           f"No access for {TOKEN[:12]}</faultstring></s:Fault></s:Body></s:Envelope>")
  for text, keys, said in (
      (json.dumps({"errors": [{"message": f"{TOKEN} is unknown"}]}), {}, "the server says"),
      (json.dumps({"errors": [{"message": f"{TOKEN} is unknown"}], "next": "/b"}), {"next": "/next"},
       "the server says"),
      (fault, {"format": "xml", "records": "/a/b", "next": None}, "SOAP fault"),
      (f"<{TOKEN}/>", {"root": "a"}, "root element")):
    feed(world, token_file="token", **keys)
    liar(world, status(200, text))
    world.run("--lang", "en", "plan", status=6).says("feed loen", said, "[...]").never_says("hemmelig")


@scenario
@openldap_only("the files are the same whatever the directory is")
def feed_whose_secret_is_not_there_is_named(world):
  """Of several, check says each."""
  hr_world(world, token_file="nix-1")
  world.settings["absence"]["feeds"].append({**world.feed, "name": "vagt", "token_file": "nix-2"})
  world.write_files()
  world.run("check", status=2).says(
      *(f"feed {name}: {world.path(file)}: cannot be read" for name, file in (("loen", "nix-1"), ("vagt", "nix-2"))))
  world.run("plan", status=2).says(f"feed loen: {world.path('nix-1')}: cannot be read")
