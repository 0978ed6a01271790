/*
 * The signature of a saved plan: of its seal (report/ldif/seal.h), by the key that signs the chain.
 */
#ifndef LEDGER_PLAN_SIGNATURE_H
#define LEDGER_PLAN_SIGNATURE_H

#include <stdbool.h>

struct saved_plan;
struct sign_key;
struct sign_public;
struct strbuf;

/* Sign the text of a plan that is sealed and ended: add the signature's line. */
void plan_sign(struct strbuf *text, const struct sign_key *key);

/* Return whether the owner of one of the keys signed the plan. */
bool plan_is_signed(const struct saved_plan *saved, const struct sign_public *accepted);

#endif
