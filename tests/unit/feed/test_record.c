/* Records become absences, or problems that name record, line and person; each has a state. */
#include "feed_case.h"

#include <stdlib.h>
#include <string.h>

#include "model/person.h"

static const struct feed_settings settings = {.name = "loen",
	.format = FEED_JSON,
	.fields = {.person = "id", .from = "from", .until = "until", .deputy = "stand_in"}};

static void add(struct feed_page *page, const struct record *record)
{
	struct record own = *record;
	size_t number;

	assert_int_equal(record_begin(&page->reading, &number, &page->err), ERROR_NONE);
	record_add(&page->reading, number, &own);
}

static void assert_read(const struct record *record, const char *expected)
{
	struct strbuf got = STRBUF_INIT;
	struct feed_page page;

	feed_page_init(&page, &settings);
	add(&page, record);
	feed_page_end(&page);
	feed_page_add(&page, &got);
	for (size_t i = 0; i < page.findings.count; i++)
		strbuf_addf(&got, "%s: %s\n", page.findings.items[i].where,
			page.findings.items[i].what);
	assert_string_equal(got.text, expected);
	strbuf_release(&got);
	feed_page_release(&page);
}

static void test_absences(void **state)
{
	static const char *deputies[] = {" bo;eva ", NULL, "ib"};
	const struct record record = {.person = "\tanna ",
		.from = "2026-12-24",
		.until = "2026-12-24",
		.deputies = deputies,
		.deputy_count = 3};

	assert_read(&record, "1 anna 20261223T230000Z-20261224T230000Z bo;eva;ib\n");
	assert_read(&(struct record){.person = "a",
			    .from = "2026-12-24T08:00",
			    .until = "2026-12-24T08:00"},
		"feed loen, record 1: 2026-12-24T08:00/2026-12-24T08:00: start and end are the "
		"same moment\n");
	assert_read(&(struct record){.person = "a", .from = "0"},
		"feed loen, record 1: from never comes, so this is no absence\n");
	assert_read(&(struct record){.person = "a", .until = "0"}, "1 a open-open\n");
}

static void assert_person(const struct feed_settings *with, const char *text, const char *expected)
{
	struct record record = {.person = text, .until = "2026-12-24"};
	struct feed_page page;

	feed_page_init(&page, with);
	add(&page, &record);
	record_cancelled(&page.reading, 2, &record);
	feed_page_end(&page);
	assert_int_equal(page.says.record_count, 2);
	assert_int_equal(page.says.absences.count, expected ? 1 : 0);
	if (expected) {
		assert_string_equal(page.says.absences.items[0].person, expected);
		assert_string_equal(page.says.records[0].person, expected);
		assert_string_equal(page.says.records[1].person, expected);
	} else {
		assert_null(page.says.records[1].person);
		assert_string_equal(page.says.problems[0].what,
			"names nobody: id does not agree with person_pattern");
	}
	feed_page_release(&page);
}

/* The person is the group of person_pattern, where there is one; a number counts without what does not. */
static void test_person(void **state)
{
	struct feed_settings number = settings, pattern = settings, both = settings;
	char text[1100];

	number.match_as = MATCH_NUMBER;
	assert_person(&settings, "0042", "0042");
	assert_person(&number, " 0042.0 ", "42");
	assert_person(&number, "A0042", "A0042");
	pattern.person_pattern = "^(.*) - (Ferie|Syg)";
	assert_person(&pattern, "x", NULL);
	pattern.person_pattern = "^Ferie: *(.*)$";
	assert_person(&pattern, " Ferie:  Anna \xC3\x98st ", "Anna \xC3\x98st");
	assert_person(&pattern, "ferie: anna", NULL);
	assert_person(&pattern, "Ferie:  ", NULL);
	pattern.person_pattern = "x|(anna)";
	assert_person(&pattern, "x", NULL);
	both.match_as = MATCH_NUMBER;
	both.person_pattern = "nr\\. ([0-9]+)";
	assert_person(&both, "Ferie, nr. 0042!", "42");
	memset(text, '1', sizeof(text));
	memcpy(text, "nr. ", 4);
	text[sizeof(text) - 1] = '\0';
	assert_person(&both, text, NULL);
}

/* What begins at the end of time is no absence, but can be read. */
static void test_never(void **state)
{
	struct feed_page page;

	feed_page_init(&page, &settings);
	add(&page, &(struct record){.person = "a", .from = "9223372036854775807"});
	feed_page_end(&page);
	assert_int_equal(page.says.absences.count, 0);
	assert_int_equal(page.says.record_count, 1);
	assert_int_equal(page.says.records[0].state, RECORD_READABLE);
	assert_int_equal(page.says.problem_count, 1);
	assert_string_equal(page.says.problems[0].what, "from never comes, so this is no absence");
	assert_true(page.says.problems[0].costs_absence);
	feed_page_release(&page);
}

/* A deputy and neither end: who stands in at any time. Without a deputy it is as `open` says. */
static void test_neither_end(void **state)
{
	static const char *deputies[] = {" bo;eva ", "ib"}, *none[] = {" "}, *odd[] = {"\xFF"};
	const struct record standing = {
		.person = "anna", .from = " ", .deputies = deputies, .deputy_count = 2};
	const struct record nobody = {.person = "anna", .deputies = none, .deputy_count = 1};
	const struct record bad = {.person = "anna", .deputies = odd, .deputy_count = 1};
	struct feed_settings open = settings, undated = settings;
	struct feed_settings *const all[] = {&open, &undated};
	struct strbuf got = STRBUF_INIT;

	assert_read(&standing, "1 anna always bo;eva;ib\n");
	assert_read(&nobody,
		"feed loen, record 1: both ends are missing; give a start, an end, or "
		"both\n");
	assert_read(&bad,
		"feed loen, record 1: stand_in is not UTF-8\n"
		"feed loen, record 1: both ends are missing; give a start, an end, or "
		"both\n");
	open.open = OPEN_ABSENT;
	undated.open = OPEN_ABSENT;
	undated.fields.from = undated.fields.until = NULL;
	for (size_t i = 0; i < ROWS(all); i++) {
		struct feed_page page;

		feed_page_init(&page, all[i]);
		add(&page, &standing);
		add(&page, &nobody);
		feed_page_end(&page);
		strbuf_reset(&got);
		feed_page_add(&page, &got);
		assert_string_equal(got.text, "2 anna open-open\n1 anna always bo;eva;ib\n");
		assert_int_equal(page.says.record_count, 2);
		assert_int_equal(page.says.records[0].state, RECORD_READABLE);
		feed_page_release(&page);
	}
	strbuf_release(&got);
}

/* So is the field of a zone: times would be read in another. */
static void test_empty_zone(void **state)
{
	static struct record records[] = {
		{.person = "a", .from = "2026-12-24", .until = "2026-12-24"},
		{.person = "b", .from = "2026-12-24", .until = "2026-12-24"}};
	struct feed_settings zoned = settings;
	struct feed_page page;

	zoned.fields.zone = "tz";
	for (int is_there = 0; is_there < 2; is_there++) {
		feed_page_init(&page, &zoned);
		records[1].zone = is_there ? "UTC" : NULL;
		for (size_t i = 0; i < ROWS(records); i++)
			add(&page, &records[i]);
		record_reader_end(&page.reading);
		assert_int_equal(page.says.problem_count, is_there ? 0 : 1);
		if (!is_there)
			assert_string_equal(page.says.problems[0].what,
				"tz is empty in all 2 records; see whether it is the right name");
		feed_page_release(&page);
	}
}

/* Of fields that are empty in every record of several, one is probably called by the wrong name. */
static void test_empty_fields(void **state)
{
	static const char *deputies[] = {"bo"};
	static const struct {
		struct record records[3];
		size_t count;
		const char *problem;
		bool costs_absence;
	} cases[] = {
		{{{.person = "a", .until = "2026-12-24"}, {.person = "b", .until = "2026-12-24"}},
			2, "from is empty in all 2 records; see whether it is the right name",
			false},
		{{{.person = "a", .from = "2026-12-24"}, {.person = "b", .from = "2026-12-24"}}, 2,
			"until is empty in all 2 records; see whether it is the right name", false},
		{{{.person = "a", .from = "2026-12-24"}}, 1, NULL, false},
		{{{.person = "a", .from = "2026-12-24"}, {.person = "b", .until = "2026-12-24"}}, 2,
			NULL, false},
		{{{.person = "a", .deputies = deputies, .deputy_count = 1},
			 {.person = "b", .deputies = deputies, .deputy_count = 1}},
			2,
			"from and until are empty in all 2 records; see whether they are the right "
			"names",
			true},
		{{{.person = "a", .from = "x"}, {.person = "b", .until = "2026-12-24"},
			 {.person = "", .until = "2026-12-24"}},
			3, NULL, false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%zu", i); i++) {
		const char *found = NULL;
		struct feed_page page;

		feed_page_init(&page, &settings);
		for (size_t j = 0; j < cases[i].count; j++)
			add(&page, &cases[i].records[j]);
		record_reader_end(&page.reading);
		for (size_t j = 0; j < page.says.problem_count; j++) {
			if (page.says.problems[j].record > 0)
				continue;
			found = page.says.problems[j].what;
			assert_int_equal(page.says.problems[j].costs_absence,
				cases[i].costs_absence);
		}
		if (cases[i].problem)
			assert_string_equal(found, cases[i].problem);
		else
			assert_null(found);
		feed_page_release(&page);
	}
}

static void test_findings(void **state)
{
	static const char *odd[] = {"\xFF", "bo"};

	assert_read(&(struct record){.line = 14, .until = "2026-12-24"},
		"feed loen, record 1: line 14: names nobody: id is missing or empty\n");
	assert_read(&(struct record){.person = "a", .from = " ", .until = NULL},
		"feed loen, record 1: both ends are missing; give a start, an end, or both\n");
	assert_read(&(struct record){.person = "a", .from = "2026-12-24", .until = "2026-12-01"},
		"feed loen, record 1: 2026-12-24/2026-12-01: the end lies before the start\n");
	assert_read(&(struct record){.person = "\xFFx", .until = "2026-12-24"},
		"feed loen, record 1: id is not UTF-8\n");
	assert_read(&(struct record){.person = "a",
			    .until = "2026-12-24",
			    .deputies = odd,
			    .deputy_count = 2},
		"1 a open-20261224T230000Z bo\nfeed loen, record 1: stand_in is not UTF-8\n");
}

static void assert_problem(const struct record *record, const char *person, const char *what)
{
	struct feed_page page;

	feed_page_init(&page, &settings);
	add(&page, record);
	record_reader_end(&page.reading);
	assert_int_equal(page.says.problem_count, 1);
	assert_int_equal(page.says.problems[0].record, 1);
	assert_int_equal(page.says.problems[0].line, record->line);
	assert_true(page.says.problems[0].costs_absence);
	if (person)
		assert_string_equal(page.says.problems[0].person, person);
	else
		assert_null(page.says.problems[0].person);
	assert_memory_equal(page.says.problems[0].what, what, strlen(what));
	feed_page_release(&page);
}

/*
 * A problem has the person beside it, and shows a value only if that cannot say what kind of absence it
 * is; the beginning of a long one, and no control characters.
 */
static void test_problems(void **state)
{
	char text[401] = "";

	assert_problem(&(struct record){.line = 7, .person = " anna\t", .until = "31.02.2026 "},
		"anna", "/31.02.2026: not a time");
	assert_problem(&(struct record){.person = "anna",
			       .from = "2026-13-24T08Z",
			       .until = "null"},
		"anna", "2026-13-24T08Z/null: not a time");
	assert_problem(&(struct record){.person = "anna", .from = "2026-12-24", .until = "syg"},
		"anna", "not a time");
	assert_problem(&(struct record){.person = "anna", .from = "\xC3\xA6", .until = "1"}, "anna",
		"not a time");
	assert_problem(&(struct record){.person = " ", .until = "2026-12-24"}, NULL,
		"names nobody");
	assert_problem(&(struct record){.person = "\xFF", .until = "2026-12-24"}, NULL,
		"id is not UTF-8");
	memset(text, '7', sizeof(text) - 1);
	text[1] = '\033';
	assert_problem(&(struct record){.person = "p", .until = text}, "p", "/7\\1b777");
}

/* What is cancelled has the fields of `only` as well: a calendar whose one event was called off is no other calendar. */
static void test_cancelled_has_fields(void **state)
{
	static const char *wanted[] = {"OOF"};
	static struct only_field fields[] = {{"busystatus", {wanted, 1}}};
	struct strings values = {wanted, 1};
	struct feed_settings with_only = settings;
	struct feed_page page;

	with_only.only = fields;
	with_only.only_count = 1;
	for (size_t has = 0; has < 2; has++) {
		struct record record = {.person = "anna", .only = &values};

		values.count = has;
		feed_page_init(&page, &with_only);
		assert_int_equal(record_begin(&page.reading, &(size_t){0}, &page.err), ERROR_NONE);
		record_cancelled(&page.reading, 1, &record);
		record_reader_end(&page.reading);
		assert_int_equal(page.says.records[0].state, RECORD_SET_ASIDE);
		assert_int_equal(page.says.only_missing == NULL, has);
		feed_page_release(&page);
	}
}

/* What was noted of one record and person is one state: unusable, if anything made it so. */
static void test_states(void **state)
{
	struct feed_page page;
	struct record anna = {.person = "anna", .until = "2026-12-24"};
	struct record bo = {.person = "bo", .until = "i morgen"};

	feed_page_init(&page, &settings);
	record_add(&page.reading, 1, &anna);
	record_add(&page.reading, 1, &bo);
	record_cancelled(&page.reading, 2, &anna);
	assert_true(record_counts(&page.reading, 3, &anna));
	assert_true(record_counts(&page.reading, 3, &bo));
	assert_false(record_counts(&page.reading, 4, &(struct record){.line = 1}));
	record_refuse(&page.reading, 3, &anna, "odd");
	record_note(&page.reading, 3, &bo, false, "odd, too");
	record_reader_end(&page.reading);
	assert_int_equal(page.says.record_count, 6);
	for (size_t i = 0; i < page.says.record_count; i++) {
		static const struct {
			size_t number;
			const char *person;
			enum feed_record_state state;
		} expected[] = {{1, "anna", RECORD_READABLE}, {1, "bo", RECORD_UNUSABLE},
			{2, "anna", RECORD_SET_ASIDE}, {3, "anna", RECORD_UNUSABLE},
			{3, "bo", RECORD_READABLE}, {4, NULL, RECORD_UNUSABLE}};

		assert_int_equal(page.says.records[i].number, expected[i].number);
		assert_int_equal(page.says.records[i].state, expected[i].state);
		if (expected[i].person)
			assert_string_equal(page.says.records[i].person, expected[i].person);
		else
			assert_null(page.says.records[i].person);
	}
	assert_int_equal(page.says.problem_count, 4);
	assert_false(page.says.problems[3].costs_absence);
	assert_string_equal(page.says.problems[3].person, "bo");
	feed_page_release(&page);
}

/* Problems past the limit are counted; one of the whole feed is kept all the same. */
static void test_many_problems(void **state)
{
	struct feed_page page;

	feed_page_init(&page, &settings);
	for (size_t i = 0; i < FEED_PROBLEMS_MAX + 3; i++)
		add(&page, &(struct record){.person = "a"});
	record_reader_end(&page.reading);
	assert_int_equal(page.says.problem_count, FEED_PROBLEMS_MAX + 1);
	assert_int_equal(page.says.problems[FEED_PROBLEMS_MAX].record, 0);
	assert_int_equal(page.says.problems_left_out, 3);
	assert_int_equal(page.says.record_count, FEED_PROBLEMS_MAX + 3);
	feed_page_release(&page);
}

static void test_danish(void **state)
{
	language_set(LANGUAGE_DANISH);
	assert_read(&(struct record){.line = 3, .until = "2026-12-24"},
		"feed loen, post 1: linje 3: nævner ingen: id mangler eller er tomt\n");
	language_set(LANGUAGE_ENGLISH);
}

/* Moments that the parser knows already. */
static void test_intervals(void **state)
{
	struct record odd = {.person = "b"};
	struct strbuf got = STRBUF_INIT;
	struct feed_page page;

	feed_page_init(&page, &settings);
	record_add_interval(&page.reading, 7, &(struct record){.person = "a"}, 0, 1);
	feed_page_add(&page, &got);
	assert_string_equal(got.text, "7 a 19700101T000000Z-19700101T000001Z\n");
	assert_int_equal(page.says.problem_count, 0);
	record_add_interval(&page.reading, 8, &odd, 1, 1);
	record_add_interval(&page.reading, 8, &odd, 2, 1);
	assert_int_equal(page.says.problem_count, 1);
	assert_string_equal(page.says.problems[0].what, "start and end are the same moment");
	assert_int_equal(page.says.records[0].state, RECORD_UNUSABLE);
	strbuf_release(&got);
	feed_page_release(&page);
}

/* A separated value of `count` names. */
static char *many_names(size_t count)
{
	struct strbuf text = STRBUF_INIT;
	char *copy;

	for (size_t i = 0; i < count; i++)
		strbuf_addf(&text, "n%zu;", i);
	copy = strdup(text.text);
	assert_non_null(copy);
	strbuf_release(&text);
	return copy;
}

/* The parts of a value count, not the value; past the limit no name is used, and that is a problem. */
static void test_many_deputies(void **state)
{
	for (size_t count = PERSON_VALUES_MAX; count <= PERSON_VALUES_MAX + 1; count++) {
		char *names = many_names(count);
		bool fits = count <= PERSON_VALUES_MAX;
		struct feed_page page;

		feed_page_init(&page, &settings);
		add(&page,
			&(struct record){.line = 2,
				.person = "a",
				.until = "2026-12-24",
				.deputies = &(const char *){names},
				.deputy_count = 1});
		assert_int_equal(page.says.absences.count, 1);
		assert_int_equal(page.says.absences.items[0].deputy_count, fits ? count : 0);
		assert_int_equal(page.says.problem_count, fits ? 0 : 1);
		if (!fits)
			assert_string_equal(page.says.problems[0].what,
				"names more than 1000 deputies, so none of them is used");
		feed_page_release(&page);
		free(names);
	}
}

/* One record of many absences names its deputies in each: all of them together are limited. */
static void test_deputies_of_many_absences(void **state)
{
	char *names = many_names(PERSON_VALUES_MAX);
	struct record record = {
		.person = "a", .deputies = &(const char *){names}, .deputy_count = 1};
	const size_t most = FEED_DEPUTIES_MAX / PERSON_VALUES_MAX;
	struct feed_page page;

	feed_page_init(&page, &settings);
	for (size_t i = 0; i < most; i++)
		record_add_interval(&page.reading, 1, &record, (moment)i, (moment)i + 1);
	assert_int_equal(record_check_count(&page.reading, &page.err), ERROR_NONE);
	assert_ptr_equal(page.says.absences.items[0].deputies,
		page.says.absences.items[most - 1].deputies);
	record_add_interval(&page.reading, 1, &record, 0, 1);
	assert_true(record_is_too_much(&page.reading));
	assert_int_equal(record_check_count(&page.reading, &page.err), ERROR_TARGET);
	assert_string_equal(page.err.text.text,
		"more than 1000000 deputies in its records, repeated ones counted");
	feed_page_release(&page);
	free(names);
}

static const struct feed_settings of_roles = {.name = "rk",
	.format = FEED_JSON,
	.gives = GIVES_ROLES,
	.records = "",
	.fields = {.person = "p", .from = "f", .until = "u", .deputy = "d", .role = "r"}};

static const struct feed_settings of_deputies = {.name = "sofd",
	.format = FEED_JSON,
	.gives = GIVES_DEPUTIES,
	.records = "",
	.fields = {.person = "p", .from = "f", .until = "u", .deputy = "d", .role = "r"}};

/* Roles: several by the separator or an array, for a while or always; no absence comes of it. */
static void test_roles(void **state)
{
	static const char body[] =
		"[{\"p\": \"anna\", \"r\": \"drift\"},"
		" {\"p\": \"bo\", \"r\": \"drift; leder/SAPA ;\", \"d\": \"eva\"},"
		" {\"p\": \"bo\", \"r\": [\"a\", \"b;c\", null], \"f\": \"2026-12-24\", \"u\": \"\"},"
		" {\"p\": \"cai\", \"r\": 17, \"f\": \"2026-12-24\", \"u\": \"2026-12-24\"},"
		" {\"p\": \"dan\", \"r\": \"\"}, {\"p\": \"eva\"}, {\"r\": \"drift\"},"
		" {\"p\": \"fie\", \"r\": \"drift\", \"f\": \"i morgen\"},"
		" {\"p\": \"gry\", \"r\": \"drift\", \"f\": \"2026-12-24\", \"u\": \"2026-12-23\"},"
		" {\"p\": \"ib\", \"r\": [\"drift\", {\"x\": 1}]},"
		" {\"p\": \"kim\", \"r\": \"drift\", \"f\": \"0\"},"
		" {\"p\": \"leo\", \"r\": \"drift\", \"u\": \"9999-12-31\"}]";

	assert_feed(&of_roles, body, strlen(body), 0,
		"1 anna always role drift\n2 bo always role drift\n2 bo always role leder/SAPA\n"
		"3 bo 20261223T230000Z-open role a\n3 bo 20261223T230000Z-open role b\n"
		"3 bo 20261223T230000Z-open role c\n"
		"4 cai 20261223T230000Z-20261224T230000Z role 17\n12 leo always role drift\n"
		"record 5: names no role: r is missing or empty\n"
		"record 6: names no role: r is missing or empty\n"
		"record 7: names nobody: p is missing or empty\n"
		"record 8: not a time that can be read\nrecord 9: 2026-12-24/2026-12-23: the end lies before the start\n"
		"record 10: r is an object; expected a text or a number\n"
		"record 11: f never comes, so this counts for nothing\n");
}

/* What a record cannot tell of roles or deputies makes it unusable, so that what was kept holds. */
static void test_spoilt(void **state)
{
	static const char roles[] =
		"[{\"p\": \"ib\", \"r\": [\"drift\", {\"x\": 1}]}, {\"p\": \"bo\", \"r\": \"drift\"},"
		" {\"p\": \"eva\"}]";
	static const char deputies[] =
		"[{\"p\": \"ib\", \"d\": [\"bo\", true]}, {\"p\": \"bo\", \"d\": \"ib\"}, {\"p\": \"eva\"}]";
	static const struct {
		const struct feed_settings *settings;
		const char *body;
		enum feed_record_state states[3];
	} cases[] = {
		{&of_roles, roles, {RECORD_UNUSABLE, RECORD_READABLE, RECORD_UNUSABLE}},
		{&of_deputies, deputies, {RECORD_UNUSABLE, RECORD_READABLE, RECORD_READABLE}},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].body); i++) {
		struct feed_page page;

		feed_page_init(&page, cases[i].settings);
		feed_page_read(&page, cases[i].body, strlen(cases[i].body), 0);
		feed_page_end(&page);
		assert_int_equal(page.says.record_count, 3);
		for (size_t j = 0; j < 3; j++)
			assert_int_equal(page.says.records[j].state, cases[i].states[j]);
		assert_int_equal(page.says.roles.count + page.says.standing_count, 1);
		assert_int_equal(page.says.absences.count, 0);
		feed_page_release(&page);
	}
}

/* Deputies: dates say when they are that, and make nobody absent. */
static void test_given_deputies(void **state)
{
	static const char body[] =
		"[{\"p\": \"anna\", \"d\": \"bo; eva\"},"
		" {\"p\": \"bo\", \"d\": [\"eva\"], \"f\": \"2026-12-24\", \"u\": \"2026-12-30\"},"
		" {\"p\": \"cai\", \"d\": []}, {\"p\": \"dan\", \"f\": \"2026-12-24\", \"u\": null},"
		" {\"p\": \"eva\", \"d\": \"bo\", \"f\": \"snart\"}]";

	assert_feed(&of_deputies, body, strlen(body), 0,
		"1 anna always bo;eva\n2 bo 20261223T230000Z-20261230T230000Z eva\n"
		"record 5: not a time that can be read\n");
}

static void test_too_many_roles(void **state)
{
	char *many = calloc(PERSON_VALUES_MAX + 2, 2);
	const char *roles[] = {many};
	struct record record = {.person = "anna", .roles = roles, .role_count = 1};
	struct feed_page page;

	assert_non_null(many);
	for (size_t i = 0; i <= PERSON_VALUES_MAX; i++)
		memcpy(many + 2 * i, "a;", 2);
	feed_page_init(&page, &of_roles);
	add(&page, &record);
	feed_page_end(&page);
	assert_int_equal(page.says.roles.count, 0);
	assert_int_equal(page.says.records[0].state, RECORD_UNUSABLE);
	assert_string_equal(page.findings.items[0].what, "names more than 1000 roles");
	feed_page_release(&page);
	free(many);
}

static void test_roles_of_csv(void **state)
{
	static const char body[] =
		"login;rolle;fra\nanna;drift, leder;\nbo;\"drift; x\";24-12-2026\neva;;\n";
	struct feed_settings csv = of_roles;

	csv.format = FEED_CSV;
	csv.charset = "utf-8";
	csv.fields.person = "login";
	csv.fields.role = "Rolle";
	csv.fields.from = "fra";
	csv.fields.until = csv.fields.deputy = NULL;
	assert_feed(&csv, body, strlen(body), 0,
		"1 anna always role drift, leder\n2 bo 20261223T230000Z-open role drift\n"
		"2 bo 20261223T230000Z-open role x\n"
		"record 3: line 4: names no role: Rolle is missing or empty\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absences),
		cmocka_unit_test(test_person),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_neither_end),
		cmocka_unit_test(test_empty_fields),
		cmocka_unit_test(test_empty_zone),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_cancelled_has_fields),
		cmocka_unit_test(test_many_problems),
		cmocka_unit_test(test_danish),
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_many_deputies),
		cmocka_unit_test(test_deputies_of_many_absences),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_given_deputies),
		cmocka_unit_test(test_too_many_roles),
		cmocka_unit_test(test_roles_of_csv),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
