#include "config/trust/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/path.h"
#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/system/process.h"
#include "base/text/language.h"
#include "config/trust/access.h"
#include "config/trust/agent.h"

/* A file, or a folder on the way to one, as it was when it was opened. */
struct item {
	const char *path;
	dev_t device;
	ino_t inode;
	bool is_sticky; /* a folder with the sticky bit */
	uid_t owner;
	struct access access; /* who may write it */
};

struct trust {
	struct arena *arena; /* borrowed */
	bool is_strict;
	bool knows_agent;
	struct agent agent;
	gid_t *groups; /* trusted */
	size_t group_count, group_room;
	struct item *items;
	size_t count, room;
	size_t first;          /* item of what was opened last */
	size_t settings_count; /* items of the settings file, which vouches for no group that can write it */
};

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

bool trust_is_strict(void)
{
	if (geteuid() == 0 || process_starter() == 0)
		return true;
	if (is_set("STATE_DIRECTORY") || is_set("CREDENTIALS_DIRECTORY"))
		return true;
	return is_set("INVOCATION_ID") && !isatty(STDIN_FILENO);
}

struct trust *trust_new_as(struct arena *arena, bool is_strict)
{
	struct trust *trust = arena_get(arena, sizeof(*trust));

	*trust = (struct trust){.arena = arena, .is_strict = is_strict};
	return trust;
}

struct trust *trust_new(struct arena *arena)
{
	return trust_new_as(arena, trust_is_strict());
}

void trust_know_agent(struct trust *trust, const struct agent *agent)
{
	trust->agent = *agent;
	trust->knows_agent = true;
	trust->settings_count = trust->count;
}

void trust_add_group(struct trust *trust, gid_t group)
{
	trust->groups = arena_grow(trust->arena, trust->groups, trust->group_count,
		&trust->group_room, sizeof(*trust->groups));
	trust->groups[trust->group_count++] = group;
}

/* The name of an open folder without links, or what it was called. */
static const char *name_of(struct trust *trust, int fd, const char *standard)
{
	char link[64], path[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path));
	return length > 0 && *path == '/' ? arena_bytes(trust->arena, path, (size_t)length)
					  : arena_string(trust->arena, standard);
}

static bool add_item(struct trust *trust, int fd, const char *name)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return false;
	for (size_t i = trust->first; i < trust->count; i++) {
		if (trust->items[i].device == status.st_dev &&
			trust->items[i].inode == status.st_ino)
			return true;
	}
	trust->items = arena_grow(trust->arena, trust->items, trust->count, &trust->room,
		sizeof(*trust->items));
	trust->items[trust->count++] = (struct item){
		.path = name ? name : name_of(trust, fd, "."),
		.device = status.st_dev,
		.inode = status.st_ino,
		.is_sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX),
		.owner = status.st_uid,
		.access = access_find(fd, &status, ACCESS_WRITE, trust->arena),
	};
	return true;
}

static bool visit_folder(void *context, int folder)
{
	return add_item(context, folder, NULL);
}

static const char *user_name(struct trust *trust, uid_t user)
{
	const struct passwd *entry = getpwuid(user);

	return entry ? arena_string(trust->arena, entry->pw_name)
		     : arena_format(trust->arena, "%lu", (unsigned long)user);
}

static const char *group_name(struct trust *trust, gid_t group)
{
	const struct group *entry = getgrgid(group);

	return entry ? arena_string(trust->arena, entry->gr_name)
		     : arena_format(trust->arena, "%lu", (unsigned long)group);
}

/* Whether `group` is the primary group of a user, and nobody else is in it. */
static bool is_private_group(struct trust *trust, gid_t group, uid_t user)
{
	const char *name = user_name(trust, user);
	const struct passwd *entry = getpwuid(user);
	const struct group *members = getgrgid(group);
	bool is_private = entry && entry->pw_gid == group;

	for (char **member = members ? members->gr_mem : NULL; is_private && member && *member;
		member++)
		is_private = strcmp(*member, name) == 0;
	if (!is_private)
		return false;
	setpwent();
	while (is_private && (entry = getpwent()))
		is_private = entry->pw_gid != group || entry->pw_uid == user;
	endpwent();
	return is_private;
}

static bool is_agents_group(const struct trust *trust, gid_t group)
{
	return group == trust->agent.group || group == trust->agent.other_group;
}

static bool is_trusted_group(struct trust *trust, const struct item *item, gid_t group)
{
	bool is_settings = item < trust->items + trust->settings_count;

	if (group == 0 || is_private_group(trust, group, item->owner))
		return true;
	/* Whoever writes the settings chooses the agent, and could choose one with the same group. */
	if (is_agents_group(trust, group) && is_settings && trust->agent.by_folder)
		return getpwuid(trust->agent.user) == NULL ||
			is_private_group(trust, group, trust->agent.user);
	if (is_agents_group(trust, group))
		return true;
	for (size_t i = 0; !is_settings && i < trust->group_count; i++) {
		if (trust->groups[i] == group)
			return true;
	}
	return false;
}

static const char *judge_grant(struct trust *trust, const struct item *item,
	const struct grant *grant)
{
	if (grant->is_user && !agent_trusts_user(&trust->agent, grant->id))
		return arena_format(trust->arena,
			_("the user %s may write %s by its access control list; run chmod g-w %s"),
			user_name(trust, grant->id), item->path, item->path);
	if (grant->is_user || is_trusted_group(trust, item, grant->id))
		return NULL;
	if (item < trust->items + trust->settings_count)
		return arena_format(trust->arena,
			_("the group %s may write %s; run chmod g-w %s (trusted_group does not "
			  "count for the settings themselves)"),
			group_name(trust, grant->id), item->path, item->path);
	return arena_format(trust->arena,
		_("the group %s may write %s; run chmod g-w %s, or name the group in "
		  "trusted_group"),
		group_name(trust, grant->id), item->path, item->path);
}

/* Why an item is not to be trusted where everybody counts, or NULL. */
static const char *judge_everybody(struct trust *trust, const struct item *item)
{
	if (!item->access.everybody || item->is_sticky)
		return NULL;
	return arena_format(trust->arena, _("everybody may write %s; run chmod o-w %s"), item->path,
		item->path);
}

/* The same where users and groups count. */
static const char *judge_others(struct trust *trust, const struct item *item)
{
	const char *why = NULL;

	if (!agent_trusts_user(&trust->agent, item->owner))
		return arena_format(trust->arena,
			_("the user %s owns %s, and so may write it; run chown root %s"),
			user_name(trust, item->owner), item->path, item->path);
	if (item->is_sticky)
		return NULL;
	for (size_t i = 0; !why && i < item->access.count; i++)
		why = judge_grant(trust, item, &item->access.grants[i]);
	if (!why && item->access.is_unknown)
		why = arena_format(trust->arena,
			_("the access control list of %s cannot be read; run chmod g-w %s"),
			item->path, item->path);
	return why;
}

static bool judge_file(struct trust *trust, size_t first, const char *file,
	struct findings *findings)
{
	bool is_good = true;

	for (size_t i = first; i < trust->count; i++) {
		const struct item *item = &trust->items[i];
		const char *why = judge_everybody(trust, item);

		if (!why && trust->is_strict && trust->knows_agent)
			why = judge_others(trust, item);
		if (why)
			findings_add(findings, FINDING_ERROR, file, _("not used: %s"), why);
		is_good = is_good && !why;
	}
	return is_good;
}

bool trust_judge(struct trust *trust, const char *file, struct findings *findings)
{
	return judge_file(trust, 0, file, findings);
}

int trust_open(struct trust *trust, const char *file, struct findings *findings)
{
	int fd, why;

	trust->first = trust->count;
	fd = path_open_visiting(file, O_RDONLY | O_NONBLOCK, visit_folder, trust);
	why = errno;
	if (fd >= 0 && !add_item(trust, fd, file)) {
		why = errno;
		close(fd);
		fd = -1;
	}
	if (!judge_file(trust, trust->first, file, findings)) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (fd < 0 && why == ELOOP)
		findings_add(findings, FINDING_ERROR, file,
			_("cannot be read: it is, or lies behind, a link that others can change"));
	else if (fd < 0)
		findings_add(findings, FINDING_ERROR, file, _("cannot be read: %s"), strerror(why));
	return fd;
}

static void warn_of_files(struct trust *trust, size_t first, struct findings *findings)
{
	for (size_t i = first; i < trust->count; i++) {
		const struct item *item = &trust->items[i];
		const char *why = judge_everybody(trust, item);

		if (!why)
			why = judge_others(trust, item);
		if (why)
			findings_add(findings, FINDING_WARNING, item->path, "%s", why);
	}
}

void trust_warn(struct trust *trust, struct findings *findings)
{
	if (!trust->is_strict)
		warn_of_files(trust, 0, findings);
}

void trust_warn_folder(struct trust *trust, const char *folder, struct findings *findings)
{
	int fd;

	trust->first = trust->count;
	fd = path_open_visiting(folder, O_PATH | O_DIRECTORY, visit_folder, trust);
	if (fd >= 0)
		add_item(trust, fd, NULL);
	if (fd >= 0)
		close(fd);
	warn_of_files(trust, trust->first, findings);
}
