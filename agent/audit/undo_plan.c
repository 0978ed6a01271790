#include "audit/undo_plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/dn.h"
#include "base/language.h"
#include "base/table.h"
#include "decide/resume.h"
#include "report/ldif/reader.h"

struct undo_reading {
	struct kept_plan *kept;
	const char *file, *member_attribute, *run;
	struct arena *arena;
	struct table *lists; /* by key */
	struct error *err;
};

/* The list of a record, which may have several: one to add, one to delete, and more of many values. */
static struct kept_list *list_of(struct undo_reading *r, const struct read_record *record)
{
	struct kept_plan *kept = r->kept;
	const char *key = dn_key(r->arena, record->dn);
	struct kept_list *list = key ? table_find(r->lists, key) : NULL;

	if (list || !key)
		return list;
	list = arena_get(r->arena, sizeof(*list));
	*list = (struct kept_list){.dn = record->dn, .key = key, .exists = true};
	table_put(r->lists, key, list);
	kept->lists = arena_grow(r->arena, kept->lists, kept->list_count, &kept->list_room,
		sizeof(struct kept_list *));
	kept->lists[kept->list_count++] = list;
	return list;
}

static void add_value(struct undo_reading *r, struct kept_values *values, const char *dn,
	const char *why)
{
	const char *key = dn_key(r->arena, dn);

	values->items = arena_grow(r->arena, values->items, values->count, &values->room,
		sizeof(*values->items));
	values->items[values->count++] =
		(struct kept_value){.dn = dn, .key = key ? key : dn, .why = why};
}

static enum error_kind read_values(struct undo_reading *r, struct kept_list *list,
	const struct read_record *record, const struct read_values *values)
{
	bool comes_back = values->verb == READ_ADD;
	const char *why = arena_format(r->arena,
		comes_back ? _("run %s, which removed it, is taken back")
			   : _("run %s, which added it, is taken back"),
		r->run);

	if (strcasecmp(values->type, r->member_attribute) != 0)
		return error_set(r->err, ERROR_USAGE,
			_("%s:%zu: changes %s, and only lists' members are taken back; "
			  "ldapmodify -f takes the file as it is"),
			r->file, record->line, values->type);
	for (size_t i = 0; i < values->count; i++)
		add_value(r, comes_back ? &list->joins : &list->leaves, values->items[i], why);
	return ERROR_NONE;
}

static enum error_kind read_record(struct undo_reading *r, const struct read_record *record)
{
	struct kept_list *list = list_of(r, record);
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
static void leave_made(struct kept_plan *kept)
{
	size_t count = 0;

	for (size_t i = 0; i < kept->list_count; i++) {
		if (kept->lists[i]->is_made)
			findings_add(&kept->findings, FINDING_WARNING, kept->lists[i]->dn, "%s",
				_("the run made the list; it is neither deleted nor emptied"));
		else
			kept->lists[count++] = kept->lists[i];
	}
	kept->list_count = count;
}

static int by_dn(const void *left, const void *right)
{
	const struct kept_list *const *a = left, *const *b = right;

	return strcmp((*a)->dn, (*b)->dn);
}

enum error_kind undo_plan_read(struct kept_plan *kept, const struct read_report *undo,
	const char *member_attribute, const char *run, struct arena *arena, struct error *err)
{
	struct undo_reading r = {
		.kept = kept,
		.file = undo->file,
		.member_attribute = member_attribute,
		.run = run,
		.arena = arena,
		.lists = table_new(arena),
		.err = err,
	};
	enum error_kind failed = ERROR_NONE;

	kept->is_undo = true;
	findings_init(&kept->findings, arena);
	for (size_t i = 0; i < undo->count && !failed; i++)
		failed = read_record(&r, &undo->records[i]);
	leave_made(kept);
	if (kept->list_count > 1)
		qsort(kept->lists, kept->list_count, sizeof(struct kept_list *), by_dn);
	return failed;
}
