#include "report/text/tree.h"

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "report/text/text.h"

/* Where notes begin at most; a longer text has its note right behind it. */
#define NOTE_COLUMN_MAX 56

#define INDENT      3
#define BLANKS      2 /* between a text and its note */
#define ASCII_LINES "|- ", "`- ", "|  "
#define BOX_LINES   "├─ ", "└─ ", "│  "

/* What is drawn in front of a branch, of the last one, and of what is below one that is not. */
struct lines {
	const char *fork, *corner, *pass;
};

struct tree_ctx {
	struct strbuf *out;
	const struct tree_look *look;
	struct lines lines;
	size_t note_column;
	bool goes_on[TREE_DEPTH_MAX + 1]; /* whether a branch of that depth has another below it */
};

struct branch *tree_new(struct arena *arena)
{
	return arena_get(arena, sizeof(struct branch));
}

struct branch *tree_add(struct arena *arena, struct branch *parent, enum tree_mark mark,
	const char *text, const char *note)
{
	struct branch *branch = arena_get(arena, sizeof(*branch));

	if (parent->depth == TREE_DEPTH_MAX)
		parent = parent->parent;
	*branch = (struct branch){
		.mark = mark,
		.text = arena_string(arena, text),
		.note = arena_string(arena, note),
		.parent = parent,
		.depth = parent->depth + 1,
	};
	if (parent->last)
		parent->last->next = branch;
	else
		parent->first = branch;
	parent->last = branch;
	return branch;
}

void tree_add_mark(struct strbuf *out, enum tree_mark mark, const struct tree_look *look)
{
	switch (mark) {
	case TREE_NONE:
		return;
	case TREE_YES:
		text_add_painted(out, look->colour, TEXT_GREEN, look->lines ? "●" : "*");
		break;
	case TREE_NO:
		text_add_painted(out, look->colour, TEXT_YELLOW, look->lines ? "○" : "o");
		break;
	case TREE_BAD:
		text_add_painted(out, look->colour, TEXT_RED, "!");
		break;
	}
	strbuf_addc(out, ' ');
}

static size_t width_of(const struct branch *branch)
{
	return branch->depth * INDENT + (branch->mark == TREE_NONE ? 0 : 2) +
		text_width(branch->text);
}

/* The widest text that has a note, of those that are not too wide. */
static size_t widest_label(const struct branch *parent)
{
	size_t most = 0;

	for (const struct branch *branch = parent->first; branch; branch = branch->next) {
		size_t own = branch->note ? width_of(branch) : 0, below = widest_label(branch);

		if (own > most && own + BLANKS <= NOTE_COLUMN_MAX)
			most = own;
		if (below > most)
			most = below;
	}
	return most;
}

static void draw_lines(struct tree_ctx *ctx, const struct branch *branch)
{
	for (size_t depth = 1; depth < branch->depth; depth++)
		strbuf_adds(ctx->out, ctx->goes_on[depth] ? ctx->lines.pass : "   ");
	strbuf_adds(ctx->out, branch->next ? ctx->lines.fork : ctx->lines.corner);
}

static void draw_note(struct tree_ctx *ctx, const struct branch *branch)
{
	size_t width = width_of(branch);

	if (!branch->note)
		return;
	strbuf_pad(ctx->out, width, ctx->note_column);
	strbuf_pad(ctx->out, 0, BLANKS);
	strbuf_adds(ctx->out, branch->note);
}

static void draw_below(struct tree_ctx *ctx, const struct branch *parent)
{
	for (const struct branch *branch = parent->first; branch; branch = branch->next) {
		strbuf_pad(ctx->out, 0, ctx->look->indent);
		draw_lines(ctx, branch);
		tree_add_mark(ctx->out, branch->mark, ctx->look);
		strbuf_adds(ctx->out, branch->text);
		draw_note(ctx, branch);
		strbuf_addc(ctx->out, '\n');
		ctx->goes_on[branch->depth] = branch->next != NULL;
		draw_below(ctx, branch);
	}
}

void tree_draw(struct strbuf *out, const struct branch *root, const struct tree_look *look)
{
	struct tree_ctx ctx = {
		.out = out,
		.look = look,
		.lines = {ASCII_LINES},
		.note_column = widest_label(root),
	};

	if (look->lines)
		ctx.lines = (struct lines){BOX_LINES};
	draw_below(&ctx, root);
}
