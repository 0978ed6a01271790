#include "rules/exchange/inbox_compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "rules/exchange/inbox_rule.h"
#include "rules/model/rules.h"

#define SHOWN_MAX 5 /* differences that are shown */

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* A text of the server's, safe for a terminal. */
static const char *safe_text(struct arena *arena, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	strbuf_add_safe(&safe, text);
	return strbuf_to_arena(&safe, arena);
}

/* Found rules, sorted. */

static int compare_sequence(const void *left, const void *right)
{
	const struct found_rule *a = left, *b = right;

	if (a->sequence != b->sequence)
		return a->sequence < b->sequence ? -1 : 1;
	return strcmp(a->id, b->id);
}

static enum error_kind read_rule(const struct inbox_rules *inbox, const json_t *json,
	struct found_rule *rule, struct error *err)
{
	json_int_t sequence = json_integer_value(json_object_get(json, "sequence"));

	*rule = (struct found_rule){
		.json = json, .id = text_at(json, "id"), .name = text_at(json, "displayName")};
	if (!rule->id || !*rule->id || !json_is_integer(json_object_get(json, "sequence")) ||
		sequence < 0 || sequence > INBOX_SEQUENCE_MAX)
		return error_set(err, ERROR_TARGET,
			_("Microsoft Graph: found a rule without an id or a sequence, expected a "
			  "messageRule"));
	rule->sequence = (int)sequence;
	if (!rule->name)
		rule->name = "";
	rule->is_ours = strncmp(rule->name, inbox->prefix, strlen(inbox->prefix)) == 0;
	return ERROR_NONE;
}

/* What a rule does, for the kinds that are there once and whose names have addresses; else NULL. */
static const char *kind_of(struct arena *arena, const struct inbox_rules *inbox, const char *name)
{
	static const char *const kinds[] = {"the rest to ", "the rest, ordinary, to ", "probe to "};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *kind = arena_format(arena, "%s%s", inbox->prefix, kinds[i]);

		if (strncmp(name, kind, strlen(kind)) == 0)
			return kinds[i];
	}
	return NULL;
}

/* Give each rule of ours what it is to be, each once: by name, then by kind. */
static void match_rules(struct arena *arena, const struct inbox_rules *inbox,
	struct found_rules *found)
{
	struct table *by_name = table_new(arena), *taken = table_new(arena);

	for (size_t i = 0; i < inbox->count; i++)
		table_put(by_name, inbox->items[i].name, &inbox->items[i]);
	for (size_t i = 0; i < found->count; i++) {
		struct found_rule *rule = &found->items[i];

		if (!rule->is_ours || table_find(taken, rule->name))
			continue;
		rule->wanted = table_find(by_name, rule->name);
		if (rule->wanted)
			table_put(taken, rule->name, rule);
	}
	for (size_t i = 0; i < inbox->count; i++) {
		const struct inbox_rule *wanted = &inbox->items[i];
		const char *kind = kind_of(arena, inbox, wanted->name);

		for (size_t j = 0; kind && !table_find(taken, wanted->name) && j < found->count;
			j++) {
			struct found_rule *rule = &found->items[j];

			if (!rule->is_ours || rule->wanted ||
				kind_of(arena, inbox, rule->name) != kind)
				continue;
			rule->wanted = wanted;
			table_put(taken, wanted->name, rule);
		}
	}
}

/* Which list's rule it is, whether of ordinary mail or of all: "to ADDRESS"; NULL: another rule. */
static const char *list_of(const struct inbox_rules *inbox, const char *name)
{
	static const char ordinary[] = "ordinary ";

	name += strlen(inbox->prefix);
	if (strncmp(name, ordinary, strlen(ordinary)) == 0)
		name += strlen(ordinary);
	return strncmp(name, "to ", strlen("to ")) == 0 ? name : NULL;
}

/* A list for which priority begins or ceases to matter keeps its rule, so that no mail comes twice meanwhile. */
static void match_lists(struct arena *arena, const struct inbox_rules *inbox,
	struct found_rules *found)
{
	struct table *by_list = table_new(arena);
	bool *is_found = arena_get(arena, (inbox->count + 1) * sizeof(*is_found));

	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i].wanted)
			is_found[found->items[i].wanted - inbox->items] = true;
	}
	for (size_t i = 0; i < inbox->count; i++) {
		const char *list = list_of(inbox, inbox->items[i].name);

		if (list && !is_found[i])
			table_put(by_list, list, &inbox->items[i]);
	}
	for (size_t i = 0; i < found->count; i++) {
		struct found_rule *rule = &found->items[i];
		const char *list = rule->is_ours ? list_of(inbox, rule->name) : NULL;
		struct inbox_rule *wanted =
			list && !rule->wanted ? table_find(by_list, list) : NULL;

		if (wanted && !is_found[wanted - inbox->items]) {
			rule->wanted = wanted;
			is_found[wanted - inbox->items] = true;
		}
	}
}

enum error_kind inbox_find_rules(struct arena *arena, const struct inbox_rules *inbox,
	const json_t *reply, struct found_rules *found, struct error *err)
{
	const json_t *value = json_object_get(reply, "value"), *item;
	struct table *ids = table_new(arena);
	size_t i;

	*found = (struct found_rules){0};
	if (!json_is_array(value))
		return error_set(err, ERROR_TARGET,
			_("Microsoft Graph: found no list of rules in its answer, expected \"value\""));
	found->items = arena_get(arena, (json_array_size(value) + 1) * sizeof(*found->items));
	json_array_foreach(value, i, item)
	{
		struct found_rule *rule = &found->items[found->count];

		if (read_rule(inbox, item, rule, err))
			return err->kind;
		/* A list that changes between its pages has a rule on both: to delete the second one would delete the first. */
		if (table_find(ids, rule->id))
			continue;
		table_put(ids, rule->id, rule);
		found->count++;
		found->own += rule->is_ours;
		if (!rule->is_ours && rule->sequence > found->last_of_others)
			found->last_of_others = rule->sequence;
	}
	qsort(found->items, found->count, sizeof(*found->items), compare_sequence);
	match_rules(arena, inbox, found);
	match_lists(arena, inbox, found);
	return ERROR_NONE;
}

/* Properties. */

/* A property that says nothing, or is about the answer itself (OData). */
static bool is_idle(const char *key, const json_t *value)
{
	return *key == '@' || json_is_null(value) || json_is_false(value) ||
		(json_is_array(value) && json_array_size(value) == 0);
}

/* An item of a list as a text without case: a word, or a recipient's address. */
static const char *item_text(struct arena *arena, const json_t *item)
{
	const char *text = json_is_string(item)
		? json_string_value(item)
		: text_at(json_object_get(item, "emailAddress"), "address");

	return text ? text_fold(arena, text, strlen(text)) : NULL;
}

/* The texts of a list, sorted; NULL where an item is something else. */
static const char **sort_items(struct arena *arena, const json_t *list)
{
	size_t count = json_array_size(list);
	const char **texts = arena_get(arena, (count + 1) * sizeof(*texts));

	for (size_t i = 0; i < count; i++) {
		texts[i] = item_text(arena, json_array_get(list, i));
		if (!texts[i])
			return NULL;
	}
	qsort(texts, count, sizeof(*texts), text_compare);
	return texts;
}

static bool is_same_list(struct arena *arena, const json_t *a, const json_t *b)
{
	size_t count = json_array_size(a);
	const char **left, **right;

	if (json_array_size(b) != count)
		return false;
	left = sort_items(arena, a);
	right = sort_items(arena, b);
	for (size_t i = 0; left && right && i < count; i++) {
		if (strcmp(left[i], right[i]) != 0)
			return false;
	}
	return left && right;
}

static bool is_same_value(struct arena *arena, const json_t *a, const json_t *b)
{
	if (json_is_array(a) && json_is_array(b))
		return is_same_list(arena, a, b);
	if (json_is_string(a) && json_is_string(b))
		return text_same(json_string_value(a), json_string_value(b));
	return json_equal(a, b);
}

/* Whether all that `a` says `b` says, too. */
static bool is_within(struct arena *arena, const json_t *a, const json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)a, key, value)
	{
		const json_t *other = json_object_get(b, key);

		if (!is_idle(key, value) && (!other || !is_same_value(arena, value, other)))
			return false;
	}
	return true;
}

bool inbox_is_same_property(struct arena *arena, const json_t *a, const json_t *b)
{
	return is_within(arena, a, b) && is_within(arena, b, a);
}

/* What differs. */

struct difference_ctx {
	struct arena *arena;
	struct strbuf text;
	size_t count;
};

static void add_difference(struct difference_ctx *ctx, const char *name, const char *what)
{
	if (++ctx->count > SHOWN_MAX)
		return;
	strbuf_adds(&ctx->text, ctx->text.length > 0 ? "\n" : "");
	strbuf_addf(&ctx->text, _("\"%s\" %s"), safe_text(ctx->arena, name), what);
}

static void add_difference_of(struct difference_ctx *ctx, const struct inbox_rule *wanted,
	const struct found_rule *rule)
{
	json_t *json = inbox_rule_to_json(wanted, 0);
	const char *const keys[] = {"conditions", "exceptions", "actions"};
	const char *const words[] = {
		_("has other conditions"), _("has other exceptions"), _("does something else")};

	if (strcmp(rule->name, wanted->name) != 0)
		add_difference(ctx, rule->name, _("has another name, and does something else"));
	else if (!json_is_true(json_object_get(rule->json, "isEnabled")))
		add_difference(ctx, rule->name, _("is not enabled"));
	else if (json_is_true(json_object_get(rule->json, "hasError")))
		add_difference(ctx, rule->name, _("is in error, says Exchange"));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!inbox_is_same_property(ctx->arena, json_object_get(rule->json, keys[i]),
			    json_object_get(json, keys[i])))
			add_difference(ctx, rule->name, words[i]);
	}
	json_decref(json);
}

bool inbox_is_in_order(const struct found_rules *found)
{
	const struct inbox_rule *last = NULL;
	int sequence = -1;

	for (size_t i = 0; i < found->count; i++) {
		const struct found_rule *rule = &found->items[i];

		if (!rule->wanted)
			continue;
		if ((last && rule->wanted < last) || rule->sequence == sequence)
			return false;
		last = rule->wanted;
		sequence = rule->sequence;
	}
	return true;
}

const char *inbox_difference(struct arena *arena, const struct inbox_rules *inbox,
	const struct found_rules *found)
{
	struct difference_ctx ctx = {.arena = arena, .text = STRBUF_INIT};
	bool *is_there = arena_get(arena, (inbox->count + 1) * sizeof(*is_there));

	for (size_t i = 0; i < found->count; i++) {
		const struct found_rule *rule = &found->items[i];

		if (rule->wanted) {
			is_there[rule->wanted - inbox->items] = true;
			add_difference_of(&ctx, rule->wanted, rule);
		} else if (rule->is_ours) {
			add_difference(&ctx, rule->name, _("is no longer needed"));
		}
	}
	for (size_t i = 0; i < inbox->count; i++) {
		if (!is_there[i])
			add_difference(&ctx, inbox->items[i].name, _("is missing"));
	}
	if (!inbox_is_in_order(found)) {
		ctx.count++;
		strbuf_adds(&ctx.text, ctx.text.length > 0 ? "\n" : "");
		strbuf_adds(&ctx.text, _("the rules come in another order"));
	}
	if (ctx.count > SHOWN_MAX)
		strbuf_addf(&ctx.text, _("\nand %zu differences more"), ctx.count - SHOWN_MAX);
	return ctx.count > 0 ? strbuf_to_arena(&ctx.text, arena) : NULL;
}

/* Others. */

static bool is_true_at(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

/* Create rule (Graph): conditions are optional; a rule without any applies to all mail. */
static bool is_for_all_mail(const json_t *rule)
{
	const json_t *conditions = json_object_get(rule, "conditions"), *value;
	const char *key;

	json_object_foreach((json_t *)conditions, key, value)
	{
		if (!is_idle(key, value))
			return false;
	}
	return json_object_size(json_object_get(rule, "exceptions")) == 0;
}

/* The first address of a list that is one of ours, or NULL. */
static const char *find_shared(struct arena *arena, const json_t *list, const struct table *ours)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *address = item_text(arena, json_array_get(list, i));

		if (address && table_find(ours, address))
			return address;
	}
	return NULL;
}

/* One that comes before ours and stops the others. */
static void judge_stopping(const struct found_rule *rule, const char *name,
	const struct inbox_rules *inbox, struct findings *findings)
{
	if (is_for_all_mail(rule->json))
		findings_add(findings, FINDING_ERROR, inbox->rules->address,
			_("the rule \"%s\" of the mailbox comes before postvagt's, stops the others, "
			  "and applies to all mail: none is passed on; see what it does, and move or "
			  "delete it"),
			name);
	else
		findings_add(findings, FINDING_IMPORTANT, inbox->rules->address,
			_("the rule \"%s\" of the mailbox comes before postvagt's and stops the "
			  "others: what it applies to is passed on to nobody; see what it does, "
			  "and move or delete it"),
			name);
}

void inbox_judge_others(struct arena *arena, const struct inbox_rules *inbox,
	const struct found_rules *found, struct findings *findings)
{
	struct table *ours = table_new(arena);
	int last = 0;

	for (size_t i = 0; i < inbox->count; i++) {
		const struct strings *list = &inbox->items[i].redirect_to;

		for (size_t j = 0; j < list->count; j++)
			table_put(ours, text_fold(arena, list->items[j], strlen(list->items[j])),
				ours);
	}
	for (size_t i = 0; i < found->count; i++)
		last = found->items[i].is_ours ? found->items[i].sequence : last;
	for (size_t i = 0; i < found->count; i++) {
		const struct found_rule *rule = &found->items[i];
		const json_t *actions = json_object_get(rule->json, "actions");
		const char *name = safe_text(arena, rule->name), *shared;

		if (rule->is_ours || !is_true_at(rule->json, "isEnabled"))
			continue;
		if (rule->sequence <= last && is_true_at(actions, "stopProcessingRules"))
			judge_stopping(rule, name, inbox, findings);
		shared = find_shared(arena, json_object_get(actions, "redirectTo"), ours);
		if (!shared)
			shared = find_shared(arena, json_object_get(actions, "forwardTo"), ours);
		if (shared)
			findings_add(findings, FINDING_WARNING, inbox->rules->address,
				_("the rule \"%s\" of the mailbox passes mail on to %s, too, so that mail "
				  "may come there twice; delete it if postvagt's rules do the same"),
				name, safe_text(arena, shared));
	}
}
