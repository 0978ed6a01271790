/* What is carried from one snapshot to the next, what is not, and when nothing can be. And edges. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "decide/next_change.h"
#include "decide/snapshot_update.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/snapshot.h"

#define ANNA  "uid=anna,ou=p,dc=x"
#define DRIFT "cn=drift,ou=g,dc=x"
#define INFRA "cn=infra,ou=l,dc=x"

/* Anna (id 1), known as anna; group Drift (id 2) and list Infra (id 3), each with her in it. */
static struct snapshot *town(void)
{
	static struct absence absences[] = {
		{.start = 10, .end = 20}, {.start = 30, .end = 40, .order = 1}};
	static const char *known_as[] = {"id:anna"};
	static struct member_value member = {.dn = ANNA, .key = ANNA};
	const struct member_values members = {.items = &member, .count = 1};
	const struct person anna = {.dn = ANNA,
		.key = ANNA,
		.identity = "1",
		.name = "Anna",
		.known_as = known_as,
		.known_as_count = 1,
		.absences = absences,
		.absence_count = 2};
	struct snapshot *s = snapshot_new(0);
	const struct person *person = snapshot_add_person(s, &anna);
	struct list *list = snapshot_add_list(s, INFRA);

	snapshot_resolve(s, "id:anna",
		&(struct resolved_ref){.kind = REF_PERSON, .dn = ANNA, .person = person});
	snapshot_resolve(s, "id:nobody", &(struct resolved_ref){.kind = REF_MISSING});
	snapshot_resolve(s, "dn:cn=gone,dc=x", &(struct resolved_ref){.kind = REF_MISSING});
	snapshot_resolve(s, "dn:" DRIFT,
		&(struct resolved_ref){
			.kind = REF_GROUP, .dn = DRIFT, .identity = "2", .members = members});
	*list = (struct list){
		.dn = INFRA, .key = list->key, .exists = true, .identity = "3", .members = members};
	findings_add(snapshot_findings(s), FINDING_WARNING, ANNA, "of anna");
	findings_add(snapshot_findings(s), FINDING_WARNING, DRIFT, "of drift");
	return s;
}

struct carry_case {
	const char *what;
	struct dir_change change;
	bool whole;
	bool anna, drift, infra, gone; /* carried */
	size_t findings;
};

static const struct carry_case cases[] = {
	{"nobody's", {.dn = "cn=x,dc=x", .dn_key = "cn=x,dc=x", .identity = "9"}, true, true, true,
		true, true, 2},
	{"a person's", {.dn = ANNA, .dn_key = ANNA, .identity = "1"}, true, false, true, true, true,
		1},
	{"a person's, by name alone", {.dn = ANNA, .dn_key = ANNA}, true, false, true, true, true,
		1},
	{"a group's", {.dn = DRIFT, .dn_key = DRIFT, .identity = "2"}, true, true, false, true,
		true, 1},
	{"a list's", {.dn = INFRA, .dn_key = INFRA, .identity = "3"}, true, true, true, false, true,
		2},
	{"what was missing", {.dn = "cn=gone,dc=x", .dn_key = "cn=gone,dc=x", .identity = "8"},
		true, true, true, true, false, 2},
	{.what = "a person renamed",
		.change = {.dn = "uid=b,dc=x", .dn_key = "uid=b,dc=x", .identity = "1"}},
	{.what = "a person gone", .change = {.identity = "1", .is_gone = true}},
	{.what = "a group gone", .change = {.identity = "2", .is_gone = true}},
	{.what = "a list renamed",
		.change = {.dn = "cn=b,dc=x", .dn_key = "cn=b,dc=x", .identity = "3"}},
	{"another one at her name", {.dn = ANNA, .dn_key = ANNA, .identity = "7"}, true, false,
		true, true, true, 1},
	{.what = "a unit with others below",
		.change = {.dn = "ou=p,dc=x",
			.dn_key = "ou=p,dc=x",
			.identity = "6",
			.holds_others = true}},
	{"a stranger gone", {.identity = "9", .is_gone = true}, true, true, true, true, true, 2},
};

static void check(const struct carry_case *c)
{
	const struct dir_change *change = &c->change;
	struct snapshot *from = town(), *to = snapshot_new(0);

	assert_int_equal(snapshot_update(to, from, &change, 1), c->whole);
	snapshot_free(from); /* nothing is borrowed from it */
	if (c->whole) {
		assert_int_equal(snapshot_ref(to, "id:anna") != NULL, c->anna);
		assert_int_equal(snapshot_person_count(to), c->anna);
		assert_int_equal(snapshot_ref(to, "dn:" DRIFT) != NULL, c->drift);
		assert_int_equal(snapshot_list(to, INFRA) != NULL, c->infra);
		assert_int_equal(snapshot_ref(to, "dn:cn=gone,dc=x") != NULL, c->gone);
		assert_null(snapshot_ref(to, "id:nobody"));
		assert_int_equal(snapshot_found(to)->count, c->findings);
	}
	snapshot_free(to);
}

static void carries_what_is_untouched(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++)
		check(&cases[i]);
}

static void carries_all_of_a_person_but_the_feeds(void **state)
{
	struct snapshot *from = town(), *to = snapshot_new(0);
	const struct person *anna;

	assert_true(snapshot_update(to, from, NULL, 0));
	snapshot_free(from);
	anna = snapshot_ref(to, "id:anna")->person;
	assert_string_equal(anna->name, "Anna");
	assert_int_equal(anna->absence_count, 1);
	assert_int_equal(anna->absences[0].end, 20);
	assert_string_equal(snapshot_list(to, INFRA)->members.items[0].dn, ANNA);
	snapshot_free(to);
}

static void doubts_the_names_of_whoever_is_new(void **state)
{
	static const char *known_as[] = {"id:anna"};
	struct snapshot *s = town();

	snapshot_invalidate_names(s, "1");
	assert_non_null(snapshot_ref(s, "id:anna"));
	snapshot_add_person(s,
		&(struct person){.dn = "uid=b,dc=x",
			.key = "uid=b,dc=x",
			.identity = "5",
			.known_as = known_as,
			.known_as_count = 1});
	snapshot_invalidate_names(s, "5");
	assert_null(snapshot_ref(s, "id:anna"));
	snapshot_free(s);
}

static void finds_the_next_edge(void **state)
{
	static const struct {
		moment t, edge;
	} edges[] = {{0, 10}, {9, 10}, {10, 20}, {25, 30}, {39, 40}, {40, 45}, {45, MOMENT_LATEST}};
	struct snapshot *s = town();

	snapshot_add_person(s,
		&(struct person){.dn = "uid=b,dc=x",
			.key = "uid=b,dc=x",
			.identity = "5",
			.expires = true,
			.expires_at = 45});
	for (size_t i = 0; i < ROWS(edges) && row(i, "%lld", (long long)edges[i].t); i++)
		assert_true(snapshot_next_change(s, edges[i].t) == edges[i].edge);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_what_is_untouched),
		cmocka_unit_test(carries_all_of_a_person_but_the_feeds),
		cmocka_unit_test(doubts_the_names_of_whoever_is_new),
		cmocka_unit_test(finds_the_next_edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
