#include "feed/format/format.h"

#include "config/settings.h"
#include "feed/format/record_reader.h"

bool format_next_page(const struct feed_settings *settings, const char *body, size_t length,
	struct strbuf *url)
{
	return settings->format == FEED_JSON && settings->next &&
		json_next(settings, body, length, url);
}

enum error_kind format_read(struct feed_reader *reading, const char *body, size_t length,
	moment now, struct error *err)
{
	switch (reading->settings->format) {
	case FEED_CSV:
		return csv_read(reading, body, length, err);
	case FEED_ICS:
		return ics_read(reading, body, length, now, err);
	case FEED_XML:
		return xml_read(reading, body, length, err);
	case FEED_JSON:
		break;
	}
	return json_read(reading, body, length, err);
}
