#include "notices/notice_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/settings.h"
#include "notices/notice.h"
#include "notices/notice_lead.h"
#include "notices/notice_tag_text.h"

struct notice_text_ctx {
	struct strbuf *out;
	const struct notice *notice;
	const struct mapping *mapping;
	const struct settings *settings;
};

/* Changes of one sort stand together, in this order. */
enum section {
	SECTION_NEW,
	SECTION_WILL_STAND_IN,
	SECTION_UNCOVERED,
	SECTION_GAPS,
	SECTION_NOT_NEEDED,
	SECTION_COVERED,
	SECTION_RELIEVED,
	SECTIONS, /* how many there are */
};

static enum section section_of(const struct notice_part *part)
{
	switch (part->change) {
	case NOTICE_WILL_STAND_IN:
		return SECTION_WILL_STAND_IN;
	case NOTICE_UNCOVERED:
		return SECTION_UNCOVERED;
	case NOTICE_GAP:
		return SECTION_GAPS;
	case NOTICE_NOT_NEEDED:
		return SECTION_NOT_NEEDED;
	case NOTICE_COVERED:
		return SECTION_COVERED;
	case NOTICE_RELIEVED:
		return SECTION_RELIEVED;
	default:
		return SECTION_NEW;
	}
}

/* What the mailbox is called where people look for it: its address. */
static void add_mailbox(struct strbuf *out, const struct settings *settings)
{
	strbuf_add_safe(out,
		settings->mailbox.address ? settings->mailbox.address : settings->mailbox.name);
}

static bool has_section(const struct notice *notice, enum section section)
{
	for (size_t i = 0; i < notice->count; i++) {
		if (section_of(&notice->parts[i]) == section)
			return true;
	}
	return false;
}

/* Whether two parts are written as one: those of a tag's two lists. */
static bool belongs_with(const struct notice_part *a, const struct notice_part *b)
{
	if (section_of(a) != section_of(b) || strcmp(a->tag, b->tag) != 0)
		return false;
	switch (section_of(a)) {
	case SECTION_NEW:
	case SECTION_RELIEVED:
		return true;
	case SECTION_WILL_STAND_IN:
		return a->from == b->from;
	default:
		return a->from == b->from && a->gap == b->gap && notice_has_same_behalf(a, b);
	}
}

static bool is_repeated(const struct notice *notice, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (belongs_with(&notice->parts[j], &notice->parts[i]))
			return true;
	}
	return false;
}

static struct tag_parts parts_of(const struct notice_text_ctx *t, const struct notice_part *of)
{
	struct tag_parts parts = {.mapping = t->mapping, .tags = &of->tags};

	for (size_t i = 0; i < t->notice->count; i++) {
		const struct notice_part *part = &t->notice->parts[i];

		if (!belongs_with(part, of))
			continue;
		if (part->kind == BLOCK_CRITICAL)
			parts.critical = part;
		else
			parts.ordinary = part;
	}
	return parts;
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

static bool all_stood_in(const struct notice *notice)
{
	for (size_t i = 0; i < notice->count; i++) {
		if (section_of(&notice->parts[i]) == SECTION_RELIEVED &&
			notice->parts[i].way != NOTICE_STANDS_IN)
			return false;
	}
	return true;
}

/* The sentence above the tags of what is so now, or is not so any more. */
static void begin_present(const struct notice_text_ctx *t, enum section section,
	const char *mailbox)
{
	if (section == SECTION_RELIEVED && all_stood_in(t->notice))
		strbuf_addf(t->out,
			_("You need not stand in any more, and no longer get the mail that KOMBIT "
			  "sends to %s, on:\n"),
			mailbox);
	else if (section == SECTION_RELIEVED)
		strbuf_addf(t->out, _("You no longer get the mail that KOMBIT sends to %s, on:\n"),
			mailbox);
	else if (change_of(t->notice) == NOTICE_RETURNS)
		strbuf_addf(t->out,
			_("Welcome back. You get the mail that KOMBIT sends to %s again, on:\n"),
			mailbox);
	else if (change_of(t->notice) == NOTICE_STAYS)
		strbuf_addf(t->out, _("You get the mail that KOMBIT sends to %s, on:\n"), mailbox);
	else
		strbuf_addf(t->out,
			_("From now on you get the mail that KOMBIT sends to %s, on:\n"), mailbox);
}

/* The same of what is ahead. */
static void begin_section(const struct notice_text_ctx *t, enum section section)
{
	struct strbuf mailbox = STRBUF_INIT;

	add_mailbox(&mailbox, t->settings);
	switch (section) {
	case SECTION_WILL_STAND_IN:
		strbuf_addf(t->out, _("You will get the mail that KOMBIT sends to %s, on:\n"),
			mailbox.text);
		break;
	case SECTION_UNCOVERED:
		strbuf_addf(t->out,
			_("You will be away, and nobody stands in for you on the mail that KOMBIT sends "
			  "to %s, on:\n"),
			mailbox.text);
		break;
	case SECTION_GAPS:
		strbuf_addf(t->out,
			_("Somebody will be missing for the mail that KOMBIT sends to %s, on:\n"),
			mailbox.text);
		break;
	case SECTION_NOT_NEEDED:
		strbuf_adds(t->out,
			_("A notice said that you would stand in. That is not needed after all, for mail on:\n"));
		break;
	case SECTION_COVERED:
		strbuf_adds(t->out,
			_("A notice said that nobody would stand in for you. That is settled, for mail on:\n"));
		break;
	default:
		begin_present(t, section, mailbox.text);
		break;
	}
	strbuf_release(&mailbox);
}

static void end_section(const struct notice_text_ctx *t, enum section section)
{
	switch (section) {
	case SECTION_UNCOVERED:
		strbuf_adds(t->out,
			_("\nAgree with a colleague, and have that colleague entered as your deputy.\n"));
		break;
	case SECTION_GAPS:
		strbuf_adds(t->out,
			_("\nEnter a deputy for whoever is away, or add one to the route; postvagt coverage "
			  "shows the days to come.\n"
			  "You are told as one of the last stand-ins, mailbox.fallback.\n"));
		break;
	case SECTION_RELIEVED:
		if (all_stood_in(t->notice))
			strbuf_addf(t->out, "\n%s\n", _("Thank you for covering."));
		break;
	default:
		break;
	}
}

static void add_from(const struct notice_text_ctx *t, const struct notice_part *part)
{
	struct strbuf from = STRBUF_INIT;

	if (moment_is_midnight(part->from))
		moment_add_human_day(&from, part->from);
	else
		moment_add_human(&from, part->from);
	notice_add_line(t->out, _("From"), from.text);
	strbuf_release(&from);
}

/* What is ahead, or was, of one tag. */
static void add_ahead(const struct notice_text_ctx *t, const struct tag_parts *parts,
	const struct notice_part *part)
{
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < part->behalf_count; i++) {
		strbuf_add_item(&names, ", ", "");
		strbuf_add_safe(&names, part->behalf[i].name);
	}
	if (!parts->ordinary)
		strbuf_addf(t->out, "  %s\n", _("Mail of high priority (\"!\") only."));
	add_from(t, part);
	if (part->change == NOTICE_NOT_NEEDED)
		notice_add_line(t->out, _("For"), names.text);
	else if (part->change == NOTICE_COVERED)
		notice_add_line(t->out, _("Your stand-in"), names.text);
	notice_add_line(t->out, _("Why"), part->why);
	strbuf_release(&names);
}

static void add_part(const struct notice_text_ctx *t, const struct notice_part *part)
{
	const struct tag_parts parts = parts_of(t, part);

	strbuf_addc(t->out, '\n');
	if (part->change == NOTICE_RELIEVED) {
		for (size_t i = 0; i < part->tags.count; i++) {
			strbuf_adds(t->out, "* ");
			notice_add_title(t->out, t->mapping, part->tags.items[i]);
			strbuf_addc(t->out, '\n');
		}
		return;
	}
	tag_parts_add_headings(t->out, &parts);
	if (part->change == NOTICE_WILL_STAND_IN)
		add_from(t, part);
	if (part->change <= NOTICE_WILL_STAND_IN)
		tag_parts_add(t->out, &parts);
	else
		add_ahead(t, &parts, part);
}

static void add_section(const struct notice_text_ctx *t, enum section section)
{
	begin_section(t, section);
	for (size_t i = 0; i < t->notice->count; i++) {
		if (section_of(&t->notice->parts[i]) == section && !is_repeated(t->notice, i))
			add_part(t, &t->notice->parts[i]);
	}
	end_section(t, section);
}

static void add_warnings(const struct notice_text_ctx *t)
{
	struct strbuf mailbox = STRBUF_INIT, feeds = STRBUF_INIT, name = STRBUF_INIT;

	strbuf_add_safe(&name, t->notice->name);
	strbuf_addf(t->out, _("Dear %s,\n\n"), name.text);
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
	strbuf_release(&name);
}

void notice_text_subject(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, const struct settings *settings, moment now)
{
	struct strbuf feeds = STRBUF_INIT, name = STRBUF_INIT;

	if (notice->warnings.count > 0) {
		strbuf_add_safe(&name, settings->mailbox.name);
		strbuf_add_safe(&feeds, notice->feeds);
		strbuf_addf(out, _("%s: many are absent at once, by feed %s"), name.text,
			feeds.text);
	} else {
		notice_lead_subject(out, notice, mapping, now);
	}
	strbuf_release(&feeds);
	strbuf_release(&name);
}

void notice_text_body(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, const struct settings *settings, moment now)
{
	const struct notice_text_ctx t = {
		.out = out, .notice = notice, .mapping = mapping, .settings = settings};

	if (notice->warnings.count > 0)
		add_warnings(&t);
	else
		notice_lead_line(out, notice, mapping, now);
	for (enum section section = SECTION_NEW; section < SECTIONS; section++) {
		if (!has_section(notice, section))
			continue;
		strbuf_addc(out, '\n');
		add_section(&t, section);
	}
	if (notice->left_out > 0)
		strbuf_addf(out, _("\n%zu more are shown by postvagt coverage.\n"),
			notice->left_out);
	strbuf_adds(out, "\n-- \n");
	strbuf_adds(out, _("Sent by postvagt, which keeps the lists of the mailbox right.\n"));
	strbuf_adds(out,
		settings->mail.reply_to || notice->reply_to
			? _("Something is wrong? Answer this mail; an absence is corrected where absences "
			    "are entered.\n")
			: _("Something is wrong? Tell the it department; an absence is corrected where "
			    "absences are entered.\n"));
}
