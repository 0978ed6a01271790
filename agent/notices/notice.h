/*
 * Notices: whom a run's changes are news to, and what news. One a person, however many lists.
 * What is ahead makes notices of its own (ahead.h), which are parts of the same form.
 * Pure: from the plan, what came of it, and what was told before (history.h); writing them down
 * (outbox.h), wording (notice_text.h) and sending (deliver.h) are others'.
 *
 * Told is who joins an ordinary or critical list by the rules, on their own account or as
 * somebody's stand-in; among these, who is back after others covered; and who was told to
 * stand in, and is relieved. Whoever was on a list before there were notices is told where that
 * is asked for. Nobody is told of `inform` lists and the mailbox's list, of
 * being away, or of a role that is gone: who changed that has the word.
 */
#ifndef NOTICES_NOTICE_H
#define NOTICES_NOTICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/mapping.h"
#include "model/plan.h"
#include "model/settings.h"

#define NOTICE_OTHERS_MAX 15 /* names of the others on a list */

struct arena;
struct list_outcome;
struct notice_history;

enum notice_change {
	NOTICE_JOINS,
	NOTICE_RETURNS,  /* joins on their own account, and was covered for */
	NOTICE_RELIEVED, /* was told to stand in, and is off the list */
	NOTICE_STAYS,    /* is on the list by the rules as before, and was never told */

	/* What is ahead (ahead.h), or is not any more; never in one notice with those above. */
	NOTICE_WILL_STAND_IN, /* for `behalf`, from `from` on */
	NOTICE_UNCOVERED,     /* will be away, and nobody stands in */
	NOTICE_GAP, /* to mailbox.fallback: a gap begins, for want of a stand-in for `behalf`, if any */
	NOTICE_NOT_NEEDED, /* was notified of NOTICE_WILL_STAND_IN, which is not so any more */
	NOTICE_COVERED, /* was notified of NOTICE_UNCOVERED; `behalf` stands in, or nobody need */
};

/* On what account somebody joins. */
enum notice_way {
	NOTICE_OWN,       /* role, group or name; may stand in for others besides */
	NOTICE_STANDS_IN, /* for those in `behalf` */
	NOTICE_FILLS_UP,  /* as too few others are available */
	NOTICE_TOLD,      /* as a saved plan or an undo says, in `why` */
};

/* For whom somebody stands in. */
struct behalf {
	const char *name;
	moment until; /* exclusive; MOMENT_LATEST: open; MOMENT_EARLIEST: not away, but not to be reached */
};

/* One list. */
struct notice_part {
	enum notice_change change;
	const char *tag;     /* the first of `tags`; "*": everything else */
	struct tag_ids tags; /* that share the list */
	enum block_kind kind;
	const char *list_key, *member_key; /* dn_key() */
	bool gets_critical; /* mail of high priority reaches the person, by this list or another */
	enum notice_way way;
	const char *why; /* NOTICE_TOLD; may be NULL */
	struct strings roles,
		groups; /* NOTICE_OWN: by which, as the route writes them; neither: by name */
	struct behalf *behalf;
	size_t behalf_count;
	struct strings others;  /* names of the others on it then */
	size_t more_others;     /* beside those named */
	struct strings covered; /* who covered; NOTICE_RETURNS only, and then somebody */

	/* Of what is ahead. */
	moment from; /* when it begins */
	const char *
		whom; /* NOTICE_GAP and NOTICE_NOT_NEEDED: identity of who will be away; NULL: nobody's */
	enum gap_kind
		gap; /* NOTICE_GAP; `why` names who was passed over, as a sentence without an end */
};

/*
 * What a notice says: parts, or else (to one of mailbox.fallback) warnings of a feed whose new
 * reading makes many absent at once (rule 8).
 */
struct notice {
	const char *identity; /* of the person */
	const char *name, *mail;
	struct notice_part *parts;
	size_t count, room;
	size_t left_out;         /* parts past AHEAD_PARTS_MAX (ahead.h), which are counted */
	struct strings warnings; /* sentences without an end, in the settings' language */
	const char *feeds;       /* of which; NULL where there is no warning */
	const char *reply_to;    /* a person's address; NULL: none */

	/* Of the outbox. */
	const char *run; /* that made it */
	moment made;
	const char *file; /* its name there, without ending */
	unsigned int tries;
	moment deferred; /* by the mail server, the first time; 0: never */
	moment next;     /* not to be tried again before; MOMENT_EARLIEST: at once */
};

struct notices {
	struct notice *items;
	size_t count, room;
};

/* Whether it is about what is ahead. */
bool notice_is_ahead(const struct notice *notice);

/* Of which changes. */
enum notice_scope {
	NOTICE_PLANNED,         /* all, as if each will be done */
	NOTICE_DONE,            /* those that this run did */
	NOTICE_OUTCOME_UNKNOWN, /* those asked for, and what came of it could not be learnt */
};

/* What notices are made of. All borrowed, and by the notices, too. */
struct notice_source {
	const struct plan *plan;
	const struct list_outcome *outcomes; /* NULL with NOTICE_PLANNED */
	const struct mapping *mapping;
	struct notice_history *history; /* reads what is asked of it */
	enum notice_scope scope;
	bool tell_all; /* whoever is on a list by the rules and was never told, too */
};

/* Whether both stand in for the same people, in the same order. */
bool notice_has_same_behalf(const struct notice_part *a, const struct notice_part *b);

/* Find them, sorted by the person's identity, in `arena`. */
void notices_find(const struct notice_source *source, struct arena *arena, struct notices *found);

/* Remember who covers for whom, and who left, of a plan that came through; `outcomes` NULL: nothing was to do. */
void notices_remember(const struct plan *plan, const struct list_outcome *outcomes,
	struct notice_history *history);

#endif
