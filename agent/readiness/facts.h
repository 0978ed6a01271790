/*
 * KOMBIT's task card, judged for a session: the facts are gathered from what the session read,
 * from its state folder, its reports and its mailbox, and readiness/readiness.h judges them.
 *
 *	struct read_request request = {.everyone = true};
 *	// ... session_plan(&session, &request, &err)
 *	checklist_find(&checklist, &session, CHECKLIST_ASKED);
 *	// ... checklist.readiness
 *	checklist_release(&checklist);
 */
#ifndef READINESS_FACTS_H
#define READINESS_FACTS_H

#include "readiness/readiness.h"

struct session;

/* What it is for. */
enum checklist_purpose {
	CHECKLIST_ASKED, /* somebody asks: the mailbox is looked into */
	CHECKLIST_PAGE,  /* a page that is kept fresh by a run, which has just applied its plan */
};

struct checklist {
	struct arena *arena; /* owned */
	struct plan *plan;   /* owned */
	struct readiness readiness;
};

/* Judge every point; of the session it changes nothing but asks its connection who bears the mailbox's address. */
void checklist_find(struct checklist *checklist, struct session *session,
	enum checklist_purpose purpose);
void checklist_release(struct checklist *checklist);

#endif
