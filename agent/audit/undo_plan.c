#include "audit/undo_plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "decide/resume.h"
#include "report/ldif/reader.h"

struct undo_plan_ctx {
	struct saved_plan *saved;
	const char *file, *member_attribute;
	struct arena *arena;
	struct table *lists;  /* by key */
	struct reason *joins; /* why values come back, and go again */
	struct removal *leaves;
	struct error *err;
};

/* The list of a record, which may have several: one to add, one to delete, and more of many values. */
static struct saved_list *list_of(struct undo_plan_ctx *r, const struct read_record *record)
{
	struct saved_plan *saved = r->saved;
	const char *key = dn_key(r->arena, record->dn);
	struct saved_list *list = key ? table_find(r->lists, key) : NULL;

	if (list || !key)
		return list;
	list = arena_get(r->arena, sizeof(*list));
	*list = (struct saved_list){.dn = record->dn, .key = key, .exists = true};
	table_put(r->lists, key, list);
	saved->lists = arena_grow(r->arena, saved->lists, saved->list_count, &saved->list_room,
		sizeof(struct saved_list *));
	saved->lists[saved->list_count++] = list;
	return list;
}

static void add_value(struct undo_plan_ctx *r, struct saved_values *values, const char *dn)
{
	const char *key = dn_key(r->arena, dn);

	values->items = arena_grow(r->arena, values->items, values->count, &values->room,
		sizeof(*values->items));
	values->items[values->count++] = (struct saved_value){.dn = dn,
		.key = key ? key : dn,
		.reasons = r->joins,
		.reason_count = 1,
		.leaves = r->leaves};
}

static enum error_kind read_values(struct undo_plan_ctx *r, struct saved_list *list,
	const struct read_record *record, const struct read_values *values)
{
	bool comes_back = values->verb == READ_ADD;

	if (strcasecmp(values->type, r->member_attribute) != 0)
		return error_set(r->err, ERROR_USAGE,
			_("%s:%zu: changes %s, and only lists' members are taken back; "
			  "ldapmodify -f takes the file as it is"),
			r->file, record->line, values->type);
	for (size_t i = 0; i < values->count; i++)
		add_value(r, comes_back ? &list->joins : &list->leaves, values->items[i]);
	return ERROR_NONE;
}

static enum error_kind read_record(struct undo_plan_ctx *r, const struct read_record *record)
{
	struct saved_list *list = list_of(r, record);
	enum error_kind failed = ERROR_NONE;

	if (!list || record->commented_out || record->kind == READ_MAKE)
		return error_set(r->err, ERROR_USAGE, _("%s:%zu: no undo file of postvagt's"),
			r->file, record->line);
	list->is_made |= record->kind == READ_REMOVE;
	for (size_t i = 0; i < record->count && !failed; i++)
		failed = read_values(r, list, record, &record->values[i]);
	return failed;
}

/* Lists that the run made are told, and left as they are. */
static void leave_made(struct saved_plan *saved)
{
	size_t count = 0;

	for (size_t i = 0; i < saved->list_count; i++) {
		if (saved->lists[i]->is_made)
			findings_add(&saved->findings, FINDING_WARNING, saved->lists[i]->dn, "%s",
				_("the run made the list; it is neither deleted nor emptied"));
		else
			saved->lists[count++] = saved->lists[i];
	}
	saved->list_count = count;
}

static int by_dn(const void *left, const void *right)
{
	const struct saved_list *const *a = left, *const *b = right;

	return strcmp((*a)->dn, (*b)->dn);
}

/* Which lists had nobody before the run, by its report. One of version 0.1.0 does not say. */
static void note_empty_lists(struct undo_plan_ctx *r, const struct read_report *report)
{
	for (size_t i = 0; i < report->machine.count && !report->is_legacy; i++) {
		const struct machine_list *list = &report->machine.lists[i];
		const char *key = dn_key(r->arena, list->dn);
		struct saved_list *saved = key ? table_find(r->lists, key) : NULL;

		if (saved && !list->is_person && list->exists && list->before == 0)
			saved->was_empty = true;
	}
}

enum error_kind undo_plan_read(struct saved_plan *saved, const struct read_report *report,
	const struct read_report *undo, const char *member_attribute, const char *run,
	struct arena *arena, struct error *err)
{
	struct undo_plan_ctx r = {
		.saved = saved,
		.file = undo->file,
		.member_attribute = member_attribute,
		.arena = arena,
		.lists = table_new(arena),
		.joins = arena_get(arena, sizeof(*r.joins)),
		.leaves = arena_get(arena, sizeof(*r.leaves)),
		.err = err,
	};
	enum error_kind failed = ERROR_NONE;

	*r.joins = (struct reason){.kind = REASON_TAKEN_BACK, .what = run};
	*r.leaves = (struct removal){.kind = LEAVES_TAKEN_BACK, .told = run};
	saved->is_undo = true;
	findings_init(&saved->findings, arena);
	for (size_t i = 0; i < undo->count && !failed; i++)
		failed = read_record(&r, &undo->records[i]);
	note_empty_lists(&r, report);
	leave_made(saved);
	if (saved->list_count > 1)
		qsort(saved->lists, saved->list_count, sizeof(struct saved_list *), by_dn);
	return failed;
}
