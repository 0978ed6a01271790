#include "config/schema/yaml.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/memory/table.h"
#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/schema/fault.h"
#include "config/trust/trust.h"

struct loader {
	struct arena *arena;
	struct findings *findings;
	const char *file;
	const struct strbuf *text; /* the file's */
	yaml_parser_t parser;
	struct table *anchors; /* name -> struct yaml_node, complete ones only */
	size_t nodes;
	bool failed; /* nothing more is to be read */
};

static struct mark mark_of(const struct loader *loader, yaml_mark_t at)
{
	return (struct mark){.file = loader->file, .line = at.line + 1, .column = at.column + 1};
}

/* Where libyaml could not even decode, it gives an offset in bytes: count up to there. */
static struct mark mark_of_offset(const struct loader *loader, size_t offset)
{
	struct mark mark = {.file = loader->file, .line = 1, .column = 1};

	for (size_t i = 0; i < offset && i < loader->text->length; i++) {
		if (loader->text->text[i] == '\n') {
			mark.line++;
			mark.column = 1;
		} else if (((unsigned char)loader->text->text[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

/* Say what libyaml found; its words are English, and safe. */
static void syntax_fault(struct loader *loader)
{
	const yaml_parser_t *parser = &loader->parser;
	const char *problem = parser->problem ? parser->problem : "";
	struct mark mark = parser->error == YAML_READER_ERROR
		? mark_of_offset(loader, parser->problem_offset)
		: mark_of(loader, parser->problem_mark);

	if (parser->context) {
		fault_add(loader->findings, FINDING_ERROR, &mark, _("this is not YAML: %s, %s"),
			problem, parser->context);
	} else {
		fault_add(loader->findings, FINDING_ERROR, &mark, _("this is not YAML: %s"),
			problem);
	}
	loader->failed = true;
}

/* Count nodes in, and say so once they are too many or too deep. */
static void count_nodes(struct loader *loader, const struct mark *mark, size_t size, size_t depth)
{
	loader->nodes += size;
	if (loader->nodes > YAML_NODES_MAX) {
		fault_add(loader->findings, FINDING_ERROR, mark,
			_("more than %d values, with aliases counted as what they stand for"),
			YAML_NODES_MAX);
		loader->failed = true;
	} else if (depth > YAML_DEPTH_MAX) {
		fault_add(loader->findings, FINDING_ERROR, mark, _("nested deeper than %d levels"),
			YAML_DEPTH_MAX);
		loader->failed = true;
	}
}

static bool is_null(const yaml_event_t *event)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
	const char *text = (const char *)event->data.scalar.value;

	if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++) {
		if (strcmp(text, nulls[i]) == 0)
			return true;
	}
	return false;
}

static void load_scalar(struct loader *loader, struct yaml_node *node, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;

	if (memchr(text, '\0', length)) {
		fault_add(loader->findings, FINDING_ERROR, &node->mark,
			_("a text cannot contain the character NUL"));
	}
	node->kind = is_null(event) ? YAML_NULL : YAML_SCALAR;
	node->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	node->text = arena_bytes(loader->arena, text, length);
}

/* Let a collection know how much more is in it. */
static void adopt_child(struct yaml_node *node, const struct yaml_node *child)
{
	node->size += child->size;
	if (node->depth < child->depth + 1)
		node->depth = child->depth + 1;
}

static struct yaml_node *load_next(struct loader *loader, size_t depth);

static void load_sequence(struct loader *loader, struct yaml_node *node, size_t depth)
{
	struct yaml_node *item;
	size_t room = 0;

	while ((item = load_next(loader, depth + 1))) {
		node->items = arena_grow(loader->arena, node->items, node->count, &room,
			sizeof(struct yaml_node *));
		node->items[node->count++] = item;
		adopt_child(node, item);
	}
}

static void check_keys(struct loader *loader, const struct yaml_node *node)
{
	struct table *taken = table_new(loader->arena);

	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_entry *entry = &node->entries[i];

		fault_if_taken(loader->findings, taken, entry->key, entry->key, &entry->mark,
			entry);
	}
}

static void load_mapping(struct loader *loader, struct yaml_node *node, size_t depth)
{
	struct yaml_node *key, *value;
	size_t room = 0;

	while ((key = load_next(loader, depth + 1)) && (value = load_next(loader, depth + 1))) {
		adopt_child(node, key);
		adopt_child(node, value);
		if (!key->text) {
			fault_add(loader->findings, FINDING_ERROR, &key->mark,
				_("a key must be a text"));
			continue;
		}
		node->entries = arena_grow(loader->arena, node->entries, node->count, &room,
			sizeof(*node->entries));
		node->entries[node->count++] =
			(struct yaml_entry){.key = key->text, .mark = key->mark, .value = value};
	}
	if (node->count > 1)
		check_keys(loader, node);
}

static struct yaml_node *load_alias(struct loader *loader, const yaml_event_t *event, size_t depth)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct yaml_node *node = table_find(loader->anchors, name);
	struct mark mark = mark_of(loader, event->start_mark);

	if (node) {
		count_nodes(loader, &mark, node->size, depth + node->depth - 1);
	} else {
		fault_add(loader->findings, FINDING_ERROR, &mark,
			_("the alias %s stands for nothing that is complete before it"),
			fault_quote(loader->arena, name));
		loader->failed = true;
	}
	return node;
}

static void check_tag(struct loader *loader, const struct mark *mark, const yaml_char_t *tag)
{
	if (tag) {
		fault_add(loader->findings, FINDING_ERROR, mark,
			_("the YAML tag %s has no meaning here"),
			fault_quote(loader->arena, (const char *)tag));
	}
}

/* A node of its own: its children are read, and only then its anchor is known. */
static struct yaml_node *load_node(struct loader *loader, const yaml_event_t *event,
	const yaml_char_t *anchor, const yaml_char_t *tag, size_t depth)
{
	struct yaml_node *node = arena_get(loader->arena, sizeof(*node));

	node->mark = mark_of(loader, event->start_mark);
	node->size = 1;
	node->depth = 1;
	count_nodes(loader, &node->mark, 1, depth);
	check_tag(loader, &node->mark, tag);
	if (event->type == YAML_SCALAR_EVENT) {
		load_scalar(loader, node, event);
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		node->kind = YAML_SEQUENCE;
		load_sequence(loader, node, depth);
	} else {
		node->kind = YAML_MAPPING;
		load_mapping(loader, node, depth);
	}
	if (anchor)
		table_put(loader->anchors, arena_string(loader->arena, (const char *)anchor), node);
	return node;
}

static struct yaml_node *load_event(struct loader *loader, const yaml_event_t *event, size_t depth)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return load_node(loader, event, event->data.scalar.anchor, event->data.scalar.tag,
			depth);
	case YAML_SEQUENCE_START_EVENT:
		return load_node(loader, event, event->data.sequence_start.anchor,
			event->data.sequence_start.tag, depth);
	case YAML_MAPPING_START_EVENT:
		return load_node(loader, event, event->data.mapping_start.anchor,
			event->data.mapping_start.tag, depth);
	case YAML_ALIAS_EVENT:
		return load_alias(loader, event, depth);
	default:
		return NULL;
	}
}

static bool next_event(struct loader *loader, yaml_event_t *event)
{
	if (loader->failed)
		return false;
	if (!yaml_parser_parse(&loader->parser, event))
		syntax_fault(loader);
	return !loader->failed;
}

/* The next node; NULL where a collection or the document ends, or the loader has failed. */
static struct yaml_node *load_next(struct loader *loader, size_t depth)
{
	struct yaml_node *node;
	yaml_event_t event;

	if (!next_event(loader, &event))
		return NULL;
	node = load_event(loader, &event, depth);
	yaml_event_delete(&event);
	return loader->failed ? NULL : node;
}

/* Pass the start or end of the stream or a document. Returns its type; YAML_NO_EVENT on failure. */
static yaml_event_type_t pass_event(struct loader *loader, struct mark *mark)
{
	yaml_event_type_t type;
	yaml_event_t event;

	if (!next_event(loader, &event))
		return YAML_NO_EVENT;
	type = event.type;
	*mark = mark_of(loader, event.start_mark);
	yaml_event_delete(&event);
	return type;
}

static struct yaml_node *load_document(struct loader *loader)
{
	struct yaml_node *root = NULL;
	struct mark mark;

	pass_event(loader, &mark);
	if (pass_event(loader, &mark) == YAML_DOCUMENT_START_EVENT) {
		root = load_next(loader, 1);
		pass_event(loader, &mark);
		if (pass_event(loader, &mark) == YAML_DOCUMENT_START_EVENT) {
			fault_add(loader->findings, FINDING_ERROR, &mark,
				_("a second document starts here; a file has one"));
			loader->failed = true;
		}
	} else if (!loader->failed) {
		root = arena_get(loader->arena, sizeof(*root));
		root->mark = (struct mark){.file = loader->file, .line = 1, .column = 1};
		root->text = "";
	}
	return loader->failed ? NULL : root;
}

/* Read all of a file that may be believed. */
static bool read_file(const char *file, struct trust *trust, struct strbuf *text,
	struct findings *findings)
{
	const struct mark mark = {.file = file};
	struct error err = ERROR_INIT;
	int fd = trust_open(trust, file, findings);
	enum file_state state = FILE_REFUSED;

	if (fd < 0)
		return false;
	state = file_read_open(fd, text, file, &(struct file_rules){.max = YAML_FILE_MAX}, &err);
	if (state != FILE_READ && errno == EFBIG)
		fault_add(findings, FINDING_ERROR, &mark, _("larger than %zu bytes"),
			YAML_FILE_MAX);
	else if (state != FILE_READ)
		fault_add(findings, FINDING_ERROR, &mark, _("cannot be read: %s"), file_refusal());
	close(fd);
	error_release(&err);
	return state == FILE_READ;
}

const struct yaml_node *yaml_load(const char *file, struct trust *trust, struct arena *arena,
	struct findings *findings)
{
	struct strbuf text = STRBUF_INIT;
	struct loader loader = {.arena = arena, .findings = findings, .file = file, .text = &text};
	struct yaml_node *root = NULL;

	if (!read_file(file, trust, &text, findings))
		goto out;
	if (!yaml_parser_initialize(&loader.parser)) {
		fault_add(findings, FINDING_ERROR, &(struct mark){.file = file},
			_("cannot be read: %s"), strerror(ENOMEM));
		goto out;
	}
	yaml_parser_set_input_string(&loader.parser, (const unsigned char *)text.text, text.length);
	loader.anchors = table_new(arena);
	root = load_document(&loader);
	if (root)
		root->sha256 = hash_hex(arena, text.text, text.length);
	yaml_parser_delete(&loader.parser);
out:
	strbuf_release(&text);
	return root;
}

static const struct yaml_entry *entry_of(const struct yaml_node *node, const char *key,
	size_t length)
{
	if (!node || node->kind != YAML_MAPPING)
		return NULL;
	for (size_t i = 0; i < node->count; i++) {
		const char *name = node->entries[i].key;

		if (strlen(name) == length && memcmp(name, key, length) == 0)
			return &node->entries[i];
	}
	return NULL;
}

const struct yaml_entry *yaml_entry(const struct yaml_node *node, const char *key)
{
	return entry_of(node, key, strlen(key));
}

/* Go down one step of a dotted path, and move `path` behind it, to NULL after the last. */
static const struct yaml_entry *step_into(const struct yaml_node *node, const char **path)
{
	size_t length = strcspn(*path, ".");
	const struct yaml_entry *entry = entry_of(node, *path, length);

	*path = (*path)[length] ? *path + length + 1 : NULL;
	return entry;
}

const struct yaml_node *yaml_find(const struct yaml_node *node, const char *path)
{
	while (node && path) {
		const struct yaml_entry *entry = step_into(node, &path);

		node = entry ? entry->value : NULL;
	}
	return node;
}

const struct mark *yaml_place(const struct yaml_node *node, const char *path)
{
	const struct mark *mark = &node->mark;

	while (node && path) {
		const struct yaml_entry *entry = step_into(node, &path);

		node = entry ? entry->value : NULL;
		if (node) {
			mark = node->kind == YAML_MAPPING || node->kind == YAML_NULL ? &entry->mark
										     : &node->mark;
		}
	}
	return mark;
}

/* Past the digits, where there are some. */
static bool pass_digits(const char **at)
{
	size_t count = strspn(*at, "0123456789");

	*at += count;
	return count > 0;
}

static bool is_number(const char *at)
{
	at += *at == '-';
	if (*at == '0')
		at++;
	else if (!pass_digits(&at))
		return false;
	if (*at == '.' && (at++, !pass_digits(&at)))
		return false;
	if (*at == 'e' || *at == 'E') {
		at++;
		at += *at == '+' || *at == '-';
		if (!pass_digits(&at))
			return false;
	}
	return *at == '\0';
}

bool yaml_is_json(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR && !node->is_quoted &&
		(strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0 ||
			is_number(node->text));
}

size_t yaml_count(const struct yaml_node *node)
{
	if (node->kind == YAML_NULL)
		return 0;
	return node->kind == YAML_SEQUENCE ? node->count : 1;
}

const struct yaml_node *yaml_item(const struct yaml_node *node, size_t i)
{
	return node->kind == YAML_SEQUENCE ? node->items[i] : node;
}
