/*
 * The key jq of a feed: what it does not go with, and what its compiler finds, at its place. The compiler's process
 * is this program again, so main() asks first whether it is that one.
 */
#include "unit.h"

#include "base/jq/jq_child.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "model/settings.h"
#include "settings_case.h"

#define FEED_OF(format, keys)                                                     \
	SETTINGS_HEAD "absence:\n  feeds:\n    - name: a\n      url: https://a\n" \
		      "      match: b\n      format: " format "\n      " keys "\n"
#define FEED(keys) FEED_OF("json", keys)

static void test_keys(void **state)
{
	static const struct file_case cases[] = {
		{FEED("jq: '.[]'"), ""},
		{FEED("jq: '{person: .a, deputy: .b}'\n      gives: deputies"), ""},
		{FEED("jq: |\n        # who is away\n        .[]\n        | select(.x)"), ""},
		{FEED("jq: '.[ | x'"),
			"8:11: jq: line 1 of the program: syntax error, unexpected '|'"},
		{FEED("jq: |\n        .[]\n        | foo(1)"),
			"8:11: jq: line 2 of the program: foo/1 is not defined"},
		{FEED("jq: 'import \"x\" as x; .'"), "8:11: jq: "},
		{FEED("jq: '.'\n      records: /d"), "9:16: records does not go with jq"},
		{FEED("jq: '.'\n      fields: {person: p, from: f}"),
			"9:7: fields does not go with jq"},
		{FEED("jq: '.'\n      next: /n\n      only: {a: b}\n      until_is: day"), ""},
		{FEED_OF("csv", "jq: '.'"), "8:11: jq goes with format: json"},
		{FEED_OF("ics", "fields: {zone: TZID}"),
			"8:22: a calendar's times have their own zones"},
		{FEED("fields: {person: p, from: f, zone: z, unread: u}"), ""},
	};

	settings_check_cases(cases, ROWS(cases));
}

/* The names of the fields are those that a program gives. */
static void test_names(void **state)
{
	static const struct file_case good = {FEED("jq: '.[]'"), ""};
	struct settings *settings = settings_load_case(&good);

	assert_non_null(settings);
	assert_string_equal(settings->feeds[0].jq, ".[]");
	assert_string_equal(settings->feeds[0].fields.person, "person");
	assert_string_equal(settings->feeds[0].fields.zone, "zone");
	assert_string_equal(settings->feeds[0].fields.unread, "unread");
	settings_free(settings);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_names),
	};

	if (jq_child_is(argc, argv))
		jq_child_run();
	language_set(LANGUAGE_ENGLISH);
	return cmocka_run_group_tests(tests, settings_set_up, settings_tear_down);
}
