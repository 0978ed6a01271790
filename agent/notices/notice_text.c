#include "notices/notice_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "notices/notice.h"

#define TITLES_MAX 3 /* in a subject */

struct notice_text_ctx {
	struct strbuf *out;
	const struct notice *notice;
	const struct mapping *mapping;
	const struct settings *settings;
};

/* What mail of one route's tags comes to somebody: by one list, or by that for high priority, or by both. */
struct tag_parts {
	const struct mapping *mapping;
	const struct tag_ids *tags; /* that share the lists */
	const struct notice_part *ordinary, *critical;
};

static void add_title(struct strbuf *out, const struct mapping *mapping, const char *id)
{
	const struct tag *tag = mapping_tag(mapping, id);
	const char *title = tag ? texts_in_language(&tag->title) : NULL;

	if (strcmp(id, "*") == 0)
		strbuf_adds(out, _("mail on everything else"));
	else
		strbuf_add_safe(out, title ? title : id);
}

/* What the mailbox is called where people look for it: its address. */
static void add_mailbox(struct strbuf *out, const struct settings *settings)
{
	strbuf_add_safe(out,
		settings->mailbox.address ? settings->mailbox.address : settings->mailbox.name);
}

static bool is_news(const struct notice_part *part, bool relieved)
{
	return (part->change == NOTICE_RELIEVED) == relieved;
}

static bool has_news(const struct notice *notice, bool relieved)
{
	for (size_t i = 0; i < notice->count; i++) {
		if (is_news(&notice->parts[i], relieved))
			return true;
	}
	return false;
}

/* Whether the tags of a part were met before, among those of its sort. */
static bool is_repeated(const struct notice *notice, size_t i)
{
	const struct notice_part *part = &notice->parts[i];

	for (size_t j = 0; j < i; j++) {
		if (is_news(part, true) == is_news(&notice->parts[j], true) &&
			strcmp(notice->parts[j].tag, part->tag) == 0)
			return true;
	}
	return false;
}

/* Each tag's title once; in a subject the first few. */
static void add_titles(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, bool relieved)
{
	struct strbuf titles = STRBUF_INIT, title = STRBUF_INIT;
	size_t count = 0;

	for (size_t i = 0; i < notice->count; i++) {
		const struct tag_ids *tags = &notice->parts[i].tags;

		if (!is_news(&notice->parts[i], relieved) || is_repeated(notice, i))
			continue;
		for (size_t j = 0; j < tags->count; j++) {
			if (count++ >= TITLES_MAX)
				continue;
			strbuf_reset(&title);
			add_title(&title, mapping, tags->items[j]);
			strbuf_add_item(&titles, ", ", title.text);
		}
	}
	strbuf_adds(out, titles.text);
	if (count > TITLES_MAX)
		strbuf_addf(out, _(" and %zu more"), count - TITLES_MAX);
	strbuf_release(&titles);
	strbuf_release(&title);
}

/* What a mail of several parts is, all in all: who joins one list is told of that first. */
static enum notice_change change_of(const struct notice *notice)
{
	enum notice_change change = NOTICE_RELIEVED;

	for (size_t i = 0; i < notice->count; i++) {
		enum notice_change part = notice->parts[i].change;

		if (change == NOTICE_RELIEVED || part == NOTICE_JOINS ||
			(part == NOTICE_STAYS && change == NOTICE_RETURNS))
			change = part;
	}
	return change;
}

static const char *subject_of(const struct notice *notice)
{
	switch (change_of(notice)) {
	case NOTICE_RELIEVED:
		return _("You no longer get mail from %s: %s");
	case NOTICE_RETURNS:
		return _("You get mail from %s again: %s");
	case NOTICE_STAYS:
		return _("You get mail from %s: %s");
	case NOTICE_JOINS:
		break;
	}
	return _("You now get mail from %s: %s");
}

static const char *beginning_of(const struct notice *notice)
{
	switch (change_of(notice)) {
	case NOTICE_RETURNS:
		return _("Welcome back. You get the mail that KOMBIT sends to %s again, on:\n");
	case NOTICE_STAYS:
		return _("You get the mail that KOMBIT sends to %s, on:\n");
	default:
		return _("From now on you get the mail that KOMBIT sends to %s, on:\n");
	}
}

/* Put two texts into a pattern, one after the other where it says %s. */
static void fill_in(struct strbuf *out, const char *pattern, const char *first, const char *second)
{
	const char *place = strstr(pattern, "%s");
	const char *next = strstr(place + 2, "%s");

	strbuf_add(out, pattern, (size_t)(place - pattern));
	strbuf_adds(out, first);
	if (next) {
		strbuf_add(out, place + 2, (size_t)(next - place - 2));
		strbuf_adds(out, second);
		place = next;
	}
	strbuf_adds(out, place + 2);
}

void notice_text_subject(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, const struct settings *settings)
{
	struct strbuf titles = STRBUF_INIT, name = STRBUF_INIT;
	bool relieved = !has_news(notice, false);

	strbuf_add_safe(&name, settings->mailbox.name);
	if (notice->warnings.count > 0) {
		strbuf_add_safe(&titles, notice->feeds);
		strbuf_addf(out, _("%s: many are absent at once, by feed %s"), name.text,
			titles.text);
		strbuf_release(&titles);
		strbuf_release(&name);
		return;
	}
	add_titles(&titles, notice, mapping, relieved);
	fill_in(out, subject_of(notice), name.text, titles.text);
	strbuf_release(&titles);
	strbuf_release(&name);
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

/* Groups are told by their names. */
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

/* "  label: text", unless there is no text. */
static void add_line(struct strbuf *out, const char *label, const char *text)
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
	add_line(out, _("Why"), ordinary.text);
	if (!parts->ordinary)
		add_line(out, _("Why"), critical.text);
	else if (parts->critical && strcmp(ordinary.text, critical.text) != 0)
		add_line(out, _("Why, for high priority"), critical.text);
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
			add_title(&about, parts->mapping, parts->tags->items[j]);
		}
		if (!is_said)
			add_line(out, about.text, expectation_of(parts, i, critical));
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
	add_line(out, _("Others who get it"), ordinary.text);
	if (strcmp(ordinary.text, critical.text) != 0)
		add_line(out, _("Others who get it at high priority"), critical.text);
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
	add_line(out, _("Covered while you were away"), ordinary.text);
	if (strcmp(ordinary.text, critical.text) != 0)
		add_line(out, _("Covered for mail of high priority"), critical.text);
	strbuf_release(&ordinary);
	strbuf_release(&critical);
}

static void add_heading(struct notice_text_ctx *t, const char *id)
{
	const struct tag *tag = mapping_tag(t->mapping, id);

	strbuf_adds(t->out, "* ");
	add_title(t->out, t->mapping, id);
	for (size_t i = 0; tag && i < tag->subject_count; i++) {
		strbuf_adds(t->out, i > 0 ? ", " : " (");
		strbuf_add_safe(t->out, tag->subjects[i]);
	}
	if (tag && tag->subject_count > 0)
		strbuf_addc(t->out, ')');
	strbuf_addc(t->out, '\n');
}

static struct tag_parts parts_of(const struct notice_text_ctx *t, const struct notice_part *of)
{
	struct tag_parts parts = {.mapping = t->mapping, .tags = &of->tags};

	for (size_t i = 0; i < t->notice->count; i++) {
		const struct notice_part *part = &t->notice->parts[i];

		if (!is_news(part, false) || strcmp(part->tag, of->tag) != 0)
			continue;
		if (part->kind == BLOCK_CRITICAL)
			parts.critical = part;
		else
			parts.ordinary = part;
	}
	return parts;
}

static void add_new(struct notice_text_ctx *t)
{
	struct strbuf mailbox = STRBUF_INIT;

	add_mailbox(&mailbox, t->settings);
	fill_in(t->out, beginning_of(t->notice), mailbox.text, "");
	for (size_t i = 0; i < t->notice->count; i++) {
		const struct notice_part *part = &t->notice->parts[i];
		struct tag_parts parts;

		if (!is_news(part, false) || is_repeated(t->notice, i))
			continue;
		parts = parts_of(t, part);
		strbuf_addc(t->out, '\n');
		for (size_t j = 0; j < part->tags.count; j++)
			add_heading(t, part->tags.items[j]);
		add_whys(t->out, &parts);
		add_expectations(t->out, &parts);
		add_covered(t->out, &parts);
		add_others(t->out, &parts);
	}
	strbuf_release(&mailbox);
}

static bool all_stood_in(const struct notice *notice)
{
	for (size_t i = 0; i < notice->count; i++) {
		if (is_news(&notice->parts[i], true) && notice->parts[i].way != NOTICE_STANDS_IN)
			return false;
	}
	return true;
}

static void add_relieved(struct notice_text_ctx *t)
{
	struct strbuf mailbox = STRBUF_INIT;

	add_mailbox(&mailbox, t->settings);
	if (has_news(t->notice, false))
		strbuf_addc(t->out, '\n');
	strbuf_addf(t->out,
		all_stood_in(t->notice)
			? _("You need not stand in any more, and no longer get the mail that KOMBIT "
			    "sends to %s, on:\n")
			: _("You no longer get the mail that KOMBIT sends to %s, on:\n"),
		mailbox.text);
	for (size_t i = 0; i < t->notice->count; i++) {
		const struct notice_part *part = &t->notice->parts[i];

		if (!is_news(part, true) || is_repeated(t->notice, i))
			continue;
		strbuf_addc(t->out, '\n');
		for (size_t j = 0; j < part->tags.count; j++) {
			strbuf_adds(t->out, "* ");
			add_title(t->out, t->mapping, part->tags.items[j]);
			strbuf_addc(t->out, '\n');
		}
	}
	if (all_stood_in(t->notice))
		strbuf_addf(t->out, "\n%s\n", _("Thank you for covering."));
	strbuf_release(&mailbox);
}

static void add_warnings(struct notice_text_ctx *t)
{
	struct strbuf mailbox = STRBUF_INIT, feeds = STRBUF_INIT;

	add_mailbox(&mailbox, t->settings);
	strbuf_add_safe(&feeds, t->notice->feeds);
	strbuf_addf(t->out,
		_("A new reading of feed %s is trusted, and changes who answers the mail that KOMBIT "
		  "sends to %s:\n"),
		feeds.text, mailbox.text);
	for (size_t i = 0; i < t->notice->warnings.count; i++) {
		strbuf_adds(t->out, "\n* ");
		strbuf_add_safe(t->out, t->notice->warnings.items[i]);
		strbuf_addc(t->out, '\n');
	}
	strbuf_adds(t->out,
		_("\nIf that is right, nothing is to be done. If it is wrong, have it corrected where "
		  "absences are entered; postvagt coverage shows the days to come.\n"
		  "You are told as one of the last stand-ins, mailbox.fallback.\n"));
	strbuf_release(&feeds);
	strbuf_release(&mailbox);
}

void notice_text_body(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, const struct settings *settings)
{
	struct notice_text_ctx t = {
		.out = out, .notice = notice, .mapping = mapping, .settings = settings};
	struct strbuf name = STRBUF_INIT;

	strbuf_add_safe(&name, notice->name);
	strbuf_addf(out, _("Dear %s,\n\n"), name.text);
	if (notice->warnings.count > 0)
		add_warnings(&t);
	if (has_news(notice, false))
		add_new(&t);
	if (has_news(notice, true))
		add_relieved(&t);
	strbuf_adds(out, "\n-- \n");
	strbuf_adds(out,
		_("Sent by postvagt, which keeps the lists of the mailbox right.\n"
		  "Something is wrong? Tell the it department; an absence is mended where absences are "
		  "entered.\n"));
	strbuf_release(&name);
}
