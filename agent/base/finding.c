#include "base/finding.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/table.h"

void findings_init(struct findings *findings, struct arena *arena)
{
	*findings = (struct findings){.arena = arena};
}

static int compare(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order = (int)b->severity - (int)a->severity;

	if (order == 0)
		order = strverscmp(a->where, b->where);
	return order ? order : strcmp(a->what, b->what);
}

/* Whether the same finding is there already; remembers it if not. */
static bool is_known(struct findings *findings, const struct finding *finding)
{
	char *key = arena_format(findings->arena, "%d\n%s\n%s", (int)finding->severity,
		finding->where, finding->what);

	if (!findings->known)
		findings->known = table_new(findings->arena);
	if (table_find(findings->known, key))
		return true;
	table_put(findings->known, key, key);
	return false;
}

void findings_add(struct findings *findings, enum severity severity, const char *where,
	const char *what_format, ...)
{
	struct strbuf what = STRBUF_INIT;
	struct finding finding = {.severity = severity};
	va_list args;

	va_start(args, what_format);
	strbuf_vaddf(&what, what_format, args);
	va_end(args);
	finding.where = arena_string(findings->arena, where);
	finding.what = arena_bytes(findings->arena, what.text, what.length);
	strbuf_release(&what);
	if (is_known(findings, &finding))
		return;
	findings->items = arena_grow(findings->arena, findings->items, findings->count,
		&findings->room, sizeof(*findings->items));
	findings->items[findings->count++] = finding;
	if (severity == FINDING_ERROR)
		findings->errors++;
}

void findings_sort(struct findings *findings)
{
	if (findings->count > 1)
		qsort(findings->items, findings->count, sizeof(*findings->items), compare);
}
