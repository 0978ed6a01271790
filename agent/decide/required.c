#include "decide/required.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/id_set.h"
#include "base/memory/sort.h"
#include "base/text/language.h"
#include "decide/holders.h"
#include "decide/required_fault.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* The people found so far, and the groups walked through. */
struct required_ctx {
	struct arena *arena; /* of what is found */
	struct arena *own;   /* owned: of the search */
	const struct block *block;
	const struct snapshot *snapshot;
	const struct time_scope *scope;
	struct required_notes *notes;
	struct required **items;
	size_t count, room;
	struct id_set people;       /* their numbers, each at its place */
	struct id_set groups_seen;  /* subjects, of the group asked for at the moment */
	struct group_in_walk *walk; /* its groups in the order in which they are looked at */
	size_t walk_count, walk_room;
	struct reason *shared; /* the last one that was copied */
	bool met_unreadable;   /* a member of the group that is looked at may be a group */
};

/* A group to be walked through, and how the walk came to it. */
struct group_in_walk {
	const struct resolved_ref *group;
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

/* A copy of a reason; the same one as long as those that come are the same. */
static struct reason *share_reason(struct required_ctx *g, const struct reason *reason)
{
	struct reason *shared = g->shared;

	if (shared && shared->kind == reason->kind && shared->what == reason->what &&
		shared->through == reason->through && shared->feed == reason->feed &&
		shared->whom == reason->whom)
		return shared;
	g->shared = arena_get(g->arena, sizeof(*g->shared));
	*g->shared = *reason;
	return g->shared;
}

static void add_person(struct required_ctx *g, const struct person *person,
	const struct reason *reason)
{
	size_t place = id_set_place(&g->people, g->own, person->number);
	struct required *required;

	if (place < g->count) {
		required = g->items[place];
		if (!has_reason(required, reason))
			required_add_reason(required, g->arena, reason);
		return;
	}
	required = arena_get(g->arena, sizeof(*required));
	required->person = person;
	required->reasons = share_reason(g, reason);
	required->reason_count = required->reason_room = 1;
	g->items = arena_grow(g->own, g->items, g->count, &g->room, sizeof(struct required *));
	g->items[g->count++] = required;
}

/* Note a moment at which the block asks for somebody else. */
static void note_change(struct required_ctx *g, moment t)
{
	if (t > g->scope->from && t < g->notes->until)
		g->notes->until = t;
}

static void add_role(struct required_ctx *g, const struct role_wanted *wanted,
	const struct holders *holders)
{
	struct reason reason = {.kind = REASON_ROLE, .what = wanted->text};
	size_t count;
	const struct holder *items = holders_of(holders, wanted->role, &count);

	for (size_t i = 0; i < count; i++) {
		if (!holder_is_wanted(&items[i], wanted))
			continue;
		note_change(g, items[i].start);
		note_change(g, items[i].end);
		reason.feed = items[i].feed;
		if (holder_holds(&items[i], g->scope))
			add_person(g, items[i].person, &reason);
	}
}

/* Have a group walked through, unless it was met before. The text of `step` is in the snapshot. */
static void add_to_walk(struct required_ctx *g, const struct subject *group,
	const struct group_step *step)
{
	if (!id_set_add(&g->groups_seen, g->own, group->id))
		return;
	g->walk = arena_grow(g->own, g->walk, g->walk_count, &g->walk_room, sizeof(*g->walk));
	g->walk[g->walk_count++] = (struct group_in_walk){group->ref, step};
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

/* Somebody whom a name or a member means at some moment of the scope. */
static bool add_meant(struct required_ctx *g, const struct resolved_ref *ref, bool logins_only,
	const struct reason *reason)
{
	const struct person *const *people;
	size_t count = ref_people(ref, g->scope, logins_only, g->own, &people);

	for (size_t i = 0; i < count; i++)
		add_person(g, people[i], reason);
	note_change(g, bearers_next_change(&ref->bearers, g->scope->from));
	return count > 0;
}

/* Take a member of a group; true: an entry that is no group answers to it. */
static bool add_group_member(struct required_ctx *g, const char *group_dn,
	const struct member_value *value, const struct reason *reason)
{
	const struct resolved_ref *ref = snapshot_ref_of_member(g->snapshot, value);

	if (!ref)
		return true;
	if (ref->person && ref->person->named_only) {
		if (g->notes->faults)
			required_faults_pass_over(g->notes->faults, group_dn, value,
				&(struct resolved_ref){.kind = REF_NAMED_ONLY, .dn = ref->dn});
		return true;
	}
	if (add_meant(g, ref, value->is_login, reason))
		return true;
	if (ref->kind == REF_GROUP && !value->is_login) {
		add_to_walk(g, value->subject, step_into(g, ref->dn, reason));
		return false;
	}
	if (g->notes->faults)
		required_faults_pass_over(g->notes->faults, group_dn, value, ref);
	g->met_unreadable |= ref->kind == REF_UNREADABLE;
	return ref->kind == REF_OTHER || ref->kind == REF_FILTERED || ref->kind == REF_OUTSIDE ||
		ref->kind == REF_UNREADABLE;
}

/* Note that something is not found, or cannot be told from something else: the list is protected, and why is said. */
static void protect(struct required_ctx *g, const char *key, const char *name, const char *problem,
	const char *advice)
{
	const struct required_fault fault = {
		.block = g->block,
		.key = key,
		.name = name,
		.problem = problem,
		.advice = advice,
		.protects = true,
	};

	protection_add(&g->notes->protection, g->arena, PROTECTION_ERROR, name);
	if (g->notes->faults)
		required_faults_add(g->notes->faults, &fault);
}

/*
 * All people of a group and of the groups inside it, those in fewer groups first, so that the first way to
 * a person is a shortest one; a circle of groups ends where it began. Returns whether any member is found, be
 * it a person or not, or some may not be read.
 */
static bool walk_groups(struct required_ctx *g, const struct reason *named)
{
	bool has_members = false;

	for (size_t next = 0; next < g->walk_count; next++) {
		const struct group_in_walk at = g->walk[next];
		const struct resolved_ref *group = at.group;
		struct reason reason = *named;

		reason.through = at.step;
		if (group->is_dynamic)
			protect(g, "groups", at.step ? group->dn : named->what,
				_("the members of the group are a search (memberURL), and the server "
				  "does not make it"),
				_("load slapo-dynlist on the server, or name a group with members of "
				  "its own"));
		else if (group->members_hidden)
			protect(g, "groups", at.step ? group->dn : named->what,
				at.step ? _("the members of this group, which is inside the group "
					    "that is named, may not be read")
					: _("the members of the group may not be read"),
				_("give the account the right to read them"));
		has_members |= group->members_hidden;
		g->met_unreadable = false;
		for (size_t i = 0; i < group->members.count; i++)
			has_members |=
				add_group_member(g, group->dn, group->members.items[i], &reason);
		if (g->met_unreadable)
			protect(g, "groups", at.step ? group->dn : named->what,
				_("the group has members that may not be read, so they may be "
				  "groups or people"),
				_("give the account the right to read the members that are passed "
				  "over"));
	}
	return has_members;
}

/* What is named as a group, and is no group that can be read. */
static void note_no_group(struct required_ctx *g, const struct group_wanted *wanted,
	const struct resolved_ref *ref)
{
	switch (ref->kind) {
	case REF_MISSING:
		protect(g, "groups", wanted->dn, _("the group is not there, or may not be read"),
			_("correct the DN, or give the account the right to read the group"));
		break;
	case REF_UNREADABLE:
		protect(g, "groups", wanted->dn, ref_problem(ref->kind),
			_("give the account the right to read it"));
		break;
	case REF_REFERRAL:
		protect(g, "groups", wanted->dn, ref_problem(ref->kind),
			_("name a group that this server has"));
		break;
	default:
		protect(g, "groups", wanted->dn, _("it is not a group"),
			_("name a group there, and people under people"));
	}
}

static void add_group(struct required_ctx *g, const struct group_wanted *wanted)
{
	const struct reason reason = {.kind = REASON_GROUP, .what = wanted->dn};
	const struct reference reference = {.key = arena_format(g->own, "dn:%s", wanted->key)};
	const struct subject *subject = reference_subject(g->snapshot, &reference);
	const struct resolved_ref *ref = subject_ref(subject);

	if (!ref)
		return;
	if (ref->kind != REF_GROUP) {
		note_no_group(g, wanted, ref);
		return;
	}
	g->groups_seen = (struct id_set){0};
	g->walk_count = 0;
	add_to_walk(g, subject, NULL);
	if (!walk_groups(g, &reason))
		protection_add(&g->notes->protection, g->arena, PROTECTION_WARNING, wanted->dn);
}

/* Whether no entry can be read that answers to a name, or nobody can be told from others that bear it. */
static bool is_nobodys(const struct resolved_ref *ref)
{
	return ref->kind == REF_MISSING || ref->kind == REF_REFERRAL || ref->kind == REF_SEVERAL ||
		ref->kind == REF_UNREADABLE || !ref->dn;
}

static void protect_by_name(struct required_ctx *g, const char *key,
	const struct reference *reference, const struct resolved_ref *ref)
{
	const char *advice = _("correct the name, or take it away");

	if (ref->kind == REF_SEVERAL || ref->shared_by)
		advice = _("name the one who is meant by DN, which nobody else can bear");
	else if (ref->kind == REF_REFERRAL)
		advice = _("name somebody whom this server has");
	else if (ref->kind == REF_UNREADABLE)
		advice = _("give the account the right to read it");
	protect(g, key, reference->text, ref_trouble(g->arena, ref), advice);
}

static void add_named(struct required_ctx *g, const struct reference *reference)
{
	const struct reason reason = {.kind = REASON_NAMED, .what = reference->text};
	const struct resolved_ref *ref = snapshot_ref(g->snapshot, reference->key);

	if (!ref || add_meant(g, ref, false, &reason))
		return;
	if (is_nobodys(ref))
		protect_by_name(g, "people", reference, ref);
	else if (g->notes->faults)
		required_faults_add(g->notes->faults,
			&(struct required_fault){
				.block = g->block,
				.key = "people",
				.name = reference->text,
				.problem = ref_problem(ref->kind),
			});
}

/* Who is kept need not be a person, but has to be found. */
static void check_kept(struct required_ctx *g, const struct reference *reference)
{
	const struct resolved_ref *ref = snapshot_ref(g->snapshot, reference->key);

	if (!ref)
		return;
	note_change(g, bearers_next_change(&ref->bearers, g->scope->from));
	if (!ref_person(ref, g->scope->from) && is_nobodys(ref))
		protect_by_name(g, "keep", reference, ref);
}

static int by_dn(const void *left, const void *right)
{
	const struct required *const *a = left, *const *b = right;

	return strcmp((*a)->person->dn, (*b)->person->dn);
}

struct required **required_find(struct arena *arena, const struct block *block,
	const struct holders *holders, const struct snapshot *snapshot,
	const struct time_scope *scope, struct required_notes *notes, size_t *count)
{
	struct required_ctx g = {
		.arena = arena,
		.own = arena_new(),
		.block = block,
		.snapshot = snapshot,
		.scope = scope,
		.notes = notes,
	};
	struct required **items;

	notes->until = MOMENT_LATEST;
	for (size_t i = 0; i < block->role_count; i++)
		add_role(&g, &block->roles[i], holders);
	for (size_t i = 0; i < block->group_count; i++)
		add_group(&g, &block->groups[i]);
	for (size_t i = 0; i < block->people.count; i++)
		add_named(&g, &block->people.items[i]);
	for (size_t i = 0; i < block->keep.count; i++)
		check_kept(&g, &block->keep.items[i]);
	items = arena_get(arena, g.count * sizeof(struct required *));
	for (size_t i = 0; i < g.count; i++)
		items[i] = g.items[i];
	sort_items(items, g.count, sizeof(struct required *), by_dn);
	*count = g.count;
	arena_free(g.own);
	return items;
}
