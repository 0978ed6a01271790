#include "model/mapping.h"

#include <string.h>

#include "base/text/language.h"

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
		if (strcmp(mapping->routes[i].tag, tag) == 0)
			return &mapping->routes[i];
	}
	return NULL;
}

const char *block_kind_name(enum block_kind kind)
{
	static const char *const names[] = {"ordinary", "critical", "inform", "mailbox"};

	return names[kind];
}
