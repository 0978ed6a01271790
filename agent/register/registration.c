#include "register/registration.h"

#include <string.h>

#include "base/text/language.h"
#include "model/settings.h"

const char *registration_from(const struct settings *settings)
{
	return settings->mail.from ? settings->mail.from : settings->mailbox.address;
}

const char *registration_reply_to(const struct settings *settings)
{
	return settings->mail.reply_to ? settings->mail.reply_to : settings->mailbox.address;
}

/* Without a name, the domain says whose it is. */
static const char *municipality_name(const struct settings *settings)
{
	const char *name = settings->mailbox.municipality;

	return name ? name : strrchr(settings->mailbox.address, '@') + 1;
}

void registration_body(struct strbuf *out, const struct settings *settings, const char *before)
{
	enum language language = language_get();
	struct strbuf name = STRBUF_INIT, contact = STRBUF_INIT;

	language_set(LANGUAGE_DANISH);
	strbuf_add_safe(&name, municipality_name(settings));
	strbuf_addf(out, _("%s has set up its infrastrukturpostkasse. Its address is:\n\n"),
		name.text);
	strbuf_addf(out, "    %s\n\n", settings->mailbox.address);
	if (before) {
		strbuf_addf(out, _("It replaces %s.\n\n"), before);
	}
	strbuf_adds(out,
		_("Please send mail on the municipalities' shared infrastructure there from now on.\n\n"));
	if (settings->mail.contact) {
		strbuf_add_safe(&contact, settings->mail.contact);
		strbuf_addf(out, _("For questions, please contact %s.\n\n"), contact.text);
	}
	strbuf_addf(out, _("Kind regards\n%s\n"), name.text);
	language_set(language);
	strbuf_release(&contact);
	strbuf_release(&name);
}
