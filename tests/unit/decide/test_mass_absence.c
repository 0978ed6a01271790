/*
 * What a new reading does to many at once: a row has a town, who was away by the last trusted readings,
 * who is by the new ones, and what is found. And random towns, against decide() at each moment.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/decide.h"
#include "decide/mass_absence.h"
#include "model/person.h"
#include "world.h"

/* Five hold the role, and nobody stands in for them. */
#define FIVE                                                                          \
	"person anna role=r; person bo role=r; person cai role=r; person dan role=r;" \
	"person eva role=r;"
#define INFRA "route infra role=r;"

struct mass_case {
	const char *town, *before, *after, *found;
};

static void add_names(struct strbuf *out, const struct mass_absence *mass)
{
	for (size_t i = 0; i < mass->count; i++)
		strbuf_addf(out, " %s",
			mass->people ? mass->people[i]->name : mass->blocks[i]->tag);
}

static void add_moment(struct strbuf *out, moment t)
{
	if (t == MOMENT_LATEST)
		strbuf_adds(out, "open");
	else
		moment_add_iso_day(out, t);
}

/* "away infra 3/5 anna bo cai 2026-12-24-2026-12-26; vik for infra ...; vik on 3/4 a b c ..." */
static char *show(struct arena *arena, const struct mass_absences *found)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < found->count; i++) {
		const struct mass_absence *mass = &found->items[i];

		strbuf_adds(&out, i > 0 ? "; " : "");
		if (mass->kind == MASS_AWAY)
			strbuf_addf(&out, "away %s", mass->block->tag);
		else if (mass->kind == MASS_STANDS_IN_FOR)
			strbuf_addf(&out, "%s for %s", mass->stand_in->name, mass->block->tag);
		else
			strbuf_addf(&out, "%s on", mass->stand_in->name);
		strbuf_addf(&out, " %zu/%zu", mass->count, mass->of);
		add_names(&out, mass);
		strbuf_addc(&out, ' ');
		add_moment(&out, mass->from);
		strbuf_addc(&out, '/');
		add_moment(&out, mass->until);
	}
	return strbuf_to_arena(&out, arena);
}

static struct world *make_world(const char *town, const char *absences)
{
	struct strbuf script = STRBUF_INIT;
	struct world *w;

	strbuf_addf(&script, "at 2026-12-23; %s; %s", town, absences);
	w = world_new(script.text);
	world_read(w);
	strbuf_release(&script);
	return w;
}

static void check(const struct mass_case *c)
{
	struct world *before = make_world(c->town, c->before),
		     *after = make_world(c->town, c->after);
	struct mass_absences found;

	mass_absence_find(&found, after->arena, &after->mapping, &after->policy, before->snapshot,
		after->snapshot, after->at);
	assert_string_equal(show(after->arena, &found), c->found);
	assert_false(found.is_cut);
	world_free(before);
	world_free(after);
}

static void check_all(const struct mass_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s | %s", cases[i].before, cases[i].after); i++)
		check(&cases[i]);
}

/* Who is away at "2026-12-24", three of five, and who more. */
#define XMAS  "feed=2026-12-24/2026-12-26"
#define THREE "person anna " XMAS "; person bo " XMAS "; person cai " XMAS

static void test_away(void **state)
{
	static const struct mass_case cases[] = {
		{FIVE INFRA, "", "", ""},
		{FIVE INFRA, "", "person anna " XMAS "; person bo " XMAS, ""},
		{FIVE INFRA, "", THREE, "away infra 3/5 anna bo cai 2026-12-24/2026-12-27"},
		/* not at one moment; over */
		{FIVE INFRA, "",
			"person anna " XMAS "; person bo " XMAS "; person cai feed=2026-12-27/",
			""},
		{FIVE INFRA, "",
			"person anna feed=2026-12-01/2026-12-22; person bo feed=2026-12-01/2026-12-22;"
			"person cai feed=2026-12-01/2026-12-22",
			""},
		/* on already, and open */
		{FIVE INFRA, "",
			"person anna feed=2026-12-01/; person bo feed=2026-12-23/; person cai feed=/2027-01-03",
			"away infra 3/5 anna bo cai 2026-12-23/2027-01-04"},
		{FIVE INFRA, "",
			"person anna feed=2026-12-24/; person bo feed=2026-12-24/; person cai feed=2026-12-24/",
			"away infra 3/5 anna bo cai 2026-12-24/open"},
		/* the same as before; more of it; a day more of it */
		{FIVE INFRA, THREE, THREE, ""},
		{FIVE INFRA, THREE, THREE "; person dan " XMAS, ""},
		{FIVE INFRA, THREE,
			"person anna feed=2026-12-24/2026-12-28; person bo feed=2026-12-24/2026-12-28;"
			"person cai feed=2026-12-24/2026-12-28",
			"away infra 3/5 anna bo cai 2026-12-27/2026-12-29"},
		/* others than before, as many */
		{FIVE INFRA, THREE, "person anna " XMAS "; person dan " XMAS "; person eva " XMAS,
			""},
		/* the new reading takes only the last step: the directory has the others away */
		{FIVE INFRA, "person anna away; person bo away",
			"person anna away; person bo away; person cai " XMAS,
			"away infra 3/5 anna bo cai 2026-12-24/2026-12-27"},
		/* three, and more than half: not two of three, not three of six */
		{"person anna; person bo; person cai; route infra people=anna,bo,cai", "",
			"person anna " XMAS "; person bo " XMAS, ""},
		{"person anna; person bo; person cai; route infra people=anna,bo,cai", "", THREE,
			"away infra 3/3 anna bo cai 2026-12-24/2026-12-27"},
		{FIVE "person fie; route infra role=r people=fie", "", THREE, ""},
		/* the worst of several stretches, the earliest of these */
		{FIVE INFRA, "",
			"person anna " XMAS
			" feed=2026-12-28/2026-12-28 feed=2026-12-30/2026-12-30;"
			"person bo " XMAS " feed=2026-12-28/2026-12-28 feed=2026-12-30/2026-12-30;"
			"person cai " XMAS " feed=2026-12-28/2026-12-28 feed=2026-12-30/2026-12-30;"
			"person dan feed=2026-12-28/2026-12-28 feed=2026-12-30/2026-12-30",
			"away infra 4/5 anna bo cai dan 2026-12-28/2026-12-29"},
		/* one is worse for a while: one stretch */
		{FIVE INFRA, "", THREE "; person dan feed=2026-12-25/2026-12-25",
			"away infra 4/5 anna bo cai dan 2026-12-24/2026-12-27"},
		/* by a gap that is bridged */
		{FIVE INFRA "bridge 48", "",
			"person anna feed=2026-12-23/2026-12-24 feed=2026-12-27/; person bo feed=2026-12-26/2026-12-26;"
			"person cai feed=2026-12-26/2026-12-26",
			"away infra 3/5 anna bo cai 2026-12-26/2026-12-27"},
		/* each list by itself; inform asks nobody to be there */
		{FIVE INFRA "critical hast role=r; inform orient role=r; route to people=anna,bo",
			"", THREE,
			"away infra 3/5 anna bo cai 2026-12-24/2026-12-27; "
			"away hast 3/5 anna bo cai 2026-12-24/2026-12-27"},
	};

	check_all(cases, ROWS(cases));
}

/* Eight people, so that four are not more than half; and vik, who stands in by the directory. */
#define EIGHT                                                                                    \
	"person p1 role=r deputy=vik; person p2 role=r deputy=vik; person p3 role=r deputy=vik;" \
	"person p4 role=r deputy=vik; person p5 role=r; person p6 role=r; person p7 role=r;"     \
	"person p8 role=r; person vik; person wil;"
#define FOUR_AWAY "person p1 " XMAS "; person p2 " XMAS "; person p3 " XMAS "; person p4 " XMAS
#define FOUR_FOR(whom)                                                                       \
	"person p1 " XMAS ":" whom "; person p2 " XMAS ":" whom "; person p3 " XMAS ":" whom \
	"; person p4 " XMAS ":" whom
/* Four lists, each with somebody of its own, and a deputy for all. */
#define LISTS                                                                                     \
	"person a1 deputy=vik; person b1 deputy=vik; person c1 deputy=vik; person d1 deputy=vik;" \
	"person vik; person wil; route a people=a1; route b people=b1; route c people=c1;"        \
	"critical d people=d1; inform o people=a1;"

static void test_stand_ins(void **state)
{
	static const struct mass_case cases[] = {
		{EIGHT INFRA, "", FOUR_AWAY, "vik for infra 4/8 p1 p2 p3 p4 2026-12-24/2026-12-27"},
		{EIGHT INFRA, "", "person p1 " XMAS "; person p2 " XMAS "; person p3 " XMAS, ""},
		{EIGHT INFRA, FOUR_AWAY, FOUR_AWAY, ""},
		/* another than before: by the feed's own word */
		{EIGHT INFRA, FOUR_AWAY, FOUR_FOR("wil"),
			"wil for infra 4/8 p1 p2 p3 p4 2026-12-24/2026-12-27"},
		{EIGHT INFRA, FOUR_FOR("wil"), FOUR_FOR("wil"), ""},
		/* as vik is away for a while, too: by way of vik's own deputy */
		{EIGHT "person vik deputy=wil; " INFRA, FOUR_AWAY,
			FOUR_AWAY "; person vik feed=2026-12-26/2026-12-26",
			"wil for infra 4/8 p1 p2 p3 p4 2026-12-26/2026-12-27"},
		/* on more than half of the lists, three at least */
		{LISTS, "", "person a1 " XMAS "; person b1 " XMAS, ""},
		{LISTS, "", "person a1 " XMAS "; person b1 " XMAS "; person d1 " XMAS,
			"vik on 3/4 a b d 2026-12-24/2026-12-27"},
		{LISTS, "person a1 " XMAS "; person b1 " XMAS "; person d1 " XMAS,
			"person a1 " XMAS "; person b1 " XMAS "; person c1 " XMAS
			"; person d1 " XMAS,
			""},
		{LISTS, "", "person a1 " XMAS "; person b1 " XMAS "; person d1 feed=2026-12-27/",
			""},
		{LISTS "person e1; person f1; route e people=e1; route f people=f1", "",
			"person a1 " XMAS "; person b1 " XMAS "; person d1 " XMAS, ""},
		{"person a1 deputy=vik; person vik; route a people=a1; critical b people=a1", "",
			"person a1 " XMAS, ""},
		/* one person away, whom each list asks for */
		{"person anna deputy=vik; person vik; route a people=anna; route b people=anna; route c people=anna",
			"", "person anna " XMAS, "vik on 3/3 a b c 2026-12-24/2026-12-27"},
		/* nobody is left to stand in */
		{EIGHT INFRA, "", FOUR_AWAY "; person vik " XMAS, ""},
	};

	check_all(cases, ROWS(cases));
}

/* A deputy whom the last trusted reading named, and who was not read: then it may have been another. */
static void test_unread(void **state)
{
	struct world *before = make_world(EIGHT INFRA, FOUR_FOR("ghost")),
		     *after = make_world(EIGHT INFRA, FOUR_AWAY);
	struct mass_absences found;

	mass_absence_find(&found, after->arena, &after->mapping, &after->policy, before->snapshot,
		after->snapshot, after->at);
	assert_string_equal(show(after->arena, &found), "");
	snapshot_forget(before->snapshot, "id:ghost");
	mass_absence_find(&found, after->arena, &after->mapping, &after->policy, before->snapshot,
		after->snapshot, after->at);
	assert_string_equal(show(after->arena, &found),
		"vik for infra 4/8 p1 p2 p3 p4 2026-12-24/2026-12-27");
	world_free(before);
	world_free(after);
}

/* Random towns, and decide() asked at each moment. */

#define PEOPLE 9
#define BLOCKS 4
#define SLOTS  12 /* of six hours; absences begin and end with one */

static moment slot_at(const struct world *w, int slot)
{
	return w->at + slot * 21600;
}

static void add_random_absences(struct strbuf *out, bool changes)
{
	for (int i = 0; i < PEOPLE; i++) {
		strbuf_addf(out, "person p%d", i);
		for (int j = 0; j < 2; j++) {
			int from = rand() % SLOTS, to = from + 1 + rand() % 6,
			    deputy = rand() % PEOPLE;
			bool is_there = rand() % 100 < (changes ? 55 : 35);

			if (is_there)
				strbuf_addf(out,
					" feed=2026-12-%02dT%02d:00/2026-12-%02dT%02d:00:p%d",
					23 + from / 4, from % 4 * 6, 23 + to / 4, to % 4 * 6,
					deputy < 2 ? deputy : 0);
		}
		strbuf_adds(out, "; ");
	}
}

static void add_random_town(struct strbuf *out)
{
	static const char *const kinds[] = {"route", "critical", "route", "inform"};

	for (int i = 0; i < PEOPLE; i++)
		strbuf_addf(out, "person p%d deputy=p%d,p%d; ", i, rand() % PEOPLE, rand() % 2);
	for (int i = 0; i < BLOCKS; i++) {
		strbuf_addf(out, "%s l%d people=p%d", kinds[i], i, rand() % PEOPLE);
		for (int j = rand() % 8; j > 0; j--)
			strbuf_addf(out, ",p%d", rand() % PEOPLE);
		strbuf_adds(out, "; ");
	}
	if (rand() % 2)
		strbuf_addf(out, "bridge %d; ", rand() % 3 * 6);
	if (rand() % 2)
		strbuf_addf(out, "fallback p%d; ", rand() % PEOPLE);
}

/* At one moment: how many of each list are away, for how many each stands in there, and on how many lists. */
struct counts {
	size_t away[BLOCKS], stands_in[PEOPLE][BLOCKS], lists[PEOPLE];
};

static void count_at(struct counts *counts, struct world *w, moment t)
{
	memset(counts, 0, sizeof(*counts));
	plan_free(w->plan);
	w->plan = plan_new(t);
	decide(w->plan, &w->mapping, &w->policy, w->snapshot);
	for (size_t i = 0; i < w->plan->list_count; i++) {
		const struct list_plan *list = &w->plan->lists[i];
		int block = list->block->tag[1] - '0';

		for (size_t j = 0; j < list->required_count && list->block->kind != BLOCK_INFORM;
			j++) {
			const struct required *required = list->required[j];

			counts->away[block] += person_is_absent(required->person, t, NULL);
			if (required->stand_in)
				counts->stands_in[required->stand_in->name[1] - '0'][block]++;
		}
	}
	for (int i = 0; i < PEOPLE; i++) {
		for (int j = 0; j < BLOCKS; j++)
			counts->lists[i] += counts->stands_in[i][j] > 0;
	}
}

static void take_worse(size_t *worst, size_t count, bool is_so, bool was_so)
{
	if (is_so && !was_so && count > *worst)
		*worst = count;
}

/* The worst of what is so by `after` at any moment and not by `before`. */
static void worst_counts(struct counts *worst, struct world *before, struct world *after)
{
	struct counts was, is;

	memset(worst, 0, sizeof(*worst));
	for (int slot = 0; slot < SLOTS + 8; slot++) {
		count_at(&was, before, slot_at(before, slot));
		count_at(&is, after, slot_at(after, slot));
		for (int i = 0; i < BLOCKS; i++) {
			size_t of = after->plan->lists[i].required_count;

			take_worse(&worst->away[i], is.away[i],
				is.away[i] >= 3 && 2 * is.away[i] > of,
				was.away[i] >= 3 && 2 * was.away[i] > of);
		}
		for (int i = 0; i < PEOPLE; i++) {
			for (int j = 0; j < BLOCKS; j++)
				take_worse(&worst->stands_in[i][j], is.stands_in[i][j],
					is.stands_in[i][j] > 3, was.stands_in[i][j] > 3);
			take_worse(&worst->lists[i], is.lists[i], is.lists[i] >= 3,
				was.lists[i] >= 3);
		}
	}
}

static size_t compare_counts(const struct counts *worst, const struct mass_absences *found)
{
	struct counts left = *worst;
	size_t rest = 0;

	for (size_t i = 0; i < found->count; i++) {
		const struct mass_absence *mass = &found->items[i];
		int block = mass->block ? mass->block->tag[1] - '0' : 0;
		int person = mass->stand_in ? mass->stand_in->name[1] - '0' : 0;
		size_t *expected = mass->kind == MASS_AWAY ? &left.away[block]
			: mass->kind == MASS_STANDS_IN_FOR ? &left.stands_in[person][block]
							   : &left.lists[person];

		assert_int_equal(mass->count, *expected);
		*expected = 0;
	}
	for (int i = 0; i < BLOCKS; i++)
		rest += left.away[i];
	for (int i = 0; i < PEOPLE; i++) {
		rest += left.lists[i];
		for (int j = 0; j < BLOCKS; j++)
			rest += left.stands_in[i][j];
	}
	assert_int_equal(rest, 0);
	return found->count;
}

static void test_random_towns(void **state)
{
	size_t all = 0;

	srand(3);
	for (int i = 0; i < 300; i++) {
		struct strbuf town = STRBUF_INIT, was = STRBUF_INIT, is = STRBUF_INIT;
		struct world *before, *after;
		struct mass_absences found;
		struct counts worst;

		add_random_town(&town);
		add_random_absences(&was, false);
		add_random_absences(&is, true);
		row((size_t)i, "%s | %s | %s", town.text, was.text, is.text);
		before = make_world(town.text, was.text);
		after = make_world(town.text, is.text);
		worst_counts(&worst, before, after);
		mass_absence_find(&found, after->arena, &after->mapping, &after->policy,
			before->snapshot, after->snapshot, after->at);
		all += compare_counts(&worst, &found);
		world_free(before);
		world_free(after);
		strbuf_release(&town);
		strbuf_release(&was);
		strbuf_release(&is);
	}
	assert_true(all > 300); /* of all kinds, or nothing was shown */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_away),
		cmocka_unit_test(test_stand_ins),
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_random_towns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
