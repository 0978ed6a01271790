#include "decide/feed_absences.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memo.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/asked_roles.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* A value that several people have does not identify one: it names nobody. */
#define BEARERS_MAX 100

struct stated;

/* Who is known by a name. */
struct name_bearers {
	const struct person **people;
	size_t count, room;
	bool is_said;           /* that several of them are reachable */
	struct stated **stated; /* what was stated of each so far; NULL: of none */
};

/* What feeds state about one person, in the order read. */
struct stated {
	const struct person *person;
	struct absence *absences;
	size_t count, room;
	struct standing_deputies *standing; /* in the snapshot's arena, as what follows */
	size_t standing_count, standing_room;
	struct given_role *given;
	size_t given_count, given_room;
};

struct attach_ctx {
	struct snapshot *snapshot;
	struct arena *arena; /* owned: what lasts for the call */
	struct findings *findings;
	const struct asked_roles *asked;
	moment at;
	struct table *bearers;  /* name_key() -> struct name_bearers */
	struct table *stated;   /* identity -> struct stated */
	struct stated **people; /* of whom anything is stated, in the order met */
	size_t people_count, people_room;
	const struct feed_absences
		*feed; /* the one at hand: its name, and how people are compared */
	struct memo
		met; /* owned: the address of a name of that feed -> struct name_bearers, or nobody */
	size_t order;
	size_t unmatched, last_unmatched; /* records of the feed at hand; the number of the last */
	size_t unknown,
		last_unknown; /* the same of records with a role that is not in the gallery */
};

char *name_key(struct arena *arena, const char *attribute, const char *value, bool as_number)
{
	const char *folded = text_fold(arena, value, strlen(value));

	return arena_format(arena, "%s%s=%s", as_number ? "#" : "",
		text_fold(arena, attribute, strlen(attribute)),
		as_number ? text_number(arena, folded) : folded);
}

static void note_bearer(struct attach_ctx *a, const char *key, const struct person *person)
{
	struct name_bearers *bearers = table_find(a->bearers, key);

	if (!bearers) {
		bearers = arena_get(a->arena, sizeof(*bearers));
		table_put(a->bearers, key, bearers);
	}
	/* all names of one person are added one after the other */
	if (bearers->count > 0 && bearers->people[bearers->count - 1] == person)
		return;
	bearers->people = arena_grow(a->arena, bearers->people, bearers->count, &bearers->room,
		sizeof(const struct person *));
	bearers->people[bearers->count++] = person;
}

static void note_bearers(struct attach_ctx *a)
{
	for (size_t i = 0; i < snapshot_person_count(a->snapshot); i++) {
		const struct person *person = snapshot_person_at(a->snapshot, i);

		for (size_t j = 0; j < person->known_as_count; j++)
			note_bearer(a, person->known_as[j], person);
	}
}

/* Nobody bears a name that was looked up. */
static struct name_bearers nobody;

static struct name_bearers *find_bearers(struct attach_ctx *a, const char *text)
{
	struct memo_slot *slot = memo_at_address(&a->met, text);

	if (!slot->value) {
		struct name_bearers *bearers = table_find(a->bearers,
			name_key(a->arena, a->feed->match, text, a->feed->as_number));

		slot->value = bearers ? bearers : &nobody;
	}
	return slot->value == &nobody ? NULL : slot->value;
}

/* How many of the bearers mail reaches, and one of them. */
static size_t count_reachable(const struct attach_ctx *a, const struct name_bearers *bearers,
	const struct person **one)
{
	size_t count = 0;

	for (size_t i = 0; i < bearers->count; i++) {
		if (!person_is_reachable(bearers->people[i], a->at))
			continue;
		*one = bearers->people[i];
		count++;
	}
	return count;
}

/* A finding about whom a record names, or about its deputy, by the value. */
static void add_finding(const struct attach_ctx *a, size_t record, const char *person,
	const char *what)
{
	struct strbuf where = STRBUF_INIT;

	strbuf_addf(&where, _("feed %s, record %zu"), a->feed->feed, record);
	findings_add_about(a->findings, FINDING_IMPORTANT, where.text,
		name_key(a->arena, a->feed->match, person, a->feed->as_number), what);
	strbuf_release(&where);
}

/* Add a finding, once, where several people whom mail reaches have a value, or too many people do. */
static void find_several(const struct attach_ctx *a, struct name_bearers *bearers, size_t record,
	const char *person)
{
	const struct person *one;
	struct strbuf what = STRBUF_INIT;
	size_t count;

	if (bearers->is_said || bearers->count < 2)
		return;
	bearers->is_said = true;
	count = count_reachable(a, bearers, &one);
	if (bearers->count > BEARERS_MAX)
		strbuf_addf(&what, _("%zu people bear its value of %s; it counts for nobody"),
			bearers->count, a->feed->match);
	else if (count > 1)
		strbuf_addf(&what, _("%zu people bear its value of %s; it counts for each of them"),
			count, a->feed->match);
	if (what.length > 0)
		add_finding(a, record, person, what.text);
	strbuf_release(&what);
}

/* A found deputy is named by DN from here on; another may still be a login or a mail address. */
static void add_deputy(struct attach_ctx *a, struct references *to, size_t *room, size_t record,
	const char *text)
{
	const struct name_bearers *bearers = find_bearers(a, text);
	const struct person *one = bearers ? bearers->people[0] : NULL;
	struct strbuf what = STRBUF_INIT;

	if (bearers && bearers->count > 1 && count_reachable(a, bearers, &one) != 1) {
		strbuf_addf(&what,
			_("%zu people bear its deputy's value of %s; the deputy is passed over"),
			bearers->count, a->feed->match);
		add_finding(a, record, text, what.text);
	} else {
		references_add(to, snapshot_arena(a->snapshot), room, one ? one->dn : text);
	}
	strbuf_release(&what);
}

static struct references deputies_of(struct attach_ctx *a, size_t record, const char *const *names,
	size_t count)
{
	struct references deputies = {0};
	size_t room = 0;

	for (size_t i = 0; i < count; i++)
		add_deputy(a, &deputies, &room, record, names[i]);
	return deputies;
}

/* What is stated of the bearer of that number. */
static struct stated *stated_of(struct attach_ctx *a, struct name_bearers *bearers, size_t i)
{
	const struct person *person = bearers->people[i];
	struct stated *stated;

	if (!bearers->stated)
		bearers->stated = arena_get(a->arena, bearers->count * sizeof(struct stated *));
	if (!bearers->stated[i])
		bearers->stated[i] = table_find(a->stated, person->identity);
	if (bearers->stated[i])
		return bearers->stated[i];
	stated = arena_get(a->arena, sizeof(*stated));
	stated->person = person;
	table_put(a->stated, person->identity, stated);
	a->people = arena_grow(a->arena, a->people, a->people_count, &a->people_room,
		sizeof(struct stated *));
	a->people[a->people_count++] = stated;
	bearers->stated[i] = stated;
	return stated;
}

/* Find the people whom a record means; NULL, and counted, where there are none. */
static struct name_bearers *find_meant(struct attach_ctx *a, size_t record, const char *person)
{
	struct name_bearers *bearers = find_bearers(a, person);

	if (bearers)
		find_several(a, bearers, record, person);
	if (bearers && bearers->count <= BEARERS_MAX)
		return bearers;
	if (a->last_unmatched != record) {
		a->last_unmatched = record;
		a->unmatched++;
	}
	return NULL;
}

/* Whether an absence says nothing that the one stated last did not say: many feeds repeat theirs. */
static bool is_repeated(const struct stated *stated, const struct absence *absence)
{
	const struct absence *last =
		stated->count > 0 ? &stated->absences[stated->count - 1] : NULL;

	return last && last->start == absence->start && last->end == absence->end &&
		last->deputies.count == 0 && absence->deputies.count == 0 &&
		last->feed == absence->feed && last->kept == absence->kept;
}

static void attach_absence(struct attach_ctx *a, const struct feed_absence *reported)
{
	struct name_bearers *bearers = find_meant(a, reported->record, reported->person);
	struct references deputies;

	a->order++;
	if (!bearers)
		return;
	deputies = deputies_of(a, reported->record, reported->deputies, reported->deputy_count);
	for (size_t i = 0; i < bearers->count; i++) {
		struct stated *stated = stated_of(a, bearers, i);
		const struct absence absence = {
			.start = reported->start,
			.end = reported->end,
			.deputies = deputies,
			.feed = a->feed->feed,
			.order = a->order,
			.kept = reported->kept,
		};

		if (is_repeated(stated, &absence))
			continue;
		stated->absences = arena_move(a->arena, stated->absences, stated->count,
			&stated->room, sizeof(*stated->absences));
		stated->absences[stated->count++] = absence;
	}
}

static void attach_standing(struct attach_ctx *a, const struct feed_standing *reported)
{
	struct name_bearers *bearers = find_meant(a, reported->record, reported->person);
	struct standing_deputies standing = {.feed = a->feed->feed,
		.start = reported->start,
		.end = reported->end,
		.kept = reported->kept};

	if (!bearers)
		return;
	standing.deputies =
		deputies_of(a, reported->record, reported->deputies, reported->deputy_count);
	for (size_t i = 0; i < bearers->count; i++) {
		struct stated *stated = stated_of(a, bearers, i);

		stated->standing = arena_grow(snapshot_arena(a->snapshot), stated->standing,
			stated->standing_count, &stated->standing_room, sizeof(standing));
		stated->standing[stated->standing_count++] = standing;
	}
}

/* Whether some route asks for the role of a record; one that the gallery does not know is counted. */
static bool is_asked(struct attach_ctx *a, const struct feed_role *reported)
{
	enum role_asked asked = asked_roles_judge(a->asked, reported->role);

	if (asked == ROLE_UNKNOWN && a->last_unknown != reported->record) {
		a->last_unknown = reported->record;
		a->unknown++;
	}
	return asked == ROLE_ASKED;
}

static void attach_role(struct attach_ctx *a, const struct feed_role *reported)
{
	struct arena *arena = snapshot_arena(a->snapshot);
	struct name_bearers *bearers;

	if (!is_asked(a, reported))
		return;
	bearers = find_meant(a, reported->record, reported->person);
	for (size_t i = 0; bearers && i < bearers->count; i++) {
		struct stated *stated = stated_of(a, bearers, i);

		stated->given = arena_grow(arena, stated->given, stated->given_count,
			&stated->given_room, sizeof(*stated->given));
		stated->given[stated->given_count++] = (struct given_role){
			.role = arena_string(arena, reported->role),
			.feed = arena_string(arena, a->feed->feed),
			.start = reported->start,
			.end = reported->end,
			.kept = reported->kept,
		};
	}
}

static void attach_reading(struct attach_ctx *a, const struct kept_reading *reading)
{
	struct strbuf where = STRBUF_INIT;

	a->feed = &reading->absences;
	memo_release(&a->met);
	a->unmatched = a->last_unmatched = a->unknown = a->last_unknown = 0;
	for (size_t i = 0; i < reading->absences.count; i++)
		attach_absence(a, &reading->absences.items[i]);
	for (size_t i = 0; i < reading->standing_count; i++)
		attach_standing(a, &reading->standing[i]);
	for (size_t i = 0; i < reading->roles.count; i++)
		attach_role(a, &reading->roles.items[i]);
	strbuf_addf(&where, _("feed %s"), a->feed->feed);
	if (a->unmatched > 0)
		findings_add(a->findings, FINDING_WARNING, where.text,
			_("records that name nobody under people.base by %s: %zu"), a->feed->match,
			a->unmatched);
	if (a->unknown > 0)
		findings_add(a->findings, FINDING_WARNING, where.text,
			_("records of roles that the role gallery does not know, which count for nothing: %zu"),
			a->unknown);
	strbuf_release(&where);
}

void feed_absences_attach(struct snapshot *snapshot, const struct kept_reading *const *readings,
	size_t count, const struct asked_roles *asked, moment at, struct findings *findings)
{
	struct arena *arena = arena_new();
	struct attach_ctx a = {
		.snapshot = snapshot,
		.arena = arena,
		.findings = findings,
		.asked = asked,
		.at = at,
		.bearers = table_new(arena),
		.stated = table_new(arena),
	};

	note_bearers(&a);
	for (size_t i = 0; i < count; i++)
		attach_reading(&a, readings[i]);
	for (size_t i = 0; i < a.people_count; i++) {
		const struct stated *stated = a.people[i];

		if (stated->count > 0)
			snapshot_add_absences(snapshot, stated->person, stated->absences,
				stated->count);
		snapshot_set_standing(snapshot, stated->person, stated->standing,
			stated->standing_count);
		snapshot_set_given(snapshot, stated->person, stated->given, stated->given_count);
	}
	memo_release(&a.met);
	arena_free(arena);
}
