/*
 * The zone that a feed calls by a name: one of this machine's, in whatever case; one of Windows, which means what
 * CLDR says (windows_zones.h); "Z"; or one of these behind a maker's prefix, as in
 * "/freeassociation.sourceforge.net/Europe/Copenhagen" and "tzone://Microsoft/Utc".
 */
#ifndef FEED_FORMAT_NAMED_ZONE_H
#define FEED_FORMAT_NAMED_ZONE_H

struct zone;

/* The zone, as zone_load() keeps it (base/text/zone.h); NULL: nobody here knows it. */
const struct zone *named_zone_find(const char *name);

#endif
