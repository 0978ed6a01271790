"""Personio, as far as the absences of v1 go, with tokens of v2.

Written from Personio's documentation (post_auth, the changelog's "Default pagination for List Time-Offs" of
November 2026) and public clients: `offset` is the number of a page, 0 is the same page as 1, the page after
the last is empty; a period overlaps what is asked for; an employee attribute that is not whitelisted is
left out without a word.
"""
import datetime

from api_server import ApiServer, Refused, Tokens

LIMIT = 200


class Personio(ApiServer):
  """`readable` are the employee attributes that the credentials may read."""

  def __init__(self, folder):
    self.tokens, self.periods = Tokens("papi-klient", "papi-hemmelighed-3310", 86400), []
    self.readable, self.limit = {"email"}, LIMIT
    super().__init__(folder)

  def absence(self, mail, start, stop, status="approved", kind="Sygdom"):
    """Days from the first to the last."""
    self.periods.append((mail, start, stop, status, kind))

  def answer(self, request):
    if request.path == "/v2/auth/token":
      form = request.form()
      if request.method != "POST" or form.get("grant_type") != "client_credentials" or \
          self.tokens.client(request, form) != (self.tokens.client_id, self.tokens.secret):
        raise Refused(401, {"error": "invalid_client"})
      return 200, self.tokens.issue()
    if request.path != "/v1/company/time-offs" or request.method != "GET":
      raise Refused(404, self.error(404, "Not Found"))
    if self.tokens.state(request) != "valid":
      raise Refused(401, self.error(401, "Unauthorized"))
    return 200, self.page(request.query)

  def page(self, query):
    first = datetime.date.fromisoformat(query["start_date"]).isoformat()
    last = datetime.date.fromisoformat(query["end_date"]).isoformat()
    found = [self.period(number, *period) for number, period in enumerate(self.periods, 1)
             if period[1] <= last and period[2] >= first]
    size = min(int(query.get("limit", LIMIT)), self.limit)
    number = max(int(query.get("offset", 0)), 1)
    return {"success": True, "data": found[(number - 1) * size:number * size],
            "metadata": {"total_elements": len(found), "current_page": number,
                         "total_pages": max(-(-len(found) // size), 1)},
            "offset": number, "limit": size}

  def period(self, number, mail, start, stop, status, kind):
    attributes = {"id": ("Id", number), "first_name": ("Fornavn", mail.partition("@")[0]),
                  "email": ("E-mail", mail)}
    return {"type": "TimeOffPeriod", "attributes": {
        "id": number, "status": status, "comment": "", "days_count": 1,
        "start_date": f"{start}T00:00:00+01:00", "end_date": f"{stop}T00:00:00+01:00",
        "half_day_start": False, "half_day_end": False,
        "time_off_type": {"type": "TimeOffType",
                          "attributes": {"id": 1, "name": kind, "category": "sick_leave"}},
        "employee": {"type": "Employee", "attributes": {
            name: {"label": label, "value": value, "type": "standard", "universal_id": name}
            for name, (label, value) in attributes.items() if name in self.readable}}}}

  @staticmethod
  def error(code, message):
    return {"success": False, "error": {"code": code, "message": message}}
