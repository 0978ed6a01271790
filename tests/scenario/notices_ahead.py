"""Notices of what is ahead: who will stand in, who leaves without a stand-in, and gaps; each once, and taken back."""
import os
import shutil
import subprocess

from notices import SAME, TAG, begin, body, never_says, one, says, town, waiting
from scenario import openldap_only, scenario
from smtp_server import SmtpServer
from watch import Watch, faked, set_clock
from world import Failure, equal

ANNA = "anna@eksempel.dk"
BO = "bo@eksempel.dk"
VAGT = "vagt@eksempel.dk"


class Days:
  """Runs of apply at moments, in UTC; Denmark is an hour ahead in winter."""

  def __init__(self, world, server, moment="2027-01-04T12:00:00"):
    self.world, self.server = world, server
    self.env = faked(world, moment)

  def apply(self, moment, *, status=0):
    """The mails of that run: {address: [subjects]}."""
    set_clock(self.world, moment)
    self.server.mails.clear()
    self.world.run("apply", status=status, env=self.env)
    found = {}
    for mail in self.server.read():
      found.setdefault(mail["To"].addresses[0].addr_spec, []).append(str(mail["Subject"]))
    return found

  def expect(self, moment, status=0, **mails):
    """Who got which subjects, after the tag."""
    found = {address.partition("@")[0]: [subject.removeprefix("[DR] ") for subject in subjects]
             for address, subjects in self.apply(moment, status=status).items()}
    equal(found, {name: [subjects] if isinstance(subjects, str) else subjects
                  for name, subjects in mails.items()}, f"mails at {moment}")


def days(world, language="en", absence="2027-01-06/2027-01-08", prepare=None):
  """Anna will be away; Bo is her deputy, Vagt the fallback. Each run reads all of it again."""
  server = town(world, SmtpServer(), language=language)
  world.person("vagt")
  world.settings["mailbox"]["fallback"] = [VAGT]
  if prepare:
    prepare()
  result = Days(world, server)
  begin(world)
  world.set("anna", postvagtAbsence=absence)
  return result


def rewrite(world):
  """After the settings were changed."""
  world.write_files()
  world.write_yaml("tags.yaml", {"tags": [TAG]})


TOMORROW = "You stand in for Anna Møller from tomorrow"
TODAY = "You stand in for Anna Møller from today"
OFF = "You need not stand in for Anna Møller after all"


@scenario
@openldap_only(SAME)
def ahead_tells_the_stand_in_the_day_before(world):
  """Once, with until when; then the notice of the day; all in one thread, with a person to answer to."""
  day = days(world)
  day.expect("2027-01-04T22:59:00")
  day.expect("2027-01-04T23:30:00", bo=TOMORROW)
  mails = [one(day.server, BO)]
  equal(body(mails[0]).splitlines()[0], "[DR] You stand in for Anna Møller from tomorrow, 6 January 2027.", "line")
  says(mails[0], "You will get the mail that KOMBIT sends to infrapost@eksempel.dk, on:",
       "* Operations ([Drift], [DR])", "From: 6 January 2027",
       "Why: you stand in for Anna Møller, away through 8 January 2027", "Assess it the same day.",
       "nobody; you are the only one", "Answer this mail")
  equal(mails[0]["Reply-To"].addresses[0].addr_spec, VAGT, "Reply-To")
  equal(str(mails[0]["Date"])[-5:], "+0100", "the zone of Date")
  day.expect("2027-01-05T12:00:00")
  day.expect("2027-01-05T22:59:00")
  day.expect("2027-01-06T06:00:00", bo=TODAY)
  mails.append(one(day.server, BO))
  day.expect("2027-01-09T06:00:00", bo="You no longer stand in", anna="You get KOMBIT's mail again from today")
  mails.append(one(day.server, BO))
  equal(len({(str(mail["References"]), str(mail["In-Reply-To"]), str(mail["Thread-Topic"])) for mail in mails}), 1,
        "threads")
  equal(len({str(mail["Message-ID"]) for mail in mails}), 3, "mails")


@scenario
@openldap_only(SAME)
def ahead_in_danish(world):
  day = days(world, language="da", absence="2027-01-06T12:00/2027-01-08")
  equal(day.apply("2027-01-05T06:00:00"),
        {BO: ["[DR] Du er stedfortræder for Anna Møller fra i morgen kl. 12:00"]}, "mails")
  says(one(day.server, BO), "[DR] Du er stedfortræder for Anna Møller fra i morgen, 6. januar 2027 kl. 12:00.",
       "Du får de mails, som KOMBIT sender til", "Fra: 6. januar 2027 kl. 12:00", "væk til og med 8. januar 2027")
  world.set("bo", postvagtAbsence="2027-01-05/2027-01-10")
  world.set("vagt", postvagtAbsence="2027-01-06/2027-01-06")
  equal(day.apply("2027-01-05T07:00:00"),
        {ANNA: ["[DR] Ingen er stedfortræder for dig fra i morgen kl. 12:00"],
         BO: ["[DR] Du skal alligevel ikke være stedfortræder for Anna Møller"],
         VAGT: ["[DR] Ingen er stedfortræder for Anna Møller fra i morgen kl. 12:00"]}, "mails")
  says(one(day.server, ANNA), "Du er væk, og ingen er stedfortræder for dig")


@scenario
@openldap_only(SAME)
def ahead_tells_who_leaves_without_a_stand_in(world):
  """And the fallback, of the gap: whose duty, from when, and why each was passed over; no dates of the others."""
  world.person("carl")
  day = days(world)
  world.set("bo", postvagtAbsence="2027-01-05/2027-01-20", postvagtDeputy="findes-ikke")
  world.set("vagt", postvagtAbsence="2027-01-06T10:00/2027-01-07")
  world.set("anna", postvagtAbsence="2027-01-06T12:00/2027-01-06T13:00")
  day.expect("2027-01-04T12:00:00", vagt="Nobody stands in for Anna Møller from 6 January 2027 12:00")
  mail = one(day.server, VAGT)
  says(mail, "* Operations ([Drift], [DR])", "From: 6 January 2027 12:00",
       "Why: nobody stands in for Anna Møller, away; passed over: Bo \"Æ\" Østergård, it (deputy of Anna Møller; away)",
       "findes-ikke (deputy of Bo", "Vagt (mailbox.fallback; away)", "postvagt coverage")
  never_says(mail, "20 January", "7 January")
  equal(mail["Reply-To"], None, "Reply-To: nobody else is there")
  day.expect("2027-01-05T06:00:00", anna="Nobody stands in for you from tomorrow at 12:00")
  says(one(day.server, ANNA), "You will be away, and nobody stands in for you")
  world.set("anna", postvagtDeputy="carl")
  day.expect("2027-01-05T08:00:00", anna="Carl stands in for you from tomorrow at 12:00",
             carl="You stand in for Anna Møller from tomorrow at 12:00")
  world.set("anna", postvagtDeputy="bo")
  day.expect("2027-01-05T09:00:00", anna="Nobody stands in for you from tomorrow at 12:00", carl=OFF,
             vagt="Nobody stands in for Anna Møller from tomorrow at 12:00")
  world.set("anna", postvagtAbsence=[])
  day.expect("2027-01-05T10:00:00", anna="You no longer need a stand-in")


@scenario
@openldap_only(SAME)
def ahead_takes_back_what_is_not_so(world):
  """Cancelled, moved within the day, moved to the next week, and cancelled after it should have begun."""
  day = days(world)
  day.expect("2027-01-05T06:00:00", bo=TOMORROW)
  world.set("anna", postvagtAbsence=[])
  day.expect("2027-01-05T07:00:00", bo=OFF)
  says(one(day.server, BO), "That is not needed after all", "From: 6 January 2027", "For: Anna Møller")
  day.expect("2027-01-05T08:00:00")
  world.set("anna", postvagtAbsence="2027-01-06/2027-01-08")
  day.expect("2027-01-05T09:00:00", bo=TOMORROW)
  world.set("anna", postvagtAbsence="2027-01-06/2027-01-09")
  day.expect("2027-01-05T10:00:00")
  world.set("anna", postvagtAbsence="2027-01-06T12:00/2027-01-09")
  day.expect("2027-01-05T11:00:00", bo=f"{TOMORROW} at 12:00")
  world.set("anna", postvagtAbsence="2027-01-12/2027-01-13")
  day.expect("2027-01-05T12:00:00", bo=OFF)
  day.expect("2027-01-10T12:00:00")
  day.expect("2027-01-11T12:00:00", bo=TOMORROW)
  world.set("anna", postvagtAbsence=[])
  day.expect("2027-01-12T06:00:00", bo=OFF)
  day.expect("2027-01-12T07:00:00")


@scenario
@openldap_only(SAME)
def ahead_of_an_absence_that_came_and_went(world):
  """One that was over before the next run was not cancelled: nothing is taken back."""
  day = days(world, absence="2027-01-06T08:00/2027-01-06T12:00")
  day.expect("2027-01-05T06:00:00", bo=f"{TOMORROW} at 08:00")
  day.expect("2027-01-06T18:00:00")
  day.expect("2027-01-07T18:00:00")


@scenario
@openldap_only(SAME)
def ahead_of_today(world):
  """Entered today for today is announced when it begins; where nobody looked yesterday, now."""
  day = days(world, absence=[])
  day.expect("2027-01-05T06:00:00")
  world.set("anna", postvagtAbsence="2027-01-05T12:00/2027-01-05T20:00")
  day.expect("2027-01-05T07:00:00")
  day.expect("2027-01-05T11:30:00", bo=TODAY)
  day.expect("2027-01-05T20:00:00", bo="You no longer stand in", anna="You get KOMBIT's mail again from today")
  world.set("anna", postvagtAbsence="2027-01-08T12:00/2027-01-08T20:00")
  day.expect("2027-01-08T06:00:00", bo=f"{TODAY} at 12:00")
  day.expect("2027-01-08T07:00:00")
  day.expect("2027-01-08T11:30:00", bo=TODAY)


@scenario
@openldap_only(SAME)
def ahead_tells_a_gap_once(world):
  """Within seven days; not for its end; again where it went and came back."""
  day = days(world, absence="2027-01-12/2027-01-20")
  world.set("bo", postvagtAbsence="2027-01-01/2027-02-01")
  world.set("vagt", postvagtAbsence="2027-01-06/2027-02-01")
  day.expect("2027-01-04T12:00:00")
  gap = "Nobody stands in for Anna Møller from 12 January 2027"
  day.expect("2027-01-05T06:00:00", vagt=gap)
  day.expect("2027-01-05T07:00:00")
  world.set("anna", postvagtAbsence="2027-01-12/2027-01-12")
  day.expect("2027-01-06T06:00:00")
  world.set("anna", postvagtAbsence="2027-01-12/2027-01-30")
  day.expect("2027-01-08T06:00:00")
  day.expect("2027-01-11T06:00:00", anna="Nobody stands in for you from tomorrow")
  day.expect("2027-01-12T06:00:00")
  day.expect("2027-01-25T06:00:00", vagt="Nobody stands in for Anna Møller from today")
  world.set("bo", postvagtAbsence=[])
  day.expect("2027-01-26T06:00:00", bo=TODAY)
  world.set("bo", postvagtAbsence="2027-01-01/2027-02-01")
  day.expect("2027-01-26T07:00:00", vagt="Nobody stands in for Anna Møller from today",
             anna="You get KOMBIT's mail from today")


@scenario
@openldap_only(SAME)
def ahead_of_several_duties_in_one_mail(world):
  """Two lists of a tag and another tag; two people on one list; one mail, and one for the critical list only."""
  def prepare():
    world.list("Hast", "anna")
    world.list("Net", "anna")
    world.routes[0]["critical"] = world.block("Hast", people=ANNA)
    world.routes.append({**world.block("Net", people=ANNA), "tag": "net"})
    world.person("carl", postvagtDeputy="bo", name="Carl Åkjær")
    world.routes[0]["to"]["people"] = ["carl@eksempel.dk"]
  day = days(world, prepare=prepare)
  day.expect("2027-01-04T06:00:00", carl="You get KOMBIT's mail from today")
  world.set("carl", postvagtAbsence="2027-01-06T00:00/2027-01-07T00:00")
  equal(day.apply("2027-01-05T06:00:00"),
        {BO: ["[DR] You stand in for Anna Møller and 1 more from tomorrow"]}, "mails")
  mail = one(day.server, BO)
  equal([line for line in body(mail).splitlines() if line.startswith("* ")],
        ["* Operations ([Drift], [DR])", "* net"], "tags, once")
  says(mail, "Why: you stand in for Anna Møller, away through 8 January 2027; "
       "you stand in for Carl Åkjær, away through 6 January 2027",
       "Why, for high priority: you stand in for Anna Møller, away through 8 January 2027")


@scenario
@openldap_only(SAME)
def ahead_of_several_lists_is_one_thread(world):
  """The routes' order is not the lists'; what is said first of them is the same the day before, on the day, and after."""
  def prepare():
    world.list("Aften", "anna")
    world.routes.append({**world.block("Aften", people=ANNA), "tag": "aften"})
  day = days(world, prepare=prepare)
  threads, marks = set(), []
  for moment, absence in (("2027-01-05T06:00:00", None), ("2027-01-05T07:00:00", []),
                          ("2027-01-05T08:00:00", "2027-01-06/2027-01-08"), ("2027-01-06T06:00:00", None),
                          ("2027-01-09T06:00:00", None)):
    if absence is not None:
      world.set("anna", postvagtAbsence=absence)
    day.apply(moment)
    mail = one(day.server, BO)
    threads.add((str(mail["References"]), str(mail["Thread-Topic"])))
    marks.append(str(mail["Subject"]).partition(" You")[0])
  equal(marks, ["[aften] [DR]"] * 5, "marks")
  equal(len(threads), 1, "threads")


@scenario
@openldap_only(SAME)
def ahead_counts_a_bridge_as_absence(world):
  """A gap that is bridged begins no absence; the clock's change moves no day."""
  day = days(world, absence=["2027-03-27/2027-03-27", "2027-03-28T12:00/2027-03-30"])
  world.settings["absence"]["bridge"] = "12h"
  rewrite(world)
  day.expect("2027-03-25T22:30:00")
  day.expect("2027-03-25T23:30:00", bo=TOMORROW)
  says(one(day.server, BO), "From: 27 March 2027", "away through 30 March 2027")
  day.expect("2027-03-27T12:00:00", bo=TODAY)
  day.expect("2027-03-28T05:00:00")
  day.expect("2027-03-30T21:30:00")
  day.expect("2027-03-30T22:30:00", bo="You no longer stand in", anna="You get KOMBIT's mail again from today")
  world.set("anna", postvagtAbsence="2027-10-31/2027-10-31")
  day.expect("2027-10-29T21:30:00")
  day.expect("2027-10-29T22:30:00", bo=TOMORROW)
  day.expect("2027-10-30T22:30:00", bo=TODAY)
  day.expect("2027-10-31T22:30:00")
  day.expect("2027-10-31T23:30:00", bo="You no longer stand in", anna="You get KOMBIT's mail again from today")


@scenario
@openldap_only(SAME)
def ahead_waits_for_the_server(world):
  """Down: what waits and is not so any more is sent to nobody; what has begun is announced as such."""
  day = days(world)
  day.server.kill()
  set_clock(world, "2027-01-05T06:00:00")
  world.run("apply", status=0, env=day.env)
  equal(len(waiting(world)), 1, "what waits")
  world.set("anna", postvagtAbsence=[])
  set_clock(world, "2027-01-05T07:00:00")
  world.run("apply", status=0, env=day.env)
  equal(waiting(world), [], "what waits of an absence that was cancelled")
  world.set("anna", postvagtAbsence="2027-01-06/2027-01-08")
  set_clock(world, "2027-01-05T08:00:00")
  world.run("apply", status=0, env=day.env)
  world.set("bo", postvagtAbsence="2027-01-09/2027-01-09")
  world.set("anna", postvagtAbsence="2027-01-06/2027-01-09")
  world.set("vagt", postvagtAbsence="2027-01-09/2027-01-09")
  set_clock(world, "2027-01-05T09:00:00")
  world.run("apply", status=0, env=day.env)
  equal(len(waiting(world)), 2, "what waits, with a gap")
  world.set("bo", postvagtAbsence=[])
  day.server = SmtpServer(day.server.port)
  world.children.append(day.server)
  day.expect("2027-01-06T06:00:00", bo=TODAY)
  equal(waiting(world), [], "what waits")


@scenario
@openldap_only(SAME)
def ahead_of_two_agents_in_one_state_folder(world):
  """Each knows of its own lists what is not so any more: the other's are not taken back."""
  day = days(world, prepare=lambda: world.list("Net", "vagt"))
  other = world.agent_of_its_own("other")
  world.write_yaml("other-routes.yaml", {"routes": [{**world.block("Net", people=VAGT), "tag": "net"}]})
  settings = world.read(other).replace("routes.yaml", "other-routes.yaml")
  world.write("other.yaml", settings)
  day.env["STATE_DIRECTORY"] = world.path("both")
  day.expect("2027-01-05T06:00:00", bo=TOMORROW)
  set_clock(world, "2027-01-05T06:10:00")
  day.server.mails.clear()
  world.run("-c", other, "apply", status=0, env=day.env, config=False)
  equal([str(mail["Subject"]) for mail in day.server.read()], [], "mails of the other")
  day.expect("2027-01-05T06:20:00")


def kill_everywhere(day, moment, told):
  """Kill a run before each of its operations on files: the runs after it leave these notices, each once."""
  world, server = day.world, day.server
  kept = world.path("kept")
  subprocess.run(["cp", "-a", world.path("state"), kept], check=True)
  server.mails.clear()
  set_clock(world, moment)
  world.run("apply", status=0, env={**day.env, **fault(world, day), "FAULT_COUNT": world.path("count")})
  count = int(world.read(world.path("count")).split("\n", 1)[0])
  equal([str(mail["Subject"]) for mail in server.read()], [f"[DR] {told}"], "without a fault")
  if count < 10:
    raise Failure(f"operations on files: {count}")
  lost = []
  for at in range(1, count + 1):
    shutil.rmtree(world.path("state"))
    subprocess.run(["cp", "-a", kept, world.path("state")], check=True)
    server.mails.clear()
    set_clock(world, moment)
    world.run("apply", env={**day.env, **fault(world, day), "FAULT_AT": str(at)})
    world.run("apply", env=day.env)
    world.run("apply", env=day.env)
    mails = [(str(mail["Subject"]), str(mail["Message-ID"])) for mail in server.read()]
    left = waiting(world) + waiting(world, ".draft")
    if [subject for subject, _ in set(mails)] != [f"[DR] {told}"] or left:
      lost.append((at, mails, left))
  equal(lost, [], "operations at which a kill lost or repeated it")
  shutil.rmtree(kept)


@scenario
@openldap_only(SAME)
def ahead_survives_a_kill(world):
  """Told, and taken back, once, whatever was done; a mail that is sent twice has one Message-ID."""
  day = days(world)
  day.expect("2027-01-04T12:00:00")
  kill_everywhere(day, "2027-01-05T06:00:00", TOMORROW)
  world.set("anna", postvagtAbsence=[])
  kill_everywhere(day, "2027-01-05T09:00:00", OFF)


def fault(world, day):
  return {"LD_PRELOAD": f"{world.fault} {day.env['LD_PRELOAD']}", "FAULT_ON": "file"}


@scenario
@openldap_only(SAME)
def ahead_needs_trusted_absences(world):
  """A feed that was never read, or is gone for good: nothing is told, and nothing taken back."""
  day = days(world, absence=[])
  world.settings["absence"]["feeds"] = [{
      "name": "loen", "url": "file://" + world.path("loen.csv"), "format": "csv", "match": "uid",
      "fields": {"person": "id", "from": "from", "until": "until"}, "max_age": "3d"}]
  rewrite(world)
  day.expect("2027-01-05T06:00:00", status=6)
  world.write("loen.csv", "id;from;until\nanna;2027-01-10;2027-01-12\n")
  day.expect("2027-01-05T07:00:00")
  world.write("loen.csv", "noget helt andet\n")
  day.expect("2027-01-07T07:00:00", status=6)
  day.expect("2027-01-09T07:00:00", status=6)
  world.write("loen.csv", "id;from;until\nanna;2027-01-10;2027-01-12\n")
  day.expect("2027-01-09T08:00:00", bo=TOMORROW)
  os.remove(world.path("loen.csv"))
  day.expect("2027-01-09T09:00:00", status=6)
  world.write("loen.csv", "id;from;until\nanna;2027-01-10;2027-01-12\n")
  day.expect("2027-01-09T10:00:00")


@scenario
@openldap_only(SAME)
def ahead_is_not_looked_at_without_notices(world):
  """Nothing more is read, and nothing kept."""
  world.person("carl")
  day = days(world)
  world.set("bo", postvagtDeputy="carl", postvagtAbsence="2027-01-06/2027-01-08")
  world.settings["mail"]["notices"] = False
  world.write_files()
  set_clock(world, "2027-01-05T06:00:00")
  off = world.run("-v", "apply", status=0, env=day.env)
  equal(os.path.exists(world.path("state/ahead-reports.json")), False, "what was told is kept")
  world.settings["mail"]["notices"] = True
  world.write_files()
  on = world.run("-v", "apply", status=0, env=day.env)
  read = [int(result.err.split(" people read")[0].rsplit(" ", 1)[-1]) for result in (off, on)]
  if read[0] >= read[1]:
    raise Failure(f"people read, without and with notices: {read}")


@scenario
@openldap_only(SAME)
def watch_tells_the_day_before_at_seven(world):
  """Not at midnight; at seven, once; and a change within the day at once."""
  server = town(world, SmtpServer())
  world.person("vagt")
  env = faked(world, "2027-01-04T22:59:55")
  begin(world, OVERLAYS="syncprov refint", own=True)
  world.set("anna", postvagtAbsence="2027-01-06/2027-01-08")
  watching = Watch(world, env=env)
  watching.until(lambda: os.path.exists(world.path("state/ahead-reports.json")), "the first look")
  equal(server.mails, [], "mails before midnight")
  set_clock(world, "2027-01-05T05:59:50")
  world.set("bo", description="x")
  watching.until(lambda: "looked_until" in world.read(world.path("state/ahead-reports.json")), "a look")
  equal(server.mails, [], "mails before seven")
  set_clock(world, "2027-01-05T05:59:58")
  watching.until(lambda: server.read(BO), "the mail at seven")
  equal(str(one(server, BO)["Subject"]), f"[DR] {TOMORROW}", "subject")
  server.mails.clear()
  world.set("anna", postvagtAbsence=[])
  watching.until(lambda: server.read(BO), "that it is taken back")
  equal(str(one(server, BO)["Subject"]), f"[DR] {OFF}", "subject")
  watching.end()
