#include "feed/feed_names.h"

#include "base/memory/arena.h"
#include "feed/feeds.h"

static void add_name(struct feed_names *names, struct arena *arena, const char *name)
{
	if (!name)
		return;
	names->items =
		arena_grow(arena, names->items, names->count, &names->room, sizeof(*names->items));
	names->items[names->count++] = name;
}

static void add_deputies(struct feed_names *names, struct arena *arena, const char *const *deputies,
	size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_name(names, arena, deputies[i]);
}

static void add_stated(struct feed_names *names, struct arena *arena,
	const struct feed_absences *absences, const struct feed_standing *standing,
	size_t standing_count)
{
	for (size_t i = 0; i < absences->count; i++) {
		add_name(names, arena, absences->items[i].person);
		add_deputies(names, arena, absences->items[i].deputies,
			absences->items[i].deputy_count);
	}
	for (size_t i = 0; i < standing_count; i++) {
		add_name(names, arena, standing[i].person);
		add_deputies(names, arena, standing[i].deputies, standing[i].deputy_count);
	}
}

struct feed_names feed_names(const struct feed *feed, struct arena *arena)
{
	const struct feed_reading *pending = &feed->pending.says;
	struct feed_names names = {.settings = feed->settings};
	const struct kept_reading *kept[FEED_READINGS_MAX];
	size_t count = feed_careful_readings(feed, kept);

	for (size_t i = 0; i < count; i++)
		add_stated(&names, arena, &kept[i]->absences, kept[i]->standing,
			kept[i]->standing_count);
	if (feed->replaced.arena)
		add_stated(&names, arena, &feed->replaced.reading.absences,
			feed->replaced.reading.standing, feed->replaced.reading.standing_count);
	if (feed->is_pending) {
		for (size_t i = 0; i < pending->record_count; i++)
			add_name(&names, arena, pending->records[i].person);
		add_stated(&names, arena, &pending->absences, pending->standing,
			pending->standing_count);
	}
	return names;
}
