/* Deputies by hand: what is written for an absence, what goes when it is over, and who stands in when. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/temporary_deputies.h"
#include "model/absence.h"
#include "model/person.h"
#include "model/person_values.h"
#include "model/reference.h"
#include "person_edit/deputy_edit.h"

#define ABSENCES_MAX 10

static const struct person bo = {
	.dn = "uid=bo,dc=x", .key = "uid=bo,dc=x", .login = "bo", .mail = "bo@x.dk"};
static const struct person carl = {
	.dn = "uid=carl,dc=x", .key = "uid=carl,dc=x", .login = "carl", .mail = "carl@x.dk"};

struct deputy_case {
	const char *what;
	const char *values; /* with "|" between; NULL: none */
	const char *name;
	enum value_form form;
	bool is_single, no_separator;
	enum deputy_result result;
	const char *change;
};

/* One person from day to day: the absences, the attribute, and what is remembered. Times are days. */
struct anna {
	struct arena *arena;
	struct person_values values;
	const char *separator;
	struct absence absences[ABSENCES_MAX];
	size_t absence_count;
	struct temporary_person kept; /* count 0: nothing */
	moment now;
};

static int use_english(void **state)
{
	language_set(LANGUAGE_ENGLISH);
	return 0;
}

static void set_values(struct anna *anna, const char *text)
{
	const char **items;
	size_t count = text ? text_split(anna->arena, text, "|", &items) : 0;

	anna->values.deputy.values = (struct value_set){0};
	for (size_t i = 0; i < count; i++)
		value_set_add(&anna->values.deputy.values, anna->arena, items[i]);
}

static struct anna anna_make(const char *values, enum value_form form, bool is_single,
	bool no_separator)
{
	struct anna anna = {.arena = arena_new(), .separator = no_separator ? "" : ";"};

	anna.values.absent_from.type = "from";
	anna.values.absent_until.type = "until";
	anna.values.absence.type = "absence";
	anna.values.deputy = (struct person_attribute){
		.type = "deputy", .is_known = true, .form = form, .is_single = is_single};
	set_values(&anna, values);
	return anna;
}

static struct deputy_editor editor_of(struct anna *anna, struct entry_change *change)
{
	return (struct deputy_editor){.change = change,
		.arena = anna->arena,
		.values = &anna->values,
		.separator = anna->separator,
		.now = anna->now,
		.absences = anna->absences,
		.absence_count = anna->absence_count,
		.before = anna->kept.count ? &anna->kept : NULL};
}

static void check(const char *what, const char *got, const char *expected)
{
	if (strcmp(got, expected) != 0)
		fail_msg("%s:\n     got %s\nexpected %s", what, got, expected);
}

static void add_all(struct strbuf *out, char sign, const struct value_change *item,
	const struct value_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		strbuf_addf(out, "%s%c%s=%s", out->length ? " " : "", sign, item->type,
			set->items[i]);
}

static void check_change(const char *what, const struct entry_change *change, const char *expected)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < change->count; i++) {
		add_all(&text, '-', &change->items[i], &change->items[i].removed);
		add_all(&text, '+', &change->items[i], &change->items[i].added);
	}
	check(what, text.text, expected);
	strbuf_release(&text);
}

static void test_named(void **state)
{
	static const struct deputy_case cases[] = {
		{"the first one", NULL, "bo", 0, 0, 0, DEPUTY_TO_WRITE, "+deputy=bo"},
		{"is first", "BO@x.dk;carl", "bo", 0, 0, 0, DEPUTY_ALREADY, ""},
		{"is first by DN", "UID=bo, dc=x", "bo", 0, 0, 0, DEPUTY_ALREADY, ""},
		{"before others", "anna|carl;bo;dora", "bo@x.dk", 0, 0, 0, DEPUTY_TO_WRITE,
			"-deputy=anna -deputy=carl;bo;dora +deputy=bo@x.dk;anna;carl;dora"},
		{"ends in a backslash", "carl", "bo\\", 0, 0, 0, DEPUTY_TO_WRITE,
			"-deputy=carl +deputy=uid=bo,dc=x;carl"},
		{"several values", "anna|carl", "bo", 0, 0, true, DEPUTY_IN_NO_ORDER, "+deputy=bo"},
		{"one of several values", "anna|bo@x.dk", "bo", 0, 0, true, DEPUTY_IN_NO_ORDER, ""},
		{"first of several values", "carl", "bo", 0, 0, true, DEPUTY_TO_WRITE,
			"+deputy=bo"},
		{"one value", "carl", "bo", 0, true, true, DEPUTY_INSTEAD,
			"-deputy=carl +deputy=bo"},
		{"DNs", "uid=anna,dc=x", "bo", FORM_DN, 0, 0, DEPUTY_IN_NO_ORDER,
			"+deputy=uid=bo,dc=x"},
		{"one DN", "uid=anna,dc=x", "bo", FORM_DN, true, 0, DEPUTY_INSTEAD,
			"-deputy=uid=anna,dc=x +deputy=uid=bo,dc=x"},
		{"a name with the separator in it", NULL, "b;o", 0, 0, 0, DEPUTY_TO_WRITE,
			"+deputy=uid=bo,dc=x"},
		{"a time", NULL, "bo", FORM_TIME, 0, 0, DEPUTY_NO_ATTRIBUTE, ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++) {
		const struct deputy_case *c = &cases[i];
		struct anna anna = anna_make(c->values, c->form, c->is_single, c->no_separator);
		struct entry_change change = {.count = 0};
		struct deputy_editor editor = editor_of(&anna, &change);
		enum deputy_result result =
			deputy_edit(&editor, &bo, c->name, &(struct absence){.end = 1});

		if (result != c->result)
			fail_msg("%s: result %d, expected %d", c->what, result, c->result);
		check_change(c->what, &change, c->change);
		arena_free(anna.arena);
	}
}

/* What the change makes of the attribute, and what is remembered from then on. */
static void carry_out(struct anna *anna, const struct entry_change *change,
	const struct deputy_editor *editor, const char *expected)
{
	struct strbuf text = STRBUF_INIT;

	anna->values = person_values_after(anna->arena, &anna->values, change);
	for (size_t i = 0; i < anna->values.deputy.values.count; i++)
		strbuf_add_item(&text, "|", anna->values.deputy.values.items[i]);
	check("the attribute", text.text, expected);
	anna->kept = editor->after;
	anna->kept.identity = "anna";
	strbuf_release(&text);
}

/* `absent` with this deputy, from one day until the start of another. */
static void name(struct anna *anna, const struct person *deputy, moment start, moment end,
	const char *expected)
{
	struct entry_change change = {.count = 0};
	struct absence absence = {.start = start, .end = end};
	struct deputy_editor editor;

	assert_true(anna->absence_count < ABSENCES_MAX);
	anna->absences[anna->absence_count++] = absence;
	editor = editor_of(anna, &change);
	deputy_edit(&editor, deputy, deputy->login, &absence);
	carry_out(anna, &change, &editor, expected);
}

/* `absent` or `back` on a later day. */
static void pass(struct anna *anna, moment now, const char *expected)
{
	struct entry_change change = {.count = 0};
	struct deputy_editor editor;

	anna->now = now;
	editor = editor_of(anna, &change);
	deputy_edit_end(&editor);
	carry_out(anna, &change, &editor, expected);
}

/* Who stands in on a day, in order, and of these, after a "/", who is a standing deputy. */
static void check_deputies(const struct anna *anna, moment day, const char *expected)
{
	struct temporary_deputies *all = temporary_deputies_new(anna->arena);
	struct person person = {.identity = "anna", .key = "uid=anna"};
	const struct time_scope scope = scope_at(day);
	struct strbuf text = STRBUF_INIT;
	struct references deputies;
	size_t room = 0;

	for (size_t i = 0; i < anna->values.deputy.values.count; i++) {
		const char **parts;
		size_t count = text_split(anna->arena, anna->values.deputy.values.items[i],
			anna->separator, &parts);

		for (size_t j = 0; j < count; j++)
			references_add(&person.deputies, anna->arena, &room, parts[j]);
	}
	person.absences = arena_get(anna->arena, sizeof(anna->absences));
	memcpy(person.absences, anna->absences, sizeof(anna->absences));
	person.absence_count = anna->absence_count;
	if (anna->kept.count > 0)
		temporary_deputies_put(all, anna->arena, &anna->kept);
	temporary_deputies_attach(all, anna->arena, anna->separator, &person);
	calendar_make(&person.calendar, anna->arena, person.absences, person.absence_count, 0);
	person_deputies(&person, &scope, anna->arena, &deputies);
	for (size_t i = 0; i < deputies.count; i++)
		strbuf_addf(&text, "%s%s", i == deputies.count - person.deputies.count ? "/" : " ",
			deputies.items[i].text);
	check("who stands in", text.text, expected);
	strbuf_release(&text);
}

static void test_ends_with_the_absence(void **state)
{
	struct anna anna = anna_make("bo;dora", FORM_TEXT, true, false);

	name(&anna, &carl, 1, 5, "carl;bo;dora");
	check_deputies(&anna, 3, " carl/bo dora");
	check_deputies(&anna, 6, "/bo dora");
	anna.absences[anna.absence_count++] = (struct absence){.start = 8, .end = 9};
	check_deputies(&anna, 8, "/bo dora");
	pass(&anna, 4, "carl;bo;dora");
	pass(&anna, 5, "bo;dora");
	assert_int_equal(anna.kept.count, 0);
	arena_free(anna.arena);
}

/* The absence was taken out of the directory before its time: the deputy goes, too. */
static void test_absence_that_is_gone(void **state)
{
	struct anna anna = anna_make("bo", FORM_TEXT, true, false);

	name(&anna, &carl, 1, 5, "carl;bo");
	anna.absence_count = 0;
	check_deputies(&anna, 3, "/bo");
	pass(&anna, 3, "bo");
	arena_free(anna.arena);
}

/* It was made longer by hand: the deputy stays. */
static void test_absence_that_is_longer(void **state)
{
	struct anna anna = anna_make("bo", FORM_TEXT, true, false);

	name(&anna, &carl, 1, 5, "carl;bo");
	anna.absences[0].end = 9;
	check_deputies(&anna, 7, " carl/bo");
	pass(&anna, 7, "carl;bo");
	pass(&anna, 9, "bo");
	arena_free(anna.arena);
}

static void test_two_absences(void **state)
{
	struct anna anna = anna_make("dora|bo", FORM_TEXT, false, false);

	name(&anna, &carl, 1, 5, "carl;dora;bo");
	name(&anna, &bo, 4, 9, "bo;carl;dora");
	check_deputies(&anna, 2, " carl/dora bo");
	check_deputies(&anna, 4, " bo carl/dora bo");
	check_deputies(&anna, 7, " bo/dora bo");
	pass(&anna, 6, "bo;dora");
	check_deputies(&anna, 7, " bo/dora bo");
	pass(&anna, 9, "dora|bo");
	arena_free(anna.arena);
}

static void test_again_for_longer(void **state)
{
	struct anna anna = anna_make("dora", FORM_TEXT, false, false);

	name(&anna, &carl, 1, 5, "carl;dora");
	name(&anna, &carl, 5, 9, "carl;dora");
	assert_int_equal(anna.kept.count, 2);
	pass(&anna, 6, "carl;dora");
	check_deputies(&anna, 7, " carl/dora");
	pass(&anna, 9, "dora");
	arena_free(anna.arena);
}

static void test_standing_deputy_stays(void **state)
{
	struct anna anna = anna_make("bo;carl", FORM_TEXT, true, false);

	name(&anna, &bo, 1, 5, "bo;carl");
	assert_int_equal(anna.kept.count, 0);
	anna.absence_count = 0;
	name(&anna, &carl, 1, 5, "carl;bo");
	check_deputies(&anna, 3, " carl/bo carl");
	check_deputies(&anna, 7, "/bo carl");
	pass(&anna, 5, "bo;carl");
	arena_free(anna.arena);
}

static void test_one_value(void **state)
{
	struct anna anna = anna_make("uid=bo,dc=x", FORM_DN, true, false);

	name(&anna, &carl, 1, 5, "uid=carl,dc=x");
	check_deputies(&anna, 3, " uid=carl,dc=x/uid=bo,dc=x");
	check_deputies(&anna, 7, "/uid=bo,dc=x");
	name(&anna, &bo, 3, 9, "uid=bo,dc=x");
	pass(&anna, 6, "uid=bo,dc=x");
	pass(&anna, 9, "uid=bo,dc=x");
	assert_int_equal(anna.kept.count, 0);
	arena_free(anna.arena);
}

static void test_values_in_no_order(void **state)
{
	struct anna anna = anna_make("anders|dora", FORM_TEXT, false, true);

	name(&anna, &carl, 1, 5, "anders|dora|carl");
	check_deputies(&anna, 3, " carl/anders dora");
	check_deputies(&anna, 7, "/anders dora");
	pass(&anna, 5, "anders|dora");
	arena_free(anna.arena);
}

/* Who edits the attribute meanwhile keeps what they wrote; the deputy of the absence goes all the same. */
static void test_edited_meanwhile(void **state)
{
	struct anna anna = anna_make("bo", FORM_TEXT, true, false);

	name(&anna, &carl, 1, 5, "carl;bo");
	set_values(&anna, "dora;carl");
	check_deputies(&anna, 3, " carl/dora");
	check_deputies(&anna, 7, "/dora");
	pass(&anna, 5, "dora");
	name(&anna, &carl, 11, 15, "carl;dora");
	set_values(&anna, "dora");
	check_deputies(&anna, 12, "/dora");
	pass(&anna, 15, "dora");
	assert_int_equal(anna.kept.count, 0);
	arena_free(anna.arena);
}

static void test_many_are_bounded(void **state)
{
	struct anna anna = anna_make(NULL, FORM_TEXT, true, false);

	for (moment i = 0; i < TEMPORARY_DEPUTIES_MAX + 20; i++) {
		anna.absence_count = 0;
		name(&anna, i % 2 ? &bo : &carl, 1, 5 + i,
			i == 0          ? "carl"
				: i % 2 ? "bo;carl"
					: "carl;bo");
	}
	assert_int_equal(anna.kept.count, TEMPORARY_DEPUTIES_MAX);
	pass(&anna, 200, "");
	arena_free(anna.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_ends_with_the_absence),
		cmocka_unit_test(test_absence_that_is_gone),
		cmocka_unit_test(test_absence_that_is_longer),
		cmocka_unit_test(test_two_absences),
		cmocka_unit_test(test_again_for_longer),
		cmocka_unit_test(test_standing_deputy_stays),
		cmocka_unit_test(test_one_value),
		cmocka_unit_test(test_values_in_no_order),
		cmocka_unit_test(test_edited_meanwhile),
		cmocka_unit_test(test_many_are_bounded),
	};

	return cmocka_run_group_tests(tests, use_english, NULL);
}
