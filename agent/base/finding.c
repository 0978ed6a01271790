#include "base/finding.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"

void findings_init(struct findings *findings, struct arena *arena)
{
	*findings = (struct findings){.arena = arena};
}

static int compare(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order = (int)b->severity - (int)a->severity;

	if (order == 0)
		order = strcmp(a->where, b->where);
	return order ? order : strcmp(a->what, b->what);
}

void findings_add(struct findings *findings, enum severity severity, const char *where,
	const char *what_format, ...)
{
	struct strbuf what = STRBUF_INIT;
	struct finding new = {.severity = severity, .where = where};
	va_list args;

	va_start(args, what_format);
	strbuf_vaddf(&what, what_format, args);
	va_end(args);
	new.what = what.text;
	for (size_t i = 0; i < findings->count; i++) {
		if (compare(&findings->items[i], &new) == 0)
			goto out;
	}
	findings->items = arena_grow(findings->arena, findings->items, findings->count,
		&findings->room, sizeof(*findings->items));
	new.where = arena_string(findings->arena, where);
	new.what = arena_bytes(findings->arena, what.text, what.length);
	findings->items[findings->count++] = new;
	if (severity == FINDING_ERROR)
		findings->errors++;
out:
	strbuf_release(&what);
}

void findings_sort(struct findings *findings)
{
	if (findings->count > 1)
		qsort(findings->items, findings->count, sizeof(*findings->items), compare);
}
