/* The chain of runs on disk: grown, broken off, cut off, and found again. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "file_case.h"
#include "ledger/chain.h"
#include "ledger/sign.h"
#include "ledger/verify.h"
#include "report/ldif/reader.h"

static const struct sign_key no_key;

/* What verify_folder() finds, errors and warnings, and the last hash. */
struct proof {
	size_t errors, warnings, lines;
	char last[SHA256_HEX];
	char what[400]; /* of the first */
};

static struct proof prove(const struct folder *folder)
{
	struct arena *arena = arena_new();
	struct findings findings;
	struct error err = ERROR_INIT;
	struct verify verify = {.folder = folder->path, .findings = &findings};
	struct proof proof = {0};

	findings_init(&findings, arena);
	assert_int_equal(verify_folder(&verify, &err), ERROR_NONE);
	proof.errors = findings.errors;
	proof.warnings = findings.count - findings.errors;
	proof.lines = verify.lines;
	memcpy(proof.last, verify.last, SHA256_HEX);
	if (findings.count > 0)
		snprintf(proof.what, sizeof(proof.what), "%s", findings.items[0].what);
	arena_free(arena);
	return proof;
}

static void open_chain(struct chain *chain, const struct folder *folder)
{
	struct error err = ERROR_INIT;

	assert_int_equal(chain_open(chain, folder->path, "host", &err), ERROR_NONE);
}

/* One run more; `*text` gets the file's text as it is then. */
static void add_run(const struct folder *folder, const char *run)
{
	json_t *line = json_pack("{s:s}", "run", run);
	struct error err = ERROR_INIT;
	struct chain chain;

	open_chain(&chain, folder);
	assert_int_equal(chain_append(&chain, line, &no_key, &err), ERROR_NONE);
	chain_close(&chain);
	json_decref(line);
}

static void slurp(const struct folder *folder, const char *name, struct strbuf *text)
{
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;

	folder_path(folder, name, &path);
	strbuf_reset(text);
	assert_int_equal(file_read(text, path.text, &(struct file_rules){.max = 1 << 20}, &err),
		FILE_READ);
	strbuf_release(&path);
}

static void drop(const struct folder *folder)
{
	static const char *const names[] = {"runs.jsonl", "runs.head", "runs.lock", "runs.open"};

	for (size_t i = 0; i < ROWS(names) && row(i, "%s", names[i]); i++)
		folder_remove(folder, names[i]);
	folder_release(folder);
}

static void test_grown(void **state)
{
	struct folder folder;
	struct strbuf head = STRBUF_INIT;
	struct chain chain;
	struct proof proof;

	folder_make(&folder);
	open_chain(&chain, &folder);
	assert_int_equal(chain.number, 0);
	assert_string_equal(chain.last, CHAIN_NOTHING);
	chain_close(&chain);
	for (int i = 0; i < 3; i++)
		add_run(&folder, "00000001");
	open_chain(&chain, &folder);
	assert_int_equal(chain.number, 3);
	proof = prove(&folder);
	assert_int_equal(proof.errors + proof.warnings, 0);
	assert_int_equal(proof.lines, 3);
	assert_string_equal(proof.last, chain.last);
	slurp(&folder, "runs.head", &head);
	assert_int_equal(strncmp(head.text, chain.last, SHA256_HEX - 1), 0);
	chain_close(&chain);
	strbuf_release(&head);
	drop(&folder);
}

/* Half a line, at each place where it may break off; the next line tells of it. */
static void test_torn(void **state)
{
	struct strbuf whole = STRBUF_INIT;
	struct folder folder;

	folder_make(&folder);
	add_run(&folder, "00000001");
	slurp(&folder, "runs.jsonl", &whole);
	for (size_t half = 1; half < whole.length - 1; half++) {
		struct strbuf text = STRBUF_INIT;
		struct proof proof;

		strbuf_add(&text, whole.text, whole.length);
		strbuf_add(&text, whole.text, half);
		folder_write(&folder, "runs.jsonl", text.text, text.length);
		folder_remove(&folder, "runs.head");
		folder_write(&folder, "runs.head", CHAIN_NOTHING "\n", SHA256_HEX);
		add_run(&folder, "00000002");
		proof = prove(&folder);
		if (proof.errors != 0 || proof.warnings != 1 || proof.lines != 2)
			fail_msg("broken off at %zu: %zu errors, %s", half, proof.errors,
				proof.what);
		strbuf_release(&text);
	}
	strbuf_release(&whole);
	drop(&folder);
}

/* An end that was cut off, with the head put right for it or not. */
static void test_cut_off(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct folder folder;

	folder_make(&folder);
	for (int i = 0; i < 3; i++)
		add_run(&folder, "00000001");
	slurp(&folder, "runs.jsonl", &text);
	folder_write(&folder, "runs.jsonl", text.text, strcspn(text.text, "\n") + 1);
	assert_int_equal(prove(&folder).errors, 1);
	add_run(&folder, "00000002");
	assert_int_equal(prove(&folder).errors, 1);
	add_run(&folder, "00000003");
	assert_int_equal(prove(&folder).errors, 1);
	strbuf_release(&text);
	drop(&folder);
}

/* What is no line: numbers that cannot be counted on, twins, another order of keys. */
static void test_no_line(void **state)
{
	static const char *const lines[] = {
		"{\"number\":9223372036854775807,\"previous\":\"" CHAIN_NOTHING "\"}\n",
		"{\"number\":0,\"previous\":\"" CHAIN_NOTHING "\"}\n",
		"{\"number\":-1,\"previous\":\"" CHAIN_NOTHING "\"}\n",
		"{\"number\":\"1\",\"previous\":\"" CHAIN_NOTHING "\"}\n",
		"{\"number\":1,\"previous\":1}\n",
		"{\"number\":1,\"number\":1,\"previous\":\"" CHAIN_NOTHING "\"}\n", "[]\n", "\n",
		"1\n"};

	for (size_t i = 0; i < ROWS(lines) && row(i, "%s", lines[i]); i++) {
		struct folder folder;
		struct chain chain;

		folder_make(&folder);
		folder_write(&folder, "runs.jsonl", lines[i], strlen(lines[i]));
		assert_true(prove(&folder).errors > 0);
		open_chain(&chain, &folder);
		assert_int_equal(chain.number, 0);
		assert_string_equal(chain.last, CHAIN_NOTHING);
		chain_close(&chain);
		add_run(&folder, "00000001");
		assert_int_equal(prove(&folder).lines, 1);
		drop(&folder);
	}
}

/* A run that is under way is found by the next, and is gone with its line. */
static void test_open(void **state)
{
	json_t *line = json_pack("{s:s}", "run", "00000001");
	struct error err = ERROR_INIT;
	char hash[SHA256_HEX];
	struct folder folder;
	struct chain chain;

	folder_make(&folder);
	open_chain(&chain, &folder);
	assert_null(chain.open);
	assert_int_equal(chain_intend(&chain, line, &no_key, hash, &err), ERROR_NONE);
	chain_close(&chain);
	assert_int_equal(prove(&folder).warnings, 1);
	open_chain(&chain, &folder);
	assert_string_equal(json_string_value(json_object_get(chain.open, "run")), "00000001");
	assert_int_equal(chain_append(&chain, line, &no_key, &err), ERROR_NONE);
	chain_close(&chain);
	open_chain(&chain, &folder);
	assert_null(chain.open);
	chain_close(&chain);
	assert_int_equal(prove(&folder).errors + prove(&folder).warnings, 0);
	folder_write(&folder, "runs.open", "{\"run\":", 7);
	open_chain(&chain, &folder);
	assert_int_equal(chain_judge_open(&chain, NULL), OPEN_NO_LINE);
	assert_null(chain.open);
	chain_close(&chain);
	json_decref(line);
	drop(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grown),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_no_line),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
