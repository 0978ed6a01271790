/*
 * Who besides its owner has a right to a file or a folder: by its mode, and by its POSIX access control list.
 */
#ifndef CONFIG_TRUST_ACCESS_H
#define CONFIG_TRUST_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct stat;

#define ACCESS_READ  04u
#define ACCESS_WRITE 02u

/* A user or a group that has the right. */
struct grant {
	bool is_user;
	unsigned id; /* uid or gid */
};

struct access {
	bool everybody;
	bool is_unknown; /* the access control list cannot be read, so `grants` may lack some */
	struct grant *grants; /* in the arena */
	size_t count;
};

/*
 * Find who has one of `rights` to the file behind `fd` (O_PATH will do), whose status is `status`. The
 * group bits of a mode are the mask of the list (acl(5)), so a user who is named in it counts only as far as these.
 */
struct access access_find(int fd, const struct stat *status, unsigned rights, struct arena *arena);

#endif
