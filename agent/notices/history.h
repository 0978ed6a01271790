/*
 * Who has been told of which list, and who covers for whom: what notices remember from one run
 * to the next, in the file told.json of the state folder, mode 0600.
 *
 *	told_open(&told, settings, &err);		(locks it)
 *	told_note(&told, list_key, member_key, identity, now);
 *	told_close(&told, &err);			(written whole where it changed)
 *
 * A file that is not there, or cannot be read, knows nothing. To look only, told_load().
 */
#ifndef NOTICES_HISTORY_H
#define NOTICES_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/moment.h"

struct arena;
struct person;
struct settings;
struct strings;
struct table;

/* That somebody was told what is expected of them on a list. */
struct told_entry {
	const char *list;   /* dn_key() */
	const char *person; /* identity */
	const char *member; /* dn_key() of the member, as it was then */
	moment at;          /* MOMENT_EARLIEST: forgotten */
};

/* Who covers on a list for somebody away: names, in the order in which they came. */
struct told_cover {
	const char *list, *person; /* as above */
	const char **names;        /* none: forgotten */
	size_t count, room;
};

struct told {
	struct arena *arena; /* owned */
	const char *path;
	struct told_entry *entries;
	size_t count, room;
	struct told_cover *covers;
	size_t cover_count, cover_room;
	int lock; /* -1: only looked at */
	bool changed;
};

#define TOLD_INIT                         \
	{                                 \
		.arena = NULL, .lock = -1 \
	}

/* Read what is known; told_release() frees it, and takes one that was never read. */
void told_load(struct told *told, const struct settings *settings);
void told_release(struct told *told);

/* The same to change it: nobody else does until it is closed. ERROR_OURS. */
enum error_kind told_open(struct told *told, const struct settings *settings, struct error *err);
enum error_kind told_close(struct told *told, struct error *err);

/* When the person was told what is expected of those on the list; MOMENT_EARLIEST: never, or not since they joined. */
moment told_when(const struct told *told, const char *list_key, const char *identity);

/* Somebody was told; somebody left the list (by identity, or NULL where it is not known). */
void told_note(struct told *told, const char *list_key, const char *member_key,
	const char *identity, moment at);
void told_forget(struct told *told, const char *list_key, const char *member_key,
	const char *identity);

/* Who covered; somebody (`name` NULL: nobody any more) covers now. */
struct strings told_covers(const struct told *told, const char *list_key, const char *identity);
void told_cover(struct told *told, const char *list_key, const char *identity, const char *name);

#endif
