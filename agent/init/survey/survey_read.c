#include "init/survey/survey_read.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/ad_value.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "directory/entry/mail_address.h"
#include "init/survey/sample.h"
#include "init/survey/survey.h"
#include "model/mapping.h"
#include "model/settings.h"
#include "model/snapshot.h"

#define VALUES_MAX     50  /* entries looked at for an attribute */
#define HOLDERS_MAX    200 /* and for roles */
#define PEOPLE_OF_AD   "(&(objectCategory=person)(objectClass=user))"
#define PEOPLE_OF_LDAP "(objectClass=person)"
#define MAILBOXES_MAX  20                       /* entries looked at for the mailbox */
#define MAILBOX_PREFIX "infrastrukturpostkasse" /* of the mailbox's address */

/* What may hold what, the likeliest first; `kind`: of one kind of directory alone. */
static const struct {
	enum surveyed what;
	const char *name;
	enum directory_kind kind; /* DIRECTORY_AUTO: of both */
	int last;                 /* names end with a number, from 1; 0: they do not */
} candidates[] = {
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
	const char *role;                     /* the attribute of roles; NULL: none */
	moment now;
	struct error *err;
};

static enum error_kind take_entries(struct survey_ctx *s, const char *filter,
	const char *const *attributes, int most, void (*on_entry)(void *, const struct dir_entry *),
	bool *more)
{
	return sample_take(s->connection,
		&(const struct sample){.base = s->survey->base,
			.filter = filter,
			.attributes = attributes,
			.most = most,
			.paged = most > SAMPLE_MAX,
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

/* The first value of an attribute that has one; NULL: none. */
static const char *first_text(struct survey_ctx *s, const struct dir_entry *entry,
	const char *attribute)
{
	struct strings texts;

	entry_texts(s->survey->arena, entry, attribute, 1, &texts);
	return texts.count > 0 ? texts.items[0] : NULL;
}

static bool has_value(const struct dir_entry *entry, const char *attribute)
{
	return entry_count(entry, attribute) > 0;
}

/* The addresses of an entry; whether they are all in proxyAddresses. */
static struct mail_addresses read_addresses(struct survey_ctx *s, const struct dir_entry *entry,
	bool *is_proxy_alone)
{
	static const char *const names[] = {"mail", "proxyAddresses"};
	struct mail_addresses addresses = {0};

	for (size_t i = 0; i < 2; i++) {
		struct strings texts;

		if (i == 1)
			*is_proxy_alone = !addresses.written_to;
		entry_texts(s->survey->arena, entry, names[i], VALUES_MAX, &texts);
		mail_addresses_add(&addresses, s->survey->arena, names[i], &texts, NULL, NULL);
	}
	*is_proxy_alone = *is_proxy_alone && addresses.written_to;
	return addresses;
}

/* Attributes */

/* Whether a value says nothing about another person: it is the entry itself, or an address elsewhere. */
static bool is_own(const struct mail_addresses *addresses, const char *dn, const char *value)
{
	const char *domain = strchr(value, '@');
	const char *own_domain = addresses->written_to ? strchr(addresses->written_to, '@') : NULL;

	if (text_same(value, dn))
		return true;
	for (size_t i = 0; i < addresses->all.count; i++) {
		if (text_same(value, addresses->all.items[i]))
			return true;
	}
	return domain && own_domain && !strchr(value, '=') && !text_same(domain, own_domain);
}

static void add_values(void *context, const struct dir_entry *entry)
{
	struct survey_ctx *s = context;
	struct surveyed_attribute *attribute = s->attribute;
	struct strings texts;
	bool is_proxy_alone;
	struct mail_addresses addresses = read_addresses(s, entry, &is_proxy_alone);
	const char *dn = entry_dn(s->survey->arena, entry);

	entry_texts(s->survey->arena, entry, attribute->name, VALUES_MAX, &texts);
	attribute->entries += texts.count > 0;
	for (size_t i = 0; i < texts.count; i++) {
		attribute->own += is_own(&addresses, dn ? dn : "", texts.items[i]);
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
	const char *attributes[] = {name, "mail", "proxyAddresses", NULL};

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

/* People */

/* The attribute that a rule of account_kind.h is about. */
static const char *attribute_of_rule(const struct survey_ctx *s, size_t i)
{
	const char *name = account_rules[i].attribute;

	return strcmp(name, ACCOUNT_LOGIN) == 0 ? s->survey->login : name;
}

/* Which rules find the account. */
static unsigned long long apply_rules(const struct survey_ctx *s, const struct dir_entry *entry)
{
	struct arena *arena = arena_new();
	unsigned long long found_by = 0;
	struct strings texts = {0};
	const char *before = "";

	for (size_t i = 0; i < account_rule_count; i++) {
		const char *attribute = attribute_of_rule(s, i);

		if (strcmp(attribute, before) != 0)
			entry_texts(arena, entry, attribute, VALUES_MAX, &texts);
		before = attribute;
		for (size_t j = 0; j < texts.count; j++) {
			const char *text = text_fold(arena, texts.items[j], strlen(texts.items[j]));

			if (account_rule_fits(&account_rules[i], text))
				found_by |= 1ULL << i;
		}
	}
	arena_free(arena);
	return found_by;
}

static bool is_expired(const struct survey_ctx *s, const char *expires)
{
	moment at;

	return expires && ad_expires(expires, &at) && at <= s->now;
}

/* userAccountControl (MS-ADTS section 2.2.16). */
static bool has_flag(const char *account_control, long long flag)
{
	return account_control && (strtoll(account_control, NULL, 10) & flag) != 0;
}

static void add_person(void *context, const struct dir_entry *entry)
{
	struct survey_ctx *s = context;
	struct survey *survey = s->survey;
	struct surveyed_person *person;
	const char *control = first_text(s, entry, "userAccountControl");
	const char *dn = entry_dn(survey->arena, entry);
	struct mail_addresses addresses;
	struct account account = {.dn = dn};
	struct strings roles = {0};

	if (!dn)
		return;
	survey->people = arena_grow(survey->arena, survey->people, survey->people_count,
		&survey->people_room, sizeof(*survey->people));
	person = &survey->people[survey->people_count++];
	*person = (struct surveyed_person){.dn = dn};
	addresses = read_addresses(s, entry, &person->has_proxy);
	if (s->role)
		entry_texts(survey->arena, entry, s->role, VALUES_MAX, &roles);
	person->roles = roles.items;
	person->role_count = roles.count;
	person->has[SURVEYED_NAME] = has_value(entry, "displayName");
	person->has[SURVEYED_LOGIN] = has_value(entry, survey->login);
	person->has[SURVEYED_MAIL] = addresses.written_to != NULL;
	person->has[SURVEYED_MANAGER] = has_value(entry, "manager");
	person->is_disabled = control && ad_is_disabled(control);
	person->is_expired = is_expired(s, first_text(s, entry, "accountExpires"));
	person->found_by = apply_rules(s, entry);
	account.found_by = person->found_by;
	account.has_address = addresses.written_to != NULL;
	account.has_surname = has_value(entry, "sn");
	account.never_expires = has_flag(control, 0x10000); /* DONT_EXPIRE_PASSWORD */
	person->kind = account_kind_of(survey->arena, &account);
}

enum error_kind survey_read_people(struct connection *connection, struct survey *survey,
	const char *role, struct error *err)
{
	static const char *const own[] = {"mail", "proxyAddresses", "displayName", "manager", "sn",
		"userAccountControl", "accountExpires", NULL};
	const char *attributes[sizeof(own) / sizeof(*own) + 3 + ACCOUNT_RULES_MAX];
	size_t count = 0;
	struct survey_ctx s = {.connection = connection,
		.survey = survey,
		.role = role,
		.now = moment_now(),
		.err = err};

	for (; own[count]; count++)
		attributes[count] = own[count];
	attributes[count++] = survey->login;
	if (role)
		attributes[count++] = role;
	for (size_t i = 0; i < account_rule_count; i++) {
		const char *name = attribute_of_rule(&s, i);
		bool is_there = false;

		for (size_t j = 0; j < count; j++)
			is_there = is_there || strcmp(attributes[j], name) == 0;
		if (!is_there)
			attributes[count++] = name;
	}
	attributes[count] = NULL;
	return take_entries(&s, survey->is_active_directory ? PEOPLE_OF_AD : PEOPLE_OF_LDAP,
		attributes, SURVEY_PEOPLE_MAX, add_person, &survey->more_people);
}

/* Groups */

bool survey_is_protected(const struct dialect *dialect, const struct dir_entry *entry)
{
	struct list list = {.ban = LIST_ALLOWED};

	if (dialect->read_list)
		dialect->read_list(&list, entry);
	return list.ban != LIST_ALLOWED;
}

static bool has_mailbox_address(const struct mail_addresses *addresses)
{
	for (size_t i = 0; i < addresses->all.count; i++) {
		if (strncasecmp(addresses->all.items[i], MAILBOX_PREFIX, strlen(MAILBOX_PREFIX)) ==
			0)
			return true;
	}
	return false;
}

static void add_group(void *context, const struct dir_entry *entry)
{
	static const char *const unique[] = {"groupOfUniqueNames", NULL};
	struct survey_ctx *s = context;
	struct survey *survey = s->survey;
	const char *dn = entry_dn(survey->arena, entry);
	const struct dialect *dialect = s->connection->dialect;
	struct list list = {.ban = LIST_ALLOWED};
	bool is_proxy_alone;
	const struct mail_addresses addresses = read_addresses(s, entry, &is_proxy_alone);

	if (!dn || !addresses.written_to)
		return;
	if (dialect->read_list)
		dialect->read_list(&list, entry);
	if (list.ban != LIST_ALLOWED) {
		survey->protected_groups++;
		return;
	}
	survey->groups = arena_grow(survey->arena, survey->groups, survey->group_count,
		&survey->group_room, sizeof(*survey->groups));
	survey->groups[survey->group_count++] = (struct surveyed_group){.dn = dn,
		.name = dn_leaf(survey->arena, dn),
		.mail = addresses.written_to,
		.is_security = list.is_security,
		.is_mailbox = has_mailbox_address(&addresses),
		.is_unique = entry_has_any(entry, "objectClass", unique)};
}

const char *const *survey_group_attributes(const struct dialect *dialect, struct arena *arena)
{
	static const char *const own[] = {"objectClass", "mail", "proxyAddresses"};
	size_t own_count = sizeof(own) / sizeof(*own), count = 0;
	const char **attributes;

	while (dialect->list_attributes && dialect->list_attributes[count])
		count++;
	attributes = arena_get(arena, (own_count + count + 1) * sizeof(*attributes));
	for (size_t i = 0; i < own_count; i++)
		attributes[i] = own[i];
	for (size_t i = 0; i < count; i++)
		attributes[own_count + i] = dialect->list_attributes[i];
	return attributes;
}

static enum error_kind read_groups(struct survey_ctx *s)
{
	const struct dialect *dialect = s->connection->dialect;
	struct strbuf filter = STRBUF_INIT;

	strbuf_adds(&filter, "(&(|");
	for (const char *const *class = dialect->group_classes; *class; class ++)
		filter_add_equal(&filter, "objectClass", *class);
	strbuf_adds(&filter, ")(|(mail=*)(proxyAddresses=smtp:*)))");
	return take_entries(s, format_filter(s, &filter),
		survey_group_attributes(dialect, s->survey->arena), SURVEY_GROUPS_MAX, add_group,
		&s->survey->more_groups);
}

/* The mailbox */

/* A group that is called like the mailbox is a list, not the mailbox. */
static void take_mailbox(void *context, const struct dir_entry *entry)
{
	struct survey_ctx *s = context;
	bool is_proxy_alone;
	const char *mail = read_addresses(s, entry, &is_proxy_alone).written_to;

	if (mail && !s->survey->mailbox_address &&
		!entry_has_any(entry, "objectClass", s->connection->dialect->group_classes))
		s->survey->mailbox_address = mail;
}

static enum error_kind read_mailbox(struct survey_ctx *s)
{
	static const char *const attributes[] = {"mail", "proxyAddresses", "objectClass", NULL};

	return take_entries(s,
		"(|(mail=" MAILBOX_PREFIX "*)(proxyAddresses=smtp:" MAILBOX_PREFIX "*))",
		attributes, MAILBOXES_MAX, take_mailbox, NULL);
}

enum error_kind survey_read(struct connection *connection, const struct mapping *mapping,
	struct survey *survey, struct error *err)
{
	struct survey_ctx s = {
		.connection = connection, .mapping = mapping, .survey = survey, .err = err};
	enum error_kind failed;

	survey->is_active_directory = connection->dialect->kind == DIRECTORY_ACTIVE_DIRECTORY;
	survey->login = survey->is_active_directory ? "sAMAccountName" : "uid";
	s.people_filter = survey->is_active_directory ? PEOPLE_OF_AD : PEOPLE_OF_LDAP;
	failed = read_attributes(&s);
	if (!failed)
		failed = read_groups(&s);
	return failed ? failed : read_mailbox(&s);
}

/* The base */

static void count_entry(void *context, const struct dir_entry *entry)
{
	(void)entry;
	++*(size_t *)context;
}

enum error_kind survey_check_base(struct connection *connection, const struct survey *survey,
	struct error *err)
{
	static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
	size_t count = 0;
	enum error_kind failed = sample_take(connection,
		&(const struct sample){.base = survey->base,
			.filter = "(objectClass=*)",
			.attributes = nothing,
			.most = 1,
			.base_only = true,
			.on_entry = count_entry,
			.context = &count},
		NULL, err);

	if (failed || count > 0)
		return failed;
	return error_set(err, ERROR_USAGE,
		_("%s: there is no entry %s, or the account may not read it; name the DN to look "
		  "below by --base"),
		connection->url, survey->base);
}

static void take_base(void *context, const struct dir_entry *entry)
{
	struct survey *survey = context;
	struct strings domain, contexts;

	entry_texts(survey->arena, entry, "defaultNamingContext", 1, &domain);
	entry_texts(survey->arena, entry, "namingContexts", VALUES_MAX, &contexts);
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
