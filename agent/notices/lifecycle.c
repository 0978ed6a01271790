#include "notices/lifecycle.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/log_once.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "decide/mass_absence.h"
#include "model/outcome.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "notices/deliver.h"
#include "notices/history.h"
#include "notices/notice.h"
#include "notices/outbox.h"
#include "notices/recipient.h"
#include "report/mass_phrases.h"

#define SEND_SECONDS 20 /* of a run that ends then */

/* Known by its key where the words are others each time. */
static void say_error(const struct notice_run *run, const char *key, const struct error *err)
{
	if (!err->kind)
		return;
	if (run->troubles && run->troubles->now)
		log_once_add_as(run->troubles, key, err->text.text);
	else
		error_print(err);
}

/* What is ahead is written and recovered by look_ahead.h: leave it out. */
static void leave_out_ahead(struct notices *found)
{
	size_t count = 0;

	for (size_t i = 0; i < found->count; i++) {
		if (!notice_is_ahead(&found->items[i]))
			found->items[count++] = found->items[i];
	}
	found->count = count;
}

/* Drafts of other runs, which cannot be under way: the reports are locked. */

static bool is_there(const struct notice_run *run, const struct notice_part *part, bool *is_known)
{
	const struct list *list = snapshot_list(run->snapshot, part->list_key);

	*is_known = list != NULL;
	for (size_t i = 0; list && i < list->members.count; i++) {
		if (strcmp(list->members.items[i]->key, part->member_key) == 0)
			return true;
	}
	return false;
}

/* Leave in a notice what is so; false where a list was not read, so that nobody can tell. */
static bool keep_what_is_so(const struct notice_run *run, struct notice *notice)
{
	size_t count = 0;

	for (size_t i = 0; i < notice->count; i++) {
		struct notice_part *part = &notice->parts[i];
		bool is_known, there = is_there(run, part, &is_known);

		if (!is_known)
			return false;
		if (there == (part->change != NOTICE_RELIEVED))
			notice->parts[count++] = *part;
	}
	notice->count = count;
	return true;
}

/* A draft becomes a notice to be sent, or goes. */
static void release_notice(const struct outbox *outbox, struct notice *notice, bool is_changed,
	struct error *err)
{
	if (notice->count == 0) {
		outbox_remove(outbox, OUTBOX_DRAFTS, notice);
		return;
	}
	if (is_changed && outbox_write(outbox, OUTBOX_DRAFTS, notice, err))
		return;
	outbox_release(outbox, notice, err);
}

void notices_recover(const struct notice_run *run)
{
	struct error err = ERROR_INIT;
	struct notices drafts;
	struct outbox outbox;

	if (!notices_are_enabled(run->settings) || !run->snapshot)
		return;
	outbox_init(&outbox, run->settings, run->arena);
	outbox_read(&outbox, OUTBOX_DRAFTS, &drafts);
	leave_out_ahead(&drafts);
	for (size_t i = 0; i < drafts.count; i++) {
		struct notice *notice = &drafts.items[i];
		size_t before = notice->count;

		if (keep_what_is_so(run, notice))
			release_notice(&outbox, notice, notice->count != before, &err);
	}
	say_error(run, "notices", &err);
	error_release(&err);
}

/* This run's. */

/* A person and a list, as a key of a table. */
static const char *key_of(const struct notice_run *run, const char *identity, const char *list_key)
{
	return arena_format(run->arena, "%s\n%s", identity, list_key);
}

/* Whom a notice that waits notifies of which list. */
static struct table *index_waiting(const struct notice_run *run, const struct notices *waiting)
{
	struct table *keys = table_new(run->arena);

	for (size_t i = 0; i < waiting->count; i++) {
		struct notice *notice = &waiting->items[i];

		for (size_t j = 0; j < notice->count; j++) {
			if (notice->parts[j].change != NOTICE_RELIEVED)
				table_put(keys,
					key_of(run, notice->identity, notice->parts[j].list_key),
					notice);
		}
	}
	return keys;
}

/* Who was never told, as the notice still waits, is not told twice. */
static void leave_out_waiting(const struct notice_run *run, struct notices *found)
{
	struct notices waiting;
	struct outbox outbox;
	struct table *keys;
	size_t count = 0;

	if (!run->tell_all)
		return;
	outbox_init(&outbox, run->settings, run->arena);
	outbox_read(&outbox, OUTBOX_RELEASED, &waiting);
	leave_out_ahead(&waiting);
	keys = index_waiting(run, &waiting);
	for (size_t i = 0; i < found->count; i++) {
		struct notice *notice = &found->items[i];
		size_t left = 0;

		for (size_t j = 0; j < notice->count; j++) {
			if (notice->parts[j].change != NOTICE_STAYS ||
				!table_find(keys,
					key_of(run, notice->identity, notice->parts[j].list_key)))
				notice->parts[left++] = notice->parts[j];
		}
		notice->count = left;
		if (left > 0)
			found->items[count++] = *notice;
	}
	found->count = count;
}

static void find_notices(const struct notice_run *run, const struct list_outcome *outcomes,
	enum notice_scope scope, struct notice_history *history, struct notices *found)
{
	const struct notice_source source = {
		.plan = run->plan,
		.outcomes = outcomes,
		.mapping = run->mapping,
		.history = history,
		.scope = scope,
		.tell_all = run->tell_all,
	};

	notices_find(&source, run->arena, found);
	leave_out_waiting(run, found);
	for (size_t i = 0; i < found->count; i++) {
		found->items[i].run = run->id;
		found->items[i].made = run->started;
		found->items[i].reply_to = recipient_reply_to(run, &found->items[i]);
	}
}

/* Write those that are found; more than a number that no town needs are not taken. */
static void write_drafts(const struct notice_run *run, const struct outbox *outbox,
	struct notices *found, struct error *err)
{
	size_t there = outbox_count(outbox, OUTBOX_RELEASED);

	for (size_t i = 0; i < found->count; i++) {
		if (!recipient_is_allowed(run, &found->items[i], err))
			continue;
		if (there++ >= OUTBOX_MAX) {
			error_set(err, ERROR_OURS,
				_("%s: %d notices wait already; no more are taken"), outbox->folder,
				OUTBOX_MAX);
			return;
		}
		if (outbox_write(outbox, OUTBOX_DRAFTS, &found->items[i], err))
			return;
	}
}

void notices_intend(const struct notice_run *run)
{
	struct error err = ERROR_INIT;
	struct notice_history history = NOTICE_HISTORY_INIT;
	struct outbox outbox;
	struct notices found;

	if (!notices_are_enabled(run->settings))
		return;
	outbox_init(&outbox, run->settings, run->arena);
	notice_history_load(&history, run->settings);
	find_notices(run, NULL, NOTICE_PLANNED, &history, &found);
	write_drafts(run, &outbox, &found, &err);
	say_error(run, "notices", &err);
	notice_history_release(&history);
	error_release(&err);
}

/* Notices by the identity of whom they are to. */
static struct table *index_notices(const struct notice_run *run, const struct notices *notices)
{
	struct table *by_identity = table_new(run->arena);

	for (size_t i = 0; i < notices->count; i++)
		table_put(by_identity, notices->items[i].identity, &notices->items[i]);
	return by_identity;
}

/* The drafts of this run, on disk. */
static struct notices own_drafts(const struct notice_run *run, const struct outbox *outbox)
{
	struct notices drafts;
	size_t count = 0;

	outbox_read(outbox, OUTBOX_DRAFTS, &drafts);
	leave_out_ahead(&drafts);
	for (size_t i = 0; i < drafts.count; i++) {
		if (strcmp(drafts.items[i].run, run->id) == 0)
			drafts.items[count++] = drafts.items[i];
	}
	drafts.count = count;
	return drafts;
}

/* Whether there is one on disk already, or must be none. */
static bool is_missing(const struct notice_run *run, const struct table *drafts,
	const struct notice *notice)
{
	struct error ignored = ERROR_INIT;
	bool is_allowed = recipient_is_allowed(run, notice, &ignored);

	error_release(&ignored);
	return is_allowed && !table_find(drafts, notice->identity);
}

/* What came to nothing goes; what is in doubt stays a draft, for the next run to find out. */
static void release_drafts(const struct notice_run *run, const struct outbox *outbox,
	struct notices *done, const struct notices *outcome_unknown, struct error *err)
{
	struct notices drafts = own_drafts(run, outbox);
	const struct table *there = index_notices(run, &drafts),
			   *done_to = index_notices(run, done),
			   *unknown_to = index_notices(run, outcome_unknown);

	for (size_t i = 0; i < drafts.count; i++) {
		struct notice *draft = &drafts.items[i];
		const struct notice *is_done = table_find(done_to, draft->identity);
		bool same = is_done && is_done->count == draft->count;

		if (table_find(unknown_to, draft->identity))
			continue;
		if (is_done && !same) {
			const char *file = draft->file;

			*draft = *is_done;
			draft->file = file;
		} else if (!is_done) {
			draft->count = 0;
		}
		release_notice(outbox, draft, !same, err);
	}
	for (size_t i = 0; i < done->count; i++) { /* there was no room for the draft */
		if (is_missing(run, there, &done->items[i]))
			outbox_write(outbox, OUTBOX_RELEASED, &done->items[i], err);
	}
}

/* The changes that this run did: of which member of which list. */
static struct table *index_changes(const struct notice_run *run,
	const struct list_outcome *outcomes)
{
	const struct plan *plan = run->plan;
	struct table *changes = table_new(run->arena);

	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];
		const char *list_key = list->block->list_key;

		for (size_t j = 0; j < list->member_count; j++) {
			struct plan_member *member = list->members[j];

			if (member->is_new && !outcome_failed(&outcomes[i], member->key, false))
				table_put(changes, key_of(run, member->key, list_key), member);
		}
		for (size_t j = 0; j < list->removal_count; j++) {
			struct removal *removal = &list->removals[j];

			if (!outcome_failed(&outcomes[i], removal->key, true))
				table_put(changes, key_of(run, removal->key, list_key), removal);
		}
	}
	return changes;
}

/* Whether a later change of the same list and person makes a part no news. */
static bool is_overtaken(const struct notice_run *run, const struct table *changes,
	const struct notice *notice, const struct notice_part *part)
{
	return strcmp(notice->run, run->id) != 0 &&
		table_find(changes, key_of(run, part->member_key, part->list_key));
}

/* What waited until it was so no more is not told: unless it is being sent just now. */
static void withdraw_overtaken(const struct notice_run *run, const struct outbox *outbox,
	const struct list_outcome *outcomes, struct error *err)
{
	struct notices waiting = {0};
	const struct table *changes = NULL;
	int lock = outbox_count(outbox, OUTBOX_RELEASED) > 0 ? outbox_lock(outbox, err) : -1;

	if (lock >= 0)
		outbox_read(outbox, OUTBOX_RELEASED, &waiting);
	leave_out_ahead(&waiting);
	if (waiting.count > 0)
		changes = index_changes(run, outcomes);
	for (size_t i = 0; i < waiting.count; i++) {
		struct notice *notice = &waiting.items[i];
		size_t count = 0, before = notice->count;

		if (notice->warnings.count > 0)
			continue;
		for (size_t j = 0; j < before; j++) {
			if (!is_overtaken(run, changes, notice, &notice->parts[j]))
				notice->parts[count++] = notice->parts[j];
		}
		notice->count = count;
		if (count == 0)
			outbox_remove(outbox, OUTBOX_RELEASED, notice);
		else if (count < before)
			outbox_write(outbox, OUTBOX_RELEASED, notice, err);
	}
	if (lock >= 0)
		close(lock);
}

static void remember_changes(const struct notice_run *run, const struct list_outcome *outcomes,
	struct error *err)
{
	struct notice_history history = NOTICE_HISTORY_INIT;

	if (notice_history_open(&history, run->settings, err))
		return;
	notices_remember(run->plan, outcomes, &history);
	notice_history_compact(&history, run->plan, err);
	notice_history_close(&history, err);
}

/* Where nothing is to change, these alone are told. */
static void notify_all(const struct notice_run *run, const struct outbox *outbox, struct error *err)
{
	const struct table *none = table_new(run->arena);
	struct notice_history history = NOTICE_HISTORY_INIT;
	struct notices found;

	notice_history_load(&history, run->settings);
	find_notices(run, NULL, NOTICE_PLANNED, &history, &found);
	for (size_t i = 0; i < found.count; i++) {
		if (is_missing(run, none, &found.items[i]))
			outbox_write(outbox, OUTBOX_RELEASED, &found.items[i], err);
	}
	notice_history_release(&history);
}

void notices_done(const struct notice_run *run, const struct list_outcome *outcomes)
{
	struct error err = ERROR_INIT;
	struct notice_history history = NOTICE_HISTORY_INIT;
	struct notices done, outcome_unknown;
	struct outbox outbox;

	if (!notices_are_enabled(run->settings))
		return;
	outbox_init(&outbox, run->settings, run->arena);
	if (!outcomes && run->tell_all)
		notify_all(run, &outbox, &err);
	if (outcomes) {
		notice_history_load(&history, run->settings);
		find_notices(run, outcomes, NOTICE_DONE, &history, &done);
		find_notices(run, outcomes, NOTICE_OUTCOME_UNKNOWN, &history, &outcome_unknown);
		release_drafts(run, &outbox, &done, &outcome_unknown, &err);
		withdraw_overtaken(run, &outbox, outcomes, &err);
	}
	remember_changes(run, outcomes, &err);
	say_error(run, "notices", &err);
	notice_history_release(&history);
	error_release(&err);
}

/* Warnings. */

/* Sentences in the language in which the mail will be. */
static struct strings warnings_of(const struct notice_run *run, const struct mass_absences *found)
{
	enum language language = language_get();
	struct strings warnings = {
		.items = arena_get(run->arena, (found->count + 1) * sizeof(*warnings.items))};

	language_set(notices_language(run->settings));
	for (; warnings.count < found->count; warnings.count++) {
		struct strbuf text = STRBUF_INIT;

		phrase_mass_absence(&text, &found->items[warnings.count]);
		warnings.items[warnings.count] = strbuf_to_arena(&text, run->arena);
	}
	language_set(language);
	return warnings;
}

void notices_warn(const struct notice_run *run, const struct mass_absences *found,
	const char *feeds)
{
	struct error err = ERROR_INIT;
	struct notices warned;
	struct outbox outbox;

	if (found->count == 0 || !notices_are_enabled(run->settings))
		return;
	outbox_init(&outbox, run->settings, run->arena);
	recipient_fallback(run, &warned);
	for (size_t i = 0; i < warned.count; i++) {
		struct notice *notice = &warned.items[i];

		notice->warnings = warnings_of(run, found);
		notice->feeds = feeds;
		if (recipient_is_allowed(run, notice, &err))
			outbox_write(&outbox, OUTBOX_RELEASED, notice, &err);
	}
	say_error(run, "warnings", &err);
	error_release(&err);
}

/* Sending. */

static bool send_waiting(const struct notice_run *run, bool is_patient, int seconds)
{
	const struct delivery delivery = {
		.settings = run->settings,
		.mapping = run->mapping,
		.is_patient = is_patient,
		.seconds = seconds,
		.now = moment_now(),
	};
	struct arena *arena = arena_new();
	struct findings troubles;
	struct strbuf line = STRBUF_INIT;
	bool waits;

	findings_init(&troubles, arena);
	waits = deliver_queue(&delivery, &troubles);
	for (size_t i = 0; i < troubles.count; i++) {
		strbuf_reset(&line);
		strbuf_addf(&line, "%s: %s", troubles.items[i].where, troubles.items[i].what);
		print_line(line.text);
	}
	strbuf_release(&line);
	arena_free(arena);
	return waits;
}

void notices_send(const struct notice_run *run)
{
	if (run->mapping && notices_are_enabled(run->settings))
		send_waiting(run, false, SEND_SECONDS);
}

/* The other process: what it inherits, connections above all, is not its own to end. */
static void send_and_end(const struct notice_run *run, int parent)
{
	sigset_t none;

	sigemptyset(&none);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (getppid() == parent)
		_exit(send_waiting(run, true, 0) ? 1 : 0);
	_exit(1);
}

int notices_send_apart(const struct notice_run *run)
{
	int parent = getpid();
	pid_t child;

	if (notices_waiting(run) == 0)
		return 0;
	fflush(NULL);
	child = fork();
	if (child == 0)
		send_and_end(run, parent);
	return child;
}

size_t notices_waiting(const struct notice_run *run)
{
	struct arena *arena;
	struct outbox outbox;
	size_t count;

	if (!run->mapping || !notices_are_enabled(run->settings))
		return 0;
	arena = arena_new();
	outbox_init(&outbox, run->settings, arena);
	count = outbox_count(&outbox, OUTBOX_RELEASED);
	arena_free(arena);
	return count;
}
