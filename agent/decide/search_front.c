#include "decide/search_front.h"

#include <stddef.h>

#include "base/memory/arena.h"
#include "base/memory/id_set.h"
#include "decide/stand_in.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* References in the order of the search. */
struct front_line {
	struct reference *items;
	size_t count, room;
};

struct search_front {
	const struct person *person; /* for whom the search is */
	const struct block *block;
	struct front_line line;
	struct id_set references, people; /* that it came to: ids of subjects, numbers of people */
	size_t looks;
};

/* One step of a front. */
struct front_ctx {
	const struct search_fronts *fronts;
	struct search_front *front;
	struct arena *own;      /* owned: of what follows */
	struct front_line next; /* the line as it will be */
	struct references *stack;
	size_t depth, room;
	bool is_found;   /* somebody who is available: nobody behind is looked at */
	bool came_again; /* to what it had come to before, which may have been behind */
};

static void add_to_line(struct front_line *line, struct arena *arena,
	const struct reference *reference)
{
	line->items =
		arena_grow(arena, line->items, line->count, &line->room, sizeof(*line->items));
	line->items[line->count++] = *reference;
}

/* Whether a reference comes up for the first time; one that the snapshot never met has no subject yet. */
static bool is_first_reference(const struct search_fronts *fronts, struct search_front *front,
	const struct subject *subject)
{
	return !subject || id_set_add(&front->references, fronts->arena, subject->id);
}

static bool is_first_person(const struct search_fronts *fronts, struct search_front *front,
	const struct person *person)
{
	return id_set_add(&front->people, fronts->arena, person->number);
}

static void want_line(const struct search_fronts *fronts, const struct front_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		fronts->want(fronts->context, &line->items[i]);
}

/* Look from the beginning. False: it is cut off. */
static bool find_front(const struct search_fronts *fronts, struct search_front *front)
{
	struct candidates looked_at = {0};
	struct arena *own = arena_new();

	front->line.count = 0;
	front->references = front->people = (struct id_set){0};
	stand_in_find(front->person, front->block, fronts->policy, fronts->snapshot, fronts->scope,
		own, &looked_at);
	is_first_person(fronts, front, front->person);
	for (size_t i = 0; i < looked_at.count; i++) {
		const struct candidate *candidate = &looked_at.items[i];
		const struct subject *subject =
			reference_subject(fronts->snapshot, candidate->reference);

		is_first_reference(fronts, front, subject);
		if (candidate->person)
			is_first_person(fronts, front, candidate->person);
		if (!subject_ref(subject))
			add_to_line(&front->line, fronts->arena, candidate->reference);
	}
	want_line(fronts, &front->line);
	front->looks = looked_at.count;
	arena_free(own);
	return !looked_at.is_cut;
}

struct search_front *search_front_find(const struct search_fronts *fronts,
	const struct person *person, const struct block *block)
{
	struct search_front *front = arena_get(fronts->arena, sizeof(*front));

	front->person = person;
	front->block = block;
	return find_front(fronts, front) ? front : NULL;
}

static void push_deputies(struct front_ctx *ctx, const struct person *person)
{
	struct references deputies;

	person_deputies(person, ctx->fronts->scope, ctx->own, &deputies);
	ctx->stack = arena_grow(ctx->own, ctx->stack, ctx->depth, &ctx->room, sizeof(*ctx->stack));
	ctx->stack[ctx->depth++] = deputies;
}

/* Somebody who was read: available, so that the search ends; or to be followed, by own deputies. */
static void take_person(struct front_ctx *ctx, const struct person *person, bool is_first)
{
	if (person_is_available(person, ctx->fronts->scope))
		ctx->is_found = true;
	else if (is_first && is_first_person(ctx->fronts, ctx->front, person))
		push_deputies(ctx, person);
	else
		ctx->came_again = true;
}

/* A reference of somebody who is followed. */
static void look_at(struct front_ctx *ctx, const struct reference *reference)
{
	const struct search_fronts *fronts = ctx->fronts;
	const struct subject *subject = reference_subject(fronts->snapshot, reference);
	const struct resolved_ref *ref = subject_ref(subject);
	const struct person *person = ref_person(ref, fronts->scope->from);
	bool is_first = is_first_reference(fronts, ctx->front, subject);

	ctx->front->looks += is_first;
	if (!ref && is_first)
		add_to_line(&ctx->next, ctx->own, reference);
	else if (!ref)
		ctx->came_again = true;
	else if (person)
		take_person(ctx, person, is_first);
}

/* Depth first, from whoever was pushed. */
static void follow(struct front_ctx *ctx)
{
	while (ctx->depth > 0 && !ctx->is_found && ctx->front->looks < STAND_IN_LOOKS_MAX) {
		struct references *level = &ctx->stack[ctx->depth - 1];
		const struct reference *reference = level->items;

		if (level->count == 0) {
			ctx->depth--;
			continue;
		}
		level->items++;
		level->count--;
		look_at(ctx, reference);
	}
}

/* A reference of the line; what it leads to takes its place. */
static void carry_on(struct front_ctx *ctx, const struct reference *reference)
{
	const struct search_fronts *fronts = ctx->fronts;
	const struct resolved_ref *ref =
		subject_ref(reference_subject(fronts->snapshot, reference));
	const struct person *person = ref_person(ref, fronts->scope->from);

	if (!ref)
		add_to_line(&ctx->next, ctx->own, reference);
	else if (person)
		take_person(ctx, person, true);
	follow(ctx);
}

bool search_front_go_on(const struct search_fronts *fronts, struct search_front *front)
{
	struct front_ctx ctx = {.fronts = fronts, .front = front, .own = arena_new()};
	size_t count = front->line.count, i = 0;
	bool goes_on = true;

	for (; i < count && !ctx.is_found && goes_on; i++) {
		carry_on(&ctx, &front->line.items[i]);
		/* What comes again comes before the rest of the line now: the order is another. */
		goes_on = !ctx.came_again || i + 1 == count;
	}
	if (!goes_on) {
		goes_on = find_front(fronts, front);
	} else {
		front->line.count = 0;
		for (i = 0; i < ctx.next.count; i++)
			add_to_line(&front->line, fronts->arena, &ctx.next.items[i]);
		want_line(fronts, &front->line);
	}
	arena_free(ctx.own);
	return goes_on && front->line.count > 0 && front->looks < STAND_IN_LOOKS_MAX;
}
