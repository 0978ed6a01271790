/*
 * Random feeds, read from hours to weeks, and judged twice (trust_script.h).
 *
 * PROPERTY_HISTORIES says how many (1000), PROPERTY_SEED where to begin (1). A failure prints the seed;
 * PROPERTY_SEED=n PROPERTY_HISTORIES=1 makes that one again, and PROPERTY_SHOW=1 prints its script, which can
 * be made a case of test_reading_trust.c.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text/strbuf.h"
#include "trust_script.h"

/* Chance, the same everywhere (splitmix64). */
static size_t below(uint64_t *dice, size_t n)
{
	uint64_t z = *dice += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return (size_t)((z ^ (z >> 31)) % n);
}

#define SLOTS 14 /* records of a random feed, at most */

/* A record of a random feed. */
struct slot {
	bool is_there, is_broken, is_aside, is_standing, names_nobody;
	int person, other, spelling; /* from PEOPLE_KNOWN on nobody knows them; other 0: none */
	int start, end;              /* minutes */
	int role;
	bool is_open; /* of deputies and roles: without dates */
};

#define PEOPLE_KNOWN 12
#define PEOPLE       15

struct random_feed {
	uint64_t dice;
	struct slot slots[SLOTS];
	int now; /* minutes since START */
	bool is_renamed, lacks_field, as_number, covers_now;
	enum feed_gives gives;
	bool asks_people; /* of whom all are known, one in a record */
};

static const char *const roles[] = {"r", "R", "b", "s|A", "s|a", "S|A", "s"};

static void fill_slot(struct random_feed *feed, struct slot *slot)
{
	uint64_t *dice = &feed->dice;

	*slot = (struct slot){.is_there = true,
		.person = 1 + (int)below(dice, PEOPLE),
		.other = below(dice, 8) == 0 ? 1 + (int)below(dice, PEOPLE) : 0,
		.spelling = below(dice, 4) == 0 ? (int)below(dice, TRUST_SPELLINGS) : 0,
		.is_standing = below(dice, 15) == 0,
		.is_aside = below(dice, 15) == 0,
		.is_broken = below(dice, 15) == 0,
		.names_nobody = below(dice, 40) == 0};
	if (feed->gives != GIVES_ABSENCES)
		slot->is_open = below(dice, 2) == 0;
	if (feed->gives == GIVES_ROLES)
		slot->role = (int)below(dice, ROWS(roles));
	slot->start = feed->now + (int)below(dice, 9 * 1440) - 6 * 1440;
	slot->end = slot->start + 60 + (int)below(dice, 12 * 1440);
	if (feed->asks_people) {
		slot->person = 1 + slot->person % PEOPLE_KNOWN;
		slot->other = 0;
		slot->names_nobody = false;
	}
	if (feed->covers_now) {
		slot->start = feed->now - (int)below(dice, 1440);
		slot->end = feed->now + 400 * 1440;
	}
}

/* Something happens to each of the records, or to `percent` of them. */
static void change_slots(struct random_feed *feed, size_t kind, size_t percent)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &feed->slots[i];

		if (below(&feed->dice, 100) >= percent)
			continue;
		if (kind == 0)
			fill_slot(feed, slot);
		else if (kind == 1)
			slot->is_there = false;
		else if (kind == 2)
			slot->is_broken = true;
		else if (kind == 3)
			slot->is_broken = slot->names_nobody = false;
		else if (kind == 4)
			slot->is_aside = !slot->is_aside;
		else if (kind == 6)
			slot->role = (slot->role + 1) % (int)ROWS(roles);
		else
			slot->end += (int)below(&feed->dice, 4000) - 2000;
		if (slot->end <= slot->start)
			slot->is_there = false;
	}
}

/* What HR and its systems do between two readings. */
static void change_feed(struct random_feed *feed)
{
	static const size_t percents[] = {7, 7, 7, 7, 20, 50, 80, 100};
	uint64_t *dice = &feed->dice;

	for (size_t i = 0; i < SLOTS && !feed->covers_now; i++) {
		if (feed->slots[i].end <= feed->now && below(dice, 3) > 0)
			feed->slots[i].is_there = false;
	}
	if (below(dice, 4) == 0)
		return;
	if (below(dice, 20) == 0 && !feed->asks_people)
		feed->is_renamed = !feed->is_renamed;
	feed->lacks_field = below(dice, feed->lacks_field ? 3 : 30) == 0;
	change_slots(feed, below(dice, feed->gives == GIVES_ROLES ? 7 : 6),
		percents[below(dice, ROWS(percents))]);
	if (below(dice, 3) == 0)
		change_slots(feed, 0, 15);
}

/* Nobody is called "x7", or 97 as a number. */
static void add_person(struct strbuf *out, const struct random_feed *feed, int person, int spelling)
{
	const char *stranger = feed->as_number ? "9" : "x";

	if (!feed->as_number)
		spelling = 0;
	strbuf_addf(out, "%s%s%d%s", trust_spellings[spelling].before,
		person > PEOPLE_KNOWN || feed->is_renamed ? stranger : "", person,
		trust_spellings[spelling].after);
}

static void add_slot(struct strbuf *out, const struct random_feed *feed, const struct slot *slot)
{
	strbuf_addc(out, ' ');
	if (slot->names_nobody) {
		strbuf_addc(out, '?');
		return;
	}
	add_person(out, feed, slot->person, slot->spelling);
	if (slot->other > 0) {
		strbuf_addc(out, '&');
		add_person(out, feed, slot->other, 0);
	}
	if (feed->gives == GIVES_ROLES)
		strbuf_addf(out, ":%s", roles[slot->role]);
	if (slot->is_broken)
		strbuf_addc(out, '?');
	else if (slot->is_aside)
		strbuf_addc(out, '-');
	else if (slot->is_standing)
		strbuf_addc(out, '=');
	else if (slot->is_open)
		strbuf_addc(out, '%');
	else
		strbuf_addf(out, "@%dm:%dm", slot->start, slot->end);
}

static void add_reading(struct strbuf *out, struct random_feed *feed)
{
	static const int steps[] = {5, 20, 60, 60, 240, 600, 1440, 1500, 4000};
	uint64_t *dice = &feed->dice;
	int step = steps[below(dice, ROWS(steps))];

	step += (int)below(dice, 5);
	feed->now += step;
	change_feed(feed);
	strbuf_addf(out, "+%dm", step);
	for (size_t i = 0; i < SLOTS; i++) {
		if (feed->slots[i].is_there)
			add_slot(out, feed, &feed->slots[i]);
	}
	if (feed->lacks_field)
		strbuf_adds(out, " !");
	strbuf_adds(out, below(dice, 12) == 0 ? " / accept / " : " / ");
}

/* A random script of the same grammar as the cases have: what fails can be made a case. */
static void make_script(struct strbuf *script, uint64_t seed, bool asks_people)
{
	static const struct {
		enum feed_gives gives;
		const char *word;
	} ways[] = {[GIVES_ABSENCES] = {GIVES_ABSENCES, ""},
		[GIVES_DEPUTIES] = {GIVES_DEPUTIES, "deputies "},
		[GIVES_ROLES] = {GIVES_ROLES, "roles "}};

	struct random_feed feed = {.dice = seed * 7919, .asks_people = asks_people};
	size_t readings = 3 + below(&feed.dice, 25);

	feed.as_number = below(&feed.dice, 4) == 0;
	feed.covers_now = below(&feed.dice, 6) == 0;
	feed.gives = feed.covers_now || asks_people ? GIVES_ABSENCES
						    : ways[below(&feed.dice, ROWS(ways))].gives;
	strbuf_reset(script);
	strbuf_addf(script, "%s%s%s%sdoubt=%zuh ", asks_people ? "asks " : "",
		feed.as_number ? "number " : "", feed.covers_now ? "now " : "",
		ways[feed.gives].word, below(&feed.dice, 60));
	change_slots(&feed, 0, 10 + below(&feed.dice, 90));
	for (size_t i = 0; i < readings; i++)
		add_reading(script, &feed);
	strbuf_adds(script, "+1m");
}

static unsigned long number_from(const char *name, unsigned long standard)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : standard;
}

static void play_histories(bool asks_people)
{
	unsigned long first = number_from("PROPERTY_SEED", 1),
		      count = number_from("PROPERTY_HISTORIES", 1000);
	struct strbuf script = STRBUF_INIT;

	for (unsigned long seed = first; seed < first + count; seed++) {
		struct trust_run run;

		make_script(&script, seed, asks_people);
		row(seed, "PROPERTY_SEED=%lu", seed);
		if (getenv("PROPERTY_SHOW"))
			puts(script.text);
		trust_run_init(&run);
		trust_run_script(&run, script.text);
		trust_run_release(&run);
	}
	strbuf_release(&script);
}

static void test_property(void **state)
{
	play_histories(false);
}

static void test_property_of_asked(void **state)
{
	play_histories(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_property),
		cmocka_unit_test(test_property_of_asked),
	};

	return cmocka_run_group_tests(tests, trust_set_up, trust_tear_down);
}
