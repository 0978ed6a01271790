/* Active Directory, as Windows and Samba serve it. */
#include "directory/dialect/dialect.h"

#include <stdint.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "directory/dialect/new_list.h"
#include "directory/entry/ad_value.h"
#include "directory/entry/entry.h"
#include "model/person.h"
#include "model/snapshot.h"

/* Universal, for distribution (MS-ADTS section 2.2.12). */
#define DISTRIBUTION_GROUP "8"

/* A number with its sign, and more than any has: what is longer stands for none. */
#define NUMBER_SIZE 32

/* Copy a value that is a number, to be read as a string; "" where it is too long. */
static const char *number_text(const struct berval *value, char *text)
{
	size_t length = value->bv_len < NUMBER_SIZE ? value->bv_len : 0;

	memcpy(text, value->bv_val, length);
	text[length] = '\0';
	return text;
}

static bool any_value(const struct dir_entry *entry, const char *attribute,
	bool (*is_so)(const char *value))
{
	char text[NUMBER_SIZE];
	size_t count;
	const struct berval *values = entry_values(entry, attribute, &count);
	bool found = false;

	for (size_t i = 0; i < count && !found; i++)
		found = is_so(number_text(&values[i], text));
	return found;
}

static void read_account(struct person *person, const struct dir_entry *entry)
{
	char text[NUMBER_SIZE];
	size_t count;
	const struct berval *expires = entry_values(entry, "accountExpires", &count);

	person->enabled = !any_value(entry, "userAccountControl", ad_is_disabled);
	person->expires = count > 0 && ad_expires(number_text(expires, text), &person->expires_at);
}

/*
 * Whoever has a group as primary group is in it, but not among its `member`s
 * (MS-ADTS section 3.1.1.4.5.19). A group for distribution cannot be one.
 */
static bool add_unlisted(struct strbuf *filter, const struct dir_entry *entry)
{
	size_t count;
	const struct berval *sids = entry_values(entry, "objectSid", &count);
	uint32_t rid;

	if (entry_count(entry, "groupType") > 0 &&
		!any_value(entry, "groupType", ad_can_be_primary))
		return true;
	if (count == 0 || !ad_sid_rid(&sids[0], &rid))
		return false;
	strbuf_addf(filter, "(primaryGroupID=%u)", (unsigned)rid);
	return true;
}

static bool has_reserved_sid(const struct dir_entry *entry)
{
	size_t count;
	const struct berval *sids = entry_values(entry, "objectSid", &count);

	return count > 0 && ad_sid_is_reserved(&sids[0]);
}

/*
 * An ordinary group has neither adminCount nor isCriticalSystemObject, so whether these are absent or
 * hidden cannot be told apart here. groupType every group has: where that is hidden, so may they be.
 */
static enum list_ban ban_of(const struct dir_entry *entry)
{
	static const char *const yes[] = {"TRUE", NULL}, *const others[] = {"groupOfNames", NULL};

	if (any_value(entry, "groupType", ad_is_builtin_group))
		return LIST_BUILTIN;
	if (entry_has_any(entry, "isCriticalSystemObject", yes) || has_reserved_sid(entry))
		return LIST_CRITICAL;
	if (any_value(entry, "adminCount", ad_is_set))
		return LIST_ADMIN_COUNT;
	if (entry_count(entry, "groupType") == 0 && !entry_has_any(entry, "objectClass", others))
		return LIST_UNSEEN;
	return LIST_ALLOWED;
}

static void read_list(struct list *list, const struct dir_entry *entry)
{
	list->ban = ban_of(entry);
	list->is_security = any_value(entry, "groupType", ad_is_security_group);
}

static void describe_list(struct list_description *d)
{
	list_description_add(d, "objectClass", "group");
	list_description_add(d, "groupType", DISTRIBUTION_GROUP);
	list_description_add(d, "sAMAccountName", ad_account_name(d->arena, d->name));
	list_description_add(d, "displayName", d->name);
}

static const char *const account_attributes[] = {"userAccountControl", "accountExpires", NULL};

static const char *const person_classes[] = {"user", NULL};

static const char *const machine_classes[] = {"computer", NULL};

/* A member of another domain or forest (MS-ADTS section 6.1.1.4.4). */
static const char *const foreign_classes[] = {"foreignSecurityPrincipal", NULL};

static const char *const group_classes[] = {"group", NULL};

static const char *const no_classes[] = {NULL};

static const char *const group_attributes[] = {"objectSid", "groupType", NULL};

static const char *const list_attributes[] = {
	"groupType", "isCriticalSystemObject", "adminCount", "objectSid", NULL};

/* To these the root of a domain refers; a child domain, to which it does too, may have people. */
static const char *const skip_referrals[] = {
	"CN=Configuration", "DC=DomainDnsZones", "DC=ForestDnsZones", NULL};

const struct dialect dialect_active_directory = {
	.name = "active-directory",
	.kind = DIRECTORY_ACTIVE_DIRECTORY,
	.attributes =
		{
			.name = ONE("displayName"),
			.mail = {(const char *[]){"mail", "proxyAddresses"}, 2},
			.login = ONE("sAMAccountName"),
			.role = ONE("postvagtRole"),
			.deputy = ONE("postvagtDeputy"),
			.manager = ONE("manager"),
			.absent_from = ONE("postvagtAbsentFrom"),
			.absent_until = ONE("postvagtAbsentUntil"),
			.absence = ONE("postvagtAbsence"),
		},
	/* Neither contacts, which are persons to AD, nor computers, which are users. */
	.person_filter = "(objectCategory=person)(objectClass=user)",
	/* SharedMailbox of Exchange, and RemoteSharedMailbox of Exchange Online. */
	.mailboxes = "(|(msExchRecipientTypeDetails=4)(msExchRecipientTypeDetails=34359738368))",
	.mailboxes_attribute = "msExchRecipientTypeDetails",
	.person_classes = person_classes,
	.machine_classes = machine_classes,
	.foreign_classes = foreign_classes,
	.identity_attribute = "objectGUID",
	.version_attribute = "uSNChanged",
	.account_attributes = account_attributes,
	.read_account = read_account,
	.add_identity = ad_guid_add,
	.value_exists = LDAP_ALREADY_EXISTS,
	.value_missing = LDAP_UNWILLING_TO_PERFORM,
	.group_classes = group_classes,
	.never_empty_classes = no_classes,
	.group_attributes = group_attributes,
	.add_unlisted = add_unlisted,
	.list_attributes = list_attributes,
	.read_list = read_list,
	.group_filter = "(objectCategory=group)",
	.protected_filter =
		"(&(objectCategory=group)(|(adminCount=1)(isCriticalSystemObject=TRUE)))",
	.builtin_key = ",cn=builtin,dc=",
	.back_link = "memberOf",
	.silently_filters = true,
	.dn_attribute = "distinguishedName",
	.refers_outside = true,
	.skip_referrals = skip_referrals,
	.follow = FOLLOW_AD_NOTIFY,
	.attribute_rights = "allowedAttributesEffective",
	.class_rights = "allowedChildClassesEffective",
	.permission_rights = "sDRightsEffective",
	.list_class = "group",
	.describe_list = describe_list,
};
