/*
 * Metrics: how the agent fares, as a file in Prometheus' text format, for the
 * node exporter's textfile collector. Written whole, by rename, mode 0644.
 */
#ifndef RUN_PROMETHEUS_H
#define RUN_PROMETHEUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "model/feed_reading.h"

struct plan;

/* Of one feed. */
struct feed_metrics {
	const char *name;
	moment read_at;  /* of the reading that serves; MOMENT_EARLIEST: none does */
	bool is_fresh;   /* the feed itself was read, and is trusted */
	bool is_doubted; /* it was read, and is doubted */
	bool has_counts; /* `counts` is of the last reading that came whole */
	struct feed_counts counts;
};

/* Of one login of mail by OAuth 2.0, for which a token was asked in this process. */
struct login_metrics {
	const char *name;
	bool is_valid; /* a token was got, and no server refused it since */
	moment until;  /* when it expires; only where it is valid */
};

struct metrics {
	moment last_run;         /* when a run last ended, well or not */
	moment last_success;     /* when one last did all that was to do; MOMENT_EARLIEST: never */
	const struct plan *plan; /* borrowed: of the last run that came so far; NULL: none did */
	size_t people;           /* read of the directory */
	size_t errors;           /* among the findings, and 1 more where the run failed */
	double lag; /* watch: seconds from hearing of a change to its being done, in the last run */
	unsigned long runs, added, removed; /* since the agent's start */
	bool is_watching, is_following;     /* watch; and the directory tells it of changes */
	bool has_notices;                   /* the settings ask for them */
	size_t notices;                     /* that wait to be sent */
	const struct feed_metrics *feeds;
	size_t feed_count;
	const struct login_metrics *logins;
	size_t login_count;
};

/* The last_success that `path` tells of, from a process before this one; MOMENT_EARLIEST: none. */
moment metrics_last_success(const char *path);

/* Write them to `path`. ERROR_OURS. */
enum error_kind metrics_write(const char *path, const struct metrics *metrics, struct error *err);

#endif
