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
static struct value_set split_values(struct arena *arena, const struct value_set *values,
	const char *separator)
{
	struct value_set parts = {0};

	for (size_t i = 0; i < values->count; i++) {
		const char **items;
		size_t count = text_split(arena, values->items[i], separator, &items);

		for (size_t j = 0; j < count; j++)
			value_set_add(&parts, arena, items[j]);
	}
	return parts;
}

/* The deputy, then the others in the order that they had. */
static const char *in_order(struct arena *arena, const struct value_set *parts,
	const char *separator, const struct person *deputy, const char *name)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, name);
	for (size_t i = 0; i < parts->count; i++) {
		if (!names_person(arena, parts->items[i], deputy))
			strbuf_add_item(&text, separator, parts->items[i]);
	}
	return strbuf_to_arena(&text, arena);
}

/* One more value of several; whether it is the first by its bytes (rule 3). */
static enum deputy_result add_deputy(struct entry_change *change, struct arena *arena,
	const struct person_attribute *attribute, const struct person *deputy, const char *name)
{
	enum deputy_result result = DEPUTY_TO_WRITE;
	bool is_there = false;

	for (size_t i = 0; i < attribute->values.count; i++) {
		const char *value = attribute->values.items[i];

		is_there = is_there || names_person(arena, value, deputy);
		if (!names_person(arena, value, deputy) && strcmp(value, name) < 0)
			result = DEPUTY_IN_NO_ORDER;
	}
	if (!is_there)
		value_set_add(&entry_change_of(change, attribute->type)->added, arena, name);
	return result;
}

enum deputy_result absence_edit_deputy(struct entry_change *change, struct arena *arena,
	const struct person_values *values, const char *separator, const struct person *deputy,
	const char *name)
{
	const struct person_attribute *attribute = &values->deputy;
	struct value_set parts = split_values(arena, &attribute->values, separator);
	bool can_join = *separator && attribute->form == FORM_TEXT;

	if (!attribute->is_known || attribute->form == FORM_TIME || attribute->form == FORM_TICKS)
		return DEPUTY_NO_ATTRIBUTE;
	name = name_of(arena, attribute, separator, deputy, name);
	if (!name)
		return DEPUTY_NO_NAME;
	if (parts.count > 0 && names_person(arena, parts.items[0], deputy))
		return DEPUTY_ALREADY;
	if (parts.count > 0 && !can_join && !attribute->is_single)
		return add_deputy(change, arena, attribute, deputy, name);
	if (can_join)
		name = in_order(arena, &parts, separator, deputy, name);
	value_change_replace(change, arena, attribute,
		&(struct value_set){.items = &name, .count = 1});
	return parts.count > 0 && !can_join ? DEPUTY_INSTEAD : DEPUTY_TO_WRITE;
}
