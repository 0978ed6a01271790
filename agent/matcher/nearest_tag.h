/* What an unknown tag was most likely meant for. */
#ifndef MATCHER_NEAREST_TAG_H
#define MATCHER_NEAREST_TAG_H

struct arena;
struct mapping;
struct tag;

/*
 * The tag of the catalogue one of whose spellings, whose id or title is near `unknown` (text_nearest()), both less their
 * brackets; NULL where none is. `arena` for scratch.
 */
const struct tag *nearest_tag(const struct mapping *mapping, struct arena *arena,
	const char *unknown);

#endif
