/*
 * Who the agent is: the user that root becomes, the owner of the folder of reports; else the user that this process is.
 */
#ifndef CONFIG_TRUST_AGENT_H
#define CONFIG_TRUST_AGENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/message/error.h"

struct agent {
	uid_t user;
	gid_t group; /* the user's primary group; the folder's where no user database has the user */
	gid_t other_group; /* that this process has; else the same */
	bool by_folder; /* found as the owner of the folder of reports, which the settings name */
};

/* The user that this process is. */
struct agent agent_self(void);

/*
 * Find the agent. As root: the owner of `folder`, or of the nearest folder above that exists. ERROR_USAGE where others
 * could choose that owner by a link; ERROR_OURS where the folder cannot be opened.
 */
enum error_kind agent_find(const char *folder, struct agent *agent, struct error *err);

/* Whether a user is root, the agent, or the one that this process is. */
bool agent_trusts_user(const struct agent *agent, uid_t user);

#endif
