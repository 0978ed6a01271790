#include "config/schema/schema.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/message/finding.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/schema/fault.h"
#include "config/schema/value.h"
#include "config/schema/yaml.h"
#include "model/mapping.h"
#include "model/reference.h"

/* Fields are written by memcpy, so that a row's offset may be of any type of the right size. */
static void put_value(void *object, size_t offset, const void *value, size_t size)
{
	memcpy((char *)object + offset, value, size);
}

static void put_text(void *object, size_t offset, const char *text)
{
	put_value(object, offset, &text, sizeof(text));
}

static void put_list(void *object, const struct key *key, void *items, size_t count)
{
	put_value(object, key->offset, &items, sizeof(items));
	put_value(object, key->count, &count, sizeof(count));
}

static const char *describe_found(const struct schema_reader *reader, const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_SCALAR:
		return fault_quote(reader->arena, node->text);
	case YAML_SEQUENCE:
		return _("a list");
	case YAML_MAPPING:
		return _("keys with values");
	default:
		return _("nothing");
	}
}

void schema_expected(struct schema_reader *reader, const struct yaml_node *node,
	const char *expected)
{
	fault_add(reader->findings, FINDING_ERROR, &node->mark, _("found %s, expected %s"),
		describe_found(reader, node), expected);
}

static bool is_blank(const char *text)
{
	size_t length = strlen(text);

	text_trim(&text, &length);
	return length == 0;
}

static bool has_control(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	}
	return false;
}

const char *schema_text(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node)
{
	const char *expected = NULL;

	if (node->kind != YAML_SCALAR || (!(key->flags & KEY_MAY_BE_EMPTY) && is_blank(node->text)))
		expected = _("a text");
	else if (!(key->flags & KEY_MANY_LINES) && has_control(node->text))
		expected = _("a text on one line, without control characters");
	else if (key->check)
		expected = key->check(reader, node->text);
	if (expected)
		schema_expected(reader, node, expected);
	return expected ? NULL : node->text;
}

const char *schema_check_dn(const struct schema_reader *reader, const char *text)
{
	return dn_key(reader->arena, text) ? NULL
					   : _("a DN, such as CN=Vagt,OU=Lister,DC=eksempel,DC=dk");
}

static void read_text(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	put_text(object, key->offset, schema_text(reader, key, node));
}

/* Read a text or a list of texts, each by `read`, which returns NULL after a fault. */
static void read_list(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object,
	const char *(*read)(struct schema_reader *reader, const struct key *key,
		const struct yaml_node *node))
{
	size_t count = 0, all = yaml_count(node);
	const char **items = arena_get(reader->arena, all * sizeof(*items));

	for (size_t i = 0; i < all; i++) {
		const char *text = read(reader, key, yaml_item(node, i));

		if (text)
			items[count++] = text;
	}
	put_list(object, key, items, count);
}

static void read_texts(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	read_list(reader, key, node, object, schema_text);
}

static void read_persons(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	struct references list = {.count = 0};
	size_t room = 0;

	for (size_t i = 0; i < yaml_count(node); i++) {
		const char *text = schema_text(reader, key, yaml_item(node, i));

		if (text)
			references_add(&list, reader->arena, &room, text);
	}
	put_list(object, key, list.items, list.count);
}

static void read_bool(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	bool value;

	if (node->kind == YAML_SCALAR && value_bool(node->text, &value))
		put_value(object, key->offset, &value, sizeof(value));
	else
		schema_expected(reader, node, _("true or false"));
}

static void read_integer(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	int value;

	if (node->kind == YAML_SCALAR && value_integer(node->text, &value) &&
		value >= key->minimum) {
		put_value(object, key->offset, &value, sizeof(value));
	} else {
		schema_expected(reader, node,
			arena_format(reader->arena, _("a whole number, %d or more"), key->minimum));
	}
}

static void read_duration(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	int seconds, most = key->maximum ? key->maximum : DURATION_MAX;

	if (node->kind == YAML_SCALAR && value_duration(node->text, &seconds) &&
		seconds >= key->minimum && seconds <= most) {
		put_value(object, key->offset, &seconds, sizeof(seconds));
	} else {
		schema_expected(reader, node,
			arena_format(reader->arena,
				_("a duration such as 30s, 15m, 24h or 7d, from %ds to %dd"),
				key->minimum, most / (24 * 60 * 60)));
	}
}

static void not_a_choice(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node)
{
	struct strbuf names = STRBUF_INIT;

	for (const struct choice *choice = key->choices; choice->name; choice++)
		strbuf_add_item(&names, ", ", choice->name);
	schema_expected(reader, node, arena_format(reader->arena, _("one of: %s"), names.text));
	strbuf_release(&names);
}

/* The choice that a value names; NULL after a fault that lists them all. */
static const struct choice *read_choice_name(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node)
{
	for (const struct choice *choice = key->choices; choice->name; choice++) {
		if (node->kind == YAML_SCALAR && strcasecmp(choice->name, node->text) == 0)
			return choice;
	}
	not_a_choice(reader, key, node);
	return NULL;
}

static void read_choice(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	const struct choice *choice = read_choice_name(reader, key, node);

	if (choice)
		put_value(object, key->offset, &choice->value, sizeof(choice->value));
}

static void read_word(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	const struct choice *choice = read_choice_name(reader, key, node);

	if (choice)
		put_text(object, key->offset, choice->name);
}

static const char *path_text(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node)
{
	const char *text = schema_text(reader, key, node);
	const char *file = node->mark.file ? node->mark.file : reader->file;
	const char *slash = strrchr(file, '/');

	if (text && slash && *text != '/')
		text = arena_format(reader->arena, "%.*s%s", (int)(slash + 1 - file), file, text);
	return text;
}

static void read_path(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	put_text(object, key->offset, path_text(reader, key, node));
}

static void read_paths(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	read_list(reader, key, node, object, path_text);
}

static void read_section(struct schema_reader *reader, const struct schema *schema,
	const struct yaml_node *node, const struct mark *where, void *object);

static void read_bilingual(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	static const struct key keys[] = {
		{"da", KEY_TEXT, offsetof(struct texts, in[LANGUAGE_DANISH]),
			.flags = KEY_MANY_LINES, .help = "in Danish"},
		{"en", KEY_TEXT, offsetof(struct texts, in[LANGUAGE_ENGLISH]),
			.flags = KEY_MANY_LINES, .help = "in English"},
	};
	static const struct schema languages = {keys, sizeof(keys) / sizeof(keys[0]), 0};
	struct texts texts = {{NULL, NULL}};

	if (node->kind == YAML_SCALAR) {
		texts.in[LANGUAGE_DANISH] = schema_text(reader, &keys[0], node);
		texts.in[LANGUAGE_ENGLISH] = texts.in[LANGUAGE_DANISH];
	} else {
		read_section(reader, &languages, node, &node->mark, &texts);
	}
	put_value(object, key->offset, &texts, sizeof(texts));
}

static void read_sequence(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	char *items;

	if (node->kind != YAML_SEQUENCE) {
		schema_expected(reader, node, _("a list"));
		return;
	}
	items = arena_get(reader->arena, node->count * key->of->size);
	for (size_t i = 0; i < node->count; i++) {
		read_section(reader, key->of, node->items[i], &node->items[i]->mark,
			items + i * key->of->size);
	}
	put_list(object, key, items, node->count);
}

/* KEY_SECTION and KEY_OWN are not here. */
static key_read *const readers[] = {
	[KEY_TEXT] = read_text,
	[KEY_TEXTS] = read_texts,
	[KEY_BILINGUAL] = read_bilingual,
	[KEY_BOOL] = read_bool,
	[KEY_INTEGER] = read_integer,
	[KEY_DURATION] = read_duration,
	[KEY_CHOICE] = read_choice,
	[KEY_WORD] = read_word,
	[KEY_PATH] = read_path,
	[KEY_PATHS] = read_paths,
	[KEY_PERSONS] = read_persons,
	[KEY_SEQUENCE] = read_sequence,
};

static void read_value(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, const struct mark *where, void *object)
{
	const bool given = true;

	if (key->given)
		put_value(object, key->given, &given, sizeof(given));
	if (key->mark)
		put_value(object, key->mark, &node->mark, sizeof(node->mark));
	if (key->type == KEY_SECTION)
		read_section(reader, key->of, node, where, (char *)object + key->offset);
	else
		(key->type == KEY_OWN ? key->read : readers[key->type])(reader, key, node, object);
}

/* A key that the file does not give, in a section that stands at `where`, NULL: nowhere. */
static void read_absent(struct schema_reader *reader, const struct key *key,
	const struct mark *where, void *object)
{
	struct yaml_node node = {.kind = YAML_SCALAR, .text = key->standard};

	if (where && (key->flags & KEY_REQUIRED)) {
		fault_add(reader->findings, FINDING_ERROR, where, _("the key \"%s\" is missing"),
			key->name);
	}
	if (key->type == KEY_SECTION)
		read_section(reader, key->of, NULL, NULL, (char *)object + key->offset);
	else if (key->standard)
		(key->type == KEY_OWN ? key->read : readers[key->type])(reader, key, &node, object);
}

static bool is_key(const struct schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->key_count; i++) {
		if (strcmp(schema->keys[i].name, name) == 0)
			return true;
	}
	return false;
}

/*
 * Where a name means a secret itself: the key here that names its file, or NULL. `nearest` is the key that is spelt most
 * like it, or NULL: token_urll is not a secret, as token_url is none.
 */
static const char *secret_key(const struct schema *schema, const char *name, const char *nearest)
{
	static const char *const words[] = {"password", "token", "secret", "passphrase", "passwd"};
	static const char *const files[] = {
		"password_file", "token_file", "secret_file", "password_file", "password_file"};
	const char *any = NULL, *same = NULL;

	if (strcasestr(name, "_file"))
		return NULL;
	for (size_t i = 0; i < schema->key_count; i++) {
		const char *key = schema->keys[i].name;

		for (size_t j = 0; j < COUNT(words); j++) {
			if (strcmp(key, files[j]) == 0) {
				any = key;
				if (strcasestr(name, words[j]))
					same = key;
			}
		}
	}
	for (size_t j = 0; j < COUNT(words); j++) {
		if (!strcasestr(name, words[j]))
			continue;
		if (nearest && strstr(nearest, words[j]) && !strstr(nearest, "_file"))
			return NULL;
		return same ? same : any;
	}
	return NULL;
}

static void unknown_key(struct schema_reader *reader, const struct schema *schema,
	const struct yaml_entry *entry)
{
	const char **names = arena_get(reader->arena, schema->key_count * sizeof(*names));
	const char *name = fault_quote(reader->arena, entry->key), *nearest, *file;
	struct strbuf all = STRBUF_INIT;

	for (size_t i = 0; i < schema->key_count; i++) {
		names[i] = schema->keys[i].name;
		strbuf_add_item(&all, ", ", names[i]);
	}
	nearest = text_nearest(entry->key, names, schema->key_count);
	file = secret_key(schema, entry->key, nearest);
	if (file) {
		fault_add(reader->findings, FINDING_ERROR, &entry->mark,
			_("unknown key %s; a secret is never a value: use \"%s\""), name, file);
	} else if (nearest) {
		fault_add(reader->findings, FINDING_ERROR, &entry->mark,
			_("unknown key %s; did you mean \"%s\"?"), name, nearest);
	} else {
		fault_add(reader->findings, FINDING_ERROR, &entry->mark,
			_("unknown key %s; the keys here: %s"), name, all.text);
	}
	strbuf_release(&all);
}

/* `node` may be NULL: all keys are absent. */
static void read_section(struct schema_reader *reader, const struct schema *schema,
	const struct yaml_node *node, const struct mark *where, void *object)
{
	if (node && node->kind != YAML_MAPPING && node->kind != YAML_NULL) {
		schema_expected(reader, node, _("keys with values"));
		where = NULL;
	}
	for (size_t i = 0; i < schema->key_count; i++) {
		const struct key *key = &schema->keys[i];
		const struct yaml_entry *entry = yaml_entry(node, key->name);

		if (entry && (entry->value->kind != YAML_NULL || key->type == KEY_SECTION))
			read_value(reader, key, entry->value, &entry->mark, object);
		else
			read_absent(reader, key, where, object);
	}
	for (size_t i = 0; node && node->kind == YAML_MAPPING && i < node->count; i++) {
		if (!is_key(schema, node->entries[i].key))
			unknown_key(reader, schema, &node->entries[i]);
	}
}

const struct yaml_node *schema_load(struct schema_reader *reader, const struct schema *schema,
	void *object)
{
	const struct yaml_node *root =
		yaml_load(reader->file, reader->trust, reader->arena, reader->findings);

	if (root)
		schema_read_tree(reader, schema, root, object);
	else
		reader->sha256 = NULL;
	return root;
}

void schema_read_tree(struct schema_reader *reader, const struct schema *schema,
	const struct yaml_node *root, void *object)
{
	reader->sha256 = root->sha256;
	read_section(reader, schema, root, &root->mark, object);
}
