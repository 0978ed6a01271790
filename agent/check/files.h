/* check: whether the agent, and nobody else, can write what it keeps and what it reads. */
#ifndef CHECK_FILES_H
#define CHECK_FILES_H

struct session;

/*
 * Add an error to the session's findings for each of the folders of reports, of state and of notices in which
 * something cannot be written by the user that this process is. A folder that does not exist is passed over.
 * Add a warning for each file of settings and mapping, and each folder of reports and state, that others can write.
 */
void check_files(struct session *session);

#endif
