"""LDIF, as much as the scenarios need: to build a directory, and to compare two states of one."""
import base64
import re


def _line(name, value):
  data = value.encode() if isinstance(value, str) else value
  plain = (all(32 <= byte < 127 for byte in data) and not data.startswith((b" ", b":", b"<"))
           and not data.endswith(b" "))
  if plain:
    return f"{name}: {data.decode()}\n"
  return f"{name}:: {base64.b64encode(data).decode()}\n"


def record(dn, attributes):
  """An entry, or a change, of (name, value) pairs; a value of None is the line "-"."""
  lines = [_line("dn", dn)]
  for name, value in attributes:
    lines.append("-\n" if value is None else _line(name, value))
  return "".join(lines) + "\n"


def unescape(dn):
  """A DN with \\, for \\2C and ø for \\C3\\B8: slapd makes the latter of both."""
  def letter(match):
    text = bytes.fromhex(match.group().replace("\\", "")).decode()
    return "\\" + text if text in ',+"\\<>;=#' else text
  return re.sub(r"(?:\\[0-9a-fA-F]{2})+", letter, dn)


def parse(text):
  """{dn: sorted list of (name, value)}, without comments; names in lower case, values as text."""
  entries = {}
  for paragraph in text.replace("\n ", "").split("\n\n"):
    pairs = []
    for line in paragraph.splitlines():
      if not line or line.startswith("#"):
        continue
      name, _, value = line.partition(":")
      if value.startswith(":"):
        value = base64.b64decode(value[1:].strip()).decode(errors="surrogateescape")
      else:
        value = value.lstrip(" ")
      is_dn = name in ("dn", "member", "uniqueMember")
      pairs.append((name.lower(), unescape(value) if is_dn else value))
    if pairs and pairs[0][0] == "dn":
      entries[pairs[0][1]] = sorted(pairs[1:])
  return entries


def difference(old, new):
  """The change records that make `old` into `new`; both as parse() gives them."""
  out = [record(dn, [("changetype", "delete")]) for dn in old if dn not in new]
  for dn, attributes in new.items():
    if dn not in old:
      out.append(record(dn, [("changetype", "add")] + attributes))
    elif attributes != old[dn]:
      changes = [("changetype", "modify")]
      for name in sorted({name for name, _ in attributes + old[dn]}):
        values = [pair for pair in attributes if pair[0] == name]
        if values != [pair for pair in old[dn] if pair[0] == name]:
          changes += [("replace", name)] + values + [("-", None)]
      out.append(record(dn, changes))
  return "".join(out)
