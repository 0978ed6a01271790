#include "rules/model/installed_rules.h"

#include "rules/model/rules_text.h"

void installed_rules_judge(struct installed_rules *installed, struct arena *arena,
	const char *expected, const char *text)
{
	installed->what = rules_text_difference(arena, expected, text);
	if (!installed->what)
		installed->state = RULES_CURRENT;
	else
		installed->state = rules_text_is_ours(text) ? RULES_OLDER : RULES_MISSING;
}
