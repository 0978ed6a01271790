/*
 * The names that Windows and Exchange have for time zones, and which zones they mean by Unicode CLDR. The table is
 * generated: `make windows-zones` says how.
 */
#ifndef FEED_FORMAT_WINDOWS_ZONES_H
#define FEED_FORMAT_WINDOWS_ZONES_H

#include <stddef.h>

struct windows_zone {
	const char *windows; /* "Romance Standard Time" */
	const char *iana;    /* "Europe/Copenhagen" */
};

/* Sorted by `windows`, case aside. */
extern const struct windows_zone windows_zones[];
extern const size_t windows_zone_count;

/* The zone that a name means, whatever its case; NULL: Windows has no zone of that name. */
const char *windows_zone_find(const char *name);

#endif
