#include "directory/entry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistr.h>

#include "base/arena.h"
#include "base/dn.h"
#include "decide/snapshot.h"
#include "settings/settings.h"

const char *entry_dn(struct arena *arena, LDAP *ld, LDAPMessage *entry)
{
	char *dn = ldap_get_dn(ld, entry);
	const char *copy = arena_string(arena, dn ? dn : "");

	ldap_memfree(dn);
	return copy;
}

static bool is_text(const struct berval *value)
{
	return !memchr(value->bv_val, '\0', value->bv_len) &&
		!u8_check((const uint8_t *)value->bv_val, value->bv_len);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t entry_texts(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute,
	size_t most, struct strings *texts)
{
	struct berval **values = ldap_get_values_len(ld, entry, attribute);
	size_t count = (size_t)ldap_count_values_len(values);

	*texts = (struct strings){.items = arena_get(arena, count * sizeof(*texts->items))};
	for (size_t i = 0; i < count; i++) {
		if (is_text(values[i])) {
			texts->items[texts->count++] =
				arena_bytes(arena, values[i]->bv_val, values[i]->bv_len);
		}
	}
	ldap_value_free_len(values);
	if (texts->count > 1)
		qsort(texts->items, texts->count, sizeof(*texts->items), compare_texts);
	if (texts->count > most)
		texts->count = most;
	return count - texts->count;
}

size_t entry_members(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute,
	struct member_values *members)
{
	struct strings texts;
	size_t left_out = entry_texts(arena, ld, entry, attribute, SIZE_MAX, &texts);

	for (size_t i = 0; i < texts.count; i++) {
		const char *dn = texts.items[i], *key = dn_key(arena, dn);

		members->items = arena_grow(arena, members->items, members->count, &members->room,
			sizeof(*members->items));
		members->items[members->count++] =
			(struct member_value){.dn = dn, .key = key ? key : dn};
	}
	return left_out;
}

static bool is_mail(const char *text)
{
	const char *at = strchr(text, '@');

	return at && at > text && at[1];
}

const char *entry_mail(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute)
{
	struct strings texts;

	entry_texts(arena, ld, entry, attribute, SIZE_MAX, &texts);
	for (size_t i = 0; i < texts.count; i++) {
		if (is_mail(texts.items[i]))
			return texts.items[i];
	}
	return NULL;
}

static bool is_among(const struct berval *value, const char *const *words)
{
	for (; *words; words++) {
		if (strlen(*words) == value->bv_len &&
			strncasecmp(*words, value->bv_val, value->bv_len) == 0)
			return true;
	}
	return false;
}

bool entry_has_any(LDAP *ld, LDAPMessage *entry, const char *attribute, const char *const *words)
{
	struct berval **values = ldap_get_values_len(ld, entry, attribute);
	bool found = false;

	for (size_t i = 0; values && values[i] && !found; i++)
		found = is_among(values[i], words);
	ldap_value_free_len(values);
	return found;
}
