/*
 * The feeds of the settings, as a run sees them: what the last asking brought, whether that is
 * trusted, and which reading serves (CONTRACT section 4, rule 8).
 *
 *	feeds_init(&feeds, settings);
 *	feeds_read(&feeds, now, FEEDS_KEEP);	// ask them all
 *	// ... resolve feed_names() of each in the directory (feed/feed_names.h)
 *	feeds_judge(&feeds, snapshot, FEEDS_KEEP);
 *	serving = feed_serving(&feeds.items[0]);
 *	feeds_release(&feeds);
 *
 * or, in a loop that waits for other things too, feed_ask() for one that is due,
 * fetches_poll(), and feed_complete() for each that is asked and runs no longer; then feeds_judge(), where
 * one has `changed`.
 *
 * Feeds that are asked about people are not asked by feeds_read(), but once it is known about whom: people_feed.h.
 */
#ifndef FEED_FEEDS_H
#define FEED_FEEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/moment.h"
#include "feed/cache.h"
#include "feed/people_reading.h"
#include "feed/reading.h"

struct feed_requests;
struct asked_roles;
struct fetch;
struct fetches;
struct people_query;
struct settings;
struct snapshot;
struct table;

enum feed_state {
	FEED_UNREAD, /* not asked, or it cannot be read, and nothing may serve: removals are held */
	FEED_CACHED, /* it cannot be read: its last trusted reading serves */
	FEED_DOUBTED, /* it was read, and is doubted: its last trusted reading serves, or nothing where `held` */
	FEED_FRESH, /* it was read, and is trusted */
};

/* What is kept of the feed, as far as it is known here: read or written by this process. */
struct feed_copy {
	struct arena *arena; /* owned: all of the cache; NULL: nothing is kept */
	struct feed_cache cache;
	moment written_at;             /* its last_at on disk; MOMENT_EARLIEST: not there */
	struct feed_cache_stamp stamp; /* of the file that was looked at last */
	char *trouble;                 /* owned: what was odd about it, to be said; or NULL */
	bool is_lost;                  /* what is on disk cannot be read */
};

/* What the last trusted reading said before another was trusted; until feeds_forget_replaced(). */
struct feed_replaced {
	struct arena *arena; /* owned; NULL: no other was trusted */
	struct kept_reading
		reading; /* its absences and standing deputies; none where none was trusted before */
};

/* Of a feed that is asked about people (people_feed.h). */
struct feed_asking {
	struct people_query *query; /* owned: about all who are needed; NULL: none is running */
	struct people_query *more;  /* owned: about those who came to be needed; NULL: none */
	struct arena *needed_arena; /* owned: of the next two */
	const char **needed;        /* values of those whom the decision needed last */
	size_t needed_count;
	struct arena *arena;       /* owned: of `asked` */
	struct people_asked asked; /* about whom it was asked since all were asked about last */
	bool is_begun;             /* it was asked in this process, whatever came of it */
	size_t blind_to; /* so many are needed, but none of them has a value to be asked with any more; 0: not so */
	bool is_whole; /* `pending` was trusted, and what is learnt about more people is added to it */
	bool is_unsettled; /* ... and it is not the last trusted reading yet: `kept` serves */
	bool drops_older;  /* as of feed_trust(), where is_unsettled */
	struct kept_reading kept; /* borrowed from `pending` */
	const char *
		failure; /* in the feed's arena: why some came to be needed and could not be asked about; NULL: none */
};

struct feed {
	const struct feed_settings *settings; /* borrowed */
	enum feed_state state;
	struct arena *arena;      /* owned: all below */
	struct findings findings; /* of the feed and its records */
	const char *trouble;      /* why it is not FEED_FRESH; NULL: it is, or was not asked */
	const char *held;         /* why no removal may be made, or NULL */
	bool has_counts;          /* `counts` is of the last reading that came whole */
	struct feed_counts counts;
	char sha256[SHA256_HEX];    /* of that reading */
	struct arena *people_arena; /* owned */
	struct table *people;       /* in it, feed_people(): as that reading found them */
	struct feed_copy copy;
	struct feed_replaced replaced;
	struct fetch *fetch;            /* being asked, or NULL */
	struct feed_requests *requests; /* owned: of that fetch */
	struct feed_asking asking;
	size_t absences_unread; /* of that reading: what is wrong with it and may cost an absence */
	bool is_pending;        /* `pending` came, and waits to be judged */
	struct reading pending; /* owned */
	bool changed; /* by the last feed_complete(): it is to be judged, or serves or says something else than before */
};

struct feeds {
	const struct settings *settings; /* borrowed */
	struct arena *arena;             /* owned: the folder's name */
	const char *folder;              /* of the kept copies */
	struct feed *items;              /* owned, in the settings' order */
	size_t count;
	struct fetches *fetches; /* owned; for fetches_poll() */
	const struct asked_roles *
		asked; /* borrowed: for feeds that give roles, from feed_names() to feeds_judge() */
	bool were_asked; /* feeds_read() was called */
	bool keeps_pending; /* a reading comes whole, and is not dropped when it was judged: for who shows it */
	/* Whether earlier runs tell that a reading of the feed counted; NULL: none does. Asked where no reading is kept. */
	bool (*was_trusted)(const struct settings *settings, const char *feed);
};

/* Whether what was read is kept: by apply and watch alone. */
enum feeds_purpose {
	FEEDS_LOOK,
	FEEDS_KEEP,
};

/* Make ready; nothing is asked. feeds_release() frees all. */
void feeds_init(struct feeds *feeds, const struct settings *settings);
void feeds_release(struct feeds *feeds);

/* Whether a feed's files of tokens and keys are there and closed to others; ERROR_USAGE says which is not, and whose. */
enum error_kind feeds_check_secrets(const struct feed_settings *feed, struct error *err);

/* The feed of that name, or NULL. */
struct feed *feeds_find(struct feeds *feeds, const char *name);

/* Ask every feed, at once, and wait for them all; says progress. `now` judges how old a kept reading is. */
void feeds_read(struct feeds *feeds, moment now, enum feeds_purpose purpose);

/*
 * Ask one, unless it is being asked: `now` is the moment of its {today}. Take what came of it, as soon as feed_has_answered(). A new reading waits for
 * feeds_judge(). What says again what was said before is judged at once, unless it is doubted for its people.
 */
void feed_ask(struct feeds *feeds, struct feed *feed, moment now);
void feed_complete(struct feeds *feeds, struct feed *feed, moment now, enum feeds_purpose purpose);

/* Whether a feed is being asked; and whether one that was asked has answered, or failed: carries the asking on. */
bool feed_is_asked(const struct feed *feed);
bool feed_has_answered(const struct feed *feed);

/*
 * Judge the readings that wait, now that the snapshot knows their people. With FEEDS_KEEP what came of it is
 * kept, on disk as well; where it only says again what is kept, that is written once a minute at most, or ten times
 * in `max_age`.
 */
void feeds_judge(struct feeds *feeds, const struct snapshot *snapshot, enum feeds_purpose purpose);

/* Drop all feeds but one, before any is asked. Return where it is now. */
struct feed *feeds_keep_only(struct feeds *feeds, struct feed *feed);

/* Forget what was replaced, as it was compared with what is said now (run/mass_check.h). */
void feeds_forget_replaced(struct feeds *feeds);

/* The reading that counts; NULL where none does. */
const struct kept_reading *feed_serving(const struct feed *feed);

/*
 * The readings by which a forecast counts people as away: what serves, and where the feed is in trouble what would serve
 * if it were not too old, and the doubted reading, too. Of a feed that gives deputies or roles the doubted one is none of
 * them: it might say that more people answer. Returns how many of `readings` there are.
 */
#define FEED_READINGS_MAX 2
size_t feed_careful_readings(const struct feed *feed,
	const struct kept_reading *readings[FEED_READINGS_MAX]);

/* Trust the doubted reading that is kept; false where none is. Nothing is written. */
bool feed_accept(struct feed *feed);

/* Read what is kept of a feed, where it is newer than what is known here; and write it. */
void feed_look(const struct feeds *feeds, struct feed *feed);
enum error_kind feed_keep(const struct feeds *feeds, struct feed *feed, struct error *err);

/* Whether some feed could not be read or is doubted, so that the run ends with 6. */
bool feeds_have_trouble(const struct feeds *feeds);

/*
 * The moment at which the reading that serves a feed in trouble becomes too old for it;
 * MOMENT_LATEST where that does not threaten.
 */
moment feed_expiry(const struct feed *feed);

#endif
