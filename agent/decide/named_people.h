/*
 * Whom findings, pages and logs may name (CONTRACT section 4, its end): the people whom some list asks for, those who are
 * on one, and all who could ever stand in. What is read of others is counted, not named.
 */
#ifndef DECIDE_NAMED_PEOPLE_H
#define DECIDE_NAMED_PEOPLE_H

struct arena;
struct plan;
struct policy;
struct snapshot;
struct table;

/*
 * Find them for a plan that was decided, as far as the snapshot has them: a table in `arena`, by person_identity(). One
 * whose roles are not known is among them, since lists may ask for them. Each is looked at once.
 */
struct table *named_people_find(struct arena *arena, const struct plan *plan,
	const struct policy *policy, const struct snapshot *snapshot);

#endif
