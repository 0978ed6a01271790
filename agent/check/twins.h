/* What check says of names in the files that several people bear (CONTRACT section 4, References). */
#ifndef CHECK_TWINS_H
#define CHECK_TWINS_H

struct session;

/*
 * Advise to write a DN instead of each such name, as nobody else can bear a DN: a warning a name, also
 * where it means somebody today. That nobody is meant is the plan's own finding.
 */
void check_twins(struct session *session);

#endif
