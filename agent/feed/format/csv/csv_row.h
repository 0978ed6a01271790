/*
 * Rows of CSV (RFC 4180), one at a time, as bytes in whatever charset has ASCII's
 * delimiters and quotes.
 *
 * Lines end by CR LF, LF or CR; a cell in quotes may hold lines, delimiters, and
 * quotes written twice. ="1001", as Excel keeps a number a text, is "1001".
 */
#ifndef FEED_FORMAT_CSV_ROW_H
#define FEED_FORMAT_CSV_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/strbuf.h"

/* Cells past these are counted, not kept. */
#define CSV_COLUMNS_MAX 1000

struct csv_text {
	const char *text; /* borrowed */
	size_t length, at;
	size_t line; /* of `at`, from 1 */
	char delimiter;
};

struct csv_cell {
	size_t at, length; /* in the row's bytes, a NUL behind it */
};

struct csv_row {
	struct strbuf bytes;
	struct csv_cell *cells; /* owned */
	size_t count, room;
	size_t filled; /* cells up to the last that has more than blanks, which NUL is too; 0: a blank row */
	size_t line;    /* where it begins */
	bool is_spoilt; /* text stands behind a closing quote */
};

#define CSV_ROW_INIT                 \
	{                            \
		.bytes = STRBUF_INIT \
	}

enum csv_reading {
	CSV_READ,
	CSV_END,
	CSV_UNCLOSED, /* a quote that is never closed; row->line is where it begins */
};

/*
 * Past Excel's first line "sep=;", which may be in quotes and in any case; false where there is none.
 * The delimiter is then the text's.
 */
bool csv_pass_sep(struct csv_text *text);

/* Go on to a line, quotes or not; false where the text ends before. */
bool csv_pass_lines(struct csv_text *text, size_t line);

/*
 * The delimiter of the first line that is not blank, by what stands outside quotes: ";" where there is one, else a
 * tab, else "|" where it stands more often than ",", else ",".
 */
char csv_delimiter(const struct csv_text *text);

/* Read the next row over the one in `row`. */
enum csv_reading csv_row_read(struct csv_row *row, struct csv_text *text);
void csv_row_release(struct csv_row *row);

/* A cell's bytes, NUL-terminated, until the next row is read; i < count, i < CSV_COLUMNS_MAX. */
const char *csv_row_cell(const struct csv_row *row, size_t i);

#endif
