/* What is ahead: who is told of it, once, and what is taken back. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/decide.h"
#include "decide/forecast.h"
#include "model/settings.h"
#include "notices/ahead.h"
#include "notices/notice.h"
#include "notices/notice_json.h"
#include "notices/notice_text.h"
#include "notices/promise.h"
#include "world.h"

/* What was told, from one look to the next. */
struct trial {
	struct arena *arena;
	struct promises promises;
	struct strbuf out;
};

static void trial_init(struct trial *t)
{
	*t = (struct trial){
		.arena = arena_new(), .promises.looked_until = MOMENT_EARLIEST, .out = STRBUF_INIT};
}

static void trial_release(struct trial *t)
{
	arena_free(t->arena);
	strbuf_release(&t->out);
}

/* Through the file, as from one run to the next. */
static void keep_promises(struct trial *t, const struct promises *promises)
{
	json_t *root = promises_json(promises);

	promises_read(&t->promises, root, t->arena);
	json_decref(root);
}

static void add_moment(struct strbuf *out, moment at)
{
	struct strbuf iso = STRBUF_INIT;

	moment_add_iso(&iso, at);
	strbuf_addf(out, " %.*s", moment_is_midnight(at) ? 10 : 16, iso.text);
	strbuf_release(&iso);
}

/* ">infra for anna 2026-12-24": will stand in; "!": uncovered; "gap"; "-": not needed; "+": covered. */
static void add_part(struct strbuf *out, const struct notice_part *part)
{
	static const char *const signs[] = {[NOTICE_WILL_STAND_IN] = ">",
		[NOTICE_UNCOVERED] = "!",
		[NOTICE_GAP] = "gap ",
		[NOTICE_NOT_NEEDED] = "-",
		[NOTICE_COVERED] = "+"};

	strbuf_addf(out, " %s%s", signs[part->change], part->tag);
	for (size_t i = 0; i < part->behalf_count; i++) {
		strbuf_addf(out, i == 0 ? " for %s" : ",%s", part->behalf[i].name);
		if (part->change == NOTICE_WILL_STAND_IN && part->behalf[i].until == MOMENT_LATEST)
			strbuf_adds(out, "/open");
	}
	if (part->change == NOTICE_GAP && part->gap != GAP_NO_STAND_IN)
		strbuf_adds(out, part->gap == GAP_TOO_FEW ? " few" : " nobody");
	for (size_t i = 0; part->change == NOTICE_WILL_STAND_IN && i < part->others.count; i++)
		strbuf_addf(out, i == 0 ? " with %s" : ",%s", part->others.items[i]);
	add_moment(out, part->from);
}

/* It comes back from the disk as it was, and has words. */
static void check_notice(struct trial *t, struct notice notice)
{
	static const struct mapping mapping = {0};
	static const struct settings settings = {.mailbox = {.name = "postkassen"}};
	struct strbuf text = STRBUF_INIT, again = STRBUF_INIT, body = STRBUF_INIT;
	struct notice read;

	notice.identity = notice.identity ? notice.identity : "f";
	notice.name = notice.name ? notice.name : "f";
	notice.mail = notice.mail ? notice.mail : "f@x";
	notice.run = "00000000";
	notice.made = 1797000000;
	notice.next = MOMENT_EARLIEST;
	notice_json_add(&text, &notice);
	assert_true(notice_json_read(&read, text.text, text.length, t->arena));
	notice_json_add(&again, &read);
	assert_string_equal(again.text, text.text);
	assert_true(notice_is_ahead(&read));
	assert_true(ahead_is_noted(ahead_index(&t->promises, t->arena), t->arena, &read));
	notice_text_body(&body, &read, &mapping, &settings, notice.made);
	assert_true(body.length > 0);
	strbuf_release(&text);
	strbuf_release(&again);
	strbuf_release(&body);
}

static int by_name(const void *left, const void *right)
{
	const struct notice *a = left, *b = right;

	return strcmp(a->identity, b->identity);
}

/* Look; say who is told what. With `is_lost` the process dies before it is noted. */
static const char *look(struct trial *t, const char *script, bool is_lost)
{
	struct world *w = world_new(script);
	struct ahead_source source = {
		.mapping = &w->mapping, .policy = &w->policy, .plan = world_plan(w)};
	struct coverage *coverage =
		coverage_find(&w->mapping, &w->policy, w->snapshot, w->at, AHEAD_DAYS);
	struct arena *kept = arena_new();
	struct promises promises = t->promises;
	struct notices people;
	struct notice gaps;

	promises.items = arena_get(kept, (promises.count + 1) * sizeof(*promises.items));
	for (size_t i = 0; i < promises.count; i++)
		promises.items[i] = t->promises.items[i];
	promises.room = promises.count + 1;
	source.coverage = coverage;
	source.snapshot = w->snapshot;
	source.absences_until = moment_day(w->at, 2);
	source.gaps_until = moment_day(w->at, AHEAD_DAYS);
	strbuf_reset(&t->out);
	promises.changed = false;
	ahead_find(&source, &promises, kept, w->arena, &people, &gaps);
	assert_true(promises.changed || people.count + gaps.count == 0);
	if (people.count > 1)
		qsort(people.items, people.count, sizeof(*people.items), by_name);
	for (size_t i = 0; i < people.count; i++) {
		strbuf_addf(&t->out, "%s%s:", t->out.length > 0 ? "; " : "", people.items[i].name);
		for (size_t j = 0; j < people.items[i].count; j++)
			add_part(&t->out, &people.items[i].parts[j]);
	}
	strbuf_adds(&t->out, gaps.count > 0 && t->out.length > 0 ? ";" : "");
	for (size_t j = 0; j < gaps.count; j++)
		add_part(&t->out, &gaps.parts[j]);
	if (!is_lost)
		keep_promises(t, &promises);
	for (size_t i = 0; !is_lost && i < people.count; i++)
		check_notice(t, people.items[i]);
	if (!is_lost && gaps.count > 0)
		check_notice(t, gaps);
	coverage_free(coverage);
	arena_free(kept);
	world_free(w);
	return t->out.text;
}

struct step {
	const char *at, *script, *expected;
};

/* Each step twice: what was noted is not told again, and what was not, is. */
static void check_steps(const struct step *steps, size_t count)
{
	struct trial t;

	trial_init(&t);
	for (size_t i = 0; i < count && row(i, "%s: %s", steps[i].at, steps[i].expected); i++) {
		struct strbuf script = STRBUF_INIT;

		strbuf_addf(&script, "at %s; %s", steps[i].at, steps[i].script);
		assert_string_equal(look(&t, script.text, true), steps[i].expected);
		assert_string_equal(look(&t, script.text, false), steps[i].expected);
		assert_string_equal(look(&t, script.text, false), "");
		strbuf_release(&script);
	}
	trial_release(&t);
}

#define CHECK(...)                                                  \
	do {                                                        \
		static const struct step steps[] = {__VA_ARGS__};   \
		check_steps(steps, sizeof(steps) / sizeof(*steps)); \
	} while (0)

#define BO   "person bo; route infra people=anna; list infra anna; "
#define ANNA "person anna deputy=bo away="
#define GONE "person anna deputy=bo; " BO

static void test_stand_in(void **state)
{
	CHECK({"2026-12-20T08:00", ANNA "2026-12-22/2026-12-24; " BO, ""},
		{"2026-12-21T00:00", ANNA "2026-12-22/2026-12-24; " BO,
			"bo: >infra for anna 2026-12-22"},
		{"2026-12-21T23:59", ANNA "2026-12-22/2026-12-30; " BO, ""},
		{"2026-12-22T08:00", ANNA "2026-12-22/2026-12-30; " BO, ""});
	/* moved within the day; to another; cancelled */
	CHECK({"2026-12-21T06:00", ANNA "2026-12-22; " BO, "bo: >infra for anna 2026-12-22"},
		{"2026-12-21T07:00", ANNA "2026-12-22T12:00/2026-12-23; " BO,
			"bo: >infra for anna 2026-12-22T12:00"},
		{"2026-12-21T08:00", ANNA "2026-12-24; " BO,
			"bo: -infra for anna 2026-12-22T12:00"},
		{"2026-12-23T06:00", ANNA "2026-12-24; " BO, "bo: >infra for anna 2026-12-24"},
		{"2026-12-23T07:00", GONE, "bo: -infra for anna 2026-12-24"},
		{"2026-12-23T08:00", GONE, ""});
	/* an open end; who else is there */
	CHECK({"2026-12-21T06:00",
		ANNA
		"2026-12-22/; person carl; route infra people=anna,carl; list infra anna carl; person bo",
		"bo: >infra for anna/open with carl 2026-12-22"});
	/* whom a feed names for that absence, and nobody else */
	CHECK({"2026-12-21T06:00",
		"person anna deputy=bo feed=2026-12-22/2026-12-24:eva; person bo; person eva; "
		"route infra people=anna; list infra anna",
		"eva: >infra for anna 2026-12-22"});
	/* another stand-in from another day */
	CHECK({"2026-12-21T06:00",
		      ANNA
		      "2026-12-20/2026-12-30; person bo away=2026-12-22/2026-12-24 deputy=carl; person carl; "
		      "route infra people=anna; list infra bo",
		      "carl: >infra for anna 2026-12-22"},
		{"2026-12-24T06:00",
			ANNA
			"2026-12-20/2026-12-30; person bo away=2026-12-22/2026-12-24 deputy=carl; person carl; "
			"route infra people=anna; list infra carl",
			"bo: >infra for anna 2026-12-25"});
	/* a list that is not there, and one that is gone from the mapping */
	CHECK({"2026-12-21T06:00", ANNA "2026-12-22; person bo; route infra people=anna", ""});
	CHECK({"2026-12-21T06:00", ANNA "2026-12-22; " BO, "bo: >infra for anna 2026-12-22"},
		{"2026-12-21T07:00", ANNA "2026-12-22; person bo; route infra people=anna", ""},
		{"2026-12-21T08:00", ANNA "2026-12-22; person bo; route net people=bo; list net bo",
			"bo: -infra for anna 2026-12-22"});
}

static void test_today(void **state)
{
	CHECK({"2026-12-21T06:00", GONE, ""},
		{"2026-12-21T08:00", ANNA "2026-12-21T12:00/2026-12-22; " BO, ""},
		{"2026-12-24T08:00", ANNA "2026-12-24T12:00/2026-12-25; " BO,
			"bo: >infra for anna 2026-12-24T12:00"});
	/* cancelled before it began, and seen after; and one that was */
	CHECK({"2026-12-21T06:00", ANNA "2026-12-22; " BO, "bo: >infra for anna 2026-12-22"},
		{"2026-12-22T06:00", GONE, "bo: -infra for anna 2026-12-22"});
	CHECK({"2026-12-21T06:00", ANNA "2026-12-22T08:00/2026-12-22T12:00; " BO,
		      "bo: >infra for anna 2026-12-22T08:00"},
		{"2026-12-22T16:00", ANNA "2026-12-22T08:00/2026-12-22T12:00; " BO, ""});
	CHECK({"2026-12-21T06:00", ANNA "2026-12-22; " BO, "bo: >infra for anna 2026-12-22"},
		{"2026-12-29T06:00", GONE, ""});
}

static void test_uncovered(void **state)
{
	static const char alone[] =
		"person anna away=2026-12-22/2026-12-23; route infra people=anna; list infra anna";

	CHECK({"2026-12-21T06:00", alone, "anna: !infra 2026-12-22; gap infra for anna 2026-12-22"},
		{"2026-12-21T07:00", ANNA "2026-12-22/2026-12-23; " BO,
			"anna: +infra for bo 2026-12-22; bo: >infra for anna 2026-12-22"},
		{"2026-12-21T08:00", alone,
			"anna: !infra 2026-12-22; bo: -infra for anna 2026-12-22; gap infra for anna 2026-12-22"},
		{"2026-12-21T09:00", GONE, "anna: +infra 2026-12-22"});
	/* not who is away already and loses the stand-in: that is a gap */
	CHECK({"2026-12-21T06:00",
		ANNA
		"2026-12-20/2026-12-30; person bo away=2026-12-22; route infra people=anna; list infra bo",
		" gap infra for anna 2026-12-22"});
}

#define FEW "person anna; person bo away="
#define TWO "route infra people=anna,bo at_least=2; list infra anna bo"

static void test_gaps(void **state)
{
	CHECK({"2026-12-14T08:00",
		      "person anna away=2026-12-22; route infra people=anna; list infra anna", ""},
		{"2026-12-15T08:00",
			"person anna away=2026-12-22; route infra people=anna; list infra anna",
			" gap infra for anna 2026-12-22"},
		{"2026-12-16T08:00",
			"person anna away=2026-12-22/2026-12-29; route infra people=anna; list infra anna",
			""},
		{"2026-12-17T08:00", "person anna; route infra people=anna; list infra anna", ""},
		{"2026-12-18T08:00",
			"person anna away=2026-12-22; route infra people=anna; list infra anna",
			" gap infra for anna 2026-12-22"});
	/* two in one week are two */
	CHECK({"2026-12-15T08:00",
		"person anna away=2026-12-17 away=2026-12-20; route infra people=anna; list infra anna",
		" gap infra for anna 2026-12-17 gap infra for anna 2026-12-20"});
	/* at_least, and one that is on */
	CHECK({"2026-12-15T08:00",
		      "person anna; person bo; person carl; person vagt away=2026-12-10/2026-12-18; fallback vagt; "
		      "route infra people=anna at_least=2; list infra anna",
		      " gap infra few 2026-12-15T08:00"},
		{"2026-12-16T08:00",
			"person anna; person vagt away=2026-12-10/2026-12-20; fallback vagt; "
			"route infra people=anna at_least=2; list infra anna",
			""},
		{"2026-12-21T08:00",
			"person anna; person vagt away=2026-12-22/2026-12-22; fallback vagt; "
			"route infra people=anna at_least=2; list infra anna vagt",
			" gap infra few 2026-12-22"});
}

/* A group that cannot be seen may have its people all the same: nothing is taken back. */
static void test_uncertain(void **state)
{
#define ROUTE "person dan; route infra group=g people=dan; list infra anna dan"
	CHECK({"2026-12-21T06:00", ANNA "2026-12-22; person bo; group g anna; " ROUTE,
		      "bo: >infra for anna with dan 2026-12-22"},
		{"2026-12-21T07:00", ANNA "2026-12-22; person bo; " ROUTE, ""},
		{"2026-12-21T08:00", ANNA "2026-12-22; person bo; person c; group g c; " ROUTE,
			"bo: -infra for anna 2026-12-22"});
#undef ROUTE
}

/* Random towns over a few days, against a reader of each hour. */

#define PEOPLE 5
#define LISTS  2

struct town {
	unsigned int seed;
	int from[PEOPLE], until[PEOPLE]; /* hours from the first day on; from == until: none */
};

static int pick(struct town *town, int below)
{
	town->seed = town->seed * 1103515245u + 12345u;
	return (int)(town->seed >> 16) % below;
}

static void change_town(struct town *town, int hour)
{
	int who = pick(town, PEOPLE);

	town->from[who] = hour / 24 * 24 + pick(town, 96);
	town->until[who] = town->from[who] + pick(town, 4) * 12;
}

static void add_hour(struct strbuf *out, int hour)
{
	strbuf_addf(out, "2026-12-%02dT%02d:00", 1 + hour / 24, hour % 24);
}

static void add_town(struct strbuf *out, const struct town *town, int hour)
{
	strbuf_adds(out, "at ");
	add_hour(out, hour);
	for (int i = 0; i < PEOPLE; i++) {
		strbuf_addf(out, "; person p%d deputy=p%d,p%d", i, (i + 1) % PEOPLE,
			(i + 2) % PEOPLE);
		if (town->until[i] > town->from[i]) {
			strbuf_adds(out, " away=");
			add_hour(out, town->from[i]);
			strbuf_addc(out, '/');
			add_hour(out, town->until[i]);
		}
	}
	strbuf_adds(out,
		"; route a people=p0,p1; list a p0; route b people=p2,p3,p4 at_least=1; list b p2");
}

/* Who stands in for p`who` at an hour by the plainest reading of rule 3; -1: nobody; -2: none is needed. */
static int stand_in_at(const struct town *town, int who, int hour)
{
	bool away[PEOPLE], looked[PEOPLE] = {false};
	int stack[PEOPLE * 4], depth = 0;

	for (int i = 0; i < PEOPLE; i++)
		away[i] = hour >= town->from[i] && hour < town->until[i];
	if (!away[who])
		return -2;
	looked[who] = true;
	stack[depth++] = (who + 2) % PEOPLE;
	stack[depth++] = (who + 1) % PEOPLE;
	while (depth > 0) {
		int next = stack[--depth];

		if (looked[next])
			continue;
		looked[next] = true;
		if (!away[next])
			return next;
		stack[depth++] = (next + 2) % PEOPLE;
		stack[depth++] = (next + 1) % PEOPLE;
	}
	return -1;
}

struct told {
	bool is_told;
	int from;
};

/* The first hour from `first` on, before the end of the day after `hour`, at which `to` begins to stand in for `who`; -1: none. */
static int begins_at(const struct town *town, int who, int to, int hour, int first)
{
	for (int h = first; h < (hour / 24 + 2) * 24; h++) {
		if (stand_in_at(town, who, h) == to && stand_in_at(town, who, h - 1) != to)
			return h;
	}
	return -1;
}

static void expect_pair(struct strbuf *out, const struct town *town, struct told *told, int who,
	int to, int hour, int looked_until)
{
	int from = begins_at(town, who, to, hour, hour + 1), tomorrow = (hour / 24 + 1) * 24;
	int entered_until =
		looked_until < tomorrow ? looked_until : tomorrow; /* today, for today */
	const char *tag = who < 2 ? "a" : "b";

	/* what was told is still so: what was entered today beside it is not told */
	if (told->is_told && told->from > hour && from != told->from && from < entered_until &&
		begins_at(town, who, to, hour, told->from) == told->from)
		from = begins_at(town, who, to, hour,
			told->from < entered_until ? told->from : entered_until);
	if (told->is_told && told->from <= hour) {
		bool was = told->from >= town->from[who] && told->from < town->until[who];
		bool is_away = stand_in_at(town, who, hour) != -2;

		if (from < 0 && hour - told->from <= 48 && stand_in_at(town, who, hour) != to &&
			(!was || is_away))
			strbuf_addf(out, "p%d -%s p%d\n", to, tag, who);
		told->is_told = from >= 0 && from < entered_until;
		told->from = from;
	}
	if (told->is_told && from < 0 && stand_in_at(town, who, told->from) != to) {
		strbuf_addf(out, "p%d -%s p%d\n", to, tag, who);
		told->is_told = false;
	} else if (told->is_told && from >= 0 && from != told->from) {
		strbuf_addf(out, "p%d >%s p%d\n", to, tag, who);
		told->from = from;
	} else if (!told->is_told) {
		from = begins_at(town, who, to, hour,
			entered_until > hour + 1 ? entered_until : hour + 1);
		if (from >= 0)
			strbuf_addf(out, "p%d >%s p%d\n", to, tag, who);
		*told = (struct told){from >= 0, from};
	}
}

/* "p1 >a p0": one line for each duty that a look tells, sorted as the reader writes them. */
static void add_duties(struct strbuf *out, const char *found)
{
	for (int to = 0; to < PEOPLE; to++) {
		for (int who = 0; who < PEOPLE; who++) {
			for (int sign = 0; sign < 2; sign++) {
				struct strbuf person = STRBUF_INIT, duty = STRBUF_INIT;
				const char *notice, *end, *place;

				strbuf_addf(&person, "p%d:", to);
				notice = strstr(found, person.text);
				end = notice ? strchr(notice, ';') : NULL;
				strbuf_addf(&duty, " %c%s for ", sign == 0 ? '-' : '>',
					who < 2 ? "a" : "b");
				place = notice;
				while (place && (place = strstr(place, duty.text)) &&
					(!end || place < end)) {
					const char *names = place + duty.length;
					size_t length = strcspn(names, " ;");

					for (size_t i = 0; i + 1 < length; i += 3) {
						if (names[i] == 'p' && names[i + 1] == '0' + who)
							strbuf_addf(out, "p%d %c%s p%d\n", to,
								sign == 0 ? '-' : '>',
								who < 2 ? "a" : "b", who);
					}
					place = names;
				}
				strbuf_release(&person);
				strbuf_release(&duty);
			}
		}
	}
}

static void play_town(unsigned int seed)
{
	struct town town = {.seed = seed * 7919 + 1};
	struct told told[PEOPLE][PEOPLE] = {{{false, 0}}};
	int looked_until = -1;
	struct trial t;

	trial_init(&t);
	for (int hour = 6; hour < 24 * 12; hour += 1 + pick(&town, 20)) {
		struct strbuf script = STRBUF_INIT, expected = STRBUF_INIT, got = STRBUF_INIT;

		for (int i = pick(&town, 3); i > 0; i--)
			change_town(&town, hour);
		add_town(&script, &town, hour);
		for (int to = 0; to < PEOPLE; to++) {
			for (int who = 0; who < PEOPLE; who++) {
				if (who != to)
					expect_pair(&expected, &town, &told[who][to], who, to, hour,
						looked_until);
			}
		}
		looked_until = (hour / 24 + 2) * 24;
		if (pick(&town, 3) == 0)
			look(&t, script.text, true); /* died; it is told by the next */
		add_duties(&got, look(&t, script.text, false));
		if (strcmp(got.text, expected.text) != 0)
			print_error("seed %u, hour %d: %s\n", seed, hour, script.text);
		assert_string_equal(got.text, expected.text);
		assert_string_equal(look(&t, script.text, false), "");
		strbuf_release(&script);
		strbuf_release(&expected);
		strbuf_release(&got);
	}
	trial_release(&t);
}

static void test_property(void **state)
{
	for (unsigned int seed = 0; seed < 200; seed++)
		play_town(seed);
}

/* Gaps of one list: p0, whose only deputy is p1. Both go and come at random. */

#define KNOWN_MAX 64

struct known_gaps {
	int from[KNOWN_MAX], until[KNOWN_MAX];
	bool is_seen[KNOWN_MAX];
	int count;
};

static bool is_gap_at(const struct town *town, int hour)
{
	for (int i = 0; i < 2; i++) {
		if (hour < town->from[i] || hour >= town->until[i])
			return false;
	}
	return true;
}

/* Whether it was mailed before: it touches one that was, which is it from then on. */
static bool is_known_gap(struct known_gaps *known, int from, int until)
{
	for (int i = 0; i < known->count; i++) {
		if (known->is_seen[i] || from > known->until[i] || until < known->from[i])
			continue;
		known->is_seen[i] = true;
		known->from[i] = from;
		known->until[i] = until;
		return true;
	}
	return false;
}

/* Forget those that are gone. */
static void forget_gaps(struct known_gaps *known)
{
	int count = 0;

	for (int i = 0; i < known->count; i++) {
		if (!known->is_seen[i])
			continue;
		known->from[count] = known->from[i];
		known->until[count] = known->until[i];
		count++;
	}
	known->count = count;
}

/* " gap a for p0 2026-12-03": those of the eight days that are new. */
static void expect_gaps(struct strbuf *out, const struct town *town, struct known_gaps *known,
	int hour)
{
	int end = (hour / 24 + AHEAD_DAYS) * 24, before = known->count;

	for (int i = 0; i < KNOWN_MAX; i++)
		known->is_seen[i] = false;
	for (int from = hour; from < end; from++) {
		int until = from;
		struct strbuf when = STRBUF_INIT;

		while (until < end && is_gap_at(town, until))
			until++;
		if (until > from && !is_known_gap(known, from, until)) {
			add_hour(&when, from);
			strbuf_addf(out, " gap a for p0 %.*s", from % 24 == 0 ? 10 : 16, when.text);
			assert_true(known->count < KNOWN_MAX);
			known->is_seen[known->count] = true;
			known->from[known->count] = from;
			known->until[known->count++] = until;
		}
		if (until > from)
			from = until;
		strbuf_release(&when);
	}
	assert_true(before <= known->count);
	forget_gaps(known);
}

static void play_gaps(unsigned int seed)
{
	struct town town = {.seed = seed * 6007 + 11};
	struct known_gaps known = {.count = 0};
	struct trial t;

	trial_init(&t);
	for (int hour = 6; hour < 24 * 13; hour += 1 + pick(&town, 40)) {
		struct strbuf script = STRBUF_INIT, expected = STRBUF_INIT;
		const char *gaps;

		for (int i = pick(&town, 3); i > 0; i--) {
			int who = pick(&town, 2);

			town.from[who] = hour / 24 * 24 + pick(&town, 24 * 9);
			town.until[who] = town.from[who] + pick(&town, 8) * 24;
		}
		strbuf_adds(&script, "at ");
		add_hour(&script, hour);
		for (int i = 0; i < 2; i++) {
			strbuf_addf(&script, "; person p%d%s", i, i == 0 ? " deputy=p1" : "");
			if (town.until[i] <= town.from[i])
				continue;
			strbuf_adds(&script, " away=");
			add_hour(&script, town.from[i]);
			strbuf_addc(&script, '/');
			add_hour(&script, town.until[i]);
		}
		strbuf_adds(&script, "; person p9; route a people=p0,p9; list a p0 p9");
		expect_gaps(&expected, &town, &known, hour);
		gaps = strstr(look(&t, script.text, false), " gap");
		if (strcmp(gaps ? gaps : "", expected.text) != 0)
			print_error("seed %u, hour %d: %s\n", seed, hour, script.text);
		assert_string_equal(gaps ? gaps : "", expected.text);
		assert_string_equal(look(&t, script.text, false), "");
		strbuf_release(&script);
		strbuf_release(&expected);
	}
	trial_release(&t);
}

static void test_gap_property(void **state)
{
	for (unsigned int seed = 0; seed < 200; seed++)
		play_gaps(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stand_in),
		cmocka_unit_test(test_today),
		cmocka_unit_test(test_uncovered),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_uncertain),
		cmocka_unit_test(test_property),
		cmocka_unit_test(test_gap_property),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
