#include "report/chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/language.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "report/chain_log.h"
#include "report/lock.h"
#include "report/sign.h"

#define FILE_MODE    0640
#define FOLDER_MODE  0750
#define LOCK_SECONDS 5
#define HEAD_MAX     4096 /* bytes */

/* What is read back as evidence is text, and lies in the folder itself. */
#define OUR_OWN .no_link = true, .is_text = true

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

static const char *text_of(const json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text ? text : "";
}

json_t *chain_read_line(const char *text, size_t length)
{
	json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	json_int_t number = json_integer_value(json_object_get(line, "number"));

	if (json_is_string(json_object_get(line, "previous")) && number > 0 &&
		number <= CHAIN_NUMBER_MAX)
		return line;
	json_decref(line);
	return NULL;
}

/* Take the line at `start` for the last one, if it is one. */
static json_t *take_line(struct chain *chain, const char *start, size_t length)
{
	json_t *line = chain_read_line(start, length);

	if (!line)
		return NULL;
	hash_of(start, length, chain->last);
	chain->number = json_integer_value(json_object_get(line, "number"));
	return line;
}

/* What stands behind the last line, less the newline that ends it or will end it. */
static void note_torn(struct chain *chain, const char *behind, const char *end)
{
	if (end > behind && end[-1] == '\n')
		end--;
	if (end > behind)
		hash_of(behind, (size_t)(end - behind), chain->torn);
}

/* Walk back to the last whole line. `*line` gets it, to be freed; NULL: there is none. */
static void find_last(struct chain *chain, const struct strbuf *tail, json_t **line)
{
	const char *end = tail->text + tail->length, *stop = end;

	*line = NULL;
	chain->is_ended = tail->length == 0 || end[-1] == '\n';
	if (tail->length > 0 && chain->is_ended)
		stop--;
	while (!*line && stop > tail->text) {
		const char *newline = memrchr(tail->text, '\n', (size_t)(stop - tail->text));
		const char *start = newline ? newline + 1 : tail->text;

		*line = take_line(chain, start, (size_t)(stop - start));
		if (*line)
			break;
		stop = newline ? newline : tail->text;
	}
	if (!*line)
		note_torn(chain, tail->text, end);
	else if (stop < end)
		note_torn(chain, stop + 1, end);
}

/* The head names the last line, or the one before where a run broke off between the two. */
static enum error_kind check_head(struct chain *chain, const json_t *last, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	enum file_state state;
	const char *head;

	add_path(&path, chain, "runs.head");
	state = file_read(&text, path.text, &(struct file_rules){.max = HEAD_MAX, OUR_OWN}, err);
	text.text[strcspn(text.text, "\n")] = '\0';
	head = state == FILE_READ ? text.text : CHAIN_NOTHING;
	if (state != FILE_REFUSED && strcmp(head, chain->last) != 0 &&
		(!last || strcmp(head, text_of(last, "previous")) != 0))
		snprintf(chain->head, SHA256_HEX, "%s", *head ? head : "-");
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

static enum error_kind load_open(struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;

	add_path(&path, chain, "runs.open");
	if (file_read(&text, path.text, &(struct file_rules){.max = CHAIN_LINE_MAX, OUR_OWN},
		    err) == FILE_READ) {
		chain->open = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
		if (!json_is_object(chain->open))
			error_set(err, ERROR_OURS,
				_("%s: is no line of a run; see whether somebody changed it, and move "
				  "it away"),
				path.text);
	}
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

static enum error_kind find_end(struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT, tail = STRBUF_INIT;
	json_t *last = NULL;

	memcpy(chain->last, CHAIN_NOTHING, SHA256_HEX);
	add_path(&path, chain, "runs.jsonl");
	if (file_read(&tail, path.text,
		    &(struct file_rules){.max = 2 * CHAIN_LINE_MAX, .tail = true, .no_link = true},
		    err) != FILE_REFUSED) {
		find_last(chain, &tail, &last);
		check_head(chain, last, err);
	}
	json_decref(last);
	strbuf_release(&path);
	strbuf_release(&tail);
	return err->kind;
}

enum error_kind chain_open(struct chain *chain, const char *folder, const char *host,
	struct error *err)
{
	*chain = (struct chain){.folder = folder, .lock = -1};
	if (file_make_folder(folder, FOLDER_MODE, err))
		return err->kind;
	chain->lock = lock_take(folder, host, LOCK_SECONDS, err);
	if (chain->lock < 0)
		return err->kind;
	file_sweep(folder, 0); /* nobody else writes reports now */
	if (find_end(chain, err))
		return err->kind;
	return load_open(chain, err);
}

void chain_close(struct chain *chain)
{
	json_decref(chain->open);
	lock_release(chain->lock);
	*chain = (struct chain)CHAIN_INIT;
}

static void complete(const struct chain *chain, json_t *line, const struct sign_key *key)
{
	char signature[SIGN_TEXT], *text;

	json_object_del(line, "torn");
	json_object_del(line, "head");
	json_object_set_new(line, "number", json_integer(chain->number + 1));
	json_object_set_new(line, "previous", json_string(chain->last));
	if (*chain->torn)
		json_object_set_new(line, "torn", json_string(chain->torn));
	if (*chain->head)
		json_object_set_new(line, "head", json_string(chain->head));
	json_object_del(line, "signature");
	if (!key->is_there)
		return;
	text = chain_text(line);
	sign(key, text, strlen(text), signature);
	json_object_set_new(line, "signature", json_string(signature));
	free(text);
}

enum error_kind chain_intend(const struct chain *chain, json_t *line, const struct sign_key *key,
	char hash[SHA256_HEX], struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	char *dump, hex[SHA256_HEX];

	complete(chain, line, key);
	dump = chain_text(line);
	hash_of(dump, strlen(dump), hex);
	strbuf_addf(&text, "%s\n", dump);
	add_path(&path, chain, "runs.open");
	if (!file_write(path.text, &text, FILE_MODE, FILE_DURABLE, err))
		chain_log(line, "under way", hex);
	if (hash)
		memcpy(hash, hex, SHA256_HEX);
	free(dump);
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

static enum error_kind append(const struct chain *chain, const struct strbuf *text,
	struct error *err)
{
	struct strbuf path = STRBUF_INIT;

	add_path(&path, chain, "runs.jsonl");
	file_append(path.text, text, FILE_MODE, err);
	strbuf_release(&path);
	return err->kind;
}

static enum error_kind write_head(const struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;

	add_path(&path, chain, "runs.head");
	strbuf_addf(&text, "%s\n", chain->last);
	file_write(path.text, &text, FILE_MODE, FILE_DURABLE, err);
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

enum error_kind chain_forget_open(const struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT;

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
	complete(chain, line, key);
	dump = chain_text(line);
	hash_of(dump, strlen(dump), hash);
	strbuf_addf(&text, "%s%s\n", chain->is_ended ? "" : "\n", dump);
	if (!append(chain, &text, err)) {
		memcpy(chain->last, hash, SHA256_HEX);
		chain->number++;
		chain->is_ended = true;
		*chain->torn = *chain->head = '\0';
		chain_log(line, "ended", hash);
		if (!write_head(chain, err))
			chain_forget_open(chain, err);
	}
	free(dump);
	strbuf_release(&text);
	return err->kind;
}
