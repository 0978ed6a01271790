/* Rule 6: whom the reports show that this host put on a list, read from the chain of runs. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/added_members.h"
#include "file_case.h"
#include "ledger/added_reports.h"
#include "ledger/chain.h"
#include "ledger/sign.h"

#define NOW ((moment)1800000000)

static const struct sign_key no_key;

/*
 * Runs, between ';', each of words between blanks: "+bo" joins in their own right, "^bo" as a stand-in, "-bo" leaves;
 * "!bo" was found gone, "=bo" in their own right; "all": all are gone. "days=9": it was so long ago. "host=x": another's.
 * "undoes=0": it takes back the run of that number. "lost": its report is deleted. "cut": the line before is, too.
 */
struct reports_case {
	const char *runs;
	const char *shown; /* who is there, a stand-in with "*" */
};

static const struct reports_case cases[] = {
	{"", ""},
	{"+bo", "bo"},
	{"^bo", "bo*"},
	{"+bo ^cai; +dan", "bo cai* dan"},
	{"+bo; -bo", ""},
	{"+bo; -bo; ^bo", "bo*"},
	{"-bo", ""},
	/* somebody else's doing, that a run saw */
	{"+bo +cai; !bo", "cai"},
	{"+bo; !bo; +bo", "bo"},
	{"^bo ^cai; =bo", "bo cai*"},
	{"^bo +cai; all", ""},
	{"^bo; all; +dan", "dan"},
	/* older than what counts */
	{"days=401 +bo; +cai", "cai"},
	{"days=399 +bo; +cai", "bo cai"},
	/* another host with the same folder */
	{"host=other +bo; +cai", "cai"},
	{"+bo; host=other -bo", "bo"},
	/* an undo: one of ours is one again; one whom nobody knows is not */
	{"+bo; -bo; undoes=1 +bo", "bo"},
	{"^bo; -bo; undoes=1 +bo", "bo*"},
	{"-zoe; undoes=0 +zoe", ""},
	{"+bo; -bo; undoes=0 +bo", ""},
	{"+bo; undoes=0 -bo", ""},
	/* a report that is gone: whom it added, or removed, is not known */
	{"lost +bo; +cai", "cai"},
	{"+bo; lost -cai; +dan", "dan"},
	/* a line that is gone: nothing before it counts */
	{"+bo; -bo; cut +cai", "cai"},
	{"+bo; +cai; cut +dan", "dan"},
};

static void add_value(struct strbuf *out, const char *word)
{
	if (*word == '-')
		strbuf_addf(out,
			"#@ {\"leaves\":\"uid=%s\",\"name\":\"x\",\"state\":\"done\",\"why\":"
			"{\"reason\":\"no_rule\"}}\n",
			word + 1);
	else
		strbuf_addf(out,
			"#@ {\"joins\":\"uid=%s\",\"name\":\"x\",\"state\":\"done\",\"why\":[{%s}]}\n",
			word + 1,
			*word == '^' ? "\"reason\":\"fills_up\""
				     : "\"reason\":\"role\",\"role\":\"r\"");
}

/* A report of the values that change, as postvagt writes one; false where none does. */
static bool make_report(struct strbuf *out, const char **words, size_t count)
{
	struct strbuf values = STRBUF_INIT, adds = STRBUF_INIT, deletes = STRBUF_INIT;
	const char *head =
		"version: 1\n#@ {\"form\":2,\"file\":\"report\",\"state\":\"done\",\"run\":\"00000001\","
		"\"started\":\"2027-01-01T00:00:00Z\",\"at\":\"2027-01-01T00:00:00Z\",\"user\":\"u\","
		"\"host\":\"h\",\"version\":\"0\",\"case\":null,\"settings\":\"s\",\"server\":null,"
		"\"member_attribute\":\"member\"}\n# run\n\n";
	bool any;

	for (size_t i = 0; i < count; i++) {
		if (!strchr("+^-", *words[i]))
			continue;
		add_value(&values, words[i]);
		strbuf_addf(*words[i] == '-' ? &deletes : &adds, "member: uid=%s\n", words[i] + 1);
	}
	any = values.length > 0;
	strbuf_adds(out, head);
	if (adds.length > 0)
		strbuf_addf(out, "dn: cn=l\nchangetype: modify\nadd: member\n%s-\n\n", adds.text);
	if (deletes.length > 0)
		strbuf_addf(out, "dn: cn=l\nchangetype: modify\ndelete: member\n%s-\n\n",
			deletes.text);
	strbuf_addf(out,
		"#@ {\"list\":\"cn=l\",\"tag\":\"t\",\"kind\":\"ordinary\",\"state\":\"done\",\"exists\":true,"
		"\"identity\":\"L\",\"before\":1,\"available\":1,\"unexplained\":{\"removals\":0,"
		"\"additions\":0}}\n%s#@ {\"totals\":{\"added\":0,\"removed\":0,\"kept\":0,\"held\":0,"
		"\"refused\":0,\"failed\":0}}\n# end\n",
		values.text);
	strbuf_release(&values);
	strbuf_release(&adds);
	strbuf_release(&deletes);
	return any;
}

static const char *option(const char **words, size_t count, const char *name, const char *other)
{
	for (size_t i = 0; i < count; i++) {
		if (strncmp(words[i], name, strlen(name)) == 0)
			return words[i] + strlen(name);
	}
	return other;
}

static void add_found(json_t *line, const char **words, size_t count)
{
	json_t *gone = json_array(), *own = json_array(), *found = json_array();

	for (size_t i = 0; i < count; i++) {
		char dn[40];

		snprintf(dn, sizeof(dn), "uid=%s", words[i] + 1);
		if (*words[i] == '!' || (*words[i] == '=' && words[i][1]))
			json_array_append_new(*words[i] == '!' ? gone : own, json_string(dn));
	}
	json_array_append_new(found,
		option(words, count, "all", NULL)
			? json_pack("{s:s, s:b}", "list", "L", "all", 1)
			: json_pack("{s:s, s:O, s:O}", "list", "L", "gone", gone, "own", own));
	json_object_set_new(line, ADDED_FOUND_KEY, found);
	json_decref(gone);
	json_decref(own);
}

static void add_report(struct arena *arena, const struct folder *folder, json_t *line,
	const char *name, const struct strbuf *text)
{
	struct error err = ERROR_INIT;

	json_object_set_new(line, "report",
		json_pack("{s:s, s:s}", "name", name, "sha256",
			hash_hex(arena, text->text, text->length)));
	json_object_set_new(line, "lists",
		json_pack("[{s:s, s:i}]", "dn", "cn=l", "remove",
			strstr(text->text, "leaves") ? 1 : 0));
	assert_int_equal(file_write(arena_format(arena, "%s/%s", folder->path, name), text,
				 FILE_MODE_OWN, FILE_RENAMED, &err),
		ERROR_NONE);
}

static void append(const struct folder *folder, json_t *line)
{
	struct error err = ERROR_INIT;
	struct chain chain;

	assert_int_equal(chain_open(&chain, folder->path, "h", &err), ERROR_NONE);
	assert_int_equal(chain_append(&chain, line, &no_key, &err), ERROR_NONE);
	chain_close(&chain);
	json_decref(line);
}

/* Remove the last but one line, as somebody with an editor would. */
static void cut_before_last(struct arena *arena, const struct folder *folder)
{
	const char *path = arena_format(arena, "%s/runs.jsonl", folder->path);
	struct strbuf text = STRBUF_INIT, left = STRBUF_INIT;
	struct error err = ERROR_INIT;
	const char **lines;
	size_t count;

	file_read(&text, path, &(struct file_rules){.max = 100000}, &err);
	count = text_split(arena, text.text, "\n", &lines);
	for (size_t i = 0; i < count; i++) {
		if (i + 2 != count && *lines[i])
			strbuf_addf(&left, "%s\n", lines[i]);
	}
	assert_int_equal(file_write(path, &left, FILE_MODE_OWN, FILE_RENAMED, &err), ERROR_NONE);
	strbuf_release(&text);
	strbuf_release(&left);
}

static void add_run(struct arena *arena, const struct folder *folder, size_t number,
	const char *script)
{
	const char *undoes, **words;
	size_t count = text_split(arena, script, " ", &words);
	char run[9], name[40];
	struct strbuf started = STRBUF_INIT, text = STRBUF_INIT;
	json_t *line;

	snprintf(run, sizeof(run), "%08zx", number);
	snprintf(name, sizeof(name), "20270101T000000Z-%s.ldif", run);
	moment_add_iso(&started, NOW - atoi(option(words, count, "days=", "1")) * MOMENT_DAY);
	line = json_pack("{s:s, s:s, s:s, s:s}", "run", run, "host",
		option(words, count, "host=", "h"), "started", started.text, "outcome", "done");
	undoes = option(words, count, "undoes=", NULL);
	if (undoes)
		json_object_set_new(line, "undoes",
			json_string(arena_format(arena, "%08x", atoi(undoes))));
	add_found(line, words, count);
	if (make_report(&text, words, count))
		add_report(arena, folder, line, name, &text);
	append(folder, line);
	if (option(words, count, "lost", NULL))
		unlink(arena_format(arena, "%s/%s", folder->path, name));
	if (option(words, count, "cut", NULL))
		cut_before_last(arena, folder);
	strbuf_release(&started);
	strbuf_release(&text);
}

static void remove_folder(const struct folder *folder)
{
	DIR *dir = opendir(folder->path);
	const struct dirent *entry;

	while ((entry = readdir(dir))) {
		if (*entry->d_name != '.')
			folder_remove(folder, entry->d_name);
	}
	closedir(dir);
	folder_release(folder);
}

static const char *show(struct arena *arena, const struct added_members *added)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (size_t i = 0; i < added->count; i++) {
		const struct added_member *member = added->items[i];

		assert_string_equal(member->list, "L");
		if (!member->gone)
			strbuf_add_item(&out, " ",
				arena_format(arena, "%s%s", member->dn + strlen("uid="),
					member->stand_in ? "*" : ""));
	}
	text = arena_string(arena, out.text);
	strbuf_release(&out);
	return text;
}

static void check(const struct reports_case *c)
{
	struct arena *arena = arena_new();
	struct added_members *added = added_members_new(arena);
	struct folder folder;
	struct added_source source = {.folder = folder.path, .host = "h", .now = NOW};
	struct error err = ERROR_INIT;
	const char **runs;
	size_t count = text_split(arena, c->runs, ";", &runs);
	bool is_cut;

	folder_make(&folder);
	for (size_t i = 0; i < count; i++)
		add_run(arena, &folder, i, runs[i]);
	assert_int_equal(added_reports_read(added, &source, &is_cut, &err), ERROR_NONE);
	assert_string_equal(show(arena, added), c->shown);
	assert_false(is_cut);
	remove_folder(&folder);
	arena_free(arena);
}

static void test_reports(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].runs); i++)
		check(&cases[i]);
}

/* The run that wrote the kept file has no line any more. */
static void test_cut_off(void **state)
{
	struct arena *arena = arena_new();
	struct added_members *added = added_members_new(arena);
	struct folder folder;
	struct added_source source = {
		.folder = folder.path, .host = "h", .now = NOW, .run = "00000007"};
	struct error err = ERROR_INIT;
	bool is_cut;

	folder_make(&folder);
	add_run(arena, &folder, 0, "+bo");
	assert_int_equal(added_reports_read(added, &source, &is_cut, &err), ERROR_NONE);
	assert_true(is_cut);
	assert_string_equal(show(arena, added), "");
	source.run = "00000000";
	added = added_members_new(arena);
	assert_int_equal(added_reports_read(added, &source, &is_cut, &err), ERROR_NONE);
	assert_false(is_cut);
	assert_string_equal(show(arena, added), "bo");
	remove_folder(&folder);
	arena_free(arena);
}

/* A line that says nothing of the file says as the one before; one that was not signed by the key is not repeated. */
static void test_carried(void **state)
{
	struct folder folder;
	struct sign_key key = {.is_there = true};
	struct error err = ERROR_INIT;
	unsigned char public[crypto_sign_PUBLICKEYBYTES];
	struct chain chain;
	json_t *line;

	folder_make(&folder);
	append(&folder, json_pack("{s:s, s:s}", "run", "00000000", ADDED_LINE_KEY, "hash"));
	append(&folder, json_pack("{s:s}", "run", "00000001"));
	line = added_reports_last(folder.path, &err);
	assert_string_equal(json_string_value(json_object_get(line, ADDED_LINE_KEY)), "hash");
	json_decref(line);
	assert_int_equal(crypto_sign_ed25519_keypair(public, key.bytes), 0);
	assert_int_equal(chain_open(&chain, folder.path, "h", &err), ERROR_NONE);
	line = json_pack("{s:s}", "run", "00000002");
	assert_int_equal(chain_append(&chain, line, &key, &err), ERROR_NONE);
	chain_close(&chain);
	assert_true(json_is_null(json_object_get(line, ADDED_LINE_KEY)));
	json_decref(line);
	remove_folder(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_carried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
