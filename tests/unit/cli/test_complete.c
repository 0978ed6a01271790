/* What may stand at a place of the command line. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "cli/command.h"
#include "cli/complete.h"

static const struct command commands[] = {
	{"plan", "", "show", NULL, false, 0, 0},
	{"apply", "[FILE]", "do", NULL, true, 0, 1},
	{"explain", "TAG|PERSON", "tell", NULL, false, 1, 1},
	{"audit", "verify|who", "read", NULL, false, 1, 3},
	{NULL, NULL, NULL, NULL, false, 0, 0},
};

/* The last of `words`, which blanks part, is the one to be completed; then what is offered, on one line. */
static const char *complete(const char *words)
{
	static char result[1000];
	char copy[200], *items[20], *at = copy;
	size_t count = 0;
	struct strbuf out = STRBUF_INIT;
	struct complete_kinds kinds;
	struct place place;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *item; (item = strsep(&at, " "));)
		items[count++] = item;
	place = complete_place(commands, (const char *const *)items, count);
	complete_candidates(commands, &place, &out, &kinds);
	result[0] = '\0';
	for (char *line = out.text, *end; (end = strchr(line, '\n')); line = end + 1) {
		strncat(result, line, strcspn(line, "\t\n"));
		strcat(result, " ");
	}
	strcat(result, kinds.files ? "FILES " : "");
	strcat(result, kinds.tags ? "TAGS " : "");
	strcat(result, kinds.people ? "PEOPLE " : "");
	strcat(result, kinds.feeds ? "FEEDS " : "");
	strbuf_release(&out);
	return result;
}

static void test_commands(void **state)
{
	assert_string_equal(complete("pl"), "plan ");
	assert_string_equal(complete("nothing"), "");
	assert_string_equal(complete("-q ap"), "apply ");
	assert_string_equal(complete("--at 2026-12-24 ap"), "apply ");
	assert_string_equal(complete("-c x.yaml AP"), "apply ");
}

static void test_arguments(void **state)
{
	assert_string_equal(complete("plan x"), "");
	assert_string_equal(complete("apply x"), "FILES ");
	assert_string_equal(complete("explain x"), "TAGS PEOPLE ");
	assert_string_equal(complete("feeds accept x"), "FEEDS ");
	assert_string_equal(complete("-- explain x"), "TAGS PEOPLE ");
	assert_string_equal(complete("audit w"), "who ");
	assert_string_equal(complete("audit who x"), "TAGS ");
	assert_string_equal(complete("audit verify x"), "FILES ");
	assert_string_equal(complete("help s"), "settings ");
	assert_string_equal(complete("apply a b c d e f"), "");
}

static void test_options(void **state)
{
	assert_string_equal(complete("plan --ex"), "--exit-code ");
	assert_string_equal(complete("apply --exi"), "");
	assert_string_equal(complete("--exi"), "");
	assert_string_equal(complete("explain --ver"), "--verbose --version ");
	assert_string_equal(complete("explain -- --ver"), "TAGS PEOPLE ");
	assert_string_equal(complete("--lang "), "da en ");
	assert_string_equal(complete("--lang=d"), "--lang=da ");
	assert_string_equal(complete("--nothing=d"), "");
	assert_string_equal(complete("plan -o x"), "FILES ");
	assert_string_equal(complete("absent x --deputy a"), "PEOPLE ");
	assert_string_equal(complete("absent x --case a"), "");
}

/* What no line and no shell could carry is left out, and what would be taken for an option. */
static void test_values(void **state)
{
	static const struct {
		const char *words, *value, *offered;
	} cases[] = {
		{"explain a", "anna", "anna\tAnna\n"},
		{"explain a", "a$(id>x) 'y", "a$(id>x) 'y\tAnna\n"},
		{"explain a", "a\nb", ""},
		{"explain a", "a\tb", ""},
		{"explain a", "a\x1b[2J", ""},
		{"explain a", "a\xC2\x9B", ""},
		{"explain a", "a\xE2\x80\xAE", ""},
		{"explain a", "a\xF3\xA0\x81\x81", ""},
		{"explain a", "a\xE6", ""},
		{"explain ", "", ""},
		{"explain ", "-x", ""},
		{"explain -- -", "-x", "-x\tAnna\n"},
		{"absent x --deputy -", "-x", "-x\tAnna\n"},
		{"absent x --deputy=-", "-x", "--deputy=-x\tAnna\n"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].words); i++) {
		char copy[200], *items[20], *at = copy;
		struct strbuf out = STRBUF_INIT;
		struct place place;
		size_t count = 0;

		snprintf(copy, sizeof(copy), "%s", cases[i].words);
		for (char *item; (item = strsep(&at, " "));)
			items[count++] = item;
		place = complete_place(commands, (const char *const *)items, count);
		complete_add(&out, &place, cases[i].value, "Anna");
		assert_string_equal(out.text, cases[i].offered);
		strbuf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
