/* What an account is, by evidence. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "init/survey/account_kind.h"

static size_t rule_of(const char *attribute, const char *value)
{
	for (size_t i = 0; i < account_rule_count; i++) {
		const struct account_rule *rule = &account_rules[i];

		if (strcmp(rule->attribute, attribute) == 0 &&
			(!value || (rule->value && strcmp(rule->value, value) == 0)))
			return i;
	}
	fail_msg("no rule of %s %s", attribute, value ? value : "");
	return 0;
}

static const struct {
	const char *attribute, *value; /* of the rule */
	const char *folded;
	bool fits;
} values[] = {
	{"userAccountControl", "2", "514", true},
	{"userAccountControl", "2", "66050", true},
	{"userAccountControl", "2", "512", false},
	{"userAccountControl", "2", "x", false},
	{ACCOUNT_LOGIN, "svc-", "svc-sql01", true},
	{ACCOUNT_LOGIN, "svc-", "svend", false},
	{ACCOUNT_LOGIN, "adm-", "admira", false},
	{"displayName", "fællespostkasse", "fællespostkasse løn 3", true},
	{"displayName", "fællespostkasse", "løn (fællespostkasse)", false},
	{"description", "servicekonto", "it-servicekonto til kmd", true},
	{"description", "servicekonto", "service", false},
	{"adminCount", "1", "1", true},
	{"adminCount", "1", "0", false},
	{"msExchRecipientTypeDetails", "4", "4", true},
	{"msExchRecipientTypeDetails", "4", "34359738368", false},
	{"servicePrincipalName", NULL, "http/x", true},
};

static void test_values(void **state)
{
	(void)state;
	for (size_t i = 0;
		i < ROWS(values) && row(i, "%s %s", values[i].attribute, values[i].folded); i++) {
		size_t rule = rule_of(values[i].attribute, values[i].value);

		assert_int_equal(account_rule_fits(&account_rules[rule], values[i].folded),
			values[i].fits);
	}
}

static const struct {
	const char *attribute, *value;
	const char *filter;
} filters[] = {
	{"userAccountControl", "2", "(userAccountControl:1.2.840.113556.1.4.803:=2)"},
	{ACCOUNT_LOGIN, "svc-", "(uid=svc-*)"},
	{"description", "servicekonto", "(description=*servicekonto*)"},
	{"adminCount", "1", "(adminCount=1)"},
	{"servicePrincipalName", NULL, "(servicePrincipalName=*)"},
};

static void test_filters(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ROWS(filters) && row(i, "%s", filters[i].filter); i++) {
		strbuf_reset(&out);
		account_rule_filter(&out,
			&account_rules[rule_of(filters[i].attribute, filters[i].value)], "uid");
		assert_string_equal(out.text, filters[i].filter);
	}
	strbuf_release(&out);
}

/* krbtgt, and other service accounts that are among the admins. */
static void test_service_among_admins(void **state)
{
	struct arena *arena = arena_new();
	struct account account = {.dn = "CN=krbtgt,CN=Users,DC=x",
		.found_by = 1ULL << rule_of("adminCount", "1") |
			1ULL << rule_of("description", "service account")};

	(void)state;
	assert_int_equal(account_kind_of(arena, &account), ACCOUNT_SERVICE);
	arena_free(arena);
}

#define PEOPLE "CN=a,OU=Brugere,DC=x"

static const struct {
	const char *dn;
	const char *attribute, *value; /* of a rule that finds it; NULL: none */
	bool has_surname, has_address, never_expires;
	enum account_kind kind;
} accounts[] = {
	{PEOPLE, NULL, NULL, true, true, true, ACCOUNT_PERSON},
	{PEOPLE, NULL, NULL, true, false, true, ACCOUNT_PERSON},
	{PEOPLE, NULL, NULL, false, false, false, ACCOUNT_PERSON},
	{PEOPLE, NULL, NULL, false, false, true, ACCOUNT_SERVICE},
	{PEOPLE, "userAccountControl", "2", true, true, false, ACCOUNT_DISABLED},
	{PEOPLE, "userAccountControl", "2", false, false, true, ACCOUNT_DISABLED}, /* Guest */
	{PEOPLE, ACCOUNT_LOGIN, "svc-", true, true, false, ACCOUNT_SERVICE},
	{PEOPLE, ACCOUNT_LOGIN, "adm-", true, true, false, ACCOUNT_ADMIN},
	{PEOPLE, "displayName", "fællespostkasse", false, true, false, ACCOUNT_SHARED},
	/* what is left of former times, or is set for anybody, proves nothing of a person */
	{PEOPLE, "adminCount", "1", true, true, false, ACCOUNT_PERSON},
	{PEOPLE, "adminCount", "1", false, false, false, ACCOUNT_ADMIN},
	{PEOPLE, "description", "adminkonto", true, true, false, ACCOUNT_PERSON},
	{PEOPLE, "description", "adminkonto", false, false, false, ACCOUNT_ADMIN},
	{PEOPLE, "servicePrincipalName", NULL, true, true, false, ACCOUNT_PERSON},
	{PEOPLE, "servicePrincipalName", NULL, false, true, false, ACCOUNT_SERVICE},
	/* OUs */
	{"CN=a,OU=Servicekonti,DC=x", NULL, NULL, true, true, false, ACCOUNT_SERVICE},
	{"CN=a,OU=Servicekonti,DC=x", ACCOUNT_LOGIN, "t1-", false, false, false, ACCOUNT_ADMIN},
	{"CN=a,OU=It,OU=FÆLLESPOSTKASSER og lokaler,DC=x", "userAccountControl", "2", false, true,
		false, ACCOUNT_SHARED},
	{"CN=Servicekonti,OU=Brugere,DC=x", NULL, NULL, true, true, false, ACCOUNT_PERSON},
	{"no DN", NULL, NULL, true, true, false, ACCOUNT_PERSON},
};

static void test_kinds(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ROWS(accounts) && row(i, "%s", accounts[i].dn); i++) {
		struct account account = {.dn = accounts[i].dn,
			.has_surname = accounts[i].has_surname,
			.has_address = accounts[i].has_address,
			.never_expires = accounts[i].never_expires};

		if (accounts[i].attribute)
			account.found_by = 1ULL
				<< rule_of(accounts[i].attribute, accounts[i].value);
		assert_int_equal(account_kind_of(arena, &account), accounts[i].kind);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_service_among_admins),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
