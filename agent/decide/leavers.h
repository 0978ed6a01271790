/*
 * Leavers: people whom lists ask for, and whom no mail can reach though no leave of theirs is on (rule
 * 3). They are on no list and nobody stands in for them; each is one finding of a run, however many
 * lists ask for them.
 */
#ifndef DECIDE_LEAVERS_H
#define DECIDE_LEAVERS_H

struct arena;
struct findings;
struct leavers;
struct plan;

/* Start a collection in `arena`. */
struct leavers *leavers_new(struct arena *arena);

/* Note those of a plan; it may be freed then, unlike the snapshot and the mapping. */
void leavers_add(struct leavers *leavers, const struct plan *plan);

/* Make the findings. */
void leavers_report(const struct leavers *leavers, struct findings *findings);

#endif
