#include "config/trust/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/path.h"
#include "base/text/language.h"

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

static gid_t primary_group(uid_t user, gid_t standard)
{
	const struct passwd *entry = getpwuid(user);

	return entry ? entry->pw_gid : standard;
}

struct agent agent_self(void)
{
	return (struct agent){.user = geteuid(),
		.group = primary_group(geteuid(), getegid()),
		.other_group = getegid()};
}

enum error_kind agent_find(const char *folder, struct agent *agent, struct error *err)
{
	struct stat status = {0};

	*agent = agent_self();
	if (geteuid() != 0)
		return ERROR_NONE;
	if (find_folder(folder, &status, err))
		return err->kind;
	if (status.st_uid == 0)
		return ERROR_NONE;
	agent->user = status.st_uid;
	agent->group = primary_group(status.st_uid, status.st_gid);
	agent->other_group = agent->group;
	agent->by_folder = true;
	return ERROR_NONE;
}

bool agent_trusts_user(const struct agent *agent, uid_t user)
{
	return user == 0 || user == geteuid() || user == agent->user;
}
