#include "feed/reading.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/feed_absences.h"
#include "feed/format/format.h"
#include "feed/format/json/jq.h"
#include "feed/format/record_reader.h"
#include "model/settings.h"
#include "net/fetch.h"

static enum error_kind read_page(struct feed_reader *into, const struct reading_pages *pages,
	size_t page, moment now, struct error *err)
{
	const struct strbuf *body = pages->items[page];
	struct error why = ERROR_INIT;
	enum error_kind failed = format_read(into, body->text, body->length, now, &why);

	if (failed && pages->count > 1)
		error_set(err, failed, _("page %zu: %s"), page + 1, why.text.text);
	else if (failed)
		error_set(err, failed, "%s", why.text.text);
	error_release(&why);
	return failed;
}

static void hash_pages(const struct reading_pages *pages, char hex[SHA256_HEX])
{
	struct hash_long hash;

	hash_long_init(&hash);
	for (size_t i = 0; i < pages->count; i++)
		hash_long_add(&hash, pages->items[i]->text, pages->items[i]->length);
	hash_long_end(&hash, hex);
}

static void add_finding(struct reading *reading, const struct feed_problem *problem)
{
	const struct feed_absences *absences = &reading->says.absences;
	const char *name = absences->feed;
	struct strbuf where = STRBUF_INIT, what = STRBUF_INIT;

	if (problem->record > 0)
		strbuf_addf(&where, _("feed %s, record %zu"), name, problem->record);
	else
		strbuf_addf(&where, _("feed %s"), name);
	if (problem->line > 0)
		strbuf_addf(&what, _("line %zu: "), problem->line);
	strbuf_adds(&what, problem->what);
	findings_add_about(&reading->findings, FINDING_IMPORTANT, where.text,
		problem->person ? name_key(reading->arena, absences->match, problem->person,
					  absences->as_number)
				: NULL,
		what.text);
	strbuf_release(&where);
	strbuf_release(&what);
}

/* What may cost an absence comes first, so that none of that is among what is left out. */
static void find_problems(struct reading *reading)
{
	const struct feed_reading *says = &reading->says;
	size_t all = says->problem_count + says->problems_left_out;
	char *where = arena_format(reading->arena, _("feed %s"), says->absences.feed);
	size_t shown = 0;

	for (int costs = 1; costs >= 0; costs--) {
		for (size_t i = 0; i < says->problem_count && shown < READING_FINDINGS; i++) {
			if (says->problems[i].costs_absence != costs)
				continue;
			add_finding(reading, &says->problems[i]);
			shown++;
		}
	}
	if (all > shown)
		findings_add(&reading->findings, FINDING_WARNING, where,
			_("and %zu more records that are bad"), all - shown);
}

static void keep_validators(struct reading *reading, const struct fetch *fetch)
{
	struct validators met = fetch_validators(fetch);

	reading->etag = arena_string(reading->arena, met.etag);
	reading->last_modified = arena_string(reading->arena, met.last_modified);
}

/* Add the records that no page has. */
static void add_others(struct feed_reader *reader, const struct reading_more *more)
{
	size_t met = reader->records;

	more->add(more->context, reader);
	reader->others += reader->records - met;
}

/* Parse the pages, and give back the reader's own. */
static enum error_kind read_pages(struct reading *reading, const struct reading_pages *pages,
	const struct settings *settings, const struct feed_settings *feed, moment now,
	struct error *err)
{
	struct feed_reader reader;
	enum error_kind failed = ERROR_NONE;

	record_reader_init(&reader, feed, settings->people.separator, &reading->says,
		reading->arena);
	if (pages->more)
		reader.records = reader.others = pages->more->before;
	if (feed->jq && pages->count > 0)
		failed = jq_read(&reader, pages->items, pages->count, err);
	for (size_t i = 0; !feed->jq && !failed && i < pages->count; i++)
		failed = read_page(&reader, pages, i, now, err);
	if (!failed && pages->more)
		add_others(&reader, pages->more);
	if (!failed)
		record_reader_end(&reader);
	record_reader_release(&reader);
	return failed;
}

enum error_kind reading_of_pages(struct reading *reading, const struct reading_pages *pages,
	const struct settings *settings, const struct feed_settings *feed, moment now,
	struct error *err)
{
	enum error_kind failed;

	findings_init(&reading->findings, reading->arena);
	reading->at = now;
	reading->pages = pages->count;
	failed = read_pages(reading, pages, settings, feed, now, err);
	if (failed)
		return failed;
	hash_pages(pages, reading->sha256);
	find_problems(reading);
	return ERROR_NONE;
}

enum error_kind reading_of(struct reading *reading, const struct fetch *fetch,
	const struct settings *settings, const struct feed_settings *feed, moment now,
	struct error *err)
{
	size_t count = fetch_page_count(fetch);
	const struct strbuf **pages =
		arena_get(reading->arena, count * sizeof(const struct strbuf *));
	struct error why = ERROR_INIT;
	struct strbuf safe = STRBUF_INIT;
	enum error_kind failed;

	for (size_t i = 0; i < count; i++)
		pages[i] = fetch_page(fetch, i);
	reading->address = arena_string(reading->arena, fetch_address(fetch));
	failed = reading_of_pages(reading, &(struct reading_pages){pages, count, NULL}, settings,
		feed, now, &why);
	if (failed) {
		fetch_add_safe(&safe, fetch, why.text.text);
		error_set(err, failed, "%s", safe.text);
	} else if (reading->says.problem_count == 0) {
		keep_validators(reading, fetch);
	}
	strbuf_release(&safe);
	error_release(&why);
	return failed;
}
