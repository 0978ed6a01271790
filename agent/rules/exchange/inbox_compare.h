/*
 * Rules as Microsoft Graph has them (messageRule), held against those that would be made now. Pure; the JSON is a
 * server's, and not trusted.
 */
#ifndef RULES_EXCHANGE_INBOX_COMPARE_H
#define RULES_EXCHANGE_INBOX_COMPARE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

struct arena;
struct findings;
struct inbox_rule;
struct inbox_rules;

#define INBOX_SEQUENCE_MAX 1000000000

/* A rule of the mailbox. */
struct found_rule {
	const json_t *json;    /* borrowed */
	const char *id, *name; /* of it */
	int sequence;
	bool is_ours;
	const struct inbox_rule
		*wanted; /* what it is to be; NULL: another's, or no longer needed */
};

/* All rules of the mailbox, by their sequence; in an arena. */
struct found_rules {
	struct found_rule *items;
	size_t count;
	size_t own;         /* how many are ours */
	int last_of_others; /* their highest sequence; 0: there are none */
};

/*
 * Read what "List rules" answers, an object with "value", and find out which are ours and what each is to be: the one of the same name;
 * of rules whose addresses changed, the one that does the same. ERROR_TARGET where it is not what
 * the pages say. Borrows `reply`.
 */
enum error_kind inbox_find_rules(struct arena *arena, const struct inbox_rules *inbox,
	const json_t *reply, struct found_rules *found, struct error *err);

/* Whether two properties of rules, conditions, exceptions or actions, mean the same; NULL is an empty one. */
bool inbox_is_same_property(struct arena *arena, const json_t *a, const json_t *b);

/*
 * What differs from the rules that would be made now, in the language in force: a line a rule, the first few; NULL:
 * nothing. In the arena.
 */
const char *inbox_difference(struct arena *arena, const struct inbox_rules *inbox,
	const struct found_rules *found);

/* Whether ours that are there come in the order in which they are to. */
bool inbox_is_in_order(const struct found_rules *found);

/* Warn of others' rules that stop mail before it comes to ours, or pass it on to an address of ours. */
void inbox_judge_others(struct arena *arena, const struct inbox_rules *inbox,
	const struct found_rules *found, struct findings *findings);

#endif
