#include "watch/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/system/jitter.h"
#include "base/text/language.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "decide/next_change.h"
#include "directory/connection/connect.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "notices/lifecycle.h"
#include "run/apply_plan.h"
#include "run/run_record.h"

/* The longest pause after failures, in milliseconds: of reading, which may be back at any time, and of writing. */
#define READ_PAUSE_MAX  60000LL
#define WRITE_PAUSE_MAX 900000LL

static void forget_changes(struct watch *watch)
{
	arena_free(watch->heard);
	watch->heard = arena_new();
	watch->changes = (struct dir_changes){.arena = watch->heard};
}

/* One second, two, four; up to a half more, so that agents on many hosts do not all come at once. */
static void try_later(struct watch *watch, int64_t most)
{
	int64_t pause = watch->failures < 10 ? 1000LL << watch->failures : most;

	if (pause > most)
		pause = most;
	watch->retry_at = moment_uptime() + pause + jitter(pause / 2);
	watch->failures++;
	watch->failed = true;
}

/* Connect, and follow before anything is read, so that no change falls between. */
static enum error_kind begin_to_follow(struct watch *watch, struct error *err)
{
	struct session *session = &watch->session;
	enum error_kind failed = ERROR_NONE;

	if (!session->sources.connection.ld)
		failed = connection_open(&session->sources.connection, session->config.settings,
			err);
	if (!failed && !watch->follow.connection.ld)
		failed = watch_follow(watch, err);
	return failed;
}

/* Whether the server that is read, perhaps another one than before, is the one that tells. */
static bool is_followed(const struct watch *watch)
{
	return strcmp(watch->follow.connection.url, watch->session.sources.connection.url) == 0;
}

/* When everything is read anew, though nothing should be heard until then. */
static void set_full_look(struct watch *watch)
{
	int64_t pause = AFTER_LOOK_PAUSE;

	if (watch->session.sources.had_to_read_all)
		watch->after_looks = 0;
	else if (watch->read_all && watch->after_looks < AFTER_LOOKS)
		watch->after_looks++;
	else if (!watch->read_all)
		return;
	for (size_t i = 0; i < watch->after_looks; i++)
		pause *= 6;
	if (watch->after_looks == AFTER_LOOKS)
		pause = watch->sees_outside ? OUTSIDE_LOOK_EVERY : FULL_LOOK_EVERY;
	watch->full_look_at = moment_uptime() + pause;
}

static enum error_kind plan_round(struct watch *watch, struct error *err)
{
	struct session *session = &watch->session;
	enum error_kind failed = ERROR_NONE;

	session_next_round(session);
	if (watch->read_all) {
		watch_forget_strangers(watch);
		failed = begin_to_follow(watch, err);
		watch->look_at = moment_uptime() + LOOK_EVERY;
	}
	if (!failed)
		failed = session_plan_round(session, &watch->request,
			watch->read_all ? NULL : &watch->changes, err);
	set_full_look(watch);
	if (!failed && !watch->strangers)
		watch_meet_strangers(watch);
	if (!failed && !is_followed(watch)) {
		follow_stop(&watch->follow);
		watch_call(watch, true);
	}
	return failed;
}

/* A directory that does not tell of its changes is looked at every second. */
static void report_why_not(struct watch *watch)
{
	struct strbuf line = STRBUF_INIT;

	if (watch->follow.why_not) {
		strbuf_addf(&line,
			_("%s does not tell of its changes (%s), so it is looked at every second"),
			watch->session.sources.connection.url, watch->follow.why_not);
		log_once_add(&watch->troubles, line.text);
	}
	strbuf_release(&line);
}

/* What a limit forbids is told of once, and judged anew at each change. */
static bool was_refused(struct watch *watch)
{
	struct strbuf refused = STRBUF_INIT;
	bool same;

	if (watch->session.work.plan->refused)
		retry_list_describe(&refused, watch->session.work.plan);
	same = refused.length > 0 && strcmp(watch->refused.text, refused.text) == 0;
	strbuf_reset(&watch->refused);
	strbuf_add(&watch->refused, refused.text, refused.length);
	strbuf_release(&refused);
	return same;
}

static void count_done(struct watch *watch)
{
	const struct session *session = &watch->session;

	for (size_t i = 0; session->work.outcomes && i < session->work.plan->list_count; i++) {
		const struct list_outcome *outcome = &session->work.outcomes[i];

		watch->added += session->work.plan->lists[i].added;
		watch->removed += session->work.plan->lists[i].removal_count;
		for (size_t j = 0; j < outcome->failure_count; j++)
			--*(outcome->failures[j].is_removal ? &watch->removed : &watch->added);
	}
}

/* What was written is read again in the next round: that may come before the directory tells of it. */
static void doubt_written(struct watch *watch)
{
	const struct plan *plan = watch->session.work.plan;

	for (size_t i = 0; i < plan->list_count; i++) {
		if (list_plan_has_changes(&plan->lists[i]))
			dir_changes_add(&watch->changes, plan->lists[i].dn);
	}
}

/* Other lists are done while some wait; what failed at another try is not told again. */
static void apply_changes(struct watch *watch)
{
	struct session *session = &watch->session;

	if (!watch->write_troubles.now)
		log_once_begin(&watch->write_troubles);
	watch->reporting.is_retry = retry_list_knows_all(&watch->retries, session->work.plan);
	watch_budget_report(watch);
	apply_plan(session, &watch->reporting);
	watch_budget_note(watch);
	watch->has_notices = true;
	count_done(watch);
	doubt_written(watch);
}

static void wait_for_retries(struct watch *watch)
{
	watch->failed = true;
	watch->retry_at = watch->retries_until;
}

static void forget_retries(struct watch *watch)
{
	retry_list_release(&watch->retries);
	log_once_release(&watch->write_troubles);
	watch->failures = 0;
}

static void try_changes(struct watch *watch)
{
	struct session *session = &watch->session;

	apply_changes(watch);
	if (session->work.write_failed) {
		retry_list_note(&watch->retries, session->work.plan, session->work.outcomes);
		try_later(watch, WRITE_PAUSE_MAX);
		watch->retries_until = watch->retry_at;
	} else {
		forget_retries(watch);
	}
}

/* Some lists are left for later, as their changes failed a moment ago. */
static void try_others(struct watch *watch)
{
	struct session *session = &watch->session;

	if (plan_has_changes(session->work.plan)) {
		apply_changes(watch);
		if (session->work.write_failed)
			retry_list_note_also(&watch->retries, session->work.plan,
				session->work.outcomes);
	}
	wait_for_retries(watch);
}

/* Who covers for whom may be new all the same. */
static void nothing_to_do(struct watch *watch)
{
	struct notice_run notices = session_notice_run(&watch->session);

	notices.troubles = watch->reporting.troubles;
	notices_done(&notices, NULL);
	forget_retries(watch);
}

/* An hour of rest that begins now must be known in the next round, too. */
static void keep_rests(struct watch *watch)
{
	struct error err = ERROR_INIT;

	if (watch->session.work.changed_back.arena &&
		changed_back_write(&watch->session.work.changed_back, &err))
		error_print(&err);
	error_release(&err);
}

/* Where it cannot be written, it is tried again in the next round. */
static void keep_absences(struct watch *watch)
{
	struct error err = ERROR_INIT;

	if (session_keep_absences(&watch->session, &err))
		log_once_add_as(&watch->troubles, "absences", err.text.text);
	error_release(&err);
}

static void act_on_plan(struct watch *watch)
{
	const struct plan *plan = watch->session.work.plan;

	watch->failed = false;
	keep_rests(watch);
	if (watch_budget_waits(watch) || was_refused(watch))
		return;
	if (!plan->refused && moment_uptime() < watch->retries_until &&
		retry_list_leave_out(&watch->retries, watch->session.work.plan))
		try_others(watch);
	else if (plan_has_changes(plan) || plan->refused ||
		added_state_has_news(&watch->session.sources.added) ||
		(watch->is_first && !watch->options->quiet))
		try_changes(watch);
	else
		nothing_to_do(watch);
}

/* The fallback looks whether the many who are absent at once really are. */
static void warn_of_mass(struct watch *watch)
{
	const struct work *work = &watch->session.work;
	struct notice_run notices = session_notice_run(&watch->session);

	if (work->mass.count == 0)
		return;
	notices.troubles = watch->reporting.troubles;
	notices_warn(&notices, &work->mass, work->mass_feeds);
	watch->has_notices = true;
}

/* Whether it did all that was to do; an earlier reading, or an absence that is kept, lets it. */
static bool is_success(const struct watch *watch)
{
	const struct session *session = &watch->session;

	return !watch->failed && !session->work.plan->refused && !session->work.plan->held &&
		session->work.plan->changed_back == 0 && session->work.findings.errors == 0;
}

/* A feed that is down is told of also while the directory is: often it is one cable. */
static void report_failure(struct watch *watch, const struct error *err)
{
	const struct feeds *feeds = &watch->session.sources.feeds;

	log_once_begin(&watch->troubles);
	log_once_add(&watch->troubles, err->text.text);
	for (size_t i = 0; i < feeds->count; i++)
		log_once_add_findings(&watch->troubles, &feeds->items[i].findings);
	log_once_end(&watch->troubles);
	if (watch->failures == 0)
		run_record_failure(&watch->session, exit_status_of(err->kind), err->text.text);
	follow_stop(&watch->follow);
	connection_close(&watch->session.sources.connection);
	watch_call(watch, true);
	try_later(watch, READ_PAUSE_MAX);
}

/*
 * What is followed is one naming context at most; what the mapping names may be anywhere. Below a narrower base that
 * goes for whatever was read: what is missing there, or is no group, may come to be one.
 */
static const char *find_outside(const struct watch *watch)
{
	const struct snapshot *snapshot = watch->session.sources.snapshot;

	for (size_t i = 0; i < snapshot_list_count(snapshot); i++) {
		const struct list *list = snapshot_list_at(snapshot, i);

		if (!follow_covers(&watch->follow, list->key))
			return list->dn;
	}
	for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);

		if (!follow_covers(&watch->follow, person->key))
			return person->dn;
	}
	for (size_t i = 0; i < snapshot_subject_count(snapshot); i++) {
		const struct subject *subject = snapshot_subject_at(snapshot, i);
		const struct resolved_ref *ref = subject_ref(subject);

		if (ref && (ref->kind == REF_GROUP || watch->follow.is_narrow) &&
			strncmp(subject->key, "dn:", 3) == 0 &&
			!follow_covers(&watch->follow, subject->key + 3))
			return ref->dn ? ref->dn : subject->key + 3;
	}
	return NULL;
}

static void warn_of_outside(struct watch *watch)
{
	const char *dn = watch->follow.connection.ld ? find_outside(watch) : NULL;
	struct strbuf line = STRBUF_INIT;

	if (dn && watch->follow.is_narrow) {
		/* A group in a group, a deputy: the whole naming context may hold it. */
		watch->follows_widely = true;
		follow_stop(&watch->follow);
		watch_call(watch, true);
		return;
	}
	if (dn && !watch->sees_outside)
		watch->full_look_at = moment_uptime() + OUTSIDE_LOOK_EVERY;
	watch->sees_outside = dn != NULL;
	if (dn) {
		strbuf_addf(&line,
			_("%s lies outside of what %s tells the changes of, so all is looked at every "
			  "minute"),
			dn, watch->session.sources.connection.url);
		log_once_add_as(&watch->troubles, "outside", line.text);
	}
	strbuf_release(&line);
}

static void log_findings(struct watch *watch)
{
	log_once_begin(&watch->troubles);
	report_why_not(watch);
	warn_of_outside(watch);
	watch_budget_warn(watch);
	log_once_add_findings(&watch->troubles, &watch->session.work.findings);
	keep_absences(watch);
	log_once_end(&watch->troubles);
}

static void note_counts(struct watch *watch)
{
	watch->lists = watch->session.work.plan->list_count;
	watch->people = snapshot_person_count(watch->session.sources.snapshot);
	watch->findings = watch->session.work.findings.count;
}

void watch_round(struct watch *watch)
{
	struct error err = ERROR_INIT;
	int64_t since = watch->due_since;

	watch->is_due = false;
	watch->retry_at = 0;
	if (plan_round(watch, &err)) {
		forget_changes(watch);
		report_failure(watch, &err);
	} else {
		log_findings(watch);
		watch->read_all = watch->is_due;
		forget_changes(watch);
		warn_of_mass(watch);
		act_on_plan(watch);
		watch->is_first = false;
		note_counts(watch);
		watch_page_call(watch);
		watch_ahead_call(watch);
		watch->edge = snapshot_next_change(watch->session.sources.snapshot,
			watch->session.work.now);
		if (watch->session.work.changed_back.next < watch->edge)
			watch->edge = watch->session.work.changed_back.next;
		if (is_success(watch))
			watch->last_success = moment_now();
	}
	error_release(&err);
	watch->runs++;
	watch->last_run = moment_now();
	watch->lag = (double)(moment_uptime() - since) / 1000;
	watch_note_state(watch);
}
