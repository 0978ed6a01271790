/*
 * What is kept of a feed: its trusted readings and the one that is doubted, in a file of its
 * own, mode 0600, whole or not there (CONTRACT section 4, rule 8).
 *
 * JSON, made and read by nobody else (cache_json.h). A file that cannot be read, or
 * was made under other settings of the feed (settings_hash.h), counts as none.
 */
#ifndef FEED_CACHE_H
#define FEED_CACHE_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "base/text/moment.h"
#include "model/feed_reading.h"

struct arena;
struct feed_settings;
struct settings;

/*
 * How many trusted readings are kept, of FEED_ABSENCES_MAX absences and roles in all. One is compared with the last, and with the
 * last that is a day old: so all of the last day are wanted. Where there are more, those that lie nearest to one another are
 * dropped: of a feed that changes at each asking, the one compared with is then an hour or so older than a day.
 */
#define FEED_TRUSTED_MAX 26

/* A reading that is doubted. */
struct feed_doubt {
	struct kept_reading reading;
	unsigned doubts; /* of enum reading_doubt (reading_trust.h) */
	const char *why; /* in the language of the run that read it */
	moment since;    /* when the first of an unbroken row of doubted readings came */
	moment shrunk_since; /* since when each was doubted for DOUBT_SHRUNK alone; MOMENT_EARLIEST: not */
};

struct feed_cache {
	const char *etag, *last_modified;              /* of the last trusted reading; NULL: none */
	struct kept_reading trusted[FEED_TRUSTED_MAX]; /* the last one first */
	size_t trusted_count;                          /* 0: none was ever trusted */
	bool is_doubted;
	struct feed_doubt doubt; /* where is_doubted */
	bool has_replaced;
	struct kept_reading
		replaced; /* where has_replaced: what counted before the last was accepted, to be compared once */
};

/* Tells one file from the next of its name. */
struct feed_cache_stamp {
	ino_t inode; /* 0: no file */
	struct timespec changed;
};

/* The last trusted reading, and the last that was so a day ago; NULL: there is none. */
const struct kept_reading *feed_cache_last(const struct feed_cache *cache);
const struct kept_reading *feed_cache_older(const struct feed_cache *cache, moment now);

/*
 * Make `reading`, which is borrowed, the last trusted one; the doubt is over. `drops_older`: later readings are not
 * compared with those before it, since somebody, or the setting `doubt`, decided against them.
 */
void feed_cache_trust(struct feed_cache *cache, const struct kept_reading *reading,
	bool drops_older);

/* Trust the doubted reading that is kept, anew. */
void feed_cache_accept(struct feed_cache *cache);

/* The last trusted reading came again at `now`; the doubt is over. */
void feed_cache_repeat(struct feed_cache *cache, moment now);

/* What the doubt becomes with a reading of `now` that is doubted for `doubts`: since when. No reading yet. */
struct feed_doubt feed_cache_next_doubt(const struct feed_cache *cache, unsigned doubts,
	moment now);

/* Copy all that a reading points to, but for the settings' texts, into `arena`. */
void kept_reading_copy(struct kept_reading *reading, struct arena *arena);

/* Copy all that the cache points to into `arena`. */
void feed_cache_copy(struct feed_cache *cache, struct arena *arena);

/* Make `reading`, which is borrowed, the doubted one. `why` is borrowed, too. */
void feed_cache_doubt(struct feed_cache *cache, const struct kept_reading *reading, unsigned doubts,
	const char *why);

/* The folder of kept copies, in `arena`: $STATE_DIRECTORY's first, else state/ beside the reports. */
const char *feed_cache_folder(const struct settings *settings, struct arena *arena);

/* The file of a feed's copy, in `arena`: its name says the feed's, as far as a file's can. */
const char *feed_cache_path(const char *folder, const struct feed_settings *feed,
	struct arena *arena);

/*
 * Whether the file of the copy is another than `stamp` says, or cannot even be looked at;
 * `stamp` is then as it is now.
 */
bool feed_cache_is_new(const char *folder, const struct feed_settings *feed,
	struct feed_cache_stamp *stamp);

/*
 * Read the copy of `feed`, all of it in `arena`. False where there is none, with why in
 * `*trouble` (also in `arena`) if that is odd, else NULL. Only a file that is the user's own or root's
 * is trusted, or, by root, anyone's; others must not be able to write it. Validators that
 * another version of postvagt kept are dropped: it may read the same page otherwise.
 */
bool feed_cache_read(struct feed_cache *cache, const char *folder, const struct settings *settings,
	const struct feed_settings *feed, struct arena *arena, const char **trouble);

/*
 * Write it, and make the folder (0700) if need be. Nothing is written, and ERROR_NONE
 * returned with `*kept_it` false, where the folder (or, where it must be made, the one that holds
 * it) is not the user's own: an admin who looks must leave nothing there that the agent cannot read.
 */
enum error_kind feed_cache_write(const struct feed_cache *cache, const char *folder,
	const struct settings *settings, const struct feed_settings *feed, bool *kept_it,
	struct error *err);

#endif
