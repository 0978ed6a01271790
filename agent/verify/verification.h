/*
 * What is verified of the mail: the lists as the mail system sees them (lists.h), the servers and their logins (mail.h), and
 * the rules that are in force (rules.h). For `check`, and for the points of `status`.
 */
#ifndef VERIFY_VERIFICATION_H
#define VERIFY_VERIFICATION_H

struct findings;
struct notes;
struct session;

/* All borrowed. */
struct verification {
	struct session *session;   /* read only, but for its connection */
	struct findings *findings; /* where what is wrong is added */
	struct notes *notes;       /* where what is unknown is added (note.h) */
};

#endif
