#include "base/system/process.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text/language.h"

static void forbid_tracing(void)
{
#ifndef __SANITIZE_ADDRESS__ /* LeakSanitizer attaches to the process */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

static uid_t starter = (uid_t)-1;

void process_harden(void)
{
	const struct rlimit none = {0, 0};

	umask(027);
	setrlimit(RLIMIT_CORE, &none);
	starter = geteuid();
	forbid_tracing();
}

uid_t process_starter(void)
{
	return starter;
}

/* The groups first: whoever is not root may not change them. */
static int change_user(uid_t user, gid_t group, const struct passwd *entry)
{
	int result = entry ? initgroups(entry->pw_name, entry->pw_gid) : setgroups(0, NULL);

	if (entry)
		group = entry->pw_gid;
	if (result == 0)
		result = setresgid(group, group, group);
	if (result == 0)
		result = setresuid(user, user, user);
	return result;
}

enum error_kind process_become(uid_t user, gid_t group, struct error *err)
{
	const struct passwd *entry = getpwuid(user);

	if (change_user(user, group, entry) != 0 || setresuid((uid_t)-1, 0, (uid_t)-1) == 0)
		return error_set(err, ERROR_OURS, _("cannot become user %lu: %s"),
			(unsigned long)user, strerror(errno));
	forbid_tracing();
	if (entry)
		setenv("HOME", entry->pw_dir, 1);
	else
		unsetenv("HOME");
	return ERROR_NONE;
}
