/*
 * The feeds of the settings, as a run sees them: each fresh, served from its
 * kept copy, or not to be had (CONTRACT section 4, rule 8).
 *
 *	feeds_init(&feeds, settings);
 *	feeds_read(&feeds, now, FEEDS_CONFIRM);	// in a run
 *	// ...
 *	feeds_release(&feeds);
 *
 * or, in a loop that waits for other things too, feed_ask() for one that is due,
 * fetches_poll(), and feed_complete() for each that is asked and runs no longer.
 */
#ifndef FEED_FEEDS_H
#define FEED_FEEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/moment.h"
#include "feed/cache.h"

struct fetch;
struct fetches;
struct settings;

/* A copy of fewer absences than this may shrink as it will. */
#define FEED_DOUBTED_FROM 5

enum feed_state {
	FEED_UNREAD, /* cannot be read, and no kept copy is young enough: removals are held */
	FEED_CACHED, /* cannot be read: served from the kept copy */
	/* Shrank, from that many absences or more, to nothing or by more than half: served from the kept copy and the reading, both. */
	FEED_DOUBTED,
	FEED_FRESH, /* read */
};

/* The last good reading, as far as it is known here: read or written by this process. */
struct feed_copy {
	struct arena *arena; /* owned: all below; NULL: there is none */
	struct feed_cache cache;
	moment written_at;             /* its read_at on disk; MOMENT_EARLIEST: not there */
	struct feed_cache_stamp stamp; /* of the file that was looked at last */
	char *trouble;                 /* owned: what was odd about it, to be said; or NULL */
};

struct feed {
	const struct feed_settings *settings; /* borrowed */
	enum feed_state state;
	struct arena *arena;           /* owned: all below */
	struct feed_absences absences; /* what counts in this state; none in FEED_UNREAD */
	moment read_at;                /* of what counts; MOMENT_EARLIEST: never */
	char sha256[SHA256_HEX];       /* of what counts; "": never read */
	struct findings findings;      /* of the feed and its records */
	const char *held;              /* why no removal may be made, or NULL */
	struct feed_copy copy;
	struct fetch *fetch; /* being asked, or NULL */
	bool changed; /* by the last feed_complete(): absences, findings or state are others than before */
};

struct feeds {
	const struct settings *settings; /* borrowed */
	struct arena *arena;             /* owned: the folder's name */
	const char *folder;              /* of the kept copies */
	struct feed *items;              /* owned, in the settings' order */
	size_t count;
	struct fetches *fetches; /* owned; for fetches_poll() */
};

/* Whether a reading counts as the one that confirms a feed's having shrunk: apply and watch, not plan. */
enum feeds_purpose {
	FEEDS_LOOK,
	FEEDS_CONFIRM,
};

/* Make ready; nothing is asked. feeds_release() frees all. */
void feeds_init(struct feeds *feeds, const struct settings *settings);
void feeds_release(struct feeds *feeds);

/* Whether the files of tokens and keys are there and closed to others; ERROR_USAGE says which is not. */
enum error_kind feeds_check_secrets(const struct settings *settings, struct error *err);

/* Ask every feed, at once, and wait for them all; says progress. `now` judges how old a kept copy is. */
void feeds_read(struct feeds *feeds, moment now, enum feeds_purpose purpose);

/*
 * Ask one, unless it is being asked; make what came of it the feed's state, as soon as
 * feed_has_answered(). A good reading is kept, on disk as well; where it only says again what the
 * copy says, that is written once a minute at most, or ten times in `max_age`.
 */
void feed_ask(struct feeds *feeds, struct feed *feed);
void feed_complete(struct feeds *feeds, struct feed *feed, moment now, enum feeds_purpose purpose);

/* Whether a feed that was asked has answered, or failed. */
bool feed_has_answered(const struct feed *feed);

/*
 * The moment at which a feed that cannot be read becomes too old to serve;
 * MOMENT_LATEST where that does not threaten.
 */
moment feed_expiry(const struct feed *feed);

#endif
