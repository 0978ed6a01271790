/* Rule 3: who takes over for somebody who is not available, in which order, and how far it is sought. */
#include "unit.h"

#include <string.h>
#include <sys/resource.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/stand_in.h"
#include "world.h"

struct search_case {
	const char *script; /* the search is for anna, on the list "infra" */
	const char *found;  /* NULL: nobody */
	const char *looked; /* the names of all candidates, in order */
};

static const char *looked_text(struct world *w, const struct candidates *looked)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (size_t i = 0; i < looked->count; i++)
		strbuf_add_item(&out, " ", looked->items[i].reference->text);
	text = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return text;
}

static void search(const struct search_case *c, const struct time_scope *scope)
{
	struct world *w = world_new(c->script);
	struct candidates looked = {0};
	const struct person *found;

	world_read(w);
	found = stand_in_find(world_person(w, "anna"), world_block(w, "infra"), &w->policy,
		w->snapshot, scope ? scope : &(struct time_scope){w->at, w->at, false}, w->arena,
		&looked);
	if (found && c->found)
		assert_string_equal(found->name, c->found);
	else
		assert_string_equal(found ? found->name : "nobody", c->found ? c->found : "nobody");
	assert_string_equal(looked_text(w, &looked), c->looked);
	world_free(w);
}

#define HERE ";person bo;person cai;person dan;person eva;person fie;person gry"

static const struct search_case orders[] = {
	{"person anna away deputy=bo,cai; route infra" HERE, "bo", "bo"},
	{"person anna away deputy=cai,bo; route infra" HERE, "cai", "cai"},
	{"person anna away deputy=bo manager=dan; route infra deputy=cai; fallback eva" HERE, "bo",
		"bo"},
	{"person anna away manager=dan; route infra deputy=cai; fallback eva" HERE, "cai", "cai"},
	/* whom a feed names for this absence, then for any, then the directory's */
	{"person anna deputy=bo always=cai,dan feed=2026-12-20/2026-12-30:eva; at 2026-12-23T08:00;"
	 "route infra" HERE,
		"eva", "eva"},
	{"person anna deputy=bo always=cai,dan feed=2026-12-20/2026-12-22:eva away;"
	 "at 2026-12-23T08:00; route infra" HERE,
		"cai", "cai"},
	{"person anna away deputy=gry always=bo,cai; person bo away always=dan; person cai;"
	 "person dan away; person gry; route infra",
		"cai", "bo dan cai"},
	{"person anna away manager=dan; route infra; fallback eva" HERE, "dan", "dan"},
	{"person anna away; route infra; fallback eva,fie" HERE, "eva", "eva"},
	{"person anna away; route infra" HERE, NULL, ""},
	{"person anna unmailed deputy=bo; route infra" HERE, "bo", "bo"},
	{"person anna disabled deputy=bo; route infra" HERE, "bo", "bo"},
	{"person anna away deputy=uid=bo|ou=P|dc=x; route infra" HERE, "bo", "uid=bo,ou=P,dc=x"},
	{"person anna away deputy=BO@X.DK; route infra" HERE, "bo", "BO@X.DK"},
	{"person anna away deputy=Bo; route infra" HERE, "bo", "Bo"},
};

static const struct search_case chains[] = {
	/* depth first: the deputy's deputies come before the next deputy */
	{"person anna away deputy=bo,cai; person bo away deputy=dan; person cai; person dan; route infra",
		"dan", "bo dan"},
	{"person anna away deputy=bo,cai; person bo away deputy=dan,eva; person dan away; person eva away;"
	 "person cai; route infra",
		"cai", "bo dan eva cai"},
	{"person anna away deputy=bo; person bo away deputy=cai; person cai away deputy=dan;"
	 "person dan away deputy=eva; person eva; route infra",
		"eva", "bo cai dan eva"},
	/* so it is with the route's deputies, the manager and the fallback */
	{"person anna away manager=fie; person bo away deputy=dan; person dan; person fie;"
	 "route infra deputy=bo,cai; person cai",
		"dan", "bo dan"},
	{"person anna away manager=bo; person bo away deputy=dan; person dan; route infra; fallback eva;"
	 "person eva",
		"dan", "bo dan"},
	{"person anna away; person bo away deputy=dan; person dan; route infra; fallback bo,eva;"
	 "person eva",
		"dan", "bo dan"},
	/* a candidate's manager is nobody's candidate, nor is a manager's manager */
	{"person anna away deputy=bo manager=cai; person bo away manager=dan; person cai away manager=dan;"
	 "person dan; route infra; fallback eva; person eva",
		"eva", "bo cai eva"},
	/* disabled or without mail is away, too */
	{"person anna away deputy=bo,cai; person bo disabled deputy=dan; person dan unmailed; person cai;"
	 "route infra",
		"cai", "bo dan cai"},
};

static const struct search_case circles[] = {
	{"person anna away deputy=anna; route infra", NULL, ""},
	{"person anna away deputy=anna@x.dk,bo; person bo; route infra", "bo", "bo"},
	{"person anna away deputy=bo; person bo away deputy=anna; route infra; fallback eva; person eva",
		"eva", "bo eva"},
	{"person anna away deputy=bo; person bo away deputy=cai; person cai away deputy=bo,anna; route infra",
		NULL, "bo cai"},
	/* once, by whichever name and from whichever place */
	{"person anna away deputy=bo,bo@x.dk manager=uid=bo|ou=P|dc=x; person bo away;"
	 "route infra deputy=BO; fallback bo",
		NULL, "bo"},
	{"person anna away deputy=bo,cai; person bo away deputy=dan; person cai away deputy=dan,eva;"
	 "person dan away; person eva; route infra",
		"eva", "bo dan cai eva"},
};

static const struct search_case nobodies[] = {
	{"person anna away deputy=ghost,bo; person bo; route infra", "bo", "ghost bo"},
	{"person anna away deputy=drift,bo; group drift cai; person cai; person bo; route infra",
		"bo", "cn=drift,ou=G,dc=x bo"},
	{"person anna away deputy=printer,bo; other printer; person bo; route infra", "bo",
		"cn=printer,ou=O,dc=x bo"},
	{"person anna away deputy=delt,bo; person x mail=delt; person y login=delt; person bo; route infra",
		"bo", "delt bo"},
};

/* At 2026-12-23 08:00. */
static const struct search_case feeds[] = {
	{"person anna feed=2026-12-20/2026-12-30:bo deputy=cai; route infra" HERE, "bo", "bo"},
	{"person anna away feed=2026-12-24/2026-12-30:bo deputy=cai; route infra" HERE, "cai",
		"cai"},
	{"person anna away feed=2026-12-20/2026-12-22:bo deputy=cai; route infra" HERE, "cai",
		"cai"},
	{"person anna away feed=2026-12-20/2026-12-23:bo deputy=cai; route infra" HERE, "bo", "bo"},
	{"person anna away feed=2026-12-20/2026-12-23T08:00:bo deputy=cai; route infra" HERE, "cai",
		"cai"},
	{"person anna feed=2026-12-20/2026-12-30:bo,cai feed=2026-12-20/2026-12-30:dan; route infra;"
	 "person bo away; person cai away; person dan",
		"dan", "bo cai dan"},
	/* a deputy's feed counts for the deputy */
	{"person anna away deputy=bo; person bo feed=2026-12-20/2026-12-30:dan deputy=eva; person dan;"
	 "person eva; route infra",
		"dan", "bo dan"},
};

/* With everyone counted as away, all who ever could. */
static const struct search_case everyone[] = {
	{"person anna deputy=bo feed=2020-01-01/2020-01-02:cai manager=dan; route infra deputy=eva;"
	 "fallback fie" HERE,
		NULL, "cai bo eva dan fie"},
	{"person anna deputy=bo; person bo deputy=cai feed=2030-01-01/2030-01-02:dan; person cai deputy=anna;"
	 "person dan; route infra",
		NULL, "bo dan cai"},
};

static void run(const struct search_case *cases, size_t count, const struct time_scope *scope)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].script); i++)
		search(&cases[i], scope);
}

#define RUN(cases, scope) run(cases, sizeof(cases) / sizeof(cases[0]), scope)

static void test_order(void **state)
{
	RUN(orders, NULL);
}

static void test_depth_first(void **state)
{
	RUN(chains, NULL);
}

static void test_nobody_twice(void **state)
{
	RUN(circles, NULL);
}

static void test_passed_over(void **state)
{
	RUN(nobodies, NULL);
}

static void test_feeds(void **state)
{
	RUN(feeds, NULL);
}

static void test_everyone(void **state)
{
	const struct time_scope scope = {.everyone = true};

	RUN(everyone, &scope);
}

/* anna, whose deputies are a chain of `length` people; only the last of them is here. */
static struct world *chain(int length, const char *more)
{
	struct strbuf script = STRBUF_INIT;
	struct world *w;

	strbuf_adds(&script, "person anna role=r away deputy=p1; route infra role=r;");
	for (int i = 1; i < length; i++)
		strbuf_addf(&script, "person p%d away deputy=p%d;", i, i + 1);
	strbuf_addf(&script, "person p%d;%s", length, more);
	w = world_new(script.text);
	strbuf_release(&script);
	return w;
}

/* A chain as long as a search follows it. */
static void test_long_chain(void **state)
{
	struct world *w = chain(STAND_IN_LOOKS_MAX, "list infra");

	assert_true(world_plan(w));
	assert_string_equal(world_show(w), "+p1000");
	assert_string_equal(world_findings(w), "");
	world_free(w);
}

/* One more: an error, and anna stays. */
static void test_longer_chain(void **state)
{
	struct world *w = chain(STAND_IN_LOOKS_MAX + 1, "list infra");

	assert_true(world_plan(w));
	assert_string_equal(world_show(w), "+anna !anna !0/1");
	assert_string_equal(world_findings(w),
		"error uid=anna,ou=P,dc=x: the search for a stand-in on cn=infra,ou=L,dc=x is cut off "
		"after 1000 people, and nobody stands in; shorten the chain of deputies\n");
	world_free(w);
}

/* What is asked for is as bounded as what is looked at; so is who could ever stand in (rule 9). */
static void test_longer_chain_everyone(void **state)
{
	struct world *w = chain(STAND_IN_LOOKS_MAX + 5, "list infra");
	const struct time_scope scope = {.everyone = true};
	struct candidates looked = {0};

	world_read(w);
	assert_null(stand_in_find(world_person(w, "anna"), world_block(w, "infra"), &w->policy,
		w->snapshot, &scope, w->arena, &looked));
	assert_true(looked.is_cut);
	assert_int_equal(looked.count, STAND_IN_LOOKS_MAX);
	world_free(w);
}

/* Whether a removal is explained is not known either: it counts, and that is an error. */
static void test_longer_chain_removal(void **state)
{
	struct world *w = chain(STAND_IN_LOOKS_MAX + 1, "person zed; list infra p1001 zed;");

	assert_true(world_plan(w));
	assert_string_equal(world_show(w), "+anna -p1001 -zed !anna !0/1");
	assert_non_null(strstr(world_findings(w),
		"error cn=infra,ou=L,dc=x: whether uid=p1001,ou=P,dc=x was a stand-in is not known, so "
		"the removal counts for the limits: the search from uid=anna,ou=P,dc=x is cut off "
		"after 1000 people; shorten the chain of deputies\n"));
	assert_int_equal(w->plan->unexplained[CHANGE_REMOVES], 2);
	world_free(w);
}

/* Kilobytes of memory that the process ever had. */
static long most_memory(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

/* Everybody is everybody's deputy: the memory grows with the people, not with their deputies. */
static void test_all_for_all(void **state)
{
	struct strbuf script = STRBUF_INIT, deputies = STRBUF_INIT;
	struct candidates looked = {0};
	struct world *w;
	long before;

	for (int i = 0; i < 500; i++)
		strbuf_addf(&deputies, "%sp%d", i ? "," : "", i);
	strbuf_adds(&script, "route infra;");
	for (int i = 0; i < 500; i++)
		strbuf_addf(&script, "person p%d away deputy=%s;", i, deputies.text);
	strbuf_adds(&script, "person anna away deputy=p0");
	w = world_new(script.text);
	world_read(w);
	before = most_memory();
	assert_null(stand_in_find(world_person(w, "anna"), world_block(w, "infra"), &w->policy,
		w->snapshot, &(struct time_scope){w->at, w->at, false}, w->arena, &looked));
	assert_int_equal(looked.count, 500);
	assert_false(looked.is_cut);
	assert_in_range(most_memory() - before, 0, 4096);
	world_free(w);
	strbuf_release(&deputies);
	strbuf_release(&script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_depth_first),
		cmocka_unit_test(test_nobody_twice),
		cmocka_unit_test(test_passed_over),
		cmocka_unit_test(test_feeds),
		cmocka_unit_test(test_everyone),
		cmocka_unit_test(test_long_chain),
		cmocka_unit_test(test_longer_chain),
		cmocka_unit_test(test_longer_chain_everyone),
		cmocka_unit_test(test_longer_chain_removal),
		cmocka_unit_test(test_all_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
