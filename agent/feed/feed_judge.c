#include "feed/feed_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "decide/feed_counts.h"
#include "feed/reading.h"
#include "feed/reading_trust.h"
#include "model/settings.h"
#include "net/fetch.h"

#define DOUBTED_FINDINGS 3  /* of the records of a doubted reading */
#define REWRITE_AFTER    60 /* seconds: how far a copy's date on disk may lag behind */

static const struct kept_reading *last_trusted(const struct feed *feed)
{
	return feed_cache_last(&feed->copy.cache);
}

/* Of several that replace one another before anybody looks, the first is what was so before. Roles make nobody absent. */
void feed_note_replaced(struct feed *feed, const struct kept_reading *last)
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

void feed_add_finding(struct feed *feed, const char *format, ...)
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

/*
 * The same once the pending reading is trusted. Where nothing else is kept, its arena becomes the copy's, less its records, which
 * were counted.
 */
static void settle_trusted(const struct feeds *feeds, struct feed *feed)
{
	struct reading *reading = &feed->pending;

	if (feed->copy.cache.trusted_count > 1 || feeds->keeps_pending ||
		feed->settings->asks == ASKS_PEOPLE) {
		settle_copy(&feed->copy);
		return;
	}
	arena_free(feed->copy.arena);
	feed->copy.arena = reading->arena;
	arena_drop(reading->arena, reading->says.records);
	reading->arena = NULL;
	reading->says.records = NULL;
	reading->says.record_count = 0;
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
		feed_add_finding(feed,
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
void feed_repeat(const struct feeds *feeds, struct feed *feed, moment now, const char *etag,
	const char *last_modified, enum feeds_purpose purpose)
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

struct kept_reading feed_kept_of(const struct feed *feed)
{
	const struct reading *reading = &feed->pending;
	struct kept_reading kept = {.first_at = reading->at,
		.last_at = reading->at,
		.counts = feed->counts,
		.absences = reading->says.absences,
		.standing = reading->says.standing,
		.standing_count = reading->says.standing_count,
		.roles = reading->says.roles};

	if (feed->settings->asks == ASKS_PEOPLE) {
		kept.records = reading->says.records;
		kept.record_count = reading->says.record_count;
	}
	memcpy(kept.sha256, reading->sha256, sizeof(kept.sha256));
	return kept;
}

/* The reading counts, and is kept. `drops_older`: later readings are not compared with those before it. */
void feed_trust(const struct feeds *feeds, struct feed *feed, bool drops_older,
	enum feeds_purpose purpose)
{
	struct feed_cache *cache = &feed->copy.cache;
	const struct reading *reading = &feed->pending;
	const struct kept_reading *last = last_trusted(feed), kept = feed_kept_of(feed);

	if (last && !drops_older && strcmp(last->sha256, kept.sha256) == 0) {
		cache->trusted[0].counts = kept.counts;
		feed_repeat(feeds, feed, reading->at, reading->etag, reading->last_modified,
			purpose);
		return;
	}
	feed->state = FEED_FRESH;
	feed_note_replaced(feed, last);
	feed_cache_trust(cache, &kept, drops_older);
	cache->etag = reading->etag;
	cache->last_modified = reading->last_modified;
	settle_trusted(feeds, feed);
	keep_or_say(feeds, feed, purpose);
}

/* What serves a feed in trouble, `why`; and whether something does: else removals are held. */
static void serve_last(struct feed *feed, moment now, const char *why)
{
	const char *name = feed->settings->name, *age;

	feed->trouble = arena_string(feed->arena, why);
	if (is_young(feed, now)) {
		feed_add_finding(feed, _("%s; its reading of %s serves until %s"), why,
			format_moment(feed->arena, last_trusted(feed)->last_at),
			format_moment(feed->arena, feed_expiry(feed)));
	} else if (!last_trusted(feed)) {
		feed->held = arena_format(feed->arena, _("feed %s has no trusted reading: %s"),
			name, why);
		feed_add_finding(feed,
			_("%s; no reading of it was ever trusted: no removal is made until one is"),
			why);
	} else {
		age = format_moment(feed->arena, last_trusted(feed)->last_at);
		feed->held = arena_format(feed->arena,
			_("feed %s has no trusted reading since %s, which is too old: %s"), name,
			age, why);
		feed_add_finding(feed,
			_("%s; its reading of %s is too old: no removal is made until one is trusted"),
			why, age);
	}
}

/* It cannot be read: rule 8. */
void feed_do_without(struct feed *feed, moment now, const char *why)
{
	feed->state = FEED_CACHED;
	serve_last(feed, now, why);
	if (feed->held)
		feed->state = FEED_UNREAD;
}

static void doubt_reading(const struct feeds *feeds, struct feed *feed, unsigned doubts,
	const char *why, enum feeds_purpose purpose)
{
	const struct kept_reading kept = feed_kept_of(feed);
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
		feed_add_finding(feed, _("and %zu more records that are bad"),
			all - DOUBTED_FINDINGS);
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

/* A reading about people is not the last trusted one before all were asked about who are needed. */
static void take_trust(const struct feeds *feeds, struct feed *feed, bool drops_older,
	enum feeds_purpose purpose)
{
	struct feed_asking *asking = &feed->asking;

	if (feed->settings->asks != ASKS_PEOPLE) {
		feed_trust(feeds, feed, drops_older, purpose);
		return;
	}
	feed->state = FEED_FRESH;
	asking->is_whole = asking->is_unsettled = true;
	asking->drops_older = drops_older;
	asking->kept = feed_kept_of(feed);
}

void feed_judge(const struct feeds *feeds, struct feed *feed, enum feeds_purpose purpose)
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
			.asks_people = feed->settings->asks == ASKS_PEOPLE,
			.now = reading->at});
	doubt = feed_cache_next_doubt(cache, verdict.doubts, reading->at);
	if (verdict.doubts == 0) {
		take_trust(feeds, feed, false, purpose);
	} else if (reading_doubt_is_over(verdict.doubts, doubt.shrunk_since, reading->at,
			   feed->settings)) {
		take_trust(feeds, feed, true, purpose);
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

void feed_drop_pending(struct feed *feed)
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
bool feed_is_known(const struct feed *feed)
{
	return feed->has_counts && strcmp(feed->sha256, feed->pending.sha256) == 0 &&
		!may_be_known_now(feed);
}

/* Count the records of the reading that waits, by their people, and keep who these are. */
void feed_meet_people(struct feed *feed, const struct snapshot *snapshot,
	const struct asked_roles *asked)
{
	arena_free(feed->people_arena);
	feed->people_arena = arena_new();
	feed->people = feed_people(snapshot, feed->people_arena);
	feed_reading_count(&feed->counts, &feed->pending.says, feed->people,
		feed->settings->gives == GIVES_ROLES ? asked : NULL);
	feed->has_counts = true;
	memcpy(feed->sha256, feed->pending.sha256, sizeof(feed->sha256));
	feed->absences_unread = count_costly(&feed->pending.says);
}
