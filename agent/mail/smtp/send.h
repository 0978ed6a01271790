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
	SEND_DEFERRED, /* this one was refused, not clearly for ever: send it again later */
	SEND_REFUSED,  /* its recipient does not exist or takes no mail: do not send it again */
	SEND_LOST,     /* the connection ended within the mail: the server may have taken it */
	SEND_DOWN, /* the server cannot be reached, or refuses our login or our sender: none goes */
};

/*
 * Send `mail` (message.h) from one address to another. `seconds` is how long that may take; 0:
 * as server.h says. All but SEND_DONE is reported in `err`, with the server's own words and what
 * to do (reply.h). A token of oauth that is refused is renewed once. The connection stays open for
 * the next one.
 */
enum send_result send_mail(struct server *server, const char *from, const char *to,
	const struct strbuf *mail, int seconds, struct error *err);

/*
 * Connect and log in, and send nothing but NOOP. ERROR_TARGET where the server refuses, with its
 * words and what to do; ERROR_LOST where it cannot be reached.
 */
enum error_kind smtp_log_in(struct server *server, struct error *err);

#endif
