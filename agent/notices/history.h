/*
 * Who was notified of which list, and who covers for whom: what notices remember from one run to the next, in the file
 * told.json of the state folder, mode 0600. And what was said of days to come (promise.h), in ahead-NAME.json beside it (see
 * state_file()), since agents that share the folder know only of their own lists what is not so any more.
 *
 *	notice_history_open(&history, settings, &err);		// locks the file
 *	notice_history_note(&history, list_key, member_key, identity, now);
 *	notice_history_write(&history, &err);			// replaces what changed
 *	notice_history_close(&history, &err);			// the same, and lets others in
 *
 * A file that is not there, or cannot be read, knows nothing. To look only, notice_history_load().
 */
#ifndef NOTICES_HISTORY_H
#define NOTICES_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "notices/promise.h"

struct arena;
struct person;
struct settings;
struct strings;
struct table;

/* That somebody was told what is expected of them on a list. */
struct notice_history_entry {
	const char *list;   /* dn_key() */
	const char *person; /* identity */
	const char *member; /* dn_key() of the member, as it was then */
	moment at;          /* MOMENT_EARLIEST: forgotten */
};

/* Who covers on a list for somebody away: names, in the order in which they came. */
struct notice_history_cover {
	const char *list, *person; /* as above */
	const char **names;        /* none: forgotten */
	size_t count, room;
};

struct notice_history {
	struct arena *arena; /* owned */
	const char *path;
	struct notice_history_entry *entries;
	size_t count, room;
	struct notice_history_cover *covers;
	size_t cover_count, cover_room;
	const char *promises_path;
	struct promises promises;
	int lock; /* -1: only looked at */
	bool changed;
};

#define NOTICE_HISTORY_INIT               \
	{                                 \
		.arena = NULL, .lock = -1 \
	}

/* Read what is known; notice_history_release() frees it, and takes one that was never read. */
void notice_history_load(struct notice_history *history, const struct settings *settings);
void notice_history_release(struct notice_history *history);

/* The same to change it: nobody else does until it is closed. ERROR_OURS. */
enum error_kind notice_history_open(struct notice_history *history, const struct settings *settings,
	struct error *err);
enum error_kind notice_history_write(struct notice_history *history, struct error *err);
enum error_kind notice_history_close(struct notice_history *history, struct error *err);

/* When the person was told what is expected of those on the list; MOMENT_EARLIEST: never, or not since they joined. */
moment notice_history_when(const struct notice_history *history, const char *list_key,
	const char *identity);

/* Somebody was told; somebody left the list (by identity, or NULL where it is not known). */
void notice_history_note(struct notice_history *history, const char *list_key,
	const char *member_key, const char *identity, moment at);
void notice_history_forget(struct notice_history *history, const char *list_key,
	const char *member_key, const char *identity);

/* Who covered; somebody (`name` NULL: nobody any more) covers now. */
struct strings notice_history_covers(const struct notice_history *history, const char *list_key,
	const char *identity);
void notice_history_cover(struct notice_history *history, const char *list_key,
	const char *identity, const char *name);

#endif
