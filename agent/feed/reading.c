#include "feed/reading.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "feed/format/format.h"
#include "feed/format/record.h"
#include "net/fetch.h"

static enum error_kind read_page(struct feed_reader *into, const struct fetch *fetch, size_t page,
	moment now, struct error *err)
{
	const struct strbuf *body = fetch_page(fetch, page);
	struct error why = ERROR_INIT;
	enum error_kind failed = format_read(into, body->text, body->length, now, &why);

	if (failed && fetch_page_count(fetch) > 1)
		error_set(err, failed, _("page %zu: %s"), page + 1, why.text.text);
	else if (failed)
		error_set(err, failed, "%s", why.text.text);
	error_release(&why);
	return failed;
}

static void hash_pages(const struct fetch *fetch, char hex[SHA256_HEX])
{
	struct hash hash;

	hash_init(&hash);
	for (size_t i = 0; i < fetch_page_count(fetch); i++)
		hash_add(&hash, fetch_page(fetch, i)->text, fetch_page(fetch, i)->length);
	hash_end(&hash, hex);
}

/* Errors come first, so that none of them is among those left out. */
static void take_findings(struct reading *reading, struct findings *from, const char *name)
{
	struct findings *to = &reading->findings;
	char *where = arena_format(reading->arena, _("feed %s"), name);

	findings_sort(from);
	for (size_t i = 0; i < from->count && i < READING_FINDINGS; i++)
		findings_copy(to, &from->items[i]);
	if (from->count > READING_FINDINGS)
		findings_add(to, FINDING_WARNING, where, _("and %zu more records that are bad"),
			from->count - READING_FINDINGS);
}

static void keep_validators(struct reading *reading, const struct fetch *fetch)
{
	struct validators met = fetch_validators(fetch);

	reading->cache.etag = arena_string(reading->arena, met.etag);
	reading->cache.last_modified = arena_string(reading->arena, met.last_modified);
}

enum error_kind reading_of(struct reading *reading, const struct fetch *fetch,
	const struct settings *settings, const struct feed_settings *feed, moment now,
	struct error *err)
{
	struct findings bad;
	struct feed_reader into = {
		.settings = feed,
		.separator = settings->people.separator,
		.arena = reading->arena,
		.findings = &bad,
		.into = &reading->cache.absences,
	};
	enum error_kind failed = ERROR_NONE;

	findings_init(&bad, reading->arena);
	findings_init(&reading->findings, reading->arena);
	reading->cache = (struct feed_cache){.read_at = now};
	reading->cache.absences.feed = feed->name;
	reading->cache.absences.match = feed->match;
	for (size_t i = 0; !failed && i < fetch_page_count(fetch); i++)
		failed = read_page(&into, fetch, i, now, err);
	if (failed)
		return failed;
	hash_pages(fetch, reading->cache.sha256);
	if (bad.count == 0)
		keep_validators(reading, fetch);
	take_findings(reading, &bad, feed->name);
	return ERROR_NONE;
}
