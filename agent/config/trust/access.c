#include "config/trust/access.h"

#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/memory/arena.h"

/* The list as the kernel hands it out, little-endian: a version, then entries (Linux's struct posix_acl_xattr_header). */
#define ACL_NAME    "system.posix_acl_access"
#define ACL_VERSION 2u
#define ACL_MAX     65536 /* XATTR_SIZE_MAX */

enum acl_tag {
	ACL_USER = 0x02,
	ACL_GROUP_OF_FILE = 0x04,
	ACL_GROUP = 0x08,
};

struct acl_entry {
	uint16_t tag, rights;
	uint32_t id;
};

static void add_grant(struct access *access, bool is_user, unsigned id)
{
	access->grants[access->count++] = (struct grant){.is_user = is_user, .id = id};
}

/* Entries whose right is not in the mask, the mode's group bits, do not have it. */
static void read_list(struct access *access, const struct stat *status, unsigned rights,
	const char *bytes, size_t length)
{
	uint32_t version;

	if (length < sizeof(version)) {
		access->is_unknown = true;
		return;
	}
	memcpy(&version, bytes, sizeof(version));
	access->is_unknown = le32toh(version) != ACL_VERSION;
	for (size_t at = sizeof(version); at + sizeof(struct acl_entry) <= length;
		at += sizeof(struct acl_entry)) {
		struct acl_entry entry;

		memcpy(&entry, bytes + at, sizeof(entry));
		if (!(le16toh(entry.rights) & rights & (status->st_mode >> 3)))
			continue;
		if (le16toh(entry.tag) == ACL_USER)
			add_grant(access, true, le32toh(entry.id));
		else if (le16toh(entry.tag) == ACL_GROUP)
			add_grant(access, false, le32toh(entry.id));
		else if (le16toh(entry.tag) == ACL_GROUP_OF_FILE)
			add_grant(access, false, status->st_gid);
	}
}

struct access access_find(int fd, const struct stat *status, unsigned rights, struct arena *arena)
{
	struct access access = {.everybody = (status->st_mode & rights) != 0};
	char path[64], bytes[ACL_MAX];
	ssize_t length;

	if (!(status->st_mode & (rights << 3)))
		return access;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = getxattr(path, ACL_NAME, bytes, sizeof(bytes));
	access.grants = arena_get(arena,
		(1 + (length > 0 ? (size_t)length / sizeof(struct acl_entry) : 0)) *
			sizeof(*access.grants));
	if (length >= 0) {
		read_list(&access, status, rights, bytes, (size_t)length);
	} else {
		access.is_unknown = errno != ENODATA && errno != EOPNOTSUPP;
		add_grant(&access, false, status->st_gid);
	}
	return access;
}
