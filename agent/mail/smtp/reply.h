/*
 * What a mail server means by refusing: whether it is about the recipient, or about who sends and
 * the service itself. Only what is surely about the recipient gives a mail up. Pure.
 *
 * Enhanced status codes are RFC 3463's, and Exchange Online's own as "Email non-delivery reports
 * and SMTP errors in Exchange Online" (learn.microsoft.com) lists them.
 */
#ifndef MAIL_SMTP_REPLY_H
#define MAIL_SMTP_REPLY_H

#include "mail/smtp/send.h"

/* What the reply answers. */
enum reply_phase {
	REPLY_LOGIN,     /* the greeting, EHLO, STARTTLS, AUTH */
	REPLY_SENDER,    /* MAIL */
	REPLY_RECIPIENT, /* RCPT */
	REPLY_CONTENT,   /* DATA, or the mail */
};

/*
 * Judge a reply 4yz or 5yz by its last line, "550 5.7.60 SMTP; Client does not ...":
 *
 *	SEND_REFUSED   the recipient does not exist, or takes no mail: sending again is no use
 *	SEND_DEFERRED  about this mail or recipient, and not clearly for ever
 *	SEND_DOWN      about the login, the sender or the service: all other mail would fare the same
 *
 * `*advice`: what to do about it, in the language in force; NULL where there is nothing to say.
 */
enum send_result smtp_reply_judge(enum reply_phase phase, const char *line, const char **advice);

#endif
