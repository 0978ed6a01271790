/* CSV feeds: delimiters, quotes, charsets, line ends, and rows and headers that are wrong. */
#include "feed_case.h"

#include <stdlib.h>
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
		{"id;til\n1\n" GOOD, READ "record 1: line 2: both ends are missing"},
		{"id;til\n\n1;2026-12-24;;x\n" GOOD,
			READ "record 1: line 3: 4 columns, where the header has 2"},
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
		{"\xFF\xFEi", "ERROR no UTF-16 that can be read; it may have been cut off"},
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

/* What is missing at the end of a row is empty, and empty cells behind its end are nothing. */
static void test_width(void **state)
{
	static const struct feed_case cases[] = {
		{"til;id;note;x\n2026-12-24;1\n2026-12-24;2;\n2026-12-24;3;;;;\n",
			"1 1" UNTIL "\n2 2" UNTIL "\n3 3" UNTIL "\n"},
		{"til;id\n2026-12-24;1; ;\"\";\xC2\xA0;\n", "1 1" UNTIL "\n"},
		{"til;id\n2026-12-24\n", "record 1: line 2: names nobody: id is missing"},
		{"til;id\n2026-12-24;1;;;;;x\n", "record 1: line 2: 7 columns"},
	};

	CHECK_ALL(&narrow, cases);
}

/* Excel names the delimiter in a line of its own; titles stand in front of the header. */
static void test_first_lines(void **state)
{
	static const struct feed_case cases[] = {
		{"sep=;\r\nid;til\r\n1;2026-12-24\r\n", "1 1" UNTIL "\n"},
		{"SEP=,\nid,til;x\n1,2026-12-24\n",
			"ERROR line 2: no column is called til; the columns are: id, til;x"},
		{"\"sep=,\"\nid,til,a;b\n1,2026-12-24,\n", "1 1" UNTIL "\n"},
		{"\xEF\xBB\xBFSep=|\rid|til\r1|2026-12-24\r", "1 1" UNTIL "\n"},
		{"sep=\t\nid\ttil\n1\t2026-12-24\n", "1 1" UNTIL "\n"},
		{"sep=;\n", "ERROR empty"},
		{"sep=;x\nid;til\n", "ERROR line 1: no column is called id"},
		{"id|til\n1|2026-12-24\n", "1 1" UNTIL "\n"},
		{"id|til|a,b\n1|2026-12-24|\n", "1 1" UNTIL "\n"},
		{"id,til,a|b\n1,2026-12-24,\n", "1 1" UNTIL "\n"},
	};
	static const struct feed_case in_fourth[] = {
		{"Fravær, \"uge 52\n\nid;til\n ID ;til\n1;2026-12-24\n", "1 1" UNTIL "\n"},
		{"a\rb\r\nc\nid;til\nx;i dag\n", "record 1: line 5: not a time"},
		{"sep=|\nb;\nc\nid|til\n1|2026-12-24\n", "1 1" UNTIL "\n"},
		{"id;til\n1;2\n3;4\n5;6\n", "ERROR line 4: no column is called id"},
		{"a\nb\nc\n\nid;til\n",
			"ERROR line 4: blank, and header_row says that it names the columns"},
		{"a\nb\n",
			"ERROR line 4: not there, and header_row says that it names the columns"},
	};
	struct feed_settings settings = narrow;

	CHECK_ALL(&narrow, cases);
	settings.header_row = 4;
	CHECK_ALL(&settings, in_fourth);
}

/* What Excel does so that a number stays a text, and what it leaves around one. */
static void test_excel_cells(void **state)
{
	static const struct feed_case cases[] = {
		{"id;til\n=\"1001\";=\"2026-12-24\"\n", "1 1001" UNTIL "\n"},
		{"id;til\n\"=\"\"0042\"\"\";2026-12-24\n", "1 0042" UNTIL "\n"},
		{"id;til\n=\"a;b\" ;2026-12-24\n", "1 a;b" UNTIL "\n"},
		{"id;til\n=\"a\"&\"b\";2026-12-24\n", "record 1: line 2: text stands behind"},
		{"id;til\n=A1;2026-12-24\n", "1 =A1" UNTIL "\n"},
		{"id;til\n=\"1;2026-12-24\n", "ERROR line 2: the quote that opens here"},
		{"id;til\n'1001;'2026-12-24\n", "1 1001" UNTIL "\n"},
		{"id;til\n\"'0042\";2026-12-24\n", "1 0042" UNTIL "\n"},
		{"id;til\n't Hooft;2026-12-24\n", "1 't Hooft" UNTIL "\n"},
		{"id;til\n\xC2\xA0"
		 "1001 \xE2\x80\xAF;2026-12-24\n",
			"1 1001" UNTIL "\n"},
		{"id;til\n\xEF\xBB\xBF\xE2\x80\x8B"
		 "anna lund;2026-12-24\n",
			"1 anna lund" UNTIL "\n"},
		{"id;til\n\xC2\xA0\xE2\x80\x8B;2026-12-24\n",
			"record 1: line 2: names nobody: id is missing or empty"},
		{"\xC2\xA0id ;til\xC2\xA0\n1;2026-12-24\n\xC2\xA0;\xC2\xA0\n2;2026-12-24\n",
			"1 1" UNTIL "\n2 2" UNTIL "\n"},
	};
	static const struct feed_case in_windows[] = {
		{"medarbejder;fra;til;stedfortr\xE6"
		 "der\n\xA0"
		 "7\xA0;2026-12-24;2026-12-24;\xA0;\n\xA0;\xA0\n",
			"1 7" CHRISTMAS "\n"},
	};

	CHECK_ALL(&narrow, cases);
	CHECK_ALL(&windows, in_windows);
}

/* `body` in UTF-16, its length in *length; the caller frees it. */
static char *utf16(const char *body, bool big, bool mark, size_t *length)
{
	size_t count = strlen(body) + (mark ? 1 : 0);
	char *text = malloc(2 * count + 1);

	assert_non_null(text);
	for (size_t i = 0; i < count; i++) {
		unsigned code = mark && i == 0 ? 0xFEFF : (unsigned char)body[i - (mark ? 1 : 0)];

		text[2 * i + (big ? 1 : 0)] = (char)(code & 0xFF);
		text[2 * i + (big ? 0 : 1)] = (char)(code >> 8);
	}
	*length = 2 * count;
	return text;
}

/* By its mark, whatever the settings say, and without one where they say so. */
static void test_utf16(void **state)
{
	const char *body = "sep=;\r\nid;til\r\nBj\xF8rn;2026-12-24\r\n";
	const char *expected = "1 Bj\xC3\xB8rn" UNTIL "\n";
	struct feed_settings wide = narrow, ansi = narrow;

	wide.charset = "utf-16";
	ansi.charset = "windows-1252";
	for (int i = 0; i < 4; i++) {
		size_t length;
		char *text = utf16(body, i & 1, i & 2, &length);

		assert_feed(&wide, text, length, 0, expected);
		assert_feed(&narrow, text, length, 0,
			i & 2 ? expected : "ERROR if the feed is in UTF-16, write charset: utf-16");
		if (i & 2)
			assert_feed(&ansi, text, length, 0, expected);
		assert_feed(&wide, text, length - 1, 0, "ERROR no UTF-16 that can be read");
		free(text);
	}
	assert_feed(&wide, "\xFF\xFEi\0\0\xD8;\0", 8, 0, "ERROR no UTF-16 that can be read");
	assert_feed(&wide, "\xEF\xBB\xBFid;til\n1;2026-12-24\n", 23, 0, "1 1" UNTIL "\n");
	assert_feed(&wide, "", 0, 0, "ERROR empty");
}

/* An export that ends in its server's error message was cut off: what was to follow is not known. */
static void test_cut_off(void **state)
{
#define HEAD "id;til;note;x\n1;2026-12-24;;\n"
	static const struct feed_case cases[] = {
		{HEAD "<br />\n<b>Fatal error</b>:  Maximum execution time exceeded in <b>x</b><br />\n",
			"ERROR line 3: an error message of the server stands here; the feed was cut off"},
		{HEAD "<b>Warning</b>:  mysql_fetch_row() expects; x\n", "ERROR line 3: an error"},
		{HEAD "\n  </body></html>\n", "ERROR line 4: an error message"},
		{HEAD "<!DOCTYPE html>\n", "ERROR line 3: an error message"},
		{HEAD "Fatal error: Allowed memory size of 134217728 bytes exhausted\n",
			"ERROR line 3: an error message"},
		{HEAD "PHP Warning:  mysql_query(): gone away in x.php on line 3\n",
			"ERROR line 3: an error message"},
		{HEAD "Traceback (most recent call last):\n", "ERROR line 3: an error message"},
		{HEAD "ORA-01555: snapshot too old\n", "ERROR line 3: an error message"},
		{HEAD "{\"error\": \"timeout\"}\n", "ERROR line 3: an error message"},
		{HEAD "java.lang.OutOfMemoryError: Java heap space\n", "ERROR line 3: an error"},
		{HEAD "2;2026-12-<html><head><title>Runtime Error</title>\n",
			"ERROR line 3: an error message"},
		{HEAD "<ukendt>;2026-12-24\n", "1 1" UNTIL "\n2 <ukendt>" UNTIL "\n"},
		{HEAD "<b>;2026-12-24;;\n", "1 1" UNTIL "\n2 <b>" UNTIL "\n"},
		{HEAD "Warning Lund;2026-12-24;;\n", "1 1" UNTIL "\n2 Warning Lund" UNTIL "\n"},
		{HEAD "2;2026-12-24;<br>;<b>x</b>\n", "1 1" UNTIL "\n2 2" UNTIL "\n"},
	};

	CHECK_ALL(&narrow, cases);
	assert_feed(&narrow, "id;til\n1;2026-12-24\n\0\0\0\n\0", 25, 0, "1 1" UNTIL "\n");
}

/* Only approved leave counts; whose it is that does not is known, and nothing else of it. */
static void test_only(void **state)
{
	static const char *good[] = {"godkendt", "afholdt*"}, *empty[] = {""};
	static struct only_field status[] = {{"Status", {good, 2}}},
				 both[] = {{"Status", {good, 2}}, {"Slettet", {empty, 1}}};
	struct feed_settings one = narrow, two = narrow;
	static const struct feed_case cases[] = {
		{"id;til;status\n1;2026-12-24;Godkendt\n2;2026-12-24;Afvist\n3;snart; \n"
		 "4;2026-12-24;AFHOLDT delvis\n;i dag;syg\n\xE6;;x\n",
			"1 1" UNTIL "\n4 4" UNTIL "\n2 2 aside\n3 3 aside\n5 - aside\n6 - aside\n"},
		{"id;til;status\n1;snart;Godkendt\n", "record 1: line 2: not a time"},
		{"id;til;status\n1;snart;\"syg\"x\n", "record 1: line 2: text stands behind"},
		{"id;til\n1;2026-12-24\n",
			"ERROR line 1: no column is called Status; the columns are: id, til"},
		{"id;til;status\n", ""},
	};
	static const struct feed_case of_two[] = {
		{"id;til;status;slettet\n1;2026-12-24;Godkendt;\n2;2026-12-24;Godkendt;ja\n",
			"1 1" UNTIL "\n2 2 aside\n"},
	};

	one.only = status;
	one.only_count = 1;
	CHECK_ALL(&one, cases);
	assert_feed(&one, "id;til;status\n1;2026-12-24;\0\n", 28, 0,
		"record 1: line 2: Status has a byte that stands");
	two.only = both;
	two.only_count = 2;
	CHECK_ALL(&two, of_two);
}

static void test_charsets(void **state)
{
	static const struct feed_case in_windows[] = {
		{"medarbejder;fra;til;stedfortr\xE6"
		 "der\nS\xF8ren \x80;2026-12-24;2026-12-24;\x8Ase;\n",
			"1 S\xC3\xB8ren \xE2\x82\xAC" CHRISTMAS " \xC5\xA0se\n"},
		{"medarbejder;fra;til;stedfortr\xE6"
		 "der\nS\xF8ren \x80;2026-12-24;2026-12-24;x;\x8Ase\n",
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
	static const char *const bodies[] = {"id;til;art\n1;;sygdom;x\n",
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
	assert_feed(&narrow, body.text, body.length, 0, "record 1: line 2: 100001 columns");
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
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_first_lines),
		cmocka_unit_test(test_excel_cells),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_only),
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_nothing_leaks),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_torment),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
