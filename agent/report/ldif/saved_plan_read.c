#include <string.h>

#include "base/file/named_file.h"
#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/resume.h"
#include "report/ldif/reader.h"
#include "report/ldif/saved_plan.h"
#include "report/ldif/seal.h"

/* What the file does with a value. */
static const char HAD[] = "had", JOINS[] = "joins", LEAVES[] = "leaves";

/* The file being read. */
struct plan_reader {
	struct saved_plan *saved;
	const struct read_report *report;
	struct arena *arena;
	struct table *lists;     /* by key */
	struct table *values;    /* value_key() -> HAD, JOINS, LEAVES */
	struct saved_list *list; /* the one that is being read */
	size_t line;             /* its machine line */
	struct error *err;
};

/* What follows reads a file that is as it was written, or one that somebody sealed who is not us. */

static enum error_kind fail_line(struct plan_reader *r, size_t line, const char *what)
{
	return error_set(r->err, ERROR_USAGE, _("%s:%zu: no kept plan of postvagt's: %s"),
		r->report->file, line, what);
}

static enum error_kind read_head(struct plan_reader *r, const char *member_attribute)
{
	const struct machine *machine = &r->report->machine;
	const struct machine_head *head = &machine->head;
	struct saved_plan *saved = r->saved;

	if (head->file != MACHINE_PLAN || head->state != MACHINE_PLANNED)
		return fail_line(r, 2, _("it is a file of another kind"));
	if (strcasecmp(head->member_attribute, member_attribute) != 0)
		return fail_line(r, 2, _("it changes another attribute than the members"));
	saved->run = head->run;
	saved->case_text = head->case_text;
	saved->saved_at = head->started;
	saved->at = head->at;
	saved->held = machine->held;
	saved->held_count = machine->totals.held;
	saved->findings = machine->findings;
	saved->sha256_of.settings = head->settings_sha256;
	saved->sha256_of.tags = head->tags_sha256;
	saved->sha256_of.roles = head->roles_sha256;
	saved->sha256_of.routes = head->routes_sha256;
	return ERROR_NONE;
}

/* The key that a list's value is kept under, of all lists' values. */
static const char *value_key(struct plan_reader *r, const char *key)
{
	return arena_format(r->arena, "%s\n%s", r->list->key, key);
}

static const char *key_of(struct plan_reader *r, const char *value)
{
	const char *key = dn_key(r->arena, value);

	return key ? key : value;
}

static enum error_kind read_had(struct plan_reader *r, const char *dn)
{
	struct member_values *had = &r->list->had;
	struct member_value *value = arena_get(r->arena, sizeof(*value));
	const char *key = key_of(r, dn), *known = value_key(r, key);

	if (table_find(r->values, known))
		return fail_line(r, r->line, _("a member that is there twice"));
	table_put(r->values, known, (void *)HAD);
	*value = (struct member_value){.dn = dn, .key = key};
	member_values_add(had, r->arena, value);
	return ERROR_NONE;
}

static void add_value(struct plan_reader *r, struct saved_values *values,
	const struct machine_value *value, const char *key)
{
	values->items = arena_grow(r->arena, values->items, values->count, &values->room,
		sizeof(*values->items));
	values->items[values->count++] = (struct saved_value){.dn = value->dn,
		.key = key,
		.reasons = value->reasons,
		.reason_count = value->reason_count,
		.leaves = value->leaves};
}

static enum error_kind read_joins(struct plan_reader *r, const struct machine_value *value)
{
	const char *key = key_of(r, value->dn), *known = value_key(r, key);

	if (table_find(r->values, known))
		return fail_line(r, r->line, _("somebody is added who is there already, or twice"));
	if (value->reason_count == 0)
		return fail_line(r, r->line, _("somebody is added for no reason"));
	table_put(r->values, known, (void *)JOINS);
	add_value(r, &r->list->joins, value, key);
	return ERROR_NONE;
}

static enum error_kind read_leaves(struct plan_reader *r, const struct machine_value *value)
{
	const char *key = key_of(r, value->dn), *known = value_key(r, key);

	if (table_find(r->values, known) != HAD)
		return fail_line(r, r->line, _("somebody is removed who was not there, or twice"));
	if (!value->leaves)
		return fail_line(r, r->line, _("somebody is removed for no reason"));
	table_put(r->values, known, (void *)LEAVES);
	add_value(r, &r->list->leaves, value, key);
	return ERROR_NONE;
}

/* What the list had comes first. */
static enum error_kind read_value(struct plan_reader *r, const struct machine_value *value)
{
	switch (value->verb) {
	case MACHINE_HAD:
		return read_had(r, value->dn);
	case MACHINE_JOINS:
		return read_joins(r, value);
	case MACHINE_LEAVES:
		return read_leaves(r, value);
	case MACHINE_STAYS:
		break;
	}
	return ERROR_NONE;
}

static enum error_kind read_list(struct plan_reader *r, const struct machine_list *from)
{
	struct saved_plan *saved = r->saved;
	const char *key = dn_key(r->arena, from->dn);
	enum error_kind failed = ERROR_NONE;

	if (from->state == MACHINE_UNCHANGED)
		return ERROR_NONE;
	r->line = from->line;
	if (from->state != MACHINE_PLANNED || from->removed || from->is_person)
		return fail_line(r, r->line, _("a change that no plan makes"));
	if (!key || table_find(r->lists, key))
		return fail_line(r, r->line, _("a list's DN, given once, is expected"));
	r->list = arena_get(r->arena, sizeof(*r->list));
	*r->list = (struct saved_list){.dn = from->dn,
		.key = key,
		.exists = from->exists,
		.identity = from->identity,
		.available = from->available,
		.entry = from->entry,
		.entry_count = from->entry_count,
		.gaps = from->gaps,
		.gap_count = from->gap_count};
	memcpy(r->list->unexplained, from->unexplained, sizeof(from->unexplained));
	table_put(r->lists, key, r->list);
	saved->lists = arena_grow(r->arena, saved->lists, saved->list_count, &saved->list_room,
		sizeof(struct saved_list *));
	saved->lists[saved->list_count++] = r->list;
	for (size_t i = 0; i < from->count && !failed; i++)
		failed = read_value(r, &from->values[i]);
	return failed;
}

/* A list that is there is changed, and one that is not is made. */
static enum error_kind check_record(struct plan_reader *r, const struct read_record *record)
{
	const char *key = dn_key(r->arena, record->dn);
	const struct saved_list *list = key ? table_find(r->lists, key) : NULL;

	return !list || (record->kind == READ_MAKE) == list->exists
		? fail_line(r, record->line, _("a change that no plan makes"))
		: ERROR_NONE;
}

static enum error_kind read_all(struct plan_reader *r, const char *member_attribute)
{
	const struct machine *machine = &r->report->machine;
	enum error_kind failed = read_head(r, member_attribute);

	for (size_t i = 0; i < machine->count && !failed; i++)
		failed = read_list(r, &machine->lists[i]);
	for (size_t i = 0; i < r->report->count && !failed; i++)
		failed = check_record(r, &r->report->records[i]);
	return failed;
}

enum error_kind saved_plan_parse(struct saved_plan *saved, const char *file, const char *text,
	size_t length, const char *member_attribute, struct arena *arena, struct error *err)
{
	struct read_report report;
	struct plan_reader r = {
		.saved = saved,
		.report = &report,
		.arena = arena,
		.lists = table_new(arena),
		.values = table_new(arena),
		.err = err,
	};

	*saved = (struct saved_plan){
		.file = arena_string(arena, file),
		.sha256 = hash_hex(arena, text, length),
	};
	findings_init(&saved->findings, arena);
	saved->state = seal_read(saved, text, length, arena);
	if (saved->state == SAVED_PLAN_STALE)
		return ERROR_NONE;
	if (machine_form(text, length) > MACHINE_FORM)
		return reader_parse(&report, file, text, length, arena, err);
	if (saved->state != SAVED_PLAN_WHOLE && seal_was_there(text, length))
		return ERROR_NONE;
	if (saved->state != SAVED_PLAN_WHOLE)
		return error_set(err, ERROR_USAGE,
			_("%s: no kept plan; postvagt plan -o FILE makes one"), file);
	if (reader_parse(&report, file, text, length, arena, err))
		return err->kind;
	return read_all(&r, member_attribute);
}

enum error_kind saved_plan_load(struct saved_plan *saved, const char *file,
	const char *member_attribute, struct arena *arena, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct error failure = ERROR_INIT;
	enum error_kind failed = ERROR_NONE;

	if (named_file_read(&text, file, READER_FILE_MAX, &failure))
		failed = error_set(err, ERROR_USAGE, "%s", failure.text.text);
	else
		failed = saved_plan_parse(saved, file, text.text, text.length, member_attribute,
			arena, err);
	error_release(&failure);
	strbuf_release(&text);
	return failed;
}
