/*
 * The languages that rules are made in: the rows of `rules --for`.
 */
#ifndef RULES_LANGUAGE_H
#define RULES_LANGUAGE_H

#include <stdbool.h>

#include "base/message/error.h"

struct findings;
struct rules;
struct settings;
struct strbuf;

/*
 * Put the rules where mail goes through them, and read them back. Adds to `said` what was done, in lines; what is odd is a
 * warning. ERROR_USAGE where the settings do not say where.
 */
typedef enum error_kind rules_install(const struct settings *settings, const struct rules *rules,
	struct strbuf *said, struct findings *findings, struct error *err);

/* Add the rules as text; false after a FINDING_ERROR that says why they cannot be made. */
typedef bool rules_add(struct strbuf *out, const struct rules *rules, struct findings *findings);

struct rules_language {
	const char *name;
	rules_add *add;         /* as text */
	rules_install *install; /* NULL: only by hand */
};

/* The one of that name, or NULL. */
const struct rules_language *rules_language_find(const char *name);

#endif
