"""OS2sofd, as far as leave and managers' substitutes go.

Written from OS2sofd/os2sofd (commit 88a368a65): PersonApi, PersonResult, PersonApiRecord,
UserApiRecord, LeaveApiRecord, SubstituteApiController, ApiSecurityFilter. `persons` is a set, so a
page is in no order; the last page has no persons and no nextOffset. stopDate is the last day. How a
day is written follows the version: see DAYS.
"""
import datetime
import uuid
import zoneinfo

from api_server import ApiServer, Refused

SIZE = 100  # where the query names none
HERE = zoneinfo.ZoneInfo("Europe/Copenhagen")
DAYS = {
    "day": lambda day: day.isoformat(),
    # Jackson 3, a java.util.Date of midnight in the server's zone: UTC in a container, else ours
    "utc": lambda day: f"{day.isoformat()}T00:00:00.000Z",
    "local": lambda day: datetime.datetime.combine(day, datetime.time(), HERE).astimezone(
        datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000+00:00"),
    # Jackson 2
    "number": lambda day: int(datetime.datetime.combine(day, datetime.time(), HERE).timestamp() * 1000),
}


class Os2sofd(ApiServer):
  """`access`: READ_ACCESS, WRITE_ACCESS or LIMITED_READ_ACCESS, the role of the key's client."""

  def __init__(self, folder, key="sofd-noegle-5521", access="READ_ACCESS", days="utc"):
    self.key, self.access, self.days = key, access, days
    self.persons, self.substitutes = {}, []
    super().__init__(folder)

  def person(self, login=None, start=None, stop=None, other_login=None, deleted=False):
    """A person, with leave from `start` until `stop`, its last day. Returns the uuid."""
    name = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{login}{len(self.persons)}"))
    users = [{"master": "AD", "masterId": name, "uuid": name, "userId": other, "userType": kind,
              "employeeId": None, "disabled": False, "substituteAccount": False, "prime": prime,
              "upn": None, "localExtensions": None}
             for other, kind, prime in ((f"{login}-opus", "OPUS", True),
                                        (other_login, "ACTIVE_DIRECTORY", False),
                                        (login, "ACTIVE_DIRECTORY", True)) if login and other]
    leave = start and {
        "id": 1, "startDate": self.day(start), "stopDate": stop and self.day(stop),
        "reason": "ORLOV", "reasonText": "barsel", "disableAccountOrders": False,
        "disableAccountOrdersDisable": False, "disableAccountOrdersDelete": False,
        "expireAccounts": False}
    self.persons[name] = {
        "uuid": name, "cpr": "0101010101", "master": "OPUS", "firstname": login, "surname": "Test",
        "users": users, "leave": leave or None, "deleted": deleted, "keyWords": None,
        "created": "2020-01-01 00:00:00", "lastChanged": "2020-01-01 00:00:00"}
    return name

  def day(self, text):
    return DAYS[self.days](datetime.date.fromisoformat(text))

  def substitute(self, manager, deputy, context="GLOBAL"):
    self.substitutes.append({
        "id": len(self.substitutes) + 1, "substituteContextId": 1, "substituteContextName": context,
        "manager": {"uuid": "m", "userId": manager, "name": manager.capitalize()},
        "substitute": {"uuid": "s", "userId": deputy, "name": deputy.capitalize()},
        "constraintOrgUnits": [{"uuid": "o", "name": "Staben", "assignmentId": 0}],
        "orgUnitAssignment": False})

  def answer(self, request):
    self.let_in(request)
    if request.method != "GET":
      raise Refused(405, self.spring(405, "Method Not Allowed", request))
    if request.path == "/api/v2/persons":
      return 200, self.page(request.query)
    if request.path == "/api/substitutes/assignments":
      return 200, self.substitutes
    raise Refused(404, self.spring(404, "Not Found", request))

  def let_in(self, request):
    """As ApiSecurityFilter does, and @RequireReadAccess after it."""
    if request.headers.get("ApiKey") != self.key:
      raise Refused(401, self.spring(401, "Unauthorized", request))
    if self.access == "LIMITED_READ_ACCESS":
      raise Refused(403, self.spring(403, "Forbidden", request))

  @staticmethod
  def spring(status, text, request):
    return {"timestamp": "2026-11-30T12:00:00.000+00:00", "status": status, "error": text,
            "path": request.path}

  def page(self, query):
    unknown = set(query) - {"page", "offset", "size"}
    if unknown:
      raise Refused(400, {"status": 400, "error": f"unknown parameter {unknown}"})
    names = sorted(name for name in self.persons if name > query.get("offset", ""))
    names = names[:int(query.get("size", SIZE))]
    return {"persons": [self.persons[name] for name in reversed(names)],
            "page": int(query.get("page", 0)), "nextOffset": names[-1] if names else None}
