#include "decide/role_value.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/text.h"

struct role_value role_value_read(struct arena *arena, const char *text)
{
	size_t length = strcspn(text, "/");
	const char *scope = text[length] == '/' ? text + length + 1 : "";
	size_t scope_length = strlen(scope);
	struct role_value value = {.spelling = text_fold(arena, text, length)};

	text_trim(&scope, &scope_length);
	if (scope_length > 0)
		value.scope = arena_bytes(arena, scope, scope_length);
	return value;
}

const char *role_value_key(struct arena *arena, const char *text)
{
	const struct role_value value = role_value_read(arena, text);

	return value.scope ? arena_format(arena, "%s/%s", value.spelling, value.scope)
			   : value.spelling;
}
