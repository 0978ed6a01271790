/*
 * Comments of the files that `init` writes: sentences, broken into lines of COMMENT_WIDTH columns.
 */
#ifndef INIT_FILES_COMMENT_H
#define INIT_FILES_COMMENT_H

struct strbuf;

#define COMMENT_WIDTH 100

/*
 * Add the formatted text in lines that begin with `before`, such as "  # ". Hidden characters of values are made
 * visible (strbuf_add_safe), so a value never ends a line. A word that is longer than a line stays whole.
 */
void comment_add(struct strbuf *out, const char *before, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A DN or another text on a line of its own, whole. */
void comment_add_line(struct strbuf *out, const char *before, const char *text);

#endif
