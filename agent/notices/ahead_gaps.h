/*
 * Gaps of the coming week, for mailbox.fallback: each is announced once, however its end moves.
 */
#ifndef NOTICES_AHEAD_GAPS_H
#define NOTICES_AHEAD_GAPS_H

struct ahead_ctx;
struct coverage_line;

/* Look at one list: note the gaps that begin before gaps_until, and add those that are new to the notice of gaps. */
void ahead_look_at_gaps(struct ahead_ctx *ctx, const struct coverage_line *line);

#endif
