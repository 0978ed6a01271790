/*
 * A small municipality in one string, for the tests of decide/.
 *
 * world_new() reads a script, statements between ';' or newlines, words between blanks:
 *
 *     person anna role=r,s/SAPA deputy=bo,cai manager=dan away=2026-12-20/2026-12-30
 *     person bo away feed=2026-12-20/2026-12-30:eva,fie unmailed disabled expires=2026-12-24 dn=… mail=…
 *     person vagt disabled shared          a shared mailbox
 *     person cai always=dan always=2026-12-20/2026-12-30:eva   a deputy whom a feed names for any absence, or for those
 *                                          days
 *     person cai gets=r,s/SAPA gets=2026-12-01/:q   roles that the feed rk gives, always or for those days
 *     person dan login=d1 mail=d@x.dk also=old@x.dk   another login or mail address; one more, of the second rank
 *     group drift anna printer vagter      the members, by name or DN; so with lists
 *     group vagt hidden login:anna         a group whose members may not all be read; a member by login (memberUid)
 *     other printer                        an entry that is no person
 *     other gammel filtered                one that is passed over; also outside, referral (on another
 *                                          server), or unreadable
 *     spell r R-ansvarlig                  spellings of a role; its id is one without saying
 *     route infra role=r group=drift people=anna deputy=bo keep=arkiv at_least=2 additive
 *     critical hast role=r; inform orient role=r
 *     route a,b role=r                     two tags that share the list cn=a
 *     list infra anna bo                   the list is there, with these members
 *     ban infra                            it is a group that is never written (rule 11)
 *     mailbox alle; fallback vagt; add; create; limits 5 25 9 9; held loen; bridge 48; at 2026-12-23T08:00
 *     added infra bo; stood infra cai      postvagt's reports show that it put bo on the list; cai as a stand-in
 *
 * `away` alone is open at both ends. `limits` are one digit each: removals of a list and of a run, additions likewise.
 * A person with `was` was absent within 31 days by what is kept of earlier runs. `bridge` is in hours. Each block's list is named by its first word. Where a
 * reference is asked for, a name stands for a login or for a DN, as the script's thing is a person
 * or not. '_' in a value is a blank. What no statement makes is not there: REF_MISSING. An
 * attribute `alias=DN` is another DN under which the directory finds the same person.
 *
 * Things have the DNs uid=anna,ou=P,dc=x; cn=drift,ou=G,dc=x; cn=printer,ou=O,dc=x; and lists
 * cn=infra,ou=L,dc=x. All of it lives in the world's arena.
 */
#ifndef WORLD_H
#define WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/snapshot.h"

enum thing_kind {
	THING_PERSON,
	THING_GROUP,
	THING_OTHER,
	THING_LIST,
};

struct added_members;
struct kept_absences;

/* An entry of the directory. */
struct thing {
	enum thing_kind kind;
	const char *name; /* as the script says */
	const char *dn, *key;
	const char *alias_key; /* of another DN of the same person; NULL: none */
	const char *also;      /* a mail address of the second rank; NULL: none */
	enum ref_kind other;   /* THING_OTHER: what a reference to it is */
	bool members_hidden;   /* THING_GROUP */
	bool is_there;         /* a list may be asked for without being there */
	bool was_away;         /* within 31 days, by what is kept */
	struct person person;
	struct member_values members;
	bool is_banned;
	size_t deputy_room, standing_room, absence_room, role_room, known_as_room;
	size_t given_room;
};

struct world {
	struct arena *arena;
	struct thing *things;
	size_t count, room;
	struct mapping mapping;
	size_t role_room, block_room;
	struct policy policy;
	const char *held;
	moment at;
	struct references references; /* every one that the script makes */
	size_t reference_room, fallback_room;
	struct kept_absences *kept;
	struct added_members *added;
	struct snapshot *snapshot; /* of the last world_read() */
	struct plan *plan;         /* of the last world_plan() */
};

struct world *world_new(const char *script);
void world_free(struct world *w);

/* Make a thing, or find the one of that name. */
struct thing *world_make(struct world *w, enum thing_kind kind, const char *name);

/* The thing of that name, or of that DN's key, a person's alias included; NULL if none is. */
struct thing *world_thing(const struct world *w, const char *name);
struct thing *world_thing_of_key(const struct world *w, const char *key);
const struct person *world_person(const struct world *w, const char *name);
const struct block *world_block(const struct world *w, const char *list);

/* Give a snapshot the directory's answer to what a reference is. */
void world_answer(const struct world *w, struct snapshot *snapshot,
	const struct reference *reference);

/* Read everything there is; or only the roles' holders, and what missing_rounds_next() asks for. */
void world_read(struct world *w);
void world_gather(struct world *w, const struct time_scope *scope);

/* The same, but what is missing is worked out from nothing in each round. */
void world_gather_from_nothing(struct world *w, const struct time_scope *scope);

/* world_read(), then decide(), diff_lists(), limits_check(); or on the snapshot that is there. */
const struct plan *world_plan(struct world *w);
const struct plan *world_plan_again(struct world *w);

/* Write the plan's changes into the lists, as the directory would. */
void world_apply(struct world *w);

const struct list_plan *world_list(const struct world *w, const char *name);

/*
 * A plan in a few words. One list: its members by DN ("anna", "+bo" who joins, "=cai" who stays
 * though no rule says so), removals ("-dan", "~eva" where it is explained; "-" on the mailbox's),
 * gaps ("!fie" has no stand-in, "!1/2" available of those wanted, "!nobody"); "missing" first where
 * there is no list. Several lists by DN: "infra: anna +bo; orient: -eva". In the world's arena.
 */
const char *world_show(const struct world *w);
const char *world_show_list(const struct world *w, const struct list_plan *list);

/* Why somebody is on a list: "role r, stand-in anna, keep"; "" for one who is not. */
const char *world_why(const struct world *w, const char *list, const char *name);

/* The decision's findings, sorted: "error cn=x,…: what". One a line. */
const char *world_findings(const struct world *w);

/* Whether a world comes to the plan of `expected`; says the script if not. */
void assert_world(const char *script, const char *expected);

#endif
