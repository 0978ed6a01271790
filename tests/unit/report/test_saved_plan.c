/* A plan is kept, and read back: what is left of it to do, and what moved since. */
#include "unit.h"

#include <string.h>

#include "world.c"
#include "world_plan.c"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "decide/resume.h"
#include "report/ldif/saved_plan.h"
#include "report/ldif/seal.h"
#include "report/writer.h"
#include "world.h"

static const struct findings no_findings;

static void keep(struct world *w, struct strbuf *text)
{
	struct run run = {
		.id = "12345678",
		.started = w->plan->at,
		.user = "u",
		.host = "h",
		.version = "1",
		.settings_file = "s",
		.settings_sha256 = "1a",
		.server = "ldap://x",
		.member_attribute = "member",
	};
	struct report report = {
		.writer = &ldif_writer,
		.out = text,
		.plan = w->plan,
		.mapping = &w->mapping,
		.findings = &no_findings,
		.run = &run,
		.stage = REPORT_PLANNED,
	};

	w->mapping.sha256.tags = w->mapping.sha256.roles = w->mapping.sha256.routes = "2b";
	report_write(&report);
}

static enum error_kind parse(struct saved_plan *kept, const struct strbuf *text,
	struct arena *arena, struct error *err)
{
	return saved_plan_parse(kept, "k", text->text, text->length, "member", arena, err);
}

#define PEOPLE "person anna role=r; person bo role=r; person p; person q; route infra role=r;"

struct kept_case {
	const char *then, *now;
	const char *left;  /* to do, as world_show() tells it */
	const char *moved; /* DNs' names and what of them, in order; "" where nothing moved */
};

static const struct kept_case cases[] = {
	/* as it was */
	{PEOPLE "list infra anna p", PEOPLE "list infra anna p", "anna +bo -p", ""},
	{PEOPLE "list infra p q", PEOPLE "list infra p q", "+anna +bo -p -q", ""},
	{PEOPLE "list infra", PEOPLE "list infra", "+anna +bo", ""},
	/* in another order */
	{PEOPLE "list infra p q", PEOPLE "list infra q p", "+anna +bo -p -q", ""},
	/* partly done */
	{PEOPLE "list infra p q", PEOPLE "list infra p q anna", "anna +bo -p -q", ""},
	{PEOPLE "list infra p q", PEOPLE "list infra p anna bo", "anna bo -p", ""},
	{PEOPLE "list infra p q", PEOPLE "list infra q", "+anna +bo -q", ""},
	{PEOPLE "list infra p q", PEOPLE "list infra", "+anna +bo", ""},
	/* all of it */
	{PEOPLE "list infra p q", PEOPLE "list infra anna bo", "anna bo", ""},
	/* the plan is carried out, not what the rules ask for now */
	{PEOPLE "list infra p", PEOPLE "person cai role=r; list infra p", "+anna +bo -p", ""},
	{PEOPLE "list infra p",
		"person anna; person bo; person p role=r; route infra role=r; list infra p",
		"+anna +bo -p", ""},
	/* somebody came, went, or both */
	{PEOPLE "list infra p", PEOPLE "list infra p q", "+anna +bo q -p", "q was added since"},
	{PEOPLE "list infra anna p", PEOPLE "list infra p", "+bo -p", "anna was removed since"},
	{PEOPLE "list infra anna p", PEOPLE "list infra bo q", "bo q",
		"q was added since; anna was removed since"},
	{PEOPLE "list infra anna p", PEOPLE "person r; list infra q r", "+bo q r",
		"q was added since; r was added since; anna was removed since"},
	/* ghosts: values that name no entry */
	{PEOPLE "list infra anna ghost", PEOPLE "list infra anna ghost", "anna +bo -ghost", ""},
	{PEOPLE "list infra anna", PEOPLE "list infra anna ghost", "anna +bo ghost",
		"ghost was added since"},
	/* who is to join is gone */
	{PEOPLE "list infra anna p",
		"person anna role=r; person p; route infra role=r; list infra anna p",
		"anna +bo -p", "bo is to be added, but no such entry is there any more"},
	/* the list is gone, or there; it is made, and that was begun */
	{PEOPLE "list infra anna p", PEOPLE, "+bo",
		"the list is not there any more, or may not be read"},
	{PEOPLE "create", PEOPLE "create", "+anna +bo", ""},
	{PEOPLE "create", PEOPLE "create; list infra anna", "anna +bo", ""},
	{PEOPLE "create", PEOPLE "create; list infra", "+anna +bo", ""},
	{PEOPLE "create", PEOPLE "create; list infra p", "+anna +bo p", "p was added since"},
	/* one list that moved, of two */
	{PEOPLE "route z role=r; list infra p; list z q",
		PEOPLE "route z role=r; list infra p; list z q p",
		"infra: +anna +bo -p; z: +anna +bo p -q", "p was added since"},
	/* a list that does not change is not of the plan */
	{PEOPLE "route z role=r; list infra p; list z anna bo",
		PEOPLE "route z role=r; list infra p; list z q", "+anna +bo -p", ""},
	/* the route is not there any more; the mailbox's list is */
	{PEOPLE "list infra p",
		"person anna; person bo; person p; route z role=r; list infra p; list z", "",
		"no route has this list any more"},
	{PEOPLE "mailbox m; list infra anna bo; list m p",
		PEOPLE "mailbox m; list infra anna bo; list m p", "+anna +bo -p", ""},
};

/* "anna was removed since", for "uid=anna,ou=P,dc=x (anna) was removed since". */
static void add_moved(struct world *w, struct strbuf *out, const char *what)
{
	const char *behind = strstr(what, ") ");
	struct strbuf dn = STRBUF_INIT;

	if (behind) {
		strbuf_add(&dn, what, (size_t)(strstr(what, " (") - what));
		strbuf_add_item(out, "; ", dn_leaf(w->arena, dn.text));
		strbuf_adds(out, behind + 1);
	} else {
		strbuf_add_item(out, "; ", what);
	}
	strbuf_release(&dn);
}

static void check(const struct kept_case *c)
{
	struct world *then = world_new(c->then), *now = world_new(c->now);
	struct strbuf text = STRBUF_INIT, moved = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct saved_plan saved;
	const char *left;

	world_plan(then);
	keep(then, &text);
	if (parse(&saved, &text, arena, &err) || saved.state != SAVED_PLAN_WHOLE)
		fail_msg("%s: %s\n%s", c->then, err.text.text, text.text);
	world_plan(now);
	/* A snapshot knows every list that is asked for, also one that no route has. */
	for (size_t i = 0; i < saved.list_count; i++) {
		if (!snapshot_list(now->snapshot, saved.lists[i]->key))
			snapshot_add_list(now->snapshot, saved.lists[i]->key)->dn =
				saved.lists[i]->dn;
	}
	plan_free(now->plan);
	now->plan = saved_plan_resume(&saved, &now->mapping, &now->policy, now->snapshot);
	left = world_show(now);
	for (size_t i = 0; i < now->plan->moved.count; i++)
		add_moved(now, &moved, now->plan->moved.items[i].what);
	if (strcmp(left, c->left) != 0 || strcmp(moved.text, c->moved) != 0)
		fail_msg("%s\n%s\n     got \"%s\", moved \"%s\"\nexpected \"%s\", moved \"%s\"",
			c->then, c->now, left, moved.text, c->left, c->moved);
	strbuf_release(&text);
	strbuf_release(&moved);
	arena_free(arena);
	world_free(then);
	world_free(now);
}

static void test_cases(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].then); i++)
		check(&cases[i]);
}

/*
 * Every byte counts: another one, or an end, is noticed, or makes it no kept plan at all; or, where it is the number
 * of the form, one of a newer version.
 */
static void test_seal(void **state)
{
	struct world *w = world_new(PEOPLE "list infra anna p");
	struct strbuf text = STRBUF_INIT;

	world_plan(w);
	keep(w, &text);
	for (size_t i = 0; i < text.length; i++) {
		struct arena *arena = arena_new();
		struct error err = ERROR_INIT;
		struct saved_plan saved;
		struct strbuf cut = STRBUF_INIT;

		text.text[i] ^= 1;
		if (parse(&saved, &text, arena, &err) != ERROR_NONE)
			assert_non_null(strstr(err.text.text, "newer"));
		assert_int_not_equal(saved.state, SAVED_PLAN_WHOLE);
		error_release(&err);
		text.text[i] ^= 1;
		strbuf_add(&cut, text.text, i);
		if (parse(&saved, &cut, arena, &err) == ERROR_NONE)
			assert_int_equal(saved.state, SAVED_PLAN_CUT);
		else
			assert_int_equal(err.kind, ERROR_USAGE);
		strbuf_release(&cut);
		error_release(&err);
		arena_free(arena);
	}
	strbuf_release(&text);
	world_free(w);
}

/* Whatever the sentences say: a plan without any, and one with others, are the same plan. */
static void test_sentences(void **state)
{
	static const char *const others[] = {"", "# joins: nobody\n", "# x: y (z): w\n"};
	struct world *w = world_new(PEOPLE "person c role=r deputy=p away; list infra anna q");
	struct strbuf text = STRBUF_INIT;

	world_plan(w);
	keep(w, &text);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct arena *arena = arena_new();
		struct strbuf other = STRBUF_INIT;
		struct error err = ERROR_INIT;
		struct saved_plan saved;

		for (const char *line = text.text; *line; line += strcspn(line, "\n") + 1) {
			if (strncmp(line, "#@ {\"seal", 9) == 0)
				break;
			if (strncmp(line, "# ", 2) == 0)
				strbuf_adds(&other, others[i]);
			else
				strbuf_add(&other, line, strcspn(line, "\n") + 1);
		}
		seal_add(&other);
		strbuf_adds(&other, "# end\n");
		if (parse(&saved, &other, arena, &err) || saved.state != SAVED_PLAN_WHOLE)
			fail_msg("%s\n%s", err.text.text, other.text);
		assert_int_equal(saved.list_count, 1);
		assert_int_equal(saved.lists[0]->joins.count, 2);
		assert_int_equal(saved.lists[0]->joins.items[1].reasons[0].kind, REASON_STAND_IN);
		assert_string_equal(saved.lists[0]->joins.items[1].reasons[0].whom->name, "c");
		assert_int_equal(saved.lists[0]->leaves.items[0].leaves->kind, LEAVES_UNWANTED);
		strbuf_release(&other);
		error_release(&err);
		arena_free(arena);
	}
	strbuf_release(&text);
	world_free(w);
}

/* Reasons, gaps, counts and the head come back as they were told. */
static void test_told(void **state)
{
	struct world *w =
		world_new("held loen; person anna role=r away; person p; route infra role=r;"
			  "route z role=r at_least=3; person bo role=r; list infra p; list z bo p");
	struct arena *arena = arena_new();
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct saved_plan saved;
	const struct saved_list *list;

	world_plan(w);
	keep(w, &text);
	assert_int_equal(parse(&saved, &text, arena, &err), ERROR_NONE);
	assert_string_equal(saved.run, "12345678");
	assert_string_equal(saved.sha256_of.settings, "1a");
	assert_string_equal(saved.sha256_of.routes, "2b");
	assert_string_equal(saved.held, "loen");
	assert_int_equal(saved.held_count, 2);
	assert_true(saved.at == w->plan->at && saved.saved_at == w->plan->at);
	assert_int_equal(saved.list_count, 2);
	list = saved.lists[0];
	assert_int_equal(list->joins.count, 2);
	assert_int_equal(list->joins.items[1].reason_count, 1);
	assert_int_equal(list->joins.items[1].reasons[0].kind, REASON_ROLE);
	assert_string_equal(list->joins.items[1].reasons[0].what, "r");
	assert_int_equal(list->available, 1);
	assert_int_equal(saved.lists[1]->gap_count, 2);
	arena_free(arena);
	strbuf_release(&text);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_seal),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
