#include "decide/missing.h"

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "decide/holders.h"
#include "decide/required.h"
#include "decide/stand_in.h"
#include "model/person.h"
#include "model/policy.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* The wants found so far. */
struct missing_ctx {
	struct missing *missing;
	struct arena *arena;
	const struct policy *policy;
	const struct snapshot *snapshot;
	const struct time_scope *scope;
	struct table *known; /* keys wanted already */
	size_t subject_room, list_room;
};

static bool is_first(struct missing_ctx *w, const char *key)
{
	if (table_find(w->known, key))
		return false;
	table_put(w->known, key, w);
	return true;
}

static void want_subject(struct missing_ctx *w, const struct reference *reference)
{
	struct references *refs = &w->missing->refs;

	if (snapshot_ref(w->snapshot, reference->key) || !is_first(w, reference->key))
		return;
	refs->items = arena_grow(w->arena, refs->items, refs->count, &w->subject_room,
		sizeof(*refs->items));
	refs->items[refs->count++] = *reference;
}

static void want_subjects(struct missing_ctx *w, const struct references *references)
{
	for (size_t i = 0; i < references->count; i++)
		want_subject(w, &references->items[i]);
}

/* Those on a list whom nobody has read: strangers, for a look at everyone. */
static void want_members(struct missing_ctx *w, const struct list *list)
{
	for (size_t i = 0; i < list->members.count; i++) {
		struct reference reference;

		if (snapshot_ref_of_dn(w->snapshot, list->members.items[i].key))
			continue;
		reference = reference_make(w->arena, list->members.items[i].dn);
		want_subject(w, &reference);
	}
}

static void want_list(struct missing_ctx *w, const char *dn, const char *key)
{
	const struct list *list = snapshot_list(w->snapshot, key);
	struct missing *missing = w->missing;

	if (list) {
		if (w->scope->everyone)
			want_members(w, list);
		return;
	}
	missing->lists = arena_grow(w->arena, missing->lists, missing->list_count, &w->list_room,
		sizeof(*missing->lists));
	missing->lists[missing->list_count++] = (struct group_wanted){.dn = dn, .key = key};
}

/* Whether a stand-in may be sought at some moment of the scope; where it counts everyone as away that is so for all. */
static bool may_want_stand_in(const struct person *person, const struct time_scope *scope)
{
	if (scope->everyone)
		return true;
	return scope->from == scope->to
		? person_state(person, scope->from, NULL) == PERSON_AWAY
		: calendar_span(&person->calendar, scope->from, scope->to) != NULL;
}

/* All whom the search for a stand-in would look at. */
static void want_stand_ins(struct missing_ctx *w, const struct block *block,
	const struct person *person)
{
	struct candidates looked_at = {0};
	struct arena *own;

	if (!may_want_stand_in(person, w->scope))
		return;
	own = arena_new();
	stand_in_find(person, block, w->policy, w->snapshot, w->scope, own, &looked_at);
	for (size_t i = 0; i < looked_at.count; i++)
		want_subject(w, looked_at.items[i].reference);
	arena_free(own);
}

static void want_block(struct missing_ctx *w, const struct block *block,
	const struct holders *holders)
{
	struct references unread = {0};
	struct required_notes notes = {.unread = &unread};
	size_t count;
	struct required **required =
		required_find(w->arena, block, holders, w->snapshot, w->scope, &notes, &count);

	want_list(w, block->list, block->list_key);
	want_subjects(w, &unread);
	want_subjects(w, &block->deputies);
	want_subjects(w, &block->keep);
	for (size_t i = 0; i < count && block->kind != BLOCK_INFORM; i++)
		want_stand_ins(w, block, required[i]->person);
}

void missing_find(struct missing *missing, struct arena *arena, const struct mapping *mapping,
	const struct policy *policy, const struct snapshot *snapshot,
	const struct time_scope *scope)
{
	const struct holders *holders = holders_find(arena, mapping, snapshot);
	struct missing_ctx w = {
		.missing = missing,
		.arena = arena,
		.policy = policy,
		.snapshot = snapshot,
		.scope = scope,
		.known = table_new(arena),
	};

	*missing = (struct missing){0};
	for (size_t i = 0; i < mapping->block_count; i++)
		want_block(&w, &mapping->blocks[i], holders);
	want_subjects(&w, &policy->fallback);
	if (policy->mailbox_list)
		want_list(&w, policy->mailbox_list, policy->mailbox_list_key);
}
