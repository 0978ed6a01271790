/*
 * A query: asks one feed about people (asks: people), `batch` of them in a request, QUERY_REQUESTS_MAX requests at a
 * time. Nothing here blocks.
 *
 *	query = people_query_start(fetches, &settings->feeds[0], now, needed->items, count, seconds);
 *	while (!people_query_step(query))
 *		fetches_poll(fetches, NULL, 0, QUERY_TICK);
 *	// ... people_query_error(), people_query_person()
 *	people_query_free(query);
 *
 * A person whom the server has no answer about is asked about again where that may help, RETRY_TRIES times in all; else
 * the person is unread. A request that fails as a whole ends the query, unless it was about one person alone and the
 * server answered that this one cannot be read.
 */
#ifndef FEED_PEOPLE_QUERY_H
#define FEED_PEOPLE_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct feed_settings;
struct fetches;
struct people_query;

/* Microsoft takes no more of one application at a time for one mailbox; other servers are spared too. */
#define QUERY_REQUESTS_MAX 4

/* How long a query may take, in seconds: so long, and one more for each QUERY_REQUESTS_MAX requests, but no longer than systemd waits for `watch`. */
#define QUERY_SECONDS     120
#define QUERY_SECONDS_MAX 240
#define QUERY_TICK        1000 /* milliseconds: how often people_query_step() is to be called at least */

/* What was learnt about one person. */
struct asked_person {
	const char *value;    /* that was asked with */
	const char *document; /* the answer, as JSON; NULL: unread */
	size_t length;
	const char *why; /* unread: why, in the language in force, safe for a line */
};

/* How many seconds a query about `count` people may take. */
int people_query_seconds(const struct feed_settings *feed, size_t count);

/*
 * Start one, as of `at`. `feed` is borrowed, the values are copied; no two of them may mean the same person. It
 * may have ended at once. people_query_free() takes NULL too, and gives up what is running.
 */
struct people_query *people_query_start(struct fetches *fetches, const struct feed_settings *feed,
	moment at, const char *const *values, size_t count, int seconds);
void people_query_free(struct people_query *query);

/* Take what came, and ask further. Whether it has ended. */
bool people_query_step(struct people_query *query);

/*
 * Once it has ended: why not all of it came, or NULL: a request failed, or it took too long. Who was not answered about by then
 * is unread for that reason.
 */
const struct error *people_query_error(const struct people_query *query);

/* Make everybody unread, as what came of them cannot be used. `why` is copied. */
void people_query_refuse(struct people_query *query, const char *why);

/* How many are unread. */
size_t people_query_unread(const struct people_query *query);

/* The people, in the order of their values; borrowed from the query. */
size_t people_query_count(const struct people_query *query);
const struct asked_person *people_query_person(const struct people_query *query, size_t i);

#endif
