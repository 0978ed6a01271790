/*
 * An entry of a search, read out of libldap's result: all that is handed on is
 * a copy in an arena. Values are whatever some client wrote to the server, and
 * are taken for nothing else.
 */
#ifndef DIRECTORY_ENTRY_ENTRY_H
#define DIRECTORY_ENTRY_ENTRY_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#include "directory/entry/range.h"

struct arena;
struct member_values;
struct snapshot;
struct strings;

/* The DN, as the server writes it. */
const char *entry_dn(struct arena *arena, LDAP *ld, LDAPMessage *entry);

/*
 * The values of `attribute` as texts, by their bytes, as LDAP keeps them in no
 * order; at most `most` of them. Returns how many are left out: these past
 * `most`, and those that are no text (not UTF-8, or with a NUL in them). Where the
 * server hands them out in ranges, only the first is looked at, and one more is left out.
 */
size_t entry_texts(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute,
	size_t most, struct strings *texts);

/* How many values `attribute` has, under exactly that description. */
size_t entry_count(LDAP *ld, LDAPMessage *entry, const char *attribute);

/*
 * The slice of `attribute` in the entry; `*description` is what to ask the other
 * functions for. RANGE_ODD also where there are several.
 */
enum range_reading entry_range(struct arena *arena, LDAP *ld, LDAPMessage *entry,
	const char *attribute, const char **description, struct range *range);

/* Add the values to `members`, in the snapshot. Returns how many are no text and left out. */
size_t entry_members(struct snapshot *snapshot, LDAP *ld, LDAPMessage *entry, const char *attribute,
	struct member_values *members);

/* Add the finding that so many values of an entry's member attribute are no text; none for 0. */
void entry_find_left_out(struct snapshot *snapshot, const char *dn, const char *attribute,
	size_t left_out);

/* The address in `attribute` that is written to (mail_address.h); NULL: none. */
const char *entry_mail(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute);

/* Whether `attribute` has any of `words` (NULL-ended) as a value, upper and lower case the same. */
bool entry_has_any(LDAP *ld, LDAPMessage *entry, const char *attribute, const char *const *words);

#endif
