/*
 * The lock of a folder of reports: one run at a time writes there. It is
 * flock(2) on runs.lock, so it goes with its holder, however that ends; the file
 * stays, with the holder's pid and host in it. On NFS the server keeps it (Linux 2.6.12 and on);
 * where the folder is mounted with local_lock, hosts do not see each other's. The file's mode is 0600:
 * flock(2) asks for no more than an open file, so an auditor who could read it could stop every run.
 */
#ifndef LEDGER_LOCK_H
#define LEDGER_LOCK_H

#include <stdbool.h>

#include "base/message/error.h"

/* Take it, waiting `seconds` at most. Returns what lock_release() takes, or -1: `err` says who holds it. */
int lock_take(const char *folder, const char *host, int seconds, struct error *err);
void lock_release(int lock);

/*
 * Return whether a run holds the lock now, as far as this host can see: by proc(5)'s /proc/locks, as whoever only
 * reads the folder may not open the lock. False also where that cannot be read.
 */
bool lock_is_held(const char *folder);

#endif
