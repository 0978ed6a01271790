/*
 * absence.feeds.asks: what is wrong with the keys of a feed that is asked about people, and with those that only go with
 * such a feed. Placeholders are request_check.h's.
 */
#ifndef CONFIG_FEED_ASKS_CHECK_H
#define CONFIG_FEED_ASKS_CHECK_H

struct feed_settings;
struct schema_reader;
struct yaml_node;

/* Say what is wrong. `node` is the mapping that `feed` was read from. */
void asks_check(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed);

#endif
