/* A probe as text: part of probe_report.h. */
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "mailbox/probe/probe.h"
#include "mailbox/probe/probe_report.h"
#include "model/settings.h"

static void add_duration(struct strbuf *out, int seconds)
{
	if (seconds % 60 == 0)
		strbuf_addf(out, seconds == 60 ? _("%d minute") : _("%d minutes"), seconds / 60);
	else
		strbuf_addf(out, seconds == 1 ? _("%d second") : _("%d seconds"), seconds);
}

/* A number as the language writes it: 1.4, or 1,4. */
static void add_seconds(struct strbuf *out, double seconds)
{
	int tenths = (int)(seconds * 10 + 0.5);

	strbuf_addf(out, _("%d.%d seconds"), tenths / 10, tenths % 10);
}

/* The first line: how long it took, or where its way ended. */
static void add_outcome(struct strbuf *out, const struct probe_result *result,
	const struct settings *settings)
{
	struct strbuf time = STRBUF_INIT, safe = STRBUF_INIT;

	add_duration(&time, settings->mailbox.probe_timeout);
	switch (result->outcome) {
	case PROBE_CAME:
		strbuf_reset(&time);
		add_seconds(&time, result->seconds);
		strbuf_addf(out, _("The probe came back through the rules after %s.\n"), time.text);
		break;
	case PROBE_REFUSED:
		strbuf_add_safe(&safe, result->answer);
		strbuf_addf(out, _("The mail server did not take the probe: %s\n"), safe.text);
		break;
	case PROBE_UNSEEN:
		strbuf_addf(out,
			result->saw_mailbox
				? _("The probe is lost: the mail server took it, and after %s it is "
				    "neither in the mailbox nor at %s.\n")
				: _("The probe is lost: the mail server took it, and after %s it is "
				    "not at %s.\n"),
			time.text, settings->mailbox.probe);
		break;
	case PROBE_STAYED:
		strbuf_addf(out,
			_("The rules did not pass the probe on: after %s it is in the mailbox, and "
			  "not at %s.\n"),
			time.text, settings->mailbox.probe);
		break;
	case PROBE_ASTRAY:
		strbuf_addf(out,
			_("The rules passed the probe on, and after %s it has not arrived at %s.\n"),
			time.text, settings->mailbox.probe);
		break;
	case PROBE_BYPASSED:
		strbuf_addf(out,
			_("The probe arrived at %s, but the rules of %s did not pass it on.\n"),
			settings->mailbox.probe, settings->mailbox.address);
		break;
	}
	strbuf_release(&time);
	strbuf_release(&safe);
}

static const char *what_to_do(const struct probe_result *result, const struct settings *settings)
{
	switch (result->outcome) {
	case PROBE_CAME:
		return NULL;
	case PROBE_REFUSED:
		return _(
			"check mail.smtp and mail.from in the settings, and whether mailbox.address "
			"exists");
	case PROBE_UNSEEN:
		return _("look in the mail server's log (Exchange: message trace) for a mail to "
			 "mailbox.address: it may be held by a filter, or the mailbox is full");
	case PROBE_STAYED:
		if (settings->mailbox.graph.user)
			return _(
				"run postvagt check: if the rules are missing or old, install them; if "
				"not, look in the message trace, as Exchange leaves no mark on a mail that "
				"it passes on");
		return _(
			"install the rules again (postvagt rules), then run postvagt check: they "
			"are missing, older than mailbox.probe, or the mail server does not run them");
	case PROBE_ASTRAY:
		return _(
			"look in the mail server's log for a mail to mailbox.probe: the address may "
			"not exist, or forwarding is not allowed");
	case PROBE_BYPASSED:
		return _(
			"mail for mailbox.address is forwarded elsewhere: remove that, so that its "
			"mail goes through the mailbox's rules");
	}
	return NULL;
}

static void add_sighting(struct strbuf *out, const struct probe_sighting *sighting,
	const struct settings *settings)
{
	struct strbuf folder = STRBUF_INIT, by = STRBUF_INIT;

	strbuf_add_safe(&folder, sighting->folder);
	if (sighting->by)
		strbuf_add_safe(&by, sighting->by);
	strbuf_addf(out, _("  found: in the folder %s of %s"), folder.text,
		sighting->in_mailbox ? settings->mailbox.imap.server.url
				     : settings->mailbox.probe_imap.server.url);
	if (sighting->by)
		strbuf_addf(out, _(", redirected by %s"), by.text);
	else if (sighting->is_through)
		strbuf_adds(out, _(", passed on by the rules"));
	strbuf_addc(out, '\n');
	strbuf_release(&folder);
	strbuf_release(&by);
}

void probe_add_text(struct strbuf *out, const struct probe_result *result,
	const struct settings *settings, bool alarms_only)
{
	const char *to_do = what_to_do(result, settings);

	if (result->outcome == PROBE_CAME && alarms_only)
		return;
	add_outcome(out, result, settings);
	for (size_t i = 0; i < result->sighting_count; i++) {
		const struct probe_sighting *sighting = &result->sightings[i];

		if (result->outcome != PROBE_CAME || (sighting->is_through && !sighting->is_box))
			add_sighting(out, sighting, settings);
	}
	if (to_do)
		strbuf_addf(out, _("  what to do: %s\n"), to_do);
	if (result->late > 0)
		strbuf_addf(out, _("  earlier probes that came late, and were removed: %zu\n"),
			result->late);
	if (result->strangers > 0)
		strbuf_addf(out,
			_("  mails with the subject of a probe that were not sent from here: %zu; "
			  "they stay where they are\n"),
			result->strangers);
}
