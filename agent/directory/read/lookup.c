#include "directory/read/lookup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "directory/entry/mail_address.h"
#include "directory/read/member_of.h"
#include "directory/search/dn_batch.h"
#include "directory/search/members.h"
#include "directory/search/search.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* What a look-up's searches are for. */
enum lookup_state {
	LOOKUP_PERSON, /* the entry of a DN, if it is a person */
	LOOKUP_OTHER,  /* the same entry, as it is no person */
	LOOKUP_LOGIN,  /* the people with a login or mail address, below each people.base */
};

/* One reference being looked up: advance_lookup() takes it from state to state, and resolves it. */
struct lookup {
	struct lookups *all;
	const struct reference *reference; /* borrowed */
	enum lookup_state state;
	size_t searches_left;    /* of this state */
	bool is_there;           /* as an entry that is no person; group_entry.h resolves it */
	struct resolved_ref ref; /* what it is as far as is known */
};

/* One list being read. */
struct list_lookup {
	struct lookups *all;
	struct list *list; /* the snapshot's */
	struct members_read read;
	bool never_empty, is_linked;
};

/* In a filter `&` of its own, as what other filters go with. */
static const char *join_filters(struct arena *arena, const char *own, const char *dialects)
{
	return dialects ? arena_format(arena, "(&%s%s)", dialects, own) : own;
}

static struct dn_batch people_batch(const struct lookups *lookups, const char *base);

static void name_list_attributes(struct lookups *lookups)
{
	const struct dialect *dialect = lookups->connection->dialect;
	const char **next = lookups->list_attributes;

	*next++ = lookups->connection->settings->member_attribute;
	*next++ = "objectClass";
	for (size_t i = 0; i < dialect->attributes.mail.count; i++)
		*next++ = dialect->attributes.mail.items[i];
	*next++ = dialect->version_attribute;
	*next++ = dialect->identity_attribute;
	for (const char *const *name = dialect->list_attributes; *name; name++)
		*next++ = *name;
	assert(next < lookups->list_attributes + sizeof(lookups->list_attributes) / sizeof(*next));
}

void lookups_init(struct lookups *lookups, struct connection *connection, struct snapshot *snapshot)
{
	const struct settings *settings = connection->settings;
	const struct strings *bases = &settings->people.bases;
	struct arena *arena = arena_new();

	*lookups = (struct lookups){
		.connection = connection,
		.snapshot = snapshot,
		.arena = arena,
		.queue = search_queue_new(connection),
		.people_filter = join_filters(arena, settings->people.filter,
			connection->dialect->person_filter),
		.base_keys = arena_get(arena, bases->count * sizeof(*lookups->base_keys)),
		.batches = arena_get(arena, bases->count * sizeof(*lookups->batches)),
	};
	name_list_attributes(lookups);
	person_reader_init(&lookups->reader, connection, snapshot);
	for (size_t i = 0; i < bases->count; i++) {
		lookups->base_keys[i] = dn_key(arena, bases->items[i]);
		lookups->batches[i] = people_batch(lookups, bases->items[i]);
	}
	lookups->groups = (struct group_reader){
		.connection = connection,
		.snapshot = snapshot,
		.arena = arena,
		.queue = lookups->queue,
		.people = &lookups->reader,
		.people_filter = lookups->people_filter,
	};
	group_reader_init(&lookups->groups);
}

void lookups_release(struct lookups *lookups)
{
	search_queue_free(lookups->queue);
	arena_free(lookups->arena);
}

enum error_kind lookups_run(struct lookups *lookups, struct error *err)
{
	for (size_t i = 0; i < lookups->connection->settings->people.bases.count; i++)
		dn_batch_start(&lookups->batches[i]);
	return search_run(lookups->queue, err);
}

/* People. */

static void on_role_holder(void *context, LDAP *ld, LDAPMessage *entry)
{
	const struct lookups *lookups = context;

	person_entry_read(&lookups->reader, ld, entry);
}

void lookup_people(struct lookups *lookups, const char *filter)
{
	const struct strings *bases = &lookups->connection->settings->people.bases;

	for (size_t i = 0; i < bases->count; i++) {
		search_add(lookups->queue,
			&(struct search){
				.what = _("read the people under people.base"),
				.base = bases->items[i],
				.scope = LDAP_SCOPE_SUBTREE,
				.filter = filter,
				.attributes = lookups->reader.attributes,
				.paged = true,
				.on_entry = on_role_holder,
				.context = lookups,
			});
	}
}

/* References. */

static void resolve_lookup(const struct lookup *lookup, const struct resolved_ref *ref)
{
	snapshot_resolve(lookup->all->snapshot, lookup->reference->key, ref);
}

static void on_group(void *context, const struct resolved_ref *ref)
{
	resolve_lookup(context, ref);
}

static void take_person(struct lookup *lookup, const struct person *person)
{
	struct resolved_ref *ref = &lookup->ref;

	if (lookup->state == LOOKUP_LOGIN)
		bearers_add(&ref->bearers, snapshot_arena(lookup->all->snapshot),
			lookup->reference->key, person);
	else
		*ref = (struct resolved_ref){
			.kind = REF_PERSON, .dn = person->dn, .person = person};
}

static void on_lookup_entry(void *context, LDAP *ld, LDAPMessage *entry)
{
	struct lookup *lookup = context;

	if (lookup->state != LOOKUP_OTHER) {
		take_person(lookup, person_entry_read(&lookup->all->reader, ld, entry));
		return;
	}
	lookup->is_there = true;
	group_entry_read(&lookup->all->groups, ld, entry, on_group, lookup);
}

static void advance_lookup(void *context, bool found);

/* Search below `base` in the state that the look-up is in. */
static void start_search(struct lookup *lookup, const char *base, const char *filter)
{
	const struct lookups *all = lookup->all;
	bool is_login = lookup->state == LOOKUP_LOGIN;

	lookup->searches_left++;
	search_add(all->queue,
		&(struct search){
			.what = is_login ? _("look up a login or mail address under people.base")
					 : _("look up"),
			.base = base,
			.scope = is_login ? LDAP_SCOPE_SUBTREE : LDAP_SCOPE_BASE,
			.filter = filter,
			.attributes = lookup->state == LOOKUP_OTHER ? all->groups.attributes
								    : all->reader.attributes,
			.on_entry = on_lookup_entry,
			.on_done = advance_lookup,
			.context = lookup,
		});
}

static void look_for_other(struct lookup *lookup)
{
	lookup->state = LOOKUP_OTHER;
	start_search(lookup, lookup->reference->text, "(objectClass=*)");
}

/* A search of the state is done; `found`: its base is there. */
static void advance_lookup(void *context, bool found)
{
	struct lookup *lookup = context;

	if (--lookup->searches_left > 0)
		return;
	if (lookup->state == LOOKUP_PERSON && found && lookup->ref.kind == REF_MISSING)
		look_for_other(lookup);
	else if (lookup->state == LOOKUP_LOGIN)
		snapshot_resolve_name(lookup->all->snapshot, lookup->reference->key, &lookup->ref);
	else if (lookup->state != LOOKUP_OTHER || !found || !lookup->is_there)
		resolve_lookup(lookup, &lookup->ref);
}

/* Many DNs of people are asked for at once; those without an answer one by one. */
static void on_batched(void *context, LDAP *ld, LDAPMessage *entry)
{
	struct lookup *lookup = context;

	on_lookup_entry(lookup, ld, entry);
	resolve_lookup(lookup, &lookup->ref);
}

static void on_unanswered(void *context)
{
	struct lookup *lookup = context;

	start_search(lookup, lookup->reference->text, lookup->all->people_filter);
}

static struct dn_batch people_batch(const struct lookups *lookups, const char *base)
{
	return (struct dn_batch){
		.queue = lookups->queue,
		.arena = lookups->arena,
		.base = base,
		.dn_attribute = lookups->connection->dialect->dn_attribute,
		.filter = lookups->people_filter,
		.attributes = lookups->reader.attributes,
		.on_entry = on_batched,
		.on_unanswered = on_unanswered,
	};
}

/* The batch of the people.base that it is under, or NULL. */
static struct dn_batch *batch_of(const struct lookups *lookups, const char *key)
{
	for (size_t i = 0; i < lookups->connection->settings->people.bases.count; i++) {
		const char *base_key = lookups->base_keys[i];

		if (base_key && dn_is_under(key, base_key))
			return &lookups->batches[i];
	}
	return NULL;
}

static void look_for_dn(struct lookup *lookup)
{
	const char *key = reference_dn_key(lookup->reference);
	struct dn_batch *batch = batch_of(lookup->all, key);

	if (batch)
		dn_batch_add(batch, lookup->reference->text, key, lookup);
	else
		look_for_other(lookup);
}

static const char *login_filter(const struct lookups *lookups, const char *text)
{
	const struct people_attributes *names = &lookups->reader.names;
	struct strbuf filter = STRBUF_INIT;

	strbuf_addf(&filter, "(&%s(|", lookups->people_filter);
	for (size_t i = 0; i < names->login.count; i++)
		filter_add_equal(&filter, names->login.items[i], text);
	for (size_t i = 0; i < names->mail.count; i++)
		mail_filter_add(&filter, names->mail.items[i], text);
	strbuf_adds(&filter, "))");
	return strbuf_to_arena(&filter, lookups->arena);
}

static void look_for_login(struct lookup *lookup)
{
	const struct strings *bases = &lookup->all->connection->settings->people.bases;
	const char *filter = login_filter(lookup->all, lookup->reference->text);

	lookup->state = LOOKUP_LOGIN;
	for (size_t i = 0; i < bases->count; i++)
		start_search(lookup, bases->items[i], filter);
}

void lookup_person_at(struct lookups *lookups, const char *dn, const char *dn_key)
{
	if (!batch_of(lookups, dn_key))
		return;
	search_add(lookups->queue,
		&(struct search){
			.what = _("look up"),
			.base = dn,
			.scope = LDAP_SCOPE_BASE,
			.filter = lookups->people_filter,
			.attributes = lookups->reader.attributes,
			.on_entry = on_role_holder,
			.context = lookups,
		});
}

void lookup_reference(struct lookups *lookups, const struct reference *reference)
{
	struct lookup *lookup = arena_get(lookups->arena, sizeof(*lookup));

	*lookup = (struct lookup){
		.all = lookups, .reference = reference, .ref = {.kind = REF_MISSING}};
	if (reference_is_dn(reference))
		look_for_dn(lookup);
	else
		look_for_login(lookup);
}

/* A list. */

static void read_list(struct list_lookup *lookup);

/* Someone is on it: perhaps since it was read, as another agent may be filling it. */
static void on_list_back_link(void *context, bool is_linked)
{
	struct list_lookup *lookup = context;

	lookup->is_linked = is_linked;
	if (!is_linked)
		return;
	lookup->list->exists = false;
	read_list(lookup);
}

/* No value at all: it may be empty, or hide who is on it. */
static void doubt_empty(struct list_lookup *lookup)
{
	const struct lookups *all = lookup->all;
	const struct dialect *dialect = all->connection->dialect;

	if (!dialect->back_link)
		lookup->list->members_hidden = lookup->never_empty;
	else if (lookup->is_linked)
		lookup->list->members_hidden = true;
	else
		back_link_ask(all->queue, dialect, all->arena, lookup->list->dn, on_list_back_link,
			lookup);
}

static void on_list_members(void *context, const struct members_read *read)
{
	struct list_lookup *lookup = context;

	lookup->list->members = read->members;
	entry_find_left_out(lookup->all->snapshot, read->dn, read->attribute, read->left_out);
	if (read->members.count + read->left_out == 0)
		doubt_empty(lookup);
}

/* The list's own address; its attributes are those of the directory, whatever people's are called. */
static const char *read_list_mail(const struct lookups *all, LDAP *ld, LDAPMessage *entry,
	const char *dn)
{
	const struct strings *attributes = &all->connection->dialect->attributes.mail;
	struct arena *arena = snapshot_arena(all->snapshot);
	struct mail_addresses addresses = {0};

	for (size_t i = 0; i < attributes->count; i++) {
		struct strings texts;

		entry_texts(arena, ld, entry, attributes->items[i], PERSON_VALUES_MAX, &texts);
		mail_addresses_add(&addresses, arena, attributes->items[i], &texts, all->snapshot,
			dn);
	}
	return addresses.written_to;
}

static void on_list(void *context, LDAP *ld, LDAPMessage *entry)
{
	struct list_lookup *lookup = context;
	const struct lookups *all = lookup->all;
	struct arena *arena = snapshot_arena(all->snapshot);
	struct list *list = lookup->list;

	list->exists = true;
	list->dn = entry_dn(arena, ld, entry);
	list->identity = dialect_identity(all->connection->dialect, arena, ld, entry);
	list->mail = read_list_mail(all, ld, entry, list->dn);
	if (all->connection->dialect->read_list && list->ban == LIST_ALLOWED)
		all->connection->dialect->read_list(list, ld, entry);
	lookup->never_empty = entry_has_any(ld, entry, "objectClass",
		all->connection->dialect->never_empty_classes);
	lookup->read = (struct members_read){
		.queue = all->queue,
		.arena = arena,
		.dn = list->dn,
		.attribute = all->connection->settings->member_attribute,
		.version_attribute = all->connection->dialect->version_attribute,
		.on_whole = on_list_members,
		.context = lookup,
	};
	members_read_start(&lookup->read, ld, entry);
}

static void read_list(struct list_lookup *lookup)
{
	search_add(lookup->all->queue,
		&(struct search){
			.what = _("read the list"),
			.base = lookup->list->dn,
			.scope = LDAP_SCOPE_BASE,
			.filter = "(objectClass=*)",
			.attributes = lookup->all->list_attributes,
			.on_entry = on_list,
			.context = lookup,
		});
}

void lookup_list(struct lookups *lookups, const struct group_wanted *list)
{
	struct list_lookup *lookup = arena_get(lookups->arena, sizeof(*lookup));
	const char *builtin = lookups->connection->dialect->builtin_key;

	lookup->all = lookups;
	lookup->list = snapshot_add_list(lookups->snapshot, list->key);
	if (builtin && strstr(list->key, builtin))
		lookup->list->ban = LIST_BUILTIN;
	lookup->list->dn = arena_string(snapshot_arena(lookups->snapshot), list->dn);
	read_list(lookup);
}
