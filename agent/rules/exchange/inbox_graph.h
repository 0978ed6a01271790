/*
 * The Inbox rules of the mailbox in Exchange Online, by Microsoft Graph (messageRule): read, compared in full, and
 * installed. Needs mailbox.graph, and the application right MailboxSettings.Read, or .ReadWrite to install.
 *
 * Rules of others, whose names do not begin with postvagt's prefix, are never changed.
 *
 * Sources: "List rules", "Create rule", "Update rule" (what is sent takes the place of what a property had), "Delete
 * rule", and the resources messageRule, messageRulePredicates and messageRuleActions.
 */
#ifndef RULES_EXCHANGE_INBOX_GRAPH_H
#define RULES_EXCHANGE_INBOX_GRAPH_H

#include "base/message/error.h"

struct arena;
struct findings;
struct installed_rules;
struct rules;
struct settings;
struct strbuf;

/*
 * Read and compare them, as rules_read_installed() does. Rules are the same where they have the same name, conditions,
 * exceptions and actions in whatever order and case, come in the same order, are enabled and not in error.
 */
enum error_kind inbox_read_installed(const struct settings *settings, const struct rules *rules,
	struct arena *arena, struct installed_rules *installed, struct error *err);

/*
 * Create, change and delete what differs, and read it back. Adds to `said` what was done, or that there was nothing to do, and
 * after a failure what is in force now. Others' rules that keep mail from ours, or pass it on to the same address, are
 * warnings. ERROR_USAGE where the settings lack mailbox.graph.
 *
 * Meanwhile no mail is lost: a list's rule is widened or created before the end of its section is changed, and
 * narrowed or deleted last. A mail that comes just then may go by the rules of before and of now.
 */
enum error_kind inbox_install(const struct settings *settings, const struct rules *rules,
	struct strbuf *said, struct findings *findings, struct error *err);

#endif
