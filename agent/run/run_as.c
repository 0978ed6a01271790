#include "run/run_as.h"

#include <string.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/file/named_file.h"
#include "base/system/process.h"
#include "base/text/language.h"
#include "cli/options.h"
#include "config/settings.h"
#include "config/trust/agent.h"
#include "model/settings.h"

static bool is_file_name(const char *name)
{
	return name && *name && strcmp(name, "-") != 0;
}

/* The files that the command line names are the caller's business, and so opened by root. */
static enum error_kind keep_files(const struct options *options, struct error *err)
{
	const char *command = options->command, *input = options->key;

	if (command && strcmp(command, "apply") == 0 && options->argument_count > 0)
		input = options->arguments[0];
	if (is_file_name(input) && named_file_keep_input(input, err))
		return err->kind;
	if (is_file_name(options->output))
		named_file_keep_output(options->output, FILE_MODE_GROUP, err);
	if (is_file_name(options->html))
		named_file_keep_output(options->html, FILE_MODE_GROUP, err);
	return err->kind;
}

enum error_kind run_as_owner(const struct options *options, const struct settings *settings,
	const char *folder, struct error *err)
{
	struct agent agent;

	if (geteuid() != 0)
		return ERROR_NONE;
	if (agent_find(settings ? settings->reports_directory : folder, &agent, err))
		return err->kind;
	if (agent.user == 0)
		return ERROR_NONE;
	if (settings)
		settings_keep_secrets(settings, &agent);
	if (keep_files(options, err))
		return err->kind;
	return process_become(agent.user, agent.group, err);
}
