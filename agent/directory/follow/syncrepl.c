/* The content synchronization operation, syncrepl (RFC 4533): refreshAndPersist from where the server is now. */
#include "directory/follow/follow.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "directory/entry/entry.h"
#include "model/settings.h"

/* The most CSNs of a contextCSN: one a provider. */
#define CSNS_MAX 1000

static const char *const attributes[] = {"hasSubordinates", NULL};

/* The state of the content, as syncprov writes it in a cookie: what is older is no news. Nothing where it may not be read. */
static void add_cookie(struct strbuf *cookie, const struct connection *connection,
	const char *context)
{
	static const char *const names[] = {"contextCSN", NULL};
	struct connection *asked = (struct connection *)connection;
	struct arena *arena = arena_new();
	LDAPMessage *answer = NULL;
	struct dir_entry entry = DIR_ENTRY_INIT;
	struct strings csns = {0};
	int id = 0;

	if (ldap_search_ext(connection->ld, context, LDAP_SCOPE_BASE, "(objectClass=*)",
		    (char **)names, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &id) == LDAP_SUCCESS)
		connection_entry(asked, id, &answer);
	if (entry_open_first(&entry, connection->ld, answer))
		entry_texts(arena, &entry, "contextCSN", CSNS_MAX, &csns);
	for (size_t i = 0; i < csns.count; i++)
		strbuf_addf(cookie, "%s%s", i ? ";" : "rid=000,csn=", csns.items[i]);
	entry_release(&entry);
	ldap_msgfree(answer);
	arena_free(arena);
}

/* syncRequestValue (RFC 4533 section 2.2). */
static struct berval *encode_request(const struct strbuf *cookie)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct berval *value = NULL, *bytes = &(struct berval){cookie->length, cookie->text};
	int written = -1;

	if (ber && cookie->length > 0)
		written = ber_printf(ber, "{eO}", LDAP_SYNC_REFRESH_AND_PERSIST, bytes);
	else if (ber)
		written = ber_printf(ber, "{e}", LDAP_SYNC_REFRESH_AND_PERSIST);
	if (written >= 0)
		ber_flatten(ber, &value);
	ber_free(ber, 1);
	return value;
}

static LDAPControl **sync_controls(const struct connection *connection, const char *context)
{
	LDAPControl **all = ber_memcalloc(2, sizeof(LDAPControl *));
	struct strbuf cookie = STRBUF_INIT;
	struct berval *value;

	add_cookie(&cookie, connection, context);
	value = encode_request(&cookie);
	if (!all || !value ||
		ldap_control_create(LDAP_CONTROL_SYNC, 1, value, 1, &all[0]) != LDAP_SUCCESS) {
		ldap_controls_free(all);
		all = NULL;
	}
	ber_bvfree(value);
	strbuf_release(&cookie);
	return all;
}

/* syncInfoValue (RFC 4533 section 2.5): a phase that ends the refresh, unless it says that another follows. */
static bool is_refreshed(LDAP *ld, LDAPMessage *message)
{
	struct berval *value = NULL, cookie;
	char *oid = NULL;
	BerElement *ber = NULL;
	ber_int_t done = 1;
	ber_len_t length;
	ber_tag_t choice = LBER_ERROR, tag = LBER_ERROR;

	if (ldap_parse_intermediate(ld, message, &oid, &value, NULL, 0) == LDAP_SUCCESS && oid &&
		strcmp(oid, LDAP_SYNC_INFO) == 0 && value && value->bv_len > 0)
		ber = ber_init(value);
	if (ber) {
		choice = ber_skip_tag(ber, &length);
		tag = ber_peek_tag(ber, &length);
	}
	if (tag == LBER_OCTETSTRING && ber_scanf(ber, "m", &cookie) != LBER_ERROR)
		tag = ber_peek_tag(ber, &length);
	if (tag == LBER_BOOLEAN && ber_scanf(ber, "b", &done) == LBER_ERROR)
		done = 0;
	ber_free(ber, 1);
	ldap_memfree(oid);
	ber_bvfree(value);
	return (choice == LDAP_TAG_SYNC_REFRESH_DELETE ||
		       choice == LDAP_TAG_SYNC_REFRESH_PRESENT) &&
		done;
}

/* An entryUUID of 16 bytes as the attribute writes it (RFC 4530 section 2.1). */
static const char *uuid_text(struct arena *arena, const struct berval *uuid)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * 16 + 4], *next = text;

	if (uuid->bv_len != 16)
		return NULL;
	for (size_t i = 0; i < 16; i++) {
		unsigned char byte = (unsigned char)uuid->bv_val[i];

		if (i == 4 || i == 6 || i == 8 || i == 10)
			*next++ = '-';
		*next++ = digits[byte >> 4];
		*next++ = digits[byte & 15];
	}
	return arena_bytes(arena, text, sizeof(text));
}

/* syncStateValue (RFC 4533 section 2.3). */
static bool read_state(LDAP *ld, LDAPMessage *entry, struct arena *arena, int *state,
	const char **identity)
{
	LDAPControl **all = NULL, *control;
	struct berval uuid;
	BerElement *ber = NULL;
	ber_int_t number;
	bool is_read = false;

	if (ldap_get_entry_controls(ld, entry, &all) == LDAP_SUCCESS &&
		(control = ldap_control_find(LDAP_CONTROL_SYNC_STATE, all, NULL)) &&
		control->ldctl_value.bv_len > 0)
		ber = ber_init(&control->ldctl_value);
	if (ber && ber_scanf(ber, "{em", &number, &uuid) != LBER_ERROR) {
		*state = number;
		*identity = uuid_text(arena, &uuid);
		is_read = true;
	}
	ber_free(ber, 1);
	ldap_controls_free(all);
	return is_read;
}

static bool read_change(const struct connection *connection, LDAPMessage *message,
	const struct dir_entry *entry, struct arena *arena, struct dir_change *change)
{
	static const char *const yes[] = {"TRUE", NULL};
	int state;

	*change = (struct dir_change){0};
	if (!read_state(connection->ld, message, arena, &state, &change->identity))
		return false;
	change->is_gone = state == LDAP_SYNC_DELETE;
	change->dn = entry_dn(arena, entry);
	change->dn_key = dn_key(arena, change->dn);
	change->holds_others = entry_has_any(entry, "hasSubordinates", yes);
	return state != LDAP_SYNC_PRESENT;
}

const struct follow_way follow_sync = {
	.attributes = attributes,
	.controls = sync_controls,
	.may_be_narrow = true,
	.begins_with_refresh = true,
	.is_refreshed = is_refreshed,
	.read = read_change,
};
