/*
 * What differs between kinds of directory server, behind one small struct, so
 * that nothing else in the program asks which server it talks to. A kind is a
 * row in a file of its own.
 */
#ifndef DIRECTORY_DIALECT_DIALECT_H
#define DIRECTORY_DIALECT_DIALECT_H

#include <ldap.h>
#include <stdbool.h>

#include "base/message/error.h"
#include "model/settings.h"

struct arena;
struct dir_entry;
struct list;
struct list_description;
struct person;
struct strbuf;

/* Which search reports changes (directory/follow/follow.h). */
enum follow_method {
	FOLLOW_SYNCREPL,  /* RFC 4533 */
	FOLLOW_AD_NOTIFY, /* LDAP_SERVER_NOTIFICATION_OID, MS-ADTS section 3.1.1.3.4.1.9 */
};

/* A list of one name, in a dialect's row. */
#define ONE(name)                         \
	{                                 \
		(const char *[]){name}, 1 \
	}

struct dialect {
	const char *name; /* "openldap", "active-directory" */
	enum directory_kind kind;

	/* People. */
	struct people_attributes attributes; /* the default names of each; none empty */
	const char *person_filter;           /* filters that go with people.filter; NULL: none */
	/* The filter for shared mailboxes, and the attribute that it is about, which a schema may lack. NULL: none. */
	const char *mailboxes, *mailboxes_attribute;
	const char *identity_attribute;        /* entryUUID, objectGUID */
	const char *version_attribute;         /* has another value after each change of an entry */
	const char *const *account_attributes; /* what `read_account` reads; NULL-ended */
	/* Set the person's `enabled` and `expires`. */
	void (*read_account)(struct person *person, const struct dir_entry *entry);
	/* The identity as text, from the attribute's first value. */
	void (*add_identity)(struct strbuf *out, const struct berval *value);

	/* By what classes an entry is somebody's, or a machine's; both, and it is a machine's. NULL-ended. */
	const char *const *person_classes, *const *machine_classes;
	/* That of an entry which stands for one on another server. NULL-ended. */
	const char *const *foreign_classes;

	/* Groups. */
	/* Classes by which an entry is a group, also without members; NULL-ended. */
	const char *const *group_classes;
	/* Those of them that have a member at least: where none is seen, none may be read. NULL-ended. */
	const char *const *never_empty_classes;
	const char *const *group_attributes; /* what `add_unlisted` reads; NULL-ended */
	/*
	 * Add the filter by which people are found who are in the group without being
	 * among its members; nothing where nobody can be. False where that cannot be
	 * told, as the group may not be read. NULL: there are no such people.
	 */
	bool (*add_unlisted)(struct strbuf *filter, const struct dir_entry *entry);

	/*
	 * The attribute by which an entry names the groups it is in, also those whose
	 * members may not be read, and which show none then. NULL: there is none.
	 */
	const char *back_link;

	/* Lists. */
	const char *const *list_attributes; /* what `read_list` reads; NULL-ended */
	/* Set the list's `ban` and `is_security`. NULL: neither is known of any. */
	void (*read_list)(struct list *list, const struct dir_entry *entry);
	/* Filters by which every group is found, and those that are protected; NULL without `attribute_rights`. */
	const char *group_filter, *protected_filter;
	/* Part of the dn_key() of what is the server's own, also where nothing is there. NULL: nothing is. */
	const char *builtin_key;

	/* Searches. */
	bool silently_filters; /* below what may not be read, a search finds nothing, and succeeds */
	const char
		*dn_attribute; /* by which a filter finds an entry without a look at the others */
	bool refers_outside;   /* for a DN that cannot be there, the answer is a referral */
	/* First RDNs of parts of the directory that hold no people, to which searches are referred. NULL-ended. */
	const char *const *skip_referrals;

	enum follow_method follow; /* how its changes are followed */

	/* Writing. */
	/* Result codes by which the server says that a value is there, or gone, already. */
	int value_exists, value_missing;
	/*
	 * Attributes by which an entry tells what the bind may do: write which
	 * attributes, make which classes below it, change its permissions. NULL: the
	 * server does not tell so.
	 */
	const char *attribute_rights, *class_rights, *permission_rights;
	const char *list_class; /* of a list that is made, as class_rights calls it */
	/* Add what a new list is made of besides its RDN, description and address. */
	void (*describe_list)(struct list_description *description);
};

extern const struct dialect dialect_openldap, dialect_active_directory;

/* The identity of an entry as text, in `arena`; NULL where the bind may not read it. */
const char *dialect_identity(const struct dialect *dialect, struct arena *arena,
	const struct dir_entry *entry);

/*
 * The dialect of a server, by its root DSE's supportedCapabilities (MS-ADTS
 * section 3.1.1.3.4.3); `root_dse` may be NULL. ERROR_USAGE where the settings
 * tell another kind than it is: to take Active Directory for something else
 * would be to take disabled accounts for people who can be reached.
 */
enum error_kind dialect_of(enum directory_kind kind, const struct dir_entry *root_dse,
	const struct dialect **dialect, struct error *err);

#endif
