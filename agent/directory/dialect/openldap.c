/* OpenLDAP, and whatever is no Active Directory. */
#include "directory/dialect/dialect.h"

#include <strings.h>

#include "base/text/strbuf.h"
#include "directory/dialect/new_list.h"
#include "model/person.h"

static void read_account(struct person *person, const struct dir_entry *entry)
{
	(void)entry;
	person->enabled = true;
}

/* An entryUUID is text already (RFC 4530 section 2.1). */
static void add_text(struct strbuf *out, const struct berval *value)
{
	strbuf_add(out, value->bv_val, value->bv_len);
}

/* groupOfNames has no mail attribute; extensibleObject (RFC 4512 section 4.3) may have any. */
static void describe_list(struct list_description *d)
{
	bool unique = strcasecmp(d->member_attribute, "uniqueMember") == 0;

	list_description_add(d, "objectClass", unique ? "groupOfUniqueNames" : "groupOfNames");
	if (d->address)
		list_description_add(d, "objectClass", "extensibleObject");
}

static const char *const nothing[] = {NULL};

/* Entries name the class that they were given, not those above it. */
static const char *const person_classes[] = {"person", "organizationalPerson", "inetOrgPerson",
	"residentialPerson", "posixAccount", "account", NULL};

static const char *const group_classes[] = {"groupOfNames", "groupOfUniqueNames", "groupOfMembers",
	"groupOfURLs", "posixGroup", "group", NULL};

/* RFC 4519 sections 3.5 and 3.6. */
static const char *const never_empty_classes[] = {"groupOfNames", "groupOfUniqueNames", NULL};

const struct dialect dialect_openldap = {
	.name = "openldap",
	.kind = DIRECTORY_OPENLDAP,
	.attributes =
		{
			.name = ONE("displayName"),
			.mail = ONE("mail"),
			.login = ONE("uid"),
			.role = ONE("postvagtRole"),
			.deputy = ONE("postvagtDeputy"),
			.manager = ONE("manager"),
			.absent_from = ONE("postvagtAbsentFrom"),
			.absent_until = ONE("postvagtAbsentUntil"),
			.absence = ONE("postvagtAbsence"),
		},
	.person_classes = person_classes,
	.machine_classes = nothing,
	.foreign_classes = nothing,
	.identity_attribute = "entryUUID",
	.version_attribute = "entryCSN",
	.account_attributes = nothing,
	.read_account = read_account,
	.add_identity = add_text,
	.value_exists = LDAP_TYPE_OR_VALUE_EXISTS,
	.value_missing = LDAP_NO_SUCH_ATTRIBUTE,
	.group_classes = group_classes,
	.never_empty_classes = never_empty_classes,
	.group_attributes = nothing,
	.list_attributes = nothing,
	.dn_attribute = "entryDN",
	.skip_referrals = nothing,
	.follow = FOLLOW_SYNCREPL,
	.describe_list = describe_list,
};
