/* Active Directory's values: identities, shut accounts, primary groups, account names. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "directory/entry/ad_value.h"

/* A berval of a literal with NULs in it. */
#define BYTES(text)                                                  \
	(struct berval)                                              \
	{                                                            \
		.bv_len = sizeof(text) - 1, .bv_val = (char *)(text) \
	}

static void test_guid(void **state)
{
	struct berval guid =
		BYTES("\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff");
	struct strbuf text = STRBUF_INIT;

	ad_guid_add(&text, &guid);
	assert_string_equal(text.text, "00112233-4455-6677-8899-aabbccddeeff");
	strbuf_reset(&text);
	guid.bv_len = 15;
	ad_guid_add(&text, &guid);
	assert_string_equal(text.text, "");
	strbuf_release(&text);
}

static void test_sid(void **state)
{
	/* S-1-5-21-1-2-3-514 */
	struct berval sid =
		BYTES("\x01\x05\0\0\0\0\0\x05\x15\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x02\x02\0\0");
	struct berval large = BYTES("\x01\x01\0\0\0\0\0\x05\xff\xfe\xfd\xfc");
	struct berval empty = BYTES(""), no_part = BYTES("\x01\0\0\0\0\0\0\x05");
	uint32_t rid = 0;

	assert_true(ad_sid_rid(&sid, &rid));
	assert_int_equal(rid, 514);
	assert_true(ad_sid_rid(&large, &rid));
	assert_int_equal(rid, 0xfcfdfeff);
	sid.bv_len -= 1;
	assert_false(ad_sid_rid(&sid, &rid));
	sid.bv_len -= 3;
	assert_false(ad_sid_rid(&sid, &rid));
	assert_false(ad_sid_rid(&empty, &rid));
	assert_false(ad_sid_rid(&no_part, &rid));
}

static void test_disabled(void **state)
{
	assert_false(ad_is_disabled("512"));
	assert_true(ad_is_disabled("514"));
	assert_true(ad_is_disabled("66050"));
	assert_false(ad_is_disabled("66048"));
	assert_false(ad_is_disabled("16")); /* locked out, which is no absence */
	assert_false(ad_is_disabled(""));
	assert_false(ad_is_disabled("two"));
}

static void test_expires(void **state)
{
	static const struct {
		const char *text;
		moment at;
	} cases[] = {
		{"134398656000000000", 1795392000}, /* 2026-11-23T00:00:00Z */
		{"134398656000000001", 1795392001}, /* a part of a second is not over yet */
		{"1", -11644473599},
	};
	static const char *const never[] = {"0", "9223372036854775807", "-1", "", "never",
		"9223372036854775808"}; /* the last is no number that AD has */
	moment at;

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		assert_true(ad_expires(cases[i].text, &at));
		assert_int_equal(at, cases[i].at);
	}
	for (size_t i = 0; i < ROWS(never) && row(i, "%s", never[i]); i++)
		assert_false(ad_expires(never[i], &at));
}

static void test_primary(void **state)
{
	assert_true(ad_can_be_primary("-2147483646"));  /* global, security */
	assert_true(ad_can_be_primary("-2147483640"));  /* universal, security */
	assert_false(ad_can_be_primary("-2147483644")); /* domain local */
	assert_false(ad_can_be_primary("-2147483643")); /* built in */
	assert_false(ad_can_be_primary("2"));           /* for distribution */
	assert_false(ad_can_be_primary("8"));
	assert_false(ad_can_be_primary(""));
}

static void test_groups_of_its_own(void **state)
{
	struct berval admins = {.bv_len = 28,
		.bv_val = (char *)"\1\5\0\0\0\0\0\5\25\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\0\2\0\0"};
	struct berval ordinary = {.bv_len = 28,
		.bv_val = (char *)"\1\5\0\0\0\0\0\5\25\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\350\3\0\0"};
	struct berval cut = {.bv_len = 7, .bv_val = (char *)"\1\5\0\0\0\0\0"};

	assert_true(ad_is_builtin_group("-2147483643"));
	assert_true(ad_is_builtin_group("5"));
	assert_false(ad_is_builtin_group("-2147483644"));
	assert_false(ad_is_builtin_group(""));
	assert_true(ad_is_security_group("-2147483646"));
	assert_false(ad_is_security_group("8"));
	assert_true(ad_sid_is_reserved(&admins));    /* RID 512 */
	assert_false(ad_sid_is_reserved(&ordinary)); /* RID 1000 */
	assert_false(ad_sid_is_reserved(&cut));
	assert_true(ad_is_set("1"));
	assert_false(ad_is_set("0"));
	assert_false(ad_is_set(""));
}

static void test_account_name(void **state)
{
	static const struct {
		const char *name, *account;
	} names[] = {
		{"Infra-Serviceplatformen", "Infra-Serviceplatformen"},
		{"Drift, Øst", "Drift Øst"},
		{"\"/\\[]:;|=,+*?<>@", ""},
		{" a b. . ", "a b"},
		{"a\tb\n", "ab"},
	};
	struct arena *arena = arena_new();
	char name[2 * 300 + 1] = "";

	for (size_t i = 0; i < ROWS(names) && row(i, "%s", names[i].name); i++)
		assert_string_equal(ad_account_name(arena, names[i].name), names[i].account);
	for (size_t i = 0; i < 300; i++)
		memcpy(name + 2 * i, "ø", 3);
	assert_int_equal(strlen(ad_account_name(arena, name)), 2 * 256);
	arena_free(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guid),
		cmocka_unit_test(test_sid),
		cmocka_unit_test(test_disabled),
		cmocka_unit_test(test_expires),
		cmocka_unit_test(test_primary),
		cmocka_unit_test(test_groups_of_its_own),
		cmocka_unit_test(test_account_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
