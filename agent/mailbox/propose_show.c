/* Proposals as YAML and as JSON: part of propose.h. */
#include <jansson.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "mailbox/mailbox.h"
#include "mailbox/propose.h"
#include "model/mapping.h"
#include "report/text/json.h"

/* Whom a new route asks for: whom the route "*" does, or else the first; NULL: there is no route. */
static const struct block *find_asked(const struct mapping *mapping)
{
	const struct route *rest = mapping_route(mapping, "*");

	if (rest)
		return rest->ordinary;
	return mapping->route_count > 0 ? mapping->routes[0].ordinary : NULL;
}

/* A text without its brackets, as a title. */
static void add_title(struct strbuf *out, const char *text)
{
	size_t length = strlen(text);

	while (length > 0 && strchr("[]", text[length - 1]))
		length--;
	while (length > 0 && *text == '[') {
		text++;
		length--;
	}
	strbuf_add(out, text, length);
}

/* "[Nyt system]: 12 mails, the last 3 December 2026". */
static void add_seen(struct strbuf *out, const struct proposed_tag *tag)
{
	struct strbuf safe = STRBUF_INIT, day = STRBUF_INIT;

	strbuf_add_safe(&safe, tag->text);
	moment_add_human_day(&day, tag->last);
	strbuf_addf(out, _("%s: %zu mails, the last %s"), safe.text, tag->count, day.text);
	strbuf_release(&safe);
	strbuf_release(&day);
}

static void add_tags(struct strbuf *out, const struct proposed_tags *tags)
{
	for (size_t i = 0; i < tags->count; i++) {
		const struct proposed_tag *tag = &tags->items[i];
		struct strbuf title = STRBUF_INIT;

		if (!tag->id)
			continue;
		strbuf_adds(out, "  # ");
		add_seen(out, tag);
		strbuf_adds(out, "\n  - id: ");
		quote_yaml_word(out, tag->id);
		strbuf_adds(out, "\n    subject: [");
		quote_yaml(out, tag->text);
		strbuf_adds(out, "]\n    title: {da: ");
		add_title(&title, tag->text);
		quote_yaml(out, title.text);
		strbuf_adds(out, "}\n");
		strbuf_release(&title);
	}
}

/* "roles: [a, b]" of texts; nothing where there are none. */
static void add_asked(struct strbuf *out, const char *key, size_t count,
	const char *(*text_of)(const struct block *, size_t), const struct block *block)
{
	if (count == 0)
		return;
	strbuf_addf(out, "%s%s: [", out->length > 0 ? ", " : "", key);
	for (size_t i = 0; i < count; i++) {
		strbuf_adds(out, i > 0 ? ", " : "");
		quote_yaml(out, text_of(block, i));
	}
	strbuf_addc(out, ']');
}

static const char *role_at(const struct block *block, size_t i)
{
	return block->roles[i].text;
}

static const char *group_at(const struct block *block, size_t i)
{
	return block->groups[i].dn;
}

static const char *person_at(const struct block *block, size_t i)
{
	return block->people.items[i].text;
}

static void add_to(struct strbuf *out, const struct block *asked)
{
	struct strbuf to = STRBUF_INIT;

	if (asked) {
		add_asked(&to, "roles", asked->role_count, role_at, asked);
		add_asked(&to, "groups", asked->group_count, group_at, asked);
		add_asked(&to, "people", asked->people.count, person_at, asked);
	}
	strbuf_addf(out, "    to: {%s}\n", to.text);
	strbuf_release(&to);
}

static void add_routes(struct strbuf *out, const struct proposed_tags *tags,
	const struct block *asked)
{
	for (size_t i = 0; i < tags->count; i++) {
		const struct proposed_tag *tag = &tags->items[i];

		if (!tag->id)
			continue;
		strbuf_adds(out, "  - tag: ");
		quote_yaml_word(out, tag->id);
		strbuf_adds(out, "\n    list: ");
		quote_yaml(out, tag->list);
		strbuf_addc(out, '\n');
		add_to(out, asked);
	}
}

/* A tag with the spelling added, in comments. */
static void add_spelling(struct strbuf *out, const struct proposed_tag *tag)
{
	strbuf_adds(out, "#   - id: ");
	quote_yaml_word(out, tag->nearest->id);
	strbuf_adds(out, "\n#     subject: [");
	for (size_t i = 0; i < tag->nearest->subject_count; i++) {
		quote_yaml(out, tag->nearest->subjects[i]);
		strbuf_adds(out, ", ");
	}
	quote_yaml(out, tag->text);
	strbuf_adds(out, "]\n");
}

/* What somebody must decide: spellings of known tags, and marks that are no tags. */
static void add_comments(struct strbuf *out, const struct proposed_tags *tags)
{
	for (size_t i = 0; i < tags->count; i++) {
		const struct proposed_tag *tag = &tags->items[i];

		if (tag->id)
			continue;
		strbuf_adds(out, "# ");
		add_seen(out, tag);
		if (tag->is_mark) {
			strbuf_adds(out,
				tag->is_gateways
					? _(". Gateways put it in front of mail from outside; for postvagt.yaml, "
					    "under mailbox:\n")
					: _(". It is numbered, as tickets are; for postvagt.yaml, under "
					    "mailbox:\n"));
			strbuf_adds(out, "#   ignore: [");
			quote_yaml(out, tag->text);
			strbuf_adds(out, "]\n");
		} else {
			strbuf_adds(out, _(". If it means this tag, write in tags.yaml:\n"));
			add_spelling(out, tag);
		}
	}
}

void proposed_tags_add_yaml(struct strbuf *out, const struct proposed_tags *tags,
	const struct mailbox_look *look)
{
	struct strbuf proposed = STRBUF_INIT;

	if (tags->count == 0)
		strbuf_adds(out, _("# No tag that is unknown recurs.\n"));
	add_comments(out, tags);
	add_tags(&proposed, tags);
	if (proposed.length > 0) {
		strbuf_adds(out, _("# For tags.yaml. Ask KOMBIT what each tag is for.\n"));
		strbuf_addf(out, "tags:\n%s", proposed.text);
		strbuf_adds(out,
			_("# For routes.yaml. Each list must exist, with a mail address. Say who answers the tag.\n"));
		strbuf_adds(out, "routes:\n");
		add_routes(out, tags, find_asked(look->mapping));
	}
	strbuf_release(&proposed);
}

static json_t *asked_json(size_t count, const char *(*text_of)(const struct block *, size_t),
	const struct block *block)
{
	json_t *items = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(items, json_of_text(text_of(block, i)));
	return items;
}

static json_t *route_json(const struct proposed_tag *tag, const struct block *asked)
{
	json_t *to = json_object();

	if (asked && asked->role_count > 0)
		json_object_set_new(to, "roles", asked_json(asked->role_count, role_at, asked));
	if (asked && asked->group_count > 0)
		json_object_set_new(to, "groups", asked_json(asked->group_count, group_at, asked));
	if (asked && asked->people.count > 0)
		json_object_set_new(to, "people",
			asked_json(asked->people.count, person_at, asked));
	return json_pack("{s:o, s:o, s:o}", "tag", json_of_text(tag->id), "list",
		json_of_text(tag->list), "to", to);
}

void proposed_tags_add_json(struct strbuf *out, const struct proposed_tags *tags,
	const struct mailbox_look *look)
{
	const struct block *asked = find_asked(look->mapping);
	json_t *items = json_array(), *routes = json_array(), *ignore = json_array(),
	       *spellings = json_array();

	for (size_t i = 0; i < tags->count; i++) {
		const struct proposed_tag *tag = &tags->items[i];

		if (tag->is_mark)
			json_array_append_new(ignore,
				json_pack("{s:o, s:I}", "mark", json_of_text(tag->text), "count",
					(json_int_t)tag->count));
		else if (tag->nearest)
			json_array_append_new(spellings,
				json_pack("{s:o, s:o, s:I}", "subject", json_of_text(tag->text),
					"tag", json_of_text(tag->nearest->id), "count",
					(json_int_t)tag->count));
		else
			json_array_append_new(items,
				json_pack("{s:o, s:[o], s:I, s:o}", "id", json_of_text(tag->id),
					"subject", json_of_text(tag->text), "count",
					(json_int_t)tag->count, "last", json_of_moment(tag->last)));
		if (tag->id)
			json_array_append_new(routes, route_json(tag, asked));
	}
	json_add_text(out,
		json_pack("{s:o, s:o, s:o, s:o}", "tags", items, "routes", routes, "ignore", ignore,
			"spellings", spellings));
}
