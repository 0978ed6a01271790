#include "decide/missing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/id_set.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "decide/holders.h"
#include "decide/search_front.h"
#include "decide/stand_in.h"
#include "decide/stand_ins.h"
#include "model/person.h"
#include "model/policy.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* So many searches are given a front; of more, those that look at the same share the work better. */
#define FRONTS_MAX 64

/* A block, and the groups that were walked through for it. */
struct block_walk {
	const struct block *block;
	struct id_set groups; /* ids of their subjects */
};

enum waits_for {
	WAITS_FOR_MEMBER, /* struct member_value of a group */
	WAITS_FOR_GROUP,  /* struct reference of one that the block names */
	WAITS_FOR_PERSON, /* struct reference of one whom it names */
	WAITS_FOR_LIST,   /* struct group_wanted: its members are wanted, too */
	WAITS_FOR_SEARCH, /* struct person for whom a stand-in is sought */
	WAITS_FOR_FRONT,  /* struct fronted_search: the same */
};

/* What cannot go on before more is read. */
struct waiting_item {
	enum waits_for kind;
	struct block_walk *walk; /* NULL: of no block */
	const void *what;
};

/* A search that goes on from its front. */
struct fronted_search {
	const struct person *person;
	struct search_front *front;
};

/* A role that a block asks for, and how many of its holders were met. */
struct role_walk {
	struct block_walk *walk;
	const struct role_wanted *wanted;
	size_t met;
};

struct missing_rounds {
	const struct mapping *mapping;
	const struct policy *policy;
	const struct snapshot *snapshot;
	struct time_scope scope;

	/* Since it began. */
	size_t alterations;          /* the snapshot's, then */
	struct arena *arena;         /* owned: of what follows */
	struct stand_ins *stand_ins; /* owned */
	struct holders *holders;
	struct role_walk *roles;
	size_t role_count, role_room;
	struct id_set asked;          /* ids of the subjects that were wanted */
	struct table *asked_names;    /* keys of what was wanted and had no subject */
	size_t front_count;           /* searches that were given one */
	struct waiting_item *waiting; /* owned, on the heap */
	size_t waiting_count, waiting_room;

	/* Of this round. */
	struct arena *own; /* owned */
	struct missing *missing;
	size_t ref_room, list_room;
	struct group_walk *groups; /* to be walked through */
	size_t group_count, group_room;
};

/* A group, to be walked through for a block. */
struct group_walk {
	struct block_walk *walk;
	const struct subject *group;
};

static void wait_for(struct missing_rounds *r, enum waits_for kind, struct block_walk *walk,
	const void *what)
{
	r->waiting =
		memory_grow(r->waiting, r->waiting_count, &r->waiting_room, sizeof(*r->waiting));
	r->waiting[r->waiting_count++] = (struct waiting_item){kind, walk, what};
}

static bool is_first(struct missing_rounds *r, const char *key, const struct subject *subject)
{
	if (subject)
		return id_set_add(&r->asked, r->arena, subject->id);
	if (table_find(r->asked_names, key))
		return false;
	table_put(r->asked_names, arena_string(r->arena, key), r);
	return true;
}

static void want_reference(struct missing_rounds *r, const struct reference *reference)
{
	const struct subject *subject = reference_subject(r->snapshot, reference);
	struct references *refs = &r->missing->refs;

	if (subject_ref(subject) || !is_first(r, reference->key, subject))
		return;
	refs->items =
		arena_grow(r->own, refs->items, refs->count, &r->ref_room, sizeof(*refs->items));
	refs->items[refs->count++] = *reference;
}

static void want_references(struct missing_rounds *r, const struct references *references)
{
	for (size_t i = 0; i < references->count; i++)
		want_reference(r, &references->items[i]);
}

/* A value that names an entry is asked for by it; any other as a reference of that text. */
static void want_value(struct missing_rounds *r, const struct member_value *value)
{
	struct reference reference = {.text = value->dn, .subject = value->subject};

	if (value->subject && (value->is_login || *dn_parent(value->key) != '\0'))
		reference.key = value->subject->key;
	else
		reference = reference_make(r->own, value->dn);
	want_reference(r, &reference);
}

/* Those on a list whom nobody has read: strangers, for a look at everyone. */
static void take_list(struct missing_rounds *r, const struct group_wanted *wanted)
{
	const struct list *list = snapshot_list(r->snapshot, wanted->key);
	struct missing *missing = r->missing;

	if (list) {
		for (size_t i = 0; i < list->members.count && r->scope.everyone; i++) {
			if (!subject_ref(list->members.items[i]->subject))
				want_value(r, list->members.items[i]);
		}
		return;
	}
	missing->lists = arena_grow(r->own, missing->lists, missing->list_count, &r->list_room,
		sizeof(*missing->lists));
	missing->lists[missing->list_count++] = *wanted;
	if (r->scope.everyone)
		wait_for(r, WAITS_FOR_LIST, NULL, wanted);
}

static void want_list(struct missing_rounds *r, const char *dn, const char *key)
{
	struct group_wanted *wanted = arena_get(r->arena, sizeof(*wanted));

	*wanted = (struct group_wanted){.dn = dn, .key = key};
	take_list(r, wanted);
}

static void look_at_candidate(void *context, const struct candidate *candidate)
{
	want_reference(context, candidate->reference);
}

static void want_front(void *context, const struct reference *reference)
{
	want_reference(context, reference);
}

static struct search_fronts fronts_of(struct missing_rounds *r)
{
	return (struct search_fronts){.snapshot = r->snapshot,
		.policy = r->policy,
		.scope = &r->scope,
		.arena = r->arena,
		.want = want_front,
		.context = r};
}

/* Have a search go on from its front, when more is read; false: it cannot. */
static bool wait_at_front(struct missing_rounds *r, struct block_walk *walk,
	const struct person *person)
{
	const struct search_fronts fronts = fronts_of(r);
	struct fronted_search *search;

	if (r->front_count >= FRONTS_MAX || (!r->scope.everyone && r->scope.from < r->scope.to))
		return false;
	r->front_count++;
	search = arena_get(r->arena, sizeof(*search));
	search->person = person;
	search->front = search_front_find(&fronts, person, walk->block);
	if (search->front)
		wait_for(r, WAITS_FOR_FRONT, walk, search);
	return search->front;
}

/* All whom the search for a stand-in looks at. */
static void take_search(struct missing_rounds *r, struct block_walk *walk,
	const struct person *person)
{
	if (!stand_ins_find(r->stand_ins, person, walk->block).waits ||
		wait_at_front(r, walk, person))
		return;
	stand_ins_walk(r->stand_ins, person, walk->block, look_at_candidate, r);
	wait_for(r, WAITS_FOR_SEARCH, walk, person);
}

static void take_front(struct missing_rounds *r, struct block_walk *walk,
	const struct fronted_search *search)
{
	const struct search_fronts fronts = fronts_of(r);

	if (search_front_go_on(&fronts, search->front))
		wait_for(r, WAITS_FOR_FRONT, walk, search);
	else
		take_search(r, walk, search->person);
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

static void take_required(struct missing_rounds *r, struct block_walk *walk,
	const struct person *person)
{
	if (walk->block->kind != BLOCK_INFORM && may_want_stand_in(person, &r->scope))
		take_search(r, walk, person);
}

/* Everybody whom a name or a member means at some moment of the scope. */
static bool take_meant(struct missing_rounds *r, struct block_walk *walk,
	const struct resolved_ref *ref, bool logins_only)
{
	const struct person *const *people;
	size_t count = ref_people(ref, &r->scope, logins_only, r->own, &people);

	for (size_t i = 0; i < count; i++)
		take_required(r, walk, people[i]);
	return count > 0;
}

/* Have a group walked through for a block, unless it was. */
static void add_group(struct missing_rounds *r, struct block_walk *walk,
	const struct subject *subject)
{
	if (!id_set_add(&walk->groups, r->arena, subject->id))
		return;
	r->groups =
		arena_grow(r->own, r->groups, r->group_count, &r->group_room, sizeof(*r->groups));
	r->groups[r->group_count++] = (struct group_walk){walk, subject};
}

static void take_member(struct missing_rounds *r, struct block_walk *walk,
	const struct member_value *value)
{
	const struct resolved_ref *ref = subject_ref(value->subject);

	if (!ref) {
		want_value(r, value);
		wait_for(r, WAITS_FOR_MEMBER, walk, value);
	} else if (!(ref->person && ref->person->named_only) &&
		!take_meant(r, walk, ref, value->is_login) && ref->kind == REF_GROUP &&
		!value->is_login) {
		add_group(r, walk, value->subject);
	}
}

/* All groups that were come to, and those inside them; a circle of groups ends where it began. */
static void walk_groups(struct missing_rounds *r)
{
	while (r->group_count > 0) {
		const struct group_walk at = r->groups[--r->group_count];
		const struct member_values *members = &at.group->ref->members;

		for (size_t i = 0; i < members->count; i++)
			take_member(r, at.walk, members->items[i]);
	}
}

/* One whom a block names, or a group. */
static void take_named(struct missing_rounds *r, struct block_walk *walk, enum waits_for kind,
	const struct reference *reference)
{
	const struct subject *subject = reference_subject(r->snapshot, reference);
	const struct resolved_ref *ref = subject_ref(subject);

	if (!ref) {
		want_reference(r, reference);
		wait_for(r, kind, walk, reference);
	} else if (kind == WAITS_FOR_PERSON) {
		take_meant(r, walk, ref, false);
	} else if (ref->kind == REF_GROUP) {
		add_group(r, walk, subject);
	}
}

static void take_group(struct missing_rounds *r, struct block_walk *walk,
	const struct group_wanted *group)
{
	struct reference *reference = arena_get(r->arena, sizeof(*reference));

	*reference = (struct reference){
		.text = group->dn, .key = arena_format(r->arena, "dn:%s", group->key)};
	if (*dn_parent(group->key) == '\0')
		*reference = reference_make(r->arena, group->dn);
	take_named(r, walk, WAITS_FOR_GROUP, reference);
}

/* The holders of all roles who were not met yet: all, and later those among whom was read. */
static void take_holders(struct missing_rounds *r)
{
	for (size_t i = 0; i < r->role_count; i++) {
		struct role_walk *role = &r->roles[i];
		size_t count;
		const struct holder *items = holders_of(r->holders, role->wanted->role, &count);

		for (; role->met < count; role->met++) {
			const struct holder *holder = &items[role->met];

			if (holder_is_wanted(holder, role->wanted) &&
				holder_holds(holder, &r->scope))
				take_required(r, role->walk, holder->person);
		}
	}
}

static void begin_block(struct missing_rounds *r, const struct block *block)
{
	struct block_walk *walk = arena_get(r->arena, sizeof(*walk));

	walk->block = block;
	want_list(r, block->list, block->list_key);
	for (size_t i = 0; i < block->role_count; i++) {
		r->roles = arena_grow(r->arena, r->roles, r->role_count, &r->role_room,
			sizeof(*r->roles));
		r->roles[r->role_count++] =
			(struct role_walk){.walk = walk, .wanted = &block->roles[i]};
	}
	for (size_t i = 0; i < block->group_count; i++)
		take_group(r, walk, &block->groups[i]);
	for (size_t i = 0; i < block->people.count; i++)
		take_named(r, walk, WAITS_FOR_PERSON, &block->people.items[i]);
	want_references(r, &block->deputies);
	want_references(r, &block->keep);
}

static void go_on(struct missing_rounds *r, const struct waiting_item *waiting)
{
	switch (waiting->kind) {
	case WAITS_FOR_MEMBER:
		take_member(r, waiting->walk, waiting->what);
		break;
	case WAITS_FOR_GROUP:
	case WAITS_FOR_PERSON:
		take_named(r, waiting->walk, waiting->kind, waiting->what);
		break;
	case WAITS_FOR_LIST:
		take_list(r, waiting->what);
		break;
	case WAITS_FOR_SEARCH:
		take_search(r, waiting->walk, waiting->what);
		break;
	case WAITS_FOR_FRONT:
		take_front(r, waiting->walk, waiting->what);
		break;
	}
}

/* From nothing: at first, and where what was known came to be something else. */
static void begin(struct missing_rounds *r)
{
	arena_free(r->arena);
	stand_ins_free(r->stand_ins);
	r->alterations = snapshot_alterations(r->snapshot);
	r->arena = arena_new();
	r->stand_ins = stand_ins_new(r->snapshot, r->policy, &r->scope);
	r->holders = holders_find(r->arena, r->mapping, r->snapshot);
	r->roles = NULL;
	r->role_count = r->role_room = r->waiting_count = r->front_count = 0;
	r->asked = (struct id_set){0};
	r->asked_names = table_new(r->arena);
	stand_ins_walk_begin(r->stand_ins);
	for (size_t i = 0; i < r->mapping->block_count; i++)
		begin_block(r, &r->mapping->blocks[i]);
	want_references(r, &r->policy->fallback);
	if (r->policy->mailbox_list)
		want_list(r, r->policy->mailbox_list, r->policy->mailbox_list_key);
}

static void resume(struct missing_rounds *r)
{
	struct waiting_item *waiting = r->waiting;
	size_t count = r->waiting_count;

	r->waiting = NULL;
	r->waiting_count = r->waiting_room = 0;
	stand_ins_renew(r->stand_ins);
	stand_ins_walk_begin(r->stand_ins);
	holders_add_new(r->holders, r->snapshot);
	for (size_t i = 0; i < count; i++)
		go_on(r, &waiting[i]);
	free(waiting);
}

struct missing_rounds *missing_rounds_new(const struct mapping *mapping,
	const struct policy *policy, const struct snapshot *snapshot,
	const struct time_scope *scope)
{
	struct missing_rounds *r = memory_get(sizeof(*r));

	*r = (struct missing_rounds){
		.mapping = mapping, .policy = policy, .snapshot = snapshot, .scope = *scope};
	return r;
}

void missing_rounds_free(struct missing_rounds *r)
{
	if (!r)
		return;
	stand_ins_free(r->stand_ins);
	arena_free(r->arena);
	arena_free(r->own);
	free(r->waiting);
	free(r);
}

void missing_rounds_next(struct missing_rounds *r, struct missing *missing)
{
	*missing = (struct missing){0};
	arena_free(r->own);
	r->own = arena_new();
	r->missing = missing;
	r->ref_room = r->list_room = 0;
	r->groups = NULL;
	r->group_count = r->group_room = 0;
	if (!r->arena || snapshot_alterations(r->snapshot) != r->alterations)
		begin(r);
	else
		resume(r);
	take_holders(r);
	walk_groups(r);
}
