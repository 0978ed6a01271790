/* iCalendar feeds: with times of their own, and with ends in other properties. */
#include "feed_page.h"
#include "fuzz.h"
#include "model/settings.h"

static const struct feed_settings events = {
	.name = "ferie", .format = FEED_ICS, .fields = {.person = "ATTENDEE", .deputy = "CONTACT"}};

static const struct feed_settings properties = {.name = "ferie",
	.format = FEED_ICS,
	.fields = {.person = "UID", .from = "X-FRA", .until = "X-TIL"}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	feed_page_read(&events, data, size);
	feed_page_read(&properties, data, size);
	return 0;
}
