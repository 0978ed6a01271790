/* The feeds as they were, for the chain of runs and for pages. */
#ifndef RUN_FEED_SUMMARIES_H
#define RUN_FEED_SUMMARIES_H

#include "model/feed_summary.h"

struct arena;
struct feeds;

/* One each, in the settings' order, in `arena`; the texts are borrowed. */
struct feed_summary *feed_summaries(const struct feeds *feeds, struct arena *arena);

#endif
