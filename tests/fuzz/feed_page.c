#include "feed_page.h"

#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/feed_counts.h"
#include "feed/cache.h"
#include "feed/cache_json.h"
#include "feed/format/format.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"
#include "feed/reading_trust.h"
#include "fuzz.h"
#include "model/settings.h"
#include "model/snapshot.h"

/* 24 December 2026, 08:00 in Copenhagen. */
#define NOW 1798095600

static void expect_text(const char *text)
{
	fuzz_expect(text && *text, "a name is not empty");
	fuzz_expect(!u8_check((const uint8_t *)text, strlen(text)), "a name is UTF-8");
}

static void expect_absence(const struct feed_absence *absence)
{
	fuzz_expect(absence->start < absence->end, "an absence has a length");
	fuzz_expect(absence->record > 0, "an absence has a record");
	expect_text(absence->person);
	for (size_t i = 0; i < absence->deputy_count; i++)
		expect_text(absence->deputies[i]);
}

static void expect_standing(const struct feed_standing *standing)
{
	fuzz_expect(standing->deputy_count > 0, "a standing deputy has a name");
	fuzz_expect(standing->start < standing->end, "a standing deputy has a time");
	expect_text(standing->person);
	for (size_t i = 0; i < standing->deputy_count; i++)
		expect_text(standing->deputies[i]);
}

static void expect_role(const struct feed_role *role)
{
	fuzz_expect(role->start < role->end, "a role has a length");
	fuzz_expect(role->record > 0, "a role has a record");
	expect_text(role->person);
	expect_text(role->role);
}

static void expect_records(const struct feed_reading *says)
{
	for (size_t i = 0; i < says->record_count; i++) {
		fuzz_expect(says->records[i].number > 0, "a record has a number");
		fuzz_expect(i == 0 || says->records[i - 1].number <= says->records[i].number,
			"records are in order");
		if (says->records[i].person)
			expect_text(says->records[i].person);
	}
}

static struct kept_reading kept_of(const struct feed_reading *says)
{
	static const struct feed_counts counts = {.records = 3, .readable = 2, .set_aside = 1};
	struct kept_reading kept = {.first_at = NOW,
		.last_at = NOW,
		.counts = counts,
		.absences = says->absences,
		.standing = says->standing,
		.standing_count = says->standing_count,
		.roles = says->roles};

	memset(kept.sha256, 'a', SHA256_HEX - 1);
	return kept;
}

static void expect_kept(const struct kept_reading *reading, const struct feed_settings *settings,
	struct arena *arena)
{
	struct feed_cache kept = {.trusted = {*reading}, .trusted_count = 1}, again = {0};
	struct strbuf text = STRBUF_INIT, second = STRBUF_INIT;

	feed_cache_doubt(&kept, reading, DOUBT_SHRUNK, "why");
	feed_cache_json_add(&text, &kept, settings, "s");
	fuzz_expect(feed_cache_json_read(&again, text.text, text.length, "s", arena) ==
			FEED_CACHE_READ,
		"what is kept can be read");
	feed_cache_json_add(&second, &again, settings, "s");
	fuzz_expect(strcmp(text.text, second.text) == 0, "what is kept is what was read");
	strbuf_release(&text);
	strbuf_release(&second);
}

/* What came before comes again: nothing of it is lost, and so nothing is kept of it. */
static void expect_trusted(struct feed_reading *says, const struct feed_settings *settings,
	struct arena *arena)
{
	struct snapshot *nobody = snapshot_new(0);
	struct kept_reading before = kept_of(says);
	const size_t count = says->absences.count + says->standing_count + says->roles.count;
	struct reading_verdict verdict;
	struct strbuf text = STRBUF_INIT;

	says->absences.match = "mail";
	feed_reading_count(&before.counts, says, feed_people(nobody, arena), NULL);
	fuzz_expect(before.counts.records ==
			before.counts.set_aside + before.counts.unusable + before.counts.readable,
		"a record has one state");
	reading_keep_stated(says, &before, settings->gives, NOW, arena);
	fuzz_expect(says->absences.count + says->standing_count + says->roles.count == count,
		"what is there is not kept as well");
	reading_judge(&verdict,
		&(struct reading_question){.reading = says,
			.counts = &before.counts,
			.sha256 = "b",
			.last = &before,
			.covers = settings->covers,
			.gives = settings->gives,
			.now = NOW});
	fuzz_expect((verdict.doubts & ~(unsigned)DOUBT_NO_FIELD) == 0, "a reading equals itself");
	verdict.doubts = ~0U;
	verdict.field = "status";
	reading_add_doubt(&text, &verdict, says);
	fuzz_expect_safe_text(text.text);
	strbuf_release(&text);
	snapshot_free(nobody);
}

void feed_page_read(const struct feed_settings *settings, const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct feed_reading says;
	struct kept_reading kept;
	struct feed_reader reader;
	char *body = fuzz_text(data, size);

	fuzz_at_home();
	record_reader_init(&reader, settings, ";", &says, arena);
	if (format_read(&reader, body, size, NOW, &err) == ERROR_NONE) {
		record_reader_end(&reader);
		for (size_t i = 0; i < says.absences.count; i++)
			expect_absence(&says.absences.items[i]);
		for (size_t i = 0; i < says.standing_count; i++)
			expect_standing(&says.standing[i]);
		for (size_t i = 0; i < says.roles.count; i++)
			expect_role(&says.roles.items[i]);
		expect_records(&says);
		kept = kept_of(&says);
		expect_kept(&kept, settings, arena);
		expect_trusted(&says, settings, arena);
	} else {
		fuzz_expect(err.kind == ERROR_TARGET && err.text.length > 0, "an error says why");
		fuzz_expect_safe_text(err.text.text);
	}
	for (size_t i = 0; i < says.problem_count; i++)
		fuzz_expect_safe_text(says.problems[i].what);
	record_reader_release(&reader);
	error_release(&err);
	arena_free(arena);
	free(body);
}
