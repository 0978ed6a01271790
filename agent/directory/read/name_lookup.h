/*
 * Look-ups of people by login or mail address: many of them in one search, as a group of posixAccounts is nothing but
 * logins. First below each people.base by people.filter, and below directory.base by people.mailboxes; then, for names
 * that are nobody's, below directory.base without a filter, to know why (model/snapshot.h, enum ref_kind).
 *
 * Folding is the server's business. Where it answers with an entry that bears, by postvagt's folding, none of the names that
 * were asked for together, those that got no answer are asked for one by one.
 */
#ifndef DIRECTORY_READ_NAME_LOOKUP_H
#define DIRECTORY_READ_NAME_LOOKUP_H

struct lookups;
struct reference;

/* Want a name; borrowed until lookups_run() returns. */
void name_lookup_add(struct lookups *lookups, const struct reference *reference);

/* Queue the searches for all that are wanted. */
void name_lookups_start(struct lookups *lookups);

#endif
