/*
 * Who was notified of which list, and who covers for whom: what notices remember from one run to the next, in the files told.log
 * (told.h) and covers of the state folder, mode 0600. And what was said of days to come (promise.h), in ahead-NAME.json
 * beside them (see state_file()), since agents that share the folder know only of their own lists what is not so any more.
 * Each file is read when something of it is asked for.
 *
 *	notice_history_open(&history, settings, &err);		// locks them
 *	notice_history_note(&history, list_key, member_key, identity, now);
 *	notice_history_write(&history, &err);			// adds what is new, replaces what changed
 *	notice_history_close(&history, &err);			// the same, and lets others in
 *
 * A file that is not there, or cannot be read, knows nothing. To look only, notice_history_load().
 *
 * Nothing of it grows with the years: told.log is written again when it has become twice as long, with those alone who are on
 * the plan's lists, or were notified within two years of another agent's; covers that were not so for 400 days are dropped.
 */
#ifndef NOTICES_HISTORY_H
#define NOTICES_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "notices/promise.h"
#include "notices/told.h"

struct arena;
struct notice_cover;
struct plan;
struct settings;
struct strings;
struct table;

struct notice_history {
	struct arena *arena; /* owned */
	const char *folder;  /* of the state; NULL: in memory only */
	struct told told;
	struct table *covers; /* struct notice_cover, by list and person; NULL: not read */
	struct notice_cover **all_covers;
	size_t cover_count, cover_room;
	bool covers_changed;
	struct promises promises;
	const char *promises_path;
	bool has_promises; /* they were read */
	int lock;          /* -1: only looked at */
};

#define NOTICE_HISTORY_INIT               \
	{                                 \
		.arena = NULL, .lock = -1 \
	}

/* Begin with nothing, in memory only. */
void notice_history_init(struct notice_history *history);

/* Read what is known; notice_history_release() frees it, and takes one that was never read. */
void notice_history_load(struct notice_history *history, const struct settings *settings);
void notice_history_release(struct notice_history *history);

/* The same to change it: nobody else does until it is closed. ERROR_OURS. */
enum error_kind notice_history_open(struct notice_history *history, const struct settings *settings,
	struct error *err);
enum error_kind notice_history_write(struct notice_history *history, struct error *err);
enum error_kind notice_history_close(struct notice_history *history, struct error *err);

/* When the person was told what is expected of those on the list; MOMENT_EARLIEST: never, or not since they joined. */
moment notice_history_when(struct notice_history *history, const char *list_key,
	const char *identity);

/* Somebody was told; somebody left the list (by identity, or NULL where it is not known). */
void notice_history_note(struct notice_history *history, const char *list_key,
	const char *member_key, const char *identity, moment at);
void notice_history_forget(struct notice_history *history, const char *list_key,
	const char *member_key, const char *identity);

/* Who of a list was notified, for who asks about all of them. */
const struct told_list *notice_history_list(struct notice_history *history, const char *list_key);

/* Who covered, in the order in which they came; somebody (`name` NULL: nobody any more) covers at `now`. */
struct strings notice_history_covers(struct notice_history *history, const char *list_key,
	const char *identity);
void notice_history_cover(struct notice_history *history, const char *list_key,
	const char *identity, const char *name, moment now);

/* What was said of days to come, to be changed. */
struct promises *notice_history_promises(struct notice_history *history);

/* After a run: leave out of told.log who is on none of the plan's lists, where it has grown. */
enum error_kind notice_history_compact(struct notice_history *history, const struct plan *plan,
	struct error *err);

#endif
