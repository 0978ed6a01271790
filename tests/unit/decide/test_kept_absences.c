/*
 * Absences that earlier runs read: a table of short stories, and random ones beside a second, naive reading of the
 * contract, day by day. PROPERTY_SEED and PROPERTY_WORLDS as in test_property.c.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"
#include "decide/kept_absences.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/reference.h"
#include "model/snapshot.h"

#define DAYS       200
#define VALUES_MAX 5
#define PEOPLE     3 /* the first two are required, the last is the fallback */
#define KEPT_MAX   64

/* A value of the directory or of a feed: days, the end exclusive. */
struct value {
	int start, end;
	bool readable;
};

/* One person as a run meets them. */
struct sight {
	bool asked; /* by a list; else not read at all */
	struct value values[VALUES_MAX];
	size_t count;
	struct value feed; /* start == end: none */
};

/* What a run comes to, of one person. */
struct answer {
	bool away[DAYS];
	size_t kept,
		findings; /* absences that are kept; findings of them, of which no two say the same */
	bool held, remembered[DAYS];
};

/* The program's memory from run to run. */
struct memory {
	struct arena *arena; /* owned */
	struct kept_absences *kept;
};

static moment moment_of(int day)
{
	return (moment)day * MOMENT_DAY;
}

static const char *const identities[PEOPLE] = {"uuid-a", "uuid-b", "uuid-c"};

static const struct person *read_sight(struct snapshot *snapshot, const struct sight *sight,
	int who)
{
	struct arena *arena = snapshot_arena(snapshot);
	struct person person = {.dn = arena_format(arena, "uid=p%d", who),
		.identity = identities[who],
		.mail = "p@x.dk",
		.enabled = true,
		.absences = arena_get(arena, (sight->count + 1) * sizeof(struct absence))};
	const struct person *added;

	person.key = person.dn;
	for (size_t i = 0; i < sight->count; i++) {
		const struct value *value = &sight->values[i];

		if (value->readable)
			person.absences[person.absence_count++] = (struct absence){
				.start = moment_of(value->start), .end = moment_of(value->end)};
		else
			person.absences_unread++;
	}
	kept_absences_attach(snapshot_kept(snapshot), arena, &person);
	added = snapshot_add_person(snapshot, &person);
	if (sight->feed.start < sight->feed.end)
		snapshot_add_absences(snapshot, added,
			&(struct absence){.start = moment_of(sight->feed.start),
				.end = moment_of(sight->feed.end),
				.order = 1},
			1);
	return added;
}

static void note_answer(struct answer *answer, const struct snapshot *snapshot,
	const struct plan *plan, const struct person *person, const struct memory *memory, int who,
	int now)
{
	*answer = (struct answer){.held = snapshot_held(snapshot) != NULL};
	for (int day = 0; day < DAYS && person; day++)
		answer->away[day] = person_is_absent(person, moment_of(day), NULL);
	for (size_t i = 0; i < plan->findings.count && person; i++) {
		const struct finding *finding = &plan->findings.items[i];

		answer->findings += strcmp(finding->where, person->dn) == 0 &&
			strstr(finding->what, "its absence is kept") != NULL;
	}
	for (int day = now; day < DAYS; day++)
		answer->remembered[day] =
			kept_absences_was_absent(memory->kept, identities[who], moment_of(day));
}

/* One run of the program. */
static void run_once(struct memory *memory, const struct sight sights[PEOPLE], int now,
	struct answer answers[PEOPLE], size_t *kept_in_all)
{
	struct snapshot *snapshot = snapshot_new(0);
	struct arena *arena = snapshot_arena(snapshot), *next = arena_new();
	const struct person *people[PEOPLE] = {NULL};
	struct required required[PEOPLE] = {{.person = NULL}}, *items[PEOPLE];
	struct plan *plan = plan_new(moment_of(now));
	struct block block = {.list = "cn=l"};
	struct policy policy = {.mailbox_list = NULL};
	size_t room = 0;
	struct kept_absences *kept;

	snapshot_set_kept(snapshot, memory->kept);
	references_add(&policy.fallback, arena, &room, "p2");
	plan->lists = arena_get(arena, sizeof(*plan->lists));
	plan->list_count = 1;
	plan->lists[0] = (struct list_plan){.block = &block, .dn = "cn=l", .required = items};
	for (int i = 0; i < PEOPLE; i++) {
		if (!sights[i].asked)
			continue;
		people[i] = read_sight(snapshot, &sights[i], i);
		required[i].person = people[i];
		if (i < PEOPLE - 1)
			items[plan->lists[0].required_count++] = &required[i];
		else
			snapshot_resolve(snapshot, policy.fallback.items[0].key,
				&(struct resolved_ref){.kind = REF_PERSON,
					.dn = people[i]->dn,
					.person = people[i]});
	}
	kept_absences_judge(memory->kept, snapshot, &policy, plan);
	kept = kept_absences_next(memory->kept, snapshot, &policy, plan, next);
	arena_free(memory->arena);
	*memory = (struct memory){next, kept};
	for (int i = 0; i < PEOPLE; i++)
		note_answer(&answers[i], snapshot, plan, people[i], memory, i, now);
	*kept_in_all = plan->kept_absences;
	plan_free(plan);
	snapshot_free(snapshot);
}

static struct memory new_memory(const char *lost)
{
	struct memory memory = {.arena = arena_new()};

	memory.kept = kept_absences_new(memory.arena);
	memory.kept->lost = lost;
	return memory;
}

/* The second reading: all of it in days, nothing clever. */
struct naive {
	struct value read[KEPT_MAX],
		kept[KEPT_MAX]; /* what the last run read; what it could not any more */
	size_t read_count, kept_count, unread;
	bool unknown, seen[DAYS];
	int gone; /* the day of the first run that did not ask; -1: the last asked */
};

static bool is_within(const bool days[DAYS], int start, int end)
{
	for (int day = start; day < end; day++) {
		if (!days[day])
			return false;
	}
	return true;
}

static void mark(bool days[DAYS], const struct value *value)
{
	for (int day = value->start; day < value->end; day++)
		days[day] = true;
}

/* Those of `from` that are not all among the days read go on. */
static void go_on(const struct value *from, size_t count, const bool read[DAYS], struct value *to,
	size_t *to_count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_within(read, from[i].start, from[i].end)) {
			assert_true(*to_count < KEPT_MAX);
			to[(*to_count)++] = from[i];
		}
	}
}

static int later(int a, int b)
{
	return a > b ? a : b;
}

static void drop_ended(struct value *values, size_t *count, int now)
{
	size_t left = 0;

	for (size_t i = 0; i < *count; i++) {
		if (values[i].end > now)
			values[left++] = values[i];
	}
	*count = left;
}

static void forget_future(bool days[DAYS], int now)
{
	memset(days + now, 0, (size_t)(DAYS - now) * sizeof(*days));
}

static void pass_over(struct naive *naive, int now)
{
	drop_ended(naive->read, &naive->read_count, now);
	drop_ended(naive->kept, &naive->kept_count, now);
	forget_future(naive->seen, now);
	if (naive->gone < 0)
		naive->gone = now;
	if (now - naive->gone >= 31) {
		naive->read_count = naive->kept_count = naive->unread = 0;
		naive->unknown = false;
	}
}

static void meet(struct naive *naive, const struct sight *sight, int now, bool lost, bool required,
	struct answer *answer)
{
	bool read[DAYS] = {false};
	struct value kept[KEPT_MAX];
	size_t kept_count = 0, unread = 0;

	for (size_t i = 0; i < sight->count; i++) {
		unread += !sight->values[i].readable;
		if (sight->values[i].readable)
			mark(read, &sight->values[i]);
	}
	if (unread > 0)
		go_on(naive->kept, naive->kept_count, read, kept, &kept_count);
	if (unread > naive->unread)
		go_on(naive->read, naive->read_count, read, kept, &kept_count);
	memcpy(answer->away, read, sizeof(read));
	for (size_t i = 0; i < kept_count; i++) {
		bool is_new = true;

		mark(answer->away, &kept[i]);
		if (kept[i].end <= now || is_within(read, later(kept[i].start, now), kept[i].end))
			continue;
		for (size_t j = 0; j < i; j++)
			is_new &= kept[j].end != kept[i].end ||
				later(kept[j].start, now) != later(kept[i].start, now);
		answer->kept++;
		answer->findings += is_new;
	}
	mark(answer->away, &sight->feed);
	naive->unknown = unread > 0 && (lost || naive->unknown);
	answer->held = naive->unknown;
	memcpy(naive->kept, kept, kept_count * sizeof(*kept));
	naive->kept_count = kept_count;
	drop_ended(naive->kept, &naive->kept_count, now);
	naive->read_count = 0;
	for (size_t i = 0; i < sight->count; i++) {
		if (sight->values[i].readable)
			naive->read[naive->read_count++] = sight->values[i];
	}
	drop_ended(naive->read, &naive->read_count, now);
	naive->unread = unread;
	naive->gone = -1;
	forget_future(naive->seen, now);
	for (int day = 0; day < DAYS && required; day++)
		naive->seen[day] |= answer->away[day];
}

static void recall(const struct naive *naive, int now, struct answer *answer)
{
	for (int day = now; day < DAYS; day++) {
		for (int before = day > 31 ? day - 31 : 0; before <= day; before++)
			answer->remembered[day] |= naive->seen[before];
	}
}

/* Chance, the same everywhere (splitmix64). */
static uint64_t throw(uint64_t * state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

static int below(uint64_t *dice, int n)
{
	return (int)(throw(dice) % (uint64_t)n);
}

static struct value some_value(uint64_t *dice, int now)
{
	int start = now + below(dice, 20) - 10;
	struct value value = {.readable = below(dice, 4) > 0};

	value.start = start < 0 ? 0 : start;
	value.end = value.start + 1 + below(dice, 25);
	return value;
}

/* Somebody edits the person: adds, removes, garbles, mends. */
static void edit(uint64_t *dice, struct sight *sight, int now)
{
	size_t at = sight->count > 0 ? (size_t)below(dice, (int)sight->count) : 0;

	switch (below(dice, 5)) {
	case 0:
		if (sight->count < VALUES_MAX)
			sight->values[sight->count++] = some_value(dice, now);
		break;
	case 1:
		if (sight->count > 0)
			sight->values[at] = sight->values[--sight->count];
		break;
	case 2:
	case 3:
		if (sight->count > 0)
			sight->values[at].readable = !sight->values[at].readable;
		break;
	default:
		sight->feed = below(dice, 2) ? some_value(dice, now) : (struct value){0, 0, true};
		break;
	}
	sight->asked = below(dice, 6) > 0;
}

static void hold_same(uint64_t seed, int now, int who, const struct answer *got,
	const struct answer *expected)
{
	for (int day = 0; day < DAYS; day++) {
		if (got->away[day] != expected->away[day])
			fail_msg("PROPERTY_SEED=%llu day %d, p%d: away on day %d: %d",
				(unsigned long long)seed, now, who, day, got->away[day]);
		if (got->remembered[day] != expected->remembered[day])
			fail_msg("PROPERTY_SEED=%llu day %d, p%d: absent within 31 days of %d: %d",
				(unsigned long long)seed, now, who, day, got->remembered[day]);
	}
	if (got->findings != expected->findings)
		fail_msg(
			"PROPERTY_SEED=%llu day %d, p%d: %zu findings of kept absences, expected %zu",
			(unsigned long long)seed, now, who, got->findings, expected->findings);
}

static void hold_story(uint64_t seed)
{
	uint64_t dice = seed;
	struct memory memory = new_memory(NULL);
	struct naive naive[PEOPLE] = {{.gone = -1}, {.gone = -1}, {.gone = -1}};
	struct sight sights[PEOPLE] = {{.asked = true}, {.asked = true}, {.asked = true}};

	for (int now = below(&dice, 10); now < 150; now += below(&dice, 9)) {
		struct answer got[PEOPLE], expected[PEOPLE] = {{.kept = 0}};
		size_t kept_in_all, kept = 0;
		bool held = false, lost = below(&dice, 25) == 0;

		for (int edits = below(&dice, 3); edits > 0; edits--)
			edit(&dice, &sights[below(&dice, PEOPLE)], now);
		if (lost) {
			arena_free(memory.arena);
			memory = new_memory("lost");
		}
		for (int i = 0; i < PEOPLE; i++) {
			if (lost)
				naive[i] = (struct naive){.gone = -1};
			if (sights[i].asked)
				meet(&naive[i], &sights[i], now, lost, i < PEOPLE - 1,
					&expected[i]);
			else
				pass_over(&naive[i], now);
			recall(&naive[i], now, &expected[i]);
			held |= expected[i].held;
			kept += expected[i].kept;
		}
		run_once(&memory, sights, now, got, &kept_in_all);
		for (int i = 0; i < PEOPLE; i++)
			hold_same(seed, now, i, &got[i], &expected[i]);
		assert_int_equal(got[0].held, held);
		assert_int_equal(kept_in_all, kept);
	}
	arena_free(memory.arena);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void test_random_stories(void **state)
{
	uint64_t seed = number_of("PROPERTY_SEED", 1), count = number_of("PROPERTY_WORLDS", 2000);

	(void)state;
	for (uint64_t i = 0; i < count; i++)
		hold_story(seed + i);
}

/* Anna, run by run: "5: 2-20 ?" is day 5, one value that can be read and one that cannot. */
struct story {
	const char *runs;
	const char *
		expected; /* a run: '-' at work, 'A' away, 'K' away and kept, 'k' at work and kept, 'H' held */
};

static const struct story stories[] = {
	{"5: 2-20 | 6: ? | 19: ? | 20: ?", "A K K -"},
	{"5: 2-20 | 6: ? | 7: 2-9 | 8: 2-9 | 9: 2-9", "A K A A -"},
	/* Somebody brings her back: the value is gone, and the other could not be read before, either. */
	{"5: 2-20 ? | 6: ?", "A -"},
	{"5: 2-20 ? | 6: ? ?", "A K"},
	{"5: 2-20 8-9 | 6: ? 8-9 | 8: ? 8-9", "A K K"},
	/* One more value that cannot be read, and all others as before. */
	{"5: 2-20 | 6: 2-20 ?", "A A"},
	{"5: 10-20 | 6: ? | 10: ? | 20: ?", "- k K -"},
	{"5: ? | 6: ?", "- -"},
	{"5: 2-20 | 6: | 7: ?", "A - -"},
	/* A list that stops asking, and asks again. */
	{"5: 2-90 | 6: x | 35: ?", "A x K"},
	{"5: 2-90 | 6: x | 37: x | 38: ?", "A x x -"},
	{"lost 5: 2-20 | 6: ?", "A K"},
	{"lost 5: ? | 6: ? | 7: 1-9 | 8: ?", "H H A K"},
	{"lost 5: ? | 6: | 7: ?", "H - -"},
};

static const char *read_run(const char *text, struct sight *sight, int *day)
{
	char *end;

	*sight = (struct sight){.asked = true};
	*day = (int)strtol(text, &end, 10);
	assert_int_equal(*end, ':');
	for (text = end + 1; *text && *text != '|'; text++) {
		if (*text == 'x')
			sight->asked = false;
		if (*text == '?')
			sight->values[sight->count++] = (struct value){0, 1, false};
		if (*text < '0' || *text > '9')
			continue;
		sight->values[sight->count].start = (int)strtol(text, &end, 10);
		sight->values[sight->count].end = (int)strtol(end + 1, &end, 10);
		sight->values[sight->count++].readable = true;
		text = end - 1;
	}
	return *text ? text + 1 : NULL;
}

static char mark_of(const struct sight *sight, const struct answer *answer, int day)
{
	if (!sight->asked)
		return 'x';
	if (answer->held)
		return 'H';
	if (answer->findings > 0)
		return answer->away[day] ? 'K' : 'k';
	return answer->away[day] ? 'A' : '-';
}

static void test_stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(stories) && row(i, "%s", stories[i].runs); i++) {
		const char *text = stories[i].runs;
		bool lost = strncmp(text, "lost ", 5) == 0;
		struct memory memory = new_memory(lost ? "the file is damaged" : NULL);
		struct strbuf marks = STRBUF_INIT;

		for (text += lost ? 5 : 0; text;) {
			struct sight sights[PEOPLE] = {{.asked = false}};
			struct answer answers[PEOPLE];
			char one[2] = "";
			size_t kept;
			int day;

			text = read_run(text, &sights[0], &day);
			run_once(&memory, sights, day, answers, &kept);
			one[0] = mark_of(&sights[0], &answers[0], day);
			strbuf_add_item(&marks, " ", one);
		}
		assert_string_equal(marks.text, stories[i].expected);
		strbuf_release(&marks);
		arena_free(memory.arena);
	}
}

static void test_absent_within_31_days(void **state)
{
	struct arena *arena = arena_new();
	struct kept_absences *kept = kept_absences_new(arena);
	struct kept_person *anna = kept_absences_add(kept, arena, "anna");
	static const struct {
		int day;
		bool absent;
	} cases[] = {{9, false}, {10, true}, {19, true}, {20, true}, {50, true}, {51, false},
		{100, true}};

	(void)state;
	spans_add(&anna->away, arena, moment_of(10), moment_of(20));
	spans_add(&anna->away, arena, moment_of(100), MOMENT_LATEST);
	for (size_t i = 0; i < ROWS(cases) && row(i, "day %d", cases[i].day); i++)
		assert_int_equal(kept_absences_was_absent(kept, "anna", moment_of(cases[i].day)),
			cases[i].absent);
	assert_true(kept_absences_was_absent(kept, "anna", moment_of(51) - 1));
	assert_false(kept_absences_was_absent(kept, "bo", moment_of(10)));
	assert_false(kept_absences_was_absent(NULL, "anna", moment_of(10)));
	arena_free(arena);
}

static void test_open_ends(void **state)
{
	struct memory memory = new_memory(NULL);
	struct sight sights[PEOPLE] = {{.asked = true}};
	struct kept_person *anna = kept_absences_add(memory.kept, memory.arena, identities[0]);
	struct answer answers[PEOPLE];
	size_t kept;

	(void)state;
	spans_add(&anna->directory, memory.arena, MOMENT_EARLIEST, MOMENT_LATEST);
	sights[0].values[sights[0].count++] = (struct value){0, 1, false};
	for (int day = 100; day < 190; day += 30) {
		run_once(&memory, sights, day, answers, &kept);
		assert_int_equal(kept, 1);
		assert_true(answers[0].away[0] && answers[0].away[DAYS - 1]);
	}
	arena_free(memory.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories),
		cmocka_unit_test(test_absent_within_31_days),
		cmocka_unit_test(test_open_ends),
		cmocka_unit_test(test_random_stories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
