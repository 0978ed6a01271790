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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *until = strchr(text, '/');
	moment start, end;

	fuzz_at_home();
	try_moment(text);
	if (absence_read_interval(text, &start, &end) == ABSENCE_READ)
		fuzz_expect(start <= end || start == MOMENT_LATEST,
			"an absence does not end before it begins");
	if (until)
		*until++ = '\0';
	if (absence_read_pair(text, until, NULL, &start, &end) == ABSENCE_READ)
		fuzz_expect(start <= end || start == MOMENT_LATEST,
			"a pair does not end before it begins");
	free(text);
	return 0;
}
