/*
 * Strings, expressions and comments as a Sieve script has them (RFC 5228 sections 2.3, 2.4.2).
 */
#ifndef RULES_SIEVE_SIEVE_TEXT_H
#define RULES_SIEVE_SIEVE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/*
 * Add a text as a quoted string that means exactly that text: hidden characters are encoded, and a "${" in it
 * begins no variable; its $ is the variable `dollar`, which the script sets to "$".
 */
void sieve_text_add(struct strbuf *out, const char *text);

/* Add an expression (sieve_pattern.h) as a quoted string: ${name} in it is a variable's value. */
void sieve_text_add_pattern(struct strbuf *out, const char *pattern);

/* Add one more string of a list, the first or a later one; a line that gets too long is broken before it. */
void sieve_text_add_listed(struct strbuf *out, const char *pattern, bool first);

/* Add a comment line; what is in `text` stays on that line. */
void sieve_text_add_comment(struct strbuf *out, const char *indent, const char *text);

#endif
