/* What postvagt check says of the account's rights: enough for the lists, and no more. */
#ifndef CHECK_RIGHTS_H
#define CHECK_RIGHTS_H

#include <stdbool.h>

#include "base/message/error.h"

struct session;

/* Add findings about the rights to each list of the plan, and to groups that are not lists. */
enum error_kind check_rights(struct session *session, struct error *err);

/* Whether the server shows what this account may write of an entry; else only the lists are tried. */
bool rights_are_shown(const struct session *session);

#endif
