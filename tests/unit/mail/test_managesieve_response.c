/* Lines of a ManageSieve server, good ones and others. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "mail/managesieve/response.h"

static void test_lines(void **state)
{
	static const struct {
		const char *text;
		enum managesieve_reading reading;
		size_t count;
		const char *first, *last; /* as text, where whole */
	} cases[] = {
		{"OK\r\n", MANAGESIEVE_WHOLE, 1, "OK", "OK"},
		{"OK \"Done.\"\r\nNO\r\n", MANAGESIEVE_WHOLE, 2, "OK", "Done."},
		{"\"SASL\" \"PLAIN LOGIN\"\r\n", MANAGESIEVE_WHOLE, 2, "SASL", "PLAIN LOGIN"},
		{"\"a \\\"b\\\" \\\\\" ACTIVE\r\n", MANAGESIEVE_WHOLE, 2, "a \"b\" \\", "ACTIVE"},
		{"{5}\r\nab\r\nc\r\n", MANAGESIEVE_WHOLE, 1, "ab\r\nc", "ab\r\nc"},
		{"{5+}\r\nab\r\nc ACTIVE\r\n", MANAGESIEVE_WHOLE, 2, "ab\r\nc", "ACTIVE"},
		{"{0}\r\n\r\n", MANAGESIEVE_WHOLE, 1, "", ""},
		{"NO (QUOTA/MAXSIZE) {2}\r\nxy\r\n", MANAGESIEVE_WHOLE, 3, "NO", "xy"},
		{"BYE (REFERRAL \"sieve://a)b\") \"x\"\r\n", MANAGESIEVE_WHOLE, 3, "BYE", "x"},
		{"BYE (TAG {3}\r\n)\r\n) \"x\"\r\n", MANAGESIEVE_WHOLE, 3, "BYE", "x"},
		{"", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"OK", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"OK\r", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"OK ", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"\"ab", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"\"ab\\", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"{5", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"{5}\r\nabc", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"{5}\r\nabcde", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"NO (QUOTA", MANAGESIEVE_MORE, 0, NULL, NULL},
		{"OK\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"OK  x\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"\"a\r\nb\"\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"\"a\\\r\nb\"\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"\"a\"x\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"{}\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"{-1}\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"{5}x", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"{2097153}\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"{99999999999999999999999999}\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"a b c d e f g\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"NO (a\r\n)", MANAGESIEVE_BAD, 0, NULL, NULL},
		{"\x01\r\n", MANAGESIEVE_BAD, 0, NULL, NULL},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct managesieve_line line;
		size_t length = strlen(cases[i].text);
		char *own = malloc(length + 1); /* nothing behind its bytes may be read */

		memcpy(own, cases[i].text, length);
		assert_int_equal(managesieve_read(own, length, &line), cases[i].reading);
		if (cases[i].first) {
			assert_int_equal(line.count, cases[i].count);
			assert_string_equal(managesieve_text(arena, &line.values[0]),
				cases[i].first);
			assert_string_equal(managesieve_text(arena, &line.values[line.count - 1]),
				cases[i].last);
		}
		free(own);
	}
	arena_free(arena);
}

/* A line that never ends is given up; a script may be as long as it likes to be, within bounds. */
static void test_bounds(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct managesieve_line line;

	strbuf_addc(&text, '"');
	for (size_t i = 0; i <= MANAGESIEVE_LINE_MAX; i++)
		strbuf_addc(&text, 'a');
	assert_int_equal(managesieve_read(text.text, text.length, &line), MANAGESIEVE_BAD);
	strbuf_reset(&text);
	strbuf_addf(&text, "{%zu}\r\n", MANAGESIEVE_TEXT_MAX);
	for (size_t i = 0; i < MANAGESIEVE_TEXT_MAX; i++)
		strbuf_addc(&text, '\0');
	assert_int_equal(managesieve_read(text.text, text.length, &line), MANAGESIEVE_MORE);
	strbuf_adds(&text, "\r\n");
	assert_int_equal(managesieve_read(text.text, text.length, &line), MANAGESIEVE_WHOLE);
	assert_int_equal(line.end, text.length);
	strbuf_release(&text);
}

static void test_ends(void **state)
{
	static const struct {
		const char *text;
		bool is_end;
		enum managesieve_result result;
		const char *code, *argument, *words;
	} cases[] = {
		{"OK\r\n", true, MANAGESIEVE_OK, "", "", ""},
		{"ok \"Logged in.\"\r\n", true, MANAGESIEVE_OK, "", "", "Logged in."},
		{"OK (WARNINGS) \"line 8\"\r\n", true, MANAGESIEVE_OK, "WARNINGS", "", "line 8"},
		{"NO (QUOTA/MAXSIZE) \"Too large\"\r\n", true, MANAGESIEVE_NO, "QUOTA/MAXSIZE", "",
			"Too large"},
		{"BYE (REFERRAL \"sieve://other\") \"Go\"\r\n", true, MANAGESIEVE_BYE, "REFERRAL",
			"sieve://other", "Go"},
		{"NO (REFERRAL sieve://other)\r\n", true, MANAGESIEVE_NO, "REFERRAL", "", ""},
		{"NO (REFERRAL )\r\n", true, MANAGESIEVE_NO, "REFERRAL", "", ""},
		{"NO ()\r\n", true, MANAGESIEVE_NO, "", "", ""},
		{"\"OK\"\r\n", false, MANAGESIEVE_OK, "", "", ""},
		{"OKAY\r\n", false, MANAGESIEVE_OK, "", "", ""},
		{"\"postvagt\" ACTIVE\r\n", false, MANAGESIEVE_OK, "", "", ""},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct managesieve_line line;
		struct managesieve_end end;

		assert_int_equal(managesieve_read(cases[i].text, strlen(cases[i].text), &line),
			MANAGESIEVE_WHOLE);
		assert_int_equal(managesieve_read_end(&line, arena, &end), cases[i].is_end);
		if (!cases[i].is_end)
			continue;
		assert_int_equal(end.result, cases[i].result);
		assert_string_equal(end.code, cases[i].code);
		assert_string_equal(end.argument, cases[i].argument);
		assert_string_equal(end.words, cases[i].words);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
