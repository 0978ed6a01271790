/*
 * How results are shared. A search goes depth first, and nobody is looked at twice, so what it finds below a candidate
 * may depend on where it came from. Two results do not: that nobody is found, once all who lead to each other are
 * through (a strongly connected component; Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1972), as
 * nobody in there can find anybody from anywhere; and somebody who is found on a way on which nobody was passed over
 * for having been looked at before, and beside which only such components lie. These are kept for all (is_closed).
 * Another one that is found is kept for those who begin there.
 *
 * A search passes by what is kept, so it does not know whom it looks at, but how many at least and at most. Where
 * STAND_IN_LOOKS_MAX lies between, it is made once more without what is kept, and ends there.
 */
#include "decide/stand_ins.h"

#include <stdlib.h>

#include "base/memory/memory.h"
#include "decide/candidate_walk.h"
#include "decide/stand_in.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/policy.h"
#include "model/reference.h"
#include "model/snapshot.h"

/*
 * A search goes on past STAND_IN_LOOKS_MAX, since what is found is kept. Where it is kept for nobody else, it is wasted: once
 * that is so many times the nodes there are, searches end there.
 */
#define WASTE_MAX 64

/* A candidate whose deputies the search is at, or the list of references that it began with. */
struct frame {
	struct candidate_node *node;
	size_t first_open, first_dead; /* of `open` and `dead` */
	bool passed_by;                /* somebody who was looked at before, and is not through */
	bool waits, is_dead;
};

struct stand_ins {
	struct candidate_walk walk;
	const struct policy *policy;
	uint32_t reads;               /* how often references were read */
	uint32_t counts, walks;       /* how often numbers were added up; the number of the walk */
	bool is_contested;            /* two name the same reference that names nobody */
	size_t wasted;                /* looks whose results are not kept for all */
	struct frame *frames;         /* owned; from where the search began to where it is */
	struct candidate_node **open; /* owned; looked at, and not closed, in order */
	struct candidate_node **dead; /* owned; closed components met by frames */
	size_t frame_count, frame_room, open_count, open_room, dead_count, dead_room;
};

/* What a search, or a part of it, comes to. */
struct outcome {
	enum node_state state;
	bool is_cut;
	const struct person *found;
	const char *feed;
	struct look_count looks;
	uint32_t sizes; /* of components that were added up */
	bool waits, is_dead;
};

struct stand_ins *stand_ins_new(const struct snapshot *snapshot, const struct policy *policy,
	const struct time_scope *scope)
{
	struct stand_ins *s = memory_get(sizeof(*s));

	*s = (struct stand_ins){.policy = policy, .reads = 1};
	candidate_walk_init(&s->walk, snapshot, scope);
	return s;
}

void stand_ins_free(struct stand_ins *stand_ins)
{
	if (!stand_ins)
		return;
	candidate_walk_release(&stand_ins->walk);
	free(stand_ins->frames);
	free(stand_ins->open);
	free(stand_ins->dead);
	free(stand_ins);
}

void stand_ins_move(struct stand_ins *stand_ins, const struct time_scope *scope)
{
	stand_ins->walk.scope = *scope;
	stand_ins->walk.times++;
	stand_ins->is_contested = false;
	stand_ins->wasted = 0;
}

void stand_ins_renew(struct stand_ins *stand_ins)
{
	stand_ins->reads++;
}

/* Whether the result of a node is of this time, and waits for nothing that was read since. */
static bool is_kept(const struct stand_ins *s, const struct candidate_node *node)
{
	return node->state != NODE_NEW && node->times == s->walk.times &&
		(!node->waits || node->reads == s->reads);
}

/* Counting. */

/* Add, without an end that nobody could be near. */
static uint32_t plus(uint32_t a, uint32_t b)
{
	return a + b > 8 * STAND_IN_LOOKS_MAX ? 8 * STAND_IN_LOOKS_MAX : a + b;
}

/* Add components that the search went by, from number `first` to before `end`, each once. */
static void add_dead(struct stand_ins *s, struct outcome *to, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		struct candidate_node *component = s->dead[i];

		if (component->counted == s->counts)
			continue;
		component->counted = s->counts;
		to->looks.most = plus(to->looks.most, component->looks.most);
		to->sizes = plus(to->sizes, component->size);
		if (component->looks.least > to->looks.least)
			to->looks.least = component->looks.least;
	}
	if (to->sizes > to->looks.least)
		to->looks.least = to->sizes;
}

static void push_dead(struct stand_ins *s, struct candidate_node *component)
{
	s->dead =
		memory_grow(s->dead, s->dead_count, &s->dead_room, sizeof(struct candidate_node *));
	s->dead[s->dead_count++] = component;
}

/* The search. */

static void keep(struct stand_ins *s, struct candidate_node *node, const struct outcome *outcome,
	bool is_closed)
{
	node->times = s->walk.times;
	node->reads = s->reads;
	node->state = outcome->state;
	node->is_closed = is_closed;
	node->waits = outcome->waits;
	node->is_dead = outcome->is_dead;
	node->looks = outcome->looks;
	node->found = outcome->found;
	node->feed = outcome->feed;
	node->component = NULL;
}

static void enter(struct stand_ins *s, struct candidate_node *node)
{
	node->seen = s->walk.search;
	node->index = node->low = (uint32_t)s->open_count;
	s->frames = memory_grow(s->frames, s->frame_count, &s->frame_room, sizeof(*s->frames));
	s->frames[s->frame_count++] = (struct frame){
		.node = node, .first_open = s->open_count, .first_dead = s->dead_count};
	s->open =
		memory_grow(s->open, s->open_count, &s->open_room, sizeof(struct candidate_node *));
	s->open[s->open_count++] = node;
	candidate_push_end(&s->walk, node);
	if (node->references)
		candidate_push_all(&s->walk,
			node->references == &s->policy->fallback ? CANDIDATE_FALLBACK
								 : CANDIDATE_ROUTE,
			node->references);
	else
		candidate_push_deputies(&s->walk, node->person);
}

/* All who lead to the node are through, and nobody is found: so it is for each of them, from anywhere. */
static void close_component(struct stand_ins *s, const struct frame *frame)
{
	struct candidate_node *first = frame->node;
	struct outcome outcome = {
		.state = NODE_NOBODY, .waits = frame->waits, .is_dead = frame->is_dead};
	uint32_t size = (uint32_t)(s->open_count - frame->first_open);

	if (first->references)
		size = 0;
	s->counts++;
	add_dead(s, &outcome, frame->first_dead, s->dead_count);
	outcome.looks.least = plus(outcome.looks.least, size);
	outcome.looks.most = plus(outcome.looks.most, size);
	for (size_t i = frame->first_open; i < s->open_count; i++) {
		keep(s, s->open[i], &outcome, true);
		s->open[i]->component = first;
	}
	first->size = size;
	s->open_count = frame->first_open;
	s->dead_count = frame->first_dead;
}

static void leave(struct stand_ins *s)
{
	const struct frame frame = s->frames[--s->frame_count];
	struct frame *parent = s->frame_count > 0 ? &s->frames[s->frame_count - 1] : NULL;
	bool is_closed = frame.node->low == frame.node->index;

	if (is_closed)
		close_component(s, &frame);
	if (!parent)
		return;
	if (is_closed)
		push_dead(s, frame.node);
	else if (frame.node->low < parent->node->low)
		parent->node->low = frame.node->low;
	parent->waits = parent->waits || frame.waits;
	parent->is_dead = parent->is_dead || frame.is_dead;
}

/* A reference that names nobody, or was not read. */
static void pass_over(struct stand_ins *s, struct frame *frame, const struct candidate *candidate,
	struct candidate_node *node)
{
	bool is_read = subject_ref(reference_subject(s->walk.snapshot, candidate->reference));
	const struct candidate_node *by = frame->node;

	if (!is_kept(s, node))
		node->named_by = by;
	s->is_contested = s->is_contested || (is_read && node->named_by != by);
	keep(s, node,
		&(struct outcome){.state = NODE_NOBODY,
			.looks = {.least = 1, .most = 1},
			.waits = !is_read,
			.is_dead = is_read},
		true);
	node->component = node;
	node->size = 1;
	frame->waits = frame->waits || !is_read;
	frame->is_dead = frame->is_dead || is_read;
	push_dead(s, node);
}

/* Somebody whose result is kept. */
static bool take_kept(struct stand_ins *s, struct frame *frame, const struct candidate_node *node,
	struct outcome *outcome)
{
	frame->waits = frame->waits || node->waits;
	frame->is_dead = frame->is_dead || node->is_dead;
	if (node->state == NODE_NOBODY) {
		push_dead(s, node->component);
		return false;
	}
	*outcome = (struct outcome){
		.state = node->state,
		.found = node->found,
		.feed = node->feed,
		.looks = node->looks,
	};
	return true;
}

/* Look at a candidate; true: that ends the search. */
static bool look_at(struct stand_ins *s, const struct candidate *candidate,
	struct candidate_node *node, struct outcome *outcome)
{
	struct frame *frame = &s->frames[s->frame_count - 1];

	if (!candidate->person) {
		pass_over(s, frame, candidate, node);
	} else if (node->seen == s->walk.search && !(is_kept(s, node) && node->is_closed)) {
		frame->passed_by = frame->passed_by || node != frame->node;
		if (node->index < frame->node->low)
			frame->node->low = node->index;
	} else if (is_kept(s, node) && node->is_closed) {
		return take_kept(s, frame, node, outcome);
	} else if (candidate_is_here(&s->walk, node)) {
		*outcome = (struct outcome){
			.state = NODE_FOUND,
			.found = candidate->person,
			.feed = candidate->feed,
			.looks = {.live = 1},
		};
		return true;
	} else {
		enter(s, node);
	}
	return false;
}

/* Keep what was found: for all who lead to it without having passed by anybody, and for the one where it began. */
static void keep_way(struct stand_ins *s, struct outcome *outcome)
{
	size_t dead_end = s->dead_count;
	bool is_closed = true;

	s->counts++;
	for (size_t i = s->frame_count; i > 0; i--) {
		const struct frame *frame = &s->frames[i - 1];
		size_t opened = s->open_count - frame->first_open;

		is_closed = is_closed && !frame->passed_by && opened == s->frame_count - i + 1;
		add_dead(s, outcome, frame->first_dead, dead_end);
		dead_end = frame->first_dead;
		outcome->waits = outcome->waits || frame->waits;
		outcome->is_dead = outcome->is_dead || frame->is_dead;
		if (is_closed) {
			outcome->looks.live = plus(outcome->looks.live, !frame->node->references);
			keep(s, frame->node, outcome, true);
		}
	}
	if (is_closed)
		return;
	for (size_t i = 0; i < s->open_count; i++) {
		if (!is_kept(s, s->open[i]) || !s->open[i]->is_closed) {
			outcome->looks.live = plus(outcome->looks.live, !s->open[i]->references);
			s->wasted++;
		}
	}
	keep(s, s->frames[0].node, outcome, false);
}

/* Give up, past STAND_IN_LOOKS_MAX: it is cut off for the one where it began. */
static void give_up(struct stand_ins *s)
{
	struct outcome outcome = {.state = NODE_FOUND, .looks = {.live = 8 * STAND_IN_LOOKS_MAX}};

	for (size_t i = 0; i < s->frame_count; i++) {
		outcome.waits = outcome.waits || s->frames[i].waits;
		outcome.is_dead = outcome.is_dead || s->frames[i].is_dead;
	}
	keep(s, s->frames[0].node, &outcome, false);
}

/* Search from a node, with nobody looked at before, and keep the result. */
static void explore(struct stand_ins *s, struct candidate_node *first)
{
	struct candidate candidate;
	struct candidate_node *node;
	struct outcome outcome = {.state = NODE_NEW};

	candidate_walk_start(&s->walk);
	s->frame_count = s->open_count = s->dead_count = 0;
	enter(s, first);
	while (s->frame_count > 0 && outcome.state == NODE_NEW) {
		enum candidate_kind kind = candidate_next(&s->walk, &candidate, &node);

		if (kind == CANDIDATE_VARYING || s->walk.varies) {
			outcome.state = NODE_VARIES;
		} else if (kind == CANDIDATE_SOURCES_END) {
			leave(s);
		} else if (!look_at(s, &candidate, node, &outcome) &&
			s->open_count > STAND_IN_LOOKS_MAX + 1 &&
			s->wasted / WASTE_MAX > s->walk.node_count) {
			give_up(s);
			return;
		}
	}
	if (outcome.state != NODE_NEW)
		keep_way(s, &outcome);
}

/* One search without what is kept. */

struct plain_ctx {
	struct stand_ins *stand_ins;
	stand_ins_look *look; /* NULL: it is only counted */
	void *ctx;
	bool of_walk, dead_only;
	struct stand_in *result;
};

/* Give a candidate to the caller of a walk, under each name that several bear once. */
static void give(struct stand_ins *s, const struct candidate *candidate,
	struct candidate_node *node, stand_ins_look *look, void *ctx)
{
	struct candidate_node *name = s->walk.name;

	if (node->given == s->walks && (!name || name->given == s->walks))
		return;
	node->given = s->walks;
	if (name)
		name->given = s->walks;
	look(ctx, candidate);
}

static bool is_read(const struct stand_ins *s, const struct candidate *candidate)
{
	return candidate->person ||
		subject_ref(reference_subject(s->walk.snapshot, candidate->reference));
}

static bool look_plain(void *ctx, const struct candidate *candidate, struct candidate_node *node)
{
	const struct plain_ctx *plain = ctx;
	bool read = is_read(plain->stand_ins, candidate);

	if (plain->result) {
		plain->result->looks++;
		plain->result->waits = plain->result->waits || !read;
		plain->result->is_dead = plain->result->is_dead || (read && !candidate->person);
	}
	if (plain->of_walk)
		give(plain->stand_ins, candidate, node, plain->look, plain->ctx);
	else if (plain->dead_only && read && !candidate->person)
		plain->look(plain->ctx, candidate);
	return false;
}

static void search_plain(struct plain_ctx *plain, const struct person *person,
	const struct block *block)
{
	struct candidate_search search = {
		.required = person,
		.block = block,
		.policy = plain->stand_ins->policy,
		.look = look_plain,
		.ctx = plain,
	};

	candidate_search_run(&plain->stand_ins->walk, &search);
	if (!plain->result)
		return;
	plain->result->person = search.found;
	plain->result->feed = search.feed;
	plain->result->is_cut = search.is_cut;
}

static struct stand_in find_plain(struct stand_ins *s, const struct person *person,
	const struct block *block)
{
	struct stand_in result = {0};
	struct plain_ctx plain = {.stand_ins = s, .result = &result};

	search_plain(&plain, person, block);
	return result;
}

/* The four sources of a search, one after the other. */

struct ask_ctx {
	struct stand_ins *stand_ins;
	struct candidate_node *required;
	struct candidate_node *nobody[4]; /* of those in which nobody is found */
	size_t count;
	struct outcome outcome;
};

/* Take what a source comes to; true: that ends the search. */
static bool take_source(struct ask_ctx *c, struct candidate_node *node)
{
	struct outcome *outcome = &c->outcome;

	if (!is_kept(c->stand_ins, node))
		explore(c->stand_ins, node);
	outcome->waits = outcome->waits || node->waits;
	outcome->is_dead = outcome->is_dead || node->is_dead;
	if (node->state == NODE_NOBODY) {
		c->nobody[c->count++] = node->component;
		return false;
	}
	outcome->state = node->state;
	outcome->found = node->found;
	outcome->feed = node->feed;
	outcome->looks = node->looks;
	return true;
}

static bool take_manager(struct ask_ctx *c)
{
	struct stand_ins *s = c->stand_ins;
	const struct person *person = c->required->person;
	struct candidate candidate = {.reference = &person->manager};
	struct frame frame = {.node = c->required};
	struct candidate_node *node;

	if (!person->manager.text)
		return false;
	if (candidate_resolve(&s->walk, &candidate, &node) == CANDIDATE_VARYING) {
		c->outcome.state = NODE_VARIES;
		return true;
	}
	if (!candidate.person)
		pass_over(s, &frame, &candidate, node);
	if (!candidate.person || !candidate_is_here(&s->walk, node))
		return take_source(c, node);
	c->outcome.state = NODE_FOUND;
	c->outcome.found = candidate.person;
	c->outcome.looks.live = 1;
	return true;
}

/* Add those who lead nowhere of the sources before the last one. */
static void add_sources(struct ask_ctx *c)
{
	struct stand_ins *s = c->stand_ins;
	struct outcome nobody = {.state = NODE_NOBODY};
	struct look_count *looks = &c->outcome.looks;

	s->dead_count = 0;
	for (size_t i = 0; i < c->count; i++)
		push_dead(s, c->nobody[i]);
	s->counts++;
	add_dead(s, &nobody, 0, s->dead_count);
	looks->most = plus(looks->most, nobody.looks.most);
	if (nobody.looks.least > looks->least)
		looks->least = nobody.looks.least;
}

/* The person for whom the search is counts as looked at in `outcome`. */
static void find_sources(struct ask_ctx *c, const struct block *block)
{
	struct candidate_walk *walk = &c->stand_ins->walk;

	if (!take_source(c, c->required) &&
		!take_source(c, candidate_node_of_list(walk, &block->deputies)) && !take_manager(c))
		take_source(c, candidate_node_of_list(walk, &c->stand_ins->policy->fallback));
	add_sources(c);
}

/* Find a stand-in; `*is_shared`: by what is kept of all that it looks at. */
static struct stand_in find(struct stand_ins *s, const struct person *person,
	const struct block *block, bool *is_shared)
{
	struct ask_ctx c = {
		.stand_ins = s, .required = candidate_node_of_required(&s->walk, person)};
	struct stand_in found = {0};
	size_t least, most;

	*is_shared = false;
	if (candidate_is_here(&s->walk, c.required))
		return find_plain(s, person, block);
	find_sources(&c, block);
	if (c.outcome.state == NODE_VARIES)
		return find_plain(s, person, block);
	least = (size_t)c.outcome.looks.live + c.outcome.looks.least - 1;
	most = (size_t)c.outcome.looks.live + c.outcome.looks.most - 1;
	if (least <= STAND_IN_LOOKS_MAX && most > STAND_IN_LOOKS_MAX) {
		found = find_plain(s, person, block);
		*is_shared = !found.is_cut;
		return found;
	}
	found.waits = c.outcome.waits;
	found.is_dead = c.outcome.is_dead;
	found.is_cut = least > STAND_IN_LOOKS_MAX;
	found.looks = least == most ? most : STAND_IN_LOOKS_UNKNOWN;
	if (found.is_cut) {
		found.looks = STAND_IN_LOOKS_MAX;
	} else {
		*is_shared = true;
		found.person = c.outcome.found;
		found.feed = c.outcome.feed;
	}
	return found;
}

struct stand_in stand_ins_find(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block)
{
	bool is_shared;

	return find(stand_ins, person, block, &is_shared);
}

/* Walks. */

void stand_ins_walk_begin(struct stand_ins *stand_ins)
{
	stand_ins->walks++;
}

/* Whether a node ends the walk's search, is passed by, or is entered. */
enum step { STEP_STOP, STEP_BY, STEP_IN };

static enum step step_to(struct stand_ins *s, struct candidate_node *node)
{
	if (!node->person)
		return STEP_BY;
	if (is_kept(s, node) && node->is_closed) {
		if (node->walked == s->walks)
			return node->state == NODE_NOBODY ? STEP_BY : STEP_STOP;
		node->walked = s->walks;
		s->open = memory_grow(s->open, s->open_count, &s->open_room,
			sizeof(struct candidate_node *));
		s->open[s->open_count++] = node;
		return STEP_IN;
	}
	return candidate_is_here(&s->walk, node) ? STEP_STOP : STEP_IN;
}

/*
 * Walk through one search, past all that this walk was through before. The person for whom it is may be met in another
 * search first: those who lead there are not through then.
 */
static void walk_search(struct stand_ins *s, const struct candidate_node *required,
	const struct block *block, stand_ins_look *look, void *ctx, bool dead_only)
{
	struct candidate candidate;
	struct candidate_node *node;
	enum step step = STEP_IN;
	bool is_met = false;

	candidate_walk_start(&s->walk);
	s->open_count = 0;
	candidate_push_all(&s->walk, CANDIDATE_FALLBACK, &s->policy->fallback);
	candidate_push_manager(&s->walk, required->person);
	candidate_push_all(&s->walk, CANDIDATE_ROUTE, &block->deputies);
	candidate_push_deputies(&s->walk, required->person);
	while (step != STEP_STOP && candidate_next(&s->walk, &candidate, &node) != CANDIDATES_END) {
		bool is_first = node != required && node->seen != s->walk.search;

		is_met = is_met || node == required;
		if (!dead_only ? node != required && (is_first || s->walk.name)
			       : !candidate.person && is_read(s, &candidate))
			give(s, &candidate, node, look, ctx);
		if (!is_first)
			continue;
		node->seen = s->walk.search;
		step = step_to(s, node);
		if (step == STEP_IN)
			candidate_push_deputies(&s->walk, node->person);
	}
	for (size_t i = 0; i < s->open_count && is_met && !dead_only && required->given != s->walks;
		i++)
		s->open[i]->walked = 0;
}

/* Whether the search for somebody is cut off among their own deputies, whatever the block. */
static bool is_cut_alone(const struct stand_ins *s, const struct candidate_node *required)
{
	const struct candidate_node *of =
		required->state == NODE_NOBODY ? required->component : required;

	return is_kept(s, required) && required->state != NODE_VARIES &&
		of->looks.live + of->looks.least > STAND_IN_LOOKS_MAX + 1;
}

static void walk(struct stand_ins *s, const struct person *person, const struct block *block,
	struct plain_ctx *plain)
{
	bool is_shared;
	const struct stand_in found = find(s, person, block, &is_shared);
	struct candidate_node *required = candidate_node_of_required(&s->walk, person);

	if (plain->dead_only && !found.is_dead)
		return;
	if (found.is_cut && is_cut_alone(s, required)) {
		if (required->cut_in == s->walks)
			return;
		required->cut_in = s->walks;
	}
	if (!is_shared || (plain->dead_only && s->is_contested))
		search_plain(plain, person, block);
	else
		walk_search(s, required, block, plain->look, plain->ctx, plain->dead_only);
}

void stand_ins_walk(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block, stand_ins_look *look, void *ctx)
{
	struct plain_ctx plain = {
		.stand_ins = stand_ins, .look = look, .ctx = ctx, .of_walk = true};

	walk(stand_ins, person, block, &plain);
}

void stand_ins_walk_dead(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block, stand_ins_look *look, void *ctx)
{
	struct plain_ctx plain = {
		.stand_ins = stand_ins, .look = look, .ctx = ctx, .dead_only = true};

	walk(stand_ins, person, block, &plain);
}
