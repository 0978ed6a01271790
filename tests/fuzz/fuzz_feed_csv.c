/* CSV feeds, in all charsets, with a header in another line, and some records set aside. */
#include "feed_page.h"
#include "fuzz.h"
#include "model/settings.h"

/* As most of tests/corpus/feeds are. */
static const struct feed_settings corpus = {.name = "kilde",
	.format = FEED_CSV,
	.charset = "utf-8",
	.fields = {.person = "nr", .from = "fra", .until = "til", .deputy = "vikar"}};

static const struct feed_settings utf8 = {.name = "loen",
	.format = FEED_CSV,
	.charset = "utf-8",
	.fields = {.person = "id", .from = "fra", .until = "til", .deputy = "stedfortræder"}};

static const struct feed_settings windows = {.name = "loen",
	.format = FEED_CSV,
	.charset = "windows-1252",
	.fields = {.person = "id", .from = "fra", .until = "til", .deputy = "stedfortræder"}};

static const char *approved[] = {"god*", ""};
static struct only_field only = {"status", {approved, 2}};

static const struct feed_settings utf16 = {.name = "loen",
	.format = FEED_CSV,
	.charset = "utf-16",
	.header_row = 2,
	.only = &only,
	.only_count = 1,
	.match_as = MATCH_NUMBER,
	.person_pattern = "([0-9]+)",
	.open = OPEN_ABSENT,
	.fields = {.person = "id", .from = "fra", .until = "til", .deputy = "stedfortræder"}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_page_read(&corpus, data, size);
	feed_page_read(&utf8, data, size);
	feed_page_read(&windows, data, size);
	feed_page_read(&utf16, data, size);
	return 0;
}
