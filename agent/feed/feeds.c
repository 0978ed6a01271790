#include "feed/feeds.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "feed/format/format.h"
#include "feed/reading.h"
#include "net/fetch.h"

#define REWRITE_AFTER 60 /* seconds: how far a copy's date on disk may lag behind */

static void feed_init(struct feed *feed, const struct feed_settings *settings)
{
	*feed = (struct feed){
		.settings = settings,
		.state = FEED_UNREAD,
		.arena = arena_new(),
		.read_at = MOMENT_EARLIEST,
		.copy = {.written_at = MOMENT_EARLIEST},
	};
	findings_init(&feed->findings, feed->arena);
	feed->absences.feed = settings->name;
	feed->absences.match = settings->match;
}

static void feed_release(struct feed *feed)
{
	fetch_end(feed->fetch);
	arena_free(feed->arena);
	arena_free(feed->copy.arena);
	free(feed->copy.trouble);
}

void feeds_init(struct feeds *feeds, const struct settings *settings)
{
	*feeds = (struct feeds){
		.settings = settings,
		.arena = arena_new(),
		.items = memory_get(settings->feed_count * sizeof(*feeds->items)),
		.count = settings->feed_count,
		.fetches = fetches_new(&fetch_bounds, format_next_page),
	};
	feeds->folder = feed_cache_folder(settings, feeds->arena);
	for (size_t i = 0; i < feeds->count; i++)
		feed_init(&feeds->items[i], &settings->feeds[i]);
}

void feeds_release(struct feeds *feeds)
{
	for (size_t i = 0; i < feeds->count; i++)
		feed_release(&feeds->items[i]);
	free(feeds->items);
	fetches_free(feeds->fetches);
	arena_free(feeds->arena);
	*feeds = (struct feeds){0};
}

static bool has_copy(const struct feed *feed)
{
	return feed->copy.arena != NULL;
}

/* Make a reading the copy; its arena becomes the copy's. */
static void copy_take(struct feed_copy *copy, const struct feed_cache *cache, struct arena *arena)
{
	arena_free(copy->arena);
	copy->arena = arena;
	copy->cache = *cache;
}

/* Another process may have read the feed since. */
static void copy_refresh(const struct feeds *feeds, struct feed *feed)
{
	struct feed_copy *copy = &feed->copy;
	struct arena *arena;
	struct feed_cache cache;
	const char *trouble = NULL;

	if (!feed_cache_is_new(feeds->folder, feed->settings, &copy->stamp))
		return;
	arena = arena_new();
	if (feed_cache_read(&cache, feeds->folder, feeds->settings, feed->settings, arena,
		    &trouble) &&
		(!copy->arena || cache.read_at >= copy->cache.read_at)) {
		copy_take(copy, &cache, arena);
		copy->written_at = cache.read_at;
		return;
	}
	copy->written_at = MOMENT_EARLIEST;
	free(copy->trouble);
	copy->trouble = trouble ? strdup(trouble) : NULL;
	arena_free(arena);
}

/* A clock that was set back, or was wrong when the copy was read, makes no copy younger. */
static bool is_young(const struct feed *feed, moment now)
{
	return has_copy(feed) && llabs(now - feed->copy.cache.read_at) < feed->settings->max_age;
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

static void absences_add(struct feed *feed, const struct feed_absence *from)
{
	struct feed_absences *to = &feed->absences;
	struct feed_absence *absence;

	to->items = arena_grow(feed->arena, to->items, to->count, &to->room, sizeof(*to->items));
	absence = &to->items[to->count++];
	*absence = *from;
	absence->person = arena_string(feed->arena, from->person);
	absence->deputies = arena_get(feed->arena, from->deputy_count * sizeof(*absence->deputies));
	for (size_t i = 0; i < from->deputy_count; i++)
		absence->deputies[i] = arena_string(feed->arena, from->deputies[i]);
}

/* What counts is what `kept` says. */
static void serve_copy(struct feed *feed, enum feed_state state, const struct feed_cache *cache)
{
	feed->state = state;
	feed->read_at = cache->read_at;
	memcpy(feed->sha256, cache->sha256, sizeof(feed->sha256));
	for (size_t i = 0; i < cache->absences.count; i++)
		absences_add(feed, &cache->absences.items[i]);
}

static const char *absence_key(struct arena *arena, const struct feed_absence *absence)
{
	return arena_format(arena, "%s\n%lld\n%lld", absence->person, (long long)absence->start,
		(long long)absence->end);
}

/* And what `kept` says, too, where that is not there already. */
static void serve_also(struct feed *feed, const struct feed_cache *cache)
{
	struct table *known = table_new(feed->arena);
	size_t count = feed->absences.count;

	for (size_t i = 0; i < count; i++)
		table_put(known, absence_key(feed->arena, &feed->absences.items[i]), feed);
	for (size_t i = 0; i < cache->absences.count; i++) {
		const struct feed_absence *absence = &cache->absences.items[i];

		if (!table_find(known, absence_key(feed->arena, absence)))
			absences_add(feed, absence);
	}
}

static void copy_write(const struct feeds *feeds, struct feed *feed, enum feeds_purpose purpose)
{
	struct error err = ERROR_INIT;
	bool kept_it;

	/* What cannot be kept is tried at each reading: told of until it is there, and there at once then. */
	feed->copy.written_at = MOMENT_EARLIEST;
	if (feed_cache_write(&feed->copy.cache, feeds->folder, feeds->settings, feed->settings,
		    &kept_it, &err))
		add_finding(feed,
			_("its copy is not kept, and cannot serve when the feed is down: %s"),
			err.text.text);
	else if (!kept_it && purpose == FEEDS_CONFIRM)
		add_finding(feed,
			_("its copy is not kept, and cannot serve when the feed is down: %s is another user's folder"),
			feeds->folder);
	if (kept_it) {
		feed->copy.written_at = feed->copy.cache.read_at;
		feed_cache_is_new(feeds->folder, feed->settings, &feed->copy.stamp);
	}
	error_release(&err);
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool says_the_same(const struct feed_cache *a, const struct feed_cache *b)
{
	return strcmp(a->sha256, b->sha256) == 0 && is_same_text(a->etag, b->etag) &&
		is_same_text(a->last_modified, b->last_modified) &&
		a->absences.count == b->absences.count && !a->doubted_sha256[0] &&
		!b->doubted_sha256[0];
}

/* Whether the copy on disk is so old that saying the same again is worth a write. */
static bool is_due(const struct feed *feed, moment now)
{
	int tenth = feed->settings->max_age / 10;
	int lag = tenth < REWRITE_AFTER ? tenth : REWRITE_AFTER;
	moment written_at = feed->copy.written_at;

	return written_at == MOMENT_EARLIEST || llabs(now - written_at) >= lag;
}

/* The reading is what counts, and is kept. */
static void accept_reading(const struct feeds *feeds, struct feed *feed,
	const struct feed_cache *reading, struct arena *arena, enum feeds_purpose purpose)
{
	bool is_news = !has_copy(feed) || !says_the_same(&feed->copy.cache, reading);
	bool writes = is_news || is_due(feed, reading->read_at);

	serve_copy(feed, FEED_FRESH, reading);
	copy_take(&feed->copy, reading, arena);
	if (writes)
		copy_write(feeds, feed, purpose);
}

/* 304: the copy, read anew. */
static void accept_unchanged(const struct feeds *feeds, struct feed *feed, moment now,
	enum feeds_purpose purpose)
{
	struct feed_cache *cache = &feed->copy.cache;
	bool writes = cache->doubted_sha256[0] || is_due(feed, now);

	cache->read_at = now;
	cache->doubted_sha256[0] = '\0';
	cache->doubted_count = 0;
	serve_copy(feed, FEED_FRESH, cache);
	if (writes)
		copy_write(feeds, feed, purpose);
}

/* To nothing, or to less than half. Of a few absences that is what any day may bring. */
static bool has_shrunk(const struct feed *feed, const struct feed_cache *reading)
{
	size_t was = has_copy(feed) ? feed->copy.cache.absences.count : 0,
	       is = reading->absences.count;

	return was >= FEED_DOUBTED_FROM && is < was && (is == 0 || is < was - is);
}

/* What shrank counts beside the copy until it is confirmed. */
static void doubt_reading(const struct feeds *feeds, struct feed *feed,
	const struct feed_cache *reading, enum feeds_purpose purpose)
{
	struct feed_cache *cache = &feed->copy.cache;
	size_t was = cache->absences.count, is = reading->absences.count;

	serve_copy(feed, FEED_DOUBTED, reading);
	feed->read_at = cache->read_at;
	memcpy(feed->sha256, cache->sha256, sizeof(feed->sha256));
	serve_also(feed, cache);
	add_finding(feed,
		_("it shrank from %zu absences to %zu; the old ones count until the next reading by apply or watch confirms it"),
		was, is);
	if (purpose == FEEDS_CONFIRM) {
		memcpy(cache->doubted_sha256, reading->sha256, sizeof(cache->doubted_sha256));
		cache->doubted_count = is;
		copy_write(feeds, feed, purpose);
	}
}

/* A good reading; `arena` holds it, and is let go of here. */
static void judge_reading(const struct feeds *feeds, struct feed *feed,
	const struct feed_cache *reading, struct arena *arena, enum feeds_purpose purpose)
{
	bool confirms =
		purpose == FEEDS_CONFIRM && has_copy(feed) && feed->copy.cache.doubted_sha256[0];

	/* A copy that is too old counts for nothing, also as what to compare with. */
	if (has_shrunk(feed, reading) && !confirms && is_young(feed, reading->read_at)) {
		doubt_reading(feeds, feed, reading, purpose);
		arena_free(arena);
	} else {
		accept_reading(feeds, feed, reading, arena, purpose);
	}
}

static void hold_feed(struct feed *feed, const char *why)
{
	const char *name = feed->settings->name;
	const char *age;

	feed->state = FEED_UNREAD;
	feed->read_at = MOMENT_EARLIEST;
	feed->sha256[0] = '\0';
	if (!has_copy(feed)) {
		feed->held = arena_format(feed->arena,
			_("feed %s cannot be read, and there is no copy of it: %s"), name, why);
		add_finding(feed,
			_("%s; there is no copy of it: no removal is made until it can be read"),
			why);
		return;
	}
	age = format_moment(feed->arena, feed->copy.cache.read_at);
	feed->held = arena_format(feed->arena,
		_("feed %s cannot be read, and its copy of %s is too old: %s"), name, age, why);
	add_finding(feed,
		_("%s; its copy of %s is too old: no removal is made until it can be read"), why,
		age);
}

/* It cannot be read: rule 8. */
static void do_without(struct feed *feed, moment now, const char *why)
{
	if (!is_young(feed, now)) {
		hold_feed(feed, why);
		return;
	}
	serve_copy(feed, FEED_CACHED, &feed->copy.cache);
	add_finding(feed, _("%s; its copy of %s serves until %s"), why,
		format_moment(feed->arena, feed->copy.cache.read_at),
		format_moment(feed->arena, feed_expiry(feed)));
}

static void judge_pages(const struct feeds *feeds, struct feed *feed, moment now,
	enum feeds_purpose purpose)
{
	struct reading reading = {.arena = arena_new()};
	struct error err = ERROR_INIT;

	if (reading_of(&reading, feed->fetch, feeds->settings, feed->settings, now, &err)) {
		do_without(feed, now, err.text.text);
		arena_free(reading.arena);
	} else {
		findings_copy_all(&feed->findings, &reading.findings);
		judge_reading(feeds, feed, &reading.cache, reading.arena, purpose);
	}
	error_release(&err);
}

static void judge_fetch(const struct feeds *feeds, struct feed *feed, moment now,
	enum feeds_purpose purpose)
{
	if (feed->copy.trouble)
		add_finding(feed, "%s", feed->copy.trouble);
	free(feed->copy.trouble);
	feed->copy.trouble = NULL;
	switch (fetch_state(feed->fetch)) {
	case FETCH_FRESH:
		judge_pages(feeds, feed, now, purpose);
		break;
	case FETCH_UNCHANGED:
		accept_unchanged(feeds, feed, now, purpose);
		break;
	default:
		do_without(feed, now, fetch_error(feed->fetch)->text.text);
	}
}

static bool is_same_absence(const struct feed_absence *a, const struct feed_absence *b)
{
	if (a->start != b->start || a->end != b->end || a->deputy_count != b->deputy_count ||
		strcmp(a->person, b->person) != 0)
		return false;
	for (size_t i = 0; i < a->deputy_count; i++) {
		if (strcmp(a->deputies[i], b->deputies[i]) != 0)
			return false;
	}
	return true;
}

/* Also what is to be told of, and what is not any more. */
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

static bool is_same(const struct feed *a, const struct feed *b)
{
	if (a->state != b->state || !a->held != !b->held ||
		a->absences.count != b->absences.count ||
		!finds_the_same(&a->findings, &b->findings))
		return false;
	for (size_t i = 0; i < a->absences.count; i++) {
		if (!is_same_absence(&a->absences.items[i], &b->absences.items[i]))
			return false;
	}
	return true;
}

void feed_ask(struct feeds *feeds, struct feed *feed)
{
	struct validators known = {0};

	if (feed->fetch)
		return;
	copy_refresh(feeds, feed);
	if (has_copy(feed)) {
		known.etag = feed->copy.cache.etag;
		known.last_modified = feed->copy.cache.last_modified;
	}
	feed->fetch = fetch_start(feeds->fetches, feed->settings, &known);
}

bool feed_has_answered(const struct feed *feed)
{
	return feed->fetch && fetch_state(feed->fetch) != FETCH_RUNNING;
}

void feed_complete(struct feeds *feeds, struct feed *feed, moment now, enum feeds_purpose purpose)
{
	struct feed before = *feed;

	if (!feed_has_answered(feed))
		return;
	feed->arena = arena_new();
	findings_init(&feed->findings, feed->arena);
	feed->absences = (struct feed_absences){
		.feed = feed->settings->name, .match = feed->settings->match};
	feed->held = NULL;
	judge_fetch(feeds, feed, now, purpose);
	feed->changed = !is_same(&before, feed);
	arena_free(before.arena);
	fetch_end(feed->fetch);
	feed->fetch = NULL;
}

static enum error_kind check_secret(const char *file, struct error *err)
{
	struct strbuf path = STRBUF_INIT;
	enum error_kind failed = file ? settings_secret_path(file, &path, err) : ERROR_NONE;

	strbuf_release(&path);
	return failed;
}

enum error_kind feeds_check_secrets(const struct settings *settings, struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < settings->feed_count && !failed; i++) {
		const struct feed_settings *feed = &settings->feeds[i];

		failed = check_secret(feed->token_file, err);
		if (!failed)
			failed = check_secret(feed->key_file ? feed->key_file : feed->cert_file,
				err);
	}
	return failed;
}

void feeds_read(struct feeds *feeds, moment now, enum feeds_purpose purpose)
{
	if (feeds->count == 0)
		return;
	progress_say(_("reading the feeds"));
	for (size_t i = 0; i < feeds->count; i++)
		feed_ask(feeds, &feeds->items[i]);
	fetches_wait(feeds->fetches);
	for (size_t i = 0; i < feeds->count; i++)
		feed_complete(feeds, &feeds->items[i], now, purpose);
	progress_clear();
}

moment feed_expiry(const struct feed *feed)
{
	if (feed->state != FEED_CACHED)
		return MOMENT_LATEST;
	return feed->copy.cache.read_at + feed->settings->max_age;
}
