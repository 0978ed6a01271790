"""What Exchange would do with the transport rules of a PowerShell script, as far as it can be told.

There is no Exchange here, nor PowerShell. The table of rules in the script is read by a parser
of just what may stand in it, so that nothing else can; then a message goes through the rules as
Microsoft's documentation says: in their order, all conditions, no exception, headers set by one
seen by the next, patterns without case.
"""
import email
import email.policy
import re

from world import Failure

TOKEN = re.compile(r"""(?P<skip>\s+|\#[^\n]*)
  | '(?P<text>(?:[^']|'')*)'
  | \[char\](?P<char>0x[0-9A-F]{4})
  | \[char\]::ConvertFromUtf32\((?P<wide>0x[0-9A-F]{5,6})\)
  | (?P<mark>@\(|@\{|\(|\)|\}|,|\+|=)
  | (?P<name>[A-Za-z]+)""", re.VERBOSE)
START = "$rules = @("
BOTH = ("HeaderMatches", "HeaderContains")


class Script:
  """The rules of a script, as dictionaries; Failure where something else stands among them."""

  def __init__(self, text):
    if not text.isascii() and any(not line.lstrip().startswith("#") and not line.isascii()
                                  for line in text.splitlines()):
      raise Failure("a line of code is not ASCII")
    self.text, self.place = text, text.index(START) + len(START) - 2
    self.prefix = re.search(r"^\$prefix = '(postvagt [0-9a-f]{8} )'$", text, re.MULTILINE).group(1)
    self.mailbox = re.search(r"^\$mailbox = \('([^']+)'\)$", text, re.MULTILINE).group(1)
    self.kind, self.value = None, None
    self.next()
    self.rules = self.expression()

  def next(self):
    """Read one token; the two before it are never needed."""
    while True:
      match = TOKEN.match(self.text, self.place)
      if not match:
        raise Failure(f"not of a table of rules: {self.text[self.place:self.place + 60]!r}")
      self.place = match.end()
      if match.lastgroup != "skip":
        self.kind, self.value = match.lastgroup, match.group(match.lastgroup)
        return

  def take(self, mark):
    if self.kind != "mark" or self.value != mark:
      raise Failure(f"{mark} is expected before {self.text[self.place:self.place + 60]!r}")
    self.next()

  def at(self, mark):
    return self.kind == "mark" and self.value == mark

  def expression(self):
    value = self.operand()
    while self.at("+"):
      self.next()
      value += self.operand()
    return value

  def operand(self):
    if self.at("@("):
      return self.array()
    if self.at("@{"):
      return self.table()
    if self.at("("):
      self.next()
      value = self.expression()
      self.take(")")
      return value
    kind, value = self.kind, self.value
    if kind not in ("text", "char", "wide"):
      raise Failure(f"a value is expected before {self.text[self.place:self.place + 60]!r}")
    self.next()
    return value.replace("''", "'") if kind == "text" else chr(int(value, 16))

  def array(self):
    items = []
    self.next()
    while not self.at(")"):
      items.append(self.expression())
      if self.at(","):
        self.next()
    # What follows the table of rules is no table.
    end = self.place
    if self.text[end:end + 2] != "\n\n":
      self.next()
    return items

  def table(self):
    values = {}
    self.next()
    while not self.at("}"):
      name = self.value
      if self.kind != "name" or name in values:
        raise Failure(f"a parameter is expected, not {name}")
      self.next()
      self.take("=")
      values[name] = self.expression()
    self.next()
    return values

  def run(self, raw, sender="drift@kombit.example"):
    """The addresses that a message is passed on to."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    headers = [(name.lower(), re.sub(r"[\r\n]+", "", str(value))) for name, value in message.items()]
    copies = set()
    for rule in self.rules:
      if self.applies(rule, headers, sender):
        if "SetHeaderName" in rule:
          name = rule["SetHeaderName"].lower()
          headers = [pair for pair in headers if pair[0] != name]
          headers.append((name, rule["SetHeaderValue"]))
        if "BlindCopyTo" in rule:
          copies.add(rule["BlindCopyTo"])
    return copies

  def applies(self, rule, headers, sender):
    known = {"Name", "SetHeaderName", "SetHeaderValue", "BlindCopyTo"}
    conditions, exceptions = [], []
    for prefix, found in (("", conditions), ("ExceptIf", exceptions)):
      for kind, second in (("HeaderMatches", "Patterns"), ("HeaderContains", "Words")):
        header, words = f"{prefix}{kind}MessageHeader", f"{prefix}{kind}{second}"
        known |= {header, words}
        if header in rule:
          values = [value for name, value in headers if name == rule[header].lower()]
          found.append(matches(rule[words], values, kind == "HeaderContains"))
    for name, values in (("SubjectMatchesPatterns", [v for n, v in headers if n == "subject"]),
                         ("FromAddressMatchesPatterns", [sender])):
      known.add(name)
      if name in rule:
        conditions.append(matches(rule[name], values))
    if "WithImportance" in rule:
      conditions.append(matches("^high$", [v.strip() for n, v in headers if n == "importance"]))
    if "MessageTypeMatches" in rule:  # Exchange's own knowledge
      conditions.append(False)
    unknown = set(rule) - known - {"WithImportance", "MessageTypeMatches"}
    if unknown:
      raise Failure(f"parameters that are not known here: {unknown}")
    return all(conditions) and not any(exceptions)


def matches(patterns, values, as_words=False):
  patterns = [patterns] if isinstance(patterns, str) else patterns
  if as_words:
    patterns = [rf"\b{re.escape(word)}\b" for word in patterns]
  return any(re.search(pattern, value, re.IGNORECASE) for pattern in patterns for value in values)
