/* What postvagt check says besides its findings: nothing is wrong, but an admin should know it. */
#ifndef CHECK_NOTES_H
#define CHECK_NOTES_H

#include "config/settings.h"

struct session;

/* The notes, in the session's arena: rights that the server does not show, names that are not DNs. After a plan. */
struct strings check_notes(struct session *session);

#endif
