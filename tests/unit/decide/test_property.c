/*
 * Random municipalities, held up against what must always be so.
 *
 * PROPERTY_WORLDS says how many (3000), PROPERTY_SEED where to begin (1). A failure prints the
 * seed and the script of its world: PROPERTY_SEED=n PROPERTY_WORLDS=1 makes that one again.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/decide.h"
#include "decide/diff.h"
#include "decide/forecast.h"
#include "decide/limits.h"
#include "decide/needed_people.h"
#include "reference_plan.h"
#include "world.h"

/* Chance, the same everywhere (splitmix64). */
struct dice {
	uint64_t state;
};

static uint64_t throw(struct dice * dice)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

static size_t below(struct dice *dice, size_t n)
{
	return (size_t)(throw(dice) % n);
}

static bool chance(struct dice *dice, size_t percent)
{
	return below(dice, 100) < percent;
}

/* A world in the making. */
struct making {
	struct dice dice;
	struct strbuf script;
	size_t people, groups;
};

static void add_person_name(struct making *m)
{
	static const struct {
		const char *before, *after;
	} forms[] = {{"p", ""}, {"p", ""}, {"P", ""}, {"p", "@x.dk"}, {"P", "@X.dk"},
		{"uid=p", "|ou=P|dc=x"}, {"UID=P", "|OU=p|dc=X"}};
	size_t form = below(&m->dice, sizeof(forms) / sizeof(forms[0]));

	strbuf_addf(&m->script, "%s%zu%s", forms[form].before, below(&m->dice, m->people),
		forms[form].after);
}

/* "key=a,b,c", a name now and then one of nobody, or of no person. */
static void add_names(struct making *m, const char *key, size_t most)
{
	size_t count = below(&m->dice, most + 1);

	if (count == 0)
		return;
	strbuf_addf(&m->script, " %s", key);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			strbuf_addc(&m->script, ',');
		if (chance(&m->dice, 4))
			strbuf_adds(&m->script, "ghost");
		else if (chance(&m->dice, 4))
			strbuf_adds(&m->script,
				chance(&m->dice, 60)           ? "printer"
					: chance(&m->dice, 50) ? "faraway"
							       : "dark");
		else
			add_person_name(m);
	}
}

/* Times around that of the world. */
static const char *const spans[] = {"2026-12-20/2026-12-30", "2026-12-01/2026-12-22", "2026-12-24/",
	"/2026-12-23", "2026-12-23T08:00/2026-12-23T08:01", "2026-12-20/2026-12-23T08:00",
	"2026-12-21T08:00/2026-12-22T16:00", "2026-12-23T09:00/2026-12-24T12:00",
	"2026-12-22T07:00/2026-12-22T08:00", "2026-12-24T08:00/2026-12-25"};

static void add_absences(struct making *m)
{
	for (int own = 0; own < 2; own++) {
		if (chance(&m->dice, 30))
			strbuf_addf(&m->script, " away=%s", spans[below(&m->dice, ROWS(spans))]);
	}
	for (int feed = 0; feed < 3; feed++) {
		if (!chance(&m->dice, 15))
			continue;
		strbuf_addf(&m->script, " feed=%s:ghost,p%zu", spans[below(&m->dice, ROWS(spans))],
			below(&m->dice, m->people));
	}
}

static void add_person(struct making *m, size_t i)
{
	static const char *const roles[] = {"r", "R", "q", "s/A", "s/B", "s", "r,s/A", "other"};

	strbuf_addf(&m->script, "person p%zu", i);
	if (chance(&m->dice, 8))
		strbuf_addf(&m->script, " login=p%zu", below(&m->dice, m->people));
	if (chance(&m->dice, 8))
		strbuf_addf(&m->script, " mail=p%zu@x.dk", below(&m->dice, m->people));
	if (chance(&m->dice, 10))
		strbuf_addf(&m->script, chance(&m->dice, 50) ? " also=p%zu@x.dk" : " also=p%zu",
			below(&m->dice, m->people));
	if (chance(&m->dice, 45))
		strbuf_addf(&m->script, " role=%s", roles[below(&m->dice, 8)]);
	if (chance(&m->dice, 60))
		add_names(m, "deputy=", 3);
	if (chance(&m->dice, 15))
		add_names(m, "always=", 2);
	if (chance(&m->dice, 10))
		strbuf_addf(&m->script, " always=%s:ghost,p%zu",
			spans[below(&m->dice, ROWS(spans))], below(&m->dice, m->people));
	if (chance(&m->dice, 20))
		strbuf_addf(&m->script, " gets=%s", roles[below(&m->dice, 8)]);
	if (chance(&m->dice, 15))
		strbuf_addf(&m->script, " gets=%s:%s", spans[below(&m->dice, ROWS(spans))],
			roles[below(&m->dice, 8)]);
	if (chance(&m->dice, 40))
		add_names(m, "manager=", 1);
	add_absences(m);
	if (chance(&m->dice, 10))
		strbuf_adds(&m->script, " was");
	if (chance(&m->dice, 8))
		strbuf_adds(&m->script, " unmailed");
	if (chance(&m->dice, 8))
		strbuf_adds(&m->script, " disabled");
	if (chance(&m->dice, 6))
		strbuf_adds(&m->script,
			chance(&m->dice, 50) ? " expires=2026-12-23T06:00" : " expires=2026-12-25");
	strbuf_adds(&m->script, ";\n");
}

/* Members of a group or a list: people in any spelling of their DNs, groups, others, and the gone. */
static void add_members_line(struct making *m, const char *kind, const char *name)
{
	bool is_group = strcmp(kind, "group") == 0;

	strbuf_addf(&m->script, "%s %s", kind, name);
	if (is_group && chance(&m->dice, 4))
		strbuf_adds(&m->script, " hidden");
	if (is_group && chance(&m->dice, 20))
		strbuf_addf(&m->script, " login:%s%zu", chance(&m->dice, 80) ? "p" : "P",
			below(&m->dice, m->people + 1));
	for (size_t i = 0; i < m->people && !(is_group && chance(&m->dice, 8)); i++) {
		if (chance(&m->dice, 30))
			strbuf_addf(&m->script,
				chance(&m->dice, 20) ? " UID=P%zu,OU=p,DC=X" : " p%zu", i);
	}
	for (size_t i = 0; i < m->groups; i++) {
		if (chance(&m->dice, 25))
			strbuf_addf(&m->script, " g%zu", i);
	}
	if (chance(&m->dice, 10))
		strbuf_adds(&m->script, " printer");
	if (chance(&m->dice, 5))
		strbuf_adds(&m->script, " faraway");
	if (chance(&m->dice, 5))
		strbuf_adds(&m->script, " dark");
	if (chance(&m->dice, 10))
		strbuf_adds(&m->script, " gone");
	strbuf_adds(&m->script, ";\n");
}

/* Whom postvagt put on a list, by its reports; they need not be on it. */
static void add_reported(struct making *m, const char *name)
{
	for (size_t i = 0; i < m->people; i++) {
		if (chance(&m->dice, 30))
			strbuf_addf(&m->script, "%s %s p%zu;\n",
				chance(&m->dice, 50) ? "added" : "stood", name, i);
	}
	if (chance(&m->dice, 20))
		strbuf_addf(&m->script, "added %s gone;\n", name);
}

static void add_block(struct making *m, const char *kind, const char *name)
{
	static const char *const roles[] = {"r", "q", "s", "s/A", "r,s/B", "nobodys"};
	bool inform = strcmp(kind, "inform") == 0;

	strbuf_addf(&m->script, "%s %s", kind, name);
	if (chance(&m->dice, 70))
		strbuf_addf(&m->script, " role=%s", roles[below(&m->dice, 6)]);
	if (chance(&m->dice, 40))
		strbuf_addf(&m->script, " group=g%zu", below(&m->dice, m->groups + 1));
	if (chance(&m->dice, 40))
		add_names(m, "people=", 2);
	if (chance(&m->dice, 30))
		add_names(m, "keep=", 2);
	if (!inform && chance(&m->dice, 50))
		add_names(m, "deputy=", 3);
	if (!inform && chance(&m->dice, 50))
		strbuf_addf(&m->script, " at_least=%zu", 1 + below(&m->dice, 4));
	if (chance(&m->dice, 35))
		strbuf_adds(&m->script, " additive");
	strbuf_adds(&m->script, ";\n");
	if (chance(&m->dice, 92))
		add_members_line(m, "list", name);
	add_reported(m, name);
}

static void add_settings(struct making *m)
{
	/* 17 and 24 are the very gaps between some of the absences. */
	static const int bridges[] = {1, 16, 17, 23, 24, 48, 168};

	if (chance(&m->dice, 60)) {
		strbuf_adds(&m->script, "mailbox m;\n");
		add_members_line(m, "list", "m");
	}
	if (chance(&m->dice, 50)) {
		strbuf_adds(&m->script, "fallback p0,");
		add_person_name(m);
		strbuf_adds(&m->script, ";\n");
	}
	strbuf_addf(&m->script, "limits %zu %zu %zu %zu;\n", below(&m->dice, 4), below(&m->dice, 8),
		below(&m->dice, 6), below(&m->dice, 10));
	if (chance(&m->dice, 25))
		strbuf_adds(&m->script, "add;\n");
	if (chance(&m->dice, 50))
		strbuf_addf(&m->script, "bridge %d;\n", bridges[below(&m->dice, ROWS(bridges))]);
	if (chance(&m->dice, 30))
		strbuf_adds(&m->script, "create;\n");
	if (chance(&m->dice, 10))
		strbuf_adds(&m->script, "held loen;\n");
}

/* The script of the world of a seed; the caller releases it. */
static struct strbuf make_script(uint64_t seed)
{
	static const char *const groups[] = {"g0", "g1", "g2"};
	struct making m = {.dice = {seed}, .script = STRBUF_INIT};

	m.people = 2 + below(&m.dice, 8);
	m.groups = below(&m.dice, 4);
	for (size_t i = 0; i < m.people; i++)
		add_person(&m, i);
	for (size_t i = 0; i < m.groups; i++)
		add_members_line(&m, "group", groups[i]);
	strbuf_adds(&m.script,
		chance(&m.dice, 50) ? "other printer;\n" : "other printer filtered;\n");
	strbuf_adds(&m.script, "other faraway referral;\nother dark unreadable;\n");
	add_block(&m, "route", "a");
	if (chance(&m.dice, 60))
		add_block(&m, "critical", "b");
	if (chance(&m.dice, 50))
		add_block(&m, "route", "c");
	if (chance(&m.dice, 50))
		add_block(&m, "inform", "d");
	add_settings(&m);
	return m.script;
}

static void shuffle(struct dice *dice, const char **items, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = below(dice, i);
		const char *other = items[j];

		items[j] = items[i - 1];
		items[i - 1] = other;
	}
}

/* The same world, told in another order: statements, and the values of lists and groups. */
static struct strbuf shuffled_script(const char *script, uint64_t seed)
{
	struct dice dice = {seed * 31 + 7};
	struct arena *arena = arena_new();
	struct strbuf out = STRBUF_INIT;
	const char **statements, **words;
	size_t count = text_split(arena, script, ";", &statements);

	shuffle(&dice, statements, count);
	for (size_t i = 0; i < count; i++) {
		size_t word_count = text_split(arena, statements[i], " ", &words);

		if (strcmp(words[0], "list") == 0 || strcmp(words[0], "group") == 0)
			shuffle(&dice, words + 2, word_count - 2);
		for (size_t j = 0; j < word_count; j++)
			strbuf_addf(&out, "%s%s", j > 0 ? " " : "", words[j]);
		strbuf_adds(&out, ";\n");
	}
	arena_free(arena);
	return out;
}

/* One world under examination. */
struct trial {
	uint64_t seed;
	const char *script;
	struct world *w;
	const char *shown, *findings;
};

static void hold(const struct trial *trial, bool holds, const char *what, const char *got,
	const char *expected)
{
	if (holds)
		return;
	fail_msg("PROPERTY_SEED=%llu: %s\n  got      %s\n  expected %s\n%s",
		(unsigned long long)trial->seed, what, got, expected, trial->script);
}

static void hold_same(const struct trial *trial, const char *what, const char *got,
	const char *expected)
{
	hold(trial, strcmp(got, expected) == 0, what, got, expected);
}

static void hold_count(const struct trial *trial, const char *what, size_t got, size_t expected)
{
	struct arena *arena = trial->w->arena;

	hold_same(trial, what, arena_format(arena, "%zu", got),
		arena_format(arena, "%zu", expected));
}

/* world_show() does not name a single list. */
static const char *shown_with_names(struct world *w)
{
	if (w->plan->list_count != 1)
		return world_show(w);
	return arena_format(w->arena, "a: %s", world_show(w));
}

static void holds_to_the_rules(const struct trial *trial)
{
	struct reference_plan reference = reference_plan(trial->w);
	const struct plan *plan = trial->w->plan;

	hold_same(trial, "the plan", trial->shown, reference.shown);
	hold_count(trial, "unexplained removals", plan->unexplained[CHANGE_REMOVES],
		reference.removals);
	hold_count(trial, "unexplained additions", plan->unexplained[CHANGE_ADDS],
		reference.additions);
	hold(trial, plan->refused == reference.refused, "refused", plan->refused ? "yes" : "no",
		reference.refused ? "yes" : "no");
}

static bool may_be_away(const struct plan_member *member)
{
	for (size_t i = 0; i < member->reason_count; i++) {
		switch (member->reasons[i].kind) {
		case REASON_STAYS_BESIDE:
		case REASON_NO_STAND_IN:
		case REASON_KEEP:
		case REASON_STRANGER:
		case REASON_NOBODY_ELSE:
		case REASON_PROTECTED:
		case REASON_GROUP_EMPTY:
		case REASON_HELD:
			return true;
		default:
			break;
		}
	}
	return false;
}

/* Nobody is on a list while away, unless a rule says so, and the reason with it. */
static void nobody_away_answers(const struct trial *trial, const struct list_plan *list)
{
	const struct time_scope now = scope_at(trial->w->at);

	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		hold(trial, member->reason_count > 0, "a reason for", member->dn, "one or more");
		if (!member->person || list->block->kind == BLOCK_INFORM ||
			list->block->kind == BLOCK_MAILBOX)
			continue;
		hold(trial, person_is_available(member->person, &now) || may_be_away(member),
			"on a list while away", member->dn, "a reason to stay");
	}
}

static void whoever_leaves_is_replaced(const struct trial *trial, const struct list_plan *list)
{
	const struct time_scope now = scope_at(trial->w->at);

	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];
		const struct person *person = removal->person;

		if (list->block->kind == BLOCK_MAILBOX || removal->kind != LEAVES_ABSENT)
			continue;
		hold(trial, person_is_absent(person, trial->w->at, NULL), "leaves as absent",
			removal->dn, "absent");
		hold(trial,
			list_plan_member(list, removal->stand_in->key) &&
				person_is_available(removal->stand_in, &now),
			"leaves for a stand-in", removal->dn, "who is available, and on the list");
	}
}

static void is_never_emptied(const struct trial *trial, const struct list_plan *list)
{
	hold(trial, list->member_count > 0 || list->list->members.count == 0, "emptied", list->dn,
		"at least who was there");
	for (size_t i = 0; i < list->required_count; i++) {
		hold(trial,
			!list->required[i]->available ||
				list_plan_member(list, list->required[i]->person->key),
			"required, available, and not on the list", list->required[i]->person->dn,
			list->dn);
	}
}

static void holds_together(const struct trial *trial)
{
	for (size_t i = 0; i < trial->w->plan->list_count; i++) {
		const struct list_plan *list = &trial->w->plan->lists[i];

		nobody_away_answers(trial, list);
		whoever_leaves_is_replaced(trial, list);
		is_never_emptied(trial, list);
	}
}

static void is_the_same_twice(const struct trial *trial)
{
	world_plan(trial->w);
	hold_same(trial, "a second time", shown_with_names(trial->w), trial->shown);
}

static void is_the_same_in_any_order(const struct trial *trial)
{
	struct strbuf script = shuffled_script(trial->script, trial->seed);
	struct world *other = world_new(script.text);

	world_plan(other);
	hold_same(trial, "in another order", shown_with_names(other), trial->shown);
	hold_same(trial, "findings in another order", world_findings(other), trial->findings);
	world_free(other);
	strbuf_release(&script);
}

static int by_text(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

/* Everything that was read, sorted. */
static const char *shown_snapshot(struct world *w)
{
	size_t count = snapshot_subject_count(w->snapshot), known = 0;
	const char **keys = arena_get(w->arena, (count + 1) * sizeof(*keys));
	struct strbuf out = STRBUF_INIT;
	const char *shown;

	for (size_t i = 0; i < count; i++) {
		const struct subject *subject = snapshot_subject_at(w->snapshot, i);

		if (subject_ref(subject))
			keys[known++] = subject->key;
	}
	qsort(keys, known, sizeof(*keys), by_text);
	for (size_t i = 0; i < known; i++)
		strbuf_add_item(&out, "\n", keys[i]);
	shown = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return shown;
}

/* Rounds that go on where the one before stopped read what rounds from nothing do. */
static void rounds_go_on_as_from_nothing(const struct trial *trial, const struct time_scope *scope)
{
	struct world *w = trial->w;
	const char *from_nothing;

	snapshot_free(w->snapshot);
	w->snapshot = NULL;
	world_gather_from_nothing(w, scope);
	from_nothing = shown_snapshot(w);
	snapshot_free(w->snapshot);
	w->snapshot = NULL;
	world_gather(w, scope);
	hold_same(trial, "what is read in rounds", shown_snapshot(w), from_nothing);
}

/* As gather and the commands do it: narrow, then wide if somebody is left over whom that leaves unexplained. */
static void needs_no_more_than_it_asks_for(const struct trial *trial)
{
	struct world *w = trial->w;
	const struct time_scope now = scope_at(w->at), everyone = {w->at, w->at, true};
	const struct time_scope span = {w->at - 2 * MOMENT_DAY, w->at + 5 * MOMENT_DAY, false};

	rounds_go_on_as_from_nothing(trial, &everyone);
	rounds_go_on_as_from_nothing(trial, &span);
	rounds_go_on_as_from_nothing(trial, &now);
	plan_free(w->plan);
	w->plan = plan_new(w->at);
	decide(w->plan, &w->mapping, &w->policy, w->snapshot);
	if (diff_needs_everyone(w->plan, w->snapshot))
		world_gather(w, &everyone);
	world_plan_again(w);
	hold_same(trial, "by what was asked for", shown_with_names(w), trial->shown);
	hold_same(trial, "findings by what was asked for", world_findings(w), trial->findings);
}

/* What decide() says at one moment of one list, and what coverage says, in words. */

static void add_people(struct strbuf *out, const struct person *const *people, size_t count)
{
	for (size_t i = 0; i < count; i++)
		strbuf_addf(out, " %s", people[i]->name);
}

static void add_gap(struct strbuf *out, const struct gap *gap)
{
	strbuf_addf(out, " gap %d %s %zu/%zu", (int)gap->kind, gap->whom ? gap->whom->name : "-",
		gap->available, gap->wanted);
}

static const char *shown_stretch(struct world *w, const struct stretch *stretch)
{
	struct strbuf out = STRBUF_INIT;
	const char *shown;

	add_people(&out, stretch->available, stretch->available_count);
	for (size_t i = 0; i < stretch->stand_in_count; i++)
		strbuf_addf(&out, " %s for %s", stretch->stand_ins[i].stand_in->name,
			stretch->stand_ins[i].whom->name);
	for (size_t i = 0; i < stretch->gap_count; i++)
		add_gap(&out, &stretch->gaps[i].gap);
	shown = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return shown;
}

static const char *shown_decision(struct world *w, const struct list_plan *list)
{
	const struct time_scope now = scope_at(w->plan->at);
	struct strbuf out = STRBUF_INIT;
	const char *shown;

	for (size_t i = 0; i < w->count; i++) {
		const struct plan_member *member = list_plan_member(list, w->things[i].key);

		if (member && member->by_rule && person_is_available(member->person, &now))
			add_people(&out, &member->person, 1);
	}
	for (size_t i = 0; i < list->required_count; i++) {
		if (list->required[i]->stand_in)
			strbuf_addf(&out, " %s for %s", list->required[i]->stand_in->name,
				list->required[i]->person->name);
	}
	for (size_t i = 0; i < list->gap_count; i++)
		add_gap(&out, &list->gaps[i]);
	shown = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return shown;
}

static const struct list_plan *plan_of(const struct plan *plan, const struct block *block)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		if (strcmp(plan->lists[i].block->list_key, block->list_key) == 0)
			return &plan->lists[i];
	}
	fail_msg("no plan for %s", block->list);
	return NULL;
}

/* With a snapshot that was read for that moment alone. */
static void coverage_agrees_at(const struct trial *trial, const struct coverage *coverage, moment t)
{
	struct world *w = trial->w;
	struct snapshot *of_span = w->snapshot;
	const struct time_scope then = scope_at(t);

	w->snapshot = NULL;
	world_gather(w, &then);
	plan_free(w->plan);
	w->plan = plan_new(t);
	decide(w->plan, &w->mapping, &w->policy, w->snapshot);
	for (size_t i = 0; i < coverage->line_count; i++) {
		const struct coverage_line *line = &coverage->lines[i];

		hold_same(trial,
			arena_format(w->arena, "coverage of %s at %lld", line->block->list,
				(long long)t),
			shown_stretch(w, coverage_at(line, t)),
			shown_decision(w, plan_of(w->plan, line->block)));
	}
	plan_free(w->plan);
	w->plan = NULL;
	snapshot_free(w->snapshot);
	w->snapshot = of_span;
}

static void each_day_is_at_its_worst(const struct trial *trial, const struct coverage *coverage,
	const struct coverage_line *line, size_t day, moment t)
{
	const struct stretch *worst = coverage_worst(coverage, line, day);
	const struct stretch *then = coverage_at(line, t);

	hold(trial, worst->from < coverage->days[day + 1] && worst->until > coverage->days[day],
		"the worst of a day", "another day's", "of that day");
	hold(trial, worst->gap_count > 0 || then->gap_count == 0, "the worst of a day", "no gap",
		"a gap");
	hold(trial,
		(worst->gap_count > 0) != (then->gap_count > 0) ||
			worst->available_count <= then->available_count,
		"the worst of a day", "more available", "the fewest");
}

static void coverage_agrees(const struct trial *trial)
{
	struct world *w = trial->w;
	struct dice dice = {trial->seed * 17 + 3};
	const int days = 1 + (int)below(&dice, 20);
	const moment from = w->at - (moment)below(&dice, 8 * 86400);
	const struct time_scope span = {from, coverage_end(from, days), false};
	struct coverage *coverage;

	world_gather(w, &span);
	coverage = coverage_find(&w->mapping, &w->policy, w->snapshot, from, days);
	for (size_t i = 0; i < coverage->line_count; i++) {
		const struct coverage_line *line = &coverage->lines[i];

		for (size_t j = 0; j < line->count; j++) {
			coverage_agrees_at(trial, coverage, line->stretches[j].from);
			coverage_agrees_at(trial, coverage, line->stretches[j].until - 1);
		}
	}
	for (size_t day = 0; day < coverage->day_count; day++) {
		moment length = coverage->days[day + 1] - coverage->days[day];
		moment t = coverage->days[day] + (moment)below(&dice, (size_t)length);

		coverage_agrees_at(trial, coverage, t);
		for (size_t i = 0; i < coverage->line_count; i++)
			each_day_is_at_its_worst(trial, coverage, &coverage->lines[i], day, t);
	}
	coverage_free(coverage);
}

static void settles_at_once(const struct trial *trial)
{
	world_plan(trial->w);
	world_apply(trial->w);
	world_plan(trial->w);
	hold(trial, !plan_has_changes(trial->w->plan), "applied, and again",
		shown_with_names(trial->w), "no change");
}

/* What world_show() says, but for which removals are explained: that asks about nobody who is not needed. */
static const char *without_explanations(const struct trial *trial, const char *shown)
{
	char *text = arena_string(trial->w->arena, shown);

	for (char *at = text; *at; at++) {
		if (*at == '~')
			*at = '-';
	}
	return text;
}

/* What feeds that are asked about people have still to say about one. */
struct untold {
	struct absence *absences; /* the directory's, too */
	size_t count, standing_count;
	bool is_there;
};

/* Take away what feeds say about a person. */
static struct untold hide_person(const struct world *w, struct person *person)
{
	const struct untold untold = {
		person->absences, person->absence_count, person->standing_count, true};

	person->absences = arena_get(w->arena, untold.count * sizeof(*untold.absences));
	person->absence_count = person->standing_count = 0;
	for (size_t i = 0; i < untold.count; i++) {
		if (untold.absences[i].order == 0)
			person->absences[person->absence_count++] = untold.absences[i];
	}
	calendar_make(&person->calendar, w->arena, person->absences, person->absence_count,
		w->policy.bridge);
	return untold;
}

/* Let feeds say what they know about a person; false: they did before. */
static bool answer_about(const struct world *w, struct untold *untold, const struct person *about)
{
	for (size_t i = 0; i < w->count; i++) {
		struct person *person = &w->things[i].person;

		if (!untold[i].is_there || strcmp(person->identity, about->identity) != 0)
			continue;
		untold[i].is_there = false;
		person->absences = untold[i].absences;
		person->absence_count = untold[i].count;
		person->standing_count = untold[i].standing_count;
		calendar_make(&person->calendar, w->arena, person->absences, person->absence_count,
			w->policy.bridge);
		return true;
	}
	return false;
}

/* Ask about those who are needed by what is known, once; whether anybody is new. */
static bool ask_about_needed(struct world *w, struct untold *untold, const struct time_scope *scope)
{
	struct needed_people needed;
	bool any = false;

	world_gather(w, scope);
	needed_people_find(&needed, w->arena, &w->mapping, &w->policy, w->snapshot, scope);
	for (size_t i = 0; i < needed.count; i++)
		any |= answer_about(w, untold, needed.items[i]);
	return any;
}

/* The trial's world, as far as feeds that are asked about the people whom the scope needs tell of it. */
static struct world *asked_world(const struct trial *trial, const struct time_scope *scope)
{
	struct world *w = world_new(trial->script);
	struct untold *untold = arena_get(w->arena, w->count * sizeof(*untold));

	for (size_t i = 0; i < w->count; i++) {
		if (w->things[i].kind == THING_PERSON)
			untold[i] = hide_person(w, &w->things[i].person);
	}
	while (ask_about_needed(w, untold, scope))
		;
	return w;
}

/* Feeds that are asked about people come to the same plan as those that say all at once. */
static void asks_about_enough_people(const struct trial *trial)
{
	const struct time_scope now = scope_at(trial->w->at);
	struct world *w = asked_world(trial, &now);

	world_plan(w);
	hold_same(trial, "asked about people", without_explanations(trial, shown_with_names(w)),
		without_explanations(trial, trial->shown));
	world_free(w);
}

/* Who answers on the coming days, in words. */
static const char *shown_coverage(struct world *w, moment from, int days)
{
	const struct time_scope span = {from, coverage_end(from, days), false};
	struct coverage *coverage;
	struct strbuf out = STRBUF_INIT;
	const char *shown;

	world_gather(w, &span);
	coverage = coverage_find(&w->mapping, &w->policy, w->snapshot, from, days);
	for (size_t i = 0; i < coverage->line_count; i++) {
		for (size_t day = 0; day < coverage->day_count; day++)
			strbuf_addf(&out, "%s;",
				shown_stretch(w,
					coverage_worst(coverage, &coverage->lines[i], day)));
	}
	coverage_free(coverage);
	shown = arena_string(w->arena, out.text ? out.text : "");
	strbuf_release(&out);
	return shown;
}

/* And to the same forecast. */
static void asks_about_enough_people_for_days(const struct trial *trial)
{
	const int days = 1 + (int)(trial->seed % 9);
	const moment from = trial->w->at - (moment)(trial->seed % 5) * MOMENT_DAY;
	const struct time_scope span = {from, coverage_end(from, days), false};
	struct world *w = asked_world(trial, &span);

	hold_same(trial, "asked about people for some days", shown_coverage(w, from, days),
		shown_coverage(trial->w, from, days));
	world_free(w);
}

static void try_world(uint64_t seed)
{
	struct strbuf script = make_script(seed);
	struct trial trial = {.seed = seed, .script = script.text};

	trial.w = world_new(script.text);
	world_plan(trial.w);
	trial.shown = shown_with_names(trial.w);
	trial.findings = world_findings(trial.w);
	holds_to_the_rules(&trial);
	holds_together(&trial);
	is_the_same_twice(&trial);
	is_the_same_in_any_order(&trial);
	needs_no_more_than_it_asks_for(&trial);
	asks_about_enough_people(&trial);
	asks_about_enough_people_for_days(&trial);
	coverage_agrees(&trial);
	settles_at_once(&trial);
	world_free(trial.w);
	strbuf_release(&script);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value && *value ? strtoull(value, NULL, 10) : otherwise;
}

static void test_random_worlds(void **state)
{
	uint64_t seed = number_of("PROPERTY_SEED", 1), worlds = number_of("PROPERTY_WORLDS", 3000);

	for (uint64_t i = 0; i < worlds; i++)
		try_world(seed + i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_worlds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
