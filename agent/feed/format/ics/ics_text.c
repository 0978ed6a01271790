#include "feed/format/ics/ics_text.h"

#include <string.h>
#include <strings.h>

#include "base/text/language.h"
#include "base/text/text.h"

/* A blank, or the ^Z that ends a text of DOS. */
static bool is_end(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\x1A';
}

void ics_walk_init(struct ics_walk *walk, const char *text, size_t length)
{
	*walk = (struct ics_walk){.text = text,
		.length = length,
		.at = text_mark_length(text, length),
		.method = {"", 0}};
	while (walk->length > walk->at && is_end(text[walk->length - 1]))
		walk->length--;
}

bool ics_name_is(const struct ics_name *name, const char *text)
{
	return name->length == strlen(text) && strncasecmp(name->text, text, name->length) == 0;
}

/* The next line without its end; false at the end of the text. */
static bool next_line(struct ics_walk *walk, struct ics_name *line)
{
	const char *text = walk->text + walk->at;
	size_t left = walk->length - walk->at, length = 0;

	if (left == 0)
		return false;
	while (length < left && text[length] != '\n' && text[length] != '\r')
		length++;
	*line = (struct ics_name){text, length};
	if (length < left)
		length += length + 1 < left && memcmp(text + length, "\r\n", 2) == 0 ? 2 : 1;
	walk->at += length;
	walk->line++;
	while (line->length > 0 && is_end(line->text[line->length - 1]))
		line->length--;
	return true;
}

/* Whether a line is "PREFIX...", with what follows in `rest`. Most lines differ in their first letter. */
static bool line_begins(const struct ics_name *line, const char *prefix, struct ics_name *rest)
{
	size_t length = strlen(prefix);

	if (line->length < length || (line->text[0] ^ prefix[0]) & ~0x20 ||
		strncasecmp(line->text, prefix, length) != 0)
		return false;
	*rest = (struct ics_name){line->text + length, line->length - length};
	return true;
}

static bool fail_walk(struct ics_walk *walk, const char *why)
{
	walk->why = why;
	return false;
}

static bool begin_block(struct ics_walk *walk, const struct ics_name *name,
	const struct ics_name *line)
{
	if (walk->depth == ICS_DEPTH_MAX)
		return fail_walk(walk, _("nested too deep for a calendar"));
	if (walk->depth == 1) {
		walk->begun_at = (size_t)(line->text - walk->text);
		walk->begun_line = walk->line;
	}
	walk->open[walk->depth++] = *name;
	return true;
}

static bool end_block(struct ics_walk *walk, const struct ics_name *name)
{
	const struct ics_name *open = &walk->open[walk->depth - 1];

	if (open->length != name->length || strncasecmp(open->text, name->text, name->length) != 0)
		return fail_walk(walk, _("this END does not belong to the BEGIN before it"));
	walk->depth--;
	return true;
}

/* A line outside all calendars: blank, or the beginning of one. Behind a calendar anything else is passed over. */
static bool walk_outside(struct ics_walk *walk, const struct ics_name *line)
{
	struct ics_name name;

	if (line->length == 0)
		return true;
	if (!line_begins(line, "BEGIN:", &name) || !ics_name_is(&name, "VCALENDAR")) {
		if (walk->calendars == 0)
			return fail_walk(walk, _("not a calendar; expected BEGIN:VCALENDAR"));
		if (walk->stray_line == 0)
			walk->stray_line = walk->line;
		return true;
	}
	walk->calendars++;
	walk->method = (struct ics_name){"", 0};
	return begin_block(walk, &name, line);
}

static bool walk_inside(struct ics_walk *walk, const struct ics_name *line)
{
	struct ics_name rest;

	if (line_begins(line, "BEGIN:", &rest))
		return begin_block(walk, &rest, line);
	if (line_begins(line, "END:", &rest))
		return end_block(walk, &rest);
	if (walk->depth == 1 && line_begins(line, "METHOD:", &rest))
		walk->method = rest;
	return true;
}

bool ics_walk_next(struct ics_walk *walk, struct ics_block *block)
{
	struct ics_name line;

	while (next_line(walk, &line)) {
		size_t depth = walk->depth;

		if (depth == 0 ? !walk_outside(walk, &line) : !walk_inside(walk, &line))
			return false;
		if (depth != 2 || walk->depth != 1)
			continue;
		*block = (struct ics_block){.name = walk->open[1],
			.method = walk->method,
			.text = walk->text + walk->begun_at,
			.length = walk->at - walk->begun_at,
			.line = walk->begun_line,
			.calendar = walk->calendars};
		return true;
	}
	if (walk->calendars == 0)
		return fail_walk(walk, _("not a calendar; expected BEGIN:VCALENDAR"));
	if (walk->depth > 0)
		return fail_walk(walk, _("the calendar ends too early; it may have been cut off"));
	return false;
}
