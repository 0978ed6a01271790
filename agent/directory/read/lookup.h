/*
 * Look-ups: what a reference is, and how a list stands. They are queued here,
 * carried out by lookups_run(), and end up in the snapshot. Many DNs go together
 * (dn_batch.h); any other costs one search of one entry, a second one where it is no
 * person (and those of group_entry.h), and where there are shared mailboxes a third one unless it is a group.
 * Logins and mail addresses go by name_lookup.h.
 */
#ifndef DIRECTORY_READ_LOOKUP_H
#define DIRECTORY_READ_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "directory/read/group_entry.h"
#include "directory/read/person_entry.h"
#include "directory/search/dn_batch.h"
#include "model/snapshot.h"

struct arena;
struct connection;
struct dir_entry;
struct name_lookup;
struct table;
struct group_wanted;
struct reference;
struct search_queue;

/* What all look-ups of one gathering share. */
struct lookups {
	const struct connection *connection; /* borrowed */
	struct snapshot *snapshot;           /* borrowed */
	struct arena *arena;                 /* owned: what lasts until the searches are done */
	struct search_queue *queue;          /* owned */
	struct person_reader reader;
	struct group_reader groups;
	const char *people_filter;     /* people.filter, and the dialect's own */
	const char *mailboxes;         /* the filter for shared mailboxes in force; NULL: none */
	struct table *asked_mailboxes; /* DN keys of whom it was asked */
	struct name_lookup **names;    /* added and not begun (name_lookup.h) */
	size_t name_count, name_room;
	const char **base_keys;          /* dn_key() of each people.base */
	struct dn_batch *batches;        /* of each, too */
	struct dn_batch others, lists;   /* of what is outside them */
	const char *list_attributes[12]; /* NULL-ended */
};

/* Make ready, and let go of it. `snapshot` gets all that is found. */
void lookups_init(struct lookups *lookups, struct connection *connection,
	struct snapshot *snapshot);
void lookups_release(struct lookups *lookups);

/*
 * Queue a look-up. The reference's or list's texts are borrowed until
 * lookups_run() returns. When it is done, the snapshot knows the reference's
 * subject, or the list, also where nothing is there.
 */
void lookup_reference(struct lookups *lookups, const struct reference *reference);
void lookup_list(struct lookups *lookups, const struct group_wanted *list);

/* Queue the reading of every person below people.base whom `filter` matches. */
void lookup_people(struct lookups *lookups, const char *filter);

/* Queue that those of them who are shared mailboxes are known as such. */
void lookup_mailboxes_among(struct lookups *lookups, const char *filter);

/* Whether a DN, by its dn_key(), is under some people.base. */
bool lookup_is_under_base(const struct lookups *lookups, const char *key);

/* What an entry is that is not read as a person, by its objectClass. */
enum ref_kind lookup_kind_of(const struct lookups *lookups, const struct dir_entry *entry);

/*
 * Queue the reading of an entry that changed, if it is a person under people.base. Of a shared
 * mailbox, wherever it is, the snapshot forgets who bears its names. `dn` and its dn_key() are
 * borrowed until search_run() returns.
 */
void lookup_changed(struct lookups *lookups, const char *dn, const char *dn_key);

/* Carry out what is queued; as search_run(). */
enum error_kind lookups_run(struct lookups *lookups, struct error *err);

#endif
