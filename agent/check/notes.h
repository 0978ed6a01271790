/*
 * What postvagt check says besides its findings: nothing is wrong, but an admin should know it. Above all, what could not
 * be seen, and so is unknown.
 */
#ifndef CHECK_NOTES_H
#define CHECK_NOTES_H

#include <stddef.h>

struct session;

/* All zero: none yet. In the session's arena. */
struct notes {
	const char **items;
	size_t count, room;
};

/* Add one, as printf() makes it. */
void note_add(struct session *session, struct notes *notes, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Add those on rights that the server does not show, and on names that are not DNs. After a plan. */
void check_notes(struct session *session, struct notes *notes);

#endif
