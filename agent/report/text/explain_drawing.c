/*
 * Explanations for a terminal: the path from a tag by a role, group or name to a person, on to
 * whoever stands in, and to the list; with all whom the search for a stand-in looked at.
 */
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/stand_in.h"
#include "model/person.h"
#include "model/plan.h"
#include "report/phrases.h"
#include "report/text/explain.h"
#include "report/text/explain_parts.h"
#include "report/text/text.h"
#include "report/text/tree.h"
#include "report/writer.h"

/* What is being drawn. */
struct explain_drawing_ctx {
	const struct explanation *explanation;
	struct arena *arena;
	moment at;
	struct tree_look look;
	enum phrase_length length; /* -v: groups by their DNs */
};

static struct explain_drawing_ctx make_ctx(const struct explanation *explanation)
{
	return (struct explain_drawing_ctx){
		.explanation = explanation,
		.arena = arena_new(),
		.at = explanation->report->plan->at,
		.length = explanation->report->verbose ? PHRASE_FULL : PHRASE_SHORT,
		.look = {.colour = explanation->report->colour,
			.lines = text_has_lines(),
			.indent = 2},
	};
}

/* A buffer's text, in the arena; the buffer is empty after. */
static const char *name_of(const struct explain_drawing_ctx *ctx, const struct person *person)
{
	struct strbuf name = STRBUF_INIT;

	phrase_name(&name, person, person->dn);
	return strbuf_to_arena(&name, ctx->arena);
}

static const char *on_list(const struct plan_member *member)
{
	return member->is_new ? _("on the list, from the next apply on") : _("on the list");
}

/* The search for a stand-in. */

/* "deputy Kirsten Lauridsgaard"; one who is nobody, as they are named. */
static const char *candidate_text(const struct explain_drawing_ctx *ctx,
	const struct candidate *candidate)
{
	struct strbuf text = STRBUF_INIT, named = STRBUF_INIT;
	const char *who;

	strbuf_add_safe(&named, candidate->reference->text);
	who = candidate->person ? name_of(ctx, candidate->person) : named.text;
	switch (candidate->origin) {
	case CANDIDATE_DEPUTY:
		strbuf_addf(&text, _("deputy %s"), who);
		break;
	case CANDIDATE_ROUTE:
		strbuf_addf(&text, _("the route's deputy %s"), who);
		break;
	case CANDIDATE_MANAGER:
		strbuf_addf(&text, _("manager %s"), who);
		break;
	case CANDIDATE_FALLBACK:
		strbuf_addf(&text, "mailbox.fallback %s", who);
		break;
	}
	strbuf_release(&named);
	return strbuf_to_arena(&text, ctx->arena);
}

static bool is_stand_in(const struct candidate *candidate, const struct required *required)
{
	return candidate->person && candidate->person == required->stand_in;
}

static const char *candidate_note(const struct explain_drawing_ctx *ctx,
	const struct list_plan *list, const struct candidate *candidate,
	const struct required *required)
{
	struct strbuf note = STRBUF_INIT;

	if (is_stand_in(candidate, required))
		strbuf_addf(&note, _("stands in: %s"),
			on_list(list_plan_member(list, candidate->person->key)));
	else
		explain_add_passed_over(&note, candidate, ctx->explanation->snapshot, ctx->at);
	return strbuf_to_arena(&note, ctx->arena);
}

/* Where a candidate hangs: on whoever named them, if the search looked at that one, too. */
static struct branch *parent_of(const struct candidates *looked_at, struct branch **drawn, size_t i,
	struct branch *top)
{
	const struct candidate *candidate = &looked_at->items[i];

	for (size_t j = i; j > 0 && candidate->named_by; j--) {
		if (looked_at->items[j - 1].person == candidate->named_by)
			return drawn[j - 1];
	}
	return top;
}

static void add_search(const struct explain_drawing_ctx *ctx, struct branch *top,
	const struct list_plan *list, const struct required *required)
{
	struct candidates looked_at = {0};
	struct branch **drawn;

	explain_find_candidates(ctx->explanation, list, required, ctx->arena, &looked_at);
	drawn = arena_get(ctx->arena, looked_at.count * sizeof(struct branch *));
	for (size_t i = 0; i < looked_at.count; i++) {
		const struct candidate *candidate = &looked_at.items[i];

		drawn[i] = tree_add(ctx->arena, parent_of(&looked_at, drawn, i, top),
			is_stand_in(candidate, required) ? TREE_YES : TREE_NO,
			candidate_text(ctx, candidate),
			candidate_note(ctx, list, candidate, required));
	}
	if (!required->stand_in)
		tree_add(ctx->arena, top, TREE_BAD, _("nobody stands in"), NULL);
}

/* Whom a list asks for. */

/* "away through 4 January 2027"; one who stays all the same, with why. */
static const char *absent_note(const struct explain_drawing_ctx *ctx,
	const struct required *required, const struct plan_member *member)
{
	struct strbuf note = STRBUF_INIT;

	for (size_t i = 0; member && i < member->reason_count && note.length == 0; i++) {
		if (member->reasons[i].kind == REASON_STAYS_BESIDE ||
			member->reasons[i].kind == REASON_NO_STAND_IN)
			phrase_reason(&note, member, &member->reasons[i], ctx->at, ctx->length);
	}
	if (note.length == 0)
		phrase_state(&note, required->person, ctx->at);
	return strbuf_to_arena(&note, ctx->arena);
}

/*
 * By which groups inside the one that a route names somebody is in it: ", through GG-It > GG-It-Drift"; or which feed gives
 * the role.
 */
static void add_ways(const struct explain_drawing_ctx *ctx, struct strbuf *note,
	const struct required *required, const struct reason *reason)
{
	bool is_first = true;

	for (size_t i = 0; reason && i < required->reason_count; i++) {
		struct strbuf way = STRBUF_INIT;
		bool is_alike = reason_is_alike(&required->reasons[i], reason);

		if (is_alike)
			phrase_feed(note, required->reasons[i].feed);
		if (required->reasons[i].through && is_alike) {
			phrase_way(&way, required->reasons[i].through, ctx->length);
			strbuf_addf(note, is_first ? _(", through %s") : "; %s", way.text);
			is_first = false;
		}
		strbuf_release(&way);
	}
}

/*
 * `reason`: for which the list asks for the person, NULL: said by the branch already. `again`: drawn on another branch of
 * the list already, with the search.
 */
static void add_required(const struct explain_drawing_ctx *ctx, struct branch *parent,
	const struct list_plan *list, const struct required *required, const struct reason *reason,
	bool again)
{
	const struct plan_member *member = list_plan_member(list, required->person->key);
	const char *name = name_of(ctx, required->person);
	struct strbuf note = STRBUF_INIT;
	struct branch *branch;

	if (required->available && member) {
		strbuf_adds(&note, on_list(member));
		add_ways(ctx, &note, required, reason);
		tree_add(ctx->arena, parent, TREE_YES, name, strbuf_to_arena(&note, ctx->arena));
		return;
	}
	strbuf_adds(&note, absent_note(ctx, required, member));
	add_ways(ctx, &note, required, reason);
	if (again)
		strbuf_adds(&note, _(" (see above)"));
	branch = tree_add(ctx->arena, parent, member ? TREE_YES : TREE_NO, name,
		strbuf_to_arena(&note, ctx->arena));
	if (required->is_sought && !again)
		add_search(ctx, branch, list, required);
}

/* Those who hold the role, are in the group, or are named. */
static void add_asked(const struct explain_drawing_ctx *ctx, struct branch *root,
	const struct list_plan *list, const struct reason *reason)
{
	const struct plan_member nobody = {0};
	struct strbuf text = STRBUF_INIT;
	struct branch *branch;

	phrase_reason(&text, &nobody, reason, ctx->at, ctx->length);
	branch = tree_add(ctx->arena, root, TREE_NONE, text.text, NULL);
	strbuf_release(&text);
	for (size_t i = 0; i < list->required_count; i++) {
		const struct required *required = list->required[i];

		for (size_t j = 0; j < required->reason_count; j++) {
			if (!reason_is_alike(&required->reasons[j], reason))
				continue;
			add_required(ctx, branch, list, required, reason, j > 0);
			break;
		}
	}
	if (!branch->first)
		tree_add(ctx->arena, branch, TREE_NO, _("nobody"), NULL);
}

/* Who is on the list, and not for being asked for or standing in. */
static bool is_other(const struct plan_member *member)
{
	for (size_t i = 0; i < member->reason_count; i++) {
		switch (member->reasons[i].kind) {
		case REASON_ROLE:
		case REASON_GROUP:
		case REASON_NAMED:
		case REASON_STAND_IN:
			return false;
		default:
			break;
		}
	}
	return true;
}

static void add_other(const struct explain_drawing_ctx *ctx, struct branch *root,
	const struct plan_member *member)
{
	struct strbuf name = STRBUF_INIT, why = STRBUF_INIT;

	phrase_name(&name, member->person, member->dn);
	phrase_reasons(&why, member, ctx->at, ctx->length);
	tree_add(ctx->arena, root, TREE_YES, name.text, why.text);
	strbuf_release(&name);
	strbuf_release(&why);
}

static const struct branch *tree_of_list(const struct explain_drawing_ctx *ctx,
	const struct list_plan *list)
{
	const struct block *block = list->block;
	struct branch *root = tree_new(ctx->arena);

	for (size_t i = 0; i < block->role_count; i++)
		add_asked(ctx, root, list,
			&(struct reason){.kind = REASON_ROLE, .what = block->roles[i].text});
	for (size_t i = 0; i < block->group_count; i++)
		add_asked(ctx, root, list,
			&(struct reason){.kind = REASON_GROUP, .what = block->groups[i].dn});
	for (size_t i = 0; i < block->people.count; i++)
		add_asked(ctx, root, list,
			&(struct reason){
				.kind = REASON_NAMED, .what = block->people.items[i].text});
	for (size_t i = 0; i < list->member_count; i++) {
		if (is_other(list->members[i]))
			add_other(ctx, root, list->members[i]);
	}
	return root;
}

static void draw_list(const struct explain_drawing_ctx *ctx, const struct list_plan *list)
{
	const struct report *report = ctx->explanation->report;
	struct strbuf title = STRBUF_INIT;

	phrase_list(&title, list);
	strbuf_addc(report->out, '\n');
	text_add_painted(report->out, report->colour, TEXT_BOLD, title.text);
	strbuf_adds(report->out, ": ");
	phrase_entry(report->out, list->dn, ctx->length);
	strbuf_addc(report->out, '\n');
	tree_draw(report->out, tree_of_list(ctx, list), &ctx->look);
	explain_add_gaps(report, list);
	strbuf_release(&title);
}

void explain_tag_drawing(const struct explanation *explanation, const char *tag)
{
	const struct report *report = explanation->report;
	struct explain_drawing_ctx ctx = make_ctx(explanation);
	const struct route *route;

	explain_add_tag_title(report, tag);
	route = explain_add_route(report, tag);
	for (size_t i = 0; i < report->plan->list_count; i++) {
		if (explain_is_of_route(&report->plan->lists[i], route))
			draw_list(&ctx, &report->plan->lists[i]);
	}
	arena_free(ctx.arena);
}

/* One person: lists that they are on, or not on, by the same path are drawn together. */

struct way {
	const char *path;
	const struct list_plan **lists;
	size_t count, room;
};

struct ways {
	struct way *items;
	size_t count, room;
};

/* The reasons for which somebody is asked for, and what came of it. */
static void add_path(const struct explain_drawing_ctx *ctx, struct branch *root,
	const struct list_plan *list, const struct required *required)
{
	const struct plan_member nobody = {0};
	struct strbuf reasons = STRBUF_INIT;

	for (size_t i = 0; i < required->reason_count; i++) {
		struct strbuf reason = STRBUF_INIT;

		phrase_reason(&reason, &nobody, &required->reasons[i], ctx->at, ctx->length);
		strbuf_add_item(&reasons, "; ", reason.text);
		strbuf_release(&reason);
	}
	add_required(ctx, tree_add(ctx->arena, root, TREE_NONE, reasons.text, NULL), list, required,
		NULL, false);
	strbuf_release(&reasons);
}

/* How the person comes, or does not come, to be on the list; NULL: they have nothing to do with it. */
static const char *path_of(const struct explain_drawing_ctx *ctx, const struct list_plan *list,
	const struct person *person)
{
	const struct plan_member *member = list_plan_member(list, person->key);
	const struct required *required = list_plan_required(list, person);
	struct branch *root = tree_new(ctx->arena);
	struct tree_look look = ctx->look;
	struct strbuf path = STRBUF_INIT;

	if (required)
		add_path(ctx, root, list, required);
	for (size_t i = 0; member && i < member->reason_count; i++) {
		const struct person *whom = member->reasons[i].whom;

		if (whom && list_plan_required(list, whom))
			add_path(ctx, root, list, list_plan_required(list, whom));
	}
	if (member && is_other(member))
		add_other(ctx, root, member);
	if (!root->first)
		return NULL;
	look.indent = 4;
	tree_draw(&path, root, &look);
	return strbuf_to_arena(&path, ctx->arena);
}

static struct way *find_way(const struct explain_drawing_ctx *ctx, struct ways *ways,
	const char *path)
{
	for (size_t i = 0; i < ways->count; i++) {
		if (strcmp(ways->items[i].path, path) == 0)
			return &ways->items[i];
	}
	ways->items =
		arena_grow(ctx->arena, ways->items, ways->count, &ways->room, sizeof(*ways->items));
	ways->items[ways->count] = (struct way){.path = path};
	return &ways->items[ways->count++];
}

static void add_way(const struct explain_drawing_ctx *ctx, struct ways *ways, const char *path,
	const struct list_plan *list)
{
	struct way *way = find_way(ctx, ways, path);

	way->lists = arena_grow(ctx->arena, way->lists, way->count, &way->room,
		sizeof(const struct list_plan *));
	way->lists[way->count++] = list;
}

static void draw_way(const struct explain_drawing_ctx *ctx, const struct way *way,
	const struct person *person)
{
	const struct report *report = ctx->explanation->report;

	for (size_t i = 0; i < way->count; i++) {
		const struct plan_member *member = list_plan_member(way->lists[i], person->key);

		strbuf_adds(report->out, "  ");
		tree_add_mark(report->out, member ? TREE_YES : TREE_NO, &ctx->look);
		phrase_list(report->out, way->lists[i]);
		if (!member)
			strbuf_adds(report->out, _(": not on it"));
		else if (member->is_new)
			strbuf_adds(report->out, _(" (joins at the next apply)"));
		strbuf_addc(report->out, '\n');
	}
	strbuf_adds(report->out, way->path);
}

void explain_person_drawing(const struct explanation *explanation, const struct person *person)
{
	const struct report *report = explanation->report;
	struct explain_drawing_ctx ctx = make_ctx(explanation);
	struct ways ways = {0};

	explain_add_person_title(report, person);
	for (size_t i = 0; i < report->plan->list_count; i++) {
		const struct list_plan *list = &report->plan->lists[i];
		const char *path = path_of(&ctx, list, person);

		if (path)
			add_way(&ctx, &ways, path, list);
	}
	for (size_t i = 0; i < ways.count; i++) {
		strbuf_adds(report->out, i > 0 ? "\n" : "");
		draw_way(&ctx, &ways.items[i], person);
	}
	if (ways.count == 0)
		explain_add_no_mail(report);
	arena_free(ctx.arena);
}
