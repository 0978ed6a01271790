#include "ledger/chain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file/file.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "ledger/added_reports.h"
#include "ledger/chain_log.h"
#include "ledger/lock.h"
#include "ledger/registered.h"
#include "ledger/run_line.h"
#include "ledger/run_tail.h"
#include "ledger/runs.h"
#include "ledger/sign.h"
#include "ledger/staged.h"

#define LOCK_SECONDS 5
#define HEAD_MAX     4096 /* bytes */

static void add_path(struct strbuf *path, const struct chain *chain, const char *name)
{
	strbuf_reset(path);
	strbuf_addf(path, "%s/%s", chain->folder, name);
}

char *chain_text(const json_t *line)
{
	size_t length = json_dumpb(line, NULL, 0, JSON_COMPACT | JSON_SORT_KEYS);
	char *text = memory_get(length + 1);

	json_dumpb(line, text, length, JSON_COMPACT | JSON_SORT_KEYS);
	text[length] = '\0';
	return text;
}

static void hash_of(const char *text, size_t length, char hex[SHA256_HEX])
{
	struct hash hash;

	hash_init(&hash);
	hash_add(&hash, text, length);
	hash_end(&hash, hex);
}

bool chain_is_hash(const char *text)
{
	return strspn(text, "0123456789abcdef") == SHA256_HEX - 1 && text[SHA256_HEX - 1] == '\0';
}

static bool is_plain_text(const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x20 || byte == 0x7f)
			return false;
	}
	return true;
}

/* Whether no text in it, and no key, has control characters: postvagt writes none. */
static bool is_plain(const json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		return is_plain_text(json_string_value(value));
	json_array_foreach(value, i, item)
	{
		if (!is_plain(item))
			return false;
	}
	json_object_foreach((json_t *)value, key, item)
	{
		if (!is_plain_text(key) || !is_plain(item))
			return false;
	}
	return true;
}

json_t *chain_read_line(const char *text, size_t length)
{
	json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	json_int_t number = json_integer_value(json_object_get(line, "number"));

	if (json_is_string(json_object_get(line, "previous")) && number > 0 &&
		number <= CHAIN_NUMBER_MAX && is_plain(line))
		return line;
	json_decref(line);
	return NULL;
}

json_t *chain_read_exact(const char *text, size_t length)
{
	json_t *line = chain_read_line(text, length);
	char *again;
	bool same;

	if (!line)
		return NULL;
	again = chain_text(line);
	same = strlen(again) == length && memcmp(again, text, length) == 0;
	free(again);
	if (!same) {
		json_decref(line);
		return NULL;
	}
	return line;
}

void chain_hash(const json_t *line, char hash[SHA256_HEX])
{
	char *text = chain_text(line);

	hash_of(text, strlen(text), hash);
	free(text);
}

bool chain_is_signed(const json_t *line, const struct sign_public *keys)
{
	json_t *bare = json_copy((json_t *)line);
	char *text;
	bool is_good;

	json_object_del(bare, "signature");
	text = chain_text(bare);
	is_good = sign_is_good(keys, text, strlen(text), run_line_text(line, "signature", NULL));
	free(text);
	json_decref(bare);
	return is_good;
}

/*
 * The head names the last line, or the one before where a run broke off between the two. What is not the form
 * of a head goes into no line: a text that JSON cannot hold would not be noted at all.
 */
static enum error_kind check_head(struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	const char *head = CHAIN_NOTHING;

	add_path(&path, chain, "runs.head");
	if (file_read(&text, path.text, &(struct file_rules){.max = HEAD_MAX, .no_link = true},
		    err) == FILE_READ) {
		bool is_head = text.length == SHA256_HEX && text.text[SHA256_HEX - 1] == '\n';

		if (is_head)
			text.text[SHA256_HEX - 1] = '\0';
		head = is_head && chain_is_hash(text.text) ? text.text : "-";
	}
	if (!err->kind && strcmp(head, chain->last) != 0) {
		chain->is_head_behind = chain->last_line &&
			strcmp(head, run_line_text(chain->last_line, "previous", NULL)) == 0;
		if (!chain->is_head_behind)
			snprintf(chain->head, SHA256_HEX, "%s", head);
	}
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

/* Anybody may have written it: here it is only read; chain_judge_open() judges it. */
static enum error_kind load_open(struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;

	add_path(&path, chain, "runs.open");
	if (file_read(&text, path.text,
		    &(struct file_rules){.max = CHAIN_LINE_MAX, .no_link = true},
		    err) == FILE_READ) {
		bool is_ended = text.length > 0 && text.text[text.length - 1] == '\n';
		size_t length = text.length - (is_ended ? 1 : 0);

		chain->is_open = true;
		hash_of(text.text, length, chain->open_hash);
		chain->open = is_ended ? chain_read_exact(text.text, length) : NULL;
	}
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

enum open_state chain_judge_open(const struct chain *chain, const struct sign_public *accepted)
{
	json_int_t number = json_integer_value(json_object_get(chain->open, "number"));
	const char *previous = run_line_text(chain->open, "previous", NULL),
		   *run = run_line_text(chain->open, "run", NULL);

	if (!chain->is_open)
		return OPEN_NONE;
	/* A line that was appended has no drafts: one that is moved back here is no run under way. */
	if (!json_is_array(json_object_get(chain->open, "drafts")) || !*run)
		return OPEN_NO_LINE;
	if (accepted && !chain_is_signed(chain->open, accepted))
		return OPEN_UNSIGNED;
	if (number == chain->number + 1 && strcmp(previous, chain->last) == 0)
		return OPEN_PROVED;
	if (number == chain->number && chain->last_line &&
		strcmp(previous, run_line_text(chain->last_line, "previous", NULL)) == 0 &&
		strcmp(run, run_line_text(chain->last_line, "run", NULL)) == 0)
		return OPEN_ENDED;
	return OPEN_MISPLACED;
}

/* Take what the files hold at their end. */
static enum error_kind find_end(struct chain *chain, struct error *err)
{
	struct run_end end;

	if (!run_end_find(&end, chain->folder, err)) {
		memcpy(chain->last, end.hash, SHA256_HEX);
		memcpy(chain->torn, end.torn, SHA256_HEX);
		memcpy(chain->closed, end.closed, RUN_FILES_NAME_MAX);
		chain->is_ended = end.is_ended;
		chain->last_line = json_incref(end.line);
		chain->number = json_integer_value(json_object_get(end.line, "number"));
		check_head(chain, err);
	}
	run_end_release(&end);
	return err->kind;
}

enum error_kind chain_open(struct chain *chain, const char *folder, const char *host,
	struct error *err)
{
	*chain = (struct chain){.folder = folder, .lock = -1};
	if (file_make_folder(folder, FOLDER_MODE_GROUP, err))
		return err->kind;
	chain->lock = lock_take(folder, host, LOCK_SECONDS, err);
	if (chain->lock < 0)
		return err->kind;
	if (find_end(chain, err) || load_open(chain, err))
		return err->kind;
	if (staged_finish(chain, err)) {
		json_decref(chain->open);
		chain->open = NULL;
		load_open(chain, err);
	}
	if (!err->kind)
		file_sweep(folder, 0); /* nobody else writes reports now */
	return err->kind;
}

void chain_close(struct chain *chain)
{
	json_decref(chain->open);
	json_decref(chain->last_line);
	lock_release(chain->lock);
	*chain = (struct chain)CHAIN_INIT;
}

/*
 * What later lines need to know of those before, they say themselves, so that nobody reads back. A line that says nothing of
 * the file that run/added_state.h keeps says as the one before: where there is a key, only if that made it, since nothing
 * unsigned is signed after the fact.
 */
static void carry_on(const struct chain *chain, json_t *line, const struct sign_key *key)
{
	const json_t *before = json_object_get(chain->last_line, ADDED_LINE_KEY);
	struct sign_public own = {.count = 1};
	bool is_own = true;

	if (key->is_there) {
		crypto_sign_ed25519_sk_to_pk(own.keys[0], key->bytes);
		is_own = !chain->last_line || chain_is_signed(chain->last_line, &own);
	}
	if (before && !json_object_get(line, ADDED_LINE_KEY) && !is_own)
		json_object_set_new(line, ADDED_LINE_KEY, json_null());
	else if (before && !json_object_get(line, ADDED_LINE_KEY))
		json_object_set(line, ADDED_LINE_KEY, (json_t *)before);
	registered_carry(line, chain->last_line, chain->folder, is_own);
}

static void complete_line(const struct chain *chain, json_t *line, const struct sign_key *key)
{
	char signature[SIGN_TEXT], *text;

	json_object_del(line, "torn");
	json_object_del(line, "head");
	json_object_del(line, "closes");
	carry_on(chain, line, key);
	json_object_set_new(line, "number", json_integer(chain->number + 1));
	json_object_set_new(line, "previous", json_string(chain->last));
	if (*chain->torn)
		json_object_set_new(line, "torn", json_string(chain->torn));
	if (*chain->head)
		json_object_set_new(line, "head", json_string(chain->head));
	if (*chain->closed)
		json_object_set_new(line, "closes", json_string(chain->closed));
	json_object_del(line, "signature");
	if (!key->is_there)
		return;
	text = chain_text(line);
	sign_text(key, text, strlen(text), signature);
	json_object_set_new(line, "signature", json_string(signature));
	free(text);
}

enum error_kind chain_stage(const struct chain *chain, json_t *line, const struct sign_key *key,
	char hash[SHA256_HEX], struct file_stage *stage, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	char *dump;

	if (!json_object_get(line, "drafts"))
		json_object_set_new(line, "drafts", json_array());
	complete_line(chain, line, key);
	dump = chain_text(line);
	hash_of(dump, strlen(dump), hash);
	strbuf_addf(&text, "%s\n", dump);
	add_path(&path, chain, "runs.open");
	file_stage_add(stage, path.text, &text, FILE_MODE_GROUP, err);
	free(dump);
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

enum error_kind chain_intend(const struct chain *chain, json_t *line, const struct sign_key *key,
	char hash[SHA256_HEX], struct error *err)
{
	struct file_stage stage = FILE_STAGE_INIT;
	char hex[SHA256_HEX];

	if (!chain_stage(chain, line, key, hex, &stage, err) && !file_stage_sync(&stage, err) &&
		!file_stage_place(&stage, err) && !file_sync(chain->folder, err))
		chain_log(line, "under way", hex);
	if (hash)
		memcpy(hash, hex, SHA256_HEX);
	file_stage_release(&stage);
	return err->kind;
}

static enum error_kind append_text(const struct chain *chain, const struct strbuf *text,
	struct error *err)
{
	struct strbuf path = STRBUF_INIT;

	add_path(&path, chain, RUN_FILES_CURRENT);
	file_append(path.text, text, FILE_MODE_GROUP, err);
	strbuf_release(&path);
	return err->kind;
}

/* The name that runs.jsonl gets when `line` is appended; false: it stays as it is. */
static bool name_closed(const struct chain *chain, const json_t *line,
	char name[RUN_FILES_NAME_MAX])
{
	int last = run_files_year_of(runs_started(chain->last_line));
	int year = run_files_year_of(runs_started(line));

	if (*chain->closed || last == 0 || year <= last)
		return false;
	run_files_name(name, last);
	return true;
}

/*
 * Close the file where `line` is of a later year. It is ended first, so that half a line in it stays what it is. Where the
 * name is taken the lines go on where they are.
 */
static enum error_kind close_year(struct chain *chain, const json_t *line, struct error *err)
{
	struct strbuf from = STRBUF_INIT, newline = STRBUF_INIT;
	struct error failure = ERROR_INIT;
	char name[RUN_FILES_NAME_MAX];

	if (!name_closed(chain, line, name))
		return ERROR_NONE;
	strbuf_addc(&newline, '\n');
	if (chain->is_ended || !append_text(chain, &newline, err)) {
		chain->is_ended = true;
		add_path(&from, chain, RUN_FILES_CURRENT);
		if (!file_move(from.text, name, &failure)) {
			memcpy(chain->closed, name, RUN_FILES_NAME_MAX);
			chain_log_closed(name, chain->number, chain->last);
		} else if (errno != EEXIST) {
			error_set(err, failure.kind, "%s", failure.text.text);
		}
	}
	error_release(&failure);
	strbuf_release(&from);
	strbuf_release(&newline);
	return err->kind;
}

/*
 * Write the head. Before it gets its name, it and all that was written to the folder before are on disk, the line above
 * all; the name itself may be lost in a power failure, as a head that is one line behind is put right.
 */
static enum error_kind write_head(const struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	struct file_stage stage = FILE_STAGE_INIT;

	add_path(&path, chain, "runs.head");
	strbuf_addf(&text, "%s\n", chain->last);
	if (!file_stage_add(&stage, path.text, &text, FILE_MODE_GROUP, err) &&
		!file_stage_sync(&stage, err))
		file_stage_place(&stage, err);
	file_stage_release(&stage);
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

enum error_kind chain_forget_open(const struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT;

	if (chain->is_head_behind && write_head(chain, err))
		return err->kind;
	add_path(&path, chain, "runs.open");
	file_remove(path.text, err);
	strbuf_release(&path);
	return err->kind;
}

enum error_kind chain_append(struct chain *chain, json_t *line, const struct sign_key *key,
	struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	char *dump, hash[SHA256_HEX];

	json_object_del(line, "drafts");
	if (close_year(chain, line, err))
		return err->kind;
	complete_line(chain, line, key);
	dump = chain_text(line);
	hash_of(dump, strlen(dump), hash);
	strbuf_addf(&text, "%s%s\n", chain->is_ended ? "" : "\n", dump);
	if (!append_text(chain, &text, err)) {
		memcpy(chain->last, hash, SHA256_HEX);
		json_decref(chain->last_line);
		chain->last_line = json_incref(line);
		chain->number++;
		chain->is_ended = true;
		*chain->torn = *chain->head = *chain->closed = '\0';
		chain->is_head_behind = chain->is_open = false;
		chain_log(line, "ended", hash);
		if (!write_head(chain, err))
			chain_forget_open(chain, err);
	}
	free(dump);
	strbuf_release(&text);
	return err->kind;
}
