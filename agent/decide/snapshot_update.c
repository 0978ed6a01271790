#include "decide/snapshot_update.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "decide/kept_absences.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* One carrying over. */
struct update_ctx {
	struct snapshot *to;
	const struct snapshot *from;
	struct arena *arena;       /* of `to` */
	struct arena *own;         /* owned: of what follows */
	struct table *identities;  /* of what changed -> struct dir_change */
	struct table *dns;         /* keys of what changed -> struct dir_change */
	bool any_changed;          /* of the directory */
	struct table *touched_dns; /* DNs, as `from` has them, of what is not carried over */
};

/* Whether an entry that `from` knows has changed; what has another name, or is gone, cannot be carried. */
static const struct dir_change *change_of(const struct update_ctx *c, const char *identity,
	const char *dn_key)
{
	const struct dir_change *change = identity ? table_find(c->identities, identity) : NULL;

	if (!change && dn_key)
		change = table_find(c->dns, dn_key);
	return change;
}

static bool is_where_it_was(const struct dir_change *change, const char *dn_key)
{
	return !change->is_gone && !change->holds_others && change->dn_key && dn_key &&
		strcmp(change->dn_key, dn_key) == 0;
}

static void note_touched(struct update_ctx *c, const char *dn)
{
	table_put(c->touched_dns, dn, c);
}

/* Copies. */

static struct reference copy_reference(struct arena *arena, const struct reference *reference)
{
	return (struct reference){.text = arena_string(arena, reference->text),
		.key = arena_string(arena, reference->key)};
}

static struct references copy_references(struct arena *arena, const struct references *references)
{
	struct references copy = {
		.items = arena_get(arena, references->count * sizeof(*copy.items))};

	for (; copy.count < references->count; copy.count++)
		copy.items[copy.count] = copy_reference(arena, &references->items[copy.count]);
	return copy;
}

static const char **copy_texts(struct arena *arena, const char **texts, size_t count)
{
	const char **copy = arena_get(arena, count * sizeof(*copy));

	for (size_t i = 0; i < count; i++)
		copy[i] = arena_string(arena, texts[i]);
	return copy;
}

/* The directory's, as they were read there. */
static void copy_absences(struct update_ctx *c, struct person *copy, const struct person *person)
{
	copy->absences = arena_get(c->arena, person->absence_count * sizeof(*copy->absences));
	copy->absence_count = 0;
	for (size_t i = 0; i < person->absence_count; i++) {
		struct absence *absence = &copy->absences[copy->absence_count];

		if (person->absences[i].order != 0 || person->absences[i].kept)
			continue;
		*absence = person->absences[i];
		absence->deputies = copy_references(c->arena, &person->absences[i].deputies);
		copy->absence_count++;
	}
	kept_absences_attach(snapshot_kept(c->to), c->arena, copy);
}

static void copy_person(struct update_ctx *c, const struct person *person)
{
	struct arena *arena = c->arena;
	struct person copy = *person;

	copy.dn = arena_string(arena, person->dn);
	copy.key = arena_string(arena, person->key);
	copy.identity = arena_string(arena, person->identity);
	copy.name = arena_string(arena, person->name);
	copy.mail = arena_string(arena, person->mail);
	copy.login = arena_string(arena, person->login);
	copy.known_as = copy_texts(arena, person->known_as, person->known_as_count);
	copy.roles = copy_texts(arena, person->roles, person->role_count);
	copy.asked_as = copy_texts(arena, person->asked_as, person->asked_as_count);
	copy.deputies = copy_references(arena, &person->deputies);
	copy.standing = NULL; /* of feeds, as their absences are, and roles that they give */
	copy.given = NULL;
	copy.standing_count = copy.given_count = 0;
	copy.manager = copy_reference(arena, &person->manager);
	copy_absences(c, &copy, person);
	snapshot_add_person(c->to, &copy);
}

static struct member_values copy_members(struct snapshot *to, const struct member_values *members)
{
	struct member_values copy = {.items = arena_get(snapshot_arena(to),
					     members->count * sizeof(struct member_value *)),
		.room = members->count};

	for (; copy.count < members->count; copy.count++) {
		const char *dn = members->items[copy.count]->dn;

		copy.items[copy.count] = members->items[copy.count]->is_login
			? snapshot_member_of_login(to, dn)
			: snapshot_member(to, dn, strlen(dn));
	}
	return copy;
}

/* What the update copies, kind by kind. */

static bool copy_people(struct update_ctx *c)
{
	for (size_t i = 0; i < snapshot_person_count(c->from); i++) {
		const struct person *person = snapshot_person_at(c->from, i);
		const struct dir_change *change = change_of(c, person->identity, person->key);

		if (change && !is_where_it_was(change, person->key))
			return false;
		if (change)
			note_touched(c, person->dn);
		else
			copy_person(c, person);
	}
	return true;
}

/* The person as `to` has it, or NULL. */
static const struct person *updated_person(const struct update_ctx *c, const struct person *person)
{
	const struct resolved_ref *ref = snapshot_ref_of_dn(c->to, person->key);

	return ref ? ref->person : NULL;
}

/* A login or mail address that nobody has, or several: someone who changed may have it now, or no longer. */
static bool is_open_name(const char *key, const struct resolved_ref *ref)
{
	return strncmp(key, "id:", 3) == 0 && !ref->person;
}

/* A reference to a person goes with the person. */
static void copy_ref_entry(struct update_ctx *c, const char *key, const struct resolved_ref *ref)
{
	struct resolved_ref copy = *ref;

	copy.dn = arena_string(c->arena, ref->dn);
	copy.shared_by = arena_string(c->arena, ref->shared_by);
	copy.identity = arena_string(c->arena, ref->identity);
	copy.members = copy_members(c->to, &ref->members);
	copy.bearers = (struct bearers){0};
	if (ref->person) {
		copy.person = updated_person(c, ref->person);
		if (!copy.person)
			return;
		if (ref->bearers.count > 0)
			bearers_add(&copy.bearers, c->arena, key, copy.person);
	}
	snapshot_resolve(c->to, key, &copy);
}

static const char *dn_key_of(struct update_ctx *c, const struct resolved_ref *ref)
{
	if (ref->person)
		return ref->person->key;
	return ref->dn ? dn_key(c->own, ref->dn) : NULL;
}

static bool copy_ref(struct update_ctx *c, const char *key, const struct resolved_ref *ref)
{
	const char *asked_dn = strncmp(key, "dn:", 3) == 0 ? key + strlen("dn:") : NULL;
	const char *dn_key_found = dn_key_of(c, ref);
	const struct dir_change *change = change_of(c, ref->identity, dn_key_found);

	if (!change && asked_dn)
		change = table_find(c->dns, asked_dn);
	if (change && ref->kind != REF_MISSING && !is_where_it_was(change, dn_key_found))
		return false;
	if (change || is_open_name(key, ref) || (ref->has_search && c->any_changed)) {
		if (ref->dn)
			note_touched(c, ref->dn);
		return true;
	}
	copy_ref_entry(c, key, ref);
	return true;
}

static bool copy_refs(struct update_ctx *c)
{
	for (size_t i = 0; i < snapshot_subject_count(c->from); i++) {
		const struct subject *subject = snapshot_subject_at(c->from, i);
		const struct resolved_ref *ref = subject_ref(subject);

		if (ref && !copy_ref(c, subject->key, ref))
			return false;
	}
	return true;
}

static bool copy_lists(struct update_ctx *c)
{
	for (size_t i = 0; i < snapshot_list_count(c->from); i++) {
		const struct list *list = snapshot_list_at(c->from, i);
		const struct dir_change *change = change_of(c, list->identity, list->key);
		struct list *copy;

		if (change && list->exists && !is_where_it_was(change, list->key))
			return false;
		if (change) {
			note_touched(c, list->dn);
			continue;
		}
		copy = snapshot_add_list(c->to, list->key);
		copy->dn = arena_string(c->arena, list->dn);
		copy->exists = list->exists;
		snapshot_set_list_identity(c->to, copy, arena_string(c->arena, list->identity));
		copy->mail = arena_string(c->arena, list->mail);
		copy->members = copy_members(c->to, &list->members);
		copy->members_hidden = list->members_hidden;
		copy->addresses.items =
			arena_get(c->arena, list->addresses.count * sizeof(const char *));
		for (size_t j = 0; j < list->addresses.count; j++)
			copy->addresses.items[copy->addresses.count++] =
				arena_string(c->arena, list->addresses.items[j]);
		copy->ban = list->ban;
		copy->is_security = list->is_security;
	}
	return true;
}

/* Findings of an entry are made again when it is read again. */
static void copy_findings(struct update_ctx *c)
{
	const struct findings *findings = snapshot_found(c->from);

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (!table_find(c->touched_dns, finding->where))
			findings_copy(snapshot_findings(c->to), finding);
	}
}

static void note_changes(struct update_ctx *c, const struct dir_change *const *changes,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (changes[i]->identity)
			table_put(c->identities, changes[i]->identity, (void *)changes[i]);
		if (changes[i]->dn_key)
			table_put(c->dns, changes[i]->dn_key, (void *)changes[i]);
	}
}

static bool any_holds_others(const struct dir_change *const *changes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (changes[i]->holds_others)
			return true;
	}
	return false;
}

bool snapshot_update(struct snapshot *to, const struct snapshot *from,
	const struct dir_change *const *changes, size_t count)
{
	struct arena *own = arena_new();
	struct update_ctx c = {
		.to = to,
		.from = from,
		.arena = snapshot_arena(to),
		.own = own,
		.identities = table_new(own),
		.dns = table_new(own),
		.any_changed = count > 0,
		.touched_dns = table_new(own),
	};
	bool whole;

	note_changes(&c, changes, count);
	whole = !any_holds_others(changes, count) && copy_people(&c) && copy_refs(&c) &&
		copy_lists(&c);
	if (whole)
		copy_findings(&c);
	arena_free(own);
	return whole;
}

void snapshot_invalidate_names(struct snapshot *snapshot, const char *identity)
{
	for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);

		if (strcmp(person->identity, identity) != 0)
			continue;
		for (size_t j = 0; j < person->known_as_count; j++) {
			const struct resolved_ref *ref =
				snapshot_ref(snapshot, person->known_as[j]);

			if (ref && ref->person != person)
				snapshot_forget(snapshot, person->known_as[j]);
		}
	}
}
