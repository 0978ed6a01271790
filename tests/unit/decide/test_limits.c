/* Rule 9: removals that no absence explains are counted, on each list and on all, against the limits. */
#include "unit.h"

#include "world.h"

enum verdict {
	FINE = 0,
	OVER_LIST = 1,
	OVER_RUN = 2,
};

struct limit_case {
	const char *script;
	size_t unexplained;
	unsigned verdict;
};

#define ANNA "person anna role=r; route infra role=r; person p; person q; person s;"

static const struct limit_case cases[] = {
	{ANNA "limits 2 9; list infra anna", 0, FINE},
	{ANNA "limits 2 9; list infra anna p", 1, FINE},
	{ANNA "limits 2 9; list infra anna p q", 2, FINE},
	{ANNA "limits 2 9; list infra anna p q s", 3, OVER_LIST},
	{ANNA "limits 9 2; list infra anna p q", 2, FINE},
	{ANNA "limits 9 2; list infra anna p q s", 3, OVER_RUN},
	{ANNA "limits 2 2; list infra anna p q s", 3, OVER_LIST | OVER_RUN},
	/* 0: none at all */
	{ANNA "limits 0 0; list infra anna", 0, FINE},
	{ANNA "limits 0 9; list infra anna p", 1, OVER_LIST},
	{ANNA "limits 9 0; list infra anna p", 1, OVER_RUN},
	/* entries that are gone, or no people, count as well */
	{ANNA "limits 1 9; list infra anna ghost", 1, FINE},
	{ANNA "limits 1 9; other printer; list infra anna ghost printer", 2, OVER_LIST},
	/* a run's sum goes over all lists, the inform lists too */
	{ANNA "limits 2 3; route b role=r; list infra p q; list b p q", 4, OVER_RUN},
	{ANNA "limits 2 4; route b role=r; list infra p q; list b p q", 4, FINE},
	{ANNA "limits 1 9; inform b role=r; list infra; list b p q", 2, OVER_LIST},
	/* the mailbox's list counts for none */
	{ANNA "limits 0 0; mailbox m; list infra; list m p q s", 0, FINE},
	{ANNA "limits 1 1; mailbox m; list infra p; list m p q s", 1, FINE},
	/* nor do removals that are explained: half the town on holiday */
	{"limits 0 0; fallback bo; person bo; person anna role=r away; person cai role=r away;"
	 "person dan role=r away; person eva role=r away; route infra role=r; list infra anna cai dan eva",
		0, FINE},
	{"limits 0 0; person anna role=r deputy=bo manager=dan; person bo deputy=cai; person cai; person dan;"
	 "person eva; person fie; route infra role=r deputy=eva; fallback fie;"
	 "list infra anna bo cai dan eva fie",
		0, FINE},
	{"limits 1 1; person anna role=r disabled deputy=bo; person bo role=r; route infra role=r;"
	 "list infra anna bo",
		1, FINE},
	{"limits 0 0; person anna role=r disabled deputy=bo; person bo role=r; route infra role=r;"
	 "list infra anna bo",
		1, OVER_LIST | OVER_RUN},
	/* nor those that are not made: held, additive, nobody else, a group that is not there */
	{ANNA "limits 0 0; held loen; list infra p q", 0, FINE},
	{ANNA "limits 0 0; route b role=r additive; list infra anna; list b p q", 0, FINE},
	{ANNA "limits 0 0; route b role=none; list infra anna; list b p q", 0, FINE},
	{ANNA "limits 0 0; route b role=r group=ghosts; list infra anna; list b p q", 0, FINE},
};

static void check(const struct limit_case *c)
{
	struct world *w = world_new(c->script);
	bool over_list = false;
	unsigned verdict;

	world_plan(w);
	for (size_t i = 0; i < w->plan->list_count; i++)
		over_list |= w->plan->lists[i].over_limit;
	verdict = (over_list ? OVER_LIST : 0) | (w->plan->over_run_limit ? OVER_RUN : 0);
	if (w->plan->unexplained != c->unexplained || verdict != c->verdict ||
		w->plan->refused != (c->verdict != FINE))
		fail_msg("%s\n%zu unexplained, verdict %u, refused %d", c->script,
			w->plan->unexplained, verdict, w->plan->refused);
	assert_int_equal(w->plan->removals_per_list, w->policy.removals_per_list);
	assert_int_equal(w->plan->removals_per_run, w->policy.removals_per_run);
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
	assert_true(world_list(w, "infra")->over_limit);
	assert_false(world_list(w, "b")->over_limit);
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
