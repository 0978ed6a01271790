#include "mail/smtp/reply.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"
#include "base/text/language.h"

struct status_code {
	int class, subject, detail; /* 5.7.60; class 0: the line has none */
};

enum advice {
	NO_ADVICE,
	NO_BASIC,
	NO_SMTP_AUTH,
	NO_SEND_AS,
	NO_LOGIN,
	NO_RELAY,
	BLOCKED,
	TOO_MANY,
};

/* A range of codes, or words, that mean the same; the first row that fits a reply holds. */
struct reply_row {
	struct status_code from; /* class 0: any code */
	int to;                  /* the last detail; 0: `from` alone */
	const char *words;       /* stands in the line, in any case; NULL: whatever it says */
	enum send_result result;
	enum advice advice;
};

static const struct reply_row rows[] = {
	{.words = "SmtpClientAuthentication is disabled",
		.result = SEND_DOWN,
		.advice = NO_SMTP_AUTH},
	{.words = "basic authentication is", .result = SEND_DOWN, .advice = NO_BASIC},
	{.from = {5, 7, 30}, .result = SEND_DOWN, .advice = NO_BASIC},
	{.words = "SendAsDenied", .result = SEND_DOWN, .advice = NO_SEND_AS},
	{.words = "permissions to send as", .result = SEND_DOWN, .advice = NO_SEND_AS},
	{.words = "permissions to send on behalf", .result = SEND_DOWN, .advice = NO_SEND_AS},
	{.words = "not owned by user", .result = SEND_DOWN, .advice = NO_SEND_AS},
	{.from = {5, 2, 252}, .result = SEND_DOWN, .advice = NO_SEND_AS},
	{.from = {5, 7, 60}, .result = SEND_DOWN, .advice = NO_SEND_AS},
	{.words = "sender address rejected", .result = SEND_DOWN, .advice = NO_SEND_AS},
	{.from = {5, 7, 57}, .result = SEND_DOWN, .advice = NO_LOGIN},
	{.words = "client was not authenticated", .result = SEND_DOWN, .advice = NO_LOGIN},
	{.words = "authentication required", .result = SEND_DOWN, .advice = NO_LOGIN},
	{.words = "must be authenticated", .result = SEND_DOWN, .advice = NO_LOGIN},
	{.words = "submission quota", .result = SEND_DOWN, .advice = TOO_MANY},
	{.words = "SubmissionQuotaExceeded", .result = SEND_DOWN, .advice = TOO_MANY},
	{.from = {5, 1, 90}, .result = SEND_DOWN, .advice = TOO_MANY},
	{.from = {5, 1, 7}, 8, .result = SEND_DOWN, .advice = BLOCKED},
	{.from = {5, 7, 501}, 503, .result = SEND_DOWN, .advice = BLOCKED},
	{.from = {5, 7, 508}, .result = SEND_DOWN, .advice = BLOCKED},
	{.from = {5, 7, 511}, .result = SEND_DOWN, .advice = BLOCKED},
	{.from = {5, 7, 606}, 649, .result = SEND_DOWN, .advice = BLOCKED},
	{.from = {5, 7, 705}, 799, .result = SEND_DOWN, .advice = BLOCKED},
	{.words = "relay access denied", .result = SEND_DOWN, .advice = NO_RELAY},
	{.words = "unable to relay", .result = SEND_DOWN, .advice = NO_RELAY},
	{.words = "relaying denied", .result = SEND_DOWN, .advice = NO_RELAY},
	{.words = "relay not permitted", .result = SEND_DOWN, .advice = NO_RELAY},
	{.words = "not permitted to relay", .result = SEND_DOWN, .advice = NO_RELAY},
	{.from = {4, 3, 0}, 999, .result = SEND_DOWN},
	{.from = {4, 7, 500}, 899, .result = SEND_DOWN},
	{.from = {5, 1, 1}, 3, .result = SEND_REFUSED},
	{.from = {5, 1, 6}, .result = SEND_REFUSED},
	{.from = {5, 1, 10}, .result = SEND_REFUSED},
	{.from = {5, 2, 1}, .result = SEND_REFUSED},
	{.from = {5, 5, 0}, .words = "mailbox unavailable", .result = SEND_REFUSED},
	{.from = {5, 7, 504}, 505, .result = SEND_REFUSED},
	{.from = {5, 4, 1}, .result = SEND_REFUSED},
};

/* Read a number of at most three digits and leave `*text` behind it; false: there is none. */
static bool read_number(const char **text, int *value)
{
	size_t length = strspn(*text, "0123456789");

	*value = 0;
	for (size_t i = 0; i < length && length <= 3; i++)
		*value = *value * 10 + ((*text)[i] - '0');
	*text += length;
	return length > 0 && length <= 3;
}

/* The code behind the reply's three digits (RFC 2034 section 4). */
static struct status_code read_code(const char *line)
{
	const char *text = strlen(line) > 4 ? line + 4 : "";
	struct status_code code;
	bool is_code = read_number(&text, &code.class) && *text++ == '.' &&
		read_number(&text, &code.subject) && *text++ == '.' &&
		read_number(&text, &code.detail) && (*text == '\0' || *text == ' ' || *text == ';');

	return is_code ? code : (struct status_code){0};
}

static const char *advice_text(enum advice advice)
{
	switch (advice) {
	case NO_BASIC:
		return _("Exchange Online takes no password here: log in by oauth instead of "
			 "password_file, or send by mail.graph; see postvagt-exchange(7)");
	case NO_SMTP_AUTH:
		return _("SMTP AUTH is off for the mailbox or the tenant: turn it on by "
			 "Set-CASMailbox -SmtpClientAuthenticationDisabled $false, or send by "
			 "mail.graph; see postvagt-exchange(7)");
	case NO_SEND_AS:
		return _("the login may not send as mail.from: write an address of its own mailbox "
			 "as mail.from, or give it Send As on that one");
	case NO_LOGIN:
		return _("the server wants a login: give mail.user, and password_file, token_file "
			 "or oauth");
	case NO_RELAY:
		return _("the server does not pass our mail on: log in by mail.user, or let it "
			 "relay for this machine");
	case BLOCKED:
		return _("the service has blocked the sender or the address of this machine: ask "
			 "those who run it");
	case TOO_MANY:
		return _("the sender has reached a limit of the service, which ends by itself");
	case NO_ADVICE:
		break;
	}
	return NULL;
}

static bool row_fits(const struct reply_row *row, struct status_code code, const char *line)
{
	int last = row->to ? row->to : row->from.detail;

	if (row->words && !strcasestr(line, row->words))
		return false;
	return row->from.class == 0 ||
		(row->from.class == code.class && row->from.subject == code.subject &&
			row->from.detail <= code.detail && code.detail <= last);
}

/* RFC 5321 section 4.2.3: a mailbox that is not there, or not here, or whose name is not allowed. */
static bool is_about_mailbox(long reply)
{
	return reply == 550 || reply == 551 || reply == 553;
}

enum send_result smtp_reply_judge(enum reply_phase phase, const char *line, const char **advice)
{
	struct status_code code = read_code(line);
	long reply = strtol(line, NULL, 10);
	bool is_early = phase == REPLY_LOGIN || phase == REPLY_SENDER;
	enum send_result result = is_early ? SEND_DOWN : SEND_DEFERRED;

	*advice = NULL;
	if (reply == 421) /* RFC 5321 section 4.2.2: to whatever was asked */
		return SEND_DOWN;
	if (phase == REPLY_RECIPIENT && code.class == 0 && is_about_mailbox(reply))
		result = SEND_REFUSED;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!row_fits(&rows[i], code, line))
			continue;
		*advice = advice_text(rows[i].advice);
		result = rows[i].result;
		break;
	}
	return result == SEND_REFUSED && is_early ? SEND_DOWN : result;
}
