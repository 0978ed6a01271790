#include "ledger/run_tail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/file/path.h"
#include "base/memory/arena.h"
#include "ledger/chain.h"

#define END_BYTES   ((size_t)16 * 1024) /* of a file, in which its last line is looked for first */
#define BLOCK_BYTES ((size_t)64 * 1024)

/* What is known of the end of one file. */
struct end_ctx {
	struct run_end *end;
	struct hash
		torn; /* of what stands behind the last line, in all files that were looked at */
	bool is_torn;
};

/* What stands behind the last line, less the newline that ends it or will end it. */
static void note_torn(struct end_ctx *ctx, const char *behind, const char *stop)
{
	if (stop > behind && stop[-1] == '\n')
		stop--;
	if (stop == behind)
		return;
	if (ctx->is_torn)
		hash_add(&ctx->torn, "\n", 1);
	hash_add(&ctx->torn, behind, (size_t)(stop - behind));
	ctx->is_torn = true;
}

/* Take the line that ends at `stop` and starts behind the newline before it, if it is one. */
static bool take_line(struct run_end *end, const char *start, size_t length)
{
	struct hash hash;

	end->line = chain_read_line(start, length);
	if (!end->line)
		return false;
	hash_init(&hash);
	hash_add(&hash, start, length);
	hash_end(&hash, end->hash);
	return true;
}

/* Walk back to the last whole line, and return what stands behind it: all of the text where it has no line. */
static const char *find_last(struct run_end *end, const struct strbuf *tail)
{
	const char *stop = tail->text + tail->length;
	const char *behind = tail->text;

	if (stop > tail->text && stop[-1] == '\n')
		stop--;
	while (!end->line && stop > tail->text) {
		const char *newline = memrchr(tail->text, '\n', (size_t)(stop - tail->text));
		const char *start = newline ? newline + 1 : tail->text;

		if (take_line(end, start, (size_t)(stop - start)))
			behind = *stop == '\n' ? stop + 1 : stop;
		stop = newline ? newline : tail->text;
	}
	return behind;
}

/* Read the end of a file: a little, and more where no line is in that. */
static enum file_state read_end(struct run_end *end, const char *path, struct strbuf *tail,
	const char **behind, struct error *err)
{
	enum file_state state = FILE_READ;

	for (size_t most = END_BYTES; state == FILE_READ && !end->line; most = 2 * CHAIN_LINE_MAX) {
		const struct file_rules rules = {.max = most, .tail = true, .no_link = true};

		strbuf_reset(tail);
		state = file_read(tail, path, &rules, err);
		*behind = find_last(end, tail);
		if (tail->length < most || most > END_BYTES)
			break;
	}
	return state;
}

/* runs.jsonl has no line: a run broke off as it began the file, or there was no run yet. */
static void find_closed(struct end_ctx *ctx, const char *folder, const struct strbuf *current,
	struct error *err)
{
	struct strbuf path = STRBUF_INIT, tail = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct run_files files;
	const char *behind = NULL;

	run_files_find(&files, folder, arena);
	if (files.count > 0) {
		const char *name = files.names[files.count - 1];

		strbuf_addf(&path, "%s/%s", folder, name);
		if (read_end(ctx->end, path.text, &tail, &behind, err) == FILE_READ)
			note_torn(ctx, behind, tail.text + tail.length);
		if (ctx->end->line)
			memcpy(ctx->end->closed, name, RUN_FILES_NAME_MAX);
	}
	note_torn(ctx, current->text, current->text + current->length);
	strbuf_release(&path);
	strbuf_release(&tail);
	arena_free(arena);
}

enum error_kind run_end_find(struct run_end *end, const char *folder, struct error *err)
{
	struct strbuf path = STRBUF_INIT, tail = STRBUF_INIT;
	struct end_ctx ctx = {.end = end};
	const char *behind = NULL;

	*end = (struct run_end){.line = NULL};
	memcpy(end->hash, CHAIN_NOTHING, SHA256_HEX);
	hash_init(&ctx.torn);
	strbuf_addf(&path, "%s/%s", folder, RUN_FILES_CURRENT);
	if (read_end(end, path.text, &tail, &behind, err) != FILE_REFUSED) {
		end->is_ended = tail.length == 0 || tail.text[tail.length - 1] == '\n';
		if (end->line)
			note_torn(&ctx, behind, tail.text + tail.length);
		else
			find_closed(&ctx, folder, &tail, err);
	}
	if (ctx.is_torn)
		hash_end(&ctx.torn, end->torn);
	strbuf_release(&path);
	strbuf_release(&tail);
	return err->kind;
}

void run_end_release(struct run_end *end)
{
	json_decref(end->line);
	end->line = NULL;
}

static void close_file(struct run_tail *tail)
{
	if (tail->fd >= 0)
		close(tail->fd);
	tail->fd = -1;
	tail->start = 0;
	strbuf_reset(&tail->bytes);
}

/* Open a file at its end. What is no regular file has no lines, nor has one that was read under another name. */
static void open_file(struct run_tail *tail, const char *name)
{
	struct strbuf path = STRBUF_INIT;
	struct stat status;

	close_file(tail);
	strbuf_addf(&path, "%s/%s", tail->folder, name);
	tail->fd = path_open(path.text, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0);
	tail->is_trimmed = false;
	if (tail->fd >= 0 && fstat(tail->fd, &status) == 0 && S_ISREG(status.st_mode) &&
		(!tail->is_listed || status.st_ino != tail->current)) {
		tail->start = status.st_size;
		tail->current = tail->is_listed ? tail->current : status.st_ino;
	}
	strbuf_release(&path);
}

void run_tail_open(struct run_tail *tail, const char *folder)
{
	*tail = (struct run_tail){
		.folder = folder, .arena = arena_new(), .fd = -1, .bytes = STRBUF_INIT};
	open_file(tail, RUN_FILES_CURRENT);
}

void run_tail_close(struct run_tail *tail)
{
	close_file(tail);
	strbuf_release(&tail->bytes);
	arena_free(tail->arena);
}

/* Go on with the file before; false: there is none. */
static bool open_before(struct run_tail *tail)
{
	if (!tail->is_listed) {
		run_files_find(&tail->files, tail->folder, tail->arena);
		tail->files_left = tail->files.count;
		tail->is_listed = true;
	}
	if (tail->files_left == 0)
		return false;
	open_file(tail, tail->files.names[--tail->files_left]);
	return true;
}

/* Put a block before the bytes that are there, as large as these, so that a long line is not moved again and again. */
static bool read_block(struct run_tail *tail)
{
	struct strbuf *bytes = &tail->bytes;
	size_t size = bytes->length > BLOCK_BYTES ? bytes->length : BLOCK_BYTES, got = 0;

	size = (off_t)size < tail->start ? size : (size_t)tail->start;
	strbuf_reserve(bytes, size);
	memmove(bytes->text + size, bytes->text, bytes->length);
	while (got < size) {
		ssize_t n = pread(tail->fd, bytes->text + got, size - got,
			tail->start - (off_t)(size - got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	tail->start -= (off_t)size;
	tail->bytes_read += size;
	bytes->length += size;
	return true;
}

/* Leave out what no newline ends. */
static void trim_end(struct run_tail *tail)
{
	const char *newline = memrchr(tail->bytes.text, '\n', tail->bytes.length);

	tail->is_trimmed = newline != NULL;
	tail->bytes.length = newline ? (size_t)(newline + 1 - tail->bytes.text) : 0;
}

/* Take the last text off the bytes that are there; false: its start is not among them. */
static bool take_text(struct run_tail *tail, const char **text, size_t *length)
{
	struct strbuf *bytes = &tail->bytes;
	const char *newline;

	if (bytes->length == 0)
		return false;
	newline = memrchr(bytes->text, '\n', bytes->length - 1);
	if (!newline && tail->start > 0)
		return false;
	*text = newline ? newline + 1 : bytes->text;
	*length = bytes->length - 1 - (size_t)(*text - bytes->text);
	bytes->length = (size_t)(*text - bytes->text);
	return true;
}

bool run_tail_next(struct run_tail *tail, const char **text, size_t *length)
{
	while (!take_text(tail, text, length)) {
		if (tail->start == 0) {
			if (!open_before(tail))
				return false;
		} else if (!read_block(tail)) {
			return false;
		} else if (!tail->is_trimmed) {
			trim_end(tail);
		}
	}
	return true;
}
