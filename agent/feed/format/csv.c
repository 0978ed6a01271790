#include "feed/format/format.h"
#include "feed/format/markup.h"

#include <stdint.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "feed/format/csv_row.h"
#include "feed/format/record.h"

#define NO_COLUMN   SIZE_MAX
#define SHOWN_NAMES 30 /* columns named in an error */

enum field {
	PERSON,
	FROM,
	UNTIL,
	DEPUTY,
	FIELDS,
};

struct csv_page {
	struct feed_reader *reading; /* borrowed */
	struct csv_text text;
	bool is_windows;        /* Windows-1252, else UTF-8 */
	size_t columns[FIELDS]; /* NO_COLUMN: not asked for */
	size_t width;           /* cells of the header */
	struct csv_row row;
	struct strbuf texts[FIELDS]; /* of a row, decoded */
	struct error *err;           /* borrowed */
};

static const char *field_name(const struct csv_page *page, enum field field)
{
	const struct feed_settings *settings = page->reading->settings;
	const char *const names[FIELDS] = {settings->fields.person, settings->fields.from,
		settings->fields.until, settings->fields.deputy};

	return names[field];
}

/* What Windows-1252 has where Latin-1 has controls, from 0x80; 0: undefined. */
static const uint16_t windows_1252[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D,
	0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

static bool add_windows(struct strbuf *out, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];
		ucs4_t character = c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c;
		uint8_t utf8[6];

		if (character == 0)
			return false;
		strbuf_add(out, utf8, (size_t)u8_uctomb(utf8, character, sizeof(utf8)));
	}
	return true;
}

/* A cell as a text; false where it is none in this charset. UTF-8 is judged by record.h. */
static bool decode_cell(const struct csv_page *page, size_t column, struct strbuf *out)
{
	const char *bytes = csv_row_cell(&page->row, column);
	size_t length = page->row.cells[column].length;

	strbuf_reset(out);
	if (memchr(bytes, '\0', length))
		return false;
	if (page->is_windows)
		return add_windows(out, bytes, length);
	strbuf_add(out, bytes, length);
	return true;
}

static enum error_kind fail_at(const struct csv_page *page, const char *why)
{
	return record_page_bad(page->row.line, 0, why, page->err);
}

/* Read the next row that is not blank. ERROR_TARGET where a quote is never closed. */
static enum error_kind next_row(struct csv_page *page, bool *is_there)
{
	enum csv_reading reading;

	do
		reading = csv_row_read(&page->row, &page->text);
	while (reading == CSV_READ && page->row.is_blank && !page->row.is_spoilt);
	*is_there = reading == CSV_READ;
	if (reading == CSV_UNCLOSED)
		return fail_at(page, _("the quote that opens here is never closed"));
	return ERROR_NONE;
}

/* The header's names, folded, in `arena`: as many as there are cells. */
static const char **header_names(const struct csv_page *page, struct arena *arena)
{
	const char **names = arena_get(arena, page->width * sizeof(*names));
	struct strbuf name = STRBUF_INIT;

	for (size_t i = 0; i < page->width; i++) {
		if (!decode_cell(page, i, &name))
			strbuf_reset(&name);
		names[i] = text_fold(arena, name.text, name.length);
	}
	strbuf_release(&name);
	return names;
}

static enum error_kind fail_missing(const struct csv_page *page, const char *column)
{
	struct strbuf why = STRBUF_INIT, name = STRBUF_INIT;
	bool is_utf8 = true;
	enum error_kind kind;

	strbuf_addf(&why, _("no column is called %s; the columns are: "), column);
	for (size_t i = 0; i < page->width && i < SHOWN_NAMES; i++) {
		decode_cell(page, i, &name);
		strbuf_adds(&why, i ? ", " : "");
		strbuf_add_safe(&why, name.text);
		is_utf8 = is_utf8 && !u8_check((const uint8_t *)name.text, name.length);
	}
	if (page->width > SHOWN_NAMES)
		strbuf_adds(&why, ", …");
	if (!is_utf8)
		strbuf_adds(&why,
			_("; if the feed is in Windows-1252, write charset: windows-1252"));
	kind = fail_at(page, why.text);
	strbuf_release(&name);
	strbuf_release(&why);
	return kind;
}

static enum error_kind fail_twice(const struct csv_page *page, const char *column)
{
	struct strbuf why = STRBUF_INIT;
	enum error_kind kind;

	strbuf_addf(&why, _("two columns are called %s"), column);
	kind = fail_at(page, why.text);
	strbuf_release(&why);
	return kind;
}

static enum error_kind find_column(struct csv_page *page, struct arena *arena,
	const char *const *names, enum field field)
{
	const char *wanted = field_name(page, field), *folded;

	page->columns[field] = NO_COLUMN;
	if (!wanted)
		return ERROR_NONE;
	folded = text_fold(arena, wanted, strlen(wanted));
	for (size_t i = 0; i < page->width; i++) {
		if (strcmp(names[i], folded) != 0)
			continue;
		if (page->columns[field] != NO_COLUMN)
			return fail_twice(page, wanted);
		page->columns[field] = i;
	}
	return page->columns[field] == NO_COLUMN ? fail_missing(page, wanted) : ERROR_NONE;
}

static enum error_kind read_header(struct csv_page *page)
{
	struct arena *arena;
	const char **names;
	bool is_there;
	enum error_kind kind = next_row(page, &is_there);

	if (kind)
		return kind;
	if (!is_there)
		return record_page_bad(0, 0,
			_("empty; expected a header row that names the columns"), page->err);
	page->width = page->row.count;
	if (page->width > CSV_COLUMNS_MAX)
		return fail_at(page, _("more than a thousand columns"));
	arena = arena_new();
	names = header_names(page, arena);
	for (enum field field = PERSON; !kind && field < FIELDS; field++)
		kind = find_column(page, arena, names, field);
	arena_free(arena);
	return kind;
}

static void add_finding(struct csv_page *page, size_t number, const char *why)
{
	record_refuse(page->reading, number, &(struct record){.line = page->row.line}, why);
}

static void find_width(struct csv_page *page, size_t number)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_addf(&why, _("%zu columns, where the header has %zu"), page->row.count, page->width);
	add_finding(page, number, why.text);
	strbuf_release(&why);
}

static void find_undecoded(struct csv_page *page, size_t number, enum field field)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_addf(&why, _("%s has a byte that stands for no character in %s"),
		field_name(page, field), page->is_windows ? "Windows-1252" : "UTF-8");
	add_finding(page, number, why.text);
	strbuf_release(&why);
}

/* Decode the row's fields; false, with a finding, where one cannot be. */
static bool decode_fields(struct csv_page *page, size_t number)
{
	for (enum field field = PERSON; field < FIELDS; field++) {
		strbuf_reset(&page->texts[field]);
		if (page->columns[field] == NO_COLUMN)
			continue;
		if (!decode_cell(page, page->columns[field], &page->texts[field])) {
			find_undecoded(page, number, field);
			return false;
		}
	}
	return true;
}

static enum error_kind read_record(struct csv_page *page)
{
	const char *deputy = page->texts[DEPUTY].text;
	struct record record = {.line = page->row.line};
	size_t number;
	enum error_kind kind = record_begin(page->reading, &number, page->err);

	if (kind)
		return kind;
	if (page->row.is_spoilt) {
		add_finding(page, number,
			_("text stands behind a closing quote; expected the delimiter"));
	} else if (page->row.count != page->width) {
		find_width(page, number);
	} else if (decode_fields(page, number)) {
		deputy = page->texts[DEPUTY].text;
		record.person = page->texts[PERSON].text;
		record.from = page->texts[FROM].text;
		record.until = page->texts[UNTIL].text;
		record.deputies = &deputy;
		record.deputy_count = 1;
		record_add(page->reading, number, &record);
	}
	return ERROR_NONE;
}

static enum error_kind read_records(struct csv_page *page)
{
	enum error_kind kind;
	bool is_there = false;

	do {
		kind = next_row(page, &is_there);
		if (!kind && is_there)
			kind = read_record(page);
	} while (!kind && is_there);
	return kind;
}

static void page_init(struct csv_page *page, struct feed_reader *reading, const char *body,
	size_t length, struct error *err)
{
	bool has_mark = length >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0;

	*page = (struct csv_page){.reading = reading,
		.text = {.text = body, .length = length, .at = has_mark ? 3 : 0, .line = 1},
		.is_windows = !has_mark && strcmp(reading->settings->charset, "windows-1252") == 0,
		.row = CSV_ROW_INIT,
		.err = err};
	for (size_t i = 0; i < FIELDS; i++)
		page->texts[i] = (struct strbuf)STRBUF_INIT;
}

static void page_release(struct csv_page *page)
{
	for (size_t i = 0; i < FIELDS; i++)
		strbuf_release(&page->texts[i]);
	csv_row_release(&page->row);
}

/* What can be told from the first bytes. */
static const char *wrong_kind(const char *body, size_t length)
{
	if (markup_starts(body, length))
		return _("a web page or XML came; expected CSV; see whether the address asks for a "
			 "login");
	if (length >= 2 && (memcmp(body, "\xFF\xFE", 2) == 0 || memcmp(body, "\xFE\xFF", 2) == 0))
		return _("UTF-16; expected UTF-8 or Windows-1252");
	return NULL;
}

enum error_kind csv_read(struct feed_reader *reading, const char *body, size_t length,
	struct error *err)
{
	const char *why = wrong_kind(body, length);
	enum error_kind kind;
	struct csv_page page;

	if (why)
		return record_page_bad(1, 0, why, err);
	page_init(&page, reading, body, length, err);
	page.text.delimiter = csv_delimiter(&page.text);
	kind = read_header(&page);
	if (!kind)
		kind = read_records(&page);
	page_release(&page);
	return kind;
}
