/*
 * Change notification (MS-ADTS section 3.1.1.3.4.1.9): a domain controller of Windows tells by itself. Samba's does
 * not, see usn_poll.c.
 */
#include "directory/follow/follow.h"

#include <string.h>

#include "base/memory/memory.h"
#include "base/text/dn.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"

#define NOTIFICATION_OID "1.2.840.113556.1.4.528"

static const char *const attributes[] = {"objectGUID", "objectClass", "isDeleted", NULL};

/* Both critical: a server that knows neither must say so. */
static LDAPControl **notify_controls(const struct connection *connection, const char *context)
{
	static const char *const oids[] = {NOTIFICATION_OID, FOLLOW_SHOW_DELETED_OID};
	const size_t count = sizeof(oids) / sizeof(oids[0]);
	LDAPControl **all = ber_memcalloc(count + 1, sizeof(LDAPControl *));

	(void)connection;
	(void)context;
	for (size_t i = 0; all && i < count; i++) {
		if (ldap_control_create(oids[i], 1, NULL, 0, &all[i]) != LDAP_SUCCESS) {
			ldap_controls_free(all);
			return NULL;
		}
	}
	return all;
}

static bool read_change(const struct connection *connection, LDAPMessage *message,
	const struct dir_entry *entry, struct arena *arena, struct dir_change *change)
{
	static const char *const yes[] = {"TRUE", NULL};
	static const char *const holders[] = {"organizationalUnit", "container", "domainDNS",
		"builtinDomain", "organization", "country", "locality", NULL};

	(void)message;
	*change = (struct dir_change){
		.identity = dialect_identity(connection->dialect, arena, entry),
		.is_gone = entry_has_any(entry, "isDeleted", yes),
	};
	if (!change->is_gone) {
		change->dn = entry_dn(arena, entry);
		change->dn_key = dn_key(arena, change->dn);
		change->holds_others = entry_has_any(entry, "objectClass", holders);
	}
	return true;
}

const struct follow_way follow_notify = {
	.attributes = attributes,
	.controls = notify_controls,
	.read = read_change,
};

const struct follow_way follow_usn = {
	.is_asked = true,
	.attributes = attributes,
	.read = read_change,
};
