#include "ledger/registered.h"

#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "ledger/run_line.h"
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

static struct registered_mail read_mail(const json_t *line, struct arena *arena)
{
	return (struct registered_mail){
		.address = arena_string(arena, run_line_text(line, "address", NULL)),
		.to = arena_string(arena, run_line_text(line, "to", NULL)),
		.at = runs_started(line)};
}

enum error_kind registered_find(struct registered *registered, const char *folder,
	struct arena *arena, struct error *err)
{
	json_t *lines;

	*registered = (struct registered){0};
	if (access(arena_format(arena, "%s/runs.jsonl", folder), F_OK) != 0)
		return ERROR_NONE;
	lines = runs_load(folder, err);
	for (size_t i = json_array_size(lines); i > 0 && !registered->sent.address; i--) {
		const json_t *line = json_array_get(lines, i - 1);

		if (is_registration(line, RUN_DONE))
			registered->sent = read_mail(line, arena);
		else if (!registered->unsure.address && may_have_gone(line))
			registered->unsure = read_mail(line, arena);
	}
	json_decref(lines);
	return err->kind;
}
