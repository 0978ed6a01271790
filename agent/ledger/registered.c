#include "ledger/registered.h"

#include <string.h>

#include "base/memory/arena.h"
#include "ledger/chain.h"
#include "ledger/run_line.h"
#include "ledger/run_tail.h"
#include "ledger/runs.h"

static bool is_registration(const json_t *line, enum run_outcome outcome)
{
	return strcmp(run_line_text(line, "command", NULL), "register") == 0 &&
		run_line_is_outcome(line, outcome) && *run_line_text(line, "address", NULL);
}

/* The value of "sent" where nobody knows. */
#define SENT_UNKNOWN "unknown"

void registered_set_unsure(json_t *line)
{
	run_line_set_text(line, "sent", SENT_UNKNOWN);
}

static bool may_have_gone(const json_t *line)
{
	return is_registration(line, RUN_INTERRUPTED) ||
		(is_registration(line, RUN_FAILED) &&
			strcmp(run_line_text(line, "sent", NULL), SENT_UNKNOWN) == 0);
}

/* What is known, as a line has it: {"sent": {"address": …, "to": …, "started": …}, "unsure": …}, either or none. */
static void set_mail(json_t *known, const char *key, const json_t *line)
{
	static const char *const keys[] = {"address", "to", "started"};
	json_t *mail = json_object();

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		json_object_set(mail, keys[i], json_object_get(line, keys[i]));
	json_object_set_new(known, key, mail);
}

/*
 * Add what a line knows that those behind it do not; going back, the first that is met counts. False: nothing before it is to be
 * looked at.
 */
static bool add_line(json_t *known, const json_t *line)
{
	const json_t *before = json_object_get(line, REGISTERED_LINE_KEY);

	if (is_registration(line, RUN_DONE)) {
		set_mail(known, "sent", line);
		return false;
	}
	if (!json_object_get(known, "unsure") && may_have_gone(line))
		set_mail(known, "unsure", line);
	if (before)
		json_object_update_missing(known, (json_t *)before);
	return !before;
}

/* Whether it can be a line that says something: most say nothing here, and need not be parsed. */
static bool may_say(const char *text, size_t length)
{
	static const char *const marks[] = {
		"\"" REGISTERED_LINE_KEY "\":", "\"command\":\"register\""};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (memmem(text, length, marks[i], strlen(marks[i])))
			return true;
	}
	return false;
}

/* Read back as far as nothing is known; all of it in a chain of an older version. */
static void read_back(json_t *known, const char *folder)
{
	struct run_tail tail;
	const char *text;
	size_t length;
	bool goes_on = true;

	run_tail_open(&tail, folder);
	while (goes_on && run_tail_next(&tail, &text, &length)) {
		json_t *line = may_say(text, length) ? chain_read_line(text, length) : NULL;

		goes_on = !line || add_line(known, line);
		json_decref(line);
	}
	run_tail_close(&tail);
}

void registered_carry(json_t *line, const json_t *last_line, const char *folder, bool is_proved)
{
	json_t *known;

	if (json_object_get(line, REGISTERED_LINE_KEY))
		return; /* set when the run was intended, which was at the same place */
	known = json_object();
	if (last_line && add_line(known, last_line))
		read_back(known, folder);
	if (!is_proved && json_object_size(known) > 0)
		json_object_set_new(known, "unproved", json_true());
	json_object_set_new(line, REGISTERED_LINE_KEY, known);
}

static struct registered_mail read_mail(const json_t *known, const char *key, struct arena *arena)
{
	const json_t *mail = json_object_get(known, key);

	if (!*run_line_text(mail, "address", NULL))
		return (struct registered_mail){.address = NULL};
	return (struct registered_mail){
		.address = arena_string(arena, run_line_text(mail, "address", NULL)),
		.to = arena_string(arena, run_line_text(mail, "to", NULL)),
		.at = runs_started(mail)};
}

enum error_kind registered_find(struct registered *registered, const char *folder,
	struct arena *arena, struct error *err)
{
	json_t *known = json_object();
	struct run_end end;

	*registered = (struct registered){0};
	if (!run_end_find(&end, folder, err) && end.line && add_line(known, end.line))
		read_back(known, folder);
	registered->sent = read_mail(known, "sent", arena);
	registered->unsure = read_mail(known, "unsure", arena);
	run_end_release(&end);
	json_decref(known);
	return err->kind;
}
