#include "run/changed_back.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "config/state_folder.h"
#include "model/outcome.h"
#include "model/plan.h"

#define FORM 2

static const char *key_of(struct arena *arena, const char *list, const char *value)
{
	return arena_format(arena, "%s\n%s", list, value);
}

static struct written_value *find_value(const struct changed_back *back, const char *list,
	const char *value)
{
	struct strbuf key = STRBUF_INIT;
	struct written_value *found;

	strbuf_addf(&key, "%s\n%s", list, value);
	found = table_find(back->by_value, key.text);
	strbuf_release(&key);
	return found;
}

static struct written_value *add_value(struct changed_back *back, const char *list,
	const char *value)
{
	struct written_value *item = arena_get(back->arena, sizeof(*item));

	item->list = arena_string(back->arena, list);
	item->value = arena_string(back->arena, value);
	back->items = arena_grow(back->arena, back->items, back->count, &back->room,
		sizeof(struct written_value *));
	back->items[back->count++] = item;
	table_put(back->by_value, key_of(back->arena, list, value), item);
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
	if (!list || !value || (!read.written && !read.until) || find_value(back, list, value))
		return;
	item = add_value(back, list, value);
	read.list = item->list;
	read.value = item->value;
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
 * Whether a value is not to be written. One that this host wrote is changed back where it is to be written again: within
 * an hour of the last time, that begins an hour of rest.
 */
static bool must_rest(struct changed_back *back, const char *list, const char *value,
	bool is_removal, moment now)
{
	struct written_value *item = find_value(back, list, value);

	if (!item || item->is_removal != is_removal)
		return false;
	if (!item->until && item->written && item->back) {
		item->until = now + MOMENT_HOUR;
		item->back = item->written = 0;
		back->is_changed = true;
	}
	if (item->until && item->until < back->next)
		back->next = item->until;
	return item->until != 0;
}

static void add_finding(struct changed_back *back, struct plan *plan, const struct list_plan *list,
	const char *dn, const char *value)
{
	const struct written_value *item = find_value(back, list->list->key, value);
	struct strbuf until = STRBUF_INIT;

	moment_add_human(&until, item->until);
	if (item->is_removal)
		findings_add_of(&plan->findings, FINDING_IMPORTANT, list->dn, dn, NULL,
			_("%s was put back on the list by somebody else twice within an hour, and is not "
			  "removed again before %s; find out who else keeps this list"),
			dn, until.text);
	else
		findings_add_of(&plan->findings, FINDING_IMPORTANT, list->dn, dn, NULL,
			_("%s was taken off the list by somebody else twice within an hour, and is not "
			  "added again before %s; find out who else keeps this list"),
			dn, until.text);
	strbuf_release(&until);
	plan->changed_back++;
}

static void leave_out_additions(struct changed_back *back, struct plan *plan,
	struct list_plan *list, moment now)
{
	size_t left = 0;

	for (size_t i = 0; i < list->member_count; i++) {
		struct plan_member *member = list->members[i];

		if (!member->is_new || !must_rest(back, list->list->key, member->key, false, now)) {
			list->members[left++] = member;
			continue;
		}
		add_finding(back, plan, list, member->dn, member->key);
		table_put(list->by_key, member->key, NULL);
		list->unexplained[CHANGE_ADDS] -=
			!member->explained && list->unexplained[CHANGE_ADDS] > 0;
		list->added--;
		plan->added--;
	}
	list->member_count = left;
}

static void leave_out_removals(struct changed_back *back, struct plan *plan, struct list_plan *list,
	moment now)
{
	const bool is_empty = list->member_count == 0; /* which no list may be left */
	size_t left = 0;

	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal removal = list->removals[i];
		bool rests = must_rest(back, list->list->key, removal.key, true, now);
		struct plan_member *member;

		if (!rests && !is_empty) {
			list->removals[left++] = removal;
			continue;
		}
		if (rests)
			add_finding(back, plan, list, removal.dn, removal.key);
		member = list_plan_add(plan, list, removal.dn, removal.key, removal.person);
		plan_member_reason(plan, member, (struct reason){.kind = REASON_CHANGED_BACK});
		list->unexplained[CHANGE_REMOVES] -=
			!removal.explained && list->unexplained[CHANGE_REMOVES] > 0;
		plan->removed--;
		plan->kept++;
	}
	list->removal_count = left;
}

void changed_back_leave_out(struct changed_back *back, struct plan *plan, moment now)
{
	for (size_t i = 0; i < plan->list_count && back->count > 0; i++) {
		struct list_plan *list = &plan->lists[i];

		if (!list->list->exists || !list_plan_has_changes(list))
			continue;
		leave_out_additions(back, plan, list, now);
		leave_out_removals(back, plan, list, now);
		list_plan_sort(list);
	}
}

/* The other way round is this host's own change of mind, and begins a new count. */
static void note_value(struct changed_back *back, const struct list_outcome *outcome,
	const char *value, bool is_removal, moment now)
{
	const char *list = outcome->list->list->key;
	struct written_value *item;

	if (outcome_failed(outcome, value, is_removal) ||
		outcome_was_already_done(outcome, value, is_removal))
		return;
	item = find_value(back, list, value);
	if (!item)
		item = add_value(back, list, value);
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
				note_value(back, &outcome, list->members[j]->key, false, now);
		}
		for (size_t j = 0; j < list->removal_count; j++)
			note_value(back, &outcome, list->removals[j].key, true, now);
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
			json_pack("[s, s, b, I, I, I]", item->list, item->value, item->is_removal,
				(json_int_t)item->back, (json_int_t)item->written,
				(json_int_t)item->until));
	}
	json_object_set_new(root, "form", json_integer(FORM));
	json_object_set_new(root, "written", written);
	if (back->is_changed) {
		json_add_line(&text, root);
		kind = state_make_folder(folder_above(back->path, back->arena), err);
		if (!kind)
			kind = state_write(back->path, &text, err);
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
