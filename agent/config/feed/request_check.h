/*
 * What is wrong with a feed's request: placeholders that do not exist or cannot stand where they are, and keys of the request
 * that need or exclude one another.
 */
#ifndef CONFIG_FEED_REQUEST_CHECK_H
#define CONFIG_FEED_REQUEST_CHECK_H

#include "config/schema/schema.h"

struct feed_settings;
struct yaml_node;

/* Say what is wrong. `node` is the mapping that `feed` was read from. */
void request_check(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed);

#endif
