#include "person_edit/deputy_edit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/person.h"
#include "model/person_values.h"
#include "model/reference.h"

static bool names_person(struct arena *arena, const char *text, const struct person *person)
{
	struct reference reference = reference_make(arena, text);

	if (reference_is_dn(&reference))
		return strcmp(reference_dn_key(&reference), person->key) == 0;
	return (person->login && text_same(text, person->login)) ||
		(person->mail && text_same(text, person->mail));
}

/* Whether it is one part, also when others follow: a backslash at its end would escape the separator. */
static bool is_one_part(struct arena *arena, const char *name, const char *separator)
{
	const char **parts;

	if (text_split(arena, name, separator, &parts) != 1)
		return false;
	return !separator || !*separator ||
		text_split(arena, arena_format(arena, "%s%sx", name, separator), separator,
			&parts) == 2;
}

/* The name to be written: one that the separator does not split. NULL: there is none. */
static const char *name_of(struct arena *arena, const struct person_attribute *attribute,
	const char *separator, const struct person *deputy, const char *name)
{
	const char *const candidates[] = {attribute->form == FORM_DN ? NULL : name, deputy->dn};
	const char **parts;

	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
		if (candidates[i] && is_one_part(arena, candidates[i], separator)) {
			text_split(arena, candidates[i], separator, &parts);
			return parts[0];
		}
	}
	return NULL;
}

/* The parts of all values, in the order in which they count. */
static struct value_set split_values(const struct deputy_editor *editor,
	const struct value_set *values)
{
	struct value_set parts = {0};

	for (size_t i = 0; i < values->count; i++) {
		const char **items;
		size_t count =
			text_split(editor->arena, values->items[i], editor->separator, &items);

		for (size_t j = 0; j < count; j++)
			value_set_add(&parts, editor->arena, items[j]);
	}
	return parts;
}

static bool is_same_name(struct arena *arena, const char *a, const char *b)
{
	return strcmp(reference_make(arena, a).key, reference_make(arena, b).key) == 0;
}

/* Whether a value was written for an absence; with `replacing`, also the standing one that it took the place of. */
static bool is_temporary(const struct deputy_editor *editor, const struct temporary_person *person,
	const char *part, bool replacing)
{
	for (size_t i = 0; i < person->count; i++) {
		const struct temporary_deputy *item = &person->items[i];

		if (is_same_name(editor->arena, item->name, part) ||
			(replacing && item->replaces && strcmp(item->replaces, part) == 0))
			return true;
	}
	return false;
}

/* Whether all values of an attribute can be parts of one. */
static bool can_join(const struct deputy_editor *editor)
{
	return *editor->separator && editor->values->deputy.form == FORM_TEXT;
}

static void add_joined(const struct deputy_editor *editor, struct strbuf *text,
	struct value_set *values)
{
	if (text->length > 0)
		value_set_add(values, editor->arena, arena_string(editor->arena, text->text));
	strbuf_release(text);
}

/*
 * The standing deputies: those that the attribute had before, or, where somebody edited it since, what it has now, less
 * those who were added for an absence.
 */
static struct value_set find_standing(const struct deputy_editor *editor)
{
	const struct value_set *now = &editor->values->deputy.values;
	const struct temporary_person *before = editor->before;
	struct value_set standing = {0};

	if (!before)
		return *now;
	if (value_set_same(now, &before->written))
		return before->standing;
	for (size_t i = 0; i < now->count; i++) {
		struct value_set one = {.items = &now->items[i], .count = 1};
		struct value_set parts = split_values(editor, &one);
		struct strbuf text = STRBUF_INIT;
		size_t kept = 0;

		for (size_t j = 0; j < parts.count; j++) {
			bool is_added = false;

			for (size_t k = 0; k < before->count && !is_added; k++)
				is_added = !before->items[k].replaces &&
					is_same_name(editor->arena, before->items[k].name,
						parts.items[j]);
			if (!is_added)
				strbuf_add_item(&text, editor->separator, parts.items[j]);
			kept += !is_added;
		}
		if (kept == parts.count) {
			strbuf_release(&text);
			value_set_add(&standing, editor->arena, now->items[i]);
		} else {
			add_joined(editor, &text, &standing);
		}
	}
	return standing;
}

/* Whether an absence for which the deputy was named goes on, or is to come. */
static bool is_needed(const struct deputy_editor *editor, const struct temporary_deputy *deputy)
{
	size_t *indices;
	size_t count = temporary_deputy_absences(deputy, editor->absences, editor->absence_count,
		editor->arena, &indices);

	for (size_t i = 0; i < count; i++) {
		if (editor->absences[indices[i]].end > editor->now)
			return true;
	}
	return false;
}

/* Begin with what is remembered, less what is over. */
static void begin_after(struct deputy_editor *editor)
{
	const struct temporary_person *before = editor->before;
	size_t count = before ? before->count : 0;

	editor->after = (struct temporary_person){.standing = find_standing(editor),
		.items = arena_get(editor->arena, (count + 1) * sizeof(*editor->after.items))};
	for (size_t i = 0; i < count; i++) {
		if (is_needed(editor, &before->items[i]))
			editor->after.items[editor->after.count++] = before->items[i];
		else
			value_set_add(&editor->ended, editor->arena, before->items[i].name);
	}
}

/* The names of those who were named for an absence, each once. */
static struct value_set list_names(const struct deputy_editor *editor)
{
	struct value_set names = {0};

	for (size_t i = 0; i < editor->after.count; i++) {
		const char *name = editor->after.items[i].name;
		bool is_there = false;

		for (size_t j = 0; j < names.count && !is_there; j++)
			is_there = is_same_name(editor->arena, names.items[j], name);
		if (!is_there)
			value_set_add(&names, editor->arena, name);
	}
	return names;
}

/* Those named for an absence first, then the standing ones: in one value, as several, or the first one alone. */
static struct value_set make_values(const struct deputy_editor *editor)
{
	const struct person_attribute *attribute = &editor->values->deputy;
	struct value_set names = list_names(editor), values = {0};
	struct value_set parts = split_values(editor, &editor->after.standing);
	struct strbuf text = STRBUF_INIT;

	if (names.count == 0)
		return editor->after.standing;
	if (!can_join(editor) && attribute->is_single)
		names.count = 1;
	if (!can_join(editor)) {
		for (size_t i = 0; i < parts.count && !attribute->is_single; i++)
			value_set_add(&values, editor->arena, parts.items[i]);
		for (size_t i = 0; i < names.count; i++) {
			if (!value_set_has(&values, names.items[i]))
				value_set_add(&values, editor->arena, names.items[i]);
		}
		return values;
	}
	for (size_t i = 0; i < names.count; i++)
		strbuf_add_item(&text, editor->separator, names.items[i]);
	for (size_t i = 0; i < parts.count; i++) {
		if (!is_temporary(editor, &editor->after, parts.items[i], true))
			strbuf_add_item(&text, editor->separator, parts.items[i]);
	}
	add_joined(editor, &text, &values);
	return values;
}

static void write_values(struct deputy_editor *editor)
{
	editor->after.written = make_values(editor);
	value_change_replace(editor->change, editor->arena, &editor->values->deputy,
		&editor->after.written);
}

void deputy_edit_end(struct deputy_editor *editor)
{
	if (!editor->before)
		return;
	begin_after(editor);
	if (editor->ended.count > 0)
		write_values(editor);
	else
		editor->after = *editor->before;
}

/* Name a deputy for an absence, before those who were named already. */
static void add_item(struct deputy_editor *editor, const char *name, const char *replaces,
	const struct absence *absence)
{
	struct temporary_person *after = &editor->after;

	if (after->count == TEMPORARY_DEPUTIES_MAX)
		after->count--;
	memmove(&after->items[1], &after->items[0], after->count * sizeof(*after->items));
	after->items[0] = (struct temporary_deputy){
		.name = name, .replaces = replaces, .from = absence->start, .until = absence->end};
	after->count++;
}

/* Whether the deputy who comes first is named for all of that absence already. */
static bool is_named_for(const struct deputy_editor *editor, const char *name,
	const struct absence *absence)
{
	for (size_t i = 0; i < editor->after.count; i++) {
		const struct temporary_deputy *item = &editor->after.items[i];

		if (is_same_name(editor->arena, item->name, name) && item->from <= absence->start &&
			absence->end <= item->until)
			return true;
	}
	return false;
}

/* The standing deputy who is this person; NULL: none is. */
static const char *find_person(const struct deputy_editor *editor, const struct person *person)
{
	struct value_set parts = split_values(editor, &editor->after.standing);

	for (size_t i = 0; i < parts.count; i++) {
		if (names_person(editor->arena, parts.items[i], person))
			return parts.items[i];
	}
	return NULL;
}

/* Where several values are in no order: whether another one comes before this one by its bytes (rule 3). */
static bool comes_later(const struct deputy_editor *editor, const char *name)
{
	const struct value_set *written = &editor->after.written;

	for (size_t i = 0; i < written->count; i++) {
		if (strcmp(written->items[i], name) < 0)
			return true;
	}
	return false;
}

/* The deputy comes first already. Only one who was named for an absence ends, so only of such a one more is remembered. */
static enum deputy_result keep_first(struct deputy_editor *editor, const char *name,
	const struct absence *absence)
{
	if (is_temporary(editor, &editor->after, name, false) &&
		!is_named_for(editor, name, absence))
		add_item(editor, name, NULL, absence);
	write_values(editor);
	return DEPUTY_ALREADY;
}

enum deputy_result deputy_edit(struct deputy_editor *editor, const struct person *deputy,
	const char *name, const struct absence *absence)
{
	const struct person_attribute *attribute = &editor->values->deputy;
	struct value_set parts = split_values(editor, &attribute->values);
	const char *replaces;

	if (!attribute->is_known || attribute->form == FORM_TIME || attribute->form == FORM_TICKS)
		return DEPUTY_NO_ATTRIBUTE;
	name = name_of(editor->arena, attribute, editor->separator, deputy, name);
	if (!name)
		return DEPUTY_NO_NAME;
	begin_after(editor);
	if (parts.count > 0 && names_person(editor->arena, parts.items[0], deputy) &&
		!(editor->ended.count > 0 &&
			!is_temporary(editor, &editor->after, parts.items[0], false)))
		return keep_first(editor, parts.items[0], absence);
	replaces = find_person(editor, deputy);
	if (replaces && !can_join(editor))
		name = replaces;
	add_item(editor, name, replaces, absence);
	write_values(editor);
	if (can_join(editor))
		return DEPUTY_TO_WRITE;
	if (attribute->is_single)
		return parts.count > 0 ? DEPUTY_INSTEAD : DEPUTY_TO_WRITE;
	return comes_later(editor, name) ? DEPUTY_IN_NO_ORDER : DEPUTY_TO_WRITE;
}

bool deputy_edit_is_new(const struct deputy_editor *editor)
{
	const struct temporary_person *before = editor->before, *after = &editor->after;

	if (!before)
		return after->count > 0;
	if (before->count != after->count || !value_set_same(&before->written, &after->written) ||
		!value_set_same(&before->standing, &after->standing))
		return true;
	for (size_t i = 0; i < after->count; i++) {
		if (before->items[i].from != after->items[i].from ||
			before->items[i].until != after->items[i].until ||
			strcmp(before->items[i].name, after->items[i].name) != 0)
			return true;
	}
	return false;
}
