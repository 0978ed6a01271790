#include "feed/request/requests.h"

#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "config/settings.h"
#include "net/request.h"

enum error_kind feed_request_of_people(const struct feed_settings *feed, moment at,
	const char *const *people, size_t count, struct http_request *request, struct error *err)
{
	const char *place = strstr(feed->url, "{person}");

	(void)at;
	(void)err;
	if (place) {
		strbuf_add(&request->url, feed->url, (size_t)(place - feed->url));
		strbuf_adds(&request->url, people[0]);
		strbuf_adds(&request->url, place + strlen("{person}"));
		return ERROR_NONE;
	}
	place = strstr(feed->url, "{people}");
	strbuf_add(&request->url, feed->url, place ? (size_t)(place - feed->url) : strlen(feed->url));
	for (size_t i = 0; place && i < count; i++)
		strbuf_addf(&request->url, "%s%s", i > 0 ? "," : "", people[i]);
	return ERROR_NONE;
}

bool feed_request_index(const char *index, size_t count, size_t *person)
{
	size_t number = *index && strspn(index, "0123456789") == strlen(index)
		? strtoul(index, NULL, 10)
		: 0;

	*person = number - 1;
	return number >= 1 && number <= count;
}
