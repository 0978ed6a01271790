/* Every key that takes a list takes one value without brackets, too: all rows of all tables. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "config/mapping/mapping_file.h"
#include "config/schema/schema.h"
#include "config/settings_check.h"
#include "config/settings_schema.h"
#include "config/trust/trust.h"
#include "file_case.h"
#include "model/mapping.h"

static struct folder folder;
static size_t rows;

static int set_up(void **state)
{
	folder_make(&folder);
	return 0;
}

static int tear_down(void **state)
{
	folder_remove(&folder, "a.yaml");
	folder_release(&folder);
	return 0;
}

/* A row, and how to get there from the top of its file. */
struct place {
	const struct schema *top;
	const struct key *path[8]; /* the last one takes a list */
	size_t depth;
};

/* Write the row's value as `form` has it, inside all that is around it. */
static void write_value(const struct place *place, const char *form, const char *value)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < place->depth; i++) {
		bool is_sequence = place->path[i]->type == KEY_SEQUENCE;

		strbuf_addf(&text, "{%s: %s", place->path[i]->name, is_sequence ? "[" : "");
	}
	strbuf_addf(&text, "%s%s%s", strcmp(form, "list") == 0 ? "[" : "", value,
		strcmp(form, "list") == 0 ? "]" : "");
	for (size_t i = place->depth; i-- > 0;)
		strbuf_adds(&text, i > 0 && place->path[i - 1]->type == KEY_SEQUENCE ? "}]" : "}");
	folder_write(&folder, "a.yaml", text.text, text.length);
	strbuf_release(&text);
}

/* How many values the field got. */
static size_t count_in(const struct place *place, const char *object)
{
	size_t count;

	for (size_t i = 0; i + 1 < place->depth; i++) {
		object += place->path[i]->offset;
		if (place->path[i]->type == KEY_SEQUENCE)
			memcpy(&object, object, sizeof(object));
	}
	memcpy(&count, object + place->path[place->depth - 1]->count, sizeof(count));
	return count;
}

/* Whether one value, written in that form, is taken. */
static bool is_taken(const struct place *place, const char *form, const char *value)
{
	struct mapping *mapping;
	struct arena *arena = arena_new();
	struct strbuf path = STRBUF_INIT;
	struct findings findings;
	struct routes_context context = {0};
	struct schema_reader reader = {.arena = arena,
		.findings = &findings,
		.trust = trust_new(arena),
		.context = &context};
	char *object = arena_get(arena, place->top->size);
	bool is_good = true;

	mapping = arena_get(arena, sizeof(*mapping));
	memset(mapping, 0, sizeof(*mapping));
	memset(object, 0, place->top->size);
	context.mapping = mapping;
	findings_init(&findings, arena);
	folder_path(&folder, "a.yaml", &path);
	reader.file = path.text;
	write_value(place, form, value);
	assert_non_null(schema_load(&reader, place->top, object));
	/* What a row's own function reads counts as taken where nothing else was expected. */
	if (place->path[place->depth - 1]->type != KEY_OWN)
		is_good = count_in(place, object) == 1;
	for (size_t i = 0; i < findings.count; i++)
		is_good = is_good && !strstr(findings.items[i].what, "expected");
	strbuf_release(&path);
	arena_free(arena);
	return is_good;
}

static void check_row(const struct place *place)
{
	static const char *const values[] = {"root", "\"dc=dk\"", "\"ldap://a\""};
	const char *value = NULL;

	for (size_t i = 0; !value && i < sizeof(values) / sizeof(values[0]); i++) {
		if (is_taken(place, "list", values[i]))
			value = values[i];
	}
	rows++;
	if (!value || !is_taken(place, "scalar", value)) {
		print_error("%s: %s\n", place->path[place->depth - 1]->name,
			value ? "takes a list, but not one value" : "no value fits");
		fail();
	}
}

/* Whether a row's own function reads a mapping, or anything. */
static bool is_mapping(const struct key *key)
{
	return key->read == settings_read_only || key->read == settings_read_named_texts ||
		key->read == settings_read_node;
}

static void walk(struct place place, const struct schema *schema)
{
	size_t depth = place.depth++;

	assert_true(depth < sizeof(place.path) / sizeof(place.path[0]));
	for (size_t i = 0; i < schema->key_count; i++) {
		const struct key *key = &schema->keys[i];

		place.path[depth] = key;
		if (key->type == KEY_SECTION || key->type == KEY_SEQUENCE)
			walk(place, key->of);
		else if (key->count || (key->type == KEY_OWN && !is_mapping(key)))
			check_row(&place);
	}
}

static void test_one_value(void **state)
{
	const struct schema *const all[] = {
		&settings_schema, &tags_schema, &roles_schema, &routes_schema};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		walk((struct place){.top = all[i]}, all[i]);
	/* url, base, fallback, trusted_group; subject; values; and five or six in each block */
	assert_true(rows >= 4 + 1 + 1 + 5 + 5 + 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_value, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
