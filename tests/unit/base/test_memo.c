/* What was made of a text or an address is found again, and nothing else is. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memo.h"

#define MANY 20000

static void test_texts(void **state)
{
	struct arena *arena = arena_new();
	struct memo memo = {0};
	struct memo_slot *slot;

	for (size_t i = 0; i < MANY; i++) {
		char *key = arena_format(arena, "%zu", i * i);

		slot = memo_at(&memo, key, strlen(key));
		assert_null(slot->value);
		assert_ptr_equal(slot->key, key);
		slot->value = key;
	}
	assert_int_equal(memo.count, MANY);
	for (size_t i = 0; i < MANY; i++) {
		char *key = arena_format(arena, "%zu and more", i * i);
		size_t length = strcspn(key, " ");

		slot = memo_at(&memo, key, length);
		assert_non_null(slot->value);
		assert_int_equal(strlen(slot->value), length);
		assert_memory_equal(slot->value, key, length);
	}
	assert_int_equal(memo.count, MANY);
	memo_release(&memo);
	assert_int_equal(memo.count, 0);
	assert_null(memo_at(&memo, "0", 1)->value);
	memo_release(&memo);
	arena_free(arena);
}

static void test_texts_with_nul(void **state)
{
	static const struct {
		const char *text;
		size_t length;
	} texts[] = {{"", 0}, {"\0", 1}, {"\0\0", 2}, {"a\0b", 3}, {"a\0c", 3}, {"a", 1},
		{"12345678", 8}, {"12345678\0", 9}, {"1234567", 7}};
	struct memo memo = {0};

	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i].text); i++) {
		struct memo_slot *slot = memo_at(&memo, texts[i].text, texts[i].length);

		assert_null(slot->value);
		slot->value = (void *)&texts[i];
	}
	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i].text); i++)
		assert_ptr_equal(memo_at(&memo, texts[i].text, texts[i].length)->value, &texts[i]);
	memo_release(&memo);
}

static void test_addresses(void **state)
{
	static char places[MANY];
	struct memo memo = {0};

	for (size_t i = 0; i < MANY; i++) {
		struct memo_slot *slot = memo_at_address(&memo, &places[i]);

		assert_null(slot->value);
		slot->value = &places[MANY - 1 - i];
	}
	for (size_t i = 0; i < MANY; i++)
		assert_ptr_equal(memo_at_address(&memo, &places[i])->value, &places[MANY - 1 - i]);
	memo_release(&memo);
}

/* Two memos put the same keys in different places: nobody can choose keys that all meet in one. */
static void test_seeds(void **state)
{
	struct memo one = {0}, other = {0};
	char key[2] = "a";
	bool differs = false;

	for (size_t i = 0; i < 26; i++, key[0]++)
		differs = differs || memo_at(&one, key, 1)->hash != memo_at(&other, key, 1)->hash;
	assert_true(differs);
	memo_release(&one);
	memo_release(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_texts_with_nul),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
