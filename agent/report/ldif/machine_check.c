#include "report/ldif/machine_check.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "report/json_text.h"
#include "report/ldif/reader.h"

/* Which list a record is of, and which values are still without their records. */
struct agreement_ctx {
	const struct read_report *report;
	struct arena *arena;
	struct table *lists;   /* machine lists, by their DNs */
	struct table *waiting; /* by value_key(): a value, or DONE once its record came */
	struct error *err;
};

static const char DONE[] = "done";

static enum error_kind fail_at(const struct agreement_ctx *a, size_t line)
{
	return error_set(a->err, ERROR_USAGE,
		_("%s:%zu: the record and the machine lines do not say the same; the file was altered "
		  "or damaged"),
		a->report->file, line);
}

static const char *value_key(const struct agreement_ctx *a, const struct machine_list *list,
	bool is_removal, const char *attribute, const char *value)
{
	return arena_format(a->arena, "%zu %c %s %s", (size_t)(list - a->report->machine.lists),
		is_removal ? '-' : '+', attribute ? attribute : "", value);
}

/* Values and lists are named once each, and a list's state is what its values come to. */
static enum error_kind collect_list(struct agreement_ctx *a, const struct machine_list *list)
{
	if (table_find(a->lists, list->dn) || list->state != machine_list_state(list))
		return fail_at(a, list->line);
	table_put(a->lists, list->dn, (void *)list);
	for (size_t i = 0; i < list->count; i++) {
		const struct machine_value *value = &list->values[i];
		const char *key;

		if (!machine_is_recorded(list, value))
			continue;
		key = value_key(a, list, value->verb == MACHINE_LEAVES, value->attribute,
			value->dn);
		if (table_find(a->waiting, key))
			return fail_at(a, list->line);
		table_put(a->waiting, key, (void *)value);
	}
	return ERROR_NONE;
}

static bool take_value(struct agreement_ctx *a, const struct machine_list *list,
	const struct read_record *record, const struct read_values *values, const char *text)
{
	bool is_member = !list->is_person &&
		strcmp(values->type, a->report->machine.head.member_attribute) == 0;
	const char *key = value_key(a, list, values->verb == READ_DELETE,
		is_member ? NULL : json_valid_text(a->arena, values->type),
		json_valid_text(a->arena, text));
	const struct machine_value *value = table_find(a->waiting, key);

	if (!value || (const void *)value == DONE ||
		machine_is_commented_out(value) != record->commented_out)
		return false;
	table_put(a->waiting, key, (void *)DONE);
	return true;
}

/* A list that is made has other attributes, too: they are the list's, in that order. */
static bool take_attribute(struct agreement_ctx *a, const struct machine_list *list, size_t *place,
	const char *type, const char *text)
{
	const struct attribute *attribute = &list->entry[*place];

	if (*place >= list->entry_count)
		return false;
	(*place)++;
	return strcmp(attribute->type, json_valid_text(a->arena, type)) == 0 &&
		strcmp(attribute->value, json_valid_text(a->arena, text)) == 0;
}

static bool take_values(struct agreement_ctx *a, const struct machine_list *list,
	const struct read_record *record)
{
	const char *members = a->report->machine.head.member_attribute;
	bool is_made = record->kind == READ_MAKE;
	size_t place = 0;

	for (size_t i = 0; i < record->count; i++) {
		const struct read_values *values = &record->values[i];

		for (size_t j = 0; j < values->count; j++) {
			const char *text = values->items[j];
			bool good = is_made && strcmp(values->type, members) != 0
				? take_attribute(a, list, &place, values->type, text)
				: take_value(a, list, record, values, text);

			if (!good)
				return false;
		}
	}
	return !is_made || (!list->exists && place == list->entry_count);
}

static enum error_kind take_record(struct agreement_ctx *a, const struct read_record *record)
{
	const struct machine_list *list =
		table_find(a->lists, json_valid_text(a->arena, record->dn));

	if (!list || (const void *)list == DONE || list->removed != (record->kind == READ_REMOVE) ||
		!take_values(a, list, record))
		return fail_at(a, record->line);
	if (list->removed)
		table_put(a->lists, list->dn, (void *)DONE);
	return ERROR_NONE;
}

/* What has no record. */
static enum error_kind check_rest(const struct agreement_ctx *a, const struct machine_list *list)
{
	if (list->removed && table_find(a->lists, list->dn) != (const void *)DONE)
		return fail_at(a, list->line);
	for (size_t i = 0; i < list->count; i++) {
		const struct machine_value *value = &list->values[i];

		if (machine_is_recorded(list, value) &&
			table_find(a->waiting,
				value_key(a, list, value->verb == MACHINE_LEAVES, value->attribute,
					value->dn)) != (const void *)DONE)
			return fail_at(a, list->line);
	}
	return ERROR_NONE;
}

enum error_kind machine_check(const struct read_report *report, struct error *err)
{
	struct arena *own = arena_new();
	struct agreement_ctx a = {.report = report,
		.arena = own,
		.lists = table_new(own),
		.waiting = table_new(own),
		.err = err};
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < report->machine.count && !failed; i++)
		failed = collect_list(&a, &report->machine.lists[i]);
	for (size_t i = 0; i < report->count && !failed; i++)
		failed = take_record(&a, &report->records[i]);
	for (size_t i = 0; i < report->machine.count && !failed; i++)
		failed = check_rest(&a, &report->machine.lists[i]);
	arena_free(own);
	return failed;
}
