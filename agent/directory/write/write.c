#include "directory/write/write.h"

#include <ldap.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "directory/write/list_writer.h"
#include "model/outcome.h"
#include "model/plan.h"

/* One list of a plan that is written. */
struct list_write_ctx {
	struct write_ctx *run;
	const struct plan *plan;
	const struct list_outcome *outcomes; /* of the plan's lists, as far as they were written */
	const struct list_plan *list;
};

static struct member_ops additions_of(struct arena *arena, const struct list_plan *list)
{
	struct member_ops changes = {.operation = LDAP_MOD_ADD,
		.items = arena_get(arena, list->added * sizeof(*changes.items))};

	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		if (member->is_new && changes.count < list->added) {
			changes.items[changes.count++] =
				(struct member_op){.dn = member->dn, .key = member->key};
		}
	}
	return changes;
}

/* The list that somebody stays on who was to leave it, as that failed; NULL: there is none. */
static const struct list_plan *find_failed(const struct plan *plan,
	const struct list_outcome *outcomes, const char *key)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		enum block_kind kind = plan->lists[i].block->kind;

		if ((kind == BLOCK_ORDINARY || kind == BLOCK_CRITICAL) &&
			outcome_failed(&outcomes[i], key, true))
			return &plan->lists[i];
	}
	return NULL;
}

/*
 * The removals of a list. Of the mailbox's, which is written last, `stay` gets those that are not made, as their people
 * stay on another list.
 */
static struct member_ops removals_of(const struct list_write_ctx *ctx, struct member_ops *stay)
{
	const struct list_plan *list = ctx->list;
	struct arena *arena = ctx->run->arena;
	struct member_ops changes = {.operation = LDAP_MOD_DELETE,
		.items = arena_get(arena, list->removal_count * sizeof(*changes.items))};

	*stay = (struct member_ops){.operation = LDAP_MOD_DELETE,
		.items = arena_get(arena, list->removal_count * sizeof(*stay->items))};
	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];
		struct member_op op = {.dn = removal->dn, .key = removal->key};
		const struct list_plan *failed = list->block->kind == BLOCK_MAILBOX
			? find_failed(ctx->plan, ctx->outcomes, removal->key)
			: NULL;

		if (failed) {
			op.why = arena_format(arena, _("not tried, as the person stays on %s"),
				failed->dn);
			stay->items[stay->count++] = op;
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

static void outcome_fill(struct list_outcome *outcome, struct arena *arena,
	const struct member_ops *additions, const struct member_ops *removals,
	const struct member_ops *stay, const struct error *failure)
{
	const char *why = arena_string(arena,
		failure->kind || stay->count == 0 ? failure->text.text : stay->items[0].why);
	bool adds_failed, removals_failed;

	outcome->failures = arena_get(arena,
		(additions->count + removals->count + stay->count) * sizeof(*outcome->failures));
	outcome->met =
		arena_get(arena, (additions->count + removals->count) * sizeof(*outcome->met));
	outcome_add_met(outcome, additions);
	outcome_add_met(outcome, removals);
	adds_failed = outcome_add_failures(outcome, additions, why);
	removals_failed = outcome_add_failures(outcome, removals,
		adds_failed ? _("not tried, as the additions are not done") : why);
	removals_failed |= outcome_add_failures(outcome, stay, NULL);
	outcome->done = !adds_failed && !removals_failed;
	if (!outcome->done)
		outcome->said = why;
}

/* Deletes come after every add: who stands in is on the list before the absent one leaves. */
static void list_write(const struct list_write_ctx *ctx, struct list_outcome *outcome,
	struct error *failure)
{
	struct write_ctx *run = ctx->run;
	const struct list_plan *list = ctx->list;
	struct member_ops additions = additions_of(run->arena, list), stay;
	struct member_ops removals = removals_of(ctx, &stay);
	struct list_writer writer = {.run = run,
		.list = list,
		.outcome = outcome,
		.exists = list->list->exists,
		.failure = ERROR_INIT};

	if (run->lost.kind != ERROR_NONE)
		error_set(&writer.failure, run->lost.kind, "%s", run->lost.text.text);
	else if (member_ops_write(&writer, &additions) == ERROR_NONE &&
		member_ops_are_made(&additions))
		member_ops_write(&writer, &removals);
	outcome_fill(outcome, run->arena, &additions, &removals, &stay, &writer.failure);
	if (writer.failure.kind)
		error_set(failure, writer.failure.kind, "%s", writer.failure.text.text);
	error_release(&writer.failure);
	ldap_memfree(writer.diagnostic);
}

static void write_lists(struct write_ctx *run, const struct plan *plan,
	struct list_outcome *outcomes, bool mailbox, struct error *first)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if ((list->block->kind == BLOCK_MAILBOX) == mailbox &&
			list_plan_has_changes(list) && !list->list_missing && !list->list->ban)
			list_write(&(struct list_write_ctx){run, plan, outcomes, list},
				&outcomes[i], first);
	}
}

enum error_kind write_plan(struct connection *connection, const struct plan *plan,
	struct list_outcome *outcomes, struct error *err)
{
	struct write_ctx run = {.connection = connection, .arena = plan->arena, .lost = ERROR_INIT};
	struct error first = ERROR_INIT;
	enum error_kind kind;

	for (size_t i = 0; i < plan->list_count; i++)
		outcomes[i] = (struct list_outcome){.list = &plan->lists[i], .done = true};
	write_lists(&run, plan, outcomes, false, &first);
	write_lists(&run, plan, outcomes, true, &first);
	kind = run.lost.kind != ERROR_NONE ? ERROR_LOST : first.kind;
	if (kind != ERROR_NONE)
		error_set(err, kind, "%s", first.text.text);
	error_release(&first);
	error_release(&run.lost);
	return kind;
}
