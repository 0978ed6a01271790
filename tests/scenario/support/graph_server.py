"""Microsoft Graph and its token endpoint, as far as automatic replies and free/busy go.

Written from microsoftgraph/microsoft-graph-docs-contrib: json-batching, throttling,
auth-limit-mailbox-access, user-get-mailboxsettings, automaticrepliessetting, calendar-getschedule,
outlook-get-free-busy-schedule (20 schedules, less than 62 days), freebusyerror. The texts of errors
are Microsoft's. Documentation leaves open in which order the answers of a batch come, so here they
come backwards.
"""
import datetime
import urllib.parse
import zoneinfo

from api_server import ApiServer, Refused, Tokens

BATCH_MAX = SCHEDULES_MAX = 20
DAYS_MAX = 62
ZONES = {"UTC": "UTC", "Romance Standard Time": "Europe/Paris", "Tokyo Standard Time": "Asia/Tokyo",
         "Pacific Standard Time": "America/Los_Angeles", "Europe/Copenhagen": "Europe/Copenhagen"}
MESSAGE = "<html>Jeg er til behandling paa Rigshospitalet</html>"  # nobody's business
THROTTLED = ("ApplicationThrottled", "Application is over its MailboxConcurrency limit.")


def error(code, message, **more):
  return {"error": {"code": code, "message": message, "innerError": {
      "date": "2026-11-30T12:00:00", "request-id": "2f038156-cf40-403d-8e46-831fe42a8229"}, **more}}


def date_time(text, zone="UTC"):
  """A dateTimeTimeZone, with the seven decimals that Graph writes."""
  return {"dateTime": f"{text}{'T00:00:00' if 'T' not in text else ''}.0000000", "timeZone": zone}


class Graph(ApiServer):
  """https://graph.microsoft.com and https://login.microsoftonline.com in one.

  `replies` and `schedules` are by userPrincipalName, in small letters. `refused` {upn: (status,
  code, message)} are those whom the app may not read, and `throttled` {upn: how many times yet}
  those for whom it is told to wait a second. After `batches_left` more batches all tokens end.
  """

  def __init__(self, folder, tenant="eksempel.dk"):
    self.tenant, self.tokens = tenant, Tokens()
    self.rights = {"MailboxSettings.Read", "Calendars.ReadBasic"}
    self.replies, self.schedules, self.refused, self.throttled = {}, {}, {}, {}
    self.batches_left = None
    self.asked_about = []  # userPrincipalNames, as often as they were asked about
    super().__init__(folder)

  # What people do in Outlook

  def person(self, upn, status="disabled", start="2016-03-19T02:00:00", end="2016-03-20T02:00:00",
             zone="UTC", end_zone=None):
    """Their automatic reply from now on. Outlook keeps the dates of the last one that had any."""
    self.replies[upn.lower()] = {
        "status": status, "externalAudience": "all", "scheduledStartDateTime": date_time(start, zone),
        "scheduledEndDateTime": date_time(end, end_zone or zone), "internalReplyMessage": MESSAGE,
        "externalReplyMessage": MESSAGE}

  def event(self, upn, status, start, end, zone=None):
    """One more in the calendar: moments in UTC, which are answered in the zone that is preferred,
    or in `zone`."""
    self.schedules.setdefault(upn.lower(), []).append((status, start, end, zone))

  def deny(self, upn, status=403, code="ErrorAccessDenied", message="Access to OData is disabled."):
    self.refused[upn.lower()] = (status, code, message)

  # What the program sees

  def answer(self, request):
    if request.path == f"/{self.tenant}/oauth2/v2.0/token":
      return self.token(request)
    if request.path.endswith("/oauth2/v2.0/token"):
      raise Refused(400, self.aadsts("invalid_request", 90002, "Tenant was not found."))
    if self.batches_left == 0:
      self.tokens.expire()
    if self.batches_left is not None:
      self.batches_left -= 1
    state = self.tokens.state(request)
    if state != "valid":
      what = ("Lifetime validation failed, the token is expired." if state == "expired"
              else "Access token is empty.")
      raise Refused(401, error("InvalidAuthenticationToken", what), WWW_Authenticate="Bearer")
    version, _, rest = request.path.lstrip("/").partition("/")
    if version != "v1.0":
      raise Refused(400, error("BadRequest", "Invalid version."))
    if rest == "$batch":
      return 200, self.batch(request)
    return self.resource(request.method, f"/{rest}", request.headers,
                         request.json if request.data else None)

  @staticmethod
  def aadsts(code, number, text):
    return {"error": code, "error_description": f"AADSTS{number}: {text} Trace ID: 0 ...",
            "error_codes": [number], "timestamp": "2026-11-30 12:00:00Z"}

  def token(self, request):
    if request.method != "POST":
      raise Refused(405, self.aadsts("invalid_request", 900561, "The endpoint only accepts POST."))
    form = request.form()
    client, secret = self.tokens.client(request, form)
    if client != self.tokens.client_id:
      raise Refused(400, self.aadsts("unauthorized_client", 700016,
                                     f"Application with identifier '{client}' was not found."))
    if secret != self.tokens.secret:
      raise Refused(401, self.aadsts("invalid_client", 7000215, "Invalid client secret provided."))
    if form.get("grant_type") != "client_credentials":
      raise Refused(400, self.aadsts("unsupported_grant_type", 70003, "Not supported."))
    if not form.get("scope", "").endswith("/.default"):
      raise Refused(400, self.aadsts("invalid_scope", 1002012, f"The value {form.get('scope')} for "
                                     "'scope' is not valid. It must end with /.default."))
    return 200, {**self.tokens.issue(), "ext_expires_in": self.tokens.lifetime}

  def batch(self, request):
    if request.method != "POST":
      raise Refused(405, error("Request_BadRequest",
                               "Specified HTTP method is not allowed for the request target."))
    body = request.json()
    parts = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(parts, list) or not parts:
      raise Refused(400, error("BadRequest", "Invalid batch payload format."))
    if len(parts) > BATCH_MAX:
      raise Refused(400, error("BadRequest", f"Number of batch request steps exceeds the maximum "
                               f"value of {BATCH_MAX}."))
    names = [part.get("id") for part in parts]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
      raise Refused(400, error("BadRequest", "Request Id is missing, no text, or not unique."))
    return {"responses": [self.part(part) for part in reversed(parts)]}

  def part(self, part):
    unknown = set(part) - {"id", "method", "url", "headers", "body", "dependsOn"}
    if unknown or not str(part.get("url", "")).startswith("/"):
      status, body, fields = 400, error("BadRequest", "Invalid request of a batch."), {}
    else:
      try:
        status, body, *fields = self.resource(part.get("method"), self.decoded(part["url"]),
                                              part.get("headers", {}), None)
        fields = fields[0] if fields else {}
      except Refused as refused:
        status, body, fields = refused.reply
    return {"id": part["id"], "status": status, "body": body,
            "headers": {"Cache-Control": "private", "Content-Type": "application/json", **fields}}

  @staticmethod
  def decoded(url):
    """A path within a batch is escaped as one on the wire is; a name with a bare ? or # is another's."""
    return urllib.parse.unquote(urllib.parse.urlsplit(url).path)

  def resource(self, method, path, headers, body):
    words = path.strip("/").split("/")
    if len(words) == 4 and words[0] == "users":
      if words[2:] == ["mailboxSettings", "automaticRepliesSetting"]:
        return self.automatic_reply(method, words[1].lower())
      if words[2:] == ["calendar", "getSchedule"]:
        return 200, self.get_schedule(method, words[1].lower(), headers, body)
    raise Refused(400, error("BadRequest", f"Resource not found for the segment '{words[-1]}'."))

  def may(self, right):
    if right not in self.rights:
      raise Refused(403, error("ErrorAccessDenied", "Access is denied. Check credentials and try again."))

  def automatic_reply(self, method, upn):
    if method != "GET":
      raise Refused(405, error("ErrorInvalidRequest", "The method is not allowed."))
    self.may("MailboxSettings.Read")
    self.asked_about.append(upn)
    if self.throttled.get(upn):
      self.throttled[upn] -= 1
      raise Refused(429, error(*THROTTLED), Retry_After="1")
    if upn in self.refused:
      status, code, message = self.refused[upn]
      raise Refused(status, error(code, message))
    if upn not in self.replies:
      raise Refused(404, error("ErrorInvalidUser", f"The requested user '{upn}' is invalid."))
    context = f"https://graph.microsoft.com/v1.0/$metadata#users('{upn}')/mailboxSettings"
    return 200, {"@odata.context": f"{context}/automaticRepliesSetting", **self.replies[upn]}

  def get_schedule(self, method, caller, headers, body):
    if method != "POST" or not body:
      raise Refused(405, error("ErrorInvalidRequest", "The method is not allowed."))
    if not self.rights & {"Calendars.ReadBasic", "Calendars.Read"}:
      self.may("Calendars.ReadBasic")
    if caller in self.refused:
      raise Refused(self.refused[caller][0], error(*self.refused[caller][1:]))
    asked = body()
    unknown = set(asked) - {"schedules", "startTime", "endTime", "availabilityViewInterval"}
    people = asked.get("schedules")
    if unknown or not isinstance(people, list) or not people:
      raise Refused(400, error("BadRequest", f"The payload is invalid: {sorted(unknown)}"))
    if len(people) > SCHEDULES_MAX:
      raise Refused(400, error("ErrorMailboxDataArrayTooBig", "There are too many target users in the "
                               f"EmailAddress array. The allowed size = {SCHEDULES_MAX}; the actual "
                               f"size = {len(people)}."))
    start, end = (self.moment(asked.get(name)) for name in ("startTime", "endTime"))
    days = (end - start) / datetime.timedelta(days=1)
    if not 0 < days < DAYS_MAX:
      raise Refused(400, error("ErrorTimeIntervalTooBig", "The requested time duration specified for "
                               f"FreeBusyViewOptions.TimeWindow is too long. The allowed limit = "
                               f"{DAYS_MAX} days; the actual limit = {days:.0f} days."))
    prefer = headers.get("Prefer") or 'outlook.timezone="UTC"'
    zone = prefer.partition("outlook.timezone=")[2].strip('"') or "UTC"
    self.asked_about += [person.lower() for person in people]
    return {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata"
                              "#Collection(microsoft.graph.scheduleInformation)",
            "value": [self.schedule(person, start, end, zone) for person in people]}

  def schedule(self, person, start, end, zone):
    upn = person.lower()
    if upn not in self.schedules or upn in self.refused:
      return {"scheduleId": person, "availabilityView": "", "scheduleItems": [], "error": {
          "message": "Microsoft.Exchange.InfoWorker.Common.Availability.MailRecipientNotFoundException:"
                     " Unable to resolve e-mail address to an Active Directory object.",
          "responseCode": "ErrorMailRecipientNotFound"}}
    items = []
    for status, since, until, own in self.schedules[upn]:
      first, last = (datetime.datetime.fromisoformat(one).replace(tzinfo=datetime.timezone.utc)
                     for one in (since, until))
      if first < end and last > start:
        items.append({"status": status, "start": self.written(first, own or zone),
                      "end": self.written(last, own or zone), "subject": MESSAGE, "isPrivate": False})
    return {"scheduleId": upn, "availabilityView": "0", "scheduleItems": items, "workingHours": {}}

  @staticmethod
  def moment(value):
    try:
      time = datetime.datetime.fromisoformat(value["dateTime"])
      return time.replace(tzinfo=zoneinfo.ZoneInfo(ZONES[value["timeZone"]]))
    except (KeyError, TypeError, ValueError) as wrong:
      raise Refused(400, error("ErrorInvalidRequest", f"A dateTimeTimeZone is wrong: {wrong}")) from wrong

  @staticmethod
  def written(moment, zone):
    there = moment.astimezone(zoneinfo.ZoneInfo(ZONES[zone]))
    return date_time(there.strftime("%Y-%m-%dT%H:%M:%S"), zone)
