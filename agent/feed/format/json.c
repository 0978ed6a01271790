/*
 * The array of records is found by a walk over the text; what is around it is parsed
 * with the array left empty, and each record by itself. So a document of millions of
 * values takes no more memory than its text and one record.
 */
#include "feed/format/format.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "feed/format/json_text.h"
#include "feed/format/markup.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"

#define PARSE_FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL)

/* More is no record, and more around the records is no feed. */
#define PIECE_MAX ((size_t)1 << 20)

/* A page being read. */
struct json_page {
	struct feed_reader *reading; /* borrowed */
	struct json_walk walk;
	struct strbuf quoted; /* the piece being parsed */
	struct strbuf around; /* all but the records */
	size_t open, close;   /* the brackets of the array */
	bool is_one;          /* it is a single record, not an array */
	struct error *err;    /* borrowed */
};

static void page_release(struct json_page *page)
{
	strbuf_release(&page->quoted);
	strbuf_release(&page->around);
}

static enum error_kind fail_at(struct json_page *page, size_t at, const char *why)
{
	size_t line, column;

	json_text_place(page->walk.text, at, &line, &column);
	return record_page_bad(line, column, why, page->err);
}

static enum error_kind fail_walk(struct json_page *page)
{
	return fail_at(page, page->walk.at, page->walk.why);
}

/*
 * What jansson found, in our words: its own text quotes what stands there, which may be what
 * nobody is to read.
 */
static void add_problem(struct strbuf *out, const json_error_t *error)
{
	const char *expected = strstr(error->text, " expected");

	switch (json_error_code(error)) {
	case json_error_invalid_utf8:
		strbuf_adds(out, _("not UTF-8, as JSON always is"));
		return;
	case json_error_duplicate_key:
		strbuf_adds(out, _("one name stands twice in an object"));
		return;
	case json_error_premature_end_of_input:
		strbuf_adds(out, _("the text ends too early; it may have been cut off"));
		return;
	default:
		break;
	}
	if (expected && *error->text == '\'')
		strbuf_addf(out, _("no valid JSON; expected %.*s"), (int)(expected - error->text),
			error->text);
	else
		strbuf_adds(out, _("no valid JSON before this place; expected JSON (RFC 8259)"));
}

/* Parse a piece of JSON. NULL where it is none; `*at` is how far in it the trouble lies. */
static json_t *parse_text(struct strbuf *quoted, const char *text, size_t length,
	struct strbuf *why, size_t *at)
{
	json_error_t error;
	json_t *value;

	strbuf_reset(quoted);
	json_text_quote(quoted, text, length, SIZE_MAX);
	value = json_loadb(quoted->text, quoted->length, PARSE_FLAGS, &error);
	if (value)
		return value;
	add_problem(why, &error);
	strbuf_reset(quoted);
	*at = json_text_quote(quoted, text, length,
		error.position > 0 ? (size_t)error.position : 0);
	return NULL;
}

static const char *kind_of(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return _("an object");
	case JSON_ARRAY:
		return _("an array");
	case JSON_STRING:
		return _("a text or a number");
	case JSON_NULL:
		return _("null");
	default:
		break;
	}
	return _("true or false");
}

/* The value at a pointer, or NULL; borrowed. */
static const json_t *value_at(const json_t *value, const char *pointer)
{
	struct strbuf token = STRBUF_INIT;

	while (value && json_pointer_next(&pointer, &token)) {
		if (json_is_array(value))
			value = json_array_get(value, strtoul(token.text, NULL, 10));
		else
			value = json_object_get(value, token.text);
	}
	strbuf_release(&token);
	return value;
}

/* A record's member of that name, or what its dotted path leads to; borrowed, NULL: not there. */
static const json_t *find_field(const json_t *record, const char *name)
{
	const json_t *value = json_object_get(record, name);
	const char *dot = strchr(name, '.');

	for (; !value && dot; dot = strchr(name, '.')) {
		record = json_object_getn(record, name, (size_t)(dot - name));
		name = dot + 1;
		if (!strchr(name, '.'))
			value = json_object_get(record, name);
	}
	return value;
}

/* Whether an object stands where the records are that is a record itself: it has somebody's name. */
static bool is_one_record(struct json_page *page)
{
	const char *person = page->reading->settings->fields.person;
	const char *text = page->walk.text + page->open;
	size_t length = page->close - page->open, at;
	struct strbuf why = STRBUF_INIT;
	json_t *value = NULL;
	bool is_one;

	if (!person)
		return false;
	if (*text == '{' && length <= PIECE_MAX)
		value = parse_text(&page->quoted, text, length, &why, &at);
	is_one = find_field(value, person) != NULL || why.length > 0;
	json_decref(value);
	strbuf_release(&why);
	return is_one;
}

static enum error_kind fail_records(struct json_page *page)
{
	const char *pointer = page->reading->settings->records;
	struct strbuf why = STRBUF_INIT;
	enum error_kind kind;

	if (*pointer)
		strbuf_addf(&why, _("no array at %s, where the settings look for the records"),
			pointer);
	else
		strbuf_adds(&why,
			_("the document is no array; `records` says where in it the records are"));
	kind = record_page_bad(0, 0, why.text, page->err);
	strbuf_release(&why);
	return kind;
}

/* Whether a server says, beside what it has, what it could not get; GraphQL answers 200 all the same. */
static bool has_errors(const struct json_page *page, size_t *at)
{
	struct json_walk walk = {.text = page->walk.text, .length = page->walk.length};
	const char *records = page->reading->settings->records;
	char open;

	if (strncmp(records, "/errors", 7) == 0 || !json_walk_to(&walk, "/errors"))
		return false;
	*at = walk.at;
	if (walk.at == walk.length || strchr("nf0", walk.text[walk.at]))
		return false;
	open = walk.text[walk.at++];
	if (open == '"')
		return walk.at < walk.length && walk.text[walk.at] != '"';
	json_walk_blanks(&walk);
	return (open != '[' && open != '{') ||
		(walk.at < walk.length && walk.text[walk.at] != (open == '[' ? ']' : '}'));
}

/* Find the array of records, or the one object that stands in its place, and its brackets. */
static enum error_kind find_records(struct json_page *page)
{
	struct json_walk *walk = &page->walk;
	size_t at;

	if (has_errors(page, &at))
		return fail_at(page, at,
			_("the answer has errors beside the records, so some may be missing"));
	if (!json_walk_to(walk, page->reading->settings->records))
		return walk->why ? fail_walk(page) : fail_records(page);
	page->open = walk->at;
	if (!json_walk_value(walk))
		return fail_walk(page);
	page->close = walk->at;
	page->is_one = is_one_record(page);
	return page->is_one || walk->text[page->open] == '[' ? ERROR_NONE : fail_records(page);
}

/* The document with an empty array, or object, where the records are. */
static void cut_records(struct json_page *page)
{
	const struct json_walk *walk = &page->walk;

	strbuf_add(&page->around, walk->text, page->open + 1);
	strbuf_add(&page->around, walk->text + page->close - 1, walk->length - page->close + 1);
}

/* Where the next page is named, that must be an address: else all behind this page would be missed. */
static enum error_kind check_around(struct json_page *page, const json_t *document)
{
	const struct feed_settings *settings = page->reading->settings;
	const json_t *next = settings->next ? value_at(document, settings->next) : NULL;
	struct strbuf why = STRBUF_INIT;
	enum error_kind kind = ERROR_NONE;

	if (next && (json_is_object(next) || json_is_array(next) || json_is_true(next))) {
		strbuf_addf(&why, _("%s is %s; expected the address of the next page, or null"),
			settings->next, kind_of(next));
		kind = record_page_bad(0, 0, why.text, page->err);
	}
	strbuf_release(&why);
	return kind;
}

static enum error_kind parse_around(struct json_page *page)
{
	struct strbuf why = STRBUF_INIT;
	enum error_kind kind = ERROR_NONE;
	size_t at = 0;
	json_t *document;

	cut_records(page);
	if (page->around.length > PIECE_MAX)
		return record_page_bad(0, 0, _("more than a megabyte stands around the records"),
			page->err);
	document = parse_text(&page->quoted, page->around.text, page->around.length, &why, &at);
	if (document)
		kind = check_around(page, document);
	else
		kind = fail_at(page, at <= page->open + 1 ? at : at + page->close - page->open - 2,
			why.text);
	json_decref(document);
	strbuf_release(&why);
	return kind;
}

/* The text of a field's value, NULL where it is not there; false, with why, where it is something else. */
static bool field_text(const char *name, const json_t *value, const char **text, struct strbuf *why)
{
	const char *what = NULL;

	*text = NULL;
	if (!value || json_is_null(value))
		return true;
	if (!json_is_string(value))
		what = kind_of(value);
	else if (strlen(json_string_value(value)) != json_string_length(value))
		what = _("a text with the character NUL");
	else
		*text = json_string_value(value);
	if (what)
		strbuf_addf(why, _("%s is %s; expected a text or a number"), name, what);
	return what == NULL;
}

/* Read the deputies into `record`; those that cannot be read cost it nothing but themselves. */
static const char **read_deputies(struct json_page *page, size_t number, struct record *record,
	const json_t *value)
{
	const char *name = page->reading->settings->fields.deputy, **texts;
	bool several = json_is_array(value);
	size_t given = several ? json_array_size(value) : 1;
	struct strbuf why = STRBUF_INIT;

	if (!value || given == 0)
		return NULL;
	texts = memory_get(given * sizeof(*texts));
	for (size_t i = 0; i < given; i++) {
		const json_t *one = several ? json_array_get(value, i) : value;

		strbuf_reset(&why);
		if (!field_text(name, one, &texts[record->deputy_count], &why))
			record_note(page->reading, number, record, false, why.text);
		else if (texts[record->deputy_count])
			record->deputy_count++;
	}
	record->deputies = texts;
	strbuf_release(&why);
	return texts;
}

/* Read who, from when and until when; false, with why, where one of them is not a text. */
static bool read_texts(const struct json_page *page, struct record *record, const json_t *object,
	struct strbuf *why)
{
	const struct feed_settings *settings = page->reading->settings;
	const char *const names[] = {
		settings->fields.person, settings->fields.from, settings->fields.until};
	const char **const texts[] = {&record->person, &record->from, &record->until};

	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i] && !field_text(names[i], find_field(object, names[i]), texts[i], why))
			return false;
	}
	return true;
}

/* A value as `only` compares it; NULL where it is not a text. Borrowed. */
static const char *only_text(const json_t *value)
{
	if (json_is_null(value))
		return "";
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value))
		return NULL;
	return json_string_value(value);
}

/* What a record has in a field of `only`: each item of an array; an empty array is an empty text. */
static void read_only(struct strings *values, const json_t *value, struct arena *arena)
{
	size_t count = json_array_size(value);

	if (!value)
		return;
	values->count = count > 0 ? count : 1;
	values->items = arena_get(arena, values->count * sizeof(*values->items));
	if (!json_is_array(value))
		values->items[0] = only_text(value);
	else if (count == 0)
		values->items[0] = "";
	for (size_t i = 0; i < count; i++)
		values->items[i] = only_text(json_array_get(value, i));
}

/* The values for record.only, in `arena`. */
static const struct strings *only_values(const struct json_page *page, const json_t *object,
	struct arena *arena)
{
	const struct feed_settings *settings = page->reading->settings;
	struct strings *values = arena_get(arena, settings->only_count * sizeof(*values));

	for (size_t i = 0; i < settings->only_count; i++)
		read_only(&values[i], find_field(object, settings->only[i].name), arena);
	return values;
}

/* Whether `only` sets the record aside. */
static bool is_set_aside(const struct json_page *page, size_t number, struct record *record,
	const json_t *object)
{
	struct arena *arena;
	bool is_aside;

	if (page->reading->settings->only_count == 0)
		return false;
	arena = arena_new();
	record->only = only_values(page, object, arena);
	is_aside = record_is_set_aside(page->reading, number, record);
	record->only = NULL;
	arena_free(arena);
	return is_aside;
}

static void read_object(struct json_page *page, size_t number, const json_t *object)
{
	const char *deputy = page->reading->settings->fields.deputy, **deputies = NULL;
	struct record record = {.person = NULL};
	struct strbuf why = STRBUF_INIT;
	bool is_whole = read_texts(page, &record, object, &why);

	if (is_set_aside(page, number, &record, object)) {
		strbuf_release(&why);
		return;
	}
	if (is_whole) {
		if (deputy)
			deputies = read_deputies(page, number, &record, find_field(object, deputy));
		record_add(page->reading, number, &record);
	} else {
		record_refuse(page->reading, number, &record, why.text);
	}
	free(deputies);
	strbuf_release(&why);
}

static void read_value(struct json_page *page, size_t number, const json_t *value)
{
	struct strbuf why = STRBUF_INIT;

	if (json_is_object(value)) {
		read_object(page, number, value);
		return;
	}
	strbuf_addf(&why, _("this is %s; expected an object"), kind_of(value));
	record_refuse(page->reading, number, NULL, why.text);
	strbuf_release(&why);
}

/* Read the record that stands from `start` to where the walk is. */
static enum error_kind read_record(struct json_page *page, size_t start)
{
	size_t length = page->walk.at - start, number, at = 0;
	enum error_kind kind = record_begin(page->reading, &number, page->err);
	struct strbuf why = STRBUF_INIT;
	json_t *value;

	if (kind)
		return kind;
	if (length > PIECE_MAX) {
		record_refuse(page->reading, number, NULL, _("larger than a megabyte"));
		return ERROR_NONE;
	}
	value = parse_text(&page->quoted, page->walk.text + start, length, &why, &at);
	if (value)
		read_value(page, number, value);
	else
		kind = fail_at(page, start + at, why.text);
	json_decref(value);
	strbuf_release(&why);
	return kind;
}

static enum error_kind read_records(struct json_page *page)
{
	struct json_walk *walk = &page->walk;
	bool last;

	if (page->is_one) {
		walk->at = page->close;
		return read_record(page, page->open);
	}
	walk->at = page->open + 1;
	json_walk_blanks(walk);
	last = walk->text[walk->at] == ']';
	while (!last) {
		size_t start = walk->at;
		enum error_kind kind;

		if (!json_walk_value(walk))
			return fail_walk(page);
		kind = read_record(page, start);
		if (kind)
			return kind;
		if (!json_walk_separator(walk, ']', &last))
			return fail_walk(page);
	}
	return ERROR_NONE;
}

static void page_init(struct json_page *page, struct feed_reader *reading, const char *body,
	size_t length, struct error *err)
{
	size_t mark = text_mark_length(body, length);

	*page = (struct json_page){.reading = reading,
		.walk = {.text = body + mark, .length = length - mark},
		.quoted = STRBUF_INIT,
		.around = STRBUF_INIT,
		.err = err};
}

enum error_kind json_read(struct feed_reader *reading, const char *body, size_t length,
	struct error *err)
{
	enum error_kind kind;
	struct json_page page;

	if (markup_starts(body, length))
		return record_page_bad(1, 1,
			_("a web page or XML came; expected JSON; see whether the address asks for "
			  "a login"),
			err);
	page_init(&page, reading, body, length, err);
	kind = find_records(&page);
	if (!kind)
		kind = parse_around(&page);
	if (!kind)
		kind = read_records(&page);
	page_release(&page);
	return kind;
}

bool json_next(const struct feed_settings *settings, const char *body, size_t length,
	struct strbuf *url)
{
	struct feed_reader reading = {.settings = settings};
	struct error err = ERROR_INIT;
	struct strbuf why = STRBUF_INIT;
	const json_t *next = NULL;
	json_t *document = NULL;
	struct json_page page;
	size_t at;

	page_init(&page, &reading, body, length, &err);
	if (settings->next && !find_records(&page)) {
		cut_records(&page);
		document =
			parse_text(&page.quoted, page.around.text, page.around.length, &why, &at);
		next = value_at(document, settings->next);
	}
	strbuf_reset(url);
	if (json_is_string(next))
		strbuf_adds(url, json_string_value(next));
	json_decref(document);
	page_release(&page);
	strbuf_release(&why);
	error_release(&err);
	return url->length > 0;
}
