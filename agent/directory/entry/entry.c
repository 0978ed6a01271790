#include "directory/entry/entry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "directory/entry/mail_address.h"
#include "model/person.h"
#include "model/settings.h"
#include "model/snapshot.h"

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

size_t entry_count(LDAP *ld, LDAPMessage *entry, const char *attribute)
{
	struct berval **values = ldap_get_values_len(ld, entry, attribute);
	size_t count = (size_t)ldap_count_values_len(values);

	ldap_value_free_len(values);
	return count;
}

enum range_reading entry_range(struct arena *arena, LDAP *ld, LDAPMessage *entry,
	const char *attribute, const char **description, struct range *range)
{
	enum range_reading found = RANGE_NONE;
	BerElement *place = NULL;

	for (char *name = ldap_first_attribute(ld, entry, &place); name;
		name = ldap_next_attribute(ld, entry, place)) {
		struct range read;
		enum range_reading reading = range_read(name, attribute, &read);

		if (reading == RANGE_READ && found == RANGE_NONE) {
			*range = read;
			*description = arena_string(arena, name);
		}
		if (reading != RANGE_NONE)
			found = found == RANGE_NONE ? reading : RANGE_ODD;
		ldap_memfree(name);
	}
	ber_free(place, 0);
	return found;
}

/* Those of one description alone. */
static size_t read_texts(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute,
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

size_t entry_texts(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute,
	size_t most, struct strings *texts)
{
	const char *description = attribute;
	struct range range;
	enum range_reading reading = entry_range(arena, ld, entry, attribute, &description, &range);

	return read_texts(arena, ld, entry, description, most, texts) + (reading != RANGE_NONE);
}

size_t entry_members(struct snapshot *snapshot, LDAP *ld, LDAPMessage *entry, const char *attribute,
	struct member_values *members)
{
	struct arena *arena = snapshot_arena(snapshot);
	struct strings texts;
	size_t left_out = read_texts(arena, ld, entry, attribute, SIZE_MAX, &texts);

	for (size_t i = 0; i < texts.count; i++) {
		const char *dn = texts.items[i];
		const struct subject *subject =
			snapshot_subject_of_dn(snapshot, dn, strlen(dn), &dn);

		members->items = arena_grow(arena, members->items, members->count, &members->room,
			sizeof(*members->items));
		members->items[members->count++] = (struct member_value){
			.dn = dn, .key = subject->key + strlen("dn:"), .subject = subject};
	}
	return left_out;
}

void entry_find_left_out(struct snapshot *snapshot, const char *dn, const char *attribute,
	size_t left_out)
{
	if (left_out > 0) {
		findings_add(snapshot_findings(snapshot), FINDING_WARNING, dn,
			_("%s: %zu values are passed over: they are no text"), attribute, left_out);
	}
}

const char *entry_mail(struct arena *arena, LDAP *ld, LDAPMessage *entry, const char *attribute)
{
	struct mail_addresses addresses = {0};
	struct strings texts;

	entry_texts(arena, ld, entry, attribute, PERSON_VALUES_MAX, &texts);
	mail_addresses_add(&addresses, arena, attribute, &texts, NULL, NULL);
	return addresses.written_to;
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
