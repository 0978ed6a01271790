#include "directory/read/attribute_check.h"

#include <ldap.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/schema/fault.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/read/attribute_schema.h"
#include "directory/read/person_entry.h"
#include "directory/search/search.h"
#include "model/settings.h"

struct check_ctx {
	struct connection *connection;
	struct arena *arena;
	struct table *known; /* folded names and OIDs of the schema -> the name in answers */
	struct strings all;  /* the names, for the nearest */
	size_t all_room;
	const char *entries_base; /* of AD's schema; NULL: `all` has every name */
};

static const char *fold_name(const struct check_ctx *ctx, const char *name)
{
	return text_fold(ctx->arena, name, strcspn(name, ";"));
}

static const char *add_name(struct check_ctx *ctx, const char *name)
{
	const char *copy = arena_string(ctx->arena, name);

	ctx->all.items = arena_grow(ctx->arena, ctx->all.items, ctx->all.count, &ctx->all_room,
		sizeof(*ctx->all.items));
	return ctx->all.items[ctx->all.count++] = copy;
}

static void take_attribute(void *context, const struct schema_attribute *attribute)
{
	struct check_ctx *ctx = context;
	const char *const names[] = {attribute->name, attribute->oid};
	const char *canonical = arena_string(ctx->arena, attribute->canonical);

	add_name(ctx, attribute->name);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *key = names[i] ? fold_name(ctx, names[i]) : "";

		if (*key && !table_find(ctx->known, key))
			table_put(ctx->known, key, (void *)canonical);
	}
}

/* The name by which a server answers with an attribute that is named, options left out; NULL: unknown. */
static const char *find_canonical(const struct check_ctx *ctx, const char *name)
{
	return table_find(ctx->known, fold_name(ctx, name));
}

static bool is_known(const struct check_ctx *ctx, const char *name)
{
	return find_canonical(ctx, name) != NULL;
}

static void on_schema_entry(void *context, const struct dir_entry *entry)
{
	struct check_ctx *ctx = context;
	struct strings texts;

	entry_texts(ctx->arena, entry, "lDAPDisplayName", 1, &texts);
	if (texts.count > 0)
		add_name(ctx, texts.items[0]);
}

/* AD's names are read only when one is wrong: there are thousands of entries. Without them none is nearest. */
static void read_all_names(struct check_ctx *ctx)
{
	static const char *const attributes[] = {"lDAPDisplayName", NULL};
	struct search_queue *queue;
	struct error err = ERROR_INIT;

	if (!ctx->entries_base)
		return;
	queue = search_queue_new(ctx->connection);
	search_add(queue,
		&(struct search){
			.what = _("read the schema"),
			.base = ctx->entries_base,
			.scope = LDAP_SCOPE_ONELEVEL,
			.filter = "(objectClass=attributeSchema)",
			.attributes = attributes,
			.paged = true,
			.on_entry = on_schema_entry,
			.context = ctx,
		});
	search_run(queue, &err);
	search_queue_free(queue);
	error_release(&err);
}

static void add_unknown(struct strbuf *out, const struct check_ctx *ctx,
	const struct named_attribute *named)
{
	const char *bare = arena_bytes(ctx->arena, named->name, strcspn(named->name, ";"));
	const char *nearest = text_nearest(bare, ctx->all.items, ctx->all.count);

	if (out->length > 0)
		strbuf_adds(out, "; ");
	strbuf_addf(out, "%s: ", fault_where(ctx->arena, &named->mark));
	if (nearest)
		strbuf_addf(out, _("unknown attribute %s; did you mean \"%s\"?"),
			fault_quote(ctx->arena, named->name), nearest);
	else
		strbuf_addf(out,
			_("unknown attribute %s: the directory's schema has none of that name"),
			fault_quote(ctx->arena, named->name));
}

static bool is_canonical(const struct check_ctx *ctx, const char *name)
{
	const char *canonical = find_canonical(ctx, name);
	size_t length = strcspn(name, ";");

	return strlen(canonical) == length && strncasecmp(canonical, name, length) == 0;
}

/* Members are written and reported under one name. */
static void add_alias_fault(struct strbuf *out, const struct check_ctx *ctx,
	const struct named_attribute *named)
{
	if (out->length > 0)
		strbuf_adds(out, "; ");
	strbuf_addf(out, "%s: ", fault_where(ctx->arena, &named->mark));
	strbuf_addf(out, _("the server calls the attribute %s \"%s\"; write that name"),
		fault_quote(ctx->arena, named->name), find_canonical(ctx, named->name));
}

/* OpenLDAP answers with the first name of an attribute, whichever was asked for. */
static void note_alias(struct check_ctx *ctx, const char *name, size_t *room)
{
	struct arena *lasting = ctx->connection->settings->arena;
	struct server_schema *schema = &ctx->connection->schema;

	schema->aliases = arena_grow(lasting, schema->aliases, schema->alias_count, room,
		sizeof(*schema->aliases));
	schema->aliases[schema->alias_count++] = (struct attribute_alias){.name = name,
		.canonical = arena_format(lasting, "%s%s", find_canonical(ctx, name),
			name + strcspn(name, ";"))};
}

/* Say all that are unknown. */
static enum error_kind check_named(struct check_ctx *ctx, struct error *err)
{
	const struct settings *settings = ctx->connection->settings;
	struct strbuf unknown = STRBUF_INIT;
	enum error_kind kind = ERROR_NONE;
	size_t room = 0;

	for (size_t i = 0; i < settings->named_attribute_count; i++) {
		const struct named_attribute *named = &settings->named_attributes[i];

		if (!is_known(ctx, named->name)) {
			if (unknown.length == 0)
				read_all_names(ctx);
			add_unknown(&unknown, ctx, named);
		} else if (!is_canonical(ctx, named->name)) {
			if (named->name == settings->member_attribute)
				add_alias_fault(&unknown, ctx, named);
			note_alias(ctx, named->name, &room);
		}
	}
	if (unknown.length > 0)
		kind = error_set(err, ERROR_USAGE, "%s", unknown.text);
	strbuf_release(&unknown);
	return kind;
}

/* People's attributes as the server calls them. */
static void name_without_aliases(const struct check_ctx *ctx)
{
	struct connection *connection = ctx->connection;
	struct arena *lasting = connection->settings->arena;
	struct people_attributes *names = arena_get(lasting, sizeof(*names));
	struct strings *const lists[] = {&names->name, &names->mail, &names->login, &names->role,
		&names->deputy, &names->manager, &names->absent_from, &names->absent_until,
		&names->absence};

	*names = person_attribute_names(connection);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const char **items = arena_get(lasting, lists[i]->count * sizeof(*items));

		for (size_t j = 0; j < lists[i]->count; j++)
			items[j] = connection_attribute(connection, lists[i]->items[j]);
		lists[i]->items = items;
	}
	connection->schema.names = names;
}

/* Those that have their default. */
static void find_missing(const struct check_ctx *ctx)
{
	const struct people_attributes names = person_attribute_names(ctx->connection),
				       *usual = &ctx->connection->dialect->attributes;
	struct server_schema *schema = &ctx->connection->schema;
	const struct {
		const struct strings *in_force, *usual;
		bool *is_missing;
	} keys[] = {
		{&names.role, &usual->role, &schema->lacks_role},
		{&names.deputy, &usual->deputy, &schema->lacks_deputy},
		{&names.absent_from, &usual->absent_from, &schema->lacks_absent_from},
		{&names.absent_until, &usual->absent_until, &schema->lacks_absent_until},
		{&names.absence, &usual->absence, &schema->lacks_absence},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		*keys[i].is_missing = keys[i].in_force->items == keys[i].usual->items &&
			!is_known(ctx, keys[i].usual->items[0]);
}

static void choose_mailboxes(const struct check_ctx *ctx)
{
	const struct dialect *dialect = ctx->connection->dialect;
	const char *own = ctx->connection->settings->people.mailboxes;
	struct server_schema *schema = &ctx->connection->schema;

	if (own)
		schema->mailboxes = *own ? own : NULL;
	else if (dialect->mailboxes && is_known(ctx, dialect->mailboxes_attribute))
		schema->mailboxes = dialect->mailboxes;
}

/* All that is asked of AD: what is named, the defaults, and one that each schema has. */
static const char **names_to_ask(const struct check_ctx *ctx, size_t *count)
{
	const struct settings *settings = ctx->connection->settings;
	const struct dialect *dialect = ctx->connection->dialect;
	const struct people_attributes *usual = &dialect->attributes;
	const char *const others[] = {"objectClass", usual->role.items[0], usual->deputy.items[0],
		usual->absent_from.items[0], usual->absent_until.items[0], usual->absence.items[0],
		dialect->mailboxes_attribute};
	size_t other_count = sizeof(others) / sizeof(others[0]) - !dialect->mailboxes_attribute;
	const char **names = arena_get(ctx->arena,
		(settings->named_attribute_count + other_count) * sizeof(*names));

	for (*count = 0; *count < settings->named_attribute_count; (*count)++)
		names[*count] = settings->named_attributes[*count].name;
	for (size_t i = 0; i < other_count; i++)
		names[(*count)++] = others[i];
	return names;
}

static enum error_kind read_schema(struct check_ctx *ctx, struct error *err)
{
	struct server_schema *schema = &ctx->connection->schema;
	struct error unread = ERROR_INIT;
	size_t count;
	const char **names = names_to_ask(ctx, &count);
	enum error_kind kind = schema_read(ctx->connection, names, count, take_attribute, ctx,
		&ctx->entries_base, &unread);

	*schema = (struct server_schema){.is_asked = true};
	if (kind == ERROR_LOST) {
		schema->is_asked = false;
		error_set(err, kind, "%s", unread.text.text);
	} else {
		schema->is_unread = !is_known(ctx, "objectClass");
		choose_mailboxes(ctx);
		kind = ERROR_NONE;
	}
	if (kind == ERROR_NONE && !schema->is_unread) {
		find_missing(ctx);
		kind = check_named(ctx, err);
		if (ctx->connection->schema.alias_count > 0)
			name_without_aliases(ctx);
		schema->is_asked = kind == ERROR_NONE;
	}
	error_release(&unread);
	return kind;
}

enum error_kind attribute_check(struct connection *connection, struct findings *findings,
	struct error *err)
{
	struct check_ctx ctx = {.connection = connection, .arena = arena_new()};
	enum error_kind kind = ERROR_NONE;

	ctx.known = table_new(ctx.arena);
	if (!connection->schema.is_asked)
		kind = read_schema(&ctx, err);
	if (kind == ERROR_NONE && connection->schema.is_unread)
		findings_add(findings, FINDING_WARNING, connection->url,
			_("the schema cannot be read, so a misspelt attribute in the settings would "
			  "not be noticed; let this account read it"));
	arena_free(ctx.arena);
	return kind;
}

static void warn_missing(const struct connection *connection, struct findings *findings,
	const char *key, const struct strings *usual, const char *effect)
{
	findings_add(findings, FINDING_WARNING, connection->settings->file,
		_("people.attributes.%s is not given, and the directory's schema has no %s: %s; name "
		  "another attribute, or add postvagt's schema (ldif/)"),
		key, usual->items[0], effect);
}

void attribute_check_defaults(const struct connection *connection, struct findings *findings)
{
	const struct server_schema *schema = &connection->schema;
	const struct people_attributes *usual = &connection->dialect->attributes;
	bool has_no_pair = schema->lacks_absent_from && schema->lacks_absent_until;

	if (schema->lacks_role)
		warn_missing(connection, findings, "role", &usual->role, _("nobody holds a role"));
	if (schema->lacks_deputy)
		warn_missing(connection, findings, "deputy", &usual->deputy,
			_("the directory names no deputies"));
	if (schema->lacks_absence && has_no_pair)
		warn_missing(connection, findings, "absence", &usual->absence,
			_("the directory names no absences"));
}
