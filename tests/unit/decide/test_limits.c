/* Rule 9: changes that no absence explains are counted, on each list and on all, against the limits. */
#include "unit.h"

#include "world.h"

enum verdict {
	FINE = 0,
	OVER_LIST = 1, /* of removals */
	OVER_RUN = 2,
	ADDS_TO_LIST = 4, /* too many additions */
	ADDS_IN_RUN = 8,
};

struct limit_case {
	const char *script;
	size_t removals, additions; /* that count */
	unsigned verdict;
};

#define ANNA "person anna role=r; route infra role=r; person p; person q; person s;"

#define STAND_INS "limits 2 9; person q; person s; person t; person u; route infra role=r;"

static const struct limit_case cases[] = {
	{ANNA "limits 2 9; list infra anna", 0, 0, FINE},
	{ANNA "limits 2 9; list infra anna p", 1, 0, FINE},
	{ANNA "limits 2 9; list infra anna p q", 2, 0, FINE},
	{ANNA "limits 2 9; list infra anna p q s", 3, 0, OVER_LIST},
	{ANNA "limits 9 2; list infra anna p q", 2, 0, FINE},
	{ANNA "limits 9 2; list infra anna p q s", 3, 0, OVER_RUN},
	{ANNA "limits 2 2; list infra anna p q s", 3, 0, OVER_LIST | OVER_RUN},
	/* 0: none at all */
	{ANNA "limits 0 0; list infra anna", 0, 0, FINE},
	{ANNA "limits 0 9; list infra anna p", 1, 0, OVER_LIST},
	{ANNA "limits 9 0; list infra anna p", 1, 0, OVER_RUN},
	/* entries that are gone, or no people, count as well */
	{ANNA "limits 1 9; list infra anna ghost", 1, 0, FINE},
	{ANNA "limits 1 9; other printer; list infra anna ghost printer", 2, 0, OVER_LIST},
	/* a run's sum goes over all lists, the inform lists too */
	{ANNA "limits 2 3; route b role=r; list infra p q; list b p q", 4, 2, OVER_RUN},
	{ANNA "limits 2 4; route b role=r; list infra p q; list b p q", 4, 2, FINE},
	{ANNA "limits 1 9; inform b role=r; list infra; list b p q", 2, 2, OVER_LIST},
	/* the mailbox's list counts for none */
	{ANNA "limits 0 0; mailbox m; list infra; list m p q s", 0, 1, FINE},
	{ANNA "limits 1 1; mailbox m; list infra p; list m p q s", 1, 1, FINE},
	/* nor do removals that are explained: half the town on holiday */
	{"limits 0 0; fallback bo; person bo; person anna role=r away; person cai role=r away;"
	 "person dan role=r away; person eva role=r away; route infra role=r; list infra anna cai dan eva",
		0, 0, FINE},
	{"limits 0 0; person anna role=r was deputy=bo manager=dan; person bo deputy=cai; person cai; person dan;"
	 "person eva; person fie; route infra role=r deputy=eva at_least=2; fallback fie;"
	 "list infra anna bo cai dan eva fie",
		0, 0, FINE},
	{"limits 1 1; person anna role=r disabled deputy=bo; person bo role=r; route infra role=r;"
	 "list infra anna bo",
		1, 0, FINE},
	{"limits 0 0; person anna role=r disabled deputy=bo; person bo role=r; route infra role=r;"
	 "list infra anna bo",
		1, 0, OVER_LIST | OVER_RUN},
	/* nor those that are not made: held, additive, nobody else, a group that is not there */
	{ANNA "limits 0 0; held loen; list infra p q", 0, 1, FINE},
	{ANNA "limits 0 0; route b role=r additive; list infra anna; list b p q", 0, 1, FINE},
	{ANNA "limits 0 0; route b role=none; list infra anna; list b p q", 0, 0, FINE},
	{ANNA "limits 0 0; route b role=r group=ghosts; list infra anna; list b p q", 0, 1, FINE},
	/* those who could stand in: one a required person who is absent or was, and at_least, 1 here */
	{STAND_INS "person anna role=r deputy=q,s,t,u; list infra anna q s t u", 3, 0, OVER_LIST},
	{STAND_INS "person anna role=r deputy=q,s,t,u was; list infra anna q s t u", 2, 0, FINE},
	{STAND_INS
		"person anna role=r deputy=q,s,t,u away=2026-12-01/2026-12-02; list infra anna q s t u",
		2, 0, FINE},
	{STAND_INS
		"person anna role=r deputy=q,s,t,u away=2026-11-20/2026-11-21; list infra anna q s t u",
		3, 0, OVER_LIST},
	{STAND_INS
		"person anna role=r deputy=q,s,t,u away=2026-12-24/2026-12-30; list infra anna q s t u",
		3, 0, OVER_LIST},
	{STAND_INS "person anna role=r deputy=q,s,t,u; person zoe was; list infra anna q s t u", 3,
		0, OVER_LIST},
	{STAND_INS
		"person anna role=r deputy=q,s,t,u; person bo role=r was; person cai role=r was; person dan role=r was;"
		"list infra anna bo cai dan q s t u",
		0, 0, FINE},
	/* the route's deputies, the fallback, and the required who are away take none of these places */
	{"limits 2 9; person q; person s; person anna role=r deputy=q,s; person bo; person cai; fallback cai;"
	 "person dan role=r away deputy=anna; route infra role=r deputy=bo; list infra anna bo cai dan q s",
		0, 0, FINE},
	/* one account switches no limit off by naming others as its deputies */
	{"limits 1 9; person anna role=r deputy=bo,cai,dan,eva; person bo; person cai; person dan; person eva;"
	 "route infra role=r; list infra anna bo cai dan eva",
		3, 0, OVER_LIST},
	/* additions: a role, a group, a person, `keep`; also when a list is first filled, or made */
	{ANNA "limits 9 9 0 9; list infra", 0, 1, ADDS_TO_LIST},
	{ANNA "limits 9 9 1 9; list infra", 0, 1, FINE},
	{ANNA "limits 9 9 0 0; create", 0, 1, ADDS_TO_LIST | ADDS_IN_RUN},
	{ANNA "limits 9 9 0 0", 0, 0, FINE},
	{ANNA "limits 9 9 9 2; route b people=p,q; list infra; list b", 0, 3, ADDS_IN_RUN},
	{ANNA "limits 9 9 2 3; route b people=p,q; list infra; list b", 0, 3, FINE},
	{ANNA "limits 9 9 0 9; other printer; route b role=r keep=printer,p; list infra anna; list b anna",
		0, 2, ADDS_TO_LIST},
	{ANNA "limits 9 9 0 0; mailbox m; list infra anna; list m", 0, 0, FINE},
	{ANNA "limits 9 9 0 9; inform b role=r; list infra anna; list b", 0, 1, ADDS_TO_LIST},
	/* explained: who stands in or fills up, and who is back */
	{"limits 9 9 0 0; person anna role=r away deputy=bo; person bo; route infra role=r; list infra anna",
		0, 0, FINE},
	{"limits 9 9 0 0; person anna role=r; person bo; person cai; fallback cai; route infra role=r deputy=bo at_least=3;"
	 "list infra anna",
		0, 0, FINE},
	{"limits 9 9 0 0; person anna role=r was; route infra role=r; list infra", 0, 0, FINE},
	{"limits 9 9 0 0; person anna role=r away=2026-12-01/2026-12-10; route infra role=r; list infra",
		0, 0, FINE},
	{"limits 9 9 0 0; person anna role=r away=2026-11-01/2026-11-10; route infra role=r; list infra",
		0, 1, ADDS_TO_LIST | ADDS_IN_RUN},
	{"limits 9 9 0 0; add; person anna role=r away deputy=bo; person bo; route infra role=r; list infra",
		0, 0, FINE},
	/* not: one who is required, and stands in for another, too */
	{"limits 9 9 0 0; person anna role=r away deputy=bo; person bo role=r; route infra role=r; list infra anna",
		0, 1, ADDS_TO_LIST | ADDS_IN_RUN},
	/* nor: one whom nobody misses on a list that knows of no absence */
	{"limits 9 9 0 0; person anna role=r was; inform b role=r; list b", 0, 1,
		ADDS_TO_LIST | ADDS_IN_RUN},
};

static void check(const struct limit_case *c)
{
	struct world *w = world_new(c->script);
	const struct plan *plan;
	unsigned verdict = FINE;

	world_plan(w);
	plan = w->plan;
	for (size_t i = 0; i < plan->list_count; i++) {
		verdict |= plan->lists[i].over_limit[CHANGE_REMOVES] ? OVER_LIST : 0;
		verdict |= plan->lists[i].over_limit[CHANGE_ADDS] ? ADDS_TO_LIST : 0;
	}
	verdict |= plan->over_run_limit[CHANGE_REMOVES] ? OVER_RUN : 0;
	verdict |= plan->over_run_limit[CHANGE_ADDS] ? ADDS_IN_RUN : 0;
	if (plan->unexplained[CHANGE_REMOVES] != c->removals ||
		plan->unexplained[CHANGE_ADDS] != c->additions || verdict != c->verdict ||
		plan->refused != (c->verdict != FINE))
		fail_msg("%s\n%zu removals and %zu additions count, verdict %u, refused %d",
			c->script, plan->unexplained[CHANGE_REMOVES],
			plan->unexplained[CHANGE_ADDS], verdict, plan->refused);
	assert_memory_equal(plan->limits, w->policy.limits, sizeof(plan->limits));
	world_free(w);
}

static void test_limits(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++)
		check(&cases[i]);
}

/* Only the list that is over is said to be. */
static void test_which_list(void **state)
{
	struct world *w = world_new(ANNA "limits 1 9; route b role=r; list infra p q; list b p");

	world_plan(w);
	assert_true(world_list(w, "infra")->over_limit[CHANGE_REMOVES]);
	assert_false(world_list(w, "b")->over_limit[CHANGE_REMOVES]);
	assert_false(world_list(w, "infra")->over_limit[CHANGE_ADDS]);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_which_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
