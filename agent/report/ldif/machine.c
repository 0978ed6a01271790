#include "report/ldif/machine.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/resume.h"
#include "model/mapping.h"
#include "model/outcome.h"
#include "report/phrases.h"

const char *const machine_files[] = {"report", "undo", "plan", NULL};
const char *const machine_states[] = {"planned", "intended", "done", "partly", "failed", "unknown",
	"refused", "interrupted", "unchanged", NULL};

struct machine_list *machine_list_new(struct machine *machine, struct arena *arena, const char *dn)
{
	struct machine_list *list;

	machine->lists = arena_grow(arena, machine->lists, machine->count, &machine->room,
		sizeof(*machine->lists));
	list = &machine->lists[machine->count++];
	list->dn = dn;
	return list;
}

struct machine_value *machine_value_new(struct machine_list *list, struct arena *arena,
	enum machine_verb verb, const char *dn)
{
	struct machine_value *value;

	list->values =
		arena_grow(arena, list->values, list->count, &list->room, sizeof(*list->values));
	value = &list->values[list->count++];
	value->verb = verb;
	value->dn = dn;
	return value;
}

static bool is_change(const struct machine_value *value)
{
	return value->verb == MACHINE_JOINS || value->verb == MACHINE_LEAVES;
}

enum machine_state machine_list_state(const struct machine_list *list)
{
	enum machine_state state = MACHINE_UNCHANGED;

	for (size_t i = 0; i < list->count; i++) {
		if (!is_change(&list->values[i]))
			continue;
		if (state == MACHINE_UNCHANGED)
			state = list->values[i].state;
		else if (state != list->values[i].state)
			return MACHINE_PARTLY;
	}
	return state;
}

bool machine_is_recorded(const struct machine_list *list, const struct machine_value *value)
{
	return is_change(value) && !list->removed;
}

bool machine_is_commented_out(const struct machine_value *value)
{
	return value->state == MACHINE_FAILED || value->state == MACHINE_UNKNOWN ||
		value->state == MACHINE_REFUSED;
}

void machine_add_why(struct strbuf *out, const struct machine_value *value, moment at)
{
	const struct plan_member member = {
		.dn = value->dn, .reasons = value->reasons, .reason_count = value->reason_count};

	if (value->verb == MACHINE_JOINS)
		phrase_reasons(out, &member, at, PHRASE_FULL);
	else if (value->leaves)
		phrase_removal(out, value->leaves, at);
}

/* Of a plan */

struct machine_head machine_head_of(const struct run *run, moment at, enum machine_file file,
	enum machine_state state)
{
	return (struct machine_head){.file = file,
		.state = state,
		.run = run->id,
		.user = run->user,
		.host = run->host,
		.version = run->version,
		.case_text = run->case_text,
		.settings = run->settings_file,
		.server = run->server,
		.member_attribute = run->member_attribute,
		.started = run->started,
		.at = at};
}

static enum machine_state state_of_report(const struct report *report)
{
	struct totals totals = report_totals(report);

	switch (report->stage) {
	case REPORT_PLANNED:
		return MACHINE_PLANNED;
	case REPORT_INTENDED:
		return MACHINE_INTENDED;
	case REPORT_REFUSED:
		return MACHINE_REFUSED;
	case REPORT_DONE:
		break;
	}
	if (totals.failed == 0)
		return MACHINE_DONE;
	if (report_has_unknown_outcome(report))
		return MACHINE_UNKNOWN;
	return totals.added + totals.removed > 0 ? MACHINE_PARTLY : MACHINE_FAILED;
}

/* A list of a plan, and the machine lines that it gets. */
struct machine_ctx {
	const struct report *report;
	const struct list_plan *plan;
	struct machine_list *list;
	struct arena *arena;
};

static enum machine_state state_of_value(const struct machine_ctx *m, const char *key,
	bool is_removal)
{
	const struct list_outcome *outcome = report_outcome(m->report, m->plan);

	if (!outcome)
		return state_of_report(m->report);
	return outcome_failed(outcome, key, is_removal) ? MACHINE_FAILED : MACHINE_DONE;
}

static void add_member(const struct machine_ctx *m, const struct plan_member *member)
{
	struct machine_value *value = machine_value_new(m->list, m->arena,
		member->is_new ? MACHINE_JOINS : MACHINE_STAYS, member->dn);

	value->name = member->person ? member->person->name : NULL;
	if (!member->is_new)
		return;
	value->state = state_of_value(m, member->key, false);
	value->reasons = arena_get(m->arena, member->reason_count * sizeof(*value->reasons));
	value->reason_count = member->reason_count;
	for (size_t i = 0; i < member->reason_count; i++) {
		value->reasons[i] = member->reasons[i];
		if (member->reasons[i].kind == REASON_STAYS_BESIDE ||
			member->reasons[i].kind == REASON_NO_STAND_IN)
			value->reasons[i].whom =
				member->reasons[i].whom ? member->reasons[i].whom : member->person;
	}
}

static void add_removal(const struct machine_ctx *m, struct removal *removal)
{
	struct machine_value *value =
		machine_value_new(m->list, m->arena, MACHINE_LEAVES, removal->dn);

	value->name = removal->person ? removal->person->name : NULL;
	value->state = state_of_value(m, removal->key, true);
	value->leaves = removal;
}

static void add_list(struct machine *machine, const struct report *report,
	const struct list_plan *plan, struct arena *arena)
{
	bool has_changes = list_plan_has_changes(plan) && !plan->list_missing;
	struct machine_list *list = machine_list_new(machine, arena, plan->dn);
	const struct machine_ctx m = {report, plan, list, arena};

	list->tags = plan->block->tags;
	list->kind = plan->block->kind;
	list->exists = plan->list->exists;
	list->identity = plan->list->identity;
	list->before = plan->list->members.count;
	list->available = plan->available;
	list->available_known = !report->run->undoes;
	memcpy(list->unexplained, plan->unexplained, sizeof(list->unexplained));
	list->entry = has_changes && !list->exists ? plan->entry : NULL;
	list->entry_count = list->entry ? plan->entry_count : 0;
	list->gaps = plan->gaps;
	list->gap_count = plan->gap_count;
	for (size_t i = 0;
		i < plan->list->members.count && has_changes && machine->head.file == MACHINE_PLAN;
		i++)
		machine_value_new(list, arena, MACHINE_HAD, plan->list->members.items[i]->dn);
	for (size_t i = 0; i < plan->member_count && has_changes; i++)
		add_member(&m, plan->members[i]);
	for (size_t i = 0; i < plan->removal_count && has_changes; i++)
		add_removal(&m, &plan->removals[i]);
}

/* What was done, the other way round, without reasons. */
static void add_undone(struct machine *machine, const struct report *report,
	const struct list_plan *plan, struct arena *arena)
{
	struct machine_list all = {.dn = plan->dn}, *list;
	const struct machine_ctx m = {report, plan, &all, arena};
	bool any_added = false;

	for (size_t i = 0; i < plan->removal_count; i++)
		add_removal(&m, &plan->removals[i]);
	for (size_t i = 0; i < plan->member_count; i++) {
		if (plan->members[i]->is_new)
			add_member(&m, plan->members[i]);
	}
	list = NULL;
	for (size_t i = 0; i < all.count; i++) {
		const struct machine_value *done = &all.values[i];
		bool was_added = done->verb == MACHINE_JOINS;

		if (machine_is_commented_out(done))
			continue;
		list = list ? list : machine_list_new(machine, arena, plan->dn);
		any_added |= was_added;
		machine_value_new(list, arena, was_added ? MACHINE_LEAVES : MACHINE_JOINS, done->dn)
			->name = done->name;
	}
	if (!list)
		return;
	list->tags = plan->block->tags;
	list->kind = plan->block->kind;
	list->exists = true;
	list->removed = !plan->list->exists && any_added;
}

/* A report as it stands. */
static void make_machine(struct machine *machine, const struct report *report,
	enum machine_file file, struct arena *arena)
{
	const struct plan *plan = report->plan;
	enum machine_state state = state_of_report(report);

	*machine = (struct machine){.held = plan->held, .totals = report_totals(report)};
	findings_init(&machine->findings, arena);
	if (file == MACHINE_UNDO && state != MACHINE_REFUSED)
		state = MACHINE_PLANNED;
	machine->head = machine_head_of(report->run, plan->at, file, state);
	if (file == MACHINE_PLAN) {
		machine->head.settings_sha256 = report->run->settings_sha256;
		machine->head.tags_sha256 = report->mapping->sha256.tags;
		machine->head.roles_sha256 = report->mapping->sha256.roles;
		machine->head.routes_sha256 = report->mapping->sha256.routes;
	}
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if (file == MACHINE_UNDO && state == MACHINE_PLANNED)
			add_undone(machine, report, list, arena);
		else if (file != MACHINE_UNDO &&
			(list_plan_has_changes(list) || list->gap_count > 0))
			add_list(machine, report, list, arena);
	}
	if (file != MACHINE_UNDO)
		machine->findings = *report->findings;
}

/* A report and its machine lines, from begin to end. */
struct machine_of_report {
	struct arena *arena;
	struct machine machine;
};

void machine_begin(struct report *report, enum machine_file file)
{
	struct arena *arena = arena_new();
	struct machine_of_report *of = arena_get(arena, sizeof(*of));

	of->arena = arena;
	make_machine(&of->machine, report, file, arena);
	machine_add_head(report->out, &of->machine.head);
	report->state = of;
}

void machine_end(struct report *report)
{
	struct machine_of_report *of = report->state;

	machine_add_body(report->out, &of->machine);
	report->state = NULL;
	arena_free(of->arena);
}
