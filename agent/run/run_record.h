/*
 * The record of one run: its line in the chain of runs, its reports, and the lock
 * under which they are written (ledger/chain.h).
 *
 *	struct run_record record = RUN_RECORD_INIT;
 *	run_record_begin(&record, &session, &err);		// recovers what another run left open
 *	run_record_store(&record, &text, &undo, &path, &err);	// before the directory is written, and after
 *	run_record_end(&record, &err);
 *	run_record_release(&record);
 */
#ifndef RUN_RUN_RECORD_H
#define RUN_RUN_RECORD_H

#include <jansson.h>

#include "base/message/error.h"
#include "ledger/chain.h"
#include "ledger/sign.h"
#include "model/outcome.h"

struct session;
struct strbuf;
struct totals;

struct run_record {
	struct session *session; /* borrowed */
	struct chain chain;
	struct sign_key key;
	struct sign_public accepted; /* by whom lines may be signed, where there is a key */
	json_t *line;                /* owned */
	bool is_stored;              /* runs.open and the reports of an intent are there */
};

#define RUN_RECORD_INIT             \
	{                           \
		.chain = CHAIN_INIT \
	}

/* Read the key, lock the folder, recover an unfinished run, and begin the line. */
enum error_kind run_record_begin(struct run_record *record, struct session *session,
	struct error *err);

/* Recover an unfinished run, for a caller that reads the chain before its own record begins. */
enum error_kind run_record_recover(struct session *session, struct error *err);

/* Set what else the line says. */
void run_record_outcome(struct run_record *record, enum run_outcome outcome, int status,
	const char *said);
void run_record_totals(struct run_record *record, const struct totals *totals);

/*
 * Write runs.open with the hashes of the two texts, then the texts. `path` gets the report's. A failure
 * says what it means: the first time that nothing was changed, later that the next run finishes the report.
 */
enum error_kind run_record_store(struct run_record *record, const struct strbuf *text,
	const struct strbuf *undo, struct strbuf *path, struct error *err);

/* Append the line. After a failure the run stays open: the next one recovers it. */
enum error_kind run_record_end(struct run_record *record, struct error *err);
void run_record_release(struct run_record *record);

/* Write the whole record of a run that failed before it began to write. Failures are printed on standard error. */
void run_record_failure(struct session *session, int status, const char *said);

#endif
