/*
 * What `postvagt check` finds: it looks at the files, the directory, the lists, the rights and the mail servers, and
 * changes nothing. For `check`, which prints it, and `register --send`, which sends only where there is no error.
 *
 *	struct notes notes = {.count = 0};
 *	status = session_start(&session, options, true);
 *	if (!status)
 *		status = check_run(&session, &notes);
 *	// ... session.work.findings, session.work.plan
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include <stddef.h>

struct notes;
struct session;

/*
 * Add all findings to the session's, sorted, and what else is worth knowing to `notes`; make the session's plan where the
 * directory can be read. Returns check's exit status: 0, or 1 where there is an error.
 */
int check_run(struct session *session, struct notes *notes);

/*
 * How many values of the directory's absences, of people who matter to some list, and records of feeds cannot be read. 0
 * without a plan, as none was read then.
 */
size_t check_unread_absences(const struct session *session);

#endif
