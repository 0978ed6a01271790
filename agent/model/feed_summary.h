/* How a run found a feed: for the run's line, and for the coverage page. Plain data. */
#ifndef MODEL_FEED_SUMMARY_H
#define MODEL_FEED_SUMMARY_H

#include "base/text/moment.h"

/* Texts are borrowed; NULL where the feed has none. */
struct feed_summary {
	const char *name, *url, *sha256;
	const char *state;   /* "fresh", "kept", "doubted", "unread" */
	moment read_at;      /* of what serves; MOMENT_EARLIEST: nothing does */
	const char *trouble; /* why it is not "fresh"; NULL: it is */
};

#endif
