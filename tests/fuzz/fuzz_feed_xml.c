/* XML feeds, by paths, attributes and functions, with a root that is expected and with any. */
#include "feed_page.h"
#include "fuzz.h"
#include "model/settings.h"

static struct named_text prefixes[] = {{.name = "s", .text = "urn:sd"}};

/* As those of tests/corpus/feeds are. */
static const struct feed_settings corpus = {.name = "kilde",
	.format = FEED_XML,
	.records = "/d/r",
	.fields = {.person = "nr", .from = "fra", .until = "til", .deputy = "vikar"}};

static const struct feed_settings any = {.name = "loen",
	.format = FEED_XML,
	.records = "//r | //@r | //text()",
	.fields = {.person = "ancestor-or-self::*/@id", .from = "../@f", .until = "u/text()"}};

static const char *codes[] = {"3", ""};
static struct only_field only = {"s:status/s:code", {codes, 2}};

static const struct feed_settings prefixed = {.name = "loen",
	.format = FEED_XML,
	.records = "//s:r",
	.root = "d",
	.namespaces = {prefixes, 1},
	.only = &only,
	.only_count = 1,
	.match_as = MATCH_NUMBER,
	.open = OPEN_ABSENT,
	.fields = {.person = "number(s:id)",
		.from = "concat(substring(s:f, 1, 4), '-12-24')",
		.until = "normalize-space(s:u)",
		.deputy = "../s:deputy[. != 'x']"}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_page_read(&corpus, data, size);
	feed_page_read(&any, data, size);
	feed_page_read(&prefixed, data, size);
	return 0;
}
