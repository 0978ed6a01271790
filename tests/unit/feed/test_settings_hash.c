/* The hash of a feed's settings: what asks for something else or reads it otherwise changes it, and nothing else does. */
#include "config/settings.h"
#include "feed_case.h"

#include <string.h>

#include "feed/settings_hash.h"
#include "file_case.h"

#define HEAD                                                                                         \
	"directory: {url: ldap://localhost, base: dc=dk, bind: {dn: \"cn=a,dc=dk\", password_file: " \
	"secret}}\nabsence:\n  feeds:\n    - name: loen\n      match: employeeNumber\n"

static struct folder folder;

static int set_up(void **state)
{
	folder_make(&folder);
	return feed_use_copenhagen(state);
}

static int tear_down(void **state)
{
	folder_remove(&folder, "a.yaml");
	folder_release(&folder);
	return 0;
}

static void hash_feed(const char *keys, char hex[SHA256_HEX])
{
	struct arena *arena = arena_new();
	struct strbuf text = STRBUF_INIT, path = STRBUF_INIT;
	struct settings *settings;
	struct findings findings;

	strbuf_adds(&text, HEAD);
	strbuf_adds(&text, keys);
	folder_write(&folder, "a.yaml", text.text, text.length);
	folder_path(&folder, "a.yaml", &path);
	findings_init(&findings, arena);
	settings = settings_load(path.text, &findings);
	for (size_t i = 0; i < findings.count; i++)
		print_error("%s: %s\n", findings.items[i].where, findings.items[i].what);
	assert_non_null(settings);
	settings_hash(settings, &settings->feeds[0], hex);
	settings_free(settings);
	strbuf_release(&text);
	strbuf_release(&path);
	arena_free(arena);
}

#define FIELDS "      fields: {person: p, from: f}\n"
#define JSON   "      format: json\n"
#define PLAIN  JSON FIELDS "      url: https://hr.dk/\n"
#define POST   JSON FIELDS "      url: https://hr.dk/\n      body: "
#define PEOPLE JSON FIELDS "      url: https://hr.dk/{person}\n      asks: people\n"

static void test_what_counts(void **state)
{
	static const char *const feeds[] = {
		PLAIN,
		PLAIN "      method: post\n",
		PLAIN "      headers: [{name: Prefer, value: a}]\n",
		PLAIN "      headers: [{name: Prefer, value: b}]\n",
		PLAIN "      headers: [{name: Other, value: b}]\n",
		JSON FIELDS "      url: https://hr.dk/{today}\n",
		JSON FIELDS "      url: https://{s}/\n      values: {s: hr.dk}\n",
		JSON FIELDS "      url: https://{s}/\n      values: {s: other.dk}\n",
		POST "a\n",
		POST "{a: 1}\n",
		POST "{a: \"1\"}\n",
		POST "{b: 1}\n",
		POST "{a: [1]}\n",
		POST "{a: [1, 2]}\n",
		POST "{a: [[1], 2]}\n",
		POST "{a: {b: 1}, c: 2}\n",
		POST "{a: {b: 1, c: 2}}\n",
		POST "{a: null}\n",
		POST "{a: \"{u}\"}\n      values: {u: x}\n",
		POST "{a: \"{u}\"}\n      values: {u: y}\n",
		JSON FIELDS "      url: https://hr.dk/?o={cursor}\n      next: /n\n",
		JSON FIELDS
		"      url: https://hr.dk/?o={cursor}\n      next: /n\n      ends: empty\n",
		JSON FIELDS "      url: https://hr.dk/?p={page}\n",
		JSON FIELDS "      url: https://hr.dk/?p={page}\n      first_page: 0\n",
		PEOPLE,
		PEOPLE "      answers: {list: /r, id: id}\n",
		PEOPLE "      answers: {list: /r, person: id}\n",
		PEOPLE "      answers: {list: /r, person: id, status: s, body: b}\n",
		PEOPLE "      answers: {list: /r, person: id, status: s, error: b}\n",
		PEOPLE "      body: {r: \"{each}\"}\n      each: {u: \"{person}\"}\n",
		PEOPLE "      body: {r: \"{each}\"}\n      each: {u: \"/{person}\"}\n",
		JSON "      url: https://hr.dk/\n      fields: {person: p, from: f, zone: z}\n",
		JSON "      url: https://hr.dk/\n      fields: {person: p, from: f, unread: z}\n",
		JSON "      url: https://hr.dk/\n      jq: .[]\n",
		JSON "      url: https://hr.dk/\n      jq: .a[]\n",
	};
	char hashes[ROWS(feeds)][SHA256_HEX];

	for (size_t i = 0; i < ROWS(feeds) && row(i, "%s", feeds[i]); i++) {
		hash_feed(feeds[i], hashes[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(hashes[j], hashes[i]);
	}
}

static void test_what_does_not_count(void **state)
{
	static const char *const pairs[][2] = {
		{PLAIN, PLAIN "      every: 1h\n      token_file: t\n      max_age: 1d\n"},
		{PLAIN, PLAIN "      headers: [{name: ApiKey, value_file: f}]\n"},
		{PLAIN,
			PLAIN
			"      oauth: {token_url: \"https://a/\", client_id: x, secret_file: s}\n"},
		{PLAIN, PLAIN "      ends: missing\n      method: get\n      asks: all\n"},
		{POST "{a: 1, b: [x, true]}\n",
			POST "\n        # a note\n        a: 1\n        b:\n          - \"x\"\n"
			     "          - true\n"},
		{PEOPLE, PEOPLE "      batch: 1\n"},
	};
	char hashes[2][SHA256_HEX];

	for (size_t i = 0; i < ROWS(pairs) && row(i, "%s", pairs[i][1]); i++) {
		hash_feed(pairs[i][0], hashes[0]);
		hash_feed(pairs[i][1], hashes[1]);
		assert_string_equal(hashes[0], hashes[1]);
	}
}

/* A copy that was made before there were these keys is still one of the same settings. */
static void test_before(void **state)
{
	char hex[SHA256_HEX];

	hash_feed(JSON FIELDS "      url: https://hr.dk/a.json\n      records: /data\n"
			      "      next: /next\n      only: {status: [a, b]}\n",
		hex);
	assert_string_equal(hex,
		"a81332100cb2bdafb4042950dbbc0ef2fd37cdb0a603809e2889ee618f392567");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_counts),
		cmocka_unit_test(test_what_does_not_count),
		cmocka_unit_test(test_before),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
