/* A person's absences asked about a moment: each answer is what a look at all of them gives. */
#include "unit.h"

#include <stdlib.h>

#include "base/memory/arena.h"
#include "model/person.h"

#define MANY 40
#define SPAN 60

/* Absences at random, some open, some without length, some that name deputies. */
static size_t make(struct absence *absences, struct reference *deputy)
{
	size_t count = (size_t)rand() % MANY;

	for (size_t i = 0; i < count; i++) {
		struct absence *absence = &absences[i];

		*absence = (struct absence){.start = rand() % SPAN, .order = i};
		absence->end = absence->start + rand() % 8;
		if (rand() % 20 == 0)
			absence->start = MOMENT_EARLIEST;
		if (rand() % 20 == 0)
			absence->end = MOMENT_LATEST;
		if (rand() % 2)
			absence->deputies = (struct references){.items = deputy, .count = 1};
	}
	return count;
}

static bool is_on(const struct absence *absence, moment from, moment to)
{
	return absence->start < absence->end && absence->start <= to && absence->end > from;
}

static moment end_of(const struct absence *absences, size_t count, moment t)
{
	moment end = t;

	for (bool grown = true; grown;) {
		grown = false;
		for (size_t i = 0; i < count; i++) {
			if (absences[i].start <= end && absences[i].end > end) {
				end = absences[i].end;
				grown = true;
			}
		}
	}
	return end;
}

static void check(const struct calendar *calendar, const struct absence *absences, size_t count,
	moment from, moment to, struct arena *arena)
{
	const struct span *span = calendar_span(calendar, from, to);
	const struct absence **naming;
	size_t named = calendar_naming(calendar, from, to, arena, &naming), expected = 0;
	moment edge = MOMENT_LATEST;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		const struct absence *absence = &absences[i];

		any = any || is_on(absence, from, to);
		if (is_on(absence, from, to) && absence->deputies.count > 0) {
			assert_true(expected < named);
			assert_ptr_equal(naming[expected++], absence);
		}
		if (absence->start < absence->end && absence->start > from && absence->start < edge)
			edge = absence->start;
		if (absence->start < absence->end && absence->end > from && absence->end < edge)
			edge = absence->end;
	}
	assert_int_equal(named, expected);
	assert_int_equal(span != NULL, any);
	if (span && from == to)
		assert_true(span->end == end_of(absences, count, from));
	assert_true(calendar_next_change(calendar, from) == edge);
}

static void test_random(void **state)
{
	struct reference deputy = {.text = "bo", .key = "id:bo"};

	srand(7);
	for (int round = 0; round < 300; round++) {
		struct arena *arena = arena_new();
		struct absence absences[MANY];
		struct calendar calendar;
		size_t count = make(absences, &deputy);

		calendar_make(&calendar, arena, absences, count);
		for (moment t = -1; t <= SPAN + 8; t++) {
			check(&calendar, absences, count, t, t, arena);
			check(&calendar, absences, count, t, t + 5, arena);
		}
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
