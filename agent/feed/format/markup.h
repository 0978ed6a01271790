/* Markup: a page for people instead of a feed, as where a login is asked for. */
#ifndef FEED_FORMAT_MARKUP_H
#define FEED_FORMAT_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

/* Return whether the body is HTML or other XML. For the errors of feeds that are not. */
bool markup_starts(const char *body, size_t length);

#endif
