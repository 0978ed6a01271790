/*
 * The three files of the mapping (CONTRACT section 3), one function each, in
 * the order in which they need one another; settings_load_mapping() of
 * settings.h calls them. All read into the mapping, say every fault, and return
 * false where the file could not be read at all.
 */
#ifndef CONFIG_MAPPING_MAPPING_FILE_H
#define CONFIG_MAPPING_MAPPING_FILE_H

#include <stdbool.h>

struct mapping;
struct policy;
struct schema;
struct schema_reader;

/* The keys of each file. Those of the routes read into drafts (routes_file.c). */
extern const struct schema tags_schema, roles_schema, routes_schema;

/* tags.yaml: ids and subjects that no two tags share. */
bool tags_file_load(struct schema_reader *reader, struct mapping *mapping);

/* roles.yaml: ids and spellings that no two roles share. */
bool roles_file_load(struct schema_reader *reader, struct mapping *mapping);

/* What routes.yaml is held against; a catalogue that could not be read blames no route. */
struct routes_context {
	const struct mapping *mapping;
	const char *mailbox_list_key; /* mailbox.list of the settings, or NULL */
	bool knows_tags, knows_roles;
};

/* routes.yaml: the blocks, with what they inherit. The reader's context is a routes_context. */
bool routes_file_load(struct schema_reader *reader, struct mapping *mapping);

#endif
