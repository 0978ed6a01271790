/* Where people are, which filter finds them, and what it leaves out. */
#include "init/proposal/proposal.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/text.h"
#include "model/mapping.h"

/* So many of a hundred people are below the base that is proposed; who holds a role is always. */
#define PERCENT_BELOW 95

/* The roles that KOMBIT's task card makes answerable for the mailbox, and for the infrastructure. */
#define ANSWERS "infrastrukturansvarlig"
#define OWNER   "infrastrukturejer"

/* RDNs of a DN; deeper entries are in no OU that somebody would name. */
#define DEPTH_MAX 64

/* An entry above people. */
struct people_unit {
	const char *dn, *key;
	struct people_unit *above; /* NULL: the survey's base */
	size_t people, direct, holders;
};

struct proposed_people_ctx {
	struct arena *arena;
	const struct survey *survey;
	const struct mapping *mapping;
	struct proposal *proposal;
	struct table *by_key; /* units */
	struct people_unit **units;
	size_t unit_count, unit_room;
	struct people_unit *root;
};

/* Whether somebody gets mail at this account today. */
static bool is_reachable(const struct surveyed_person *person)
{
	return person->kind == ACCOUNT_PERSON && !person->is_disabled && !person->is_expired &&
		person->has[SURVEYED_MAIL];
}

/* The role of the gallery of this id that the account holds; NULL: none. `id` NULL: any. */
static const struct role *find_role(struct arena *arena, const struct mapping *mapping,
	const struct surveyed_person *person, const char *id)
{
	for (size_t i = 0; i < person->role_count; i++) {
		const char **parts;
		size_t count = text_split(arena, person->roles[i], ";", &parts);

		for (size_t j = 0; j < count; j++) {
			const struct role *role = proposal_role_of(arena, mapping, parts[j]);

			if (role && (!id || strcmp(role->id, id) == 0))
				return role;
		}
	}
	return NULL;
}

/* The base */

/* The unit of this DN and its key, made with all above it as far as the survey's base; NULL: not below that. */
static struct people_unit *unit_of(struct proposed_people_ctx *p, const char *dn, const char *key,
	int depth)
{
	struct people_unit *unit = table_find(p->by_key, key), *above;

	if (unit || !*key || depth == DEPTH_MAX)
		return unit;
	above = unit_of(p, dn_parent(dn), dn_parent(key), depth + 1);
	if (!above)
		return NULL;
	unit = arena_get(p->arena, sizeof(*unit));
	*unit = (struct people_unit){.dn = dn, .key = key, .above = above};
	table_put(p->by_key, key, unit);
	p->units = arena_grow(p->arena, p->units, p->unit_count, &p->unit_room,
		sizeof(struct people_unit *));
	p->units[p->unit_count++] = unit;
	return unit;
}

static void count_units(struct proposed_people_ctx *p)
{
	const char *base_key = dn_key(p->arena, p->survey->base);

	p->root = arena_get(p->arena, sizeof(*p->root));
	*p->root = (struct people_unit){.dn = p->survey->base, .key = base_key ? base_key : ""};
	table_put(p->by_key, p->root->key, p->root);
	for (size_t i = 0; i < p->survey->people_count; i++) {
		const struct surveyed_person *person = &p->survey->people[i];
		const char *key = is_reachable(person) ? dn_key(p->arena, person->dn) : NULL;
		struct people_unit *unit;
		bool holds;

		if (!key)
			continue;
		unit = unit_of(p, dn_parent(person->dn), dn_parent(key), 0);
		holds = find_role(p->arena, p->mapping, person, NULL) != NULL;
		if (unit)
			unit->direct++;
		for (; unit; unit = unit->above) {
			unit->people++;
			unit->holders += holds;
		}
	}
}

/* The lowest unit that has nearly all people below it, and all who hold a role. */
static const struct people_unit *find_lowest(const struct proposed_people_ctx *p)
{
	const struct people_unit *lowest = p->root, *next = p->root;

	while (next) {
		lowest = next;
		next = NULL;
		for (size_t i = 0; i < p->unit_count; i++) {
			const struct people_unit *unit = p->units[i];

			if (unit->above == lowest && unit->holders == p->root->holders &&
				unit->people * 100 >= p->root->people * PERCENT_BELOW)
				next = unit;
		}
	}
	return lowest;
}

/* The OUs right below the survey's base that have people, instead of the base; none where they are too many. */
static void propose_several(struct proposed_people_ctx *p)
{
	struct proposal *proposal = p->proposal;

	if (p->root->direct > 0)
		return;
	proposal->base_count = 0;
	for (size_t i = 0; i < p->unit_count; i++) {
		if (p->units[i]->above != p->root ||
			(p->units[i]->people * 100 < p->root->people && p->units[i]->holders == 0))
			continue;
		if (proposal->base_count == PROPOSED_BASES_MAX) {
			proposal->base_count = 0;
			break;
		}
		proposal->bases[proposal->base_count++] = p->units[i]->dn;
	}
	if (proposal->base_count > 0)
		return;
	proposal->bases[0] = p->survey->base;
	proposal->base_count = 1;
}

static void propose_bases(struct proposed_people_ctx *p)
{
	struct proposal *proposal = p->proposal;
	const struct people_unit *lowest;

	proposal->bases[0] = p->survey->base;
	proposal->base_count = 1;
	/* A part of the accounts says nothing of where the others are. */
	if (p->survey->more_people)
		return;
	count_units(p);
	if (p->root->people == 0)
		return;
	lowest = find_lowest(p);
	proposal->bases[0] = lowest->dn;
	if (lowest == p->root)
		propose_several(p);
}

static bool is_below_bases(const struct proposal *proposal, struct arena *arena, const char *dn)
{
	const char *key = dn_key(arena, dn);

	for (size_t i = 0; key && i < proposal->base_count; i++) {
		const char *base = dn_key(arena, proposal->bases[i]);

		if (base && dn_is_under(key, base))
			return true;
	}
	return false;
}

bool proposal_finds(const struct proposal *proposal, struct arena *arena,
	const struct surveyed_person *person)
{
	return (person->found_by & proposal->filter_rules) == 0 &&
		is_below_bases(proposal, arena, person->dn);
}

/* The filter */

/* Whether a rule finds an account that no rule of the filter finds yet. */
static bool finds_more(const struct proposed_people_ctx *p, size_t rule)
{
	for (size_t i = 0; i < p->survey->people_count; i++) {
		unsigned long long found_by = p->survey->people[i].found_by;

		if ((found_by >> rule & 1) && !(found_by & p->proposal->filter_rules))
			return true;
	}
	return false;
}

/* The rules that find anybody who gets mail: a filter must not have them. */
static unsigned long long find_harmful(struct proposed_people_ctx *p)
{
	unsigned long long harmful = 0;

	for (size_t i = 0; i < p->survey->people_count; i++) {
		const struct surveyed_person *person = &p->survey->people[i];

		if (!is_reachable(person))
			continue;
		harmful |= person->found_by;
		p->proposal->kept_people += person->found_by != 0;
	}
	return harmful;
}

/* As few rules as find all accounts that can be found. No account may be disabled today, but some will be. */
static void propose_filter(struct proposed_people_ctx *p)
{
	struct proposal *proposal = p->proposal;
	unsigned long long seen = 0, harmful = find_harmful(p);

	for (size_t i = 0; i < p->survey->people_count; i++)
		seen |= p->survey->people[i].found_by;
	for (size_t i = 0; i < account_rule_count; i++) {
		const struct account_rule *rule = &account_rules[i];
		bool is_always = rule->kind == ACCOUNT_DISABLED && p->survey->is_active_directory;

		if (!(harmful >> i & 1) && (is_always || finds_more(p, i)))
			proposal->filter_rules |= 1ULL << i;
		if (rule->kind != ACCOUNT_SHARED || !(seen & ~harmful & (1ULL << i)))
			continue;
		if (rule->match == MATCH_EQUAL)
			proposal->has_exchange = true;
		else
			proposal->mailbox_rules |= 1ULL << i;
	}
	if (proposal->has_exchange)
		proposal->mailbox_rules = 0;
}

static void note_elsewhere(struct proposed_people_ctx *p, const struct surveyed_person *person)
{
	struct proposal *proposal = p->proposal;
	const char *at = dn_parent(person->dn);

	proposal->elsewhere++;
	for (size_t i = 0; i < PROPOSED_SHOWN_MAX; i++) {
		if (!proposal->elsewhere_at[i])
			proposal->elsewhere_at[i] = at;
		if (text_same(proposal->elsewhere_at[i], at))
			return;
	}
}

static void count_person(struct proposed_people_ctx *p, const struct surveyed_person *person,
	bool is_inside)
{
	struct proposal *proposal = p->proposal;

	proposal->mailboxes += (person->found_by & proposal->mailbox_rules) != 0;
	if (person->kind != ACCOUNT_PERSON) {
		size_t *counts = is_inside ? proposal->still_in : proposal->left_out;

		counts[person->kind]++;
		return;
	}
	if (!is_inside && is_reachable(person))
		note_elsewhere(p, person);
	if (!is_inside)
		return;
	proposal->people++;
	proposal->role_holders += find_role(p->arena, p->mapping, person, NULL) != NULL;
	proposal->proxy_alone += person->has_proxy;
	proposal->without_address += !person->has[SURVEYED_MAIL];
	for (int i = 0; i < SURVEYED_COUNT; i++)
		proposal->attributes[i].entries += person->has[i];
}

/* Roles */

static void add_holder(struct proposed_people_ctx *p, const struct surveyed_person *person,
	bool is_inside)
{
	struct proposal *proposal = p->proposal;
	bool is_recipient = is_inside && is_reachable(person);

	for (size_t i = 0; i < proposal->role_count && person->role_count > 0; i++) {
		struct proposed_role *role = &proposal->roles[i];

		if (!find_role(p->arena, p->mapping, person, role->role->id))
			continue;
		role->people += is_recipient;
		role->left_out += !is_recipient;
		if (is_recipient && !proposal->owner && strcmp(role->role->id, OWNER) == 0)
			proposal->owner = person->dn;
		if (strcmp(role->role->id, ANSWERS) != 0)
			continue;
		if (is_recipient) {
			proposal->answers = role->role;
			proposal->holders[proposal->holder_count++] = person->dn;
		} else if (proposal->left_out_holder_count++ < PROPOSED_SHOWN_MAX) {
			proposal->left_out_holders[proposal->left_out_holder_count - 1] =
				(struct proposed_holder){person, is_inside};
		}
	}
}

/* NAME, LOGIN, MAIL and MANAGER need no search: each directory has them in one place. */
static void name_attributes(struct proposed_people_ctx *p)
{
	static const enum surveyed plain[] = {
		SURVEYED_NAME, SURVEYED_LOGIN, SURVEYED_MAIL, SURVEYED_MANAGER};
	const char *names[] = {"displayName", p->survey->login, "mail", "manager"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		struct proposed_attribute *a = &p->proposal->attributes[plain[i]];
		bool has_cn = plain[i] == SURVEYED_NAME || plain[i] == SURVEYED_LOGIN;

		if (a->entries == 0 && has_cn && !p->survey->is_active_directory) {
			names[i] = "cn"; /* which a person always has (RFC 4519) */
			a->entries = p->proposal->people;
		}
		if (a->entries > 0)
			a->names[a->name_count++] = names[i];
		if (plain[i] == SURVEYED_MAIL && a->entries > 0 &&
			(p->survey->is_active_directory || p->proposal->proxy_alone > 0))
			a->names[a->name_count++] = "proxyAddresses";
		a->more = p->survey->more_people;
	}
}

void proposal_add_people(struct proposal *proposal, struct arena *arena,
	const struct survey *survey, const struct mapping *mapping)
{
	struct proposed_people_ctx p = {.arena = arena,
		.survey = survey,
		.mapping = mapping,
		.proposal = proposal,
		.by_key = table_new(arena)};

	proposal->role_count = mapping->role_count;
	proposal->roles = arena_get(arena, (mapping->role_count + 1) * sizeof(*proposal->roles));
	proposal->holders =
		arena_get(arena, (survey->people_count + 1) * sizeof(*proposal->holders));
	for (size_t i = 0; i < mapping->role_count; i++)
		proposal->roles[i].role = &mapping->roles[i];
	propose_bases(&p);
	propose_filter(&p);
	for (size_t i = 0; i < survey->people_count; i++) {
		bool is_inside = proposal_finds(proposal, arena, &survey->people[i]);

		count_person(&p, &survey->people[i], is_inside);
		add_holder(&p, &survey->people[i], is_inside);
	}
	name_attributes(&p);
	proposal->attributes[SURVEYED_ROLE].entries = proposal->role_holders;
	proposal->attributes[SURVEYED_ROLE].more = survey->more_people;
}
