/*
 * The array of records is gone to; each record is passed and read as it comes (json_scan.h), or, where it is not of the plain
 * kind, found by a walk over the text and parsed by itself. Then what is around the records is parsed, with the array left
 * empty. So a document of millions of values takes no more memory than its text and one record, and is read once.
 *
 * Where something is wrong, the document is looked at in another order: its errors, its brackets, what is around
 * the records, the records. What is wrong first in that order is what is said.
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
#include "feed/format/json/json_scan.h"
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
	struct json_scan scan;
	struct error *err; /* borrowed */
};

static void page_release(struct json_page *page)
{
	strbuf_release(&page->quoted);
	strbuf_release(&page->around);
	json_scan_release(&page->scan);
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
	return walk->text[page->open] == '[' || is_one_record(page) ? ERROR_NONE
								    : fail_records(page);
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

/* Read the record that stands from `start` to where the walk is, by itself. */
static enum error_kind parse_record(struct json_page *page, size_t number, size_t start)
{
	size_t at = 0;
	struct strbuf why = STRBUF_INIT;
	enum error_kind kind = ERROR_NONE;
	json_t *value = json_piece_parse(&page->quoted, page->walk.text + start,
		page->walk.at - start, &why, &at);

	if (value)
		json_record_read(page->reading, number, value);
	else
		kind = fail_at(page, start + at, why.text);
	json_decref(value);
	strbuf_release(&why);
	return kind;
}

/* Read the record that the walk is at, and go past it. */
static enum error_kind read_record(struct json_page *page)
{
	struct json_walk *walk = &page->walk;
	size_t start = walk->at, number;
	size_t plain = json_scan_record(&page->scan, walk->text + start);
	enum error_kind kind;

	walk->at += plain;
	if (plain == 0 && !json_walk_value(walk))
		return fail_walk(page);
	kind = record_begin(page->reading, &number, page->err);
	if (kind)
		return kind;
	if (walk->at - start > JSON_PIECE_MAX)
		record_refuse(page->reading, number, NULL, _("larger than a megabyte"));
	else if (plain == 0 || !json_record_take(page->reading, number, &page->scan))
		kind = parse_record(page, number, start);
	return kind;
}

/* Read the records of the array that the walk is at, and go past it. */
static enum error_kind read_records(struct json_page *page)
{
	struct json_walk *walk = &page->walk;
	enum error_kind kind = ERROR_NONE;
	bool last;

	page->open = walk->at++;
	json_walk_blanks(walk);
	last = walk->at < walk->length && walk->text[walk->at] == ']';
	while (!kind && !last) {
		kind = read_record(page);
		if (!kind && !json_walk_separator(walk, ']', &last))
			kind = fail_walk(page);
	}
	page->close = ++walk->at;
	return kind;
}

/* Look at the whole document, but for the records: whether a server says that it could not get some, and all brackets. */
static enum error_kind check_page(struct json_page *page)
{
	enum error_kind kind;

	page->walk.at = 0;
	page->walk.why = NULL;
	kind = find_records(page);
	if (kind)
		return kind;
	strbuf_reset(&page->around);
	return parse_around(page);
}

/*
 * Whether nothing can be wrong with a document whose records were read, and what is around them: no server's errors, and
 * brackets that are far from JSON_DEPTH_MAX, of those around the records too.
 */
static bool is_sound(const struct json_page *page)
{
	size_t deepest = page->walk.deepest;
	struct error err = ERROR_INIT;
	bool is_clean;

	for (const char *at = records_of(page); *at; at++)
		deepest += *at == '/';
	is_clean = !json_check_errors(page->reading->settings, page->around.text,
		page->around.length, &err);
	error_release(&err);
	return is_clean && deepest + JSON_SCAN_DEPTH_MAX < JSON_DEPTH_MAX;
}

/* Read an array of records, which the walk is at: once, where nothing is wrong. */
static enum error_kind read_array(struct json_page *page)
{
	struct error later = ERROR_INIT, *err = page->err;
	enum error_kind kind, first = ERROR_NONE;

	page->err = &later;
	kind = read_records(page);
	if (!kind)
		kind = parse_around(page);
	page->err = err;
	if (kind || !is_sound(page))
		first = check_page(page);
	if (kind && !first)
		error_set(err, kind, "%s", later.text.text);
	error_release(&later);
	return first ? first : kind;
}

/* Read the one record that stands where an array is expected, or say what else is wrong. */
static enum error_kind read_other(struct json_page *page)
{
	enum error_kind kind = check_page(page);

	page->walk.at = page->open;
	return kind ? kind : read_record(page);
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
	json_record_want(&page->scan, reading);
}

enum error_kind json_read(struct feed_reader *reading, const char *body, size_t length,
	struct error *err)
{
	enum error_kind kind;
	struct json_page page;

	page_init(&page, reading, body, length, err);
	if (json_walk_to(&page.walk, records_of(&page)) && page.walk.text[page.walk.at] == '[')
		kind = read_array(&page);
	else
		kind = read_other(&page);
	page_release(&page);
	return kind;
}
