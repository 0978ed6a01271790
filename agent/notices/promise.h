/*
 * What notices said of days to come: who will stand in, who leaves without a stand-in, and gaps. It is kept (history.h), so that
 * each is said once, and taken back where it is not so any more.
 */
#ifndef NOTICES_PROMISE_H
#define NOTICES_PROMISE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/mapping.h"
#include "model/plan.h"

struct arena;
struct table;

enum promise_kind {
	PROMISE_STAND_IN,  /* `to` was notified to stand in for `whom` */
	PROMISE_UNCOVERED, /* `to`, who is `whom`, was notified that nobody stands in */
	PROMISE_GAP, /* mailbox.fallback was notified of a gap, for want of a stand-in for `whom` if any */
};

struct promise {
	enum promise_kind kind;
	const char *list, *tag; /* dn_key(); the route's first tag */
	enum block_kind block;
	const char *whom, *whom_name; /* identity and name of who will be away; "": nobody's */
	const char *to, *name,
		*mail;      /* identity, name and address of who was notified; PROMISE_GAP: "" */
	const char *member; /* dn_key() of `to` */
	enum gap_kind gap;  /* PROMISE_GAP */
	moment from, until; /* until: PROMISE_GAP, as far as was known */

	/* Of one look (ahead.h), not kept. */
	bool is_seen;  /* it is still so */
	bool is_exact; /* what was announced begins when it was to begin */
	bool is_over;  /* it is forgotten at the next write */
};

struct promises {
	struct promise *items;
	size_t count, room;
	bool changed;        /* since they were read; to be set where they are changed */
	moment looked_until; /* absences that begin before it were looked at; MOMENT_EARLIEST: never */
};

/* Add one; the texts are borrowed. */
struct promise *promises_add(struct promises *promises, struct arena *arena,
	const struct promise *promise);

/* The duty of `to` to stand in for `whom` on a list, as a key of a table, in `arena`. */
const char *promise_duty(struct arena *arena, const char *list, const char *whom, const char *to);

/* What was said of stand-ins' `duties`, as `whom` is away now, is over: it was fulfilled. `arena` is for what is needed meanwhile. */
void promises_fulfil(struct promises *promises, const struct table *duties, struct arena *arena,
	moment now);

/* Make a file of them, owned by the caller; read them from one. What is not a promise is left out. */
json_t *promises_json(const struct promises *promises);
void promises_read(struct promises *promises, const json_t *root, struct arena *arena);

#endif
