/*
 * A record of a JSON feed, read in one pass over its text, without a tree: of the plain kind, which nearly all are.
 *
 * What is passed is valid (RFC 8259, UTF-8, no name twice in an object) and has only texts, numbers, arrays of these, null, true
 * and false in the fields that are wanted. Anything else, be it wrong or only rare, is for the caller to read by json_piece.h, which says
 * what is wrong as well: a record is never refused here.
 */
#ifndef FEED_FORMAT_JSON_SCAN_H
#define FEED_FORMAT_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/strbuf.h"

struct feed_settings;

/* Fields that are wanted at most, in the order of the settings; more are none of the plain kind. */
#define JSON_SCAN_FIELDS_MAX 64

/* What is nested deeper is not of the plain kind. */
#define JSON_SCAN_DEPTH_MAX 16

enum json_scan_kind {
	JSON_SCAN_ABSENT, /* the record has no such member, or not at the end of the path */
	JSON_SCAN_NULL,
	JSON_SCAN_TRUE,
	JSON_SCAN_FALSE,
	JSON_SCAN_TEXT,  /* a text without NUL, or the digits of a number */
	JSON_SCAN_TEXTS, /* an array of such */
};

struct json_scan_value {
	enum json_scan_kind kind;
	bool is_exact;   /* its name is the field's as a whole, not a path of it */
	bool has_number; /* a text of it is the digits of a number */
	size_t at;       /* where in `texts` the first begins; a NUL is behind each */
	size_t count;    /* of the texts */
};

/* A name, or one step of a dotted path. */
struct json_scan_name {
	const char *text; /* borrowed */
	size_t length;
};

struct json_scan_field {
	struct json_scan_name whole;
	struct json_scan_name *steps; /* owned: of the path; one where the name has no dot */
	size_t step_count;
};

struct json_scan {
	struct json_scan_field fields[JSON_SCAN_FIELDS_MAX];
	struct json_scan_value
		values[JSON_SCAN_FIELDS_MAX]; /* of the record that was passed last */
	size_t count;
	size_t asked[JSON_SCAN_FIELDS_MAX]; /* those of `fields` that have a name */
	size_t asked_count;
	bool is_wide;        /* there are more fields than that: no record is plain */
	struct strbuf texts; /* owned */
};

/*
 * Make ready for records of a feed: json_scan_want() each field, in turn; NULL is one that no record has.
 * json_scan_release() ends it.
 */
void json_scan_init(struct json_scan *scan);
void json_scan_want(struct json_scan *scan, const char *name);
void json_scan_release(struct json_scan *scan);

/*
 * Pass the object that the text begins with: how many bytes it has, and `values` are its own; 0: it is not of the plain kind.
 * The text has a NUL behind its end.
 */
size_t json_scan_record(struct json_scan *scan, const char *text);

/* The text of a field that was passed; NULL: it has none, or is an array. Until the next record is. */
const char *json_scan_text(const struct json_scan *scan, size_t field);

/* The texts of a field, of either kind, in `texts`, which has room for its `count`. */
void json_scan_texts(const struct json_scan *scan, size_t field, const char **texts);

#endif
