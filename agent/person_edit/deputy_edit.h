/*
 * Deputies by hand, computed: which values of a person's entry are to be written so that somebody is the first of the
 * person's deputies. Pure.
 */
#ifndef PERSON_EDIT_DEPUTY_EDIT_H
#define PERSON_EDIT_DEPUTY_EDIT_H

struct arena;
struct entry_change;
struct person;
struct person_values;

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

#endif
