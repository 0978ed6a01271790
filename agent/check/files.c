#include "check/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "config/state_folder.h"
#include "config/trust/trust.h"
#include "model/settings.h"
#include "run/session.h"

/* What cannot be written in one folder. */
struct unwritable {
	const char *first; /* in the session's arena; NULL: nothing */
	size_t others;
};

static bool is_writable(int folder, const char *name)
{
	return faccessat(folder, name, W_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0;
}

static struct unwritable find_unwritable(struct session *session, const char *path)
{
	struct unwritable found = {0};
	DIR *folder = opendir(path);
	const struct dirent *entry;

	if (access(path, F_OK) == 0 && !is_writable(AT_FDCWD, path))
		found.first = path;
	while (folder && (entry = readdir(folder))) {
		if (strcmp(entry->d_name, "..") == 0 || strcmp(entry->d_name, ".") == 0 ||
			is_writable(dirfd(folder), entry->d_name))
			continue;
		if (found.first)
			found.others++;
		else
			found.first =
				arena_format(session->work.arena, "%s/%s", path, entry->d_name);
	}
	if (folder)
		closedir(folder);
	return found;
}

static void check_folder(struct session *session, const char *path)
{
	struct unwritable found = find_unwritable(session, path);
	const struct passwd *user = getpwuid(geteuid());
	const char *name = user
		? user->pw_name
		: arena_format(session->work.arena, "%lu", (unsigned long)geteuid());

	if (found.first && found.others == 0)
		findings_add(&session->work.findings, FINDING_ERROR, found.first,
			_("the agent's user, %s, cannot write it; as root: chown -R %s: %s"), name,
			name, path);
	else if (found.first)
		findings_add(&session->work.findings, FINDING_ERROR, found.first,
			_("the agent's user, %s, cannot write it, nor %zu others there; as root: chown "
			  "-R %s: %s"),
			name, found.others, name, path);
}

/*
 * Warn of what others can write. Files that are read have been refused already where this is root or a service; folders
 * that the agent writes never are.
 */
static void warn_of_others(struct session *session, const char *state)
{
	struct trust *trust = session->config.settings->trust;

	trust_warn(trust, &session->work.findings);
	trust_warn_folder(trust, session->config.settings->reports_directory,
		&session->work.findings);
	trust_warn_folder(trust, state, &session->work.findings);
}

void check_files(struct session *session)
{
	const char *state = state_folder(session->config.settings, session->work.arena);

	check_folder(session, session->config.settings->reports_directory);
	check_folder(session, state);
	check_folder(session, arena_format(session->work.arena, "%s/outbox", state));
	warn_of_others(session, state);
}
