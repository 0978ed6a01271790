/*
 * One page of a feed, read as each of several settings say; what comes out must be as
 * decide/feed_absences.h promises, and what is kept of it must be what is read back.
 */
#ifndef FEED_PAGE_H
#define FEED_PAGE_H

#include <stddef.h>
#include <stdint.h>

struct feed_settings;

void feed_page_read(const struct feed_settings *settings, const uint8_t *data, size_t size);

#endif
