/* The feeds as they were, for the chain of runs and for pages. */
#ifndef RUN_FEED_STATES_H
#define RUN_FEED_STATES_H

#include "ledger/run_line.h"

struct arena;
struct feeds;

/* One each, in the settings' order, in `arena`; the texts are borrowed. */
struct line_feed *feed_lines(const struct feeds *feeds, struct arena *arena);

#endif
