#include "init/proposal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/absence.h"
#include "model/mapping.h"

/* An attribute is taken for what it is looked at for, where so many of a hundred values are. */
#define PERCENT_LEAST 80

/* The role that KOMBIT's task card makes answerable for the mailbox. */
#define ANSWERS "infrastrukturansvarlig"

struct proposal_ctx {
	struct arena *arena;
	const struct survey *survey;
	const struct mapping *mapping;
	struct proposal *proposal;
};

const char *proposal_above(const char *dn)
{
	for (; *dn; dn++) {
		if (*dn == '\\' && dn[1])
			dn++;
		else if (*dn == ',')
			return dn + 1 + strspn(dn + 1, " ");
	}
	return dn;
}

static bool is_below(struct arena *arena, const char *dn, const char *base)
{
	const char *key = dn_key(arena, dn), *base_key = dn_key(arena, base);

	return key && base_key && dn_is_under(key, base_key);
}

/* The lowest entry that is above, or is, both; `base` is above all. NULL: not yet any. */
static const char *above_both(const struct proposal_ctx *p, const char *lowest, const char *dn)
{
	const char *at = lowest ? lowest : proposal_above(dn);

	while (*at && !is_below(p->arena, dn, at))
		at = proposal_above(at);
	return is_below(p->arena, at, p->survey->base) ? at : p->survey->base;
}

static void propose_people(struct proposal_ctx *p)
{
	const struct survey *survey = p->survey;
	const char *lowest = NULL;

	/* A sample that was cut short tells nothing of those who were not in it. */
	for (size_t i = 0; !survey->more_people && i < survey->people_count; i++)
		lowest = above_both(p, lowest, survey->people[i]);
	p->proposal->people_base = lowest ? lowest : survey->base;
}

/* What a value is, for each thing an attribute is looked at for. */

static const struct role *role_of(const struct proposal_ctx *p, const char *value)
{
	const char *slash = strchr(value, '/');
	const char *spelling =
		text_fold(p->arena, value, slash ? (size_t)(slash - value) : strlen(value));

	for (size_t i = 0; i < p->mapping->role_count; i++) {
		const struct role *role = &p->mapping->roles[i];

		for (size_t j = 0; j < role->spelling_count; j++) {
			if (strcmp(role->spellings[j], spelling) == 0)
				return role;
		}
	}
	return NULL;
}

/* An attribute of postvagt's own schema is what its name says. */
static bool is_ours(const char *attribute)
{
	return strncasecmp(attribute, "postvagt", strlen("postvagt")) == 0;
}

/* A DN or a mail address. A login could be any word, so it proves nothing. */
static bool is_person(const char *value)
{
	const char *at = strchr(value, '@');

	if (dn_is_entry(value))
		return true;
	return at && at > value && strchr(at, '.') && !strpbrk(value, " <>,") &&
		!strchr(at + 1, '@');
}

static bool is_right(const struct proposal_ctx *p, enum surveyed what, const char *value)
{
	moment start, end;

	switch (what) {
	case SURVEYED_ROLE:
		return role_of(p, value) != NULL;
	case SURVEYED_DEPUTY:
		return is_person(value);
	case SURVEYED_ABSENCE:
		return absence_read_interval(value, &start, &end) == ABSENCE_READ;
	case SURVEYED_ABSENT_FROM:
		return absence_read_pair(value, NULL, NULL, &start, &end) == ABSENCE_READ;
	case SURVEYED_ABSENT_UNTIL:
		return absence_read_pair(NULL, value, NULL, &start, &end) == ABSENCE_READ;
	default:
		return true;
	}
}

/* How many parts of the attribute's values there are, and are right. */
static void count_parts(const struct proposal_ctx *p, const struct surveyed_attribute *attribute,
	size_t *all, size_t *right)
{
	*all = *right = 0;
	for (size_t i = 0; i < attribute->value_count; i++) {
		const char **parts;
		size_t count = text_split(p->arena, attribute->values[i], ";", &parts);

		for (size_t j = 0; j < count; j++)
			*right += is_right(p, attribute->what, parts[j]);
		*all += count;
	}
}

/* Roles were searched for, so the others of their values say nothing; the attribute with most is taken. */
static void propose_attribute(struct proposal_ctx *p, const struct surveyed_attribute *attribute)
{
	struct proposed_attribute *best = &p->proposal->attributes[attribute->what];
	size_t all, right;

	count_parts(p, attribute, &all, &right);
	if (is_ours(attribute->name))
		right = all;
	if (right == 0 || (attribute->what != SURVEYED_ROLE && right * 100 < all * PERCENT_LEAST))
		return;
	if (best->name && (attribute->what != SURVEYED_ROLE || attribute->entries <= best->entries))
		return;
	*best = (struct proposed_attribute){
		.name = attribute->name, .entries = attribute->entries, .more = attribute->more};
}

static const struct surveyed_attribute *find_chosen(const struct proposal_ctx *p,
	enum surveyed what)
{
	const char *name = p->proposal->attributes[what].name;

	for (size_t i = 0; name && i < p->survey->attribute_count; i++) {
		const struct surveyed_attribute *attribute = &p->survey->attributes[i];

		if (attribute->what == what && strcmp(attribute->name, name) == 0)
			return attribute;
	}
	return NULL;
}

static void count_role(struct proposal_ctx *p, const char *value)
{
	const char **parts;
	size_t count = text_split(p->arena, value, ";", &parts);

	for (size_t i = 0; i < count; i++) {
		const struct role *role = role_of(p, parts[i]);

		if (role)
			p->proposal->roles[role - p->mapping->roles].entries++;
	}
}

static void propose_roles(struct proposal_ctx *p)
{
	const struct surveyed_attribute *attribute = find_chosen(p, SURVEYED_ROLE);
	struct proposal *proposal = p->proposal;

	proposal->role_count = p->mapping->role_count;
	proposal->roles =
		arena_get(p->arena, (proposal->role_count + 1) * sizeof(*proposal->roles));
	for (size_t i = 0; i < proposal->role_count; i++)
		proposal->roles[i].role = &p->mapping->roles[i];
	for (size_t i = 0; attribute && i < attribute->value_count; i++)
		count_role(p, attribute->values[i]);
	for (size_t i = 0; i < proposal->role_count; i++) {
		if (proposal->roles[i].entries > 0 &&
			strcmp(proposal->roles[i].role->id, ANSWERS) == 0)
			proposal->answers = proposal->roles[i].role;
	}
}

/* Names are compared by their words: folded, each with a blank before and behind. */
static const char *words_of(struct arena *arena, const char *text)
{
	const char *folded = text_fold(arena, text, strlen(text));
	char *words = arena_get(arena, strlen(folded) + 3), *to = words;

	*to++ = ' ';
	for (const char *at = folded; *at; at++) {
		bool is_letter = (unsigned char)*at >= 0x80 || isalnum((unsigned char)*at);

		if (is_letter)
			*to++ = *at;
		else if (to[-1] != ' ')
			*to++ = ' ';
	}
	if (to[-1] != ' ')
		*to = ' ';
	return words;
}

static size_t length_within(struct arena *arena, const char *name, const char *text)
{
	const char *words = text ? words_of(arena, text) : "";

	return *words && words[1] && strstr(name, words) ? strlen(words) : 0;
}

/* How much of the name is the tag's: its id or a title; 0: nothing. */
static size_t compare_names(struct arena *arena, const char *name, const struct tag *tag)
{
	const char *texts[] = {tag->id, tag->title.in[0], tag->title.in[1]};
	size_t most = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t length = length_within(arena, name, texts[i]);

		most = length > most ? length : most;
	}
	return most;
}

static bool has_any(const char *name, const char *const *words)
{
	for (; *words; words++) {
		if (strstr(name, *words))
			return true;
	}
	return false;
}

/* The route whose tag the name is most like; NULL: none. */
static struct proposed_route *route_like(struct proposal_ctx *p, const char *name)
{
	struct proposed_route *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < p->proposal->route_count; i++) {
		size_t length = compare_names(p->arena, name, p->proposal->routes[i].tag);

		if (length > most) {
			most = length;
			best = &p->proposal->routes[i];
		}
	}
	return best;
}

/* Of two groups that are like the same thing, the one of which less is something else. */
static const struct surveyed_group *take_list(const struct surveyed_group **place,
	const struct surveyed_group *group)
{
	const struct surveyed_group *other = *place;

	if (other && strlen(other->name) <= strlen(group->name))
		return group;
	*place = group;
	return other;
}

static void count_list(struct proposal_ctx *p, const struct surveyed_group *group)
{
	struct proposal *proposal = p->proposal;

	if (!group)
		return;
	proposal->lists_base = above_both(p, proposal->lists_base, group->dn);
	proposal->is_unique = proposal->is_unique || group->is_unique;
}

static void propose_group(struct proposal_ctx *p, const struct surveyed_group *group)
{
	static const char *const critical[] = {"kritisk", "critical", "haster", "prioritet", NULL};
	static const char *const inform[] = {"orientering", "inform", NULL};
	struct proposal *proposal = p->proposal;
	const char *name = words_of(p->arena, group->name);
	struct proposed_route *route = route_like(p, name);
	const struct surveyed_group **place = NULL;

	if (route && has_any(name, critical))
		place = &route->critical;
	else if (route && has_any(name, inform))
		place = &route->inform;
	else if (route)
		place = &route->ordinary;
	else if (strstr(name, "infrastrukturpostkasse"))
		place = &proposal->mailbox_list;
	if (place)
		group = take_list(place, group);
	if (group && group->mail)
		proposal->others[proposal->other_count++] = *group;
}

static void propose_routes(struct proposal_ctx *p)
{
	const struct survey *survey = p->survey;
	struct proposal *proposal = p->proposal;

	proposal->routes =
		arena_get(p->arena, (p->mapping->tag_count + 1) * sizeof(*proposal->routes));
	proposal->others =
		arena_get(p->arena, (survey->group_count + 1) * sizeof(*proposal->others));
	for (size_t i = 0; i < p->mapping->tag_count; i++) {
		if (!p->mapping->tags[i].retired)
			proposal->routes[proposal->route_count++].tag = &p->mapping->tags[i];
	}
	for (size_t i = 0; i < survey->group_count; i++)
		propose_group(p, &survey->groups[i]);
	count_list(p, proposal->mailbox_list);
	for (size_t i = 0; i < proposal->route_count; i++) {
		proposal->found_count += proposal->routes[i].ordinary != NULL;
		count_list(p, proposal->routes[i].ordinary);
		count_list(p, proposal->routes[i].critical);
		count_list(p, proposal->routes[i].inform);
	}
}

struct proposal *proposal_make(struct arena *arena, const struct survey *survey,
	const struct mapping *mapping)
{
	struct proposal *proposal = arena_get(arena, sizeof(*proposal));
	struct proposal_ctx p = {arena, survey, mapping, proposal};

	propose_people(&p);
	for (size_t i = 0; i < survey->attribute_count; i++)
		propose_attribute(&p, &survey->attributes[i]);
	propose_roles(&p);
	propose_routes(&p);
	proposal->mailbox_address = survey->mailbox_address;
	if (!proposal->mailbox_address && proposal->mailbox_list)
		proposal->mailbox_address = proposal->mailbox_list->mail;
	return proposal;
}
