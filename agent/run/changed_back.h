/*
 * Values that this host wrote and somebody else changed back (rule 10). One that was changed back
 * twice within an hour is not written again for an hour, so that two agents, or an agent and an
 * administrator, do not write over each other for ever.
 *
 *	changed_back_read(&back, settings, now);	// what was written in the last hour
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

/* So many values are remembered, those written last; of more, a change back is not noticed. */
#define CHANGED_BACK_MAX 20000

struct arena;
struct list_outcome;
struct plan;
struct settings;
struct table;

/* One value of one list. */
struct written_value {
	const char *list, *value; /* their DN keys */
	bool is_removal;          /* what was written last */
	moment before, last;      /* the last two times; 0: there was one, or none */
	moment until;             /* it is not written before; 0: it may be */
};

struct changed_back {
	struct arena *arena; /* owned; NULL: not read */
	const char *path;
	struct written_value **items; /* in the order first written */
	size_t count, room;
	struct table *by_value; /* list and value -> struct written_value */
	bool is_changed;        /* since it was read */
	moment next; /* when the first of those left out may be written; MOMENT_LATEST: none */
};

#define CHANGED_BACK_INIT      \
	{                      \
		.arena = NULL, \
	}

void changed_back_read(struct changed_back *back, const struct settings *settings, moment now);

/* Leave out of the plan what is not to be written now, with a finding each; plan->changed_back counts. */
void changed_back_leave_out(struct changed_back *back, struct plan *plan, moment now);

/* Remember what was written: `outcomes` as plan->lists. */
void changed_back_note(struct changed_back *back, const struct plan *plan,
	const struct list_outcome *outcomes, moment now);

enum error_kind changed_back_write(struct changed_back *back, struct error *err);

void changed_back_release(struct changed_back *back);

#endif
