#include "notices/promise.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/json_value.h"

#define FORM         1
#define PROMISES_MAX 100000 /* that are read */

static const char *const kinds[] = {"stands-in", "uncovered", "gap"};
static const char *const gaps[] = {"no-stand-in", "too-few", "nobody"};

struct promise *promises_add(struct promises *promises, struct arena *arena,
	const struct promise *promise)
{
	promises->items = arena_grow(arena, promises->items, promises->count, &promises->room,
		sizeof(*promises->items));
	promises->items[promises->count] = *promise;
	return &promises->items[promises->count++];
}

const char *promise_duty(struct arena *arena, const char *list, const char *whom, const char *to)
{
	return arena_format(arena, "%s\n%s\n%s", list, whom, to);
}

void promises_fulfil(struct promises *promises, const struct table *duties, struct arena *arena,
	moment now)
{
	for (size_t i = 0; i < promises->count; i++) {
		struct promise *promise = &promises->items[i];

		if (promise->kind != PROMISE_STAND_IN || promise->is_over || promise->from > now ||
			!table_find(duties,
				promise_duty(arena, promise->list, promise->whom, promise->to)))
			continue;
		promise->is_over = true;
		promises->changed = true;
	}
}

static void put_text(json_t *object, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(object, key, json_string(text));
}

static json_t *promise_json(const struct promise *promise)
{
	json_t *object = json_object();

	put_text(object, "kind", kinds[promise->kind]);
	put_text(object, "list", promise->list);
	put_text(object, "tag", promise->tag);
	if (promise->block == BLOCK_CRITICAL)
		put_text(object, "block", block_kind_name(promise->block));
	put_text(object, "whom", promise->whom);
	put_text(object, "whom_name", promise->whom_name);
	put_text(object, "to", promise->to);
	put_text(object, "name", promise->name);
	put_text(object, "mail", promise->mail);
	put_text(object, "member", promise->member);
	if (promise->kind == PROMISE_GAP)
		put_text(object, "gap", gaps[promise->gap]);
	json_put_moment(object, "from", promise->from, MOMENT_EARLIEST);
	if (promise->kind == PROMISE_GAP)
		json_put_moment(object, "until", promise->until, MOMENT_LATEST);
	return object;
}

json_t *promises_json(const struct promises *promises)
{
	json_t *root = json_object(), *list = json_array();

	for (size_t i = 0; i < promises->count; i++) {
		if (!promises->items[i].is_over)
			json_array_append_new(list, promise_json(&promises->items[i]));
	}
	json_object_set_new(root, "form", json_integer(FORM));
	json_object_set_new(root, "ahead", list);
	json_put_moment(root, "looked_until", promises->looked_until, MOMENT_EARLIEST);
	return root;
}

static const char *text_of(const json_t *object, const char *key, struct arena *arena)
{
	const char *text = json_text_at(object, key, arena);

	return text ? text : "";
}

static bool read_promise(struct promise *promise, const json_t *object, struct arena *arena)
{
	size_t kind = json_word_at(object, "kind", kinds, COUNT(kinds));
	size_t gap = json_word_at(object, "gap", gaps, COUNT(gaps));

	*promise = (struct promise){
		.kind = (enum promise_kind)kind,
		.list = text_of(object, "list", arena),
		.tag = text_of(object, "tag", arena),
		.block = strcmp(text_of(object, "block", arena), "critical") == 0 ? BLOCK_CRITICAL
										  : BLOCK_ORDINARY,
		.whom = text_of(object, "whom", arena),
		.whom_name = text_of(object, "whom_name", arena),
		.to = text_of(object, "to", arena),
		.name = text_of(object, "name", arena),
		.mail = text_of(object, "mail", arena),
		.member = text_of(object, "member", arena),
		.gap = gap < COUNT(gaps) ? (enum gap_kind)gap : GAP_NO_STAND_IN,
		.from = json_moment_at(object, "from", MOMENT_EARLIEST),
		.until = json_moment_at(object, "until", MOMENT_LATEST),
	};
	if (kind == COUNT(kinds) || promise->from == MOMENT_EARLIEST || !*promise->list ||
		!*promise->tag)
		return false;
	return kind == PROMISE_GAP ? gap < COUNT(gaps) : *promise->whom && *promise->to;
}

void promises_read(struct promises *promises, const json_t *root, struct arena *arena)
{
	const json_t *list = json_object_get(root, "ahead");
	struct promise promise;

	*promises = (struct promises){.looked_until = MOMENT_EARLIEST};
	if (json_integer_value(json_object_get(root, "form")) != FORM)
		return;
	promises->looked_until = json_moment_at(root, "looked_until", MOMENT_EARLIEST);
	for (size_t i = 0; i < json_array_size(list) && i < PROMISES_MAX; i++) {
		if (read_promise(&promise, json_array_get(list, i), arena))
			promises_add(promises, arena, &promise);
	}
}
