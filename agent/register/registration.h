/*
 * The mail that tells KOMBIT where the municipality's mailbox is: the task card's last step.
 * It is in Danish, whatever the settings' language is, as KOMBIT is.
 */
#ifndef REGISTER_REGISTRATION_H
#define REGISTER_REGISTRATION_H

#include "base/text/strbuf.h"

struct settings;

/* What KOMBIT looks for. */
#define REGISTRATION_SUBJECT "Kommunal infrastrukturpostkasse"

/* Who it is from; mailbox.address must be given. Borrowed from the settings. */
const char *registration_from(const struct settings *settings);

/* Where an answer goes; mailbox.address must be given. Borrowed from the settings. */
const char *registration_reply_to(const struct settings *settings);

/* Add the text; `before` is the address that KOMBIT has had so far, or NULL. */
void registration_body(struct strbuf *out, const struct settings *settings, const char *before);

#endif
