/*
 * The names that a feed's records use for people, which the directory has to find
 * (directory/read/resolve_people.h).
 */
#ifndef FEED_FEED_NAMES_H
#define FEED_FEED_NAMES_H

#include <stddef.h>

struct arena;
struct feed;
struct feed_settings;

/* Found by `match`, read as `match_as`. A name may be there several times. */
struct feed_names {
	const struct feed_settings *settings; /* borrowed */
	const char **items;
	size_t count, room;
};

/*
 * The names in the last trusted reading, and in one that waits to be judged. The array is in `arena`; it borrows
 * the names from the feed.
 */
struct feed_names feed_names(const struct feed *feed, struct arena *arena);

#endif
