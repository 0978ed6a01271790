/*
 * The text of a kept copy:
 *
 *	{"copy": 2, "version": "0.2.0", "feed": "loen", "url": "https://...", "settings": SHA-256,
 *	 "etag": "...", "last_modified": "...", "trusted": [READING, ...],
 *	 "doubted": READING and {"doubts": 8, "why": "...", "since": ..., "shrunk_since": ...}}
 *
 * READING is
 *
 *	{"first_at": 1798012800, "last_at": 1798016400, "sha256": "...",
 *	 "counts": {"records": 1, "set_aside": 0, "unusable": 0, "readable": 1, "used": 1, "known": 1},
 *	 "absences": [{"record": 1, "person": "0042", "start": 1797980400, "end": 1798066800,
 *	               "deputies": ["0043"], "kept": true}],
 *	 "standing": [{"record": 2, "person": "0043", "deputies": ["0044"]}],
 *	 "roles": [{"record": 3, "person": "0043", "role": "systemansvarlig/SAPA", "end": 1798066800}],
 *	 "asked": {"readable": ["0042"], "set_aside": ["0043"], "unusable": []}}
 *
 * Moments are seconds since 1970; an end that is open is not there, and so is what is not known, or none. Deputies and roles
 * may have "start", "end" and "kept", too; "unasked" of the counts and "roles" came with version 0.2.0.
 * `asked` is of a feed that is asked about people.
 */
#ifndef FEED_CACHE_JSON_H
#define FEED_CACHE_JSON_H

#include <stddef.h>

struct arena;
struct feed_settings;
struct feed_cache;
struct strbuf;

enum feed_cache_result {
	FEED_CACHE_READ,
	FEED_CACHE_OTHER,  /* made under other settings, or by another postvagt's rules */
	FEED_CACHE_BROKEN, /* no kept copy at all */
};

/* `settings` is the hash of what the copy depends on; only a copy of the same is read. */
enum feed_cache_result feed_cache_json_read(struct feed_cache *cache, const char *text,
	size_t length, const char *settings, struct arena *arena);

void feed_cache_json_add(struct strbuf *out, const struct feed_cache *cache,
	const struct feed_settings *feed, const char *settings);

#endif
