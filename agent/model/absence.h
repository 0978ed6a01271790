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

struct zone;

/*
 * One absence. Its kind (illness, leave) is nobody's business and is not here.
 */
struct absence {
	moment start, end; /* [start, end); MOMENT_EARLIEST and MOMENT_LATEST: open */
	struct references
		deputies; /* whom a feed names for this absence; the directory's are the person's */
	const char *feed; /* its name; NULL: the directory says it */
	size_t order; /* feeds in the settings' order, records in the feed's; 0 for the directory */
	bool kept;    /* an earlier run read it, and this one could not */
};

/* Any other year in an absence is a slip, but for those that stand for an open end. */
#define ABSENCE_YEAR_MIN 1990
#define ABSENCE_YEAR_MAX 2100

/* Why a value could not be read; text by absence_problem(). */
enum absence_reading {
	ABSENCE_READ = 0,
	ABSENCE_UNREADABLE, /* not a form that is accepted */
	ABSENCE_NO_ENDS,    /* neither a start nor an end */
	ABSENCE_ENDS_FIRST, /* the end lies before the start */
	ABSENCE_NO_LENGTH,  /* the end is the start */
	ABSENCE_ONE_MOMENT, /* a moment alone, where one date would be that day */
	ABSENCE_YEAR,       /* a year outside ABSENCE_YEAR_MIN to ABSENCE_YEAR_MAX */
	ABSENCE_SEVERAL,    /* several values where one is expected; for the caller's use */
};

/* Which day the end of an absence is, where it is written with the time of midnight. */
enum until_is {
	UNTIL_MOMENT, /* that moment: the day before is the last */
	UNTIL_DAY,    /* the day that is written is the last */
};

/* How one feed writes its times. All zero: as the directory does. */
struct absence_rules {
	/* of strptime(3), tried first, and then no day-month-year; NULL: none */
	const char *date_format;
	enum until_is until_is;
	const struct zone *
		zone; /* of times without one; NULL: the process's. A date alone is a day of the process's */
};

/*
 * Read "FROM/UNTIL", or one date without a slash between: that day. Dates may have slashes of their
 * own, "1/12/2026/24/12/2026", where the text can be split in one way only. Else as below.
 */
enum absence_reading absence_read_interval(const char *text, moment *start, moment *end);

/*
 * Where the slash between FROM and UNTIL is, in bytes. Where there is none, as in one date, and in
 * what cannot be read: the length of the text.
 */
size_t absence_slash_between(const char *text);

/*
 * Read the values of a pair of attributes or fields, each as moment_read() does. `rules` may be NULL.
 *
 * An end is missing, so open, where it is NULL, blank, the word NULL, a date of zeros or
 * 0001-01-01, 1601-01-01, 1800-01-01 or 1900-01-01, in any form and with any time. 9999-12-31 and
 * AD's "never" are open ends that are not missing; as a start they are MOMENT_LATEST, which never
 * begins. A start and an end that are the same local midnight are that day. With UNTIL_DAY the day
 * counts that is written with the time of midnight in whatever zone, or that begins at that moment
 * here; 24:00 belongs to the day that it ends. A time without a zone is in rules->zone, and there in the hour that
 * comes twice a start is the earlier one, an end the later.
 *
 * Where ABSENCE_READ, *start < *end, or *start is MOMENT_LATEST.
 */
enum absence_reading absence_read_pair(const char *from, const char *until,
	const struct absence_rules *rules, moment *start, moment *end);

/*
 * Drop those of `count` parts of a value that are blank, as absences see blanks: of any kind that
 * Unicode has. Returns how many are left, in their order.
 */
size_t absence_drop_blank(const char **parts, size_t count);

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
