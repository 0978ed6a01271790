"""OS2mo's GraphQL, and Keycloak's token endpoint before it, as far as leave, substitutes and roles go.

Written from OS2mo/os2mo (commit d0aa37189): SCHEMA is cut out of the schema that this commit makes
for version 30, with the same names and types. What is easily taken for otherwise: `validities`
without arguments are those of this moment; `to` is the first moment after (since version 29); a page
may be short or empty, and only a null cursor ends the reading; whatever is wrong, also with the
token, is `errors` with status 200.
"""
import base64
import datetime
import json
import re
import uuid
import zoneinfo

from api_server import ApiServer, Refused, Tokens

TOKEN = re.compile(r'[\s,]+|(\.\.\.|[!$():=@\[\]{|}]|[_A-Za-z]\w*|-?\d+|"[^"\\]*")')
FILTER = {"uuids": "[UUID!]", "user_keys": "[String!]", "from_date": "DateTime", "to_date": "DateTime",
          "registration_time": "DateTime"}
INPUTS = {
    "LeaveFilter": {**FILTER, "employee": "EmployeeFilter", "org_unit": "OrganisationUnitFilter"},
    "AssociationFilter": {**FILTER, "employee": "EmployeeFilter", "it_association": "Boolean"},
    "RoleBindingFilter": {**FILTER, "ituser": "ITUserFilter", "role": "ClassFilter"},
    "ClassFilter": {**FILTER, "it_system": "ITSystemFilter", "name": "[String!]"},
    "EmployeeBoundITUserFilter": {**FILTER, "itsystem": "ITSystemFilter", "external_ids": "[String!]"},
    "ITUserFilter": {**FILTER, "itsystem": "ITSystemFilter"},
    "ITSystemFilter": FILTER, "EmployeeFilter": FILTER, "OrganisationUnitFilter": FILTER}
PAGE = {"limit": "int", "cursor": "Cursor"}
BETWEEN = {"start": "DateTime", "end": "DateTime", "registration_time": "DateTime"}
AT = {"at": "DateTime", "registration_time": "DateTime"}


def paged(name):
  """The types of a collection: its page, and the container of what varies with time."""
  return {f"{name}ResponsePaged": {"objects": (f"{name}Response", {}), "page_info": ("PageInfo", {})},
          f"{name}Response": {"uuid": (None, {}), "current": (name, AT), "validities": (name, BETWEEN)}}


ENTITY = {"uuid": (None, {}), "user_key": (None, {}), "validity": ("Validity", {})}
OPEN = {**ENTITY, "validity": ("OpenValidity", {})}
SCHEMA = {  # {type: {field: (type, arguments)}}
    "Query": {"leaves": ("LeaveResponsePaged", {"filter": "LeaveFilter", **PAGE}),
              "associations": ("AssociationResponsePaged", {"filter": "AssociationFilter", **PAGE}),
              "rolebindings": ("RoleBindingResponsePaged", {"filter": "RoleBindingFilter", **PAGE})},
    "PageInfo": {"next_cursor": (None, {})}, "Validity": {"from": (None, {}), "to": (None, {})},
    "OpenValidity": {"from": (None, {}), "to": (None, {})},
    **paged("Leave"), **paged("Association"), **paged("RoleBinding"), **paged("Employee"),
    **paged("ITUser"), **paged("Class"),
    "Leave": {**ENTITY, "employee_uuid": (None, {}), "leave_type_uuid": (None, {}),
              "person_response": ("EmployeeResponse", {}), "leave_type_response": ("ClassResponse", {})},
    "Association": {**ENTITY, "person_response": ("EmployeeResponse", {}),
                    "substitute_response": ("EmployeeResponse", {})},
    "RoleBinding": {**ENTITY, "role_response": ("ClassResponse", {}),
                    "ituser_response": ("ITUserResponse", {})},
    "Employee": {**OPEN, "itusers_response": (
        "ITUserResponsePaged", {"filter": "EmployeeBoundITUserFilter", **PAGE})},
    "ITUser": {**ENTITY, "external_id": (None, {}), "person_response": ("EmployeeResponse", {})},
    "Class": {**OPEN, "name": (None, {})},
}
ROLES = {  # the realm role that a field asks for, as mora/graphapi/rbac_map.py has it
    ("Query", "leaves"): "read_leave", ("Query", "associations"): "read_association",
    ("Query", "rolebindings"): "read_rolebinding", ("Leave", "person_response"): "read_employee",
    ("Leave", "leave_type_response"): "read_class", ("Association", "person_response"): "read_employee",
    ("Association", "substitute_response"): "read_employee", ("ITUser", "person_response"): "read_employee",
    ("RoleBinding", "role_response"): "read_class", ("RoleBinding", "ituser_response"): "read_ituser",
    ("Employee", "itusers_response"): "read_ituser"}


HERE = zoneinfo.ZoneInfo("Europe/Copenhagen")


class Wrong(Exception):
  """What becomes an `errors`."""


class Parser:
  """The document's one query and its fragments: name, declared variables, selections."""

  def __init__(self, text):
    place, self.tokens = 0, []
    while place < len(text):
      match = TOKEN.match(text, place)
      if not match:
        raise Wrong(f"Syntax Error: Cannot parse the unexpected character {text[place]!r}.")
      place = match.end()
      if match.group(1):
        self.tokens.append(match.group(1))
    self.variables, self.fragments, self.query = {}, {}, None
    while self.tokens:
      self.definition()

  def take(self, expected=None):
    token = self.tokens.pop(0) if self.tokens else "<EOF>"
    if expected and token != expected:
      raise Wrong(f"Syntax Error: Expected {expected!r}, found {token!r}.")
    return token

  def sees(self, token):
    return bool(self.tokens) and self.tokens[0] == token

  def definition(self):
    if self.sees("fragment"):
      self.take()
      name = self.take()
      self.take("on")
      self.fragments[name] = (self.take(), self.selections())
      return
    if not self.sees("{"):
      self.take("query")
      if not self.sees("(") and not self.sees("{"):
        self.take()
      if self.sees("("):
        self.take()
        while not self.sees(")"):
          self.take("$")
          name = self.take()
          self.take(":")
          self.variables[name] = self.type()
        self.take(")")
    self.query = self.selections()

  def type(self):
    if self.sees("["):
      self.take()
      text = f"[{self.type()}{self.take(']')}"
    else:
      text = self.take()
    return text + (self.take() if self.sees("!") else "")

  def selections(self):
    """[(alias, name, arguments, selections)], or ("...", name of the fragment)."""
    self.take("{")
    found = []
    while not self.sees("}"):
      name = self.take()
      if name == "...":
        found.append(("...", self.take()))
        continue
      alias = name
      if self.sees(":"):
        self.take()
        name = self.take()
      arguments = self.arguments(")") if self.sees("(") else {}
      found.append((alias, name, arguments, self.selections() if self.sees("{") else None))
    self.take("}")
    return found

  def arguments(self, end):
    self.take()
    found = {}
    while not self.sees(end):
      name = self.take()
      self.take(":")
      found[name] = self.value()
    self.take(end)
    return found

  def value(self):
    if self.sees("{"):
      return self.arguments("}")
    if self.sees("["):
      self.take()
      found = []
      while not self.sees("]"):
        found.append(self.value())
      self.take("]")
      return found
    token = self.take()
    return ("$", self.take()) if token == "$" else json.loads(token)


class Os2mo(ApiServer):
  """`roles`: the realm roles of the client. `empty_pages` are the numbers, from 1, of pages that
  have nothing and are not the last; `pages` counts them."""

  def __init__(self, folder):
    self.tokens, self.now = Tokens(lifetime=300), datetime.datetime.now(HERE)
    self.roles = {"read_leave", "read_association", "read_rolebinding", "read_class", "read_employee",
                  "read_ituser"}
    self.leaves, self.associations, self.rolebindings, self.people = [], [], [], {}
    self.empty_pages, self.pages = set(), 0
    super().__init__(folder)

  # What is there

  @staticmethod
  def entity(key, since="2020-01-01", until=None, **fields):
    """One validity of something; `until` is the first day after."""
    def midnight(day):
      return day and datetime.datetime.fromisoformat(day).replace(tzinfo=HERE).isoformat()
    name = str(uuid.uuid5(uuid.NAMESPACE_DNS, key))
    return {"uuid": name, "validities": [{
        "uuid": name, "user_key": key, "validity": {"from": midnight(since), "to": midnight(until)},
        **fields}]}

  def person(self, login, itsystem="AD"):
    """Somebody with an account of that name in an it-system; without one where it is None."""
    accounts = [(itsystem, login), ("SAP", f"{login}-sap")] if itsystem else []
    self.people[login] = self.entity(f"person-{login}", itusers_response=[
        {**self.entity(f"{name}-{system}"), "itsystem": system} for system, name in accounts])
    for user, (_, name) in zip(self.people[login]["validities"][0]["itusers_response"], accounts):
      user["validities"][0].update(user_key=name, external_id=user["uuid"],
                                   person_response=self.people[login])
    return self.people[login]

  def leave(self, login, since, until=None):
    self.leaves.append(self.entity(
        f"leave-{len(self.leaves)}", since, until, person_response=self.people[login],
        employee_uuid=self.people[login]["uuid"], leave_type_response=self.entity("Barselsorlov")))

  def association(self, login, deputy=None):
    self.associations.append(self.entity(
        f"association-{len(self.associations)}", person_response=self.people[login],
        substitute_response=deputy and self.people[deputy]))

  def role(self, login, role, itsystem="KOMBIT"):
    """A role of an it-system, bound to the person's account there (which is not the one in AD)."""
    account = self.entity(f"{login}-{itsystem}", person_response=self.people[login])
    self.rolebindings.append({"itsystem": itsystem, **self.entity(
        f"binding-{len(self.rolebindings)}", ituser_response=account,
        role_response=self.entity(role, name=role.capitalize()))})

  # What the program sees

  def answer(self, request):
    if request.path == "/auth/realms/mo/protocol/openid-connect/token":
      return self.token(request)
    if not re.fullmatch(r"/graphql/v(29|30)", request.path):
      raise Refused(404, {"detail": "Not Found"})
    if request.method != "POST":
      raise Refused(405, {"detail": "Method Not Allowed"})
    asked = request.json()
    try:
      if self.tokens.state(request) != "valid":
        raise Wrong("User is not authenticated")
      if set(asked) - {"query", "variables", "operationName"}:
        raise Wrong("Unknown keys")
      return 200, {"data": self.execute(Parser(asked["query"]), asked.get("variables") or {})}
    except Wrong as wrong:
      return 200, {"data": None, "errors": [{"message": str(wrong), "locations": [], "path": None}]}

  def token(self, request):
    if request.method != "POST":
      raise Refused(405, {"error": "HTTP 405 Method Not Allowed"})
    form = request.form()
    if self.tokens.client(request, form) != (self.tokens.client_id, self.tokens.secret):
      raise Refused(401, {"error": "unauthorized_client",
                          "error_description": "Invalid client or Invalid client credentials"})
    if form.get("grant_type") != "client_credentials":
      raise Refused(400, {"error": "unsupported_grant_type", "error_description": "Unsupported grant_type"})
    return 200, {**self.tokens.issue(), "refresh_expires_in": 0, "not-before-policy": 0,
                 "scope": "email profile"}

  def execute(self, document, variables):
    self.document, self.variables = document, variables  # pylint: disable=attribute-defined-outside-init
    for name, kind in document.variables.items():
      if kind.endswith("!") and variables.get(name) is None:
        raise Wrong(f"Variable '${name}' of required type '{kind}' was not provided.")
    self.check("Query", document.query)
    return self.select("Query", None, document.query)

  # Whether the query is one of the schema's

  def check(self, kind, selections):
    for selection in selections:
      if selection[0] == "...":
        on, inner = self.document.fragments[selection[1]]
        if on != kind:
          raise Wrong(f"Fragment '{selection[1]}' cannot be spread here.")
        self.check(kind, inner)
        continue
      _, name, arguments, inner = selection
      if name not in SCHEMA[kind]:
        raise Wrong(f"Cannot query field '{name}' on type '{kind}'.")
      inner_kind, known = SCHEMA[kind][name]
      for argument, value in arguments.items():
        if argument not in known:
          raise Wrong(f"Unknown argument '{argument}' on field '{kind}.{name}'.")
        self.check_value(known[argument], value)
      if (inner is None) != (inner_kind is None):
        raise Wrong(f"Field '{name}' must{'' if inner is None else ' not'} have a selection of subfields.")
      if inner:
        self.check(inner_kind, inner)

  def check_value(self, kind, value):
    if isinstance(value, tuple):
      declared = self.document.variables.get(value[1])
      if declared is None or declared.rstrip("!") != kind:
        raise Wrong(f"Variable '${value[1]}' of type '{declared}' used in position expecting type '{kind}'.")
    elif isinstance(value, dict):
      for name, part in value.items():
        if name not in INPUTS.get(kind, {}):
          raise Wrong(f"Field '{name}' is not defined by type '{kind}'.")
        self.check_value(INPUTS[kind][name], part)

  # What it gives

  def value(self, value):
    if isinstance(value, tuple):
      return self.variables.get(value[1])
    if isinstance(value, dict):
      return {name: self.value(part) for name, part in value.items()}
    return value

  def select(self, kind, root, selections):
    found = {}
    for selection in selections:
      if selection[0] == "...":
        found.update(self.select(kind, root, self.document.fragments[selection[1]][1]))
        continue
      alias, name, arguments, inner = selection
      if ROLES.get((kind, name), None) not in self.roles | {None}:
        raise Wrong("No policy approved the access")
      value = self.resolve(kind, root, name, {key: self.value(part) for key, part in arguments.items()})
      inner_kind = SCHEMA[kind][name][0]
      if inner and isinstance(value, list):
        value = [self.select(inner_kind, one, inner) for one in value]
      elif inner and value is not None:
        value = self.select(inner_kind, value, inner)
      found[alias] = value
    return found

  def resolve(self, kind, root, name, arguments):
    if kind == "Query":
      return self.page(getattr(self, name), arguments)
    if name == "itusers_response":
      return self.page(root[name], arguments)
    if name == "current":
      return next(iter(self.valid(root, self.now, self.now)), None)
    if name == "validities":
      start, end = (self.moment(arguments.get(key), key in arguments) for key in ("start", "end"))
      return self.valid(root, start, end)
    return root.get(name)

  def moment(self, text, is_given):
    """What is not given is this moment; null is for ever."""
    if not is_given or not text:
      return None if is_given else self.now
    moment = datetime.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=HERE)

  @staticmethod
  def valid(entity, start, end):
    """Those of its validities that share a moment with [start, end], open where None."""
    def moment(text):
      return text and datetime.datetime.fromisoformat(text)
    return [one for one in entity["validities"]
            if (end is None or moment(one["validity"]["from"]) <= end)
            and (start is None or one["validity"]["to"] is None or start < moment(one["validity"]["to"]))]

  def page(self, entities, arguments):
    """`limit` of them after the cursor, by uuid. Those that the filter leaves out only at the end make
    a page short."""
    asked = arguments.get("filter") or {}
    start, end = (self.moment(asked.get(key), key in asked) for key in ("from_date", "to_date"))
    systems = ((asked.get("itsystem") or (asked.get("role") or {}).get("it_system") or {})
               .get("user_keys"))
    after = ""
    if arguments.get("cursor"):
      try:
        after = json.loads(base64.b64decode(arguments["cursor"].partition(":")[2]))["last"]
      except (ValueError, KeyError) as wrong:
        raise Wrong(f"Variable '$cursor' got invalid value: {wrong}") from wrong
    found = sorted((one for one in entities if one["uuid"] > after
                    and (systems is None or one["itsystem"] in systems)), key=lambda one: one["uuid"])
    limit = arguments.get("limit") or len(found)
    page, rest = found[:limit], found[limit:]
    if "cursor" in arguments or "limit" in arguments:
      self.pages += 1
      if self.pages in self.empty_pages:
        page, rest = [], found
    # An empty page goes on behind an entity that the filter leaves out, so its cursor is another.
    last = page[-1]["uuid"] if page else str(uuid.UUID(int=uuid.UUID(after or "0" * 32).int + 1))
    cursor = f"a1b2c3:{base64.b64encode(json.dumps({'last': last}).encode()).decode()}"
    return {"objects": [one for one in page if self.valid(one, start, end)],
            "page_info": {"next_cursor": cursor if rest else None}}
