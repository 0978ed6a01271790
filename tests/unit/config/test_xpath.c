/* XPath expressions as settings have them: what is one, and what is said of what is none. */
#include "unit.h"

#include <string.h>

#include "base/text/strbuf.h"
#include "config/feed/xpath.h"
#include "model/settings.h"

static struct named_text items[] = {
	{.name = "s", .text = "urn:sd"}, {.name = "soap-env", .text = "urn:soap"}};
static const struct named_texts declared = {items, 2}, none = {NULL, 0};

struct xpath_case {
	const char *text, *why; /* why "": it is good */
};

static void check(const struct xpath_case *cases, size_t count,
	const struct named_texts *namespaces, enum xpath_gives gives)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].text); i++) {
		struct strbuf why = STRBUF_INIT;
		bool is_good = xpath_check(cases[i].text, namespaces, gives, &why);

		assert_int_equal(is_good, *cases[i].why == '\0');
		assert_string_equal(why.text, cases[i].why);
		strbuf_release(&why);
	}
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NO_XPATH     "no XPath 1.0; expected a path, such as Person/@id or ../Name"

static void test_good(void **state)
{
	static const struct xpath_case cases[] = {
		{".", ""},
		{"id", ""},
		{"@id", ""},
		{"../../x", ""},
		{"/a/b[c = 'x:y']/@d", ""},
		{"s:a/soap-env:b/s:*", ""},
		{"child::s:a", ""},
		{"ancestor-or-self::node()", ""},
		{"a[not(b) and (c or d)] | e", ""},
		{"concat(substring(a, 1, 4), \"-\", normalize-space(b))", ""},
		{"string ( a )", ""},
		{"a div b mod c - d", ""},
		{"count(a) = 3", ""},
		{"-1.5", ""},
		{"comment() | processing-instruction('p') | text()", ""},
		{"xml:lang", ""},
		{"p\xC3\xA5", ""},
		{"div", ""},
		{"and", ""},
	};

	check(cases, COUNT(cases), &declared, XPATH_GIVES_ANY);
}

static void test_bad(void **state)
{
	static const struct xpath_case cases[] = {
		{"", NO_XPATH},
		{"a[", "character 3: " NO_XPATH},
		{"a b", "character 3: " NO_XPATH},
		{"a//", "character 4: " NO_XPATH},
		{"a['x]", "character 3: the quote that opens here is never closed"},
		{"p\xC3\xA5\xC3\xA5/$x",
			"character 5: variables have no value here; expected a path"},
		{"a/x:b",
			"character 3: the prefix \"x\" is not declared; expected one of namespaces: "
			"s, soap-env"},
		{"a[x:b]",
			"character 3: the prefix \"x\" is not declared; expected one of namespaces: "
			"s, soap-env"},
		{"a[false() and x:b]",
			"character 15: the prefix \"x\" is not declared; expected one of namespaces: s, "
			"soap-env"},
		{"document('file:///etc/passwd')",
			"character 1: \"document\" is not a function of XPath 1.0"},
		{"a[sub-string(b, 1)]",
			"character 3: \"sub-string\" is not a function of XPath 1.0; did you mean "
			"substring()?"},
		{"a[current()]", "character 3: \"current\" is not a function of XPath 1.0"},
		{"s:lower-case(a)", "character 1: \"s:lower-case\" is not a function of XPath 1.0"},
		{"substring(a)",
			"a function has more or fewer arguments, or other ones, than XPath 1.0 says"},
		{"count('a')",
			"a function has more or fewer arguments, or other ones, than XPath 1.0 says"},
	};
	static const struct xpath_case undeclared[] = {
		{"x:b",
			"character 1: the prefix \"x\" is not declared; declare it as in namespaces: {s: "
			"\"http://...\"}"},
	};
	static const struct xpath_case records[] = {
		{"/a/b", ""},
		{"//a | //b", ""},
		{"string(a)",
			"this gives a text or a number; expected a path to elements, such as "
			"/Answer/Person"},
		{"a = 'b'",
			"this gives a text or a number; expected a path to elements, such as "
			"/Answer/Person"},
	};

	check(cases, COUNT(cases), &declared, XPATH_GIVES_ANY);
	check(undeclared, COUNT(undeclared), &none, XPATH_GIVES_ANY);
	check(records, COUNT(records), &none, XPATH_GIVES_NODES);
}

/* One that is long or deep is refused or read, and costs no more than that. */
static void test_large(void **state)
{
	static const char *const parts[] = {"(", "-", "a[", "/..", "//*", "|a", "not("};
	struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;

	for (size_t i = 0; i < COUNT(parts) && row(i, "%s", parts[i]); i++) {
		strbuf_reset(&text);
		strbuf_adds(&text, "a");
		while (text.length + strlen(parts[i]) < XPATH_LENGTH_MAX)
			strbuf_adds(&text, parts[i]);
		xpath_check(text.text, &none, XPATH_GIVES_ANY, &why);
		strbuf_adds(&text, "          ");
		strbuf_reset(&why);
		assert_false(xpath_check(text.text, &none, XPATH_GIVES_ANY, &why));
		assert_string_equal(why.text, "longer than 2000 characters");
		strbuf_reset(&why);
	}
	strbuf_release(&text);
	strbuf_release(&why);
}

static void test_names(void **state)
{
	static const struct xpath_case cases[] = {
		{"GetEmployment20111201", ""},
		{"s:d", ""},
		{"x:d",
			"character 1: the prefix \"x\" is not declared; expected one of namespaces: s, "
			"soap-env"},
		{"", "expected the name of an element, such as GetEmployment or s:GetEmployment"},
		{"/d", "expected the name of an element, such as GetEmployment or s:GetEmployment"},
		{"s:", "expected the name of an element, such as GetEmployment or s:GetEmployment"},
		{"s:a:b",
			"expected the name of an element, such as GetEmployment or s:GetEmployment"},
		{"a b", "expected the name of an element, such as GetEmployment or s:GetEmployment"},
	};

	for (size_t i = 0; i < COUNT(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf why = STRBUF_INIT;

		assert_int_equal(xpath_check_name(cases[i].text, &declared, &why), !*cases[i].why);
		assert_string_equal(why.text, cases[i].why);
		strbuf_release(&why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
