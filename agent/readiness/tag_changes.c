#include "readiness/tag_changes.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/text.h"
#include "matcher/nearest_tag.h"
#include "model/mapping.h"

/* The work in hand. */
struct tag_ctx {
	struct arena *arena;
	const struct mapping *mapping;
	struct tag_changes found;
	size_t room;
};

static void add_change(struct tag_ctx *search, struct tag_change change)
{
	struct tag_changes *found = &search->found;

	found->items = arena_grow(search->arena, found->items, found->count, &search->room,
		sizeof(*found->items));
	found->items[found->count++] = change;
}

static bool is_answered(const struct tag_ctx *search, const struct tag *tag)
{
	for (size_t i = 0; i < search->found.count; i++) {
		if (search->found.items[i].kind == TAG_RENAMED && search->found.items[i].tag == tag)
			return true;
	}
	return mapping_route(search->mapping, tag->id) != NULL;
}

/* Those that a route may have been meant for: in use, and with no route of their own. */
static struct mapping unanswered_tags(const struct tag_ctx *search)
{
	const struct mapping *mapping = search->mapping;
	struct mapping rest = {
		.tags = arena_get(search->arena, mapping->tag_count * sizeof(struct tag))};

	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		if (*tag->id && !tag->retired && !is_answered(search, tag))
			rest.tags[rest.tag_count++] = *tag;
	}
	return rest;
}

static void look_at_tag(struct tag_ctx *search, const struct route *route,
	const struct route_tag *names)
{
	struct tag_change change = {.route = route, .names = names, .tag = names->known};

	if (strcmp(names->id, "*") == 0 || (names->known && !names->known->retired))
		return;
	if (names->known) {
		change.kind = TAG_RETIRED;
	} else {
		struct mapping rest = unanswered_tags(search);
		const struct tag *near = nearest_tag(&rest, search->arena, names->id);

		change.kind = near ? TAG_RENAMED : TAG_UNKNOWN;
		change.tag = near ? mapping_tag(search->mapping, near->id) : NULL;
	}
	add_change(search, change);
}

struct tag_changes tag_changes_find(struct arena *arena, const struct mapping *mapping)
{
	struct tag_ctx search = {.arena = arena, .mapping = mapping};

	for (size_t i = 0; i < mapping->route_count; i++) {
		const struct route *route = &mapping->routes[i];

		for (size_t j = 0; j < route->tag_count; j++)
			look_at_tag(&search, route, &route->tags[j]);
	}
	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		if (*tag->id && !tag->retired && !is_answered(&search, tag))
			add_change(&search, (struct tag_change){.kind = TAG_NEW, .tag = tag});
	}
	return search.found;
}

const char *tag_change_name(enum tag_change_kind kind)
{
	static const char *const names[] = {"new", "renamed", "unknown", "retired"};

	return names[kind];
}
