/* Hand input: what is written so that somebody is away or is back. As of 2026-11-24 08:00:30. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/person.h"
#include "model/person_values.h"
#include "person_edit/absence_edit.h"

#define NOW "2026-11-24T08:00:30"

/* An entry as a text has it: values with "|" between; NULL: none. */
struct entry {
	const char *from, *until, *absence, *deputy;
};

struct way {
	enum value_form from, until, deputy;
	bool no_pair, no_absence, is_single, no_separator;
	int bridge; /* days */
};

struct away_case {
	const char *what;
	struct entry entry;
	const char *start, *end; /* NULL: now, open */
	struct way way;
	enum absence_edit_result result;
	const char *change;
};

struct back_case {
	const char *what;
	struct entry entry;
	const char *on; /* a day, "all"; NULL: now */
	struct way way;
	const char *change;
};

static int use_copenhagen(void **state)
{
	language_set(LANGUAGE_ENGLISH);
	return moment_zone("Europe/Copenhagen") ? 0 : -1;
}

static moment now(void)
{
	moment t = 0;

	assert_true(moment_read(NOW, MOMENT_START, &t, NULL));
	return t;
}

static struct person_attribute attribute(struct arena *arena, const char *type, const char *values,
	bool is_known)
{
	struct person_attribute a = {.type = type, .is_known = is_known};
	const char **items;
	size_t count = values ? text_split(arena, values, "|", &items) : 0;

	for (size_t i = 0; i < count; i++)
		value_set_add(&a.values, arena, items[i]);
	return a;
}

static struct person_values values_of(struct arena *arena, const struct entry *entry,
	const struct way *way)
{
	struct person_values values = {
		.absent_from = attribute(arena, "from", entry->from, !way->no_pair),
		.absent_until = attribute(arena, "until", entry->until, !way->no_pair),
		.absence = attribute(arena, "absence", entry->absence, !way->no_absence),
		.deputy = attribute(arena, "deputy", entry->deputy, true),
	};

	values.absent_from.form = way->from;
	values.absent_until.form = way->until;
	values.deputy.form = way->deputy;
	values.absence.is_single = values.deputy.is_single = way->is_single;
	return values;
}

static const char *separator_of(const struct way *way)
{
	return way->no_separator ? "" : ";";
}

static struct absence_editor editor_of(struct arena *arena, const struct person_values *values,
	struct entry_change *change, const struct way *way)
{
	return (struct absence_editor){.change = change,
		.arena = arena,
		.values = values,
		.separator = separator_of(way),
		.now = now(),
		.bridge = way->bridge * MOMENT_DAY};
}

static void add_all(struct strbuf *out, char sign, const struct value_change *item,
	const struct value_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		strbuf_addf(out, "%s%c%s=%s", out->length ? " " : "", sign, item->type,
			set->items[i]);
}

/* "-until=2026-11-20 +until=2026-12-04" */
static void check(const char *what, const struct entry_change *change, const char *expected)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < change->count; i++) {
		add_all(&text, '-', &change->items[i], &change->items[i].removed);
		add_all(&text, '+', &change->items[i], &change->items[i].added);
	}
	if (strcmp(text.text, expected) != 0)
		fail_msg("%s:\n     got %s\nexpected %s", what, text.text, expected);
	strbuf_release(&text);
}

static void check_away(const struct away_case *c)
{
	struct arena *arena = arena_new();
	struct person_values values = values_of(arena, &c->entry, &c->way);
	struct entry_change change = {.count = 0};
	struct absence_edit away = {.start = now() - 30, .end = MOMENT_LATEST};
	struct absence_editor editor = editor_of(arena, &values, &change, &c->way);
	enum absence_edit_result result;

	if (c->start)
		assert_true(moment_read(c->start, MOMENT_START, &away.start, &away.start_is_date));
	if (c->end)
		assert_true(moment_read(c->end, MOMENT_END, &away.end, &away.end_is_date));
	result = absence_edit_begin(&editor, &away);
	if (result != c->result)
		fail_msg("%s: result %d, expected %d", c->what, result, c->result);
	check(c->what, &change, c->change);
	arena_free(arena);
}

static void test_begin(void **state)
{
	static const struct away_case cases[] = {
		{"from now", {0}, NULL, "2026-12-04", {0}, ABSENCE_EDIT_TO_WRITE,
			"+from=2026-11-24T08:00:00+01:00 +until=2026-12-04"},
		{"open", {0}, NULL, NULL, {0}, ABSENCE_EDIT_TO_WRITE,
			"+from=2026-11-24T08:00:00+01:00"},
		{"a Danish date, and a moment", {0}, "01-12-2026", "2026-12-04T12:00", {0},
			ABSENCE_EDIT_TO_WRITE, "+from=2026-12-01 +until=2026-12-04T12:00:00+01:00"},
		{"what is over", {"2026-11-01", "2026-11-23", NULL, NULL}, "2026-12-01",
			"2026-12-04", {0}, ABSENCE_EDIT_TO_WRITE,
			"-from=2026-11-01 +from=2026-12-01 -until=2026-11-23 +until=2026-12-04"},
		{"over, and the same day still", {"2026-11-01", "2026-11-24", NULL, NULL},
			"2026-12-01", NULL, {0}, ABSENCE_EDIT_TO_WRITE, "+absence=2026-12-01/"},
		{"over, now open", {"2026-11-01", "2026-11-23", NULL, NULL}, "2026-12-01", NULL,
			{0}, ABSENCE_EDIT_TO_WRITE,
			"-from=2026-11-01 +from=2026-12-01 -until=2026-11-23"},
		{"AD's never", {"0", "0", NULL, NULL}, "2026-12-01", "2026-12-04", {0},
			ABSENCE_EDIT_TO_WRITE,
			"-from=0 +from=2026-12-01 -until=0 +until=2026-12-04"},
		{"still to come", {"2026-12-24", "2026-12-24", NULL, NULL}, "2026-12-01",
			"2026-12-04", {0}, ABSENCE_EDIT_TO_WRITE, "+absence=2026-12-01/2026-12-04"},
		{"longer than it was", {"2026-11-20", "2026-11-30", NULL, NULL}, NULL, "2026-12-04",
			{0}, ABSENCE_EDIT_TO_WRITE,
			"+absence=2026-11-24T08:00:00+01:00/2026-12-04"},
		{"unreadable", {"snart", NULL, NULL, NULL}, "2026-12-01", NULL, {0},
			ABSENCE_EDIT_TO_WRITE, "+absence=2026-12-01/"},
		{"several", {"2026-01-01|2026-01-02", NULL, NULL, NULL}, "2026-12-01", NULL, {0},
			ABSENCE_EDIT_TO_WRITE, "+absence=2026-12-01/"},
		{"a blank that shows as nothing", {"2026-12-01;\xC2\xA0", "2026-12-04", NULL, NULL},
			"2026-12-02", "2026-12-03", {0}, ABSENCE_EDIT_ALREADY, ""},
		{"the same", {"2026-12-01", "2026-12-04", NULL, NULL}, "2026-12-01", "2026-12-04",
			{0}, ABSENCE_EDIT_ALREADY, ""},
		{"within two that touch",
			{"2026-11-01", "2026-11-30", "2026-12-01/2026-12-31", NULL}, "2026-11-20",
			"2026-12-10", {0}, ABSENCE_EDIT_ALREADY, ""},
		{"over a hole", {NULL, NULL, "2026-11-01/2026-11-29|2026-12-01/2026-12-31", NULL},
			"2026-11-20", "2026-12-10", {0}, ABSENCE_EDIT_TO_WRITE,
			"+from=2026-11-20 +until=2026-12-10"},
		{"no pair in the schema", {0}, "2026-12-01", "2026-12-04", {.no_pair = true},
			ABSENCE_EDIT_TO_WRITE, "+absence=2026-12-01/2026-12-04"},
		{"one value", {NULL, NULL, "2026-11-25;2026-11-01/2026-11-02;vrøvl", NULL},
			"2026-12-01", NULL, {.no_pair = true, .is_single = true},
			ABSENCE_EDIT_TO_WRITE,
			"-absence=2026-11-25;2026-11-01/2026-11-02;vrøvl "
			"+absence=2026-11-25;vrøvl;2026-12-01/"},
		{"one value that is taken", {NULL, NULL, "2026-11-25", NULL}, "2026-12-01", NULL,
			{.no_pair = true, .is_single = true, .no_separator = true},
			ABSENCE_EDIT_NO_ROOM, ""},
		{"what is over beside it goes along",
			{NULL, NULL, "2026-11-01/2026-11-02|snart;2026-11-03|2026-12-24", NULL},
			"2026-12-01", "2026-12-04", {0}, ABSENCE_EDIT_TO_WRITE,
			"+from=2026-12-01 +until=2026-12-04 -absence=2026-11-01/2026-11-02 "
			"-absence=snart;2026-11-03 +absence=snart"},
		{"over, and may be bridged", {"2026-11-20", "2026-11-22", NULL, NULL}, "2026-12-01",
			"2026-12-04", {.bridge = 7}, ABSENCE_EDIT_TO_WRITE,
			"+absence=2026-12-01/2026-12-04"},
		{"over, and may be bridged, with no room beside it",
			{"2026-11-20", "2026-11-22", NULL, NULL}, "2026-12-01", "2026-12-04",
			{.bridge = 7, .no_absence = true}, ABSENCE_EDIT_TO_WRITE,
			"-from=2026-11-20 +from=2026-12-01 -until=2026-11-22 +until=2026-12-04"},
		{"nowhere", {0}, NULL, NULL, {.no_pair = true, .no_absence = true},
			ABSENCE_EDIT_NO_ATTRIBUTE, ""},
		{"GeneralizedTime and AD's ticks", {0}, "2026-12-01", "2026-12-04",
			{.from = FORM_TIME, .until = FORM_TICKS}, ABSENCE_EDIT_TO_WRITE,
			"+from=20261130230000.0Z +until=134408988000000000"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++)
		check_away(&cases[i]);
}

static void test_end(void **state)
{
	static const struct back_case cases[] = {
		{"nothing", {0}, NULL, {0}, ""},
		{"the pair", {"2026-11-20", "2026-12-04", NULL, NULL}, NULL, {0},
			"-until=2026-12-04 +until=2026-11-24T08:00:00+01:00"},
		{"the pair, open", {"2026-11-20", NULL, NULL, NULL}, NULL, {0},
			"+until=2026-11-24T08:00:00+01:00"},
		{"an end alone", {NULL, "2026-12-04", NULL, NULL}, NULL, {0},
			"-until=2026-12-04 +until=2026-11-24T08:00:00+01:00"},
		{"the pair of this minute", {"2026-11-24T08:00:00+01:00", "2026-12-04", NULL, NULL},
			NULL, {0}, "-from=2026-11-24T08:00:00+01:00 -until=2026-12-04"},
		{"to come, over, unreadable",
			{"2026-12-01", NULL, "2026-11-23|snart|2026-12-24/", NULL}, NULL, {0}, ""},
		{"a day", {NULL, NULL, "2026-11-24", NULL}, NULL, {0},
			"-absence=2026-11-24 +absence=2026-11-24/2026-11-24T08:00:00+01:00"},
		{"a day with slashes", {NULL, NULL, "24/11/2026", NULL}, NULL, {0},
			"-absence=24/11/2026 "
			"+absence=24/11/2026/2026-11-24T08:00:00+01:00"},
		{"days with slashes", {NULL, NULL, "1/11/2026 / 4/12/2026", NULL}, NULL, {0},
			"-absence=1/11/2026 / 4/12/2026 "
			"+absence=1/11/2026 /2026-11-24T08:00:00+01:00"},
		{"one part of a value",
			{NULL, NULL, "2026-12-24 ; 2026-11-01 / 2026-12-04;snart", NULL}, NULL, {0},
			"-absence=2026-12-24 ; 2026-11-01 / 2026-12-04;snart "
			"+absence=2026-12-24;2026-11-01 /2026-11-24T08:00:00+01:00;snart"},
		{"two that become one", {NULL, NULL, "2026-11-01/|2026-11-01/2026-12-04", NULL},
			NULL, {0},
			"-absence=2026-11-01/ -absence=2026-11-01/2026-12-04 "
			"+absence=2026-11-01/2026-11-24T08:00:00+01:00"},
		{"a value of this minute", {NULL, NULL, "2026-11-24T08:00:10/", NULL}, NULL, {0},
			"-absence=2026-11-24T08:00:10/"},
		{"GeneralizedTime", {"20261101000000Z", NULL, NULL, NULL}, NULL,
			{.until = FORM_TIME}, "+until=20261124070000.0Z"},
		{"one to come, of that day",
			{"2026-12-01", "2026-12-04", "2026-11-20/2026-11-30|2026-12-24/2027-01-02",
				NULL},
			"2026-12-31", {0}, "-absence=2026-12-24/2027-01-02"},
		{"the pair, to come", {"2026-12-01", "2026-12-04", "2026-11-20/2026-11-30", NULL},
			"2026-12-04", {0}, "-from=2026-12-01 -until=2026-12-04"},
		{"the day before it, and after", {"2026-12-01", "2026-12-04", NULL, NULL},
			"2026-12-05", {0}, ""},
		{"one that is on, by a day ahead", {NULL, NULL, "2026-11-20/2026-11-30", NULL},
			"2026-11-28", {0},
			"-absence=2026-11-20/2026-11-30 +absence=2026-11-20/2026-11-24T08:00:00+01:00"},
		{"all, less what cannot be read",
			{"2026-11-20", NULL, "2026-12-01/2026-12-04;snart|2026-12-24/", NULL},
			"all", {0},
			"+until=2026-11-24T08:00:00+01:00 -absence=2026-12-01/2026-12-04;snart "
			"-absence=2026-12-24/ +absence=snart"},
		{"what is over goes along",
			{"2026-11-20", "2026-11-21", "2026-11-24/|2026-11-22;snart|2026-11-02",
				NULL},
			NULL, {0},
			"-from=2026-11-20 -until=2026-11-21 -absence=2026-11-24/ "
			"-absence=2026-11-22;snart -absence=2026-11-02 "
			"+absence=2026-11-24/2026-11-24T08:00:00+01:00 +absence=snart"},
		{"what is over and may be bridged stays",
			{NULL, NULL, "2026-11-24/|2026-11-22|2026-11-02", NULL}, NULL,
			{.bridge = 7},
			"-absence=2026-11-24/ -absence=2026-11-02 "
			"+absence=2026-11-24/2026-11-24T08:00:00+01:00"},
		{"what is over and says the same as another",
			{NULL, NULL, "2026-11-20/|2026-11-02;2026-12-24|2026-12-24", NULL}, NULL,
			{0},
			"-absence=2026-11-20/ -absence=2026-11-02;2026-12-24 "
			"+absence=2026-11-20/2026-11-24T08:00:00+01:00"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++) {
		struct arena *arena = arena_new();
		struct person_values values = values_of(arena, &cases[i].entry, &cases[i].way);
		struct entry_change change = {.count = 0};
		struct absence_editor editor = editor_of(arena, &values, &change, &cases[i].way);
		struct absence_choice choice = {now(), now()};

		if (cases[i].on && strcmp(cases[i].on, "all") == 0) {
			choice.last = MOMENT_LATEST;
		} else if (cases[i].on) {
			assert_true(moment_read(cases[i].on, MOMENT_START, &choice.first, NULL));
			choice.last = choice.first + MOMENT_DAY - 1;
		}
		absence_edit_end(&editor, &choice);
		check(cases[i].what, &change, cases[i].change);
		arena_free(arena);
	}
}

/* Of two attributes of absences: what is on in either ends, and what begins is in the first. */
static void test_second_attribute_of_absences(void **state)
{
	static const struct entry entry = {NULL, NULL, "2026-11-20/2026-11-25", NULL};
	static const struct way no_pair = {.no_pair = true};
	const struct absence_edit longer = {.start = now(), .end = now() + 20 * 86400},
				  shorter = {.start = now(), .end = now() + 86400};
	struct arena *arena = arena_new();
	struct person_attribute second =
		attribute(arena, "second", "2026-11-01/2026-11-30|2026-11-02", true);
	struct person_values values = values_of(arena, &entry, &no_pair);
	struct entry_change end = {.count = 0}, begin = {.count = 0};
	struct absence_editor editor;
	struct absence *absences;

	values.more_absences = &second;
	values.more_count = 1;
	editor = editor_of(arena, &values, &end, &no_pair);
	assert_int_equal(absence_edit_list(&editor, &absences), 3);
	absence_edit_end(&editor, &(struct absence_choice){now(), now()});
	check("back", &end,
		"-absence=2026-11-20/2026-11-25 +absence=2026-11-20/2026-11-24T08:00:00+01:00 "
		"-second=2026-11-01/2026-11-30 -second=2026-11-02 +second=2026-11-01/2026-11-24T08:00:00+01:00");
	editor = editor_of(arena, &values, &begin, &no_pair);
	assert_int_equal(absence_edit_begin(&editor, &shorter), ABSENCE_EDIT_ALREADY);
	assert_int_equal(absence_edit_begin(&editor, &longer), ABSENCE_EDIT_TO_WRITE);
	check("absent", &begin,
		"-second=2026-11-02 +absence=2026-11-24T08:00:30+01:00/2026-12-14T08:00:30+01:00");
	arena_free(arena);
}

/* Any entry: what is asked for becomes true from now on, and nothing else changes. */

#define ROUNDS 400
#define HOURS  (50 * 24)

static unsigned dice(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

/* An end: a date, a moment, open, or nonsense. */
static void add_end(struct strbuf *out, unsigned *seed)
{
	moment t = now() + ((moment)dice(seed, 60) - 30) * 86400 + (moment)dice(seed, 5) * 3600;

	switch (dice(seed, 8)) {
	case 0:
		break;
	case 1:
		strbuf_adds(out, "snart");
		break;
	case 2:
	case 3:
		moment_add_iso(out, t);
		break;
	default:
		moment_add_iso_day(out, t);
	}
}

static void add_intervals(struct arena *arena, struct value_set *values, unsigned *seed,
	bool is_single)
{
	unsigned count = dice(seed, is_single ? 2 : 4);

	for (unsigned i = 0; i < count; i++) {
		struct strbuf value = STRBUF_INIT;
		unsigned parts = 1 + dice(seed, 3);

		for (unsigned j = 0; j < parts; j++) {
			strbuf_adds(&value, j ? "; " : "");
			add_end(&value, seed);
			if (dice(seed, 5) > 0) {
				strbuf_addc(&value, '/');
				add_end(&value, seed);
			}
		}
		value_set_add(values, arena, arena_string(arena, value.text));
		strbuf_release(&value);
	}
}

static void add_one(struct arena *arena, struct value_set *values, unsigned *seed)
{
	struct strbuf value = STRBUF_INIT;

	add_end(&value, seed);
	if (value.length > 0 && dice(seed, 3) > 0)
		value_set_add(values, arena, arena_string(arena, value.text));
	strbuf_release(&value);
}

static bool has(const struct value_set *set, const char *value)
{
	for (size_t i = 0; i < set->count; i++) {
		if (strcmp(set->items[i], value) == 0)
			return true;
	}
	return false;
}

/* As a server does: what goes must be there, and what comes must not. */
static void carry_out_on(struct arena *arena, struct person_attribute *attribute,
	const struct entry_change *change)
{
	for (size_t i = 0; i < change->count; i++) {
		const struct value_change *item = &change->items[i];
		struct value_set left = {0};

		if (strcmp(item->type, attribute->type) != 0)
			continue;
		for (size_t j = 0; j < item->removed.count; j++)
			assert_true(has(&attribute->values, item->removed.items[j]));
		for (size_t j = 0; j < attribute->values.count; j++) {
			if (!has(&item->removed, attribute->values.items[j]))
				value_set_add(&left, arena, attribute->values.items[j]);
		}
		for (size_t j = 0; j < item->added.count; j++) {
			assert_false(has(&left, item->added.items[j]));
			value_set_add(&left, arena, item->added.items[j]);
		}
		attribute->values = left;
		assert_true(left.count <= 1 || !attribute->is_single);
	}
}

static void carry_out(struct arena *arena, struct person_values *values,
	const struct entry_change *change)
{
	carry_out_on(arena, &values->absent_from, change);
	carry_out_on(arena, &values->absent_until, change);
	carry_out_on(arena, &values->absence, change);
}

/* Away at `t` by the values; with `coming`, by those alone that start after now. */
static bool is_away(struct arena *arena, const struct person_values *values, moment t, bool coming)
{
	const struct absence_editor editor = {.arena = arena, .values = values, .separator = ";"};
	struct absence *absences;
	size_t count = absence_edit_list(&editor, &absences);

	for (size_t i = 0; i < count; i++) {
		if (absences[i].start <= t && t < absences[i].end &&
			(!coming || absences[i].start > now()))
			return true;
	}
	return false;
}

static void check_round(unsigned seed)
{
	struct arena *arena = arena_new();
	struct way way = {.is_single = dice(&seed, 2)};
	struct person_values before = values_of(arena, &(struct entry){0}, &way), after;
	struct entry_change begin = {.count = 0}, end = {.count = 0};
	struct absence_editor editor;
	struct absence_edit away = {.start = now() + ((moment)dice(&seed, 40) - 10) * 43200};

	before.absent_from.is_single = before.absent_until.is_single = true;
	add_one(arena, &before.absent_from.values, &seed);
	add_one(arena, &before.absent_until.values, &seed);
	add_intervals(arena, &before.absence.values, &seed, way.is_single);
	away.end = now() + 86400 * (moment)(1 + dice(&seed, 20));
	away.end = away.end > away.start ? away.end : MOMENT_LATEST;
	after = before;
	editor = editor_of(arena, &before, &begin, &way);
	absence_edit_begin(&editor, &away);
	carry_out(arena, &after, &begin);
	for (moment t = now(); t < now() + (moment)HOURS * 3600; t += 6 * 3600) {
		bool asked = away.start <= t && t < away.end;

		if (is_away(arena, &after, t, false) !=
			(asked || is_away(arena, &before, t, false)))
			fail_msg("seed %u: absent, %d hours on", seed, (int)((t - now()) / 3600));
	}
	before = after;
	editor = editor_of(arena, &before, &end, &way);
	absence_edit_end(&editor, &(struct absence_choice){now(), now()});
	carry_out(arena, &after, &end);
	for (moment t = now(); t < now() + (moment)HOURS * 3600; t += 6 * 3600) {
		if (is_away(arena, &after, t, false) != is_away(arena, &before, t, true))
			fail_msg("seed %u: back, %d hours on", seed, (int)((t - now()) / 3600));
	}
	arena_free(arena);
}

static void test_any_entry(void **state)
{
	for (unsigned seed = 1; seed <= ROUNDS; seed++)
		check_round(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_second_attribute_of_absences),
		cmocka_unit_test(test_any_entry),
	};

	return cmocka_run_group_tests(tests, use_copenhagen, NULL);
}
