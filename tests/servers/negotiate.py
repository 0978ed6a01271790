#!/usr/bin/python3
"""negotiate.py ADDRESS FILE: a server of HTTP on loopback that serves FILE to who comes with a Kerberos ticket.

It takes "Authorization: Negotiate" (RFC 4559) and has GSSAPI check the token, by the key in $KRB5_KTNAME. It prints its
port, and then a line a request: whose ticket it was, or "nobody". Debian's Python, as python3-gssapi is for that one.
"""
import base64
import http.server
import sys

import gssapi


class Handler(http.server.BaseHTTPRequestHandler):
  def do_GET(self):
    scheme, _, text = self.headers.get("Authorization", "").partition(" ")
    name = "nobody"
    if scheme == "Negotiate":
      try:
        context = gssapi.SecurityContext(creds=gssapi.Credentials(usage="accept"), usage="accept")
        context.step(base64.b64decode(text))
        if context.complete:
          name = str(context.initiator_name)
      except gssapi.exceptions.GSSError as error:
        name = f"nobody: {error}".replace("\n", " ")
    print(name, flush=True)
    good = not name.startswith("nobody")
    with open(sys.argv[2], "rb") as file:
      body = file.read() if good else b""
    self.send_response(200 if good else 401)
    if not good:
      self.send_header("WWW-Authenticate", "Negotiate")
    self.send_header("Content-Length", str(len(body)))
    self.end_headers()
    self.wfile.write(body)

  def log_message(self, *_):
    """Say nothing but the names."""


server = http.server.ThreadingHTTPServer((sys.argv[1], 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
