/*
 * Inbox rules: what Exchange does with the mail of the shared mailbox, as New-InboxRule's parameters and Microsoft
 * Graph's messageRule both have it. Made of struct rules (rules.h) and the words of matcher/vocabulary.h; written as a
 * PowerShell script, or as JSON for Graph.
 *
 *	inbox_rules_make(&inbox, arena, &rules, findings);
 *	inbox_rules_add_powershell(&out, &inbox);
 *
 * Inbox rules have no regular expressions, and each condition is one list of texts, at most once a rule. So the order
 * and "stop processing more rules" decide:
 *
 *	1. loops and answers of machines    stop
 *	2. a probe                          to the probe's address, stop
 *	3. whom priority does not matter    [carries a tag]
 *	4. ordinary mail                    [carries a tag] except of high priority
 *	5. its end                          [carries a routed tag] except of high priority: stop
 *	                                    what is left, except of high priority: to "*", stop
 *	6. mail of high priority            [carries a tag]
 *	7. its end                          [carries a routed tag]: stop
 *	                                    what is left: to "*"
 *
 * An address has one rule in 3, or one in 4 and one in 6, so that each gets a mail once. Where its tags are too long for
 * one condition, it has several, and the second excepts what the first has.
 *
 * What the pages say, by their names, and what follows:
 *
 *	New-InboxRule: "looks for the specified words or phrases in the Subject field", and multiple ones are given: a text of a
 *	list is enough. Graph, messageRulePredicates: "the strings that appear in the subject".
 *	New-InboxRule: "When conditions specified in an exception are matched, the rule isn't applied to the message".
 *	New-InboxRule: "The maximum length of this parameter is 255 characters": INBOX_LIST_MAX.
 *	New-InboxRule: "Don't use leading or trailing spaces" in a word or phrase.
 *	New-InboxRule, StopProcessingRules: "stop processing additional rules if the conditions of this Inbox rule are met".
 *	New-InboxRule, Priority: "A lower integer value indicates a higher priority"; messageRule, sequence: "the order in which the
 *	rule is executed".
 *	Create rule (Graph): conditions are optional: "when the corresponding conditions, if any, are fulfilled".
 *	Set-Mailbox, RulesQuota: "a number from 32 to 256 kilobytes": INBOX_BYTES_MAX.
 *	No page says whether case matters. Tags are written as the catalogue has them, our own words with a capital; a mail that
 *	writes them otherwise is passed on to "*" at least.
 */
#ifndef RULES_EXCHANGE_INBOX_RULE_H
#define RULES_EXCHANGE_INBOX_RULE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/settings.h"

struct arena;
struct findings;
struct rules;
struct strbuf;

#define INBOX_LIST_MAX  255 /* characters of a list of texts, typed with commas and quotes */
#define INBOX_BYTES_MAX ((size_t)256 * 1024) /* of all rules of a mailbox */

/* What Exchange itself knows a message as; one a rule. */
enum inbox_message_type {
	INBOX_ANY_TYPE,
	INBOX_AUTOMATIC_REPLY,
	INBOX_NON_DELIVERY_REPORT,
	INBOX_READ_RECEIPT,
	INBOX_MEETING_RESPONSE,
	INBOX_MESSAGE_TYPES,
};

/* Conditions, of which all must hold, or exceptions, of which one is enough. A list holds where one of its texts does. */
struct inbox_predicates {
	struct strings subject, header; /* what they contain; none: not asked */
	bool is_high;                   /* importance high */
	enum inbox_message_type type;
};

struct inbox_rule {
	const char *name;    /* the prefix, and what it does; no two have one name */
	const char *section; /* what begins with it, for people; NULL: the section before */
	struct inbox_predicates conditions, exceptions;
	struct strings redirect_to;
	bool stops; /* no rule behind it is processed */
};

struct inbox_rules {
	struct arena *arena; /* borrowed: all below */
	const struct rules *rules;
	const char *prefix;       /* "postvagt 01234567 ": begins the names of all that are ours */
	struct inbox_rule *items; /* in their order */
	size_t count, room;
	const size_t *ways; /* of each tag: in how many ways it is looked for (inbox_words.h) */
};

/*
 * Make them of `rules`, which are borrowed. What cannot be made is a FINDING_ERROR, and false is returned: a text too long for a
 * condition, all of them too long for a mailbox. What differs from the contract more than the manual says is a warning.
 */
bool inbox_rules_make(struct inbox_rules *inbox, struct arena *arena, const struct rules *rules,
	struct findings *findings);

/* How long a list of texts is as New-InboxRule has it: `Word1,"Phrase with spaces",word2`. In UTF-16, as .NET counts. */
size_t inbox_list_length(const struct strings *list);

/* Add the PowerShell script. */
void inbox_rules_add_powershell(struct strbuf *out, const struct inbox_rules *inbox);

/* A rule as a messageRule of Graph, all that a rule of ours can have, at place `sequence`. The caller frees it. */
json_t *inbox_rule_to_json(const struct inbox_rule *rule, int sequence);

/* Add the PowerShell script that makes the Inbox rules above; nothing where these cannot be made. */
void rules_add_exchange(struct strbuf *out, const struct rules *rules);

#endif
