/* JSON feeds: as an array that is the whole document, and as one inside it, with pages. */
#include <stdlib.h>

#include "base/text/strbuf.h"
#include "config/settings.h"
#include "feed/format/format.h"
#include "feed_page.h"
#include "fuzz.h"

/* As most of tests/corpus/feeds are. */
static const struct feed_settings corpus = {.name = "kilde",
	.format = FEED_JSON,
	.records = "",
	.fields = {.person = "nr", .from = "fra", .until = "til", .deputy = "vikar"}};

static const struct feed_settings whole = {.name = "loen",
	.format = FEED_JSON,
	.records = "",
	.fields = {.person = "id", .from = "fra", .until = "til", .deputy = "vikar"}};

static const char *approved[] = {"approved", "true"};
static struct only_field only = {"status", {approved, 2}};

static const struct feed_settings inside = {.name = "loen",
	.format = FEED_JSON,
	.records = "/data/items",
	.next = "/links/next",
	.only = &only,
	.only_count = 1,
	.match_as = MATCH_NUMBER,
	.open = OPEN_ABSENT,
	.fields = {.person = "employee.number",
		.from = "startDate",
		.until = "endDate",
		.deputy = "substitute"}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf url = STRBUF_INIT;
	char *body = fuzz_text(data, size);

	feed_page_read(&corpus, data, size);
	feed_page_read(&whole, data, size);
	feed_page_read(&inside, data, size);
	if (json_next(&inside, body, size, &url))
		fuzz_expect(url.length > 0, "the address of a next page is not empty");
	strbuf_release(&url);
	free(body);
	return 0;
}
