/*
 * What KOMBIT was told last, by `register --send`, as the chain of runs has it.
 */
#ifndef LEDGER_REGISTERED_H
#define LEDGER_REGISTERED_H

#include <jansson.h>
#include <stdbool.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct arena;

/* A mail of a run. */
struct registered_mail {
	const char *address; /* of the mailbox; NULL: there is no such mail */
	const char *to;      /* whom the mail went to */
	moment at;
};

struct registered {
	struct registered_mail sent; /* the last that went */
	struct registered_mail
		unsure; /* of a run since then that was interrupted, or had no answer: it may have gone */
};

/* Note in the line of a run that failed that its mail may have gone all the same. */
void registered_set_unsure(json_t *line);

/* The key of a line under which it says what was known before it, so that nobody reads back; a line of an older version lacks it. */
#define REGISTERED_LINE_KEY "registered"

/*
 * Set in `line` what is known of registrations before it, by the last line (NULL: there is none) or, where that does not say, by
 * all that `folder` has. `is_proved`: the last line counts; else what it says is marked "unproved", as it is not
 * to look as if we had noted it.
 */
void registered_carry(json_t *line, const json_t *last_line, const char *folder, bool is_proved);

/* Find it in the folder of reports, in `arena`. A folder without a chain knows of none. ERROR_OURS. */
enum error_kind registered_find(struct registered *registered, const char *folder,
	struct arena *arena, struct error *err);

#endif
