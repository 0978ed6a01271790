/*
 * Readings of feeds that are asked about people (people_query.h). The answers become one page, the JSON array
 *
 *	[{"person": "anna@eksempel.dk", "answer": {...}}, ...]
 *
 * in the order of asking, which is read as the page of any feed is. The page is in memory only: answers hold texts that
 * are nobody's business. Of those who are unread the reading has unusable records, and of those who were
 * answered about and have no record one that is set aside: they are not away.
 */
#ifndef FEED_PEOPLE_READING_H
#define FEED_PEOPLE_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "base/text/moment.h"

struct arena;
struct feed_settings;
struct people_query;
struct reading;
struct settings;
struct table;

/* Somebody who was asked about. */
struct person_asked {
	const char *value;
	char sha256[SHA256_HEX]; /* of the answer; of an unread person always the same */
};

/* About whom a feed was asked, each once. */
struct people_asked {
	struct arena *arena; /* borrowed: of all below */
	struct table *keys;  /* name_key() of each */
	struct person_asked *items;
	size_t count, room;
};

/* Begin with nobody. */
void people_asked_init(struct people_asked *asked, struct arena *arena);

bool people_asked_has(const struct people_asked *asked, const struct feed_settings *feed,
	const char *value);

/* Note the key of a value alone; false where it was there already. */
bool people_asked_note(struct people_asked *asked, const struct feed_settings *feed,
	const char *value);

/* Add the people of a query that has ended. */
void people_asked_add(struct people_asked *asked, const struct feed_settings *feed,
	const struct people_query *query);

/* The SHA-256 of all that was answered, in whatever order and in how many queries it was. */
void people_asked_hash(const struct people_asked *asked, char hex[SHA256_HEX]);

/*
 * Read what a query that has ended learnt into `reading`, in its arena, as of `now`; its records are numbered from
 * `before` on, and its sha256 is left to people_asked_hash(). ERROR_TARGET where the page as a whole cannot be read: then the
 * rest of `reading` says nothing.
 */
enum error_kind people_reading_of(struct reading *reading, const struct people_query *query,
	size_t before, const struct settings *settings, const struct feed_settings *feed,
	moment now, struct error *err);

/* The number of its last record; 0: it has none. */
size_t people_reading_last(const struct reading *reading);

/* Add a reading of other people, made in the same arena and numbered on, behind what `to` says. Findings are not added. A feed that gives roles is not asked about people. */
void people_reading_append(struct reading *to, const struct reading *from);

#endif
