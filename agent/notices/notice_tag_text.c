#include "notices/notice_tag_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"
#include "notices/notice.h"

void notice_add_title(struct strbuf *out, const struct mapping *mapping, const char *id)
{
	const struct tag *tag = mapping_tag(mapping, id);
	const char *title = tag ? texts_in_language(&tag->title) : NULL;

	if (strcmp(id, "*") == 0)
		strbuf_adds(out, _("mail on everything else"));
	else
		strbuf_add_safe(out, title ? title : id);
}

static void add_names(struct strbuf *out, const struct strings *names)
{
	for (size_t i = 0; i < names->count; i++) {
		if (i > 0)
			strbuf_adds(out, ", ");
		strbuf_add_safe(out, names->items[i]);
	}
}

static void add_until(struct strbuf *out, moment until)
{
	if (until == MOMENT_EARLIEST)
		strbuf_adds(out, _("who cannot be reached by mail"));
	else
		moment_add_away(out, until);
}

static void add_behalf(struct strbuf *out, const struct notice_part *part)
{
	struct strbuf whom = STRBUF_INIT;

	for (size_t i = 0; i < part->behalf_count; i++) {
		strbuf_reset(&whom);
		strbuf_add_safe(&whom, part->behalf[i].name);
		strbuf_adds(&whom, ", ");
		add_until(&whom, part->behalf[i].until);
		strbuf_add_item(out, "; ", "");
		strbuf_addf(out, _("you stand in for %s"), whom.text);
	}
	strbuf_release(&whom);
}

/* Groups are named as the directory does. */
static void add_group_names(struct strbuf *out, const struct strings *groups)
{
	struct arena *arena = arena_new();
	struct strings names = {.items = arena_get(arena, groups->count * sizeof(*names.items))};

	for (; names.count < groups->count; names.count++)
		names.items[names.count] = dn_leaf(arena, groups->items[names.count]);
	add_names(out, &names);
	arena_free(arena);
}

static void add_own(struct strbuf *out, const struct notice_part *part)
{
	struct strbuf names = STRBUF_INIT;

	if (part->roles.count > 0) {
		add_names(&names, &part->roles);
		strbuf_addf(out, _("you hold the role %s"), names.text);
	} else if (part->groups.count > 0) {
		add_group_names(&names, &part->groups);
		strbuf_addf(out, _("you are in the group %s"), names.text);
	} else {
		strbuf_adds(out, _("you are named for this mail"));
	}
	strbuf_release(&names);
}

static void add_why(struct strbuf *out, const struct notice_part *part)
{
	if (part->way == NOTICE_OWN)
		add_own(out, part);
	else if (part->way == NOTICE_FILLS_UP)
		strbuf_adds(out, _("too few others are there just now, and you are a deputy"));
	else if (part->way == NOTICE_TOLD && part->why)
		strbuf_add_safe(out, part->why);
	add_behalf(out, part);
}

void notice_add_line(struct strbuf *out, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_addf(out, "  %s: ", label);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

/* Why, for both lists once where it is the same. */
static void add_whys(struct strbuf *out, const struct tag_parts *parts)
{
	struct strbuf ordinary = STRBUF_INIT, critical = STRBUF_INIT;

	if (parts->ordinary)
		add_why(&ordinary, parts->ordinary);
	if (parts->critical)
		add_why(&critical, parts->critical);
	notice_add_line(out, _("Why"), ordinary.text);
	if (!parts->ordinary)
		notice_add_line(out, _("Why"), critical.text);
	else if (parts->critical && strcmp(ordinary.text, critical.text) != 0)
		notice_add_line(out, _("Why, for high priority"), critical.text);
	strbuf_release(&ordinary);
	strbuf_release(&critical);
}

/* What is expected at a tag's mail, or at that of high priority; NULL: the catalogue does not say. */
static const char *expectation_of(const struct tag_parts *parts, size_t i, bool critical)
{
	const struct tag *tag = mapping_tag(parts->mapping, parts->tags->items[i]);

	if (!tag)
		return NULL;
	return texts_in_language(critical ? &tag->critical_expectation : &tag->expectation);
}

static bool is_same_expectation(const struct tag_parts *parts, size_t i, size_t j, bool critical)
{
	const char *a = expectation_of(parts, i, critical), *b = expectation_of(parts, j, critical);

	return a == b || (a && b && strcmp(a, b) == 0);
}

/* "  Expected of you: …"; of tags that differ in it a line each, with the titles it is about. */
static void add_expected(struct strbuf *out, const struct tag_parts *parts, const char *label,
	bool critical)
{
	size_t count = parts->tags->count;
	bool differ = false;

	for (size_t i = 1; i < count; i++)
		differ = differ || !is_same_expectation(parts, 0, i, critical);
	for (size_t i = 0; i < (differ ? count : 1); i++) {
		struct strbuf about = STRBUF_INIT;
		bool is_said = false;

		for (size_t j = 0; j < i; j++)
			is_said = is_said || is_same_expectation(parts, i, j, critical);
		strbuf_adds(&about, label);
		for (size_t j = i; differ && j < count; j++) {
			if (!is_same_expectation(parts, i, j, critical))
				continue;
			strbuf_adds(&about, ", ");
			notice_add_title(&about, parts->mapping, parts->tags->items[j]);
		}
		if (!is_said)
			notice_add_line(out, about.text, expectation_of(parts, i, critical));
		strbuf_release(&about);
	}
}

static void add_expectations(struct strbuf *out, const struct tag_parts *parts)
{
	if (!parts->ordinary)
		strbuf_addf(out, "  %s\n", _("You get mail of high priority (\"!\") only."));
	if (parts->ordinary)
		add_expected(out, parts, _("Expected of you"), false);
	if (parts->ordinary && !parts->critical && !parts->ordinary->gets_critical)
		strbuf_addf(out, "  %s\n", _("Mail of high priority (\"!\") goes to others."));
	else
		add_expected(out, parts, _("Expected at high priority (\"!\")"), true);
}

static void add_others_of(struct strbuf *out, const struct notice_part *part)
{
	add_names(out, &part->others);
	if (part->more_others > 0)
		strbuf_addf(out, _(" and %zu more"), part->more_others);
	if (part->others.count == 0)
		strbuf_adds(out, _("nobody; you are the only one"));
}

static void add_others(struct strbuf *out, const struct tag_parts *parts)
{
	struct strbuf ordinary = STRBUF_INIT, critical = STRBUF_INIT;

	if (parts->ordinary)
		add_others_of(&ordinary, parts->ordinary);
	if (parts->critical)
		add_others_of(&critical, parts->critical);
	notice_add_line(out, _("Others who get it"), ordinary.text);
	if (strcmp(ordinary.text, critical.text) != 0)
		notice_add_line(out, _("Others who get it at high priority"), critical.text);
	strbuf_release(&ordinary);
	strbuf_release(&critical);
}

/* Who covered on either list. */
static void add_covered(struct strbuf *out, const struct tag_parts *parts)
{
	struct strbuf ordinary = STRBUF_INIT, critical = STRBUF_INIT;

	if (parts->ordinary)
		add_names(&ordinary, &parts->ordinary->covered);
	if (parts->critical)
		add_names(&critical, &parts->critical->covered);
	notice_add_line(out, _("Covered while you were away"), ordinary.text);
	if (strcmp(ordinary.text, critical.text) != 0)
		notice_add_line(out, _("Covered for mail of high priority"), critical.text);
	strbuf_release(&ordinary);
	strbuf_release(&critical);
}

static void add_heading(struct strbuf *out, const struct mapping *mapping, const char *id)
{
	const struct tag *tag = mapping_tag(mapping, id);

	strbuf_adds(out, "* ");
	notice_add_title(out, mapping, id);
	for (size_t i = 0; tag && i < tag->subject_count; i++) {
		strbuf_adds(out, i > 0 ? ", " : " (");
		strbuf_add_safe(out, tag->subjects[i]);
	}
	if (tag && tag->subject_count > 0)
		strbuf_addc(out, ')');
	strbuf_addc(out, '\n');
}

void tag_parts_add_headings(struct strbuf *out, const struct tag_parts *parts)
{
	for (size_t i = 0; i < parts->tags->count; i++)
		add_heading(out, parts->mapping, parts->tags->items[i]);
}

void tag_parts_add(struct strbuf *out, const struct tag_parts *parts)
{
	add_whys(out, parts);
	add_expectations(out, parts);
	add_covered(out, parts);
	add_others(out, parts);
}
