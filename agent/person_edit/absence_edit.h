/*
 * Absences by hand, computed: which values of a person's entry are to be written so that the person is absent or is back.
 * Pure; what is written is in the forms that the contract reads.
 *
 *	struct absence_editor editor = {.change = &change, .arena = arena, .values = &values,
 *		.separator = ";", .now = now};
 *	absence_edit_begin(&editor, &absence);
 *	// ... editor.change, editor.cleaned
 *
 * No absence is lost: the pair of attributes is written again only where it is empty or over; while it holds another
 * absence, or something that cannot be read, the new one becomes a FROM/UNTIL beside it. Every value that goes is
 * named, so that a server refuses the change where somebody else was first.
 *
 * A change also cleans up: it removes the person's absences that ended, so that attributes do not fill up. What has not
 * ended, what cannot be read, and what may still be joined to a next absence by absence.bridge, is left alone.
 */
#ifndef PERSON_EDIT_ABSENCE_EDIT_H
#define PERSON_EDIT_ABSENCE_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct absence;
struct arena;
struct entry_change;
struct person_values;

/* Absences, in an arena. */
struct absence_list {
	struct absence *items;
	size_t count, room;
};

/* What is edited; all but `cleaned` is the caller's. */
struct absence_editor {
	struct entry_change *change; /* gets what is to be written */
	struct arena *arena;         /* of all that is made */
	const struct person_values *values;
	const char *separator; /* never NULL */
	moment now;
	int bridge;                  /* seconds; policy.bridge */
	struct absence_list cleaned; /* absences that had ended, and that the change removes */
};

/* What is asked for: [start, end). */
struct absence_edit {
	moment start, end;               /* MOMENT_LATEST as an end: open */
	bool start_is_date, end_is_date; /* given as days; the end's is the last one away */
};

enum absence_edit_result {
	ABSENCE_EDIT_TO_WRITE,     /* the change says what */
	ABSENCE_EDIT_ALREADY,      /* the person is away all that time: nothing to write */
	ABSENCE_EDIT_NO_ATTRIBUTE, /* the schema has none that could hold it */
	ABSENCE_EDIT_NO_ROOM,      /* one value only, which is taken, and no separator */
};

/* Add to the change what makes the person absent. */
enum absence_edit_result absence_edit_begin(struct absence_editor *editor,
	const struct absence_edit *absence);

/* Absences to end: those that have not ended and that contain a moment from `first` to `last`, both included. */
struct absence_choice {
	moment first, last;
};

/*
 * Add what ends the absences chosen: one that is on ends with the minute before `now`; one that began in that minute,
 * or is to come, goes altogether. Return how many are chosen; nothing is changed where that is 0.
 */
size_t absence_edit_end(struct absence_editor *editor, const struct absence_choice *choice);

/* The absences that the values hold, less what cannot be read; returns how many. By start. */
size_t absence_edit_list(const struct absence_editor *editor, struct absence **absences);

#endif
