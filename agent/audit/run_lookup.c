/* A line of the chain, for every command behind audit: which one is meant, and how its run ended. */
#include <string.h>

#include "audit/audit.h"
#include "base/text/language.h"
#include "ledger/run_line.h"

const char *audit_outcome(const json_t *line)
{
	static const struct {
		const char *name, *words;
	} rows[] = {
		{"done", N_("carried out")},
		{"unchanged", N_("nothing to change")},
		{"partly", N_("carried out in part")},
		{"failed", N_("failed; nothing was changed")},
		{"refused", N_("refused; nothing was changed")},
		{"interrupted", N_("interrupted")},
		{"unproved",
			N_("unproved: nobody knows what was done, or whether there was a run")},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(rows[i].name, run_line_text(line, "outcome", NULL)) == 0)
			return _(rows[i].words);
	}
	return "?";
}

/* Its report may be named as a path, as a shell completes it. */
static bool is_run(const json_t *line, const char *run)
{
	const char *slash = strrchr(run, '/');

	return strcmp(run_line_text(line, "run", NULL), run) == 0 ||
		strcmp(run_line_text(line, "report", "name"), slash ? slash + 1 : run) == 0;
}

const json_t *audit_find(const json_t *lines, const char *run, struct error *err)
{
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (*run && is_run(line, run))
			return line;
	}
	error_set(err, ERROR_USAGE, _("no run %s is in the chain; postvagt audit list tells them"),
		run);
	return NULL;
}
