/*
 * Look-ups: what a reference is, and how a list stands. They are queued here,
 * carried out by lookups_run(), and end up in the snapshot. Many DNs go together
 * (dn_batch.h); any other costs one search of one entry, a second one where it is no
 * person (and those of group_entry.h); a login or mail address one below each people.base.
 */
#ifndef DIRECTORY_READ_LOOKUP_H
#define DIRECTORY_READ_LOOKUP_H

#include <stddef.h>

#include "base/message/error.h"
#include "directory/read/group_entry.h"
#include "directory/read/person_entry.h"

struct arena;
struct connection;
struct dn_batch;
struct group_wanted;
struct reference;
struct search_queue;
struct snapshot;

/* What all look-ups of one gathering share. */
struct lookups {
	const struct connection *connection; /* borrowed */
	struct snapshot *snapshot;           /* borrowed */
	struct arena *arena;                 /* owned: what lasts until the searches are done */
	struct search_queue *queue;          /* owned */
	struct person_reader reader;
	struct group_reader groups;
	const char *people_filter;       /* people.filter, and the dialect's own */
	const char **base_keys;          /* dn_key() of each people.base */
	struct dn_batch *batches;        /* of each, too */
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

/* Queue the reading of the entry of `dn`, if it is a person; borrowed, with its dn_key(), until search_run() returns. */
void lookup_person_at(struct lookups *lookups, const char *dn, const char *dn_key);
/* Carry out what is queued; as search_run(). */
enum error_kind lookups_run(struct lookups *lookups, struct error *err);

#endif
