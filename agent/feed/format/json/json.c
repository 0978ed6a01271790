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

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/json/json_paging.h"
#include "feed/format/json/json_piece.h"
#include "feed/format/json/json_record.h"
#include "feed/format/json/json_text.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"
#include "model/settings.h"

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

	text_place(page->walk.text, at, &line, &column);
	return record_page_bad(line, column, why, page->err);
}

static enum error_kind fail_walk(struct json_page *page)
{
	return fail_at(page, page->walk.at, page->walk.why);
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
	if (*text == '{' && length <= JSON_PIECE_MAX)
		value = json_piece_parse(&page->quoted, text, length, &why, &at);
	is_one = json_record_field(value, person) != NULL || why.length > 0;
	json_decref(value);
	strbuf_release(&why);
	return is_one;
}

/* Where in the document the records are; what jq made is nothing else. */
static const char *records_of(const struct json_page *page)
{
	const struct feed_settings *settings = page->reading->settings;

	return settings->jq ? "" : settings->records;
}

static enum error_kind fail_records(struct json_page *page)
{
	const char *pointer = records_of(page);
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

/* Find the array of records, or the one object that stands in its place, and its brackets. */
static enum error_kind find_records(struct json_page *page)
{
	struct json_walk *walk = &page->walk;
	const struct feed_settings *settings = page->reading->settings;
	enum error_kind kind = json_check_errors(settings, walk->text, walk->length, page->err);

	if (kind)
		return kind;
	if (!json_walk_to(walk, records_of(page)))
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

static enum error_kind parse_around(struct json_page *page)
{
	struct strbuf why = STRBUF_INIT;
	enum error_kind kind = ERROR_NONE;
	size_t at = 0;
	json_t *document;

	cut_records(page);
	if (page->around.length > JSON_PIECE_MAX)
		return record_page_bad(0, 0, _("more than a megabyte stands around the records"),
			page->err);
	document =
		json_piece_parse(&page->quoted, page->around.text, page->around.length, &why, &at);
	if (!document)
		kind = fail_at(page, at <= page->open + 1 ? at : at + page->close - page->open - 2,
			why.text);
	json_decref(document);
	strbuf_release(&why);
	return kind;
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
	if (length > JSON_PIECE_MAX) {
		record_refuse(page->reading, number, NULL, _("larger than a megabyte"));
		return ERROR_NONE;
	}
	value = json_piece_parse(&page->quoted, page->walk.text + start, length, &why, &at);
	if (value)
		json_record_read(page->reading, number, value);
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

	page_init(&page, reading, body, length, err);
	kind = find_records(&page);
	if (!kind)
		kind = parse_around(&page);
	if (!kind)
		kind = read_records(&page);
	page_release(&page);
	return kind;
}
