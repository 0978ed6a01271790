/*
 * A tree of short texts, drawn with lines on a terminal: a mark, a text, and a note in a column of
 * its own.
 *
 *	role infrastrukturansvarlig
 *	├─ ● Birgitte Lyngsø               on the list
 *	└─ ○ Torben Ravnkilde              away through 24 December 2026
 *	   └─ ● deputy Niels Hjortshøj     stands in: on the list
 *
 * Everything lives in the arena of whoever grows it. Texts must be safe for a terminal already
 * (strbuf_add_safe).
 */
#ifndef REPORT_TEXT_TREE_H
#define REPORT_TEXT_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct strbuf;

enum tree_mark {
	TREE_NONE,
	TREE_YES, /* a dot, green */
	TREE_NO,  /* a ring, yellow */
	TREE_BAD, /* "!", red */
};

struct branch {
	enum tree_mark mark;
	const char *text, *note; /* note NULL: none */
	struct branch *parent, *first, *last, *next;
	size_t depth; /* 0: the root, which is not drawn itself */
};

/* How deep a tree grows: what is put deeper hangs beside its parent. */
#define TREE_DEPTH_MAX 10

/* How trees are drawn. */
struct tree_look {
	bool colour;
	bool lines; /* with the box characters of Unicode; else with |, - and ` */
	size_t indent;
};

/* A root; a branch below `parent`, behind those that are there. The texts are copied. */
struct branch *tree_new(struct arena *arena);
struct branch *tree_add(struct arena *arena, struct branch *parent, enum tree_mark mark,
	const char *text, const char *note);

/* Add the drawing of all branches below the root. */
void tree_draw(struct strbuf *out, const struct branch *root, const struct tree_look *look);

/* Add a mark as it is drawn, with a blank behind it; nothing for TREE_NONE. */
void tree_add_mark(struct strbuf *out, enum tree_mark mark, const struct tree_look *look);

#endif
