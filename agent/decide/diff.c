#include "decide/diff.h"

#include <stdint.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/added_members.h"
#include "decide/kept_absences.h"
#include "decide/stand_in.h"
#include "decide/stand_ins.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/snapshot.h"

/* What lists share. */
struct diff_lists_ctx {
	struct arena *arena;         /* owned */
	struct stand_ins *stand_ins; /* owned: with everyone away; NULL until somebody asks */
	uint32_t *
		could_stand_in; /* by person.number: the last list on which they could; NULL until then */
	uint32_t *named;        /* the same, of those whom the route or the fallback names */
	uint32_t list;          /* the number of the list at hand: 1, 2, ... */
	struct table *
		reasons; /* of who stays on other lists than the mailbox's, by key; NULL until then */
};

/* One list, held up against itself. */
struct diff_ctx {
	struct diff_lists_ctx *all;
	struct plan *plan;
	struct list_plan *list;
	const struct policy *policy;
	const struct snapshot *snapshot;
	const struct added_members *added; /* NULL: nothing is known */
	bool knows_possible, knows_named;  /* all->could_stand_in and all->named are of this list */
	const struct person
		*cut; /* whose search was cut off, so could_stand_in lacks people; NULL: none */
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

/* For each person of the snapshot the number of a list; at first none. */
static uint32_t *new_numbers(const struct diff_ctx *c)
{
	return arena_get(c->all->arena, snapshot_person_count(c->snapshot) * sizeof(uint32_t));
}

static void add_possible_stand_in(void *ctx, const struct candidate *candidate)
{
	struct diff_lists_ctx *all = ctx;

	if (candidate->person)
		all->could_stand_in[candidate->person->number] = all->list;
}

/*
 * Rule 9: all whom step 3 could look at, were everyone else away. One walk over the searches for all who are required
 * looks at each person once; a search that is cut off looks at those whom it would look at alone.
 */
static void find_possible_stand_ins(struct diff_ctx *c)
{
	const struct time_scope scope = {.from = c->plan->at, .to = c->plan->at, .everyone = true};
	struct diff_lists_ctx *all = c->all;

	c->knows_possible = true;
	if (!all->stand_ins) {
		all->stand_ins = stand_ins_new(c->snapshot, c->policy, &scope);
		all->could_stand_in = new_numbers(c);
	}
	stand_ins_walk_begin(all->stand_ins);
	for (size_t i = 0; i < c->list->required_count; i++) {
		const struct person *required = c->list->required[i]->person;

		if (!c->cut && stand_ins_find(all->stand_ins, required, c->list->block).is_cut)
			c->cut = required;
		stand_ins_walk(all->stand_ins, required, c->list->block, add_possible_stand_in,
			all);
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

/* Whether a list knows of absences: the others have no stand-ins, and none of their changes is explained. */
static bool knows_absence(const struct list_plan *list)
{
	return list->block->kind == BLOCK_ORDINARY || list->block->kind == BLOCK_CRITICAL;
}

static void add_named(struct diff_ctx *c, const struct references *references)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct person *named =
			snapshot_person(c->snapshot, &references->items[i], c->plan->at);

		if (named)
			c->all->named[named->number] = c->all->list;
	}
}

/* A deputy of the route, or the fallback: those of the municipality's own files. */
static bool is_named_stand_in(struct diff_ctx *c, const struct person *person)
{
	if (!c->all->named)
		c->all->named = new_numbers(c);
	if (!c->knows_named) {
		add_named(c, &c->list->block->deputies);
		add_named(c, &c->policy->fallback);
	}
	c->knows_named = true;
	return c->all->named[person->number] == c->all->list;
}

static bool could_stand_in(struct diff_ctx *c, const struct person *person)
{
	if (!c->knows_possible)
		find_possible_stand_ins(c);
	if (c->all->could_stand_in[person->number] == c->all->list)
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
	if (knows_absence(c->list) &&
		(is_named_stand_in(c, removal->person) || could_stand_in(c, removal->person)))
		return LEAVES_STAND_IN;
	return removal->person->is_mailbox ? LEAVES_MAILBOX : LEAVES_UNWANTED;
}

/* Whom postvagt put on the list, by its reports; NULL: somebody else did, or nobody knows. */
static const struct added_member *find_added(const struct diff_ctx *c,
	const struct removal *removal)
{
	return added_members_find(c->added, c->list->list, removal->key, removal->person);
}

/* Rule 1: whether somebody leaves even a protected list. */
static bool leaves_protected(const struct diff_ctx *c, const struct removal *removal)
{
	const struct added_member *added;

	if (removal->kind == LEAVES_ABSENT)
		return true;
	added = find_added(c, removal);
	return added && added->stand_in;
}

/* Rule 6: whether a list is additive, and neither its rules nor postvagt put somebody on it. */
static bool is_stranger(const struct diff_ctx *c, const struct removal *removal)
{
	return c->list->block->membership == MEMBERSHIP_ADDITIVE &&
		removal->kind != LEAVES_ABSENT && removal->kind != LEAVES_UNREACHABLE &&
		!find_added(c, removal);
}

/* Note who stays on a list though its rules do not ask for them. */
static void add_staying(struct diff_lists_ctx *all, const struct list_plan *list)
{
	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		if (member->reason_count == 0 || table_find(all->reasons, member->key))
			continue;
		switch (member->reasons[0].kind) {
		case REASON_NOBODY_ELSE:
		case REASON_PROTECTED:
		case REASON_GROUP_EMPTY:
		case REASON_HELD:
			table_put(all->reasons, member->key, &member->reasons[0]);
			break;
		default:
			break;
		}
	}
}

/* The reason for which one who leaves the mailbox's list stays on another, or NULL (section 4, at its end). */
static const struct reason *find_staying_elsewhere(const struct diff_ctx *c, const char *key)
{
	struct diff_lists_ctx *all = c->all;

	if (!all->reasons) {
		all->reasons = table_new(all->arena);
		for (size_t i = 0; i < c->plan->list_count; i++) {
			if (knows_absence(&c->plan->lists[i]))
				add_staying(all, &c->plan->lists[i]);
		}
	}
	return table_find(all->reasons, key);
}

/* Why a removal that the rules ask for is not made; or that it is: REASON_ROLE, for which nobody stays. */
static struct reason why_stays(const struct diff_ctx *c, const struct removal *removal)
{
	const struct protection *protection = &c->list->protection;
	const struct reason *elsewhere;

	if (c->list->decided == 0)
		return (struct reason){.kind = REASON_NOBODY_ELSE};
	if (protection->level != PROTECTION_NONE && !leaves_protected(c, removal))
		return (struct reason){.kind = protection->level == PROTECTION_ERROR
				? REASON_PROTECTED
				: REASON_GROUP_EMPTY,
			.what = protection->by};
	if (is_stranger(c, removal))
		return (struct reason){.kind = REASON_STRANGER};
	if (c->plan->held)
		return (struct reason){.kind = REASON_HELD};
	if (c->list->block->kind == BLOCK_MAILBOX &&
		(elsewhere = find_staying_elsewhere(c, removal->key)))
		return *elsewhere;
	return (struct reason){.kind = REASON_ROLE};
}

static void add_removal(struct diff_ctx *c, const struct removal *removal)
{
	struct list_plan *list = c->list;

	list->removals = arena_grow(c->plan->arena, list->removals, list->removal_count,
		&list->removal_room, sizeof(*list->removals));
	list->removals[list->removal_count++] = *removal;
}

/* A value that nothing in steps 1 to 6 puts on the list: it leaves, or it stays, with a finding or a reason. */
static void judge_leftover(struct diff_ctx *c, const struct member_value *value)
{
	struct removal removal = {
		.dn = value->dn,
		.key = value->key,
		.person = person_of(c->snapshot, value->key),
	};
	struct reason stays;

	removal.kind = why_leaves(c, &removal);
	if (removal.kind == LEAVES_ABSENT)
		removal.stand_in = list_plan_required(c->list, removal.person)->stand_in;
	stays = why_stays(c, &removal);
	if (stays.kind == REASON_ROLE) {
		add_removal(c, &removal);
		return;
	}
	if (stays.kind == REASON_HELD)
		c->list->held++;
	if (stays.kind == REASON_STRANGER ||
		(stays.kind == REASON_NOBODY_ELSE && is_stranger(c, &removal)))
		findings_add_of(&c->plan->findings, FINDING_WARNING, c->list->dn, value->dn,
			arena_format(c->plan->arena, "stranger %s", c->list->dn),
			_("%s is on the list, and no rule puts them there; the list is additive, so "
			  "they stay"),
			value->dn);
	plan_member_reason(c->plan,
		list_plan_add(c->plan, c->list, value->dn, value->key, removal.person), stays);
}

/* Whether a person was absent within 31 days, or is, by what is read now or by what is kept (rule 9). */
static bool was_absent(const struct diff_ctx *c, const struct person *person)
{
	const struct calendar *calendar = &person->calendar;
	moment now = c->plan->at;

	if (person_is_absent(person, now, NULL))
		return true;
	for (size_t i = 0; i < calendar->away_count; i++) {
		if (calendar->away[i].start <= now &&
			calendar->away[i].end > now - KEPT_ABSENCES_TIME)
			return true;
	}
	return kept_absences_was_absent(snapshot_kept(c->snapshot), person_identity(person), now);
}

/* How many of those who could stand in may leave a list for no other reason (rule 9). */
static size_t most_stand_ins(const struct diff_ctx *c)
{
	size_t most = (size_t)c->list->block->at_least;

	for (size_t i = 0; i < c->list->required_count; i++)
		most += was_absent(c, c->list->required[i]->person);
	return most;
}

/* Also one who is required, and whom others name. */
static bool may_have_stood_in(struct diff_ctx *c, const struct removal *removal)
{
	return removal->kind == LEAVES_STAND_IN ||
		(removal->person && removal->kind == LEAVES_UNREACHABLE &&
			could_stand_in(c, removal->person));
}

/*
 * Say which removals are explained, in the order of their DNs. Anybody may name deputies, as many as they like: of those
 * who are no more than that, only so many are explained as people can have needed them.
 */
static void explain_removals(struct diff_ctx *c)
{
	struct list_plan *list = c->list;
	size_t stand_ins = 0, most = 0;

	for (size_t i = 0; i < list->removal_count && knows_absence(list); i++) {
		struct removal *removal = &list->removals[i];

		removal->explained = removal->kind == LEAVES_ABSENT ||
			(removal->person && is_named_stand_in(c, removal->person));
		if (removal->explained || !may_have_stood_in(c, removal))
			continue;
		if (stand_ins == 0)
			most = most_stand_ins(c);
		removal->explained = stand_ins++ < most;
	}
	for (size_t i = 0; i < list->removal_count && list->block->kind != BLOCK_MAILBOX; i++)
		list->unexplained[CHANGE_REMOVES] += !list->removals[i].explained;
}

/* A stand-in, one who fills up, or one who was absent a short while ago (rule 9). */
static bool joins_for_absence(const struct diff_ctx *c, const struct plan_member *member)
{
	if (!knows_absence(c->list) || !member->person)
		return false;
	return list_plan_required(c->list, member->person) ? was_absent(c, member->person)
							   : member->by_rule;
}

/* Say which additions are explained. */
static void explain_additions(struct diff_ctx *c)
{
	struct list_plan *list = c->list;

	for (size_t i = 0; i < list->member_count && list->block->kind != BLOCK_MAILBOX; i++) {
		struct plan_member *member = list->members[i];

		if (!member->is_new)
			continue;
		member->explained = joins_for_absence(c, member);
		list->unexplained[CHANGE_ADDS] += !member->explained;
	}
}

/* Nobody is found in some group, and people stay for that. */
static void note_empty_groups(struct diff_ctx *c, size_t stay)
{
	const struct protection *protection = &c->list->protection;

	for (size_t i = 0; i < protection->empty_group_count && stay > 0; i++)
		findings_add_of(&c->plan->findings, FINDING_IMPORTANT, c->list->dn,
			protection->empty_groups[i], NULL,
			_("no member is found in the group %s, so nobody is removed from the list, and %zu "
			  "who would leave stay; add its members, correct the DN, or take the group out "
			  "of the route"),
			protection->empty_groups[i], stay);
}

static size_t count_staying_for(const struct list_plan *list, enum reason_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < list->member_count; i++)
		count += list->members[i]->reasons[0].kind == kind;
	return count;
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
		struct plan_member *member = member_of(c->list, c->snapshot, values->items[i]);

		if (!member) {
			judge_leftover(c, values->items[i]);
		} else if (member->is_new) {
			member->is_new = false;
			c->list->added--;
		}
	}
	for (size_t i = decided; i < c->list->member_count; i++)
		c->list->members[i]->is_new = false;
	if (c->list->block->kind != BLOCK_MAILBOX)
		note_empty_groups(c, count_staying_for(c->list, REASON_GROUP_EMPTY));
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

/* Who leaves the mailbox's list leaves it for the reason of another list, if there is one: of the first. */
static void explain_mailbox(struct diff_lists_ctx *all, const struct plan *plan,
	struct list_plan *mailbox)
{
	struct table *others = table_new(all->arena);

	for (size_t i = 0; i < plan->list_count && mailbox->removal_count > 0; i++) {
		const struct list_plan *list = &plan->lists[i];

		for (size_t j = 0; j < list->removal_count && knows_absence(list); j++) {
			if (!table_find(others, list->removals[j].key))
				table_put(others, list->removals[j].key, &list->removals[j]);
		}
	}
	for (size_t i = 0; i < mailbox->removal_count; i++) {
		struct removal *removal = &mailbox->removals[i];
		const struct removal *other = table_find(others, removal->key);

		if (!other)
			continue;
		removal->kind = other->kind;
		removal->stand_in = other->stand_in;
		removal->explained = other->explained;
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

static void diff_list(struct diff_lists_ctx *all, struct plan *plan, struct list_plan *list,
	const struct policy *policy, const struct snapshot *snapshot,
	const struct added_members *added)
{
	struct diff_ctx c = {.all = all,
		.plan = plan,
		.list = list,
		.policy = policy,
		.snapshot = snapshot,
		.added = added};

	all->list++;
	if (list->list->ban)
		leave_banned(&c);
	else if (list->list->members_hidden)
		leave_alone(&c);
	else if (list->list->exists)
		compare_with_list(&c);
	else
		compare_with_nothing(&c);
	list_plan_sort(list);
	explain_removals(&c);
	explain_additions(&c);
	count_list(plan, list);
}

/* The mailbox's list comes last: who stays on another stays on it. */
void diff_lists(struct plan *plan, const struct policy *policy, const struct snapshot *snapshot,
	const struct added_members *added)
{
	struct diff_lists_ctx all = {.arena = arena_new()};
	struct list_plan *mailbox = NULL;

	plan->held = snapshot_held(snapshot);
	for (size_t i = 0; i < plan->list_count; i++) {
		if (plan->lists[i].block->kind == BLOCK_MAILBOX)
			mailbox = &plan->lists[i];
		else
			diff_list(&all, plan, &plan->lists[i], policy, snapshot, added);
	}
	if (mailbox) {
		diff_list(&all, plan, mailbox, policy, snapshot, added);
		explain_mailbox(&all, plan, mailbox);
	}
	stand_ins_free(all.stand_ins);
	arena_free(all.arena);
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
			if (needs_look_at_groups(list, snapshot, values->items[j], plan->at))
				return true;
		}
	}
	return false;
}
