/*
 * How mail of ours goes out: by SMTP (mail.smtp) or by Microsoft Graph (mail.graph); the settings
 * give one of them. Callers see no difference.
 *
 *	struct mail_transport transport;
 *	mail_transport_init(&transport, &settings->mail);
 *	// mail_send(), as often as there is a mail
 *	mail_transport_release(&transport);
 */
#ifndef MAIL_TRANSPORT_H
#define MAIL_TRANSPORT_H

#include <stdbool.h>

#include "base/message/error.h"
#include "mail/smtp/send.h"
#include "mail/smtp/server.h"

struct mail_settings;
struct strbuf;

struct mail_transport {
	const struct mail_settings *settings; /* borrowed */
	struct server server;                 /* owned, where is_open */
	bool is_open; /* SMTP: the secret was read, the connection is kept. Graph keeps nothing */
};

/* Whether the settings say how mail is sent. */
bool mail_can_be_sent(const struct mail_settings *settings);

/* How mail is sent, for a message: the URL of mail.smtp or of mail.graph; "" where it cannot be. */
const char *mail_transport_name(const struct mail_settings *settings);

/* Connects to nothing: mail_send() and mail_transport_log_in() do, the first time. */
void mail_transport_init(struct mail_transport *transport, const struct mail_settings *settings);
void mail_transport_release(struct mail_transport *transport);

/*
 * Send a mail (smtp/message.h) from one address to another, as send_mail() and graph_send_mail() do;
 * `err` is set for all but SEND_DONE. Graph takes both addresses from the mail. Where a file of the
 * settings cannot be used, that is SEND_DOWN.
 */
enum send_result mail_send(struct mail_transport *transport, const char *from, const char *to,
	const struct strbuf *mail, int seconds, struct error *err);

/*
 * Log in, and send nothing: by SMTP up to the login and NOOP; for Graph, a token is got. ERROR_USAGE
 * where a file of the settings cannot be used, ERROR_TARGET where we are refused, ERROR_LOST where
 * the server cannot be reached.
 */
enum error_kind mail_transport_log_in(struct mail_transport *transport, struct error *err);

#endif
