#include "init/proposal/proposal.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/text.h"
#include "model/absence.h"
#include "model/mapping.h"

/* An attribute is taken for deputies where so many of a hundred values name somebody. */
#define PERCENT_DEPUTIES 80

/* The same for absences: a value with two dates can hardly be anything else, and people mistype the others. */
#define PERCENT_ABSENCES 33

struct proposal_ctx {
	struct arena *arena;
	const struct survey *survey;
	const struct mapping *mapping;
	struct proposal *proposal;
};

const struct role *proposal_role_of(struct arena *arena, const struct mapping *mapping,
	const char *value)
{
	const char *slash = strchr(value, '/');
	const char *spelling =
		text_fold(arena, value, slash ? (size_t)(slash - value) : strlen(value));

	for (size_t i = 0; i < mapping->role_count; i++) {
		const struct role *role = &mapping->roles[i];

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

/* What a value is, for each thing an attribute is looked at for. A lone date is a date of anything. */
static bool is_right(const struct proposal_ctx *p, enum surveyed what, const char *value)
{
	moment start, end;

	switch (what) {
	case SURVEYED_ROLE:
		return proposal_role_of(p->arena, p->mapping, value) != NULL;
	case SURVEYED_DEPUTY:
		return is_person(value);
	case SURVEYED_ABSENCE:
		return value[absence_slash_between(value)] &&
			absence_read_interval(value, &start, &end) == ABSENCE_READ;
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

/* Roles were searched for, so the others of their values say nothing. */
static bool is_enough(const struct surveyed_attribute *attribute, size_t all, size_t right)
{
	switch (attribute->what) {
	case SURVEYED_ROLE:
		return right > 0;
	case SURVEYED_ABSENCE:
		return right > 0 && right * 100 >= all * PERCENT_ABSENCES;
	case SURVEYED_DEPUTY: /* everybody's own address is in some attribute or other */
		return right > 0 && right * 100 >= all * PERCENT_DEPUTIES && attribute->own == 0;
	default:
		return right > 0 && right * 100 >= all * PERCENT_DEPUTIES;
	}
}

/* Deputies may be in several attributes; of roles and absences the attribute with most is taken. */
static void propose_attribute(struct proposal_ctx *p, const struct surveyed_attribute *attribute)
{
	struct proposed_attribute *best = &p->proposal->attributes[attribute->what];
	size_t all, right;
	bool is_taken = best->name_count > 0;

	count_parts(p, attribute, &all, &right);
	if (is_ours(attribute->name))
		right = all;
	if (!is_enough(attribute, all, right) && !(is_ours(attribute->name) && all > 0))
		return;
	if (is_taken && attribute->what == SURVEYED_DEPUTY &&
		best->name_count < PROPOSED_NAMES_MAX) {
		best->names[best->name_count++] = attribute->name;
		best->entries += attribute->entries;
		best->more = best->more || attribute->more;
		return;
	}
	if (is_taken && attribute->what == SURVEYED_ROLE && attribute->entries <= best->entries)
		return;
	if (is_taken && attribute->what != SURVEYED_ROLE && right <= best->right)
		return;
	*best = (struct proposed_attribute){.names = {attribute->name},
		.name_count = 1,
		.entries = attribute->entries,
		.more = attribute->more,
		.parts = all,
		.right = right};
}

struct proposal *proposal_new(struct arena *arena, const struct survey *survey,
	const struct mapping *mapping)
{
	struct proposal *proposal = arena_get(arena, sizeof(*proposal));
	struct proposal_ctx p = {arena, survey, mapping, proposal};

	for (size_t i = 0; i < survey->attribute_count; i++)
		propose_attribute(&p, &survey->attributes[i]);
	return proposal;
}

const char *proposal_role_attribute(const struct proposal *proposal)
{
	const struct proposed_attribute *roles = &proposal->attributes[SURVEYED_ROLE];

	return roles->name_count > 0 ? roles->names[0] : NULL;
}

void proposal_complete(struct proposal *proposal, struct arena *arena, const struct survey *survey,
	const struct mapping *mapping)
{
	proposal_add_people(proposal, arena, survey, mapping);
	proposal_add_routes(proposal, arena, survey, mapping);
	proposal->mailbox_address = survey->mailbox_address;
}
