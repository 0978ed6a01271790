/*
 * Feeds that are asked about people (asks: people), as a run sees them: whom they were asked about, and what is still to
 * be asked. The first time all are asked about whom the decision needs then, and the reading is judged as that of
 * any feed. People who come to be needed by what it says (the deputies of those who are away) are asked about at once, and
 * added to the reading, which is not judged a second time.
 *
 *	feeds_read(&feeds, now, FEEDS_KEEP);
 *	do {
 *		// ... match and judge the feeds, gather; needed[i] are the values of whom feed i is to be asked about
 *	} while (people_feeds_ask(&feeds, needed, seconds, now, FEEDS_KEEP));
 *	people_feeds_settle(&feeds, snapshot, FEEDS_KEEP);
 *
 * In a loop that waits for other things too, feed_ask() asks again about all who were needed last.
 */
#ifndef FEED_PEOPLE_FEED_H
#define FEED_PEOPLE_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "feed/feeds.h"

struct snapshot;

/* The values of whom a feed is to be asked about, several of one person allowed; borrowed. */
struct needed_values {
	const char **items;
	size_t count;
	size_t people; /* whose values these are; some may have none */
};

/* Whether some feed of the settings is asked about people. */
bool feeds_ask_people(const struct feeds *feeds);

/*
 * Ask each feed about those of `needed`, one for each feed in their order, about whom it was not asked yet, and wait:
 * `seconds` at most where it was asked about others before. False where there was nobody to ask about: nothing has changed
 * then. A feed in trouble is asked about nobody, until all are asked about again. One whose people all lost their values is in
 * trouble, where five or more were known in the last trusted reading (rule 8 (b)), until somebody has one.
 */
bool people_feeds_ask(struct feeds *feeds, const struct needed_values *needed, int seconds,
	moment now, enum feeds_purpose purpose);

/* Make what was trusted and added to the last trusted readings, and with FEEDS_KEEP keep them. `snapshot` knows their people. */
void people_feeds_settle(struct feeds *feeds, const struct snapshot *snapshot,
	enum feeds_purpose purpose);

/* For feeds.c, of a feed of that kind: begin a run, by which it was asked about nobody; ask about all who are needed; take what came of it. */
void people_feed_begin(struct feeds *feeds, struct feed *feed);
void people_feed_ask(struct feeds *feeds, struct feed *feed, moment now);
void people_feed_take(struct feeds *feeds, struct feed *feed, moment now,
	enum feeds_purpose purpose);
void people_feed_release(struct feed *feed);

#endif
