#include "directory/read/person_entry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/feed_absences.h"
#include "decide/kept_absences.h"
#include "decide/temporary_deputies.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/entry/mail_address.h"
#include "model/absence.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* An entry being read. */
struct person_entry_ctx {
	const struct person_reader *reader;
	struct arena *arena; /* the snapshot's */
	const struct dir_entry *entry;
	struct person person;
	size_t absence_room, known_as_room;
	size_t *passed_over; /* borrowed: counts values that are no text */
};

static struct strings names_or(const struct strings *own, const struct strings *usual)
{
	return own->count > 0 ? *own : *usual;
}

struct people_attributes person_attribute_names(const struct connection *connection)
{
	const struct people_attributes *own = &connection->settings->people.attributes,
				       *usual = &connection->dialect->attributes;

	if (connection->schema.names)
		return *connection->schema.names;
	return (struct people_attributes){
		.name = names_or(&own->name, &usual->name),
		.mail = names_or(&own->mail, &usual->mail),
		.login = names_or(&own->login, &usual->login),
		.role = names_or(&own->role, &usual->role),
		.deputy = names_or(&own->deputy, &usual->deputy),
		.manager = names_or(&own->manager, &usual->manager),
		.absent_from = names_or(&own->absent_from, &usual->absent_from),
		.absent_until = names_or(&own->absent_until, &usual->absent_until),
		.absence = names_or(&own->absence, &usual->absence),
	};
}

/* A growing array of names to ask for, in the snapshot's arena. */
struct asked_names {
	struct arena *arena;
	const char **items;
	size_t count, room;
};

static void ask_for(struct asked_names *asked, const char *name)
{
	asked->items = arena_grow(asked->arena, asked->items, asked->count, &asked->room,
		sizeof(*asked->items));
	asked->items[asked->count++] = name;
}

static void ask_for_all(struct asked_names *asked, const struct people_attributes *names)
{
	const struct strings *const lists[] = {&names->name, &names->mail, &names->login,
		&names->role, &names->deputy, &names->manager, &names->absent_from,
		&names->absent_until, &names->absence};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (size_t j = 0; j < lists[i]->count; j++)
			ask_for(asked, lists[i]->items[j]);
	}
}

void person_reader_init(struct person_reader *reader, const struct connection *connection,
	struct snapshot *snapshot)
{
	const struct settings *settings = connection->settings;
	const struct dialect *dialect = connection->dialect;
	struct asked_names asked = {.arena = snapshot_arena(snapshot)};

	*reader = (struct person_reader){.dialect = dialect,
		.settings = settings,
		.snapshot = snapshot,
		.names = person_attribute_names(connection),
		.separator = settings->people.separator ? settings->people.separator : ""};
	ask_for_all(&asked, &reader->names);
	ask_for(&asked, "cn");
	ask_for(&asked, dialect->identity_attribute);
	for (const char *const *name = dialect->account_attributes; *name; name++)
		ask_for(&asked, *name);
	reader->matches = arena_get(asked.arena, settings->feed_count * sizeof(*reader->matches));
	for (size_t i = 0; i < settings->feed_count; i++) {
		reader->matches[i] = connection_attribute(connection, settings->feeds[i].match);
		ask_for(&asked, reader->matches[i]);
	}
	ask_for(&asked, NULL);
	reader->attributes = asked.items;
}

/* Add a finding on an absence. A value with letters is not shown: it may say why somebody is away. */
static void add_finding(const struct person_entry_ctx *r, const char *attribute, const char *value,
	const char *problem)
{
	struct strbuf what = STRBUF_INIT;

	strbuf_addf(&what, "%s: ", attribute);
	if (absence_may_show(value)) {
		strbuf_addc(&what, '"');
		findings_add_value(&what, value, strlen(value));
		strbuf_addc(&what, '"');
	} else {
		strbuf_adds(&what, _("a value with letters, which is not shown"));
	}
	strbuf_addf(&what, ": %s", problem);
	findings_add_of(snapshot_findings(r->reader->snapshot), FINDING_IMPORTANT, r->person.dn,
		NULL, arena_format(r->arena, "%s: %s", attribute, problem), "%s", what.text);
	strbuf_release(&what);
}

/* Whether the server hands the attribute out in ranges, as AD does with more than 1,500 values. */
static bool is_slice(const struct person_entry_ctx *r, const char *attribute)
{
	const char *description;
	struct range range;

	return entry_range(r->arena, r->entry, attribute, &description, &range) != RANGE_NONE;
}

/*
 * The values of an attribute, as texts, by their bytes. False, with an error and no texts, where
 * they are more than PERSON_VALUES_MAX.
 */
static bool read_texts_apart(const struct person_entry_ctx *r, const char *attribute,
	const char *separator, struct strings *texts)
{
	size_t left_out = entry_texts(r->arena, r->entry, attribute, SIZE_MAX, texts);
	size_t parts = 0;

	for (size_t i = 0; i < texts->count && parts <= PERSON_VALUES_MAX; i++)
		parts += text_count_parts(texts->items[i], separator);
	if (parts > PERSON_VALUES_MAX || (left_out > 0 && is_slice(r, attribute))) {
		findings_add(snapshot_findings(r->reader->snapshot), FINDING_ERROR, r->person.dn,
			_("%s: more than %d values, so none of them is used (the parts of a separated "
			  "value count); remove some"),
			attribute, PERSON_VALUES_MAX);
		*texts = (struct strings){.count = 0};
		return false;
	}
	entry_find_left_out(r->reader->snapshot, r->person.dn, attribute, left_out);
	*r->passed_over += left_out;
	return true;
}

static struct strings read_texts(const struct person_entry_ctx *r, const char *attribute)
{
	struct strings texts;

	read_texts_apart(r, attribute, "", &texts);
	return texts;
}

/*
 * The values of all of `attributes`, each split by the separator: in the order of the attributes, and
 * the parts of a value in their own. False where there are too many of one attribute.
 */
static bool read_parts(const struct person_entry_ctx *r, const struct strings *attributes,
	struct strings *parts_read)
{
	const char *separator = r->reader->separator;
	struct strings texts, all = {0};
	bool is_whole = true;
	size_t room = 0;

	for (size_t a = 0; a < attributes->count; a++) {
		if (!read_texts_apart(r, attributes->items[a], separator, &texts))
			is_whole = false;
		for (size_t i = 0; i < texts.count; i++) {
			const char **parts;
			size_t count = text_split(r->arena, texts.items[i], separator, &parts);

			for (size_t j = 0; j < count; j++) {
				all.items = arena_grow(r->arena, all.items, all.count, &room,
					sizeof(*all.items));
				all.items[all.count++] = parts[j];
			}
		}
	}
	*parts_read = all;
	return is_whole;
}

/* The first value that is not blank. */
static const char *first_filled(struct arena *arena, const struct strings *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		const char *text = texts->items[i];
		size_t length = strlen(text);

		text_trim(&text, &length);
		if (length > 0)
			return arena_bytes(arena, text, length);
	}
	return NULL;
}

static const char *read_first_of(const struct person_entry_ctx *r, const char *attribute)
{
	struct strings texts = read_texts(r, attribute);

	return first_filled(r->arena, &texts);
}

/* The first value of the first attribute that has one. */
static const char *read_first(const struct person_entry_ctx *r, const struct strings *attributes)
{
	const char *text = NULL;

	for (size_t i = 0; i < attributes->count && !text; i++)
		text = read_first_of(r, attributes->items[i]);
	return text;
}

/* Where the bind may not read it, the entry goes by its DN, and a rename is a change. */
static void read_identity(struct person_entry_ctx *r)
{
	const char *identity = dialect_identity(r->reader->dialect, r->arena, r->entry);

	r->person.identity = identity ? identity : r->person.key;
}

static void add_known_as(struct person_entry_ctx *r, const char *key)
{
	struct person *person = &r->person;

	person->known_as = arena_grow(r->arena, person->known_as, person->known_as_count,
		&r->known_as_room, sizeof(*person->known_as));
	person->known_as[person->known_as_count++] = key;
}

static void read_logins(struct person_entry_ctx *r)
{
	const struct strings *attributes = &r->reader->names.login;

	r->person.login = read_first(r, attributes);
	for (size_t i = 0; i < attributes->count; i++) {
		struct strings texts = read_texts(r, attributes->items[i]);

		for (size_t j = 0; j < texts.count; j++)
			add_known_as(r, reference_key(r->arena, texts.items[j]));
	}
	r->person.login_count = r->person.known_as_count;
}

static void read_addresses(struct person_entry_ctx *r)
{
	const struct strings *attributes = &r->reader->names.mail;
	struct mail_addresses addresses = {0};

	for (size_t i = 0; i < attributes->count; i++) {
		struct strings texts = read_texts(r, attributes->items[i]);

		mail_addresses_add(&addresses, r->arena, attributes->items[i], &texts,
			r->reader->snapshot, r->person.dn);
	}
	r->person.mail = addresses.written_to;
	if (addresses.written_to)
		add_known_as(r, reference_key(r->arena, addresses.written_to));
	r->person.first_count = r->person.known_as_count;
	for (size_t i = 0; i < addresses.all.count; i++) {
		if (addresses.all.items[i] != addresses.written_to)
			add_known_as(r, reference_key(r->arena, addresses.all.items[i]));
	}
}

/* Keep by which value the feed is asked about the person, where it is asked about people. */
static void note_asked_as(struct person_entry_ctx *r, size_t feed, const struct strings *texts)
{
	const struct settings *settings = r->reader->settings;
	struct person *person = &r->person;

	if (settings->feeds[feed].asks != ASKS_PEOPLE)
		return;
	if (!person->asked_as)
		person->asked_as =
			arena_get(r->arena, settings->feed_count * sizeof(*person->asked_as));
	person->asked_as_count = settings->feed_count;
	person->asked_as[feed] = first_filled(r->arena, texts);
}

static void read_known_as(struct person_entry_ctx *r)
{
	const struct settings *settings = r->reader->settings;

	read_logins(r);
	read_addresses(r);
	for (size_t i = 0; i < settings->feed_count; i++) {
		const char *match = settings->feeds[i].match;
		bool as_number = settings->feeds[i].match_as == MATCH_NUMBER;
		struct strings texts = read_texts(r, r->reader->matches[i]);

		for (size_t j = 0; j < texts.count; j++)
			add_known_as(r, name_key(r->arena, match, texts.items[j], as_number));
		note_asked_as(r, i, &texts);
	}
}

static void read_names(struct person_entry_ctx *r)
{
	const struct people_attributes *names = &r->reader->names;
	const struct member_value *own = entry_dn_value(r->reader->snapshot, r->entry);

	r->person.dn = own->dn;
	r->person.key = own->key;
	r->person.name = read_first(r, &names->name);
	if (!r->person.name)
		r->person.name = read_first_of(r, "cn");
	if (!r->person.name)
		r->person.name = dn_leaf(r->arena, r->person.dn);
}

static void read_stand_ins(struct person_entry_ctx *r)
{
	const char *manager = read_first(r, &r->reader->names.manager);
	struct strings deputies;
	size_t room = 0;

	read_parts(r, &r->reader->names.deputy, &deputies);
	for (size_t i = 0; i < deputies.count; i++)
		references_add(&r->person.deputies, r->arena, &room, deputies.items[i]);
	if (manager)
		r->person.manager = reference_make(r->arena, manager);
}

/* Read the parts of attributes of absences. False: as read_parts(). */
static bool read_absence_parts(const struct person_entry_ctx *r, const struct strings *attributes,
	struct strings *parts)
{
	bool is_whole = read_parts(r, attributes, parts);

	if (parts->count > 0)
		parts->count = absence_drop_blank(parts->items, parts->count);
	return is_whole;
}

/* A start that never comes is not an absence. */
static void add_absence(struct person_entry_ctx *r, moment start, moment end)
{
	struct person *person = &r->person;

	if (start >= end)
		return;
	person->absences = arena_grow(r->arena, person->absences, person->absence_count,
		&r->absence_room, sizeof(*person->absences));
	person->absences[person->absence_count++] = (struct absence){.start = start, .end = end};
}

static void add_names(struct strbuf *out, const struct strings *attributes)
{
	for (size_t i = 0; i < attributes->count; i++)
		strbuf_add_item(out, ", ", attributes->items[i]);
}

/* The one value in absent_from and the one in absent_until, whichever of their attributes has it. */
static void read_pair(struct person_entry_ctx *r)
{
	const struct people_attributes *names = &r->reader->names;
	struct strings from, until;
	const char *first, *last;
	enum absence_reading reading = ABSENCE_SEVERAL;
	struct strbuf value = STRBUF_INIT, attribute = STRBUF_INIT;
	moment start, end;
	bool is_whole = read_absence_parts(r, &names->absent_from, &from);

	if (!read_absence_parts(r, &names->absent_until, &until) || !is_whole) {
		r->person.absences_unread++;
		return;
	}
	first = from.count ? from.items[0] : NULL;
	last = until.count ? until.items[0] : NULL;
	if (from.count == 0 && until.count == 0)
		return;
	if (from.count <= 1 && until.count <= 1)
		reading = absence_read_pair(first, last, NULL, &start, &end);
	if (reading == ABSENCE_READ) {
		add_absence(r, start, end);
		return;
	}
	add_names(&attribute, &names->absent_from);
	add_names(&attribute, &names->absent_until);
	for (size_t i = 0; i < from.count; i++)
		strbuf_add_item(&value, r->reader->separator, from.items[i]);
	strbuf_addc(&value, '/');
	for (size_t i = 0; i < until.count; i++)
		strbuf_addf(&value, "%s%s", i ? r->reader->separator : "", until.items[i]);
	add_finding(r, attribute.text, value.text, absence_problem(reading));
	r->person.absences_unread++;
	strbuf_release(&attribute);
	strbuf_release(&value);
}

static void read_intervals(struct person_entry_ctx *r, const char *attribute)
{
	struct strings intervals, one = {&attribute, 1};

	if (!read_absence_parts(r, &one, &intervals))
		r->person.absences_unread++;
	for (size_t i = 0; i < intervals.count; i++) {
		moment start, end;
		enum absence_reading reading =
			absence_read_interval(intervals.items[i], &start, &end);

		if (reading == ABSENCE_READ) {
			add_absence(r, start, end);
		} else {
			add_finding(r, attribute, intervals.items[i], absence_problem(reading));
			r->person.absences_unread++;
		}
	}
}

/* All are of the directory, so `order` is 0 throughout. */
static void read_absences(struct person_entry_ctx *r)
{
	const struct strings *intervals = &r->reader->names.absence;
	size_t passed_over = *r->passed_over;

	read_pair(r);
	for (size_t i = 0; i < intervals->count; i++)
		read_intervals(r, intervals->items[i]);
	r->person.absences_unread += *r->passed_over - passed_over;
	if (r->person.absence_count > 1) {
		qsort(r->person.absences, r->person.absence_count, sizeof(*r->person.absences),
			absence_compare);
	}
	kept_absences_attach(snapshot_kept(r->reader->snapshot), r->arena, &r->person);
}

static const struct person *read_entry(const struct person_reader *reader,
	const struct dir_entry *entry, bool is_mailbox)
{
	size_t passed_over = 0;
	struct person_entry_ctx r = {.reader = reader,
		.arena = snapshot_arena(reader->snapshot),
		.entry = entry,
		.passed_over = &passed_over,
		.person = {.is_mailbox = is_mailbox, .named_only = is_mailbox}};
	struct strings roles;

	read_names(&r);
	read_known_as(&r);
	read_identity(&r);
	reader->dialect->read_account(&r.person, entry);
	r.person.roles_unread = !read_parts(&r, &reader->names.role, &roles);
	r.person.roles = roles.items;
	r.person.role_count = roles.count;
	read_stand_ins(&r);
	read_absences(&r);
	temporary_deputies_attach(snapshot_temporary(reader->snapshot), r.arena, reader->separator,
		&r.person);
	return snapshot_add_person(reader->snapshot, &r.person);
}

const struct person *person_entry_read(const struct person_reader *reader,
	const struct dir_entry *entry)
{
	const struct person *person = read_entry(reader, entry, false);

	if (!person->enabled && !person->is_mailbox && reader->on_disabled)
		reader->on_disabled(reader->context, person);
	return person;
}

const struct person *person_entry_read_mailbox(const struct person_reader *reader,
	const struct dir_entry *entry)
{
	return read_entry(reader, entry, true);
}

static void add_key(struct strings *keys, size_t *room, struct arena *arena, const char *text)
{
	keys->items = arena_grow(arena, keys->items, keys->count, room, sizeof(*keys->items));
	keys->items[keys->count++] = reference_key(arena, text);
}

struct strings person_entry_keys(const struct person_reader *reader, struct arena *arena,
	const struct dir_entry *entry)
{
	const struct people_attributes *names = &reader->names;
	struct mail_addresses addresses = {0};
	struct strings keys = {0}, texts;
	size_t room = 0;

	for (size_t i = 0; i < names->login.count; i++) {
		entry_texts(arena, entry, names->login.items[i], PERSON_VALUES_MAX, &texts);
		for (size_t j = 0; j < texts.count; j++)
			add_key(&keys, &room, arena, texts.items[j]);
	}
	for (size_t i = 0; i < names->mail.count; i++) {
		entry_texts(arena, entry, names->mail.items[i], PERSON_VALUES_MAX, &texts);
		mail_addresses_add(&addresses, arena, names->mail.items[i], &texts, NULL, NULL);
	}
	for (size_t i = 0; i < addresses.all.count; i++)
		add_key(&keys, &room, arena, addresses.all.items[i]);
	return keys;
}
