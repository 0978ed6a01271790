"""Personio's list of absences (v1) and its token endpoint (v2), as far as the preset goes.

Written from developer.personio.de (v1: company/time-offs, and its change log "Default pagination for
List Time-Offs"). `offset` is the number of a page: 0 is the same as 1, and the page after the last is
empty. An end is the last day, at midnight with the zone's offset.
"""
import datetime
import zoneinfo

from api_server import ApiServer, Refused, Tokens

LIMIT = 200
HERE = zoneinfo.ZoneInfo("Europe/Copenhagen")


class Personio(ApiServer):
  """`absences` in the order in which they were entered."""

  def __init__(self, folder):
    self.tokens, self.absences = Tokens(lifetime=86400), []
    super().__init__(folder)

  def absence(self, mail, first, last, status="approved", kind="Krankheit"):
    """From the first until the last day."""
    def midnight(day):
      return datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(), HERE).isoformat()
    self.absences.append({"type": "TimeOffPeriod", "attributes": {
        "id": len(self.absences) + 1, "status": status, "start_date": midnight(first),
        "end_date": midnight(last), "half_day_start": 0, "half_day_end": 0, "comment": "",
        "time_off_type": {"type": "TimeOffType", "attributes": {"id": 7, "name": kind}},
        "employee": {"type": "Employee", "attributes": {
            "email": {"label": "Email", "value": mail, "type": "standard", "universal_id": "email"}}}}})

  def answer(self, request):
    if request.path == "/v2/auth/token":
      form = request.form() if request.method == "POST" else {}
      if self.tokens.client(request, form) != (self.tokens.client_id, self.tokens.secret):
        raise Refused(401, {"title": "Unauthorized", "errors": [{"title": "Invalid credentials"}]})
      return 200, self.tokens.issue()
    if self.tokens.state(request) != "valid":
      raise Refused(401, {"success": False, "error": {"code": 0, "message": "Wrong authorization"}})
    if request.method != "GET" or request.path != "/v1/company/time-offs":
      raise Refused(404, {"success": False, "error": {"code": 404, "message": "Not found"}})
    return 200, self.page(request.query)

  def page(self, query):
    unknown = set(query) - {"start_date", "end_date", "limit", "offset"}
    if unknown:
      raise Refused(422, {"success": False, "error": {"code": 422, "message": f"unknown: {unknown}"}})
    first, last = query.get("start_date", "0"), query.get("end_date", "9")
    found = [one for one in self.absences if one["attributes"]["start_date"][:10] <= last
             and one["attributes"]["end_date"][:10] >= first]
    limit, number = min(int(query.get("limit", LIMIT)), LIMIT), max(int(query.get("offset", 1)), 1)
    return {"success": True, "metadata": {"total_elements": len(found), "current_page": number},
            "data": found[(number - 1) * limit:number * limit], "offset": query.get("offset")}
