/*
 * A run that did not end, as anybody may have left it: runs.open, its report and its undo file, with "\n====\n"
 * between. It is recovered, with and without a key; the directory is asked about mapped lists only, and nothing
 * that is not proved gets into a line. Then as a run of ours, with the hashes of its files and signed: it is
 * never unproved, and what recovery leaves is verified and can be read.
 */
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "fuzz.h"
#include "ledger/chain.h"
#include "ledger/recovery.h"
#include "ledger/report_repair.h"
#include "ledger/run_line.h"
#include "ledger/sign.h"
#include "ledger/verify.h"
#include "report/ldif/reader.h"

#define LIST "cn=Drift,dc=dk"
#define RUN  "1caf5866"
#define NAME "20261130T062040Z-" RUN

static const char *const names[] = {"runs.open", NAME ".ldif", NAME ".undo.ldif"};
static char folder[64];
static int folder_fd;

/* A line may name other files of its run, which recovery writes. */
static void clear(void)
{
	DIR *entries = fdopendir(openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	const struct dirent *entry;

	fuzz_expect(entries != NULL, "the folder can be read");
	while ((entry = readdir(entries)))
		unlinkat(folder_fd, entry->d_name, 0);
	closedir(entries);
}

static void forget_folder(void)
{
	clear();
	rmdir(folder);
}

static void write_files(const uint8_t *data, size_t size)
{
	static bool is_made;

	if (!is_made) {
		snprintf(folder, sizeof(folder), "%s/postvagt-fuzz-XXXXXX",
			access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		fuzz_expect(mkdtemp(folder) != NULL, "a folder can be made");
		folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
		atexit(forget_folder);
		is_made = true;
	}
	clear();
	for (size_t i = 0; i < 3; i++) {
		char *part;
		const uint8_t *end = memmem(data, size, "\n====\n", 6);
		size_t length = end ? (size_t)(end - data) : size;
		int fd = openat(folder_fd, names[i], O_WRONLY | O_CREAT | O_TRUNC, 0600);

		part = fuzz_text(data, length);
		/* runs.open ends with a newline, which the separator took. */
		fuzz_expect(fd >= 0 && write(fd, part, length) == (ssize_t)length &&
				(i > 0 || write(fd, "\n", 1) == 1) && close(fd) == 0,
			"a file can be written");
		free(part);
		data += length + (end ? 6 : 0);
		size -= length + (end ? 6 : 0);
	}
}

static enum error_kind look(void *context, struct intended_value *values, size_t count,
	struct error *err)
{
	struct arena *arena = arena_new();

	(void)context;
	(void)err;
	for (size_t i = 0; i < count; i++) {
		const char *key = dn_key(arena, values[i].dn);

		fuzz_expect(key && strcmp(key, dn_key(arena, LIST)) == 0,
			"only lists of the mapping are looked up");
		fuzz_expect(!values[i].type || strcasecmp(values[i].type, "member") == 0,
			"only members are looked up");
		values[i].is_there = i % 2 == 0;
	}
	arena_free(arena);
	return ERROR_NONE;
}

static char *part_of(const uint8_t *data, size_t size, size_t which, size_t *length)
{
	for (size_t i = 0;; i++) {
		const uint8_t *end = memmem(data, size, "\n====\n", 6);

		*length = end ? (size_t)(end - data) : size;
		if (i == which)
			return fuzz_text(data, *length);
		data += *length + (end ? 6 : 0);
		size -= *length + (end ? 6 : 0);
	}
}

/* A line of which the input's has the members; an empty one where our own writer writes none such. */
static json_t *line_of(const uint8_t *data, size_t size)
{
	size_t length;
	char *text = part_of(data, size, 0, &length), *again = NULL;
	json_t *line = json_loadb(text, length, 0, NULL), *read = NULL;

	if (json_is_object(line)) {
		json_object_set_new(line, "number", json_integer(1));
		json_object_set_new(line, "previous", json_string(""));
		again = chain_text(line);
		read = chain_read_line(again, strlen(again));
	}
	free(text);
	free(again);
	json_decref(line);
	return read ? read : json_object();
}

/* Write runs.open as our own writer does, of a run that wrote these files. */
static void make_ours(const uint8_t *data, size_t size, const struct sign_key *key)
{
	static const char *const of_others[] = {"altered", "expected", "unproved"};
	static const char *const files[] = {"report", "undo"};
	struct error err = ERROR_INIT;
	struct chain chain;
	json_t *line = line_of(data, size);
	for (size_t i = 0; i < sizeof(of_others) / sizeof(*of_others); i++)
		json_object_del(line, of_others[i]);
	if (!json_is_array(json_object_get(line, "drafts")))
		json_object_del(line, "drafts");
	json_object_set_new(line, "run", json_string(RUN));
	for (size_t i = 0; i < 2; i++) {
		size_t length;
		char *text = part_of(data, size, i + 1, &length);

		run_line_set_file(line, files[i], names[i + 1], text, length);
		free(text);
	}
	unlinkat(folder_fd, "runs.open", 0);
	fuzz_expect(chain_open(&chain, folder, "host", &err) == ERROR_NONE &&
			chain_intend(&chain, line, key, NULL, &err) == ERROR_NONE,
		"a run can be opened");
	chain_close(&chain);
	json_decref(line);
}

/* What recovery left of a run of ours. */
static void expect_settled(const json_t *line, const struct sign_public *accepted)
{
	struct arena *arena = arena_new();
	struct findings findings;
	struct error err = ERROR_INIT;
	struct verify verify = {.folder = folder, .keys = accepted, .findings = &findings};
	struct read_report report;

	findings_init(&findings, arena);
	fuzz_expect(verify_folder(&verify, &err) == ERROR_NONE && verify.signatures == 1,
		"what is recovered is signed");
	fuzz_expect(findings.errors == 0 || json_object_get(line, "altered"),
		"what is recovered is verified");
	if (!json_object_get(line, "altered") &&
		strcmp(run_line_text(line, "outcome", NULL), "interrupted") == 0 &&
		strcmp(run_line_text(line, "command", NULL), "register") != 0) {
		const char *path = arena_format(arena, "%s/%s", folder, names[1]);

		fuzz_expect(reader_load(&report, path, arena, &err) == ERROR_NONE,
			"a report that is completed can be read");
	}
	arena_free(arena);
	error_release(&err);
}

static void recover(const struct sign_key *key, const struct sign_public *accepted, bool is_ours)
{
	struct arena *arena = arena_new();
	struct table *lists = table_new(arena);
	struct error err = ERROR_INIT;
	struct chain chain;
	struct recovery recovery = {.chain = &chain,
		.key = key,
		.accepted = accepted,
		.run = "00000001",
		.member_attribute = "member",
		.lists = lists,
		.closing = json_pack("{s:s}", "run", "00000002"),
		.look = look};

	table_put(lists, dn_key(arena, LIST), lists);
	if (!chain_open(&chain, folder, "host", &err)) {
		enum error_kind failed;
		FILE *before = stderr, *null = fopen("/dev/null", "w");

		fuzz_expect(null != NULL, "recovery can be silenced");
		stderr = null;
		failed = recovery_run(&recovery, &err);
		stderr = before;
		fclose(null);
		fuzz_expect(failed == ERROR_NONE, "a run can be recovered");
		fuzz_expect(faccessat(folder_fd, "runs.open", F_OK, 0) != 0, "then it is not open");
		fuzz_expect(chain.number == 1, "it has one line");
		fuzz_expect(is_ours || !accepted || json_object_get(chain.last_line, "unproved"),
			"nobody but the key's owner makes a run that is proved");
		fuzz_expect(!is_ours || !json_object_get(chain.last_line, "unproved"),
			"a run of ours is proved");
		if (is_ours)
			expect_settled(chain.last_line, accepted);
	}
	chain_close(&chain);
	json_decref(recovery.closing);
	error_release(&err);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sign_key no_key;
	static struct sign_key key;
	static struct sign_public accepted;

	fuzz_at_home();
	if (!key.is_there) {
		unsigned char seed[crypto_sign_SEEDBYTES] = {1};

		crypto_sign_seed_keypair(accepted.keys[0], key.bytes, seed);
		accepted.count = 1;
		key.is_there = true;
	}
	write_files(data, size);
	recover(&no_key, NULL, false);
	write_files(data, size);
	recover(&key, &accepted, false);
	write_files(data, size);
	make_ours(data, size, &key);
	recover(&key, &accepted, true);
	return 0;
}
