/*
 * The names that a feed's records use for people, which the directory has to find
 * (directory/read/resolve_people.h).
 */
#ifndef FEED_FEED_NAMES_H
#define FEED_FEED_NAMES_H

#include <stddef.h>

struct arena;
struct asked_roles;
struct feed;
struct feed_settings;

/* Found by `match`, read as `match_as`. A name may be there several times. */
struct feed_names {
	const struct feed_settings *settings; /* borrowed */
	const char **items;
	size_t count, room;
};

/*
 * So many records of roles that no route asks for are looked up, spread over the reading that waits to be judged: enough to
 * see whether their people are known. All of them would cost what the catalogue of roles holds.
 */
#define FEED_SAMPLE_MAX 200

/*
 * The names in the last trusted reading, and in one that waits to be judged; of a feed that gives roles, of those who hold
 * a role that `asked` has, and a sample of the others (NULL: of all). The array is in `arena`; it borrows the names from the feed.
 */
struct feed_names feed_names(const struct feed *feed, const struct asked_roles *asked,
	struct arena *arena);

#endif
