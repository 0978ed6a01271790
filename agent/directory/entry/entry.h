/*
 * An entry of a search. entry_open() reads libldap's message once: types and values are bytes in it, until it is freed. All
 * that the functions hand on is a copy in an arena. Values are whatever some client wrote to the server, and are taken
 * for nothing else.
 */
#ifndef DIRECTORY_ENTRY_ENTRY_H
#define DIRECTORY_ENTRY_ENTRY_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#include "directory/entry/range.h"

struct arena;
struct member_value;
struct member_values;
struct snapshot;
struct strings;

/* An attribute description with its values, which are those from `first` on of the entry's. */
struct entry_attribute {
	struct berval type; /* with its options, as the server writes it */
	size_t first, count;
};

struct dir_entry {
	struct berval dn;
	struct entry_attribute *attributes; /* owned */
	size_t count, room;
	struct berval *values; /* owned: of all attributes */
	size_t value_count, value_room;
	bool has_options; /* some type has, so it may be a range */
};

#define DIR_ENTRY_INIT      \
	{                   \
		.dn = { 0 } \
	}

/*
 * Read the entry of a message, in place of the one before it; entry_release() frees what this takes, not the message.
 * False where it is not an entry as RFC 4511 section 4.5.2 has it: it is without a DN and without attributes then.
 */
bool entry_open(struct dir_entry *entry, LDAP *ld, LDAPMessage *message);

/* The same of the first entry of an answer, which may be NULL; false also where there is none. */
bool entry_open_first(struct dir_entry *entry, LDAP *ld, LDAPMessage *answer);

void entry_release(struct dir_entry *entry);

/* The values under exactly that description, bytes in the message without a NUL behind them; NULL and 0: there is none. */
const struct berval *entry_values(const struct dir_entry *entry, const char *attribute,
	size_t *count);

/* The DN, as the server writes it; "" where it has a NUL in it. */
const char *entry_dn(struct arena *arena, const struct dir_entry *entry);

/* The DN with its key, as the snapshot keeps it (model/snapshot.h). */
const struct member_value *entry_dn_value(struct snapshot *snapshot, const struct dir_entry *entry);

/*
 * The values of `attribute` as texts, by their bytes, as LDAP keeps them in no
 * order; at most `most` of them. Returns how many are left out: these past
 * `most`, and those that are no text (not UTF-8, or with a NUL in them). Where the
 * server hands them out in ranges, only the first is looked at, and one more is left out.
 */
size_t entry_texts(struct arena *arena, const struct dir_entry *entry, const char *attribute,
	size_t most, struct strings *texts);

/* How many values `attribute` has, under exactly that description. */
size_t entry_count(const struct dir_entry *entry, const char *attribute);

/*
 * The slice of `attribute` in the entry; `*description` is what to ask the other
 * functions for. RANGE_ODD also where there are several.
 */
enum range_reading entry_range(struct arena *arena, const struct dir_entry *entry,
	const char *attribute, const char **description, struct range *range);

/* Add the values to `members`, in the snapshot, by their bytes. Returns how many are no text and left out. */
size_t entry_members(struct snapshot *snapshot, const struct dir_entry *entry,
	const char *attribute, struct member_values *members);

/* Add the finding that so many values of an entry's member attribute are no text; none for 0. */
void entry_find_left_out(struct snapshot *snapshot, const char *dn, const char *attribute,
	size_t left_out);

/* The address in `attribute` that is written to (mail_address.h); NULL: none. */
const char *entry_mail(struct arena *arena, const struct dir_entry *entry, const char *attribute);

/* Whether `attribute` has any of `words` (NULL-ended) as a value, upper and lower case the same. */
bool entry_has_any(const struct dir_entry *entry, const char *attribute, const char *const *words);

#endif
