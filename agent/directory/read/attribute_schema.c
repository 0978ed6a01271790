#include "directory/read/attribute_schema.h"

#include <ldap.h>
#include <ldap_schema.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "model/person_values.h"

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

/* What is asked, and what the answers said. */
struct inquiry {
	struct connection *connection;
	struct arena *arena;
	struct person_attribute *const *attributes;
	size_t count, known;
};

static void learn_attribute(struct inquiry *inquiry, const char *name, bool is_single,
	const char *syntax)
{
	for (size_t i = 0; i < inquiry->count; i++) {
		struct person_attribute *attribute = inquiry->attributes[i];

		if (strcasecmp(attribute->type, name) != 0)
			continue;
		attribute->is_known = true;
		attribute->is_single = is_single;
		attribute->form = form_of(syntax);
		inquiry->known++;
	}
}

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
static const char *first_text(const struct inquiry *inquiry, LDAPMessage *entry,
	const char *attribute)
{
	struct strings texts;

	entry_texts(inquiry->arena, inquiry->connection->ld, entry, attribute, 1, &texts);
	return texts.count > 0 ? texts.items[0] : NULL;
}

static const char *schema_filter(const struct inquiry *inquiry)
{
	struct strbuf filter = STRBUF_INIT;

	strbuf_adds(&filter, "(&(objectClass=attributeSchema)(|");
	for (size_t i = 0; i < inquiry->count; i++)
		filter_add_equal(&filter, "lDAPDisplayName", inquiry->attributes[i]->type);
	strbuf_adds(&filter, "))");
	return strbuf_to_arena(&filter, inquiry->arena);
}

static enum error_kind ask_entries(struct inquiry *inquiry, const char *base, struct error *err)
{
	static const char *const asked[] = {
		"lDAPDisplayName", "isSingleValued", "attributeSyntax", NULL};
	LDAP *ld = inquiry->connection->ld;
	LDAPMessage *answer;
	enum error_kind kind = search_schema(inquiry->connection, base, LDAP_SCOPE_ONELEVEL,
		schema_filter(inquiry), asked, &answer, err);

	for (LDAPMessage *entry = answer ? ldap_first_entry(ld, answer) : NULL; entry;
		entry = ldap_next_entry(ld, entry)) {
		const char *name = first_text(inquiry, entry, asked[0]),
			   *single = first_text(inquiry, entry, asked[1]);

		if (name)
			learn_attribute(inquiry, name, single && strcasecmp(single, "TRUE") == 0,
				first_text(inquiry, entry, asked[2]));
	}
	ldap_msgfree(answer);
	return kind;
}

static void read_definition(struct inquiry *inquiry, const struct berval *definition)
{
	int code;
	const char *place;
	LDAPAttributeType *type =
		ldap_str2attributetype(definition->bv_val, &code, &place, LDAP_SCHEMA_ALLOW_ALL);

	for (char **name = type ? type->at_names : NULL; name && *name; name++)
		learn_attribute(inquiry, *name, type->at_single_value, type->at_syntax_oid);
	ldap_attributetype_free(type);
}

static enum error_kind ask_subschema(struct inquiry *inquiry, const char *base, struct error *err)
{
	static const char *const asked[] = {"attributeTypes", NULL};
	LDAP *ld = inquiry->connection->ld;
	LDAPMessage *answer, *entry;
	enum error_kind kind = search_schema(inquiry->connection, base, LDAP_SCOPE_BASE,
		"(objectClass=*)", asked, &answer, err);
	struct berval **definitions;

	entry = answer ? ldap_first_entry(ld, answer) : NULL;
	definitions = entry ? ldap_get_values_len(ld, entry, asked[0]) : NULL;
	for (size_t i = 0; definitions && definitions[i]; i++)
		read_definition(inquiry, definitions[i]);
	ldap_value_free_len(definitions);
	ldap_msgfree(answer);
	return kind;
}

static enum error_kind ask_schema(struct inquiry *inquiry, struct error *err)
{
	static const char *const asked[] = {"schemaNamingContext", "subschemaSubentry", NULL};
	const char *entries = NULL, *subschema = NULL;
	LDAPMessage *answer, *root_dse;
	enum error_kind kind = search_schema(inquiry->connection, "", LDAP_SCOPE_BASE,
		"(objectClass=*)", asked, &answer, err);

	root_dse = answer ? ldap_first_entry(inquiry->connection->ld, answer) : NULL;
	if (root_dse) {
		entries = first_text(inquiry, root_dse, asked[0]);
		subschema = first_text(inquiry, root_dse, asked[1]);
	}
	ldap_msgfree(answer);
	if (entries)
		return ask_entries(inquiry, entries, err);
	return subschema ? ask_subschema(inquiry, subschema, err) : kind;
}

enum error_kind attribute_schema_read(struct connection *connection,
	struct person_attribute *const *attributes, size_t count, struct error *err)
{
	struct inquiry inquiry = {.connection = connection,
		.arena = arena_new(),
		.attributes = attributes,
		.count = count};
	enum error_kind kind = ask_schema(&inquiry, err);

	for (size_t i = 0; i < count && inquiry.known == 0; i++)
		attributes[i]->is_known = true;
	arena_free(inquiry.arena);
	return kind;
}
