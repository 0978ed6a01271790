#include "notices/look_ahead.h"

#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/message/log_once.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "decide/forecast.h"
#include "decide/next_change.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "notices/ahead.h"
#include "notices/deliver.h"
#include "notices/history.h"
#include "notices/lifecycle.h"
#include "notices/notice.h"
#include "notices/outbox.h"
#include "notices/recipient.h"

struct look_ctx {
	const struct notice_run *run;
	struct arena *arena; /* owned */
	struct outbox outbox;
	struct notice_history history;
	struct notices found; /* all of them, of people and the fallback */
	size_t room;
	struct error err;
};

static moment clock_moment(moment t, int days)
{
	return moment_at_hour(moment_day(t, days), LOOK_AHEAD_HOUR);
}

moment notices_look_ahead_next(moment t)
{
	return clock_moment(t, 0) > t ? clock_moment(t, 0) : clock_moment(t, 1);
}

/*
 * A forecast keeps who is available at each moment at which somebody of the list goes or comes. Absences begin and end with days,
 * so these are few; a feed that gives each of thousands a moment of their own is not to take the memory of a run.
 */
#define ANSWERS_MAX 10000000

static bool is_too_much(const struct notice_run *run)
{
	moment end = coverage_end(run->plan->at, AHEAD_DAYS);
	size_t answers = 0;

	for (size_t i = 0; i < run->plan->list_count; i++) {
		const struct list_plan *list = &run->plan->lists[i];
		size_t moments = 1;

		for (size_t j = 0; j < list->required_count; j++) {
			const struct person *person = list->required[j]->person;
			moment t = person_next_change(person, run->plan->at);

			for (; t <= end && moments < ANSWERS_MAX; moments++)
				t = person_next_change(person, t);
		}
		answers += moments * (list->required_count + 1);
		if (answers > ANSWERS_MAX)
			return true;
	}
	return false;
}

/* Drafts. */

/* What a process that died left behind: nobody else has such drafts while the history is locked. */
static void recover_drafts(struct look_ctx *ctx)
{
	struct notices drafts;
	const struct table *noted = ahead_index(notice_history_promises(&ctx->history), ctx->arena);

	outbox_read(&ctx->outbox, OUTBOX_DRAFTS, &drafts);
	for (size_t i = 0; i < drafts.count; i++) {
		const struct notice *draft = &drafts.items[i];

		if (!notice_is_ahead(draft))
			continue;
		if (ahead_is_noted(noted, ctx->arena, draft))
			outbox_release(&ctx->outbox, draft, &ctx->err);
		else
			outbox_remove(&ctx->outbox, OUTBOX_DRAFTS, draft);
	}
}

/* What waits. */

static bool is_taken_back(const struct notice_part *noted, const struct notice_part *back)
{
	enum notice_change change = back->change == NOTICE_NOT_NEEDED ? NOTICE_WILL_STAND_IN
		: back->change == NOTICE_COVERED                      ? NOTICE_UNCOVERED
								      : NOTICE_JOINS;

	return noted->change == change && noted->from == back->from &&
		strcmp(noted->list_key, back->list_key) == 0 &&
		strcmp(noted->whom ? noted->whom : "", back->whom ? back->whom : "") == 0;
}

/* Whether a notice that is about to be written takes back that part, which was never sent: then it says nothing of it either. */
static bool take_out(struct notices *found, const struct notice *waiting,
	const struct notice_part *part)
{
	for (size_t i = 0; i < found->count; i++) {
		struct notice *notice = &found->items[i];

		if (strcmp(notice->identity, waiting->identity) != 0)
			continue;
		for (size_t j = 0; j < notice->count; j++) {
			if (part->behalf_count > 1 || !is_taken_back(part, &notice->parts[j]))
				continue;
			notice->count--;
			memmove(&notice->parts[j], &notice->parts[j + 1],
				(notice->count - j) * sizeof(*notice->parts));
			return true;
		}
	}
	return false;
}

/* What waited until it was so no more is not sent, unless it is being sent just now. */
static void withdraw_past(struct look_ctx *ctx)
{
	struct notices waiting = {0};
	const struct table *noted = ahead_index(notice_history_promises(&ctx->history), ctx->arena);
	int lock = outbox_count(&ctx->outbox, OUTBOX_RELEASED) > 0
		? outbox_lock(&ctx->outbox, &ctx->err)
		: -1;

	if (lock >= 0)
		outbox_read(&ctx->outbox, OUTBOX_RELEASED, &waiting);
	for (size_t i = 0; i < waiting.count; i++) {
		struct notice *notice = &waiting.items[i];
		size_t count = 0, before = notice->count;

		for (size_t j = 0; notice_is_ahead(notice) && j < before; j++) {
			const struct notice_part *part = &notice->parts[j];

			if (!take_out(&ctx->found, notice, part) &&
				ahead_is_news(noted, ctx->arena, notice, part, ctx->run->plan->at))
				notice->parts[count++] = *part;
		}
		if (!notice_is_ahead(notice) || count == before)
			continue;
		notice->count = count;
		if (count == 0)
			outbox_remove(&ctx->outbox, OUTBOX_RELEASED, notice);
		else
			outbox_write(&ctx->outbox, OUTBOX_RELEASED, notice, &ctx->err);
	}
	if (lock >= 0)
		close(lock);
}

/* This look. */

static void add_notice(struct look_ctx *ctx, const struct notice *notice)
{
	struct notices *found = &ctx->found;

	found->items = arena_grow(ctx->arena, found->items, found->count, &ctx->room,
		sizeof(*found->items));
	found->items[found->count] = *notice;
	found->items[found->count].run = ctx->run->id;
	found->items[found->count].made = ctx->run->started;
	found->items[found->count].reply_to = recipient_reply_to(ctx->run, notice);
	found->count++;
}

/* In the language in which the mail will be, as gaps are put in words here. */
static void find_notices(struct look_ctx *ctx, const struct coverage *coverage, bool by_clock)
{
	const struct notice_run *run = ctx->run;
	moment at = run->plan->at;
	int early = by_clock && at < clock_moment(at, 0) ? 1 : 0;
	struct notices people, fallback;
	struct ahead_source source = {
		.coverage = coverage,
		.plan = run->plan,
		.mapping = run->mapping,
		.policy = &run->settings->policy,
		.snapshot = run->snapshot,
		.absences_until = moment_day(at, 2 - early),
		.gaps_until = moment_day(at, AHEAD_DAYS - early),
	};
	enum language language = language_get();
	struct notice gaps;

	recipient_fallback(run, &fallback);
	if (fallback.count == 0) /* a fallback that is named later is notified then */
		source.gaps_until = MOMENT_EARLIEST;
	language_set(notices_language(run->settings));
	ahead_find(&source, notice_history_promises(&ctx->history), ctx->history.arena, ctx->arena,
		&people, &gaps);
	language_set(language);
	for (size_t i = 0; i < people.count; i++)
		add_notice(ctx, &people.items[i]);
	for (size_t i = 0; gaps.count > 0 && i < fallback.count; i++) {
		fallback.items[i].parts = gaps.parts;
		fallback.items[i].count = gaps.count;
		fallback.items[i].left_out = gaps.left_out;
		add_notice(ctx, &fallback.items[i]);
	}
}

/* Leave in `found` what was written: what may not be sent to its address is left out. */
static void write_drafts(struct look_ctx *ctx)
{
	size_t waiting = outbox_count(&ctx->outbox, OUTBOX_RELEASED), count = 0;

	for (size_t i = 0; i < ctx->found.count && !ctx->err.kind; i++) {
		struct notice *notice = &ctx->found.items[i];
		struct error refused = ERROR_INIT;

		if (notice->count == 0 || !recipient_is_allowed(ctx->run, notice, &refused)) {
			error_release(&refused);
			continue;
		}
		if (waiting + count >= OUTBOX_MAX)
			error_set(&ctx->err, ERROR_OURS,
				_("%s: %d notices wait already; no more are taken"),
				ctx->outbox.folder, OUTBOX_MAX);
		else if (!outbox_write(&ctx->outbox, OUTBOX_DRAFTS, notice, &ctx->err))
			ctx->found.items[count++] = *notice;
	}
	ctx->found.count = count;
}

/* What could not be noted is found again by the next look. */
static bool release_drafts(struct look_ctx *ctx)
{
	bool is_noted = !ctx->err.kind && !notice_history_write(&ctx->history, &ctx->err);

	for (size_t i = 0; i < ctx->found.count; i++) {
		if (is_noted)
			outbox_release(&ctx->outbox, &ctx->found.items[i], &ctx->err);
		else
			outbox_remove(&ctx->outbox, OUTBOX_DRAFTS, &ctx->found.items[i]);
	}
	return is_noted && ctx->found.count > 0;
}

static void say_error(const struct look_ctx *ctx)
{
	if (!ctx->err.kind)
		return;
	if (ctx->run->troubles && ctx->run->troubles->now)
		log_once_add_as(ctx->run->troubles, "ahead", ctx->err.text.text);
	else
		error_print(&ctx->err);
}

static bool look(struct look_ctx *ctx, bool by_clock)
{
	const struct notice_run *run = ctx->run;
	struct coverage *coverage;

	recover_drafts(ctx);
	if (is_too_much(run)) {
		error_set(&ctx->err, ERROR_OURS,
			_("notices of the coming days are not sent: absences begin and end at too many "
			  "moments to look ahead"));
		return false;
	}
	coverage = coverage_find(run->mapping, &run->settings->policy, run->snapshot, run->plan->at,
		AHEAD_DAYS);
	find_notices(ctx, coverage, by_clock);
	withdraw_past(ctx);
	coverage_free(coverage);
	write_drafts(ctx);
	return release_drafts(ctx);
}

bool notices_look_ahead(const struct notice_run *run, bool by_clock)
{
	struct look_ctx ctx = {.run = run, .history = NOTICE_HISTORY_INIT, .err = ERROR_INIT};
	bool any = false;

	if (!run->mapping || !run->plan || !notices_are_enabled(run->settings) ||
		run->plan->refused || snapshot_held(run->snapshot))
		return false;
	ctx.arena = arena_new();
	outbox_init(&ctx.outbox, run->settings, ctx.arena);
	if (!notice_history_open(&ctx.history, run->settings, &ctx.err))
		any = look(&ctx, by_clock);
	notice_history_release(&ctx.history);
	say_error(&ctx);
	error_release(&ctx.err);
	arena_free(ctx.arena);
	return any;
}
