/*
 * A reading of a feed: parse all pages of a fetch into what they say (model/feed_reading.h). Whether
 * that is also believed is for feed/reading_trust.h to judge.
 */
#ifndef FEED_READING_H
#define FEED_READING_H

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/moment.h"
#include "model/feed_reading.h"

struct arena;
struct feed_reader;
struct feed_settings;
struct fetch;
struct settings;
struct strbuf;

#define READING_FINDINGS 100 /* of its records; what is more is counted only */

struct reading {
	struct arena *arena; /* of all below */
	struct feed_reading says;
	moment at;           /* when it was read */
	const char *address; /* of the first request; NULL: there were several */
	size_t pages;
	char sha256[SHA256_HEX];          /* of the pages, one after the other */
	const char *etag, *last_modified; /* NULL: none */
	struct findings findings;         /* the problems of `says` */
};

/*
 * Read all pages of a FETCH_FRESH into `reading`, in its arena, as of `now`. ERROR_TARGET
 * where a page as a whole cannot be read: then the rest of `reading` says nothing. Validators
 * are left out where there are problems, so that the next reading comes upon them, too.
 */
enum error_kind reading_of(struct reading *reading, const struct fetch *fetch,
	const struct settings *settings, const struct feed_settings *feed, moment now,
	struct error *err);

/* What else there is to say, once all pages were read: called with the reader to add it to. */
struct reading_more {
	void (*add)(void *context, struct feed_reader *reader);
	void *context;
	size_t before; /* records of this feed that were read before: numbers go on from there */
};

/* Pages, none or more, and what is added behind them (NULL: nothing). All borrowed. */
struct reading_pages {
	const struct strbuf *const *items;
	size_t count;
	const struct reading_more *more;
};

/* The same of such pages, without validators. */
enum error_kind reading_of_pages(struct reading *reading, const struct reading_pages *pages,
	const struct settings *settings, const struct feed_settings *feed, moment now,
	struct error *err);

#endif
