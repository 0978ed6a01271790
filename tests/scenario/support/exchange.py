"""What Exchange would do with rules of postvagt, as far as Microsoft's documentation tells.

There is no Exchange here, nor PowerShell. The table of rules in a script is read by a parser of just
what may stand in it, so that nothing else can. Then a message goes through the rules. A condition, an
exception or an action works here only where a sentence of the documentation says so: SAID has it, by
the name of its page in MicrosoftDocs/office-docs-powershell and microsoftgraph/microsoft-graph-docs-contrib.
What no sentence says is taken the way that makes the rules fail: headers are as they came, not decoded
and not unfolded; what Exchange itself knows a message as (an automatic reply) must be told.
"""
import email
import email.policy
import re

from world import Failure

# Parameter of New-InboxRule: property of messageRulePredicates, and what each page says.
SAID = {
    "SubjectContainsWords": (
        "subjectContains", "New-InboxRule: looks for the specified words or phrases in the Subject field of messages",
        "messageRulePredicates: the strings that appear in the subject of an incoming message"),
    "HeaderContainsWords": (
        "headerContains", "New-InboxRule: looks for the specified words or phrases in the header fields of messages",
        "messageRulePredicates: the strings that appear in the headers of an incoming message"),
    "WithImportance": (
        "importance", "New-InboxRule: looks for messages with the specified importance level",
        "messageRulePredicates: the importance that is stamped on an incoming message: low, normal, high"),
    "AutomaticReply": (
        "isAutomaticReply", "New-InboxRule: MessageTypeMatches, valid values: AutomaticReply",
        "messageRulePredicates: whether an incoming message must be an auto reply"),
    "NonDeliveryReport": (
        "isNonDeliveryReport", "New-InboxRule: MessageTypeMatches, valid values: NonDeliveryReport",
        "messageRulePredicates: whether an incoming message must be a non-delivery report"),
    "ReadReceipt": (
        "isReadReceipt", "New-InboxRule: MessageTypeMatches, valid values: ReadReceipt",
        "messageRulePredicates: whether an incoming message must be a read receipt"),
    "CalendaringResponse": (
        "isMeetingResponse", "New-InboxRule: MessageTypeMatches, valid values: CalendaringResponse",
        "messageRulePredicates: whether an incoming message must be a meeting response"),
    "RedirectTo": (
        "redirectTo", "New-InboxRule: redirects the message to the specified recipient; multiple values",
        "messageRuleActions: the email addresses to which a message should be redirected"),
    "StopProcessingRules": (
        "stopProcessingRules", "New-InboxRule: stop processing additional rules if the conditions of this Inbox rule are met",
        "messageRuleActions: whether subsequent rules should be evaluated"),
}
LIST_MAX = 255  # New-InboxRule: "The maximum length of this parameter is 255 characters."
NAME_MAX = 512  # New-InboxRule, Name: "The maximum length is 512 characters."
QUOTA = 256 * 1024  # Set-Mailbox, RulesQuota: "a number from 32 to 256 kilobytes"

TOKEN = re.compile(r"""(?P<skip>\s+|\#[^\n]*)
  | '(?P<text>(?:[^']|'')*)'
  | \[char\](?P<char>0x[0-9A-F]{4})
  | \[char\]::ConvertFromUtf32\((?P<wide>0x[0-9A-F]{5,6})\)
  | (?P<mark>@\(|@\{|\(|\)|\}|,|\+|=)
  | (?P<name>\$true|[A-Za-z]+)""", re.VERBOSE)
START = "$rules = @("


class Table:
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
    if kind == "name" and value == "$true":
      self.next()
      return True
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


class Script(Table):
  """Transport rules, on premises (New-TransportRule): in their order, all conditions, no exception, headers set by
  one seen by the next, patterns without case."""

  def run(self, raw):
    """The addresses that a message is passed on to."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    headers = [(name.lower(), re.sub(r"[\r\n]+", "", str(value))) for name, value in message.items()]
    copies = set()
    for rule in self.rules:
      if self.applies(rule, headers):
        if "SetHeaderName" in rule:
          name = rule["SetHeaderName"].lower()
          headers = [pair for pair in headers if pair[0] != name]
          headers.append((name, rule["SetHeaderValue"]))
        if "BlindCopyTo" in rule:
          copies.add(rule["BlindCopyTo"])
    return copies

  def applies(self, rule, headers):
    known = {"Name", "SetHeaderName", "SetHeaderValue", "BlindCopyTo"}
    conditions, exceptions = [], []
    for prefix, found in (("", conditions), ("ExceptIf", exceptions)):
      for kind, second in (("HeaderMatches", "Patterns"), ("HeaderContains", "Words")):
        header, words = f"{prefix}{kind}MessageHeader", f"{prefix}{kind}{second}"
        known |= {header, words}
        if header in rule:
          values = [value for name, value in headers if name == rule[header].lower()]
          found.append(matches(rule[words], values, kind == "HeaderContains"))
    subjects = [value for name, value in headers if name == "subject"]
    for name, found in (("SubjectMatchesPatterns", conditions), ("ExceptIfSubjectMatchesPatterns", exceptions)):
      known.add(name)
      if name in rule:
        found.append(matches(rule[name], subjects))
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


class Message:
  """What the conditions of Inbox rules see of a message."""

  def __init__(self, raw, kind=None):
    end = re.search(rb"\r?\n\r?\n", raw + b"\r\n\r\n").start()
    self.header = raw[:end].decode("utf-8", errors="surrogateescape")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    self.subject = str(message["Subject"] or "")
    level = str(message["Importance"] or "normal").strip().lower()
    self.importance = level if level in ("low", "normal", "high") else "normal"
    self.kind = kind  # "isAutomaticReply" or another of its kind

  def meets(self, name, value, exact):
    if name in ("subjectContains", "headerContains"):
      text = self.subject if name == "subjectContains" else self.header
      return any(contains(text, word, exact) for word in value)
    if name == "importance":
      return self.importance == value
    return self.kind == name


def contains(text, word, exact):
  return word in text if exact else word.lower() in text.lower()


class InboxRules:
  """Rules of one mailbox, in their order: {name, conditions, exceptions, redirectTo, stop} each."""

  def __init__(self, rules):
    self.rules = rules
    self.check()

  @classmethod
  def of_script(cls, text):
    """Those of New-InboxRule's parameters in a script."""
    table, rules = Table(text), []
    for row in table.rules:
      row = dict(row)
      rule = {"name": row.pop("Name"), "conditions": {}, "exceptions": {}, "redirectTo": [], "stop": False}
      for key, value in row.items():
        where = "exceptions" if key.startswith("ExceptIf") else "conditions"
        name = key.removeprefix("ExceptIf")
        if name == "MessageTypeMatches":
          rule[where][SAID[value][0]] = True
        elif name == "RedirectTo":
          rule["redirectTo"] = value
        elif name == "StopProcessingRules":
          rule["stop"] = value
        elif name in SAID:
          rule[where][SAID[name][0]] = value.lower() if name == "WithImportance" else value
        else:
          raise Failure(f"no page says what {key} does to a message here")
      rules.append(rule)
    inbox = cls(rules)
    inbox.prefix, inbox.mailbox = table.prefix, table.mailbox
    return inbox

  @classmethod
  def of_graph(cls, rules):
    """Those of messageRule resources, which are enabled and not in error."""
    known = {said[0] for said in SAID.values()}
    made = []
    for rule in sorted(rules, key=lambda rule: rule["sequence"]):
      if not rule.get("isEnabled", True) or rule.get("hasError"):
        continue
      conditions, exceptions = rule.get("conditions") or {}, rule.get("exceptions") or {}
      actions = dict(rule["actions"])
      unknown = (set(conditions) | set(exceptions) | set(actions)) - known
      if unknown:
        raise Failure(f"no page says what {unknown} does to a message here")
      made.append({"name": rule["displayName"], "conditions": conditions, "exceptions": exceptions,
                   "redirectTo": [target["emailAddress"]["address"] for target in actions.get("redirectTo", [])],
                   "stop": actions.get("stopProcessingRules", False)})
    return cls(made)

  def check(self):
    names = [rule["name"] for rule in self.rules]
    if len(set(names)) < len(names):
      raise Failure(f"two rules of one name: {names}")
    size = 0
    for rule in self.rules:
      if len(rule["name"]) > NAME_MAX:
        raise Failure(f"a name of {len(rule['name'])} characters: {rule['name']}")
      for predicates in (rule["conditions"], rule["exceptions"]):
        for name, value in predicates.items():
          if isinstance(value, list):
            self.check_list(rule["name"], name, value)
            size += sum(2 * len(word) for word in value)
      size += 2 * len(rule["name"]) + sum(2 * len(address) for address in rule["redirectTo"])
    if size > QUOTA:
      raise Failure(f"{size} bytes of rules")

  @staticmethod
  def check_list(rule, name, words):
    typed = ",".join(f'"{word}"' if " " in word else word for word in words)
    if len(typed.encode("utf-16-le")) // 2 > LIST_MAX:
      raise Failure(f"{rule}: {name} has {len(typed)} characters: {typed}")
    for word in words:  # New-InboxRule: "Don't use leading or trailing spaces."
      if not word or word != word.strip(" "):
        raise Failure(f"{rule}: {name} has {word!r}")

  def run(self, raw, kind=None, exact=False):
    """The addresses that a message is redirected to, each as often as it is. `exact`: case matters, of
    which no page says anything."""
    message, targets = Message(raw, kind), []
    for rule in self.rules:
      # messageRule: the order in which the rule is executed; conditions: "when the corresponding conditions, if
      # any, are fulfilled"; New-InboxRule: "When conditions specified in an exception are matched, the rule isn't applied".
      if all(message.meets(name, value, exact) for name, value in rule["conditions"].items()) and \
          not any(message.meets(name, value, exact) for name, value in rule["exceptions"].items()):
        targets += rule["redirectTo"]
        if rule["stop"]:
          break
    return targets
