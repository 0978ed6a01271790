#include "decide/diff.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/stand_in.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/snapshot.h"

/* One list, held up against itself. */
struct diff_ctx {
	struct plan *plan;
	struct list_plan *list;
	const struct policy *policy;
	const struct snapshot *snapshot;
	struct table *could_stand_in; /* identities; NULL until somebody asks */
	const struct person
		*cut; /* whose search was cut off, so the table lacks people; NULL: none */
};

/* The member a value of the list stands for: by its DN, or by who the entry is. */
static struct plan_member *member_of(const struct list_plan *list, const struct snapshot *snapshot,
	const struct member_value *value)
{
	struct plan_member *member = list_plan_member(list, value->key);
	const struct resolved_ref *ref;

	if (member)
		return member;
	ref = snapshot_ref_of_dn(snapshot, value->key);
	return ref && ref->person ? list_plan_member(list, ref->person->key) : NULL;
}

static const struct person *person_of(const struct snapshot *snapshot, const char *key)
{
	const struct resolved_ref *ref = snapshot_ref_of_dn(snapshot, key);

	return ref ? ref->person : NULL;
}

/* Required, absent, and somebody stands in: a removal that needs no further look. */
static bool is_replaced(const struct list_plan *list, const struct person *person, moment at)
{
	const struct required *required = person ? list_plan_required(list, person) : NULL;

	return required && required->stand_in && person_is_absent(person, at, NULL);
}

static void note_references(struct diff_ctx *c, const struct references *references)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct person *person =
			snapshot_person(c->snapshot, &references->items[i], c->plan->at);

		if (person)
			table_put(c->could_stand_in, person->identity, c);
	}
}

/* Rule 9: all whom step 3 could look at, were everyone else away. */
static void find_possible_stand_ins(struct diff_ctx *c)
{
	const struct time_scope scope = {.from = c->plan->at, .to = c->plan->at, .everyone = true};
	struct arena *arena = c->plan->arena;

	c->could_stand_in = table_new(arena);
	note_references(c, &c->list->block->deputies);
	note_references(c, &c->policy->fallback);
	for (size_t i = 0; i < c->list->required_count; i++) {
		const struct person *required = c->list->required[i]->person;
		struct arena *own = arena_new();
		struct candidates looked_at = {0};

		stand_in_find(required, c->list->block, c->policy, c->snapshot, &scope, own,
			&looked_at);
		for (size_t j = 0; j < looked_at.count; j++) {
			if (looked_at.items[j].person)
				table_put(c->could_stand_in, looked_at.items[j].person->identity,
					c);
		}
		if (looked_at.is_cut && !c->cut)
			c->cut = required;
		arena_free(own);
	}
}

/* Whether the removal is explained depends on people whom the search did not reach. */
static void note_cut_search(struct diff_ctx *c, const struct person *person)
{
	findings_add(&c->plan->findings, FINDING_ERROR, c->list->dn,
		_("whether %s was a stand-in is not known, so the removal counts for the limits: the "
		  "search from %s is cut off after %d people; shorten the chain of deputies"),
		person->dn, c->cut->dn, STAND_IN_LOOKS_MAX);
}

static bool could_stand_in(struct diff_ctx *c, const struct person *person)
{
	enum block_kind kind = c->list->block->kind;

	if (!person || kind == BLOCK_INFORM || kind == BLOCK_MAILBOX)
		return false;
	if (!c->could_stand_in)
		find_possible_stand_ins(c);
	if (table_find(c->could_stand_in, person->identity))
		return true;
	if (c->cut)
		note_cut_search(c, person);
	return false;
}

static enum leaving_kind why_leaves(struct diff_ctx *c, const struct removal *removal)
{
	const struct resolved_ref *ref = snapshot_ref_of_dn(c->snapshot, removal->key);

	if (!removal->person)
		return !ref || ref->kind == REF_MISSING ? LEAVES_GONE : LEAVES_NOT_PERSON;
	if (is_replaced(c->list, removal->person, c->plan->at))
		return LEAVES_ABSENT;
	if (list_plan_required(c->list, removal->person))
		return LEAVES_UNREACHABLE;
	if (c->list->block->kind == BLOCK_MAILBOX)
		return LEAVES_NO_TAG;
	return could_stand_in(c, removal->person) ? LEAVES_STAND_IN : LEAVES_UNWANTED;
}

/* Why a removal that the rules ask for is not made, or that it is: REASON_ROLE, which no one stays for. */
static enum reason_kind why_stays(struct diff_ctx *c, const struct removal *removal)
{
	if (c->list->block->membership == MEMBERSHIP_ADDITIVE && !removal->explained)
		return REASON_STRANGER;
	if (c->list->decided == 0)
		return REASON_NOBODY_ELSE;
	if (c->list->protection.level == PROTECTION_ERROR)
		return REASON_PROTECTED;
	if (c->list->protection.level == PROTECTION_WARNING)
		return REASON_GROUP_EMPTY;
	if (c->plan->held)
		return REASON_HELD;
	return REASON_ROLE;
}

static void add_removal(struct diff_ctx *c, const struct removal *removal)
{
	struct list_plan *list = c->list;

	list->removals = arena_grow(c->plan->arena, list->removals, list->removal_count,
		&list->removal_room, sizeof(*list->removals));
	list->removals[list->removal_count++] = *removal;
	if (!removal->explained && list->block->kind != BLOCK_MAILBOX)
		list->unexplained++;
}

/* A value that nothing in steps 1 to 6 puts on the list: it leaves, or it stays and that is said. */
static void judge_leftover(struct diff_ctx *c, const struct member_value *value)
{
	struct removal removal = {
		.dn = value->dn,
		.key = value->key,
		.person = person_of(c->snapshot, value->key),
	};
	enum reason_kind stays;

	removal.kind = why_leaves(c, &removal);
	if (removal.kind == LEAVES_ABSENT)
		removal.stand_in = list_plan_required(c->list, removal.person)->stand_in;
	removal.explained = removal.kind == LEAVES_ABSENT || could_stand_in(c, removal.person);
	stays = why_stays(c, &removal);
	if (stays == REASON_ROLE) {
		add_removal(c, &removal);
		return;
	}
	if (stays == REASON_HELD)
		c->list->held++;
	if (stays == REASON_STRANGER)
		findings_add(&c->plan->findings, FINDING_WARNING, c->list->dn,
			_("%s is on the list, and no rule puts them there; the list is additive, so "
			  "they stay"),
			value->dn);
	plan_member_reason(c->plan,
		list_plan_add(c->plan, c->list, value->dn, value->key, removal.person),
		(struct reason){.kind = stays,
			.what = stays == REASON_PROTECTED || stays == REASON_GROUP_EMPTY
				? c->list->protection.by
				: NULL});
}

static void mark_all_new(struct list_plan *list)
{
	for (size_t i = 0; i < list->member_count; i++)
		list->members[i]->is_new = true;
	list->added = list->member_count;
}

static void compare_with_list(struct diff_ctx *c)
{
	const struct member_values *values = &c->list->list->members;
	size_t decided = c->list->member_count;

	mark_all_new(c->list);
	for (size_t i = 0; i < values->count; i++) {
		struct plan_member *member = member_of(c->list, c->snapshot, &values->items[i]);

		if (!member) {
			judge_leftover(c, &values->items[i]);
		} else if (member->is_new) {
			member->is_new = false;
			c->list->added--;
		}
	}
	for (size_t i = decided; i < c->list->member_count; i++)
		c->list->members[i]->is_new = false;
}

static void compare_with_nothing(struct diff_ctx *c)
{
	if (c->policy->create_lists) {
		mark_all_new(c->list);
		return;
	}
	c->list->list_missing = true;
	findings_add(&c->plan->findings, FINDING_ERROR, c->list->dn,
		_("the list is not there, or may not be read; make it, or set lists.create: true"));
}

/* What to add or remove cannot be told. */
static void leave_alone(struct diff_ctx *c)
{
	c->list->list_missing = true;
	findings_add(&c->plan->findings, FINDING_ERROR, c->list->dn,
		_("the list's members may not be read, so nothing is changed; give the account the "
		  "right to read them"));
}

/* Rule 11: the group gives rights that are not ours to give. */
static void leave_banned(struct diff_ctx *c)
{
	struct strbuf why = STRBUF_INIT;

	list_add_ban(&why, c->list->list);
	c->list->list_missing = true;
	findings_add(&c->plan->findings, FINDING_ERROR, c->list->dn, "%s", why.text);
	strbuf_release(&why);
}

/* Who leaves the mailbox's list leaves it for the reason of another list, if there is one. */
static void explain_mailbox_removal(struct plan *plan, struct removal *removal)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		for (size_t j = 0; j < list->removal_count; j++) {
			const struct removal *other = &list->removals[j];

			if (list->block->kind == BLOCK_MAILBOX ||
				list->block->kind == BLOCK_INFORM ||
				strcmp(other->key, removal->key) != 0)
				continue;
			removal->kind = other->kind;
			removal->stand_in = other->stand_in;
			removal->explained = other->explained;
			return;
		}
	}
}

static void explain_mailbox(struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		struct list_plan *list = &plan->lists[i];

		if (list->block->kind != BLOCK_MAILBOX)
			continue;
		for (size_t j = 0; j < list->removal_count; j++)
			explain_mailbox_removal(plan, &list->removals[j]);
	}
}

static void count_list(struct plan *plan, const struct list_plan *list)
{
	plan->added += list->added;
	plan->removed += list->removal_count;
	if (!list->list_missing)
		plan->kept += list->member_count - list->added;
	plan->held_count += list->held;
}

void diff_lists(struct plan *plan, const struct policy *policy, const struct snapshot *snapshot)
{
	plan->held = snapshot_held(snapshot);
	for (size_t i = 0; i < plan->list_count; i++) {
		struct diff_ctx c = {
			.plan = plan,
			.list = &plan->lists[i],
			.policy = policy,
			.snapshot = snapshot,
		};

		if (c.list->list->ban)
			leave_banned(&c);
		else if (c.list->list->members_hidden)
			leave_alone(&c);
		else if (c.list->list->exists)
			compare_with_list(&c);
		else
			compare_with_nothing(&c);
		list_plan_sort(c.list);
		count_list(plan, c.list);
	}
	explain_mailbox(plan);
}

/* Whether a value that the rules do not ask for needs a look at everyone to be understood. */
static bool needs_look_at_groups(const struct list_plan *list, const struct snapshot *snapshot,
	const struct member_value *value, moment at)
{
	enum block_kind kind = list->block->kind;

	if (member_of(list, snapshot, value))
		return false;
	if (kind == BLOCK_INFORM || kind == BLOCK_MAILBOX)
		return !snapshot_ref_of_dn(snapshot, value->key);
	return !is_replaced(list, person_of(snapshot, value->key), at);
}

bool diff_needs_everyone(const struct plan *plan, const struct snapshot *snapshot)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];
		const struct member_values *values = &list->list->members;

		for (size_t j = 0; j < values->count; j++) {
			if (needs_look_at_groups(list, snapshot, &values->items[j], plan->at))
				return true;
		}
	}
	return false;
}
