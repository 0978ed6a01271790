/*
 * What differs between kinds of directory server, behind one small struct, so
 * that nothing else in the program asks which server it talks to.
 */
#ifndef DIRECTORY_DIALECT_H
#define DIRECTORY_DIALECT_H

#include <ldap.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/moment.h"
#include "settings/settings.h"

struct strbuf;

struct dialect {
	const char *name; /* "openldap", "active-directory" */
	enum directory_kind kind;
	struct people_attributes attributes;   /* the default name of each; none NULL */
	const char *identity_attribute;        /* entryUUID, objectGUID */
	const char *const *enabled_attributes; /* what `is_enabled` reads; NULL-ended */
	/* Whether an entry's account is in use at `now`. */
	bool (*is_enabled)(LDAP *ld, LDAPMessage *entry, moment now);
	/* The identity as text, from the attribute's first value. */
	void (*add_identity)(struct strbuf *out, const struct berval *value);
	/* Result codes by which the server says that a value is there, or gone, already. */
	int value_exists, value_missing;
	/* Classes by which an entry is a group, also without members; NULL-ended. */
	const char *const *group_classes;
	/* Those of them that have a member at least: where none is seen, none may be read. NULL-ended. */
	const char *const *never_empty_classes;
};

/*
 * The dialect of a server, by its root DSE's supportedCapabilities (MS-ADTS
 * section 3.1.1.3.4.3) and by the kind that the settings tell. `root_dse` may be
 * NULL. ERROR_USAGE for Active Directory, which this version cannot read whole:
 * it hands out large groups in ranges.
 */
enum error_kind dialect_of(enum directory_kind kind, LDAP *ld, LDAPMessage *root_dse,
	const struct dialect **dialect, struct error *err);

#endif
