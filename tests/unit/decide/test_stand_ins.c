/* The shared search for stand-ins: what it finds, what it waits for, and whom a walk over several searches looks at. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/stand_in.h"
#include "decide/stand_ins.h"
#include "world.h"

static const char *found_text(struct world *w, const struct stand_in *found)
{
	return arena_format(w->arena, "%s%s%s%s%s%s",
		found->person ? found->person->name : "nobody", found->feed ? " by " : "",
		found->feed ? found->feed : "", found->is_cut ? " cut" : "",
		found->waits ? " waits" : "", found->is_dead ? " dead" : "");
}

struct find_case {
	const char *script; /* the search is for anna, on the list "infra" */
	const char *found;
};

static void test_find(void **state)
{
	static const struct find_case cases[] = {
		{"person anna away deputy=bo; person bo; route infra", "bo"},
		{"person anna away deputy=bo,cai; person bo away deputy=anna,ghost; person cai;"
		 "route infra",
			"cai dead"},
		{"person anna feed=2026-12-20/2026-12-30:bo; at 2026-12-23T08:00; person bo;"
		 "route infra",
			"bo"},
		{"person anna away manager=bo; person bo away; route infra deputy=ghost",
			"nobody dead"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++) {
		struct world *w = world_new(cases[i].script);
		const struct time_scope now = scope_at(w->at);
		struct stand_ins *stand_ins;
		struct stand_in found;

		world_read(w);
		stand_ins = stand_ins_new(w->snapshot, &w->policy, &now);
		found = stand_ins_find(stand_ins, world_person(w, "anna"), world_block(w, "infra"));
		assert_string_equal(found_text(w, &found), cases[i].found);
		stand_ins_free(stand_ins);
		world_free(w);
	}
}

static void add_name(void *ctx, const struct candidate *candidate)
{
	strbuf_add_item(ctx, " ", candidate->reference->text);
}

/* Each is looked at once in a walk, and again in the next one. */
static void test_walk(void **state)
{
	struct world *w = world_new(
		"person anna away deputy=bo,ghost; person bo away deputy=cai; person cai away;"
		"person dan away deputy=ghost,cai,bo,eva; person eva; route infra; route drift");
	const struct time_scope now = scope_at(w->at);
	struct stand_ins *stand_ins;
	struct strbuf names = STRBUF_INIT;

	world_read(w);
	stand_ins = stand_ins_new(w->snapshot, &w->policy, &now);
	for (int again = 0; again < 2; again++) {
		stand_ins_walk_begin(stand_ins);
		strbuf_reset(&names);
		stand_ins_walk(stand_ins, world_person(w, "anna"), world_block(w, "infra"),
			add_name, &names);
		assert_string_equal(names.text, "bo cai ghost");
		stand_ins_walk(stand_ins, world_person(w, "dan"), world_block(w, "drift"), add_name,
			&names);
		assert_string_equal(names.text, "bo cai ghost eva");
	}
	strbuf_release(&names);
	stand_ins_free(stand_ins);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
