/* postvagt audit: the change reports, read, proved, taken back. */
#include "audit/audit.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "config/settings.h"
#include "ledger/sign.h"
#include "model/settings.h"
#include "run/config.h"
#include "run/run_as.h"

enum error_kind audit_folder(const struct options *options, size_t argument, struct strbuf *folder,
	struct error *err)
{
	struct arena *arena = arena_new();
	struct settings *settings = NULL;
	struct findings findings;

	findings_init(&findings, arena);
	if (options->argument_count > argument) {
		strbuf_adds(folder, options->arguments[argument]);
		moment_zone("Europe/Copenhagen"); /* as where settings name no absence.timezone */
		run_as_owner(options, NULL, folder->text, err);
		goto out;
	}
	settings = settings_load(config_settings_file(options), &findings);
	if (!settings) {
		error_set(err, ERROR_USAGE, "%s: %s",
			findings.count > 0 ? findings.items[0].where : "",
			findings.count > 0 ? findings.items[0].what : "");
		goto out;
	}
	if (!options->lang && !options->json && settings->has_language)
		language_set(settings->language);
	strbuf_adds(folder, settings->reports_directory);
	run_as_owner(options, settings, NULL, err);
out:
	settings_free(settings);
	arena_free(arena);
	return err->kind;
}

static int make_key(const struct options *options)
{
	struct error err = ERROR_INIT;
	int status;

	if (options->argument_count < 2)
		error_set(&err, ERROR_USAGE, _("usage: postvagt %s %s"), "audit", "keygen FILE");
	else if (!sign_make(options->arguments[1], &err))
		print_format(stdout,
			_("%s signs the reports (reports.sign_key_file); %s.pub proves them: keep it "
			  "where the agent cannot write.\n"),
			options->arguments[1], options->arguments[1]);
	status = exit_status_of(err.kind);
	if (err.kind)
		error_print(&err);
	error_release(&err);
	return status;
}

int command_audit(const struct options *options)
{
	static const struct {
		const char *name;
		int (*run)(const struct options *options);
	} rows[] = {
		{"verify", audit_verify},
		{"list", audit_list},
		{"show", audit_show},
		{"who", audit_who},
		{"undo", audit_undo},
		{"keygen", make_key},
	};
	struct error err = ERROR_INIT;

	if (options->html && strcmp(options->arguments[0], "show") != 0)
		error_set(&err, ERROR_USAGE, _("option --%s is only for postvagt %s"), "html",
			"audit show");
	for (size_t i = 0; !err.kind && i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(options->arguments[0], rows[i].name) == 0)
			return rows[i].run(options);
	}
	if (!err.kind)
		error_set(&err, ERROR_USAGE, _("usage: postvagt %s %s"), "audit", AUDIT_USAGE);
	error_print(&err);
	error_release(&err);
	return EXIT_USAGE;
}

enum error_kind audit_read_time(const char *option, const char *text, enum moment_edge edge,
	moment *t, struct error *err)
{
	if (!text || moment_read(text, edge, t, NULL))
		return ERROR_NONE;
	return error_set(err, ERROR_USAGE,
		_("--%s: \"%s\" is no time; write 2026-12-24T08:00 or 2026-12-24"), option, text);
}
