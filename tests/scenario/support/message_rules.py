"""messageRules of one mailbox in Microsoft Graph.

Written from microsoftgraph/microsoft-graph-docs-contrib: "List rules", "Create rule" (displayName, sequence and actions
are required), "Update rule" (a property that is sent takes the place of what it had, as in its example; what is
not sent stays), "Delete rule", the resources messageRule (id, hasError and isReadOnly are the service's), messageRulePredicates and
messageRuleActions, "Paging Microsoft Graph data in your app". Texts come back in capitals, as in the example of "Create rule"; where
rules have one sequence no page says which comes first, so it is the one that was changed last.
"""
import copy
import json

from api_server import Refused
from graph_server import Graph, error

PREDICATES = {
    "bodyContains", "bodyOrSubjectContains", "categories", "fromAddresses", "hasAttachments", "headerContains",
    "importance", "isApprovalRequest", "isAutomaticForward", "isAutomaticReply", "isEncrypted", "isMeetingRequest",
    "isMeetingResponse", "isNonDeliveryReport", "isPermissionControlled", "isReadReceipt", "isSigned", "isVoicemail",
    "messageActionFlag", "notSentToMe", "recipientContains", "senderContains", "sensitivity", "sentCcMe",
    "sentOnlyToMe", "sentToAddresses", "sentToMe", "sentToOrCcMe", "subjectContains", "withinSizeRange"}
ACTIONS = {
    "assignCategories", "copyToFolder", "delete", "forwardAsAttachmentTo", "forwardTo", "markAsRead", "markImportance",
    "moveToFolder", "permanentDelete", "redirectTo", "stopProcessingRules"}
WRITABLE = {"displayName", "sequence", "isEnabled", "conditions", "exceptions", "actions"}
LIST_MAX = 255  # New-InboxRule: "The maximum length of this parameter is 255 characters."


class MailboxRules(Graph):
  """One mailbox, `user`. `rules` are its rules, `states` a copy of them after each change, `page` how many an
  answer has. A rule that redirects to one of `broken` is in error. After `writes_left` more changes each is refused."""

  def __init__(self, folder, user="infra@eksempel.dk"):
    self.user, self.rules, self.states, self.page = user, [], [], 10
    self.broken, self.writes_left, self.next_id, self.query = set(), None, 0, {}
    super().__init__(folder)
    self.rights = {"MailboxSettings.ReadWrite"}

  def answer(self, request):
    self.query = request.query
    return super().answer(request)

  def resource(self, method, path, headers, body):
    words = path.strip("/").split("/")
    if words[2:5] != ["mailFolders", "inbox", "messageRules"]:
      return super().resource(method, path, headers, body)
    if words[1].lower() != self.user:
      raise Refused(404, error("ErrorInvalidUser", f"The requested user '{words[1]}' is invalid."))
    if "MailboxSettings.ReadWrite" not in self.rights:
      self.may("MailboxSettings.ReadWrite" if method != "GET" else "MailboxSettings.Read")
    if method == "GET" and len(words) == 5:
      return 200, self.list_rules()
    if self.writes_left == 0:
      raise Refused(400, error("ErrorInvalidArgument", "The rule could not be saved."))
    if self.writes_left:
      self.writes_left -= 1
    if method == "POST" and len(words) == 5:
      status, answer = 201, self.create(body())
    elif method == "PATCH" and len(words) > 5:
      status, answer = 200, self.update(self.find("/".join(words[5:])), body())
    elif method == "DELETE" and len(words) > 5:
      self.rules.remove(self.find("/".join(words[5:])))
      status, answer = 204, None
    else:
      raise Refused(405, error("ErrorInvalidRequest", "The method is not allowed."))
    self.rules.sort(key=lambda rule: rule["sequence"])
    self.states.append(copy.deepcopy(self.rules))
    return status, answer

  def list_rules(self):
    first = int(self.query.get("$skip", 0))
    place = f"https://{self.host}/v1.0/users/{self.user}/mailFolders/inbox/messageRules"
    answer = {"@odata.context": f"{place}/$metadata", "value": [shown(rule) for rule in
                                                              self.rules[first:first + self.page]]}
    if first + self.page < len(self.rules):
      answer["@odata.nextLink"] = f"{place}?$skip={first + self.page}"
    return answer

  def find(self, name):
    for rule in self.rules:
      if rule["id"] == name:
        if rule["isReadOnly"]:
          raise Refused(403, error("ErrorAccessDenied", "The rule is read-only."))
        return rule
    raise Refused(404, error("ErrorItemNotFound", "The specified object was not found in the store."))

  def create(self, given):
    lacking = {"displayName", "sequence", "actions"} - set(given)
    if lacking:
      raise Refused(400, error("ErrorInvalidArgument", f"Required: {sorted(lacking)}"))
    self.next_id += 1
    rule = {"id": f"AQAAAJ5d/{self.next_id}=", "isEnabled": True, "hasError": False, "isReadOnly": False,
            "conditions": {}, "exceptions": {}}
    self.rules.insert(0, rule)
    return self.update(rule, given)

  def update(self, rule, given):
    self.check(given)
    rule.update(given)
    targets = [target["emailAddress"]["address"] for target in rule["actions"].get("redirectTo", [])]
    rule["hasError"] = bool(self.broken & set(targets))
    self.rules.remove(rule)
    self.rules.insert(0, rule)
    return shown(rule)

  @staticmethod
  def check(given):
    unknown = set(given) - WRITABLE
    for key in ("conditions", "exceptions"):
      unknown |= set(given.get(key) or {}) - PREDICATES
      for name, value in (given.get(key) or {}).items():
        if isinstance(value, list) and name.endswith("Contains"):
          typed = ",".join(f'"{word}"' if " " in word else word for word in value)
          if len(typed.encode("utf-16-le")) // 2 > LIST_MAX or not all(word.strip() == word for word in value):
            raise Refused(400, error("ErrorInvalidArgument", f"{name} is too long: {typed}"))
    unknown |= set(given.get("actions") or {}) - ACTIONS
    if unknown or not isinstance(given.get("sequence", 1), int):
      raise Refused(400, error("ErrorInvalidArgument", f"The property {sorted(unknown)} is invalid."))
    for target in (given.get("actions") or {}).get("redirectTo", []):
      if set(target) != {"emailAddress"} or not target["emailAddress"].get("address"):
        raise Refused(400, error("ErrorInvalidRecipients", "A recipient has no address."))

  def other(self, name, sequence, **more):
    """A rule that somebody made in Outlook."""
    self.next_id += 1
    rule = {"id": f"AQAAAJ5d/{self.next_id}=", "displayName": name, "sequence": sequence, "isEnabled": True,
            "hasError": False, "isReadOnly": False, "conditions": {"senderContains": ["nyt"]}, "exceptions": {},
            "actions": {"stopProcessingRules": False}, **more}
    self.rules.append(rule)
    self.rules.sort(key=lambda one: one["sequence"])
    return rule


def shown(rule):
  """As it comes back: texts in capitals, empty exceptions left out, recipients with a name."""
  answer = json.loads(json.dumps(rule))
  for key in ("conditions", "exceptions"):
    predicates = answer.get(key) or {}
    for name, value in predicates.items():
      if isinstance(value, list) and name.endswith("Contains"):
        predicates[name] = [word.upper() for word in reversed(value)]
    if not predicates:
      answer.pop(key, None)
  return answer
