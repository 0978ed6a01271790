/* Since when a municipality uses postvagt, by its own chain of runs. */
#ifndef LEDGER_FIRST_USE_H
#define LEDGER_FIRST_USE_H

#include <stdbool.h>

#include "base/text/moment.h"

struct first_use {
	moment at; /* of the first run that put lists in order, or found them so; MOMENT_EARLIEST: none is known */
	bool is_longer; /* earlier years were deleted, so it may be in use for longer */
};

/* Find it at the beginning of the oldest file of runs in `folder`; the rest is not read, however long it is. */
struct first_use first_use_find(const char *folder);

#endif
