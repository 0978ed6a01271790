#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "config/feed/preset.h"
#include "config/settings.h"
#include "file_case.h"
#include "model/settings.h"

static struct folder folder;

static const char *const files[] = {"a.yaml", "mappings/feeds/hr.yaml", "mappings/feeds/fri.yaml",
	"mappings/feeds/stray", "own.yaml"};
static const char *const folders[] = {"mappings", "mappings/feeds"};

static void make_folder(const char *name, mode_t mode)
{
	struct strbuf path = STRBUF_INIT;

	folder_path(&folder, name, &path);
	assert_int_equal(mkdir(path.text, mode), 0);
	strbuf_release(&path);
}

static int set_up(void **state)
{
	folder_make(&folder);
	for (size_t i = 0; i < ROWS(folders); i++)
		make_folder(folders[i], 0755);
	return 0;
}

static int tear_down(void **state)
{
	struct strbuf path = STRBUF_INIT;

	for (size_t i = 0; i < ROWS(files); i++)
		folder_remove(&folder, files[i]);
	for (size_t i = ROWS(folders); i-- > 0;) {
		folder_path(&folder, folders[i], &path);
		assert_int_equal(rmdir(path.text), 0);
	}
	strbuf_release(&path);
	folder_release(&folder);
	return 0;
}

static void write_file(const char *name, const char *text)
{
	folder_write(&folder, name, text, strlen(text));
}

struct loaded {
	struct arena *arena;
	struct findings findings;
	struct settings *settings;
};

#define HEAD                                                                            \
	"directory: {url: ldap://x, base: dc=dk, bind: {dn: cn=a, password_file: p}}\n" \
	"absence:\n"                                                                    \
	"  feeds:\n"

static struct loaded load(const char *feeds)
{
	struct loaded loaded = {.arena = arena_new()};
	struct strbuf text = STRBUF_INIT, path = STRBUF_INIT;

	strbuf_adds(&text, HEAD);
	strbuf_adds(&text, feeds);
	write_file("a.yaml", text.text);
	folder_path(&folder, "a.yaml", &path);
	findings_init(&loaded.findings, loaded.arena);
	loaded.settings = settings_load(path.text, &loaded.findings);
	strbuf_release(&text);
	strbuf_release(&path);
	return loaded;
}

static void release(struct loaded *loaded)
{
	settings_free(loaded->settings);
	arena_free(loaded->arena);
}

/* What was found, one finding a line, without the folder's name. */
static char *found_in(const struct loaded *loaded)
{
	struct strbuf out = STRBUF_INIT, text = STRBUF_INIT;
	size_t length = strlen(folder.path) + 1;
	char *at, *rest;

	for (size_t i = 0; i < loaded->findings.count; i++)
		strbuf_addf(&text, "%s: %s\n", loaded->findings.items[i].where,
			loaded->findings.items[i].what);
	for (rest = text.text; (at = strstr(rest, folder.path)); rest = at + length) {
		*at = '\0';
		strbuf_adds(&out, rest);
	}
	strbuf_adds(&out, rest);
	strbuf_release(&text);
	at = arena_string(loaded->arena, out.text);
	strbuf_release(&out);
	return at;
}

static const struct feed_settings *feed_of(const struct loaded *loaded, size_t i)
{
	if (!loaded->settings)
		print_error("%s", found_in(loaded));
	assert_non_null(loaded->settings);
	assert_true(i < loaded->settings->feed_count);
	return &loaded->settings->feeds[i];
}

/* The text is that of a file in the test's folder. */
static void assert_file(const char *text, const char *name)
{
	struct strbuf path = STRBUF_INIT;

	folder_path(&folder, name, &path);
	assert_string_equal(text, path.text);
	strbuf_release(&path);
}

#define HR                                                                    \
	"# a preset\n"                                                        \
	"url: https://hr.example/x\n"                                         \
	"format: json\n"                                                      \
	"records: /all\n"                                                     \
	"match: uid\n"                                                        \
	"ca_file: ca.pem\n"                                                   \
	"fields: {person: id, from: start, until: end, deputy: substitute}\n" \
	"only: {status: [approved]}\n"                                        \
	"every: 15m\n"

static void test_takes_all_of_it(void **state)
{
	struct loaded loaded;
	const struct feed_settings *feed;

	write_file("mappings/feeds/hr.yaml", HR);
	loaded = load("    - preset: hr\n");
	feed = feed_of(&loaded, 0);
	assert_string_equal(feed->name, "hr");
	assert_string_equal(feed->preset, "hr");
	assert_string_equal(feed->url, "https://hr.example/x");
	assert_string_equal(feed->records, "/all");
	assert_string_equal(feed->fields.deputy, "substitute");
	assert_string_equal(feed->only[0].name, "status");
	assert_int_equal(feed->every, 900);
	assert_int_equal(feed->max_age, 14 * 24 * 3600);
	assert_file(feed->http.ca_file, "mappings/feeds/ca.pem");
	assert_string_equal(loaded.settings
				    ->named_attributes[loaded.settings->named_attribute_count - 1]
				    .name,
		"uid");
	release(&loaded);
}

/* Each key replaces the preset's; what is in merged sections is replaced one by one; a key without a value takes it away. */
static void test_settings_go_first(void **state)
{
	struct loaded loaded;
	const struct feed_settings *feed;

	write_file("mappings/feeds/hr.yaml", HR);
	loaded = load("    - preset: hr\n"
		      "      name: loen\n"
		      "      ca_file: mine.pem\n"
		      "      fields: {person: number, deputy: }\n"
		      "      only: {kind: x}\n"
		      "      every:\n");
	feed = feed_of(&loaded, 0);
	assert_string_equal(feed->name, "loen");
	assert_file(feed->http.ca_file, "mine.pem");
	assert_string_equal(feed->fields.person, "number");
	assert_string_equal(feed->fields.from, "start");
	assert_null(feed->fields.deputy);
	assert_int_equal(feed->only_count, 1);
	assert_string_equal(feed->only[0].name, "kind");
	assert_int_equal(feed->every, 300);
	release(&loaded);
}

static void test_path(void **state)
{
	struct loaded loaded;
	struct strbuf text = STRBUF_INIT;

	write_file("own.yaml",
		"url: file://./x.json\nformat: json\nmatch: uid\nfields: {person: p, from: f}\n");
	write_file("mappings/feeds/hr.yaml",
		"url: file://./x.json\nformat: json\nmatch: uid\nfields: {person: p, from: f}\n");
	strbuf_addf(&text,
		"    - {preset: ./own.yaml}\n    - {preset: %s/own.yaml, name: other}\n    - {preset: hr}\n",
		folder.path);
	loaded = load(text.text);
	assert_string_equal(feed_of(&loaded, 0)->name, "own");
	assert_string_equal(feed_of(&loaded, 1)->name, "other");
	strbuf_reset(&text);
	strbuf_addf(&text, "file://%s/x.json", folder.path);
	assert_string_equal(feed_of(&loaded, 0)->url, text.text);
	strbuf_reset(&text);
	strbuf_addf(&text, "file://%s/mappings/feeds/x.json", folder.path);
	assert_string_equal(feed_of(&loaded, 2)->url, text.text);
	strbuf_release(&text);
	release(&loaded);
}

/* Secrets stand beside the file that names them. */
static void test_sections(void **state)
{
	struct loaded loaded;
	const struct feed_settings *feed;

	write_file("mappings/feeds/hr.yaml",
		HR "oauth: {token_url: https://x, scope: s, secret_file: there}\n"
		   "headers: [{name: ApiKey, value_file: key}]\n"
		   "values: {tenant: , zone: dk}\n"
		   "asks: people\n"
		   "answers: {list: /a, id: id}\n");
	loaded = load("    - preset: hr\n"
		      "      oauth: {client_id: c, secret_file: here}\n"
		      "      values: {tenant: x.dk, more: m}\n"
		      "      url: https://hr.example/{more}/{person}\n"
		      "      answers: {id: nr}\n");
	feed = feed_of(&loaded, 0);
	assert_string_equal(feed->http.oauth.scope, "s");
	assert_string_equal(feed->http.oauth.client_id, "c");
	assert_file(feed->http.oauth.secret_file, "here");
	assert_file(feed->http.headers[0].value_file, "mappings/feeds/key");
	assert_int_equal(feed->values.count, 3);
	assert_string_equal(feed->values.items[0].text, "x.dk");
	assert_string_equal(feed->values.items[2].name, "zone");
	assert_string_equal(feed->answers.list, "/a");
	assert_string_equal(feed->answers.id, "nr");
	release(&loaded);
}

static void test_hash(void **state)
{
	struct loaded plain, with, again, other;
	struct strbuf lines = STRBUF_INIT;

	plain = load("    []\n");
	write_file("mappings/feeds/hr.yaml", HR);
	with = load("    - preset: hr\n    - {preset: hr, name: b}\n");
	strbuf_addf(&lines, "%s\n%s\n",
		hash_hex(with.arena, HEAD "    - preset: hr\n    - {preset: hr, name: b}\n",
			strlen(HEAD "    - preset: hr\n    - {preset: hr, name: b}\n")),
		hash_hex(with.arena, HR, strlen(HR)));
	feed_of(&with, 1);
	assert_string_equal(with.settings->sha256, hash_hex(with.arena, lines.text, lines.length));
	again = load("    - preset: hr\n    - {preset: hr, name: b}\n");
	assert_string_equal(with.settings->sha256, again.settings->sha256);
	write_file("mappings/feeds/hr.yaml", HR "# changed\n");
	other = load("    - preset: hr\n    - {preset: hr, name: b}\n");
	assert_string_not_equal(with.settings->sha256, other.settings->sha256);
	assert_string_equal(plain.settings->sha256,
		hash_hex(plain.arena, HEAD "    []\n", strlen(HEAD "    []\n")));
	strbuf_release(&lines);
	release(&plain);
	release(&with);
	release(&again);
	release(&other);
}

#define NEEDS HR "values:\n  tenant: # the tenant's name\n  zone: dk\n"

static void test_faults(void **state)
{
	static const struct {
		const char *preset, *feeds, *found;
	} cases[] = {
		{HR, "    - preset: hrr\n",
			"a.yaml:4:15: there is no preset \"hrr\" in mappings/feeds/; did you mean \"hr\"? The "
			"presets: hr\n"},
		{HR, "    - preset: zzzzzz\n",
			"a.yaml:4:15: there is no preset \"zzzzzz\" in mappings/feeds/; the presets: hr\n"},
		{HR, "    - preset: ../feeds\n",
			"a.yaml:4:15: \"../feeds\": cannot be read: No such file or directory\n"},
		{HR, "    - preset: [hr]\n", "a.yaml:4:15: found a list, expected a text\n"},
		{HR, "    - {preset: hr, every: soon}\n",
			"a.yaml:4:27: found \"soon\", expected a duration"},
		{HR "evry: 5m\n", "    - preset: hr\n",
			"mappings/feeds/hr.yaml:10:1: unknown key \"evry\"; did you mean \"every\"?\n"},
		{HR "max_age: long\n", "    - preset: hr\n",
			"mappings/feeds/hr.yaml:10:10: found \"long\", expected a duration"},
		{HR "max_age: long\n", "    - {preset: hr, max_age: 7d}\n", ""},
		{HR "preset: fri\n", "    - preset: hr\n",
			"mappings/feeds/hr.yaml:10:1: a preset cannot build on another preset\n"},
		{"- a\n", "    - preset: hr\n",
			"mappings/feeds/hr.yaml:1:1: found a list, expected the keys of a feed\n"},
		{"url: https://x\n", "    - preset: hr\n",
			"a.yaml:4:7: the key \"format\" is missing\n"},
		{"{", "    - preset: hr\n", "mappings/feeds/hr.yaml:2:1: this is not YAML"},
		{HR, "    - preset: hr\n    - preset: hr\n",
			"a.yaml:5:15: \"hr\" is here a second time; the first is at a.yaml:4:15\n"},
		{NEEDS, "    - preset: hr\n",
			"a.yaml:4:15: the preset \"hr\" needs the value \"tenant\": add it to values; what it is: "
			"see mappings/feeds/hr.yaml:11:3\n"},
		{NEEDS, "    - preset: hr\n      values:\n",
			"a.yaml:5:7: the preset \"hr\" needs the value \"tenant\""},
		{NEEDS, "    - preset: hr\n      values: {tennant: x.dk}\n",
			"a.yaml:5:16: the preset \"hr\" has no value \"tennant\"; did you mean \"tenant\"?\n"},
		{HR "oauth: {token_url: https://x}\n", "    - preset: hr\n",
			"a.yaml:4:15: oauth: the key \"client_id\" is missing\n"},
		{HR "oauth: {token_url: https://x}\n",
			"    - preset: hr\n      oauth: {secret_file: s}\n",
			"a.yaml:5:7: oauth: the key \"client_id\" is missing\n"},
		{HR "oauth: {scop: x}\n",
			"    - {preset: hr, oauth: {client_id: c, secret_file: s}}\n",
			"mappings/feeds/hr.yaml:10:9: unknown key \"scop\"; did you mean \"scope\"?\n"},
		{NEEDS, "    - preset: hr\n      values: {tenant: x.dk, zoen: se}\n",
			"a.yaml:5:30: the value \"zoen\" is not used"},
		{"url: https://{server}/x\nformat: json\nmatch: uid\nfields: {person: p, from: f}\nvalues: {server: }\n",
			"    - preset: hr\n      values: {server: 'https://hr.dk'}\n",
			"a.yaml:5:16: \"{server}\" is \"https://hr.dk\"; expected the name of a server"},
		{"", "    - preset: hr\n",
			"mappings/feeds/hr.yaml:1:1: found nothing, expected the keys of a feed\n"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s%s", cases[i].preset, cases[i].feeds);
		i++) {
		struct loaded loaded;
		char *found;

		write_file("mappings/feeds/hr.yaml", cases[i].preset);
		loaded = load(cases[i].feeds);
		found = found_in(&loaded);
		if (!strstr(found, cases[i].found) || (!*cases[i].found && *found)) {
			print_error("expected:\n%s\nfound:\n%s", cases[i].found, found);
			fail();
		}
		release(&loaded);
	}
}

/* A name that is spelt wrong is one finding: that nothing uses it goes without saying. */
static void test_wrong_spelling_said_once(void **state)
{
	struct loaded loaded;

	write_file("mappings/feeds/hr.yaml", NEEDS);
	loaded = load("    - preset: hr\n      values: {tennant: x.dk}\n");
	assert_non_null(strstr(found_in(&loaded), "has no value \"tennant\""));
	assert_null(strstr(found_in(&loaded), "is not used"));
	release(&loaded);
}

/* A list of presets leaves out what is none. */
static void test_own_file_that_cannot_be_used(void **state)
{
	struct strbuf path = STRBUF_INIT;
	struct loaded loaded;

	folder_path(&folder, "mappings/feeds/hr.yaml", &path);
	write_file("mappings/feeds/stray", "");
	write_file("mappings/feeds/fri.yaml", HR);
	assert_int_equal(symlink("nowhere", path.text), 0);
	loaded = load("    - preset: hr\n");
	assert_non_null(strstr(found_in(&loaded),
		"mappings/feeds/hr.yaml: cannot be read: No such file"));
	release(&loaded);
	unlink(path.text);
	write_file("mappings/feeds/hr.yaml", HR);
	chmod(path.text, 0646);
	loaded = load("    - preset: hr\n");
	assert_non_null(strstr(found_in(&loaded), "not used: everybody may write"));
	assert_null(loaded.settings);
	release(&loaded);
	loaded = load("    - preset: nothing-like-it\n");
	assert_non_null(strstr(found_in(&loaded), "the presets: fri, hr\n"));
	release(&loaded);
	strbuf_release(&path);
}

/* Feeds cannot multiply what a preset holds. */
static void test_bounds(void **state)
{
	struct strbuf preset = STRBUF_INIT, feeds = STRBUF_INIT;
	struct loaded loaded;

	strbuf_adds(&preset, HR "only: \n");
	for (size_t i = 0; i < 3000; i++)
		strbuf_addf(&preset, "key%zu: v\n", i);
	for (size_t i = 0; i < 100; i++)
		strbuf_addf(&feeds, "    - {preset: fri, name: f%zu}\n", i);
	write_file("mappings/feeds/fri.yaml", preset.text);
	loaded = load(feeds.text);
	assert_non_null(strstr(found_in(&loaded),
		"more than 100000 values, with presets counted once for each feed"));
	release(&loaded);
	strbuf_release(&preset);
	strbuf_release(&feeds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_takes_all_of_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_settings_go_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_path, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sections, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hash, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_spelling_said_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_own_file_that_cannot_be_used, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_bounds, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
