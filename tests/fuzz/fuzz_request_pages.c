/* Pages, one a line, and the requests that follow them: the cursor in the address, a header or the body, and numbered pages. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"
#include "base/text/strbuf.h"
#include "config/schema/yaml.h"
#include "feed/format/json/json_text.h"
#include "feed/request/requests.h"
#include "fuzz.h"
#include "model/settings.h"
#include "net/request.h"

#define HOME      "https://hr.eksempel.dk/"
#define PAGES_MAX 20

static struct yaml_node cursor_node = {.kind = YAML_SCALAR, .text = "{cursor}", .is_quoted = true};

static struct yaml_node path_node = {
	.kind = YAML_SCALAR, .text = "/x/{cursor}/y", .is_quoted = true};

static struct yaml_entry entries[] = {
	{.key = "c", .value = &cursor_node}, {.key = "path", .value = &path_node}};

static struct yaml_node body = {.kind = YAML_MAPPING, .entries = entries, .count = COUNT(entries)};

static struct header_settings header = {.name = "X-Next", .value = "a {cursor}"};

static const struct feed_settings feeds[] = {
	{.url = HOME "x/{cursor}/y?c={cursor}", .format = FEED_JSON, .records = "/i", .next = "/n"},
	{.url = HOME,
		.format = FEED_JSON,
		.records = "/i",
		.next = "/n",
		.http = {.headers = &header, .header_count = 1}},
	{.url = HOME, .format = FEED_JSON, .records = "", .jq = ".", .next = "/n", .body = &body},
	{.url = HOME "?c={cursor}",
		.format = FEED_JSON,
		.records = "/i",
		.next = "/n",
		.ends = ENDS_EMPTY},
	{.url = HOME "?p={page}", .format = FEED_JSON, .records = "/i", .ends = ENDS_EMPTY},
	{.url = HOME, .format = FEED_JSON, .records = "/i", .next = "/n"},
};

static void check_request(const struct http_request *request)
{
	fuzz_expect(strncmp(request->url.text, HOME, strlen(HOME)) == 0, "the server stays");
	fuzz_expect(strlen(request->url.text) == request->url.length &&
			!strpbrk(request->url.text, " \t\r\n\"<>\\#") &&
			!strstr(request->url.text, "/../"),
		"an address is one");
	for (size_t i = 0; i < request->field_count; i++)
		fuzz_expect(strlen(request->fields[i].text) == request->fields[i].length &&
				!strpbrk(request->fields[i].text, "\r\n"),
			"a header is one line");
	if (request->body.length > 0) {
		struct strbuf quoted = STRBUF_INIT;
		json_t *value;

		/* A number may have more digits than jansson can count. */
		json_text_quote(&quoted, request->body.text, request->body.length, SIZE_MAX);
		value = json_loadb(quoted.text, quoted.length,
			JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
		fuzz_expect(json_object_size(value) == COUNT(entries), "a body is what it was");
		json_decref(value);
		strbuf_release(&quoted);
	}
}

static void follow_pages(const struct feed_settings *feed, const uint8_t *data, size_t size)
{
	struct feed_requests *requests = feed_requests_new(feed, 1798095600);
	struct http_request request = HTTP_REQUEST_INIT;
	enum fetch_next kind = FETCH_NEXT_REQUEST;
	struct error err = ERROR_INIT;

	fuzz_expect(!feed_request_first(requests, &request, &err), "there is a first request");
	check_request(&request);
	for (size_t i = 0; i < PAGES_MAX && size > 0 &&
		(kind == FETCH_NEXT_REQUEST || kind == FETCH_NEXT_ADDRESS);
		i++) {
		char *text = fuzz_part(&data, &size, "\n");
		struct strbuf page = STRBUF_INIT;

		strbuf_adds(&page, text);
		kind = feed_request_next(requests, i, &page, &request, &err);
		fuzz_expect((kind == FETCH_NEXT_BAD) == (err.kind != ERROR_NONE),
			"what is bad is said");
		fuzz_expect_safe_text(err.text.text);
		if (kind == FETCH_NEXT_REQUEST)
			check_request(&request);
		strbuf_release(&page);
		free(text);
	}
	http_request_release(&request);
	error_release(&err);
	feed_requests_free(requests);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_at_home();
	for (size_t i = 0; i < COUNT(feeds); i++)
		follow_pages(&feeds[i], data, size);
	return 0;
}
