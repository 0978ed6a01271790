/* The lines of routes.yaml that a change of the catalogue asks for. */
#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/hidden.h"
#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"
#include "readiness/tag_changes.h"

#define INDENT_MAX 16
#define INDENT     2 /* where the file does not tell */

/* What a new route is made from. */
struct tag_draft {
	struct arena *arena;
	const struct mapping *mapping;
	const struct block *model; /* whose people and whose place it takes */
	const char *name;          /* of its list: the value of the first RDN */
	size_t indent;
};

static bool is_word_byte(char c)
{
	return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') ||
		((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Where the "-" of the file's routes stands: in front of the route's first key, whose place is known. */
static size_t indent_of(const struct mapping *mapping)
{
	size_t column = mapping->route_count > 0 ? mapping->routes[0].mark.column : 0;
	size_t before = strlen("- ") + 1;

	return column >= before && column - before <= INDENT_MAX ? column - before : INDENT;
}

/* How many bytes two names begin with alike, up to and with their last "-" and the blanks behind it. */
static size_t shared_length(const char *a, const char *b)
{
	size_t length = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++) {
		if (a[i] == '-' || (a[i] == ' ' && length > 0 && length == i))
			length = i + 1;
	}
	return length;
}

/* What the names of all lists begin with ("Infra-"); one that has no "-" tells nothing. */
static const char *prefix_of(struct tag_draft *draft)
{
	const char *prefix = NULL;

	for (size_t i = 0; i < draft->mapping->route_count; i++) {
		const struct block *block = draft->mapping->routes[i].ordinary;
		const char *name = dn_leaf(draft->arena, block->list);

		if (strchr(name, '-'))
			prefix = arena_bytes(draft->arena, name,
				shared_length(name, prefix ? prefix : name));
	}
	return prefix ? prefix : "";
}

/* The tag's id as a name, with nothing in it that a DN would have to escape, or that does not show. */
static void add_name(struct strbuf *out, const char *id)
{
	size_t start = out->length, left = strlen(id), length;
	uint32_t c;

	for (; left > 0; id += length, left -= length) {
		length = hidden_next(&c, id, left);
		if (length > 0 && is_word_byte(*id) && !hidden_character(c))
			strbuf_add(out, id, length);
		else
			strbuf_addc(out, '-');
		length = length > 0 ? length : 1;
	}
	if (out->text[start] >= 'a' && out->text[start] <= 'z')
		out->text[start] = (char)(out->text[start] - 'a' + 'A');
}

static bool is_taken(const struct mapping *mapping, const char *key)
{
	for (size_t i = 0; key && i < mapping->block_count; i++) {
		if (mapping->blocks[i].list_key && strcmp(mapping->blocks[i].list_key, key) == 0)
			return true;
	}
	return false;
}

/* The DN of an entry beside another, by a name that needs no escape; the rest as it is written. */
static const char *dn_of(struct tag_draft *draft, const char *name)
{
	const char *dn = draft->model->list, *comma = dn;

	for (; *comma && *comma != ','; comma++) {
		if (*comma == '\\' && comma[1])
			comma++;
	}
	return arena_format(draft->arena, "%.*s=%s%s", (int)strcspn(dn, "="), dn, name, comma);
}

/* A name for the new list that no other has. */
static void name_list(struct tag_draft *draft, const struct tag *tag)
{
	struct strbuf name = STRBUF_INIT;

	strbuf_adds(&name, prefix_of(draft));
	add_name(&name, tag->id);
	while (is_taken(draft->mapping, dn_key(draft->arena, dn_of(draft, name.text))))
		strbuf_adds(&name, "-2");
	draft->name = strbuf_to_arena(&name, draft->arena);
}

/* The same, as an address in the domain of the model's; nothing where that would not be ASCII. */
static void add_address(struct strbuf *out, const struct tag_draft *draft)
{
	const char *domain = draft->model->address ? strchr(draft->model->address, '@') : NULL;
	struct strbuf address = STRBUF_INIT;

	for (const char *at = draft->name; domain && *at; at++) {
		if ((unsigned char)*at >= 0x80)
			domain = NULL;
	}
	if (!domain)
		return;
	strbuf_pad(out, 0, draft->indent + 2);
	strbuf_adds(out, "address: ");
	for (const char *at = draft->name; *at; at++)
		strbuf_addc(&address, (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at));
	strbuf_adds(&address, domain);
	quote_yaml_word(out, address.text);
	strbuf_addc(out, '\n');
	strbuf_release(&address);
}

/* "roles: [" before the first of a list, ", " before the others. */
static void open_item(struct strbuf *out, const char *key, size_t index, bool is_first_key)
{
	if (index > 0)
		strbuf_adds(out, ", ");
	else
		strbuf_addf(out, "%s%s: [", is_first_key ? "" : ", ", key);
}

static void add_people(struct strbuf *out, const struct tag_draft *draft)
{
	const struct block *model = draft->model;
	size_t roles = model->role_count, groups = model->group_count;

	strbuf_pad(out, 0, draft->indent + 2);
	strbuf_adds(out, "to: {");
	for (size_t i = 0; i < roles; i++) {
		open_item(out, "roles", i, true);
		quote_yaml_word(out, model->roles[i].text);
	}
	strbuf_adds(out, roles ? "]" : "");
	for (size_t i = 0; i < groups; i++) {
		open_item(out, "groups", i, !roles);
		quote_yaml(out, model->groups[i].dn);
	}
	strbuf_adds(out, groups ? "]" : "");
	for (size_t i = 0; i < model->people.count; i++) {
		open_item(out, "people", i, !roles && !groups);
		quote_yaml_word(out, model->people.items[i].text);
	}
	strbuf_adds(out, model->people.count ? "]}\n" : "}\n");
}

/* Whose people and whose place a new route takes; NULL: there is none. */
static const struct block *model_of(const struct mapping *mapping)
{
	const struct route *route = mapping_route(mapping, "*");

	if (!route && mapping->route_count > 0)
		route = &mapping->routes[0];
	return route ? route->ordinary : NULL;
}

static void add_tag(struct strbuf *out, size_t indent, const char *id)
{
	strbuf_pad(out, 0, indent);
	strbuf_adds(out, "- tag: ");
	quote_yaml_word(out, id);
	strbuf_addc(out, '\n');
}

/* Whether each of a route's tags is on a line of its own, behind a "-". */
static bool is_block_style(const struct route *route)
{
	for (size_t i = 1; i < route->tag_count; i++) {
		if (route->tags[i].mark.line == route->tags[i - 1].mark.line ||
			route->tags[i].mark.column != route->tags[0].mark.column)
			return false;
	}
	return route->tags[0].mark.column > strlen("- ");
}

/* The line of a tag among several, changed to `id`, or without it where that is NULL. */
static void add_tags(struct strbuf *out, size_t indent, const struct tag_change *change,
	const char *id)
{
	const struct route *route = change->route;
	struct strbuf tags = STRBUF_INIT;

	if (is_block_style(route)) {
		if (id) {
			strbuf_pad(out, 0, change->names->mark.column - 1 - strlen("- "));
			strbuf_adds(out, "- ");
			quote_yaml_word(out, id);
			strbuf_addc(out, '\n');
		}
		return;
	}
	for (size_t i = 0; i < route->tag_count; i++) {
		const char *kept = &route->tags[i] == change->names ? id : route->tags[i].id;

		if (kept) {
			strbuf_adds(&tags, tags.length > 0 ? ", " : "");
			quote_yaml_word(&tags, kept);
		}
	}
	strbuf_pad(out, 0, indent);
	strbuf_addf(out, "- tag: [%s]\n", tags.text);
	strbuf_release(&tags);
}

static void add_new(struct strbuf *out, const struct tag *tag, const struct mapping *mapping)
{
	struct tag_draft draft = {.arena = arena_new(),
		.mapping = mapping,
		.model = model_of(mapping),
		.indent = indent_of(mapping)};

	add_tag(out, draft.indent, tag->id);
	if (draft.model) {
		name_list(&draft, tag);
		strbuf_pad(out, 0, draft.indent + 2);
		strbuf_adds(out, "list: ");
		quote_yaml_line(out, dn_of(&draft, draft.name));
		strbuf_addc(out, '\n');
		add_address(out, &draft);
		add_people(out, &draft);
	} else {
		strbuf_pad(out, 0, draft.indent + 2);
		strbuf_addf(out, "list:  # %s\n", _("the DN of its list"));
		strbuf_pad(out, 0, draft.indent + 2);
		strbuf_addf(out, "to: {roles: []}  # %s\n", _("who answers it"));
	}
	arena_free(draft.arena);
}

/* A line of its own: a text of the file must not end it. */
static void add_comment(struct strbuf *out, const char *text)
{
	strbuf_adds(out, "# ");
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

static void add_reason(struct strbuf *out, const struct tag_change *change)
{
	const char *route = change->names ? change->names->id : NULL;
	size_t line = change->names ? change->names->mark.line : 0;
	bool is_one_of_several = change->route && change->route->tag_count > 1;
	struct strbuf text = STRBUF_INIT;

	switch (change->kind) {
	case TAG_NEW:
		strbuf_addf(&text, _("new: %s"), change->tag->title.in[language_get()]);
		break;
	case TAG_RENAMED:
		strbuf_addf(&text, _("line %zu: the catalogue has no %s; it has %s"), line, route,
			change->tag->id);
		break;
	case TAG_UNKNOWN:
		strbuf_addf(&text,
			is_one_of_several
				? _("line %zu: the catalogue has no %s, and none like it; the tag "
				    "may go from its list, if no such mail comes any more")
				: _("line %zu: the catalogue has no %s, and none like it; the "
				    "route may go, if no such mail comes any more"),
			line, route);
		break;
	case TAG_RETIRED:
		strbuf_addf(&text,
			is_one_of_several ? _("line %zu: %s is retired; the tag may go from its "
					      "list, when no such mail comes any more")
					  : _("line %zu: %s is retired; the route may go, when no "
					      "such mail comes any more"),
			line, route);
		break;
	}
	add_comment(out, text.text);
	strbuf_release(&text);
}

void tag_change_add_lines(struct strbuf *out, const struct tag_change *change,
	const struct mapping *mapping)
{
	add_reason(out, change);
	if (change->kind == TAG_NEW)
		add_new(out, change->tag, mapping);
	else if (change->route->tag_count > 1)
		add_tags(out, indent_of(mapping), change,
			change->kind == TAG_RENAMED ? change->tag->id : NULL);
	else if (change->kind == TAG_RENAMED)
		add_tag(out, indent_of(mapping), change->tag->id);
}
