/* What is said of a feed's request: placeholders, `values`, pages, bodies, and being asked about people. */
#include "unit.h"

#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "config/settings.h"
#include "file_case.h"
#include "model/settings.h"

/* The feed's keys begin on line 7. */
#define HEAD                                                                                         \
	"directory: {url: ldap://localhost, base: dc=dk, bind: {dn: \"cn=a,dc=dk\", password_file: " \
	"secret}}\nabsence:\n  feeds:\n    - name: loen\n      match: employeeNumber\n"              \
	"      fields: {person: p, from: f}\n"

static struct folder folder;

static int set_up(void **state)
{
	folder_make(&folder);
	return 0;
}

static int tear_down(void **state)
{
	folder_release(&folder);
	return 0;
}

static void check_cases(const struct file_case *cases, size_t count)
{
	struct strbuf text = STRBUF_INIT, path = STRBUF_INIT;

	folder_path(&folder, "a.yaml", &path);
	for (size_t i = 0; i < count && row(i, "%s", cases[i].text); i++) {
		struct arena *arena = arena_new();
		struct findings findings;
		struct settings *settings;

		strbuf_reset(&text);
		strbuf_adds(&text, HEAD);
		strbuf_adds(&text, cases[i].text);
		folder_write(&folder, "a.yaml", text.text, text.length);
		findings_init(&findings, arena);
		settings = settings_load(path.text, &findings);
		assert_found(&findings, path.text, cases[i].found);
		assert_int_equal(settings == NULL, *cases[i].found != '\0');
		settings_free(settings);
		arena_free(arena);
	}
	folder_remove(&folder, "a.yaml");
	strbuf_release(&text);
	strbuf_release(&path);
}

#define JSON "      format: json\n"

static void test_placeholders(void **state)
{
	static const struct file_case cases[] = {
		{JSON "      url: https://a/{today}/{now}/{uuid}\n", ""},
		{JSON "      url: https://a/{today+90d:%d.%m.%Y}\n", ""},
		{JSON "      url: https://a/{tody}\n",
			"8:12: unknown placeholder \"{tody}\"; did you mean \"{today}\"?"},
		{JSON "      url: https://a/{tenat}\n      values: {tenant: x}\n",
			"8:12: unknown placeholder \"{tenat}\"; did you mean \"{tenant}\"?\n"
			"9:16: the value \"tenant\" is not used: nothing here has {tenant}"},
		{JSON "      url: https://a/{municipality}\n",
			"8:12: unknown placeholder \"{municipality}\"; there are those of `values`, and: "
			"today, now"},
		{JSON "      url: https://a/{today+90}\n", "8:12: \"{today+90}\" cannot be read"},
		{JSON "      url: https://a/{today:x}\n", "8:12: \"{today:x}\" cannot be read"},
		{JSON "      url: https://a/{x\n",
			"8:12: expected an https://, http:// or file:// URL"},
		{JSON "      url: https://a/x}\n", "8:12: expected an https://"},
		{JSON "      url: https://a/{}\n", "8:12: expected an https://"},
		{JSON "      url: https://a/\n"
		      "      headers:\n        - name: X\n          value: '{usr}'\n",
			"11:18: unknown placeholder \"{usr}\""},
		{JSON "      url: https://a/\n      headers: [{name: X, value: '{\"a\": {}}'}]\n",
			""},
		{JSON "      url: https://a/\n      oauth: {token_url: \"https://b/{tenant}/t\", "
		      "client_id: x, secret_file: s}\n      values: {tenant: x}\n",
			""},
		{JSON "      url: https://a/\n      oauth: {token_url: \"https://b/{tennt}/{today}\", "
		      "client_id: x, secret_file: s}\n",
			"9:26: unknown placeholder \"{tennt}\"\n"
			"9:26: \"{today}\" cannot be here; token_url takes those of `values`"},
		/* GraphQL's braces are no placeholders, but a text that is nothing else is one. */
		{JSON "      url: https://a/\n      body: {query: \"query {page {objects} {to}}\"}\n",
			""},
		{JSON "      url: https://a/\n      body:\n        q: x\n        v: [1, {c: \"{cursr}\"}]\n",
			"11:20: unknown placeholder \"{cursr}\"; did you mean \"{cursor}\"?"},
		{JSON "      url: https://a/\n      body: {a: \"since {today+7}\"}\n",
			"9:17: \"{today+7}\" cannot be read"},
		{JSON "      url: https://a/\n      body: {a: \"{now:%s}\"}\n",
			"9:17: \"{now:%s}\" cannot be read"},
		{JSON "      url: https://a/\n      body: {limit: {page}}\n",
			"9:21: \"{page}\" needs quotes"},
		{JSON "      url: https://a/\n      body: [{limit: {today+7d}}]\n",
			"9:22: \"{today+7d}\" needs quotes"},
		{JSON "      url: https://a/\n      body: {limit: {size: }}\n", ""},
		{JSON "      url: https://a/\n      body:\n        variables:\n          page:\n",
			""},
	};

	check_cases(cases, ROWS(cases));
}

static void test_values(void **state)
{
	static const struct file_case cases[] = {
		{JSON "      url: https://{server}/{a}\n      values: {server: \"hr.dk:8443\", a: x/y}\n",
			""},
		{JSON "      url: https://{server}/\n      values: {server: }\n",
			"9:16: the value \"server\" has no text"},
		{JSON "      url: https://{server}/\n      values: {server: hr.dk/path}\n",
			"8:12: \"{server}\" is \"hr.dk/path\"; expected the name of a server"},
		{JSON "      url: https://{server}/\n      values: {server: \"a@b\"}\n",
			"8:12: \"{server}\" is \"a@b\"; expected the name of a server"},
		{JSON "      url: https://{server}/\n      values: {server: \"\"}\n",
			"8:12: \"{server}\" is \"\"; expected the name of a server"},
		{JSON "      url: https://hr.{cursor}.dk/\n      next: /n\n",
			"8:12: \"{cursor}\" cannot be in the name of the server"},
		{JSON "      url: https://a/{today}\n      values: {today: x, 2x: y, a b: z}\n",
			"9:16: \"today\" cannot be the name of a value\n"
			"9:26: \"2x\" cannot be the name of a value\n"
			"9:33: \"a b\" cannot be the name of a value"},
		{JSON "      url: https://a/\n      values: {server: x}\n",
			"9:16: the value \"server\" is not used"},
		{JSON "      url: https://a/\n      values: {u: x}\n      body: {a: [\"as {u}\"]}\n",
			""},
		{JSON "      url: https://a/\n      values: {u: x}\n"
		      "      headers: [{name: X, value: \"{u}\"}]\n",
			""},
		{JSON "      url: https://a/{u}\n      values: {u: [x]}\n",
			"9:19: found a list, expected a text"},
		/* A token goes to the server that the values name. */
		{JSON "      url: http://{server}/\n      values: {server: hr.dk}\n"
		      "      token_file: t\n",
			"10:19: a token goes with https:// only"},
		{JSON "      url: http://{server}/\n      values: {server: \"127.0.0.1:8080\"}\n"
		      "      token_file: t\n",
			""},
	};

	check_cases(cases, ROWS(cases));
}

static void test_pages(void **state)
{
	static const struct file_case cases[] = {
		{JSON "      url: https://a/?c={cursor}\n      next: /n\n", ""},
		{JSON "      url: https://a/?c={cursor}\n      next: /n\n      ends: empty\n", ""},
		{JSON "      url: https://a/?c={cursor}\n", "8:12: {cursor} goes with next"},
		{JSON "      url: https://a/\n      body: {c: \"{cursor}\"}\n",
			"8:12: {cursor} goes with next"},
		{JSON "      url: https://a/?p={page}\n", ""},
		{JSON "      url: https://a/?p={page}\n      first_page: 0\n      ends: empty\n",
			""},
		{JSON "      url: https://a/?p={page}\n      next: /n\n",
			"9:13: either {page} or next"},
		{JSON "      url: https://a/?p={page}\n      ends: missing\n",
			"9:13: numbered pages end with an empty one"},
		{JSON "      url: https://a/\n      first_page: 0\n",
			"9:19: first_page goes with {page}"},
		{JSON "      url: https://a/\n      first_page: -1\n",
			"9:19: found \"-1\", expected a whole number, 0 or more\n9:19: first_page goes with {page}"},
		{"      format: csv\n      url: https://a/?p={page}\n      next: /n\n      ends: empty\n",
			"7:15: {page} and {cursor} go with format: json\n"
			"9:13: either {page} or next\n"
			"9:13: next goes with format: json\n"
			"10:13: ends goes with format: json"},
	};

	check_cases(cases, ROWS(cases));
}

static void test_bodies(void **state)
{
	static const struct file_case cases[] = {
		{JSON "      url: https://a/\n      method: post\n", ""},
		{JSON "      url: https://a/\n      method: post\n      body: a=b\n", ""},
		{JSON "      url: https://a/\n      method: get\n      body: a=b\n",
			"9:15: a body goes with method: post"},
		{JSON "      url: https://a/\n      method: put\n",
			"9:15: found \"put\", expected one of: get, post"},
		{JSON "      url: file:///a\n      body: a=b\n",
			"9:13: a body cannot be sent to a file"},
		{JSON "      url: https://a/\n      headers: [{name: Content-Type, value: text/plain}]\n"
		      "      body: at {today}\n",
			"10:13: found \"text/plain\""},
		{JSON "      url: https://a/\n      headers: [{name: Content-Type, value: text/plain}]\n"
		      "      body: at {noon}\n",
			""},
		{JSON "      url: https://a/{today}\n"
		      "      headers: [{name: Content-Type, value: text/plain}]\n      body: x\n",
			""},
	};

	check_cases(cases, ROWS(cases));
}

static void test_people(void **state)
{
	static const struct file_case cases[] = {
		{JSON "      url: https://a/{person}\n      asks: people\n", ""},
		{JSON "      url: https://a/?who={people}\n      asks: people\n      batch: 20\n"
		      "      answers: {list: /v, person: p}\n",
			""},
		{JSON "      url: https://a/{person}\n",
			"8:12: \"{person}\" goes with asks: people"},
		{JSON "      url: https://a/\n      body: {a: \"{people}\", b: \"{index}\"}\n",
			"9:17: \"{people}\" goes with asks: people\n9:32: \"{index}\" goes with asks: people"},
		{JSON "      url: https://a/\n      asks: people\n",
			"9:13: asks: people goes with {person} or {people}"},
		{JSON "      url: https://a/{person}\n      asks: people\n      batch: 20\n"
		      "      answers: {list: /v, person: p}\n",
			"8:12: \"{person}\" is one person, but batch asks about 20 at a time"},
		{JSON "      url: https://a/\n      asks: people\n      batch: 20\n"
		      "      body: {requests: \"{each}\"}\n      each: {id: \"{index}\", u: \"/{person}\"}\n"
		      "      answers: {list: /v, id: id}\n",
			""},
		{JSON "      url: https://a/{index}\n      asks: people\n"
		      "      body: {r: \"{each}\"}\n      each: {u: \"{person} {people} {each}\"}\n",
			"8:12: \"{index}\" goes in `each` only\n"
			"11:17: \"{people}\" cannot be in `each`\n11:17: \"{each}\" cannot be in `each`"},
		{JSON "      url: https://a/\n      asks: people\n"
		      "      body: {r: \"x{each}\"}\n      each: {u: \"{person}\"}\n",
			"10:17: \"{each}\" must be a value of its own"},
		{JSON "      url: https://a/\n      asks: people\n"
		      "      body: '{\"r\": {each}}'\n      each: {u: \"{person}\"}\n",
			"10:13: \"{each}\" must be a value of its own"},
		{JSON "      url: https://a/{person}\n      asks: people\n      body: {r: \"{each}\"}\n",
			"10:7: {each} goes with the key each"},
		{JSON "      url: https://a/\n      asks: people\n      body: {}\n"
		      "      each: {u: \"{person}\"}\n",
			"11:7: each goes with {each} in the body"},
	};

	check_cases(cases, ROWS(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_placeholders),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_people),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
