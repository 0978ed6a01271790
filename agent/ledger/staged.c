#include "ledger/staged.h"

#include <dirent.h>
#include <string.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "ledger/chain.h"
#include "ledger/run_line.h"
#include "report/ldif/reader.h"

#define UNFINISHED_MAX 32 /* files that are looked at: a run leaves three */

/* A file under an unfinished name. */
struct unfinished {
	const char *name, *sha256;
	json_t *line; /* owned: where it is one of a run under way; else NULL */
};

struct staged_ctx {
	const struct chain *chain;
	struct arena *arena;
	struct unfinished items[UNFINISHED_MAX];
	size_t count;
	struct error *err;
};

/* The SHA-256 of a file of ours in the folder, "" where there is none; its text is added to `text`. */
static const char *read_hash(const struct staged_ctx *ctx, const char *name, struct strbuf *text)
{
	const struct file_rules rules = {
		.max = READER_FILE_MAX, .no_link = true, .owned_by_us = true};
	struct error err = ERROR_INIT;
	const char *hash = "";

	if (file_read(text, arena_format(ctx->arena, "%s/%s", ctx->chain->folder, name), &rules,
		    &err) == FILE_READ)
		hash = hash_hex(ctx->arena, text->text, text->length);
	error_release(&err);
	return hash;
}

static void add_unfinished(struct staged_ctx *ctx, const char *name)
{
	struct unfinished *file = &ctx->items[ctx->count];
	struct strbuf text = STRBUF_INIT;

	file->name = arena_string(ctx->arena, name);
	file->sha256 = read_hash(ctx, name, &text);
	if (text.length > 1 && text.length <= CHAIN_LINE_MAX && text.text[text.length - 1] == '\n')
		file->line = chain_read_exact(text.text, text.length - 1);
	ctx->count += *file->sha256 != '\0';
	strbuf_release(&text);
}

static void find_unfinished(struct staged_ctx *ctx)
{
	DIR *entries = opendir(ctx->chain->folder);
	const struct dirent *entry;

	while (entries && ctx->count < UNFINISHED_MAX && (entry = readdir(entries))) {
		if (file_is_unfinished(entry->d_name))
			add_unfinished(ctx, entry->d_name);
	}
	if (entries)
		closedir(entries);
}

static const struct unfinished *find_by_hash(const struct staged_ctx *ctx, const char *hash)
{
	for (size_t i = 0; *hash && i < ctx->count; i++) {
		if (strcmp(ctx->items[i].sha256, hash) == 0)
			return &ctx->items[i];
	}
	return NULL;
}

/* The name of one of the line's own files; NULL where it names another. */
static const char *name_of(const json_t *line, const char *key, const char *ending)
{
	const char *name = run_line_text(line, key, "name");

	return run_line_is_file_name(name, run_line_text(line, "run", NULL), ending) ? name : NULL;
}

/* Whether the file is as the line says, or can be. */
static bool is_whole(const struct staged_ctx *ctx, const json_t *line, const char *key,
	const char *ending)
{
	const char *name = name_of(line, key, ending), *hash = run_line_text(line, key, "sha256");
	struct strbuf text = STRBUF_INIT;
	bool whole =
		name && (find_by_hash(ctx, hash) || strcmp(read_hash(ctx, name, &text), hash) == 0);

	strbuf_release(&text);
	return whole;
}

/* Give the file its name, if another, or none, is there and the one of that hash is unfinished. */
static void place(const struct staged_ctx *ctx, const json_t *line, const char *key,
	const char *ending)
{
	const char *name = name_of(line, key, ending), *hash = run_line_text(line, key, "sha256");
	const struct unfinished *file = find_by_hash(ctx, hash);
	struct strbuf text = STRBUF_INIT;

	if (name && file && strcmp(read_hash(ctx, name, &text), hash) != 0)
		file_finish(ctx->chain->folder, file->name, name, ctx->err);
	strbuf_release(&text);
}

/* The next line of the chain, of a run all of whose files were written; NULL: there is none. */
static const struct unfinished *find_open(const struct staged_ctx *ctx)
{
	for (size_t i = 0; i < ctx->count; i++) {
		const json_t *line = ctx->items[i].line;

		if (line && json_is_array(json_object_get(line, "drafts")) &&
			json_integer_value(json_object_get(line, "number")) ==
				ctx->chain->number + 1 &&
			strcmp(run_line_text(line, "previous", NULL), ctx->chain->last) == 0 &&
			is_whole(ctx, line, "report", ".ldif") &&
			is_whole(ctx, line, "undo", ".undo.ldif"))
			return &ctx->items[i];
	}
	return NULL;
}

/* The line whose files may lack their names: of the run under way, or of the last one, where it is still open. */
static const json_t *line_in_question(const struct chain *chain)
{
	const char *run = run_line_text(chain->open, "run", NULL);

	if (chain->last_line && *run &&
		strcmp(run, run_line_text(chain->last_line, "run", NULL)) == 0)
		return chain->last_line;
	return chain->open;
}

bool staged_finish(const struct chain *chain, struct error *err)
{
	struct staged_ctx ctx = {.chain = chain, .arena = arena_new(), .err = err};
	const struct unfinished *open = NULL;
	const json_t *line = NULL;

	find_unfinished(&ctx);
	if (!chain->is_open)
		open = find_open(&ctx);
	line = open ? open->line : line_in_question(chain);
	if (line) {
		place(&ctx, line, "undo", ".undo.ldif");
		place(&ctx, line, "report", ".ldif");
	}
	if (open && !err->kind)
		file_finish(chain->folder, open->name, "runs.open", err);
	for (size_t i = 0; i < ctx.count; i++)
		json_decref(ctx.items[i].line);
	arena_free(ctx.arena);
	return open && !err->kind;
}
