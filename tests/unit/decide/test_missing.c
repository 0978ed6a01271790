/* What a snapshot lacks: enough for the decision, and little more; the cost of a run. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"
#include "decide/missing.h"
#include "world.h"

struct gather_case {
	const char *script;
	const char
		*people; /* who has been read in the end, sorted; role holders are from the start */
};

static int by_name(const void *left, const void *right)
{
	const struct person *const *a = left, *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

static const char *people_text(struct world *w)
{
	size_t count = snapshot_person_count(w->snapshot);
	const struct person **people = arena_get(w->arena, (count + 1) * sizeof(*people));
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (size_t i = 0; i < count; i++)
		people[i] = snapshot_person_at(w->snapshot, i);
	qsort(people, count, sizeof(*people), by_name);
	for (size_t i = 0; i < count; i++)
		strbuf_add_item(&out, " ", people[i]->name);
	text = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return text;
}

static void check(const struct gather_case *c, const struct time_scope *scope)
{
	struct world *w = world_new(c->script);
	const struct time_scope now = scope_at(w->at);

	world_gather(w, scope ? scope : &now);
	if (strcmp(people_text(w), c->people) != 0)
		print_error("in this world: %s\n", c->script);
	assert_string_equal(people_text(w), c->people);
	world_free(w);
}

static const struct gather_case narrow[] = {
	/* the deputies of someone who is here are not read */
	{"person anna role=r deputy=bo manager=cai; person bo; person cai; route infra role=r; list infra",
		"anna"},
	{"person anna role=r away deputy=bo; person bo deputy=cai; person cai; route infra role=r; list infra",
		"anna bo"},
	{"person anna role=r away deputy=bo; person bo away deputy=cai; person cai; route infra role=r",
		"anna bo cai"},
	/* nor of one who is unreachable, unless a leave is on */
	{"person anna role=r unmailed manager=bo; person bo; route infra role=r", "anna"},
	{"person anna role=r disabled away deputy=bo; person bo; route infra role=r", "anna"},
	{"person anna role=r disabled away=2026-12-20/2026-12-30 deputy=bo; person bo; route infra role=r",
		"anna bo"},
	{"person anna role=r feed=2026-12-20/2026-12-30:bo feed=2027-01-01/2027-01-02:cai; person bo;"
	 "person cai; route infra role=r",
		"anna bo"},
	/* who is named, and the groups and those inside */
	{"person anna; person bo; person zoe; group ude inde anna; group inde bo; route infra group=ude",
		"anna bo"},
	{"person anna; person bo; person zoe; route infra people=anna deputy=bo", "anna bo"},
	{"person anna; person bo; route infra people=anna keep=bo", "anna bo"},
	{"person anna; person bo; route infra people=anna; fallback bo", "anna bo"},
	/* strangers are not read until somebody asks about everyone */
	{"person anna; person zoe; route infra people=anna; list infra anna zoe", "anna"},
	{"person anna away; person bo; inform orient people=anna", "anna"},
	{"person anna away deputy=bo; person bo; inform orient people=anna", "anna"},
};

static const struct gather_case wide[] = {
	{"person anna role=r deputy=bo manager=cai; person bo deputy=dan manager=eva; person cai; person dan;"
	 "person eva; route infra role=r; list infra",
		"anna bo cai dan"},
	{"person anna role=r feed=2020-01-01/2020-01-02:bo; person bo feed=2030-01-01/2030-01-02:cai;"
	 "person cai; route infra role=r",
		"anna bo cai"},
	{"person anna; person zoe; person yrsa; route infra people=anna; list infra anna zoe",
		"anna zoe"},
	{"person zoe; mailbox m; list m zoe", "zoe"},
};

static void test_narrow(void **state)
{
	for (size_t i = 0; i < ROWS(narrow) && row(i, "%s", narrow[i].script); i++)
		check(&narrow[i], NULL);
}

static void test_everyone(void **state)
{
	const struct time_scope scope = {.everyone = true};

	for (size_t i = 0; i < ROWS(wide) && row(i, "%s", wide[i].script); i++)
		check(&wide[i], &scope);
}

/* A stretch of time: whoever is away at some moment of it is away (coverage). */
static void test_stretch(void **state)
{
	static const struct gather_case week = {
		"person anna role=r away=2026-12-26 deputy=bo; person cai role=r away=2026-12-31 deputy=dan;"
		"person bo; person dan; route infra role=r",
		"anna bo cai"};
	struct time_scope scope;

	moment_zone("Europe/Copenhagen");
	moment_read("2026-12-23", MOMENT_START, &scope.from, NULL);
	moment_read("2026-12-29", MOMENT_END, &scope.to, NULL);
	scope.everyone = false;
	check(&week, &scope);
}

/* Each thing once, whatever asks for it, and nothing twice. */
static void test_no_doubles(void **state)
{
	struct world *w =
		world_new("route a people=anna,bo deputy=anna,BO; route b people=ANNA keep=bo;"
			  "fallback bo,anna; mailbox m");
	struct snapshot *snapshot = snapshot_new(0);
	const struct time_scope now = scope_at(w->at);
	struct missing_rounds *rounds = missing_rounds_new(&w->mapping, &w->policy, snapshot, &now);
	struct missing missing;

	missing_rounds_next(rounds, &missing);
	assert_int_equal(missing.refs.count, 2);
	assert_int_equal(missing.list_count, 3);
	missing_rounds_free(rounds);
	snapshot_free(snapshot);
	world_free(w);
}

/* Rounds, not look-ups, are what a slow line costs: a chain of n takes n; everything else comes at once. */
static void test_rounds(void **state)
{
	struct world *w =
		world_new("person anna away deputy=bo,cai; person bo; person cai; person dan;"
			  "group g anna; route a people=anna,dan deputy=cai group=g; list a;"
			  "mailbox m; list m; fallback dan");
	const struct time_scope now = scope_at(w->at);
	struct snapshot *snapshot = snapshot_new(0);
	struct missing_rounds *asking = missing_rounds_new(&w->mapping, &w->policy, snapshot, &now);
	struct missing missing;
	int rounds = 0;

	for (;; rounds++) {
		missing_rounds_next(asking, &missing);
		if (missing.refs.count + missing.list_count == 0)
			break;
		for (size_t i = 0; i < missing.refs.count; i++)
			world_answer(w, snapshot, &missing.refs.items[i]);
		for (size_t i = 0; i < missing.list_count; i++)
			snapshot_add_list(snapshot, missing.lists[i].key);
	}
	assert_int_equal(rounds, 2);
	missing_rounds_free(asking);
	snapshot_free(snapshot);
	world_free(w);
}

/* Asks, answers and asks again; what is asked for is asked for once. */
struct asking {
	struct world *w;
	struct snapshot *snapshot;
	struct missing_rounds *rounds;
	struct table *asked;
	struct missing missing;
	size_t refs; /* that were wanted, in all rounds */
};

static struct asking start_asking(const char *script)
{
	struct world *w = world_new(script);
	const struct time_scope now = scope_at(w->at);
	struct asking asking = {.w = w, .snapshot = snapshot_new(0), .asked = table_new(w->arena)};

	asking.rounds = missing_rounds_new(&w->mapping, &w->policy, asking.snapshot, &now);
	return asking;
}

static void stop_asking(struct asking *asking)
{
	missing_rounds_free(asking->rounds);
	snapshot_free(asking->snapshot);
	world_free(asking->w);
}

/* One round; false: nothing was wanted. */
static bool ask(struct asking *asking)
{
	struct missing *missing = &asking->missing;

	missing_rounds_next(asking->rounds, missing);
	for (size_t i = 0; i < missing->refs.count; i++) {
		char *key = arena_string(asking->w->arena, missing->refs.items[i].key);

		assert_null(table_find(asking->asked, key));
		table_put(asking->asked, key, key);
		world_answer(asking->w, asking->snapshot, &missing->refs.items[i]);
		asking->refs++;
	}
	for (size_t i = 0; i < missing->list_count; i++)
		snapshot_add_list(asking->snapshot, missing->lists[i].key);
	return missing->refs.count + missing->list_count > 0;
}

static bool has_read(const struct asking *asking, const char *name)
{
	for (size_t i = 0; i < snapshot_person_count(asking->snapshot); i++) {
		if (strcmp(snapshot_person_at(asking->snapshot, i)->name, name) == 0)
			return true;
	}
	return false;
}

/* Each deputy, and each group inside a group, must be known before the next one is: a round each, and one reference in it. */
static void test_long_chains(void **state)
{
	struct strbuf script = STRBUF_INIT;
	struct asking asking;
	int rounds = 0;

	strbuf_adds(&script, "person d0; group g0 d0; route a people=d100; route b group=g100; ");
	for (int i = 1; i <= 100; i++) {
		strbuf_addf(&script, "person d%d away deputy=d%d; group g%d g%d;", i, i - 1, i,
			i - 1);
	}
	asking = start_asking(script.text);
	while (ask(&asking))
		rounds++;
	assert_int_equal(rounds, 101);
	assert_int_equal(asking.refs, 101 + 101);
	stop_asking(&asking);
	strbuf_release(&script);
}

/* Somebody is read as a member of an inform list, and holds a role: what the role's list needs is wanted, too. */
static void test_late_holders(void **state)
{
	struct asking asking =
		start_asking("person anna role=r away deputy=bo; person bo; group g anna;"
			     "inform orient group=g; route a role=r");

	while (ask(&asking))
		;
	assert_true(has_read(&asking, "bo"));
	stop_asking(&asking);
}

/* What was read comes to be something else, as a shared mailbox that is found by its name to be a person. */
static void test_alterations(void **state)
{
	struct asking asking =
		start_asking("person anna away deputy=bo; person bo; person cai away deputy=dan;"
			     "person dan; group g anna; route a group=g people=cai");
	const struct person *anna;
	struct person other;

	assert_true(ask(&asking)); /* the group, cai, the list */
	assert_true(ask(&asking)); /* anna, dan */
	anna = snapshot_person_at(asking.snapshot, 1);
	if (strcmp(anna->name, "anna") != 0)
		anna = snapshot_person_at(asking.snapshot, 2);
	assert_string_equal(anna->name, "anna");
	((struct person *)anna)->named_only = true;
	assert_false(ask(&asking));
	other = *anna;
	other.named_only = false;
	snapshot_add_person(asking.snapshot, &other);
	assert_true(ask(&asking));
	assert_true(has_read(&asking, "bo"));
	assert_false(ask(&asking));
	stop_asking(&asking);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_everyone),
		cmocka_unit_test(test_stretch),
		cmocka_unit_test(test_no_doubles),
		cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_long_chains),
		cmocka_unit_test(test_late_holders),
		cmocka_unit_test(test_alterations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
