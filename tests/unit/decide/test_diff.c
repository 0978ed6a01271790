/* Rules 6 to 10: what is added and removed, what is explained, what is held. */
#include "unit.h"

#include <string.h>

#include "decide/decide.h"
#include "decide/diff.h"
#include "world.h"

struct world_case {
	const char *script, *plan;
};

static void check(const struct world_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].script); i++)
		assert_world(cases[i].script, cases[i].plan);
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof(cases[0]))

/* "~": explained, "-": not (rule 9). */
static void test_explained(void **state)
{
	static const struct world_case cases[] = {
		/* required, absent, and somebody stands in */
		{"person anna role=r away deputy=bo; person bo; route infra role=r; list infra anna bo",
			"bo ~anna"},
		{"person anna role=r away=2026-12-20/2026-12-30 disabled deputy=bo; person bo; route infra role=r;"
		 "list infra anna bo",
			"bo ~anna"},
		/* required, but lost rather than absent */
		{"person anna role=r unmailed deputy=bo; person bo role=r; route infra role=r; list infra anna bo",
			"bo -anna"},
		{"person anna role=r disabled away deputy=bo; person bo role=r; route infra role=r;"
		 "list infra anna bo",
			"bo -anna"},
		/* one who lost the role, absent or not */
		{"person anna role=r; person zoe; route infra role=r; list infra anna zoe",
			"anna -zoe"},
		{"person anna role=r; person zoe away deputy=anna; route infra role=r; list infra anna zoe",
			"anna -zoe"},
		/* a former stand-in when the person is back */
		{"person anna role=r deputy=bo; person bo; route infra role=r; list infra anna bo",
			"anna ~bo"},
		{"person anna role=r away=2026-12-20/2026-12-22 deputy=bo; person bo; route infra role=r;"
		 "list infra bo",
			"+anna ~bo"},
		/* deputies of deputies, whoever is here */
		{"person anna role=r deputy=bo; person bo deputy=cai; person cai deputy=dan; person dan;"
		 "route infra role=r; list infra anna dan",
			"anna ~dan"},
		{"person anna role=r was manager=bo; person bo deputy=cai; person cai; route infra role=r;"
		 "list infra anna bo cai",
			"anna ~bo ~cai"},
		{"person anna role=r manager=bo; person bo manager=cai; person cai; route infra role=r;"
		 "list infra anna cai",
			"anna -cai"},
		{"person anna role=r deputy=bo; person bo manager=cai; person cai; route infra role=r;"
		 "list infra anna cai",
			"anna -cai"},
		/* whom a feed names for any absence, past or to come */
		{"person anna role=r was feed=2020-01-01/2020-01-02:bo feed=2030-01-01/2030-01-02:cai; person bo;"
		 "person cai; route infra role=r; list infra anna bo cai",
			"anna ~bo ~cai"},
		{"person anna role=r deputy=bo; person bo feed=2030-01-01/2030-01-02:cai; person cai;"
		 "route infra role=r; list infra anna cai",
			"anna ~cai"},
		/* the route's deputies and the fallback, and their deputies */
		{"person anna role=r; person bo; person cai; route infra role=r deputy=bo; fallback cai;"
		 "list infra anna bo cai",
			"anna ~bo ~cai"},
		{"person anna role=r was; person bo deputy=dan; person cai deputy=eva; person dan; person eva;"
		 "route infra role=r deputy=bo; fallback cai; list infra anna dan eva",
			"anna ~dan ~eva"},
		/* no more of these than people can have needed: the first by their DNs */
		{"person anna role=r deputy=bo,cai; person bo; person cai; route infra role=r; list infra anna cai bo",
			"anna ~bo -cai"},
		{"person anna role=r deputy=bo,cai; person bo; person cai; person dan; person eva role=r was;"
		 "route infra role=r deputy=dan; list infra anna eva dan cai bo",
			"anna eva ~bo ~cai ~dan"},
		/* and whom a person of another list misses does not count */
		{"person anna role=r deputy=bo,cai; person bo; person cai; person eva role=q was; route infra role=r;"
		 "inform o role=q; list infra anna cai bo; list o eva",
			"infra: anna ~bo -cai; o: eva"},
		/* … for somebody required; with nobody required, only they themselves */
		{"person bo deputy=dan; person cai; person dan; route infra role=r deputy=bo,cai;"
		 "list infra bo cai dan",
			"bo ~cai -dan"},
		{"person bo; person cai deputy=dan; person dan; route infra role=r deputy=bo;"
		 "fallback cai; list infra bo cai dan",
			"bo ~cai -dan"},
		/* of another route, or of one who is not required */
		{"person anna role=r; person bo; person zoe deputy=bo; route infra role=r; list infra anna bo",
			"anna -bo"},
		/* a required person who is another's deputy, and lost the mail address */
		{"person anna role=r deputy=bo; person bo role=r unmailed deputy=anna; route infra role=r;"
		 "list infra anna bo",
			"anna ~bo"},
		/* a circle does not make one explain oneself */
		{"person anna role=r deputy=bo; person bo deputy=anna; person cai role=r; route infra role=r;"
		 "list infra anna bo cai",
			"anna cai ~bo"},
		{"person anna role=r unmailed deputy=bo; person bo deputy=anna; person cai role=r;"
		 "route infra role=r; list infra anna cai",
			"cai -anna"},
		/* no entry, or no person */
		{"person anna role=r; route infra role=r; list infra anna ghost", "anna -ghost"},
		{"person anna role=r; other printer; route infra role=r; list infra anna printer",
			"anna -printer"},
		{"person anna role=r; group drift; route infra role=r; list infra anna drift",
			"anna -drift"},
		/* an inform list knows of no absence */
		{"person anna role=r; person bo role=q deputy=zoe; person zoe; inform orient role=r;"
		 "list orient anna zoe",
			"anna -zoe"},
	};

	CHECK(cases);
}

static void test_additive(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=r; person zoe; route infra role=r additive; list infra anna zoe ghost",
			"anna =ghost =zoe"},
		{"person anna role=r away deputy=bo; person bo; route infra role=r additive; list infra anna",
			"+bo ~anna"},
		/* required, and cannot be reached */
		{"person anna role=r disabled deputy=bo; person bo role=r; route infra role=r additive;"
		 "list infra anna bo",
			"bo -anna"},
		/* one who could stand in, but whom somebody else put there */
		{"person anna role=r deputy=bo; person bo; route infra role=r additive; list infra anna bo",
			"anna =bo"},
		{"person anna role=r; person bo; route infra role=r deputy=bo additive; list infra anna bo",
			"anna =bo"},
		/* whom postvagt put there, as its reports show, for whatever reason */
		{"person anna role=r deputy=bo; person bo; route infra role=r additive; list infra anna bo;"
		 "stood infra bo",
			"anna ~bo"},
		{"person anna role=r; person zoe; person ulf; route infra role=r additive; list infra anna ulf zoe;"
		 "added infra zoe",
			"anna =ulf -zoe"},
		{"person anna role=r; route infra role=r additive; list infra anna ghost; added infra ghost",
			"anna -ghost"},
		/* not: on another list, or another person who got the DN */
		{"person anna role=r; person zoe; route infra role=r additive; route b role=r; list infra anna zoe;"
		 "list b anna; added b zoe",
			"b: anna; infra: anna =zoe"},
		{"held loen; person anna role=r away deputy=bo; person bo; route infra role=r additive;"
		 "list infra anna",
			"=anna +bo"},
		{"person anna role=r; person zoe; route infra role=r additive keep=zoe; list infra zoe",
			"+anna zoe"},
	};

	CHECK(cases);
}

/* Rule 10: DNs as DNs, people by their identity. */
static void test_same_member(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=r; route infra role=r; list infra UID=Anna,OU=p,DC=X", "anna"},
		{"person anna role=r; route infra role=r; list infra uid=anna,_ou=P,_dc=x", "anna"},
		{"person anna role=r; route infra role=r; list infra userid=\\61nna,ou=P,dc=x",
			"anna"},
		{"person anna role=r dn=cn=Sørensen\\,_Åse,ou=P,dc=x; route infra role=r;"
		 "list infra CN=S\\C3\\B8rensen\\2C_\\C3\\85se,ou=P,dc=x",
			"anna"},
		{"person anna role=r dn=cn=Åse,ou=P,dc=x; route infra role=r; list infra cn=A\xcc\x8ase,ou=P,dc=x",
			"anna"},
		{"person anna role=r; route infra role=r; list infra uid=annas,ou=P,dc=x",
			"+anna -annas"},
		/* the old name of a renamed entry, under which the directory finds the same identity */
		{"person anna role=r alias=uid=ann,ou=P,dc=x; route infra role=r; list infra uid=ann,ou=P,dc=x",
			"anna"},
		{"person anna role=r alias=uid=ann,ou=P,dc=x away deputy=bo; person bo; route infra role=r;"
		 "list infra uid=ann,ou=P,dc=x",
			"+bo ~anna"},
	};

	CHECK(cases);
}

/* What is deleted is the value as the list has it. */
static void test_removes_the_lists_own_value(void **state)
{
	struct world *w = world_new("person anna role=r; person zoe; route infra role=r;"
				    "list infra anna UID=ZOE,OU=P,DC=X");
	const struct list_plan *list;

	world_plan(w);
	list = world_list(w, "infra");
	assert_int_equal(list->removal_count, 1);
	assert_string_equal(list->removals[0].dn, "UID=ZOE,OU=P,DC=X");
	assert_string_equal(list->removals[0].person->name, "zoe");
	world_free(w);
}

static void test_order(void **state)
{
	assert_world(
		"person dan role=r; person anna role=r; person cai role=r; person zoe; person bo;"
		"route infra role=r; route a role=r; list infra zoe cai bo; list a",
		"a: +anna +cai +dan; infra: +anna cai +dan -bo -zoe");
}

struct leaving_case {
	const char *script, *name;
	enum leaving_kind kind;
};

static void test_why_leaving(void **state)
{
	static const struct leaving_case cases[] = {
		{"person anna role=r away deputy=bo; person bo; route infra role=r; list infra anna bo",
			"anna", LEAVES_ABSENT},
		{"person anna role=r disabled deputy=bo; person bo role=r; route infra role=r;"
		 "list infra anna bo",
			"anna", LEAVES_UNREACHABLE},
		{"person anna role=r deputy=bo; person bo; route infra role=r; list infra anna bo",
			"bo", LEAVES_STAND_IN},
		{"person anna role=r; person zoe; route infra role=r; list infra anna zoe", "zoe",
			LEAVES_UNWANTED},
		{"person anna role=r; person fp disabled shared role=r; route infra role=r; list infra anna fp",
			"fp", LEAVES_MAILBOX},
		{"person anna role=r; route infra role=r; list infra anna ghost", "ghost",
			LEAVES_GONE},
		{"person anna role=r; other printer; route infra role=r; list infra anna printer",
			"printer", LEAVES_NOT_PERSON},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++) {
		struct world *w = world_new(cases[i].script);
		const struct list_plan *list;

		world_plan(w);
		list = world_list(w, "infra");
		assert_int_equal(list->removal_count, 1);
		assert_non_null(strstr(list->removals[0].dn, cases[i].name));
		assert_int_equal(list->removals[0].kind, cases[i].kind);
		world_free(w);
	}
}

/* Rule 8: a feed that cannot be read holds every removal, on every list; additions are made. */
static void test_held(void **state)
{
	static const struct world_case cases[] = {
		{"held loen; person anna role=r; person zoe; route infra role=r; list infra zoe",
			"+anna =zoe"},
		{"held loen; person anna role=r away deputy=bo; person bo; route infra role=r; list infra anna",
			"=anna +bo"},
		{"held loen; person anna role=r; person zoe; route infra role=r; list infra anna; mailbox m;"
		 "list m zoe; inform o role=r; list o zoe",
			"infra: anna; m: +anna =zoe; o: +anna =zoe"},
	};
	struct world *w = world_new(cases[0].script);

	CHECK(cases);
	world_plan(w);
	assert_string_equal(w->plan->held, "loen");
	assert_int_equal(w->plan->held_count, 1);
	assert_int_equal(world_list(w, "infra")->held, 1);
	assert_int_equal(w->plan->unexplained[CHANGE_REMOVES], 0);
	world_free(w);
}

/* A second run makes no change (rule 10). */
static void test_settles(void **state)
{
	static const char *const scripts[] = {
		"person anna role=r away deputy=bo; person bo; person zoe; route infra role=r; list infra zoe",
		"create; person anna role=r; route infra role=r keep=drift; group drift",
		"held loen; person anna role=r; person zoe; route infra role=r; list infra zoe",
		"person zoe; person bo; route infra role=r keep=bo; list infra zoe",
		"person anna role=r; person zoe; route infra role=r additive; list infra zoe; mailbox m; list m",
		"person anna role=r; list infra UID=ANNA,OU=P,DC=X; route infra role=r",
	};

	for (size_t i = 0; i < ROWS(scripts) && row(i, "%s", scripts[i]); i++) {
		struct world *w = world_new(scripts[i]);

		world_plan(w);
		world_apply(w);
		world_plan(w);
		if (plan_has_changes(w->plan))
			fail_msg("in %s\nthe second run gives %s", scripts[i], world_show(w));
		world_free(w);
	}
}

struct puzzle_case {
	const char *script;
	bool needs_everyone;
};

/* Only somebody left over, whom no absence explains at once, calls for a look at all deputies. */
static void test_needs_everyone(void **state)
{
	static const struct puzzle_case cases[] = {
		{"person anna role=r; route infra role=r; list infra anna", false},
		{"person anna role=r; route infra role=r; list infra", false},
		{"person anna role=r away deputy=bo; person bo; route infra role=r; list infra anna bo",
			false},
		{"person anna role=r; person zoe; route infra role=r; list infra anna zoe", true},
		{"person anna role=r; route infra role=r; list infra anna ghost", true},
		{"person anna role=r; person zoe; route infra role=r keep=zoe; list infra anna zoe",
			false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++) {
		struct world *w = world_new(cases[i].script);
		const struct time_scope now = scope_at(w->at);

		world_gather(w, &now);
		w->plan = plan_new(w->at);
		decide(w->plan, &w->mapping, &w->policy, w->snapshot);
		if (diff_needs_everyone(w->plan, w->snapshot) != cases[i].needs_everyone)
			fail_msg("needs everyone, or not: %s", cases[i].script);
		world_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_additive),
		cmocka_unit_test(test_same_member),
		cmocka_unit_test(test_removes_the_lists_own_value),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_why_leaving),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_settles),
		cmocka_unit_test(test_needs_everyone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
