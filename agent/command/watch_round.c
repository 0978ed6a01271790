#include "command/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/language.h"
#include "command/carry_out.h"
#include "command/options.h"
#include "decide/edge.h"
#include "decide/plan.h"
#include "decide/snapshot.h"
#include "directory/connect.h"
#include "settings/settings.h"

/* The longest pause after failures, in milliseconds: of reading, which may be back at any time, and of writing. */
#define READ_PAUSE_MOST  60000LL
#define WRITE_PAUSE_MOST 900000LL

void watch_call(struct watch *watch, bool read_all)
{
	if (!watch->is_due)
		watch->due_since = moment_uptime();
	watch->is_due = true;
	watch->read_all = watch->read_all || read_all;
}

static void forget_changes(struct watch *watch)
{
	arena_free(watch->heard);
	watch->heard = arena_new();
	watch->changes = (struct changes){.arena = watch->heard};
}

/* One second, two, four; up to a half more, so that agents on many hosts do not all come at once. */
static void try_later(struct watch *watch, int64_t most)
{
	int64_t pause = watch->failures < 10 ? 1000LL << watch->failures : most;

	if (pause > most)
		pause = most;
	watch->retry_at = moment_uptime() + pause + random() % (pause / 2);
	watch->failures++;
	watch->failed = true;
}

/* Connect, and follow before anything is read, so that no change falls between. */
static enum error_kind begin_to_follow(struct watch *watch, struct error *err)
{
	struct session *session = &watch->session;
	enum error_kind failed = ERROR_NONE;

	if (!session->connection.ld)
		failed = connection_open(&session->connection, session->settings, err);
	if (!failed && !watch->follow.connection.ld)
		failed = follow_start(&watch->follow, &session->connection, err);
	return failed;
}

/* Whether the server that is read, perhaps another one than before, is the one that tells. */
static bool is_followed(const struct watch *watch)
{
	return strcmp(watch->follow.connection.url, watch->session.connection.url) == 0;
}

/* When everything is read anew, though nothing should be heard until then. */
static void set_full_look(struct watch *watch)
{
	int64_t pause = AFTER_LOOK_PAUSE;

	if (watch->session.had_to_read_all)
		watch->after_looks = 0;
	else if (watch->read_all && watch->after_looks < AFTER_LOOKS)
		watch->after_looks++;
	else if (!watch->read_all)
		return;
	for (size_t i = 0; i < watch->after_looks; i++)
		pause *= 6;
	watch->full_look_at =
		moment_uptime() + (watch->after_looks < AFTER_LOOKS ? pause : FULL_LOOK_EVERY);
}

static enum error_kind plan(struct watch *watch, struct error *err)
{
	struct session *session = &watch->session;
	enum error_kind failed = ERROR_NONE;

	session_next_round(session);
	if (watch->read_all) {
		failed = begin_to_follow(watch, err);
		watch->look_at = moment_uptime() + LOOK_EVERY;
	}
	if (!failed)
		failed = session_plan_round(session, watch->read_all ? NULL : &watch->changes, err);
	set_full_look(watch);
	if (!failed && !is_followed(watch)) {
		follow_stop(&watch->follow);
		watch_call(watch, true);
	}
	return failed;
}

/* A directory that does not tell of its changes is looked at every second. */
static void tell_why_not(struct watch *watch)
{
	struct strbuf line = STRBUF_INIT;

	if (watch->follow.why_not) {
		strbuf_addf(&line,
			_("%s does not tell of its changes (%s), so it is looked at every second"),
			watch->session.connection.url, watch->follow.why_not);
		telling_add(&watch->troubles, line.text);
	}
	strbuf_release(&line);
}

/* What is to be done, so that the same is known again. */
static void describe_changes(struct strbuf *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		for (size_t j = 0; j < list->member_count; j++) {
			if (list->members[j]->is_new)
				strbuf_addf(out, "%s + %s\n", list->dn, list->members[j]->key);
		}
		for (size_t j = 0; j < list->removal_count; j++)
			strbuf_addf(out, "%s - %s\n", list->dn, list->removals[j].key);
	}
}

/* A plan that was refused, or failed, is not tried again at each change elsewhere. */
static bool is_stuck(const struct watch *watch, const struct strbuf *changes)
{
	return watch->stuck.length > 0 && strcmp(watch->stuck.text, changes->text) == 0 &&
		(watch->session.plan->refused || moment_uptime() < watch->stuck_until);
}

static void remember(struct strbuf *stuck, const struct strbuf *changes)
{
	strbuf_reset(stuck);
	strbuf_add(stuck, changes->text, changes->length);
}

static void count_done(struct watch *watch)
{
	watch->added += watch->session.plan->added;
	watch->removed += watch->session.plan->removed;
}

/* What could not be written is tried again; what a limit forbids is not. */
static void carry_out_changes(struct watch *watch, const struct strbuf *changes)
{
	const struct plan *plan = watch->session.plan;

	watch->session.write_failed = false;
	carry_out(&watch->session);
	strbuf_reset(&watch->stuck);
	if (plan->refused || watch->session.write_failed)
		remember(&watch->stuck, changes);
	else
		count_done(watch);
	if (watch->session.write_failed)
		try_later(watch, WRITE_PAUSE_MOST);
	watch->stuck_until = watch->retry_at;
}

static void act(struct watch *watch)
{
	const struct plan *plan = watch->session.plan;
	struct strbuf changes = STRBUF_INIT;

	describe_changes(&changes, plan);
	watch->failed = false;
	if (!is_stuck(watch, &changes)) {
		if (plan_has_changes(plan) || plan->refused ||
			(watch->is_first && !watch->options->quiet))
			carry_out_changes(watch, &changes);
		if (!watch->failed)
			watch->failures = 0;
	}
	strbuf_release(&changes);
}

static void tell_failure(struct watch *watch, const struct error *err)
{
	telling_begin(&watch->troubles);
	telling_add(&watch->troubles, err->text.text);
	telling_end(&watch->troubles);
	follow_stop(&watch->follow);
	connection_close(&watch->session.connection);
	watch_call(watch, true);
	try_later(watch, READ_PAUSE_MOST);
}

static void tell_findings(struct watch *watch)
{
	telling_begin(&watch->troubles);
	tell_why_not(watch);
	telling_add_findings(&watch->troubles, &watch->session.findings);
	telling_end(&watch->troubles);
}

static void note_counts(struct watch *watch)
{
	watch->lists = watch->session.plan->list_count;
	watch->people = snapshot_person_count(watch->session.snapshot);
	watch->findings = watch->session.findings.count;
}

void watch_round(struct watch *watch)
{
	struct error err = ERROR_INIT;
	int64_t since = watch->due_since;

	watch->is_due = false;
	watch->retry_at = 0;
	if (plan(watch, &err)) {
		tell_failure(watch, &err);
	} else {
		tell_findings(watch);
		watch->read_all = watch->is_due;
		act(watch);
		watch->is_first = false;
		note_counts(watch);
		watch->edge = snapshot_next_edge(watch->session.snapshot, watch->session.now);
		if (!watch->failed)
			watch->last_success = moment_now();
	}
	forget_changes(watch);
	error_release(&err);
	watch->runs++;
	watch->last_run = moment_now();
	watch->lag = (double)(moment_uptime() - since) / 1000;
	watch_note_state(watch);
}
