/*
 * The process: who started it, becoming another user for good, and what it gives up before it reads anything (core
 * dumps, being traced).
 */
#ifndef BASE_SYSTEM_PROCESS_H
#define BASE_SYSTEM_PROCESS_H

#include <sys/types.h>

#include "base/message/error.h"

/*
 * To be called before anything else. Secrets pass through the memory: so no core is dumped, and nobody but root
 * reads it or attaches to it. New files are not for others, whatever the umask was.
 */
void process_harden(void);

/* The user that started this process, whoever it has become since; -1 before process_harden(). */
uid_t process_starter(void);

/*
 * As root: become the owner of a folder for good, with that user's groups, so that no file is left that
 * this user cannot write, and no link of that user's leads root anywhere. `group` counts where the user has no
 * entry in the user database. What process_harden() says holds afterwards, too. ERROR_OURS.
 */
enum error_kind process_become(uid_t user, gid_t group, struct error *err);

#endif
