/* A line of the chain, for every command behind audit: which one is meant, and how its run ended. */
#include "audit/audit.h"
#include "base/text/language.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"

const char *audit_outcome(const json_t *line)
{
	static const char *const phrases[RUN_OUTCOMES] = {
		[RUN_DONE] = N_("carried out"),
		[RUN_UNCHANGED] = N_("nothing to change"),
		[RUN_PARTLY] = N_("carried out in part"),
		[RUN_FAILED] = N_("failed; nothing was changed"),
		[RUN_REFUSED] = N_("refused; nothing was changed"),
		[RUN_INTERRUPTED] = N_("interrupted"),
		[RUN_UNPROVED] =
			N_("unproved: nobody knows what was done, or whether there was a run"),
	};

	for (int outcome = 0; outcome < RUN_OUTCOMES; outcome++) {
		if (phrases[outcome] && run_line_is_outcome(line, (enum run_outcome)outcome))
			return _(phrases[outcome]);
	}
	return "?";
}

const json_t *audit_find(const json_t *lines, const char *run, struct error *err)
{
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (runs_is_named(line, run))
			return line;
	}
	error_set(err, ERROR_USAGE, _("no run %s is in the chain; postvagt audit list tells them"),
		run);
	return NULL;
}
