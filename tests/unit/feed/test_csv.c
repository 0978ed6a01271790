/* CSV feeds: delimiters, quotes, charsets, line ends, and rows and headers that are wrong. */
#include "feed_case.h"

#include <string.h>

static const struct feed_settings utf8 = {.name = "loen",
	.format = FEED_CSV,
	.charset = "utf-8",
	.fields = {
		.person = "Medarbejder", .from = "Fra", .until = "Til", .deputy = "Stedfortræder"}};

static const struct feed_settings windows = {.name = "loen",
	.format = FEED_CSV,
	.charset = "windows-1252",
	.fields = {
		.person = "Medarbejder", .from = "Fra", .until = "Til", .deputy = "Stedfortræder"}};

static const struct feed_settings narrow = {.name = "loen",
	.format = FEED_CSV,
	.charset = "utf-8",
	.fields = {.person = "id", .until = "til"}};

struct feed_case {
	const char *body, *expected;
};

static void check_all(const struct feed_settings *settings, const struct feed_case *cases,
	size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].body); i++)
		assert_feed(settings, cases[i].body, strlen(cases[i].body), 0, cases[i].expected);
}

#define CHECK_ALL(settings, cases) check_all(settings, cases, sizeof(cases) / sizeof((cases)[0]))
#define CHRISTMAS                  " 20261223T230000Z-20261224T230000Z"
#define UNTIL                      " open-20261224T230000Z"

static void test_rows(void **state)
{
	static const struct feed_case cases[] = {
		{"id;til", ""},
		{"id;til\n", ""},
		{"id;til\n007;2026-12-24", "1 007" UNTIL "\n"},
		{"id;til\n007;2026-12-24\n", "1 007" UNTIL "\n"},
		{"\xEF\xBB\xBFid;til\r\n1;2026-12-24\r\n2;24-12-2026\r\n",
			"1 1" UNTIL "\n2 2" UNTIL "\n"},
		{"id;til\r1;2026-12-24\r2;24-12-2026\r", "1 1" UNTIL "\n2 2" UNTIL "\n"},
		{"id,til\n1,2026-12-24\n", "1 1" UNTIL "\n"},
		{"id\ttil\n1\t2026-12-24\n", "1 1" UNTIL "\n"},
		{"\"id, nr\";id;til\na,b;1;2026-12-24\n", "1 1" UNTIL "\n"},
		{"\"a;b\",id,til\nx,1,2026-12-24\n", "1 1" UNTIL "\n"},
		{" ID ;TIL\n 1 ; 2026-12-24 \n", "1 1" UNTIL "\n"},
		{"til;art;id\n2026-12-24;Ferie;1\n", "1 1" UNTIL "\n"},
		{"\n \nid;til\n\n \n;\n1;2026-12-24\n\n2;2026-12-24\n\n",
			"1 1" UNTIL "\n2 2" UNTIL "\n"},
		{"id;til\n\"1\";\"2026-12-24\"\n", "1 1" UNTIL "\n"},
		{"id;til\n\"1\" ;\"2026-12-24\" \n", "1 1" UNTIL "\n"},
		{"id;til\n\"a\"\"b;c\";2026-12-24\n", "1 a\"b;c" UNTIL "\n"},
		{"id;til\na\"b;2026-12-24\n", "1 a\"b" UNTIL "\n"},
		{"note;id;til\n\"to\nlinjer\r\nog;en\";1;2026-12-24\nx;2;2026-12-24",
			"1 1" UNTIL "\n2 2" UNTIL "\n"},
		{"note;id;note;til;;\nx;1;y;2026-12-24;;\n", "1 1" UNTIL "\n"},
	};

	CHECK_ALL(&narrow, cases);
}

static void test_bad_rows(void **state)
{
#define GOOD "2;2026-12-24\n"
#define READ "2 2" UNTIL "\n"
	static const struct feed_case cases[] = {
		{"id;til\n1\n" GOOD, READ "record 1: line 2: 1 columns, where the header has 2"},
		{"id;til\n\n1;2026-12-24;\n" GOOD, READ "record 1: line 3: 3 columns"},
		{"id;til\n\"1\"x;2026-12-24\n" GOOD, READ "record 1: line 2: text stands behind"},
		{"id;til\n;2026-12-24\n" GOOD,
			READ "record 1: line 2: names nobody: id is missing"},
		{"id;til\n1;i morgen\n" GOOD, READ "record 1: line 2: not a time"},
		{"id;til\n1;\n" GOOD, READ "record 1: line 2: both ends are missing"},
		{"id;til\n\xE6;2026-12-24\n" GOOD,
			READ
			"record 1: line 2: id is not UTF-8; if the feed is in Windows-1252, write charset: windows-1252"},
		{"id;til;art\n1;2026-12-24;\xE6\n", "1 1" UNTIL "\n"},
		{"id;til;x\n1;snart;\"\n\n\"\n2;snart;\n",
			"record 1: line 2: \nrecord 2: line 5: "},
	};

	CHECK_ALL(&narrow, cases);
	assert_feed(&narrow, "id;til\n\0;2026-12-24\n", 20, 0,
		"record 1: id has a byte that stands");
}

static void test_spoilt(void **state)
{
	static const struct feed_case cases[] = {
		{"", "ERROR empty; expected a header row"},
		{"\n \r\n", "ERROR empty"},
		{"\n<!doctype html>", "ERROR line 1: a web page or XML came; expected CSV"},
		{"\xFF\xFEi", "ERROR UTF-16; expected UTF-8"},
		{"nr;til\n1;2", "ERROR line 1: no column is called id; the columns are: nr, til"},
		{"nr;til;\xE6\n1;2",
			"ERROR the columns are: nr, til, \\e6; if the feed is in Windows-1252"},
		{"[{\"id\":1,\"til\":2}]", "ERROR no column is called id"},
		{"id;til;ID\n1;2;3", "ERROR line 1: two columns are called id"},
		{"id;til\n1;2\n3;\"4\n5;6\n",
			"ERROR line 3: the quote that opens here is never closed"},
		{"\"id;til\n1;2\n", "ERROR line 1: the quote that opens here"},
	};

	CHECK_ALL(&narrow, cases);
}

static void test_charsets(void **state)
{
	static const struct feed_case in_windows[] = {
		{"medarbejder;fra;til;stedfortr\xE6"
		 "der\nS\xF8ren \x80;2026-12-24;2026-12-24;\x8Ase;\n",
			"record 1: line 2: 5 columns"},
		{"medarbejder;fra;til;STEDFORTR\xC6"
		 "DER\nS\xF8ren \x80;2026-12-24;2026-12-24;\x8Ase\n",
			"1 S\xC3\xB8ren \xE2\x82\xAC" CHRISTMAS " \xC5\xA0se\n"},
		{"medarbejder;fra;til;stedfortr\xE6"
		 "der\n\x81;2026-12-24;2026-12-24;\n",
			"record 1: line 2: Medarbejder has a byte that stands for no character in Windows-1252"},
		{"\xEF\xBB\xBFmedarbejder;fra;til;stedfortr\xC3\xA6"
		 "der\nS\xC3\xB8ren;2026-12-24;2026-12-24;\n",
			"1 S\xC3\xB8ren" CHRISTMAS "\n"},
	};
	static const struct feed_case in_utf8[] = {
		{"medarbejder,fra,til,stedfortr\xC3\xA6"
		 "der\nBla\xCC\x8A,2026-12-24,2026-12-24,\"bo; eva\"\n",
			"1 Bl\xC3\xA5" CHRISTMAS " bo;eva\n"},
		{"medarbejder,fra,til,stedfortr\xC3\xA6"
		 "der\n1,2026-12-24,2026-12-24,\"bo;\xE6\"\n",
			"1 1" CHRISTMAS " bo\nrecord 1: line 2: Stedfortræder is not UTF-8"},
	};

	CHECK_ALL(&windows, in_windows);
	CHECK_ALL(&utf8, in_utf8);
}

static void test_nothing_leaks(void **state)
{
	static const char *const bodies[] = {"id;til;art\n1;2026-12-24;sygdom;x\n",
		"id;til;art\n1;snart;sygdom\n", "id;til;art\n1;snart;\"sygdom\"x\n",
		"id;til;art\n;;sygdom\n", "id;til;art\n1;2026-12-24;\"sygdom\n"};

	for (size_t i = 0; i < ROWS(bodies) && row(i, "%s", bodies[i]); i++) {
		struct feed_page page;

		feed_page_init(&page, &narrow);
		feed_page_read(&page, bodies[i], strlen(bodies[i]), 0);
		feed_page_end(&page);
		assert_null(strstr(page.err.text.text, "sygdom"));
		for (size_t j = 0; j < page.findings.count; j++)
			assert_null(strstr(page.findings.items[j].what, "sygdom"));
		assert_true(page.kind || page.findings.count > 0);
		feed_page_release(&page);
	}
}

static void test_wide(void **state)
{
	struct strbuf body = STRBUF_INIT;

	strbuf_adds(&body, "id;til\n");
	for (int i = 0; i < 100000; i++)
		strbuf_adds(&body, ";x");
	assert_feed(&narrow, body.text, body.length, 0, "record 1: 100001 columns");
	assert_feed(&narrow, body.text + 7, body.length - 7, 0,
		"ERROR more than a thousand columns");
	strbuf_release(&body);
}

static void test_torment(void **state)
{
	feed_torment(&narrow, "id;til\r\n1;2026-12-24\r\n\"a\"\"b\";\"2026-12-24\"\r\n2;\r\n\r\n;",
		0, 5000);
	feed_torment(&windows,
		"medarbejder;fra;til;stedfortr\xE6"
		"der\nS\xF8ren;2026-12-24;2026-12-24;\"bo;eva\"\n",
		0, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_bad_rows),
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_nothing_leaks),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_torment),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
