/*
 * Who was notified of which list: the file told.log of the state folder, which grows by a line at each notice and each
 * leaving, so that nothing else is written for it. It is read when somebody asks, once, and of the lists that are asked about
 * alone are people made. history.h holds one.
 *
 * A line has fields (fields.h): the list, by 32 digits of the SHA-256 of its key; a moment, seconds since 1970; the person's
 * identity; and the member's key. "-" in the place of the moment says that the person, or whoever was that member, is
 * forgotten, and either may be empty. A line that is not of that form, and half a line, say nothing. What comes later counts.
 * The first line says how long the file was when it was written as a whole: "#", and bytes.
 */
#ifndef NOTICES_TOLD_H
#define NOTICES_TOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "base/text/strbuf.h"

struct arena;
struct table;

/* That somebody was notified of what is expected of them on the list. */
struct told_person {
	const char *person;       /* identity */
	const char *member;       /* dn_key() of the member, as it was then */
	moment at;                /* MOMENT_EARLIEST: forgotten */
	struct told_person *next; /* who was the same member before; NULL: nobody */
};

struct told_list {
	const char *name; /* by which lines know it */
	char **lines;     /* of the file, that were not looked at yet */
	size_t line_count, line_room;
	struct table *by_person, *by_member; /* of struct told_person; NULL: nobody asked yet */
	struct told_person **people;         /* in the order in which they were met */
	size_t count, room;
};

struct told {
	struct arena *arena; /* borrowed */
	const char *path;    /* NULL: in memory only */
	bool is_read;
	char *text;            /* of the file, in the arena */
	struct table *by_name; /* of struct told_list, by name */
	struct table *by_key;  /* the same, by key */
	struct told_list **lists;
	size_t count, room;
	struct strbuf added; /* lines that are not in the file yet */
};

/* Begin; the texts live in `arena`. `path` NULL: nothing is read or written. */
void told_init(struct told *told, const char *path, struct arena *arena);
void told_release(struct told *told);

/* When the person was notified; MOMENT_EARLIEST: never, or not since they were forgotten. */
moment told_when(struct told *told, const char *list_key, const char *identity);

/* Note that somebody was notified; nothing is read for it. */
void told_note(struct told *told, const char *list_key, const char *member_key,
	const char *identity, moment at);

/* Note that somebody left, by one or both (NULL: not known). */
void told_forget(struct told *told, const char *list_key, const char *member_key,
	const char *identity);

/* All who were met of a list, those who are forgotten too. */
const struct told_list *told_of_list(struct told *told, const char *list_key);

/* Add the lines to the file, durable. */
enum error_kind told_write(struct told *told, struct error *err);

/* Whether the file, with what was added, has become more than twice as long as when it was written as a whole. */
bool told_is_long(const struct told *told);

/* Write it as a whole, with those alone whom `is_kept` keeps: so it does not grow with the years. */
enum error_kind told_write_kept(struct told *told,
	bool (*is_kept)(const void *context, const struct told_list *list,
		const struct told_person *person),
	const void *context, struct error *err);

#endif
