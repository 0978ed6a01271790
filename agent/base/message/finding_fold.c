#include "base/message/finding_fold.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"

static void add_member(struct finding_line *line, const struct finding *finding,
	struct arena *arena)
{
	line->members = arena_grow(arena, line->members, line->count, &line->room,
		sizeof(const struct finding *));
	line->members[line->count++] = finding;
}

/* All findings of one severity and cause, by a key of both. */
static struct table *find_alike(const struct findings *findings, struct arena *arena)
{
	struct table *alike = table_new(arena);

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		const char *key =
			arena_format(arena, "%d %s", (int)finding->severity, finding->cause);
		struct finding_line *line = table_find(alike, key);

		if (!line) {
			line = arena_get(arena, sizeof(*line));
			table_put(alike, key, line);
		}
		add_member(line, finding, arena);
	}
	return alike;
}

static void add_line(struct finding_lines *lines, struct finding_line *line, struct arena *arena)
{
	lines->items = arena_grow(arena, lines->items, lines->count, &lines->room,
		sizeof(struct finding_line *));
	lines->items[lines->count++] = line;
}

/* Whether all are at one place, so that what they are about distinguishes them. */
static bool is_of_one_place(const struct finding_line *line)
{
	for (size_t i = 1; i < line->count; i++) {
		if (strcmp(line->members[i]->where, line->members[0]->where) != 0)
			return false;
	}
	return true;
}

/* Whether they become one line: many, or some that one list or group has, and that a name tells apart. */
static bool are_folded(const struct finding_line *alike)
{
	if (alike->count >= FINDING_FOLD_MIN)
		return true;
	for (size_t i = 0; i < alike->count; i++) {
		if (!alike->members[i]->subject)
			return false;
	}
	return alike->count >= FINDING_FOLD_MIN_AT_ONE && is_of_one_place(alike);
}

/* One line of all, or one of each. */
static void add_lines(struct finding_lines *lines, struct finding_line *alike, struct arena *arena)
{
	if (are_folded(alike)) {
		add_line(lines, alike, arena);
		return;
	}
	for (size_t i = 0; i < alike->count; i++) {
		struct finding_line *single = arena_get(arena, sizeof(*single));

		add_member(single, alike->members[i], arena);
		add_line(lines, single, arena);
	}
}

struct finding_lines findings_fold(const struct findings *findings, struct arena *arena)
{
	const struct table *alike = find_alike(findings, arena);
	struct finding_lines lines = {0};

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		struct finding_line *line = table_find(alike,
			arena_format(arena, "%d %s", (int)finding->severity, finding->cause));

		if (line->members[0] == finding)
			add_lines(&lines, line, arena);
	}
	return lines;
}

/* What tells a finding from others alike, in short: what it is about, or where it is. */
static void add_name(struct strbuf *out, const struct finding *finding, bool by_subject)
{
	const char *named = by_subject ? finding->subject_named : finding->where_named;
	const char *text = by_subject ? finding->subject : finding->where;
	struct arena *arena = arena_new();

	if (named)
		strbuf_adds(out, named);
	else if (text)
		strbuf_add_safe(out, dn_leaf(arena, text));
	arena_free(arena);
}

void finding_line_add_more(struct strbuf *out, const struct finding_line *line)
{
	bool by_subject = is_of_one_place(line);
	struct strbuf names = STRBUF_INIT, name = STRBUF_INIT, last = STRBUF_INIT;
	size_t count = 0;

	if (line->count < 2)
		return;
	add_name(&last, line->members[0], by_subject);
	for (size_t i = 1; i < line->count && count < FINDING_NAMES_MAX; i++) {
		strbuf_reset(&name);
		add_name(&name, line->members[i], by_subject);
		if (name.length == 0 || strcmp(name.text, last.text) == 0)
			continue;
		strbuf_add_item(&names, ", ", name.text);
		strbuf_reset(&last);
		strbuf_adds(&last, name.text);
		count++;
	}
	if (names.length == 0)
		strbuf_addf(out, _("and %zu more like this"), line->count - 1);
	else
		strbuf_addf(out,
			line->count - 1 > count ? _("and %zu more like this: %s, …")
						: _("and %zu more like this: %s"),
			line->count - 1, names.text);
	strbuf_release(&names);
	strbuf_release(&name);
	strbuf_release(&last);
}
