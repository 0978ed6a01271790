/*
 * Recovering a run that did not end (killed, or its disk was full).
 *
 * runs.open of a run that is proved (chain_judge_open()) says which report and undo file the run wrote. What of
 * its changes is in the directory now is looked up, the report is completed with that, and its line
 * is added to the chain.
 *
 * A run that is not proved is not completed, and nothing that its files say gets into a line: it is closed by a
 * line of its own, with the outcome "unproved", the SHA-256 of runs.open, and counts.
 *
 * Only members of the lists in the mapping are looked up, whatever a report names. All of it works on files; the look
 * in the directory is the caller's.
 */
#ifndef LEDGER_RECOVERY_H
#define LEDGER_RECOVERY_H

#include <jansson.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct chain;
struct intended_value;
struct sign_key;
struct sign_public;
struct table;

struct recovery {
	struct chain *chain;
	const struct sign_key *key;
	const struct sign_public *accepted; /* NULL: no key is set */
	const char *run;                    /* the run that recovers: its id */
	moment now;
	const char *member_attribute;
	const struct table *lists; /* of the mapping, by dn_key() */
	json_t *closing;           /* the line for a run that is not proved, but for its outcome */
	/*
	 * Look up the values: `type` NULL asks for the entry. Sets is_there of each. ERROR_LOST, and the
	 * run stays open, where the directory cannot be asked.
	 */
	enum error_kind (*look)(void *context, struct intended_value *values, size_t count,
		struct error *err);
	void *context;
};

/* Recover the run of runs.open, if it is there; says on standard error what came of it. */
enum error_kind recovery_run(const struct recovery *recovery, struct error *err);

#endif
