/*
 * One mail to one recipient, by SMTP (RFC 5321), and what the server said to it.
 */
#ifndef MAIL_SMTP_SEND_H
#define MAIL_SMTP_SEND_H

#include "base/message/error.h"
#include "mail/smtp/server.h"

struct strbuf;

enum send_result {
	SEND_DONE,     /* the server took it */
	SEND_DEFERRED, /* it may take it later: 4yz */
	SEND_REFUSED,  /* it never will: 5yz */
	SEND_LOST, /* it went away while it was given the mail: nobody knows whether it took it */
	SEND_DOWN, /* it cannot be reached, or does not let us send at all */
};

/*
 * Send `mail` (message.h) from one address to another. `seconds` is how long that may take; 0:
 * as server.h says. All but SEND_DONE is told in `err`, with the server's own words. The
 * connection stays open for the next one.
 */
enum send_result send_mail(struct server *server, const char *from, const char *to,
	const struct strbuf *mail, int seconds, struct error *err);

#endif
