/* Findings: each once, errors counted, in one order. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/message/finding_fold.h"
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
	static const struct {
		enum severity severity;
		const char *where, *what;
	} sorted[] = {
		{FINDING_ERROR, "cn=b", "x"},
		{FINDING_IMPORTANT, "cn=z", "x"},
		{FINDING_WARNING, "cn=B", "x"},
		{FINDING_WARNING, "cn=a", "x"},
		{FINDING_WARNING, "cn=a", "y"},
		{FINDING_WARNING, "cn=æ", "a"},
	};
	static const size_t orders[][6] = {
		{0, 1, 2, 3, 4, 5}, {5, 4, 3, 2, 1, 0}, {2, 4, 1, 5, 0, 3}};

	for (size_t i = 0; i < ROWS(orders) && row(i, "%zu first", orders[i][0]); i++) {
		struct arena *arena = arena_new();
		struct findings findings;

		findings_init(&findings, arena);
		findings_sort(&findings);
		for (size_t j = 0; j < ROWS(sorted); j++)
			findings_add(&findings, sorted[orders[i][j]].severity,
				sorted[orders[i][j]].where, "%s", sorted[orders[i][j]].what);
		findings_sort(&findings);
		for (size_t j = 0; j < ROWS(sorted); j++) {
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

/* Entries of the directory are called by these names. */
static const char *name_of(const void *context, const char *dn)
{
	(void)context;
	if (strcmp(dn, "cn=a,dc=x") == 0)
		return "Anna";
	return strcmp(dn, "cn=g,dc=x") == 0 ? "Drift" : NULL;
}

static void test_names(void **state)
{
	struct arena *arena = arena_new();
	struct findings findings, copy;
	struct strbuf out = STRBUF_INIT;

	findings_init(&findings, arena);
	findings_init(&copy, arena);
	findings_add_of(&findings, FINDING_WARNING, "cn=g,dc=x", "cn=a,dc=x", NULL,
		"member %s is \"\033\", %s", "cn=a,dc=x", "cn=a,dc=x");
	findings_add_of(&findings, FINDING_WARNING, "cn=g,dc=x", "cn=o,dc=x", NULL, "member %s",
		"cn=o,dc=x");
	findings_add_of(&findings, FINDING_WARNING, "cn=g,dc=x",
		"cn=a,dc=x\ncn=o,dc=x\ncn=missing,dc=x\ncn=g,dc=x\n", NULL,
		"members: cn=a,dc=x; cn=o,dc=x\t; cn=g,dc=x and cn=a,dc=x");
	findings_add(&findings, FINDING_WARNING, "routes.yaml:3:1", "cn=a,dc=x");
	findings_set_names(&findings, name_of, NULL);
	findings_copy_all(&copy, &findings);
	findings_add_lines(&out, &copy);
	assert_string_equal(out.text,
		"Drift: member Anna is \"\\1b\", cn=a,dc=x\n"
		"Drift: member cn=o,dc=x\n"
		"Drift: members: Anna; cn=o,dc=x\\09; Drift and cn=a,dc=x\n"
		"routes.yaml:3:1: cn=a,dc=x\n");
	strbuf_reset(&out);
	finding_add_where(&out, &copy.items[0], true);
	finding_add_what(&out, &copy.items[1], true);
	assert_string_equal(out.text, "cn=g,dc=xmember cn=o,dc=x");
	strbuf_release(&out);
	arena_free(arena);
}

/* Lines as they are folded: "3: text" of so many findings, with what is said of the others. */
static const char *show_folded(struct findings *findings, struct arena *arena)
{
	struct strbuf out = STRBUF_INIT;
	struct finding_lines lines;

	findings_sort(findings);
	lines = findings_fold(findings, arena);
	for (size_t i = 0; i < lines.count; i++) {
		strbuf_addf(&out, "%zu %s: %s", lines.items[i]->count,
			lines.items[i]->members[0]->where, lines.items[i]->members[0]->what);
		strbuf_adds(&out, lines.items[i]->count > 1 ? "; " : "");
		finding_line_add_more(&out, lines.items[i]);
		strbuf_addc(&out, '\n');
	}
	return strbuf_to_arena(&out, arena);
}

struct fold_case {
	const char *name;
	size_t people; /* findings, each of another person */
	bool by_where; /* at the person; else at a group, of the person */
	const char *cause, *shown;
};

static void test_fold(void **state)
{
	static const struct fold_case cases[] = {
		{"none", 0, true, NULL, ""},
		{"one", 1, true, NULL, "1 cn=0: cn=0 is odd\n"},
		{"at each person", FINDING_FOLD_MIN, true, NULL,
			"6 cn=0: cn=0 is odd; and 5 more like this: 1, 2, 3, 4, 5\n"},
		{"few at one list", 3, false, NULL,
			"3 cn=g: cn=0 is odd; and 2 more like this: 1, 2\n"},
		{"in one group", 600, false, NULL,
			"600 cn=g: cn=0 is odd; and 599 more like this: 1, 10, 100, 101, 102, …\n"},
		{"by a cause of their own", 20, false, "c",
			"20 cn=g: cn=0 is odd; and 19 more like this: 1, 10, 11, 12, 13, …\n"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].name); i++) {
		const struct fold_case *c = &cases[i];
		struct arena *arena = arena_new();
		struct findings findings;

		findings_init(&findings, arena);
		for (size_t j = 0; j < c->people; j++) {
			const char *dn = arena_format(arena, "cn=%zu", j);

			findings_add_of(&findings, FINDING_WARNING, c->by_where ? dn : "cn=g", dn,
				c->cause, "%s is odd", dn);
		}
		assert_string_equal(show_folded(&findings, arena), c->shown);
		arena_free(arena);
	}
}

/* What differs in severity or cause is not alike, nor is what is said through "%s"; others stay in between. */
static void test_not_alike(void **state)
{
	struct arena *arena = arena_new();
	struct findings findings;

	findings_init(&findings, arena);
	for (size_t j = 0; j < FINDING_FOLD_MIN; j++) {
		const char *dn = arena_format(arena, "cn=%zu", j);

		findings_add(&findings, j % 2 ? FINDING_ERROR : FINDING_WARNING, dn, "odd");
		findings_add_of(&findings, FINDING_WARNING, dn, NULL, j % 2 ? "c" : "d", "even");
		findings_add(&findings, FINDING_WARNING, dn, "%s", dn);
	}
	findings_sort(&findings);
	assert_int_equal(findings_fold(&findings, arena).count, 3 * FINDING_FOLD_MIN);
	for (size_t j = 0; j < FINDING_FOLD_MIN; j++)
		findings_add(&findings, FINDING_WARNING, arena_format(arena, "cn=f%zu", j), "%s",
			"the same");
	findings_sort(&findings);
	assert_int_equal(findings_fold(&findings, arena).count, 3 * FINDING_FOLD_MIN + 1);
	arena_free(arena);
}

/* Few that are alike stand together, where the first of them is. */
static void test_together(void **state)
{
	struct arena *arena = arena_new();
	struct findings findings;

	findings_init(&findings, arena);
	findings_add(&findings, FINDING_WARNING, "cn=a", "one");
	findings_add(&findings, FINDING_WARNING, "cn=b", "two");
	findings_add(&findings, FINDING_WARNING, "cn=c", "one");
	assert_string_equal(show_folded(&findings, arena),
		"1 cn=a: one\n1 cn=c: one\n1 cn=b: two\n");
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
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_not_alike),
		cmocka_unit_test(test_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
