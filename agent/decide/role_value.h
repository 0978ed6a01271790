/*
 * A value that says which role somebody holds, as the directory or a feed has it: a spelling of the gallery, and
 * perhaps a scope behind a slash (CONTRACT section 3). The spelling compares without regard to case, the scope exactly.
 */
#ifndef DECIDE_ROLE_VALUE_H
#define DECIDE_ROLE_VALUE_H

struct arena;

struct role_value {
	const char *spelling; /* folded (base/text/text.h) */
	const char *scope;    /* trimmed; NULL: unscoped */
};

/* Read a value. The texts are in `arena`. */
struct role_value role_value_read(struct arena *arena, const char *text);

/* The key under which equal values are the same, in `arena`. */
const char *role_value_key(struct arena *arena, const char *text);

#endif
