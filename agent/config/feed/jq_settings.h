/*
 * absence.feeds.jq: a program that makes the records of a feed, in place of `records` and `fields`.
 */
#ifndef CONFIG_FEED_JQ_SETTINGS_H
#define CONFIG_FEED_JQ_SETTINGS_H

struct feed_settings;
struct schema_reader;
struct yaml_node;

/*
 * Say what is wrong with the key `jq` of a feed, whose tree `node` is: keys that it does not go with, and what jq's
 * compiler finds. Where jq cannot be started here nothing is said of the program: each reading says that.
 */
void jq_settings_check(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed);

/* Set the names of the fields, which the records of a program have. */
void jq_settings_name_fields(struct feed_settings *feed);

#endif
