/*
 * What becomes of a reading of a feed: it is trusted, or doubted, or there is none, and something else serves
 * (CONTRACT section 4, rule 8). For feeds.c and people_feed.c, which bring readings.
 */
#ifndef FEED_FEED_JUDGE_H
#define FEED_FEED_JUDGE_H

#include "base/text/moment.h"
#include "feed/feeds.h"

struct asked_roles;
struct kept_reading;
struct snapshot;

/* Note, for run/mass_check.h, what was so before; of several that replace one another the first. `last` may be NULL. */
void feed_note_replaced(struct feed *feed, const struct kept_reading *last);

void feed_add_finding(struct feed *feed, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The feed cannot be read, `why`: what serves instead, or that removals are held. */
void feed_do_without(struct feed *feed, moment now, const char *why);

/* The last trusted reading came again, with these validators. */
void feed_repeat(const struct feeds *feeds, struct feed *feed, moment now, const char *etag,
	const char *last_modified, enum feeds_purpose purpose);

/* Count the records of the pending reading, by their people, and keep who these are; of roles those that are `asked` for (NULL: all). */
void feed_meet_people(struct feed *feed, const struct snapshot *snapshot,
	const struct asked_roles *asked);

/* Whether the pending reading says what the last one said, and its people need not be looked for again. */
bool feed_is_known(const struct feed *feed);

/*
 * Judge the pending reading; its counts and people are known. One that is trusted becomes the last trusted one by
 * feed_trust(): at once, unless the feed is asked about people and may be asked about more of them.
 */
void feed_judge(const struct feeds *feeds, struct feed *feed, enum feeds_purpose purpose);

/* Make the pending reading the last trusted one, and keep it. `drops_older`: later readings are not compared with those before it. */
void feed_trust(const struct feeds *feeds, struct feed *feed, bool drops_older,
	enum feeds_purpose purpose);

/* The pending reading as it would be kept; borrowed from it. */
struct kept_reading feed_kept_of(const struct feed *feed);

/* Forget the pending reading. */
void feed_drop_pending(struct feed *feed);

#endif
