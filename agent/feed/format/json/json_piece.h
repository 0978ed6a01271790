/*
 * A piece of a JSON document, parsed by itself: the walk over the text (json_text.h) says where it is.
 */
#ifndef FEED_FORMAT_JSON_PIECE_H
#define FEED_FORMAT_JSON_PIECE_H

#include <stddef.h>

#include <jansson.h>

struct strbuf;

/* Bytes. More is no record, and more around the records is no feed. */
#define JSON_PIECE_MAX ((size_t)1 << 20)

/*
 * Parse it, each number as a string of its digits; `quoted` is room for that. The caller ends it by
 * json_decref(). NULL where it is not JSON: why is added to `why`, and `*at` is how far in it the trouble lies.
 */
json_t *json_piece_parse(struct strbuf *quoted, const char *text, size_t length, struct strbuf *why,
	size_t *at);

#endif
