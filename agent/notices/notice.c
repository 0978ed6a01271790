#include "notices/notice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "model/reference.h"
#include "notices/history.h"

/* One who is on a list then, by name. */
struct named_other {
	const char *name;
	const struct person *person;
};

struct notices_ctx {
	const struct notice_source *source;
	struct arena *arena;
	struct notices *found;
	struct table *by_identity; /* index + 1 of each in found->items */

	/* Of the list that is looked at; NULL: nobody needed it yet. */
	struct named_other *others; /* sorted by name */
	size_t other_count;
	const struct list_plan *critical; /* of its route; `has_critical`: it was looked for */
	bool has_critical;
	struct table *on_critical; /* who is on that, by identity */
	const char **relieved;     /* names of stand-ins who leave */
	size_t relieved_count;
};

bool notice_is_ahead(const struct notice *notice)
{
	return notice->count > 0 && notice->parts[0].change >= NOTICE_WILL_STAND_IN;
}

static bool is_notified(const struct list_plan *list)
{
	return list->block->kind == BLOCK_ORDINARY || list->block->kind == BLOCK_CRITICAL;
}

static const struct list_outcome *outcome_of(const struct plan *plan,
	const struct list_outcome *outcomes, const struct list_plan *list)
{
	return outcomes ? &outcomes[list - plan->lists] : NULL;
}

/* Whether a change is one that the scope is about. */
static bool is_in_scope(const struct notices_ctx *f, const struct list_plan *list, const char *key,
	bool is_removal)
{
	const struct list_outcome *outcome = outcome_of(f->source->plan, f->source->outcomes, list);

	switch (f->source->scope) {
	case NOTICE_PLANNED:
		return true;
	case NOTICE_DONE:
		return !outcome_failed(outcome, key, is_removal) &&
			!outcome_was_already_done(outcome, key, is_removal);
	case NOTICE_OUTCOME_UNKNOWN:
		return outcome->outcome_unknown && outcome_failed(outcome, key, is_removal);
	}
	return false;
}

/* One who is named under `keep` is not there to answer. */
static bool is_kept(const struct list_plan *list, const struct plan_member *member)
{
	const struct references *keep = &list->block->keep;

	for (size_t i = 0; i < keep->count; i++) {
		if (reference_is_dn(&keep->items[i]) &&
			strcmp(reference_dn_key(&keep->items[i]), member->key) == 0)
			return true;
	}
	return false;
}

static const struct reason *reason_of(const struct plan_member *member, enum reason_kind kind)
{
	for (size_t i = 0; i < member->reason_count; i++) {
		if (member->reasons[i].kind == kind)
			return &member->reasons[i];
	}
	return NULL;
}

/* False: for none that is told of. */
static bool find_way(const struct notices_ctx *f, const struct list_plan *list,
	const struct plan_member *member, struct notice_part *part)
{
	static const enum reason_kind own[] = {
		REASON_ROLE, REASON_GROUP, REASON_NAMED, REASON_STAYS_BESIDE, REASON_NO_STAND_IN};
	const struct reason *taken_back = reason_of(member, REASON_TAKEN_BACK);

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		if (reason_of(member, own[i])) {
			part->way = NOTICE_OWN;
			return true;
		}
	}
	part->way = NOTICE_STANDS_IN;
	if (reason_of(member, REASON_STAND_IN))
		return true;
	part->way = NOTICE_FILLS_UP;
	if (reason_of(member, REASON_FILLS_UP) || reason_of(member, REASON_FALLBACK))
		return true;
	part->way = NOTICE_TOLD;
	if (taken_back)
		part->why = arena_format(f->arena, _("run %s, which removed it, is taken back"),
			taken_back->what);
	return taken_back && !is_kept(list, member);
}

/* What all reasons of a kind name; several ways through one group, which stand beside each other, name it once. */
static struct strings reasons_of(const struct notices_ctx *f, const struct plan_member *member,
	enum reason_kind kind)
{
	struct strings names = {
		.items = arena_get(f->arena, member->reason_count * sizeof(*names.items))};

	for (size_t i = 0; i < member->reason_count; i++) {
		const char *what = member->reasons[i].what;

		if (member->reasons[i].kind == kind &&
			(names.count == 0 || strcmp(names.items[names.count - 1], what) != 0))
			names.items[names.count++] = what;
	}
	return names;
}

static void find_behalf(const struct notices_ctx *f, const struct plan_member *member,
	struct notice_part *part)
{
	part->behalf = arena_get(f->arena, member->standing_in_count * sizeof(*part->behalf));
	for (size_t i = 0; i < member->standing_in_count; i++) {
		const struct person *whom = member->standing_in_for[i];
		struct behalf *behalf = &part->behalf[part->behalf_count++];

		behalf->name = person_called(whom);
		if (!person_is_absent(whom, f->source->plan->at, &behalf->until))
			behalf->until = MOMENT_EARLIEST;
	}
}

static int by_name(const void *left, const void *right)
{
	const struct named_other *a = left, *b = right;

	return text_compare(&a->name, &b->name);
}

/* People who are on the list then, by name; what failed is not. Sorted once for all who join it. */
static void sort_others(struct notices_ctx *f, const struct list_plan *list)
{
	f->others = arena_get(f->arena, (list->member_count + 1) * sizeof(*f->others));
	f->other_count = 0;
	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		if (!member->person || is_kept(list, member))
			continue;
		if (member->is_new && f->source->outcomes &&
			outcome_failed(outcome_of(f->source->plan, f->source->outcomes, list),
				member->key, false))
			continue;
		f->others[f->other_count++] =
			(struct named_other){person_called(member->person), member->person};
	}
	if (f->other_count > 1)
		qsort(f->others, f->other_count, sizeof(*f->others), by_name);
}

/* Whether the person, who is on the list, is among them: not kept, and not failed. */
static bool is_among_others(const struct notices_ctx *f, const struct person *person)
{
	const struct named_other key = {person_called(person), person};
	const struct named_other *found =
		bsearch(&key, f->others, f->other_count, sizeof(key), by_name);

	if (!found)
		return false;
	while (found > f->others && by_name(found - 1, &key) == 0)
		found--;
	for (; found < f->others + f->other_count && by_name(found, &key) == 0; found++) {
		if (found->person == person)
			return true;
	}
	return false;
}

static void find_others(struct notices_ctx *f, const struct list_plan *list,
	const struct person *person, struct notice_part *part)
{
	const char **names = arena_get(f->arena, NOTICE_OTHERS_MAX * sizeof(*names));
	size_t count = 0;

	if (!f->others)
		sort_others(f, list);
	for (size_t i = 0; i < f->other_count && count < NOTICE_OTHERS_MAX; i++) {
		if (f->others[i].person != person)
			names[count++] = f->others[i].name;
	}
	part->others = (struct strings){names, count};
	part->more_others = f->other_count - count - (is_among_others(f, person) ? 1 : 0);
}

/* The list of a route's critical block in the plan; NULL: none. */
static const struct list_plan *critical_list(const struct plan *plan, const struct block *block)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		if (plan->lists[i].block == block)
			return &plan->lists[i];
	}
	return NULL;
}

/* Whether the person is on the critical list of the route. */
static bool is_on_critical(struct notices_ctx *f, const struct route *route,
	const struct person *person)
{
	if (!f->has_critical) {
		f->critical = critical_list(f->source->plan, route->critical);
		f->on_critical = table_new(f->arena);
		for (size_t i = 0; f->critical && i < f->critical->member_count; i++) {
			const struct person *on = f->critical->members[i]->person;

			if (on)
				table_put(f->on_critical, person_identity(on), (void *)on);
		}
		f->has_critical = true;
	}
	return table_find(f->on_critical, person_identity(person)) == person;
}

static bool gets_critical(struct notices_ctx *f, const struct list_plan *list,
	const struct person *person)
{
	const struct route *route = mapping_route(f->source->mapping, list->block->tag);

	return list->block->kind == BLOCK_CRITICAL || !route || !route->critical ||
		is_on_critical(f, route, person);
}

/* Whether an absence of theirs is over. */
static bool was_away(const struct person *person, moment at)
{
	for (size_t i = 0; i < person->absence_count; i++) {
		if (person->absences[i].end <= at)
			return true;
	}
	return false;
}

/* Where nobody noted who covered: the stand-ins who leave as the person comes; the same for all who come. */
static struct strings relieved_by(struct notices_ctx *f, const struct list_plan *list,
	const struct person *person)
{
	if (!was_away(person, f->source->plan->at))
		return (struct strings){0};
	if (!f->relieved) {
		f->relieved = arena_get(f->arena, (list->removal_count + 1) * sizeof(*f->relieved));
		for (size_t i = 0; i < list->removal_count; i++) {
			const struct removal *removal = &list->removals[i];

			if (removal->kind == LEAVES_STAND_IN && removal->person)
				f->relieved[f->relieved_count++] = person_called(removal->person);
		}
	}
	return (struct strings){f->relieved, f->relieved_count};
}

static void find_covered(struct notices_ctx *f, const struct list_plan *list,
	const struct person *person, struct notice_part *part)
{
	if (part->way != NOTICE_OWN || person_is_absent(person, f->source->plan->at, NULL))
		return;
	part->covered =
		notice_history_covers(f->source->history, part->list_key, person_identity(person));
	if (part->covered.count == 0)
		part->covered = relieved_by(f, list, person);
	if (part->covered.count > 0)
		part->change = NOTICE_RETURNS;
}

/* The person's notice, made if there is none. */
static struct notice *notice_of(struct notices_ctx *f, const struct person *person)
{
	const char *identity = person_identity(person);
	struct notices *found = f->found;
	size_t *index = table_find(f->by_identity, identity);

	if (index)
		return &found->items[*index];
	found->items = arena_grow(f->arena, found->items, found->count, &found->room,
		sizeof(*found->items));
	index = arena_get(f->arena, sizeof(*index));
	*index = found->count++;
	table_put(f->by_identity, identity, index);
	found->items[*index] = (struct notice){
		.identity = identity,
		.name = person->name,
		.mail = person->mail,
		.next = MOMENT_EARLIEST,
	};
	return &found->items[*index];
}

static void add_part(struct notices_ctx *f, const struct person *person,
	const struct notice_part *part)
{
	struct notice *notice = notice_of(f, person);

	notice->parts = arena_grow(f->arena, notice->parts, notice->count, &notice->room,
		sizeof(*notice->parts));
	notice->parts[notice->count++] = *part;
}

static struct notice_part part_of(const struct list_plan *list, const char *member_key)
{
	return (struct notice_part){
		.tag = list->block->tag,
		.tags = list->block->tags,
		.kind = list->block->kind,
		.list_key = list->block->list_key,
		.member_key = member_key,
	};
}

/* Who joins; or who stays, and was never told, where such are asked for. */
static bool is_news(const struct notices_ctx *f, const struct list_plan *list,
	const struct plan_member *member)
{
	if (member->is_new)
		return is_in_scope(f, list, member->key, false);
	return f->source->tell_all && f->source->scope != NOTICE_OUTCOME_UNKNOWN &&
		member->by_rule &&
		notice_history_when(f->source->history, list->block->list_key,
			person_identity(member->person)) == MOMENT_EARLIEST;
}

static void find_joining(struct notices_ctx *f, const struct list_plan *list,
	const struct plan_member *member)
{
	struct notice_part part = part_of(list, member->key);

	if (!member->person || !member->person->mail || !find_way(f, list, member, &part) ||
		!is_news(f, list, member))
		return;
	part.change = member->is_new ? NOTICE_JOINS : NOTICE_STAYS;
	part.roles = reasons_of(f, member, REASON_ROLE);
	part.groups = reasons_of(f, member, REASON_GROUP);
	find_behalf(f, member, &part);
	find_others(f, list, member->person, &part);
	part.gets_critical = gets_critical(f, list, member->person);
	if (member->is_new)
		find_covered(f, list, member->person, &part);
	add_part(f, member->person, &part);
}

/* Who got a notice before and can read that it is over; also where a run is taken back. */
static bool is_relieved(const struct notices_ctx *f, const struct removal *removal)
{
	moment at = f->source->plan->at;

	return removal->person && person_is_reachable(removal->person, at) &&
		!person_is_absent(removal->person, at, NULL) &&
		(removal->kind == LEAVES_STAND_IN || removal->kind == LEAVES_TAKEN_BACK);
}

static void find_leaving(struct notices_ctx *f, const struct list_plan *list,
	const struct removal *removal)
{
	struct notice_part part = part_of(list, removal->key);

	if (!is_relieved(f, removal) || !is_in_scope(f, list, removal->key, true) ||
		notice_history_when(f->source->history, part.list_key,
			person_identity(removal->person)) == MOMENT_EARLIEST)
		return;
	part.change = NOTICE_RELIEVED;
	part.way = removal->kind == LEAVES_STAND_IN ? NOTICE_STANDS_IN : NOTICE_TOLD;
	add_part(f, removal->person, &part);
}

static int by_identity(const void *left, const void *right)
{
	const struct notice *a = left, *b = right;

	return strcmp(a->identity, b->identity);
}

void notices_find(const struct notice_source *source, struct arena *arena, struct notices *found)
{
	struct notices_ctx f = {
		.source = source,
		.arena = arena,
		.found = found,
		.by_identity = table_new(arena),
	};

	assert(source->outcomes || source->scope == NOTICE_PLANNED);
	*found = (struct notices){0};
	for (size_t i = 0; i < source->plan->list_count; i++) {
		const struct list_plan *list = &source->plan->lists[i];

		if (!is_notified(list) || list->list_missing)
			continue;
		f.others = NULL;
		f.has_critical = false;
		f.relieved = NULL;
		f.relieved_count = 0;
		for (size_t j = 0; j < list->member_count; j++)
			find_joining(&f, list, list->members[j]);
		for (size_t j = 0; j < list->removal_count; j++)
			find_leaving(&f, list, &list->removals[j]);
	}
	if (found->count > 1)
		qsort(found->items, found->count, sizeof(*found->items), by_identity);
}

/* Somebody covers as long as it is so, whether that changed a list or not. `duties` gets what was announced and is done. */
static void remember_covers(const struct list_plan *list, const struct list_outcome *outcome,
	moment at, struct notice_history *history, struct table **duties)
{
	for (size_t i = 0; i < list->required_count; i++) {
		const struct required *required = list->required[i];
		const char *identity = person_identity(required->person);

		if (outcome && outcome_failed(outcome, required->person->key, false))
			continue;
		if (required->available)
			notice_history_cover(history, list->block->list_key, identity, NULL, at);
		else if (required->stand_in)
			notice_history_cover(history, list->block->list_key, identity,
				required->stand_in->name, at);
		if (!required->stand_in)
			continue;
		if (!*duties)
			*duties = table_new(history->arena);
		table_put(*duties,
			promise_duty(history->arena, list->block->list_key, identity,
				person_identity(required->stand_in)),
			history);
	}
}

static void remember_leaving(const struct list_plan *list, const struct list_outcome *outcome,
	struct notice_history *history)
{
	for (size_t i = 0; outcome && i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];

		if (!outcome_failed(outcome, removal->key, true))
			notice_history_forget(history, list->block->list_key, removal->key,
				removal->person ? person_identity(removal->person) : NULL);
	}
}

void notices_remember(const struct plan *plan, const struct list_outcome *outcomes,
	struct notice_history *history)
{
	struct table *duties = NULL;

	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if (!is_notified(list) || list->list_missing)
			continue;
		remember_leaving(list, outcome_of(plan, outcomes, list), history);
		remember_covers(list, outcome_of(plan, outcomes, list), plan->at, history, &duties);
	}
	if (duties)
		promises_fulfil(notice_history_promises(history), duties, history->arena, plan->at);
}

bool notice_has_same_behalf(const struct notice_part *a, const struct notice_part *b)
{
	if (a->behalf_count != b->behalf_count)
		return false;
	for (size_t i = 0; i < a->behalf_count; i++) {
		if (strcmp(a->behalf[i].name, b->behalf[i].name) != 0)
			return false;
	}
	return true;
}
