/*
 * Rows of CSV (RFC 4180), one at a time, as bytes in whatever charset has ASCII's
 * delimiters and quotes.
 *
 * Lines end by CR LF, LF or CR; a cell in quotes may hold lines, delimiters, and
 * quotes written twice.
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
	size_t line;    /* where it begins */
	bool is_blank;  /* nothing but blanks in any cell */
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

/* The delimiter of the first line that is not blank: ";" where one stands outside quotes, else a tab, else ",". */
char csv_delimiter(const struct csv_text *text);

/* Read the next row over the one in `row`. */
enum csv_reading csv_row_read(struct csv_row *row, struct csv_text *text);
void csv_row_release(struct csv_row *row);

/* A cell's bytes, NUL-terminated, until the next row is read; i < count, i < CSV_COLUMNS_MAX. */
const char *csv_row_cell(const struct csv_row *row, size_t i);

#endif
