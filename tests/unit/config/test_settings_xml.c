/* The keys of a feed of XML: what is wrong with a namespace, a root or an XPath is said at its place. */
#include "unit.h"

#include "model/settings.h"
#include "settings_case.h"

#define FEED_OF(format, keys)                                                     \
	SETTINGS_HEAD "absence:\n  feeds:\n    - name: a\n      url: https://a\n" \
		      "      match: b\n      format: " format "\n      " keys "\n"
#define FEED(keys)   FEED_OF("xml", keys)
#define FIELDS       "fields: {person: p, from: f}"
#define WITH(fields) FEED("records: /d/r\n      " fields)

static void test_keys(void **state)
{
	static const struct file_case cases[] = {
		{WITH(FIELDS), ""},
		{WITH("namespaces: {s: 'urn:sd'}\n      root: s:d\n      only: {'s:a/@b = 3': 'true', "
		      "\"count(../x)\": 0}\n      fields: {person: ../s:p, from: 'concat(a, \"-\", b)', "
		      "until: '@u', deputy: '//d'}"),
			""},
		{FEED(FIELDS), "4:7: records is missing: with format: xml it is an XPath"},
		{FEED("records: ''\n      " FIELDS), "8:16: records is missing"},
		{FEED("records: /d/r[\n      " FIELDS),
			"8:16: records: character 6: no XPath 1.0; expected a path"},
		{FEED("records: string(/d)\n      " FIELDS),
			"8:16: records: this gives a text or a number; expected a path to elements"},
		{WITH("fields: {person: s:p, from: x:f}"),
			"9:24: fields.person: character 1: the prefix \"s\" is not declared\n"
			"9:35: fields.from: character 1: the prefix \"x\" is not declared"},
		{WITH("fields: {person: p, from: f, until: u(), deputy: '$d'}"),
			"9:43: fields.until: character 1: \"u\" is not a function\n"
			"9:56: fields.deputy: character 1: variables have no value"},
		{WITH("gives: roles\n      fields: {person: p, from: f, zone: '/..[', role: '[', unread: ')'}"),
			"10:42: fields.zone: character 4: no XPath\n"
			"10:56: fields.role: no XPath\n10:69: fields.unread: no XPath"},
		{WITH("only: {ok: 1, 's:x': 2}\n      " FIELDS),
			"9:21: only: character 1: the prefix \"s\" is not declared"},
		{WITH("root: s:d\n      " FIELDS),
			"9:13: root: character 1: the prefix \"s\" is not declared"},
		{WITH("root: /d\n      " FIELDS),
			"9:13: root: expected the name of an element, such as GetEmployment"},
		{WITH("namespaces: {s: }\n      " FIELDS),
			"9:20: namespaces: expected the namespace's address"},
		{WITH("namespaces: {xmls: a, 's:': b}\n      " FIELDS),
			"9:20: namespaces: expected a prefix of letters that does not begin with xml"},
		{WITH("namespaces: [s]\n      " FIELDS), "9:19: found a list, expected names"},
		{WITH("next: /n\n      " FIELDS), "9:13: next goes with format: json"},
		{FEED_OF("json", "root: d\n      " FIELDS), "8:13: root: goes with format: xml"},
		{FEED_OF("json", "namespaces: {s: u}\n      " FIELDS),
			"8:7: namespaces: goes with format: xml"},
		{FEED_OF("ics", "fields: {unread: x}"),
			"8:24: a calendar does not say whom it lacks"},
		/* the pointers of other formats are not XPath, nor is XPath a pointer */
		{FEED_OF("json", "records: /d[1]\n      " FIELDS), ""},
		{FEED_OF("json", "records: //r\n      " FIELDS), ""},
		{FEED_OF("json", "records: d/r\n      " FIELDS), "8:16: "},
		{WITH("open: absent\n      fields: {person: p}"), ""},
		{WITH("fields: {from: p}"), "9:7: the key \"person\" is missing"},
		{WITH("fields: {person: p}"), "9:7: from or until is missing"},
	};

	settings_check_cases(cases, ROWS(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, settings_set_up, settings_tear_down);
}
