/* Random parts of pauses: within bounds, not constant, and another in each process. */
#include "unit.h"

#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/system/jitter.h"

#define COUNT 8

static void test_bounds(void **state)
{
	bool low = false, high = false;

	assert_int_equal(jitter(0), 0);
	assert_int_equal(jitter(-5), 0);
	assert_int_equal(jitter(1), 0);
	for (int i = 0; i < 1000; i++) {
		int64_t value = jitter(500);

		assert_in_range(value, 0, 499);
		low = low || value < 100;
		high = high || value >= 400;
		assert_in_range(jitter(INT64_MAX), 0, UINT32_MAX);
	}
	assert_true(low && high);
}

/* The numbers of a process that is started, as by exec: random() gave the same ones. */
static void draw(const char *program, int64_t *numbers)
{
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execl(program, program, "draw", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], numbers, COUNT * sizeof(*numbers)),
		COUNT * sizeof(*numbers));
	close(ends[0]);
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

static void test_two_processes_differ(void **state)
{
	int64_t one[COUNT], other[COUNT];

	draw("/proc/self/exe", one);
	draw("/proc/self/exe", other);
	assert_memory_not_equal(one, other, sizeof(one));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_two_processes_differ),
	};
	int64_t numbers[COUNT];

	if (argc < 2)
		return cmocka_run_group_tests(tests, NULL, NULL);
	for (int i = 0; i < COUNT; i++)
		numbers[i] = jitter(1000000);
	return write(STDOUT_FILENO, numbers, sizeof(numbers)) == sizeof(numbers) ? 0 : 1;
}
