/*
 * A folder of reports that anybody may have written: runs.jsonl, runs.head, runs.open and the year 2025, with "\n====\n"
 * between. It is proved, read from both ends, and grown by a line of 2027, which may close a year; what is grown is found
 * again.
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "fuzz.h"
#include "ledger/chain.h"
#include "ledger/run_files.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"
#include "ledger/sign.h"
#include "ledger/verify.h"

static const struct sign_key no_key;
static char folder[64];
static int folder_fd;
static const char separator[] = "\n====\n";
static const char *const names[] = {"runs.jsonl", "runs.head", "runs.open", "runs-2025.jsonl"};

static void forget_years(void)
{
	struct arena *arena = arena_new();
	struct run_files years;

	run_files_find(&years, folder, arena);
	for (size_t i = 0; i < years.count; i++)
		unlinkat(folder_fd, years.names[i], 0);
	arena_free(arena);
}

static void forget_folder(void)
{
	static const char *const all[] = {"runs.jsonl", "runs.head", "runs.open", "runs.lock"};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		unlinkat(folder_fd, all[i], 0);
	forget_years();
	rmdir(folder);
}

static void write_file(const char *name, const uint8_t *text, size_t length)
{
	int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	fuzz_expect(fd >= 0 && write(fd, text, length) == (ssize_t)length && close(fd) == 0,
		"a file can be written");
}

/* What `data` says is in the folder, less the files that it says nothing of. */
static void write_files(const uint8_t *data, size_t size)
{
	static bool is_made;

	if (!is_made) {
		/* In memory, if that can be: each input makes a dozen fsyncs. */
		snprintf(folder, sizeof(folder), "%s/postvagt-fuzz-XXXXXX",
			access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		fuzz_expect(mkdtemp(folder) != NULL, "a folder can be made");
		folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
		atexit(forget_folder);
		is_made = true;
	}
	forget_years();
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const uint8_t *end = memmem(data, size, separator, strlen(separator));
		size_t length = end ? (size_t)(end - data) : size;

		if (length == 0)
			unlinkat(folder_fd, names[i], 0);
		else
			write_file(names[i], data, length);
		data += length + (end ? strlen(separator) : 0);
		size -= length + (end ? strlen(separator) : 0);
	}
}

static size_t prove(char last[SHA256_HEX])
{
	struct arena *arena = arena_new();
	struct findings findings;
	struct error err = ERROR_INIT;
	struct verify verify = {.folder = folder, .expect = CHAIN_NOTHING, .findings = &findings};
	size_t errors;

	findings_init(&findings, arena);
	fuzz_expect(verify_folder(&verify, &err) == ERROR_NONE, "a folder that is there is proved");
	fuzz_expect_safe(&findings);
	memcpy(last, verify.last, SHA256_HEX);
	errors = findings.errors;
	arena_free(arena);
	return errors;
}

static void read_runs(void)
{
	struct error err = ERROR_INIT;
	json_t *lines = runs_load(folder, MOMENT_EARLIEST, &err);
	struct read_report report;
	struct arena *arena = arena_new();

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		struct error none = ERROR_INIT;

		runs_started(line);
		run_line_is_draft(line, "x");
		runs_report(folder, line, &report, arena, &none);
		error_release(&none);
	}
	json_decref(lines);
	arena_free(arena);
	error_release(&err);
	runs_keep_absences(folder);
	runs_trusted_feed(folder, "loen");
}

/* The run that was added is the last one, from the end. */
static void find_grown(void)
{
	struct error err = ERROR_INIT;
	json_t *lines = runs_load_from(folder, "f0f0f0f0", &err);
	size_t count = json_array_size(lines);

	fuzz_expect(count > 0 && runs_is_named(json_array_get(lines, count - 1), "f0f0f0f0"),
		"the line that was added is found from the end");
	json_decref(lines);
	error_release(&err);
}

/* A line more, as the next run adds it; returns whether there could be one. */
static bool grow(char last[SHA256_HEX])
{
	struct chain chain;
	struct error err = ERROR_INIT;
	json_t *line =
		json_pack("{s:s, s:s}", "run", "f0f0f0f0", "started", "2027-06-01T12:00:00Z");
	bool grown = chain_open(&chain, folder, "host", &err) == ERROR_NONE;
	json_int_t number = chain.number;

	if (grown) {
		fuzz_expect(chain_append(&chain, line, &no_key, &err) == ERROR_NONE,
			"a chain can be grown");
		fuzz_expect(chain.number == number + 1, "a line has the next number");
		memcpy(last, chain.last, SHA256_HEX);
	} else {
		fuzz_expect(err.kind == ERROR_OURS, "what cannot be grown is told");
		fuzz_expect_safe_text(err.text.text);
	}
	json_decref(line);
	chain_close(&chain);
	error_release(&err);
	return grown;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char last[SHA256_HEX], found[SHA256_HEX];
	size_t errors;

	write_files(data, size);
	errors = prove(found);
	read_runs();
	if (grow(last)) {
		bool still = prove(found) > 0;

		find_grown();
		fuzz_expect(strcmp(last, found) == 0, "the line that was added is the last");
		/* Half a line, an open run and a head that is one behind are what a crash leaves. */
		fuzz_expect(errors > 0 || !still,
			"a chain that was whole is whole with a line more");
	}
	return 0;
}
