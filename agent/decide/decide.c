#include "decide/decide.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/holders.h"
#include "decide/leavers.h"
#include "decide/required.h"
#include "decide/required_fault.h"
#include "decide/stand_in.h"
#include "decide/stand_ins.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* What is the same for every list of one decision. */
struct decide_ctx {
	struct plan *plan;
	const struct policy *policy;
	const struct snapshot *snapshot;
	struct stand_ins *stand_ins; /* of `now` */
	struct time_scope now;
};

static struct plan_member *add_person(struct decide_ctx *d, struct list_plan *list,
	const struct person *person, struct reason reason)
{
	struct plan_member *member = list_plan_add(d->plan, list, person->dn, person->key, person);

	member->by_rule = true;
	plan_member_reason(d->plan, member, reason);
	return member;
}

/* Put a required person on the list, for the reasons found in step 1. */
static void add_required(struct decide_ctx *d, struct list_plan *list,
	const struct required *required)
{
	const struct person *person = required->person;
	struct plan_member *member = list_plan_add(d->plan, list, person->dn, person->key, person);

	member->by_rule = true;
	plan_member_required(d->plan, member, required);
}

/* A reference of somebody looked at that names nobody: said where it stands. Those of the route and the fallback are said by themselves. */
static void note_dead_candidate(void *ctx, const struct candidate *candidate)
{
	const struct decide_ctx *d = ctx;

	if (candidate->named_by)
		findings_add(&d->plan->findings, FINDING_WARNING, candidate->named_by->dn,
			_("the stand-in %s is passed over: %s"), candidate->reference->text,
			ref_trouble(d->plan->arena,
				subject_ref(reference_subject(d->snapshot, candidate->reference))));
}

/* More people than a search looks at: nobody is taken from those it saw, and that is an error. */
static void note_cut_search(struct decide_ctx *d, const struct list_plan *list,
	const struct person *person)
{
	findings_add(&d->plan->findings, FINDING_ERROR, person->dn,
		_("the search for a stand-in on %s is cut off after %d people, and nobody stands in; "
		  "shorten the chain of deputies"),
		list->dn, STAND_IN_LOOKS_MAX);
}

/* The one that all gaps of a list have in common. */
static const struct gap_search *gap_search_of(struct decide_ctx *d, const struct list_plan *list)
{
	struct gap_search *search;

	if (list->gap_count > 0)
		return list->gaps[0].search;
	search = arena_get(d->plan->arena, sizeof(*search));
	*search = (struct gap_search){d->snapshot, d->policy, list->block};
	return search;
}

/* Steps 3 and 4 for one who is required and absent. */
static void replace_absent(struct decide_ctx *d, struct list_plan *list, struct required *required)
{
	const struct person *person = required->person;
	const struct stand_in found = stand_ins_find(d->stand_ins, person, list->block);
	struct plan_member *member;

	required->is_sought = true;
	required->stand_in = found.person;
	stand_ins_walk_dead(d->stand_ins, person, list->block, note_dead_candidate, d);
	if (found.is_cut)
		note_cut_search(d, list, person);
	if (required->stand_in) {
		member = add_person(d, list, required->stand_in,
			(struct reason){
				.kind = REASON_STAND_IN, .whom = person, .feed = found.feed});
		plan_member_stands_in(d->plan, member, person);
	} else {
		list_plan_gap(d->plan, list,
			(struct gap){.kind = GAP_NO_STAND_IN,
				.whom = person,
				.search = gap_search_of(d, list),
				.passed_over =
					found.looks == STAND_IN_LOOKS_UNKNOWN ? 0 : found.looks});
	}
	if (!person_is_reachable(person, d->plan->at) ||
		(required->stand_in && d->policy->when_absent == ABSENT_REPLACE))
		return;
	add_required(d, list, required);
	add_person(d, list, person,
		(struct reason){
			.kind = required->stand_in ? REASON_STAYS_BESIDE : REASON_NO_STAND_IN});
}

/* Steps 2 to 4. Whoever is here comes first, so that own reasons stand before a stand-in's. */
static void place_required(struct decide_ctx *d, struct list_plan *list)
{
	bool inform = list->block->kind == BLOCK_INFORM;
	moment at = d->plan->at;

	for (size_t i = 0; i < list->required_count; i++) {
		struct required *required = list->required[i];
		const struct person *person = required->person;
		enum person_state state = person_state(person, at, NULL);

		required->stand_in = NULL;
		required->is_sought = false;
		required->available = inform ? person_is_reachable(person, at)
					     : person_is_available(person, &d->now);
		required->is_leaver = state != PERSON_AVAILABLE && state != PERSON_AWAY;
		if (required->available)
			add_required(d, list, required);
	}
	for (size_t i = 0; i < list->required_count && !inform; i++) {
		if (person_state(list->required[i]->person, at, NULL) == PERSON_AWAY)
			replace_absent(d, list, list->required[i]);
	}
}

static size_t count_available(const struct decide_ctx *d, const struct list_plan *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->member_count; i++) {
		if (person_is_available(list->members[i]->person, &d->now))
			count++;
	}
	return count;
}

/* Step 5: take from `references`, one by one, until there are enough. */
static void fill_up(struct decide_ctx *d, struct list_plan *list,
	const struct references *references, enum reason_kind kind)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct person *person =
			snapshot_person(d->snapshot, &references->items[i], d->plan->at);

		if (list->available >= (size_t)list->block->at_least)
			return;
		if (!person || !person_is_available(person, &d->now) ||
			list_plan_member(list, person->key))
			continue;
		add_person(d, list, person, (struct reason){.kind = kind});
		list->available++;
	}
}

static void reach_at_least(struct decide_ctx *d, struct list_plan *list)
{
	bool inform = list->block->kind == BLOCK_INFORM;
	size_t wanted = (size_t)list->block->at_least;

	list->available = count_available(d, list);
	if (!inform) {
		fill_up(d, list, &list->block->deputies, REASON_FILLS_UP);
		fill_up(d, list, &d->policy->fallback, REASON_FALLBACK);
	}
	list->decided = list->member_count;
	if (list->decided == 0)
		list_plan_gap(d->plan, list,
			(struct gap){.kind = GAP_NOBODY,
				.wanted = wanted,
				.search = inform ? NULL : gap_search_of(d, list)});
	else if (list->available < wanted)
		list_plan_gap(d->plan, list,
			(struct gap){.kind = GAP_TOO_FEW,
				.available = list->available,
				.wanted = wanted,
				.search = inform ? NULL : gap_search_of(d, list)});
}

/* `severity`: of a name that is nobody's since several people bear it; anything else is a warning. */
static void note_dead_references(struct decide_ctx *d, const char *where,
	const struct references *references, enum severity severity)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct reference *reference = &references->items[i];
		const struct resolved_ref *ref = snapshot_ref(d->snapshot, reference->key);

		if (ref && !ref_person(ref, d->plan->at))
			findings_add(&d->plan->findings,
				ref->kind == REF_SEVERAL ? severity : FINDING_WARNING, where,
				_("the stand-in %s is passed over: %s"), reference->text,
				ref_trouble(d->plan->arena, ref));
	}
}

/* One who is kept, and whose entry is not found, stays as the list has the value. Step 1 says so. */
static void keep_unfound(struct decide_ctx *d, struct list_plan *list,
	const struct reference *reference)
{
	const struct member_values *values = &list->list->members;

	for (size_t i = 0; i < values->count && reference_is_dn(reference); i++) {
		const struct member_value *value = values->items[i];

		if (strcmp(reference_dn_key(reference), value->key) == 0)
			plan_member_reason(d->plan,
				list_plan_add(d->plan, list, value->dn, value->key, NULL),
				(struct reason){.kind = REASON_KEEP});
	}
}

/* Step 6: the members that always stay; they need not be people. */
static void add_keep(struct decide_ctx *d, struct list_plan *list)
{
	for (size_t i = 0; i < list->block->keep.count; i++) {
		const struct reference *reference = &list->block->keep.items[i];
		const struct resolved_ref *ref = snapshot_ref(d->snapshot, reference->key);
		const struct person *person = ref_person(ref, d->plan->at);
		const char *dn = person ? person->dn : ref ? ref->dn : NULL;

		if (dn)
			plan_member_reason(d->plan,
				list_plan_add(d->plan, list, dn,
					person ? person->key : dn_key(d->plan->arena, dn), person),
				(struct reason){.kind = REASON_KEEP});
		else
			keep_unfound(d, list, reference);
	}
}

static void start_list(struct decide_ctx *d, struct list_plan *list, const struct block *block)
{
	list->block = block;
	list->list = snapshot_list(d->snapshot, block->list_key);
	list->dn = list->list->exists ? list->list->dn : block->list;
	list_plan_start(d->plan, list);
}

/* Steps 2 to 6. */
static void decide_list(struct decide_ctx *d, struct list_plan *list,
	const struct block_query *query)
{
	start_list(d, list, query->block);
	list->required = query->required;
	list->required_count = query->required_count;
	list->protection = query->protection;
	place_required(d, list);
	reach_at_least(d, list);
	note_dead_references(d, query->block->list, &query->block->deputies, FINDING_WARNING);
	add_keep(d, list);
}

/* Everyone whom steps 1 to 5 put on one list, put on the mailbox's, too. */
static void add_to_mailbox(struct decide_ctx *d, struct list_plan *mailbox,
	const struct list_plan *list)
{
	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *from = list->members[i];
		struct plan_member *member;

		if (!from->by_rule)
			continue;
		member = add_person(d, mailbox, from->person,
			(struct reason){.kind = REASON_ON_LIST, .what = list->block->tag});
		for (size_t j = 1; j < list->block->tags.count; j++)
			plan_member_reason(d->plan, member,
				(struct reason){.kind = REASON_ON_LIST,
					.what = list->block->tags.items[j]});
		for (size_t j = 0; j < from->standing_in_count; j++)
			plan_member_stands_in(d->plan, member, from->standing_in_for[j]);
	}
}

static void decide_mailbox(struct decide_ctx *d, struct list_plan *mailbox, size_t others)
{
	struct block *block = &d->plan->mailbox;

	block->kind = BLOCK_MAILBOX;
	block->list = d->policy->mailbox_list;
	block->list_key = d->policy->mailbox_list_key;
	start_list(d, mailbox, block);
	for (size_t i = 0; i < others; i++) {
		if (d->plan->lists[i].block->kind != BLOCK_INFORM)
			add_to_mailbox(d, mailbox, &d->plan->lists[i]);
	}
	mailbox->decided = mailbox->member_count;
	mailbox->available = count_available(d, mailbox);
	if (mailbox->decided == 0)
		list_plan_gap(d->plan, mailbox, (struct gap){.kind = GAP_NOBODY});
}

static int by_dn(const void *left, const void *right)
{
	const struct list_plan *a = left, *b = right;

	return strcmp(a->dn, b->dn);
}

static void find_query(struct block_query *query, struct arena *arena,
	const struct holders *holders, const struct snapshot *snapshot, moment at,
	struct required_faults *faults)
{
	const struct time_scope then = scope_at(at);
	struct required_notes notes = {.faults = faults};

	query->required = required_find(arena, query->block, holders, snapshot, &then, &notes,
		&query->required_count);
	query->protection = notes.protection;
	query->until = notes.until;
}

struct block_query *block_query_find(struct arena *arena, const struct mapping *mapping,
	const struct snapshot *snapshot, moment at, struct findings *findings)
{
	const struct holders *holders = holders_find(arena, mapping, snapshot);
	struct block_query *query = arena_get(arena, mapping->block_count * sizeof(*query));
	struct required_faults *faults = required_faults_new(arena);

	for (size_t i = 0; i < mapping->block_count; i++) {
		query[i].block = &mapping->blocks[i];
		query[i].holders = holders;
		find_query(&query[i], arena, holders, snapshot, at, faults);
	}
	required_faults_report(faults, findings);
	return query;
}

void block_query_renew(struct block_query *query, struct arena *arena,
	const struct snapshot *snapshot, moment at)
{
	find_query(query, arena, query->holders, snapshot, at, NULL);
}

void decide_at(struct plan *plan, const struct block_query *query, size_t count,
	const struct policy *policy, const struct snapshot *snapshot, struct stand_ins *stand_ins)
{
	struct decide_ctx d = {
		.plan = plan,
		.policy = policy,
		.snapshot = snapshot,
		.stand_ins = stand_ins,
		.now = scope_at(plan->at),
	};

	stand_ins_move(stand_ins, &d.now);
	stand_ins_walk_begin(stand_ins);
	plan->list_count = count + (policy->mailbox_list ? 1 : 0);
	plan->lists = arena_get(plan->arena, plan->list_count * sizeof(*plan->lists));
	for (size_t i = 0; i < count; i++)
		decide_list(&d, &plan->lists[i], &query[i]);
	if (policy->mailbox_list)
		decide_mailbox(&d, &plan->lists[count], count);
	note_dead_references(&d, "mailbox.fallback", &policy->fallback, FINDING_ERROR);
	if (plan->list_count > 1)
		qsort(plan->lists, plan->list_count, sizeof(*plan->lists), by_dn);
}

void decide(struct plan *plan, const struct mapping *mapping, const struct policy *policy,
	const struct snapshot *snapshot)
{
	const struct block_query *query =
		block_query_find(plan->arena, mapping, snapshot, plan->at, &plan->findings);
	struct leavers *leavers = leavers_new(plan->arena);
	const struct time_scope now = scope_at(plan->at);
	struct stand_ins *stand_ins = stand_ins_new(snapshot, policy, &now);

	decide_at(plan, query, mapping->block_count, policy, snapshot, stand_ins);
	stand_ins_free(stand_ins);
	leavers_add(leavers, plan);
	leavers_report(leavers, &plan->findings);
}
