#include "feed/feeds.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "feed/feed_judge.h"
#include "feed/people_feed.h"
#include "feed/people_query.h"
#include "feed/reading.h"
#include "feed/reading_trust.h"
#include "feed/request/requests.h"
#include "model/settings.h"
#include "net/fetch.h"
#include "net/request.h"

static void feed_init(struct feed *feed, const struct feed_settings *settings)
{
	*feed = (struct feed){
		.settings = settings,
		.state = FEED_UNREAD,
		.arena = arena_new(),
		.copy = {.written_at = MOMENT_EARLIEST},
	};
	findings_init(&feed->findings, feed->arena);
}

static void feed_release(struct feed *feed)
{
	fetch_end(feed->fetch);
	people_feed_release(feed);
	feed_requests_free(feed->requests);
	arena_free(feed->arena);
	arena_free(feed->pending.arena);
	arena_free(feed->copy.arena);
	arena_free(feed->people_arena);
	free(feed->copy.trouble);
}

void feeds_init(struct feeds *feeds, const struct settings *settings)
{
	*feeds = (struct feeds){
		.settings = settings,
		.arena = arena_new(),
		.items = memory_get(settings->feed_count * sizeof(*feeds->items)),
		.count = settings->feed_count,
		.fetches = fetches_new(&fetch_bounds),
	};
	feeds->folder = feed_cache_folder(settings, feeds->arena);
	for (size_t i = 0; i < feeds->count; i++)
		feed_init(&feeds->items[i], &settings->feeds[i]);
}

void feeds_release(struct feeds *feeds)
{
	feeds_forget_replaced(feeds);
	for (size_t i = 0; i < feeds->count; i++)
		feed_release(&feeds->items[i]);
	free(feeds->items);
	fetches_free(feeds->fetches);
	arena_free(feeds->arena);
	*feeds = (struct feeds){0};
}

struct feed *feeds_find(struct feeds *feeds, const char *name)
{
	for (size_t i = 0; i < feeds->count; i++) {
		if (strcmp(feeds->items[i].settings->name, name) == 0)
			return &feeds->items[i];
	}
	return NULL;
}

struct feed *feeds_keep_only(struct feeds *feeds, struct feed *feed)
{
	const struct feed kept = *feed;

	for (size_t i = 0; i < feeds->count; i++) {
		if (&feeds->items[i] != feed)
			feed_release(&feeds->items[i]);
	}
	feeds->items[0] = kept;
	feeds->count = 1;
	return &feeds->items[0];
}

static const struct kept_reading *last_trusted(const struct feed *feed)
{
	return feed_cache_last(&feed->copy.cache);
}

/* Another process may have read the feed since, or somebody may have accepted a reading. */
void feed_look(const struct feeds *feeds, struct feed *feed)
{
	struct feed_copy *copy = &feed->copy;
	struct arena *arena;
	struct feed_cache cache;
	const char *trouble = NULL;

	if (!feed_cache_is_new(feeds->folder, feed->settings, &copy->stamp))
		return;
	arena = arena_new();
	/* A copy without a trusted reading was made after ours was lost: ours holds, and is written again. */
	if (feed_cache_read(&cache, feeds->folder, feeds->settings, feed->settings, arena,
		    &trouble) &&
		(cache.trusted_count > 0 || !last_trusted(feed))) {
		arena_free(copy->arena);
		copy->arena = arena;
		copy->cache = cache;
		copy->is_lost = false;
		copy->written_at =
			cache.trusted_count > 0 ? cache.trusted[0].last_at : MOMENT_EARLIEST;
		if (cache.has_replaced)
			feed_note_replaced(feed, &cache.replaced);
		return;
	}
	copy->written_at = MOMENT_EARLIEST;
	free(copy->trouble);
	copy->trouble = trouble ? strdup(trouble) : NULL;
	copy->is_lost = trouble != NULL;
	arena_free(arena);
}

const struct kept_reading *feed_serving(const struct feed *feed)
{
	if (feed->settings->asks == ASKS_PEOPLE && !feed->asking.is_begun)
		return NULL;
	if (feed->asking.is_unsettled)
		return &feed->asking.kept;
	return feed->held || feed->state == FEED_UNREAD ? NULL : last_trusted(feed);
}

enum error_kind feed_keep(const struct feeds *feeds, struct feed *feed, struct error *err)
{
	struct feed_copy *copy = &feed->copy;
	const struct kept_reading *last = last_trusted(feed);
	bool kept_it;

	/* A write that failed is tried again at each reading, and reported until it succeeds. */
	copy->written_at = MOMENT_EARLIEST;
	if (feed_cache_write(&copy->cache, feeds->folder, feeds->settings, feed->settings, &kept_it,
		    err))
		return err->kind;
	if (!kept_it)
		return error_set(err, ERROR_TARGET, _("%s is another user's folder"),
			feeds->folder);
	copy->written_at = last ? last->last_at : MOMENT_EARLIEST;
	feed_cache_is_new(feeds->folder, feed->settings, &copy->stamp);
	return ERROR_NONE;
}

void feeds_forget_replaced(struct feeds *feeds)
{
	for (size_t i = 0; i < feeds->count; i++) {
		arena_free(feeds->items[i].replaced.arena);
		feeds->items[i].replaced = (struct feed_replaced){0};
	}
}

static void take_pages(const struct feeds *feeds, struct feed *feed, moment now,
	enum feeds_purpose purpose)
{
	struct reading *reading = &feed->pending;
	struct error err = ERROR_INIT;

	*reading = (struct reading){.arena = arena_new()};
	if (reading_of(reading, feed->fetch, feeds->settings, feed->settings, now, &err)) {
		feed_do_without(feed, now, err.text.text);
		feed_drop_pending(feed);
	} else {
		reading_keep_stated(&reading->says, last_trusted(feed), feed->settings->gives, now,
			reading->arena);
		feed->is_pending = true;
	}
	if (feed->is_pending && feed_is_known(feed)) {
		feed_judge(feeds, feed, purpose);
		feed_drop_pending(feed);
	}
	error_release(&err);
}

static void take_answer(const struct feeds *feeds, struct feed *feed, moment now,
	enum feeds_purpose purpose)
{
	const struct feed_cache *cache = &feed->copy.cache;

	switch (fetch_state(feed->fetch)) {
	case FETCH_FRESH:
		take_pages(feeds, feed, now, purpose);
		break;
	case FETCH_UNCHANGED:
		feed_repeat(feeds, feed, now, cache->etag, cache->last_modified, purpose);
		break;
	default:
		feed_do_without(feed, now, fetch_error(feed->fetch)->text.text);
	}
}

/* Whether the findings are the same: a change in them is reported, too. */
static bool finds_the_same(const struct findings *a, const struct findings *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->items[i].where, b->items[i].where) != 0 ||
			strcmp(a->items[i].what, b->items[i].what) != 0)
			return false;
	}
	return true;
}

static void ask_for_all(struct feeds *feeds, struct feed *feed, moment now)
{
	const struct feed_settings *settings = feed->settings;
	const struct feed_cache *cache = &feed->copy.cache;
	struct http_request request = HTTP_REQUEST_INIT;
	struct validators known = {0};
	struct fetch_pager pager;
	struct error err = ERROR_INIT;

	if (cache->trusted_count > 0 && !feeds->keeps_pending && feed_request_is_fixed(settings)) {
		known.etag = cache->etag;
		known.last_modified = cache->last_modified;
	}
	feed->requests = feed_requests_new(settings, now);
	pager = feed_request_pager(feed->requests);
	if (feed_request_first(feed->requests, &request, &err))
		feed->fetch = fetch_refused(feeds->fetches, &settings->http, settings->url, &err);
	else
		feed->fetch =
			fetch_start(feeds->fetches, &settings->http, &request, &pager, &known);
	http_request_release(&request);
	error_release(&err);
}

static void end_asking(struct feed *feed)
{
	fetch_end(feed->fetch);
	feed_requests_free(feed->requests);
	feed->fetch = NULL;
	feed->requests = NULL;
}

void feed_ask(struct feeds *feeds, struct feed *feed, moment now)
{
	if (feed_is_asked(feed))
		return;
	feed_look(feeds, feed);
	if (feed->settings->asks == ASKS_PEOPLE)
		people_feed_ask(feeds, feed, now);
	else
		ask_for_all(feeds, feed, now);
}

bool feed_is_asked(const struct feed *feed)
{
	return feed->fetch || feed->asking.query;
}

bool feed_has_answered(const struct feed *feed)
{
	if (feed->asking.query)
		return people_query_step(feed->asking.query);
	return feed->fetch && fetch_state(feed->fetch) != FETCH_RUNNING;
}

/* What a run sees of a feed: what serves is a part of it. */
struct seen {
	enum feed_state state;
	bool is_held;
	char serving[SHA256_HEX];
	size_t absences;
};

static struct seen look_at(const struct feed *feed)
{
	const struct kept_reading *serving = feed_serving(feed);
	struct seen seen = {.state = feed->state, .is_held = feed->held != NULL};

	if (serving) {
		memcpy(seen.serving, serving->sha256, sizeof(seen.serving));
		seen.absences = serving->absences.count;
	}
	return seen;
}

static bool is_seen_alike(const struct seen *a, const struct seen *b)
{
	return a->state == b->state && a->is_held == b->is_held && a->absences == b->absences &&
		strcmp(a->serving, b->serving) == 0;
}

void feed_complete(struct feeds *feeds, struct feed *feed, moment now, enum feeds_purpose purpose)
{
	struct arena *before = feed->arena;
	const struct findings found = feed->findings;
	const struct seen was = look_at(feed);
	struct seen is;

	if (!feed_has_answered(feed))
		return;
	feed_look(feeds, feed); /* somebody may have accepted a reading since it was asked */
	feed_drop_pending(feed);
	feed->arena = arena_new();
	findings_init(&feed->findings, feed->arena);
	feed->held = feed->trouble = NULL;
	if (feed->copy.trouble)
		feed_add_finding(feed, "%s", feed->copy.trouble);
	free(feed->copy.trouble);
	feed->copy.trouble = NULL;
	if (feed->settings->asks == ASKS_PEOPLE)
		people_feed_take(feeds, feed, now, purpose);
	else
		take_answer(feeds, feed, now, purpose);
	is = look_at(feed);
	feed->changed = feed->is_pending || !is_seen_alike(&was, &is) ||
		!finds_the_same(&found, &feed->findings);
	arena_free(before);
	end_asking(feed);
}

void feeds_judge(struct feeds *feeds, const struct snapshot *snapshot, enum feeds_purpose purpose)
{
	for (size_t i = 0; i < feeds->count; i++) {
		struct feed *feed = &feeds->items[i];

		if (!feed->is_pending)
			continue;
		feed_look(feeds,
			feed); /* somebody may have accepted a reading while the directory was read */
		feed_meet_people(feed, snapshot, feeds->asked);
		feed_judge(feeds, feed, purpose);
		feed->is_pending = false;
		if (!feeds->keeps_pending && !feed->asking.is_whole)
			feed_drop_pending(feed);
	}
}

size_t feed_careful_readings(const struct feed *feed,
	const struct kept_reading *readings[FEED_READINGS_MAX])
{
	size_t count = 0;

	if (feed->settings->asks == ASKS_PEOPLE && !feed->asking.is_begun)
		return 0;
	if (feed->asking.is_unsettled)
		readings[count++] = &feed->asking.kept;
	else if (last_trusted(feed))
		readings[count++] = last_trusted(feed);
	if (feed->copy.cache.is_doubted && feed->settings->gives == GIVES_ABSENCES)
		readings[count++] = &feed->copy.cache.doubt.reading;
	return count;
}

bool feed_accept(struct feed *feed)
{
	struct feed_cache *cache = &feed->copy.cache;

	if (!cache->is_doubted)
		return false;
	cache->etag = cache->last_modified = NULL;
	feed_cache_accept(cache);
	return true;
}

bool feeds_have_trouble(const struct feeds *feeds)
{
	for (size_t i = 0; i < feeds->count; i++) {
		if (feeds->were_asked && feeds->items[i].state != FEED_FRESH)
			return true;
	}
	return false;
}

static enum error_kind check_secret(const char *file, struct error *err)
{
	struct strbuf path = STRBUF_INIT;
	enum error_kind failed = settings_secret_path(file, &path, err);

	strbuf_release(&path);
	return failed;
}

enum error_kind feeds_check_secrets(const struct feed_settings *feed, struct error *err)
{
	const struct http_settings *http = &feed->http;
	const struct oauth_settings *oauth = &http->oauth;
	const char *const files[] = {http->token_file, http->password_file, http->keytab_file,
		http->key_file ? http->key_file : http->cert_file, oauth->secret_file,
		oauth->key_file ? oauth->key_file : oauth->cert_file};
	enum error_kind failed = ERROR_NONE;
	struct error of_file = ERROR_INIT;

	for (size_t i = 0; i < COUNT(files) && !failed; i++)
		failed = files[i] ? check_secret(files[i], &of_file) : ERROR_NONE;
	for (size_t i = 0; i < http->header_count && !failed; i++) {
		if (http->headers[i].value_file)
			failed = check_secret(http->headers[i].value_file, &of_file);
	}
	if (failed)
		error_set(err, failed, _("feed %s: %s"), feed->name, of_file.text.text);
	error_release(&of_file);
	return failed;
}

void feeds_read(struct feeds *feeds, moment now, enum feeds_purpose purpose)
{
	feeds->were_asked = true;
	if (feeds->count == 0)
		return;
	progress_say(_("reading the feeds"));
	for (size_t i = 0; i < feeds->count; i++) {
		if (feeds->items[i].settings->asks == ASKS_PEOPLE)
			people_feed_begin(feeds, &feeds->items[i]);
		else
			feed_ask(feeds, &feeds->items[i], now);
	}
	fetches_wait(feeds->fetches);
	for (size_t i = 0; i < feeds->count; i++)
		feed_complete(feeds, &feeds->items[i], now, purpose);
	progress_clear();
}

moment feed_expiry(const struct feed *feed)
{
	if (feed->held || (feed->state != FEED_CACHED && feed->state != FEED_DOUBTED))
		return MOMENT_LATEST;
	return last_trusted(feed)->last_at + feed->settings->max_age;
}
