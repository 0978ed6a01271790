/*
 * How a tag may stand in a subject. Sieve compares without case, but in ASCII only;
 * folding and copying leave blanks of other kinds; and a letter may be written as
 * one character or as two.
 */
#ifndef RULES_SPELLING_H
#define RULES_SPELLING_H

#include <stddef.h>

struct arena;

/*
 * The ways to write a rules_spelling() (rules.h) but for the case of ASCII letters, as it is
 * first: every other letter in both cases (past RULES_CASED_MAX of them all together), or all
 * of them decomposed, as Apple's programs write them; blanks as single spaces, one of
 * them or all doubled, all tabs, or all no-break spaces. Returns how many, in *ways.
 */
size_t rules_ways(struct arena *arena, const char *spelling, const char ***ways);

#define RULES_CASED_MAX 5

#endif
