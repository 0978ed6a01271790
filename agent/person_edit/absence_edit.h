/*
 * Hand input, computed: which values of a person's entry are to be written so
 * that the person is absent, is back, or has a deputy. Pure; what is written is
 * in the forms that the contract reads.
 *
 * No absence is lost: the pair of attributes is written anew only where it is
 * empty or over; while it holds another absence (or something that cannot be
 * read) the new one becomes a FROM/UNTIL beside it. Every value that goes is
 * named, so that a server refuses the change where somebody was there first.
 */
#ifndef PERSON_EDIT_ABSENCE_EDIT_H
#define PERSON_EDIT_ABSENCE_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct absence;
struct arena;
struct entry_change;
struct person;
struct person_values;

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

/* Add to `change` what makes the person absent. Everything is put into `arena`. */
enum absence_edit_result absence_edit_begin(struct entry_change *change, struct arena *arena,
	const struct person_values *values, const char *separator,
	const struct absence_edit *absence, moment now);

/*
 * Add what ends every absence that is on at `now`, with the minute before it; one
 * that began in that minute goes altogether. Those that are over, or to come, stay.
 */
void absence_edit_end(struct entry_change *change, struct arena *arena,
	const struct person_values *values, const char *separator, moment now);

enum deputy_result {
	DEPUTY_TO_WRITE,
	DEPUTY_ALREADY,      /* comes first as it is */
	DEPUTY_IN_NO_ORDER,  /* to write, but other values will come before this one */
	DEPUTY_INSTEAD,      /* to write, in place of those that were there: one value only */
	DEPUTY_NO_ATTRIBUTE, /* the schema has none */
	DEPUTY_NO_NAME,      /* the separator is in each name that there is */
};

/*
 * Add what makes `deputy` the first of the person's deputies; `name` is how the
 * command line called the deputy, and is what is written where the attribute
 * takes no DNs.
 */
enum deputy_result absence_edit_deputy(struct entry_change *change, struct arena *arena,
	const struct person_values *values, const char *separator, const struct person *deputy,
	const char *name);

/* The absences that the values hold, less what cannot be read; returns how many. By start. */
size_t absence_edit_list(struct arena *arena, const struct person_values *values,
	const char *separator, struct absence **absences);

#endif
