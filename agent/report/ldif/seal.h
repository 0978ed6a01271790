/*
 * The seal of a saved plan: a machine line (machine.h) with the SHA-256 of all that stands above, so that a file
 * that was altered or cut off is noticed. Anyone who alters it on purpose can seal it again; so
 * where there is a key, a line with a signature of the seal follows. Then comes "# end".
 */
#ifndef REPORT_LDIF_SEAL_H
#define REPORT_LDIF_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "decide/resume.h"

struct arena;
struct strbuf;

/* Seal what `out` has so far. */
void seal_add(struct strbuf *out);

/*
 * Whether the seal is there and right; `saved` gets it, and the signature, in `arena`. A plan of the old form
 * is read, too: SAVED_PLAN_STALE where it is whole.
 */
enum saved_plan_state seal_read(struct saved_plan *saved, const char *text, size_t length,
	struct arena *arena);

/* Add the line of a signature to a text that is sealed and ended. */
void seal_add_signature(struct strbuf *text, const char *signature);

/* Whether it was ever a saved plan: one of the lines that only such a file has says so. */
bool seal_was_there(const char *text, size_t length);

#endif
