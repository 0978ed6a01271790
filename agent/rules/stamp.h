/*
 * The stamp of the mailbox's rules: a hash of all that they are made of, which
 * stands at the top of what rules_add_sieve() and rules_add_exchange() write.
 * Rules are older than the mapping where their stamp is another than rules
 * made now would have: another tag, spelling, route or address. Who is on a list
 * makes no difference.
 */
#ifndef RULES_STAMP_H
#define RULES_STAMP_H

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "rules/installed.h"

struct rules;
struct strbuf;

/* What precedes the stamp, on a line of its own. */
#define RULES_STAMP_MARK "# postvagt rules: sha256:"

/* Compute rules->stamp. */
void rules_stamp(struct rules *rules);

/*
 * Read the stamp of the rules in `file` (mailbox.rules_file) and hold it against that of
 * `rules`. ERROR_USAGE where the file cannot be read; the text does not name it.
 */
enum error_kind rules_installed(const char *file, const struct rules *rules,
	enum rules_state *state, struct error *err);

#endif
