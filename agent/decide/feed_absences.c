#include "decide/feed_absences.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* Who is known by a name, and what the feeds report of them. */
struct bearer {
	const struct person *person; /* the first */
	bool is_one_of_several;
};

/* One person's absences, as they come. */
struct absences {
	const struct person *person;
	struct absence *items;
	size_t count, room;
};

struct attach_ctx {
	struct snapshot *snapshot;
	struct arena *arena; /* owned: what lasts for the call */
	struct findings *findings;
	struct table *bearers;    /* name_key() -> struct bearer */
	struct table *absences;   /* identity -> struct absences */
	struct absences **people; /* whoever has any, in the order met */
	size_t people_count, people_room;
	const struct feed_absences *feed;
	size_t order;
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
	struct bearer *bearer = table_find(a->bearers, key);

	if (!bearer) {
		bearer = arena_get(a->arena, sizeof(*bearer));
		bearer->person = person;
		table_put(a->bearers, key, bearer);
	} else if (bearer->person != person) {
		bearer->is_one_of_several = true;
	}
}

static void note_bearers(struct attach_ctx *a)
{
	for (size_t i = 0; i < snapshot_person_count(a->snapshot); i++) {
		const struct person *person = snapshot_person_at(a->snapshot, i);

		for (size_t j = 0; j < person->known_as_count; j++)
			note_bearer(a, person->known_as[j], person);
	}
}

static const struct bearer *find_bearer(const struct attach_ctx *a, const char *text)
{
	return table_find(a->bearers, name_key(a->arena, a->feed->match, text, a->feed->as_number));
}

static void find_person(const struct attach_ctx *a, const struct feed_absence *reported,
	const char *text, const char *problem)
{
	struct strbuf where = STRBUF_INIT, shown = STRBUF_INIT;

	strbuf_addf(&where, _("feed %s, record %zu"), a->feed->feed, reported->record);
	strbuf_add_safe(&shown, text);
	findings_add(a->findings, FINDING_WARNING, where.text, "%s \"%s\": %s", a->feed->match,
		shown.text, problem);
	strbuf_release(&where);
	strbuf_release(&shown);
}

/* A found deputy is named by DN from here on; another may still be a login or a mail address. */
static struct references deputies_of(const struct attach_ctx *a,
	const struct feed_absence *reported)
{
	struct references deputies = {0};
	size_t room = 0;

	for (size_t i = 0; i < reported->deputy_count; i++) {
		const char *text = reported->deputies[i];
		const struct bearer *bearer = find_bearer(a, text);

		if (bearer && bearer->is_one_of_several)
			find_person(a, reported, text,
				_("several entries bear it; the deputy is passed over"));
		else
			references_add(&deputies, snapshot_arena(a->snapshot), &room,
				bearer ? bearer->person->dn : text);
	}
	return deputies;
}

static struct absences *absences_of(struct attach_ctx *a, const struct person *person)
{
	struct absences *absences = table_find(a->absences, person->identity);

	if (absences)
		return absences;
	absences = arena_get(a->arena, sizeof(*absences));
	absences->person = person;
	table_put(a->absences, person->identity, absences);
	a->people = arena_grow(a->arena, a->people, a->people_count, &a->people_room,
		sizeof(struct absences *));
	a->people[a->people_count++] = absences;
	return absences;
}

static void attach_absence(struct attach_ctx *a, const struct feed_absence *reported)
{
	const struct bearer *bearer = find_bearer(a, reported->person);
	struct absences *absences;

	a->order++;
	if (!bearer || bearer->is_one_of_several) {
		find_person(a, reported, reported->person,
			bearer ? _("several entries bear it; the absence counts for nobody")
			       : _("nobody under people.base bears it; the absence counts for "
				   "nobody"));
		return;
	}
	absences = absences_of(a, bearer->person);
	absences->items = arena_grow(a->arena, absences->items, absences->count, &absences->room,
		sizeof(*absences->items));
	absences->items[absences->count++] = (struct absence){
		.start = reported->start,
		.end = reported->end,
		.deputies = deputies_of(a, reported),
		.order = a->order,
		.kept = reported->kept,
	};
}

void feed_absences_attach(struct snapshot *snapshot, const struct feed_absences *const *feeds,
	size_t feed_count, struct findings *findings)
{
	struct arena *arena = arena_new();
	struct attach_ctx a = {
		.snapshot = snapshot,
		.arena = arena,
		.findings = findings,
		.bearers = table_new(arena),
		.absences = table_new(arena),
	};

	note_bearers(&a);
	for (size_t i = 0; i < feed_count; i++) {
		a.feed = feeds[i];
		for (size_t j = 0; j < feeds[i]->count; j++)
			attach_absence(&a, &feeds[i]->items[j]);
	}
	for (size_t i = 0; i < a.people_count; i++)
		snapshot_add_absences(snapshot, a.people[i]->person, a.people[i]->items,
			a.people[i]->count);
	arena_free(arena);
}
