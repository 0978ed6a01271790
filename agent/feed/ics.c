#include "feed/format.h"

#include "feed/record.h"

enum error_kind ics_read(struct feed_reading *reading, const char *body, size_t length, moment now,
	struct error *err)
{
	(void)body;
	(void)length;
	(void)now;
	return record_page_bad(reading, 0, 0, "iCalendar", err);
}
