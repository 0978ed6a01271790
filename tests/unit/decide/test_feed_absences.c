/* Whose the absences, standing deputies and roles of feeds are: everybody's who bears the value. */
#include "decide/feed_absences.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/asked_roles.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/snapshot.h"
#include "unit.h"

#define AT     1000
#define ALWAYS MOMENT_EARLIEST, MOMENT_LATEST, false

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
	struct asked_roles
		*asked; /* r, and s in the scope A; t is in the gallery, and not asked for */
};

static const struct role gallery[] = {
	{.id = "r", .spellings = (const char *[]){"r", "r-ansvarlig"}, .spelling_count = 2},
	{.id = "s", .spellings = (const char *[]){"s"}, .spelling_count = 1},
	{.id = "t", .spellings = (const char *[]){"t"}, .spelling_count = 1, .at_least = 1},
};

static struct asked_roles *ask_for_roles(struct arena *arena, bool whole_gallery)
{
	struct role_wanted wanted[] = {{.role = &gallery[0]}, {.role = &gallery[1], .scope = "A"}};
	struct block block = {.roles = wanted, .role_count = ROWS(wanted)};
	const struct mapping mapping = {.roles = (struct role *)gallery,
		.role_count = ROWS(gallery),
		.blocks = &block,
		.block_count = 1};

	return asked_roles_find(arena, &mapping, whole_gallery);
}

static void town_make(struct town *t)
{
	t->arena = arena_new();
	t->snapshot = snapshot_new(0);
	t->asked = ask_for_roles(t->arena, false);
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

/* " always", " always kept", " r 5-10" */
static void add_days(struct strbuf *out, const char *what, moment start, moment end, bool kept)
{
	strbuf_addf(out, " %s", what);
	if (start != MOMENT_EARLIEST || end != MOMENT_LATEST)
		strbuf_addf(out, " %lld-%lld", (long long)start, (long long)end);
	strbuf_adds(out, kept ? " kept" : "");
}

/* "anna: 0-10 uid=bo always gry r of hr", whoever has anything; then a line a finding. */
static const char *town_show(struct town *t)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < snapshot_person_count(t->snapshot); i++) {
		const struct person *person = snapshot_person_at(t->snapshot, i);

		if (person->absence_count + person->standing_count + person->given_count == 0)
			continue;
		strbuf_addf(&out, "%s:", person->name);
		for (size_t j = 0; j < person->absence_count; j++) {
			strbuf_addf(&out, " %lld-%lld", (long long)person->absences[j].start,
				(long long)person->absences[j].end);
			strbuf_adds(&out, person->absences[j].kept ? " kept" : "");
			add_references(&out, &person->absences[j].deputies);
		}
		for (size_t j = 0; j < person->standing_count; j++) {
			const struct standing_deputies *standing = &person->standing[j];

			add_days(&out, "always", standing->start, standing->end, standing->kept);
			add_references(&out, &standing->deputies);
		}
		for (size_t j = 0; j < person->given_count; j++) {
			const struct given_role *given = &person->given[j];

			add_days(&out, given->role, given->start, given->end, given->kept);
			strbuf_addf(&out, " of %s", given->feed);
		}
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
	feed_absences_attach(t.snapshot, readings, 1, t.asked, AT, &t.findings);
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
	struct feed_standing standing[] = {{2, "1001", always, 2, ALWAYS},
		{3, "97", always, 2, ALWAYS}, {4, "7", always, 1, ALWAYS},
		{5, "1001", deputies, 3, ALWAYS}};
	struct kept_reading text = reading_of(items, 1, false), number = reading_of(items, 1, true);

	text.standing = number.standing = standing;
	text.standing_count = 4;
	number.standing_count = 1;
	assert_attached(&text,
		"anna: 0-10 uid=bo vagt@x.dk 0010087.0 always uid=bo gry always uid=bo vagt@x.dk\n"
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
	struct feed_standing of_first[] = {{2, "1001", bo, 1, ALWAYS}},
			     of_second[] = {{2, "1001", hans, 1, ALWAYS}};
	struct kept_reading a = reading_of(first, 1, false), b = reading_of(second, 1, false);
	const struct kept_reading *readings[] = {&a, &b};
	struct town t;

	a.standing = of_first;
	b.standing = of_second;
	a.standing_count = b.standing_count = 1;
	town_make(&t);
	feed_absences_attach(t.snapshot, readings, 2, t.asked, AT, &t.findings);
	assert_string_equal(town_show(&t), "anna: 20-30 0-10 always uid=bo always uid=hans\n");
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
	feed_absences_attach(t.snapshot, readings, 1, t.asked, AT, &t.findings);
	assert_string_equal(town_show(&t),
		"feed hr, record 1: 101 people bear its value of employeeNumber; it counts for "
		"nobody\n"
		"feed hr: records that name nobody under people.base by employeeNumber: 1\n");
	town_release(&t);
}

/* Deputies of a feed that gives them may be that for a while, or be kept of an earlier reading. */
static void test_dated_deputies(void **state)
{
	const char *bo[] = {"1002"}, *hans[] = {"0010087"};
	struct feed_standing standing[] = {
		{1, "1001", bo, 1, 5, 10, false}, {2, "1001", hans, 1, 20, MOMENT_LATEST, true}};
	struct kept_reading reading = {.absences = {.feed = "mo", .match = "employeeNumber"},
		.standing = standing,
		.standing_count = 2};

	assert_attached(&reading,
		"anna: always 5-10 uid=bo always 20-9223372036854775807 kept uid=hans\n");
}

/* Only what some route asks for is given, in the scope asked for; what the gallery does not know is counted. */
static void test_roles(void **state)
{
	struct feed_role roles[] = {{1, "1001", "R-Ansvarlig", ALWAYS},
		{2, "1001", " r /B", 5, 10, true}, {3, "7", "s/A", ALWAYS},
		{4, "1001", "s/a", ALWAYS}, {5, "1001", "S", ALWAYS}, {6, "1001", "T", ALWAYS},
		{7, "1001", "sagsbehandler", ALWAYS}, {7, "1001", "leder/A", ALWAYS},
		{8, "97", "r", ALWAYS}, {9, "98", "leder", ALWAYS}};
	struct kept_reading reading = {.absences = {.feed = "rk", .match = "employeeNumber"},
		.roles = {.items = roles, .count = ROWS(roles)}};

	assert_attached(&reading,
		"anna: R-Ansvarlig of rk  r /B 5-10 kept of rk\ncai: s/A of rk\ndan: s/A of rk\n"
		"feed rk, record 3: 2 people bear its value of employeeNumber; it counts for each of them\n"
		"feed rk: records of roles that the role gallery does not know, which count for "
		"nothing: 2\n"
		"feed rk: records that name nobody under people.base by employeeNumber: 1\n");
}

/* A shared mailbox has no role, whether it is known to be one before or after. */
static void test_mailboxes(void **state)
{
	struct feed_role roles[] = {{1, "1001", "r", ALWAYS}, {2, "0010087", "r", ALWAYS}};
	struct kept_reading reading = {.absences = {.feed = "rk", .match = "employeeNumber"},
		.roles = {.items = roles, .count = ROWS(roles)}};
	const struct kept_reading *readings[] = {&reading};
	struct town t;

	town_make(&t);
	snapshot_add_person(t.snapshot, &(struct person){.identity = "anna", .is_mailbox = true});
	feed_absences_attach(t.snapshot, readings, 1, t.asked, AT, &t.findings);
	assert_string_equal(town_show(&t), "hans: r of rk\n");
	snapshot_add_person(t.snapshot, &(struct person){.identity = "hans", .is_mailbox = true});
	assert_string_equal(town_show(&t), "");
	town_release(&t);
}

/* What a value is to the routes, and to those who look at the whole gallery. */
static void test_asked(void **state)
{
	static const struct {
		const char *value;
		enum role_asked narrow, wide;
	} rows[] = {
		{"r", ROLE_ASKED, ROLE_ASKED},
		{"R-ANSVARLIG/hvad som helst", ROLE_ASKED, ROLE_ASKED},
		{"s", ROLE_UNASKED, ROLE_UNASKED},
		{"s/A", ROLE_ASKED, ROLE_ASKED},
		{"S / A ", ROLE_ASKED, ROLE_ASKED},
		{"s/a", ROLE_UNASKED, ROLE_UNASKED},
		{"t/A", ROLE_UNASKED, ROLE_ASKED},
		{"rr", ROLE_UNKNOWN, ROLE_UNKNOWN},
		{"", ROLE_UNKNOWN, ROLE_UNKNOWN},
		{"/A", ROLE_UNKNOWN, ROLE_UNKNOWN},
	};
	struct arena *arena = arena_new();
	struct asked_roles *narrow = ask_for_roles(arena, false),
			   *wide = ask_for_roles(arena, true);

	for (size_t i = 0; i < ROWS(rows); i++) {
		row(i, "%s", rows[i].value);
		assert_int_equal(asked_roles_judge(narrow, rows[i].value), rows[i].narrow);
		assert_int_equal(asked_roles_judge(wide, rows[i].value), rows[i].wide);
	}
	arena_free(arena);
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
		cmocka_unit_test(test_dated_deputies),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_asked),
	};

	return cmocka_run_group_tests(tests, use_english, NULL);
}
