#include "decide/asked_roles.h"

#include <stddef.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "decide/role_value.h"
#include "model/mapping.h"

/* How one role is asked for. */
struct role_scopes {
	bool any;             /* in whatever scope, or in none */
	struct table *scopes; /* those asked for exactly */
};

struct asked_roles {
	struct table *by_spelling; /* folded spelling -> struct role_scopes, of the whole gallery */
};

static void ask_for_block(const struct asked_roles *asked, const struct block *block)
{
	for (size_t i = 0; i < block->role_count; i++) {
		const struct role_wanted *wanted = &block->roles[i];
		struct role_scopes *scopes =
			table_find(asked->by_spelling, wanted->role->spellings[0]);

		if (scopes && wanted->scope)
			table_put(scopes->scopes, wanted->scope, scopes);
		else if (scopes)
			scopes->any = true;
	}
}

struct asked_roles *asked_roles_find(struct arena *arena, const struct mapping *mapping,
	bool whole_gallery)
{
	struct asked_roles *asked = arena_get(arena, sizeof(*asked));

	asked->by_spelling = table_new(arena);
	for (size_t i = 0; i < mapping->role_count; i++) {
		const struct role *role = &mapping->roles[i];
		struct role_scopes *scopes = arena_get(arena, sizeof(*scopes));

		scopes->any = whole_gallery && role->at_least > 0;
		scopes->scopes = table_new(arena);
		for (size_t j = 0; j < role->spelling_count; j++)
			table_put(asked->by_spelling, role->spellings[j], scopes);
	}
	for (size_t i = 0; i < mapping->block_count; i++)
		ask_for_block(asked, &mapping->blocks[i]);
	return asked;
}

enum role_asked asked_roles_judge(const struct asked_roles *asked, const char *value)
{
	struct arena *arena = arena_new();
	const struct role_value read = role_value_read(arena, value);
	const struct role_scopes *scopes = table_find(asked->by_spelling, read.spelling);
	enum role_asked result = ROLE_UNKNOWN;

	if (scopes)
		result = scopes->any || (read.scope && table_find(scopes->scopes, read.scope))
			? ROLE_ASKED
			: ROLE_UNASKED;
	arena_free(arena);
	return result;
}
