/* row() itself: the row of a test that fails is printed, and no other. */
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[] = {"anna", "b\no", "cai"};

static void fails_at_the_second(void **state)
{
	for (size_t i = 0; i < ROWS(names) && row(i, "%s", names[i]); i++)
		assert_int_not_equal(i, 1);
}

static void passes(void **state)
{
	for (size_t i = 0; i < ROWS(names) && row(i, "%s", names[i]); i++)
		assert_true(i < 3);
}

static void fails_without_a_row(void **state)
{
	fail();
}

static void fails_as_it_crashes(void **state)
{
	row(7, "%d", 17);
	raise(SIGSEGV);
}

/* What a group of one or two tests prints, in a process of its own. */
static void run_group(CMUnitTestFunction first, CMUnitTestFunction second, char *said, size_t room)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(first), cmocka_unit_test(second)};
	size_t length = 0;
	ssize_t got = 1;
	int ends[2];
	pid_t child;

	fflush(NULL);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		cmocka_run_group_tests(tests, NULL, NULL);
		fflush(NULL);
		_exit(0);
	}
	close(ends[1]);
	while (got > 0 && length < room - 1) {
		got = read(ends[0], said + length, room - 1 - length);
		length += got > 0 ? (size_t)got : 0;
	}
	said[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void test_failed(void **state)
{
	char said[4000];

	run_group(passes, fails_at_the_second, said, sizeof(said));
	assert_non_null(strstr(said, "row 1: b\\0ao\n"));
	assert_null(strstr(said, "row 0"));
	assert_null(strstr(said, "row 2"));
}

static void test_others(void **state)
{
	char said[4000];

	run_group(passes, fails_without_a_row, said, sizeof(said));
	assert_non_null(strstr(said, "FAILED"));
	assert_null(strstr(said, "row "));
}

static void test_crash(void **state)
{
	char said[4000];

	run_group(fails_as_it_crashes, fails_without_a_row, said, sizeof(said));
	assert_non_null(strstr(said, "row 7: 17\n"));
}

static int fixtures;

static int count_up(void **state)
{
	*state = &fixtures;
	return fixtures++ < 0;
}

static void test_state(void **state)
{
	assert_ptr_equal(*state, &fixtures);
	assert_int_equal(fixtures, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_crash),
	};

	return cmocka_run_group_tests(tests, count_up, NULL);
}
