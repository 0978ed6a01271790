/*
 * Each test of a group is run by play(), which forgets the row once the test has returned. A test
 * that fails leaves play() by a jump of cmocka's, so a row that is still there when the test is torn
 * down is the one that broke.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

static char at[1000]; /* the row; "": none */

static struct {
	void *state; /* as the group's set-up left it */
	CMFixtureFunction set_up, tear_down;
	const struct CMUnitTest *playing;
} group;

bool row(size_t number, const char *format, ...)
{
	char name[300];
	int length = snprintf(at, sizeof(at), "row %zu: ", number);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(name, sizeof(name), format, arguments);
	va_end(arguments);
	for (const char *c = name; *c && (size_t)length < sizeof(at); c++)
		length += snprintf(at + length, sizeof(at) - (size_t)length,
			(unsigned char)*c < ' ' ? "\\%02x" : "%c", (unsigned char)*c);
	return true;
}

static int set_up_group(void **state)
{
	group.state = NULL;
	return group.set_up ? group.set_up(&group.state) : 0;
}

static int tear_down_group(void **state)
{
	return group.tear_down ? group.tear_down(&group.state) : 0;
}

/* A test's state is the test itself until here; then the group's, else its own, as cmocka has it. */
static int set_up_test(void **state)
{
	group.playing = *state;
	*state = group.state ? group.state : group.playing->initial_state;
	at[0] = '\0';
	return group.playing->setup_func ? group.playing->setup_func(state) : 0;
}

static void play(void **state)
{
	group.playing->test_func(state);
	at[0] = '\0';
}

static int tear_down_test(void **state)
{
	if (at[0])
		print_error("%s\n", at);
	at[0] = '\0';
	return group.playing->teardown_func ? group.playing->teardown_func(state) : 0;
}

int unit_run(const char *name, const struct CMUnitTest *tests, size_t count,
	CMFixtureFunction set_up, CMFixtureFunction tear_down)
{
	struct CMUnitTest *played = calloc(count, sizeof(*played));
	int failed;

	if (!played)
		abort();
	for (size_t i = 0; i < count; i++)
		played[i] = (struct CMUnitTest){
			tests[i].name, play, set_up_test, tear_down_test, (void *)&tests[i]};
	group.set_up = set_up;
	group.tear_down = tear_down;
	failed = _cmocka_run_group_tests(name, played, count, set_up_group, tear_down_group);
	free(played);
	return failed;
}
