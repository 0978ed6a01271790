/* JSON feeds: as an array that is the whole document, and as one inside it, with pages; of absences, roles and deputies. */
#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "feed/format/json/json_paging.h"
#include "feed_page.h"
#include "fuzz.h"
#include "model/settings.h"

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

static const struct feed_settings roles = {.name = "rollekatalog",
	.format = FEED_JSON,
	.records = "",
	.gives = GIVES_ROLES,
	.fields = {.person = "id", .from = "fra", .until = "til", .role = "rolle"}};

static const struct feed_settings deputies = {.name = "sofd",
	.format = FEED_JSON,
	.records = "",
	.gives = GIVES_DEPUTIES,
	.fields = {.person = "id", .from = "fra", .until = "til", .deputy = "vikar"}};

static void look_at_paging(const char *body, size_t size)
{
	struct strbuf next = STRBUF_INIT;
	struct error err = ERROR_INIT;
	enum json_next kind = json_next(&inside, body, size, &next, &err);
	bool is_named = kind == JSON_NEXT_TEXT || kind == JSON_NEXT_NUMBER, is_empty = false;

	fuzz_expect(is_named == (next.length > 0), "what names the next page is not empty");
	fuzz_expect(next.length <= JSON_NEXT_MAX, "what names the next page has a bound");
	fuzz_expect((kind == JSON_NEXT_BAD) == (err.kind != ERROR_NONE), "what is bad is said");
	if (kind == JSON_NEXT_NUMBER)
		fuzz_expect(strspn(next.text, "0123456789-+.eE") == next.length,
			"a number is its digits");
	error_release(&err);
	json_is_empty(&inside, body, size, &is_empty, &err);
	fuzz_expect(!is_empty || !err.kind, "a page that cannot be seen is not empty");
	error_release(&err);
	json_check_errors(&inside, body, size, &err);
	error_release(&err);
	strbuf_release(&next);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *body = fuzz_text(data, size);

	feed_page_read(&corpus, data, size);
	feed_page_read(&whole, data, size);
	feed_page_read(&inside, data, size);
	feed_page_read(&roles, data, size);
	feed_page_read(&deputies, data, size);
	look_at_paging(body, size);
	free(body);
	return 0;
}
