/* The keys of a feed that is asked about people. */
#include "unit.h"

#include "model/settings.h"
#include "settings_case.h"

#define HEAD          \
	SETTINGS_HEAD \
	"absence:\n  feeds:\n    - name: a\n      match: mail\n      fields: {person: person, from: f}\n"
#define ROLES         \
	SETTINGS_HEAD \
	"absence:\n  feeds:\n    - name: a\n      match: mail\n      fields: {person: person, role: r}\n"
#define FEED(keys) HEAD "      " keys "\n"
#define ONE        "format: json\n      url: https://a/{person}\n      asks: people"
#define MANY       "format: json\n      url: https://a/{people}\n      asks: people\n      batch: 20"

static void test_keys(void **state)
{
	static const struct file_case cases[] = {
		{FEED(ONE), ""},
		{FEED(ONE "\n      answers: {error: error, body: /d}"), ""},
		{FEED(MANY "\n      answers: {list: /v, person: scheduleId}"), ""},
		{FEED(MANY "\n      answers: {list: /v, id: id, status: status}"), ""},
		{FEED(MANY),
			"10:14: batch asks about 20 people at a time; answers.list is missing"},
		{FEED(MANY "\n      answers: {id: id}"), "10:14: answers.list is missing"},
		{FEED(MANY "\n      answers: {list: /v}"),
			"11:7: answers.id or answers.person is missing"},
		{FEED(MANY "\n      answers: {list: /v, person: p, id: i}"),
			"11:35: either answers.id or answers.person"},
		{FEED("format: xml\n      records: /d\n      url: https://a/{person}\n      asks: people"),
			"7:15: asks: people goes with format: json"},
		{ROLES "      " ONE "\n      gives: roles\n",
			"10:14: gives: roles does not go with asks: people"},
		{FEED(ONE "\n      next: /n"), "10:13: next does not go with asks: people"},
		{FEED("format: json\n      url: https://a\n      batch: 2"),
			"9:14: batch goes with asks: people"},
		{FEED("format: json\n      url: https://a\n      answers: {list: /v}"),
			"9:7: answers goes with asks: people"},
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
