/*
 * One mail to one recipient by Microsoft Graph: POST /users/{user}/sendMail with the mail itself, in
 * base64, as text/plain ("user: sendMail", Microsoft Graph REST API v1.0).
 *
 * The MIME form keeps every header field of ours. By that page it also leaves a copy in Sent Items:
 * saveToSentItems goes with the JSON form only, which cannot carry Auto-Submitted or References
 * (internetMessageHeaders takes names that begin with x-).
 */
#ifndef MAIL_GRAPH_SEND_H
#define MAIL_GRAPH_SEND_H

#include "base/message/error.h"
#include "mail/smtp/send.h"

struct graph_reply;
struct graph_settings;
struct strbuf;

/*
 * Send; the recipient is the one of the mail's To field. `seconds` is how long that may take; 0: as
 * graph.h says. `err` is set for all but SEND_DONE.
 */
enum send_result graph_send_mail(const struct graph_settings *settings, const struct strbuf *mail,
	int seconds, struct error *err);

/*
 * Judge the answer to a mail that was not taken (reply->status is not 2xx), as smtp_reply_judge()
 * does: SEND_REFUSED for ErrorInvalidRecipients alone, SEND_DEFERRED for what Graph does not accept
 * of this mail, SEND_LOST where nobody knows whether it was taken. `*advice`: what to do besides
 * what graph_call() says; NULL: nothing.
 */
enum send_result graph_reply_judge(const struct graph_reply *reply, const char **advice);

#endif
