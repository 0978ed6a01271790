#include "base/message/finding.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/print.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"

#define VALUE_SHOWN_MAX 80 /* bytes */

void findings_init(struct findings *findings, struct arena *arena)
{
	*findings = (struct findings){.arena = arena};
}

static int compare_findings(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order = (int)b->severity - (int)a->severity;

	if (order == 0)
		order = strverscmp(a->where, b->where);
	return order ? order : strcmp(a->what, b->what);
}

/* Whether the same finding is there already; remembers it if not. */
static bool is_known(struct findings *findings, enum severity severity, const char *where,
	const char *about, const char *what)
{
	struct strbuf key = STRBUF_INIT;
	bool known;

	strbuf_addf(&key, "%d\n%s\n%s", (int)severity, where, what);
	if (about)
		strbuf_addf(&key, "\n%s", about);
	if (!findings->known)
		findings->known = table_new(findings->arena);
	known = table_find(findings->known, key.text) != NULL;
	if (!known)
		table_put(findings->known, arena_string(findings->arena, key.text), findings);
	strbuf_release(&key);
	return known;
}

void findings_add_about(struct findings *findings, enum severity severity, const char *where,
	const char *about, const char *what)
{
	if (is_known(findings, severity, where, about, what))
		return;
	findings->items = arena_grow(findings->arena, findings->items, findings->count,
		&findings->room, sizeof(*findings->items));
	findings->items[findings->count++] = (struct finding){
		.severity = severity,
		.where = arena_string(findings->arena, where),
		.what = arena_string(findings->arena, what),
		.about = arena_string(findings->arena, about),
	};
	if (severity == FINDING_ERROR)
		findings->errors++;
}

void findings_add(struct findings *findings, enum severity severity, const char *where,
	const char *what_format, ...)
{
	struct strbuf what = STRBUF_INIT;
	va_list args;

	va_start(args, what_format);
	strbuf_vaddf(&what, what_format, args);
	va_end(args);
	findings_add_about(findings, severity, where, NULL, what.text);
	strbuf_release(&what);
}

/* "Anna (1001): what" */
static void name_person(struct finding *finding, const char *name, struct arena *arena)
{
	const char *value = strchr(finding->about, '=');
	struct strbuf what = STRBUF_INIT;

	strbuf_add_safe(&what, name);
	strbuf_adds(&what, " (");
	strbuf_add_safe(&what, value ? value + 1 : finding->about);
	strbuf_addf(&what, "): %s", finding->what);
	finding->what = strbuf_to_arena(&what, arena);
}

void findings_name_people(struct findings *findings, const struct table *names)
{
	struct findings named = {.arena = findings->arena};

	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->items[i];
		const char *name = finding->about ? table_find(names, finding->about) : NULL;

		if (name)
			name_person(finding, name, findings->arena);
		findings_add_about(&named, finding->severity, finding->where, NULL, finding->what);
	}
	*findings = named;
}

void findings_copy(struct findings *to, const struct finding *finding)
{
	findings_add_about(to, finding->severity, finding->where, finding->about, finding->what);
}

void findings_copy_all(struct findings *to, const struct findings *from)
{
	for (size_t i = 0; i < from->count; i++)
		findings_copy(to, &from->items[i]);
}

void findings_add_value(struct strbuf *out, const char *value, size_t length)
{
	size_t shown = text_cut(value, length, VALUE_SHOWN_MAX);
	struct strbuf part = STRBUF_INIT;

	strbuf_add(&part, value, shown);
	strbuf_add_safe(out, part.text);
	if (shown < length)
		strbuf_adds(out, "…");
	strbuf_release(&part);
}

void findings_sort(struct findings *findings)
{
	if (findings->count > 1)
		qsort(findings->items, findings->count, sizeof(*findings->items), compare_findings);
}

void findings_add_lines(struct strbuf *out, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		strbuf_add_safe(out, findings->items[i].where);
		strbuf_adds(out, ": ");
		strbuf_add_safe(out, findings->items[i].what);
		strbuf_addc(out, '\n');
	}
}

void findings_print(const struct findings *findings)
{
	struct strbuf out = STRBUF_INIT;

	findings_add_lines(&out, findings);
	print_lines(stderr, out.text);
	strbuf_release(&out);
}
