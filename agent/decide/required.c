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
	struct table *groups_seen;  /* of the group asked for at the moment */
	struct group_in_walk *walk; /* its groups in the order in which they are looked at */
	size_t walk_count, walk_room;
};

/* A group to be walked through, and how the walk came to it. */
struct group_in_walk {
	const struct member_value *value;
	const struct group_step *step; /* NULL: the group that the route names */
};

/* Whether a person has that reason, or comes through as many ways of the same group as are kept. */
static bool has_reason(const struct required *required, const struct reason *reason)
{
	size_t alike = 0;

	for (size_t i = 0; i < required->reason_count; i++) {
		if (reason_is_same(&required->reasons[i], reason))
			return true;
		alike += reason_is_alike(&required->reasons[i], reason);
	}
	return alike >= GROUP_WAYS_MAX;
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

/* Have a group walked through, unless it was met before. The text of `step` is in the snapshot. */
static void add_to_walk(struct required_ctx *g, const struct member_value *value,
	const struct group_step *step)
{
	if (table_find(g->groups_seen, value->key))
		return;
	table_put(g->groups_seen, value->key, g);
	g->walk = arena_grow(g->arena, g->walk, g->walk_count, &g->walk_room, sizeof(*g->walk));
	g->walk[g->walk_count++] = (struct group_in_walk){value, step};
}

/* The step into a group that is a member of the one which `reason` has gone through. */
static const struct group_step *step_into(struct required_ctx *g, const char *dn,
	const struct reason *reason)
{
	struct group_step *step = arena_get(g->arena, sizeof(*step));

	*step = (struct group_step){
		.dn = dn,
		.from = reason->through,
		.depth = reason->through ? reason->through->depth + 1 : 1,
	};
	return step;
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
		add_to_walk(g, value, step_into(g, ref->dn, reason));
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

/*
 * All people of a group and of the groups inside it, those in fewer groups first, so that the first way to
 * a person is a shortest one; a circle of groups ends where it began.
 */
static void walk_groups(struct required_ctx *g, const struct reason *named)
{
	for (size_t next = 0; next < g->walk_count; next++) {
		const struct group_in_walk at = g->walk[next];
		const struct resolved_ref *group = snapshot_ref_of_dn(g->snapshot, at.value->key);
		struct reason reason = *named;

		reason.through = at.step;
		if (group->members_hidden)
			note_unread_group(g, group->dn,
				_("the members of the group may not be read"));
		for (size_t i = 0; i < group->members.count; i++)
			add_group_member(g, group->dn, &group->members.items[i], &reason);
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
		g->walk_count = 0;
		add_to_walk(g, value, NULL);
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
