/*
 * The hash of the settings that a kept copy of a feed depends on: those by which a feed would be asked for something else, or the
 * same pages would give other records.
 */
#ifndef FEED_SETTINGS_HASH_H
#define FEED_SETTINGS_HASH_H

#include "base/memory/hash.h"

struct feed_settings;
struct settings;

/*
 * Hash them. Keys that came with version 0.2.0 count only where they are given, so that copies from before stay
 * what they are. How the agent logs in does not count, nor do the files of secrets.
 */
void settings_hash(const struct settings *settings, const struct feed_settings *feed,
	char hex[SHA256_HEX]);

#endif
