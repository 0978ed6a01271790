/*
 * The plan: for every list, who is to be on it and why, and what would change.
 *
 * decide() fills in the members, diff_lists() what changes, limits_check() what is
 * refused, in this order; from then on it is only read: by the writers of
 * text, JSON and LDIF, and by directory/write/write.h. All of it lives in one arena,
 * and borrows from the mapping and the snapshot, which must outlive it.
 */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/message/finding.h"
#include "base/text/moment.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/policy.h"
#include "model/snapshot.h"

struct member_index;

/* How many values one modify adds or deletes at most: a fifth of what AD takes (MaxValRange aside, 5,000). */
#define PLAN_VALUES_PER_MODIFY 1000

/* Why somebody is, or stays, on a list. */
enum reason_kind {
	REASON_ROLE,         /* holds the role; `what` as the route writes it */
	REASON_GROUP,        /* is in the group; `what` is its DN as the route writes it */
	REASON_NAMED,        /* named under `people`; `what` as the route writes it */
	REASON_STAND_IN,     /* stands in for `whom` (rule 3) */
	REASON_FILLS_UP,     /* taken to reach at_least, from the route's deputies (rule 5) */
	REASON_FALLBACK,     /* the same, from mailbox.fallback */
	REASON_STAYS_BESIDE, /* required and not available, stays: when_absent is add (rule 4) */
	REASON_NO_STAND_IN,  /* required and not available, stays: nobody stands in (rule 4) */
	REASON_KEEP,         /* the route's keep (rule 6) */
	REASON_ON_LIST,      /* mailbox.list: answers the tag `what` */
	REASON_STRANGER,     /* stays, as the list is additive (rule 6) */
	REASON_NOBODY_ELSE,  /* stays, as the rules yield nobody (rule 7) */
	REASON_PROTECTED,    /* stays, as `what`, which the list asks for, is not found (rule 1) */
	REASON_GROUP_EMPTY,  /* stays, as no member is found in the group `what` (rule 1) */
	REASON_HELD,         /* stays, as a feed could not be read (rule 8) */
	REASON_CHANGED_BACK, /* stays, as somebody else put it back twice (rule 10) */
	REASON_PLAN_LEAVES,  /* stays, as a saved plan that is carried out leaves it */
	REASON_UNDO_LEAVES,  /* stays, as the run that is taken back did nothing to it */
	REASON_TAKEN_BACK,   /* joins again: the run `what`, which removed it, is taken back */
	REASON_FROM_FILE,    /* in the words of a file without codes, in `what` */
};

/*
 * Whether something that a list asks for protects it (rule 1). From a protected list nobody is removed but required people
 * who are absent and have a stand-in, and stand-ins that postvagt's reports show.
 */
enum protection_level {
	PROTECTION_NONE,
	PROTECTION_WARNING, /* no member at all is found in a group; a finding if somebody stays for it */
	PROTECTION_ERROR, /* a group or a name is not found, or cannot be read; a finding says so already */
};

struct protection {
	enum protection_level level;
	const char
		*by; /* what protects it, the first of the highest level; as the route writes it */
	const char **empty_groups; /* in which no member is found; as the route writes them */
	size_t empty_group_count, empty_group_room;
};

/* One group inside another, on the way from the group that a route names down to a person. */
struct group_step {
	const char *dn; /* of the inner group */
	const struct group_step
		*from; /* the group that it is in; NULL: the route's own, or not known */
	size_t depth;  /* 1: it is in the route's own group */
};

/* How many steps of a way through groups are shown and kept in files: the last ones. */
#define GROUP_STEPS_MAX 8

/* How many ways through one group of a route are kept for one person: the shortest ones. */
#define GROUP_WAYS_MAX 3

struct reason {
	enum reason_kind kind;
	const char *what; /* see above; else NULL */
	const struct group_step
		*through; /* REASON_GROUP: the group with the person in it; NULL: the route's own */
	const char *
		feed; /* REASON_ROLE, REASON_STAND_IN: the feed that gives it, or names them; NULL: the directory does */
	const struct person *
		whom; /* REASON_STAND_IN; who stays as a file says (STAYS_BESIDE, NO_STAND_IN); else NULL */
};

/* One who is to be on the list when the plan is applied. */
struct plan_member {
	const char *dn;              /* of the person; of a member that stays, as the list says */
	const char *key;             /* dn_key() */
	const struct person *person; /* NULL: a keep member or stranger that is no person */
	struct reason *reasons; /* one or more, in the order of the rules; others may share them */
	const struct person **standing_in_for; /* also when here in their own right */
	uint32_t reason_count, reason_room;
	uint32_t standing_in_count, standing_in_room;
	bool by_rule;   /* by steps 1 to 5; else by keep, or it just stays */
	bool is_new;    /* joins; set by diff_lists() */
	bool explained; /* is_new: by an absence (rule 9): counts for no limit */
};

/* Why somebody leaves a list. */
enum leaving_kind {
	LEAVES_ABSENT, /* required, absent, and `stand_in` stands in */
	LEAVES_UNREACHABLE, /* required, and mail cannot reach them, for the reason that person_state() gives */
	LEAVES_STAND_IN,   /* one who can stand in, or fill up, and need not any more */
	LEAVES_UNWANTED,   /* a person whom nothing in the mapping puts here (any more) */
	LEAVES_MAILBOX,    /* the same of a shared mailbox, which no role finds */
	LEAVES_NO_TAG,     /* mailbox.list: is on no list that answers a tag */
	LEAVES_GONE,       /* no entry of that name is there */
	LEAVES_NOT_PERSON, /* an entry that is no person, and not in keep */
	LEAVES_TAKEN_BACK, /* the run `told`, which added it, is taken back */
	LEAVES_FROM_FILE,  /* in the words of a file without codes, in `told` */
};

struct removal {
	const char *dn;              /* the value as the list has it: this is what is deleted */
	const char *key;             /* dn_key() */
	const struct person *person; /* NULL: LEAVES_GONE, LEAVES_NOT_PERSON */
	enum leaving_kind kind;
	const struct person *stand_in; /* LEAVES_ABSENT */
	const struct person *then; /* as a file has `person` at its moment; NULL: as it is now */
	const char *told;          /* LEAVES_TAKEN_BACK, LEAVES_FROM_FILE */
	bool explained;            /* by an absence (rule 9): counts for no limit */
};

enum gap_kind {
	GAP_NO_STAND_IN, /* nobody stands in for `whom` */
	GAP_TOO_FEW,     /* `available` people where `wanted` are asked for */
	GAP_NOBODY,      /* the rules yield nobody: the list keeps what it has */
	GAP_FROM_FILE,   /* in the words of a file without codes, in `told` */
};

/* By what it is found who was passed over for a gap (decide/stand_in.h), when that is asked; all of it borrowed. */
struct gap_search {
	const struct snapshot *snapshot;
	const struct policy *policy;
	const struct block *block;
};

struct gap {
	enum gap_kind kind;
	const struct person *whom;
	size_t available, wanted;
	const char *told;
	const struct gap_search *search; /* NULL: nobody was passed over, or it is not known */
	size_t passed_over;              /* how many were, with `search`; 0: count them */
};

/* An attribute of an entry, and one value. */
struct attribute {
	const char *type, *value;
};

/* One whom a list asks for (step 1), and what came of it. */
struct required {
	const struct person *person;
	struct reason *reasons; /* roles, groups, names; others may share them */
	uint32_t reason_count, reason_room;
	bool available;                /* inform lists: reachable */
	bool is_leaver;                /* unreachable, and no leave is on: no recipient (rule 3) */
	bool is_sought;                /* a search for a stand-in was made */
	const struct person *stand_in; /* NULL: none needed, or none found */
};

/* One list of the plan. */
struct list_plan {
	const struct block *block;  /* of the mapping, or the plan's own for the mailbox's list */
	const struct list *list;    /* as it stands */
	const char *dn;             /* of the list: as the directory writes it, else the file */
	struct required **required; /* by DN, as bytes */
	size_t required_count, required_room;
	struct plan_member **members; /* by DN, as bytes */
	size_t member_count, member_room;
	struct member_index *by_key; /* for list_plan_member(); made by list_plan_start() */
	struct removal *removals;    /* by DN, as bytes */
	size_t removal_count, removal_room;
	struct gap *gaps;
	size_t gap_count, gap_room;
	size_t decided;                   /* members by steps 1 to 5 */
	size_t available;                 /* of these, who is available */
	size_t added;                     /* members that are new */
	size_t held;                      /* removals not made, as a feed could not be read */
	size_t unexplained[CHANGE_KINDS]; /* changes that count for the limits (rule 9) */
	struct protection protection;
	struct attribute *
		entry; /* of a list to be made, all but its members: directory/dialect/new_list.h */
	size_t entry_count;
	bool list_missing; /* not there and not to be made, not to be read, or banned: nothing is changed */
	bool over_limit[CHANGE_KINDS]; /* unexplained passes the limit per list */
};

struct plan {
	struct arena *arena; /* owned */
	moment at;
	struct list_plan *lists; /* by DN, as bytes */
	size_t list_count;
	struct block mailbox;     /* stands for mailbox.list */
	struct findings findings; /* of the decision; the snapshot has its own */
	struct findings moved;    /* of a saved plan: what is not as it was; it is refused then */
	const char *held;         /* why removals are held, or NULL */
	size_t added, removed, kept, held_count;
	size_t unexplained[CHANGE_KINDS];
	size_t kept_absences; /* absences that count though they cannot be read now, and matter to a list */
	size_t kept_of_feeds; /* of these, those of records of feeds; and deputies and roles of these */
	size_t changed_back; /* values not written now, as somebody else changed them back twice */
	struct change_limit limits[CHANGE_KINDS]; /* by which it was judged */
	bool over_run_limit[CHANGE_KINDS];
	bool refused; /* some limit would be passed */
};

/* Make an empty plan for moment `at`; plan_free() takes NULL too. */
struct plan *plan_new(moment at);
void plan_free(struct plan *plan);

/* Whether anything would be written. */
bool plan_has_changes(const struct plan *plan);

/* Whether a run that does it all ends with 6: removals are held, values rest, or an absence that cannot be read counts. */
bool plan_is_held_back(const struct plan *plan);

/* Whether this list would be written. */
bool list_plan_has_changes(const struct list_plan *list);

/* Prepare an empty list of a plan for members. */
void list_plan_start(struct plan *plan, struct list_plan *list);

/* The member of that DN key, or NULL; who is required, or NULL. */
struct plan_member *list_plan_member(const struct list_plan *list, const char *key);
const struct required *list_plan_required(const struct list_plan *list,
	const struct person *person);

/* Put somebody on the list, or find who is on it already. `person` may be NULL. */
struct plan_member *list_plan_add(struct plan *plan, struct list_plan *list, const char *dn,
	const char *key, const struct person *person);

/* Leave only the first `count` of the members, which may have changed places. */
void list_plan_cut(struct list_plan *list, size_t count);

/* Whether two reasons are the same; or alike, which is the same but for the way through groups, or the feed. */
bool reason_is_same(const struct reason *a, const struct reason *b);
bool reason_is_alike(const struct reason *a, const struct reason *b);

/* Give a member one more reason (unless it has the same), or somebody more to stand in for. */
void plan_member_reason(struct plan *plan, struct plan_member *member, struct reason reason);

/* The same of all reasons for which somebody is required; the first to be given are shared. */
void plan_member_required(struct plan *plan, struct plan_member *member,
	const struct required *required);
void plan_member_stands_in(struct plan *plan, struct plan_member *member,
	const struct person *whom);

/* Give somebody who is required one more reason. */
void required_add_reason(struct required *required, struct arena *arena,
	const struct reason *reason);

/* Record a gap of the list. */
void list_plan_gap(struct plan *plan, struct list_plan *list, struct gap gap);

/* Protect a list: the highest level holds, and what gave it first. `by` is borrowed. */
void protection_add(struct protection *protection, struct arena *arena, enum protection_level level,
	const char *by);

/* Order members and removals by DN, as bytes. */
void list_plan_sort(struct list_plan *list);

#endif
