#include "ledger/chain_log.h"

#include <stdint.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/system/datagram.h"
#include "base/text/strbuf.h"
#include "ledger/run_line.h"

#define WAIT_MAX 1000 /* milliseconds, for a log that has no room */

/* A value of several lines has its length in front, 64 bits, little-endian (systemd's JOURNAL_NATIVE_PROTOCOL). */
static void add_field(struct strbuf *out, const char *name, const char *value)
{
	uint64_t length = strlen(value);

	strbuf_adds(out, name);
	if (!strchr(value, '\n')) {
		strbuf_addf(out, "=%s\n", value);
		return;
	}
	strbuf_adds(out, "\n");
	for (int i = 0; i < 8; i++)
		strbuf_add(out, &(const char){(char)(length >> (8 * i))}, 1);
	strbuf_addf(out, "%s\n", value);
}

/* What a message is about; "" where it is of no run. */
struct log_entry {
	const char *message, *number, *hash, *run, *outcome;
};

/* With fields that can be searched for, where systemd's journal is. False: it is not. */
static bool log_to_journal(const struct log_entry *entry)
{
	struct strbuf out = STRBUF_INIT;
	bool is_sent;

	add_field(&out, "MESSAGE", entry->message);
	strbuf_addf(&out, "PRIORITY=%d\nSYSLOG_IDENTIFIER=postvagt\n", LOG_NOTICE);
	add_field(&out, "POSTVAGT_LINE", entry->number);
	if (*entry->run) {
		add_field(&out, "POSTVAGT_RUN", entry->run);
		add_field(&out, "POSTVAGT_OUTCOME", entry->outcome);
	}
	add_field(&out, "POSTVAGT_HASH", entry->hash);
	is_sent = datagram_send("/run/systemd/journal/socket", out.text, out.length, WAIT_MAX);
	strbuf_release(&out);
	return is_sent;
}

/* As syslog(3) writes it, which would wait for ever. */
static void log_to_syslog(const char *message)
{
	struct strbuf out = STRBUF_INIT;
	const time_t now = time(NULL);
	char date[32] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(date, sizeof(date), "%h %e %T", &tm);
	strbuf_addf(&out, "<%d>%s postvagt[%d]: %s", LOG_DAEMON | LOG_NOTICE, date, (int)getpid(),
		message);
	datagram_send("/dev/log", out.text, out.length, WAIT_MAX);
	strbuf_release(&out);
}

static void log_entry(const struct log_entry *entry)
{
	if (!log_to_journal(entry))
		log_to_syslog(entry->message);
}

void chain_log(const json_t *line, const char *what, const char *hash)
{
	struct strbuf message = STRBUF_INIT, number = STRBUF_INIT, run = STRBUF_INIT;

	strbuf_add_safe(&run, run_line_text(line, "run", NULL));
	strbuf_addf(&number, "%" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(line, "number")));
	strbuf_addf(&message, "runs.jsonl line %s, run %s, %s: %s", number.text, run.text, what,
		hash);
	log_entry(&(struct log_entry){.message = message.text,
		.number = number.text,
		.hash = hash,
		.run = run_line_text(line, "run", NULL),
		.outcome = run_line_text(line, "outcome", NULL)});
	strbuf_release(&message);
	strbuf_release(&number);
	strbuf_release(&run);
}

void chain_log_closed(const char *name, json_int_t closed_number, const char *hash)
{
	struct strbuf message = STRBUF_INIT, number = STRBUF_INIT;

	strbuf_addf(&number, "%" JSON_INTEGER_FORMAT, closed_number);
	strbuf_addf(&message, "runs.jsonl closed as %s, last line %s: %s", name, number.text, hash);
	log_entry(&(struct log_entry){.message = message.text,
		.number = number.text,
		.hash = hash,
		.run = "",
		.outcome = ""});
	strbuf_release(&message);
	strbuf_release(&number);
}
