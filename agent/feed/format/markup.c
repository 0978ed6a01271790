#include "feed/format/markup.h"

#include <string.h>

#include "base/text/text.h"

bool markup_starts(const char *body, size_t length)
{
	if (length >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0) {
		body += 3;
		length -= 3;
	}
	text_trim(&body, &length);
	return length > 0 && *body == '<';
}
