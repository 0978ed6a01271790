/*
 * Three walks over the text: the zones, then what each event says of which occurrence for whom, then the events. Each
 * is parsed, read and dropped.
 */
#include "feed/format/format.h"

#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/library/ical.h"
#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "feed/format/ics/ics_component.h"
#include "feed/format/ics/ics_event.h"
#include "feed/format/ics/ics_revisions.h"
#include "feed/format/ics/ics_text.h"
#include "feed/format/ics/ics_zone.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"

/* More is not an event. */
#define BLOCK_MAX ((size_t)1 << 20)

/* Components that are no events, and may say who is away. */
static const struct ics_other {
	const char *name, *dates[2]; /* with any of which it is a finding */
	bool costs_absence;
} others[] = {
	{"VFREEBUSY", {"FREEBUSY", "DTSTART"}, true},
	{"VTODO", {"DTSTART", "DUE"}, false},
	{"VJOURNAL", {"DTSTART", "DTSTART"}, false},
};

struct ics_page {
	struct ics_calendar calendar;
	const char *body; /* borrowed */
	size_t length;
	size_t events;
	size_t other_count[COUNT(others)], other_line[COUNT(others)]; /* the first one's */
	struct error *err;                                            /* borrowed */
};

static bool has_dates(const struct ics_block *block, const struct ics_other *other)
{
	struct arena *arena = arena_new();
	struct ics_component component;
	bool has;

	ics_component_parse(&component, arena, block->text, block->length);
	has = ics_component_find(&component, other->dates[0]) ||
		ics_component_find(&component, other->dates[1]);
	arena_free(arena);
	return has;
}

static void count_other(struct ics_page *page, const struct ics_block *block)
{
	for (size_t i = 0; i < COUNT(others); i++) {
		if (!ics_name_is(&block->name, others[i].name) ||
			(block->length <= BLOCK_MAX && !has_dates(block, &others[i])))
			continue;
		if (page->other_count[i]++ == 0)
			page->other_line[i] = block->line;
	}
}

static void note_others(struct ics_page *page)
{
	for (size_t i = 0; i < COUNT(others); i++) {
		struct record first = {.line = page->other_line[i]};
		struct strbuf why = STRBUF_INIT;

		if (page->other_count[i] == 0)
			continue;
		strbuf_addf(&why, _("%s is not read, though it has dates (how many: %zu)"),
			others[i].name, page->other_count[i]);
		record_note(page->calendar.reader, 0, &first, others[i].costs_absence, why.text);
		strbuf_release(&why);
	}
}

static void note_text_behind(struct ics_page *page, size_t line)
{
	struct record at = {.line = line};

	if (line > 0)
		record_note(page->calendar.reader, 0, &at, true,
			_("there is text behind the calendar, which is not read"));
}

/* RFC 5546 section 1.4: answers, and what takes events back. */
static bool lists_events(const struct ics_name *method)
{
	static const char *const answers[] = {
		"CANCEL", "REPLY", "REFRESH", "COUNTER", "DECLINECOUNTER"};

	for (size_t i = 0; i < COUNT(answers); i++) {
		if (ics_name_is(method, answers[i]))
			return false;
	}
	return true;
}

/* The zones, which events may stand before; the whole text is walked, so what is not a calendar is found here. */
static enum error_kind read_zones(struct ics_page *page)
{
	struct ics_walk walk;
	struct ics_block block;

	ics_walk_init(&walk, page->body, page->length);
	while (ics_walk_next(&walk, &block)) {
		if (ics_name_is(&block.name, "VEVENT"))
			page->events++;
		else if (ics_name_is(&block.name, "VTIMEZONE") && block.length <= BLOCK_MAX)
			ics_zones_add(page->calendar.zones, &block);
		else
			count_other(page, &block);
	}
	if (walk.why)
		return record_page_bad(walk.line ? walk.line : 1, 0, walk.why, page->err);
	note_text_behind(page, walk.stray_line);
	note_others(page);
	if (page->events == 0 && lists_events(&walk.method))
		record_note(page->calendar.reader, 0, NULL, false, _("the calendar has no events"));
	return ERROR_NONE;
}

static bool next_event(struct ics_walk *walk, struct ics_block *block)
{
	while (ics_walk_next(walk, block)) {
		if (ics_name_is(&block->name, "VEVENT"))
			return true;
	}
	return false;
}

static enum error_kind index_revisions(struct ics_page *page)
{
	struct ics_walk walk;
	struct ics_block block;
	bool is_room = true;

	ics_walk_init(&walk, page->body, page->length);
	while (is_room && next_event(&walk, &block)) {
		struct ics_event event;

		if (block.length > BLOCK_MAX)
			continue;
		ics_event_parse(&event, &page->calendar, &block);
		is_room = ics_event_index(&event);
		ics_event_release(&event);
	}
	ics_revisions_sort(page->calendar.revisions);
	if (is_room)
		return ERROR_NONE;
	return error_set(page->err, ERROR_TARGET,
		_("more than %d people in its events, repeated ones counted"), ICS_REVISIONS_MAX);
}

static void read_block(struct ics_page *page, const struct ics_block *block, size_t number)
{
	struct ics_event event;

	if (block->length > BLOCK_MAX) {
		record_refuse(page->calendar.reader, number, &(struct record){.line = block->line},
			_("larger than a megabyte"));
		return;
	}
	ics_event_parse(&event, &page->calendar, block);
	ics_event_read(&event, number);
	ics_event_release(&event);
}

static enum error_kind read_events(struct ics_page *page)
{
	struct feed_reader *reader = page->calendar.reader;
	enum error_kind kind = ERROR_NONE;
	struct ics_walk walk;
	struct ics_block block;
	size_t number;

	ics_walk_init(&walk, page->body, page->length);
	while (!kind && next_event(&walk, &block)) {
		kind = record_begin(reader, &number, page->err);
		if (!kind)
			read_block(page, &block, number);
		if (!kind)
			kind = record_check_count(reader, page->err);
		if (!kind && page->calendar.work < 0)
			kind = error_set(page->err, ERROR_TARGET,
				_("its recurrence rules (RRULE) take too long to follow"));
	}
	return kind;
}

static enum error_kind read_text(struct ics_page *page)
{
	enum error_kind kind;

	if (memchr(page->body, '\0', page->length))
		return record_page_bad(0, 0, _("not a calendar: it has the character NUL"),
			page->err);
	kind = read_zones(page);
	if (!kind)
		kind = index_revisions(page);
	if (!kind)
		kind = read_events(page);
	return kind;
}

/* UTF-16 with a BOM, made UTF-8, which the caller frees; NULL: it is not. */
static char *decode_utf16(const char *body, size_t length, size_t *decoded)
{
	bool is_big = length >= 2 && memcmp(body, "\xFE\xFF", 2) == 0;
	bool is_little = length >= 2 && memcmp(body, "\xFF\xFE", 2) == 0;
	uint16_t *units;
	uint8_t *text;

	if (!is_big && !is_little)
		return NULL;
	units = memory_get((length / 2) * sizeof(*units));
	for (size_t i = 1; i < length / 2; i++) {
		uint8_t first = (uint8_t)body[2 * i], second = (uint8_t)body[2 * i + 1];

		units[i - 1] = (uint16_t)(is_big ? first << 8 | second : second << 8 | first);
	}
	text = u16_to_u8(units, length / 2 - 1, NULL, decoded);
	free(units);
	return (char *)text;
}

enum error_kind ics_read(struct feed_reader *reader, const char *body, size_t length, moment now,
	struct error *err)
{
	struct arena *arena = arena_new();
	size_t decoded = length;
	char *text = decode_utf16(body, length, &decoded);
	struct ics_page page = {.calendar = {.reader = reader,
					.arena = arena,
					.zones = ics_zones_new(arena),
					.revisions = ics_revisions_new(arena),
					.now = now,
					.work = ICS_WORK_MAX},
		.body = text ? text : body,
		.length = decoded,
		.err = err};
	enum error_kind kind;

	icalerror_set_errors_are_fatal(0);
	kind = read_text(&page);
	free(text);
	ics_zones_release(page.calendar.zones);
	arena_free(arena);
	return kind;
}
