/* The arena, and the tables that live in it. */
#include "unit.h"

#include <stdalign.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"

static void test_pieces(void **state)
{
	static const size_t sizes[] = {
		0, 1, 7, 16, 100, 65536, 3, 65537, 20000, 1000000, 5, 65000, 600};
	struct arena *arena = arena_new();
	char *pieces[13];

	for (size_t i = 0; i < 13; i++) {
		pieces[i] = arena_get(arena, sizes[i]);
		assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], 0);
		memset(pieces[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < 13; i++) {
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], i + 1);
	}
	arena_free(arena);
	arena_free(NULL);
}

static void test_strings(void **state)
{
	struct arena *arena = arena_new();

	assert_null(arena_string(arena, NULL));
	assert_string_equal(arena_string(arena, ""), "");
	assert_string_equal(arena_string(arena, "anna"), "anna");
	assert_string_equal(arena_bytes(arena, "anna", 2), "an");
	assert_string_equal(arena_bytes(arena, "anna", 0), "");
	assert_string_equal(arena_format(arena, "%s %d", "anna", 7), "anna 7");
	arena_free(arena);
}

static void test_arrays(void **state)
{
	struct arena *arena = arena_new();
	size_t *items = NULL, room = 0;

	for (size_t i = 0; i < 1000; i++) {
		items = arena_grow(arena, items, i, &room, sizeof(*items));
		assert_true(room > i);
		assert_int_equal(items[i], 0);
		items[i] = i + 1;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i + 1);
	arena_free(arena);
}

/* Arrays that move, with others between them, and pieces that are given back. */
static void test_moved_arrays(void **state)
{
	struct arena *arena = arena_new();
	size_t *items[3] = {NULL}, room[3] = {0};

	for (size_t i = 0; i < 60000; i++) {
		for (size_t j = 0; j < 3; j++) {
			items[j] = arena_move(arena, items[j], i, &room[j], sizeof(*items[j]));
			items[j][i] = i * 3 + j;
		}
		memset(arena_get(arena, i % 50), 1, i % 50);
	}
	arena_drop(arena, items[1]);
	arena_drop(arena, arena_get(arena, 100));
	arena_drop(arena, NULL);
	for (size_t i = 0; i < 60000; i++) {
		assert_int_equal(items[0][i], i * 3);
		assert_int_equal(items[2][i], i * 3 + 2);
	}
	arena_free(arena);
}

static void test_table(void **state)
{
	struct arena *arena = arena_new();
	struct table *table = table_new(arena);
	int first, second;

	assert_null(table_find(table, "anna"));
	assert_null(table_find(table, ""));
	table_put(table, "anna", &first);
	table_put(table, "", &second);
	assert_ptr_equal(table_find(table, "anna"), &first);
	assert_ptr_equal(table_find(table, ""), &second);
	assert_null(table_find(table, "Anna"));
	assert_null(table_find(table, "ann"));
	table_put(table, "anna", &second);
	assert_ptr_equal(table_find(table, "anna"), &second);
	arena_free(arena);
}

/* By bytes that no NUL ends; those of a string are the same key. */
static void test_bytes(void **state)
{
	struct arena *arena = arena_new();
	struct table *table = table_new(arena);
	const char *text = "uid=anna,ou=p,dc=x";
	int first, second;

	assert_null(table_find_bytes(table, text, 8));
	table_put_bytes(table, text, 8, &first);
	table_put_bytes(table, text, 0, &second);
	assert_ptr_equal(table_find(table, "uid=anna"), &first);
	assert_ptr_equal(table_find(table, ""), &second);
	assert_ptr_equal(table_find_bytes(table, "uid=annabel", 8), &first);
	assert_null(table_find_bytes(table, text, 7));
	assert_null(table_find_bytes(table, text, 9));
	table_put(table, text, &second);
	assert_ptr_equal(table_find_bytes(table, text, strlen(text)), &second);
	assert_ptr_equal(table_find_bytes(table, text, 8), &first);
	arena_free(arena);
}

static void test_large_table(void **state)
{
	struct arena *arena = arena_new();
	struct table *table = table_new(arena);

	for (int i = 0; i < 20000; i++) {
		char *key = arena_format(arena, "uid=p%d,ou=P,dc=x", i);

		table_put(table, key, key);
		table_put(table, key, key);
	}
	for (int i = 0; i < 20000; i++) {
		const char *key = arena_format(arena, "uid=p%d,ou=P,dc=x", i);

		assert_string_equal(table_find(table, key), key);
	}
	assert_null(table_find(table, "uid=p20000,ou=P,dc=x"));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_moved_arrays),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_large_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
