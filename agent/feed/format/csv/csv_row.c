#include "feed/format/csv/csv_row.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/memory.h"

static bool at_end(const struct csv_text *text)
{
	return text->at >= text->length;
}

static char current_char(const struct csv_text *text)
{
	if (at_end(text))
		return '\0';
	return text->text[text->at];
}

static bool at_line_end(const struct csv_text *text)
{
	return !at_end(text) && (current_char(text) == '\r' || current_char(text) == '\n');
}

static void pass_line_end(struct csv_text *text)
{
	if (current_char(text) == '\r' && text->at + 1 < text->length &&
		text->text[text->at + 1] == '\n')
		text->at++;
	text->at++;
	text->line++;
}

bool csv_pass_sep(struct csv_text *text)
{
	const char *line = text->text + text->at;
	size_t left = text->length - text->at, quote = left > 0 && *line == '"', end = quote + 5;

	if (left < end + quote || strncasecmp(line + quote, "sep=", 4) != 0 ||
		strchr("\"\r\n", line[end - 1]) || (quote && line[end++] != '"'))
		return false;
	while (left > end && line[end] == line[4 + quote])
		end++;
	if (left > end && line[end] != '\r' && line[end] != '\n')
		return false;
	text->delimiter = line[4 + quote];
	text->at += end;
	if (!at_end(text))
		pass_line_end(text);
	return true;
}

bool csv_pass_lines(struct csv_text *text, size_t line)
{
	while (!at_end(text) && text->line < line) {
		if (at_line_end(text))
			pass_line_end(text);
		else
			text->at++;
	}
	return !at_end(text);
}

char csv_delimiter(const struct csv_text *text)
{
	bool quoted = false;
	size_t start = text->at, tabs = 0, pipes = 0, commas = 0;

	while (start < text->length && strchr(" \r\n", text->text[start]) && text->text[start])
		start++;
	for (size_t i = start; i < text->length; i++) {
		char c = text->text[i];

		if (c == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		if (c == ';')
			return ';';
		if (c == '\n' || c == '\r')
			break;
		tabs += c == '\t';
		pipes += c == '|';
		commas += c == ',';
	}
	if (tabs > 0)
		return '\t';
	return pipes > commas ? '|' : ',';
}

/* How many bytes lie before the next of three. */
static size_t span_before(const struct csv_text *text, char a, char b, char c)
{
	size_t at = text->at;

	while (at < text->length && text->text[at] != a && text->text[at] != b &&
		text->text[at] != c)
		at++;
	return at - text->at;
}

static void take_cell(struct csv_row *row, struct csv_text *text, size_t length)
{
	const char *bytes = text->text + text->at;

	strbuf_add(&row->bytes, bytes, length);
	text->at += length;
}

/* Lines within the quotes count, and are kept as they are. */
static void take_line_end(struct csv_row *row, struct csv_text *text)
{
	size_t start = text->at;

	pass_line_end(text);
	strbuf_add(&row->bytes, text->text + start, text->at - start);
}

/* Past a cell in quotes, and the blanks behind it; false where it is never closed. */
static bool read_quoted(struct csv_row *row, struct csv_text *text)
{
	size_t line = text->line;

	text->at++;
	for (;;) {
		take_cell(row, text, span_before(text, '"', '\r', '\n'));
		if (at_end(text)) {
			row->line = line;
			return false;
		}
		if (at_line_end(text)) {
			take_line_end(row, text);
			continue;
		}
		text->at++;
		if (current_char(text) != '"')
			break;
		take_cell(row, text, 1);
	}
	while (current_char(text) == ' ')
		text->at++;
	return true;
}

/* Also no-break spaces: one byte in Windows-1252, two in UTF-8. */
static bool is_blank(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		bool leads;

		if (bytes[i] > ' ') /* as nearly all cells begin */
			return false;
		leads = bytes[i] == '\xC2' && i + 1 < length && bytes[i + 1] == '\xA0';
		if (!leads && bytes[i] && !strchr(" \t\r\n\xA0", bytes[i]))
			return false;
	}
	return true;
}

static void keep_cell(struct csv_row *row, size_t start)
{
	if (!is_blank(row->bytes.text + start, row->bytes.length - start))
		row->filled = row->count + 1;
	if (row->count < CSV_COLUMNS_MAX) {
		row->cells = memory_grow(row->cells, row->count, &row->room, sizeof(*row->cells));
		row->cells[row->count] = (struct csv_cell){start, row->bytes.length - start};
	}
	row->count++;
	strbuf_addc(&row->bytes, '\0');
}

static bool read_cell(struct csv_row *row, struct csv_text *text)
{
	size_t start = row->bytes.length, plain;

	if (current_char(text) == '=' && text->at + 1 < text->length &&
		text->text[text->at + 1] == '"')
		text->at++;
	if (current_char(text) == '"') {
		if (!read_quoted(row, text))
			return false;
		plain = span_before(text, text->delimiter, '\r', '\n');
		if (plain > 0)
			row->is_spoilt = true;
	} else {
		plain = span_before(text, text->delimiter, '\r', '\n');
	}
	take_cell(row, text, plain);
	keep_cell(row, start);
	return true;
}

enum csv_reading csv_row_read(struct csv_row *row, struct csv_text *text)
{
	strbuf_reset(&row->bytes);
	row->count = 0;
	row->filled = 0;
	row->is_spoilt = false;
	row->line = text->line;
	if (at_end(text))
		return CSV_END;
	for (;;) {
		if (!read_cell(row, text))
			return CSV_UNCLOSED;
		if (at_end(text))
			return CSV_READ;
		if (at_line_end(text)) {
			pass_line_end(text);
			return CSV_READ;
		}
		text->at++;
	}
}

void csv_row_release(struct csv_row *row)
{
	strbuf_release(&row->bytes);
	free(row->cells);
	*row = (struct csv_row)CSV_ROW_INIT;
}

const char *csv_row_cell(const struct csv_row *row, size_t i)
{
	return row->bytes.text + row->cells[i].at;
}
