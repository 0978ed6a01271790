/* What is carried from one snapshot to the next, what is not, and when nothing can be. And edges. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "decide/kept_absences.h"
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
	static const struct member_value member = {.dn = ANNA, .key = ANNA};
	static const struct member_value *values[] = {&member};
	const struct member_values members = {.items = values, .count = 1};
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
	static struct given_role given = {.role = "r", .feed = "rk", .end = 100};
	static struct standing_deputies standing = {.end = 100};
	struct snapshot *from = town(), *to = snapshot_new(0);
	const struct person *anna = snapshot_ref(from, "id:anna")->person;

	snapshot_set_given(from, anna, &given, 1);
	snapshot_set_standing(from, anna, &standing, 1);
	assert_true(snapshot_update(to, from, NULL, 0));
	snapshot_free(from);
	anna = snapshot_ref(to, "id:anna")->person;
	assert_string_equal(anna->name, "Anna");
	assert_int_equal(anna->given_count, 0);
	assert_int_equal(anna->standing_count, 0);
	assert_int_equal(anna->absence_count, 1);
	assert_int_equal(anna->absences[0].end, 20);
	assert_string_equal(snapshot_list(to, INFRA)->members.items[0]->dn, ANNA);
	snapshot_free(to);
}

/* What was kept in one round is kept in the next by what is known then. */
static void keeps_absences_by_what_is_known_now(void **state)
{
	struct absence absences[] = {
		{.start = 10, .end = 20}, {.start = 12, .end = 30, .kept = true}};
	struct snapshot *from = snapshot_new(0);
	struct arena *arena = snapshot_arena(from);
	struct kept_absences *kept = kept_absences_new(arena);

	snapshot_add_person(from,
		&(struct person){.dn = ANNA,
			.key = ANNA,
			.identity = "1",
			.name = "Anna",
			.absences = absences,
			.absence_count = 2,
			.absences_unread = 1});
	spans_add(&kept_absences_add(kept, arena, "1")->unread, arena, 5, 90);
	for (int i = 0; i < 2; i++) {
		struct snapshot *to = snapshot_new(0);
		const struct person *anna;

		snapshot_set_kept(to, i ? kept : NULL);
		assert_true(snapshot_update(to, from, NULL, 0));
		anna = snapshot_person_at(to, 0);
		assert_int_equal(anna->absence_count, i ? 2 : 1);
		assert_int_equal(anna->calendar.away[0].end, i ? 90 : 20);
		assert_int_equal(anna->absences[0].kept, i);
		snapshot_free(to);
	}
	snapshot_free(from);
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

/* Bo in `s`, who bears the name anna in another value of mail. */
static const struct person *add_bo(struct snapshot *s)
{
	static const char *known_as[] = {"id:bo", "id:anna"};

	return snapshot_add_person(s,
		&(struct person){.dn = "uid=b,dc=x",
			.key = "uid=b,dc=x",
			.identity = "5",
			.name = "Bo",
			.known_as = known_as,
			.known_as_count = 2,
			.login_count = 1,
			.first_count = 1});
}

/* A name of one is carried with how that person bears it; a name of several is asked for again in each round. */
static void carries_names_of_one_bearer(void **state)
{
	struct snapshot *from = snapshot_new(0), *to = snapshot_new(0);
	struct resolved_ref bo = {.kind = REF_MISSING}, both = {.kind = REF_MISSING};
	const struct person *anna = snapshot_add_person(from,
		&(struct person){.dn = ANNA, .key = ANNA, .identity = "1", .name = "Anna"});
	const struct resolved_ref *carried;

	bearers_add(&bo.bearers, snapshot_arena(from), "id:bo", add_bo(from));
	snapshot_resolve_name(from, "id:bo", &bo);
	bearers_add(&both.bearers, snapshot_arena(from), "id:anna", anna);
	bearers_add(&both.bearers, snapshot_arena(from), "id:anna", add_bo(from));
	snapshot_resolve_name(from, "id:anna", &both);
	assert_int_equal(snapshot_ref(from, "id:anna")->kind, REF_SEVERAL);
	assert_true(snapshot_update(to, from, NULL, 0));
	snapshot_free(from);
	assert_null(snapshot_ref(to, "id:anna"));
	carried = snapshot_ref(to, "id:bo");
	assert_int_equal(carried->bearers.count, 1);
	assert_ptr_equal(carried->bearers.items[0].person, carried->person);
	assert_true(carried->bearers.items[0].by_login);
	snapshot_free(to);
}

/* A group of logins is carried as one. */
static void carries_members_by_login(void **state)
{
	static const struct member_value member = {
		.dn = "anna", .key = "id:anna", .is_login = true};
	static const struct member_value *values[] = {&member};
	struct snapshot *from = town(), *to = snapshot_new(0);
	const struct resolved_ref *group;

	snapshot_resolve(from, "dn:cn=nis,dc=x",
		&(struct resolved_ref){.kind = REF_GROUP,
			.dn = "cn=nis,dc=x",
			.identity = "4",
			.members = {.items = values, .count = 1}});
	assert_true(snapshot_update(to, from, NULL, 0));
	snapshot_free(from);
	group = snapshot_ref(to, "dn:cn=nis,dc=x");
	assert_true(group->members.items[0]->is_login);
	assert_string_equal(snapshot_ref_of_member(to, group->members.items[0])->person->name,
		"Anna");
	snapshot_free(to);
}

/* A group with a memberURL has other members as soon as anything changes. */
static void carries_dynamic_groups_where_nothing_changed(void **state)
{
	static const struct dir_change elsewhere = {.dn = "uid=z,dc=x", .dn_key = "uid=z,dc=x"};
	const struct dir_change *change = &elsewhere;

	for (size_t count = 0; count <= 1; count++) {
		struct snapshot *from = town(), *to = snapshot_new(0);

		snapshot_resolve(from, "dn:cn=all,dc=x",
			&(struct resolved_ref){
				.kind = REF_GROUP, .dn = "cn=all,dc=x", .has_search = true});
		assert_true(snapshot_update(to, from, &change, count));
		assert_int_equal(snapshot_ref(to, "dn:cn=all,dc=x") != NULL, count == 0);
		assert_non_null(snapshot_ref(to, "dn:" DRIFT));
		snapshot_free(from);
		snapshot_free(to);
	}
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

/* Dates of a role or a deputy are edges, as an absence's are. */
static void dates_of_feeds_are_edges(void **state)
{
	struct given_role given[] = {
		{.start = MOMENT_EARLIEST, .end = MOMENT_LATEST}, {.start = 50, .end = 60}};
	struct standing_deputies standing = {.start = 35, .end = 70};
	struct snapshot *s = town();
	const struct person *anna = snapshot_ref(s, "id:anna")->person;

	assert_int_equal(snapshot_next_change(s, 30), 40);
	assert_true(snapshot_next_change(s, 40) == MOMENT_LATEST);
	snapshot_set_given(s, anna, given, 2);
	snapshot_set_standing(s, anna, &standing, 1);
	assert_int_equal(snapshot_next_change(s, 30), 35);
	assert_int_equal(snapshot_next_change(s, 40), 50);
	assert_int_equal(snapshot_next_change(s, 50), 60);
	assert_int_equal(snapshot_next_change(s, 60), 70);
	assert_true(snapshot_next_change(s, 70) == MOMENT_LATEST);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_what_is_untouched),
		cmocka_unit_test(carries_all_of_a_person_but_the_feeds),
		cmocka_unit_test(keeps_absences_by_what_is_known_now),
		cmocka_unit_test(doubts_the_names_of_whoever_is_new),
		cmocka_unit_test(carries_names_of_one_bearer),
		cmocka_unit_test(carries_members_by_login),
		cmocka_unit_test(carries_dynamic_groups_where_nothing_changed),
		cmocka_unit_test(finds_the_next_edge),
		cmocka_unit_test(dates_of_feeds_are_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
