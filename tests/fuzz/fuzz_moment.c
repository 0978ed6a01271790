/* Moments and absence values, as people write them into attributes: "FROM/UNTIL", or one end. */
#include <stdlib.h>
#include <string.h>

#include "base/text/moment.h"
#include "base/text/strbuf.h"
#include "fuzz.h"
#include "model/absence.h"

/* 1900 and the end of 9999, nearly. */
#define FIRST INT64_C(-2208988800)
#define LAST  INT64_C(253402214400)

/* What we write we read: in years of four digits, and since the zone has whole minutes. */
static void expect_written_is_read(moment t)
{
	static void (*const writers[])(struct strbuf *, moment) = {
		moment_add_iso, moment_add_basic_utc, moment_add_generalized, moment_add_ticks};

	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
		struct strbuf text = STRBUF_INIT;
		moment again = 0;

		if (t < FIRST || t > LAST)
			continue;
		writers[i](&text, t);
		fuzz_expect(moment_read(text.text, MOMENT_START, &again, NULL) && again == t,
			text.text);
		strbuf_release(&text);
	}
}

static void try_moment(const char *text)
{
	moment start, end;
	bool is_date;

	if (!moment_read(text, MOMENT_START, &start, &is_date))
		return;
	fuzz_expect(moment_read(text, MOMENT_END, &end, NULL), "what is a start can be an end");
	fuzz_expect(start <= end || start == MOMENT_LATEST, "a start is not after its end");
	expect_written_is_read(start);
	if (start >= FIRST && start <= LAST)
		fuzz_expect(moment_day(start, 0) <= start && moment_day(start, 1) > start,
			"a moment lies in its day");
}

/* The ends are set where the reading is ABSENCE_READ. */
static void expect_absence(enum absence_reading reading, const moment *start, const moment *end)
{
	if (reading != ABSENCE_READ)
		fuzz_expect(*absence_problem(reading) != '\0', "what cannot be read has a reason");
	else
		fuzz_expect(*start < *end || *start == MOMENT_LATEST, "an absence has a length");
}

/* A pair by each of the rules that a feed can have; `until` may be NULL. */
static void try_pair(const char *from, const char *until)
{
	static const struct absence_rules rules[] = {{.until_is = UNTIL_MOMENT},
		{.until_is = UNTIL_DAY}, {.date_format = "%m/%d/%Y"},
		{.date_format = "%d%m%Y%H%M", .until_is = UNTIL_DAY},
		{.date_format = "%A %d. %B %Y %I:%M:%S %p %z"},
		{.date_format = "%F %T", .until_is = UNTIL_DAY}};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		moment start, end;
		enum absence_reading reading =
			absence_read_pair(from, until, &rules[i], &start, &end);

		expect_absence(reading, &start, &end);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *until = strchr(text, '/');
	size_t slash = absence_slash_between(text);
	enum absence_reading reading;
	moment start, end;

	fuzz_at_home();
	try_moment(text);
	reading = absence_read_interval(text, &start, &end);
	expect_absence(reading, &start, &end);
	fuzz_expect(text[slash] == '/' || text[slash] == '\0', "a slash, or the end of the text");
	absence_may_show(text);
	try_pair(text, NULL);
	if (text[slash] == '/')
		until = text + slash;
	if (until)
		*until++ = '\0';
	try_pair(text, until);
	free(text);
	return 0;
}
