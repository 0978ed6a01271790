#include "init/survey/account_kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "directory/entry/filter.h"

/* userAccountControl ACCOUNTDISABLE (MS-ADTS section 2.2.16). */
#define DISABLED "2"

#define RECIPIENT_TYPE "msExchRecipientTypeDetails"

/*
 * In the order in which a filter takes them: of two rules that find the same accounts, the first. The sign behind the
 * letters of a login keeps "admir" and "svend" people.
 */
const struct account_rule account_rules[] = {
	{ACCOUNT_DISABLED, "userAccountControl", MATCH_BITS, DISABLED, false},
	/* Exchange: SharedMailbox, RoomMailbox, EquipmentMailbox, and the same three in Exchange Online. */
	{ACCOUNT_SHARED, RECIPIENT_TYPE, MATCH_EQUAL, "4", false},
	{ACCOUNT_SHARED, RECIPIENT_TYPE, MATCH_EQUAL, "16", false},
	{ACCOUNT_SHARED, RECIPIENT_TYPE, MATCH_EQUAL, "32", false},
	{ACCOUNT_SHARED, RECIPIENT_TYPE, MATCH_EQUAL, "34359738368", false},
	{ACCOUNT_SHARED, RECIPIENT_TYPE, MATCH_EQUAL, "8589934592", false},
	{ACCOUNT_SHARED, RECIPIENT_TYPE, MATCH_EQUAL, "17179869184", false},
	{ACCOUNT_SHARED, "displayName", MATCH_BEGINS, "fællespostkasse", false},
	{ACCOUNT_SHARED, "displayName", MATCH_BEGINS, "funktionspostkasse", false},
	{ACCOUNT_SHARED, "displayName", MATCH_BEGINS, "shared mailbox", false},
	{ACCOUNT_ADMIN, ACCOUNT_LOGIN, MATCH_BEGINS, "adm-", false},
	{ACCOUNT_ADMIN, ACCOUNT_LOGIN, MATCH_BEGINS, "adm_", false},
	{ACCOUNT_ADMIN, ACCOUNT_LOGIN, MATCH_BEGINS, "admin-", false},
	{ACCOUNT_ADMIN, ACCOUNT_LOGIN, MATCH_BEGINS, "t0-", false},
	{ACCOUNT_ADMIN, ACCOUNT_LOGIN, MATCH_BEGINS, "t1-", false},
	{ACCOUNT_ADMIN, ACCOUNT_LOGIN, MATCH_BEGINS, "t2-", false},
	{ACCOUNT_SERVICE, ACCOUNT_LOGIN, MATCH_BEGINS, "svc-", false},
	{ACCOUNT_SERVICE, ACCOUNT_LOGIN, MATCH_BEGINS, "svc_", false},
	{ACCOUNT_SERVICE, ACCOUNT_LOGIN, MATCH_BEGINS, "svc.", false},
	{ACCOUNT_SERVICE, ACCOUNT_LOGIN, MATCH_BEGINS, "srv-", false},
	{ACCOUNT_SERVICE, ACCOUNT_LOGIN, MATCH_BEGINS, "srv_", false},
	{ACCOUNT_ADMIN, "adminCount", MATCH_EQUAL, "1", true},
	{ACCOUNT_ADMIN, "description", MATCH_CONTAINS, "adminkonto", true},
	{ACCOUNT_ADMIN, "description", MATCH_CONTAINS, "administratorkonto", true},
	{ACCOUNT_ADMIN, "description", MATCH_CONTAINS, "admin account", true},
	{ACCOUNT_SERVICE, "description", MATCH_CONTAINS, "servicekonto", true},
	{ACCOUNT_SERVICE, "description", MATCH_CONTAINS, "systemkonto", true},
	{ACCOUNT_SERVICE, "description", MATCH_CONTAINS, "service account", true},
	{ACCOUNT_SERVICE, "servicePrincipalName", MATCH_PRESENT, NULL, true},
};

const size_t account_rule_count = sizeof(account_rules) / sizeof(*account_rules);

_Static_assert(sizeof(account_rules) / sizeof(*account_rules) <= ACCOUNT_RULES_MAX,
	"found_by has a bit for each rule");

/* Words in the name of an OU above an account, and what all accounts there are. */
static const struct {
	enum account_kind kind;
	const char *word;
} units[] = {
	{ACCOUNT_SHARED, "fællespostkasse"},
	{ACCOUNT_SHARED, "funktionspostkasse"},
	{ACCOUNT_SHARED, "shared mailbox"},
	{ACCOUNT_SHARED, "sharedmailbox"},
	{ACCOUNT_SERVICE, "servicekont"},
	{ACCOUNT_SERVICE, "systemkont"},
	{ACCOUNT_SERVICE, "service account"},
	{ACCOUNT_SERVICE, "serviceaccount"},
	{ACCOUNT_ADMIN, "adminkont"},
	{ACCOUNT_ADMIN, "administratorkont"},
	{ACCOUNT_ADMIN, "admin account"},
};

static bool has_bits(const char *value, const char *wanted)
{
	long long bits = strtoll(wanted, NULL, 10);

	return (strtoll(value, NULL, 10) & bits) == bits;
}

bool account_rule_fits(const struct account_rule *rule, const char *folded)
{
	switch (rule->match) {
	case MATCH_EQUAL:
		return strcmp(folded, rule->value) == 0;
	case MATCH_BEGINS:
		return strncmp(folded, rule->value, strlen(rule->value)) == 0;
	case MATCH_CONTAINS:
		return strstr(folded, rule->value) != NULL;
	case MATCH_BITS:
		return has_bits(folded, rule->value);
	default:
		return true;
	}
}

void account_rule_filter(struct strbuf *out, const struct account_rule *rule, const char *login)
{
	bool is_login = strcmp(rule->attribute, ACCOUNT_LOGIN) == 0;

	strbuf_addf(out, "(%s", is_login ? login : rule->attribute);
	if (rule->match == MATCH_BITS)
		strbuf_adds(out, ":1.2.840.113556.1.4.803:");
	strbuf_addc(out, '=');
	if (rule->match == MATCH_CONTAINS || rule->match == MATCH_PRESENT)
		strbuf_addc(out, '*');
	if (rule->value)
		filter_add_value(out, rule->value);
	if (rule->match == MATCH_CONTAINS || rule->match == MATCH_BEGINS)
		strbuf_addc(out, '*');
	strbuf_addc(out, ')');
}

static bool is_found(const struct account *account, enum account_kind kind, bool is_weak)
{
	for (size_t i = 0; i < account_rule_count; i++) {
		if (account_rules[i].kind == kind && account_rules[i].is_weak == is_weak &&
			(account->found_by >> i & 1))
			return true;
	}
	return false;
}

/* The kind of which an OU above the account tells; ACCOUNT_PERSON: none does. */
static enum account_kind kind_of_unit(struct arena *arena, const char *dn)
{
	const char *key = dn_key(arena, dn);

	for (size_t i = 0; key && i < sizeof(units) / sizeof(*units); i++) {
		if (strstr(dn_parent(key), units[i].word))
			return units[i].kind;
	}
	return ACCOUNT_PERSON;
}

enum account_kind account_kind_of(struct arena *arena, const struct account *account)
{
	static const enum account_kind kinds[] = {ACCOUNT_SHARED, ACCOUNT_ADMIN, ACCOUNT_SERVICE};
	/* Somebody with a name and an address reads mail, whatever once was set for the account. */
	bool is_like_person = account->has_surname && account->has_address;
	bool is_disabled = is_found(account, ACCOUNT_DISABLED, false);
	enum account_kind kind;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (is_found(account, kinds[i], false))
			return kinds[i];
	}
	kind = kind_of_unit(arena, account->dn);
	if (kind != ACCOUNT_PERSON)
		return kind;
	/* Service accounts are among the admins more often than admins are service accounts. */
	if (!is_like_person && is_found(account, ACCOUNT_SERVICE, true))
		return ACCOUNT_SERVICE;
	if (!is_like_person && is_found(account, ACCOUNT_ADMIN, true))
		return ACCOUNT_ADMIN;
	if (account->never_expires && !account->has_surname && !account->has_address &&
		!is_disabled)
		return ACCOUNT_SERVICE;
	return is_disabled ? ACCOUNT_DISABLED : ACCOUNT_PERSON;
}
