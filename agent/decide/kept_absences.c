#include "decide/kept_absences.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/id_set.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/role_value.h"
#include "decide/stand_in.h"
#include "decide/stand_ins.h"
#include "model/absence.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/snapshot.h"

/* For whom lists ask: identity -> struct person; of these, whom a list requires. */
struct asked {
	const struct snapshot *snapshot;
	moment at;
	struct arena *arena;
	struct table *people, *required;
	struct id_set numbers, required_numbers; /* of the same */
};

struct kept_absences *kept_absences_new(struct arena *arena)
{
	struct kept_absences *kept = arena_get(arena, sizeof(*kept));

	kept->by_identity = table_new(arena);
	return kept;
}

const struct kept_person *kept_absences_find(const struct kept_absences *kept, const char *identity)
{
	return kept ? table_find(kept->by_identity, identity) : NULL;
}

struct kept_person *kept_absences_add(struct kept_absences *kept, struct arena *arena,
	const char *identity)
{
	struct kept_person *person = table_find(kept->by_identity, identity);

	if (person)
		return person;
	person = arena_get(arena, sizeof(*person));
	person->identity = arena_string(arena, identity);
	person->unread_since = MOMENT_LATEST;
	person->gone = MOMENT_LATEST;
	kept->items = arena_grow(arena, kept->items, kept->count, &kept->room,
		sizeof(struct kept_person *));
	kept->items[kept->count++] = person;
	table_put(kept->by_identity, person->identity, person);
	return person;
}

void spans_add(struct spans *spans, struct arena *arena, moment start, moment end)
{
	spans->items =
		arena_grow(arena, spans->items, spans->count, &spans->room, sizeof(*spans->items));
	spans->items[spans->count++] = (struct span){start, end};
}

/* The directory's absences that this run read, as a calendar. */
static void make_read_calendar(struct calendar *calendar, struct arena *arena,
	const struct person *person)
{
	struct absence *read = arena_get(arena, (person->absence_count + 1) * sizeof(*read));
	size_t count = 0;

	for (size_t i = 0; i < person->absence_count; i++) {
		if (person->absences[i].order == 0 && !person->absences[i].kept)
			read[count++] = person->absences[i];
	}
	calendar_make(calendar, arena, read, count, 0);
}

static bool is_within(const struct calendar *calendar, moment start, moment end)
{
	const struct span *span = calendar_span(calendar, start, start);

	return span && span->end >= end;
}

/* Add those of `from` that were not read this time. */
static void add_unread(struct person *person, struct arena *arena, size_t *room,
	const struct spans *from, const struct calendar *read)
{
	for (size_t i = 0; i < from->count; i++) {
		if (is_within(read, from->items[i].start, from->items[i].end))
			continue;
		person->absences = arena_grow(arena, person->absences, person->absence_count, room,
			sizeof(*person->absences));
		person->absences[person->absence_count++] = (struct absence){
			.start = from->items[i].start, .end = from->items[i].end, .kept = true};
	}
}

void kept_absences_attach(const struct kept_absences *kept, struct arena *arena,
	struct person *person)
{
	const struct kept_person *before = person->absences_unread > 0
		? kept_absences_find(kept, person_identity(person))
		: NULL;
	size_t room = person->absence_count; /* full: the array may be the caller's */
	struct calendar read;
	struct arena *own;

	if (!before)
		return;
	own = arena_new();
	make_read_calendar(&read, own, person);
	add_unread(person, arena, &room, &before->unread, &read);
	if (person->absences_unread > before->unread_values)
		add_unread(person, arena, &room, &before->directory, &read);
	if (person->absence_count > 1)
		qsort(person->absences, person->absence_count, sizeof(*person->absences),
			absence_compare);
	arena_free(own);
}

static void ask_for(struct asked *asked, const struct person *person)
{
	if (person && id_set_add(&asked->numbers, asked->arena, person->number))
		table_put(asked->people, person_identity(person), (void *)person);
}

static void ask_for_references(struct asked *asked, const struct references *references)
{
	for (size_t i = 0; i < references->count; i++)
		ask_for(asked, snapshot_person(asked->snapshot, &references->items[i], asked->at));
}

static void ask_for_candidate(void *asked, const struct candidate *candidate)
{
	ask_for(asked, candidate->person);
}

static void ask_for_required(struct asked *asked, const struct required *required)
{
	const struct person *person = required->person;

	if (!id_set_add(&asked->required_numbers, asked->arena, person->number))
		return;
	ask_for(asked, person);
	table_put(asked->required, person_identity(person), (void *)person);
	ask_for_references(asked, &person->deputies);
	if (person->manager.key)
		ask_for(asked, snapshot_person(asked->snapshot, &person->manager, asked->at));
}

/*
 * Who is required, could stand in or fill up, or was looked at for it, as far as they were read; with `informed` also
 * by lists that only inform, for which an absence does not matter.
 */
static struct asked find_asked(struct arena *arena, const struct snapshot *snapshot,
	const struct policy *policy, const struct plan *plan, bool informed)
{
	struct asked asked = {.snapshot = snapshot,
		.at = plan->at,
		.arena = arena,
		.people = table_new(arena),
		.required = table_new(arena)};
	const struct time_scope now = scope_at(plan->at);
	struct stand_ins *stand_ins = stand_ins_new(snapshot, policy, &now);

	stand_ins_walk_begin(stand_ins);
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if (list->block->kind == BLOCK_INFORM && !informed)
			continue;
		for (size_t j = 0; j < list->required_count; j++) {
			ask_for_required(&asked, list->required[j]);
			if (list->required[j]->is_sought)
				stand_ins_walk(stand_ins, list->required[j]->person, list->block,
					ask_for_candidate, &asked);
		}
		ask_for_references(&asked, &list->block->deputies);
	}
	ask_for_references(&asked, &policy->fallback);
	stand_ins_free(stand_ins);
	return asked;
}

/* "away through 24 December 2026", and from when where it has not begun. */
static void phrase_span(struct strbuf *out, const struct absence *absence, moment at)
{
	struct strbuf start = STRBUF_INIT;

	if (absence->start > at) {
		moment_add_human(&start, absence->start);
		strbuf_addf(out, _("from %s, "), start.text);
	}
	moment_add_away(out, absence->end);
	strbuf_release(&start);
}

static void find_kept(struct plan *plan, const struct person *person, const struct absence *absence,
	moment since)
{
	struct strbuf away = STRBUF_INIT, from = STRBUF_INIT;

	moment_add_human(&from, since == MOMENT_LATEST ? plan->at : since);
	phrase_span(&away, absence, plan->at);
	findings_add(&plan->findings, FINDING_IMPORTANT, person->dn,
		_("a value that was read before cannot be read since %s; its absence is kept: %s; "
		  "correct the value, or remove it"),
		from.text, away.text);
	plan->kept_absences++;
	strbuf_release(&away);
	strbuf_release(&from);
}

/* Hold removals where an absence of the person may be lost, so that a stand-in is not removed. */
static void hold_removals(struct snapshot *snapshot, struct plan *plan, const struct person *person,
	const char *lost)
{
	struct arena *arena = snapshot_arena(snapshot);

	findings_add(&plan->findings, FINDING_IMPORTANT, person->dn,
		_("an absence cannot be read, and what earlier runs read is lost (%s): nobody is removed "
		  "from any list until the value is corrected or removed"),
		lost ? lost : _("it was lost before the last run"));
	snapshot_hold(snapshot,
		arena_format(arena,
			_("whether %s is away is not known: an absence cannot be read, and what earlier "
			  "runs read is lost"),
			person->dn));
}

static void judge_person(const struct kept_absences *kept, struct snapshot *snapshot,
	struct plan *plan, const struct person *person)
{
	const struct kept_person *before = kept_absences_find(kept, person_identity(person));
	struct arena *own = arena_new();
	struct calendar read;
	bool is_kept = false;

	make_read_calendar(&read, own, person);
	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];
		moment start = absence->start > plan->at ? absence->start : plan->at;

		if (!absence->kept || absence->order != 0 || absence->end <= plan->at ||
			is_within(&read, start, absence->end))
			continue;
		find_kept(plan, person, absence, before ? before->unread_since : MOMENT_LATEST);
		is_kept = true;
	}
	if (kept && (kept->lost || (before && before->is_unknown)))
		hold_removals(snapshot, plan, person, kept->lost);
	else if (!is_kept && !person_is_absent(person, plan->at, NULL))
		findings_add(&plan->findings, FINDING_IMPORTANT, person->dn,
			_("counts as at work: an absence cannot be read, and no earlier run read it"));
	arena_free(own);
}

/* Whether a feed's absence is kept, for a record that cannot be used. */
static bool is_kept_of_feed(const struct absence *absence, moment at)
{
	return absence->kept && absence->order > 0 && absence->end > at;
}

static bool has_kept_of_feed(const struct person *person, moment at)
{
	for (size_t i = 0; i < person->absence_count; i++) {
		if (is_kept_of_feed(&person->absences[i], at))
			return true;
	}
	for (size_t i = 0; i < person->standing_count; i++) {
		if (person->standing[i].kept && person->standing[i].end > at)
			return true;
	}
	return false;
}

static void find_kept_of_feed(struct plan *plan, const struct person *person, const char *what,
	size_t count)
{
	findings_add(&plan->findings, FINDING_IMPORTANT, person->dn,
		_("a record of a feed that names this person cannot be used; what the feed said before is kept: %s; "
		  "correct the record"),
		what);
	plan->kept_absences += count;
	plan->kept_of_feeds += count;
}

/* One finding a person: the absence that is on or comes first, and how many more there are. */
static void judge_feeds(struct plan *plan, const struct person *person)
{
	const struct absence *first = NULL;
	struct strbuf away = STRBUF_INIT;
	size_t count = 0;

	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];

		if (!is_kept_of_feed(absence, plan->at))
			continue;
		count++;
		if (!first || absence->start < first->start)
			first = absence;
	}
	if (first)
		phrase_span(&away, first, plan->at);
	if (count > 1)
		strbuf_addf(&away, _(", and %zu more"), count - 1);
	if (first)
		find_kept_of_feed(plan, person, away.text, count);
	count = 0;
	for (size_t i = 0; i < person->standing_count; i++)
		count += person->standing[i].kept && person->standing[i].end > plan->at;
	if (count > 0)
		find_kept_of_feed(plan, person, _("who stands in for this person"), count);
	strbuf_release(&away);
}

/* Whether a value in a feed means a role that is asked for. */
static bool means_role(const struct role_wanted *wanted, const char *text, struct arena *arena)
{
	const struct role_value value = role_value_read(arena, text);

	if (wanted->scope && (!value.scope || strcmp(value.scope, wanted->scope) != 0))
		return false;
	for (size_t i = 0; i < wanted->role->spelling_count; i++) {
		if (strcmp(wanted->role->spellings[i], value.spelling) == 0)
			return true;
	}
	return false;
}

/* Whether somebody holds a role, by the feed of the reason, as a kept record says. */
static bool is_kept_role(const struct person *person, const struct role_wanted *wanted,
	const struct reason *reason, moment at, struct arena *arena)
{
	const struct time_scope now = scope_at(at);

	for (size_t i = 0; i < person->given_count; i++) {
		const struct given_role *given = &person->given[i];

		if (given->kept && given_role_counts(given, &now) &&
			strcmp(given->feed, reason->feed) == 0 &&
			means_role(wanted, given->role, arena))
			return true;
	}
	return false;
}

/* Whether the role for which a list asks for somebody, by a feed, is held by a kept record. */
static bool is_by_kept_role(const struct block *block, const struct person *person,
	const struct reason *reason, moment at, struct arena *arena)
{
	for (size_t i = 0; reason->feed && i < block->role_count; i++) {
		if (strcmp(block->roles[i].text, reason->what) == 0)
			return is_kept_role(person, &block->roles[i], reason, at, arena);
	}
	return false;
}

/* Roles for which a list asks for somebody now; each person and role once. */
static void judge_roles(struct plan *plan, const struct list_plan *list, struct table *seen,
	struct arena *arena)
{
	for (size_t i = 0; i < list->required_count; i++) {
		const struct required *required = list->required[i];

		for (size_t j = 0; j < required->reason_count; j++) {
			const struct reason *reason = &required->reasons[j];
			const char *key;

			if (!is_by_kept_role(list->block, required->person, reason, plan->at,
				    arena))
				continue;
			key = arena_format(arena, "%s\n%s\n%s", person_identity(required->person),
				reason->what, reason->feed);
			if (table_find(seen, key))
				continue;
			table_put(seen, key, seen);
			find_kept_of_feed(plan, required->person,
				arena_format(arena, _("role %s of feed %s"), reason->what,
					reason->feed),
				1);
		}
	}
}

void kept_absences_judge(const struct kept_absences *kept, struct snapshot *snapshot,
	const struct policy *policy, struct plan *plan)
{
	struct arena *own = NULL, *roles = arena_new();
	struct table *seen = table_new(roles);
	struct asked asked;

	for (size_t i = 0; i < plan->list_count; i++)
		judge_roles(plan, &plan->lists[i], seen, roles);
	arena_free(roles);
	for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);

		const bool in_feed = has_kept_of_feed(person, plan->at);

		if (person->absences_unread == 0 && !in_feed)
			continue;
		if (!own) {
			own = arena_new();
			asked = find_asked(own, snapshot, policy, plan, false);
		}
		if (!table_find(asked.people, person_identity(person)))
			continue;
		if (person->absences_unread > 0)
			judge_person(kept, snapshot, plan, person);
		if (in_feed)
			judge_feeds(plan, person);
	}
	arena_free(own);
}

static void copy_going_on(struct spans *to, struct arena *arena, const struct spans *from,
	moment now)
{
	for (size_t i = 0; i < from->count; i++) {
		if (from->items[i].end > now)
			spans_add(to, arena, from->items[i].start, from->items[i].end);
	}
}

/*
 * When a person was away: what was remembered, up to now, and what is known now. An absence that is not seen any more
 * ends with the last run that saw it, or a little later.
 */
static void remember_away(struct kept_person *to, struct arena *arena,
	const struct kept_person *before, const struct person *person, moment now)
{
	size_t old = before ? before->away.count : 0;
	size_t seen = person ? person->calendar.away_count : 0, first;
	struct arena *own = arena_new();
	struct absence *all = arena_get(own, (old + seen + 1) * sizeof(*all));
	struct calendar calendar;

	for (size_t i = 0; i < old; i++) {
		const struct span *span = &before->away.items[i];

		all[i] = (struct absence){
			.start = span->start, .end = span->end < now ? span->end : now};
	}
	for (size_t i = 0; i < seen; i++)
		all[old + i] = (struct absence){.start = person->calendar.away[i].start,
			.end = person->calendar.away[i].end};
	calendar_make(&calendar, own, all, old + seen, 0);
	first = calendar.away_count > KEPT_ABSENCES_MAX ? calendar.away_count - KEPT_ABSENCES_MAX
							: 0;
	for (size_t i = first; i < calendar.away_count; i++) {
		const struct span *span = &calendar.away[i];

		if (span->end > now - KEPT_ABSENCES_TIME)
			spans_add(&to->away, arena, span->start, span->end);
	}
	arena_free(own);
}

/* Join more than KEPT_ABSENCES_MAX into one, so that a value that is edited often does not grow the file. */
static void join_if_many(struct spans *spans)
{
	if (spans->count <= KEPT_ABSENCES_MAX)
		return;
	for (size_t i = 1; i < spans->count; i++) {
		if (spans->items[i].start < spans->items[0].start)
			spans->items[0].start = spans->items[i].start;
		if (spans->items[i].end > spans->items[0].end)
			spans->items[0].end = spans->items[i].end;
	}
	spans->count = 1;
}

static void keep_person(struct kept_absences *next, struct arena *arena,
	const struct kept_absences *kept, const struct asked *asked, const struct person *person,
	moment now)
{
	const char *identity = person_identity(person);
	const struct kept_person *before = kept_absences_find(kept, identity);
	struct kept_person *to = kept_absences_add(next, arena, identity);

	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];

		if (absence->order == 0 && absence->end > now)
			spans_add(absence->kept ? &to->unread : &to->directory, arena,
				absence->start, absence->end);
	}
	join_if_many(&to->unread);
	if (to->unread.count > 0)
		to->unread_since = before && before->unread.count > 0 ? before->unread_since : now;
	to->unread_values = person->absences_unread;
	to->is_unknown = person->absences_unread > 0 &&
		((kept && kept->lost) || (before && before->is_unknown));
	remember_away(to, arena, before, table_find(asked->required, identity), now);
}

/* Keep a person whom this run did not read, or for whom no list asks now. */
static void keep_unmet(struct kept_absences *next, struct arena *arena,
	const struct kept_person *before, moment now)
{
	struct kept_person *to = kept_absences_add(next, arena, before->identity);

	to->gone = before->gone < now ? before->gone : now;
	remember_away(to, arena, before, NULL, now);
	if (to->gone <= now - KEPT_ABSENCES_TIME)
		return;
	copy_going_on(&to->directory, arena, &before->directory, now);
	copy_going_on(&to->unread, arena, &before->unread, now);
	to->unread_since = to->unread.count > 0 ? before->unread_since : MOMENT_LATEST;
	to->unread_values = before->unread_values;
	to->is_unknown = before->is_unknown;
}

static int compare_identities(const void *left, const void *right)
{
	const struct kept_person *const *a = left, *const *b = right;

	return strcmp((*a)->identity, (*b)->identity);
}

/* By identity; those of whom nothing is known are left out. */
static void tidy(struct kept_absences *kept)
{
	size_t left = 0;

	for (size_t i = 0; i < kept->count; i++) {
		struct kept_person *person = kept->items[i];

		if (person->directory.count + person->unread.count + person->away.count +
				person->unread_values >
			0)
			kept->items[left++] = person;
	}
	kept->count = left;
	if (left > 1)
		qsort(kept->items, left, sizeof(struct kept_person *), compare_identities);
}

struct kept_absences *kept_absences_next(const struct kept_absences *kept,
	const struct snapshot *snapshot, const struct policy *policy, const struct plan *plan,
	struct arena *arena)
{
	struct kept_absences *next = kept_absences_new(arena);
	struct arena *own = arena_new();
	const struct asked asked = find_asked(own, snapshot, policy, plan, true);

	for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);

		if (table_find(asked.people, person_identity(person)))
			keep_person(next, arena, kept, &asked, person, plan->at);
	}
	for (size_t i = 0; kept && i < kept->count; i++) {
		if (!table_find(asked.people, kept->items[i]->identity))
			keep_unmet(next, arena, kept->items[i], plan->at);
	}
	tidy(next);
	arena_free(own);
	return next;
}

bool kept_absences_was_absent(const struct kept_absences *kept, const char *identity, moment t)
{
	const struct kept_person *person = kept_absences_find(kept, identity);

	for (size_t i = 0; person && i < person->away.count; i++) {
		const struct span *span = &person->away.items[i];

		if (span->start <= t && span->end > t - KEPT_ABSENCES_TIME)
			return true;
	}
	return false;
}
