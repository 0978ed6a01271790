#include "config/feed/preset.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/path.h"
#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/schema/fault.h"
#include "config/schema/schema.h"
#include "config/schema/yaml.h"

#define EXTENSION   ".yaml"
#define NAMES_MAX   200 /* presets, and values of a feed, that are compared with what was meant */
#define MISSING_MAX 20  /* values of one feed that are said to be missing */

/* What these hold is merged key by key; any other key of a feed replaces the preset's. */
static const char *const merged_keys[] = {"fields", "oauth", "values", "answers", "namespaces"};

/* Feeds and presets of one settings file. */
struct preset_ctx {
	struct schema_reader *reader;
	struct table *files;   /* path -> root of a file that was read */
	struct strbuf hashes;  /* one a line */
	size_t nodes;          /* that presets added */
	const char *own;       /* the folder beside the settings, with a slash */
	const char *installed; /* the other one; NULL: there is none */
};

/* A feed of the settings, and its preset. */
struct preset_use {
	const struct yaml_node *feed, *key; /* `key`: the value of `preset` */
	const char *name;                   /* without folders and ".yaml" */
	const char *file;
	const struct yaml_node *root; /* of the preset */
};

const char *preset_installed_folder(struct arena *arena)
{
	static const char *const places[] = {
		"/../share/postvagt/feeds", "/../mappings/feeds", "/../../mappings/feeds"};
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	struct strbuf folder = STRBUF_INIT;
	const char *found = NULL;

	if (length <= 0)
		return NULL;
	program[length] = '\0';
	path_add_folder(&folder, program);
	for (size_t i = 0; !found && i < COUNT(places); i++) {
		const char *path = arena_format(arena, "%s%s", folder.text, places[i]);
		char *real = realpath(path, NULL);

		if (real)
			found = arena_string(arena, real);
		free(real);
	}
	strbuf_release(&folder);
	return found;
}

/* Names of presets, sorted, each once. */
struct preset_names {
	const char *items[NAMES_MAX];
	size_t count;
};

static void add_name(struct preset_names *names, struct arena *arena, const char *file)
{
	size_t length = strlen(file);
	const char *name;

	if (names->count == NAMES_MAX || length <= strlen(EXTENSION) || *file == '.' ||
		strcmp(file + length - strlen(EXTENSION), EXTENSION) != 0)
		return;
	name = arena_bytes(arena, file, length - strlen(EXTENSION));
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) == 0)
			return;
	}
	names->items[names->count++] = name;
}

static void add_names(struct preset_names *names, struct arena *arena, const char *folder)
{
	int fd = path_open(folder, O_RDONLY | O_DIRECTORY, 0);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!stream) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(stream)))
		add_name(names, arena, entry->d_name);
	closedir(stream);
}

/* Say that neither folder has the preset, and which ones there are. */
static void add_unknown(struct preset_ctx *ctx, const struct preset_use *use)
{
	struct arena *arena = ctx->reader->arena;
	struct findings *findings = ctx->reader->findings;
	struct preset_names *names = arena_get(arena, sizeof(*names));
	struct strbuf all = STRBUF_INIT, folders = STRBUF_INIT;
	const char *nearest;

	add_names(names, arena, ctx->own);
	strbuf_add_safe(&folders, ctx->own);
	if (ctx->installed) {
		add_names(names, arena, ctx->installed);
		strbuf_add_item(&folders, _(" or "), ctx->installed);
	}
	qsort(names->items, names->count, sizeof(*names->items), text_compare);
	for (size_t i = 0; i < names->count; i++) {
		strbuf_adds(&all, i == 0 ? "" : ", ");
		strbuf_add_safe(&all, names->items[i]);
	}
	nearest = text_nearest(use->name, names->items, names->count);
	if (names->count == 0)
		fault_add(findings, FINDING_ERROR, &use->key->mark,
			_("there is no preset %s; there are none in %s"),
			fault_quote(arena, use->name), folders.text);
	else if (nearest)
		fault_add(findings, FINDING_ERROR, &use->key->mark,
			_("there is no preset %s in %s; did you mean %s? The presets: %s"),
			fault_quote(arena, use->name), folders.text, fault_quote(arena, nearest),
			all.text);
	else
		fault_add(findings, FINDING_ERROR, &use->key->mark,
			_("there is no preset %s in %s; the presets: %s"),
			fault_quote(arena, use->name), folders.text, all.text);
	strbuf_release(&all);
	strbuf_release(&folders);
}

/* Whether something of that name is there. What cannot be looked at counts as there: who reads it says why. */
static bool is_there(const char *path)
{
	struct stat status;
	int fd = path_open(path, O_PATH, 0);

	if (fd >= 0) {
		close(fd);
		return true;
	}
	if (errno != ENOENT && errno != ENOTDIR)
		return true;
	return lstat(path, &status) == 0;
}

/* Find the file of a preset. NULL, after a fault: there is none. */
static const char *find_file(struct preset_ctx *ctx, const struct preset_use *use)
{
	struct arena *arena = ctx->reader->arena;
	const char *path, *slash = strrchr(use->key->mark.file, '/');

	if (strchr(use->key->text, '/')) {
		path = *use->key->text == '/' || !slash
			? use->key->text
			: arena_format(arena, "%.*s%s", (int)(slash + 1 - use->key->mark.file),
				  use->key->mark.file, use->key->text);
		if (is_there(path))
			return path;
		fault_add(ctx->reader->findings, FINDING_ERROR, &use->key->mark,
			_("%s: cannot be read: %s"), fault_quote(arena, path), strerror(ENOENT));
		return NULL;
	}
	path = arena_format(arena, "%s%s" EXTENSION, ctx->own, use->name);
	if (is_there(path))
		return path;
	if (ctx->installed)
		path = arena_format(arena, "%s/%s" EXTENSION, ctx->installed, use->name);
	if (ctx->installed && is_there(path))
		return path;
	add_unknown(ctx, use);
	return NULL;
}

/* The name of a preset: the last part of a path, without its extension. */
static const char *name_of(struct arena *arena, const char *text)
{
	const char *slash = strrchr(text, '/'), *name = slash ? slash + 1 : text;
	size_t length = strlen(name);

	if (slash && length > strlen(EXTENSION) &&
		strcmp(name + length - strlen(EXTENSION), EXTENSION) == 0)
		length -= strlen(EXTENSION);
	return arena_bytes(arena, name, length);
}

/* Read a preset, each file once. NULL, after a fault: it cannot be used. */
static const struct yaml_node *load_file(struct preset_ctx *ctx, const char *file)
{
	struct schema_reader *reader = ctx->reader;
	const struct yaml_node *root = table_find(ctx->files, file);
	const struct yaml_entry *entry;

	if (root)
		return root;
	root = yaml_load(file, reader->trust, reader->arena, reader->findings);
	if (!root)
		return NULL;
	if (root->kind != YAML_MAPPING) {
		schema_expected(reader, root, _("the keys of a feed"));
		return NULL;
	}
	entry = yaml_entry(root, "preset");
	if (entry) {
		fault_add(reader->findings, FINDING_ERROR, &entry->mark,
			_("a preset cannot build on another preset"));
		return NULL;
	}
	strbuf_addf(&ctx->hashes, "%s\n", root->sha256);
	table_put(ctx->files, file, (void *)root);
	return root;
}

static bool is_merged(const char *key)
{
	for (size_t i = 0; i < COUNT(merged_keys); i++) {
		if (strcmp(merged_keys[i], key) == 0)
			return true;
	}
	return false;
}

static void put_entry(struct yaml_node *node, const char *key, const struct mark *mark,
	struct yaml_node *value, bool is_of_preset)
{
	node->entries[node->count++] = (struct yaml_entry){
		.key = key, .mark = *mark, .value = value, .is_of_preset = is_of_preset};
	node->size += 1 + value->size;
	if (node->depth < value->depth + 1)
		node->depth = value->depth + 1;
}

/* Whether an entry of a feed is of merged_keys, and has entries. */
static bool is_section(const struct yaml_entry *entry)
{
	return is_merged(entry->key) && entry->value->kind == YAML_MAPPING;
}

/*
 * A mapping with the entries of `own`, and those of `preset` that it lacks. Of a feed, where `place` is not NULL, the same
 * for merged_keys; and what lacks in one that only the preset has is said at `place`, where it is to be added.
 */
static struct yaml_node *merge_mappings(struct arena *arena, const struct yaml_node *own,
	const struct yaml_node *preset, const struct mark *place)
{
	struct yaml_node *node = arena_get(arena, sizeof(*node));
	struct table *presets = table_new(arena), *taken = table_new(arena);

	*node = (struct yaml_node){.kind = YAML_MAPPING, .mark = own->mark, .size = 1, .depth = 1};
	node->entries = arena_get(arena, (own->count + preset->count + 1) * sizeof(*node->entries));
	for (size_t i = 0; i < preset->count; i++)
		table_put(presets, preset->entries[i].key, &preset->entries[i]);
	for (size_t i = 0; i < own->count; i++) {
		const struct yaml_entry *entry = &own->entries[i],
					*other = table_find(presets, entry->key);
		struct yaml_node *value = entry->value;
		bool is_empty = value->kind == YAML_NULL && strcmp(entry->key, "values") == 0;

		if (place && other && is_section(other) &&
			(value->kind == YAML_MAPPING || is_empty))
			value = merge_mappings(arena, value, other->value, NULL);
		put_entry(node, entry->key, &entry->mark, value, other != NULL);
		table_put(taken, entry->key, node);
	}
	for (size_t i = 0; i < preset->count; i++) {
		const struct yaml_entry *entry = &preset->entries[i];
		const struct yaml_node none = {.kind = YAML_MAPPING, .mark = entry->value->mark};

		if (table_find(taken, entry->key))
			continue;
		if (place && is_section(entry))
			put_entry(node, entry->key, place,
				merge_mappings(arena, &none, entry->value, NULL), true);
		else
			put_entry(node, entry->key, &entry->mark, entry->value, true);
	}
	return node;
}

/* The feed is called what its preset is called. */
static void add_default_name(struct arena *arena, const struct preset_use *use,
	struct yaml_node *merged)
{
	struct yaml_node *name = arena_get(arena, sizeof(*name));

	if (yaml_entry(merged, "name"))
		return;
	*name = (struct yaml_node){.kind = YAML_SCALAR,
		.mark = use->key->mark,
		.text = use->name,
		.size = 1,
		.depth = 1};
	put_entry(merged, "name", &use->key->mark, name, false);
}

/* Values of a preset that nobody gave, up to MISSING_MAX. */
struct missing_values {
	const char *names[MISSING_MAX];
	size_t count;
};

/*
 * A value that the settings give and the preset does not know may be a missing one, spelt otherwise.
 * That is said once: it counts as known then, so that nobody says that nothing uses it.
 */
static void check_spelling(struct preset_ctx *ctx, const struct preset_use *use,
	const struct yaml_node *values, const struct missing_values *missing)
{
	struct arena *arena = ctx->reader->arena;

	for (size_t i = 0; i < values->count && i < NAMES_MAX; i++) {
		struct yaml_entry *entry = &values->entries[i];
		const char *nearest = entry->is_of_preset
			? NULL
			: text_nearest(entry->key, missing->names, missing->count);

		if (!nearest)
			continue;
		entry->is_of_preset = true;
		fault_add(ctx->reader->findings, FINDING_ERROR, &entry->mark,
			_("the preset %s has no value %s; did you mean %s?"),
			fault_quote(arena, use->name), fault_quote(arena, entry->key),
			fault_quote(arena, nearest));
	}
}

/* A preset lists without a value what only the municipality can say. */
static void check_values(struct preset_ctx *ctx, const struct preset_use *use,
	const struct yaml_node *merged)
{
	const struct yaml_node *needed = yaml_find(use->root, "values");
	const struct yaml_node *values = yaml_find(merged, "values");
	const struct yaml_entry *own = yaml_entry(use->feed, "values");
	struct arena *arena = ctx->reader->arena;
	struct missing_values missing = {.count = 0};

	if (!needed || needed->kind != YAML_MAPPING || !values || values->kind != YAML_MAPPING)
		return;
	for (size_t i = 0; i < values->count && missing.count < MISSING_MAX; i++) {
		const struct yaml_entry *entry = &values->entries[i], *in_preset;

		if (entry->value->kind != YAML_NULL)
			continue;
		in_preset = yaml_entry(needed, entry->key);
		missing.names[missing.count++] = entry->key;
		fault_add(ctx->reader->findings, FINDING_ERROR, own ? &own->mark : &use->key->mark,
			_("the preset %s needs the value %s: add it to values; what it is: see %s"),
			fault_quote(arena, use->name), fault_quote(arena, entry->key),
			fault_where(arena, in_preset ? &in_preset->mark : &entry->mark));
	}
	check_spelling(ctx, use, values, &missing);
}

/* Merge a feed. NULL, after a fault: its preset cannot be used. */
static struct yaml_node *merge_feed(struct preset_ctx *ctx, const struct yaml_node *feed,
	const struct yaml_node *key)
{
	static const struct key text_key = {.name = "preset", .type = KEY_TEXT};
	struct arena *arena = ctx->reader->arena;
	struct preset_use use = {.feed = feed, .key = key};
	struct yaml_node *merged;

	if (!schema_text(ctx->reader, &text_key, key))
		return NULL;
	use.name = name_of(arena, key->text);
	use.file = find_file(ctx, &use);
	use.root = use.file ? load_file(ctx, use.file) : NULL;
	if (!use.root)
		return NULL;
	ctx->nodes += use.root->size;
	if (ctx->nodes > YAML_NODES_MAX) {
		fault_add(ctx->reader->findings, FINDING_ERROR, &key->mark,
			_("more than %d values, with presets counted once for each feed"),
			YAML_NODES_MAX);
		return NULL;
	}
	merged = merge_mappings(arena, feed, use.root, &key->mark);
	add_default_name(arena, &use, merged);
	check_values(ctx, &use, merged);
	return merged;
}

static const struct yaml_node *key_of(const struct yaml_node *feed)
{
	const struct yaml_node *key = yaml_find(feed, "preset");

	return key && key->kind != YAML_NULL ? key : NULL;
}

/* The list with each feed merged; those of which that is not possible are left out. */
static struct yaml_node *merge_feeds(struct preset_ctx *ctx, const struct yaml_node *feeds)
{
	struct arena *arena = ctx->reader->arena;
	struct yaml_node *merged = arena_get(arena, sizeof(*merged));

	*merged = *feeds;
	merged->items = arena_get(arena, feeds->count * sizeof(struct yaml_node *));
	merged->count = 0;
	for (size_t i = 0; i < feeds->count && ctx->nodes <= YAML_NODES_MAX; i++) {
		const struct yaml_node *key = key_of(feeds->items[i]);
		struct yaml_node *feed =
			key ? merge_feed(ctx, feeds->items[i], key) : feeds->items[i];

		if (feed)
			merged->items[merged->count++] = feed;
	}
	return merged;
}

/* A copy of a mapping, with another value of a key that it has. */
static struct yaml_node *replace_value(struct arena *arena, const struct yaml_node *node,
	const char *key, struct yaml_node *value)
{
	struct yaml_node *copy = arena_get(arena, sizeof(*copy));

	*copy = *node;
	copy->entries = arena_get(arena, node->count * sizeof(*copy->entries));
	for (size_t i = 0; i < node->count; i++) {
		copy->entries[i] = node->entries[i];
		if (yaml_entry(node, key) == &node->entries[i])
			copy->entries[i].value = value;
	}
	return copy;
}

static bool has_presets(const struct yaml_node *feeds)
{
	for (size_t i = 0; feeds && feeds->kind == YAML_SEQUENCE && i < feeds->count; i++) {
		if (key_of(feeds->items[i]))
			return true;
	}
	return false;
}

const struct yaml_node *preset_merge(struct schema_reader *reader, const struct yaml_node *root)
{
	const struct yaml_node *feeds = yaml_find(root, "absence.feeds");
	const char *slash = strrchr(reader->file, '/');
	struct preset_ctx ctx = {
		.reader = reader, .files = table_new(reader->arena), .hashes = STRBUF_INIT};
	struct yaml_node *absence, *merged;

	if (!has_presets(feeds))
		return root;
	ctx.own = arena_format(reader->arena, "%.*smappings/feeds/",
		slash ? (int)(slash + 1 - reader->file) : 0, reader->file);
	ctx.installed = preset_installed_folder(reader->arena);
	strbuf_addf(&ctx.hashes, "%s\n", root->sha256);
	absence = replace_value(reader->arena, yaml_find(root, "absence"), "feeds",
		merge_feeds(&ctx, feeds));
	merged = replace_value(reader->arena, root, "absence", absence);
	merged->sha256 = hash_hex(reader->arena, ctx.hashes.text, ctx.hashes.length);
	strbuf_release(&ctx.hashes);
	return merged;
}
