/*
 * The stamp of the mailbox's rules: a hash of all that they are made from, at the top of what is made. It says to a
 * person which rules these are; whether rules are in force is for installed.h, which compares them.
 */
#ifndef RULES_MODEL_STAMP_H
#define RULES_MODEL_STAMP_H

#include "base/memory/hash.h"

struct rules;
struct strbuf;

/* What precedes the stamp, on a line of its own. */
#define RULES_STAMP_MARK "# postvagt rules: sha256:"

/* Compute rules->stamp. */
void rules_stamp(struct rules *rules);

#endif
