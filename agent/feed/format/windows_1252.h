/* Windows-1252, and what it has in common with ISO-8859-1. */
#ifndef FEED_FORMAT_WINDOWS_1252_H
#define FEED_FORMAT_WINDOWS_1252_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/* Add bytes of Windows-1252 as UTF-8; false at one that stands for no character, and `out` then ends before it. */
bool windows_1252_read(struct strbuf *out, const char *bytes, size_t length);

/* Add bytes of ISO-8859-1 as UTF-8; each stands for a character. */
void latin_1_read(struct strbuf *out, const char *bytes, size_t length);

#endif
