#include "directory/entry/entry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/sort.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "directory/entry/mail_address.h"
#include "model/person.h"
#include "model/settings.h"
#include "model/snapshot.h"

/* The element that `from` begins with (X.690 section 8.1, definite lengths as RFC 4511 section 5.1 says), taken off it. */
static bool take_element(struct berval *from, struct berval *contents)
{
	const unsigned char *bytes = (const unsigned char *)from->bv_val;
	size_t head = 2, length;

	if (from->bv_len < head || (bytes[0] & 0x1f) == 0x1f)
		return false;
	length = bytes[1];
	if (length >= 0x80) {
		head += length & 0x7f;
		if (head == 2 || head > 6 || head > from->bv_len)
			return false;
		length = 0;
		for (size_t i = 2; i < head; i++)
			length = length << 8 | bytes[i];
	}
	if (length > from->bv_len - head)
		return false;
	*contents = (struct berval){length, from->bv_val + head};
	from->bv_val += head + length;
	from->bv_len -= head + length;
	return true;
}

/* PartialAttribute (RFC 4511 section 4.1.7). */
static bool read_attribute(struct dir_entry *entry, struct berval *from)
{
	struct entry_attribute attribute = {.first = entry->value_count};
	struct berval set;

	if (!take_element(from, &attribute.type) || !take_element(from, &set) || from->bv_len > 0)
		return false;
	while (set.bv_len > 0) {
		entry->values = memory_grow(entry->values, entry->value_count, &entry->value_room,
			sizeof(*entry->values));
		if (!take_element(&set, &entry->values[entry->value_count]))
			return false;
		entry->value_count++;
	}
	attribute.count = entry->value_count - attribute.first;
	entry->has_options |= memchr(attribute.type.bv_val, ';', attribute.type.bv_len) != NULL;
	entry->attributes = memory_grow(entry->attributes, entry->count, &entry->room,
		sizeof(*entry->attributes));
	entry->attributes[entry->count++] = attribute;
	return true;
}

bool entry_open(struct dir_entry *entry, LDAP *ld, LDAPMessage *message)
{
	BerElement *ber = NULL;
	struct berval attribute;
	ber_len_t left = 0;
	bool is_whole = ldap_get_dn_ber(ld, message, &ber, &entry->dn) == LDAP_SUCCESS;

	entry->count = entry->value_count = 0;
	entry->has_options = false;
	while (is_whole && ber_skip_element(ber, &attribute) != LBER_DEFAULT)
		is_whole = read_attribute(entry, &attribute);
	if (is_whole)
		is_whole = ber_get_option(ber, LBER_OPT_BER_REMAINING_BYTES, &left) ==
				LBER_OPT_SUCCESS &&
			left == 0;
	ber_free(ber, 0);
	if (!is_whole) {
		entry->dn = (struct berval){0};
		entry->count = 0;
	}
	return is_whole;
}

bool entry_open_first(struct dir_entry *entry, LDAP *ld, LDAPMessage *answer)
{
	LDAPMessage *message = answer ? ldap_first_entry(ld, answer) : NULL;

	return message && entry_open(entry, ld, message);
}

void entry_release(struct dir_entry *entry)
{
	free(entry->attributes);
	free(entry->values);
	*entry = (struct dir_entry)DIR_ENTRY_INIT;
}

const struct berval *entry_values(const struct dir_entry *entry, const char *attribute,
	size_t *count)
{
	size_t length = strlen(attribute);

	for (size_t i = 0; i < entry->count; i++) {
		const struct entry_attribute *found = &entry->attributes[i];

		if (found->type.bv_len == length &&
			strncasecmp(found->type.bv_val, attribute, length) == 0) {
			*count = found->count;
			return found->count > 0 ? &entry->values[found->first] : NULL;
		}
	}
	*count = 0;
	return NULL;
}

const char *entry_dn(struct arena *arena, const struct dir_entry *entry)
{
	bool has_nul = entry->dn.bv_len > 0 && memchr(entry->dn.bv_val, '\0', entry->dn.bv_len);

	return arena_bytes(arena, entry->dn.bv_val, has_nul ? 0 : entry->dn.bv_len);
}

const struct member_value *entry_dn_value(struct snapshot *snapshot, const struct dir_entry *entry)
{
	struct arena *own = arena_new();
	const char *dn = entry_dn(own, entry);
	const struct member_value *value = snapshot_member(snapshot, dn, strlen(dn));

	arena_free(own);
	return value;
}

static bool is_text(const struct berval *value)
{
	return !memchr(value->bv_val, '\0', value->bv_len) &&
		!u8_check((const uint8_t *)value->bv_val, value->bv_len);
}

size_t entry_count(const struct dir_entry *entry, const char *attribute)
{
	size_t count;

	entry_values(entry, attribute, &count);
	return count;
}

enum range_reading entry_range(struct arena *arena, const struct dir_entry *entry,
	const char *attribute, const char **description, struct range *range)
{
	enum range_reading found = RANGE_NONE;

	for (size_t i = 0; i < entry->count && entry->has_options; i++) {
		const struct berval *type = &entry->attributes[i].type;
		struct range read;
		enum range_reading reading;
		const char *name;

		if (!memchr(type->bv_val, ';', type->bv_len))
			continue;
		name = arena_bytes(arena, type->bv_val, type->bv_len);
		reading = range_read(name, attribute, &read);
		if (reading == RANGE_READ && found == RANGE_NONE) {
			*range = read;
			*description = name;
		}
		if (reading != RANGE_NONE)
			found = found == RANGE_NONE ? reading : RANGE_ODD;
	}
	return found;
}

/* Those of one description alone. */
static size_t read_texts(struct arena *arena, const struct dir_entry *entry, const char *attribute,
	size_t most, struct strings *texts)
{
	size_t count;
	const struct berval *values = entry_values(entry, attribute, &count);

	*texts = (struct strings){0};
	if (count == 0)
		return 0;
	texts->items = arena_get(arena, count * sizeof(*texts->items));
	for (size_t i = 0; i < count; i++) {
		if (is_text(&values[i]))
			texts->items[texts->count++] =
				arena_bytes(arena, values[i].bv_val, values[i].bv_len);
	}
	sort_items(texts->items, texts->count, sizeof(*texts->items), text_compare);
	if (texts->count > most)
		texts->count = most;
	return count - texts->count;
}

size_t entry_texts(struct arena *arena, const struct dir_entry *entry, const char *attribute,
	size_t most, struct strings *texts)
{
	const char *description = attribute;
	struct range range;
	enum range_reading reading = entry_range(arena, entry, attribute, &description, &range);

	return read_texts(arena, entry, description, most, texts) + (reading != RANGE_NONE);
}

static int compare_members(const void *left, const void *right)
{
	const struct member_value *const *a = left, *const *b = right;

	return strcmp((*a)->dn, (*b)->dn);
}

size_t entry_members(struct snapshot *snapshot, const struct dir_entry *entry,
	const char *attribute, struct member_values *members)
{
	struct arena *arena = snapshot_arena(snapshot);
	size_t count, before = members->count;
	const struct berval *values = entry_values(entry, attribute, &count);

	if (before == 0 && count > members->room) {
		members->items = arena_get(arena, count * sizeof(struct member_value *));
		members->room = count;
	}
	for (size_t i = 0; i < count; i++) {
		const struct member_value *value =
			snapshot_known_member(snapshot, values[i].bv_val, values[i].bv_len);

		if (!value && is_text(&values[i]))
			value = snapshot_member(snapshot, values[i].bv_val, values[i].bv_len);
		if (value)
			member_values_add(members, arena, value);
	}
	sort_items(members->items + before, members->count - before, sizeof(struct member_value *),
		compare_members);
	return count - (members->count - before);
}

void entry_find_left_out(struct snapshot *snapshot, const char *dn, const char *attribute,
	size_t left_out)
{
	if (left_out > 0) {
		findings_add(snapshot_findings(snapshot), FINDING_WARNING, dn,
			_("%s: %zu values are passed over: they are no text"), attribute, left_out);
	}
}

const char *entry_mail(struct arena *arena, const struct dir_entry *entry, const char *attribute)
{
	struct mail_addresses addresses = {0};
	struct strings texts;

	entry_texts(arena, entry, attribute, PERSON_VALUES_MAX, &texts);
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

bool entry_has_any(const struct dir_entry *entry, const char *attribute, const char *const *words)
{
	size_t count;
	const struct berval *values = entry_values(entry, attribute, &count);
	bool found = false;

	for (size_t i = 0; i < count && !found; i++)
		found = is_among(&values[i], words);
	return found;
}
