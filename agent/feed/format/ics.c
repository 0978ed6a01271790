/*
 * Three walks over the text: the zones, then which occurrences have events of their own, then the
 * events, each parsed by libical, read and dropped.
 */
#include "feed/format/format.h"

#include <libical/ical.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "feed/format/ics_event.h"
#include "feed/format/ics_text.h"
#include "feed/format/ics_zone.h"
#include "feed/format/record.h"

/* More is no event. */
#define BLOCK_MAX ((size_t)1 << 20)

struct ics_page {
	struct ics_calendar calendar;
	const char *body; /* borrowed */
	size_t length;
	struct strbuf block; /* the component being parsed */
	struct error *err;   /* borrowed */
};

static void copy_block(struct ics_page *page, const struct ics_block *block)
{
	strbuf_reset(&page->block);
	strbuf_add(&page->block, page->body + block->at, block->length);
}

/* Parse the copied component; NULL where libical makes another of it. The caller frees it. */
static icalcomponent *parse_calendar(const struct ics_page *page, icalcomponent_kind kind)
{
	icalcomponent *component = icalparser_parse_string(page->block.text);

	if (component && icalcomponent_isa(component) != kind) {
		icalcomponent_free(component);
		component = NULL;
	}
	return component;
}

/* The zones, which events may stand before; the whole text is walked, so what is no calendar is found here. */
static enum error_kind read_zones(struct ics_page *page)
{
	struct ics_walk walk;
	struct ics_block block;

	ics_walk_init(&walk, page->body, page->length);
	while (ics_walk_next(&walk, &block)) {
		icalcomponent *zone;

		if (!ics_name_is(&block.name, "VTIMEZONE") || block.length > BLOCK_MAX)
			continue;
		copy_block(page, &block);
		zone = parse_calendar(page, ICAL_VTIMEZONE_COMPONENT);
		if (zone)
			ics_zones_add(page->calendar.zones, zone);
	}
	if (walk.why)
		return record_page_bad(walk.line ? walk.line : 1, 0, walk.why, page->err);
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

static void note_replaced(struct ics_page *page)
{
	struct ics_walk walk;
	struct ics_block block;

	ics_walk_init(&walk, page->body, page->length);
	while (next_event(&walk, &block)) {
		icalcomponent *event;

		if (block.length > BLOCK_MAX)
			continue;
		copy_block(page, &block);
		if (!strcasestr(page->block.text, "\nRECURRENCE-ID"))
			continue;
		event = parse_calendar(page, ICAL_VEVENT_COMPONENT);
		if (event)
			ics_event_note(&page->calendar, event);
		if (event)
			icalcomponent_free(event);
	}
}

static void read_block(struct ics_page *page, const struct ics_block *block, size_t number)
{
	struct feed_reader *reading = page->calendar.reading;
	icalcomponent *event;

	if (block->is_cancelled)
		return;
	if (block->length > BLOCK_MAX) {
		record_refuse(reading, number, &(struct record){.line = block->line},
			_("larger than a megabyte"));
		return;
	}
	copy_block(page, block);
	event = parse_calendar(page, ICAL_VEVENT_COMPONENT);
	if (!event) {
		record_refuse(reading, number, &(struct record){.line = block->line},
			_("no event that can be read"));
		return;
	}
	ics_event_read(&page->calendar, event, number, block->line);
	icalcomponent_free(event);
}

static enum error_kind read_events(struct ics_page *page)
{
	struct feed_reader *reading = page->calendar.reading;
	enum error_kind kind = ERROR_NONE;
	struct ics_walk walk;
	struct ics_block block;
	size_t number;

	ics_walk_init(&walk, page->body, page->length);
	while (!kind && next_event(&walk, &block)) {
		kind = record_begin(reading, &number, page->err);
		if (!kind)
			read_block(page, &block, number);
		if (!kind)
			kind = record_check_count(reading, page->err);
	}
	return kind;
}

enum error_kind ics_read(struct feed_reader *reading, const char *body, size_t length, moment now,
	struct error *err)
{
	struct arena *arena = arena_new();
	struct ics_page page = {.calendar = {.reading = reading,
					.arena = arena,
					.zones = ics_zones_new(arena),
					.replaced = table_new(arena),
					.now = now},
		.body = body,
		.length = length,
		.block = STRBUF_INIT,
		.err = err};
	enum error_kind kind;

	icalerror_set_errors_are_fatal(0);
	if (memchr(body, '\0', length)) {
		kind = record_page_bad(0, 0, _("no calendar: it has the character NUL"), err);
	} else {
		kind = read_zones(&page);
		if (!kind) {
			note_replaced(&page);
			kind = read_events(&page);
		}
	}
	strbuf_release(&page.block);
	ics_zones_release(page.calendar.zones);
	arena_free(arena);
	return kind;
}
