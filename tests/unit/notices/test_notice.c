/* Whom a plan's changes are news to, and what news. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "model/outcome.h"
#include "notices/history.h"
#include "notices/notice.h"
#include "notices/notice_json.h"
#include "notices/notice_text.h"
#include "world.h"

/* A world, what was told, and what became of the plan. */
struct trial {
	struct world *w;
	struct notice_history history;
	struct list_outcome *outcomes; /* NULL: all planned */
	enum notice_scope scope;
	bool tell_all;
};

static void trial_init(struct trial *t, const char *script)
{
	*t = (struct trial){.w = world_new(script)};
	notice_history_init(&t->history);
	world_plan(t->w);
}

static void trial_release(struct trial *t)
{
	notice_history_release(&t->history);
	world_free(t->w);
}

/* Of each list: done, but for what the test adds. */
static void carry_out(struct trial *t)
{
	const struct plan *plan = t->w->plan;

	t->scope = NOTICE_DONE;
	t->outcomes = arena_get(t->w->arena, plan->list_count * sizeof(*t->outcomes));
	for (size_t i = 0; i < plan->list_count; i++)
		t->outcomes[i] = (struct list_outcome){.list = &plan->lists[i], .done = true};
}

static struct list_outcome *outcome_on(struct trial *t, const char *list)
{
	return &t->outcomes[world_list(t->w, list) - t->w->plan->lists];
}

static void let_fail(struct trial *t, const char *list, const char *name, bool outcome_unknown)
{
	struct list_outcome *outcome = outcome_on(t, list);
	struct failed_value *failed = arena_get(t->w->arena, sizeof(*failed));

	*failed = (struct failed_value){.key = world_thing(t->w, name)->key};
	outcome->failures = failed;
	outcome->failure_count = 1;
	outcome->done = false;
	outcome->outcome_unknown = outcome_unknown;
}

static void let_meet(struct trial *t, const char *list, const char *name)
{
	struct list_outcome *outcome = outcome_on(t, list);

	outcome->met = arena_get(t->w->arena, sizeof(*outcome->met));
	outcome->met[0] = (struct already_done_value){.key = world_thing(t->w, name)->key};
	outcome->met_count = 1;
}

static void add_names(struct strbuf *out, const char *sign, const struct strings *names)
{
	for (size_t i = 0; i < names->count; i++)
		strbuf_addf(out, "%s%s", i == 0 ? sign : ",", names->items[i]);
}

static void add_part(struct strbuf *out, const struct notice_part *part)
{
	static const char *const changes[] = {"+", "=", "-", "~"};
	static const char *const ways[] = {"", "(stands in)", "(fills up)", "(told)"};

	strbuf_addf(out, " %s%s", changes[part->change], part->tag);
	if (part->change == NOTICE_RELIEVED)
		return;
	strbuf_adds(out, ways[part->way]);
	add_names(out, " role ", &part->roles);
	for (size_t i = 0; i < part->behalf_count; i++) {
		strbuf_addf(out, " for %s ", part->behalf[i].name);
		if (part->behalf[i].until == MOMENT_LATEST)
			strbuf_adds(out, "open");
		else if (part->behalf[i].until == MOMENT_EARLIEST)
			strbuf_adds(out, "unreachable");
		else
			moment_add_iso_day(out, part->behalf[i].until);
	}
	add_names(out, " with ", &part->others);
	add_names(out, " after ", &part->covered);
}

/* Through JSON and back, as on disk. */
static struct notice again(struct trial *t, struct notice notice)
{
	struct strbuf text = STRBUF_INIT;
	struct notice read;

	notice.run = "00000000";
	notice.made = 7;
	notice_json_add(&text, &notice);
	assert_true(notice_json_read(&read, text.text, text.length, t->w->arena));
	strbuf_release(&text);
	return read;
}

/* "anna: +infra with bo, …; bo: -infra" */
static void expect(struct trial *t, const char *expected)
{
	struct notice_source source = {.plan = t->w->plan,
		.outcomes = t->outcomes,
		.mapping = &t->w->mapping,
		.history = &t->history,
		.scope = t->scope,
		.tell_all = t->tell_all};
	struct strbuf out = STRBUF_INIT;
	struct notices found;

	notices_find(&source, t->w->arena, &found);
	for (size_t i = 0; i < found.count; i++) {
		struct notice notice = again(t, found.items[i]);

		strbuf_addf(&out, "%s%s:", i > 0 ? "; " : "", notice.name);
		for (size_t j = 0; j < notice.count; j++)
			add_part(&out, &notice.parts[j]);
	}
	assert_string_equal(out.text, expected);
	strbuf_release(&out);
}

static void expect_planned(const char *script, const char *expected)
{
	struct trial t;

	trial_init(&t, script);
	expect(&t, expected);
	trial_release(&t);
}

static void test_joining(void **state)
{
	expect_planned("person anna role=r; route infra role=r; list infra anna", "");
	expect_planned("person anna role=r; person bo role=r; route infra role=r; list infra anna",
		"bo: +infra role r with anna");
	expect_planned("person anna role=r; route infra role=r; critical hast role=r; list infra; "
		       "list hast; inform orient role=r; list orient; mailbox alle; list alle",
		"anna: +hast role r +infra role r");
	expect_planned("person anna; route infra keep=anna people=bo; person bo; list infra",
		"bo: +infra with anna");
	expect_planned("person anna; person bo; route infra people=anna deputy=bo at_least=2; list "
		       "infra anna",
		"bo: +infra(fills up) with anna");
	expect_planned("person anna; route infra people=anna", "");
	expect_planned("person anna; route infra people=anna; create", "anna: +infra");
	expect_planned("person anna unmailed; person bo; route infra people=anna,bo; list infra bo",
		"");
}

#define AWAY \
	"person anna role=r deputy=bo away=2026-12-20/2026-12-30; person bo; route infra role=r; "

static void test_standing_in(void **state)
{
	expect_planned(AWAY "list infra anna", "bo: +infra(stands in) for anna 2026-12-31");
	expect_planned("person anna role=r deputy=bo away; person bo role=r; route infra role=r; "
		       "list infra anna",
		"bo: +infra role r for anna open");
	expect_planned(
		"person anna role=r deputy=bo disabled away=2026-12-20/2026-12-30; person bo; route "
		"infra role=r; list infra anna",
		"bo: +infra(stands in) for anna 2026-12-31");
	/* Bo is there already: nothing is written for him. */
	expect_planned("person anna role=r deputy=bo away; person bo role=r; route infra role=r; "
		       "list infra anna bo",
		"");
}

#define BACK "person anna role=r deputy=bo; person bo; route infra role=r; list infra bo"

static void test_back(void **state)
{
	struct trial t;
	const char *infra;

	trial_init(&t, BACK);
	expect(&t, "anna: +infra role r");
	infra = world_block(t.w, "infra")->list_key;
	notice_history_cover(&t.history, infra, "uuid-anna", "cai", 7);
	notice_history_cover(&t.history, infra, "uuid-anna", "bo", 7);
	notice_history_cover(&t.history, infra, "uuid-anna", "bo", 7);
	expect(&t, "anna: =infra role r after cai,bo");
	notice_history_note(&t.history, infra, world_thing(t.w, "bo")->key, "uuid-bo", 7);
	expect(&t, "anna: =infra role r after cai,bo; bo: -infra");
	carry_out(&t);
	notices_remember(t.w->plan, t.outcomes, &t.history);
	assert_int_equal(notice_history_when(&t.history, infra, "uuid-bo"), MOMENT_EARLIEST);
	expect(&t, "anna: +infra role r");
	trial_release(&t);
	/* Nobody noted who covered, and the absence is still there to be seen. */
	expect_planned("person anna role=r deputy=bo away=2026-12-20/2026-12-22; person bo; route "
		       "infra role=r; list infra bo",
		"anna: =infra role r after bo");
}

static void test_covering_is_remembered(void **state)
{
	struct trial t;
	struct strings names;

	trial_init(&t, AWAY "list infra bo");
	notices_remember(t.w->plan, NULL, &t.history);
	names = notice_history_covers(&t.history, world_block(t.w, "infra")->list_key, "uuid-anna");
	assert_int_equal(names.count, 1);
	assert_string_equal(names.items[0], "bo");
	trial_release(&t);
}

/* What failed is not told, what another agent had done is told by that one, what is in doubt waits. */
static void test_outcomes(void **state)
{
	static const char script[] =
		"person anna; person bo; route infra people=anna,bo; route net "
		"people=anna; list infra; list net";
	struct trial t;

	trial_init(&t, script);
	carry_out(&t);
	expect(&t, "anna: +infra with bo +net; bo: +infra with anna");
	let_fail(&t, "infra", "bo", false);
	expect(&t, "anna: +infra +net");
	let_meet(&t, "net", "anna");
	expect(&t, "anna: +infra");
	let_fail(&t, "infra", "bo", true);
	t.scope = NOTICE_OUTCOME_UNKNOWN;
	expect(&t, "bo: +infra with anna");
	trial_release(&t);
}

/* Who is there already: once, where that is asked for; nobody whom no rule puts there. */
static void test_tell_all(void **state)
{
	struct trial t;

	trial_init(&t,
		"person anna; person bo; person cai; route infra people=anna,bo additive; "
		"list infra anna cai");
	t.tell_all = true;
	expect(&t, "anna: ~infra with bo,cai; bo: +infra with anna,cai");
	carry_out(&t);
	expect(&t, "anna: ~infra with bo,cai; bo: +infra with anna,cai");
	notice_history_note(&t.history, world_block(t.w, "infra")->list_key,
		world_thing(t.w, "anna")->key, "uuid-anna", 7);
	expect(&t, "bo: +infra with anna,cai");
	trial_release(&t);
}

/* What is on disk may be anything. */
static void test_json(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "{\"form\":1}", "{\"form\":2}",
		"{\"form\":1,\"person\":\"p\",\"name\":\"n\",\"mail\":\"a@b>\",\"run\":\"r\",\"made\":1,"
		"\"parts\":[{\"change\":\"joins\",\"way\":\"own\",\"tag\":\"t\",\"list\":\"l\","
		"\"member\":\"m\",\"kind\":\"ordinary\"}]}",
		"{\"form\":1,\"person\":\"p\",\"name\":\"n\",\"mail\":\"a@b\",\"run\":\"r\",\"made\":1,"
		"\"parts\":[{\"change\":\"comes\",\"way\":\"own\",\"tag\":\"t\",\"list\":\"l\","
		"\"member\":\"m\",\"kind\":\"ordinary\"}]}",
		"{\"form\":1,\"person\":\"p\",\"name\":\"n\",\"mail\":\"a@b\",\"run\":\"r\",\"made\":1,"
		"\"parts\":[]}"};
	static const char good[] =
		"{\"form\":1,\"person\":\"p\",\"name\":\"n\",\"mail\":\"a@b\",\"run\":\"r\",\"made\":1,"
		"\"parts\":[{\"change\":\"joins\",\"way\":\"own\",\"tag\":\"t\",\"list\":\"l\","
		"\"member\":\"m\",\"kind\":\"critical\"}]}";
	static const struct {
		const char *tags, *read;
	} several[] = {{"[\"t\",\"u\"]", "t, u"}, {"[\"u\",\"t\"]", "t"}, {"[]", "t"}, {"7", "t"},
		{"[7]", "t"}, {"null", "t"}};
	struct arena *arena = arena_new();
	struct strbuf text = STRBUF_INIT;
	struct notice notice;

	for (size_t i = 0; i < ROWS(bad) && row(i, "%s", bad[i]); i++)
		assert_false(notice_json_read(&notice, bad[i], strlen(bad[i]), arena));
	assert_true(notice_json_read(&notice, good, strlen(good), arena));
	assert_int_equal(notice.parts[0].kind, BLOCK_CRITICAL);
	assert_string_equal(tag_ids_text(arena, &notice.parts[0].tags), "t");
	for (size_t i = 0; i < ROWS(several) && row(i, "%s", several[i].tags); i++) {
		const char *place = strstr(good, ",\"list\"");

		strbuf_reset(&text);
		strbuf_addf(&text, "%.*s,\"tags\":%s%s", (int)(place - good), good, several[i].tags,
			place);
		assert_true(notice_json_read(&notice, text.text, text.length, arena));
		assert_string_equal(tag_ids_text(arena, &notice.parts[0].tags), several[i].read);
		strbuf_reset(&text);
		notice_json_add(&text, &notice);
		assert_true(notice_json_read(&notice, text.text, text.length, arena));
		assert_string_equal(tag_ids_text(arena, &notice.parts[0].tags), several[i].read);
	}
	strbuf_release(&text);
	arena_free(arena);
}

/* A warning says no part of a list, and a notice of lists warns of nothing. */
static void test_warning_json(void **state)
{
#define HEAD \
	"{\"form\":1,\"person\":\"p\",\"name\":\"n\",\"mail\":\"a@b\",\"run\":\"r\",\"made\":1,"
#define PART                                                                             \
	"\"parts\":[{\"change\":\"joins\",\"way\":\"own\",\"tag\":\"t\",\"list\":\"l\"," \
	"\"member\":\"m\",\"kind\":\"critical\"}]"
	static const char *const bad[] = {HEAD "\"warnings\":[\"w\"]}", HEAD "\"feeds\":\"f\"}",
		HEAD "\"feeds\":\"f\",\"warnings\":[]}", HEAD "\"feeds\":\"f\",\"warnings\":[7]}",
		HEAD PART ",\"feeds\":\"f\",\"warnings\":[\"w\"]}", HEAD PART ",\"feeds\":\"f\"}"};
	struct arena *arena = arena_new();
	const char *texts[] = {"2 of 3\n", "Æ"};
	struct notice notice = {.identity = "p",
		.name = "n",
		.mail = "a@b",
		.run = "r",
		.made = 1,
		.next = MOMENT_EARLIEST,
		.feeds = "loen, kalender",
		.warnings = {.items = texts, .count = 2}};
	struct strbuf text = STRBUF_INIT, subject = STRBUF_INIT, body = STRBUF_INIT;
	struct settings settings = {.mailbox = {.name = "postkassen"}};
	struct mapping mapping = {0};

	for (size_t i = 0; i < ROWS(bad) && row(i, "%s", bad[i]); i++)
		assert_false(notice_json_read(&notice, bad[i], strlen(bad[i]), arena));
	notice.feeds = "loen, kalender";
	notice.warnings = (struct strings){.items = texts, .count = 2};
	notice.count = 0;
	notice_json_add(&text, &notice);
	assert_true(notice_json_read(&notice, text.text, text.length, arena));
	assert_int_equal(notice.count, 0);
	assert_int_equal(notice.warnings.count, 2);
	assert_string_equal(notice.warnings.items[1], "Æ");
	assert_string_equal(notice.feeds, "loen, kalender");
	notice_text_subject(&subject, &notice, &mapping, &settings, 7);
	assert_string_equal(subject.text,
		"postkassen: many are absent at once, by feed loen, kalender");
	notice_text_body(&body, &notice, &mapping, &settings, 7);
	assert_non_null(strstr(body.text, "\n* 2 of 3"));
	assert_non_null(strstr(body.text, "\n* Æ\n"));
	strbuf_release(&text);
	strbuf_release(&subject);
	strbuf_release(&body);
	arena_free(arena);
#undef HEAD
#undef PART
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joining),
		cmocka_unit_test(test_standing_in),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_covering_is_remembered),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_tell_all),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_warning_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
