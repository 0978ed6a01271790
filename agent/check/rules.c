#include "check/rules.h"

#include "base/message/error.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "rules/rules.h"
#include "run/session.h"

void check_rules(struct session *session)
{
	const char *file = session->config.settings->mailbox.rules_file;
	struct rules rules;
	struct error err = ERROR_INIT;
	enum rules_state state;

	if (!file ||
		!rules_make(&rules, session->work.arena, session->config.settings,
			session->config.mapping, session->sources.snapshot,
			&session->work.findings))
		return;
	if (rules_installed(file, &rules, &state, &err))
		findings_add(&session->work.findings, FINDING_ERROR, file, "%s", err.text.text);
	else if (state == RULES_OLDER)
		findings_add(&session->work.findings, FINDING_WARNING, file,
			_("these rules are older than the mapping; make them anew by postvagt "
			  "rules, and install them"));
	else if (state == RULES_UNKNOWN)
		findings_add(&session->work.findings, FINDING_WARNING, file,
			_("these are no rules that postvagt rules made: there is no stamp at their "
			  "top"));
	error_release(&err);
}
