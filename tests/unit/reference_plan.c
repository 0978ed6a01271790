#include "reference_plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "decide/added_members.h"
#include "unit.h"
#include "world.h"

#define MANY   64 /* things in a world, at most: no search comes near STAND_IN_LOOKS_MAX */
#define NOBODY (-1)

/* A set of the world's things, by their place. */
struct set {
	bool has[MANY];
};

/* One list as the rules want it. */
struct wish {
	const struct block *block;
	struct set required, by_rule, keep;
	struct set
		keep_unseen; /* named under keep by DN, and not seen: kept where the list has them */
	bool is_protected;
	int stand_in[MANY]; /* for the required who are away */
	const char *stayed
		[MANY]; /* of the mailbox's list: who stays on another, so that they stay here */
	size_t stayed_count;
	struct strbuf gaps;
};

/* A word of the answer, and the DN that says where it stands. */
struct said {
	const char *dn, *text;
};

struct said_words {
	struct said items[2 * MANY];
	size_t count;
};

static bool is_empty(const struct set *set)
{
	for (int i = 0; i < MANY; i++) {
		if (set->has[i])
			return false;
	}
	return true;
}

static bool on(const struct absence *absence, moment t)
{
	return absence->start <= t && t < absence->end;
}

/*
 * The gap between absences that the moment lies in, if it is short enough to belong to them. Each
 * absence is looked at by itself: the gap ends where the next one starts, and starts where the last
 * one ended.
 */
static bool in_bridged_gap(const struct world *w, const struct person *person, moment *gap_start)
{
	moment last_end = MOMENT_EARLIEST, next_start = MOMENT_LATEST;

	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];

		if (absence->start >= absence->end)
			continue;
		if (on(absence, w->at))
			return false;
		if (absence->end <= w->at && absence->end > last_end)
			last_end = absence->end;
		if (absence->start > w->at && absence->start < next_start)
			next_start = absence->start;
	}
	*gap_start = last_end;
	return last_end != MOMENT_EARLIEST && next_start != MOMENT_LATEST &&
		next_start - last_end <= w->policy.bridge;
}

static bool absent(const struct world *w, int who)
{
	const struct person *person = &w->things[who].person;
	moment ignored;

	for (size_t i = 0; i < person->absence_count; i++) {
		if (on(&person->absences[i], w->at))
			return true;
	}
	return in_bridged_gap(w, person, &ignored);
}

/* Whether the deputies of an absence count now: it is on, or ended where a bridged gap began. */
static bool names_deputies(const struct world *w, const struct person *person,
	const struct absence *absence)
{
	moment gap_start;

	if (on(absence, w->at))
		return true;
	return absence->start < absence->end && in_bridged_gap(w, person, &gap_start) &&
		absence->end == gap_start;
}

static bool reachable(const struct world *w, int who)
{
	const struct person *person = &w->things[who].person;

	return person->mail && person->enabled && !(person->expires && person->expires_at <= w->at);
}

/*
 * When the absence that is on ends, gaps of up to `bridge` between two of them counted in; stretched
 * from where it is now by whatever begins before it is over.
 */
static moment absence_end(const struct world *w, int who)
{
	const struct person *person = &w->things[who].person;
	moment end = w->at, before;

	do {
		before = end;
		for (size_t i = 0; i < person->absence_count; i++) {
			const struct absence *absence = &person->absences[i];

			if (absence->start < absence->end && absence->end > end &&
				absence->start <= end + w->policy.bridge)
				end = absence->end;
		}
	} while (end != before && end != MOMENT_LATEST);
	return end;
}

/* A leave: the absence that is on has an end. */
static bool on_leave(const struct world *w, int who)
{
	return absent(w, who) && absence_end(w, who) != MOMENT_LATEST;
}

static bool available(const struct world *w, int who)
{
	return reachable(w, who) && !absent(w, who);
}

static int thing_of_dn(const struct world *w, const char *dn)
{
	for (size_t i = 0; i < w->count; i++) {
		if (strcasecmp(w->things[i].dn, dn) == 0)
			return (int)i;
	}
	return NOBODY;
}

/* References. */

static bool is_text(const char *value, const char *text)
{
	return value && strcasecmp(value, text) == 0;
}

/* 1: as login or as the first value of mail; 2: in another value; 0: not at all. */
static int rank_of(const struct thing *thing, const char *text)
{
	if (thing->kind != THING_PERSON)
		return 0;
	if (is_text(thing->person.login, text) || is_text(thing->person.mail, text))
		return 1;
	return is_text(thing->also, text) ? 2 : 0;
}

static int person_by_name(const struct world *w, const char *text)
{
	int bearers = 0, only = NOBODY;

	for (int i = 0; i < (int)w->count; i++) {
		if (rank_of(&w->things[i], text) == 0)
			continue;
		bearers++;
		only = i;
	}
	if (bearers <= 1)
		return only;
	for (int rank = 1; rank <= 2; rank++) {
		int count = 0, found = NOBODY;

		for (int i = 0; i < (int)w->count; i++) {
			if (rank_of(&w->things[i], text) != rank || !reachable(w, i))
				continue;
			count++;
			found = i;
		}
		if (count > 0)
			return count == 1 ? found : NOBODY;
	}
	return NOBODY;
}

/* A member's login: mail addresses do not count. */
static int person_by_login(const struct world *w, const char *text)
{
	int bearers = 0, only = NOBODY, count = 0, found = NOBODY;

	for (int i = 0; i < (int)w->count; i++) {
		if (w->things[i].kind != THING_PERSON || !is_text(w->things[i].person.login, text))
			continue;
		bearers++;
		only = i;
		count += reachable(w, i);
		found = reachable(w, i) ? i : found;
	}
	if (bearers <= 1)
		return only;
	return count == 1 ? found : NOBODY;
}

/* The thing that a DN, a login or a mail address means; NOBODY for none. What lies on another server is not seen. */
static int thing_of(const struct world *w, const char *text)
{
	int found = strchr(text, '=') ? thing_of_dn(w, text) : person_by_name(w, text);

	return found != NOBODY && w->things[found].kind == THING_OTHER &&
			w->things[found].other == REF_REFERRAL
		? NOBODY
		: found;
}

static int person_named(const struct world *w, const char *text)
{
	int who = thing_of(w, text);

	return who != NOBODY && w->things[who].kind == THING_PERSON ? who : NOBODY;
}

/* Rule 1. */
static bool is_wanted(const char *value, const struct role_wanted *wanted)
{
	const char *slash = strchr(value, '/');
	size_t length = slash ? (size_t)(slash - value) : strlen(value);

	return strlen(wanted->role->id) == length &&
		strncasecmp(value, wanted->role->id, length) == 0 &&
		(!wanted->scope || (slash && strcmp(slash + 1, wanted->scope) == 0));
}

/* By the directory, or by a feed on that day. */
static bool holds(const struct world *w, const struct person *person,
	const struct role_wanted *wanted)
{
	for (size_t i = 0; i < person->role_count; i++) {
		if (is_wanted(person->roles[i], wanted))
			return true;
	}
	for (size_t i = 0; i < person->given_count; i++) {
		const struct given_role *given = &person->given[i];

		if (given->start <= w->at && w->at < given->end && !person->is_mailbox &&
			is_wanted(given->role, wanted))
			return true;
	}
	return false;
}

/* It is there, and may be anything. */
static bool is_unreadable(const struct world *w, int thing)
{
	return w->things[thing].kind == THING_OTHER && w->things[thing].other == REF_UNREADABLE;
}

/* Whether a name under `people` or `keep` has no answer. */
static bool is_unanswered(const struct world *w, const char *text)
{
	int thing = thing_of(w, text);

	return thing == NOBODY || is_unreadable(w, thing);
}

static bool is_group(const struct world *w, int thing)
{
	return w->things[thing].kind == THING_GROUP || w->things[thing].kind == THING_LIST;
}

/* Everybody in a group and those inside it. Returns how many members are found that are no groups, people or not. */
static int add_people_of_group(const struct world *w, int group, struct set *seen,
	struct wish *wish)
{
	const struct member_values *members = &w->things[group].members;
	int found = 0;

	if (seen->has[group])
		return 0;
	seen->has[group] = true;
	wish->is_protected |= w->things[group].members_hidden;
	for (size_t i = 0; i < members->count; i++) {
		const char *text = members->items[i]->dn;
		int member =
			members->items[i]->is_login ? person_by_login(w, text) : thing_of(w, text);

		if (member == NOBODY)
			continue;
		if (is_group(w, member)) {
			found += add_people_of_group(w, member, seen, wish);
			continue;
		}
		found++;
		wish->is_protected |= is_unreadable(w, member);
		if (w->things[member].kind == THING_PERSON)
			wish->required.has[member] = true;
	}
	return found;
}

static void find_required(const struct world *w, struct wish *wish)
{
	const struct block *block = wish->block;

	for (size_t i = 0; i < block->role_count; i++) {
		for (size_t j = 0; j < w->count; j++) {
			if (w->things[j].kind == THING_PERSON &&
				holds(w, &w->things[j].person, &block->roles[i]))
				wish->required.has[j] = true;
		}
	}
	for (size_t i = 0; i < block->group_count; i++) {
		int group = thing_of_dn(w, block->groups[i].dn);
		struct set seen = {0};

		if (group == NOBODY || !is_group(w, group) ||
			add_people_of_group(w, group, &seen, wish) == 0)
			wish->is_protected = true;
	}
	for (size_t i = 0; i < block->people.count; i++) {
		int who = person_named(w, block->people.items[i].text);

		if (who != NOBODY)
			wish->required.has[who] = true;
		wish->is_protected |= is_unanswered(w, block->people.items[i].text);
	}
	for (size_t i = 0; i < block->keep.count; i++)
		wish->is_protected |= is_unanswered(w, block->keep.items[i].text);
}

/*
 * Rule 3, as one tree: everyone whom a search could come to, and whoever answers first. Where
 * `everyone` is away nobody answers, and `looked` holds all who could have (rule 9).
 */
struct hunt {
	const struct world *w;
	struct set looked;
	bool everyone;
};

static int hunt_one(struct hunt *hunt, const char *text);

static int hunt_all(struct hunt *hunt, const struct references *references)
{
	int found = NOBODY;

	for (size_t i = 0; i < references->count && found == NOBODY; i++)
		found = hunt_one(hunt, references->items[i].text);
	return found;
}

static int hunt_deputies(struct hunt *hunt, int of)
{
	const struct person *person = &hunt->w->things[of].person;
	int found = NOBODY;

	for (size_t i = 0; i < person->absence_count && found == NOBODY; i++) {
		if (hunt->everyone || names_deputies(hunt->w, person, &person->absences[i]))
			found = hunt_all(hunt, &person->absences[i].deputies);
	}
	for (size_t i = 0; i < person->standing_count && found == NOBODY; i++) {
		const struct standing_deputies *standing = &person->standing[i];

		if (hunt->everyone ||
			(standing->start <= hunt->w->at && hunt->w->at < standing->end))
			found = hunt_all(hunt, &standing->deputies);
	}
	return found != NOBODY ? found : hunt_all(hunt, &person->deputies);
}

static int hunt_one(struct hunt *hunt, const char *text)
{
	int who = person_named(hunt->w, text);

	if (who == NOBODY || hunt->looked.has[who])
		return NOBODY;
	hunt->looked.has[who] = true;
	if (!hunt->everyone && available(hunt->w, who))
		return who;
	return hunt_deputies(hunt, who);
}

static int hunt_for(struct hunt *hunt, const struct block *block, int required)
{
	const struct person *person = &hunt->w->things[required].person;
	int found;

	hunt->looked.has[required] = true;
	found = hunt_deputies(hunt, required);
	if (found == NOBODY)
		found = hunt_all(hunt, &block->deputies);
	if (found == NOBODY && person->manager.text)
		found = hunt_one(hunt, person->manager.text);
	if (found == NOBODY)
		found = hunt_all(hunt, &hunt->w->policy.fallback);
	return found;
}

static int compare_said(const void *left, const void *right)
{
	const struct said *a = left, *b = right;

	return strcmp(a->dn, b->dn);
}

static void sort_said(struct said_words *words)
{
	qsort(words->items, words->count, sizeof(words->items[0]), compare_said);
}

static void say(struct said_words *words, const struct world *w, const char *dn, const char *mark)
{
	int thing = thing_of_dn(w, dn);
	const char *name = thing == NOBODY ? dn_leaf(w->arena, dn) : w->things[thing].name;

	words->items[words->count++] =
		(struct said){dn, arena_format(w->arena, "%s%s", mark, name)};
}

static void write_said(struct strbuf *out, struct said_words *words)
{
	sort_said(words);
	for (size_t i = 0; i < words->count; i++)
		strbuf_add_item(out, " ", words->items[i].text);
}

/* Rules 2 to 4. */
static void place(const struct world *w, struct wish *wish)
{
	struct said_words gaps = {0};

	for (int i = 0; i < (int)w->count; i++) {
		struct hunt hunt = {.w = w};

		wish->stand_in[i] = NOBODY;
		if (!wish->required.has[i])
			continue;
		if (wish->block->kind == BLOCK_INFORM) {
			wish->by_rule.has[i] = reachable(w, i);
			continue;
		}
		if (available(w, i)) {
			wish->by_rule.has[i] = true;
			continue;
		}
		if (!reachable(w, i) && !on_leave(w, i))
			continue;
		wish->stand_in[i] = hunt_for(&hunt, wish->block, i);
		if (wish->stand_in[i] != NOBODY)
			wish->by_rule.has[wish->stand_in[i]] = true;
		else
			say(&gaps, w, w->things[i].dn, "!");
		if (reachable(w, i) &&
			(wish->stand_in[i] == NOBODY || w->policy.when_absent == ABSENT_ADD))
			wish->by_rule.has[i] = true;
	}
	write_said(&wish->gaps, &gaps);
}

static int count_available(const struct world *w, const struct set *set)
{
	int count = 0;

	for (int i = 0; i < (int)w->count; i++)
		count += set->has[i] && available(w, i);
	return count;
}

/* Rule 5. */
static void fill_up(const struct world *w, struct wish *wish, const struct references *from)
{
	for (size_t i = 0; i < from->count; i++) {
		int who = person_named(w, from->items[i].text);

		if (count_available(w, &wish->by_rule) < wish->block->at_least && who != NOBODY &&
			available(w, who))
			wish->by_rule.has[who] = true;
	}
}

static struct wish make_wish(const struct world *w, const struct block *block)
{
	struct wish wish = {.block = block, .gaps = STRBUF_INIT};
	int enough;

	find_required(w, &wish);
	place(w, &wish);
	fill_up(w, &wish, &block->deputies);
	fill_up(w, &wish, &w->policy.fallback);
	enough = count_available(w, &wish.by_rule);
	if (is_empty(&wish.by_rule))
		strbuf_add_item(&wish.gaps, " ", "!nobody");
	else if (enough < block->at_least)
		strbuf_add_item(&wish.gaps, " ",
			arena_format(w->arena, "!%d/%d", enough, block->at_least));
	for (size_t i = 0; i < block->keep.count; i++) {
		int kept = thing_of(w, block->keep.items[i].text);

		if (kept != NOBODY)
			wish.keep.has[kept] = true;
		else if ((kept = thing_of_dn(w, block->keep.items[i].text)) != NOBODY)
			wish.keep_unseen.has[kept] = true;
	}
	return wish;
}

static bool names(const struct world *w, const struct references *references, int who)
{
	for (size_t i = 0; i < references->count; i++) {
		if (person_named(w, references->items[i].text) == who)
			return true;
	}
	return false;
}

/* Rule 9: absent, or absent within 31 days, by what is read now or by what is kept. */
static bool lately_absent(const struct world *w, int who)
{
	const struct person *person = &w->things[who].person;

	if (absent(w, who) || w->things[who].was_away)
		return true;
	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];

		if (absence->start < absence->end && absence->start <= w->at &&
			absence->end > w->at - 31 * MOMENT_DAY)
			return true;
	}
	return false;
}

static bool knows_absence(const struct wish *wish)
{
	return wish->block->kind == BLOCK_ORDINARY || wish->block->kind == BLOCK_CRITICAL;
}

static bool is_replaced(const struct world *w, const struct wish *wish, int who)
{
	return knows_absence(wish) && who != NOBODY && wish->required.has[who] && absent(w, who) &&
		wish->stand_in[who] != NOBODY;
}

/* Rule 9, of removals. Of those who could stand in, not all are explained. */
enum excuse {
	NO_EXCUSE,
	EXCUSED,
	COULD_STAND_IN,
};

static enum excuse excuse_of(const struct world *w, const struct wish *wish, int who)
{
	if (who == NOBODY || w->things[who].kind != THING_PERSON || !knows_absence(wish))
		return NO_EXCUSE;
	if (is_replaced(w, wish, who) || names(w, &wish->block->deputies, who) ||
		names(w, &w->policy.fallback, who))
		return EXCUSED;
	for (int i = 0; i < (int)w->count; i++) {
		struct hunt hunt = {.w = w, .everyone = true};

		if (!wish->required.has[i] || i == who)
			continue;
		hunt_for(&hunt, wish->block, i);
		if (hunt.looked.has[who])
			return COULD_STAND_IN;
	}
	return NO_EXCUSE;
}

static int most_stand_ins(const struct world *w, const struct wish *wish)
{
	int most = wish->block->at_least;

	for (int i = 0; i < (int)w->count; i++)
		most += wish->required.has[i] && lately_absent(w, i);
	return most;
}

/* Rule 9, of additions: a stand-in, one who fills up, or one who is back. */
static bool joins_for_absence(const struct world *w, const struct wish *wish, int who)
{
	if (!knows_absence(wish))
		return false;
	return wish->required.has[who] ? lately_absent(w, who) : wish->by_rule.has[who];
}

/* What the reports show of one who is on a list: postvagt added them; as a stand-in. */
static const struct added_member *reported(const struct world *w, const struct wish *wish,
	const char *dn)
{
	for (size_t i = 0; i < w->added->count; i++) {
		const struct added_member *added = w->added->items[i];

		if (strcmp(added->list, dn_key(w->arena, wish->block->list)) == 0 &&
			strcasecmp(added->dn, dn) == 0)
			return added;
	}
	return NULL;
}

/* Rules 1 and 6 to 8, for one who is on the list by none of the steps: whether they stay. */
static bool stays(const struct world *w, struct wish *wish, const struct wish *mailbox,
	const char *dn)
{
	const struct added_member *added = reported(w, wish, dn);
	int who = thing_of_dn(w, dn);
	bool is_required = who != NOBODY && wish->required.has[who];

	for (size_t i = 0; wish == mailbox && i < wish->stayed_count; i++) {
		if (strcasecmp(wish->stayed[i], dn) == 0)
			return true;
	}
	if (w->held || is_empty(&wish->by_rule))
		return true;
	if (wish->is_protected && !is_replaced(w, wish, who) && !(added && added->stand_in))
		return true;
	return wish->block->membership == MEMBERSHIP_ADDITIVE && !is_required && !added;
}

struct answer {
	struct strbuf text;
	size_t removals, additions; /* that count for the limits */
};

/* Who stays on an ordinary or critical list, since it is protected, by rule 7 or held, stays on the mailbox's. */
static void note_stays(struct wish *wish, struct wish *mailbox, const char *dn)
{
	if (knows_absence(wish) && mailbox->stayed_count < MANY)
		mailbox->stayed[mailbox->stayed_count++] = dn;
}

/* Those who leave, by DN: of those who could stand in, so many are explained as may be. */
static void count_removals(const struct world *w, const struct wish *wish,
	struct said_words *leaving, struct answer *answer)
{
	int most = most_stand_ins(w, wish);
	struct said_words removals = {0};

	sort_said(leaving);
	for (size_t i = 0; i < leaving->count; i++) {
		const char *dn = leaving->items[i].dn;
		enum excuse excuse = excuse_of(w, wish, thing_of_dn(w, dn));
		bool is_explained = excuse == EXCUSED || (excuse == COULD_STAND_IN && most-- > 0);

		say(&removals, w, dn, is_explained ? "~" : "-");
		answer->removals += !is_explained;
	}
	write_said(&answer->text, &removals);
}

static void compare_list(const struct world *w, struct wish *wish, struct wish *mailbox,
	const struct thing *list, struct answer *answer)
{
	struct said_words members = {0}, leaving = {0};
	struct set there = {0};

	for (size_t i = 0; list && i < list->members.count; i++) {
		const char *dn = list->members.items[i]->dn;
		int who = thing_of_dn(w, dn);

		if (who != NOBODY && (wish->by_rule.has[who] || wish->keep.has[who])) {
			there.has[who] = true;
		} else if (who != NOBODY && wish->keep_unseen.has[who]) {
			say(&members, w, dn, "");
		} else if (stays(w, wish, mailbox, dn)) {
			say(&members, w, dn, "=");
			if (w->held || is_empty(&wish->by_rule) || wish->is_protected)
				note_stays(wish, mailbox, dn);
		} else {
			say(&leaving, w, dn, "");
		}
	}
	for (int i = 0; i < (int)w->count; i++) {
		bool is_new = !there.has[i] && (list || w->policy.create_lists);

		if (!wish->by_rule.has[i] && !wish->keep.has[i])
			continue;
		say(&members, w, w->things[i].dn, is_new ? "+" : "");
		answer->additions += is_new && !joins_for_absence(w, wish, i);
	}
	if (!list && !w->policy.create_lists)
		strbuf_adds(&answer->text, "missing");
	write_said(&answer->text, &members);
	count_removals(w, wish, &leaving, answer);
}

static struct answer answer_list(const struct world *w, struct wish *wish, struct wish *mailbox)
{
	struct answer answer = {.text = STRBUF_INIT};
	int list = thing_of_dn(w, wish->block->list);

	compare_list(w, wish, mailbox, list == NOBODY ? NULL : &w->things[list], &answer);
	if (wish->gaps.length > 0)
		strbuf_add_item(&answer.text, " ", wish->gaps.text);
	return answer;
}

/* mailbox.list: everyone whom steps 1 to 5 put on some ordinary or critical list. */
static void add_to_mailbox(struct wish *mailbox, const struct wish *wish)
{
	if (wish->block->kind == BLOCK_INFORM)
		return;
	for (int i = 0; i < MANY; i++)
		mailbox->by_rule.has[i] |= wish->by_rule.has[i];
}

static void finish(struct world *w, struct wish *wish, struct wish *mailbox,
	struct said_words *lists, struct reference_plan *plan)
{
	const struct change_limit *limits = w->policy.limits;
	struct answer answer = answer_list(w, wish, mailbox);

	lists->items[lists->count++] = (struct said){wish->block->list,
		arena_format(w->arena, "%s: %s", dn_leaf(w->arena, wish->block->list),
			answer.text.text)};
	if (wish->block->kind != BLOCK_MAILBOX) {
		plan->removals += answer.removals;
		plan->additions += answer.additions;
		plan->refused |= answer.removals > (size_t)limits[CHANGE_REMOVES].per_list ||
			answer.additions > (size_t)limits[CHANGE_ADDS].per_list;
	}
	strbuf_release(&answer.text);
	strbuf_release(&wish->gaps);
}

struct reference_plan reference_plan(struct world *w)
{
	const struct block box = {
		.kind = BLOCK_MAILBOX, .list = w->policy.mailbox_list, .tag = "mailbox"};
	struct wish mailbox = {.block = &box, .gaps = STRBUF_INIT};
	struct reference_plan plan = {0};
	struct said_words lists = {0};
	struct strbuf shown = STRBUF_INIT;

	assert_true(w->count <= MANY);
	for (size_t i = 0; i < w->mapping.block_count; i++) {
		struct wish wish = make_wish(w, &w->mapping.blocks[i]);

		add_to_mailbox(&mailbox, &wish);
		finish(w, &wish, &mailbox, &lists, &plan);
	}
	if (box.list) {
		if (is_empty(&mailbox.by_rule))
			strbuf_adds(&mailbox.gaps, "!nobody");
		finish(w, &mailbox, &mailbox, &lists, &plan);
	}
	sort_said(&lists);
	for (size_t i = 0; i < lists.count; i++)
		strbuf_add_item(&shown, "; ", lists.items[i].text);
	plan.shown = arena_string(w->arena, shown.text);
	plan.refused |= plan.removals > (size_t)w->policy.limits[CHANGE_REMOVES].per_run ||
		plan.additions > (size_t)w->policy.limits[CHANGE_ADDS].per_run;
	strbuf_release(&shown);
	return plan;
}
