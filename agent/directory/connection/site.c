#include "directory/connection/site.h"

#include <arpa/nameser.h>
#include <ldap.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/entry/filter.h"

#define OPCODE_RESPONSE_EX      23 /* LOGON_SAM_LOGON_RESPONSE_EX */
#define OPCODE_USER_UNKNOWN_EX  25 /* LOGON_SAM_USER_UNKNOWN_EX */
#define FLAG_CLOSEST            0x80 /* DS_CLOSEST_FLAG: the DC is in the client's site, or next to it */
#define NAMES_START             24 /* after opcode, flags and the domain's GUID */
#define NAMES_BEFORE_CLIENTSITE 7

/* A site's name is one label of a DNS name. */
static bool is_label(const char *name)
{
	return *name && strlen(name) <= NS_MAXLABEL && !strpbrk(name, ". \t\\\"");
}

/* Eight names, packed as in a DNS answer, from whose start they count; the last is the client's site. */
const char *site_read(struct arena *arena, const unsigned char *bytes, size_t length)
{
	const unsigned char *end = bytes + length, *at = bytes + NAMES_START;
	char name[NS_MAXDNAME] = "";

	if (length < NAMES_START ||
		(bytes[0] != OPCODE_RESPONSE_EX && bytes[0] != OPCODE_USER_UNKNOWN_EX) ||
		(bytes[4] & FLAG_CLOSEST))
		return NULL;
	for (int i = 0; i <= NAMES_BEFORE_CLIENTSITE; i++) {
		int size = at < end ? dn_expand(bytes, end, at, name, sizeof(name)) : -1;

		if (size < 0)
			return NULL;
		at += size;
	}
	return is_label(name) ? arena_string(arena, name) : NULL;
}

static const char *read_entry(LDAP *ld, LDAPMessage *answer, struct arena *arena)
{
	LDAPMessage *entry = ldap_first_entry(ld, answer);
	struct berval **values = entry ? ldap_get_values_len(ld, entry, "netlogon") : NULL;
	const char *site = NULL;

	if (values && values[0])
		site = site_read(arena, (const unsigned char *)values[0]->bv_val,
			values[0]->bv_len);
	ldap_value_free_len(values);
	return site;
}

/* NtVer 6: the extended answer. */
const char *site_elsewhere(struct connection *connection, struct arena *arena, const char *domain)
{
	static const char *const attributes[] = {"netlogon", NULL};
	struct strbuf filter = STRBUF_INIT;
	LDAPMessage *answer = NULL;
	const char *site = NULL;
	int id = 0, result;

	strbuf_adds(&filter, "(&");
	filter_add_equal(&filter, "DnsDomain", domain);
	strbuf_adds(&filter, "(NtVer=\\06\\00\\00\\00))");
	result = ldap_search_ext(connection->ld, "", LDAP_SCOPE_BASE, filter.text,
		(char **)attributes, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &id);
	if (result == LDAP_SUCCESS)
		result = connection_entry(connection, id, &answer);
	if (result == LDAP_SUCCESS)
		site = read_entry(connection->ld, answer, arena);
	ldap_msgfree(answer);
	strbuf_release(&filter);
	return site;
}
