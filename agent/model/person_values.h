/*
 * The attributes of a person that `absent` and `back` write, as they stand on the
 * server, and what is to be changed of them. Plain data: directory/
 * reads and writes it, absence_edit.h computes it, report/ tells it.
 */
#ifndef MODEL_PERSON_VALUES_H
#define MODEL_PERSON_VALUES_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Several values of one attribute. */
struct value_set {
	const char **items;
	size_t count, room;
};

/* What an attribute takes, by its syntax in the schema. */
enum value_form {
	FORM_TEXT,
	FORM_TIME,  /* GeneralizedTime */
	FORM_TICKS, /* AD's 100 ns since 1601 */
	FORM_DN,
};

struct person_attribute {
	const char *type;        /* its name */
	struct value_set values; /* by their bytes */
	bool is_known;           /* to the schema: else nothing can be written to it */
	bool is_single;          /* takes one value */
	enum value_form form;
};

/* Of one key of people.attributes; postvagt.yaml may name no more. */
#define ATTRIBUTES_MAX 36

struct person_values {
	const char *dn;
	/*
	 * What is written to. Of the attributes that people.attributes names for a start or an end, the first that has a
	 * value, else the first; where others have values too, these are among its values. For absences and
	 * deputies, the first.
	 */
	struct person_attribute absent_from, absent_until, absence, deputy;
	/* The further attributes of absences: these end there, too, and none begins. */
	struct person_attribute *more_absences;
	size_t more_count;
};

/* Of one attribute: these very values go, and those come. */
struct value_change {
	const char *type;
	struct value_set removed, added;
};

/* All that one person's absences and deputies are written to. */
#define PERSON_ATTRIBUTES_MAX (3 + ATTRIBUTES_MAX)

/* One modify of one entry. */
struct entry_change {
	const char *dn;
	struct value_change items[PERSON_ATTRIBUTES_MAX];
	size_t count; /* 0: nothing is to be written */
};

/* Add a value to a set kept in `arena`. */
void value_set_add(struct value_set *set, struct arena *arena, const char *value);

/* The change of the attribute `type`, made where there was none yet. */
struct value_change *entry_change_of(struct entry_change *change, const char *type);

/* Replace all values of an attribute by others; nothing is added to the change where these are the same set. */
void value_change_replace(struct entry_change *change, struct arena *arena,
	const struct person_attribute *attribute, const struct value_set *values);

/* The values as they are once the change is made; the attributes are borrowed, their sets in `arena`. */
struct person_values person_values_after(struct arena *arena, const struct person_values *values,
	const struct entry_change *change);

/* Whether a set has exactly this value; whether two sets have the same values, in any order. */
bool value_set_has(const struct value_set *set, const char *value);
bool value_set_same(const struct value_set *a, const struct value_set *b);

/* How many values a change adds and removes in all. */
size_t entry_change_added(const struct entry_change *change);
size_t entry_change_removed(const struct entry_change *change);

#endif
