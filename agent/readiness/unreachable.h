/*
 * Deputies, managers and fallbacks whom no mail can reach: known before anybody is away who needs
 * them (CONTRACT section 4, 3). Pure.
 */
#ifndef READINESS_UNREACHABLE_H
#define READINESS_UNREACHABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/snapshot.h"

struct arena;
struct plan;
struct policy;
struct strbuf;

/*
 * Whether no mail reaches somebody at `at`, and no absence with an end, as a leave has, says that one will again:
 * as a rule one who left. Who holds a role then answers nothing.
 */
bool person_is_lost(const struct person *person, moment at);

/* The first few names of those who name somebody, and how many there are. */
#define NAMERS_KEPT_MAX 3

struct namers {
	const char *names[NAMERS_KEPT_MAX];
	size_t count;
};

/* One who is named as a stand-in, and cannot be reached. */
struct unreachable {
	const char *text;            /* as it is named the first time */
	const struct person *person; /* NULL: nobody, for the reason `trouble` */
	const char *trouble;
	bool is_fallback;
	struct namers routes, deputy_of, manager_of; /* tags; people */
};

struct unreachables {
	struct unreachable
		*items; /* in the order in which they are met: fallback, routes, people */
	size_t count, room;
};

/*
 * Find them, in `arena`: of mailbox.fallback, of the routes' deputies, and of all whom a search for a stand-in for
 * somebody that the plan's lists require could look at. The snapshot must be of everyone.
 */
void unreachable_find(struct unreachables *found, struct arena *arena, const struct plan *plan,
	const struct policy *policy, const struct snapshot *snapshot);

/* Add why, and who names them: "the account is disabled; deputy of Anna, Bo and 3 more". */
void unreachable_add(struct strbuf *out, const struct unreachable *one, moment at);

#endif
