#include "feed/people_feed.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "feed/feed_judge.h"
#include "feed/people_query.h"
#include "feed/people_reading.h"
#include "feed/reading_trust.h"
#include "model/settings.h"
#include "net/fetch.h"

static bool asks_people(const struct feed *feed)
{
	return feed->settings->asks == ASKS_PEOPLE;
}

bool feeds_ask_people(const struct feeds *feeds)
{
	for (size_t i = 0; i < feeds->count; i++) {
		if (asks_people(&feeds->items[i]))
			return true;
	}
	return false;
}

void people_feed_release(struct feed *feed)
{
	struct feed_asking *asking = &feed->asking;

	people_query_free(asking->query);
	people_query_free(asking->more);
	arena_free(asking->needed_arena);
	arena_free(asking->arena);
	*asking = (struct feed_asking){0};
}

void people_feed_begin(struct feeds *feeds, struct feed *feed)
{
	people_feed_release(feed);
	feed_look(feeds, feed);
	feed_drop_pending(feed);
	findings_init(&feed->findings, feed->arena);
	feed->state = FEED_FRESH;
	feed->held = feed->trouble = NULL;
}

/* Each person once. */
static void set_needed(struct feed *feed, const struct needed_values *needed)
{
	struct feed_asking *asking = &feed->asking;
	struct people_asked once;

	arena_free(asking->needed_arena);
	asking->needed_arena = arena_new();
	people_asked_init(&once, asking->needed_arena);
	asking->needed = arena_get(asking->needed_arena, needed->count * sizeof(*asking->needed));
	asking->needed_count = 0;
	for (size_t i = 0; i < needed->count; i++) {
		if (people_asked_note(&once, feed->settings, needed->items[i]))
			asking->needed[asking->needed_count++] =
				arena_string(asking->needed_arena, needed->items[i]);
	}
}

/* Whether nobody who is needed has a value, though many had: perhaps it can no longer be read. */
static bool lost_values(const struct feed *feed, const struct needed_values *needed)
{
	const struct kept_reading *last = feed_cache_last(&feed->copy.cache);

	return needed->people > 0 && needed->count == 0 && last &&
		last->counts.known >= TRUST_COMPARES_FROM;
}

static void do_without_values(struct feed *feed, size_t people, moment now)
{
	struct feed_asking *asking = &feed->asking;
	const char *why = arena_format(feed->arena,
		_("none of the people has %s (needed: %zu), so that it cannot be asked about them"),
		feed->settings->match, people);

	asking->is_begun = true;
	asking->blind_to = people;
	feed_do_without(feed, now, why);
}

/* What serves a feed without values becomes too old. */
static void look_at_age(struct feeds *feeds, struct feed *feed, moment now)
{
	size_t people = feed->asking.blind_to;

	if (feed->held || now < feed_expiry(feed))
		return;
	people_feed_begin(feeds, feed);
	do_without_values(feed, people, now);
}

void people_feed_ask(struct feeds *feeds, struct feed *feed, moment now)
{
	struct feed_asking *asking = &feed->asking;

	if (asking->needed_count > 0)
		asking->query = people_query_start(feeds->fetches, feed->settings, now,
			asking->needed, asking->needed_count, QUERY_SECONDS);
	else if (asking->blind_to > 0)
		look_at_age(feeds, feed, now);
	else
		people_feed_begin(feeds, feed);
}

/* Ask about those alone who are new; whether there are any. */
static bool ask_more(struct feeds *feeds, struct feed *feed, int seconds, moment now)
{
	struct feed_asking *asking = &feed->asking;
	struct arena *own = arena_new();
	const char **values = arena_get(own, asking->needed_count * sizeof(*values));
	size_t count = 0;

	for (size_t i = 0; i < asking->needed_count; i++) {
		if (!people_asked_has(&asking->asked, feed->settings, asking->needed[i]))
			values[count++] = asking->needed[i];
	}
	if (count > 0)
		asking->more = people_query_start(feeds->fetches, feed->settings, now, values,
			count, seconds);
	arena_free(own);
	return count > 0;
}

/* Start what is to be asked; whether there is anything. */
static bool ask_needed(struct feeds *feeds, struct feed *feed, const struct needed_values *needed,
	int seconds, moment now)
{
	struct feed_asking *asking = &feed->asking;

	if (asking->blind_to > 0 && needed->count > 0)
		people_feed_begin(feeds, feed);
	set_needed(feed, needed);
	if (!asking->is_begun && !asking->query && lost_values(feed, needed)) {
		do_without_values(feed, needed->people, now);
		return true;
	}
	if (!asking->is_begun && !asking->query) {
		feed_ask(feeds, feed, now);
		return asking->query != NULL;
	}
	return asking->is_whole && !asking->failure && ask_more(feeds, feed, seconds, now);
}

/* About whom the feed was asked last: from now on these. */
static void note_asked(struct feed *feed, const struct people_query *query)
{
	struct feed_asking *asking = &feed->asking;

	arena_free(asking->arena);
	asking->arena = arena_new();
	people_asked_init(&asking->asked, asking->arena);
	people_asked_add(&asking->asked, feed->settings, query);
}

/* Why nothing of what a query learnt counts, added to `err`; ERROR_NONE: it does. */
static enum error_kind check_query(const struct people_query *query, struct error *err)
{
	size_t count = people_query_count(query);
	const struct error *error = people_query_error(query);

	if (error)
		return error_set(err, error->kind, "%s", error->text.text);
	if (people_query_unread(query) < count)
		return ERROR_NONE;
	return error_set(err, ERROR_TARGET,
		_("none of the people could be read (asked about: %zu): %s"), count,
		people_query_person(query, 0)->why);
}

/* Make `pending`, whose counts are known, the last trusted reading. */
static void settle(const struct feeds *feeds, struct feed *feed, enum feeds_purpose purpose)
{
	struct feed_asking *asking = &feed->asking;

	asking->is_unsettled = false;
	feed_trust(feeds, feed, asking->drops_older, purpose);
	asking->drops_older = false;
	if (asking->failure) {
		feed->state = FEED_CACHED;
		feed->trouble = asking->failure;
	}
}

void people_feed_take(struct feeds *feeds, struct feed *feed, moment now,
	enum feeds_purpose purpose)
{
	struct feed_asking *asking = &feed->asking;
	struct reading *reading = &feed->pending;
	struct error err = ERROR_INIT;

	asking->is_begun = true;
	asking->is_whole = asking->is_unsettled = false;
	asking->failure = NULL;
	note_asked(feed, asking->query);
	*reading = (struct reading){.arena = arena_new()};
	if (check_query(asking->query, &err) ||
		people_reading_of(reading, asking->query, 0, feeds->settings, feed->settings, now,
			&err)) {
		feed_do_without(feed, now, err.text.text);
		feed_drop_pending(feed);
	} else {
		people_asked_hash(&asking->asked, reading->sha256);
		reading_keep_stated(&reading->says, feed_cache_last(&feed->copy.cache),
			feed->settings->gives, now, reading->arena);
		feed->is_pending = true;
	}
	if (feed->is_pending && feed_is_known(feed)) {
		feed_judge(feeds, feed, purpose);
		feed->is_pending = false;
		if (asking->is_unsettled)
			settle(feeds, feed, purpose);
	}
	people_query_free(asking->query);
	asking->query = NULL;
	error_release(&err);
}

/* What the feed says about the others still holds; what is not known about these is not taken for being there. */
static void note_failure(struct feed *feed, const struct error *error)
{
	feed->asking.failure = feed->trouble = arena_string(feed->arena, error->text.text);
	feed_add_finding(feed,
		_("%s; what an earlier reading says about the people who could not be asked about now "
		  "counts"),
		error->text.text);
}

/* Add what was learnt about more people to what is known about the others. */
static void take_more(struct feeds *feeds, struct feed *feed, moment now)
{
	struct feed_asking *asking = &feed->asking;
	struct reading *reading = &feed->pending;
	struct reading more = {.arena = reading->arena};
	const struct error *error = people_query_error(asking->more);
	size_t before = people_reading_last(reading);
	struct error err = ERROR_INIT;

	if (people_reading_of(&more, asking->more, before, feeds->settings, feed->settings, now,
		    &err)) {
		note_failure(feed, &err);
		people_query_refuse(asking->more, err.text.text);
		error_release(&err);
		more = (struct reading){.arena = reading->arena};
		people_reading_of(&more, asking->more, before, feeds->settings, feed->settings, now,
			&err);
	}
	if (!err.kind) {
		reading_keep_stated(&more.says, feed_cache_last(&feed->copy.cache),
			feed->settings->gives, now, more.arena);
		people_reading_append(reading, &more);
		findings_copy_all(&feed->findings, &more.findings);
	}
	if (error)
		note_failure(feed, error);
	people_asked_add(&asking->asked, feed->settings, asking->more);
	people_asked_hash(&asking->asked, reading->sha256);
	reading->at = now;
	asking->kept = feed_kept_of(feed);
	asking->is_unsettled = true;
	people_query_free(asking->more);
	asking->more = NULL;
	error_release(&err);
}

/* Whether all that runs has ended. */
static bool have_ended(const struct feeds *feeds)
{
	bool all = true;

	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed_asking *asking = &feeds->items[i].asking;

		if (asking->more && !people_query_step(asking->more))
			all = false;
		if (asking->query && !asking->is_begun && !people_query_step(asking->query))
			all = false;
	}
	return all;
}

bool people_feeds_ask(struct feeds *feeds, const struct needed_values *needed, int seconds,
	moment now, enum feeds_purpose purpose)
{
	bool any = false;

	for (size_t i = 0; i < feeds->count; i++) {
		if (asks_people(&feeds->items[i]) &&
			ask_needed(feeds, &feeds->items[i], &needed[i], seconds, now))
			any = true;
	}
	if (!any)
		return false;
	progress_say(_("reading the feeds"));
	while (!have_ended(feeds))
		fetches_poll(feeds->fetches, NULL, 0, QUERY_TICK);
	for (size_t i = 0; i < feeds->count; i++) {
		struct feed *feed = &feeds->items[i];

		if (feed->asking.more)
			take_more(feeds, feed, now);
		else if (feed->asking.query && !feed->asking.is_begun)
			feed_complete(feeds, feed, now, purpose);
	}
	progress_clear();
	return true;
}

void people_feeds_settle(struct feeds *feeds, const struct snapshot *snapshot,
	enum feeds_purpose purpose)
{
	for (size_t i = 0; i < feeds->count; i++) {
		struct feed *feed = &feeds->items[i];

		if (!feed->asking.is_unsettled)
			continue;
		feed_meet_people(feed, snapshot, feeds->asked);
		settle(feeds, feed, purpose);
	}
}
