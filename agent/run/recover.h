/*
 * Recover a run that was never ended (ledger/recovery.h): what of its intentions is
 * in the directory now is looked up there.
 */
#ifndef RUN_RECOVER_H
#define RUN_RECOVER_H

#include "base/message/error.h"

struct chain;
struct session;
struct sign_key;
struct sign_public;

/*
 * Recover what runs.open holds. `accepted` are the keys whose signatures count; NULL: no key is set.
 * ERROR_LOST, and the run stays open, where the directory cannot be asked.
 */
enum error_kind recover_run(struct session *session, struct chain *chain,
	const struct sign_key *key, const struct sign_public *accepted, struct error *err);

#endif
