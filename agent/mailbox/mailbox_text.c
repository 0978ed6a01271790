#include "mailbox/command.h"

#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "mailbox/mailbox.h"
#include "mailbox/recurring_words.h"
#include "matcher/matcher.h"
#include "model/mapping.h"
#include "model/settings.h"
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

/* Why nobody is known to have it; NULL: a list took it. */
static const char *find_why(const struct mailbox_mail *mail)
{
	if (mail->is_junk)
		return _("the mail system took it for spam, and nobody got it");
	if (mail->course == MAIL_ANSWER)
		return _("a machine's answer: the rules pass it on to nobody");
	if (mail->course == MAIL_LOOP)
		return _("says that it was passed on from here before, but it lies here once only: "
			 "the rules pass it on to nobody");
	if (mail->course == MAIL_PROBE)
		return _(
			"looks like a probe, and was not sent from here: the rules pass it on to no list");
	if (!mail->has_list)
		return _("no route has a list for it");
	return mail->is_passed ? NULL : _("the rules did not pass it on: it lies where it came in");
}

static const char *find_difference(const struct mailbox_mail *mail)
{
	switch (mail->difference) {
	case MAILBOX_NOT_PASSED_ON:
		return _("has a list, and was not passed on");
	case MAILBOX_PASSED_ON:
		return _("was passed on, though it is a machine's answer or was here before");
	case MAILBOX_TAG_NOT_SEEN:
		return _("was passed on as a mail without a tag: the rules did not see the tag");
	default:
		return NULL;
	}
}

static void add_why(struct mailbox_text_ctx *page, const struct mailbox_mail *mail)
{
	const char *why =
		mail->difference != MAILBOX_AS_MATCHED ? find_difference(mail) : find_why(mail);

	if (!why)
		return;
	strbuf_addf(page->out, "    %s", why);
	if (mail->field)
		strbuf_addf(page->out, " (%s)", mail->field);
	strbuf_addc(page->out, '\n');
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
		if (is_alarm || page->detail == MAILBOX_ALL)
			add_why(page, &mails->items[i]);
	}
	if (mails->count > shown)
		strbuf_addf(page->out,
			mails->newest ? _("  and %zu more, which came earlier\n")
				      : _("  and %zu more, which came later\n"),
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

/* On Exchange nothing shows what the rules did. */
static void add_maybe(struct mailbox_text_ctx *page)
{
	struct strbuf heading = STRBUF_INIT;

	if (page->look->maybe.count == 0 || page->detail == MAILBOX_ALARMS)
		return;
	strbuf_addf(&heading, _("Unread, and have a list: %zu"), page->look->maybe.count);
	add_heading(page, heading.text);
	strbuf_adds(page->out,
		_("  Exchange's rules leave no trace in a mail, so nobody can see here whether they passed "
		  "it on.\n  postvagt check compares the rules, and postvagt mailbox --probe tries "
		  "them.\n"));
	strbuf_release(&heading);
}

static void add_quota(struct mailbox_text_ctx *page)
{
	const struct imap_quota *quota = &page->look->quota;

	if (!quota->is_known) {
		strbuf_adds(page->out, _("How full it is, the server does not say.\n"));
		return;
	}
	if (mailbox_is_filling(page->look)) {
		text_add_painted(page->out, page->colour, TEXT_RED, "!");
		strbuf_addc(page->out, ' ');
	}
	strbuf_addf(page->out, _("Quota (%s): %u %% used.\n"), quota->resource, quota->percent);
	if (quota->percent >= 100)
		strbuf_adds(page->out,
			_("  The mailbox is full: it takes no mail, and the rules pass none on. "
			  "Delete or move old mail now.\n"));
	else if (mailbox_is_filling(page->look))
		strbuf_adds(page->out,
			_("  When it is full, it takes no mail, and the rules pass none on. "
			  "Delete or move old mail, or raise the quota.\n"));
}

static void add_one_bounce(struct mailbox_text_ctx *page, const struct mailbox_bounce *bounce)
{
	struct strbuf *out = page->out;

	strbuf_adds(out, "  ");
	text_add_painted(out, page->colour && bounce->unread > 0, TEXT_RED,
		bounce->unread > 0 ? "!" : "-");
	strbuf_addc(out, ' ');
	add_safe(out, bounce->address ? bounce->address : _("(no address named)"));
	strbuf_addf(out, bounce->count == 1 ? _("  %zu mail, ") : _("  %zu mails, the last "),
		bounce->count);
	moment_add_human_day(out, bounce->last);
	strbuf_addc(out, '\n');
}

/* The addresses that did not take what was passed on; those whose bounces are read only where all is asked for. */
static void add_bounces(struct mailbox_text_ctx *page)
{
	const struct mailbox_look *look = page->look;
	struct strbuf heading = STRBUF_INIT;

	if (look->bounced == 0 || (page->detail == MAILBOX_ALARMS && look->bounces_unread == 0))
		return;
	strbuf_addf(&heading, _("Came back in the last %d days as not delivered: %zu, unread: %zu"),
		MAILBOX_DAYS, look->bounced, look->bounces_unread);
	add_heading(page, heading.text);
	for (size_t i = 0; i < look->bounce_count; i++) {
		if (page->detail != MAILBOX_ALARMS || look->bounces[i].unread > 0)
			add_one_bounce(page, &look->bounces[i]);
	}
	strbuf_adds(page->out,
		_("  Take a dead address off its list, or correct it; then mark these mails as read.\n"));
	strbuf_release(&heading);
}

/* A heading with a count, and the mails, where there are any; alarms only where one of them is unread. */
static void add_section(struct mailbox_text_ctx *page, const char *format,
	const struct mailbox_mails *mails, size_t unread)
{
	struct strbuf heading = STRBUF_INIT;

	if (mails->count == 0 || (page->detail == MAILBOX_ALARMS && unread == 0))
		return;
	strbuf_addf(&heading, _("%s (the last %d days): %zu, unread: %zu"), format, MAILBOX_DAYS,
		mails->count, unread);
	add_heading(page, heading.text);
	add_mails(page, mails, true);
	strbuf_release(&heading);
}

static void add_repeated(struct mailbox_text_ctx *page)
{
	const struct mailbox_look *look = page->look;

	add_section(page, _("Same Message-ID as another mail, but other tags"), &look->repeated,
		look->repeated_unread);
	if (look->repeated.count > 0 &&
		(page->detail != MAILBOX_ALARMS || look->repeated_unread > 0))
		strbuf_adds(page->out,
			_("  Mail systems drop the second mail with a Message-ID: the lists of its tags may not "
			  "have got it.\n"));
}

/* What the rules pass on to nobody, as figures; one by one where all is asked for. */
static void add_nobody(struct mailbox_text_ctx *page)
{
	const struct mailbox_look *look = page->look;
	size_t count = look->answers + look->loops + look->strange_probes;
	struct strbuf heading = STRBUF_INIT;

	if (count == 0 || page->detail == MAILBOX_ALARMS)
		return;
	strbuf_addf(&heading, _("Passed on to nobody in the last %d days: %zu"), MAILBOX_DAYS,
		count);
	add_heading(page, heading.text);
	strbuf_addf(page->out, _("  machines' answers: %zu, mails that were here before: %zu\n"),
		look->answers, look->loops);
	if (look->strange_probes > 0)
		strbuf_addf(page->out,
			_("  mails that look like a probe, and were not sent from here: %zu\n"),
			look->strange_probes);
	if (look->came_back > 0)
		strbuf_addf(page->out,
			_("  %zu of these are copies of mails that were passed on: the mailbox is on one "
			  "of its own lists\n"),
			look->came_back);
	if (look->nobody.count > 0)
		add_mails(page, &look->nobody, false);
	strbuf_release(&heading);
}

static void add_recurring(struct mailbox_text_ctx *page)
{
	const struct mailbox_look *look = page->look;

	if (look->recurring_count == 0 || page->detail == MAILBOX_ALARMS)
		return;
	add_heading(page, _("Many subjects begin with these words, which may be tags"));
	for (size_t i = 0; i < look->recurring_count; i++) {
		const struct recurring_word *word = &look->recurring[i];

		strbuf_adds(page->out, "  - ");
		add_safe(page->out, word->text);
		strbuf_addf(page->out,
			word->count == 1 ? _("  %zu mail, ") : _("  %zu mails, the last "),
			word->count);
		moment_add_human_day(page->out, word->last);
		strbuf_addc(page->out, '\n');
	}
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

static void add_one_unknown(struct mailbox_text_ctx *page, const struct unknown_tag *unknown)
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
		strbuf_adds(page->out, _("  and more, which are not shown\n"));
	strbuf_adds(page->out,
		_("  postvagt mailbox --propose writes lines for them; mailbox.ignore silences what "
		  "is no tag.\n"));
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
	add_quota(&page);
	add_closed(&page);
	add_late(&page);
	add_bounces(&page);
	add_section(&page, _("The rules did otherwise than tags and priority say"),
		&look->differing, look->differing_unread);
	add_repeated(&page);
	add_unknown(&page);
	add_unrouted(&page);
	add_maybe(&page);
	add_high(&page);
	add_nobody(&page);
	add_recurring(&page);
	add_counts(&page);
	if (mailbox_is_well(look) && detail != MAILBOX_ALARMS)
		strbuf_adds(out,
			_("\nAll is well: no mail waits for somebody to read it, and each "
			  "tag is known.\n"));
}
