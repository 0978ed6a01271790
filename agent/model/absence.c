#include "model/absence.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unictype.h>

#include "base/text/hidden.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"

/* Trim `length` bytes of `text` into `out`; whether anything is left. */
static bool trim_value(struct strbuf *out, const char *text, size_t length)
{
	text_trim(&text, &length);
	strbuf_add(out, text, length);
	return length > 0;
}

enum absence_reading absence_read_pair(const char *from, const char *until,
	const struct absence_rules *rules, moment *start, moment *end)
{
	struct strbuf first = STRBUF_INIT, last = STRBUF_INIT;
	bool has_start = trim_value(&first, from ? from : "", from ? strlen(from) : 0);
	bool has_end = trim_value(&last, until ? until : "", until ? strlen(until) : 0);
	bool end_is_date = false;
	enum absence_reading reading = ABSENCE_READ;

	(void)rules;
	*start = MOMENT_EARLIEST;
	*end = MOMENT_LATEST;
	if (!has_start && !has_end)
		reading = ABSENCE_NO_ENDS;
	else if (has_start && !moment_read(first.text, MOMENT_START, start, NULL))
		reading = ABSENCE_UNREADABLE;
	else if (has_end && !moment_read(last.text, MOMENT_END, end, &end_is_date))
		reading = ABSENCE_UNREADABLE;
	else if (*start != MOMENT_LATEST && /* which never begins */
		(*end < *start || (end_is_date && *end == *start)))
		reading = ABSENCE_ENDS_FIRST;
	strbuf_release(&first);
	strbuf_release(&last);
	return reading;
}

/* One date: that day. A moment alone has no length, and is no absence. */
static enum absence_reading read_day(const char *text, moment *start, moment *end)
{
	bool is_date = false;

	if (!moment_read(text, MOMENT_START, start, &is_date) || !is_date)
		return ABSENCE_UNREADABLE;
	moment_read(text, MOMENT_END, end, NULL);
	return ABSENCE_READ;
}

enum absence_reading absence_read_interval(const char *text, moment *start, moment *end)
{
	const char *slash = strchr(text, '/');
	struct strbuf from = STRBUF_INIT;
	enum absence_reading reading;

	if (!slash)
		return read_day(text, start, end);
	if (strchr(slash + 1, '/'))
		return ABSENCE_UNREADABLE;
	strbuf_add(&from, text, (size_t)(slash - text));
	reading = absence_read_pair(from.text, slash + 1, NULL, start, end);
	strbuf_release(&from);
	return reading;
}

/* Letters and their accents, and pictures, which may say as much as a word. */
static bool is_telling(uint32_t c)
{
	return c != 'T' && c != 'Z' &&
		uc_is_general_category_withtable(c,
			UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_So);
}

bool absence_may_show(const char *value)
{
	size_t left = strlen(value), bytes;
	uint32_t c;

	for (; left > 0; value += bytes, left -= bytes) {
		bytes = strlen("NULL");
		if (strncasecmp(value, "NULL", bytes) == 0)
			continue;
		bytes = hidden_next(&c, value, left);
		if (bytes == 0 || is_telling(c))
			return false;
	}
	return true;
}

int absence_compare(const void *left, const void *right)
{
	const struct absence *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

const char *absence_problem(enum absence_reading reading)
{
	switch (reading) {
	case ABSENCE_READ:
		return "";
	case ABSENCE_NO_ENDS:
		return _("both ends are missing; give a start, an end, or both");
	case ABSENCE_ENDS_FIRST:
		return _("the end lies before the start");
	case ABSENCE_NO_LENGTH:
		return _("start and end are the same moment; write FROM/UNTIL, with an end after "
			 "the start");
	case ABSENCE_SEVERAL:
		return _("several values, where one is expected");
	case ABSENCE_UNREADABLE:
		break;
	}
	return _("not a time that can be read; write 2026-12-24, 24-12-2026, 2026-12-24T08:00 or "
		 "20261224070000Z");
}
