#include "report/chain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/language.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "base/whole_file.h"
#include "report/lock.h"
#include "report/reader.h"
#include "report/sign.h"

#define FILE_MODE    0640
#define FOLDER_MODE  0750
#define LOCK_SECONDS 5

static void add_path(struct strbuf *path, const struct chain *chain, const char *name)
{
	strbuf_reset(path);
	strbuf_addf(path, "%s/%s", chain->folder, name);
}

static enum error_kind unreadable(struct error *err, const char *path)
{
	return error_set(err, ERROR_OURS, _("%s: cannot be read: %s"), path, strerror(errno));
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

/* The tail of the file: from its last whole line on, if that is within the bounds. */
static enum error_kind read_tail(const char *path, struct strbuf *tail, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum error_kind result = ERROR_NONE;
	struct stat st;
	ssize_t got = 1;

	if (fd < 0)
		return errno == ENOENT ? ERROR_NONE : unreadable(err, path);
	if (fstat(fd, &st) != 0 ||
		(st.st_size > (off_t)(2 * CHAIN_LINE_MAX) &&
			lseek(fd, st.st_size - (off_t)(2 * CHAIN_LINE_MAX), SEEK_SET) < 0))
		got = -1;
	while (got > 0) {
		char bytes[16384];

		got = read(fd, bytes, sizeof(bytes));
		if (got > 0)
			strbuf_add(tail, bytes, (size_t)got);
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got < 0)
		result = unreadable(err, path);
	close(fd);
	return result;
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
	bool is_there;

	add_path(&path, chain, "runs.head");
	is_there = access(path.text, F_OK) == 0;
	if (is_there && reader_slurp(&text, path.text, 4096, err))
		goto out;
	text.text[strcspn(text.text, "\n")] = '\0';
	if (strcmp(is_there ? text.text : CHAIN_NOTHING, chain->last) != 0 &&
		(!last ||
			strcmp(is_there ? text.text : CHAIN_NOTHING, text_of(last, "previous")) !=
				0))
		strncat(chain->head, is_there && *text.text ? text.text : "-", SHA256_HEX - 1);
out:
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

static enum error_kind load_open(struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;

	add_path(&path, chain, "runs.open");
	if (access(path.text, F_OK) == 0 && !reader_slurp(&text, path.text, CHAIN_LINE_MAX, err)) {
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
	if (!read_tail(path.text, &tail, err)) {
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
	if (folder_make(folder, FOLDER_MODE, err))
		return err->kind;
	chain->lock = lock_take(folder, host, LOCK_SECONDS, err);
	if (chain->lock < 0 || find_end(chain, err))
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

/* With fields that can be searched for, where systemd's journal is. False: it is not. */
static bool tell_journal(const json_t *line, const char *run, const char *what, const char *hash)
{
	json_int_t number = json_integer_value(json_object_get(line, "number"));

	if (access("/run/systemd/journal/socket", F_OK) != 0)
		return false;
	return sd_journal_send("MESSAGE=runs.jsonl line %" JSON_INTEGER_FORMAT ", run %s, %s: %s",
		       number, run, what, hash, "PRIORITY=%d", LOG_NOTICE,
		       "SYSLOG_IDENTIFIER=postvagt", "POSTVAGT_LINE=%" JSON_INTEGER_FORMAT, number,
		       "POSTVAGT_RUN=%s", run, "POSTVAGT_OUTCOME=%s", text_of(line, "outcome"),
		       "POSTVAGT_HASH=%s", hash, NULL) >= 0;
}

static void tell_syslog(const json_t *line, const char *what, const char *hash)
{
	struct strbuf run = STRBUF_INIT;

	strbuf_add_safe(&run, text_of(line, "run"));
	if (!tell_journal(line, run.text, what, hash)) {
		openlog("postvagt", LOG_PID, LOG_DAEMON);
		syslog(LOG_NOTICE, "runs.jsonl line %" JSON_INTEGER_FORMAT ", run %s, %s: %s",
			json_integer_value(json_object_get(line, "number")), run.text, what, hash);
		closelog();
	}
	strbuf_release(&run);
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
	if (!whole_file_write(path.text, &text, FILE_MODE, err))
		tell_syslog(line, "under way", hex);
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
	size_t done = 0;
	int fd;

	add_path(&path, chain, "runs.jsonl");
	fd = open(path.text, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	while (fd >= 0 && done < text->length) {
		ssize_t n = write(fd, text->text + done, text->length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	if (fd < 0 || done < text->length || fsync(fd) != 0)
		error_set(err, ERROR_OURS, _("%s: cannot be written: %s"), path.text,
			strerror(errno));
	if (fd >= 0)
		close(fd);
	strbuf_release(&path);
	return err->kind;
}

static enum error_kind write_head(const struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;

	add_path(&path, chain, "runs.head");
	strbuf_addf(&text, "%s\n", chain->last);
	whole_file_write(path.text, &text, FILE_MODE, err);
	strbuf_release(&path);
	strbuf_release(&text);
	return err->kind;
}

enum error_kind chain_forget_open(const struct chain *chain, struct error *err)
{
	struct strbuf path = STRBUF_INIT;

	add_path(&path, chain, "runs.open");
	if (unlink(path.text) != 0 && errno != ENOENT)
		error_set(err, ERROR_OURS, _("%s: cannot be removed: %s"), path.text,
			strerror(errno));
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
		tell_syslog(line, "ended", hash);
		if (!write_head(chain, err))
			chain_forget_open(chain, err);
	}
	free(dump);
	strbuf_release(&text);
	return err->kind;
}
