#include "feed/request/dates.h"

#include <time.h>

#include "base/text/strbuf.h"
#include "config/feed/placeholder.h"

/* A directive is two letters, and the longest, %c aside, which is not taken, writes less than this a letter. */
#define TEXT_MAX ((size_t)PLACEHOLDER_FORMAT_MAX * 16)

/* The format comes from the settings, which let nothing but single directives pass (config/feed/placeholder.h). */
static void add_time(struct strbuf *out, const char *format, const struct tm *tm)
{
	char text[TEXT_MAX];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	strbuf_add(out, text, strftime(text, sizeof(text), format, tm));
#pragma GCC diagnostic pop
}

void dates_add_day(struct strbuf *out, moment at, int days, const char *format)
{
	time_t first = (time_t)moment_day(at, days);
	struct tm tm;

	localtime_r(&first, &tm);
	add_time(out, *format ? format : "%Y-%m-%d", &tm);
}

void dates_add_moment(struct strbuf *out, moment at, const char *format)
{
	time_t t = (time_t)at;
	struct tm tm;

	gmtime_r(&t, &tm);
	add_time(out, *format ? format : "%Y-%m-%dT%H:%M:%SZ", &tm);
}
