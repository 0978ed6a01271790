/*
 * How the points of readiness.h are made: one file judges the set-up (tags, mailbox, lists), one
 * the people, one the mail. Each judge is given the facts and adds its points by these.
 */
#ifndef READINESS_POINT_H
#define READINESS_POINT_H

#include "readiness/checklist.h"

/* What is being judged. */
struct judge_ctx {
	struct readiness *readiness;
	struct arena *arena;
	const struct readiness_facts *facts;
};

/* Begin a point, in state POINT_DONE. It is valid until the next one begins. */
struct point *point_begin(struct judge_ctx *ctx, enum readiness_step step, const char *id,
	const char *title);

/* What shows the state it is in. */
void point_evidence(struct judge_ctx *ctx, struct point *point, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* One thing that is missing: the point is, too. */
void point_misses(struct judge_ctx *ctx, struct point *point, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A point that is not missing becomes unknown. */
void point_unknown(struct point *point);

/* What mends it. Where the same is there already it is not added again. */
void point_command(struct judge_ctx *ctx, struct point *point, const char *command);
void point_lines(struct judge_ctx *ctx, struct point *point, const char *where, const char *format,
	...) __attribute__((format(printf, 4, 5)));

/*
 * LDIF that changes one attribute. `dn` or `value` NULL: the example's DN of a person (struct example_facts), for the
 * reader to put somebody's in its place, which a comment says. A DN in base64 stands above it, too.
 */
void point_modify(struct judge_ctx *ctx, struct point *point, const char *dn, const char *verb,
	const char *attribute, const char *value);

/* The judges, in the card's order. */
void judge_tags(struct judge_ctx *ctx);
void judge_mailbox(struct judge_ctx *ctx);
void judge_passing_on(struct judge_ctx *ctx);
void judge_people(struct judge_ctx *ctx);
void judge_notices(struct judge_ctx *ctx);
void judge_registered(struct judge_ctx *ctx);

#endif
