#include "watch/watch.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/settings.h"
#include "run/run_metrics.h"
#include "watch/service.h"

static const char *how_it_follows(const struct watch *watch)
{
	if (!watch->session.sources.connection.ld)
		return _("the directory cannot be reached");
	if (watch->follow.why_not)
		return _("looks every second");
	return _("told of each change");
}

static void add_state(struct strbuf *out, const struct watch *watch)
{
	strbuf_addf(out, "%s; ", how_it_follows(watch));
	if (watch->is_first) {
		strbuf_adds(out, _("no run has come through yet"));
		return;
	}
	strbuf_addf(out, _("lists: %zu, people: %zu, findings: %zu; last in order: "), watch->lists,
		watch->people, watch->findings);
	if (watch->last_success == MOMENT_EARLIEST)
		strbuf_adds(out, _("never"));
	else
		moment_add_human(out, watch->last_success);
	strbuf_addf(out, _("; rounds: %lu, added: %lu, removed: %lu"), watch->runs, watch->added,
		watch->removed);
	watch_budget_describe(watch, out);
}

void watch_say_state(const struct watch *watch)
{
	struct strbuf state = STRBUF_INIT;

	add_state(&state, watch);
	print_line(state.text);
	strbuf_release(&state);
}

/* The service is there when it has tried: a directory that is down at boot is waited for, and told of. */
static void notify_systemd(struct watch *watch)
{
	struct strbuf state = STRBUF_INIT;

	add_state(&state, watch);
	service_notify("STATUS=%s", state.text);
	if (watch->is_ready_due)
		watch->is_ready_due = !service_notify("READY=1");
	strbuf_release(&state);
}

/* A file that cannot be written is told once, as any trouble. */
static void write_metrics(struct watch *watch)
{
	const struct session *session = &watch->session;
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct metrics metrics = run_metrics_collect(session, watch->failed, arena);

	metrics.last_run = watch->last_run;
	metrics.last_success = watch->last_success;
	metrics.people = watch->people;
	metrics.lag = watch->lag;
	metrics.runs = watch->runs;
	metrics.added = watch->added;
	metrics.removed = watch->removed;
	metrics.is_watching = true;
	metrics.is_following = watch->follow.connection.ld != NULL;
	log_once_begin(&watch->metrics_troubles);
	if (metrics_write(session->config.settings->metrics_file, &metrics, &err))
		log_once_add(&watch->metrics_troubles, err.text.text);
	log_once_end(&watch->metrics_troubles);
	error_release(&err);
	arena_free(arena);
}

void watch_note_state(struct watch *watch)
{
	notify_systemd(watch);
	if (watch->session.config.settings->metrics_file)
		write_metrics(watch);
}
