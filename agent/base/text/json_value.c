#include "base/text/json_value.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"

static int add_bytes(const char *bytes, size_t length, void *out)
{
	strbuf_add(out, bytes, length);
	return 0;
}

/* All of the piece, which is at least as large as what was asked for. */
static void wipe_and_free(void *piece)
{
	if (piece)
		explicit_bzero(piece, malloc_usable_size(piece));
	free(piece);
}

/* Whether jansson wipes is of the process, as is the count of those who want it. */
static unsigned int secrets;

void json_secret_begin(void)
{
	if (secrets++ == 0)
		json_set_alloc_funcs(malloc, wipe_and_free);
}

void json_secret_end(void)
{
	if (--secrets == 0)
		json_set_alloc_funcs(malloc, free);
}

void json_add_line(struct strbuf *out, const json_t *value)
{
	json_dump_callback(value, add_bytes, out, JSON_COMPACT);
	strbuf_addc(out, '\n');
}

void json_put_moment(json_t *object, const char *key, moment t, moment open)
{
	if (t != open)
		json_object_set_new(object, key, json_integer(t));
}

const char *json_text_at(const json_t *object, const char *key, struct arena *arena)
{
	return arena_string(arena, json_string_value(json_object_get(object, key)));
}

moment json_moment_at(const json_t *object, const char *key, moment open)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? (moment)json_integer_value(value) : open;
}
