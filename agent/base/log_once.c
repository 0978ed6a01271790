#include "base/log_once.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/finding.h"
#include "base/print.h"
#include "base/strbuf.h"
#include "base/table.h"

void telling_begin(struct telling *telling)
{
	telling->now_arena = arena_new();
	telling->now = table_new(telling->now_arena);
}

void telling_add(struct telling *telling, const char *line)
{
	telling_add_as(telling, line, line);
}

void telling_add_as(struct telling *telling, const char *key, const char *line)
{
	char *kept = arena_string(telling->now_arena, key);

	if (table_find(telling->now, kept))
		return;
	table_put(telling->now, kept, kept);
	if (telling->before && table_find(telling->before, kept))
		return;
	print_line(line);
}

void telling_add_findings(struct telling *telling, const struct findings *findings)
{
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < findings->count; i++) {
		strbuf_reset(&line);
		strbuf_addf(&line, "%s: %s", findings->items[i].where, findings->items[i].what);
		telling_add(telling, line.text);
	}
	strbuf_release(&line);
}

void telling_end(struct telling *telling)
{
	arena_free(telling->before_arena);
	telling->before_arena = telling->now_arena;
	telling->before = telling->now;
	telling->now_arena = NULL;
	telling->now = NULL;
}

void telling_release(struct telling *telling)
{
	arena_free(telling->before_arena);
	arena_free(telling->now_arena);
	*telling = (struct telling)TELLING_INIT;
}
