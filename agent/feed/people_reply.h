/*
 * Replies about people: which person's answer is where in the reply to a request that asked about several
 * (absence.feeds.answers). JSON; untrusted. The answers' documents are not parsed here, but spans of the reply:
 * whoever reads them checks them.
 */
#ifndef FEED_PEOPLE_REPLY_H
#define FEED_PEOPLE_REPLY_H

#include <stddef.h>

#include "base/message/error.h"

struct arena;
struct feed_settings;
struct strbuf;

enum person_answer_kind {
	ANSWER_MISSING, /* the reply says nothing about the person */
	ANSWER_GIVEN,
	ANSWER_REFUSED, /* the person cannot be read */
	ANSWER_LATER,   /* not now: 401, 429, or the server's own trouble */
};

struct person_answer {
	enum person_answer_kind kind;
	const char *document; /* GIVEN: an object or an array; borrowed from the reply */
	size_t length;
	const char *why;   /* REFUSED, LATER: in the language in force, made safe for a line */
	long long seconds; /* LATER: the Retry-After of this answer; -1: none */
};

/* About whom a request asked, by their values; borrowed. */
struct reply_people {
	const char *const *values;
	size_t count;
};

/*
 * Read the reply to a request, and fill `answers`, one for each of the people. ERROR_TARGET where the reply as a whole cannot be read: no JSON as far as that is looked at, or no list of
 * answers where the settings look for one. An answer about nobody who was asked about is passed over; two about
 * one person are none that can be used. `why` is in `arena`.
 */
enum error_kind people_reply_read(struct person_answer *answers, const struct feed_settings *feed,
	const struct reply_people *people, const struct strbuf *body, struct arena *arena,
	struct error *err);

/* What an HTTP status of a request or of a part of it means for a person; never ANSWER_MISSING. */
enum person_answer_kind person_answer_of_status(long status);

#endif
