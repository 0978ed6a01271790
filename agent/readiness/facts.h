/*
 * KOMBIT's task card, judged for a session: the facts are gathered from what the session read,
 * from its state folder, its reports and its mailbox, and readiness/readiness.h judges them.
 *
 *	session.look_at_everyone = true;	(before it plans)
 *	card_find(&card, &session, CARD_LOOK);
 *	card.readiness ...
 *	card_release(&card);
 */
#ifndef READINESS_FACTS_H
#define READINESS_FACTS_H

#include "readiness/readiness.h"

struct session;

/* What it is for. */
enum card_purpose {
	CARD_LOOK, /* somebody asks: the mailbox is looked into */
	CARD_PAGE, /* a page that is kept fresh by a run, which has just carried out its plan */
};

struct card {
	struct arena *arena; /* owned */
	struct plan *plan;   /* owned */
	struct readiness readiness;
};

/* Judge every point; of the session it only reads. */
void card_find(struct card *card, const struct session *session, enum card_purpose purpose);
void card_release(struct card *card);

#endif
