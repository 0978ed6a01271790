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

/* The key of any DN, as libldap reads it. */
static const char *read_key(struct arena *arena, const char *text)
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

/* The signs that a value may have only escaped (RFC 4514 section 2.4), or that dn_key() escapes. */
static const bool has_meaning[0x80] = {
	['"'] = true,
	['#'] = true,
	['+'] = true,
	[','] = true,
	[';'] = true,
	['<'] = true,
	['='] = true,
	['>'] = true,
	['\\'] = true,
};

/* Fold a byte that stands for itself anywhere in a value; 0: it does not. */
static unsigned char fold_plain(unsigned char byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return (unsigned char)(byte + ('a' - 'A'));
	return byte > ' ' && byte < 0x7f && !has_meaning[byte] ? byte : 0;
}

/* The types of all longer names in `aliases` have shorter ones. */
#define PLAIN_TYPE_MAX 5

/* Letters of Latin-1 as UTF-8 has them: U+00C0 to U+00FF. One of them, ß, folds to two letters. */
#define LATIN_LEAD     0xc3
#define LATIN_SHARP_S  0x9f
#define LATIN_MULTIPLY 0x97 /* U+00D7 stands among the capitals */

/* Fold the second byte of a letter of Latin-1; 0: it is none, or ß. */
static unsigned char fold_latin(unsigned char byte)
{
	if ((byte & 0xc0) != 0x80 || byte == LATIN_SHARP_S)
		return 0;
	return byte < LATIN_SHARP_S && byte != LATIN_MULTIPLY ? (unsigned char)(byte + 0x20) : byte;
}

static bool is_letter(unsigned char byte)
{
	byte |= 0x20;
	return byte >= 'a' && byte <= 'z';
}

/* A run of blanks is one blank, as in text_fold(). NFKC leaves these characters as they are, alone and beside each other. */
size_t dn_key_plain(const char *dn, size_t length, char *key)
{
	const unsigned char *at = (const unsigned char *)dn, *end = at + length, *start;
	unsigned char *out = (unsigned char *)key;

	for (;; at++) {
		for (start = at; at < end && is_letter(*at); at++)
			*out++ = *at | 0x20;
		if (at == end || *at != '=' || at == start || at - start > PLAIN_TYPE_MAX)
			return 0;
		*out++ = '=';
		for (start = ++at; at < end && *at != ','; at++) {
			unsigned char folded = fold_plain(*at);

			if (*at == LATIN_LEAD && at + 1 < end) {
				*out++ = *at++;
				folded = fold_latin(*at);
			} else if (*at == ' ' && at > start) {
				if (out[-1] == ' ')
					continue;
				folded = ' ';
			}
			if (!folded)
				return 0;
			*out++ = folded;
		}
		if (at == start || out[-1] == ' ')
			return 0;
		if (at == end)
			break;
		*out++ = ',';
	}
	*out = '\0';
	return (size_t)(out - (unsigned char *)key);
}

/* A plain DN up to this length takes no memory but the key's. */
#define PLAIN_LENGTH_MAX 1000

const char *dn_key(struct arena *arena, const char *text)
{
	char plain[PLAIN_LENGTH_MAX + 1];
	size_t length = strlen(text);
	size_t plain_length = length <= PLAIN_LENGTH_MAX ? dn_key_plain(text, length, plain) : 0;

	return plain_length > 0 ? arena_bytes(arena, plain, plain_length) : read_key(arena, text);
}

/* In a key no comma stands but those between its RDNs. */
bool dn_is_entry(const char *text)
{
	char plain[PLAIN_LENGTH_MAX + 1];
	size_t length = strlen(text);
	LDAPDN dn;
	bool is_entry;

	if (length <= PLAIN_LENGTH_MAX && dn_key_plain(text, length, plain) > 0)
		return strchr(plain, ',') != NULL;
	dn = strchr(text, '=') ? dn_parse(text) : NULL;
	is_entry = dn && dn[0] && dn[1];
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
