"""What a mail means and where it goes: a second reading of the contract (section 7).

It shares nothing with the program: it works on texts with regular expressions, where the program works on characters.
"""
import base64
import binascii
import codecs
import re
import unicodedata
from dataclasses import dataclass, field

CUT = "\0"  # stands where an ignored mark was
GAP = r"[ \0]*"
PREFIX = re.compile(GAP + r"(?:sv|vs|re|aw|wg|fw|fwd|antw|vb|vl|tr|rv|enc)"
                    r" ?(?:\[[0-9]+\]|\([0-9]+\)|\^[0-9]+)? ?[:：]")
BANG = rf"(?:[!！](?:{GAP}[!！])*)"
BANG = rf"(?:{BANG}|\[{GAP}{BANG}{GAP}\]|\({GAP}{BANG}{GAP}\)|［{GAP}{BANG}{GAP}］|（{GAP}{BANG}{GAP}）)"
BANGS = re.compile(rf"{BANG}(?:{GAP}{BANG})*")
PRIORITY = re.compile(r"h(?:ø|oe)j(?:este)? ?prioritet|prioritet ?:? ?(?:h(?:ø|oe)j|1)")
ANSWERS = (
    "automatisk svar", "automatic reply", "automatische antwort", "automatiskt svar", "automaattinen vastaus",
    "réponse automatique", "automatisch antwoord", "autosvar", "auto-reply", "autoreply", "auto reply",
    "automatic response", "fraværsbesked", "fraværsmeddelelse", "fraværsassistent", "frånvaromeddelande",
    "fraværsmelding", "abwesenheitsnotiz", "ikke på kontoret", "ikke til stede", "ude af kontoret",
    "inte på kontoret", "out of office", "out of the office")
HIGH = {"importance": r"high", "x-priority": r"1|2|high|highest", "priority": r"urgent",
        "x-msmail-priority": r"high|urgent"}
LOOPS = ("x-loop", "x-sieve-redirected-from", "x-ms-exchange-inbox-rules-loop")
# Default_Ignorable_Code_Point (UAX #44) beyond the categories that is_invisible() has.
IGNORABLE = [range(0x34f, 0x350), range(0x115f, 0x1161), range(0x17b4, 0x17b6), range(0x180b, 0x1810),
             range(0x2065, 0x2066), range(0x3164, 0x3165), range(0xfe00, 0xfe10), range(0xffa0, 0xffa1),
             range(0xfff0, 0xfff9), range(0xe0000, 0xe1000)]
BLANKS = set(" \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200b)}


@dataclass
class Municipality:
  """Its catalogue (id: spellings), its routes (id: addresses, ordinary, critical and inform), and its mailbox."""
  tags: dict
  routes: dict
  ignore: tuple = ()
  address: str = None
  probe: str = None


@dataclass
class Meaning:
  tags: set = field(default_factory=set)
  high: bool = False
  course: str = "lists"  # or "loop", "answer", "probe"


# Subjects: from bytes to a text.

def _charset(name):
  """As Python calls it; of one that is not of a byte a character, ASCII is read."""
  if name in ("utf-8", "utf8", "us-ascii", "ascii"):
    return "utf-8"
  if re.fullmatch(r"(iso[-_]?8859[-_]1(:1987)?|latin-?1|l1)", name):
    return "windows-1252"
  if name in ("gb2312", "iso-2022-jp", "euc-kr", "big5"):
    return "ascii"
  try:
    return codecs.lookup(name.removeprefix("x-")).name
  except LookupError:
    return "ascii"


def _word(match):
  """An encoded word's charset and bytes, or None where it is none."""
  charset, way, text = match.group(1).split(b"*")[0].lower(), match.group(2).lower(), match.group(3)
  if not charset:
    return None
  name = _charset(charset.decode("latin-1"))
  if way == b"q":
    text = re.sub(rb"=([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), text.replace(b"_", b" "))
    return name, text
  try:
    bare = text.rstrip(b"=")
    return name, base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
  except binascii.Error:
    return None


def decode(raw):
  """RFC 2047; neighbours in one charset are joined before they are decoded. Raw 8-bit: UTF-8, else Windows-1252."""
  pieces, place = [], 0
  for match in re.finditer(rb"=\?([^?\s]+)\?([BbQq])\?(.*?)\?=", raw):
    word = _word(match)
    if not word:
      continue
    between = raw[place:match.start()]
    if between and not (pieces and pieces[-1][0] != "raw" and not between.strip(b" \t\r\n")):
      pieces.append(("raw", between))
    if pieces and pieces[-1][0] == word[0]:
      pieces[-1] = (word[0], pieces[-1][1] + word[1])
    else:
      pieces.append(word)
    place = match.end()
  pieces.append(("raw", raw[place:]))
  text = ""
  for charset, data in pieces:
    if charset == "raw":
      try:
        text += data.decode()
        continue
      except UnicodeDecodeError:
        charset = "windows-1252"
    text += data.decode(charset, "replace")
  return text


def _is_invisible(c):
  number = ord(c)
  return unicodedata.category(c) in ("Cf", "Cc", "Cs") or number & 0xfffe == 0xfffe or 0xfdd0 <= number <= 0xfdef or \
      any(number in part for part in IGNORABLE)


def plain(text):
  """The form in which subjects, tags and marks are compared."""
  text = "".join(" " if c in BLANKS or ord(c) < 32 or ord(c) == 127 else c for c in text)
  text = "".join(c for c in text if not _is_invisible(c))
  text = unicodedata.normalize("NFC", text)
  text = re.sub(" +", " ", text).strip(" ")
  text = re.sub(r" (?=\])", "", re.sub(r"(?<=\[) ", "", text))
  return "".join(c.casefold() for c in text)


# Tags and marks as regular expressions, each with its edges.

def _is_word(c):
  return unicodedata.category(c)[0] in "LNM"


def _edges(text, start, end, before, behind):
  """Whether a piece begins and ends where whole words do, where it has to."""
  return not (before and start > 0 and _is_word(text[start - 1])) and \
      not (behind and end < len(text) and _is_word(text[end]))


def occurrences(spelling, text):
  """Where a spelling is, as (start, end)."""
  spelling = plain(spelling)
  return [(m.start(), m.start() + len(spelling)) for m in re.finditer(f"(?={re.escape(spelling)})", text)
          if _edges(text, m.start(), m.start() + len(spelling), _is_word(spelling[0]), _is_word(spelling[-1]))]


def cut(mark, text):
  """A text without what a mark of mailbox.ignore is in it."""
  mark = plain(mark)
  parts = re.split(r"\*+", mark.lstrip("* "))
  if not any(parts):
    return text
  ends_open = mark.endswith("*")
  before = not mark.startswith("*") and _is_word(mark[0])
  behind = ends_open or _is_word(mark[-1])
  start, out = 0, ""
  while start < len(text):
    end = _mark_end(parts, text, start, before, behind)
    if end is None:
      out += text[start]
      start += 1
    else:
      out += CUT
      start = end
  return out


def _mark_end(parts, text, start, before, behind):
  """Where a mark that begins at a place ends: as soon as it can, with no bracket in what * stands for."""
  if not text.startswith(parts[0], start) or (before and start > 0 and _is_word(text[start - 1])):
    return None
  pattern = r"[^\[\]\0]*?".join(map(re.escape, parts))
  for stop in range(start, len(text) + 1):
    if re.fullmatch(pattern, text[start:stop], re.DOTALL) and stop > start:
      inside = stop < len(text) and _is_word(text[stop]) and _is_word(text[stop - 1])
      if not (behind and inside):
        return stop
  return None


# What a subject says.

def _spans(municipality, text):
  """All places of tags; one without brackets takes in the brackets that are around it."""
  carried, spans = set(), set()
  for tag, spellings in municipality.tags.items():
    for spelling in spellings:
      for start, end in occurrences(spelling, text):
        carried.add(tag)
        spans.add((start, end))
        if text[start - 1:start] + text[end:end + 1] in ("[]", "()") and start > 0:
          spans.add((start - 1, end + 1))
  return carried, spans


def _start(text):
  """Behind prefixes and marks."""
  place = re.match(GAP, text).end()
  while match := PREFIX.match(text, place):
    place = re.compile(GAP).match(text, match.end()).end()
  return place


def _is_high(text, spans):
  start, gap = _start(text), re.compile(GAP)
  starts, ends = {s for s, _ in spans}, {e for _, e in spans}
  after_tags = start
  while after_tags in starts:
    after_tags = gap.match(text, max(e for s, e in spans if s == after_tags)).end()
  if BANGS.match(text, start) or BANGS.match(text, after_tags):
    return True
  for match in BANGS.finditer(text, start):
    before = len(text[:match.start()].rstrip(" \0"))
    behind = gap.match(text, match.end()).end()
    if behind in starts and before not in ends and not (before > 0 and _is_word(text[before - 1])):
      return True
  for place in range(start, len(text)):
    match = PRIORITY.match(text, place)
    if not match or not _edges(text, place, match.end(), True, True):
      continue
    before = text[:place].rstrip(" \0")
    behind = gap.match(text, match.end()).end()
    if before.endswith("ikke") and len(before) < place and not (len(before) > 4 and _is_word(before[-5])):
      continue
    around = before[-1:] + text[behind:behind + 1]
    if place == start or len(before) in ends or behind in starts or text.startswith((":", "："), behind) or \
        around in ("[]", "()", "［］", "（）"):
      return True
  return False


# What the fields say.

def fields_of(mail):
  """Names in small letters, and raw bodies, unfolded; up to the empty line."""
  head = re.split(rb"\r?\n\r?\n", mail, maxsplit=1)[0]
  found = []
  for line in re.split(rb"\r?\n(?![ \t])", head):
    name, colon, body = line.partition(b":")
    if colon and name.strip():
      found.append((name.strip().lower().decode("latin-1"), re.sub(rb"\r?\n", b"", body).strip(b" \t\r\n")))
  return found


def _begins(body, words):
  return re.match(rf"(?:{words})(?![A-Za-z0-9])", body, re.IGNORECASE) is not None


def _is_calendar_reply(body):
  if not _begins(body, "text/calendar"):
    return False
  rest = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda m: re.sub(r"[;=]", "_", m.group(1)), body)
  return re.search(r";\s*method\s*=\s*reply\s*(?:;|$)", rest, re.IGNORECASE) is not None


def _is_answer_field(name, body):
  return (name == "auto-submitted" and _begins(body, "auto-replied|auto-notified")) or \
      (name == "content-type" and (_begins(body, "multipart/report") or _is_calendar_reply(body))) or \
      name in ("x-autoreply", "x-autorespond") or (name == "x-autogenerated" and _begins(body, "reply"))


def read(municipality, mail, sender=None):
  """The meaning of a mail; `sender` is the envelope's, "" that of a bounce, None: as Return-Path has it."""
  fields = fields_of(mail)
  decoded = " ".join(decode(body) for name, body in fields if name == "subject")
  text = plain(decoded)
  is_probe = municipality.probe and "[postvagt-probe " in decoded.lower()
  for mark in municipality.ignore:
    text = cut(mark, text)
  meaning = Meaning()
  meaning.tags, spans = _spans(municipality, text)
  texts = [(name, body.decode("latin-1")) for name, body in fields]
  meaning.high = _is_high(text, spans) or \
      any(name in HIGH and _begins(body, HIGH[name]) for name, body in texts)
  paths = [body for name, body in texts if name == "return-path"]
  bare = sender == "" or (sender is None and paths and re.match(r"<[ \t]*>", paths[0]))
  start = _start(text)
  answers = any(text.startswith(words, start) and _edges(text, start, start + len(words), False, True)
                for words in map(plain, ANSWERS))
  own = (municipality.address or "").lower()
  if own and any(name in LOOPS and own in re.split(r"[\s,;<>]+", body.lower()) for name, body in texts):
    meaning.course = "loop"
  elif bare or answers or any(_is_answer_field(name, body) for name, body in texts):
    meaning.course = "answer"
  elif is_probe:
    meaning.course = "probe"
  return meaning


def destinations(municipality, meaning):
  """The addresses that it goes to, in small letters."""
  if meaning.course == "probe":
    return {municipality.probe.lower()}
  if meaning.course != "lists":
    return set()
  found = set()
  for tag in [tag for tag in meaning.tags if tag in municipality.routes] or ["*"]:
    ordinary, critical, inform = municipality.routes.get(tag, (None, None, None))
    found |= {critical if meaning.high and critical else ordinary, inform}
  return {address.lower() for address in found if address}
