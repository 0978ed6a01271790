"""The matcher behind `mailbox`: over the corpus, and held against a second reading of the contract."""
import json
import os
import subprocess

import mail_corpus
import mail_meaning
import other_mails
import random_mails
from scenario import openldap_only, scenario
from world import ROOT, Failure, equal

BESIDE = os.path.join(os.path.dirname(os.environ.get("POSTVAGT", "")), "tests", "read_mails")
READ_MAILS = BESIDE if os.path.exists(BESIDE) else os.path.join(ROOT, "build", "tests", "read_mails")


def read_mails(world, mails):
  """What the matcher finds in each (support/read_mails.c)."""
  given = b"".join(b"%d\n%s" % (len(mail), mail) for mail in mails)
  run = subprocess.run([READ_MAILS, world.path("postvagt.yaml")], input=given, capture_output=True, timeout=300,
                       check=False)
  if run.returncode:
    raise Failure(f"read_mails ends with {run.returncode}: {run.stderr.decode()}")
  return [json.loads(line) for line in run.stdout.splitlines()]


def addresses(world, found):
  """Where the lists that it found are, in small letters; the probe's address."""
  of_list = {block["list"]: block["address"].lower() for route in world.routes
             for block in (route, route.get("critical"), route.get("inform")) if block}
  if found["course"] == "probe":
    return {mail_corpus.PROBE}
  return {of_list[dn] for dn in found["lists"]}


def municipality():
  """That of the corpus, as mail_meaning wants it; what only a route names is carried as its id in brackets."""
  tags = {tag: spellings for tag, *spellings in mail_corpus.TAGS}
  tags.update({tag: [f"[{tag}]"] for tag in mail_corpus.ROUTES if tag != "*" and tag not in tags})
  routes = {tag: tuple(name and mail_corpus.address(name) for name in names)
            for tag, names in mail_corpus.ROUTES.items()}
  return mail_meaning.Municipality(tags, routes, mail_corpus.IGNORE, mail_corpus.BOX, mail_corpus.PROBE)


@scenario
@openldap_only("no directory is asked")
def matcher_over_the_corpus(world):
  mail_corpus.municipality(world)
  corpus = mail_corpus.CORPUS
  equal(len({what for what, *_ in corpus}), len(corpus), "names of mails, each once")
  equal(len(corpus) >= 250, True, "a corpus worth its name")
  found = read_mails(world, [mail_corpus.mail_of(headers) for _, headers, _ in corpus])
  problems = []
  for (what, _, seen), got in zip(corpus, found, strict=True):
    wanted = mail_corpus.destinations(seen)
    if addresses(world, got) != wanted:
      problems.append(f"{what}: goes to {sorted(addresses(world, got))}, and not to {sorted(wanted)}")
    if not set(seen.split()) & {"-", "probe"}:
      carried = set(got["tags"]) | ({"!"} if got["high"] else set())
      if carried != set(seen.split()):
        problems.append(f"{what}: {sorted(carried)}, and not {seen}")
  if problems:
    raise Failure("\n".join(problems))


@scenario
@openldap_only("no directory is asked")
def matcher_and_the_second_reading_agree_on_the_corpus(world):
  """So whatever else is held against the second reading is held against the corpus, too."""
  del world
  ours, problems = municipality(), []
  for what, headers, seen in mail_corpus.CORPUS:
    meaning = mail_meaning.read(ours, mail_corpus.mail_of(headers), mail_corpus.sender_of(headers))
    wanted, got = mail_corpus.destinations(seen), mail_meaning.destinations(ours, meaning)
    carried = meaning.tags | ({"!"} if meaning.high else set())
    if got != wanted or (meaning.course == "lists" and carried != set(seen.split())):
      problems.append(f"{what}: {meaning} goes to {sorted(got)}, and not to {sorted(wanted)}")
  if problems:
    raise Failure("\n".join(problems))


@scenario
@openldap_only("no directory is asked")
def matcher_over_other_mails(world):
  """The matcher, and the second reading, on the mails of another municipality."""
  other_mails.municipality(world, mail_corpus.PROBE)
  tags = {tag: spellings for tag, *spellings in other_mails.TAGS}
  routes = {tag: tuple(name and mail_corpus.address(name) for name in names) for tag, names in other_mails.ROUTES.items()}
  ours = mail_meaning.Municipality({**tags, "kunrute": ["[kunrute]"]}, routes, other_mails.IGNORE, mail_corpus.BOX,
                                   mail_corpus.PROBE)
  mails = [mail_corpus.mail_of(headers) for _, headers, _ in other_mails.MAILS]
  problems = []
  for (what, _, seen), mail, got in zip(other_mails.MAILS, mails, read_mails(world, mails), strict=True):
    wanted = mail_corpus.destinations(seen, other_mails.ROUTES)
    second = mail_meaning.destinations(ours, mail_meaning.read(ours, mail))
    carried = set(got["tags"]) | ({"!"} if got["high"] else set())
    if addresses(world, got) != wanted or second != wanted or (got["course"] == "lists" and carried != set(seen.split())):
      problems.append(f"{what}: {got} goes to {sorted(addresses(world, got))}, by the second reading to {sorted(second)}, "
                      f"and not to {sorted(wanted)}")
  if problems:
    raise Failure("\n".join(problems))


@scenario
@openldap_only("no directory is asked")
def matcher_and_the_second_reading_agree_on_random_mails(world):
  mail_corpus.municipality(world)
  ours, problems, counts = municipality(), [], {}
  mails = list(random_mails.mails(range(4000)))
  for mail, got in zip(mails, read_mails(world, mails), strict=True):
    meaning = mail_meaning.read(ours, mail)
    kinds = (meaning.course, f"high {meaning.high}", f"{len(meaning.tags)} tags")
    counts.update({kind: counts.get(kind, 0) + 1 for kind in kinds})
    wanted = (sorted(meaning.tags), meaning.high, meaning.course, mail_meaning.destinations(ours, meaning))
    if (sorted(got["tags"]), got["high"], got["course"], addresses(world, got)) != wanted:
      problems.append(f"{mail.split(b'From:')[0]!r}:\n     got {got}\nexpected {wanted}")
  if problems:
    raise Failure("\n".join(problems[:20]) + f"\n{len(problems)} mails")
  rare = {kind: count for kind, count in counts.items() if count < 40}
  if rare.keys() - {f"{number} tags" for number in range(4, 20)} or len(counts) < 9:
    raise Failure(f"random mails of too few kinds: {counts}")


# mailbox.ignore, where in it something is wrong (from 1; None: nothing), and what is said.
IGNORED = (
    ('["[EKSTERN]", "[Ticket#*]", "INC*", "EXTERN:"]', None, ()),
    ('["[EKSTERN]", "[SP]"]', 15, ("[SP]", 'the tag "sp"')),
    ('"[ sp ]"', 1, ("[ sp ]", "[SP]", 'the tag "sp"')),
    ('["[Service*]"]', 2, ("[Service*]", "[Serviceplatformen]")),
    ('["[*]"]', 2, ("[*]", "[Serviceplatformen]")),
    ('["SP"]', 2, ('"SP"', "[SP]")),
    ('["SF*"]', 2, ("SF*", "SF1601", 'the tag "post"')),
    ('["SF160"]', None, ()),
    ('["[Fordeling]"]', 2, ("[Fordeling]", 'the tag "fordeling"')),
    ('["[EKSTERN]", "*"]', 15, ('"*"', "a mark")),
    ('[" ** * "]', 2, ("a mark",)),
    ('[""]', 2, ("a text",)),
    ('[~, "[EKSTERN]", "[SP]"]', 2, ()),
)


@scenario
@openldap_only("no directory is asked")
def marks_to_ignore_that_would_take_mail_from_its_lists(world):
  mail_corpus.municipality(world)
  world.settings["mailbox"]["ignore"] = "HERE"
  world.write_files()
  world.write_yaml("tags.yaml", mail_corpus.catalogue())
  with open(world.path("postvagt.yaml"), encoding="utf-8") as file:
    text = file.read()
  before = text[:text.index('"HERE"')]
  row, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
  for ignored, place, texts in IGNORED:
    world.write("postvagt.yaml", text.replace('"HERE"', ignored))
    result = world.run("rules", "--for", "sieve", status=2 if place else 0)
    if place:
      result.says(f"postvagt.yaml:{row}:{column + place}:", *texts)
