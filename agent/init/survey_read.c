#include "init/survey_read.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "init/sample.h"
#include "init/survey.h"
#include "model/mapping.h"

#define VALUES_MAX  50  /* entries looked at for an attribute */
#define HOLDERS_MAX 200 /* and for roles */
#define GROUPS_MAX  200

#define PEOPLE_OF_AD   "(&(objectCategory=person)(objectClass=user))"
#define PEOPLE_OF_LDAP "(objectClass=person)"

/* What may hold what, the likeliest first; `kind`: of one kind of directory alone. */
static const struct {
	enum surveyed what;
	const char *name;
	enum directory_kind kind; /* DIRECTORY_AUTO: of both */
	int last;                 /* names end with a number, from 1; 0: they do not */
} candidates[] = {
	{SURVEYED_NAME, "displayName", DIRECTORY_AUTO, 0},
	{SURVEYED_NAME, "cn", DIRECTORY_AUTO, 0},
	{SURVEYED_LOGIN, "sAMAccountName", DIRECTORY_ACTIVE_DIRECTORY, 0},
	{SURVEYED_LOGIN, "uid", DIRECTORY_OPENLDAP, 0},
	{SURVEYED_LOGIN, "cn", DIRECTORY_OPENLDAP, 0},
	{SURVEYED_MAIL, "mail", DIRECTORY_AUTO, 0},
	{SURVEYED_MANAGER, "manager", DIRECTORY_AUTO, 0},
	{SURVEYED_ROLE, "postvagtRole", DIRECTORY_AUTO, 0},
	{SURVEYED_ROLE, "extensionAttribute", DIRECTORY_ACTIVE_DIRECTORY, 15},
	{SURVEYED_ROLE, "msDS-cloudExtensionAttribute", DIRECTORY_ACTIVE_DIRECTORY, 20},
	{SURVEYED_ROLE, "employeeType", DIRECTORY_AUTO, 0},
	{SURVEYED_ROLE, "businessCategory", DIRECTORY_AUTO, 0},
	{SURVEYED_ROLE, "title", DIRECTORY_AUTO, 0},
	{SURVEYED_ROLE, "description", DIRECTORY_AUTO, 0},
	{SURVEYED_DEPUTY, "postvagtDeputy", DIRECTORY_AUTO, 0},
	{SURVEYED_DEPUTY, "extensionAttribute", DIRECTORY_ACTIVE_DIRECTORY, 15},
	{SURVEYED_DEPUTY, "msDS-cloudExtensionAttribute", DIRECTORY_ACTIVE_DIRECTORY, 20},
	{SURVEYED_DEPUTY, "secretary", DIRECTORY_AUTO, 0},
	{SURVEYED_DEPUTY, "assistant", DIRECTORY_ACTIVE_DIRECTORY, 0},
	{SURVEYED_ABSENCE, "postvagtAbsence", DIRECTORY_AUTO, 0},
	{SURVEYED_ABSENCE, "extensionAttribute", DIRECTORY_ACTIVE_DIRECTORY, 15},
	{SURVEYED_ABSENCE, "msDS-cloudExtensionAttribute", DIRECTORY_ACTIVE_DIRECTORY, 20},
	{SURVEYED_ABSENT_FROM, "postvagtAbsentFrom", DIRECTORY_AUTO, 0},
	{SURVEYED_ABSENT_UNTIL, "postvagtAbsentUntil", DIRECTORY_AUTO, 0},
};

struct survey_ctx {
	struct connection *connection;
	const struct mapping *mapping;
	struct survey *survey;
	const char *people_filter;
	struct surveyed_attribute *attribute; /* being looked at */
	struct table *groups;                 /* keys of the DNs that are there */
	struct error *err;
};

static enum error_kind take_entries(struct survey_ctx *s, const char *filter,
	const char *const *attributes, int most, void (*on_entry)(void *, LDAP *, LDAPMessage *),
	bool *more)
{
	return sample_take(s->connection,
		&(const struct sample){.base = s->survey->base,
			.filter = filter,
			.attributes = attributes,
			.most = most,
			.on_entry = on_entry,
			.context = s},
		more, s->err);
}

static const char *format_filter(struct survey_ctx *s, struct strbuf *filter)
{
	const char *copy = arena_bytes(s->survey->arena, filter->text, filter->length);

	strbuf_release(filter);
	return copy;
}

/* People */

static void add_person(void *context, LDAP *ld, LDAPMessage *entry)
{
	struct survey *survey = ((struct survey_ctx *)context)->survey;

	survey->people = arena_grow(survey->arena, survey->people, survey->people_count,
		&survey->people_room, sizeof(*survey->people));
	survey->people[survey->people_count++] = entry_dn(survey->arena, ld, entry);
}

static enum error_kind read_people(struct survey_ctx *s)
{
	static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
	const char *filter = arena_format(s->survey->arena, "(&%s(mail=*))", s->people_filter);

	return take_entries(s, filter, nothing, SAMPLE_MAX, add_person, &s->survey->more_people);
}

/* Attributes */

static void add_values(void *context, LDAP *ld, LDAPMessage *entry)
{
	struct survey_ctx *s = context;
	struct surveyed_attribute *attribute = s->attribute;
	struct strings texts;

	entry_texts(s->survey->arena, ld, entry, attribute->name, VALUES_MAX, &texts);
	attribute->entries += texts.count > 0;
	for (size_t i = 0; i < texts.count; i++) {
		attribute->values = arena_grow(s->survey->arena, attribute->values,
			attribute->value_count, &attribute->value_room, sizeof(*attribute->values));
		attribute->values[attribute->value_count++] = texts.items[i];
	}
}

/* Whoever has the attribute; for roles, which are few among many, whoever has one of the gallery's in it. */
static const char *filter_for(struct survey_ctx *s, const struct surveyed_attribute *attribute)
{
	struct strbuf filter = STRBUF_INIT;

	strbuf_addf(&filter, "(&%s(|", s->people_filter);
	if (attribute->what != SURVEYED_ROLE)
		strbuf_addf(&filter, "(%s=*)", attribute->name);
	for (size_t i = 0; attribute->what == SURVEYED_ROLE && i < s->mapping->role_count; i++) {
		const struct role *role = &s->mapping->roles[i];

		for (size_t j = 0; j < role->spelling_count && i + j < FILTER_TERMS_MAX; j++)
			filter_add_containing(&filter, attribute->name, role->spellings[j], NULL);
	}
	strbuf_adds(&filter, "))");
	return format_filter(s, &filter);
}

static enum error_kind read_attribute(struct survey_ctx *s, enum surveyed what, const char *name)
{
	struct survey *survey = s->survey;
	const char *attributes[] = {name, NULL};

	survey->attributes = arena_grow(survey->arena, survey->attributes, survey->attribute_count,
		&survey->attribute_room, sizeof(*survey->attributes));
	s->attribute = &survey->attributes[survey->attribute_count++];
	*s->attribute = (struct surveyed_attribute){.what = what, .name = name};
	return take_entries(s, filter_for(s, s->attribute), attributes,
		what == SURVEYED_ROLE ? HOLDERS_MAX : VALUES_MAX, add_values, &s->attribute->more);
}

static enum error_kind read_attributes(struct survey_ctx *s)
{
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < sizeof(candidates) / sizeof(*candidates) && !failed; i++) {
		if (candidates[i].kind != DIRECTORY_AUTO &&
			candidates[i].kind != s->connection->dialect->kind)
			continue;
		if (candidates[i].last == 0)
			failed = read_attribute(s, candidates[i].what, candidates[i].name);
		for (int n = 1; n <= candidates[i].last && !failed; n++)
			failed = read_attribute(s, candidates[i].what,
				arena_format(s->survey->arena, "%s%d", candidates[i].name, n));
	}
	return failed;
}

/* Groups */

static void add_group(void *context, LDAP *ld, LDAPMessage *entry)
{
	static const char *const unique[] = {"groupOfUniqueNames", NULL};
	struct survey_ctx *s = context;
	struct survey *survey = s->survey;
	struct surveyed_group *group;
	const char *dn = entry_dn(survey->arena, ld, entry);
	const char *key = dn ? dn_key(survey->arena, dn) : NULL;

	if (!key || table_find(s->groups, key))
		return;
	table_put(s->groups, key, (char *)dn);
	survey->groups = arena_grow(survey->arena, survey->groups, survey->group_count,
		&survey->group_room, sizeof(*survey->groups));
	group = &survey->groups[survey->group_count++];
	*group = (struct surveyed_group){.dn = dn,
		.name = dn_leaf(survey->arena, dn),
		.mail = entry_mail(survey->arena, ld, entry, "mail"),
		.is_unique = entry_has_any(ld, entry, "objectClass", unique)};
}

static void begin_groups(const struct survey_ctx *s, struct strbuf *filter)
{
	strbuf_adds(filter, "(&(|");
	for (const char *const *class = s->connection->dialect->group_classes; *class; class ++)
		filter_add_equal(filter, "objectClass", *class);
	strbuf_adds(filter, ")(|");
}

static enum error_kind take_groups(struct survey_ctx *s, struct strbuf *filter)
{
	static const char *const attributes[] = {"objectClass", "mail", NULL};
	bool more = false;
	enum error_kind failed;

	strbuf_adds(filter, "))");
	failed =
		take_entries(s, format_filter(s, filter), attributes, GROUPS_MAX, add_group, &more);
	s->survey->more_groups = s->survey->more_groups || more;
	return failed;
}

/* The longest word of a title finds what the title is in, however the words are parted. */
static void add_longest_word(struct strbuf *filter, const char *title)
{
	struct strbuf word = STRBUF_INIT;
	size_t longest = 0;
	const char *start = title;

	for (const char *at = title; at && *at; at += strspn(at, " -,./()")) {
		size_t length = strcspn(at, " -,./()");

		if (length > longest) {
			longest = length;
			start = at;
		}
		at += length;
	}
	strbuf_add(&word, start, longest);
	if (longest > 0)
		filter_add_containing(filter, "cn", word.text, NULL);
	strbuf_release(&word);
}

/* Groups called like tags, a few tags at a time, as the mailbox, and then those with a mail address. */
static enum error_kind read_groups(struct survey_ctx *s)
{
	enum error_kind failed = ERROR_NONE;
	size_t step = FILTER_TERMS_MAX / 4;

	for (size_t i = 0; i < s->mapping->tag_count && !failed; i += step) {
		struct strbuf filter = STRBUF_INIT;

		begin_groups(s, &filter);
		filter_add_containing(&filter, "cn", "infrastrukturpostkasse", NULL);
		for (size_t j = i; j < s->mapping->tag_count && j < i + step; j++) {
			const struct tag *tag = &s->mapping->tags[j];

			add_longest_word(&filter, tag->id);
			add_longest_word(&filter, tag->title.in[LANGUAGE_DANISH]);
			add_longest_word(&filter, tag->title.in[LANGUAGE_ENGLISH]);
		}
		failed = take_groups(s, &filter);
	}
	if (!failed) {
		struct strbuf filter = STRBUF_INIT;

		begin_groups(s, &filter);
		strbuf_adds(&filter, "(mail=*)");
		failed = take_groups(s, &filter);
	}
	return failed;
}

static void take_mailbox(void *context, LDAP *ld, LDAPMessage *entry)
{
	struct survey *survey = ((struct survey_ctx *)context)->survey;
	const char *mail = entry_mail(survey->arena, ld, entry, "mail");

	if (mail && !survey->mailbox_address)
		survey->mailbox_address = mail;
}

static enum error_kind read_mailbox(struct survey_ctx *s)
{
	static const char *const attributes[] = {"mail", NULL};

	return take_entries(s, "(mail=infrastrukturpostkasse*)", attributes, 1, take_mailbox, NULL);
}

enum error_kind survey_read(struct connection *connection, const struct mapping *mapping,
	struct survey *survey, struct error *err)
{
	struct survey_ctx s = {.connection = connection,
		.mapping = mapping,
		.survey = survey,
		.groups = table_new(survey->arena),
		.err = err};
	enum error_kind failed;

	survey->is_active_directory = connection->dialect->kind == DIRECTORY_ACTIVE_DIRECTORY;
	s.people_filter = survey->is_active_directory ? PEOPLE_OF_AD : PEOPLE_OF_LDAP;
	failed = read_people(&s);
	if (!failed)
		failed = read_attributes(&s);
	if (!failed)
		failed = read_groups(&s);
	return failed ? failed : read_mailbox(&s);
}

/* The base */

static void take_base(void *context, LDAP *ld, LDAPMessage *entry)
{
	struct survey *survey = context;
	struct strings domain, contexts;

	entry_texts(survey->arena, ld, entry, "defaultNamingContext", 1, &domain);
	entry_texts(survey->arena, ld, entry, "namingContexts", VALUES_MAX, &contexts);
	survey->base = domain.count == 1 ? domain.items[0] : NULL;
	if (!survey->base && contexts.count == 1)
		survey->base = contexts.items[0];
}

enum error_kind survey_find_base(struct connection *connection, struct survey *survey,
	struct error *err)
{
	static const char *const attributes[] = {"defaultNamingContext", "namingContexts", NULL};
	enum error_kind failed = sample_take(connection,
		&(const struct sample){.base = "",
			.filter = "(objectClass=*)",
			.attributes = attributes,
			.most = 1,
			.base_only = true,
			.on_entry = take_base,
			.context = survey},
		NULL, err);

	if (failed || survey->base)
		return failed;
	return error_set(err, ERROR_USAGE,
		_("%s: has not one naming context that is to be seen; name the one to look below, "
		  "by --base"),
		connection->url);
}
