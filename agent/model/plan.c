#include "model/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"

struct plan *plan_new(moment at)
{
	struct arena *arena = arena_new();
	struct plan *plan = arena_get(arena, sizeof(*plan));

	plan->arena = arena;
	plan->at = at;
	findings_init(&plan->findings, arena);
	findings_init(&plan->moved, arena);
	return plan;
}

void plan_free(struct plan *plan)
{
	if (plan)
		arena_free(plan->arena);
}

bool list_plan_has_changes(const struct list_plan *list)
{
	return list->added > 0 || list->removal_count > 0;
}

bool plan_has_changes(const struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		if (list_plan_has_changes(&plan->lists[i]))
			return true;
	}
	return false;
}

bool plan_is_held_back(const struct plan *plan)
{
	return plan->held || plan->changed_back > 0 || plan->kept_absences > 0;
}

struct plan_member *list_plan_member(const struct list_plan *list, const char *key)
{
	return table_find(list->by_key, key);
}

const struct required *list_plan_required(const struct list_plan *list, const struct person *person)
{
	size_t low = 0, high = list->required_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(list->required[middle]->person->dn, person->dn);

		if (order == 0)
			return list->required[middle]->person == person ? list->required[middle]
									: NULL;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct plan_member *list_plan_add(struct plan *plan, struct list_plan *list, const char *dn,
	const char *key, const struct person *person)
{
	struct plan_member *member = list_plan_member(list, key);

	if (member)
		return member;
	member = arena_get(plan->arena, sizeof(*member));
	member->dn = dn;
	member->key = key;
	member->person = person;
	list->members = arena_grow(plan->arena, list->members, list->member_count,
		&list->member_room, sizeof(struct plan_member *));
	list->members[list->member_count++] = member;
	table_put(list->by_key, key, member);
	return member;
}

bool reason_is_same(const struct reason *a, const struct reason *b)
{
	const char *through_a = a->through ? a->through->dn : "";
	const char *through_b = b->through ? b->through->dn : "";
	const char *feed_a = a->feed ? a->feed : "", *feed_b = b->feed ? b->feed : "";

	return reason_is_alike(a, b) && strcmp(through_a, through_b) == 0 &&
		strcmp(feed_a, feed_b) == 0;
}

bool reason_is_alike(const struct reason *a, const struct reason *b)
{
	if (a->kind != b->kind || a->whom != b->whom || !a->what != !b->what)
		return false;
	return !a->what || strcmp(a->what, b->what) == 0;
}

void plan_member_reason(struct plan *plan, struct plan_member *member, struct reason reason)
{
	for (size_t i = 0; i < member->reason_count; i++) {
		if (reason_is_same(&member->reasons[i], &reason))
			return;
	}
	member->reasons = arena_grow(plan->arena, member->reasons, member->reason_count,
		&member->reason_room, sizeof(*member->reasons));
	member->reasons[member->reason_count++] = reason;
}

void plan_member_stands_in(struct plan *plan, struct plan_member *member, const struct person *whom)
{
	for (size_t i = 0; i < member->standing_in_count; i++) {
		if (member->standing_in_for[i] == whom)
			return;
	}
	member->standing_in_for =
		arena_grow(plan->arena, member->standing_in_for, member->standing_in_count,
			&member->standing_in_room, sizeof(const struct person *));
	member->standing_in_for[member->standing_in_count++] = whom;
}

void list_plan_gap(struct plan *plan, struct list_plan *list, struct gap gap)
{
	list->gaps = arena_grow(plan->arena, list->gaps, list->gap_count, &list->gap_room,
		sizeof(*list->gaps));
	list->gaps[list->gap_count++] = gap;
}

void protection_add(struct protection *protection, struct arena *arena, enum protection_level level,
	const char *by)
{
	if (level > protection->level) {
		protection->level = level;
		protection->by = by;
	}
	if (level != PROTECTION_WARNING)
		return;
	protection->empty_groups =
		arena_grow(arena, protection->empty_groups, protection->empty_group_count,
			&protection->empty_group_room, sizeof(*protection->empty_groups));
	protection->empty_groups[protection->empty_group_count++] = by;
}

static int members_by_dn(const void *left, const void *right)
{
	const struct plan_member *const *a = left, *const *b = right;

	return strcmp((*a)->dn, (*b)->dn);
}

static int removals_by_dn(const void *left, const void *right)
{
	const struct removal *a = left, *b = right;

	return strcmp(a->dn, b->dn);
}

void list_plan_sort(struct list_plan *list)
{
	if (list->member_count > 1)
		qsort(list->members, list->member_count, sizeof(struct plan_member *),
			members_by_dn);
	if (list->removal_count > 1)
		qsort(list->removals, list->removal_count, sizeof(*list->removals), removals_by_dn);
}
