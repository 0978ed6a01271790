"""Microsoft Graph and its token endpoint, as far as sendMail goes.

Written from microsoftgraph/microsoft-graph-docs-contrib: user-sendmail (202 without a body; MIME in
base64 as text/plain; "Invalid base64 string for MIME content"), outlook-send-mail-from-other-user
(ErrorSendAsDenied), throttling, errors; and ErrorInvalidRecipients from the "ResponseCode" of the
Exchange Web Services reference, whose codes Graph passes on. The texts of errors are Microsoft's.
"""
import base64
import binascii
import email
import email.policy

from api_server import ApiServer, Refused, Tokens
from graph_server import Graph, error

SEND_AS = ("The user account which was used to submit this request does not have the right to send mail on "
           "behalf of the specified sending account., Cannot submit message.")


class GraphMail(ApiServer):
  """One tenant with one mailbox that may be sent from. A child of a world.

  `mails` are those that were taken, as email.message.EmailMessage. `has_right`: the application has
  Mail.Send for this mailbox. `aliases`: what the mailbox may send as. `nobody` are recipients that do
  not exist. `instead_of()` of ApiServer has the rest: 429, 503 ...
  """

  def __init__(self, folder, user="postvagt@eksempel.dk", aliases=("postvagt@eksempel.dk",)):
    self.tenant, self.tokens, self.user, self.aliases = "eksempel.dk", Tokens(), user, set(aliases)
    self.has_right, self.nobody, self.mails = True, set(), []
    super().__init__(folder)
    self.url, self.token_url = f"https://{self.host}/v1.0", f"https://{self.host}/eksempel.dk/oauth2/v2.0/token"

  aadsts, token = staticmethod(Graph.aadsts), Graph.token

  def settings(self, world):
    """The section graph of the settings, and its secret's file."""
    world.write("graph-secret", f"{self.tokens.secret}\n", 0o600)
    return {"user": self.user, "url": self.url, "ca_file": self.ca_file(),
            "oauth": {"token_url": self.token_url, "client_id": self.tokens.client_id,
                      "secret_file": "graph-secret", "scope": "https://graph.microsoft.com/.default"}}

  def answer(self, request):
    if request.path == f"/{self.tenant}/oauth2/v2.0/token":
      return self.token(request)
    state = self.tokens.state(request)
    if state != "valid":
      raise Refused(401, error("InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."
                               if state == "expired" else "Access token is empty."), WWW_Authenticate="Bearer")
    if request.path.lower() != f"/v1.0/users/{self.user}/sendmail":
      raise Refused(404, error("ErrorInvalidUser", f"The requested user '{request.path}' is invalid."))
    if request.method != "POST":
      raise Refused(405, error("ErrorInvalidRequest", "The HTTP method is not supported."))
    if not self.has_right:
      raise Refused(403, error("ErrorAccessDenied", "Access is denied. Check credentials and try again."))
    self.mails.append(self.mail(request))
    return 202, None

  def mail(self, request):
    """What was sent, or Refused."""
    if request.content_type() != "text/plain":
      raise Refused(400, error("BadRequest", "Write requests with a body of this type are another mock's."))
    try:
      mail = email.message_from_bytes(base64.b64decode(request.data, validate=True), policy=email.policy.default)
    except binascii.Error as wrong:
      raise Refused(400, error("ErrorMimeContentInvalidBase64String",
                               "Invalid base64 string for MIME content.")) from wrong
    sender, = (address.addr_spec for address in mail["From"].addresses)
    if sender not in self.aliases:
      raise Refused(403, error("ErrorSendAsDenied", SEND_AS))
    for address in mail["To"].addresses:
      if address.addr_spec in self.nobody:
        raise Refused(400, error("ErrorInvalidRecipients", "At least one recipient is not valid., Recipient "
                                 f"'{address.addr_spec}' is not resolved. All recipients must be resolved before a "
                                 "message can be submitted."))
    return mail

  def read(self, address=None):
    """The mails for somebody, or all."""
    with self.lock:
      return [mail for mail in self.mails
              if address is None or address in [to.addr_spec for to in mail["To"].addresses]]
