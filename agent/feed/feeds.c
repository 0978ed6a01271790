#include "feed/feeds.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "decide/feed_counts.h"
#include "feed/reading.h"
#include "feed/reading_trust.h"
#include "feed/request/requests.h"
#include "net/fetch.h"
#include "net/request.h"

#define DOUBTED_FINDINGS 3  /* of the records of a doubted reading */
#define REWRITE_AFTER    60 /* seconds: how far a copy's date on disk may lag behind */

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

/* Of several that replace one another before anybody looks, the first is what was so before. Roles make nobody absent. */
static void note_replaced(struct feed *feed, const struct kept_reading *last)
{
	struct feed_replaced *replaced = &feed->replaced;

	if (replaced->arena || feed->settings->gives == GIVES_ROLES)
		return;
	replaced->arena = arena_new();
	replaced->reading.absences = (struct feed_absences){
		.feed = feed->settings->name, .match = feed->settings->match};
	if (last) {
		replaced->reading = *last;
		kept_reading_copy(&replaced->reading, replaced->arena);
	}
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
			note_replaced(feed, &cache.replaced);
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
	return feed->held || feed->state == FEED_UNREAD ? NULL : last_trusted(feed);
}

/* A clock that was set back, or was wrong when the reading came, makes none younger. */
static bool is_young(const struct feed *feed, moment now)
{
	const struct kept_reading *last = last_trusted(feed);

	return last && llabs(now - last->last_at) < feed->settings->max_age;
}

static const char *format_moment(struct arena *arena, moment t)
{
	struct strbuf text = STRBUF_INIT;

	moment_add_human(&text, t);
	return strbuf_to_arena(&text, arena);
}

static void add_finding(struct feed *feed, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_finding(struct feed *feed, const char *format, ...)
{
	struct strbuf what = STRBUF_INIT;
	char *where = arena_format(feed->arena, _("feed %s"), feed->settings->name);
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&what, format, args);
	va_end(args);
	findings_add(&feed->findings, FINDING_WARNING, where, "%s", what.text);
	strbuf_release(&what);
}

/* The caches' readings come from several arenas; here all of it moves to one of its own. */
static void settle_copy(struct feed_copy *copy)
{
	struct arena *before = copy->arena;

	copy->arena = arena_new();
	feed_cache_copy(&copy->cache, copy->arena);
	arena_free(before);
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

/* Whether another process wrote the copy since it was looked at: a reading that was accepted meanwhile holds. */
static bool is_overtaken(const struct feeds *feeds, const struct feed *feed)
{
	struct feed_cache_stamp stamp = feed->copy.stamp;

	return feed_cache_is_new(feeds->folder, feed->settings, &stamp) && stamp.inode != 0;
}

static void keep_or_say(const struct feeds *feeds, struct feed *feed, enum feeds_purpose purpose)
{
	struct error err = ERROR_INIT;

	if (purpose == FEEDS_KEEP && !is_overtaken(feeds, feed) && feed_keep(feeds, feed, &err))
		add_finding(feed,
			_("what was read is not kept, and cannot serve when the feed is down: %s"),
			err.text.text);
	error_release(&err);
}

/* Whether the copy on disk is so old that saying the same again is worth a write. */
static bool is_due(const struct feed *feed, moment now)
{
	int tenth = feed->settings->max_age / 10;
	int lag = tenth < REWRITE_AFTER ? tenth : REWRITE_AFTER;
	moment written_at = feed->copy.written_at;

	return written_at == MOMENT_EARLIEST || llabs(now - written_at) >= lag;
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The last trusted reading came again, with these validators. */
static void repeat_reading(const struct feeds *feeds, struct feed *feed, moment now,
	const char *etag, const char *last_modified, enum feeds_purpose purpose)
{
	struct feed_cache *cache = &feed->copy.cache;
	bool writes = cache->is_doubted || cache->has_replaced || is_due(feed, now) ||
		!is_same_text(cache->etag, etag) ||
		!is_same_text(cache->last_modified, last_modified);

	feed_cache_repeat(cache, now);
	if (!is_same_text(cache->etag, etag))
		cache->etag = arena_string(feed->copy.arena, etag);
	if (!is_same_text(cache->last_modified, last_modified))
		cache->last_modified = arena_string(feed->copy.arena, last_modified);
	feed->state = FEED_FRESH;
	if (writes)
		keep_or_say(feeds, feed, purpose);
}

static struct kept_reading kept_of(const struct feed *feed)
{
	const struct reading *reading = &feed->pending;
	struct kept_reading kept = {.first_at = reading->at,
		.last_at = reading->at,
		.counts = feed->counts,
		.absences = reading->says.absences,
		.standing = reading->says.standing,
		.standing_count = reading->says.standing_count,
		.roles = reading->says.roles};

	memcpy(kept.sha256, reading->sha256, sizeof(kept.sha256));
	return kept;
}

void feeds_forget_replaced(struct feeds *feeds)
{
	for (size_t i = 0; i < feeds->count; i++) {
		arena_free(feeds->items[i].replaced.arena);
		feeds->items[i].replaced = (struct feed_replaced){0};
	}
}

/* The reading counts, and is kept. `drops_older`: later readings are not compared with those before it. */
static void trust_reading(const struct feeds *feeds, struct feed *feed, bool drops_older,
	enum feeds_purpose purpose)
{
	struct feed_cache *cache = &feed->copy.cache;
	const struct reading *reading = &feed->pending;
	const struct kept_reading *last = last_trusted(feed), kept = kept_of(feed);

	if (last && !drops_older && strcmp(last->sha256, kept.sha256) == 0) {
		cache->trusted[0].counts = kept.counts;
		repeat_reading(feeds, feed, reading->at, reading->etag, reading->last_modified,
			purpose);
		return;
	}
	feed->state = FEED_FRESH;
	note_replaced(feed, last);
	feed_cache_trust(cache, &kept, drops_older);
	cache->etag = reading->etag;
	cache->last_modified = reading->last_modified;
	settle_copy(&feed->copy);
	keep_or_say(feeds, feed, purpose);
}

/* What serves a feed in trouble, `why`; and whether something does: else removals are held. */
static void serve_last(struct feed *feed, moment now, const char *why)
{
	const char *name = feed->settings->name, *age;

	feed->trouble = arena_string(feed->arena, why);
	if (is_young(feed, now)) {
		add_finding(feed, _("%s; its reading of %s serves until %s"), why,
			format_moment(feed->arena, last_trusted(feed)->last_at),
			format_moment(feed->arena, feed_expiry(feed)));
	} else if (!last_trusted(feed)) {
		feed->held = arena_format(feed->arena, _("feed %s has no trusted reading: %s"),
			name, why);
		add_finding(feed,
			_("%s; no reading of it was ever trusted: no removal is made until one is"),
			why);
	} else {
		age = format_moment(feed->arena, last_trusted(feed)->last_at);
		feed->held = arena_format(feed->arena,
			_("feed %s has no trusted reading since %s, which is too old: %s"), name,
			age, why);
		add_finding(feed,
			_("%s; its reading of %s is too old: no removal is made until one is trusted"),
			why, age);
	}
}

/* It cannot be read: rule 8. */
static void do_without(struct feed *feed, moment now, const char *why)
{
	feed->state = FEED_CACHED;
	serve_last(feed, now, why);
	if (feed->held)
		feed->state = FEED_UNREAD;
}

static void doubt_reading(const struct feeds *feeds, struct feed *feed, unsigned doubts,
	const char *why, enum feeds_purpose purpose)
{
	const struct kept_reading kept = kept_of(feed);
	struct strbuf text = STRBUF_INIT, name = STRBUF_INIT;

	feed->state = FEED_DOUBTED;
	feed_cache_doubt(&feed->copy.cache, &kept, doubts, why);
	settle_copy(&feed->copy);
	strbuf_addf(&text, _("what it says now is doubted: %s"), why);
	quote_shell(&name, feed->settings->name);
	strbuf_addf(&text, _(" (if it is right: postvagt feeds accept %s)"), name.text);
	strbuf_release(&name);
	serve_last(feed, kept.last_at, text.text);
	keep_or_say(feeds, feed, purpose);
	strbuf_release(&text);
}

/* Of a reading that does not count the first few will do. */
static void copy_findings(struct feed *feed, const struct reading *reading, bool is_trusted)
{
	const struct findings *from = &reading->findings;
	size_t all = reading->says.problem_count + reading->says.problems_left_out;

	if (is_trusted) {
		findings_copy_all(&feed->findings, from);
		return;
	}
	for (size_t i = 0; i < from->count && i < DOUBTED_FINDINGS; i++)
		findings_copy(&feed->findings, &from->items[i]);
	if (all > DOUBTED_FINDINGS)
		add_finding(feed, _("and %zu more records that are bad"), all - DOUBTED_FINDINGS);
}

/* Whether a reading was trusted before, and is not kept any more. */
static bool is_lost(const struct feeds *feeds, const struct feed *feed)
{
	const struct feed_cache *cache = &feed->copy.cache;

	if (last_trusted(feed) || feed->counts.records > 0)
		return false;
	return feed->copy.is_lost || (cache->is_doubted && cache->doubt.doubts & DOUBT_LOST) ||
		(feeds->was_trusted && feeds->was_trusted(feeds->settings, feed->settings->name));
}

/* Judge the reading that waits; its counts and people are known. */
static void judge_reading(const struct feeds *feeds, struct feed *feed, enum feeds_purpose purpose)
{
	const struct feed_cache *cache = &feed->copy.cache;
	const struct reading *reading = &feed->pending;
	struct feed_doubt doubt;
	struct reading_verdict verdict;
	struct strbuf why = STRBUF_INIT;

	reading_judge(&verdict,
		&(struct reading_question){.reading = &reading->says,
			.counts = &feed->counts,
			.sha256 = reading->sha256,
			.last = feed_cache_last(cache),
			.older = feed_cache_older(cache, reading->at),
			.is_lost = is_lost(feeds, feed),
			.people = feed->people,
			.covers = feed->settings->covers,
			.gives = feed->settings->gives,
			.now = reading->at});
	doubt = feed_cache_next_doubt(cache, verdict.doubts, reading->at);
	if (verdict.doubts == 0) {
		trust_reading(feeds, feed, false, purpose);
	} else if (reading_doubt_is_over(verdict.doubts, doubt.shrunk_since, reading->at,
			   feed->settings)) {
		trust_reading(feeds, feed, true, purpose);
	} else {
		reading_add_doubt(&why, &verdict, &reading->says);
		doubt_reading(feeds, feed, verdict.doubts, why.text, purpose);
	}
	copy_findings(feed, reading, feed->state == FEED_FRESH);
	strbuf_release(&why);
}

/* What was left out may be of any sort. */
static size_t count_costly(const struct feed_reading *reading)
{
	size_t count = reading->problems_left_out;

	for (size_t i = 0; i < reading->problem_count; i++)
		count += reading->problems[i].costs_absence;
	return count;
}

static void drop_pending(struct feed *feed)
{
	arena_free(feed->pending.arena);
	feed->pending = (struct reading){0};
	feed->is_pending = false;
}

/* Whether the last reading is doubted for its people: the directory may know them by now. */
static bool may_be_known_now(const struct feed *feed)
{
	const struct feed_cache *cache = &feed->copy.cache;

	return cache->is_doubted && (cache->doubt.doubts & (DOUBT_UNKNOWN | DOUBT_FIRST)) != 0;
}

/* The reading that waits says what the last one said, and its people need not be looked for again. */
static bool is_known(const struct feed *feed)
{
	return feed->has_counts && strcmp(feed->sha256, feed->pending.sha256) == 0 &&
		!may_be_known_now(feed);
}

static void take_pages(const struct feeds *feeds, struct feed *feed, moment now,
	enum feeds_purpose purpose)
{
	struct reading *reading = &feed->pending;
	struct error err = ERROR_INIT;

	*reading = (struct reading){.arena = arena_new()};
	if (reading_of(reading, feed->fetch, feeds->settings, feed->settings, now, &err)) {
		do_without(feed, now, err.text.text);
		drop_pending(feed);
	} else {
		reading_keep_stated(&reading->says, last_trusted(feed), feed->settings->gives, now,
			reading->arena);
		feed->is_pending = true;
	}
	if (feed->is_pending && is_known(feed)) {
		judge_reading(feeds, feed, purpose);
		drop_pending(feed);
	}
	error_release(&err);
}

static void take_answer(const struct feeds *feeds, struct feed *feed, moment now,
	enum feeds_purpose purpose)
{
	const struct feed_cache *cache = &feed->copy.cache;

	if (feed->copy.trouble)
		add_finding(feed, "%s", feed->copy.trouble);
	free(feed->copy.trouble);
	feed->copy.trouble = NULL;
	switch (fetch_state(feed->fetch)) {
	case FETCH_FRESH:
		take_pages(feeds, feed, now, purpose);
		break;
	case FETCH_UNCHANGED:
		repeat_reading(feeds, feed, now, cache->etag, cache->last_modified, purpose);
		break;
	default:
		do_without(feed, now, fetch_error(feed->fetch)->text.text);
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

void feed_ask(struct feeds *feeds, struct feed *feed, moment now)
{
	const struct feed_settings *settings = feed->settings;
	const struct feed_cache *cache = &feed->copy.cache;
	struct http_request request = HTTP_REQUEST_INIT;
	struct validators known = {0};
	struct fetch_pager pager;
	struct error err = ERROR_INIT;

	if (feed->fetch)
		return;
	feed_look(feeds, feed);
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

bool feed_has_answered(const struct feed *feed)
{
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
	drop_pending(feed);
	feed->arena = arena_new();
	findings_init(&feed->findings, feed->arena);
	feed->held = feed->trouble = NULL;
	take_answer(feeds, feed, now, purpose);
	is = look_at(feed);
	feed->changed = feed->is_pending || !is_seen_alike(&was, &is) ||
		!finds_the_same(&found, &feed->findings);
	arena_free(before);
	end_asking(feed);
}

/* Count the records of the reading that waits, by their people, and keep who these are. */
static void meet_people(struct feed *feed, const struct snapshot *snapshot,
	const struct asked_roles *asked)
{
	arena_free(feed->people_arena);
	feed->people_arena = arena_new();
	feed->people = feed_people(snapshot, feed->people_arena);
	feed_reading_count(&feed->counts, &feed->pending.says, feed->people,
		feed->settings->gives == GIVES_ROLES ? asked : NULL);
}

void feeds_judge(struct feeds *feeds, const struct snapshot *snapshot, enum feeds_purpose purpose)
{
	for (size_t i = 0; i < feeds->count; i++) {
		struct feed *feed = &feeds->items[i];

		if (!feed->is_pending)
			continue;
		feed_look(feeds,
			feed); /* somebody may have accepted a reading while the directory was read */
		meet_people(feed, snapshot, feeds->asked);
		feed->has_counts = true;
		memcpy(feed->sha256, feed->pending.sha256, sizeof(feed->sha256));
		feed->absences_unread = count_costly(&feed->pending.says);
		judge_reading(feeds, feed, purpose);
		feed->is_pending = false;
		if (!feeds->keeps_pending)
			drop_pending(feed);
	}
}

size_t feed_careful_readings(const struct feed *feed,
	const struct kept_reading *readings[FEED_READINGS_MAX])
{
	size_t count = 0;

	if (last_trusted(feed))
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

static enum error_kind check_secrets(const struct http_settings *http, struct error *err)
{
	const struct oauth_settings *oauth = &http->oauth;
	const char *const files[] = {http->token_file, http->password_file, http->keytab_file,
		http->key_file ? http->key_file : http->cert_file, oauth->secret_file,
		oauth->key_file ? oauth->key_file : oauth->cert_file};
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < COUNT(files) && !failed; i++)
		failed = files[i] ? check_secret(files[i], err) : ERROR_NONE;
	for (size_t i = 0; i < http->header_count && !failed; i++) {
		if (http->headers[i].value_file)
			failed = check_secret(http->headers[i].value_file, err);
	}
	return failed;
}

enum error_kind feeds_check_secrets(const struct settings *settings, struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < settings->feed_count && !failed; i++)
		failed = check_secrets(&settings->feeds[i].http, err);
	return failed;
}

void feeds_read(struct feeds *feeds, moment now, enum feeds_purpose purpose)
{
	feeds->were_asked = true;
	if (feeds->count == 0)
		return;
	progress_say(_("reading the feeds"));
	for (size_t i = 0; i < feeds->count; i++)
		feed_ask(feeds, &feeds->items[i], now);
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
