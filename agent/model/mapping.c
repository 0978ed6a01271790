#include "model/mapping.h"

#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"

const char *texts_in_language(const struct texts *texts)
{
	const char *text = texts->in[language_get()];

	return text ? text : texts->in[1 - language_get()];
}

const struct tag *mapping_tag(const struct mapping *mapping, const char *id)
{
	for (size_t i = 0; i < mapping->tag_count; i++) {
		if (strcmp(mapping->tags[i].id, id) == 0)
			return &mapping->tags[i];
	}
	return NULL;
}

const struct role *mapping_role(const struct mapping *mapping, const char *id)
{
	for (size_t i = 0; i < mapping->role_count; i++) {
		if (strcmp(mapping->roles[i].id, id) == 0)
			return &mapping->roles[i];
	}
	return NULL;
}

const struct route *mapping_route(const struct mapping *mapping, const char *tag)
{
	for (size_t i = 0; i < mapping->route_count; i++) {
		for (size_t j = 0; j < mapping->routes[i].tag_count; j++) {
			if (strcmp(mapping->routes[i].tags[j].id, tag) == 0)
				return &mapping->routes[i];
		}
	}
	return NULL;
}

bool tag_ids_have(const struct tag_ids *tags, const char *id)
{
	for (size_t i = 0; i < tags->count; i++) {
		if (strcmp(tags->items[i], id) == 0)
			return true;
	}
	return false;
}

const char *tag_ids_text(struct arena *arena, const struct tag_ids *tags)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < tags->count; i++)
		strbuf_add_item(&text, ", ", tags->items[i]);
	return strbuf_to_arena(&text, arena);
}

const char *block_kind_name(enum block_kind kind)
{
	static const char *const names[] = {"ordinary", "critical", "inform", "mailbox"};

	return names[kind];
}
