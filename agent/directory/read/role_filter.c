#include "directory/read/role_filter.h"

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"
#include "directory/entry/filter.h"
#include "model/mapping.h"
#include "model/settings.h"

struct terms {
	struct arena *arena;
	struct table *known;
	const char **items;
	size_t count, room;
};

static void terms_add(struct terms *terms, const char *text)
{
	char *term = arena_string(terms->arena, text);

	if (table_find(terms->known, term))
		return;
	table_put(terms->known, term, term);
	terms->items = arena_grow(terms->arena, terms->items, terms->count, &terms->room,
		sizeof(*terms->items));
	terms->items[terms->count++] = term;
}

/* The equality is for an attribute that the server cannot search within. */
static void add_spelling(struct terms *terms, const char *attribute, const char *spelling,
	const char *scope)
{
	struct strbuf value = STRBUF_INIT, term = STRBUF_INIT;

	strbuf_adds(&value, spelling);
	if (scope)
		strbuf_addf(&value, "/%s", scope);
	filter_add_equal(&term, attribute, value.text);
	terms_add(terms, term.text);
	strbuf_reset(&term);
	filter_add_containing(&term, attribute, spelling, scope);
	terms_add(terms, term.text);
	strbuf_release(&value);
	strbuf_release(&term);
}

static void add_block(struct terms *terms, const char *attribute, const struct block *block)
{
	for (size_t i = 0; i < block->role_count; i++) {
		const struct role_wanted *wanted = &block->roles[i];

		for (size_t j = 0; j < wanted->role->spelling_count; j++)
			add_spelling(terms, attribute, wanted->role->spellings[j], wanted->scope);
	}
}

/* Roles that the gallery wants held, whether or not a route asks for them. */
static void add_gallery(struct terms *terms, const char *attribute, const struct mapping *mapping)
{
	for (size_t i = 0; i < mapping->role_count; i++) {
		const struct role *role = &mapping->roles[i];

		for (size_t j = 0; role->at_least > 0 && j < role->spelling_count; j++)
			add_spelling(terms, attribute, role->spellings[j], NULL);
	}
}

struct strings role_filters(struct arena *arena, const struct mapping *mapping,
	const char *people_filter, const struct strings *attributes, bool whole_gallery)
{
	struct terms terms = {.arena = arena, .known = table_new(arena)};
	struct strings filters = {0};

	for (size_t i = 0; i < attributes->count; i++) {
		for (size_t j = 0; j < mapping->block_count; j++)
			add_block(&terms, attributes->items[i], &mapping->blocks[j]);
		if (whole_gallery)
			add_gallery(&terms, attributes->items[i], mapping);
	}
	filters.items =
		arena_get(arena, (terms.count / FILTER_TERMS_MAX + 1) * sizeof(*filters.items));
	for (size_t i = 0; i < terms.count; i += FILTER_TERMS_MAX) {
		size_t left = terms.count - i;

		filters.items[filters.count++] = filter_any_of(arena, people_filter,
			terms.items + i, left < FILTER_TERMS_MAX ? left : FILTER_TERMS_MAX);
	}
	return filters;
}
