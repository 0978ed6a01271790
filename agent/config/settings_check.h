/*
 * What a table of keys cannot say of the settings by itself: what makes a good
 * URL, address or filter, and which keys need or exclude one another.
 */
#ifndef CONFIG_SETTINGS_CHECK_H
#define CONFIG_SETTINGS_CHECK_H

#include "config/schema/schema.h"

struct arena;
struct settings;
struct yaml_node;

/* Checks of single values, for rows of the table (schema.h). */
key_check settings_check_ldap_url, settings_check_imap_url, settings_check_smtp_url,
	settings_check_sieve_url, settings_check_graph_url, settings_check_feed_url,
	settings_check_bind_name, settings_check_attribute, settings_check_filter,
	settings_check_filter_or_none, settings_check_address, settings_check_ignore,
	settings_check_pointer, settings_check_group, settings_check_date_format,
	settings_check_pattern;

/* Read absence.feeds.only: a mapping from names of fields to a value or a list of them. */
key_read settings_read_only;

/* Read a mapping from names to texts; and keep a node as it stands. */
key_read settings_read_named_texts, settings_read_node;

/* Say what is wrong between keys. `root` is the tree that `settings` were read from. */
void settings_check(struct schema_reader *reader, const struct yaml_node *root,
	const struct settings *settings);

/* Note all attributes that the file names, with their places, in settings->named_attributes. */
void settings_name_attributes(struct arena *arena, const struct yaml_node *root,
	struct settings *settings);

#endif
