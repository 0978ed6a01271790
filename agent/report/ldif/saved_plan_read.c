#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
	const char *member_attribute;
	struct arena *arena;
	struct table *lists;     /* by key */
	struct table *values;    /* value_key() -> HAD, JOINS, LEAVES */
	struct saved_list *list; /* whose basis or record is being read; NULL: none */
	const struct read_comment *whys, *whys_end; /* of the people who are still to come */
	struct error *err;
};

/* What follows reads a file that is as it was written, or one that somebody sealed who is not us. */

static enum error_kind fail_line(struct plan_reader *r, size_t line, const char *what)
{
	return error_set(r->err, ERROR_USAGE, _("%s:%zu: no kept plan of postvagt's: %s"),
		r->report->file, line, what);
}

/* The head */

static const char *head_text(const struct plan_reader *r, const char *label)
{
	return reader_labelled(r->report->comments, r->report->head_count, label);
}

static enum error_kind read_moment(struct plan_reader *r, const char *label, moment *result)
{
	const char *text = head_text(r, label);

	if (!text || !moment_read(text, MOMENT_START, result, NULL))
		return fail_line(r, 1, _("a line of its head is missing"));
	return ERROR_NONE;
}

static enum error_kind read_head(struct plan_reader *r)
{
	struct saved_plan *saved = r->saved;

	saved->run = head_text(r, N_("run"));
	saved->case_text = head_text(r, N_("case"));
	saved->held = head_text(r, N_("removals are held back"));
	saved->sha256_of.settings = head_text(r, N_("SHA-256 of settings"));
	saved->sha256_of.tags = head_text(r, N_("SHA-256 of tags"));
	saved->sha256_of.roles = head_text(r, N_("SHA-256 of roles"));
	saved->sha256_of.routes = head_text(r, N_("SHA-256 of routes"));
	if (!saved->run || !saved->sha256_of.settings || !saved->sha256_of.tags ||
		!saved->sha256_of.roles || !saved->sha256_of.routes)
		return fail_line(r, 1, _("a line of its head is missing"));
	if (read_moment(r, N_("started"), &saved->saved_at))
		return r->err->kind;
	return read_moment(r, N_("decided as of"), &saved->at);
}

/* The bases */

/* "label:: base64" as "label: text", decoded; NULL where it is not that. */
static const char *decode_text(struct plan_reader *r, const char *text)
{
	const char *colon = strchr(text, ':');
	unsigned char *bytes;
	size_t room, length;

	if (!colon || strncmp(colon, ":: ", 3) != 0)
		return NULL;
	room = strlen(colon + 3);
	bytes = arena_get(r->arena, room + 1);
	if (sodium_base642bin(bytes, room, colon + 3, room, NULL, &length, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0 ||
		memchr(bytes, '\0', length))
		return NULL;
	return arena_format(r->arena, "%.*s: %s", (int)(colon - text), text, bytes);
}

/* What stands behind "label: ", or behind "label:: " in base64; NULL where it is another label. */
static const char *read_exact(struct plan_reader *r, const char *text, const char *label)
{
	const char *plain = reader_label(text, label);
	const char *other = plain ? NULL : decode_text(r, text);

	return other ? reader_label(other, label) : plain;
}

/* The key that a list's value is kept under, of all lists' values. */
static const char *value_key(struct plan_reader *r, const struct saved_list *list, const char *key)
{
	return arena_format(r->arena, "%s\n%s", list->key, key);
}

static const char *key_of(struct plan_reader *r, const char *value)
{
	const char *key = dn_key(r->arena, value);

	return key ? key : value;
}

static enum error_kind start_basis(struct plan_reader *r, size_t line, const char *dn)
{
	struct saved_plan *saved = r->saved;
	const char *key = dn_key(r->arena, dn);

	if (!key || table_find(r->lists, key))
		return fail_line(r, line, _("a list's DN, given once, is expected"));
	r->list = arena_get(r->arena, sizeof(*r->list));
	*r->list = (struct saved_list){.dn = dn, .key = key, .exists = true};
	table_put(r->lists, key, r->list);
	saved->lists = arena_grow(r->arena, saved->lists, saved->list_count, &saved->list_room,
		sizeof(struct saved_list *));
	saved->lists[saved->list_count++] = r->list;
	return ERROR_NONE;
}

static enum error_kind read_had(struct plan_reader *r, size_t line, const char *dn)
{
	struct member_values *had = &r->list->had;
	const char *key = key_of(r, dn), *known = value_key(r, r->list, key);

	if (table_find(r->values, known))
		return fail_line(r, line, _("a member that is there twice"));
	table_put(r->values, known, (void *)HAD);
	had->items = arena_grow(r->arena, had->items, had->count, &had->room, sizeof(*had->items));
	had->items[had->count++] = (struct member_value){.dn = dn, .key = key};
	return ERROR_NONE;
}

/* A count that no list and no file of ours can pass. */
static bool read_count(const char *text, size_t *count, const char **rest)
{
	char *end;
	unsigned long long number;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || number > READER_FILE_MAX)
		return false;
	*count = (size_t)number;
	*rest = end;
	return true;
}

static enum error_kind read_basis_line(struct plan_reader *r, const struct read_comment *comment)
{
	const char *text = comment->text, *value, *rest;

	if ((value = read_exact(r, text, N_("had"))))
		return read_had(r, comment->line, value);
	if ((value = read_exact(r, text, N_("identity")))) {
		r->list->identity = value;
		return ERROR_NONE;
	}
	if ((value = reader_label(text, N_("for no absence"))))
		return read_count(value, &r->list->unexplained, &rest) && *rest == '\0'
			? ERROR_NONE
			: fail_line(r, comment->line, _("a number is expected"));
	if (!reader_label(text, N_("not there")))
		return fail_line(r, comment->line, _("a line of a basis is expected"));
	r->list->exists = false;
	return ERROR_NONE;
}

/* A section is a basis by its first line; sections are parted by empty lines. */
static enum error_kind read_bases(struct plan_reader *r)
{
	const struct read_report *report = r->report;
	enum error_kind failed = ERROR_NONE;

	for (size_t i = report->head_count; i < report->comment_count && !failed; i++) {
		const struct read_comment *comment = &report->comments[i];
		bool starts = comment->line != comment[-1].line + 1;
		const char *dn = starts ? read_exact(r, comment->text, N_("basis of")) : NULL;

		if (starts)
			r->list = NULL;
		if (dn)
			failed = start_basis(r, comment->line, dn);
		else if (r->list)
			failed = read_basis_line(r, comment);
	}
	r->list = NULL;
	return failed;
}

static const char *behind_words(const char *comment, const char *line)
{
	const char *words = line + strlen("# ");
	size_t length = strcspn(words, "%");

	return strncmp(comment, words, length) == 0 ? comment + length : NULL;
}

/* What stands behind the words that a line of ldif.c begins with, in any language; or NULL. */
static const char *behind_line(const char *comment, const char *line)
{
	const char *found = behind_words(comment, line);

	for (const struct translation *row = danish; !found && row->english; row++) {
		if (strcmp(row->english, line) == 0)
			found = behind_words(comment, row->danish);
	}
	return found;
}

/* The records */

/* "<dn> (<name>): <why>", or "<dn>: <why>": the last of these; "" where it is not about `dn`. */
static const char *why_of(struct plan_reader *r, const char *text, const char *dn)
{
	const char *why = "", *tail = reader_behind_dn(text, dn);

	if (tail) {
		why = strncmp(tail, ": ", 2) == 0 ? tail + 2 : strstr(tail, "): ");
		why = !why ? "" : *why == ')' ? why + 3 : why;
	}
	return arena_string(r->arena, why);
}

/* People stand in the comments in the order of the values. */
static const char *next_why(struct plan_reader *r, const char *label, const char *dn)
{
	while (r->whys < r->whys_end) {
		const char *text = reader_label(r->whys++->text, label);

		if (text)
			return why_of(r, text, dn);
	}
	return "";
}

static void add_value(struct plan_reader *r, struct saved_values *values, const char *dn,
	const char *key, const char *label)
{
	values->items = arena_grow(r->arena, values->items, values->count, &values->room,
		sizeof(*values->items));
	values->items[values->count++] =
		(struct saved_value){.dn = dn, .key = key, .why = next_why(r, label, dn)};
}

static enum error_kind read_join(struct plan_reader *r, size_t line, const char *dn)
{
	const char *key = key_of(r, dn), *known = value_key(r, r->list, key);

	if (table_find(r->values, known))
		return fail_line(r, line, _("somebody is added who is there already, or twice"));
	table_put(r->values, known, (void *)JOINS);
	add_value(r, &r->list->joins, dn, key, N_("joins"));
	return ERROR_NONE;
}

static enum error_kind read_leave(struct plan_reader *r, size_t line, const char *dn)
{
	const char *key = key_of(r, dn), *known = value_key(r, r->list, key);

	if (table_find(r->values, known) != HAD)
		return fail_line(r, line, _("somebody is removed who was not there, or twice"));
	table_put(r->values, known, (void *)LEAVES);
	add_value(r, &r->list->leaves, dn, key, N_("leaves"));
	return ERROR_NONE;
}

static void add_attribute(struct plan_reader *r, const char *type, const char *value)
{
	struct saved_list *list = r->list;

	list->entry = arena_grow(r->arena, list->entry, list->entry_count, &list->entry_room,
		sizeof(*list->entry));
	list->entry[list->entry_count++] = (struct attribute){.type = type, .value = value};
}

static enum error_kind read_values(struct plan_reader *r, const struct read_record *record,
	const struct read_values *values)
{
	bool is_member = strcasecmp(values->type, r->member_attribute) == 0;
	enum error_kind failed = ERROR_NONE;

	if (!is_member && record->kind != READ_MAKE)
		return fail_line(r, record->line,
			_("it changes another attribute than the members"));
	for (size_t i = 0; i < values->count && !failed; i++) {
		if (!is_member)
			add_attribute(r, values->type, values->items[i]);
		else if (values->verb == READ_ADD)
			failed = read_join(r, record->line, values->items[i]);
		else
			failed = read_leave(r, record->line, values->items[i]);
	}
	return failed;
}

static bool has_gap(const struct saved_list *list, const char *gap)
{
	for (size_t i = 0; i < list->gap_count; i++) {
		if (strcmp(list->gaps[i], gap) == 0)
			return true;
	}
	return false;
}

/* Both records of a list tell its gaps. */
static void add_gap(struct plan_reader *r, const char *gap)
{
	struct saved_list *list = r->list;

	if (has_gap(list, gap))
		return;
	list->gaps = arena_grow(r->arena, list->gaps, list->gap_count, &list->gap_room,
		sizeof(*list->gaps));
	list->gaps[list->gap_count++] = gap;
}

/* The number at that place, from 0: of "7 before, 7 after, 5 available", in any language. */
static size_t number_at(const char *text, size_t place)
{
	size_t number = 0;

	while (*text) {
		if (!read_count(text, &number, &text))
			text++;
		else if (place-- == 0)
			return number;
	}
	return 0;
}

/* A list's second record, of more values than one takes, has no comments of its own. */
static void read_record_comments(struct plan_reader *r, const struct read_record *record)
{
	const struct read_comment *comments = r->report->comments + record->first_comment;

	if (record->comment_count == 0)
		return;
	r->whys = comments;
	r->whys_end = comments + record->comment_count;
	for (size_t i = 0; i < record->comment_count; i++) {
		const char *gap = behind_line(comments[i].text, N_("# gap: %s\n"));
		const char *members = behind_line(comments[i].text,
			N_("# members: %zu before, %zu after, %zu available\n"));

		if (gap)
			add_gap(r, gap);
		if (members)
			r->list->available = number_at(members, 2);
	}
}

static enum error_kind read_record(struct plan_reader *r, const struct read_record *record)
{
	const char *key = dn_key(r->arena, record->dn);
	enum error_kind failed = ERROR_NONE;

	r->list = key ? table_find(r->lists, key) : NULL;
	if (!r->list)
		return fail_line(r, record->line, _("a change without a basis"));
	if (record->commented_out || record->kind == READ_REMOVE ||
		(record->kind == READ_MAKE) == r->list->exists)
		return fail_line(r, record->line, _("a change that no plan makes"));
	read_record_comments(r, record);
	for (size_t i = 0; i < record->count && !failed; i++)
		failed = read_values(r, record, &record->values[i]);
	return failed;
}

/* Findings and totals, which are in the last section. */

/* A finding, or the totals. */
static void read_end(struct plan_reader *r, const char *text)
{
	const char *error = behind_line(text, N_("# error: "));
	const char *found = error ? error : behind_line(text, N_("# warning: "));
	const char *colon = found ? strstr(found, ": ") : NULL;
	const char *total = behind_line(text,
		N_("# total: %zu added, %zu removed, %zu kept, %zu held, %zu refused\n"));

	if (total)
		r->saved->held_count = number_at(total, 3);
	if (colon)
		findings_add(&r->saved->findings, error ? FINDING_ERROR : FINDING_WARNING,
			arena_bytes(r->arena, found, (size_t)(colon - found)), "%s", colon + 2);
}

static void read_last_section(struct plan_reader *r)
{
	const struct read_comment *comments = r->report->comments;
	size_t end = r->report->comment_count, first = end;

	while (first > 1 && (first == end || comments[first - 1].line + 1 == comments[first].line))
		first--;
	for (size_t i = first; i < end; i++)
		read_end(r, comments[i].text);
}

static enum error_kind read_all(struct plan_reader *r)
{
	enum error_kind failed = read_head(r);

	if (!failed)
		failed = read_bases(r);
	for (size_t i = 0; i < r->report->count && !failed; i++)
		failed = read_record(r, &r->report->records[i]);
	if (!failed)
		read_last_section(r);
	return failed;
}

enum error_kind saved_plan_parse(struct saved_plan *saved, const char *file, const char *text,
	size_t length, const char *member_attribute, struct arena *arena, struct error *err)
{
	struct read_report report;
	struct plan_reader r = {
		.saved = saved,
		.report = &report,
		.member_attribute = member_attribute,
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
	if (saved->state != SAVED_PLAN_WHOLE && seal_was_there(text, length))
		return ERROR_NONE;
	if (saved->state != SAVED_PLAN_WHOLE)
		return error_set(err, ERROR_USAGE,
			_("%s: no kept plan; postvagt plan -o FILE makes one"), file);
	if (reader_parse(&report, file, text, length, arena, err))
		return err->kind;
	return read_all(&r);
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
