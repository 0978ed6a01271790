/*
 * One page of a feed, read as each of several settings say; what comes out must be as
 * model/feed_reading.h promises, what is kept of it must be what is read back, and the same page again
 * must be trusted.
 */
#ifndef FEED_PAGE_H
#define FEED_PAGE_H

#include <stddef.h>
#include <stdint.h>

struct feed_settings;

void feed_page_read(const struct feed_settings *settings, const uint8_t *data, size_t size);

#endif
