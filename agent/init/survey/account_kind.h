/*
 * What an account is: a person's, or one that gets no mail of ours. A directory does not say it, so it is judged by
 * evidence: flags, names, descriptions, and the OU. What a rule finds can be left out by a filter; the rest
 * (an OU's name, an account with neither surname nor address) can only be counted. Pure.
 */
#ifndef INIT_SURVEY_ACCOUNT_KIND_H
#define INIT_SURVEY_ACCOUNT_KIND_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct strbuf;

/* Each account counts for one kind alone. */
enum account_kind {
	ACCOUNT_PERSON,
	ACCOUNT_SHARED, /* a shared mailbox, a room, equipment */
	ACCOUNT_SERVICE,
	ACCOUNT_ADMIN,
	ACCOUNT_DISABLED, /* a person's, that is disabled */
	ACCOUNT_KIND_COUNT,
};

/* The attribute of a rule that stands for the login, whichever that is in the directory. */
#define ACCOUNT_LOGIN "login"

/* How a value must be for a rule to find the account; upper and lower case are the same. */
enum account_match {
	MATCH_EQUAL,
	MATCH_BEGINS,
	MATCH_CONTAINS,
	MATCH_PRESENT,
	MATCH_BITS, /* AD: all of these bits (LDAP_MATCHING_RULE_BIT_AND, MS-ADTS section 3.1.1.3.4.4.1) */
};

/* One piece of evidence that a filter can use. */
struct account_rule {
	enum account_kind kind;
	const char *attribute; /* or ACCOUNT_LOGIN */
	enum account_match match;
	const char *value; /* folded (base/text/text.h); NULL for MATCH_PRESENT */
	bool is_weak; /* proves nothing of an account with a surname and an address, such as an adminCount that was left */
};

/* Fewer than the bits of an unsigned long long. */
#define ACCOUNT_RULES_MAX 64
extern const struct account_rule account_rules[];
extern const size_t account_rule_count;

/* Whether a rule finds a value of its attribute, which is folded. */
bool account_rule_fits(const struct account_rule *rule, const char *folded);

/* Add the filter of what a rule finds, "(sAMAccountName=svc-*)"; `login` is the attribute of logins. */
void account_rule_filter(struct strbuf *out, const struct account_rule *rule, const char *login);

/* What is known of one account. */
struct account {
	const char *dn;
	unsigned long long found_by; /* bit i: account_rules[i] finds it */
	bool has_surname, has_address;
	bool never_expires; /* its password */
};

/* The kind of an account. Takes a little memory in `arena`. */
enum account_kind account_kind_of(struct arena *arena, const struct account *account);

#endif
