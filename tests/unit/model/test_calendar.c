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

static bool is_any_on(const struct absence *absences, size_t count, moment t)
{
	for (size_t i = 0; i < count; i++) {
		if (is_on(&absences[i], t, t))
			return true;
	}
	return false;
}

/*
 * The absences with each bridged gap filled, as the contract says it: an absence that ends where
 * nothing is on, less than `bridge` before the next one starts, goes on until then.
 */
static void fill_gaps(struct absence *filled, const struct absence *absences, size_t count,
	int bridge)
{
	for (size_t i = 0; i < count; i++) {
		moment end = absences[i].end, next = MOMENT_LATEST;

		filled[i] = absences[i];
		if (absences[i].start >= end || end == MOMENT_LATEST ||
			is_any_on(absences, count, end))
			continue;
		for (size_t j = 0; j < count; j++) {
			if (absences[j].start < absences[j].end && absences[j].start > end &&
				absences[j].start < next)
				next = absences[j].start;
		}
		if (next != MOMENT_LATEST && next - end <= bridge)
			filled[i].end = next;
	}
}

static moment end_of(const struct absence *absences, size_t count, moment t)
{
	moment end = t;

	for (bool grown = true; grown;) {
		grown = false;
		for (size_t i = 0; i < count; i++) {
			if (absences[i].start < absences[i].end && absences[i].start <= end &&
				absences[i].end > end) {
				end = absences[i].end;
				grown = true;
			}
		}
	}
	return end;
}

/* `filled` are the same absences, with their gaps. */
static void check(const struct calendar *calendar, const struct absence *absences,
	const struct absence *filled, size_t count, moment from, moment to, struct arena *arena)
{
	const struct span *span = calendar_span(calendar, from, to);
	const struct absence **naming;
	size_t named = calendar_naming(calendar, from, to, arena, &naming), expected = 0;
	moment edge = MOMENT_LATEST;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		const struct absence *absence = &filled[i];

		any = any || is_on(absence, from, to);
		if (is_on(absence, from, to) && absence->deputies.count > 0) {
			assert_true(expected < named);
			assert_ptr_equal(naming[expected++], &absences[i]);
		}
		if (absence->start < absence->end && absence->start > from && absence->start < edge)
			edge = absence->start;
		if (absence->start < absence->end && absence->end > from && absence->end < edge)
			edge = absence->end;
	}
	assert_int_equal(named, expected);
	assert_int_equal(span != NULL, any);
	if (span && from == to)
		assert_true(span->end == end_of(filled, count, from));
	assert_true(calendar_next_change(calendar, from) == edge);
}

static void test_random(void **state)
{
	struct reference deputy = {.text = "bo", .key = "id:bo"};

	srand(7);
	for (int round = 0; round < 300; round++) {
		struct arena *arena = arena_new();
		struct absence absences[MANY], filled[MANY];
		struct calendar calendar;
		size_t count = make(absences, &deputy);
		int bridge = rand() % 2 ? rand() % 6 : 0;

		calendar_make(&calendar, arena, absences, count, bridge);
		fill_gaps(filled, absences, count, bridge);
		for (moment t = -1; t <= SPAN + 8; t++) {
			check(&calendar, absences, filled, count, t, t, arena);
			check(&calendar, absences, filled, count, t, t + 5, arena);
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
