/* check: whether each tag has a route, and somebody who answers it. */
#ifndef CHECK_ANSWERS_H
#define CHECK_ANSWERS_H

struct session;

/* Add a warning for each tag of the catalogue that no route names. */
void check_tags(struct session *session);

/*
 * Add warnings for roles that too few hold, for gaps of today, and for people who cannot be reached and would be
 * needed as stand-ins. After a plan.
 */
void check_answers(struct session *session);

#endif
