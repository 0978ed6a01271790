/*
 * What a page of a JSON feed says of itself and of the page behind it, before its records are read: a walk over the
 * text (json_text.h), which takes no memory for what is in it.
 */
#ifndef FEED_FORMAT_JSON_PAGING_H
#define FEED_FORMAT_JSON_PAGING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

struct feed_settings;
struct strbuf;

/* Bytes of an address or a cursor. */
#define JSON_NEXT_MAX ((size_t)64 << 10)

/* What a page names as the next one. */
enum json_next {
	JSON_NEXT_NONE, /* nothing: the pointer leads nowhere, to null, false or "" */
	JSON_NEXT_TEXT,
	JSON_NEXT_NUMBER, /* its digits, as written */
	JSON_NEXT_BAD,    /* something else, or the page is not JSON: `err` says so */
};

/* Add what settings->next, which is not NULL, points to. A text may have any character, NUL too. */
enum json_next json_next(const struct feed_settings *settings, const char *body, size_t length,
	struct strbuf *next, struct error *err);

/*
 * Tell whether the array at settings->records has nothing in it. ERROR_TARGET: there is no array, nor an
 * object in its place.
 */
enum error_kind json_is_empty(const struct feed_settings *settings, const char *body, size_t length,
	bool *is_empty, struct error *err);

/* Whether a document has something in its member `errors`; if so, add why it is not taken. */
bool json_find_errors(const char *text, size_t length, struct strbuf *why);

/*
 * ERROR_TARGET where a server says, beside what it has, what it could not get, in a member "errors" that holds something:
 * GraphQL answers with status 200 all the same. A member that settings->records lead into is none of that kind.
 */
enum error_kind json_check_errors(const struct feed_settings *settings, const char *body,
	size_t length, struct error *err);

#endif
