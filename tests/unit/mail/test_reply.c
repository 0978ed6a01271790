/*
 * Which refusals of a mail server give a mail up: texts as Exchange, Postfix and Dovecot write them.
 *
 * [NDR] is "Email non-delivery reports and SMTP errors in Exchange Online", learn.microsoft.com;
 * [SMTP] "Set up a multifunction device or application to send email using Microsoft 365".
 */
#include "unit.h"

#include <string.h>

#include "mail/smtp/reply.h"

struct refusal_row {
	enum reply_phase phase;
	const char *line;
	enum send_result result;
	const char *advises; /* part of the advice; NULL: there is none */
};

static void judge_all(const struct refusal_row *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].line); i++) {
		const char *advice;

		assert_int_equal(smtp_reply_judge(cases[i].phase, cases[i].line, &advice),
			cases[i].result);
		if (cases[i].advises && (!advice || !strstr(advice, cases[i].advises)))
			print_error("%s\n", advice ? advice : "no advice");
		assert_true(cases[i].advises
				? advice != NULL && strstr(advice, cases[i].advises) != NULL
				: advice == NULL);
	}
}

/* All mail waits: the next one would fare the same. */
static void test_sender(void **state)
{
	static const struct refusal_row cases[] = {
		/* "Deprecation of Basic authentication in Exchange Online", and MC786329 */
		{REPLY_LOGIN,
			"550 5.7.30 Basic authentication is not supported for Client Submission",
			SEND_DOWN, "oauth"},
		{REPLY_LOGIN,
			"535 5.7.139 Authentication unsuccessful, basic authentication is disabled. "
			"[YT3PR01CA0122.CANPRD01.PROD.OUTLOOK.COM]",
			SEND_DOWN, "oauth"},
		/* "Enable or disable authenticated client SMTP submission (SMTP AUTH)" */
		{REPLY_LOGIN,
			"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is "
			"disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled",
			SEND_DOWN, "Set-CASMailbox"},
		{REPLY_SENDER,
			"530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 "
			"Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
			"Tenant.",
			SEND_DOWN, "Set-CASMailbox"},
		/* [NDR] 5.7.57 */
		{REPLY_SENDER,
			"530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during "
			"MAIL FROM [AM6PR0732BE0065.eurprd07.prod.outlook.com]",
			SEND_DOWN, "mail.user"},
		{REPLY_LOGIN, "535 5.7.3 Authentication unsuccessful", SEND_DOWN, NULL},
		{REPLY_LOGIN, "535 5.7.8 Error: authentication failed:", SEND_DOWN, NULL},
		{REPLY_LOGIN, "530 5.7.0 Must issue a STARTTLS command first", SEND_DOWN, NULL},
		{REPLY_SENDER, "530 5.7.0 Authentication required", SEND_DOWN, "mail.user"},
		/* [SMTP] "Client does not have permissions to send as this sender" */
		{REPLY_CONTENT,
			"550 5.7.60 SMTP; Client does not have permissions to send as this sender",
			SEND_DOWN, "Send As"},
		{REPLY_SENDER, "550 5.7.1 Client does not have permissions to send as this sender",
			SEND_DOWN, "Send As"},
		{REPLY_CONTENT,
			"554 5.2.252 SendAsDenied; post@eksempel.dk not allowed to send as "
			"vagt@eksempel.dk; STOREDRV.Submission.Exception:SendAsDeniedException."
			"MapiExceptionSendAsDenied; Failed to process message due to a permanent "
			"exception",
			SEND_DOWN, "Send As"},
		{REPLY_CONTENT,
			"554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException."
			"MapiExceptionSendAsDenied; Failed to process message due to a permanent "
			"exception with message Cannot submit message.",
			SEND_DOWN, "Send As"},
		/* Postfix refuses the sender when it is told the recipient (smtpd_delay_reject) */
		{REPLY_RECIPIENT,
			"553 5.7.1 <vagt@eksempel.dk>: Sender address rejected: not owned by user "
			"postvagt@eksempel.dk",
			SEND_DOWN, "Send As"},
		{REPLY_RECIPIENT, "550 5.1.0 <x@y.invalid>: Sender address rejected: User unknown",
			SEND_DOWN, "Send As"},
		/* [NDR] limits and blocks of the sender */
		{REPLY_CONTENT,
			"550 5.1.90 Your message can't be sent because you've reached your daily "
			"limit for message recipients",
			SEND_DOWN, "limit"},
		{REPLY_RECIPIENT, "550 5.2.2 Submission quota exceeded", SEND_DOWN, "limit"},
		{REPLY_CONTENT,
			"554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
			SEND_DOWN, "limit"},
		{REPLY_CONTENT, "550 5.1.8 Access denied, bad outbound sender AS(42003)", SEND_DOWN,
			"blocked"},
		{REPLY_RECIPIENT, "550 5.7.501 Access denied, spam abuse detected", SEND_DOWN,
			"blocked"},
		{REPLY_RECIPIENT,
			"550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request "
			"removal ...",
			SEND_DOWN, "blocked"},
		{REPLY_RECIPIENT, "550 5.7.708 Access denied, traffic not accepted from this IP",
			SEND_DOWN, "blocked"},
		/* the service does not pass mail on for us */
		{REPLY_RECIPIENT, "554 5.7.1 <bo@eksempel.dk>: Relay access denied", SEND_DOWN,
			"relay"},
		{REPLY_RECIPIENT,
			"550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
			SEND_DOWN, "relay"},
		{REPLY_RECIPIENT, "550 5.7.64 TenantAttribution; Relay Access Denied", SEND_DOWN,
			"relay"},
		{REPLY_RECIPIENT, "554 5.4.1 Relay Access Denied", SEND_DOWN, "relay"},
		/* passing trouble of the service */
		{REPLY_SENDER, "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded",
			SEND_DOWN, NULL},
		{REPLY_CONTENT,
			"421 4.4.2 Message submission rate for this client has exceeded the "
			"configured limit",
			SEND_DOWN, NULL},
		{REPLY_RECIPIENT, "421 4.7.0 too many errors", SEND_DOWN, NULL},
		{REPLY_RECIPIENT, "452 4.3.1 Insufficient system storage", SEND_DOWN, NULL},
		{REPLY_RECIPIENT,
			"451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77719)",
			SEND_DOWN, NULL},
		{REPLY_SENDER, "451 4.7.1 Please try again later", SEND_DOWN, NULL},
		{REPLY_LOGIN, "454 4.7.0 Temporary authentication failure", SEND_DOWN, NULL},
		{REPLY_LOGIN, "554 no SMTP service here", SEND_DOWN, NULL},
		/* whatever it says of a mailbox, before there is a recipient it is about us */
		{REPLY_SENDER, "550 5.1.1 no such user", SEND_DOWN, NULL},
		{REPLY_LOGIN, "550 5.4.1 no", SEND_DOWN, NULL},
	};

	judge_all(cases, ROWS(cases));
}

/* One notice is lost: its recipient does not exist, or takes no mail. */
static void test_recipient(void **state)
{
	static const struct refusal_row cases[] = {
		{REPLY_RECIPIENT, "550 5.1.1 no such user here", SEND_REFUSED, NULL},
		{REPLY_RECIPIENT,
			"550 5.1.1 <bo@eksempel.dk>: Recipient address rejected: User unknown in "
			"virtual mailbox table",
			SEND_REFUSED, NULL},
		/* [NDR] 5.1.10, and the hybrid server that says so after the mail */
		{REPLY_RECIPIENT,
			"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient bo@eksempel.dk not "
			"found by SMTP address lookup",
			SEND_REFUSED, NULL},
		{REPLY_CONTENT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found",
			SEND_REFUSED, NULL},
		/* [NDR] 5.4.1: "The recipient's address doesn't exist" */
		{REPLY_RECIPIENT,
			"550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
			SEND_REFUSED, NULL},
		{REPLY_RECIPIENT, "550 5.4.1 All recipient addresses rejected : Access denied.",
			SEND_REFUSED, NULL},
		{REPLY_RECIPIENT, "550 5.5.0 Requested action not taken: mailbox unavailable",
			SEND_REFUSED, NULL},
		{REPLY_RECIPIENT,
			"550 5.7.504 [bo@eksempel.dk]: Recipient address rejected: Access denied",
			SEND_REFUSED, NULL},
		{REPLY_RECIPIENT,
			"550 5.1.2 <x@y.invalid>: Recipient address rejected: Domain not found",
			SEND_REFUSED, NULL},
		{REPLY_RECIPIENT, "550 5.2.1 mailbox disabled", SEND_REFUSED, NULL},
		/* RFC 5321 section 4.2.3, without a code */
		{REPLY_RECIPIENT, "550 No such user here", SEND_REFUSED, NULL},
		{REPLY_RECIPIENT, "551 User not local", SEND_REFUSED, NULL},
		{REPLY_RECIPIENT, "553 Mailbox name not allowed", SEND_REFUSED, NULL},
		{REPLY_RECIPIENT, "550", SEND_REFUSED, NULL},
	};

	judge_all(cases, ROWS(cases));
}

/* Nobody knows whether it is for ever: the notice waits, and the others go on. */
static void test_unclear(void **state)
{
	static const struct refusal_row cases[] = {
		{REPLY_RECIPIENT, "451 4.7.1 greylisted, come back", SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT,
			"450 4.7.1 <bo@eksempel.dk>: Recipient address rejected: Greylisted",
			SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "450 4.2.0 mailbox busy", SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "552 5.2.2 Mailbox full", SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup",
			SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "550 5.7.1 Delivery not authorized", SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "500 5.5.2 Syntax error", SEND_DEFERRED, NULL},
		{REPLY_CONTENT, "554 5.7.1 Message rejected as spam", SEND_DEFERRED, NULL},
		{REPLY_CONTENT, "554 Transaction failed", SEND_DEFERRED, NULL},
		{REPLY_CONTENT, "550 Requested action not taken", SEND_DEFERRED, NULL},
		{REPLY_CONTENT, "552 5.3.4 Message size exceeds fixed limit", SEND_DEFERRED, NULL},
		{REPLY_CONTENT, "451 4.4.1 timeout", SEND_DEFERRED, NULL},
		/* codes that are none, or other ones that begin alike */
		{REPLY_RECIPIENT, "550 5.7.600 something", SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "550 5.7.6", SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "554 5.1.1.9 what", SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "554 15.1.1 what", SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "554-5", SEND_DEFERRED, NULL},
		{REPLY_RECIPIENT, "", SEND_DEFERRED, NULL},
	};

	judge_all(cases, ROWS(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sender),
		cmocka_unit_test(test_recipient),
		cmocka_unit_test(test_unclear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
