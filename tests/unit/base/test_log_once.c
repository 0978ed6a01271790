/* What is logged, and when again: on standard error, which goes to a file here. */
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/message/finding_fold.h"
#include "base/message/log_once.h"

/* Log so many findings that are alike and one other; how many lines that made. */
static size_t count_logged(struct log_once *log, size_t alike)
{
	struct arena *arena = arena_new();
	struct findings findings;
	FILE *file = tmpfile();
	int before = dup(STDERR_FILENO), c;
	size_t lines = 0;

	assert_non_null(file);
	findings_init(&findings, arena);
	findings_add(&findings, FINDING_WARNING, "cn=list", "%s", "other");
	for (size_t i = 0; i < alike; i++)
		findings_add(&findings, FINDING_WARNING, arena_format(arena, "uid=%zu,dc=x", i),
			"odd");
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	log_once_begin(log);
	log_once_add_findings(log, &findings);
	log_once_end(log);
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	rewind(file);
	while ((c = getc(file)) != EOF)
		lines += c == '\n';
	fclose(file);
	arena_free(arena);
	return lines;
}

static void test_findings(void **state)
{
	struct log_once log = LOG_ONCE_INIT;

	assert_int_equal(count_logged(&log, 3), 4);
	assert_int_equal(count_logged(&log, 3), 0);
	assert_int_equal(count_logged(&log, 4), 1);
	assert_int_equal(count_logged(&log, 600), 1);
	assert_int_equal(count_logged(&log, 600), 0);
	assert_int_equal(count_logged(&log, 601), 1);
	assert_int_equal(count_logged(&log, FINDING_FOLD_MIN - 1), FINDING_FOLD_MIN - 1);
	log_once_release(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
