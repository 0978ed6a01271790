"""Hand input: absent and back, which write the absences of a person."""
import datetime
import json
import os
import signal

from relay import MODIFIED, Nth, Relay
from scenario import active_directory_only, openldap_only, scenario
from watch import Watch
from world import Failure, equal

# Of ldif/ad/postvagt-schema.ldif.
GUIDS = ("59bfa4a6-2b4c-5e13-b93b-c36c5f2fd5b0", "681f6441-563f-534a-937c-d7259cabd712",
         "ed68626f-8d7b-5a4b-9528-fcabe430cf22", "a47eb81b-bc80-5052-9d9e-07fdbf65d1ac")
ATTRIBUTES = ("postvagtAbsentFrom", "postvagtAbsentUntil", "postvagtAbsence", "postvagtDeputy")
OVER = {"postvagtAbsentFrom": "2020-01-01", "postvagtAbsentUntil": "2020-01-05"}


def day(days):
  """A date so many days from today, as people write it."""
  zone = datetime.timezone(datetime.timedelta(hours=1))
  return (datetime.datetime.now(zone) + datetime.timedelta(days=days)).date().isoformat()


def office(world, anna=None, own=False, **settings):
  """Anna has the role, Bo stands in for her; and an account that may write what people have."""
  world.settings["people"].update(settings)
  world.person("anna", "infrastrukturansvarlig", name="Anna Ågård", **{
      "postvagtDeputy": "bo", **(anna or {})})
  world.people("bo carl")
  world.one_list("anna")
  if hasattr(world, "grant"):
    world.start(own=own)
    world.grant(f"OU=Medarbejdere,{world.suffix}",
                "".join(f"(OA;CIIO;WP;{guid};;@)" for guid in GUIDS))
    return world
  world.agent, world.password = f"cn=hr,ou=Tjenester,{world.suffix}", "eksempel-hr"
  world.settings["directory"]["bind"]["dn"] = world.agent
  world.write("secret", world.password + "\n", 0o600)
  return world.start(ACL="\n".join([
      "access to attrs=userPassword by anonymous auth by * none",
      f"access to attrs={','.join(ATTRIBUTES)} by dn.exact=\"{world.agent}\" write by users read",
      "access to * by users read"]))


def values(world, short="anna"):
  """{attribute: values} of those that hand input writes."""
  (pairs,) = world.search(world.dn(short), *ATTRIBUTES, scope="base").values()
  found = {}
  for name, value in pairs:
    found.setdefault(next(a for a in ATTRIBUTES if a.lower() == name), []).append(value)
  return found


def now_is(text):
  """Fail unless it is a moment of the last few minutes, to the minute, with its zone."""
  moment = datetime.datetime.fromisoformat(text)
  age = datetime.datetime.now(datetime.timezone.utc) - moment
  if moment.second or not datetime.timedelta(0) <= age < datetime.timedelta(minutes=5):
    raise Failure(f"{text} is not now")


def entered(world, *arguments, status=0):
  """Run it, and prove its report and undo file; returns the result, the values after, the report."""
  before, known = values(world), world.reports()
  result = world.run(*arguments, status=status)
  after = values(world)
  report, undo, text = world.new_report(known)
  for path, expected in ((undo, before), (report, after)):
    world.ldapmodify(path)
    equal(values(world), expected, f"after ldapmodify -f {path}")
  return result, after, text


def untouched(world, *arguments, status):
  """Run it; it may neither ask for a write nor leave a report."""
  before, known = values(world), world.reports()
  world.log()
  result = world.run(*arguments, status=status)
  equal(world.writes(), [], f"writes\n{result}\n")
  equal(values(world), before, "the values")
  equal(world.reports(), known, "reports")
  return result


@scenario
def back_between_two_absences(world):
  """Nothing is on that could be ended, and she is away all the same."""
  world.settings["absence"]["bridge"] = "7d"
  office(world, {"postvagtAbsence": [f"{day(-5)}/{day(-2)}", f"{day(1)}/{day(2)}"]})
  world.run("back", "anna", status=0).says("away through", "all the same: absence.bridge joins")
  world.set("anna", postvagtAbsence=[f"{day(-5)}/{day(0)}", f"{day(1)}/{day(2)}"])
  world.run("back", "anna", status=0).says("is back", "all the same: absence.bridge joins")
  world.set("anna", postvagtAbsence=[f"{day(-5)}/{day(-2)}"])
  world.run("back", "anna", status=0).never_says("all the same")


@scenario
def absent_until_a_day_and_the_lists_that_follow(world):
  office(world)
  result, after, text = entered(world, "absent", "ANNA", "--until", day(10), "--case", "SAG 7")
  now_is(after.pop("postvagtAbsentFrom")[0])
  equal(after, {"postvagtAbsentUntil": [day(10)], "postvagtDeputy": ["bo"]}, "written")
  result.says("Anna Ågård is away from", "through", "The next postvagt apply", "+ Bo",
              "- Anna Ågård", "drift", "Report:")
  for line in ("# case: SAG 7", "(Anna Ågård)\n", "# absent: from ", "# total: 2 added, 0 removed",
               "# postvagt change report: carried out"):
    if line not in text:
      raise Failure(f"{line!r} is not in the report\n{text}")
  equal(world.planned("Drift"), {"bo"}, "who is planned")
  untouched(world, "absent", "anna", "--until", day(10), status=0).says("already")


@scenario
def absence_beside_another_and_what_is_over(world):
  office(world, anna=OVER)
  first = ("absent", "anna@eksempel.dk", "--from", day(3), "--until", day(5))
  entered(world, *first)
  equal(values(world), {"postvagtAbsentFrom": [day(3)], "postvagtAbsentUntil": [day(5)],
                        "postvagtDeputy": ["bo"]}, "what was over is written over")
  untouched(world, *first, status=0)
  entered(world, "absent", world.dn("anna"), "--from", day(20), "--until", day(25))
  entered(world, "absent", "anna", "--from", day(30))
  equal(values(world), {"postvagtAbsentFrom": [day(3)], "postvagtAbsentUntil": [day(5)],
                        "postvagtAbsence": [f"{day(20)}/{day(25)}", f"{day(30)}/"],
                        "postvagtDeputy": ["bo"]}, "both kept")
  untouched(world, "absent", "anna", "--from", day(31), "--until", day(40), status=0).says(
      "already", "until further notice", "postvagt back")


@scenario
def pair_that_cannot_be_read_is_left_alone(world):
  office(world, anna={"postvagtAbsentFrom": "i morgen"})
  result, after, _ = entered(world, "absent", "anna", "--until", day(2))
  equal(after["postvagtAbsentFrom"], ["i morgen"], "what somebody wrote")
  equal(len(after["postvagtAbsence"]), 1, "the absence")
  result.says("not a time")
  equal(world.planned("Drift"), {"bo"}, "who is planned")


@scenario
def back_ends_what_is_on_and_keeps_what_comes(world):
  office(world, anna={"postvagtAbsentFrom": "2026-01-01", "postvagtAbsence": [
      f"2026-02-01/{day(3)}", f"{day(40)}/{day(45)}", "2021-01-01/2021-01-02",
      f"2026-03-01/;{day(60)}", "vrøvl"]})
  equal(world.planned("Drift"), {"bo"}, "who is planned before")
  result, after, text = entered(world, "back", "anna")
  equal(world.planned("Drift"), {"anna"}, "who is planned after")
  now = after["postvagtAbsentUntil"][0]
  now_is(now)
  equal(sorted(after["postvagtAbsence"]), sorted([
      f"2026-02-01/{now}", f"{day(40)}/{day(45)}", f"2026-03-01/{now};{day(60)}", "vrøvl"]),
        "the intervals, less the one that was over")
  equal(after["postvagtDeputy"], ["bo"], "the deputy")
  result.says("Anna Ågård is back", "Ended now", "Still to come", "postvagtDeputy stays", "not shown")
  result.says("Cleaned up, as they were over (1): from 1 January 2021")
  equal(text.count("# cleaned up: from 1 January 2021"), 1, f"what is cleaned up\n{text}")
  equal(text.count("# ends now: "), 3, f"what ends\n{text}")
  equal(text.count("# stays: "), 2, f"what stays\n{text}")
  untouched(world, "back", "anna", status=0).says("is not away", "Still to come")


@scenario
def back_of_absences_to_come(world):
  """By day, which leaves the others; or all of them."""
  office(world, anna={"postvagtAbsentFrom": day(-3), "postvagtAbsentUntil": day(3), "postvagtAbsence": [
      f"{day(40)}/{day(45)}", f"{day(60)};{day(-40)}/{day(-30)};vrøvl"]})
  for words in (["--on", day(50)], ["--on", day(-1)], ["--on", "snart"], ["--on", ""],
                ["--on", day(41), "--all"]):
    untouched(world, "back", "anna", *words, status=2)
  untouched(world, "back", "anna", "--on", day(50), status=2).says("not away on", "but from")
  result, after, text = entered(world, "back", "anna", "--on", day(41))
  equal(after["postvagtAbsence"], [f"{day(60)};vrøvl"], "the intervals")
  equal(after["postvagtAbsentUntil"], [day(3)], "the one that is on")
  result.says("Removed, before it began: away from", "Still to come", "Cleaned up").never_says(
      "Ended now", "is back")
  equal((text.count("# removed: "), text.count("# ends now: "), text.count("# stays: ")), (1, 0, 2),
        f"what is removed, and what stays\n{text}")
  told = world.run("--json", "back", "anna", "--all", status=0).json()
  equal((len(told["ended"]), told["coming"], told["cleaned"]), (2, [], []), "all")
  after = values(world)
  equal(after["postvagtAbsence"], ["vrøvl"], "what cannot be read")
  now_is(after["postvagtAbsentUntil"][0])
  equal(world.planned("Drift", "--at", day(60)), {"anna"}, "who is planned then")
  world.run("back", "anna", "--on", day(60), status=2).says("nor later")


@scenario
def back_in_the_minute_of_the_absence(world):
  """What has not lasted a minute goes altogether, or it would end before it starts."""
  office(world)
  for _ in range(2):  # a minute may end between
    world.run("absent", "anna", status=0)
    world.run("back", "anna", status=0)
    found = values(world)
    if found == {"postvagtDeputy": ["bo"]}:
      return
  raise Failure(f"left: {found}")


@scenario
def deputy_is_put_first(world):
  office(world, anna={"postvagtDeputy": ["bo", "finn; gitte"]})
  _, after, text = entered(world, "absent", "anna", "--until", day(2), "--deputy", "CARL")
  equal(after["postvagtDeputy"], ["CARL;bo;finn;gitte"], "deputies")
  equal("(Carl)\n" in text, True, f"the deputy's name is in the report\n{text}")
  equal(world.planned("Drift"), {"carl"}, "who is planned")
  _, after, _ = entered(world, "absent", "anna", "--until", day(4), "--deputy", "bo@eksempel.dk")
  equal(after["postvagtDeputy"], ["bo@eksempel.dk;CARL;finn;gitte"], "deputies")
  untouched(world, "absent", "anna", "--until", day(4), "--deputy", "bo", status=0)


@scenario
def deputies_without_a_separator_have_no_order(world):
  office(world, separator="")
  result, after, _ = entered(world, "absent", "anna", "--until", day(2), "--deputy", "carl")
  equal(sorted(after["postvagtDeputy"]), ["bo", "carl"], "deputies")
  result.says("no order")


@scenario
def deputy_ends_with_the_absence(world):
  """By the lists at once, by the attribute when back, or the next absent, is used."""
  office(world, anna={"postvagtDeputy": ["bo", "finn; gitte"], "postvagtAbsence": f"{day(20)}/{day(25)}"})
  result, after, text = entered(world, "absent", "anna", "--until", day(2), "--deputy", "carl")
  equal(after["postvagtDeputy"], ["carl;bo;finn;gitte"], "deputies")
  result.says("Deputy while the absence lasts: Carl")
  equal(world.planned("Drift"), {"carl"}, "who is planned now")
  equal(world.planned("Drift", "--at", day(3)), {"anna"}, "when she is back")
  equal(world.planned("Drift", "--at", day(22)), {"bo"}, "in the next absence")
  result, after, text = entered(world, "back", "anna")
  equal(after["postvagtDeputy"], ["bo", "finn; gitte"], "what was there before")
  result.says("No longer a deputy: carl", "postvagtDeputy keeps the standing deputies: bo")
  equal(text.count("# no longer a deputy: carl\n"), 1, f"the report\n{text}")
  # The absence ends by itself: an administrator takes it out; the attribute has the deputy still, the lists do not.
  world.run("absent", "anna", "--from", day(5), "--until", day(7), "--deputy", "carl", status=0)
  equal(world.planned("Drift", "--at", day(6)), {"carl"}, "who is planned then")
  world.set("anna", postvagtAbsentFrom=[], postvagtAbsentUntil=[], postvagtAbsence=f"{day(5)}/{day(9)}")
  equal(world.planned("Drift", "--at", day(8)), {"carl"}, "made longer by hand: so is the deputy's time")
  world.set("anna", postvagtAbsence=f"{day(20)}/{day(25)}")
  equal(values(world)["postvagtDeputy"], ["carl;bo;finn;gitte"], "nobody but absent and back writes it")
  equal(world.planned("Drift", "--at", day(22)), {"bo"}, "in the next absence")
  world.run("check").says("where nothing else knows that they are none: carl; postvagt back takes them out")
  told = world.run("--json", "back", "anna", status=0).json()
  equal((told["outcome"], told["deputies_ended"], told["ended"]), ("done", ["carl"], []), "back")
  world.run("check").never_says("nothing else knows")
  equal(values(world)["postvagtDeputy"], ["bo", "finn; gitte"], "what was there before")
  untouched(world, "back", "anna", status=0)


@scenario
def deputy_of_an_absence_by_watch(world):
  """Who watches reads whom absent names, and until when; the absence then ends by itself."""
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo", postvagtAbsence=f"{day(-1)}/{day(5)}")
  world.people("bo carl")
  world.one_list("anna")
  admin(world)
  watching = Watch(world)
  watching.lists(Drift="bo")
  world.run("back", "anna", status=0)
  watching.lists(Drift="anna")
  end = (datetime.datetime.now().astimezone() + datetime.timedelta(seconds=8)).isoformat(timespec="seconds")
  world.run("absent", "anna", "--until", end, "--deputy", "carl", status=0)
  watching.lists(Drift="carl")
  watching.lists(Drift="anna")
  equal(values(world)["postvagtDeputy"], ["carl;bo"], "watch writes no people")
  world.set("anna", postvagtAbsence=f"{day(-1)}/{day(5)}")
  watching.lists(Drift="bo")
  watching.end()


@scenario
def deputy_named_by_a_command_that_is_stopped(world):
  """What is remembered is there before the write; the same again finishes it, or finds it done."""
  office(world)
  words = ("absent", "anna", "--until", day(3), "--deputy", "carl")
  for when in ("before", "after"):
    killed = world.faulty(*words, at=1, when=when)
    equal(killed.status, -signal.SIGKILL, f"status of a run killed {when} its write\n{killed}\n")
    equal(world.planned("Drift"), {"anna" if when == "before" else "carl"}, f"killed {when} its write")
    equal(world.planned("Drift", "--at", day(5)), {"anna"}, "later")
  world.run(*words, status=0)
  killed = world.faulty("back", "anna", at=1, when="after")
  equal(values(world)["postvagtDeputy"], ["bo"], "what back has written")
  world.run("back", "anna", status=0)
  world.run("absent", "anna", "--until", day(3), status=0)
  equal(world.planned("Drift"), {"bo"}, "who is planned")


@scenario
def deputy_of_an_absence_that_somebody_edits(world):
  """Who is written by others stays; who was a standing deputy already stays one."""
  office(world)
  world.run("absent", "anna", "--until", day(2), "--deputy", "carl", status=0)
  world.set("anna", postvagtDeputy=["dora;carl;bo"])
  world.person("dora", mail=False)
  equal(world.planned("Drift"), {"carl"}, "who is planned")
  world.run("back", "anna", status=0)
  equal(values(world)["postvagtDeputy"], ["dora;bo"], "less the one who was named")
  world.set("anna", postvagtDeputy=["bo;carl"])
  world.run("absent", "anna", "--until", day(2), "--deputy", "carl", status=0)
  equal(values(world)["postvagtDeputy"], ["carl;bo"], "first")
  world.run("absent", "anna", "--until", day(4), "--deputy", "carl", status=0)
  world.run("back", "anna", status=0)
  equal(values(world)["postvagtDeputy"], ["bo;carl"], "in the order of before")
  world.set("anna", postvagtDeputy=["bo"])
  world.run("absent", "anna", "--until", day(2), "--deputy", "bo", status=0)
  world.run("back", "anna", status=0)
  equal(values(world)["postvagtDeputy"], ["bo"], "a standing deputy")


@scenario
def deputies_that_cannot_be_remembered(world):
  """Then nobody is named; the lists go by the attribute, and it is said."""
  office(world)
  world.run("absent", "anna", "--until", day(2), "--deputy", "carl", status=0)
  name = "state/deputies-reports.json"
  kept = world.read(world.path(name))
  for text in ("", "{}", "[1", kept.replace('"form":1', '"form":9'), kept.replace('"carl"', "7")):
    world.write(name, text, 0o600)
    world.run("plan", status=0).says("count as standing deputies", "deputies-reports.json")
    untouched(world, "absent", "anna", "--until", day(9), "--deputy", "bo", status=1).says("move the file away")
    world.run("back", "anna", "--on", day(1), status=0).says("count as standing deputies")
    world.run("absent", "anna", "--until", day(2), status=0)
  world.write(name, kept, 0o600)
  world.run("back", "anna", status=0)
  equal(values(world)["postvagtDeputy"], ["bo"], "the deputies")


@scenario
def deputy_who_is_away_is_said(world):
  office(world)
  world.set("carl", postvagtAbsence=f"{day(2)}/{day(3)}")
  world.run("absent", "anna", "--until", day(4), "--deputy", "carl", status=0).says(
      "Carl cannot stand in all that time: away through")
  world.run("absent", "anna", "--until", day(5), "--deputy", "bo", status=0).never_says("cannot")


@scenario
def nobody_stands_in_is_said(world):
  office(world, anna={"postvagtDeputy": []})
  world.run("absent", "anna", status=0).says("No list is to change", "nobody stands in for Anna")


@scenario
def hand_input_that_makes_no_sense(world):
  office(world)
  world.set("carl", mail="bo@eksempel.dk")
  for arguments in (["absent"], ["absent", "anna", "bo"], ["back"], ["back", "ingen"],
                    ["absent", "ingen"], ["absent", "bo@eksempel.dk"],
                    ["absent", world.dn("Drift")],
                    ["absent", "anna", "--until", "snart"], ["absent", "anna", "--from", ""],
                    ["absent", "anna", "--until", "2126-12-24"],
                    ["absent", "anna", "--from", "1900-01-01"],
                    ["absent", "anna", "--until", "2020-01-01"],
                    ["absent", "anna", "--from", day(4), "--until", day(3)],
                    ["absent", "anna", "--deputy", "anna"], ["absent", "anna", "--deputy", "ingen"],
                    ["absent", "anna", "--deputy", "bo@eksempel.dk"],
                    ["back", "anna", "--until", "2030-01-01"],
                    ["--at", "2026-01-01", "absent", "anna"],
                    ["--at", "2026-01-01", "back", "anna"],
                    ["plan", "--deputy", "bo"]):
    untouched(world, *arguments, status=2)


@scenario
def hand_input_as_json(world):
  office(world)
  told = world.run("--json", "absent", "anna", "--from", "2026-01-01", "--until", day(1),
                   "--deputy", "carl", status=0).json()
  equal(world.short(told["person"]), "anna", "person")
  equal(told["outcome"], "done", "outcome")
  equal(world.short(told["deputy"]), "carl", "deputy")
  equal(told["absent"]["from"], "2026-01-01T00:00:00+01:00", "from")
  equal(told["changes"], [
      {"attribute": "postvagtAbsentFrom", "delete": [], "add": ["2026-01-01"]},
      {"attribute": "postvagtAbsentUntil", "delete": [], "add": [day(1)]},
      {"attribute": "postvagtDeputy", "delete": ["bo"], "add": ["carl;bo"]}], "changes")
  equal([[world.short(dn) for dn in told["lists"][0][key]] for key in ("add", "remove")],
        [["carl"], ["anna"]], "lists")
  equal(os.path.exists(world.path(told["report"])), True, "the report")
  told = world.run("--json", "back", "anna", status=0).json()
  equal((told["absent"], len(told["ended"]), told["coming"]), (None, 1, []), "back")
  told = world.run("--json", "back", "anna", status=0).json()
  equal((told["outcome"], told["changes"], told["report"]), ("nothing to do", [], None), "again")


@scenario
def hand_input_in_danish(world):
  office(world)
  world.run("--lang", "da", "absent", "anna", "--until", day(2), status=0).says(
      "Anna Ågård er fraværende fra", "til og med", "Næste postvagt apply ændrer", "Rapport:")
  world.run("--lang", "da", "back", "anna", status=0).says("Anna Ågård er tilbage")


@scenario
def narrow_account_may_write_no_absence(world):
  """The account that runs apply has no such right, and what was refused is told in the report."""
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.start()
  known = world.reports()
  world.run("absent", "anna", "--until", day(2), status=1).says(
      "(50)", "right to write postvagtAbsentFrom, postvagtAbsentUntil", "not written")
  equal(values(world), {}, "the values")
  _, undo, text = world.new_report(known)
  equal("# not done: " in text and "# failed: 2\n" in text, True, f"the report\n{text}")
  equal("\ndn" in text or "\ndn" in world.read(undo), False, f"a record in it\n{text}")


@scenario
def hand_input_that_is_stopped(world):
  """The report is there before the write; the same again finishes it, or finds it done."""
  office(world)
  words = ("absent", "anna", "--from", day(1), "--until", day(3))
  for when, expected in (("before", {"postvagtDeputy": ["bo"]}), ("after", None)):
    known = world.reports()
    killed = world.faulty(*words, at=1, when=when)
    equal(killed.status, -signal.SIGKILL, f"status of a run killed {when} its write\n{killed}\n")
    _, _, text = world.new_report(known)
    equal("about to be carried out" in text, True, f"the report\n{text}")
    if expected:
      equal(values(world), expected, f"killed {when} its write")
  world.run(*words, status=0)
  equal(values(world), {"postvagtAbsentFrom": [day(1)], "postvagtAbsentUntil": [day(3)],
                        "postvagtDeputy": ["bo"]}, "in the end")


@scenario
def connection_lost_before_and_after_the_absence_is_written(world):
  """It is opened anew once, and the entry tells whether it is done."""
  office(world, own=True)
  for number, when in enumerate(("before", "after"), 1):
    words = ("absent", "anna", "--from", day(10 * number), "--until", day(10 * number + 1))
    known = world.reports()
    world.faulty(*words, at=1, when=when, do=world.restart_command(), status=0)
    equal("# postvagt change report: carried out\n" in world.new_report(known)[2], True, when)
  equal(values(world), {
      "postvagtAbsentFrom": [day(10)], "postvagtAbsentUntil": [day(11)],
      "postvagtAbsence": [f"{day(20)}/{day(21)}"], "postvagtDeputy": ["bo"]}, "written, once")


@scenario
def directory_that_goes_away_before_the_absence_is_written(world):
  office(world, own=True)
  known = world.reports()
  world.faulty("absent", "anna", at=1, do=world.kill_server(), status=1)
  _, _, text = world.new_report(known)
  equal("nothing was changed" in text and "\ndn" not in text, True, f"the report\n{text}")
  world.restart_server()
  equal(values(world), {"postvagtDeputy": ["bo"]}, "the values")


@scenario
def answer_to_an_absence_is_lost(world):
  """Once: the entry tells what came of it. For good: nobody knows, and that is said."""
  office(world, own=True)
  for number, once in enumerate((False, True), 1):
    relay = Relay(world.address(), Nth(MODIFIED, 1, "cut"), once)
    world.settings["directory"]["url"] = relay.url
    world.write_files()
    known = world.reports()
    result = world.run("absent", "anna", "--from", day(10 * number), "--until", day(10 * number),
                       status=4 if once else 0)
    relay.close()
    _, _, text = world.new_report(known)
    equal("not known" in text.splitlines()[2], once, f"the report\n{text}\n{result}\n")
  equal(values(world), {
      "postvagtAbsentFrom": [day(10)], "postvagtAbsentUntil": [day(10)],
      "postvagtAbsence": [f"{day(20)}/{day(20)}"], "postvagtDeputy": ["bo"]}, "written, once")


@scenario
def report_of_an_absence_that_cannot_be_written(world):
  """Then the directory is not touched."""
  office(world)
  world.write("reports", "a file, no folder\n")
  world.log()
  world.run("absent", "anna", status=1)
  equal(world.writes(), [], "writes")


@scenario
def somebody_else_writes_the_absence_first(world):
  office(world, anna=OVER)
  other = world.write("other.ldif", f"dn: {world.dn('anna')}\nchangetype: modify\n"
                      "replace: postvagtAbsentUntil\npostvagtAbsentUntil: 2031-01-01\n-\n")
  for before, after in ((OVER, {**OVER, "postvagtAbsentUntil": "2031-01-01"}),
                        ({name: [] for name in OVER}, {"postvagtAbsentUntil": "2031-01-01"})):
    world.set("anna", **before)
    world.faulty("absent", "anna", "--from", day(1), "--until", day(3), at=1,
                 do=world.change_command(other), status=1).says("somebody else changed",
                                                                "nothing was written")
    equal(values(world), {**{name: [value] for name, value in after.items()},
                          "postvagtDeputy": ["bo"]}, "the values")


@scenario
def quiet_hand_input(world):
  """Quiet where all is well; what is to be minded is said."""
  office(world)
  equal(world.run("-q", "absent", "anna", "--until", day(2), status=0).text, "", "what is said")
  world.run("-q", "absent", "anna", "--until", day(1), status=0).says("longer")
  world.set("anna", postvagtDeputy=[])
  equal(world.run("-q", "back", "anna", status=0).text, "", "what is said")


def one_value(world, **attributes):
  """A world whose absences are all in one attribute that takes one value."""
  world.settings["people"]["attributes"].update({
      "absence": "preferredLanguage", "absent_from": "seeAlso", "absent_until": "secretary",
      **attributes})
  return world


@scenario
@openldap_only("its own attributes, and rights to them")
def absences_in_one_value(world):
  """As in an extensionAttribute: what is there stays before the separator, what is over goes."""
  one_value(world, deputy="employeeType")
  world.person("anna", "infrastrukturansvarlig", employeeType="bo",
               preferredLanguage=f"2020-01-01/2020-01-02; {day(20)}/{day(21)} ;vrøvl")
  world.people("bo carl")
  world.one_list("anna")
  admin(world)

  def language():
    """Its values."""
    return [value for _, value in world.search(world.dn("anna"), "preferredLanguage",
                                               scope="base")[world.dn("anna")]]
  world.run("absent", "anna", "--from", "2026-01-01", "--until", day(2), status=0)
  equal(language(), [f"{day(20)}/{day(21)};vrøvl;2026-01-01/{day(2)}"], "all in one value")
  equal(world.planned("Drift"), {"bo"}, "who is planned")
  world.run("back", "anna", status=0).says("Still to come")
  equal(language()[0].startswith(f"{day(20)}/{day(21)};vrøvl;2026-01-01/20"), True, language()[0])
  now_is(language()[0].rsplit("/")[-1])
  equal(world.planned("Drift"), {"anna"}, "who is planned")
  world.settings["people"]["separator"] = ""
  world.set("anna", preferredLanguage=f"{day(20)}/{day(21)}")
  world.write_files()
  untouched(world, "absent", "anna", status=1).says("one value", "people.separator")
  world.settings["people"]["attributes"]["absence"] = "preferredLanguag"
  world.write_files()
  untouched(world, "absent", "anna", status=2).says("unknown attribute", "did you mean")


def admin(world, **environment):
  """Started, with the right to write everything, as no account should have it."""
  world.start(**environment)
  world.settings["directory"]["bind"]["dn"] = world.server["ADMIN"]
  world.write("secret", world.server["PASSWORD"] + "\n", 0o600)
  world.write_files()


@scenario
@openldap_only("attributes of other syntaxes, by its own configuration")
def absences_in_other_syntaxes(world):
  """GeneralizedTime, and AD's 100 ns since 1601: what the schema takes is what is written."""
  world.settings["people"]["attributes"].update(
      absent_from="hrFra", absent_until="hrTil", deputy="hrVikar")
  world.person("anna", "infrastrukturansvarlig")
  world.people("bo carl")
  world.one_list("anna")
  admin(world, GLOBAL_EXTRA="\n".join(
      f"attributetype ( 1.3.6.1.4.1.32473.98.9.{number} NAME '{name}' EQUALITY {rule} "
      f"SYNTAX 1.3.6.1.4.1.1466.115.121.1.{syntax} {more})"
      for number, name, rule, syntax, more in (
          (1, "hrFra", "generalizedTimeMatch", 24, "SINGLE-VALUE "),
          (2, "hrTil", "integerMatch", 27, "SINGLE-VALUE "),
          (3, "hrVikar", "distinguishedNameMatch", 12, ""))))
  world.set("anna", objectClass=["inetOrgPerson", "postvagtPerson", "extensibleObject"])
  world.run("absent", "anna", "--from", "2026-01-01", "--until", "2040-12-24", "--deputy", "bo",
            status=0)
  equal(world.search(world.dn("anna"), "hrFra", "hrTil", "hrVikar", scope="base"),
        {world.dn("anna"): [("hrfra", "20251231230000.0Z"), ("hrtil", "138844764000000000"),
                            ("hrvikar", world.dn("bo"))]}, "written")
  equal(world.planned("Drift", "--at", "2040-12-24T23:59:59"), {"bo"}, "on the last day")
  equal(world.planned("Drift", "--at", "2040-12-25"), {"anna"}, "the day after")
  world.run("absent", "anna", "--until", "2040-12-24", "--deputy", "carl", status=0).says(
      "+ hrVikar", "no order").never_says("hrFra", "hrTil")
  world.run("back", "anna", status=0)
  equal(world.planned("Drift"), {"anna"}, "who is planned")


@scenario
@openldap_only("its object classes")
def entry_whose_classes_hold_no_absence(world):
  world.person("anna", "infrastrukturansvarlig")
  world.one_list("anna")
  world.entry(world.name("ulla", world.person_dn("ulla")), objectClass="inetOrgPerson", uid="ulla",
              cn="ulla", sn="ulla", displayName="Ulla", mail="ulla@eksempel.dk")
  admin(world)
  world.run("absent", "ulla", status=1).says("(65)", "no class of the entry allows")


@scenario
@active_directory_only
def absences_in_extension_attributes(world):
  """One value each; the deputy's takes a DN; and the pair's attributes are in no schema."""
  one_value(world, absence="extensionAttribute12", deputy="assistant")
  world.people("bo carl")
  world.person("anna", "infrastrukturansvarlig", assistant=world.dn("bo"),
               extensionAttribute12=f"2020-01-01/2020-01-02;{day(20)}/{day(21)}")
  world.one_list("anna")
  admin(world)
  world.run("absent", "anna", "--from", "2026-01-01", "--until", day(2), "--deputy", "carl",
            status=0).says("instead of the one before")
  equal(world.search(world.dn("anna"), "extensionAttribute12", "assistant", scope="base"),
        {world.dn("anna"): [("assistant", world.dn("carl")), (
            "extensionattribute12", f"{day(20)}/{day(21)};2026-01-01/{day(2)}")]}, "written")
  equal(world.planned("Drift"), {"carl"}, "who is planned")
  world.run("back", "anna", status=0).says("Still to come", "assistant keeps the standing deputies",
                                           "No longer a deputy")
  equal(world.search(world.dn("anna"), "assistant", scope="base"),
        {world.dn("anna"): [("assistant", world.dn("bo"))]}, "the deputy of before")
  equal(world.planned("Drift"), {"anna"}, "who is planned")


@scenario
def absence_of_a_feed_ends_in_the_feed(world):
  """Back says so, also where the directory has nothing to end; and a deputy's is a warning."""
  records = [{"person": person, "from": "2026-01-01", "until": day(9)}
             for person in ("anna", "carl")]
  world.write("feed.json", json.dumps([{"person": "finn", "from": "2026-01-01"}, *records]))
  world.settings["absence"]["feeds"] = [
      {"name": name, "url": f"file://{world.path(file)}", "format": "json", "records": "",
       "fields": {"person": "person", "from": "from", "until": "until"}, "match": "uid"}
      for name, file in (("andet", "none.json"), ("loen", "feed.json"))]
  world.write("none.json", json.dumps(
      [{"person": "bo", "from": "2020-01-01", "until": "2020-01-02"}]))
  office(world)
  world.run("back", "anna", status=0).says("not away, by the directory", "feed loen has", "through")
  world.run("absent", "anna", "--until", day(3), "--deputy", "carl", status=0).says(
      "Carl cannot stand in")
  told = world.run("--json", "back", "anna", status=0).json()
  equal(["loen" in finding["what"] for finding in told["findings"]], [False, True], "findings")
  world.run("back", "anna", "--all", status=0).says("feed loen has an absence that is on")
  equal(world.planned("Drift"), {"bo"}, "who is planned")
