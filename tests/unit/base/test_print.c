/* The last place before a terminal: lines stay lines, and nothing hidden comes through. */
#include "unit.h"

#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/message/print.h"

static const struct {
	const char *text, *in_pipe, *on_terminal;
} cases[] = {
	{"", "", ""},
	{"a\n\tb\n", "a\n\tb\n", "a\n\tb\n"},
	{"\033[31mred\033[0m", "\\1b[31mred\\1b[0m", "\033[31mred\033[0m"},
	{"\033[2J\033]0;x\007", "\\1b[2J\\1b]0;x\\07", "\\1b[2J\\1b]0;x\\07"},
	{"\033", "\\1b", "\\1b"},
	{"\033[31", "\\1b[31", "\\1b[31"},
	{"a\rb\xC2\x9B"
	 "c",
		"a\\0db\\c2\\9bc", "a\\0db\\c2\\9bc"},
	{"a\xE2\x80\xAE\n\xFF", "a\\e2\\80\\ae\n\\ff", "a\\e2\\80\\ae\n\\ff"},
};

static void test_pipe(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		char *text = NULL;
		size_t length = 0;
		FILE *out = open_memstream(&text, &length);

		print_lines(out, cases[i].text);
		fclose(out);
		assert_string_equal(text, cases[i].in_pipe);
		free(text);
	}
}

static void test_terminal(void **state)
{
	for (size_t i = 1; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		char got[200] = "";
		struct termios plain;
		int ours, theirs;
		FILE *out;

		assert_int_equal(openpty(&ours, &theirs, NULL, NULL, NULL), 0);
		assert_int_equal(tcgetattr(theirs, &plain), 0);
		cfmakeraw(&plain);
		assert_int_equal(tcsetattr(theirs, TCSANOW, &plain), 0);
		out = fdopen(theirs, "w");
		print_lines(out, cases[i].text);
		fflush(out);
		/* a terminal hands it on in pieces */
		while (strlen(got) < strlen(cases[i].on_terminal) &&
			poll(&(struct pollfd){.fd = ours, .events = POLLIN}, 1, 2000) > 0)
			assert_true(read(ours, got + strlen(got), sizeof(got) - 1 - strlen(got)) >
				0);
		assert_string_equal(got, cases[i].on_terminal);
		fclose(out);
		close(ours);
	}
}

static void test_format(void **state)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	print_format(out, "%s: %d\n", "a\x1b", 7);
	fclose(out);
	assert_string_equal(text, "a\\1b: 7\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
