/*
 * unit.h: what every unit test includes first; cmocka.h wants the five before it.
 *
 * A test of a table names its rows in the head of its loop. When the test fails, the row that it
 * was at is printed:
 *
 *	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].a); i++)
 *		assert_string_equal(dn_leaf(arena, cases[i].a), cases[i].b);
 *
 *	row 2: cn=Anna,ou=P,dc=x
 *	[  ERROR   ] --- "Anna" != "Bo"
 *	[   LINE   ] --- tests/unit/base/test_dn.c:166: error: Failure!
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/*
 * Remember which row of a table the test is at, until the next row() or the end of the test.
 * Control characters are written as \xx. Always true, to stand in a loop's condition.
 */
bool row(size_t number, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* cmocka's own, and the row of a test that fails. */
int unit_run(const char *group, const struct CMUnitTest *tests, size_t count,
	CMFixtureFunction set_up, CMFixtureFunction tear_down);

#undef cmocka_run_group_tests
#define cmocka_run_group_tests(tests, set_up, tear_down) \
	unit_run(#tests, tests, sizeof(tests) / sizeof((tests)[0]), set_up, tear_down)

#endif
