#include "directory/read/attribute_schema.h"

#include <assert.h>
#include <ctype.h>
#include <ldap.h>
#include <ldap_schema.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "model/person_values.h"
#include "model/settings.h"

/* RFC 4517 section 3.3, and AD's own. */
#define SYNTAX_TIME  "1.3.6.1.4.1.1466.115.121.1.24"
#define SYNTAX_DN    "1.3.6.1.4.1.1466.115.121.1.12"
#define SYNTAX_INT   "1.3.6.1.4.1.1466.115.121.1.27"
#define SYNTAX_LARGE "1.2.840.113556.1.4.906"

static const struct {
	const char *syntax;
	enum value_form form;
} forms[] = {
	{SYNTAX_TIME, FORM_TIME},
	{SYNTAX_DN, FORM_DN},
	{SYNTAX_INT, FORM_TICKS},
	{SYNTAX_LARGE, FORM_TICKS},
	/* attributeSyntax (MS-ADTS section 3.1.1.2.2.2) */
	{"2.5.5.11", FORM_TIME},
	{"2.5.5.1", FORM_DN},
	{"2.5.5.16", FORM_TICKS},
};

static enum value_form form_of(const char *syntax)
{
	for (size_t i = 0; syntax && i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(forms[i].syntax, syntax) == 0)
			return forms[i].form;
	}
	return FORM_TEXT;
}

/* What is asked. */
struct inquiry {
	struct connection *connection;
	struct arena *arena;
	const char *const *names;
	size_t count;
	schema_take *take;
	void *context;
};

/* The whole answer to a search; what the bind may not see is not there. */
static enum error_kind search_schema(struct connection *connection, const char *base, int scope,
	const char *filter, const char *const *attributes, LDAPMessage **answer, struct error *err)
{
	int id = 0,
	    result = ldap_search_ext(connection->ld, base, scope, filter, (char **)attributes, 0,
		    NULL, NULL, NULL, LDAP_NO_LIMIT, &id);

	*answer = NULL;
	if (result == LDAP_SUCCESS)
		result = scope == LDAP_SCOPE_BASE ? connection_entry(connection, id, answer)
						  : connection_answer(connection, id, answer);
	if (result == LDAP_SUCCESS || result == LDAP_NO_SUCH_OBJECT ||
		result == LDAP_INSUFFICIENT_ACCESS)
		return ERROR_NONE;
	ldap_msgfree(*answer);
	*answer = NULL;
	return connection_error(err, connection, result, NULL, _("read the schema"), base);
}

/* The first value of an attribute, or NULL. */
static const char *first_text(const struct inquiry *inquiry, const struct dir_entry *entry,
	const char *attribute)
{
	struct strings texts;

	entry_texts(inquiry->arena, entry, attribute, 1, &texts);
	return texts.count > 0 ? texts.items[0] : NULL;
}

static bool is_oid(const char *name)
{
	return isdigit((unsigned char)*name) && strchr(name, '.');
}

static const char *schema_filter(const struct inquiry *inquiry)
{
	struct strbuf filter = STRBUF_INIT;

	strbuf_adds(&filter, "(&(objectClass=attributeSchema)(|");
	for (size_t i = 0; i < inquiry->count; i++) {
		const char *name = arena_bytes(inquiry->arena, inquiry->names[i],
			strcspn(inquiry->names[i], ";"));

		filter_add_equal(&filter, is_oid(name) ? "attributeID" : "lDAPDisplayName", name);
	}
	strbuf_adds(&filter, "))");
	return strbuf_to_arena(&filter, inquiry->arena);
}

static enum error_kind ask_entries(struct inquiry *inquiry, const char *base, struct error *err)
{
	static const char *const asked[] = {
		"lDAPDisplayName", "attributeID", "isSingleValued", "attributeSyntax", NULL};
	LDAP *ld = inquiry->connection->ld;
	LDAPMessage *answer;
	struct dir_entry entry = DIR_ENTRY_INIT;
	enum error_kind kind = search_schema(inquiry->connection, base, LDAP_SCOPE_ONELEVEL,
		schema_filter(inquiry), asked, &answer, err);

	for (LDAPMessage *message = answer ? ldap_first_entry(ld, answer) : NULL;
		message && entry_open(&entry, ld, message);
		message = ldap_next_entry(ld, message)) {
		const char *name = first_text(inquiry, &entry, asked[0]),
			   *oid = first_text(inquiry, &entry, asked[1]),
			   *single = first_text(inquiry, &entry, asked[2]);
		const struct schema_attribute attribute = {.name = name,
			.oid = oid,
			.canonical = name,
			.is_single = single && strcasecmp(single, "TRUE") == 0,
			.syntax = first_text(inquiry, &entry, asked[3])};

		if (name && oid)
			inquiry->take(inquiry->context, &attribute);
	}
	entry_release(&entry);
	ldap_msgfree(answer);
	return kind;
}

static void read_definition(struct inquiry *inquiry, const char *definition)
{
	int code;
	const char *place;
	LDAPAttributeType *type =
		ldap_str2attributetype(definition, &code, &place, LDAP_SCHEMA_ALLOW_ALL);

	for (char **name = type ? type->at_names : NULL; name && *name; name++)
		inquiry->take(inquiry->context,
			&(struct schema_attribute){.name = *name,
				.oid = type->at_oid,
				.canonical = type->at_names[0],
				.is_single = type->at_single_value,
				.syntax = type->at_syntax_oid});
	ldap_attributetype_free(type);
}

static enum error_kind ask_subschema(struct inquiry *inquiry, const char *base, struct error *err)
{
	static const char *const asked[] = {"attributeTypes", NULL};
	LDAPMessage *answer;
	struct dir_entry entry = DIR_ENTRY_INIT;
	enum error_kind kind = search_schema(inquiry->connection, base, LDAP_SCOPE_BASE,
		"(objectClass=*)", asked, &answer, err);
	struct strings definitions = {0};

	if (entry_open_first(&entry, inquiry->connection->ld, answer))
		entry_texts(inquiry->arena, &entry, asked[0], SIZE_MAX, &definitions);
	for (size_t i = 0; i < definitions.count; i++)
		read_definition(inquiry, definitions.items[i]);
	entry_release(&entry);
	ldap_msgfree(answer);
	return kind;
}

enum error_kind schema_read(struct connection *connection, const char *const *names, size_t count,
	schema_take *take, void *context, const char **entries_base, struct error *err)
{
	static const char *const asked[] = {"schemaNamingContext", "subschemaSubentry", NULL};
	struct inquiry inquiry = {.connection = connection,
		.arena = arena_new(),
		.names = names,
		.count = count,
		.take = take,
		.context = context};
	const char *entries = NULL, *subschema = NULL;
	LDAPMessage *answer;
	struct dir_entry root_dse = DIR_ENTRY_INIT;
	enum error_kind kind = search_schema(connection, "", LDAP_SCOPE_BASE, "(objectClass=*)",
		asked, &answer, err);

	if (entry_open_first(&root_dse, connection->ld, answer)) {
		entries = first_text(&inquiry, &root_dse, asked[0]);
		subschema = first_text(&inquiry, &root_dse, asked[1]);
	}
	entry_release(&root_dse);
	ldap_msgfree(answer);
	if (entries_base && entries)
		*entries_base = arena_string(connection->settings->arena, entries);
	if (entries)
		kind = ask_entries(&inquiry, entries, err);
	else if (subschema)
		kind = ask_subschema(&inquiry, subschema, err);
	arena_free(inquiry.arena);
	return kind;
}

/* The attributes that are asked for, and how many of them are known by now. */
struct known_ctx {
	struct person_attribute *const *attributes;
	size_t count, known;
};

static void take_known(void *context, const struct schema_attribute *schema)
{
	struct known_ctx *ctx = context;

	for (size_t i = 0; i < ctx->count; i++) {
		struct person_attribute *attribute = ctx->attributes[i];

		if (attribute->is_known || !schema_names(schema, attribute->type))
			continue;
		attribute->is_known = true;
		attribute->is_single = schema->is_single;
		attribute->form = form_of(schema->syntax);
		ctx->known++;
	}
}

static bool is_described(const char *name, const char *description)
{
	size_t length = strcspn(description, ";");

	return name && strncasecmp(name, description, length) == 0 && name[length] == '\0';
}

bool schema_names(const struct schema_attribute *attribute, const char *description)
{
	return is_described(attribute->name, description) ||
		is_described(attribute->oid, description);
}

enum error_kind attribute_schema_read(struct connection *connection,
	struct person_attribute *const *attributes, size_t count, struct error *err)
{
	struct known_ctx ctx = {.attributes = attributes, .count = count};
	const char *names[PERSON_ATTRIBUTES_MAX + 1] = {NULL};
	enum error_kind kind;

	assert(count < sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < count; i++)
		names[i] = attributes[i]->type;
	kind = schema_read(connection, names, count, take_known, &ctx, NULL, err);
	for (size_t i = 0; i < count && ctx.known == 0; i++)
		attributes[i]->is_known = true;
	return kind;
}
