#include "report/ldif/reader.h"

#include <sodium.h>
#include <string.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "report/ldif/legacy.h"
#include "report/ldif/machine_check.h"

/* The file being read, line by line. */
struct scanner {
	struct read_report *report;
	struct arena *arena;
	const char *text, *end;
	const char *at; /* the line that is looked at */
	size_t length;  /* of it, without its newline */
	size_t line;    /* its number, from 1 */
	size_t section; /* report->comment_count at the last empty line */
	bool in_head;   /* no empty line came yet */
	bool is_over;   /* no line is left */
	struct error *err;
};

static enum error_kind fail_line(struct scanner *s, const char *expected)
{
	int shown = s->length > 60 ? 60 : (int)s->length;

	return error_set(s->err, ERROR_USAGE, _("%s:%zu: \"%.*s\" found, %s expected"),
		s->report->file, s->line, shown, s->is_over ? "" : s->at, expected);
}

static void look_at(struct scanner *s, const char *from)
{
	const char *newline;

	s->line++;
	s->at = from;
	s->is_over = from >= s->end;
	s->length = 0;
	if (s->is_over)
		return;
	newline = memchr(from, '\n', (size_t)(s->end - from));
	s->length = (size_t)((newline ? newline : s->end) - from);
}

static void next_line(struct scanner *s)
{
	look_at(s, s->at + s->length + 1);
}

static bool starts_with(const struct scanner *s, const char *with)
{
	size_t length = strlen(with);

	return !s->is_over && s->length >= length && memcmp(s->at, with, length) == 0;
}

/* One line of a record, unfolded. */
struct logical {
	char *text;
	size_t length, line;
};

/* Read a line and those that go on with it, each behind `prefix`; the scanner is then behind them. */
static struct logical read_logical(struct scanner *s, const char *prefix)
{
	size_t skip = strlen(prefix);
	struct strbuf text = STRBUF_INIT;
	struct logical logical = {.line = s->line};
	struct strbuf folded = STRBUF_INIT;

	strbuf_addf(&folded, "%s ", prefix);
	strbuf_add(&text, s->at + skip, s->length - skip);
	for (next_line(s); starts_with(s, folded.text); next_line(s))
		strbuf_add(&text, s->at + skip + 1, s->length - skip - 1);
	logical.length = text.length;
	logical.text = arena_bytes(s->arena, text.text, text.length);
	strbuf_release(&folded);
	strbuf_release(&text);
	return logical;
}

static enum error_kind wrong_line(struct scanner *s, const struct logical *logical,
	const char *expected)
{
	return error_set(s->err, ERROR_USAGE, _("%s:%zu: \"%.60s\" found, %s expected"),
		s->report->file, logical->line, logical->text, expected);
}

static enum error_kind decode_value(struct scanner *s, const struct logical *logical,
	const char *base64, const char **value)
{
	size_t room = strlen(base64), length;
	unsigned char *bytes = arena_get(s->arena, room + 1);

	if (sodium_base642bin(bytes, room, base64, room, NULL, &length, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0 ||
		memchr(bytes, '\0', length))
		return wrong_line(s, logical, _("a text in base64"));
	*value = (const char *)bytes;
	return ERROR_NONE;
}

/* "name: value" or "name:: base64": the name ends where the line is cut. */
static bool split_line(struct scanner *s, struct logical *logical, const char **name,
	const char **value)
{
	char *colon = memchr(logical->text, ':', logical->length);

	*name = *value = "";
	if (memchr(logical->text, '\0', logical->length) || !colon || colon == logical->text)
		return wrong_line(s, logical, _("\"name: value\"")) == ERROR_NONE;
	if (colon[1] != ' ' && !(colon[1] == ':' && colon[2] == ' '))
		return wrong_line(s, logical, _("\"name: value\"")) == ERROR_NONE;
	*name = arena_bytes(s->arena, logical->text, (size_t)(colon - logical->text));
	if (colon[1] == ':')
		return decode_value(s, logical, colon + 3, value) == ERROR_NONE;
	*value = colon + 2;
	return true;
}

static struct read_values *values_new(struct scanner *s, struct read_record *record,
	enum read_verb verb, const char *type)
{
	struct read_values *values;

	record->values = arena_grow(s->arena, record->values, record->count, &record->room,
		sizeof(*record->values));
	values = &record->values[record->count++];
	values->verb = verb;
	values->type = type;
	return values;
}

static void value_add(struct scanner *s, struct read_values *values, const char *value)
{
	values->items = arena_grow(s->arena, values->items, values->count, &values->room,
		sizeof(*values->items));
	values->items[values->count++] = value;
}

/* Whether a record goes on: a line that is not empty, behind the prefix. */
static bool goes_on(const struct scanner *s, const char *prefix)
{
	return starts_with(s, prefix) && s->length > strlen(prefix);
}

/* "add: type", its values, "-" */
static enum error_kind read_modification(struct scanner *s, struct read_record *record,
	const char *prefix)
{
	struct logical logical = read_logical(s, prefix);
	const char *name, *value;
	struct read_values *values;

	if (!split_line(s, &logical, &name, &value))
		return s->err->kind;
	if (strcmp(name, "add") != 0 && strcmp(name, "delete") != 0)
		return wrong_line(s, &logical, _("\"add:\" or \"delete:\""));
	values = values_new(s, record, *name == 'a' ? READ_ADD : READ_DELETE, value);
	while (goes_on(s, prefix)) {
		logical = read_logical(s, prefix);
		if (strcmp(logical.text, "-") == 0) {
			return values->count > 0 ? ERROR_NONE
						 : wrong_line(s, &logical, _("a value"));
		}
		if (!split_line(s, &logical, &name, &value))
			return s->err->kind;
		if (strcmp(name, values->type) != 0)
			return wrong_line(s, &logical, _("a value of the same attribute"));
		value_add(s, values, value);
	}
	return fail_line(s, _("\"-\""));
}

static enum error_kind read_modify(struct scanner *s, struct read_record *record,
	const char *prefix)
{
	enum error_kind failed =
		goes_on(s, prefix) ? ERROR_NONE : fail_line(s, _("\"add:\" or \"delete:\""));

	while (!failed && goes_on(s, prefix))
		failed = read_modification(s, record, prefix);
	return failed;
}

static enum error_kind read_make(struct scanner *s, struct read_record *record, const char *prefix)
{
	struct read_values *values = NULL;

	while (goes_on(s, prefix)) {
		struct logical logical = read_logical(s, prefix);
		const char *name, *value;

		if (!split_line(s, &logical, &name, &value))
			return s->err->kind;
		if (!values || strcmp(values->type, name) != 0)
			values = values_new(s, record, READ_ADD, name);
		value_add(s, values, value);
	}
	return values ? ERROR_NONE : fail_line(s, _("an attribute"));
}

static enum error_kind read_change(struct scanner *s, struct read_record *record,
	const char *prefix)
{
	struct logical logical;

	if (!goes_on(s, prefix))
		return fail_line(s, "\"changetype:\"");
	logical = read_logical(s, prefix);
	if (strcmp(logical.text, "changetype: modify") == 0)
		return read_modify(s, record, prefix);
	if (strcmp(logical.text, "changetype: add") == 0) {
		record->kind = READ_MAKE;
		return read_make(s, record, prefix);
	}
	record->kind = READ_REMOVE;
	if (strcmp(logical.text, "changetype: delete") != 0)
		return wrong_line(s, &logical, "\"changetype:\"");
	return ERROR_NONE;
}

static enum error_kind read_record(struct scanner *s, const char *prefix)
{
	struct read_report *report = s->report;
	struct read_record *record;
	struct logical logical = read_logical(s, prefix);
	const char *name = "", *dn = "";

	if (!split_line(s, &logical, &name, &dn))
		return s->err->kind;
	if (strcmp(name, "dn") != 0 || !*dn)
		return wrong_line(s, &logical, "\"dn:\"");
	report->records = arena_grow(s->arena, report->records, report->count, &report->room,
		sizeof(*report->records));
	record = &report->records[report->count++];
	*record = (struct read_record){
		.line = logical.line,
		.dn = dn,
		.commented_out = *prefix,
		.first_comment = s->section,
		.comment_count = report->comment_count - s->section,
	};
	if (read_change(s, record, prefix))
		return s->err->kind;
	record->end = s->line;
	if (!s->is_over && s->length > 0)
		return fail_line(s, _("an empty line"));
	return ERROR_NONE;
}

static enum error_kind read_comment(struct scanner *s)
{
	struct read_report *report = s->report;

	if (memchr(s->at, '\0', s->length))
		return fail_line(s, _("a text"));
	report->comments = arena_grow(s->arena, report->comments, report->comment_count,
		&report->comment_room, sizeof(*report->comments));
	report->comments[report->comment_count++] = (struct read_comment){
		.line = s->line,
		.text = arena_bytes(s->arena, s->at + 2, s->length - 2),
	};
	report->is_whole = strcmp(report->comments[report->comment_count - 1].text, "end") == 0;
	next_line(s);
	return ERROR_NONE;
}

static enum error_kind read_machine(struct scanner *s)
{
	struct read_report *report = s->report;
	size_t skip = strlen(MACHINE_PREFIX);
	const char *expected =
		machine_read(&report->machine, (struct machine_place){s->line, s->in_head},
			s->at + skip, s->length - skip, s->arena);

	if (expected)
		return fail_line(s, expected);
	if (s->in_head && s->line > 2)
		report->head_line = s->line;
	if (!s->in_head && report->body_line == 0)
		report->body_line = s->line;
	report->end_line = s->line;
	next_line(s);
	return ERROR_NONE;
}

static enum error_kind read_section(struct scanner *s)
{
	if (s->length == 0) {
		if (s->in_head)
			s->report->head_count = s->report->comment_count;
		s->in_head = false;
		s->section = s->report->comment_count;
		next_line(s);
		return ERROR_NONE;
	}
	if (s->report->is_whole)
		return fail_line(s, _("nothing behind \"# end\""));
	if (!s->report->is_legacy && starts_with(s, MACHINE_PREFIX))
		return read_machine(s);
	if (s->report->body_line > 0 && (!starts_with(s, "# ") || starts_with(s, "# dn:")))
		return fail_line(s, _("no record behind the machine lines"));
	if (starts_with(s, "# dn: ") || starts_with(s, "# dn:: "))
		return read_record(s, "# ");
	if (starts_with(s, "# "))
		return read_comment(s);
	return read_record(s, "");
}

/* A text of ours has no control characters: behind a NUL, one reader would see less of it than the next. */
static enum error_kind check_text(const char *file, const char *text, size_t length,
	struct error *err)
{
	size_t line = 1;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];

		if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f)
			return error_set(err, ERROR_USAGE,
				_("%s:%zu: found the control character 0x%02X, expected text; the file was "
				  "altered or damaged"),
				file, line, (unsigned int)byte);
		line += byte == '\n';
	}
	return ERROR_NONE;
}

static enum error_kind check_form(struct read_report *report, const char *text, size_t length,
	struct error *err)
{
	int form = machine_form(text, length);

	report->is_legacy = form == 1;
	if (form == 0)
		return error_set(err, ERROR_USAGE, _("%s:2: the machine line cannot be read"),
			report->file);
	if (form > MACHINE_FORM)
		return error_set(err, ERROR_USAGE,
			_("%s:2: form %d, which a newer version of postvagt wrote; this one reads up to "
			  "form %d"),
			report->file, form, MACHINE_FORM);
	return ERROR_NONE;
}

enum error_kind reader_parse(struct read_report *report, const char *file, const char *text,
	size_t length, struct arena *arena, struct error *err)
{
	struct scanner s = {.report = report,
		.arena = arena,
		.text = text,
		.end = text + length,
		.in_head = true,
		.err = err};
	enum error_kind failed = ERROR_NONE;

	*report = (struct read_report){.file = arena_string(arena, file)};
	findings_init(&report->machine.findings, arena);
	report->sha256 = hash_hex(arena, text, length);
	if (check_text(file, text, length, err))
		return err->kind;
	look_at(&s, text);
	if (!starts_with(&s, "version: 1") || s.length != strlen("version: 1"))
		return fail_line(&s, "\"version: 1\"");
	if (text[length - 1] != '\n')
		return error_set(err, ERROR_USAGE, _("%s: ends in the middle of a line"), file);
	next_line(&s);
	failed = check_form(report, text, length, err);
	while (!failed && !s.is_over)
		failed = read_section(&s);
	if (s.in_head)
		report->head_count = report->comment_count;
	if (!failed && report->is_legacy)
		legacy_read(report, arena);
	else if (!failed)
		failed = machine_check(report, err);
	return failed;
}

enum error_kind reader_load(struct read_report *report, const char *file, struct arena *arena,
	struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	const struct file_rules rules = {
		.max = READER_FILE_MAX, .must_exist = true, .no_link = true, .is_text = true};

	if (file_read(&text, file, &rules, err) == FILE_READ)
		reader_parse(report, file, text.text, text.length, arena, err);
	strbuf_release(&text);
	return err->kind;
}
