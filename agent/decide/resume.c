#include "decide/resume.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/policy.h"

/* One list: as it was, is, and is to be. */
struct resume_ctx {
	struct plan *plan;
	struct list_plan *list;
	const struct saved_list *saved;
	bool is_undo;
	const struct list *now;
	const struct snapshot *snapshot;
	struct table *had, *has, *joins, *leaves; /* by key */
};

static struct table *table_of_members(struct arena *arena, const struct member_values *values)
{
	struct table *table = table_new(arena);

	for (size_t i = 0; i < values->count; i++)
		table_put(table, values->items[i]->key, (void *)values->items[i]);
	return table;
}

static struct table *table_of_saved(struct arena *arena, const struct saved_values *values)
{
	struct table *table = table_new(arena);

	for (size_t i = 0; i < values->count; i++)
		table_put(table, values->items[i].key, &values->items[i]);
	return table;
}

static struct resume_ctx make_ctx(const struct saved_list *saved, const struct snapshot *snapshot,
	struct arena *arena)
{
	const struct list *now = snapshot_list(snapshot, saved->key);

	return (struct resume_ctx){
		.saved = saved,
		.now = now,
		.snapshot = snapshot,
		.had = table_of_members(arena, &saved->had),
		.has = table_of_members(arena, &now->members),
		.joins = table_of_saved(arena, &saved->joins),
		.leaves = table_of_saved(arena, &saved->leaves),
	};
}

/* A value that came beside the plan; one that went beside it. */
static bool has_come(const struct resume_ctx *r, const struct member_value *value)
{
	return !table_find(r->had, value->key) && !table_find(r->joins, value->key);
}

static bool has_gone(const struct resume_ctx *r, const struct member_value *value)
{
	return !table_find(r->has, value->key) && !table_find(r->leaves, value->key);
}

static const struct person *person_of(const struct resume_ctx *r, const char *key)
{
	const struct resolved_ref *ref = snapshot_ref_of_dn(r->snapshot, key);

	return ref ? ref->person : NULL;
}

/* `what` takes the DN and the name. */
static void add_moved(struct resume_ctx *r, const char *what, const char *dn, const char *key)
{
	const struct person *person = person_of(r, key);
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%s (%s) ", dn, person ? person->name : dn_leaf(r->plan->arena, dn));
	strbuf_adds(&text, what);
	findings_add(&r->plan->moved, FINDING_ERROR, r->saved->dn, "%s", text.text);
	strbuf_release(&text);
}

static void add_moved_list(struct resume_ctx *r, const char *what)
{
	findings_add(&r->plan->moved, FINDING_ERROR, r->saved->dn, "%s", what);
}

static bool is_another_entry(const struct resume_ctx *r)
{
	return r->saved->identity && r->now->identity &&
		strcmp(r->saved->identity, r->now->identity) != 0;
}

/* Rule 11: no file makes us write a list that is protected now. */
static void check_ban(struct resume_ctx *r)
{
	struct strbuf why = STRBUF_INIT;

	list_add_ban(&why, r->now);
	r->list->list_missing = r->now->ban != LIST_ALLOWED;
	if (r->now->ban && r->saved->joins.count + r->saved->leaves.count > 0)
		add_moved_list(r, why.text);
	strbuf_release(&why);
}

/* Whether the list itself is one whose members can be compared. */
static bool check_entry(struct resume_ctx *r)
{
	const char *what = NULL;

	if (r->saved->exists && !r->now->exists)
		what = _("the list is not there any more, or may not be read");
	else if (r->saved->exists && is_another_entry(r))
		what = _("the list was made anew since");
	else if (r->now->members_hidden)
		what = _("the list's members may not be read any more");
	if (what)
		add_moved_list(r, what);
	return !what;
}

static void check_members(struct resume_ctx *r)
{
	const struct member_values *now = &r->now->members, *had = &r->saved->had;

	for (size_t i = 0; i < now->count; i++) {
		if (has_come(r, now->items[i]))
			add_moved(r, _("was added since"), now->items[i]->dn, now->items[i]->key);
	}
	for (size_t i = 0; i < had->count; i++) {
		if (has_gone(r, had->items[i]))
			add_moved(r, _("was removed since"), had->items[i]->dn, had->items[i]->key);
	}
}

/* A name that no entry bears (any more) is put on no list. */
static void check_joining(struct resume_ctx *r, const struct saved_value *value)
{
	const struct resolved_ref *ref = snapshot_ref_of_dn(r->snapshot, value->key);

	if (!ref || ref->kind == REF_MISSING)
		add_moved(r, _("is to be added, but no such entry is there any more"), value->dn,
			value->key);
}

static void add_removal(struct resume_ctx *r, const struct member_value *value,
	const struct saved_value *leaves)
{
	struct list_plan *list = r->list;

	list->removals = arena_grow(r->plan->arena, list->removals, list->removal_count,
		&list->removal_room, sizeof(*list->removals));
	list->removals[list->removal_count++] = (struct removal){
		.dn = value->dn,
		.key = value->key,
		.person = person_of(r, value->key),
		.kind = leaves->leaves->kind,
		.then = leaves->leaves->then,
		.stand_in = leaves->leaves->stand_in,
		.told = leaves->leaves->told,
	};
}

static struct plan_member *add_member(struct resume_ctx *r, const char *dn, const char *key)
{
	return list_plan_add(r->plan, r->list, dn, key, person_of(r, key));
}

/* Give one who joins, or has joined already, the reasons of the file. */
static void add_reasons(struct resume_ctx *r, struct plan_member *member,
	const struct saved_value *joins)
{
	for (size_t i = 0; i < joins->reason_count; i++) {
		const struct reason *reason = &joins->reasons[i];

		plan_member_reason(r->plan, member, *reason);
		if (reason->kind == REASON_STAND_IN)
			plan_member_stands_in(r->plan, member, reason->whom);
	}
}

/* Who is on it now stays, unless the plan takes them off. */
static void resume_present(struct resume_ctx *r)
{
	for (size_t i = 0; i < r->now->members.count; i++) {
		const struct member_value *value = r->now->members.items[i];
		const struct saved_value *leaves = table_find(r->leaves, value->key);
		const struct saved_value *joins = table_find(r->joins, value->key);

		struct plan_member *member;

		if (leaves) {
			add_removal(r, value, leaves);
			continue;
		}
		member = add_member(r, value->dn, value->key);
		if (joins)
			add_reasons(r, member, joins);
		else
			plan_member_reason(r->plan, member,
				(struct reason){.kind = r->is_undo ? REASON_UNDO_LEAVES
								   : REASON_PLAN_LEAVES});
	}
}

static void resume_joining(struct resume_ctx *r)
{
	for (size_t i = 0; i < r->saved->joins.count; i++) {
		const struct saved_value *value = &r->saved->joins.items[i];
		struct plan_member *member;

		if (table_find(r->has, value->key))
			continue;
		check_joining(r, value);
		member = add_member(r, value->dn, value->key);
		add_reasons(r, member, value);
		member->is_new = true;
		r->list->added++;
	}
}

static void count_list(struct plan *plan, const struct list_plan *list)
{
	plan->added += list->added;
	plan->removed += list->removal_count;
	plan->kept += list->member_count - list->added;
}

/* No list is left empty (rule 7) but one that was. */
static void check_undo(struct resume_ctx *r)
{
	const struct list_plan *list = r->list;

	if (list->removal_count > 0 && list->member_count == 0 && !r->saved->was_empty)
		add_moved_list(r, _("nobody would be left on the list"));
}

/* What the run added must be there, and what it removed must not. */
static void check_undone(struct resume_ctx *r)
{
	const struct saved_values *leaves = &r->saved->leaves, *joins = &r->saved->joins;

	for (size_t i = 0; i < leaves->count; i++) {
		if (!table_find(r->has, leaves->items[i].key))
			add_moved(r, _("was added by the run, and is not there any more"),
				leaves->items[i].dn, leaves->items[i].key);
	}
	for (size_t i = 0; i < joins->count; i++) {
		const struct member_value *there = table_find(r->has, joins->items[i].key);

		if (there)
			add_moved(r, _("was removed by the run, and is there again"), there->dn,
				there->key);
	}
}

static void resume_list(struct resume_ctx *r)
{
	struct list_plan *list = r->list;

	list->list = r->now;
	list->dn = r->now->exists ? r->now->dn : r->saved->dn;
	list_plan_start(r->plan, list);
	list->available = r->saved->available;
	memcpy(list->unexplained, r->saved->unexplained, sizeof(list->unexplained));
	list->entry = r->saved->entry;
	list->entry_count = r->saved->entry_count;
	for (size_t i = 0; i < r->saved->gap_count; i++)
		list_plan_gap(r->plan, list, r->saved->gaps[i]);
	check_ban(r);
	if (check_entry(r) && !r->is_undo)
		check_members(r);
	resume_present(r);
	resume_joining(r);
	if (r->is_undo)
		check_undo(r);
	list_plan_sort(list);
	count_list(r->plan, list);
}

static const struct block *block_of(struct plan *plan, const struct mapping *mapping,
	const struct policy *policy, const char *key)
{
	for (size_t i = 0; i < mapping->block_count; i++) {
		if (strcmp(mapping->blocks[i].list_key, key) == 0)
			return &mapping->blocks[i];
	}
	if (!policy->mailbox_list || strcmp(policy->mailbox_list_key, key) != 0)
		return NULL;
	plan->mailbox = (struct block){
		.kind = BLOCK_MAILBOX,
		.list = policy->mailbox_list,
		.list_key = policy->mailbox_list_key,
	};
	return &plan->mailbox;
}

static void check_all_undone(const struct saved_plan *saved, const struct snapshot *snapshot,
	struct plan *plan)
{
	for (size_t i = 0; i < saved->list_count; i++) {
		struct resume_ctx r = make_ctx(saved->lists[i], snapshot, plan->arena);

		r.plan = plan;
		if (r.now->exists && !r.now->members_hidden)
			check_undone(&r);
	}
}

struct plan *saved_plan_resume(const struct saved_plan *saved, const struct mapping *mapping,
	const struct policy *policy, const struct snapshot *snapshot)
{
	struct plan *plan = plan_new(saved->at);

	plan->held = saved->held;
	plan->held_count = saved->held_count;
	plan->lists = arena_get(plan->arena, saved->list_count * sizeof(*plan->lists));
	for (size_t i = 0; i < saved->list_count; i++) {
		struct resume_ctx r = make_ctx(saved->lists[i], snapshot, plan->arena);

		r.plan = plan;
		r.is_undo = saved->is_undo;
		r.list = &plan->lists[plan->list_count];
		r.list->block = block_of(plan, mapping, policy, saved->lists[i]->key);
		if (r.list->block) {
			plan->list_count++;
			resume_list(&r);
		} else {
			add_moved_list(&r, _("no route has this list any more"));
		}
	}
	if (saved->is_undo && !saved->is_begun && plan_has_changes(plan))
		check_all_undone(saved, snapshot, plan);
	return plan;
}
