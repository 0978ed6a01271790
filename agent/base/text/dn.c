#include "base/text/dn.h"

#include <ldap.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"

/* The attribute types of RFC 4514 section 3 in the spellings met in the field, and their short names. */
static const struct {
	const char *spelling, *name;
} aliases[] = {
	{"commonname", "cn"},
	{"2.5.4.3", "cn"},
	{"localityname", "l"},
	{"2.5.4.7", "l"},
	{"stateorprovincename", "st"},
	{"2.5.4.8", "st"},
	{"organizationname", "o"},
	{"2.5.4.10", "o"},
	{"organizationalunitname", "ou"},
	{"2.5.4.11", "ou"},
	{"countryname", "c"},
	{"2.5.4.6", "c"},
	{"streetaddress", "street"},
	{"2.5.4.9", "street"},
	{"domaincomponent", "dc"},
	{"0.9.2342.19200300.100.1.25", "dc"},
	{"userid", "uid"},
	{"0.9.2342.19200300.100.1.1", "uid"},
};

static const char *short_name(const char *folded)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcmp(folded, aliases[i].spelling) == 0)
			return aliases[i].name;
	}
	return folded;
}

/* A value keeps its letters; what would be taken for structure is written as \xx. */
static void add_value(struct strbuf *key, const char *value)
{
	for (; *value; value++) {
		if (strchr(",+=\\#", *value) || (unsigned char)*value < 0x20)
			strbuf_addf(key, "\\%02x", (unsigned char)*value);
		else
			strbuf_addc(key, *value);
	}
}

/* "type=value" of one AVA; a value given as #hex, or with a NUL in it, is compared by its bytes. */
static char *ava_key(struct arena *arena, const LDAPAVA *ava)
{
	struct strbuf key = STRBUF_INIT;
	const char *value = ava->la_value.bv_val;
	size_t length = ava->la_value.bv_len;

	strbuf_adds(&key, short_name(text_fold(arena, ava->la_attr.bv_val, ava->la_attr.bv_len)));
	strbuf_addc(&key, '=');
	if ((ava->la_flags & LDAP_AVA_BINARY) || (length > 0 && memchr(value, '\0', length))) {
		strbuf_addc(&key, '#');
		for (size_t i = 0; i < length; i++)
			strbuf_addf(&key, "%02x", (unsigned char)value[i]);
	} else {
		add_value(&key, text_fold(arena, length ? value : "", length));
	}
	return strbuf_to_arena(&key, arena);
}

static void add_rdn(struct arena *arena, struct strbuf *key, LDAPRDN rdn)
{
	const char **parts = NULL;
	size_t count = 0, room = 0;

	for (; rdn[count]; count++) {
		parts = arena_grow(arena, parts, count, &room, sizeof(*parts));
		parts[count] = ava_key(arena, rdn[count]);
	}
	if (count > 1)
		qsort(parts, count, sizeof(*parts), text_compare);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			strbuf_addc(key, '+');
		strbuf_adds(key, parts[i]);
	}
}

static LDAPDN dn_parse(const char *text)
{
	LDAPDN dn = NULL;

	if (ldap_str2dn(text, &dn, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		return NULL;
	return dn;
}

const char *dn_key(struct arena *arena, const char *text)
{
	LDAPDN dn = dn_parse(text);
	struct strbuf key = STRBUF_INIT;
	const char *result;

	if (!dn)
		return NULL;
	for (size_t i = 0; dn[i]; i++) {
		if (i > 0)
			strbuf_addc(&key, ',');
		add_rdn(arena, &key, dn[i]);
	}
	result = strbuf_to_arena(&key, arena);
	ldap_dnfree(dn);
	return result;
}

bool dn_is_entry(const char *text)
{
	LDAPDN dn = strchr(text, '=') ? dn_parse(text) : NULL;
	bool is_entry = dn && dn[0] && dn[1];

	ldap_dnfree(dn);
	return is_entry;
}

bool dn_is_under(const char *key, const char *base_key)
{
	size_t length = strlen(key), base_length = strlen(base_key);

	if (base_length == 0)
		return true;
	if (length < base_length || strcmp(key + length - base_length, base_key) != 0)
		return false;
	return length == base_length || key[length - base_length - 1] == ',';
}

const char *dn_parent(const char *dn)
{
	for (; *dn; dn++) {
		if (*dn == '\\' && dn[1])
			dn++;
		else if (*dn == ',')
			return dn + 1 + strspn(dn + 1, " ");
	}
	return dn;
}

static bool is_domain_part(const LDAPAVA *const *rdn)
{
	return rdn[0] && !rdn[1] && strcasecmp(rdn[0]->la_attr.bv_val, "dc") == 0;
}

const char *dn_domain(struct arena *arena, const char *text)
{
	LDAPDN dn = dn_parse(text);
	const char *result = "";
	char *domain = NULL;
	size_t first = 0;

	for (size_t i = 0; dn && dn[i]; i++) {
		if (!is_domain_part((const LDAPAVA *const *)dn[i]))
			first = i + 1;
	}
	if (dn && ldap_dn2str(dn + first, &domain, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS && domain)
		result = arena_string(arena, domain);
	ldap_memfree(domain);
	ldap_dnfree(dn);
	return result;
}

const char *dn_leaf(struct arena *arena, const char *text)
{
	LDAPDN dn = dn_parse(text);
	const char *result = text;

	if (dn && dn[0] && dn[0][0])
		result = arena_bytes(arena, dn[0][0]->la_value.bv_val, dn[0][0]->la_value.bv_len);
	ldap_dnfree(dn);
	return result;
}
