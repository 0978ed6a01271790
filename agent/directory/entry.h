/*
 * An entry of a search, read out of libldap's result: all that is handed on is
 * a copy in an arena. Values are whatever some client wrote to the server, and
 * are taken for nothing else.
 */
#ifndef DIRECTORY_ENTRY_H
#define DIRECTORY_ENTRY_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct member_values;
struct strings;

/* The DN, as the server writes it. */
const char *entry_dn(struct arena *arena, LDAP *ld, LDAPMessage *entry);

/*
 * The values of `attribute` as texts, by their bytes, as LDAP keeps them in no
 * order; at most `most` of them. Returns how many are left out: these past
 * `most`, and those that are no text (not UTF-8, or with a NUL in them).
 */
size_t entry_texts(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute,
	size_t most, struct strings *texts);

/* Add the values to `members`, with their keys. Returns how many are no text and left out. */
size_t entry_members(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute,
	struct member_values *members);

/* The least of the values, by its bytes, that has the form of a mail address; NULL: none. */
const char *entry_mail(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute);

/* Whether `attribute` has any of `words` (NULL-ended) as a value, upper and lower case the same. */
bool entry_has_any(LDAP *ld, LDAPMessage *entry, const char *attribute, const char *const *words);

#endif
