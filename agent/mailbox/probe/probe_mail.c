#include "mailbox/probe/probe_mail.h"

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "mail/smtp/message.h"
#include "mail/smtp/mime.h"
#include "mail/transport.h"
#include "matcher/vocabulary.h"
#include "model/settings.h"

static const char *sender_of(const struct settings *settings)
{
	return settings->mail.from ? settings->mail.from : settings->mailbox.address;
}

enum error_kind probe_mail_check(const struct settings *settings, struct error *err)
{
	if (!mail_can_be_sent(&settings->mail))
		return error_set(err, ERROR_USAGE,
			_("%s: mail.smtp or mail.graph is missing: how a probe is sent"),
			settings->file);
	if (!mime_is_address(sender_of(settings)))
		return error_set(err, ERROR_USAGE,
			_("%s: mail.from must be an address of ASCII letters"), settings->file);
	return ERROR_NONE;
}

void probe_mail_add(struct strbuf *out, const struct settings *settings, const char *token,
	moment now)
{
	struct strbuf id = STRBUF_INIT, what = STRBUF_INIT, subject = STRBUF_INIT;

	strbuf_addf(&subject, "%s%s]", vocabulary_probe, token);
	strbuf_addf(&what, "probe-%s", token);
	message_add_id(&id, what.text, sender_of(settings));
	message_add(out,
		&(struct message){
			.from_name = "postvagt",
			.from = sender_of(settings),
			.to = settings->mailbox.address,
			.subject = subject.text,
			.id = id.text,
			.date = now,
			.is_automatic = true,
			.body = _("postvagt sent this mail to see whether mail to the mailbox "
				  "arrives. It removes it by itself.\n"),
		});
	strbuf_release(&id);
	strbuf_release(&what);
	strbuf_release(&subject);
}

enum send_result probe_mail_send(const struct settings *settings, const char *token, moment now,
	struct error *err)
{
	struct strbuf mail = STRBUF_INIT;
	struct mail_transport transport;
	enum send_result result;

	probe_mail_add(&mail, settings, token, now);
	mail_transport_init(&transport, &settings->mail);
	result = mail_send(&transport, sender_of(settings), settings->mailbox.address, &mail, 0,
		err);
	mail_transport_release(&transport);
	strbuf_release(&mail);
	return result;
}
