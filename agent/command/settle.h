/*
 * Settling a run that was never ended (killed, or its disk full): what of its
 * intentions is there now is looked up in the directory, its report is completed with
 * that, and its line is added to the chain.
 */
#ifndef COMMAND_SETTLE_H
#define COMMAND_SETTLE_H

#include "base/error.h"

struct chain;
struct session;
struct sign_key;

/* Settle chain->open. ERROR_LOST, and the run stays open, where the directory cannot be asked. */
enum error_kind settle(struct session *session, struct chain *chain, const struct sign_key *key,
	struct error *err);

#endif
