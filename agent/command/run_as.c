#include "command/run_as.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/process.h"
#include "command/options.h"
#include "settings/settings.h"

#define OUTPUT_MODE 0640

/* The status of a folder, or, where that does not exist, of the nearest one above that does. */
static enum error_kind find_folder(const char *folder, struct stat *status, struct error *err)
{
	struct strbuf path = STRBUF_INIT, above = STRBUF_INIT;
	int fd;

	strbuf_adds(&path, folder);
	while ((fd = path_open(path.text, O_PATH | O_DIRECTORY, 0)) < 0 && errno == ENOENT &&
		strcmp(path.text, ".") != 0 && strcmp(path.text, "/") != 0) {
		strbuf_reset(&above);
		path_add_folder(&above, path.text);
		strbuf_reset(&path);
		strbuf_adds(&path, above.text);
	}
	if (fd < 0 && errno == ELOOP)
		error_set(err, ERROR_USAGE,
			_("%s: a link in a folder that others can write leads there; name the folder "
			  "itself in reports.directory"),
			folder);
	else if (fd < 0 || fstat(fd, status) != 0)
		error_set(err, ERROR_OURS, _("%s: cannot be opened: %s"), path.text,
			strerror(errno));
	if (fd >= 0)
		close(fd);
	strbuf_release(&path);
	strbuf_release(&above);
	return err->kind;
}

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
		named_file_keep_output(options->output, OUTPUT_MODE, err);
	if (is_file_name(options->html))
		named_file_keep_output(options->html, OUTPUT_MODE, err);
	return err->kind;
}

enum error_kind run_as_owner(const struct options *options, const struct settings *settings,
	const char *folder, struct error *err)
{
	struct stat status;

	if (geteuid() != 0)
		return ERROR_NONE;
	if (find_folder(settings ? settings->reports_directory : folder, &status, err))
		return err->kind;
	if (status.st_uid == 0)
		return ERROR_NONE;
	if (settings)
		settings_keep_secrets(settings);
	if (keep_files(options, err))
		return err->kind;
	return process_become(status.st_uid, status.st_gid, err);
}
