/*
 * Text for a terminal: its width, its colours, and whether standard output is one at all. The writer of a plan as text
 * (report/writer.h) is in text.c, too.
 */
#ifndef REPORT_TEXT_TEXT_H
#define REPORT_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

#define TEXT_GREEN  "32"
#define TEXT_RED    "31"
#define TEXT_YELLOW "33"
#define TEXT_BOLD   "1"

/* Whether standard output is a terminal that shows colour, and nobody asked for none (NO_COLOR). */
bool text_wants_colour(void);

/* Whether standard output is a terminal at all. */
bool text_is_on_terminal(void);

/* Whether the locale's character set has box characters: it is UTF-8 (LC_ALL, LC_CTYPE, LANG). */
bool text_has_lines(void);

/* Add a text, in that colour where `colour`. */
void text_add_painted(struct strbuf *out, bool colour, const char *code, const char *text);

/* How many columns a text takes. */
size_t text_width(const char *text);

#endif
