#include "rules/language.h"

#include <stddef.h>
#include <string.h>

#include "rules/rules.h"
#include "rules/sieve_install.h"

static const struct rules_language languages[] = {
	{"sieve", rules_add_sieve, sieve_install},
	{"exchange", rules_add_exchange, NULL},
	{NULL, NULL, NULL},
};

const struct rules_language *rules_language_find(const char *name)
{
	for (const struct rules_language *language = languages; language->name; language++) {
		if (strcmp(language->name, name) == 0)
			return language;
	}
	return NULL;
}
