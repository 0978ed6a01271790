#include "directory/read/name_lookup.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "directory/entry/mail_address.h"
#include "directory/read/lookup.h"
#include "directory/read/person_entry.h"
#include "directory/search/search.h"
#include "model/bearer.h"
#include "model/reference.h"
#include "model/settings.h"
#include "model/snapshot.h"

/* Of fewer than these, a search each is on its way at once, and as quick. */
#define WORTH_IT 8

struct name_lookup {
	const struct reference *reference; /* borrowed */
	struct resolved_ref ref;           /* what it is as far as is known */
	size_t others;                     /* entries of that kind, past the first */
};

/* How many entries that bear one name are named, past the first. */
#define OTHERS_NAMED_MAX 5

/* What a slice is asked for. */
enum slice_stage {
	SLICE_PEOPLE, /* people, and shared mailboxes */
	SLICE_NOBODY, /* whatever bears the name, which is nobody's */
};

/* The names of one filter. */
struct name_slice {
	struct lookups *all;
	struct name_lookup **items;
	size_t count;
	struct table
		*by_key; /* reference key -> struct name_lookup; NULL where there is one alone */
	enum slice_stage stage;
	size_t searches_left;
	bool is_unclear; /* an entry bears none of the names */
};

void name_lookup_add(struct lookups *lookups, const struct reference *reference)
{
	struct name_lookup *name = arena_get(lookups->arena, sizeof(*name));

	*name = (struct name_lookup){.reference = reference, .ref = {.kind = REF_MISSING}};
	lookups->names = arena_grow(lookups->arena, lookups->names, lookups->name_count,
		&lookups->name_room, sizeof(struct name_lookup *));
	lookups->names[lookups->name_count++] = name;
}

/* "(|(uid=anna)(mail=anna))" for all names of a slice. */
static const char *any_name(const struct name_slice *slice)
{
	const struct people_attributes *names = &slice->all->reader.names;
	struct strbuf filter = STRBUF_INIT;

	strbuf_adds(&filter, "(|");
	for (size_t i = 0; i < slice->count; i++) {
		const char *text = slice->items[i]->reference->text;

		for (size_t j = 0; j < names->login.count; j++)
			filter_add_equal(&filter, names->login.items[j], text);
		for (size_t j = 0; j < names->mail.count; j++)
			mail_filter_add(&filter, names->mail.items[j], text);
	}
	strbuf_addc(&filter, ')');
	return strbuf_to_arena(&filter, slice->all->arena);
}

static void add_bearer(const struct name_slice *slice, struct name_lookup *name,
	const struct person *person)
{
	bearers_add(&name->ref.bearers, snapshot_arena(slice->all->snapshot), name->reference->key,
		person);
}

/* Of a slice of one name the server says who bears it; else the keys do. */
static void take_person(struct name_slice *slice, const struct person *person)
{
	bool is_found = false;

	if (slice->count == 1) {
		add_bearer(slice, slice->items[0], person);
		return;
	}
	for (size_t i = 0; i < person->known_as_count; i++) {
		struct name_lookup *name = table_find(slice->by_key, person->known_as[i]);

		is_found = is_found || name;
		if (name)
			add_bearer(slice, name, person);
	}
	slice->is_unclear = slice->is_unclear || !is_found;
}

static void on_person(void *context, const struct dir_entry *entry)
{
	struct name_slice *slice = context;

	take_person(slice, person_entry_read(&slice->all->reader, entry));
}

static void on_mailbox(void *context, const struct dir_entry *entry)
{
	struct name_slice *slice = context;

	take_person(slice, person_entry_read_mailbox(&slice->all->reader, entry));
}

/* How much it says of a name that an entry of that kind bears it. */
static int rank_of(enum ref_kind kind)
{
	switch (kind) {
	case REF_UNREADABLE:
		return 6;
	case REF_FILTERED:
		return 5;
	case REF_OUTSIDE:
		return 4;
	case REF_OTHER:
		return 3;
	case REF_GROUP:
		return 2;
	case REF_REFERRAL:
		return 1;
	default:
		return 0;
	}
}

/* Of two entries that say as much, neither is the one: the first of them are named. */
static void take_other(const struct name_slice *slice, struct name_lookup *name, enum ref_kind kind,
	const char *dn)
{
	const char *first = name->ref.dn ? name->ref.dn : name->ref.shared_by;

	if (rank_of(kind) > rank_of(name->ref.kind)) {
		name->ref = (struct resolved_ref){.kind = kind, .dn = dn};
		name->others = 0;
	} else if (kind == name->ref.kind && ++name->others <= OTHERS_NAMED_MAX) {
		name->ref = (struct resolved_ref){.kind = kind,
			.shared_by = arena_format(snapshot_arena(slice->all->snapshot), "%s; %s",
				first, name->others < OTHERS_NAMED_MAX ? dn : "...")};
	}
}

static void on_other(void *context, const struct dir_entry *entry)
{
	struct name_slice *slice = context;
	struct lookups *all = slice->all;
	const struct strings keys = person_entry_keys(&all->reader, all->arena, entry);
	const char *dn = entry_dn(snapshot_arena(all->snapshot), entry);
	enum ref_kind kind = lookup_kind_of(all, entry);
	bool is_found = false;

	if (slice->count == 1) {
		take_other(slice, slice->items[0], kind, dn);
		return;
	}
	for (size_t i = 0; i < keys.count; i++) {
		struct name_lookup *name = table_find(slice->by_key, keys.items[i]);

		is_found = is_found || name;
		if (name)
			take_other(slice, name, kind, dn);
	}
	slice->is_unclear = slice->is_unclear || !is_found;
}

static void start_slice(struct lookups *all, struct name_lookup **items, size_t count,
	enum slice_stage stage);

/* Those without an answer, in an array of their own. */
static struct name_lookup **take_rest(const struct name_slice *slice, size_t *count)
{
	struct name_lookup **rest =
		arena_get(slice->all->arena, slice->count * sizeof(struct name_lookup *));

	*count = 0;
	for (size_t i = 0; i < slice->count; i++) {
		const struct resolved_ref *ref = &slice->items[i]->ref;

		if (ref->bearers.count == 0 && ref->kind == REF_MISSING)
			rest[(*count)++] = slice->items[i];
	}
	return rest;
}

static void resolve_name(const struct name_slice *slice, struct name_lookup *name)
{
	snapshot_resolve_name(slice->all->snapshot, name->reference->key, &name->ref);
}

static void finish_slice(struct name_slice *slice)
{
	bool asks_again = slice->is_unclear && slice->count > 1;
	size_t count;
	struct name_lookup **rest = take_rest(slice, &count);

	for (size_t i = 0; asks_again && i < count; i++)
		start_slice(slice->all, &rest[i], 1, slice->stage);
	if (!asks_again && count > 0 && slice->stage == SLICE_PEOPLE)
		start_slice(slice->all, rest, count, SLICE_NOBODY);
	else if (!asks_again)
		count = 0;
	for (size_t i = 0; i < slice->count; i++) {
		const struct resolved_ref *ref = &slice->items[i]->ref;

		if (count == 0 || ref->bearers.count > 0 || ref->kind != REF_MISSING)
			resolve_name(slice, slice->items[i]);
	}
}

static void on_searched(void *context, bool found)
{
	struct name_slice *slice = context;

	(void)found;
	if (--slice->searches_left == 0)
		finish_slice(slice);
}

/* What tells entries that are nobody apart, NULL-ended. */
static const char *const *attributes_of_others(const struct lookups *all)
{
	const struct people_attributes *names = &all->reader.names;
	size_t count = 0;
	const char **attributes = arena_get(all->arena,
		(names->login.count + names->mail.count + 2) * sizeof(*attributes));

	for (size_t i = 0; i < names->login.count; i++)
		attributes[count++] = names->login.items[i];
	for (size_t i = 0; i < names->mail.count; i++)
		attributes[count++] = names->mail.items[i];
	attributes[count] = "objectClass";
	return attributes;
}

static void search_slice(struct name_slice *slice, const char *what, const char *base,
	const char *filter, void (*on_entry)(void *context, const struct dir_entry *entry))
{
	slice->searches_left++;
	search_add(slice->all->queue,
		&(struct search){
			.what = what,
			.base = base,
			.scope = LDAP_SCOPE_SUBTREE,
			.filter = filter,
			.attributes = slice->stage == SLICE_NOBODY
				? attributes_of_others(slice->all)
				: slice->all->reader.attributes,
			.best_effort = slice->stage == SLICE_NOBODY,
			.skip_references = on_entry != on_person,
			.on_entry = on_entry,
			.on_done = on_searched,
			.context = slice,
		});
}

static void start_people(struct name_slice *slice)
{
	const struct lookups *all = slice->all;
	const struct settings *settings = all->connection->settings;
	const struct strings *bases = &settings->people.bases;
	const struct strings whole = {(const char *[]){settings->directory.base}, 1};
	const char *names = any_name(slice);
	const char *people = arena_format(all->arena, "(&%s%s)", all->people_filter, names);

	for (size_t i = 0; i < bases->count; i++)
		search_slice(slice, _("look up a login or mail address under people.base"),
			bases->items[i], people, on_person);
	if (!all->mailboxes)
		return;
	bases = settings->directory.base ? &whole : bases;
	for (size_t i = 0; i < bases->count; i++)
		search_slice(slice,
			_("look up the login or mail address of a shared mailbox under"),
			bases->items[i], arena_format(all->arena, "(&%s%s)", all->mailboxes, names),
			on_mailbox);
}

static void start_slice(struct lookups *all, struct name_lookup **items, size_t count,
	enum slice_stage stage)
{
	struct name_slice *slice = arena_get(all->arena, sizeof(*slice));
	const char *base = all->connection->settings->directory.base;

	*slice = (struct name_slice){.all = all, .items = items, .count = count, .stage = stage};
	if (count > 1)
		slice->by_key = table_new(all->arena);
	for (size_t i = 0; i < count && slice->by_key; i++)
		table_put(slice->by_key, items[i]->reference->key, items[i]);
	if (stage == SLICE_PEOPLE)
		start_people(slice);
	else if (base)
		search_slice(slice, _("look up"), base, any_name(slice), on_other);
	else
		finish_slice(slice);
}

void name_lookups_start(struct lookups *lookups)
{
	const struct people_attributes *names = &lookups->reader.names;
	size_t each = FILTER_TERMS_MAX / (names->login.count + names->mail.count);
	struct name_lookup **items = lookups->names;
	size_t left = lookups->name_count;

	if (lookups->name_count < WORTH_IT || each == 0)
		each = 1;
	lookups->names = NULL;
	lookups->name_count = lookups->name_room = 0;
	while (left > 0) {
		size_t count = left < each ? left : each;

		start_slice(lookups, items, count, SLICE_PEOPLE);
		items += count;
		left -= count;
	}
}
