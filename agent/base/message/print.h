/*
 * The way out to a terminal, a pipe or the journal. Texts are made safe where they are put together
 * (strbuf_add_safe), as only there a name's end of line is told from a line's; what was missed there
 * is made visible here.
 */
#ifndef BASE_MESSAGE_PRINT_H
#define BASE_MESSAGE_PRINT_H

#include <stdio.h>

struct error;

/*
 * Print lines. Ends of lines and tabs stay, and on a terminal our own colours; other hidden characters
 * are written as strbuf_add_safe() writes them.
 */
void print_lines(FILE *out, const char *text);

/* The same, formatted. */
void print_format(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "postvagt: " and a message of one line to standard error: no end of line in it ends it. */
void print_line(const char *message);

/* Print an error's text by print_line(), after clearing the line of progress. */
void error_print(const struct error *err);

#endif
