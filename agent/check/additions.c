#include "check/additions.h"

#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/limits.h"
#include "model/plan.h"
#include "model/settings.h"
#include "report/json_text.h"
#include "report/phrases.h"
#include "run/session.h"

static void warn_of_limit(struct session *session, const struct passed_limit *passed)
{
	const char *where = passed->list ? passed->list->dn : session->config.settings->file;

	findings_add(&session->work.findings, FINDING_WARNING, where,
		passed->kind == CHANGE_ADDS
			? _("apply would be refused: %zu would join for no absence, and limits.%s is %d; where "
			    "that is right: postvagt plan -o FILE, then postvagt apply FILE --over-limit --case TEXT")
			: _("apply would be refused: %zu would leave for no absence, and limits.%s is %d; where "
			    "that is right: postvagt plan -o FILE, then postvagt apply FILE --over-limit --case TEXT"),
		passed->count, passed_limit_name(passed), passed->limit);
}

void check_limits(struct session *session)
{
	const struct plan *plan = session->work.plan;

	for (int kind = 0; kind < CHANGE_KINDS; kind++) {
		struct passed_limit passed = {
			.kind = (enum change_kind)kind, .limit = plan->limits[kind].per_list};

		for (size_t i = 0; i < plan->list_count; i++) {
			passed.list = &plan->lists[i];
			passed.count = passed.list->unexplained[kind];
			if (passed.list->over_limit[kind])
				warn_of_limit(session, &passed);
		}
		passed.list = NULL;
		passed.count = plan->unexplained[kind];
		passed.limit = plan->limits[kind].per_run;
		if (plan->over_run_limit[kind])
			warn_of_limit(session, &passed);
	}
}

void additions_add_text(struct strbuf *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];
		struct strbuf dn = STRBUF_INIT;

		if (list->added == 0)
			continue;
		phrase_entry(&dn, list->dn, PHRASE_SHORT);
		strbuf_addf(out, _("apply would add %zu to %s\n"), list->added, dn.text);
		strbuf_release(&dn);
	}
}

json_t *additions_json(const struct plan *plan)
{
	json_t *additions = json_array();

	for (size_t i = 0; plan && i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if (list->added > 0)
			json_array_append_new(additions,
				json_pack("{s:o, s:I}", "list", json_of_text(list->dn), "join",
					(json_int_t)list->added));
	}
	return additions;
}
