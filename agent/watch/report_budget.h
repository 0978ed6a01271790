/*
 * How many reports watch writes on a day. Nothing is written to the directory without a report, so
 * past the bound the writes wait: each wait is twice as long as the one before, up to
 * REPORT_PAUSE_MAX, and the changes that came up meanwhile go into one report. Pure.
 */
#ifndef WATCH_REPORT_BUDGET_H
#define WATCH_REPORT_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/* Of 24 hours without waiting; the pauses after that add 100 reports a day at most. */
#define REPORTS_PER_DAY      2000
#define REPORT_BYTES_PER_DAY ((uint64_t)256 * 1024 * 1024) /* with their undo files */

#define REPORT_PAUSE     60000LL /* ms: the first */
#define REPORT_PAUSE_MAX 900000LL

/* All zero: nothing was written yet. Times are milliseconds of moment_uptime(). */
struct report_budget {
	int64_t since; /* when its day began */
	uint64_t reports, bytes;
	int64_t pause;    /* the last; 0: none so far */
	int64_t write_at; /* nothing is written before; 0: no wait */
};

/* Whether writes have to wait at `now`; ->write_at says until when. */
bool report_budget_waits(struct report_budget *budget, int64_t now);

/* Whether the day's bound is reached, so that reports are written with pauses. */
bool report_budget_is_reached(struct report_budget *budget, int64_t now);

/* The pause, in milliseconds, that follows the next report past the bound. */
int64_t report_budget_next(const struct report_budget *budget);

/* Note a report, and its bytes, that was written at `now`. */
void report_budget_note(struct report_budget *budget, uint64_t bytes, int64_t now);

#endif
