#include "mail/smtp/message.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/system/version.h"
#include "base/text/strbuf.h"
#include "mail/smtp/mime.h"

/* RFC 5322 section 3.3: the local time, as the reader's clock has it, and, whatever the locale is, in English. */
static void add_date(struct strbuf *out, moment t)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = (time_t)t;
	struct tm local = {0};
	long minutes;

	localtime_r(&seconds, &local);
	minutes = labs(local.tm_gmtoff) / 60;
	strbuf_addf(out, "Date: %s, %02d %s %d %02d:%02d:%02d %c%02ld%02ld\r\n",
		days[local.tm_wday], local.tm_mday, months[local.tm_mon], local.tm_year + 1900,
		local.tm_hour, local.tm_min, local.tm_sec, local.tm_gmtoff < 0 ? '-' : '+',
		minutes / 60, minutes % 60);
}

static void add_mailbox(struct strbuf *out, const char *field, const char *name,
	const char *address)
{
	strbuf_addf(out, "%s: ", field);
	mime_add_mailbox(out, name, address);
	strbuf_adds(out, "\r\n");
}

static void add_list(struct strbuf *out, const struct message *message)
{
	strbuf_adds(out, "List-Id: ");
	mime_add_mailbox(out, message->list_name, message->list_id);
	strbuf_adds(out, "\r\n");
}

/*
 * RFC 5322 section 3.6.4: an answer to a mail that was never sent, so that all mails of one thread stand together.
 * Exchange takes the topic of a conversation from Thread-Topic (MS-OXCMAIL section 2.2.3.2.7), which is to precede Subject.
 */
static void add_thread(struct strbuf *out, const struct message *message)
{
	strbuf_addf(out, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", message->thread_id,
		message->thread_id);
}

void message_add(struct strbuf *out, const struct message *message)
{
	add_date(out, message->date);
	add_mailbox(out, "From", message->from_name, message->from);
	if (message->reply_to)
		add_mailbox(out, "Reply-To", NULL, message->reply_to);
	add_mailbox(out, "To", message->to_name, message->to);
	if (message->topic) {
		strbuf_adds(out, "Thread-Topic: ");
		mime_add_text(out, message->topic);
		strbuf_adds(out, "\r\n");
	}
	strbuf_adds(out, "Subject: ");
	mime_add_text(out, message->subject);
	strbuf_addf(out, "\r\nMessage-ID: <%s>\r\n", message->id);
	if (message->thread_id)
		add_thread(out, message);
	if (message->list_id)
		add_list(out, message);
	if (message->is_automatic)
		strbuf_adds(out,
			"Auto-Submitted: auto-generated\r\n"
			"X-Auto-Response-Suppress: All\r\n");
	strbuf_adds(out,
		"User-Agent: postvagt/" POSTVAGT_VERSION "\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"\r\n");
	mime_add_body(out, message->body);
}

void message_add_id(struct strbuf *out, const char *what, const char *from)
{
	const char *at = strrchr(from, '@');

	strbuf_addf(out, "postvagt.%s@%s", what, at ? at + 1 : from);
}
