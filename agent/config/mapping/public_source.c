#include "config/mapping/public_source.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text/language.h"

const char *public_source_check_url(const struct schema_reader *reader, const char *text)
{
	bool is_web = strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0;

	(void)reader;
	return is_web ? NULL : _("an https:// URL");
}

const char *public_source_check_date(const struct schema_reader *reader, const char *text)
{
	static const char form[] = "dddd-dd-dd";
	size_t length = strlen(text);
	bool fits = length == 4 || length == 7 || length == 10;

	(void)reader;
	for (size_t i = 0; fits && i < length; i++)
		fits = form[i] == 'd' ? isdigit((unsigned char)text[i]) != 0 : text[i] == form[i];
	return fits ? NULL : _("a date such as 2022-03-31, or 2022-03, or 2022");
}
