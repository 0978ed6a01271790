#include "feed/format/record_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "feed/format/only.h"
#include "feed/format/record.h"
#include "model/settings.h"

void record_reader_init(struct feed_reader *reader, const struct feed_settings *settings,
	const char *separator, struct feed_reading *into, struct arena *arena)
{
	*into = (struct feed_reading){.absences = {.feed = settings->name,
					      .match = settings->match,
					      .as_number = settings->match_as == MATCH_NUMBER}};
	*reader = (struct feed_reader){.settings = settings,
		.separator = separator,
		.arena = arena,
		.into = into,
		.dates = memory_get(DATES_KEPT * sizeof(struct kept_dates)),
		.only = only_new(settings->only, settings->only_count, arena),
		.only_seen = arena_get(arena, settings->only_count * sizeof(bool))};
	memset(reader->dates, 0, DATES_KEPT * sizeof(struct kept_dates));
	if (!settings->person_pattern)
		return;
	reader->pattern = memory_get(sizeof(*reader->pattern));
	if (regcomp(reader->pattern, settings->person_pattern, REG_EXTENDED)) {
		free(reader->pattern);
		reader->pattern = NULL;
	}
}

/* By number, then by person; a record that names nobody comes first. */
static int compare_records(const void *left, const void *right)
{
	const struct feed_record *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (!a->person || !b->person)
		return (a->person != NULL) - (b->person != NULL);
	return strcmp(a->person, b->person);
}

static bool is_same_record(const struct feed_record *a, const struct feed_record *b)
{
	return compare_records(a, b) == 0;
}

/* As nearly all feeds are: each record names one person. */
static bool are_in_order(const struct feed_reading *into)
{
	for (size_t i = 1; i < into->record_count; i++) {
		if (compare_records(&into->records[i - 1], &into->records[i]) > 0)
			return false;
	}
	return true;
}

/* Each record and person once: unusable if anything made it so. */
static void join_records(struct feed_reading *into)
{
	size_t kept = 0;

	if (!are_in_order(into))
		qsort(into->records, into->record_count, sizeof(*into->records), compare_records);
	for (size_t i = 0; i < into->record_count; i++) {
		struct feed_record *last = kept > 0 ? &into->records[kept - 1] : NULL;

		if (!last || !is_same_record(last, &into->records[i]))
			into->records[kept++] = into->records[i];
		else if (into->records[i].state > last->state)
			last->state = into->records[i].state;
	}
	into->record_count = kept;
}

/* The first field of `only` that no record has; NULL: each was there, or no page has a record. */
static const char *only_missing(const struct feed_reader *reader)
{
	const struct feed_settings *settings = reader->settings;

	for (size_t i = 0; reader->records > reader->others && i < settings->only_count; i++) {
		if (!reader->only_seen[i])
			return arena_string(reader->arena, settings->only[i].name);
	}
	return NULL;
}

static void note_empty(struct feed_reader *reader, const char *field, bool costs_absence)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_addf(&why, _("%s is empty in all %zu records; see whether it is the right name"),
		field, reader->dated_count);
	record_note(reader, 0, NULL, costs_absence, why.text);
	strbuf_release(&why);
}

/* Note the fields that were empty in every record of several. */
static void note_empty_fields(struct feed_reader *reader)
{
	const struct feed_settings *settings = reader->settings;
	const bool is_of_deputies = settings->gives == GIVES_DEPUTIES;
	const char *from = reader->from_seen || is_of_deputies ? NULL : settings->fields.from;
	const char *until = reader->until_seen || is_of_deputies ? NULL : settings->fields.until;
	size_t count = reader->dated_count;
	struct strbuf why = STRBUF_INIT;

	/* A program may give neither: what it calls by another name is refused. Of people who are asked about few are away. */
	if (count < 2 || settings->jq || settings->asks == ASKS_PEOPLE)
		return;
	if (is_of_deputies && !reader->deputy_seen)
		note_empty(reader, settings->fields.deputy, false);
	if (!is_of_deputies && settings->fields.zone && !reader->zone_seen)
		note_empty(reader, settings->fields.zone, false);
	if (from && until) {
		strbuf_addf(&why,
			_("%s and %s are empty in all %zu records; see whether they are the right names"),
			from, until, count);
		record_note(reader, 0, NULL, true, why.text);
	} else if (from || until) {
		note_empty(reader, from ? from : until, !reader->from_seen && !reader->until_seen);
	}
	strbuf_release(&why);
}

void record_reader_end(struct feed_reader *reader)
{
	note_empty_fields(reader);
	join_records(reader->into);
	reader->into->only_missing = only_missing(reader);
}

void record_reader_release(struct feed_reader *reader)
{
	if (reader->pattern)
		regfree(reader->pattern);
	free(reader->pattern);
	memo_release(&reader->people);
	memo_release(&reader->names);
	free(reader->dates);
	*reader = (struct feed_reader){0};
}
