#include "directory/write/write.h"

#include <ldap.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "directory/write/list_writer.h"
#include "directory/write/pipeline.h"
#include "model/outcome.h"
#include "model/plan.h"

/* A plan that is written. */
struct write_plan_ctx {
	struct write_ctx *run;
	const struct plan *plan;
	struct list_outcome *outcomes; /* of the plan's lists, as far as they were written */
	bool mailbox;                  /* the mailbox's list is written, else the others */
	size_t next;                   /* of the plan's lists */
	struct error first; /* owned: the failure of the first list in the plan's order */
	size_t first_list;
	/* Lists that somebody stays on who was to leave, as that failed, by the key of that person. NULL: none. */
	const struct table *stayed;
};

/* The operations of one list, which are forgotten with it. */
struct list_ops {
	struct arena *arena;
	struct member_ops stay; /* removals from the mailbox's list that are not made */
};

static struct member_ops additions_of(struct arena *arena, const struct list_plan *list)
{
	struct member_ops changes = {.operation = LDAP_MOD_ADD,
		.items = arena_get(arena, list->added * sizeof(*changes.items))};

	for (size_t i = 0; i < list->member_count && changes.count < list->added; i++) {
		const struct plan_member *member = list->members[i];

		if (member->is_new) {
			changes.items[changes.count++] =
				(struct member_op){.dn = member->dn, .key = member->key};
		}
	}
	return changes;
}

/* The removals of a list; of the mailbox's, all whose people are not on a list that they could not be taken off. */
static struct member_ops removals_of(const struct write_plan_ctx *ctx, const struct list_plan *list,
	struct list_ops *ops)
{
	struct arena *arena = ops->arena;
	struct member_ops changes = {.operation = LDAP_MOD_DELETE,
		.items = arena_get(arena, list->removal_count * sizeof(*changes.items))};

	ops->stay = (struct member_ops){.operation = LDAP_MOD_DELETE,
		.items = ctx->stayed
			? arena_get(arena, list->removal_count * sizeof(*ops->stay.items))
			: NULL};
	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];
		struct member_op op = {.dn = removal->dn, .key = removal->key};
		const struct list_plan *failed =
			ctx->stayed ? table_find(ctx->stayed, removal->key) : NULL;

		if (failed) {
			op.why = arena_format(ctx->run->arena,
				_("not tried, as the person stays on %s"), failed->dn);
			ops->stay.items[ops->stay.count++] = op;
		} else {
			changes.items[changes.count++] = op;
		}
	}
	return changes;
}

/* Put what was not made among the failures; `why` is for those that were not even tried. */
static bool outcome_add_failures(struct list_outcome *outcome, const struct member_ops *changes,
	const char *why)
{
	size_t before = outcome->failure_count;

	for (size_t i = 0; i < changes->count; i++) {
		const struct member_op *change = &changes->items[i];

		if (change->state == MEMBER_OP_DONE)
			continue;
		outcome->failures[outcome->failure_count++] = (struct failed_value){
			.dn = change->dn,
			.key = change->key,
			.is_removal = changes->operation == LDAP_MOD_DELETE,
			.why = change->why ? change->why : why,
		};
	}
	return outcome->failure_count > before;
}

/* Note what another writer had done. */
static void outcome_add_met(struct list_outcome *outcome, const struct member_ops *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct member_op *change = &changes->items[i];

		if (change->state == MEMBER_OP_DONE && change->already_done)
			outcome->met[outcome->met_count++] = (struct already_done_value){
				.key = change->key,
				.is_removal = changes->operation == LDAP_MOD_DELETE,
			};
	}
}

/* Count what was not made, and what another writer had done. */
static void count_ops(const struct member_ops *changes, size_t *failed, size_t *met)
{
	for (size_t i = 0; i < changes->count; i++) {
		*failed += changes->items[i].state != MEMBER_OP_DONE;
		*met += changes->items[i].already_done;
	}
}

static void outcome_fill(struct list_outcome *outcome, struct arena *arena,
	const struct member_ops *additions, const struct member_ops *removals,
	const struct member_ops *stay, const struct error *failure)
{
	size_t failed = stay->count, met = 0;
	bool adds_failed;
	const char *why;

	count_ops(additions, &failed, &met);
	count_ops(removals, &failed, &met);
	if (met > 0) {
		outcome->met = arena_get(arena, met * sizeof(*outcome->met));
		outcome_add_met(outcome, additions);
		outcome_add_met(outcome, removals);
	}
	outcome->done = failed == 0;
	if (outcome->done)
		return;
	why = arena_string(arena,
		failure->kind || stay->count == 0 ? failure->text.text : stay->items[0].why);
	outcome->said = why;
	outcome->failures = arena_get(arena, failed * sizeof(*outcome->failures));
	adds_failed = outcome_add_failures(outcome, additions, why);
	outcome_add_failures(outcome, removals,
		adds_failed ? _("not tried, as the additions are not done") : why);
	outcome_add_failures(outcome, stay, NULL);
}

static bool is_written(const struct write_plan_ctx *ctx, const struct list_plan *list)
{
	return (list->block->kind == BLOCK_MAILBOX) == ctx->mailbox &&
		list_plan_has_changes(list) && !list->list_missing && !list->list->ban;
}

static bool next_list(void *context, struct list_writer *writer)
{
	struct write_plan_ctx *ctx = context;
	const struct list_plan *list;
	struct list_ops *ops;
	struct arena *arena;

	while (ctx->next < ctx->plan->list_count && !is_written(ctx, &ctx->plan->lists[ctx->next]))
		ctx->next++;
	if (ctx->next == ctx->plan->list_count)
		return false;
	list = &ctx->plan->lists[ctx->next];
	arena = arena_new();
	ops = arena_get(arena, sizeof(*ops));
	ops->arena = arena;
	writer->list = list;
	writer->context = ops;
	writer->outcome = &ctx->outcomes[ctx->next++];
	writer->exists = list->list->exists;
	writer->additions = additions_of(arena, list);
	writer->removals = removals_of(ctx, list, ops);
	return true;
}

static void list_done(void *context, struct list_writer *writer)
{
	struct write_plan_ctx *ctx = context;
	struct list_ops *ops = writer->context;
	size_t number = (size_t)(writer->list - ctx->plan->lists);

	outcome_fill(writer->outcome, ctx->run->arena, &writer->additions, &writer->removals,
		&ops->stay, &writer->failure);
	if (writer->failure.kind && (!ctx->first.kind || number < ctx->first_list)) {
		error_release(&ctx->first);
		error_set(&ctx->first, writer->failure.kind, "%s", writer->failure.text.text);
		ctx->first_list = number;
	}
	arena_free(ops->arena);
}

/* Whom each list could not let go, but for the mailbox's. */
static const struct table *find_stayed(const struct plan *plan, const struct list_outcome *outcomes,
	struct arena *arena)
{
	struct table *stayed = NULL;

	for (size_t i = 0; i < plan->list_count; i++) {
		enum block_kind kind = plan->lists[i].block->kind;

		for (size_t f = 0; f < outcomes[i].failure_count; f++) {
			const struct failed_value *failure = &outcomes[i].failures[f];

			if ((kind != BLOCK_ORDINARY && kind != BLOCK_CRITICAL) ||
				!failure->is_removal)
				continue;
			if (!stayed)
				stayed = table_new(arena);
			if (!table_find(stayed, failure->key))
				table_put(stayed, failure->key, &plan->lists[i]);
		}
	}
	return stayed;
}

enum error_kind write_plan(struct connection *connection, const struct plan *plan,
	struct list_outcome *outcomes, struct error *err)
{
	struct write_ctx run = {.connection = connection, .arena = plan->arena, .lost = ERROR_INIT};
	struct write_plan_ctx ctx = {
		.run = &run, .plan = plan, .outcomes = outcomes, .first = ERROR_INIT};
	const struct list_source source = {.next = next_list, .done = list_done, .context = &ctx};
	struct arena *scratch = arena_new();
	enum error_kind kind;

	for (size_t i = 0; i < plan->list_count; i++)
		outcomes[i] = (struct list_outcome){.list = &plan->lists[i], .done = true};
	pipeline_write(&run, &source);
	ctx.mailbox = true;
	ctx.next = 0;
	ctx.stayed = find_stayed(plan, outcomes, scratch);
	pipeline_write(&run, &source);
	kind = run.lost.kind != ERROR_NONE ? ERROR_LOST : ctx.first.kind;
	if (kind != ERROR_NONE)
		error_set(err, kind, "%s", ctx.first.text.text);
	error_release(&ctx.first);
	error_release(&run.lost);
	arena_free(scratch);
	return kind;
}
