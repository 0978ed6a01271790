/*
 * The seal of a kept plan: its last line but "# end" is the SHA-256 of all that stands above, so
 * that a file that was altered or cut off is noticed. Whoever alters it on purpose can
 * seal it anew: it proves nothing against them.
 */
#ifndef REPORT_SEAL_H
#define REPORT_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "decide/kept_plan.h"

struct strbuf;

/* Seal what `out` has so far. */
void seal_add(struct strbuf *out);

/* Whether the seal is there and right. */
enum kept_state seal_state(const char *text, size_t length);

/* Whether it was ever a kept plan: one of the lines that only such a file has says so. */
bool seal_was_there(const char *text, size_t length);

#endif
