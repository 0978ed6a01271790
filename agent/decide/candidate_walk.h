/*
 * The candidates of searches for stand-ins, in the order of rule 3, and what is known of each. A search takes them off a
 * stack, which holds whole sources of references and copies none: it grows with the people looked at, and not with their
 * deputies. What is known of a candidate is a node, which stays from one search to the next. Pure.
 */
#ifndef DECIDE_CANDIDATE_WALK_H
#define DECIDE_CANDIDATE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decide/stand_in.h"
#include "model/person.h"

struct arena;
struct block;
struct policy;
struct references;
struct snapshot;
struct table;

/* What a search from a candidate comes to, with nobody looked at before. */
enum node_state {
	NODE_NEW,    /* not known */
	NODE_NOBODY, /* nobody whom it leads to is available */
	NODE_FOUND,  /* somebody is */
	NODE_VARIES, /* over a span of time: deputies change, or whom a name means, before it finds somebody */
};

/* How many candidates: of those who lead nowhere only bounds are known, as some may be the same. */
struct look_count {
	uint32_t live;        /* who lead to whom is found; exact */
	uint32_t least, most; /* who lead nowhere */
};

/*
 * A person, a reference that names nobody, or a list of references. `times` and `reads` say of when the result is: see
 * stand_ins.c, which alone uses what is below them.
 */
struct candidate_node {
	const struct person *person;         /* NULL: no person */
	const struct references *references; /* of a list of references; else NULL */
	uint32_t seen;                       /* the last search that came to it */
	uint32_t given,
		walked; /* the last walk in which it was given to the caller; with all it leads to */
	uint32_t known_at;          /* of is_here and meant */
	bool is_here;               /* available throughout the scope */
	const struct person *meant; /* by a name of several */
	uint32_t times, reads;
	enum node_state state;
	bool is_closed; /* the result holds wherever the search came from */
	bool waits, is_dead;
	uint32_t index, low; /* by Tarjan's algorithm, in the search `seen` */
	struct candidate_node
		*component;      /* NODE_NOBODY: of those who lead to each other, the first */
	uint32_t size, counted;  /* of a component: its people; the last count it was in */
	struct look_count looks; /* of the component, or of this result, itself included */
	const struct person *found;
	const char *feed;                      /* that names `found` */
	const struct candidate_node *named_by; /* of a reference that names nobody: who did first */
};

enum candidate_kind {
	CANDIDATES_END,   /* there are no more */
	CANDIDATE_PERSON, /* somebody, or a reference that names nobody */
	CANDIDATE_VARYING, /* a name that may mean one at one moment of the scope and another at another */
	CANDIDATE_SOURCES_END, /* all that was pushed after the node are through */
};

/* Candidates that wait for their turn: all references of one source, from `next` on. */
struct candidate_level {
	enum candidate_origin origin;
	const struct references *references; /* borrowed; NULL: the manager alone */
	const struct person *named_by;
	const char *feed; /* that names them; NULL: none */
	size_t next;
	struct candidate_node *end; /* nothing but a mark; else NULL */
};

struct candidate_walk {
	const struct snapshot *snapshot;
	struct time_scope scope;
	struct arena *arena;           /* owned: of nodes */
	struct arena *scratch;         /* owned: of a search; NULL: it needed none */
	struct candidate_node **nodes; /* owned: open addressing, by what they are of */
	const void **keys;             /* owned */
	size_t node_count, node_room;
	struct table *strays;           /* references that the snapshot never met, by key */
	struct candidate_level *levels; /* owned; what comes next is last */
	size_t depth, room;
	struct candidate_node
		*name;   /* of the reference that came last, if several bear it; else NULL */
	uint32_t search; /* the number of this one */
	uint32_t times;  /* how often the time was changed */
	bool varies; /* over a span of time, others may be named at one moment than at another: nobody ends the search */
};

void candidate_walk_init(struct candidate_walk *walk, const struct snapshot *snapshot,
	const struct time_scope *scope);
void candidate_walk_release(struct candidate_walk *walk);

/* Begin a search. What the last one got from `scratch` is gone. */
void candidate_walk_start(struct candidate_walk *walk);

/* The node of a person, or of a list of references; of one for whom a search is, who may be of another snapshot. */
struct candidate_node *candidate_node_of(struct candidate_walk *walk, const struct person *person);
struct candidate_node *candidate_node_of_required(struct candidate_walk *walk,
	const struct person *required);
struct candidate_node *candidate_node_of_list(struct candidate_walk *walk,
	const struct references *references);

/* Whether the node's person is available throughout the scope. */
bool candidate_is_here(struct candidate_walk *walk, struct candidate_node *node);

/* What comes first is pushed last. */
void candidate_push_all(struct candidate_walk *walk, enum candidate_origin origin,
	const struct references *references);
void candidate_push_manager(struct candidate_walk *walk, const struct person *person);
void candidate_push_deputies(struct candidate_walk *walk, const struct person *person);
void candidate_push_end(struct candidate_walk *walk, struct candidate_node *node);

/* Push all whom a varying name may mean in its place; their references live as long as `arena`. */
void candidate_push_bearers(struct candidate_walk *walk, const struct candidate *candidate,
	struct arena *arena);

/* The next candidate and its node, whether it was looked at before or not. */
enum candidate_kind candidate_next(struct candidate_walk *walk, struct candidate *candidate,
	struct candidate_node **node);

/* The node and person of a reference; CANDIDATE_VARYING as above. */
enum candidate_kind candidate_resolve(struct candidate_walk *walk, struct candidate *candidate,
	struct candidate_node **node);

/* Calls back with a candidate; true: that is enough. */
typedef bool candidate_look(void *ctx, const struct candidate *candidate,
	struct candidate_node *node);

/* Whom a search is for, and what it comes to. */
struct candidate_search {
	const struct person *required;
	const struct block *block;
	const struct policy *policy;
	struct arena *kept; /* of the candidates' references; NULL: they go with the search */
	candidate_look *look;
	void *ctx;
	const struct person *found;
	const char *feed; /* that names `found` */
	bool is_cut;
};

/* Look at one candidate after another, up to the first who is available. No result of other searches is used. */
void candidate_search_run(struct candidate_walk *walk, struct candidate_search *search);

#endif
