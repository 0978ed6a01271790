/*
 * Continuation references: what a search says lies on another server, or in
 * another part of this one (RFC 4511 section 4.5.3).
 */
#ifndef DIRECTORY_SEARCH_REFERRAL_H
#define DIRECTORY_SEARCH_REFERRAL_H

#include <ldap.h>
#include <stdbool.h>

/*
 * Whether all that the reference leads to are the places `apart`, which hold no
 * people: first RDNs, such as "CN=Configuration", NULL-ended.
 */
bool referral_is_skipped(LDAP *ld, LDAPMessage *reference, const char *const *skip_referrals);

#endif
