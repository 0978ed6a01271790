/*
 * The mail that is a probe: made, and sent as the settings say.
 */
#ifndef MAILBOX_PROBE_PROBE_MAIL_H
#define MAILBOX_PROBE_PROBE_MAIL_H

#include "base/message/error.h"
#include "base/text/moment.h"
#include "mail/transport.h"

struct settings;
struct strbuf;

/* Whether it can be sent at all: ERROR_USAGE where the settings name no server. */
enum error_kind probe_mail_check(const struct settings *settings, struct error *err);

/* Add the whole mail. No machine answers it, and by CONTRACT section 7 it is no answer itself. */
void probe_mail_add(struct strbuf *out, const struct settings *settings, const char *token,
	moment now);

/* Send it to mailbox.address. What is not SEND_DONE is in `err`, with the server's own words. */
enum send_result probe_mail_send(const struct settings *settings, const char *token, moment now,
	struct error *err);

#endif
