/* Whose the absences and standing deputies of feeds are: everybody's who bears the value. */
#include "decide/feed_absences.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/person.h"
#include "model/snapshot.h"
#include "unit.h"

#define AT 1000

/* People by their employeeNumber; "1002" is also somebody without a mailbox, and "7" two people. */
static const struct {
	const char *name, *number;
	bool has_mail;
} town[] = {{"anna", "1001", true}, {"bo", "1002", true}, {"bo2", "1002", false},
	{"cai", "7", true}, {"dan", "7", true}, {"hans", "0010087", true}};

struct town {
	struct arena *arena;
	struct snapshot *snapshot;
	struct findings findings;
};

static void town_make(struct town *t)
{
	t->arena = arena_new();
	t->snapshot = snapshot_new(0);
	findings_init(&t->findings, t->arena);
	for (size_t i = 0; i < ROWS(town); i++) {
		struct arena *arena = snapshot_arena(t->snapshot);
		const char **known = arena_get(arena, 2 * sizeof(*known));
		struct person person = {.dn = arena_format(arena, "uid=%s", town[i].name),
			.identity = town[i].name,
			.name = town[i].name,
			.mail = town[i].has_mail ? town[i].name : NULL,
			.enabled = true,
			.known_as = known,
			.known_as_count = 2};

		person.key = person.dn;
		known[0] = name_key(arena, "employeeNumber", town[i].number, false);
		known[1] = name_key(arena, "employeeNumber", town[i].number, true);
		snapshot_add_person(t->snapshot, &person);
	}
}

static void town_release(struct town *t)
{
	snapshot_free(t->snapshot);
	arena_free(t->arena);
}

static void add_references(struct strbuf *out, const struct references *references)
{
	for (size_t i = 0; i < references->count; i++)
		strbuf_addf(out, " %s", references->items[i].text);
}

/* "anna: 0-10 uid=bo, always gry; ", whoever has anything; then a line a finding. */
static const char *town_show(struct town *t)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < snapshot_person_count(t->snapshot); i++) {
		const struct person *person = snapshot_person_at(t->snapshot, i);

		if (person->absence_count + person->standing.count == 0)
			continue;
		strbuf_addf(&out, "%s:", person->name);
		for (size_t j = 0; j < person->absence_count; j++) {
			strbuf_addf(&out, " %lld-%lld", (long long)person->absences[j].start,
				(long long)person->absences[j].end);
			strbuf_adds(&out, person->absences[j].kept ? " kept" : "");
			add_references(&out, &person->absences[j].deputies);
		}
		if (person->standing.count > 0)
			strbuf_adds(&out, " always");
		add_references(&out, &person->standing);
		strbuf_addc(&out, '\n');
	}
	findings_sort(&t->findings);
	for (size_t i = 0; i < t->findings.count; i++)
		strbuf_addf(&out, "%s: %s\n", t->findings.items[i].where,
			t->findings.items[i].what);
	return strbuf_to_arena(&out, t->arena);
}

static void assert_attached(const struct kept_reading *reading, const char *expected)
{
	const struct kept_reading *readings[] = {reading};
	struct town t;

	town_make(&t);
	feed_absences_attach(t.snapshot, readings, 1, AT, &t.findings);
	assert_string_equal(town_show(&t), expected);
	town_release(&t);
}

static struct kept_reading reading_of(struct feed_absence *items, size_t count, bool as_number)
{
	return (struct kept_reading){.absences = {.feed = "hr",
					     .match = "employeeNumber",
					     .as_number = as_number,
					     .items = items,
					     .count = count}};
}

/* Records of nobody are ordinary where HR knows people without accounts: one finding, and no name in it. */
static void test_people(void **state)
{
	struct feed_absence items[] = {{.record = 1, .person = "1001", .start = 0, .end = 10},
		{.record = 1, .person = "1001", .start = 20, .end = 30},
		{.record = 2, .person = "99", .start = 0, .end = 10},
		{.record = 2, .person = "99", .start = 20, .end = 30},
		{.record = 3, .person = "98", .start = 0, .end = 10},
		{.record = 4, .person = "10087", .start = 0, .end = 10}};
	struct kept_reading text = reading_of(items, 6, false), number = reading_of(items, 6, true);

	assert_attached(&text,
		"anna: 0-10 20-30\n"
		"feed hr: records that name nobody under people.base by employeeNumber: 3\n");
	assert_attached(&number,
		"anna: 0-10 20-30\nhans: 0-10\n"
		"feed hr: records that name nobody under people.base by employeeNumber: 2\n");
}

/* An earlier reading's absence, for a record that cannot be used, is told from the rest. */
static void test_kept(void **state)
{
	struct feed_absence items[] = {
		{.record = 1, .person = "1001", .start = 0, .end = 10, .kept = true},
		{.record = 2, .person = "1001", .start = 20, .end = 30}};
	struct kept_reading reading = reading_of(items, 2, false);

	assert_attached(&reading, "anna: 0-10 kept 20-30\n");
}

/* All who bear a value are meant; that mail reaches several of them is said once. */
static void test_several(void **state)
{
	struct feed_absence items[] = {{.record = 1, .person = "1002", .start = 0, .end = 10},
		{.record = 2, .person = "7", .start = 0, .end = 10},
		{.record = 3, .person = "7", .start = 20, .end = 30}};
	struct kept_reading reading = reading_of(items, 3, false);

	assert_attached(&reading,
		"bo: 0-10\nbo2: 0-10\ncai: 0-10 20-30\ndan: 0-10 20-30\n"
		"feed hr, record 2: 2 people bear its value of employeeNumber; it counts for each "
		"of them\n");
}

/* A deputy by the same attribute, the one whom mail reaches; else as any reference to a person. */
static void test_deputies(void **state)
{
	const char *deputies[] = {"1002", "vagt@x.dk", "7", "0010087.0"},
		   *always[] = {"1002", "gry"};
	struct feed_absence items[] = {{.record = 1,
		.person = "1001",
		.start = 0,
		.end = 10,
		.deputies = deputies,
		.deputy_count = 4}};
	struct feed_standing standing[] = {
		{.record = 2, .person = "1001", .deputies = always, .deputy_count = 2},
		{.record = 3, .person = "97", .deputies = always, .deputy_count = 2},
		{.record = 4, .person = "7", .deputies = always, .deputy_count = 1},
		{.record = 5, .person = "1001", .deputies = deputies, .deputy_count = 3}};
	struct kept_reading text = reading_of(items, 1, false), number = reading_of(items, 1, true);

	text.standing = number.standing = standing;
	text.standing_count = 4;
	number.standing_count = 1;
	assert_attached(&text,
		"anna: 0-10 uid=bo vagt@x.dk 0010087.0 always uid=bo gry uid=bo vagt@x.dk\n"
		"cai: always uid=bo\ndan: always uid=bo\n"
		"feed hr, record 1: 2 people bear its deputy's value of employeeNumber; the deputy "
		"is passed over\n"
		"feed hr, record 4: 2 people bear its value of employeeNumber; it counts for each "
		"of them\n"
		"feed hr, record 5: 2 people bear its deputy's value of employeeNumber; the deputy "
		"is passed over\n"
		"feed hr: records that name nobody under people.base by employeeNumber: 1\n");
	assert_attached(&number,
		"anna: 0-10 uid=bo vagt@x.dk uid=hans always uid=bo gry\n"
		"feed hr, record 1: 2 people bear its deputy's value of employeeNumber; the deputy "
		"is passed over\n");
}

/* Feeds go on from one another in order, and add up. */
static void test_feeds(void **state)
{
	struct feed_absence first[] = {{.record = 1, .person = "1001", .start = 20, .end = 30}};
	struct feed_absence second[] = {{.record = 1, .person = "1001", .start = 0, .end = 10}};
	const char *bo[] = {"1002"}, *hans[] = {"0010087"};
	struct feed_standing of_first[] = {{2, "1001", bo, 1}},
			     of_second[] = {{2, "1001", hans, 1}};
	struct kept_reading a = reading_of(first, 1, false), b = reading_of(second, 1, false);
	const struct kept_reading *readings[] = {&a, &b};
	struct town t;

	a.standing = of_first;
	b.standing = of_second;
	a.standing_count = b.standing_count = 1;
	town_make(&t);
	feed_absences_attach(t.snapshot, readings, 2, AT, &t.findings);
	assert_string_equal(town_show(&t), "anna: 20-30 0-10 always uid=bo uid=hans\n");
	town_release(&t);
}

/* A value that very many bear tells nobody from another. */
static void test_too_many(void **state)
{
	struct feed_absence items[] = {{.record = 1, .person = "it", .start = 0, .end = 10}};
	struct kept_reading reading = reading_of(items, 1, false);
	const struct kept_reading *readings[] = {&reading};
	struct town t;

	town_make(&t);
	for (int i = 0; i < 101; i++) {
		struct arena *arena = snapshot_arena(t.snapshot);
		const char **known = arena_get(arena, sizeof(*known));
		struct person person = {.dn = arena_format(arena, "uid=x%d", i),
			.identity = arena_format(arena, "x%d", i),
			.known_as = known,
			.known_as_count = 1};

		person.key = person.dn;
		known[0] = name_key(arena, "EMPLOYEENUMBER", " IT ", false);
		snapshot_add_person(t.snapshot, &person);
	}
	feed_absences_attach(t.snapshot, readings, 1, AT, &t.findings);
	assert_string_equal(town_show(&t),
		"feed hr, record 1: 101 people bear its value of employeeNumber; it counts for "
		"nobody\n"
		"feed hr: records that name nobody under people.base by employeeNumber: 1\n");
	town_release(&t);
}

static int use_english(void **state)
{
	(void)state;
	language_set(LANGUAGE_ENGLISH);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_deputies),
		cmocka_unit_test(test_feeds),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, use_english, NULL);
}
