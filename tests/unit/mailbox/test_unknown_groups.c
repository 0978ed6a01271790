/* Unknown tags, grouped and sorted. */
#include "unit.h"

#include <stdio.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "mailbox/unknown_groups.h"

static void test_groups(void **state)
{
	static const struct {
		const char *unknown[8]; /* each arrives a second after the one before */
		const char *expected;
	} cases[] = {
		{{NULL}, ""},
		{{"[Ukendt]", NULL}, "[Ukendt] 1 @0"},
		{{"[Ukendt]", "[UKENDT]", "[ukendt]", NULL}, "[Ukendt] 3 @2"},
		{{"[Ticket#123]", NULL}, "[Ticket#123] 1 @0"},
		{{"[Ticket#123]", "[ticket#123]", NULL}, "[Ticket#123] 2 @1"},
		{{"[Ticket#123]", "[ticket#124]", NULL}, "[Ticket#*] 2 @1"},
		{{"[A]", "[Ticket#1]", "[B]", "[Ticket#2]", "[B]", "[Ticket#3]", NULL},
			"[Ticket#*] 3 @5; [B] 2 @4; [A] 1 @0"},
		{{"[A]", "[B]", NULL}, "[B] 1 @1; [A] 1 @0"},
		{{"[SF1500]", "[SF2900]", "[SF1500]", NULL}, "[SF1500] 2 @2; [SF2900] 1 @1"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].expected); i++) {
		struct unknown_groups *unknown = unknown_groups_new();
		struct arena *arena = arena_new();
		struct strbuf told = STRBUF_INIT;
		struct unknown_tag **items;
		size_t count;

		for (size_t j = 0; cases[i].unknown[j]; j++)
			unknown_groups_add(unknown, cases[i].unknown[j], (moment)j);
		count = unknown_groups_list(unknown, arena, &items);
		for (size_t j = 0; j < count; j++)
			strbuf_addf(&told, "%s%s %zu @%lld", j > 0 ? "; " : "", items[j]->text,
				items[j]->count, (long long)items[j]->last);
		assert_string_equal(told.text, cases[i].expected);
		assert_false(unknown_groups_has_more(unknown));
		strbuf_release(&told);
		arena_free(arena);
		unknown_groups_free(unknown);
	}
}

/* Past the most that is kept, those that are known still count. */
static void test_bound(void **state)
{
	struct unknown_groups *unknown = unknown_groups_new();
	struct arena *arena = arena_new();
	struct unknown_tag **items;
	char text[] = "[aaaa]";

	for (int i = 0; i < UNKNOWN_KEPT_MAX + 10; i++) {
		for (int j = 1, left = i; j < 5; j++, left /= 26)
			text[j] = (char)('a' + left % 26);
		unknown_groups_add(unknown, text, 0);
	}
	unknown_groups_add(unknown, "[aaaa]", 1);
	assert_int_equal(unknown_groups_list(unknown, arena, &items), UNKNOWN_KEPT_MAX);
	assert_string_equal(items[0]->text, "[aaaa]");
	assert_int_equal(items[0]->count, 2);
	assert_true(unknown_groups_has_more(unknown));
	arena_free(arena);
	unknown_groups_free(unknown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
