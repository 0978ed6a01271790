#include "model/plan.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/sort.h"
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

/* Members by their keys, open addressing: a place in the list and 1; 0: free. Those behind `count` are not in it yet. */
struct member_index {
	struct arena *arena; /* borrowed: the plan's */
	uint32_t *slots;
	size_t count, room; /* room is a power of two, at most three quarters full */
};

#define INDEX_ROOM_LEAST 8

void list_plan_start(struct plan *plan, struct list_plan *list)
{
	list->by_key = arena_get(plan->arena, sizeof(*list->by_key));
	list->by_key->arena = plan->arena;
}

/* Where the member of a key is, or is to be put. Keys that come from one snapshot are the same pointer. */
static uint32_t *find_slot(const struct list_plan *list, const char *key)
{
	const struct member_index *index = list->by_key;
	size_t at = table_hash(key, strlen(key)) & (index->room - 1);

	while (index->slots[at] != 0) {
		const char *found = list->members[index->slots[at] - 1]->key;

		if (found == key || strcmp(found, key) == 0)
			break;
		at = (at + 1) & (index->room - 1);
	}
	return &index->slots[at];
}

/* Add the members that are not in it: all of them where they have moved, or where there is no room for one more. */
static void renew_index(const struct list_plan *list)
{
	struct member_index *index = list->by_key;
	size_t room = index->room > 0 ? index->room : INDEX_ROOM_LEAST;
	size_t most = list->member_count > list->required_count ? list->member_count
								: list->required_count;

	while ((most + 1) * 4 > room * 3)
		room *= 2;
	if (room > index->room) {
		index->slots = arena_get(index->arena, room * sizeof(*index->slots));
		index->room = room;
		index->count = 0;
	} else if (index->count == 0) {
		memset(index->slots, 0, room * sizeof(*index->slots));
	}
	for (; index->count < list->member_count; index->count++)
		*find_slot(list, list->members[index->count]->key) = (uint32_t)index->count + 1;
}

struct plan_member *list_plan_member(const struct list_plan *list, const char *key)
{
	uint32_t place;

	if (list->member_count == 0)
		return NULL;
	if (list->by_key->count < list->member_count)
		renew_index(list);
	place = *find_slot(list, key);
	return place > 0 ? list->members[place - 1] : NULL;
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
	struct plan_member *member;
	uint32_t *slot;

	renew_index(list);
	slot = find_slot(list, key);
	if (*slot != 0)
		return list->members[*slot - 1];
	member = arena_get(plan->arena, sizeof(*member));
	member->dn = dn;
	member->key = key;
	member->person = person;
	if (!list->members && list->required_count > 0) {
		list->member_room = list->required_count;
		list->members =
			arena_get(plan->arena, list->member_room * sizeof(struct plan_member *));
	}
	list->members = arena_grow(plan->arena, list->members, list->member_count,
		&list->member_room, sizeof(struct plan_member *));
	list->members[list->member_count++] = member;
	*slot = (uint32_t)++list->by_key->count;
	return member;
}

void list_plan_cut(struct list_plan *list, size_t count)
{
	list->member_count = count;
	list->by_key->count = 0;
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

/* Make room for one more of a few items: their array is as small as can be, and one that is full is not written to. */
static void *grow_array(struct arena *arena, void *items, uint32_t count, uint32_t *room,
	size_t size)
{
	void *larger;

	if (count < *room)
		return items;
	*room = count > 0 ? count * 2 : 1;
	larger = arena_get(arena, *room * size);
	if (count > 0)
		memcpy(larger, items, count * size);
	return larger;
}

void plan_member_reason(struct plan *plan, struct plan_member *member, struct reason reason)
{
	for (size_t i = 0; i < member->reason_count; i++) {
		if (reason_is_same(&member->reasons[i], &reason))
			return;
	}
	member->reasons = grow_array(plan->arena, member->reasons, member->reason_count,
		&member->reason_room, sizeof(*member->reasons));
	member->reasons[member->reason_count++] = reason;
}

void required_add_reason(struct required *required, struct arena *arena,
	const struct reason *reason)
{
	required->reasons = grow_array(arena, required->reasons, required->reason_count,
		&required->reason_room, sizeof(*required->reasons));
	required->reasons[required->reason_count++] = *reason;
}

void plan_member_required(struct plan *plan, struct plan_member *member,
	const struct required *required)
{
	if (member->reason_count == 0) {
		member->reasons = required->reasons;
		member->reason_count = member->reason_room = required->reason_count;
		return;
	}
	for (size_t i = 0; i < required->reason_count; i++)
		plan_member_reason(plan, member, required->reasons[i]);
}

void plan_member_stands_in(struct plan *plan, struct plan_member *member, const struct person *whom)
{
	for (size_t i = 0; i < member->standing_in_count; i++) {
		if (member->standing_in_for[i] == whom)
			return;
	}
	member->standing_in_for =
		grow_array(plan->arena, member->standing_in_for, member->standing_in_count,
			&member->standing_in_room, sizeof(const struct person *));
	member->standing_in_for[member->standing_in_count++] = whom;
}

void plan_member_replaces(struct plan *plan, struct plan_member *member, struct reason reason)
{
	member->reasons = grow_array(plan->arena, member->reasons, member->reason_count,
		&member->reason_room, sizeof(*member->reasons));
	member->reasons[member->reason_count++] = reason;
	member->standing_in_for =
		grow_array(plan->arena, member->standing_in_for, member->standing_in_count,
			&member->standing_in_room, sizeof(const struct person *));
	member->standing_in_for[member->standing_in_count++] = reason.whom;
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
	if (sort_items(list->members, list->member_count, sizeof(struct plan_member *),
		    members_by_dn))
		list->by_key->count = 0;
	sort_items(list->removals, list->removal_count, sizeof(*list->removals), removals_by_dn);
}
