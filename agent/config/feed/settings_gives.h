/* What makes a good feed of deputies or roles: the keys that go with what it gives. */
#ifndef CONFIG_FEED_SETTINGS_GIVES_H
#define CONFIG_FEED_SETTINGS_GIVES_H

struct feed_settings;
struct schema_reader;
struct yaml_node;

/*
 * Say what is missing in a feed for what it gives, and which of its keys go with something else, each at its place. `node` is
 * the feed's mapping.
 */
void settings_check_gives(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed);

#endif
