/*
 * What the rules that the mail system has now are, against those that would be made now.
 */
#ifndef RULES_MODEL_INSTALLED_RULES_H
#define RULES_MODEL_INSTALLED_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/finding.h"

struct arena;

enum rules_state {
	RULES_CURRENT,
	RULES_OLDER, /* they are postvagt's, and others than those of now: of another mapping, or changed by hand */
	RULES_MISSING, /* none are in force, or none of postvagt's */
	RULES_UNKNOWN, /* they could not be seen */
};

/* All texts are in the arena, and in the language in force. */
struct installed_rules {
	enum rules_state state;
	const char *
		where; /* they are: "sieve://mail.eksempel.dk, script \"postvagt\"", a file, a mailbox */
	/*
	 * RULES_OLDER: what differs, a few lines with \n between; RULES_MISSING: what is there instead, one sentence; else NULL.
	 */
	const char *what;
	/*
	 * Where the mail system says to how many addresses it passes one mail on, and that is fewer than
	 * rules_most_targets(): a mail with more is passed on to nobody.
	 */
	bool has_few_redirects;
	size_t redirects;
	/* Rules of others that keep mail from these, or pass it on beside them; an error where that is all mail. */
	struct findings others;
};

/*
 * Compare a whole text with the one that would be made now (rules_text.h), and set installed's state and what: RULES_MISSING
 * where it is neither that nor otherwise postvagt's.
 */
void installed_rules_judge(struct installed_rules *installed, struct arena *arena,
	const char *expected, const char *text);

#endif
