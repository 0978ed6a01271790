/* Mail addresses in directory values: which values are one address, and which find somebody. */
#include "unit.h"

#include <string.h>

#include "base/text/strbuf.h"
#include "directory/entry/mail_address.h"

struct value_case {
	const char *attribute, *value;
	enum mail_value expected;
	const char *address;
	bool is_primary;
};

static void test_values(void **state)
{
	static const struct value_case cases[] = {
		{"mail", "anna@eksempel.dk", MAIL_VALUE_ADDRESS, "anna@eksempel.dk", false},
		{"mail", "søren.ågård@eksempel.dk", MAIL_VALUE_ADDRESS, "søren.ågård@eksempel.dk",
			false},
		{"mail", "o'neill+vagt@xn--rgrd-ioa.dk", MAIL_VALUE_ADDRESS,
			"o'neill+vagt@xn--rgrd-ioa.dk", false},
		{"mail", "X Two <x2@eksempel.dk>", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "<x2@eksempel.dk>", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "a@eksempel.dk;b@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "a@eksempel.dk,b@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "a@b@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "a@eksempel.dk ", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", " a@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "a b@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "a\xc2\xa0@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "a\xe2\x80\x8b@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "a\n@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "(a)a@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "anna", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "anna@", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", " ", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "smtp:anna@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"mail", "mailto:anna@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"proxyAddresses", "SMTP:anna@eksempel.dk", MAIL_VALUE_ADDRESS, "anna@eksempel.dk",
			true},
		{"PROXYADDRESSES", "smtp:anna@eksempel.dk", MAIL_VALUE_ADDRESS, "anna@eksempel.dk",
			false},
		{"proxyAddresses", "Smtp:anna@eksempel.dk", MAIL_VALUE_ADDRESS, "anna@eksempel.dk",
			false},
		{"proxyAddresses", "X500:/o=NK/ou=ex/cn=anna", MAIL_VALUE_OTHER, NULL, false},
		{"proxyAddresses", "SIP:anna@eksempel.dk", MAIL_VALUE_OTHER, NULL, false},
		{"proxyAddresses", "x400:C=DK;A= ;P=NK;", MAIL_VALUE_OTHER, NULL, false},
		{"proxyAddresses", "anna@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"proxyAddresses", "SMTP:a@eksempel.dk;b@eksempel.dk", MAIL_VALUE_MALFORMED, NULL,
			false},
		{"proxyAddresses", "smtp: anna@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
		{"proxyAddresses", "smtp:", MAIL_VALUE_MALFORMED, NULL, false},
		{"proxyAddresses", ":anna@eksempel.dk", MAIL_VALUE_MALFORMED, NULL, false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].value); i++) {
		const char *address = NULL;
		bool is_primary = false;

		assert_int_equal(mail_value_read(cases[i].attribute, cases[i].value, &address,
					 &is_primary),
			cases[i].expected);
		assert_int_equal(is_primary, cases[i].is_primary);
		if (cases[i].address)
			assert_string_equal(address, cases[i].address);
		else
			assert_null(address);
	}
}

/* RFC 5321 section 4.5.3.1.3, less the brackets. */
static void test_length(void **state)
{
	const char *address;
	bool is_primary;
	char text[256 + 1];

	memset(text, 'a', sizeof(text));
	memcpy(text, "x@", 2);
	text[254] = '\0';
	assert_int_equal(mail_value_read("mail", text, &address, &is_primary), MAIL_VALUE_ADDRESS);
	text[254] = 'a';
	text[255] = '\0';
	assert_int_equal(mail_value_read("mail", text, &address, &is_primary),
		MAIL_VALUE_MALFORMED);
}

static void test_filters(void **state)
{
	static const struct {
		const char *attribute, *text, *filter;
	} cases[] = {
		{"mail", "anna@eksempel.dk", "(mail=anna@eksempel.dk)"},
		{"mail", "anna", "(mail=anna)"},
		{"mail", "a*)(uid=*@x", "(mail=a\\2a\\29\\28uid=\\2a@x)"},
		{"proxyAddresses", "Anna@eksempel.dk", "(proxyAddresses=smtp:Anna@eksempel.dk)"},
		{"proxyAddresses", "a*@x", "(proxyAddresses=smtp:a\\2a@x)"},
		{"proxyAddresses", "anna", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf filter = STRBUF_INIT;

		mail_filter_add(&filter, cases[i].attribute, cases[i].text);
		assert_string_equal(filter.text, cases[i].filter);
		strbuf_release(&filter);
	}
}

static void test_beginnings(void **state)
{
	struct strbuf filter = STRBUF_INIT;

	mail_filter_add_beginning(&filter, "mail", "an*");
	mail_filter_add_beginning(&filter, "proxyAddresses", "an");
	assert_string_equal(filter.text, "(mail=an\\2a*)(proxyAddresses=smtp:an*)");
	strbuf_release(&filter);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_beginnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
