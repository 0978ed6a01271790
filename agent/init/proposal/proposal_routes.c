/* Which mail groups are the lists of which tags, and in which OUs they are. */
#include "init/proposal/proposal.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "init/proposal/list_name.h"
#include "model/mapping.h"

/* A mail group, and what its name says. */
struct list_candidate {
	const struct surveyed_group *group;
	struct list_name name;
	bool is_used; /* as a list: none is used twice */
};

struct routes_ctx {
	struct arena *arena;
	const struct mapping *mapping;
	struct proposal *proposal;
	struct list_candidate *candidates;
	size_t count;
	struct list_candidate **chosen; /* of each tag of the mapping; NULL: none */
};

static bool is_for(const struct list_candidate *candidate, const struct tag *tag)
{
	if (!tag)
		return candidate->name.is_rest;
	for (size_t i = 0; i < candidate->name.tag_count; i++) {
		if (candidate->name.tags[i] == tag)
			return true;
	}
	return false;
}

/* Whether `a` is rather the list than `b`: the one of which less is something else. */
static bool is_better(const struct list_candidate *a, const struct list_candidate *b)
{
	if (a->name.is_similar != b->name.is_similar)
		return b->name.is_similar;
	if (a->name.strange != b->name.strange)
		return a->name.strange < b->name.strange;
	if (a->name.tag_count != b->name.tag_count)
		return a->name.tag_count < b->name.tag_count;
	if (a->group->is_security != b->group->is_security)
		return b->group->is_security;
	return strlen(a->group->name) < strlen(b->group->name);
}

/* The best list for a tag; NULL as the tag: for mail without one. */
static struct list_candidate *find_best(struct routes_ctx *r, const struct tag *tag,
	enum list_purpose purpose)
{
	struct list_candidate *best = NULL;

	for (size_t i = 0; i < r->count; i++) {
		struct list_candidate *candidate = &r->candidates[i];

		if (candidate->is_used || candidate->name.is_everyone ||
			candidate->group->is_mailbox || candidate->name.purpose != purpose ||
			!is_for(candidate, tag))
			continue;
		if (!best || is_better(candidate, best))
			best = candidate;
	}
	return best;
}

static void use_list(struct routes_ctx *r, struct proposed_list *list,
	struct list_candidate *candidate)
{
	if (!candidate || candidate->is_used)
		return;
	candidate->is_used = true;
	list->group = candidate->group;
	list->is_similar = candidate->name.is_similar || candidate->name.strange > 0;
	r->proposal->is_unique = r->proposal->is_unique || candidate->group->is_unique;
}

/* The lists for urgent mail and for information of the first of a route's tags that has one. */
static void add_further_lists(struct routes_ctx *r, struct proposed_route *route)
{
	for (size_t i = 0; i < (route->tag_count > 0 ? route->tag_count : 1); i++) {
		const struct tag *tag = route->tag_count > 0 ? route->tags[i] : NULL;

		if (!route->critical.group)
			use_list(r, &route->critical, find_best(r, tag, PURPOSE_CRITICAL));
		if (!route->inform.group)
			use_list(r, &route->inform, find_best(r, tag, PURPOSE_INFORM));
	}
}

/* The route of the list that was chosen for a tag: with all tags of the list's name that have no list of their own. */
static void add_route(struct routes_ctx *r, const struct tag *tag)
{
	struct list_candidate *candidate = r->chosen[tag - r->mapping->tags];
	struct proposed_route *route = &r->proposal->routes[r->proposal->route_count];

	if (candidate && candidate->is_used)
		return; /* it is in the route of an earlier tag */
	r->proposal->route_count++;
	route->tags = arena_get(r->arena, LIST_TAGS_MAX * sizeof(const struct tag *));
	for (size_t i = 0; candidate && i < candidate->name.tag_count; i++) {
		const struct tag *other = candidate->name.tags[i];

		if (r->chosen[other - r->mapping->tags] == candidate)
			route->tags[route->tag_count++] = other;
	}
	if (!candidate)
		route->tags[route->tag_count++] = tag;
	use_list(r, &route->ordinary, candidate);
	r->proposal->found_count += candidate ? route->tag_count : 0;
}

static void add_all_routes(struct routes_ctx *r)
{
	struct proposal *proposal = r->proposal;
	struct proposed_route *rest;

	for (size_t i = 0; i < r->mapping->tag_count; i++) {
		if (!r->mapping->tags[i].retired)
			r->chosen[i] = find_best(r, &r->mapping->tags[i], PURPOSE_ORDINARY);
	}
	for (size_t i = 0; i < r->mapping->tag_count; i++) {
		if (r->mapping->tags[i].retired)
			continue;
		proposal->tag_count++;
		add_route(r, &r->mapping->tags[i]);
	}
	rest = &proposal->routes[proposal->route_count++];
	use_list(r, &rest->ordinary, find_best(r, NULL, PURPOSE_ORDINARY));
	for (size_t i = 0; i < proposal->route_count; i++)
		add_further_lists(r, &proposal->routes[i]);
}

static void add_mailbox_and_others(struct routes_ctx *r)
{
	struct proposal *proposal = r->proposal;

	for (size_t i = 0; i < r->count; i++) {
		struct list_candidate *candidate = &r->candidates[i];
		const struct surveyed_group *group = candidate->group;

		if (candidate->is_used || candidate->name.is_everyone)
			continue;
		if (group->is_mailbox)
			proposal->mailbox_group = group;
		else if (candidate->name.is_mailbox &&
			(!proposal->mailbox_list ||
				strlen(group->name) < strlen(proposal->mailbox_list->name)))
			proposal->mailbox_list = group;
		else
			proposal->others[proposal->other_count++] = group;
	}
}

/* The OUs */

/* Whether an entry is an organizational unit, by its RDN: of a domain or a container no right is asked for. */
static bool is_unit(const char *dn, const char *base_key, const char *key)
{
	return strncasecmp(dn, "ou=", strlen("ou=")) == 0 && strcmp(key, base_key) != 0;
}

/* Add the OU of a list, less those that are below another one. */
static void add_unit(struct routes_ctx *r, const char *base_key, const struct surveyed_group *group)
{
	struct proposal *proposal = r->proposal;
	const char *dn = group ? dn_parent(group->dn) : "";
	const char *key = *dn ? dn_key(r->arena, dn) : NULL;
	size_t kept = 0;

	if (!group)
		return;
	if (!key || !is_unit(dn, base_key, key)) {
		proposal->homeless = group;
		return;
	}
	for (size_t i = 0; i < proposal->unit_count; i++) {
		const char *other = dn_key(r->arena, proposal->units[i].dn);

		if (dn_is_under(key, other))
			return;
		if (!dn_is_under(other, key))
			proposal->units[kept++] = proposal->units[i];
	}
	proposal->unit_count = kept;
	if (kept < PROPOSED_BASES_MAX)
		proposal->units[proposal->unit_count++] = (struct proposed_unit){.dn = dn};
	else
		proposal->homeless = group;
}

static void add_list(struct routes_ctx *r, const char *base_key, const struct surveyed_group *group)
{
	const char *key = group ? dn_key(r->arena, group->dn) : NULL;

	if (key)
		table_put(r->proposal->lists, key, (void *)group);
	add_unit(r, base_key, group);
}

static void add_units(struct routes_ctx *r, const char *base)
{
	struct proposal *proposal = r->proposal;
	const char *key = dn_key(r->arena, base);

	key = key ? key : "";
	proposal->lists = table_new(r->arena);
	for (size_t i = 0; i < proposal->route_count; i++) {
		add_list(r, key, proposal->routes[i].ordinary.group);
		add_list(r, key, proposal->routes[i].critical.group);
		add_list(r, key, proposal->routes[i].inform.group);
	}
	add_list(r, key, proposal->mailbox_list);
}

bool proposal_has_list(const struct proposal *proposal, struct arena *arena, const char *dn)
{
	const char *key = dn_key(arena, dn);

	return key && table_find(proposal->lists, key);
}

void proposal_add_routes(struct proposal *proposal, struct arena *arena,
	const struct survey *survey, const struct mapping *mapping)
{
	struct routes_ctx r = {.arena = arena, .mapping = mapping, .proposal = proposal};
	const struct list_names *names = list_names_new(arena, mapping);

	r.count = survey->group_count;
	r.candidates = arena_get(arena, (r.count + 1) * sizeof(*r.candidates));
	r.chosen = arena_get(arena, (mapping->tag_count + 1) * sizeof(struct list_candidate *));
	for (size_t i = 0; i < r.count; i++) {
		const struct surveyed_group *group = &survey->groups[i];

		r.candidates[i].group = group;
		list_name_read(&r.candidates[i].name, arena, names, group->dn, group->mail);
	}
	proposal->routes = arena_get(arena, (mapping->tag_count + 1) * sizeof(*proposal->routes));
	proposal->others = arena_get(arena, (r.count + 1) * sizeof(const struct surveyed_group *));
	add_all_routes(&r);
	add_mailbox_and_others(&r);
	add_units(&r, survey->base);
}
