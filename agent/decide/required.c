#include "decide/required.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "decide/holders.h"
#include "model/reference.h"

/* The people found so far, and the groups walked through. */
struct required_ctx {
	struct arena *arena;
	const struct snapshot *snapshot;
	struct required_notes *notes;
	struct required **items;
	size_t count, room;
	struct table *by_identity;
	struct table *groups_seen;          /* of the group asked for at the moment */
	const struct member_value **groups; /* still to be walked through, the next on top */
	size_t group_count, group_room;
};

static bool has_reason(const struct required *required, const struct reason *reason)
{
	for (size_t i = 0; i < required->reason_count; i++) {
		if (required->reasons[i].kind == reason->kind &&
			strcmp(required->reasons[i].what, reason->what) == 0)
			return true;
	}
	return false;
}

static void add_person(struct required_ctx *g, const struct person *person,
	const struct reason *reason)
{
	struct required *required = table_find(g->by_identity, person->identity);

	if (!required) {
		required = arena_get(g->arena, sizeof(*required));
		required->person = person;
		table_put(g->by_identity, person->identity, required);
		g->items = arena_grow(g->arena, g->items, g->count, &g->room,
			sizeof(struct required *));
		g->items[g->count++] = required;
	}
	if (has_reason(required, reason))
		return;
	required->reasons = arena_grow(g->arena, required->reasons, required->reason_count,
		&required->reason_room, sizeof(*required->reasons));
	required->reasons[required->reason_count++] = *reason;
}

static void add_role(struct required_ctx *g, const struct role_wanted *wanted,
	const struct holders *holders)
{
	const struct reason reason = {.kind = REASON_ROLE, .what = wanted->text};
	size_t count;
	const struct holder *items = holders_of(holders, wanted->role, &count);

	for (size_t i = 0; i < count; i++) {
		if (holder_is_wanted(&items[i], wanted))
			add_person(g, items[i].person, &reason);
	}
}

/* Ask for an entry that nobody has read yet. */
static void require_dn(struct required_ctx *g, const char *dn)
{
	if (g->notes->unread)
		references_add(g->notes->unread, g->arena, &g->notes->unread_room, dn);
}

static void push_group(struct required_ctx *g, const struct member_value *value)
{
	if (table_find(g->groups_seen, value->key))
		return;
	table_put(g->groups_seen, value->key, g);
	g->groups = arena_grow(g->arena, g->groups, g->group_count, &g->group_room,
		sizeof(const struct member_value *));
	g->groups[g->group_count++] = value;
}

static void add_group_member(struct required_ctx *g, const char *group_dn,
	const struct member_value *value, const struct reason *reason)
{
	const struct resolved_ref *ref = snapshot_ref_of_dn(g->snapshot, value->key);

	if (!ref)
		require_dn(g, value->dn);
	else if (ref->person)
		add_person(g, ref->person, reason);
	else if (ref->kind == REF_GROUP)
		push_group(g, value);
	else if (g->notes->findings)
		findings_add(g->notes->findings, FINDING_WARNING, group_dn,
			_("member %s is passed over: %s"), value->dn, ref_problem(ref->kind));
}

/* A group that cannot be taken for what it is: who is in it is not known, so nobody may be removed for it. */
static void note_unread_group(struct required_ctx *g, const char *dn, const char *problem)
{
	protection_add(&g->notes->protection, g->arena, PROTECTION_ERROR, dn);
	if (g->notes->findings)
		findings_add(g->notes->findings, FINDING_ERROR, dn,
			_("%s; nothing is removed from the lists that ask for it"), problem);
}

/* All people of a group and of the groups inside it; a circle of groups ends where it began. */
static void walk_groups(struct required_ctx *g, const struct reason *reason)
{
	while (g->group_count > 0) {
		const struct member_value *value = g->groups[--g->group_count];
		const struct resolved_ref *group = snapshot_ref_of_dn(g->snapshot, value->key);

		if (group->members_hidden)
			note_unread_group(g, group->dn,
				_("the members of the group may not be read"));
		for (size_t i = 0; i < group->members.count; i++)
			add_group_member(g, group->dn, &group->members.items[i], reason);
	}
}

static void add_group(struct required_ctx *g, const struct group_wanted *wanted)
{
	const struct reason reason = {.kind = REASON_GROUP, .what = wanted->dn};
	const struct resolved_ref *ref = snapshot_ref_of_dn(g->snapshot, wanted->key);
	struct member_value *value;

	if (!ref) {
		require_dn(g, wanted->dn);
	} else if (ref->kind == REF_MISSING) {
		note_unread_group(g, wanted->dn, _("the group is not there, or may not be read"));
	} else if (ref->kind != REF_GROUP) {
		note_unread_group(g, wanted->dn, _("asked for as a group, but the entry is none"));
	} else {
		value = arena_get(g->arena, sizeof(*value));
		*value = (struct member_value){.dn = wanted->dn, .key = wanted->key};
		g->groups_seen = table_new(g->arena);
		push_group(g, value);
		walk_groups(g, &reason);
	}
}

static void add_named(struct required_ctx *g, const struct block *block,
	const struct reference *reference)
{
	const struct reason reason = {.kind = REASON_NAMED, .what = reference->text};
	const struct resolved_ref *ref = snapshot_ref(g->snapshot, reference->key);

	if (!ref)
		require_dn(g, reference->text);
	else if (ref->person)
		add_person(g, ref->person, &reason);
	else if (g->notes->findings)
		findings_add(g->notes->findings, FINDING_WARNING, block->list,
			_("%s, named under people, is passed over: %s"), reference->text,
			ref_problem(ref->kind));
}

static int by_dn(const void *left, const void *right)
{
	const struct required *const *a = left, *const *b = right;

	return strcmp((*a)->person->dn, (*b)->person->dn);
}

struct required **required_find(struct arena *arena, const struct block *block,
	const struct holders *holders, const struct snapshot *snapshot,
	struct required_notes *notes, size_t *count)
{
	struct required_ctx g = {
		.arena = arena,
		.snapshot = snapshot,
		.notes = notes,
		.by_identity = table_new(arena),
	};

	for (size_t i = 0; i < block->role_count; i++)
		add_role(&g, &block->roles[i], holders);
	for (size_t i = 0; i < block->group_count; i++)
		add_group(&g, &block->groups[i]);
	for (size_t i = 0; i < block->people.count; i++)
		add_named(&g, block, &block->people.items[i]);
	if (g.count > 1)
		qsort(g.items, g.count, sizeof(struct required *), by_dn);
	*count = g.count;
	return g.items;
}
