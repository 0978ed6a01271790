#include "notices/notice_json.h"

#include <jansson.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/json_value.h"
#include "base/text/strbuf.h"
#include "mail/smtp/mime.h"
#include "notices/notice.h"

#define FORM      1
#define PARTS_MAX 10000
#define NAMES_MAX 10000

static const char *const changes[] = {"joins", "returns", "relieved", "stays", "will-stand-in",
	"uncovered", "gap", "not-needed", "covered"};
static const char *const ways[] = {"own", "stands-in", "fills-up", "told"};
static const char *const gaps[] = {"no-stand-in", "too-few", "nobody"};

static void put_text(json_t *object, const char *key, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	if (text) {
		strbuf_add_safe(&safe, text);
		json_object_set_new(object, key, json_string(safe.text));
	}
	strbuf_release(&safe);
}

static void put_names(json_t *object, const char *key, const struct strings *names)
{
	json_t *list = json_array();

	for (size_t i = 0; i < names->count; i++) {
		struct strbuf safe = STRBUF_INIT;

		strbuf_add_safe(&safe, names->items[i]);
		json_array_append_new(list, json_string(safe.text));
		strbuf_release(&safe);
	}
	json_object_set_new(object, key, list);
}

static void put_behalf(json_t *object, const struct notice_part *part)
{
	json_t *list = json_array();

	for (size_t i = 0; i < part->behalf_count; i++) {
		json_t *behalf = json_object();

		put_text(behalf, "name", part->behalf[i].name);
		json_put_moment(behalf, "until", part->behalf[i].until, MOMENT_EARLIEST);
		json_array_append_new(list, behalf);
	}
	json_object_set_new(object, "behalf", list);
}

static json_t *part_json(const struct notice_part *part)
{
	json_t *object = json_object();

	put_text(object, "change", changes[part->change]);
	put_text(object, "tag", part->tag);
	if (part->tags.count > 1)
		put_names(object, "tags", &(struct strings){part->tags.items, part->tags.count});
	put_text(object, "kind", block_kind_name(part->kind));
	put_text(object, "list", part->list_key);
	put_text(object, "member", part->member_key);
	put_text(object, "way", ways[part->way]);
	put_text(object, "why", part->why);
	json_object_set_new(object, "gets_critical", json_boolean(part->gets_critical));
	put_names(object, "roles", &part->roles);
	put_names(object, "groups", &part->groups);
	put_behalf(object, part);
	put_names(object, "others", &part->others);
	json_object_set_new(object, "more_others", json_integer((json_int_t)part->more_others));
	put_names(object, "covered", &part->covered);
	if (part->change >= NOTICE_WILL_STAND_IN) {
		json_put_moment(object, "from", part->from, MOMENT_EARLIEST);
		put_text(object, "whom", part->whom);
		if (part->change == NOTICE_GAP)
			put_text(object, "gap", gaps[part->gap]);
	}
	return object;
}

void notice_json_add(struct strbuf *out, const struct notice *notice)
{
	json_t *root = json_object(), *parts = json_array();

	json_object_set_new(root, "form", json_integer(FORM));
	put_text(root, "person", notice->identity);
	put_text(root, "name", notice->name);
	put_text(root, "mail", notice->mail);
	put_text(root, "reply_to", notice->reply_to);
	put_text(root, "run", notice->run);
	json_put_moment(root, "made", notice->made, MOMENT_EARLIEST);
	json_object_set_new(root, "tries", json_integer(notice->tries));
	if (notice->deferred)
		json_put_moment(root, "deferred", notice->deferred, MOMENT_EARLIEST);
	json_put_moment(root, "next", notice->next, MOMENT_EARLIEST);
	for (size_t i = 0; i < notice->count; i++)
		json_array_append_new(parts, part_json(&notice->parts[i]));
	json_object_set_new(root, "parts", parts);
	if (notice->left_out > 0)
		json_object_set_new(root, "left_out", json_integer((json_int_t)notice->left_out));
	if (notice->warnings.count > 0) {
		put_text(root, "feeds", notice->feeds);
		put_names(root, "warnings", &notice->warnings);
	}
	json_add_line(out, root);
	json_decref(root);
}

static bool read_names(struct strings *names, const json_t *list, struct arena *arena)
{
	size_t count = json_array_size(list);

	if (count > NAMES_MAX)
		return false;
	names->items = arena_get(arena, count * sizeof(*names->items));
	for (size_t i = 0; i < count; i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (name)
			names->items[names->count++] = arena_string(arena, name);
	}
	return true;
}

static bool read_behalf(struct notice_part *part, const json_t *list, struct arena *arena)
{
	size_t count = json_array_size(list);

	if (count > NAMES_MAX)
		return false;
	part->behalf = arena_get(arena, count * sizeof(*part->behalf));
	for (size_t i = 0; i < count; i++) {
		const json_t *object = json_array_get(list, i);
		const char *name = json_text_at(object, "name", arena);

		if (name)
			part->behalf[part->behalf_count++] = (struct behalf){
				name, json_moment_at(object, "until", MOMENT_EARLIEST)};
	}
	return true;
}

static bool read_kind(struct notice_part *part, const json_t *object)
{
	const char *kind = json_string_value(json_object_get(object, "kind"));

	part->kind = BLOCK_ORDINARY;
	if (kind && strcmp(kind, block_kind_name(BLOCK_CRITICAL)) == 0)
		part->kind = BLOCK_CRITICAL;
	return kind != NULL;
}

/* The tags: "tags", the first of which is `tag`, where several share the list; else `tag`. */
static void read_tags(struct notice_part *part, const json_t *list, struct arena *arena)
{
	struct strings names = {0};

	if (!read_names(&names, list, arena) || names.count == 0 || !part->tag ||
		strcmp(names.items[0], part->tag) != 0) {
		names.items = arena_get(arena, sizeof(*names.items));
		names.items[0] = part->tag;
		names.count = 1;
	}
	part->tags = (struct tag_ids){names.items, names.count};
}

/* What is ahead begins at some time; all else has no such keys. */
static bool read_ahead(struct notice_part *part, const json_t *object, struct arena *arena)
{
	size_t gap = json_word_at(object, "gap", gaps, COUNT(gaps));

	if (part->change < NOTICE_WILL_STAND_IN)
		return true;
	part->from = json_moment_at(object, "from", MOMENT_EARLIEST);
	part->whom = json_text_at(object, "whom", arena);
	part->gap = gap < COUNT(gaps) ? (enum gap_kind)gap : GAP_NO_STAND_IN;
	return part->from != MOMENT_EARLIEST && (part->change != NOTICE_GAP || gap < COUNT(gaps));
}

static bool read_part(struct notice_part *part, const json_t *object, struct arena *arena)
{
	size_t change = json_word_at(object, "change", changes, COUNT(changes));
	size_t way = json_word_at(object, "way", ways, COUNT(ways));

	if (change == COUNT(changes) || way == COUNT(ways))
		return false;
	part->change = (enum notice_change)change;
	part->way = (enum notice_way)way;
	part->tag = json_text_at(object, "tag", arena);
	read_tags(part, json_object_get(object, "tags"), arena);
	part->list_key = json_text_at(object, "list", arena);
	part->member_key = json_text_at(object, "member", arena);
	part->why = json_text_at(object, "why", arena);
	part->gets_critical = json_is_true(json_object_get(object, "gets_critical"));
	part->more_others = (size_t)json_integer_value(json_object_get(object, "more_others"));
	return part->tag && part->list_key && part->member_key && read_kind(part, object) &&
		read_behalf(part, json_object_get(object, "behalf"), arena) &&
		read_names(&part->roles, json_object_get(object, "roles"), arena) &&
		read_names(&part->groups, json_object_get(object, "groups"), arena) &&
		read_names(&part->others, json_object_get(object, "others"), arena) &&
		read_names(&part->covered, json_object_get(object, "covered"), arena) &&
		(part->change != NOTICE_RETURNS || part->covered.count > 0) &&
		read_ahead(part, object, arena);
}

static bool read_parts(struct notice *notice, const json_t *list, struct arena *arena)
{
	size_t count = json_array_size(list);

	if (count > PARTS_MAX)
		return false;
	notice->parts = arena_get(arena, count * sizeof(*notice->parts));
	for (notice->count = 0; notice->count < count; notice->count++) {
		if (!read_part(&notice->parts[notice->count], json_array_get(list, notice->count),
			    arena) ||
			(notice->parts[notice->count].change >= NOTICE_WILL_STAND_IN) !=
				(notice->parts[0].change >= NOTICE_WILL_STAND_IN))
			return false;
	}
	return true;
}

/* It says something: parts or warnings, and not both. */
static bool read_news(struct notice *notice, const json_t *root, struct arena *arena)
{
	if (!read_parts(notice, json_object_get(root, "parts"), arena) ||
		!read_names(&notice->warnings, json_object_get(root, "warnings"), arena))
		return false;
	notice->feeds = json_text_at(root, "feeds", arena);
	notice->left_out = (size_t)json_integer_value(json_object_get(root, "left_out"));
	return (notice->count > 0) != (notice->warnings.count > 0) &&
		(notice->warnings.count > 0) == (notice->feeds != NULL);
}

static bool read_notice(struct notice *notice, const json_t *root, struct arena *arena)
{
	json_int_t tries = json_integer_value(json_object_get(root, "tries"));

	*notice = (struct notice){
		.identity = json_text_at(root, "person", arena),
		.name = json_text_at(root, "name", arena),
		.mail = json_text_at(root, "mail", arena),
		.reply_to = json_text_at(root, "reply_to", arena),
		.run = json_text_at(root, "run", arena),
		.made = json_moment_at(root, "made", MOMENT_EARLIEST),
		.tries = tries > 0 && tries < 1000000 ? (unsigned int)tries : 0,
		.deferred = json_moment_at(root, "deferred", 0),
		.next = json_moment_at(root, "next", MOMENT_EARLIEST),
	};
	return json_integer_value(json_object_get(root, "form")) == FORM && notice->identity &&
		notice->name && notice->mail && mime_is_address(notice->mail) && notice->run &&
		(!notice->reply_to || mime_is_address(notice->reply_to)) &&
		notice->made != MOMENT_EARLIEST && read_news(notice, root, arena);
}

bool notice_json_read(struct notice *notice, const char *text, size_t length, struct arena *arena)
{
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	bool is_one = read_notice(notice, root, arena);

	json_decref(root);
	return is_one;
}
