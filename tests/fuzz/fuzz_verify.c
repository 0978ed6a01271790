/*
 * A folder of reports, and what somebody who can write to it and knows the format makes of it. The input is a
 * script of steps with "\n====\n" between: a line with a verb and its words, then the text that the verb takes.
 *
 *	grow KEY, intend KEY	a run's line: our own writer appends it, or writes runs.open. The text is a JSON
 *				object; texts "report" and "undo" are the files of the run. KEY: a, b, or - for none
 *	plan KEY NAME		a saved plan with that text
 *	key, old-key		the file of --key; the file of reports.old_keys, beside the private key a
 *	expect			--expect; or "open", "head" or a line's number: the hash that it has now
 *	file, append NAME	a file gets that text, or more text
 *	replace NAME		the text's first line, where the file has it, becomes the rest of the text
 *	cut, remove NAME; move NAME NAME; link, pipe, folder NAME
 *	lines [NAME]		runs.jsonl, or NAME, gets these lines of runs.jsonl, by number; "o" is runs.open's
 *	head			the head follows the last line
 *	forge [NUMBER]		a line that nobody signed, or with the signature of that line, and the head
 *	relink			links, numbers and hashes of files are computed again, and the head
 *
 * The folder is then verified as `audit verify` does, and where it passes, it must hold by a second opinion:
 * each line is linked to the one before and is one that a given key signed, for runs.jsonl or for runs.open; each
 * file has the hash that its line says, or is a plan that a key signed; the expected hash is a line's. A
 * folder that only our own writer wrote to must pass.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/message/finding.h"
#include "base/text/strbuf.h"
#include "fuzz.h"
#include "ledger/chain.h"
#include "ledger/plan_signature.h"
#include "ledger/run_files.h"
#include "ledger/run_line.h"
#include "ledger/sign.h"
#include "ledger/verify.h"
#include "model/settings.h"
#include "report/ldif/seal.h"
#include "report/text/json.h"

#define STEPS_MAX   32
#define KEYS        2
#define NO_KEY      KEYS
#define LINES_MAX   10 /* that one digit names */
#define PLAN_ENDING "# end\n"

/* The key a, as PKCS#8. */
static const char private_key[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MC4CAQAwBQYDK2VwBCIEIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	"-----END PRIVATE KEY-----\n";

/* Bytes that were written: a line, or a saved plan down to its seal. */
struct genuine {
	enum { ENDED, OPEN, PLAN } kind;
	unsigned int key; /* who signed them: an index of `keys`; NO_KEY: nobody */
	const char *text, *signature;
	size_t length;
};

struct scene {
	struct arena *arena;
	struct genuine *genuine;
	size_t count, room;
	unsigned int runs;
	bool is_touched; /* by others than our own writer */
	bool is_signed[KEYS + 1];
	const char *expect; /* NULL: not given */
	struct sign_public public;
	bool has_key;
};

struct step {
	char *verb, *first, *second; /* words; "" where there are fewer */
	const char *text;
	size_t length;
};

static struct {
	struct sign_key key;
	unsigned char public[crypto_sign_PUBLICKEYBYTES];
} keys[KEYS + 1];

static char folder[64];
static int folder_fd;

/* verify_folder() waits for an unfinished file to be renamed: nobody does it here. */
int nanosleep(const struct timespec *wanted, struct timespec *left)
{
	(void)wanted;
	(void)left;
	return 0;
}

/* The folder */

static void clear(int fd)
{
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			unlinkat(dirfd(entries), entry->d_name, 0) == 0)
			continue;
		clear(openat(dirfd(entries), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
		unlinkat(dirfd(entries), entry->d_name, AT_REMOVEDIR);
	}
	if (entries)
		closedir(entries);
}

static void clear_folder(void)
{
	clear(openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static void forget_folder(void)
{
	clear_folder();
	rmdir(folder);
}

static void prepare(void)
{
	if (folder_fd > 0)
		return;
	/* In memory, if that can be: each line is synced. */
	snprintf(folder, sizeof(folder), "%s/postvagt-fuzz-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	fuzz_expect(mkdtemp(folder) != NULL, "a folder can be made");
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	atexit(forget_folder);
	for (unsigned int i = 0; i < KEYS; i++) {
		unsigned char seed[crypto_sign_SEEDBYTES] = {(unsigned char)(i + 1)};

		crypto_sign_seed_keypair(keys[i].public, keys[i].key.bytes, seed);
		keys[i].key.is_there = true;
	}
}

/* A name that stays in the folder, or in its "state". */
static const char *safe_name(const char *name)
{
	const char *inner = strncmp(name, "state/", 6) == 0 ? name + 6 : name;

	if (!*inner || strchr(inner, '/') || strcmp(inner, ".") == 0 || strcmp(inner, "..") == 0)
		return "x";
	if (inner != name)
		mkdirat(folder_fd, "state", 0700);
	return name;
}

static void put(const char *name, int flags, const char *text, size_t length)
{
	int fd = openat(folder_fd, name,
		O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0600);

	if (fd < 0)
		return; /* a folder, a link or a pipe has the name, or it is too long */
	fuzz_expect(write(fd, text, length) == (ssize_t)length, "a file can be written");
	close(fd);
}

/* A regular file, in the arena, with a NUL behind it; NULL where there is none. */
static const char *get(struct arena *arena, const char *name, size_t *length)
{
	int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	char *text = NULL;

	*length = 0;
	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		*length = (size_t)status.st_size;
		text = arena_get(arena, *length + 1);
		fuzz_expect(read(fd, text, *length) == status.st_size, "a file can be read");
	}
	if (fd >= 0)
		close(fd);
	return text;
}

static const char *sha256_of(struct arena *arena, const char *text, size_t length)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char *hex = arena_get(arena, SHA256_HEX);

	crypto_hash_sha256(hash, (const unsigned char *)text, length);
	sodium_bin2hex(hex, SHA256_HEX, hash, sizeof(hash));
	return hex;
}

/* The next line of a text, moved past it, without its newline; false at the end. */
static bool next_line(const char **text, size_t *length, const char **line, size_t *size)
{
	const char *newline = *length > 0 ? memchr(*text, '\n', *length) : NULL;
	size_t skip;

	if (*length == 0)
		return false;
	*line = *text;
	*size = newline ? (size_t)(newline - *text) : *length;
	skip = *size + (newline ? 1 : 0);
	*text += skip;
	*length -= skip;
	return true;
}

/* Our own writer */

static void note(struct scene *scene, struct genuine genuine)
{
	scene->genuine = arena_grow(scene->arena, scene->genuine, scene->count, &scene->room,
		sizeof(*scene->genuine));
	scene->genuine[scene->count++] = genuine;
}

static unsigned int key_of(struct scene *scene, const char *word)
{
	unsigned int key = *word == 'a' ? 0 : *word == 'b' ? 1 : NO_KEY;

	scene->is_signed[key] = true;
	return key;
}

/* The run's file, its text that of the line so far; the name and the hash go there instead. */
static void write_file(struct scene *scene, json_t *line, const char *key, const char *ending)
{
	const char *name = arena_format(scene->arena, "20261130T062040Z-%s%s",
		run_line_text(line, "run", NULL), ending);
	const char *text = arena_string(scene->arena, run_line_text(line, key, NULL));

	unlinkat(folder_fd, name, 0);
	if (!json_is_string(json_object_get(line, key)))
		return;
	put(name, O_TRUNC, text, strlen(text));
	run_line_set_file(line, key, name, text, strlen(text));
}

/* Whether we write such a line: texts, which are made safe. */
static bool make_safe(json_t *line)
{
	static const char *const ours[] = {
		"run", "outcome", "said", "user", "case", "started", "report", "undo"};
	bool is_ours = true;
	const char *key;
	json_t *value;

	json_object_foreach(line, key, value)
	{
		bool is_known = false;

		for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
			is_known = is_known || strcmp(key, ours[i]) == 0;
		is_ours = is_ours && is_known && json_is_string(value);
	}
	for (size_t i = 1; i < 6; i++) {
		if (json_is_string(json_object_get(line, ours[i])))
			run_line_set_text(line, ours[i], run_line_text(line, ours[i], NULL));
	}
	return is_ours;
}

static void write_line(struct scene *scene, const struct step *step, bool is_open)
{
	json_t *line = json_loadb(step->text, step->length, 0, NULL);
	unsigned int key = key_of(scene, step->first);
	struct error err = ERROR_INIT;
	struct chain chain;

	if (!json_is_object(line)) {
		json_decref(line);
		line = json_object();
	}
	json_object_set_new(line, "run",
		json_string(arena_format(scene->arena, "%08x", scene->runs + 1)));
	scene->is_touched = !make_safe(line) || scene->is_touched;
	write_file(scene, line, "report", ".ldif");
	write_file(scene, line, "undo", ".undo.ldif");
	if (chain_open(&chain, folder, "host", &err) ||
		(is_open ? chain_intend(&chain, line, &keys[key].key, NULL, &err)
			 : chain_append(&chain, line, &keys[key].key, &err))) {
		fuzz_expect(scene->is_touched, "our own writer can write to its own folder");
	}
	if (json_object_get(line, "previous")) {
		char *text = chain_text(line);

		note(scene,
			(struct genuine){is_open ? OPEN : ENDED, key,
				arena_string(scene->arena, text),
				arena_string(scene->arena, run_line_text(line, "signature", NULL)),
				strlen(text)});
		free(text);
	}
	scene->runs += is_open ? 0 : 1;
	chain_close(&chain);
	error_release(&err);
	json_decref(line);
}

static void do_grow(struct scene *scene, const struct step *step)
{
	write_line(scene, step, false);
}

static void do_intend(struct scene *scene, const struct step *step)
{
	write_line(scene, step, true);
}

static bool is_text(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];

		if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f)
			return false;
	}
	return true;
}

static void do_plan(struct scene *scene, const struct step *step)
{
	const char *name = safe_name(step->second);
	unsigned int key = key_of(scene, step->first);
	struct strbuf text = STRBUF_INIT;
	size_t length;

	strbuf_adds(&text, "version: 1\n#@ {\"form\":2}\n");
	strbuf_add(&text, step->text, step->length);
	strbuf_addc(&text, '\n');
	length = text.length;
	seal_add(&text);
	strbuf_adds(&text, PLAN_ENDING);
	if (key != NO_KEY)
		plan_sign(&text, &keys[key].key);
	put(name, O_TRUNC, text.text, text.length);
	note(scene,
		(struct genuine){
			PLAN, key, arena_bytes(scene->arena, text.text, length), "", length});
	/* Any other name may be one that no plan may have. */
	if (strncmp(name, "plan", 4) != 0 || strlen(name) > 100 ||
		!is_text(step->text, step->length))
		scene->is_touched = true;
	strbuf_release(&text);
}

/* What the auditor has */

static void do_key(struct scene *scene, const struct step *step)
{
	struct error err = ERROR_INIT;

	scene->has_key = sign_public_load(&scene->public, fuzz_file(0, step->text, step->length),
				 &err) == ERROR_NONE;
	fuzz_expect(scene->has_key || err.kind == ERROR_USAGE, "a file without a key is refused");
	fuzz_expect(!scene->has_key || scene->public.count > 0, "a key that was read is there");
	error_release(&err);
}

static void do_old_key(struct scene *scene, const struct step *step)
{
	const char *old[] = {fuzz_file(0, step->text, step->length)};
	struct settings settings = {.old_keys = {.items = old, .count = 1}};
	struct error err = ERROR_INIT;
	struct sign_key key;

	settings.sign_key_file = fuzz_file(1, private_key, strlen(private_key));
	scene->has_key = sign_keys_load(&key, &scene->public, &settings, &err) == ERROR_NONE;
	fuzz_expect(!scene->has_key || scene->public.count > 1, "both keys are there");
	fuzz_expect(memcmp(key.bytes, keys[0].key.bytes, sizeof(key.bytes)) == 0,
		"the key is the one of its file");
	sign_key_wipe(&key);
	error_release(&err);
}

/* A line of runs.jsonl by its number, from 0, or of runs.open, number LINES_MAX; NULL: there is none. */
static const char *get_line(struct arena *arena, size_t number, size_t *size)
{
	const char *text, *line;
	size_t length;

	text = get(arena, number == LINES_MAX ? "runs.open" : "runs.jsonl", &length);
	for (size_t i = 0; text && next_line(&text, &length, &line, size); i++) {
		if (i == number || number == LINES_MAX)
			return line;
	}
	return NULL;
}

static bool is_word(const struct step *step, const char *word)
{
	return step->length == strlen(word) && memcmp(step->text, word, step->length) == 0;
}

static void do_expect(struct scene *scene, const struct step *step)
{
	bool is_digit = step->length == 1 && *step->text >= '0' && *step->text <= '9';
	const char *text = NULL;
	size_t length = 0;

	if (is_word(step, "head")) {
		text = get(scene->arena, "runs.head", &length);
		scene->expect =
			text ? arena_bytes(scene->arena, text, length ? length - 1 : 0) : "";
		return;
	}
	if (is_digit || is_word(step, "open"))
		text = get_line(scene->arena, is_digit ? (size_t)(*step->text - '0') : LINES_MAX,
			&length);
	scene->expect = text ? sha256_of(scene->arena, text, length)
			     : arena_bytes(scene->arena, step->text, step->length);
}

/* What somebody does who can write to the folder */

static void do_file(struct scene *scene, const struct step *step)
{
	(void)scene;
	put(safe_name(step->first), O_TRUNC, step->text, step->length);
}

static void do_append(struct scene *scene, const struct step *step)
{
	(void)scene;
	put(safe_name(step->first), O_APPEND, step->text, step->length);
}

static void do_replace(struct scene *scene, const struct step *step)
{
	const char *name = safe_name(step->first), *old, *with = step->text, *at;
	size_t length, size, rest = step->length;
	const char *text = get(scene->arena, name, &length);
	struct strbuf out = STRBUF_INIT;

	if (!text || !next_line(&with, &rest, &old, &size) || size == 0)
		return;
	at = memmem(text, length, old, size);
	if (!at)
		return;
	strbuf_add(&out, text, (size_t)(at - text));
	strbuf_add(&out, with, rest);
	strbuf_add(&out, at + size, length - (size_t)(at - text) - size);
	put(name, O_TRUNC, out.text, out.length);
	strbuf_release(&out);
}

static void do_cut(struct scene *scene, const struct step *step)
{
	const char *name = safe_name(step->first);
	size_t length, less = (size_t)atoi(step->second);
	const char *text = get(scene->arena, name, &length);

	if (text && less <= length)
		put(name, O_TRUNC, text, length - less);
}

static void do_remove(struct scene *scene, const struct step *step)
{
	(void)scene;
	unlinkat(folder_fd, safe_name(step->first), 0);
}

static void do_move(struct scene *scene, const struct step *step)
{
	(void)scene;
	renameat(folder_fd, safe_name(step->first), folder_fd, safe_name(step->second));
}

static void do_link(struct scene *scene, const struct step *step)
{
	const char *target = arena_bytes(scene->arena, step->text, step->length);

	(void)!symlinkat(*target ? target : "runs.head", folder_fd, safe_name(step->first));
}

static void do_pipe(struct scene *scene, const struct step *step)
{
	(void)scene;
	(void)!mkfifoat(folder_fd, safe_name(step->first), 0600);
}

static void do_folder(struct scene *scene, const struct step *step)
{
	(void)scene;
	mkdirat(folder_fd, safe_name(step->first), 0700);
}

static void do_lines(struct scene *scene, const struct step *step)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < step->length && i < STEPS_MAX; i++) {
		char c = step->text[i];
		size_t size, number = c >= '0' && c <= '9' ? (size_t)(c - '0') : LINES_MAX;
		const char *line = get_line(scene->arena, number, &size);

		if (line) {
			strbuf_add(&out, line, size);
			strbuf_addc(&out, '\n');
		}
	}
	put(*step->first ? safe_name(step->first) : "runs.jsonl", O_TRUNC, out.text, out.length);
	strbuf_release(&out);
}

static void do_head(struct scene *scene, const struct step *step)
{
	const char *line = "", *hash, *text;
	size_t size = 0, length;

	(void)step;
	text = get(scene->arena, "runs.jsonl", &length);
	while (text && next_line(&text, &length, &line, &size))
		;
	hash = arena_format(scene->arena, "%s\n", sha256_of(scene->arena, line, size));
	put("runs.head", O_TRUNC, hash, strlen(hash));
}

/* Link a line to the one before, with the files as they are. */
static void link_line(struct scene *scene, json_t *line, const char *previous, size_t number)
{
	static const char *const files[] = {"report", "undo"};

	json_object_set_new(line, "previous", json_string(previous));
	json_object_set_new(line, "number", json_integer((json_int_t)number));
	for (size_t i = 0; i < 2; i++) {
		const char *name = safe_name(run_line_text(line, files[i], "name"));
		size_t length;
		const char *text = get(scene->arena, name, &length);

		if (text)
			json_object_set_new(json_object_get(line, files[i]), "sha256",
				json_string(sha256_of(scene->arena, text, length)));
	}
}

static void do_relink(struct scene *scene, const struct step *step)
{
	const char *previous = CHAIN_NOTHING, *at;
	struct strbuf out = STRBUF_INIT;
	size_t length, size, number = 0;
	const char *text = get(scene->arena, "runs.jsonl", &length);

	while (text && next_line(&text, &length, &at, &size)) {
		json_t *line = json_loadb(at, size, 0, NULL);
		char *linked;

		if (json_is_object(line)) {
			link_line(scene, line, previous, ++number);
			linked = chain_text(line);
			previous = sha256_of(scene->arena, linked, strlen(linked));
			strbuf_addf(&out, "%s\n", linked);
			free(linked);
		}
		json_decref(line);
	}
	put("runs.jsonl", O_TRUNC, out.text, out.length);
	strbuf_release(&out);
	do_head(scene, step);
}

static void do_forge(struct scene *scene, const struct step *step)
{
	json_t *line = json_loadb(step->text, step->length, 0, NULL);
	size_t number = (size_t)atoi(step->first), length, size, count = 0;
	const char *text = get(scene->arena, "runs.jsonl", &length), *last = "", *added;
	char *forged;

	if (!json_is_object(line)) {
		json_decref(line);
		return;
	}
	for (size = 0; text && next_line(&text, &length, &last, &size);)
		count++;
	if (number < scene->count && *step->first)
		json_object_set_new(line, "signature",
			json_string(scene->genuine[number].signature));
	link_line(scene, line, count > 0 ? sha256_of(scene->arena, last, size) : CHAIN_NOTHING,
		count + 1);
	forged = chain_text(line);
	added = arena_format(scene->arena, "%s\n", forged);
	put("runs.jsonl", O_APPEND, added, strlen(added));
	free(forged);
	json_decref(line);
	do_head(scene, step);
}

/* The second opinion: of a folder that passed */

struct trail {
	struct scene *scene;
	const struct verify *verify;
	const char *last; /* hash of the line before */
	size_t lines, signatures, unsigned_lines;
	const char *last_unsigned;
	bool has_junk;
	struct strbuf junk; /* lines that are none, with newlines between */
	json_int_t skipped; /* lines before the first that is there */
	bool is_expected;
	json_t *last_line;   /* owned */
	struct strbuf names; /* of files that a line names, each with a newline */
};

static bool is_genuine(const struct scene *scene, int kind, const char *text, size_t length)
{
	for (size_t i = 0; i < scene->count; i++) {
		const struct genuine *one = &scene->genuine[i];

		if ((int)one->kind != kind || one->key == NO_KEY || one->length != length ||
			memcmp(one->text, text, length) != 0)
			continue;
		for (size_t k = 0; k < scene->public.count; k++) {
			if (memcmp(scene->public.keys[k], keys[one->key].public,
				    sizeof(keys[one->key].public)) == 0)
				return true;
		}
	}
	return false;
}

static void judge_file(struct trail *trail, const json_t *line, const char *key, bool must_exist)
{
	const char *name = run_line_text(line, key, "name"),
		   *hash = run_line_text(line, key, "sha256");
	struct arena *arena = trail->scene->arena;
	size_t length;
	const char *text = *name ? get(arena, name, &length) : NULL, *found;

	if (!*name)
		return;
	fuzz_expect(!strchr(name, '/'), "a file is in the folder");
	fuzz_expect(text || !must_exist, "a file that a line names is there");
	strbuf_addf(&trail->names, "%s\n", name);
	if (!text)
		return;
	found = sha256_of(arena, text, length);
	fuzz_expect(strcmp(found, hash) == 0 || (!must_exist && run_line_is_draft(line, found)),
		"a file has the hash that its line says");
}

/* The first line that is there begins a year: those before may have been deleted. */
static void skip_years(struct trail *trail, const json_t *line)
{
	json_int_t number = json_integer_value(json_object_get(line, "number"));
	const char *previous = run_line_text(line, "previous", NULL);

	if (number == 1)
		return;
	fuzz_expect(trail->scene->is_touched && chain_is_hash(previous),
		"only somebody else deletes years");
	trail->skipped = number - 1;
	trail->last = arena_string(trail->scene->arena, previous);
	trail->is_expected = trail->scene->expect && strcmp(previous, trail->scene->expect) == 0;
}

static void judge_line(struct trail *trail, const json_t *line, const char *text, size_t length)
{
	struct scene *scene = trail->scene;
	const char *hash = sha256_of(scene->arena, text, length);
	const char *torn = trail->has_junk
		? sha256_of(scene->arena, trail->junk.text, trail->junk.length)
		: "";

	fuzz_expect(strcmp(run_line_text(line, "torn", NULL), torn) == 0,
		"what is no line is told by the next one");
	if (trail->lines == 0 && run_files_year(run_line_text(line, "closes", NULL)) > 0)
		skip_years(trail, line);
	fuzz_expect(strcmp(run_line_text(line, "previous", NULL), trail->last) == 0 &&
			json_integer_value(json_object_get(line, "number")) ==
				trail->skipped + (json_int_t)trail->lines + 1,
		"a line is the link behind the one before");
	fuzz_expect(!json_object_get(line, "drafts"), "a line is not one of runs.open");
	if (is_genuine(scene, ENDED, text, length)) {
		trail->signatures++;
	} else if (scene->has_key) {
		fuzz_expect(trail->signatures == 0, "a key that was given signed the line");
		trail->unsigned_lines++;
		trail->last_unsigned = hash;
	}
	judge_file(trail, line, "report", true);
	judge_file(trail, line, "undo", true);
	trail->is_expected =
		trail->is_expected || (scene->expect && strcmp(hash, scene->expect) == 0);
	trail->lines++;
	trail->last = hash;
	trail->has_junk = false;
	strbuf_reset(&trail->junk);
}

static void judge_file_of_lines(struct trail *trail, const char *name)
{
	const char *line;
	size_t length, size;
	const char *text = get(trail->scene->arena, name, &length);

	fuzz_expect(!text || length == 0 || text[length - 1] == '\n', "the last line is whole");
	while (text && next_line(&text, &length, &line, &size)) {
		json_t *object = chain_read_exact(line, size);

		if (object) {
			judge_line(trail, object, line, size);
			json_decref(trail->last_line);
			trail->last_line = object;
		} else {
			if (trail->has_junk)
				strbuf_addc(&trail->junk, '\n');
			strbuf_add(&trail->junk, line, size);
			trail->has_junk = true;
		}
	}
}

static void judge_lines(struct trail *trail)
{
	struct run_files years;

	run_files_find(&years, folder, trail->scene->arena);
	for (size_t i = 0; i < years.count; i++)
		judge_file_of_lines(trail, years.names[i]);
	judge_file_of_lines(trail, "runs.jsonl");
	fuzz_expect(!trail->has_junk, "nothing is behind the last line");
}

/* Whether a run is open, whose line is then a good one. */
static bool judge_open(struct trail *trail)
{
	struct scene *scene = trail->scene;
	size_t length;
	const char *text = get(scene->arena, "runs.open", &length);
	json_t *open;

	if (!text)
		return false;
	fuzz_expect(length > 0 && text[length - 1] == '\n', "runs.open is whole");
	open = chain_read_exact(text, length - 1);
	fuzz_expect(open && json_is_array(json_object_get(open, "drafts")),
		"runs.open is the line of a run under way");
	fuzz_expect(!scene->has_key || is_genuine(scene, OPEN, text, length - 1),
		"a key that was given signed runs.open");
	if (strcmp(run_line_text(open, "run", NULL),
		    run_line_text(trail->last_line, "run", NULL)) != 0) {
		fuzz_expect(strcmp(run_line_text(open, "previous", NULL), trail->last) == 0,
			"runs.open follows the last line");
		judge_file(trail, open, "report", false);
		judge_file(trail, open, "undo", false);
	}
	if (scene->expect && strcmp(sha256_of(scene->arena, text, length - 1), scene->expect) == 0)
		trail->is_expected = true;
	json_decref(open);
	return true;
}

/* Whether a line is a seal with that hash: of today's form, or of the old one. */
static bool is_seal(const char *line, size_t size, const char *hash)
{
	size_t behind = strncmp(line, "#@ ", 3) == 0 ? strlen("\"}") : 0, length = SHA256_HEX - 1;

	return size > length + behind && strncmp(line, "#", 1) == 0 &&
		memcmp(line + size - length - behind, hash, length) == 0;
}

/* A saved plan down to its seal: the line that says the hash of what is above it. */
static void judge_plan(const struct scene *scene, const char *name)
{
	const char *line, *from, *at;
	size_t length, size;
	bool is_sealed = false;

	from = at = get(scene->arena, name, &length);
	fuzz_expect(at != NULL, "what no line names is a file");
	while (!is_sealed && next_line(&at, &length, &line, &size)) {
		size_t above = (size_t)(line - from);

		is_sealed = is_seal(line, size, sha256_of(scene->arena, from, above)) &&
			(!scene->has_key || is_genuine(scene, PLAN, from, above));
	}
	fuzz_expect(is_sealed, "what no line names is a plan that is sealed, and signed by a key");
}

static bool is_named(const struct trail *trail, const char *name)
{
	static const char *const own[] = {"runs.jsonl", "runs.head", "runs.open", "runs.lock"};
	const char *line, *names = trail->names.text;
	size_t size, length = trail->names.length;

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		if (strcmp(name, own[i]) == 0)
			return true;
	}
	while (next_line(&names, &length, &line, &size)) {
		if (strlen(name) == size && memcmp(name, line, size) == 0)
			return true;
	}
	return strlen(name) == strlen("runs-0000.jsonl") && strncmp(name, "runs-", 5) == 0 &&
		strspn(name + 5, "0123456789") == 4 && strcmp(name + 9, ".jsonl") == 0;
}

static void judge_others(const struct trail *trail)
{
	DIR *entries = fdopendir(openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	const struct dirent *entry;

	fuzz_expect(entries != NULL, "the folder can be read");
	while ((entry = readdir(entries))) {
		const char *name = entry->d_name;
		struct stat status;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		fuzz_expect(fstatat(folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
				(S_ISREG(status.st_mode) ||
					(S_ISDIR(status.st_mode) && strcmp(name, "state") == 0)),
			"all in the folder are files, but \"state\"");
		if (S_ISREG(status.st_mode) && !is_named(trail, name))
			judge_plan(trail->scene, name);
	}
	closedir(entries);
}

static void judge_head(const struct trail *trail, bool is_open)
{
	size_t length;
	const char *head = get(trail->scene->arena, "runs.head", &length);
	const char *right = arena_format(trail->scene->arena, "%s\n", trail->last);
	bool is_right = head && length == strlen(right) && memcmp(head, right, length) == 0;

	fuzz_expect(is_right || is_open, "the head names the last line, or a run is open");
}

static void judge(struct scene *scene, const struct verify *verify)
{
	struct trail trail = {.scene = scene,
		.verify = verify,
		.last = CHAIN_NOTHING,
		.junk = STRBUF_INIT,
		.names = STRBUF_INIT};
	bool is_open;

	judge_lines(&trail);
	is_open = judge_open(&trail);
	judge_head(&trail, is_open);
	judge_others(&trail);
	fuzz_expect(strcmp(verify->last, trail.last) == 0, "the last line's hash is computed");
	fuzz_expect(verify->lines == trail.lines, "lines are counted");
	fuzz_expect(!scene->has_key || verify->signatures == trail.signatures,
		"signatures are counted");
	fuzz_expect(!scene->has_key || trail.signatures > 0 || (is_open && trail.lines == 0),
		"a key that was given signed something");
	fuzz_expect(trail.unsigned_lines == 0 ||
			(scene->expect && strcmp(scene->expect, trail.last_unsigned) == 0),
		"lines before the first signature are proved by --expect");
	fuzz_expect(!scene->expect || trail.is_expected, "the expected hash is a line's");
	json_decref(trail.last_line);
	strbuf_release(&trail.junk);
	strbuf_release(&trail.names);
}

/* Whether it must pass: written by our own writer, with keys that the auditor has, and nothing else asked. */
static bool must_pass(const struct scene *scene)
{
	bool is_known[KEYS + 1] = {false}, has_line = false;

	for (size_t i = 0; i < scene->count; i++)
		has_line = has_line || scene->genuine[i].kind != PLAN;
	if (scene->is_touched || scene->expect || !has_line)
		return false;
	for (size_t i = 0; i < KEYS && scene->has_key; i++) {
		for (size_t k = 0; k < scene->public.count; k++)
			is_known[i] = is_known[i] ||
				memcmp(scene->public.keys[k], keys[i].public,
					sizeof(keys[i].public)) == 0;
	}
	for (size_t i = 0; i <= KEYS && scene->has_key; i++) {
		if (scene->is_signed[i] && !is_known[i])
			return false;
	}
	return true;
}

static void verify_scene(struct scene *scene)
{
	struct findings findings;
	struct error err = ERROR_INIT;
	struct verify verify = {.folder = folder,
		.keys = scene->has_key ? &scene->public : NULL,
		.expect = scene->expect,
		.findings = &findings};

	findings_init(&findings, scene->arena);
	fuzz_expect(verify_folder(&verify, &err) == ERROR_NONE,
		"a folder that is there is verified");
	fuzz_expect_safe(&findings);
	for (size_t i = 0; i < findings.count; i++) {
		json_t *object = json_of_finding(&findings.items[i]);

		fuzz_expect(object != NULL, "a finding is text that JSON can hold");
		fuzz_expect_safe_text(findings.items[i].where);
		json_decref(object);
	}
	if (findings.errors == 0)
		judge(scene, &verify);
	else
		fuzz_expect(!must_pass(scene), "what our own writer wrote passes");
}

/* The script */

static void run_step(struct scene *scene, const struct step *step)
{
	static const struct {
		const char *verb;
		void (*run)(struct scene *scene, const struct step *step);
		bool is_ours;
	} rows[] = {
		{"grow", do_grow, true},
		{"intend", do_intend, true},
		{"plan", do_plan, true},
		{"key", do_key, true},
		{"old-key", do_old_key, true},
		{"expect", do_expect, true},
		{"file", do_file, false},
		{"append", do_append, false},
		{"replace", do_replace, false},
		{"cut", do_cut, false},
		{"remove", do_remove, false},
		{"move", do_move, false},
		{"link", do_link, false},
		{"pipe", do_pipe, false},
		{"folder", do_folder, false},
		{"lines", do_lines, false},
		{"head", do_head, false},
		{"forge", do_forge, false},
		{"relink", do_relink, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(step->verb, rows[i].verb) != 0)
			continue;
		rows[i].run(scene, step);
		scene->is_touched = scene->is_touched || !rows[i].is_ours;
	}
}

/* Cut the next word off. */
static char *next_word(char **words)
{
	char *word = *words, *space = strchr(word, ' ');

	*words = space ? space + 1 : word + strlen(word);
	if (space)
		*space = '\0';
	return word;
}

static void read_step(struct scene *scene, const uint8_t *data, size_t size)
{
	const uint8_t *newline = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t length = newline ? (size_t)(newline - data) : size;
	char *words = fuzz_text(data, length), *at = words;
	struct step step = {.verb = next_word(&at)};

	step.first = next_word(&at);
	step.second = next_word(&at);
	step.length = newline ? size - length - 1 : 0;
	step.text =
		arena_bytes(scene->arena, newline ? (const char *)newline + 1 : "", step.length);
	run_step(scene, &step);
	free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char separator[] = "\n====\n";
	struct scene scene = {.arena = arena_new()};

	fuzz_at_home();
	prepare();
	clear_folder();
	for (int i = 0; size > 0 && i < STEPS_MAX; i++) {
		const uint8_t *end = memmem(data, size, separator, strlen(separator));
		size_t length = end ? (size_t)(end - data) : size;
		size_t skip = length + (end ? strlen(separator) : 0);

		read_step(&scene, data, length);
		data += skip;
		size -= skip;
	}
	verify_scene(&scene);
	arena_free(scene.arena);
	return 0;
}
