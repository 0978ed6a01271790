#include "directory/dialect.h"

#include "base/language.h"
#include "base/strbuf.h"
#include "directory/entry.h"

#define ACTIVE_DIRECTORY_OID "1.2.840.113556.1.4.800"

static bool always_enabled(LDAP *ld, LDAPMessage *entry, moment now)
{
	(void)ld;
	(void)entry;
	(void)now;
	return true;
}

/* An entryUUID is text already (RFC 4530 section 2.1). */
static void add_text(struct strbuf *out, const struct berval *value)
{
	strbuf_add(out, value->bv_val, value->bv_len);
}

static const char *const nothing[] = {NULL};

static const char *const openldap_group_classes[] = {"groupOfNames", "groupOfUniqueNames",
	"groupOfMembers", "groupOfURLs", "posixGroup", "group", NULL};

/* RFC 4519 sections 3.5 and 3.6. */
static const char *const openldap_never_empty_classes[] = {
	"groupOfNames", "groupOfUniqueNames", NULL};

static const struct dialect openldap = {
	.name = "openldap",
	.kind = DIRECTORY_OPENLDAP,
	.attributes =
		{
			.name = "displayName",
			.mail = "mail",
			.login = "uid",
			.role = "postvagtRole",
			.deputy = "postvagtDeputy",
			.manager = "manager",
			.absent_from = "postvagtAbsentFrom",
			.absent_until = "postvagtAbsentUntil",
			.absence = "postvagtAbsence",
		},
	.identity_attribute = "entryUUID",
	.enabled_attributes = nothing,
	.is_enabled = always_enabled,
	.add_identity = add_text,
	.value_exists = LDAP_TYPE_OR_VALUE_EXISTS,
	.value_missing = LDAP_NO_SUCH_ATTRIBUTE,
	.group_classes = openldap_group_classes,
	.never_empty_classes = openldap_never_empty_classes,
};

enum error_kind dialect_of(enum directory_kind kind, LDAP *ld, LDAPMessage *root_dse,
	const struct dialect **dialect, struct error *err)
{
	static const char *const active_directory[] = {ACTIVE_DIRECTORY_OID, NULL};

	if (kind == DIRECTORY_ACTIVE_DIRECTORY ||
		(root_dse &&
			entry_has_any(ld, root_dse, "supportedCapabilities", active_directory))) {
		return error_set(err, ERROR_USAGE,
			_("this version cannot work with Active Directory yet"));
	}
	*dialect = &openldap;
	return ERROR_NONE;
}
