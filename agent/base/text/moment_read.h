/*
 * How moments are read: a text taken apart, before it is tied to a zone and to an end of an
 * interval. moment_read() (moment.h) does both at once; model/absence.h needs what was written.
 *
 * Blanks (also the no-break and zero-width ones of Unicode) at the ends, and around the separators
 * of a date or time, do not count.
 */
#ifndef BASE_TEXT_MOMENT_READ_H
#define BASE_TEXT_MOMENT_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text/moment.h"

struct strbuf;

enum moment_form {
	MOMENT_DATE,  /* a date alone */
	MOMENT_LOCAL, /* a date and a time, without a zone */
	MOMENT_ZONED, /* a date, a time and a zone; AD's count */
	MOMENT_NEVER, /* AD's 0 and 2^63-1 */
	MOMENT_ZEROS, /* a date of zeros, with or without a time: not filled in */
};

/* With MOMENT_NEVER and MOMENT_ZEROS the form is all there is. */
struct moment_text {
	enum moment_form form;
	int year, month, day; /* as written; of AD's count in UTC */
	int64_t midnight;     /* 00:00 of that date, in the seconds that it would be in UTC */
	int64_t seconds;      /* since then, as written, to MOMENT_DAY (24:00) */
	int64_t offset;       /* of the zone, seconds east of UTC */
};

/* Which dates are read besides those that begin with the year. */
enum moment_order {
	MOMENT_DAY_FIRST_TOO,   /* 24-12-2026, 24.12.2026, 24/12/2026 */
	MOMENT_YEAR_FIRST_ONLY, /* none but zeros */
};

/* Whether a text is ASCII without blanks, so that the next two add it as it is. */
bool moment_is_plain(const char *text);

/*
 * Add a text without the blanks at its ends, each run of the others as one space; tight: without
 * those around separators, too.
 */
void moment_add_spaced(struct strbuf *out, const char *text);
void moment_add_tight(struct strbuf *out, const char *text);

/* Take a text apart, in the forms that moment_read() accepts. False: it is none of them. */
bool moment_parse(const char *text, enum moment_order order, struct moment_text *parsed);

/* The moment, as moment_read() says; not for MOMENT_ZEROS. */
moment moment_resolve(const struct moment_text *parsed, enum moment_edge edge);

#endif
