/* Whom feeds are asked about: enough for the decision, and nobody else; what a run asks of such a feed. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/needed_people.h"
#include "world.h"

struct needed_case {
	const char *script;
	const char *people; /* in their order */
};

static const char *needed_text(struct world *w, const struct time_scope *scope)
{
	struct needed_people needed;
	struct strbuf out = STRBUF_INIT;
	const char *text;

	world_gather(w, scope);
	needed_people_find(&needed, w->arena, &w->mapping, &w->policy, w->snapshot, scope);
	for (size_t i = 0; i < needed.count; i++)
		strbuf_add_item(&out, " ", needed.items[i]->name);
	text = arena_string(w->arena, out.text ? out.text : "");
	strbuf_release(&out);
	return text;
}

static void check(const struct needed_case *c, const struct time_scope *scope)
{
	struct world *w = world_new(c->script);
	const struct time_scope now = scope_at(w->at);

	assert_string_equal(needed_text(w, scope ? scope : &now), c->people);
	world_free(w);
}

static void check_all(const struct needed_case *cases, size_t count, const struct time_scope *scope)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].script); i++)
		check(&cases[i], scope);
}

static void test_required(void **state)
{
	static const struct needed_case cases[] = {
		{"person anna role=r deputy=bo; person bo; route infra role=r", "anna"},
		{"person anna; person bo; person cai role=r; group g bo;"
		 "route infra people=anna group=g role=r deputy=dan keep=eva; person dan; person eva",
			"anna bo cai"},
		{"person anna; person bo; critical hast people=anna; route infra people=bo",
			"anna bo"},
		/* Each once, whatever asks for them. */
		{"person anna role=r; route a role=r people=anna; route b people=anna; critical c role=r",
			"anna"},
		/* Absence is ignored on these lists. */
		{"person anna role=r; inform orient role=r", ""},
		{"person anna role=r; person bo; inform orient role=r; route infra people=bo",
			"bo"},
		/* Mail does not reach them, but they may be on a leave. */
		{"person anna role=r unmailed; person bo role=r disabled; person cai role=r;"
		 "route infra role=r",
			"anna bo cai"},
		{"person vagt disabled shared; route infra people=vagt", "vagt"},
		/* Strangers, and those who are kept. */
		{"person anna; person zoe; person yrsa; route infra people=anna keep=yrsa; list infra zoe",
			"anna"},
	};

	check_all(cases, ROWS(cases), NULL);
}

static void test_stand_ins(void **state)
{
	static const struct needed_case cases[] = {
		{"person anna role=r away deputy=bo,cai; person bo deputy=dan; person cai; person dan;"
		 "route infra role=r",
			"anna bo"},
		{"person anna role=r away deputy=bo,cai; person bo away deputy=dan; person cai;"
		 "person dan; route infra role=r",
			"anna bo dan"},
		{"person anna role=r away deputy=bo,cai; person bo away; person cai;"
		 "route infra role=r",
			"anna bo cai"},
		{"person anna role=r away manager=dan; person bo away; person dan;"
		 "route infra role=r deputy=bo",
			"anna bo dan"},
		{"person anna role=r away manager=dan; person bo away; person dan away; person eva;"
		 "route infra role=r deputy=bo; fallback eva",
			"anna bo dan eva"},
		/* Whom mail does not reach may have deputies by a feed. */
		{"person anna role=r away deputy=bo; person bo unmailed deputy=cai; person cai;"
		 "route infra role=r",
			"anna bo cai"},
		/* A leave of somebody who is disabled. */
		{"person anna role=r disabled away=2026-12-20/2026-12-30 deputy=bo; person bo;"
		 "route infra role=r",
			"anna bo"},
		{"person anna role=r disabled away deputy=bo; person bo; route infra role=r",
			"anna"},
		/* Whom another feed names. */
		{"person anna role=r feed=2026-12-20/2026-12-30:bo deputy=cai; person bo; person cai;"
		 "route infra role=r",
			"anna bo"},
	};

	check_all(cases, ROWS(cases), NULL);
}

static void test_at_least(void **state)
{
	static const struct needed_case cases[] = {
		{"person anna role=r; person bo; person cai; route infra role=r deputy=bo,cai at_least=2",
			"anna bo"},
		{"person anna role=r; person bo away; person cai; person dan;"
		 "route infra role=r deputy=bo,cai at_least=2; fallback dan",
			"anna bo cai"},
		{"person anna role=r; person bo; person cai; person dan; person eva;"
		 "route infra role=r deputy=bo at_least=4; fallback cai,dan,eva",
			"anna bo cai dan"},
		{"person anna role=r; person bo; route infra role=r deputy=bo", "anna"},
		/* The stand-in makes it enough. */
		{"person anna role=r away deputy=bo; person bo; person cai;"
		 "route infra role=r deputy=cai",
			"anna bo"},
		/* One who stands in for two counts once. */
		{"person anna role=r away deputy=bo; person dan role=r away deputy=bo; person bo;"
		 "person cai; route infra role=r deputy=cai at_least=2",
			"anna bo dan cai"},
		/* So does a deputy who is required, too. */
		{"person anna role=r; person bo; route infra role=r deputy=anna,bo at_least=2",
			"anna bo"},
		/* Nobody is sought for one whom mail does not reach. */
		{"person anna role=r; person bo disabled; person cai; route infra role=r deputy=bo,cai at_least=2",
			"anna cai"},
		/* Nobody is required. */
		{"person bo; person cai; route infra role=r deputy=bo; fallback cai", "bo"},
	};

	check_all(cases, ROWS(cases), NULL);
}

static void test_nobody(void **state)
{
	static const struct needed_case c = {
		"person anna role=r away deputy=bo; person bo; route infra role=r at_least=2; fallback bo",
		""};
	const struct time_scope everyone = {.everyone = true};

	check(&c, &everyone);
}

/* A stretch of time: whoever is away at some moment of it is away. */
static void test_stretch(void **state)
{
	static const struct needed_case cases[] = {
		{"person anna role=r away=2026-12-26 deputy=bo; person cai role=r away=2026-12-31 deputy=dan;"
		 "person bo; person dan; route infra role=r",
			"anna bo cai"},
		{"person anna role=r away=2026-12-26 deputy=bo; person bo away=2026-12-24 deputy=cai;"
		 "person cai; route infra role=r",
			"anna bo cai"},
		/* Too few on one of the days. */
		{"person anna role=r away=2026-12-26; person eva role=r; person bo; person dan;"
		 "route infra role=r deputy=bo,dan at_least=2",
			"anna bo eva"},
		{"person anna role=r; person eva role=r; person bo away=2026-12-25; person dan; person fie;"
		 "route infra role=r deputy=bo,dan,fie at_least=3",
			"anna eva bo dan"},
		/* Bo stands in during the leave only. */
		{"person anna role=r disabled away=2026-12-23/2026-12-24 deputy=bo; person bo;"
		 "person cai; route infra role=r deputy=cai",
			"anna bo cai"},
		/* The role is anna's for some of the days only. */
		{"person anna gets=2026-12-01/2026-12-24:r; person bo; route infra role=r; fallback bo",
			"anna bo"},
		{"person anna gets=2026-12-01/2027-01-24:r; person bo; route infra role=r; fallback bo",
			"anna"},
	};
	struct time_scope week;

	moment_zone("Europe/Copenhagen");
	moment_read("2026-12-23", MOMENT_START, &week.from, NULL);
	moment_read("2026-12-29", MOMENT_END, &week.to, NULL);
	week.everyone = false;
	check_all(cases, ROWS(cases), &week);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_required),
		cmocka_unit_test(test_stand_ins),
		cmocka_unit_test(test_at_least),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_stretch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
