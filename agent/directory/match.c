#include "directory/match.h"

#include <ldap.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/language.h"
#include "base/strbuf.h"
#include "base/table.h"
#include "base/text.h"
#include "decide/person.h"
#include "decide/reference.h"
#include "decide/reported.h"
#include "decide/snapshot.h"
#include "directory/connection.h"
#include "directory/entry.h"
#include "directory/filter.h"
#include "directory/lookup.h"
#include "directory/person_entry.h"
#include "directory/search.h"

/* Of the attribute that is compared; an entry with more of them is no person's. */
#define VALUES_MOST 1000

/* One who is named in a feed, and whom the directory has under that name. */
struct named {
	const char *text; /* as the feed says it first */
	const struct person *person;
	bool ambiguous;
	struct absence *absences; /* of this feed */
	size_t absence_count, absence_room;
};

/* One feed being matched. */
struct matching {
	struct lookups *lookups;
	const struct reported *feed;
	struct table *by_text; /* folded text -> struct named */
	struct named **named;
	size_t named_count, named_room;
	const char **attributes; /* a person's, and `match`; NULL-ended */
};

static struct arena *arena_of(const struct matching *matching)
{
	return matching->lookups->arena;
}

static struct named *find_named(const struct matching *matching, const char *text)
{
	return table_find(matching->by_text, text_fold(arena_of(matching), text, strlen(text)));
}

static void name(struct matching *matching, const char *text)
{
	struct arena *arena = arena_of(matching);
	struct named *named;

	if (find_named(matching, text))
		return;
	named = arena_get(arena, sizeof(*named));
	named->text = text;
	table_put(matching->by_text, text_fold(arena, text, strlen(text)), named);
	matching->named = arena_grow(arena, matching->named, matching->named_count,
		&matching->named_room, sizeof(struct named *));
	matching->named[matching->named_count++] = named;
}

static void name_everyone(struct matching *matching)
{
	for (size_t i = 0; i < matching->feed->count; i++) {
		const struct reported_absence *absence = &matching->feed->items[i];

		name(matching, absence->person);
		for (size_t j = 0; j < absence->deputy_count; j++)
			name(matching, absence->deputies[j]);
	}
}

/* An entry's own value decides: the server's comparison may be wider than ours. */
static void on_person(void *context, LDAP *ld, LDAPMessage *entry)
{
	const struct matching *matching = context;
	const struct person *person = person_entry_read(&matching->lookups->reader, ld, entry);
	struct strings texts;

	entry_texts(arena_of(matching), ld, entry, matching->feed->match, VALUES_MOST, &texts);
	for (size_t i = 0; i < texts.count; i++) {
		struct named *named = find_named(matching, texts.items[i]);

		if (named && named->person && named->person != person)
			named->ambiguous = true;
		else if (named)
			named->person = person;
	}
}

static void search_for(struct matching *matching, const char *filter)
{
	const struct strings *bases = &matching->lookups->connection->settings->people.bases;

	for (size_t i = 0; i < bases->count; i++) {
		search_add(matching->lookups->queue,
			&(struct search){
				.what = _("look up the people of a feed under people.base"),
				.base = bases->items[i],
				.scope = LDAP_SCOPE_SUBTREE,
				.filter = filter,
				.attributes = matching->attributes,
				.paged = true,
				.on_entry = on_person,
				.context = matching,
			});
	}
}

/* In filters of so many terms that a server takes them. */
static void search_for_everyone(struct matching *matching)
{
	struct arena *arena = arena_of(matching);
	struct strbuf term = STRBUF_INIT;
	const char *terms[FILTER_TERMS_MOST];
	size_t count = 0;

	for (size_t i = 0; i < matching->named_count; i++) {
		strbuf_reset(&term);
		filter_add_equal(&term, matching->feed->match, matching->named[i]->text);
		terms[count++] = arena_string(arena, term.text);
		if (count == FILTER_TERMS_MOST || i + 1 == matching->named_count) {
			search_for(matching,
				filter_any_of(arena, matching->lookups->people_filter, terms,
					count));
			count = 0;
		}
	}
	strbuf_release(&term);
}

/* What a person's entry is asked for, and the attribute that is compared. */
static const char **attributes_with(struct arena *arena, const char *const *usual,
	const char *match)
{
	size_t count = 0;
	const char **all;

	while (usual[count])
		count++;
	all = arena_get(arena, (count + 2) * sizeof(*all));
	memcpy(all, usual, count * sizeof(*all));
	all[count] = match;
	return all;
}

static void start(struct matching *matching, struct lookups *lookups, const struct reported *feed)
{
	*matching = (struct matching){
		.lookups = lookups,
		.feed = feed,
		.by_text = table_new(lookups->arena),
		.attributes =
			attributes_with(lookups->arena, lookups->reader.attributes, feed->match),
	};
	name_everyone(matching);
	search_for_everyone(matching);
}

static void find(const struct matching *matching, const struct reported_absence *absence,
	const char *problem, const char *text)
{
	struct strbuf where = STRBUF_INIT, shown = STRBUF_INIT;

	strbuf_addf(&where, _("feed %s, record %zu"), matching->feed->feed, absence->record);
	strbuf_add_safe(&shown, text);
	findings_add(snapshot_findings(matching->lookups->snapshot), FINDING_WARNING, where.text,
		"%s \"%s\": %s", matching->feed->match, shown.text, problem);
	strbuf_release(&where);
	strbuf_release(&shown);
}

/* A found deputy is named by DN from here on; another may still be a login or a mail address. */
static struct references deputies_of(const struct matching *matching,
	const struct reported_absence *absence)
{
	struct arena *arena = snapshot_arena(matching->lookups->snapshot);
	struct references deputies = {0};
	size_t room = 0;

	for (size_t i = 0; i < absence->deputy_count; i++) {
		const char *text = absence->deputies[i];
		const struct named *named = find_named(matching, text);

		if (named->ambiguous)
			find(matching, absence,
				_("several entries bear it; the deputy is passed over"), text);
		else
			references_add(&deputies, arena, &room,
				named->person ? named->person->dn : text);
	}
	return deputies;
}

static void give(struct matching *matching, const struct reported_absence *reported, size_t order)
{
	struct named *named = find_named(matching, reported->person);

	if (named->ambiguous || !named->person) {
		find(matching, reported,
			named->ambiguous
				? _("several entries bear it; the absence counts for nobody")
				: _("nobody under people.base bears it; the absence counts for nobody"),
			reported->person);
		return;
	}
	named->absences = arena_grow(arena_of(matching), named->absences, named->absence_count,
		&named->absence_room, sizeof(*named->absences));
	named->absences[named->absence_count++] = (struct absence){
		.start = reported->start,
		.end = reported->end,
		.deputies = deputies_of(matching, reported),
		.order = order,
	};
}

static void give_all(struct matching *matching, size_t *order)
{
	for (size_t i = 0; i < matching->feed->count; i++)
		give(matching, &matching->feed->items[i], ++*order);
	for (size_t i = 0; i < matching->named_count; i++) {
		const struct named *named = matching->named[i];

		if (named->absence_count > 0)
			snapshot_add_absences(matching->lookups->snapshot, named->person,
				named->absences, named->absence_count);
	}
}

enum error_kind match_reported(struct connection *connection, struct snapshot *snapshot,
	const struct reported *const *feeds, size_t feed_count, moment now, struct error *err)
{
	struct lookups lookups;
	struct matching *matchings;
	size_t order = 0;
	enum error_kind failed;

	lookups_init(&lookups, connection, snapshot, now);
	matchings = arena_get(lookups.arena, feed_count * sizeof(*matchings));
	for (size_t i = 0; i < feed_count; i++)
		start(&matchings[i], &lookups, feeds[i]);
	failed = search_run(lookups.queue, err);
	for (size_t i = 0; i < feed_count && !failed; i++)
		give_all(&matchings[i], &order);
	lookups_release(&lookups);
	return failed;
}
