/* Whom findings may name: whoever a list is about, or could be; of the others nothing is said. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"
#include "decide/named_people.h"
#include "world.h"

struct named_case {
	const char *script, *named;
};

/* Those of the snapshot who may be named, in the script's order. */
static const char *show_named(struct world *w)
{
	struct table *named = named_people_find(w->arena, w->plan, &w->policy, w->snapshot);
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < snapshot_person_count(w->snapshot); i++) {
		const struct person *person = snapshot_person_at(w->snapshot, i);

		if (table_find(named, person_identity(person)))
			strbuf_add_item(&out, " ", person->name);
	}
	return strbuf_to_arena(&out, w->arena);
}

static void test_named(void **state)
{
	static const struct named_case cases[] = {
		{"person anna role=r; person bo; route infra role=r; list infra", "anna"},
		/* by each way of being asked for, and on an inform list too */
		{"person anna role=r; person bo; person cai; person dan; group g bo; person eva;"
		 "route infra role=r group=g people=cai; inform orient people=dan; list infra; list orient",
			"anna bo cai dan"},
		/* deputies, theirs, whom feeds name, the route's, the fallback, and managers of those required */
		{"person anna role=r deputy=bo manager=cai; person bo deputy=dan manager=eva; person cai; person dan;"
		 "person eva; person fie; person gry; person ib; route infra role=r deputy=fie; fallback gry;"
		 "list infra",
			"anna bo cai dan fie gry"},
		{"person anna role=r feed=2020-01-01/2020-01-02:bo always=cai; person bo deputy=anna; person cai;"
		 "route infra role=r; list infra",
			"anna bo cai"},
		/* who is on a list, though it lets them go; not their deputies */
		{"person anna role=r; person bo deputy=cai; person cai; person dan; route infra role=r keep=dan;"
		 "list infra bo",
			"anna bo dan"},
		{"person anna role=r; person bo; mailbox alle; list alle bo; route infra role=r; list infra",
			"anna bo"},
		/* of another role, and of none that is held */
		{"person anna role=q; person bo; route infra role=r; list infra", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++) {
		struct world *w = world_new(cases[i].script);

		world_read(w);
		world_plan(w);
		assert_string_equal(show_named(w), cases[i].named);
		world_free(w);
	}
}

/* What they are called: by the name, and where another bears it, in whatever case, by the login, too. */
static void test_called(void **state)
{
	struct snapshot *snapshot = snapshot_new(0);
	struct person people[] = {
		{.dn = "uid=a",
			.key = "uid=a",
			.identity = "1",
			.name = "Anna Møller",
			.login = "amo"},
		{.dn = "uid=b", .key = "uid=b", .identity = "2", .name = "Bo"},
		{.dn = "uid=c",
			.key = "uid=c",
			.identity = "3",
			.name = "ANNA  MØLLER",
			.mail = "c@x"},
		{.dn = "uid=d", .key = "uid=d", .identity = "4", .name = "Anna Møller"},
	};
	static const char *const called[] = {
		"Anna Møller (amo)", "Bo", "ANNA  MØLLER (c@x)", "Anna Møller (uid=d)"};

	assert_string_equal(person_called(snapshot_add_person(snapshot, &people[0])),
		"Anna Møller");
	for (size_t i = 1; i < ROWS(people); i++)
		snapshot_add_person(snapshot, &people[i]);
	for (size_t i = 0; i < ROWS(people); i++)
		assert_string_equal(person_called(snapshot_person_at(snapshot, i)), called[i]);
	snapshot_add_person(snapshot, &people[1]); /* the same one again is not another */
	assert_string_equal(person_called(snapshot_person_at(snapshot, 1)), "Bo");
	snapshot_free(snapshot);
}

struct state_case {
	const char *script;
	enum person_state state;
};

/* An absence that ends is a leave; one without an end does not hide that nobody can reach them. */
static void test_states(void **state)
{
	static const struct state_case cases[] = {
		{"person anna", PERSON_AVAILABLE},
		{"person anna away", PERSON_AWAY},
		{"person anna away=2026-12-20/2026-12-30", PERSON_AWAY},
		{"person anna away=2026-12-25/2026-12-30", PERSON_AVAILABLE},
		{"person anna disabled", PERSON_DISABLED},
		{"person anna disabled away", PERSON_DISABLED},
		{"person anna disabled away=2026-12-20/2026-12-30", PERSON_AWAY},
		{"person anna expires=2026-12-01", PERSON_EXPIRED},
		{"person anna expires=2026-12-24", PERSON_AVAILABLE},
		{"person anna expires=2026-12-01 unmailed away", PERSON_EXPIRED},
		{"person anna unmailed", PERSON_NO_MAIL},
		{"person anna unmailed away", PERSON_NO_MAIL},
		{"person anna unmailed disabled", PERSON_DISABLED},
		{"person anna disabled shared", PERSON_AVAILABLE},
		{"person anna disabled shared unmailed", PERSON_MAILBOX_NO_MAIL},
		{"person anna disabled shared expires=2026-12-01", PERSON_EXPIRED},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++) {
		struct world *w = world_new(cases[i].script);
		moment until = 0;

		world_read(w);
		assert_int_equal(person_state(snapshot_person_at(w->snapshot, 0), w->at, &until),
			cases[i].state);
		assert_int_equal(until != 0, cases[i].state == PERSON_AWAY);
		world_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_called),
		cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
