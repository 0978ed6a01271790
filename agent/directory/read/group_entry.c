#include "directory/read/group_entry.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/read/member_of.h"
#include "directory/read/person_entry.h"
#include "directory/search/members.h"
#include "directory/search/search.h"
#include "model/reference.h"
#include "model/settings.h"
#include "model/snapshot.h"

#define MEMBER_ATTRIBUTES_MAX 3

#define MEMBER_LOGIN "memberUid"
#define MEMBER_URL   "memberURL" /* of groupOfURLs: a search, which slapo-dynlist(5) makes */

/* How many memberURL of a group are made, and how many entries each may find. */
#define MEMBER_URLS_MAX 8
#define URL_ENTRIES_MAX 1000

/* A group being read. */
struct group_ctx {
	const struct group_reader *reader;
	struct resolved_ref ref;
	struct members_read reads[MEMBER_ATTRIBUTES_MAX];
	size_t listed; /* values that the entry shows, be they text or not */
	bool never_empty, asked_back;
	bool is_unproved;     /* a memberURL could not be made here */
	struct strings found; /* DN keys of entries that the memberURL find */
	size_t found_room;
	size_t waits; /* for reads and searches on their way, and for their being begun */
	void (*on_whole)(void *context, const struct resolved_ref *ref);
	void *context;
};

static void name_member_attributes(const char **names, const char *of_lists)
{
	static const char *const standard[] = {"member", "uniqueMember"};

	*names++ = of_lists;
	for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++) {
		if (strcasecmp(standard[i], of_lists) != 0)
			*names++ = standard[i];
	}
}

void group_reader_init(struct group_reader *reader)
{
	const struct dialect *dialect = reader->connection->dialect;
	const char **next = reader->attributes;

	name_member_attributes(reader->member_attributes,
		reader->connection->settings->member_attribute);
	*next++ = "objectClass";
	*next++ = MEMBER_LOGIN;
	*next++ = MEMBER_URL;
	*next++ = dialect->version_attribute;
	*next++ = dialect->identity_attribute;
	for (const char *const *name = reader->member_attributes; *name; name++)
		*next++ = *name;
	for (const char *const *name = dialect->group_attributes; *name; name++)
		*next++ = *name;
	assert(next < reader->attributes + sizeof(reader->attributes) / sizeof(*next));
}

static void group_arrived(struct group_ctx *r);

static void on_back_link(void *context, bool is_linked)
{
	struct group_ctx *r = context;

	r->ref.members_hidden |= is_linked;
	group_arrived(r);
}

/* A group that shows nobody may be empty, or hide them. */
static bool ask_back(struct group_ctx *r)
{
	const struct group_reader *reader = r->reader;

	if (r->asked_back || r->listed > 0 || r->ref.kind != REF_GROUP ||
		!reader->connection->dialect->back_link)
		return false;
	r->asked_back = true;
	r->waits = 1;
	back_link_ask(reader->queue, reader->connection->dialect, reader->arena, r->ref.dn,
		on_back_link, r);
	return true;
}

/*
 * Whether the memberURL find an entry that is not among the members: the server does not make them. The overlay may
 * make logins of them instead, which are no DNs to compare with.
 */
static bool misses_found(const struct group_ctx *r)
{
	struct table *members;

	if (r->found.count == 0)
		return false;
	members = table_new(r->reader->arena);
	for (size_t i = 0; i < r->ref.members.count; i++) {
		if (r->ref.members.items[i]->is_login)
			return false;
		table_put(members, r->ref.members.items[i]->key, members);
	}
	for (size_t i = 0; i < r->found.count; i++) {
		if (!table_find(members, r->found.items[i]))
			return true;
	}
	return false;
}

/* Something that was waited for is there. */
static void group_arrived(struct group_ctx *r)
{
	struct resolved_ref *ref = &r->ref;

	if (--r->waits > 0 || ask_back(r))
		return;
	if (ref->members.count > 0)
		ref->kind = REF_GROUP;
	else if (r->never_empty)
		ref->members_hidden = true;
	if (misses_found(r) || (r->is_unproved && r->listed == 0))
		ref->members_hidden = ref->is_dynamic = true;
	r->on_whole(r->context, ref);
}

static void add_member(struct group_ctx *r, const struct member_value *value)
{
	member_values_add(&r->ref.members, snapshot_arena(r->reader->snapshot), value);
}

/* Member values that cannot be compared are left alone, with a finding. */
static void on_members(void *context, const struct members_read *read)
{
	struct group_ctx *r = context;

	if (r->ref.members.count == 0)
		r->ref.members = read->members;
	else
		for (size_t i = 0; i < read->members.count; i++)
			add_member(r, read->members.items[i]);
	r->listed += read->members.count + read->left_out;
	entry_find_left_out(r->reader->snapshot, read->dn, read->attribute, read->left_out);
	group_arrived(r);
}

static void read_members(struct group_ctx *r, const struct dir_entry *entry)
{
	const struct group_reader *reader = r->reader;

	for (size_t i = 0; reader->member_attributes[i]; i++) {
		r->reads[i] = (struct members_read){
			.queue = reader->queue,
			.snapshot = reader->snapshot,
			.dn = r->ref.dn,
			.attribute = reader->member_attributes[i],
			.version_attribute = reader->connection->dialect->version_attribute,
			.on_whole = on_members,
			.context = r,
		};
		r->waits++;
		members_read_start(&r->reads[i], entry);
	}
}

/* The logins of a posixGroup; no one of them is a group. */
static void read_logins(struct group_ctx *r, const struct dir_entry *entry)
{
	struct strings logins;
	size_t left_out = entry_texts(r->reader->arena, entry, MEMBER_LOGIN, SIZE_MAX, &logins);

	for (size_t i = 0; i < logins.count; i++) {
		add_member(r, snapshot_member_of_login(r->reader->snapshot, logins.items[i]));
	}
	r->listed += logins.count + left_out;
	entry_find_left_out(r->reader->snapshot, r->ref.dn, MEMBER_LOGIN, left_out);
}

/* A dynamic group: whom its searches find, to be compared with whom it shows. */

static void on_found(void *context, const struct dir_entry *entry)
{
	struct group_ctx *r = context;
	struct arena *arena = r->reader->arena;
	const char *key = dn_key(arena, entry_dn(arena, entry)), *own = dn_key(arena, r->ref.dn);

	if (!key || !own || strcmp(key, own) == 0)
		return;
	r->found.items = arena_grow(arena, r->found.items, r->found.count, &r->found_room,
		sizeof(*r->found.items));
	r->found.items[r->found.count++] = key;
}

static void on_found_all(void *context, bool found)
{
	struct group_ctx *r = context;

	r->is_unproved |= !found;
	group_arrived(r);
}

/* Make the search of one memberURL (RFC 4516), which anybody who may write the group wrote. */
static void search_url(struct group_ctx *r, const char *text)
{
	static const char *const no_attributes[] = {LDAP_NO_ATTRS, NULL};
	struct arena *arena = r->reader->arena;
	LDAPURLDesc *url = NULL;

	if (ldap_url_parse(text, &url) != LDAP_URL_SUCCESS || (url->lud_host && *url->lud_host) ||
		(url->lud_scope != LDAP_SCOPE_SUBTREE && url->lud_scope != LDAP_SCOPE_ONELEVEL)) {
		r->is_unproved = true;
	} else {
		r->waits++;
		search_add(r->reader->queue,
			&(struct search){
				.what = _("look up"),
				.base = arena_string(arena, url->lud_dn ? url->lud_dn : ""),
				.scope = url->lud_scope,
				.filter = arena_string(arena,
					url->lud_filter ? url->lud_filter : "(objectClass=*)"),
				.attributes = no_attributes,
				.paged = true,
				.stop_after = URL_ENTRIES_MAX,
				.best_effort = true,
				.skip_references = true,
				.on_entry = on_found,
				.on_done = on_found_all,
				.context = r,
			});
	}
	ldap_free_urldesc(url);
}

static void search_urls(struct group_ctx *r, const struct dir_entry *entry)
{
	struct strings urls;

	if (entry_texts(r->reader->arena, entry, MEMBER_URL, MEMBER_URLS_MAX, &urls) > 0)
		r->is_unproved = true;
	for (size_t i = 0; i < urls.count; i++)
		search_url(r, urls.items[i]);
}

/* People whose primary group it is. */

static void on_unlisted(void *context, const struct dir_entry *entry)
{
	struct group_ctx *r = context;
	const struct person *person = person_entry_read(r->reader->people, entry);

	add_member(r, snapshot_member(r->reader->snapshot, person->dn, strlen(person->dn)));
}

static void on_unlisted_done(void *context, bool found)
{
	(void)found;
	group_arrived(context);
}

static void look_for_unlisted(struct group_ctx *r, const char *filter)
{
	const struct group_reader *reader = r->reader;
	const struct strings *bases = &reader->connection->settings->people.bases;
	const char *whole = arena_format(reader->arena, "(&%s%s)", reader->people_filter, filter);

	for (size_t i = 0; i < bases->count; i++) {
		r->waits++;
		search_add(reader->queue,
			&(struct search){
				.what = _("look for the people whose primary group it is, under "
					  "people.base"),
				.base = bases->items[i],
				.scope = LDAP_SCOPE_SUBTREE,
				.filter = whole,
				.attributes = reader->people->attributes,
				.paged = true,
				.on_entry = on_unlisted,
				.on_done = on_unlisted_done,
				.context = r,
			});
	}
}

static void read_unlisted(struct group_ctx *r, const struct dir_entry *entry)
{
	const struct dialect *dialect = r->reader->connection->dialect;
	struct strbuf filter = STRBUF_INIT;

	if (dialect->add_unlisted && !dialect->add_unlisted(&filter, entry))
		r->ref.members_hidden = true;
	else if (filter.length > 0)
		look_for_unlisted(r, filter.text);
	strbuf_release(&filter);
}

void group_entry_read(const struct group_reader *reader, const struct dir_entry *entry,
	void (*on_whole)(void *context, const struct resolved_ref *ref), void *context)
{
	static const char *const posix_classes[] = {"posixGroup", NULL};
	const struct dialect *dialect = reader->connection->dialect;
	struct group_ctx *r = arena_get(reader->arena, sizeof(*r));

	*r = (struct group_ctx){
		.reader = reader,
		.ref = {.kind = REF_OTHER,
			.dn = entry_dn(snapshot_arena(reader->snapshot), entry),
			.identity =
				dialect_identity(dialect, snapshot_arena(reader->snapshot), entry)},
		.never_empty = entry_has_any(entry, "objectClass", dialect->never_empty_classes),
		.waits = 1,
		.on_whole = on_whole,
		.context = context,
	};
	read_members(r, entry);
	if (entry_has_any(entry, "objectClass", posix_classes))
		read_logins(r, entry);
	r->ref.has_search = entry_count(entry, MEMBER_URL) > 0;
	search_urls(r, entry);
	if (entry_has_any(entry, "objectClass", dialect->group_classes)) {
		r->ref.kind = REF_GROUP;
		read_unlisted(r, entry);
	}
	group_arrived(r);
}
