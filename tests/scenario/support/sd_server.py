"""SD Løn's web services, as far as GetEmployment20111201 goes: XML, by HTTP Basic.

Written from magenta-aps/sdlon (sd_common.py, test_payload.py) and its sdclient (requests.py): the answer
is about one day, EffectiveDate (dd.mm.yyyy); it has no namespace; a status has its first and its last
day; a fault is a SOAP Envelope in place of the answer, and its status may be 200.
"""
import base64
import datetime
from xml.sax.saxutils import escape

from api_server import ApiServer, Refused

OPEN = "9999-12-31"
PARAMETERS = {"InstitutionIdentifier", "EffectiveDate", "PersonCivilRegistrationIdentifier",
              "EmploymentIdentifier", "DepartmentIdentifier", "DepartmentLevelIdentifier",
              "StatusActiveIndicator", "StatusPassiveIndicator", "DepartmentIndicator",
              "EmploymentStatusIndicator", "ProfessionIndicator", "SalaryAgreementIndicator",
              "SalaryCodeGroupIndicator", "WorkingTimeIndicator", "UUIDIndicator"}
ACTIVE, LEAVE = {"0", "1", "3", "4"}, {"3", "4"}


class SdLoen(ApiServer):
  """`fault_status` is the status of a fault; `encoding` that of the answers."""

  def __init__(self, folder, institution="XY", user="XY12345", password="sd-kodeord-7734"):
    self.institution, self.user, self.password = institution, user, password
    self.fault_status, self.encoding, self.employments = 200, "UTF-8", {}
    super().__init__(folder)

  def employment(self, cpr, number, *statuses):
    """An employment of a person, with statuses (code, first day, last day); replaces it."""
    self.employments.setdefault(cpr, {})[number] = statuses

  def answer(self, request):
    basic = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
    if request.headers.get("Authorization") != f"Basic {basic}":
      raise Refused(401, b"", WWW_Authenticate='Basic realm="sdws"')
    if request.method != "GET" or request.path != "/sdws/GetEmployment20111201":
      raise Refused(404, b"")
    unknown = set(request.query) - PARAMETERS
    if unknown:
      return self.fault("soapenv:Client", f"unknown parameter {unknown}")
    if request.query.get("InstitutionIdentifier") != self.institution:
      return self.fault("soapenv:Client", "Institutionen findes ikke, eller du mangler adgang til den")
    try:
      day = datetime.datetime.strptime(request.query["EffectiveDate"], "%d.%m.%Y").date()
    except (KeyError, ValueError):
      return self.fault("soapenv:Client", "EffectiveDate skal være dd.mm.yyyy")
    return self.xml(200, self.document(request.query, day.isoformat()))

  def document(self, query, day):
    """Who is employed on that day, as it was then."""
    shown = ACTIVE if query.get("StatusActiveIndicator") == "true" else set()
    if query.get("StatusPassiveIndicator") == "true":
      shown = shown | {"7", "8", "9"}
    request = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in query.items())
    people = []
    for cpr, employments in self.employments.items():
      found = [self.one(number, status, query) for number, statuses in employments.items()
               for status in statuses if status[1] <= day <= status[2] and status[0] in shown]
      if found:
        people.append(f"  <Person>\n    <PersonCivilRegistrationIdentifier>{cpr}"
                      f"</PersonCivilRegistrationIdentifier>\n{''.join(found)}  </Person>\n")
    return (f'<GetEmployment20111201 creationDateTime="{day}T17:01:42">\n'
            f"  <RequestStructure>{request}</RequestStructure>\n{''.join(people)}"
            f"</GetEmployment20111201>\n")

  @staticmethod
  def one(number, status, query):
    code, start, stop = status
    text = "" if query.get("EmploymentStatusIndicator") != "true" else (
        f'      <EmploymentStatus changedAtDate="{start}">\n'
        f"        <ActivationDate>{start}</ActivationDate>\n"
        f"        <DeactivationDate>{stop}</DeactivationDate>\n"
        f"        <EmploymentStatusCode>{code}</EmploymentStatusCode>\n"
        f"      </EmploymentStatus>\n")
    return (f"    <Employment>\n      <EmploymentIdentifier>{number}</EmploymentIdentifier>\n"
            f"      <EmploymentDate>2001-08-01</EmploymentDate>\n{text}    </Employment>\n")

  def fault(self, code, text):
    return self.xml(self.fault_status, f"""\
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
  <soapenv:Body>
    <soapenv:Fault>
      <faultcode>{code}</faultcode>
      <faultstring>{escape(text)}</faultstring>
    </soapenv:Fault>
  </soapenv:Body>
</soapenv:Envelope>
""")

  def xml(self, status, text):
    data = f'<?xml version="1.0" encoding="{self.encoding}" ?>\n{text}'.encode(self.encoding)
    return status, data, {"Content-Type": "text/xml"}
