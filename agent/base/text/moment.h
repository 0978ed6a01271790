/*
 * Moments: seconds since 1970-01-01T00:00Z, and the ways in which they are written.
 *
 * A date alone means the local day, so reading needs a time zone. The process
 * has one, set once by moment_zone(); glibc's own tables know both changes of
 * the clock. Nothing here asks what time it is but moment_now() and those after it.
 */
#ifndef BASE_TEXT_MOMENT_H
#define BASE_TEXT_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

struct strbuf;

typedef int64_t moment;

#define MOMENT_HOUR     ((moment)60 * 60)
#define MOMENT_DAY      ((moment)24 * MOMENT_HOUR)
#define MOMENT_EARLIEST INT64_MIN /* an open start */
#define MOMENT_LATEST   INT64_MAX /* an open end; as a start: never */

#define DAYS_A_WEEK 7

/* AD's clock: ticks in a second, and the seconds from 1601, where it begins, to 1970 (MS-ADTS, Interval syntax). */
#define MOMENT_AD_TICKS INT64_C(10000000)
#define MOMENT_AD_EPOCH INT64_C(11644473600)

/* Set the process's zone, such as "Europe/Copenhagen". False where the machine knows no such zone. */
bool moment_zone(const char *name);

/* Now, by the machine's clock. For command/ only: everything else is given its moment. */
moment moment_now(void);

/*
 * For whoever waits: milliseconds of a clock that nobody sets, and how many it is by the
 * machine's clock until `t`, from 0 to `most`.
 */
int64_t moment_uptime(void);
int moment_until(moment t, int most);

/* Sleep that many milliseconds, or until a signal comes. */
void moment_sleep(int milliseconds);

/* Which end of an interval a text stands for: it decides what a day, a doubled hour and AD's "never" mean. */
enum moment_edge {
	MOMENT_START,
	MOMENT_END,
};

/*
 * Read a moment, or one end of an interval. Accepts ISO 8601 calendar dates (basic and extended; no
 * week or ordinal dates), "24-12-2026", "24.12.2026" and "24/12/2026" (leading zeros may be missing),
 * each alone, or with a time and with that, a zone; LDAP's GeneralizedTime (RFC 4517 section
 * 3.3.13); AD's count of 100 ns since 1601 (MS-ADTS section 3.1.1.2.2.2.9 Interval; 0 and 2^63-1:
 * never). Any year from 1 on; what a year, zeros or nothing mean in an absence model/absence.h says.
 *
 * A date alone is, as MOMENT_START, the day's first moment, and as MOMENT_END
 * the first moment after that day, as ends are exclusive. A time without a
 * zone is local; in the hour that comes twice a start is the earlier and an end
 * the later one; in the hour that never comes both are counted from before the
 * change. "Never" is MOMENT_LATEST for either edge. Fractions of a second are
 * dropped.
 *
 * False where the text is none of these. `*is_date` (may be NULL) tells
 * whether it was a date alone.
 */
bool moment_read(const char *text, enum moment_edge edge, moment *result, bool *is_date);

/* Seconds at 00:00 UTC of a date; false where no such date exists. */
bool moment_from_calendar(int year, int month, int day, int64_t *clock);

/*
 * The moment of a local time, given as the seconds it would be in UTC. Where the
 * clock goes back the time comes twice; where it goes forward, never.
 */
moment moment_from_local(int64_t clock, enum moment_edge edge);

/* "2026-12-23T08:00:00+01:00", local (RFC 3339), for JSON; "20261223T070000Z" for file names. */
void moment_add_iso(struct strbuf *out, moment t);
void moment_add_basic_utc(struct strbuf *out, moment t);

/*
 * For attributes that take nothing else: GeneralizedTime, "20261223070000.0Z" (as
 * AD wants it, too), and AD's 100 ns since 1601. Both are read by moment_read().
 */
void moment_add_generalized(struct strbuf *out, moment t);
void moment_add_ticks(struct strbuf *out, moment t);

/* "2026-12-23", the local day that `t` lies in. */
void moment_add_iso_day(struct strbuf *out, moment t);

/* "23 December 2026 08:00", "23. december 2026 kl. 08:00"; a day alone. Local. */
void moment_add_human(struct strbuf *out, moment t);
void moment_add_human_day(struct strbuf *out, moment t);

/* "23 Dec", "23. dec", for headings; the number of the ISO week; 0 on a Monday, to 6. Local. */
void moment_add_short_day(struct strbuf *out, moment t);
int moment_week(moment t);
int moment_weekday(moment t);

/* Whether `t` is the first moment of a local day. */
bool moment_is_midnight(moment t);

/* The first moment of the local day that lies `days` after the day of `t` (0: that day itself). */
moment moment_day(moment t, int days);

/* The moment at which the clock shows that full hour, on the local day of `t`; the first of two. */
moment moment_at_hour(moment t, int hour);

/*
 * Add until when somebody is away, in the language in force: "away through 24 December 2026". The end is
 * exclusive: at midnight, people say the day before. MOMENT_LATEST: "away until further notice".
 */
void moment_add_away(struct strbuf *out, moment until);

#endif
