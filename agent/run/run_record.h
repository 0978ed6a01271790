/*
 * The account of a run: its line in the chain of runs, its reports, and the lock
 * under which they are written (ledger/chain.h).
 *
 *	struct run_record account = RUN_RECORD_INIT;
 *	run_record_begin(&account, session, &err);	(settles what another run left open)
 *	run_record_store(&account, ...);		before the directory is touched, and after
 *	run_record_end(&account, status, &err);
 *	run_record_release(&account);
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

/* Read the key, lock the folder, settle an unfinished run, and begin the line. */
enum error_kind run_record_begin(struct run_record *record, struct session *session,
	struct error *err);

/* Settle an unfinished run, for one who reads the chain before an account of its own. */
enum error_kind run_record_recover(struct session *session, struct error *err);

/* What the line tells besides. */
void run_record_outcome(struct run_record *record, enum run_outcome outcome, int status,
	const char *said);
void run_record_totals(struct run_record *record, const struct totals *totals);

/*
 * Write runs.open with the hashes of the two texts, then the texts. `path` gets the report's. A failure
 * says what it means: the first time that nothing was changed, later that the next run finishes the report.
 */
enum error_kind run_record_store(struct run_record *record, const struct strbuf *text,
	const struct strbuf *undo, struct strbuf *path, struct error *err);

/* Append the line. After a failure the run stays open: the next one settles it. */
enum error_kind run_record_end(struct run_record *record, struct error *err);
void run_record_release(struct run_record *record);

/* The whole account of a run that came to nothing; says on standard error what fails of it. */
void run_record_failure(struct session *session, int status, const char *said);

#endif
