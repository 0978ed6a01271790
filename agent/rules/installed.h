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

#include "base/message/error.h"
#include "base/message/finding.h"
#include "rules/model/installed_rules.h"

struct arena;
struct rules;
struct settings;

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
