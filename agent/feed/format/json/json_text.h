/*
 * The text of a JSON document, walked before jansson sees any of it, so that its
 * records can be parsed one by one (memory stays that of the text) and its
 * numbers keep their digits.
 *
 * The walk minds strings and brackets only; the caller that takes a value's span has it checked
 * by parsing it. Where the walk cannot go on, `why` says so and `at` is the place.
 */
#ifndef FEED_FORMAT_JSON_TEXT_H
#define FEED_FORMAT_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

#define JSON_DEPTH_MAX 64

struct json_walk {
	const char *text; /* borrowed */
	size_t length, at;
	const char *why; /* in the language in force; NULL: all is well */
	size_t deepest; /* brackets that were open at a time in one value, of all that were passed */
	/* where objects and arrays of more than `large_from` bytes begin, as each ends; 0: not noted */
	size_t large_from, large_count, large_room;
	size_t *large; /* the caller's to free() */
};

/* Past blanks, and past one value; false where there is none that ends. */
void json_walk_blanks(struct json_walk *walk);
bool json_walk_value(struct json_walk *walk);

/*
 * Past what parts one value from the next: blanks and a comma, or not past `close`, and `*last` tells
 * which. False, with why, at anything else.
 */
bool json_walk_separator(struct json_walk *walk, char close, bool *last);

/*
 * Go to the value that an RFC 6901 pointer names; true where it is there. False without
 * `why`: the document has none.
 */
bool json_walk_to(struct json_walk *walk, const char *pointer);

/* Past a member's name, quotes and all, its colon and the blanks around that; `start` is where it began. */
bool json_walk_name(struct json_walk *walk, size_t *start, size_t *length);

/* The next reference token of *pointer, unescaped, into `token`; false at the pointer's end. */
bool json_pointer_next(const char **pointer, struct strbuf *token);

/*
 * Copy JSON with each number made a string of its digits, to `out`, until it holds `most` bytes;
 * returns how many bytes of `text` they stand for.
 */
size_t json_text_quote(struct strbuf *out, const char *text, size_t length, size_t most);

/* Copy JSON that is valid, with each number that a double may not keep made a string of its digits. */
void json_text_quote_long(struct strbuf *out, const char *text, size_t length);

#endif
