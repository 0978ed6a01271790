/*
 * The probes that were sent, by their tokens: a file of the state folder. A token is there before
 * its mail is sent, so that a probe that comes late is known to be ours, and is removed by the next one.
 *
 *	struct probe_log *log = arena_get(arena, sizeof(*log));
 *	probe_log_load(log, settings, arena);
 *	// ... probe_log_find(log, token)
 *
 * To change it, take the lock first (probe_log_lock()): it also keeps two probes from running at once.
 */
#ifndef MAILBOX_PROBE_PROBE_LOG_H
#define MAILBOX_PROBE_PROBE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "mailbox/probe/probe_token.h"

struct arena;
struct probe_header;
struct settings;

#define PROBE_LOG_MAX 1000 /* tokens; the oldest are dropped */

struct probe_sent {
	char token[PROBE_TOKEN_LENGTH + 1];
	moment at;
	bool has_come; /* through the rules, and was removed */
};

struct probe_log {
	const char *path;                       /* in the arena */
	struct probe_sent items[PROBE_LOG_MAX]; /* oldest first */
	size_t count;
};

/* Wait until no other probe runs. Return the descriptor, whose closing ends the lock, or -1 and ERROR_OURS. */
int probe_log_lock(const struct settings *settings, struct error *err);

/* Read it. A file that is missing, damaged or not ours is an empty log. */
void probe_log_load(struct probe_log *log, const struct settings *settings, struct arena *arena);

/* The probe with this token, or NULL. */
struct probe_sent *probe_log_find(struct probe_log *log, const char *token);

/* The probe that a mail is; NULL: it is none of the log's, or it answers one and quotes its subject. */
struct probe_sent *probe_log_recognize(struct probe_log *log, const struct probe_header *header);

/* Add a probe, which is returned. */
struct probe_sent *probe_log_add(struct probe_log *log, const char *token, moment at);

/*
 * Write it, without what is over by `now`: a probe that came is kept for a day, as a copy of it may come late; another one
 * for two weeks. ERROR_OURS.
 */
enum error_kind probe_log_save(struct probe_log *log, moment now, struct error *err);

#endif
