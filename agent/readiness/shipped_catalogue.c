#include "readiness/shipped_catalogue.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/text.h"
#include "model/mapping.h"

/* Of the ids and subjects of mappings/tags.yaml; tests/scenario/status.py fails where it is not. */
#define SHIPPED_SHA256 "e8fc54a7a0ed168fa12a73552859be0713a0f0c250100b99f8609ac60538f4eb"

bool catalogue_is_shipped(const struct mapping *mapping)
{
	struct hash hash;
	char hex[SHA256_HEX];

	hash_init(&hash);
	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		hash_add_text(&hash, tag->id);
		for (size_t j = 0; j < tag->subject_count; j++)
			hash_add_text(&hash, tag->subjects[j]);
	}
	hash_end(&hash, hex);
	return strcmp(hex, SHIPPED_SHA256) == 0;
}

bool catalogue_names_kombit(const struct catalogue_source *source)
{
	struct arena *arena = arena_new();
	const char *name = source->name ? text_fold(arena, source->name, strlen(source->name)) : "";
	bool names = strstr(name, "kombit") && !strstr(name, "ikke kombit") &&
		!strstr(name, "not kombit");

	arena_free(arena);
	return names;
}
