#include "mailbox/command.h"

#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "mailbox/mailbox.h"
#include "model/mapping.h"
#include "report/text/text.h"

#define TAG_WIDTH_MAX 40
#define MAILS_SHOWN   10 /* of a kind, unless all are asked for */

/* The work in hand. */
struct mailbox_text_ctx {
	struct strbuf *out;
	const struct mailbox_look *look;
	enum mailbox_detail detail;
	bool colour;
};

static void add_safe(struct strbuf *out, const char *text)
{
	strbuf_add_safe(out, text);
}

/* "24 hours" where it is whole ones, else in the largest unit that it is a whole number of. */
static void add_duration(struct strbuf *out, int seconds)
{
	if (seconds % 3600 == 0)
		strbuf_addf(out, seconds == 3600 ? _("%d hour") : _("%d hours"), seconds / 3600);
	else if (seconds % 60 == 0)
		strbuf_addf(out, seconds == 60 ? _("%d minute") : _("%d minutes"), seconds / 60);
	else
		strbuf_addf(out, seconds == 1 ? _("%d second") : _("%d seconds"), seconds);
}

static void add_head(struct mailbox_text_ctx *page, const struct settings *settings)
{
	const struct mailbox_look *look = page->look;
	struct strbuf at = STRBUF_INIT, name = STRBUF_INIT;

	moment_add_human(&at, look->at);
	strbuf_add_safe(&name, settings->mailbox.name);
	strbuf_addf(page->out, _("%s as of %s, read from %s\n"), name.text, at.text, look->url);
	strbuf_addf(page->out, _("Mails: %zu, unread: %zu, folders: %zu.\n"), look->mails,
		look->unread, look->folders);
	strbuf_release(&at);
	strbuf_release(&name);
}

static void add_heading(struct mailbox_text_ctx *page, const char *text)
{
	strbuf_addc(page->out, '\n');
	text_add_painted(page->out, page->colour, TEXT_BOLD, text);
	strbuf_addc(page->out, '\n');
}

/* Why nobody is known to have it, or nothing. */
static void add_why(struct mailbox_text_ctx *page, const struct mailbox_mail *mail)
{
	if (mail->is_junk)
		strbuf_addf(page->out, "    %s\n",
			_("the mail system took it for spam, and nobody got it"));
	else if (!mail->has_list)
		strbuf_addf(page->out, "    %s\n", _("no route has a list for it"));
	else if (!mail->is_passed)
		strbuf_addf(page->out, "    %s\n",
			_("the rules did not pass it on: it lies where it came in"));
}

static void add_mail(struct mailbox_text_ctx *page, const struct mailbox_mail *mail, bool is_alarm)
{
	struct strbuf *out = page->out;

	strbuf_adds(out, "  ");
	text_add_painted(out, page->colour && is_alarm, TEXT_RED, is_alarm ? "!" : "-");
	strbuf_addc(out, ' ');
	moment_add_human(out, mail->arrived - mail->arrived % 60); /* to the minute */
	strbuf_adds(out, "  ");
	add_safe(out, mail->subject.length ? mail->subject.text : _("(no subject)"));
	if (mail->is_high && is_alarm)
		strbuf_adds(out, _(" (high priority)"));
	strbuf_addc(out, '\n');
	if (mail->folder) {
		strbuf_addf(out, "    %s ", _("in the folder"));
		add_safe(out, mail->folder);
		strbuf_addc(out, '\n');
	}
}

static void add_mails(struct mailbox_text_ctx *page, const struct mailbox_mails *mails,
	bool is_alarm)
{
	size_t shown = mails->shown;

	if (shown > MAILS_SHOWN && page->detail != MAILBOX_ALL)
		shown = MAILS_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		add_mail(page, &mails->items[i], is_alarm);
		if (is_alarm)
			add_why(page, &mails->items[i]);
	}
	if (mails->count > shown)
		strbuf_addf(page->out, _("  and %zu more, which came later\n"),
			mails->count - shown);
}

static void add_late(struct mailbox_text_ctx *page)
{
	struct strbuf heading = STRBUF_INIT, duration = STRBUF_INIT;

	if (page->look->late.count == 0)
		return;
	add_duration(&duration, page->look->unread_after);
	strbuf_addf(&heading, _("Unread for more than %s, and taken by no list: %zu"),
		duration.text, page->look->late.count);
	add_heading(page, heading.text);
	add_mails(page, &page->look->late, true);
	strbuf_release(&heading);
	strbuf_release(&duration);
}

static void add_high(struct mailbox_text_ctx *page)
{
	struct strbuf heading = STRBUF_INIT;

	if (page->look->high.count == 0 || page->detail == MAILBOX_ALARMS)
		return;
	strbuf_addf(&heading, _("High priority, unread: %zu"), page->look->high.count);
	add_heading(page, heading.text);
	add_mails(page, &page->look->high, false);
	strbuf_release(&heading);
}

static void add_one_unknown(struct mailbox_text_ctx *page, const struct mailbox_unknown *unknown)
{
	struct strbuf *out = page->out;

	strbuf_adds(out, "  ");
	text_add_painted(out, page->colour, TEXT_RED, "!");
	strbuf_addc(out, ' ');
	add_safe(out, unknown->text);
	strbuf_addf(out, unknown->count == 1 ? _("  %zu mail, ") : _("  %zu mails, the last "),
		unknown->count);
	moment_add_human_day(out, unknown->last);
	if (unknown->nearest) {
		strbuf_adds(out, _("; nearest is "));
		add_safe(out, unknown->nearest->id);
	}
	strbuf_addc(out, '\n');
}

static void add_unknown(struct mailbox_text_ctx *page)
{
	const struct mailbox_look *look = page->look;
	struct strbuf heading = STRBUF_INIT;

	if (look->unknown_count == 0)
		return;
	strbuf_addf(&heading, _("Tags that the catalogue lacks: %zu"), look->unknown_count);
	add_heading(page, heading.text);
	for (size_t i = 0; i < look->unknown_count; i++)
		add_one_unknown(page, look->unknown[i]);
	if (look->has_more_unknown)
		strbuf_adds(page->out, _("  and more, which are not told\n"));
	strbuf_release(&heading);
}

static void add_unrouted(struct mailbox_text_ctx *page)
{
	const struct mailbox_look *look = page->look;
	struct strbuf heading = STRBUF_INIT;

	if (look->unrouted_count == 0)
		return;
	strbuf_addf(&heading, _("Tags that no route names: %zu"), look->unrouted_count);
	add_heading(page, heading.text);
	for (size_t i = 0; i < look->mapping->tag_count; i++) {
		if (look->unrouted[i].count > 0)
			add_one_unknown(page, &look->unrouted[i]);
	}
	strbuf_release(&heading);
}

/* How many columns a text takes as add_safe() shows it. */
static size_t shown_width(const char *text)
{
	struct strbuf safe = STRBUF_INIT;
	size_t width;

	strbuf_add_safe(&safe, text);
	width = text_width(safe.text);
	strbuf_release(&safe);
	return width;
}

static size_t tag_width(const struct mailbox_text_ctx *page)
{
	const struct mailbox_look *look = page->look;
	size_t width = text_width(_("(no known tag)"));

	for (size_t i = 0; i < look->mapping->tag_count; i++) {
		size_t used = shown_width(look->mapping->tags[i].id);

		if ((look->by_tag[i] > 0 || page->detail == MAILBOX_ALL) && used > width &&
			used <= TAG_WIDTH_MAX)
			width = used;
	}
	return width;
}

static void add_count(struct mailbox_text_ctx *page, const char *tag, size_t width, size_t count)
{
	strbuf_adds(page->out, "    ");
	add_safe(page->out, tag);
	strbuf_pad(page->out, shown_width(tag), width);
	strbuf_addf(page->out, "  %6zu\n", count);
}

/* Tags that no mail carried are many, and told only where all is asked for. */
static void add_counts(struct mailbox_text_ctx *page)
{
	const struct mailbox_look *look = page->look;
	struct strbuf heading = STRBUF_INIT;
	size_t width = tag_width(page);

	if (page->detail == MAILBOX_ALARMS)
		return;
	strbuf_addf(&heading, _("In the last %d days: %zu"), MAILBOX_DAYS, look->recent);
	add_heading(page, heading.text);
	for (size_t i = 0; i < look->mapping->tag_count; i++) {
		if (look->by_tag[i] > 0 || page->detail == MAILBOX_ALL)
			add_count(page, look->mapping->tags[i].id, width, look->by_tag[i]);
	}
	if (look->untagged > 0)
		add_count(page, _("(no known tag)"), width, look->untagged);
	strbuf_release(&heading);
}

static void add_closed(struct mailbox_text_ctx *page)
{
	for (size_t i = 0; i < page->look->closed_count; i++) {
		strbuf_adds(page->out, _("Not looked into, as the server does not open it: "));
		add_safe(page->out, page->look->closed[i]);
		strbuf_addc(page->out, '\n');
	}
}

void mailbox_add_text(struct strbuf *out, const struct mailbox_look *look,
	const struct settings *settings, enum mailbox_detail detail, bool colour)
{
	struct mailbox_text_ctx page = {out, look, detail, colour};

	if (detail == MAILBOX_ALARMS && mailbox_is_well(look))
		return;
	add_head(&page, settings);
	add_closed(&page);
	add_late(&page);
	add_unknown(&page);
	add_unrouted(&page);
	add_high(&page);
	add_counts(&page);
	if (mailbox_is_well(look) && detail != MAILBOX_ALARMS)
		strbuf_adds(out,
			_("\nAll is well: no mail waits for somebody to read it, and each "
			  "tag is known.\n"));
}
