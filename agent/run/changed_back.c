#include "run/changed_back.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/state_folder.h"
#include "model/outcome.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/settings.h"

#define FORM 2

static const char *key_of(struct arena *arena, const char *list, const char *value)
{
	return arena_format(arena, "%s\n%s", list, value);
}

static struct written_value *find_in(const struct table *table, const char *list, const char *what)
{
	struct strbuf key = STRBUF_INIT;
	struct written_value *found;

	strbuf_addf(&key, "%s\n%s", list, what);
	found = table_find(table, key.text);
	strbuf_release(&key);
	return found;
}

/* Whose value it is; NULL: of nobody, or of one whose identity is not known. */
static const char *identity_of(const struct person *person)
{
	return person ? person->identity : NULL;
}

/* By whose it is, else by its DN: another who bears a former DN is somebody else. */
static struct written_value *find_value(const struct changed_back *back, const char *list,
	const char *value, const char *identity)
{
	struct written_value *found = identity ? find_in(back->by_identity, list, identity) : NULL;

	if (found)
		return found;
	found = find_in(back->by_value, list, value);
	return found && found->identity && identity && strcmp(found->identity, identity) != 0
		? NULL
		: found;
}

/* Find it from now on by this DN and, where it is known, this identity. */
static void name_value(struct changed_back *back, struct written_value *item, const char *value,
	const char *identity)
{
	if (!item->value || strcmp(item->value, value) != 0) {
		item->value = arena_string(back->arena, value);
		table_put(back->by_value, key_of(back->arena, item->list, value), item);
	}
	if (identity && !item->identity) {
		item->identity = arena_string(back->arena, identity);
		table_put(back->by_identity, key_of(back->arena, item->list, identity), item);
	}
}

static struct written_value *add_value(struct changed_back *back, const char *list,
	const char *value, const char *identity)
{
	struct written_value *item = arena_get(back->arena, sizeof(*item));

	item->list = arena_string(back->arena, list);
	name_value(back, item, value, identity);
	back->items = arena_grow(back->arena, back->items, back->count, &back->room,
		sizeof(struct written_value *));
	back->items[back->count++] = item;
	return item;
}

/* A time of the last seconds, else 0: what lies ahead is of a clock that was set back. */
static moment recent(moment t, moment now, moment seconds)
{
	return t > now - seconds && t <= now ? t : 0;
}

static void read_value(struct changed_back *back, const json_t *array, moment now)
{
	const char *list = json_string_value(json_array_get(array, 0));
	const char *value = json_string_value(json_array_get(array, 1));
	const char *identity = json_string_value(json_array_get(array, 6)); /* NULL: none */
	struct written_value read = {
		.is_removal = json_is_true(json_array_get(array, 2)),
		.back = recent(json_integer_value(json_array_get(array, 3)), now, MOMENT_HOUR),
		.written = recent(json_integer_value(json_array_get(array, 4)), now,
			CHANGED_BACK_TIME),
		.until = json_integer_value(json_array_get(array, 5)),
	};
	struct written_value *item;

	if (read.until <= now || read.until > now + MOMENT_HOUR)
		read.until = 0;
	if (!list || !value || (!read.written && !read.until) ||
		find_value(back, list, value, identity))
		return;
	item = add_value(back, list, value, identity);
	read.list = item->list;
	read.value = item->value;
	read.identity = item->identity;
	*item = read;
}

void changed_back_read(struct changed_back *back, const struct settings *settings, moment now)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;

	changed_back_release(back);
	back->arena = arena_new();
	back->path = state_file(settings, "written", back->arena);
	back->by_value = table_new(back->arena);
	back->by_identity = table_new(back->arena);
	back->next = MOMENT_LATEST;
	if (state_read(back->path, &text))
		root = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
	if (json_integer_value(json_object_get(root, "form")) == FORM) {
		const json_t *written = json_object_get(root, "written");

		for (size_t i = 0; i < json_array_size(written) && i < CHANGED_BACK_MAX; i++)
			read_value(back, json_array_get(written, i), now);
	}
	json_decref(root);
	strbuf_release(&text);
}

/*
 * The value, where it is not to be written now; else NULL. One that this host wrote is changed back where it is to be
 * written again: within an hour of the last time, that begins an hour of rest.
 */
static struct written_value *find_resting(struct changed_back *back, const char *list,
	const char *value, const struct person *person, bool is_removal, moment now)
{
	struct written_value *item = find_value(back, list, value, identity_of(person));

	if (!item || item->is_removal != is_removal)
		return NULL;
	if (!item->until && item->written && item->back) {
		item->until = now + MOMENT_HOUR;
		item->back = item->written = 0;
		back->is_changed = true;
	}
	if (item->until && item->until < back->next)
		back->next = item->until;
	return item->until ? item : NULL;
}

static void add_finding(struct findings *findings, enum severity severity,
	const struct list_plan *list, const char *dn, const struct written_value *item)
{
	struct strbuf until = STRBUF_INIT;

	moment_add_human(&until, item->until);
	if (item->is_removal)
		findings_add_of(findings, severity, list->dn, dn, NULL,
			_("%s was put back on the list by somebody else twice within an hour, and is not "
			  "removed again before %s; find out who else keeps this list"),
			dn, until.text);
	else
		findings_add_of(findings, severity, list->dn, dn, NULL,
			_("%s was taken off the list by somebody else twice within an hour, and is not "
			  "added again before %s; find out who else keeps this list"),
			dn, until.text);
	strbuf_release(&until);
}

/* What is left out of one list, and who stays for it. */
struct rest_ctx {
	struct changed_back *back;
	struct plan *plan;
	struct list_plan *list;
	moment now;
	struct table *left_out; /* members that rest, by their keys; NULL: none does */
	struct table *staying;  /* of all lists: the reasons of those who stay for them, by keys */
};

static bool leave_out_addition(struct rest_ctx *c, struct plan_member *member)
{
	struct list_plan *list = c->list;
	const struct written_value *item = member->is_new
		? find_resting(c->back, list->list->key, member->key, member->person, false, c->now)
		: NULL;
	const struct time_scope at = scope_at(c->plan->at);

	if (!item)
		return false;
	add_finding(&c->plan->findings, FINDING_IMPORTANT, list, member->dn, item);
	c->plan->changed_back++;
	if (!c->left_out)
		c->left_out = table_new(c->plan->arena);
	table_put(c->left_out, member->key, member);
	list->unexplained[CHANGE_ADDS] -= !member->explained && list->unexplained[CHANGE_ADDS] > 0;
	list->available -=
		list->available > 0 && member->by_rule && person_is_available(member->person, &at);
	list->added--;
	c->plan->added--;
	return true;
}

/* Without those who rest: for whom nobody stands in, and whether there are too few. */
static void note_gaps(struct rest_ctx *c)
{
	struct list_plan *list = c->list;
	const size_t wanted = (size_t)list->block->at_least;

	for (size_t i = 0; i < list->required_count; i++) {
		struct required *required = list->required[i];

		if (!required->stand_in || !table_find(c->left_out, required->stand_in->key))
			continue;
		required->stand_in = NULL;
		list_plan_gap(c->plan, list,
			(struct gap){.kind = GAP_NO_STAND_IN, .whom = required->person});
	}
	for (size_t i = 0; i < list->gap_count; i++) {
		if (list->gaps[i].kind == GAP_TOO_FEW) {
			list->gaps[i].available = list->available;
			return;
		}
	}
	if (list->available < wanted)
		list_plan_gap(c->plan, list,
			(struct gap){.kind = GAP_TOO_FEW,
				.available = list->available,
				.wanted = wanted});
}

static void leave_out_additions(struct rest_ctx *c)
{
	struct list_plan *list = c->list;
	size_t left = 0;

	for (size_t i = 0; i < list->member_count; i++) {
		if (!leave_out_addition(c, list->members[i]))
			list->members[left++] = list->members[i];
	}
	list_plan_cut(list, left);
	if (c->left_out)
		note_gaps(c);
}

static bool has_members_by_rule(const struct list_plan *list)
{
	for (size_t i = 0; i < list->member_count; i++) {
		if (list->members[i]->by_rule)
			return true;
	}
	return false;
}

/* Why a person stays since another rests: REASON_ROLE, for which nobody stays, if not. */
static enum reason_kind why_stays(const struct rest_ctx *c, const struct removal *removal,
	bool is_empty)
{
	const struct plan_member *elsewhere =
		c->list->block->kind == BLOCK_MAILBOX ? table_find(c->staying, removal->key) : NULL;

	if (removal->stand_in && c->left_out && table_find(c->left_out, removal->stand_in->key))
		return REASON_NO_STAND_IN;
	if (elsewhere)
		return elsewhere->reasons[0].kind;
	return is_empty ? REASON_NOBODY_ELSE : REASON_ROLE;
}

static void keep_member(struct rest_ctx *c, const struct removal *removal, enum reason_kind why)
{
	struct list_plan *list = c->list;
	struct plan_member *member =
		list_plan_add(c->plan, list, removal->dn, removal->key, removal->person);

	plan_member_reason(c->plan, member, (struct reason){.kind = why});
	if (why != REASON_CHANGED_BACK && list->block->kind != BLOCK_INFORM)
		table_put(c->staying, member->key, member);
	list->unexplained[CHANGE_REMOVES] -=
		!removal->explained && list->unexplained[CHANGE_REMOVES] > 0;
	c->plan->removed--;
	c->plan->kept++;
}

/* Nobody leaves for one who does not join, nor the list to `keep` alone (rule 7). */
static void leave_out_removals(struct rest_ctx *c)
{
	struct list_plan *list = c->list;
	const bool is_empty = c->left_out && !has_members_by_rule(list);
	size_t left = 0;

	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal removal = list->removals[i];
		const struct written_value *item = find_resting(c->back, list->list->key,
			removal.key, removal.person, true, c->now);
		enum reason_kind why =
			item ? REASON_CHANGED_BACK : why_stays(c, &removal, is_empty);

		if (item) {
			add_finding(&c->plan->findings, FINDING_IMPORTANT, list, removal.dn, item);
			c->plan->changed_back++;
		}
		if (why == REASON_ROLE)
			list->removals[left++] = removal;
		else
			keep_member(c, &removal, why);
	}
	list->removal_count = left;
}

static void leave_out_of(struct changed_back *back, struct plan *plan, struct list_plan *list,
	moment now, struct table *staying)
{
	struct rest_ctx c = {back, plan, list, now, NULL, staying};

	if (!list->list->exists || !list_plan_has_changes(list))
		return;
	leave_out_additions(&c);
	leave_out_removals(&c);
	list_plan_sort(list);
}

/* The mailbox's list comes last: who stays on another stays on it. */
void changed_back_leave_out(struct changed_back *back, struct plan *plan, moment now)
{
	struct table *staying = table_new(plan->arena);
	struct list_plan *mailbox = NULL;

	for (size_t i = 0; i < plan->list_count && back->count > 0; i++) {
		struct list_plan *list = &plan->lists[i];

		if (list->block->kind == BLOCK_MAILBOX)
			mailbox = list;
		else
			leave_out_of(back, plan, list, now, staying);
	}
	if (mailbox)
		leave_out_of(back, plan, mailbox, now, staying);
}

void changed_back_refuse(struct changed_back *back, struct plan *plan, moment now)
{
	for (size_t i = 0; i < plan->list_count && back->count > 0; i++) {
		const struct list_plan *list = &plan->lists[i];
		const struct written_value *item;

		for (size_t j = 0; j < list->member_count; j++) {
			const struct plan_member *member = list->members[j];

			item = member->is_new ? find_resting(back, list->list->key, member->key,
							member->person, false, now)
					      : NULL;
			if (item)
				add_finding(&plan->moved, FINDING_ERROR, list, member->dn, item);
		}
		for (size_t j = 0; j < list->removal_count; j++) {
			const struct removal *removal = &list->removals[j];

			item = find_resting(back, list->list->key, removal->key, removal->person,
				true, now);
			if (item)
				add_finding(&plan->moved, FINDING_ERROR, list, removal->dn, item);
		}
	}
}

/* The other way round is this host's own change of mind, and begins a new count. */
static void note_value(struct changed_back *back, const struct list_outcome *outcome,
	const char *value, const struct person *person, bool is_removal, moment now)
{
	const char *list = outcome->list->list->key;
	struct written_value *item;

	if (outcome_failed(outcome, value, is_removal) ||
		outcome_was_already_done(outcome, value, is_removal))
		return;
	item = find_value(back, list, value, identity_of(person));
	if (item)
		name_value(back, item, value, identity_of(person));
	else
		item = add_value(back, list, value, identity_of(person));
	item->back = item->is_removal == is_removal && item->written ? now : 0;
	item->written = now;
	item->until = 0;
	item->is_removal = is_removal;
	back->is_changed = true;
}

void changed_back_note(struct changed_back *back, const struct plan *plan,
	const struct list_outcome *outcomes, moment now)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];
		struct list_outcome outcome = outcomes[i];

		if (outcome.modifies == 0)
			continue;
		outcome.list = list;
		for (size_t j = 0; j < list->member_count; j++) {
			if (list->members[j]->is_new)
				note_value(back, &outcome, list->members[j]->key,
					list->members[j]->person, false, now);
		}
		for (size_t j = 0; j < list->removal_count; j++)
			note_value(back, &outcome, list->removals[j].key, list->removals[j].person,
				true, now);
	}
}

/* Those that are kept rather than others come last: what rests, then what was written last. */
static int compare_worth(const void *left, const void *right)
{
	const struct written_value *const *a = left, *const *b = right;

	if ((*a)->until != (*b)->until)
		return (*a)->until < (*b)->until ? -1 : 1;
	return ((*a)->written > (*b)->written) - ((*a)->written < (*b)->written);
}

enum error_kind changed_back_write(struct changed_back *back, struct error *err)
{
	size_t first = back->count > CHANGED_BACK_MAX ? back->count - CHANGED_BACK_MAX : 0;
	json_t *root = json_object(), *written = json_array();
	struct strbuf text = STRBUF_INIT;
	enum error_kind kind = ERROR_NONE;

	if (first > 0)
		qsort(back->items, back->count, sizeof(struct written_value *), compare_worth);
	for (size_t i = first; i < back->count; i++) {
		const struct written_value *item = back->items[i];

		json_array_append_new(written,
			json_pack("[s, s, b, I, I, I, s?]", item->list, item->value,
				item->is_removal, (json_int_t)item->back, (json_int_t)item->written,
				(json_int_t)item->until, item->identity));
	}
	json_object_set_new(root, "form", json_integer(FORM));
	json_object_set_new(root, "written", written);
	if (back->is_changed) {
		json_add_line(&text, root);
		kind = state_make_folder(folder_above(back->path, back->arena), err);
		if (!kind)
			kind = state_write_quickly(back->path, &text, err);
		back->is_changed = false;
	}
	json_decref(root);
	strbuf_release(&text);
	return kind;
}

void changed_back_release(struct changed_back *back)
{
	arena_free(back->arena);
	*back = (struct changed_back)CHANGED_BACK_INIT;
}
