/*
 * A look into the mailbox (mailbox/mailbox.h), told: as text for a person, as JSON for a program.
 */
#ifndef MAILBOX_COMMAND_H
#define MAILBOX_COMMAND_H

#include <jansson.h>
#include <stdbool.h>

struct mailbox_look;
struct settings;
struct strbuf;

/* How much of it: what needs somebody, that and the figures, or all of it. */
enum mailbox_detail {
	MAILBOX_ALARMS,
	MAILBOX_FIGURES,
	MAILBOX_ALL,
};

void mailbox_add_text(struct strbuf *out, const struct mailbox_look *look,
	const struct settings *settings, enum mailbox_detail detail, bool colour);

/* Add the same as one JSON object; its keys are told in postvagt-report(5). */
void mailbox_add_json(struct strbuf *out, const struct mailbox_look *look);

#endif
