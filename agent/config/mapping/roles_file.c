#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "config/mapping/mapping_file.h"
#include "config/mapping/public_source.h"
#include "config/schema/fault.h"
#include "config/schema/schema.h"
#include "config/schema/yaml.h"
#include "model/mapping.h"

#define ROLE(field) offsetof(struct role, field)

static const char *check_spelling(const struct schema_reader *reader, const char *text)
{
	(void)reader;
	return strchr(text, '/') ? _("a role without a slash, which would start a scope") : NULL;
}

static const struct key holder_keys[] = {
	{"at_least", KEY_INTEGER, ROLE(at_least), .minimum = 1,
		.help = "how many should hold the role"},
};

static const struct schema holder_schema = {holder_keys, COUNT(holder_keys), 0};

static const struct key public_source_keys[] = {PUBLIC_SOURCE_KEYS(struct role, source)};

static const struct schema public_source_schema = {
	public_source_keys, COUNT(public_source_keys), 0};

static const struct key role_keys[] = {
	{"id", KEY_TEXT, ROLE(id), .mark = ROLE(mark), .flags = KEY_REQUIRED,
		.check = check_spelling, .help = "what routes call it"},
	{"title", KEY_BILINGUAL, ROLE(title), .help = "what people call it; default: the id"},
	{"holders", KEY_SECTION, 0, .of = &holder_schema, .help = "who should hold it"},
	{"values", KEY_TEXTS, ROLE(spellings), ROLE(spelling_count), .check = check_spelling,
		.help = "its spellings in the directory; the id is always one"},
	{"source", KEY_SECTION, 0, .of = &public_source_schema,
		.help = "the public source that its name is from"},
	{"gallery", KEY_BOOL, ROLE(gallery), .standard = "true",
		.help = "false: no public source calls it a role of the gallery"},
};

static const struct schema role_schema = {role_keys, COUNT(role_keys), sizeof(struct role)};

static const struct key source_keys[] = {
	{"name", KEY_TEXT, offsetof(struct mapping, role_source.name),
		.help = "where the gallery is from"},
	{"version", KEY_TEXT, offsetof(struct mapping, role_source.version),
		.help = "its version or date"},
};

static const struct schema source_schema = {source_keys, COUNT(source_keys), 0};

static const struct key file_keys[] = {
	{"source", KEY_SECTION, 0, .of = &source_schema, .help = "where the gallery is from"},
	{"roles", KEY_SEQUENCE, offsetof(struct mapping, roles),
		offsetof(struct mapping, role_count), .of = &role_schema,
		.help = "the gallery's roles"},
};

const struct schema roles_schema = {file_keys, COUNT(file_keys), sizeof(struct mapping)};

static const char *fold_name(struct schema_reader *reader, const char *text)
{
	return text_fold(reader->arena, text, strlen(text));
}

/* A spelling in two roles would say nothing of who holds which. */
static void check_spellings(struct schema_reader *reader, struct table *taken,
	const struct yaml_node *list, const struct role *role)
{
	if (role->id) {
		fault_if_taken(reader->findings, taken, fold_name(reader, role->id), role->id,
			&role->mark, role);
	}
	for (size_t i = 0; list && i < yaml_count(list); i++) {
		const struct yaml_node *item = yaml_item(list, i);

		if (item->kind == YAML_SCALAR) {
			fault_if_taken(reader->findings, taken, fold_name(reader, item->text),
				item->text, &item->mark, role);
		}
	}
}

static void add_spelling(struct role *role, const char *folded)
{
	for (size_t i = 0; i < role->spelling_count; i++) {
		if (strcmp(role->spellings[i], folded) == 0)
			return;
	}
	role->spellings[role->spelling_count++] = folded;
}

/*
 * Fold the spellings and put the id's own before them, each once; the title is the id where the
 * file gives none. A role whose id is a fault gets one that nothing asks for.
 */
static void complete_role(struct schema_reader *reader, struct role *role)
{
	const char **written = role->spellings;
	size_t count = role->spelling_count;

	if (!role->id)
		role->id = "";
	for (size_t i = 0; i < COUNT(role->title.in); i++) {
		if (!role->title.in[i])
			role->title.in[i] = role->id;
	}
	role->spellings = arena_get(reader->arena, (count + 1) * sizeof(*role->spellings));
	role->spelling_count = 0;
	if (*role->id)
		add_spelling(role, fold_name(reader, role->id));
	for (size_t i = 0; i < count; i++)
		add_spelling(role, fold_name(reader, written[i]));
}

bool roles_file_load(struct schema_reader *reader, struct mapping *mapping)
{
	const struct yaml_node *root = schema_load(reader, &roles_schema, mapping);
	const struct yaml_node *list = yaml_find(root, "roles");
	struct table *taken = table_new(reader->arena);

	for (size_t i = 0; i < mapping->role_count; i++) {
		struct role *role = &mapping->roles[i];

		check_spellings(reader, taken, yaml_find(list->items[i], "values"), role);
		complete_role(reader, role);
	}
	return root != NULL;
}
