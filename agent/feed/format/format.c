#include "feed/format/format.h"

#include "feed/format/record_reader.h"
#include "model/settings.h"

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
