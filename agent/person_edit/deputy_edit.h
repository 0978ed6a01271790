/*
 * Deputies by hand, computed: which values of a person's entry are to be written so that somebody is the first of the
 * person's deputies while an absence lasts, and so that those whose absence is over are no longer written there. Pure.
 *
 *	struct deputy_editor editor = {.change = &change, .arena = arena, .values = &values, .separator = ";",
 *		.now = now, .absences = absences, .absence_count = count, .before = before};
 *	deputy_edit_end(&editor); // or deputy_edit()
 *	// ... editor.change, editor.after, editor.ended
 */
#ifndef PERSON_EDIT_DEPUTY_EDIT_H
#define PERSON_EDIT_DEPUTY_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "decide/temporary_deputies.h"
#include "model/person_values.h"

struct absence;
struct arena;
struct person;

/* What is edited; all but the last two is the caller's. */
struct deputy_editor {
	struct entry_change *change; /* gets what is to be written */
	struct arena *arena;         /* of all that is made */
	const struct person_values *values;
	const char *separator; /* never NULL */
	moment now;
	const struct absence *absences; /* the directory's, as they are once the change is made */
	size_t absence_count;
	const struct temporary_person *before; /* what is remembered of the person; NULL: nothing */
	struct temporary_person
		after;          /* what is to be; its identity and DN are left to the caller */
	struct value_set ended; /* the deputies whose absence is over */
};

enum deputy_result {
	DEPUTY_TO_WRITE,
	DEPUTY_ALREADY,      /* comes first as it is */
	DEPUTY_IN_NO_ORDER,  /* to write, but other values will come before this one */
	DEPUTY_INSTEAD,      /* to write, in place of those that were there: one value only */
	DEPUTY_NO_ATTRIBUTE, /* the schema has none */
	DEPUTY_NO_NAME,      /* the separator is in each name that there is */
};

/*
 * Add what makes `deputy` the first of the person's deputies until the absence is over, and what removes those whose
 * absence is over; `name` is how the command line called the deputy, and is what is written where the attribute
 * takes no DNs.
 */
enum deputy_result deputy_edit(struct deputy_editor *editor, const struct person *deputy,
	const char *name, const struct absence *absence);

/* Add only what removes the deputies whose absence is over. */
void deputy_edit_end(struct deputy_editor *editor);

/* Whether what is to be remembered differs from what is. */
bool deputy_edit_is_new(const struct deputy_editor *editor);

#endif
