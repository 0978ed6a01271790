#include "report/text/tree.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "report/text/text.h"

/* Where notes begin at most; a longer text has its note right behind it. */
#define NOTE_COLUMN_MOST 56

#define INDENT      3
#define BLANKS      2 /* between a text and its note */
#define ASCII_LINES "|- ", "`- ", "|  "
#define BOX_LINES   "├─ ", "└─ ", "│  "

/* What is drawn in front of a branch, of the last one, and of what is below one that is not. */
struct lines {
	const char *fork, *corner, *pass;
};

struct drawing {
	struct strbuf *out;
	const struct tree_look *look;
	struct lines lines;
	size_t note_column;
	bool goes_on[TREE_DEPTH_MOST + 1]; /* whether a branch of that depth has another below it */
};

struct branch *tree_new(struct arena *arena)
{
	return arena_get(arena, sizeof(struct branch));
}

struct branch *tree_add(struct arena *arena, struct branch *parent, enum tree_mark mark,
	const char *text, const char *note)
{
	struct branch *branch = arena_get(arena, sizeof(*branch));

	if (parent->depth == TREE_DEPTH_MOST)
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
static size_t widest(const struct branch *parent)
{
	size_t most = 0;

	for (const struct branch *branch = parent->first; branch; branch = branch->next) {
		size_t own = branch->note ? width_of(branch) : 0, below = widest(branch);

		if (own > most && own + BLANKS <= NOTE_COLUMN_MOST)
			most = own;
		if (below > most)
			most = below;
	}
	return most;
}

static void pad(struct strbuf *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		strbuf_addc(out, ' ');
}

static void draw_lines(struct drawing *drawing, const struct branch *branch)
{
	for (size_t depth = 1; depth < branch->depth; depth++)
		strbuf_adds(drawing->out, drawing->goes_on[depth] ? drawing->lines.pass : "   ");
	strbuf_adds(drawing->out, branch->next ? drawing->lines.fork : drawing->lines.corner);
}

static void draw_note(struct drawing *drawing, const struct branch *branch)
{
	size_t width = width_of(branch);

	if (!branch->note)
		return;
	pad(drawing->out, width < drawing->note_column ? drawing->note_column - width : 0);
	pad(drawing->out, BLANKS);
	strbuf_adds(drawing->out, branch->note);
}

static void draw_below(struct drawing *drawing, const struct branch *parent)
{
	for (const struct branch *branch = parent->first; branch; branch = branch->next) {
		pad(drawing->out, drawing->look->indent);
		draw_lines(drawing, branch);
		tree_add_mark(drawing->out, branch->mark, drawing->look);
		strbuf_adds(drawing->out, branch->text);
		draw_note(drawing, branch);
		strbuf_addc(drawing->out, '\n');
		drawing->goes_on[branch->depth] = branch->next != NULL;
		draw_below(drawing, branch);
	}
}

void tree_draw(struct strbuf *out, const struct branch *root, const struct tree_look *look)
{
	struct drawing drawing = {
		.out = out,
		.look = look,
		.lines = {ASCII_LINES},
		.note_column = widest(root),
	};

	if (look->lines)
		drawing.lines = (struct lines){BOX_LINES};
	draw_below(&drawing, root);
}
