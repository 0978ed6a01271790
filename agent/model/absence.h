/*
 * An absence, and how its values are read (CONTRACT section 4): FROM/UNTIL, a lone date, a pair of
 * attributes. Pure; the zone is the process's (base/text/moment.h).
 */
#ifndef MODEL_ABSENCE_H
#define MODEL_ABSENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/reference.h"

/*
 * One absence. Its kind (illness, leave) is nobody's business and is not here.
 */
struct absence {
	moment start, end; /* [start, end); MOMENT_EARLIEST and MOMENT_LATEST: open */
	struct references
		deputies; /* whom a feed names for this absence; the directory's are the person's */
	size_t order; /* feeds in the settings' order, records in the feed's; 0 for the directory */
};

/* Why a value could not be read; text by absence_problem(). */
enum absence_reading {
	ABSENCE_READ = 0,
	ABSENCE_UNREADABLE, /* not a form that is accepted */
	ABSENCE_NO_ENDS,    /* neither a start nor an end */
	ABSENCE_ENDS_FIRST, /* the end lies before the start */
	ABSENCE_NO_LENGTH,  /* the end is the start */
	ABSENCE_SEVERAL,    /* several values where one is expected; for the caller's use */
};

/* Which day the end of an absence is, where it is written with the time of midnight. */
enum until_is {
	UNTIL_MOMENT, /* that moment: the day before is the last */
	UNTIL_DAY,    /* the day that is written is the last */
};

/* How one feed writes its times. All zero: as the directory does. */
struct absence_rules {
	const char *date_format; /* of strptime(3), tried first; NULL: none */
	enum until_is until_is;
};

/* Read "FROM/UNTIL" (either may be missing: open), or one date without a slash: that day. */
enum absence_reading absence_read_interval(const char *text, moment *start, moment *end);

/* Read the values of a pair of attributes or fields; NULL or blank is missing: open. `rules` may be NULL. */
enum absence_reading absence_read_pair(const char *from, const char *until,
	const struct absence_rules *rules, moment *start, moment *end);

/*
 * Whether a value that cannot be read may be printed: it has no letters but T, Z and NULL, so it
 * says nothing about why somebody is away. What is not UTF-8 may not.
 */
bool absence_may_show(const char *value);

/* Order two absences by start, then end, for qsort(). */
int absence_compare(const void *left, const void *right);

/* What is wrong and what was expected, in the language in force. */
const char *absence_problem(enum absence_reading reading);

#endif
