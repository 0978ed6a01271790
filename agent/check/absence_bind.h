/*
 * What `check` finds of absences by hand: whether the agent's user can read the secrets of absence.bind, and deputies
 * whose absence is over and who are still in the directory.
 */
#ifndef CHECK_ABSENCE_BIND_H
#define CHECK_ABSENCE_BIND_H

struct session;

/* Add warnings to the session's findings. This process is the agent's user, as root has become it. */
void check_absence_bind(struct session *session);

/* The same, once the directory was read. */
void check_deputies(struct session *session);

#endif
