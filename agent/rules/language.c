#include "rules/language.h"

#include <stddef.h>
#include <string.h>

#include "rules/exchange/inbox_graph.h"
#include "rules/exchange/inbox_rule.h"
#include "rules/exchange/transport_rules.h"
#include "rules/model/rules.h"
#include "rules/sieve/sieve.h"
#include "rules/sieve/sieve_install.h"

static bool add_sieve(struct strbuf *out, const struct rules *rules, struct findings *findings)
{
	(void)findings;
	rules_add_sieve(out, rules);
	return true;
}

static bool add_inbox_rules(struct strbuf *out, const struct rules *rules,
	struct findings *findings)
{
	struct inbox_rules inbox;

	if (!inbox_rules_make(&inbox, rules->arena, rules, findings))
		return false;
	inbox_rules_add_powershell(out, &inbox);
	return true;
}

static const struct rules_language languages[] = {
	{"sieve", add_sieve, sieve_install},
	{"exchange", add_inbox_rules, inbox_install},
	{"exchange-transport", rules_add_transport, NULL},
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
