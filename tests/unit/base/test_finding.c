/* Findings: each once, errors counted, in one order. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/strbuf.h"

static void test_once(void **state)
{
	struct arena *arena = arena_new();
	struct findings findings;

	findings_init(&findings, arena);
	for (int i = 0; i < 3; i++) {
		findings_add(&findings, FINDING_WARNING, "cn=a", "%s is gone", "bo");
		findings_add(&findings, FINDING_WARNING, "cn=a", "%s is gone", "cai");
		findings_add(&findings, FINDING_WARNING, "cn=b", "%s is gone", "bo");
		findings_add(&findings, FINDING_ERROR, "cn=a", "%s is gone", "bo");
	}
	assert_int_equal(findings.count, 4);
	assert_int_equal(findings.errors, 1);
	assert_string_equal(findings.items[1].where, "cn=a");
	assert_string_equal(findings.items[1].what, "cai is gone");
	arena_free(arena);
}

/* What was given may change or go; the finding stays. */
static void test_owns_its_texts(void **state)
{
	struct arena *arena = arena_new();
	struct findings findings;
	char where[] = "cn=a", what[] = "100 % bo";

	findings_init(&findings, arena);
	findings_add(&findings, FINDING_WARNING, where, "%s", what);
	memset(where, 'x', 4);
	memset(what, 'x', 4);
	assert_string_equal(findings.items[0].where, "cn=a");
	assert_string_equal(findings.items[0].what, "100 % bo");
	arena_free(arena);
}

static void test_order(void **state)
{
	static const struct finding sorted[] = {
		{FINDING_ERROR, "cn=b", "x", NULL},
		{FINDING_WARNING, "cn=B", "x", NULL},
		{FINDING_WARNING, "cn=a", "x", NULL},
		{FINDING_WARNING, "cn=a", "y", NULL},
		{FINDING_WARNING, "cn=æ", "a", NULL},
	};
	static const size_t orders[][5] = {{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 4, 1, 0, 3}};

	for (size_t i = 0; i < ROWS(orders) && row(i, "%zu first", orders[i][0]); i++) {
		struct arena *arena = arena_new();
		struct findings findings;

		findings_init(&findings, arena);
		findings_sort(&findings);
		for (size_t j = 0; j < 5; j++) {
			const struct finding *finding = &sorted[orders[i][j]];

			findings_add(&findings, finding->severity, finding->where, "%s",
				finding->what);
		}
		findings_sort(&findings);
		for (size_t j = 0; j < 5; j++) {
			assert_string_equal(findings.items[j].where, sorted[j].where);
			assert_string_equal(findings.items[j].what, sorted[j].what);
			assert_int_equal(findings.items[j].severity, sorted[j].severity);
		}
		arena_free(arena);
	}
}

/* A copy is a finding like others: each once, counted, in its own arena, and a percent sign is one. */
static void test_copies(void **state)
{
	struct arena *arena = arena_new(), *other = arena_new();
	struct findings findings, more;

	findings_init(&findings, arena);
	findings_init(&more, other);
	findings_add(&findings, FINDING_ERROR, "cn=a", "100 %% bo");
	findings_add(&more, FINDING_ERROR, "cn=a", "100 %% bo");
	findings_add(&more, FINDING_ERROR, "cn=b", "%%s");
	findings_add(&more, FINDING_WARNING, "cn=c", "cai");
	findings_copy(&findings, &more.items[2]);
	assert_int_equal(findings.count, 2);
	assert_int_equal(findings.errors, 1);
	findings_copy_all(&findings, &more);
	arena_free(other);
	assert_int_equal(findings.count, 3);
	assert_int_equal(findings.errors, 2);
	assert_string_equal(findings.items[1].where, "cn=c");
	assert_int_equal(findings.items[1].severity, FINDING_WARNING);
	assert_string_equal(findings.items[2].what, "%s");
	arena_free(arena);
}

static void test_value(void **state)
{
	struct strbuf out = STRBUF_INIT;
	char text[128];

	findings_add_value(&out, "a\nb", 3);
	assert_string_equal(out.text, "a\\0ab");
	memset(text, 'x', sizeof(text));
	strbuf_reset(&out);
	findings_add_value(&out, text, 80);
	assert_int_equal(out.length, 80);
	memcpy(text + 79, "\xC3\xA6", 2);
	strbuf_reset(&out);
	findings_add_value(&out, text, 81);
	assert_int_equal(out.length, 79 + strlen("…"));
	assert_string_equal(out.text + 79, "…");
	strbuf_release(&out);
}

/* Whom a finding is about stays unnamed, unless a list asks for them; what then says the same is one. */
static void test_people(void **state)
{
	struct arena *arena = arena_new();
	struct table *names = table_new(arena);
	struct findings findings, copy;

	table_put(names, "nr=7", (void *)"Anna");
	findings_init(&findings, arena);
	findings_init(&copy, arena);
	findings_add_about(&findings, FINDING_WARNING, "feed", "nr=7", "odd");
	findings_add_about(&findings, FINDING_WARNING, "feed", "nr=8", "odd");
	findings_add_about(&findings, FINDING_WARNING, "feed", "nr=9", "odd");
	findings_add_about(&findings, FINDING_WARNING, "feed", "nr=9", "odd");
	findings_add_about(&findings, FINDING_ERROR, "feed", NULL, "bad");
	assert_int_equal(findings.count, 4);
	findings_copy_all(&copy, &findings);
	findings_name_people(&copy, names);
	assert_int_equal(copy.count, 3);
	assert_int_equal(copy.errors, 1);
	assert_string_equal(copy.items[0].what, "Anna (7): odd");
	assert_string_equal(copy.items[1].what, "odd");
	assert_string_equal(copy.items[2].what, "bad");
	assert_string_equal(findings.items[0].what, "odd");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_owns_its_texts),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
