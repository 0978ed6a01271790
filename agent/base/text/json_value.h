/*
 * Values of the JSON that this program writes and reads back: state files, a feed's cache, the notices that wait.
 * What it prints is report/text/json.h's, and a line of the chain of runs is ledger/chain.h's.
 */
#ifndef BASE_TEXT_JSON_VALUE_H
#define BASE_TEXT_JSON_VALUE_H

#include <jansson.h>

#include "base/text/moment.h"

struct arena;
struct strbuf;

/* Between the two calls jansson overwrites what it frees: for a document with a secret in it. Pairs may nest. */
void json_secret_begin(void);
void json_secret_end(void);

/* Add a value on one line, without blanks, and a newline. */
void json_add_line(struct strbuf *out, const json_t *value);

/* Set a key to a moment; leave it out where that is `open`. */
void json_put_moment(json_t *object, const char *key, moment t, moment open);

/* Return a copy of the text at a key, or NULL where no text is. */
const char *json_text_at(const json_t *object, const char *key, struct arena *arena);

/* Which of `count` words the text at a key is; `count` where it is none of them. */
size_t json_word_at(const json_t *object, const char *key, const char *const *words, size_t count);

/* Return the moment at a key, or `open` where none is. */
moment json_moment_at(const json_t *object, const char *key, moment open);

#endif
