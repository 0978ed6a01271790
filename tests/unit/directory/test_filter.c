/* Filters: that no value can be anything but a value. */
#include "unit.h"

#include "base/text/strbuf.h"
#include "directory/entry/filter.h"

static void assert_value(const char *value, const char *expected)
{
	struct strbuf filter = STRBUF_INIT;

	filter_add_value(&filter, value);
	assert_string_equal(filter.text, expected);
	strbuf_release(&filter);
}

static void test_value(void **state)
{
	assert_value("", "");
	assert_value("anna", "anna");
	assert_value("Søren Ærø", "Søren Ærø");
	assert_value("*", "\\2a");
	assert_value("a)(uid=*", "a\\29\\28uid=\\2a");
	assert_value("back\\slash", "back\\5cslash");
	assert_value("tab\tdelete\x7f", "tab\\09delete\\7f");
	assert_value("latin1 \xf8", "latin1 \\f8");
	assert_value("both \xc3\xb8 \xf8", "both \\c3\\b8 \\f8");
}

static void test_equal(void **state)
{
	struct strbuf filter = STRBUF_INIT;

	filter_add_equal(&filter, "mail", "bo(1)@eksempel.dk");
	assert_string_equal(filter.text, "(mail=bo\\281\\29@eksempel.dk)");
	strbuf_release(&filter);
}

static void assert_containing(const char *a, const char *b, const char *expected)
{
	struct strbuf filter = STRBUF_INIT;

	filter_add_containing(&filter, "role", a, b);
	assert_string_equal(filter.text, expected);
	strbuf_release(&filter);
}

/* Letters beyond ASCII count for nothing, so that a server's way of folding them does not matter. */
static void test_containing(void **state)
{
	assert_containing("ejer", NULL, "(role=*ejer*)");
	assert_containing("ejer", "SAPA", "(role=*ejer*SAPA*)");
	assert_containing("a*b", "(x)", "(role=*a\\2ab*\\28x\\29*)");
	assert_containing("ændringsejer", NULL, "(role=*ndringsejer*)");
	assert_containing("rådgiver", "ØÆ", "(role=*r*dgiver*)");
	assert_containing("æøå", NULL, "(role=*)");
	assert_containing("", NULL, "(role=*)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_value),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_containing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
