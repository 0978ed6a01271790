#include "feed/format/format.h"

#include <stdint.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/csv/csv_row.h"
#include "feed/format/markup.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"
#include "feed/format/utf16.h"
#include "feed/format/windows_1252.h"
#include "model/settings.h"

#define NO_COLUMN   SIZE_MAX
#define SHOWN_NAMES 30 /* columns named in an error */

/* The fields that a record has, whichever of them the settings name; behind them come those of `only`. */
enum field {
	PERSON,
	FROM,
	UNTIL,
	DEPUTY,
	ZONE,
	ROLE,
	UNREAD,
	ONLY,
};

struct csv_page {
	struct feed_reader *reading; /* borrowed */
	struct csv_text text;
	bool is_windows; /* Windows-1252, else UTF-8 */
	size_t width;    /* cells of the header */
	struct csv_row row;
	struct arena *arena;    /* owned: of all below */
	size_t field_count;     /* ONLY, and those of `only` */
	size_t *columns;        /* NO_COLUMN: not asked for */
	const char **texts;     /* of a row: each field's, in the row itself or in `decoded` */
	struct strbuf *decoded; /* owned: of a row, the fields that stand otherwise in it */
	struct strings *only;   /* of a row, for each field of `only` */
	struct error *err;      /* borrowed */
};

static const char *field_name(const struct csv_page *page, size_t field)
{
	const struct feed_settings *settings = page->reading->settings;
	const char *const names[ONLY] = {settings->fields.person, settings->fields.from,
		settings->fields.until, settings->fields.deputy, settings->fields.zone,
		settings->fields.role, settings->fields.unread};

	return field < ONLY ? names[field] : settings->only[field - ONLY].name;
}

/* A cell as a text; false where it is none in this charset. UTF-8 is judged by record.h. One past the end is empty. */
static bool decode_cell(const struct csv_page *page, size_t column, struct strbuf *out)
{
	const char *bytes;
	size_t length;

	strbuf_reset(out);
	if (column >= page->row.count)
		return true;
	bytes = csv_row_cell(&page->row, column);
	length = page->row.cells[column].length;
	if (memchr(bytes, '\0', length))
		return false;
	if (page->is_windows)
		return windows_1252_read(out, bytes, length);
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
	while (reading == CSV_READ && page->row.filled == 0 && !page->row.is_spoilt);
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
	bool is_utf8 = true, has_nul = false;
	enum error_kind kind;

	strbuf_addf(&why, _("no column is called %s; the columns are: "), column);
	for (size_t i = 0; i < page->width && i < SHOWN_NAMES; i++) {
		has_nul = has_nul ||
			memchr(csv_row_cell(&page->row, i), '\0', page->row.cells[i].length);
		decode_cell(page, i, &name);
		strbuf_adds(&why, i ? ", " : "");
		strbuf_add_safe(&why, name.text);
		is_utf8 = is_utf8 && !u8_check((const uint8_t *)name.text, name.length);
	}
	if (page->width > SHOWN_NAMES)
		strbuf_adds(&why, ", …");
	if (has_nul)
		strbuf_adds(&why, _("; if the feed is in UTF-16, write charset: utf-16"));
	else if (!is_utf8)
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
	const char *const *names, size_t field)
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

/* Read the row of the header: the one that the settings name, else the first that is not blank. */
static enum error_kind find_header(struct csv_page *page)
{
	size_t wanted = (size_t)page->reading->settings->header_row;
	bool has_sep = csv_pass_sep(&page->text), is_there;
	enum error_kind kind;

	if (wanted > 0 && !csv_pass_lines(&page->text, wanted))
		return record_page_bad(wanted, 0,
			_("not there, and header_row says that it names the columns"), page->err);
	if (wanted < page->text.line)
		wanted = page->text.line;
	if (!has_sep)
		page->text.delimiter = csv_delimiter(&page->text);
	kind = next_row(page, &is_there);
	if (kind)
		return kind;
	if (!is_there)
		return record_page_bad(0, 0,
			_("empty; expected a header row that names the columns"), page->err);
	if (page->reading->settings->header_row > 0 && page->row.line > wanted)
		return record_page_bad(wanted, 0,
			_("blank, and header_row says that it names the columns"), page->err);
	return ERROR_NONE;
}

static enum error_kind read_header(struct csv_page *page)
{
	struct arena *arena;
	const char **names;
	enum error_kind kind = find_header(page);

	if (kind)
		return kind;
	page->width = page->row.count;
	if (page->width > CSV_COLUMNS_MAX)
		return fail_at(page, _("more than a thousand columns"));
	arena = arena_new();
	names = header_names(page, arena);
	for (size_t field = 0; !kind && field < page->field_count; field++)
		kind = find_column(page, arena, names, field);
	arena_free(arena);
	return kind;
}

static void refuse_width(struct csv_page *page, size_t number, const struct record *record)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_addf(&why, _("%zu columns, where the header has %zu"), page->row.count, page->width);
	record_refuse(page->reading, number, record, why.text);
	strbuf_release(&why);
}

static void refuse_undecoded(struct csv_page *page, size_t number, const struct record *record,
	size_t field)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_addf(&why, _("%s has a byte that stands for no character in %s"),
		field_name(page, field), page->is_windows ? "Windows-1252" : "UTF-8");
	record_refuse(page->reading, number, record, why.text);
	strbuf_release(&why);
}

/* Take off what Excel puts around a number that shall stay a text: ="0042", and an apostrophe in front. */
static void drop_guard(struct strbuf *text)
{
	const char *at = text->text;
	size_t length = text->length, kept = 0;

	text_trim(&at, &length);
	if (length > 3 && at[0] == '=' && at[1] == '"' && at[length - 1] == '"') {
		at += 2;
		length -= 3;
	} else if (length > 1 && at[0] == '\'' && at[1] >= '0' && at[1] <= '9') {
		at++;
		length--;
	} else {
		return;
	}
	kept = (size_t)(at - text->text);
	memmove(text->text, text->text + kept, length);
	text->length = length;
	text->text[length] = '\0';
}

/* Whether drop_guard() may take something off a cell. */
static bool may_be_guarded(const char *cell)
{
	cell += strspn(cell, " \t\r\n");
	return *cell == '=' || *cell == '\'';
}

/* The text of a field in the row at hand; false, and it is empty, where it is none in this charset. */
static bool read_field(struct csv_page *page, size_t field)
{
	const size_t column = page->columns[field];
	struct strbuf *decoded = &page->decoded[field];
	const char *bytes;
	size_t length;
	bool is_text;

	page->texts[field] = "";
	if (column == NO_COLUMN || column >= page->row.count)
		return true;
	bytes = csv_row_cell(&page->row, column);
	length = page->row.cells[column].length;
	if (!memchr(bytes, '\0', length) && !may_be_guarded(bytes) &&
		(!page->is_windows || text_is_ascii(bytes, length))) {
		page->texts[field] = bytes;
		return true;
	}
	is_text = decode_cell(page, column, decoded);
	if (!is_text)
		strbuf_reset(decoded);
	drop_guard(decoded);
	page->texts[field] = decoded->text;
	return is_text;
}

/* Read the row's fields from one up to another; the first that is no text, or `to`. */
static size_t read_some(struct csv_page *page, size_t from, size_t to)
{
	size_t bad = to;

	for (size_t field = to; field-- > from;) {
		if (!read_field(page, field))
			bad = field;
	}
	return bad;
}

static void read_fields(struct csv_page *page, size_t number, struct record *record)
{
	size_t bad = read_some(page, 0, ONLY);
	size_t bad_only = read_some(page, ONLY, page->field_count);

	record->person = page->texts[PERSON];
	record->from = page->texts[FROM];
	record->until = page->texts[UNTIL];
	record->zone = page->texts[ZONE];
	record->unread = page->texts[UNREAD];
	record->deputies = &page->texts[DEPUTY];
	record->roles = &page->texts[ROLE];
	record->deputy_count = record->role_count = 1;
	for (size_t i = ONLY; i < page->field_count; i++)
		page->only[i - ONLY].items[0] = page->texts[i];
	record->only = page->only;
	if (bad_only < page->field_count)
		refuse_undecoded(page, number, record, bad_only);
	else if (record_is_set_aside(page->reading, number, record))
		return;
	else if (bad < ONLY)
		refuse_undecoded(page, number, record, bad);
	else
		record_add(page->reading, number, record);
}

/* Make a row unusable that is not built as the header says; its person may be readable all the same. */
static void refuse_row(struct csv_page *page, size_t number, struct record *record)
{
	read_field(page, PERSON);
	record->person = page->texts[PERSON];
	if (page->row.is_spoilt)
		record_refuse(page->reading, number, record,
			_("text stands behind a closing quote; expected the delimiter"));
	else
		refuse_width(page, number, record);
}

/*
 * Whether a server's error message begins in this row: as a row of its own, which has not as many cells
 * as the header, or right behind what was written of a time.
 */
static bool is_cut_off(struct csv_page *page)
{
	if (page->row.count != page->width && markup_is_error(csv_row_cell(&page->row, 0)))
		return true;
	for (size_t field = FROM; field <= UNTIL; field++) {
		size_t column = page->columns[field];
		const char *tag = column < page->row.count && column < CSV_COLUMNS_MAX
			? strchr(csv_row_cell(&page->row, column), '<')
			: NULL;

		if (tag && markup_is_error(tag))
			return true;
	}
	return false;
}

static enum error_kind read_record(struct csv_page *page)
{
	struct record record = {.line = page->row.line};
	size_t number;
	enum error_kind kind;

	if (is_cut_off(page))
		return fail_at(page,
			_("an error message of the server stands here; the feed was cut off"));
	kind = record_begin(page->reading, &number, page->err);
	if (kind)
		return kind;
	if (page->row.is_spoilt || page->row.filled > page->width)
		refuse_row(page, number, &record);
	else
		read_fields(page, number, &record);
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
	size_t only_count = reading->settings->only_count;

	*page = (struct csv_page){.reading = reading,
		.text = {.text = body,
			.length = length,
			.at = text_mark_length(body, length),
			.line = 1},
		.row = CSV_ROW_INIT,
		.arena = arena_new(),
		.field_count = ONLY + only_count,
		.err = err};
	page->columns = arena_get(page->arena, page->field_count * sizeof(*page->columns));
	page->texts = arena_get(page->arena, page->field_count * sizeof(*page->texts));
	page->decoded = arena_get(page->arena, page->field_count * sizeof(*page->decoded));
	for (size_t i = 0; i < page->field_count; i++)
		page->decoded[i] = (struct strbuf)STRBUF_INIT;
	page->only = arena_get(page->arena, only_count * sizeof(*page->only));
	for (size_t i = 0; i < only_count; i++)
		page->only[i] =
			(struct strings){arena_get(page->arena, sizeof(*page->only[i].items)), 1};
}

static void page_release(struct csv_page *page)
{
	for (size_t i = 0; i < page->field_count; i++)
		strbuf_release(&page->decoded[i]);
	arena_free(page->arena);
	csv_row_release(&page->row);
}

/* Why the first bytes cannot begin a CSV file, or NULL. */
static const char *wrong_kind(const char *body, size_t length)
{
	if (markup_starts(body, length))
		return _("a web page or XML came; expected CSV; see whether the address asks for a "
			 "login");
	return NULL;
}

/* Read a page in one of the charsets in which ASCII is ASCII. */
static enum error_kind read_page(struct feed_reader *reading, const char *body, size_t length,
	bool is_windows, struct error *err)
{
	const char *why = wrong_kind(body, length);
	enum error_kind kind;
	struct csv_page page;

	if (why)
		return record_page_bad(1, 0, why, err);
	page_init(&page, reading, body, length, err);
	page.is_windows = is_windows;
	kind = read_header(&page);
	if (!kind)
		kind = read_records(&page);
	page_release(&page);
	return kind;
}

/* A mark goes before the settings. */
enum error_kind csv_read(struct feed_reader *reading, const char *body, size_t length,
	struct error *err)
{
	const char *charset = reading->settings->charset;
	bool is_utf8 = text_mark_length(body, length) > 0;
	struct strbuf text = STRBUF_INIT;
	enum error_kind kind;

	if (!utf16_is_marked(body, length) && (is_utf8 || strcmp(charset, "utf-16") != 0))
		return read_page(reading, body, length,
			!is_utf8 && strcmp(charset, "windows-1252") == 0, err);
	if (utf16_read(&text, body, length))
		kind = read_page(reading, text.text, text.length, false, err);
	else
		kind = record_page_bad(0, 0,
			_("no UTF-16 that can be read; it may have been cut off"), err);
	strbuf_release(&text);
	return kind;
}
