/*
 * What the mail system does with the mailbox's mail: which tag goes to which
 * addresses, ordinary or critical (CONTRACT section 3). Made of the mapping and
 * of the lists' addresses; written as a Sieve script, or as Exchange's
 * transport rules in PowerShell.
 *
 *	if (rules_make(&rules, arena, settings, mapping, lists, findings))
 *		rules_add_sieve(&out, &rules);
 *
 * In both: a mail goes to the lists of each tag that its subject carries, to
 * each address once; one with high priority to the critical list, where the
 * route has one, instead of the ordinary one; to the list of those who are
 * informed in both cases; one without a tag that has a route, where "*" goes. All of it stays in the mailbox, too. What answers by
 * itself, and what the mailbox passed on already, stays there only.
 */
#ifndef RULES_MODEL_RULES_H
#define RULES_MODEL_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/model/stamp.h"

struct arena;
struct findings;
struct group_wanted;
struct mapping;
struct settings;
struct snapshot;
struct strbuf;

/* A tag that is looked for. */
struct rules_tag {
	const char *id;
	const char **spellings; /* rules_spelling() of what a subject carries */
	size_t spelling_count;
	const char *folder; /* where its mail is filed; NULL: it stays where mail comes in */
	bool has_route;     /* else it changes nothing */
};

/* Somewhere mail is passed on to. `ordinary` and `critical` have an item a tag, and one more for "*". */
struct rules_target {
	const char *address;
	const char *lists;             /* their DNs, for a comment */
	bool *ordinary, *critical;     /* of which tags' mail */
	bool is_ordinary, is_critical; /* of any */
	bool is_same;                  /* priority makes no difference */
};

struct rules {
	struct arena *arena; /* borrowed: all below */
	const struct mapping *mapping;
	const char *address;       /* of the mailbox */
	const char *folder_prefix; /* of its folders' names */
	const char *
		*ignore; /* marks in subjects that are no tags, as rules_spelling(); may have "*" */
	size_t ignore_count;
	const char *
		probe; /* where a probe (vocabulary.h) goes, and nowhere else; NULL: there are none */
	struct rules_tag *tags;
	size_t tag_count;
	struct rules_target *targets; /* in the order of the routes */
	size_t target_count, target_room;
	bool has_rest; /* there is a route "*" */
	char stamp[SHA256_HEX];
};

/* The lists whose addresses the mapping does not tell, so that the directory must: how many, in *lists. */
size_t rules_unaddressed(struct arena *arena, const struct mapping *mapping,
	struct group_wanted **lists);

/*
 * Make them. `lists` has what rules_unaddressed() named, and may be NULL where
 * that is nothing. Whatever would leave a rule out, such as a list without an address,
 * is a FINDING_ERROR each, and false is returned then; what is only odd is a warning.
 */
bool rules_make(struct rules *rules, struct arena *arena, const struct settings *settings,
	const struct mapping *mapping, const struct snapshot *lists, struct findings *findings);

/* How many addresses one mail may be passed on to at most. */
size_t rules_most_targets(const struct rules *rules);

/*
 * A spelling as both look for it: composed (NFC), without invisible characters, no blanks at its ends, and single ones inside.
 */
const char *rules_spelling(struct arena *arena, const char *text);

#endif
