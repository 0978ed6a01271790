#include "directory/read/lookup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/entry/mail_address.h"
#include "directory/read/member_of.h"
#include "directory/read/name_lookup.h"
#include "directory/search/dn_batch.h"
#include "directory/search/members.h"
#include "directory/search/search.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* What a look-up's searches are for. */
enum lookup_state {
	LOOKUP_PERSON,  /* the entry of a DN, if it is a person */
	LOOKUP_OTHER,   /* the same entry, as it is no person */
	LOOKUP_MAILBOX, /* the same, if it is a shared mailbox */
};

/* One DN being looked up: advance_lookup() takes it from state to state, and resolves it. */
struct lookup {
	struct lookups *all;
	const struct reference *reference; /* borrowed */
	const char *base;                  /* of its searches: the reference's text, or its key */
	enum lookup_state state;
	bool is_there;               /* as an entry that is no person; group_entry.h resolves it */
	bool is_referred;            /* on another server */
	enum ref_kind kind_of_other; /* of the entry, where it is no group */
	struct resolved_ref ref;     /* what it is as far as is known */
};

/* One list being read. */
struct list_lookup {
	struct lookups *all;
	struct list *list; /* the snapshot's */
	struct members_read read;
	bool never_empty, is_linked;
};

static const char any_entry[] = "(objectClass=*)";

/* In a filter `&` of its own, as what other filters go with. */
static const char *join_filters(struct arena *arena, const char *own, const char *dialects)
{
	return dialects ? arena_format(arena, "(&%s%s)", dialects, own) : own;
}

static struct dn_batch people_batch(const struct lookups *lookups, const char *base);
static struct dn_batch others_batch(const struct lookups *lookups);
static struct dn_batch list_batch(const struct lookups *lookups);

static void on_mailbox(void *context, const struct dir_entry *entry)
{
	const struct lookups *lookups = context;

	person_entry_read_mailbox(&lookups->reader, entry);
}

static void search_person_at(struct lookups *lookups, const char *dn, const char *filter,
	void (*on_entry)(void *context, const struct dir_entry *entry))
{
	search_add(lookups->queue,
		&(struct search){
			.what = _("look up"),
			.base = dn,
			.scope = LDAP_SCOPE_BASE,
			.filter = filter,
			.attributes = lookups->reader.attributes,
			.on_entry = on_entry,
			.context = lookups,
		});
}

/* Ask whether somebody is a shared mailbox, which is reachable though disabled; once each. */
static void ask_whether_mailbox(void *context, const struct person *person)
{
	struct lookups *lookups = context;

	if (!lookups->mailboxes || table_find(lookups->asked_mailboxes, person->key))
		return;
	table_put(lookups->asked_mailboxes, person->key, lookups);
	search_person_at(lookups, person->dn, lookups->mailboxes, on_mailbox);
}

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
	lookups->mailboxes = connection->schema.mailboxes;
	person_reader_init(&lookups->reader, connection, snapshot);
	lookups->reader.on_disabled = ask_whether_mailbox;
	lookups->reader.context = lookups;
	lookups->asked_mailboxes = table_new(arena);
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
	lookups->others = others_batch(lookups);
	lookups->lists = list_batch(lookups);
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
	dn_batch_start(&lookups->others);
	dn_batch_start(&lookups->lists);
	name_lookups_start(lookups);
	return search_run(lookups->queue, err);
}

/* People. */

static void on_role_holder(void *context, const struct dir_entry *entry)
{
	const struct lookups *lookups = context;

	person_entry_read(&lookups->reader, entry);
}

static void search_people(struct lookups *lookups, const char *filter,
	void (*on_entry)(void *context, const struct dir_entry *entry))
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
				.on_entry = on_entry,
				.context = lookups,
			});
	}
}

void lookup_people(struct lookups *lookups, const char *filter)
{
	search_people(lookups, filter, on_role_holder);
}

void lookup_mailboxes_among(struct lookups *lookups, const char *filter)
{
	if (lookups->mailboxes)
		search_people(lookups,
			arena_format(lookups->arena, "(&%s%s)", filter, lookups->mailboxes),
			on_mailbox);
}

/* References. */

static void resolve_lookup(const struct lookup *lookup, const struct resolved_ref *ref)
{
	snapshot_resolve(lookup->all->snapshot, lookup->reference->key, ref);
}

static void start_search(struct lookup *lookup, enum lookup_state state, const char *filter);

/* An entry that is no person is known: only a shared mailbox may still be one. */
static void on_group(void *context, const struct resolved_ref *ref)
{
	struct lookup *lookup = context;

	lookup->ref = *ref;
	if (ref->kind == REF_OTHER)
		lookup->ref.kind = lookup->kind_of_other;
	if (ref->kind == REF_OTHER && lookup->all->mailboxes &&
		lookup->kind_of_other != REF_REFERRAL)
		start_search(lookup, LOOKUP_MAILBOX, lookup->all->mailboxes);
	else
		resolve_lookup(lookup, &lookup->ref);
}

static void take_person(struct lookup *lookup, const struct person *person)
{
	lookup->ref = (struct resolved_ref){.kind = REF_PERSON, .dn = person->dn, .person = person};
}

bool lookup_is_under_base(const struct lookups *lookups, const char *key)
{
	for (size_t i = 0; i < lookups->connection->settings->people.bases.count; i++) {
		if (lookups->base_keys[i] && dn_is_under(key, lookups->base_keys[i]))
			return true;
	}
	return false;
}

enum ref_kind lookup_kind_of(const struct lookups *lookups, const struct dir_entry *entry)
{
	const struct dialect *dialect = lookups->connection->dialect;
	const char *key;

	if (entry_count(entry, "objectClass") == 0)
		return REF_UNREADABLE;
	if (entry_has_any(entry, "objectClass", dialect->foreign_classes))
		return REF_REFERRAL;
	if (entry_has_any(entry, "objectClass", dialect->group_classes))
		return REF_GROUP;
	if (!entry_has_any(entry, "objectClass", dialect->person_classes) ||
		entry_has_any(entry, "objectClass", dialect->machine_classes))
		return REF_OTHER;
	key = dn_key(lookups->arena, entry_dn(lookups->arena, entry));
	return key && lookup_is_under_base(lookups, key) ? REF_FILTERED : REF_OUTSIDE;
}

static void on_lookup_entry(void *context, const struct dir_entry *entry)
{
	struct lookup *lookup = context;
	const struct person_reader *reader = &lookup->all->reader;

	if (lookup->state == LOOKUP_PERSON) {
		take_person(lookup, person_entry_read(reader, entry));
	} else if (lookup->state == LOOKUP_MAILBOX) {
		take_person(lookup, person_entry_read_mailbox(reader, entry));
	} else {
		lookup->is_there = true;
		lookup->kind_of_other = lookup_kind_of(lookup->all, entry);
		group_entry_read(&lookup->all->groups, entry, on_group, lookup);
	}
}

static void on_referral(void *context)
{
	struct lookup *lookup = context;

	lookup->is_referred = true;
}

/*
 * Search where the key says, once, as the text has letters that the server may know otherwise: what is said of the text
 * holds for each way in which the DN is spelled.
 */
static bool search_at_key(struct lookup *lookup)
{
	const char *text = lookup->reference->text, *key = reference_dn_key(lookup->reference);
	size_t length = strlen(text);

	if (lookup->base != text || strcmp(text, key) == 0 ||
		dn_key_plain(text, length, arena_get(lookup->all->arena, length + 1)) > 0)
		return false;
	lookup->base = key;
	lookup->is_referred = false;
	start_search(lookup, lookup->state,
		lookup->state == LOOKUP_PERSON ? lookup->all->people_filter : any_entry);
	return true;
}

/* A search is done; `found`: its base is there, so an entry that no filter matches may not be read. */
static void advance_lookup(void *context, bool found)
{
	struct lookup *lookup = context;

	if (!found && lookup->ref.kind == REF_MISSING && lookup->state != LOOKUP_MAILBOX &&
		!lookup->is_there && search_at_key(lookup))
		return;
	if (lookup->is_referred && lookup->ref.kind == REF_MISSING)
		lookup->ref.kind = REF_REFERRAL;
	if (lookup->state == LOOKUP_OTHER && found && !lookup->is_there &&
		lookup->ref.kind == REF_MISSING)
		lookup->ref = (struct resolved_ref){.kind = REF_UNREADABLE,
			.dn = arena_string(snapshot_arena(lookup->all->snapshot),
				lookup->reference->text)};
	if (lookup->state == LOOKUP_PERSON && found && lookup->ref.kind == REF_MISSING)
		start_search(lookup, LOOKUP_OTHER, any_entry);
	else if (lookup->state != LOOKUP_OTHER || !found || !lookup->is_there)
		resolve_lookup(lookup, &lookup->ref);
}

/* Search at the DN in another state. */
static void start_search(struct lookup *lookup, enum lookup_state state, const char *filter)
{
	const struct lookups *all = lookup->all;

	lookup->state = state;
	search_add(all->queue,
		&(struct search){
			.what = _("look up"),
			.base = lookup->base,
			.scope = LDAP_SCOPE_BASE,
			.filter = filter,
			.attributes = state == LOOKUP_OTHER ? all->groups.attributes
							    : all->reader.attributes,
			.on_entry = on_lookup_entry,
			.on_done = advance_lookup,
			.on_referral = on_referral,
			.context = lookup,
		});
}

/* Many DNs of people are asked for at once; those without an answer one by one. */
static void on_batched(void *context, const struct dir_entry *entry)
{
	struct lookup *lookup = context;

	on_lookup_entry(lookup, entry);
	resolve_lookup(lookup, &lookup->ref);
}

static void on_unanswered(void *context)
{
	struct lookup *lookup = context;

	start_search(lookup, LOOKUP_PERSON, lookup->all->people_filter);
}

static void on_unanswered_other(void *context)
{
	start_search(context, LOOKUP_OTHER, any_entry);
}

/* The same of what is outside people.base, where no person is sought: groups, as a rule. */
static struct dn_batch others_batch(const struct lookups *lookups)
{
	return (struct dn_batch){
		.queue = lookups->queue,
		.arena = lookups->arena,
		.dn_attribute = lookups->connection->dialect->dn_attribute,
		.filter = any_entry,
		.attributes = lookups->groups.attributes,
		.on_entry = on_lookup_entry,
		.on_unanswered = on_unanswered_other,
	};
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

	if (!batch) {
		lookup->state = LOOKUP_OTHER;
		batch = &lookup->all->others;
	}
	dn_batch_add(batch, lookup->reference->text, key, lookup);
}

/* Whether name_lookup.h finds a shared mailbox there. */
static bool is_under_base_of_names(const struct lookups *lookups, const char *key)
{
	const char *base = lookups->connection->settings->directory.base;
	const char *base_key = base ? dn_key(lookups->arena, base) : NULL;

	return base_key ? dn_is_under(key, base_key) : lookup_is_under_base(lookups, key);
}

/* It may bear a name that the snapshot knows as another's alone. */
static void on_changed_mailbox(void *context, const struct dir_entry *entry)
{
	const struct lookups *lookups = context;
	const struct strings keys = person_entry_keys(&lookups->reader, lookups->arena, entry);

	for (size_t i = 0; i < keys.count; i++)
		snapshot_forget(lookups->snapshot, keys.items[i]);
}

void lookup_changed(struct lookups *lookups, const char *dn, const char *dn_key)
{
	if (lookups->mailboxes && is_under_base_of_names(lookups, dn_key))
		search_person_at(lookups, dn, lookups->mailboxes, on_changed_mailbox);
	if (!batch_of(lookups, dn_key))
		return;
	search_person_at(lookups, dn, lookups->people_filter, on_role_holder);
	if (lookups->mailboxes)
		search_person_at(lookups, dn,
			arena_format(lookups->arena, "(&%s%s)", lookups->people_filter,
				lookups->mailboxes),
			on_mailbox);
}

void lookup_reference(struct lookups *lookups, const struct reference *reference)
{
	struct lookup *lookup;

	if (!reference_is_dn(reference)) {
		name_lookup_add(lookups, reference);
		return;
	}
	lookup = arena_get(lookups->arena, sizeof(*lookup));
	*lookup = (struct lookup){
		.all = lookups,
		.reference = reference,
		.base = reference->text,
		.ref = {.kind = REF_MISSING},
	};
	look_for_dn(lookup);
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

/* Where the list gets mail; its attributes are those of the directory, whatever people's are called. */
static void read_list_addresses(const struct lookups *all, struct list *list,
	const struct dir_entry *entry)
{
	const struct strings *attributes = &all->connection->dialect->attributes.mail;
	struct arena *arena = snapshot_arena(all->snapshot);
	struct mail_addresses addresses = {0};

	for (size_t i = 0; i < attributes->count; i++) {
		struct strings texts;

		entry_texts(arena, entry, attributes->items[i], PERSON_VALUES_MAX, &texts);
		mail_addresses_add(&addresses, arena, attributes->items[i], &texts, all->snapshot,
			list->dn);
	}
	list->mail = addresses.written_to;
	list->addresses.items = addresses.all.items;
	list->addresses.count = addresses.all.count;
}

static void on_list(void *context, const struct dir_entry *entry)
{
	struct list_lookup *lookup = context;
	const struct lookups *all = lookup->all;
	struct arena *arena = snapshot_arena(all->snapshot);
	struct list *list = lookup->list;

	list->exists = true;
	list->dn = entry_dn(arena, entry);
	snapshot_set_list_identity(all->snapshot, list,
		dialect_identity(all->connection->dialect, arena, entry));
	read_list_addresses(all, list, entry);
	if (all->connection->dialect->read_list && list->ban == LIST_ALLOWED)
		all->connection->dialect->read_list(list, entry);
	lookup->never_empty =
		entry_has_any(entry, "objectClass", all->connection->dialect->never_empty_classes);
	lookup->read = (struct members_read){
		.queue = all->queue,
		.snapshot = all->snapshot,
		.dn = list->dn,
		.attribute = all->connection->settings->member_attribute,
		.version_attribute = all->connection->dialect->version_attribute,
		.on_whole = on_list_members,
		.context = lookup,
	};
	members_read_start(&lookup->read, entry);
}

static void read_list(struct list_lookup *lookup)
{
	search_add(lookup->all->queue,
		&(struct search){
			.what = _("read the list"),
			.base = lookup->list->dn,
			.scope = LDAP_SCOPE_BASE,
			.filter = any_entry,
			.attributes = lookup->all->list_attributes,
			.on_entry = on_list,
			.context = lookup,
		});
}

static void on_unanswered_list(void *context)
{
	read_list(context);
}

/* Many lists are asked for at once, too. */
static struct dn_batch list_batch(const struct lookups *lookups)
{
	return (struct dn_batch){
		.queue = lookups->queue,
		.arena = lookups->arena,
		.dn_attribute = lookups->connection->dialect->dn_attribute,
		.filter = any_entry,
		.attributes = lookups->list_attributes,
		.on_entry = on_list,
		.on_unanswered = on_unanswered_list,
	};
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
	dn_batch_add(&lookups->lists, lookup->list->dn, lookup->list->key, lookup);
}
