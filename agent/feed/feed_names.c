#include "feed/feed_names.h"

#include "base/memory/arena.h"
#include "base/memory/memo.h"
#include "decide/asked_roles.h"
#include "feed/feeds.h"
#include "model/settings.h"

/* Names being collected: a reading has a text once, however many of its records name it. */
struct names_ctx {
	struct feed_names *names;
	struct memo met;
};

static void add_name(struct names_ctx *ctx, struct arena *arena, const char *name)
{
	struct feed_names *names = ctx->names;
	struct memo_slot *slot = name ? memo_at_address(&ctx->met, name) : NULL;

	if (!slot || slot->value)
		return;
	slot->value = names;
	names->items =
		arena_grow(arena, names->items, names->count, &names->room, sizeof(*names->items));
	names->items[names->count++] = name;
}

static void add_deputies(struct names_ctx *names, struct arena *arena, const char *const *deputies,
	size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_name(names, arena, deputies[i]);
}

static void add_stated(struct names_ctx *names, struct arena *arena,
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

static void add_roles(struct names_ctx *names, struct arena *arena, const struct asked_roles *asked,
	const struct feed_roles *roles)
{
	for (size_t i = 0; i < roles->count; i++) {
		if (!asked || asked_roles_judge(asked, roles->items[i].role) == ROLE_ASKED)
			add_name(names, arena, roles->items[i].person);
	}
}

/* Whom the records of a reading name that waits to be judged: all, or a sample. */
static void add_recorded(struct names_ctx *names, struct arena *arena,
	const struct feed_reading *reading, bool is_sample)
{
	size_t step = is_sample ? reading->record_count / FEED_SAMPLE_MAX + 1 : 1;

	for (size_t i = 0; i < reading->record_count; i += step)
		add_name(names, arena, reading->records[i].person);
}

struct feed_names feed_names(const struct feed *feed, const struct asked_roles *asked,
	struct arena *arena)
{
	const struct feed_reading *pending = &feed->pending.says;
	const bool is_sample = asked && feed->settings->gives == GIVES_ROLES;
	struct feed_names names = {.settings = feed->settings};
	struct names_ctx ctx = {.names = &names};
	const struct kept_reading *kept[FEED_READINGS_MAX];
	size_t count = feed_careful_readings(feed, kept);

	for (size_t i = 0; i < count; i++) {
		add_stated(&ctx, arena, &kept[i]->absences, kept[i]->standing,
			kept[i]->standing_count);
		add_roles(&ctx, arena, asked, &kept[i]->roles);
	}
	if (feed->replaced.arena)
		add_stated(&ctx, arena, &feed->replaced.reading.absences,
			feed->replaced.reading.standing, feed->replaced.reading.standing_count);
	if (feed->is_pending) {
		add_recorded(&ctx, arena, pending, is_sample);
		add_stated(&ctx, arena, &pending->absences, pending->standing,
			pending->standing_count);
		add_roles(&ctx, arena, asked, &pending->roles);
	}
	memo_release(&ctx.met);
	return names;
}
