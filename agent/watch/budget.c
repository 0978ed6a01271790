/*
 * The bound on the reports of watch, and what is said of it. What was written within the day is in budget-NAME.json of the state
 * folder, NAME being that of the folder of reports, or a watch that is restarted again and again would have none.
 */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <time.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/state_folder.h"
#include "model/plan.h"
#include "model/settings.h"
#include "watch/watch.h"

#define FORM             1
#define REPORT_COUNT_MAX 1000000000000 /* in a file: more is not believed */

/* Milliseconds; the file has times of the machine's clock, which go on while nobody watches. */
static int64_t clock_less_uptime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - moment_uptime();
}

/* A number of the file within bounds; false where it is none. */
static bool read_number(const json_t *root, const char *key, json_int_t least, json_int_t most,
	json_int_t *number)
{
	const json_t *value = json_object_get(root, key);

	*number = json_integer_value(value);
	return json_is_integer(value) && *number >= least && *number <= most;
}

static void read_budget(struct report_budget *budget, const json_t *root)
{
	const int64_t offset = clock_less_uptime(), now = moment_uptime() + offset;
	json_int_t since, reports, bytes, pause, write_at;

	if (json_integer_value(json_object_get(root, "form")) != FORM ||
		!read_number(root, "since", now - MOMENT_DAY * 1000, now, &since) ||
		!read_number(root, "reports", 1, REPORT_COUNT_MAX, &reports) ||
		!read_number(root, "bytes", 0, REPORT_COUNT_MAX, &bytes) ||
		!read_number(root, "pause", 0, REPORT_PAUSE_MAX, &pause) ||
		!read_number(root, "write_at", 0, now + REPORT_PAUSE_MAX, &write_at))
		return;
	*budget = (struct report_budget){
		.since = since - offset,
		.reports = (uint64_t)reports,
		.bytes = (uint64_t)bytes,
		.pause = pause,
		.write_at = write_at - offset,
	};
}

void watch_budget_read(struct watch *watch)
{
	struct arena *arena = arena_new();
	struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;

	if (state_read(state_file(watch->session.config.settings, "budget", arena), &text))
		root = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
	read_budget(&watch->budget, root);
	json_decref(root);
	strbuf_release(&text);
	arena_free(arena);
}

/* Without fsync: what a power failure takes of it is a count that begins again. */
static void write_budget(struct watch *watch)
{
	const struct report_budget *budget = &watch->budget;
	const int64_t offset = clock_less_uptime();
	struct arena *arena = arena_new();
	const char *path = state_file(watch->session.config.settings, "budget", arena);
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;

	strbuf_addf(&text,
		"{\"form\":%d,\"since\":%" PRId64 ",\"reports\":%" PRIu64 ",\"bytes\":%" PRIu64
		",\"pause\":%" PRId64 ",\"write_at\":%" PRId64 "}\n",
		FORM, budget->since + offset, budget->reports, budget->bytes, budget->pause,
		budget->write_at + offset);
	if (!state_make_folder(folder_above(path, arena), &err))
		file_replace(path, &text, FILE_MODE_OWN, FILE_RENAMED, &err);
	if (err.kind)
		log_once_add_as(&watch->write_troubles, "budget", err.text.text);
	error_release(&err);
	strbuf_release(&text);
	arena_free(arena);
}

/* Among the round's findings, so that it is said once, until the day is over. */
void watch_budget_warn(struct watch *watch)
{
	struct strbuf line = STRBUF_INIT;

	if (report_budget_is_reached(&watch->budget, moment_uptime())) {
		strbuf_addf(&line,
			_("%d reports, or %llu MiB of them, were written within a day: changes now wait up to "
			  "%d minutes and go into one report; find out what changes the lists so often"),
			REPORTS_PER_DAY, (unsigned long long)(REPORT_BYTES_PER_DAY >> 20),
			(int)(REPORT_PAUSE_MAX / 60000));
		log_once_add_as(&watch->troubles, "budget", line.text);
	}
	strbuf_release(&line);
}

/* Count what would have been a report of its own: changes that are others than those that waited before. */
static void note_waiting(struct watch *watch)
{
	const struct plan *plan = watch->session.work.plan;
	bool has_changes = plan_has_changes(plan) || plan->refused;
	struct strbuf now = STRBUF_INIT;

	if (!has_changes && watch->waits == 0)
		return;
	retry_list_describe(&now, plan);
	if (watch->waits == 0)
		watch->waiting_since = watch->session.work.now;
	if (watch->waits == 0 || strcmp(watch->waiting.text, now.text) != 0)
		watch->waits++;
	strbuf_reset(&watch->waiting);
	strbuf_add(&watch->waiting, now.text, now.length);
	strbuf_release(&now);
}

bool watch_budget_waits(struct watch *watch)
{
	const struct plan *plan = watch->session.work.plan;
	bool waits = report_budget_waits(&watch->budget, moment_uptime());

	if (waits || watch->waits > 0)
		note_waiting(watch);
	if (!waits || (!plan_has_changes(plan) && !plan->refused))
		return false;
	watch->retry_at = watch->budget.write_at;
	return true;
}

void watch_budget_describe(const struct watch *watch, struct strbuf *out)
{
	const int64_t left = watch->budget.write_at - moment_uptime();
	struct strbuf since = STRBUF_INIT, until = STRBUF_INIT;

	if (watch->waits > 0 && left > 0) {
		moment_add_human(&since, watch->waiting_since);
		moment_add_human(&until, moment_now() + (left + 999) / 1000);
		strbuf_addf(out, _("; changes wait from %s until %s; other reports left out: %zu"),
			since.text, until.text, watch->waits - 1);
	}
	strbuf_release(&since);
	strbuf_release(&until);
}

void watch_budget_report(struct watch *watch)
{
	struct session *session = &watch->session;
	struct strbuf since = STRBUF_INIT, what = STRBUF_INIT;

	if (watch->waits == 0)
		return;
	session->work.run.waiting_since = watch->waiting_since;
	session->work.run.left_out = watch->waits - 1;
	moment_add_human(&since, watch->waiting_since);
	strbuf_addf(&what,
		_("what is here has waited since %s, and %zu other reports were left out, as %d reports or "
		  "%llu MiB were written within a day; the next wait is up to %d minutes"),
		since.text, session->work.run.left_out, REPORTS_PER_DAY,
		(unsigned long long)(REPORT_BYTES_PER_DAY >> 20),
		(int)(report_budget_next(&watch->budget) / 60000));
	session_warn(session, session->config.settings->reports_directory, what.text);
	strbuf_release(&since);
	strbuf_release(&what);
}

void watch_budget_note(struct watch *watch)
{
	if (watch->session.work.report_bytes == 0)
		return;
	report_budget_note(&watch->budget, watch->session.work.report_bytes, moment_uptime());
	write_budget(watch);
	strbuf_reset(&watch->waiting);
	watch->waits = 0;
}
