/*
 * What went wrong, by whose fault, in words for a person.
 *
 * A function that can fail takes a `struct error *` last and returns an enum
 * error_kind: ERROR_NONE (0) or what it gave to error_set(). The caller that
 * made the struct releases it. Only the first failure is kept: later ones are
 * most often its echoes.
 */
#ifndef BASE_MESSAGE_ERROR_H
#define BASE_MESSAGE_ERROR_H

#include "base/text/strbuf.h"

enum error_kind {
	ERROR_NONE = 0,
	ERROR_USAGE,  /* the command line or a file is wrong: exit status 2 */
	ERROR_TARGET, /* the directory refused, failed, or is not what it should be: 1 */
	ERROR_LOST,   /* the directory cannot be reached, or went away: 1, worth another try */
	ERROR_OURS,   /* this machine failed us, a disk or a folder: 1 */
};

struct error {
	enum error_kind kind;
	struct strbuf text; /* owned; one sentence, no final full stop or newline */
};

#define ERROR_INIT                                      \
	{                                               \
		.kind = ERROR_NONE, .text = STRBUF_INIT \
	}

/* Record a failure unless one is recorded already. Returns `kind`, so that a caller can `return` it. */
enum error_kind error_set(struct error *err, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Drop what is recorded; `err` is as after ERROR_INIT. */
void error_release(struct error *err);

#endif
