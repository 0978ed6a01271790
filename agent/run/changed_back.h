/*
 * Values that this host wrote and somebody else changed back (rule 10). One that was changed back
 * twice within an hour is not written again for an hour, so that two agents, or an agent and an
 * administrator, do not write over each other for ever. A change back counts from when a run answers it, by writing
 * again; the first may come days after the first write.
 *
 *	changed_back_read(&back, settings, now);	// what was written in the last month
 *	changed_back_leave_out(&back, plan, now);	// before the limits are checked
 *	changed_back_note(&back, plan, outcomes, now);	// after the plan was applied
 *	changed_back_write(&back, &err);
 *	changed_back_release(&back);
 *
 * It lives in written-NAME.json of the state folder, NAME being that of the folder of reports. A file that is not there, or cannot be read, holds
 * nothing: the count begins again.
 */
#ifndef RUN_CHANGED_BACK_H
#define RUN_CHANGED_BACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"

/* So many values are remembered, those written last, and for so long; of others, a change back is not noticed. */
#define CHANGED_BACK_MAX  20000
#define CHANGED_BACK_TIME (31 * MOMENT_DAY)

struct arena;
struct list_outcome;
struct plan;
struct settings;
struct table;

/* One value of one list. */
struct written_value {
	const char *list, *value; /* their DN keys */
	const char *identity;     /* of the person, who may be renamed; NULL: none, or not known */
	bool is_removal;          /* what was written last */
	moment back;    /* when a change back was last answered, within an hour; 0: none was */
	moment written; /* the last time; 0: before the rest, or longer ago */
	moment until;   /* it is not written before; 0: it may be */
};

struct changed_back {
	struct arena *arena; /* owned; NULL: not read */
	const char *path;
	struct written_value **items;
	size_t count, room;
	struct table *by_value;    /* list and value -> struct written_value */
	struct table *by_identity; /* list and identity -> the same */
	bool is_changed;           /* since it was read */
	moment next; /* when the first of those left out may be written; MOMENT_LATEST: none */
};

#define CHANGED_BACK_INIT              \
	{                              \
		.next = MOMENT_LATEST, \
	}

void changed_back_read(struct changed_back *back, const struct settings *settings, moment now);

/*
 * Leave out of the plan what is not to be written now, with a finding each; plan->changed_back counts. Who would leave for
 * a stand-in that rests stays; a gap says so.
 */
void changed_back_leave_out(struct changed_back *back, struct plan *plan, moment now);

/* Of a saved plan, which is carried out whole or not at all: add to plan->moved what is not to be written now. */
void changed_back_refuse(struct changed_back *back, struct plan *plan, moment now);

/* Remember what was written: `outcomes` as plan->lists. */
void changed_back_note(struct changed_back *back, const struct plan *plan,
	const struct list_outcome *outcomes, moment now);

enum error_kind changed_back_write(struct changed_back *back, struct error *err);

void changed_back_release(struct changed_back *back);

#endif
