#include "readiness/catalogue.h"

#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"
#include "readiness/tag_changes.h"
#include "report/text/json.h"

/* Whatever stands in the files, a terminal gets text and ends of lines. */
static void add_lines(struct strbuf *out, struct strbuf *lines)
{
	for (char *line = lines->text, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		strbuf_add_safe(out, line);
		strbuf_addc(out, '\n');
	}
}

/* So many new tags are shown: KOMBIT adds one at a time. */
#define NEW_TAGS_MAX 3

static size_t count_new(const struct tag_changes *changes)
{
	size_t count = 0;

	for (size_t i = 0; i < changes->count; i++)
		count += changes->items[i].kind == TAG_NEW;
	return count;
}

void catalogue_add_text(struct strbuf *out, const struct tag_changes *changes,
	const struct mapping *mapping, const char *routes_file, bool all)
{
	struct strbuf file = STRBUF_INIT, lines = STRBUF_INIT;
	size_t new_tags = count_new(changes);
	bool shows_new = all || new_tags <= NEW_TAGS_MAX;

	strbuf_add_safe(&file, routes_file);
	if (!shows_new)
		strbuf_addf(out,
			_("\n%zu tags of the catalogue have no route in %s; check -v shows a route for "
			  "each, to be pasted.\n"),
			new_tags, file.text);
	if (changes->count > (shows_new ? 0 : new_tags))
		strbuf_addf(out,
			_("\nThe catalogue and %s do not go together. What to write there:\n"),
			file.text);
	for (size_t i = 0; i < changes->count; i++) {
		if (changes->items[i].kind == TAG_NEW && !shows_new)
			continue;
		strbuf_reset(&lines);
		tag_change_add_lines(&lines, &changes->items[i], mapping);
		strbuf_addc(out, '\n');
		add_lines(out, &lines);
	}
	strbuf_release(&file);
	strbuf_release(&lines);
}

static json_t *change_json(const struct tag_change *change, const struct mapping *mapping)
{
	const struct route_tag *route = change->names;
	struct strbuf lines = STRBUF_INIT;
	json_t *result;

	tag_change_add_lines(&lines, change, mapping);
	result = json_pack("{s:s, s:o, s:o, s:o, s:o}", "change", tag_change_name(change->kind),
		"tag", change->tag ? json_of_text(change->tag->id) : json_null(), "route",
		route ? json_of_text(route->id) : json_null(), "line",
		route ? json_integer((json_int_t)route->mark.line) : json_null(), "lines",
		json_of_text(lines.text));
	strbuf_release(&lines);
	return result;
}

json_t *catalogue_json(const struct tag_changes *changes, const struct mapping *mapping)
{
	json_t *result = json_array();

	for (size_t i = 0; i < changes->count; i++)
		json_array_append_new(result, change_json(&changes->items[i], mapping));
	return result;
}
