#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "config/mapping/mapping_file.h"
#include "config/schema/fault.h"
#include "config/schema/schema.h"
#include "config/schema/yaml.h"
#include "config/settings_check.h"
#include "model/mapping.h"

/* A block as the file has it: what is not given may still be taken over from the route. */
struct kind_draft {
	struct block block;
	const char **groups;
	size_t group_count;
	bool is_given, has_deputies, has_at_least, has_membership, has_keep;
};

/* The route's own block stands first: the table reads it at the same offsets as the others. */
struct route_draft {
	struct kind_draft ordinary, critical, inform;
	struct route_tag *tags;
	size_t tag_count;
};

struct routes_draft {
	struct route_draft *routes;
	size_t count;
};

#define BLOCK(field) offsetof(struct kind_draft, block.field)
#define DRAFT(field) offsetof(struct kind_draft, field)
#define ROUTE(field) offsetof(struct route_draft, field)

static const struct choice memberships[] = {
	{"exact", MEMBERSHIP_EXACT}, {"additive", MEMBERSHIP_ADDITIVE}, {NULL, 0}};

static key_read read_roles, read_tags;

static const struct key to_keys[] = {
	{"roles", KEY_OWN, 0, .read = read_roles,
		.help = "holders of these roles, ROLE or ROLE/SCOPE"},
	{"groups", KEY_TEXTS, DRAFT(groups), DRAFT(group_count), .check = schema_check_dn,
		.help = "members of these groups, and of the groups inside them"},
	{"people", KEY_PERSONS, BLOCK(people.items), BLOCK(people.count), .help = "these people"},
};

static const struct schema to_schema = {to_keys, COUNT(to_keys), 0};
static const struct schema critical_schema, inform_schema;

/*
 * One table for all three blocks: `inform` has the first keys, `critical` some
 * more, the route itself all.
 */
static const struct key block_keys[] = {
	{"list", KEY_TEXT, BLOCK(list), .mark = BLOCK(mark), .flags = KEY_REQUIRED,
		.check = schema_check_dn, .help = "the distribution list's DN"},
	{"address", KEY_TEXT, BLOCK(address), .check = settings_check_address,
		.help = "its mail address; default: the list's own mail attribute"},
	{"to", KEY_SECTION, 0, .flags = KEY_REQUIRED, .of = &to_schema,
		.help = "who belongs on it"},
	{"membership", KEY_CHOICE, BLOCK(membership), .given = DRAFT(has_membership),
		.choices = memberships, .standard = "exact",
		.help = "exact, or additive: others may be on the list too"},
	{"keep", KEY_PERSONS, BLOCK(keep.items), BLOCK(keep.count), .given = DRAFT(has_keep),
		.help = "members that always stay"},
#define INFORM_KEYS 5
	{"deputies", KEY_PERSONS, BLOCK(deputies.items), BLOCK(deputies.count),
		.given = DRAFT(has_deputies), .help = "stand-ins, after the person's own"},
	{"at_least", KEY_INTEGER, BLOCK(at_least), .given = DRAFT(has_at_least), .minimum = 1,
		.standard = "1", .help = "how many must be available"},
#define CRITICAL_KEYS 7
	{"tag", KEY_OWN, 0, .flags = KEY_REQUIRED, .read = read_tags,
		.help = "the tag's id, or a list of tags that share the route; \"*\", alone: mail "
			"with none, or with one that no route knows"},
	{"critical", KEY_SECTION, ROUTE(critical), .given = ROUTE(critical.is_given),
		.of = &critical_schema, .help = "mail marked as critical; default: the same list"},
	{"inform", KEY_SECTION, ROUTE(inform), .given = ROUTE(inform.is_given),
		.of = &inform_schema, .help = "people who are told, but not responsible"},
};

static const struct schema inform_schema = {block_keys, INFORM_KEYS, 0};
static const struct schema critical_schema = {block_keys, CRITICAL_KEYS, 0};
static const struct schema route_schema = {
	block_keys, COUNT(block_keys), sizeof(struct route_draft)};

static const struct key file_keys[] = {
	{"routes", KEY_SEQUENCE, offsetof(struct routes_draft, routes),
		offsetof(struct routes_draft, count), .of = &route_schema,
		.help = "the municipality's routes"},
};

const struct schema routes_schema = {file_keys, COUNT(file_keys), sizeof(struct routes_draft)};

static const char *nearest_role(const struct schema_reader *reader, const struct mapping *mapping,
	const char *id)
{
	const char **ids = arena_get(reader->arena, mapping->role_count * sizeof(*ids));
	size_t count = 0;

	for (size_t i = 0; i < mapping->role_count; i++) {
		if (*mapping->roles[i].id)
			ids[count++] = mapping->roles[i].id;
	}
	return text_nearest(id, ids, count);
}

static const char *nearest_tag(const struct schema_reader *reader, const struct mapping *mapping,
	const char *id)
{
	const char **ids = arena_get(reader->arena, mapping->tag_count * sizeof(*ids));
	size_t count = 0;

	for (size_t i = 0; i < mapping->tag_count; i++) {
		if (*mapping->tags[i].id)
			ids[count++] = mapping->tags[i].id;
	}
	return text_nearest(id, ids, count);
}

static const struct role *role_spelled(const struct schema_reader *reader,
	const struct mapping *mapping, const char *text)
{
	const char *folded = text_fold(reader->arena, text, strlen(text));

	for (size_t i = 0; i < mapping->role_count; i++) {
		const struct role *role = &mapping->roles[i];

		for (size_t j = 0; j < role->spelling_count; j++) {
			if (*role->id && strcmp(role->spellings[j], folded) == 0)
				return role;
		}
	}
	return NULL;
}

static void unknown_role(struct schema_reader *reader, const struct yaml_node *node, const char *id)
{
	const struct routes_context *context = reader->context;
	const struct role *spelled = role_spelled(reader, context->mapping, id);
	const char *nearest = nearest_role(reader, context->mapping, id);
	const char *name = fault_quote(reader->arena, id);

	if (!context->knows_roles)
		return;
	if (spelled) {
		fault_add(reader->findings, FINDING_ERROR, &node->mark,
			_("%s is a spelling; write the role's id %s"), name,
			fault_quote(reader->arena, spelled->id));
	} else if (nearest) {
		fault_add(reader->findings, FINDING_ERROR, &node->mark,
			_("unknown role %s; did you mean %s?"), name,
			fault_quote(reader->arena, nearest));
	} else {
		fault_add(reader->findings, FINDING_ERROR, &node->mark,
			_("unknown role %s; the role gallery has none like it"), name);
	}
}

static const char *trim_text(struct arena *arena, const char *text, size_t length)
{
	text_trim(&text, &length);
	return arena_bytes(arena, text, length);
}

/* Read "role" or "role/SCOPE"; blanks around the slash do not count. False after a fault. */
static bool read_role(struct schema_reader *reader, const struct yaml_node *node,
	struct role_wanted *wanted)
{
	const struct routes_context *context = reader->context;
	const char *slash = strchr(node->text, '/');
	const char *id = trim_text(reader->arena, node->text, strcspn(node->text, "/"));

	wanted->text = node->text;
	if (slash)
		wanted->scope = trim_text(reader->arena, slash + 1, strlen(slash + 1));
	if (slash && !*wanted->scope) {
		schema_expected(reader, node, _("a scope behind the slash, or no slash"));
		return false;
	}
	wanted->role = mapping_role(context->mapping, id);
	if (!wanted->role)
		unknown_role(reader, node, id);
	return wanted->role != NULL;
}

static void read_roles(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	struct block *block = &((struct kind_draft *)object)->block;
	size_t count = yaml_count(node);

	block->roles = arena_get(reader->arena, count * sizeof(*block->roles));
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *item = yaml_item(node, i);

		if (schema_text(reader, key, item) &&
			read_role(reader, item, &block->roles[block->role_count]))
			block->role_count++;
	}
}

/* Read one tag, or a list of tags; "*" must be alone. */
static void read_tags(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	const struct routes_context *context = reader->context;
	struct route_draft *draft = object;
	size_t count = yaml_count(node);

	draft->tags = arena_get(reader->arena, count * sizeof(*draft->tags));
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *item = yaml_item(node, i);
		const char *id = schema_text(reader, key, item);

		if (id && strcmp(id, "*") == 0 && count > 1) {
			schema_expected(reader, item,
				_("the id of a tag; \"*\" shares its route with no other tag"));
		} else if (id) {
			draft->tags[draft->tag_count++] = (struct route_tag){
				id, mapping_tag(context->mapping, id), item->mark};
		}
	}
	if (count == 0)
		schema_expected(reader, node, _("a tag, or a list of tags"));
}

/* A route to such a tag still counts. */
static void check_tag(struct schema_reader *reader, const struct route_tag *tag)
{
	const struct routes_context *context = reader->context;
	const char *name = fault_quote(reader->arena, tag->id), *nearest = NULL;

	if (strcmp(tag->id, "*") == 0 || !context->knows_tags)
		return;
	if (!tag->known)
		nearest = nearest_tag(reader, context->mapping, tag->id);
	if (tag->known && tag->known->retired) {
		fault_add(reader->findings, FINDING_WARNING, &tag->mark, _("the tag %s is retired"),
			name);
	} else if (!tag->known && nearest) {
		fault_add(reader->findings, FINDING_WARNING, &tag->mark,
			_("unknown tag %s; did you mean %s?"), name,
			fault_quote(reader->arena, nearest));
	} else if (!tag->known) {
		fault_add(reader->findings, FINDING_WARNING, &tag->mark,
			_("unknown tag %s; the catalogue has none like it"), name);
	}
}

/* Two blocks with one list would each undo what the other does. */
static void check_list(struct schema_reader *reader, struct table *lists, struct block *block)
{
	const struct routes_context *context = reader->context;

	if (!block->list)
		return;
	block->list_key = dn_key(reader->arena, block->list);
	if (context->mailbox_list_key && strcmp(block->list_key, context->mailbox_list_key) == 0) {
		fault_add(reader->findings, FINDING_ERROR, &block->mark,
			_("%s is mailbox.list of the settings already"),
			fault_quote(reader->arena, block->list));
	}
	fault_if_taken(reader->findings, lists, block->list_key, block->list, &block->mark, block);
}

static void set_groups(struct schema_reader *reader, struct kind_draft *draft)
{
	struct block *block = &draft->block;

	block->group_count = draft->group_count;
	block->groups = arena_get(reader->arena, draft->group_count * sizeof(*block->groups));
	for (size_t i = 0; i < draft->group_count; i++) {
		block->groups[i] = (struct group_wanted){
			.dn = draft->groups[i], .key = dn_key(reader->arena, draft->groups[i])};
	}
}

/* Put a block among the mapping's and return its place there. */
static const struct block *add_block(struct schema_reader *reader, struct mapping *mapping,
	struct table *lists, struct kind_draft *draft, enum block_kind kind,
	const struct tag_ids *tags)
{
	struct block *block = &mapping->blocks[mapping->block_count++];

	set_groups(reader, draft);
	draft->block.kind = kind;
	draft->block.tags = *tags;
	draft->block.tag = tags->count > 0 ? tags->items[0] : NULL;
	*block = draft->block;
	check_list(reader, lists, block);
	return block;
}

static void inherit_keys(struct kind_draft *critical, const struct kind_draft *route)
{
	if (!critical->has_deputies)
		critical->block.deputies = route->block.deputies;
	if (!critical->has_at_least)
		critical->block.at_least = route->block.at_least;
	if (!critical->has_membership)
		critical->block.membership = route->block.membership;
	if (!critical->has_keep)
		critical->block.keep = route->block.keep;
}

static void add_route(struct schema_reader *reader, struct mapping *mapping, struct table *lists,
	struct route_draft *draft, const struct mark *mark)
{
	struct route *route = &mapping->routes[mapping->route_count++];
	struct tag_ids tags = {
		.items = arena_get(reader->arena, draft->tag_count * sizeof(*tags.items))};

	for (; tags.count < draft->tag_count; tags.count++)
		tags.items[tags.count] = draft->tags[tags.count].id;
	inherit_keys(&draft->critical, &draft->ordinary);
	*route = (struct route){.tag = tags.count > 0 ? tags.items[0] : NULL,
		.tags = draft->tags,
		.tag_count = draft->tag_count,
		.mark = *mark};
	route->ordinary =
		add_block(reader, mapping, lists, &draft->ordinary, BLOCK_ORDINARY, &tags);
	if (draft->critical.is_given) {
		route->critical =
			add_block(reader, mapping, lists, &draft->critical, BLOCK_CRITICAL, &tags);
	}
	if (draft->inform.is_given) {
		route->inform =
			add_block(reader, mapping, lists, &draft->inform, BLOCK_INFORM, &tags);
	}
}

bool routes_file_load(struct schema_reader *reader, struct mapping *mapping)
{
	struct routes_draft file = {.count = 0};
	const struct yaml_node *root = schema_load(reader, &routes_schema, &file);
	const struct yaml_node *list = yaml_find(root, "routes");
	struct table *tags = table_new(reader->arena), *lists = table_new(reader->arena);

	mapping->routes = arena_get(reader->arena, file.count * sizeof(*mapping->routes));
	mapping->blocks = arena_get(reader->arena, file.count * 3 * sizeof(*mapping->blocks));
	for (size_t i = 0; i < file.count; i++) {
		struct route_draft *draft = &file.routes[i];

		add_route(reader, mapping, lists, draft, &list->items[i]->mark);
		for (size_t j = 0; j < draft->tag_count; j++) {
			const struct route_tag *tag = &draft->tags[j];

			fault_if_taken(reader->findings, tags, tag->id, tag->id, &tag->mark, tag);
			check_tag(reader, tag);
		}
	}
	return root != NULL;
}
