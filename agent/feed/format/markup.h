/* What a server writes in place of a feed, or behind the part of it that it had ready: a page, an error message. */
#ifndef FEED_FORMAT_MARKUP_H
#define FEED_FORMAT_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the body is HTML or other XML. For the errors of feeds that are not. */
bool markup_starts(const char *body, size_t length);

/*
 * Whether a line begins as a tag of HTML does, or as the error messages of PHP, Java, .NET, Python and
 * databases do. A text from outside may, too: for a line that is odd already.
 */
bool markup_is_error(const char *line);

#endif
