/*
 * The kept copy of a feed: the absences of its last good reading, and nothing
 * else of it, in a file of its own, mode 0600, whole or not there.
 *
 * JSON, made and read by nobody else: the feed's address, when it was read, the
 * SHA-256 of what came, the validators, the absences. A copy that cannot be read, or
 * was made under other settings of the feed (url, format, records, fields, next,
 * match, charset, people.separator, the zone), counts as none.
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

struct feed_cache {
	moment read_at;                   /* when the feed last said this, also by 304 */
	char sha256[SHA256_HEX];          /* of the pages, one after the other */
	const char *etag, *last_modified; /* NULL: none */
	struct feed_absences absences;
	/*
	 * A later reading that shrank, and so waits to be confirmed: its hash and how many
	 * absences it had. "" where there is none.
	 */
	char doubted_sha256[SHA256_HEX];
	size_t doubted_count;
};

/* Tells one file from the next of its name. */
struct feed_cache_stamp {
	ino_t inode; /* 0: no file */
	struct timespec changed;
};

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
