/*
 * Whom a command that root started runs as: the owner of the folder of reports.
 *
 * systemd, cron, sudo and a shell then leave the same owners behind, and nothing that this user puts into
 * folders of its own leads root anywhere. Before, root reads settings and mapping, keeps the secrets
 * that the user may not read, and opens the files that the command line names.
 */
#ifndef RUN_RUN_AS_H
#define RUN_RUN_AS_H

#include "base/message/error.h"

struct options;
struct settings;

/*
 * As root, become the owner of settings->reports_directory for good, or of the folder that will hold it; nothing
 * happens where that is root. `settings` NULL: `folder` is the folder of reports.
 * ERROR_OURS, ERROR_USAGE where others could choose the owner by a link.
 */
enum error_kind run_as_owner(const struct options *options, const struct settings *settings,
	const char *folder, struct error *err);

#endif
