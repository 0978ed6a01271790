#include "directory/write/write.h"

#include <ldap.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "directory/write/list_writer.h"
#include "model/plan.h"

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

static struct member_ops removals_of(struct arena *arena, const struct list_plan *list)
{
	struct member_ops changes = {.operation = LDAP_MOD_DELETE,
		.items = arena_get(arena, list->removal_count * sizeof(*changes.items))};

	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];

		changes.items[changes.count++] =
			(struct member_op){.dn = removal->dn, .key = removal->key};
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
	const struct error *failure)
{
	const char *why = arena_string(arena, failure->text.text);
	bool adds_failed, removals_failed;

	outcome->failures =
		arena_get(arena, (additions->count + removals->count) * sizeof(*outcome->failures));
	outcome->met =
		arena_get(arena, (additions->count + removals->count) * sizeof(*outcome->met));
	outcome_add_met(outcome, additions);
	outcome_add_met(outcome, removals);
	adds_failed = outcome_add_failures(outcome, additions, why);
	removals_failed = outcome_add_failures(outcome, removals,
		adds_failed ? _("not tried, as the additions are not done") : why);
	outcome->done = !adds_failed && !removals_failed;
	if (!outcome->done)
		outcome->said = why;
}

/* Deletes come after every add: who stands in is on the list before the absent one leaves. */
static void list_write(struct write_ctx *run, const struct list_plan *list,
	struct list_outcome *outcome, struct error *failure)
{
	struct member_ops additions = additions_of(run->arena, list);
	struct member_ops removals = removals_of(run->arena, list);
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
	outcome_fill(outcome, run->arena, &additions, &removals, &writer.failure);
	if (!outcome->done)
		error_set(failure, writer.failure.kind, "%s", writer.failure.text.text);
	error_release(&writer.failure);
	ldap_memfree(writer.diagnostic);
}

enum error_kind write_plan(struct connection *connection, const struct plan *plan,
	struct list_outcome *outcomes, struct error *err)
{
	struct write_ctx run = {.connection = connection, .arena = plan->arena, .lost = ERROR_INIT};
	struct error first = ERROR_INIT;
	enum error_kind kind;

	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		outcomes[i] = (struct list_outcome){.list = list, .done = true};
		if (list_plan_has_changes(list) && !list->list_missing && !list->list->ban)
			list_write(&run, list, &outcomes[i], &first);
	}
	kind = run.lost.kind != ERROR_NONE ? ERROR_LOST : first.kind;
	if (kind != ERROR_NONE)
		error_set(err, kind, "%s", first.text.text);
	error_release(&first);
	error_release(&run.lost);
	return kind;
}
