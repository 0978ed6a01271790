/*
 * A run that did not end, as anybody may have left it: runs.open, its report and its undo file, with "\n====\n"
 * between. It is recovered, with and without a key; the directory is asked about mapped lists only, and nothing
 * that is not proved gets into a line.
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/dn.h"
#include "base/table.h"
#include "fuzz.h"
#include "ledger/chain.h"
#include "ledger/recovery.h"
#include "ledger/report_repair.h"
#include "ledger/sign.h"

#define LIST "cn=Drift,dc=dk"
#define NAME "20261130T062040Z-1caf5866"

static const char *const names[] = {"runs.open", NAME ".ldif", NAME ".undo.ldif"};
static char folder[64];
static int folder_fd;

static void clear(void)
{
	static const char *const chain[] = {"runs.jsonl", "runs.head", "runs.lock"};

	for (size_t i = 0; i < 3; i++) {
		unlinkat(folder_fd, names[i], 0);
		unlinkat(folder_fd, chain[i], 0);
	}
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

static void recover(const struct sign_key *key, const struct sign_public *accepted)
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
		fuzz_expect(!accepted || json_object_get(chain.last_line, "unproved"),
			"nobody but the key's owner makes a run that is proved");
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
	recover(&no_key, NULL);
	write_files(data, size);
	recover(&key, &accepted);
	return 0;
}
