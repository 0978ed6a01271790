/*
 * The rules that the mail system has now, compared in full with those that would be made now.
 *
 *	struct installed_rules installed;
 *	if (rules_can_read_installed(settings))
 *		failed = rules_read_installed(settings, &rules, arena, &installed, &err);
 *
 * They are read where the settings say: by ManageSieve (mailbox.sieve), by Microsoft Graph
 * (mailbox.graph), else from the file that somebody installs by hand (mailbox.rules_file). Comments and
 * ends of lines do not count, so neither another version of postvagt nor another mapping that makes the
 * same rules makes them older.
 */
#ifndef RULES_INSTALLED_H
#define RULES_INSTALLED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

struct arena;
struct rules;
struct settings;

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
};

/* Whether the settings say where they are. */
bool rules_can_read_installed(const struct settings *settings);

/*
 * Read and compare them. After a failure the state is RULES_UNKNOWN, and the text of `err` says why, with the
 * address or file: ERROR_USAGE where a file that the settings name cannot be read, ERROR_TARGET or
 * ERROR_LOST as the server has it.
 */
enum error_kind rules_read_installed(const struct settings *settings, const struct rules *rules,
	struct arena *arena, struct installed_rules *installed, struct error *err);

/*
 * Compare a whole text, of Sieve or of PowerShell, and set installed's state and what: RULES_MISSING where it is neither the one
 * that would be made now nor otherwise postvagt's.
 */
void rules_judge_text(const struct rules *rules, const char *text, struct arena *arena,
	struct installed_rules *installed);

#endif
