/*
 * What tells a probe from every other mail: a token in its subject, vocabulary_probe and
 * 128 random bits. Nobody can guess it, so a mail that carries it is the one that was sent, or was
 * made by somebody who read that one.
 *
 * The rules of the mail system go by the fixed text in front of the token, upper and lower case alike.
 */
#ifndef MAILBOX_PROBE_PROBE_TOKEN_H
#define MAILBOX_PROBE_PROBE_TOKEN_H

#include <stdbool.h>

#define PROBE_TOKEN_LENGTH 32 /* hexadecimal digits */

/* Make a token, NUL-terminated. False where the system gives no random numbers. */
bool probe_token_make(char token[PROBE_TOKEN_LENGTH + 1]);

/*
 * Whether a decoded subject has the mark of a probe. `token` is the first one that stands behind such a mark, in lower
 * case; "" where none does.
 */
bool probe_token_find(const char *subject, char token[PROBE_TOKEN_LENGTH + 1]);

/* Whether a text is a token as probe_token_make() writes them. */
bool probe_token_is(const char *text);

#endif
