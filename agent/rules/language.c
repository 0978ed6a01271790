#include "rules/language.h"

#include <stddef.h>
#include <string.h>

#include "rules/inbox_rule.h"
#include "rules/rules.h"
#include "rules/sieve_install.h"

static bool write_sieve(struct strbuf *out, const struct rules *rules, struct findings *findings)
{
	(void)findings;
	rules_add_sieve(out, rules);
	return true;
}

static bool write_inbox(struct strbuf *out, const struct rules *rules, struct findings *findings)
{
	struct inbox_rules inbox;

	if (!inbox_rules_make(&inbox, rules->arena, rules, findings))
		return false;
	inbox_rules_add_powershell(out, &inbox);
	return true;
}

static bool write_transport(struct strbuf *out, const struct rules *rules,
	struct findings *findings)
{
	(void)findings;
	rules_add_transport(out, rules);
	return true;
}

static const struct rules_language languages[] = {
	{"sieve", write_sieve, sieve_install},
	{"exchange", write_inbox, NULL},
	{"exchange-transport", write_transport, NULL},
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
