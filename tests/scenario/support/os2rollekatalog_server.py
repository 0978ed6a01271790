"""OS2rollekatalog, as far as managers' substitutes and the roles of an it-system go.

Written from OS2rollekatalog/OS2rollekatalog (commit c8eb9a3fd): ManagerSubstituteApiV2, ReadOnlyApi,
ApiSecurityFilter. It does not page. People who have a role in several ways are in it several times.
"""
from api_server import ApiServer, Refused

RIGHTS = {  # what a client's access role may call, as ApiSecurityFilter has it
    "ADMINISTRATOR": {"ORGANISATION", "READ_ACCESS"}, "ORGANISATION": {"ORGANISATION"},
    "READ_ACCESS": {"READ_ACCESS"}, "ROLE_MANAGEMENT": {"READ_ACCESS"}, "VENDOR": set()}


class Os2rollekatalog(ApiServer):
  """`keys` {key: the access role of its client}."""

  def __init__(self, folder, keys=None):
    self.keys = keys or {"org-noegle-7741": "ORGANISATION", "laes-noegle-7742": "READ_ACCESS"}
    self.managers, self.systems = {}, {}
    super().__init__(folder)

  def manager(self, login, deputies=""):
    """A manager; deputies each of a unit of its own."""
    self.managers[login] = [{
        "uuid": f"u-{name}", "name": name.capitalize(), "userId": name, "orgUnitUuid": f"o{number}",
        "orgUnitName": f"Enhed {number}", "managerUuid": f"u-{login}", "managerUserId": login}
        for number, name in enumerate(deputies.split())]

  def role(self, system, name, logins):
    """A role of an it-system, and who has it."""
    roles = self.systems.setdefault(system, [])
    roles.append({
        "roleId": len(roles) + 1, "roleIdentifier": f"id-{name}", "roleName": name,
        "roleDescription": None, "systemRoles": [], "assignments": [
            {"uuid": f"u-{login}", "extUuid": f"e-{login}", "userId": login,
             "name": login.capitalize(), "assignedThrough": ["DIRECT"], "postponedConstraints": []}
            for login in logins.split()]})

  def answer(self, request):
    role = self.keys.get(request.headers.get("ApiKey"))
    if role is None:
      raise Refused(401, {"status": 401, "error": "Unauthorized", "path": request.path})
    if request.method != "GET":
      raise Refused(405, {"status": 405, "error": "Method Not Allowed", "path": request.path})
    if request.path == "/api/v2/manager":
      self.need(role, "ORGANISATION", request)
      return 200, [{"uuid": f"u-{login}", "name": login.capitalize(), "userId": login,
                    "managerSubstitutes": deputies} for login, deputies in self.managers.items()]
    if request.path.startswith("/api/read/itsystem/"):
      self.need(role, "READ_ACCESS", request)
      roles = self.systems.get(request.path.rpartition("/")[2])
      return (404, []) if roles is None else (200, roles)
    raise Refused(404, {"status": 404, "error": "Not Found", "path": request.path})

  @staticmethod
  def need(role, right, request):
    if right not in RIGHTS[role]:
      raise Refused(403, {"status": 403, "error": "Forbidden", "path": request.path})
