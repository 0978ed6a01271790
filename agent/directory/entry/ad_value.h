/*
 * Values as Active Directory writes them: identities, accounts that are shut,
 * groups that can be primary. Pure.
 */
#ifndef DIRECTORY_ENTRY_AD_VALUE_H
#define DIRECTORY_ENTRY_AD_VALUE_H

#include <lber.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text/moment.h"

struct arena;
struct strbuf;

/*
 * Add an objectGUID as text (MS-DTYP section 2.3.4.3): the first three fields are
 * little-endian. Nothing where it is not of 16 bytes.
 */
void ad_guid_add(struct strbuf *out, const struct berval *guid);

/*
 * The last part of an objectSid (MS-DTYP section 2.4.2.2), by which primaryGroupID
 * names a group of the same domain. False where it is no SID.
 */
bool ad_sid_rid(const struct berval *sid, uint32_t *rid);

/* Whether a userAccountControl has ACCOUNTDISABLE (MS-ADTS section 2.2.16). */
bool ad_is_disabled(const char *account_control);

/*
 * When an accountExpires, 100 ns since 1601, is over (MS-ADA1 section 2.3); a part
 * of a second is not over yet. False for never: 0 and 2^63-1.
 */
bool ad_expires(const char *account_expires, moment *at);

/* Whether people can have a group of this groupType (MS-ADTS section 2.2.12) as their primary one. */
bool ad_can_be_primary(const char *group_type);

/* Whether a groupType is of a group that AD made itself (0x1), or of a security group (0x80000000). */
bool ad_is_builtin_group(const char *group_type);
bool ad_is_security_group(const char *group_type);

/* Whether an objectSid's last part is below 1000: one of Windows' own, not of an entry that somebody made. */
bool ad_sid_is_reserved(const struct berval *sid);

/* Whether a number is there, and is not 0: an adminCount. */
bool ad_is_set(const char *number);

/* A sAMAccountName made from a name: without what AD forbids in it, at most 256 characters; in `arena`. */
const char *ad_account_name(struct arena *arena, const char *name);

#endif
