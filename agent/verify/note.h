/*
 * What is said besides findings: nothing is wrong, but an admin should know it. Above all, what could not be seen, and so is
 * unknown.
 */
#ifndef VERIFY_NOTE_H
#define VERIFY_NOTE_H

#include <stddef.h>

struct arena;

/* All zero but the arena: none yet. */
struct notes {
	struct arena *arena; /* borrowed: the texts */
	const char **items;
	size_t count, room;
};

/* Add one, as printf() makes it. */
void note_add(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
