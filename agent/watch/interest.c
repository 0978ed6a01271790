/* What `watch` wants to hear of: the places where something lies that matters, and no strangers. */
#include "base/memory/arena.h"
#include "directory/connection/connection.h"
#include "directory/read/strangers.h"
#include "model/mapping.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "watch/watch.h"

static bool is_stranger(const void *context, const struct dir_entry *entry,
	const struct dir_change *change)
{
	const struct watch *watch = context;

	return watch->strangers && watch->session.sources.snapshot &&
		strangers_include(watch->strangers, watch->session.sources.snapshot, entry, change);
}

static void add_place(struct strings *places, struct arena *arena, size_t *room, const char *dn)
{
	if (!dn)
		return;
	places->items =
		arena_grow(arena, places->items, places->count, room, sizeof(*places->items));
	places->items[places->count++] = dn;
}

/* Where the files say that people, lists and groups lie; groups inside groups and deputies may lie elsewhere. */
static const struct strings *find_places(const struct watch *watch, struct arena *arena)
{
	const struct settings *settings = watch->session.config.settings;
	const struct mapping *mapping = watch->session.config.mapping;
	struct strings *places = arena_get(arena, sizeof(*places));
	size_t room = 0;

	for (size_t i = 0; i < settings->people.bases.count; i++)
		add_place(places, arena, &room, settings->people.bases.items[i]);
	add_place(places, arena, &room, settings->directory.base);
	add_place(places, arena, &room, settings->policy.mailbox_list);
	for (size_t i = 0; i < mapping->block_count; i++) {
		const struct block *block = &mapping->blocks[i];

		add_place(places, arena, &room, block->list);
		for (size_t j = 0; j < block->group_count; j++)
			add_place(places, arena, &room, block->groups[j].dn);
	}
	return places;
}

static struct strangers *find_strangers(const struct watch *watch, struct arena *arena)
{
	return strangers_new(arena, &watch->session.sources.connection,
		watch->session.config.mapping, watch->request.everyone);
}

/* How the server calls attributes that the settings name otherwise, it has not said yet: so nobody is a stranger. */
enum error_kind watch_follow(struct watch *watch, struct error *err)
{
	struct arena *arena = arena_new();
	const struct follow_interest interest = {
		.attributes = strangers_attributes(find_strangers(watch, arena)),
		.places = watch->follows_widely ? NULL : find_places(watch, arena),
		.is_stranger = is_stranger,
		.context = watch,
	};
	enum error_kind failed =
		follow_start(&watch->follow, &watch->session.sources.connection, &interest, err);

	arena_free(arena);
	return failed;
}

void watch_meet_strangers(struct watch *watch)
{
	arena_free(watch->strangers_arena);
	watch->strangers_arena = arena_new();
	watch->strangers = find_strangers(watch, watch->strangers_arena);
}

void watch_forget_strangers(struct watch *watch)
{
	arena_free(watch->strangers_arena);
	watch->strangers_arena = NULL;
	watch->strangers = NULL;
}
