#include "feed/people_query.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "feed/people_reply.h"
#include "feed/request/requests.h"
#include "model/settings.h"
#include "net/fetch.h"
#include "net/request.h"
#include "net/retry.h"

#define PAUSE_FIRST 500 /* ms before the second try, without jitter */

/* Somebody who is to be asked about, by the place in `people`. */
struct waiting {
	size_t person;
	int64_t since; /* not before that; milliseconds of moment_uptime() */
};

struct person_state {
	struct asked_person asked;
	int tries;
};

/* A request that is running. */
struct query_request {
	struct fetch *fetch; /* owned; NULL: none */
	size_t *people;      /* owned: the places of those whom it asks about */
	size_t count;
};

struct people_query {
	struct fetches *fetches; /* borrowed */
	const struct feed_settings *feed;
	moment at;
	struct arena *arena; /* owned: what is in `people` */
	struct person_state *people;
	size_t count, next; /* from `next` on nobody was asked about yet */
	size_t unread;
	struct waiting *
		again; /* owned: those to be asked about once more, in the order in which that came up */
	size_t again_count, again_room;
	struct query_request requests[QUERY_REQUESTS_MAX];
	size_t bytes; /* of the documents */
	int64_t deadline;
	bool has_ended;
	struct error error;
};

static void fail_query(struct people_query *query, enum error_kind kind, const char *why)
{
	if (!query->error.kind)
		error_set(&query->error, kind, "%s", why);
	query->has_ended = true;
}

static void fail_late(struct people_query *query)
{
	fail_query(query, ERROR_LOST,
		_("the time for asking about people is over; is the server overloaded?"));
}

static void leave_unread(struct people_query *query, size_t person, const char *why)
{
	query->people[person].asked.why = arena_string(query->arena, why);
	query->unread++;
}

static void ask_again(struct people_query *query, size_t person, long long seconds)
{
	int tries = query->people[person].tries;
	int64_t pause = seconds >= 0 ? seconds * 1000
				     : retry_pause(PAUSE_FIRST, tries, randombytes_random());

	query->again = memory_grow(query->again, query->again_count, &query->again_room,
		sizeof(*query->again));
	query->again[query->again_count++] =
		(struct waiting){.person = person, .since = moment_uptime() + pause};
}

static void take_document(struct people_query *query, size_t person,
	const struct person_answer *answer)
{
	struct asked_person *asked = &query->people[person].asked;

	asked->document = arena_bytes(query->arena, answer->document, answer->length);
	asked->length = answer->length;
	query->bytes += answer->length;
	if (query->bytes > FETCH_BYTES_MAX)
		fail_query(query, ERROR_TARGET, _("its answers are too long together"));
}

static void take_person(struct people_query *query, size_t person,
	const struct person_answer *answer)
{
	switch (answer->kind) {
	case ANSWER_GIVEN:
		take_document(query, person, answer);
		return;
	case ANSWER_LATER:
		if (query->people[person].tries < RETRY_TRIES &&
			answer->seconds * 1000 <= fetch_bounds.pause_most)
			ask_again(query, person, answer->seconds);
		else
			leave_unread(query, person, answer->why);
		return;
	case ANSWER_MISSING:
		leave_unread(query, person, _("the reply says nothing about the person"));
		return;
	case ANSWER_REFUSED:
		leave_unread(query, person, answer->why);
	}
}

static const char *value_of(const struct people_query *query, size_t person)
{
	return query->people[person].asked.value;
}

static const char **values_of(const struct people_query *query, const struct query_request *request,
	struct arena *arena)
{
	const char **values = arena_get(arena, request->count * sizeof(*values));

	for (size_t i = 0; i < request->count; i++)
		values[i] = value_of(query, request->people[i]);
	return values;
}

/* A text of a reply, without what it repeats of the fetch's secrets; NULL: there is none. */
static const char *make_safe(const struct query_request *request, const char *text,
	struct arena *arena)
{
	struct strbuf safe = STRBUF_INIT;

	if (!text)
		return NULL;
	fetch_add_safe(&safe, request->fetch, text);
	return strbuf_to_arena(&safe, arena);
}

static void take_reply(struct people_query *query, const struct query_request *request)
{
	const struct strbuf *page = fetch_page(request->fetch, 0);
	struct arena *arena = arena_new();
	struct person_answer *answers = arena_get(arena, request->count * sizeof(*answers));
	struct error err = ERROR_INIT;

	if (fetch_page_count(request->fetch) > 1)
		fail_query(query, ERROR_TARGET,
			_("a reply about people has several pages; expected one"));
	else if (people_reply_read(answers, query->feed,
			 &(struct reply_people){values_of(query, request, arena), request->count},
			 page, arena, &err))
		fail_query(query, err.kind, make_safe(request, err.text.text, arena));
	for (size_t i = 0; !query->has_ended && i < request->count; i++) {
		answers[i].why = make_safe(request, answers[i].why, arena);
		take_person(query, request->people[i], &answers[i]);
	}
	error_release(&err);
	arena_free(arena);
}

/* Why a request failed, with the settings' address: in the one that was asked for there may be people. */
static void add_failure(struct strbuf *why, const struct people_query *query,
	const struct fetch *fetch)
{
	const char *text = fetch_error(fetch)->text.text, *address = fetch_address(fetch);
	size_t length = strlen(address);

	if (strncmp(text, address, length) == 0) {
		strbuf_adds(why, query->feed->url);
		text += length;
	}
	strbuf_adds(why, text);
}

/* A request about one person may fail for that person's own sake. */
static void take_failure(struct people_query *query, const struct query_request *request)
{
	long status = fetch_failed_status(request->fetch);
	struct strbuf why = STRBUF_INIT;

	add_failure(&why, query, request->fetch);
	if (request->count == 1 && (status == 403 || status == 404 || status == 410))
		leave_unread(query, request->people[0], why.text);
	else
		fail_query(query, fetch_error(request->fetch)->kind, why.text);
	strbuf_release(&why);
}

static void end_request(struct query_request *request)
{
	fetch_end(request->fetch);
	free(request->people);
	*request = (struct query_request){0};
}

static void take_request(struct people_query *query, struct query_request *request)
{
	if (fetch_state(request->fetch) == FETCH_FRESH)
		take_reply(query, request);
	else
		take_failure(query, request);
	end_request(request);
}

/* Choose who is asked about next: those who are due for another try, then those who are new. */
static size_t choose_people(struct people_query *query, size_t *people, size_t most)
{
	int64_t now = moment_uptime();
	size_t count = 0, left = 0;

	for (size_t i = 0; i < query->again_count; i++) {
		if (count < most && query->again[i].since <= now)
			people[count++] = query->again[i].person;
		else
			query->again[left++] = query->again[i];
	}
	query->again_count = left;
	for (; count < most && query->next < query->count; query->next++) {
		if (!query->people[query->next].asked.why)
			people[count++] = query->next;
	}
	return count;
}

static void send_request(struct people_query *query, struct query_request *to)
{
	struct http_request request = HTTP_REQUEST_INIT;
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < to->count; i++)
		query->people[to->people[i]].tries++;
	if (feed_request_of_people(query->feed, query->at, values_of(query, to, arena), to->count,
		    &request, &err))
		fail_query(query, err.kind, err.text.text);
	else
		to->fetch = fetch_start(query->fetches, &query->feed->http, &request, NULL, NULL);
	http_request_release(&request);
	error_release(&err);
	arena_free(arena);
	if (!to->fetch)
		end_request(to);
}

/* Start one request more; false where there is nobody to ask about yet. */
static bool ask_further(struct people_query *query, struct query_request *request)
{
	size_t most = (size_t)query->feed->batch < query->count ? (size_t)query->feed->batch
								: query->count;

	if (query->again_count == 0 && query->next == query->count)
		return false;
	request->people = memory_get(most * sizeof(*request->people));
	request->count = choose_people(query, request->people, most);
	if (request->count == 0) {
		end_request(request);
		return false;
	}
	send_request(query, request);
	return true;
}

static void end_query(struct people_query *query)
{
	for (size_t i = 0; i < QUERY_REQUESTS_MAX; i++)
		end_request(&query->requests[i]);
	for (size_t i = 0; query->error.kind && i < query->count; i++) {
		struct asked_person *asked = &query->people[i].asked;

		if (!asked->document && !asked->why)
			leave_unread(query, i, query->error.text.text);
	}
	query->has_ended = true;
}

bool people_query_step(struct people_query *query)
{
	bool is_running = false;

	if (query->has_ended)
		return true;
	for (size_t i = 0; i < QUERY_REQUESTS_MAX; i++) {
		struct query_request *request = &query->requests[i];

		if (request->fetch && fetch_state(request->fetch) != FETCH_RUNNING)
			take_request(query, request);
		if (!query->has_ended && !request->fetch)
			ask_further(query, request);
		is_running = is_running || request->fetch;
	}
	if (!is_running && query->again_count == 0)
		query->has_ended = true;
	if (!query->has_ended && moment_uptime() >= query->deadline)
		fail_late(query);
	if (query->has_ended)
		end_query(query);
	return query->has_ended;
}

/* One whose value cannot be sent, such as "..", spoils no request about others. */
static void check_person(struct people_query *query, size_t person)
{
	const char *value = value_of(query, person);
	struct http_request request = HTTP_REQUEST_INIT;
	struct error err = ERROR_INIT;

	if (feed_request_of_people(query->feed, query->at, &value, 1, &request, &err))
		leave_unread(query, person, err.text.text);
	http_request_release(&request);
	error_release(&err);
}

int people_query_seconds(const struct feed_settings *feed, size_t count)
{
	size_t more = count / (size_t)feed->batch / QUERY_REQUESTS_MAX;

	return more < QUERY_SECONDS_MAX - QUERY_SECONDS ? QUERY_SECONDS + (int)more
							: QUERY_SECONDS_MAX;
}

struct people_query *people_query_start(struct fetches *fetches, const struct feed_settings *feed,
	moment at, const char *const *values, size_t count, int seconds)
{
	struct people_query *query = memory_get(sizeof(*query));

	*query = (struct people_query){.fetches = fetches,
		.feed = feed,
		.at = at,
		.arena = arena_new(),
		.count = count,
		.deadline = moment_uptime() + (int64_t)seconds * 1000,
		.error = ERROR_INIT};
	query->people = arena_get(query->arena, count * sizeof(*query->people));
	for (size_t i = 0; i < count; i++) {
		query->people[i].asked.value = arena_string(query->arena, values[i]);
		check_person(query, i);
	}
	people_query_step(query);
	return query;
}

void people_query_free(struct people_query *query)
{
	if (!query)
		return;
	for (size_t i = 0; i < QUERY_REQUESTS_MAX; i++)
		end_request(&query->requests[i]);
	free(query->again);
	error_release(&query->error);
	arena_free(query->arena);
	free(query);
}

const struct error *people_query_error(const struct people_query *query)
{
	return query->error.kind ? &query->error : NULL;
}

void people_query_refuse(struct people_query *query, const char *why)
{
	query->unread = 0;
	for (size_t i = 0; i < query->count; i++) {
		query->people[i].asked.document = NULL;
		leave_unread(query, i, why);
	}
}

size_t people_query_unread(const struct people_query *query)
{
	return query->unread;
}

size_t people_query_count(const struct people_query *query)
{
	return query->count;
}

const struct asked_person *people_query_person(const struct people_query *query, size_t i)
{
	return &query->people[i].asked;
}
