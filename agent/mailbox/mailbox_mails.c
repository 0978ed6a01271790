#include "mailbox/mailbox_mails.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"

static bool comes_before(const struct mailbox_mails *mails, moment arrived, moment other)
{
	return mails->newest ? arrived > other : arrived < other;
}

struct mailbox_mail *mailbox_mails_add(struct mailbox_mails *mails, moment arrived)
{
	struct mailbox_mail item;
	size_t place = mails->shown;

	mails->count++;
	while (place > 0 && comes_before(mails, arrived, mails->items[place - 1].arrived))
		place--;
	if (place == MAILBOX_MAILS_MAX)
		return NULL;
	if (!mails->items)
		mails->items = memory_get(MAILBOX_MAILS_MAX * sizeof(*mails->items));
	if (mails->shown < MAILBOX_MAILS_MAX)
		mails->items[mails->shown++] = (struct mailbox_mail){.subject = STRBUF_INIT};
	item = mails->items[mails->shown - 1];
	memmove(&mails->items[place + 1], &mails->items[place],
		(mails->shown - 1 - place) * sizeof(*mails->items));
	mails->items[place] = (struct mailbox_mail){.arrived = arrived, .subject = item.subject};
	return &mails->items[place];
}

void mailbox_mail_copy(struct mailbox_mail *mail, const struct mailbox_mail *other)
{
	struct strbuf subject = mail->subject;

	*mail = *other;
	mail->subject = subject;
	strbuf_reset(&mail->subject);
	strbuf_add(&mail->subject, other->subject.text, other->subject.length);
}

void mailbox_mails_release(struct mailbox_mails *mails)
{
	for (size_t i = 0; i < mails->shown; i++)
		strbuf_release(&mails->items[i].subject);
	free(mails->items);
	*mails = (struct mailbox_mails){.newest = mails->newest};
}
