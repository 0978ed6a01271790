/*
 * YAML files as trees of nodes in an arena, each node with its place.
 *
 * One file is one document. Aliases are taken as what they stand for; an alias
 * inside its own anchor does not exist, so a tree has no circles, and what
 * aliases multiply counts against the limits below. Whatever breaks a limit,
 * or is no YAML, is a fault (fault.h) with line and column from 1, counted in
 * characters.
 */
#ifndef CONFIG_SCHEMA_YAML_H
#define CONFIG_SCHEMA_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "model/mapping.h"

struct arena;
struct findings;
struct trust;

#define YAML_FILE_MAX  ((size_t)1024 * 1024) /* bytes */
#define YAML_NODES_MAX 100000                /* aliases counted as what they stand for */
#define YAML_DEPTH_MAX 32

enum yaml_kind {
	YAML_NULL, /* nothing, ~ or null, without quotes */
	YAML_SCALAR,
	YAML_SEQUENCE,
	YAML_MAPPING,
};

struct yaml_node {
	enum yaml_kind kind;
	struct mark mark;
	const char *text; /* of a scalar, and of a null as it was written */
	bool is_quoted;   /* a scalar in quotes, or a block: a text, whatever it looks like */
	struct yaml_node **items;   /* of a sequence */
	struct yaml_entry *entries; /* of a mapping, in the file's order */
	size_t count;               /* of items or entries */
	size_t size;                /* nodes in all, itself included */
	size_t depth;               /* levels in all: 1 for a scalar */
	const char *sha256;         /* of the file as it was read; of the root alone */
};

struct yaml_entry {
	const char *key;
	struct mark mark; /* of the key */
	struct yaml_node *value;
	bool is_of_preset; /* a preset has the key, too (preset.h) */
};

/*
 * Read a file. An empty one is an empty mapping. Returns NULL after a fault
 * that ends the reading, among them that the file is not to be believed (trust.h); a key that stands twice is a fault too, but the tree
 * is returned with the first of them. `file` is borrowed by the marks.
 */
const struct yaml_node *yaml_load(const char *file, struct trust *trust, struct arena *arena,
	struct findings *findings);

/* The entry of that key in a mapping; NULL where there is none, or `node` is no mapping. */
const struct yaml_entry *yaml_entry(const struct yaml_node *node, const char *key);

/* The value at "directory.bind.dn" below `node`, or NULL. */
const struct yaml_node *yaml_find(const struct yaml_node *node, const char *path);

/*
 * Where to say that something is wrong with, or missing at, a dotted path: at
 * the value, or at the key of a mapping, as deep as the path is there.
 */
const struct mark *yaml_place(const struct yaml_node *node, const char *path);

/* Whether a scalar is true, false or a number of JSON's (RFC 8259 section 6), written without quotes. */
bool yaml_is_json(const struct yaml_node *node);

/* A list may be written as one value: how many it has, and one of them. */
size_t yaml_count(const struct yaml_node *node);
const struct yaml_node *yaml_item(const struct yaml_node *node, size_t i);

#endif
