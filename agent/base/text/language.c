#include "base/text/language.h"

#include <stdlib.h>
#include <string.h>

static enum language in_force = LANGUAGE_ENGLISH;

void language_set(enum language language)
{
	in_force = language;
}

enum language language_get(void)
{
	return in_force;
}

enum language language_of_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "da", 2) == 0 ? LANGUAGE_DANISH : LANGUAGE_ENGLISH;
	}
	return LANGUAGE_ENGLISH;
}

const char *language_text(const char *english)
{
	if (in_force == LANGUAGE_ENGLISH)
		return english;
	for (const struct translation *row = danish; row->english; row++) {
		if (strcmp(row->english, english) == 0)
			return row->danish;
	}
	return english;
}
