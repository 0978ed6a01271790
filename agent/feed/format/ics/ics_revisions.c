#include "feed/format/ics/ics_revisions.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/zone.h"
#include "feed/format/ics/ics_zone.h"

struct ics_revisions {
	struct arena *arena; /* borrowed */
	struct ics_revision *items;
	size_t count, room;
	struct ics_revision
		*ranges; /* those that hold and have `follows`, in the order of their positions */
	size_t range_count;
	struct table *moved; /* UIDs that have instances */
};

struct ics_revisions *ics_revisions_new(struct arena *arena)
{
	struct ics_revisions *revisions = arena_get(arena, sizeof(*revisions));

	revisions->arena = arena;
	revisions->moved = table_new(arena);
	return revisions;
}

bool ics_revisions_add(struct ics_revisions *revisions, const struct ics_revision *revision)
{
	if (revisions->count == ICS_REVISIONS_MAX)
		return false;
	revisions->items = arena_move(revisions->arena, revisions->items, revisions->count,
		&revisions->room, sizeof(*revisions->items));
	revisions->items[revisions->count++] = *revision;
	if (revision->instance.kind != ICS_SERIES)
		table_put(revisions->moved, revision->uid, revisions);
	return true;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_owner(const struct ics_revision *a, const struct ics_revision *b)
{
	int order = strcmp(a->uid, b->uid);

	return order ? order : strcmp(a->person, b->person);
}

/* Whether they are revisions of one thing: 0 if so. */
static int compare_subject(const struct ics_revision *a, const struct ics_revision *b)
{
	int order = compare_owner(a, b);

	if (order == 0)
		order = compare_numbers(a->instance.kind, b->instance.kind);
	return order ? order : compare_numbers(a->instance.at, b->instance.at);
}

/* Which of two revisions is the newer, the text aside. */
static int compare_age(const struct ics_revision *a, const struct ics_revision *b)
{
	int order = compare_numbers(a->sequence, b->sequence);

	return order ? order : compare_numbers(a->stamp, b->stamp);
}

static int compare_rank(const struct ics_revision *a, const struct ics_revision *b)
{
	int order = compare_age(a, b);

	return order ? order : (a->block.text > b->block.text) - (a->block.text < b->block.text);
}

static int compare_revisions(const void *left, const void *right)
{
	int order = compare_subject(left, right);

	return order ? order : compare_rank(left, right);
}

static int compare_positions(const void *left, const void *right)
{
	const struct ics_revision *a = left, *b = right;
	int order = compare_owner(a, b);

	return order ? order : compare_numbers(a->position, b->position);
}

static bool is_last_of_subject(const struct ics_revisions *revisions, size_t i)
{
	return i + 1 == revisions->count ||
		compare_subject(&revisions->items[i], &revisions->items[i + 1]) != 0;
}

void ics_revisions_sort(struct ics_revisions *revisions)
{
	size_t room = 0;

	if (revisions->count > 1)
		qsort(revisions->items, revisions->count, sizeof(*revisions->items),
			compare_revisions);
	for (size_t i = 0; i < revisions->count; i++) {
		if (!revisions->items[i].follows || !is_last_of_subject(revisions, i))
			continue;
		revisions->ranges = arena_grow(revisions->arena, revisions->ranges,
			revisions->range_count, &room, sizeof(*revisions->ranges));
		revisions->ranges[revisions->range_count++] = revisions->items[i];
	}
	if (revisions->range_count > 1)
		qsort(revisions->ranges, revisions->range_count, sizeof(*revisions->ranges),
			compare_positions);
}

/* How many of the items come before or with `key`, in the order of `compare`. */
static size_t count_up_to(const struct ics_revision *items, size_t count,
	const struct ics_revision *key,
	int (*compare)(const struct ics_revision *, const struct ics_revision *))
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&items[middle], key) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* The last revision up to the key's instance, of the key's owner and kind; NULL: there is none. */
static const struct ics_revision *find_up_to(const struct ics_revisions *revisions,
	const struct ics_revision *key)
{
	size_t count = count_up_to(revisions->items, revisions->count, key, compare_subject);
	const struct ics_revision *found = count ? &revisions->items[count - 1] : NULL;

	return found && compare_owner(found, key) == 0 && found->instance.kind == key->instance.kind
		? found
		: NULL;
}

/* The one that holds, of one thing. */
static const struct ics_revision *find_holder(const struct ics_revisions *revisions,
	const char *uid, const char *person, struct ics_instance instance)
{
	struct ics_revision key = {.uid = uid, .person = person, .instance = instance};
	const struct ics_revision *found = find_up_to(revisions, &key);

	return found && found->instance.at == instance.at ? found : NULL;
}

/* The holder for everybody, if it is cancelled. */
static const struct ics_revision *find_cancelled_for_all(const struct ics_revisions *revisions,
	const char *uid, struct ics_instance instance)
{
	const struct ics_revision *found = find_holder(revisions, uid, "", instance);

	return found && found->is_cancelled ? found : NULL;
}

/* Whether the whole series is cancelled, and no earlier than the revision of one occurrence was made. */
static bool is_series_cancelled(const struct ics_revisions *revisions,
	const struct ics_revision *revision)
{
	const struct ics_instance series = {.kind = ICS_SERIES};
	const struct ics_revision *own =
		find_holder(revisions, revision->uid, revision->person, series);
	const struct ics_revision *all = find_cancelled_for_all(revisions, revision->uid, series);

	return (own && own->is_cancelled && compare_age(own, revision) >= 0) ||
		(all && compare_age(all, revision) >= 0 && (!own || compare_rank(all, own) > 0));
}

enum ics_standing ics_revisions_standing(const struct ics_revisions *revisions,
	const struct ics_revision *revision)
{
	const struct ics_revision *holder =
		find_holder(revisions, revision->uid, revision->person, revision->instance);
	const struct ics_revision *all =
		find_cancelled_for_all(revisions, revision->uid, revision->instance);

	if (holder && holder->block.text != revision->block.text)
		return ICS_SUPERSEDED;
	if (revision->is_cancelled || (all && compare_rank(all, revision) > 0))
		return ICS_CANCELLED;
	if (revision->instance.kind != ICS_SERIES && is_series_cancelled(revisions, revision))
		return ICS_CANCELLED;
	return ICS_HOLDS;
}

bool ics_revisions_has_instances(const struct ics_revisions *revisions, const char *uid)
{
	return table_find(revisions->moved, uid) != NULL;
}

/* Whether one of the person's instances is in [from, to]; for everybody only those that are cancelled count. */
static bool has_instance(const struct ics_revisions *revisions, const struct ics_revision *key,
	int64_t from)
{
	const struct ics_revision *found = find_up_to(revisions, key);

	return found && found->instance.at >= from && (*key->person || found->is_cancelled);
}

static bool replaces_for(const struct ics_revisions *revisions, const char *uid, const char *person,
	const struct ics_occurrence *occurrence)
{
	struct ics_revision key = {.uid = uid, .person = person};
	int64_t day = ics_day(occurrence->wall);

	key.instance = (struct ics_instance){ICS_INSTANCE_ON, day};
	if (has_instance(revisions, &key, day))
		return true;
	key.instance = (struct ics_instance){ICS_INSTANCE_AT, occurrence->start};
	if (!occurrence->wall.is_date)
		return has_instance(revisions, &key, occurrence->start);
	key.instance.at = zone_moment(NULL, (day + 1) * MOMENT_DAY, MOMENT_START) - 1;
	return has_instance(revisions, &key, occurrence->start);
}

bool ics_revisions_replaces(const struct ics_revisions *revisions, const char *uid,
	const char *person, const struct ics_occurrence *occurrence)
{
	return replaces_for(revisions, uid, person, occurrence) ||
		(*person && replaces_for(revisions, uid, "", occurrence));
}

static int compare_range(const struct ics_revision *a, const struct ics_revision *b)
{
	return compare_positions(a, b);
}

static const struct ics_revision *range_for(const struct ics_revisions *revisions, const char *uid,
	const char *person, moment at)
{
	struct ics_revision key = {.uid = uid, .person = person, .position = at};
	size_t count = count_up_to(revisions->ranges, revisions->range_count, &key, compare_range);
	const struct ics_revision *found = count ? &revisions->ranges[count - 1] : NULL;

	return found && compare_owner(found, &key) == 0 ? found : NULL;
}

const struct ics_revision *ics_revisions_range(const struct ics_revisions *revisions,
	const char *uid, const char *person, moment at)
{
	const struct ics_revision *own = range_for(revisions, uid, person, at);
	const struct ics_revision *all = *person ? range_for(revisions, uid, "", at) : NULL;

	if (all && all->is_cancelled && (!own || all->position > own->position))
		return all;
	return own;
}

const struct ics_revision *ics_revisions_series(const struct ics_revisions *revisions,
	const char *uid, const char *person)
{
	return find_holder(revisions, uid, person, (struct ics_instance){.kind = ICS_SERIES});
}
