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

/* Texts that copies and tables share are copied into the arena; NULL stays NULL. */
static void add_copy(struct findings *findings, const struct finding *finding)
{
	struct arena *arena = findings->arena;
	struct finding copy = *finding;

	if (is_known(findings, finding->severity, finding->where, finding->about, finding->what))
		return;
	copy.where = arena_string(arena, finding->where);
	copy.what = arena_string(arena, finding->what);
	copy.about = arena_string(arena, finding->about);
	copy.subject = arena_string(arena, finding->subject);
	copy.cause = finding->cause ? arena_string(arena, finding->cause) : copy.what;
	copy.where_named = arena_string(arena, finding->where_named);
	copy.what_named = arena_string(arena, finding->what_named);
	copy.subject_named = arena_string(arena, finding->subject_named);
	findings->items = arena_grow(arena, findings->items, findings->count, &findings->room,
		sizeof(*findings->items));
	findings->items[findings->count++] = copy;
	if (copy.severity == FINDING_ERROR)
		findings->errors++;
}

void findings_add_about(struct findings *findings, enum severity severity, const char *where,
	const char *about, const char *what)
{
	add_copy(findings,
		&(struct finding){
			.severity = severity, .where = where, .what = what, .about = about});
}

/* Where all is in the argument, all of it is the cause. */
static const char *cause_of_format(const char *what_format)
{
	return strcmp(what_format, "%s") == 0 ? NULL : what_format;
}

void findings_add(struct findings *findings, enum severity severity, const char *where,
	const char *what_format, ...)
{
	struct strbuf what = STRBUF_INIT;
	va_list args;

	va_start(args, what_format);
	strbuf_vaddf(&what, what_format, args);
	va_end(args);
	add_copy(findings,
		&(struct finding){.severity = severity,
			.where = where,
			.what = what.text,
			.cause = cause_of_format(what_format)});
	strbuf_release(&what);
}

void findings_add_of(struct findings *findings, enum severity severity, const char *where,
	const char *subject, const char *cause, const char *what_format, ...)
{
	struct strbuf what = STRBUF_INIT;
	va_list args;

	va_start(args, what_format);
	strbuf_vaddf(&what, what_format, args);
	va_end(args);
	add_copy(findings,
		&(struct finding){.severity = severity,
			.where = where,
			.what = what.text,
			.subject = subject,
			.cause = cause ? cause : cause_of_format(what_format)});
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
		finding->about = NULL;
		add_copy(&named, finding);
	}
	*findings = named;
}

/* `what` with names, which are safe, in place of the subjects' DNs; the rest is made safe. */
static void name_subjects(struct finding *finding, finding_name_fn name_of, const void *context,
	struct arena *arena)
{
	const char *rest = finding->what, *line = finding->subject;
	struct strbuf what = STRBUF_INIT;

	for (size_t length; *line; line += length + (line[length] == '\n')) {
		const char *dn, *name, *place;

		length = strcspn(line, "\n");
		dn = arena_bytes(arena, line, length);
		name = name_of(context, dn);
		place = name && length > 0 ? strstr(rest, dn) : NULL;
		if (line == finding->subject)
			finding->subject_named = name;
		if (!place)
			continue;
		strbuf_add_safe(&what, arena_bytes(arena, rest, (size_t)(place - rest)));
		strbuf_adds(&what, name);
		rest = place + length;
	}
	if (rest != finding->what) {
		strbuf_add_safe(&what, rest);
		finding->what_named = strbuf_to_arena(&what, arena);
	}
	strbuf_release(&what);
}

void findings_set_names(struct findings *findings, finding_name_fn name_of, const void *context)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->items[i];

		finding->where_named = name_of(context, finding->where);
		if (finding->subject)
			name_subjects(finding, name_of, context, findings->arena);
	}
}

void findings_copy(struct findings *to, const struct finding *finding)
{
	add_copy(to, finding);
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

void finding_add_where(struct strbuf *out, const struct finding *finding, bool with_dns)
{
	if (finding->where_named && !with_dns)
		strbuf_adds(out, finding->where_named);
	else
		strbuf_add_safe(out, finding->where);
}

void finding_add_what(struct strbuf *out, const struct finding *finding, bool with_dns)
{
	if (finding->what_named && !with_dns)
		strbuf_adds(out, finding->what_named);
	else
		strbuf_add_safe(out, finding->what);
}

void findings_add_lines(struct strbuf *out, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		finding_add_where(out, &findings->items[i], false);
		strbuf_adds(out, ": ");
		finding_add_what(out, &findings->items[i], false);
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
