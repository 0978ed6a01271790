/*
 * A person, as the decision sees one: where the entry is, who it is, how mail
 * reaches it, when it is away, and who then stands in.
 */
#ifndef DECIDE_PERSON_H
#define DECIDE_PERSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/moment.h"
#include "decide/mapping.h"

/*
 * One absence. Its kind (illness, leave) is nobody's business and is not here.
 */
struct absence {
	moment start, end;          /* [start, end); MOMENT_EARLIEST and MOMENT_LATEST: open */
	struct references deputies; /* whom a feed names for this absence; the directory's are the person's */
	size_t order;               /* feeds in the settings' order, records in the feed's; 0 for the directory */
};

struct person {
	const char *dn;       /* as the directory writes it */
	const char *key;      /* dn_key() */
	const char *identity; /* entryUUID or objectGUID as text: who it is, whatever it is called */
	const char *name;     /* for people to read; the DN's first value where the entry has none */
	const char *mail;     /* NULL: none, so not reachable */
	const char *login;    /* NULL: none */
	bool enabled;         /* AD: neither disabled nor expired; elsewhere true */
	const char **roles;   /* values of the role attribute, split; as written */
	size_t role_count;
	struct references deputies; /* the directory's, in order (rule 3) */
	struct reference manager;   /* text NULL: none */
	struct absence *absences;   /* sorted by start, then order */
	size_t absence_count;
};

/* Whether mail can reach the person: enabled, with a mail address. */
bool person_is_reachable(const struct person *person);

/*
 * Whether any absence contains `t`. `*until` (may be NULL) gets the end of the
 * stretch that `t` lies in, absences that touch or overlap counted as one;
 * MOMENT_LATEST where it is open.
 */
bool person_is_absent(const struct person *person, moment t, moment *until);

/* Reachable and not absent. */
bool person_is_available(const struct person *person, moment t);

/*
 * The person's deputies at `t`, in the order of rule 3: those whom feeds name
 * for absences on at `t`, then the directory's. With `any_time`, those of every
 * absence. Calls `visit` for each until it returns true; returns whether it did.
 */
bool person_each_deputy(const struct person *person, moment t, bool any_time,
	bool (*visit)(void *context, const struct reference *deputy), void *context);

#endif
