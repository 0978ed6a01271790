/*
 * Text on a terminal, or not on one.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether standard output is a terminal that shows colour, and nobody asked for none (NO_COLOR). */
bool text_wants_colour(void);

/* How many columns a text takes. */
size_t text_width(const char *text);

#endif
