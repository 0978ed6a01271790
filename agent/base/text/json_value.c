#include "base/text/json_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/strbuf.h"

static int add_bytes(const char *bytes, size_t length, void *out)
{
	strbuf_add(out, bytes, length);
	return 0;
}

void json_secret_begin(void)
{
	memory_secret_begin();
	json_set_alloc_funcs(malloc, memory_wipe_free);
}

void json_secret_end(void)
{
	memory_secret_end();
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

size_t json_word_at(const json_t *object, const char *key, const char *const *words, size_t count)
{
	const char *word = json_string_value(json_object_get(object, key));
	size_t i = 0;

	while (i < count && (!word || strcmp(words[i], word) != 0))
		i++;
	return i;
}
