/* The keys of a feed that is asked about people. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "config/settings.h"
#include "file_case.h"

static struct folder folder;

static int set_up(void **state)
{
	unsetenv("CREDENTIALS_DIRECTORY");
	folder_make(&folder);
	return 0;
}

static int tear_down(void **state)
{
	folder_remove(&folder, "a.yaml");
	folder_remove(&folder, "secret");
	folder_release(&folder);
	return 0;
}

#define HEAD                                                                                             \
	"directory: {url: ldap://localhost, base: 'dc=dk', bind: {dn: 'cn=a', password_file: secret}}\n" \
	"absence:\n  feeds:\n    - name: a\n      match: mail\n      fields: {person: person, from: f}\n"
#define ROLES                                                                                            \
	"directory: {url: ldap://localhost, base: 'dc=dk', bind: {dn: 'cn=a', password_file: secret}}\n" \
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

	folder_write(&folder, "secret", "x\n", 2);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct arena *arena = arena_new();
		struct strbuf path = STRBUF_INIT;
		struct findings findings;
		struct settings *settings;

		folder_write(&folder, "a.yaml", cases[i].text, strlen(cases[i].text));
		folder_path(&folder, "a.yaml", &path);
		findings_init(&findings, arena);
		settings = settings_load(path.text, &findings);
		assert_found(&findings, path.text, cases[i].found);
		assert_int_equal(settings == NULL, *cases[i].found != '\0');
		settings_free(settings);
		strbuf_release(&path);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
