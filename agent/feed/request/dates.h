/*
 * Dates in a request: the day that {today} means, and the moment that {now} does.
 */
#ifndef FEED_REQUEST_DATES_H
#define FEED_REQUEST_DATES_H

#include "base/text/moment.h"

struct strbuf;

/*
 * Add the local day that lies `days` after the day of `at`, as a format of strftime(3) in English writes
 * its first moment; "": 2026-12-24.
 */
void dates_add_day(struct strbuf *out, moment at, int days, const char *format);

/* Add a moment in UTC, in such a format; "": 2026-12-24T07:00:00Z. */
void dates_add_moment(struct strbuf *out, moment at, const char *format);

#endif
