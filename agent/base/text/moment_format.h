/*
 * Dates in a format that the settings name, as strptime(3) has it. That function takes nothing for
 * a blank, and one digit for two: with "%d%m%Y" it would read 1122026 as 11 February, though it is
 * 1 December without its zero. Here a text that could be read in two ways is not read.
 */
#ifndef BASE_TEXT_MOMENT_FORMAT_H
#define BASE_TEXT_MOMENT_FORMAT_H

#include <stdbool.h>

struct moment_text;

/*
 * Take a text apart, as moment_parse() does. The format has day, month and year; the whole text
 * must match, and its year have four digits. A leading zero may be missing where something other
 * than a digit follows. Names of months are English, since no setlocale(3) is called.
 */
bool moment_parse_format(const char *text, const char *format, struct moment_text *parsed);

#endif
