/* Records become absences, or findings that name feed, record and line; long and odd texts are made harmless. */
#include "feed_case.h"

#include <stdlib.h>
#include <string.h>

#include "model/person.h"

static const struct feed_settings settings = {.name = "loen",
	.format = FEED_JSON,
	.fields = {.person = "id", .from = "from", .until = "until"}};

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
		"feed loen, record 1: a: 2026-12-24T08:00/2026-12-24T08:00: start and end are the "
		"same moment\n");
	assert_read(&(struct record){.person = "a", .from = "0"}, "");
	assert_read(&(struct record){.person = "a", .until = "0"}, "1 a open-open\n");
}

static void test_findings(void **state)
{
	static const char *odd[] = {"\xFF", "bo"};

	assert_read(&(struct record){.line = 14, .until = "2026-12-24"},
		"feed loen, record 1: line 14: names nobody: id is missing or empty\n");
	assert_read(&(struct record){.person = "a", .from = " ", .until = NULL},
		"feed loen, record 1: a: both ends are missing; give a start, an end, or both\n");
	assert_read(&(struct record){.person = "a", .from = "2026-12-24", .until = "2026-12-01"},
		"feed loen, record 1: a: 2026-12-24/2026-12-01: the end lies before the start\n");
	assert_read(&(struct record){.person = "\xFFx", .until = "2026-12-24"},
		"feed loen, record 1: \\ffx is not UTF-8\n");
	assert_read(&(struct record){.person = "a",
			    .until = "2026-12-24",
			    .deputies = odd,
			    .deputy_count = 2},
		"1 a open-20261224T230000Z bo\nfeed loen, record 1: \\ff is not UTF-8\n");
}

/* A finding shows the beginning of a long text, cut between characters, and no control characters. */
static void test_shown(void **state)
{
	char text[401] = "";
	struct feed_page page;

	for (int i = 0; i < 400; i += 2)
		memcpy(text + i, "\xC3\xA6", 2);
	text[0] = 'a';
	text[1] = '\033';
	feed_page_init(&page, &settings);
	add(&page, &(struct record){.person = "p", .until = text + 1});
	assert_int_equal(page.findings.count, 1);
	assert_non_null(strstr(page.findings.items[0].what, "p: /\\1b\xC3\xA6\xC3\xA6"));
	assert_non_null(strstr(page.findings.items[0].what, "\xC3\xA6…: not a time"));
	assert_null(strstr(page.findings.items[0].what, "\\x"));
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
	struct strbuf got = STRBUF_INIT;
	struct feed_page page;

	feed_page_init(&page, &settings);
	record_add_interval(&page.reading, 7, &(struct record){.person = "a"}, 0, 1);
	record_add_interval(&page.reading, 8, &(struct record){.person = "b"}, 1, 1);
	record_add_interval(&page.reading, 9, &(struct record){.person = ""}, 0, 1);
	feed_page_add(&page, &got);
	assert_string_equal(got.text, "7 a 19700101T000000Z-19700101T000001Z\n");
	assert_int_equal(page.findings.count, 1);
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

/* The parts of a value count, not the value; past the limit no name is used, and that is an error. */
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
		assert_int_equal(page.reported.count, 1);
		assert_int_equal(page.reported.items[0].deputy_count, fits ? count : 0);
		assert_int_equal(page.findings.errors, fits ? 0 : 1);
		if (!fits)
			assert_string_equal(page.findings.items[0].what,
				"line 2: names more than 1000 deputies, so none of them is used");
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
	assert_ptr_equal(page.reported.items[0].deputies, page.reported.items[most - 1].deputies);
	record_add_interval(&page.reading, 1, &record, 0, 1);
	assert_true(record_is_too_much(&page.reading));
	assert_int_equal(record_check_count(&page.reading, &page.err), ERROR_TARGET);
	assert_string_equal(page.err.text.text,
		"more than 1000000 deputies in its records, repeated ones counted");
	feed_page_release(&page);
	free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absences),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_danish),
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_many_deputies),
		cmocka_unit_test(test_deputies_of_many_absences),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
