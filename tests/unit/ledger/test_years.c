/* The chain of runs over the years: closed, broken off between two files, deleted, and read from its end. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "file_case.h"
#include "ledger/chain.h"
#include "ledger/registered.h"
#include "ledger/run_files.h"
#include "ledger/run_tail.h"
#include "ledger/runs.h"
#include "ledger/sign.h"
#include "ledger/verify.h"

static const struct sign_key no_key;

#define YEARS_MAX 12

/* What verify_folder() finds. */
struct proof {
	size_t errors, warnings, lines;
	json_int_t first;
	char what[400]; /* of the first finding */
};

static struct proof prove(const struct folder *folder, int since, const char *expect)
{
	struct arena *arena = arena_new();
	struct findings findings;
	struct error err = ERROR_INIT;
	struct verify verify = {
		.folder = folder->path, .findings = &findings, .since = since, .expect = expect};
	struct proof proof = {0};

	findings_init(&findings, arena);
	assert_int_equal(verify_folder(&verify, &err), ERROR_NONE);
	proof.errors = findings.errors;
	proof.warnings = findings.count - findings.errors;
	proof.lines = verify.lines;
	proof.first = verify.first;
	if (findings.count > 0)
		snprintf(proof.what, sizeof(proof.what), "%s: %s", findings.items[0].where,
			findings.items[0].what);
	arena_free(arena);
	return proof;
}

static void expect_proof(const struct proof *proof, size_t errors, size_t warnings)
{
	if (proof->errors != errors || proof->warnings != warnings)
		fail_msg("%zu errors and %zu warnings, expected %zu and %zu; the first is %s",
			proof->errors, proof->warnings, errors, warnings, proof->what);
}

/* One run more, in the middle of a year; `hash`, unless NULL, gets its line's. */
static void add_run(const struct folder *folder, int year, const char *command, char *hash)
{
	char started[40];
	json_t *line;
	struct error err = ERROR_INIT;
	struct chain chain;

	snprintf(started, sizeof(started), "%04d-06-01T12:00:00+02:00", year);
	line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "run", "00000001", "started", started,
		"command", command, "outcome", "done", "address", "post@eksempel.dk", "to",
		"k@k.dk");
	assert_int_equal(chain_open(&chain, folder->path, "host", &err), ERROR_NONE);
	assert_int_equal(chain_append(&chain, line, &no_key, &err), ERROR_NONE);
	if (hash)
		memcpy(hash, chain.last, SHA256_HEX);
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

static void rename_file(const struct folder *folder, const char *from, const char *to)
{
	struct strbuf old = STRBUF_INIT, new = STRBUF_INIT;

	folder_path(folder, from, &old);
	folder_path(folder, to, &new);
	assert_int_equal(rename(old.text, new.text), 0);
	strbuf_release(&old);
	strbuf_release(&new);
}

static bool has_file(const struct folder *folder, const char *name)
{
	struct strbuf path = STRBUF_INIT;
	bool is_there;

	folder_path(folder, name, &path);
	is_there = access(path.text, F_OK) == 0;
	strbuf_release(&path);
	return is_there;
}

static void drop(const struct folder *folder)
{
	static const char *const names[] = {"runs.jsonl", "runs.head", "runs.lock", "runs.open"};
	struct arena *arena = arena_new();
	struct run_files years;

	run_files_find(&years, folder->path, arena);
	for (size_t i = 0; i < years.count; i++)
		folder_remove(folder, years.names[i]);
	for (size_t i = 0; i < ROWS(names); i++) {
		if (has_file(folder, names[i]))
			folder_remove(folder, names[i]);
	}
	folder_release(folder);
	arena_free(arena);
}

/* Lines of these years, and the files in which they end, oldest first; clocks are right, or go wrong. */
static const struct {
	const char *what;
	int years[YEARS_MAX]; /* 0: end */
	const char *files;
} clocks[] = {
	{"one year", {2025, 2025}, ""},
	{"each year", {2024, 2025, 2025, 2026}, "runs-2024.jsonl runs-2025.jsonl "},
	{"a year without a run", {2023, 2026}, "runs-2023.jsonl "},
	{"a clock that went back", {2026, 2025, 2025, 2026}, "runs-2025.jsonl "},
	{"a clock that went back, whose year is closed", {2025, 2026, 2025, 2026, 2027},
		"runs-2025.jsonl runs-2026.jsonl "},
	{"a clock that was ahead once", {2026, 2099, 2026, 2026, 2027, 2028},
		"runs-2026.jsonl runs-2027.jsonl "},
	{"a clock that was ahead for two years", {2026, 2099, 2100, 2026, 2027, 2028},
		"runs-2026.jsonl runs-2099.jsonl runs-2027.jsonl "},
	{"years of another number of digits", {999, 2026, 0}, ""},
};

static void test_clocks(void **state)
{
	for (size_t i = 0; i < ROWS(clocks) && row(i, "%s", clocks[i].what); i++) {
		struct arena *arena = arena_new();
		struct strbuf names = STRBUF_INIT;
		struct run_files years;
		struct folder folder;
		struct proof proof;
		size_t count = 0;

		folder_make(&folder);
		for (; clocks[i].years[count]; count++)
			add_run(&folder, clocks[i].years[count], "apply", NULL);
		run_files_find(&years, folder.path, arena);
		for (size_t j = 0; j < years.count; j++)
			strbuf_addf(&names, "%s ", years.names[j]);
		assert_string_equal(names.text, clocks[i].files);
		proof = prove(&folder, 0, NULL);
		expect_proof(&proof, 0, 0);
		assert_int_equal(proof.lines, count);
		strbuf_release(&names);
		drop(&folder);
		arena_free(arena);
	}
}

/* The first line of a year names the file before, and its last hash. */
static void test_first_line(void **state)
{
	char last[SHA256_HEX];
	struct strbuf text = STRBUF_INIT;
	struct folder folder;
	json_t *line;

	folder_make(&folder);
	add_run(&folder, 2025, "apply", last);
	add_run(&folder, 2026, "apply", NULL);
	slurp(&folder, "runs.jsonl", &text);
	line = json_loads(text.text, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(line, "previous")), last);
	assert_string_equal(json_string_value(json_object_get(line, "closes")), "runs-2025.jsonl");
	json_decref(line);
	add_run(&folder, 2026, "apply", NULL);
	slurp(&folder, "runs.jsonl", &text);
	assert_null(strstr(strchr(text.text, '\n'), "closes"));
	strbuf_release(&text);
	drop(&folder);
}

/* Broken off behind the rename, and at each byte of the first line; half a line in the file that is closed. */
static void test_broken_off(void **state)
{
	struct strbuf old = STRBUF_INIT, new = STRBUF_INIT, head = STRBUF_INIT;
	struct folder folder;
	struct proof proof;
	size_t length;

	folder_make(&folder);
	add_run(&folder, 2025, "apply", NULL);
	slurp(&folder, "runs.jsonl", &old);
	slurp(&folder, "runs.head", &head);
	add_run(&folder, 2026, "apply", NULL);
	slurp(&folder, "runs.jsonl", &new);
	length = new.length;
	for (size_t half = 0; half < length; half++) {
		folder_remove(&folder, "runs.jsonl");
		folder_remove(&folder, "runs.head");
		folder_write(&folder, "runs.head", head.text, head.length);
		if (half > 0) {
			folder_write(&folder, "runs.jsonl", new.text, half - 1);
		} else {
			proof = prove(&folder, 0, NULL);
			expect_proof(&proof, 0, 1); /* there is no runs.jsonl */
		}
		add_run(&folder, 2026, "apply", NULL);
		proof = prove(&folder, 0, NULL);
		if (proof.errors != 0 || proof.warnings != (half > 1 ? 1 : 0) || proof.lines != 2)
			fail_msg("broken off at %zu: %zu errors, %s", half, proof.errors,
				proof.what);
		assert_string_equal((slurp(&folder, "runs-2025.jsonl", &new), new.text), old.text);
		slurp(&folder, "runs.jsonl", &new);
		if (half > 1)
			memmove(new.text, strchr(new.text, '\n') + 1,
				strlen(strchr(new.text, '\n')));
	}
	drop(&folder);
	folder_make(&folder);
	strbuf_adds(&old, "{\"half\":");
	folder_write(&folder, "runs.jsonl", old.text, old.length);
	folder_write(&folder, "runs.head", head.text, head.length);
	add_run(&folder, 2026, "apply", NULL);
	proof = prove(&folder, 0, NULL);
	expect_proof(&proof, 0, 1); /* half a line, of which the next tells */
	assert_true(has_file(&folder, "runs-2025.jsonl"));
	drop(&folder);
	strbuf_release(&old);
	strbuf_release(&new);
	strbuf_release(&head);
}

/* Both names of one file, as a file system without RENAME_NOREPLACE may leave them. */
static void test_two_names(void **state)
{
	struct strbuf from = STRBUF_INIT, to = STRBUF_INIT;
	struct folder folder;
	struct proof proof;

	folder_make(&folder);
	add_run(&folder, 2025, "apply", NULL);
	folder_path(&folder, "runs.jsonl", &from);
	folder_path(&folder, "runs-2025.jsonl", &to);
	assert_int_equal(link(from.text, to.text), 0);
	add_run(&folder, 2026, "apply", NULL);
	proof = prove(&folder, 0, NULL);
	expect_proof(&proof, 0, 0);
	assert_int_equal(proof.lines, 2);
	strbuf_release(&from);
	strbuf_release(&to);
	drop(&folder);
}

/* Four years of two lines each, of which somebody removes something. */
static void make_years(struct folder *folder, char last[4][SHA256_HEX])
{
	folder_make(folder);
	for (int i = 0; i < 8; i++)
		add_run(folder, 2023 + i / 2, "apply", last[i / 2]);
}

static void remove_year(const struct folder *folder, const char *name)
{
	folder_remove(folder, name);
}

static void cut_first_line(const struct folder *folder, const char *name)
{
	struct strbuf text = STRBUF_INIT;

	slurp(folder, name, &text);
	folder_write(folder, name, strchr(text.text, '\n') + 1,
		strlen(strchr(text.text, '\n') + 1));
	strbuf_release(&text);
}

static void cut_last_line(const struct folder *folder, const char *name)
{
	struct strbuf text = STRBUF_INIT;

	slurp(folder, name, &text);
	folder_write(folder, name, text.text, (size_t)(strchr(text.text, '\n') + 1 - text.text));
	strbuf_release(&text);
}

static void put_together(const struct folder *folder, const char *name)
{
	struct strbuf text = STRBUF_INIT, current = STRBUF_INIT;

	slurp(folder, name, &text);
	slurp(folder, "runs.jsonl", &current);
	strbuf_adds(&text, current.text);
	folder_remove(folder, name);
	folder_write(folder, "runs.jsonl", text.text, text.length);
	strbuf_release(&text);
	strbuf_release(&current);
}

static void call_2022(const struct folder *folder, const char *name)
{
	rename_file(folder, name, "runs-2022.jsonl");
}

static const struct {
	const char *what;
	void (*touch)(const struct folder *folder, const char *name);
	const char *name;
	int since;
	size_t errors, warnings;
	json_int_t first;
} touched[] = {
	{"as it is", NULL, NULL, 0, 0, 0, 1},
	{"from a year on", NULL, NULL, 2025, 0, 1, 5},
	{"from before the first", NULL, NULL, 2020, 0, 0, 1},
	{"from a year that has no line", NULL, NULL, 2030, 1, 1, 7},
	{"the oldest year deleted", remove_year, "runs-2023.jsonl", 0, 0, 1, 3},
	{"the same, and asked for no more", remove_year, "runs-2023.jsonl", 2024, 0, 1, 3},
	{"the same, and asked for", remove_year, "runs-2023.jsonl", 2023, 1, 0, 3},
	{"the same, not looked at", remove_year, "runs-2023.jsonl", 2025, 0, 1, 5},
	{"a year between deleted", remove_year, "runs-2024.jsonl", 0, 1, 0, 1},
	{"a year between deleted, and only later ones asked for", remove_year, "runs-2024.jsonl",
		2025, 0, 1, 5},
	{"this year deleted", remove_year, "runs.jsonl", 0, 1, 1, 1},
	{"the first line of a year cut off", cut_first_line, "runs-2025.jsonl", 0, 1, 0, 1},
	{"the first line of the first year", cut_first_line, "runs-2023.jsonl", 0, 1, 0, 2},
	{"the last line of a year", cut_last_line, "runs-2024.jsonl", 0, 1, 0, 1},
	{"two files put together", put_together, "runs-2025.jsonl", 0, 1, 0, 1},
	{"a year renamed", call_2022, "runs-2024.jsonl", 0, 1, 0, 1},
};

static void test_touched(void **state)
{
	for (size_t i = 0; i < ROWS(touched) && row(i, "%s", touched[i].what); i++) {
		char last[4][SHA256_HEX];
		struct folder folder;
		struct proof proof;

		make_years(&folder, last);
		if (touched[i].touch)
			touched[i].touch(&folder, touched[i].name);
		proof = prove(&folder, touched[i].since, NULL);
		expect_proof(&proof, touched[i].errors, touched[i].warnings);
		assert_int_equal(proof.first, touched[i].first);
		drop(&folder);
	}
}

/* Years that were deleted up to the last but one: the hash of each year's last line is still good for what is there. */
static void test_expect(void **state)
{
	char last[4][SHA256_HEX];
	struct folder folder;
	struct proof proof;

	make_years(&folder, last);
	for (int i = 0; i < 4; i++) {
		proof = prove(&folder, 0, last[i]);
		expect_proof(&proof, 0, i < 3 ? 1 : 0);
	}
	proof = prove(&folder, 2025, last[1]);
	expect_proof(&proof, 0, 2);
	folder_remove(&folder, "runs-2023.jsonl");
	proof = prove(&folder, 0, last[0]);
	expect_proof(&proof, 0, 2);
	folder_remove(&folder, "runs-2024.jsonl");
	proof = prove(&folder, 0, last[0]);
	expect_proof(&proof, 1, 1); /* of it, and of all behind it, nothing is there */
	drop(&folder);
}

/* Each text of all files, the last first, whatever its size; half a line is none. */
static void test_tail(void **state)
{
	static const size_t sizes[] = {0, 1, 65533, 65534, 65535, 65536, 65537, 200000, 3, 3};
	struct strbuf text = STRBUF_INIT;
	struct run_tail tail;
	const char *line;
	size_t length;
	struct folder folder;

	folder_make(&folder);
	for (size_t i = 0; i < ROWS(sizes); i++) {
		for (size_t j = 0; j < sizes[i]; j++)
			strbuf_addc(&text, (char)('a' + (i + j) % 26));
		strbuf_addc(&text, '\n');
	}
	folder_write(&folder, "runs-2025.jsonl", text.text, text.length);
	strbuf_adds(&text, "half");
	folder_write(&folder, "runs.jsonl", text.text, text.length);
	run_tail_open(&tail, folder.path);
	for (size_t i = 2 * ROWS(sizes); i > 0; i--) {
		size_t at = (i - 1) % ROWS(sizes);

		assert_true(run_tail_next(&tail, &line, &length));
		assert_int_equal(length, sizes[at]);
		if (length > 0)
			assert_int_equal(line[length - 1], 'a' + (at + length - 1) % 26);
	}
	assert_false(run_tail_next(&tail, &line, &length));
	run_tail_close(&tail);
	strbuf_release(&text);
	drop(&folder);
}

static void expect_registered(const struct folder *folder, const char *day)
{
	struct arena *arena = arena_new();
	struct strbuf text = STRBUF_INIT;
	struct registered registered;
	struct error err = ERROR_INIT;

	assert_int_equal(registered_find(&registered, folder->path, arena, &err), ERROR_NONE);
	assert_true(!registered.sent.address == !day);
	if (day) {
		moment_add_iso_day(&text, registered.sent.at);
		assert_string_equal(text.text, day);
		assert_string_equal(registered.sent.address, "post@eksempel.dk");
		assert_string_equal(registered.sent.to, "k@k.dk");
	}
	strbuf_release(&text);
	arena_free(arena);
}

/* The mail to KOMBIT is known by the last line alone, and by an old chain's lines. */
static void test_registered(void **state)
{
	static const char old[] =
		"{\"address\":\"post@eksempel.dk\",\"command\":\"register\",\"number\":1,\"outcome\":"
		"\"done\",\"previous\":\"" CHAIN_NOTHING
		"\",\"started\":\"2022-05-01T12:00:00Z\",\"to\":\"k@k.dk\"}\n";
	struct folder folder;

	folder_make(&folder);
	add_run(&folder, 2024, "apply", NULL);
	expect_registered(&folder, NULL);
	add_run(&folder, 2024, "register", NULL);
	expect_registered(&folder, "2024-06-01");
	add_run(&folder, 2025, "apply", NULL);
	add_run(&folder, 2025, "apply", NULL);
	add_run(&folder, 2026, "apply", NULL);
	expect_registered(&folder, "2024-06-01");
	folder_remove(&folder, "runs-2024.jsonl");
	folder_remove(&folder, "runs-2025.jsonl");
	expect_registered(&folder, "2024-06-01");
	add_run(&folder, 2026, "register", NULL);
	expect_registered(&folder, "2026-06-01");
	drop(&folder);

	folder_make(&folder);
	folder_write(&folder, "runs.jsonl", old, strlen(old));
	expect_registered(&folder, "2022-05-01");
	add_run(&folder, 2026, "apply", NULL);
	add_run(&folder, 2026, "apply", NULL);
	folder_remove(&folder, "runs-2022.jsonl");
	expect_registered(&folder, "2022-05-01");
	drop(&folder);
}

/* The runs since a moment: as if all had been read. */
static void test_since(void **state)
{
	struct folder folder;

	folder_make(&folder);
	add_run(&folder, 2024, "register", NULL);
	for (int year = 2024; year <= 2026; year++)
		add_run(&folder, year, "apply", NULL);
	for (int year = 2023; year <= 2028; year++) {
		char text[40];
		moment since;
		size_t expected = 0, count;
		struct error err = ERROR_INIT;
		json_t *all = runs_load(folder.path, MOMENT_EARLIEST, &err), *some;

		snprintf(text, sizeof(text), "%d-06-01T12:00:00+02:00", year);
		assert_true(moment_read(text, MOMENT_START, &since, NULL));
		some = runs_load(folder.path, since, &err);
		count = json_array_size(some);
		assert_int_equal(json_array_size(all), 4);
		for (size_t i = 0; i < 4; i++)
			expected += runs_started(json_array_get(all, i)) >= since;
		assert_int_equal(count, expected);
		for (size_t i = 0; i < count; i++)
			assert_true(json_equal(json_array_get(some, i),
				json_array_get(all, 4 - count + i)));
		json_decref(all);
		json_decref(some);
	}
	drop(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_first_line),
		cmocka_unit_test(test_broken_off),
		cmocka_unit_test(test_two_names),
		cmocka_unit_test(test_touched),
		cmocka_unit_test(test_expect),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_registered),
		cmocka_unit_test(test_since),
	};

	moment_zone("Europe/Copenhagen");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
