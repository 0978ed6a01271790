/*
 * Templates: texts of the settings with placeholders (config/feed/placeholder.h), filled in for one request. What takes
 * a placeholder's place comes from a server, a directory or a clock, and is escaped for where it stands: it begins
 * nothing new there, or the request is not made.
 */
#ifndef FEED_REQUEST_TEMPLATE_H
#define FEED_REQUEST_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "base/text/strbuf.h"

struct feed_settings;
struct placeholder;

/* Bytes of a request's address, of a header's value and of its body. */
#define REQUEST_BYTES_MAX ((size_t)1 << 20)

/* Where a text stands. */
enum template_place {
	TEMPLATE_URL,
	TEMPLATE_FORM,   /* application/x-www-form-urlencoded */
	TEMPLATE_HEADER, /* a header's value */
	TEMPLATE_XML,    /* an XML document */
	TEMPLATE_JSON, /* a JSON document, whose strings have placeholders inside, and outside of them values */
	TEMPLATE_JSON_STRING, /* the inside of one string, not yet escaped */
};

/* A text that another server gave, to be sent back. */
struct request_cursor {
	struct strbuf text; /* owned; "": none, as before the first page */
	bool is_number;     /* JSON's digits */
};

/* What placeholders stand for in one request; all is borrowed. */
struct request_values {
	const struct feed_settings *feed;
	moment at;        /* of the reading, the same for all its requests */
	const char *uuid; /* of this request */
	const struct request_cursor *cursor;
	int page;
	const char *const *people;
	size_t people_count;
	size_t person; /* which of them {person} means; {index} is 1 more */
};

/*
 * Add a text with its placeholders filled in. A name that is no placeholder stays as it is. ERROR_TARGET where
 * something cannot be put there, or `out` would grow beyond REQUEST_BYTES_MAX.
 */
enum error_kind template_fill(struct strbuf *out, enum template_place place, const char *text,
	const struct request_values *values, struct error *err);

/*
 * Fill in an address, or a path, which `out` is to hold alone: as TEMPLATE_URL, and ERROR_TARGET where a segment of its path
 * would be . or .. and lead elsewhere.
 */
enum error_kind template_fill_address(struct strbuf *out, const char *text,
	const struct request_values *values, struct error *err);

/*
 * Add what a placeholder stands for as a JSON value: {cursor} as the kind of value that it was, null where there is none;
 * {people} as an array of strings; {page} and {index} as numbers where `bare`; else a string.
 */
enum error_kind template_add_json(struct strbuf *out, const struct placeholder *found, bool bare,
	const struct request_values *values, struct error *err);

#endif
