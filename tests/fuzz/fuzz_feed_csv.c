/* CSV feeds, in both charsets. */
#include "config/settings.h"
#include "feed_page.h"
#include "fuzz.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_page_read(&corpus, data, size);
	feed_page_read(&utf8, data, size);
	feed_page_read(&windows, data, size);
	return 0;
}
